/* The files of lanes: what others can do to them, and what is no such file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lane_memory.h"
#include "lane_refusal.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define BYTES ((size_t)3 * 4096)
#define HUGE_BYTES ((size_t)2 << 20)
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL)

struct memory {
	uint8_t *mine;
	int file;
};

static struct memory
new_memory(void)
{
	void *mine = NULL;
	struct memory memory = {.file = -1};

	assert_int_equal(
	    lane_memory_new("lane-test", BYTES, &mine, &memory.file), 0);
	memory.mine = mine;
	return memory;
}

static void
free_memory(const struct memory *memory)
{
	lane_memory_unmap(memory->mine, BYTES);
	assert_int_equal(close(memory->file), 0);
}

/* A memfd as a liar makes it: with pages from @from to @to, and @seals. */
static int
lie(unsigned flags, off_t size, off_t from, off_t to, int seals)
{
	int file = memfd_create("lie", MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);

	assert_true(file >= 0);
	assert_int_equal(ftruncate(file, size), 0);
	for (off_t at = from; at < to; at += 4096) {
		/* Beyond the end, too, without moving it. */
		assert_int_equal(
		    fallocate(file, FALLOC_FL_KEEP_SIZE, at, 4096), 0);
		if (at < size)
			assert_int_equal(pwrite(file, "", 1, at), 1);
	}
	assert_int_equal(fcntl(file, F_ADD_SEALS, seals), 0);
	return file;
}

static void
check_refused(int file)
{
	assert_true(file >= 0);
	assert_false(lane_memory_check(file, BYTES));
	assert_int_equal(close(file), 0);
}

TEST(memory_is_zeroed_and_passes_the_check)
{
	static const uint8_t zeroes[BYTES];
	struct memory memory = new_memory();

	/* Before anything of it is looked at, which would make pages. */
	assert_true(lane_memory_check(memory.file, BYTES));
	assert_memory_equal(memory.mine, zeroes, BYTES);
	assert_int_equal(fcntl(memory.file, F_GETFD), FD_CLOEXEC);
	free_memory(&memory);
}

TEST(a_reader_sees_what_is_written)
{
	struct memory memory = new_memory();
	const uint8_t *theirs = lane_memory_map(memory.file, BYTES);

	assert_non_null(theirs);
	memory.mine[BYTES - 1] = 7;
	assert_int_equal(theirs[BYTES - 1], 7);
	lane_memory_unmap(theirs, BYTES);
	free_memory(&memory);
}

TEST(a_ring_can_be_read_over_its_end)
{
	struct memory memory = new_memory();
	const size_t ring = BYTES - 4096;
	const uint8_t *theirs = lane_memory_map_ring(memory.file, BYTES, ring);

	assert_non_null(theirs);
	for (size_t i = 0; i < BYTES; i++)
		memory.mine[i] = (uint8_t)(i * 7 + i / 4096);
	assert_memory_equal(theirs, memory.mine, BYTES);
	assert_memory_equal(theirs + BYTES, memory.mine + 4096, ring);
	lane_memory_unmap(theirs, BYTES + ring);
	free_memory(&memory);
}

TEST(a_ring_that_does_not_begin_with_a_page_has_no_such_mapping)
{
	struct memory memory = new_memory();

	assert_null(lane_memory_map_ring(memory.file, BYTES, BYTES - 2048));
	assert_null(lane_memory_map_ring(-1, BYTES, BYTES - 4096));
	free_memory(&memory);
}

TEST(nobody_else_can_write_or_cut_it)
{
	struct memory memory = new_memory();
	char path[64];
	int again;

	assert_ptr_equal(mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
	                     memory.file, 0),
	    MAP_FAILED);
	assert_int_equal(pwrite(memory.file, "x", 1, 0), -1);
	assert_int_equal(ftruncate(memory.file, 4096), -1);
	assert_int_equal(
	    fallocate(memory.file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	        0, 4096),
	    -1);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", memory.file);
	again = open(path, O_RDWR | O_CLOEXEC);
	assert_true(again >= 0);
	assert_ptr_equal(
	    mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0),
	    MAP_FAILED);
	assert_int_equal(close(again), 0);
	free_memory(&memory);
}

TEST(a_mapping_for_reading_stays_one)
{
	struct memory memory = new_memory();
	const void *theirs = lane_memory_map(memory.file, BYTES);

	assert_int_equal(
	    mprotect((void *)(uintptr_t)theirs, BYTES, PROT_READ | PROT_WRITE),
	    -1);
	lane_memory_unmap(theirs, BYTES);
	free_memory(&memory);
}

TEST(a_child_does_not_have_it)
{
	struct memory memory = new_memory();
	unsigned char there[BYTES / 4096];
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(
		    mincore(memory.mine, BYTES, there) == -1 && errno == ENOMEM
		        ? EXIT_SUCCESS
		        : EXIT_FAILURE);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	free_memory(&memory);
}

TEST(each_seal_is_needed)
{
	static const int seals[] = {
	    F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_FUTURE_WRITE, F_SEAL_SEAL};

	for (size_t i = 0; i < sizeof(seals) / sizeof(seals[0]); i++)
		check_refused(lie(0, BYTES, 0, BYTES, SEALS & ~seals[i]));
}

TEST(a_file_that_was_filled_otherwise_passes)
{
	int file = lie(0, BYTES, 0, BYTES, SEALS);

	assert_true(lane_memory_check(file, BYTES));
	assert_int_equal(close(file), 0);
}

TEST(another_size_is_refused)
{
	check_refused(lie(0, BYTES - 4096, 0, BYTES - 4096, SEALS));
	check_refused(lie(0, BYTES + 4096, 0, BYTES + 4096, SEALS));
	check_refused(lie(0, BYTES + 4096, 0, BYTES, SEALS));
	check_refused(lie(0, 0, 0, 0, SEALS));
}

TEST(a_file_with_holes_is_refused)
{
	check_refused(lie(0, BYTES, 0, 0, SEALS));
	check_refused(lie(0, BYTES, 4096, BYTES, SEALS));
	check_refused(lie(0, BYTES, 0, BYTES - 4096, SEALS));
}

TEST(pages_beyond_the_end_do_not_stand_for_holes)
{
	check_refused(lie(0, BYTES, BYTES, 2 * BYTES, SEALS));
}

TEST(a_file_with_much_beyond_its_end_is_refused)
{
	check_refused(lie(0, BYTES, 0, BYTES + ((off_t)2 << 20), SEALS));
}

/* As Linux makes it where it makes pages large. */
TEST(the_last_page_of_a_large_file_may_be_large)
{
	const size_t bytes = 2 * HUGE_BYTES + 4096;
	const off_t most = 3 * (off_t)HUGE_BYTES;
	int file = lie(0, (off_t)bytes, 0, most, SEALS);

	assert_true(lane_memory_check(file, bytes));
	assert_int_equal(close(file), 0);
	file = lie(0, (off_t)bytes, 0, most + 4096, SEALS);
	assert_false(lane_memory_check(file, bytes));
	assert_int_equal(close(file), 0);
}

TEST(what_is_no_memfd_is_refused)
{
	int pair[2];
	char name[] = "/tmp/lane-test-XXXXXX";
	int secret = (int)syscall(447, 0); /* memfd_secret() */

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	check_refused(pair[0]);
	check_refused(pair[1]);
	check_refused(mkostemp(name, O_CLOEXEC));
	assert_int_equal(unlink(name), 0);
	check_refused(open("/dev/null", O_RDWR | O_CLOEXEC));
	/* Machines without it have no such lie to refuse. */
	if (secret >= 0)
		check_refused(secret);
	assert_false(lane_memory_check(-1, BYTES));
}

/* Of such a file Linux says that it has no holes, and no pages either. */
TEST(a_memfd_of_huge_pages_is_refused)
{
	int file =
	    memfd_create("huge", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB);

	if (file < 0) {
		/* A machine without has no such lie to refuse. */
		assert_true(errno == ENOSYS || errno == EINVAL);
		return;
	}
	assert_int_equal(ftruncate(file, HUGE_BYTES), 0);
	assert_int_equal(fcntl(file, F_ADD_SEALS, SEALS), 0);
	assert_false(lane_memory_check(file, HUGE_BYTES));
	assert_int_equal(close(file), 0);
}

/* --- Linux refuses ---------------------------------------------------------- */

/* The lowest descriptor that is free. */
static int
free_descriptor(void)
{
	int file = dup(STDERR_FILENO);

	assert_true(file >= 0);
	assert_int_equal(close(file), 0);
	return file;
}

/* Is any of the files that are called so mapped? */
static bool
is_mapped(const char *name)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	bool found = false;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		found |= strstr(line, name) != NULL;
	assert_int_equal(fclose(maps), 0);
	return found;
}

/* What lane_memory_new() says in the thread of lane_refuse(). */
static void
try_new(void *error_out)
{
	void *memory;
	int file;

	*(int *)error_out = lane_memory_new("refused", BYTES, &memory, &file);
}

TEST(nothing_is_left_whatever_linux_refuses)
{
	/* Sanitizers have memory mapped, too. */
	static const struct lane_call calls[] = {{SYS_memfd_create, 0},
	    {SYS_ftruncate, 0}, {SYS_fallocate, 0}, {SYS_mmap, BYTES},
	    {SYS_madvise, BYTES}, {SYS_fcntl, 0}};
	const int before = free_descriptor();

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int error = 0;

		lane_refuse(calls[i], EPERM, try_new, &error);
		assert_int_equal(error, -EPERM);
		assert_int_equal(free_descriptor(), before);
		assert_false(is_mapped("refused"));
	}
}

static void
try_ring(void *file)
{
	assert_null(lane_memory_map_ring(*(int *)file, BYTES, BYTES - 4096));
}

TEST(a_second_mapping_that_linux_refuses_leaves_none)
{
	const struct lane_call call = {SYS_madvise, (uint32_t)BYTES - 4096};
	struct memory memory = new_memory();

	lane_memory_unmap(memory.mine, BYTES);
	memory.mine = NULL;
	lane_refuse(call, EPERM, try_ring, &memory.file);
	assert_false(is_mapped("lane-test"));
	free_memory(&memory);
}

TEST(a_name_that_linux_does_not_take_is_told)
{
	char name[300] = {0};
	void *memory;
	int file;

	memset(name, 'x', sizeof(name) - 1);
	assert_int_equal(lane_memory_new(name, BYTES, &memory, &file), -EINVAL);
}

/* A file to be looked at, and the answer. */
struct checking {
	int file;
	bool passed;
};

static void
try_check(void *of)
{
	struct checking *checking = of;

	checking->passed = lane_memory_check(checking->file, BYTES);
}

/* fstat() is one call or the other. */
static void
try_check_without_newfstatat(void *of)
{
	const struct lane_call call = {.number = SYS_newfstatat};

	lane_refuse(call, EPERM, try_check, of);
}

TEST(what_linux_does_not_tell_of_is_refused)
{
	static const struct {
		struct lane_call call;
		void (*try)(void *of);
	} cases[] = {
	    {{SYS_fcntl, 0}, try_check},
	    {{SYS_fstatfs, 0}, try_check},
	    {{SYS_fstat, 0}, try_check_without_newfstatat},
	    {{SYS_lseek, 0}, try_check},
	};
	struct memory memory = new_memory();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct checking checking = {memory.file, true};

		lane_refuse(cases[i].call, EPERM, cases[i].try, &checking);
		assert_false(checking.passed);
	}
	free_memory(&memory);
}

/* Of that size; no memory is asked for. */
TEST(a_file_that_may_not_be_so_large_is_not_made)
{
	struct rlimit before;
	struct rlimit small;
	void *memory = NULL;
	int file = -1;
	int error;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 4096;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	error = lane_memory_new("lane-test", BYTES, &memory, &file);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(error, -EFBIG);
	assert_null(memory);
	assert_int_equal(file, -1);
	lane_memory_unmap(NULL, BYTES);
}

static void *
make_when_cancelled(void *memory)
{
	if (pthread_cancel(pthread_self()) == 0)
		*(struct memory *)memory = new_memory();
	return NULL;
}

/* It may have locks, and the file would be nobody's. */
TEST(no_thread_is_cancelled_in_the_middle)
{
	struct memory memory = {.file = -1};
	pthread_t thread;

	assert_int_equal(
	    pthread_create(&thread, NULL, make_when_cancelled, &memory), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(memory.file >= 0);
	free_memory(&memory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_is_zeroed_and_passes_the_check),
	    cmocka_unit_test(a_reader_sees_what_is_written),
	    cmocka_unit_test(a_ring_can_be_read_over_its_end),
	    cmocka_unit_test(
	        a_ring_that_does_not_begin_with_a_page_has_no_such_mapping),
	    cmocka_unit_test(nobody_else_can_write_or_cut_it),
	    cmocka_unit_test(a_mapping_for_reading_stays_one),
	    cmocka_unit_test(a_child_does_not_have_it),
	    cmocka_unit_test(each_seal_is_needed),
	    cmocka_unit_test(a_file_that_was_filled_otherwise_passes),
	    cmocka_unit_test(another_size_is_refused),
	    cmocka_unit_test(a_file_with_holes_is_refused),
	    cmocka_unit_test(pages_beyond_the_end_do_not_stand_for_holes),
	    cmocka_unit_test(a_file_with_much_beyond_its_end_is_refused),
	    cmocka_unit_test(the_last_page_of_a_large_file_may_be_large),
	    cmocka_unit_test(what_is_no_memfd_is_refused),
	    cmocka_unit_test(a_memfd_of_huge_pages_is_refused),
	    cmocka_unit_test(nothing_is_left_whatever_linux_refuses),
	    cmocka_unit_test(a_second_mapping_that_linux_refuses_leaves_none),
	    cmocka_unit_test(a_name_that_linux_does_not_take_is_told),
	    cmocka_unit_test(what_linux_does_not_tell_of_is_refused),
	    cmocka_unit_test(a_file_that_may_not_be_so_large_is_not_made),
	    cmocka_unit_test(no_thread_is_cancelled_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
