/*
 * The memory of another process, through two files of it in /proc: what is mapped, and
 * the memory itself. For the helper, which may wait.
 *
 * Both files are of the memory that the process had when they were opened; after an exec
 * there is nothing to be had from them any more. So it is enough to look, after they
 * were opened, whose process it is:
 *
 *	1	open the files
 *	2	see that the process is alive: so it was it that they belong to
 *	3	see that it is the user's, and may be dumped; if it was not at 1, it
 *		executed another program since, and the files are void
 *	4	use them
 *
 * process_vm_writev() would have 3 before 1: a set-uid program that is executed in
 * between would be written to.
 *
 * The memory file is read and written whatever the pages' protection is; so that is
 * looked up before. The process can change it meanwhile, which harms nobody but it.
 */
#ifndef HELPER_TARGET_H
#define HELPER_TARGET_H

#include <stdio.h>

#include "helper.h"

/* The one ioctl() that is made: PROCMAP_QUERY. */
#define HELPER_TARGET_REQUEST 0xc0686611u

/* What is to be done with it. */
enum helper_use {
	HELPER_USE_MAPS, /* see what is mapped */
	HELPER_USE_READ,
	HELPER_USE_WRITE,
};

struct helper_target {
	enum helper_use use;
	FILE *maps;
	int memory; /* -1: for HELPER_USE_MAPS */
	bool
	    text; /* `maps` is to be read: Linux (before 6.11) has no call for it */
};

/* Steps 1 to 3. Return: KERN_SUCCESS; or else, with nothing to close,
 * KERN_INVALID_TASK, KERN_PROTECTION_FAILURE, KERN_RESOURCE_SHORTAGE, KERN_FAILURE. */
kern_return_t helper_target_open(const struct helper_place *place, int pidfd,
    enum helper_use use, struct helper_target *target_out);
void helper_target_close(struct helper_target *target);

/* Is all of the range mapped, and may the process itself do that with it? Once for each
 * target. Return: KERN_SUCCESS, KERN_INVALID_ADDRESS, KERN_PROTECTION_FAILURE. */
kern_return_t helper_target_check(
    const struct helper_target *target, uint64_t address, uint64_t bytes);

/* What is mapped at @address, or the next behind it. Once for each target. Return:
 * KERN_SUCCESS; KERN_INVALID_ADDRESS: nothing. */
kern_return_t helper_target_region(const struct helper_target *target,
    uint64_t address, struct kern_memory_region *region_out);

/* What a failure to open, read or write a target's file says. */
kern_return_t helper_target_error(int error);

#endif
