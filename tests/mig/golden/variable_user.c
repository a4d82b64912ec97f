/* Subsystem variable, the user's stubs. Written by mig: do not edit. */
#define __MIG_check__Reply__variable_subsystem__ 1

#include "variable.h"

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
_Static_assert(sizeof(char) == 1,
    "char: not the size that the .defs says");
_Static_assert(sizeof(short) == 2,
    "short: not the size that the .defs says");
_Static_assert(sizeof(int64_t) == 8,
    "int64_t: not the size that the .defs says");
_Static_assert(sizeof(shorts_t) == 6,
    "shorts_t: not the size that the .defs says");
_Static_assert(sizeof(struct_t) == 10,
    "struct_t: not the size that the .defs says");
_Static_assert(sizeof(name_t) == 10,
    "name_t: not the size that the .defs says");
_Static_assert(sizeof(__Request__between_t) == 92,
    "__Request__between_t: not the size that is sent");
_Static_assert(sizeof(__Reply__between_t) == 36,
    "__Reply__between_t: not the size that is sent");
_Static_assert(sizeof(__Request__behind_t) == 96,
    "__Request__behind_t: not the size that is sent");
_Static_assert(sizeof(__Reply__behind_t) == 100,
    "__Reply__behind_t: not the size that is sent");
_Static_assert(sizeof(__Request__strings_t) == 112,
    "__Request__strings_t: not the size that is sent");
_Static_assert(sizeof(__Reply__strings_t) == 116,
    "__Reply__strings_t: not the size that is sent");
_Static_assert(sizeof(__Request__capacity_t) == 44,
    "__Request__capacity_t: not the size that is sent");
_Static_assert(sizeof(__Reply__capacity_t) == 80,
    "__Reply__capacity_t: not the size that is sent");
_Static_assert(sizeof(__Request__shared_t) == 76,
    "__Request__shared_t: not the size that is sent");
_Static_assert(sizeof(__Reply__shared_t) == 76,
    "__Reply__shared_t: not the size that is sent");
_Static_assert(sizeof(__Request__notify_bytes_t) == 44,
    "__Request__notify_bytes_t: not the size that is sent");
_Static_assert(sizeof(__Reply__notify_bytes_t) == 36,
    "__Reply__notify_bytes_t: not the size that is sent");
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

#ifndef __mig_append_fixed_string__defined
#define __mig_append_fixed_string__defined
/* Appends a string in a field of @max bytes. */
mig_internal mach_msg_size_t
mig_append_fixed_string(void *message, mach_msg_size_t size,
    const char *string, mach_msg_size_t max)
{
	char *end = (char *)message + size;
	mach_msg_size_t pad = (4 - max % 4) % 4;

	mig_strncpy_zerofill(end, string, (int)max);
	memset(end + max, 0, pad);
	return size + max + pad;
}
#endif

#ifndef __mig_append_string__defined
#define __mig_append_string__defined
/* Appends a string of at most @max bytes: offset, count, characters. */
mig_internal mach_msg_size_t
mig_append_string(void *message, mach_msg_size_t size,
    const char *string, mach_msg_size_t max)
{
	char *end = (char *)message + size;
	uint32_t head[2] = {0, 0};
	mach_msg_size_t pad;

	head[1] = (uint32_t)mig_strncpy(end + sizeof(head), string, (int)max);
	memcpy(end, head, sizeof(head));
	pad = (4 - head[1] % 4) % 4;
	memset(end + sizeof(head) + head[1], 0, pad);
	return size + (mach_msg_size_t)sizeof(head) + head[1] + pad;
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

#ifndef __MIG_check__Reply__between_t__defined
#define __MIG_check__Reply__between_t__defined
/* Is this a reply of between()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__between_t(const __Reply__between_t *message)
{
	if (message->Head.msgh_id != 5200)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Reply__between_t))
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	return message->RetCode;
}
#endif

/*
 * between() - request 5100, reply 5200
 * @port:	request port; your send right is copied: you keep it
 * @x:		[in]  by value
 * @a:		[in]  aCnt bytes, at most 5
 * @y:		[in]  by value
 * @b:		[in]  bCnt elements of 4 bytes, at most 7
 * @z:		[in]  by value
 */
mig_external kern_return_t between
(
	mach_port_t port,
	int x,
	bytes_t a,
	mach_msg_type_number_t aCnt,
	short y,
	ints_t b,
	mach_msg_type_number_t bCnt,
	int64_t z
)
{
	union {
		__Request__between_t In;
		struct {
			__Reply__between_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__between_t *InP = &Mess.In;
	__Reply__between_t *OutP = &Mess.Out.Reply;
	mach_port_t mig_reply_port;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5100, "between")

	if (aCnt > 5)
		return MIG_ARRAY_TOO_LARGE;
	if (bCnt > 7)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->x = x;
	InP->aCnt = aCnt;
	msgh_size = mig_append(InP, offsetof(__Request__between_t, a), a,
	    aCnt);
	msgh_size = mig_append(InP, msgh_size, &y, sizeof(InP->y));
	msgh_size = mig_append_number(InP, msgh_size, bCnt);
	msgh_size = mig_append(InP, msgh_size, b, bCnt * 4);
	msgh_size = mig_append(InP, msgh_size, &z, sizeof(InP->z));

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
	InP->Head.msgh_id = 5100;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5100, "between")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    msgh_size, sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5100, "between")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__between_t(OutP);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__behind_t__defined
#define __MIG_check__Reply__behind_t__defined
/* Where in a reply the fields behind a variable one begin. */
struct __ReplyAt__behind {
	mach_msg_size_t number_out, array_out, record_out, name_out;
};

/* Is this a reply of behind()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__behind_t(const __Reply__behind_t *message,
    struct __ReplyAt__behind *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if (message->Head.msgh_id != 5201)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size < 76 ||
	    message->Head.msgh_size > sizeof(__Reply__behind_t)) {
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
	left = message->Head.msgh_size - 76;

	count = message->longs_outCnt;
	if (count > 3 || count * 8 != left)
		return MIG_TYPE_ERROR;
	at->number_out = (mach_msg_size_t)offsetof(__Reply__behind_t, longs_out) + left;
	at->array_out = at->number_out + 4;
	at->record_out = at->array_out + 8;
	at->name_out = at->record_out + 12;

	if (!memchr((const char *)message + at->name_out, '\0', 10))
		return MIG_TYPE_ERROR;

	return KERN_SUCCESS;
}
#endif

/*
 * behind() - request 5101, reply 5201
 * @port:	request port; your send right is copied: you keep it
 * @longs:	[in]  longsCnt elements of 8 bytes, at most 3
 * @number:	[in]  by value
 * @array:	[in]  6 bytes
 * @record:	[in]  by value
 * @name:	[in]  a string, at most 10 bytes with its NUL
 * @longs_out:	[out] room for 3 elements of 8 bytes; *longs_outCnt says how
 *		many came
 * @number_out:	[out] by value
 * @array_out:	[out] 6 bytes
 * @record_out:	[out] by value
 * @name_out:	[out] room for a string, at most 10 bytes with its NUL
 */
mig_external kern_return_t behind
(
	mach_port_t port,
	longs_t longs,
	mach_msg_type_number_t longsCnt,
	int number,
	shorts_t array,
	struct_t record,
	name_t name,
	longs_t longs_out,
	mach_msg_type_number_t *longs_outCnt,
	int *number_out,
	shorts_t array_out,
	struct_t *record_out,
	name_t name_out
)
{
	union {
		__Request__behind_t In;
		struct {
			__Reply__behind_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__behind_t *InP = &Mess.In;
	__Reply__behind_t *OutP = &Mess.Out.Reply;
	struct __ReplyAt__behind ReplyAt;
	mach_port_t mig_reply_port;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5101, "behind")

	if (longsCnt > 3)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->longsCnt = longsCnt;
	msgh_size = mig_append(InP, offsetof(__Request__behind_t, longs),
	    longs, longsCnt * 8);
	msgh_size = mig_append(InP, msgh_size, &number, sizeof(InP->number));
	msgh_size = mig_append(InP, msgh_size, array, sizeof(InP->array));
	msgh_size = mig_append(InP, msgh_size, &record, sizeof(InP->record));
	msgh_size = mig_append_fixed_string(InP, msgh_size, name,
	    sizeof(InP->name));

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
	InP->Head.msgh_id = 5101;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5101, "behind")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    msgh_size, sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5101, "behind")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__behind_t(OutP, &ReplyAt);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	*longs_outCnt = OutP->longs_outCnt;
	mig_extract(longs_out, OutP, offsetof(__Reply__behind_t, longs_out),
	    *longs_outCnt * 8);
	mig_extract(number_out, OutP, ReplyAt.number_out,
	    sizeof(OutP->number_out));
	mig_extract(array_out, OutP, ReplyAt.array_out,
	    sizeof(OutP->array_out));
	mig_extract(record_out, OutP, ReplyAt.record_out,
	    sizeof(OutP->record_out));
	mig_strncpy(name_out, (const char *)OutP + ReplyAt.name_out, 10);
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__strings_t__defined
#define __MIG_check__Reply__strings_t__defined
/* Where in a reply the fields behind a variable one begin. */
struct __ReplyAt__strings {
	mach_msg_size_t second_outCnt, second_out;
};

/* Is this a reply of strings()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__strings_t(const __Reply__strings_t *message,
    struct __ReplyAt__strings *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;
	mach_msg_size_t bytes;

	if (message->Head.msgh_id != 5202)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size < 52 ||
	    message->Head.msgh_size > sizeof(__Reply__strings_t)) {
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
	left = message->Head.msgh_size - 52;

	count = message->first_outCnt;
	if (count > 30 || ((count + 3) & ~3u) > left)
		return MIG_TYPE_ERROR;
	bytes = (count + 3) & ~3u;
	left -= bytes;
	at->second_outCnt = (mach_msg_size_t)offsetof(__Reply__strings_t, first_out) + bytes + 4;
	at->second_out = at->second_outCnt + 4;

	memcpy(&count, (const char *)message + at->second_outCnt, sizeof(count));
	if (count > 30 || ((count + 3) & ~3u) != left)
		return MIG_TYPE_ERROR;

	if (!memchr(message->first_out, '\0', message->first_outCnt))
		return MIG_TYPE_ERROR;

	memcpy(&count, (const char *)message + at->second_outCnt, sizeof(count));
	if (!memchr((const char *)message + at->second_out, '\0', count))
		return MIG_TYPE_ERROR;

	return KERN_SUCCESS;
}
#endif

/*
 * strings() - request 5102, reply 5202
 * @port:	request port; your send right is copied: you keep it
 * @first:	[in]  a string, at most 30 bytes with its NUL
 * @second:	[in]  a string, at most 30 bytes with its NUL
 * @first_out:	[out] room for a string, at most 30 bytes with its NUL
 * @second_out:	[out] room for a string, at most 30 bytes with its NUL
 */
mig_external kern_return_t strings
(
	mach_port_t port,
	text_t first,
	const text_t second,
	text_t first_out,
	text_t second_out
)
{
	union {
		__Request__strings_t In;
		struct {
			__Reply__strings_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__strings_t *InP = &Mess.In;
	__Reply__strings_t *OutP = &Mess.Out.Reply;
	struct __ReplyAt__strings ReplyAt;
	mach_port_t mig_reply_port;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5102, "strings")

	/* Pack the request. */
	InP->NDR = NDR_record;
	msgh_size = mig_append_string(InP,
	    offsetof(__Request__strings_t, firstOffset), first, 30);
	msgh_size = mig_append_string(InP, msgh_size, second, 30);

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
	InP->Head.msgh_id = 5102;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5102, "strings")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    msgh_size, sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5102, "strings")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__strings_t(OutP, &ReplyAt);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}

	/* Unpack it. */
	mig_strncpy(first_out, OutP->first_out, 30);
	mig_strncpy(second_out, (const char *)OutP + ReplyAt.second_out, 30);
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__capacity_t__defined
#define __MIG_check__Reply__capacity_t__defined
/* Where in a reply the fields behind a variable one begin. */
struct __ReplyAt__capacity {
	mach_msg_size_t bytesCnt, bytes;
};

/* Is this a reply of capacity()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__capacity_t(const __Reply__capacity_t *message,
    struct __ReplyAt__capacity *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;
	mach_msg_size_t bytes;

	if (message->Head.msgh_id != 5203)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size < 44 ||
	    message->Head.msgh_size > sizeof(__Reply__capacity_t)) {
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

	count = message->intsCnt;
	if (count > 7 || count * 4 > left)
		return MIG_TYPE_ERROR;
	bytes = count * 4;
	left -= bytes;
	at->bytesCnt = (mach_msg_size_t)offsetof(__Reply__capacity_t, ints) + bytes;
	at->bytes = at->bytesCnt + 4;

	memcpy(&count, (const char *)message + at->bytesCnt, sizeof(count));
	if (count > 5 || ((count + 3) & ~3u) != left)
		return MIG_TYPE_ERROR;

	return KERN_SUCCESS;
}
#endif

/*
 * capacity() - request 5103, reply 5203
 * @port:	request port; your send right is copied: you keep it
 * @number:	[in]  by value
 * @ints:	[out] room for *intsCnt elements of 4 bytes, at most 7;
 *		*intsCnt says how many came
 * @bytes:	[out] room for *bytesCnt bytes, at most 5; *bytesCnt says how
 *		many came
 */
mig_external kern_return_t capacity
(
	mach_port_t port,
	int number,
	ints_t ints,
	mach_msg_type_number_t *intsCnt,
	bytes_t bytes,
	mach_msg_type_number_t *bytesCnt
)
{
	union {
		__Request__capacity_t In;
		struct {
			__Reply__capacity_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__capacity_t *InP = &Mess.In;
	__Reply__capacity_t *OutP = &Mess.Out.Reply;
	struct __ReplyAt__capacity ReplyAt;
	mach_port_t mig_reply_port;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5103, "capacity")

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->number = number;
	InP->intsCnt = *intsCnt < 7 ? *intsCnt : 7;
	InP->bytesCnt = *bytesCnt < 5 ? *bytesCnt : 5;

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
	InP->Head.msgh_id = 5103;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5103, "capacity")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    sizeof(*InP), sizeof(Mess.Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5103, "capacity")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__capacity_t(OutP, &ReplyAt);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}
	if (OutP->intsCnt > *intsCnt) {
		mig_extract(ints, OutP, offsetof(__Reply__capacity_t, ints),
		    *intsCnt * 4);
		*intsCnt = OutP->intsCnt;
		mig_destroy_received(&OutP->Head);
		return MIG_ARRAY_TOO_LARGE;
	}
	if (mig_number_at(OutP, ReplyAt.bytesCnt) > *bytesCnt) {
		mig_extract(bytes, OutP, ReplyAt.bytes, *bytesCnt);
		*bytesCnt = mig_number_at(OutP, ReplyAt.bytesCnt);
		mig_destroy_received(&OutP->Head);
		return MIG_ARRAY_TOO_LARGE;
	}

	/* Unpack it. */
	*intsCnt = OutP->intsCnt;
	mig_extract(ints, OutP, offsetof(__Reply__capacity_t, ints),
	    *intsCnt * 4);
	*bytesCnt = mig_number_at(OutP, ReplyAt.bytesCnt);
	mig_extract(bytes, OutP, ReplyAt.bytes, *bytesCnt);
	return KERN_SUCCESS;
}

#ifndef __MIG_check__Reply__shared_t__defined
#define __MIG_check__Reply__shared_t__defined
/* Where in a reply the fields behind a variable one begin. */
struct __ReplyAt__shared {
	mach_msg_size_t bytes_out;
};

/* Is this a reply of shared()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__shared_t(const __Reply__shared_t *message,
    struct __ReplyAt__shared *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;
	mach_msg_size_t bytes;

	if (message->Head.msgh_id != 5204)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size < 40 ||
	    message->Head.msgh_size > sizeof(__Reply__shared_t)) {
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
	left = message->Head.msgh_size - 40;

	count = message->ints_outCnt;
	if (count > 7 || count * 4 > left)
		return MIG_TYPE_ERROR;
	bytes = count * 4;
	left -= bytes;
	at->bytes_out = (mach_msg_size_t)offsetof(__Reply__shared_t, ints_out) + bytes;

	if (count > 5 || ((count + 3) & ~3u) != left)
		return MIG_TYPE_ERROR;

	return KERN_SUCCESS;
}
#endif

/*
 * shared() - request 5104, reply 5204
 * @port:	request port; your send right is copied: you keep it
 * @ints:	[in]  intsCnt elements of 4 bytes, at most 7
 * @bytes:	[in]  intsCnt bytes, at most 5
 * @ints_out:	[out] room for *ints_outCnt elements of 4 bytes, at most 7;
 *		*ints_outCnt says how many came
 * @bytes_out:	[out] room for *ints_outCnt bytes, at most 5; *ints_outCnt says
 *		how many came
 */
mig_external kern_return_t shared
(
	mach_port_t port,
	const ints_t ints,
	mach_msg_type_number_t intsCnt,
	bytes_t bytes,
	ints_t ints_out,
	mach_msg_type_number_t *ints_outCnt,
	bytes_t bytes_out
)
{
	union {
		__Request__shared_t In;
		struct {
			__Reply__shared_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} Mess;
	__Request__shared_t *InP = &Mess.In;
	__Reply__shared_t *OutP = &Mess.Out.Reply;
	struct __ReplyAt__shared ReplyAt;
	mach_port_t mig_reply_port;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5104, "shared")

	if (intsCnt > 5)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->intsCnt = intsCnt;
	msgh_size = mig_append(InP, offsetof(__Request__shared_t, ints), ints,
	    intsCnt * 4);
	msgh_size = mig_append(InP, msgh_size, bytes, intsCnt);
	msgh_size = mig_append_number(InP, msgh_size,
	    *ints_outCnt < 7 ? *ints_outCnt : 7);

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
	InP->Head.msgh_id = 5104;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5104, "shared")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    msgh_size, sizeof(Mess.Out), mig_reply_port, MACH_MSG_TIMEOUT_NONE,
	    MACH_PORT_NULL);
	__AfterSendRpc(5104, "shared")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return msg_result;
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__shared_t(OutP, &ReplyAt);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return msg_result;
	}
	if (OutP->ints_outCnt > *ints_outCnt) {
		mig_extract(ints_out, OutP,
		    offsetof(__Reply__shared_t, ints_out), *ints_outCnt * 4);
		*ints_outCnt = OutP->ints_outCnt;
		mig_destroy_received(&OutP->Head);
		return MIG_ARRAY_TOO_LARGE;
	}

	/* Unpack it. */
	*ints_outCnt = OutP->ints_outCnt;
	mig_extract(ints_out, OutP, offsetof(__Reply__shared_t, ints_out),
	    *ints_outCnt * 4);
	mig_extract(bytes_out, OutP, ReplyAt.bytes_out, *ints_outCnt);
	return KERN_SUCCESS;
}

/*
 * notify_bytes() - request 5105, no reply
 * @port:	request port; your send right is copied: you keep it
 * @bytes:	[in]  bytesCnt bytes, at most 5
 */
mig_external kern_return_t notify_bytes
(
	mach_port_t port,
	bytes_t bytes,
	mach_msg_type_number_t bytesCnt
)
{
	__Request__notify_bytes_t Mess;
	__Request__notify_bytes_t *InP = &Mess;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendSimple(5105, "notify_bytes")

	if (bytesCnt > 5)
		return MIG_ARRAY_TOO_LARGE;

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->bytesCnt = bytesCnt;
	msgh_size = mig_append(InP, offsetof(__Request__notify_bytes_t, bytes),
	    bytes, bytesCnt);

	/* Address the request. */
	InP->Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	InP->Head.msgh_size = msgh_size;
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = MACH_PORT_NULL;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5105;

	/* Send it. */
	__BeforeSendSimple(5105, "notify_bytes")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG, msgh_size, 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendSimple(5105, "notify_bytes")
	return msg_result;
}
