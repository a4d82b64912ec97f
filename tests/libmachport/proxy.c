/* A thread that receives on a port. */
#include "proxy.h"

#include <pthread.h>
#include <stdatomic.h>

#include "program.h"

#define STOP 1 /* id of the message that ends the thread */

mach_port_t proxy;
static _Atomic mach_port_t target;
static void (*_Atomic answer)(union proxy_request *);
static pthread_t server;

void
proxy_forward(union proxy_request *request)
{
	mach_msg_header_t *header = &request->header;

	header->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	                        MACH_MSG_TYPE_MOVE_SEND_ONCE) |
	    (header->msgh_bits & MACH_MSGH_BITS_COMPLEX);
	header->msgh_local_port = header->msgh_remote_port;
	header->msgh_remote_port = atomic_load(&target);
	CHECK_EQ(mach_msg(header, MACH_SEND_MSG, header->msgh_size, 0,
	             MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void *
serve(void *argument)
{
	void (*how)(union proxy_request *);
	union proxy_request request;

	(void)argument;

	for (;;) {
		CHECK_EQ(
		    mach_msg(&request.header, MACH_RCV_MSG, 0, sizeof(request),
		        proxy, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		if (request.header.msgh_id == STOP)
			return NULL;
		if (request.header.msgh_id == MACH_NOTIFY_SEND_ONCE)
			continue; /* its reply right was used by a right of ours */
		how = atomic_load(&answer);
		how(&request);
	}
}

void
proxy_start(mach_port_t to, void (*how)(union proxy_request *))
{
	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &proxy),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_insert_right(
	             mach_task_self(), proxy, proxy, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	proxy_forward_to(to);
	proxy_answer_with(how);
	CHECK_EQ(pthread_create(&server, NULL, serve, NULL), 0);
}

void
proxy_stop(void)
{
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_remote_port = proxy,
	    .msgh_id = STOP,
	};

	CHECK_EQ(mach_msg(&header, MACH_SEND_MSG, sizeof(header), 0,
	             MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(pthread_join(server, NULL), 0);
}

void
proxy_answer_with(void (*how)(union proxy_request *))
{
	atomic_store(&answer, how);
}

void
proxy_forward_to(mach_port_t to)
{
	atomic_store(&target, to);
}
