/* IPC_LANES_DIRECT on a set: the next message of any member's queue, if nothing in lanes is
 * older. */
#include "lane_pair.h"

#include "ipc_board.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_pset.h"

static mach_port_name_t set;   /* bob's, with all below */
static struct pair pair;       /* from alice to bob's inbox */
static struct pair other;      /* from alice to another member */
static mach_port_name_t plain; /* a member without lanes */
static mach_port_name_t to_plain;
static struct thread *thread; /* bob's */

static mach_port_name_t
new_member(void)
{
	const mach_port_name_t name = world_port(bob);

	EXPECT(ipc_mach_port_insert_member(bob, name, set), KERN_SUCCESS);
	return name;
}

static int
setup(void **state)
{
	(void)pair_setup(state);
	set = world_set(bob);
	EXPECT(ipc_mach_port_insert_member(bob, pair_inbox, set), KERN_SUCCESS);
	plain = new_member();
	to_plain = world_give(bob, plain, MAKE_SEND, alice);
	pair = (struct pair){0};
	pair_open(&pair, alice);
	/* There is room for others. */
	world_lookup(bob, pair_inbox)->qlimit = 100;
	thread = world_thread(bob);
	return 0;
}

/* Another member, with a lane from alice. */
static void
open_other(void)
{
	other = (struct pair){0};
	pair_open_to(&other, alice, new_member());
	other.lane.port->qlimit = 100;
}

static uint32_t
stops(void)
{
	return ipc_board_stops(
	    bob, ipc_space_find(bob, set)->pset->board_index);
}

static mach_msg_return_t
receive_seen(uint32_t seen, mach_msg_option_t option, mach_msg_size_t size)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | option,
	    .rcv_size = size,
	    .rcv_name = set,
	    .lanes = IPC_LANES_KNOWN | IPC_LANES_DIRECT,
	    .bell = seen,
	};
	mach_msg_return_t mr;

	ipc_waiter_reset(&thread->waiter);
	mr = ipc_mach_msg_receive(bob, &args, &thread->waiter);
	ipc_check();
	return mr;
}

static mach_msg_return_t
receive(void)
{
	return receive_seen(stops(), 0, ROOMY);
}

/* By the kernel. */
static void
send_id(mach_port_name_t to, mach_msg_id_t id)
{
	EXPECT(world_send_id(alice, to, COPY_SEND, id), 0);
}

static void
expect_got(mach_msg_id_t id)
{
	assert_false(thread_blocked(thread));
	assert_int_equal(thread_got(thread).header.msgh_id, id);
}

static void
expect_next(mach_msg_id_t id)
{
	EXPECT(receive(), MACH_MSG_SUCCESS);
	expect_got(id);
}

static void
expect_again(void)
{
	assert_false(thread_blocked(thread));
	assert_int_equal(thread_got(thread).code, IPC_RCV_AGAIN);
}

/* --- what is there ----------------------------------------------------------- */

TEST(a_member_without_lanes_is_received_from)
{
	send_id(to_plain, 1);
	expect_next(1);
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
}

TEST(a_member_with_a_lane_is_received_from)
{
	send_id(pair.send, 1);
	expect_next(1);
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
}

TEST(the_older_message_comes_first_if_its_member_has_a_lane)
{
	send_id(pair.send, 1);
	send_id(to_plain, 2);
	expect_next(1);
	expect_next(2);
}

TEST(the_older_message_comes_first_if_its_member_has_no_lane)
{
	send_id(to_plain, 1);
	send_id(pair.send, 2);
	expect_next(1);
	expect_next(2);
}

TEST(the_oldest_message_of_members_with_lanes_comes_first)
{
	open_other();
	send_id(pair.send, 1);
	send_id(other.send, 2);
	send_id(pair.send, 3);
	expect_next(1);
	expect_next(2);
	expect_next(3);
}

TEST(an_older_message_of_the_kernel_comes_before_one_in_a_lane)
{
	send_id(to_plain, 1);
	pair_send(&pair, 2);
	expect_next(1);
	EXPECT(receive(), IPC_RCV_AGAIN);
}

TEST(an_older_message_in_the_lane_of_any_member_is_to_be_looked_at_first)
{
	pair_send(&pair, 1);
	send_id(to_plain, 2);
	EXPECT(receive(), IPC_RCV_AGAIN);
	(void)pair_take(&pair, 1);
	expect_next(2);
}

TEST(the_oldest_of_all_lanes_decides)
{
	open_other();
	pair_send(&other, 1);
	send_id(to_plain, 2);
	pair_send(&pair, 3);
	EXPECT(receive(), IPC_RCV_AGAIN);
	(void)pair_take(&other, 1);
	expect_next(2);
	EXPECT(receive(), IPC_RCV_AGAIN);
}

TEST(a_message_has_its_number_among_those_of_the_members_lanes)
{
	const struct lane_board_port *entry =
	    &bob->board->memory
	         ->port[world_lookup(bob, pair_inbox)->board_index];

	pair_send(&pair, 1);
	(void)pair_take(&pair, 1);
	send_id(pair.send, 2);
	expect_next(2);
	assert_int_equal(entry->seqno, 2);
}

TEST(a_message_too_large_stays_with_its_member)
{
	send_id(pair.send, 1);
	EXPECT(receive_seen(stops(), MACH_RCV_LARGE, 8), MACH_RCV_TOO_LARGE);
	assert_int_equal(thread->waiter.large_name, pair_inbox);
	expect_next(1);
}

/* --- waiting ----------------------------------------------------------------- */

TEST(who_waits_is_handed_what_comes_to_a_member_without_lanes)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	send_id(to_plain, 1);
	expect_got(1);
}

TEST(who_waits_is_handed_what_comes_to_a_member_with_a_lane)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	send_id(pair.send, 1);
	expect_got(1);
}

TEST(who_waits_looks_again_when_that_member_has_an_older_one)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	pair_send(&pair, 1);
	send_id(pair.send, 2);
	expect_again();
	(void)pair_take(&pair, 1);
	expect_next(2);
}

/* Who has sent that rings. */
TEST(who_waits_is_handed_what_comes_while_another_member_has_an_older_one)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	pair_send(&pair, 1);
	send_id(to_plain, 2);
	expect_got(2);
	EXPECT(receive(), IPC_RCV_AGAIN);
}

TEST(who_waits_looks_again_when_it_is_rung_for_a_member)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	ipc_board_ring(world_lookup(bob, pair_inbox));
	expect_again();
}

/* --- stopping ---------------------------------------------------------------- */

TEST(who_waits_is_stopped_with_a_member)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	ipc_board_stop(world_lookup(bob, pair_inbox));
	expect_again();
}

TEST(who_comes_when_a_member_was_stopped_looks_again)
{
	const uint32_t seen = stops();

	ipc_board_stop(world_lookup(bob, pair_inbox));
	EXPECT(receive_seen(seen, 0, ROOMY), IPC_RCV_AGAIN);
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
}

TEST(who_comes_when_a_member_was_posted_looks_again)
{
	const uint32_t seen = stops();

	EXPECT(ipc_board_post(world_lookup(bob, plain)), KERN_SUCCESS);
	EXPECT(receive_seen(seen, 0, ROOMY), IPC_RCV_AGAIN);
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
}

TEST(who_waits_looks_again_when_a_member_is_posted)
{
	EXPECT(receive(), MACH_RCV_IN_PROGRESS);
	EXPECT(ipc_board_post(world_lookup(bob, plain)), KERN_SUCCESS);
	expect_again();
}

TEST(a_set_with_so_many_members_on_the_board_is_received_from_and_no_more)
{
	for (uint32_t i = 1; i < LANE_LENT_MAX; i++)
		EXPECT(ipc_board_post(world_lookup(bob, new_member())),
		    KERN_SUCCESS);
	send_id(to_plain, 1);
	expect_next(1);
	EXPECT(ipc_board_post(world_lookup(bob, new_member())), KERN_SUCCESS);
	send_id(to_plain, 2);
	EXPECT(receive(), IPC_RCV_AGAIN);
}

#define HERE(test)                                                             \
	{                                                                      \
		.test_func = test, .setup_func = setup,                        \
		.teardown_func = pair_teardown, .name = #test,                 \
		.initial_state = (void *)#test                                 \
	}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(a_member_without_lanes_is_received_from),
	    HERE(a_member_with_a_lane_is_received_from),
	    HERE(the_older_message_comes_first_if_its_member_has_a_lane),
	    HERE(the_older_message_comes_first_if_its_member_has_no_lane),
	    HERE(the_oldest_message_of_members_with_lanes_comes_first),
	    HERE(an_older_message_of_the_kernel_comes_before_one_in_a_lane),
	    HERE(
	        an_older_message_in_the_lane_of_any_member_is_to_be_looked_at_first),
	    HERE(the_oldest_of_all_lanes_decides),
	    HERE(a_message_has_its_number_among_those_of_the_members_lanes),
	    HERE(a_message_too_large_stays_with_its_member),
	    HERE(who_waits_is_handed_what_comes_to_a_member_without_lanes),
	    HERE(who_waits_is_handed_what_comes_to_a_member_with_a_lane),
	    HERE(who_waits_looks_again_when_that_member_has_an_older_one),
	    HERE(
	        who_waits_is_handed_what_comes_while_another_member_has_an_older_one),
	    HERE(who_waits_looks_again_when_it_is_rung_for_a_member),
	    HERE(who_waits_is_stopped_with_a_member),
	    HERE(who_comes_when_a_member_was_stopped_looks_again),
	    HERE(who_comes_when_a_member_was_posted_looks_again),
	    HERE(who_waits_looks_again_when_a_member_is_posted),
	    HERE(
	        a_set_with_so_many_members_on_the_board_is_received_from_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
