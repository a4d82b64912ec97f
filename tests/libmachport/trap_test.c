/* Traps and signals, cancellation and longjmp(). */
#include "trap.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <mach/mig.h>

#include "note.h"
#include "program.h"
#include "thread_conn.h"

#define NOTES 2000

static volatile sig_atomic_t signals_seen;

static void
count_signal(int signal)
{
	(void)signal;
	signals_seen++;
}

static void
handle(int flags, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
}

/* What another thread does to the one that waits in a trap. */
struct disturbance {
	pthread_t sleeper;
	pid_t tid;
	long call;        /* that it sleeps in */
	mach_port_t port; /* to send to after the signal, or NULL */
	pthread_t thread;
};

static void *
disturb(void *argument)
{
	struct disturbance *disturbance = argument;
	sig_atomic_t seen = signals_seen;

	program_await_call(disturbance->tid, disturbance->call);
	CHECK_EQ(pthread_kill(disturbance->sleeper, SIGUSR1), 0);
	while (signals_seen == seen)
		(void)sched_yield();
	if (disturbance->port != MACH_PORT_NULL)
		CHECK_EQ(
		    note_send(disturbance->port, 5, 0, 0), MACH_MSG_SUCCESS);
	return NULL;
}

static void
disturbance_begin(struct disturbance *disturbance, long call, mach_port_t port)
{
	disturbance->sleeper = pthread_self();
	disturbance->tid = gettid();
	disturbance->call = call;
	disturbance->port = port;
	CHECK_EQ(
	    pthread_create(&disturbance->thread, NULL, disturb, disturbance),
	    0);
}

static void
disturbance_end(struct disturbance *disturbance)
{
	CHECK_EQ(pthread_join(disturbance->thread, NULL), 0);
}

static void
receive_undisturbed(void)
{
	struct disturbance disturbance;
	mach_port_t port = note_port();

	for (int flags = 0; flags <= SA_RESTART; flags += SA_RESTART) {
		handle(flags, count_signal);
		disturbance_begin(&disturbance, SYS_recvmsg, port);
		note_expect(port, 5);
		disturbance_end(&disturbance);
	}
	CHECK_EQ(signals_seen, 2);
}

static void
a_signal_does_not_end_a_receive(void **state)
{
	(void)state;
	program_run(receive_undisturbed);
}

static void
receive_interrupted(void)
{
	struct disturbance disturbance;
	mach_port_t port = note_port();
	int32_t number;

	for (int flags = 0; flags <= SA_RESTART; flags += SA_RESTART) {
		handle(flags, count_signal);
		disturbance_begin(&disturbance, SYS_ppoll, MACH_PORT_NULL);
		CHECK_EQ(note_receive(port, &number, MACH_RCV_INTERRUPT, 0),
		    MACH_RCV_INTERRUPTED);
		disturbance_end(&disturbance);
	}
	CHECK_EQ(note_send(port, 6, 0, 0), MACH_MSG_SUCCESS);
	note_expect(port, 6);
}

static void
a_signal_ends_a_receive_that_may_be_interrupted(void **state)
{
	(void)state;
	program_run(receive_interrupted);
}

static void
send_interrupted(void)
{
	struct disturbance disturbance;
	mach_port_t port = note_port();
	int32_t count = note_fill(port);
	struct note note = note_to(port, count);

	handle(SA_RESTART, count_signal);
	disturbance_begin(&disturbance, SYS_ppoll, MACH_PORT_NULL);
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG | MACH_SEND_INTERRUPT,
	             NOTE_BYTES, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_INTERRUPTED);
	disturbance_end(&disturbance);

	/* It came back, and can be sent again as it is. */
	CHECK_EQ(MACH_MSGH_BITS_REMOTE(note.header.msgh_bits),
	    MACH_MSG_TYPE_MOVE_SEND);
	CHECK_EQ(note.header.msgh_remote_port, port);
	CHECK_EQ(note.number, count);
	note_expect(port, 0);
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
	for (int32_t i = 1; i <= count; i++)
		note_expect(port, i);
}

static void
a_signal_gives_a_blocked_message_back(void **state)
{
	(void)state;
	program_run(send_interrupted);
}

/* Only the half that asked for it is interrupted. */
static void
receive_after_send(void)
{
	struct disturbance disturbance;
	mach_port_t to = note_port();
	mach_port_t from = note_port();
	struct note note = note_to(to, 1);

	handle(0, count_signal);
	disturbance_begin(&disturbance, SYS_ppoll, from);
	CHECK_EQ(mach_msg(&note.header,
	             MACH_SEND_MSG | MACH_RCV_MSG | MACH_SEND_INTERRUPT,
	             NOTE_BYTES, sizeof(note), from, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(note.number, 5);
	disturbance_end(&disturbance);
	note_expect(to, 1);
}

static void
a_receive_is_restarted_if_only_the_send_may_be_interrupted(void **state)
{
	(void)state;
	program_run(receive_after_send);
}

static pthread_t receiver;
static volatile bool received_all;

static void *
send_signals(void *unused)
{
	while (!received_all) {
		(void)pthread_kill(receiver, SIGUSR1);
		(void)sched_yield();
	}
	return unused;
}

static void *
send_notes(void *port)
{
	for (int32_t i = 0; i < NOTES; i++)
		CHECK_EQ(
		    note_send(*(mach_port_t *)port, i, 0, 0), MACH_MSG_SUCCESS);
	return NULL;
}

static void
receive_in_a_hail(void)
{
	mach_port_t port = note_port();
	pthread_t senders[2];
	int32_t number;
	int32_t next = 0;

	handle(SA_RESTART, count_signal);
	receiver = pthread_self();
	CHECK_EQ(pthread_create(&senders[0], NULL, send_signals, NULL), 0);
	CHECK_EQ(pthread_create(&senders[1], NULL, send_notes, &port), 0);
	while (next < NOTES) {
		mach_msg_return_t mr =
		    note_receive(port, &number, MACH_RCV_INTERRUPT, 0);

		if (mr == MACH_RCV_INTERRUPTED)
			continue;
		CHECK_EQ(mr, MACH_MSG_SUCCESS);
		CHECK_EQ(number, next);
		next++;
	}
	received_all = true;
	for (int i = 0; i < 2; i++)
		CHECK_EQ(pthread_join(senders[i], NULL), 0);
}

static void
no_message_is_lost_between_signals(void **state)
{
	(void)state;
	program_run(receive_in_a_hail);
}

static mach_port_t handlers_port;

static void
send_in_handler(int signal)
{
	(void)signal;
	CHECK_EQ(note_send(handlers_port, 8, 0, 0), MACH_MSG_SUCCESS);
	signals_seen++;
}

static void
trap_within_trap(void)
{
	struct disturbance disturbance;
	unsigned files;

	handlers_port = note_port();
	files = program_count_files();
	handle(0, send_in_handler);
	for (int i = 0; i < 3; i++) {
		disturbance_begin(&disturbance, SYS_recvmsg, MACH_PORT_NULL);
		note_expect(handlers_port, 8);
		disturbance_end(&disturbance);
	}
	CHECK_EQ(program_count_files(), files);
}

static void
a_handler_can_call_while_its_thread_waits(void **state)
{
	(void)state;
	program_run(trap_within_trap);
}

static void
trap_within_send(void)
{
	struct disturbance disturbance;
	mach_port_t full = note_port();
	int32_t count = note_fill(full);

	handlers_port = note_port();
	handle(SA_RESTART, send_in_handler);
	disturbance_begin(&disturbance, SYS_recvmsg, MACH_PORT_NULL);
	CHECK_EQ(note_send(full, count, MACH_SEND_TIMEOUT, 500),
	    MACH_SEND_TIMED_OUT);
	disturbance_end(&disturbance);
	note_expect(handlers_port, 8);
	for (int32_t i = 0; i < count; i++)
		note_expect(full, i);
}

static void
a_handler_can_call_while_its_thread_is_blocked_in_a_send(void **state)
{
	(void)state;
	program_run(trap_within_send);
}

static sigjmp_buf before_trap;

static void
jump(int signal)
{
	(void)signal;
	signals_seen++;
	siglongjmp(before_trap, 1);
}

/* Wait in a frame that is @depth bytes deeper than others. */
__attribute__((noinline)) static void
receive_deep(mach_port_t port, int depth)
{
	volatile char *room = __builtin_alloca((size_t)depth + 1);
	int32_t number;

	room[0] = 0;
	(void)note_receive(port, &number, 0, 0);
	CHECK(!"it returned");
}

__attribute__((noinline)) static void
exchange_deep(mach_port_t port, int depth)
{
	volatile char *room = __builtin_alloca((size_t)depth + 1);

	room[0] = 0;
	CHECK_EQ(note_send(port, depth, 0, 0), MACH_MSG_SUCCESS);
	note_expect(port, depth);
}

static void
jump_out(void)
{
	struct disturbance disturbance;
	mach_port_t port = note_port();
	volatile int round = 0;
	unsigned files = program_count_files();

	handle(0, jump);
	for (round = 0; round < 20; round++) {
		if (sigsetjmp(before_trap, 1) == 0) {
			disturbance_begin(
			    &disturbance, SYS_recvmsg, MACH_PORT_NULL);
			receive_deep(port, round % 4 * 4096);
		}
		disturbance_end(&disturbance);
		exchange_deep(port, round % 3 * 4096);
	}
	CHECK(program_count_files() <= files + THREAD_TRAPS_MAX);
}

static void
a_handler_can_jump_out_of_a_trap(void **state)
{
	(void)state;
	program_run(jump_out);
}

static void
stop_and_continue(void)
{
	mach_port_t port = note_port();
	pid_t child;
	int status;

	CHECK_EQ(task_set_bootstrap_port(mach_task_self(), port), KERN_SUCCESS);
	child = fork();
	if (child == 0) {
		mach_port_t own = note_port();
		int32_t number;

		CHECK_EQ(note_receive(own, &number,
		             MACH_RCV_INTERRUPT | MACH_RCV_TIMEOUT, 300),
		    MACH_RCV_TIMED_OUT);
		_exit(0);
	}
	program_await_call(child, SYS_ppoll);
	CHECK_EQ(kill(child, SIGSTOP), 0);
	CHECK_EQ(waitpid(child, &status, WUNTRACED), child);
	CHECK_EQ(kill(child, SIGCONT), 0);
	program_join(child);
}

static void
stopping_a_process_interrupts_nothing(void **state)
{
	(void)state;
	program_run(stop_and_continue);
}

static void *
receive_cancelled(void *port)
{
	note_expect(*(mach_port_t *)port, 9);
	signals_seen++;
	pthread_testcancel();
	return port;
}

static void
cancel_receive(void)
{
	mach_port_t port = note_port();
	pthread_t thread;
	void *result;

	CHECK_EQ(pthread_create(&thread, NULL, receive_cancelled, &port), 0);
	CHECK_EQ(pthread_cancel(thread), 0);
	CHECK_EQ(note_send(port, 9, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK(result == PTHREAD_CANCELED);
	CHECK_EQ(signals_seen, 1);
}

static void
a_trap_is_no_cancellation_point(void **state)
{
	(void)state;
	program_run(cancel_receive);
}

static void *
take_names(void *names)
{
	((mach_port_t *)names)[0] = mach_thread_self();
	((mach_port_t *)names)[1] = mig_get_reply_port();
	CHECK_EQ(mig_get_reply_port(), ((mach_port_t *)names)[1]);
	return NULL;
}

static void
end_threads(void)
{
	mach_port_t own = mig_get_reply_port();
	unsigned files = program_count_files();
	mach_port_type_t type;
	mach_port_t names[2];
	pthread_t thread;

	for (int i = 0; i < 10; i++) {
		CHECK_EQ(pthread_create(&thread, NULL, take_names, names), 0);
		CHECK_EQ(pthread_join(thread, NULL), 0);
		CHECK_EQ(program_count_files(), files);
		CHECK_EQ(mach_port_type(mach_task_self(), names[0], &type),
		    KERN_SUCCESS);
		CHECK_EQ(type, MACH_PORT_TYPE_DEAD_NAME);
		CHECK_EQ(mach_port_type(mach_task_self(), names[1], &type),
		    KERN_INVALID_NAME);
	}
	CHECK_EQ(mig_get_reply_port(), own);
}

static void
a_thread_that_ends_leaves_nothing(void **state)
{
	(void)state;
	program_run(end_threads);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_signal_does_not_end_a_receive),
	    cmocka_unit_test(a_signal_ends_a_receive_that_may_be_interrupted),
	    cmocka_unit_test(a_signal_gives_a_blocked_message_back),
	    cmocka_unit_test(
	        a_receive_is_restarted_if_only_the_send_may_be_interrupted),
	    cmocka_unit_test(no_message_is_lost_between_signals),
	    cmocka_unit_test(a_handler_can_call_while_its_thread_waits),
	    cmocka_unit_test(
	        a_handler_can_call_while_its_thread_is_blocked_in_a_send),
	    cmocka_unit_test(a_handler_can_jump_out_of_a_trap),
	    cmocka_unit_test(stopping_a_process_interrupts_nothing),
	    cmocka_unit_test(a_trap_is_no_cancellation_point),
	    cmocka_unit_test(a_thread_that_ends_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
