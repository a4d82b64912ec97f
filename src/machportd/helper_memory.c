/*
 * What the helper does with the memory of processes (helper_target.h): copies, piece by
 * piece through a buffer that stays in the processor's caches. A memfd is written like
 * that too: to touch its new pages where they are mapped takes 1.7 times as long.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "helper.h"
#include "helper_target.h"

#define PIECE ((size_t)64 << 10)

/* A file: a memfd, or a process's memory. */
struct side {
	int fd;
	uint64_t at;
};

/* Return: KERN_SUCCESS, or what keeps the piece from being read or written. */
static kern_return_t
move_piece(int fd, uint8_t *buffer, size_t bytes, uint64_t at, bool writes)
{
	ssize_t r;

	while (bytes > 0) {
		r = writes ? pwrite(fd, buffer, bytes, (off_t)at)
		           : pread(fd, buffer, bytes, (off_t)at);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return helper_target_error(errno);
		if (r == 0)
			return KERN_INVALID_ADDRESS; /* it is gone */
		buffer += r;
		at += (uint64_t)r;
		bytes -= (size_t)r;
	}
	return KERN_SUCCESS;
}

/* Where the two overlap in one process, what is read was not written before: @backwards
 * if it goes upwards. */
static kern_return_t
copy_pieces(const struct side *from, const struct side *to, uint64_t bytes,
    uint8_t *buffer, bool backwards)
{
	kern_return_t kr = KERN_SUCCESS;
	uint64_t done = 0;

	while (kr == KERN_SUCCESS && done < bytes) {
		const uint64_t left = bytes - done;
		const size_t piece = left < PIECE ? (size_t)left : PIECE;
		const uint64_t offset = backwards ? left - piece : done;

		kr = move_piece(
		    from->fd, buffer, piece, from->at + offset, false);
		if (kr == KERN_SUCCESS)
			kr = move_piece(
			    to->fd, buffer, piece, to->at + offset, true);
		done += piece;
	}
	return kr;
}

static kern_return_t
copy(const struct side *from, const struct side *to, uint64_t bytes)
{
	const bool backwards = to->at > from->at && to->at - from->at < bytes;
	uint8_t *buffer = malloc(PIECE);
	kern_return_t kr = KERN_RESOURCE_SHORTAGE;

	if (buffer)
		kr = copy_pieces(from, to, bytes, buffer, backwards);
	free(buffer);
	return kr;
}

/* Between the process and the file. */
static kern_return_t
copy_file(const struct helper_request *request, int pidfd, int file)
{
	const bool reads = request->kind == HELPER_READ;
	const uint64_t address = request->at.address;
	const struct side stored = {file, request->offset};
	struct side memory = {.at = address};
	struct helper_target target;
	kern_return_t kr;

	kr = helper_target_open(&request->at, pidfd,
	    reads ? HELPER_USE_READ : HELPER_USE_WRITE, &target);
	if (kr != KERN_SUCCESS)
		return kr;
	memory.fd = target.memory;
	kr = helper_target_check(&target, address, request->bytes);
	if (kr == KERN_SUCCESS)
		kr = reads ? copy(&memory, &stored, request->bytes)
		           : copy(&stored, &memory, request->bytes);
	helper_target_close(&target);
	return kr;
}

static kern_return_t
copy_targets(const struct helper_request *request,
    const struct helper_target *from, const struct helper_target *to)
{
	const struct side source = {from->memory, request->at.address};
	const struct side sink = {to->memory, request->to.address};
	kern_return_t kr;

	kr = helper_target_check(from, source.at, request->bytes);
	if (kr == KERN_SUCCESS)
		kr = helper_target_check(to, sink.at, request->bytes);
	if (kr == KERN_SUCCESS)
		kr = copy(&source, &sink, request->bytes);
	return kr;
}

/* Between processes, or within one. */
static kern_return_t
copy_memory(const struct helper_request *request, int pidfd, int to_pidfd)
{
	struct helper_target from;
	struct helper_target to;
	kern_return_t kr;

	kr = helper_target_open(&request->at, pidfd, HELPER_USE_READ, &from);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = helper_target_open(&request->to, to_pidfd, HELPER_USE_WRITE, &to);
	if (kr == KERN_SUCCESS) {
		kr = copy_targets(request, &from, &to);
		helper_target_close(&to);
	}
	helper_target_close(&from);
	return kr;
}

static kern_return_t
find_region(const struct helper_request *request, int pidfd,
    struct kern_memory_region *region_out)
{
	struct helper_target target;
	kern_return_t kr;

	kr = helper_target_open(&request->at, pidfd, HELPER_USE_MAPS, &target);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = helper_target_region(&target, request->at.address, region_out);
	helper_target_close(&target);
	return kr;
}

void
helper_do(const struct helper_request *request, int pidfd, int other,
    struct helper_answer *answer_out)
{
	*answer_out = (struct helper_answer){.code = KERN_INVALID_ARGUMENT};
	switch ((enum helper_kind)request->kind) {
	case HELPER_READ:
	case HELPER_WRITE:
		answer_out->code = copy_file(request, pidfd, other);
		break;
	case HELPER_COPY:
		answer_out->code = copy_memory(request, pidfd, other);
		break;
	case HELPER_REGION:
		answer_out->code =
		    find_region(request, pidfd, &answer_out->region);
		break;
	}
}
