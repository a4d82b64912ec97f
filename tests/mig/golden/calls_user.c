/* Subsystem calls, the user's stubs. Written by mig: do not edit. */
#define __MIG_check__Reply__calls_subsystem__ 1

#include "calls.h"

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
#ifndef __MachMsgErrorWithTimeoutSRP
#define __MachMsgErrorWithTimeoutSRP(R) \
	mig_special_port_error((R), mig_reply_port, &InP->Head)
#endif
#ifndef __MachMsgErrorWithoutTimeoutSRP
#define __MachMsgErrorWithoutTimeoutSRP(R) \
	mig_special_port_error((R), mig_reply_port, &InP->Head)
#endif

#if !defined(__MigSizeChecks) || __MigSizeChecks
_Static_assert(sizeof(security_token_t) == 8,
    "security_token_t: not the size that the .defs says");
_Static_assert(sizeof(int) == 4,
    "int: not the size that the .defs says");
_Static_assert(sizeof(audit_token_t) == 32,
    "audit_token_t: not the size that the .defs says");
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

#ifndef __mig_ool_descriptors__defined
#define __mig_ool_descriptors__defined
/* Describes @count regions, and empty ones in the rest of @max descriptors.
 * Each has @bytes, times counts[i] if there are counts. */
mig_internal void
mig_ool_descriptors(mach_msg_ool_descriptor_t *to,
    mach_msg_type_number_t max, const void *addresses,
    mach_msg_type_number_t count, const mach_msg_type_number_t *counts,
    mach_msg_size_t bytes, mach_msg_copy_options_t copy,
    boolean_t deallocate)
{
	for (mach_msg_type_number_t i = 0; i < max; i++) {
		uintptr_t address = 0;
		mach_msg_size_t size = 0;

		if (i < count) {
			memcpy(&address,
			    (const char *)addresses + i * sizeof(address),
			    sizeof(address));
			size = counts ? bytes * counts[i] : bytes;
		}
		to[i] = mig_ool_descriptor(address, size, copy, deallocate);
	}
}
#endif

#ifndef __mig_counts_fit__defined
#define __mig_counts_fit__defined
/* Whether none of the counts of several regions is above @limit. */
mig_internal boolean_t
mig_counts_fit(const mach_msg_type_number_t *counts,
    mach_msg_type_number_t count, mach_msg_type_number_t limit)
{
	for (mach_msg_type_number_t i = 0; i < count; i++)
		if (counts[i] > limit)
			return FALSE;
	return TRUE;
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

#ifndef __mig_special_port_error__defined
#define __mig_special_port_error__defined
/* After a call that failed: a reply may still come to the special port, unless
 * nothing was sent; it goes, with the right to reply. */
__attribute__((unused)) mig_internal void
mig_special_port_error(mach_msg_return_t error, mach_port_t port,
    const mach_msg_header_t *request)
{
	if (mig_came_back(error))
		mig_dealloc_special_reply_port(request->msgh_local_port);
	else if (error != MACH_SEND_INVALID_DATA &&
	    error != MACH_SEND_INVALID_DEST &&
	    error != MACH_SEND_INVALID_HEADER)
		mig_dealloc_special_reply_port(port);
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

#ifndef __mig_release_copy__defined
#define __mig_release_copy__defined
/* Frees the copy of a region with which a request came back. */
mig_internal void
mig_release_copy(mach_msg_ool_descriptor_t region, uintptr_t original)
{
	if ((uintptr_t)region.address != original)
		mig_deallocate((vm_address_t)region.address, region.size);
}
#endif

#ifndef __mig_release_copies__defined
#define __mig_release_copies__defined
/* The same, of several regions. */
mig_internal void
mig_release_copies(const mach_msg_ool_descriptor_t *regions,
    const void *originals, mach_msg_type_number_t count)
{
	for (mach_msg_type_number_t i = 0; i < count; i++) {
		uintptr_t original;

		memcpy(&original,
		    (const char *)originals + i * sizeof(original),
		    sizeof(original));
		mig_release_copy(regions[i], original);
	}
}
#endif

#ifndef __MIG_check__Reply__sender_t__defined
#define __MIG_check__Reply__sender_t__defined
/* Is this a reply of sender()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__sender_t(const __Reply__sender_t *message)
{
	if (message->Head.msgh_id != 5500)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Reply__sender_t))
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	return message->RetCode;
}
#endif

/*
 * sender() - request 5400, reply 5500
 * @port:	request port; your send right is copied: you keep it
 * @token:	security token of who sent the reply
 */
mig_external kern_return_t sender
(
	mach_port_t port,
	security_token_t *token
)
{
	union {
		__Request__sender_t In;
		struct {
			__Reply__sender_t Reply;
			mach_msg_max_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__sender_t *InP = &Mess.In;
	__Reply__sender_t *OutP = &Mess.Out.Reply;
	mach_msg_security_trailer_t mig_trailer;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5400, "sender")

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
	InP->Head.msgh_id = 5400;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5400, "sender")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG |
	    MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SENDER), sizeof(*InP),
	    sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5400, "sender")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__sender_t(OutP);
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
	memcpy(token, &mig_trailer.msgh_sender,
	    sizeof(mig_trailer.msgh_sender));
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__auditor_t__defined
#define __MIG_check__Reply__auditor_t__defined
/* Is this a reply of auditor()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__auditor_t(const __Reply__auditor_t *message)
{
	if (message->Head.msgh_id != 5501)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size != sizeof(__Reply__auditor_t)) {
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
 * auditor() - request 5401, reply 5501
 * @port:	request port; your send right is copied: you keep it
 * @token:	audit token of who sent the reply
 * @number:	[out] by value
 */
mig_external kern_return_t auditor
(
	mach_port_t port,
	audit_token_t *token,
	int *number
)
{
	union {
		__Request__auditor_t In;
		struct {
			__Reply__auditor_t Reply;
			mach_msg_max_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__auditor_t *InP = &Mess.In;
	__Reply__auditor_t *OutP = &Mess.Out.Reply;
	mach_msg_audit_trailer_t mig_trailer;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5401, "auditor")

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
	InP->Head.msgh_id = 5401;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5401, "auditor")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG |
	    MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT), sizeof(*InP),
	    sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5401, "auditor")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__auditor_t(OutP);
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
	*number = OutP->number;
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__patient_t__defined
#define __MIG_check__Reply__patient_t__defined
/* Is this a reply of patient()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__patient_t(const __Reply__patient_t *message)
{
	if (message->Head.msgh_id != 5502)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Reply__patient_t))
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	return message->RetCode;
}
#endif

/*
 * patient() - request 5402, reply 5502
 * @port:	request port; your send right is copied: you keep it
 * @timeout:	how long to wait, for the send and for the reply, in ms
 * @options:	more options of mach_msg()
 * @memory:	[in]  memoryCnt elements of 4 bytes; the memory moves
 * @several:	[in]  severalSubsCnt regions, at most 3, each of severalSubs[i]
 *		elements of 4 bytes; you keep the memory
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
mig_external kern_return_t patient
(
	mach_port_t port,
	mach_msg_timeout_t timeout,
	mach_msg_option_t options,
	vm_offset_t memory,
	mach_msg_type_number_t memoryCnt,
	some_regions_t several,
	mach_msg_type_number_t *severalSubs,
	mach_msg_type_number_t severalSubsCnt
)
{
	union {
		__Request__patient_t In;
		struct {
			__Reply__patient_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__patient_t *InP = &Mess.In;
	__Reply__patient_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5402, "patient")

	if (memoryCnt > UINT32_MAX / 4)
		return MIG_ARRAY_TOO_LARGE;
	if (severalSubsCnt > 3)
		return MIG_ARRAY_TOO_LARGE;
	if (!mig_counts_fit(severalSubs, severalSubsCnt, UINT32_MAX / 4))
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 4;
	InP->memory = mig_ool_descriptor((uintptr_t)memory, memoryCnt * 4,
	    MACH_MSG_VIRTUAL_COPY, TRUE);
	mig_ool_descriptors(InP->several, 3, several, severalSubsCnt,
	    severalSubs, 4, MACH_MSG_VIRTUAL_COPY, FALSE);
	InP->NDR = NDR_record;
	InP->memoryCnt = memoryCnt;
	InP->severalSubsCnt = severalSubsCnt;
	msgh_size = mig_append(InP,
	    offsetof(__Request__patient_t, severalSubs), severalSubs,
	    severalSubsCnt * 4);

	/* Address the request. */
	mig_reply_port = mig_get_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return MACH_RCV_INVALID_NAME;
	InP->Head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = msgh_size;
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5402;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5402, "patient")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG |
	    MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT | options, msgh_size,
	    sizeof(Mess.Out), mig_reply_port, timeout, MACH_PORT_NULL);
	__AfterSendRpc(5402, "patient")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithTimeout(msg_result);
		/* It came back; its memory is a copy by now. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_SEND_TIMED_OUT) {
			mig_release_copy(InP->memory, (uintptr_t)memory);
			mig_release_copies(InP->several, several,
			    severalSubsCnt);
		}
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__patient_t(OutP);
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
 * outcome() - request 5403, no reply
 * @port:	request port; your send right is copied: you keep it
 * @memory:	[in]  memoryCnt elements of 4 bytes; you keep the memory
 * @result:	[in]  an outcome; unless it is KERN_SUCCESS it is sent alone,
 *		and the other arguments stay as they are
 */
mig_external kern_return_t outcome
(
	mach_port_t port,
	vm_offset_t memory,
	mach_msg_type_number_t memoryCnt,
	int result
)
{
	__Request__outcome_t Mess;
	__Request__outcome_t *InP = &Mess;
	mig_reply_error_t mig_outcome;
	mach_msg_return_t msg_result;

	__DeclareSendSimple(5403, "outcome")

	/* An outcome travels alone, and takes nothing with it. */
	if (result != KERN_SUCCESS) {
		__BeforeSendSimple(5403, "outcome")
		msg_result = mig_send_outcome(&mig_outcome,
		    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0), port,
		    MACH_PORT_NULL, 5403, (kern_return_t)result, MACH_SEND_MSG,
		    MACH_MSG_TIMEOUT_NONE);
		__AfterSendSimple(5403, "outcome")
		return msg_result;
	}

	if (memoryCnt > UINT32_MAX / 4)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 1;
	InP->memory = mig_ool_descriptor((uintptr_t)memory, memoryCnt * 4,
	    MACH_MSG_VIRTUAL_COPY, FALSE);
	InP->NDR = NDR_record;
	InP->memoryCnt = memoryCnt;

	/* Address the request. */
	InP->Head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = MACH_PORT_NULL;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5403;

	/* Send it. */
	__BeforeSendSimple(5403, "outcome")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG, sizeof(*InP), 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendSimple(5403, "outcome")
	return msg_result;
}

#ifndef __MIG_check__Reply__impatient_t__defined
#define __MIG_check__Reply__impatient_t__defined
/* Is this a reply of impatient()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__impatient_t(const __Reply__impatient_t *message)
{
	if (message->Head.msgh_id != 5504)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Reply__impatient_t))
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	return message->RetCode;
}
#endif

/*
 * impatient() - request 5404, reply 5504
 * @port:	request port; your send right is copied: you keep it
 * @right:	[in]  your send right is copied: you keep it
 */
mig_external kern_return_t impatient
(
	mach_port_t port,
	mach_port_t right
)
{
	union {
		__Request__impatient_t In;
		struct {
			__Reply__impatient_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__impatient_t *InP = &Mess.In;
	__Reply__impatient_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5404, "impatient")

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 1;
	InP->right = mig_port_descriptor(right, MACH_MSG_TYPE_COPY_SEND);

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
	InP->Head.msgh_id = 5404;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5404, "impatient")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG |
	    MACH_SEND_TIMEOUT | (MACH_SEND_INTERRUPT|MACH_RCV_INTERRUPT),
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port, 1000,
	    MACH_PORT_NULL);
	__AfterSendRpc(5404, "impatient")
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
	msg_result = __MIG_check__Reply__impatient_t(OutP);
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
 * drop() - request 5405, no reply
 * @port:	request port; your send right is copied: you keep it
 * @memory:	[in]  memoryCnt elements of 4 bytes; the memory moves
 *
 * What moves is gone once the request is sent, whatever the answer. It is
 * destroyed when the send fails with MACH_SEND_TIMED_OUT.
 */
mig_external kern_return_t drop
(
	mach_port_t port,
	vm_offset_t memory,
	mach_msg_type_number_t memoryCnt
)
{
	__Request__drop_t Mess;
	__Request__drop_t *InP = &Mess;
	mach_msg_return_t msg_result;

	__DeclareSendSimple(5405, "drop")

	if (memoryCnt > UINT32_MAX / 4)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 1;
	InP->memory = mig_ool_descriptor((uintptr_t)memory, memoryCnt * 4,
	    MACH_MSG_VIRTUAL_COPY, TRUE);
	InP->NDR = NDR_record;
	InP->memoryCnt = memoryCnt;

	/* Address the request. */
	InP->Head.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = MACH_PORT_NULL;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5405;

	/* Send it. */
	__BeforeSendSimple(5405, "drop")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_SEND_TIMEOUT |
	    (MACH_SEND_INTERRUPT|MACH_RCV_INTERRUPT), sizeof(*InP), 0,
	    MACH_PORT_NULL, 1000, MACH_PORT_NULL);
	__AfterSendSimple(5405, "drop")
	if ((msg_result & ~MACH_MSG_MASK) == MACH_SEND_TIMED_OUT)
		mach_msg_destroy(&InP->Head);
	return msg_result;
}

#ifndef __MIG_check__Reply__special_t__defined
#define __MIG_check__Reply__special_t__defined
/* Is this a reply of special()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__special_t(const __Reply__special_t *message)
{
	if (message->Head.msgh_id != 5506)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size != sizeof(__Reply__special_t)) {
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
 * special() - request 5406, reply 5506
 * @port:	request port; your send right is copied: you keep it
 * @number:	[out] by value
 */
mig_external kern_return_t special
(
	mach_port_t port,
	int *number
)
{
	union {
		__Request__special_t In;
		struct {
			__Reply__special_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__special_t *InP = &Mess.In;
	__Reply__special_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5406, "special")

	/* Address the request. */
	mig_reply_port = mig_get_special_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return MACH_RCV_INVALID_NAME;
	InP->Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = sizeof(*InP);
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5406;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5406, "special")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG |
	    MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT |
	    __MigSpecialReplyPortMsgOption, sizeof(*InP), sizeof(Mess.Out),
	    mig_reply_port, 500, MACH_PORT_NULL);
	__AfterSendRpc(5406, "special")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithTimeoutSRP(msg_result);
		if ((msg_result & ~MACH_MSG_MASK) == MACH_SEND_TIMED_OUT ||
		    msg_result == MACH_SEND_INVALID_DEST)
			mach_msg_destroy(&InP->Head);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__special_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_special_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*number = OutP->number;
	return KERN_SUCCESS;
}
