/*
 * Requests that come to kernel ports as messages: each is a call of kern_call.h,
 * and does to a task what the library's call does.
 *
 * The stubs are mig's, made of <mach/mach_port.defs> with KERNEL_SERVER: they check
 * a request, call kern_serve_mach_port_names() and so on (kern_serve_*.c), and pack
 * the reply. They see messages as a server's stubs do, with two differences. Names
 * in them are handles: numbers that stand for naked rights, while the request is
 * served. And addresses are the kernel's own: memory that comes in goes with the
 * request, and what goes out is copied.
 *
 * A further interface is a .defs file in meson.build, its functions in
 * kern_serve_NAME.c, and a line in kern_mig_interfaces.h.
 */
#ifndef KERN_MIG_H
#define KERN_MIG_H

#include <mach/mig.h>

#include "ipc_kmsg.h"
#include "ipc_kobject.h"
#include "kern_call.h"
#include "kern_reply.h"

/**
 * kern_mig_serve() - do what a request asks for, and reply to it
 * @object:	[in]  whose port it was sent to
 * @request:	[in]  CONSUMED, with all that the call did not take
 *
 * The reply is the routine's, or an error reply:
 *
 *	MIG_BAD_ID		no such routine
 *	MIG_BAD_ARGUMENTS	not the shape of that routine's request
 *	MIG_TYPE_ERROR		the shape, but with another right or region in it
 *	KERN_INVALID_TASK	the object is no task
 *	KERN_RESOURCE_SHORTAGE	no memory or budget for the reply; nothing was
 *				done, unless to tell of something is all that
 *				there was to do
 *
 * or else what the call itself returns. Without a reply right, all is done as
 * with one.
 *
 * Source:	spec/ports.md 9, spec/special-ports.md 7, spec/mig.md 12
 */
void kern_mig_serve(struct ipc_kobject *object, struct ipc_kmsg *request);

/* The same, if the id is one of @subsystem, which need not be one of the kernel's;
 * no message of it may be larger than all of theirs. */
void kern_mig_serve_as(const struct mig_subsystem *subsystem,
    struct ipc_kobject *object, struct ipc_kmsg *request);

/*
 * For the functions that stubs call, of the request that is being served. They
 * follow the rules of mig.md 13.2: rights of the request are taken on success, or
 * not at all; what goes out is there on success only.
 */

/* The object whose port @port is: the one that the request was sent to, or a right
 * that it brought. And the task or thread. NULL: another object's, or none. */
struct ipc_kobject *kern_mig_object(mach_port_t port);
struct kern_task *kern_mig_task(mach_port_t port);
struct kern_thread *kern_mig_thread(mach_port_t port);

/* Who sent the request, borrowed; NULL: the kernel itself. And whose budget pays. */
struct ipc_identity *kern_mig_sender(void);
struct ipc_account *kern_mig_account(void);

/*
 * The region of the request's first descriptor, of @bytes, if it is in a file: that,
 * borrowed until the routine returns, and where in it the region begins. NULL: it is at
 * the address that the routine was given. Only for the routines of kern_mig.c's list,
 * whose requests may bring more than a packet holds: for others, a region is read before
 * they are called.
 */
struct ipc_memory *kern_mig_file(uint64_t bytes, uint64_t *offset_out);

/* What is noted of a right that the request brings into a task. */
struct ipc_origin kern_mig_origin(void);

/* The reply is the caller's now, who answers it later; the routine has to return
 * MIG_NO_REPLY. False: no memory, or no budget; the routine returns
 * KERN_RESOURCE_SHORTAGE. */
bool kern_mig_defer(struct kern_reply *reply_out)
    __attribute__((warn_unused_result));

/* The right that came as @handle, borrowed; MACH_PORT_NULL and MACH_PORT_DEAD stand
 * for what they say. */
struct ipc_kmsg_right kern_mig_right(mach_port_t handle);
/* It was taken. */
void kern_mig_taken(mach_port_t handle);

/* A right for the reply, CONSUMED: its handle, for an argument or for an element of an
 * array of rights. No more of them than kern_mig_reserve() was told of. A handle goes
 * once; what does not go at all is released. */
mach_port_t kern_mig_give(struct ipc_kmsg_right right);

/* The request's call, all 0 at first. What came out of it stays until the reply is
 * made, and need not be copied; so does what a routine without a call puts in its
 * more[].words. */
struct kern_call *kern_mig_call(void);

/**
 * kern_mig_reserve() - have the memory of the reply, if there is to be one
 * @region_bytes: of its regions, arrays of rights among them, each rounded up to a
 *		  multiple of 8
 * @right_count:  of its rights, null and dead ones among them
 *
 * Before success is returned. So that nothing was done when this fails, it comes
 * before a call that does something: see kern_mig_serve(). One-way routines have no
 * reply, and do without.
 *
 * Return:	KERN_SUCCESS or KERN_RESOURCE_SHORTAGE
 */
kern_return_t kern_mig_reserve(uint64_t region_bytes, uint32_t right_count)
    __attribute__((warn_unused_result));

#endif
