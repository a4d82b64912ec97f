/* Boards: which ports and sets are posted, and what the task's library is told there. */
#include "ipc_board.h"

#include <string.h>

#include "base_alloc.h"
#include "ipc_lane.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_watch.h"
#include "world.h"

static struct lane_board memory; /* bob's */
static mach_port_name_t inbox;   /* bob's */
static mach_port_name_t set;     /* bob's, with inbox */
static mach_port_name_t to_bob;  /* alice's send right for inbox */

static uint64_t clock_now;
static unsigned wakes;
static const void *woken; /* the last word */

static uint64_t
read_clock(void)
{
	return ++clock_now;
}

static void
wake(const void *word)
{
	wakes++;
	woken = word;
}

static const struct ipc_lane_world lanes = {.ticket = read_clock, .wake = wake};

static int
setup(void **state)
{
	(void)world_setup(state);
	memset(&memory, 0, sizeof(memory));
	ipc_world.lanes = &lanes;
	clock_now = 0;
	wakes = 0;
	assert_true(ipc_board_add(bob, &memory));
	inbox = world_port(bob);
	set = world_set(bob);
	EXPECT(ipc_mach_port_insert_member(bob, inbox, set), KERN_SUCCESS);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	return 0;
}

static struct ipc_port *
port_of(mach_port_name_t name)
{
	return world_lookup(bob, name);
}

static struct ipc_pset *
pset_of(mach_port_name_t name)
{
	return ipc_space_find(bob, name)->pset;
}

static void
post(mach_port_name_t name)
{
	EXPECT(ipc_board_post(port_of(name)), KERN_SUCCESS);
}

static struct lane_board_port *
entry_at(uint32_t index)
{
	assert_true(index < LANE_BOARD_PORTS);
	return &memory.port[index];
}

static struct lane_board_port *
entry(mach_port_name_t name)
{
	return entry_at(port_of(name)->board_index);
}

static struct lane_board_port *
set_entry(mach_port_name_t name)
{
	return entry_at(pset_of(name)->board_index);
}

static bool
is_posted(mach_port_name_t name)
{
	return ipc_port_is_posted(port_of(name));
}

static mach_msg_return_t
send_id(mach_msg_id_t id)
{
	return world_send_id(alice, to_bob, COPY_SEND, id);
}

static mach_msg_return_t
receive(struct thread *thread, mach_port_name_t name, uint32_t how,
    uint32_t bell, mach_msg_option_t option)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | option,
	    .rcv_size = ROOMY,
	    .rcv_name = name,
	    .lanes = how,
	    .bell = bell,
	};
	mach_msg_return_t mr;

	ipc_waiter_reset(&thread->waiter);
	mr = ipc_mach_msg_receive(bob, &args, &thread->waiter);
	ipc_check();
	return mr;
}

/* By the thread that only asks. */
static mach_msg_return_t
poll_for(mach_port_name_t name, uint32_t how)
{
	struct thread *thread = world_thread(bob);
	mach_msg_return_t mr = receive(thread, name, how, 0, POLL);

	thread_end(thread);
	return mr;
}

static struct thread *
wait_plainly(mach_port_name_t name, uint32_t how)
{
	struct thread *thread = world_thread(bob);

	EXPECT(receive(thread, name, how, 0, 0), MACH_RCV_IN_PROGRESS);
	return thread;
}

static struct thread *
wait_for_bell(mach_port_name_t name, const struct lane_board_port *of)
{
	struct thread *thread = world_thread(bob);

	EXPECT(receive(thread, name, IPC_LANES_WAIT, of->bell, 0),
	    MACH_RCV_IN_PROGRESS);
	return thread;
}

static void
expect_again(const struct thread *thread)
{
	assert_false(thread_blocked(thread));
	assert_int_equal(thread_got(thread).code, IPC_RCV_AGAIN);
}

/* The message that the kernel has next for @name. */
static void
expect_queued(mach_port_name_t name, mach_msg_id_t id)
{
	struct thread *thread = world_thread(bob);
	struct got got;

	EXPECT(receive(thread, name, IPC_LANES_QUEUE, 0, 0), MACH_MSG_SUCCESS);
	got = thread_got(thread);
	assert_int_equal(got.header.msgh_id, id);
	thread_end(thread);
}

/* Entries. */

TEST(a_new_board_tells_its_version)
{
	assert_int_equal(memory.version, LANE_BOARD_VERSION);
}

TEST(a_posted_port_has_an_entry_and_so_have_its_sets)
{
	post(inbox);
	assert_int_equal(entry(inbox)->serial & 1, 1);
	assert_int_equal(set_entry(set)->serial & 1, 1);
	assert_ptr_not_equal(entry(inbox), set_entry(set));
}

TEST(a_port_is_found_by_its_entry_and_a_set_is_not)
{
	post(inbox);
	assert_ptr_equal(
	    ipc_board_port(bob->board, port_of(inbox)->board_index),
	    port_of(inbox));
	assert_null(ipc_board_port(bob->board, pset_of(set)->board_index));
	assert_null(ipc_board_port(bob->board, 100));
	assert_null(ipc_board_port(bob->board, LANE_BOARD_PORTS));
	assert_null(ipc_board_port(bob->board, UINT32_MAX));
}

TEST(posting_twice_is_posting_once)
{
	uint32_t bell;

	post(inbox);
	bell = entry(inbox)->bell;
	post(inbox);
	assert_int_equal(entry(inbox)->bell, bell);
}

TEST(a_port_of_a_task_without_a_board_cannot_be_posted)
{
	mach_port_name_t port = world_port(alice);

	EXPECT(ipc_board_post(world_lookup(alice, port)), KERN_NOT_SUPPORTED);
}

TEST(a_port_that_travels_cannot_be_posted)
{
	mach_port_name_t moves = world_port(alice);
	struct ipc_port *port = world_lookup(alice, moves);
	struct message message;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, moves, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	EXPECT(ipc_board_post(port), KERN_NOT_SUPPORTED);
}

TEST(a_full_board_takes_no_port)
{
	for (unsigned i = 0; i < LANE_BOARD_PORTS - 1; i++)
		post(world_port(bob));
	/* It would need two: one for its set. */
	EXPECT(ipc_board_post(port_of(inbox)), KERN_RESOURCE_SHORTAGE);
	assert_false(is_posted(inbox));
	post(world_port(bob));
	EXPECT(
	    ipc_board_post(port_of(world_port(bob))), KERN_RESOURCE_SHORTAGE);
}

TEST(a_board_needs_memory)
{
	static struct lane_board other;

	base_alloc_fail_at(1);
	assert_false(ipc_board_add(alice, &other));
	base_alloc_fail_at(0);
	assert_null(alice->board);
}

TEST(a_board_goes_with_all_that_is_posted)
{
	struct thread *thread;

	post(inbox);
	thread = wait_for_bell(inbox, entry(inbox));
	ipc_board_remove(bob);
	expect_again(thread);
	assert_false(is_posted(inbox));
	assert_false(ipc_pset_is_posted(pset_of(set)));
	ipc_board_remove(bob);
	ipc_check();
}

TEST(a_task_dies_with_its_board)
{
	post(inbox);
	world_kill(&bob);
	bob = world_new_task();
}

/* What unposts. */

TEST(a_port_posted_for_its_lanes_is_not_when_none_is_left)
{
	EXPECT(ipc_board_post_for_lanes(port_of(inbox)), KERN_SUCCESS);
	assert_true(is_posted(inbox));
	ipc_board_unpost(port_of(inbox));
	assert_false(is_posted(inbox));
	ipc_board_unpost(port_of(inbox));
	ipc_check();
}

TEST(a_port_that_has_a_lane_stays_posted)
{
	struct list lane;

	EXPECT(ipc_board_post_for_lanes(port_of(inbox)), KERN_SUCCESS);
	list_init(&lane);
	list_push_back(&port_of(inbox)->lanes, &lane);
	ipc_board_unpost(port_of(inbox));
	list_remove(&lane);
	assert_true(is_posted(inbox));
}

TEST(a_port_posted_for_replies_stays_so_without_lanes)
{
	EXPECT(ipc_board_post_for_lanes(port_of(inbox)), KERN_SUCCESS);
	post(inbox);
	ipc_board_unpost(port_of(inbox));
	assert_true(is_posted(inbox));
}

TEST(bell_and_serial_number_grow_when_the_entry_goes_and_comes)
{
	uint32_t index;
	uint32_t serial;
	uint32_t bell;

	post(inbox);
	index = port_of(inbox)->board_index;
	serial = entry_at(index)->serial;
	bell = entry_at(index)->bell;
	ipc_board_withdraw(port_of(inbox));
	assert_int_equal(entry_at(index)->serial, serial + 1);
	assert_int_equal(entry_at(index)->bell, bell + 1);
	post(inbox);
	assert_int_equal(port_of(inbox)->board_index, index);
	assert_int_equal(entry_at(index)->serial, serial + 2);
	assert_int_equal(entry_at(index)->bell, bell + 2);
}

TEST(a_renamed_port_is_not_posted)
{
	post(inbox);
	EXPECT(ipc_mach_port_rename(bob, inbox, 0x50003), KERN_SUCCESS);
	assert_false(is_posted(0x50003));
}

TEST(the_members_of_a_renamed_set_are_not_posted)
{
	post(inbox);
	EXPECT(ipc_mach_port_rename(bob, set, 0x50003), KERN_SUCCESS);
	assert_false(is_posted(inbox));
}

TEST(a_renamed_send_right_changes_nothing_on_the_board)
{
	mach_port_name_t other = world_port(alice);
	mach_port_name_t name = world_give(alice, other, MAKE_SEND, bob);

	post(inbox);
	EXPECT(ipc_mach_port_rename(bob, name, 0x50003), KERN_SUCCESS);
	assert_true(is_posted(inbox));
}

TEST(a_port_that_comes_into_a_set_is_not_posted)
{
	mach_port_name_t other = world_set(bob);

	post(inbox);
	EXPECT(ipc_mach_port_insert_member(bob, inbox, other), KERN_SUCCESS);
	assert_false(is_posted(inbox));
}

TEST(a_port_that_leaves_a_set_is_not_posted)
{
	post(inbox);
	EXPECT(ipc_mach_port_extract_member(bob, inbox, set), KERN_SUCCESS);
	assert_false(is_posted(inbox));
	assert_false(ipc_pset_is_posted(pset_of(set)));
}

TEST(the_members_of_a_set_that_is_destroyed_are_not_posted)
{
	post(inbox);
	EXPECT(ipc_mach_port_destroy(bob, set), KERN_SUCCESS);
	assert_false(is_posted(inbox));
}

TEST(a_port_that_dies_leaves_its_entry)
{
	struct lane_board_port *was;

	post(inbox);
	was = entry(inbox);
	world_drop_receive(bob, inbox);
	assert_int_equal(was->serial & 1, 0);
	assert_false(ipc_pset_is_posted(pset_of(set)));
}

TEST(a_port_that_moves_is_not_posted)
{
	mach_port_name_t moved;

	post(inbox);
	moved = world_give(bob, inbox, MOVE_RECEIVE, carol);
	assert_false(ipc_port_is_posted(world_lookup(carol, moved)));
}

TEST(a_set_stays_posted_while_another_member_is)
{
	mach_port_name_t other = world_port(bob);

	EXPECT(ipc_mach_port_insert_member(bob, other, set), KERN_SUCCESS);
	post(inbox);
	post(other);
	ipc_board_withdraw(port_of(inbox));
	ipc_check();
	assert_true(ipc_pset_is_posted(pset_of(set)));
	ipc_board_withdraw(port_of(other));
	ipc_check();
	assert_false(ipc_pset_is_posted(pset_of(set)));
}

TEST(the_status_of_a_set_names_posted_members)
{
	mach_port_name_t other = world_port(bob);
	mach_port_name_t *members;
	uint32_t count;

	EXPECT(ipc_mach_port_insert_member(bob, other, set), KERN_SUCCESS);
	post(inbox);
	EXPECT(ipc_mach_port_get_set_status(bob, set, &members, &count), 0);
	assert_int_equal(count, 2);
	base_free(members);
}

/* What is written. */

TEST(the_oldest_message_in_the_queue_is_on_the_board)
{
	post(inbox);
	assert_int_equal(entry(inbox)->oldest, 0);
	clock_now = 100;
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	EXPECT(send_id(2), MACH_MSG_SUCCESS);
	assert_int_equal(entry(inbox)->oldest, 101);
	expect_queued(inbox, 1);
	assert_int_equal(entry(inbox)->oldest, 102);
	expect_queued(inbox, 2);
	assert_int_equal(entry(inbox)->oldest, 0);
}

TEST(what_was_queued_before_is_on_the_board_when_the_port_is_posted)
{
	clock_now = 100;
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	post(inbox);
	assert_int_equal(entry(inbox)->oldest, 101);
	assert_int_equal(set_entry(set)->oldest, 0);
}

TEST(the_entry_of_a_set_tells_of_the_members_that_are_not_posted)
{
	mach_port_name_t other = world_port(bob);

	EXPECT(ipc_mach_port_insert_member(bob, other, set), KERN_SUCCESS);
	post(inbox);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	assert_int_equal(set_entry(set)->oldest, 0);
	clock_now = 200;
	EXPECT(world_send_id(bob, other, MAKE_SEND, 2), MACH_MSG_SUCCESS);
	assert_int_equal(set_entry(set)->oldest, 201);
	expect_queued(set, 2);
	assert_int_equal(set_entry(set)->oldest, 0);
}

TEST(a_member_with_messages_that_comes_or_leaves_changes_the_entry_of_the_set)
{
	mach_port_name_t other = world_port(bob);
	uint32_t bell;

	clock_now = 300;
	EXPECT(world_send_id(bob, other, MAKE_SEND, 2), MACH_MSG_SUCCESS);
	post(inbox);
	bell = set_entry(set)->bell;
	EXPECT(ipc_mach_port_insert_member(bob, other, set), KERN_SUCCESS);
	assert_int_equal(set_entry(set)->oldest, 301);
	assert_int_equal(set_entry(set)->bell, bell + 1);
	EXPECT(ipc_mach_port_extract_member(bob, other, set), KERN_SUCCESS);
	assert_int_equal(set_entry(set)->oldest, 0);
}

TEST(a_member_that_is_withdrawn_counts_for_the_set_again)
{
	mach_port_name_t other = world_port(bob);

	EXPECT(ipc_mach_port_insert_member(bob, other, set), KERN_SUCCESS);
	post(inbox);
	post(other);
	clock_now = 400;
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	ipc_board_withdraw(port_of(inbox));
	ipc_check();
	assert_int_equal(set_entry(set)->oldest, 401);
}

TEST(the_context_is_on_the_board)
{
	EXPECT(ipc_mach_port_set_context(bob, inbox, 7), KERN_SUCCESS);
	post(inbox);
	assert_int_equal(entry(inbox)->context, 7);
	EXPECT(ipc_mach_port_set_context(bob, inbox, 0), KERN_SUCCESS);
	assert_int_equal(entry(inbox)->context, 0);
	EXPECT(ipc_mach_port_guard(bob, inbox, 9, 0), KERN_SUCCESS);
	assert_int_equal(entry(inbox)->context, 9);
	EXPECT(ipc_mach_port_swap_guard(bob, inbox, 9, 10), KERN_SUCCESS);
	assert_int_equal(entry(inbox)->context, 10);
	EXPECT(ipc_mach_port_unguard(bob, inbox, 10), KERN_SUCCESS);
	assert_int_equal(entry(inbox)->context, 0);
}

TEST(a_sequence_number_that_is_set_is_on_the_board)
{
	uint32_t reset;

	post(inbox);
	reset = entry(inbox)->reset;
	EXPECT(ipc_mach_port_set_seqno(bob, inbox, 42), KERN_SUCCESS);
	assert_int_equal(entry(inbox)->reset, reset + 1);
	assert_int_equal(entry(inbox)->seqno, 42);
	assert_int_equal(world_status(bob, inbox).mps_seqno, 42);
}

/* Rings. */

TEST(a_message_for_a_posted_port_rings_it_and_its_sets)
{
	uint32_t bell;
	uint32_t set_bell;

	post(inbox);
	bell = entry(inbox)->bell;
	set_bell = set_entry(set)->bell;
	wakes = 0;
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	assert_int_equal(entry(inbox)->bell, bell + 1);
	assert_int_equal(set_entry(set)->bell, set_bell + 1);
	assert_int_equal(wakes, 2);
	assert_ptr_equal(woken, &set_entry(set)->bell);
}

TEST(who_waits_for_the_bell_ends_when_it_rings_and_the_message_stays)
{
	struct thread *on_port;
	struct thread *on_set;

	post(inbox);
	on_port = wait_for_bell(inbox, entry(inbox));
	on_set = wait_for_bell(set, set_entry(set));
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	expect_again(on_port);
	expect_again(on_set);
	expect_queued(inbox, 1);
}

TEST(a_bell_that_has_rung_is_not_waited_for)
{
	struct thread *thread = world_thread(bob);

	post(inbox);
	EXPECT(
	    receive(thread, inbox, IPC_LANES_WAIT, entry(inbox)->bell - 1, 0),
	    IPC_RCV_AGAIN);
}

TEST(what_is_not_posted_has_no_bell_to_wait_for)
{
	EXPECT(poll_for(inbox, IPC_LANES_WAIT), IPC_RCV_AGAIN);
	EXPECT(poll_for(set, IPC_LANES_WAIT), IPC_RCV_AGAIN);
}

TEST(waiting_for_a_bell_ends_with_the_timeout)
{
	struct thread *thread;

	post(inbox);
	thread = wait_for_bell(inbox, entry(inbox));
	thread_time_out(thread);
	assert_int_equal(thread_got(thread).code, MACH_RCV_TIMED_OUT);
	EXPECT(receive(thread, inbox, IPC_LANES_WAIT, entry(inbox)->bell,
	           MACH_RCV_TIMEOUT),
	    MACH_RCV_TIMED_OUT);
}

TEST(who_waits_when_a_port_is_posted_looks_again)
{
	struct thread *on_port = wait_plainly(inbox, IPC_LANES_KNOWN);
	struct thread *on_set = wait_plainly(set, IPC_LANES_KNOWN);

	post(inbox);
	expect_again(on_port);
	expect_again(on_set);
}

TEST(a_port_is_not_posted_while_somebody_waits_who_knows_of_no_lanes)
{
	struct thread *on_port = wait_plainly(inbox, 0);
	struct thread *on_set;

	EXPECT(ipc_board_post(port_of(inbox)), KERN_NOT_SUPPORTED);
	thread_end(on_port);
	on_set = wait_plainly(set, 0);
	EXPECT(ipc_board_post(port_of(inbox)), KERN_NOT_SUPPORTED);
	thread_end(on_set);
	post(inbox);
}

TEST(a_port_that_is_not_posted_is_rung_for_those_who_know)
{
	struct thread *knows = wait_plainly(inbox, IPC_LANES_KNOWN);
	struct thread *does_not = wait_plainly(inbox, 0);
	struct thread *knows_set = wait_plainly(set, IPC_LANES_KNOWN);

	ipc_board_ring(port_of(inbox));
	expect_again(knows);
	expect_again(knows_set);
	assert_true(thread_blocked(does_not));
	assert_int_equal(wakes, 0);
}

TEST(a_member_that_is_not_posted_rings_the_set_that_is)
{
	mach_port_name_t other = world_port(bob);
	struct thread *thread;

	EXPECT(ipc_mach_port_insert_member(bob, other, set), KERN_SUCCESS);
	post(inbox);
	thread = wait_for_bell(set, set_entry(set));
	EXPECT(world_send_id(bob, other, MAKE_SEND, 2), MACH_MSG_SUCCESS);
	expect_again(thread);
	expect_queued(other, 2);
}

TEST(who_waits_for_such_a_member_itself_gets_the_message)
{
	mach_port_name_t other = world_port(bob);
	struct thread *thread;

	EXPECT(ipc_mach_port_insert_member(bob, other, set), KERN_SUCCESS);
	post(inbox);
	thread = wait_plainly(other, IPC_LANES_KNOWN);
	EXPECT(world_send_id(bob, other, MAKE_SEND, 2), MACH_MSG_SUCCESS);
	assert_int_equal(thread_got(thread).header.msgh_id, 2);
}

/* Receives. */

TEST(what_is_posted_is_not_received_from_plainly)
{
	post(inbox);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	EXPECT(poll_for(inbox, IPC_LANES_KNOWN), IPC_RCV_AGAIN);
	EXPECT(poll_for(set, 0), IPC_RCV_AGAIN);
	expect_queued(inbox, 1);
}

TEST(an_empty_queue_is_not_waited_for)
{
	post(inbox);
	EXPECT(poll_for(inbox, IPC_LANES_QUEUE), IPC_RCV_AGAIN);
	EXPECT(poll_for(set, IPC_LANES_QUEUE), IPC_RCV_AGAIN);
}

TEST(the_queue_of_a_port_that_is_not_posted_can_be_asked_for)
{
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	EXPECT(send_id(2), MACH_MSG_SUCCESS);
	expect_queued(inbox, 1);
	expect_queued(set, 2);
	EXPECT(poll_for(inbox, IPC_LANES_QUEUE), IPC_RCV_AGAIN);
}

TEST(a_set_does_not_hand_out_what_posted_members_have)
{
	post(inbox);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	EXPECT(poll_for(set, IPC_LANES_QUEUE), IPC_RCV_AGAIN);
}

TEST(what_waits_is_received_plainly_when_the_port_is_withdrawn)
{
	post(inbox);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	ipc_board_withdraw(port_of(inbox));
	world_expect_id(bob, set, 1);
}

TEST(a_posted_port_is_received_from_directly)
{
	post(inbox);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	EXPECT(poll_for(inbox, IPC_LANES_DIRECT), MACH_MSG_SUCCESS);
	EXPECT(poll_for(inbox, IPC_LANES_DIRECT), MACH_RCV_TIMED_OUT);
}

TEST(who_waits_directly_is_handed_the_message)
{
	struct thread *thread;
	struct thread *sleeper;
	uint32_t bell;

	post(inbox);
	sleeper = wait_for_bell(inbox, entry(inbox));
	thread = wait_plainly(inbox, IPC_LANES_DIRECT);
	bell = entry(inbox)->bell;
	EXPECT(send_id(4), MACH_MSG_SUCCESS);
	assert_int_equal(thread_got(thread).header.msgh_id, 4);
	assert_int_equal(entry(inbox)->bell, bell);
	assert_true(thread_blocked(sleeper));
	assert_int_equal(entry(inbox)->oldest, 0);
}

TEST(who_waits_directly_ends_when_it_is_rung)
{
	struct thread *thread;

	post(inbox);
	thread = wait_plainly(inbox, IPC_LANES_DIRECT);
	ipc_board_ring(port_of(inbox));
	expect_again(thread);
}

TEST(who_waits_directly_looks_again_when_it_is_stopped)
{
	struct thread *thread;

	post(inbox);
	thread = wait_plainly(inbox, IPC_LANES_DIRECT);
	ipc_board_stop(port_of(inbox));
	expect_again(thread);
	assert_int_equal(ipc_board_stops(bob, port_of(inbox)->board_index), 1);
}

TEST(who_comes_when_it_was_stopped_looks_again)
{
	struct thread *thread = world_thread(bob);

	post(inbox);
	ipc_board_stop(port_of(inbox));
	EXPECT(receive(thread, inbox, IPC_LANES_DIRECT, 0, 0), IPC_RCV_AGAIN);
	EXPECT(receive(thread, inbox, IPC_LANES_DIRECT, 1, 0),
	    MACH_RCV_IN_PROGRESS);
}

TEST(who_comes_when_it_was_posted_anew_looks_again)
{
	uint32_t index;

	post(inbox);
	index = port_of(inbox)->board_index;
	ipc_board_withdraw(port_of(inbox));
	post(inbox);
	assert_int_equal(port_of(inbox)->board_index, index);
	EXPECT(poll_for(inbox, IPC_LANES_DIRECT), IPC_RCV_AGAIN);
}

TEST(a_port_that_is_not_posted_is_not_stopped)
{
	struct thread *thread = wait_plainly(inbox, IPC_LANES_DIRECT);

	ipc_board_stop(port_of(inbox));
	assert_true(thread_blocked(thread));
	thread_end(thread);
}

TEST(a_message_that_is_handed_over_is_counted_on_the_board)
{
	uint32_t reset;

	post(inbox);
	(void)wait_plainly(inbox, IPC_LANES_DIRECT);
	reset = entry(inbox)->reset;
	EXPECT(send_id(4), MACH_MSG_SUCCESS);
	assert_int_equal(entry(inbox)->reset, reset + 1);
	assert_int_equal(entry(inbox)->seqno, 1);
}

/* Watches. */

static struct ipc_watch watch;
static unsigned told;

static void
note_watch(struct ipc_watch *changed)
{
	assert_ptr_equal(changed, &watch);
	told++;
}

static void
begin_watch(mach_port_name_t name)
{
	told = 0;
	ipc_watch_init(&watch, note_watch);
	ipc_watch_begin(&watch, bob, name);
	ipc_check();
}

TEST(what_is_posted_is_ready_whatever_the_queue)
{
	begin_watch(inbox);
	post(inbox);
	assert_true(watch.ready);
	assert_int_equal(told, 1);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	expect_queued(inbox, 1);
	assert_true(watch.ready);
	assert_int_equal(told, 2);
	ipc_watch_end(&watch);
	begin_watch(set);
	assert_true(watch.ready);
	ipc_watch_end(&watch);
}

TEST(each_ring_is_told_though_it_is_ready_already)
{
	post(inbox);
	begin_watch(set);
	ipc_board_ring(port_of(inbox));
	ipc_board_ring(port_of(inbox));
	assert_int_equal(told, 2);
	ipc_watch_end(&watch);
}

TEST(what_is_withdrawn_is_ready_if_its_queue_is_not_empty)
{
	begin_watch(inbox);
	post(inbox);
	ipc_board_withdraw(port_of(inbox));
	assert_false(watch.ready);
	assert_int_equal(told, 2);
	post(inbox);
	EXPECT(send_id(1), MACH_MSG_SUCCESS);
	ipc_board_withdraw(port_of(inbox));
	assert_true(watch.ready);
	assert_int_equal(told, 5);
	ipc_watch_end(&watch);
}

/* Lanes. */

TEST(entries_of_lanes_are_given_and_taken_back)
{
	uint32_t first = ipc_board_take_lane(bob->board);

	assert_int_equal(ipc_board_take_lane(bob->board), first + 1);
	memory.lane[first].state = LANE_CLOSED;
	ipc_board_give_lane(bob->board, first);
	assert_int_equal(memory.lane[first].state, LANE_NONE);
	assert_int_equal(ipc_board_take_lane(bob->board), first);
}

TEST(there_are_so_many_entries_for_lanes_and_no_more)
{
	for (unsigned i = 0; i < LANE_BOARD_LANES; i++)
		assert_int_equal(ipc_board_take_lane(bob->board), i);
	assert_int_equal(ipc_board_take_lane(bob->board), IPC_BOARD_NONE);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(a_new_board_tells_its_version),
	    HERE(a_posted_port_has_an_entry_and_so_have_its_sets),
	    HERE(a_port_is_found_by_its_entry_and_a_set_is_not),
	    HERE(posting_twice_is_posting_once),
	    HERE(a_port_of_a_task_without_a_board_cannot_be_posted),
	    HERE(a_port_that_travels_cannot_be_posted),
	    HERE(a_full_board_takes_no_port),
	    HERE(a_board_needs_memory),
	    HERE(a_board_goes_with_all_that_is_posted),
	    HERE(a_task_dies_with_its_board),
	    HERE(a_port_posted_for_its_lanes_is_not_when_none_is_left),
	    HERE(a_port_that_has_a_lane_stays_posted),
	    HERE(a_port_posted_for_replies_stays_so_without_lanes),
	    HERE(bell_and_serial_number_grow_when_the_entry_goes_and_comes),
	    HERE(a_renamed_port_is_not_posted),
	    HERE(the_members_of_a_renamed_set_are_not_posted),
	    HERE(a_renamed_send_right_changes_nothing_on_the_board),
	    HERE(a_port_that_comes_into_a_set_is_not_posted),
	    HERE(a_port_that_leaves_a_set_is_not_posted),
	    HERE(the_members_of_a_set_that_is_destroyed_are_not_posted),
	    HERE(a_port_that_dies_leaves_its_entry),
	    HERE(a_port_that_moves_is_not_posted),
	    HERE(a_set_stays_posted_while_another_member_is),
	    HERE(the_status_of_a_set_names_posted_members),
	    HERE(the_oldest_message_in_the_queue_is_on_the_board),
	    HERE(
	        what_was_queued_before_is_on_the_board_when_the_port_is_posted),
	    HERE(the_entry_of_a_set_tells_of_the_members_that_are_not_posted),
	    HERE(
	        a_member_with_messages_that_comes_or_leaves_changes_the_entry_of_the_set),
	    HERE(a_member_that_is_withdrawn_counts_for_the_set_again),
	    HERE(the_context_is_on_the_board),
	    HERE(a_sequence_number_that_is_set_is_on_the_board),
	    HERE(a_message_for_a_posted_port_rings_it_and_its_sets),
	    HERE(
	        who_waits_for_the_bell_ends_when_it_rings_and_the_message_stays),
	    HERE(a_bell_that_has_rung_is_not_waited_for),
	    HERE(what_is_not_posted_has_no_bell_to_wait_for),
	    HERE(waiting_for_a_bell_ends_with_the_timeout),
	    HERE(who_waits_when_a_port_is_posted_looks_again),
	    HERE(
	        a_port_is_not_posted_while_somebody_waits_who_knows_of_no_lanes),
	    HERE(a_port_that_is_not_posted_is_rung_for_those_who_know),
	    HERE(a_member_that_is_not_posted_rings_the_set_that_is),
	    HERE(who_waits_for_such_a_member_itself_gets_the_message),
	    HERE(what_is_posted_is_not_received_from_plainly),
	    HERE(an_empty_queue_is_not_waited_for),
	    HERE(the_queue_of_a_port_that_is_not_posted_can_be_asked_for),
	    HERE(a_set_does_not_hand_out_what_posted_members_have),
	    HERE(what_waits_is_received_plainly_when_the_port_is_withdrawn),
	    HERE(a_posted_port_is_received_from_directly),
	    HERE(who_waits_directly_is_handed_the_message),
	    HERE(who_waits_directly_ends_when_it_is_rung),
	    HERE(who_waits_directly_looks_again_when_it_is_stopped),
	    HERE(who_comes_when_it_was_stopped_looks_again),
	    HERE(who_comes_when_it_was_posted_anew_looks_again),
	    HERE(a_port_that_is_not_posted_is_not_stopped),
	    HERE(a_message_that_is_handed_over_is_counted_on_the_board),
	    HERE(what_is_posted_is_ready_whatever_the_queue),
	    HERE(each_ring_is_told_though_it_is_ready_already),
	    HERE(what_is_withdrawn_is_ready_if_its_queue_is_not_empty),
	    HERE(entries_of_lanes_are_given_and_taken_back),
	    HERE(there_are_so_many_entries_for_lanes_and_no_more),
	};

	return RUN("ipc_board", tests);
}
