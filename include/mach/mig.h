/*
 * mach/mig.h - what stubs written by mig rely on
 *
 * Source: spec/special-ports.md 1, 5, spec/mig.md 12.5, 12.6, 16
 */
#ifndef MACH_MIG_H
#define MACH_MIG_H

#include <mach/kern_return.h>
#include <mach/message.h>
#include <mach/mig_errors.h>
#include <mach/port.h>
#include <mach/vm_types.h>

/* A server's stub for one routine: takes a request, fills in a reply. */
typedef void (*mig_stub_routine_t)(
    mach_msg_header_t *request, mach_msg_header_t *reply);
typedef mig_stub_routine_t mig_routine_t;

/* Finds the stub for a request; NULL when there is none. */
typedef mig_routine_t (*mig_server_routine_t)(mach_msg_header_t *request);

/* The program's function behind a stub, its type unknown here. */
typedef kern_return_t (*mig_impl_routine_t)(void);

typedef struct routine_arg_descriptor *routine_arg_descriptor_t;

struct routine_descriptor {
	mig_impl_routine_t impl_routine;
	mig_stub_routine_t stub_routine;    /* NULL for a skipped number */
	unsigned int argc;                  /* words of arguments */
	unsigned int descr_count;           /* 0 */
	routine_arg_descriptor_t arg_descr; /* NULL */
	unsigned int max_reply_msg;         /* bytes */
};
typedef struct routine_descriptor mig_routine_descriptor;
typedef mig_routine_descriptor *mig_routine_descriptor_t;
typedef struct routine_descriptor *routine_descriptor_t;

/* The routines of one server: ids start .. end - 1. */
struct mig_subsystem {
	mig_server_routine_t server;
	mach_msg_id_t start;
	mach_msg_id_t end;
	mach_msg_size_t maxsize; /* bytes of the largest reply */
	vm_address_t reserved;
	struct routine_descriptor routine[1]; /* end - start of them */
};
typedef struct mig_subsystem *mig_subsystem_t;

typedef struct mig_symtab {
	const char *ms_routine_name;
	int ms_routine_number;
	mig_stub_routine_t ms_routine;
} mig_symtab_t;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * mig_get_reply_port() - the calling thread's port for replies
 *
 * Made at the thread's first call, and the same until mig_dealloc_reply_port().
 * Not inherited by fork; gone with the thread.
 *
 * Rights:	a receive right; borrowed
 * Return:	the name, or MACH_PORT_NULL when there is no room for it
 * Source:	spec/special-ports.md 1, spec/mig.md 16
 */
mach_port_t mig_get_reply_port(void);

/**
 * mig_put_reply_port() - say that the reply port is free for the next call
 * @reply_port:	[in]	what mig_get_reply_port() returned; borrowed
 *
 * Source:	spec/special-ports.md 1, spec/mig.md 16
 */
void mig_put_reply_port(mach_port_t reply_port);

/**
 * mig_dealloc_reply_port() - give the calling thread's reply port up
 * @reply_port:	[in]	the port that is not to be used again
 *
 * For use when a reply may still come, and must not meet the next call. The
 * thread's port is destroyed; the next mig_get_reply_port() makes another.
 *
 * Rights:	the thread's receive right is destroyed; when @reply_port is
 *		another name, one user reference of it is CONSUMED too
 * Source:	spec/special-ports.md 1, spec/mig.md 16
 */
void mig_dealloc_reply_port(mach_port_t reply_port);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MIG_H */
