/* Sends and receives of the operation stream. */
#include <stdlib.h>
#include <string.h>

#include "base_assert.h"
#include "ipc_mach_msg.h"
#include "ipc_port.h"
#include "ipc_space.h"
#include "message.h"
#include "ops_world.h"

static struct ipc_waiter *
pick_thread(struct ops_input *input, struct ops_task *task)
{
	return &task->threads[ops_below(input, OPS_THREADS)];
}

static bool
is_compat(const struct ipc_space *space)
{
	for (int i = 0; i < OPS_TASKS; i++)
		if (ops_world.tasks[i].space == space)
			return ops_world.tasks[i].compat;
	return false;
}

/* Every name in a message that came out is one of the task's; but one of Mach 2.5
 * has vanished if the port died on the way, with a receive right behind it. */
static void
expect_name(struct ipc_space *space, mach_port_name_t name)
{
	mp_assert(!MACH_PORT_VALID(name) || ipc_space_find_raw(space, name) ||
	    is_compat(space));
}

static void
check_body(struct ipc_space *space, const struct ipc_kmsg *kmsg)
{
	uint32_t at = sizeof(mach_msg_base_t);
	mach_msg_base_t base;

	memcpy(&base, kmsg->bytes, sizeof(base));
	for (uint32_t i = 0; i < base.body.msgh_descriptor_count; i++) {
		mach_msg_guarded_port_descriptor64_t guarded;
		mach_msg_port_descriptor_t port;

		memcpy(&port, kmsg->bytes + at, sizeof(port));
		if (port.type == MACH_MSG_PORT_DESCRIPTOR) {
			expect_name(space, port.name);
			at += (uint32_t)sizeof(port);
			continue;
		}
		memcpy(&guarded, kmsg->bytes + at, sizeof(guarded));
		if (guarded.type == MACH_MSG_GUARDED_PORT_DESCRIPTOR)
			expect_name(space, guarded.name);
		at += (uint32_t)sizeof(guarded);
	}
	for (uint32_t i = 0; i < kmsg->name_count; i++)
		expect_name(space, kmsg->names[i]);
}

static void
check_result(const struct ipc_waiter *waiter)
{
	mach_msg_header_t header;

	mp_assert(waiter->state == IPC_WAITER_IDLE);
	switch ((enum ipc_outcome)waiter->outcome) {
	case IPC_OUTCOME_NONE:
	case IPC_OUTCOME_SIZE:
		mp_assert(!waiter->kmsg);
		return;
	case IPC_OUTCOME_MESSAGE:
	case IPC_OUTCOME_BARE:
		break;
	}
	mp_assert(waiter->kmsg && waiter->kmsg->state == IPC_KMSG_OUT);
	memcpy(&header, waiter->kmsg->bytes, sizeof(header));
	mp_assert(header.msgh_size == waiter->kmsg->size);
	expect_name(waiter->space, header.msgh_remote_port);
	expect_name(waiter->space, header.msgh_local_port);
	if (MACH_MSGH_BITS_IS_COMPLEX(header.msgh_bits))
		check_body(waiter->space, waiter->kmsg);
}

/* What has not been fetched goes, and with it its charge. */
static bool
make_idle(struct ipc_waiter *waiter)
{
	if (waiter->state != IPC_WAITER_IDLE)
		return false;
	ipc_waiter_reset(waiter);
	return true;
}

/* The elements of port arrays: borrowed by a message until it is sent. */
static mach_port_name_t arrays[4][6];

static void
add_ports(struct ops_input *input, struct ipc_space *space,
    struct message *message, mach_port_name_t *array)
{
	unsigned count = ops_below(input, 7);
	mach_msg_type_name_t disposition = MACH_MSG_TYPE_COPY_SEND;

	for (unsigned i = 0; i < count; i++) {
		array[i] = ops_pick_name(input, space);
		if (i == 0)
			disposition =
			    ops_pick_disposition(input, space, array[i], true);
	}
	message_add_ports(message, array, count, disposition);
}

static void
add_descriptor(struct ops_input *input, struct ipc_space *space,
    struct message *message, unsigned nth)
{
	static const uint8_t contents[200];
	mach_msg_guard_flags_t flags;
	mach_port_name_t name;

	switch (ops_below(input, 8)) {
	case 0:
	case 1:
	case 2:
	case 3:
		name = ops_pick_name(input, space);
		message_add_port(message, name,
		    ops_pick_disposition(input, space, name, true));
		break;
	case 4:
		add_ports(input, space, message, arrays[nth]);
		break;
	case 5:
		name = ops_pick_typed(input, space, MACH_PORT_TYPE_RECEIVE);
		flags = ops_once_in(input, 16) ? ops_below(input, 5)
		                               : ops_below(input, 4);
		message_add_guarded(message, name,
		    flags & MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND
		        ? 0
		        : ops_pick_guard(input),
		    flags);
		break;
	default:
		message_add_ool(message, contents, ops_below(input, 201),
		    ops_once_in(input, 32) ? 2 : ops_below(input, 2));
		break;
	}
}

static void
build(struct ops_input *input, struct ipc_space *space, struct message *message)
{
	static const uint8_t data[128];
	mach_port_name_t remote = ops_pick_typed(input, space,
	    MACH_PORT_TYPE_PORT_RIGHTS | MACH_PORT_TYPE_DEAD_NAME);
	mach_port_name_t local = MACH_PORT_NULL;
	mach_msg_type_name_t to_local = 0;
	mach_msg_type_name_t to_remote =
	    ops_pick_disposition(input, space, remote, false);
	unsigned count = ops_below(input, 8);

	if (ops_below(input, 2)) {
		local = ops_once_in(input, 8) ? remote
		                              : ops_pick_name(input, space);
		to_local = ops_pick_disposition(input, space, local, false);
	}
	message_init(message, remote, to_remote, local, to_local);
	message_header(message)->msgh_id = ops_byte(input);
	if (ops_once_in(input, 64))
		message_header(message)->msgh_bits |=
		    (mach_msg_bits_t)ops_byte(input) << 16;
	for (unsigned i = 0; count < 5 && i < count && i < 4; i++)
		add_descriptor(input, space, message, i);
	message_add_data(message, data, (size_t)ops_below(input, 33) * 4);
	if (ops_once_in(input, 64))
		message_set_unreadable(message, ops_below(input, 4));
	if (ops_once_in(input, 64)) /* a lie somewhere */
		message->bytes[ops_byte(input) % message->size] =
		    ops_byte(input);
}

static mach_msg_option_t
pick_send_options(struct ops_input *input)
{
	mach_msg_option_t option = MACH_SEND_MSG;

	if (ops_below(input, 3) != 2)
		option |= MACH_SEND_TIMEOUT;
	if (ops_once_in(input, 3))
		option |= MACH_SEND_NOTIFY;
	if (ops_once_in(input, 16))
		option |= MACH_SEND_OVERRIDE;
	return option;
}

/* Even port arrays, which is refused. */
static void
place_some(struct ops_input *input, struct message *message)
{
	for (unsigned i = 0; i < message->region_count; i++)
		if (ops_once_in(input, 8)) {
			message->regions[i].placed = true;
			ops_world.files_made++;
		}
}

void
ops_send(struct ops_input *input)
{
	struct ops_task *task = ops_pick_task(input);
	struct ipc_waiter *waiter = pick_thread(input, task);
	struct ipc_msg_args args = {.address = 0x1000};
	struct ipc_kmsg_source source = {0};
	struct message message;
	uint8_t *packed = NULL;
	mach_msg_return_t mr;
	uint32_t taken;

	if (!make_idle(waiter))
		return;
	args.option = pick_send_options(input);
	args.timeout = ops_below(input, 2);
	if ((args.option & MACH_SEND_NOTIFY) && ops_below(input, 2))
		args.notify =
		    ops_pick_typed(input, task->space, MACH_PORT_TYPE_RECEIVE);
	build(input, task->space, &message);
	place_some(input, &message);
	source.size = message.size;
	source.unreadable = message.unreadable;
	source.placed = message_placed(&message, 4096, &ops_world.files_freed);
	if (ops_once_in(input, 8)) {
		source.memory =
		    message_file(&message, 4096, &ops_world.files_freed);
		ops_world.files_made++;
	} else {
		packed = message_pack(&message, 8, &source.byte_count);
		source.bytes = packed;
	}
	mr = ipc_mach_msg_send(task->space, &args, &source, waiter, &taken);
	free(packed);
	if (mr == MACH_SEND_IN_PROGRESS) {
		mp_assert(waiter->state == IPC_WAITER_SENDING);
		return;
	}
	mp_assert(waiter->result == mr);
	check_result(waiter);
}

void
ops_receive(struct ops_input *input)
{
	static const mach_msg_size_t sizes[] = {
	    4096, 4096, 4096, 128, 64, 32, 28, 16, 0};
	struct ops_task *task = ops_pick_task(input);
	struct ipc_waiter *waiter = pick_thread(input, task);
	struct ipc_msg_args args = {.option = MACH_RCV_MSG, .address = 0x2000};
	mach_msg_return_t mr;

	if (!make_idle(waiter))
		return;
	args.rcv_name = ops_pick_typed(input, task->space,
	    MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_PORT_SET);
	args.rcv_size =
	    sizes[ops_below(input, sizeof(sizes) / sizeof(sizes[0]))];
	if (ops_below(input, 2))
		args.option |= MACH_RCV_TIMEOUT;
	if (ops_once_in(input, 3))
		args.option |= MACH_RCV_LARGE;
	if (ops_below(input, 2))
		args.option |= MACH_RCV_GUARDED_DESC;
	args.option |= MACH_RCV_TRAILER_ELEMENTS(ops_below(input, 16));
	ops_pick_lanes(input, task->space, &args);
	mr = ipc_mach_msg_receive(task->space, &args, waiter);
	if (mr == MACH_RCV_IN_PROGRESS) {
		mp_assert(waiter->state == IPC_WAITER_RECEIVING);
		return;
	}
	mp_assert(waiter->result == mr);
	check_result(waiter);
}

void
ops_cancel(struct ops_input *input)
{
	struct ops_task *task = ops_pick_task(input);
	struct ipc_waiter *waiter = pick_thread(input, task);
	bool blocked = waiter->state != IPC_WAITER_IDLE;

	ipc_waiter_cancel(waiter, ops_below(input, 2));
	mp_assert(waiter->state == IPC_WAITER_IDLE);
	if (blocked)
		check_result(waiter);
}

void
ops_abandon(struct ops_input *input)
{
	struct ipc_waiter *waiter = pick_thread(input, ops_pick_task(input));

	ipc_waiter_abandon(waiter);
	mp_assert(waiter->state == IPC_WAITER_IDLE && !waiter->kmsg);
}
