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
 * It trusts the kernel, and what it finds in /proc as far as helper_memory.c says.
 */
#ifndef HELPER_H
#define HELPER_H

#include <mach/kern_return.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* So many operations at once, of all users: the kernel asks for no more. */
#define HELPER_OPERATIONS 256

enum helper_kind {
	HELPER_READ,  /* from the process into the file */
	HELPER_WRITE, /* from the file into the process */
};

/* With two descriptors: the process's pidfd, and a memfd. */
struct helper_request {
	uint64_t id;
	uint32_t kind; /* enum helper_kind */
	int32_t pid;
	uint32_t owner; /* the user whose process it must be; or: */
#define HELPER_ANY_OWNER UINT32_MAX
	uint32_t bytes;   /* not 0 */
	uint64_t address; /* in the process; it does not wrap */
	uint64_t offset;  /* in the file, a multiple of a page */
};

struct helper_answer {
	uint64_t id;
	int32_t code; /* kern_return_t */
	uint32_t spare;
};

/* Start it; its socket, which does not block, is the caller's. Before there are threads. @sandbox: it gives up
 * what it does not need. Return: 0 or a negative errno. */
int helper_start(bool sandbox, int *socket_out);

/* What the helper does for a request, in helper_memory.c: the answer's code. */
kern_return_t helper_copy(
    const struct helper_request *request, int pidfd, int file);

#endif
