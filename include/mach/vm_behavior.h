/*
 * mach/vm_behavior.h - how memory is going to be used
 *
 * Source: the numbers are Darwin's
 */
#ifndef MACH_VM_BEHAVIOR_H
#define MACH_VM_BEHAVIOR_H

typedef int vm_behavior_t;

#define VM_BEHAVIOR_DEFAULT ((vm_behavior_t)0)
#define VM_BEHAVIOR_RANDOM ((vm_behavior_t)1)
#define VM_BEHAVIOR_SEQUENTIAL ((vm_behavior_t)2)
#define VM_BEHAVIOR_RSEQNTL ((vm_behavior_t)3) /* backwards */

#endif /* MACH_VM_BEHAVIOR_H */
