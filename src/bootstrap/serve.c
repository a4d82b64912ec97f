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
#include <string.h>

#include "bootstrapServer.h"
#include "gate.h"
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
	char room[128]; /* with the audit trailer */
};

_Static_assert(sizeof(mach_port_destroyed_notification_t) +
            sizeof(mach_msg_audit_trailer_t) <=
        sizeof(union notice),
    "room for every notice");

/* Who holds a service can take the right to send us one notice out of its port:
 * port_set_backup(). */
static bool
is_of_kernel(const union notice *notice)
{
	static const audit_token_t kernel = KERNEL_AUDIT_TOKEN_VALUE;
	mach_msg_audit_trailer_t trailer;

	memcpy(&trailer, notice->room + round_msg(notice->header.msgh_size),
	    sizeof(trailer));
	return trailer.msgh_trailer_size >= sizeof(trailer) &&
	    memcmp(&trailer.msgh_audit, &kernel, sizeof(kernel)) == 0;
}

static void
handle_notice(union notice *notice)
{
	if (!is_of_kernel(notice)) {
		mach_msg_destroy(&notice->header);
		return;
	}
	switch (notice->header.msgh_id) {
	case MACH_NOTIFY_PORT_DESTROYED:
		service_returned(notice->port_destroyed.not_port.name);
		return;
	case MACH_NOTIFY_DEAD_NAME:
		watch_notified(notice->dead_name.not_port);
		return;
	default:
		/* Of requests for notices that were withdrawn. */
		mach_msg_destroy(&notice->header);
		return;
	}
}

void
serve_notices(void)
{
	union notice notice;
	mach_msg_return_t mr;

	do {
		mr = mach_msg(&notice.header,
		    MACH_RCV_MSG | MACH_RCV_TIMEOUT | AUDIT_TRAILER, 0,
		    sizeof(notice), server.notices, 0, MACH_PORT_NULL);
		if (mr == MACH_MSG_SUCCESS)
			handle_notice(&notice);
		/* What is too large is no notice, and is gone. */
	} while (mr == MACH_MSG_SUCCESS || mr == MACH_RCV_TOO_LARGE);
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
	for (unsigned i = 0; i < REQUESTS_MOST; i++)
		/* Whatever was wrong with it, it is over; a reply that is not
		 * taken is dropped. */
		if (mach_msg_server_once(demux, REQUEST_BYTES, server.requests,
		        MACH_RCV_TIMEOUT | AUDIT_TRAILER) == MACH_RCV_TIMED_OUT)
			return false;
	return true;
}
