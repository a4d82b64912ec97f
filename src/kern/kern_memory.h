/*
 * What tasks ask of the memory of processes, and the replies.
 *
 * Nobody but the platform can reach it, and not at once, since pages of a process can
 * keep whoever touches them waiting: it is asked by a struct kern_memory_request, and
 * answers with kern_memory_answer() when it has done that.
 */
#ifndef KERN_MEMORY_H
#define KERN_MEMORY_H

#include <mach/vm_region.h>
#include <sys/types.h>

#include "kern_reply.h"

struct kern_process; /* kern_platform.h */

enum kern_memory_kind {
	KERN_MEMORY_READ,           /* `bytes` at `at`, for the reply */
	KERN_MEMORY_WRITE,          /* `bytes` of `data` to `at` */
	KERN_MEMORY_COPY,           /* `bytes` at `at` to `to` */
	KERN_MEMORY_READ_OVERWRITE, /* the same, but the reply tells `bytes` */
	KERN_MEMORY_REGION,         /* what is at `at`, or next behind it */
};

/* An address in a process. */
struct kern_memory_place {
	const struct kern_process *process;
	/* It must be this user's process still, as is_owned_by() asks, unless that is
	 * root: he may do to his set-uid programs what he likes. */
	uid_t owner;
	uint64_t address; /* with bytes, it does not wrap */
};

/* All is borrowed. */
struct kern_memory_request {
	enum kern_memory_kind kind;
	struct kern_memory_place at;
	struct kern_memory_place to;
	/* Not 0; of READ and WRITE no more than 32 bits tell. No matter of REGION. */
	uint64_t bytes;
	const void *data; /* NULL: `memory` has it, from `offset` on */
	struct ipc_memory *memory;
	uint64_t offset;
	vm_region_flavor_t flavor; /* of REGION: how it is told */
	/* For whom. */
	uid_t user;
	struct ipc_account *account;
};

/* Mapped in one piece. */
struct kern_memory_region {
	uint64_t address;
	uint64_t bytes;
	uint64_t offset;    /* in the file that it is of */
	int32_t protection; /* VM_PROT_* */
	uint32_t shared;    /* bool */
};

struct kern_memory_result {
	kern_return_t code;
	/* On success, of READ: from a page that is not the file's first on. */
	struct ipc_memory *memory; /* CONSUMED */
	uint64_t offset;
	struct kern_memory_region region; /* of REGION */
};

/* The reply, CONSUMED, to what was asked by @request, of which `data` and all that it
 * points to is no matter any more. */
void kern_memory_answer(const struct kern_memory_request *request,
    const struct kern_memory_result *result, struct kern_reply *reply);

/* How many words tell of a region in this way; 0: there is no such way. */
uint32_t kern_memory_region_words(vm_region_flavor_t flavor);

#endif
