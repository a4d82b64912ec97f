/*
 * mach/vm_types.h - addresses, sizes and memory objects
 *
 * Source: spec/messages.md 1, spec/special-ports.md 4
 */
#ifndef MACH_VM_TYPES_H
#define MACH_VM_TYPES_H

#include <mach/machine/vm_types.h>
#include <mach/port.h>
#include <stdint.h>

typedef vm_offset_t vm_address_t;
typedef vm_offset_t pointer_t; /* MIG: the address of out-of-line data */

typedef uint64_t vm_object_offset_t;
typedef uint64_t vm_object_size_t;
typedef uint64_t memory_object_offset_t;
typedef uint64_t memory_object_size_t;

/* An address space: the port of the task that has it. */
typedef mach_port_t vm_map_t;
typedef mach_port_t vm_task_t; /* the same, in Mach 2.5 and GNU Mach */
#define VM_MAP_NULL ((vm_map_t)0)

#endif /* MACH_VM_TYPES_H */
