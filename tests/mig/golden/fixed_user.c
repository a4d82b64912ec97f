/* Subsystem fixed, the user's stubs. Written by mig: do not edit. */
#define __MIG_check__Reply__fixed_subsystem__ 1

#include "fixed.h"

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

#ifndef __MIG_check__Reply__nothing_t__defined
#define __MIG_check__Reply__nothing_t__defined
/* Is this a reply of nothing()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__nothing_t(const __Reply__nothing_t *message)
{
	if (message->Head.msgh_id != 5100)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Reply__nothing_t))
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	return message->RetCode;
}
#endif

/*
 * nothing() - request 5000, reply 5100
 * @port:	request port; your send right is copied: you keep it
 */
mig_external kern_return_t nothing
(
	mach_port_t port
)
{
	union {
		__Request__nothing_t In;
		struct {
			__Reply__nothing_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__nothing_t *InP = &Mess.In;
	__Reply__nothing_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5000, "nothing")

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
	InP->Head.msgh_id = 5000;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5000, "nothing")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5000, "nothing")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__nothing_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__scalars_t__defined
#define __MIG_check__Reply__scalars_t__defined
/* Is this a reply of scalars()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__scalars_t(const __Reply__scalars_t *message)
{
	if (message->Head.msgh_id != 5101)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size != sizeof(__Reply__scalars_t)) {
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
 * scalars() - request 5001, reply 5101
 * @port:	request port; your send right is copied: you keep it
 * @small:	[in]  by value
 * @number:	[in]  by value
 * @large:	[in]  by value
 * @small_out:	[out] by value
 * @number_out:	[out] by value
 * @large_out:	[out] by value
 */
mig_external kern_return_t scalars
(
	mach_port_t port,
	char small,
	int number,
	int64_t large,
	char *small_out,
	int *number_out,
	int64_t *large_out
)
{
	union {
		__Request__scalars_t In;
		struct {
			__Reply__scalars_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__scalars_t *InP = &Mess.In;
	__Reply__scalars_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5001, "scalars")

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->small = small;
	memset(InP->smallPad, 0, sizeof(InP->smallPad));
	InP->number = number;
	InP->large = large;

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
	InP->Head.msgh_id = 5001;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5001, "scalars")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5001, "scalars")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__scalars_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*small_out = OutP->small_out;
	*number_out = OutP->number_out;
	*large_out = OutP->large_out;
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__aggregates_t__defined
#define __MIG_check__Reply__aggregates_t__defined
/* Is this a reply of aggregates()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__aggregates_t(const __Reply__aggregates_t *message)
{
	if (message->Head.msgh_id != 5102)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size != sizeof(__Reply__aggregates_t)) {
		/* Only an error is shorter. */
		if (message->Head.msgh_size != sizeof(mig_reply_error_t) ||
		    message->RetCode == KERN_SUCCESS)
			return MIG_TYPE_ERROR;
	}
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	if (message->RetCode != KERN_SUCCESS)
		return message->RetCode;

	if (!memchr(message->name_out, '\0', 10))
		return MIG_TYPE_ERROR;

	return KERN_SUCCESS;
}
#endif

/*
 * aggregates() - request 5002, reply 5102
 * @port:	request port; your send right is copied: you keep it
 * @array:	[in]  6 bytes
 * @record:	[in]  by value
 * @name:	[in]  a string, at most 10 bytes with its NUL
 * @array_out:	[out] 6 bytes
 * @record_out:	[out] by value
 * @name_out:	[out] room for a string, at most 10 bytes with its NUL
 */
mig_external kern_return_t aggregates
(
	mach_port_t port,
	shorts_t array,
	struct_t record,
	name_t name,
	shorts_t array_out,
	struct_t *record_out,
	name_t name_out
)
{
	union {
		__Request__aggregates_t In;
		struct {
			__Reply__aggregates_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__aggregates_t *InP = &Mess.In;
	__Reply__aggregates_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5002, "aggregates")

	/* Pack the request. */
	InP->NDR = NDR_record;
	memcpy(InP->array, array, sizeof(InP->array));
	memset(InP->arrayPad, 0, sizeof(InP->arrayPad));
	InP->record = record;
	memset(InP->recordPad, 0, sizeof(InP->recordPad));
	mig_strncpy_zerofill(InP->name, name, 10);
	memset(InP->namePad, 0, sizeof(InP->namePad));

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
	InP->Head.msgh_id = 5002;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5002, "aggregates")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5002, "aggregates")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__aggregates_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	memcpy(array_out, OutP->array_out, sizeof(OutP->array_out));
	*record_out = OutP->record_out;
	mig_strncpy(name_out, OutP->name_out, 10);
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__both_ways_t__defined
#define __MIG_check__Reply__both_ways_t__defined
/* Is this a reply of both_ways()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__both_ways_t(const __Reply__both_ways_t *message)
{
	if (message->Head.msgh_id != 5103)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size != sizeof(__Reply__both_ways_t)) {
		/* Only an error is shorter. */
		if (message->Head.msgh_size != sizeof(mig_reply_error_t) ||
		    message->RetCode == KERN_SUCCESS)
			return MIG_TYPE_ERROR;
	}
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	if (message->RetCode != KERN_SUCCESS)
		return message->RetCode;

	if (!memchr(message->name, '\0', 10))
		return MIG_TYPE_ERROR;

	return KERN_SUCCESS;
}
#endif

/*
 * both_ways() - request 5003, reply 5103
 * @port:	request port; your send right is copied: you keep it
 * @number:	[in/out] by value
 * @array:	[in/out] 6 bytes
 * @record:	[in/out] by value
 * @name:	[in/out] a string, at most 10 bytes with its NUL
 */
mig_external kern_return_t both_ways
(
	mach_port_t port,
	int *number,
	shorts_t array,
	struct_t *record,
	name_t name
)
{
	union {
		__Request__both_ways_t In;
		struct {
			__Reply__both_ways_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__both_ways_t *InP = &Mess.In;
	__Reply__both_ways_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5003, "both_ways")

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->number = *number;
	memcpy(InP->array, array, sizeof(InP->array));
	memset(InP->arrayPad, 0, sizeof(InP->arrayPad));
	InP->record = *record;
	memset(InP->recordPad, 0, sizeof(InP->recordPad));
	mig_strncpy_zerofill(InP->name, name, 10);
	memset(InP->namePad, 0, sizeof(InP->namePad));

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
	InP->Head.msgh_id = 5003;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5003, "both_ways")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5003, "both_ways")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__both_ways_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*number = OutP->number;
	memcpy(array, OutP->array, sizeof(OutP->array));
	*record = OutP->record;
	mig_strncpy(name, OutP->name, 10);
	return KERN_SUCCESS;
}

/*
 * notify_number() - request 5005, no reply
 * @port:	request port; your send right is copied: you keep it
 * @number:	[in]  by value
 */
mig_external kern_return_t notify_number
(
	mach_port_t port,
	int number
)
{
	__Request__notify_number_t Mess;
	__Request__notify_number_t *InP = &Mess;
	mach_msg_return_t msg_result;

	__DeclareSendSimple(5005, "notify_number")

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->number = number;

	/* Address the request. */
	InP->Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = MACH_PORT_NULL;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5005;

	/* Send it. */
	__BeforeSendSimple(5005, "notify_number")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG, sizeof(*InP), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendSimple(5005, "notify_number")
	return msg_result;
}
