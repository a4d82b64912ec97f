/* Subsystem calls, the server's stubs. Written by mig: do not edit. */

#include "calls_server.h"

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

#define __MIG_check__Request__calls_subsystem__ 1

#if !defined(__MigSizeChecks) || __MigSizeChecks
_Static_assert(sizeof(int) == 4,
    "int: not the size that the .defs says");
_Static_assert(sizeof(__Request__sender_t) == 24,
    "__Request__sender_t: not the size that is sent");
_Static_assert(sizeof(__Reply__sender_t) == 36,
    "__Reply__sender_t: not the size that is sent");
_Static_assert(sizeof(__Request__auditor_t) == 24,
    "__Request__auditor_t: not the size that is sent");
_Static_assert(sizeof(__Reply__auditor_t) == 40,
    "__Reply__auditor_t: not the size that is sent");
_Static_assert(sizeof(__Request__patient_t) == 120,
    "__Request__patient_t: not the size that is sent");
_Static_assert(sizeof(__Reply__patient_t) == 36,
    "__Reply__patient_t: not the size that is sent");
_Static_assert(sizeof(__Request__outcome_t) == 56,
    "__Request__outcome_t: not the size that is sent");
_Static_assert(sizeof(__Reply__outcome_t) == 36,
    "__Reply__outcome_t: not the size that is sent");
_Static_assert(sizeof(__Request__impatient_t) == 40,
    "__Request__impatient_t: not the size that is sent");
_Static_assert(sizeof(__Reply__impatient_t) == 36,
    "__Reply__impatient_t: not the size that is sent");
_Static_assert(sizeof(__Request__drop_t) == 56,
    "__Request__drop_t: not the size that is sent");
_Static_assert(sizeof(__Reply__drop_t) == 36,
    "__Reply__drop_t: not the size that is sent");
_Static_assert(sizeof(__Request__special_t) == 24,
    "__Request__special_t: not the size that is sent");
_Static_assert(sizeof(__Reply__special_t) == 40,
    "__Reply__special_t: not the size that is sent");
#endif /* __MigSizeChecks */

#ifndef __mig_ool_addresses__defined
#define __mig_ool_addresses__defined
/* Takes the addresses of @count regions out of their descriptors: those of
 * data and of rights begin with it, and are of one size. */
mig_internal void
mig_ool_addresses(void *to, const void *from, mach_msg_type_number_t count)
{
	while (count-- > 0)
		memcpy((char *)to + count * sizeof(void *),
		    (const char *)from + count * sizeof(mach_msg_ool_descriptor_t),
		    sizeof(void *));
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

#ifndef __mig_ool_counts__defined
#define __mig_ool_counts__defined
/* How many elements of @bytes each of @count regions has. Rights are counted. */
mig_internal void
mig_ool_counts(mach_msg_type_number_t *to, const void *from,
    mach_msg_type_number_t count, mach_msg_size_t bytes)
{
	mach_msg_ool_descriptor_t region;

	for (mach_msg_type_number_t i = 0; i < count; i++) {
		memcpy(&region,
		    (const char *)from + i * sizeof(region), sizeof(region));
		to[i] = region.size / bytes;
	}
}
#endif

#ifndef __MIG_check__Request__sender_t__defined
#define __MIG_check__Request__sender_t__defined
/* Is this a request of sender()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__sender_t(const __Request__sender_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__sender_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * sender() - serve sender: request 5400, reply 5500
 * @port:	request port; the name of a receive right of yours: borrowed
 */
static kern_return_t
__MIG_serve__sender(mach_msg_header_t *InHeadP)
{
	__Request__sender_t *InP = (__Request__sender_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__sender_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return sender(InP->Head.msgh_local_port);
}

static void
_Xsender(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5400, "sender")
	__BeforeRcvRpc(5400, "sender")
	mig_answer(OutHeadP, __MIG_serve__sender(InHeadP));
	__AfterRcvRpc(5400, "sender")
}

#ifndef __MIG_check__Request__auditor_t__defined
#define __MIG_check__Request__auditor_t__defined
/* Is this a request of auditor()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__auditor_t(const __Request__auditor_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__auditor_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * auditor() - serve auditor: request 5401, reply 5501
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[out] by value
 */
static kern_return_t
__MIG_serve__auditor(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__auditor_t *InP = (__Request__auditor_t *)InHeadP;
	__Reply__auditor_t *OutP = (__Reply__auditor_t *)OutHeadP;
	int number = 0;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__auditor_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The call. */
	RetCode = auditor(InP->Head.msgh_local_port, &number);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->NDR = NDR_record;
	OutP->number = number;
	OutP->Head.msgh_size = sizeof(*OutP);
	return KERN_SUCCESS;
}

static void
_Xauditor(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5401, "auditor")
	__BeforeRcvRpc(5401, "auditor")
	mig_answer(OutHeadP, __MIG_serve__auditor(InHeadP, OutHeadP));
	__AfterRcvRpc(5401, "auditor")
}

#ifndef __MIG_check__Request__patient_t__defined
#define __MIG_check__Request__patient_t__defined
/* Is this a request of patient()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__patient_t(const __Request__patient_t *message)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 108 ||
	    message->Head.msgh_size > sizeof(__Request__patient_t) ||
	    message->msgh_body.msgh_descriptor_count != 4)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->memory.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	for (unsigned int i = 0; i < 3; i++) {
		if (message->several[i].type != MACH_MSG_OOL_DESCRIPTOR)
			return MIG_TYPE_ERROR;
	}
#endif

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 108;

	count = message->severalSubsCnt;
	if (count > 3 || count * 4 != left)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->memory.size != (uint64_t)message->memoryCnt * 4)
		return MIG_TYPE_ERROR;
	for (unsigned int i = 0; i < message->severalSubsCnt; i++) {
		mach_msg_type_number_t held = message->severalSubs[i];

		if (message->several[i].size != (uint64_t)held * 4)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = message->severalSubsCnt; i < 3; i++)
		if (message->several[i].size != 0)
			return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * patient() - serve patient: request 5402, reply 5502
 * @port:	request port; the name of a receive right of yours: borrowed
 * @memory:	[in]  memoryCnt elements of 4 bytes; the memory is yours on
 *		success: vm_deallocate()
 * @several:	[in]  severalSubsCnt regions, at most 3, each of severalSubs[i]
 *		elements of 4 bytes; the memory is yours on success:
 *		vm_deallocate()
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 */
static kern_return_t
__MIG_serve__patient(mach_msg_header_t *InHeadP)
{
	__Request__patient_t *InP = (__Request__patient_t *)InHeadP;
	void *several[3];
	mach_msg_type_number_t severalSubs[3];
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__patient_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	mig_ool_addresses(several, InP->several, InP->severalSubsCnt);
	mig_ool_counts(severalSubs, InP->several, InP->severalSubsCnt, 4);

	return patient(InP->Head.msgh_local_port,
	    (vm_offset_t)InP->memory.address, InP->memory.size / 4,
	    (void *)several, severalSubs, InP->severalSubsCnt);
}

static void
_Xpatient(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5402, "patient")
	__BeforeRcvRpc(5402, "patient")
	mig_answer(OutHeadP, __MIG_serve__patient(InHeadP));
	__AfterRcvRpc(5402, "patient")
}

#ifndef __MIG_check__Request__outcome_t__defined
#define __MIG_check__Request__outcome_t__defined
/* Is this a request of outcome()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__outcome_t(const __Request__outcome_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__outcome_t) ||
	    message->msgh_body.msgh_descriptor_count != 1)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->memory.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->memory.size != (uint64_t)message->memoryCnt * 4)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * outcome() - serve outcome: request 5403, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @memory:	[in]  memoryCnt elements of 4 bytes; the memory is yours on
 *		success: vm_deallocate()
 * @result:	[in]  an outcome; unless it is KERN_SUCCESS all other arguments
 *		of the body are 0
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 */
static kern_return_t
__MIG_serve__outcome(mach_msg_header_t *InHeadP)
{
	__Request__outcome_t *InP = (__Request__outcome_t *)InHeadP;
	kern_return_t RetCode;

	/* An outcome alone. */
	if (!(InP->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) &&
	    InP->Head.msgh_size == sizeof(mig_reply_error_t) &&
	    ((mig_reply_error_t *)InHeadP)->RetCode != KERN_SUCCESS) {
		RetCode = outcome(InP->Head.msgh_local_port, 0, 0,
		    (int)((mig_reply_error_t *)InHeadP)->RetCode);
		return RetCode;
	}

	RetCode = __MIG_check__Request__outcome_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return outcome(InP->Head.msgh_local_port,
	    (vm_offset_t)InP->memory.address, InP->memory.size / 4,
	    KERN_SUCCESS);
}

static void
_Xoutcome(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvSimple(5403, "outcome")
	__BeforeRcvSimple(5403, "outcome")
	mig_answer(OutHeadP, __MIG_serve__outcome(InHeadP));
	__AfterRcvSimple(5403, "outcome")
}

#ifndef __MIG_check__Request__impatient_t__defined
#define __MIG_check__Request__impatient_t__defined
/* Is this a request of impatient()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__impatient_t(const __Request__impatient_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__impatient_t) ||
	    message->msgh_body.msgh_descriptor_count != 1)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->right.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->right.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * impatient() - serve impatient: request 5404, reply 5504
 * @port:	request port; the name of a receive right of yours: borrowed
 * @right:	[in]  a send right; yours on success
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 */
static kern_return_t
__MIG_serve__impatient(mach_msg_header_t *InHeadP)
{
	__Request__impatient_t *InP = (__Request__impatient_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__impatient_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return impatient(InP->Head.msgh_local_port, InP->right.name);
}

static void
_Ximpatient(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5404, "impatient")
	__BeforeRcvRpc(5404, "impatient")
	mig_answer(OutHeadP, __MIG_serve__impatient(InHeadP));
	__AfterRcvRpc(5404, "impatient")
}

#ifndef __MIG_check__Request__drop_t__defined
#define __MIG_check__Request__drop_t__defined
/* Is this a request of drop()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__drop_t(const __Request__drop_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__drop_t) ||
	    message->msgh_body.msgh_descriptor_count != 1)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->memory.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->memory.size != (uint64_t)message->memoryCnt * 4)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * drop() - serve drop: request 5405, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @memory:	[in]  memoryCnt elements of 4 bytes; the memory is yours on
 *		success: vm_deallocate()
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 */
static kern_return_t
__MIG_serve__drop(mach_msg_header_t *InHeadP)
{
	__Request__drop_t *InP = (__Request__drop_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__drop_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return drop(InP->Head.msgh_local_port,
	    (vm_offset_t)InP->memory.address, InP->memory.size / 4);
}

static void
_Xdrop(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvSimple(5405, "drop")
	__BeforeRcvSimple(5405, "drop")
	mig_answer(OutHeadP, __MIG_serve__drop(InHeadP));
	__AfterRcvSimple(5405, "drop")
}

#ifndef __MIG_check__Request__special_t__defined
#define __MIG_check__Request__special_t__defined
/* Is this a request of special()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__special_t(const __Request__special_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__special_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * special() - serve special: request 5406, reply 5506
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[out] by value
 */
static kern_return_t
__MIG_serve__special(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__special_t *InP = (__Request__special_t *)InHeadP;
	__Reply__special_t *OutP = (__Reply__special_t *)OutHeadP;
	int number = 0;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__special_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The call. */
	RetCode = special(InP->Head.msgh_local_port, &number);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->NDR = NDR_record;
	OutP->number = number;
	OutP->Head.msgh_size = sizeof(*OutP);
	return KERN_SUCCESS;
}

static void
_Xspecial(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5406, "special")
	__BeforeRcvRpc(5406, "special")
	mig_answer(OutHeadP, __MIG_serve__special(InHeadP, OutHeadP));
	__AfterRcvRpc(5406, "special")
}

const struct calls_subsystem calls_subsystem = {
	.server = calls_server_routine,
	.start = 5400,
	.end = 5407,
	.maxsize = sizeof(union __ReplyUnion__calls_subsystem),
	.reserved = 0,
	.routine = {
		{ 0, _Xsender, 1, 0, 0, sizeof(__Reply__sender_t) },
		{ 0, _Xauditor, 2, 0, 0, sizeof(__Reply__auditor_t) },
		{ 0, _Xpatient, 6, 0, 0, sizeof(__Reply__patient_t) },
		{ 0, _Xoutcome, 4, 0, 0, sizeof(__Reply__outcome_t) },
		{ 0, _Ximpatient, 2, 0, 0, sizeof(__Reply__impatient_t) },
		{ 0, _Xdrop, 3, 0, 0, sizeof(__Reply__drop_t) },
		{ 0, _Xspecial, 2, 0, 0, sizeof(__Reply__special_t) },
	},
};

mig_external mig_routine_t
calls_server_routine(mach_msg_header_t *InHeadP)
{
	uint32_t number = (uint32_t)InHeadP->msgh_id - 5400u;

	if (number >= 7)
		return 0;
	return calls_subsystem.routine[number].stub_routine;
}

mig_external boolean_t
calls_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	mig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;
	mig_routine_t routine = calls_server_routine(InHeadP);

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
