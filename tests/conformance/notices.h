/*
 * What scenarios about notifications have in common: full queues, sends that ask
 * to be told, rights that die unused, and what is done in another task's space.
 */
#ifndef NOTICES_H
#define NOTICES_H

#include "scenario.h"

/* A receive and a send right, and as many messages, of id 1, as it has room for.
 */
mach_port_t new_full_port(mach_port_msgcount_t qlimit);
/* The same for a port that is there; @name has a send right for @port. */
void fill(mach_port_t port, mach_port_name_t name);
/* How many messages are queued. */
mach_port_msgcount_t queued(mach_port_t port);
/* Receive one, whatever it is, and destroy it. */
void take(mach_port_t port);

/* Ask, with MAKE_SEND_ONCE and all as it is given. *@previous_out may be NULL:
 * then there must be none if the call succeeds. */
kern_return_t ask(mach_port_t name, mach_msg_id_t id, mach_port_mscount_t sync,
    mach_port_t notify, mach_port_t *previous_out);
/* The same, of a send-once right of the scenario's. */
kern_return_t ask_moving(mach_port_t name, mach_msg_id_t id,
    mach_port_mscount_t sync, mach_port_t right);
/* Take the request back; the right that was registered is dropped, and tells
 * @notify so. */
void cancel(mach_port_t name, mach_msg_id_t id, mach_port_t notify);

/* Send a header of @id with MACH_SEND_NOTIFY, no wait for room, and @options. A
 * message that comes back is destroyed. */
mach_msg_return_t send_notify(mach_port_t port,
    mach_msg_type_name_t disposition, mach_msg_id_t id,
    mach_msg_option_t options, mach_port_t notify);

/* SEND_NOTIFY that may wait: the call, and its result. */
struct notify_send {
	mach_port_t port;
	mach_port_t notify;
	mach_msg_option_t option;
	mach_msg_timeout_t timeout;
	mach_msg_return_t result;
};
/* For a worker: makes the call of a struct notify_send. */
void send_notify_waiting(void *argument);

/* Send @count send-once rights for the receive right @to, at most 16,383, in one
 * message to @port, without waiting for room. */
mach_msg_return_t send_rights_once(
    mach_port_t port, mach_port_t to, uint32_t count);

/* A complex message, sent or received, of one port descriptor. */
struct right_message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t right;
};
struct right_message right_message(mach_port_t port,
    mach_msg_type_name_t port_disposition, mach_port_t right,
    mach_msg_type_name_t disposition);

/* A name of @task's, for a right of the scenario's: free there before. */
mach_port_name_t give(mach_port_t task, mach_port_name_t at, mach_port_t right,
    mach_msg_type_name_t disposition);

/* A send right for a port that @task receives on, by the name @at. */
mach_port_t new_remote_send(mach_port_t task, mach_port_name_t at);
/* The port of that name dies. */
void kill_remote(mach_port_t task, mach_port_name_t at);

/* As type_of(), refs_of(), in the space of @task. */
mach_port_type_t type_in(mach_port_t task, mach_port_name_t name);
mach_port_urefs_t refs_in(
    mach_port_t task, mach_port_name_t name, mach_port_right_t right);

#endif
