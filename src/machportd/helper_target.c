/* A process's files in /proc. */
#include "helper_target.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <mach/vm_prot.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base_procmap.h"

kern_return_t
helper_target_error(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return KERN_PROTECTION_FAILURE;
	case ENOENT:
	case ESRCH:
		return KERN_INVALID_TASK;
	case EFAULT:
	case EIO:
		return KERN_MEMORY_ERROR;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOSPC:
		return KERN_RESOURCE_SHORTAGE;
	default:
		return KERN_FAILURE;
	}
}

/* --- opening ---------------------------------------------------------------- */

static bool
has_exited(int pidfd)
{
	struct pollfd event = {.fd = pidfd, .events = POLLIN};

	return poll(&event, 1, 0) != 0;
}

/* Steps 2 and 3. The file tells more than the directory, which is always the
 * user's. */
static kern_return_t
verify(const struct helper_place *place, int pidfd)
{
	char path[48];
	struct stat status;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)place->pid);
	if (stat(path, &status) != 0)
		return KERN_INVALID_TASK;
	if (has_exited(pidfd))
		return KERN_INVALID_TASK;
	if (place->owner != HELPER_ANY_OWNER && status.st_uid != place->owner)
		return KERN_PROTECTION_FAILURE;
	return KERN_SUCCESS;
}

static FILE *
open_maps(pid_t pid)
{
	char path[48];

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	return fopen(path, "re");
}

static int
open_memory(pid_t pid, enum helper_use use)
{
	const int flags = use == HELPER_USE_READ ? O_RDONLY : O_RDWR;
	char path[48];

	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	return open(path, flags | O_CLOEXEC);
}

kern_return_t
helper_target_open(const struct helper_place *place, int pidfd,
    enum helper_use use, struct helper_target *target_out)
{
	struct helper_target target = {.use = use, .memory = -1};
	kern_return_t kr;

	target.maps = open_maps(place->pid);
	if (!target.maps)
		return helper_target_error(errno);
	if (use != HELPER_USE_MAPS)
		target.memory = open_memory(place->pid, use);
	if (use != HELPER_USE_MAPS && target.memory < 0)
		kr = helper_target_error(errno);
	else
		kr = verify(place, pidfd);
	if (kr == KERN_SUCCESS)
		*target_out = target;
	else
		helper_target_close(&target);
	return kr;
}

void
helper_target_close(struct helper_target *target)
{
	(void)fclose(target->maps);
	if (target->memory >= 0)
		(void)close(target->memory);
}

/* --- what is mapped --------------------------------------------------------- */

static_assert(_IOWR('f', 17, struct base_procmap) == HELPER_TARGET_REQUEST,
    "the sandbox lets it through");

/* Return: 0 or a negative errno; -ENOENT: there is none. */
static int
query(int maps, uint64_t address, struct kern_memory_region *region_out)
{
	struct base_procmap found = {
	    .size = sizeof(found),
	    .query_flags = BASE_PROCMAP_COVERING_OR_NEXT,
	    .query_address = address,
	};

	if (ioctl(maps, HELPER_TARGET_REQUEST, &found) != 0)
		return -errno;
	*region_out = (struct kern_memory_region){
	    .address = found.begin,
	    .bytes = found.end - found.begin,
	    .offset = found.offset,
	    .protection =
	        (found.flags & BASE_PROCMAP_READABLE ? VM_PROT_READ : 0) |
	        (found.flags & BASE_PROCMAP_WRITABLE ? VM_PROT_WRITE : 0) |
	        (found.flags & BASE_PROCMAP_EXECUTABLE ? VM_PROT_EXECUTE : 0),
	    .shared = (found.flags & BASE_PROCMAP_SHARED) != 0,
	};
	return 0;
}

/* A line of `maps`: FROM-TO rwxp OFFSET ..., all in hexadecimal. */
static bool
parse(const char *line, struct kern_memory_region *region_out)
{
	uint64_t end;
	char *next;

	region_out->address = strtoull(line, &next, 16);
	if (*next != '-')
		return false;
	end = strtoull(next + 1, &next, 16);
	if (end <= region_out->address || strnlen(next, 6) < 6)
		return false;
	region_out->bytes = end - region_out->address;
	region_out->protection = (next[1] == 'r' ? VM_PROT_READ : 0) |
	    (next[2] == 'w' ? VM_PROT_WRITE : 0) |
	    (next[3] == 'x' ? VM_PROT_EXECUTE : 0);
	region_out->shared = next[4] == 's';
	region_out->offset = strtoull(next + 5, NULL, 16);
	return true;
}

/* The last line may be of a page of Linux's own, at an address that no process's memory
 * has. */
static bool
read_region(FILE *maps, uint64_t address, struct kern_memory_region *region_out)
{
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	while (!found && getline(&line, &room, maps) > 0)
		found = parse(line, region_out) &&
		    region_out->address + region_out->bytes > address;
	free(line);
	return found && region_out->address <= INT64_MAX;
}

/* The next region that ends behind @address. False: there is none. */
static bool
next_region(const struct helper_target *target, uint64_t address,
    struct kern_memory_region *region_out)
{
	int error = -ENOTTY;

	if (!target->text)
		error = query(fileno(target->maps), address, region_out);
	/* The process has no memory any more: that cannot be told from no region. */
	if (error == 0 || error == -ENOENT || error == -ESRCH)
		return error == 0;
	return read_region(target->maps, address, region_out);
}

kern_return_t
helper_target_check(
    const struct helper_target *target, uint64_t address, uint64_t bytes)
{
	const int32_t needed =
	    target->use == HELPER_USE_READ ? VM_PROT_READ : VM_PROT_WRITE;
	const uint64_t end = address + bytes;
	struct kern_memory_region region = {0};

	while (address < end) {
		if (!next_region(target, address, &region) ||
		    region.address > address)
			return KERN_INVALID_ADDRESS;
		if (!(region.protection & needed))
			return KERN_PROTECTION_FAILURE;
		address = region.address + region.bytes;
	}
	return KERN_SUCCESS;
}

kern_return_t
helper_target_region(const struct helper_target *target, uint64_t address,
    struct kern_memory_region *region_out)
{
	return next_region(target, address, region_out) ? KERN_SUCCESS
	                                                : KERN_INVALID_ADDRESS;
}
