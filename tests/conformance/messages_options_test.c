/*
 * The calls, their options, and what follows from what: messages.md 7.
 */
#include <string.h>

#include "messages.h"

/* Values that programs were compiled with. */
_Static_assert(MACH_MSG_OPTION_NONE == 0, "7.1.r1");
_Static_assert(MACH_SEND_MSG == 0x1, "7.1.r2");
_Static_assert(MACH_RCV_MSG == 0x2, "7.1.r3");
_Static_assert(MACH_RCV_LARGE == 0x4, "7.1.r4");
_Static_assert(MACH_RCV_LARGE_IDENTITY == 0x8, "7.1.r5");
_Static_assert(MACH_SEND_TIMEOUT == 0x10, "7.1.r6");
_Static_assert(MACH_SEND_OVERRIDE == 0x20, "7.1.r7");
_Static_assert(MACH_SEND_INTERRUPT == 0x40, "7.1.r8");
_Static_assert(MACH_SEND_NOTIFY == 0x80, "7.1.r9");
_Static_assert(MACH_RCV_TIMEOUT == 0x100, "7.1.r10");
_Static_assert(MACH_MSG_STRICT_REPLY == 0x200, "7.1.r11");
_Static_assert(MACH_RCV_NOTIFY == 0, "7.1.r12");
_Static_assert(MACH_RCV_INTERRUPT == 0x400, "7.1.r13");
_Static_assert(MACH_RCV_VOUCHER == 0x800, "7.1.r14");
_Static_assert(MACH_RCV_OVERWRITE == 0, "7.1.r15");
_Static_assert(MACH_RCV_GUARDED_DESC == 0x1000, "7.1.r16");
_Static_assert(MACH_RCV_SYNC_WAIT == 0x4000, "7.1.r17");
_Static_assert(MACH_RCV_SYNC_PEEK == 0x8000, "7.1.r18");
_Static_assert(MACH_SEND_FILTER_NONFATAL == 0x10000, "7.1.r19");
_Static_assert(MACH_SEND_ALWAYS == 0x10000, "7.1.r19");
_Static_assert(MACH_SEND_TRAILER == 0x20000, "7.1.r20");
_Static_assert(MACH_SEND_NOIMPORTANCE == 0x40000, "7.1.r21");
_Static_assert(MACH_SEND_NODENAP == 0x40000, "7.1.r21");
_Static_assert(MACH_SEND_IMPORTANCE == 0x80000, "7.1.r22");
_Static_assert(MACH_SEND_SYNC_OVERRIDE == 0x100000, "7.1.r23");
_Static_assert(MACH_SEND_PROPAGATE_QOS == 0x200000, "7.1.r24");
_Static_assert(MACH_SEND_SYNC_USE_THRPRI == 0x200000, "7.1.r24");
_Static_assert(MACH_SEND_KERNEL == 0x400000, "7.1.r25");
_Static_assert(MACH_SEND_SYNC_BOOTSTRAP_CHECKIN == 0x800000, "7.1.r26");
_Static_assert(MACH_RCV_TRAILER_MASK == 0x0f000000, "7.1.r27");
_Static_assert(MACH64_MSG_VECTOR == 1ull << 32, "7.1");
_Static_assert(MACH64_SEND_KOBJECT_CALL == 1ull << 33, "7.1");
_Static_assert(MACH64_SEND_MQ_CALL == 1ull << 34, "7.1");
_Static_assert(MACH64_SEND_ANY == 1ull << 35, "7.1");
_Static_assert(MACH64_SEND_DK_CALL == 1ull << 36, "7.1");

#define BOTH (MACH_SEND_MSG | MACH_RCV_MSG)

/*
 * 7: the calls
 */

static void
mach_msg_has_one_buffer(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	message.header.msgh_id = 1;
	EXPECT(mach_msg(&message.header, BOTH, 24, sizeof(message), port, 0, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_local_port, port);
	CHECK_EQUAL(message.header.msgh_id, 1);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	message.header.msgh_id = 2;
	EXPECT(mach_msg_overwrite(&message.header, BOTH, 24, sizeof(message),
	           port, 0, 0, NULL, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_local_port, port);
	CHECK_EQUAL(message.header.msgh_id, 2);
	destroy(port);
}

static void
overwrite_receives_into_the_second_buffer(void)
{
	/* The last argument is nobody's. */
	static const mach_msg_size_t limits[] = {0, 1, 40, UINT32_MAX};
	mach_port_t port = new_send_port();
	struct received sent;
	struct received copy;
	struct received message;

	compose(&sent, port, COPY_SEND, MACH_PORT_NULL, NONE);
	copy = sent;
	for (unsigned i = 0; i < 4; i++) {
		memset(&message, 0x5a, sizeof(message));
		EXPECT(mach_msg_overwrite(&sent.header, BOTH, 24, 32, port, 0,
		           0, &message.header, limits[i]),
		    MACH_MSG_SUCCESS);
		CHECK(memcmp(&sent, &copy, sizeof(sent)) == 0);
		CHECK_EQUAL(message.header.msgh_local_port, port);
		/* The room is the fourth argument. */
		EXPECT(mach_msg_overwrite(&sent.header, BOTH, 24, 31, port, 0,
		           0, &message.header, limits[i]),
		    MACH_RCV_TOO_LARGE);
		CHECK(memcmp(&sent, &copy, sizeof(sent)) == 0);
		/* Without a send the first is not needed. */
		EXPECT(send_id(port, COPY_SEND, 3, 0, 0), MACH_MSG_SUCCESS);
		EXPECT(mach_msg_overwrite(NULL, MACH_RCV_MSG, 0, 32, port, 0, 0,
		           &message.header, limits[i]),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_id, 3);
	}
	destroy(port);
}

static void
overwrite_gives_back_into_the_first_buffer(void)
{
	mach_port_t port = new_send_port();
	mach_port_t other = new_send_port();
	struct received sent;
	struct received message;
	struct received copy;

	close_queue(port);
	memset(&message, 0x5a, sizeof(message));
	copy = message;
	compose(&sent, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(send_id(other, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(mach_msg_overwrite(&sent.header, BOTH | MACH_SEND_TIMEOUT, 24,
	           sizeof(message), other, 0, 0, &message.header, 0),
	    MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(sent.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
	CHECK_EQUAL(sent.header.msgh_remote_port, port);
	CHECK(memcmp(&message, &copy, sizeof(copy)) == 0);
	expect_id(other, 1);
	destroy(port);
	destroy(other);
}

static void
call_mach_msg_send(void *argument)
{
	EXPECT(mach_msg_send(argument), MACH_MSG_SUCCESS);
}

static void
mach_msg_send_sends_msgh_size_and_waits(void)
{
	mach_port_t port = new_send_port();
	struct received message;
	struct worker *worker;

	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	message.header.msgh_size = 20;
	EXPECT(mach_msg_send(&message.header), MACH_SEND_MSG_TOO_SMALL);
	message.header.msgh_size = 36;
	close_queue(port);
	worker = worker_start(call_mach_msg_send, &message);
	worker_until_blocked(worker);
	open_queue(port);
	worker_join(worker);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_size, 36);
	destroy(port);
}

static void
call_mach_msg_receive(void *argument)
{
	EXPECT(mach_msg_receive(argument), MACH_MSG_SUCCESS);
}

static void
mach_msg_receive_has_room_for_msgh_size_and_waits(void)
{
	mach_port_t port = new_send_port();
	struct received message;
	struct worker *worker;

	message.header.msgh_local_port = absent_name();
	message.header.msgh_size = sizeof(message);
	EXPECT(mach_msg_receive(&message.header), MACH_RCV_INVALID_NAME);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	message.header.msgh_local_port = port;
	message.header.msgh_size = 31;
	EXPECT(mach_msg_receive(&message.header), MACH_RCV_TOO_LARGE);
	message.header.msgh_local_port = port;
	message.header.msgh_size = 32;
	worker = worker_start(call_mach_msg_receive, &message);
	worker_until_blocked(worker);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	worker_join(worker);
	CHECK_EQUAL(message.header.msgh_id, 2);
	CHECK_EQUAL(message.header.msgh_size, 24);
	destroy(port);
}

/*
 * 7.1: options
 */

static void
neither_send_nor_receive_does_nothing(void)
{
	mach_port_t port = new_send_port();
	struct received message;
	struct received copy;
	struct view before, after;

	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	copy = message;
	view_space(&before);
	for (unsigned bit = 2; bit < 32; bit++)
		EXPECT(mach_msg(&message.header, (int)(1u << bit), 24,
		           sizeof(message), port, 0, port),
		    MACH_MSG_SUCCESS);
	EXPECT(mach_msg(&message.header, MACH_MSG_OPTION_NONE, 24,
	           sizeof(message), port, 0, 0),
	    MACH_MSG_SUCCESS);
	EXPECT(mach_msg(NULL, ~BOTH, 1, 1, 1, 1, 1), MACH_MSG_SUCCESS);
	view_space(&after);
	CHECK(views_equal(&before, &after));
	CHECK(memcmp(&message, &copy, sizeof(copy)) == 0);
	destroy(port);
}

static void
each_half_is_done_only_if_asked_for(void)
{
	mach_port_t port = new_send_port();
	struct received message;
	struct received copy;

	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	message.header.msgh_id = 1;
	copy = message;
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG, 24, sizeof(message),
	           port, 0, 0),
	    MACH_MSG_SUCCESS);
	CHECK(memcmp(&message, &copy, sizeof(copy)) == 0);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	EXPECT(mach_msg(&message.header, MACH_RCV_MSG, 24, sizeof(message),
	           port, 0, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits, MACH_MSGH_BITS(0, MOVE_SEND));
	expect_empty(port);
	destroy(port);
}

/* Options that change nothing for a message that is simply sent and received. */
static const unsigned ignored[] = {MACH_SEND_OVERRIDE, MACH_SEND_INTERRUPT,
    MACH_SEND_NOTIFY, MACH_MSG_STRICT_REPLY, MACH_RCV_INTERRUPT,
    MACH_RCV_VOUCHER, MACH_RCV_GUARDED_DESC, 0x2000, MACH_RCV_SYNC_WAIT,
    MACH_RCV_SYNC_PEEK, MACH_SEND_FILTER_NONFATAL, MACH_SEND_TRAILER,
    MACH_SEND_NOIMPORTANCE, MACH_SEND_IMPORTANCE, MACH_SEND_SYNC_OVERRIDE,
    MACH_SEND_PROPAGATE_QOS, MACH_SEND_KERNEL, MACH_SEND_SYNC_BOOTSTRAP_CHECKIN,
    MACH_RCV_NOTIFY, MACH_RCV_OVERWRITE, MACH_RCV_LARGE,
    MACH_RCV_LARGE_IDENTITY, 0xf0000000};

static void
options_without_meaning_here_are_accepted(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		int option = (int)ignored[i];

		compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_id = 1;
		EXPECT_IN("option", ignored[i], 1,
		    mach_msg(&message.header, MACH_SEND_MSG | option, 24, 0, 0,
		        0, 0),
		    MACH_MSG_SUCCESS);
		EXPECT_IN("option", ignored[i], 2,
		    mach_msg(&message.header, MACH_RCV_MSG | option, 0,
		        sizeof(message), port, 0, 0),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(
		    message.header.msgh_bits, MACH_MSGH_BITS(0, MOVE_SEND));
		CHECK_EQUAL(trailer_of(&message)->msgh_trailer_size, 8);
		CHECK_EQUAL(status_of(port).mps_mscount, 1);
	}
	destroy(port);
}

/* Nor do they let a user do what the kernel alone may. */
static void
no_option_gets_a_message_past_the_limit(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	close_queue(port);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
		EXPECT_IN("option", ignored[i], 0,
		    post_with(&message, (int)ignored[i]), MACH_SEND_TIMED_OUT);
		drop(message.header.msgh_remote_port);
	}
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(post_with(&message,
	           MACH_SEND_ALWAYS | MACH_SEND_KERNEL | MACH_SEND_IMPORTANCE),
	    MACH_SEND_TIMED_OUT);
	destroy(port);
}

static void
override_makes_notify_a_priority(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();
	struct received message;

	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG | MACH_SEND_OVERRIDE, 24,
	           0, 0, 0, 0xffff),
	    MACH_MSG_SUCCESS);
	expect_id(port, 0);
	/* So MACH_SEND_NOTIFY is about the request, not that port. */
	close_queue(port);
	CHECK_EQUAL(request(port, MACH_NOTIFY_SEND_POSSIBLE, 0, notify),
	    MACH_PORT_NULL);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(mach_msg(&message.header,
	           MACH_SEND_MSG | MACH_SEND_TIMEOUT | MACH_SEND_NOTIFY |
	               MACH_SEND_OVERRIDE,
	           24, 0, 0, 0, notify),
	    MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(status_of(port).mps_msgcount, 0);
	open_queue(port);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	expect_notice(notify, MACH_NOTIFY_SEND_POSSIBLE, port);
	destroy(port);
	drop_receive(notify);
}

static void
vouchers_are_shown_to_who_asks(void)
{
	static const mach_msg_type_name_t dispositions[] = {
	    MOVE_SEND, COPY_SEND};
	mach_port_t port = new_send_port();
	struct received message;

	for (unsigned i = 0; i < 4; i++) {
		compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_bits |= dispositions[i / 2] << 16;
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		EXPECT(
		    receive_now(port, i % 2 ? MACH_RCV_VOUCHER : 0, &message),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(MACH_MSGH_BITS_VOUCHER(message.header.msgh_bits),
		    i % 2 ? MOVE_SEND : NONE);
		CHECK_EQUAL(message.header.msgh_voucher_port, MACH_PORT_NULL);
		/* Without a disposition it is a number. */
		compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_voucher_port = 0x12345;
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		EXPECT(
		    receive_now(port, i % 2 ? MACH_RCV_VOUCHER : 0, &message),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_voucher_port, 0x12345);
	}
	destroy(port);
}

/*
 * 7.2: both halves
 */

static void
a_send_that_fails_is_the_end(void)
{
	mach_port_t port = new_send_port();
	struct received message;
	struct received copy;

	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	compose(&message, absent_name(), COPY_SEND, MACH_PORT_NULL, NONE);
	copy = message;
	EXPECT(mach_msg(&message.header, BOTH, 24, sizeof(message), port, 0, 0),
	    MACH_SEND_INVALID_DEST);
	CHECK(memcmp(&message, &copy, sizeof(copy)) == 0);
	/* Even if the other half is wrong, too. */
	EXPECT(mach_msg(&message.header, BOTH, 24, 0, MACH_PORT_NULL, 0, 0),
	    MACH_SEND_INVALID_DEST);
	EXPECT(mach_msg(&message.header, BOTH, 20, sizeof(message), port, 0, 0),
	    MACH_SEND_MSG_TOO_SMALL);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, absent_name(), COPY_SEND);
	EXPECT(mach_msg(&message.header, BOTH, message.header.msgh_size,
	           sizeof(message), port, 0, 0),
	    MACH_SEND_INVALID_RIGHT);
	expect_id(port, 1);
	expect_empty(port);
	destroy(port);
}

static void
a_receive_that_fails_does_not_undo_the_send(void)
{
	mach_port_t port = new_send_port();
	mach_port_t other = new_port();
	struct received message;

	for (int id = 1; id <= 4; id++) {
		static const mach_msg_return_t codes[] = {MACH_RCV_INVALID_NAME,
		    MACH_RCV_TIMED_OUT, MACH_RCV_TOO_LARGE,
		    MACH_RCV_INVALID_NAME};
		mach_port_t names[] = {
		    absent_name(), other, port, MACH_PORT_NULL};

		compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
		message.header.msgh_id = id;
		EXPECT(mach_msg(&message.header,
		           BOTH | MACH_RCV_TIMEOUT | MACH_RCV_LARGE, 24,
		           id == 3 ? 31 : 32, names[id - 1], 0, 0),
		    codes[id - 1]);
		expect_id(port, id);
	}
	destroy(port);
	drop_receive(other);
}

static void
a_signal_is_no_reason_to_return(void)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();
	struct sending sending;
	struct receiving receiving = {.port = port};
	struct received message;

	/* The send is made again, of what came back. */
	close_queue(port);
	sending_of_id(&sending, port, 1);
	sending.message.header.msgh_bits =
	    MACH_MSGH_BITS(COPY_SEND, MAKE_SEND_ONCE);
	sending.message.header.msgh_local_port = reply;
	/* The bit of the other half is of no use to it. */
	sending.option = MACH_RCV_INTERRUPT;
	sending_begin(&sending);
	for (unsigned i = 0; i < 3; i++) {
		interrupt(sending.thread);
		worker_until_blocked(sending.worker);
	}
	open_queue(port);
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(MOVE_SEND_ONCE, MOVE_SEND));
	expect_empty(reply);
	drop(message.header.msgh_remote_port);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(reply);

	receiving.option = MACH_SEND_INTERRUPT;
	receiving_begin(&receiving);
	for (unsigned i = 0; i < 3; i++) {
		interrupt(receiving.thread);
		worker_until_blocked(receiving.worker);
	}
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receiving_end(&receiving), MACH_MSG_SUCCESS);
	CHECK_EQUAL(receiving.message.header.msgh_id, 2);
	drop_receive(reply);
	destroy(port);
}

struct joint {
	mach_port_t to;
	mach_port_t from;
	mach_msg_option_t option;
	mach_msg_timeout_t timeout;
	mach_msg_return_t mr;
	_Atomic pthread_t thread;
};

static void
run_joint(void *argument)
{
	struct joint *joint = argument;
	struct received message;

	joint->thread = pthread_self();
	compose(&message, joint->to, COPY_SEND, MACH_PORT_NULL, NONE);
	joint->mr = mach_msg(&message.header, BOTH | joint->option, 24,
	    sizeof(message), joint->from, joint->timeout, 0);
}

/* Of a call that does both, the send is not made twice. */
static void
only_the_half_that_was_interrupted_is_repeated(void)
{
	mach_port_t to = new_send_port();
	mach_port_t from = new_send_port();

	for (unsigned i = 0; i < 2; i++) {
		struct joint joint = {.to = to,
		    .from = from,
		    .option = i ? MACH_RCV_INTERRUPT : MACH_SEND_INTERRUPT};
		struct worker *worker = worker_start(run_joint, &joint);

		worker_until_blocked(worker);
		interrupt(joint.thread);
		if (i == 0) {
			worker_until_blocked(worker);
			EXPECT(send_id(from, COPY_SEND, 1, 0, 0),
			    MACH_MSG_SUCCESS);
		}
		worker_join(worker);
		EXPECT(joint.mr, i ? MACH_RCV_INTERRUPTED : MACH_MSG_SUCCESS);
		expect_id(to, 0);
		expect_empty(to);
	}
	destroy(to);
	destroy(from);
}

/* One time for both, and each says whether it counts for it. */
static void
the_timeout_is_for_each_half(void)
{
	mach_port_t to = new_send_port();
	mach_port_t from = new_send_port();
	struct joint joint = {.to = to,
	    .from = from,
	    .option = MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT,
	    .timeout = 1};
	struct worker *worker;

	run_joint(&joint);
	EXPECT(joint.mr, MACH_RCV_TIMED_OUT);
	expect_id(to, 0);
	close_queue(to);
	run_joint(&joint);
	EXPECT(joint.mr, MACH_SEND_TIMED_OUT);
	drop(to);
	open_queue(to);
	joint.timeout = 0;
	joint.option = MACH_SEND_TIMEOUT;
	worker = worker_start(run_joint, &joint);
	worker_until_blocked(worker);
	EXPECT(send_id(from, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	worker_join(worker);
	EXPECT(joint.mr, MACH_MSG_SUCCESS);
	expect_id(to, 0);
	close_queue(to);
	joint.option = MACH_RCV_TIMEOUT;
	worker = worker_start(run_joint, &joint);
	worker_until_blocked(worker);
	open_queue(to);
	worker_join(worker);
	EXPECT(joint.mr, MACH_RCV_TIMED_OUT);
	expect_id(to, 0);
	/* The wait for room takes nothing from the wait for a message. */
	close_queue(to);
	joint.option = MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT;
	joint.timeout = 600000;
	worker = worker_start(run_joint, &joint);
	worker_until_blocked(worker);
	open_queue(to);
	EXPECT(receive(to, 0, &(struct received){0}), MACH_MSG_SUCCESS);
	worker_until_blocked(worker);
	EXPECT(send_id(from, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	worker_join(worker);
	EXPECT(joint.mr, MACH_MSG_SUCCESS);
	destroy(to);
	destroy(from);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.7 messages.7.b1", mach_msg_has_one_buffer),
    SCENARIO("messages.7.b2", overwrite_receives_into_the_second_buffer),
    SCENARIO("messages.7.b3", overwrite_gives_back_into_the_first_buffer),
    SCENARIO("messages.7.b4", mach_msg_send_sends_msgh_size_and_waits),
    SCENARIO(
        "messages.7.b5", mach_msg_receive_has_room_for_msgh_size_and_waits),
    SCENARIO(
        "messages.7.1 messages.7.1.r1", neither_send_nor_receive_does_nothing),
    SCENARIO(
        "messages.7.1.r2 messages.7.1.r3", each_half_is_done_only_if_asked_for),
    SCENARIO("messages.7.1 messages.7.1.r11 messages.7.1.r12 messages.7.1.r15 "
             "messages.7.1.r17 messages.7.1.r18 messages.7.1.r19 "
             "messages.7.1.r20 messages.7.1.r21 messages.7.1.r22 "
             "messages.7.1.r23 messages.7.1.r24 messages.7.1.r25 "
             "messages.7.1.r26",
        options_without_meaning_here_are_accepted),
    SCENARIO("messages.7.1.r19 messages.7.1.r22 messages.7.1.r25",
        no_option_gets_a_message_past_the_limit),
    SCENARIO(
        "messages.7.1.r7 messages.7.1.r9", override_makes_notify_a_priority),
    SCENARIO("messages.7.1.r14", vouchers_are_shown_to_who_asks),
    SCENARIO("messages.7.2.i1", a_send_that_fails_is_the_end),
    SCENARIO("messages.7.2.i2", a_receive_that_fails_does_not_undo_the_send),
    SCENARIO_WITH(SCENARIO_PROCESS,
        "messages.7.2.i3 messages.7.1.r8 messages.7.1.r13",
        a_signal_is_no_reason_to_return),
    SCENARIO_WITH(SCENARIO_PROCESS,
        "messages.7.2 messages.7.2.i3 messages.7.1.r8 messages.7.1.r13",
        only_the_half_that_was_interrupted_is_repeated),
    SCENARIO("messages.7.2 messages.7.2.i4 messages.7.1.r6 messages.7.1.r10",
        the_timeout_is_for_each_half),
};
CONFORMANCE(scenarios)
