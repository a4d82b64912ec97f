/* Subsystem server, the server's side. Written by mig: do not edit. */
#ifndef _server_server_
#define _server_server_

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

#ifndef server_MSG_COUNT
#define server_MSG_COUNT 7
#endif

#ifdef __BeforeMigServerHeader
__BeforeMigServerHeader
#endif

__BEGIN_DECLS

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
/* Routine objects */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t do_objects
(
	object_t self,
	object_t given,
	object_t *changed,
	object_t *made
);

/*
 * do_tokens() - serve tokens: request 5601, reply 5701
 * @port:	request port; the name of a receive right of yours: borrowed
 * @sender:	security token of who sent the request
 * @both:	audit token of who sent the request
 * @number:	sequence number of the request
 * @ints:	[in]  intsCnt elements of 4 bytes, at most 7; borrowed
 * @record:	[in]  by value
 */
/* Routine tokens */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t do_tokens
(
	mach_port_t port,
	security_token_t sender,
	audit_token_t *both,
	mach_port_seqno_t number,
	ints_t ints,
	mach_msg_type_number_t intsCnt,
	security_token_t record
);

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
/* SimpleRoutine lent */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t do_lent
(
	mach_port_t port,
	vm_offset_t ints,
	mach_msg_type_number_t intsCnt,
	vm_offset_t ports,
	mach_msg_type_number_t portsCnt,
	vm_offset_t region,
	mach_msg_type_number_t regionCnt
);

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
/* Routine aligned */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t do_aligned
(
	mach_port_t port,
	longs_t longs,
	mach_msg_type_number_t longsCnt,
	many_longs_t many,
	mach_msg_type_number_t manyCnt,
	longs_t longs_out,
	mach_msg_type_number_t *longs_outCnt,
	many_longs_t many_out,
	mach_msg_type_number_t *many_outCnt
);

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
/* Routine undone */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t do_undone
(
	mach_port_t port,
	mach_port_t taken,
	some_ports_t ports,
	mach_msg_type_number_t *portsCnt,
	vm_offset_t *region,
	mach_msg_type_number_t *regionCnt,
	boolean_t *regionDealloc,
	many_longs_t many,
	mach_msg_type_number_t *manyCnt
);

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
/* SimpleRoutine outcome */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t do_outcome
(
	mach_port_t port,
	mach_port_t right,
	int result,
	ints_t ints,
	mach_msg_type_number_t intsCnt
);

/* Serves one request: makes the reply, which its caller sends. FALSE: no
 * routine has the request's id. */
#ifdef mig_external
mig_external
#else
extern
#endif
boolean_t server_server(
	mach_msg_header_t *InHeadP,
	mach_msg_header_t *OutHeadP);

/* The stub for a request; 0 when there is none. */
#ifdef mig_external
mig_external
#else
extern
#endif
mig_routine_t server_server_routine(
	mach_msg_header_t *InHeadP);

/* The subsystem as a table: a mig_subsystem_t. */
extern const struct do_server_subsystem {
	mig_server_routine_t server;
	mach_msg_id_t start; /* the first id */
	mach_msg_id_t end; /* one past the last */
	mach_msg_size_t maxsize; /* of the largest reply */
	vm_address_t reserved;
	struct routine_descriptor routine[7];
} do_server_subsystem;

__END_DECLS

#ifndef __Request__server_subsystem__defined
#define __Request__server_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 52 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t given;
	mach_msg_port_descriptor_t changed;
} __Request__objects_t;

typedef struct { /* 44 to 72 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	mach_msg_type_number_t intsCnt;
	int ints[7];
	security_token_t record;
} __Request__tokens_t;

typedef struct { /* 96 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t ints;
	mach_msg_ool_ports_descriptor_t ports;
	mach_msg_ool_descriptor_t region;
	NDR_record_t NDR;
	mach_msg_type_number_t intsCnt;
	mach_msg_type_number_t portsCnt;
	mach_msg_type_number_t regionCnt;
} __Request__lent_t;

typedef struct { /* 40 to 16064 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	mach_msg_type_number_t longsCnt;
	int64_t longs[3];
	mach_msg_type_number_t manyCnt;
	int64_t many[2000];
} __Request__aligned_t;

typedef struct { /* 40 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t taken;
} __Request__undone_t;

typedef struct { /* 52 to 80 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t right;
	NDR_record_t NDR;
	mach_msg_type_number_t intsCnt;
	int ints[7];
} __Request__outcome_t;

#pragma pack(pop)

#endif /* __Request__server_subsystem__defined */

#ifndef __Reply__server_subsystem__defined
#define __Reply__server_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 52 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t changed;
	mach_msg_port_descriptor_t made;
} __Reply__objects_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__tokens_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__lent_t;

typedef struct { /* 44 to 16068 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	mach_msg_type_number_t longs_outCnt;
	int64_t longs_out[3];
	mach_msg_type_number_t many_outCnt;
	int64_t many_out[2000];
} __Reply__aligned_t;

typedef struct { /* 112 to 16112 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t ports[4];
	mach_msg_ool_descriptor_t region;
	NDR_record_t NDR;
	mach_msg_type_number_t portsCnt;
	mach_msg_type_number_t regionCnt;
	mach_msg_type_number_t manyCnt;
	int64_t many[2000];
} __Reply__undone_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__outcome_t;

#pragma pack(pop)

#endif /* __Reply__server_subsystem__defined */

#ifndef __RequestUnion__do_server_subsystem__defined
#define __RequestUnion__do_server_subsystem__defined
union __RequestUnion__do_server_subsystem {
	__Request__objects_t Request_objects;
	__Request__tokens_t Request_tokens;
	__Request__lent_t Request_lent;
	__Request__aligned_t Request_aligned;
	__Request__undone_t Request_undone;
	__Request__outcome_t Request_outcome;
};
#endif

#ifndef __ReplyUnion__do_server_subsystem__defined
#define __ReplyUnion__do_server_subsystem__defined
union __ReplyUnion__do_server_subsystem {
	__Reply__objects_t Reply_objects;
	__Reply__tokens_t Reply_tokens;
	__Reply__lent_t Reply_lent;
	__Reply__aligned_t Reply_aligned;
	__Reply__undone_t Reply_undone;
	__Reply__outcome_t Reply_outcome;
};
#endif

#ifndef subsystem_to_name_map_server
#define subsystem_to_name_map_server \
	{ "objects", 5600 }, \
	{ "tokens", 5601 }, \
	{ "lent", 5602 }, \
	{ "aligned", 5603 }, \
	{ "undone", 5605 }, \
	{ "outcome", 5606 }
#endif

#ifdef __AfterMigServerHeader
__AfterMigServerHeader
#endif

#endif /* _server_server_ */
