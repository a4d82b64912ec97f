/* Subsystem separate, the user's side. Written by mig: do not edit. */
#ifndef _separate_user_
#define _separate_user_

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

#ifndef separate_MSG_COUNT
#define separate_MSG_COUNT 2
#endif

#ifdef __BeforeMigUserHeader
__BeforeMigUserHeader
#endif

__BEGIN_DECLS

/*
 * ask() - request 5600, reply 5700
 * @port:	request port; your send right is copied: you keep it
 * @number:	[out] by value
 */
/* Routine ask */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t ask
(
	mach_port_t port,
	int *number
);

/*
 * ask_for_token() - request 5601, reply 5701
 * @port:	request port; your send right is copied: you keep it
 * @token:	audit token of who sent the reply
 */
/* Routine ask_for_token */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t ask_for_token
(
	mach_port_t port,
	audit_token_t *token
);

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

#ifdef __AfterMigUserHeader
__AfterMigUserHeader
#endif

#endif /* _separate_user_ */
