/* Subsystem large, the user's stubs. Written by mig: do not edit. */
#define __MIG_check__Reply__large_subsystem__ 1

#include "large.h"

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
_Static_assert(sizeof(__Request__exchange_page_t) == 20040,
    "__Request__exchange_page_t: not the size that is sent");
_Static_assert(sizeof(__Reply__exchange_page_t) == 20044,
    "__Reply__exchange_page_t: not the size that is sent");
_Static_assert(sizeof(__Request__send_page_t) == 20036,
    "__Request__send_page_t: not the size that is sent");
_Static_assert(sizeof(__Reply__send_page_t) == 36,
    "__Reply__send_page_t: not the size that is sent");
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

#ifndef __mig_free_message__defined
#define __mig_free_message__defined
/* Gives the memory of a message back, and passes a result on. */
mig_internal kern_return_t
mig_free_message(void *message, vm_size_t size, kern_return_t result)
{
	mig_user_deallocate((char *)message, size);
	return result;
}
#endif

#ifndef __MIG_check__Reply__exchange_page_t__defined
#define __MIG_check__Reply__exchange_page_t__defined
/* Where in a reply the fields behind a variable one begin. */
struct __ReplyAt__exchange_page {
	mach_msg_size_t number;
};

/* Is this a reply of exchange_page()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Reply__exchange_page_t(const __Reply__exchange_page_t *message,
    struct __ReplyAt__exchange_page *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if (message->Head.msgh_id != 5600)
		return message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;

	if (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return MIG_TYPE_ERROR;
	if (message->Head.msgh_size < 44 ||
	    message->Head.msgh_size > sizeof(__Reply__exchange_page_t)) {
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

	count = message->page_outCnt;
	if (count > 20000 || ((count + 3) & ~3u) != left)
		return MIG_TYPE_ERROR;
	at->number = (mach_msg_size_t)offsetof(__Reply__exchange_page_t, page_out) + left;

	return KERN_SUCCESS;
}
#endif

/*
 * exchange_page() - request 5500, reply 5600
 * @port:	request port; your send right is copied: you keep it
 * @page:	[in]  pageCnt bytes, at most 20000
 * @page_out:	[out] room for *page_outCnt bytes, at most 20000; *page_outCnt
 *		says how many came
 * @number:	[out] by value
 */
mig_external kern_return_t exchange_page
(
	mach_port_t port,
	page_t page,
	mach_msg_type_number_t pageCnt,
	page_t page_out,
	mach_msg_type_number_t *page_outCnt,
	int *number
)
{
	union {
		__Request__exchange_page_t In;
		struct {
			__Reply__exchange_page_t Reply;
			mach_msg_trailer_t Trailer;
		} Out;
	} *Mess;
	__Request__exchange_page_t *InP;
	__Reply__exchange_page_t *OutP;
	struct __ReplyAt__exchange_page ReplyAt;
	mach_port_t mig_reply_port;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendRpc(5500, "exchange_page")

	if (pageCnt > 20000)
		return MIG_ARRAY_TOO_LARGE;

	/* Too large for the stack. */
	Mess = (void *)mig_user_allocate(sizeof(*Mess));
	if (!Mess)
		return KERN_RESOURCE_SHORTAGE;
	InP = &Mess->In;
	OutP = &Mess->Out.Reply;

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->pageCnt = pageCnt;
	msgh_size = mig_append(InP, offsetof(__Request__exchange_page_t, page),
	    page, pageCnt);
	msgh_size = mig_append_number(InP, msgh_size,
	    *page_outCnt < 20000 ? *page_outCnt : 20000);

	/* Address the request. */
	mig_reply_port = mig_get_reply_port();
	if (mig_reply_port == MACH_PORT_NULL)
		return mig_free_message(Mess, sizeof(*Mess),
		    MACH_RCV_INVALID_NAME);
	InP->Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	InP->Head.msgh_size = msgh_size;
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = mig_reply_port;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5500;

	/* Send it, and wait for the reply. */
	__BeforeSendRpc(5500, "exchange_page")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG | MACH_RCV_MSG,
	    msgh_size, sizeof(Mess->Out), mig_reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendRpc(5500, "exchange_page")
	if (msg_result != MACH_MSG_SUCCESS) {
		/* A reply came, without all that it carries. */
		if ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
			mig_destroy_received(&OutP->Head);
		__MachMsgErrorWithoutTimeout(msg_result);
		return mig_free_message(Mess, sizeof(*Mess), msg_result);
	}

	/* Check the reply: what is refused is destroyed. */
	msg_result = __MIG_check__Reply__exchange_page_t(OutP, &ReplyAt);
	if (msg_result != KERN_SUCCESS) {
		mig_destroy_received(&OutP->Head);
		/* The answer to something else came to this port. */
		if (msg_result == MIG_REPLY_MISMATCH)
			mig_dealloc_reply_port(mig_reply_port);
		return mig_free_message(Mess, sizeof(*Mess), msg_result);
	}
	if (OutP->page_outCnt > *page_outCnt) {
		mig_extract(page_out, OutP,
		    offsetof(__Reply__exchange_page_t, page_out),
		    *page_outCnt);
		*page_outCnt = OutP->page_outCnt;
		mig_destroy_received(&OutP->Head);
		return mig_free_message(Mess, sizeof(*Mess),
		    MIG_ARRAY_TOO_LARGE);
	}

	/* Unpack it. */
	*page_outCnt = OutP->page_outCnt;
	mig_extract(page_out, OutP,
	    offsetof(__Reply__exchange_page_t, page_out), *page_outCnt);
	mig_extract(number, OutP, ReplyAt.number, sizeof(OutP->number));
	return mig_free_message(Mess, sizeof(*Mess), KERN_SUCCESS);
}

/*
 * send_page() - request 5501, no reply
 * @port:	request port; your send right is copied: you keep it
 * @page:	[in]  pageCnt bytes, at most 20000
 */
mig_external kern_return_t send_page
(
	mach_port_t port,
	page_t page,
	mach_msg_type_number_t pageCnt
)
{
	__Request__send_page_t *Mess;
	__Request__send_page_t *InP;
	mach_msg_size_t msgh_size;
	mach_msg_return_t msg_result;

	__DeclareSendSimple(5501, "send_page")

	if (pageCnt > 20000)
		return MIG_ARRAY_TOO_LARGE;

	/* Too large for the stack. */
	Mess = (void *)mig_user_allocate(sizeof(*Mess));
	if (!Mess)
		return KERN_RESOURCE_SHORTAGE;
	InP = Mess;

	/* Pack the request. */
	InP->NDR = NDR_record;
	InP->pageCnt = pageCnt;
	msgh_size = mig_append(InP, offsetof(__Request__send_page_t, page),
	    page, pageCnt);

	/* Address the request. */
	InP->Head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	InP->Head.msgh_size = msgh_size;
	InP->Head.msgh_remote_port = port;
	InP->Head.msgh_local_port = MACH_PORT_NULL;
	InP->Head.msgh_reserved = 0;
	InP->Head.msgh_id = 5501;

	/* Send it. */
	__BeforeSendSimple(5501, "send_page")
	msg_result = mach_msg(&InP->Head, MACH_SEND_MSG, msgh_size, 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	__AfterSendSimple(5501, "send_page")
	return mig_free_message(Mess, sizeof(*Mess), msg_result);
}
