/* Lanes for messages with regions: what comes by the kernel when they close, and how many of
 * them there may be. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lane_policy.h"
#include "lane_tasks.h"

#define REGION_BYTES ((uint32_t)1 << 20)

/* What is behind the header of such a message. */
struct body {
	mach_msg_body_t count;
	mach_msg_ool_descriptor64_t memory;
};

static uint8_t region[REGION_BYTES];

/* The kernel counts all that is held, and charged, and tells at the end what is left. */
static int
setup(void **state)
{
	(void)state;
	lane_tasks_start((const char *const[]){"--verify", NULL});
	lane_fetch_board(&lane_a);
	return 0;
}

#define REGIONS(name)                                                          \
	cmocka_unit_test_setup_teardown(name, setup, lane_teardown)

/* A message with @id, and one region full of it. */
static enum lane_published
put(struct lane_pair *pair, int32_t id, uint32_t bytes)
{
	const struct body body = {
	    .count = {1},
	    .memory = {.size = bytes,
	        .copy = MACH_MSG_VIRTUAL_COPY,
	        .type = MACH_MSG_OOL_DESCRIPTOR},
	};
	const struct lane_region where = {region, bytes};
	const struct lane_message message = {
	    .id = id,
	    .body = &body,
	    .body_bytes = sizeof(body),
	    .has_regions = true,
	    .region_count = 1,
	    .region_bytes = bytes,
	    .regions = &where,
	};
	struct lane_wake wake;
	uint32_t slot;

	memset(region, id, bytes);
	return lane_publish(&pair->out, &message, &slot, &wake);
}

/* The next message at B's port is that one. */
static void
expect_message(int32_t id, uint32_t bytes)
{
	struct {
		mach_msg_header_t header;
		struct body body;
	} got;
	uint8_t *memory;

	assert_int_equal(lane_poll(lane_b.fd, lane_port, 0), MACH_MSG_SUCCESS);
	memcpy(&got, lane_answer.bytes, sizeof(got));
	assert_int_equal(got.header.msgh_id, id);
	assert_int_equal(got.header.msgh_size, sizeof(got));
	assert_true(MACH_MSGH_BITS_IS_COMPLEX(got.header.msgh_bits));
	assert_int_equal(got.body.memory.size, bytes);
	assert_true(got.body.memory.deallocate);
	assert_int_equal(lane_answer.answer.files, WIRE_FILE_KERNEL);
	memory =
	    mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, lane_answer.files[1], 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	memset(region, id, bytes);
	assert_memory_equal(memory, region, bytes);
	(void)munmap(memory, bytes);
	raw_answer_close(&lane_answer);
}

static void
close_lane(const struct lane_pair *pair)
{
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_CLOSE, pair), KERN_SUCCESS);
}

TEST(a_full_ring_of_the_largest_comes_by_the_kernel)
{
	struct lane_pair *pair = lane_pair_of(LANE_RING_MAX);

	lane_open_pair(pair, LANE_DEST);
	for (int32_t id = 1; id <= 3; id++)
		assert_int_equal(put(pair, id, REGION_BYTES), LANE_TAKEN);
	assert_int_equal(put(pair, 4, 5000), LANE_TAKEN);
	assert_int_equal(put(pair, 5, REGION_BYTES), LANE_FULL);
	close_lane(pair);
	for (int32_t id = 1; id <= 3; id++)
		expect_message(id, REGION_BYTES);
	expect_message(4, 5000);
	assert_int_equal(
	    lane_poll(lane_b.fd, lane_port, 0), MACH_RCV_TIMED_OUT);
	lane_pair_free(pair);
}

/* So many lanes with rings of the largest, each to a port of its own. */
#define MOST (LANE_TASK_LARGE_BYTES / LANE_RING_MAX)

TEST(a_task_has_so_many_large_rings_and_no_more_until_one_closes)
{
	struct lane_pair *pairs[MOST + 1];
	mach_port_name_t names[MOST + 1];

	for (unsigned i = 0; i <= MOST; i++)
		names[i] = lane_send_right(raw_port(lane_b.fd));
	for (unsigned i = 0; i < MOST; i++) {
		pairs[i] = lane_pair_of(LANE_RING_MAX);
		lane_open_pair(pairs[i], names[i]);
	}
	pairs[MOST] = lane_pair_of(LANE_RING_MAX);
	assert_int_equal(
	    lane_offer(pairs[MOST], names[MOST]), KERN_RESOURCE_SHORTAGE);
	close_lane(pairs[0]);
	lane_open_pair(pairs[MOST], names[MOST]);
	for (unsigned i = 0; i <= MOST; i++)
		lane_pair_free(pairs[i]);
}

TEST(what_a_dead_sender_left_comes_by_the_kernel)
{
	struct lane_pair *pair = lane_pair_of(LANE_RING_MAX);

	lane_open_pair(pair, LANE_DEST);
	assert_int_equal(put(pair, 1, REGION_BYTES), LANE_TAKEN);
	assert_int_equal(put(pair, 2, 5000), LANE_TAKEN);
	proxy_stop(&lane_a_proxy);
	lane_a.fd = -1;
	while (lane_state_of(&lane_b, pair->accepted.index) != LANE_CLOSED)
		raw_works(lane_b.fd);
	expect_message(1, REGION_BYTES);
	expect_message(2, 5000);
	lane_pair_free(pair);
}

TEST(what_nobody_receives_goes_with_its_port)
{
	struct lane_pair *pair = lane_pair_of(LANE_RING_MAX);

	lane_open_pair(pair, LANE_DEST);
	assert_int_equal(put(pair, 1, REGION_BYTES), LANE_TAKEN);
	close_lane(pair);
	assert_int_equal(RAW_CALL(lane_b.fd, WIRE_PORT_MOD_REFS, NULL, 0, SELF,
	                     lane_port, MACH_PORT_RIGHT_RECEIVE, UINT32_MAX),
	    KERN_SUCCESS);
	lane_pair_free(pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    REGIONS(a_full_ring_of_the_largest_comes_by_the_kernel),
	    REGIONS(
	        a_task_has_so_many_large_rings_and_no_more_until_one_closes),
	    REGIONS(what_a_dead_sender_left_comes_by_the_kernel),
	    REGIONS(what_nobody_receives_goes_with_its_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
