/* What Linux says of this process's mappings. */
#include "mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <mach/vm_page_size.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base_procmap.h"
#include "packet.h"

/* Of linux/fs.h, which may be older than Linux. */
struct page_range {
	uint64_t begin;
	uint64_t end;
	uint64_t categories;
};
struct page_scan {
	uint64_t size;
	uint64_t flags;
	uint64_t begin;
	uint64_t end;
	uint64_t walk_end; /* out */
	uint64_t ranges;
	uint64_t range_count;
	uint64_t pages_max;
	uint64_t inverted;
	uint64_t wanted_all;
	uint64_t wanted_any;
	uint64_t returned;
};
#define PAGE_SCAN _IOWR('f', 16, struct page_scan)
#define SCAN_IS_FILE (UINT64_C(1) << 2)
#define SCAN_IS_PRESENT (UINT64_C(1) << 3)
#define SCAN_IS_SWAPPED (UINT64_C(1) << 4)

/* Of a word of /proc/self/pagemap. */
#define PAGE_IS_FILE (UINT64_C(1) << 61)
#define PAGE_IS_SWAPPED (UINT64_C(1) << 62)
#define PAGE_IS_PRESENT (UINT64_C(1) << 63)

/* A file that tells of the process that opened it: kept open, and known again by what it
 * is, as programs close descriptors that are not theirs. */
struct own_file {
	const char *path;
	int descriptor; /* -1: not open */
	dev_t device;
	ino_t inode;
};

struct lock vm_lock = {PTHREAD_MUTEX_INITIALIZER};
uint32_t mapping_generation;

static struct own_file maps GUARDED_BY(&vm_lock) = {
    .path = "/proc/self/maps",
    .descriptor = -1,
};
static struct own_file pagemap GUARDED_BY(&vm_lock) = {
    .path = "/proc/self/pagemap",
    .descriptor = -1,
};

/* A word that is 0 in every child, however it was made; NULL before the first use. */
static _Atomic(atomic_uint *) birth;

/* Is this process the one that set the word? */
static bool
is_stray(void)
{
	atomic_uint *word = atomic_load_explicit(&birth, memory_order_acquire);

	return word && atomic_load_explicit(word, memory_order_relaxed) == 0;
}

static void
set_birth(void)
{
	atomic_uint *word = atomic_load_explicit(&birth, memory_order_relaxed);

	if (!word) {
		void *page = mmap(NULL, vm_page_size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (page == MAP_FAILED)
			return;
		(void)madvise(page, vm_page_size, MADV_WIPEONFORK);
		word = page;
	}
	atomic_store_explicit(word, 1, memory_order_relaxed);
	/* Who sees the pointer sees the word. Pairs with is_stray(). */
	atomic_store_explicit(&birth, word, memory_order_release);
}

void
vm_lock_take(struct lock_hold *hold_out)
{
	bool stray = is_stray();

	if (stray)
		lock_reset(&vm_lock);
	lock_take(&vm_lock, hold_out);
	if (stray)
		mapping_forget_locked();
	else if (!atomic_load_explicit(&birth, memory_order_relaxed))
		set_birth(); /* a child may be made while the lock is held */
}

void
vm_lock_give(const struct lock_hold *hold)
{
	lock_give(&vm_lock, hold);
}

static bool
is_same(const struct own_file *file)
{
	struct stat status;

	return file->descriptor >= 0 && fstat(file->descriptor, &status) == 0 &&
	    status.st_dev == file->device && status.st_ino == file->inode;
}

/* Its descriptor, or -1. */
static int
open_own(struct own_file *file)
{
	struct stat status;
	int descriptor;

	if (is_same(file))
		return file->descriptor;
	file->descriptor = -1;
	set_birth();
	descriptor = (int)syscall(
	    SYS_openat, AT_FDCWD, file->path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return -1;
	descriptor = packet_raise(descriptor);
	if (fstat(descriptor, &status) != 0) {
		(void)syscall(SYS_close, descriptor);
		return -1;
	}
	file->device = status.st_dev;
	file->inode = status.st_ino;
	file->descriptor = descriptor;
	return descriptor;
}

static void
close_own(struct own_file *file)
{
	if (is_same(file))
		(void)syscall(SYS_close, file->descriptor);
	file->descriptor = -1;
}

void
mapping_forget_locked(void)
{
	mapping_generation++;
	close_own(&maps);
	close_own(&pagemap);
	if (atomic_load_explicit(&birth, memory_order_relaxed))
		set_birth();
}

bool
mapping_is_told_locked(void)
{
	return open_own(&maps) >= 0;
}

static int
protection_of(uint64_t flags)
{
	return (flags & BASE_PROCMAP_READABLE ? PROT_READ : 0) |
	    (flags & BASE_PROCMAP_WRITABLE ? PROT_WRITE : 0) |
	    (flags & BASE_PROCMAP_EXECUTABLE ? PROT_EXEC : 0);
}

/* A number of base 10 or 16, and the character behind it. */
static const char *
read_number(const char *text, unsigned base, uint64_t *number_out)
{
	uint64_t number = 0;

	for (;; text++) {
		unsigned digit = base;

		if (*text >= '0' && *text <= '9')
			digit = (unsigned)(*text - '0');
		else if (*text >= 'a' && *text <= 'f')
			digit = (unsigned)(*text - 'a') + 10;
		if (digit >= base)
			break;
		number = number * base + digit;
	}
	*number_out = number;
	return *text == '\0' ? text : text + 1;
}

/* A line: "begin-end rwxp offset major:minor inode name". */
static void
read_line(const char *line, struct mapping *mapping_out)
{
	uint64_t major_number;
	uint64_t minor_number;
	uint64_t inode;

	line = read_number(line, 16, &mapping_out->begin);
	line = read_number(line, 16, &mapping_out->end);
	mapping_out->protection = (line[0] == 'r' ? PROT_READ : 0) |
	    (line[1] == 'w' ? PROT_WRITE : 0) |
	    (line[2] == 'x' ? PROT_EXEC : 0);
	mapping_out->shared = line[3] == 's';
	line = read_number(line + 5, 16, &mapping_out->offset);
	line = read_number(line, 16, &major_number);
	line = read_number(line, 16, &minor_number);
	(void)read_number(line, 10, &inode);
	mapping_out->device =
	    makedev((unsigned)major_number, (unsigned)minor_number);
	mapping_out->inode = (ino_t)inode;
}

/* All of a line but its name. */
#define LINE_BYTES 128

bool
mapping_find_text_locked(uint64_t address, struct mapping *mapping_out)
{
	char buffer[4096];
	char line[LINE_BYTES] = "";
	size_t length = 0;
	off_t offset = 0;
	long got;

	if (open_own(&maps) < 0)
		return false;
	while ((got = syscall(SYS_pread64, maps.descriptor, buffer,
	            sizeof(buffer), offset)) > 0) {
		offset += got;
		for (long i = 0; i < got; i++) {
			if (buffer[i] != '\n') {
				if (length < LINE_BYTES - 1)
					line[length++] = buffer[i];
				continue;
			}
			line[length] = '\0';
			length = 0;
			read_line(line, mapping_out);
			if (mapping_out->end > address)
				return true;
		}
	}
	return false;
}

bool
mapping_find_locked(uint64_t address, struct mapping *mapping_out)
{
	struct base_procmap query = {
	    .size = sizeof(query),
	    .query_flags = BASE_PROCMAP_COVERING_OR_NEXT,
	    .query_address = address,
	};

	if (open_own(&maps) < 0)
		return false;
	if (ioctl(maps.descriptor, BASE_PROCMAP_QUERY, &query) != 0)
		return errno != ENOENT &&
		    mapping_find_text_locked(address, mapping_out);
	*mapping_out = (struct mapping){
	    .begin = query.begin,
	    .end = query.end,
	    .offset = query.offset,
	    .inode = query.inode,
	    .device = makedev(query.device_major, query.device_minor),
	    .protection = protection_of(query.flags),
	    .shared = (query.flags & BASE_PROCMAP_SHARED) != 0,
	};
	return true;
}

bool
mapping_find(uint64_t address, struct mapping *mapping_out)
{
	struct lock_hold hold;
	bool found;

	vm_lock_take(&hold);
	found = mapping_find_locked(address, mapping_out);
	vm_lock_give(&hold);
	return found;
}

bool
mapping_covers_locked(uint64_t begin, uint64_t end)
{
	const int saved_errno = errno;
	/* It does nothing, and tells of holes; also where there is no /proc. */
	const bool covers =
	    syscall(SYS_msync, begin, end - begin, MS_ASYNC) == 0;

	errno = saved_errno;
	return covers;
}

bool
mapping_replace(uint64_t begin, uint64_t end, int protection, int how,
    int descriptor, uint64_t offset)
{
	/* Not by mmap(): to TSan that would write what others use. */
	return syscall(SYS_mmap, begin, end - begin, protection,
	           how | MAP_FIXED | MAP_NORESERVE, descriptor, offset) != -1;
}

bool
mapping_hide_locked(uint64_t *address_io, uint64_t bytes)
{
	void *const from = (void *)(uintptr_t)*address_io;
	void *to = mmap(NULL, bytes, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (to == MAP_FAILED)
		return false;
	if (mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) ==
	    MAP_FAILED) {
		(void)munmap(to, bytes);
		return false;
	}
	(void)madvise(to, bytes, MADV_DOFORK);
	(void)madvise(to, bytes, MADV_KEEPONFORK);
	*address_io = (uintptr_t)to;
	return true;
}

uint64_t
mapping_count_text_locked(uint64_t begin, uint64_t end)
{
	uint64_t words[256];
	uint64_t count = 0;

	if (open_own(&pagemap) < 0)
		return UINT64_MAX;
	while (begin < end) {
		size_t pages = (size_t)((end - begin) / vm_page_size);
		long got;

		if (pages > 256)
			pages = 256;
		got = syscall(SYS_pread64, pagemap.descriptor, words, pages * 8,
		    (off_t)(begin / vm_page_size * 8));
		if (got <= 0 || got % 8 != 0)
			return UINT64_MAX;
		for (long i = 0; i < got / 8; i++)
			if ((words[i] & (PAGE_IS_PRESENT | PAGE_IS_SWAPPED)) &&
			    !(words[i] & PAGE_IS_FILE))
				count++;
		begin += (uint64_t)got / 8 * vm_page_size;
	}
	return count;
}

uint64_t
mapping_count_changed_locked(uint64_t begin, uint64_t end)
{
	struct page_range ranges[64];
	struct page_scan scan = {
	    .size = sizeof(scan),
	    .begin = begin,
	    .end = end,
	    .ranges = (uintptr_t)ranges,
	    .range_count = 64,
	    .inverted = SCAN_IS_FILE,
	    .wanted_all = SCAN_IS_FILE,
	    .wanted_any = SCAN_IS_PRESENT | SCAN_IS_SWAPPED,
	    .returned = SCAN_IS_FILE,
	};
	uint64_t count = 0;

	if (open_own(&pagemap) < 0)
		return UINT64_MAX;
	while (scan.begin < end) {
		int r = ioctl(pagemap.descriptor, PAGE_SCAN, &scan);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return mapping_count_text_locked(begin, end);
		for (int i = 0; i < r; i++)
			count +=
			    (ranges[i].end - ranges[i].begin) / vm_page_size;
		scan.begin = scan.walk_end;
	}
	return count;
}
