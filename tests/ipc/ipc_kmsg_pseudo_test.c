/* Pseudo-receive: what a send that failed gives back (messages.md 10.1). */
#include <string.h>

#include "world.h"

static mach_port_name_t inbox;  /* bob's, and full */
static mach_port_name_t to_bob; /* alice's send right for it */

static int
setup(void **state)
{
	(void)world_setup(state);
	inbox = world_port(bob);
	to_bob = world_give(bob, inbox, MAKE_SEND, alice);
	world_set_qlimit(bob, inbox, 0);
	return 0;
}

/* It is refused, and comes back. */
static struct got
send_in_vain(struct ipc_space *task, const struct message *message)
{
	struct got got;

	EXPECT(world_send(task, message), MACH_SEND_TIMED_OUT);
	got = world_sent(task);
	assert_int_equal(got.code, MACH_SEND_TIMED_OUT);
	assert_int_equal(got.outcome, IPC_OUTCOME_MESSAGE);
	assert_int_equal(got.trailer_bytes, 0);
	assert_int_equal(got.header.msgh_size, message->size);
	return got;
}

static struct got
send_header_in_vain(struct ipc_space *task, mach_port_name_t remote,
    mach_msg_type_name_t disposition)
{
	struct message message;

	message_init(&message, remote, disposition, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_id = 31;
	return send_in_vain(task, &message);
}

TEST(scenario_5_a_copied_send_right_comes_back_as_one_more_reference)
{
	struct got got = send_header_in_vain(alice, to_bob, COPY_SEND);

	assert_int_equal(got.header.msgh_bits, 0x11);
	assert_int_equal(got.header.msgh_remote_port, to_bob);
	assert_int_equal(got.header.msgh_local_port, MACH_PORT_NULL);
	assert_int_equal(got.header.msgh_id, 31);
	assert_int_equal(world_refs(alice, to_bob, SEND), 2);
	assert_int_equal(world_srights(bob, inbox), 1);
}

TEST(a_moved_send_right_comes_back_as_the_reference_it_was)
{
	struct got got;

	EXPECT(ipc_mach_port_mod_refs(alice, to_bob, SEND, 1), KERN_SUCCESS);
	got = send_header_in_vain(alice, to_bob, MOVE_SEND);
	assert_int_equal(got.header.msgh_bits, MOVE_SEND);
	assert_int_equal(got.header.msgh_remote_port, to_bob);
	assert_int_equal(world_refs(alice, to_bob, SEND), 2);
}

TEST(a_moved_last_reference_comes_back_under_some_name)
{
	struct got got = send_header_in_vain(alice, to_bob, MOVE_SEND);
	mach_port_name_t name = got.header.msgh_remote_port;

	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_SEND);
	assert_int_equal(world_refs(alice, name, SEND), 1);
	assert_int_equal(alice->used, 1);
}

TEST(a_made_send_right_comes_back_as_a_send_right)
{
	struct got got = send_header_in_vain(bob, inbox, MAKE_SEND);

	assert_int_equal(got.header.msgh_bits, MOVE_SEND);
	assert_int_equal(got.header.msgh_remote_port, inbox);
	assert_int_equal(world_type(bob, inbox), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_refs(bob, inbox, SEND), 1);
	assert_int_equal(world_status(bob, inbox).mps_mscount, 2);
}

TEST(a_made_send_once_reply_right_comes_back_under_a_new_name)
{
	mach_port_name_t reply = world_port(alice);
	struct message message;
	struct got got;
	mach_port_name_t name;

	message_init(&message, to_bob, COPY_SEND, reply, MAKE_SEND_ONCE);
	got = send_in_vain(alice, &message);
	name = got.header.msgh_local_port;
	assert_int_equal(got.header.msgh_bits, 0x1211);
	assert_int_not_equal(name, reply);
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_SEND_ONCE);
	assert_int_equal(world_status(alice, reply).mps_sorights, 1);
	world_expect_empty(alice, reply);
}

TEST(a_moved_send_once_reply_right_comes_back_under_a_new_name)
{
	mach_port_name_t port = world_port(carol);
	mach_port_name_t once = world_give(carol, port, MAKE_SEND_ONCE, alice);
	struct message message;
	struct got got;
	mach_port_name_t name;

	message_init(&message, to_bob, COPY_SEND, once, MOVE_SEND_ONCE);
	got = send_in_vain(alice, &message);
	name = got.header.msgh_local_port;
	assert_int_equal(got.header.msgh_bits, 0x1211);
	assert_int_equal(world_type(alice, name), MACH_PORT_TYPE_SEND_ONCE);
	assert_false(world_has(alice, once));
}

TEST(a_reply_port_of_null_or_dead_comes_back_as_that)
{
	static const mach_port_name_t names[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};
	struct message message;
	struct got got;

	for (int i = 0; i < 2; i++) {
		message_init(&message, to_bob, COPY_SEND, names[i], COPY_SEND);
		got = send_in_vain(alice, &message);
		assert_int_equal(got.header.msgh_local_port, names[i]);
		assert_int_equal(got.header.msgh_bits, 0x1111);
	}
}

TEST(a_reply_right_that_died_meanwhile_comes_back_dead)
{
	mach_port_name_t port = world_port(carol);
	mach_port_name_t name = world_give(carol, port, MAKE_SEND, alice);
	struct thread *thread = world_thread(alice);
	struct message message;

	message_init(&message, to_bob, COPY_SEND, name, MOVE_SEND);
	EXPECT(thread_send(thread, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	world_kill(&carol);
	thread_time_out(thread);
	assert_int_equal(thread_got(thread).code, MACH_SEND_TIMED_OUT);
	assert_int_equal(
	    thread_got(thread).header.msgh_local_port, MACH_PORT_DEAD);
	assert_int_equal(thread->woken, 1);
}

TEST(the_same_buffer_can_be_sent_again)
{
	mach_port_name_t reply = world_port(alice);
	struct message message;
	struct got got;

	message_init(&message, to_bob, MOVE_SEND, reply, MAKE_SEND_ONCE);
	message_add_port(&message, reply, MAKE_SEND);
	for (int i = 0; i < 3; i++) {
		got = send_in_vain(alice, &message);
		got_bytes(&got, 0, message.bytes, message.size);
	}
	world_set_qlimit(bob, inbox, 1);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_bits, 0x80001112);
	assert_int_equal(got_port(&got, 0).disposition, MOVE_SEND);
	assert_int_equal(world_status(alice, reply).mps_mscount, 1);
	assert_int_equal(world_status(alice, reply).mps_sorights, 1);
}

TEST(what_the_body_carried_comes_back)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t other = world_port(carol);
	mach_port_name_t send = world_give(carol, other, MAKE_SEND, alice);
	mach_port_name_t names[2] = {send, MACH_PORT_DEAD};
	struct message message;
	struct got got;
	char text[8];

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, port, MOVE_RECEIVE);
	message_add_ool(&message, "payload", 8, MACH_MSG_VIRTUAL_COPY);
	message_add_ports(&message, names, 2, COPY_SEND);
	message_add_ool(&message, "payload", 8, MACH_MSG_PHYSICAL_COPY);
	got = send_in_vain(alice, &message);
	assert_int_equal(got_port(&got, 0).disposition, MOVE_RECEIVE);
	port = got_port(&got, 0).name;
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_RECEIVE);
	got_region(&got, 1, text, 8);
	assert_string_equal(text, "payload");
	assert_true(got_ool(&got, 1).deallocate);
	assert_false(got_ool(&got, 3).deallocate);
	assert_true(got_ports(&got, 2).deallocate);
	assert_int_equal(got_ports(&got, 2).disposition, MOVE_SEND);
	got_region(&got, 2, names, sizeof(names));
	assert_int_equal(names[0], send);
	assert_int_equal(names[1], MACH_PORT_DEAD);
	assert_int_equal(world_refs(alice, send, SEND), 2);
}

TEST(a_receive_right_that_comes_back_has_been_moved)
{
	mach_port_name_t port = world_port(alice);
	mach_port_name_t set = world_set(alice);
	struct message message;
	struct got got;

	world_make_send(alice, port);
	EXPECT(ipc_mach_port_insert_member(alice, port, set), KERN_SUCCESS);
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, port, MOVE_RECEIVE);
	got = send_in_vain(alice, &message);
	assert_int_equal(got_port(&got, 0).name, port);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(world_status(alice, port).mps_mscount, 0);
	assert_int_equal(world_status(alice, port).mps_pset, 0);
}

TEST(a_guarded_right_comes_back_guarded_but_movable)
{
	mach_port_name_t port = world_port(alice);
	mach_msg_guarded_port_descriptor64_t d;
	struct message message;
	struct got got;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_guarded(&message, port, 0,
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND |
	        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	got = send_in_vain(alice, &message);
	d = got_guarded(&got, 0);
	assert_int_equal(d.context, THREAD_SEND_ADDRESS);
	assert_int_equal(d.flags, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	assert_int_equal(world_status(alice, d.name).mps_flags,
	    MACH_PORT_STATUS_FLAG_GUARDED);
	/* As it came back, it can be sent. */
	got_bytes(&got, 0, message.bytes, message.size);
	world_set_qlimit(bob, inbox, 1);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_false(world_has(alice, d.name));
}

TEST(an_unguarded_right_comes_back_as_it_was_sent)
{
	mach_port_name_t port = world_port(alice);
	mach_msg_guarded_port_descriptor64_t d;
	struct message message;
	struct got got;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_guarded(
	    &message, port, 0, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	got = send_in_vain(alice, &message);
	d = got_guarded(&got, 0);
	assert_int_equal(d.context, 0);
	assert_int_equal(d.flags, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	assert_int_equal(world_status(alice, d.name).mps_flags, 0);
	/* As it came back, it can be sent. */
	got_bytes(&got, 0, message.bytes, message.size);
	world_set_qlimit(bob, inbox, 1);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
}

TEST(the_voucher_field_comes_back_as_sent)
{
	struct message message;
	struct got got;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_voucher_port = 0x4711;
	got = send_in_vain(alice, &message);
	assert_int_equal(got.header.msgh_voucher_port, 0x4711);
	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	message_header(&message)->msgh_bits |=
	    MACH_MSGH_BITS_SET_PORTS(0, 0, COPY_SEND);
	got = send_in_vain(alice, &message);
	assert_int_equal(
	    MACH_MSGH_BITS_VOUCHER(got.header.msgh_bits), COPY_SEND);
	assert_int_equal(got.header.msgh_voucher_port, 0);
}

TEST(what_finds_no_name_on_its_way_back_is_told_in_the_code)
{
	mach_port_name_t reply = world_port(alice);
	struct thread *thread = world_thread(alice);
	struct message message;
	struct got got;

	message_init(&message, to_bob, MOVE_SEND, reply, MAKE_SEND_ONCE);
	message_add_port(&message, world_port(alice), MOVE_RECEIVE);
	EXPECT(thread_send(thread, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	alice->account->limits.names = alice->account->used.names;
	thread_time_out(thread);
	got = thread_got(thread);
	assert_int_equal(got.code, MACH_SEND_TIMED_OUT | MACH_MSG_IPC_SPACE);
	assert_int_equal(got.outcome, IPC_OUTCOME_MESSAGE);
	assert_int_equal(got.header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(got.header.msgh_local_port, MACH_PORT_NULL);
	assert_int_equal(got_port(&got, 0).name, MACH_PORT_NULL);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	assert_false(world_status(bob, inbox).mps_srights);
}

TEST(an_interrupted_send_comes_back_too)
{
	struct thread *thread = world_thread(alice);
	struct message message;
	struct got got;

	message_init(&message, to_bob, COPY_SEND, MACH_PORT_NULL, 0);
	EXPECT(thread_send(thread, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	thread_interrupt(thread);
	got = thread_got(thread);
	assert_int_equal(got.code, MACH_SEND_INTERRUPTED);
	assert_int_equal(got.header.msgh_bits, MOVE_SEND);
	assert_int_equal(world_refs(alice, to_bob, SEND), 2);
}

TEST(a_blocked_send_whose_thread_dies_is_destroyed)
{
	mach_port_name_t reply = world_port(alice);
	struct thread *thread = world_thread(alice);
	struct message message;

	message_init(&message, to_bob, MOVE_SEND, reply, MAKE_SEND_ONCE);
	EXPECT(thread_send(thread, &message, 0, 0), MACH_SEND_IN_PROGRESS);
	thread_end(thread);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	assert_false(world_status(bob, inbox).mps_srights);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(
	        scenario_5_a_copied_send_right_comes_back_as_one_more_reference),
	    HERE(a_moved_send_right_comes_back_as_the_reference_it_was),
	    HERE(a_moved_last_reference_comes_back_under_some_name),
	    HERE(a_made_send_right_comes_back_as_a_send_right),
	    HERE(a_made_send_once_reply_right_comes_back_under_a_new_name),
	    HERE(a_moved_send_once_reply_right_comes_back_under_a_new_name),
	    HERE(a_reply_port_of_null_or_dead_comes_back_as_that),
	    HERE(a_reply_right_that_died_meanwhile_comes_back_dead),
	    HERE(the_same_buffer_can_be_sent_again),
	    HERE(what_the_body_carried_comes_back),
	    HERE(a_receive_right_that_comes_back_has_been_moved),
	    HERE(a_guarded_right_comes_back_guarded_but_movable),
	    HERE(an_unguarded_right_comes_back_as_it_was_sent),
	    HERE(the_voucher_field_comes_back_as_sent),
	    HERE(what_finds_no_name_on_its_way_back_is_told_in_the_code),
	    HERE(an_interrupted_send_comes_back_too),
	    HERE(a_blocked_send_whose_thread_dies_is_destroyed),
	};

	return RUN("ipc_kmsg_pseudo", tests);
}
