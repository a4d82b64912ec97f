/* Copyin: what a body carries, and what a failure leaves (messages.md 9). */
#include <string.h>

#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */

/* Each test begins with a send right of alice's for a port of bob's. */
static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	return 0;
}

static void
to_inbox(struct message *message)
{
	message_init(message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
}

/* 9, body. */

TEST(memory_arrives_as_it_was_sent)
{
	struct message message;
	struct got got;
	char text[32] = {0};

	to_inbox(&message);
	message_add_ool(&message, "physical", 9, MACH_MSG_PHYSICAL_COPY);
	message_add_ool(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY);
	message_add_port(&message, to_bob, COPY_SEND);
	message_add_ool(&message, "virtually", 10, MACH_MSG_VIRTUAL_COPY);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got_descriptor_count(&got), 4);
	assert_int_equal(got_ool(&got, 0).size, 9);
	assert_int_equal(got_ool(&got, 0).copy, MACH_MSG_PHYSICAL_COPY);
	assert_false(got_ool(&got, 0).deallocate);
	got_region(&got, 0, text, 9);
	assert_string_equal(text, "physical");
	assert_int_equal(got_ool(&got, 1).size, 0);
	assert_int_equal(got_ool(&got, 1).address, 0);
	assert_true(got_ool(&got, 3).deallocate);
	assert_int_equal(got_ool(&got, 3).copy, MACH_MSG_VIRTUAL_COPY);
	got_region(&got, 3, text, 10);
	assert_string_equal(text, "virtually");
}

TEST(port_arrays_and_memory_are_told_apart)
{
	mach_port_name_t names[3] = {to_bob, MACH_PORT_NULL, MACH_PORT_DEAD};
	mach_port_name_t again[2] = {to_bob, to_bob};
	struct message message;
	struct got got;
	char text[8];

	to_inbox(&message);
	message_add_ports(&message, names, 3, COPY_SEND);
	message_add_ool(&message, "between", 8, MACH_MSG_VIRTUAL_COPY);
	message_add_ports(&message, NULL, 0, COPY_SEND);
	message_add_ports(&message, again, 2, COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got_ports(&got, 0).count, 3);
	assert_int_equal(got_ports(&got, 0).disposition, MOVE_SEND);
	assert_int_equal(got_ports(&got, 0).copy, MACH_MSG_VIRTUAL_COPY);
	assert_true(got_ports(&got, 0).deallocate);
	got_region(&got, 0, names, sizeof(names));
	assert_int_equal(names[0], inbox);
	assert_int_equal(names[1], MACH_PORT_NULL);
	assert_int_equal(names[2], MACH_PORT_DEAD);
	got_region(&got, 1, text, 8);
	assert_string_equal(text, "between");
	assert_int_equal(got_ports(&got, 2).count, 0);
	assert_int_equal(got_ports(&got, 2).address, 0);
	got_region(&got, 3, again, sizeof(again));
	assert_int_equal(again[0], inbox);
	assert_int_equal(again[1], inbox);
	assert_int_equal(world_refs(bob, inbox, SEND), 3);
}

TEST(descriptors_of_both_sizes_follow_each_other_without_padding)
{
	struct message message;
	struct got got;
	uint32_t word = 0x600df00d;

	to_inbox(&message);
	message_add_port(&message, to_bob, COPY_SEND);
	message_add_ool(&message, "x", 1, MACH_MSG_PHYSICAL_COPY);
	message_add_port(&message, to_bob, COPY_SEND);
	message_add_data(&message, &word, sizeof(word));
	assert_int_equal(message.size, 28 + 12 + 16 + 12 + 4);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	word = 0;
	got_bytes(&got, 28 + 12 + 16 + 12, &word, sizeof(word));
	assert_int_equal(word, 0x600df00d);
	assert_int_equal(got_port(&got, 2).name, inbox);
}

TEST(the_padding_of_a_port_descriptor_arrives_as_zeroes)
{
	struct message message;
	struct got got;

	to_inbox(&message);
	message_add_port(&message, to_bob, COPY_SEND);
	memset(message.bytes + 28 + 4, 0xff, 4 + 2);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got_port(&got, 0).name, inbox);
	assert_int_equal(got_port(&got, 0).pad1, 0);
	assert_int_equal(got_port(&got, 0).pad2, 0);
}

TEST(a_simple_message_that_looks_complex_is_simple)
{
	struct message message;
	struct got got;

	to_inbox(&message);
	message_add_port(&message, to_bob, MOVE_SEND);
	message_header(&message)->msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_int_equal(world_refs(alice, to_bob, SEND), 1);
	got = world_receive(bob, inbox);
	assert_int_equal(got_descriptor_count(&got), 0);
}

/* 9.4: what a failure in the body leaves behind. */

static mach_port_name_t moved; /* in the first descriptor */
static mach_port_name_t kept;  /* in the last */
static mach_port_name_t reply;

static void
begin_failing(struct message *message)
{
	moved = world_port(alice);
	kept = world_port(alice);
	reply = world_port(alice);
	message_init(message, to_bob, MOVE_SEND, reply, MAKE_SEND_ONCE);
	message_add_port(message, moved, MOVE_RECEIVE);
}

static void
expect_failed(struct message *message, mach_msg_return_t mr, uint32_t taken)
{
	struct thread *thread = world_thread(alice);

	message_add_port(message, kept, MOVE_RECEIVE);
	EXPECT(thread_send(thread, message, MACH_SEND_TIMEOUT, 0), mr);
	assert_int_equal(thread->taken, taken);
	assert_int_equal(thread_got(thread).outcome, IPC_OUTCOME_NONE);
	assert_false(world_has(alice, to_bob));
	assert_int_equal(world_srights(bob, inbox), 0);
	assert_false(world_has(alice, moved));
	assert_int_equal(world_type(alice, kept), MACH_PORT_TYPE_RECEIVE);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_empty(bob, inbox);
}

TEST(a_bad_name_in_the_body_destroys_what_came_before_it)
{
	struct message message;

	begin_failing(&message);
	message_add_port(&message, world_absent(alice) + 0x300, COPY_SEND);
	expect_failed(&message, MACH_SEND_INVALID_RIGHT, 1);
}

TEST(unreadable_memory_destroys_what_came_before_it)
{
	struct message message;

	begin_failing(&message);
	message_add_ool(&message, "gone", 4, MACH_MSG_VIRTUAL_COPY);
	message_set_unreadable(&message, 1);
	expect_failed(&message, MACH_SEND_INVALID_MEMORY, 1);
}

TEST(an_unreadable_port_array_destroys_what_came_before_it)
{
	mach_port_name_t names[2] = {MACH_PORT_NULL, MACH_PORT_NULL};
	struct message message;

	begin_failing(&message);
	message_add_ports(&message, names, 2, COPY_SEND);
	message_set_unreadable(&message, 1);
	expect_failed(&message, MACH_SEND_INVALID_MEMORY, 1);
}

TEST(a_bad_element_destroys_those_before_it_and_leaves_those_behind_it)
{
	mach_port_name_t first = world_port(alice);
	mach_port_name_t last = world_port(alice);
	mach_port_name_t names[3] = {first, world_set(alice), last};
	struct message message;

	begin_failing(&message);
	message_add_ports(&message, names, 3, MOVE_RECEIVE);
	/* The array has been read, and so its memory is gone. */
	expect_failed(&message, MACH_SEND_INVALID_RIGHT, 2);
	assert_false(world_has(alice, first));
	assert_int_equal(world_type(alice, names[1]), MACH_PORT_TYPE_PORT_SET);
	assert_int_equal(world_type(alice, last), MACH_PORT_TYPE_RECEIVE);
}

TEST(memory_of_size_0_is_never_unreadable)
{
	struct thread *thread = world_thread(alice);
	struct message message;

	to_inbox(&message);
	message_add_ool(&message, NULL, 0, MACH_MSG_VIRTUAL_COPY);
	message_set_unreadable(&message, 0);
	EXPECT(thread_send(thread, &message, MACH_SEND_TIMEOUT, 0),
	    MACH_MSG_SUCCESS);
	assert_int_equal(thread->taken, 1);
}

TEST(one_reference_cannot_be_moved_twice_in_a_body)
{
	mach_port_name_t port = world_port(carol);
	mach_port_name_t name = world_give(carol, port, MAKE_SEND, alice);
	struct message message;

	to_inbox(&message);
	message_add_port(&message, name, MOVE_SEND);
	message_add_port(&message, name, MOVE_SEND);
	EXPECT(world_send(alice, &message), MACH_SEND_INVALID_RIGHT);
	assert_false(world_has(alice, name));
	assert_int_equal(world_srights(carol, port), 0);
}

TEST(the_destinations_last_reference_cannot_be_copied_in_the_body)
{
	struct message message;

	message_init(&message, to_bob, MOVE_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, to_bob, COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_SEND_INVALID_RIGHT);
	assert_int_equal(world_srights(bob, inbox), 0);
}

TEST(a_body_may_hold_many_rights_of_one_port)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t again;
	struct message message;
	struct got got;

	to_inbox(&message);
	message_add_port(&message, port, MAKE_SEND);
	message_add_port(&message, port, MAKE_SEND_ONCE);
	message_add_port(&message, port, MAKE_SEND);
	message_add_port(&message, port, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	again = got_port(&got, 0).name;
	assert_int_equal(got_port(&got, 2).name, again);
	assert_int_equal(got_port(&got, 3).name, again);
	assert_int_not_equal(got_port(&got, 1).name, again);
	assert_int_equal(world_refs(bob, again, SEND), 2);
	assert_int_equal(world_refs(bob, again, RECEIVE), 1);
}

TEST(what_came_before_a_failure_may_be_no_right)
{
	struct message message;

	begin_failing(&message);
	message_add_port(&message, MACH_PORT_NULL, MOVE_RECEIVE);
	message_add_port(&message, MACH_PORT_DEAD, MOVE_RECEIVE);
	message_add_port(&message, kept, MAKE_SEND);
	message_add_port(&message, world_absent(alice) + 0x300, COPY_SEND);
	expect_failed(&message, MACH_SEND_INVALID_RIGHT, 4);
	assert_int_equal(world_srights(alice, kept), 0);
}

/* 9.2: the guard must be as the sender thinks. */

#define IMMOVABLE MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE
#define UNGUARDED MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND

static mach_msg_return_t
send_guarded(
    mach_port_name_t name, uint64_t context, mach_msg_guard_flags_t flags)
{
	struct message message;

	to_inbox(&message);
	message_add_guarded(&message, name, context, flags);
	return world_send(alice, &message);
}

TEST(a_guarded_descriptor_is_for_a_receive_right)
{
	const mach_port_name_t absent = world_absent(alice);

	EXPECT(send_guarded(to_bob, 0, UNGUARDED), MACH_SEND_INVALID_RIGHT);
	EXPECT(send_guarded(to_bob, 1, IMMOVABLE), MACH_SEND_INVALID_RIGHT);
	EXPECT(send_guarded(absent, 0, UNGUARDED), MACH_SEND_INVALID_RIGHT);
}

TEST(a_right_moves_if_its_guard_is_as_the_sender_thinks)
{
	static const struct {
		bool guarded;
		mach_port_context_t guard;
		mach_msg_guard_flags_t flags;
		uint64_t context;
		bool moves;
	} rows[] = {
	    {false, 0, UNGUARDED, 0, true},
	    {true, 0, UNGUARDED, 0, true},
	    {true, 7, UNGUARDED, 0, false},
	    {false, 0, IMMOVABLE, 0, false},
	    {false, 0, IMMOVABLE, 7, false},
	    {true, 7, IMMOVABLE, 7, true},
	    {true, 7, IMMOVABLE, 8, false},
	    {true, 7, IMMOVABLE, 0, false},
	};

	world_set_qlimit(bob, inbox, 100);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mach_port_name_t port = world_port(alice);

		if (rows[i].guarded)
			EXPECT(
			    ipc_mach_port_guard(alice, port, rows[i].guard, 0),
			    KERN_SUCCESS);
		EXPECT(send_guarded(port, rows[i].context, rows[i].flags),
		    rows[i].moves ? MACH_MSG_SUCCESS : MACH_SEND_INVALID_RIGHT);
		assert_int_equal(world_has(alice, port), !rows[i].moves);
	}
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(memory_arrives_as_it_was_sent),
	    HERE(port_arrays_and_memory_are_told_apart),
	    HERE(descriptors_of_both_sizes_follow_each_other_without_padding),
	    HERE(the_padding_of_a_port_descriptor_arrives_as_zeroes),
	    HERE(a_simple_message_that_looks_complex_is_simple),
	    HERE(a_bad_name_in_the_body_destroys_what_came_before_it),
	    HERE(unreadable_memory_destroys_what_came_before_it),
	    HERE(an_unreadable_port_array_destroys_what_came_before_it),
	    HERE(
	        a_bad_element_destroys_those_before_it_and_leaves_those_behind_it),
	    HERE(memory_of_size_0_is_never_unreadable),
	    HERE(one_reference_cannot_be_moved_twice_in_a_body),
	    HERE(the_destinations_last_reference_cannot_be_copied_in_the_body),
	    HERE(a_body_may_hold_many_rights_of_one_port),
	    HERE(what_came_before_a_failure_may_be_no_right),
	    HERE(a_guarded_descriptor_is_for_a_receive_right),
	    HERE(a_right_moves_if_its_guard_is_as_the_sender_thinks),
	};

	return RUN("ipc_kmsg_body", tests);
}
