/* Subsystem empty, the user's side. Written by mig: do not edit. */
#ifndef _empty_user_
#define _empty_user_

#include <string.h>
#include <mach/ndr.h>
#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/notify.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/mig_errors.h>
#include <mach/port.h>

#ifndef __BEGIN_DECLS
#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif
#endif

#ifndef empty_MSG_COUNT
#define empty_MSG_COUNT 0
#endif

#ifdef __BeforeMigUserHeader
__BeforeMigUserHeader
#endif

__BEGIN_DECLS

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

#ifdef __AfterMigUserHeader
__AfterMigUserHeader
#endif

#endif /* _empty_user_ */
