/* Subsystem fixed, the server's side. Written by mig: do not edit. */
#ifndef _fixed_server_
#define _fixed_server_

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

#ifndef fixed_MSG_COUNT
#define fixed_MSG_COUNT 6
#endif

#ifdef __BeforeMigServerHeader
__BeforeMigServerHeader
#endif

__BEGIN_DECLS

/*
 * nothing() - serve nothing: request 5000, reply 5100
 * @port:	request port; the name of a receive right of yours: borrowed
 */
/* Routine nothing */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t nothing
(
	mach_port_t port
);

/*
 * scalars() - serve scalars: request 5001, reply 5101
 * @port:	request port; the name of a receive right of yours: borrowed
 * @small:	[in]  by value
 * @number:	[in]  by value
 * @large:	[in]  by value
 * @small_out:	[out] by value
 * @number_out:	[out] by value
 * @large_out:	[out] by value
 */
/* Routine scalars */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t scalars
(
	mach_port_t port,
	char small,
	int number,
	int64_t large,
	char *small_out,
	int *number_out,
	int64_t *large_out
);

/*
 * aggregates() - serve aggregates: request 5002, reply 5102
 * @port:	request port; the name of a receive right of yours: borrowed
 * @array:	[in]  6 bytes; borrowed
 * @record:	[in]  by value
 * @name:	[in]  a string, at most 10 bytes with its NUL; borrowed
 * @array_out:	[out] 6 bytes
 * @record_out:	[out] by value
 * @name_out:	[out] room for a string, at most 10 bytes with its NUL
 */
/* Routine aggregates */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t aggregates
(
	mach_port_t port,
	shorts_t array,
	struct_t record,
	name_t name,
	shorts_t array_out,
	struct_t *record_out,
	name_t name_out
);

/*
 * both_ways() - serve both_ways: request 5003, reply 5103
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[in/out] by value
 * @array:	[in/out] 6 bytes
 * @record:	[in/out] by value
 * @name:	[in/out] a string, at most 10 bytes with its NUL
 */
/* Routine both_ways */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t both_ways
(
	mach_port_t port,
	int *number,
	shorts_t array,
	struct_t *record,
	name_t name
);

/*
 * notify_number() - serve notify_number: request 5005, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[in]  by value
 */
/* SimpleRoutine notify_number */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t notify_number
(
	mach_port_t port,
	int number
);

/* Serves one request: makes the reply, which its caller sends. FALSE: no
 * routine has the request's id. */
#ifdef mig_external
mig_external
#else
extern
#endif
boolean_t fixed_server(
	mach_msg_header_t *InHeadP,
	mach_msg_header_t *OutHeadP);

/* The stub for a request; 0 when there is none. */
#ifdef mig_external
mig_external
#else
extern
#endif
mig_routine_t fixed_server_routine(
	mach_msg_header_t *InHeadP);

/* The subsystem as a table: a mig_subsystem_t. */
extern const struct fixed_subsystem {
	mig_server_routine_t server;
	mach_msg_id_t start; /* the first id */
	mach_msg_id_t end; /* one past the last */
	mach_msg_size_t maxsize; /* of the largest reply */
	vm_address_t reserved;
	struct routine_descriptor routine[6];
} fixed_subsystem;

__END_DECLS

#ifndef __Request__fixed_subsystem__defined
#define __Request__fixed_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 24 bytes */
	mach_msg_header_t Head;
} __Request__nothing_t;

typedef struct { /* 48 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	char small;
	char smallPad[3];
	int number;
	int64_t large;
} __Request__scalars_t;

typedef struct { /* 64 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	shorts_t array;
	char arrayPad[2];
	struct_t record;
	char recordPad[2];
	name_t name;
	char namePad[2];
} __Request__aggregates_t;

typedef struct { /* 68 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	int number;
	shorts_t array;
	char arrayPad[2];
	struct_t record;
	char recordPad[2];
	name_t name;
	char namePad[2];
} __Request__both_ways_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	int number;
} __Request__notify_number_t;

#pragma pack(pop)

#endif /* __Request__fixed_subsystem__defined */

#ifndef __Reply__fixed_subsystem__defined
#define __Reply__fixed_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__nothing_t;

typedef struct { /* 52 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	char small_out;
	char small_outPad[3];
	int number_out;
	int64_t large_out;
} __Reply__scalars_t;

typedef struct { /* 68 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	shorts_t array_out;
	char array_outPad[2];
	struct_t record_out;
	char record_outPad[2];
	name_t name_out;
	char name_outPad[2];
} __Reply__aggregates_t;

typedef struct { /* 72 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	int number;
	shorts_t array;
	char arrayPad[2];
	struct_t record;
	char recordPad[2];
	name_t name;
	char namePad[2];
} __Reply__both_ways_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__notify_number_t;

#pragma pack(pop)

#endif /* __Reply__fixed_subsystem__defined */

#ifndef __RequestUnion__fixed_subsystem__defined
#define __RequestUnion__fixed_subsystem__defined
union __RequestUnion__fixed_subsystem {
	__Request__nothing_t Request_nothing;
	__Request__scalars_t Request_scalars;
	__Request__aggregates_t Request_aggregates;
	__Request__both_ways_t Request_both_ways;
	__Request__notify_number_t Request_notify_number;
};
#endif

#ifndef __ReplyUnion__fixed_subsystem__defined
#define __ReplyUnion__fixed_subsystem__defined
union __ReplyUnion__fixed_subsystem {
	__Reply__nothing_t Reply_nothing;
	__Reply__scalars_t Reply_scalars;
	__Reply__aggregates_t Reply_aggregates;
	__Reply__both_ways_t Reply_both_ways;
	__Reply__notify_number_t Reply_notify_number;
};
#endif

#ifndef subsystem_to_name_map_fixed
#define subsystem_to_name_map_fixed \
	{ "nothing", 5000 }, \
	{ "scalars", 5001 }, \
	{ "aggregates", 5002 }, \
	{ "both_ways", 5003 }, \
	{ "notify_number", 5005 }
#endif

#ifdef __AfterMigServerHeader
__AfterMigServerHeader
#endif

#endif /* _fixed_server_ */
