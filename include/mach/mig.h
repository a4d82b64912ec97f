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

/* What stubs that were told to UseSpecialReplyPort add to mach_msg()'s options. */
#ifndef __MigSpecialReplyPortMsgOption
/* NOLINTNEXTLINE(cert-dcl51-cpp): Darwin's name */
#define __MigSpecialReplyPortMsgOption                                         \
	(MACH_SEND_SYNC_OVERRIDE | MACH_SEND_SYNC_USE_THRPRI |                 \
	    MACH_RCV_SYNC_WAIT)
#endif

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

/**
 * mig_get_special_reply_port() - the port for replies that the kernel links
 *
 * For stubs that were told to UseSpecialReplyPort. It is the one of
 * thread_get_special_reply_port(), another than mig_get_reply_port()'s; but one
 * that the thread has destroyed is noticed only by
 * mig_dealloc_special_reply_port().
 *
 * Rights:	a receive right; borrowed
 * Return:	the name, or MACH_PORT_NULL when there is no room for it
 * Source:	spec/mig.md 16
 */
mach_port_t mig_get_special_reply_port(void);

/**
 * mig_dealloc_special_reply_port() - give the thread's special reply port up
 * @reply_port:	[in]	the port that is not to be used again
 *
 * As mig_dealloc_reply_port(), for the port of mig_get_special_reply_port().
 *
 * Rights:	the thread's receive right is destroyed; when @reply_port is
 *		another name, one user reference of it is CONSUMED too
 * Source:	spec/mig.md 16
 */
void mig_dealloc_special_reply_port(mach_port_t reply_port);

/**
 * mig_reply_setup() - begin the reply to a request
 * @request:	[in]	the header of a message that was received
 * @reply:	[out]	room for a mig_reply_error_t: all but its RetCode is written
 *
 * For servers that are written by hand: what a dispatcher does first.
 *
 * Rights:	the reply right is in both messages then, and moves when @reply is
 *		sent
 * Source:	spec/mig.md 16
 */
void mig_reply_setup(
    const mach_msg_header_t *request, mach_msg_header_t *reply);

/**
 * mig_strncpy() - copy a string, as far as there is room
 * @dest:	[out]	room for @len characters; a NUL is always among them
 * @src:	[in]	a string
 * @len:	[in]	if it is 0 or less, nothing is written
 *
 * Units:	characters, with the NUL
 * Return:	how many were written
 * Source:	spec/special-ports.md 5.2, spec/mig.md 16
 */
int mig_strncpy(char *dest, const char *src, int len);

/**
 * mig_strncpy_zerofill() - the same, and fill the rest of the room with zeroes
 * @dest:	[out]	room for @len characters; NULL: nothing is written
 * @src:	[in]	a string; NULL: there are only zeroes
 * @len:	[in]	if it is 0 or less, nothing is written
 *
 * Units:	characters, with the NUL
 * Return:	how many were written before the zeroes; 0 if @dest or @src is NULL
 * Source:	spec/special-ports.md 5.2, spec/mig.md 16
 */
int mig_strncpy_zerofill(char *dest, const char *src, int len);

/**
 * mig_allocate() - get memory for an array that a message brought
 * @address:	[out]	new memory, zeroed; 0 if there is none
 * @size:	[in]	how much
 *
 * Units:	bytes
 * Source:	spec/special-ports.md 5.2, spec/mig.md 16
 */
void mig_allocate(vm_address_t *address, vm_size_t size);

/**
 * mig_deallocate() - give memory back
 * @address:	[in]	what mig_allocate(), or a message, gave
 * @size:	[in]	how much it is; it may be 0
 *
 * Units:	bytes
 * Source:	spec/special-ports.md 5.2, spec/mig.md 16
 */
void mig_deallocate(vm_address_t address, vm_size_t size);

/**
 * mig_user_allocate() - get memory for a message that is too large for the stack
 * @size:	[in]	how much
 *
 * Units:	bytes
 * Return:	the memory, or NULL
 * Source:	spec/mig.md 16
 */
char *mig_user_allocate(vm_size_t size);

/**
 * mig_user_deallocate() - give that memory back
 * @data:	[in]	what mig_user_allocate() returned; NULL is fine
 * @size:	[in]	ignored
 *
 * Units:	bytes
 * Source:	spec/mig.md 16
 */
void mig_user_deallocate(char *data, vm_size_t size);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MACH_MIG_H */
