/* Which kernel a program finds, and what it is told if there is none. */
#include "kernel_find.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"

/* Calls fail, and the program lives on. */
static void
check_no_kernel(void)
{
	mach_port_t port = 0x303;
	struct note note = note_to(port, 1);
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t counts[2];
	mach_port_type_t type;
	int32_t number;

	CHECK_EQ(mach_port_type(mach_task_self(), port, &type),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(note_send(port, 1, 0, 0), MACH_SEND_INVALID_DEST);
	CHECK_EQ(note_receive(port, &number, 0, 0), MACH_RCV_INVALID_NAME);
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG | MACH_RCV_MSG,
	             NOTE_BYTES, sizeof(note), port, 0, MACH_PORT_NULL),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(mach_reply_port(), MACH_PORT_NULL);
	CHECK_EQ(mach_thread_self(), MACH_PORT_NULL);
	CHECK_EQ(mach_port_names(
	             mach_task_self(), &names, &counts[0], &types, &counts[1]),
	    MACH_SEND_INVALID_DEST);
}

/* No private kernel of ours was made, or none is left: a process that ends
 * keeps its socket for a moment. */
static void
check_no_private(void)
{
	struct packet_address address;
	int connection;

	kernel_private_address(getpid(), &address);
	while ((connection = packet_connect(&address)) >= 0)
		(void)close(connection);
}

static void
name_nobody(void)
{
	CHECK_EQ(setenv("MACHPORT_SOCKET", "/nowhere/socket", 1), 0);
	check_no_kernel();
	check_no_private();
	/* Once and for all. */
	CHECK_EQ(unsetenv("MACHPORT_SOCKET"), 0);
	check_no_kernel();
}

static void
a_named_kernel_that_does_not_answer_is_an_error(void **state)
{
	(void)state;
	program_run_saying(name_nobody,
	    "machport: no kernel at /nowhere/socket: No such file or "
	    "directory; correct or unset MACHPORT_SOCKET\n");
}

static void
name_too_long(void)
{
	char name[300];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	CHECK_EQ(setenv("MACHPORT_SOCKET", name, 1), 0);
	check_no_kernel();
}

static void
a_name_that_is_too_long_is_an_error(void **state)
{
	(void)state;
	program_run_saying(name_too_long, "File name too long");
}

static void
have_no_kernel(void)
{
	CHECK_EQ(setenv("MACHPORT_KERNEL", "/nowhere/machportd", 1), 0);
	check_no_kernel();
	check_no_private();
}

static void
a_kernel_that_cannot_be_started_is_an_error(void **state)
{
	(void)state;
	program_run_saying(have_no_kernel,
	    "machport: cannot start /nowhere/machportd: No such file or "
	    "directory; set MACHPORT_KERNEL or run under `machport run`\n");
}

static void
start_none(void)
{
	CHECK_EQ(setenv("MACHPORT_START", "no", 1), 0);
	CHECK_EQ(unsetenv("XDG_RUNTIME_DIR"), 0);
	check_no_kernel();
	check_no_private();
}

static void
a_program_that_is_to_start_no_kernel_says_how_to(void **state)
{
	(void)state;
	program_run_saying(start_none,
	    "machport: no kernel, not even at /nowhere/socket: No such "
	    "file or directory; start one with `machport run`");
}

static void
have_false_kernel(void)
{
	CHECK_EQ(setenv("MACHPORT_KERNEL", "/bin/true", 1), 0);
	check_no_kernel();
}

static void
a_kernel_that_ends_at_once_is_an_error(void **state)
{
	(void)state;
	program_run_saying(
	    have_false_kernel, "machport: the kernel refused this process");
}

static void
ask_named(void)
{
	pid_t kernel = program_start_kernel();
	mach_port_t port = note_port();

	CHECK_EQ(note_send(port, 1, 0, 0), MACH_MSG_SUCCESS);
	note_expect(port, 1);
	check_no_private();
	program_kill_kernel(kernel);
}

static void
the_named_kernel_is_preferred(void **state)
{
	(void)state;
	program_run(ask_named);
}

/* This program again, by exec(), to do what @argument says. */
static void
run_again(const char *argument)
{
	(void)execl("/proc/self/exe", "again", argument, (char *)NULL);
	program_fail("exec", __FILE__, __LINE__);
}

static void
run_again_to_send(void)
{
	run_again("send");
}

static void
fork_and_exec(void)
{
	mach_port_t port = note_port();
	pid_t child;

	CHECK_EQ(task_set_bootstrap_port(mach_task_self(), port), KERN_SUCCESS);
	for (int i = 0; i < 2; i++) {
		child = program_fork(run_again_to_send);
		note_expect(port, 21);
		program_join(child);
	}
}

static void
a_program_finds_the_kernel_of_its_parent(void **state)
{
	(void)state;
	program_run(fork_and_exec);
}

static void
exec_self(void)
{
	mach_port_t port = note_port();

	CHECK_EQ(task_set_bootstrap_port(mach_task_self(), port), KERN_SUCCESS);
	run_again("look");
}

static void
a_process_finds_its_kernel_again_after_exec(void **state)
{
	(void)state;
	program_run(exec_self);
}

/*
 * The kernel dies.
 */

/* A thread that waits in a trap. */
struct waiter {
	pthread_t thread;
	mach_port_t port;
	_Atomic pid_t tid;
};

static void *
receive_blocked(void *argument)
{
	struct waiter *waiter = argument;
	int32_t number;

	waiter->tid = gettid();
	CHECK_EQ(
	    note_receive(waiter->port, &number, 0, 0), MACH_RCV_INVALID_NAME);
	return NULL;
}

static void *
send_blocked(void *argument)
{
	struct waiter *waiter = argument;

	waiter->tid = gettid();
	CHECK_EQ(note_send(waiter->port, 1, 0, 0), MACH_SEND_INVALID_DEST);
	return NULL;
}

static int taken_ms[2]; /* a pipe */

static void
lose_kernel(void)
{
	pid_t kernel = program_start_kernel();
	mach_port_t empty = note_port();
	mach_port_t full = note_port();
	struct waiter waiters[4] = {0};
	long long ms;

	(void)note_fill(full);
	for (int i = 0; i < 4; i++) {
		waiters[i].port = i < 2 ? empty : full;
		CHECK_EQ(
		    pthread_create(&waiters[i].thread, NULL,
		        i < 2 ? receive_blocked : send_blocked, &waiters[i]),
		    0);
		while (waiters[i].tid == 0)
			(void)sched_yield();
		program_await_call(waiters[i].tid, SYS_recvmsg);
	}
	ms = -program_now_ms();
	program_kill_kernel(kernel);
	for (int i = 0; i < 4; i++)
		CHECK_EQ(pthread_join(waiters[i].thread, NULL), 0);
	check_no_kernel();
	program_join(program_fork(check_no_kernel));
	ms += program_now_ms();
	CHECK_EQ(write(taken_ms[1], &ms, sizeof(ms)), sizeof(ms));
}

/* Within a second: where a thread is late, it takes longer, but not always. */
static void
lose_kernels(void)
{
	long long ms;

	CHECK_EQ(pipe(taken_ms), 0);
	do {
		program_join(program_fork(lose_kernel));
		CHECK_EQ(read(taken_ms[0], &ms, sizeof(ms)), sizeof(ms));
	} while (ms >= 1000);
}

static void
every_call_fails_when_the_kernel_has_died(void **state)
{
	(void)state;
	program_run_saying(lose_kernels, "");
}

static int
run_as(const char *argument)
{
	mach_port_t port;

	if (strcmp(argument, "send") == 0) {
		CHECK_EQ(note_send(bootstrap_port, 21, 0, 0), MACH_MSG_SUCCESS);
		return 0;
	}
	/* The port was the former program's: it died with it. */
	CHECK_EQ(
	    task_get_bootstrap_port(mach_task_self(), &port), KERN_SUCCESS);
	CHECK_EQ(port, MACH_PORT_DEAD);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_named_kernel_that_does_not_answer_is_an_error),
	    cmocka_unit_test(a_name_that_is_too_long_is_an_error),
	    cmocka_unit_test(a_kernel_that_cannot_be_started_is_an_error),
	    cmocka_unit_test(a_program_that_is_to_start_no_kernel_says_how_to),
	    cmocka_unit_test(a_kernel_that_ends_at_once_is_an_error),
	    cmocka_unit_test(the_named_kernel_is_preferred),
	    cmocka_unit_test(a_program_finds_the_kernel_of_its_parent),
	    cmocka_unit_test(a_process_finds_its_kernel_again_after_exec),
	    cmocka_unit_test(every_call_fails_when_the_kernel_has_died),
	};

	if (argc > 1)
		return run_as(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
