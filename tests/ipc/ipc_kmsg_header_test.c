/* Copyin: the two rights of a header (messages.md 8.2 to 8.4, 3.1, 3.3). */
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

/* 8.2, header: of two things that are wrong, the one of the earlier row. */

TEST(the_rows_of_the_header_table_are_checked_in_order)
{
	mach_port_name_t absent = world_absent(alice);
	mach_port_name_t receive = world_port(alice);
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);
	const struct {
		mach_port_name_t remote;
		mach_msg_type_name_t remote_disposition;
		mach_port_name_t local;
		mach_msg_type_name_t local_disposition;
		mach_port_name_t voucher;
		mach_msg_type_name_t voucher_disposition;
		mach_msg_return_t code;
	} rows[] = {
	    /* 1 before 3 */
	    {to_bob, COPY_SEND, receive, 0, 0, 18, MACH_SEND_INVALID_HEADER},
	    /* 2 before 3 */
	    {to_bob, COPY_SEND, receive, 16, 0, 18, MACH_SEND_INVALID_HEADER},
	    /* 3 before 4: its disposition, then its name */
	    {to_bob, 0, 0, 0, 0, 18, MACH_SEND_INVALID_VOUCHER},
	    {to_bob, 0, 0, 0, MACH_PORT_DEAD, 17, MACH_SEND_INVALID_VOUCHER},
	    /* 4 before 5 */
	    {0, 0, 0, 0, 0, 0, MACH_SEND_INVALID_HEADER},
	    {MACH_PORT_DEAD, 16, 0, 0, 0, 0, MACH_SEND_INVALID_HEADER},
	    /* 5 before 8 */
	    {0, COPY_SEND, 0, 0, absent, 17, MACH_SEND_INVALID_DEST},
	    {MACH_PORT_DEAD, COPY_SEND, 0, 0, absent, 17,
	        MACH_SEND_INVALID_DEST},
	    /* 6 before 7 */
	    {once, MOVE_SEND_ONCE, once, MOVE_SEND_ONCE, once, 17,
	        MACH_SEND_INVALID_DEST},
	    /* 7 before 8 */
	    {to_bob, COPY_SEND, receive, MAKE_SEND, receive, 17,
	        MACH_SEND_INVALID_REPLY},
	    /* 8 before 9, and not 7: another reply port, or none */
	    {absent, COPY_SEND, receive, MAKE_SEND, to_bob, 17,
	        MACH_SEND_INVALID_VOUCHER},
	    {absent, COPY_SEND, MACH_PORT_DEAD, MAKE_SEND, to_bob, 17,
	        MACH_SEND_INVALID_VOUCHER},
	    {absent, COPY_SEND, 0, 0, to_bob, 17, MACH_SEND_INVALID_VOUCHER},
	    /* 9 before 10 */
	    {absent, COPY_SEND, absent, COPY_SEND, 0, 0,
	        MACH_SEND_INVALID_DEST},
	    /* 10 before 11 */
	    {receive, COPY_SEND, absent, COPY_SEND, 0, 0,
	        MACH_SEND_INVALID_REPLY},
	    {receive, COPY_SEND, to_bob, MAKE_SEND, 0, 0,
	        MACH_SEND_INVALID_REPLY},
	    /* 11 */
	    {receive, COPY_SEND, to_bob, COPY_SEND, 0, 0,
	        MACH_SEND_INVALID_DEST},
	    {to_bob, MOVE_SEND_ONCE, 0, 0, 0, 0, MACH_SEND_INVALID_DEST},
	    {once, MOVE_SEND, 0, 0, 0, 0, MACH_SEND_INVALID_DEST},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct message message;
		mach_msg_header_t *header = message_header(&message);
		mach_msg_return_t mr;

		message_init(&message, rows[i].remote,
		    rows[i].remote_disposition, rows[i].local,
		    rows[i].local_disposition);
		header->msgh_bits =
		    MACH_MSGH_BITS_SET_PORTS(rows[i].remote_disposition,
		        rows[i].local_disposition, rows[i].voucher_disposition);
		header->msgh_voucher_port = rows[i].voucher;
		mr = world_send(alice, &message);
		if (mr != rows[i].code)
			fail_msg("row %zu: 0x%x, not 0x%x", i, (unsigned)mr,
			    (unsigned)rows[i].code);
		assert_int_equal(world_refs(alice, to_bob, SEND), 1);
		assert_int_equal(
		    world_type(alice, receive), MACH_PORT_TYPE_RECEIVE);
		assert_int_equal(
		    world_type(alice, once), MACH_PORT_TYPE_SEND_ONCE);
		assert_int_equal(world_srights(alice, receive), 0);
	}
	world_expect_empty(bob, inbox);
}

TEST(a_port_set_is_no_destination)
{
	mach_port_name_t set = world_set(alice);

	for (mach_msg_type_name_t i = 17; i <= 21; i++)
		EXPECT(world_send_id(alice, set, i, 0), MACH_SEND_INVALID_DEST);
}

TEST(a_failed_header_checks_its_reply_right_but_keeps_it)
{
	mach_port_name_t reply = world_port(alice);
	struct message message;

	message_init(
	    &message, world_absent(alice), COPY_SEND, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(alice, &message), MACH_SEND_INVALID_DEST);
	assert_int_equal(world_status(alice, reply).mps_sorights, 0);
	world_expect_empty(alice, reply);
}

TEST(a_request_on_a_send_once_right_makes_its_death_known_at_once)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);
	mach_port_name_t notify = world_port(alice);

	(void)world_request(alice, once, MACH_NOTIFY_DEAD_NAME, 0, notify);
	world_drop_receive(bob, inbox);
	EXPECT(world_send_id(alice, once, MOVE_SEND_ONCE, 0),
	    MACH_SEND_INVALID_DEST);
	assert_int_equal(world_refs(alice, once, DEAD_NAME), 2);
}

TEST(a_dead_send_once_right_that_was_looked_at_is_no_destination)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);

	world_drop_receive(bob, inbox);
	assert_int_equal(world_type(alice, once), MACH_PORT_TYPE_DEAD_NAME);
	EXPECT(world_send_id(alice, once, MOVE_SEND_ONCE, 0),
	    MACH_SEND_INVALID_DEST);
	assert_true(world_has(alice, once));
}

TEST(a_send_over_a_right_that_just_died_gives_its_reply_right_back)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);
	mach_port_name_t reply = world_port(alice);
	struct message message;

	world_drop_receive(bob, inbox);
	message_init(&message, once, MOVE_SEND_ONCE, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_false(world_has(alice, once));
	world_expect_notice(alice, reply, MACH_NOTIFY_SEND_ONCE, 0);
}

/* 3.1 and 3.3. */

TEST(undefined_bits_are_dropped_without_an_error)
{
	struct message message;
	struct got got;

	to_inbox(&message);
	message_header(&message)->msgh_bits |= 0x70e0e0e0;
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_bits, MACH_MSGH_BITS(0, MOVE_SEND));
}

TEST(the_header_field_msgh_size_is_ignored)
{
	struct message message;
	struct got got;

	to_inbox(&message);
	message_header(&message)->msgh_size = 0xdeadbeef;
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_size, 24);
}

TEST(a_voucher_field_without_disposition_is_a_plain_integer)
{
	struct message message;
	struct got got;

	to_inbox(&message);
	message_header(&message)->msgh_voucher_port = 0x12345678;
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_voucher_port, 0x12345678);
}

TEST(an_empty_voucher_is_seen_by_who_asks_for_it)
{
	struct thread *thread = world_thread(bob);
	struct message message;
	struct got got;

	for (int i = 0; i < 2; i++) {
		to_inbox(&message);
		message_header(&message)->msgh_bits |=
		    MACH_MSGH_BITS_SET_PORTS(0, 0, i ? MOVE_SEND : COPY_SEND);
		EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
		EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
		got = world_receive(bob, inbox);
		assert_int_equal(
		    MACH_MSGH_BITS_VOUCHER(got.header.msgh_bits), 0);
		assert_int_equal(got.header.msgh_voucher_port, 0);
		EXPECT(thread_receive(
		           thread, inbox, POLL | MACH_RCV_VOUCHER, ROOMY),
		    MACH_MSG_SUCCESS);
		got = thread_got(thread);
		assert_int_equal(
		    MACH_MSGH_BITS_VOUCHER(got.header.msgh_bits), MOVE_SEND);
		assert_int_equal(got.header.msgh_voucher_port, 0);
	}
}

/* 8.4: one name as remote and local. */

/* How many user references a disposition takes, and whether it makes. */
static int
takes(mach_msg_type_name_t disposition)
{
	return disposition == MOVE_SEND;
}

static int
makes_send(mach_msg_type_name_t disposition)
{
	return disposition == MAKE_SEND;
}

static void
send_jointly(mach_msg_type_name_t remote, mach_msg_type_name_t local)
{
	mach_port_name_t name = world_port(alice);
	int left = 3 - takes(remote) - takes(local);
	struct message message;
	mach_port_status_t status;

	world_make_send(alice, name);
	EXPECT(ipc_mach_port_mod_refs(alice, name, SEND, 2), KERN_SUCCESS);
	message_init(&message, name, remote, name, local);
	if (remote == MOVE_SEND_ONCE || local == MOVE_SEND_ONCE) {
		EXPECT(world_send(alice, &message), MACH_SEND_INVALID_DEST);
		assert_int_equal(world_refs(alice, name, SEND), 3);
		return;
	}
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	status = world_status(alice, name);
	assert_int_equal(world_refs(alice, name, SEND), left);
	assert_int_equal(
	    status.mps_mscount, 1 + makes_send(remote) + makes_send(local));
	assert_int_equal(status.mps_sorights,
	    (remote == MAKE_SEND_ONCE) + (local == MAKE_SEND_ONCE));
	assert_int_equal(world_srights(alice, name),
	    1 + (remote != MAKE_SEND_ONCE) + (local != MAKE_SEND_ONCE));
}

TEST(the_table_of_one_name_as_remote_and_local)
{
	for (mach_msg_type_name_t remote = 17; remote <= 21; remote++)
		for (mach_msg_type_name_t local = 17; local <= 21; local++)
			send_jointly(remote, local);
}

TEST(two_moves_of_one_reference_are_refused_and_take_nothing)
{
	struct message message;

	message_init(&message, to_bob, MOVE_SEND, to_bob, MOVE_SEND);
	EXPECT(world_send(alice, &message), MACH_SEND_INVALID_DEST);
	assert_int_equal(world_refs(alice, to_bob, SEND), 1);
}

TEST(two_moves_of_two_references_free_the_name)
{
	struct message message;
	struct got got;

	EXPECT(ipc_mach_port_mod_refs(alice, to_bob, SEND, 1), KERN_SUCCESS);
	message_init(&message, to_bob, MOVE_SEND, to_bob, MOVE_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_false(world_has(alice, to_bob));
	assert_int_equal(world_srights(bob, inbox), 2);
	got = world_receive(bob, inbox);
	assert_int_equal(got.header.msgh_remote_port, inbox);
	assert_int_equal(got.header.msgh_local_port, inbox);
	assert_int_equal(world_type(bob, inbox), MACH_PORT_TYPE_SEND_RECEIVE);
}

TEST(a_move_and_a_copy_of_one_reference_free_the_name)
{
	struct message message;

	for (int i = 0; i < 2; i++) {
		mach_port_name_t name =
		    world_give(bob, inbox, MAKE_SEND, carol);

		message_init(&message, name, i ? MOVE_SEND : COPY_SEND, name,
		    i ? COPY_SEND : MOVE_SEND);
		EXPECT(world_send(carol, &message), MACH_MSG_SUCCESS);
		assert_false(world_has(carol, name));
		(void)world_receive(bob, inbox);
	}
}

TEST(two_names_of_one_port_are_taken_independently)
{
	mach_port_name_t once = world_give(bob, inbox, MAKE_SEND_ONCE, alice);
	struct message message;

	message_init(&message, once, MOVE_SEND_ONCE, to_bob, MOVE_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_false(world_has(alice, once));
	assert_false(world_has(alice, to_bob));
}

TEST(moving_the_last_reference_away_deletes_its_request)
{
	mach_port_name_t notify = world_port(alice);

	(void)world_request(alice, to_bob, MACH_NOTIFY_DEAD_NAME, 0, notify);
	EXPECT(world_send_id(alice, to_bob, MOVE_SEND, 0), MACH_MSG_SUCCESS);
	world_expect_notice(alice, notify, MACH_NOTIFY_PORT_DELETED, to_bob);
}

/* Taking the destination's name ends a request on it, and that notification is
 * received at once, on the very port that a reply right is to be made for. */
static void
send_and_be_told(mach_port_name_t remote, mach_msg_type_name_t disposition)
{
	mach_port_name_t reply = world_port(alice);
	struct thread *thread = world_thread(alice);
	struct message message;

	(void)world_request(alice, remote, MACH_NOTIFY_DEAD_NAME, 0, reply);
	EXPECT(thread_receive(thread, reply, 0, ROOMY), MACH_RCV_IN_PROGRESS);
	message_init(&message, remote, disposition, reply, MAKE_SEND_ONCE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	assert_int_equal(
	    thread_got(thread).header.msgh_id, MACH_NOTIFY_PORT_DELETED);
	assert_int_equal(world_status(alice, reply).mps_sorights, 1);
}

TEST(a_reply_right_is_made_though_its_port_is_told_of_the_destination)
{
	send_and_be_told(to_bob, MOVE_SEND);
	send_and_be_told(
	    world_give(bob, inbox, MAKE_SEND_ONCE, alice), MOVE_SEND_ONCE);
}

#define HERE(test) CASE_AFTER(setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(the_rows_of_the_header_table_are_checked_in_order),
	    HERE(a_port_set_is_no_destination),
	    HERE(a_failed_header_checks_its_reply_right_but_keeps_it),
	    HERE(a_request_on_a_send_once_right_makes_its_death_known_at_once),
	    HERE(a_dead_send_once_right_that_was_looked_at_is_no_destination),
	    HERE(a_send_over_a_right_that_just_died_gives_its_reply_right_back),
	    HERE(undefined_bits_are_dropped_without_an_error),
	    HERE(the_header_field_msgh_size_is_ignored),
	    HERE(a_voucher_field_without_disposition_is_a_plain_integer),
	    HERE(an_empty_voucher_is_seen_by_who_asks_for_it),
	    HERE(the_table_of_one_name_as_remote_and_local),
	    HERE(two_moves_of_one_reference_are_refused_and_take_nothing),
	    HERE(two_moves_of_two_references_free_the_name),
	    HERE(a_move_and_a_copy_of_one_reference_free_the_name),
	    HERE(two_names_of_one_port_are_taken_independently),
	    HERE(moving_the_last_reference_away_deletes_its_request),
	    HERE(
	        a_reply_right_is_made_though_its_port_is_told_of_the_destination),
	};

	return RUN("ipc_kmsg_header", tests);
}
