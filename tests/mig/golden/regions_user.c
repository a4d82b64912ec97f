/* Subsystem regions, the user's stubs. Written by mig: do not edit. */
#define __MIG_check__Reply__regions_subsystem__ 1

#include "regions.h"

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
_Static_assert(sizeof(__Request__regions_t) == 112,
    "__Request__regions_t: not the size that is sent");
_Static_assert(sizeof(__Reply__regions_t) == 112,
    "__Reply__regions_t: not the size that is sent");
_Static_assert(sizeof(__Request__gone_t) == 96,
    "__Request__gone_t: not the size that is sent");
_Static_assert(sizeof(__Reply__gone_t) == 56,
    "__Reply__gone_t: not the size that is sent");
_Static_assert(sizeof(__Request__arrays_t) == 200,
    "__Request__arrays_t: not the size that is sent");
_Static_assert(sizeof(__Reply__arrays_t) == 200,
    "__Reply__arrays_t: not the size that is sent");
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

#ifndef __mig_ool_ports_descriptors__defined
#define __mig_ool_ports_descriptors__defined
/* Describes @count arrays of rights, and empty ones in the rest of @max
 * descriptors. Each has @number rights, times counts[i] if there are counts. */
mig_internal void
mig_ool_ports_descriptors(mach_msg_ool_ports_descriptor_t *to,
    mach_msg_type_number_t max, const void *addresses,
    mach_msg_type_number_t count, const mach_msg_type_number_t *counts,
    mach_msg_type_number_t number, mach_msg_type_name_t disposition,
    boolean_t deallocate)
{
	for (mach_msg_type_number_t i = 0; i < max; i++) {
		uintptr_t address = 0;
		mach_msg_type_number_t rights = 0;

		if (i < count) {
			memcpy(&address,
			    (const char *)addresses + i * sizeof(address),
			    sizeof(address));
			rights = counts ? number * counts[i] : number;
		}
		to[i] = mig_ool_ports_descriptor(
		    address, rights, disposition, deallocate);
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

#ifndef __MIG_check__Reply__regions_t__defined
#define __MIG_check__Reply__regions_t__defined
/* Is this a reply of regions()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__regions_t(const __Reply__regions_t *message)
{
	const mig_reply_error_t *error = (const mig_reply_error_t *)message;

	if (message->Head.msgh_id != 5400)
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
	if (message->Head.msgh_size != sizeof(__Reply__regions_t) ||
	    message->msgh_body.msgh_descriptor_count != 4)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	if (message->unbounded_out.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->bounded_out.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->fixed_out.type != MACH_MSG_OOL_DESCRIPTOR ||
	    message->fixed_out.size != 400)
		return MIG_TYPE_ERROR;
	if (message->ports_out.type != MACH_MSG_OOL_PORTS_DESCRIPTOR ||
	    message->ports_out.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
	if (message->unbounded_out.size != (uint64_t)message->unbounded_outCnt * 4)
		return MIG_TYPE_ERROR;
	if (message->bounded_out.size != (uint64_t)message->bounded_outCnt * 4 ||
	    message->bounded_outCnt > 100)
		return MIG_TYPE_ERROR;
	if (message->ports_out.count != message->ports_outCnt)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * regions() - request 5300, reply 5400
 * @port:	request port; your send right is copied: you keep it
 * @unbounded:	[in]  unboundedCnt elements of 4 bytes; you keep the memory
 * @bounded:	[in]  boundedCnt elements of 4 bytes, at most 100; you keep the
 *		memory
 * @fixed:	[in]  100 elements of 4 bytes; you keep the memory
 * @ports:	[in]  portsCnt rights; you keep the memory; your send rights
 *		are copied: you keep them
 * @unbounded_out: [out] *unbounded_outCnt elements of 4 bytes; the memory is
 *		yours on success: vm_deallocate() of *unbounded_outCnt * 4
 *		bytes
 * @bounded_out: [out] *bounded_outCnt elements of 4 bytes, at most 100; the
 *		memory is yours on success: vm_deallocate() of *bounded_outCnt
 *		* 4 bytes
 * @fixed_out:	[out] 100 elements of 4 bytes; the memory is yours on success:
 *		vm_deallocate() of 400 bytes
 * @ports_out:	[out] *ports_outCnt rights; the memory and the rights in it are
 *		yours on success: vm_deallocate() of *ports_outCnt * 4 bytes
 *
 * After an error there is nothing to give back of what would have come [out].
 */
mig_external kern_return_t regions
(
	mach_port_t port,
	vm_offset_t unbounded,
	mach_msg_type_number_t unboundedCnt,
	vm_offset_t bounded,
	mach_msg_type_number_t boundedCnt,
	vm_offset_t fixed,
	mach_port_array_t ports,
	mach_msg_type_number_t portsCnt,
	vm_offset_t *unbounded_out,
	mach_msg_type_number_t *unbounded_outCnt,
	vm_offset_t *bounded_out,
	mach_msg_type_number_t *bounded_outCnt,
	vm_offset_t *fixed_out,
	mach_port_array_t *ports_out,
	mach_msg_type_number_t *ports_outCnt
)
{
	union {
		__Request__regions_t In;
		struct {
			__Reply__regions_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__regions_t *InP = &Mess.In;
	__Reply__regions_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5300, "regions")

	if (unboundedCnt > UINT32_MAX / 4)
		return MIG_ARRAY_TOO_LARGE;
	if (boundedCnt > 100)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 4;
	InP->unbounded = mig_ool_descriptor((uintptr_t)unbounded,
	    unboundedCnt * 4, MACH_MSG_VIRTUAL_COPY, FALSE);
	InP->bounded = mig_ool_descriptor((uintptr_t)bounded, boundedCnt * 4,
	    MACH_MSG_VIRTUAL_COPY, FALSE);
	InP->fixed = mig_ool_descriptor((uintptr_t)fixed, 400,
	    MACH_MSG_PHYSICAL_COPY, FALSE);
	InP->ports = mig_ool_ports_descriptor((uintptr_t)ports, portsCnt,
	    MACH_MSG_TYPE_COPY_SEND, FALSE);
	InP->NDR = NDR_record;
	InP->unboundedCnt = unboundedCnt;
	InP->boundedCnt = boundedCnt;
	InP->portsCnt = portsCnt;

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
	InP->Head.msgh_id = 5300;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5300, "regions")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5300, "regions")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__regions_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*unbounded_outCnt = OutP->unbounded_outCnt;
	*unbounded_out = (vm_offset_t)OutP->unbounded_out.address;
	*bounded_outCnt = OutP->bounded_outCnt;
	*bounded_out = (vm_offset_t)OutP->bounded_out.address;
	*fixed_out = (vm_offset_t)OutP->fixed_out.address;
	*ports_outCnt = OutP->ports_outCnt;
	*ports_out = (mach_port_array_t)OutP->ports_out.address;
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__gone_t__defined
#define __MIG_check__Reply__gone_t__defined
/* Is this a reply of gone()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__gone_t(const __Reply__gone_t *message)
{
	const mig_reply_error_t *error = (const mig_reply_error_t *)message;

	if (message->Head.msgh_id != 5401)
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
	if (message->Head.msgh_size != sizeof(__Reply__gone_t) ||
	    message->msgh_body.msgh_descriptor_count != 1)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	if (message->both_ways.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->both_ways.size != (uint64_t)message->both_waysCnt * 4)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * gone() - request 5301, reply 5401
 * @port:	request port; your send right is copied: you keep it
 * @always:	[in]  alwaysCnt elements of 4 bytes; the memory moves
 * @sometimes:	[in]  sometimesCnt elements of 4 bytes; the memory moves if
 *		sometimesDealloc is TRUE
 * @both_ways:	[in/out] goes in: *both_waysCnt elements of 4 bytes; you keep
 *		the memory. Comes back: *both_waysCnt elements of 4 bytes; the
 *		memory is yours on success: vm_deallocate() of *both_waysCnt *
 *		4 bytes
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
mig_external kern_return_t gone
(
	mach_port_t port,
	vm_offset_t always,
	mach_msg_type_number_t alwaysCnt,
	vm_offset_t sometimes,
	mach_msg_type_number_t sometimesCnt,
	boolean_t sometimesDealloc,
	vm_offset_t *both_ways,
	mach_msg_type_number_t *both_waysCnt
)
{
	union {
		__Request__gone_t In;
		struct {
			__Reply__gone_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__gone_t *InP = &Mess.In;
	__Reply__gone_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5301, "gone")

	if (alwaysCnt > UINT32_MAX / 4)
		return MIG_ARRAY_TOO_LARGE;
	if (sometimesCnt > UINT32_MAX / 4)
		return MIG_ARRAY_TOO_LARGE;
	if (*both_waysCnt > UINT32_MAX / 4)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 3;
	InP->always = mig_ool_descriptor((uintptr_t)always, alwaysCnt * 4,
	    MACH_MSG_VIRTUAL_COPY, TRUE);
	InP->sometimes = mig_ool_descriptor((uintptr_t)sometimes,
	    sometimesCnt * 4, MACH_MSG_VIRTUAL_COPY, sometimesDealloc);
	InP->both_ways = mig_ool_descriptor((uintptr_t)*both_ways,
	    *both_waysCnt * 4, MACH_MSG_VIRTUAL_COPY, FALSE);
	InP->NDR = NDR_record;
	InP->alwaysCnt = alwaysCnt;
	InP->sometimesCnt = sometimesCnt;
	InP->both_waysCnt = *both_waysCnt;

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
	InP->Head.msgh_id = 5301;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5301, "gone")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5301, "gone")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__gone_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*both_waysCnt = OutP->both_waysCnt;
	*both_ways = (vm_offset_t)OutP->both_ways.address;
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__arrays_t__defined
#define __MIG_check__Reply__arrays_t__defined
/* Where in a reply the fields behind a variable one begin. */
struct __ReplyAt__arrays {
	mach_msg_size_t ports_outSubs;
};

/* Is this a reply of arrays()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__arrays_t(const __Reply__arrays_t *message,
    struct __ReplyAt__arrays *at)
{
	const mig_reply_error_t *error = (const mig_reply_error_t *)message;
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if (message->Head.msgh_id != 5402)
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
	if (message->Head.msgh_size < 188 ||
	    message->Head.msgh_size > sizeof(__Reply__arrays_t) ||
	    message->msgh_body.msgh_descriptor_count != 8)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;

#if __MigTypeCheck
	for (unsigned int i = 0; i < 3; i++) {
		if (message->ints_out[i].type != MACH_MSG_OOL_DESCRIPTOR)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < 3; i++) {
		if (message->some_out[i].type != MACH_MSG_OOL_DESCRIPTOR)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < 2; i++) {
		if (message->ports_out[i].type != MACH_MSG_OOL_PORTS_DESCRIPTOR ||
		    message->ports_out[i].disposition != MACH_MSG_TYPE_PORT_SEND)
			return MIG_TYPE_ERROR;
	}
#endif

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 188;

	count = message->some_outSubsCnt;
	if (count > 3 || count * 4 != left)
		return MIG_TYPE_ERROR;
	at->ports_outSubs = (mach_msg_size_t)offsetof(__Reply__arrays_t, some_outSubs) + left;

#if __MigTypeCheck
	for (unsigned int i = 0; i < 3; i++) {
		mach_msg_type_number_t held = message->ints_outSubs[i];

		if (message->ints_out[i].size != (uint64_t)held * 4 ||
		    held > 10)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < message->some_outSubsCnt; i++) {
		mach_msg_type_number_t held = message->some_outSubs[i];

		if (message->some_out[i].size != (uint64_t)held * 4)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < 2; i++) {
		mach_msg_type_number_t held;

		memcpy(&held, (const char *)message + at->ports_outSubs + i * sizeof(held),
		    sizeof(held));
		if (message->ports_out[i].count != held)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = message->some_outSubsCnt; i < 3; i++)
		if (message->some_out[i].size != 0)
			return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * arrays() - request 5302, reply 5402
 * @port:	request port; your send right is copied: you keep it
 * @ints:	[in]  3 regions, each of intsSubs[i] elements of 4 bytes; you
 *		keep the memory
 * @some:	[in]  someSubsCnt regions, at most 3, each of someSubs[i]
 *		elements of 4 bytes; you keep the memory
 * @ports:	[in]  2 regions, each of portsSubs[i] rights; you keep the
 *		memory; your send rights are copied: you keep them
 * @ints_out:	[out] 3 regions, each of ints_outSubs[i] elements of 4 bytes;
 *		the memory is yours on success: vm_deallocate() of each
 * @some_out:	[out] room for 3 regions, each of some_outSubs[i] elements of 4
 *		bytes; *some_outSubsCnt says how many came; the memory is yours
 *		on success: vm_deallocate() of each
 * @ports_out:	[out] 2 regions, each of ports_outSubs[i] rights; the memory
 *		and the rights in it are yours on success: vm_deallocate() of
 *		each
 *
 * After an error there is nothing to give back of what would have come [out].
 */
mig_external kern_return_t arrays
(
	mach_port_t port,
	int_regions_t ints,
	mach_msg_type_number_t *intsSubs,
	some_regions_t some,
	mach_msg_type_number_t *someSubs,
	mach_msg_type_number_t someSubsCnt,
	port_regions_t ports,
	mach_msg_type_number_t *portsSubs,
	int_regions_t ints_out,
	mach_msg_type_number_t *ints_outSubs,
	some_regions_t some_out,
	mach_msg_type_number_t *some_outSubs,
	mach_msg_type_number_t *some_outSubsCnt,
	port_regions_t ports_out,
	mach_msg_type_number_t *ports_outSubs
)
{
	union {
		__Request__arrays_t In;
		struct {
			__Reply__arrays_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__arrays_t *InP = &Mess.In;
	__Reply__arrays_t *OutP = &Mess.Out.Reply;
	struct __ReplyAt__arrays ReplyAt;
	mach_port_t mig_reply_port;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5302, "arrays")

	if (!mig_counts_fit(intsSubs, 3, 10))
		return MIG_ARRAY_TOO_LARGE;
	if (someSubsCnt > 3)
		return MIG_ARRAY_TOO_LARGE;
	if (!mig_counts_fit(someSubs, someSubsCnt, UINT32_MAX / 4))
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->msgh_body.msgh_descriptor_count = 8;
	mig_ool_descriptors(InP->ints, 3, ints, 3, intsSubs, 4,
	    MACH_MSG_VIRTUAL_COPY, FALSE);
	mig_ool_descriptors(InP->some, 3, some, someSubsCnt, someSubs, 4,
	    MACH_MSG_VIRTUAL_COPY, FALSE);
	mig_ool_ports_descriptors(InP->ports, 2, ports, 2, portsSubs, 1,
	    MACH_MSG_TYPE_COPY_SEND, FALSE);
	InP->NDR = NDR_record;
	memcpy(InP->intsSubs, intsSubs, sizeof(InP->intsSubs));
	InP->someSubsCnt = someSubsCnt;
	msgh_size = mig_append(InP, offsetof(__Request__arrays_t, someSubs),
	    someSubs, someSubsCnt * 4);
	msgh_size = mig_append(InP, msgh_size, portsSubs,
	    sizeof(InP->portsSubs));

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
	InP->Head.msgh_id = 5302;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5302, "arrays")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    msgh_size, sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5302, "arrays")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__arrays_t(OutP, &ReplyAt);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	mig_ool_addresses(ints_out, OutP->ints_out, 3);
	mig_extract(ints_outSubs, OutP,
	    offsetof(__Reply__arrays_t, ints_outSubs),
	    sizeof(OutP->ints_outSubs));
	*some_outSubsCnt = OutP->some_outSubsCnt;
	mig_ool_addresses(some_out, OutP->some_out, *some_outSubsCnt);
	mig_extract(some_outSubs, OutP,
	    offsetof(__Reply__arrays_t, some_outSubs), *some_outSubsCnt * 4);
	mig_ool_addresses(ports_out, OutP->ports_out, 2);
	mig_extract(ports_outSubs, OutP, ReplyAt.ports_outSubs,
	    sizeof(OutP->ports_outSubs));
	return KERN_SUCCESS;
}
