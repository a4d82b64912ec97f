/* The calls other than mach_msg(), as traps. */
#include "call.h"

#include <mach/port.h>
#include <string.h>

#include "base_assert.h"
#include "debug.h"
#include "lock.h"
#include "memory_file.h"
#include "trap.h"

/* The most words that an answer of fixed length has. */
#define OUT_MAX 6

/* And one of LANE_ACCEPT, with many sets. */
#define LANE_WORDS 256

/* The answer's parts before its words. */
struct answer_head {
	struct wire_header header;
	int32_t result;
};

_Static_assert(sizeof(struct answer_head) == sizeof(struct wire_call_answer),
    "the words follow at once");

/* Send the request, with @files, or NULL. */
static kern_return_t
send_words(struct trap *trap, enum wire_call call, const uint32_t *in,
    size_t in_count, const struct packet_files *files)
{
	struct iovec parts[2] = {{&trap->header, sizeof(trap->header)},
	    packet_part(in, in_count * sizeof(*in))};

	int r = trap_begin(trap, (uint16_t)call);

	if (r < 0)
		return packet_is_shortage(r) ? KERN_RESOURCE_SHORTAGE
		                             : CALL_NO_KERNEL;
	if (files)
		trap->header.files = (uint16_t)files->count;
	if (trap_send(trap, parts, 2, files, false) == 0)
		return KERN_SUCCESS;
	trap->broken = true;
	trap_end(trap);
	return CALL_NO_KERNEL;
}

/* What the answer says, of which @bytes came. */
static kern_return_t
take_fixed(const struct answer_head *head, const uint32_t *words, ssize_t bytes,
    size_t count, uint32_t *out)
{
	if (bytes < 0)
		return CALL_NO_KERNEL;
	if (head->result != KERN_SUCCESS)
		return head->result;
	if ((size_t)bytes != sizeof(*head) + count * sizeof(*out))
		return CALL_NO_KERNEL;
	if (count > 0)
		memcpy(out, words, count * sizeof(*out));
	return KERN_SUCCESS;
}

/* @files_in: what goes along, or NULL; borrowed. @files: NULL if none can come; otherwise
 * empty on failure. */
static kern_return_t
call_fixed(enum wire_call call, const uint32_t *in, size_t in_count,
    const struct packet_files *files_in, uint32_t *out,
    struct packet_files *files)
{
	const struct wire_call_shape *shape = wire_call_shape((uint16_t)call);
	struct answer_head head;
	uint32_t words[OUT_MAX];
	struct iovec parts[2] = {{&head, sizeof(head)}, {words, sizeof(words)}};
	struct trap trap;
	kern_return_t kr;
	ssize_t r;

	mp_assert(shape && shape->out <= OUT_MAX);
	kr = send_words(&trap, call, in, in_count, files_in);
	if (kr != KERN_SUCCESS)
		return kr;
	r = trap_receive(&trap, parts, 2, sizeof(head), files);
	trap_end(&trap);
	kr = take_fixed(&head, words, r, shape->out, out);
	if (kr == KERN_SUCCESS && files && files->count < head.header.files)
		kr = KERN_RESOURCE_SHORTAGE;
	if (kr != KERN_SUCCESS && files && r >= 0)
		packet_files_close(files);
	return kr;
}

static kern_return_t
make_call(enum wire_call call, const uint32_t *in, size_t in_count,
    const struct packet_files *files, uint32_t *out)
{
	int cancel_type = cancel_defer();
	kern_return_t kr = call_fixed(call, in, in_count, files, out, NULL);

	cancel_restore(cancel_type);
	if (debug_on && debug_watches())
		debug_call_made(call, in, in_count, out, kr);
	return kr;
}

kern_return_t
call_kernel(
    enum wire_call call, const uint32_t *in, size_t in_count, uint32_t *out)
{
	return make_call(call, in, in_count, NULL, out);
}

kern_return_t
call_with_file(enum wire_call call, const uint32_t *in, size_t in_count,
    int file, uint32_t *out)
{
	const struct packet_files files = {1, {file}};

	return make_call(call, in, in_count, &files, out);
}

kern_return_t
call_for_file(enum wire_call call, const uint32_t *in, size_t in_count,
    uint32_t *out, int *file_out)
{
	int cancel_type = cancel_defer();
	struct packet_files files;
	kern_return_t kr = call_fixed(call, in, in_count, NULL, out, &files);

	cancel_restore(cancel_type);
	if (debug_on && debug_watches())
		debug_call_made(call, in, in_count, out, kr);
	if (kr == KERN_SUCCESS)
		*file_out = files.count > 0 ? files.list[0] : -1;
	return kr;
}

/* The answer to LANE_ACCEPT or LANE_JOIN: words, and a file. */
static kern_return_t
take_lane(const uint32_t *words, size_t there, struct packet_files *files,
    uint32_t *out, size_t *count_io, int *file_out)
{
	const uint32_t count = there > 0 ? words[0] : 0;

	if (files->count == 0)
		return KERN_RESOURCE_SHORTAGE;
	if (files->count > 1 || there != (size_t)count + 1) {
		packet_files_close(files);
		return CALL_NO_KERNEL;
	}
	memcpy(out, words + 1,
	    (count < *count_io ? count : *count_io) * sizeof(*out));
	*count_io = count;
	*file_out = files->list[0];
	return KERN_SUCCESS;
}

static kern_return_t
call_lane(enum wire_call call, uint32_t lane, int file, uint32_t *words,
    size_t *count_io, int *file_out)
{
	const struct packet_files files_in = {1, {file}};
	uint32_t answer[LANE_WORDS];
	struct answer_head head;
	struct iovec parts[2] = {
	    {&head, sizeof(head)}, {answer, sizeof(answer)}};
	struct packet_files files;
	struct trap trap;
	ssize_t r;
	kern_return_t kr =
	    send_words(&trap, call, &lane, 1, file >= 0 ? &files_in : NULL);

	if (kr != KERN_SUCCESS)
		return kr;
	r = trap_receive(&trap, parts, 2, sizeof(head), &files);
	trap_end(&trap);
	if (r < 0)
		return CALL_NO_KERNEL;
	if (head.result != KERN_SUCCESS) {
		packet_files_close(&files);
		return head.result;
	}
	return take_lane(answer, ((size_t)r - sizeof(head)) / sizeof(uint32_t),
	    &files, words, count_io, file_out);
}

kern_return_t
call_for_lane(enum wire_call call, uint32_t lane, int file, uint32_t *words,
    size_t *count_io, int *file_out)
{
	int cancel_type = cancel_defer();
	kern_return_t kr =
	    call_lane(call, lane, file, words, count_io, file_out);

	cancel_restore(cancel_type);
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

/* The words of an answer: @there of them in @words, or else all in @files. */
static kern_return_t
take_words(const uint32_t *words, size_t there,
    const struct packet_files *files, struct call_words *out)
{
	uint32_t count = there > 0 ? words[0] : 0;
	struct call_words taken = {call_words_map(count), count};

	if (taken.words == CALL_WORDS_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	if (files->count > 0) {
		if (!memory_file_read(files->list[0], taken.words,
		        (uint64_t)count * sizeof(*taken.words), 0)) {
			call_words_free(&taken);
			return KERN_RESOURCE_SHORTAGE;
		}
	} else if (there - 1 != count) {
		call_words_free(&taken);
		return CALL_NO_KERNEL;
	} else if (count > 0) {
		memcpy(taken.words, words + 1, count * sizeof(*words));
	}
	*out = taken;
	return KERN_SUCCESS;
}

static kern_return_t
call_any_length(enum wire_call call, const uint32_t *in, size_t in_count,
    struct call_words *out)
{
	struct call_words room = {NULL, WIRE_PACKET_MAX / sizeof(uint32_t)};
	struct packet_files files;
	struct answer_head head;
	struct trap trap;
	kern_return_t kr;
	ssize_t r;

	room.words = call_words_map(room.count);
	if (room.words == CALL_WORDS_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	kr = send_words(&trap, call, in, in_count, NULL);
	if (kr == KERN_SUCCESS) {
		struct iovec parts[2] = {{&head, sizeof(head)},
		    {room.words, room.count * sizeof(uint32_t)}};

		r = trap_receive(&trap, parts, 2, sizeof(head), &files);
		trap_end(&trap);
		if (r < 0) {
			kr = CALL_NO_KERNEL;
		} else {
			kr = head.result;
			if (kr == KERN_SUCCESS)
				kr = take_words(room.words,
				    ((size_t)r - sizeof(head)) /
				        sizeof(uint32_t),
				    &files, out);
			packet_files_close(&files);
		}
	}
	call_words_free(&room);
	return kr;
}

kern_return_t
call_for_words(enum wire_call call, const uint32_t *in, size_t in_count,
    struct call_words *out)
{
	int cancel_type = cancel_defer();
	kern_return_t kr = call_any_length(call, in, in_count, out);

	cancel_restore(cancel_type);
	if (debug_on && debug_watches())
		debug_call_made(call, in, in_count, NULL, kr);
	return kr;
}
