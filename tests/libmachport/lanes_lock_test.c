/* The lock that a signal handler may meet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lanes_lock.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define ROUNDS 20000

static struct lanes_lock lock;
static unsigned counter; /* (lock) */
static bool handler_got_it;

TEST(a_free_lock_is_taken_and_given_back)
{
	assert_false(lanes_lock_is_own(&lock));
	assert_true(lanes_lock_take(&lock));
	assert_true(lanes_lock_is_own(&lock));
	lanes_lock_give(&lock);
	assert_false(lanes_lock_is_own(&lock));
}

static void
handler(int signal)
{
	(void)signal;
	handler_got_it = lanes_lock_take(&lock);
	if (handler_got_it)
		lanes_lock_give(&lock);
}

TEST(a_handler_cannot_have_it_from_its_own_thread)
{
	(void)signal(SIGUSR1, handler);
	assert_true(lanes_lock_take(&lock));
	(void)raise(SIGUSR1);
	assert_false(handler_got_it);
	assert_true(lanes_lock_is_own(&lock));
	lanes_lock_give(&lock);
	(void)raise(SIGUSR1);
	assert_true(handler_got_it);
	(void)signal(SIGUSR1, SIG_DFL);
}

static void *
count(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		/* On a busy machine who has it may not run for a second. */
		while (!lanes_lock_take(&lock))
			;
		counter++;
		lanes_lock_give(&lock);
	}
	return NULL;
}

TEST(one_thread_at_a_time_has_it)
{
	pthread_t threads[4];

	counter = 0;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, count, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(counter, 4 * ROUNDS);
}

static void *
try_once(void *taken_out)
{
	*(bool *)taken_out = lanes_lock_take(&lock);
	return NULL;
}

TEST(who_does_not_give_it_back_is_not_waited_for_long)
{
	pthread_t thread;
	bool taken = true;

	assert_true(lanes_lock_take(&lock));
	assert_int_equal(pthread_create(&thread, NULL, try_once, &taken), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_false(taken);
	lanes_lock_give(&lock);
	assert_true(lanes_lock_take(&lock));
	lanes_lock_give(&lock);
}

static void *
try_often(void *taken_out)
{
	for (int i = 0; i < ROUNDS; i++)
		*(bool *)taken_out |= lanes_lock_take(&lock);
	return NULL;
}

/* A second each would be hours. */
TEST(after_that_nobody_waits_until_it_is_given_back)
{
	pthread_t thread;
	bool taken = false;

	assert_true(lanes_lock_take(&lock));
	assert_int_equal(pthread_create(&thread, NULL, try_often, &taken), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_false(taken);
	assert_true(lanes_lock_is_own(&lock));
	lanes_lock_give(&lock);
	assert_true(lanes_lock_take(&lock));
	lanes_lock_give(&lock);
}

/* Returns what is not as it should be. */
static int
look_as_child(struct lanes_lock *others)
{
	if (!lanes_lock_inherit(&lock) || !lanes_lock_is_own(&lock))
		return 1;
	if (lanes_lock_inherit(others) || !lanes_lock_take(others))
		return 2;
	lanes_lock_give(others);
	lanes_lock_give(&lock);
	if (!lanes_lock_take(&lock))
		return 3;
	return 0;
}

TEST(a_fork_child_has_the_locks_of_its_thread_and_no_others)
{
	struct lanes_lock others = {LANES_LOCK_LOST | 1};
	int status;
	pid_t pid;

	assert_true(lanes_lock_take(&lock));
	pid = fork();
	if (pid == 0)
		_exit(look_as_child(&others));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	lanes_lock_give(&lock);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_free_lock_is_taken_and_given_back),
	    cmocka_unit_test(a_handler_cannot_have_it_from_its_own_thread),
	    cmocka_unit_test(one_thread_at_a_time_has_it),
	    cmocka_unit_test(who_does_not_give_it_back_is_not_waited_for_long),
	    cmocka_unit_test(after_that_nobody_waits_until_it_is_given_back),
	    cmocka_unit_test(
	        a_fork_child_has_the_locks_of_its_thread_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
