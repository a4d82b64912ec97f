/* Subsystem server, the user's side. Written by mig: do not edit. */
#ifndef _server_user_
#define _server_user_

#include <string.h>
#include <mach/ndr.h>
#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/notify.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/mig_errors.h>
#include <mach/port.h>

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

#ifndef server_MSG_COUNT
#define server_MSG_COUNT 7
#endif

#ifdef __BeforeMigUserHeader
__BeforeMigUserHeader
#endif

__BEGIN_DECLS

/*
 * objects() - request 5600, reply 5700
 * @self:	request port; your send right moves
 * @given:	[in]  your send right moves
 * @changed:	[in/out] goes in: your send right moves. Comes back: a send
 *		right; yours on success: mach_port_deallocate()
 * @made:	[out] a send right; yours on success: mach_port_deallocate()
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
/* Routine objects */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t objects
(
	mach_port_t self,
	mach_port_t given,
	mach_port_t *changed,
	mach_port_t *made
);

/*
 * tokens() - request 5601, reply 5701
 * @port:	request port; your send right is copied: you keep it
 * @both:	audit token of who sent the reply
 * @ints:	[in]  intsCnt elements of 4 bytes, at most 7
 * @record:	[in]  by value
 */
/* Routine tokens */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t tokens
(
	mach_port_t port,
	audit_token_t *both,
	ints_t ints,
	mach_msg_type_number_t intsCnt,
	security_token_t record
);

/*
 * lent() - request 5602, no reply
 * @port:	request port; your send right is copied: you keep it
 * @ints:	[in]  intsCnt elements of 4 bytes; you keep the memory
 * @ports:	[in]  portsCnt rights; you keep the memory; your send rights
 *		move
 * @region:	[in]  regionCnt elements of 4 bytes; you keep the memory
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
/* SimpleRoutine lent */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t lent
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
 * aligned() - request 5603, reply 5703
 * @port:	request port; your send right is copied: you keep it
 * @longs:	[in]  longsCnt elements of 8 bytes, at most 3
 * @many:	[in]  manyCnt elements of 8 bytes, at most 2000
 * @longs_out:	[out] room for 3 elements of 8 bytes; *longs_outCnt says how
 *		many came
 * @many_out:	[out] room for 2000 elements of 8 bytes; *many_outCnt says how
 *		many came
 */
/* Routine aligned */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t aligned
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
 * undone() - request 5605, reply 5705
 * @port:	request port; your send right is copied: you keep it
 * @taken:	[in]  your send right moves
 * @ports:	[out] room for 4 rights; *portsCnt says how many came; send
 *		rights, yours on success
 * @region:	[out] *regionCnt elements of 4 bytes; the memory is yours on
 *		success: vm_deallocate() of *regionCnt * 4 bytes
 * @many:	[out] room for 2000 elements of 8 bytes; *manyCnt says how many
 *		came
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
/* Routine undone */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t undone
(
	mach_port_t port,
	mach_port_t taken,
	some_ports_t ports,
	mach_msg_type_number_t *portsCnt,
	vm_offset_t *region,
	mach_msg_type_number_t *regionCnt,
	many_longs_t many,
	mach_msg_type_number_t *manyCnt
);

/*
 * outcome() - request 5606, no reply
 * @port:	request port; your send right is copied: you keep it
 * @right:	[in]  your send right moves
 * @result:	[in]  an outcome; unless it is KERN_SUCCESS it is sent alone,
 *		and the other arguments stay as they are
 * @ints:	[in]  intsCnt elements of 4 bytes, at most 7
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
/* SimpleRoutine outcome */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t outcome
(
	mach_port_t port,
	mach_port_t right,
	int result,
	ints_t ints,
	mach_msg_type_number_t intsCnt
);

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

#ifndef __RequestUnion__server_subsystem__defined
#define __RequestUnion__server_subsystem__defined
union __RequestUnion__server_subsystem {
	__Request__objects_t Request_objects;
	__Request__tokens_t Request_tokens;
	__Request__lent_t Request_lent;
	__Request__aligned_t Request_aligned;
	__Request__undone_t Request_undone;
	__Request__outcome_t Request_outcome;
};
#endif

#ifndef __ReplyUnion__server_subsystem__defined
#define __ReplyUnion__server_subsystem__defined
union __ReplyUnion__server_subsystem {
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

#ifdef __AfterMigUserHeader
__AfterMigUserHeader
#endif

#endif /* _server_user_ */
