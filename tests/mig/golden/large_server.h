/* Subsystem large, the server's side. Written by mig: do not edit. */
#ifndef _large_server_
#define _large_server_

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

#ifndef large_MSG_COUNT
#define large_MSG_COUNT 2
#endif

#ifdef __BeforeMigServerHeader
__BeforeMigServerHeader
#endif

__BEGIN_DECLS

/*
 * exchange_page() - serve exchange_page: request 5500, reply 5600
 * @port:	request port; the name of a receive right of yours: borrowed
 * @page:	[in]  pageCnt bytes, at most 20000; borrowed
 * @page_out:	[out] room for *page_outCnt bytes, at most 20000; set
 *		*page_outCnt to how many there are
 * @number:	[out] by value
 */
/* Routine exchange_page */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t exchange_page
(
	mach_port_t port,
	page_t page,
	mach_msg_type_number_t pageCnt,
	page_t page_out,
	mach_msg_type_number_t *page_outCnt,
	int *number
);

/*
 * send_page() - serve send_page: request 5501, no reply
 * @port:	request port; the name of a receive right of yours: borrowed
 * @page:	[in]  pageCnt bytes, at most 20000; borrowed
 */
/* SimpleRoutine send_page */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t send_page
(
	mach_port_t port,
	page_t page,
	mach_msg_type_number_t pageCnt
);

/* Serves one request: makes the reply, which its caller sends. FALSE: no
 * routine has the request's id. */
#ifdef mig_external
mig_external
#else
extern
#endif
boolean_t large_server(
	mach_msg_header_t *InHeadP,
	mach_msg_header_t *OutHeadP);

/* The stub for a request; 0 when there is none. */
#ifdef mig_external
mig_external
#else
extern
#endif
mig_routine_t large_server_routine(
	mach_msg_header_t *InHeadP);

/* The subsystem as a table: a mig_subsystem_t. */
extern const struct large_subsystem {
	mig_server_routine_t server;
	mach_msg_id_t start; /* the first id */
	mach_msg_id_t end; /* one past the last */
	mach_msg_size_t maxsize; /* of the largest reply */
	vm_address_t reserved;
	struct routine_descriptor routine[2];
} large_subsystem;

__END_DECLS

#ifndef __Request__large_subsystem__defined
#define __Request__large_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 40 to 20040 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	mach_msg_type_number_t pageCnt;
	char page[20000];
	mach_msg_type_number_t page_outCnt;
} __Request__exchange_page_t;

typedef struct { /* 36 to 20036 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	mach_msg_type_number_t pageCnt;
	char page[20000];
} __Request__send_page_t;

#pragma pack(pop)

#endif /* __Request__large_subsystem__defined */

#ifndef __Reply__large_subsystem__defined
#define __Reply__large_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 44 to 20044 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
	mach_msg_type_number_t page_outCnt;
	char page_out[20000];
	int number;
} __Reply__exchange_page_t;

typedef struct { /* 36 bytes */
	mach_msg_header_t Head;
	NDR_record_t NDR;
	kern_return_t RetCode;
} __Reply__send_page_t;

#pragma pack(pop)

#endif /* __Reply__large_subsystem__defined */

#ifndef __RequestUnion__large_subsystem__defined
#define __RequestUnion__large_subsystem__defined
union __RequestUnion__large_subsystem {
	__Request__exchange_page_t Request_exchange_page;
	__Request__send_page_t Request_send_page;
};
#endif

#ifndef __ReplyUnion__large_subsystem__defined
#define __ReplyUnion__large_subsystem__defined
union __ReplyUnion__large_subsystem {
	__Reply__exchange_page_t Reply_exchange_page;
	__Reply__send_page_t Reply_send_page;
};
#endif

#ifndef subsystem_to_name_map_large
#define subsystem_to_name_map_large \
	{ "exchange_page", 5500 }, \
	{ "send_page", 5501 }
#endif

#ifdef __AfterMigServerHeader
__AfterMigServerHeader
#endif

#endif /* _large_server_ */
