/* Memory for what a lane brings: got without a lock, and for the message that is there then. */
#include "lanes_region_take.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "lane_fake.h"
#include "region.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

struct body {
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory[2];
};

static struct fake_in *fake;
static struct lanes_port *port;
static struct lanes_region_taking taking;

static void
begin(void)
{
	fake = fake_new_in(1);
	port = fake_post(PORT, PORT_INDEX, fake, NULL, 0);
	lanes_region_taking_init(&taking);
}

static void
end(void)
{
	lanes_region_release(&taking);
	fake_free_in(fake);
}

/* A message with two regions, of @bytes and of 8; the first is all @fill. */
static void
put(uint32_t bytes, uint8_t fill)
{
	const uint64_t tail = fake->sender->tail;
	const uint32_t block = lane_region_align(bytes);
	struct {
		struct lane_record record;
		struct body body;
	} sent = {
	    .record =
	        {
	            .bytes = lane_record_bytes(sizeof(sent.body), block + 8),
	            .kind = LANE_KIND_REGIONS,
	            .ticket = lane_count(tail) + 1,
	            .body = sizeof(sent.body),
	            .regions = block + 8,
	        },
	    .body.body.msgh_descriptor_count = 2,
	};
	uint8_t *to = fake->sender->ring + lane_position(tail) % RING;

	for (unsigned i = 0; i < 2; i++) {
		sent.body.memory[i].type = MACH_MSG_OOL_DESCRIPTOR;
		sent.body.memory[i].copy = MACH_MSG_VIRTUAL_COPY;
	}
	sent.body.memory[0].size = bytes;
	sent.body.memory[1].size = 8;
	memcpy(to, &sent, sizeof(sent));
	to += sizeof(sent.record) + lane_regions_at(sizeof(sent.body));
	memset(to, fill, bytes);
	memcpy(to + block, "regions", 8);
	fake->sender->tail = lane_mark(
	    lane_position(tail) + sent.record.bytes, lane_count(tail) + 1);
}

/* By a call with that memory; NULL: with none. */
static enum lanes_taken
take_by(struct lanes_region_taking *with, mach_msg_return_t *mr_out)
{
	struct msg_call call = fake_call_with(0, sizeof(fake_message));
	bool locked = lanes_port_lock(port, PORT);
	enum lanes_taken taken;

	assert_true(locked);
	call.regions = with;
	taken = lanes_take(port, &call, mr_out);
	lanes_lock_give(&port->lock);
	return taken;
}

static void
expect_taken(mach_msg_return_t expected)
{
	mach_msg_return_t mr;

	assert_int_equal(take_by(&taking, &mr), LANES_TAKEN);
	assert_int_equal(mr, expected);
}

static void
expect_wanted(void)
{
	mach_msg_return_t mr;

	assert_int_equal(take_by(&taking, &mr), LANES_MEMORY);
}

/* What was received brought a region of @bytes, all @fill. */
static void
expect_regions(uint32_t bytes, uint8_t fill)
{
	const struct body *body = (const void *)fake_message.body;
	const uint8_t *memory = body->memory[0].address;

	assert_true(fake_message.header.msgh_bits & MACH_MSGH_BITS_COMPLEX);
	assert_int_equal(body->memory[0].size, bytes);
	for (uint32_t i = 0; i < bytes; i++)
		assert_int_equal(memory[i], fill);
	assert_string_equal(body->memory[1].address, "regions");
	region_free(memory, bytes);
	region_free(body->memory[1].address, 8);
}

TEST(a_call_without_memory_takes_nothing)
{
	mach_msg_return_t mr;

	begin();
	put(100, 7);
	assert_int_equal(take_by(NULL, &mr), LANES_MEMORY);
	assert_int_equal(fake->in.lane.head, 0);
	end();
}

TEST(what_was_seen_is_taken_when_there_is_memory_for_it)
{
	begin();
	put(100, 7);
	expect_wanted();
	lanes_region_prepare(&taking);
	expect_taken(MACH_MSG_SUCCESS);
	expect_regions(100, 7);
	assert_int_equal(fake->in.lane.head, fake->sender->tail);
	end();
}

TEST(memory_that_fits_the_next_message_is_used_for_it)
{
	mach_msg_return_t mr;
	struct lanes_region_taking other;

	begin();
	put(100, 7);
	put(100, 8);
	expect_wanted();
	lanes_region_prepare(&taking);
	lanes_region_taking_init(&other);
	assert_int_equal(take_by(&other, &mr), LANES_MEMORY);
	lanes_region_prepare(&other);
	assert_int_equal(take_by(&other, &mr), LANES_TAKEN);
	expect_regions(100, 7);
	expect_taken(MACH_MSG_SUCCESS);
	expect_regions(100, 8);
	end();
}

TEST(for_another_message_there_is_other_memory)
{
	mach_msg_return_t mr;
	struct lanes_region_taking other;

	begin();
	put(100, 7);
	put(200, 8);
	expect_wanted();
	lanes_region_prepare(&taking);
	lanes_region_taking_init(&other);
	assert_int_equal(take_by(&other, &mr), LANES_MEMORY);
	lanes_region_prepare(&other);
	assert_int_equal(take_by(&other, &mr), LANES_TAKEN);
	expect_regions(100, 7);
	expect_wanted();
	lanes_region_prepare(&taking);
	expect_taken(MACH_MSG_SUCCESS);
	expect_regions(200, 8);
	end();
}

TEST(memory_that_no_message_has_taken_is_given_back)
{
	const unsigned mappings = region_count_mappings();

	begin();
	put(100, 7);
	expect_wanted();
	for (int i = 0; i < 3; i++)
		lanes_region_prepare(&taking);
	end();
	assert_int_equal(region_count_mappings(), mappings);
}

/* Source: messages.md 11.7 */
TEST(without_memory_the_message_comes_with_empty_regions)
{
	const struct body *body = (const void *)fake_message.body;
	struct rlimit limit;
	struct rlimit none;

	begin();
	put(100, 7);
	expect_wanted();
	assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
	lanes_region_prepare(&taking);
	assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
	expect_taken(MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE);
	assert_null(body->memory[0].address);
	assert_int_equal(body->memory[0].size, 0);
	assert_int_equal(body->memory[1].size, 0);
	assert_int_equal(fake->in.lane.head, fake->sender->tail);
	end();
}

/* The lane is closed when the message has been copied. */
static enum lanes_taken
take_while_closed(uint32_t from)
{
	mach_msg_return_t mr;

	put(100, 7);
	expect_wanted();
	lanes_region_prepare(&taking);
	fake_board->lane[1].from = from;
	fake_board->lane[1].state = LANE_CLOSED;
	return take_by(&taking, &mr);
}

TEST(what_the_kernel_has_counted_as_taken_is_ours)
{
	begin();
	assert_int_equal(take_while_closed(4096), LANES_TAKEN);
	expect_regions(100, 7);
	end();
}

TEST(what_the_kernel_has_is_forgotten)
{
	const unsigned mappings = region_count_mappings();

	begin();
	assert_int_equal(take_while_closed(0), LANES_AGAIN);
	end();
	assert_int_equal(region_count_mappings(), mappings);
}

/* The lane goes, and another has its struct: number 2, nothing of which was taken. */
static void
replace_lane(void)
{
	struct lane_in *lane = &fake->in.lane;
	const struct lane_sizes sizes = lane->sizes;

	fake->sender->tail = 0;
	lane_in_init(lane, lane->theirs, lane->mine, lane->board, &sizes);
	fake->in.id = 2;
	port->feeds[LANES_FEED_ONLY].id = 2;
}

TEST(other_regions_at_the_same_place_of_the_next_lane_are_no_lie)
{
	begin();
	put(100, 1);
	expect_wanted();
	replace_lane();
	put(200, 2);
	expect_wanted();
	lanes_region_prepare(&taking);
	expect_taken(MACH_MSG_SUCCESS);
	expect_regions(200, 2);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOARD_TEST(a_call_without_memory_takes_nothing),
	    BOARD_TEST(what_was_seen_is_taken_when_there_is_memory_for_it),
	    BOARD_TEST(memory_that_fits_the_next_message_is_used_for_it),
	    BOARD_TEST(for_another_message_there_is_other_memory),
	    BOARD_TEST(memory_that_no_message_has_taken_is_given_back),
	    BOARD_TEST(without_memory_the_message_comes_with_empty_regions),
	    BOARD_TEST(what_the_kernel_has_counted_as_taken_is_ours),
	    BOARD_TEST(what_the_kernel_has_is_forgotten),
	    BOARD_TEST(
	        other_regions_at_the_same_place_of_the_next_lane_are_no_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
