/*
 * mach/vm_statistics.h - flags of memory calls
 *
 * Source: spec/special-ports.md 4
 */
#ifndef MACH_VM_STATISTICS_H
#define MACH_VM_STATISTICS_H

#define VM_FLAGS_FIXED 0x0000    /* at the address given */
#define VM_FLAGS_ANYWHERE 0x0001 /* where there is room */

#endif /* MACH_VM_STATISTICS_H */
