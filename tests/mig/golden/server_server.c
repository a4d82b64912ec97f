/* Subsystem server, the server's stubs. Written by mig: do not edit. */

#include "server_server.h"

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

#define __MIG_check__Request__server_subsystem__ 1

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

#ifndef __MIG_check__Request__objects_t__defined
#define __MIG_check__Request__objects_t__defined
/* Is this a request of objects()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__objects_t(const __Request__objects_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__objects_t) ||
	    message->msgh_body.msgh_descriptor_count != 2)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->given.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->given.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
	if (message->changed.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->changed.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * do_objects() - serve objects: request 5600, reply 5700
 * @self:	what object_in() made of the request port; borrowed,
 *		object_free() drops it after the call
 * @given:	[in]  what object_in() made of a right; borrowed, object_free()
 *		drops it after the call; the right itself is yours on success:
 *		have object_in() keep its name
 * @changed:	[in/out] comes in: what object_in() made of a right; borrowed;
 *		the right itself is yours on success: have object_in() keep its
 *		name. Goes back: object_out() makes of it what is sent; your
 *		send right moves
 * @made:	[out] object_out() makes of it what is sent; your send right
 *		moves
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
static kern_return_t
__MIG_serve__objects(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__objects_t *InP = (__Request__objects_t *)InHeadP;
	__Reply__objects_t *OutP = (__Reply__objects_t *)OutHeadP;
	object_t mig_object_self;
	object_t mig_object_given;
	object_t changed;
	object_t made;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__objects_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	changed = object_in(InP->changed.name);
	memset(&made, 0, sizeof(made));
	mig_object_self = object_in(InP->Head.msgh_local_port);
	mig_object_given = object_in(InP->given.name);

	/* The call. */
	RetCode = do_objects(mig_object_self, mig_object_given, &changed,
	    &made);
	object_free(mig_object_given);
	object_free(mig_object_self);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->msgh_body.msgh_descriptor_count = 2;
	OutP->changed = mig_port_descriptor(object_out(changed),
	    MACH_MSG_TYPE_MOVE_SEND);
	OutP->made = mig_port_descriptor(object_out(made),
	    MACH_MSG_TYPE_MOVE_SEND);
	OutP->Head.msgh_size = sizeof(*OutP);
	OutP->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	return KERN_SUCCESS;
}

static void
_Xobjects(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5600, "objects")
	__BeforeRcvRpc(5600, "objects")
	mig_answer(OutHeadP, __MIG_serve__objects(InHeadP, OutHeadP));
	__AfterRcvRpc(5600, "objects")
}

#ifndef __MIG_check__Request__tokens_t__defined
#define __MIG_check__Request__tokens_t__defined
/* Where in a request the fields behind a variable one begin. */
struct __RequestAt__tokens {
	mach_msg_size_t record;
};

/* Is this a request of tokens()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__tokens_t(const __Request__tokens_t *message,
    struct __RequestAt__tokens *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 44 ||
	    message->Head.msgh_size > sizeof(__Request__tokens_t))
		return MIG_BAD_ARGUMENTS;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 44;

	count = message->intsCnt;
	if (count > 7 || count * 4 != left)
		return MIG_BAD_ARGUMENTS;
	at->record = (mach_msg_size_t)offsetof(__Request__tokens_t, ints) + left;

	return KERN_SUCCESS;
}
#endif

/*
 * do_tokens() - serve tokens: request 5601, reply 5701
 * @port:	request port; the name of a receive right of yours: borrowed
 * @sender:	security token of who sent the request
 * @both:	audit token of who sent the request
 * @number:	sequence number of the request
 * @ints:	[in]  intsCnt elements of 4 bytes, at most 7; borrowed
 * @record:	[in]  by value
 */
static kern_return_t
__MIG_serve__tokens(mach_msg_header_t *InHeadP)
{
	__Request__tokens_t *InP = (__Request__tokens_t *)InHeadP;
	struct __RequestAt__tokens RequestAt;
	mach_msg_audit_trailer_t mig_trailer;
	security_token_t mig_token_sender;
	audit_token_t mig_token_both;
	security_token_t record;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__tokens_t(InP, &RequestAt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	if (!mig_get_trailer(InHeadP, &mig_trailer, sizeof(mig_trailer)))
		return MIG_TRAILER_ERROR;
	memcpy(&mig_token_sender, &mig_trailer.msgh_sender,
	    sizeof(mig_token_sender));
	memcpy(&mig_token_both, &mig_trailer.msgh_audit,
	    sizeof(mig_token_both));
	mig_extract(&record, InP, RequestAt.record, sizeof(record));

	return do_tokens(InP->Head.msgh_local_port, mig_token_sender,
	    &mig_token_both, (mach_port_seqno_t)mig_trailer.msgh_seqno,
	    InP->ints, InP->intsCnt, record);
}

static void
_Xtokens(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5601, "tokens")
	__BeforeRcvRpc(5601, "tokens")
	mig_answer(OutHeadP, __MIG_serve__tokens(InHeadP));
	__AfterRcvRpc(5601, "tokens")
}

#ifndef __MIG_check__Request__lent_t__defined
#define __MIG_check__Request__lent_t__defined
/* Is this a request of lent()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__lent_t(const __Request__lent_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__lent_t) ||
	    message->msgh_body.msgh_descriptor_count != 3)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->ints.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->ports.type != MACH_MSG_OOL_PORTS_DESCRIPTOR ||
	    message->ports.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
	if (message->region.type != MACH_MSG_OOL_DESCRIPTOR)
		return MIG_TYPE_ERROR;
	if (message->ints.size != (uint64_t)message->intsCnt * 4)
		return MIG_TYPE_ERROR;
	if (message->ports.count != message->portsCnt)
		return MIG_TYPE_ERROR;
	if (message->region.size != (uint64_t)message->regionCnt * 4)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * do_lent() - serve lent: request 5602, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @ints:	[in]  intsCnt elements of 4 bytes; the memory is freed after
 *		the call
 * @ports:	[in]  portsCnt rights; the memory is freed after the call, the
 *		send rights are yours on success
 * @region:	[in]  regionCnt elements of 4 bytes; the memory is freed after
 *		the call
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 */
static kern_return_t
__MIG_serve__lent(mach_msg_header_t *InHeadP)
{
	__Request__lent_t *InP = (__Request__lent_t *)InHeadP;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__lent_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The call. */
	RetCode = do_lent(InP->Head.msgh_local_port,
	    (vm_offset_t)InP->ints.address, InP->ints.size / 4,
	    (vm_offset_t)InP->ports.address, InP->ports.count,
	    (vm_offset_t)InP->region.address, InP->region.size / 4);
	mig_deallocate((vm_address_t)InP->region.address, InP->region.size);
	InP->region.address = NULL;
	InP->region.size = 0;
	if (RetCode == KERN_SUCCESS || RetCode == MIG_NO_REPLY) {
		mig_deallocate((vm_address_t)InP->ports.address,
		    InP->ports.count * sizeof(mach_port_t));
		InP->ports.address = NULL;
		InP->ports.count = 0;
	}
	mig_deallocate((vm_address_t)InP->ints.address, InP->ints.size);
	InP->ints.address = NULL;
	InP->ints.size = 0;
	return RetCode;
}

static void
_Xlent(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvSimple(5602, "lent")
	__BeforeRcvSimple(5602, "lent")
	mig_answer(OutHeadP, __MIG_serve__lent(InHeadP));
	__AfterRcvSimple(5602, "lent")
}

#ifndef __MIG_check__Request__aligned_t__defined
#define __MIG_check__Request__aligned_t__defined
/* Where in a request the fields behind a variable one begin. */
struct __RequestAt__aligned {
	mach_msg_size_t manyCnt, many;
};

/* Is this a request of aligned()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__aligned_t(const __Request__aligned_t *message,
    struct __RequestAt__aligned *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;
	mach_msg_size_t bytes;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 40 ||
	    message->Head.msgh_size > sizeof(__Request__aligned_t))
		return MIG_BAD_ARGUMENTS;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 40;

	count = message->longsCnt;
	if (count > 3 || count * 8 > left)
		return MIG_BAD_ARGUMENTS;
	bytes = count * 8;
	left -= bytes;
	at->manyCnt = (mach_msg_size_t)offsetof(__Request__aligned_t, longs) + bytes;
	at->many = at->manyCnt + 4;

	memcpy(&count, (const char *)message + at->manyCnt, sizeof(count));
	if (count > 2000 || count * 8 != left)
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * do_aligned() - serve aligned: request 5603, reply 5703
 * @port:	request port; the name of a receive right of yours: borrowed
 * @longs:	[in]  longsCnt elements of 8 bytes, at most 3; borrowed
 * @many:	[in]  manyCnt elements of 8 bytes, at most 2000; borrowed
 * @longs_out:	[out] room for *longs_outCnt elements of 8 bytes, at most 3;
 *		set *longs_outCnt to how many there are
 * @many_out:	[out] room for *many_outCnt elements of 8 bytes, at most 2000;
 *		set *many_outCnt to how many there are
 */
static kern_return_t
__MIG_serve__aligned(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__aligned_t *InP = (__Request__aligned_t *)InHeadP;
	__Reply__aligned_t *OutP = (__Reply__aligned_t *)OutHeadP;
	struct __RequestAt__aligned RequestAt;
	int64_t longs[3];
	int64_t *many = NULL;
	int64_t longs_out[3];
	mach_msg_type_number_t longs_outCnt = 3;
	int64_t *many_out = NULL;
	mach_msg_type_number_t many_outCnt = 2000;
	mach_msg_size_t msgh_size;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__aligned_t(InP, &RequestAt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	many = (void *)mig_user_allocate(16000);
	many_out = (void *)mig_user_allocate(16000);
	if (!many || !many_out) {
		RetCode = KERN_RESOURCE_SHORTAGE;
		goto done;
	}
	memcpy(longs, InP->longs, InP->longsCnt * 8);
	mig_extract(many, InP, RequestAt.many,
	    mig_number_at(InP, RequestAt.manyCnt) * 8);
	memset(longs_out, 0, sizeof(longs_out));
	memset(many_out, 0, 16000);

	/* The call. */
	RetCode = do_aligned(InP->Head.msgh_local_port, longs, InP->longsCnt,
	    many, mig_number_at(InP, RequestAt.manyCnt), longs_out,
	    &longs_outCnt, many_out, &many_outCnt);
	if (RetCode != KERN_SUCCESS)
		goto done;

	/* The reply. */
	if (longs_outCnt > 3) {
		RetCode = MIG_ARRAY_TOO_LARGE;
		goto done;
	}
	if (many_outCnt > 2000) {
		RetCode = MIG_ARRAY_TOO_LARGE;
		goto done;
	}

	OutP->NDR = NDR_record;
	OutP->longs_outCnt = longs_outCnt;
	msgh_size = mig_append(OutP, offsetof(__Reply__aligned_t, longs_out),
	    longs_out, longs_outCnt * 8);
	msgh_size = mig_append_number(OutP, msgh_size, many_outCnt);
	msgh_size = mig_append(OutP, msgh_size, many_out, many_outCnt * 8);
	OutP->Head.msgh_size = msgh_size;

done:
	mig_user_deallocate((char *)many_out, 16000);
	mig_user_deallocate((char *)many, 16000);
	return RetCode;
}

static void
_Xaligned(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5603, "aligned")
	__BeforeRcvRpc(5603, "aligned")
	mig_answer(OutHeadP, __MIG_serve__aligned(InHeadP, OutHeadP));
	__AfterRcvRpc(5603, "aligned")
}

#ifndef __MIG_check__Request__undone_t__defined
#define __MIG_check__Request__undone_t__defined
/* Is this a request of undone()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__undone_t(const __Request__undone_t *message)
{
	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__undone_t) ||
	    message->msgh_body.msgh_descriptor_count != 1)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->taken.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->taken.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
#endif

	return KERN_SUCCESS;
}
#endif

/*
 * do_undone() - serve undone: request 5605, reply 5705
 * @port:	request port; the name of a receive right of yours: borrowed
 * @taken:	[in]  a send right; yours on success
 * @ports:	[out] room for *portsCnt rights, at most 4; set *portsCnt to
 *		how many there are; your send rights move
 * @region:	[out] *regionCnt elements of 4 bytes; the memory moves if
 *		*regionDealloc is TRUE
 * @many:	[out] room for *manyCnt elements of 8 bytes, at most 2000; set
 *		*manyCnt to how many there are
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
static kern_return_t
__MIG_serve__undone(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__undone_t *InP = (__Request__undone_t *)InHeadP;
	__Reply__undone_t *OutP = (__Reply__undone_t *)OutHeadP;
	mach_port_t ports[4];
	mach_msg_type_number_t portsCnt = 4;
	vm_offset_t region = 0;
	mach_msg_type_number_t regionCnt = 0;
	boolean_t regionDealloc = FALSE;
	int64_t *many = NULL;
	mach_msg_type_number_t manyCnt = 2000;
	mach_msg_size_t msgh_size;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__undone_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	many = (void *)mig_user_allocate(16000);
	if (!many) {
		RetCode = KERN_RESOURCE_SHORTAGE;
		goto done;
	}
	memset(ports, 0, sizeof(ports));
	memset(many, 0, 16000);

	/* The call. */
	RetCode = do_undone(InP->Head.msgh_local_port, InP->taken.name, ports,
	    &portsCnt, &region, &regionCnt, &regionDealloc, many, &manyCnt);
	if (RetCode != KERN_SUCCESS)
		goto done;

	/* The reply. */
	if (portsCnt > 4)
		goto too_large;
	if (regionCnt > UINT32_MAX / 4)
		goto too_large;
	if (manyCnt > 2000)
		goto too_large;

	OutP->msgh_body.msgh_descriptor_count = 5;
	mig_port_descriptors(OutP->ports, 4, ports, portsCnt,
	    MACH_MSG_TYPE_MOVE_SEND);
	OutP->region = mig_ool_descriptor((uintptr_t)region, regionCnt * 4,
	    MACH_MSG_VIRTUAL_COPY, regionDealloc);
	OutP->NDR = NDR_record;
	OutP->portsCnt = portsCnt;
	OutP->regionCnt = regionCnt;
	OutP->manyCnt = manyCnt;
	msgh_size = mig_append(OutP, offsetof(__Reply__undone_t, many), many,
	    manyCnt * 8);
	OutP->Head.msgh_size = msgh_size;
	OutP->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	goto done;

too_large:
	mig_destroy_rights(ports, mig_smaller(portsCnt, 4),
	    MACH_MSG_TYPE_MOVE_SEND);
	if (regionDealloc)
		mig_deallocate((vm_address_t)region, (vm_size_t)regionCnt * 4);
	/* What came in has been taken: the request has lost it. */
	InP->Head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
	RetCode = MIG_ARRAY_TOO_LARGE;

done:
	mig_user_deallocate((char *)many, 16000);
	return RetCode;
}

static void
_Xundone(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5605, "undone")
	__BeforeRcvRpc(5605, "undone")
	mig_answer(OutHeadP, __MIG_serve__undone(InHeadP, OutHeadP));
	__AfterRcvRpc(5605, "undone")
}

#ifndef __MIG_check__Request__outcome_t__defined
#define __MIG_check__Request__outcome_t__defined
/* Is this a request of outcome()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__outcome_t(const __Request__outcome_t *message)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 52 ||
	    message->Head.msgh_size > sizeof(__Request__outcome_t) ||
	    message->msgh_body.msgh_descriptor_count != 1)
		return MIG_BAD_ARGUMENTS;

#if __MigTypeCheck
	if (message->right.type != MACH_MSG_PORT_DESCRIPTOR ||
	    message->right.disposition != MACH_MSG_TYPE_PORT_SEND)
		return MIG_TYPE_ERROR;
#endif

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 52;

	count = message->intsCnt;
	if (count > 7 || count * 4 != left)
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * do_outcome() - serve outcome: request 5606, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @right:	[in]  a send right; yours on success
 * @result:	[in]  an outcome; unless it is KERN_SUCCESS all other arguments
 *		of the body are 0
 * @ints:	[in]  intsCnt elements of 4 bytes, at most 7; borrowed
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
		RetCode = do_outcome(InP->Head.msgh_local_port, MACH_PORT_NULL,
		    (int)((mig_reply_error_t *)InHeadP)->RetCode, NULL, 0);
		return RetCode;
	}

	RetCode = __MIG_check__Request__outcome_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return do_outcome(InP->Head.msgh_local_port, InP->right.name,
	    KERN_SUCCESS, InP->ints, InP->intsCnt);
}

static void
_Xoutcome(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvSimple(5606, "outcome")
	__BeforeRcvSimple(5606, "outcome")
	mig_answer(OutHeadP, __MIG_serve__outcome(InHeadP));
	__AfterRcvSimple(5606, "outcome")
}

const struct do_server_subsystem do_server_subsystem = {
	.server = server_server_routine,
	.start = 5600,
	.end = 5607,
	.maxsize = sizeof(union __ReplyUnion__do_server_subsystem),
	.reserved = 0,
	.routine = {
		{ 0, _Xobjects, 4, 0, 0, sizeof(__Reply__objects_t) },
		{ 0, _Xtokens, 7, 0, 0, sizeof(__Reply__tokens_t) },
		{ 0, _Xlent, 7, 0, 0, sizeof(__Reply__lent_t) },
		{ 0, _Xaligned, 9, 0, 0, sizeof(__Reply__aligned_t) },
		{ 0, 0, 0, 0, 0, 0 },
		{ 0, _Xundone, 9, 0, 0, sizeof(__Reply__undone_t) },
		{ 0, _Xoutcome, 5, 0, 0, sizeof(__Reply__outcome_t) },
	},
};

mig_external mig_routine_t
server_server_routine(mach_msg_header_t *InHeadP)
{
	uint32_t number = (uint32_t)InHeadP->msgh_id - 5600u;

	if (number >= 7)
		return 0;
	return do_server_subsystem.routine[number].stub_routine;
}

mig_external boolean_t
server_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	mig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;
	mig_routine_t routine = server_server_routine(InHeadP);

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
