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
#include <sys/socket.h>
#include <unistd.h>

#include "closer.h"
#include "file.h"
#include "kernel.h"

static bool
is_quick(size_t bytes, off_t allocated)
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
	return facts.quick;
}

TEST(a_small_file_is_quick_to_close)
{
	assert_true(is_quick(0, 0));
	/* A region of 1 MiB, with its message. */
	assert_true(is_quick((1 << 20) + 4096, (1 << 20) + 4096));
}

TEST(a_file_that_can_become_large_is_not)
{
	assert_false(is_quick(2 << 20, 0));
}

TEST(memory_beyond_the_end_of_a_file_counts)
{
	assert_false(is_quick(0, 4 << 20));
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
	    cmocka_unit_test(a_small_file_is_quick_to_close),
	    cmocka_unit_test(a_file_that_can_become_large_is_not),
	    cmocka_unit_test(memory_beyond_the_end_of_a_file_counts),
	    cmocka_unit_test(a_slow_close_keeps_no_other_queue_waiting),
	};

	return cmocka_run_group_tests_name("file", tests, setup, NULL);
}
