/* The world: what exists. */
#include "ipc.h"

#include "base_assert.h"

struct ipc_world ipc_world;

void
ipc_init(uint32_t page)
{
	mp_assert(page != 0 && (page & (page - 1)) == 0);
	list_init(&ipc_world.ports);
	list_init(&ipc_world.spaces);
	list_init(&ipc_world.slots);
	list_init(&ipc_world.accounts);
	ipc_world.page = page;
	ipc_world.last_id = 0;
	ipc_world.now_ns = 0;
	ipc_world.messages = 0;
	ipc_world.last_ticket = 0;
	ipc_world.lanes = NULL;
	ipc_world.tracer = NULL;
}

void
ipc_deinit(void)
{
	mp_assert(list_empty(&ipc_world.slots));
	mp_assert(list_empty(&ipc_world.spaces));
	mp_assert(list_empty(&ipc_world.ports));
	mp_assert(list_empty(&ipc_world.accounts));
}
