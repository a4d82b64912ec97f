/*
 * Kernel objects: what stands behind a port whose receiver is the kernel. A
 * message sent to one is served at once, within the send, and never queued.
 */
#ifndef IPC_KOBJECT_H
#define IPC_KOBJECT_H

#include "ipc.h"
#include "ipc_kmsg.h"

/* The types that mach_port_kobject() tells (ports.md 10.37). */
enum ipc_kobject_type {
	IPC_KOBJECT_NONE = 0, /* an ordinary port */
	IPC_KOBJECT_THREAD = 1,
	IPC_KOBJECT_TASK = 2,
	IPC_KOBJECT_HOST = 3,
	IPC_KOBJECT_HOST_PRIV = 4,
	IPC_KOBJECT_TIMER = 8, /* attached */
	IPC_KOBJECT_TASK_NAME = 20,
	IPC_KOBJECT_SEMAPHORE = 23,
	IPC_KOBJECT_CLOCK = 25,
	IPC_KOBJECT_MEMORY_ENTRY = 28,
};

struct ipc_kobject {
	uint8_t type;          /* enum ipc_kobject_type */
	struct ipc_port *port; /* +1; NULL after deinit */
	/* Serve @request, CONSUMED. */
	void (*serve)(struct ipc_kobject *object, struct ipc_kmsg *request);
	/* NULL, or: the last send right has gone. The object may end here. Called
	 * from within any operation, but never while a request is being served. */
	void (*no_senders)(struct ipc_kobject *object);
};

/*
 * What the kernel has put to a task's port, and what goes with it wherever the
 * receive right is: in a space, or in a message.
 */
struct ipc_attachment {
	uint8_t type; /* enum ipc_kobject_type */
	/* The port has died, and is about to forget this. */
	void (*port_died)(struct ipc_attachment *attachment);
};

/* What an object of @type is, in a word; "" for none. */
const char *ipc_kobject_description(uint32_t type);

/* A port for the object; false: no memory. */
bool ipc_kobject_init(struct ipc_kobject *object, enum ipc_kobject_type type,
    void (*serve)(struct ipc_kobject *, struct ipc_kmsg *))
    __attribute__((warn_unused_result));
/* The object has died: so does its port. */
void ipc_kobject_deinit(struct ipc_kobject *object);
/* A naked send right: +1 to caller; IPC_PORT_DEAD after deinit. */
struct ipc_port *ipc_kobject_make_send(struct ipc_kobject *object);

/* The object of @type that @name denotes in @space (by a send right), or NULL.
 * Borrowed. */
struct ipc_kobject *ipc_kobject_find(
    struct ipc_space *space, mach_port_name_t name, enum ipc_kobject_type type);

/*
 * Memory for a reply to @request, with at most so many bytes and rights, that
 * takes over what the request was charged. NULL, and the request as before: no
 * memory, or over the budget of its sender.
 */
struct ipc_kmsg *ipc_kobject_reply_new(struct ipc_kmsg *request,
    uint32_t byte_count, uint32_t ool_bytes, uint32_t right_count)
    __attribute__((warn_unused_result));

/*
 * Send @reply, which is complete but for its destination, over the reply right of
 * @request, whatever the limit of that port's queue; destroy what is left of the
 * request. CONSUMES both. NULL: no reply.
 */
void ipc_kobject_reply(struct ipc_kmsg *request, struct ipc_kmsg *reply);

/*
 * A reply that comes later takes the reply right of @request along, which need not
 * be kept for it: the reply, and all that it is charged, is the caller's, and known
 * to ipc_check(). It is sent by ipc_kobject_reply_now(), which CONSUMES it.
 */
void ipc_kobject_reply_later(struct ipc_kmsg *request, struct ipc_kmsg *reply);
void ipc_kobject_reply_now(struct ipc_kmsg *reply);
/* The first again, over @right, CONSUMED: a send or send-once right for a port. */
void ipc_kobject_reply_to(struct ipc_kmsg *reply, struct ipc_kmsg_right right);
/* Is there still somebody who can receive it? */
bool ipc_kobject_reply_wanted(const struct ipc_kmsg *reply);

/* As ipc_kobject_reply(), with a mig_reply_error_t of @code in @reply, which is empty
 * yet. */
void ipc_kobject_reply_error_in(
    struct ipc_kmsg *request, struct ipc_kmsg *reply, kern_return_t code);

/*
 * Answer @request with a mig_reply_error_t of @code and destroy what is left of
 * it. CONSUMES @request. MIG_NO_REPLY: no answer.
 */
void ipc_kobject_reply_error(struct ipc_kmsg *request, kern_return_t code);

#endif
