/*
 * mach/vm_page_size.h - the size of a page, and rounding to it
 *
 * PAGE_SIZE and its kin are not defined: Linux headers have their own.
 *
 * Source: spec/special-ports.md 4
 */
#ifndef MACH_VM_PAGE_SIZE_H
#define MACH_VM_PAGE_SIZE_H

#include <mach/vm_types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Bytes in a page. Valid from the first statement of a program on. */
extern vm_size_t vm_page_size;

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define vm_page_mask (vm_page_size - 1)
#define vm_page_shift (__builtin_ctzl(vm_page_size))

/* Round an address or a size down or up; up may wrap to 0. */
#define trunc_page(x) ((vm_offset_t)(x) & ~(vm_offset_t)vm_page_mask)
#define round_page(x) trunc_page((vm_offset_t)(x) + vm_page_mask)

#define mach_vm_trunc_page(x)                                                  \
	((mach_vm_offset_t)(x) & ~(mach_vm_offset_t)vm_page_mask)
#define mach_vm_round_page(x)                                                  \
	mach_vm_trunc_page((mach_vm_offset_t)(x) + vm_page_mask)

#endif /* MACH_VM_PAGE_SIZE_H */
