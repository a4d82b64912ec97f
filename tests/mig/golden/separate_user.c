/* Subsystem separate, the user's stubs. Written by mig: do not edit. */
#define __MIG_check__Reply__separate_subsystem__ 1

#include "separate.h"

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
_Static_assert(sizeof(int) == 4,
    "int: not the size that the .defs says");
_Static_assert(sizeof(audit_token_t) == 32,
    "audit_token_t: not the size that the .defs says");
_Static_assert(sizeof(__Request__ask_t) == 24,
    "__Request__ask_t: not the size that is sent");
_Static_assert(sizeof(__Reply__ask_t) == 40,
    "__Reply__ask_t: not the size that is sent");
_Static_assert(sizeof(__Request__ask_for_token_t) == 24,
    "__Request__ask_for_token_t: not the size that is sent");
_Static_assert(sizeof(__Reply__ask_for_token_t) == 36,
    "__Reply__ask_for_token_t: not the size that is sent");
#endif /* __MigSizeChecks */

#ifndef __mig_get_trailer__defined
#define __mig_get_trailer__defined
/* Copies the trailer behind a message, if it is as long as @bytes. */
mig_internal boolean_t
mig_get_trailer(const mach_msg_header_t *message, void *to,
    mach_msg_size_t bytes)
{
	const char *from =
	    (const char *)message + ((message->msgh_size + 3) & ~3u);
	mach_msg_trailer_t head;

	memcpy(&head, from, sizeof(head));
	if (head.msgh_trailer_type != MACH_MSG_TRAILER_FORMAT_0 ||
	    head.msgh_trailer_size < bytes)
		return FALSE;
	memcpy(to, from, bytes);
	return TRUE;
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

#ifndef __MIG_check__Reply__ask_t__defined
#define __MIG_check__Reply__ask_t__defined
/* Is this a reply of ask()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__ask_t(const __Reply__ask_t *message)
{
	if (message->Head.msgh_id != 5700)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size != sizeof(__Reply__ask_t)) {
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
 * ask() - request 5600, reply 5700
 * @port:	request port; your send right is copied: you keep it
 * @number:	[out] by value
 */
mig_external kern_return_t ask
(
	mach_port_t port,
	int *number
)
{
	union {
		__Request__ask_t In;
		struct {
			__Reply__ask_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__ask_t *InP = &Mess.In;
	__Reply__ask_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5600, "ask")

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
	InP->Head.msgh_id = 5600;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5600, "ask")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	    sizeof(*InP), 0, MACH_PORT_NULL, 1000, MACH_PORT_NULL);
	if (msg_result == MACH_MSG_SUCCESS)
		msg_result = mach_msg(&OutP->Head, MACH_RCV_MSG, 0,
		    sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
		    MACH_PORT_NULL);
	__AfterSendRpc(5600, "ask")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithTimeout(msg_result);
		if ((msg_result & ~MACH_MSG_MASK) == MACH_SEND_TIMED_OUT)
			mach_msg_destroy(&InP->Head);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__ask_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*number = OutP->number;
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__ask_for_token_t__defined
#define __MIG_check__Reply__ask_for_token_t__defined
/* Is this a reply of ask_for_token()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__ask_for_token_t(const __Reply__ask_for_token_t *message)
{
	if (message->Head.msgh_id != 5701)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Reply__ask_for_token_t))
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	return message->RetCode;
}
#endif

/*
 * ask_for_token() - request 5601, reply 5701
 * @port:	request port; your send right is copied: you keep it
 * @token:	audit token of who sent the reply
 */
mig_external kern_return_t ask_for_token
(
	mach_port_t port,
	audit_token_t *token
)
{
	union {
		__Request__ask_for_token_t In;
		struct {
			__Reply__ask_for_token_t Reply;
			mach_msg_max_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__ask_for_token_t *InP = &Mess.In;
	__Reply__ask_for_token_t *OutP = &Mess.Out.Reply;
	mach_msg_audit_trailer_t mig_trailer;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5601, "ask_for_token")

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
	InP->Head.msgh_id = 5601;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5601, "ask_for_token")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
	    sizeof(*InP), 0, MACH_PORT_NULL, 1000, MACH_PORT_NULL);
	if (msg_result == MACH_MSG_SUCCESS)
		msg_result = mach_msg(&OutP->Head, MACH_RCV_MSG |
		    MACH_RCV_TIMEOUT |
		    MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |
		    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT), 0,
		    sizeof(Mess.Out), mig_reply_port, 1000, MACH_PORT_NULL);
	__AfterSendRpc(5601, "ask_for_token")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithTimeout(msg_result);
		if ((msg_result & ~MACH_MSG_MASK) == MACH_SEND_TIMED_OUT)
			mach_msg_destroy(&InP->Head);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__ask_for_token_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}
	if (!mig_get_trailer(&OutP->Head, &mig_trailer, sizeof(mig_trailer))) {
		mig_destroy_received(&OutP->Head);
		return MIG_TRAILER_ERROR;
	}

	/* Unpack it. */
	memcpy(token, &mig_trailer.msgh_audit, sizeof(mig_trailer.msgh_audit));
	return KERN_SUCCESS;
}
