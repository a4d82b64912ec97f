/* What a receive makes of lanes: fake ones, on a fake board, without a kernel. */
#include "lanes_take.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "lane_fake.h"
#include "lanes_gone.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

TEST(a_message_looks_as_one_that_came_by_a_trap)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_put(fake, 7, 100, 0, 8);
	fake_expect_taken(port, 0, 7);
	assert_int_equal(fake_message.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND));
	assert_int_equal(fake_message.header.msgh_size, 32);
	assert_int_equal(fake_message.header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(fake_message.header.msgh_local_port, PORT);
	assert_int_equal(fake_message.header.msgh_voucher_port, MACH_PORT_NULL);
	assert_int_equal(fake_message.body[7], 7);
	fake_expect_nothing(port);
	fake_free_in(fake);
}

static const mach_msg_max_trailer_t *
trailer_after(uint32_t body)
{
	return (const void *)(fake_message.body + body);
}

TEST(a_trailer_has_what_was_asked_for_and_no_byte_more)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);
	const mach_msg_max_trailer_t *trailer = trailer_after(4);

	fake_board->port[PORT_INDEX].context = 0x1234567890;
	fake_put(fake, 7, 100, 0, 4);
	fake_expect_taken(
	    port, MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AV), 7);
	assert_int_equal(trailer->msgh_trailer_type, 0);
	assert_int_equal(trailer->msgh_trailer_size, 68);
	assert_int_equal(trailer->msgh_seqno, 40);
	assert_int_equal(trailer->msgh_sender.val[1], 8);
	assert_int_equal(trailer->msgh_audit.val[6], 7);
	assert_int_equal(trailer->msgh_context, 0x1234567890);
	assert_int_equal(trailer->msgh_labels.sender, MACH_PORT_NULL);
	fake_put(fake, 8, 101, 0, 4);
	memset(&fake_message, 0xee, sizeof(fake_message));
	fake_expect_taken(port, 0, 8);
	assert_int_equal(trailer->msgh_trailer_size, 8);
	assert_int_equal(fake_message.body[4 + 8], 0xee);
	fake_free_in(fake);
}

TEST(sequence_numbers_count_and_may_be_set)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);
	const mach_msg_option_t seqno =
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO);

	for (int32_t i = 0; i < 3; i++) {
		fake_put(fake, i, 100, 0, 0);
		fake_expect_taken(port, seqno, i);
		assert_int_equal(trailer_after(0)->msgh_seqno, 40 + i);
	}
	fake_board->port[PORT_INDEX].seqno = 9;
	fake_board->port[PORT_INDEX].reset++;
	fake_put(fake, 3, 100, 0, 0);
	fake_expect_taken(port, seqno, 3);
	assert_int_equal(trailer_after(0)->msgh_seqno, 9);
	fake_free_in(fake);
}

TEST(the_oldest_message_of_several_lanes_is_first)
{
	struct fake_in *one = fake_new_in(1);
	struct fake_in *two = fake_new_in(2);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, one, NULL, 0);

	assert_ptr_equal(fake_post(PORT, PORT_INDEX, two, NULL, 0), port);
	fake_put(one, 1, 100, 0, 0);
	fake_put(one, 3, 300, 0, 0);
	fake_put(two, 2, 200, 0, 0);
	fake_put(two, 4, 400, 0, 0);
	for (int32_t i = 1; i < 5; i++)
		fake_expect_taken(port, 0, i);
	fake_expect_nothing(port);
	fake_free_in(one);
	fake_free_in(two);
}

TEST(a_token_is_a_send_once_right_by_its_name)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_put(fake, 7, 100, 5 << 4 | 2, 0);
	fake_expect_taken(port, 0, 7);
	assert_int_equal(fake_message.header.msgh_bits,
	    MACH_MSGH_BITS(
	        MACH_MSG_TYPE_PORT_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND));
	assert_int_equal(
	    fake_message.header.msgh_remote_port, 0x42 << 8 | (5 * 4 + 3));
	assert_int_equal(fake->in.live[2], 5);
	assert_int_equal(fake->in.lane.mine->held[2], 5);
	fake_free_in(fake);
}

TEST(a_slot_whose_token_the_program_has_gives_no_other)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_put(fake, 7, 100, 5 << 4 | 2, 0);
	fake_expect_taken(port, 0, 7);
	fake_put(fake, 8, 100, 6 << 4 | 2, 0);
	fake_expect_taken(port, 0, 8);
	assert_int_equal(fake_message.header.msgh_remote_port, MACH_PORT_DEAD);
	assert_int_equal(fake->in.lane.mine->held[2], 5);
	fake_board->lane[1].kslot[2] = lane_word(5, LANE_KSLOT_FREED);
	fake_put(fake, 9, 100, 7 << 4 | 2, 0);
	fake_expect_taken(port, 0, 9);
	assert_int_equal(
	    fake_message.header.msgh_remote_port, 0x42 << 8 | (7 * 4 + 3));
	fake_free_in(fake);
}

TEST(a_token_of_no_generation_is_dead)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_put(fake, 7, 100, 2, 0);
	fake_expect_taken(port, 0, 7);
	assert_int_equal(fake_message.header.msgh_remote_port, MACH_PORT_DEAD);
	fake_free_in(fake);
}

TEST(a_token_that_is_used_up_is_dead)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_board->lane[1].kslot[2] = lane_word(5, LANE_KSLOT_FREED);
	fake_put(fake, 7, 100, 5 << 4 | 2, 0);
	fake_expect_taken(port, 0, 7);
	assert_int_equal(fake_message.header.msgh_remote_port, MACH_PORT_DEAD);
	fake_board->lane[1].kslot[2] = lane_word(6, LANE_KSLOT_RIGHT);
	fake_put(fake, 8, 100, 6 << 4 | 2, 0);
	fake_expect_taken(port, 0, 8);
	assert_int_equal(
	    fake_message.header.msgh_remote_port, 0x42 << 8 | (6 * 4 + 3));
	fake_free_in(fake);
}

TEST(what_is_too_large_stays_and_tells_its_size_alone)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);
	mach_msg_return_t mr;

	fake_put(fake, 7, 100, 0, 40);
	assert_int_equal(
	    fake_take_with(port, MACH_RCV_LARGE, 24 + 40 + 8 - 1, &mr),
	    LANES_TAKEN);
	assert_int_equal(mr, MACH_RCV_TOO_LARGE);
	assert_int_equal(fake_message.header.msgh_size, 64);
	assert_int_equal(fake_message.header.msgh_local_port, 0xeeeeeeee);
	assert_int_equal(
	    fake_take_with(port, MACH_RCV_LARGE | MACH_RCV_LARGE_IDENTITY,
	        24 + 40 + 8 - 1, &mr),
	    LANES_TAKEN);
	assert_int_equal(fake_message.header.msgh_local_port, PORT);
	assert_int_equal(fake_take_with(port, MACH_RCV_LARGE, 24 + 40 + 8, &mr),
	    LANES_TAKEN);
	assert_int_equal(mr, MACH_MSG_SUCCESS);
	fake_free_in(fake);
}

/* The lane is closed for it, so that the kernel says what is wrong with the buffer; a lane
 * that it does not know stays as it is. */
static void
expect_left(struct lanes_port *port, void *buffer, uint32_t size)
{
	const struct msg_call call = {
	    .option = MACH_RCV_MSG,
	    .receive = {buffer, size},
	};
	mach_msg_return_t mr;
	bool locked = lanes_port_lock(port, port->name);

	assert_true(locked);
	assert_int_equal(lanes_take(port, &call, &mr), LANES_AGAIN);
	lanes_lock_give(&port->lock);
}

TEST(a_buffer_without_room_for_a_header_and_a_trailer_gets_nothing)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_put(fake, 7, 100, 0, 8);
	for (uint32_t size = 0; size < 24 + 8; size++)
		expect_left(port, &fake_message, size);
	assert_int_equal(fake_message.header.msgh_id, (int32_t)0xeeeeeeee);
	fake_expect_taken(port, 0, 7);
	fake_free_in(fake);
}

TEST(a_buffer_that_cannot_be_written_gets_nothing)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);
	void *page =
	    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(page, MAP_FAILED);
	fake_put(fake, 7, 100, 0, 8);
	expect_left(port, page, 4096);
	fake_expect_taken(port, 0, 7);
	assert_int_equal(munmap(page, 4096), 0);
	fake_free_in(fake);
}

/* What is taken while the lane closes is B's if the kernel says so. */
static void
expect_settled(uint32_t from, uint32_t kslot, enum lanes_taken taken)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);
	mach_msg_return_t mr;

	fake_expect_nothing(port);
	fake_put(fake, 7, 100, 5 << 4 | 2, 0);
	fake_board->lane[1].from = from;
	fake_board->lane[1].kslot[2] = kslot;
	fake_board->lane[1].state = LANE_CLOSED;
	assert_int_equal(
	    fake_take_with(port, 0, sizeof(fake_message), &mr), taken);
	assert_ptr_equal(lanes_port_take_gone(), &fake->in);
	fake_expect_nothing(port);
	fake_free_in(fake);
}

TEST(what_was_taken_before_a_close_is_received)
{
	const uint32_t right = lane_word(5, LANE_KSLOT_RIGHT);

	expect_settled(32, right, LANES_TAKEN);
	assert_int_equal(fake_message.header.msgh_id, 7);
	assert_int_equal(
	    fake_message.header.msgh_remote_port, 0x42 << 8 | (5 * 4 + 3));
	assert_int_equal(trailer_after(0)->msgh_trailer_size, 8);
}

TEST(its_right_to_reply_is_dead_if_the_kernel_made_none)
{
	expect_settled(32, 0, LANES_TAKEN);
	assert_int_equal(fake_message.header.msgh_id, 7);
	assert_int_equal(fake_message.header.msgh_remote_port, MACH_PORT_DEAD);
}

TEST(what_the_kernel_took_over_is_not_received_twice)
{
	expect_settled(0, 0, LANES_AGAIN);
	assert_int_equal(fake_message.header.msgh_id, (int32_t)0xeeeeeeee);
}

TEST(a_token_that_the_program_was_told_of_is_remembered)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_put(fake, 7, 100, 5 << 4 | 2, 0);
	fake_expect_taken(port, 0, 7);
	assert_int_equal(fake->in.told[2], 5);
	fake_free_in(fake);
}

TEST(a_lane_that_was_closed_is_let_go)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);

	fake_put(fake, 7, 100, 0, 0);
	fake_board->lane[1].state = LANE_CLOSED;
	fake_board->port[PORT_INDEX].bell++;
	fake_expect_nothing(port);
	assert_ptr_equal(lanes_port_take_gone(), &fake->in);
	assert_null(lanes_port_take_gone());
	fake_free_in(fake);
}

/* A handler that receives while its thread replies. */
TEST(a_lane_that_cannot_be_let_go_of_now_is_later)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);
	void *mine = fake->in.lane.mine;
	bool locked;

	fake_board->lane[1].state = LANE_CLOSED;
	fake_board->port[PORT_INDEX].bell++;
	fake_expect_nothing(port);
	fake->in.lane.mine = NULL; /* is not to be unmapped */
	locked = lanes_lock_take(&fake->in.slot_lock);
	assert_true(locked);
	lanes_gone_in();
	assert_int_equal(fake->in.id, 1);
	lanes_lock_give(&fake->in.slot_lock);
	lanes_gone_in();
	assert_int_equal(fake->in.id, LANES_NO_ID);
	assert_false(lanes_port_has_gone());
	free(mine);
	fake->in.lane.mine = NULL;
	fake_free_in(fake);
}

TEST(a_port_that_is_not_posted_any_more_is_forgotten)
{
	struct fake_in *fake = fake_new_in(1);
	struct lanes_port *port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);
	bool locked;

	fake_board->port[PORT_INDEX].serial++;
	locked = lanes_port_lock(port, PORT);
	assert_false(locked);
	assert_null(lanes_port_find(PORT));
	assert_ptr_equal(lanes_port_take_gone(), &fake->in);
	fake_free_in(fake);
}

TEST(an_entry_of_the_board_is_another_ports_after_that)
{
	struct fake_in *one = fake_new_in(1);
	struct fake_in *two = fake_new_in(2);

	(void)fake_post(PORT, PORT_INDEX, one, NULL, 0);
	fake_board->port[PORT_INDEX].serial++;
	(void)fake_post(PORT + 0x100, PORT_INDEX, two, NULL, 0);
	assert_null(lanes_port_find(PORT));
	assert_non_null(lanes_port_find(PORT + 0x100));
	fake_put(one, 1, 1, 0, 0);
	fake_expect_nothing(lanes_port_find(PORT + 0x100));
	fake_free_in(one);
	fake_free_in(two);
}

TEST(the_members_of_a_set_have_their_turns)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *one = fake_new_in(1);
	struct fake_in *two = fake_new_in(2);

	(void)fake_post(PORT, PORT_INDEX, one, &set, 1);
	(void)fake_post(PORT + 0x100, PORT_INDEX + 1, two, &set, 1);
	for (int32_t i = 0; i < 3; i++) {
		fake_put(one, 10 + i, 1, 0, 0);
		fake_put(two, 20 + i, 9, 0, 0);
	}
	for (int32_t i = 0; i < 3; i++) {
		fake_expect_taken(lanes_port_find(SET), 0, 10 + i);
		assert_int_equal(fake_message.header.msgh_local_port, PORT);
		fake_expect_taken(lanes_port_find(SET), 0, 20 + i);
		assert_int_equal(
		    fake_message.header.msgh_local_port, PORT + 0x100);
	}
	fake_expect_nothing(lanes_port_find(SET));
	fake_free_in(one);
	fake_free_in(two);
}

TEST(a_set_without_one_of_its_members_goes_on)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *one = fake_new_in(1);
	struct fake_in *two = fake_new_in(2);

	(void)fake_post(PORT, PORT_INDEX, one, &set, 1);
	(void)fake_post(PORT + 0x100, PORT_INDEX + 1, two, &set, 1);
	fake_board->port[PORT_INDEX].serial++;
	fake_put(one, 1, 1, 0, 0);
	fake_put(two, 2, 2, 0, 0);
	fake_expect_taken(lanes_port_find(SET), 0, 2);
	fake_expect_nothing(lanes_port_find(SET));
	fake_free_in(one);
	fake_free_in(two);
}

TEST(a_port_that_left_a_set_is_not_received_from_by_that)
{
	const struct wire_lane_set set = {SET, SET_INDEX};
	struct fake_in *one = fake_new_in(1);
	struct fake_in *two = fake_new_in(2);

	(void)fake_post(PORT, PORT_INDEX, one, &set, 1);
	/* By the next lane it is told of. */
	(void)fake_post(PORT, PORT_INDEX, two, NULL, 0);
	fake_put(one, 1, 1, 0, 0);
	fake_expect_nothing(lanes_port_find(SET));
	fake_expect_taken(lanes_port_find(PORT), 0, 1);
	fake_free_in(one);
	fake_free_in(two);
}

/* --- replies ---------------------------------------------------------------- */

TEST(a_reply_looks_as_one_that_came_by_a_trap)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = fake_post_for_replies(in, out);

	fake_issue(out, 1, 3);
	fake_expect_nothing(port);
	fake_answer(out, 1, 100, 9, 4);
	fake_expect_taken(
	    port, MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SENDER), 9);
	assert_int_equal(fake_message.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND_ONCE));
	assert_int_equal(fake_message.header.msgh_size, 28);
	assert_int_equal(fake_message.header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(fake_message.header.msgh_local_port, PORT);
	assert_int_equal(trailer_after(4)->msgh_sender.val[0], 77);
	assert_int_equal(trailer_after(4)->msgh_seqno, 40);
	fake_expect_nothing(port);
	fake_free_in(in);
	fake_free_out(out);
}

TEST(replies_and_messages_come_by_age)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = fake_post_for_replies(in, out);

	fake_issue(out, 0, 1);
	fake_issue(out, 3, 1);
	fake_answer(out, 0, 300, 3, 0);
	fake_answer(out, 3, 100, 1, 0);
	fake_put(in, 2, 200, 0, 0);
	for (int32_t i = 1; i < 4; i++)
		fake_expect_taken(port, 0, i);
	fake_expect_nothing(port);
	fake_free_in(in);
	fake_free_out(out);
}

TEST(a_reply_that_the_kernel_has_is_not_taken_again)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = fake_post_for_replies(in, out);

	fake_issue(out, 1, 3);
	fake_answer(out, 1, 100, 9, 0);
	fake_board->lane[2].kslot[1] = lane_word(3, LANE_KSLOT_REPLY);
	fake_expect_nothing(port);
	fake_free_in(in);
	fake_free_out(out);
}

TEST(a_reply_to_another_port_is_not_seen)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = fake_post_for_replies(in, out);

	fake_issue(out, 1, 3);
	out->out.lane.port[1] = PORT_INDEX + 1;
	fake_answer(out, 1, 100, 9, 0);
	fake_expect_nothing(port);
	fake_free_in(in);
	fake_free_out(out);
}

/* A handler receives in the middle of a send. */
TEST(a_lane_that_cannot_be_locked_is_left_to_the_kernel)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = fake_post_for_replies(in, out);
	bool locked = lanes_lock_take(&out->out.lock);
	mach_msg_return_t mr;

	assert_true(locked);
	fake_issue(out, 1, 3);
	fake_answer(out, 1, 100, 9, 0);
	assert_int_equal(
	    fake_take_with(port, 0, sizeof(fake_message), &mr), LANES_STUCK);
	lanes_lock_give(&out->out.lock);
	fake_expect_taken(port, 0, 9);
	fake_free_in(in);
	fake_free_out(out);
}

TEST(a_lane_that_is_another_by_now_brings_no_replies)
{
	struct fake_in *in = fake_new_in(1);
	struct fake_out *out = fake_new_out(2);
	struct lanes_port *port = fake_post_for_replies(in, out);

	fake_issue(out, 1, 3);
	fake_answer(out, 1, 100, 9, 0);
	out->out.id = 5;
	fake_expect_nothing(port);
	fake_free_in(in);
	fake_free_out(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(a_message_looks_as_one_that_came_by_a_trap),
	    BOARD_TEST(a_trailer_has_what_was_asked_for_and_no_byte_more),
	    BOARD_TEST(sequence_numbers_count_and_may_be_set),
	    BOARD_TEST(the_oldest_message_of_several_lanes_is_first),
	    BOARD_TEST(a_token_is_a_send_once_right_by_its_name),
	    BOARD_TEST(a_slot_whose_token_the_program_has_gives_no_other),
	    BOARD_TEST(a_token_of_no_generation_is_dead),
	    BOARD_TEST(a_token_that_is_used_up_is_dead),
	    BOARD_TEST(what_is_too_large_stays_and_tells_its_size_alone),
	    BOARD_TEST(
	        a_buffer_without_room_for_a_header_and_a_trailer_gets_nothing),
	    BOARD_TEST(a_buffer_that_cannot_be_written_gets_nothing),
	    BOARD_TEST(what_was_taken_before_a_close_is_received),
	    BOARD_TEST(its_right_to_reply_is_dead_if_the_kernel_made_none),
	    BOARD_TEST(what_the_kernel_took_over_is_not_received_twice),
	    BOARD_TEST(a_token_that_the_program_was_told_of_is_remembered),
	    BOARD_TEST(a_lane_that_was_closed_is_let_go),
	    BOARD_TEST(a_lane_that_cannot_be_let_go_of_now_is_later),
	    BOARD_TEST(a_port_that_is_not_posted_any_more_is_forgotten),
	    BOARD_TEST(an_entry_of_the_board_is_another_ports_after_that),
	    BOARD_TEST(the_members_of_a_set_have_their_turns),
	    BOARD_TEST(a_set_without_one_of_its_members_goes_on),
	    BOARD_TEST(a_port_that_left_a_set_is_not_received_from_by_that),
	    BOARD_TEST(a_reply_looks_as_one_that_came_by_a_trap),
	    BOARD_TEST(replies_and_messages_come_by_age),
	    BOARD_TEST(a_reply_that_the_kernel_has_is_not_taken_again),
	    BOARD_TEST(a_reply_to_another_port_is_not_seen),
	    BOARD_TEST(a_lane_that_cannot_be_locked_is_left_to_the_kernel),
	    BOARD_TEST(a_lane_that_is_another_by_now_brings_no_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
