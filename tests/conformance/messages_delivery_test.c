/*
 * What becomes of a message that was copied in: messages.md 10. To whom it goes,
 * who waits for room, in which order, and what ends the wait.
 */
#include <string.h>

#include "messages.h"

/*
 * The destination has died
 */

static void
a_message_to_a_port_that_dies_meanwhile_is_sent(void)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();
	mach_port_t inside = new_port();
	struct sending sending;

	close_queue(port);
	sending_of_id(&sending, port, 1);
	sending.message.header.msgh_bits =
	    MACH_MSGH_BITS(COPY_SEND, MAKE_SEND_ONCE);
	sending.message.header.msgh_local_port = reply;
	add_port(&sending.message, inside, MAKE_SEND_ONCE);
	sending_begin(&sending);
	expect_empty(reply);
	drop_receive(port);
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);
	/* All it had is destroyed. */
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(inside, MACH_NOTIFY_SEND_ONCE, 0);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 1);
	drop(port);
	drop_receive(inside);
	drop_receive(reply);
}

struct barrage {
	mach_port_t to;
	mach_port_t reply;
	unsigned sent;
};

static void
send_until_dead(void *argument)
{
	struct barrage *barrage = argument;
	struct received message;
	mach_msg_return_t mr;

	for (;;) {
		compose(&message, barrage->to, COPY_SEND, barrage->reply,
		    MAKE_SEND_ONCE);
		mr = mach_msg_send(&message.header);
		if (mr != MACH_MSG_SUCCESS)
			break;
		barrage->sent++;
	}
	EXPECT(mr, MACH_SEND_INVALID_DEST);
}

/* At whatever moment: each reply right that was taken leads to one message. */
static void
no_reply_right_is_lost_when_the_destination_dies(void)
{
	for (unsigned round = 0; round < 20; round++) {
		struct barrage barrage = {new_send_port(), new_port(), 0};
		struct worker *worker;

		set_qlimit(barrage.to, round);
		worker = worker_start(send_until_dead, &barrage);
		drop_receive(barrage.to);
		worker_join(worker);
		for (unsigned i = 0; i < barrage.sent; i++)
			expect_notice(barrage.reply, MACH_NOTIFY_SEND_ONCE, 0);
		expect_empty(barrage.reply);
		drop(barrage.to);
		drop_receive(barrage.reply);
	}
}

/*
 * The kernel's own ports
 */

static void
ask_kernel(mach_port_t reply, mach_msg_type_name_t disposition)
{
	const mig_reply_error_t *error;
	struct received message;

	compose(&message, mach_task_self(), COPY_SEND, reply, disposition);
	message.header.msgh_id = 99999;
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	/* It is there: the send did it. */
	EXPECT(receive_now(reply, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(0, transformed(disposition)));
	CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_NULL);
	CHECK_EQUAL(message.header.msgh_id, 99999 + 100);
	CHECK_EQUAL(message.header.msgh_size, sizeof(*error));
	error = (const mig_reply_error_t *)&message;
	EXPECT(error->RetCode, MIG_BAD_ID);
	expect_empty(reply);
}

static void
the_kernel_answers_at_once_and_over_any_limit(void)
{
	mach_port_t reply = new_port();
	struct received message;

	ask_kernel(reply, MAKE_SEND_ONCE);
	ask_kernel(reply, MAKE_SEND);
	close_queue(reply);
	ask_kernel(reply, MAKE_SEND_ONCE);
	ask_kernel(reply, MAKE_SEND);
	/* More requests than any queue has room for; nobody reads. */
	for (unsigned i = 0; i < 20; i++)
		EXPECT(send_id(mach_task_self(), COPY_SEND, 99999, reply,
		           MAKE_SEND),
		    MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(reply).mps_msgcount, 20);
	for (unsigned i = 0; i < 20; i++)
		EXPECT(receive_now(reply, 0, &message), MACH_MSG_SUCCESS);
	/* And without a reply right. */
	EXPECT(
	    send_id(mach_task_self(), COPY_SEND, 99999, MACH_PORT_NULL, NONE),
	    MACH_MSG_SUCCESS);
	CHECK(!status_of(reply).mps_srights);
	drop_receive(reply);
}

/*
 * Room
 */

static void
a_queue_takes_as_many_as_its_limit(void)
{
	mach_port_t port = new_send_port();

	for (mach_port_msgcount_t limit = 0; limit < 4; limit++) {
		set_qlimit(port, limit);
		for (unsigned i = 0; i < limit; i++)
			EXPECT(send_id(port, COPY_SEND, (int)i, 0, 0),
			    MACH_MSG_SUCCESS);
		CHECK_EQUAL(status_of(port).mps_msgcount, limit);
		EXPECT(send_id(port, COPY_SEND, 9, 0, 0), MACH_SEND_TIMED_OUT);
		CHECK_EQUAL(status_of(port).mps_msgcount, limit);
		for (unsigned i = 0; i < limit; i++)
			expect_id(port, (int)i);
		expect_empty(port);
	}
	destroy(port);
}

static void
send_once_rights_get_past_the_limit(void)
{
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);
	struct sending sending;

	set_qlimit(port, 1);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(once, MOVE_SEND_ONCE, 2, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, MAKE_SEND_ONCE, 3, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_msgcount, 3);
	/* Others wait until it has dropped below the limit. */
	sending_of_id(&sending, port, 4);
	sending_begin(&sending);
	expect_id(port, 1);
	expect_id(port, 2);
	worker_until_blocked(sending.worker);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	EXPECT(send_id(port, COPY_SEND, 5, 0, 0), MACH_SEND_TIMED_OUT);
	expect_id(port, 3);
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);
	expect_id(port, 4);
	destroy(port);
}

static void
notifications_get_past_the_limit(void)
{
	mach_port_t notify = new_port();
	mach_port_t port = new_send_port();

	close_queue(notify);
	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	drop(port);
	drop(new_send_once(notify));
	CHECK_EQUAL(status_of(notify).mps_msgcount, 2);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	expect_notice(notify, MACH_NOTIFY_SEND_ONCE, 0);
	drop_receive(port);
	drop_receive(notify);
}

/* Of Mach 3: one message for each name, and a word when it has left. */
static void
a_message_with_notice_gets_past_the_limit(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();
	struct received message;

	close_queue(port);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	message.header.msgh_id = 1;
	EXPECT(mach_msg(&message.header, MACH_SEND_MSG | MACH_SEND_NOTIFY,
	           message.header.msgh_size, 0, 0, 0, notify),
	    MACH_SEND_WILL_NOTIFY);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	expect_empty(notify);
	expect_id(port, 1);
	expect_notice(notify, MACH_NOTIFY_MSG_ACCEPTED, port);
	destroy(port);
	drop_receive(notify);
}

/* With a request, a send that finds room is sent whatever the limit. */
static void
a_send_with_a_request_is_sent_or_arms_it(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();
	struct received message;

	set_qlimit(port, 1);
	CHECK_EQUAL(request(port, MACH_NOTIFY_SEND_POSSIBLE, 0, notify),
	    MACH_PORT_NULL);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(post_with(&message, MACH_SEND_NOTIFY), MACH_MSG_SUCCESS);
	expect_id(port, 0);
	expect_empty(notify); /* it was not armed */
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(post_with(&message, MACH_SEND_NOTIFY), MACH_SEND_TIMED_OUT);
	drop(message.header.msgh_remote_port);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	expect_id(port, 1);
	expect_notice(notify, MACH_NOTIFY_SEND_POSSIBLE, port);
	destroy(port);
	drop_receive(notify);
}

/* So many send-once rights for @port in one message that is destroyed. */
static void
add_notices(mach_port_t port, mach_msg_size_t count)
{
	size_t bytes = count * sizeof(mach_port_t);
	mach_port_t *names = new_memory(bytes);
	mach_port_t box = new_port();
	struct received message;

	for (mach_msg_size_t i = 0; i < count; i++)
		names[i] = port;
	compose(&message, box, MAKE_SEND_ONCE, MACH_PORT_NULL, NONE);
	add_ports(&message, names, count, MAKE_SEND_ONCE, false);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	drop_receive(box);
	free_memory(names, bytes);
}

static void
no_queue_holds_more_than_65534(void)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();
	struct received message;

	for (unsigned i = 0; i < 4; i++)
		add_notices(port, 16383);
	CHECK_EQUAL(status_of(port).mps_msgcount, 65532);
	add_notices(port, 1);
	EXPECT(send_id(port, MAKE_SEND_ONCE, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_msgcount, 65534);
	/* What would be forced comes back. */
	compose(&message, port, MAKE_SEND_ONCE, reply, MAKE_SEND);
	EXPECT(post(&message), MACH_SEND_NO_BUFFER);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(MOVE_SEND_ONCE, MOVE_SEND));
	CHECK_EQUAL(message.header.msgh_local_port, reply);
	CHECK_EQUAL(
	    type_of(message.header.msgh_remote_port), MACH_PORT_TYPE_SEND_ONCE);
	/* Of its end nobody is told. */
	drop(message.header.msgh_remote_port);
	CHECK_EQUAL(status_of(port).mps_msgcount, 65534);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_SEND_TIMED_OUT);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	EXPECT(send_id(port, MAKE_SEND_ONCE, 2, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_msgcount, 65534);
	destroy(port);
	destroy(reply);
}

static void
no_receiver_helps_where_the_limit_is_zero(void)
{
	mach_port_t port = new_send_port();
	struct receiving receiving = {.port = port};
	struct sending sending;

	close_queue(port);
	receiving_begin(&receiving);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_SEND_TIMED_OUT);
	sending_of_id(&sending, port, 2);
	sending_begin(&sending);
	worker_until_blocked(receiving.worker);
	set_qlimit(port, 1);
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);
	EXPECT(receiving_end(&receiving), MACH_MSG_SUCCESS);
	CHECK_EQUAL(receiving.message.header.msgh_id, 2);
	expect_empty(port);
	destroy(port);
}

/*
 * Waiting for it
 */

static void
a_full_queue_is_waited_for_as_long_as_was_said(void)
{
	mach_port_t port = new_send_port();
	struct received message;
	struct sending sending;

	close_queue(port);
	for (mach_msg_timeout_t timeout = 0; timeout < 3; timeout++) {
		compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
		EXPECT(
		    mach_msg(&message.header, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
		        message.header.msgh_size, 0, 0, timeout, 0),
		    MACH_SEND_TIMED_OUT);
		drop(message.header.msgh_remote_port);
	}
	/* A time without the option does not count, and this is enough of it. */
	sending_of_id(&sending, port, 1);
	sending.timeout = 1;
	sending_begin(&sending);
	EXPECT(mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	           sizeof(message), port, 5, 0),
	    MACH_RCV_TIMED_OUT);
	worker_until_blocked(sending.worker);
	open_queue(port);
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	/* And one with it does not when there is room. */
	sending_of_id(&sending, port, 2);
	EXPECT(mach_msg(&sending.message.header,
	           MACH_SEND_MSG | MACH_SEND_TIMEOUT, 24, 0, 0, 600000, 0),
	    MACH_MSG_SUCCESS);
	expect_id(port, 2);
	destroy(port);
}

static void
blocked_senders_are_served_in_their_order(void)
{
	mach_port_t port = new_send_port();
	struct sending sendings[4];

	set_qlimit(port, 1);
	EXPECT(send_id(port, COPY_SEND, 100, 0, 0), MACH_MSG_SUCCESS);
	for (int i = 0; i < 4; i++) {
		sending_of_id(&sendings[i], port, i);
		sending_begin(&sendings[i]);
	}
	expect_id(port, 100);
	for (int i = 0; i < 4; i++) {
		/* The room is the first one's: nobody overtakes. */
		EXPECT(sending_end(&sendings[i]), MACH_MSG_SUCCESS);
		CHECK_EQUAL(status_of(port).mps_msgcount, 1);
		EXPECT(
		    send_id(port, COPY_SEND, 200, 0, 0), MACH_SEND_TIMED_OUT);
		expect_id(port, i);
	}
	expect_empty(port);
	destroy(port);
}

/* Others of other tasks, too. */
static void
send_and_wait(void *argument)
{
	const mach_port_t *to = argument;
	struct received message;

	compose(&message, to[0], COPY_SEND, MACH_PORT_NULL, NONE);
	message.header.msgh_id = (mach_msg_id_t)to[1];
	EXPECT(mach_msg_send(&message.header), MACH_MSG_SUCCESS);
}

static void
the_order_is_that_of_all_tasks(void)
{
	mach_port_t port = new_send_port();
	struct peer *peers[3];
	mach_port_t arguments[3][2];
	struct sending sending;

	close_queue(port);
	for (unsigned i = 0; i < 3; i++) {
		peers[i] = peer_new();
		arguments[i][0] = peer_give(peers[i], port, COPY_SEND);
		arguments[i][1] = i;
		peer_start(peers[i], send_and_wait, arguments[i],
		    sizeof(arguments[i]));
		peer_until_blocked(peers[i]);
	}
	sending_of_id(&sending, port, 3);
	sending_begin(&sending);
	open_queue(port);
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < 3; i++)
		peer_join(peers[i]);
	for (int i = 0; i < 4; i++)
		expect_id(port, i);
	destroy(port);
}

static void
a_higher_limit_wakes_as_many_as_fit(void)
{
	mach_port_t port = new_send_port();
	struct sending sendings[4];

	set_qlimit(port, 1);
	EXPECT(send_id(port, COPY_SEND, 100, 0, 0), MACH_MSG_SUCCESS);
	for (int i = 0; i < 4; i++) {
		sending_of_id(&sendings[i], port, i);
		sending_begin(&sendings[i]);
	}
	set_qlimit(port, 3);
	for (int i = 0; i < 2; i++)
		EXPECT(sending_end(&sendings[i]), MACH_MSG_SUCCESS);
	for (int i = 2; i < 4; i++)
		worker_until_blocked(sendings[i].worker);
	CHECK_EQUAL(status_of(port).mps_msgcount, 3);
	/* A lower one discards nothing, and lets in nobody. */
	set_qlimit(port, 1);
	CHECK_EQUAL(status_of(port).mps_msgcount, 3);
	expect_id(port, 100);
	expect_id(port, 0);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	worker_until_blocked(sendings[2].worker);
	expect_id(port, 1);
	EXPECT(sending_end(&sendings[2]), MACH_MSG_SUCCESS);
	expect_id(port, 2);
	EXPECT(sending_end(&sendings[3]), MACH_MSG_SUCCESS);
	expect_id(port, 3);
	expect_empty(port);
	destroy(port);
}

static void
one_who_gives_up_does_not_disturb_the_order(void)
{
	mach_port_t port = new_send_port();
	struct sending sendings[3];

	close_queue(port);
	for (int i = 0; i < 3; i++)
		sending_of_id(&sendings[i], port, i);
	sending_begin(&sendings[0]);
	sendings[1].option = MACH_SEND_INTERRUPT;
	sending_begin(&sendings[1]);
	sending_begin(&sendings[2]);
	interrupt(sendings[1].thread);
	EXPECT(sending_end(&sendings[1]), MACH_SEND_INTERRUPTED);
	drop(port);
	open_queue(port);
	EXPECT(sending_end(&sendings[0]), MACH_MSG_SUCCESS);
	EXPECT(sending_end(&sendings[2]), MACH_MSG_SUCCESS);
	expect_id(port, 0);
	expect_id(port, 2);
	expect_empty(port);
	destroy(port);
}

/*
 * What ends the wait
 */

static void
a_blocked_sender_follows_the_receive_right(void)
{
	mach_port_t port = new_send_port();
	mach_port_t box = new_port();
	struct sending sending;

	close_queue(port);
	sending_of_id(&sending, port, 1);
	sending_begin(&sending);
	put_away(port, box);
	worker_until_blocked(sending.worker);
	CHECK_EQUAL(take_back(box), port);
	worker_until_blocked(sending.worker);
	CHECK_EQUAL(status_of(port).mps_qlimit, 0);
	open_queue(port);
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	destroy(port);
	drop_receive(box);
}

static void
open_and_expect(void *argument)
{
	const mach_port_t *port = argument;

	CHECK_EQUAL(status_of(*port).mps_qlimit, 0);
	open_queue(*port);
	expect_id(*port, 1);
}

static void
close_there(void *argument)
{
	close_queue(*(const mach_port_t *)argument);
}

static void
a_blocked_sender_follows_to_another_task(void)
{
	mach_port_t port = new_send_port();
	struct peer *peer = peer_new();
	struct sending sending;
	mach_port_t there;

	close_queue(port);
	sending_of_id(&sending, port, 1);
	sending_begin(&sending);
	there = peer_give(peer, port, MOVE_RECEIVE);
	worker_until_blocked(sending.worker);
	peer_run(peer, open_and_expect, &there, sizeof(there));
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);

	/* And its task dies. */
	sending_of_id(&sending, port, 2);
	peer_run(peer, close_there, &there, sizeof(there));
	sending_begin(&sending);
	peer_kill(peer);
	EXPECT(sending_end(&sending), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	drop(port);
}

/* Each way for a receive right to go. */
static void
end_by_drop(mach_port_t port)
{
	drop_receive(port);
	drop(port);
}

static void
end_by_message(mach_port_t port)
{
	mach_port_t box = new_port();

	put_away(port, box);
	drop_receive(box);
	drop(port);
}

static void
end_by_circle(mach_port_t port)
{
	struct received message;

	compose(&message, port, MAKE_SEND_ONCE, MACH_PORT_NULL, NONE);
	add_port(&message, port, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	drop(port);
}

static void
blocked_senders_succeed_however_the_port_dies(void)
{
	static void (*const ends[])(mach_port_t) = {
	    end_by_drop, destroy, end_by_message, end_by_circle};
	mach_port_t reply = new_port();

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		mach_port_t port = new_send_port();
		struct sending sendings[2];

		set_qlimit(port, 1);
		EXPECT(send_id(port, COPY_SEND, 1, reply, MAKE_SEND_ONCE),
		    MACH_MSG_SUCCESS);
		for (int nth = 0; nth < 2; nth++) {
			sending_of_id(&sendings[nth], port, nth);
			add_port(&sendings[nth].message, reply, MAKE_SEND_ONCE);
			sending_begin(&sendings[nth]);
		}
		ends[i](port);
		for (int nth = 0; nth < 2; nth++) {
			EXPECT(sending_end(&sendings[nth]), MACH_MSG_SUCCESS);
			expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
		}
		expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
		expect_empty(reply);
	}
	drop_receive(reply);
}

static void
a_blocked_sender_that_dies_sends_nothing(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();
	struct peer *peer = peer_new();
	mach_port_t argument[2] = {0, 1};

	argument[0] = peer_give(peer, port, MOVE_SEND);
	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	close_queue(port);
	peer_start(peer, send_and_wait, argument, sizeof(argument));
	peer_until_blocked(peer);
	expect_empty(notify);
	peer_kill(peer);
	/* Its message has gone, too. */
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	open_queue(port);
	expect_empty(port);
	drop_receive(port);
	drop_receive(notify);
}

static void
a_signal_ends_the_wait(void)
{
	mach_port_t port = new_send_port();
	struct sending sending;

	close_queue(port);
	sending_of_id(&sending, port, 1);
	sending.option = MACH_SEND_INTERRUPT;
	sending_begin(&sending);
	interrupt(sending.thread);
	EXPECT(sending_end(&sending), MACH_SEND_INTERRUPTED);
	CHECK_EQUAL(
	    sending.message.header.msgh_bits, MACH_MSGH_BITS(MOVE_SEND, 0));
	CHECK_EQUAL(sending.message.header.msgh_remote_port, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	open_queue(port);
	expect_empty(port);
	destroy(port);
}

/*
 * Handing over
 */

static void
a_waiting_receiver_gets_the_message_itself(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();

	EXPECT(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
	for (unsigned i = 0; i < 2; i++) {
		struct receiving receiving = {.port = i == 0 ? port : set};

		receiving_begin(&receiving);
		EXPECT(send_id(port, COPY_SEND, 7, 0, 0), MACH_MSG_SUCCESS);
		CHECK_EQUAL(status_of(port).mps_msgcount, 0);
		EXPECT(receiving_end(&receiving), MACH_MSG_SUCCESS);
		CHECK_EQUAL(receiving.message.header.msgh_id, 7);
		CHECK_EQUAL(receiving.message.header.msgh_local_port, port);
	}
	destroy(set);
	destroy(port);
}

static void
who_has_no_room_leaves_it_to_the_next(void)
{
	mach_port_t port = new_send_port();
	struct receiving small = {
	    .port = port, .option = MACH_RCV_LARGE, .rcv_size = 28};
	struct receiving large = {.port = port};

	receiving_begin(&small);
	receiving_begin(&large);
	EXPECT(send_id(port, COPY_SEND, 7, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receiving_end(&small), MACH_RCV_TOO_LARGE);
	CHECK_EQUAL(small.message.header.msgh_size, 24);
	EXPECT(receiving_end(&large), MACH_MSG_SUCCESS);
	CHECK_EQUAL(large.message.header.msgh_id, 7);

	/* If nobody else waits, it is queued. */
	receiving_begin(&small);
	EXPECT(send_id(port, COPY_SEND, 8, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receiving_end(&small), MACH_RCV_TOO_LARGE);
	CHECK_EQUAL(status_of(port).mps_msgcount, 1);
	CHECK_EQUAL(status_of(port).mps_seqno, 1);
	expect_id(port, 8);
	destroy(port);
}

static void
who_has_no_room_and_did_not_say_so_loses_it(void)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();
	struct receiving small = {.port = port, .rcv_size = 28};

	receiving_begin(&small);
	EXPECT(send_id(port, COPY_SEND, 7, reply, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	EXPECT(receiving_end(&small), MACH_RCV_TOO_LARGE);
	expect_empty(port);
	CHECK_EQUAL(status_of(port).mps_seqno, 1);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	drop_receive(reply);
	destroy(port);
}

static void
a_queue_is_in_order_for_all_kinds(void)
{
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);

	set_qlimit(port, 9);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	drop(new_send_once(port));
	EXPECT(send_id(once, MOVE_SEND_ONCE, 2, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(
	    send_right(port, 3, MACH_PORT_NULL, COPY_SEND), MACH_MSG_SUCCESS);
	EXPECT(send_id(mach_task_self(), COPY_SEND, 900, port, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	EXPECT(send_id(port, MAKE_SEND, 4, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	expect_id(port, MACH_NOTIFY_SEND_ONCE);
	expect_id(port, 2);
	expect_id(port, 3);
	expect_id(port, 1000);
	expect_id(port, 4);
	expect_empty(port);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.10 messages.10.i1 messages.10.i5",
        a_message_to_a_port_that_dies_meanwhile_is_sent),
    SCENARIO(
        "messages.10.i1", no_reply_right_is_lost_when_the_destination_dies),
    SCENARIO("messages.10.i2", the_kernel_answers_at_once_and_over_any_limit),
    SCENARIO("messages.10.i3", a_queue_takes_as_many_as_its_limit),
    SCENARIO("messages.10.i3", send_once_rights_get_past_the_limit),
    SCENARIO("messages.10.i3", notifications_get_past_the_limit),
    SCENARIO("messages.10.i3", a_message_with_notice_gets_past_the_limit),
    SCENARIO("messages.10.i3 messages.7.1.r9",
        a_send_with_a_request_is_sent_or_arms_it),
    SCENARIO("messages.10.i3 messages.10.1", no_queue_holds_more_than_65534),
    SCENARIO("messages.10.i3", no_receiver_helps_where_the_limit_is_zero),
    SCENARIO("messages.10.i4 messages.7.1.r6",
        a_full_queue_is_waited_for_as_long_as_was_said),
    SCENARIO("messages.10.i4", blocked_senders_are_served_in_their_order),
    SCENARIO("messages.10.i4", the_order_is_that_of_all_tasks),
    SCENARIO("messages.10.i4", a_higher_limit_wakes_as_many_as_fit),
    SCENARIO_WITH(SCENARIO_PROCESS, "messages.10.i4",
        one_who_gives_up_does_not_disturb_the_order),
    SCENARIO("messages.10.i5", a_blocked_sender_follows_the_receive_right),
    SCENARIO("messages.10.i5", a_blocked_sender_follows_to_another_task),
    SCENARIO("messages.10.i5", blocked_senders_succeed_however_the_port_dies),
    SCENARIO("messages.10.i5", a_blocked_sender_that_dies_sends_nothing),
    SCENARIO_WITH(SCENARIO_PROCESS, "messages.10.i5", a_signal_ends_the_wait),
    SCENARIO("messages.10.i6", a_waiting_receiver_gets_the_message_itself),
    SCENARIO("messages.10.i6", who_has_no_room_leaves_it_to_the_next),
    SCENARIO("messages.10.i6", who_has_no_room_and_did_not_say_so_loses_it),
    SCENARIO("messages.10.i6", a_queue_is_in_order_for_all_kinds),
};
CONFORMANCE(scenarios)
