/*
 * The helper: a process that may be made to wait, so that the kernel is not.
 *
 * Whoever reads or writes another process's memory waits for its page faults, and a
 * process can arrange for one to take for ever. So the kernel has a child do it, made
 * before either is in its sandbox. The two share a socket of packets: a request with
 * descriptors, and some time later an answer with the same id. Each operation has a
 * thread; one that does not end keeps it, until the helper ends, which it does with the
 * kernel.
 *
 * It trusts the kernel, and what it finds in /proc as far as helper_target.h says.
 */
#ifndef HELPER_H
#define HELPER_H

#include <mach/kern_return.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "kern_memory.h"

/* So many operations at once, of all users: the kernel asks for no more. */
#define HELPER_OPERATIONS 256

enum helper_kind {
	HELPER_READ,   /* from the process into the file */
	HELPER_WRITE,  /* from the file into the process */
	HELPER_COPY,   /* from the process into another, or the same */
	HELPER_REGION, /* what is mapped at an address, or next behind it */
};

/* An address in a process. */
struct helper_place {
	int32_t pid;
	uint32_t owner; /* the user whose process it must be; or: */
#define HELPER_ANY_OWNER UINT32_MAX
	uint64_t address;
};

/* With descriptors: the pidfd of `at`; to READ and WRITE, a memfd; to COPY, the pidfd
 * of `to`. */
struct helper_request {
	uint64_t id;
	uint32_t kind; /* enum helper_kind */
	uint32_t spare;
	struct helper_place at;
	struct helper_place to; /* of COPY */
	uint64_t bytes;         /* not 0, unless of REGION; no address wraps */
	uint64_t offset;        /* in the file */
};

struct helper_answer {
	uint64_t id;
	int32_t code; /* kern_return_t */
	uint32_t spare;
	struct kern_memory_region region; /* of REGION, on success */
};

/* Start it; its socket, which does not block, is the caller's. Before there are threads.
 * @sandbox: it gives up what it does not need. Return: 0 or a negative errno. */
int helper_start(bool sandbox, int *socket_out);

/* What the helper does for a request, in helper_memory.c: all but the answer's id. @other:
 * the second descriptor. */
void helper_do(const struct helper_request *request, int pidfd, int other,
    struct helper_answer *answer_out);

#endif
