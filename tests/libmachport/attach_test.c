/* Attaching: who may be first, what a program notices of it, and fork(). */
#include "attach.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"

#define THREADS 8

static void
check_self(void)
{
	mach_port_type_t type;

	CHECK_EQ(mach_port_type(mach_task_self(), mach_task_self(), &type),
	    KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_SEND);
}

static void
call_nothing(void)
{
	unsigned files = program_count_files();

	CHECK_EQ(mach_msg(NULL, 0, 0, 0, 0, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mach_task_self() != MACH_PORT_NULL);
	CHECK_EQ(program_count_files(), files);
}

static void
nothing_happens_before_the_first_trap(void **state)
{
	(void)state;
	program_run(call_nothing);
}

static void *
make_port(void *port_out)
{
	*(mach_port_t *)port_out = note_port();
	return NULL;
}

static void
attach_by_thread(void)
{
	mach_port_type_t type;
	mach_port_t port;
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, make_port, &port), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(mach_port_type(mach_task_self(), port, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_SEND_RECEIVE);
	check_self();
}

static void
any_thread_may_be_the_first_to_call(void **state)
{
	(void)state;
	program_run(attach_by_thread);
}

static void
attach_by_many(void)
{
	mach_port_t ports[THREADS];
	pthread_t threads[THREADS];
	mach_port_type_t type;

	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(
		    pthread_create(&threads[i], NULL, make_port, &ports[i]), 0);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < THREADS; i++) {
		CHECK_EQ(mach_port_type(mach_task_self(), ports[i], &type),
		    KERN_SUCCESS);
		for (int j = 0; j < i; j++)
			CHECK(ports[i] != ports[j]);
	}
}

static void
threads_that_call_at_once_are_of_one_task(void **state)
{
	(void)state;
	program_run(attach_by_many);
}

static volatile sig_atomic_t child_signals;

static void
count_child(int signal)
{
	(void)signal;
	child_signals++;
}

static void
attach_without_child(void)
{
	CHECK(signal(SIGCHLD, count_child) != SIG_ERR);
	check_self();
	CHECK_EQ(child_signals, 0);
	CHECK_EQ(waitpid(-1, NULL, WNOHANG | (int)__WALL), -1);
	CHECK_EQ(errno, ECHILD);
}

static void
the_program_has_no_child_from_it(void **state)
{
	(void)state;
	program_run(attach_without_child);
}

static void
attach_high(void)
{
	CHECK_EQ(close_range(3, ~0u, 0), 0);
	errno = EXDEV;
	check_self();
	CHECK_EQ(errno, EXDEV);
	CHECK_EQ(dup(0), 3);
	for (int i = 4; i < 1024; i++)
		if (fcntl(i, F_GETFD) >= 0)
			CHECK(i > 64 && fcntl(i, F_GETFD) == FD_CLOEXEC);
}

static void
low_descriptors_and_errno_stay_the_programs(void **state)
{
	(void)state;
	program_run(attach_high);
}

static void
close_all(void)
{
	int ends[2];
	char byte;

	check_self();
	CHECK_EQ(close_range(3, ~0u, 0), 0);
	for (int i = 0; i < 600; i++)
		CHECK(dup(0) >= 0);
	CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(mach_port_deallocate(mach_task_self(), 0x303),
		    MACH_SEND_INVALID_DEST);
	CHECK(read(ends[0], &byte, 1) < 0);
}

static void
a_program_that_closes_our_files_gets_errors(void **state)
{
	(void)state;
	program_run(close_all);
}

static void
call_in_handler(int signal)
{
	(void)signal;
	check_self();
}

static void
attach_in_handler(void)
{
	struct sigaction action = {.sa_handler = call_in_handler};

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_EQ(raise(SIGUSR1), 0);
	check_self();
}

static void
a_handler_may_be_the_first_to_call(void **state)
{
	(void)state;
	program_run(attach_in_handler);
}

/*
 * fork()
 */

static void
send_at_once(void)
{
	CHECK_EQ(note_send(bootstrap_port, 42, 0, 0), MACH_MSG_SUCCESS);
	check_self();
}

static void
fork_and_send(void)
{
	mach_port_t port = note_port();
	pid_t child;

	CHECK_EQ(task_set_bootstrap_port(mach_task_self(), port), KERN_SUCCESS);
	child = program_fork(send_at_once);
	note_expect(port, 42);
	program_join(child);
}

static void
both_ports_are_valid_in_the_first_statement_of_a_child(void **state)
{
	(void)state;
	program_run(fork_and_send);
}

static mach_port_t parents_port;

static void
look_for_parents_port(void)
{
	mach_port_type_t type;

	CHECK_EQ(mach_port_type(mach_task_self(), parents_port, &type),
	    KERN_INVALID_NAME);
}

static void
fork_and_look(void)
{
	for (int i = 0; i < 8; i++)
		parents_port = note_port();
	program_join(program_fork(look_for_parents_port));
	CHECK_EQ(note_send(parents_port, 1, 0, 0), MACH_MSG_SUCCESS);
}

static void
a_child_has_none_of_its_parents_names(void **state)
{
	(void)state;
	program_run(fork_and_look);
}

static void
check_registered(void)
{
	mach_port_array_t ports;
	mach_msg_type_number_t count;

	CHECK_EQ(
	    mach_ports_lookup(mach_task_self(), &ports, &count), KERN_SUCCESS);
	CHECK_EQ(count, TASK_PORT_REGISTER_MAX);
	CHECK_EQ(ports[1], MACH_PORT_NULL);
	CHECK_EQ(note_send(ports[0], 1, 0, 0), MACH_MSG_SUCCESS);
}

/* A child that makes no call, and has a child that does. */
static void
fork_only(void)
{
	program_join(program_fork(check_registered));
	check_registered();
}

static void
fork_twice(void)
{
	mach_port_t port = note_port();

	CHECK_EQ(mach_ports_register(mach_task_self(), &port, 1), KERN_SUCCESS);
	program_join(program_fork(fork_only));
	note_expect(port, 1);
	note_expect(port, 1);
}

static void
ports_are_inherited_through_a_child_that_makes_no_call(void **state)
{
	(void)state;
	program_run(fork_twice);
}

static atomic_bool stop_threads;

static void *
call_until_stopped(void *unused)
{
	while (!stop_threads) {
		mach_port_t port = mach_reply_port();

		CHECK(port != MACH_PORT_NULL);
		CHECK_EQ(mach_port_mod_refs(mach_task_self(), port,
		             MACH_PORT_RIGHT_RECEIVE, -1),
		    KERN_SUCCESS);
	}
	return unused;
}

static void
be_alone(void)
{
	/* Those of this child alone: the parent's were closed. */
	check_self();
	CHECK_EQ(program_count_files(), 3 + 2);
	CHECK_EQ(note_send(bootstrap_port, 7, 0, 0), MACH_MSG_SUCCESS);
}

static void
fork_among_threads(void)
{
	pthread_t threads[THREADS];
	mach_port_t port = note_port();

	CHECK_EQ(close_range(3, 511, 0), 0);
	CHECK_EQ(task_set_bootstrap_port(mach_task_self(), port), KERN_SUCCESS);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(
		    pthread_create(&threads[i], NULL, call_until_stopped, NULL),
		    0);
	for (int i = 0; i < 50; i++) {
		pid_t child = program_fork(be_alone);

		note_expect(port, 7);
		program_join(child);
	}
	stop_threads = true;
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
}

static void
a_process_with_busy_threads_can_fork(void **state)
{
	(void)state;
	program_run(fork_among_threads);
}

/* fork() without its handlers. */
static void
fork_behind(void)
{
	mach_port_t port = note_port();
	mach_port_type_t type;
	pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);

	CHECK(child >= 0);
	if (child == 0) {
		CHECK_EQ(mach_port_type(mach_task_self(), port, &type),
		    KERN_INVALID_NAME);
		check_self();
		_exit(0);
	}
	program_join(child);
	CHECK_EQ(note_send(port, 1, 0, 0), MACH_MSG_SUCCESS);
}

static void
a_child_made_behind_our_back_is_a_task_of_its_own(void **state)
{
	(void)state;
	program_run(fork_behind);
}

#if HANDLERS_RUN_AT_ONCE
static _Atomic pid_t handlers_child; /* 0: none yet, or it is this */

static void
fork_in_handler(int signal)
{
	(void)signal;
	handlers_child = fork();
	if (handlers_child == 0)
		check_self();
}

/* A thread that receives, and the port. */
struct sleeper {
	pthread_t thread;
	mach_port_t port;
};

static void *
signal_sleeper(void *argument)
{
	const struct sleeper *sleeper = argument;

	program_await_call(getpid(), SYS_recvmsg);
	(void)pthread_kill(sleeper->thread, SIGUSR1);
	while (handlers_child == 0)
		(void)sched_yield();
	CHECK_EQ(note_send(sleeper->port, 5, 0, 0), MACH_MSG_SUCCESS);
	return NULL;
}

/* The receive goes on in both processes; only in the parent it can succeed. */
static void
fork_within_trap(void)
{
	struct sigaction action = {
	    .sa_handler = fork_in_handler, .sa_flags = SA_RESTART};
	struct sleeper self = {pthread_self(), note_port()};
	mach_msg_return_t mr;
	pthread_t other;
	int32_t number;

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_EQ(pthread_create(&other, NULL, signal_sleeper, &self), 0);
	mr = note_receive(self.port, &number, 0, 0);
	if (handlers_child == 0) {
		CHECK_EQ(mr, MACH_RCV_INVALID_NAME);
		check_self();
		_exit(0);
	}
	CHECK_EQ(mr, MACH_MSG_SUCCESS);
	CHECK_EQ(number, 5);
	CHECK_EQ(pthread_join(other, NULL), 0);
	program_join(handlers_child);
}

static void
a_trap_during_which_a_handler_forks_fails_in_the_child(void **state)
{
	(void)state;
	program_run(fork_within_trap);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_happens_before_the_first_trap),
		cmocka_unit_test(any_thread_may_be_the_first_to_call),
		cmocka_unit_test(threads_that_call_at_once_are_of_one_task),
		cmocka_unit_test(the_program_has_no_child_from_it),
		cmocka_unit_test(low_descriptors_and_errno_stay_the_programs),
		cmocka_unit_test(a_program_that_closes_our_files_gets_errors),
		cmocka_unit_test(a_handler_may_be_the_first_to_call),
		cmocka_unit_test(
		    both_ports_are_valid_in_the_first_statement_of_a_child),
		cmocka_unit_test(a_child_has_none_of_its_parents_names),
		cmocka_unit_test(
		    ports_are_inherited_through_a_child_that_makes_no_call),
		cmocka_unit_test(a_process_with_busy_threads_can_fork),
		cmocka_unit_test(
		    a_child_made_behind_our_back_is_a_task_of_its_own),
#if HANDLERS_RUN_AT_ONCE
		cmocka_unit_test(
		    a_trap_during_which_a_handler_forks_fails_in_the_child),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
