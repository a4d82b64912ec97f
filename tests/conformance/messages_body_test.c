/*
 * What a send takes by the descriptors of its message, and what it leaves when it
 * cannot: messages.md 9.
 */

#include "mail.h"

/*
 * 9.1: port descriptors
 */

static void
null_and_dead_pass_with_any_disposition(void)
{
	static const mach_port_t names[] = {MACH_PORT_NULL, MACH_PORT_DEAD};
	struct received message;
	struct mail mail;

	for (unsigned i = 0; i < 2 * 256; i += 64) {
		mach_port_t name = names[i / 256];

		mail_begin(&mail, &message);
		for (unsigned nth = 0; nth < 64; nth++)
			add_port(&message, name, (i + nth) % 256);
		mail_deliver(&mail, &message);
		for (unsigned nth = 0; nth < 64; nth++) {
			const mach_msg_port_descriptor_t *item =
			    descriptor_of(&message, nth);

			CHECK_EQUAL(item->name, name);
			CHECK_EQUAL(
			    item->disposition, transformed((i + nth) % 256));
			CHECK_EQUAL(item->type, MACH_MSG_PORT_DESCRIPTOR);
		}
		mach_msg_destroy(&message.header);
		mail_end(&mail);
	}
}

static void
try_port(enum kind kind, unsigned disposition)
{
	const mach_msg_port_descriptor_t *item;
	mach_port_type_t type;
	struct received message;
	struct entry entry;
	struct mail mail;

	entry_begin(&entry, kind);
	type = type_of(entry.name);
	mail_begin(&mail, &message);
	add_port(&message, entry.name, disposition);
	if (!kind_allows(kind, disposition)) {
		FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
		CHECK_EQUAL(type_of(entry.name), type);
	} else {
		EXPECT_IN("kind, disposition", kind, disposition,
		    post(&message), MACH_MSG_SUCCESS);
		EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
		item = descriptor_of(&message, 0);
		CHECK_EQUAL(item->disposition, transformed(disposition));
		CHECK_EQUAL(
		    item->name == MACH_PORT_DEAD, kind == KIND_DEAD_NAME);
		mach_msg_destroy(&message.header);
	}
	entry_end(&entry);
	mail_end(&mail);
}

static void
names_and_dispositions(void)
{
	for (enum kind kind = KIND_ABSENT; kind < KIND_COUNT; kind++) {
		for (unsigned disposition = 0; disposition < 32; disposition++)
			try_port(kind, disposition);
	}
}

static void
each_disposition_takes_what_it_takes_in_a_header(void)
{
	mach_port_t port = new_send_port();
	mach_port_t once = new_send_once(port);
	struct received message;
	struct mail mail;

	make_send(port);
	mail_begin(&mail, &message);
	add_port(&message, port, COPY_SEND);
	add_port(&message, port, MOVE_SEND);
	add_port(&message, port, MAKE_SEND);
	add_port(&message, port, MAKE_SEND_ONCE);
	add_port(&message, once, MOVE_SEND_ONCE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(type_of(once), 0);
	CHECK_EQUAL(status_of(port).mps_mscount, 3);
	CHECK_EQUAL(status_of(port).mps_sorights, 2);
	EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
	for (unsigned nth = 0; nth < 3; nth++)
		CHECK_EQUAL(descriptor_of(&message, nth)->name, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 4);
	CHECK(descriptor_of(&message, 3)->name != port);
	CHECK(descriptor_of(&message, 4)->name != port);
	mach_msg_destroy(&message.header);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	destroy(port);
	mail_end(&mail);
}

static void
a_dead_name_is_moved_reference_by_reference(void)
{
	mach_port_t dead = new_dead_name();
	struct received message;
	struct mail mail;

	EXPECT(mach_port_mod_refs(
	           mach_task_self(), dead, MACH_PORT_RIGHT_DEAD_NAME, 2),
	    KERN_SUCCESS);
	mail_begin(&mail, &message);
	add_port(&message, dead, COPY_SEND);
	add_port(&message, dead, MOVE_SEND);
	add_port(&message, dead, MOVE_SEND_ONCE);
	mail_deliver(&mail, &message);
	CHECK_EQUAL(refs_of(dead, MACH_PORT_RIGHT_DEAD_NAME), 1);
	for (unsigned nth = 0; nth < 3; nth++)
		CHECK_EQUAL(descriptor_of(&message, nth)->name, MACH_PORT_DEAD);
	mach_msg_destroy(&message.header);
	mail_end(&mail);

	mail_begin(&mail, &message);
	add_port(&message, dead, MOVE_SEND);
	add_port(&message, dead, MOVE_SEND);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(dead), 0);
	mail_end(&mail);
}

static void
a_moved_receive_right_begins_anew(void)
{
	mach_port_t port = new_send_port();
	mach_port_t set = new_set();
	mach_port_t notify = new_port();
	mach_port_status_t status;
	struct received message;
	struct mail mail;

	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_DEAD_NAME, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	set_qlimit(port, 9);
	EXPECT(
	    mach_port_insert_member(mach_task_self(), port, set), KERN_SUCCESS);

	mail_begin(&mail, &message);
	add_port(&message, port, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	/* The send right stays, and its request. */
	CHECK_EQUAL(
	    type_of(port), MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DNREQUEST);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	expect_empty(set);
	EXPECT(receive_now(mail.to, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(descriptor_of(&message, 0)->name, port);
	status = status_of(port);
	CHECK_EQUAL(status.mps_mscount, 0);
	CHECK_EQUAL(status.mps_seqno, 0);
	CHECK_EQUAL(status.mps_pset, 0);
	CHECK_EQUAL(status.mps_qlimit, 9);
	CHECK_EQUAL(status.mps_msgcount, 1);
	CHECK(status.mps_nsrequest);
	expect_id(port, 2);
	drop(message.header.msgh_remote_port);
	expect_notice(mail.reply, MACH_NOTIFY_SEND_ONCE, 0);
	mail_end(&mail);
	drop(port);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 0);
	drop_receive(port);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	drop_receive(notify);
	destroy(set);
}

static void
a_moved_pure_receive_right_frees_its_name(void)
{
	mach_port_t port = new_port();
	mach_port_t notify = new_port();
	mach_port_t box = new_port();

	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_DEAD_NAME, 0, notify), MACH_PORT_NULL);
	put_away(port, box);
	CHECK_EQUAL(type_of(port), 0);
	expect_notice(notify, MACH_NOTIFY_PORT_DELETED, port);
	drop_receive(take_back(box));
	drop_receive(box);
	drop_receive(notify);
}

/*
 * 9.1 and 9.2: guards
 */

static void
an_immovable_receive_right_is_not_moved(void)
{
	mach_port_t port = new_port();
	mach_port_t *array = mail_new_array(&port, 1);
	struct received message;
	struct mail mail;

	EXPECT(mach_port_guard_with_flags(
	           mach_task_self(), port, 0x77, MPG_IMMOVABLE_RECEIVE),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < 4; i++) {
		mail_begin(&mail, &message);
		if (i == 0)
			add_port(&message, port, MOVE_RECEIVE);
		else if (i == 1)
			add_ports(&message, array, 1, MOVE_RECEIVE, false);
		else if (i == 2)
			add_guarded(&message, port, 0x77,
			    MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
		else
			add_guarded(&message, port, 0,
			    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
		FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
		CHECK_EQUAL(status_of(port).mps_flags,
		    MACH_PORT_STATUS_FLAG_GUARDED |
		        MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE);
		mail_end(&mail);
	}
	/* Nor when its guard has gone. Other rights of it are. */
	EXPECT(mach_port_unguard(mach_task_self(), port, 0x77), KERN_SUCCESS);
	mail_begin(&mail, &message);
	add_port(&message, port, MOVE_RECEIVE);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	mail_end(&mail);
	mail_begin(&mail, &message);
	add_port(&message, port, MAKE_SEND_ONCE);
	mail_deliver(&mail, &message);
	mach_msg_destroy(&message.header);
	mail_end(&mail);
	free_memory(array, PAGE);
	drop_receive(port);
}

static mach_port_t
new_guarded_port(mach_port_context_t guard, bool strict)
{
	mach_port_options_t options = {
	    .flags = MPO_CONTEXT_AS_GUARD | (strict ? MPO_STRICT : 0)};
	mach_port_name_t port;

	EXPECT(mach_port_construct(mach_task_self(), &options, guard, &port),
	    KERN_SUCCESS);
	return port;
}

/* A guard, the descriptor's flags and context, and whether they agree. */
struct guarding {
	bool guarded;
	mach_port_context_t guard;
	mach_msg_guard_flags_t flags;
	mach_port_context_t context;
	bool agree;
};

static const struct guarding guardings[] = {
    {false, 0, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 0, true},
    {false, 0, MACH_MSG_GUARD_FLAGS_MASK, 0, true},
    {true, 0, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 0, true},
    {true, 0, MACH_MSG_GUARD_FLAGS_MASK, 0, true},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 0, false},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_MASK, 0, false},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0x77, true},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0x78, false},
    {true, 0x77, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0, false},
    {true, (mach_port_context_t)0x77 << 32,
        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, (mach_port_context_t)0x77 << 32,
        true},
    {true, (mach_port_context_t)0x77 << 32,
        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, (mach_port_context_t)0x78 << 32,
        false},
    {true, 0, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0, true},
    {true, 0, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 1, false},
    {false, 0, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0, false},
    {false, 0x77, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 0x77, false},
    /* A context that is no guard. */
    {false, 0x77, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 0, true},
};

static void
try_guarding(const struct guarding *guarding, unsigned nth, bool strict)
{
	mach_msg_guarded_port_descriptor_t *item;
	mach_port_status_t status;
	mach_port_t port;
	struct received message;
	struct mail mail;

	if (guarding->guarded) {
		port = new_guarded_port(guarding->guard, strict);
	} else {
		port = new_port();
		EXPECT(mach_port_set_context(
		           mach_task_self(), port, guarding->guard),
		    KERN_SUCCESS);
	}
	mail_begin(&mail, &message);
	add_guarded(&message, port, guarding->context, guarding->flags);
	if (!guarding->agree) {
		status = status_of(port);
		FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
		CHECK_EQUAL(status_of(port).mps_flags, status.mps_flags);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
		EXPECT(mach_port_destruct(
		           mach_task_self(), port, 0, guarding->guard),
		    KERN_SUCCESS);
	} else {
		EXPECT_IN("guarding", nth, strict, post(&message), 0);
		EXPECT(receive_now(mail.to, MACH_RCV_GUARDED_DESC, &message),
		    MACH_MSG_SUCCESS);
		item = item_of(&message, 0);
		EXPECT(mach_port_destruct(
		           mach_task_self(), item->name, 0, item->context),
		    KERN_SUCCESS);
		drop(message.header.msgh_remote_port);
	}
	mail_end(&mail);
}

static void
a_guarded_descriptor_tells_the_guard(void)
{
	for (unsigned i = 0; i < sizeof(guardings) / sizeof(guardings[0]);
	     i++) {
		try_guarding(&guardings[i], i, false);
		try_guarding(&guardings[i], i, true);
	}
}

/* As MOVE_RECEIVE: of other names it does not hold. */
static void
a_guarded_descriptor_moves_receive_rights_only(void)
{
	struct received message;
	struct entry entry;
	struct mail mail;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		mach_msg_guarded_port_descriptor_t *item;

		entry_begin(&entry, kind);
		mail_begin(&mail, &message);
		add_guarded(&message, entry.name, 0,
		    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
		if (kind > KIND_DEAD && !kind_allows(kind, MOVE_RECEIVE)) {
			FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
		} else {
			EXPECT_IN("kind", kind, 0, post(&message), 0);
			EXPECT(receive_now(
			           mail.to, MACH_RCV_GUARDED_DESC, &message),
			    MACH_MSG_SUCCESS);
			item = item_of(&message, 0);
			if (kind <= KIND_DEAD)
				CHECK_EQUAL(item->name, entry.name);
			mach_msg_destroy(&message.header);
		}
		entry_end(&entry);
		mail_end(&mail);
	}
}

/* By a plain descriptor, too; and none of it is left. */
static void
a_guard_does_not_hinder_a_move(void)
{
	mach_port_context_t context;
	struct received message;
	struct mail mail;
	mach_port_t port;

	for (unsigned strict = 0; strict < 2; strict++) {
		mail_begin(&mail, &message);
		add_port(
		    &message, new_guarded_port(0x77, strict), MOVE_RECEIVE);
		mail_deliver(&mail, &message);
		port = descriptor_of(&message, 0)->name;
		CHECK_EQUAL(status_of(port).mps_flags, 0);
		EXPECT(mach_port_get_context(mach_task_self(), port, &context),
		    KERN_SUCCESS);
		CHECK_EQUAL(context, 0);
		drop_receive(port);
		drop(message.header.msgh_remote_port);
		mail_end(&mail);
	}
}

/*
 * 9.4: failure in the body
 */

static void
what_was_taken_is_destroyed_and_the_rest_is_kept(void)
{
	mach_port_t moved = new_send_port();
	mach_port_t sent = new_send_port();
	mach_port_t kept = new_send_port();
	mach_port_t once = new_send_once(kept);
	uint8_t *memory = new_memory(PAGE);
	uint8_t *later = new_memory(PAGE);
	struct received message;
	struct mail mail;

	make_send(sent);
	mail_begin(&mail, &message);
	make_send(mail.to);
	message.header.msgh_bits = MACH_MSGH_BITS(MOVE_SEND, MAKE_SEND_ONCE);
	add_port(&message, moved, MOVE_RECEIVE);
	add_port(&message, sent, MOVE_SEND);
	add_memory(&message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, true);
	add_port(&message, sent, MAKE_SEND);
	add_port(&message, absent_name(), COPY_SEND);
	add_port(&message, kept, MOVE_SEND);
	add_port(&message, once, MOVE_SEND_ONCE);
	add_memory(&message, later, PAGE, MACH_MSG_VIRTUAL_COPY, true);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(refs_of(mail.to, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(type_of(moved), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(sent, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(status_of(sent).mps_mscount, 3);
	CHECK(!is_mapped(memory));
	CHECK_EQUAL(refs_of(kept, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_SEND_ONCE);
	expect_empty(kept);
	CHECK(is_memory(later, PAGE));
	mail_end(&mail);
	drop(moved);
	drop(once);
	destroy(sent);
	destroy(kept);
	free_memory(later, PAGE);
}

static void
the_first_descriptor_that_fails_decides(void)
{
	struct received message;
	struct mail mail;

	mail_begin(&mail, &message);
	add_port(&message, absent_name(), COPY_SEND);
	add_memory(&message, NULL, 1, MACH_MSG_VIRTUAL_COPY, false);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	mail_end(&mail);
	mail_begin(&mail, &message);
	add_memory(&message, NULL, 1, MACH_MSG_VIRTUAL_COPY, false);
	add_port(&message, absent_name(), COPY_SEND);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_MEMORY);
	mail_end(&mail);
	/* An array is read before its rights are looked at. */
	mail_begin(&mail, &message);
	add_ports(&message, NULL, 2, 31, false);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_MEMORY);
	mail_end(&mail);
}

/* The last send right goes with the message: those who asked are told. */
static void
rights_of_a_failed_message_end_as_any(void)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();
	struct received message;
	struct mail mail;

	CHECK_EQUAL(
	    request(port, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	mail_begin(&mail, &message);
	add_port(&message, port, MOVE_SEND);
	add_port(&message, port, MAKE_SEND_ONCE);
	add_port(&message, absent_name(), COPY_SEND);
	FAILS_IN_BODY(&mail, &message, MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	CHECK_EQUAL(status_of(port).mps_sorights, 0);
	mail_end(&mail);
	drop_receive(port);
	drop_receive(notify);
}

/* A send-once right leads to one message, whatever it was used for. */
static void
a_send_once_destination_of_a_failed_message_notifies(void)
{
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);
	struct received message;

	compose(&message, once, MOVE_SEND_ONCE, MACH_PORT_NULL, NONE);
	add_port(&message, absent_name(), COPY_SEND);
	EXPECT(post(&message), MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(type_of(once), 0);
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	expect_empty(port);
	drop_receive(port);
}

/*
 * 9.5: circles
 */

static void
a_receive_right_sent_to_itself_is_destroyed(void)
{
	mach_port_t port = new_send_port();
	mach_port_t pure = new_port();
	mach_port_t once = new_send_once(pure);
	mach_port_t reply = new_port();
	struct received message;

	EXPECT(send_id(port, COPY_SEND, 1, reply, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	compose(&message, port, COPY_SEND, reply, MAKE_SEND_ONCE);
	add_port(&message, port, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_DEAD_NAME), 1);
	/* Of the message that was queued, and of the circular one. */
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	drop(port);

	compose(&message, pure, MAKE_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, pure, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(pure), 0);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_DEAD_NAME);
	drop(once);
	drop_receive(reply);
}

static void
all_that_a_circular_message_carries_is_destroyed(void)
{
	mach_port_t port = new_send_port();
	mach_port_t other = new_send_port();
	mach_port_t notify = new_port();
	uint8_t *memory = new_memory(PAGE);
	struct received message;

	CHECK_EQUAL(
	    request(other, MACH_NOTIFY_NO_SENDERS, 0, notify), MACH_PORT_NULL);
	compose(&message, port, COPY_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, other, MAKE_SEND_ONCE);
	add_port(&message, port, MOVE_RECEIVE);
	add_memory(&message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, true);
	add_port(&message, other, MOVE_SEND);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK(!is_mapped(memory));
	expect_notice(other, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	drop(port);
	drop_receive(other);
	drop_receive(notify);
}

/* Each but the last is in the queue of the next; then the last is sent to the
 * first. */
static void
close_circle(unsigned count, bool in_array)
{
	mach_port_t ports[8];
	mach_port_t *array;
	struct received message;

	for (unsigned i = 0; i < count; i++)
		ports[i] = new_send_port();
	for (unsigned i = 0; i + 1 < count; i++) {
		compose(
		    &message, ports[i + 1], COPY_SEND, MACH_PORT_NULL, NONE);
		add_port(&message, ports[i], MOVE_RECEIVE);
		EXPECT(post(&message), MACH_MSG_SUCCESS);
	}
	array = mail_new_array(&ports[count - 1], 1);
	compose(&message, ports[0], COPY_SEND, MACH_PORT_NULL, NONE);
	if (in_array)
		add_ports(&message, array, 1, MOVE_RECEIVE, false);
	else
		add_port(&message, ports[count - 1], MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < count; i++) {
		CHECK_EQUAL(type_of(ports[i]), MACH_PORT_TYPE_DEAD_NAME);
		drop(ports[i]);
	}
	free_memory(array, PAGE);
}

static void
circles_of_more_ports_are_destroyed(void)
{
	for (unsigned count = 1; count <= 8; count++) {
		close_circle(count, false);
		close_circle(count, true);
	}
}

static void
what_is_no_circle_gets_through(void)
{
	mach_port_t first = new_send_port();
	mach_port_t second = new_send_port();
	mach_port_t third = new_send_port();
	struct received message;

	/* First in second's queue, second in third's, and third in a new one. */
	put_away(first, second);
	put_away(second, third);
	/* A send right is no part of a circle. */
	EXPECT(send_right(first, 1, third, COPY_SEND), MACH_MSG_SUCCESS);
	EXPECT(send_right(first, 2, first, COPY_SEND), MACH_MSG_SUCCESS);
	CHECK_EQUAL(take_back(third), second);
	CHECK_EQUAL(take_back(second), first);
	expect_id(first, 1);
	EXPECT(receive_now(first, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(refs_of(first, MACH_PORT_RIGHT_SEND), 2);
	destroy(first);
	destroy(second);
	destroy(third);
}

/* A message that waits to be sent is on its way to its port already. */
static void
a_blocked_message_is_part_of_a_circle(void)
{
	mach_port_t first = new_send_port();
	mach_port_t second = new_send_port();
	struct received message;
	struct sending move;

	close_queue(first);
	sending_of_id(&move, first, 1);
	add_port(&move.message, second, MOVE_RECEIVE);
	sending_begin(&move);
	CHECK_EQUAL(type_of(second), MACH_PORT_TYPE_SEND);
	compose(&message, second, COPY_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, first, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(sending_end(&move), MACH_MSG_SUCCESS);
	CHECK_EQUAL(type_of(first), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(type_of(second), MACH_PORT_TYPE_DEAD_NAME);
	drop(first);
	drop(second);
}

/* Two tasks, each of which sends its port to the other's. */
struct crossing {
	mach_port_t to;
	mach_port_t own;
	unsigned alive;
};

static void
send_own_port(void *argument)
{
	struct crossing *crossing = argument;
	struct received message;

	compose(&message, crossing->to, MOVE_SEND, MACH_PORT_NULL, NONE);
	add_port(&message, crossing->own, MOVE_RECEIVE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
}

static void
circles_of_concurrent_sends_are_destroyed(void)
{
	struct peer *peers[2] = {peer_new(), peer_new()};
	struct crossing crossings[2];
	mach_port_t ports[2];

	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < 2; i++) {
			ports[i] = new_send_port();
			crossings[i].own =
			    peer_give(peers[i], ports[i], COPY_SEND);
			crossings[1 - i].to =
			    peer_give(peers[1 - i], ports[i], COPY_SEND);
		}
		for (unsigned i = 0; i < 2; i++)
			CHECK_EQUAL(peer_give(peers[i], ports[i], MOVE_RECEIVE),
			    crossings[i].own);
		for (unsigned i = 0; i < 2; i++)
			peer_start(peers[i], send_own_port, &crossings[i],
			    sizeof(crossings[i]));
		for (unsigned i = 0; i < 2; i++)
			peer_join(peers[i]);
		for (unsigned i = 0; i < 2; i++) {
			CHECK_EQUAL(
			    type_of(ports[i]), MACH_PORT_TYPE_DEAD_NAME);
			drop(ports[i]);
		}
	}
}

static const struct scenario scenarios[] = {
    SCENARIO(
        "messages.9 messages.9.1", null_and_dead_pass_with_any_disposition),
    SCENARIO("messages.9.1", names_and_dispositions),
    SCENARIO("messages.9.1", each_disposition_takes_what_it_takes_in_a_header),
    SCENARIO("messages.9.1 messages.8.3",
        a_dead_name_is_moved_reference_by_reference),
    SCENARIO("messages.9.1", a_moved_receive_right_begins_anew),
    SCENARIO("messages.9.1", a_moved_pure_receive_right_frees_its_name),
    SCENARIO("messages.9.1", an_immovable_receive_right_is_not_moved),
    SCENARIO("messages.9.2 messages.9.2.b1 messages.9.2.b2",
        a_guarded_descriptor_tells_the_guard),
    SCENARIO("messages.9.2", a_guarded_descriptor_moves_receive_rights_only),
    SCENARIO("messages.9.2", a_guard_does_not_hinder_a_move),
    SCENARIO("messages.9 messages.9.4",
        what_was_taken_is_destroyed_and_the_rest_is_kept),
    SCENARIO("messages.9.4", the_first_descriptor_that_fails_decides),
    SCENARIO("messages.9.4", rights_of_a_failed_message_end_as_any),
    SCENARIO(
        "messages.9.4", a_send_once_destination_of_a_failed_message_notifies),
    SCENARIO("messages.9.5", a_receive_right_sent_to_itself_is_destroyed),
    SCENARIO("messages.9.5", all_that_a_circular_message_carries_is_destroyed),
    SCENARIO("messages.9.5", circles_of_more_ports_are_destroyed),
    SCENARIO("messages.9.5", what_is_no_circle_gets_through),
    SCENARIO(
        "messages.9.5 messages.10.i5", a_blocked_message_is_part_of_a_circle),
    SCENARIO("messages.9.5", circles_of_concurrent_sends_are_destroyed),
};
CONFORMANCE(scenarios)
