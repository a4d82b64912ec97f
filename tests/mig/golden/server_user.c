/* Subsystem server, the user's stubs. Written by mig: do not edit. */
#define __MIG_check__Reply__server_subsystem__ 1

#include "server.h"

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
_Static_assert(sizeof(int) == 4,
    "int: not the size that the .defs says");
_Static_assert(sizeof(security_token_t) == 8,
    "security_token_t: not the size that the .defs says");
_Static_assert(sizeof(audit_token_t) == 32,
    "audit_token_t: not the size that the .defs says");
_Static_assert(sizeof(int64_t) == 8,
    "int64_t: not the size that the .defs says");
_Static_assert(sizeof(__Request__objects_t) == 52,
    "__Request__objects_t: not the size that is sent");
_Static_assert(sizeof(__Reply__objects_t) == 52,
    "__Reply__objects_t: not the size that is sent");
_Static_assert(sizeof(__Request__tokens_t) == 72,
    "__Request__tokens_t: not the size that is sent");
_Static_assert(sizeof(__Reply__tokens_t) == 36,
    "__Reply__tokens_t: not the size that is sent");
_Static_assert(sizeof(__Request__lent_t) == 96,
    "__Request__lent_t: not the size that is sent");
_Static_assert(sizeof(__Reply__lent_t) == 36,
    "__Reply__lent_t: not the size that is sent");
_Static_assert(sizeof(__Request__aligned_t) == 16064,
    "__Request__aligned_t: not the size that is sent");
_Static_assert(sizeof(__Reply__aligned_t) == 16068,
    "__Reply__aligned_t: not the size that is sent");
_Static_assert(sizeof(__Request__undone_t) == 40,
    "__Request__undone_t: not the size that is sent");
_Static_assert(sizeof(__Reply__undone_t) == 16112,
    "__Reply__undone_t: not the size that is sent");
_Static_assert(sizeof(__Request__outcome_t) == 80,
    "__Request__outcome_t: not the size that is sent");
_Static_assert(sizeof(__Reply__outcome_t) == 36,
    "__Reply__outcome_t: not the size that is sent");
#endif /* __MigSizeChecks */

#ifndef __mig_append__defined
#define __mig_append__defined
/* Appends data to a message, and zeros up to a multiple of 4. Returns the
 * size that the message has then. */
mig_internal mach_msg_size_t
mig_append(void *message, mach_msg_size_t size, const void *data,
    mach_msg_size_t bytes)
{
	char *end = (char *)message + size;
	mach_msg_size_t pad = (4 - bytes % 4) % 4;

	if (bytes != 0)
		memcpy(end, data, bytes);
	memset(end + bytes, 0, pad);
	return size + bytes + pad;
}
#endif

#ifndef __mig_append_number__defined
#define __mig_append_number__defined
/* Appends a count. */
mig_internal mach_msg_size_t
mig_append_number(void *message, mach_msg_size_t size, uint32_t number)
{
	memcpy((char *)message + size, &number, sizeof(number));
	return size + (mach_msg_size_t)sizeof(number);
}
#endif

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

#ifndef __mig_ool_descriptor__defined
#define __mig_ool_descriptor__defined
/* Describes a region of memory: nothing where there is none. */
mig_internal mach_msg_ool_descriptor_t
mig_ool_descriptor(uintptr_t address, mach_msg_size_t bytes,
    mach_msg_copy_options_t copy, boolean_t deallocate)
{
	mach_msg_ool_descriptor_t descriptor = {
	    .address = (void *)address,
	    .deallocate = deallocate != FALSE,
	    .copy = copy & 0xff,
	    .type = MACH_MSG_OOL_DESCRIPTOR,
	    .size = address ? bytes : 0,
	};

	return descriptor;
}
#endif

#ifndef __mig_ool_ports_descriptor__defined
#define __mig_ool_ports_descriptor__defined
/* Describes an array of rights in memory: none where there is none. */
mig_internal mach_msg_ool_ports_descriptor_t
mig_ool_ports_descriptor(uintptr_t address, mach_msg_type_number_t count,
    mach_msg_type_name_t disposition, boolean_t deallocate)
{
	mach_msg_ool_ports_descriptor_t descriptor = {
	    .address = (void *)address,
	    .deallocate = deallocate != FALSE,
	    .disposition = disposition & 0xff,
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .count = address ? count : 0,
	};

	return descriptor;
}
#endif

#ifndef __mig_extract__defined
#define __mig_extract__defined
/* Copies data out of a message. */
mig_internal void
mig_extract(void *to, const void *message, mach_msg_size_t offset,
    mach_msg_size_t bytes)
{
	if (bytes != 0)
		memcpy(to, (const char *)message + offset, bytes);
}
#endif

#ifndef __mig_number_at__defined
#define __mig_number_at__defined
/* The count at an offset of a message. */
mig_internal uint32_t
mig_number_at(const void *message, mach_msg_size_t offset)
{
	uint32_t number;

	memcpy(&number, (const char *)message + offset, sizeof(number));
	return number;
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

#ifndef __mig_send_outcome__defined
#define __mig_send_outcome__defined
/* Sends an outcome in place of a request. */
mig_internal mach_msg_return_t
mig_send_outcome(mig_reply_error_t *message, mach_msg_bits_t bits,
    mach_port_t port, mach_port_t reply_port, mach_msg_id_t id,
    kern_return_t outcome, mach_msg_option_t options,
    mach_msg_timeout_t timeout)
{
	message->Head.msgh_bits = bits;
	message->Head.msgh_size = sizeof(*message);
	message->Head.msgh_remote_port = port;
	message->Head.msgh_local_port = reply_port;
	message->Head.msgh_reserved = 0;
	message->Head.msgh_id = id;
	message->NDR = NDR_record;
	message->RetCode = outcome;
	return mach_msg(&message->Head, options, sizeof(*message), 0,
	    MACH_PORT_NULL, timeout, MACH_PORT_NULL);
}
#endif

#ifndef __MIG_check__Reply__objects_t__defined
#define __MIG_check__Reply__objects_t__defined
/* Is this a reply of objects()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__objects_t(const __Reply__objects_t *message)
{
	const mig_reply_error_t *error = (const mig_reply_error_t *)message;

	if (message->Head.msgh_id != 5700)
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
	if (message->Head.msgh_size != sizeof(__Reply__objects_t) ||
	    message->msgh_body.msgh_descriptor_count != 2)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	if (message->changed.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->changed.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
	if (message->made.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->made.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * objects() - request 5600, reply 5700
 * @self:	request port; your send right moves
 * @given:	[in]  your send right moves
 * @changed:	[in/out] goes in: your send right moves. Comes back: a send
 *		right; yours on success: mach_port_deallocate()
 * @made:	[out] a send right; yours on success: mach_port_deallocate()
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
mig_external kern_return_t objects
(
	mach_port_t self,
	mach_port_t given,
	mach_port_t *changed,
	mach_port_t *made
)
{
	union {
		__Request__objects_t In;
		struct {
			__Reply__objects_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__objects_t *InP = &Mess.In;
	__Reply__objects_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5600, "objects")

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 2;
	InP->given = mig_port_descriptor(given, MACH_MSG_TYPE_MOVE_SEND);
	InP->changed = mig_port_descriptor(*changed, MACH_MSG_TYPE_MOVE_SEND);

	/* Address the request. */
	mig_reply_port = mig_get_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return MACH_RCV_INVALID_NAME;
	InP->Head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = self;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5600;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5600, "objects")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5600, "objects")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__objects_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*changed = OutP->changed.name;
	*made = OutP->made.name;
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__tokens_t__defined
#define __MIG_check__Reply__tokens_t__defined
/* Is this a reply of tokens()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__tokens_t(const __Reply__tokens_t *message)
{
	if (message->Head.msgh_id != 5701)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Reply__tokens_t))
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	return message->RetCode;
}
#endif

/*
 * tokens() - request 5601, reply 5701
 * @port:	request port; your send right is copied: you keep it
 * @both:	audit token of who sent the reply
 * @ints:	[in]  intsCnt elements of 4 bytes, at most 7
 * @record:	[in]  by value
 */
mig_external kern_return_t tokens
(
	mach_port_t port,
	audit_token_t *both,
	ints_t ints,
	mach_msg_type_number_t intsCnt,
	security_token_t record
)
{
	union {
		__Request__tokens_t In;
		struct {
			__Reply__tokens_t Reply;
			mach_msg_max_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__tokens_t *InP = &Mess.In;
	__Reply__tokens_t *OutP = &Mess.Out.Reply;
	mach_msg_audit_trailer_t mig_trailer;
	mach_port_t mig_reply_port;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5601, "tokens")

	if (intsCnt > 7)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->intsCnt = intsCnt;
	msgh_size = mig_append(InP, offsetof(__Request__tokens_t, ints), ints,
	    intsCnt * 4);
	msgh_size = mig_append(InP, msgh_size, &record, sizeof(InP->record));

	/* Address the request. */
	mig_reply_port = mig_get_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return MACH_RCV_INVALID_NAME;
	InP->Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = msgh_size;
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5601;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5601, "tokens")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG |
	    MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT), msgh_size,
	    sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5601, "tokens")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__tokens_t(OutP);
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
	memcpy(both, &mig_trailer.msgh_audit, sizeof(mig_trailer.msgh_audit));
	return KERN_SUCCESS;
}

/*
 * lent() - request 5602, no reply
 * @port:	request port; your send right is copied: you keep it
 * @ints:	[in]  intsCnt elements of 4 bytes; you keep the memory
 * @ports:	[in]  portsCnt rights; you keep the memory; your send rights
 *		move
 * @region:	[in]  regionCnt elements of 4 bytes; you keep the memory
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
mig_external kern_return_t lent
(
	mach_port_t port,
	vm_offset_t ints,
	mach_msg_type_number_t intsCnt,
	vm_offset_t ports,
	mach_msg_type_number_t portsCnt,
	vm_offset_t region,
	mach_msg_type_number_t regionCnt
)
{
	__Request__lent_t Mess;
	__Request__lent_t *InP = &Mess;
	mach_msg_return_t msg_result;

	__DeclareSendSimple(5602, "lent")

	if (intsCnt > UINT32_MAX / 4)
		return MIG_ARRAY_TOO_LARGE;
	if (regionCnt > UINT32_MAX / 4)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 3;
	InP->ints = mig_ool_descriptor((uintptr_t)ints, intsCnt * 4,
	    MACH_MSG_VIRTUAL_COPY, FALSE);
	InP->ports = mig_ool_ports_descriptor((uintptr_t)ports, portsCnt,
	    MACH_MSG_TYPE_MOVE_SEND, FALSE);
	InP->region = mig_ool_descriptor((uintptr_t)region, regionCnt * 4,
	    MACH_MSG_VIRTUAL_COPY, FALSE);
	InP->NDR = NDR_record;
	InP->intsCnt = intsCnt;
	InP->portsCnt = portsCnt;
	InP->regionCnt = regionCnt;

	/* Address the request. */
	InP->Head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = MACH_PORT_NULL;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5602;

	/* Send it. */
	__BeforeSendSimple(5602, "lent")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG, sizeof(*InP), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendSimple(5602, "lent")
	return msg_result;
}

#ifndef __MIG_check__Reply__aligned_t__defined
#define __MIG_check__Reply__aligned_t__defined
/* Where in a reply the fields behind a variable one begin. */
struct __ReplyAt__aligned {
	mach_msg_size_t many_outCnt, many_out;
};

/* Is this a reply of aligned()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__aligned_t(const __Reply__aligned_t *message,
    struct __ReplyAt__aligned *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;
	mach_msg_size_t bytes;

	if (message->Head.msgh_id != 5703)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size < 44 ||
	    message->Head.msgh_size > sizeof(__Reply__aligned_t)) {
		/* Only an error is shorter. */
		if (message->Head.msgh_size != sizeof(mig_reply_error_t) ||
		    message->RetCode == KERN_SUCCESS)
			return MIG_TYPE_ERROR;
	}
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	if (message->RetCode != KERN_SUCCESS)
		return message->RetCode;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 44;

	count = message->longs_outCnt;
	if (count > 3 || count * 8 > left)
		return MIG_TYPE_ERROR;
	bytes = count * 8;
	left -= bytes;
	at->many_outCnt = (mach_msg_size_t)offsetof(__Reply__aligned_t, longs_out) + bytes;
	at->many_out = at->many_outCnt + 4;

	memcpy(&count, (const char *)message + at->many_outCnt, sizeof(count));
	if (count > 2000 || count * 8 != left)
		return MIG_TYPE_ERROR;

	return KERN_SUCCESS;
}
#endif

/*
 * aligned() - request 5603, reply 5703
 * @port:	request port; your send right is copied: you keep it
 * @longs:	[in]  longsCnt elements of 8 bytes, at most 3
 * @many:	[in]  manyCnt elements of 8 bytes, at most 2000
 * @longs_out:	[out] room for 3 elements of 8 bytes; *longs_outCnt says how
 *		many came
 * @many_out:	[out] room for 2000 elements of 8 bytes; *many_outCnt says how
 *		many came
 */
mig_external kern_return_t aligned
(
	mach_port_t port,
	longs_t longs,
	mach_msg_type_number_t longsCnt,
	many_longs_t many,
	mach_msg_type_number_t manyCnt,
	longs_t longs_out,
	mach_msg_type_number_t *longs_outCnt,
	many_longs_t many_out,
	mach_msg_type_number_t *many_outCnt
)
{
	union {
		__Request__aligned_t In;
		struct {
			__Reply__aligned_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__aligned_t *InP = &Mess.In;
	__Reply__aligned_t *OutP = &Mess.Out.Reply;
	struct __ReplyAt__aligned ReplyAt;
	mach_port_t mig_reply_port;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5603, "aligned")

	if (longsCnt > 3)
		return MIG_ARRAY_TOO_LARGE;
	if (manyCnt > 2000)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->longsCnt = longsCnt;
	msgh_size = mig_append(InP, offsetof(__Request__aligned_t, longs),
	    longs, longsCnt * 8);
	msgh_size = mig_append_number(InP, msgh_size, manyCnt);
	msgh_size = mig_append(InP, msgh_size, many, manyCnt * 8);

	/* Address the request. */
	mig_reply_port = mig_get_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return MACH_RCV_INVALID_NAME;
	InP->Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = msgh_size;
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5603;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5603, "aligned")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    msgh_size, sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5603, "aligned")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__aligned_t(OutP, &ReplyAt);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*longs_outCnt = OutP->longs_outCnt;
	mig_extract(longs_out, OutP, offsetof(__Reply__aligned_t, longs_out),
	    *longs_outCnt * 8);
	*many_outCnt = mig_number_at(OutP, ReplyAt.many_outCnt);
	mig_extract(many_out, OutP, ReplyAt.many_out, *many_outCnt * 8);
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__undone_t__defined
#define __MIG_check__Reply__undone_t__defined
/* Is this a reply of undone()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__undone_t(const __Reply__undone_t *message)
{
	const mig_reply_error_t *error = (const mig_reply_error_t *)message;
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if (message->Head.msgh_id != 5705)
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
	if (message->Head.msgh_size < 112 ||
	    message->Head.msgh_size > sizeof(__Reply__undone_t) ||
	    message->msgh_body.msgh_descriptor_count != 5)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	for (unsigned int i = 0; i < 4; i++) {
		if (message->ports[i].type != MACH_MSG_PORT_DESCRIPTOR)
			return MIG_TYPE_ERROR;
	}
	if (message->region.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
#endif

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 112;

	count = message->manyCnt;
	if (count > 2000 || count * 8 != left)
		return MIG_TYPE_ERROR;

	if (message->portsCnt > 4)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	if (message->region.size != (uint64_t)message->regionCnt * 4)
		return MIG_TYPE_ERROR;
	for (unsigned int i = 0; i < 4; i++)
		if (i < message->portsCnt
		        ? message->ports[i].disposition != MACH_MSG_TYPE_PORT_SEND
		        : message->ports[i].name != MACH_PORT_NULL)
			return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * undone() - request 5605, reply 5705
 * @port:	request port; your send right is copied: you keep it
 * @taken:	[in]  your send right moves
 * @ports:	[out] room for 4 rights; *portsCnt says how many came; send
 *		rights, yours on success
 * @region:	[out] *regionCnt elements of 4 bytes; the memory is yours on
 *		success: vm_deallocate() of *regionCnt * 4 bytes
 * @many:	[out] room for 2000 elements of 8 bytes; *manyCnt says how many
 *		came
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
mig_external kern_return_t undone
(
	mach_port_t port,
	mach_port_t taken,
	some_ports_t ports,
	mach_msg_type_number_t *portsCnt,
	vm_offset_t *region,
	mach_msg_type_number_t *regionCnt,
	many_longs_t many,
	mach_msg_type_number_t *manyCnt
)
{
	union {
		__Request__undone_t In;
		struct {
			__Reply__undone_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__undone_t *InP = &Mess.In;
	__Reply__undone_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5605, "undone")

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 1;
	InP->taken = mig_port_descriptor(taken, MACH_MSG_TYPE_MOVE_SEND);

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
	InP->Head.msgh_id = 5605;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5605, "undone")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5605, "undone")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__undone_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*portsCnt = OutP->portsCnt;
	mig_port_names(ports, OutP->ports, *portsCnt);
	*regionCnt = OutP->regionCnt;
	*region = (vm_offset_t)OutP->region.address;
	*manyCnt = OutP->manyCnt;
	mig_extract(many, OutP, offsetof(__Reply__undone_t, many),
	    *manyCnt * 8);
	return KERN_SUCCESS;
}

/*
 * outcome() - request 5606, no reply
 * @port:	request port; your send right is copied: you keep it
 * @right:	[in]  your send right moves
 * @result:	[in]  an outcome; unless it is KERN_SUCCESS it is sent alone,
 *		and the other arguments stay as they are
 * @ints:	[in]  intsCnt elements of 4 bytes, at most 7
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
mig_external kern_return_t outcome
(
	mach_port_t port,
	mach_port_t right,
	int result,
	ints_t ints,
	mach_msg_type_number_t intsCnt
)
{
	__Request__outcome_t Mess;
	__Request__outcome_t *InP = &Mess;
	mig_reply_error_t mig_outcome;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendSimple(5606, "outcome")

	/* An outcome travels alone, and takes nothing with it. */
	if (result != KERN_SUCCESS) {
		__BeforeSendSimple(5606, "outcome")
		msg_result = mig_send_outcome(&mig_outcome,
		    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0), port,
		    MACH_PORT_NULL, 5606, (kern_return_t)result, MACH_SEND_MSG,
		    MACH_MSG_TIMEOUT_NONE);
		__AfterSendSimple(5606, "outcome")
		return msg_result;
	}

	if (intsCnt > 7)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 1;
	InP->right = mig_port_descriptor(right, MACH_MSG_TYPE_MOVE_SEND);
	InP->NDR = NDR_record;
	InP->intsCnt = intsCnt;
	msgh_size = mig_append(InP, offsetof(__Request__outcome_t, ints), ints,
	    intsCnt * 4);

	/* Address the request. */
	InP->Head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	InP->Head.msgh_size = msgh_size;
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = MACH_PORT_NULL;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5606;

	/* Send it. */
	__BeforeSendSimple(5606, "outcome")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG, msgh_size, 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendSimple(5606, "outcome")
	return msg_result;
}
