/* Copyout: what a receiver gets (messages.md 11.4 to 11.7). */
#include <string.h>

#include "ipc_port.h"
#include "world.h"

static mach_port_name_t inbox;  /* bob's */
static mach_port_name_t to_bob; /* alice's send right for it */

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

/* 11.4, header. */

TEST(scenario_2_a_request_with_a_send_once_reply_right)
{
	mach_port_name_t reply = world_port(alice);
	struct message message;
	struct got got;

	message_init(&message, to_bob, COPY_SEND, reply, MAKE_SEND_ONCE);
	message_header(&message)->msgh_id = 77;
	assert_int_equal(message_header(&message)->msgh_bits, 0x1513);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_bits, 0x1112);
	assert_int_equal(got.header.msgh_size, 24);
	assert_int_equal(got.header.msgh_local_port, inbox);
	assert_int_equal(got.header.msgh_id, 77);
	assert_int_equal(world_type(bob, got.header.msgh_remote_port),
	    MACH_PORT_TYPE_SEND_ONCE);
	assert_int_equal(world_status(alice, reply).mps_sorights, 1);
}

TEST(scenario_3_a_message_over_a_made_send_right)
{
	mach_port_name_t notify = world_port(bob);
	struct message message;
	struct got got;

	EXPECT(ipc_mach_port_destroy(alice, to_bob), KERN_SUCCESS);
	EXPECT(ipc_mach_port_set_mscount(bob, inbox, 0), KERN_SUCCESS);
	message_init(&message, inbox, MAKE_SEND, MACH_PORT_NULL, 0);
	EXPECT(world_send(bob, &message), MACH_MSG_SUCCESS);
	(void)world_request(bob, inbox, MACH_NOTIFY_NO_SENDERS, 99, notify);
	world_expect_empty(bob, notify);
	got = world_receive(bob, inbox);
	assert_int_equal(MACH_MSGH_BITS_LOCAL(got.header.msgh_bits), 0x11);
	assert_int_equal(world_status(bob, inbox).mps_mscount, 1);
	assert_false(world_status(bob, inbox).mps_srights);
	world_expect_notice(bob, notify, MACH_NOTIFY_NO_SENDERS, 1);
}

TEST(the_send_once_right_of_a_message_ends_silently)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);

	EXPECT(world_send_id(alice, once, MOVE_SEND_ONCE, 5), 0);
	assert_int_equal(world_status(bob, inbox).mps_sorights, 1);
	world_expect_id(bob, inbox, 5);
	assert_int_equal(world_status(bob, inbox).mps_sorights, 0);
	world_expect_empty(bob, inbox);
}

TEST(the_send_right_of_a_message_counts_until_it_is_received)
{
	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	assert_int_equal(world_srights(bob, inbox), 2);
	(void)world_receive(bob, inbox);
	assert_int_equal(world_srights(bob, inbox), 1);
}

TEST(a_reply_right_that_died_in_transit_is_dead)
{
	mach_port_name_t reply = world_port(alice);
	struct message message;
	struct got got;

	message_init(&message, to_bob, COPY_SEND, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	world_drop_receive(alice, reply);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_remote_port, MACH_PORT_DEAD);
	assert_int_equal(
	    MACH_MSGH_BITS_REMOTE(got.header.msgh_bits), MOVE_SEND_ONCE);
	assert_int_equal(bob->used, 1);
}

TEST(a_reply_port_name_of_null_or_dead_is_received_as_that)
{
	static const mach_port_name_t names[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};
	struct message message;
	struct got got;

	for (int i = 0; i < 2; i++) {
		message_init(
		    &message, to_bob, COPY_SEND, names[i], MAKE_SEND_ONCE);
		EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
		got = world_receive(bob, inbox);
		assert_int_equal(got.header.msgh_remote_port, names[i]);
		assert_int_equal(MACH_MSGH_BITS_REMOTE(got.header.msgh_bits),
		    MOVE_SEND_ONCE);
	}
}

TEST(a_reply_right_joins_the_send_right_of_the_receiver)
{
	mach_port_name_t reply = world_port(alice);
	mach_port_name_t name = world_give(alice, reply, MAKE_SEND, bob);
	struct message message;
	struct got got;

	message_init(&message, to_bob, COPY_SEND, reply, MAKE_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_remote_port, name);
	assert_int_equal(world_refs(bob, name, SEND), 2);
}

/* Shortages: 11.4 and 11.6. */

static void
no_more_names(struct ipc_space *task)
{
	task->account->limits.names = task->account->used.names;
}

static void
no_more_names_for_anybody(void)
{
	world_user->limits.names = world_user->used.names;
}

static void
expect_header_error(mach_msg_return_t bits)
{
	struct got got = world_receive(bob, inbox);
	const security_token_t kernel = KERNEL_SECURITY_TOKEN_VALUE;

	assert_int_equal(got.code, MACH_RCV_HEADER_ERROR | bits);
	assert_int_equal(got.outcome, IPC_OUTCOME_BARE);
	assert_int_equal(got.header.msgh_bits, 0x1112);
	assert_int_equal(got.header.msgh_size, 24);
	assert_int_equal(got.header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(got.header.msgh_local_port, inbox);
	assert_int_equal(got.header.msgh_voucher_port, MACH_PORT_NULL);
	assert_int_equal(got.header.msgh_id, 9);
	assert_memory_equal(&got.trailer.msgh_sender, &kernel, sizeof(kernel));
	assert_int_equal(world_status(bob, inbox).mps_seqno, 1);
}

/* A complex message with a reply right and a receive right. */
static mach_port_name_t
send_request(mach_port_name_t reply)
{
	mach_port_name_t carried = world_port(alice);
	mach_port_name_t watch = world_give(alice, carried, MAKE_SEND, carol);
	struct message message;

	message_init(&message, to_bob, COPY_SEND, reply, MAKE_SEND_ONCE);
	message_header(&message)->msgh_id = 9;
	message_header(&message)->msgh_voucher_port = 0x77;
	message_add_port(&message, carried, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	return watch;
}

TEST(no_name_for_the_reply_right_destroys_the_message)
{
	mach_port_name_t reply = world_port(alice);
	mach_port_name_t watch = send_request(reply);

	no_more_names(bob);
	expect_header_error(MACH_MSG_IPC_SPACE);
	assert_int_equal(world_type(carol, watch), MACH_PORT_TYPE_DEAD_NAME);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
	world_expect_empty(bob, inbox);
}

TEST(no_resource_for_the_reply_right_is_told_by_another_bit)
{
	mach_port_name_t reply = world_port(alice);

	(void)send_request(reply);
	no_more_names_for_anybody();
	expect_header_error(MACH_MSG_IPC_KERNEL);
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
}

TEST(a_body_item_that_finds_no_name_is_null_and_its_right_destroyed)
{
	mach_port_name_t port = world_port(alice);
	struct message message;
	struct got got;

	to_inbox(&message);
	message_add_port(&message, port, MAKE_SEND_ONCE);
	message_add_port(&message, to_bob, COPY_SEND);
	message_add_port(&message, port, MAKE_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	no_more_names(bob);
	got = world_receive(bob, inbox);
	assert_int_equal(got.code, MACH_RCV_BODY_ERROR | MACH_MSG_IPC_SPACE);
	assert_int_equal(got.outcome, IPC_OUTCOME_MESSAGE);
	assert_int_equal(got_port(&got, 0).name, MACH_PORT_NULL);
	assert_int_equal(got_port(&got, 0).disposition, MOVE_SEND_ONCE);
	assert_int_equal(got_port(&got, 1).name, inbox);
	assert_int_equal(got_port(&got, 2).name, MACH_PORT_NULL);
	assert_int_equal(got_port(&got, 2).disposition, MOVE_SEND);
	assert_int_equal(got.header.msgh_size, 28 + 3 * 12);
	assert_int_equal(got.trailer_bytes, MAX_TRAILER_SIZE);
	world_expect_notice(alice, port, MACH_NOTIFY_SEND_ONCE, 0);
	assert_false(world_status(alice, port).mps_srights);
}

TEST(elements_of_an_array_that_find_no_name_are_null)
{
	mach_port_name_t names[3];
	struct message message;
	struct got got;

	for (int i = 0; i < 3; i++)
		names[i] = world_port(alice);
	to_inbox(&message);
	message_add_ports(&message, names, 3, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	bob->account->limits.names = bob->account->used.names + 1;
	got = world_receive(bob, inbox);
	assert_int_equal(got.code, MACH_RCV_BODY_ERROR | MACH_MSG_IPC_SPACE);
	assert_int_equal(got_ports(&got, 0).count, 3);
	got_region(&got, 0, names, sizeof(names));
	assert_int_equal(world_type(bob, names[0]), MACH_PORT_TYPE_RECEIVE);
	assert_int_equal(names[1], MACH_PORT_NULL);
	assert_int_equal(names[2], MACH_PORT_NULL);
}

TEST(a_user_out_of_names_is_told_by_another_bit)
{
	mach_port_name_t port = world_port(alice);
	struct message message;
	struct got got;

	to_inbox(&message);
	message_add_port(&message, port, MAKE_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	no_more_names_for_anybody();
	got = world_receive(bob, inbox);
	assert_int_equal(got.code, MACH_RCV_BODY_ERROR | MACH_MSG_IPC_KERNEL);
	assert_int_equal(got_port(&got, 0).name, MACH_PORT_NULL);
}

/* 11.6: the rest of the body. */

TEST(rights_whose_ports_died_in_transit_are_dead)
{
	mach_port_name_t port = world_port(carol);
	mach_port_name_t name = world_give(carol, port, MAKE_SEND, alice);
	mach_port_name_t names[2] = {name, name};
	struct message message;
	struct got got;

	to_inbox(&message);
	message_add_port(&message, name, COPY_SEND);
	message_add_ports(&message, names, 2, COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	world_kill(&carol);
	got = world_receive(bob, inbox);
	assert_int_equal(got.code, MACH_MSG_SUCCESS);
	assert_int_equal(got_port(&got, 0).name, MACH_PORT_DEAD);
	got_region(&got, 1, names, sizeof(names));
	assert_int_equal(names[0], MACH_PORT_DEAD);
	assert_int_equal(names[1], MACH_PORT_DEAD);
	assert_int_equal(bob->used, 1);
}

static struct got
receive_guarded(struct thread *thread, mach_msg_guard_flags_t flags,
    mach_msg_option_t option)
{
	mach_port_name_t port = world_port(alice);
	struct message message;

	(void)world_give(alice, port, MAKE_SEND, carol);
	to_inbox(&message);
	message_add_guarded(&message, port, 0, flags);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	EXPECT(thread_receive(thread, inbox, POLL | option, ROOMY),
	    MACH_MSG_SUCCESS);
	return thread_got(thread);
}

TEST(a_guarded_right_dies_with_a_receiver_who_did_not_ask_for_such)
{
	struct got got = receive_guarded(world_thread(bob),
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND |
	        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE,
	    0);
	mach_msg_guarded_port_descriptor64_t d = got_guarded(&got, 0);

	assert_int_equal(d.name, MACH_PORT_NULL);
	assert_int_equal(d.context, 0);
	assert_int_equal(d.disposition, MOVE_RECEIVE);
	assert_int_equal(d.flags, 3);
	assert_int_equal(world_type(carol, 0x103), MACH_PORT_TYPE_DEAD_NAME);
	assert_int_equal(bob->used, 1);
}

TEST(an_immovable_right_arrives_guarded_by_the_buffers_address)
{
	struct got got = receive_guarded(world_thread(bob),
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND |
	        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE,
	    MACH_RCV_GUARDED_DESC);
	mach_msg_guarded_port_descriptor64_t d = got_guarded(&got, 0);
	mach_port_status_t status = world_status(bob, d.name);

	assert_int_equal(d.context, THREAD_RCV_ADDRESS);
	assert_int_equal(d.flags, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	assert_int_equal(status.mps_flags,
	    MACH_PORT_STATUS_FLAG_GUARDED |
	        MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE);
	assert_int_equal(
	    world_lookup(bob, d.name)->context, THREAD_RCV_ADDRESS);
}

TEST(a_right_sent_unguarded_arrives_unguarded)
{
	struct got got = receive_guarded(world_thread(bob),
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, MACH_RCV_GUARDED_DESC);
	mach_msg_guarded_port_descriptor64_t d = got_guarded(&got, 0);

	assert_int_equal(d.context, 0);
	assert_int_equal(d.flags, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND);
	assert_int_equal(world_status(bob, d.name).mps_flags, 0);
}

/* An immovable, guarded port of bob's. */
static mach_port_name_t
immovable_port(void)
{
	struct got got = receive_guarded(world_thread(bob),
	    MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND |
	        MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE,
	    MACH_RCV_GUARDED_DESC);

	return got_guarded(&got, 0).name;
}

TEST(an_immovable_right_cannot_be_moved)
{
	mach_port_name_t port = immovable_port();
	mach_port_name_t right;
	mach_msg_type_name_t type;
	struct message message;

	message_init(&message, inbox, MAKE_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, port, MOVE_RECEIVE);
	EXPECT(world_send(bob, &message), MACH_SEND_INVALID_RIGHT);
	message_init(&message, inbox, MAKE_SEND, MACH_PORT_NULL, 0);
	message_add_guarded(&message, port, THREAD_RCV_ADDRESS,
	    MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	EXPECT(world_send(bob, &message), MACH_SEND_INVALID_RIGHT);
	EXPECT(ipc_mach_port_extract_right(
	           bob, port, MOVE_RECEIVE, alice, &right, &type),
	    KERN_INVALID_CAPABILITY);
	EXPECT(
	    ipc_mach_port_insert_right(alice, 0x9003, bob, port, MOVE_RECEIVE),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(ipc_mach_port_insert_right(bob, 0x9003, bob, port, MOVE_RECEIVE),
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(world_type(bob, port), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_guarded_right_is_not_destroyed_by_accident)
{
	mach_port_name_t port = immovable_port();

	EXPECT(ipc_mach_port_destroy(bob, port), KERN_INVALID_RIGHT);
	EXPECT(
	    ipc_mach_port_mod_refs(bob, port, RECEIVE, -1), KERN_INVALID_RIGHT);
	EXPECT(ipc_mach_port_mod_refs(bob, port, RECEIVE, 0), KERN_SUCCESS);
	assert_int_equal(world_type(bob, port), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_guarded_right_dies_with_its_task)
{
	(void)immovable_port();
	world_kill(&bob);
	assert_int_equal(world_type(carol, 0x103), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_guard_that_the_sender_does_not_know_refuses_the_move)
{
	mach_port_name_t port = world_port(alice);
	struct message message;

	to_inbox(&message);
	message_add_guarded(
	    &message, port, 0x1234, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_SEND_INVALID_RIGHT);
	assert_int_equal(world_type(alice, port), MACH_PORT_TYPE_RECEIVE);
}

/* The trailer: 5.3. */

TEST(the_trailer_tells_who_sent_the_message_even_after_its_death)
{
	struct got got;

	EXPECT(world_send_empty(alice, to_bob), MACH_MSG_SUCCESS);
	world_kill(&alice);
	got = world_receive(bob, inbox);
	assert_int_equal(got.trailer.msgh_sender.val[0], 1001);
	assert_int_equal(got.trailer.msgh_sender.val[1], 1001);
	assert_int_equal(got.trailer.msgh_audit.val[5], 101);
	assert_int_equal(got.trailer.msgh_ad, 0);
	assert_int_equal(got.trailer.msgh_labels.sender, MACH_PORT_NULL);
}

TEST(a_guarded_descriptor_without_a_port_guards_nothing)
{
	static const mach_port_name_t names[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};
	struct thread *thread = world_thread(bob);

	for (int i = 0; i < 2; i++) {
		mach_msg_guarded_port_descriptor64_t d;
		struct message message;
		struct got got;

		to_inbox(&message);
		message_add_guarded(&message, names[i], 7,
		    MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
		EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
		EXPECT(thread_receive(
		           thread, inbox, POLL | MACH_RCV_GUARDED_DESC, ROOMY),
		    MACH_MSG_SUCCESS);
		got = thread_got(thread);
		d = got_guarded(&got, 0);
		assert_int_equal(d.name, names[i]);
		assert_int_equal(d.context, 0);
	}
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(scenario_2_a_request_with_a_send_once_reply_right),
	    HERE(scenario_3_a_message_over_a_made_send_right),
	    HERE(the_send_once_right_of_a_message_ends_silently),
	    HERE(the_send_right_of_a_message_counts_until_it_is_received),
	    HERE(a_reply_right_that_died_in_transit_is_dead),
	    HERE(a_reply_port_name_of_null_or_dead_is_received_as_that),
	    HERE(a_reply_right_joins_the_send_right_of_the_receiver),
	    HERE(no_name_for_the_reply_right_destroys_the_message),
	    HERE(no_resource_for_the_reply_right_is_told_by_another_bit),
	    HERE(
	        a_body_item_that_finds_no_name_is_null_and_its_right_destroyed),
	    HERE(elements_of_an_array_that_find_no_name_are_null),
	    HERE(a_user_out_of_names_is_told_by_another_bit),
	    HERE(rights_whose_ports_died_in_transit_are_dead),
	    HERE(a_guarded_right_dies_with_a_receiver_who_did_not_ask_for_such),
	    HERE(an_immovable_right_arrives_guarded_by_the_buffers_address),
	    HERE(a_right_sent_unguarded_arrives_unguarded),
	    HERE(an_immovable_right_cannot_be_moved),
	    HERE(a_guarded_right_is_not_destroyed_by_accident),
	    HERE(a_guarded_right_dies_with_its_task),
	    HERE(a_guard_that_the_sender_does_not_know_refuses_the_move),
	    HERE(the_trailer_tells_who_sent_the_message_even_after_its_death),
	    HERE(a_guarded_descriptor_without_a_port_guards_nothing),
	};

	return RUN("ipc_kmsg_copyout", tests);
}
