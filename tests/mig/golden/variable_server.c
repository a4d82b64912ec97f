/* Subsystem variable, the server's stubs. Written by mig: do not edit. */

#include "variable_server.h"

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

#define __MIG_check__Request__variable_subsystem__ 1

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

#ifndef __mig_append_string_in_place__defined
#define __mig_append_string_in_place__defined
/* The same, of characters that are there already. */
mig_internal mach_msg_size_t
mig_append_string_in_place(void *message, mach_msg_size_t size,
    mach_msg_size_t max)
{
	char *end = (char *)message + size;
	uint32_t head[2] = {0, max};
	char *string = end + sizeof(head);
	const char *nul = (const char *)memchr(string, '\0', max);
	mach_msg_size_t pad;

	if (nul)
		head[1] = (uint32_t)(nul - string) + 1;
	memcpy(end, head, sizeof(head));
	pad = (4 - head[1] % 4) % 4;
	memset(string + head[1] - 1, 0, pad + 1);
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

#ifndef __mig_at__defined
#define __mig_at__defined
/* The field that begins @offset bytes behind the beginning of a message. */
mig_internal void *
mig_at(void *message, mach_msg_size_t offset)
{
	return (char *)message + offset;
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

#ifndef __MIG_check__Request__between_t__defined
#define __MIG_check__Request__between_t__defined
/* Where in a request the fields behind a variable one begin. */
struct __RequestAt__between {
	mach_msg_size_t y, bCnt, b, z;
};

/* Is this a request of between()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__between_t(const __Request__between_t *message,
    struct __RequestAt__between *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;
	mach_msg_size_t bytes;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 56 ||
	    message->Head.msgh_size > sizeof(__Request__between_t))
		return MIG_BAD_ARGUMENTS;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 56;

	count = message->aCnt;
	if (count > 5 || ((count + 3) & ~3u) > left)
		return MIG_BAD_ARGUMENTS;
	bytes = (count + 3) & ~3u;
	left -= bytes;
	at->y = (mach_msg_size_t)offsetof(__Request__between_t, a) + bytes;
	at->bCnt = at->y + 4;
	at->b = at->bCnt + 4;

	memcpy(&count, (const char *)message + at->bCnt, sizeof(count));
	if (count > 7 || count * 4 != left)
		return MIG_BAD_ARGUMENTS;
	at->z = at->b + left;

	return KERN_SUCCESS;
}
#endif

/*
 * between() - serve between: request 5100, reply 5200
 * @port:	request port; the name of a receive right of yours: borrowed
 * @x:		[in]  by value
 * @a:		[in]  aCnt bytes, at most 5; borrowed
 * @y:		[in]  by value
 * @b:		[in]  bCnt elements of 4 bytes, at most 7; borrowed
 * @z:		[in]  by value
 */
static kern_return_t
__MIG_serve__between(mach_msg_header_t *InHeadP)
{
	__Request__between_t *InP = (__Request__between_t *)InHeadP;
	struct __RequestAt__between RequestAt;
	short y;
	int64_t z;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__between_t(InP, &RequestAt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	mig_extract(&y, InP, RequestAt.y, sizeof(y));
	mig_extract(&z, InP, RequestAt.z, sizeof(z));

	return between(InP->Head.msgh_local_port, InP->x, InP->a, InP->aCnt, y,
	    mig_at(InP, RequestAt.b), mig_number_at(InP, RequestAt.bCnt), z);
}

static void
_Xbetween(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5100, "between")
	__BeforeRcvRpc(5100, "between")
	mig_answer(OutHeadP, __MIG_serve__between(InHeadP));
	__AfterRcvRpc(5100, "between")
}

#ifndef __MIG_check__Request__behind_t__defined
#define __MIG_check__Request__behind_t__defined
/* Where in a request the fields behind a variable one begin. */
struct __RequestAt__behind {
	mach_msg_size_t number, array, record, name;
};

/* Is this a request of behind()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__behind_t(const __Request__behind_t *message,
    struct __RequestAt__behind *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 72 ||
	    message->Head.msgh_size > sizeof(__Request__behind_t))
		return MIG_BAD_ARGUMENTS;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 72;

	count = message->longsCnt;
	if (count > 3 || count * 8 != left)
		return MIG_BAD_ARGUMENTS;
	at->number = (mach_msg_size_t)offsetof(__Request__behind_t, longs) + left;
	at->array = at->number + 4;
	at->record = at->array + 8;
	at->name = at->record + 12;

	if (!memchr((const char *)message + at->name, '\0', 10))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * behind() - serve behind: request 5101, reply 5201
 * @port:	request port; the name of a receive right of yours: borrowed
 * @longs:	[in]  longsCnt elements of 8 bytes, at most 3; borrowed
 * @number:	[in]  by value
 * @array:	[in]  6 bytes; borrowed
 * @record:	[in]  by value
 * @name:	[in]  a string, at most 10 bytes with its NUL; borrowed
 * @longs_out:	[out] room for *longs_outCnt elements of 8 bytes, at most 3;
 *		set *longs_outCnt to how many there are
 * @number_out:	[out] by value
 * @array_out:	[out] 6 bytes
 * @record_out:	[out] by value
 * @name_out:	[out] room for a string, at most 10 bytes with its NUL
 */
static kern_return_t
__MIG_serve__behind(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__behind_t *InP = (__Request__behind_t *)InHeadP;
	__Reply__behind_t *OutP = (__Reply__behind_t *)OutHeadP;
	struct __RequestAt__behind RequestAt;
	int64_t longs[3];
	int number;
	struct_t record;
	int64_t longs_out[3];
	mach_msg_type_number_t longs_outCnt = 3;
	int number_out = 0;
	shorts_t array_out;
	struct_t record_out;
	name_t name_out;
	mach_msg_size_t msgh_size;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__behind_t(InP, &RequestAt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	memcpy(longs, InP->longs, InP->longsCnt * 8);
	mig_extract(&number, InP, RequestAt.number, sizeof(number));
	mig_extract(&record, InP, RequestAt.record, sizeof(record));
	memset(longs_out, 0, sizeof(longs_out));
	memset(array_out, 0, sizeof(array_out));
	memset(&record_out, 0, sizeof(record_out));
	name_out[0] = '\0';

	/* The call. */
	RetCode = behind(InP->Head.msgh_local_port, longs, InP->longsCnt,
	    number, mig_at(InP, RequestAt.array), record,
	    mig_at(InP, RequestAt.name), longs_out, &longs_outCnt, &number_out,
	    array_out, &record_out, name_out);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	if (longs_outCnt > 3)
		return MIG_ARRAY_TOO_LARGE;

	OutP->NDR = NDR_record;
	OutP->longs_outCnt = longs_outCnt;
	msgh_size = mig_append(OutP, offsetof(__Reply__behind_t, longs_out),
	    longs_out, longs_outCnt * 8);
	msgh_size = mig_append(OutP, msgh_size, &number_out,
	    sizeof(OutP->number_out));
	msgh_size = mig_append(OutP, msgh_size, array_out,
	    sizeof(OutP->array_out));
	msgh_size = mig_append(OutP, msgh_size, &record_out,
	    sizeof(OutP->record_out));
	msgh_size = mig_append_fixed_string(OutP, msgh_size, name_out,
	    sizeof(OutP->name_out));
	OutP->Head.msgh_size = msgh_size;
	return KERN_SUCCESS;
}

static void
_Xbehind(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5101, "behind")
	__BeforeRcvRpc(5101, "behind")
	mig_answer(OutHeadP, __MIG_serve__behind(InHeadP, OutHeadP));
	__AfterRcvRpc(5101, "behind")
}

#ifndef __MIG_check__Request__strings_t__defined
#define __MIG_check__Request__strings_t__defined
/* Where in a request the fields behind a variable one begin. */
struct __RequestAt__strings {
	mach_msg_size_t secondCnt, second;
};

/* Is this a request of strings()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__strings_t(const __Request__strings_t *message,
    struct __RequestAt__strings *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;
	mach_msg_size_t bytes;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 48 ||
	    message->Head.msgh_size > sizeof(__Request__strings_t))
		return MIG_BAD_ARGUMENTS;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 48;

	count = message->firstCnt;
	if (count > 30 || ((count + 3) & ~3u) > left)
		return MIG_BAD_ARGUMENTS;
	bytes = (count + 3) & ~3u;
	left -= bytes;
	at->secondCnt = (mach_msg_size_t)offsetof(__Request__strings_t, first) + bytes + 4;
	at->second = at->secondCnt + 4;

	memcpy(&count, (const char *)message + at->secondCnt, sizeof(count));
	if (count > 30 || ((count + 3) & ~3u) != left)
		return MIG_BAD_ARGUMENTS;

	if (!memchr(message->first, '\0', message->firstCnt))
		return MIG_BAD_ARGUMENTS;

	memcpy(&count, (const char *)message + at->secondCnt, sizeof(count));
	if (!memchr((const char *)message + at->second, '\0', count))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * strings() - serve strings: request 5102, reply 5202
 * @port:	request port; the name of a receive right of yours: borrowed
 * @first:	[in]  a string, at most 30 bytes with its NUL; borrowed
 * @second:	[in]  a string, at most 30 bytes with its NUL; borrowed
 * @first_out:	[out] room for a string, at most 30 bytes with its NUL
 * @second_out:	[out] room for a string, at most 30 bytes with its NUL
 */
static kern_return_t
__MIG_serve__strings(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__strings_t *InP = (__Request__strings_t *)InHeadP;
	__Reply__strings_t *OutP = (__Reply__strings_t *)OutHeadP;
	struct __RequestAt__strings RequestAt;
	char second_out[30];
	mach_msg_size_t msgh_size;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__strings_t(InP, &RequestAt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	OutP->first_out[0] = '\0';
	second_out[0] = '\0';

	/* The call. */
	RetCode = strings(InP->Head.msgh_local_port, InP->first,
	    mig_at(InP, RequestAt.second), OutP->first_out, second_out);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	OutP->NDR = NDR_record;
	msgh_size = mig_append_string_in_place(OutP,
	    offsetof(__Reply__strings_t, first_outOffset), 30);
	msgh_size = mig_append_string(OutP, msgh_size, second_out, 30);
	OutP->Head.msgh_size = msgh_size;
	return KERN_SUCCESS;
}

static void
_Xstrings(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5102, "strings")
	__BeforeRcvRpc(5102, "strings")
	mig_answer(OutHeadP, __MIG_serve__strings(InHeadP, OutHeadP));
	__AfterRcvRpc(5102, "strings")
}

#ifndef __MIG_check__Request__capacity_t__defined
#define __MIG_check__Request__capacity_t__defined
/* Is this a request of capacity()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__capacity_t(const __Request__capacity_t *message)
{
	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size != sizeof(__Request__capacity_t))
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * capacity() - serve capacity: request 5103, reply 5203
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[in]  by value
 * @ints:	[out] room for *intsCnt elements of 4 bytes, at most 7; set
 *		*intsCnt to how many there are
 * @bytes:	[out] room for *bytesCnt bytes, at most 5; set *bytesCnt to how
 *		many there are
 */
static kern_return_t
__MIG_serve__capacity(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__capacity_t *InP = (__Request__capacity_t *)InHeadP;
	__Reply__capacity_t *OutP = (__Reply__capacity_t *)OutHeadP;
	mach_msg_type_number_t intsCnt;
	char bytes[5];
	mach_msg_type_number_t bytesCnt;
	mach_msg_size_t msgh_size;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__capacity_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	memset(OutP->ints, 0, sizeof(OutP->ints));
	intsCnt = mig_smaller(InP->intsCnt, 7);
	memset(bytes, 0, sizeof(bytes));
	bytesCnt = mig_smaller(InP->bytesCnt, 5);

	/* The call. */
	RetCode = capacity(InP->Head.msgh_local_port, InP->number, OutP->ints,
	    &intsCnt, bytes, &bytesCnt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	if (intsCnt > mig_smaller(InP->intsCnt, 7))
		return MIG_ARRAY_TOO_LARGE;
	if (bytesCnt > mig_smaller(InP->bytesCnt, 5))
		return MIG_ARRAY_TOO_LARGE;

	OutP->NDR = NDR_record;
	OutP->intsCnt = intsCnt;
	msgh_size = mig_append_in_place(OutP,
	    offsetof(__Reply__capacity_t, ints), intsCnt * 4);
	msgh_size = mig_append_number(OutP, msgh_size, bytesCnt);
	msgh_size = mig_append(OutP, msgh_size, bytes, bytesCnt);
	OutP->Head.msgh_size = msgh_size;
	return KERN_SUCCESS;
}

static void
_Xcapacity(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5103, "capacity")
	__BeforeRcvRpc(5103, "capacity")
	mig_answer(OutHeadP, __MIG_serve__capacity(InHeadP, OutHeadP));
	__AfterRcvRpc(5103, "capacity")
}

#ifndef __MIG_check__Request__shared_t__defined
#define __MIG_check__Request__shared_t__defined
/* Where in a request the fields behind a variable one begin. */
struct __RequestAt__shared {
	mach_msg_size_t bytes, ints_outCnt;
};

/* Is this a request of shared()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__shared_t(const __Request__shared_t *message,
    struct __RequestAt__shared *at)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;
	mach_msg_size_t bytes;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 40 ||
	    message->Head.msgh_size > sizeof(__Request__shared_t))
		return MIG_BAD_ARGUMENTS;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 40;

	count = message->intsCnt;
	if (count > 7 || count * 4 > left)
		return MIG_BAD_ARGUMENTS;
	bytes = count * 4;
	left -= bytes;
	at->bytes = (mach_msg_size_t)offsetof(__Request__shared_t, ints) + bytes;

	if (count > 5 || ((count + 3) & ~3u) != left)
		return MIG_BAD_ARGUMENTS;
	at->ints_outCnt = at->bytes + left;

	return KERN_SUCCESS;
}
#endif

/*
 * shared() - serve shared: request 5104, reply 5204
 * @port:	request port; the name of a receive right of yours: borrowed
 * @ints:	[in]  intsCnt elements of 4 bytes, at most 7; borrowed
 * @bytes:	[in]  intsCnt bytes, at most 5; borrowed
 * @ints_out:	[out] room for *ints_outCnt elements of 4 bytes, at most 7; set
 *		*ints_outCnt to how many there are
 * @bytes_out:	[out] room for *ints_outCnt bytes, at most 5; set *ints_outCnt
 *		to how many there are
 */
static kern_return_t
__MIG_serve__shared(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__Request__shared_t *InP = (__Request__shared_t *)InHeadP;
	__Reply__shared_t *OutP = (__Reply__shared_t *)OutHeadP;
	struct __RequestAt__shared RequestAt;
	mach_msg_type_number_t ints_outCnt;
	char bytes_out[5];
	mach_msg_size_t msgh_size;
	kern_return_t RetCode;

	/* The request. */
	RetCode = __MIG_check__Request__shared_t(InP, &RequestAt);
	if (RetCode != KERN_SUCCESS)
		return RetCode;
	memset(OutP->ints_out, 0, sizeof(OutP->ints_out));
	ints_outCnt = mig_smaller(mig_number_at(InP, RequestAt.ints_outCnt),
	    5);
	memset(bytes_out, 0, sizeof(bytes_out));

	/* The call. */
	RetCode = shared(InP->Head.msgh_local_port, InP->ints, InP->intsCnt,
	    mig_at(InP, RequestAt.bytes), OutP->ints_out, &ints_outCnt,
	    bytes_out);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	/* The reply. */
	if (ints_outCnt > mig_smaller(mig_number_at(InP,
	    RequestAt.ints_outCnt), 5))
		return MIG_ARRAY_TOO_LARGE;
	if (ints_outCnt > 5)
		return MIG_ARRAY_TOO_LARGE;

	OutP->NDR = NDR_record;
	OutP->ints_outCnt = ints_outCnt;
	msgh_size = mig_append_in_place(OutP,
	    offsetof(__Reply__shared_t, ints_out), ints_outCnt * 4);
	msgh_size = mig_append(OutP, msgh_size, bytes_out, ints_outCnt);
	OutP->Head.msgh_size = msgh_size;
	return KERN_SUCCESS;
}

static void
_Xshared(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvRpc(5104, "shared")
	__BeforeRcvRpc(5104, "shared")
	mig_answer(OutHeadP, __MIG_serve__shared(InHeadP, OutHeadP));
	__AfterRcvRpc(5104, "shared")
}

#ifndef __MIG_check__Request__notify_bytes_t__defined
#define __MIG_check__Request__notify_bytes_t__defined
/* Is this a request of notify_bytes()? The trailer is not looked at. */
mig_internal kern_return_t
__MIG_check__Request__notify_bytes_t(const __Request__notify_bytes_t *message)
{
	mach_msg_type_number_t count;
	mach_msg_size_t left;

	if ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||
	    message->Head.msgh_size < 36 ||
	    message->Head.msgh_size > sizeof(__Request__notify_bytes_t))
		return MIG_BAD_ARGUMENTS;

	/* What is beyond the shortest message belongs to variable fields. */
	left = message->Head.msgh_size - 36;

	count = message->bytesCnt;
	if (count > 5 || ((count + 3) & ~3u) != left)
		return MIG_BAD_ARGUMENTS;

	return KERN_SUCCESS;
}
#endif

/*
 * notify_bytes() - serve notify_bytes: request 5105, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @bytes:	[in]  bytesCnt bytes, at most 5; borrowed
 */
static kern_return_t
__MIG_serve__notify_bytes(mach_msg_header_t *InHeadP)
{
	__Request__notify_bytes_t *InP = (__Request__notify_bytes_t *)InHeadP;
	kern_return_t RetCode;

	RetCode = __MIG_check__Request__notify_bytes_t(InP);
	if (RetCode != KERN_SUCCESS)
		return RetCode;

	return notify_bytes(InP->Head.msgh_local_port, InP->bytes,
	    InP->bytesCnt);
}

static void
_Xnotify_bytes(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	__DeclareRcvSimple(5105, "notify_bytes")
	__BeforeRcvSimple(5105, "notify_bytes")
	mig_answer(OutHeadP, __MIG_serve__notify_bytes(InHeadP));
	__AfterRcvSimple(5105, "notify_bytes")
}

const struct variable_subsystem variable_subsystem = {
	.server = variable_server_routine,
	.start = 5100,
	.end = 5106,
	.maxsize = sizeof(union __ReplyUnion__variable_subsystem),
	.reserved = 0,
	.routine = {
		{ 0, _Xbetween, 8, 0, 0, sizeof(__Reply__between_t) },
		{ 0, _Xbehind, 13, 0, 0, sizeof(__Reply__behind_t) },
		{ 0, _Xstrings, 5, 0, 0, sizeof(__Reply__strings_t) },
		{ 0, _Xcapacity, 6, 0, 0, sizeof(__Reply__capacity_t) },
		{ 0, _Xshared, 7, 0, 0, sizeof(__Reply__shared_t) },
		{ 0, _Xnotify_bytes, 3, 0, 0,
		    sizeof(__Reply__notify_bytes_t) },
	},
};

mig_external mig_routine_t
variable_server_routine(mach_msg_header_t *InHeadP)
{
	uint32_t number = (uint32_t)InHeadP->msgh_id - 5100u;

	if (number >= 6)
		return 0;
	return variable_subsystem.routine[number].stub_routine;
}

mig_external boolean_t
variable_server(mach_msg_header_t *InHeadP, mach_msg_header_t *OutHeadP)
{
	mig_reply_error_t *OutP = (mig_reply_error_t *)OutHeadP;
	mig_routine_t routine = variable_server_routine(InHeadP);

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
