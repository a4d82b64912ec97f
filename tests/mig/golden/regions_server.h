/* Subsystem regions, the server's side. Written by mig: do not edit. */
#ifndef _regions_server_
#define _regions_server_

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

#ifndef regions_MSG_COUNT
#define regions_MSG_COUNT 3
#endif

#ifdef __BeforeMigServerHeader
__BeforeMigServerHeader
#endif

__BEGIN_DECLS

/*
 * regions() - serve regions: request 5300, reply 5400
 * @port:	request port; the name of a receive right of yours: borrowed
 * @unbounded:	[in]  unboundedCnt elements of 4 bytes; the memory is freed
 *		after the call
 * @bounded:	[in]  boundedCnt elements of 4 bytes, at most 100; the memory
 *		is yours on success: vm_deallocate()
 * @fixed:	[in]  100 elements of 4 bytes; the memory is yours on success:
 *		vm_deallocate()
 * @ports:	[in]  portsCnt rights; the memory and the send rights in it are
 *		yours on success
 * @unbounded_out: [out] *unbounded_outCnt elements of 4 bytes; it is copied:
 *		you keep the memory, until the reply is sent at least
 * @bounded_out: [out] *bounded_outCnt elements of 4 bytes, at most 100; the
 *		memory moves
 * @fixed_out:	[out] 100 elements of 4 bytes; it is copied: you keep the
 *		memory, until the reply is sent at least
 * @ports_out:	[out] *ports_outCnt rights; it is copied: you keep the memory,
 *		until the reply is sent at least; your send rights are copied:
 *		you keep them
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
/* Routine regions */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t regions
(
	mach_port_t port,
	vm_offset_t unbounded,
	mach_msg_type_number_t unboundedCnt,
	vm_offset_t bounded,
	mach_msg_type_number_t boundedCnt,
	vm_offset_t fixed,
	mach_port_array_t ports,
	mach_msg_type_number_t portsCnt,
	vm_offset_t *unbounded_out,
	mach_msg_type_number_t *unbounded_outCnt,
	vm_offset_t *bounded_out,
	mach_msg_type_number_t *bounded_outCnt,
	vm_offset_t *fixed_out,
	mach_port_array_t *ports_out,
	mach_msg_type_number_t *ports_outCnt
);

/*
 * gone() - serve gone: request 5301, reply 5401
 * @port:	request port; the name of a receive right of yours: borrowed
 * @always:	[in]  alwaysCnt elements of 4 bytes; the memory is yours on
 *		success: vm_deallocate()
 * @sometimes:	[in]  sometimesCnt elements of 4 bytes; the memory is yours on
 *		success: vm_deallocate()
 * @both_ways:	[in/out] comes in: *both_waysCnt elements of 4 bytes; the
 *		memory is yours on success: vm_deallocate(). Goes back:
 *		*both_waysCnt elements of 4 bytes; it is copied: you keep the
 *		memory, until the reply is sent at least
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
/* Routine gone */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t gone
(
	mach_port_t port,
	vm_offset_t always,
	mach_msg_type_number_t alwaysCnt,
	vm_offset_t sometimes,
	mach_msg_type_number_t sometimesCnt,
	vm_offset_t *both_ways,
	mach_msg_type_number_t *both_waysCnt
);

/*
 * arrays() - serve arrays: request 5302, reply 5402
 * @port:	request port; the name of a receive right of yours: borrowed
 * @ints:	[in]  3 regions, each of intsSubs[i] elements of 4 bytes; the
 *		memory is yours on success: vm_deallocate()
 * @some:	[in]  someSubsCnt regions, at most 3, each of someSubs[i]
 *		elements of 4 bytes; the memory is yours on success:
 *		vm_deallocate()
 * @ports:	[in]  2 regions, each of portsSubs[i] rights; the memory and
 *		the send rights in it are yours on success
 * @ints_out:	[out] 3 regions, each of ints_outSubs[i] elements of 4 bytes;
 *		it is copied: you keep the memory, until the reply is sent at
 *		least
 * @some_out:	[out] room for *some_outSubsCnt regions, each of
 *		some_outSubs[i] elements of 4 bytes, at most 3; set
 *		*some_outSubsCnt to how many there are; it is copied: you keep
 *		the memory, until the reply is sent at least
 * @ports_out:	[out] 2 regions, each of ports_outSubs[i] rights; it is copied:
 *		you keep the memory, until the reply is sent at least; your
 *		send rights are copied: you keep them
 *
 * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other result the server
 * loop destroys what came in: leave it as it was.
 * Only KERN_SUCCESS sends what goes [out]: before any other result release
 * what you made for it.
 */
/* Routine arrays */
#ifdef mig_external
mig_external
#else
extern
#endif
MIG_SERVER_ROUTINE
kern_return_t arrays
(
	mach_port_t port,
	int_regions_t ints,
	mach_msg_type_number_t *intsSubs,
	some_regions_t some,
	mach_msg_type_number_t *someSubs,
	mach_msg_type_number_t someSubsCnt,
	port_regions_t ports,
	mach_msg_type_number_t *portsSubs,
	int_regions_t ints_out,
	mach_msg_type_number_t *ints_outSubs,
	some_regions_t some_out,
	mach_msg_type_number_t *some_outSubs,
	mach_msg_type_number_t *some_outSubsCnt,
	port_regions_t ports_out,
	mach_msg_type_number_t *ports_outSubs
);

/* Serves one request: makes the reply, which its caller sends. FALSE: no
 * routine has the request's id. */
#ifdef mig_external
mig_external
#else
extern
#endif
boolean_t regions_server(
	mach_msg_header_t *InHeadP,
	mach_msg_header_t *OutHeadP);

/* The stub for a request; 0 when there is none. */
#ifdef mig_external
mig_external
#else
extern
#endif
mig_routine_t regions_server_routine(
	mach_msg_header_t *InHeadP);

/* The subsystem as a table: a mig_subsystem_t. */
extern const struct regions_subsystem {
	mig_server_routine_t server;
	mach_msg_id_t start; /* the first id */
	mach_msg_id_t end; /* one past the last */
	mach_msg_size_t maxsize; /* of the largest reply */
	vm_address_t reserved;
	struct routine_descriptor routine[3];
} regions_subsystem;

__END_DECLS

#ifndef __Request__regions_subsystem__defined
#define __Request__regions_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 112 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t unbounded;
	mach_msg_ool_descriptor_t bounded;
	mach_msg_ool_descriptor_t fixed;
	mach_msg_ool_ports_descriptor_t ports;
	NDR_record_t NDR;
	mach_msg_type_number_t unboundedCnt;
	mach_msg_type_number_t boundedCnt;
	mach_msg_type_number_t portsCnt;
} __Request__regions_t;

typedef struct { /* 96 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t always;
	mach_msg_ool_descriptor_t sometimes;
	mach_msg_ool_descriptor_t both_ways;
	NDR_record_t NDR;
	mach_msg_type_number_t alwaysCnt;
	mach_msg_type_number_t sometimesCnt;
	mach_msg_type_number_t both_waysCnt;
} __Request__gone_t;

typedef struct { /* 188 to 200 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t ints[3];
	mach_msg_ool_descriptor_t some[3];
	mach_msg_ool_ports_descriptor_t ports[2];
	NDR_record_t NDR;
	mach_msg_type_number_t intsSubs[3];
	mach_msg_type_number_t someSubsCnt;
	mach_msg_type_number_t someSubs[3];
	mach_msg_type_number_t portsSubs[2];
} __Request__arrays_t;

#pragma pack(pop)

#endif /* __Request__regions_subsystem__defined */

#ifndef __Reply__regions_subsystem__defined
#define __Reply__regions_subsystem__defined

#pragma pack(push, 4)

typedef struct { /* 112 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t unbounded_out;
	mach_msg_ool_descriptor_t bounded_out;
	mach_msg_ool_descriptor_t fixed_out;
	mach_msg_ool_ports_descriptor_t ports_out;
	NDR_record_t NDR;
	mach_msg_type_number_t unbounded_outCnt;
	mach_msg_type_number_t bounded_outCnt;
	mach_msg_type_number_t ports_outCnt;
} __Reply__regions_t;

typedef struct { /* 56 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t both_ways;
	NDR_record_t NDR;
	mach_msg_type_number_t both_waysCnt;
} __Reply__gone_t;

typedef struct { /* 188 to 200 bytes */
	mach_msg_header_t Head;
	mach_msg_body_t msgh_body;
	mach_msg_ool_descriptor_t ints_out[3];
	mach_msg_ool_descriptor_t some_out[3];
	mach_msg_ool_ports_descriptor_t ports_out[2];
	NDR_record_t NDR;
	mach_msg_type_number_t ints_outSubs[3];
	mach_msg_type_number_t some_outSubsCnt;
	mach_msg_type_number_t some_outSubs[3];
	mach_msg_type_number_t ports_outSubs[2];
} __Reply__arrays_t;

#pragma pack(pop)

#endif /* __Reply__regions_subsystem__defined */

#ifndef __RequestUnion__regions_subsystem__defined
#define __RequestUnion__regions_subsystem__defined
union __RequestUnion__regions_subsystem {
	__Request__regions_t Request_regions;
	__Request__gone_t Request_gone;
	__Request__arrays_t Request_arrays;
};
#endif

#ifndef __ReplyUnion__regions_subsystem__defined
#define __ReplyUnion__regions_subsystem__defined
union __ReplyUnion__regions_subsystem {
	__Reply__regions_t Reply_regions;
	__Reply__gone_t Reply_gone;
	__Reply__arrays_t Reply_arrays;
};
#endif

#ifndef subsystem_to_name_map_regions
#define subsystem_to_name_map_regions \
	{ "regions", 5300 }, \
	{ "gone", 5301 }, \
	{ "arrays", 5302 }
#endif

#ifdef __AfterMigServerHeader
__AfterMigServerHeader
#endif

#endif /* _regions_server_ */
