/*
 * mach/memory_object_types.h - memory that ports stand for
 *
 * Flags of mach_make_memory_entry_64(), beside VM_PROT_*. What the calls here do not
 * know is KERN_INVALID_ARGUMENT.
 *
 * Source: spec/special-ports.md 4
 */
#ifndef MACH_MEMORY_OBJECT_TYPES_H
#define MACH_MEMORY_OBJECT_TYPES_H

#include <mach/port.h>
#include <mach/vm_types.h>

#define MEMORY_OBJECT_NULL ((mach_port_t)0)

#define MAP_MEM_ONLY 0x010000          /* refused, as what follows: */
#define MAP_MEM_PURGABLE 0x040000      /* what may be lost */
#define MAP_MEM_NAMED_REUSE 0x080000   /* the parent again */
#define MAP_MEM_USE_DATA_ADDR 0x100000 /* where in a page the data begins */
#define MAP_MEM_4K_DATA_ADDR 0x800000
#define MAP_MEM_NAMED_CREATE 0x020000 /* new memory */
#define MAP_MEM_VM_COPY 0x200000      /* a copy of what is there now */
#define MAP_MEM_VM_SHARE 0x400000     /* what is there, as without it */

/* How memory is cached: the highest byte, of which only 0 is known. */
#define MAP_MEM_NOOP 0
#define GET_MAP_MEM(flags) ((((unsigned int)(flags)) >> 24) & 0xFF)
#define SET_MAP_MEM(caching, flags)                                            \
	((flags) = ((((unsigned int)(caching)) << 24) & 0xFF000000) |          \
	        ((flags)&0xFFFFFF))

#define MAP_MEM_FLAGS_MASK 0x00FFFF00

#endif /* MACH_MEMORY_OBJECT_TYPES_H */
