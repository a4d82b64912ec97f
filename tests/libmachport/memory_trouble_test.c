/*
 * Memory in messages, and what programs do meanwhile and behind our back: handlers that do not
 * return, children of handlers, unmapping, old versions of Linux.
 */
#include "extent.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "note.h"
#include "program.h"
#include "region.h"

#define LARGE ((mach_msg_size_t)VM_FILE_BYTES)
#define SMALL ((mach_msg_size_t)65536)

/* From now on Linux has no such call: @error. */
static void
refuse(uint32_t call, uint32_t error)
{
	struct sock_filter filter[] = {
	    BPF_STMT(
	        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
	    .len = sizeof(filter) / sizeof(filter[0]),
	    .filter = filter,
	};

	CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	CHECK_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

/* --- handlers --------------------------------------------------------------- */

#if HANDLERS_RUN_AT_ONCE
static sigjmp_buf way_out;

static void
leave(int signal)
{
	(void)signal;
	siglongjmp(way_out, 1);
}

/* The first thread, and the port to which it sends its request. */
struct waiter {
	pthread_t thread;
	mach_port_t server;
};

static bool
has_message(mach_port_t port)
{
	mach_port_status_t status;
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;

	CHECK_EQ(
	    mach_port_get_attributes(mach_task_self(), port,
	        MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &count),
	    KERN_SUCCESS);
	return status.mps_msgcount > 0;
}

/* When it has sent, and waits for the answer. */
static void *
interrupt_wait(void *argument)
{
	const struct waiter *waiter = argument;

	while (!has_message(waiter->server))
		(void)sched_yield();
	program_await_call(getpid(), SYS_recvmsg);
	CHECK_EQ(pthread_kill(waiter->thread, SIGUSR1), 0);
	return NULL;
}

static void
leave_request(mach_port_t server, mach_port_t reply, const void *memory)
{
	struct parcel parcel = parcel_to(server, memory, LARGE, FALSE);
	struct waiter waiter = {pthread_self(), server};
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, interrupt_wait, &waiter), 0);
	if (sigsetjmp(way_out, 1) == 0) {
		(void)mach_msg(&parcel.header, MACH_SEND_MSG | MACH_RCV_MSG,
		    PARCEL_BYTES, sizeof(parcel), reply, 0, MACH_PORT_NULL);
		program_fail("was not left", __FILE__, __LINE__);
	}
	CHECK_EQ(pthread_join(thread, NULL), 0);
	parcel_receive(server, &parcel);
	region_free(parcel.memory.address, LARGE);
}

static void
leave_requests(void)
{
	const mach_port_t server = note_port();
	const mach_port_t reply = note_port();
	unsigned char *memory = region_new(LARGE, 1);
	unsigned files;

	CHECK(signal(SIGUSR1, leave) != SIG_ERR);
	/* What is opened once is opened. */
	for (int i = 0; i < 2; i++)
		leave_request(server, reply, memory);
	files = program_count_files();
	for (int i = 0; i < 4; i++)
		leave_request(server, reply, memory);
	CHECK_EQ(program_count_files(), files);
	CHECK(region_is(memory, LARGE, 1));
}
RUN(a_request_that_was_left_keeps_no_file, leave_requests)
#endif

/* --- old versions of Linux -------------------------------------------------- */

static void
keep_errno(void)
{
	const mach_port_t port = note_port();
	struct parcel parcel;

	refuse(SYS_ioctl, ENOTTY);
	for (mach_msg_size_t bytes = SMALL; bytes <= LARGE;
	     bytes += LARGE - SMALL) {
		unsigned char *memory = region_new(bytes, 2);

		parcel = parcel_to(port, memory, bytes, TRUE);
		errno = 99;
		CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
		CHECK_EQ(errno, 99);
		parcel_receive(port, &parcel);
		CHECK_EQ(errno, 99);
		CHECK(region_is(parcel.memory.address, bytes, 2));
		region_free(parcel.memory.address, bytes);
		CHECK_EQ(errno, 99);
	}
}
RUN(errno_is_kept_where_linux_has_no_ioctl_of_mappings, keep_errno)

static void
without_files(void)
{
	unsigned char *memory = region_new(LARGE, 3);
	unsigned char *other = region_new(LARGE, 4);
	unsigned char *plain = region_new(SMALL, 5);

	/* As after chroot(). */
	(void)closefrom(3);
	refuse(SYS_openat, ENOENT);
	CHECK_EQ(vm_protect(mach_task_self(), (uintptr_t)plain, SMALL, FALSE,
	             VM_PROT_READ),
	    KERN_SUCCESS);
	CHECK(region_is(other, LARGE, 4));
	CHECK_EQ(vm_deallocate(mach_task_self(), (uintptr_t)memory, LARGE),
	    KERN_SUCCESS);
	CHECK(!is_mapped(memory));
	CHECK(region_is(other, LARGE, 4));
}
RUN(memory_is_given_back_where_there_is_no_proc_any_more, without_files)

/* --- limits ----------------------------------------------------------------- */

static void
give_with_tail(void)
{
	const struct rlimit limit = {65536, 65536};
	const mach_port_t port = note_port();
	unsigned char *memory = region_new(LARGE, 6);
	struct parcel parcel = parcel_to(port, memory, LARGE - 100, TRUE);

	/* It can be sent in no file, neither its own nor another; no signal tells. */
	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
	CHECK_EQ(parcel_send(&parcel), MACH_SEND_NO_BUFFER);
	CHECK(region_is(memory, LARGE, 6));
}
RUN(memory_that_a_limit_of_files_keeps_is_as_it_was, give_with_tail)

/* --- children that no fork() made ------------------------------------------- */

static void
free_in_strange_child(void)
{
	unsigned char *memory = region_new(2 * LARGE, 7);
	int status;
	const pid_t child = _Fork();

	CHECK(child >= 0);
	if (child == 0) {
		region_free(memory + LARGE, LARGE);
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	CHECK(region_is(memory, 2 * LARGE, 7));
}
RUN(what_a_strange_child_gives_back_its_parent_keeps, free_in_strange_child)

/* TSan has locks of its own, which such a child finds taken. */
#if HANDLERS_RUN_AT_ONCE
static void *
allocate_all_the_time(void *argument)
{
	atomic_bool *stop = argument;

	while (!*stop)
		region_free(region_new_untouched(SMALL), SMALL);
	return NULL;
}

static void
allocate_in_strange_children(void)
{
	atomic_bool stop = false;
	pthread_t thread;

	CHECK_EQ(
	    pthread_create(&thread, NULL, allocate_all_the_time, &stop), 0);
	for (int i = 0; i < 50; i++) {
		int status;
		const pid_t child = _Fork();

		CHECK(child >= 0);
		if (child == 0) {
			/* It would hang with all signals blocked. */
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			region_free(region_new_untouched(SMALL), SMALL);
			_exit(0);
		}
		CHECK_EQ(waitpid(child, &status, 0), child);
		CHECK_EQ(status, 0);
	}
	stop = true;
	CHECK_EQ(pthread_join(thread, NULL), 0);
}
RUN(strange_children_of_many_threads_get_memory, allocate_in_strange_children)
#endif

/* --- memory of the program's own -------------------------------------------- */

static void
share_shared(void)
{
	int *memory = mmap(NULL, SMALL, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	vm_prot_t current;
	vm_prot_t maximum;
	mach_vm_address_t twin = 0;

	CHECK(memory != MAP_FAILED);
	CHECK_EQ(mach_vm_inherit(mach_task_self(), (uintptr_t)memory, SMALL,
	             VM_INHERIT_SHARE),
	    KERN_SUCCESS);
	CHECK_EQ(mach_vm_remap(mach_task_self(), &twin, SMALL, 0,
	             VM_FLAGS_ANYWHERE, mach_task_self(), (uintptr_t)memory,
	             FALSE, &current, &maximum, VM_INHERIT_SHARE),
	    KERN_SUCCESS);
	*memory = 8;
	CHECK_EQ(*(int *)twin, 8);
}
RUN(what_the_program_shares_is_inherited_shared, share_shared)

static void
run_code(void)
{
	unsigned char *memory = region_new_untouched(LARGE);

	memory[0] = 0xc3; /* ret */
	CHECK_EQ(vm_protect(mach_task_self(), (uintptr_t)memory, LARGE, FALSE,
	             VM_PROT_READ | VM_PROT_EXECUTE),
	    KERN_SUCCESS);
}
RUN(large_memory_can_hold_code, run_code)

static void
own_again(void)
{
	unsigned char *memory = region_new_untouched(SMALL);
	pid_t child;
	int status;

	CHECK_EQ(mach_vm_inherit(mach_task_self(), (uintptr_t)memory, SMALL,
	             VM_INHERIT_SHARE),
	    KERN_SUCCESS);
	CHECK_EQ(mach_vm_inherit(mach_task_self(), (uintptr_t)memory, SMALL,
	             VM_INHERIT_NONE),
	    KERN_SUCCESS);
	CHECK_EQ(mach_vm_protect(mach_task_self(), (uintptr_t)memory, SMALL,
	             FALSE, VM_PROT_DEFAULT | VM_PROT_COPY),
	    KERN_SUCCESS);
	child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(is_mapped(memory) ? 1 : 0);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
}
RUN(what_is_made_ones_own_is_inherited_as_it_was, own_again)

/* By a window, into memory that is used again. */
static unsigned char *
receive_again(mach_port_t port, const unsigned char *memory)
{
	struct parcel parcel = parcel_to(port, memory, SMALL, FALSE);

	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	parcel_receive(port, &parcel);
	return parcel.memory.address;
}

static void
keep_from_children(void)
{
	const mach_port_t port = note_port();
	unsigned char *memory = region_new(SMALL, 9);
	unsigned char *received;
	pid_t child;
	int status;

	for (int i = 0; i < 16; i++) {
		received = receive_again(port, memory);
		CHECK_EQ(madvise(received, SMALL, MADV_DONTFORK), 0);
		/* The first are of files, which Linux would not wipe. */
		(void)madvise(received, SMALL, MADV_WIPEONFORK);
		region_free(received, SMALL);
	}
	received = receive_again(port, memory);
	child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(is_mapped(received) && region_is(received, SMALL, 9) ? 0
		                                                           : 1);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
}
RUN(what_was_kept_from_children_is_no_more_when_it_is_used_again,
    keep_from_children)

/* Where that is refused, it is as it was. */
static void
move_short(mach_port_t port)
{
	mach_vm_address_t address = 0;
	struct parcel parcel;
	kern_return_t kr = mach_vm_allocate(
	    mach_task_self(), &address, LARGE, VM_FLAGS_ANYWHERE);
	mach_msg_return_t mr;

	if (kr != KERN_SUCCESS) {
		CHECK_EQ(kr, KERN_NO_SPACE);
		return;
	}
	region_fill((void *)address, LARGE, 3);
	parcel = parcel_to(port, (void *)address, LARGE, TRUE);
	mr = parcel_send(&parcel);
	if (mr != MACH_MSG_SUCCESS) {
		CHECK_EQ(mr, MACH_SEND_NO_BUFFER);
		CHECK(region_is((void *)address, LARGE, 3));
		region_free((void *)address, LARGE);
		return;
	}
	CHECK(!is_mapped((void *)address));
	mr = mach_msg(&parcel.header, MACH_RCV_MSG, 0, sizeof(parcel), port, 0,
	    MACH_PORT_NULL);
	if (mr != MACH_MSG_SUCCESS) {
		CHECK_EQ(mr, MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE);
		return;
	}
	CHECK(region_is(parcel.memory.address, LARGE, 3));
	region_free(parcel.memory.address, LARGE);
}

static void
short_of_descriptors(void)
{
	const mach_port_t port = note_port();
	unsigned files;
	unsigned mappings;

	for (int i = 0; i < 12; i++)
		move_short(port);
	files = program_count_files();
	mappings = region_count_mappings();
	/* More than three at a time no move has, beside those that are always there. */
	for (rlim_t count = 3; count < 11; count++) {
		struct rlimit limit;

		CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
		limit.rlim_cur = count;
		CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
		for (int i = 0; i < 2; i++)
			move_short(port);
		limit.rlim_cur = limit.rlim_max;
		CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
		move_short(port);
	}
	CHECK(program_count_files() <= files + 1);
	CHECK(region_count_mappings() <= mappings + 2);
}
RUN(memory_moves_or_stays_where_descriptors_are_few, short_of_descriptors)

int
main(void)
{
	const struct CMUnitTest tests[] = {
#if HANDLERS_RUN_AT_ONCE /* which is without TSan */
		cmocka_unit_test(a_request_that_was_left_keeps_no_file),
		cmocka_unit_test(strange_children_of_many_threads_get_memory),
#endif
		cmocka_unit_test(
		    errno_is_kept_where_linux_has_no_ioctl_of_mappings),
		cmocka_unit_test(
		    memory_is_given_back_where_there_is_no_proc_any_more),
		cmocka_unit_test(
		    memory_that_a_limit_of_files_keeps_is_as_it_was),
		cmocka_unit_test(
		    what_a_strange_child_gives_back_its_parent_keeps),
		cmocka_unit_test(what_the_program_shares_is_inherited_shared),
		cmocka_unit_test(what_is_made_ones_own_is_inherited_as_it_was),
		cmocka_unit_test(
		    what_was_kept_from_children_is_no_more_when_it_is_used_again),
		cmocka_unit_test(large_memory_can_hold_code),
		cmocka_unit_test(
		    memory_moves_or_stays_where_descriptors_are_few),
	};

	return cmocka_run_group_tests_name("trouble", tests, NULL, NULL);
}
