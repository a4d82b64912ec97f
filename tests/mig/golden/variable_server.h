/* Subsystem variable, the server's side. Written by mig: do not edit. */
#ifndef _variable_server_
#define _variable_server_

#include <string.h>
#include <mach/ndr.h>
#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/notify.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/mig_errors.h>
#include <mach/port.h>
#include <mach/mig.h>

#include "golden.h"

#ifndef __BEGIN_DECLS
#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif
#endif

#ifndef MIG_SERVER_ROUTINE
#define MIG_SERVER_ROUTINE
#endif

#ifndef variable_MSG_COUNT
#define variable_MSG_COUNT 6
#endif

#ifdef __BeforeMigServerHeader
__BeforeMigServerHeader
#endif

__BEGIN_DECLS

/*
 * between() - serve between: request 5100, reply 5200
 * @port:	request port; the name of a receive right of yours: borrowed
 * @x:		[in]  by value
 * @a:		[in]  aCnt bytes, at most 5; borrowed
 * @y:		[in]  by value
 * @b:		[in]  bCnt elements of 4 bytes, at most 7; borrowed
 * @z:		[in]  by value
 */
/* Routine between */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t between
(
	mach_port_t port,
	int x,
	bytes_t a,
	mach_msg_type_number_t aCnt,
	short y,
	ints_t b,
	mach_msg_type_number_t bCnt,
	int64_t z
);

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
/* Routine behind */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t behind
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
);

/*
 * strings() - serve strings: request 5102, reply 5202
 * @port:	request port; the name of a receive right of yours: borrowed
 * @first:	[in]  a string, at most 30 bytes with its NUL; borrowed
 * @second:	[in]  a string, at most 30 bytes with its NUL; borrowed
 * @first_out:	[out] room for a string, at most 30 bytes with its NUL
 * @second_out:	[out] room for a string, at most 30 bytes with its NUL
 */
/* Routine strings */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t strings
(
	mach_port_t port,
	text_t first,
	const text_t second,
	text_t first_out,
	text_t second_out
);

/*
 * capacity() - serve capacity: request 5103, reply 5203
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[in]  by value
 * @ints:	[out] room for *intsCnt elements of 4 bytes, at most 7; set
 *		*intsCnt to how many there are
 * @bytes:	[out] room for *bytesCnt bytes, at most 5; set *bytesCnt to how
 *		many there are
 */
/* Routine capacity */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t capacity
(
	mach_port_t port,
	int number,
	ints_t ints,
	mach_msg_type_number_t *intsCnt,
	bytes_t bytes,
	mach_msg_type_number_t *bytesCnt
);

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
/* Routine shared */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t shared
(
	mach_port_t port,
	const ints_t ints,
	mach_msg_type_number_t intsCnt,
	bytes_t bytes,
	ints_t ints_out,
	mach_msg_type_number_t *ints_outCnt,
	bytes_t bytes_out
);

/*
 * notify_bytes() - serve notify_bytes: request 5105, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @bytes:	[in]  bytesCnt bytes, at most 5; borrowed
 */
/* SimpleRoutine notify_bytes */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t notify_bytes
(
	mach_port_t port,
	bytes_t bytes,
	mach_msg_type_number_t bytesCnt
);

/* Serves one request: makes the reply, which its caller sends. FALSE: no
 * routine has the request's id. */
#ifdef mig_external
mig_external
#else
extern
#endif
boolean_t variable_server(
	mach_msg_header_t *InHeadP,
	mach_msg_header_t *OutHeadP);

/* The stub for a request; 0 when there is none. */
#ifdef mig_external
mig_external
#else
extern
#endif
mig_routine_t variable_server_routine(
	mach_msg_header_t *InHeadP);

/* The subsystem as a table: a mig_subsystem_t. */
extern const struct variable_subsystem {
	mig_server_routine_t server;
	mach_msg_id_t start; /* the first id */
	mach_msg_id_t end; /* one past the last */
	mach_msg_size_t maxsize; /* of the largest reply */
	vm_address_t reserved;
	struct routine_descriptor routine[6];
} variable_subsystem;

__END_DECLS

#ifndef __Request__variable_subsystem__defined
#define __Request__variable_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 56 to 92 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	int x;
	mach_msg_type_number_t aCnt;
	char a[5];
	char aPad[3];
	short y;
	char yPad[2];
	mach_msg_type_number_t bCnt;
	int b[7];
	int64_t z;
} __Request__between_t;

typedef struct { /* 72 to 96 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	mach_msg_type_number_t longsCnt;
	int64_t longs[3];
	int number;
	shorts_t array;
	char arrayPad[2];
	struct_t record;
	char recordPad[2];
	name_t name;
	char namePad[2];
} __Request__behind_t;

typedef struct { /* 48 to 112 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	mach_msg_type_number_t firstOffset;
	mach_msg_type_number_t firstCnt;
	char first[30];
	char firstPad[2];
	mach_msg_type_number_t secondOffset;
	mach_msg_type_number_t secondCnt;
	char second[30];
	char secondPad[2];
} __Request__strings_t;

typedef struct { /* 44 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	int number;
	mach_msg_type_number_t intsCnt;
	mach_msg_type_number_t bytesCnt;
} __Request__capacity_t;

typedef struct { /* 40 to 76 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	mach_msg_type_number_t intsCnt;
	int ints[7];
	char bytes[5];
	char bytesPad[3];
	mach_msg_type_number_t ints_outCnt;
} __Request__shared_t;

typedef struct { /* 36 to 44 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	mach_msg_type_number_t bytesCnt;
	char bytes[5];
	char bytesPad[3];
} __Request__notify_bytes_t;

#pragma pack(pop)

#endif /* __Request__variable_subsystem__defined */

#ifndef __Reply__variable_subsystem__defined
#define __Reply__variable_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__between_t;

typedef struct { /* 76 to 100 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	mach_msg_type_number_t longs_outCnt;
	int64_t longs_out[3];
	int number_out;
	shorts_t array_out;
	char array_outPad[2];
	struct_t record_out;
	char record_outPad[2];
	name_t name_out;
	char name_outPad[2];
} __Reply__behind_t;

typedef struct { /* 52 to 116 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	mach_msg_type_number_t first_outOffset;
	mach_msg_type_number_t first_outCnt;
	char first_out[30];
	char first_outPad[2];
	mach_msg_type_number_t second_outOffset;
	mach_msg_type_number_t second_outCnt;
	char second_out[30];
	char second_outPad[2];
} __Reply__strings_t;

typedef struct { /* 44 to 80 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	mach_msg_type_number_t intsCnt;
	int ints[7];
	mach_msg_type_number_t bytesCnt;
	char bytes[5];
	char bytesPad[3];
} __Reply__capacity_t;

typedef struct { /* 40 to 76 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	mach_msg_type_number_t ints_outCnt;
	int ints_out[7];
	char bytes_out[5];
	char bytes_outPad[3];
} __Reply__shared_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__notify_bytes_t;

#pragma pack(pop)

#endif /* __Reply__variable_subsystem__defined */

#ifndef __RequestUnion__variable_subsystem__defined
#define __RequestUnion__variable_subsystem__defined
union __RequestUnion__variable_subsystem {
	__Request__between_t Request_between;
	__Request__behind_t Request_behind;
	__Request__strings_t Request_strings;
	__Request__capacity_t Request_capacity;
	__Request__shared_t Request_shared;
	__Request__notify_bytes_t Request_notify_bytes;
};
#endif

#ifndef __ReplyUnion__variable_subsystem__defined
#define __ReplyUnion__variable_subsystem__defined
union __ReplyUnion__variable_subsystem {
	__Reply__between_t Reply_between;
	__Reply__behind_t Reply_behind;
	__Reply__strings_t Reply_strings;
	__Reply__capacity_t Reply_capacity;
	__Reply__shared_t Reply_shared;
	__Reply__notify_bytes_t Reply_notify_bytes;
};
#endif

#ifndef subsystem_to_name_map_variable
#define subsystem_to_name_map_variable \
	{ "between", 5100 }, \
	{ "behind", 5101 }, \
	{ "strings", 5102 }, \
	{ "capacity", 5103 }, \
	{ "shared", 5104 }, \
	{ "notify_bytes", 5105 }
#endif

#ifdef __AfterMigServerHeader
__AfterMigServerHeader
#endif

#endif /* _variable_server_ */
