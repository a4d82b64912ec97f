/* Kernel objects: their ports, and the answers that all of them can give. */
#include "ipc_kobject.h"

#include <mach/mig_errors.h>
#include <mach/ndr.h>
#include <string.h>

#include "base_assert.h"
#include "ipc_kmsg.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_space.h"

const char *
ipc_kobject_description(uint32_t type)
{
	switch (type) {
	case IPC_KOBJECT_THREAD:
		return "thread";
	case IPC_KOBJECT_TASK:
		return "task";
	case IPC_KOBJECT_HOST:
		return "host";
	case IPC_KOBJECT_HOST_PRIV:
		return "host-priv";
	case IPC_KOBJECT_TIMER:
		return "timer";
	case IPC_KOBJECT_TASK_NAME:
		return "task-name";
	case IPC_KOBJECT_SEMAPHORE:
		return "semaphore";
	case IPC_KOBJECT_CLOCK:
		return "clock";
	case IPC_KOBJECT_MEMORY_ENTRY:
		return "memory-entry";
	default:
		return "";
	}
}

bool
ipc_kobject_init(struct ipc_kobject *object, enum ipc_kobject_type type,
    void (*serve)(struct ipc_kobject *, struct ipc_kmsg *))
{
	struct ipc_port *port = ipc_port_new();

	if (!port)
		return false;
	port->place = IPC_PORT_PLACE_KERNEL;
	port->kobject = object;
	object->type = (uint8_t)type;
	object->port = port;
	object->serve = serve;
	object->no_senders = NULL;
	return true;
}

void
ipc_kobject_deinit(struct ipc_kobject *object)
{
	struct ipc_port *port = object->port;

	object->port = NULL;
	if (port)
		ipc_port_destroy(port);
}

struct ipc_port *
ipc_kobject_make_send(struct ipc_kobject *object)
{
	if (!object->port)
		return IPC_PORT_DEAD;
	ipc_port_make_send(object->port);
	return object->port;
}

struct ipc_kobject *
ipc_kobject_find(
    struct ipc_space *space, mach_port_name_t name, enum ipc_kobject_type type)
{
	struct ipc_entry *entry = ipc_space_find(space, name);

	if (!entry || !(entry->type & MACH_PORT_TYPE_SEND) ||
	    entry->port->place != IPC_PORT_PLACE_KERNEL ||
	    entry->port->kobject->type != (uint8_t)type)
		return NULL;
	return entry->port->kobject;
}

/* The receive rights in @reply are on their way to its destination. False: it
 * would never arrive, since that, in the end, is in the reply itself. */
static bool
send_receive_rights(struct ipc_kmsg *reply)
{
	bool ends = true;

	for (uint32_t i = 0; i < reply->right_count; i++) {
		const struct ipc_kmsg_right *right = &reply->rights[i];

		if (right->type != MACH_MSG_TYPE_PORT_RECEIVE)
			continue;
		mp_assert(IPC_PORT_VALID(right->port));
		ipc_port_set_destination(right->port, reply->remote);
		if (ipc_port_chain(reply->remote) == IPC_CHAIN_ENDS)
			continue;
		ipc_port_clear_destination(right->port);
		ends = false;
	}
	return ends;
}

/* @reply (of the kernel) goes over the reply right of @request. */
static void
address_reply(struct ipc_kmsg *request, struct ipc_kmsg *reply)
{
	reply->remote = request->local;
	reply->remote_type = request->local_type;
	request->local = IPC_PORT_NULL;
	request->local_type = 0;
}

bool
ipc_kobject_reply_wanted(const struct ipc_kmsg *reply)
{
	return ipc_port_active(reply->remote) &&
	    reply->remote->place != IPC_PORT_PLACE_KERNEL;
}

/* CONSUMES @reply. */
static void
send_reply(struct ipc_kmsg *reply)
{
	if (!ipc_kobject_reply_wanted(reply) || !send_receive_rights(reply) ||
	    !ipc_mqueue_post(reply->remote, reply))
		ipc_kmsg_destroy(reply);
}

/* What @request was charged is free for @reply; false: that is not enough. */
static bool
take_charge(
    struct ipc_kmsg *request, struct ipc_kmsg *reply, uint32_t right_count)
{
	SCOPED(ipc_account_unref)
	struct ipc_account *account = ipc_account_ref(request->account);
	const struct ipc_charge charge = request->charge;
	bool again;

	ipc_kmsg_discharge(request);
	if (ipc_kmsg_charge(reply, right_count, account))
		return true;
	/* There was room for it a moment ago. */
	again = ipc_account_charge(account, &charge);
	mp_assert(again);
	request->account = ipc_account_ref(account);
	return false;
}

struct ipc_kmsg *
ipc_kobject_reply_new(struct ipc_kmsg *request, uint32_t byte_count,
    uint32_t ool_bytes, uint32_t right_count)
{
	struct ipc_kmsg *reply =
	    ipc_kmsg_new(byte_count, ool_bytes, right_count);

	if (reply && !take_charge(request, reply, right_count)) {
		ipc_kmsg_free(reply);
		reply = NULL;
	}
	return reply;
}

void
ipc_kobject_reply(struct ipc_kmsg *request, struct ipc_kmsg *reply)
{
	if (reply && IPC_PORT_VALID(request->local)) {
		address_reply(request, reply);
		send_reply(reply);
	} else if (reply) {
		ipc_kmsg_destroy(reply);
	}
	ipc_kmsg_destroy(request);
}

void
ipc_kobject_reply_later(struct ipc_kmsg *request, struct ipc_kmsg *reply)
{
	mp_assert(IPC_PORT_VALID(request->local) && reply->right_count == 0);
	address_reply(request, reply);
	list_push_back(&reply->remote->replies, &reply->link);
}

void
ipc_kobject_reply_to(struct ipc_kmsg *reply, struct ipc_kmsg_right right)
{
	mp_assert(IPC_PORT_VALID(right.port) && reply->right_count == 0);
	reply->remote = right.port;
	reply->remote_type = (uint8_t)right.type;
	list_push_back(&reply->remote->replies, &reply->link);
}

void
ipc_kobject_reply_now(struct ipc_kmsg *reply)
{
	list_remove(&reply->link);
	reply->promise = NULL;
	send_reply(reply);
}

void
ipc_kobject_reply_error_in(
    struct ipc_kmsg *request, struct ipc_kmsg *reply, kern_return_t code)
{
	mig_reply_error_t error = {
	    .Head = {.msgh_size = sizeof(error)},
	    .NDR = {.int_rep = NDR_INT_LITTLE_ENDIAN},
	    .RetCode = code,
	};
	mach_msg_header_t header;

	memcpy(&header, request->bytes, sizeof(header));
	error.Head.msgh_id = (mach_msg_id_t)((uint32_t)header.msgh_id + 100u);
	mp_assert(reply->byte_count >= sizeof(error));
	mp_assert(reply->right_count == 0 && reply->ool_bytes == 0);
	reply->size = sizeof(error);
	reply->byte_count = sizeof(error);
	memcpy(reply->bytes, &error, sizeof(error));
	ipc_kobject_reply(request, reply);
}

void
ipc_kobject_reply_error(struct ipc_kmsg *request, kern_return_t code)
{
	struct ipc_kmsg *reply = NULL;

	/* Without memory the reply right dies with the request, and says so. */
	if (code != MIG_NO_REPLY && IPC_PORT_VALID(request->local))
		reply = ipc_kobject_reply_new(
		    request, sizeof(mig_reply_error_t), 0, 0);
	if (reply)
		ipc_kobject_reply_error_in(request, reply, code);
	else
		ipc_kmsg_destroy(request);
}
