/* The sender's side of a ring: publish 0-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <time.h>

#include "lane_world.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define BODY_MAX (LANE_RING_MIN / 4 - 32)

static uint8_t sent[BODY_MAX + 1];
static uint8_t got[BODY_MAX + 1];

static enum lane_published
publish(struct lane_world *world, uint32_t bytes, uint32_t seed)
{
	const struct lane_message message = {
	    .id = (int32_t)seed,
	    .body = sent,
	    .body_bytes = bytes,
	};
	struct lane_wake wake;
	uint32_t slot;

	lane_world_fill(sent, bytes <= sizeof(sent) ? bytes : 0, seed);
	return lane_publish(&world->out, &message, &slot, &wake);
}

static enum lane_published
publish_request(struct lane_world *world, uint32_t port, uint32_t *slot_out)
{
	const struct lane_message message = {
	    .replies = true,
	    .reply_port = port,
	};
	struct lane_wake wake;

	return lane_publish(&world->out, &message, slot_out, &wake);
}

static void
assert_taken(struct lane_world *world, uint32_t bytes, uint32_t seed)
{
	struct lane_record record;

	assert_true(lane_world_take(world, &record, got));
	assert_int_equal(record.body, bytes);
	assert_int_equal(record.bytes, lane_record_bytes(bytes, 0));
	assert_int_equal(record.kind, LANE_KIND_MESSAGE);
	assert_int_equal(record.id, seed);
	assert_int_equal(record.regions, 0);
	assert_true(lane_world_is_filled(got, bytes, seed));
}

TEST(a_record_has_the_id_the_body_and_no_token)
{
	struct lane_world world;
	struct lane_record record;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	assert_int_equal(publish(&world, 100, 42), LANE_TAKEN);
	assert_true(lane_world_take(&world, &record, got));
	assert_int_equal(record.id, 42);
	assert_int_equal(record.token, 0);
	assert_true(record.ticket != 0);
	assert_true(lane_world_is_filled(got, 100, 42));
	lane_world_deinit(&world);
}

TEST(a_body_of_each_size_arrives_as_it_was)
{
	struct lane_world world;
	uint32_t bytes;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	for (bytes = 0; bytes <= BODY_MAX; bytes++) {
		assert_int_equal(publish(&world, bytes, bytes), LANE_TAKEN);
		assert_taken(&world, bytes, bytes);
	}
	lane_world_deinit(&world);
}

TEST(a_body_beyond_a_quarter_of_the_ring_goes_by_trap)
{
	struct lane_world world;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	assert_int_equal(publish(&world, BODY_MAX, 1), LANE_TAKEN);
	assert_int_equal(publish(&world, BODY_MAX + 1, 1), LANE_TRAP);
	assert_int_equal(publish(&world, UINT32_MAX, 1), LANE_TRAP);
	lane_world_deinit(&world);
}

TEST(a_body_wraps_at_each_offset)
{
	struct lane_world world;
	uint32_t at;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	for (at = 0; at < LANE_RING_MIN; at += LANE_ALIGN) {
		lane_world_start_at(&world, lane_mark(at, at));
		assert_int_equal(publish(&world, BODY_MAX, at), LANE_TAKEN);
		assert_taken(&world, BODY_MAX, at);
	}
	lane_world_deinit(&world);
}

TEST(position_and_count_wrap_at_2_to_the_32)
{
	struct lane_world world;
	uint32_t i;

	lane_world_init(&world, LANE_RING_MIN, 0, 3);
	lane_world_start_at(&world, lane_mark(UINT32_MAX - 63, UINT32_MAX - 1));
	for (i = 0; i < 3; i++)
		assert_int_equal(publish(&world, 10, i), LANE_TAKEN);
	assert_int_equal(publish(&world, 10, 3), LANE_FULL);
	assert_int_equal(lane_count(world.out.tail), 1);
	for (i = 0; i < 3; i++)
		assert_taken(&world, 10, i);
	assert_int_equal(publish(&world, 10, 3), LANE_TAKEN);
	lane_world_deinit(&world);
}

static void
assert_holds(uint32_t limit)
{
	struct lane_world world;
	uint32_t i;

	lane_world_init(&world, LANE_RING_MAX, 0, limit);
	for (i = 0; i < limit; i++)
		assert_int_equal(publish(&world, 24, i), LANE_TAKEN);
	assert_int_equal(publish(&world, 24, i), LANE_FULL);
	assert_true(lane_is_at_limit(&world.out));
	assert_taken(&world, 24, 0);
	assert_int_equal(publish(&world, 24, i), LANE_TAKEN);
	assert_int_equal(publish(&world, 24, i), LANE_FULL);
	lane_world_deinit(&world);
}

TEST(a_lane_holds_as_many_messages_as_its_limit)
{
	assert_holds(1);
	assert_holds(5);
	assert_holds(1024);
}

TEST(a_limit_that_was_raised_lets_more_in)
{
	struct lane_world world;

	lane_world_init(&world, LANE_RING_MIN, 0, 0);
	assert_int_equal(publish(&world, 1, 1), LANE_FULL);
	atomic_store(&lane_world_entry(&world)->limit, 1);
	/* Who is about to sleep for room is to see that. */
	assert_int_equal(world.out.limit, 0);
	assert_true(lane_is_at_limit(&world.out));
	assert_int_equal(publish(&world, 1, 1), LANE_TAKEN);
	assert_int_equal(publish(&world, 1, 1), LANE_FULL);
	lane_world_deinit(&world);
}

TEST(a_ring_is_full_when_a_record_does_not_fit)
{
	struct lane_world world;
	uint32_t i;

	lane_world_init(&world, LANE_RING_MIN, 0, 1024);
	for (i = 0; i < 3; i++)
		assert_int_equal(publish(&world, BODY_MAX, i), LANE_TAKEN);
	assert_int_equal(publish(&world, BODY_MAX - 32, 3), LANE_TAKEN);
	assert_int_equal(publish(&world, 1, 4), LANE_FULL);
	assert_false(lane_is_at_limit(&world.out));
	assert_int_equal(publish(&world, 0, 4), LANE_TAKEN);
	assert_int_equal(publish(&world, 0, 5), LANE_FULL);
	for (i = 0; i < 3; i++)
		assert_taken(&world, BODY_MAX, i);
	assert_taken(&world, BODY_MAX - 32, 3);
	assert_taken(&world, 0, 4);
	lane_world_deinit(&world);
}

TEST(a_closed_lane_takes_nothing)
{
	struct lane_world world;
	uint32_t other;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	for (other = LANE_NONE; other <= LANE_CLOSED; other++) {
		if (other == LANE_OPEN)
			continue;
		atomic_store(&lane_world_entry(&world)->state, other);
		assert_int_equal(publish(&world, 1, 1), LANE_TRAP);
	}
	assert_int_equal(atomic_load(&world.sender->tail), 0);
	lane_world_deinit(&world);
}

/* Linux's clock, which moves on with every third reading. A lane may close while it is read,
 * which is between the first look and the last. */
static struct lane_world *to_close;
static long readings = 3; /* as any clock, after 0 */

int
clock_gettime(clockid_t clock, struct timespec *time_out)
{
	(void)clock;
	if (to_close)
		atomic_store(&lane_world_entry(to_close)->state, LANE_CLOSING);
	*time_out = (struct timespec){.tv_nsec = readings++ / 3};
	return 0;
}

TEST(what_follows_a_message_has_a_later_ticket)
{
	struct lane_world world;
	struct lane_record record;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(publish(&world, 4, i), LANE_TAKEN);
		assert_true(lane_world_take(&world, &record, got));
		assert_true(
		    lane_clock_read(LANE_CLOCK_MONOTONIC) > record.ticket);
	}
	lane_world_deinit(&world);
}

/* On one CPU, whose counter goes on whether Linux trusts it or not. */
TEST(the_counter_of_the_cpu_gives_tickets)
{
	struct lane_world world;
	struct lane_record record;
	cpu_set_t former;
	cpu_set_t one;
	uint64_t last = 0;

	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	assert_int_equal(sched_getaffinity(0, sizeof(former), &former), 0);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	world.out.clock = LANE_CLOCK_COUNTER;
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(publish(&world, 4, i), LANE_TAKEN);
		assert_true(lane_world_take(&world, &record, got));
		assert_true(record.ticket > last);
		last = record.ticket;
	}
	assert_true(lane_clock_read(LANE_CLOCK_COUNTER) > last);
	lane_world_deinit(&world);
	assert_int_equal(sched_setaffinity(0, sizeof(former), &former), 0);
}

static enum lane_published
publish_while_it_closes(struct lane_world *world, uint32_t *slot_out)
{
	enum lane_published published;

	to_close = world;
	published = publish_request(world, 3, slot_out);
	to_close = NULL;
	return published;
}

TEST(a_message_that_the_kernel_counted_at_a_close_was_taken)
{
	struct lane_world world;
	uint32_t slot;

	lane_world_init(&world, LANE_RING_MIN, 2, 5);
	assert_int_equal(publish_while_it_closes(&world, &slot), LANE_SETTLE);
	lane_world_close(&world, 32);
	assert_true(lane_settle(&world.out, slot));
	assert_int_equal(atomic_load(&world.sender->slot[slot].word),
	    lane_word(1, LANE_SLOT_ISSUED));
	lane_world_deinit(&world);
}

TEST(a_message_that_it_did_not_count_was_not_sent_and_its_token_is_void)
{
	struct lane_world world;
	uint32_t slot;

	lane_world_init(&world, LANE_RING_MIN, 2, 5);
	lane_world_start_at(&world, lane_mark(UINT32_MAX - 31, 0));
	assert_int_equal(publish_while_it_closes(&world, &slot), LANE_SETTLE);
	lane_world_close(&world, UINT32_MAX - 31);
	assert_false(lane_settle(&world.out, slot));
	assert_int_equal(atomic_load(&world.sender->slot[slot].word),
	    lane_word(1, LANE_SLOT_DONE));
	assert_int_equal(world.out.issued, 0);
	lane_world_deinit(&world);
}

TEST(a_message_that_wants_no_reply_voids_no_token)
{
	struct lane_world world;
	uint32_t slot;

	lane_world_init(&world, LANE_RING_MIN, 2, 5);
	assert_int_equal(publish_request(&world, 3, &slot), LANE_TAKEN);
	to_close = &world;
	assert_int_equal(publish(&world, 4, 1), LANE_SETTLE);
	to_close = NULL;
	lane_world_close(&world, 32);
	assert_false(lane_settle(&world.out, LANE_SLOTS_MAX));
	assert_int_equal(world.out.issued, 1);
	lane_world_deinit(&world);
}

TEST(a_full_lane_that_closes_is_not_waited_for)
{
	struct lane_world world;

	lane_world_init(&world, LANE_RING_MIN, 0, 1);
	assert_int_equal(publish(&world, 1, 1), LANE_TAKEN);
	assert_int_equal(publish(&world, 1, 1), LANE_FULL);
	lane_world_close(&world, 0);
	assert_int_equal(publish(&world, 1, 1), LANE_TRAP);
	lane_world_deinit(&world);
}

TEST(a_request_has_a_token_and_a_slot_that_tells_of_it)
{
	struct lane_world world;
	struct lane_record record;
	uint32_t slot;

	lane_world_init(&world, LANE_RING_MIN, 2, 5);
	assert_int_equal(publish(&world, 1, 1), LANE_TAKEN);
	assert_int_equal(publish_request(&world, 7, &slot), LANE_TAKEN);
	assert_int_equal(slot, 0);
	assert_int_equal(atomic_load(&world.sender->slot[0].word),
	    lane_word(1, LANE_SLOT_ISSUED));
	assert_int_equal(atomic_load(&world.sender->slot[0].number), 2);
	assert_int_equal(atomic_load(&world.sender->slot[0].port), 7);
	assert_true(lane_world_take(&world, &record, got));
	assert_true(lane_world_take(&world, &record, got));
	assert_int_equal(record.token, 1 << 4);
	lane_world_deinit(&world);
}

TEST(a_message_without_a_reply_port_has_no_slot)
{
	struct lane_world world;
	const struct lane_message message = {.body = sent, .body_bytes = 1};
	struct lane_wake wake;
	uint32_t slot = 0;

	lane_world_init(&world, LANE_RING_MIN, 2, 5);
	assert_int_equal(
	    lane_publish(&world.out, &message, &slot, &wake), LANE_TAKEN);
	assert_int_equal(slot, LANE_SLOTS_MAX);
	lane_world_deinit(&world);
}

TEST(requests_without_a_free_slot_go_by_trap)
{
	struct lane_world world;
	uint32_t slot;

	lane_world_init(&world, LANE_RING_MIN, 2, 5);
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TAKEN);
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TAKEN);
	assert_int_equal(slot, 1);
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TRAP);
	assert_int_equal(publish(&world, 1, 1), LANE_TAKEN);
	lane_world_deinit(&world);
}

TEST(a_slot_is_free_again_when_the_kernel_says_so)
{
	struct lane_world world;
	uint32_t slot;

	lane_world_init(&world, LANE_RING_MIN, 1, 5);
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TAKEN);
	atomic_store(&lane_world_entry(&world)->kslot[0],
	    lane_word(1, LANE_KSLOT_RIGHT));
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TRAP);
	atomic_store(&lane_world_entry(&world)->kslot[0],
	    lane_word(1, LANE_KSLOT_FREED));
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TAKEN);
	/* That it freed generation 1 says nothing of 2. */
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TRAP);
	atomic_store(&lane_world_entry(&world)->kslot[0],
	    lane_word(2, LANE_KSLOT_FREED));
	assert_true(lane_slot_free(&world.out, 0));
	assert_int_equal(world.out.issued, 0);
	lane_world_deinit(&world);
}

TEST(generations_go_from_28_bits_to_1)
{
	struct lane_world world;
	struct lane_record record;
	uint32_t slot;

	lane_world_init(&world, LANE_RING_MIN, 1, 5);
	world.out.generation[0] = LANE_GENERATION_MAX - 1;
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TAKEN);
	assert_true(lane_world_take(&world, &record, got));
	assert_int_equal(record.token, LANE_GENERATION_MAX << 4);
	world.out.issued = 0;
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TAKEN);
	assert_true(lane_world_take(&world, &record, got));
	assert_int_equal(record.token, 1 << 4);
	lane_world_deinit(&world);
}

TEST(a_request_says_how_to_wake_who_sleeps_for_its_reply)
{
	const struct lane_message request = {
	    .replies = true,
	    .reply_wait = LANE_KICK,
	};
	struct lane_world world;
	struct lane_wake wake;
	uint32_t slot;

	lane_world_init(&world, LANE_RING_MIN, 2, 5);
	assert_int_equal(
	    lane_publish(&world.out, &request, &slot, &wake), LANE_TAKEN);
	assert_int_equal(atomic_load(&world.sender->slot_wait[0]), LANE_KICK);
	assert_int_equal(publish_request(&world, 1, &slot), LANE_TAKEN);
	assert_int_equal(atomic_load(&world.sender->slot_wait[1]), LANE_RUN);
	lane_world_deinit(&world);
}

static struct lane_wake
wake_of(struct lane_world *world, uint32_t wait)
{
	const struct lane_message message = {.body = sent, .body_bytes = 1};
	struct lane_wake wake;
	uint32_t slot;

	atomic_store(&world->receiver->wait, wait);
	assert_int_equal(
	    lane_publish(&world->out, &message, &slot, &wake), LANE_TAKEN);
	return wake;
}

TEST(a_receiver_that_sleeps_is_woken_as_it_asked_for)
{
	struct lane_world world;
	struct lane_wake wake;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	assert_int_equal(wake_of(&world, LANE_RUN).how, LANE_RUN);
	wake = wake_of(&world, LANE_FUTEX);
	assert_int_equal(wake.how, LANE_FUTEX);
	assert_ptr_equal(wake.word, &world.sender->tail);
	assert_int_equal(wake_of(&world, LANE_KICK).how, LANE_KICK);
	/* Nonsense is the liar's own harm. */
	assert_int_equal(wake_of(&world, 77).how, LANE_KICK);
	lane_world_deinit(&world);
}

/* B sleeps, and the message is not the first since it was woken. */
TEST(a_receiver_is_woken_once_until_it_has_taken_something)
{
	struct lane_world world;
	struct lane_record record;
	struct lane_wake wake;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	wake = wake_of(&world, LANE_FUTEX);
	assert_int_equal(wake.how, LANE_FUTEX);
	assert_int_equal(wake_of(&world, LANE_FUTEX).how, LANE_FUTEX);
	lane_note_rung(&world.out, &wake);
	assert_int_equal(wake_of(&world, LANE_FUTEX).how, LANE_RUN);
	assert_int_equal(wake_of(&world, LANE_KICK).how, LANE_RUN);
	assert_true(lane_world_take(&world, &record, got));
	assert_int_equal(wake_of(&world, LANE_FUTEX).how, LANE_FUTEX);
	lane_world_deinit(&world);
}

/* The thread that was woken may never look: another one sleeps. */
TEST(a_receiver_that_has_not_taken_anything_for_long_is_woken_again)
{
	struct lane_world world;
	struct lane_wake wake;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	wake = wake_of(&world, LANE_FUTEX);
	lane_note_rung(&world.out, &wake);
	readings += 3L * LANE_RUNG_TICKS - 9;
	assert_int_equal(wake_of(&world, LANE_FUTEX).how, LANE_RUN);
	readings += 9;
	wake = wake_of(&world, LANE_FUTEX);
	assert_int_equal(wake.how, LANE_FUTEX);
	lane_note_rung(&world.out, &wake);
	assert_int_equal(wake_of(&world, LANE_FUTEX).how, LANE_RUN);
	lane_world_deinit(&world);
}

TEST(a_receiver_that_has_taken_the_message_is_not_woken_for_it)
{
	struct lane_world world;

	lane_world_init(&world, LANE_RING_MIN, 0, 5);
	atomic_store(
	    &world.receiver->head, lane_mark(lane_record_bytes(1, 0), 1));
	assert_int_equal(wake_of(&world, LANE_FUTEX).how, LANE_RUN);
	lane_world_deinit(&world);
}

TEST(for_each_request_a_receiver_is_woken)
{
	const struct lane_message message = {.replies = true};
	struct lane_world world;
	struct lane_wake wake;
	uint32_t slot;

	lane_world_init(&world, LANE_RING_MIN, 2, 5);
	wake = wake_of(&world, LANE_FUTEX);
	lane_note_rung(&world.out, &wake);
	assert_int_equal(
	    lane_publish(&world.out, &message, &slot, &wake), LANE_TAKEN);
	assert_int_equal(wake.how, LANE_FUTEX);
	lane_world_deinit(&world);
}

static void
assert_lie(uint64_t head)
{
	struct lane_world world;
	uint32_t i;

	lane_world_init(&world, LANE_RING_MIN, 0, 3);
	lane_world_start_at(&world, lane_mark(320, 10));
	for (i = 0; i < 3; i++)
		assert_int_equal(publish(&world, 1, i), LANE_TAKEN);
	atomic_store(&world.receiver->head, head);
	assert_int_equal(publish(&world, 1, 3), LANE_BROKEN);
	lane_world_deinit(&world);
}

TEST(a_head_that_cannot_be_ends_the_lane)
{
	assert_lie(lane_mark(320 + 3 * 64 + 32, 13)); /* beyond the tail */
	assert_lie(lane_mark(320 - 32, 10));          /* backwards */
	assert_lie(lane_mark(320, 9));
	assert_lie(lane_mark(320 + 64, 14));
	assert_lie(lane_mark(320 + 64 + 1, 11)); /* off a record */
	assert_lie(lane_mark(320 + 3 * 64, 12)); /* empty, but one is in it */
	assert_lie(lane_mark(320 + 2 * 64, 13)); /* none, but not empty */
	assert_lie(lane_mark(320 + 3 * 64 - 32, 11)); /* more than fit */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_has_the_id_the_body_and_no_token),
	    cmocka_unit_test(a_body_of_each_size_arrives_as_it_was),
	    cmocka_unit_test(a_body_beyond_a_quarter_of_the_ring_goes_by_trap),
	    cmocka_unit_test(a_body_wraps_at_each_offset),
	    cmocka_unit_test(position_and_count_wrap_at_2_to_the_32),
	    cmocka_unit_test(a_lane_holds_as_many_messages_as_its_limit),
	    cmocka_unit_test(a_limit_that_was_raised_lets_more_in),
	    cmocka_unit_test(a_ring_is_full_when_a_record_does_not_fit),
	    cmocka_unit_test(a_closed_lane_takes_nothing),
	    cmocka_unit_test(
	        a_message_that_the_kernel_counted_at_a_close_was_taken),
	    cmocka_unit_test(
	        a_message_that_it_did_not_count_was_not_sent_and_its_token_is_void),
	    cmocka_unit_test(a_message_that_wants_no_reply_voids_no_token),
	    cmocka_unit_test(a_full_lane_that_closes_is_not_waited_for),
	    cmocka_unit_test(what_follows_a_message_has_a_later_ticket),
	    cmocka_unit_test(the_counter_of_the_cpu_gives_tickets),
	    cmocka_unit_test(a_request_has_a_token_and_a_slot_that_tells_of_it),
	    cmocka_unit_test(a_message_without_a_reply_port_has_no_slot),
	    cmocka_unit_test(requests_without_a_free_slot_go_by_trap),
	    cmocka_unit_test(a_slot_is_free_again_when_the_kernel_says_so),
	    cmocka_unit_test(generations_go_from_28_bits_to_1),
	    cmocka_unit_test(
	        a_request_says_how_to_wake_who_sleeps_for_its_reply),
	    cmocka_unit_test(a_receiver_that_sleeps_is_woken_as_it_asked_for),
	    cmocka_unit_test(
	        a_receiver_is_woken_once_until_it_has_taken_something),
	    cmocka_unit_test(
	        a_receiver_that_has_not_taken_anything_for_long_is_woken_again),
	    cmocka_unit_test(
	        a_receiver_that_has_taken_the_message_is_not_woken_for_it),
	    cmocka_unit_test(for_each_request_a_receiver_is_woken),
	    cmocka_unit_test(a_head_that_cannot_be_ends_the_lane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
