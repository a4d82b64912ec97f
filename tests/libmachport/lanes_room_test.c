/* Threads that wait for room in a lane, and what goes meanwhile. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/mach.h>

#include "lane_pair.h"
#include "lane_peer.h"
#include "lanes_port.h"
#include "lanes_table.h"
#include "note.h"
#include "program.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

/* Told by the child, and by the server. */
static int from_child[2];
static int from_server[2];

static mach_port_t port;

/* How far this process's clock is behind Linux's. */
static _Atomic time_t behind_s;

/* A thread that is about to sleep for room is kept from it for a while; and will sleep for long, by
 * its clock. */
enum late {
	LATE_NOT,
	LATE_HELD,
	LATE_FREE,
};
static _Atomic(enum late) late;
static _Thread_local bool is_to_be_late;

#define LATE_S 3600

static time_t
be_late(void)
{
	/* Its own lane is there. */
	if (!is_to_be_late ||
	    atomic_load(&lanes_outs[0].lane.mine->space_wait) == LANE_RUN)
		return 0;
	is_to_be_late = false;
	atomic_store(&late, LATE_HELD);
	while (atomic_load(&late) == LATE_HELD)
		(void)sched_yield();
	return LATE_S;
}

int
clock_gettime(clockid_t clock, struct timespec *time_out)
{
	const int r = (int)syscall(SYS_clock_gettime, clock, time_out);

	if (clock == CLOCK_MONOTONIC)
		time_out->tv_sec += be_late() - atomic_load(&behind_s);
	return r;
}

static mach_port_t
begin(void)
{
	CHECK_EQ(pipe(from_child), 0);
	CHECK_EQ(pipe(from_server), 0);
	return lane_server("always");
}

/* --- one thread more ----------------------------------------------------------- */

/* A message, what comes of it, and who sends it: 0, nobody yet. */
struct waiter {
	struct note note;
	mach_msg_return_t expected;
	bool is_to_be_late;
	_Atomic pid_t tid;
	pthread_t thread;
};

static void *
send_and_wait(void *of)
{
	struct waiter *waiter = of;

	is_to_be_late = waiter->is_to_be_late;
	atomic_store(&waiter->tid, (pid_t)syscall(SYS_gettid));
	CHECK_EQ(mach_msg(&waiter->note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    waiter->expected);
	return NULL;
}

static void
start_sender(struct waiter *waiter)
{
	CHECK_EQ(
	    pthread_create(&waiter->thread, NULL, send_and_wait, waiter), 0);
}

/* It sleeps when this returns. */
static void
start_waiter(struct waiter *waiter)
{
	start_sender(waiter);
	while (atomic_load(&waiter->tid) == 0)
		continue;
	program_await_call(atomic_load(&waiter->tid), SYS_futex_waitv);
}

static void
fill_lane(void)
{
	(void)lane_send_many(port, 0, MACH_PORT_QLIMIT_DEFAULT);
	CHECK(lane_exists(port));
}

/* --- a reply port that moves ------------------------------------------------------ */

/* A lane with slots. */
static void
ask_until_open(mach_port_t reply)
{
	port = lane_find_server();
	lane_ask_until_open(port, reply);
	program_await(from_server);
}

/* Whatever the library knows of the place of @reply is @place, and returned what it was. */
static struct lanes_reply_port
swap_place(mach_port_t reply, struct lanes_reply_port place)
{
	struct lanes_out *out = lanes_out_find(port);
	struct lanes_reply_port was = {0};

	CHECK(lanes_lock_take(&out->lock));
	for (size_t i = 0; i < LANES_REPLY_PORTS; i++)
		if (out->reply_ports[i].name == reply) {
			was = out->reply_ports[i];
			out->reply_ports[i] = place;
		}
	lanes_lock_give(&out->lock);
	CHECK_EQ(was.name, reply);
	return was;
}

/* While a thread waits with a request, the place that it had for the answer becomes that of
 * @other, and @reply has one elsewhere. */
static void
move_reply_port(void)
{
	const mach_port_t reply = note_port();
	const mach_port_t other = note_port();
	struct lanes_reply_port place = {.name = reply};
	struct waiter waiter = {.expected = MACH_MSG_SUCCESS};
	int32_t number;

	ask_until_open(reply);
	fill_lane();
	CHECK(lanes_port_for_reply(other, &place.index));
	place.serial = lanes_port_serial(place.index);
	place = swap_place(reply, place);
	waiter.note = note_to(port, 7);
	waiter.note.header.msgh_local_port = reply;
	waiter.note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	start_waiter(&waiter);
	(void)swap_place(reply, place);
	program_ring(from_child);
	CHECK_EQ(pthread_join(waiter.thread, NULL), 0);
	lane_send_last(port);
	program_await(from_server);
	CHECK_EQ(note_receive(other, &number, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQ(note_receive(reply, &number, MACH_RCV_TIMEOUT, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(number, 7 + 1);
}

static void
answer_twice(void)
{
	pid_t child;

	port = begin();
	child = program_fork(move_reply_port);
	lane_answer(port);
	program_ring(from_server);
	program_await(from_child);
	lane_answer(port);
	program_ring(from_server);
	program_join(child);
}
RUN(an_answer_comes_to_where_its_port_is_when_there_is_room, answer_twice)

/* --- threads that wait ----------------------------------------------------------- */

static void
open_and_fill(void)
{
	port = lane_find_server();
	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
	program_await(from_server);
	fill_lane();
}

static void
check_unlocked(void)
{
	for (uint32_t i = 0; i < LANES_OUT_MAX; i++)
		CHECK_EQ(atomic_load(&lanes_outs[i].lock.word), 0);
}

static void
give_up(void)
{
	open_and_fill();
	CHECK_EQ(note_send(port, 0, MACH_SEND_TIMEOUT, 1), MACH_SEND_TIMED_OUT);
	check_unlocked();
}

static void
receive_nothing(void)
{
	pid_t child;

	port = begin();
	child = program_fork(give_up);
	lane_expect_stream(port);
	program_ring(from_server);
	program_join(child);
}
RUN(who_gives_up_waiting_leaves_nothing_locked, receive_nothing)

/* The lane closes while two wait: whoever is second finds another, or none, and leaves it
 * unlocked. */
static void
lose_lane(void)
{
	struct waiter waiters[2] = {0};

	open_and_fill();
	for (int i = 0; i < 2; i++) {
		waiters[i].expected = MACH_SEND_INVALID_DEST;
		waiters[i].note = note_to(port, 0);
		start_waiter(&waiters[i]);
	}
	program_ring(from_child);
	for (int i = 0; i < 2; i++)
		CHECK_EQ(pthread_join(waiters[i].thread, NULL), 0);
	check_unlocked();
}

static void
destroy_port(void)
{
	pid_t child;

	port = begin();
	child = program_fork(lose_lane);
	lane_expect_stream(port);
	program_ring(from_server);
	program_await(from_child);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	program_join(child);
}
RUN(a_lane_that_is_lost_to_many_is_locked_by_none, destroy_port)

/* --- a lane that goes before its thread sleeps --------------------------------------- */

/* The same, so far, by the lane that is there next: the thread sleeps by what was before. */
static void
sleep_late(void)
{
	struct waiter waiter = {
	    .expected = MACH_MSG_SUCCESS, .is_to_be_late = true};
	uint32_t gone;

	open_and_fill();
	gone = lanes_outs[0].gone;
	waiter.note = note_to(port, 7);
	start_sender(&waiter);
	while (atomic_load(&late) != LATE_HELD)
		(void)sched_yield();
	program_ring(from_child);
	program_await(from_server);
	(void)lane_send_many(port, 0, 1); /* lets the lane go */
	CHECK(lanes_outs[0].gone != gone);
	(void)lane_send_until_open(port, 1);
	lane_send_last(port);
	program_await(from_server);
	fill_lane();
	atomic_store(&late, LATE_FREE);
	/* The kernel closes it when it has the thread's message, for which there is no room. */
	while (atomic_load(&lanes_outs[0].lane.board->state) == LANE_OPEN)
		(void)sched_yield();
	program_ring(from_child);
	CHECK_EQ(pthread_join(waiter.thread, NULL), 0);
}

static void
set_limit(void)
{
	mach_port_limits_t limits = {.mpl_qlimit = MACH_PORT_QLIMIT_DEFAULT};

	CHECK_EQ(mach_port_set_attributes(mach_task_self(), port,
	             MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	             MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
}

static void
expect_full_queue(void)
{
	for (int32_t i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		note_expect(port, i);
}

static void
change_lanes(void)
{
	pid_t child;

	port = begin();
	child = program_fork(sleep_late);
	lane_expect_stream(port);
	program_ring(from_server);
	program_await(from_child);
	set_limit();
	expect_full_queue();
	program_ring(from_server);
	lane_expect_stream(port);
	program_ring(from_server);
	program_await(from_child);
	expect_full_queue();
	note_expect(port, 7);
	program_join(child);
}
RUN(who_sleeps_late_does_not_wait_by_the_next_lane, change_lanes)

/* --- a kernel that dies ------------------------------------------------------------ */

/* Each sleep is over at once, so that it is noticed soon. */
static void
wait_for_ever(void)
{
	peer_warm(bootstrap_port);
	program_ring(from_child);
	program_await(from_server);
	port = bootstrap_port;
	fill_lane();
	atomic_store(&behind_s, 10);
	program_ring(from_child);
	CHECK_EQ(note_send(port, 0, 0, 0), MACH_SEND_INVALID_DEST);
}

static void
kill_kernel(void)
{
	pid_t child;

	CHECK_EQ(pipe(from_child), 0);
	CHECK_EQ(pipe(from_server), 0);
	port = peer_begin();
	child = program_fork(wait_for_ever);
	peer_receive_warm(port, from_child);
	program_ring(from_server);
	program_await(from_child);
	program_kill_kernel(peer_kernel);
	program_join(child);
}
RUN(who_waits_for_room_hears_that_the_kernel_has_died, kill_kernel)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        an_answer_comes_to_where_its_port_is_when_there_is_room),
	    cmocka_unit_test(who_gives_up_waiting_leaves_nothing_locked),
	    cmocka_unit_test(a_lane_that_is_lost_to_many_is_locked_by_none),
	    cmocka_unit_test(who_sleeps_late_does_not_wait_by_the_next_lane),
	    cmocka_unit_test(who_waits_for_room_hears_that_the_kernel_has_died),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
