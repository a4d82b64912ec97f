/* Taking messages out of a ring, whatever its writer writes; and the order of sources. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lane_receive.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define RING LANE_RING_MIN
#define SLOTS 4

/* A lane of plain memory, to which the test writes as A and as the kernel. */
struct ring {
	struct lane_sender *sender;
	struct lane_receiver *receiver;
	struct lane_board_lane board;
	struct lane_in lane;
	uint8_t body[RING];
};

/* What lane_take() said. */
struct taking {
	enum lane_took took;
	struct lane_record record;
	struct lane_wake wake;
};

static int
ring_setup(void **state)
{
	const struct lane_sizes sizes = {RING, SLOTS, LANE_SLOT_BYTES_MIN};
	struct ring *ring = calloc(1, sizeof(*ring));

	assert_non_null(ring);
	ring->sender = aligned_alloc(4096, lane_sender_bytes(&sizes));
	ring->receiver = aligned_alloc(4096, lane_receiver_bytes(&sizes));
	assert_non_null(ring->sender);
	assert_non_null(ring->receiver);
	memset(ring->sender, 0, lane_sender_bytes(&sizes));
	memset(ring->receiver, 0, lane_receiver_bytes(&sizes));
	ring->board.state = LANE_OPEN;
	lane_in_init(
	    &ring->lane, ring->sender, ring->receiver, &ring->board, &sizes);
	*state = ring;
	return 0;
}

static int
ring_teardown(void **state)
{
	struct ring *ring = *state;

	free(ring->sender);
	free(ring->receiver);
	free(ring);
	return 0;
}

/* Both sides are at @position. */
static void
ring_start_at(struct ring *ring, uint32_t position)
{
	ring->sender->tail = lane_mark(position, 0);
	ring->receiver->head = lane_mark(position, 0);
	lane_in_init(&ring->lane, ring->sender, ring->receiver, &ring->board,
	    &ring->lane.sizes);
}

static void
ring_write(struct ring *ring, uint32_t position, const void *from, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		ring->sender->ring[(position + i) % RING] =
		    ((const uint8_t *)from)[i];
}

/* A writes @record and then its body, of bytes counted from @first. */
static void
ring_put(struct ring *ring, const struct lane_record *record, uint8_t first)
{
	const uint64_t tail = ring->sender->tail;
	const uint32_t at = lane_position(tail);

	ring_write(ring, at, record, sizeof(*record));
	for (uint32_t i = 0; i < record->body && i < RING; i++) {
		const uint8_t byte = (uint8_t)(first + i);

		ring_write(ring, at + (uint32_t)sizeof(*record) + i, &byte, 1);
	}
	ring->sender->tail =
	    lane_mark(at + record->bytes, lane_count(tail) + 1);
}

static struct lane_record
record_of(uint32_t body)
{
	return (struct lane_record){
	    .bytes = lane_record_bytes(body, 0),
	    .kind = LANE_KIND_MESSAGE,
	    .ticket = 7,
	    .body = body,
	    .id = 42,
	};
}

static void
ring_send(struct ring *ring, uint32_t body)
{
	const struct lane_record record = record_of(body);

	ring_put(ring, &record, 1);
}

static struct taking
ring_take(struct ring *ring, uint32_t room, bool cut)
{
	struct taking taking;

	memset(&taking, 0, sizeof(taking));
	taking.took = lane_take(
	    &ring->lane, ring->body, room, cut, &taking.record, &taking.wake);
	return taking;
}

/* Take what a liar put there; nothing may change. */
static void
expect_broken(struct ring *ring)
{
	const uint64_t head = ring->receiver->head;

	assert_int_equal(ring_take(ring, RING, false).took, LANE_TAKE_BROKEN);
	assert_int_equal(ring->receiver->head, head);
	assert_int_equal(ring->lane.head, head);
}

static void
expect_broken_record(struct ring *ring, const struct lane_record *record)
{
	const uint64_t tail = ring->sender->tail;

	ring_put(ring, record, 0);
	ring->sender->tail = tail + 256;
	expect_broken(ring);
	ring->sender->tail = tail;
}

static void
expect_body(const struct ring *ring, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		assert_int_equal(ring->body[i], (uint8_t)(1 + i));
}

TEST(an_empty_ring_has_nothing)
{
	struct ring *ring = *state;

	assert_int_equal(lane_in_ticket(&ring->lane), 0);
	assert_int_equal(ring_take(ring, RING, false).took, LANE_EMPTY);
}

TEST(a_message_comes_out_as_it_was_written)
{
	struct ring *ring = *state;
	struct taking taking;

	ring_send(ring, 100);
	assert_int_equal(lane_in_ticket(&ring->lane), 7);
	taking = ring_take(ring, RING, false);
	assert_int_equal(taking.took, LANE_TOOK);
	assert_int_equal(taking.record.body, 100);
	assert_int_equal(taking.record.id, 42);
	assert_int_equal(taking.wake.how, LANE_RUN);
	expect_body(ring, 100);
}

TEST(taking_moves_the_head_by_a_record_and_counts_it)
{
	struct ring *ring = *state;

	ring_send(ring, 36);
	(void)ring_take(ring, RING, false);
	assert_int_equal(ring->receiver->head, lane_mark(96, 1));
	ring_send(ring, 0);
	(void)ring_take(ring, RING, false);
	assert_int_equal(ring->receiver->head, lane_mark(128, 2));
	assert_int_equal(ring_take(ring, RING, false).took, LANE_EMPTY);
}

TEST(a_body_may_wrap_at_any_place)
{
	struct ring *ring = *state;

	for (uint32_t at = 0; at < RING; at += LANE_ALIGN) {
		ring_start_at(ring, at);
		ring_send(ring, 500);
		memset(ring->body, 0, 500);
		assert_int_equal(ring_take(ring, RING, false).took, LANE_TOOK);
		expect_body(ring, 500);
	}
}

TEST(positions_wrap_at_four_gibibytes)
{
	struct ring *ring = *state;

	ring_start_at(ring, UINT32_MAX - 31);
	ring_send(ring, 100);
	ring_send(ring, 100);
	assert_int_equal(ring_take(ring, RING, false).took, LANE_TOOK);
	expect_body(ring, 100);
	assert_int_equal(ring_take(ring, RING, false).took, LANE_TOOK);
	assert_int_equal(ring_take(ring, RING, false).took, LANE_EMPTY);
}

TEST(a_ring_full_of_the_largest_messages_is_taken)
{
	const uint32_t body = lane_body_max(RING);
	struct ring *ring = *state;

	for (unsigned i = 0; i < 4; i++)
		ring_send(ring, body);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(ring_take(ring, RING, false).took, LANE_TOOK);
	expect_body(ring, body);
	assert_int_equal(ring->receiver->head, lane_mark(RING, 4));
}

TEST(what_is_too_large_stays_and_tells_its_size)
{
	struct ring *ring = *state;
	struct taking taking;

	ring_send(ring, 100);
	taking = ring_take(ring, 99, false);
	assert_int_equal(taking.took, LANE_TOO_LARGE);
	assert_int_equal(taking.record.body, 100);
	assert_int_equal(ring->receiver->head, 0);
	assert_int_equal(ring_take(ring, 100, false).took, LANE_TOOK);
}

TEST(what_is_too_large_may_be_cut)
{
	struct ring *ring = *state;
	struct taking taking;

	ring_send(ring, 100);
	memset(ring->body, 0xee, sizeof(ring->body));
	taking = ring_take(ring, 10, true);
	assert_int_equal(taking.took, LANE_TOOK);
	assert_int_equal(taking.record.body, 100);
	expect_body(ring, 10);
	assert_int_equal(ring->body[10], 0xee);
	assert_int_equal(ring->receiver->head, lane_mark(160, 1));
}

TEST(a_sender_that_waits_for_room_is_to_be_woken)
{
	struct ring *ring = *state;
	struct taking taking;

	ring_send(ring, 4);
	ring->sender->space_wait = LANE_FUTEX;
	taking = ring_take(ring, RING, false);
	assert_int_equal(taking.wake.how, LANE_FUTEX);
	assert_ptr_equal(taking.wake.word, &ring->receiver->head);
}

/* Send and take one. Is anybody to be woken? */
static bool
take_wakes(struct ring *ring)
{
	ring_send(ring, 4);
	return ring_take(ring, RING, false).wake.how != LANE_RUN;
}

TEST(a_sender_that_waits_for_room_is_woken_twice_and_no_more)
{
	struct ring *ring = *state;

	ring->sender->space_wait = 1;
	assert_true(take_wakes(ring));
	assert_true(take_wakes(ring));
	assert_false(take_wakes(ring));
}

TEST(each_sleep_for_room_is_woken_from)
{
	struct ring *ring = *state;

	for (uint32_t number = 1; number < 4; number++) {
		ring->sender->space_wait = number;
		assert_true(take_wakes(ring));
		assert_true(take_wakes(ring));
	}
}

TEST(nobody_is_woken_who_has_stopped_waiting_for_room)
{
	struct ring *ring = *state;

	ring->sender->space_wait = 1;
	assert_true(take_wakes(ring));
	ring->sender->space_wait = LANE_RUN;
	assert_false(take_wakes(ring));
	assert_false(take_wakes(ring));
}

TEST(what_was_taken_while_the_lane_closed_is_settled_by_the_kernel)
{
	struct ring *ring = *state;

	ring_send(ring, 4);
	ring_send(ring, 4);
	ring->board.state = LANE_CLOSING;
	assert_int_equal(ring_take(ring, RING, false).took, LANE_TAKE_SETTLE);
	ring->board.from = 64;
	assert_true(lane_in_settle(&ring->lane));
	assert_int_equal(ring_take(ring, RING, false).took, LANE_TAKE_SETTLE);
	assert_false(lane_in_settle(&ring->lane));
}

TEST(it_is_settled_across_the_wrap_of_positions)
{
	struct ring *ring = *state;

	ring_start_at(ring, UINT32_MAX - 31);
	ring_send(ring, 4);
	ring->board.state = LANE_CLOSED;
	(void)ring_take(ring, RING, false);
	ring->board.from = UINT32_MAX - 31;
	assert_false(lane_in_settle(&ring->lane));
	ring->board.from = 32;
	assert_true(lane_in_settle(&ring->lane));
}

TEST(no_record_has_bytes_that_cannot_be)
{
	static const uint32_t bytes[] = {0, 1, 31, 33, 257, 288, RING,
	    RING + 32, UINT32_MAX - 31, UINT32_MAX};
	struct ring *ring = *state;

	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		struct lane_record record = record_of(0);

		record.bytes = bytes[i];
		expect_broken_record(ring, &record);
	}
}

TEST(no_record_has_more_body_than_bytes)
{
	static const uint32_t bodies[] = {36, 64, RING, UINT32_MAX - 3};
	struct ring *ring = *state;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct lane_record record = record_of(32);

		record.body = bodies[i];
		expect_broken_record(ring, &record);
	}
}

TEST(no_body_is_of_part_of_a_word)
{
	struct ring *ring = *state;

	for (uint32_t odd = 1; odd < 4; odd++) {
		struct lane_record record = record_of(32);

		record.body = 28 + odd;
		expect_broken_record(ring, &record);
	}
}

TEST(no_body_is_larger_than_any_that_may_be_sent)
{
	struct ring *ring = *state;
	const struct lane_record record = record_of(lane_body_max(RING) + 4);

	ring_put(ring, &record, 0);
	expect_broken(ring);
}

TEST(no_record_is_of_another_kind)
{
	static const uint32_t kinds[] = {0, 3, UINT32_MAX};
	struct ring *ring = *state;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct lane_record record = record_of(0);

		record.kind = kinds[i];
		expect_broken_record(ring, &record);
	}
}

TEST(no_token_is_of_a_slot_that_the_lane_has_not)
{
	static const uint32_t slots[] = {SLOTS, SLOTS + 1, LANE_SLOTS_MAX - 1};
	struct ring *ring = *state;

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		struct lane_record record = record_of(0);

		record.token = 1 << 4 | slots[i];
		expect_broken_record(ring, &record);
	}
}

TEST(a_token_of_the_last_slot_passes)
{
	struct ring *ring = *state;
	struct lane_record record = record_of(0);
	struct taking taking;

	record.token = LANE_GENERATION_MAX << 4 | (SLOTS - 1);
	ring_put(ring, &record, 0);
	taking = ring_take(ring, RING, false);
	assert_int_equal(taking.took, LANE_TOOK);
	assert_int_equal(taking.record.token, record.token);
}

TEST(no_tail_is_beyond_the_ring_before_the_head_or_within_a_header)
{
	static const uint32_t tails[] = {
	    1, 31, RING + 1, RING + 32, UINT32_MAX, UINT32_MAX - 31, 1u << 31};
	struct ring *ring = *state;

	ring_send(ring, 0);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		/* B has seen none of them before. */
		ring_start_at(ring, 0);
		ring->sender->tail = lane_mark(tails[i], 1);
		expect_broken(ring);
	}
}

TEST(a_record_that_was_not_published_whole_is_refused)
{
	struct ring *ring = *state;

	ring_send(ring, 100);
	ring->sender->tail = lane_mark(64, 1);
	expect_broken(ring);
}

TEST(a_lie_about_the_count_changes_nothing)
{
	struct ring *ring = *state;

	ring_send(ring, 0);
	ring->sender->tail = lane_mark(32, 0xffff);
	assert_int_equal(ring_take(ring, RING, false).took, LANE_TOOK);
	assert_int_equal(ring->receiver->head, lane_mark(32, 1));
	assert_int_equal(ring_take(ring, RING, false).took, LANE_EMPTY);
}

/* A rewrites the header once it was looked at. */
TEST(a_header_that_changes_after_the_look_is_checked_again)
{
	struct ring *ring = *state;
	struct lane_record record = record_of(0);

	ring_put(ring, &record, 0);
	assert_int_equal(lane_in_ticket(&ring->lane), 7);
	record.body = 4096;
	ring_write(ring, 0, &record, sizeof(record));
	expect_broken(ring);
}

TEST(a_message_without_a_ticket_is_seen)
{
	struct ring *ring = *state;
	struct lane_record record = record_of(0);

	record.ticket = 0;
	ring_put(ring, &record, 0);
	assert_int_equal(lane_in_ticket(&ring->lane), 1);
}

TEST(any_offset_of_random_bytes_is_refused_or_within_the_ring)
{
	struct ring *ring = *state;
	uint32_t random = 1;

	for (uint32_t i = 0; i < RING; i++) {
		random = random * 1664525 + 1013904223;
		ring->sender->ring[i] = (uint8_t)(random >> 24);
	}
	for (uint32_t at = 0; at < RING; at += LANE_ALIGN) {
		struct taking taking;

		ring_start_at(ring, at);
		ring->sender->tail = lane_mark(at + RING, 1);
		taking = ring_take(ring, 64, true);
		if (taking.took == LANE_TOOK)
			assert_in_range(taking.record.bytes, 32, RING);
		else
			assert_int_equal(taking.took, LANE_TAKE_BROKEN);
	}
}

/* --- pick ------------------------------------------------------------------- */

/* Sources whose tickets the test sets. */
struct tickets {
	uint64_t now[3];
	/* Shown from the second look at a source on. */
	uint64_t later[3];
	unsigned looks[3];
};

static uint64_t
show(void *of, size_t i)
{
	struct tickets *tickets = of;

	if (tickets->looks[i]++ > 0 && tickets->later[i] != 0)
		return tickets->later[i];
	return tickets->now[i];
}

static size_t
pick(struct lane_source *sources, struct tickets tickets)
{
	return lane_pick(sources, 3, show, &tickets);
}

TEST(of_empty_sources_none_is_picked)
{
	struct lane_source sources[3] = {{0}};

	assert_int_equal(pick(sources, (struct tickets){.now = {0}}), 3);
}

TEST(the_smallest_ticket_is_picked)
{
	struct lane_source sources[3] = {{0}};

	assert_int_equal(pick(sources, (struct tickets){.now = {9, 4, 6}}), 1);
	assert_int_equal(pick(sources, (struct tickets){.now = {9, 0, 6}}), 2);
	assert_int_equal(
	    pick(sources, (struct tickets){.now = {UINT64_MAX, 0, 0}}), 0);
}

TEST(what_was_empty_is_looked_at_again)
{
	struct lane_source sources[3] = {{0}};
	const struct tickets tickets = {.now = {0, 8, 9}, .later = {5, 0, 0}};

	assert_int_equal(pick(sources, tickets), 0);
}

TEST(what_only_the_second_look_finds_is_not_picked)
{
	struct lane_source sources[3] = {{0}};
	const struct tickets tickets = {.later = {0, 0, 9}};

	assert_int_equal(pick(sources, tickets), 3);
}

/* Source 0 lies, with a ticket in the future; 1 comes after source 2 was looked at, and 2
 * before 1. */
static uint64_t
show_late(void *of, size_t i)
{
	static const uint64_t looks[3][4] = {
	    {99, 99, 99, 99}, {0, 7, 7, 7}, {0, 0, 3, 3}};
	unsigned *count = of;
	const unsigned at = count[i] < 3 ? count[i] : 3;

	count[i]++;
	return looks[i][at];
}

TEST(what_only_the_second_look_found_is_looked_for_again)
{
	struct lane_source sources[3] = {{0}};
	unsigned looks[3] = {0};

	assert_int_equal(lane_pick(sources, 3, show_late, looks), 2);
}

TEST(what_is_found_at_first_is_not_looked_for_again)
{
	struct lane_source sources[3] = {{0}};
	struct tickets tickets = {.now = {9, 4, 6}};

	assert_int_equal(lane_pick(sources, 3, show, &tickets), 1);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(tickets.looks[i], 1);
}

/* Source 1 lies: it has something at each second look alone. */
static uint64_t
show_in_turns(void *of, size_t i)
{
	unsigned *looks = of;

	if (i == 0)
		return 9;
	return (*looks)++ % 2 ? 5 : 0;
}

TEST(a_source_that_comes_and_goes_holds_up_nobody_for_long)
{
	struct lane_source sources[2] = {{0}};
	unsigned looks = 0;

	assert_in_range(lane_pick(sources, 2, show_in_turns, &looks), 0, 1);
	assert_in_range(looks, 1, 6);
}

TEST(one_source_alone_is_looked_at_once)
{
	struct lane_source source = {0};
	struct tickets tickets = {.now = {0}};

	assert_int_equal(lane_pick(&source, 1, show, &tickets), 1);
	assert_int_equal(tickets.looks[0], 1);
}

TEST(whether_others_wait_is_told)
{
	struct lane_source sources[3] = {{0}};

	(void)pick(sources, (struct tickets){.now = {9, 4, 0}});
	assert_true(lane_others_wait(sources, 3, 1));
	(void)pick(sources, (struct tickets){.now = {0, 4, 0}});
	assert_false(lane_others_wait(sources, 3, 1));
}

/* How many messages with tickets from @first on a lane of 5 gives while others wait. */
static unsigned
count_lies(struct lane_source *source, uint64_t first)
{
	unsigned count = 0;

	while (lane_note_taken(
	    source, first + count, true, 5, LANE_CLOCK_MONOTONIC))
		assert_in_range(++count, 1, 1000);
	return count;
}

TEST(a_liar_is_found_out_after_as_many_as_its_lane_may_hold)
{
	struct lane_source always = {0};
	struct lane_source counting = {0};

	assert_int_equal(count_lies(&always, 1), 6);
	assert_int_equal(count_lies(&counting, 1000), 6);
}

TEST(a_lane_whose_tickets_are_true_may_give_as_many_as_it_likes)
{
	struct lane_source source = {0};

	for (unsigned i = 0; i < 1000; i++)
		assert_true(lane_note_taken(&source,
		    lane_clock_read(LANE_CLOCK_MONOTONIC), true, 1,
		    LANE_CLOCK_MONOTONIC));
}

TEST(a_full_lane_may_give_all_that_it_held_when_others_waited)
{
	struct lane_source source = {0};
	uint64_t tickets[6];

	for (unsigned i = 0; i < 6; i++)
		tickets[i] = lane_clock_read(LANE_CLOCK_MONOTONIC);
	for (unsigned i = 0; i < 6; i++)
		assert_true(lane_note_taken(
		    &source, tickets[i], true, 5, LANE_CLOCK_MONOTONIC));
}

TEST(what_a_full_lane_held_counts_for_that_time_alone)
{
	struct lane_source source = {0};

	for (unsigned times = 0; times < 10; times++) {
		const uint64_t before = lane_clock_read(LANE_CLOCK_MONOTONIC);

		assert_true(lane_note_taken(&source,
		    lane_clock_read(LANE_CLOCK_MONOTONIC), true, 2,
		    LANE_CLOCK_MONOTONIC));
		for (unsigned i = 0; i < 2; i++)
			assert_true(lane_note_taken(
			    &source, before, true, 2, LANE_CLOCK_MONOTONIC));
	}
}

TEST(a_lane_alone_may_give_what_it_likes)
{
	struct lane_source source = {0};

	for (unsigned i = 0; i < 100; i++)
		assert_true(lane_note_taken(
		    &source, 1, false, 5, LANE_CLOCK_MONOTONIC));
}

TEST(the_kernel_gives_as_many_as_it_has)
{
	struct lane_source source = {.trusted = true};

	for (unsigned i = 0; i < 1000; i++)
		assert_true(
		    lane_note_taken(&source, 1, true, 5, LANE_CLOCK_MONOTONIC));
}

#define RING_TEST(name)                                                        \
	cmocka_unit_test_setup_teardown(name, ring_setup, ring_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RING_TEST(an_empty_ring_has_nothing),
	    RING_TEST(a_message_comes_out_as_it_was_written),
	    RING_TEST(taking_moves_the_head_by_a_record_and_counts_it),
	    RING_TEST(a_body_may_wrap_at_any_place),
	    RING_TEST(positions_wrap_at_four_gibibytes),
	    RING_TEST(a_ring_full_of_the_largest_messages_is_taken),
	    RING_TEST(what_is_too_large_stays_and_tells_its_size),
	    RING_TEST(what_is_too_large_may_be_cut),
	    RING_TEST(a_sender_that_waits_for_room_is_to_be_woken),
	    RING_TEST(a_sender_that_waits_for_room_is_woken_twice_and_no_more),
	    RING_TEST(each_sleep_for_room_is_woken_from),
	    RING_TEST(nobody_is_woken_who_has_stopped_waiting_for_room),
	    RING_TEST(
	        what_was_taken_while_the_lane_closed_is_settled_by_the_kernel),
	    RING_TEST(it_is_settled_across_the_wrap_of_positions),
	    RING_TEST(no_record_has_bytes_that_cannot_be),
	    RING_TEST(no_record_has_more_body_than_bytes),
	    RING_TEST(no_body_is_of_part_of_a_word),
	    RING_TEST(no_body_is_larger_than_any_that_may_be_sent),
	    RING_TEST(no_record_is_of_another_kind),
	    RING_TEST(no_token_is_of_a_slot_that_the_lane_has_not),
	    RING_TEST(a_token_of_the_last_slot_passes),
	    RING_TEST(
	        no_tail_is_beyond_the_ring_before_the_head_or_within_a_header),
	    RING_TEST(a_record_that_was_not_published_whole_is_refused),
	    RING_TEST(a_lie_about_the_count_changes_nothing),
	    RING_TEST(a_header_that_changes_after_the_look_is_checked_again),
	    RING_TEST(a_message_without_a_ticket_is_seen),
	    RING_TEST(any_offset_of_random_bytes_is_refused_or_within_the_ring),
	    cmocka_unit_test(of_empty_sources_none_is_picked),
	    cmocka_unit_test(the_smallest_ticket_is_picked),
	    cmocka_unit_test(what_was_empty_is_looked_at_again),
	    cmocka_unit_test(what_only_the_second_look_finds_is_not_picked),
	    cmocka_unit_test(
	        what_only_the_second_look_found_is_looked_for_again),
	    cmocka_unit_test(what_is_found_at_first_is_not_looked_for_again),
	    cmocka_unit_test(
	        a_source_that_comes_and_goes_holds_up_nobody_for_long),
	    cmocka_unit_test(one_source_alone_is_looked_at_once),
	    cmocka_unit_test(whether_others_wait_is_told),
	    cmocka_unit_test(
	        a_liar_is_found_out_after_as_many_as_its_lane_may_hold),
	    cmocka_unit_test(
	        a_lane_whose_tickets_are_true_may_give_as_many_as_it_likes),
	    cmocka_unit_test(
	        a_full_lane_may_give_all_that_it_held_when_others_waited),
	    cmocka_unit_test(what_a_full_lane_held_counts_for_that_time_alone),
	    cmocka_unit_test(a_lane_alone_may_give_what_it_likes),
	    cmocka_unit_test(the_kernel_gives_as_many_as_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
