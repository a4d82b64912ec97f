/* Sealed memfds: those of tasks, checked, and our own. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base_alloc.h"

/* Linux 6.3; not in older headers. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

#define FILE_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* Giving back more than this takes longer than a task should wait for another; it is
 * a region of 1 MiB, and the message before it. Less is closed at once, because a
 * thread to close it costs the event loop about 30 us; but if there is much of it, the
 * thread is there. */
#define FILE_QUICK_BYTES ((UINT64_C(1) << 20) + (UINT64_C(64) << 10))
/* Closing a file with no memory takes as long as giving back so much. */
#define FILE_CLOSE_BYTES (UINT64_C(16) << 10)
/* Of stat(), whatever the file system's are. */
#define BLOCK_BYTES 512

/* What is in the file can become as much as its size, and no more; what lies
 * beyond its end was there before it was sealed. */
static uint64_t
most_memory(const struct stat *status)
{
	const uint64_t bytes = (uint64_t)status->st_size;
	const uint64_t there = (uint64_t)status->st_blocks * BLOCK_BYTES;

	return bytes > there ? bytes : there;
}

/* Is @fd a memfd of tmpfs that has all of @wanted? */
static bool
check(int fd, int wanted, struct file_facts *facts_out)
{
	struct statfs system;
	struct stat status;
	int seals;

	/* The order matters: only a memfd has seals, and asking for them waits
	 * for nobody, whatever the descriptor is. */
	seals = fcntl(fd, F_GET_SEALS);
	if (seals < 0 || (seals & wanted) != wanted)
		return false;
	/* Not hugetlbfs, whose pages cannot be mapped one by one. */
	if (fstatfs(fd, &system) != 0 || system.f_type != TMPFS_MAGIC)
		return false;
	if (fstat(fd, &status) != 0 || status.st_size < 0)
		return false;
	facts_out->bytes = (uint64_t)status.st_size;
	facts_out->memory_bytes = most_memory(&status);
	return true;
}

bool
file_check(int fd, struct file_facts *facts_out)
{
	return check(fd, FILE_SEALS, facts_out);
}

bool
file_check_shared(int fd, struct file_facts *facts_out)
{
	return check(fd, F_SEAL_SHRINK | F_SEAL_GROW, facts_out);
}

static bool
file_read(
    const struct ipc_memory *memory, uint64_t offset, void *to, size_t count)
{
	const struct file *file =
	    (const struct file *)(const void *)((const char *)memory -
	        offsetof(struct file, memory));
	uint8_t *at = to;
	ssize_t got;

	while (count > 0) {
		got = pread(file->fd, at, count, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		offset += (uint64_t)got;
		count -= (size_t)got;
	}
	return true;
}

void
file_close(struct user *user, int fd, uint64_t memory_bytes)
{
	if (memory_bytes <= FILE_QUICK_BYTES &&
	    budget_take_close(user->budget, memory_bytes + FILE_CLOSE_BYTES))
		(void)close(fd);
	else
		user_close(user, fd);
}

void
file_uncharge(struct file *file)
{
	if (file->charged)
		user_give(file->user, USER_FILES);
	file->charged = false;
}

static void
file_free(struct ipc_memory *memory)
{
	struct file *file = file_of_memory(memory);

	file_close(file->user, file->fd, memory->memory_bytes);
	file_uncharge(file);
	(void)user_unref(file->user);
	base_free(file);
}

struct file *
file_new(struct user *user, int fd, const struct file_facts *facts)
{
	struct file *file;

	if (!user_take(user, USER_FILES))
		goto close_fd;
	file = base_zalloc(1, sizeof(*file));
	if (!file)
		goto give;
	file->memory.bytes = facts->bytes;
	file->memory.memory_bytes = facts->memory_bytes;
	file->memory.read = file_read;
	file->memory.free = file_free;
	file->user = user_ref(user);
	file->charged = true;
	file->fd = fd;
	return file;

give:
	user_give(user, USER_FILES);
close_fd:
	file_close(user, fd, facts->memory_bytes);
	return NULL;
}

void
file_writer_init(struct file_writer *writer)
{
	writer->fd = -1;
	writer->bytes = 0;
}

void
file_writer_deinit(struct file_writer *writer)
{
	if (writer->fd >= 0)
		(void)close(writer->fd);
	writer->fd = -1;
}

static bool
writer_open(struct file_writer *writer)
{
	const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;

	if (writer->fd >= 0)
		return true;
	writer->fd = memfd_create("machport", flags | MFD_NOEXEC_SEAL);
	if (writer->fd < 0 && errno == EINVAL)
		writer->fd = memfd_create("machport", flags);
	return writer->fd >= 0;
}

void
file_writer_skip(struct file_writer *writer, uint64_t bytes)
{
	writer->bytes += bytes;
}

bool
file_writer_grow(struct file_writer *writer, uint64_t bytes)
{
	if (!writer_open(writer) ||
	    ftruncate(writer->fd, (off_t)(writer->bytes + bytes)) != 0)
		return false;
	writer->bytes += bytes;
	return true;
}

bool
file_writer_fill(struct file_writer *writer, uint64_t offset, const void *bytes,
    size_t count)
{
	const uint8_t *at = bytes;
	ssize_t done;

	if (!writer_open(writer))
		return false;
	while (count > 0) {
		done = pwrite(writer->fd, at, count, (off_t)offset);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		at += done;
		offset += (uint64_t)done;
		count -= (size_t)done;
	}
	return true;
}

bool
file_writer_append(struct file_writer *writer, const void *bytes, size_t count)
{
	if (!file_writer_fill(writer, writer->bytes, bytes, count))
		return false;
	writer->bytes += count;
	return true;
}

uint64_t
file_page_align(uint64_t bytes)
{
	return (bytes + ipc_world.page - 1) & ~((uint64_t)ipc_world.page - 1);
}

bool
file_writer_append_page(struct file_writer *writer, const void *bytes,
    size_t count, uint64_t *offset_out)
{
	uint64_t offset = file_page_align(writer->bytes);

	if (!file_writer_fill(writer, offset, bytes, count))
		return false;
	writer->bytes = offset + count;
	*offset_out = offset;
	return true;
}

bool
file_writer_seal(struct file_writer *writer)
{
	return writer_open(writer) &&
	    ftruncate(writer->fd, (off_t)file_page_align(writer->bytes)) == 0 &&
	    fcntl(writer->fd, F_ADD_SEALS, FILE_SEALS | F_SEAL_SEAL) == 0;
}
