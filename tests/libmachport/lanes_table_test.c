/* The lanes of a process, by name and by number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lanes_table.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* Names whose homes in the table are the same. */
#define NAME(i) ((mach_port_name_t)0x103 + ((mach_port_name_t)(i) << 20))

static struct lanes_out *
list_out(mach_port_name_t name)
{
	struct lanes_out *out = lanes_out_take();

	assert_non_null(out);
	lanes_out_reserve(out, name);
	assert_true(lanes_out_list(out, name));
	return out;
}

static struct lanes_in *
list_in(uint32_t first_index, uint32_t slots)
{
	struct lanes_in *in = lanes_in_take();

	assert_non_null(in);
	in->lane.sizes.slots = slots;
	for (uint32_t i = 0; i < slots; i++)
		in->names[i] = (first_index + i) << 8;
	assert_true(lanes_in_list(in, 1));
	return in;
}

/* One more that is in use. */
static void
use_in(const struct lane_sizes *sizes)
{
	struct lanes_in *in = lanes_in_take();

	assert_non_null(in);
	in->id = 1;
	in->lane.sizes = *sizes;
}

TEST(of_large_lanes_to_us_there_are_not_many)
{
	const struct lane_sizes large = {
	    LANE_RING_MIN, LANE_SLOTS_MAX, LANE_SLOT_BYTES_MAX};
	const size_t bytes = lane_receiver_bytes(&large);
	size_t count = 0;

	while (lanes_in_fits(&large)) {
		use_in(&large);
		count++;
	}
	assert_int_equal(count, LANES_IN_BYTES_MOST / bytes);
	lanes_table_forget();
	assert_true(lanes_in_fits(&large));
}

TEST(of_usual_lanes_to_us_there_are_as_many_as_there_may_be)
{
	const struct lane_sizes usual = {LANE_RING_MIN, 8, 4096};

	assert_int_equal(lane_receiver_bytes(&usual), LANES_IN_BYTES_USUAL);
	for (uint32_t i = 0; i < LANES_IN_MAX; i++) {
		assert_true(lanes_in_fits(&usual));
		use_in(&usual);
	}
	lanes_table_forget();
}

TEST(a_place_whose_lock_is_not_given_back_is_passed_over)
{
	lanes_ins[0].slot_lock.word = LANES_LOCK_LOST | 1;
	assert_ptr_equal(lanes_in_take(), &lanes_ins[1]);
	lanes_table_forget();
	assert_ptr_equal(lanes_in_take(), &lanes_ins[0]);
}

TEST(a_lane_is_found_by_its_whole_name)
{
	struct lanes_out *out = list_out(0x103);

	assert_ptr_equal(lanes_out_find(0x103), out);
	assert_null(lanes_out_find(0x107));
	assert_null(lanes_out_find(MACH_PORT_NULL));
	assert_true(lanes_out_unlist(out));
	lanes_out_free(out);
	assert_null(lanes_out_find(0x103));
	lanes_table_forget();
}

TEST(names_that_meet_are_all_found)
{
	struct lanes_out *outs[5];

	for (int i = 0; i < 5; i++)
		outs[i] = list_out(NAME(i));
	for (int i = 0; i < 5; i++)
		assert_ptr_equal(lanes_out_find(NAME(i)), outs[i]);
	lanes_table_forget();
}

TEST(when_one_goes_those_behind_it_are_found_still)
{
	for (int gone = 0; gone < 5; gone++) {
		struct lanes_out *outs[5];

		for (int i = 0; i < 5; i++)
			outs[i] = list_out(NAME(i));
		assert_true(lanes_out_unlist(outs[gone]));
		for (int i = 0; i < 5; i++)
			assert_ptr_equal(lanes_out_find(NAME(i)),
			    i == gone ? NULL : outs[i]);
		lanes_table_forget();
	}
}

/* Of two neighbours none is to stand before its own place. */
TEST(when_one_goes_its_neighbours_stay_where_they_are)
{
	struct lanes_out *first = list_out(0x105);
	struct lanes_out *second = list_out(0x104);

	assert_true(lanes_out_unlist(first));
	assert_null(lanes_out_find(0x105));
	assert_ptr_equal(lanes_out_find(0x104), second);
	lanes_table_forget();
}

TEST(a_name_that_is_anothers_by_now_stays_when_the_first_goes)
{
	struct lanes_out *first = list_out(0x103);
	struct lanes_out *second = list_out(0x103);

	assert_ptr_equal(lanes_out_find(0x103), second);
	assert_true(lanes_out_unlist(first));
	assert_ptr_equal(lanes_out_find(0x103), second);
	lanes_table_forget();
}

TEST(all_places_can_be_in_use)
{
	uint32_t at = 0;
	unsigned count = 0;

	for (uint32_t i = 0; i < LANES_OUT_MAX; i++)
		(void)list_out((i + 1) << 8 | 3);
	assert_null(lanes_out_take());
	for (uint32_t i = 0; i < LANES_OUT_MAX; i++)
		assert_non_null(lanes_out_find((i + 1) << 8 | 3));
	while (lanes_out_next(&at))
		count++;
	assert_int_equal(count, LANES_OUT_MAX);
	lanes_table_forget();
	at = 0;
	assert_null(lanes_out_next(&at));
}

TEST(a_token_is_found_by_its_index_whatever_its_generation)
{
	struct lanes_in *in = list_in(70, 3);
	uint32_t slot;

	assert_ptr_equal(lanes_in_find(71 << 8 | 3, &slot), in);
	assert_int_equal(slot, 1);
	assert_ptr_equal(lanes_in_find(71 << 8 | 7, &slot), in);
	assert_null(lanes_in_find(73 << 8 | 3, &slot));
	assert_true(lanes_in_unlist(in));
	lanes_in_free(in);
	assert_null(lanes_in_find(71 << 8 | 3, &slot));
	lanes_table_forget();
}

TEST(tokens_of_all_lanes_are_found)
{
	uint32_t slot;

	for (uint32_t i = 0; i < LANES_IN_MAX; i++)
		(void)list_in(1 + i * LANE_SLOTS_MAX, LANE_SLOTS_MAX);
	assert_null(lanes_in_take());
	for (uint32_t i = 0; i < LANES_IN_MAX * LANE_SLOTS_MAX; i++) {
		assert_non_null(lanes_in_find((1 + i) << 8, &slot));
		assert_int_equal(slot, i % LANE_SLOTS_MAX);
	}
	lanes_table_forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(of_large_lanes_to_us_there_are_not_many),
	    cmocka_unit_test(
	        of_usual_lanes_to_us_there_are_as_many_as_there_may_be),
	    cmocka_unit_test(
	        a_place_whose_lock_is_not_given_back_is_passed_over),
	    cmocka_unit_test(a_lane_is_found_by_its_whole_name),
	    cmocka_unit_test(names_that_meet_are_all_found),
	    cmocka_unit_test(when_one_goes_those_behind_it_are_found_still),
	    cmocka_unit_test(when_one_goes_its_neighbours_stay_where_they_are),
	    cmocka_unit_test(
	        a_name_that_is_anothers_by_now_stays_when_the_first_goes),
	    cmocka_unit_test(all_places_can_be_in_use),
	    cmocka_unit_test(
	        a_token_is_found_by_its_index_whatever_its_generation),
	    cmocka_unit_test(tokens_of_all_lanes_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
