/*
 * A task that sends by a lane, and lies: in its records, in its marks, in its slots. Its peer
 * loses nothing but that lane, and a third task, which sends to the same port, notices nothing.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_peer.h"
#include "lanes_port.h"
#include "lanes_table.h"
#include "note.h"
#include "program.h"

#define MANY 300
#define LIE (-2) /* a number of notes that nobody counts */

static mach_port_t port;
static int lied[2];
static int go[2];

/* The lane of the liar, whose memory is its own to write. */
static struct lanes_out *lane;

static struct lane_sender *
memory(void)
{
	return lane->lane.mine;
}

static uint32_t
ring_mask(void)
{
	return lane->lane.sizes.ring_bytes - 1;
}

/* The last record that was sent, which was a note. */
static struct lane_record *
last_record(void)
{
	const uint32_t bytes =
	    lane_record_bytes(NOTE_BYTES - sizeof(mach_msg_header_t), 0);

	return (struct lane_record *)(void *)(memory()->ring +
	    ((lane_position(lane->lane.tail) - bytes) & ring_mask()));
}

/* A request from @reply. */
static void
ask(mach_port_t reply, int32_t number)
{
	struct note note = note_to(bootstrap_port, number);

	note.header.msgh_local_port = reply;
	note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

/* With slots for replies, at a port of the liar's. */
static mach_port_t
open_lane(void)
{
	const mach_port_t reply = note_port();

	while (!(lane = lanes_out_find(bootstrap_port)))
		ask(reply, LIE);
	return reply;
}

/* The next note that counts, within @ms: its number, or LIE if none came. Rights to reply are
 * given up. */
static int32_t
receive(mach_msg_timeout_t ms)
{
	struct note note = {0};
	mach_msg_return_t mr;

	do {
		mr = mach_msg(&note.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
		    sizeof(note), port, ms, MACH_PORT_NULL);
		if (mr != MACH_MSG_SUCCESS)
			return LIE;
		if (MACH_PORT_VALID(note.header.msgh_remote_port))
			(void)mach_port_deallocate(
			    mach_task_self(), note.header.msgh_remote_port);
	} while (note.number < 0);
	return note.number;
}

static bool
has_rung(int ends[2])
{
	struct pollfd event = {.fd = ends[0], .events = POLLIN};

	return poll(&event, 1, 0) > 0;
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

/* Whatever asks for the exact state closes the lane. */
static void
close_lanes(void)
{
	mach_port_limits_t limits = {.mpl_qlimit = 6};

	CHECK_EQ(mach_port_set_attributes(mach_task_self(), port,
	             MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	             MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
}

static void
invent_tokens(void)
{
	const mach_port_t reply = open_lane();
	uint32_t index;

	CHECK(lanes_port_for_reply(reply, &index));
	for (uint32_t i = 0; i < lane->lane.sizes.slots; i++) {
		struct lane_request_slot *slot = &memory()->slot[i];

		slot->number = lane_count(lane->lane.tail);
		slot->port = index;
		slot->word = lane_word(100, LANE_SLOT_ISSUED);
	}
	program_ring(lied);
	program_await(go);
}

static void
invented_tokens(void)
{
	uint32_t names;
	pid_t pid;

	CHECK_EQ(pipe(lied), 0);
	CHECK_EQ(pipe(go), 0);
	port = peer_begin();
	names = count_names();
	pid = program_fork(invent_tokens);
	while (!has_rung(lied))
		(void)receive(1);
	(void)receive(0);
	CHECK_EQ(peer_count_lanes(port), 1);
	close_lanes();
	(void)receive(0);
	CHECK_EQ(peer_count_lanes(port), 0);
	CHECK_EQ(count_names(), names);
	program_ring(go);
	program_join(pid);
}
RUN(tokens_of_requests_that_never_came_leave_no_names, invented_tokens)

/* --- lies that a third task does not notice ---------------------------------- */

static void
send_many(void)
{
	for (int32_t i = 0; i < MANY; i++)
		CHECK_EQ(note_send(bootstrap_port, i, 0, 0), MACH_MSG_SUCCESS);
}

static void (*lie)(void);

static void
tell_lie(void)
{
	(void)open_lane();
	lie();
	program_ring(lied);
	program_await(go);
}

/* What the honest task sends comes, all of it and in order, though the liar has said @what;
 * whose lane is gone then if it @loses it. */
static void
expect_order(void (*what)(void), bool loses)
{
	pid_t liar;
	pid_t honest;

	CHECK_EQ(pipe(lied), 0);
	CHECK_EQ(pipe(go), 0);
	port = peer_begin();
	lie = what;
	liar = program_fork(tell_lie);
	while (!has_rung(lied))
		(void)receive(1);
	honest = program_fork(send_many);
	for (int32_t i = 0; i < MANY; i++)
		CHECK_EQ(receive(10000), i);
	program_join(honest);
	while (loses && peer_count_lanes(port) > 0)
		(void)receive(1);
	program_ring(go);
	program_join(liar);
}

/* What is sent from now on is what it is before B looks. */
static void
change_last(void (*change)(struct lane_record *record))
{
	struct lane_record *record = last_record();
	const uint64_t tail = lane->lane.tail;

	change(record);
	record->regions = 0;
	/* Published once more, behind what B has taken. */
	memmove(memory()->ring + (lane_position(tail) & ring_mask()), record,
	    sizeof(*record));
	memory()->tail =
	    lane_mark(lane_position(tail) + lane_record_bytes(record->body, 0),
	        lane_count(tail) + 1);
}

#define LIE_ABOUT(name, text)                                                  \
	static void change_##name(struct lane_record *record) { text; }        \
	static void say_##name(void) { change_last(change_##name); }           \
	static void with_##name(void) { expect_order(say_##name, true); }      \
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
	memory()->tail += 1u << 30;
}

static void
tail(void)
{
	expect_order(say_tail, true);
}
RUN(a_tail_that_cannot_be_ends_the_lane_alone, tail)

static void
say_back(void)
{
	memory()->tail = 0;
}

static void
back(void)
{
	expect_order(say_back, true);
}
RUN(a_tail_that_goes_back_ends_the_lane_alone, back)

/* Tickets that are always the first. Who is found out has no lane, and no more to say. */
static void
say_old(void)
{
	const struct lanes_out *liars = lane;

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
	expect_order(say_old, false);
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
	expect_order(say_late, false);
}
RUN(tickets_of_a_day_to_come_hold_nobody_up, late)

/* All that is not marks. */
static void
say_anything(void)
{
	uint8_t *bytes = (uint8_t *)memory();

	/* Behind the marks. */
	memset(bytes + 0x80, 0xA5, sizeof(struct lane_sender) - 0x80);
	memset(memory()->ring, 0xA5, ring_mask() + 1);
	memory()->space_wait = 77;
	memory()->cpu = 77777;
	memory()->tail += 64;
}

static void
anything(void)
{
	expect_order(say_anything, true);
}
RUN(memory_of_anything_ends_the_lane_alone, anything)

/* --- who is found out ---------------------------------------------------------- */

/* It may send, but is not even heard when it offers a lane. */
static void
tell_lie_and_try_again(void)
{
	uint32_t at = 0;

	tell_lie();
	for (int i = 0; i < 3; i++)
		CHECK_EQ(
		    note_send(bootstrap_port, LIE, 0, 0), MACH_MSG_SUCCESS);
	CHECK(!lanes_out_next(&at));
}

static void
expect_shunned(void (*what)(void))
{
	pid_t liar;

	CHECK_EQ(pipe(lied), 0);
	CHECK_EQ(pipe(go), 0);
	port = peer_begin();
	lie = what;
	liar = program_fork(tell_lie_and_try_again);
	while (!has_rung(lied) || peer_count_lanes(port) > 0)
		(void)receive(1);
	program_ring(go);
	program_join(liar);
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
	    cmocka_unit_test(memory_of_anything_ends_the_lane_alone),
	    cmocka_unit_test(who_wrote_what_is_no_record_gets_no_other_lane),
	    cmocka_unit_test(who_wrote_what_is_no_tail_gets_no_other_lane),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("lanes_liar", tests, NULL, NULL);
}
