/* Subsystem rights, the server's side. Written by mig: do not edit. */
#ifndef _rights_server_
#define _rights_server_

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

#ifndef rights_MSG_COUNT
#define rights_MSG_COUNT 6
#endif

#ifdef __BeforeMigServerHeader
__BeforeMigServerHeader
#endif

__BEGIN_DECLS

/*
 * pass() - serve pass: request 5200, reply 5300
 * @port:	request port; the name of a receive right of yours: borrowed
 * @copied:	[in]  a send right; yours on success
 * @moved:	[in]  a send right; yours on success
 * @any:	[in]  a right, which one anyPoly says; yours on success
 * @name:	[in]  by value
 * @made:	[out] a send right is made from your receive right
 * @any_out:	[out] a right, moved, copied or made as *any_outPoly says
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
/* Routine pass */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t pass
(
	mach_port_t port,
	mach_port_t copied,
	mach_port_t moved,
	any_port_t any,
	mach_msg_type_name_t anyPoly,
	mach_port_name_t name,
	mach_port_t *made,
	any_port_t *any_out,
	mach_msg_type_name_t *any_outPoly
);

/*
 * exchange() - serve exchange: request 5201, reply 5301
 * @port:	request port; the name of a receive right of yours: borrowed
 * @moved:	[in/out] comes in: a send right; yours on success. Goes back:
 *		your send right moves
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
/* Routine exchange */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t exchange
(
	mach_port_t port,
	mach_port_t *moved
);

/*
 * several() - serve several: request 5202, reply 5302
 * @port:	request port; the name of a receive right of yours: borrowed
 * @three:	[in]  3 rights; send rights, yours on success; the array is
 *		borrowed
 * @some:	[in]  someCnt rights, at most 4; send rights, yours on success;
 *		the array is borrowed
 * @three_out:	[out] 3 rights; your send rights are copied: you keep them
 * @some_out:	[out] room for *some_outCnt rights, at most 4; set *some_outCnt
 *		to how many there are; your send rights move
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
/* Routine several */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t several
(
	mach_port_t port,
	three_ports_t three,
	some_ports_t some,
	mach_msg_type_number_t someCnt,
	three_ports_t three_out,
	some_ports_t some_out,
	mach_msg_type_number_t *some_outCnt
);

/*
 * answer_there() - serve answer_there: request 5203, reply 5303
 * @port:	request port; the name of a receive right of yours: borrowed
 * @reply:	where the reply goes; consumed by the reply, yours with
 *		MIG_NO_REPLY
 * @number:	[out] by value
 */
/* Routine answer_there */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t answer_there
(
	any_port_t port,
	mach_msg_type_name_t portPoly,
	mach_port_t reply,
	int *number
);

/*
 * seen_by_the_server() - serve seen_by_the_server: request 5204, reply 5304
 * @port:	request port; the name of a receive right of yours: borrowed
 * @reply:	where the reply goes; consumed by the reply, yours with
 *		MIG_NO_REPLY
 * @number:	[in]  by value
 */
/* Routine seen_by_the_server */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t seen_by_the_server
(
	mach_port_t port,
	mach_port_t reply,
	int number
);

/*
 * later() - serve later: request 5205, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @number:	[in]  by value
 *
 * Return MIG_NO_REPLY: after any other result the server loop uses the reply
 * port up for a bare result.
 */
/* SimpleRoutine later */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t later
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
boolean_t rights_server(
	mach_msg_header_t *InHeadP,
	mach_msg_header_t *OutHeadP);

/* The stub for a request; 0 when there is none. */
#ifdef mig_external
mig_external
#else
extern
#endif
mig_routine_t rights_server_routine(
	mach_msg_header_t *InHeadP);

/* The subsystem as a table: a mig_subsystem_t. */
extern const struct rights_subsystem {
	mig_server_routine_t server;
	mach_msg_id_t start; /* the first id */
	mach_msg_id_t end; /* one past the last */
	mach_msg_size_t maxsize; /* of the largest reply */
	vm_address_t reserved;
	struct routine_descriptor routine[6];
} rights_subsystem;

__END_DECLS

#ifndef __Request__rights_subsystem__defined
#define __Request__rights_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 76 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t copied;
	mach_msg_port_descriptor_t moved;
	mach_msg_port_descriptor_t any;
	NDR_record_t NDR;
	mach_port_name_t name;
} __Request__pass_t;

typedef struct { /* 40 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t moved;
} __Request__exchange_t;

typedef struct { /* 128 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t three[3];
	mach_msg_port_descriptor_t some[4];
	NDR_record_t NDR;
	mach_msg_type_number_t someCnt;
	mach_msg_type_number_t some_outCnt;
} __Request__several_t;

typedef struct { /* 24 bytes */
	mach_msg_header_t Head;
} __Request__answer_there_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	int number;
} __Request__seen_by_the_server_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	int number;
} __Request__later_t;

#pragma pack(pop)

#endif /* __Request__rights_subsystem__defined */

#ifndef __Reply__rights_subsystem__defined
#define __Reply__rights_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 52 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t made;
	mach_msg_port_descriptor_t any_out;
} __Reply__pass_t;

typedef struct { /* 40 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t moved;
} __Reply__exchange_t;

typedef struct { /* 124 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t three_out[3];
	mach_msg_port_descriptor_t some_out[4];
	NDR_record_t NDR;
	mach_msg_type_number_t some_outCnt;
} __Reply__several_t;

typedef struct { /* 40 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	int number;
} __Reply__answer_there_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__seen_by_the_server_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__later_t;

#pragma pack(pop)

#endif /* __Reply__rights_subsystem__defined */

#ifndef __RequestUnion__rights_subsystem__defined
#define __RequestUnion__rights_subsystem__defined
union __RequestUnion__rights_subsystem {
	__Request__pass_t Request_pass;
	__Request__exchange_t Request_exchange;
	__Request__several_t Request_several;
	__Request__answer_there_t Request_answer_there;
	__Request__seen_by_the_server_t Request_seen_by_the_server;
	__Request__later_t Request_later;
};
#endif

#ifndef __ReplyUnion__rights_subsystem__defined
#define __ReplyUnion__rights_subsystem__defined
union __ReplyUnion__rights_subsystem {
	__Reply__pass_t Reply_pass;
	__Reply__exchange_t Reply_exchange;
	__Reply__several_t Reply_several;
	__Reply__answer_there_t Reply_answer_there;
	__Reply__seen_by_the_server_t Reply_seen_by_the_server;
	__Reply__later_t Reply_later;
};
#endif

#ifndef subsystem_to_name_map_rights
#define subsystem_to_name_map_rights \
	{ "pass", 5200 }, \
	{ "exchange", 5201 }, \
	{ "several", 5202 }, \
	{ "answer_there", 5203 }, \
	{ "seen_by_the_server", 5204 }, \
	{ "later", 5205 }
#endif

#ifdef __AfterMigServerHeader
__AfterMigServerHeader
#endif

#endif /* _rights_server_ */
