/* The mapping of a ring. */
#include "lane_ring.h"

#include "base_alloc.h"
#include "base_list.h"
#include "budget.h"
#include "lane_memory.h"

struct lane_ring {
	struct ipc_ring ipc;
	const struct lane_sender *sender;
	size_t bytes;       /* that are mapped */
	struct user *user;  /* +1, for whom it counts */
	size_t large_bytes; /* of that, what counts */
};

static void
free_ring(struct ipc_ring *ipc)
{
	struct lane_ring *ring = CONTAINER_OF(ipc, struct lane_ring, ipc);

	lane_memory_unmap(ring->sender, ring->bytes);
	ring->user->lane_large_bytes -= ring->large_bytes;
	user_unref(ring->user);
	base_free(ring);
}

struct ipc_ring *
lane_ring_new(int file, struct lane_view *view, struct user *user)
{
	const size_t bytes = lane_sender_bytes(&view->sizes);
	const size_t ring_bytes = view->sizes.ring_bytes;
	struct lane_ring *ring = base_zalloc(1, sizeof(*ring));

	view->sender = NULL;
	if (!ring)
		return NULL;
	ring->ipc.refs = 1;
	ring->ipc.free = free_ring;
	ring->bytes = bytes + ring_bytes;
	ring->sender = lane_memory_map_ring(file, bytes, ring_bytes);
	if (!ring->sender) {
		base_free(ring);
		return NULL;
	}
	ring->user = user_ref(user);
	ring->large_bytes = ring_bytes;
	user->lane_large_bytes += ring_bytes;
	view->sender = ring->sender;
	return &ring->ipc;
}
