/* The calls other than mach_msg(), straight to the engine (call.h). */
#include "call.h"

#include <string.h>

#include "base_assert.h"
#include "engine.h"
#include "kern_call.h"

/* Fill in @call, and make it. end() has to follow: its memory is the engine's,
 * which one thread at a time may enter. */
static kern_return_t
make(enum wire_call number, const uint32_t *in, struct kern_call *call)
{
	struct engine_thread *thread = engine_enter();

	*call = (struct kern_call){
	    .number = number,
	    .caller = thread->task->kern,
	    .thread = &thread->kern,
	    .thread_id = thread->id,
	    .in = in,
	};
	return kern_call(call);
}

static void
end(struct kern_call *call)
{
	kern_call_deinit(call);
	engine_leave();
}

kern_return_t
call_kernel(
    enum wire_call call, const uint32_t *in, size_t in_count, uint32_t *out)
{
	const struct wire_call_shape *shape = wire_call_shape((uint16_t)call);
	struct kern_call made;
	kern_return_t kr;

	mp_assert(shape && in_count >= shape->in);
	kr = make(call, in, &made);
	if (kr == KERN_SUCCESS && shape->out > 0)
		memcpy(out, made.out, shape->out * sizeof(*out));
	end(&made);
	return kr;
}

uint32_t
call_for_name(enum wire_call call)
{
	uint32_t name = MACH_PORT_NULL;

	if (call_kernel(call, NULL, 0, &name) != KERN_SUCCESS)
		return MACH_PORT_NULL;
	return name;
}

/* The words that came out, in memory as the library's callers want it. */
static kern_return_t
take_words(const struct kern_call *made, struct call_words *out)
{
	struct call_words taken = {call_words_map(made->out[0]), made->out[0]};
	uint32_t *at = taken.words;

	mp_assert(made->more[0].count + made->more[1].count == taken.count);
	if (at == CALL_WORDS_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	for (unsigned i = 0; i < 2; i++) {
		if (made->more[i].count == 0)
			continue;
		memcpy(
		    at, made->more[i].words, made->more[i].count * sizeof(*at));
		at += made->more[i].count;
	}
	*out = taken;
	return KERN_SUCCESS;
}

kern_return_t
call_for_words(enum wire_call call, const uint32_t *in, size_t in_count,
    struct call_words *out)
{
	struct kern_call made;
	kern_return_t kr;

	(void)in_count;
	kr = make(call, in, &made);
	if (kr == KERN_SUCCESS)
		kr = take_words(&made, out);
	end(&made);
	return kr;
}
