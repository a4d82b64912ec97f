/*
 * mach/machine/vm_types.h - the integer types that depend on the machine
 *
 * The layouts of <mach/message.h> hold for LP64 little-endian machines only:
 * an out-of-line descriptor carries a 64-bit address, and bit-fields are laid
 * out from the low bit up.
 *
 * Source: spec/messages.md 1
 */
#ifndef MACH_MACHINE_VM_TYPES_H
#define MACH_MACHINE_VM_TYPES_H

#include <stdint.h>

#if !defined(__LP64__) || !defined(__BYTE_ORDER__) ||                          \
    __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Mach ports for Linux: LP64 little-endian machines only"
#endif

typedef unsigned int natural_t;
typedef int integer_t;

/* As wide as a pointer of this process. */
typedef uintptr_t vm_offset_t;
typedef uintptr_t vm_size_t;

/* 64 bits everywhere: fit for the address space of any task. */
typedef uint64_t mach_vm_address_t;
typedef uint64_t mach_vm_offset_t;
typedef uint64_t mach_vm_size_t;

typedef uint64_t vm_map_offset_t;
typedef uint64_t vm_map_address_t;
typedef uint64_t vm_map_size_t;

/* A word that the receiver attaches to a port; also holds the guard. */
typedef vm_offset_t mach_port_context_t;

#endif /* MACH_MACHINE_VM_TYPES_H */
