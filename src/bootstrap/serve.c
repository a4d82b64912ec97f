/*
 * Receiving requests and notices.
 *
 * Before each request all notices are handled: what had happened when it was sent
 * counts. So who checks in to a service after its last server has died, or looks up a
 * name whose port has died, finds it so.
 */
#include "serve.h"

#include <mach/mach.h>
#include <mach/mach_port.h>
#include <mach/notify.h>

#include "bootstrapServer.h"
#include "gate.h"
#include "loop.h"
#include "program.h"
#include "server.h"
#include "service.h"
#include "watch.h"

/* In one go; then signals and timers have their turn. */
#define REQUESTS_MOST 64

#define AUDIT_TRAILER                                                          \
	(MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |                    \
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT))

/* More than any request has; a larger one is none of ours, and is destroyed. */
#define REQUEST_BYTES 1024

/* --- notices ------------------------------------------------------------------- */

union notice {
	mach_msg_header_t header;
	mach_port_destroyed_notification_t port_destroyed;
	mach_dead_name_notification_t dead_name;
};

/* Nobody but the kernel has rights to the port. */
static void
handle_notice(union notice *notice)
{
	if (notice->header.msgh_id == MACH_NOTIFY_DEAD_NAME)
		watch_notified(notice->dead_name.not_port);
	else
		/* Of requests for notices that were withdrawn. */
		mach_msg_destroy(&notice->header);
}

/* Is there a receive right in it? A message is not one for being the kernel's: who has
 * taken the right to send one, port_set_backup(), can have the kernel use it. */
static bool
is_return(const union notice *notice)
{
	const mach_port_destroyed_notification_t *told =
	    &notice->port_destroyed;

	return notice->header.msgh_id == MACH_NOTIFY_PORT_DESTROYED &&
	    (notice->header.msgh_bits & MACH_MSGH_BITS_COMPLEX) &&
	    told->not_body.msgh_descriptor_count == 1 &&
	    told->not_port.type == MACH_MSG_PORT_DESCRIPTOR &&
	    told->not_port.disposition == MACH_MSG_TYPE_PORT_RECEIVE &&
	    MACH_PORT_VALID(told->not_port.name);
}

static void
handle_return(union notice *notice)
{
	if (is_return(notice))
		service_returned(notice->port_destroyed.not_port.name);
	else
		mach_msg_destroy(&notice->header);
}

static void
serve_port(mach_port_t port, void (*handle)(union notice *notice))
{
	union notice notice;
	mach_msg_return_t mr;

	do {
		mr = mach_msg(&notice.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT,
		    0, sizeof(notice), port, 0, MACH_PORT_NULL);
		if (mr == MACH_MSG_SUCCESS)
			handle(&notice);
		/* What is too large is no notice, and is gone. */
	} while (mr == MACH_MSG_SUCCESS || mr == MACH_RCV_TOO_LARGE);
}

void
serve_notices(void)
{
	serve_port(server.returns, handle_return);
	serve_port(server.notices, handle_notice);
}

/* --- requests ------------------------------------------------------------------ */

/* Is it a notice of the kernel to a gate? Others have no send-once right to one. */
static bool
is_no_senders(const mach_msg_header_t *request)
{
	return request->msgh_id == MACH_NOTIFY_NO_SENDERS &&
	    MACH_MSGH_BITS_LOCAL(request->msgh_bits) ==
	    MACH_MSG_TYPE_PORT_SEND_ONCE;
}

static boolean_t
demux(mach_msg_header_t *request, mach_msg_header_t *reply)
{
	mig_reply_error_t *outcome = (mig_reply_error_t *)reply;
	struct gate *gate;

	serve_notices();
	if (!is_no_senders(request))
		return bootstrap_server(request, reply);
	gate = gate_find(request->msgh_local_port);
	if (gate && gate->program)
		program_release(gate->program);
	mig_reply_setup(request, reply);
	outcome->RetCode = MIG_NO_REPLY;
	return TRUE;
}

bool
serve_requests(void)
{
	for (unsigned i = 0; i < REQUESTS_MOST; i++) {
		/* Whatever was wrong with it, it is over; a reply that is not
		 * taken is dropped. */
		mach_msg_return_t mr =
		    mach_msg_server_once(demux, REQUEST_BYTES, server.requests,
		        MACH_RCV_TIMEOUT | AUDIT_TRAILER);

		if (mr == MACH_RCV_INVALID_NAME)
			loop_kernel_died();
		if (mr == MACH_RCV_INVALID_NAME || mr == MACH_RCV_TIMED_OUT)
			return false;
	}
	return true;
}
