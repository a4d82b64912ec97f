/* Nothing but macros: what a routine is called where. */
#ifndef VM_NAMES_H
#define VM_NAMES_H

#if KERNEL_SERVER
#define PREFIX(NAME) _kernelrpc_##NAME
#elif LIBSYSCALL_INTERFACE
#define PREFIX(NAME) _kernelrpc_##NAME
#else
#define PREFIX(NAME) NAME
#endif

#endif
