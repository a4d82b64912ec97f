/*
 * Spinning, with a clock, CPUs and a scheduler that the test makes up: lane_spin.c asks for
 * them by the names below, and finds these before those of libc.
 */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
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

/* This thread's. */
#define CPU_OWN 3
#define CPU_OTHER 5u
#define CPU_UNKNOWN UINT32_MAX

#define NS_PER_S 1000000000

/* What Linux says. */
static struct {
	int64_t now_ns;
	int64_t reading_ns; /* how long it takes to read the clock */
	int64_t yield_ns;   /* how long others run */
	unsigned yields;
	int cpu_count; /* that the thread may use; 0: it does not tell */
	int policy;
} linux_now;

static int
setup(void **state)
{
	(void)state;
	linux_now.reading_ns = 1000;
	linux_now.yield_ns = 5000;
	linux_now.yields = 0;
	linux_now.cpu_count = 8;
	linux_now.policy = SCHED_OTHER;
	return 0;
}

int
clock_gettime(clockid_t clock, struct timespec *time_out)
{
	(void)clock;
	linux_now.now_ns += linux_now.reading_ns;
	time_out->tv_sec = linux_now.now_ns / NS_PER_S;
	time_out->tv_nsec = linux_now.now_ns % NS_PER_S;
	return 0;
}

int
sched_yield(void)
{
	linux_now.now_ns += linux_now.yield_ns;
	linux_now.yields++;
	return 0;
}

int
sched_getcpu(void)
{
	return CPU_OWN;
}

int
sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *cpus_out)
{
	(void)pid;
	(void)bytes;
	CPU_ZERO(cpus_out);
	for (int i = 0; i < linux_now.cpu_count; i++)
		CPU_SET((size_t)i, cpus_out);
	return linux_now.cpu_count > 0 ? 0 : -1;
}

/* A Linux that has no other call. */
long
syscall(long number, ...)
{
	if (number == SYS_sched_getscheduler)
		return linux_now.policy;
	errno = ENOSYS;
	return -1;
}

/* What is looked for, there from look number `from` on; never if 0. */
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

/* What is there from look number @from on is found by that one. */
static void
expect_found(uint32_t peer_cpu, unsigned from)
{
	struct lane_spin spin = {0};
	struct looks looks = {.from = from};

	assert_true(lane_spin(&spin, peer_cpu, is_there, &looks));
	assert_int_equal(looks.count, from);
}

/* One, 64 without a clock, and 8 for each of its readings that 100 us have room for. */
#define LOOKS_OF_A_SPIN (1 + 64 + 8 * 100)

/* And without the clock. */
#define LOOKS_AT_ONCE (1 + 64)

TEST(what_is_there_is_seen_at_any_look)
{
	expect_found(CPU_UNKNOWN, 1);
	expect_found(CPU_UNKNOWN, 40);
	expect_found(CPU_UNKNOWN, 200);
	expect_found(CPU_OTHER, 200);
}

/* A pause takes some cycles at least: a million of them more than 100 us, of the true clock. */
#define LONG_DELAY 1000000u
#define LONG_DELAY_CLOCKS (CLOCKS_PER_SEC / 10000)

static bool
is_late(void *of)
{
	const clock_t *began = of;

	return clock() - *began > LONG_DELAY_CLOCKS;
}

TEST(the_first_look_is_after_the_delay)
{
	struct lane_spin spin = {.delay = LONG_DELAY};
	clock_t began = clock();

	assert_true(lane_spin(&spin, CPU_OWN, is_late, &began));
	assert_int_equal(linux_now.yields, 0);
}

TEST(what_comes_is_seen_after_the_delay)
{
	struct lane_spin spin = {.delay = 3};
	struct looks looks = {.from = 2};

	assert_true(lane_spin(&spin, CPU_OTHER, is_there, &looks));
}

TEST(a_spin_for_what_never_comes_ends_after_100_us)
{
	struct lane_spin spin = {0};

	assert_int_equal(spin_in_vain(&spin, CPU_UNKNOWN), LOOKS_OF_A_SPIN);
}

TEST(after_four_misses_there_is_one_spin_in_sixteen_waits)
{
	struct lane_spin spin = {0};
	unsigned spins = 0;

	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(
		    spin_in_vain(&spin, CPU_OTHER), LOOKS_OF_A_SPIN);
	for (unsigned i = 1; i <= 32; i++) {
		const bool spun = spin_in_vain(&spin, CPU_OTHER) > 1;

		assert_int_equal(spun, i % 16 == 0);
		spins += spun;
	}
	assert_int_equal(spins, 2);
}

TEST(a_hit_makes_it_pay_again)
{
	struct lane_spin spin = {.misses = 8, .skipped = 15};
	struct looks looks = {.from = 3};

	assert_true(lane_spin(&spin, CPU_OTHER, is_there, &looks));
	assert_int_equal(spin_in_vain(&spin, CPU_OTHER), LOOKS_OF_A_SPIN);
	/* That was a miss again. */
	assert_int_equal(spin_in_vain(&spin, CPU_OTHER), 1);
}

TEST(two_hits_make_up_for_a_miss)
{
	struct lane_spin spin = {0};

	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(
		    spin_in_vain(&spin, CPU_OTHER), LOOKS_OF_A_SPIN);
		for (unsigned hit = 0; hit < 2; hit++) {
			struct looks looks = {.from = 3};

			assert_true(
			    lane_spin(&spin, CPU_OTHER, is_there, &looks));
		}
	}
}

TEST(on_one_cpu_there_are_a_few_looks_and_no_spin)
{
	struct lane_spin spin = {0};

	linux_now.cpu_count = 1;
	assert_int_equal(spin_in_vain(&spin, CPU_UNKNOWN), LOOKS_AT_ONCE);
}

TEST(a_peer_that_was_seen_on_another_cpu_is_spun_for)
{
	struct lane_spin spin = {0};

	linux_now.cpu_count = 1;
	assert_int_equal(spin_in_vain(&spin, CPU_OTHER), LOOKS_OF_A_SPIN);
}

TEST(where_linux_does_not_tell_the_cpus_there_are_more)
{
	struct lane_spin spin = {0};

	linux_now.cpu_count = 0;
	assert_int_equal(spin_in_vain(&spin, CPU_UNKNOWN), LOOKS_OF_A_SPIN);
}

/* A thread with a right of way would keep its peer from running. */
TEST(a_real_time_thread_does_not_spin)
{
	static const int policies[] = {SCHED_FIFO, SCHED_RR, 6 /* DEADLINE */,
	    SCHED_FIFO | SCHED_RESET_ON_FORK, SCHED_RR | SCHED_RESET_ON_FORK};

	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		struct lane_spin spin = {0};

		linux_now.policy = policies[i];
		assert_int_equal(spin_in_vain(&spin, CPU_OTHER), LOOKS_AT_ONCE);
	}
}

TEST(a_peer_on_our_cpu_is_let_run_until_it_has_come)
{
	expect_found(CPU_OWN, 3);
	assert_int_equal(linux_now.yields, 2);
}

TEST(a_peer_on_our_cpu_is_let_run_four_times_and_then_slept_for)
{
	struct lane_spin spin = {0};

	assert_int_equal(spin_in_vain(&spin, CPU_OWN), 5);
	assert_int_equal(linux_now.yields, 4);
}

TEST(where_nobody_else_ran_there_is_no_second_yield)
{
	struct lane_spin spin = {0};

	linux_now.reading_ns = 100;
	linux_now.yield_ns = 100;
	assert_int_equal(spin_in_vain(&spin, CPU_OWN), 2);
	assert_int_equal(spin_in_vain(&spin, CPU_OWN), 2);
}

TEST(after_a_yield_that_took_long_4096_waits_do_without)
{
	struct lane_spin spin = {0};

	linux_now.yield_ns = 200000;
	assert_int_equal(spin_in_vain(&spin, CPU_OWN), 2);
	for (unsigned i = 0; i < 4096; i++)
		assert_int_equal(spin_in_vain(&spin, CPU_OWN), 1);
	assert_int_equal(linux_now.yields, 1);
	assert_int_equal(spin_in_vain(&spin, CPU_OWN), 2);
}

TEST(the_peer_is_told_of_the_cpu_that_we_run_on)
{
	_Atomic uint32_t told = CPU_OTHER;

	lane_tell_cpu(&told);
	assert_int_equal(told, CPU_OWN);
	lane_tell_cpu(&told);
	assert_int_equal(told, CPU_OWN);
}

TEST(without_the_call_that_sleeps_on_several_words_nobody_can)
{
	errno = ENOTTY;
	assert_false(lane_can_sleep());
	assert_false(lane_can_sleep());
	assert_int_equal(errno, ENOTTY);
}

#define CASE(test) cmocka_unit_test_setup(test, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(what_is_there_is_seen_at_any_look),
	    CASE(the_first_look_is_after_the_delay),
	    CASE(what_comes_is_seen_after_the_delay),
	    CASE(a_spin_for_what_never_comes_ends_after_100_us),
	    CASE(after_four_misses_there_is_one_spin_in_sixteen_waits),
	    CASE(a_hit_makes_it_pay_again),
	    CASE(two_hits_make_up_for_a_miss),
	    CASE(on_one_cpu_there_are_a_few_looks_and_no_spin),
	    CASE(a_peer_that_was_seen_on_another_cpu_is_spun_for),
	    CASE(where_linux_does_not_tell_the_cpus_there_are_more),
	    CASE(a_real_time_thread_does_not_spin),
	    CASE(a_peer_on_our_cpu_is_let_run_until_it_has_come),
	    CASE(a_peer_on_our_cpu_is_let_run_four_times_and_then_slept_for),
	    CASE(where_nobody_else_ran_there_is_no_second_yield),
	    CASE(after_a_yield_that_took_long_4096_waits_do_without),
	    CASE(the_peer_is_told_of_the_cpu_that_we_run_on),
	    CASE(without_the_call_that_sleeps_on_several_words_nobody_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
