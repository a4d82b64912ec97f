/* Semaphores as programs see them: between threads, and between tasks. */
#include <mach/semaphore.h>

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <mach/mach_time.h>
#include <mach/task.h>

#include "program.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static semaphore_t
new_semaphore(int value)
{
	semaphore_t semaphore = MACH_PORT_NULL;

	CHECK_EQ(semaphore_create(
	             mach_task_self(), &semaphore, SYNC_POLICY_FIFO, value),
	    KERN_SUCCESS);
	CHECK(MACH_PORT_VALID(semaphore));
	return semaphore;
}

static kern_return_t
try_wait(semaphore_t semaphore)
{
	return semaphore_timedwait(semaphore, (mach_timespec_t){0, 0});
}

static void
count(void)
{
	semaphore_t semaphore = new_semaphore(1);
	semaphore_t other;

	CHECK_EQ(semaphore_wait(semaphore), KERN_SUCCESS);
	CHECK_EQ(try_wait(semaphore), KERN_OPERATION_TIMED_OUT);
	CHECK_EQ(semaphore_signal(semaphore), KERN_SUCCESS);
	CHECK_EQ(semaphore_signal_all(semaphore), KERN_SUCCESS);
	CHECK_EQ(try_wait(semaphore), KERN_SUCCESS);
	CHECK_EQ(semaphore_create(mach_task_self(), &other, 0, -1),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(semaphore_create(mach_task_self(), &other, 77, 0),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    semaphore_create(semaphore, &other, 0, 0), KERN_INVALID_ARGUMENT);
	CHECK_EQ(semaphore_destroy(mach_task_self(), semaphore), KERN_SUCCESS);
}

TEST(as_many_pass_as_were_let) { program_run(count); }

/* A name whose semaphore was destroyed; one more user reference was there. */
static semaphore_t
dead_semaphore(void)
{
	semaphore_t semaphore = new_semaphore(0);

	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), semaphore, MACH_PORT_RIGHT_SEND, 1),
	    KERN_SUCCESS);
	CHECK_EQ(semaphore_destroy(mach_task_self(), semaphore), KERN_SUCCESS);
	return semaphore;
}

static void
name_nothing(void)
{
	const mach_timespec_t moment = {0, 1};
	semaphore_t semaphore = new_semaphore(0);
	semaphore_t dead = dead_semaphore();
	mach_port_t receive = mach_reply_port();
	mach_port_t task = mach_task_self();

	CHECK_EQ(semaphore_signal(MACH_PORT_NULL), KERN_INVALID_NAME);
	CHECK_EQ(semaphore_signal(MACH_PORT_DEAD), KERN_INVALID_NAME);
	CHECK_EQ(semaphore_wait(0xabc3), KERN_INVALID_NAME);
	CHECK_EQ(semaphore_wait(receive), KERN_INVALID_RIGHT);
	CHECK_EQ(semaphore_wait(dead), KERN_TERMINATED);
	CHECK_EQ(semaphore_signal_all(dead), KERN_TERMINATED);
	CHECK_EQ(semaphore_signal(task), KERN_INVALID_ARGUMENT);
	CHECK_EQ(semaphore_timedwait(task, moment), KERN_INVALID_ARGUMENT);
	CHECK_EQ(semaphore_timedwait(semaphore, (mach_timespec_t){0, -1}),
	    KERN_INVALID_VALUE);
	CHECK_EQ(semaphore_wait_signal(semaphore, 0xabc3), KERN_INVALID_NAME);
	CHECK_EQ(semaphore_wait_signal(semaphore, dead), KERN_TERMINATED);
	CHECK_EQ(semaphore_timedwait_signal(0xabc3, semaphore, moment),
	    KERN_INVALID_NAME);
	CHECK_EQ(try_wait(semaphore), KERN_OPERATION_TIMED_OUT);
	CHECK_EQ(
	    semaphore_signal_thread(semaphore, 0xabc3), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    semaphore_signal_thread(semaphore, task), KERN_INVALID_ARGUMENT);
	CHECK_EQ(semaphore_signal_thread(semaphore, MACH_PORT_NULL),
	    KERN_NOT_WAITING);
	CHECK_EQ(semaphore_destroy(task, 0xabc3), KERN_INVALID_ARGUMENT);
	CHECK_EQ(semaphore_destroy(task, task), KERN_INVALID_ARGUMENT);
}

TEST(what_names_no_semaphore_is_refused) { program_run(name_nothing); }

static void
wait_a_while(void)
{
	semaphore_t semaphore = new_semaphore(0);
	uint64_t begin = mach_absolute_time();

	CHECK_EQ(semaphore_timedwait(semaphore, (mach_timespec_t){0, 3000000}),
	    KERN_OPERATION_TIMED_OUT);
	CHECK(mach_absolute_time() - begin >= 3000000);
}

TEST(a_wait_lasts_as_long_as_it_may) { program_run(wait_a_while); }

/* --- threads --------------------------------------------------------------- */

static semaphore_t ping;
static semaphore_t pong;

static void
start(pthread_t *thread_out, void *(*body)(void *))
{
	CHECK_EQ(pthread_create(thread_out, NULL, body, NULL), 0);
}

#define ROUNDS 200

static void *
answer_pings(void *argument)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		CHECK_EQ(semaphore_wait(ping), KERN_SUCCESS);
		CHECK_EQ(semaphore_signal(pong), KERN_SUCCESS);
	}
	return argument;
}

static void
play(void)
{
	pthread_t other;

	ping = new_semaphore(0);
	pong = new_semaphore(0);
	start(&other, answer_pings);
	for (unsigned i = 0; i < ROUNDS; i++) {
		CHECK_EQ(semaphore_signal(ping), KERN_SUCCESS);
		CHECK_EQ(semaphore_wait(pong), KERN_SUCCESS);
	}
	CHECK_EQ(pthread_join(other, NULL), 0);
	CHECK_EQ(try_wait(ping), KERN_OPERATION_TIMED_OUT);
}

TEST(two_threads_take_turns) { program_run(play); }

/* Wait for `ping`, and say so. What it ended with. */
static void *
wait_for_ping(void *argument)
{
	kern_return_t kr = semaphore_wait_signal(ping, pong);

	(void)argument;
	pthread_testcancel();
	return (void *)(intptr_t)kr;
}

/* A thread that waits for `ping` by now. */
static pthread_t
start_waiter(void)
{
	pthread_t thread;

	start(&thread, wait_for_ping);
	CHECK_EQ(semaphore_wait(pong), KERN_SUCCESS);
	return thread;
}

static kern_return_t
end_of(pthread_t thread)
{
	void *result;

	CHECK_EQ(pthread_join(thread, &result), 0);
	return (kern_return_t)(intptr_t)result;
}

#define MANY 100

static void
destroy_under_many(void)
{
	pthread_t threads[MANY];

	ping = new_semaphore(0);
	pong = new_semaphore(0);
	for (unsigned i = 0; i < MANY; i++)
		threads[i] = start_waiter();
	CHECK_EQ(semaphore_destroy(mach_task_self(), ping), KERN_SUCCESS);
	for (unsigned i = 0; i < MANY; i++)
		CHECK_EQ(end_of(threads[i]), KERN_TERMINATED);
}

TEST(all_who_wait_for_a_semaphore_that_is_destroyed_go_on)
{
	program_run(destroy_under_many);
}

static void
cancel(void)
{
	pthread_t thread;

	ping = new_semaphore(0);
	pong = new_semaphore(0);
	thread = start_waiter();
	CHECK_EQ(pthread_cancel(thread), 0);
	CHECK_EQ(semaphore_signal(ping), KERN_SUCCESS);
	CHECK_EQ(end_of(thread), (intptr_t)PTHREAD_CANCELED);
	CHECK_EQ(try_wait(ping), KERN_OPERATION_TIMED_OUT);
}

TEST(a_wait_is_no_place_to_be_cancelled_at) { program_run(cancel); }

static volatile sig_atomic_t handled;

static void
handle(int number)
{
	(void)number;
	handled = 1;
}

static void
interrupt(void)
{
	pthread_t thread;

	ping = new_semaphore(0);
	pong = new_semaphore(0);
	CHECK(signal(SIGUSR1, handle) != SIG_ERR);
	thread = start_waiter();
	CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
	while (HANDLERS_RUN_AT_ONCE && !handled)
		(void)sched_yield();
	CHECK_EQ(semaphore_signal(ping), KERN_SUCCESS);
	CHECK_EQ(end_of(thread), KERN_SUCCESS);
}

TEST(a_signal_handler_does_not_end_a_wait) { program_run(interrupt); }

static _Atomic mach_port_t threads_port; /* TSan knows no semaphores */

static void *
wait_and_tell_who(void *argument)
{
	threads_port = mach_thread_self();
	return wait_for_ping(argument);
}

static void
signal_one(void)
{
	pthread_t first;
	pthread_t second;

	ping = new_semaphore(0);
	pong = new_semaphore(0);
	first = start_waiter();
	start(&second, wait_and_tell_who);
	CHECK_EQ(semaphore_wait(pong), KERN_SUCCESS);
	CHECK_EQ(semaphore_signal_thread(ping, threads_port), KERN_SUCCESS);
	CHECK_EQ(end_of(second), KERN_SUCCESS);
	CHECK_EQ(semaphore_signal_thread(ping, mach_thread_self()),
	    KERN_NOT_WAITING);
	CHECK_EQ(semaphore_signal(ping), KERN_SUCCESS);
	CHECK_EQ(end_of(first), KERN_SUCCESS);
}

TEST(a_thread_is_signalled_by_its_port) { program_run(signal_one); }

/* --- tasks ----------------------------------------------------------------- */

/* What a child finds: the parent's two semaphores. */
static void
share(void)
{
	mach_port_t ports[2];

	ping = new_semaphore(0);
	pong = new_semaphore(0);
	ports[0] = ping;
	ports[1] = pong;
	CHECK_EQ(mach_ports_register(mach_task_self(), ports, 2), KERN_SUCCESS);
}

static void
find_shared(void)
{
	mach_port_array_t ports;
	mach_msg_type_number_t port_count;

	CHECK_EQ(mach_ports_lookup(mach_task_self(), &ports, &port_count),
	    KERN_SUCCESS);
	ping = ports[0];
	pong = ports[1];
}

static void
be_child(void)
{
	find_shared();
	(void)answer_pings(NULL);
	CHECK_EQ(semaphore_destroy(mach_task_self(), ping),
	    KERN_INVALID_ARGUMENT); /* it is not the child's */
}

static void
play_with_child(void)
{
	pid_t child;

	share();
	child = program_fork(be_child);
	for (unsigned i = 0; i < ROUNDS; i++)
		CHECK_EQ(semaphore_wait_signal(pong, ping), KERN_SUCCESS);
	program_join(child);
	CHECK_EQ(try_wait(ping), KERN_OPERATION_TIMED_OUT);
}

TEST(two_tasks_take_turns) { program_run(play_with_child); }

static void
wait_for_ever(void)
{
	find_shared();
	(void)wait_for_ping(NULL);
}

static void
kill_a_waiter(void)
{
	pid_t child;

	share();
	child = program_fork(wait_for_ever);
	CHECK_EQ(semaphore_wait(pong), KERN_SUCCESS);
	CHECK_EQ(kill(child, SIGKILL), 0);
	CHECK_EQ(waitpid(child, NULL, 0), child);
	/* The kernel may come to know of that later, and lets nobody pass
	 * then. */
	CHECK_EQ(semaphore_signal(ping), KERN_SUCCESS);
	CHECK_EQ(semaphore_destroy(mach_task_self(), ping), KERN_SUCCESS);
}

TEST(a_waiter_is_killed) { program_run(kill_a_waiter); }

static void
own_one_and_end(void)
{
	find_shared();
	(void)new_semaphore(1);
	CHECK_EQ(semaphore_signal(pong), KERN_SUCCESS);
	CHECK_EQ(semaphore_wait(ping), KERN_SUCCESS);
}

static void
end_with_semaphores(void)
{
	pid_t child;

	share();
	child = program_fork(own_one_and_end);
	CHECK_EQ(semaphore_wait(pong), KERN_SUCCESS);
	CHECK_EQ(semaphore_signal(ping), KERN_SUCCESS);
	program_join(child);
}

TEST(a_task_ends_and_leaves_no_semaphore) { program_run(end_with_semaphores); }

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(as_many_pass_as_were_let),
	    cmocka_unit_test(what_names_no_semaphore_is_refused),
	    cmocka_unit_test(a_wait_lasts_as_long_as_it_may),
	    cmocka_unit_test(two_threads_take_turns),
	    cmocka_unit_test(
	        all_who_wait_for_a_semaphore_that_is_destroyed_go_on),
	    cmocka_unit_test(a_wait_is_no_place_to_be_cancelled_at),
	    cmocka_unit_test(a_signal_handler_does_not_end_a_wait),
	    cmocka_unit_test(a_thread_is_signalled_by_its_port),
	    cmocka_unit_test(two_tasks_take_turns),
	    cmocka_unit_test(a_waiter_is_killed),
	    cmocka_unit_test(a_task_ends_and_leaves_no_semaphore),
	};

	return cmocka_run_group_tests_name("semaphore", tests, NULL, NULL);
}
