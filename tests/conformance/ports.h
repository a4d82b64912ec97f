/*
 * What the scenarios of ports.md share: short words for rights, and a look at
 * another task's space, which each of them has by its task port.
 */
#ifndef CONFORMANCE_PORTS_H
#define CONFORMANCE_PORTS_H

#include "scenario.h"

#include <mach/notify.h>

enum {
	SEND = MACH_PORT_RIGHT_SEND,
	RECEIVE = MACH_PORT_RIGHT_RECEIVE,
	SEND_ONCE = MACH_PORT_RIGHT_SEND_ONCE,
	PORT_SET = MACH_PORT_RIGHT_PORT_SET,
	DEAD_NAME = MACH_PORT_RIGHT_DEAD_NAME,
	LABELH = MACH_PORT_RIGHT_LABELH,
};

enum {
	MOVE_RECEIVE = MACH_MSG_TYPE_MOVE_RECEIVE,
	MOVE_SEND = MACH_MSG_TYPE_MOVE_SEND,
	MOVE_SEND_ONCE = MACH_MSG_TYPE_MOVE_SEND_ONCE,
	COPY_SEND = MACH_MSG_TYPE_COPY_SEND,
	MAKE_SEND = MACH_MSG_TYPE_MAKE_SEND,
	MAKE_SEND_ONCE = MACH_MSG_TYPE_MAKE_SEND_ONCE,
};

enum {
	PORT_DELETED = MACH_NOTIFY_PORT_DELETED,
	SEND_POSSIBLE = MACH_NOTIFY_SEND_POSSIBLE,
	PORT_DESTROYED = MACH_NOTIFY_PORT_DESTROYED,
	NO_SENDERS = MACH_NOTIFY_NO_SENDERS,
	ONCE_GONE = MACH_NOTIFY_SEND_ONCE,
	NAME_DIED = MACH_NOTIFY_DEAD_NAME,
};

/* A name that a task may choose, far from those that it gets. */
#define CHOSEN 0x40003u

/* The name of one thing of each kind, in the scenario's task. */
struct kinds {
	mach_port_t send;    /* one send right, for a peer's port */
	mach_port_t receive; /* no send right */
	mach_port_t both;    /* receive and one send right */
	mach_port_t once;    /* one send-once right, for a peer's port */
	mach_port_t set;     /* empty */
	mach_port_t dead;    /* one reference */
	struct peer *peer;
	mach_port_t peer_port; /* in the peer: the port of send and once */
};
struct kinds kinds_new(void);
/* What is left of them. */
void kinds_free(struct kinds *kinds);

/* These must succeed. 0: the name is not in the space. */
mach_port_type_t type_there(mach_port_t task, mach_port_name_t name);
mach_port_urefs_t refs_there(
    mach_port_t task, mach_port_name_t name, mach_port_right_t right);
mach_port_status_t status_there(mach_port_t task, mach_port_name_t name);
mach_port_t allocate_in(mach_port_t task, mach_port_right_t right);
/* Out of that space into the scenario's. */
mach_port_t take_from(
    mach_port_t task, mach_port_name_t name, mach_msg_type_name_t disposition);
/* Out of the scenario's into that space. */
void give_to(mach_port_t task, mach_port_name_t name, mach_port_t right,
    mach_msg_type_name_t disposition);

void add_refs(
    mach_port_t name, mach_port_right_t right, mach_port_delta_t delta);
mach_port_rights_t srights_of(mach_port_t port);
mach_port_context_t context_of(mach_port_t port);
void set_context(mach_port_t port, mach_port_context_t context);
void guard(mach_port_t port, mach_port_context_t value, uint64_t flags);
bool is_member(mach_port_t port, mach_port_t set);
void insert_member(mach_port_t port, mach_port_t set);
/* The sequence number that the next message, of this id, comes with. */
mach_port_seqno_t receive_seqno(mach_port_t port, mach_msg_id_t id);
/* The right in the next message, of this id, and nothing else in it. */
mach_port_t receive_right(mach_port_t port, mach_msg_id_t id);
/* Send ids 1, 2, ... until the queue is full. */
void fill_queue(mach_port_t port);
/* Receive ids @first to @last in this order. */
void expect_ids(mach_port_t port, mach_msg_id_t first, mach_msg_id_t last);

/* What mach_port_type() shows of a send and receive right while a message sent
 * with it is out, beyond the queue's limit. */
mach_port_type_t type_while_a_message_is_out(void);

/* Move the receive right to nobody: it is in a message on a port that is
 * returned. */
mach_port_t send_away(mach_port_t port);
/* And receive it again. */
mach_port_t fetch_back(mach_port_t carrier);

/* A thread that sends a message of this id, or receives one, and waits as long
 * as it takes. */
struct blocked {
	mach_port_t port;
	mach_msg_id_t id; /* of what is sent; of what came */
	mach_msg_return_t code;
	struct worker *worker;
};
/* Both return when the thread is blocked; the right to send is made or copied
 * as @disposition says. */
void start_sender(struct blocked *blocked, mach_port_t port, mach_msg_id_t id,
    mach_msg_type_name_t disposition);
void start_receiver(struct blocked *blocked, mach_port_t port);
/* It ends with this code. */
void expect_end(struct blocked *blocked, mach_msg_return_t code);

#endif
