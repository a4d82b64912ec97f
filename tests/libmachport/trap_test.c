/* Traps and signals, and cancellation. */
#include "trap.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "disturbance.h"
#include "note.h"
#include "program.h"

#define NOTES 2000

#if HANDLERS_RUN_AT_ONCE

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
send_undisturbed(void)
{
	struct disturbance disturbance;
	mach_port_t port = note_port();
	int32_t count = note_fill(port);

	for (int flags = 0; flags <= SA_RESTART; flags += SA_RESTART) {
		const int seen = signals_seen;

		handle(flags, count_signal);
		disturbance_begin(&disturbance, SYS_recvmsg, MACH_PORT_NULL);
		do
			CHECK_EQ(note_send(port, count, MACH_SEND_TIMEOUT, 300),
			    MACH_SEND_TIMED_OUT);
		while (signals_seen == seen);
		disturbance_end(&disturbance);
	}
	CHECK_EQ(signals_seen, 2);
	for (int32_t i = 0; i < count; i++)
		note_expect(port, i);
}

static void
a_signal_does_not_end_a_send(void **state)
{
	(void)state;
	program_run(send_undisturbed);
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

#define MEMORY_BYTES ((mach_msg_size_t)(3 * vm_page_size))

static void
send_memory_interrupted(void)
{
	struct disturbance disturbance;
	mach_port_t port = note_port();
	int32_t count = note_fill(port);
	vm_address_t memory = 0;
	struct parcel parcel;

	CHECK_EQ(vm_allocate(mach_task_self(), &memory, MEMORY_BYTES,
	             VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	memset((void *)memory, 'm', MEMORY_BYTES);
	parcel = parcel_to(port, (void *)memory, MEMORY_BYTES, TRUE);
	handle(0, count_signal);
	disturbance_begin(&disturbance, SYS_ppoll, MACH_PORT_NULL);
	CHECK_EQ(mach_msg(&parcel.header, MACH_SEND_MSG | MACH_SEND_INTERRUPT,
	             PARCEL_BYTES, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_SEND_INTERRUPTED);
	disturbance_end(&disturbance);

	/* The memory is here again, maybe elsewhere, and nowhere else. */
	CHECK(is_mapped(parcel.memory.address));
	CHECK_EQ(parcel.memory.size, MEMORY_BYTES);
	CHECK_EQ(((char *)parcel.memory.address)[MEMORY_BYTES - 1], 'm');
	for (int32_t i = 0; i < count; i++)
		note_expect(port, i);
	memory = (vm_address_t)parcel.memory.address;
	CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	CHECK(!is_mapped((void *)memory));
	parcel_receive(port, &parcel);
	CHECK_EQ(((char *)parcel.memory.address)[MEMORY_BYTES - 1], 'm');
}

static void
what_came_back_with_its_memory_can_be_sent_again(void **state)
{
	(void)state;
	program_run(send_memory_interrupted);
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
static atomic_bool received_all;

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

#endif

static void *
set_user(void *tid)
{
	uid_t user = getuid();

	program_await_call(*(pid_t *)tid, SYS_ppoll);
	CHECK_EQ(setreuid(user, user), 0);
	return NULL;
}

/* All threads must do it: glibc sends them a signal. */
static void
set_user_meanwhile(void)
{
	mach_port_t port = note_port();
	pid_t tid = gettid();
	pthread_t thread;
	int32_t number;

	CHECK_EQ(pthread_create(&thread, NULL, set_user, &tid), 0);
	CHECK_EQ(note_receive(port, &number, MACH_RCV_INTERRUPT, 0),
	    MACH_RCV_INTERRUPTED);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(note_send(port, 1, 0, 0), MACH_MSG_SUCCESS);
	note_expect(port, 1);
}

static void
a_change_of_user_is_a_signal_to_each_thread(void **state)
{
	(void)state;
	program_run(set_user_meanwhile);
}

/* In what a child waits while it is stopped, and with which options. */
static const struct {
	long call;
	mach_msg_option_t option;
} waits[] = {
    {SYS_recvmsg, MACH_RCV_MSG},
    {SYS_ppoll, MACH_RCV_MSG | MACH_RCV_INTERRUPT},
    {SYS_recvmsg, MACH_SEND_MSG},
    {SYS_ppoll, MACH_SEND_MSG | MACH_SEND_INTERRUPT},
};

#define WAITS (sizeof(waits) / sizeof(waits[0]))

/* What the child waits in, and that it was continued. */
static mach_msg_option_t wait_option;
static int continued[2];

/* Wait for a message that never comes, or for room that there never is. */
static void
wait_in_vain(mach_port_t port)
{
	int32_t number;

	if (wait_option & MACH_RCV_MSG)
		CHECK_EQ(note_receive(port, &number,
		             wait_option | MACH_RCV_TIMEOUT, 300),
		    MACH_RCV_TIMED_OUT);
	else
		CHECK_EQ(
		    note_send(port, 0, wait_option | MACH_SEND_TIMEOUT, 300),
		    MACH_SEND_TIMED_OUT);
}

/* Again and again, until it was stopped meanwhile. */
static void
be_stopped(void)
{
	struct pollfd event = {.fd = continued[0], .events = POLLIN};
	mach_port_t port = note_port();

	if (wait_option & MACH_SEND_MSG)
		(void)note_fill(port);
	do
		wait_in_vain(port);
	while (poll(&event, 1, 0) == 0);
	program_await(continued);
}

static void
stop_and_continue(void)
{
	int status;

	CHECK_EQ(pipe(continued), 0);
	for (size_t i = 0; i < WAITS; i++) {
		pid_t child;

		wait_option = waits[i].option;
		child = program_fork(be_stopped);
		program_await_call(child, waits[i].call);
		CHECK_EQ(kill(child, SIGSTOP), 0);
		CHECK_EQ(waitpid(child, &status, WUNTRACED), child);
		CHECK(WIFSTOPPED(status));
		CHECK_EQ(kill(child, SIGCONT), 0);
		program_ring(continued);
		program_join(child);
	}
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
#if HANDLERS_RUN_AT_ONCE
		cmocka_unit_test(a_signal_does_not_end_a_receive),
		cmocka_unit_test(a_signal_does_not_end_a_send),
		cmocka_unit_test(
		    a_signal_ends_a_receive_that_may_be_interrupted),
		cmocka_unit_test(a_signal_gives_a_blocked_message_back),
		cmocka_unit_test(
		    what_came_back_with_its_memory_can_be_sent_again),
		cmocka_unit_test(
		    a_receive_is_restarted_if_only_the_send_may_be_interrupted),
		cmocka_unit_test(no_message_is_lost_between_signals),
#endif
		cmocka_unit_test(a_change_of_user_is_a_signal_to_each_thread),
		cmocka_unit_test(stopping_a_process_interrupts_nothing),
		cmocka_unit_test(a_trap_is_no_cancellation_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
