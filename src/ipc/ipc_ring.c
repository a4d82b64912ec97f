/* Who keeps a ring, and who pays for it. */
#include "ipc_ring.h"

#include "base_assert.h"

struct ipc_ring *
ipc_ring_keep(struct ipc_ring *ring, struct ipc_account *account,
    uint64_t bytes, struct ipc_charge *from)
{
	mp_assert(ring->refs > 0 && ring->refs < UINT32_MAX);
	ring->refs++;
	if (ring->account)
		return ring;
	mp_assert(from->bytes >= bytes);
	from->bytes -= bytes;
	ring->charge.bytes = bytes;
	ring->account = ipc_account_ref(account);
	return ring;
}

struct ipc_ring *
ipc_ring_unref(struct ipc_ring *ring)
{
	if (!ring)
		return NULL;
	mp_assert(ring->refs > 0);
	if (--ring->refs > 0)
		return NULL;
	ipc_account_discharge(ring->account, &ring->charge);
	ring->account = ipc_account_unref(ring->account);
	ring->free(ring);
	return NULL;
}
