/* What the kernel reads of a lane, and what it does not believe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/mman.h>

#include "lane_drain.h"
#include "lane_world.h"

#define TEST(name) static void name(void **state)

#define RING LANE_RING_MIN
#define BODY_MAX (RING / 4 - 32)
#define SLOT_BODY_MAX (LANE_SLOT_BYTES_MIN - 32)
#define PORT 9

static struct lane_world world;
static struct lane_view view;
static uint8_t body[LANE_RING_PLAIN / 4];

static int
setup(void **state)
{
	(void)state;
	lane_world_init(&world, RING, 2, 100);
	view = (struct lane_view){
	    .sender = world.sender,
	    .receiver = world.receiver,
	    .sizes = world.out.sizes,
	};
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	lane_world_deinit(&world);
	return 0;
}

/* A sends a body of @bytes, with a token or without. */
static void
publish(uint32_t bytes, bool replies)
{
	struct lane_message message = {
	    .id = 77,
	    .body = body,
	    .body_bytes = bytes,
	    .replies = replies,
	    .reply_port = PORT,
	};
	struct lane_wake wake;
	uint32_t slot;

	lane_world_fill(body, bytes, bytes);
	assert_int_equal(
	    lane_publish(&world.out, &message, &slot, &wake), LANE_TAKEN);
	memset(body, 0, sizeof(body));
}

static void
take(void)
{
	struct lane_record record;

	assert_true(lane_world_take(&world, &record, body));
}

static void
answer(uint32_t slot, uint32_t generation, uint32_t bytes)
{
	struct lane_wake wake;

	lane_world_fill(body, bytes, bytes);
	assert_int_equal(lane_reply(&world.in, slot, generation,
	                     LANE_CLOCK_MONOTONIC, 55, body, bytes, &wake),
	    LANE_REPLY_SENT);
	memset(body, 0, sizeof(body));
}

/* The first record in the ring, as A has it. */
static struct lane_record *
first_record(void)
{
	return (struct lane_record *)(void *)world.sender->ring;
}

/* The next record, with its body, as the kernel reads them. */
static bool
read_record(const struct lane_cut *cut, uint32_t *position,
    struct lane_record *record_out)
{
	if (!lane_drain_header(&view, cut, *position, record_out))
		return false;
	assert_true(lane_drain_body_bytes(record_out) <= sizeof(body));
	lane_drain_copy(&view, *position + (uint32_t)sizeof(*record_out), body,
	    lane_drain_body_bytes(record_out));
	*position += record_out->bytes;
	return true;
}

/* How many records there are to be drained. */
static unsigned
drain(void)
{
	const struct lane_cut cut = lane_drain_cut(&view);
	uint32_t position = lane_position(cut.from);
	struct lane_record record;
	unsigned count = 0;

	while (read_record(&cut, &position, &record))
		count++;
	return count;
}

static enum lane_token
token(uint32_t slot, uint32_t *generation_out)
{
	const struct lane_cut cut = lane_drain_cut(&view);
	uint32_t port = 0;
	const enum lane_token token =
	    lane_drain_token(&view, &cut, slot, generation_out, &port);

	if (token != LANE_TOKEN_NONE)
		assert_int_equal(port, PORT);
	return token;
}

static bool
drain_reply(uint32_t slot, uint32_t generation)
{
	struct lane_reply_slot reply;

	return lane_drain_reply(&view, slot, generation, &reply, body);
}

TEST(what_was_sent_and_not_taken_is_drained)
{
	struct lane_record record;
	struct lane_cut cut;
	uint32_t position;

	(void)state;
	publish(8, false);
	publish(64, false);
	publish(0, true);
	take();
	cut = lane_drain_cut(&view);
	assert_int_equal(cut.taken, 1);
	position = lane_position(cut.from);
	assert_true(read_record(&cut, &position, &record));
	assert_int_equal(record.id, 77);
	assert_int_equal(record.body, 64);
	assert_int_equal(record.token, 0);
	assert_true(lane_world_is_filled(body, 64, 64));
	assert_true(read_record(&cut, &position, &record));
	assert_int_equal(record.token, 1 << 4);
	assert_false(read_record(&cut, &position, &record));
	assert_int_equal(position, lane_position(cut.end));
}

TEST(a_record_over_the_end_of_the_ring_is_drained_whole)
{
	const struct lane_record empty = {0};

	(void)state;
	for (uint32_t before = 32; before <= 96; before += 32) {
		struct lane_record record;
		struct lane_cut cut;
		uint32_t position;

		lane_world_start_at(&world, lane_mark(RING - before, 7));
		publish(128, false);
		cut = lane_drain_cut(&view);
		position = lane_position(cut.from);
		record = empty;
		assert_true(read_record(&cut, &position, &record));
		assert_true(lane_world_is_filled(body, 128, 128));
	}
}

TEST(positions_go_round)
{
	(void)state;
	lane_world_start_at(&world, lane_mark(0u - 64, 0u - 1));
	publish(32, false);
	publish(BODY_MAX, true);
	assert_int_equal(drain(), 2);
	assert_int_equal(lane_drain_depth(&view, 100), 2);
}

TEST(the_largest_body_is_drained)
{
	(void)state;
	publish(BODY_MAX, false);
	assert_int_equal(drain(), 1);
	assert_true(lane_world_is_filled(body, BODY_MAX, BODY_MAX));
}

TEST(a_record_that_is_too_short_ends_the_lane)
{
	(void)state;
	publish(8, false);
	first_record()->bytes = 0;
	assert_int_equal(drain(), 0);
	first_record()->bytes = 31;
	assert_int_equal(drain(), 0);
}

TEST(a_record_of_an_odd_size_ends_the_lane)
{
	(void)state;
	publish(8, false);
	publish(8, false);
	first_record()->bytes = 65;
	assert_int_equal(drain(), 0);
}

TEST(a_record_beyond_the_tail_ends_the_lane)
{
	(void)state;
	publish(8, false);
	first_record()->bytes = 96;
	assert_int_equal(drain(), 0);
	first_record()->bytes = 0u - 32;
	assert_int_equal(drain(), 0);
}

TEST(a_record_of_another_kind_ends_the_lane)
{
	(void)state;
	publish(8, false);
	publish(8, false);
	first_record()->kind = 3;
	assert_int_equal(drain(), 0);
}

TEST(a_body_beyond_its_record_ends_the_lane)
{
	(void)state;
	publish(8, false);
	first_record()->body = 36;
	assert_int_equal(drain(), 0);
	first_record()->body = UINT32_MAX - 3;
	assert_int_equal(drain(), 0);
}

TEST(a_body_larger_than_any_may_be_ends_the_lane)
{
	(void)state;
	publish(BODY_MAX, false);
	publish(BODY_MAX, false);
	first_record()->bytes *= 2;
	first_record()->body = BODY_MAX + 4;
	assert_int_equal(drain(), 0);
}

TEST(a_body_that_no_message_has_ends_the_lane)
{
	(void)state;
	publish(8, false);
	first_record()->body = 6;
	assert_int_equal(drain(), 0);
}

TEST(a_token_of_no_slot_ends_the_lane)
{
	(void)state;
	publish(8, false);
	first_record()->token = 1 << 4 | 2;
	assert_int_equal(drain(), 0);
}

TEST(a_token_in_a_lane_without_slots_ends_it)
{
	(void)state;
	publish(8, true);
	view.sizes.slots = 0;
	view.sizes.slot_bytes = 0;
	assert_int_equal(drain(), 0);
}

TEST(a_tail_more_than_a_ring_ahead_leaves_nothing_to_drain)
{
	struct lane_cut cut;

	(void)state;
	publish(8, false);
	world.sender->tail = lane_mark(RING + 32, 9);
	cut = lane_drain_cut(&view);
	assert_int_equal(cut.from, cut.end);
	assert_int_equal(drain(), 0);
}

TEST(a_head_beyond_the_tail_takes_all)
{
	struct lane_cut cut;

	(void)state;
	publish(8, false);
	world.receiver->head = lane_mark(4096, 5);
	cut = lane_drain_cut(&view);
	assert_int_equal(cut.from, cut.end);
	assert_int_equal(cut.taken, 5);
}

TEST(a_head_off_a_record_takes_all)
{
	struct lane_cut cut;

	(void)state;
	publish(8, false);
	world.receiver->head = lane_mark(4, 0);
	cut = lane_drain_cut(&view);
	assert_int_equal(cut.from, cut.end);
}

TEST(a_ring_that_is_full_is_drained)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++)
		publish(BODY_MAX, false);
	assert_int_equal(drain(), 4);
}

TEST(a_token_waits_is_held_and_is_answered)
{
	uint32_t generation = 0;

	(void)state;
	assert_int_equal(token(0, &generation), LANE_TOKEN_NONE);
	publish(8, false);
	publish(8, true);
	assert_int_equal(token(0, &generation), LANE_TOKEN_WAITING);
	assert_int_equal(generation, 1);
	take();
	assert_int_equal(token(0, &generation), LANE_TOKEN_WAITING);
	take();
	assert_int_equal(token(0, &generation), LANE_TOKEN_HELD);
	assert_true(lane_drain_live(&view, 0, 1));
	answer(0, 1, 12);
	assert_int_equal(token(0, &generation), LANE_TOKEN_REPLIED);
	assert_false(lane_drain_live(&view, 0, 1));
	assert_int_equal(token(1, &generation), LANE_TOKEN_NONE);
}

TEST(an_accepted_reply_leaves_no_token)
{
	uint32_t generation = 0;
	struct lane_answer got;

	(void)state;
	publish(8, true);
	take();
	answer(0, 1, 12);
	assert_int_equal(
	    lane_accept(&world.out, 0, body, sizeof(body), false, &got),
	    LANE_ACCEPTED);
	assert_int_equal(token(0, &generation), LANE_TOKEN_NONE);
	assert_false(lane_drain_live(&view, 0, 1));
}

TEST(what_the_receivers_program_holds_is_told_until_it_is_answered)
{
	(void)state;
	publish(8, true);
	take();
	assert_int_equal(lane_drain_held(&view, 0), 0);
	world.receiver->held[0] = 1;
	assert_int_equal(lane_drain_held(&view, 0), 1);
	answer(0, 1, 12);
	assert_int_equal(lane_drain_held(&view, 0), 0);
}

TEST(a_request_that_was_not_published_has_no_token)
{
	uint32_t generation = 0;

	(void)state;
	publish(8, true);
	world.sender->tail = 0;
	assert_int_equal(token(0, &generation), LANE_TOKEN_NONE);
}

TEST(a_generation_that_no_token_has_is_none)
{
	uint32_t generation = 0;

	(void)state;
	publish(8, true);
	world.sender->slot[0].word = lane_word(0, LANE_SLOT_ISSUED);
	assert_int_equal(token(0, &generation), LANE_TOKEN_NONE);
	world.sender->slot[0].word =
	    lane_word(LANE_GENERATION_MAX + 1, LANE_SLOT_ISSUED);
	assert_int_equal(token(0, &generation), LANE_TOKEN_NONE);
}

TEST(a_token_is_held_however_long)
{
	uint32_t generation = 0;

	(void)state;
	publish(8, true);
	for (uint64_t count = 1; count < UINT32_MAX - RING; count += 1u << 28) {
		world.sender->tail =
		    lane_mark((uint32_t)count * 32, (uint32_t)count);
		world.receiver->head = world.sender->tail;
		assert_int_equal(token(0, &generation), LANE_TOKEN_HELD);
	}
}

/* Where its record was are others meanwhile. */
TEST(a_token_is_held_while_positions_go_round)
{
	uint32_t generation = 0;

	(void)state;
	publish(8, true);
	for (uint32_t at = 0u - RING; at != RING; at += LANE_ALIGN) {
		world.receiver->head = lane_mark(at, 1u << 27);
		world.sender->tail =
		    lane_mark(at + 4 * LANE_ALIGN, (1u << 27) + 4);
		assert_int_equal(token(0, &generation), LANE_TOKEN_HELD);
	}
}

TEST(counts_of_records_go_round)
{
	uint32_t generation = 0;

	(void)state;
	lane_world_start_at(&world, lane_mark(0, 0u - 1));
	publish(8, true);
	assert_int_equal(token(0, &generation), LANE_TOKEN_WAITING);
	world.sender->tail = lane_mark(0, 0u - 1);
	assert_int_equal(token(0, &generation), LANE_TOKEN_NONE);
	world.sender->tail = world.out.tail;
	take();
	assert_int_equal(token(0, &generation), LANE_TOKEN_HELD);
}

TEST(an_answer_to_what_was_not_taken_is_one)
{
	uint32_t generation = 0;

	(void)state;
	publish(8, true);
	answer(0, 1, 12);
	assert_int_equal(token(0, &generation), LANE_TOKEN_REPLIED);
}

TEST(an_answer_of_another_generation_is_none)
{
	uint32_t generation = 0;

	(void)state;
	publish(8, true);
	answer(0, 2, 12);
	assert_int_equal(token(0, &generation), LANE_TOKEN_WAITING);
	assert_false(drain_reply(0, 1));
}

TEST(a_reply_is_copied)
{
	struct lane_reply_slot reply;

	(void)state;
	publish(8, true);
	take();
	answer(0, 1, SLOT_BODY_MAX);
	assert_true(lane_drain_reply(&view, 0, 1, &reply, body));
	assert_int_equal(reply.id, 55);
	assert_int_equal(reply.bytes, SLOT_BODY_MAX);
	assert_true(lane_world_is_filled(body, SLOT_BODY_MAX, SLOT_BODY_MAX));
}

TEST(a_reply_larger_than_its_slot_cannot_be)
{
	(void)state;
	publish(8, true);
	take();
	answer(0, 1, SLOT_BODY_MAX);
	lane_reply_slot(world.receiver, &view.sizes, 0)->bytes =
	    SLOT_BODY_MAX + 4;
	assert_false(drain_reply(0, 1));
}

TEST(a_reply_that_no_message_is_cannot_be)
{
	(void)state;
	publish(8, true);
	take();
	answer(0, 1, 12);
	lane_reply_slot(world.receiver, &view.sizes, 0)->bytes = 13;
	assert_false(drain_reply(0, 1));
}

TEST(no_reply_is_no_reply)
{
	(void)state;
	publish(8, true);
	take();
	assert_false(drain_reply(0, 1));
}

TEST(accepted_replies_are_counted_by_their_port)
{
	struct lane_answer got;

	(void)state;
	assert_int_equal(lane_drain_accepted(&view, PORT), 0);
	for (uint32_t i = 1; i <= 3; i++) {
		publish(8, true);
		take();
		answer(0, i, 12);
		assert_int_equal(
		    lane_accept(&world.out, 0, body, sizeof(body), false, &got),
		    LANE_ACCEPTED);
		assert_int_equal(lane_drain_accepted(&view, PORT), i);
	}
	assert_int_equal(lane_drain_accepted(&view, PORT + 1), 0);
}

TEST(a_reply_accepted_while_the_lane_closes_counts)
{
	struct lane_answer got;

	(void)state;
	publish(8, true);
	take();
	answer(0, 1, 12);
	lane_world_entry(&world)->state = LANE_CLOSING;
	assert_int_equal(
	    lane_accept(&world.out, 0, body, sizeof(body), false, &got),
	    LANE_ACCEPT_SETTLE);
	assert_int_equal(world.sender->accepted[PORT], 0);
	assert_int_equal(lane_drain_accepted(&view, PORT), 1);
	assert_int_equal(lane_drain_accepted(&view, PORT - 1), 0);
}

TEST(a_count_that_does_not_go_with_an_accepted_reply_is_none)
{
	(void)state;
	publish(8, true);
	/* Its reply has not been accepted. */
	world.sender->slot[0].accepted = 1;
	assert_int_equal(lane_drain_accepted(&view, PORT), 0);
	/* It was, but is not the next. */
	world.sender->slot[0].word = lane_word(1, LANE_SLOT_DONE);
	world.sender->slot[0].accepted = 2;
	assert_int_equal(lane_drain_accepted(&view, PORT), 0);
	world.sender->slot[0].accepted = 1;
	assert_int_equal(lane_drain_accepted(&view, PORT), 1);
}

TEST(the_depth_is_what_is_between_head_and_tail)
{
	(void)state;
	assert_int_equal(lane_drain_depth(&view, 100), 0);
	publish(8, false);
	publish(8, false);
	publish(8, false);
	take();
	assert_int_equal(lane_drain_depth(&view, 100), 2);
	assert_int_equal(lane_drain_depth(&view, 1), 1);
}

TEST(no_more_is_there_than_there_may_be)
{
	(void)state;
	world.sender->tail = lane_mark(32, UINT32_MAX);
	assert_int_equal(lane_drain_depth(&view, 5), 5);
}

TEST(what_is_in_the_ring_can_be_looked_at)
{
	struct lane_cut cut;
	struct lane_record record;
	uint32_t position;

	(void)state;
	publish(8, false);
	publish(12, true);
	cut = lane_drain_cut(&view);
	position = lane_position(cut.from);
	assert_true(lane_drain_peek(&view, &cut, &position, &record));
	assert_int_equal(record.body, 8);
	assert_true(lane_drain_peek(&view, &cut, &position, &record));
	assert_int_equal(record.body, 12);
	assert_false(lane_drain_peek(&view, &cut, &position, &record));
}

TEST(what_was_taken_meanwhile_is_not_told)
{
	struct lane_cut cut;
	struct lane_record record;
	uint32_t position;

	(void)state;
	publish(8, false);
	publish(12, false);
	cut = lane_drain_cut(&view);
	position = lane_position(cut.from);
	take();
	assert_false(lane_drain_peek(&view, &cut, &position, &record));
	assert_true(lane_drain_peek(&view, &cut, &position, &record));
	assert_int_equal(record.body, 12);
}

TEST(a_record_tells_the_port_that_its_reply_is_for)
{
	uint32_t port = 0;

	(void)state;
	publish(8, true);
	assert_true(lane_drain_reply_port(&view, 1 << 4, &port));
	assert_int_equal(port, PORT);
	assert_false(lane_drain_reply_port(&view, 2 << 4, &port));
	assert_false(lane_drain_reply_port(&view, 0, &port));
}

TEST(who_sleeps_for_a_message_says_so)
{
	(void)state;
	assert_false(lane_drain_sleeps_for_message(&view));
	world.receiver->wait = LANE_FUTEX;
	assert_true(lane_drain_sleeps_for_message(&view));
	world.receiver->wait = LANE_KICK;
	assert_false(lane_drain_sleeps_for_message(&view));
}

TEST(who_sleeps_for_room_says_so)
{
	(void)state;
	assert_false(lane_drain_sleeps_for_room(&view));
	world.sender->space_wait = LANE_FUTEX;
	assert_true(lane_drain_sleeps_for_room(&view));
}

TEST(who_sleeps_for_a_reply_says_so_of_its_port)
{
	(void)state;
	publish(8, false);
	publish(8, true);
	assert_false(lane_drain_sleeps_for_reply(&view, PORT));
	world.sender->slot_wait[0] = LANE_FUTEX;
	assert_true(lane_drain_sleeps_for_reply(&view, PORT));
	assert_false(lane_drain_sleeps_for_reply(&view, PORT + 1));
}

static uint64_t *
ticket_at(uint32_t position)
{
	return (uint64_t *)(void *)(world.sender->ring + position +
	    offsetof(struct lane_record, ticket));
}

TEST(the_first_ticket_is_that_of_the_oldest_record)
{
	(void)state;
	assert_int_equal(lane_drain_first(&view), 0);
	publish(8, false);
	publish(8, false);
	assert_int_equal(lane_drain_first(&view), *ticket_at(0));
	take();
	assert_int_equal(
	    lane_drain_first(&view), *ticket_at(lane_record_bytes(8, 0)));
	take();
	assert_int_equal(lane_drain_first(&view), 0);
}

TEST(a_record_without_a_ticket_counts_as_old)
{
	(void)state;
	publish(8, false);
	*ticket_at(0) = 0;
	assert_int_equal(lane_drain_first(&view), 1);
}

TEST(marks_that_cannot_be_count_as_old)
{
	(void)state;
	atomic_store(&world.sender->tail, lane_mark(8, 1));
	assert_int_equal(lane_drain_first(&view), 1);
	atomic_store(&world.sender->tail, lane_mark(RING + LANE_ALIGN, 1));
	assert_int_equal(lane_drain_first(&view), 1);
}

/* Is called when the first page of the ring is looked at. */
static void
take_meanwhile(int signal)
{
	(void)signal;
	(void)mprotect(world.sender->ring, 4096, PROT_READ | PROT_WRITE);
	world.receiver->head = lane_mark(lane_record_bytes(8, 0), 1);
}

TEST(what_is_taken_while_its_ticket_is_read_may_be_anything)
{
	const struct sigaction action = {.sa_handler = take_meanwhile};
	struct sigaction former;

	(void)state;
	publish(8, false);
	publish(8, false);
	assert_int_equal(sigaction(SIGSEGV, &action, &former), 0);
	assert_int_equal(mprotect(world.sender->ring, 4096, PROT_NONE), 0);
	assert_int_equal(lane_drain_first(&view), 1);
	assert_int_equal(sigaction(SIGSEGV, &former, NULL), 0);
	assert_int_equal(
	    lane_drain_first(&view), *ticket_at(lane_record_bytes(8, 0)));
}

TEST(the_ticket_of_a_reply_is_seen_until_it_is_accepted)
{
	struct lane_answer reply;
	uint32_t generation = 0;
	uint32_t port = 0;

	(void)state;
	publish(8, true);
	assert_int_equal(
	    lane_drain_first_reply(&view, 0, &generation, &port), 0);
	take();
	answer(0, 1, 8);
	assert_int_equal(lane_drain_first_reply(&view, 0, &generation, &port),
	    lane_reply_slot(world.receiver, &view.sizes, 0)->ticket);
	assert_int_equal(generation, 1);
	assert_int_equal(port, PORT);
	assert_int_equal(
	    lane_accept(&world.out, 0, body, sizeof(body), false, &reply),
	    LANE_ACCEPTED);
	assert_int_equal(
	    lane_drain_first_reply(&view, 0, &generation, &port), 0);
}

TEST(a_reply_without_a_ticket_counts_as_old)
{
	uint32_t generation;
	uint32_t port;

	(void)state;
	publish(8, true);
	take();
	answer(0, 1, 8);
	lane_reply_slot(world.receiver, &view.sizes, 0)->ticket = 0;
	assert_int_equal(
	    lane_drain_first_reply(&view, 0, &generation, &port), 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(what_was_sent_and_not_taken_is_drained),
	    CASE(a_record_over_the_end_of_the_ring_is_drained_whole),
	    CASE(positions_go_round),
	    CASE(the_largest_body_is_drained),
	    CASE(a_record_that_is_too_short_ends_the_lane),
	    CASE(a_record_of_an_odd_size_ends_the_lane),
	    CASE(a_record_beyond_the_tail_ends_the_lane),
	    CASE(a_record_of_another_kind_ends_the_lane),
	    CASE(a_body_beyond_its_record_ends_the_lane),
	    CASE(a_body_larger_than_any_may_be_ends_the_lane),
	    CASE(a_body_that_no_message_has_ends_the_lane),
	    CASE(a_token_of_no_slot_ends_the_lane),
	    CASE(a_token_in_a_lane_without_slots_ends_it),
	    CASE(a_tail_more_than_a_ring_ahead_leaves_nothing_to_drain),
	    CASE(a_head_beyond_the_tail_takes_all),
	    CASE(a_head_off_a_record_takes_all),
	    CASE(a_ring_that_is_full_is_drained),
	    CASE(a_token_waits_is_held_and_is_answered),
	    CASE(an_accepted_reply_leaves_no_token),
	    CASE(what_the_receivers_program_holds_is_told_until_it_is_answered),
	    CASE(a_request_that_was_not_published_has_no_token),
	    CASE(a_generation_that_no_token_has_is_none),
	    CASE(a_token_is_held_however_long),
	    CASE(a_token_is_held_while_positions_go_round),
	    CASE(counts_of_records_go_round),
	    CASE(an_answer_to_what_was_not_taken_is_one),
	    CASE(an_answer_of_another_generation_is_none),
	    CASE(a_reply_is_copied),
	    CASE(a_reply_larger_than_its_slot_cannot_be),
	    CASE(a_reply_that_no_message_is_cannot_be),
	    CASE(no_reply_is_no_reply),
	    CASE(accepted_replies_are_counted_by_their_port),
	    CASE(a_reply_accepted_while_the_lane_closes_counts),
	    CASE(a_count_that_does_not_go_with_an_accepted_reply_is_none),
	    CASE(the_depth_is_what_is_between_head_and_tail),
	    CASE(no_more_is_there_than_there_may_be),
	    CASE(what_is_in_the_ring_can_be_looked_at),
	    CASE(what_was_taken_meanwhile_is_not_told),
	    CASE(a_record_tells_the_port_that_its_reply_is_for),
	    CASE(who_sleeps_for_a_message_says_so),
	    CASE(who_sleeps_for_room_says_so),
	    CASE(who_sleeps_for_a_reply_says_so_of_its_port),
	    CASE(the_first_ticket_is_that_of_the_oldest_record),
	    CASE(a_record_without_a_ticket_counts_as_old),
	    CASE(marks_that_cannot_be_count_as_old),
	    CASE(what_is_taken_while_its_ticket_is_read_may_be_anything),
	    CASE(the_ticket_of_a_reply_is_seen_until_it_is_accepted),
	    CASE(a_reply_without_a_ticket_counts_as_old),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("lane_drain", tests, NULL, NULL);
}
