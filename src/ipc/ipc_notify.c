/*
 * Notifications. Each is built in the memory that its send-once right brought
 * along (ipc_port_take_notice()), and posted whatever the queue limit.
 */
#include "ipc_notify.h"

#include <mach/ndr.h>
#include <mach/notify.h>
#include <string.h>

#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"

/* The messages as they are sent: public structures without their trailers. */
#define NAME_SIZE offsetof(mach_dead_name_notification_t, trailer)
#define PORT_SIZE offsetof(mach_port_destroyed_notification_t, trailer)
#define EMPTY_SIZE offsetof(mach_send_once_notification_t, trailer)
_Static_assert(NAME_SIZE == 36, "as spec/notifications.md 1.2");
_Static_assert(PORT_SIZE == IPC_NOTICE_BYTES, "as spec/notifications.md 1.2");
_Static_assert(EMPTY_SIZE == 24, "as spec/notifications.md 1.2");

/* CONSUMES a naked send-once right: the notification it became, or NULL if its
 * port is no more. */
static struct ipc_kmsg *
new_notice(struct ipc_port *notify, mach_msg_id_t id, mach_msg_size_t size)
{
	mach_msg_header_t header = {.msgh_size = size, .msgh_id = id};
	struct ipc_kmsg *kmsg;

	if (!IPC_PORT_VALID(notify))
		return NULL;
	if (!ipc_port_active(notify)) {
		ipc_port_unref(notify);
		return NULL;
	}
	kmsg = ipc_port_take_notice(notify);
	kmsg->size = size;
	kmsg->byte_count = size;
	memset(kmsg->bytes, 0, size);
	memcpy(kmsg->bytes, &header, sizeof(header));
	return kmsg;
}

/* Post @kmsg, CONSUMED: to a port that lives, whose queue may hold
 * IPC_QUEUE_MAX messages; then it is dropped (notifications.md 1.3). */
static void
post(struct ipc_kmsg *kmsg)
{
	if (!ipc_mqueue_post(kmsg->remote, kmsg))
		ipc_kmsg_destroy(kmsg);
}

/* 65, 66, 70 and 72 differ in their id and in what the integer means. */
static void
notify_number(struct ipc_port *notify, mach_msg_id_t id, uint32_t number)
{
	struct ipc_kmsg *kmsg = new_notice(notify, id, NAME_SIZE);
	mach_dead_name_notification_t notice;

	if (!kmsg)
		return;
	memcpy(&notice, kmsg->bytes, NAME_SIZE);
	notice.NDR = (NDR_record_t){.int_rep = NDR_INT_LITTLE_ENDIAN};
	notice.not_port = number;
	memcpy(kmsg->bytes, &notice, NAME_SIZE);
	post(kmsg);
}

void
ipc_notify_port_deleted(struct ipc_port *notify, mach_port_name_t name)
{
	notify_number(notify, MACH_NOTIFY_PORT_DELETED, name);
}

void
ipc_notify_send_possible(struct ipc_port *notify, mach_port_name_t name)
{
	notify_number(notify, MACH_NOTIFY_SEND_POSSIBLE, name);
}

void
ipc_notify_dead_name(struct ipc_port *notify, mach_port_name_t name)
{
	notify_number(notify, MACH_NOTIFY_DEAD_NAME, name);
}

void
ipc_notify_no_senders(struct ipc_port *notify, mach_port_mscount_t mscount)
{
	notify_number(notify, MACH_NOTIFY_NO_SENDERS, mscount);
}

void
ipc_notify_send_once(struct ipc_port *notify)
{
	struct ipc_kmsg *kmsg =
	    new_notice(notify, MACH_NOTIFY_SEND_ONCE, EMPTY_SIZE);

	if (kmsg)
		post(kmsg);
}

void
ipc_notify_port_destroyed(struct ipc_port *notify, struct ipc_port *port)
{
	struct ipc_kmsg *kmsg =
	    new_notice(notify, MACH_NOTIFY_PORT_DESTROYED, PORT_SIZE);
	mach_port_destroyed_notification_t notice;

	if (!kmsg) {
		ipc_port_destroy(port);
		return;
	}
	memcpy(&notice, kmsg->bytes, PORT_SIZE);
	notice.not_header.msgh_bits = MACH_MSGH_BITS_COMPLEX;
	notice.not_body.msgh_descriptor_count = 1;
	notice.not_port.disposition = MACH_MSG_TYPE_PORT_RECEIVE;
	notice.not_port.type = MACH_MSG_PORT_DESCRIPTOR;
	memcpy(kmsg->bytes, &notice, PORT_SIZE);
	kmsg->rights[0].port = port;
	kmsg->rights[0].type = MACH_MSG_TYPE_PORT_RECEIVE;
	kmsg->right_count = 1;
	ipc_port_set_destination(port, kmsg->remote);
	if (ipc_port_chain(kmsg->remote) == IPC_CHAIN_ENDS) {
		post(kmsg);
	} else {
		/* Nobody could reach it: the port dies after all. */
		ipc_port_clear_destination(port);
		ipc_kmsg_destroy(kmsg);
	}
}
