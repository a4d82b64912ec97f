/* Messages of the loopback: sending, receiving, and the server. */
#include "loopback.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "loopback_space.h"

/* What a message may carry at most. */
#define CARRIED_MAX 256
#define MEMORY_MAX (1u << 20)

/* What a descriptor stands for, on its way. */
struct carried {
	size_t offset; /* of the descriptor */
	mach_msg_descriptor_type_t type;
	struct right right;   /* a port */
	struct right *rights; /* ports out of line */
	void *memory;         /* data out of line */
	uint32_t count;       /* bytes, rights */
	mach_msg_copy_options_t copy;
};

struct message {
	struct message *next;
	struct right dest;
	struct right reply;
	mach_msg_size_t size;
	void *bytes;
	struct carried carried[CARRIED_MAX];
	unsigned carried_count;
};

struct loopback loopback;

static mach_port_t service; /* the server's receive right */

/* --- what a message carries ------------------------------------------------ */

/* Copies what may be no memory at all. */
static bool
memory_read(void *to, const void *from, size_t bytes)
{
	struct iovec local = {to, bytes};
	struct iovec remote = {(void *)(uintptr_t)from, bytes};

	return bytes == 0 ||
	    process_vm_readv(getpid(), &local, 1, &remote, 1, 0) ==
	    (ssize_t)bytes;
}

/* Memory that is to leave its owner is a region, all of it. */
static bool
may_leave(enum loopback_task task, const void *address, size_t bytes,
    boolean_t deallocate)
{
	return !deallocate || region_exists(task, address, bytes);
}

static mach_msg_return_t
port_copyin(enum loopback_task task, struct carried *carried,
    const mach_msg_port_descriptor_t *port)
{
	if (port->disposition < MACH_MSG_TYPE_MOVE_RECEIVE ||
	    port->disposition > MACH_MSG_TYPE_MAKE_SEND_ONCE)
		return MACH_SEND_INVALID_TYPE;
	return right_copyin(
	           task, port->name, port->disposition, &carried->right)
	    ? MACH_MSG_SUCCESS
	    : MACH_SEND_INVALID_RIGHT;
}

static mach_msg_return_t
memory_copyin(enum loopback_task task, struct carried *carried,
    const mach_msg_ool_descriptor_t *ool)
{
	if (ool->copy > MACH_MSG_VIRTUAL_COPY)
		return MACH_SEND_INVALID_TYPE;
	if (ool->size > MEMORY_MAX ||
	    !may_leave(task, ool->address, ool->size, ool->deallocate))
		return MACH_SEND_INVALID_MEMORY;
	carried->memory = malloc((size_t)ool->size + 1);
	if (!carried->memory)
		abort();
	if (!memory_read(carried->memory, ool->address, ool->size)) {
		free(carried->memory);
		carried->memory = NULL;
		return MACH_SEND_INVALID_MEMORY;
	}
	carried->count = ool->size;
	carried->copy = ool->copy;
	if (ool->deallocate)
		(void)region_free(task, ool->address, ool->size);
	return MACH_MSG_SUCCESS;
}

static mach_msg_return_t
rights_copyin(enum loopback_task task, struct carried *carried,
    const mach_msg_ool_ports_descriptor_t *ports)
{
	size_t bytes = (size_t)ports->count * sizeof(mach_port_t);
	mach_port_t names[1024];

	if (ports->copy > MACH_MSG_VIRTUAL_COPY ||
	    ports->disposition < MACH_MSG_TYPE_MOVE_RECEIVE ||
	    ports->disposition > MACH_MSG_TYPE_MAKE_SEND_ONCE)
		return MACH_SEND_INVALID_TYPE;
	if (bytes > sizeof(names))
		return MACH_SEND_TOO_LARGE;
	if (!may_leave(task, ports->address, bytes, ports->deallocate) ||
	    !memory_read(names, ports->address, bytes))
		return MACH_SEND_INVALID_MEMORY;
	carried->rights = calloc(ports->count + 1, sizeof(struct right));
	if (!carried->rights)
		abort();
	/* What type they are, also if there is none. */
	(void)right_copyin(
	    task, MACH_PORT_NULL, ports->disposition, &carried->right);
	while (carried->count < ports->count) {
		if (!right_copyin(task, names[carried->count],
		        ports->disposition, &carried->rights[carried->count]))
			return MACH_SEND_INVALID_RIGHT;
		carried->count++;
	}
	if (ports->deallocate)
		(void)region_free(task, ports->address, bytes);
	return MACH_MSG_SUCCESS;
}

static void
carried_release(struct carried *carried)
{
	right_release(&carried->right);
	for (uint32_t i = 0; carried->rights && i < carried->count; i++)
		right_release(&carried->rights[i]);
	free(carried->rights);
	free(carried->memory);
	*carried = (struct carried){0};
}

static void
port_copyout(enum loopback_task task, struct carried *carried, void *at)
{
	mach_msg_port_descriptor_t port = {
	    .disposition = carried->right.type & 0xff,
	    .type = MACH_MSG_PORT_DESCRIPTOR,
	};

	port.name = right_copyout(task, &carried->right);
	memcpy(at, &port, sizeof(port));
}

static void
memory_copyout(enum loopback_task task, struct carried *carried, void *at)
{
	mach_msg_ool_descriptor_t ool = {
	    .address = region_new(task, carried->count),
	    /* spec/messages.md 11 */
	    .deallocate = carried->copy == MACH_MSG_VIRTUAL_COPY,
	    .copy = carried->copy & 0xff,
	    .type = MACH_MSG_OOL_DESCRIPTOR,
	    .size = carried->count,
	};

	if (carried->count > 0)
		memcpy(ool.address, carried->memory, carried->count);
	memcpy(at, &ool, sizeof(ool));
}

static void
rights_copyout(enum loopback_task task, struct carried *carried, void *at)
{
	mach_port_t *names =
	    region_new(task, carried->count * sizeof(mach_port_t));
	mach_msg_ool_ports_descriptor_t ports = {
	    .address = names,
	    .deallocate = TRUE,
	    .copy = MACH_MSG_VIRTUAL_COPY,
	    .disposition = carried->right.type & 0xff,
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .count = carried->count,
	};

	for (uint32_t i = 0; i < carried->count; i++)
		names[i] = right_copyout(task, &carried->rights[i]);
	memcpy(at, &ports, sizeof(ports));
}

/* --- whole messages -------------------------------------------------------- */

static void
message_free(struct message *message)
{
	for (unsigned i = 0; i < message->carried_count; i++)
		carried_release(&message->carried[i]);
	right_release(&message->reply);
	/* The right to send is not used; a message has used it already. */
	if (message->dest.port)
		port_unref(message->dest.port);
	free(message->bytes);
	free(message);
}

static bool
is_send(mach_msg_type_name_t disposition)
{
	return disposition >= MACH_MSG_TYPE_MOVE_SEND &&
	    disposition <= MACH_MSG_TYPE_MAKE_SEND_ONCE;
}

/* The header's rights. On failure nothing was taken. */
static mach_msg_return_t
header_copyin(enum loopback_task task, struct message *message)
{
	mach_msg_header_t head;
	mach_msg_type_name_t remote;
	mach_msg_type_name_t local;

	memcpy(&head, message->bytes, sizeof(head));
	remote = MACH_MSGH_BITS_REMOTE(head.msgh_bits);
	local = MACH_MSGH_BITS_LOCAL(head.msgh_bits);
	if (!is_send(remote) || (local != 0 && !is_send(local)) ||
	    (local == 0 && head.msgh_local_port != MACH_PORT_NULL))
		return MACH_SEND_INVALID_HEADER;
	if (MACH_MSGH_BITS_VOUCHER(head.msgh_bits) != 0)
		return MACH_SEND_INVALID_VOUCHER;
	if (!right_copyin(task, head.msgh_remote_port, remote, &message->dest))
		return MACH_SEND_INVALID_DEST;
	if (!message->dest.port)
		return MACH_SEND_INVALID_DEST;
	if (right_copyin(task, head.msgh_local_port, local, &message->reply))
		return MACH_MSG_SUCCESS;
	(void)right_copyout(task, &message->dest);
	return MACH_SEND_INVALID_REPLY;
}

/* One descriptor at @offset; *@bytes_out is its size. */
static mach_msg_return_t
descriptor_copyin(enum loopback_task task, struct message *message,
    size_t offset, size_t *bytes_out)
{
	struct carried *carried = &message->carried[message->carried_count];
	mach_msg_descriptor_t descriptor = {0};
	size_t left = message->size - offset;

	if (left < sizeof(descriptor.port))
		return MACH_SEND_MSG_TOO_SMALL;
	memcpy(&descriptor, (uint8_t *)message->bytes + offset,
	    left < sizeof(descriptor) ? left : sizeof(descriptor));
	*bytes_out = sizeof(descriptor.port);
	carried->offset = offset;
	carried->type = descriptor.type.type;
	message->carried_count++;
	if (carried->type == MACH_MSG_PORT_DESCRIPTOR)
		return port_copyin(task, carried, &descriptor.port);
	*bytes_out = sizeof(descriptor.out_of_line);
	if (left < *bytes_out)
		return MACH_SEND_MSG_TOO_SMALL;
	if (carried->type == MACH_MSG_OOL_DESCRIPTOR)
		return memory_copyin(task, carried, &descriptor.out_of_line);
	if (carried->type == MACH_MSG_OOL_PORTS_DESCRIPTOR)
		return rights_copyin(task, carried, &descriptor.ool_ports);
	return MACH_SEND_INVALID_TYPE;
}

static mach_msg_return_t
body_copyin(enum loopback_task task, struct message *message)
{
	size_t offset = sizeof(mach_msg_base_t);
	mach_msg_return_t mr = MACH_MSG_SUCCESS;
	mach_msg_base_t base;

	memcpy(&base, message->bytes, sizeof(base.header));
	if (!MACH_MSGH_BITS_IS_COMPLEX(base.header.msgh_bits))
		return MACH_MSG_SUCCESS;
	if (message->size < sizeof(base))
		return MACH_SEND_MSG_TOO_SMALL;
	memcpy(&base, message->bytes, sizeof(base));
	if (base.body.msgh_descriptor_count > CARRIED_MAX)
		return MACH_SEND_TOO_LARGE;
	while (mr == MACH_MSG_SUCCESS &&
	    message->carried_count < base.body.msgh_descriptor_count) {
		size_t bytes;

		mr = descriptor_copyin(task, message, offset, &bytes);
		offset += bytes;
	}
	return mr;
}

/* Takes what the @size bytes at @bytes hold. On failure the header's rights, and
 * what was taken of the body, are gone. */
static mach_msg_return_t
message_copyin(enum loopback_task task, const void *bytes, mach_msg_size_t size,
    struct message **message_out)
{
	struct message *message;
	mach_msg_return_t mr;

	if (size % 4 != 0 || size < sizeof(mach_msg_header_t))
		return MACH_SEND_MSG_TOO_SMALL;
	message = calloc(1, sizeof(*message));
	if (!message)
		abort();
	message->size = size;
	message->bytes = malloc(size);
	if (!message->bytes)
		abort();
	memcpy(message->bytes, bytes, size);
	mr = header_copyin(task, message);
	if (mr == MACH_MSG_SUCCESS)
		mr = body_copyin(task, message);
	if (mr != MACH_MSG_SUCCESS) {
		right_release(&message->dest);
		message_free(message);
		return mr;
	}
	*message_out = message;
	return mr;
}

/* The body, as received, and how the header says so. */
static void
body_copyout(enum loopback_task task, struct message *message)
{
	for (unsigned i = 0; i < message->carried_count; i++) {
		struct carried *carried = &message->carried[i];
		void *at = (uint8_t *)message->bytes + carried->offset;

		if (carried->type == MACH_MSG_PORT_DESCRIPTOR)
			port_copyout(task, carried, at);
		else if (carried->type == MACH_MSG_OOL_DESCRIPTOR)
			memory_copyout(task, carried, at);
		else
			rights_copyout(task, carried, at);
	}
}

/* The message is back with its sender: in the form of a received one, but for
 * the header's two rights, which are where they were. @message is CONSUMED. */
static void
message_return(
    enum loopback_task task, struct message *message, mach_msg_header_t *msg)
{
	mach_msg_header_t *head = message->bytes;

	body_copyout(task, message);
	head->msgh_bits =
	    MACH_MSGH_BITS(message->dest.type, message->reply.type) |
	    (head->msgh_bits & MACH_MSGH_BITS_COMPLEX);
	head->msgh_remote_port = right_copyout(task, &message->dest);
	head->msgh_local_port = right_copyout(task, &message->reply);
	memcpy(msg, message->bytes, message->size);
	message_free(message);
}

/* --- queues ---------------------------------------------------------------- */

static void
message_queue(struct message *message)
{
	struct port *port = message->dest.port;

	if (!port->alive) {
		message_free(message);
		return;
	}
	*port->end = message;
	port->end = &message->next;
}

static struct message *
message_next(struct port *port)
{
	struct message *message = port->first;

	if (!message)
		return NULL;
	port->first = message->next;
	if (!port->first)
		port->end = &port->first;
	return message;
}

void
messages_drop(struct port *port)
{
	struct message *message;

	while ((message = message_next(port)) != NULL)
		message_free(message);
}

void
message_notify(struct port *port)
{
	struct message *message = calloc(1, sizeof(*message));
	mach_msg_header_t *head = calloc(1, sizeof(*head));

	if (!message || !head)
		abort();
	head->msgh_id = MACH_NOTIFY_SEND_ONCE;
	message->size = sizeof(*head);
	message->bytes = head;
	message->dest.port = port_ref(port);
	message->dest.type = MACH_MSG_TYPE_PORT_SEND_ONCE;
	message_queue(message);
}

/* --- receiving ------------------------------------------------------------- */

static void
trailer_write(enum loopback_task task, struct port *port, void *at,
    mach_msg_option_t option)
{
	mach_msg_max_trailer_t trailer = {
	    .msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0,
	    .msgh_trailer_size = REQUESTED_TRAILER_SIZE(option),
	    .msgh_seqno = port->seqno++,
	    .msgh_sender.val = {geteuid(), getegid()},
	    .msgh_context = task == LOOPBACK_SERVER ? loopback.context : 0,
	};
	mach_msg_size_t bytes = trailer.msgh_trailer_size;

	trailer.msgh_audit.val[1] = geteuid();
	trailer.msgh_audit.val[5] = (unsigned)getpid();
	if (loopback.on_trailer)
		loopback.on_trailer(task, &trailer);
	memcpy(at, &trailer, bytes);
}

/* Stores a message, which is CONSUMED, at @msg as @task receives it. */
static mach_msg_return_t
message_receive(enum loopback_task task, mach_port_t name,
    struct message *message, void *msg, mach_msg_size_t room,
    mach_msg_option_t option)
{
	mach_msg_header_t *head = message->bytes;
	struct port *port = message->dest.port;

	if (message->size + REQUESTED_TRAILER_SIZE(option) > room) {
		LOOPBACK_CHECK(loopback.on_request || loopback.on_reply);
		message_free(message);
		return MACH_RCV_TOO_LARGE;
	}
	body_copyout(task, message);
	head->msgh_bits =
	    MACH_MSGH_BITS(message->reply.type, message->dest.type) |
	    (head->msgh_bits & MACH_MSGH_BITS_COMPLEX);
	head->msgh_size = message->size;
	head->msgh_remote_port = right_copyout(task, &message->reply);
	head->msgh_local_port = name;
	head->msgh_voucher_port = MACH_PORT_NULL;
	memcpy(msg, message->bytes, message->size);
	trailer_write(task, port, (uint8_t *)msg + message->size, option);
	message_free(message);
	return MACH_MSG_SUCCESS;
}

/* --- the server ------------------------------------------------------------ */

void
loopback_be(enum loopback_task task)
{
	loopback_current = task;
	if (loopback.on_task)
		loopback.on_task(task);
}

/* Sends what is in @msg, changed by @change. */
static mach_msg_return_t
message_send(enum loopback_task task, const mach_msg_header_t *msg,
    mach_msg_size_t size, void (*change)(void *, mach_msg_size_t *))
{
	static uint8_t buffer[LOOPBACK_MESSAGE_MAX];
	struct message *message;
	mach_msg_return_t mr;

	if (size > sizeof(buffer))
		return MACH_SEND_TOO_LARGE;
	memcpy(buffer, msg, size);
	if (change)
		change(buffer, &size);
	mr = message_copyin(task, buffer, size, &message);
	if (mr != MACH_MSG_SUCCESS)
		return mr;
	if (task == LOOPBACK_CLIENT && loopback.server_dies) {
		message_free(message);
		return mr;
	}
	message_queue(message);
	return mr;
}

/* As mach_msg_server() does it: physical copies, too, which do not say so. */
static void
request_destroy(mach_msg_header_t *request)
{
	char *at = (char *)request + sizeof(mach_msg_base_t);
	mach_msg_base_t base;

	memcpy(&base, request, sizeof(base.header));
	if (MACH_MSGH_BITS_IS_COMPLEX(base.header.msgh_bits)) {
		memcpy(&base, request, sizeof(base));
		while (base.body.msgh_descriptor_count-- > 0) {
			bool is_port = at[11] == MACH_MSG_PORT_DESCRIPTOR;

			if (at[11] == MACH_MSG_OOL_DESCRIPTOR)
				at[8] = TRUE;
			at += is_port ? sizeof(mach_msg_port_descriptor_t)
			              : sizeof(mach_msg_ool_descriptor_t);
		}
	}
	mach_msg_destroy(request);
}

/* What the reply's RetCode says about the request: spec/mig.md 13.3. */
static void
server_conclude(mach_msg_header_t *request, mig_reply_error_t *reply)
{
	loopback.result = KERN_SUCCESS;
	if (!MACH_MSGH_BITS_IS_COMPLEX(reply->Head.msgh_bits))
		loopback.result = reply->RetCode;
	if (loopback.result == KERN_SUCCESS)
		return;
	if (loopback.result == MIG_NO_REPLY) {
		reply->Head.msgh_remote_port = MACH_PORT_NULL;
		return;
	}
	request->msgh_remote_port = MACH_PORT_NULL;
	request_destroy(request);
}

static void
server_reply(mig_reply_error_t *reply)
{
	mach_msg_return_t mr;

	if (reply->Head.msgh_remote_port == MACH_PORT_NULL)
		return;
	LOOPBACK_CHECK(reply->Head.msgh_size <= loopback.max_size);
	loopback.replied++;
	loopback.reply_bytes = reply->Head.msgh_size;
	mr = message_send(LOOPBACK_SERVER, &reply->Head, reply->Head.msgh_size,
	    loopback.on_reply);
	/* What was changed need not be a message any more. */
	LOOPBACK_CHECK(mr == MACH_MSG_SUCCESS || loopback.on_reply ||
	    mr == MACH_SEND_INVALID_DEST);
	if (mr == MACH_SEND_INVALID_DEST)
		mach_msg_destroy(&reply->Head);
}

/* Serve one request, in buffers of its size. */
static void
server_serve(struct message *message)
{
	mach_msg_size_t room =
	    message->size + REQUESTED_TRAILER_SIZE(loopback.trailer);
	mach_msg_header_t *request = malloc(room);
	mig_reply_error_t *reply = malloc(loopback.max_size);

	if (!request || !reply)
		abort();
	/* What a stub does not write is seen in what it sends. */
	memset(reply, loopback.stale, loopback.max_size);
	memset(reply, 0, sizeof(*reply));
	loopback.served++;
	(void)message_receive(
	    LOOPBACK_SERVER, service, message, request, room, loopback.trailer);
	(void)loopback.demux(request, &reply->Head);
	server_conclude(request, reply);
	server_reply(reply);
	free(request);
	free(reply);
}

static void
server_run(void)
{
	struct port *port = space_receiver(LOOPBACK_SERVER, service);
	enum loopback_task task = loopback_current;
	struct message *message;

	loopback_be(LOOPBACK_SERVER);
	while (port && (message = message_next(port)) != NULL)
		server_serve(message);
	loopback_be(task);
}

/* --- what tasks call ------------------------------------------------------- */

/* A send that fails although its message is good. */
static mach_msg_return_t
fail_send(mach_msg_header_t *msg, mach_msg_size_t size)
{
	mach_msg_return_t error = loopback.send_error;
	struct message *message;

	switch (error & ~MACH_MSG_MASK) {
	case MACH_SEND_TIMED_OUT:
	case MACH_SEND_INTERRUPTED:
	case MACH_SEND_NO_BUFFER:
		break;
	default:
		return error;
	}
	if (message_copyin(loopback_current, msg, size, &message) ==
	    MACH_MSG_SUCCESS)
		message_return(loopback_current, message, msg);
	return error;
}

static mach_msg_return_t
send_of(mach_msg_header_t *msg, mach_msg_size_t size)
{
	mach_msg_return_t mr;

	if (loopback_current == LOOPBACK_SERVER)
		return message_send(LOOPBACK_SERVER, msg, size, NULL);
	if (loopback.send_error != MACH_MSG_SUCCESS)
		return fail_send(msg, size);
	loopback.sent++;
	loopback.request_bytes = size;
	mr = message_send(LOOPBACK_CLIENT, msg, size, loopback.on_request);
	if (mr == MACH_MSG_SUCCESS)
		server_run();
	return mr;
}

static mach_msg_return_t
receive_of(mach_msg_header_t *msg, mach_msg_size_t room, mach_port_t name,
    mach_msg_option_t option)
{
	struct port *port = space_receiver(loopback_current, name);
	struct message *message;

	if (loopback.receive_error != MACH_MSG_SUCCESS)
		return loopback.receive_error;
	if (!port)
		return MACH_RCV_INVALID_NAME;
	message = message_next(port);
	if (message)
		return message_receive(
		    loopback_current, name, message, msg, room, option);
	/* With a kernel, it would wait for ever. */
	LOOPBACK_CHECK((option & MACH_RCV_TIMEOUT) || loopback.on_reply ||
	    loopback.on_request);
	return MACH_RCV_TIMED_OUT;
}

mach_msg_return_t
mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
    mach_msg_size_t send_size, mach_msg_size_t rcv_size,
    mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
    mach_port_name_t notify)
{
	mach_msg_return_t mr = MACH_MSG_SUCCESS;

	(void)notify;
	if (loopback_current == LOOPBACK_CLIENT) {
		loopback.option = option;
		loopback.timeout = timeout;
	}
	if (option & MACH_SEND_MSG)
		mr = send_of(msg, send_size);
	if (mr == MACH_MSG_SUCCESS && (option & MACH_RCV_MSG))
		mr = receive_of(msg, rcv_size, rcv_name, option);
	return mr;
}

/* --- tests ----------------------------------------------------------------- */

void
loopback_abandon(enum loopback_task task)
{
	space_clear(task);
}

mach_port_t
loopback_reset(void)
{
	struct right right;

	loopback.on_task = NULL;
	space_reset();
	memset(&loopback, 0, sizeof(loopback));
	loopback_current = LOOPBACK_SERVER;
	(void)mach_port_allocate(
	    mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &service);
	(void)right_copyin(
	    LOOPBACK_SERVER, service, MACH_MSG_TYPE_MAKE_SEND, &right);
	loopback_current = LOOPBACK_CLIENT;
	return right_copyout(LOOPBACK_CLIENT, &right);
}
