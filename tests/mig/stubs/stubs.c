/* One server of all interfaces: what a program does that serves several. */
#include "calls.h"

#include "goldenServer.h"
#include "inlineServer.h"
#include "memoryServer.h"
#include "oddServer.h"
#include "one_wayServer.h"
#include "releasedServer.h"
#include "rightsServer.h"
#include "specialServer.h"
#include "stub.h"

/* The largest request or reply of each. */
union largest {
	union __RequestUnion__do_golden_subsystem golden_request;
	union __ReplyUnion__do_golden_subsystem golden_reply;
	union __RequestUnion__do_inline_subsystem inline_request;
	union __ReplyUnion__do_inline_subsystem inline_reply;
	union __RequestUnion__do_memory_subsystem memory_request;
	union __ReplyUnion__do_memory_subsystem memory_reply;
	union __RequestUnion__do_odd_subsystem odd_request;
	union __ReplyUnion__do_odd_subsystem odd_reply;
	union __RequestUnion__do_one_way_subsystem one_way_request;
	union __ReplyUnion__do_one_way_subsystem one_way_reply;
	union __RequestUnion__do_released_subsystem released_request;
	union __ReplyUnion__do_released_subsystem released_reply;
	union __RequestUnion__do_rights_subsystem rights_request;
	union __ReplyUnion__do_rights_subsystem rights_reply;
	union __RequestUnion__do_special_subsystem special_request;
	union __ReplyUnion__do_special_subsystem special_reply;
};

const mach_msg_size_t stubs_max_size = sizeof(union largest);

static const struct {
	mig_server_routine_t find;
	boolean_t (*demux)(mach_msg_header_t *, mach_msg_header_t *);
} servers[] = {
    {inline_server_routine, inline_server},
    {memory_server_routine, memory_server},
    {odd_server_routine, odd_server},
    {one_way_server_routine, one_way_server},
    {released_server_routine, released_server},
    {rights_server_routine, rights_server},
    {special_server_routine, special_server},
    /* The last answers what nobody knows. */
    {golden_server_routine, golden_server},
};

static boolean_t
serve(mach_msg_header_t *request, mach_msg_header_t *reply)
{
	size_t i = 0;

	while (i < sizeof(servers) / sizeof(servers[0]) - 1 &&
	    !servers[i].find(request))
		i++;
	return servers[i].demux(request, reply);
}

boolean_t
stubs_demux(mach_msg_header_t *request, mach_msg_header_t *reply)
{
	const mig_reply_error_t *answer = (const mig_reply_error_t *)reply;
	boolean_t known;

	stub->owns_reply = false;
	known = serve(request, reply);
	/* Most of those that do not reply have not asked for the right. */
	if (!MACH_MSGH_BITS_IS_COMPLEX(reply->msgh_bits) &&
	    answer->RetCode == MIG_NO_REPLY && !stub->owns_reply)
		stub_right_drop(request->msgh_remote_port,
		    MACH_MSGH_BITS_REMOTE(request->msgh_bits));
	return known;
}
