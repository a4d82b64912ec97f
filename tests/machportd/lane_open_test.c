/* Lanes: how they open, what the answers say, and how they end. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "lane_tasks.h"

static uint32_t id;

TEST(a_lane_opens_and_brings_messages_past_the_kernel)
{
	struct lane_pair *pair = lane_open();

	assert_int_equal(lane_state_of(&lane_a, pair->joined.index), LANE_OPEN);
	assert_int_equal(
	    lane_state_of(&lane_b, pair->accepted.index), LANE_OPEN);
	assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
	assert_int_equal(lane_put(pair, 8), LANE_TAKEN);
	assert_int_equal(lane_get(pair), 7);
	assert_int_equal(lane_get(pair), 8);
	assert_int_equal(lane_get(pair), 0);
	lane_pair_free(pair);
}

TEST(what_is_in_a_closed_lane_is_in_the_queue)
{
	struct lane_pair *pair = lane_open();
	mach_msg_header_t header;

	assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_CLOSE, pair), KERN_SUCCESS);
	assert_int_equal(
	    lane_state_of(&lane_b, pair->accepted.index), LANE_CLOSED);
	assert_int_equal(lane_poll(lane_b.fd, lane_port, 0), MACH_MSG_SUCCESS);
	memcpy(&header, lane_answer.bytes, sizeof(header));
	assert_int_equal(header.msgh_id, 7);
	assert_int_equal(lane_put(pair, 8), LANE_TRAP);
	lane_pair_free(pair);
}

TEST(no_descriptor_is_left_when_it_is_open)
{
	unsigned before;
	struct lane_pair *pair;

	lane_fetch_board(&lane_b);
	/* Whatever is closed after an answer is, before the next. */
	raw_works(lane_b.fd);
	before = kernel_descriptors();
	pair = lane_open();
	raw_works(lane_b.fd);
	assert_int_equal(kernel_descriptors(), before);
	lane_pair_free(pair);
}

TEST(an_open_lane_says_who_is_at_its_ends)
{
	struct lane_pair *pair = lane_open();

	assert_int_equal(
	    pair->accepted.sender.audit[5], (uint32_t)lane_a_proxy.pid);
	assert_int_equal(pair->accepted.sender.security[0], geteuid());
	assert_int_equal(pair->joined.receiver.audit[5], (uint32_t)getpid());
	lane_pair_free(pair);
}

TEST(a_receive_ends_early_for_a_request)
{
	struct raw_msg msg = raw_receiving(lane_port, 1000);
	struct lane_pair *pair = lane_pair_new();
	int thread = raw_thread(&lane_b_token, 2);

	msg.request.lanes = WIRE_LANES_KNOWN;
	raw_msg_send(thread, &msg);
	raw_works(lane_b.fd);
	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	raw_msg_receive(thread, &lane_answer);
	assert_int_equal(lane_answer.answer.result, WIRE_MSG_AGAIN);
	assert_int_equal(lane_answer.answer.news, 1);
	(void)close(thread);
	lane_pair_free(pair);
}

TEST(a_receive_does_not_wait_while_there_are_news)
{
	struct raw_msg msg = raw_receiving(lane_port, 1000);
	struct lane_pair *pair = lane_pair_new();

	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	msg.request.lanes = WIRE_LANES_KNOWN;
	assert_int_equal(
	    raw_msg(lane_b.fd, &msg, &lane_answer), WIRE_MSG_AGAIN);
	assert_int_equal(lane_answer.answer.news, 1);
	assert_int_equal(lane_news(lane_b.fd, &id), WIRE_NEWS_REQUEST);
	assert_int_equal(
	    lane_poll(lane_b.fd, lane_port, 0), MACH_RCV_TIMED_OUT);
	assert_int_equal(lane_answer.answer.news, 0);
	lane_pair_free(pair);
}

/* Milliseconds. */
#define LONG 60000
#define SHORT 20

TEST(a_receive_that_ends_early_is_told_what_is_left_of_its_time)
{
	struct raw_msg msg = raw_receiving(lane_port, 1000);
	struct lane_pair *pair = lane_pair_new();
	int thread = raw_thread(&lane_b_token, 2);

	msg.request.lanes = WIRE_LANES_KNOWN;
	msg.request.option |= MACH_RCV_TIMEOUT;
	msg.request.timeout = LONG;
	raw_msg_send(thread, &msg);
	raw_works(lane_b.fd);
	msg.request.rcv_name = raw_port(lane_b.fd);
	msg.request.timeout = SHORT;
	assert_int_equal(
	    raw_msg(lane_b.fd, &msg, &lane_answer), MACH_RCV_TIMED_OUT);
	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	raw_msg_receive(thread, &lane_answer);
	assert_int_equal(lane_answer.answer.result, WIRE_MSG_AGAIN);
	assert_in_range(lane_answer.answer.left, 1, LONG - SHORT);
	(void)close(thread);
	lane_pair_free(pair);
}

TEST(a_receive_that_does_not_wait_has_all_of_its_time_left)
{
	struct raw_msg msg = raw_receiving(lane_port, 1000);
	struct lane_pair *pair = lane_pair_new();

	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	msg.request.lanes = WIRE_LANES_KNOWN;
	msg.request.option |= MACH_RCV_TIMEOUT;
	msg.request.timeout = LONG;
	assert_int_equal(
	    raw_msg(lane_b.fd, &msg, &lane_answer), WIRE_MSG_AGAIN);
	assert_int_equal(lane_answer.answer.left, LONG);
	lane_pair_free(pair);
}

TEST(who_refuses_is_never_asked_by_that_lane)
{
	struct lane_pair *pair = lane_pair_new();

	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	assert_int_equal(lane_news(lane_b.fd, &id), WIRE_NEWS_REQUEST);
	assert_int_equal(
	    lane_say(lane_b.fd, WIRE_LANE_REFUSE, pair), KERN_SUCCESS);
	assert_int_equal(lane_news(lane_a.fd, &id), WIRE_NEWS_NEVER);
	assert_int_equal(id, pair->id);
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_SYNC, pair), KERN_INVALID_NAME);
	assert_int_equal(
	    lane_say(lane_b.fd, WIRE_LANE_SYNC, pair), KERN_INVALID_NAME);
	lane_pair_free(pair);
}

/* The next step is due a second later, or sooner if this comes late. */
TEST(a_step_that_does_not_come_ends_the_opening)
{
	struct lane_pair *pair = lane_pair_new();
	struct raw_msg msg;

	lane_tasks_start((const char *const[]){"--lane-step=1000", NULL});
	lane_fetch_board(&lane_a);
	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	while (lane_news(lane_b.fd, &id) != WIRE_NEWS_REQUEST) {
		assert_int_equal(lane_news(lane_a.fd, &id), WIRE_NEWS_NEVER);
		assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	}
	msg = raw_receiving(lane_port, 1000);
	msg.request.option |= MACH_RCV_TIMEOUT;
	msg.request.timeout = 1100;
	assert_int_equal(
	    raw_msg(lane_b.fd, &msg, &lane_answer), MACH_RCV_TIMED_OUT);
	assert_int_equal(lane_accept_it(pair), KERN_INVALID_NAME);
	assert_int_equal(lane_news(lane_a.fd, &id), WIRE_NEWS_NEVER);
	lane_tasks_stop();
	lane_pair_free(pair);
}

TEST(a_board_that_nobody_fetched_goes_with_the_offer)
{
	struct lane_pair *pair = lane_pair_new();
	struct lane_call call = {0};
	unsigned before;

	raw_works(lane_a.fd);
	before = kernel_descriptors();
	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_FORGET, pair), KERN_SUCCESS);
	raw_works(lane_b.fd);
	assert_int_equal(kernel_descriptors(), before);
	assert_int_equal(
	    lane_raw(lane_b.fd, WIRE_LANE_BOARD, &call), KERN_SUCCESS);
	(void)close(call.file_out);
	lane_pair_free(pair);
}

TEST(a_closed_lane_is_known_until_both_have_let_go)
{
	struct lane_pair *pair = lane_open();

	assert_int_equal(
	    lane_say(lane_b.fd, WIRE_LANE_CLOSE, pair), KERN_SUCCESS);
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_SYNC, pair), KERN_SUCCESS);
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_FORGET, pair), KERN_SUCCESS);
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_SYNC, pair), KERN_INVALID_NAME);
	assert_int_equal(
	    lane_say(lane_b.fd, WIRE_LANE_SYNC, pair), KERN_SUCCESS);
	assert_int_equal(
	    lane_say(lane_b.fd, WIRE_LANE_FORGET, pair), KERN_SUCCESS);
	assert_int_equal(
	    lane_say(lane_b.fd, WIRE_LANE_SYNC, pair), KERN_INVALID_NAME);
	lane_pair_free(pair);
}

TEST(a_task_that_dies_leaves_what_it_sent)
{
	struct lane_pair *pair = lane_open();
	struct raw_msg msg = raw_receiving(lane_port, 1000);

	assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
	proxy_stop(&lane_a_proxy);
	lane_a.fd = -1;
	/* Without the word for it: it comes from the kernel, in any case. */
	assert_int_equal(
	    raw_msg(lane_b.fd, &msg, &lane_answer), MACH_MSG_SUCCESS);
	assert_int_equal(
	    lane_say(lane_b.fd, WIRE_LANE_FORGET, pair), KERN_SUCCESS);
	lane_pair_free(pair);
}

TEST(who_does_not_know_of_lanes_receives_all_the_same)
{
	struct lane_pair *pair = lane_open();
	struct raw_msg msg = raw_receiving(lane_port, 1000);

	assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
	assert_int_equal(
	    raw_msg(lane_b.fd, &msg, &lane_answer), MACH_MSG_SUCCESS);
	assert_int_equal(
	    lane_state_of(&lane_a, pair->joined.index), LANE_CLOSED);
	lane_pair_free(pair);
}

TEST(a_kick_rings_the_bell_of_the_port)
{
	struct lane_pair *pair = lane_open();
	const struct wire_kick kick = {
	    .header = {.number = WIRE_KICK},
	    .lane = pair->id,
	    .slot = WIRE_KICK_MESSAGE,
	};
	const _Atomic uint32_t *bell =
	    &lane_b.board->port[pair->accepted.port].bell;
	const uint32_t before = atomic_load(bell);

	/* Of nothing it is no kick. */
	raw_send(lane_a.fd, &kick, sizeof(kick));
	raw_works(lane_a.fd);
	assert_int_equal(atomic_load(bell), before);
	assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
	raw_send(lane_a.fd, &kick, sizeof(kick));
	raw_works(lane_a.fd);
	assert_int_not_equal(atomic_load(bell), before);
	lane_pair_free(pair);
}

/* Does a kick ring when B's threads sleep as @wait tells? */
static bool
kick_rings(enum lane_waiting wait)
{
	struct lane_pair *pair = lane_open();
	const struct wire_kick kick = {
	    .header = {.number = WIRE_KICK},
	    .lane = pair->id,
	    .slot = WIRE_KICK_MESSAGE,
	};
	const _Atomic uint32_t *bell =
	    &lane_b.board->port[pair->accepted.port].bell;
	const uint32_t before = atomic_load(bell);
	bool rings;

	assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
	atomic_store(&pair->receiver->wait, wait);
	raw_send(lane_a.fd, &kick, sizeof(kick));
	raw_works(lane_a.fd);
	rings = atomic_load(bell) != before;
	lane_pair_free(pair);
	return rings;
}

TEST(a_kick_rings_nobody_who_does_not_sleep)
{
	assert_false(kick_rings(LANE_RUN));
}

/* lane_ring.pml: KICKONLY */
TEST(a_kick_wakes_who_is_left_when_it_comes_late)
{
	assert_true(kick_rings(LANE_FUTEX));
}

TEST(a_kick_for_a_reply_rings_its_port)
{
	const mach_port_name_t reply = raw_port(lane_a.fd);
	struct lane_pair *pair = lane_open();
	struct lane_call call = {0};
	const struct lane_message message = {.id = 1, .replies = true};
	struct lane_message request = message;
	struct wire_kick kick = {
	    .header = {.number = WIRE_KICK}, .lane = pair->id};
	const _Atomic uint32_t *bell;
	struct lane_wake wake;
	uint32_t before;

	assert_int_equal(
	    LANE_CALL(lane_a.fd, WIRE_LANE_PORT, &call, reply), KERN_SUCCESS);
	request.reply_port = call.out[1];
	assert_int_equal(
	    lane_publish(&pair->out, &request, &kick.slot, &wake), LANE_TAKEN);
	atomic_store(&pair->sender->slot_wait[kick.slot], LANE_KICK);
	bell = &lane_a.board->port[call.out[1]].bell;
	before = atomic_load(bell);
	raw_send(lane_b.fd, &kick, sizeof(kick));
	raw_works(lane_b.fd);
	assert_int_equal(atomic_load(bell), before);
	assert_int_equal(
	    lane_reply(&pair->in, kick.slot, 1, lane_a.clock, 2, "", 0, &wake),
	    LANE_REPLY_SENT);
	raw_send(lane_b.fd, &kick, sizeof(kick));
	raw_works(lane_b.fd);
	assert_int_not_equal(atomic_load(bell), before);
	lane_pair_free(pair);
}

TEST(the_sets_of_a_port_are_told_with_it)
{
	mach_port_name_t set = MACH_PORT_NULL;
	struct lane_call call = {0};

	assert_int_equal(RAW_CALL(lane_a.fd, WIRE_PORT_ALLOCATE, &set, 1, SELF,
	                     MACH_PORT_RIGHT_PORT_SET),
	    KERN_SUCCESS);
	const mach_port_name_t port = raw_port(lane_a.fd);

	assert_int_equal(RAW_CALL(lane_a.fd, WIRE_PORT_INSERT_MEMBER, NULL, 0,
	                     SELF, port, set),
	    KERN_SUCCESS);
	assert_int_equal(
	    LANE_CALL(lane_a.fd, WIRE_LANE_PORT, &call, port), KERN_SUCCESS);
	assert_int_equal(call.out_count, 5);
	assert_int_equal(call.out[0], 4);
	assert_in_range(call.out[1], 0, LANE_BOARD_PORTS - 1);
	assert_int_equal(call.out[3], set);
	assert_in_range(call.out[4], 0, LANE_BOARD_PORTS - 1);
	assert_int_equal(LANE_CALL(lane_a.fd, WIRE_LANE_PORT, &call, set),
	    KERN_INVALID_RIGHT);
	assert_int_equal(LANE_CALL(lane_a.fd, WIRE_LANE_PORT, &call, 0x7703),
	    KERN_INVALID_NAME);
}

TEST(a_board_is_handed_out_once)
{
	struct lane_call call = {0};

	assert_int_equal(
	    lane_raw(lane_a.fd, WIRE_LANE_BOARD, &call), KERN_NAME_EXISTS);
}

TEST(a_kernel_without_lanes_says_so)
{
	struct lane_call call = {0};

	lane_tasks_start((const char *const[]){"--lanes=off", NULL});
	assert_int_equal(
	    lane_raw(lane_a.fd, WIRE_LANE_BOARD, &call), KERN_NOT_SUPPORTED);
	lane_tasks_stop();
}

TEST(a_user_has_so_many_ends_and_no_more)
{
	struct lane_pair *pair = lane_pair_new();

	lane_tasks_start((const char *const[]){"--max-user-lanes=1", NULL});
	lane_fetch_board(&lane_a);
	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	assert_int_equal(lane_news(lane_b.fd, &id), WIRE_NEWS_REQUEST);
	assert_int_equal(lane_accept_it(pair), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(lane_news(lane_a.fd, &id), WIRE_NEWS_NEVER);
	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	lane_tasks_stop();
	lane_pair_free(pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    LANE_CASE(a_lane_opens_and_brings_messages_past_the_kernel),
	    LANE_CASE(what_is_in_a_closed_lane_is_in_the_queue),
	    LANE_CASE(no_descriptor_is_left_when_it_is_open),
	    LANE_CASE(an_open_lane_says_who_is_at_its_ends),
	    LANE_CASE(a_receive_ends_early_for_a_request),
	    LANE_CASE(a_receive_does_not_wait_while_there_are_news),
	    LANE_CASE(
	        a_receive_that_ends_early_is_told_what_is_left_of_its_time),
	    LANE_CASE(a_receive_that_does_not_wait_has_all_of_its_time_left),
	    LANE_CASE(who_refuses_is_never_asked_by_that_lane),
	    cmocka_unit_test(a_step_that_does_not_come_ends_the_opening),
	    LANE_CASE(a_board_that_nobody_fetched_goes_with_the_offer),
	    LANE_CASE(a_closed_lane_is_known_until_both_have_let_go),
	    LANE_CASE(a_task_that_dies_leaves_what_it_sent),
	    LANE_CASE(who_does_not_know_of_lanes_receives_all_the_same),
	    LANE_CASE(a_kick_rings_the_bell_of_the_port),
	    LANE_CASE(a_kick_rings_nobody_who_does_not_sleep),
	    LANE_CASE(a_kick_wakes_who_is_left_when_it_comes_late),
	    LANE_CASE(a_kick_for_a_reply_rings_its_port),
	    LANE_CASE(the_sets_of_a_port_are_told_with_it),
	    LANE_CASE(a_board_is_handed_out_once),
	    cmocka_unit_test(a_kernel_without_lanes_says_so),
	    cmocka_unit_test(a_user_has_so_many_ends_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
