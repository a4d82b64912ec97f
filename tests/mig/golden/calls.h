/* Subsystem calls, the user's side. Written by mig: do not edit. */
#ifndef _calls_user_
#define _calls_user_

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

#ifndef calls_MSG_COUNT
#define calls_MSG_COUNT 7
#endif

#ifdef __BeforeMigUserHeader
__BeforeMigUserHeader
#endif

__BEGIN_DECLS

/*
 * sender() - request 5400, reply 5500
 * @port:	request port; your send right is copied: you keep it
 * @token:	security token of who sent the reply
 */
/* Routine sender */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t sender
(
	mach_port_t port,
	security_token_t *token
);

/*
 * auditor() - request 5401, reply 5501
 * @port:	request port; your send right is copied: you keep it
 * @token:	audit token of who sent the reply
 * @number:	[out] by value
 */
/* Routine auditor */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t auditor
(
	mach_port_t port,
	audit_token_t *token,
	int *number
);

/*
 * patient() - request 5402, reply 5502
 * @port:	request port; your send right is copied: you keep it
 * @timeout:	how long to wait, for the send and for the reply, in ms
 * @options:	more options of mach_msg()
 * @memory:	[in]  memoryCnt elements of 4 bytes; the memory moves
 * @several:	[in]  severalSubsCnt regions, at most 3, each of severalSubs[i]
 *		elements of 4 bytes; you keep the memory
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 */
/* Routine patient */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t patient
(
	mach_port_t port,
	mach_msg_timeout_t timeout,
	mach_msg_option_t options,
	vm_offset_t memory,
	mach_msg_type_number_t memoryCnt,
	some_regions_t several,
	mach_msg_type_number_t *severalSubs,
	mach_msg_type_number_t severalSubsCnt
);

/*
 * outcome() - request 5403, no reply
 * @port:	request port; your send right is copied: you keep it
 * @memory:	[in]  memoryCnt elements of 4 bytes; you keep the memory
 * @result:	[in]  an outcome; unless it is KERN_SUCCESS it is sent alone,
 *		and the other arguments stay as they are
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
	vm_offset_t memory,
	mach_msg_type_number_t memoryCnt,
	int result
);

/*
 * impatient() - request 5404, reply 5504
 * @port:	request port; your send right is copied: you keep it
 * @right:	[in]  your send right is copied: you keep it
 */
/* Routine impatient */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t impatient
(
	mach_port_t port,
	mach_port_t right
);

/*
 * drop() - request 5405, no reply
 * @port:	request port; your send right is copied: you keep it
 * @memory:	[in]  memoryCnt elements of 4 bytes; the memory moves
 *
 * What moves is gone once the request is sent, whatever the answer. It is
 * destroyed when the send fails with MACH_SEND_TIMED_OUT.
 */
/* SimpleRoutine drop */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t drop
(
	mach_port_t port,
	vm_offset_t memory,
	mach_msg_type_number_t memoryCnt
);

/*
 * special() - request 5406, reply 5506
 * @port:	request port; your send right is copied: you keep it
 * @number:	[out] by value
 */
/* Routine special */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t special
(
	mach_port_t port,
	int *number
);

__END_DECLS

#ifndef __Request__calls_subsystem__defined
#define __Request__calls_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 24 bytes */
	mach_msg_header_t Head;
} __Request__sender_t;

typedef struct { /* 24 bytes */
	mach_msg_header_t Head;
} __Request__auditor_t;

typedef struct { /* 108 to 120 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t memory;
	mach_msg_ool_descriptor_t several[3];
	NDR_record_t NDR;
	mach_msg_type_number_t memoryCnt;
	mach_msg_type_number_t severalSubsCnt;
	mach_msg_type_number_t severalSubs[3];
} __Request__patient_t;

typedef struct { /* 56 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t memory;
	NDR_record_t NDR;
	mach_msg_type_number_t memoryCnt;
} __Request__outcome_t;

typedef struct { /* 40 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_port_descriptor_t right;
} __Request__impatient_t;

typedef struct { /* 56 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t memory;
	NDR_record_t NDR;
	mach_msg_type_number_t memoryCnt;
} __Request__drop_t;

typedef struct { /* 24 bytes */
	mach_msg_header_t Head;
} __Request__special_t;

#pragma pack(pop)

#endif /* __Request__calls_subsystem__defined */

#ifndef __Reply__calls_subsystem__defined
#define __Reply__calls_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__sender_t;

typedef struct { /* 40 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	int number;
} __Reply__auditor_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__patient_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__outcome_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__impatient_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__drop_t;

typedef struct { /* 40 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	int number;
} __Reply__special_t;

#pragma pack(pop)

#endif /* __Reply__calls_subsystem__defined */

#ifndef __RequestUnion__calls_subsystem__defined
#define __RequestUnion__calls_subsystem__defined
union __RequestUnion__calls_subsystem {
	__Request__sender_t Request_sender;
	__Request__auditor_t Request_auditor;
	__Request__patient_t Request_patient;
	__Request__outcome_t Request_outcome;
	__Request__impatient_t Request_impatient;
	__Request__drop_t Request_drop;
	__Request__special_t Request_special;
};
#endif

#ifndef __ReplyUnion__calls_subsystem__defined
#define __ReplyUnion__calls_subsystem__defined
union __ReplyUnion__calls_subsystem {
	__Reply__sender_t Reply_sender;
	__Reply__auditor_t Reply_auditor;
	__Reply__patient_t Reply_patient;
	__Reply__outcome_t Reply_outcome;
	__Reply__impatient_t Reply_impatient;
	__Reply__drop_t Reply_drop;
	__Reply__special_t Reply_special;
};
#endif

#ifndef subsystem_to_name_map_calls
#define subsystem_to_name_map_calls \
	{ "sender", 5400 }, \
	{ "auditor", 5401 }, \
	{ "patient", 5402 }, \
	{ "outcome", 5403 }, \
	{ "impatient", 5404 }, \
	{ "drop", 5405 }, \
	{ "special", 5406 }
#endif

#ifdef __AfterMigUserHeader
__AfterMigUserHeader
#endif

#endif /* _calls_user_ */
