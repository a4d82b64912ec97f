/* Spinning while it pays, and sleeping on words. */
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

#include "lane_wait.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define CPU_UNKNOWN UINT32_MAX

/* What is looked for, true from look number `from` on; never if 0. */
struct looks {
	unsigned count;
	unsigned from;
};

static bool
is_there(void *of)
{
	struct looks *looks = of;

	looks->count++;
	return looks->from != 0 && looks->count >= looks->from;
}

/* Look for what never comes: how often was it looked? */
static unsigned
spin_in_vain(struct lane_spin *spin, uint32_t peer_cpu)
{
	struct looks looks = {0};

	assert_false(lane_spin(spin, peer_cpu, is_there, &looks));
	return looks.count;
}

TEST(what_is_there_already_is_seen_at_once)
{
	struct lane_spin spin = {0};
	struct looks looks = {.from = 1};

	assert_true(lane_spin(&spin, CPU_UNKNOWN, is_there, &looks));
	assert_int_equal(looks.count, 1);
}

TEST(what_comes_soon_is_seen)
{
	struct lane_spin spin = {0};
	struct looks looks = {.from = 40};

	assert_true(lane_spin(&spin, CPU_UNKNOWN, is_there, &looks));
	assert_int_equal(looks.count, 40);
}

TEST(a_spin_for_what_never_comes_ends)
{
	struct lane_spin spin = {0};

	assert_in_range(spin_in_vain(&spin, CPU_UNKNOWN), 2, UINT_MAX);
}

TEST(after_four_misses_there_is_one_spin_in_sixteen_waits)
{
	struct lane_spin spin = {0};
	unsigned spins = 0;

	for (unsigned i = 0; i < 4; i++)
		assert_in_range(spin_in_vain(&spin, CPU_UNKNOWN), 2, UINT_MAX);
	for (unsigned i = 0; i < 32; i++)
		spins += spin_in_vain(&spin, CPU_UNKNOWN) > 1;
	assert_int_equal(spins, 2);
}

TEST(a_hit_makes_it_pay_again)
{
	struct lane_spin spin = {.misses = 8, .skipped = 15};
	struct looks looks = {.from = 3};

	assert_true(lane_spin(&spin, CPU_UNKNOWN, is_there, &looks));
	assert_in_range(spin_in_vain(&spin, CPU_UNKNOWN), 2, UINT_MAX);
}

/* Bind this thread to @cpus; what it was is in @former_out. */
static void
bind_to(const cpu_set_t *cpus, cpu_set_t *former_out)
{
	assert_int_equal(
	    sched_getaffinity(0, sizeof(*former_out), former_out), 0);
	assert_int_equal(sched_setaffinity(0, sizeof(*cpus), cpus), 0);
}

static void
bind_here(cpu_set_t *former_out)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	bind_to(&one, former_out);
}

TEST(a_peer_on_our_cpu_is_let_run_a_few_times_and_then_slept_for)
{
	struct lane_spin spin = {0};
	cpu_set_t former;
	unsigned looks;

	bind_here(&former);
	looks = spin_in_vain(&spin, lane_cpu());
	assert_int_equal(sched_setaffinity(0, sizeof(former), &former), 0);
	assert_in_range(looks, 2, 5);
}

TEST(after_a_yield_that_took_long_many_waits_do_without)
{
	struct lane_spin spin = {.unyielding = 2};
	cpu_set_t former;
	unsigned looks[3];

	bind_here(&former);
	for (unsigned i = 0; i < 3; i++)
		looks[i] = spin_in_vain(&spin, lane_cpu());
	assert_int_equal(sched_setaffinity(0, sizeof(former), &former), 0);
	assert_int_equal(looks[0], 1);
	assert_int_equal(looks[1], 1);
	assert_true(looks[2] > 1);
}

TEST(on_one_cpu_there_are_a_few_looks_and_no_spin)
{
	struct lane_spin spin = {0};
	cpu_set_t former;
	unsigned looks;

	bind_here(&former);
	looks = spin_in_vain(&spin, CPU_UNKNOWN);
	assert_int_equal(sched_setaffinity(0, sizeof(former), &former), 0);
	assert_int_equal(looks, 65);
}

/* --- sleeping --------------------------------------------------------------- */

#define MS 1000000

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
	const struct timespec deadline = deadline_in(999 * MS);
	struct lane_sleep_word list[LANE_SLEEP_WORDS];

	for (size_t i = 0; i < LANE_SLEEP_WORDS; i++)
		list[i] = (struct lane_sleep_word){&sleeper->words[i], 0};
	sleeper->result = lane_sleep(list, LANE_SLEEP_WORDS, &deadline);
	sleeper->woken = true;
	return NULL;
}

/* Until it sleeps, on the last word, too. Linux tells how many were moved from a word
 * to itself. */
static void
await_sleeper(struct sleeper *sleeper)
{
	_Atomic uint32_t *last = &sleeper->words[LANE_SLEEP_WORDS - 1];

	while (syscall(SYS_futex, last, FUTEX_CMP_REQUEUE, 0, (void *)INT_MAX,
	           last, 0) == 0)
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
	    cmocka_unit_test(what_is_there_already_is_seen_at_once),
	    cmocka_unit_test(what_comes_soon_is_seen),
	    cmocka_unit_test(a_spin_for_what_never_comes_ends),
	    cmocka_unit_test(
	        after_four_misses_there_is_one_spin_in_sixteen_waits),
	    cmocka_unit_test(a_hit_makes_it_pay_again),
	    cmocka_unit_test(
	        a_peer_on_our_cpu_is_let_run_a_few_times_and_then_slept_for),
	    cmocka_unit_test(
	        after_a_yield_that_took_long_many_waits_do_without),
	    cmocka_unit_test(on_one_cpu_there_are_a_few_looks_and_no_spin),
	    cmocka_unit_test(a_word_that_has_changed_lets_nobody_sleep),
	    cmocka_unit_test(a_sleep_ends_at_its_deadline),
	    cmocka_unit_test(a_sleeper_is_woken_by_any_of_its_words),
	    cmocka_unit_test(a_signal_ends_a_sleep),
	    cmocka_unit_test(nothing_of_this_changes_errno),
	    cmocka_unit_test(this_machine_can_sleep_on_several_words),
	    cmocka_unit_test(on_memory_that_is_gone_nobody_sleeps),
	    cmocka_unit_test(where_linux_refuses_it_is_not_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
