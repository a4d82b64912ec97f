/* What is in a body whose descriptors are of memory. */
#include "lanes_regions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

#define COUNT 3u

struct message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory[COUNT];
};

static struct message
message_with(uint32_t first, uint32_t second, uint32_t third)
{
	const uint32_t sizes[COUNT] = {first, second, third};
	struct message message = {
	    .header.msgh_bits = MACH_MSGH_BITS_COMPLEX,
	    .body.msgh_descriptor_count = COUNT,
	};

	for (uint32_t i = 0; i < COUNT; i++) {
		message.memory[i].type = MACH_MSG_OOL_DESCRIPTOR;
		message.memory[i].size = sizes[i];
	}
	return message;
}

static bool
is_fine(const struct message *message)
{
	uint64_t block;

	return lanes_regions_check(message, sizeof(*message), &block);
}

static uint64_t
block_of(const struct message *message)
{
	uint64_t block = 0;

	assert_true(lanes_regions_check(message, sizeof(*message), &block));
	return block;
}

TEST(each_region_begins_at_a_multiple_of_eight)
{
	struct message message = message_with(1, 9, 3);

	assert_int_equal(block_of(&message), 8 + 16 + 3);
	message = message_with(8, 0, 8);
	assert_int_equal(block_of(&message), 16);
}

TEST(empty_regions_take_nothing)
{
	struct message message = message_with(0, 0, 0);

	assert_int_equal(block_of(&message), 0);
	message = message_with(5, 0, 0);
	assert_int_equal(block_of(&message), 5);
}

TEST(regions_may_be_of_any_size)
{
	const struct message message =
	    message_with(UINT32_MAX, UINT32_MAX, UINT32_MAX);

	assert_true(block_of(&message) > UINT32_MAX);
}

TEST(volatile_memory_is_memory_and_rights_are_not)
{
	struct message message = message_with(1, 2, 3);

	message.memory[1].type = MACH_MSG_OOL_VOLATILE_DESCRIPTOR;
	assert_true(is_fine(&message));
	message.memory[1].type = MACH_MSG_OOL_PORTS_DESCRIPTOR;
	assert_false(is_fine(&message));
	message.memory[1].type = MACH_MSG_GUARDED_PORT_DESCRIPTOR;
	assert_false(is_fine(&message));
	message.memory[1].type = MACH_MSG_PORT_DESCRIPTOR;
	assert_false(is_fine(&message));
	message.memory[1].type = 5;
	assert_false(is_fine(&message));
}

TEST(it_is_copied_physically_or_virtually)
{
	struct message message = message_with(1, 2, 3);

	message.memory[2].copy = MACH_MSG_VIRTUAL_COPY;
	assert_true(is_fine(&message));
	message.memory[2].copy = MACH_MSG_ALLOCATE;
	assert_false(is_fine(&message));
}

TEST(there_are_as_many_descriptors_as_it_says)
{
	struct message message = message_with(1, 2, 3);
	uint64_t block;

	message.body.msgh_descriptor_count = 0;
	assert_false(is_fine(&message));
	message.body.msgh_descriptor_count = COUNT + 1;
	assert_false(is_fine(&message));
	message.body.msgh_descriptor_count = UINT32_MAX;
	assert_false(is_fine(&message));
	message.body.msgh_descriptor_count = COUNT;
	assert_false(
	    lanes_regions_check(&message, sizeof(message) - 4, &block));
	assert_false(
	    lanes_regions_check(&message, sizeof(message.header), &block));
}

TEST(there_are_no_more_regions_than_a_lane_takes)
{
	static struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t memory[LANE_REGIONS_MAX + 1];
	} many = {.header.msgh_bits = MACH_MSGH_BITS_COMPLEX,
	    .body.msgh_descriptor_count = LANE_REGIONS_MAX + 1};
	uint64_t block;

	for (uint32_t i = 0; i < LANE_REGIONS_MAX + 1; i++) {
		many.memory[i].type = MACH_MSG_OOL_DESCRIPTOR;
		many.memory[i].size = i < LANE_REGIONS_MAX ? 1 : 0;
	}
	assert_true(lanes_regions_check(&many, sizeof(many), &block));
	many.memory[LANE_REGIONS_MAX].size = 1;
	assert_false(lanes_regions_check(&many, sizeof(many), &block));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_region_begins_at_a_multiple_of_eight),
	    cmocka_unit_test(empty_regions_take_nothing),
	    cmocka_unit_test(regions_may_be_of_any_size),
	    cmocka_unit_test(volatile_memory_is_memory_and_rights_are_not),
	    cmocka_unit_test(it_is_copied_physically_or_virtually),
	    cmocka_unit_test(there_are_as_many_descriptors_as_it_says),
	    cmocka_unit_test(there_are_no_more_regions_than_a_lane_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
