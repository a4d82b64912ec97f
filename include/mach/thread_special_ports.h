/*
 * mach/thread_special_ports.h - the ports that the kernel keeps for each thread
 *
 * Source: spec/special-ports.md 2.5
 */
#ifndef MACH_THREAD_SPECIAL_PORTS_H
#define MACH_THREAD_SPECIAL_PORTS_H

#define THREAD_KERNEL_PORT 1  /* the thread's own port; cannot be set */
#define THREAD_INSPECT_PORT 2 /* restricted thread port */
#define THREAD_READ_PORT 3    /* restricted thread port */

#endif /* MACH_THREAD_SPECIAL_PORTS_H */
