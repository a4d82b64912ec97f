/*
 * Memory of another process, through two files of it in /proc: what is mapped, and
 * the memory itself.
 *
 * Both files are of the memory that the process had when they were opened; after an exec
 * there is nothing to be had from them any more. So it is enough to look, after they
 * were opened, whose process it is:
 *
 *	1	open the files
 *	2	see that the process is alive: so it was it that they belong to
 *	3	see that it is the user's, and may be dumped; if it was not at 1, it
 *		executed another program since, and the files are void
 *	4	copy
 *
 * process_vm_writev() would have 3 before 1: a set-uid program that is executed in
 * between would be written to.
 *
 * The memory file is read and written whatever the pages' protection is; so that is
 * looked up before. The process can change it meanwhile, which harms nobody but it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper.h"

static kern_return_t
map_error(int error)
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
		return KERN_RESOURCE_SHORTAGE;
	default:
		return KERN_FAILURE;
	}
}

static bool
has_exited(int pidfd)
{
	struct pollfd event = {.fd = pidfd, .events = POLLIN};

	return poll(&event, 1, 0) != 0;
}

/* Steps 2 and 3. The file tells more than the directory, which is always the
 * user's. */
static kern_return_t
verify(const struct helper_request *request, int pidfd)
{
	char path[48];
	struct stat status;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)request->pid);
	if (stat(path, &status) != 0)
		return KERN_INVALID_TASK;
	if (has_exited(pidfd))
		return KERN_INVALID_TASK;
	if (request->owner != HELPER_ANY_OWNER &&
	    status.st_uid != request->owner)
		return KERN_PROTECTION_FAILURE;
	return KERN_SUCCESS;
}

/* How far the range from @at on is known to be good, by a line of `maps`. */
static kern_return_t
check_line(const char *line, char needed, uint64_t end, uint64_t *at)
{
	uint64_t from;
	uint64_t to;
	char *next;

	from = strtoull(line, &next, 16);
	if (*next != '-')
		return KERN_FAILURE;
	to = strtoull(next + 1, &next, 16);
	if (to <= *at || *at >= end)
		return KERN_SUCCESS;
	if (from > *at)
		return KERN_INVALID_ADDRESS;
	/* " rwxp": which of them is a matter of place. */
	if (strnlen(next, 3) < 3 || next[needed == 'r' ? 1 : 2] != needed)
		return KERN_PROTECTION_FAILURE;
	*at = to;
	return KERN_SUCCESS;
}

/* Is all of the range mapped, and may the process itself do that with it? */
static kern_return_t
check_range(const struct helper_request *request, FILE *maps)
{
	const char needed = request->kind == HELPER_READ ? 'r' : 'w';
	const uint64_t end = request->address + request->bytes;
	uint64_t at = request->address;
	kern_return_t kr = KERN_SUCCESS;
	char *line = NULL;
	size_t room = 0;

	while (
	    kr == KERN_SUCCESS && at < end && getline(&line, &room, maps) > 0)
		kr = check_line(line, needed, end, &at);
	free(line);
	if (kr == KERN_SUCCESS && at < end)
		kr = KERN_INVALID_ADDRESS;
	return kr;
}

/* Step 4, with the file at @buffer. */
static kern_return_t
copy(const struct helper_request *request, int memory, uint8_t *buffer)
{
	size_t done = 0;

	while (done < request->bytes) {
		const off_t at = (off_t)(request->address + done);
		const size_t left = request->bytes - done;
		const ssize_t r = request->kind == HELPER_READ
		    ? pread(memory, buffer + done, left, at)
		    : pwrite(memory, buffer + done, left, at);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return map_error(errno);
		if (r == 0)
			return KERN_INVALID_ADDRESS; /* it is gone */
		done += (size_t)r;
	}
	return KERN_SUCCESS;
}

static kern_return_t
copy_mapped(const struct helper_request *request, int memory, int file)
{
	const int protection =
	    request->kind == HELPER_READ ? PROT_READ | PROT_WRITE : PROT_READ;
	void *buffer = mmap(NULL, request->bytes, protection, MAP_SHARED, file,
	    (off_t)request->offset);
	kern_return_t kr;

	if (buffer == MAP_FAILED)
		return KERN_RESOURCE_SHORTAGE;
	kr = copy(request, memory, buffer);
	/* Before the answer: a file that is mapped cannot be sealed. */
	(void)munmap(buffer, request->bytes);
	return kr;
}

static kern_return_t
copy_verified(const struct helper_request *request, int pidfd, FILE *maps,
    int memory, int file)
{
	kern_return_t kr = verify(request, pidfd);

	if (kr == KERN_SUCCESS)
		kr = check_range(request, maps);
	if (kr == KERN_SUCCESS)
		kr = copy_mapped(request, memory, file);
	return kr;
}

static FILE *
open_maps(pid_t pid)
{
	char path[48];

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	return fopen(path, "re");
}

static int
open_memory(const struct helper_request *request)
{
	const int flags = request->kind == HELPER_READ ? O_RDONLY : O_RDWR;
	char path[48];

	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)request->pid);
	return open(path, flags | O_CLOEXEC);
}

kern_return_t
helper_copy(const struct helper_request *request, int pidfd, int file)
{
	FILE *maps = open_maps(request->pid);
	kern_return_t kr;
	int memory;

	if (!maps)
		return map_error(errno);
	memory = open_memory(request);
	if (memory < 0) {
		kr = map_error(errno);
	} else {
		kr = copy_verified(request, pidfd, maps, memory, file);
		(void)close(memory);
	}
	(void)fclose(maps);
	return kr;
}
