/* Messages whose regions travel with them: from publish to take, and the lies of a writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lane_drain.h"
#include "lane_world.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

#define RING LANE_RING_MIN
#define LARGE (2 * LANE_RING_PLAIN)
#define REGIONS_MOST 4

/* What a message has, and what came of it. */
struct letter {
	uint32_t body_bytes;
	uint32_t count;
	uint32_t sizes[REGIONS_MOST];
};

static uint8_t body[LANE_REGIONS_BODY_MAX + 4];
static uint8_t memory[REGIONS_MOST][LARGE / 2];
static uint8_t got_body[LANE_REGIONS_BODY_MAX];
static uint8_t got[REGIONS_MOST][LARGE / 2];

/* As kmsg->ool has them. */
static uint32_t
block_of(const struct letter *letter)
{
	uint32_t end = 0;
	uint32_t i;

	for (i = 0; i < letter->count; i++)
		end = ((end + 7) & ~7u) + letter->sizes[i];
	return end;
}

static enum lane_published
publish(struct lane_world *world, const struct letter *letter, uint32_t seed)
{
	struct lane_region regions[REGIONS_MOST];
	const struct lane_message message = {
	    .id = (int32_t)seed,
	    .body = body,
	    .body_bytes = letter->body_bytes,
	    .has_regions = true,
	    .region_count = letter->count,
	    .region_bytes = block_of(letter),
	    .regions = regions,
	};
	struct lane_wake wake;
	uint32_t slot;
	uint32_t i;

	lane_world_fill(body, letter->body_bytes, seed);
	for (i = 0; i < letter->count; i++) {
		lane_world_fill(memory[i], letter->sizes[i], seed + i + 1);
		regions[i] = (struct lane_region){memory[i], letter->sizes[i]};
	}
	return lane_publish(&world->out, &message, &slot, &wake);
}

static enum lane_took
take(struct lane_world *world, struct lane_record *record_out)
{
	struct lane_wake wake;

	return lane_take(
	    &world->in, got_body, sizeof(got_body), true, record_out, &wake);
}

static enum lane_took
take_regions(struct lane_world *world, const struct lane_record *record,
    const struct letter *letter)
{
	struct lane_place places[REGIONS_MOST];
	struct lane_wake wake;
	uint32_t i;

	for (i = 0; i < letter->count; i++)
		places[i] = (struct lane_place){got[i], letter->sizes[i]};
	return lane_take_regions(
	    &world->in, record, places, letter->count, &wake);
}

/* It comes out as it went in. */
static void
assert_comes(
    struct lane_world *world, const struct letter *letter, uint32_t seed)
{
	struct lane_record record;
	uint32_t i;

	assert_int_equal(take(world, &record), LANE_TAKE_REGIONS);
	assert_int_equal(record.kind, LANE_KIND_REGIONS);
	assert_int_equal(record.id, seed);
	assert_int_equal(record.body, letter->body_bytes);
	assert_int_equal(record.regions, block_of(letter));
	assert_int_equal(record.bytes % LANE_ALIGN, 0);
	lane_copy_body(&world->in, &record, got_body);
	assert_true(lane_world_is_filled(got_body, letter->body_bytes, seed));
	assert_int_equal(take_regions(world, &record, letter), LANE_TOOK);
	for (i = 0; i < letter->count; i++)
		assert_true(lane_world_is_filled(
		    got[i], letter->sizes[i], seed + i + 1));
	assert_int_equal(take(world, &record), LANE_EMPTY);
}

static void
assert_passes(struct lane_world *world, struct letter letter, uint32_t seed)
{
	assert_int_equal(publish(world, &letter, seed), LANE_TAKEN);
	assert_comes(world, &letter, seed);
}

TEST(body_and_regions_arrive_as_they_were)
{
	struct lane_world world;

	lane_world_init(&world, RING, 0, 5);
	assert_passes(&world, (struct letter){20, 1, {1000}}, 7);
	assert_passes(&world, (struct letter){52, 3, {1, 9, 1000}}, 8);
	lane_world_deinit(&world);
}

TEST(regions_of_each_size_lie_at_multiples_of_eight)
{
	struct lane_world world;
	uint32_t size;

	lane_world_init(&world, RING, 0, 5);
	for (size = 1; size < 70; size++)
		assert_passes(
		    &world, (struct letter){20, 3, {size, size + 1, 3}}, size);
	lane_world_deinit(&world);
}

TEST(a_message_whose_regions_are_all_empty_has_none)
{
	struct lane_world world;

	lane_world_init(&world, RING, 0, 5);
	assert_passes(&world, (struct letter){36, 0, {0}}, 1);
	assert_int_equal(lane_position(world.in.head), 32 + 64);
	lane_world_deinit(&world);
}

/* At some place its body begins behind the ring's end, at others it ends there, or a region
 * does. */
TEST(body_and_regions_wrap_at_each_offset)
{
	struct lane_world world;
	uint32_t at;

	lane_world_init(&world, RING, 0, 5);
	for (at = 0; at < RING; at += LANE_ALIGN) {
		lane_world_start_at(&world, lane_mark(at, at));
		assert_passes(
		    &world, (struct letter){100, 3, {501, 33, 900}}, at);
	}
	lane_world_deinit(&world);
}

TEST(regions_wrap_where_positions_do)
{
	struct lane_world world;

	lane_world_init(&world, RING, 0, 5);
	lane_world_start_at(&world, lane_mark(UINT32_MAX - 63, UINT32_MAX));
	assert_passes(&world, (struct letter){100, 2, {501, 900}}, 3);
	lane_world_deinit(&world);
}

TEST(a_small_ring_has_messages_of_a_quarter_of_it)
{
	struct letter letter = {20, 1, {RING / 4 - 32 - 24}};
	struct lane_world world;

	lane_world_init(&world, RING, 0, 5);
	assert_passes(&world, letter, 1);
	letter.sizes[0]++;
	assert_int_equal(publish(&world, &letter, 1), LANE_TRAP);
	lane_world_deinit(&world);
}

TEST(a_large_ring_has_messages_of_a_half_of_it)
{
	struct letter letter = {20, 1, {LARGE / 2 - 32 - 24}};
	struct lane_world world;

	lane_world_init(&world, LARGE, 0, 5);
	assert_passes(&world, letter, 1);
	lane_world_start_at(&world, lane_mark(LANE_ALIGN, 0));
	assert_int_equal(publish(&world, &letter, 1), LANE_TAKEN);
	assert_int_equal(publish(&world, &letter, 2), LANE_TAKEN);
	assert_int_equal(publish(&world, &letter, 3), LANE_FULL);
	assert_int_equal(
	    lane_position(world.out.tail), LARGE + (uint32_t)LANE_ALIGN);
	letter.sizes[0]++;
	assert_int_equal(publish(&world, &letter, 3), LANE_TRAP);
	lane_world_deinit(&world);
}

TEST(a_large_ring_has_no_larger_messages_without_regions)
{
	static uint8_t plain[LANE_RING_PLAIN / 4];
	struct lane_message message = {
	    .body = plain,
	    .body_bytes = LANE_RING_PLAIN / 4 - 32,
	};
	struct lane_record record;
	struct lane_world world;
	struct lane_wake wake;
	uint32_t slot;

	lane_world_init(&world, LARGE, 0, 5);
	assert_int_equal(
	    lane_publish(&world.out, &message, &slot, &wake), LANE_TAKEN);
	assert_int_equal(take(&world, &record), LANE_TOOK);
	message.body_bytes += 4;
	assert_int_equal(
	    lane_publish(&world.out, &message, &slot, &wake), LANE_TRAP);
	lane_world_deinit(&world);
}

TEST(a_message_with_regions_has_a_small_body)
{
	struct letter letter = {LANE_REGIONS_BODY_MAX, 1, {8}};
	struct lane_world world;

	lane_world_init(&world, LARGE, 0, 5);
	assert_passes(&world, letter, 1);
	letter.body_bytes += 4;
	assert_int_equal(publish(&world, &letter, 1), LANE_TRAP);
	lane_world_deinit(&world);
}

TEST(regions_of_more_bytes_than_can_be_counted_go_by_trap)
{
	struct lane_message message = {
	    .body = body,
	    .body_bytes = 20,
	    .has_regions = true,
	    .region_bytes = UINT32_MAX,
	};
	struct lane_world world;
	struct lane_wake wake;
	uint32_t slot;

	lane_world_init(&world, LARGE, 0, 5);
	assert_int_equal(
	    lane_publish(&world.out, &message, &slot, &wake), LANE_TRAP);
	lane_world_deinit(&world);
}

TEST(a_closed_lane_takes_no_regions)
{
	const struct letter letter = {20, 1, {100}};
	struct lane_world world;

	lane_world_init(&world, RING, 0, 5);
	lane_world_close(&world, 0);
	assert_int_equal(publish(&world, &letter, 1), LANE_TRAP);
	lane_world_deinit(&world);
}

static const struct lane_region hundred = {memory[0], 100};
static const struct lane_message request = {
    .body = body,
    .body_bytes = 20,
    .has_regions = true,
    .region_count = 1,
    .region_bytes = 100,
    .regions = &hundred,
    .replies = true,
};

TEST(a_request_with_regions_without_a_slot_goes_by_trap)
{
	struct lane_world world;
	struct lane_wake wake;
	uint32_t slot;

	lane_world_init(&world, RING, 0, 5);
	assert_int_equal(
	    lane_publish(&world.out, &request, &slot, &wake), LANE_TRAP);
	lane_world_deinit(&world);
}

TEST(a_request_with_regions_has_a_token)
{
	struct lane_record record;
	struct lane_world world;
	struct lane_wake wake;
	uint32_t slot;

	lane_world_init(&world, RING, 2, 5);
	assert_int_equal(
	    lane_publish(&world.out, &request, &slot, &wake), LANE_TAKEN);
	assert_int_equal(slot, 0);
	assert_int_equal(take(&world, &record), LANE_TAKE_REGIONS);
	assert_int_equal(record.token, 1 << 4);
	lane_world_deinit(&world);
}

TEST(what_has_regions_stays_until_they_are_taken)
{
	const struct letter letter = {20, 1, {100}};
	struct lane_record record;
	struct lane_world world;
	uint64_t head;

	lane_world_init(&world, RING, 0, 5);
	assert_int_equal(publish(&world, &letter, 1), LANE_TAKEN);
	head = world.in.head;
	assert_int_equal(take(&world, &record), LANE_TAKE_REGIONS);
	lane_copy_body(&world.in, &record, got_body);
	assert_int_equal(world.in.head, head);
	assert_int_equal(world.receiver->head, head);
	assert_comes(&world, &letter, 1);
	assert_int_equal(lane_count(world.receiver->head), 1);
	lane_world_deinit(&world);
}

TEST(regions_taken_while_the_lane_closed_are_settled_by_the_kernel)
{
	const struct letter letter = {20, 1, {100}};
	struct lane_record record;
	struct lane_world world;

	lane_world_init(&world, RING, 0, 5);
	assert_int_equal(publish(&world, &letter, 1), LANE_TAKEN);
	assert_int_equal(take(&world, &record), LANE_TAKE_REGIONS);
	lane_world_close(&world, lane_position(world.out.tail));
	assert_int_equal(
	    take_regions(&world, &record, &letter), LANE_TAKE_SETTLE);
	assert_false(lane_in_settle(&world.in));
	lane_world_deinit(&world);
}

TEST(who_waits_for_room_is_woken_when_regions_are_taken)
{
	const struct letter letter = {20, 0, {0}};
	struct lane_record record;
	struct lane_world world;
	struct lane_wake wake;

	lane_world_init(&world, RING, 0, 5);
	assert_int_equal(publish(&world, &letter, 1), LANE_TAKEN);
	world.sender->space_wait = 1;
	assert_int_equal(take(&world, &record), LANE_TAKE_REGIONS);
	assert_int_equal(
	    lane_take_regions(&world.in, &record, NULL, 0, &wake), LANE_TOOK);
	assert_int_equal(wake.how, LANE_FUTEX);
	assert_ptr_equal(wake.word, &world.receiver->head);
	lane_world_deinit(&world);
}

TEST(regions_without_memory_are_lost_and_the_others_are_not)
{
	const struct letter letter = {36, 2, {100, 200}};
	struct lane_place places[] = {{NULL, 100}, {got[1], 200}};
	struct lane_record record;
	struct lane_world world;
	struct lane_wake wake;

	lane_world_init(&world, RING, 0, 5);
	assert_int_equal(publish(&world, &letter, 1), LANE_TAKEN);
	assert_int_equal(take(&world, &record), LANE_TAKE_REGIONS);
	assert_int_equal(
	    lane_take_regions(&world.in, &record, places, 2, &wake), LANE_TOOK);
	assert_true(lane_world_is_filled(got[1], 200, 1 + 2));
	lane_world_deinit(&world);
}

/* --- the kernel -------------------------------------------------------------- */

static struct lane_view
view_of(const struct lane_world *world)
{
	return (struct lane_view){
	    .sender = world->sender,
	    .receiver = world->receiver,
	    .sizes = world->out.sizes,
	};
}

static bool
read_header(const struct lane_world *world, struct lane_record *record_out)
{
	const struct lane_view view = view_of(world);
	const struct lane_cut cut = lane_drain_cut(&view);

	return lane_drain_header(
	    &view, &cut, lane_position(cut.from), record_out);
}

/* Where the ring wraps, too. */
TEST(body_and_regions_are_drained_together)
{
	const struct letter letter = {100, 2, {501, 900}};
	static uint8_t all[104 + 504 + 900];
	struct lane_record record;
	struct lane_world world;
	struct lane_view view;

	lane_world_init(&world, RING, 0, 5);
	view = view_of(&world);
	for (uint32_t at = 0; at < RING; at += LANE_ALIGN) {
		lane_world_start_at(&world, lane_mark(at, 0));
		assert_int_equal(publish(&world, &letter, at), LANE_TAKEN);
		assert_true(read_header(&world, &record));
		assert_int_equal(lane_drain_body_bytes(&record), sizeof(all));
		lane_drain_copy(
		    &view, at + (uint32_t)sizeof(record), all, sizeof(all));
		assert_true(lane_world_is_filled(all, 100, at));
		assert_true(lane_world_is_filled(all + 104, 501, at + 1));
		assert_true(lane_world_is_filled(all + 104 + 504, 900, at + 2));
	}
	lane_world_deinit(&world);
}

/* --- lies -------------------------------------------------------------------- */

/* A message of 20 bytes of body and 100 of regions, with the header that a liar gives it. The
 * kernel thinks of it what B does. */
static enum lane_took
take_lie(uint32_t ring_bytes, const struct lane_record *lie)
{
	const struct letter letter = {20, 1, {100}};
	struct lane_record record;
	struct lane_world world;
	enum lane_took took;

	lane_world_init(&world, ring_bytes, 2, 5);
	assert_int_equal(publish(&world, &letter, 1), LANE_TAKEN);
	memcpy(world.sender->ring, lie, sizeof(*lie));
	atomic_store(&world.sender->tail, lane_mark(ring_bytes, 1));
	took = take(&world, &record);
	assert_int_equal(world.receiver->head, 0);
	assert_int_equal(
	    read_header(&world, &record), took == LANE_TAKE_REGIONS);
	lane_world_deinit(&world);
	return took;
}

static struct lane_record
honest(void)
{
	return (struct lane_record){
	    .bytes = lane_record_bytes(20, 100),
	    .kind = LANE_KIND_REGIONS,
	    .body = 20,
	    .regions = 100,
	};
}

TEST(no_regions_are_beyond_their_record)
{
	static const uint32_t lies[] = {105, 128, 4096, RING / 4, RING,
	    UINT32_MAX - 127, UINT32_MAX - 23, UINT32_MAX};
	struct lane_record record = honest();
	size_t i;

	assert_int_equal(record.bytes, 32 + 24 + 104);
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_REGIONS);
	record.regions = 104;
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_REGIONS);
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		record.regions = lies[i];
		assert_int_equal(take_lie(RING, &record), LANE_TAKE_BROKEN);
	}
}

TEST(no_record_has_more_of_body_and_regions_than_may_be_sent)
{
	struct lane_record record = honest();

	record.bytes = RING;
	record.regions = RING / 4 - 32 - 24;
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_REGIONS);
	record.regions++;
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_BROKEN);
	record.bytes = LARGE;
	record.regions = LARGE / 2 - 32 - 24;
	assert_int_equal(take_lie(LARGE, &record), LANE_TAKE_REGIONS);
	record.regions++;
	assert_int_equal(take_lie(LARGE, &record), LANE_TAKE_BROKEN);
}

TEST(no_body_with_regions_is_larger_than_what_is_copied_of_it)
{
	static const uint32_t lies[] = {
	    LANE_REGIONS_BODY_MAX + 4, LARGE / 4, UINT32_MAX - 3, 18, 19, 21};
	struct lane_record record = honest();
	size_t i;

	record.bytes = LARGE;
	record.body = LANE_REGIONS_BODY_MAX;
	assert_int_equal(take_lie(LARGE, &record), LANE_TAKE_REGIONS);
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		record.body = lies[i];
		assert_int_equal(take_lie(LARGE, &record), LANE_TAKE_BROKEN);
	}
}

/* The smallest ring has no room for it, whatever its regions are. */
TEST(a_body_alone_may_be_more_than_may_be_sent)
{
	struct lane_record record = honest();

	record.bytes = RING;
	record.regions = 0;
	record.body = RING / 4 - 32;
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_REGIONS);
	record.body += 4;
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_BROKEN);
}

TEST(a_record_with_regions_is_one_as_any_other)
{
	struct lane_record record = honest();

	record.bytes = 31;
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_BROKEN);
	record.bytes = RING + LANE_ALIGN;
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_BROKEN);
	record = honest();
	record.token = 1 << 4 | 2;
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_BROKEN);
	record = honest();
	record.kind = 3;
	assert_int_equal(take_lie(RING, &record), LANE_TAKE_BROKEN);
}

TEST(a_plain_message_that_says_it_has_regions_has_none)
{
	struct lane_record record;
	struct lane_world world;
	struct lane_record lie;

	lane_world_init(&world, RING, 0, 5);
	assert_int_equal(
	    publish(&world, &(struct letter){20, 1, {100}}, 1), LANE_TAKEN);
	lie = honest();
	lie.kind = LANE_KIND_MESSAGE;
	lie.regions = UINT32_MAX;
	memcpy(world.sender->ring, &lie, sizeof(lie));
	assert_int_equal(take(&world, &record), LANE_TOOK);
	assert_int_equal(record.body, 20);
	assert_int_equal(take(&world, &record), LANE_EMPTY);
	lane_world_deinit(&world);
}

TEST(regions_that_are_not_those_of_the_record_are_not_taken)
{
	static const struct letter lies[] = {
	    {20, 0, {0}},
	    {20, 1, {99}},
	    {20, 1, {101}},
	    {20, 1, {LARGE / 2}},
	    {20, 2, {92, 5}},
	    {20, 2, {100, 1}},
	    {20, 3, {UINT32_MAX, UINT32_MAX, 110}},
	};
	const struct letter letter = {20, 1, {100}};
	struct lane_record record;
	struct lane_world world;
	size_t i;

	lane_world_init(&world, RING, 0, 5);
	assert_int_equal(publish(&world, &letter, 1), LANE_TAKEN);
	assert_int_equal(take(&world, &record), LANE_TAKE_REGIONS);
	memset(got, 0xee, sizeof(got));
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		assert_int_equal(
		    take_regions(&world, &record, &lies[i]), LANE_TAKE_BROKEN);
		assert_int_equal(world.receiver->head, 0);
		assert_int_equal(got[0][0], 0xee);
	}
	assert_comes(&world, &letter, 1);
	lane_world_deinit(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(body_and_regions_arrive_as_they_were),
	    cmocka_unit_test(regions_of_each_size_lie_at_multiples_of_eight),
	    cmocka_unit_test(a_message_whose_regions_are_all_empty_has_none),
	    cmocka_unit_test(body_and_regions_wrap_at_each_offset),
	    cmocka_unit_test(regions_wrap_where_positions_do),
	    cmocka_unit_test(a_small_ring_has_messages_of_a_quarter_of_it),
	    cmocka_unit_test(a_large_ring_has_messages_of_a_half_of_it),
	    cmocka_unit_test(
	        a_large_ring_has_no_larger_messages_without_regions),
	    cmocka_unit_test(a_message_with_regions_has_a_small_body),
	    cmocka_unit_test(
	        regions_of_more_bytes_than_can_be_counted_go_by_trap),
	    cmocka_unit_test(a_closed_lane_takes_no_regions),
	    cmocka_unit_test(
	        a_request_with_regions_without_a_slot_goes_by_trap),
	    cmocka_unit_test(a_request_with_regions_has_a_token),
	    cmocka_unit_test(what_has_regions_stays_until_they_are_taken),
	    cmocka_unit_test(
	        regions_taken_while_the_lane_closed_are_settled_by_the_kernel),
	    cmocka_unit_test(
	        who_waits_for_room_is_woken_when_regions_are_taken),
	    cmocka_unit_test(
	        regions_without_memory_are_lost_and_the_others_are_not),
	    cmocka_unit_test(body_and_regions_are_drained_together),
	    cmocka_unit_test(no_regions_are_beyond_their_record),
	    cmocka_unit_test(
	        no_record_has_more_of_body_and_regions_than_may_be_sent),
	    cmocka_unit_test(
	        no_body_with_regions_is_larger_than_what_is_copied_of_it),
	    cmocka_unit_test(a_body_alone_may_be_more_than_may_be_sent),
	    cmocka_unit_test(a_record_with_regions_is_one_as_any_other),
	    cmocka_unit_test(a_plain_message_that_says_it_has_regions_has_none),
	    cmocka_unit_test(
	        regions_that_are_not_those_of_the_record_are_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
