/*
 * Server loops: receive a request, have it served, send the reply.
 * Source: spec/messages.md 14; the numbers below are its steps.
 */
#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <mach/message.h>
#include <mach/mig_errors.h>
#include <mach/port.h>
#include <mach/vm_map.h>
#include <mach/vm_page_size.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "msg_walk.h"

typedef boolean_t server_demux(mach_msg_header_t *, mach_msg_header_t *);

/* Memory for one message. */
struct server_buffer {
	mach_msg_header_t *message;
	vm_size_t bytes; /* whole pages; 0: none */
};

struct server {
	server_demux *demux;
	mach_port_t rcv_name;
	mach_msg_options_t options; /* for receive and send alike */
	mach_msg_size_t trailer_bytes;
	mach_msg_size_t receive_limit;
	struct server_buffer request;
	struct server_buffer reply;
};

static void
buffer_free(struct server_buffer *buffer)
{
	(void)vm_deallocate(
	    mach_task_self(), (vm_address_t)buffer->message, buffer->bytes);
	*buffer = (struct server_buffer){0};
}

/* For @bytes, as whole pages, zeroed. */
static kern_return_t
buffer_alloc(struct server_buffer *buffer_out, vm_size_t bytes)
{
	vm_address_t address = 0;
	kern_return_t kr;

	if (bytes < sizeof(mig_reply_error_t))
		bytes = sizeof(mig_reply_error_t);
	bytes = round_page(bytes);
	kr = vm_allocate(mach_task_self(), &address, bytes, VM_FLAGS_ANYWHERE);
	if (kr != KERN_SUCCESS)
		return kr;
	buffer_out->message = (mach_msg_header_t *)address;
	buffer_out->bytes = bytes;
	return KERN_SUCCESS;
}

static void
server_deinit(struct server *server)
{
	buffer_free(&server->request);
	buffer_free(&server->reply);
}

/* All of the request's buffer, as far as mach_msg() can be told. */
static mach_msg_size_t
whole_request(const struct server *server)
{
	return server->request.bytes > UINT32_MAX
	    ? UINT32_MAX
	    : (mach_msg_size_t)server->request.bytes;
}

/* 1. @server_out is to be given to server_deinit(), on success. */
static kern_return_t
server_init(struct server *server_out, server_demux *demux,
    mach_msg_size_t max_size, mach_port_t rcv_name, mach_msg_options_t options)
{
	struct server *server = server_out;
	vm_size_t request;
	vm_size_t reply = max_size;
	kern_return_t kr;

	options &= ~(MACH_SEND_MSG | MACH_RCV_MSG | MACH_RCV_VOUCHER);
	*server = (struct server){
	    .demux = demux,
	    .rcv_name = rcv_name,
	    .options = options,
	    .trailer_bytes = REQUESTED_TRAILER_SIZE(options),
	};
	request = (vm_size_t)max_size + server->trailer_bytes;
	if (options & MACH_SEND_TRAILER)
		reply += MAX_TRAILER_SIZE;
	kr = buffer_alloc(&server->request, request);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = buffer_alloc(&server->reply, reply);
	if (kr != KERN_SUCCESS) {
		server_deinit(server);
		return kr;
	}
	server->receive_limit = whole_request(server);
	if (!(options & MACH_RCV_LARGE) && request < server->receive_limit)
		server->receive_limit = (mach_msg_size_t)request;
	return KERN_SUCCESS;
}

/* Is @mr a request that is still queued, larger than the buffer? */
static bool
is_too_large(const struct server *server, mach_msg_return_t mr)
{
	return mr == MACH_RCV_TOO_LARGE &&
	    (server->options & MACH_RCV_LARGE) != 0;
}

/* Make room for a request of the size that the last receive has told. */
static kern_return_t
request_grow(struct server *server)
{
	vm_size_t bytes = (vm_size_t)server->request.message->msgh_size +
	    server->trailer_bytes;
	kern_return_t kr;

	buffer_free(&server->request);
	kr = buffer_alloc(&server->request, bytes);
	server->receive_limit = whole_request(server);
	return kr;
}

/* All memory that came is the server's. Of physical copies, and of what is volatile,
 * the message does not say so (spec/messages.md 11), and mach_msg_destroy() would
 * leave it. */
static void
request_destroy(mach_msg_header_t *request)
{
	struct msg_walk walk;

	msg_walk_begin(&walk, request, request->msgh_size);
	while (msg_walk_next(&walk)) {
		mach_msg_ool_descriptor_t ool;

		if (walk.descriptor.type.type != MACH_MSG_OOL_DESCRIPTOR &&
		    walk.descriptor.type.type !=
		        MACH_MSG_OOL_VOLATILE_DESCRIPTOR)
			continue;
		memcpy(&ool, walk.at, sizeof(ool));
		ool.type = MACH_MSG_OOL_DESCRIPTOR;
		ool.deallocate = TRUE;
		memcpy(walk.at, &ool, sizeof(ool));
	}
	mach_msg_destroy(request);
}

/* A request that misses some of its rights or memory is not served, so nobody
 * else can release what has come of it. */
static void
request_drop(struct server *server, mach_msg_return_t mr)
{
	if ((mr & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
		request_destroy(server->request.message);
}

/* 2. Wait for a request. Anything but success: there is none. */
static mach_msg_return_t
server_receive(struct server *server)
{
	mach_msg_return_t mr;

	for (;;) {
		mr = mach_msg(server->request.message,
		    MACH_RCV_MSG | MACH_RCV_VOUCHER | server->options, 0,
		    server->receive_limit, server->rcv_name,
		    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
		if (!is_too_large(server, mr))
			break;
		mr = request_grow(server);
		if (mr != KERN_SUCCESS)
			return mr;
	}
	request_drop(server, mr);
	return mr;
}

/* 3 and 4. What is to be sent is in the reply then; its msgh_remote_port is
 * null if nothing is. */
static void
server_serve(struct server *server)
{
	mach_msg_header_t *request = server->request.message;
	mig_reply_error_t *reply = (mig_reply_error_t *)server->reply.message;

	/* RetCode, too: a reply without one is no error. */
	memset(reply, 0, sizeof(*reply));
	/* That nobody knows the request is said in the reply. */
	(void)server->demux(request, &reply->Head);
	if (MACH_MSGH_BITS_IS_COMPLEX(reply->Head.msgh_bits) ||
	    reply->RetCode == KERN_SUCCESS)
		return;
	if (reply->RetCode == MIG_NO_REPLY) {
		reply->Head.msgh_remote_port = MACH_PORT_NULL;
		return;
	}
	/* The reply has the request's reply right by now. */
	request->msgh_remote_port = MACH_PORT_NULL;
	request_destroy(request);
}

/* 5. What to send the reply with. A client that does not take its replies must
 * not block the server. */
static mach_msg_option_t
reply_options(const struct server *server)
{
	mach_msg_bits_t bits = server->reply.message->msgh_bits;
	mach_msg_option_t options = MACH_SEND_MSG | server->options;

	if (MACH_MSGH_BITS_REMOTE(bits) != MACH_MSG_TYPE_MOVE_SEND_ONCE)
		options |= MACH_SEND_TIMEOUT;
	return options;
}

/* 6. Did a reply fail for a reason that is the client's? */
static bool
is_undeliverable(mach_msg_return_t mr)
{
	mr &= ~MACH_MSG_MASK;
	return mr == MACH_SEND_INVALID_DEST || mr == MACH_SEND_TIMED_OUT ||
	    mr == MACH_SEND_INTERRUPTED;
}

static void
reply_destroy(mach_msg_header_t *reply)
{
	mach_msg_type_name_t local = MACH_MSGH_BITS_LOCAL(reply->msgh_bits);

	mach_msg_destroy(reply);
	if (local == MACH_MSG_TYPE_PORT_SEND ||
	    local == MACH_MSG_TYPE_PORT_SEND_ONCE)
		(void)mach_port_deallocate(
		    mach_task_self(), reply->msgh_local_port);
}

/* Send the reply, if there is one. */
static mach_msg_return_t
server_reply(struct server *server)
{
	mach_msg_header_t *reply = server->reply.message;
	mach_msg_return_t mr;

	if (reply->msgh_remote_port == MACH_PORT_NULL)
		return MACH_MSG_SUCCESS;
	mr = mach_msg(reply, reply_options(server), reply->msgh_size, 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	if (!is_undeliverable(mr))
		return mr;
	reply_destroy(reply);
	return MACH_MSG_SUCCESS;
}

static void
swap_buffers(struct server *server)
{
	struct server_buffer reply = server->reply;

	server->reply = server->request;
	server->request = reply;
}

/* Send the reply and get the next request, in one trap if one is waiting. */
static mach_msg_return_t
server_exchange(struct server *server)
{
	mach_msg_header_t *reply = server->reply.message;
	/* With one buffer, a message need not be looked at to know its place. */
	bool in_place = server->reply.bytes == server->request.bytes;
	mach_msg_return_t mr;

	if (reply->msgh_remote_port == MACH_PORT_NULL)
		return server_receive(server);
	mr = mach_msg_overwrite(reply,
	    MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_VOUCHER |
	        reply_options(server),
	    reply->msgh_size, server->receive_limit, server->rcv_name,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL,
	    in_place ? reply : server->request.message, 0);
	if (is_undeliverable(mr)) {
		reply_destroy(reply);
		return server_receive(server);
	}
	if (in_place)
		swap_buffers(server);
	/* Sent; nothing waits, or what waits shows its size once more. */
	if (mr == MACH_RCV_TIMED_OUT || is_too_large(server, mr))
		return server_receive(server);
	request_drop(server, mr);
	return mr;
}

mach_msg_return_t
mach_msg_server_once(
    boolean_t (*demux)(mach_msg_header_t *, mach_msg_header_t *),
    mach_msg_size_t max_size, mach_port_t rcv_name, mach_msg_options_t options)
{
	struct server server;
	mach_msg_return_t mr;

	mr = server_init(&server, demux, max_size, rcv_name, options);
	if (mr != KERN_SUCCESS)
		return mr;
	mr = server_receive(&server);
	if (mr == MACH_MSG_SUCCESS) {
		server_serve(&server);
		mr = server_reply(&server);
	}
	server_deinit(&server);
	return mr;
}

mach_msg_return_t
mach_msg_server(boolean_t (*demux)(mach_msg_header_t *, mach_msg_header_t *),
    mach_msg_size_t max_size, mach_port_t rcv_name, mach_msg_options_t options)
{
	struct server server;
	mach_msg_return_t mr;

	mr = server_init(&server, demux, max_size, rcv_name, options);
	if (mr != KERN_SUCCESS)
		return mr;
	mr = server_receive(&server);
	while (mr == MACH_MSG_SUCCESS) {
		server_serve(&server);
		mr = server_exchange(&server);
	}
	server_deinit(&server);
	return mr;
}

mach_msg_return_t
mach_msg_server_importance(
    boolean_t (*demux)(mach_msg_header_t *, mach_msg_header_t *),
    mach_msg_size_t max_size, mach_port_t rcv_name, mach_msg_options_t options)
{
	return mach_msg_server(demux, max_size, rcv_name, options);
}
