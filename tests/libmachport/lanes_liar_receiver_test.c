/*
 * A task that receives by a lane, and lies: in its marks, and in the slots of replies. Who sends to
 * it is not held up, gets no more than one answer to one request, and what others send to its
 * reply port comes, in order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_pair.h"
#include "lanes_port.h"
#include "note.h"
#include "program.h"

#define LIE (-2)
#define MANY 20

static int from_child[2];
static int from_server[2];

static mach_port_t port;

/* --- the honest sender --------------------------------------------------------- */

/* The last request by a lane has no answer yet. */
static mach_port_t
ask_by_lane(void)
{
	const mach_port_t reply = note_port();
	struct note note;

	port = lane_find_server();
	lane_ask_until_open(port, reply);
	program_await(from_server);
	CHECK(lane_exists(port));
	note = note_to(port, 1);
	note.header.msgh_local_port = reply;
	note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK(lane_exists(port));
	return reply;
}

static void
send_some(void)
{
	for (int i = 0; i < MANY; i++) {
		const mach_msg_return_t mr =
		    note_send(port, i, MACH_SEND_TIMEOUT, 0);

		CHECK(mr == MACH_MSG_SUCCESS || mr == MACH_SEND_TIMED_OUT);
	}
}

/* The next message, which is a note; or LIE: an answer, or that there will be none. */
static int32_t
receive(mach_port_t reply)
{
	struct note note = {.number = LIE};

	CHECK_EQ(mach_msg(&note.header, MACH_RCV_MSG, 0, sizeof(note), reply, 0,
	             MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	return note.header.msgh_id == MACH_NOTIFY_SEND_ONCE ? LIE : note.number;
}

/* By the kernel: it is a port of its own. How many answers came meanwhile. */
static unsigned
expect_others(mach_port_t reply)
{
	unsigned answers = 0;

	for (int32_t i = 0; i < MANY; i++) {
		int32_t number;

		CHECK_EQ(note_send(reply, i, 0, 0), MACH_MSG_SUCCESS);
		while ((number = receive(reply)) == LIE)
			answers++;
		CHECK_EQ(number, i);
	}
	return answers;
}

static void
end(void)
{
	const mach_port_t reply = ask_by_lane();
	unsigned answers;

	program_ring(from_child);
	program_await(from_server);
	answers = expect_others(reply);
	send_some();
	answers += expect_others(reply);
	CHECK(answers <= 1);
	program_ring(from_child);
}

/* It gives its lane up, and is not even heard when it offers another. */
static void
leave(void)
{
	uint32_t at = 0;

	end();
	for (int i = 0; i < MANY; i++)
		CHECK_EQ(note_send(port, LIE, 0, 0), MACH_MSG_SUCCESS);
	CHECK(!lanes_out_next(&at));
}

/* It has a lane still, or again. */
static void
stay(void)
{
	end();
	(void)lane_send_until_open(port, 0);
}

/* --- the liar ------------------------------------------------------------------ */

/* The lane from the honest sender. */
static struct lane_in *
find_lane(void)
{
	struct lanes_port *posted = lanes_port_find(port);
	struct lane_in *lane = NULL;

	CHECK(posted != NULL && lanes_port_lock(posted, port));
	for (uint32_t i = 1; i < posted->feed_count; i++)
		if (posted->feeds[i].in)
			lane = &posted->feeds[i].in->lane;
	lanes_lock_give(&posted->lock);
	CHECK(lane != NULL);
	return lane;
}

/* The slot of the request that waits for its answer; and an answer of one word. */
static struct lane_reply_slot *
answer_of(const struct lane_in *lane, uint32_t *generation_out)
{
	const int32_t lie = LIE;
	struct lane_reply_slot *slot;
	uint32_t i = 0;

	while ((lane->theirs->slot[i].word & 3) != LANE_SLOT_ISSUED)
		CHECK(++i < lane->sizes.slots);
	*generation_out = lane->theirs->slot[i].word >> 2;
	slot = lane_reply_slot(lane->mine, &lane->sizes, i);
	slot->bytes = sizeof(lie);
	slot->ticket = 1;
	slot->id = UINT16_MAX;
	memcpy(slot->body, &lie, sizeof(lie));
	return slot;
}

/* A lane of which a request was sent and not taken; its peer does @then when the lie is told. */
static pid_t
begin(void (*then)(void))
{
	pid_t child;

	CHECK_EQ(pipe(from_child), 0);
	CHECK_EQ(pipe(from_server), 0);
	port = lane_server("always");
	child = program_fork(then);
	lane_answer(port);
	program_ring(from_server);
	program_await(from_child);
	return child;
}

/* From now on it does what it should. */
static void
receive_until_ended(pid_t child)
{
	int32_t number;
	int status = -1;

	while (waitpid(child, &status, WNOHANG) == 0)
		(void)note_receive(port, &number, MACH_RCV_TIMEOUT, 1);
	CHECK_EQ(status, 0);
}

static void
lie_and_end(void (*lie)(void), void (*then)(void), bool closes)
{
	const pid_t child = begin(then);

	lie();
	if (closes)
		lane_close_all(port);
	program_ring(from_server);
	program_await(from_child);
	receive_until_ended(child);
}

static int
fill(void *memory, size_t bytes)
{
	memset(memory, 0xA5, bytes);
	return 0;
}

/* Name, what comes of the sender and its lane, and the lie: about the lane, and the answer in @slot. */
#define LIES(X)                                                                \
	X(a_head_beyond_the_tail, leave, lane->mine->head += 1u << 20)         \
	X(a_head_that_goes_back, leave, lane->mine->head -= 1u << 20)          \
	X(a_head_off_a_record, leave, lane->mine->head += 4)                   \
	X(a_count_without_bytes, leave,                                        \
	    lane->mine->head += (uint64_t)1000 << 32)                          \
	X(a_head_within_a_record, end, lane->mine->head += 32)                 \
	X(a_way_to_be_woken, stay, lane->mine->wait = 77)                      \
	X(a_cpu, stay, lane->mine->cpu = 77777)                                \
	X(tokens_that_it_has, stay,                                            \
	    fill((uint8_t *)lane->mine + offsetof(struct lane_receiver, held), \
	        sizeof(lane->mine->held)))                                     \
	X(an_answer_of_any_id, stay, ANSWER(slot->id = INT32_MIN))             \
	X(an_answer_with_more_to_it, stay,                                     \
	    ANSWER(fill(slot->spare, sizeof(slot->spare))))                    \
	X(an_answer_of_long_ago, stay, ANSWER(slot->ticket = 0))               \
	X(an_answer_of_a_day_to_come, stay, ANSWER(slot->ticket = UINT64_MAX)) \
	X(an_answer_to_another_request, stay, ANSWER(generation++))            \
	X(an_answer_in_no_state, stay, slot->word = lane_word(generation, 3))  \
	X(an_answer_larger_than_its_slot, leave,                               \
	    ANSWER(slot->bytes = lane->sizes.slot_bytes))                      \
	X(an_answer_larger_than_all, leave,                                    \
	    ANSWER(slot->bytes = UINT32_MAX - 3))                              \
	X(an_answer_of_part_of_a_word, leave, ANSWER(slot->bytes = 2))

#define ANSWER(text)                                                           \
	((void)(text),                                                         \
	    atomic_store_explicit(&slot->word,                                 \
	        lane_word(generation, LANE_REPLIED), memory_order_release))

#define TELL(name, then, text)                                                 \
	static void say_##name(void)                                           \
	{                                                                      \
		struct lane_in *lane = find_lane();                            \
		uint32_t generation;                                           \
		struct lane_reply_slot *slot = answer_of(lane, &generation);   \
                                                                               \
		(void)slot;                                                    \
		(void)(text);                                                  \
	}                                                                      \
	static void with_##name(void)                                          \
	{                                                                      \
		lie_and_end(say_##name, then, false);                          \
	}                                                                      \
	static void end_with_##name(void)                                      \
	{                                                                      \
		lie_and_end(say_##name, end, true);                            \
	}                                                                      \
	RUN(name##_holds_nobody_up, with_##name)                               \
	RUN(name##_holds_nobody_up_when_the_lane_closes, end_with_##name)
LIES(TELL)

#define TEST_LIE(name, then, text)                                             \
	cmocka_unit_test(name##_holds_nobody_up),                              \
	    cmocka_unit_test(name##_holds_nobody_up_when_the_lane_closes),

int
main(void)
{
	static const struct CMUnitTest tests[] = {LIES(TEST_LIE)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(
	    "lanes_liar_receiver", tests, NULL, NULL);
}
