/*
 * Origins: how a right came to its task, noted in each entry when the right comes. It is
 * for those who look for a leak, or ask why a task has what it has; nothing here acts on
 * it. There can be very many entries, so it is small: its time is in steps of a
 * millisecond, about, and the pid in as many bits as Linux's have at most.
 */
#ifndef IPC_ORIGIN_H
#define IPC_ORIGIN_H

#include <sys/types.h>

#include "ipc.h"

enum ipc_origin_how {
	IPC_ORIGIN_UNKNOWN,
	IPC_ORIGIN_KERNEL,  /* with the task, or by a call that asks for it */
	IPC_ORIGIN_MADE,    /* by the task itself */
	IPC_ORIGIN_MESSAGE, /* in a message's body */
	IPC_ORIGIN_REPLY,   /* as the reply right of a message */
	IPC_ORIGIN_TASK,    /* from another task, by its task port */
	IPC_ORIGIN_NOTICE,  /* in a notification */
};

#define IPC_ORIGIN_STEP_BITS 20 /* of nanoseconds: 2^20 is a step */

struct ipc_origin {
	uint32_t task;     /* id of the space it came from; 0: none */
	int32_t msgh_id;   /* of the message that brought it */
	uint64_t how : 3;  /* enum ipc_origin_how */
	uint64_t pid : 22; /* of that task; 0: none */
	uint64_t
	    steps : 39; /* when: for 18 years from when the machine began */
};
_Static_assert(sizeof(struct ipc_origin) == 16, "small");

/* From @space (NULL: from none), now. */
struct ipc_origin ipc_origin_new(
    enum ipc_origin_how how, const struct ipc_space *space);

/* Each right in the body of @kmsg, or, if @reply, the one in its header, now. */
struct ipc_origin ipc_origin_of_message(
    const struct ipc_kmsg *kmsg, bool is_reply);

static inline pid_t
ipc_origin_pid(const struct ipc_origin *origin)
{
	return (pid_t)origin->pid;
}

static inline uint64_t
ipc_origin_ns(const struct ipc_origin *origin)
{
	return (uint64_t)origin->steps << IPC_ORIGIN_STEP_BITS;
}

#endif
