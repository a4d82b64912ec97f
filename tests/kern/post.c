/* Messages of tests. */
#include "post.h"

#include <string.h>

#include "ipc_entry.h"
#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "ipc_space.h"
#include "ipc_waiter.h"
#include "tasks.h"

mach_msg_return_t
post_send(struct kern_task *task, const void *message)
{
	const struct ipc_msg_args args = {.option = MACH_SEND_MSG};
	struct ipc_kmsg_source source = {
	    .bytes = message,
	    .unreadable = UINT32_MAX,
	};
	struct ipc_waiter waiter;
	mach_msg_header_t header;
	mach_msg_return_t mr;
	uint32_t taken;

	memcpy(&header, message, sizeof(header));
	source.byte_count = header.msgh_size;
	source.size = header.msgh_size;
	ipc_waiter_init(&waiter, NULL);
	mr = ipc_mach_msg_send(task->space, &args, &source, &waiter, &taken);
	ipc_waiter_reset(&waiter);
	ipc_check();
	return mr;
}

mach_msg_return_t
post_receive(struct kern_task *task, mach_port_name_t port, void *message_out,
    size_t room)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	    .rcv_size = 1 << 16,
	    .rcv_name = port,
	};
	struct ipc_waiter waiter;
	mach_msg_return_t mr;
	size_t bytes;

	memset(message_out, 0, room);
	ipc_waiter_init(&waiter, NULL);
	mr = ipc_mach_msg_receive(task->space, &args, &waiter);
	if (mr == MACH_MSG_SUCCESS) {
		bytes = waiter.kmsg->size;
		memcpy(message_out, waiter.kmsg->bytes,
		    bytes < room ? bytes : room);
	}
	ipc_waiter_reset(&waiter);
	ipc_check();
	return mr;
}

mach_port_name_t
post_receive_right(
    struct kern_task *from, mach_port_name_t port, struct kern_task *to)
{
	struct ipc_port *right;
	mach_port_name_t name;

	/* Between the two it is nowhere, which ipc_check() would not have. */
	assert_int_equal(ipc_right_copyin(from->space, port,
	                     MACH_MSG_TYPE_MOVE_RECEIVE, &right),
	    KERN_SUCCESS);
	EXPECT(ipc_right_copyout(
	           to->space, right, MACH_MSG_TYPE_PORT_RECEIVE, &name),
	    KERN_SUCCESS);
	return name;
}

uint32_t
post_count(struct kern_task *task, mach_port_name_t port)
{
	return ipc_space_find(task->space, port)->port->msgcount;
}
