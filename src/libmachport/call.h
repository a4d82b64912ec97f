/*
 * The calls other than mach_msg(): words to the kernel and words back
 * (wire_call.h).
 */
#ifndef LIBMACHPORT_CALL_H
#define LIBMACHPORT_CALL_H

#include <mach/kern_return.h>
#include <mach/message.h>
#include <mach/port.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "wire_call.h"

/* What a call returns when there is no kernel (any more); if it is this process
 * that is short of descriptors, KERN_RESOURCE_SHORTAGE. */
#define CALL_NO_KERNEL MACH_SEND_INVALID_DEST

/**
 * call_kernel() - make a call whose answer has a fixed length
 * @in:		[in]  @in_count words
 * @out:	[out] just the words that the call has (wire_call_shape());
 *		written only on KERN_SUCCESS. NULL if it has none
 *
 * Return:	the call's code; WIRE_CALL_BY_MESSAGE if the first word names
 *		another program's port in place of a task (rpc.h)
 */
kern_return_t call_kernel(enum wire_call call, const uint32_t *in,
    size_t in_count, uint32_t *out) __attribute__((warn_unused_result));

/* The same with the words in place: CALL(PORT_TYPE, &type, task, name). */
#define CALL(call, out, ...)                                                   \
	call_kernel(WIRE_##call, (const uint32_t[]){__VA_ARGS__},              \
	    sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), out)

/* A call with @info_count words of information about @name. What is beyond the
 * most that any flavor has is not sent. */
kern_return_t call_with_info(enum wire_call call, uint32_t task, uint32_t name,
    mach_port_flavor_t flavor, const integer_t *info, uint32_t info_count)
    __attribute__((warn_unused_result));

/* call_kernel() of a call with which @file goes, borrowed. */
kern_return_t call_with_file(enum wire_call call, const uint32_t *in,
    size_t in_count, int file, uint32_t *out)
    __attribute__((warn_unused_result));

/**
 * call_for_file() - make a call with whose answer a file may come
 * @file_out:	[out] a descriptor, the caller's; -1: none came. Only on KERN_SUCCESS
 *
 * Return:	as call_kernel(); KERN_RESOURCE_SHORTAGE also if this process has no
 *		descriptor for the file
 */
kern_return_t call_for_file(enum wire_call call, const uint32_t *in,
    size_t in_count, uint32_t *out, int *file_out)
    __attribute__((warn_unused_result));

/**
 * call_for_lane() - LANE_ACCEPT or LANE_JOIN
 * @file:	[in]  goes with the request, borrowed; -1: none does
 * @words:	[out] the answer's, after their count
 * @count_io:	[in,out] room there; how many there are, of which no more than fit are copied
 * @file_out:	[out] that came with the answer, the caller's
 *
 * All of them only on KERN_SUCCESS. KERN_RESOURCE_SHORTAGE also if no descriptor was free.
 */
kern_return_t call_for_lane(enum wire_call call, uint32_t lane, int file,
    uint32_t *words, size_t *count_io, int *file_out)
    __attribute__((warn_unused_result));

/* A call that only makes a name: the name, or MACH_PORT_NULL. */
uint32_t call_for_name(enum wire_call call);

/*
 * An array of words that the kernel answered, in memory of its own.
 */
struct call_words {
	uint32_t *words; /* NULL: none */
	uint32_t count;
};

/**
 * call_for_words() - make a call whose answer has any length
 * @out:	[out] a new region, the caller's, who gives it back with
 *		call_words_free(); only on KERN_SUCCESS
 */
kern_return_t call_for_words(enum wire_call call, const uint32_t *in,
    size_t in_count, struct call_words *out)
    __attribute__((warn_unused_result));

/* A region of its own for @count words, as vm_deallocate() takes it: NULL if
 * @count is 0; CALL_WORDS_FAILED if there is no memory. */
uint32_t *call_words_map(uint32_t count);
#define CALL_WORDS_FAILED ((uint32_t *)MAP_FAILED)

void call_words_free(struct call_words *words);
/* Keep only the first @count words; NULL if that is 0. */
void call_words_shrink(struct call_words *words, uint32_t count);

#endif
