/* ports.md 11: the scenarios that are written out there. */
#include "ports.h"

#define SELF mach_task_self()

/* 1: a port with two send rights made. */
static mach_port_t
port_with_two_send_rights(void)
{
	mach_port_t port = new_port();

	give_to(SELF, port, port, MAKE_SEND);
	give_to(SELF, port, port, MAKE_SEND);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(port, SEND), 2);
	CHECK_EQUAL(status_of(port).mps_mscount, 2);
	CHECK_EQUAL(srights_of(port), 1);
	return port;
}

static void
two_send_rights_are_two_references(void)
{
	destroy(port_with_two_send_rights());
}

static void
a_receive_right_that_goes_leaves_a_dead_name(void)
{
	mach_port_t port = port_with_two_send_rights();

	EXPECT(mach_port_mod_refs(SELF, port, RECEIVE, -1), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 2);
	CHECK_EQUAL(refs_of(port, SEND), 0);
	EXPECT(mach_port_mod_refs(SELF, port, SEND, -1), KERN_INVALID_RIGHT);
	EXPECT(mach_port_mod_refs(SELF, port, DEAD_NAME, -2), KERN_SUCCESS);
	EXPECT(
	    mach_port_mod_refs(SELF, port, DEAD_NAME, -1), KERN_INVALID_NAME);
}

static void
a_dead_name_request_adds_a_reference(void)
{
	mach_port_t port = port_with_two_send_rights(), notify = new_port();

	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	drop_receive(port);
	CHECK_EQUAL(refs_of(port, DEAD_NAME), 3);
	expect_notice(notify, NAME_DIED, port);
	destroy(port);
	destroy(notify);
}

static void
receive_joins_send_in_another_task(void)
{
	mach_port_t port = new_send_port();
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t there = peer_give(peer, port, COPY_SEND);

	(void)peer_give(peer, port, COPY_SEND);
	CHECK_EQUAL(refs_there(task, there, SEND), 2);
	CHECK_EQUAL(peer_give(peer, port, MOVE_RECEIVE), there);
	CHECK_EQUAL(type_there(task, there), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_there(task, there, SEND), 2);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	destroy(port);
}

static void
send_joins_receive_in_another_task(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_name_t there = allocate_in(task, RECEIVE);
	mach_port_t port = take_from(task, there, MAKE_SEND);

	CHECK_EQUAL(type_there(task, there), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(peer_give(peer, port, COPY_SEND), there);
	CHECK_EQUAL(type_there(task, there), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_there(task, there, SEND), 1);
	CHECK_EQUAL(peer_give(peer, port, COPY_SEND), there);
	CHECK_EQUAL(refs_there(task, there, SEND), 2);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	destroy(port);
}

static void
send_once_rights_have_names_of_their_own(void)
{
	mach_port_t port = new_port();
	mach_port_t once[] = {new_send_once(port), new_send_once(port)};

	CHECK(once[0] != once[1]);
	CHECK_EQUAL(status_of(port).mps_sorights, 2);
	CHECK_EQUAL(MACH_NOTIFY_SEND_ONCE, 71);
	drop(once[0]);
	drop(once[1]);
	expect_notice(port, ONCE_GONE, 0);
	expect_notice(port, ONCE_GONE, 0);
	expect_empty(port);
	destroy(port);
}

static void
a_second_name_is_refused(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_t theirs = allocate_in(task, RECEIVE);
	mach_port_t port = take_from(task, theirs, MAKE_SEND);

	add_refs(port, SEND, 2);
	EXPECT(mach_port_insert_right(SELF, CHOSEN, port, COPY_SEND),
	    KERN_RIGHT_EXISTS);
	CHECK_EQUAL(refs_of(port, SEND), 3);
	EXPECT(mach_port_insert_right(SELF, CHOSEN, port, MOVE_SEND),
	    KERN_RIGHT_EXISTS);
	CHECK_EQUAL(refs_of(port, SEND), 2);
	CHECK_EQUAL(type_of(CHOSEN), 0);
	destroy(port);
}

static void
a_port_in_two_sets_is_moved_to_one(void)
{
	mach_port_t port = new_port(), sets[] = {new_set(), new_set()};

	insert_member(port, sets[0]);
	insert_member(port, sets[1]);
	CHECK(is_member(port, sets[0]) && is_member(port, sets[1]));
	EXPECT(mach_port_move_member(SELF, port, sets[1]), KERN_SUCCESS);
	CHECK(!is_member(port, sets[0]) && is_member(port, sets[1]));
	EXPECT(mach_port_move_member(SELF, port, MACH_PORT_NULL), KERN_SUCCESS);
	CHECK(!is_member(port, sets[0]) && !is_member(port, sets[1]));
	EXPECT(
	    mach_port_move_member(SELF, port, MACH_PORT_NULL), KERN_NOT_IN_SET);
	destroy(port);
	destroy(sets[0]);
	destroy(sets[1]);
}

static void
a_guarded_port_goes_by_its_guard_only(void)
{
	mach_port_t port = new_port();

	EXPECT(mach_port_guard(SELF, port, 0x1234, 0), KERN_SUCCESS);
	EXPECT(mach_port_destroy(SELF, port), KERN_INVALID_RIGHT);
	EXPECT(mach_port_mod_refs(SELF, port, RECEIVE, -1), KERN_INVALID_RIGHT);
	EXPECT(mach_port_destruct(SELF, port, 0, 0x99), KERN_INVALID_ARGUMENT);
	EXPECT(mach_port_destruct(SELF, port, 0, 0x1234), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
}

static void
construct_and_destruct_leave_no_name(void)
{
	mach_port_options_t options = {
	    .flags = MPO_INSERT_SEND_RIGHT | MPO_QLIMIT,
	    .mpl.mpl_qlimit = 32,
	};
	mach_port_t port;

	EXPECT(mach_port_construct(SELF, &options, 0, &port), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	CHECK_EQUAL(status_of(port).mps_srights, 1);
	CHECK_EQUAL(status_of(port).mps_qlimit, 32);
	EXPECT(mach_port_destruct(SELF, port, -1, 0), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
}

static void
sequence_numbers_go_on_from_what_is_set(void)
{
	mach_port_t port = new_send_port();

	for (mach_msg_id_t id = 0; id < 3; id++)
		EXPECT(send_id(port, COPY_SEND, id, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(receive_seqno(port, 0), 0);
	EXPECT(mach_port_set_seqno(SELF, port, 100), KERN_SUCCESS);
	CHECK_EQUAL(receive_seqno(port, 1), 100);
	CHECK_EQUAL(receive_seqno(port, 2), 101);
	destroy(port);
}

static void
a_pegged_count_goes_as_a_whole(void)
{
	mach_port_t port = new_send_port();

	add_refs(port, SEND, 65534);
	CHECK_EQUAL(refs_of(port, SEND), 65535);
	add_refs(port, SEND, 1);
	CHECK_EQUAL(refs_of(port, SEND), 65535);
	drop(port);
	CHECK_EQUAL(refs_of(port, SEND), 65535);
	add_refs(port, SEND, -65535);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.11 ports.11.i1", two_send_rights_are_two_references),
    SCENARIO("ports.11.i2", a_receive_right_that_goes_leaves_a_dead_name),
    SCENARIO("ports.11.i3", a_dead_name_request_adds_a_reference),
    SCENARIO("ports.11.i4", receive_joins_send_in_another_task),
    SCENARIO("ports.11.i5", send_joins_receive_in_another_task),
    SCENARIO("ports.11.i6", send_once_rights_have_names_of_their_own),
    SCENARIO("ports.11.i7", a_second_name_is_refused),
    SCENARIO("ports.11.i8", a_port_in_two_sets_is_moved_to_one),
    SCENARIO("ports.11.i9", a_guarded_port_goes_by_its_guard_only),
    SCENARIO("ports.11.i10", construct_and_destruct_leave_no_name),
    SCENARIO("ports.11.i11", sequence_numbers_go_on_from_what_is_set),
    SCENARIO("ports.11.i12", a_pegged_count_goes_as_a_whole),
};

CONFORMANCE(scenarios)
