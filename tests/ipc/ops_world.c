/* The world of the operation stream, and its choices. */
#include "ops_world.h"

#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_port.h"
#include "ipc_space.h"

struct ops_world ops_world;

static void
complete(struct ipc_waiter *waiter)
{
	mp_assert(waiter->state == IPC_WAITER_IDLE);
}

void
ops_task_begin(struct ops_task *task)
{
	static const struct ipc_charge limits = {40, 48, 90000, 90000};
	static const security_token_t security = {{7, 7}};
	static const audit_token_t audit = {{7, 7, 7, 7, 7, 7, 7, 7}};
	struct ipc_account *account = ipc_account_new(ops_world.user, &limits);
	struct ipc_identity *identity = ipc_identity_new(&security, &audit);

	mp_assert(account && identity);
	task->space = ipc_space_new(account, identity);
	mp_assert(task->space);
	task->compat = false;
	(void)ipc_account_unref(account);
	(void)ipc_identity_unref(identity);
	for (int i = 0; i < OPS_THREADS; i++)
		ipc_waiter_init(&task->threads[i], complete);
	for (int i = 0; i < OPS_WATCHES; i++)
		ops_watch_begin(&task->watches[i]);
}

void
ops_task_end(struct ops_task *task)
{
	for (int i = 0; i < OPS_THREADS; i++)
		ipc_waiter_abandon(&task->threads[i]);
	ipc_space_destroy(task->space);
	mp_assert(task->space->used == 0);
	for (int i = 0; i < OPS_WATCHES; i++)
		ops_watch_end(&task->watches[i]);
	task->space = ipc_space_free(task->space);
}

/* Every request gets an answer, if only that it is not understood. */
static void
serve(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	(void)object;
	ipc_kobject_reply_error(request, KERN_INVALID_ARGUMENT);
}

void
ops_device_begin(void)
{
	bool made =
	    ipc_kobject_init(&ops_world.device, IPC_KOBJECT_HOST, serve);

	mp_assert(made);
}

void
ops_begin(void)
{
	static const struct ipc_charge limits = {110, 120, 240000, 240000};

	memset(&ops_world, 0, sizeof(ops_world));
	ops_world.live_before = base_alloc_live();
	ipc_init(4096);
	ipc_world.lanes = &ops_lanes;
	ops_lanes_begin();
	ops_world.user = ipc_account_new(NULL, &limits);
	mp_assert(ops_world.user);
	for (int i = 0; i < OPS_TASKS; i++)
		ops_task_begin(&ops_world.tasks[i]);
	for (int i = 0; i < OPS_SLOTS; i++)
		ipc_slot_init(&ops_world.slots[i]);
	ops_device_begin();
}

void
ops_end(void)
{
	for (int i = 0; i < OPS_TASKS; i++) {
		ops_task_end(&ops_world.tasks[i]);
		ipc_check();
	}
	ops_lanes_end();
	for (int i = 0; i < OPS_SLOTS; i++)
		ipc_slot_deinit(&ops_world.slots[i]);
	ipc_kobject_deinit(&ops_world.device);
	ipc_check();
	mp_assert(ops_world.user->refs == 1);
	mp_assert(ops_world.user->used.names == 0);
	mp_assert(ops_world.user->used.messages == 0);
	mp_assert(ops_world.user->used.bytes == 0);
	(void)ipc_account_unref(ops_world.user);
	ipc_deinit();
	mp_assert(base_alloc_live() == ops_world.live_before);
	mp_assert(ops_world.files_freed == ops_world.files_made);
}

/* Choices. */

uint8_t
ops_byte(struct ops_input *input)
{
	if (input->count == 0)
		return 0;
	input->count--;
	return *input->bytes++;
}

uint32_t
ops_word(struct ops_input *input)
{
	uint32_t word = 0;

	for (int i = 0; i < 4; i++)
		word = word << 8 | ops_byte(input);
	return word;
}

unsigned
ops_below(struct ops_input *input, unsigned limit)
{
	return ops_byte(input) % limit;
}

bool
ops_once_in(struct ops_input *input, unsigned times)
{
	/* Not the byte 0: an input at its end chooses the ordinary. */
	return ops_below(input, times) == times - 1;
}

struct ops_task *
ops_pick_task(struct ops_input *input)
{
	return &ops_world.tasks[ops_below(input, OPS_TASKS)];
}

static mach_port_name_t
pick_odd_name(struct ops_input *input)
{
	switch (ops_below(input, 4)) {
	case 0:
		return MACH_PORT_NULL;
	case 1:
		return MACH_PORT_DEAD;
	case 2:
		return ops_word(input);
	default:
		/* Among the names of the first slots, in some generation. */
		return (1 + ops_below(input, 48)) << 8 | 3 |
		    (unsigned)ops_byte(input);
	}
}

mach_port_name_t
ops_pick_typed(struct ops_input *input, const struct ipc_space *space,
    mach_port_type_t types)
{
	mach_port_name_t chosen = MACH_PORT_NULL;
	mach_port_name_t name;
	const struct ipc_entry *entry;
	mach_port_name_t from = 0;
	unsigned skip = ops_below(input, 64);

	if (ops_once_in(input, 24))
		return pick_odd_name(input);
	while ((entry = ipc_space_next(space, &from, &name))) {
		if ((entry->type & types) == 0)
			continue;
		chosen = name;
		if (skip-- == 0)
			break;
		if (skip > space->used)
			skip %= space->used;
	}
	return chosen;
}

mach_port_name_t
ops_pick_name(struct ops_input *input, const struct ipc_space *space)
{
	return ops_pick_typed(input, space, MACH_PORT_TYPE_ALL_RIGHTS);
}

mach_msg_type_name_t
ops_pick_disposition(struct ops_input *input, struct ipc_space *space,
    mach_port_name_t name, bool receive_too)
{
	const struct ipc_entry *entry = ipc_space_find_raw(space, name);
	unsigned choice = ops_byte(input);

	if (!entry || choice % 16 == 15)
		return choice & MACH_MSGH_BITS_REMOTE_MASK;
	if (receive_too && (entry->type & MACH_PORT_TYPE_RECEIVE) &&
	    choice % 4 == 3)
		return MACH_MSG_TYPE_MOVE_RECEIVE;
	switch (entry->type) {
	case MACH_PORT_TYPE_RECEIVE:
		return choice % 2 ? MACH_MSG_TYPE_MAKE_SEND
		                  : MACH_MSG_TYPE_MAKE_SEND_ONCE;
	case MACH_PORT_TYPE_SEND_ONCE:
		return MACH_MSG_TYPE_MOVE_SEND_ONCE;
	case MACH_PORT_TYPE_SEND_RECEIVE:
		if (choice % 3 == 0)
			return MACH_MSG_TYPE_MAKE_SEND_ONCE;
		break;
	default:
		break;
	}
	return choice % 2 ? MACH_MSG_TYPE_MOVE_SEND : MACH_MSG_TYPE_COPY_SEND;
}
