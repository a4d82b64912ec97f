/* Watches come and go; ipc_check() compares what they say with the queues. */
#include "base_assert.h"
#include "ops_world.h"

/* The engine tells of changes, and again of what is ready because it was rung. */
static void
changed(struct ipc_watch *watch)
{
	struct ops_watch *told = CONTAINER_OF(watch, struct ops_watch, watch);

	mp_assert(watch->state != IPC_WATCH_IDLE);
	told->ready = watch->ready;
}

void
ops_watch_begin(struct ops_watch *watch)
{
	ipc_watch_init(&watch->watch, changed);
	watch->ready = false;
}

/* The task has died. */
void
ops_watch_end(struct ops_watch *watch)
{
	mp_assert(watch->watch.state != IPC_WATCH_ON);
	mp_assert(watch->ready == watch->watch.ready);
	ipc_watch_end(&watch->watch);
}

void
ops_watch(struct ops_input *input)
{
	struct ops_task *task = ops_pick_task(input);
	struct ops_watch *watch = &task->watches[ops_below(input, OPS_WATCHES)];
	mach_port_name_t name = ops_pick_typed(input, task->space,
	    MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_PORT_SET);
	struct ipc_watch *found;

	mp_assert(watch->ready == watch->watch.ready);
	ipc_watch_end(&watch->watch);
	if (ipc_watch_find(task->space, name, &found) == KERN_SUCCESS && !found)
		ipc_watch_begin(&watch->watch, task->space, name);
	watch->ready = watch->watch.ready;
}
