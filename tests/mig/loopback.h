/*
 * The loopback: a kernel of two tasks, both of them this process, in place of
 * libmachport.
 *
 * A caller's mach_msg() has its request served before it returns: by a server
 * loop as spec/mig.md 13.3 describes it, in buffers that are no byte larger than
 * what is in them. Rights are counted for each task, and regions are pieces of
 * the heap, one each, so that a sanitizer sees who goes too far. What a task must
 * not do, such as releasing what it has not, is a fault.
 *
 * A message can be looked at, and changed, on its way: before it is copied in, as
 * a hostile sender might have written it. So what a receiver gets is always what
 * a kernel could have delivered.
 */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stddef.h>

enum loopback_task {
	LOOPBACK_CLIENT,
	LOOPBACK_SERVER,
};

/* What a message's way can be made to do. */
struct loopback {
	/* The server. */
	boolean_t (*demux)(mach_msg_header_t *, mach_msg_header_t *);
	mach_msg_size_t max_size; /* of its reply's buffer */
	/* What its reply's buffer is full of, but for the first 36 bytes. */
	uint8_t stale;
	mach_msg_option_t trailer;           /* that it asks for */
	mach_port_context_t context;         /* of its port */
	void (*on_task)(enum loopback_task); /* who runs now; NULL */

	/* A message is on its way: *@size bytes of it, in a buffer of
	 * LOOPBACK_MESSAGE_MAX. */
	void (*on_request)(void *message, mach_msg_size_t *size);
	void (*on_reply)(void *message, mach_msg_size_t *size);
	/* A trailer is about to be received by @task. */
	void (*on_trailer)(
	    enum loopback_task task, mach_msg_max_trailer_t *trailer);

	/* The client's next calls fail. What a send leaves behind depends on
	 * the code, as with mach_msg(). */
	mach_msg_return_t send_error;
	mach_msg_return_t receive_error;
	bool no_reply_port;
	bool server_dies; /* with the request in its queue */

	/* Which of the server's next mig_user_allocate() fails: 1, the next. */
	unsigned failing_allocation;

	/* Of whose faults nobody cares. */
	bool has_hostile;
	enum loopback_task hostile;

	/* What happened. */
	unsigned faults;
	unsigned sent;              /* messages, by the client */
	unsigned served;            /* requests */
	unsigned replied;           /* replies that were sent */
	mach_msg_option_t option;   /* of the client's last mach_msg() */
	mach_msg_timeout_t timeout; /* of that */
	mach_msg_size_t request_bytes;
	mach_msg_size_t reply_bytes;
	kern_return_t result; /* RetCode of the last reply, if it is simple */
};

#define LOOPBACK_MESSAGE_MAX 65536

extern struct loopback loopback;

/* Forget all ports and regions, and all of the above; make the server's port.
 * Returns the client's send right for it. */
mach_port_t loopback_reset(void);

/* Who calls from now on? */
void loopback_be(enum loopback_task task);

/* What a task has; its reply ports and the service do not count. */
struct loopback_holdings {
	unsigned receive;
	unsigned send; /* user references, dead names among them */
	unsigned send_once;
	unsigned regions;
	size_t bytes;
	unsigned user_memory; /* of mig_user_allocate(), of either task */
};

struct loopback_holdings loopback_holdings(enum loopback_task task);
bool loopback_same(
    const struct loopback_holdings *a, const struct loopback_holdings *b);

/* A task is gone, and what it had; it may begin anew. */
void loopback_abandon(enum loopback_task task);

#endif
