/*
 * What a receiver gets: messages.md 11.4 to 11.7. The header, the names of rights,
 * the body, and what there is no room for.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "messages.h"

static mach_port_rights_t
send_rights_of(mach_port_t port)
{
	mach_port_rights_t count;

	EXPECT(mach_port_get_srights(mach_task_self(), port, &count),
	    KERN_SUCCESS);
	return count;
}

/*
 * 11.4: the header
 */

static void
try_dispositions(mach_msg_type_name_t remote, mach_msg_type_name_t local)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_send_port();
	mach_port_t to = remote == MOVE_SEND_ONCE ? new_send_once(port) : port;
	mach_port_t back = local == MOVE_SEND_ONCE ? new_send_once(reply)
	    : local == NONE                        ? MACH_PORT_NULL
	                                           : reply;
	struct received message;

	compose(&message, to, remote, back, local);
	message.header.msgh_id = -1234567;
	add_data(&message, "12345678", 8);
	message.header.msgh_bits |= 0x60000000; /* not a user's */
	EXPECT_IN("remote, local", remote, local, post(&message), 0);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(transformed(local), transformed(remote)));
	CHECK_EQUAL(message.header.msgh_local_port, port);
	CHECK_EQUAL(message.header.msgh_size, 32);
	CHECK_EQUAL(message.header.msgh_id, -1234567);
	CHECK_EQUAL(message.header.msgh_voucher_port, 0);
	if (transformed(local) == MOVE_SEND)
		CHECK_EQUAL(message.header.msgh_remote_port, reply);
	else if (local == NONE)
		CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_NULL);
	else
		CHECK_EQUAL(type_of(message.header.msgh_remote_port),
		    MACH_PORT_TYPE_SEND_ONCE);
	/* The right by which it came has gone, and nobody is told. */
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	CHECK_EQUAL(send_rights_of(port), remote == MOVE_SEND ? 0 : 1);
	expect_empty(port);
	mach_msg_destroy(&message.header);
	destroy(port);
	destroy(reply);
}

static void
the_header_shows_the_rights_as_they_arrive(void)
{
	for (unsigned remote = MOVE_SEND; remote <= MAKE_SEND_ONCE; remote++) {
		try_dispositions(remote, NONE);
		for (unsigned local = MOVE_SEND; local <= MAKE_SEND_ONCE;
		     local++)
			try_dispositions(remote, local);
	}
}

static void
the_local_port_is_the_member_of_a_set(void)
{
	mach_port_t set = new_set();
	mach_port_t port = new_send_port();
	struct received message;

	EXPECT(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_now(set, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_local_port, port);
	destroy(set);
	destroy(port);
}

/* Its name where it is received, if it moved after it was sent to. */
static void
the_local_port_is_named_as_where_it_is(void)
{
	mach_port_t port = new_send_port();
	mach_port_t box = new_port();
	struct received message;

	EXPECT(send_id(port, MOVE_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	put_away(port, box);
	port = take_back(box);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_local_port, port);
	drop_receive(port);
	drop_receive(box);
}

static void
a_reply_port_that_died_in_transit_is_dead(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (unsigned local = MOVE_SEND; local <= MAKE_SEND_ONCE; local++) {
		mach_port_t reply = new_send_port();
		mach_port_t sent =
		    local == MOVE_SEND_ONCE ? new_send_once(reply) : reply;

		EXPECT(
		    send_id(port, COPY_SEND, 1, sent, local), MACH_MSG_SUCCESS);
		drop_receive(reply);
		EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_DEAD);
		CHECK_EQUAL(message.header.msgh_bits,
		    MACH_MSGH_BITS(transformed(local), MOVE_SEND));
		/* Nothing was added to what is left of it. */
		destroy_if_there(reply);
	}
	destroy(port);
}

/* Both rights of one port: they live or die together. */
static void
one_port_is_remote_and_local_at_one_instant(void)
{
	mach_port_t port = new_port();
	struct received message;

	EXPECT(send_id(port, MAKE_SEND_ONCE, 1, port, MAKE_SEND),
	    MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_remote_port, port);
	CHECK_EQUAL(message.header.msgh_local_port, port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	destroy(port);
}

static void
the_right_of_a_message_received_may_be_the_last(void)
{
	mach_port_t port = new_port();
	mach_port_t notify = new_port();

	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 1, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, MAKE_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_empty(notify);
	expect_id(port, 1);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	drop_receive(port);
	drop_receive(notify);
}

static void
arm_here(mach_port_t port, mach_port_t notify)
{
	struct received message;

	CHECK_EQUAL(request(port, MACH_NOTIFY_SEND_POSSIBLE, 0, notify),
	    MACH_PORT_NULL);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	EXPECT(post_with(&message, MACH_SEND_NOTIFY), MACH_SEND_TIMED_OUT);
	drop(message.header.msgh_remote_port);
}

struct armed {
	mach_port_t port;
	mach_port_t notify;
};

static void
arm_there(void *argument)
{
	struct armed *armed = argument;

	armed->notify = new_port();
	arm_here(armed->port, armed->notify);
}

static void
expect_possible(void *argument)
{
	const struct armed *armed = argument;

	expect_notice(armed->notify, MACH_NOTIFY_SEND_POSSIBLE, armed->port);
	expect_empty(armed->notify);
}

static void
each_armed_request_fires_when_one_message_leaves(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();
	struct peer *peer = peer_new();
	struct armed armed = {peer_give(peer, port, COPY_SEND), 0};

	set_qlimit(port, 2);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	arm_here(port, notify);
	peer_run(peer, arm_there, &armed, sizeof(armed));
	expect_empty(notify);
	expect_id(port, 1);
	expect_notice(notify, MACH_NOTIFY_SEND_POSSIBLE, port);
	peer_run(peer, expect_possible, &armed, sizeof(armed));
	/* Once. */
	expect_id(port, 2);
	expect_empty(notify);
	destroy(port);
	drop_receive(notify);
}

/*
 * 11.5: rights
 */

static void
a_send_right_joins_the_one_that_is_there(void)
{
	mach_port_t port = new_send_port();
	mach_port_t box = new_port();
	mach_port_t mail = new_send_port();
	struct received message;

	/* With the receive right, and without. */
	for (unsigned i = 0; i < 2; i++) {
		EXPECT(send_right(mail, 1, port, COPY_SEND), MACH_MSG_SUCCESS);
		if (i == 0)
			CHECK_EQUAL(send_rights_of(port), 2);
		EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(descriptor_of(&message, 0)->name, port);
		CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), i + 2);
		if (i == 0) {
			CHECK_EQUAL(send_rights_of(port), 1);
			put_away(port, box);
		}
	}
	/* A pegged count stays where it is. */
	CHECK_EQUAL(take_back(box), port);
	EXPECT(mach_port_mod_refs(mach_task_self(), port, MACH_PORT_RIGHT_SEND,
	           MACH_PORT_UREFS_MAX - 3),
	    KERN_SUCCESS);
	EXPECT(send_right(mail, 1, port, MAKE_SEND), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(descriptor_of(&message, 0)->name, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), MACH_PORT_UREFS_MAX);
	CHECK_EQUAL(send_rights_of(port), 1);
	destroy(port);
	destroy(mail);
	drop_receive(box);
}

static void
a_send_right_joins_the_receive_right(void)
{
	mach_port_t port = new_port();
	mach_port_t mail = new_send_port();
	struct received message;

	EXPECT(send_right(mail, 1, port, MAKE_SEND), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(descriptor_of(&message, 0)->name, port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
	destroy(mail);
}

static void
a_send_right_alone_has_a_name_of_its_own(void)
{
	mach_port_t port = new_send_port();
	mach_port_t mail = new_send_port();
	mach_port_t once = new_send_once(port);
	mach_port_t box = new_port();
	struct received message;
	mach_port_t name;

	EXPECT(send_right(mail, 1, port, MOVE_SEND), MACH_MSG_SUCCESS);
	put_away(port, box);
	CHECK_EQUAL(type_of(port), 0);
	EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
	name = descriptor_of(&message, 0)->name;
	CHECK(name != once);
	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(refs_of(name, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_SEND_ONCE);
	destroy(box);
	drop(name);
	drop(once);
	destroy(mail);
}

static void
each_send_once_right_has_a_name_of_its_own(void)
{
	mach_port_t port = new_send_port();
	mach_port_t mail = new_send_port();
	mach_port_t names[3];
	struct received message;

	for (unsigned i = 0; i < 3; i++) {
		EXPECT(send_right(mail, 1, port, MAKE_SEND_ONCE),
		    MACH_MSG_SUCCESS);
		EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
		names[i] = descriptor_of(&message, 0)->name;
		CHECK_EQUAL(type_of(names[i]), MACH_PORT_TYPE_SEND_ONCE);
		CHECK(names[i] != port);
		for (unsigned other = 0; other < i; other++)
			CHECK(names[i] != names[other]);
	}
	CHECK_EQUAL(status_of(port).mps_sorights, 3);
	for (unsigned i = 0; i < 3; i++)
		drop(names[i]);
	destroy(port);
	destroy(mail);
}

static void
a_receive_right_joins_the_send_right(void)
{
	mach_port_t port = new_send_port();
	mach_port_t mail = new_send_port();
	struct received message;

	make_send(port);
	EXPECT(send_right(mail, 1, port, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(descriptor_of(&message, 0)->name, port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	destroy(port);
	destroy(mail);
}

static void
a_receive_right_alone_has_a_new_name(void)
{
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);
	mach_port_t mail = new_send_port();
	struct received message;

	EXPECT(send_right(mail, 1, port, MOVE_RECEIVE), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
	port = descriptor_of(&message, 0)->name;
	CHECK(port != once);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	drop(once);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	drop_receive(port);
	destroy(mail);
}

static void
a_right_to_a_dead_port_has_no_name(void)
{
	mach_port_t mail = new_send_port();
	struct received message;

	for (unsigned i = 0; i < 2; i++) {
		mach_port_t port = new_send_port();

		compose(&message, mail, COPY_SEND, MACH_PORT_NULL, NONE);
		add_port(&message, port, COPY_SEND);
		add_port(&message, port, MAKE_SEND_ONCE);
		add_port(&message, MACH_PORT_NULL, COPY_SEND);
		add_port(&message, MACH_PORT_DEAD, COPY_SEND);
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		drop_receive(port);
		CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 1);
		EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(descriptor_of(&message, 0)->name, MACH_PORT_DEAD);
		CHECK_EQUAL(descriptor_of(&message, 0)->disposition, MOVE_SEND);
		CHECK_EQUAL(descriptor_of(&message, 1)->name, MACH_PORT_DEAD);
		CHECK_EQUAL(
		    descriptor_of(&message, 1)->disposition, MOVE_SEND_ONCE);
		CHECK_EQUAL(descriptor_of(&message, 2)->name, MACH_PORT_NULL);
		CHECK_EQUAL(descriptor_of(&message, 3)->name, MACH_PORT_DEAD);
		/* The dead name that is there is none the more. */
		CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 1);
		drop(port);
	}
	destroy(mail);
}

/*
 * 11.6: the body
 */

static void
port_descriptors_have_no_other_bits(void)
{
	mach_port_t mail = new_send_port();
	const mach_msg_port_descriptor_t *item;
	struct received message;

	compose(&message, mail, COPY_SEND, MACH_PORT_NULL, NONE);
	for (unsigned i = 0; i < 2; i++) {
		add_port(&message, i ? mail : MACH_PORT_NULL, COPY_SEND);
		memset((char *)item_of(&message, i) + 4, 0xff, 6);
	}
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(0, MOVE_SEND));
	for (unsigned i = 0; i < 2; i++) {
		item = descriptor_of(&message, i);
		CHECK_EQUAL(item->pad1, 0);
		CHECK_EQUAL(item->pad2, 0);
		CHECK_EQUAL(item->type, MACH_MSG_PORT_DESCRIPTOR);
		CHECK_EQUAL(item->disposition, MOVE_SEND);
	}
	destroy(mail);
}

static void
a_body_without_descriptors_is_complex(void)
{
	mach_port_t mail = new_send_port();
	struct received message;

	compose(&message, mail, COPY_SEND, MACH_PORT_NULL, NONE);
	add_body(&message);
	add_data(&message, "data", 4);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	memset(&message, 0x5a, sizeof(message));
	EXPECT(receive_now(mail, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(0, MOVE_SEND));
	CHECK_EQUAL(message.header.msgh_size, 32);
	CHECK_EQUAL(message.body.msgh_descriptor_count, 0);
	CHECK(memcmp(message.rest, "data", 4) == 0);
	destroy(mail);
}

/* What arrives of a port that is sent in a guarded descriptor. */
static mach_msg_guarded_port_descriptor_t
receive_guarded(mach_port_t port, mach_port_context_t context,
    mach_msg_guard_flags_t flags, mach_msg_option_t option,
    struct received *message_out)
{
	mach_port_t mail = new_send_port();
	mach_msg_guarded_port_descriptor_t item;

	compose(message_out, mail, COPY_SEND, MACH_PORT_NULL, NONE);
	add_guarded(message_out, port, context, flags);
	EXPECT(post(message_out), MACH_MSG_SUCCESS);
	EXPECT(receive_now(mail, option, message_out), MACH_MSG_SUCCESS);
	memcpy(&item, item_of(message_out, 0), sizeof(item));
	CHECK_EQUAL(item.type, MACH_MSG_GUARDED_PORT_DESCRIPTOR);
	CHECK_EQUAL(item.disposition, MOVE_RECEIVE);
	destroy(mail);
	return item;
}

static void
who_does_not_ask_gets_no_guarded_right(void)
{
	mach_msg_guarded_port_descriptor_t item;
	struct received message;

	for (mach_msg_guard_flags_t flags = 2; flags <= 3; flags++) {
		mach_port_t port = new_send_port();

		item = receive_guarded(port, 0, flags, 0, &message);
		CHECK_EQUAL(item.name, MACH_PORT_NULL);
		CHECK_EQUAL(item.context, 0);
		CHECK_EQUAL(item.flags, flags);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
		drop(port);
	}
}

static void
an_immovable_right_is_guarded_by_the_buffer(void)
{
	mach_port_context_t guard;
	mach_msg_guarded_port_descriptor_t item;
	struct received message;

	for (unsigned strict = 0; strict < 2; strict++) {
		mach_port_t port = new_port();

		guard = (mach_port_context_t)&message;
		EXPECT(mach_port_guard(
		           mach_task_self(), port, 0x77, strict ? TRUE : FALSE),
		    KERN_SUCCESS);
		item = receive_guarded(port, 0x77,
		    MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE,
		    MACH_RCV_GUARDED_DESC, &message);
		CHECK_EQUAL(item.context, guard);
		CHECK_EQUAL(item.flags, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
		CHECK_EQUAL(status_of(item.name).mps_flags,
		    MACH_PORT_STATUS_FLAG_GUARDED |
		        MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE);
		EXPECT(mach_port_mod_refs(mach_task_self(), item.name,
		           MACH_PORT_RIGHT_RECEIVE, -1),
		    KERN_INVALID_RIGHT);
		/* It does not move any more. */
		compose(&message, item.name, MAKE_SEND, MACH_PORT_NULL, NONE);
		add_port(&message, item.name, MOVE_RECEIVE);
		EXPECT(post(&message), MACH_SEND_INVALID_RIGHT);
		EXPECT(
		    mach_port_destruct(mach_task_self(), item.name, 0, guard),
		    KERN_SUCCESS);
	}
	/* And so is one that had no guard. */
	item = receive_guarded(new_port(), 0, MACH_MSG_GUARD_FLAGS_MASK,
	    MACH_RCV_GUARDED_DESC, &message);
	CHECK_EQUAL(item.context, guard);
	CHECK_EQUAL(item.flags, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	EXPECT(mach_port_destruct(mach_task_self(), item.name, 0, guard),
	    KERN_SUCCESS);
}

static void
an_unguarded_right_arrives_unguarded(void)
{
	mach_msg_guarded_port_descriptor_t item;
	struct received message;

	item = receive_guarded(new_port(), 0,
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, MACH_RCV_GUARDED_DESC,
	    &message);
	CHECK_EQUAL(item.context, 0);
	CHECK_EQUAL(item.flags, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	CHECK_EQUAL(status_of(item.name).mps_flags, 0);
	drop_receive(item.name);
}

/* The buffer of mach_msg_overwrite() is the one that it arrives in. */
static void
the_guard_is_the_address_of_the_buffer_received_in(void)
{
	mach_port_t mail = new_send_port();
	mach_msg_guarded_port_descriptor_t *item;
	struct received sent;
	struct received message;

	compose(&sent, mail, COPY_SEND, MACH_PORT_NULL, NONE);
	add_guarded(&sent, new_port(), 0, MACH_MSG_GUARD_FLAGS_MASK);
	EXPECT(mach_msg_overwrite(&sent.header,
	           MACH_SEND_MSG | MACH_RCV_MSG | MACH_RCV_GUARDED_DESC,
	           sent.header.msgh_size, sizeof(message), mail, 0, 0,
	           &message.header, 0),
	    MACH_MSG_SUCCESS);
	item = item_of(&message, 0);
	CHECK_EQUAL(item->context, (mach_port_context_t)&message);
	EXPECT(mach_port_destruct(mach_task_self(), item->name, 0,
	           (mach_port_context_t)&message),
	    KERN_SUCCESS);
	destroy(mail);
}

/*
 * 11.7: what there is no room for
 */

struct shortage {
	mach_port_t port;  /* receive and send */
	mach_port_t other; /* receive and send */
};

static void
make_ports(void *argument)
{
	struct shortage *shortage = argument;

	shortage->port = new_send_port();
	shortage->other = new_send_port();
}

/* In a space that is full. */
static void
receive_a_reply_without_a_name(void *argument)
{
	const struct shortage *shortage = argument;
	const mach_msg_max_trailer_t *trailer;
	struct received message;

	EXPECT(send_id(shortage->port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	compose(&message, shortage->port, COPY_SEND, shortage->other,
	    MAKE_SEND_ONCE);
	message.header.msgh_id = 2;
	add_port(&message, shortage->other, COPY_SEND);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	expect_id(shortage->port, 1);
	EXPECT(
	    receive_now(shortage->port,
	        MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SENDER), &message),
	    MACH_RCV_HEADER_ERROR | MACH_MSG_IPC_SPACE);
	CHECK_EQUAL(message.header.msgh_size, 24);
	CHECK_EQUAL(message.header.msgh_bits,
	    MACH_MSGH_BITS(MOVE_SEND_ONCE, MOVE_SEND));
	CHECK_EQUAL(message.header.msgh_remote_port, MACH_PORT_NULL);
	CHECK_EQUAL(message.header.msgh_local_port, shortage->port);
	CHECK_EQUAL(message.header.msgh_id, 2);
	trailer = trailer_of(&message);
	CHECK_EQUAL(trailer->msgh_trailer_size, 20);
	CHECK_EQUAL(trailer->msgh_seqno, 1);
	CHECK_EQUAL(trailer->msgh_sender.val[0], 0);
	CHECK_EQUAL(trailer->msgh_sender.val[1], 1);
	/* Dequeued and destroyed. */
	CHECK_EQUAL(status_of(shortage->port).mps_seqno, 2);
	expect_empty(shortage->port);
	expect_notice(shortage->other, MACH_NOTIFY_SEND_ONCE, 0);
	CHECK_EQUAL(refs_of(shortage->other, MACH_PORT_RIGHT_SEND), 1);
	/* A reply that needs no new name arrives. */
	EXPECT(
	    send_id(shortage->port, COPY_SEND, 3, shortage->other, MAKE_SEND),
	    MACH_MSG_SUCCESS);
	EXPECT(receive_now(shortage->port, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_remote_port, shortage->other);
}

static void
receive_items_without_names(void *argument)
{
	const struct shortage *shortage = argument;
	const mach_msg_ool_ports_descriptor_t *array;
	mach_port_t *names = new_memory(PAGE);
	const mach_port_t *received;
	struct received message;

	compose(&message, shortage->port, COPY_SEND, MACH_PORT_NULL, NONE);
	message.header.msgh_id = 4;
	add_port(&message, shortage->other, MAKE_SEND_ONCE);
	add_port(&message, shortage->other, COPY_SEND);
	names[0] = shortage->other;
	names[1] = MACH_PORT_DEAD;
	add_ports(&message, names, 2, MAKE_SEND_ONCE, false);
	add_ports(&message, names, 2, MAKE_SEND, false);
	add_memory(&message, names, 8, MACH_MSG_VIRTUAL_COPY, false);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(shortage->port, 0, &message),
	    MACH_RCV_BODY_ERROR | MACH_MSG_IPC_SPACE);
	CHECK_EQUAL(message.header.msgh_id, 4);
	CHECK_EQUAL(message.body.msgh_descriptor_count, 5);
	CHECK_EQUAL(descriptor_of(&message, 0)->name, MACH_PORT_NULL);
	CHECK_EQUAL(descriptor_of(&message, 1)->name, shortage->other);
	array = item_of(&message, 2);
	received = array->address;
	CHECK_EQUAL(array->count, 2);
	CHECK_EQUAL(received[0], MACH_PORT_NULL);
	CHECK_EQUAL(received[1], MACH_PORT_DEAD);
	array = item_of(&message, 3);
	received = array->address;
	CHECK_EQUAL(received[0], shortage->other);
	CHECK(
	    memcmp(((mach_msg_ool_descriptor_t *)item_of(&message, 4))->address,
	        names, 8) == 0);
	/* What could not be named has ended. */
	expect_notice(shortage->other, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(shortage->other, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(shortage->other);
}

static void
a_space_without_room_is_told(void)
{
	struct peer *peer = peer_new();
	struct shortage shortage;

	peer_run(peer, make_ports, &shortage, sizeof(shortage));
	fill_space(peer);
	peer_run(
	    peer, receive_a_reply_without_a_name, &shortage, sizeof(shortage));
	peer_run(
	    peer, receive_items_without_names, &shortage, sizeof(shortage));
	peer_kill(peer);
}

static void
addresses_without_room_are_told(void)
{
	mach_port_t port = new_send_port();
	size_t bytes = (size_t)64 * 1024;
	void *memory = new_memory(bytes);
	const mach_msg_ool_descriptor_t *item;
	struct received message;
	struct rlimit limit;
	struct rlimit none;
	mach_msg_return_t mr;

	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	message.header.msgh_id = 5;
	add_memory(&message, memory, (mach_msg_size_t)bytes,
	    MACH_MSG_VIRTUAL_COPY, false);
	add_port(&message, port, COPY_SEND);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK(getrlimit(RLIMIT_AS, &limit) == 0);
	none = limit;
	none.rlim_cur = 0;
	CHECK(setrlimit(RLIMIT_AS, &none) == 0);
	mr = receive_now(port, 0, &message);
	CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
	EXPECT(mr, MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE);
	CHECK_EQUAL(message.header.msgh_id, 5);
	item = item_of(&message, 0);
	CHECK(item->address == NULL);
	CHECK_EQUAL(item->size, 0);
	CHECK_EQUAL(
	    ((const mach_msg_port_descriptor_t *)item_of(&message, 1))->name,
	    port);
	free_memory(memory, bytes);
	destroy(port);
}

static void
a_buffer_that_cannot_be_written_loses_the_names(void)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();
	mach_msg_header_t *buffers[] = {NULL, new_hole(PAGE), new_memory(PAGE)};
	struct received message;

	CHECK(mprotect(buffers[2], PAGE, PROT_READ) == 0);
	for (unsigned i = 0; i < 3; i++) {
		mach_port_t inside = new_send_port();
		struct view before, after;
		unsigned found = 0;

		compose(&message, port, COPY_SEND, reply, MAKE_SEND_ONCE);
		add_port(&message, inside, COPY_SEND);
		EXPECT(post(&message), MACH_MSG_SUCCESS);
		view_space(&before);
		EXPECT(mach_msg(buffers[i], MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
		           PAGE, port, 0, 0),
		    MACH_RCV_INVALID_DATA);
		expect_empty(port);
		CHECK_EQUAL(status_of(port).mps_seqno, i + 1);
		/* But they are there. */
		CHECK_EQUAL(refs_of(inside, MACH_PORT_RIGHT_SEND), 2);
		view_space(&after);
		CHECK_EQUAL(after.count, before.count + 1);
		for (unsigned nth = 0; nth < after.count; nth++) {
			if (after.entries[nth].type != MACH_PORT_TYPE_SEND_ONCE)
				continue;
			drop(after.entries[nth].name);
			found++;
		}
		CHECK_EQUAL(found, 1);
		expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
		destroy(inside);
	}
	/* Too little of it is looked at first: the message stays. */
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(mach_msg(buffers[1],
	           MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_LARGE, 0, 31,
	           port, 0, 0),
	    MACH_RCV_TOO_LARGE);
	expect_id(port, 1);
	free_memory(buffers[1], PAGE);
	free_memory(buffers[2], PAGE);
	drop_receive(reply);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.11.4 messages.11.4.r1 messages.11.4.r2 messages.11.4.r3 "
             "messages.11.4.r5 messages.11.4.r6 messages.11.4.b1",
        the_header_shows_the_rights_as_they_arrive),
    SCENARIO("messages.11.4.r4", the_local_port_is_the_member_of_a_set),
    SCENARIO("messages.11.4.r4", the_local_port_is_named_as_where_it_is),
    SCENARIO("messages.11.4.r2", a_reply_port_that_died_in_transit_is_dead),
    SCENARIO("messages.11.4.b2", one_port_is_remote_and_local_at_one_instant),
    SCENARIO(
        "messages.11.4.b1", the_right_of_a_message_received_may_be_the_last),
    SCENARIO(
        "messages.11.4.b3", each_armed_request_fires_when_one_message_leaves),
    SCENARIO("messages.11.5.r1", a_send_right_joins_the_one_that_is_there),
    SCENARIO("messages.11.5.r2", a_send_right_joins_the_receive_right),
    SCENARIO("messages.11.5.r3", a_send_right_alone_has_a_name_of_its_own),
    SCENARIO("messages.11.5.r4", each_send_once_right_has_a_name_of_its_own),
    SCENARIO("messages.11.5.r5", a_receive_right_joins_the_send_right),
    SCENARIO("messages.11.5.r6", a_receive_right_alone_has_a_new_name),
    SCENARIO("messages.11.5.r7 messages.11.5.r8",
        a_right_to_a_dead_port_has_no_name),
    SCENARIO(
        "messages.11.6 messages.11.4.r7", port_descriptors_have_no_other_bits),
    SCENARIO("messages.11.4.r7", a_body_without_descriptors_is_complex),
    SCENARIO("messages.11.6.b1 messages.7.1.r16",
        who_does_not_ask_gets_no_guarded_right),
    SCENARIO("messages.11.6.b2 messages.7.1.r16",
        an_immovable_right_is_guarded_by_the_buffer),
    SCENARIO("messages.11.6.b3", an_unguarded_right_arrives_unguarded),
    SCENARIO("messages.11.6.b2 messages.7.b2",
        the_guard_is_the_address_of_the_buffer_received_in),
    SCENARIO("messages.11.4.b4 messages.11.7.r1 messages.11.7.r2 messages.11.6 "
             "messages.11.8",
        a_space_without_room_is_told),
    SCENARIO_WITH(
        SCENARIO_PROCESS, "messages.11.7.r2", addresses_without_room_are_told),
    SCENARIO(
        "messages.11.7.r3", a_buffer_that_cannot_be_written_loses_the_names),
};
CONFORMANCE(scenarios)
