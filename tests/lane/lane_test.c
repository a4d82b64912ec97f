/* The sizes of lanes, and how their memory is laid out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lane.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

TEST(sizes_are_powers_of_two_within_bounds)
{
	const struct lane_sizes good = {LANE_RING_MIN, 8, 4096};
	const struct lane_sizes large = {
	    LANE_RING_MAX, LANE_SLOTS_MAX, LANE_SLOT_BYTES_MAX};
	const struct lane_sizes small_ring = {LANE_RING_MIN / 2, 8, 4096};
	const struct lane_sizes large_ring = {LANE_RING_MAX * 2, 8, 4096};
	const struct lane_sizes odd_ring = {LANE_RING_MIN + 32, 8, 4096};
	const struct lane_sizes many_slots = {
	    LANE_RING_MIN, LANE_SLOTS_MAX + 1, 4096};
	const struct lane_sizes small_slots = {LANE_RING_MIN, 1, 512};
	const struct lane_sizes large_slots = {LANE_RING_MIN, 1, 32768};
	const struct lane_sizes odd_slots = {LANE_RING_MIN, 1, 1025};

	assert_true(lane_sizes_check(&good));
	assert_true(lane_sizes_check(&large));
	assert_false(lane_sizes_check(&small_ring));
	assert_false(lane_sizes_check(&large_ring));
	assert_false(lane_sizes_check(&odd_ring));
	assert_false(lane_sizes_check(&many_slots));
	assert_false(lane_sizes_check(&small_slots));
	assert_false(lane_sizes_check(&large_slots));
	assert_false(lane_sizes_check(&odd_slots));
}

TEST(a_lane_without_replies_has_no_slots_and_no_bytes_for_them)
{
	const struct lane_sizes none = {LANE_RING_MIN, 0, 0};
	const struct lane_sizes strange = {LANE_RING_MIN, 0, 1024};

	assert_true(lane_sizes_check(&none));
	assert_false(lane_sizes_check(&strange));
	assert_int_equal(lane_receiver_bytes(&none), 4096);
}

TEST(the_memory_is_one_page_and_the_ring_or_the_slots)
{
	const struct lane_sizes sizes = {32768, 8, 4096};

	assert_int_equal(lane_sender_bytes(&sizes), 36864);
	assert_int_equal(lane_receiver_bytes(&sizes), 36864);
}

TEST(what_one_side_reads_often_shares_no_line_with_what_the_other_writes)
{
	assert_int_equal(offsetof(struct lane_sender, space_wait), 0x40);
	assert_int_equal(offsetof(struct lane_sender, slot_wait), 0x80);
	assert_int_equal(offsetof(struct lane_sender, slot), 0x100);
	assert_int_equal(offsetof(struct lane_sender, accepted), 0x800);
	assert_int_equal(offsetof(struct lane_receiver, wait), 0x40);
}

TEST(a_record_is_its_header_and_its_body_rounded_up)
{
	assert_int_equal(lane_record_bytes(0, 0), 32);
	assert_int_equal(lane_record_bytes(1, 0), 64);
	assert_int_equal(lane_record_bytes(32, 0), 64);
	assert_int_equal(lane_body_max(LANE_RING_MIN), 4096 - 32);
}

TEST(a_mark_is_a_position_and_a_count)
{
	const uint64_t mark = lane_mark(UINT32_MAX - 31, 7);

	assert_int_equal(lane_position(mark), UINT32_MAX - 31);
	assert_int_equal(lane_count(mark), 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sizes_are_powers_of_two_within_bounds),
	    cmocka_unit_test(
	        a_lane_without_replies_has_no_slots_and_no_bytes_for_them),
	    cmocka_unit_test(the_memory_is_one_page_and_the_ring_or_the_slots),
	    cmocka_unit_test(
	        what_one_side_reads_often_shares_no_line_with_what_the_other_writes),
	    cmocka_unit_test(a_record_is_its_header_and_its_body_rounded_up),
	    cmocka_unit_test(a_mark_is_a_position_and_a_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
