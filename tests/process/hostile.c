/* Means to write what was sent. Each may fail; none may be seen. */
#include "hostile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "hostile_ring.h"

#define JUNK 0xEE
#define PAGE ((size_t)4096)
#define FILES_MOST 256

/* --- what there is ---------------------------------------------------------- */

static bool
read_mapping(FILE *maps, struct hostile_mapping *mapping_out)
{
	char line[512];
	char *end;

	if (!fgets(line, sizeof(line), maps))
		return false;
	mapping_out->begin = strtoul(line, &end, 16);
	mapping_out->end = strtoul(end + 1, &end, 16);
	memcpy(mapping_out->flags, end + 1, 4);
	mapping_out->flags[4] = '\0';
	end += 1 + 4;
	for (int i = 0; i < 2; i++)
		end = strchr(end + 1, ' ');
	mapping_out->inode = strtoul(end, NULL, 10);
	mapping_out->is_ours = strstr(line, "/memfd:machport") != NULL;
	return true;
}

static FILE *
open_maps(int pid)
{
	char path[32];
	FILE *maps;

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	CHECK(maps);
	return maps;
}

bool
hostile_find(const void *address, struct hostile_mapping *mapping_out)
{
	FILE *maps = open_maps(getpid());
	bool found = false;

	while (!found && read_mapping(maps, mapping_out))
		found = mapping_out->begin <= (uintptr_t)address &&
		    (uintptr_t)address < mapping_out->end;
	(void)fclose(maps);
	return found;
}

unsigned
hostile_count_mapped_files(int pid)
{
	struct hostile_mapping mapping;
	FILE *maps = open_maps(pid);
	unsigned count = 0;

	while (read_mapping(maps, &mapping))
		count += mapping.is_ours;
	(void)fclose(maps);
	return count;
}

/* The descriptors of this process that are files in memory, to @list: how many. */
static unsigned
list_memory_files(int list[FILES_MOST])
{
	DIR *files = opendir("/proc/self/fd");
	unsigned count = 0;

	CHECK(files);
	for (struct dirent *file; (file = readdir(files)) != NULL;) {
		const int descriptor = (int)strtol(file->d_name, NULL, 10);

		if (file->d_name[0] != '.' &&
		    fcntl(descriptor, F_GET_SEALS) >= 0 && count < FILES_MOST)
			list[count++] = descriptor;
	}
	(void)closedir(files);
	return count;
}

/* A descriptor of ours of the file that is mapped at the target; -1: there is none. */
static int
find_descriptor(const struct target *target)
{
	struct hostile_mapping mapping;
	int list[FILES_MOST];
	const unsigned count = list_memory_files(list);
	struct stat status;

	if (!hostile_find(target->at, &mapping) || mapping.inode == 0)
		return -1;
	for (unsigned i = 0; i < count; i++)
		if (fstat(list[i], &status) == 0 &&
		    status.st_ino == mapping.inode)
			return list[i];
	return -1;
}

/* --- what is written -------------------------------------------------------- */

/* By a system call, as there may be nothing. */
static void
write_own(const struct target *target)
{
	static unsigned char junk[65536];
	const struct iovec from = {junk, sizeof(junk)};

	memset(junk, JUNK, sizeof(junk));
	for (size_t i = 0; i < target->bytes; i += sizeof(junk)) {
		const size_t left = target->bytes - i;
		const struct iovec to = {
		    target->at + i, left < sizeof(junk) ? left : sizeof(junk)};

		(void)process_vm_writev(getpid(), &from, 1, &to, 1, 0);
	}
}

static void
write_kept(const struct target *target)
{
	if (target->kept)
		memset(target->kept, JUNK, target->bytes);
}

static void
strike_kept(struct target *target)
{
	write_kept(target);
	write_own(target);
}

/* All that can be done to a file. */
static void
write_file(int file, size_t bytes)
{
	static unsigned char junk[65536];
	void *mapping;

	memset(junk, JUNK, sizeof(junk));
	for (size_t i = 0; i < bytes; i += sizeof(junk))
		(void)!pwrite(file, junk, sizeof(junk), (off_t)i);
	(void)fallocate(
	    file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, (off_t)bytes);
	(void)fallocate(file, FALLOC_FL_COLLAPSE_RANGE, 0, 4096);
	(void)!ftruncate(file, 0);
	(void)!ftruncate(file, (off_t)bytes);
	mapping =
	    mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (mapping == MAP_FAILED)
		return;
	memset(mapping, JUNK, bytes);
	(void)munmap(mapping, bytes);
}

/* --- mappings and descriptors ----------------------------------------------- */

static void
duplicate_mapping(struct target *target)
{
	if (!target->is_shared)
		return;
	target->kept = mremap(target->at, 0, target->bytes, MREMAP_MAYMOVE);
	CHECK(target->kept != MAP_FAILED);
}
const struct attack attack_second_mapping = {
    "a mapping made by mremap()", duplicate_mapping, strike_kept};

static void
keep_descriptor(struct target *target)
{
	const int file = find_descriptor(target);

	if (file >= 0)
		target->file = dup(file);
}

static void
strike_descriptors(struct target *target)
{
	int list[FILES_MOST];
	const unsigned count = list_memory_files(list);

	for (unsigned i = 0; i < count; i++)
		write_file(list[i], target->bytes);
	write_own(target);
}
const struct attack attack_descriptor = {
    "its descriptor", keep_descriptor, strike_descriptors};

static void
open_again(struct target *target)
{
	const int file = find_descriptor(target);
	char path[64];

	if (file < 0)
		return;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	target->file = open(path, O_RDWR | O_CLOEXEC);
	CHECK(target->file >= 0);
	if (!target->is_shared)
		return;
	target->kept = mmap(NULL, target->bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED, target->file, 0);
	CHECK(target->kept != MAP_FAILED);
}

static void
strike_reopened(struct target *target)
{
	strike_descriptors(target);
	strike_kept(target);
}
const struct attack attack_reopened_descriptor = {
    "a descriptor opened again, and mapped", open_again, strike_reopened};

static void
open_map_file(struct target *target)
{
	struct hostile_mapping mapping;
	char path[96];

	if (!target->is_shared || !hostile_find(target->at, &mapping))
		return;
	(void)snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx",
	    mapping.begin, mapping.end);
	target->file = open(path, O_RDWR | O_CLOEXEC);
	if (target->file < 0)
		return; /* not for everybody */
	target->kept = mmap(NULL, target->bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED, target->file, 0);
	CHECK(target->kept != MAP_FAILED);
}
const struct attack attack_map_files = {
    "a mapping by way of map_files", open_map_file, strike_reopened};

/* Linux seals a file that has such mappings. */
static void
map_read_only(struct target *target)
{
	const int file = find_descriptor(target);
	char path[64];

	if (file < 0)
		return;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	target->file = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(target->file >= 0);
	target->kept =
	    mmap(NULL, target->bytes, PROT_READ, MAP_SHARED, target->file, 0);
	CHECK(target->kept != MAP_FAILED);
}

/* What a debugger writes, whatever the protection is. */
static void
write_by_proc(const void *at, size_t bytes)
{
	static unsigned char junk[65536];
	const int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	CHECK(memory >= 0);
	memset(junk, JUNK, sizeof(junk));
	for (size_t i = 0; i < bytes; i += sizeof(junk)) {
		const size_t left = bytes - i;

		(void)!pwrite(memory, junk,
		    left < sizeof(junk) ? left : sizeof(junk),
		    (off_t)((uintptr_t)at + i));
	}
	(void)close(memory);
}

static void
strike_read_only(struct target *target)
{
	if (!target->kept)
		return;
	write_by_proc(target->kept, target->bytes);
	if (mprotect(target->kept, target->bytes, PROT_READ | PROT_WRITE) == 0)
		write_kept(target);
}
const struct attack attack_read_only_mapping = {
    "a mapping to read", map_read_only, strike_read_only};

/* All mappings of the library's files: what was sent, and windows. */
static void
strike_own_memory(struct target *target)
{
	struct hostile_mapping list[64];
	FILE *maps = open_maps(getpid());
	unsigned count = 0;

	while (count < 64 && read_mapping(maps, &list[count]))
		count += list[count].is_ours;
	(void)fclose(maps);
	for (unsigned i = 0; i < count; i++)
		write_by_proc(
		    (const void *)list[i].begin, list[i].end - list[i].begin);
	write_by_proc(target->at, target->bytes);
	write_own(target);
}
const struct attack attack_own_memory = {
    "/proc/self/mem", NULL, strike_own_memory};

static void
strike_by_removal(struct target *target)
{
	(void)madvise(target->at, target->bytes, MADV_REMOVE);
	if (target->kept)
		(void)madvise(target->kept, target->bytes, MADV_REMOVE);
	strike_kept(target);
}
const struct attack attack_removal = {
    "MADV_REMOVE", duplicate_mapping, strike_by_removal};

/* --- processes -------------------------------------------------------------- */

/* What the child does, once the pipe is closed. */
static _Noreturn void
wait_and_write(const struct target *target, const int ends[2])
{
	char nothing;

	(void)close(ends[1]);
	(void)!read(ends[0], &nothing, 1);
	write_own(target);
	_exit(EXIT_SUCCESS);
}

static void
have_child(struct target *target, bool clones)
{
	int ends[2];

	CHECK(pipe(ends) == 0);
	target->process =
	    clones ? (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) : fork();
	CHECK(target->process >= 0);
	if (target->process == 0)
		wait_and_write(target, ends);
	(void)close(ends[0]);
	target->file = ends[1];
}

static void
fork_child(struct target *target)
{
	have_child(target, false);
}

static void
clone_child(struct target *target)
{
	have_child(target, true);
}

static void
await_child(struct target *target)
{
	int status;

	CHECK(waitpid(target->process, &status, 0) == target->process);
	CHECK(status == 0);
	target->process = 0;
}

static void
strike_by_child(struct target *target)
{
	(void)close(target->file);
	target->file = -1;
	await_child(target);
	write_own(target);
}
const struct attack attack_forked_child = {
    "a forked child", fork_child, strike_by_child};
const struct attack attack_cloned_child = {
    "a child of clone()", clone_child, strike_by_child};

static _Noreturn void
trace_parent(const struct target *target)
{
	const pid_t parent = getppid();
	int status;

	if (ptrace(PTRACE_ATTACH, parent, NULL, NULL) != 0)
		_exit(EXIT_SUCCESS); /* not everywhere */
	(void)waitpid(parent, &status, 0);
	for (size_t i = 0; i < target->bytes; i += 4096)
		(void)ptrace(PTRACE_POKEDATA, parent, target->at + i, -1L);
	(void)ptrace(PTRACE_DETACH, parent, NULL, NULL);
	_exit(EXIT_SUCCESS);
}

static void
strike_by_tracer(struct target *target)
{
	target->process = (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (target->process == 0)
		trace_parent(target);
	await_child(target);
}
const struct attack attack_tracer = {
    "a child that traces it", NULL, strike_by_tracer};

/* --- pages that Linux holds on to -------------------------------------------- */

static void
put_into_pipe(struct target *target)
{
	struct iovec from = {target->at, 8 * PAGE};
	int ends[2];

	CHECK(pipe(ends) == 0);
	CHECK(vmsplice(ends[1], &from, 1, 0) > 0);
	(void)close(ends[1]);
	target->file = ends[0];
}

static void
strike_by_pipe(struct target *target)
{
	struct iovec to = {target->at, 8 * PAGE};

	(void)!vmsplice(target->file, &to, 1, 0);
	write_own(target);
}
const struct attack attack_pipe = {"vmsplice()", put_into_pipe, strike_by_pipe};

static void
register_buffer(struct target *target)
{
	target->rings = hostile_ring_new(target->at, target->bytes);
}

/* What is read comes to the pages that were there when they were registered. */
static void
strike_by_ring(struct target *target)
{
	const int junk = memfd_create("junk", MFD_CLOEXEC);

	CHECK(junk >= 0 && ftruncate(junk, (off_t)target->bytes) == 0);
	write_file(junk, target->bytes);
	if (target->rings)
		hostile_ring_read(
		    target->rings, junk, target->at, target->bytes);
	(void)close(junk);
}
const struct attack attack_io_uring = {
    "a buffer of io_uring", register_buffer, strike_by_ring};

/* The last page, which is of zeroes and in no file, is filled in later. */
static void
watch_faults(struct target *target)
{
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {
	    .range.len = target->bytes,
	    .mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	duplicate_mapping(target);
	if (!target->kept)
		return;
	CHECK(madvise(target->kept + target->bytes - 4096, 4096, MADV_REMOVE) ==
	    0);
	target->file =
	    (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	if (target->file < 0)
		return; /* not everywhere */
	CHECK(ioctl(target->file, UFFDIO_API, &api) == 0);
	range.range.start = (uintptr_t)target->kept;
	CHECK(ioctl(target->file, UFFDIO_REGISTER, &range) == 0);
}

static void
strike_by_faults(struct target *target)
{
	static unsigned char junk[4096] __attribute__((aligned(4096)));
	struct uffdio_copy copy = {.src = (uintptr_t)junk, .len = sizeof(junk)};

	if (target->file < 0)
		return;
	memset(junk, JUNK, sizeof(junk));
	copy.dst = (uintptr_t)target->kept + target->bytes - sizeof(junk);
	CHECK(ioctl(target->file, UFFDIO_COPY, &copy) == 0 || errno == EEXIST);
}
const struct attack attack_userfaultfd = {
    "userfaultfd", watch_faults, strike_by_faults};

const struct attack *const hostile_attacks[HOSTILE_ATTACKS] = {
    &attack_second_mapping,
    &attack_descriptor,
    &attack_reopened_descriptor,
    &attack_map_files,
    &attack_read_only_mapping,
    &attack_forked_child,
    &attack_cloned_child,
    &attack_own_memory,
    &attack_tracer,
    &attack_removal,
    &attack_pipe,
    &attack_io_uring,
    &attack_userfaultfd,
};

/* --- begin and end ---------------------------------------------------------- */

void
hostile_begin(struct target *target, const struct attack *attack)
{
	struct hostile_mapping mapping;

	CHECK(hostile_find(target->at, &mapping));
	target->is_shared = mapping.flags[3] == 's';
	target->kept = NULL;
	target->file = -1;
	target->process = 0;
	target->rings = NULL;
	if (attack->prepare)
		attack->prepare(target);
	/* Else it is no attack. */
	if (target->kept) {
		const unsigned char was = target->at[0];

		target->at[0] = (unsigned char)~was;
		CHECK(target->kept[0] == target->at[0] || !target->is_shared);
		target->at[0] = was;
	}
}

void
hostile_end(struct target *target)
{
	if (target->rings)
		hostile_ring_free(target->rings);
	if (target->kept)
		(void)munmap(target->kept, target->bytes);
	if (target->file >= 0)
		(void)close(target->file);
}
