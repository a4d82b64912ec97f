/*
 * mach/exception_types.h - kinds of exception, and how they are reported
 *
 * The kernel stores and returns exception ports; it sends no exception
 * messages yet.
 *
 * Source: spec/special-ports.md 2.6
 */
#ifndef MACH_EXCEPTION_TYPES_H
#define MACH_EXCEPTION_TYPES_H

#include <mach/machine/vm_types.h>
#include <mach/port.h>
#include <mach/thread_status.h>
#include <stdint.h>

typedef int exception_type_t;
typedef unsigned int exception_mask_t; /* EXC_MASK_* */
typedef int exception_behavior_t;      /* EXCEPTION_*, MACH_EXCEPTION_* */
typedef mach_port_t exception_handler_t;

/* The codes of an exception: two of them. */
typedef integer_t exception_data_type_t;
typedef exception_data_type_t *exception_data_t;
typedef int64_t mach_exception_data_type_t;
typedef mach_exception_data_type_t *mach_exception_data_t;

typedef exception_mask_t *exception_mask_array_t;
typedef exception_behavior_t *exception_behavior_array_t;
typedef mach_port_t *exception_port_array_t;
typedef exception_handler_t *exception_handler_array_t;
typedef thread_state_flavor_t *exception_flavor_array_t;

#define EXC_BAD_ACCESS 1
#define EXC_BAD_INSTRUCTION 2
#define EXC_ARITHMETIC 3
#define EXC_EMULATION 4
#define EXC_SOFTWARE 5
#define EXC_BREAKPOINT 6
#define EXC_SYSCALL 7
#define EXC_MACH_SYSCALL 8
#define EXC_RPC_ALERT 9
#define EXC_CRASH 10
#define EXC_RESOURCE 11
#define EXC_GUARD 12
#define EXC_CORPSE_NOTIFY 13
#define EXC_TYPES_COUNT 14 /* one more than the last */

#define EXC_SOFT_SIGNAL 0x10003 /* first code of EXC_SOFTWARE: a signal */

#define EXC_MASK_BAD_ACCESS (1u << EXC_BAD_ACCESS)
#define EXC_MASK_BAD_INSTRUCTION (1u << EXC_BAD_INSTRUCTION)
#define EXC_MASK_ARITHMETIC (1u << EXC_ARITHMETIC)
#define EXC_MASK_EMULATION (1u << EXC_EMULATION)
#define EXC_MASK_SOFTWARE (1u << EXC_SOFTWARE)
#define EXC_MASK_BREAKPOINT (1u << EXC_BREAKPOINT)
#define EXC_MASK_SYSCALL (1u << EXC_SYSCALL)
#define EXC_MASK_MACH_SYSCALL (1u << EXC_MACH_SYSCALL)
#define EXC_MASK_RPC_ALERT (1u << EXC_RPC_ALERT)
#define EXC_MASK_CRASH (1u << EXC_CRASH)
#define EXC_MASK_RESOURCE (1u << EXC_RESOURCE)
#define EXC_MASK_GUARD (1u << EXC_GUARD)
#define EXC_MASK_CORPSE_NOTIFY (1u << EXC_CORPSE_NOTIFY)

/* All but CRASH and CORPSE_NOTIFY, which must be asked for by name. */
#define EXC_MASK_ALL                                                           \
	(EXC_MASK_BAD_ACCESS | EXC_MASK_BAD_INSTRUCTION |                      \
	    EXC_MASK_ARITHMETIC | EXC_MASK_EMULATION | EXC_MASK_SOFTWARE |     \
	    EXC_MASK_BREAKPOINT | EXC_MASK_SYSCALL | EXC_MASK_MACH_SYSCALL |   \
	    EXC_MASK_RPC_ALERT | EXC_MASK_RESOURCE | EXC_MASK_GUARD)

/* What the message carries. */
#define EXCEPTION_DEFAULT 1            /* thread and task ports */
#define EXCEPTION_STATE 2              /* the thread's state */
#define EXCEPTION_STATE_IDENTITY 3     /* both */
#define EXCEPTION_IDENTITY_PROTECTED 4 /* an identity without control */
#define EXCEPTION_STATE_IDENTITY_PROTECTED 5

/* Flags, OR-ed into a behaviour. */
#define MACH_EXCEPTION_CODES 0x80000000u /* 64-bit codes */
#define MACH_EXCEPTION_ERRORS 0x40000000u
#define MACH_EXCEPTION_BACKTRACE_PREFERRED 0x20000000u

#endif /* MACH_EXCEPTION_TYPES_H */
