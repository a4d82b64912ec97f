/* Subsystem rights, the user's side. Written by mig: do not edit. */
#ifndef _rights_user_
#define _rights_user_

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

#ifndef rights_MSG_COUNT
#define rights_MSG_COUNT 6
#endif

#ifdef __BeforeMigUserHeader
__BeforeMigUserHeader
#endif

__BEGIN_DECLS

/*
 * pass() - request 5200, reply 5300
 * @port:	request port; your send right is copied: you keep it
 * @copied:	[in]  your send right is copied: you keep it
 * @moved:	[in]  your send right moves
 * @any:	[in]  a right, moved, copied or made as anyPoly says
 * @name:	[in]  by value
 * @made:	[out] a send right; yours on success: mach_port_deallocate()
 * @any_out:	[out] a right, which one *any_outPoly says; yours on success
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
/* Routine pass */
#ifdef mig_external
mig_external
#else
extern
#endif
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
 * exchange() - request 5201, reply 5301
 * @port:	request port; your send right is copied: you keep it
 * @moved:	[in/out] goes in: your send right moves. Comes back: a send
 *		right; yours on success: mach_port_deallocate()
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
/* Routine exchange */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t exchange
(
	mach_port_t port,
	mach_port_t *moved
);

/*
 * several() - request 5202, reply 5302
 * @port:	request port; your send right is copied: you keep it
 * @three:	[in]  3 rights; your send rights are copied: you keep them
 * @some:	[in]  someCnt rights, at most 4; your send rights move
 * @three_out:	[out] 3 rights; send rights, yours on success
 * @some_out:	[out] room for *some_outCnt rights, at most 4; *some_outCnt
 *		says how many came; send rights, yours on success
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
/* Routine several */
#ifdef mig_external
mig_external
#else
extern
#endif
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
 * answer_there() - request 5203, reply 5303
 * @port:	request port; a right, moved, copied or made as portPoly says
 * @reply:	where the reply goes; a send-once right is made from your
 *		receive right
 * @number:	[out] by value
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
/* Routine answer_there */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t answer_there
(
	any_port_t port,
	mach_msg_type_name_t portPoly,
	mach_port_t reply,
	int *number
);

/*
 * seen_by_the_server() - request 5204, reply 5304
 * @port:	request port; your send right is copied: you keep it
 * @number:	[in]  by value
 */
/* Routine seen_by_the_server */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t seen_by_the_server
(
	mach_port_t port,
	int number
);

/*
 * later() - request 5205, no reply
 * @port:	request port; your send right is copied: you keep it
 * @reply:	where the reply goes; a right, moved, copied or made as
 *		replyPoly says
 * @number:	[in]  by value
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
/* SimpleRoutine later */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t later
(
	mach_port_t port,
	any_port_t reply,
	mach_msg_type_name_t replyPoly,
	int number
);

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

#ifdef __AfterMigUserHeader
__AfterMigUserHeader
#endif

#endif /* _rights_user_ */
