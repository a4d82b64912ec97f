/* Subsystem separate, the server's side. Written by mig: do not edit. */
#ifndef _separate_server_
#define _separate_server_

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

#ifndef separate_MSG_COUNT
#define separate_MSG_COUNT 2
#endif

#ifdef __BeforeMigServerHeader
__BeforeMigServerHeader
#endif

__BEGIN_DECLS

/*
 * ask() - serve ask: request 5600, reply 5700
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[out] by value
 */
/* Routine ask */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t ask
(
	mach_port_t port,
	int *number
);

/*
 * ask_for_token() - serve ask_for_token: request 5601, reply 5701
 * @port:	request port; the name of a receive right of yours: borrowed
 */
/* Routine ask_for_token */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t ask_for_token
(
	mach_port_t port
);

/* Serves one request: makes the reply, which its caller sends. FALSE: no
 * routine has the request's id. */
#ifdef mig_external
mig_external
#else
extern
#endif
boolean_t separate_server(
	mach_msg_header_t *InHeadP,
	mach_msg_header_t *OutHeadP);

/* The stub for a request; 0 when there is none. */
#ifdef mig_external
mig_external
#else
extern
#endif
mig_routine_t separate_server_routine(
	mach_msg_header_t *InHeadP);

/* The subsystem as a table: a mig_subsystem_t. */
extern const struct separate_subsystem {
	mig_server_routine_t server;
	mach_msg_id_t start; /* the first id */
	mach_msg_id_t end; /* one past the last */
	mach_msg_size_t maxsize; /* of the largest reply */
	vm_address_t reserved;
	struct routine_descriptor routine[2];
} separate_subsystem;

__END_DECLS

#ifndef __Request__separate_subsystem__defined
#define __Request__separate_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 24 bytes */
	mach_msg_header_t Head;
} __Request__ask_t;

typedef struct { /* 24 bytes */
	mach_msg_header_t Head;
} __Request__ask_for_token_t;

#pragma pack(pop)

#endif /* __Request__separate_subsystem__defined */

#ifndef __Reply__separate_subsystem__defined
#define __Reply__separate_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 40 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	int number;
} __Reply__ask_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__ask_for_token_t;

#pragma pack(pop)

#endif /* __Reply__separate_subsystem__defined */

#ifndef __RequestUnion__separate_subsystem__defined
#define __RequestUnion__separate_subsystem__defined
union __RequestUnion__separate_subsystem {
	__Request__ask_t Request_ask;
	__Request__ask_for_token_t Request_ask_for_token;
};
#endif

#ifndef __ReplyUnion__separate_subsystem__defined
#define __ReplyUnion__separate_subsystem__defined
union __ReplyUnion__separate_subsystem {
	__Reply__ask_t Reply_ask;
	__Reply__ask_for_token_t Reply_ask_for_token;
};
#endif

#ifndef subsystem_to_name_map_separate
#define subsystem_to_name_map_separate \
	{ "ask", 5600 }, \
	{ "ask_for_token", 5601 }
#endif

#ifdef __AfterMigServerHeader
__AfterMigServerHeader
#endif

#endif /* _separate_server_ */
