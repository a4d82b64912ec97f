/* Messages and replies between two processes, by lanes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mach/mach.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lane_pair.h"
#include "lanes.h"
#include "lanes_table.h"
#include "note.h"
#include "program.h"

#define MANY 5000

/* Told by the child, and by the server. */
static int from_child[2];
static int from_server[2];

static void
make_pipes(void)
{
	CHECK_EQ(pipe(from_child), 0);
	CHECK_EQ(pipe(from_server), 0);
}

static void
send_stream(void)
{
	const mach_port_t port = lane_find_server();
	const int32_t number = lane_send_until_open(port, 0);

	(void)lane_send_many(port, number, MANY);
	CHECK(lane_exists(port));
	lane_send_last(port);
}

static void
receive_stream(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(send_stream);

	lane_expect_stream(port);
	program_join(child);
}

RUN(messages_by_a_lane_arrive_once_and_in_order, receive_stream)

static void
receive_hot_stream(void)
{
	const mach_port_t port = lane_server("auto");
	const pid_t child = program_fork(send_stream);

	lane_expect_stream(port);
	program_join(child);
}

RUN(a_name_that_is_much_used_gets_a_lane, receive_hot_stream)

static void
send_without_lane(void)
{
	const mach_port_t port = lane_find_server();

	(void)lane_send_many(port, 0, 500);
	CHECK(!lanes_active());
	lane_send_last(port);
}

static void
receive_without_lane(void)
{
	const mach_port_t port = lane_server("off");
	const pid_t child = program_fork(send_without_lane);

	lane_expect_stream(port);
	program_join(child);
}

RUN(no_lane_is_made_where_they_are_off, receive_without_lane)

static void
say_wrong_mode(void)
{
	(void)lane_server("perhaps");
	(void)lane_server("perhaps");
	CHECK_EQ(lanes_mode(), LANES_AUTO);
}

static void
a_mode_that_is_none_is_told(void **state)
{
	(void)state;
	program_run_saying(say_wrong_mode,
	    "machport: MACHPORT_LANES is 'perhaps': off, auto, always or flip");
}

static void
send_flipping_stream(void)
{
	const mach_port_t port = lane_find_server();

	(void)lane_send_many(port, 0, MANY);
	lane_send_last(port);
}

static void
receive_flipping_stream(void)
{
	const mach_port_t port = lane_server("flip");
	const pid_t child = program_fork(send_flipping_stream);

	lane_expect_stream(port);
	program_join(child);
}

RUN(closing_and_opening_loses_nothing_and_keeps_the_order,
    receive_flipping_stream)

/* --- requests ---------------------------------------------------------------------- */

static int32_t questions = MANY;

static void
ask_many(void)
{
	const mach_port_t port = lane_find_server();
	const mach_port_t reply = note_port();

	for (int32_t i = 0; i < questions; i++)
		lane_ask(port, reply, i);
	lane_send_last(port);
}

static void
answer_always(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(ask_many);

	lane_answer(port);
	program_join(child);
}

RUN(each_request_has_its_reply, answer_always)

/* A request by trap would find no room beside a lane that has all of the queue. */
static void
ask_until_open(void)
{
	const mach_port_t port = lane_find_server();
	const mach_port_t reply = mach_reply_port();
	int32_t number = 0;
	uint32_t id;

	while (!lane_exists(port))
		lane_ask(port, reply, number++);
	id = lanes_out_find(port)->id;
	for (int32_t i = 0; i < 3; i++)
		lane_ask(port, reply, number++);
	CHECK(lane_exists(port));
	CHECK_EQ(lanes_out_find(port)->id, id);
	lane_send_last(port);
}

static void
answer_hot(void)
{
	const mach_port_t port = lane_server("auto");
	const pid_t child = program_fork(ask_until_open);

	lane_answer(port);
	program_join(child);
}

RUN(the_lane_of_a_caller_takes_its_next_request, answer_hot)

static void
answer_flipping(void)
{
	mach_port_t port;
	pid_t child;

	questions = MANY / 4;
	port = lane_server("flip");
	child = program_fork(ask_many);
	lane_answer(port);
	program_join(child);
}

RUN(each_request_has_its_reply_however_lanes_come_and_go, answer_flipping)

static uint32_t
slots_of_lane(mach_port_t port)
{
	const struct lanes_out *out = lanes_out_find(port);

	return out ? out->lane.sizes.slots : 0;
}

static void
send_then_ask(void)
{
	const mach_port_t port = lane_find_server();
	const mach_port_t reply = note_port();

	(void)lane_send_until_open(port, 0);
	CHECK_EQ(slots_of_lane(port), 0);
	for (int32_t i = 0; slots_of_lane(port) == 0; i++)
		lane_ask(port, reply, i);
	lane_send_last(port);
}

static void
answer_who_sent_before(void)
{
	const mach_port_t port = lane_server("auto");
	const pid_t child = program_fork(send_then_ask);

	lane_answer(port);
	program_join(child);
}

RUN(a_lane_makes_way_for_a_larger_one, answer_who_sent_before)

static void *
ask_in_thread(void *port)
{
	const mach_port_t reply = note_port();

	for (int32_t i = 0; i < MANY / 10; i++)
		lane_ask(*(const mach_port_t *)port, reply, i);
	return NULL;
}

static void
ask_in_threads(void)
{
	mach_port_t port = lane_find_server();
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		CHECK_EQ(
		    pthread_create(&threads[i], NULL, ask_in_thread, &port), 0);
	for (size_t i = 0; i < 4; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	lane_send_last(port);
}

static void
answer_threads(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(ask_in_threads);

	lane_answer(port);
	program_join(child);
}

RUN(threads_share_a_lane_and_get_their_own_replies, answer_threads)

/* --- what is full, and what is wrong -------------------------------------------------- */

/* Open a lane to @port, which receives a stream. */
static void
open_lane(mach_port_t port)
{
	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
}

/* Nobody receives: so many fit as into the queue, in all. */
static void
fill_lane(void)
{
	const mach_port_t port = lane_find_server();
	int32_t sent = 0;

	open_lane(port);
	program_ring(from_child);
	program_await(from_server);
	while (note_send(port, sent, MACH_SEND_TIMEOUT, 0) == MACH_MSG_SUCCESS)
		sent++;
	CHECK_EQ(sent, MACH_PORT_QLIMIT_DEFAULT);
	CHECK_EQ(
	    note_send(port, 0, MACH_SEND_TIMEOUT, 20), MACH_SEND_TIMED_OUT);
	program_ring(from_child);
	lane_send_last(port); /* waits for room */
}

static void
receive_what_fits(void)
{
	mach_port_t port;
	pid_t child;
	int32_t number;

	make_pipes();
	port = lane_server("always");
	child = program_fork(fill_lane);
	lane_expect_stream(port);
	program_await(from_child);
	program_ring(from_server);
	program_await(from_child);
	for (int i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		CHECK_EQ(note_receive(port, &number, 0, 0), MACH_MSG_SUCCESS);
	note_expect(port, LANE_LAST);
	program_join(child);
}

RUN(a_lane_holds_what_the_queue_would, receive_what_fits)

#define MANY_WAITING 1000

static void
fill_queue(void)
{
	const mach_port_t port = lane_find_server();

	open_lane(port);
	program_ring(from_child);
	program_await(from_server);
	(void)lane_send_many(port, 0, MANY_WAITING);
	program_ring(from_child);
	lane_send_last(port);
}

/* The server has other things to do until the client has sent what the queue has room for,
 * and more than the ring of a lane has. */
static void
receive_when_all_is_sent(void)
{
	mach_port_t port;
	pid_t child;

	make_pipes();
	port = lane_server("always");
	CHECK_EQ(mach_port_set_qlimit(
	             mach_task_self(), port, MACH_PORT_QLIMIT_LARGE),
	    KERN_SUCCESS);
	child = program_fork(fill_queue);
	lane_expect_stream(port);
	program_await(from_child);
	program_ring(from_server);
	program_await(from_child);
	lane_expect_stream(port);
	program_join(child);
}

RUN(a_ring_is_no_limit_to_a_queue, receive_when_all_is_sent)

static void
send_unreadable(void)
{
	const mach_port_t port = lane_find_server();
	const int32_t number = lane_send_until_open(port, 0);
	void *nothing = mmap(
	    NULL, vm_page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)number;
	CHECK(nothing != MAP_FAILED);
	CHECK_EQ(mach_msg(nothing, MACH_SEND_MSG, NOTE_BYTES, 0, MACH_PORT_NULL,
	             0, MACH_PORT_NULL),
	    MACH_SEND_INVALID_DATA);
	CHECK_EQ(munmap(nothing, vm_page_size), 0);
	lane_send_last(port);
}

static void
receive_after_unreadable(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(send_unreadable);

	lane_expect_stream(port);
	program_join(child);
}

RUN(a_message_that_is_not_there_is_an_error_still, receive_after_unreadable)

static void
send_to_the_dead(void)
{
	const mach_port_t port = lane_find_server();

	open_lane(port);
	program_ring(from_child);
	program_await(from_server);
	CHECK_EQ(note_send(port, 0, 0, 0), MACH_SEND_INVALID_DEST);
	CHECK(!lane_exists(port));
}

static void
receive_and_die(void)
{
	mach_port_t port;
	pid_t child;

	make_pipes();
	port = lane_server("always");
	child = program_fork(send_to_the_dead);
	lane_expect_stream(port);
	program_await(from_child);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	program_ring(from_server);
	program_join(child);
}

RUN(a_lane_to_a_port_that_died_is_no_way, receive_and_die)

static void
leave_files_as_they_are(void)
{
	const mach_port_t port = lane_find_server();
	const unsigned files = program_count_files();
	const int32_t number = lane_send_until_open(port, 0);

	CHECK_EQ(program_count_files(), files);
	(void)number;
	lane_send_last(port);
}

static void
receive_from_few_files(void)
{
	const mach_port_t port = lane_server("always");
	const pid_t child = program_fork(leave_files_as_they_are);

	lane_expect_stream(port);
	program_join(child);
}

RUN(an_open_lane_has_no_descriptor, receive_from_few_files)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_by_a_lane_arrive_once_and_in_order),
	    cmocka_unit_test(a_name_that_is_much_used_gets_a_lane),
	    cmocka_unit_test(no_lane_is_made_where_they_are_off),
	    cmocka_unit_test(a_mode_that_is_none_is_told),
	    cmocka_unit_test(
	        closing_and_opening_loses_nothing_and_keeps_the_order),
	    cmocka_unit_test(each_request_has_its_reply),
	    cmocka_unit_test(the_lane_of_a_caller_takes_its_next_request),
	    cmocka_unit_test(
	        each_request_has_its_reply_however_lanes_come_and_go),
	    cmocka_unit_test(a_lane_makes_way_for_a_larger_one),
	    cmocka_unit_test(threads_share_a_lane_and_get_their_own_replies),
	    cmocka_unit_test(a_lane_holds_what_the_queue_would),
	    cmocka_unit_test(a_ring_is_no_limit_to_a_queue),
	    cmocka_unit_test(a_message_that_is_not_there_is_an_error_still),
	    cmocka_unit_test(a_lane_to_a_port_that_died_is_no_way),
	    cmocka_unit_test(an_open_lane_has_no_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
