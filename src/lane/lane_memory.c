/* Memory that one process writes and others read, as sealed memfds. */
#include "lane_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Linux 6.3; not in older headers. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

#define LANE_SEALS                                                             \
	(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL)

/* A file may have memory beyond its end, up to a multiple of this: Linux may have made its
 * pages large. More would take its time to be given back. */
#define LARGE_PAGE ((uint64_t)2 << 20)
/* Of stat(), whatever the file system's are. */
#define BLOCK_BYTES 512

static int
open_file(const char *name)
{
	const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int file = memfd_create(name, flags | MFD_NOEXEC_SEAL);

	if (file < 0 && errno == EINVAL)
		file = memfd_create(name, flags);
	return file;
}

static void *
map(int file, size_t bytes, int protection)
{
	void *memory = mmap(NULL, bytes, protection, MAP_SHARED, file, 0);

	if (memory == MAP_FAILED)
		return NULL;
	if (madvise(memory, bytes, MADV_DONTFORK) == 0)
		return memory;
	(void)munmap(memory, bytes);
	return NULL;
}

/* Not by glibc's fallocate(), where a thread could be cancelled; it may have locks. */
static bool
has_all_pages(int file, size_t bytes)
{
	return syscall(SYS_fallocate, file, 0, (off_t)0, (off_t)bytes) == 0;
}

/* All of @file, zeroed, mapped to be written, which nobody else will do after this.
 * NULL, and errno. */
static void *
map_and_seal(int file, size_t bytes)
{
	void *memory;

	/* What is not there for want of memory must not come to light as SIGBUS. */
	if (ftruncate(file, (off_t)bytes) != 0 || !has_all_pages(file, bytes))
		return NULL;
	memory = map(file, bytes, PROT_READ | PROT_WRITE);
	if (!memory)
		return NULL;
	/* Linux calls a page a hole until it has been used. */
	memset(memory, 0, bytes);
	if (fcntl(file, F_ADD_SEALS, LANE_SEALS) == 0)
		return memory;
	(void)munmap(memory, bytes);
	return NULL;
}

int
lane_memory_new(
    const char *name, size_t bytes, void **memory_out, int *descriptor_out)
{
	int file = open_file(name);
	int error;

	if (file < 0)
		return -errno;
	*memory_out = map_and_seal(file, bytes);
	if (!*memory_out) {
		error = -errno;
		(void)syscall(SYS_close, file);
		return error;
	}
	*descriptor_out = file;
	return 0;
}

static uint64_t
memory_most(size_t bytes)
{
	return (bytes + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
}

bool
lane_memory_check(int descriptor, size_t bytes)
{
	struct statfs system;
	struct stat status;
	int seals;

	/* The order matters: only a memfd has seals, and asking for them waits for
	 * nobody, whatever the descriptor is. */
	seals = fcntl(descriptor, F_GET_SEALS);
	if (seals < 0 || (seals & LANE_SEALS) != LANE_SEALS)
		return false;
	/* Not hugetlbfs, whose pages can be wanting when they are touched. */
	if (fstatfs(descriptor, &system) != 0 || system.f_type != TMPFS_MAGIC)
		return false;
	if (fstat(descriptor, &status) != 0 ||
	    (uint64_t)status.st_size != bytes ||
	    (uint64_t)status.st_blocks * BLOCK_BYTES > memory_most(bytes))
		return false;
	/* Not by st_blocks, which counts pages beyond the end as well: a file may have
	 * as many of those as it has holes. */
	return lseek(descriptor, 0, SEEK_HOLE) == (off_t)bytes;
}

const void *
lane_memory_map(int descriptor, size_t bytes)
{
	return map(descriptor, bytes, PROT_READ);
}

const void *
lane_memory_map_ring(int descriptor, size_t bytes, size_t ring_bytes)
{
	const size_t all = bytes + ring_bytes;
	uint8_t *memory = map(descriptor, all, PROT_READ);
	uint8_t *again;

	if (!memory)
		return NULL;
	again = memory + bytes;
	/* There is no more of the file there than room for this. */
	if (mmap(again, ring_bytes, PROT_READ, MAP_SHARED | MAP_FIXED,
	        descriptor, (off_t)(bytes - ring_bytes)) != MAP_FAILED &&
	    madvise(again, ring_bytes, MADV_DONTFORK) == 0)
		return memory;
	(void)munmap(memory, all);
	return NULL;
}

void
lane_memory_unmap(const void *memory, size_t bytes)
{
	if (memory)
		(void)munmap((void *)(uintptr_t)memory, bytes);
}
