/* Tokens: names of rights that are none yet, and nobody can tell. */
#include "ipc_token.h"

#include <string.h>

#include "base_alloc.h"
#include "ipc_port.h"
#include "lane_pair.h"

static struct pair pair;
static mach_port_name_t reply_port; /* alice's */
static uint32_t reply_index;

static int
setup(void **state)
{
	(void)pair_setup(state);
	pair_open(&pair, alice);
	reply_port = pair_reply_port(&pair, &reply_index);
	return 0;
}

static struct ipc_port *
port_of(mach_port_name_t name)
{
	return world_lookup(alice, name);
}

/* Alice asks, and bob takes it: the token. */
static uint32_t
ask(mach_msg_id_t id)
{
	(void)pair_ask(&pair, id, reply_index);
	return pair_take(&pair, id).token;
}

/* The same, and what bob's program calls it. */
static mach_port_name_t
ask_for_name(mach_msg_id_t id)
{
	return pair_name(&pair, ask(id));
}

static void
close_it(void)
{
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	ipc_check();
	pair_withdraw(alice, reply_port);
}

static uint32_t
kslot(uint32_t slot)
{
	return pair_from_entry(&pair)->kslot[slot];
}

/* Bob answers by trap. */
static void
reply_by_trap(mach_port_name_t name, mach_msg_id_t id)
{
	EXPECT(world_send_id(bob, name, MOVE_SEND_ONCE, id), MACH_MSG_SUCCESS);
}

/* How many names bob's task is told to have. */
static unsigned
names(void)
{
	mach_port_name_t *all;
	mach_port_type_t *types;
	uint32_t count;

	EXPECT(ipc_mach_port_names(bob, &all, &types, &count), KERN_SUCCESS);
	base_free(all);
	base_free(types);
	return count;
}

TEST(what_is_reserved_is_in_no_listing)
{
	ipc_info_space_basic_t info;

	assert_int_equal(names(), 1);
	EXPECT(ipc_mach_port_space_basic_info(bob, &info), KERN_SUCCESS);
	assert_int_equal(info.iisb_table_inuse, 1);
	for (uint32_t i = 0; i < PAIR_SLOTS; i++)
		assert_false(world_has(bob, pair_name(&pair, 1 << 4 | i)));
}

TEST(a_token_is_no_name_before_it_was_taken)
{
	const uint32_t slot = pair_ask(&pair, 1, reply_index);

	assert_false(world_has(bob, pair_name(&pair, 1 << 4 | slot)));
	assert_int_equal(kslot(slot), 0);
	(void)pair_take(&pair, 1);
	assert_true(world_has(bob, pair_name(&pair, 1 << 4 | slot)));
}

TEST(a_token_is_a_send_once_right_to_who_looks)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = pair_name(&pair, token);

	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_ONCE);
	assert_int_equal(
	    kslot(token & 0xF), lane_word(token >> 4, LANE_KSLOT_RIGHT));
	assert_int_equal(port_of(reply_port)->sorights, 1);
	assert_int_equal(pair_reply(&pair, token, 5), LANE_REPLY_TRAP);
	reply_by_trap(name, 6);
	assert_false(world_has(bob, name));
	assert_int_equal(
	    kslot(token & 0xF), lane_word(token >> 4, LANE_KSLOT_FREED));
	assert_true(lane_slot_free(&pair.out, token & 0xF));
	close_it();
	world_expect_id(alice, reply_port, 6);
	world_expect_empty(alice, reply_port);
}

TEST(a_listing_shows_tokens_as_rights)
{
	(void)ask(1);
	(void)ask(2);
	assert_int_equal(names(), 3);
	assert_int_equal(names(), 3);
}

TEST(the_table_of_a_space_shows_tokens_as_rights)
{
	ipc_info_space_basic_t basic;
	ipc_info_space_t info;
	ipc_info_name_t *table;
	uint32_t count;

	(void)ask(1);
	EXPECT(
	    ipc_mach_port_space_info(bob, &info, &table, &count), KERN_SUCCESS);
	base_free(table);
	assert_int_equal(count, 2);
	(void)ask(2);
	EXPECT(ipc_mach_port_space_basic_info(bob, &basic), KERN_SUCCESS);
	assert_int_equal(basic.iisb_table_inuse, 3);
}

TEST(an_answered_token_is_no_name)
{
	const uint32_t token = ask(1);

	assert_int_equal(pair_reply(&pair, token, 5), LANE_REPLY_SENT);
	assert_false(world_has(bob, pair_name(&pair, token)));
	assert_int_equal(pair_accept_reply(&pair, token & 0xF), LANE_ACCEPTED);
	assert_false(world_has(bob, pair_name(&pair, token)));
	assert_int_equal(names(), 1);
}

TEST(a_name_of_another_generation_is_not_there)
{
	const uint32_t token = ask(1);

	assert_false(world_has(bob, pair_name(&pair, token + 16)));
	assert_false(world_has(bob, pair_name(&pair, token) & ~1u));
	assert_true(world_has(bob, pair_name(&pair, token)));
}

TEST(a_token_is_resolved_once)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = pair_name(&pair, token);

	reply_by_trap(name, 6);
	/* A has not noticed yet: its slot still says that the token is out. */
	assert_false(world_has(bob, name));
	assert_int_equal(names(), 1);
}

TEST(a_slot_is_used_again_with_another_name)
{
	const mach_port_name_t name = ask_for_name(1);
	mach_port_name_t next;

	(void)ask(3); /* the other slot */
	reply_by_trap(name, 6);
	next = ask_for_name(2);
	assert_int_equal(next >> 8, name >> 8);
	assert_int_not_equal(next, name);
	assert_true(world_has(bob, next));
	assert_false(world_has(bob, name));
}

TEST(a_token_given_up_is_told_to_who_asked)
{
	const mach_port_name_t name = ask_for_name(1);

	EXPECT(ipc_mach_port_deallocate(bob, name), KERN_SUCCESS);
	close_it();
	world_expect_notice(alice, reply_port, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(a_token_can_be_handed_on)
{
	const mach_port_name_t name = ask_for_name(1);
	const mach_port_name_t port = world_port(carol);
	const mach_port_name_t to_carol =
	    world_give(carol, port, MAKE_SEND, bob);
	struct message message;
	struct got got;

	message_init(&message, to_carol, COPY_SEND, name, MOVE_SEND_ONCE);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	got = world_receive(carol, port);
	EXPECT(world_send_id(
	           carol, got.header.msgh_remote_port, MOVE_SEND_ONCE, 7),
	    MACH_MSG_SUCCESS);
	close_it();
	world_expect_id(alice, reply_port, 7);
}

TEST(tokens_count_as_send_once_rights_of_their_port)
{
	(void)pair_ask(&pair, 1, reply_index);
	assert_int_equal(ipc_lane_sorights(port_of(reply_port)), 1);
	(void)pair_ask(&pair, 2, reply_index);
	(void)pair_take(&pair, 1);
	assert_int_equal(ipc_lane_sorights(port_of(reply_port)), 2);
	assert_int_equal(world_status(alice, reply_port).mps_sorights, 2);
	(void)names();
	/* One has become a right. */
	assert_int_equal(ipc_lane_sorights(port_of(reply_port)), 1);
	assert_int_equal(world_status(alice, reply_port).mps_sorights, 2);
	assert_int_equal(ipc_lane_sorights(world_lookup(bob, pair_inbox)), 0);
}

TEST(tokens_for_another_port_are_not_this_ones)
{
	uint32_t index;
	const mach_port_name_t other = pair_reply_port(&pair, &index);

	(void)ask(1);
	(void)pair_ask(&pair, 2, index);
	assert_int_equal(ipc_lane_sorights(port_of(reply_port)), 1);
	assert_int_equal(ipc_lane_sorights(port_of(other)), 1);
}

TEST(a_lane_that_is_not_open_has_no_tokens)
{
	static struct pair second;
	const mach_port_name_t port = world_port(bob);

	EXPECT(
	    pair_offer(&second, alice, world_give(bob, port, MAKE_SEND, alice)),
	    KERN_SUCCESS);
	EXPECT(pair_accept(&second), KERN_SUCCESS);
	assert_false(world_has(bob, pair_name(&second, 1 << 4)));
	assert_int_equal(names(), 2);
}

TEST(a_held_token_becomes_a_right_when_its_lane_closes)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = pair_name(&pair, token);

	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	ipc_check();
	assert_int_equal(
	    kslot(token & 0xF), lane_word(token >> 4, LANE_KSLOT_RIGHT));
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_ONCE);
	reply_by_trap(name, 6);
	assert_false(world_has(bob, name));
	pair_withdraw(alice, reply_port);
	world_expect_id(alice, reply_port, 6);
}

TEST(a_resolved_token_outlives_its_lane)
{
	const mach_port_name_t name = ask_for_name(1);

	assert_true(world_has(bob, name));
	close_it();
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_ONCE);
	reply_by_trap(name, 6);
	world_expect_id(alice, reply_port, 6);
}

TEST(a_waiting_token_goes_with_its_message)
{
	struct got got;

	(void)pair_ask(&pair, 1, reply_index);
	close_it();
	got = world_receive(bob, pair_inbox);
	assert_int_equal(got.header.msgh_bits,
	    MACH_MSGH_BITS(
	        MACH_MSG_TYPE_PORT_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND));
	reply_by_trap(got.header.msgh_remote_port, 6);
	world_expect_id(alice, reply_port, 6);
}

TEST(a_reply_in_its_slot_goes_to_its_port)
{
	const uint32_t token = ask(1);
	struct got got;

	assert_int_equal(pair_reply(&pair, token, 5), LANE_REPLY_SENT);
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	ipc_check();
	assert_int_equal(
	    kslot(token & 0xF), lane_word(token >> 4, LANE_KSLOT_REPLY));
	pair_withdraw(alice, reply_port);
	got = world_receive(alice, reply_port);
	assert_int_equal(got.header.msgh_id, 5);
	assert_int_equal(got.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND_ONCE));
	assert_int_equal(
	    got.trailer.msgh_audit.val[5], bob->identity->audit.val[5]);
	assert_int_equal(port_of(reply_port)->sorights, 0);
}

TEST(a_request_that_was_answered_is_not_drained)
{
	const uint32_t slot = pair_ask(&pair, 1, reply_index);

	assert_int_equal(pair_reply(&pair, 1 << 4 | slot, 5), LANE_REPLY_SENT);
	close_it();
	world_expect_empty(bob, pair_inbox);
	world_expect_id(alice, reply_port, 5);
	world_expect_empty(alice, reply_port);
}

TEST(a_reply_that_cannot_be_is_a_notice)
{
	const uint32_t token = ask(1);

	assert_int_equal(pair_reply(&pair, token, 5), LANE_REPLY_SENT);
	lane_reply_slot(pair.receiver, &pair.lane.view.sizes, token & 0xF)
	    ->bytes = 1u << 20;
	close_it();
	world_expect_notice(alice, reply_port, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(a_reply_without_memory_is_a_notice)
{
	const uint32_t token = ask(1);

	assert_int_equal(pair_reply(&pair, token, 5), LANE_REPLY_SENT);
	base_alloc_fail_at(1);
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	base_alloc_fail_at(0);
	ipc_check();
	pair_withdraw(alice, reply_port);
	world_expect_notice(alice, reply_port, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(a_reply_to_a_full_queue_is_lost)
{
	const uint32_t token = ask(1);
	struct ipc_port *port = port_of(reply_port);

	assert_int_equal(pair_reply(&pair, token, 5), LANE_REPLY_SENT);
	port->msgcount += IPC_QUEUE_MAX;
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	port->msgcount -= IPC_QUEUE_MAX;
	ipc_check();
	pair_withdraw(alice, reply_port);
	world_expect_empty(alice, reply_port);
}

TEST(accepted_replies_count_at_their_port)
{
	for (unsigned i = 1; i <= 3; i++) {
		const uint32_t token = ask(1);

		assert_int_equal(pair_reply(&pair, token, 5), LANE_REPLY_SENT);
		assert_int_equal(
		    pair_accept_reply(&pair, token & 0xF), LANE_ACCEPTED);
		assert_int_equal(ipc_lane_seqno(port_of(reply_port)), i);
	}
	close_it();
	assert_int_equal(port_of(reply_port)->seqno, 3);
	assert_int_equal(port_of(reply_port)->enqueued, 3);
	assert_int_equal(bob->sent, 3);
	assert_int_equal(alice->received, 3);
}

TEST(a_request_that_never_came_is_never_answered)
{
	struct lane_record *record =
	    (struct lane_record *)(void *)pair.sender->ring;

	(void)pair_ask(&pair, 1, reply_index);
	record->kind = 0;
	close_it();
	world_expect_empty(bob, pair_inbox);
	world_expect_notice(alice, reply_port, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(a_request_whose_answer_was_accepted_is_not_drained_once_more)
{
	const uint64_t head = pair.receiver->head;
	const uint32_t token = ask(1);
	mach_port_name_t moved;

	assert_int_equal(pair_reply(&pair, token, 5), LANE_REPLY_SENT);
	assert_int_equal(pair_accept_reply(&pair, token & 0xF), LANE_ACCEPTED);
	pair_send(&pair, 2);
	pair.receiver->head = head; /* B lies */
	moved = world_give(bob, pair_inbox, MOVE_RECEIVE, carol);
	world_expect_id(carol, moved, 2);
	world_expect_empty(carol, moved);
}

TEST(a_record_whose_token_is_not_out_is_not_drained)
{
	struct lane_record *record =
	    (struct lane_record *)(void *)pair.sender->ring;

	(void)pair_ask(&pair, 1, reply_index);
	record->token += 16;
	close_it();
	world_expect_empty(bob, pair_inbox);
	world_expect_notice(alice, reply_port, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(a_token_for_no_port_is_none)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = pair_name(&pair, token);

	pair.sender->slot[token & 0xF].port = 300;
	assert_false(world_has(bob, name));
	pair.sender->slot[token & 0xF].port = UINT32_MAX;
	assert_false(world_has(bob, name));
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	ipc_check();
	assert_false(world_has(bob, name));
}

/* What the kernel has not freed is not A's to issue. */
static uint32_t
issue_again(uint32_t token)
{
	pair.out.issued = 0;
	return ask((mach_msg_id_t)(token >> 4) + 1);
}

TEST(a_slot_that_was_not_freed_gives_no_name)
{
	const uint32_t token = ask(1);
	uint32_t again;

	assert_true(world_has(bob, pair_name(&pair, token)));
	again = issue_again(token);
	assert_int_equal(again & 0xF, token & 0xF);
	assert_false(world_has(bob, pair_name(&pair, again)));
	assert_true(world_has(bob, pair_name(&pair, token)));
	assert_int_equal(names(), 2);
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	ipc_check();
	assert_false(world_has(bob, pair_name(&pair, again)));
	assert_true(world_has(bob, pair_name(&pair, token)));
}

TEST(a_sender_that_issues_too_much_runs_out_of_notices)
{
	uint32_t token = ask(1);
	uint32_t other = ask(2);

	assert_true(world_has(bob, pair_name(&pair, token)));
	assert_true(world_has(bob, pair_name(&pair, other)));
	(void)issue_again(token);
	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
	ipc_check();
	assert_int_equal(port_of(reply_port)->sorights, 2);
}

TEST(without_memory_a_slot_is_not_freed)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = pair_name(&pair, token);

	assert_true(world_has(bob, name));
	alice->account->limits.messages = 0;
	EXPECT(ipc_mach_port_deallocate(bob, name), KERN_SUCCESS);
	assert_int_equal(
	    kslot(token & 0xF), lane_word(token >> 4, LANE_KSLOT_RIGHT));
	assert_false(lane_slot_free(&pair.out, token & 0xF));
	assert_false(world_has(bob, name));
}

TEST(a_reply_that_comes_while_a_token_is_resolved_is_first)
{
	const uint32_t token = ask(1);

	/* As seen by resolve 3. */
	assert_true(lane_drain_live(&pair.lane.view, token & 0xF, token >> 4));
	assert_int_equal(pair_reply(&pair, token, 5), LANE_REPLY_SENT);
	assert_false(lane_drain_live(&pair.lane.view, token & 0xF, token >> 4));
}

TEST(a_reply_port_that_dies_leaves_dead_names)
{
	const mach_port_name_t name = ask_for_name(1);

	world_drop_receive(alice, reply_port);
	assert_int_equal(pair.closed, 1);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_task_that_waits_for_a_reply_and_dies_leaves_dead_names)
{
	const mach_port_name_t name = ask_for_name(1);
	struct ipc_space *mortal = alice;

	world_kill(&mortal);
	alice = mortal;
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_task_can_choose_a_name_that_is_reserved)
{
	const mach_port_name_t name = pair_name(&pair, 9 << 4);

	EXPECT(ipc_mach_port_allocate_name(bob, RECEIVE, name), KERN_SUCCESS);
	assert_int_equal(pair.closed, 1);
	assert_int_equal(pair.why, IPC_LANE_EXACT);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_name_beside_a_held_token_is_refused_as_beside_any)
{
	const mach_port_name_t name = ask_for_name(1);

	EXPECT(
	    ipc_mach_port_allocate_name(bob, RECEIVE, name + 4), KERN_FAILURE);
	EXPECT(
	    ipc_mach_port_allocate_name(bob, RECEIVE, name), KERN_NAME_EXISTS);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_ONCE);
}

TEST(a_mach_3_task_can_choose_a_name_beside_a_token)
{
	const mach_port_name_t name = ask_for_name(1);

	EXPECT(ipc_space_set_mach3(bob, true), KERN_SUCCESS);
	EXPECT(
	    ipc_mach_port_allocate_name(bob, RECEIVE, name + 4), KERN_SUCCESS);
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_ONCE);
}

TEST(a_token_can_be_renamed)
{
	const mach_port_name_t name = ask_for_name(1);

	EXPECT(ipc_mach_port_rename(bob, name, 0x5003), KERN_SUCCESS);
	assert_false(world_has(bob, name));
	assert_int_equal(world_type(bob, 0x5003), MACH_PORT_TYPE_SEND_ONCE);
	reply_by_trap(0x5003, 6);
	pair_withdraw(alice, reply_port);
	world_expect_id(alice, reply_port, 6);
}

/* Bob's program has it, and his library says so. */
static mach_port_name_t
hold(uint32_t token)
{
	pair.receiver->held[token & 0xF] = token >> 4;
	return pair_name(&pair, token);
}

/* Alice says that no such token is out. */
static void
deny(uint32_t token)
{
	pair.sender->slot[token & 0xF].word =
	    lane_word(token >> 4, LANE_SLOT_DONE);
}

TEST(a_token_that_its_sender_denies_is_a_dead_name)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = hold(token);

	deny(token);
	close_it();
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(
	    kslot(token & 0xF), lane_word(token >> 4, LANE_KSLOT_RIGHT));
	assert_int_equal(names(), 2);
	EXPECT(world_send_id(bob, name, MOVE_SEND_ONCE, 5),
	    MACH_SEND_INVALID_DEST);
	EXPECT(ipc_mach_port_deallocate(bob, name), KERN_SUCCESS);
	assert_false(world_has(bob, name));
}

TEST(a_held_token_that_is_out_is_a_right_and_not_dead)
{
	const mach_port_name_t name = hold(ask(1));

	close_it();
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_ONCE);
	reply_by_trap(name, 6);
	world_expect_id(alice, reply_port, 6);
}

/* So many messages have come by the lane since then that their count is about to go round. */
TEST(a_token_that_is_held_for_very_long_becomes_a_right)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = pair_name(&pair, token);
	const uint32_t number = pair.sender->slot[token & 0xF].number;

	pair.sender->tail = lane_mark(0, number - 2);
	pair.receiver->head = pair.sender->tail;
	close_it();
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_SEND_ONCE);
	reply_by_trap(name, 6);
	world_expect_id(alice, reply_port, 6);
}

/* Its sender has seen that the lane closes, and sends it again. */
TEST(a_token_of_a_request_that_came_too_late_is_none)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = hold(token);

	pair.sender->tail = lane_mark(0, 0);
	pair.receiver->head = pair.sender->tail;
	close_it();
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_held_token_that_is_answered_is_no_name)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = hold(token);

	assert_int_equal(pair_reply(&pair, token, 2), LANE_REPLY_SENT);
	assert_int_equal(pair_accept_reply(&pair, token & 0xF), LANE_ACCEPTED);
	close_it();
	assert_false(world_has(bob, name));
	assert_int_equal(names(), 1);
}

TEST(a_held_token_that_was_a_right_and_is_used_up_is_no_name)
{
	const mach_port_name_t name = hold(ask(1));

	reply_by_trap(name, 6);
	close_it();
	assert_false(world_has(bob, name));
	assert_int_equal(names(), 1);
}

/* Alice asks with the slot of a token that bob's program has; bob takes it. */
static uint32_t
ask_again(uint32_t token, mach_msg_id_t id)
{
	deny(token);
	pair.out.issued = 0;
	return ask(id);
}

TEST(a_slot_gives_no_name_while_its_last_is_out)
{
	const uint32_t token = ask(1);
	const mach_port_name_t name = hold(token);
	const uint32_t next = ask_again(token, 2);

	assert_int_equal(next & 0xF, token & 0xF);
	assert_false(world_has(bob, pair_name(&pair, next)));
	close_it();
	assert_false(world_has(bob, pair_name(&pair, next)));
	assert_int_equal(world_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(names(), 2);
}

int
main(void)
{
#define TOKEN_CASE(test)                                                       \
	{                                                                      \
		.test_func = test, .setup_func = setup,                        \
		.teardown_func = pair_teardown, .name = #test,                 \
		.initial_state = (void *)#test                                 \
	}
	static const struct CMUnitTest tests[] = {
	    TOKEN_CASE(what_is_reserved_is_in_no_listing),
	    TOKEN_CASE(a_token_is_no_name_before_it_was_taken),
	    TOKEN_CASE(a_token_is_a_send_once_right_to_who_looks),
	    TOKEN_CASE(a_listing_shows_tokens_as_rights),
	    TOKEN_CASE(the_table_of_a_space_shows_tokens_as_rights),
	    TOKEN_CASE(an_answered_token_is_no_name),
	    TOKEN_CASE(a_name_of_another_generation_is_not_there),
	    TOKEN_CASE(a_token_is_resolved_once),
	    TOKEN_CASE(a_slot_is_used_again_with_another_name),
	    TOKEN_CASE(a_token_given_up_is_told_to_who_asked),
	    TOKEN_CASE(a_token_can_be_handed_on),
	    TOKEN_CASE(tokens_count_as_send_once_rights_of_their_port),
	    TOKEN_CASE(tokens_for_another_port_are_not_this_ones),
	    TOKEN_CASE(a_lane_that_is_not_open_has_no_tokens),
	    TOKEN_CASE(a_held_token_becomes_a_right_when_its_lane_closes),
	    TOKEN_CASE(a_resolved_token_outlives_its_lane),
	    TOKEN_CASE(a_waiting_token_goes_with_its_message),
	    TOKEN_CASE(a_reply_in_its_slot_goes_to_its_port),
	    TOKEN_CASE(a_request_that_was_answered_is_not_drained),
	    TOKEN_CASE(a_reply_that_cannot_be_is_a_notice),
	    TOKEN_CASE(a_reply_without_memory_is_a_notice),
	    TOKEN_CASE(a_reply_to_a_full_queue_is_lost),
	    TOKEN_CASE(accepted_replies_count_at_their_port),
	    TOKEN_CASE(a_request_that_never_came_is_never_answered),
	    TOKEN_CASE(
	        a_request_whose_answer_was_accepted_is_not_drained_once_more),
	    TOKEN_CASE(a_record_whose_token_is_not_out_is_not_drained),
	    TOKEN_CASE(a_token_for_no_port_is_none),
	    TOKEN_CASE(a_slot_that_was_not_freed_gives_no_name),
	    TOKEN_CASE(a_sender_that_issues_too_much_runs_out_of_notices),
	    TOKEN_CASE(without_memory_a_slot_is_not_freed),
	    TOKEN_CASE(a_reply_that_comes_while_a_token_is_resolved_is_first),
	    TOKEN_CASE(a_reply_port_that_dies_leaves_dead_names),
	    TOKEN_CASE(
	        a_task_that_waits_for_a_reply_and_dies_leaves_dead_names),
	    TOKEN_CASE(a_task_can_choose_a_name_that_is_reserved),
	    TOKEN_CASE(a_name_beside_a_held_token_is_refused_as_beside_any),
	    TOKEN_CASE(a_mach_3_task_can_choose_a_name_beside_a_token),
	    TOKEN_CASE(a_token_can_be_renamed),
	    TOKEN_CASE(a_token_that_its_sender_denies_is_a_dead_name),
	    TOKEN_CASE(a_slot_gives_no_name_while_its_last_is_out),
	    TOKEN_CASE(a_held_token_that_is_out_is_a_right_and_not_dead),
	    TOKEN_CASE(a_token_that_is_held_for_very_long_becomes_a_right),
	    TOKEN_CASE(a_token_of_a_request_that_came_too_late_is_none),
	    TOKEN_CASE(a_held_token_that_is_answered_is_no_name),
	    TOKEN_CASE(a_held_token_that_was_a_right_and_is_used_up_is_no_name),
	};

	return RUN("ipc_token", tests);
}
