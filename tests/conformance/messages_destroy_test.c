/* What mach_msg_destroy() gives back (messages.md 13). */
#include <string.h>

#include "messages.h"

/* A message that was never sent, and its destruction; the buffer is as it was. */
static void
destroy_message(struct received *message)
{
	struct received before = *message;

	mach_msg_destroy(&message->header);
	CHECK(memcmp(&before, message, sizeof(before)) == 0);
}

/* One right in the body, or as the destination. */
static void
destroy_right(mach_port_t name, mach_msg_type_name_t disposition, bool in_body)
{
	struct received message;

	if (in_body) {
		compose(&message, MACH_PORT_NULL, 0, 0, 0);
		add_port(&message, name, disposition);
	} else {
		compose(&message, name, disposition, 0, 0);
	}
	destroy_message(&message);
}

static void
a_moved_right_is_released(void)
{
	for (unsigned in_body = 0; in_body < 2; in_body++) {
		mach_port_t port = new_send_port();
		mach_port_t once = new_send_once(port);

		make_send(port);
		destroy_right(port, MOVE_SEND, in_body);
		CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
		destroy_right(port, MOVE_SEND, in_body);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
		destroy_right(once, MOVE_SEND_ONCE, in_body);
		CHECK_EQUAL(type_of(once), 0);
		expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
		drop_receive(port);
	}
}

static void
a_moved_receive_right_is_destroyed(void)
{
	for (unsigned in_body = 0; in_body < 2; in_body++) {
		mach_port_t port = new_send_port();

		destroy_right(port, MOVE_RECEIVE, in_body);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
		drop(port);
	}
}

/* As if it had been sent, and destroyed there. */
static void
a_send_right_to_be_made_was_made(void)
{
	for (unsigned in_body = 0; in_body < 2; in_body++) {
		mach_port_t port = new_port();
		mach_port_t notify = new_port();

		CHECK_EQUAL(request(port, MACH_NOTIFY_NO_SENDERS, 1, notify),
		    MACH_PORT_NULL);
		destroy_right(port, MAKE_SEND, in_body);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
		CHECK_EQUAL(status_of(port).mps_mscount, 1);
		expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
		drop_receive(port);
		drop_receive(notify);
	}
}

static void
a_send_once_right_to_be_made_was_made(void)
{
	for (unsigned in_body = 0; in_body < 2; in_body++) {
		mach_port_t port = new_port();

		destroy_right(port, MAKE_SEND_ONCE, in_body);
		expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
		CHECK_EQUAL(status_of(port).mps_sorights, 0);
		drop_receive(port);
	}
}

/* Also by dispositions that are none. */
static void
a_copied_right_is_kept(void)
{
	mach_port_t port = new_send_port();

	for (mach_msg_type_name_t x = 0; x < 32; x++) {
		if (x != COPY_SEND && MACH_MSG_TYPE_PORT_ANY(x))
			continue;
		destroy_right(port, x, false);
		destroy_right(port, x, true);
		CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
		CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
		CHECK_EQUAL(status_of(port).mps_mscount, 1);
		expect_empty(port);
	}
	destroy(port);
}

/* What is no name is passed over, and a name without such a right, too. */
static void
what_cannot_be_released_is_passed_over(void)
{
	mach_port_t port = new_port();
	mach_port_t names[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD, absent_name(), port};

	for (mach_msg_type_name_t x = DISPOSITION_FIRST; x <= DISPOSITION_LAST;
	     x++)
		for (unsigned i = 0; i < 3; i++) {
			destroy_right(names[i], x, false);
			destroy_right(names[i], x, true);
		}
	destroy_right(port, MOVE_SEND, true);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	drop_receive(port);
}

static void
the_local_port_is_not_touched(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (mach_msg_type_name_t x = DISPOSITION_FIRST; x <= DISPOSITION_LAST;
	     x++) {
		compose(&message, MACH_PORT_NULL, 0, port, x);
		destroy_message(&message);
	}
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
}

static void
the_voucher_port_is_released_as_its_disposition_says(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	compose(&message, MACH_PORT_NULL, 0, 0, 0);
	message.header.msgh_voucher_port = port;
	destroy_message(&message);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	message.header.msgh_bits = MACH_MSGH_BITS_SET_PORTS(0, 0, MOVE_SEND);
	destroy_message(&message);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	drop_receive(port);
}

static void
memory_goes_if_it_is_to_be_deallocated(void)
{
	void *kept = new_memory(PAGE);
	void *given = new_memory(2 * (size_t)PAGE);
	void *empty = new_memory(PAGE);
	void *unsure = new_memory(PAGE);
	struct received message;

	compose(&message, MACH_PORT_NULL, 0, 0, 0);
	add_memory(&message, kept, PAGE, MACH_MSG_VIRTUAL_COPY, false);
	add_memory(&message, given, 2 * PAGE, MACH_MSG_PHYSICAL_COPY, true);
	add_memory(&message, empty, 0, MACH_MSG_VIRTUAL_COPY, true);
	add_volatile(&message, unsure, PAGE, MACH_MSG_VIRTUAL_COPY, true);
	destroy_message(&message);
	CHECK(is_mapped(kept));
	CHECK(!is_mapped(given));
	CHECK(!is_mapped((char *)given + PAGE));
	CHECK(is_mapped(empty));
	CHECK(is_mapped(unsure));
	free_memory(kept, PAGE);
	free_memory(empty, PAGE);
	free_memory(unsure, PAGE);
}

static void
arrays_go_with_all_their_rights(void)
{
	mach_port_t port = new_send_port();
	struct received message;

	for (unsigned deallocate = 0; deallocate < 2; deallocate++) {
		mach_port_t *names = new_memory(PAGE);
		mach_port_t list[] = {
		    port, MACH_PORT_NULL, port, MACH_PORT_DEAD};

		make_send(port);
		make_send(port);
		memcpy(names, list, sizeof(list));
		compose(&message, MACH_PORT_NULL, 0, 0, 0);
		add_ports(&message, names, 4, MOVE_SEND, deallocate);
		destroy_message(&message);
		CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
		CHECK_EQUAL(is_mapped(names), !deallocate);
		if (!deallocate)
			free_memory(names, PAGE);
	}
	destroy(port);
}

/* With the guard that the descriptor tells, unless it says that there is none. */
static void
a_guarded_right_is_destroyed_with_its_guard(void)
{
	mach_port_t port = new_port();
	struct received message;

	EXPECT(
	    mach_port_guard(mach_task_self(), port, 77, FALSE), KERN_SUCCESS);
	compose(&message, MACH_PORT_NULL, 0, 0, 0);
	add_guarded(&message, port, 77, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	destroy_message(&message);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	compose(&message, MACH_PORT_NULL, 0, 0, 0);
	add_guarded(&message, port, 78, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	destroy_message(&message);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	compose(&message, MACH_PORT_NULL, 0, 0, 0);
	add_guarded(&message, port, 77, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	destroy_message(&message);
	CHECK_EQUAL(type_of(port), 0);
}

static void
a_received_message_leaves_nothing(void)
{
	mach_port_t port = new_send_port();
	mach_port_t names[] = {port, port};
	void *memory = new_memory(PAGE);
	mach_msg_ool_descriptor_t *region;
	struct received message;

	compose(&message, port, COPY_SEND, port, MAKE_SEND_ONCE);
	add_port(&message, port, MAKE_SEND);
	add_port(&message, new_port(), MOVE_RECEIVE);
	add_memory(&message, memory, PAGE, MACH_MSG_VIRTUAL_COPY, true);
	add_ports(&message, names, 2, COPY_SEND, false);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(receive_now(port, 0, &message), MACH_MSG_SUCCESS);
	region = item_of(&message, 2);
	CHECK(is_memory(region->address, PAGE));
	destroy_message(&message);
	CHECK(!is_mapped(region->address));
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	/* The reply right, which was not used. */
	expect_notice(port, MACH_NOTIFY_SEND_ONCE, 0);
	destroy(port);
}

/* All but its local port, which is the sender's to release. */
static void
a_message_that_came_back_leaves_its_reply_right(void)
{
	mach_port_t port = new_send_port();
	mach_port_t reply = new_port();
	struct received message;

	close_queue(port);
	compose(&message, port, COPY_SEND, reply, MAKE_SEND);
	add_port(&message, port, COPY_SEND);
	EXPECT(post(&message), MACH_SEND_TIMED_OUT);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 3);
	destroy_message(&message);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(type_of(reply), MACH_PORT_TYPE_SEND_RECEIVE);
	destroy(reply);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.13.r1 messages.13.i1 messages.13.i2",
        a_moved_right_is_released),
    SCENARIO("messages.13.r2", a_moved_receive_right_is_destroyed),
    SCENARIO("messages.13.r3", a_send_right_to_be_made_was_made),
    SCENARIO("messages.13.r4", a_send_once_right_to_be_made_was_made),
    SCENARIO("messages.13.r5", a_copied_right_is_kept),
    SCENARIO("messages.13", what_cannot_be_released_is_passed_over),
    SCENARIO("messages.13.i1", the_local_port_is_not_touched),
    SCENARIO(
        "messages.13.i1", the_voucher_port_is_released_as_its_disposition_says),
    SCENARIO("messages.13.i2", memory_goes_if_it_is_to_be_deallocated),
    SCENARIO("messages.13.i2", arrays_go_with_all_their_rights),
    SCENARIO("messages.13.i2", a_guarded_right_is_destroyed_with_its_guard),
    SCENARIO("messages.13", a_received_message_leaves_nothing),
    SCENARIO("messages.13 messages.13.i1",
        a_message_that_came_back_leaves_its_reply_right),
};
CONFORMANCE(scenarios)
