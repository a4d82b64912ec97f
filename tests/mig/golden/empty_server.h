/* Subsystem empty, the server's side. Written by mig: do not edit. */
#ifndef _empty_server_
#define _empty_server_

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

#ifndef empty_MSG_COUNT
#define empty_MSG_COUNT 0
#endif

#ifdef __BeforeMigServerHeader
__BeforeMigServerHeader
#endif

__BEGIN_DECLS

/* Serves one request: makes the reply, which its caller sends. FALSE: no
 * routine has the request's id. */
#ifdef mig_external
mig_external
#else
extern
#endif
boolean_t empty_server(
	mach_msg_header_t *InHeadP,
	mach_msg_header_t *OutHeadP);

/* The stub for a request; 0 when there is none. */
#ifdef mig_external
mig_external
#else
extern
#endif
mig_routine_t empty_server_routine(
	mach_msg_header_t *InHeadP);

/* The subsystem as a table: a mig_subsystem_t. */
extern const struct empty_subsystem {
	mig_server_routine_t server;
	mach_msg_id_t start; /* the first id */
	mach_msg_id_t end; /* one past the last */
	mach_msg_size_t maxsize; /* of the largest reply */
	vm_address_t reserved;
	struct routine_descriptor routine[1];
} empty_subsystem;

__END_DECLS

#ifndef __RequestUnion__empty_subsystem__defined
#define __RequestUnion__empty_subsystem__defined
union __RequestUnion__empty_subsystem {
	char none; /* ISO C has no empty union */
};
#endif

#ifndef __ReplyUnion__empty_subsystem__defined
#define __ReplyUnion__empty_subsystem__defined
union __ReplyUnion__empty_subsystem {
	char none; /* ISO C has no empty union */
};
#endif

#ifndef subsystem_to_name_map_empty
#define subsystem_to_name_map_empty
#endif

#ifdef __AfterMigServerHeader
__AfterMigServerHeader
#endif

#endif /* _empty_server_ */
