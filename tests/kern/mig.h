/*
 * Requests to kernel ports: sent as a task sends them, and what is replied.
 */
#ifndef TESTS_KERN_MIG_H
#define TESTS_KERN_MIG_H

#include "call_message.h"
#include "tasks.h"

/* What came out of a call, made in whatever way. */
struct mig_result {
	kern_return_t code;
	uint32_t count;
	uint32_t words[512];
};

/* @task sends it to @to, with a reply to its receive right @reply or, if that is
 * MACH_PORT_NULL, without. */
mach_msg_return_t mig_send(struct kern_task *task, mach_port_name_t to,
    struct mig_request *request, mach_port_name_t reply);

/* What is replied to a request with @id on @task's port @reply; nothing came:
 * MIG_NO_REPLY, a send-once notification came: MIG_SERVER_DIED. */
struct mig_result mig_receive(
    struct kern_task *task, mach_port_name_t reply, mach_msg_id_t id);

/* The same, as the engine gives it: what @waiter, which has to be reset, is left with;
 * NULL: nothing came. */
struct ipc_kmsg *mig_take(
    struct kern_task *task, mach_port_name_t reply, struct ipc_waiter *waiter);

/* Both. */
struct mig_result mig_rpc(struct kern_task *task, mach_port_name_t to,
    struct mig_request *request, mach_port_name_t reply);

/* The same by kern_call(), on @about. */
struct mig_result mig_direct(struct kern_task *caller, struct kern_task *about,
    enum wire_call call, const uint32_t *words, uint32_t count);

#endif
