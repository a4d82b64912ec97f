/* Subsystem regions, the user's side. Written by mig: do not edit. */
#ifndef _regions_user_
#define _regions_user_

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

#ifndef regions_MSG_COUNT
#define regions_MSG_COUNT 3
#endif

#ifdef __BeforeMigUserHeader
__BeforeMigUserHeader
#endif

__BEGIN_DECLS

/*
 * regions() - request 5300, reply 5400
 * @port:	request port; your send right is copied: you keep it
 * @unbounded:	[in]  unboundedCnt elements of 4 bytes; you keep the memory
 * @bounded:	[in]  boundedCnt elements of 4 bytes, at most 100; you keep the
 *		memory
 * @fixed:	[in]  100 elements of 4 bytes; you keep the memory
 * @ports:	[in]  portsCnt rights; you keep the memory; your send rights
 *		are copied: you keep them
 * @unbounded_out: [out] *unbounded_outCnt elements of 4 bytes; the memory is
 *		yours on success: vm_deallocate() of *unbounded_outCnt * 4
 *		bytes
 * @bounded_out: [out] *bounded_outCnt elements of 4 bytes, at most 100; the
 *		memory is yours on success: vm_deallocate() of *bounded_outCnt
 *		* 4 bytes
 * @fixed_out:	[out] 100 elements of 4 bytes; the memory is yours on success:
 *		vm_deallocate() of 400 bytes
 * @ports_out:	[out] *ports_outCnt rights; the memory and the rights in it are
 *		yours on success: vm_deallocate() of *ports_outCnt * 4 bytes
 *
 * After an error there is nothing to give back of what would have come [out].
 */
/* Routine regions */
#ifdef mig_external
mig_external
#else
extern
#endif
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
 * gone() - request 5301, reply 5401
 * @port:	request port; your send right is copied: you keep it
 * @always:	[in]  alwaysCnt elements of 4 bytes; the memory moves
 * @sometimes:	[in]  sometimesCnt elements of 4 bytes; the memory moves if
 *		sometimesDealloc is TRUE
 * @both_ways:	[in/out] goes in: *both_waysCnt elements of 4 bytes; you keep
 *		the memory. Comes back: *both_waysCnt elements of 4 bytes; the
 *		memory is yours on success: vm_deallocate() of *both_waysCnt *
 *		4 bytes
 *
 * What moves is gone once the request is sent, whatever the answer. It may be
 * lost when the send fails (MACH_SEND_*).
 * After an error there is nothing to give back of what would have come [out].
 */
/* Routine gone */
#ifdef mig_external
mig_external
#else
extern
#endif
kern_return_t gone
(
	mach_port_t port,
	vm_offset_t always,
	mach_msg_type_number_t alwaysCnt,
	vm_offset_t sometimes,
	mach_msg_type_number_t sometimesCnt,
	boolean_t sometimesDealloc,
	vm_offset_t *both_ways,
	mach_msg_type_number_t *both_waysCnt
);

/*
 * arrays() - request 5302, reply 5402
 * @port:	request port; your send right is copied: you keep it
 * @ints:	[in]  3 regions, each of intsSubs[i] elements of 4 bytes; you
 *		keep the memory
 * @some:	[in]  someSubsCnt regions, at most 3, each of someSubs[i]
 *		elements of 4 bytes; you keep the memory
 * @ports:	[in]  2 regions, each of portsSubs[i] rights; you keep the
 *		memory; your send rights are copied: you keep them
 * @ints_out:	[out] 3 regions, each of ints_outSubs[i] elements of 4 bytes;
 *		the memory is yours on success: vm_deallocate() of each
 * @some_out:	[out] room for 3 regions, each of some_outSubs[i] elements of 4
 *		bytes; *some_outSubsCnt says how many came; the memory is yours
 *		on success: vm_deallocate() of each
 * @ports_out:	[out] 2 regions, each of ports_outSubs[i] rights; the memory
 *		and the rights in it are yours on success: vm_deallocate() of
 *		each
 *
 * After an error there is nothing to give back of what would have come [out].
 */
/* Routine arrays */
#ifdef mig_external
mig_external
#else
extern
#endif
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

#ifdef __AfterMigUserHeader
__AfterMigUserHeader
#endif

#endif /* _regions_user_ */
