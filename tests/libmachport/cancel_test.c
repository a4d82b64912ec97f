/* pthread_cancel() of threads that are in a trap, or are about to be. */
#include "thread_conn.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"

#define ROUNDS 300

/* A thread that waits in a trap until it is cancelled, and what it waits for. */
static struct {
	int type; /* of its cancellation */
	mach_port_t port;
	struct note note; /* where it receives, or from where it sends */
	atomic_int tid;   /* 0: not yet there */
	atomic_bool returned;
} victim;

static void
count_cleanup(void *count)
{
	(*(int *)count)++;
}

static void
victim_begin(void)
{
	int ignored;

	CHECK_EQ(pthread_setcanceltype(victim.type, &ignored), 0);
	/* The connection is there: what it sleeps in is the trap. */
	CHECK(thread_conn_names() != NULL);
	victim.tid = gettid();
}

static void *
receive_as_victim(void *unused)
{
	static int cleanups;

	pthread_cleanup_push(count_cleanup, &cleanups);
	victim_begin();
	CHECK_EQ(mach_msg(&victim.note.header, MACH_RCV_MSG, 0,
	             sizeof(victim.note), victim.port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	victim.returned = true;
	pthread_testcancel();
	pthread_cleanup_pop(1);
	return unused;
}

static void *
send_as_victim(void *unused)
{
	victim_begin();
	victim.note = note_to(victim.port, 99);
	CHECK_EQ(mach_msg(&victim.note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	victim.returned = true;
	pthread_testcancel();
	return unused;
}

/* Start it, and cancel it in its trap. */
static pthread_t
cancel_victim(void *(*body)(void *))
{
	pthread_t thread;

	victim.tid = 0;
	victim.returned = false;
	CHECK_EQ(pthread_create(&thread, NULL, body, NULL), 0);
	while (victim.tid == 0)
		(void)sched_yield();
	program_await_call(victim.tid, SYS_recvmsg);
	CHECK_EQ(pthread_cancel(thread), 0);
	return thread;
}

static void
join_cancelled(pthread_t thread)
{
	void *result;

	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK(result == PTHREAD_CANCELED);
}

static void
cancel_receiver(void)
{
	int32_t number;
	unsigned files;
	pthread_t thread;

	victim.port = note_port();
	files = program_count_files();
	thread = cancel_victim(receive_as_victim);
	CHECK_EQ(note_send(victim.port, 9, 0, 0), MACH_MSG_SUCCESS);
	join_cancelled(thread);
	/* It was received: the message is where it was to be. */
	CHECK_EQ(victim.note.number, 9);
	CHECK_EQ(note_receive(victim.port, &number, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQ(program_count_files(), files);
}

static void
cancel_sender(void)
{
	int32_t count;
	unsigned files;
	pthread_t thread;

	victim.port = note_port();
	files = program_count_files();
	count = note_fill(victim.port);
	thread = cancel_victim(send_as_victim);
	for (int32_t i = 0; i < count; i++)
		note_expect(victim.port, i);
	note_expect(victim.port, 99);
	join_cancelled(thread);
	CHECK_EQ(program_count_files(), files);
}

static void
cancel_deferred(void)
{
	victim.type = PTHREAD_CANCEL_DEFERRED;
	cancel_receiver();
	CHECK(victim.returned);
	cancel_sender();
	CHECK(victim.returned);
}

static void
a_thread_is_cancelled_after_the_trap_and_not_by_it(void **state)
{
	(void)state;
	program_run(cancel_deferred);
}

static void
cancel_asynchronous(void)
{
	victim.type = PTHREAD_CANCEL_ASYNCHRONOUS;
	cancel_receiver();
	cancel_sender();
}

static void
nor_is_one_that_may_be_cancelled_anywhere(void **state)
{
	(void)state;
	program_run(cancel_asynchronous);
}

static atomic_uint calls;

/* NOLINTBEGIN(cert-pos47-c): this is what is tested */
static void *
call_for_ever(void *unused)
{
	mach_port_type_t type;
	int ignored;

	CHECK_EQ(
	    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &ignored), 0);
	for (;;) {
		(void)mach_port_type(mach_task_self(), mach_task_self(), &type);
		calls++;
	}
	return unused;
}

/* NOLINTEND(cert-pos47-c) */

/* At any point, of the first trap or of a later one. */
static void
cancel_callers(void)
{
	unsigned files;
	pthread_t thread;

	victim.port = note_port();
	files = program_count_files();
	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned before = calls;

		CHECK_EQ(pthread_create(&thread, NULL, call_for_ever, NULL), 0);
		while (calls < before + i % 5)
			(void)sched_yield();
		CHECK_EQ(pthread_cancel(thread), 0);
		join_cancelled(thread);
	}
	CHECK_EQ(program_count_files(), files);
	CHECK_EQ(note_send(victim.port, 1, 0, 0), MACH_MSG_SUCCESS);
	note_expect(victim.port, 1);
}

static void
threads_cancelled_at_any_point_leave_nothing(void **state)
{
	(void)state;
	program_run(cancel_callers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_thread_is_cancelled_after_the_trap_and_not_by_it),
	    cmocka_unit_test(nor_is_one_that_may_be_cancelled_anywhere),
	    cmocka_unit_test(threads_cancelled_at_any_point_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
