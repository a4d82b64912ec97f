/* Subsystem rights, the user's stubs. Written by mig: do not edit. */
#define __MIG_check__Reply__rights_subsystem__ 1

#include "rights.h"

#include <stddef.h>
#include <string.h>
#include <mach/mig.h>
#include <mach/mig_errors.h>
#include <mach/ndr.h>
#include <mach/notify.h>

/* For the program to choose. */
#ifndef mig_internal
#define mig_internal static inline
#endif
#ifndef mig_external
#define mig_external
#endif
#ifndef __MigTypeCheck
#ifdef TypeCheck /* what it was called once */
#define __MigTypeCheck TypeCheck
#else
#define __MigTypeCheck 1
#endif
#endif

/* What a program may have its stubs do around the call. */
#ifndef __DeclareSendRpc
#define __DeclareSendRpc(id, name)
#endif
#ifndef __BeforeSendRpc
#define __BeforeSendRpc(id, name)
#endif
#ifndef __AfterSendRpc
#define __AfterSendRpc(id, name)
#endif
#ifndef __DeclareSendSimple
#define __DeclareSendSimple(id, name)
#endif
#ifndef __BeforeSendSimple
#define __BeforeSendSimple(id, name)
#endif
#ifndef __AfterSendSimple
#define __AfterSendSimple(id, name)
#endif

/* What becomes of the reply port when mach_msg() fails. */
#ifndef msgh_reply_port
#define msgh_request_port msgh_remote_port
#define msgh_reply_port msgh_local_port
#endif
#ifndef __MachMsgErrorWithTimeout
#define __MachMsgErrorWithTimeout(R) \
	mig_reply_port_error((R), mig_reply_port, &InP->Head)
#endif
#ifndef __MachMsgErrorWithoutTimeout
#define __MachMsgErrorWithoutTimeout(R) \
	mig_reply_port_error((R), mig_reply_port, &InP->Head)
#endif

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

#ifndef __mig_came_back__defined
#define __mig_came_back__defined
/* Whether a request that could not be sent is in its buffer again, with other
 * names: its reply right, one that was made for it, has a name of its own now. */
mig_internal boolean_t
mig_came_back(mach_msg_return_t error)
{
	error &= ~MACH_MSG_MASK;
	return error == MACH_SEND_TIMED_OUT || error == MACH_SEND_INTERRUPTED ||
	    error == MACH_SEND_NO_BUFFER;
}
#endif

#ifndef __mig_reply_port_error__defined
#define __mig_reply_port_error__defined
/* After a call that failed: the next one may use the port if nothing was sent;
 * else a reply may still come to it, and it goes, with the right to reply. */
__attribute__((unused)) mig_internal void
mig_reply_port_error(mach_msg_return_t error, mach_port_t port,
    const mach_msg_header_t *request)
{
	if (error == MACH_SEND_INVALID_DATA ||
	    error == MACH_SEND_INVALID_DEST ||
	    error == MACH_SEND_INVALID_HEADER)
		mig_put_reply_port(port);
	else if (mig_came_back(error))
		mig_dealloc_reply_port(request->msgh_local_port);
	else
		mig_dealloc_reply_port(port);
}
#endif

#ifndef __mig_destroy_received__defined
#define __mig_destroy_received__defined
/* Destroys a message that was received, or came back. All memory in it is ours;
 * of physical copies, and of what is volatile, it does not say so. */
mig_internal void
mig_destroy_received(mach_msg_header_t *message)
{
	mach_msg_base_t *base = (mach_msg_base_t *)message;
	char *at = (char *)(base + 1);
	mach_msg_size_t left = 0;

	if (message->msgh_bits & MACH_MSGH_BITS_COMPLEX)
		left = base->body.msgh_descriptor_count;
	for (; left > 0; left--) {
		mach_msg_ool_descriptor_t region;

		memcpy(&region, at, sizeof(mach_msg_port_descriptor_t));
		if (region.type == MACH_MSG_PORT_DESCRIPTOR) {
			at += sizeof(mach_msg_port_descriptor_t);
			continue;
		}
		if (region.type == MACH_MSG_OOL_VOLATILE_DESCRIPTOR)
			region.type = MACH_MSG_OOL_DESCRIPTOR;
		if (region.type == MACH_MSG_OOL_DESCRIPTOR)
			region.deallocate = TRUE;
		memcpy(at, &region, sizeof(mach_msg_port_descriptor_t));
		at += sizeof(region);
	}
	mach_msg_destroy(message);
}
#endif

#ifndef __MIG_check__Reply__pass_t__defined
#define __MIG_check__Reply__pass_t__defined
/* Is this a reply of pass()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__pass_t(const __Reply__pass_t *message)
{
	const mig_reply_error_t *error = (const mig_reply_error_t *)message;

	if (message->Head.msgh_id != 5300)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)) {
		/* It can only be an error. */
		if (message->Head.msgh_size != sizeof(*error) ||
		    error->RetCode == KERN_SUCCESS)
			return MIG_TYPE_ERROR;
		if (message->Head.msgh_remote_port != MACH_PORT_NULL)
			return MIG_TYPE_ERROR;
		return error->RetCode;
	}
	if (message->Head.msgh_size != sizeof(__Reply__pass_t) ||
	    message->msgh_body.msgh_descriptor_count != 2)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	if (message->made.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->made.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
	if (message->any_out.type != MACH_MSG_PORT_DESCRIPTOR)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * pass() - request 5200, reply 5300
 * @port:	request port; your send right is copied: you keep it
 * @copied:	[in]  your send right is copied: you keep it
 * @moved:	[in]  your send right moves
 * @any:	[in]  a right, moved, copied or made as anyPoly says
 * @name:	[in]  by value
 * @made:	[out] a send right; yours on success: mach_port_deallocate()
 * @any_out:	[out] a right, which one *any_outPoly says; yours on success
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
mig_external kern_return_t pass
(
	mach_port_t port,
	mach_port_t copied,
	mach_port_t moved,
	any_port_t any,
	mach_msg_type_name_t anyPoly,
	mach_port_name_t name,
	mach_port_t *made,
	any_port_t *any_out,
	mach_msg_type_name_t *any_outPoly
)
{
	union {
		__Request__pass_t In;
		struct {
			__Reply__pass_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__pass_t *InP = &Mess.In;
	__Reply__pass_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5200, "pass")

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 3;
	InP->copied = mig_port_descriptor(copied, MACH_MSG_TYPE_COPY_SEND);
	InP->moved = mig_port_descriptor(moved, MACH_MSG_TYPE_MOVE_SEND);
	InP->any = mig_port_descriptor(any, anyPoly);
	InP->NDR = NDR_record;
	InP->name = name;

	/* Address the request. */
	mig_reply_port = mig_get_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return MACH_RCV_INVALID_NAME;
	InP->Head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5200;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5200, "pass")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5200, "pass")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__pass_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*made = OutP->made.name;
	*any_out = OutP->any_out.name;
	*any_outPoly = OutP->any_out.disposition;
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__exchange_t__defined
#define __MIG_check__Reply__exchange_t__defined
/* Is this a reply of exchange()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__exchange_t(const __Reply__exchange_t *message)
{
	const mig_reply_error_t *error = (const mig_reply_error_t *)message;

	if (message->Head.msgh_id != 5301)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)) {
		/* It can only be an error. */
		if (message->Head.msgh_size != sizeof(*error) ||
		    error->RetCode == KERN_SUCCESS)
			return MIG_TYPE_ERROR;
		if (message->Head.msgh_remote_port != MACH_PORT_NULL)
			return MIG_TYPE_ERROR;
		return error->RetCode;
	}
	if (message->Head.msgh_size != sizeof(__Reply__exchange_t) ||
	    message->msgh_body.msgh_descriptor_count != 1)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	if (message->moved.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->moved.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * exchange() - request 5201, reply 5301
 * @port:	request port; your send right is copied: you keep it
 * @moved:	[in/out] goes in: your send right moves. Comes back: a send
 *		right; yours on success: mach_port_deallocate()
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
mig_external kern_return_t exchange
(
	mach_port_t port,
	mach_port_t *moved
)
{
	union {
		__Request__exchange_t In;
		struct {
			__Reply__exchange_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__exchange_t *InP = &Mess.In;
	__Reply__exchange_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5201, "exchange")

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 1;
	InP->moved = mig_port_descriptor(*moved, MACH_MSG_TYPE_MOVE_SEND);

	/* Address the request. */
	mig_reply_port = mig_get_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return MACH_RCV_INVALID_NAME;
	InP->Head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5201;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5201, "exchange")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5201, "exchange")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__exchange_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*moved = OutP->moved.name;
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__several_t__defined
#define __MIG_check__Reply__several_t__defined
/* Is this a reply of several()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__several_t(const __Reply__several_t *message)
{
	const mig_reply_error_t *error = (const mig_reply_error_t *)message;

	if (message->Head.msgh_id != 5302)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)) {
		/* It can only be an error. */
		if (message->Head.msgh_size != sizeof(*error) ||
		    error->RetCode == KERN_SUCCESS)
			return MIG_TYPE_ERROR;
		if (message->Head.msgh_remote_port != MACH_PORT_NULL)
			return MIG_TYPE_ERROR;
		return error->RetCode;
	}
	if (message->Head.msgh_size != sizeof(__Reply__several_t) ||
	    message->msgh_body.msgh_descriptor_count != 7)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	for (unsigned int i = 0; i < 3; i++) {
		if (message->three_out[i].type != MACH_MSG_PORT_DESCRIPTOR ||
		    message->three_out[i].disposition != MACH_MSG_TYPE_PORT_SEND)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < 4; i++) {
		if (message->some_out[i].type != MACH_MSG_PORT_DESCRIPTOR)
			return MIG_TYPE_ERROR;
	}
#endif

	if (message->some_outCnt > 4)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	for (unsigned int i = 0; i < 4; i++)
		if (i < message->some_outCnt
		        ? message->some_out[i].disposition != MACH_MSG_TYPE_PORT_SEND
		        : message->some_out[i].name != MACH_PORT_NULL)
			return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * several() - request 5202, reply 5302
 * @port:	request port; your send right is copied: you keep it
 * @three:	[in]  3 rights; your send rights are copied: you keep them
 * @some:	[in]  someCnt rights, at most 4; your send rights move
 * @three_out:	[out] 3 rights; send rights, yours on success
 * @some_out:	[out] room for *some_outCnt rights, at most 4; *some_outCnt
 *		says how many came; send rights, yours on success
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
mig_external kern_return_t several
(
	mach_port_t port,
	three_ports_t three,
	some_ports_t some,
	mach_msg_type_number_t someCnt,
	three_ports_t three_out,
	some_ports_t some_out,
	mach_msg_type_number_t *some_outCnt
)
{
	union {
		__Request__several_t In;
		struct {
			__Reply__several_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__several_t *InP = &Mess.In;
	__Reply__several_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5202, "several")

	if (someCnt > 4)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 7;
	mig_port_descriptors(InP->three, 3, three, 3, MACH_MSG_TYPE_COPY_SEND);
	mig_port_descriptors(InP->some, 4, some, someCnt,
	    MACH_MSG_TYPE_MOVE_SEND);
	InP->NDR = NDR_record;
	InP->someCnt = someCnt;
	InP->some_outCnt = *some_outCnt < 4 ? *some_outCnt : 4;

	/* Address the request. */
	mig_reply_port = mig_get_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return MACH_RCV_INVALID_NAME;
	InP->Head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5202;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5202, "several")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5202, "several")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__several_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}
	if (OutP->some_outCnt > *some_outCnt) {
		*some_outCnt = OutP->some_outCnt;
		mig_destroy_received(&OutP->Head);
		return MIG_ARRAY_TOO_LARGE;
	}

	/* Unpack it. */
	mig_port_names(three_out, OutP->three_out, 3);
	*some_outCnt = OutP->some_outCnt;
	mig_port_names(some_out, OutP->some_out, *some_outCnt);
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__answer_there_t__defined
#define __MIG_check__Reply__answer_there_t__defined
/* Is this a reply of answer_there()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__answer_there_t(const __Reply__answer_there_t *message)
{
	if (message->Head.msgh_id != 5303)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size != sizeof(__Reply__answer_there_t)) {
		/* Only an error is shorter. */
		if (message->Head.msgh_size != sizeof(mig_reply_error_t) ||
		    message->RetCode == KERN_SUCCESS)
			return MIG_TYPE_ERROR;
	}
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	if (message->RetCode != KERN_SUCCESS)
		return message->RetCode;

	return KERN_SUCCESS;
}
#endif

/*
 * answer_there() - request 5203, reply 5303
 * @port:	request port; a right, moved, copied or made as portPoly says
 * @reply:	where the reply goes; a send-once right is made from your
 *		receive right
 * @number:	[out] by value
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
mig_external kern_return_t answer_there
(
	any_port_t port,
	mach_msg_type_name_t portPoly,
	mach_port_t reply,
	int *number
)
{
	union {
		__Request__answer_there_t In;
		struct {
			__Reply__answer_there_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__answer_there_t *InP = &Mess.In;
	__Reply__answer_there_t *OutP = &Mess.Out.Reply;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5203, "answer_there")

	/* Address the request. */
	InP->Head.msgh_bits = MACH_MSGH_BITS(portPoly,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = reply;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5203;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5203, "answer_there")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), reply, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5203, "answer_there")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__answer_there_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		return msg_result;
	}

	/* Unpack it. */
	*number = OutP->number;
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__seen_by_the_server_t__defined
#define __MIG_check__Reply__seen_by_the_server_t__defined
/* Is this a reply of seen_by_the_server()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__seen_by_the_server_t(const __Reply__seen_by_the_server_t *message)
{
	if (message->Head.msgh_id != 5304)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Reply__seen_by_the_server_t))
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	return message->RetCode;
}
#endif

/*
 * seen_by_the_server() - request 5204, reply 5304
 * @port:	request port; your send right is copied: you keep it
 * @number:	[in]  by value
 */
mig_external kern_return_t seen_by_the_server
(
	mach_port_t port,
	int number
)
{
	union {
		__Request__seen_by_the_server_t In;
		struct {
			__Reply__seen_by_the_server_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__seen_by_the_server_t *InP = &Mess.In;
	__Reply__seen_by_the_server_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5204, "seen_by_the_server")

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->number = number;

	/* Address the request. */
	mig_reply_port = mig_get_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return MACH_RCV_INVALID_NAME;
	InP->Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5204;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5204, "seen_by_the_server")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5204, "seen_by_the_server")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__seen_by_the_server_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}
	return KERN_SUCCESS;
}

/*
 * later() - request 5205, no reply
 * @port:	request port; your send right is copied: you keep it
 * @reply:	where the reply goes; a right, moved, copied or made as
 *		replyPoly says
 * @number:	[in]  by value
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
mig_external kern_return_t later
(
	mach_port_t port,
	any_port_t reply,
	mach_msg_type_name_t replyPoly,
	int number
)
{
	__Request__later_t Mess;
	__Request__later_t *InP = &Mess;
	mach_msg_return_t msg_result;

	__DeclareSendSimple(5205, "later")

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->number = number;

	/* Address the request. */
	InP->Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    replyPoly);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = reply;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5205;

	/* Send it. */
	__BeforeSendSimple(5205, "later")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG, sizeof(*InP), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendSimple(5205, "later")
	return msg_result;
}
