/* Subsystem fixed, the server's stubs. Written by mig: do not edit. */

#include "fixed_server.h"

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
#ifndef __DeclareRcvSimple
#define __DeclareRcvSimple(id, name)
#endif
#ifndef __BeforeRcvSimple
#define __BeforeRcvSimple(id, name)
#endif
#ifndef __AfterRcvSimple
#define __AfterRcvSimple(id, name)
#endif

#define __MIG_check__Request__fixed_subsystem__ 1

#if !defined(__MigSizeChecks) || __MigSizeChecks
_Static_assert(sizeof(char) == 1,
    "char: not the size that the .defs says");
_Static_assert(sizeof(int) == 4,
    "int: not the size that the .defs says");
_Static_assert(sizeof(int64_t) == 8,
    "int64_t: not the size that the .defs says");
_Static_assert(sizeof(shorts_t) == 6,
    "shorts_t: not the size that the .defs says");
_Static_assert(sizeof(struct_t) == 10,
    "struct_t: not the size that the .defs says");
_Static_assert(sizeof(name_t) == 10,
    "name_t: not the size that the .defs says");
_Static_assert(sizeof(__Request__nothing_t) == 24,
    "__Request__nothing_t: not the size that is sent");
_Static_assert(sizeof(__Reply__nothing_t) == 36,
    "__Reply__nothing_t: not the size that is sent");
_Static_assert(sizeof(__Request__scalars_t) == 48,
    "__Request__scalars_t: not the size that is sent");
_Static_assert(sizeof(__Reply__scalars_t) == 52,
    "__Reply__scalars_t: not the size that is sent");
_Static_assert(sizeof(__Request__aggregates_t) == 64,
    "__Request__aggregates_t: not the size that is sent");
_Static_assert(sizeof(__Reply__aggregates_t) == 68,
    "__Reply__aggregates_t: not the size that is sent");
_Static_assert(sizeof(__Request__both_ways_t) == 68,
    "__Request__both_ways_t: not the size that is sent");
_Static_assert(sizeof(__Reply__both_ways_t) == 72,
    "__Reply__both_ways_t: not the size that is sent");
_Static_assert(sizeof(__Request__notify_number_t) == 36,
    "__Request__notify_number_t: not the size that is sent");
_Static_assert(sizeof(__Reply__notify_number_t) == 36,
    "__Reply__notify_number_t: not the size that is sent");
#endif /* __MigSizeChecks */

#ifndef __mig_end_string__defined
#define __mig_end_string__defined
/* Ends a string within its field, and fills the rest with zeros. */
mig_internal void
mig_end_string(char *string, mach_msg_size_t max)
{
	const char *nul = (const char *)memchr(string, '\0', max);
	size_t length = nul ? (size_t)(nul - string) : max - 1;

	memset(string + length, 0, max - length);
}
#endif

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

#ifndef __MIG_check__Request__nothing_t__defined
#define __MIG_check__Request__nothing_t__defined
/* Is this a request of nothing()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__nothing_t(const __Request__nothing_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__nothing_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * nothing() - serve nothing: request 5000, reply 5100
 * @port:	request port; the name of a receive right of yours: borrowed
 */
static kern_return_t
__MIG_serve__nothing(mach_msg_header_t *InHeadP)
{
	__Request__nothing_t *InP = (__Request__nothing_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__nothing_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return nothing(InP->Head.msgh_local_port);
}

static void
_Xnothing(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5000, "nothing")
	__BeforeRcvRpc(5000, "nothing")
	mig_answer(OutHeadP, __MIG_serve__nothing(InHeadP));
	__AfterRcvRpc(5000, "nothing")
}

#ifndef __MIG_check__Request__scalars_t__defined
#define __MIG_check__Request__scalars_t__defined
/* Is this a request of scalars()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__scalars_t(const __Request__scalars_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__scalars_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * scalars() - serve scalars: request 5001, reply 5101
 * @port:	request port; the name of a receive right of yours: borrowed
 * @small:	[in]  by value
 * @number:	[in]  by value
 * @large:	[in]  by value
 * @small_out:	[out] by value
 * @number_out:	[out] by value
 * @large_out:	[out] by value
 */
static kern_return_t
__MIG_serve__scalars(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__scalars_t *InP = (__Request__scalars_t *)InHeadP;
	__Reply__scalars_t *OutP = (__Reply__scalars_t *)OutHeadP;
	char small_out = 0;
	int number_out = 0;
	int64_t large_out = 0;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__scalars_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The call. */
	RetCode = scalars(InP->Head.msgh_local_port, InP->small, InP->number,
	    InP->large, &small_out, &number_out, &large_out);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->NDR = NDR_record;
	OutP->small_out = small_out;
	memset(OutP->small_outPad, 0, sizeof(OutP->small_outPad));
	OutP->number_out = number_out;
	OutP->large_out = large_out;
	OutP->Head.msgh_size = sizeof(*OutP);
	return KERN_SUCCESS;
}

static void
_Xscalars(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5001, "scalars")
	__BeforeRcvRpc(5001, "scalars")
	mig_answer(OutHeadP, __MIG_serve__scalars(InHeadP, OutHeadP));
	__AfterRcvRpc(5001, "scalars")
}

#ifndef __MIG_check__Request__aggregates_t__defined
#define __MIG_check__Request__aggregates_t__defined
/* Is this a request of aggregates()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__aggregates_t(const __Request__aggregates_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__aggregates_t))
		return MIG_BAD_ARGUMENTS;

	if (!memchr(message->name, '\0', 10))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * aggregates() - serve aggregates: request 5002, reply 5102
 * @port:	request port; the name of a receive right of yours: borrowed
 * @array:	[in]  6 bytes; borrowed
 * @record:	[in]  by value
 * @name:	[in]  a string, at most 10 bytes with its NUL; borrowed
 * @array_out:	[out] 6 bytes
 * @record_out:	[out] by value
 * @name_out:	[out] room for a string, at most 10 bytes with its NUL
 */
static kern_return_t
__MIG_serve__aggregates(mach_msg_header_t *InHeadP,
    mach_msg_header_t *OutHeadP)
{
	__Request__aggregates_t *InP = (__Request__aggregates_t *)InHeadP;
	__Reply__aggregates_t *OutP = (__Reply__aggregates_t *)OutHeadP;
	struct_t record_out;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__aggregates_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	memset(OutP->array_out, 0, sizeof(OutP->array_out));
	memset(&record_out, 0, sizeof(record_out));
	OutP->name_out[0] = '\0';

	/* The call. */
	RetCode = aggregates(InP->Head.msgh_local_port, InP->array,
	    InP->record, InP->name, OutP->array_out, &record_out,
	    OutP->name_out);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->NDR = NDR_record;
	memset(OutP->array_outPad, 0, sizeof(OutP->array_outPad));
	OutP->record_out = record_out;
	memset(OutP->record_outPad, 0, sizeof(OutP->record_outPad));
	mig_end_string(OutP->name_out, 10);
	memset(OutP->name_outPad, 0, sizeof(OutP->name_outPad));
	OutP->Head.msgh_size = sizeof(*OutP);
	return KERN_SUCCESS;
}

static void
_Xaggregates(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5002, "aggregates")
	__BeforeRcvRpc(5002, "aggregates")
	mig_answer(OutHeadP, __MIG_serve__aggregates(InHeadP, OutHeadP));
	__AfterRcvRpc(5002, "aggregates")
}

#ifndef __MIG_check__Request__both_ways_t__defined
#define __MIG_check__Request__both_ways_t__defined
/* Is this a request of both_ways()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__both_ways_t(const __Request__both_ways_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__both_ways_t))
		return MIG_BAD_ARGUMENTS;

	if (!memchr(message->name, '\0', 10))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * both_ways() - serve both_ways: request 5003, reply 5103
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[in/out] by value
 * @array:	[in/out] 6 bytes
 * @record:	[in/out] by value
 * @name:	[in/out] a string, at most 10 bytes with its NUL
 */
static kern_return_t
__MIG_serve__both_ways(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__both_ways_t *InP = (__Request__both_ways_t *)InHeadP;
	__Reply__both_ways_t *OutP = (__Reply__both_ways_t *)OutHeadP;
	int number;
	struct_t record;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__both_ways_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	number = InP->number;
	memcpy(OutP->array, InP->array, 6);
	record = InP->record;
	memcpy(OutP->name, InP->name, 10);

	/* The call. */
	RetCode = both_ways(InP->Head.msgh_local_port, &number, OutP->array,
	    &record, OutP->name);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->NDR = NDR_record;
	OutP->number = number;
	memset(OutP->arrayPad, 0, sizeof(OutP->arrayPad));
	OutP->record = record;
	memset(OutP->recordPad, 0, sizeof(OutP->recordPad));
	mig_end_string(OutP->name, 10);
	memset(OutP->namePad, 0, sizeof(OutP->namePad));
	OutP->Head.msgh_size = sizeof(*OutP);
	return KERN_SUCCESS;
}

static void
_Xboth_ways(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5003, "both_ways")
	__BeforeRcvRpc(5003, "both_ways")
	mig_answer(OutHeadP, __MIG_serve__both_ways(InHeadP, OutHeadP));
	__AfterRcvRpc(5003, "both_ways")
}

#ifndef __MIG_check__Request__notify_number_t__defined
#define __MIG_check__Request__notify_number_t__defined
/* Is this a request of notify_number()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__notify_number_t(const __Request__notify_number_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__notify_number_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * notify_number() - serve notify_number: request 5005, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[in]  by value
 */
static kern_return_t
__MIG_serve__notify_number(mach_msg_header_t *InHeadP)
{
	__Request__notify_number_t *InP = (__Request__notify_number_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__notify_number_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return notify_number(InP->Head.msgh_local_port, InP->number);
}

static void
_Xnotify_number(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvSimple(5005, "notify_number")
	__BeforeRcvSimple(5005, "notify_number")
	mig_answer(OutHeadP, __MIG_serve__notify_number(InHeadP));
	__AfterRcvSimple(5005, "notify_number")
}

const struct fixed_subsystem fixed_subsystem = {
	.server = fixed_server_routine,
	.start = 5000,
	.end = 5006,
	.maxsize = sizeof(union __ReplyUnion__fixed_subsystem),
	.reserved = 0,
	.routine = {
		{ 0, _Xnothing, 1, 0, 0, sizeof(__Reply__nothing_t) },
		{ 0, _Xscalars, 7, 0, 0, sizeof(__Reply__scalars_t) },
		{ 0, _Xaggregates, 7, 0, 0, sizeof(__Reply__aggregates_t) },
		{ 0, _Xboth_ways, 5, 0, 0, sizeof(__Reply__both_ways_t) },
		{ 0, 0, 0, 0, 0, 0 },
		{ 0, _Xnotify_number, 2, 0, 0,
		    sizeof(__Reply__notify_number_t) },
	},
};

mig_external mig_routine_t
fixed_server_routine(mach_msg_header_t *InHeadP)
{
	uint32_t number = (uint32_t)InHeadP->msgh_id - 5000u;

	if (number >= 6)
		return 0;
	return fixed_subsystem.routine[number].stub_routine;
}

mig_external boolean_t
fixed_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	mig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;
	mig_routine_t routine = fixed_server_routine(InHeadP);

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
