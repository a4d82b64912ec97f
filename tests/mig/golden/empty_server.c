/* Subsystem empty, the server's stubs. Written by mig: do not edit. */

#include "empty_server.h"

#include <stddef.h>
#include <string.h>
#include <mach/mig.h>
#include <mach/mig_errors.h>
#include <mach/ndr.h>
#include <mach/notify.h>

/* For the program to choose. */
#ifndef __MigTypeCheck
#ifdef TypeCheck /* what it was called once */
#define __MigTypeCheck TypeCheck
#else
#define __MigTypeCheck 1
#endif
#endif
#ifndef mig_internal
#define mig_internal static inline
#endif
#ifndef mig_external
#define mig_external
#endif

#define __MIG_check__Request__empty_subsystem__ 1

const struct empty_subsystem empty_subsystem = {
	.server = empty_server_routine,
	.start = 5700,
	.end = 5700,
	.maxsize = sizeof(union __ReplyUnion__empty_subsystem),
	.reserved = 0,
	.routine = {
		{ 0, 0, 0, 0, 0, 0 },
	},
};

mig_external mig_routine_t
empty_server_routine(mach_msg_header_t *InHeadP)
{
	(void)InHeadP; /* there are no routines */
	return 0;
}

mig_external boolean_t
empty_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	mig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;
	mig_routine_t routine = empty_server_routine(InHeadP);

	OutP->Head.msgh_bits =
	    MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(InHeadP->msgh_bits), 0);
	OutP->Head.msgh_size = sizeof(*OutP);
	OutP->Head.msgh_remote_port = InHeadP->msgh_remote_port;
	OutP->Head.msgh_local_port = MACH_PORT_NULL;
	OutP->Head.msgh_reserved = 0;
	OutP->Head.msgh_id = (mach_msg_id_t)((uint32_t)InHeadP->msgh_id + 100);
	if (!routine) {
		OutP->NDR = NDR_record;
		OutP->RetCode = MIG_BAD_ID;
		return FALSE;
	}
	routine(InHeadP, OutHeadP);
	return TRUE;
}
