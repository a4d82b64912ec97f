/* Copies of memory: one's own, another task's, and what is none. */
#include <mach/mach_vm.h>
#include <mach/vm_map.h>

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/mach_host.h>
#include <mach/mach_traps.h>

#include "program.h"

#define OTHER_USER 12345
#define PAGES 64
#define SIZE ((size_t)PAGES * vm_page_size)

/* What parent and child have at the same address, each for itself: first some pages to
 * read and write, then one to read, and one that cannot be touched. */
static uint8_t *area;
static int ready[2];
static int go[2];

#define AT(page) ((mach_vm_address_t)(uintptr_t)area + (page)*vm_page_size)
#define READ_ONLY AT(PAGES)
#define NONE AT(PAGES + 1)
/* Where nothing is, and where Linux puts nothing by itself. */
#define HOLE ((mach_vm_address_t)0x10000)

static void
make_area(void)
{
	area = mmap(NULL, SIZE + 2 * vm_page_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(area != MAP_FAILED);
	for (size_t i = 0; i < SIZE + 2 * vm_page_size; i++)
		area[i] = (uint8_t)(i * 31 + (i >> 12));
	CHECK_EQ(
	    mprotect((void *)(uintptr_t)READ_ONLY, vm_page_size, PROT_READ), 0);
	CHECK_EQ(mprotect((void *)(uintptr_t)NONE, vm_page_size, PROT_NONE), 0);
}

/* A child whose bytes are the complement of ours; told to go, it looks whether they are
 * as ours were. */
static void
be_other(void)
{
	for (size_t i = 0; i < SIZE; i++)
		area[i] = (uint8_t)~area[i];
	CHECK_EQ(mach_init(), 0);
	program_ring(ready);
	program_await(go);
	for (size_t i = 0; i < SIZE; i++)
		CHECK_EQ(area[i], (uint8_t)(i * 31 + (i >> 12)));
}

static pid_t
start(void (*body)(void), mach_port_t *task_out)
{
	pid_t pid;

	if (ready[0] == 0) {
		CHECK_EQ(pipe(ready), 0);
		CHECK_EQ(pipe(go), 0);
	}
	pid = program_fork(body);
	program_await(ready);
	CHECK_EQ(task_for_pid(mach_task_self(), pid, task_out), KERN_SUCCESS);
	return pid;
}

static void
end(pid_t pid)
{
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
}

/* --- what holds of any task's memory ---------------------------------------- */

/* Refusals, whichever call is made. */
static void
expect_refusals(mach_port_t task)
{
	mach_msg_type_number_t count = 7;
	vm_offset_t data = 7;

	CHECK_EQ(
	    mach_vm_read(task, HOLE, 1, &data, &count), KERN_INVALID_ADDRESS);
	CHECK_EQ(mach_vm_read(task, READ_ONLY, vm_page_size + 1, &data, &count),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(mach_vm_read(task, NONE, 1, &data, &count),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(mach_vm_read(task, UINT64_MAX - 4, 8, &data, &count),
	    KERN_INVALID_ADDRESS);
	CHECK_EQ(mach_vm_read(task, UINT64_MAX - 8, 8, &data, &count),
	    KERN_INVALID_ADDRESS);
	CHECK_EQ(mach_vm_read(task, 0, UINT64_C(1) << 32, &data, &count),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(data, 7);
	CHECK_EQ(count, 7);
	CHECK_EQ(
	    mach_vm_write(task, READ_ONLY, AT(0), 1), KERN_PROTECTION_FAILURE);
	CHECK_EQ(mach_vm_write(task, NONE, AT(0), 1), KERN_PROTECTION_FAILURE);
	CHECK_EQ(mach_vm_write(task, HOLE, AT(0), 1), KERN_INVALID_ADDRESS);
	CHECK_EQ(mach_vm_write(task, UINT64_MAX - 4, AT(0), 8),
	    KERN_INVALID_ADDRESS);
	/* The caller's own side. */
	CHECK_EQ(mach_vm_write(task, AT(0), HOLE, 1), KERN_INVALID_ADDRESS);
	CHECK_EQ(mach_vm_write(task, AT(0), NONE, 1), KERN_PROTECTION_FAILURE);
}

static void
expect_nothing(mach_port_t task)
{
	mach_msg_type_number_t count = 7;
	vm_offset_t data = 7;
	mach_vm_size_t size = 7;

	CHECK_EQ(mach_vm_read(task, HOLE, 0, &data, &count), KERN_SUCCESS);
	CHECK_EQ(count, 0);
	CHECK_EQ(mach_vm_write(task, HOLE, HOLE, 0), KERN_SUCCESS);
	CHECK_EQ(
	    mach_vm_read_overwrite(task, HOLE, 0, HOLE, &size), KERN_SUCCESS);
	CHECK_EQ(size, 0);
}

/* --- one's own -------------------------------------------------------------- */

static void
copy_own_memory(void)
{
	uint8_t *copy = malloc(SIZE);
	mach_msg_type_number_t count;
	mach_vm_size_t size;
	vm_offset_t data;

	make_area();
	CHECK_EQ(
	    mach_vm_read(mach_task_self(), AT(0) + 3, SIZE - 5, &data, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, SIZE - 5);
	CHECK(memcmp((void *)data, area + 3, count) == 0);
	CHECK_EQ(vm_deallocate(mach_task_self(), data, count), KERN_SUCCESS);
	CHECK_EQ(mach_vm_read_overwrite(
	             mach_task_self(), AT(0), SIZE, (uintptr_t)copy, &size),
	    KERN_SUCCESS);
	CHECK_EQ(size, SIZE);
	CHECK(memcmp(copy, area, SIZE) == 0);
	memset(copy, 5, SIZE);
	CHECK_EQ(mach_vm_write(mach_task_self(), AT(0), (uintptr_t)copy,
	             (mach_msg_type_number_t)SIZE),
	    KERN_SUCCESS);
	CHECK(memcmp(copy, area, SIZE) == 0);
	free(copy);
}
RUN(own_memory_is_copied, copy_own_memory)

static void
refuse_own_memory(void)
{
	mach_vm_size_t size = 7;

	make_area();
	expect_refusals(mach_task_self());
	expect_nothing(mach_task_self());
	CHECK_EQ(mach_vm_read_overwrite(
	             mach_task_self(), AT(0), 1, READ_ONLY, &size),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(
	    mach_vm_read_overwrite(mach_task_self(), AT(0), 1, HOLE, &size),
	    KERN_INVALID_ADDRESS);
	CHECK_EQ(size, 7);
}
RUN(own_memory_that_is_not_there_is_refused, refuse_own_memory)

static void
copy_onto_itself(void)
{
	const mach_vm_size_t distances[] = {
	    1, 7, 4095, vm_page_size, 5 * vm_page_size + 3, SIZE / 2};
	uint8_t *expected = malloc(SIZE);

	make_area();
	for (size_t i = 0; i < sizeof(distances) / sizeof(distances[0]); i++) {
		const mach_vm_size_t far = distances[i];
		const mach_vm_size_t rest = SIZE - far;

		/* Up, and down. */
		memcpy(expected, area, SIZE);
		memmove(expected + far, expected, rest);
		CHECK_EQ(
		    mach_vm_copy(mach_task_self(), AT(0), rest, AT(0) + far),
		    KERN_SUCCESS);
		CHECK(memcmp(area, expected, SIZE) == 0);
		memmove(expected, expected + far, rest);
		CHECK_EQ(vm_copy(mach_task_self(), (vm_address_t)(AT(0) + far),
		             rest, (vm_address_t)AT(0)),
		    KERN_SUCCESS);
		CHECK(memcmp(area, expected, SIZE) == 0);
	}
	free(expected);
}
RUN(memory_is_copied_onto_part_of_itself, copy_onto_itself)

static void
copy_much_onto_itself(void)
{
	const size_t much = (size_t)3 << 20; /* more than is copied at once */
	uint64_t *words = mmap(NULL, much, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(words != MAP_FAILED);
	for (size_t i = 0; i < much / 8; i++)
		words[i] = i;
	CHECK_EQ(mach_vm_copy(mach_task_self(), (uintptr_t)words, much - 8,
	             (uintptr_t)(words + 1)),
	    KERN_SUCCESS);
	CHECK_EQ(words[0], 0);
	for (size_t i = 1; i < much / 8; i++)
		CHECK_EQ(words[i], i - 1);
}
RUN(much_memory_is_copied_onto_part_of_itself, copy_much_onto_itself)

static void
refuse_copies(void)
{
	const mach_port_t self = mach_task_self();

	make_area();
	CHECK_EQ(mach_vm_copy(self, HOLE, 1, AT(0)), KERN_INVALID_ADDRESS);
	CHECK_EQ(mach_vm_copy(self, AT(0), 1, HOLE), KERN_INVALID_ADDRESS);
	CHECK_EQ(mach_vm_copy(self, NONE, 1, AT(0)), KERN_PROTECTION_FAILURE);
	CHECK_EQ(
	    mach_vm_copy(self, AT(0), 1, READ_ONLY), KERN_PROTECTION_FAILURE);
	CHECK_EQ(
	    mach_vm_copy(self, UINT64_MAX - 4, 8, AT(0)), KERN_INVALID_ADDRESS);
	CHECK_EQ(
	    mach_vm_copy(self, AT(0), 8, UINT64_MAX - 4), KERN_INVALID_ADDRESS);
	CHECK_EQ(mach_vm_copy(self, HOLE, 0, HOLE), KERN_SUCCESS);
}
RUN(copies_of_what_is_not_there_are_refused, refuse_copies)

static void
read_large(void)
{
	const mach_vm_size_t size = ((mach_vm_size_t)2 << 20) + 5;
	mach_msg_type_number_t count;
	mach_vm_address_t memory = 0;
	vm_offset_t data;
	uint8_t *bytes;

	CHECK_EQ(mach_vm_allocate(
	             mach_task_self(), &memory, size, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	bytes = (uint8_t *)memory;
	memset(bytes, 1, size);
	CHECK_EQ(mach_vm_read(mach_task_self(), memory, size, &data, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, size);
	memset(bytes, 2, size);
	for (size_t i = 0; i < size; i++)
		CHECK_EQ(((uint8_t *)data)[i], 1);
	memset((void *)data, 3, size);
	for (size_t i = 0; i < size; i++)
		CHECK_EQ(bytes[i], 2);
	CHECK_EQ(
	    mach_vm_deallocate(mach_task_self(), data, count), KERN_SUCCESS);
	CHECK_EQ(
	    mach_vm_deallocate(mach_task_self(), memory, size), KERN_SUCCESS);
}
RUN(what_is_read_of_large_memory_is_a_copy_of_that_moment, read_large)

static void
read_large_unreadable(void)
{
	const task_t self = mach_task_self();
	const mach_vm_size_t size = (mach_vm_size_t)4 << 20;
	mach_msg_type_number_t count = 5;
	mach_vm_address_t address = 0;
	vm_offset_t data = 77;

	CHECK_EQ(mach_vm_allocate(self, &address, size, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	CHECK_EQ(mach_vm_protect(self, address, size, FALSE, VM_PROT_NONE),
	    KERN_SUCCESS);
	CHECK_EQ(mach_vm_read(self, address, size, &data, &count),
	    KERN_PROTECTION_FAILURE);
	CHECK(data == 77 && count == 5);
}

RUN(large_memory_that_may_not_be_read_is_refused, read_large_unreadable)

/* --- another's -------------------------------------------------------------- */

static void
copy_others_memory(void)
{
	pid_t kernel = program_start_kernel();
	uint8_t *copy = malloc(SIZE);
	mach_msg_type_number_t count;
	mach_vm_size_t size;
	mach_port_t task;
	vm_offset_t data;
	pid_t pid;

	make_area();
	pid = start(be_other, &task);
	CHECK_EQ(mach_vm_read(task, AT(0) + 3, SIZE - 5, &data, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, SIZE - 5);
	for (size_t i = 0; i < count; i++)
		CHECK_EQ(((uint8_t *)data)[i], (uint8_t)~area[i + 3]);
	CHECK_EQ(vm_deallocate(mach_task_self(), data, count), KERN_SUCCESS);

	CHECK_EQ(vm_read(task, AT(1), 1, &data, &count), KERN_SUCCESS);
	CHECK_EQ(*(uint8_t *)data, (uint8_t)~area[vm_page_size]);
	CHECK_EQ(vm_deallocate(mach_task_self(), data, count), KERN_SUCCESS);

	CHECK_EQ(
	    mach_vm_read_overwrite(task, AT(0), SIZE, (uintptr_t)copy, &size),
	    KERN_SUCCESS);
	for (size_t i = 0; i < SIZE; i++)
		CHECK_EQ(copy[i], (uint8_t)~area[i]);

	CHECK_EQ(
	    mach_vm_write(task, AT(0), AT(0), (mach_msg_type_number_t)SIZE),
	    KERN_SUCCESS);
	program_ring(go);
	program_join(pid);
	free(copy);
	program_kill_kernel(kernel);
}
RUN(another_task_s_memory_is_copied_byte_for_byte, copy_others_memory)

static void
refuse_others_memory(void)
{
	pid_t kernel = program_start_kernel();
	mach_port_t task;
	vm_offset_t data;
	mach_msg_type_number_t count;
	kern_return_t kr;
	pid_t pid;

	make_area();
	pid = start(be_other, &task);
	expect_refusals(task);
	expect_nothing(task);
	CHECK_EQ(mach_vm_read(mach_host_self(), AT(0), 1, &data, &count),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(mach_vm_read(MACH_PORT_NULL, AT(0), 1, &data, &count),
	    MACH_SEND_INVALID_DEST);
	/* The kernel may learn of its end by that. */
	end(pid);
	kr = mach_vm_read(task, AT(0), 1, &data, &count);
	CHECK(kr == MACH_SEND_INVALID_DEST || kr == KERN_INVALID_TASK);
	program_kill_kernel(kernel);
}
RUN(another_task_s_memory_that_is_not_there_is_refused, refuse_others_memory)

/* A child that has other words there than we. */
#define MUCH ((size_t)16 << 20)

static void
fill_words(uint64_t first)
{
	uint64_t *words = (uint64_t *)(void *)area;

	for (size_t i = 0; i < MUCH / sizeof(*words); i++)
		words[i] = first + i;
}

static void
be_large(void)
{
	fill_words(77);
	CHECK_EQ(mach_init(), 0);
	program_ring(ready);
	program_await(go);
	CHECK_EQ(*(uint64_t *)(void *)area, 5);
	CHECK_EQ(*(uint64_t *)(void *)(area + MUCH - 8), 5 + MUCH / 8 - 1);
}

static void
copy_much(void)
{
	pid_t kernel = program_start_kernel();
	mach_msg_type_number_t count;
	mach_port_t task;
	vm_offset_t data;
	pid_t pid;

	area = mmap(NULL, MUCH, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(area != MAP_FAILED);
	pid = start(be_large, &task);
	CHECK_EQ(mach_vm_read(task, AT(0), MUCH, &data, &count), KERN_SUCCESS);
	CHECK_EQ(count, MUCH);
	fill_words(77);
	CHECK(memcmp((void *)data, area, MUCH) == 0);
	CHECK_EQ(vm_deallocate(mach_task_self(), data, count), KERN_SUCCESS);
	fill_words(5);
	CHECK_EQ(
	    mach_vm_write(task, AT(0), AT(0), (mach_msg_type_number_t)MUCH),
	    KERN_SUCCESS);
	program_ring(go);
	program_join(pid);
	CHECK_EQ(munmap(area, MUCH), 0);
	program_kill_kernel(kernel);
}
RUN(much_is_copied_out_of_files_and_into_them, copy_much)

/* --- a process that is not the task's user's any more ----------------------- */

static void
become_undumpable(void)
{
	if (geteuid() == 0) {
		CHECK_EQ(setgid(OTHER_USER), 0);
		CHECK_EQ(setuid(OTHER_USER), 0);
		CHECK_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
	}
	CHECK_EQ(mach_init(), 0);
	program_ring(ready);
	program_await(go);
	CHECK_EQ(prctl(PR_SET_DUMPABLE, 0), 0);
	program_ring(ready);
	(void)pause();
}

static void
read_undumpable(void)
{
	pid_t kernel = program_start_kernel();
	mach_msg_type_number_t count;
	mach_port_t task;
	vm_offset_t data;
	pid_t pid;

	make_area();
	pid = start(become_undumpable, &task);
	CHECK_EQ(mach_vm_read(task, AT(0), 1, &data, &count), KERN_SUCCESS);
	program_ring(go);
	program_await(ready);
	CHECK_EQ(mach_vm_read(task, AT(0), 1, &data, &count),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(mach_vm_write(task, AT(0), AT(0), 1), KERN_PROTECTION_FAILURE);
	end(pid);
	program_kill_kernel(kernel);
}
RUN(what_may_not_be_dumped_any_more_is_refused, read_undumpable)

/* --- pages that a program would have to provide ----------------------------- */

static int fault_fd;

/* Nobody ever handles the faults on the area. */
static void
make_sticky(void)
{
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {
	    .range = {.len = SIZE},
	    .mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	area = mmap(area, SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	range.range.start = (uintptr_t)area;
	CHECK_EQ(ioctl(fault_fd, UFFDIO_API, &api), 0);
	CHECK_EQ(ioctl(fault_fd, UFFDIO_REGISTER, &range), 0);
}

static void
be_sticky(void)
{
	/* Where that is not allowed, the pages are there. */
	fault_fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (fault_fd >= 0)
		make_sticky();
	CHECK_EQ(mach_init(), 0);
	program_ring(ready);
	(void)pause();
}

static void
read_sticky(void)
{
	pid_t kernel = program_start_kernel();
	mach_msg_type_number_t count;
	mach_port_t task;
	vm_offset_t data;
	kern_return_t kr;
	pid_t pid;

	make_area();
	pid = start(be_sticky, &task);
	kr = mach_vm_read(task, AT(0), 1, &data, &count);
	CHECK(kr == KERN_MEMORY_ERROR || kr == KERN_SUCCESS);
	end(pid);
	program_kill_kernel(kernel);
}
RUN(a_page_that_a_program_would_have_to_provide_is_not_waited_for, read_sticky)

/* --- a helper that is stuck, or gone ---------------------------------------- */

static pid_t target;
static int codes[2]; /* of reads that have ended */

static pid_t
helper_of(pid_t kernel)
{
	char path[64];
	char text[32] = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children",
	    (int)kernel, (int)kernel);
	file = fopen(path, "re");
	CHECK(file != NULL);
	CHECK(fgets(text, sizeof(text), file));
	(void)fclose(file);
	return (pid_t)strtol(text, NULL, 10);
}

/* A target of another user, if that is possible. */
static void
be_target(void)
{
	if (geteuid() == 0) {
		CHECK_EQ(setgid(OTHER_USER), 0);
		CHECK_EQ(setuid(OTHER_USER), 0);
		CHECK_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
	}
	CHECK_EQ(mach_init(), 0);
	program_ring(ready);
	(void)pause();
}

static void
read_target(void)
{
	mach_port_t task;
	mach_msg_type_number_t count;
	vm_offset_t data;
	kern_return_t kr;

	CHECK_EQ(task_for_pid(mach_task_self(), target, &task), KERN_SUCCESS);
	kr = mach_vm_read(task, AT(0), 1, &data, &count);
	CHECK_EQ(write(codes[1], &kr, sizeof(kr)), sizeof(kr));
}

static void
expect_codes(kern_return_t code, unsigned count)
{
	kern_return_t kr;

	while (count-- > 0) {
		CHECK_EQ(read(codes[0], &kr, sizeof(kr)), sizeof(kr));
		CHECK_EQ(kr, code);
	}
}

#define STUCK 8 /* the most that one user's processes may hold up */
#define READERS (STUCK + 3)

/* So many reads as there is room for, and some that are refused, of which the last told
 * that the others wait. */
static void
fill(pid_t readers[READERS])
{
	CHECK_EQ(pipe(codes), 0);
	for (unsigned i = 0; i < READERS; i++)
		readers[i] = program_fork(read_target);
	expect_codes(KERN_RESOURCE_SHORTAGE, READERS - STUCK);
}

static void
stop_helper(void)
{
	pid_t kernel = program_start_kernel();
	pid_t readers[READERS];
	mach_msg_type_number_t count;
	mach_port_t task;
	vm_offset_t data;
	pid_t helper;

	make_area();
	target = start(be_target, &task);
	helper = helper_of(kernel);
	CHECK_EQ(kill(helper, SIGSTOP), 0);
	fill(readers);
	/* All else is served. */
	CHECK_EQ(pid_for_task(task, &(int){0}), KERN_SUCCESS);
	CHECK_EQ(mach_vm_read(task, AT(0), 1, &data, &count),
	    KERN_RESOURCE_SHORTAGE);
	CHECK_EQ(kill(helper, SIGCONT), 0);
	expect_codes(KERN_SUCCESS, STUCK);
	for (unsigned i = 0; i < READERS; i++)
		program_join(readers[i]);
	CHECK_EQ(mach_vm_read(task, AT(0), 1, &data, &count), KERN_SUCCESS);
	end(target);
	program_kill_kernel(kernel);
}
RUN(copies_that_wait_hold_up_their_own_kind_alone, stop_helper)

static void
kill_helper(void)
{
	pid_t kernel = program_start_kernel();
	pid_t readers[READERS];
	mach_msg_type_number_t count;
	mach_port_t task;
	vm_offset_t data;
	pid_t helper;

	make_area();
	target = start(be_target, &task);
	helper = helper_of(kernel);
	CHECK_EQ(kill(helper, SIGSTOP), 0);
	fill(readers);
	CHECK_EQ(kill(helper, SIGKILL), 0);
	expect_codes(KERN_FAILURE, STUCK);
	for (unsigned i = 0; i < READERS; i++)
		program_join(readers[i]);
	CHECK_EQ(mach_vm_read(task, AT(0), 1, &data, &count), KERN_FAILURE);
	CHECK_EQ(pid_for_task(task, &(int){0}), KERN_SUCCESS);
	end(target);
	program_kill_kernel(kernel);
}

static void
a_helper_that_dies_leaves_nobody_waiting(void **state)
{
	(void)state;
	program_run_saying(kill_helper, "the helper has ended");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(own_memory_is_copied),
	    cmocka_unit_test(own_memory_that_is_not_there_is_refused),
	    cmocka_unit_test(memory_is_copied_onto_part_of_itself),
	    cmocka_unit_test(much_memory_is_copied_onto_part_of_itself),
	    cmocka_unit_test(copies_of_what_is_not_there_are_refused),
	    cmocka_unit_test(
	        what_is_read_of_large_memory_is_a_copy_of_that_moment),
	    cmocka_unit_test(large_memory_that_may_not_be_read_is_refused),
	    cmocka_unit_test(another_task_s_memory_is_copied_byte_for_byte),
	    cmocka_unit_test(
	        another_task_s_memory_that_is_not_there_is_refused),
	    cmocka_unit_test(much_is_copied_out_of_files_and_into_them),
	    cmocka_unit_test(what_may_not_be_dumped_any_more_is_refused),
	    cmocka_unit_test(
	        a_page_that_a_program_would_have_to_provide_is_not_waited_for),
	    cmocka_unit_test(copies_that_wait_hold_up_their_own_kind_alone),
	    cmocka_unit_test(a_helper_that_dies_leaves_nobody_waiting),
	};

	return cmocka_run_group_tests_name("vm_copy", tests, NULL, NULL);
}
