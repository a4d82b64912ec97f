/*
 * A task that sends messages with regions by a lane, and lies: in the record, in the
 * descriptors, and while its peer, or the kernel process, looks at them. The liar loses its lane
 * at most; what a third task sends to the same port comes.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lane_liar.h"
#include "lane_peer.h"
#include "program.h"

#define REGION_BYTES 1000u
#define REGION_FILL 0x5A
#define LOOKS 1000

/* --- records that the liar makes ----------------------------------------------- */

/* As an honest task writes one, but for what is changed: with one region. */
struct forgery {
	struct lane_record record;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory[2];
	uint32_t written; /* bytes of all that */
	uint32_t bytes;   /* of the record, true */
};

/* With so many @descriptors, of which the first has a region of @bytes. */
static struct forgery
forge(uint32_t descriptors, uint32_t bytes)
{
	const uint32_t body = (uint32_t)(sizeof(mach_msg_body_t) +
	    descriptors * sizeof(mach_msg_ool_descriptor_t));
	struct forgery forgery = {
	    .record =
	        {
	            .bytes = lane_record_bytes(body, REGION_BYTES),
	            .kind = LANE_KIND_REGIONS,
	            .ticket = lane_clock_ticket(liar_lane->lane.clock),
	            .body = body,
	            .regions = bytes,
	        },
	    .body.msgh_descriptor_count = descriptors,
	    .written = (uint32_t)sizeof(struct lane_record) + body,
	    .bytes = lane_record_bytes(body, REGION_BYTES),
	};

	for (uint32_t i = 0; i < 2; i++) {
		forgery.memory[i].type = MACH_MSG_OOL_DESCRIPTOR;
		forgery.memory[i].copy = MACH_MSG_VIRTUAL_COPY;
	}
	forgery.memory[0].size = bytes;
	return forgery;
}

static void
write_forgery(uint32_t position, const struct forgery *forgery)
{
	const uint8_t *from = (const uint8_t *)forgery;

	for (uint32_t i = 0; i < forgery->written; i++)
		*liar_ring(position + i) = from[i];
}

/* Send @forgery. What is not written of it is REGION_FILL. */
static void
publish(const struct forgery *forgery)
{
	const uint64_t tail = liar_memory()->tail;

	for (uint32_t i = 0; i < forgery->bytes; i++)
		*liar_ring(lane_position(tail) + i) = REGION_FILL;
	write_forgery(lane_position(tail), forgery);
	atomic_store_explicit(&liar_memory()->tail,
	    lane_mark(
	        lane_position(tail) + forgery->bytes, lane_count(tail) + 1),
	    memory_order_release);
}

/* --- what comes of them ---------------------------------------------------------- */

static unsigned arrived;

/* It has one region, and the program can read it all. */
static void
see(const mach_msg_base_t *message)
{
	mach_msg_ool_descriptor_t memory;

	memcpy(&memory, message + 1, sizeof(memory));
	CHECK(memory.size > 0 && memory.size <= REGION_BYTES);
	for (uint32_t i = 0; i < memory.size; i++)
		CHECK_EQ(((const uint8_t *)memory.address)[i], REGION_FILL);
	arrived++;
}

static void
refuse(const mach_msg_base_t *message)
{
	(void)message;
	program_fail("a lie is a message", __FILE__, __LINE__);
}

static void
say_truth(void)
{
	const struct forgery forgery = forge(1, REGION_BYTES);

	publish(&forgery);
}

static void
truth(void)
{
	liar_look = see;
	liar_expect_order(say_truth, false);
	CHECK_EQ(arrived, 1);
}
RUN(a_message_that_is_as_it_should_be_comes, truth)

static void
truth_at_the_end(void)
{
	liar_look = see;
	liar_expect_order_when_closed(say_truth);
	CHECK_EQ(arrived, 1);
}
RUN(a_message_that_is_as_it_should_be_comes_when_the_lane_closes,
    truth_at_the_end)

/* --- what cannot be ---------------------------------------------------------------- */

/* Name, descriptors, and what is not as it should be; of the record first. */
#define LIES(X)                                                                \
	X(a_block_behind_the_record, 1, record->regions += 4096)               \
	X(a_block_that_wraps, 1, record->regions = UINT32_MAX - 31)            \
	X(a_block_of_nothing, 1, record->regions = 0)                          \
	X(a_body_without_a_count, 1, record->body = 0)                         \
	X(a_body_that_cuts_descriptors, 1, record->body -= 4)                  \
	X(a_part_of_a_word, 1, record->body += 1)                              \
	X(a_large_body, 1, record->body = LANE_REGIONS_BODY_MAX + 4)           \
	X(a_body_that_wraps, 1, record->body = UINT32_MAX - 3)                 \
	X(a_record_of_a_header, 1, record->bytes = sizeof(*record))            \
	X(a_large_count, 1, forgery.body.msgh_descriptor_count = 2)            \
	X(the_largest_count, 1,                                                \
	    forgery.body.msgh_descriptor_count = UINT32_MAX)                   \
	X(a_count_of_none, 1, forgery.body.msgh_descriptor_count = 0)          \
	X(a_larger_size, 1, memory->size++)                                    \
	X(a_smaller_size, 1, memory->size--)                                   \
	X(the_largest_size, 1, memory->size = UINT32_MAX)                      \
	X(a_sum_of_sizes_that_wraps, 2,                                        \
	    (memory[0].size = UINT32_MAX - 7,                                  \
	        memory[1].size = REGION_BYTES + 8))                            \
	X(a_right, 1, memory->type = MACH_MSG_PORT_DESCRIPTOR)                 \
	X(an_array_of_rights, 1, memory->type = MACH_MSG_OOL_PORTS_DESCRIPTOR) \
	X(a_guarded_right, 1, memory->type = MACH_MSG_GUARDED_PORT_DESCRIPTOR) \
	X(a_type, 1, memory->type = 77)                                        \
	X(a_way_to_copy, 1, memory->copy = 77)

#define TELL(name, descriptors, text)                                          \
	static void say_##name(void)                                           \
	{                                                                      \
		struct forgery forgery = forge(descriptors, REGION_BYTES);     \
		struct lane_record *record = &forgery.record;                  \
		mach_msg_ool_descriptor_t *memory = forgery.memory;            \
                                                                               \
		(void)record;                                                  \
		(void)memory;                                                  \
		(void)(text);                                                  \
		publish(&forgery);                                             \
	}                                                                      \
	static void with_##name(void)                                          \
	{                                                                      \
		liar_look = refuse;                                            \
		liar_expect_order(say_##name, true);                           \
	}                                                                      \
	static void end_with_##name(void)                                      \
	{                                                                      \
		liar_look = refuse;                                            \
		liar_expect_order_when_closed(say_##name);                     \
	}                                                                      \
	RUN(name##_that_cannot_be_ends_the_lane_alone, with_##name)            \
	RUN(name##_that_cannot_be_is_no_message_when_the_lane_closes,          \
	    end_with_##name)
LIES(TELL)

/* --- what changes while somebody looks ----------------------------------------------- */

static struct forgery one;
static struct forgery other;
static uint8_t seen[REGION_BYTES];

static void
start(void *(*body)(void *))
{
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, body, NULL), 0);
	CHECK_EQ(pthread_detach(thread), 0);
}

/* How much of what was sent the peer has not taken, and that is @records of them. */
static uint32_t
unread_bytes(uint32_t *records)
{
	const uint64_t tail = liar_memory()->tail;
	const uint64_t head = atomic_load_explicit(
	    &liar_lane->lane.theirs->head, memory_order_acquire);

	*records = lane_count(tail) - lane_count(head);
	return lane_position(tail) - lane_position(head);
}

/* Send, and write everything that is not taken yet anew, as `one` or as `other`, until the
 * process ends. */
static void *
change_for_ever(void *nothing)
{
	for (uint32_t i = 0;; i++) {
		uint32_t records;
		const uint32_t bytes = unread_bytes(&records);

		if (records == 0) {
			publish(&one);
			continue;
		}
		for (uint32_t at = 0; at < bytes; at += one.bytes)
			write_forgery(
			    lane_position(liar_memory()->tail) - bytes + at,
			    i % 2 == 0 ? &other : &one);
	}
	return nothing;
}

static void
change_into(struct forgery changed)
{
	one = forge(1, REGION_BYTES);
	other = changed;
	start(change_for_ever);
}

/* Name, and what it is every other time. */
#define CHANGES(X)                                                             \
	X(address, forgery.memory[0].address = &forgery)                       \
	X(size, forgery.memory[0].size = UINT32_MAX)                           \
	X(count, forgery.body.msgh_descriptor_count = UINT32_MAX)              \
	X(type, forgery.memory[0].type = MACH_MSG_PORT_DESCRIPTOR)             \
	X(kind, forgery.record.kind = LANE_KIND_MESSAGE)                       \
	X(block, forgery.record.regions = UINT32_MAX)                          \
	X(size_and_block, forgery.memory[0].size = forgery.record.regions = 600)

#define CHANGE(name, text)                                                     \
	static void change_##name(void)                                        \
	{                                                                      \
		struct forgery forgery = forge(1, REGION_BYTES);               \
                                                                               \
		(void)(text);                                                  \
		change_into(forgery);                                          \
	}                                                                      \
	static void with_other_##name(void)                                    \
	{                                                                      \
		liar_look = see;                                               \
		liar_expect_order(change_##name, false);                       \
	}                                                                      \
	RUN(who_changes_##name##_for_ever_holds_nobody_up, with_other_##name)
CHANGES(CHANGE)

/* The bytes of the region. */
static void *
scribble(void *nothing)
{
	const uint32_t position = lane_position(liar_memory()->tail);

	for (uint32_t i = 0;; i++)
		memset(liar_ring(position - REGION_BYTES), (int)i,
		    REGION_BYTES / 2);
	return nothing;
}

static void
say_and_scribble(void)
{
	say_truth();
	start(scribble);
}

/* They may be anything, but stay what they are. */
static void
see_twice(const mach_msg_base_t *message)
{
	mach_msg_ool_descriptor_t memory;

	memcpy(&memory, message + 1, sizeof(memory));
	CHECK_EQ(memory.size, REGION_BYTES);
	memcpy(seen, memory.address, sizeof(seen));
	for (int i = 0; i < LOOKS; i++) {
		CHECK(memcmp(seen, memory.address, sizeof(seen)) == 0);
		(void)sched_yield();
	}
	arrived++;
}

static void
private_bytes(void)
{
	liar_look = see_twice;
	liar_expect_order(say_and_scribble, false);
	CHECK_EQ(arrived, 1);
}
RUN(bytes_that_change_after_the_receive_are_not_seen, private_bytes)

#define TEST_LIE(name, descriptors, text)                                      \
	cmocka_unit_test(name##_that_cannot_be_ends_the_lane_alone),           \
	    cmocka_unit_test(                                                  \
	        name##_that_cannot_be_is_no_message_when_the_lane_closes),
#define TEST_CHANGE(name, text)                                                \
	cmocka_unit_test(who_changes_##name##_for_ever_holds_nobody_up),

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_message_that_is_as_it_should_be_comes),
	    cmocka_unit_test(
	        a_message_that_is_as_it_should_be_comes_when_the_lane_closes),
	    LIES(TEST_LIE) CHANGES(TEST_CHANGE) cmocka_unit_test(
	        bytes_that_change_after_the_receive_are_not_seen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(
	    "lanes_liar_regions", tests, NULL, NULL);
}
