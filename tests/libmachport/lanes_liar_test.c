/*
 * A task that sends by a lane, and lies: in its records, in its marks, in its slots. Its peer
 * loses nothing but that lane, and a third task, which sends to the same port, notices nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lane_liar.h"
#include "lane_pair.h"
#include "lane_peer.h"
#include "lanes_port.h"
#include "note.h"
#include "program.h"

/* The last record that was sent, which was a note. */
static struct lane_record *
last_record(void)
{
	const uint32_t bytes =
	    lane_record_bytes(NOTE_BYTES - sizeof(mach_msg_header_t), 0);

	return (struct lane_record *)(void *)liar_ring(
	    lane_position(liar_lane->lane.tail) - bytes);
}

static uint32_t
count_names(void)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	mach_msg_type_number_t types_count;

	CHECK_EQ(mach_port_names(
	             mach_task_self(), &names, &count, &types, &types_count),
	    KERN_SUCCESS);
	(void)vm_deallocate(
	    mach_task_self(), (vm_address_t)names, count * sizeof(*names));
	(void)vm_deallocate(mach_task_self(), (vm_address_t)types,
	    types_count * sizeof(*types));
	return count;
}

/* --- tokens that nobody has -------------------------------------------------- */

static void
invent_tokens(void)
{
	uint32_t index;

	CHECK(lanes_port_for_reply(liar_reply, &index));
	for (uint32_t i = 0; i < liar_lane->lane.sizes.slots; i++) {
		struct lane_request_slot *slot = &liar_memory()->slot[i];

		slot->number = lane_count(liar_lane->lane.tail);
		slot->port = index;
		slot->word = lane_word(100, LANE_SLOT_ISSUED);
	}
}

static void
invented_tokens(void)
{
	uint32_t names;
	pid_t liar;

	liar_begin();
	names = count_names();
	liar = liar_start(invent_tokens, NULL);
	while (!liar_has_lied())
		(void)liar_receive(1);
	(void)liar_receive(0);
	CHECK_EQ(peer_count_lanes(liar_port), 1);
	lane_close_all(liar_port);
	(void)liar_receive(0);
	CHECK_EQ(peer_count_lanes(liar_port), 0);
	CHECK_EQ(count_names(), names);
	liar_end(liar);
}
RUN(tokens_of_requests_that_never_came_leave_no_names, invented_tokens)

/* --- lies that a third task does not notice ---------------------------------- */

/* What is sent from now on is what it is before B looks. */
static void
change_last(void (*change)(struct lane_record *record))
{
	struct lane_record *record = last_record();
	const uint64_t tail = liar_lane->lane.tail;

	change(record);
	record->regions = 0;
	/* Published once more, behind what B has taken. */
	memmove(liar_ring(lane_position(tail)), record, sizeof(*record));
	liar_memory()->tail =
	    lane_mark(lane_position(tail) + lane_record_bytes(record->body, 0),
	        lane_count(tail) + 1);
}

#define LIE_ABOUT(name, text)                                                  \
	static void change_##name(struct lane_record *record) { text; }        \
	static void say_##name(void) { change_last(change_##name); }           \
	static void with_##name(void) { liar_expect_order(say_##name, true); } \
	RUN(a_##name##_that_cannot_be_ends_the_lane_alone, with_##name)

LIE_ABOUT(size, record->bytes = 0)
LIE_ABOUT(length, record->bytes = UINT32_MAX - 31)
LIE_ABOUT(kind, record->kind = 77)
LIE_ABOUT(body, record->body = 1u << 20)
LIE_ABOUT(part_of_a_word, record->body = 2)
LIE_ABOUT(slot, record->token = 1u << 4 | 15)

static void
say_tail(void)
{
	liar_memory()->tail += 1u << 30;
}

static void
tail(void)
{
	liar_expect_order(say_tail, true);
}
RUN(a_tail_that_cannot_be_ends_the_lane_alone, tail)

static void
say_back(void)
{
	liar_memory()->tail = 0;
}

static void
back(void)
{
	liar_expect_order(say_back, true);
}
RUN(a_tail_that_goes_back_ends_the_lane_alone, back)

/* Tickets that are always the first. Who is found out has no lane, and no more to say. */
static void
say_old(void)
{
	const struct lanes_out *liars = liar_lane;

	for (int32_t i = 0; i < 50; i++) {
		(void)note_send(bootstrap_port, LIE, MACH_SEND_TIMEOUT, 0);
		if (lanes_out_find(bootstrap_port) != liars)
			return;
		last_record()->ticket = 1;
	}
}

static void
old(void)
{
	liar_expect_order(say_old, false);
}
RUN(tickets_of_long_ago_hold_nobody_up, old)

static void
change_late(struct lane_record *record)
{
	record->ticket = UINT64_MAX;
}

static void
say_late(void)
{
	change_last(change_late);
}

static void
late(void)
{
	liar_expect_order(say_late, false);
}
RUN(tickets_of_a_day_to_come_hold_nobody_up, late)

/* Of what is no lie about a record: of each slot @slot, and @i its number. */
#define KEEPS(X)                                                               \
	X(sleep_for_room, memory->space_wait = UINT32_MAX)                     \
	X(cpu, memory->cpu = 77777)                                            \
	X(sleep_for_an_answer, memory->slot_wait[i] = 77)                      \
	X(state, slot->word = lane_word(100, 3))                               \
	X(generation, slot->word = lane_word(0, LANE_SLOT_ISSUED))             \
	X(number, (issue(slot), slot->number = UINT32_MAX))                    \
	X(reply_port, (issue(slot), slot->port = LANE_BOARD_PORTS))            \
	X(reply_port_of_all_bits, (issue(slot), slot->port = UINT32_MAX))      \
	X(count_of_a_slot, (end(slot), slot->accepted = UINT32_MAX))           \
	X(count_of_a_port, memory->accepted[i] += 1000)                        \
	X(count_of_records, memory->tail += (uint64_t)1 << 32)

/* As for a request that never came. */
static void
issue(struct lane_request_slot *slot)
{
	slot->number = lane_count(liar_memory()->tail);
	slot->word = lane_word(100, LANE_SLOT_ISSUED);
}

/* As for one that was answered. */
static void
end(struct lane_request_slot *slot)
{
	slot->word = lane_word(100, LANE_SLOT_DONE);
}

#define KEEP(name, text)                                                       \
	static void say_##name(void)                                           \
	{                                                                      \
		struct lane_sender *memory = liar_memory();                    \
                                                                               \
		for (uint32_t i = 0; i < liar_lane->lane.sizes.slots; i++) {   \
			struct lane_request_slot *slot = &memory->slot[i];     \
                                                                               \
			(void)slot;                                            \
			(void)(text);                                          \
		}                                                              \
	}                                                                      \
	static void with_##name(void)                                          \
	{                                                                      \
		liar_expect_order(say_##name, false);                          \
	}                                                                      \
	static void end_with_##name(void)                                      \
	{                                                                      \
		liar_expect_order_when_closed(say_##name);                     \
	}                                                                      \
	RUN(a_##name##_that_cannot_be_holds_nobody_up, with_##name)            \
	RUN(a_##name##_that_cannot_be_is_nothing_when_the_lane_closes,         \
	    end_with_##name)
KEEPS(KEEP)

#define TEST_KEEP(name, text)                                                  \
	cmocka_unit_test(a_##name##_that_cannot_be_holds_nobody_up),           \
	    cmocka_unit_test(                                                  \
	        a_##name##_that_cannot_be_is_nothing_when_the_lane_closes),

/* All that is not marks. */
static void
say_anything(void)
{
	uint8_t *bytes = (uint8_t *)liar_memory();

	/* Behind the marks. */
	memset(bytes + 0x80, 0xA5, sizeof(struct lane_sender) - 0x80);
	memset(liar_memory()->ring, 0xA5, liar_lane->lane.sizes.ring_bytes);
	liar_memory()->space_wait = 77;
	liar_memory()->cpu = 77777;
	liar_memory()->tail += 64;
}

static void
anything(void)
{
	liar_expect_order(say_anything, true);
}
RUN(memory_of_anything_ends_the_lane_alone, anything)

/* --- who is found out ---------------------------------------------------------- */

/* It may send, but is not even heard when it offers a lane. */
static void
try_again(void)
{
	uint32_t at = 0;

	for (int i = 0; i < 3; i++)
		CHECK_EQ(
		    note_send(bootstrap_port, LIE, 0, 0), MACH_MSG_SUCCESS);
	CHECK(!lanes_out_next(&at));
}

static void
expect_shunned(void (*lie)(void))
{
	pid_t liar;

	liar_begin();
	liar = liar_start(lie, try_again);
	while (!liar_has_lied() || peer_count_lanes(liar_port) > 0)
		(void)liar_receive(1);
	liar_end(liar);
}

static void
shun_for_record(void)
{
	expect_shunned(say_size);
}
RUN(who_wrote_what_is_no_record_gets_no_other_lane, shun_for_record)

static void
shun_for_tail(void)
{
	expect_shunned(say_tail);
}
RUN(who_wrote_what_is_no_tail_gets_no_other_lane, shun_for_tail)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tokens_of_requests_that_never_came_leave_no_names),
	    cmocka_unit_test(a_size_that_cannot_be_ends_the_lane_alone),
	    cmocka_unit_test(a_length_that_cannot_be_ends_the_lane_alone),
	    cmocka_unit_test(a_kind_that_cannot_be_ends_the_lane_alone),
	    cmocka_unit_test(a_body_that_cannot_be_ends_the_lane_alone),
	    cmocka_unit_test(
	        a_part_of_a_word_that_cannot_be_ends_the_lane_alone),
	    cmocka_unit_test(a_slot_that_cannot_be_ends_the_lane_alone),
	    cmocka_unit_test(a_tail_that_cannot_be_ends_the_lane_alone),
	    cmocka_unit_test(a_tail_that_goes_back_ends_the_lane_alone),
	    cmocka_unit_test(tickets_of_long_ago_hold_nobody_up),
	    cmocka_unit_test(tickets_of_a_day_to_come_hold_nobody_up),
	    KEEPS(TEST_KEEP)
	        cmocka_unit_test(memory_of_anything_ends_the_lane_alone),
	    cmocka_unit_test(who_wrote_what_is_no_record_gets_no_other_lane),
	    cmocka_unit_test(who_wrote_what_is_no_tail_gets_no_other_lane),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("lanes_liar", tests, NULL, NULL);
}
