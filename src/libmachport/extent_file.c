/* Files in memory of which extents are mappings. */
#include "extent_file.h"

#include <errno.h>
#include <fcntl.h>
#include <mach/vm_page_size.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base_assert.h"
#include "memory_file.h"
#include "packet.h"

/* Of RLIMIT_NOFILE, we have a part. */
#define DESCRIPTORS_PART 4

static struct extent_file *free_files GUARDED_BY(&vm_lock);
static uint64_t descriptor_count GUARDED_BY(&vm_lock);

int
extent_file_make(uint64_t bytes)
{
	int file;

	if (bytes > INT64_MAX || memory_file_exceeds_limit(bytes))
		return -1;
	file = memory_file_new("machport-memory");
	if (file < 0)
		return -1;
	file = packet_raise(file);
	if (ftruncate(file, (off_t)bytes) == 0 &&
	    fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0)
		return file;
	(void)syscall(SYS_close, file);
	return -1;
}

/* More of them, from Linux. */
static void
add_free_locked(void) REQUIRES(&vm_lock)
{
	size_t count = vm_page_size / sizeof(struct extent_file);
	struct extent_file *files = mmap(NULL, vm_page_size,
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (files == MAP_FAILED)
		return;
	for (size_t i = 0; i < count; i++) {
		files[i].next_free = free_files;
		free_files = &files[i];
	}
}

bool
extent_file_has_room_locked(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    descriptor_count < limit.rlim_cur / DESCRIPTORS_PART;
}

struct extent_file *
extent_file_new_locked(int descriptor, bool *descriptor_kept_out)
{
	struct extent_file *file;
	struct stat status;

	*descriptor_kept_out = false;
	if (!free_files)
		add_free_locked();
	file = free_files;
	if (!file || fstat(descriptor, &status) != 0) {
		(void)syscall(SYS_close, descriptor);
		return NULL;
	}
	free_files = file->next_free;
	*file = (struct extent_file){
	    .refs = 1,
	    .descriptor = -1,
	    .device = status.st_dev,
	    .inode = status.st_ino,
	    .generation = mapping_generation,
	};
	if (extent_file_has_room_locked()) {
		file->descriptor = packet_raise(descriptor);
		descriptor_count++;
		*descriptor_kept_out = true;
	} else {
		(void)syscall(SYS_close, descriptor);
	}
	return file;
}

struct extent_file *
extent_file_ref(struct extent_file *file)
{
	if (file)
		file->refs++;
	return file;
}

int
extent_file_descriptor_locked(struct extent_file *file)
{
	struct stat status;

	if (file->descriptor < 0)
		return -1;
	if (fstat(file->descriptor, &status) == 0 &&
	    status.st_dev == file->device && status.st_ino == file->inode)
		return file->descriptor;
	file->descriptor = -1;
	descriptor_count--;
	return -1;
}

void
extent_file_unref_locked(struct extent_file *file)
{
	int descriptor;

	if (!file)
		return;
	mp_assert(file->refs > 0);
	if (--file->refs > 0)
		return;
	descriptor = extent_file_descriptor_locked(file);
	if (descriptor >= 0) {
		(void)syscall(SYS_close, descriptor);
		descriptor_count--;
	}
	file->next_free = free_files;
	free_files = file;
}

int
extent_file_dup_locked(struct extent_file *file)
{
	int descriptor = extent_file_descriptor_locked(file);

	return descriptor < 0 ? -1
	                      : fcntl(descriptor, F_DUPFD_CLOEXEC, descriptor);
}

bool
extent_file_has_only_locked(
    struct extent_file *file, uint64_t offset, uint64_t bytes)
{
	int descriptor = extent_file_descriptor_locked(file);
	off_t data;

	if (descriptor < 0)
		return false;
	data = lseek(descriptor, 0, SEEK_DATA);
	if (data < 0)
		return errno == ENXIO; /* it has nothing */
	if ((uint64_t)data < offset)
		return false;
	return lseek(descriptor, (off_t)(offset + bytes), SEEK_DATA) < 0 &&
	    errno == ENXIO;
}

void
extent_file_punch_locked(
    struct extent_file *file, uint64_t offset, uint64_t bytes)
{
	int descriptor = extent_file_descriptor_locked(file);

	if (descriptor >= 0 && file->generation == mapping_generation)
		(void)fallocate(descriptor,
		    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset,
		    (off_t)bytes);
}

bool
extent_file_seal_locked(struct extent_file *file)
{
	int descriptor = extent_file_descriptor_locked(file);
	int seals;

	if (descriptor < 0)
		return false;
	seals = fcntl(descriptor, F_GET_SEALS);
	if (seals >= 0 && (seals & MEMORY_FILE_SEALS) == MEMORY_FILE_SEALS)
		return true;
	return fcntl(descriptor, F_ADD_SEALS, MEMORY_FILE_SEALS) == 0;
}
