/* Subsystem large, the user's side. Written by mig: do not edit. */
#ifndef _large_user_
#define _large_user_

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

#ifndef large_MSG_COUNT
#define large_MSG_COUNT 2
#endif

#ifdef __BeforeMigUserHeader
__BeforeMigUserHeader
#endif

__BEGIN_DECLS

/*
 * exchange_page() - request 5500, reply 5600
 * @port:	request port; your send right is copied: you keep it
 * @page:	[in]  pageCnt bytes, at most 20000
 * @page_out:	[out] room for *page_outCnt bytes, at most 20000; *page_outCnt
 *		says how many came
 * @number:	[out] by value
 */
/* Routine exchange_page */
#ifdef mig_external
mig_external
#else
extern
#endif
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
 * send_page() - request 5501, no reply
 * @port:	request port; your send right is copied: you keep it
 * @page:	[in]  pageCnt bytes, at most 20000
 */
/* SimpleRoutine send_page */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t send_page
(
	mach_port_t port,
	page_t page,
	mach_msg_type_number_t pageCnt
);

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

#ifdef __AfterMigUserHeader
__AfterMigUserHeader
#endif

#endif /* _large_user_ */
