/* io_uring, without its library. */
#include "hostile_ring.h"

#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "harness.h"

#define ENTRIES 1

struct rings {
	int descriptor;
	struct io_uring_params params;
	unsigned char *queues; /* both */
	size_t queues_bytes;
	struct io_uring_sqe *entry;
};

static void *
map(const struct rings *rings, size_t bytes, uint64_t what)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_POPULATE, rings->descriptor, (off_t)what);

	CHECK(memory != MAP_FAILED);
	return memory;
}

static void
map_queues(struct rings *rings)
{
	const struct io_uring_params *params = &rings->params;
	const size_t sent =
	    params->sq_off.array + params->sq_entries * sizeof(uint32_t);
	const size_t done = params->cq_off.cqes +
	    params->cq_entries * sizeof(struct io_uring_cqe);

	CHECK(params->features & IORING_FEAT_SINGLE_MMAP);
	rings->queues_bytes = sent > done ? sent : done;
	rings->queues = map(rings, rings->queues_bytes, IORING_OFF_SQ_RING);
	rings->entry = map(
	    rings, params->sq_entries * sizeof(*rings->entry), IORING_OFF_SQES);
}

void *
hostile_ring_new(void *memory, size_t bytes)
{
	struct rings *rings = calloc(1, sizeof(*rings));
	const struct iovec buffer = {memory, bytes};

	CHECK(rings);
	rings->descriptor =
	    (int)syscall(SYS_io_uring_setup, ENTRIES, &rings->params);
	if (rings->descriptor < 0) {
		print_message("here is no io_uring\n");
		free(rings);
		return NULL;
	}
	map_queues(rings);
	CHECK(syscall(SYS_io_uring_register, rings->descriptor,
	          IORING_REGISTER_BUFFERS, &buffer, 1) == 0);
	return rings;
}

void
hostile_ring_read(void *handle, int file, void *memory, size_t bytes)
{
	struct rings *rings = handle;
	uint32_t *tail =
	    (uint32_t *)(void *)(rings->queues + rings->params.sq_off.tail);
	uint32_t *array =
	    (uint32_t *)(void *)(rings->queues + rings->params.sq_off.array);
	const struct io_uring_cqe *done =
	    (const void *)(rings->queues + rings->params.cq_off.cqes);

	*rings->entry = (struct io_uring_sqe){
	    .opcode = IORING_OP_READ_FIXED,
	    .fd = file,
	    .addr = (uintptr_t)memory,
	    .len = (uint32_t)bytes,
	};
	array[0] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	CHECK(syscall(SYS_io_uring_enter, rings->descriptor, 1, 1,
	          IORING_ENTER_GETEVENTS, NULL, 0) == 1);
	CHECK(done->res > 0);
}

void
hostile_ring_free(void *handle)
{
	struct rings *rings = handle;

	(void)munmap(rings->queues, rings->queues_bytes);
	(void)munmap(
	    rings->entry, rings->params.sq_entries * sizeof(*rings->entry));
	(void)close(rings->descriptor);
	free(rings);
}
