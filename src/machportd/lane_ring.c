/* The mapping of a ring. */
#include "lane_ring.h"

#include "base_alloc.h"
#include "base_list.h"
#include "lane_memory.h"

struct lane_ring {
	struct ipc_ring ipc;
	const struct lane_sender *sender;
	size_t bytes;
};

static void
free_ring(struct ipc_ring *ipc)
{
	struct lane_ring *ring = CONTAINER_OF(ipc, struct lane_ring, ipc);

	lane_memory_unmap(ring->sender, ring->bytes);
	base_free(ring);
}

struct ipc_ring *
lane_ring_new(const struct lane_view *view)
{
	struct lane_ring *ring = base_zalloc(1, sizeof(*ring));

	if (!ring)
		return NULL;
	ring->ipc.refs = 1;
	ring->ipc.free = free_ring;
	ring->sender = view->sender;
	ring->bytes = lane_sender_bytes(&view->sizes);
	return &ring->ipc;
}
