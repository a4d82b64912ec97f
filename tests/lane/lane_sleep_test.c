/* Sleeping on words; and the CPU that a thread runs on, which lane_spin_test makes up. */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_sleep.h"
#include "lane_spin.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define MS 1000000

/* Who is not woken ends with an error at last. */
#define GUARD_S 60

static struct timespec
deadline_in(long ns)
{
	struct timespec deadline;

	(void)clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_nsec += ns;
	deadline.tv_sec += deadline.tv_nsec / (1000 * MS);
	deadline.tv_nsec %= 1000 * MS;
	return deadline;
}

TEST(a_word_that_has_changed_lets_nobody_sleep)
{
	_Atomic uint32_t words[2] = {1, 2};
	const struct lane_sleep_word list[2] = {{&words[0], 1}, {&words[1], 3}};

	assert_int_equal(lane_sleep(list, 2, NULL), 0);
}

TEST(a_sleep_ends_at_its_deadline)
{
	_Atomic uint32_t word = 1;
	const struct lane_sleep_word list = {&word, 1};
	const struct timespec past = {0, 1};
	const struct timespec soon = deadline_in(MS);
	struct timespec now;

	assert_int_equal(lane_sleep(&list, 1, &past), -ETIMEDOUT);
	assert_int_equal(lane_sleep(&list, 1, &soon), -ETIMEDOUT);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	assert_true(now.tv_sec > soon.tv_sec ||
	    (now.tv_sec == soon.tv_sec && now.tv_nsec >= soon.tv_nsec));
}

/* A thread that sleeps on as many words as can be. */
struct sleeper {
	_Atomic uint32_t words[LANE_SLEEP_WORDS];
	_Atomic bool woken;
	int result;
};

static void *
sleep_on_all(void *argument)
{
	struct sleeper *sleeper = argument;
	struct timespec deadline = deadline_in(0);
	struct lane_sleep_word list[LANE_SLEEP_WORDS];

	for (size_t i = 0; i < LANE_SLEEP_WORDS; i++)
		list[i] = (struct lane_sleep_word){&sleeper->words[i], 0};
	deadline.tv_sec += GUARD_S;
	sleeper->result = lane_sleep(list, LANE_SLEEP_WORDS, &deadline);
	sleeper->woken = true;
	return NULL;
}

/* How many sleep on @word. Linux tells how many were moved from a word to itself. */
static long
count_asleep(_Atomic uint32_t *word)
{
	return syscall(
	    SYS_futex, word, FUTEX_CMP_REQUEUE, 0, (void *)INT_MAX, word, 0);
}

/* Until it sleeps, on the last word, too. */
static void
await_sleeper(struct sleeper *sleeper)
{
	while (count_asleep(&sleeper->words[LANE_SLEEP_WORDS - 1]) == 0)
		(void)sched_yield();
}

static void
expect_woken_by(void (*wake)(const void *word), size_t word)
{
	struct sleeper sleeper = {.woken = false};
	pthread_t thread;

	assert_int_equal(
	    pthread_create(&thread, NULL, sleep_on_all, &sleeper), 0);
	await_sleeper(&sleeper);
	assert_false(sleeper.woken);
	wake(&sleeper.words[word]);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(sleeper.result, 0);
}

TEST(a_sleeper_is_woken_by_any_of_its_words)
{
	expect_woken_by(lane_wake_one, 0);
	expect_woken_by(lane_wake_one, LANE_SLEEP_WORDS - 1);
	expect_woken_by(lane_wake_all, 3);
	expect_woken_by(lane_wake_many, 3);
}

static void *
sleep_on_one(void *argument)
{
	_Atomic uint32_t *word = argument;
	const struct lane_sleep_word list = {word, 0};
	struct timespec deadline = deadline_in(0);

	deadline.tv_sec += GUARD_S;
	return lane_sleep(&list, 1, &deadline) == 0 ? NULL : "not woken";
}

/* Of three sleepers, one, and then the others. */
static void
expect_one_and(void (*wake_rest)(const void *word))
{
	_Atomic uint32_t word = 0;
	pthread_t threads[3];
	void *failure;

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, sleep_on_one, &word), 0);
	while (count_asleep(&word) < 3)
		(void)sched_yield();
	lane_wake_one(&word);
	assert_int_equal(count_asleep(&word), 2);
	wake_rest(&word);
	assert_int_equal(count_asleep(&word), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(threads[i], &failure), 0);
		assert_null(failure);
	}
}

TEST(one_is_woken_or_all) { expect_one_and(lane_wake_all); }

TEST(one_is_woken_or_many) { expect_one_and(lane_wake_many); }

TEST(a_thread_runs_on_a_cpu_that_it_may_run_on)
{
	cpu_set_t cpus;

	assert_int_equal(sched_getaffinity(0, sizeof(cpus), &cpus), 0);
	assert_true(CPU_ISSET(lane_cpu(), &cpus));
}

static void
note_nothing(int signal)
{
	(void)signal;
}

TEST(a_signal_ends_a_sleep)
{
	const struct sigaction action = {.sa_handler = note_nothing};
	struct sleeper sleeper = {.woken = false};
	pthread_t thread;

	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	assert_int_equal(
	    pthread_create(&thread, NULL, sleep_on_all, &sleeper), 0);
	await_sleeper(&sleeper);
	assert_int_equal(pthread_kill(thread, SIGUSR1), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(sleeper.result, -EINTR);
}

TEST(nothing_of_this_changes_errno)
{
	_Atomic uint32_t word = 1;
	const struct lane_sleep_word list = {&word, 0};

	errno = ENOTTY;
	(void)lane_sleep(&list, 1, NULL);
	lane_wake_one(&word);
	(void)lane_can_sleep();
	assert_int_equal(errno, ENOTTY);
}

TEST(this_machine_can_sleep_on_several_words) { assert_true(lane_can_sleep()); }

TEST(on_memory_that_is_gone_nobody_sleeps)
{
	const struct lane_sleep_word list = {NULL, 0};

	assert_int_equal(lane_sleep(&list, 1, NULL), 0);
	assert_true(lane_can_sleep());
}

/* The last: Linux refuses, here since there is no word. */
TEST(where_linux_refuses_it_is_not_tried_again)
{
	const struct lane_sleep_word list = {NULL, 0};

	assert_int_equal(lane_sleep(&list, 0, NULL), 0);
	assert_false(lane_can_sleep());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_word_that_has_changed_lets_nobody_sleep),
	    cmocka_unit_test(a_sleep_ends_at_its_deadline),
	    cmocka_unit_test(a_sleeper_is_woken_by_any_of_its_words),
	    cmocka_unit_test(one_is_woken_or_all),
	    cmocka_unit_test(one_is_woken_or_many),
	    cmocka_unit_test(a_thread_runs_on_a_cpu_that_it_may_run_on),
	    cmocka_unit_test(a_signal_ends_a_sleep),
	    cmocka_unit_test(nothing_of_this_changes_errno),
	    cmocka_unit_test(this_machine_can_sleep_on_several_words),
	    cmocka_unit_test(on_memory_that_is_gone_nobody_sleeps),
	    cmocka_unit_test(where_linux_refuses_it_is_not_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
