/*
 * From what a task receives, how long it waits, and what becomes of a message that
 * it has no room for: messages.md 11.1 to 11.3, and 11.8.
 */
#include <string.h>

#include "messages.h"

static void
join_set(mach_port_t port, mach_port_t set)
{
	EXPECT(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
}

/*
 * 11.1: the target
 */

static void
only_receive_rights_and_sets_are_received_from(void)
{
	struct received message;
	struct received copy;
	struct entry entry;

	memset(&message, 0x5a, sizeof(message));
	copy = message;
	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		bool good = kind == KIND_SET || kind == KIND_RECEIVE ||
		    kind == KIND_SEND_RECEIVE;

		entry_begin(&entry, kind);
		EXPECT_IN("kind", kind, 0,
		    receive_bytes(entry.name, 0, &message, sizeof(message)),
		    good ? MACH_RCV_TIMED_OUT : MACH_RCV_INVALID_NAME);
		/* The name is looked at first, and without a time, too. */
		if (!good) {
			EXPECT(mach_msg(
			           NULL, MACH_RCV_MSG, 0, 0, entry.name, 0, 0),
			    MACH_RCV_INVALID_NAME);
			EXPECT(mach_msg(NULL, MACH_RCV_MSG | MACH_RCV_LARGE, 0,
			           0, entry.name, 0, 0),
			    MACH_RCV_INVALID_NAME);
		}
		entry_end(&entry);
	}
	CHECK(memcmp(&message, &copy, sizeof(copy)) == 0);
}

static void
a_member_is_received_from_directly_too(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();

	join_set(port, set);
	for (int id = 1; id <= 4; id++)
		EXPECT(send_id(port, COPY_SEND, id, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	expect_id(set, 2);
	expect_id(port, 3);
	expect_id(set, 4);
	expect_empty(set);
	expect_empty(port);
	destroy(set);
	destroy(port);
}

static void
receivers_of_port_and_set_compete(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();
	struct receiving direct = {.port = port};
	struct receiving of_set = {.port = set};

	join_set(port, set);
	receiving_begin(&of_set);
	receiving_begin(&direct);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receiving_end(&direct), MACH_MSG_SUCCESS);
	EXPECT(receiving_end(&of_set), MACH_MSG_SUCCESS);
	CHECK_EQUAL(
	    direct.message.header.msgh_id + of_set.message.header.msgh_id, 3);
	CHECK_EQUAL(direct.message.header.msgh_local_port, port);
	CHECK_EQUAL(of_set.message.header.msgh_local_port, port);
	destroy(set);
	destroy(port);
}

static void
members_of_a_set_take_turns(void)
{
	mach_port_t set = new_set();
	mach_port_t ports[3];
	struct received message;
	int next[3] = {0, 0, 0};

	for (int i = 0; i < 3; i++) {
		ports[i] = new_send_port();
		join_set(ports[i], set);
		for (int id = 0; id < 4; id++)
			EXPECT(send_id(ports[i], COPY_SEND, id, 0, 0),
			    MACH_MSG_SUCCESS);
	}
	for (int round = 1; round <= 4; round++) {
		for (int i = 0; i < 3; i++) {
			unsigned which = 0;

			EXPECT(receive_now(set, 0, &message), MACH_MSG_SUCCESS);
			while (ports[which] != message.header.msgh_local_port)
				which++;
			CHECK_EQUAL(message.header.msgh_id, next[which]);
			next[which]++;
		}
		/* One of each, in whatever order. */
		for (int i = 0; i < 3; i++)
			CHECK_EQUAL(next[i], round);
	}
	expect_empty(set);
	for (int i = 0; i < 3; i++)
		destroy(ports[i]);
	expect_empty(set);
	destroy(set);
}

static void
receivers_are_woken_in_their_order(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();

	join_set(port, set);
	for (unsigned pass = 0; pass < 2; pass++) {
		struct receiving receivings[3];

		for (int i = 0; i < 3; i++) {
			receivings[i] =
			    (struct receiving){.port = pass ? set : port};
			receiving_begin(&receivings[i]);
		}
		for (int i = 0; i < 3; i++) {
			EXPECT(send_id(port, COPY_SEND, i, 0, 0),
			    MACH_MSG_SUCCESS);
			EXPECT(receiving_end(&receivings[i]), MACH_MSG_SUCCESS);
			CHECK_EQUAL(receivings[i].message.header.msgh_id, i);
			if (i < 2)
				worker_until_blocked(receivings[i + 1].worker);
		}
	}
	destroy(set);
	destroy(port);
}

/*
 * 11.2: waiting
 */

static void
nothing_is_waited_for_as_long_as_was_said(void)
{
	mach_port_t port = new_send_port();
	mach_port_t other = new_port();
	struct receiving receiving = {.port = port, .timeout = 1};
	struct received message;

	for (mach_msg_timeout_t timeout = 0; timeout < 3; timeout++)
		EXPECT(
		    mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT,
		        0, sizeof(message), port, timeout, 0),
		    MACH_RCV_TIMED_OUT);
	/* A time without the option does not count. */
	receiving_begin(&receiving);
	EXPECT(mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	           sizeof(message), other, 5, 0),
	    MACH_RCV_TIMED_OUT);
	worker_until_blocked(receiving.worker);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receiving_end(&receiving), MACH_MSG_SUCCESS);
	/* And one with it does not when something is there. */
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	           sizeof(message), port, 600000, 0),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, 2);
	drop_receive(other);
	destroy(port);
}

static void
go_by_drop(mach_port_t port)
{
	drop_receive(port);
}

static void
go_by_destruct(mach_port_t port)
{
	EXPECT(mach_port_destruct(mach_task_self(), port, 0, 0), KERN_SUCCESS);
}

static void
go_by_circle(mach_port_t port)
{
	struct received message;

	compose(&message, port, MAKE_SEND_ONCE, MACH_PORT_NULL, NONE);
	add_port(&message, port, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
}

/* Two wait for it when it goes. */
static void
expect_change(mach_port_t port, void (*go)(mach_port_t port))
{
	struct receiving receivings[2] = {{.port = port}, {.port = port}};

	for (int i = 0; i < 2; i++)
		receiving_begin(&receivings[i]);
	go(port);
	for (int i = 0; i < 2; i++)
		EXPECT(receiving_end(&receivings[i]), MACH_RCV_PORT_CHANGED);
}

static void
a_port_that_is_destroyed_is_told_as_changed(void)
{
	static void (*const ways[])(mach_port_t) = {
	    go_by_drop, destroy, go_by_destruct, go_by_circle};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		expect_change(new_port(), ways[i]);
}

static mach_port_t box;

static void
go_by_message(mach_port_t port)
{
	put_away(port, box);
}

static void
go_by_extract(mach_port_t port)
{
	mach_msg_type_name_t disposition;
	mach_port_t moved;

	EXPECT(mach_port_extract_right(
	           mach_task_self(), port, MOVE_RECEIVE, &moved, &disposition),
	    KERN_SUCCESS);
	put_away(moved, box);
}

static void
go_by_request(mach_port_t port)
{
	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_PORT_DESTROYED, 0, box), MACH_PORT_NULL);
	drop_receive(port);
}

static struct peer *giver;

static void
go_by_insert(mach_port_t port)
{
	mach_port_t there = peer_give(giver, port, MOVE_RECEIVE);
	mach_msg_type_name_t disposition;
	mach_port_t moved;

	EXPECT(mach_port_extract_right(
	           peer_task(giver), there, MOVE_RECEIVE, &moved, &disposition),
	    KERN_SUCCESS);
	put_away(moved, box);
}

static void
a_port_that_moves_is_told_as_changed(void)
{
	static void (*const ways[])(mach_port_t) = {
	    go_by_message, go_by_extract, go_by_insert, go_by_request};
	struct received message;

	box = new_port();
	giver = peer_new();
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		expect_change(new_port(), ways[i]);
		EXPECT(receive_now(box, 0, &message), MACH_MSG_SUCCESS);
		drop_receive(descriptor_of(&message, 0)->name);
	}
	drop_receive(box);
}

static void
go_by_mod_refs(mach_port_t set)
{
	EXPECT(mach_port_mod_refs(
	           mach_task_self(), set, MACH_PORT_RIGHT_PORT_SET, -1),
	    KERN_SUCCESS);
}

static void
a_set_that_is_destroyed_is_told_as_changed(void)
{
	static void (*const ways[])(mach_port_t) = {
	    go_by_mod_refs, drop, destroy};
	mach_port_t port = new_send_port();

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		mach_port_t set = new_set();

		join_set(port, set);
		expect_change(set, ways[i]);
		/* Its members stay as they are. */
		EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
		expect_id(port, 1);
	}
	destroy(port);
}

static void
a_port_that_joins_a_set_is_waited_for_on(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();
	struct receiving receiving = {.port = port};

	receiving_begin(&receiving);
	join_set(port, set);
	worker_until_blocked(receiving.worker);
	EXPECT(mach_port_move_member(mach_task_self(), port, MACH_PORT_NULL),
	    KERN_SUCCESS);
	EXPECT(
	    mach_port_move_member(mach_task_self(), port, set), KERN_SUCCESS);
	worker_until_blocked(receiving.worker);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receiving_end(&receiving), MACH_MSG_SUCCESS);
	destroy(set);
	destroy(port);
}

static void
a_set_is_waited_for_whatever_leaves_it(void)
{
	mach_port_t ports[4] = {
	    new_send_port(), new_send_port(), new_send_port(), new_send_port()};
	mach_port_t set = new_set();
	struct receiving receiving = {.port = set};
	mach_port_t away = new_port();

	for (int i = 0; i < 4; i++)
		join_set(ports[i], set);
	receiving_begin(&receiving);
	EXPECT(mach_port_extract_member(mach_task_self(), ports[0], set),
	    KERN_SUCCESS);
	EXPECT(
	    mach_port_move_member(mach_task_self(), ports[1], MACH_PORT_NULL),
	    KERN_SUCCESS);
	destroy(ports[2]);
	put_away(ports[3], away);
	worker_until_blocked(receiving.worker);
	/* It is empty: what is sent to those who left does not come. */
	EXPECT(send_id(ports[0], COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(ports[3], COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	worker_until_blocked(receiving.worker);
	/* And who joins with a message serves it at once. */
	join_set(ports[0], set);
	EXPECT(receiving_end(&receiving), MACH_MSG_SUCCESS);
	CHECK_EQUAL(receiving.message.header.msgh_local_port, ports[0]);
	destroy(set);
	destroy(ports[0]);
	destroy(ports[1]);
	drop_receive(away);
	drop(ports[3]);
}

static void
a_signal_ends_the_wait_for_a_message(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();

	for (unsigned i = 0; i < 2; i++) {
		struct receiving receiving = {
		    .port = i ? set : port, .option = MACH_RCV_INTERRUPT};

		receiving_begin(&receiving);
		interrupt(receiving.thread);
		EXPECT(receiving_end(&receiving), MACH_RCV_INTERRUPTED);
	}
	/* Nobody waits any more. */
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	destroy(set);
	destroy(port);
}

/*
 * 11.3: size
 */

/* What a receive with MACH_RCV_LARGE leaves of a buffer of 0x5a. */
static void
try_large(mach_port_t from, mach_port_t port, bool identity, unsigned size)
{
	struct received message;
	struct received expected;

	memset(&message, 0x5a, sizeof(message));
	expected = message;
	if (size >= 8)
		expected.header.msgh_size = 48;
	if (identity && size >= 16)
		expected.header.msgh_local_port = port;
	EXPECT_IN("size", size, identity,
	    receive_bytes(from,
	        MACH_RCV_LARGE | (identity ? MACH_RCV_LARGE_IDENTITY : 0),
	        &message, size),
	    MACH_RCV_TOO_LARGE);
	CHECK(memcmp(&message, &expected, sizeof(message)) == 0);
	CHECK_EQUAL(status_of(port).mps_msgcount, 2);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
}

static void
a_large_message_stays_and_its_size_is_told(void)
{
	mach_port_t port = new_send_port();
	mach_port_t other = new_port();
	mach_port_t set = new_set();
	mach_port_t reply = new_port();
	struct received message;

	join_set(port, set);
	join_set(other, set);
	compose(&message, port, COPY_SEND, reply, MAKE_SEND_ONCE);
	add_data(&message, "123456789012345678901234", 24);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	for (unsigned size = 0; size < 48 + 8; size++) {
		try_large(port, port, false, size);
		try_large(port, port, true, size);
		try_large(set, port, size % 2, size);
	}
	EXPECT(mach_msg(NULL, MACH_RCV_MSG | MACH_RCV_LARGE, 0, 0, port, 0, 0),
	    MACH_RCV_TOO_LARGE);
	expect_empty(reply);
	EXPECT(receive_bytes(port, MACH_RCV_LARGE, &message, 48 + 8),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_size, 48);
	drop(message.header.msgh_remote_port);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_id(set, 2);
	destroy(set);
	destroy(port);
	drop_receive(other);
	drop_receive(reply);
}

/* The identity without RCV_LARGE asks for nothing. */
static void
identity_alone_keeps_no_message(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_bytes(port, MACH_RCV_LARGE_IDENTITY, &message, 28),
	    MACH_RCV_TOO_LARGE);
	expect_empty(port);
	destroy(port);
}

static void
no_room_at_all_waits_for_a_message(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(receive_bytes(port, MACH_RCV_LARGE, &message, 0),
	    MACH_RCV_TIMED_OUT);
	for (unsigned i = 0; i < 2; i++) {
		struct receiving receiving = {
		    .port = port, .option = MACH_RCV_LARGE, .rcv_size = 1};

		receiving_begin(&receiving);
		EXPECT(
		    send_id(port, COPY_SEND, (int)i, 0, 0), MACH_MSG_SUCCESS);
		EXPECT(receiving_end(&receiving), MACH_RCV_TOO_LARGE);
		expect_id(port, (int)i);
	}
	destroy(port);
}

static void
each_trailer_needs_its_room(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (unsigned elements = 0; elements < 16; elements++) {
		mach_msg_option_t option = MACH_RCV_TRAILER_ELEMENTS(elements) |
		    MACH_RCV_TRAILER_TYPE(elements % 3);
		mach_msg_size_t need = 24 + REQUESTED_TRAILER_SIZE(option);

		EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
		EXPECT_IN("elements", elements, need,
		    receive_bytes(
		        port, MACH_RCV_LARGE | option, &message, need - 1),
		    MACH_RCV_TOO_LARGE);
		memset(&message, 0x5a, sizeof(message));
		EXPECT_IN("elements", elements, need,
		    receive_bytes(port, option, &message, need),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(trailer_of(&message)->msgh_trailer_size, need - 24);
		CHECK_EQUAL(trailer_of(&message)->msgh_trailer_type, 0);
		for (size_t i = need; i < sizeof(message); i++)
			CHECK_EQUAL(((uint8_t *)&message)[i], 0x5a);
	}
	destroy(port);
}

/* A complex message with something of each kind, to be destroyed. */
struct freight {
	mach_port_t port;   /* it is sent there */
	mach_port_t reply;  /* receive */
	mach_port_t once;   /* receive; one send-once right goes along */
	mach_port_t moved;  /* send; its receive right goes along */
	mach_port_t sent;   /* receive; the only send right goes along */
	mach_port_t notify; /* of sent's no senders */
};

static void
freight_begin(struct freight *freight_out)
{
	struct received message;

	freight_out->port = new_send_port();
	freight_out->reply = new_port();
	freight_out->once = new_port();
	freight_out->moved = new_send_port();
	freight_out->sent = new_send_port();
	freight_out->notify = new_port();
	CHECK_EQUAL(request(freight_out->sent, MACH_NOTIFY_NO_SENDERS, 0,
	                freight_out->notify),
	    MACH_PORT_NULL);
	EXPECT(
	    mach_port_set_context(mach_task_self(), freight_out->port, 0x1234),
	    KERN_SUCCESS);
	EXPECT(mach_port_set_seqno(mach_task_self(), freight_out->port, 41),
	    KERN_SUCCESS);
	compose(&message, freight_out->port, COPY_SEND, freight_out->reply,
	    MAKE_SEND_ONCE);
	message.header.msgh_id = 77;
	message.header.msgh_voucher_port = 12345;
	add_port(&message, freight_out->once, MAKE_SEND_ONCE);
	add_port(&message, freight_out->moved, MOVE_RECEIVE);
	add_port(&message, freight_out->sent, MOVE_SEND);
	add_memory(&message, &message, 100, MACH_MSG_VIRTUAL_COPY, false);
	add_data(&message, "123456789012345678901234567890123456", 36);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
}

/* It was destroyed, with all that it had. */
static void
freight_end(struct freight *freight)
{
	expect_empty(freight->port);
	CHECK_EQUAL(status_of(freight->port).mps_seqno, 42);
	expect_notice(freight->reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(freight->reply);
	expect_notice(freight->once, MACH_NOTIFY_SEND_ONCE, 0);
	CHECK_EQUAL(type_of(freight->moved), MACH_PORT_TYPE_DEAD_NAME);
	expect_notice(freight->notify, MACH_NOTIFY_NO_SENDERS, 1);
	destroy(freight->port);
	drop_receive(freight->reply);
	drop_receive(freight->once);
	drop(freight->moved);
	drop_receive(freight->sent);
	drop_receive(freight->notify);
}

static void
try_small(mach_msg_option_t option, mach_msg_size_t size)
{
	struct {
		mach_msg_header_t header;
		mach_msg_max_trailer_t trailer;
	} expected;
	struct received message;
	struct freight freight;

	freight_begin(&freight);
	memset(&message, 0x5a, sizeof(message));
	memset(&expected, 0, sizeof(expected));
	expected.header.msgh_bits = MACH_MSGH_BITS(MOVE_SEND_ONCE, MOVE_SEND);
	expected.header.msgh_size = 24;
	expected.header.msgh_local_port = freight.port;
	expected.header.msgh_id = 77;
	expected.trailer.msgh_trailer_size = REQUESTED_TRAILER_SIZE(option);
	expected.trailer.msgh_seqno = 41;
	expected.trailer.msgh_sender.val[1] = 1; /* the kernel */
	EXPECT_IN("option, size", option, size,
	    receive_bytes(freight.port, option, &message, size),
	    MACH_RCV_TOO_LARGE);
	if (size > 24 + REQUESTED_TRAILER_SIZE(option))
		size = 24 + (mach_msg_size_t)REQUESTED_TRAILER_SIZE(option);
	CHECK(memcmp(&message, &expected, size) == 0);
	for (size_t i = size; i < sizeof(message); i++)
		EXPECT_IN(
		    "size, byte", size, i, ((uint8_t *)&message)[i], 0x5a);
	freight_end(&freight);
}

static void
a_large_message_is_destroyed_and_its_header_told(void)
{
	for (mach_msg_size_t size = 24; size <= 100; size += 3) {
		try_small(0, size);
		try_small(
		    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT), size);
		try_small(MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AV), size);
	}
}

static void
where_no_header_fits_nothing_is_told(void)
{
	static const mach_msg_size_t sizes[] = {0, 1, 4, 8, 16, 20, 23};
	struct received message;
	struct freight freight;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		freight_begin(&freight);
		memset(&message, 0x5a, sizeof(message));
		EXPECT_IN("size", sizes[i], 0,
		    receive_bytes(freight.port, 0, &message, sizes[i]),
		    MACH_RCV_INVALID_DATA);
		for (size_t byte = 0; byte < sizeof(message); byte++)
			CHECK_EQUAL(((uint8_t *)&message)[byte], 0x5a);
		freight_end(&freight);
	}
	freight_begin(&freight);
	EXPECT(mach_msg(NULL, MACH_RCV_MSG, 0, 0, freight.port, 0, 0),
	    MACH_RCV_INVALID_DATA);
	freight_end(&freight);
}

/* A bare header has the dispositions, and the reply that was none. */
static void
a_bare_header_tells_of_each_reply(void)
{
	mach_port_t port = new_port();
	mach_port_t reply = new_send_port();
	mach_port_t dead = new_dead_name();
	struct received message;

	for (unsigned local = MOVE_SEND; local <= MAKE_SEND_ONCE; local++) {
		mach_port_t names[] = {MACH_PORT_NULL, MACH_PORT_DEAD,
		    local == MOVE_SEND_ONCE ? new_send_once(reply) : reply};

		for (unsigned i = 0; i < 3; i++) {
			mach_msg_type_name_t remote =
			    i % 2 ? MAKE_SEND : MAKE_SEND_ONCE;

			compose(&message, port, remote, names[i], local);
			EXPECT(post(&message), MACH_MSG_SUCCESS);
			EXPECT(receive_bytes(port, 0, &message, 24),
			    MACH_RCV_TOO_LARGE);
			CHECK_EQUAL(message.header.msgh_bits,
			    MACH_MSGH_BITS(
			        transformed(local), transformed(remote)));
			CHECK_EQUAL(message.header.msgh_remote_port,
			    i == 1 ? MACH_PORT_DEAD : MACH_PORT_NULL);
		}
		if (transformed(local) == MOVE_SEND_ONCE)
			expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
		if (local == MOVE_SEND)
			make_send(reply);
	}
	compose(&message, port, MAKE_SEND, dead, MOVE_SEND);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_bytes(port, 0, &message, 24), MACH_RCV_TOO_LARGE);
	CHECK_EQUAL(type_of(dead), 0);
	CHECK_EQUAL(refs_of(reply, MACH_PORT_RIGHT_SEND), 1);
	CHECK(!status_of(port).mps_srights);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	destroy(port);
	destroy(reply);
}

/* What matters is the size that was said, whatever the message needs. */
static void
a_short_buffer_is_too_small_and_never_invalid(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (mach_msg_size_t room = 0; room < 32; room++) {
		EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
		EXPECT(receive_bytes(port, MACH_RCV_LARGE, &message, room),
		    MACH_RCV_TOO_LARGE);
		CHECK_EQUAL(status_of(port).mps_msgcount, 1);
		EXPECT(receive_bytes(port, 0, &message, room),
		    room < 24 ? MACH_RCV_INVALID_DATA : MACH_RCV_TOO_LARGE);
		CHECK_EQUAL(status_of(port).mps_msgcount, 0);
	}
	destroy(port);
}

/*
 * 11.8: counters
 */

static void
each_message_that_leaves_has_a_number(void)
{
	mach_msg_option_t seqno =
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO);
	mach_port_t port = new_send_port();
	struct received message;

	for (int id = 0; id < 5; id++)
		EXPECT(send_id(port, COPY_SEND, id, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	for (unsigned i = 0; i < 5; i++) {
		/* Not if it stays; but if it is destroyed. */
		EXPECT(
		    receive_bytes(port, MACH_RCV_LARGE | seqno, &message, 28),
		    MACH_RCV_TOO_LARGE);
		CHECK_EQUAL(status_of(port).mps_msgcount, 5 - i);
		CHECK_EQUAL(status_of(port).mps_seqno, i);
		if (i == 1 || i == 3) {
			EXPECT(receive_bytes(port, seqno, &message, 28),
			    MACH_RCV_TOO_LARGE);
		} else {
			EXPECT(receive_now(port, seqno, &message),
			    MACH_MSG_SUCCESS);
			CHECK_EQUAL(trailer_of(&message)->msgh_seqno, i);
			CHECK_EQUAL(message.header.msgh_id, i);
		}
		CHECK_EQUAL(status_of(port).mps_msgcount, 4 - i);
		CHECK_EQUAL(status_of(port).mps_seqno, i + 1);
	}
	/* Nor if there is none. */
	expect_empty(port);
	CHECK_EQUAL(status_of(port).mps_seqno, 5);
	/* After the last comes the first. */
	EXPECT(mach_port_set_seqno(mach_task_self(), port, UINT32_MAX),
	    KERN_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, seqno, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(trailer_of(&message)->msgh_seqno, UINT32_MAX);
	CHECK_EQUAL(status_of(port).mps_seqno, 0);
	destroy(port);
}

/* Handed to one who waits, it was in the queue for no time. */
static void
a_message_handed_over_has_a_number_too(void)
{
	mach_port_t port = new_send_port();
	struct receiving receiving = {.port = port,
	    .option = MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO)};

	for (unsigned i = 0; i < 3; i++) {
		receiving_begin(&receiving);
		EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
		EXPECT(receiving_end(&receiving), MACH_MSG_SUCCESS);
		CHECK_EQUAL(trailer_of(&receiving.message)->msgh_seqno, i);
		CHECK_EQUAL(status_of(port).mps_seqno, i + 1);
	}
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.11.1", only_receive_rights_and_sets_are_received_from),
    SCENARIO("messages.11.1", a_member_is_received_from_directly_too),
    SCENARIO("messages.11.1", receivers_of_port_and_set_compete),
    SCENARIO("messages.11.1", members_of_a_set_take_turns),
    SCENARIO("messages.11.1", receivers_are_woken_in_their_order),
    SCENARIO("messages.11.2 messages.11.2.b1 messages.7.1.r10",
        nothing_is_waited_for_as_long_as_was_said),
    SCENARIO("messages.11.2.b2 messages.11.2.r1",
        a_port_that_is_destroyed_is_told_as_changed),
    SCENARIO("messages.11.2.b2 messages.11.2.r2",
        a_port_that_moves_is_told_as_changed),
    SCENARIO("messages.11.2.r3", a_set_that_is_destroyed_is_told_as_changed),
    SCENARIO("messages.11.2.r4", a_port_that_joins_a_set_is_waited_for_on),
    SCENARIO("messages.11.2.r5", a_set_is_waited_for_whatever_leaves_it),
    SCENARIO_WITH(SCENARIO_PROCESS, "messages.11.2.r6",
        a_signal_ends_the_wait_for_a_message),
    SCENARIO("messages.11.3 messages.7.1.r4 messages.7.1.r5",
        a_large_message_stays_and_its_size_is_told),
    SCENARIO("messages.11.3 messages.7.1.r5", identity_alone_keeps_no_message),
    SCENARIO("messages.11.3", no_room_at_all_waits_for_a_message),
    SCENARIO("messages.11.3 messages.7.1.r27", each_trailer_needs_its_room),
    SCENARIO("messages.11.3", a_large_message_is_destroyed_and_its_header_told),
    SCENARIO(
        "messages.11.3 messages.11.7.r3", where_no_header_fits_nothing_is_told),
    SCENARIO("messages.11.3", a_bare_header_tells_of_each_reply),
    SCENARIO("messages.11.7", a_short_buffer_is_too_small_and_never_invalid),
    SCENARIO("messages.11.8", each_message_that_leaves_has_a_number),
    SCENARIO("messages.11.8", a_message_handed_over_has_a_number_too),
};
CONFORMANCE(scenarios)
