/* What is posted by one thread, and looked at by another meanwhile: on a fake board. */
#include "lanes_port.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_fake.h"
#include "lanes.h"
#include "lanes_watch.h"
#include "lock.h"
#include "program.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* Time stands still: nobody gives a lock up, however late he is who has it. */
int
clock_gettime(clockid_t clock, struct timespec *time_out)
{
	(void)clock;
	*time_out = (struct timespec){.tv_sec = 1};
	return 0;
}

/* A thread that posts PORT, a member of SET, with a lane in which is a message, 7. */
struct posting {
	struct fake_in *in;
	pthread_t thread;
	bool added;
	atomic_int tid;       /* 0: not yet there */
	atomic_bool has_lock; /* lanes_post_lock */
	atomic_bool is_over;  /* nobody will wait for that */
};

static bool
is_waited_for(struct lanes_lock *lock)
{
	return atomic_load(&lock->word) & LANES_LOCK_OTHERS_WAIT;
}

static void *
post(void *of)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct posting *posting = of;

	posting->tid = gettid();
	posting->added =
	    lanes_port_add_in(PORT, PORT_INDEX, 40, &set, 1, &posting->in->in);
	return NULL;
}

static void *
post_when_waited_for(void *of)
{
	struct posting *posting = of;

	if (!lanes_lock_take(&lanes_post_lock))
		return NULL;
	posting->has_lock = true;
	while (!posting->is_over && !is_waited_for(&lanes_post_lock))
		(void)sched_yield();
	(void)post(of);
	lanes_lock_give(&lanes_post_lock);
	return NULL;
}

static void
begin(struct posting *posting, void *(*body)(void *))
{
	*posting = (struct posting){.in = fake_new_in(1)};
	fake_board->port[PORT_INDEX].serial |= 1;
	fake_board->port[SET_INDEX].serial |= 1;
	fake_put(posting->in, 7, 100, 0, 0);
	assert_int_equal(
	    pthread_create(&posting->thread, NULL, body, posting), 0);
}

static void
end(struct posting *posting)
{
	posting->is_over = true;
	assert_int_equal(pthread_join(posting->thread, NULL), 0);
	assert_true(posting->added);
}

TEST(a_member_that_is_looked_at_before_it_is_posted_becomes_one)
{
	struct lanes_port *port = lanes_port_at(PORT_INDEX);
	struct lanes_port *member;
	struct posting posting;
	bool done = lanes_lock_take(&port->lock);

	assert_true(done);
	begin(&posting, post);
	while (!is_waited_for(&port->lock))
		(void)sched_yield();
	done =
	    lanes_port_lock_member(lanes_port_find(SET), PORT_INDEX, &member);
	assert_true(done);
	assert_null(member);
	lanes_lock_give(&port->lock);
	end(&posting);
	fake_expect_taken(lanes_port_find(SET), 0, 7);
	fake_free_in(posting.in);
}

/* The kernel has it, and the set has its messages no more: but it is not listed yet. */
TEST(a_receive_by_a_set_waits_for_a_member_that_is_being_posted)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *other = fake_new_in(2);
	struct msg_call call =
	    fake_call_with(MACH_RCV_TIMEOUT, sizeof(fake_message));
	mach_msg_return_t mr = MACH_RCV_IN_PROGRESS;
	struct posting posting;

	(void)fake_post(PORT + 0x100, PORT_INDEX + 1, other, &set, 1);
	call.rcv_name = SET;
	begin(&posting, post_when_waited_for);
	while (!posting.has_lock)
		(void)sched_yield();
	assert_int_equal(lanes_receive(&call, &mr), LANES_DONE);
	end(&posting);
	assert_int_equal(mr, MACH_MSG_SUCCESS);
	assert_int_equal(fake_message.header.msgh_id, 7);
	fake_free_in(posting.in);
	fake_free_in(other);
}

/* --- descriptors ------------------------------------------------------------ */

/* Who makes one meanwhile either finds the port, or is seen by who posts it. */
TEST(a_port_can_be_found_when_it_is_asked_whether_it_is_watched)
{
	const struct lanes_port *found; /* the set is posted first */
	struct posting posting;
	struct lock_hold hold;

	lanes_watch_any = true;
	lock_take(&process_lock, &hold);
	begin(&posting, post);
	while (posting.tid == 0)
		(void)sched_yield();
	program_await_call(posting.tid, SYS_futex);
	found = lanes_port_find(SET);
	lock_give(&process_lock, &hold);
	end(&posting);
	lanes_watch_any = false;
	assert_non_null(found);
	fake_free_in(posting.in);
}

static void *
end_watch(void *unused)
{
	lanes_watch_end(PORT);
	return unused;
}

/* It may be another port's when the lock is to be had, and that be watched. */
TEST(whether_a_port_is_watched_is_noted_with_its_lock)
{
	struct fake_in *in = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, in, NULL, 0);
	atomic_uint is_alive = 1;
	pthread_t thread;
	bool was_watched;
	bool done;

	lanes_use.alive = &is_alive;
	port->watched = true;
	done = lanes_lock_take(&port->lock);
	assert_true(done);
	assert_int_equal(pthread_create(&thread, NULL, end_watch, NULL), 0);
	while (!is_waited_for(&port->lock))
		(void)sched_yield();
	was_watched = port->watched;
	lanes_lock_give(&port->lock);
	assert_int_equal(pthread_join(thread, NULL), 0);
	lanes_use.alive = NULL;
	assert_true(was_watched);
	assert_false(port->watched);
	fake_free_in(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(
	        a_member_that_is_looked_at_before_it_is_posted_becomes_one),
	    BOARD_TEST(
	        a_receive_by_a_set_waits_for_a_member_that_is_being_posted),
	    BOARD_TEST(
	        a_port_can_be_found_when_it_is_asked_whether_it_is_watched),
	    BOARD_TEST(whether_a_port_is_watched_is_noted_with_its_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
