/*
 * From a message in transit to one that a stub reads, and from what it wrote to a
 * message in transit: the two halves of kern_mig.c's work. For it alone.
 */
#ifndef KERN_MIG_MESSAGE_H
#define KERN_MIG_MESSAGE_H

#include "kern_call.h"
#include "kern_mig_interfaces.h"

/* Handles: the object's port, the reply right; then those of the request's rights
 * that are neither null nor dead, by index; and, above all of these, those of the
 * reply, in the order in which they were given. */
enum {
	KERN_MIG_OBJECT = 1,
	KERN_MIG_REPLY = 2,
	KERN_MIG_RIGHTS = 3,
	KERN_MIG_GIVEN = KERN_MIG_RIGHTS + IPC_RIGHTS_MAX,
};

/* The request that is served, and what there is of its reply. */
struct kern_mig_serving {
	struct ipc_kobject *object;
	struct ipc_kmsg *request;
	struct ipc_account *account; /* who pays; +1 */
	struct kern_call call;
	uint32_t reply_bytes; /* of the routine's largest */
	uint8_t *placed;  /* the placed regions, while it is served; owned */
	bool takes_files; /* see kern_mig_file() */
	bool deferred;

	/* From kern_mig_reserve() on. */
	struct ipc_kmsg *reply; /* memory for it */
	struct ipc_kmsg_right *given;
	uint32_t
	    given_count; /* of the room for them that there is in `reply` */
	uint32_t given_room;
};

/* The handle of a right: what stands for it, or @handle. */
mach_port_t kern_mig_handle(const struct ipc_port *right, mach_port_t handle);

/* The request as it looks to who has received it, with its trailer. KERN_SUCCESS;
 * MIG_BAD_ARGUMENTS: no routine's request looks like this; KERN_RESOURCE_SHORTAGE. */
kern_return_t kern_mig_load(
    struct kern_mig_serving *s, struct kern_mig_request *request_out);

/* Put the reply that the stub has written into the memory for it. */
void kern_mig_store(struct kern_mig_serving *s, union kern_mig_reply *reply);

#endif
