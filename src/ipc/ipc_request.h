/*
 * Requests to be told of something about a name (notifications.md 3, 7, 8).
 *
 *	DEAD_NAME	fires when the port dies
 *	SEND_POSSIBLE	the same; and, once armed by a send that found the queue
 *			full, when a message leaves the queue
 *	COMPAT		fires when the port dies, too: the name is gone then, and
 *			whoever is told is told so. What a task of Mach 2.5
 *			expects of each send right; it is not seen otherwise, and
 *			makes way for any other (mach2-mach3-differences.md 4)
 *	ACCEPTED	fires when the one message that was queued beyond the
 *			limit leaves the queue
 *
 * ACCEPTED has a slot of the entry to itself, the others share one. A request
 * holds a send-once right for its notify port and is used up by firing. It is
 * linked to the port, or owned by the message (ACCEPTED).
 */
#ifndef IPC_REQUEST_H
#define IPC_REQUEST_H

#include "ipc.h"

enum ipc_request_kind {
	IPC_REQUEST_DEAD_NAME,
	IPC_REQUEST_SEND_POSSIBLE,
	IPC_REQUEST_ARMED, /* SEND_POSSIBLE, armed */
	IPC_REQUEST_COMPAT,
	IPC_REQUEST_ACCEPTED,
};

struct ipc_request {
	struct list port_link;   /* port->requests or ->armed; ACCEPTED: not */
	uint8_t kind;            /* enum ipc_request_kind */
	struct ipc_space *space; /* of the entry; NULL: the entry has gone */
	mach_port_name_t name;   /* MACH_PORT_NULL: the same */
	struct ipc_port *notify; /* naked send-once right; COMPAT: or DEAD */
};

/*
 * Register a request of @kind in the slot of @entry, in the place of one that is
 * there. @notify is CONSUMED on success; *@previous_out is then the send-once right
 * of the former request, or IPC_PORT_NULL if there was none that anybody made.
 *
 * Return:	KERN_SUCCESS, or KERN_RESOURCE_SHORTAGE if there was none before
 */
kern_return_t ipc_request_set(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, enum ipc_request_kind kind,
    struct ipc_port *notify, struct ipc_port **previous_out)
    __attribute__((warn_unused_result));

/* The request that somebody made for @entry and may see; NULL if there is none, or
 * a COMPAT one. */
const struct ipc_request *ipc_request_made(const struct ipc_entry *entry);

/* Unlink the request of @entry, free it and return its send-once right, or
 * IPC_PORT_NULL if nobody made one: that of a COMPAT request goes unseen. */
struct ipc_port *ipc_request_take(struct ipc_entry *entry);

/* How many dead-name and send-possible requests wait for @port, armed or
 * not. */
uint32_t ipc_request_count(const struct ipc_port *port);

/* The entry goes, or lost its send right: its accepted request will carry no
 * name. */
void ipc_request_forget_accepted(struct ipc_entry *entry);

/* A send on @name found out whether the queue of @port is full
 * (notifications.md 7): arms the request. True: the message is to be queued
 * whatever the limit. */
bool ipc_request_arm(
    struct ipc_space *space, mach_port_name_t name, struct ipc_port *port);

/* A message-accepted request for a message to @port, with @notify (a receive
 * right of @space). The code is that of notifications.md 8 step 2. */
mach_msg_return_t ipc_request_new_accepted(struct ipc_space *space,
    struct ipc_port *port, mach_port_name_t notify,
    struct ipc_request **request_out);

/* The message was not sent after all. CONSUMES @request. */
void ipc_request_free_accepted(struct ipc_request *request);

/* A message left the queue of @port: fire all that are armed. */
void ipc_request_fire_possible(struct ipc_port *port);

/* @port has died: convert or free the entries that asked, and tell them. */
void ipc_request_fire_dead(struct ipc_port *port);

/* The message has left the queue. CONSUMES @request. */
void ipc_request_fire_accepted(struct ipc_request *request);

#endif
