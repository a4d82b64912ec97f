/* The C types that vm_map.defs, vm32_map.defs and mach_vm.defs name in place. */
#ifndef VM_H
#define VM_H

#include <mach/mach_types.h>

typedef struct {
	natural_t words[12];
} struct_region_info;
typedef struct_region_info *region_info_array_t;
typedef vm_offset_t *region_pages_t;

typedef uint8_t *recipe_bytes_t;

/* Addresses of a task with 32 bits. */
typedef uint32_t vm32_address_t;
typedef uint32_t vm32_size_t;
typedef uint32_t vm32_offset_t;

#endif
