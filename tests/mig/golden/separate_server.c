/* Subsystem separate, the server's stubs. Written by mig: do not edit. */

#include "separate_server.h"

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
#ifndef __DeclareRcvRpc
#define __DeclareRcvRpc(id, name)
#endif
#ifndef __BeforeRcvRpc
#define __BeforeRcvRpc(id, name)
#endif
#ifndef __AfterRcvRpc
#define __AfterRcvRpc(id, name)
#endif

#define __MIG_check__Request__separate_subsystem__ 1

#if !defined(__MigSizeChecks) || __MigSizeChecks
_Static_assert(sizeof(int) == 4,
    "int: not the size that the .defs says");
_Static_assert(sizeof(__Request__ask_t) == 24,
    "__Request__ask_t: not the size that is sent");
_Static_assert(sizeof(__Reply__ask_t) == 40,
    "__Reply__ask_t: not the size that is sent");
_Static_assert(sizeof(__Request__ask_for_token_t) == 24,
    "__Request__ask_for_token_t: not the size that is sent");
_Static_assert(sizeof(__Reply__ask_for_token_t) == 36,
    "__Reply__ask_for_token_t: not the size that is sent");
#endif /* __MigSizeChecks */

#ifndef __mig_answer__defined
#define __mig_answer__defined
/* Ends a reply with the result, unless it has descriptors: those that nobody
 * waits for are released. */
mig_internal void
mig_answer(mach_msg_header_t *reply, kern_return_t result)
{
	mig_reply_error_t *answer = (mig_reply_error_t *)reply;

	if (reply->msgh_bits & MACH_MSGH_BITS_COMPLEX) {
		if (reply->msgh_remote_port != MACH_PORT_NULL)
			return;
		mach_msg_destroy(reply);
		reply->msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
		reply->msgh_size = sizeof(*answer);
	}
	answer->NDR = NDR_record;
	answer->RetCode = result;
}
#endif

#ifndef __MIG_check__Request__ask_t__defined
#define __MIG_check__Request__ask_t__defined
/* Is this a request of ask()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__ask_t(const __Request__ask_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__ask_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * ask() - serve ask: request 5600, reply 5700
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[out] by value
 */
static kern_return_t
__MIG_serve__ask(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__ask_t *InP = (__Request__ask_t *)InHeadP;
	__Reply__ask_t *OutP = (__Reply__ask_t *)OutHeadP;
	int number = 0;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__ask_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The call. */
	RetCode = ask(InP->Head.msgh_local_port, &number);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->NDR = NDR_record;
	OutP->number = number;
	OutP->Head.msgh_size = sizeof(*OutP);
	return KERN_SUCCESS;
}

static void
_Xask(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5600, "ask")
	__BeforeRcvRpc(5600, "ask")
	mig_answer(OutHeadP, __MIG_serve__ask(InHeadP, OutHeadP));
	__AfterRcvRpc(5600, "ask")
}

#ifndef __MIG_check__Request__ask_for_token_t__defined
#define __MIG_check__Request__ask_for_token_t__defined
/* Is this a request of ask_for_token()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__ask_for_token_t(const __Request__ask_for_token_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__ask_for_token_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * ask_for_token() - serve ask_for_token: request 5601, reply 5701
 * @port:	request port; the name of a receive right of yours: borrowed
 */
static kern_return_t
__MIG_serve__ask_for_token(mach_msg_header_t *InHeadP)
{
	__Request__ask_for_token_t *InP = (__Request__ask_for_token_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__ask_for_token_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return ask_for_token(InP->Head.msgh_local_port);
}

static void
_Xask_for_token(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5601, "ask_for_token")
	__BeforeRcvRpc(5601, "ask_for_token")
	mig_answer(OutHeadP, __MIG_serve__ask_for_token(InHeadP));
	__AfterRcvRpc(5601, "ask_for_token")
}

const struct separate_subsystem separate_subsystem = {
	.server = separate_server_routine,
	.start = 5600,
	.end = 5602,
	.maxsize = sizeof(union __ReplyUnion__separate_subsystem),
	.reserved = 0,
	.routine = {
		{ 0, _Xask, 2, 0, 0, sizeof(__Reply__ask_t) },
		{ 0, _Xask_for_token, 1, 0, 0,
		    sizeof(__Reply__ask_for_token_t) },
	},
};

mig_external mig_routine_t
separate_server_routine(mach_msg_header_t *InHeadP)
{
	uint32_t number = (uint32_t)InHeadP->msgh_id - 5600u;

	if (number >= 2)
		return 0;
	return separate_subsystem.routine[number].stub_routine;
}

mig_external boolean_t
separate_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	mig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;
	mig_routine_t routine = separate_server_routine(InHeadP);

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
