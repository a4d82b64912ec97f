/* Subsystem large, the server's stubs. Written by mig: do not edit. */

#include "large_server.h"

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

#define __MIG_check__Request__large_subsystem__ 1

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

#ifndef __mig_append_in_place__defined
#define __mig_append_in_place__defined
/* The same, of data that is there already. */
mig_internal mach_msg_size_t
mig_append_in_place(void *message, mach_msg_size_t size,
    mach_msg_size_t bytes)
{
	mach_msg_size_t pad = (4 - bytes % 4) % 4;

	memset((char *)message + size + bytes, 0, pad);
	return size + bytes + pad;
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

#ifndef __MIG_check__Request__exchange_page_t__defined
#define __MIG_check__Request__exchange_page_t__defined
/* Where in a request the fields behind a variable one begin. */
struct __RequestAt__exchange_page {
	mach_msg_size_t page_outCnt;
};

/* Is this a request of exchange_page()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__exchange_page_t(const __Request__exchange_page_t *message,
    struct __RequestAt__exchange_page *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 40 ||
	    message->Head.msgh_size > sizeof(__Request__exchange_page_t))
		return MIG_BAD_ARGUMENTS;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 40;

	count = message->pageCnt;
	if (count > 20000 || ((count + 3) & ~3u) != left)
		return MIG_BAD_ARGUMENTS;
	at->page_outCnt = (mach_msg_size_t)offsetof(__Request__exchange_page_t, page) + left;

	return KERN_SUCCESS;
}
#endif

/*
 * exchange_page() - serve exchange_page: request 5500, reply 5600
 * @port:	request port; the name of a receive right of yours: borrowed
 * @page:	[in]  pageCnt bytes, at most 20000; borrowed
 * @page_out:	[out] room for *page_outCnt bytes, at most 20000; set
 *		*page_outCnt to how many there are
 * @number:	[out] by value
 */
static kern_return_t
__MIG_serve__exchange_page(mach_msg_header_t *InHeadP,
    mach_msg_header_t *OutHeadP)
{
	__Request__exchange_page_t *InP = (__Request__exchange_page_t *)InHeadP;
	__Reply__exchange_page_t *OutP = (__Reply__exchange_page_t *)OutHeadP;
	struct __RequestAt__exchange_page RequestAt;
	mach_msg_type_number_t page_outCnt;
	int number = 0;
	mach_msg_size_t msgh_size;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__exchange_page_t(InP, &RequestAt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	memset(OutP->page_out, 0, sizeof(OutP->page_out));
	page_outCnt = mig_smaller(mig_number_at(InP, RequestAt.page_outCnt),
	    20000);

	/* The call. */
	RetCode = exchange_page(InP->Head.msgh_local_port, InP->page,
	    InP->pageCnt, OutP->page_out, &page_outCnt, &number);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	if (page_outCnt > mig_smaller(mig_number_at(InP,
	    RequestAt.page_outCnt), 20000))
		return MIG_ARRAY_TOO_LARGE;

	OutP->NDR = NDR_record;
	OutP->page_outCnt = page_outCnt;
	msgh_size = mig_append_in_place(OutP,
	    offsetof(__Reply__exchange_page_t, page_out), page_outCnt);
	msgh_size = mig_append(OutP, msgh_size, &number, sizeof(OutP->number));
	OutP->Head.msgh_size = msgh_size;
	return KERN_SUCCESS;
}

static void
_Xexchange_page(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5500, "exchange_page")
	__BeforeRcvRpc(5500, "exchange_page")
	mig_answer(OutHeadP, __MIG_serve__exchange_page(InHeadP, OutHeadP));
	__AfterRcvRpc(5500, "exchange_page")
}

#ifndef __MIG_check__Request__send_page_t__defined
#define __MIG_check__Request__send_page_t__defined
/* Is this a request of send_page()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__send_page_t(const __Request__send_page_t *message)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 36 ||
	    message->Head.msgh_size > sizeof(__Request__send_page_t))
		return MIG_BAD_ARGUMENTS;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 36;

	count = message->pageCnt;
	if (count > 20000 || ((count + 3) & ~3u) != left)
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * send_page() - serve send_page: request 5501, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @page:	[in]  pageCnt bytes, at most 20000; borrowed
 */
static kern_return_t
__MIG_serve__send_page(mach_msg_header_t *InHeadP)
{
	__Request__send_page_t *InP = (__Request__send_page_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__send_page_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return send_page(InP->Head.msgh_local_port, InP->page, InP->pageCnt);
}

static void
_Xsend_page(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvSimple(5501, "send_page")
	__BeforeRcvSimple(5501, "send_page")
	mig_answer(OutHeadP, __MIG_serve__send_page(InHeadP));
	__AfterRcvSimple(5501, "send_page")
}

const struct large_subsystem large_subsystem = {
	.server = large_server_routine,
	.start = 5500,
	.end = 5502,
	.maxsize = sizeof(union __ReplyUnion__large_subsystem),
	.reserved = 0,
	.routine = {
		{ 0, _Xexchange_page, 6, 0, 0,
		    sizeof(__Reply__exchange_page_t) },
		{ 0, _Xsend_page, 3, 0, 0, sizeof(__Reply__send_page_t) },
	},
};

mig_external mig_routine_t
large_server_routine(mach_msg_header_t *InHeadP)
{
	uint32_t number = (uint32_t)InHeadP->msgh_id - 5500u;

	if (number >= 2)
		return 0;
	return large_subsystem.routine[number].stub_routine;
}

mig_external boolean_t
large_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	mig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;
	mig_routine_t routine = large_server_routine(InHeadP);

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
