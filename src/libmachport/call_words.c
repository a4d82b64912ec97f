/* Arrays of words: what a call takes along, and memory that it makes for its
 * caller. */
#include "call.h"

#include <mach/vm_page_size.h>
#include <string.h>

/* Words of information that a request has room for; no flavor has more. */
#define INFO_WORDS_MAX (WIRE_CALL_WORDS - 4)

kern_return_t
call_with_info(enum wire_call call, uint32_t task, uint32_t name,
    mach_port_flavor_t flavor, const integer_t *info, uint32_t info_count)
{
	uint32_t in[WIRE_CALL_WORDS] = {task, name, (uint32_t)flavor};

	if (info_count > INFO_WORDS_MAX)
		info_count = INFO_WORDS_MAX;
	in[3] = info_count;
	if (info_count > 0)
		memcpy(in + 4, info, info_count * sizeof(*in));
	return call_kernel(call, in, 4 + (size_t)info_count, NULL);
}

uint32_t *
call_words_map(uint32_t count)
{
	if (count == 0)
		return NULL;
	return mmap(NULL, (size_t)count * sizeof(uint32_t),
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void
call_words_free(struct call_words *words)
{
	if (words->words)
		(void)munmap(
		    words->words, (size_t)words->count * sizeof(uint32_t));
	words->words = NULL;
}

void
call_words_shrink(struct call_words *words, uint32_t count)
{
	size_t kept = round_page((size_t)count * sizeof(uint32_t));
	size_t all = round_page((size_t)words->count * sizeof(uint32_t));

	if (all > kept)
		(void)munmap((char *)words->words + kept, all - kept);
	if (count == 0)
		words->words = NULL;
	words->count = count;
}
