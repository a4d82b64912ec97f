/* Subsystem regions, the server's stubs. Written by mig: do not edit. */

#include "regions_server.h"

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

#define __MIG_check__Request__regions_subsystem__ 1

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

#ifndef __MIG_check__Request__regions_t__defined
#define __MIG_check__Request__regions_t__defined
/* Is this a request of regions()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__regions_t(const __Request__regions_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__regions_t) ||
	    message->msgh_body.msgh_descriptor_count != 4)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->unbounded.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->bounded.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->fixed.type != MACH_MSG_OOL_DESCRIPTOR ||
	    message->fixed.size != 400)
		return MIG_TYPE_ERROR;
	if (message->ports.type != MACH_MSG_OOL_PORTS_DESCRIPTOR ||
	    message->ports.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
	if (message->unbounded.size != (uint64_t)message->unboundedCnt * 4)
		return MIG_TYPE_ERROR;
	if (message->bounded.size != (uint64_t)message->boundedCnt * 4 ||
	    message->boundedCnt > 100)
		return MIG_TYPE_ERROR;
	if (message->ports.count != message->portsCnt)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * regions() - serve regions: request 5300, reply 5400
 * @port:	request port; the name of a receive right of yours: borrowed
 * @unbounded:	[in]  unboundedCnt elements of 4 bytes; the memory is freed
 *		after the call
 * @bounded:	[in]  boundedCnt elements of 4 bytes, at most 100; the memory
 *		is yours on success: vm_deallocate()
 * @fixed:	[in]  100 elements of 4 bytes; the memory is yours on success:
 *		vm_deallocate()
 * @ports:	[in]  portsCnt rights; the memory and the send rights in it are
 *		yours on success
 * @unbounded_out: [out] *unbounded_outCnt elements of 4 bytes; it is copied:
 *		you keep the memory, until the reply is sent at least
 * @bounded_out: [out] *bounded_outCnt elements of 4 bytes, at most 100; the
 *		memory moves
 * @fixed_out:	[out] 100 elements of 4 bytes; it is copied: you keep the
 *		memory, until the reply is sent at least
 * @ports_out:	[out] *ports_outCnt rights; it is copied: you keep the memory,
 *		until the reply is sent at least; your send rights are copied:
 *		you keep them
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
static kern_return_t
__MIG_serve__regions(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__regions_t *InP = (__Request__regions_t *)InHeadP;
	__Reply__regions_t *OutP = (__Reply__regions_t *)OutHeadP;
	vm_offset_t unbounded_out = 0;
	mach_msg_type_number_t unbounded_outCnt = 0;
	vm_offset_t bounded_out = 0;
	mach_msg_type_number_t bounded_outCnt = 0;
	vm_offset_t fixed_out = 0;
	mach_port_array_t ports_out = 0;
	mach_msg_type_number_t ports_outCnt = 0;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__regions_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The call. */
	RetCode = regions(InP->Head.msgh_local_port,
	    (vm_offset_t)InP->unbounded.address, InP->unbounded.size / 4,
	    (vm_offset_t)InP->bounded.address, InP->bounded.size / 4,
	    (vm_offset_t)InP->fixed.address,
	    (mach_port_array_t)InP->ports.address, InP->ports.count,
	    &unbounded_out, &unbounded_outCnt, &bounded_out, &bounded_outCnt,
	    &fixed_out, &ports_out, &ports_outCnt);
	mig_deallocate((vm_address_t)InP->unbounded.address,
	    InP->unbounded.size);
	InP->unbounded.address = NULL;
	InP->unbounded.size = 0;
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	if (unbounded_outCnt > UINT32_MAX / 4)
		goto too_large;
	if (bounded_outCnt > 100)
		goto too_large;

	OutP->msgh_body.msgh_descriptor_count = 4;
	OutP->unbounded_out = mig_ool_descriptor((uintptr_t)unbounded_out,
	    unbounded_outCnt * 4, MACH_MSG_VIRTUAL_COPY, FALSE);
	OutP->bounded_out = mig_ool_descriptor((uintptr_t)bounded_out,
	    bounded_outCnt * 4, MACH_MSG_VIRTUAL_COPY, TRUE);
	OutP->fixed_out = mig_ool_descriptor((uintptr_t)fixed_out, 400,
	    MACH_MSG_VIRTUAL_COPY, FALSE);
	OutP->ports_out = mig_ool_ports_descriptor((uintptr_t)ports_out,
	    ports_outCnt, MACH_MSG_TYPE_COPY_SEND, FALSE);
	OutP->NDR = NDR_record;
	OutP->unbounded_outCnt = unbounded_outCnt;
	OutP->bounded_outCnt = bounded_outCnt;
	OutP->ports_outCnt = ports_outCnt;
	OutP->Head.msgh_size = sizeof(*OutP);
	OutP->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	return KERN_SUCCESS;

too_large:
	mig_deallocate((vm_address_t)bounded_out,
	    (vm_size_t)bounded_outCnt * 4);
	/* What came in has been taken: the request has lost it. */
	InP->Head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
	return MIG_ARRAY_TOO_LARGE;
}

static void
_Xregions(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5300, "regions")
	__BeforeRcvRpc(5300, "regions")
	mig_answer(OutHeadP, __MIG_serve__regions(InHeadP, OutHeadP));
	__AfterRcvRpc(5300, "regions")
}

#ifndef __MIG_check__Request__gone_t__defined
#define __MIG_check__Request__gone_t__defined
/* Is this a request of gone()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__gone_t(const __Request__gone_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__gone_t) ||
	    message->msgh_body.msgh_descriptor_count != 3)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->always.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->sometimes.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->both_ways.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->always.size != (uint64_t)message->alwaysCnt * 4)
		return MIG_TYPE_ERROR;
	if (message->sometimes.size != (uint64_t)message->sometimesCnt * 4)
		return MIG_TYPE_ERROR;
	if (message->both_ways.size != (uint64_t)message->both_waysCnt * 4)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * gone() - serve gone: request 5301, reply 5401
 * @port:	request port; the name of a receive right of yours: borrowed
 * @always:	[in]  alwaysCnt elements of 4 bytes; the memory is yours on
 *		success: vm_deallocate()
 * @sometimes:	[in]  sometimesCnt elements of 4 bytes; the memory is yours on
 *		success: vm_deallocate()
 * @both_ways:	[in/out] comes in: *both_waysCnt elements of 4 bytes; the
 *		memory is yours on success: vm_deallocate(). Goes back:
 *		*both_waysCnt elements of 4 bytes; it is copied: you keep the
 *		memory, until the reply is sent at least
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
static kern_return_t
__MIG_serve__gone(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__gone_t *InP = (__Request__gone_t *)InHeadP;
	__Reply__gone_t *OutP = (__Reply__gone_t *)OutHeadP;
	vm_offset_t both_ways;
	mach_msg_type_number_t both_waysCnt;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__gone_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	both_ways = (vm_offset_t)InP->both_ways.address;
	both_waysCnt = InP->both_ways.size / 4;

	/* The call. */
	RetCode = gone(InP->Head.msgh_local_port,
	    (vm_offset_t)InP->always.address, InP->always.size / 4,
	    (vm_offset_t)InP->sometimes.address, InP->sometimes.size / 4,
	    &both_ways, &both_waysCnt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	if (both_waysCnt > UINT32_MAX / 4)
		goto too_large;

	OutP->msgh_body.msgh_descriptor_count = 1;
	OutP->both_ways = mig_ool_descriptor((uintptr_t)both_ways,
	    both_waysCnt * 4, MACH_MSG_VIRTUAL_COPY, FALSE);
	OutP->NDR = NDR_record;
	OutP->both_waysCnt = both_waysCnt;
	OutP->Head.msgh_size = sizeof(*OutP);
	OutP->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	return KERN_SUCCESS;

too_large:
	/* What came in has been taken: the request has lost it. */
	InP->Head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
	return MIG_ARRAY_TOO_LARGE;
}

static void
_Xgone(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5301, "gone")
	__BeforeRcvRpc(5301, "gone")
	mig_answer(OutHeadP, __MIG_serve__gone(InHeadP, OutHeadP));
	__AfterRcvRpc(5301, "gone")
}

#ifndef __MIG_check__Request__arrays_t__defined
#define __MIG_check__Request__arrays_t__defined
/* Where in a request the fields behind a variable one begin. */
struct __RequestAt__arrays {
	mach_msg_size_t portsSubs;
};

/* Is this a request of arrays()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__arrays_t(const __Request__arrays_t *message,
    struct __RequestAt__arrays *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 188 ||
	    message->Head.msgh_size > sizeof(__Request__arrays_t) ||
	    message->msgh_body.msgh_descriptor_count != 8)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	for (unsigned int i = 0; i < 3; i++) {
		if (message->ints[i].type != MACH_MSG_OOL_DESCRIPTOR)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < 3; i++) {
		if (message->some[i].type != MACH_MSG_OOL_DESCRIPTOR)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < 2; i++) {
		if (message->ports[i].type != MACH_MSG_OOL_PORTS_DESCRIPTOR ||
		    message->ports[i].disposition != MACH_MSG_TYPE_PORT_SEND)
			return MIG_TYPE_ERROR;
	}
#endif

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 188;

	count = message->someSubsCnt;
	if (count > 3 || count * 4 != left)
		return MIG_BAD_ARGUMENTS;
	at->portsSubs = (mach_msg_size_t)offsetof(__Request__arrays_t, someSubs) + left;

#if __MigTypeCheck
	for (unsigned int i = 0; i < 3; i++) {
		mach_msg_type_number_t held = message->intsSubs[i];

		if (message->ints[i].size != (uint64_t)held * 4 ||
		    held > 10)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < message->someSubsCnt; i++) {
		mach_msg_type_number_t held = message->someSubs[i];

		if (message->some[i].size != (uint64_t)held * 4)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = 0; i < 2; i++) {
		mach_msg_type_number_t held;

		memcpy(&held, (const char *)message + at->portsSubs + i * sizeof(held),
		    sizeof(held));
		if (message->ports[i].count != held)
			return MIG_TYPE_ERROR;
	}
	for (unsigned int i = message->someSubsCnt; i < 3; i++)
		if (message->some[i].size != 0)
			return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * arrays() - serve arrays: request 5302, reply 5402
 * @port:	request port; the name of a receive right of yours: borrowed
 * @ints:	[in]  3 regions, each of intsSubs[i] elements of 4 bytes; the
 *		memory is yours on success: vm_deallocate()
 * @some:	[in]  someSubsCnt regions, at most 3, each of someSubs[i]
 *		elements of 4 bytes; the memory is yours on success:
 *		vm_deallocate()
 * @ports:	[in]  2 regions, each of portsSubs[i] rights; the memory and
 *		the send rights in it are yours on success
 * @ints_out:	[out] 3 regions, each of ints_outSubs[i] elements of 4 bytes;
 *		it is copied: you keep the memory, until the reply is sent at
 *		least
 * @some_out:	[out] room for *some_outSubsCnt regions, each of
 *		some_outSubs[i] elements of 4 bytes, at most 3; set
 *		*some_outSubsCnt to how many there are; it is copied: you keep
 *		the memory, until the reply is sent at least
 * @ports_out:	[out] 2 regions, each of ports_outSubs[i] rights; it is copied:
 *		you keep the memory, until the reply is sent at least; your
 *		send rights are copied: you keep them
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
static kern_return_t
__MIG_serve__arrays(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__arrays_t *InP = (__Request__arrays_t *)InHeadP;
	__Reply__arrays_t *OutP = (__Reply__arrays_t *)OutHeadP;
	struct __RequestAt__arrays RequestAt;
	void *ints[3];
	mach_msg_type_number_t intsSubs[3];
	void *some[3];
	mach_msg_type_number_t someSubs[3];
	void *ports[2];
	mach_msg_type_number_t portsSubs[2];
	void *ints_out[3];
	mach_msg_type_number_t ints_outSubs[3];
	void *some_out[3];
	mach_msg_type_number_t some_outSubsCnt = 3;
	mach_msg_type_number_t some_outSubs[3];
	void *ports_out[2];
	mach_msg_type_number_t ports_outSubs[2];
	mach_msg_size_t msgh_size;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__arrays_t(InP, &RequestAt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	mig_ool_addresses(ints, InP->ints, 3);
	mig_ool_counts(intsSubs, InP->ints, 3, 4);
	mig_ool_addresses(some, InP->some, InP->someSubsCnt);
	mig_ool_counts(someSubs, InP->some, InP->someSubsCnt, 4);
	mig_ool_addresses(ports, InP->ports, 2);
	mig_ool_counts(portsSubs, InP->ports, 2, 1);
	memset(ints_out, 0, sizeof(ints_out));
	memset(ints_outSubs, 0, sizeof(ints_outSubs));
	memset(some_out, 0, sizeof(some_out));
	memset(some_outSubs, 0, sizeof(some_outSubs));
	memset(ports_out, 0, sizeof(ports_out));
	memset(ports_outSubs, 0, sizeof(ports_outSubs));

	/* The call. */
	RetCode = arrays(InP->Head.msgh_local_port, (void *)ints, intsSubs,
	    (void *)some, someSubs, InP->someSubsCnt, (void *)ports, portsSubs,
	    (void *)ints_out, ints_outSubs, (void *)some_out, some_outSubs,
	    &some_outSubsCnt, (void *)ports_out, ports_outSubs);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	if (!mig_counts_fit(ints_outSubs, 3, 10))
		goto too_large;
	if (some_outSubsCnt > 3)
		goto too_large;
	if (!mig_counts_fit(some_outSubs, some_outSubsCnt, UINT32_MAX / 4))
		goto too_large;

	OutP->msgh_body.msgh_descriptor_count = 8;
	mig_ool_descriptors(OutP->ints_out, 3, ints_out, 3, ints_outSubs, 4,
	    MACH_MSG_VIRTUAL_COPY, FALSE);
	mig_ool_descriptors(OutP->some_out, 3, some_out, some_outSubsCnt,
	    some_outSubs, 4, MACH_MSG_VIRTUAL_COPY, FALSE);
	mig_ool_ports_descriptors(OutP->ports_out, 2, ports_out, 2,
	    ports_outSubs, 1, MACH_MSG_TYPE_COPY_SEND, FALSE);
	OutP->NDR = NDR_record;
	memcpy(OutP->ints_outSubs, ints_outSubs, sizeof(OutP->ints_outSubs));
	OutP->some_outSubsCnt = some_outSubsCnt;
	msgh_size = mig_append(OutP, offsetof(__Reply__arrays_t, some_outSubs),
	    some_outSubs, some_outSubsCnt * 4);
	msgh_size = mig_append(OutP, msgh_size, ports_outSubs,
	    sizeof(OutP->ports_outSubs));
	OutP->Head.msgh_size = msgh_size;
	OutP->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	return KERN_SUCCESS;

too_large:
	/* What came in has been taken: the request has lost it. */
	InP->Head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
	return MIG_ARRAY_TOO_LARGE;
}

static void
_Xarrays(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5302, "arrays")
	__BeforeRcvRpc(5302, "arrays")
	mig_answer(OutHeadP, __MIG_serve__arrays(InHeadP, OutHeadP));
	__AfterRcvRpc(5302, "arrays")
}

const struct regions_subsystem regions_subsystem = {
	.server = regions_server_routine,
	.start = 5300,
	.end = 5303,
	.maxsize = sizeof(union __ReplyUnion__regions_subsystem),
	.reserved = 0,
	.routine = {
		{ 0, _Xregions, 15, 0, 0, sizeof(__Reply__regions_t) },
		{ 0, _Xgone, 7, 0, 0, sizeof(__Reply__gone_t) },
		{ 0, _Xarrays, 15, 0, 0, sizeof(__Reply__arrays_t) },
	},
};

mig_external mig_routine_t
regions_server_routine(mach_msg_header_t *InHeadP)
{
	uint32_t number = (uint32_t)InHeadP->msgh_id - 5300u;

	if (number >= 3)
		return 0;
	return regions_subsystem.routine[number].stub_routine;
}

mig_external boolean_t
regions_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	mig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;
	mig_routine_t routine = regions_server_routine(InHeadP);

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
