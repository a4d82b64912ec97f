/* Which files close at once, and that queues of closing do not wait for each
 * other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "budget.h"
#include "closer.h"
#include "file.h"
#include "ipc.h"
#include "kernel.h"

static uint64_t
memory_of(size_t bytes, off_t allocated)
{
	int fd = memfd_with(NULL, bytes, 0);
	struct file_facts facts;

	if (allocated > 0)
		assert_int_equal(
		    fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, allocated), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, MEMFD_SEALS), 0);
	assert_true(file_check(fd, &facts));
	assert_int_equal(facts.bytes, bytes);
	(void)close(fd);
	return facts.memory_bytes;
}

TEST(a_file_counts_as_what_it_can_become)
{
	assert_int_equal(memory_of(0, 0), 0);
	assert_int_equal(memory_of(2 << 20, 0), 2 << 20);
}

TEST(memory_beyond_the_end_of_a_file_counts)
{
	assert_int_equal(memory_of(0, 4 << 20), 4 << 20);
}

/* --- closing ---------------------------------------------------------------- */

/* A user whose queue does not get on, so that what is put there stays. */
struct slow_user {
	struct budget budget;
	struct user *user;
	int peer;
};

static void
slow_user_init(struct slow_user *slow)
{
	ipc_init(4096);
	budget_init(&slow->budget, &budget_defaults, 1024);
	slow->user = user_get(&slow->budget, 1000);
	user_close(slow->user, lingering_socket(TEST_SECONDS, &slow->peer));
}

static void
slow_user_deinit(struct slow_user *slow)
{
	(void)close(slow->peer);
	while (closer_backlog(slow->user->closing) > 0)
		(void)sched_yield();
	slow->user = user_unref(slow->user);
	budget_deinit(&slow->budget);
	ipc_deinit();
}

/* Is a file of so much memory closed at once? */
static bool
closes_at_once(struct slow_user *slow, uint64_t memory_bytes)
{
	const size_t before = closer_backlog(slow->user->closing);

	file_close(slow->user, memfd_with(NULL, 0, 0), memory_bytes);
	return closer_backlog(slow->user->closing) == before;
}

TEST(a_file_of_a_region_of_1_mib_is_closed_at_once_and_no_larger_one)
{
	struct slow_user slow;

	slow_user_init(&slow);
	assert_true(closes_at_once(&slow, (1 << 20) + 4096));
	assert_false(closes_at_once(&slow, 2 << 20));
	slow_user_deinit(&slow);
}

TEST(many_of_them_are_not_until_the_next_batch_of_events)
{
	struct slow_user slow;
	unsigned closed = 0;

	slow_user_init(&slow);
	while (closes_at_once(&slow, 1 << 20))
		closed++;
	assert_in_range(closed, 16, 18);
	budget_begin_batch(&slow.budget);
	assert_true(closes_at_once(&slow, 1 << 20));
	slow_user_deinit(&slow);
}

TEST(small_files_count_too_when_there_are_very_many)
{
	struct slow_user slow;
	unsigned closed = 0;

	slow_user_init(&slow);
	while (closes_at_once(&slow, 0))
		closed++;
	assert_in_range(closed, 512, 2048);
	slow_user_deinit(&slow);
}

/* A descriptor whose close tells, by an end of file on *@told. */
static int
telling(int *told)
{
	int pair[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	*told = pair[0];
	return pair[1];
}

static void
expect_closed(int told)
{
	struct pollfd end = {.fd = told, .events = POLLIN};

	assert_int_equal(poll(&end, 1, TEST_SECONDS * 1000), 1);
	(void)close(told);
}

TEST(a_slow_close_keeps_no_other_queue_waiting)
{
	struct closer_queue *slow = closer_queue_new();
	struct closer_queue *other = closer_queue_new();
	int peer;
	int behind;
	int told;

	closer_close(slow, lingering_socket(TEST_SECONDS, &peer));
	closer_close(other, telling(&told));
	closer_close(slow, telling(&behind));
	expect_closed(told);
	assert_int_equal(closer_backlog(slow), 2);
	/* What nobody wants any more is closed as well. */
	closer_queue_free(slow);
	(void)close(peer);
	expect_closed(behind);
	closer_queue_free(other);
}

static int
setup(void **state)
{
	(void)state;
	(void)alarm(TEST_SECONDS);
	return closer_init(1024) ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_counts_as_what_it_can_become),
	    cmocka_unit_test(memory_beyond_the_end_of_a_file_counts),
	    cmocka_unit_test(
	        a_file_of_a_region_of_1_mib_is_closed_at_once_and_no_larger_one),
	    cmocka_unit_test(
	        many_of_them_are_not_until_the_next_batch_of_events),
	    cmocka_unit_test(small_files_count_too_when_there_are_very_many),
	    cmocka_unit_test(a_slow_close_keeps_no_other_queue_waiting),
	};

	return cmocka_run_group_tests_name("file", tests, setup, NULL);
}
