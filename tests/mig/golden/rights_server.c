/* Subsystem rights, the server's stubs. Written by mig: do not edit. */

#include "rights_server.h"

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

#define __MIG_check__Request__rights_subsystem__ 1

#if !defined(__MigSizeChecks) || __MigSizeChecks
_Static_assert(sizeof(mach_port_name_t) == 4,
    "mach_port_name_t: not the size that the .defs says");
_Static_assert(sizeof(int) == 4,
    "int: not the size that the .defs says");
_Static_assert(sizeof(__Request__pass_t) == 76,
    "__Request__pass_t: not the size that is sent");
_Static_assert(sizeof(__Reply__pass_t) == 52,
    "__Reply__pass_t: not the size that is sent");
_Static_assert(sizeof(__Request__exchange_t) == 40,
    "__Request__exchange_t: not the size that is sent");
_Static_assert(sizeof(__Reply__exchange_t) == 40,
    "__Reply__exchange_t: not the size that is sent");
_Static_assert(sizeof(__Request__several_t) == 128,
    "__Request__several_t: not the size that is sent");
_Static_assert(sizeof(__Reply__several_t) == 124,
    "__Reply__several_t: not the size that is sent");
_Static_assert(sizeof(__Request__answer_there_t) == 24,
    "__Request__answer_there_t: not the size that is sent");
_Static_assert(sizeof(__Reply__answer_there_t) == 40,
    "__Reply__answer_there_t: not the size that is sent");
_Static_assert(sizeof(__Request__seen_by_the_server_t) == 36,
    "__Request__seen_by_the_server_t: not the size that is sent");
_Static_assert(sizeof(__Reply__seen_by_the_server_t) == 36,
    "__Reply__seen_by_the_server_t: not the size that is sent");
_Static_assert(sizeof(__Request__later_t) == 36,
    "__Request__later_t: not the size that is sent");
_Static_assert(sizeof(__Reply__later_t) == 36,
    "__Reply__later_t: not the size that is sent");
#endif /* __MigSizeChecks */

#ifndef __mig_port_descriptor__defined
#define __mig_port_descriptor__defined
/* Describes one right. */
mig_internal mach_msg_port_descriptor_t
mig_port_descriptor(mach_port_t name, mach_msg_type_name_t disposition)
{
	mach_msg_port_descriptor_t descriptor = {
	    .name = name,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_PORT_DESCRIPTOR,
	};

	return descriptor;
}
#endif

#ifndef __mig_port_descriptors__defined
#define __mig_port_descriptors__defined
/* Describes @count rights, and none in the rest of @max descriptors. */
mig_internal void
mig_port_descriptors(mach_msg_port_descriptor_t *to,
    mach_msg_type_number_t max, const mach_port_t *names,
    mach_msg_type_number_t count, mach_msg_type_name_t disposition)
{
	for (mach_msg_type_number_t i = 0; i < max; i++)
		to[i] = mig_port_descriptor(
		    i < count ? names[i] : MACH_PORT_NULL, disposition);
}
#endif

#ifndef __mig_port_names__defined
#define __mig_port_names__defined
/* Takes the names of @count rights out of their descriptors. */
mig_internal void
mig_port_names(mach_port_t *to, const mach_msg_port_descriptor_t *from,
    mach_msg_type_number_t count)
{
	for (mach_msg_type_number_t i = 0; i < count; i++)
		to[i] = from[i].name;
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

#ifndef __mig_smaller__defined
#define __mig_smaller__defined
/* The smaller of two counts. */
mig_internal mach_msg_type_number_t
mig_smaller(mach_msg_type_number_t a, mach_msg_type_number_t b)
{
	return a < b ? a : b;
}
#endif

#ifndef __mig_destroy_right__defined
#define __mig_destroy_right__defined
/* Destroys a right that would have moved with a reply. */
mig_internal void
mig_destroy_right(mach_port_t name, mach_msg_type_name_t disposition)
{
	struct {
		mach_msg_header_t Head;
		mach_msg_body_t msgh_body;
		mach_msg_port_descriptor_t right;
	} message;

	memset(&message, 0, sizeof(message));
	message.Head.msgh_bits = MACH_MSGH_BITS_COMPLEX;
	message.Head.msgh_size = sizeof(message);
	message.msgh_body.msgh_descriptor_count = 1;
	message.right.name = name;
	message.right.disposition = (unsigned char)disposition;
	message.right.type = MACH_MSG_PORT_DESCRIPTOR;
	mach_msg_destroy(&message.Head);
}
#endif

#ifndef __mig_destroy_rights__defined
#define __mig_destroy_rights__defined
/* The same for @count of them, if they are there. */
mig_internal void
mig_destroy_rights(const mach_port_t *names, mach_msg_type_number_t count,
    mach_msg_type_name_t disposition)
{
	for (mach_msg_type_number_t i = 0; names && i < count; i++)
		mig_destroy_right(names[i], disposition);
}
#endif

#ifndef __MIG_check__Request__pass_t__defined
#define __MIG_check__Request__pass_t__defined
/* Is this a request of pass()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__pass_t(const __Request__pass_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__pass_t) ||
	    message->msgh_body.msgh_descriptor_count != 3)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->copied.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->copied.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
	if (message->moved.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->moved.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
	if (message->any.type != MACH_MSG_PORT_DESCRIPTOR)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * pass() - serve pass: request 5200, reply 5300
 * @port:	request port; the name of a receive right of yours: borrowed
 * @copied:	[in]  a send right; yours on success
 * @moved:	[in]  a send right; yours on success
 * @any:	[in]  a right, which one anyPoly says; yours on success
 * @name:	[in]  by value
 * @made:	[out] a send right is made from your receive right
 * @any_out:	[out] a right, moved, copied or made as *any_outPoly says
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
static kern_return_t
__MIG_serve__pass(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__pass_t *InP = (__Request__pass_t *)InHeadP;
	__Reply__pass_t *OutP = (__Reply__pass_t *)OutHeadP;
	mach_port_t made = MACH_PORT_NULL;
	any_port_t any_out = MACH_PORT_NULL;
	mach_msg_type_name_t any_outPoly = MACH_MSG_TYPE_MOVE_SEND;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__pass_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The call. */
	RetCode = pass(InP->Head.msgh_local_port, InP->copied.name,
	    InP->moved.name, InP->any.name, InP->any.disposition, InP->name,
	    &made, &any_out, &any_outPoly);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->msgh_body.msgh_descriptor_count = 2;
	OutP->made = mig_port_descriptor(made, MACH_MSG_TYPE_MAKE_SEND);
	OutP->any_out = mig_port_descriptor(any_out, any_outPoly);
	OutP->Head.msgh_size = sizeof(*OutP);
	OutP->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	return KERN_SUCCESS;
}

static void
_Xpass(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5200, "pass")
	__BeforeRcvRpc(5200, "pass")
	mig_answer(OutHeadP, __MIG_serve__pass(InHeadP, OutHeadP));
	__AfterRcvRpc(5200, "pass")
}

#ifndef __MIG_check__Request__exchange_t__defined
#define __MIG_check__Request__exchange_t__defined
/* Is this a request of exchange()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__exchange_t(const __Request__exchange_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__exchange_t) ||
	    message->msgh_body.msgh_descriptor_count != 1)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->moved.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->moved.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * exchange() - serve exchange: request 5201, reply 5301
 * @port:	request port; the name of a receive right of yours: borrowed
 * @moved:	[in/out] comes in: a send right; yours on success. Goes back:
 *		your send right moves
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
static kern_return_t
__MIG_serve__exchange(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__exchange_t *InP = (__Request__exchange_t *)InHeadP;
	__Reply__exchange_t *OutP = (__Reply__exchange_t *)OutHeadP;
	mach_port_t moved;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__exchange_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	moved = InP->moved.name;

	/* The call. */
	RetCode = exchange(InP->Head.msgh_local_port, &moved);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->msgh_body.msgh_descriptor_count = 1;
	OutP->moved = mig_port_descriptor(moved, MACH_MSG_TYPE_MOVE_SEND);
	OutP->Head.msgh_size = sizeof(*OutP);
	OutP->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	return KERN_SUCCESS;
}

static void
_Xexchange(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5201, "exchange")
	__BeforeRcvRpc(5201, "exchange")
	mig_answer(OutHeadP, __MIG_serve__exchange(InHeadP, OutHeadP));
	__AfterRcvRpc(5201, "exchange")
}

#ifndef __MIG_check__Request__several_t__defined
#define __MIG_check__Request__several_t__defined
/* Is this a request of several()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__several_t(const __Request__several_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__several_t) ||
	    message->msgh_body.msgh_descriptor_count != 7)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	for (unsigned int i = 0; i < 3; i++) {
		if (message->three[i].type != MACH_MSG_PORT_DESCRIPTOR ||
		    message->three[i].disposition != MACH_MSG_TYPE_PORT_SEND)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < 4; i++) {
		if (message->some[i].type != MACH_MSG_PORT_DESCRIPTOR)
			return MIG_TYPE_ERROR;
	}
#endif

	if (message->someCnt > 4)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	for (unsigned int i = 0; i < 4; i++)
		if (i < message->someCnt
		        ? message->some[i].disposition != MACH_MSG_TYPE_PORT_SEND
		        : message->some[i].name != MACH_PORT_NULL)
			return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * several() - serve several: request 5202, reply 5302
 * @port:	request port; the name of a receive right of yours: borrowed
 * @three:	[in]  3 rights; send rights, yours on success; the array is
 *		borrowed
 * @some:	[in]  someCnt rights, at most 4; send rights, yours on success;
 *		the array is borrowed
 * @three_out:	[out] 3 rights; your send rights are copied: you keep them
 * @some_out:	[out] room for *some_outCnt rights, at most 4; set *some_outCnt
 *		to how many there are; your send rights move
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
static kern_return_t
__MIG_serve__several(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__several_t *InP = (__Request__several_t *)InHeadP;
	__Reply__several_t *OutP = (__Reply__several_t *)OutHeadP;
	mach_port_t three[3];
	mach_port_t some[4];
	mach_port_t three_out[3];
	mach_port_t some_out[4];
	mach_msg_type_number_t some_outCnt;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__several_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	mig_port_names(three, InP->three, 3);
	mig_port_names(some, InP->some, InP->someCnt);
	memset(three_out, 0, sizeof(three_out));
	memset(some_out, 0, sizeof(some_out));
	some_outCnt = mig_smaller(InP->some_outCnt, 4);

	/* The call. */
	RetCode = several(InP->Head.msgh_local_port, three, some, InP->someCnt,
	    three_out, some_out, &some_outCnt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	if (some_outCnt > mig_smaller(InP->some_outCnt, 4))
		goto too_large;

	OutP->msgh_body.msgh_descriptor_count = 7;
	mig_port_descriptors(OutP->three_out, 3, three_out, 3,
	    MACH_MSG_TYPE_COPY_SEND);
	mig_port_descriptors(OutP->some_out, 4, some_out, some_outCnt,
	    MACH_MSG_TYPE_MOVE_SEND);
	OutP->NDR = NDR_record;
	OutP->some_outCnt = some_outCnt;
	OutP->Head.msgh_size = sizeof(*OutP);
	OutP->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	return KERN_SUCCESS;

too_large:
	mig_destroy_rights(some_out, mig_smaller(some_outCnt, 4),
	    MACH_MSG_TYPE_MOVE_SEND);
	/* What came in has been taken: the request has lost it. */
	InP->Head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
	return MIG_ARRAY_TOO_LARGE;
}

static void
_Xseveral(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5202, "several")
	__BeforeRcvRpc(5202, "several")
	mig_answer(OutHeadP, __MIG_serve__several(InHeadP, OutHeadP));
	__AfterRcvRpc(5202, "several")
}

#ifndef __MIG_check__Request__answer_there_t__defined
#define __MIG_check__Request__answer_there_t__defined
/* Is this a request of answer_there()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__answer_there_t(const __Request__answer_there_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__answer_there_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * answer_there() - serve answer_there: request 5203, reply 5303
 * @port:	request port; the name of a receive right of yours: borrowed
 * @reply:	where the reply goes; consumed by the reply, yours with
 *		MIG_NO_REPLY
 * @number:	[out] by value
 */
static kern_return_t
__MIG_serve__answer_there(mach_msg_header_t *InHeadP,
    mach_msg_header_t *OutHeadP)
{
	__Request__answer_there_t *InP = (__Request__answer_there_t *)InHeadP;
	__Reply__answer_there_t *OutP = (__Reply__answer_there_t *)OutHeadP;
	int number = 0;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__answer_there_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The call. */
	RetCode = answer_there(InP->Head.msgh_local_port,
	    MACH_MSGH_BITS_LOCAL(InP->Head.msgh_bits),
	    InP->Head.msgh_remote_port, &number);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->NDR = NDR_record;
	OutP->number = number;
	OutP->Head.msgh_size = sizeof(*OutP);
	return KERN_SUCCESS;
}

static void
_Xanswer_there(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5203, "answer_there")
	__BeforeRcvRpc(5203, "answer_there")
	mig_answer(OutHeadP, __MIG_serve__answer_there(InHeadP, OutHeadP));
	__AfterRcvRpc(5203, "answer_there")
}

#ifndef __MIG_check__Request__seen_by_the_server_t__defined
#define __MIG_check__Request__seen_by_the_server_t__defined
/* Is this a request of seen_by_the_server()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__seen_by_the_server_t(const __Request__seen_by_the_server_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__seen_by_the_server_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * seen_by_the_server() - serve seen_by_the_server: request 5204, reply 5304
 * @port:	request port; the name of a receive right of yours: borrowed
 * @reply:	where the reply goes; consumed by the reply, yours with
 *		MIG_NO_REPLY
 * @number:	[in]  by value
 */
static kern_return_t
__MIG_serve__seen_by_the_server(mach_msg_header_t *InHeadP)
{
	__Request__seen_by_the_server_t *InP = (__Request__seen_by_the_server_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__seen_by_the_server_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return seen_by_the_server(InP->Head.msgh_local_port,
	    InP->Head.msgh_remote_port, InP->number);
}

static void
_Xseen_by_the_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5204, "seen_by_the_server")
	__BeforeRcvRpc(5204, "seen_by_the_server")
	mig_answer(OutHeadP, __MIG_serve__seen_by_the_server(InHeadP));
	__AfterRcvRpc(5204, "seen_by_the_server")
}

#ifndef __MIG_check__Request__later_t__defined
#define __MIG_check__Request__later_t__defined
/* Is this a request of later()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__later_t(const __Request__later_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__later_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * later() - serve later: request 5205, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[in]  by value
 *
 * Return MIG_NO_REPLY: after any other result the server loop uses the reply
 * port up for a bare result.
 */
static kern_return_t
__MIG_serve__later(mach_msg_header_t *InHeadP)
{
	__Request__later_t *InP = (__Request__later_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__later_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return later(InP->Head.msgh_local_port, InP->number);
}

static void
_Xlater(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvSimple(5205, "later")
	__BeforeRcvSimple(5205, "later")
	mig_answer(OutHeadP, __MIG_serve__later(InHeadP));
	__AfterRcvSimple(5205, "later")
}

const struct rights_subsystem rights_subsystem = {
	.server = rights_server_routine,
	.start = 5200,
	.end = 5206,
	.maxsize = sizeof(union __ReplyUnion__rights_subsystem),
	.reserved = 0,
	.routine = {
		{ 0, _Xpass, 9, 0, 0, sizeof(__Reply__pass_t) },
		{ 0, _Xexchange, 2, 0, 0, sizeof(__Reply__exchange_t) },
		{ 0, _Xseveral, 7, 0, 0, sizeof(__Reply__several_t) },
		{ 0, _Xanswer_there, 4, 0, 0,
		    sizeof(__Reply__answer_there_t) },
		{ 0, _Xseen_by_the_server, 3, 0, 0,
		    sizeof(__Reply__seen_by_the_server_t) },
		{ 0, _Xlater, 2, 0, 0, sizeof(__Reply__later_t) },
	},
};

mig_external mig_routine_t
rights_server_routine(mach_msg_header_t *InHeadP)
{
	uint32_t number = (uint32_t)InHeadP->msgh_id - 5200u;

	if (number >= 6)
		return 0;
	return rights_subsystem.routine[number].stub_routine;
}

mig_external boolean_t
rights_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	mig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;
	mig_routine_t routine = rights_server_routine(InHeadP);

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
