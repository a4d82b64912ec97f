/* ports.md 8, 10.17-10.20: port sets. */
#include "ports.h"

/* 8. What a set is. */

static void
a_set_has_a_name_and_is_no_destination(void)
{
	mach_port_t set = new_set(), carrier = new_send_port(), right;
	struct peer *peer = peer_new();
	mach_msg_type_name_t type;

	CHECK_EQUAL(type_of(set), MACH_PORT_TYPE_PORT_SET);
	for (mach_msg_type_name_t d = MOVE_SEND; d <= MAKE_SEND_ONCE; d++)
		EXPECT(send_id(set, d, 1, 0, 0), MACH_SEND_INVALID_DEST);
	for (mach_msg_type_name_t d = MOVE_RECEIVE; d <= MAKE_SEND_ONCE; d++) {
		EXPECT(send_right(carrier, 1, set, d), MACH_SEND_INVALID_RIGHT);
		EXPECT(mach_port_extract_right(
		           mach_task_self(), set, d, &right, &type),
		    KERN_INVALID_RIGHT);
		EXPECT(mach_port_insert_right(peer_task(peer), CHOSEN, set, d),
		    MACH_SEND_INVALID_RIGHT);
	}
	CHECK_EQUAL(type_of(set), MACH_PORT_TYPE_PORT_SET);
	expect_empty(carrier);
	destroy(set);
	destroy(carrier);
}

static void
members_are_receive_rights_of_the_space(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t self = mach_task_self(), set = new_set();

	insert_member(kinds.receive, set);
	insert_member(kinds.both, set);
	CHECK(is_member(kinds.receive, set) && is_member(kinds.both, set));
	/* A right for somebody else's port does not make it a member. */
	EXPECT(
	    mach_port_insert_member(self, kinds.send, set), KERN_INVALID_RIGHT);
	EXPECT(
	    mach_port_insert_member(self, kinds.once, set), KERN_INVALID_RIGHT);
	EXPECT(
	    mach_port_insert_member(self, kinds.set, set), KERN_INVALID_RIGHT);
	EXPECT(mach_port_insert_member(self, set, set), KERN_INVALID_RIGHT);
	destroy(set);
	kinds_free(&kinds);
}

static void
a_port_may_be_in_several_sets(void)
{
	mach_port_t port = new_send_port(), sets[3];

	for (unsigned i = 0; i < 3; i++) {
		sets[i] = new_set();
		insert_member(port, sets[i]);
	}
	CHECK_EQUAL(status_of(port).mps_pset, 1);
	for (mach_msg_id_t i = 0; i < 3; i++) {
		EXPECT(send_id(port, COPY_SEND, i, 0, 0), MACH_MSG_SUCCESS);
		expect_id(sets[i], i);
		for (unsigned j = 0; j < 3; j++)
			expect_empty(sets[j]);
	}
	EXPECT(mach_port_extract_member(mach_task_self(), port, sets[1]),
	    KERN_SUCCESS);
	CHECK(is_member(port, sets[0]) && is_member(port, sets[2]));
	CHECK(!is_member(port, sets[1]));
	CHECK_EQUAL(status_of(port).mps_pset, 1);
	for (unsigned i = 0; i < 3; i++)
		destroy(sets[i]);
	CHECK_EQUAL(status_of(port).mps_pset, 0);
	destroy(port);
}

static void
move_member_leaves_one_set_or_none(void)
{
	mach_port_t port = new_port(), sets[3];

	for (unsigned i = 0; i < 3; i++)
		sets[i] = new_set();
	insert_member(port, sets[0]);
	insert_member(port, sets[1]);
	EXPECT(mach_port_move_member(mach_task_self(), port, sets[2]),
	    KERN_SUCCESS);
	CHECK(!is_member(port, sets[0]) && !is_member(port, sets[1]));
	CHECK(is_member(port, sets[2]));
	/* It is there already. */
	EXPECT(mach_port_move_member(mach_task_self(), port, sets[2]),
	    KERN_SUCCESS);
	CHECK(is_member(port, sets[2]));
	insert_member(port, sets[0]);
	EXPECT(mach_port_move_member(mach_task_self(), port, sets[0]),
	    KERN_SUCCESS);
	CHECK(is_member(port, sets[0]) && !is_member(port, sets[2]));
	insert_member(port, sets[1]);
	EXPECT(mach_port_move_member(mach_task_self(), port, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_pset, 0);
	EXPECT(mach_port_move_member(mach_task_self(), port, MACH_PORT_NULL),
	    KERN_NOT_IN_SET);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(!is_member(port, sets[i]));
		destroy(sets[i]);
	}
	destroy(port);
}

static void
a_port_with_messages_serves_who_waits_on_the_set(void)
{
	mach_port_t port = new_send_port(), set = new_set();
	struct blocked receivers[3];

	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	for (unsigned i = 0; i < 3; i++)
		start_receiver(&receivers[i], set);
	insert_member(port, set);
	expect_end(&receivers[0], MACH_MSG_SUCCESS);
	expect_end(&receivers[1], MACH_MSG_SUCCESS);
	CHECK_EQUAL(receivers[0].id, 1);
	CHECK_EQUAL(receivers[1].id, 2);
	CHECK_EQUAL(status_of(port).mps_msgcount, 0);
	EXPECT(send_id(port, COPY_SEND, 3, 0, 0), MACH_MSG_SUCCESS);
	expect_end(&receivers[2], MACH_MSG_SUCCESS);
	CHECK_EQUAL(receivers[2].id, 3);

	/* By move_member too. */
	EXPECT(mach_port_extract_member(mach_task_self(), port, set),
	    KERN_SUCCESS);
	EXPECT(send_id(port, COPY_SEND, 4, 0, 0), MACH_MSG_SUCCESS);
	start_receiver(&receivers[0], set);
	EXPECT(
	    mach_port_move_member(mach_task_self(), port, set), KERN_SUCCESS);
	expect_end(&receivers[0], MACH_MSG_SUCCESS);
	CHECK_EQUAL(receivers[0].id, 4);
	destroy(port);
	destroy(set);
}

static void
a_member_can_be_received_from(void)
{
	mach_port_t port = new_send_port(), set = new_set();
	struct blocked receiver;

	insert_member(port, set);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_id(port, 1);
	expect_empty(set);
	start_receiver(&receiver, port);
	EXPECT(send_id(port, COPY_SEND, 2, 0, 0), MACH_MSG_SUCCESS);
	expect_end(&receiver, MACH_MSG_SUCCESS);
	CHECK_EQUAL(receiver.id, 2);
	destroy(port);
	destroy(set);
}

static void
remove_by_mod_refs(mach_port_t set)
{
	add_refs(set, PORT_SET, -1);
}

static void
a_set_that_goes_leaves_its_members_alone(void)
{
	static void (*const ways[])(mach_port_t) = {
	    remove_by_mod_refs, drop, destroy};

	for (unsigned i = 0; i < 3; i++) {
		mach_port_t port = new_send_port(), other = new_port();
		mach_port_t set = new_set(), empty = new_set();
		struct blocked receiver;

		insert_member(other, set);
		start_receiver(&receiver, set);
		ways[i](set);
		expect_end(&receiver, MACH_RCV_PORT_CHANGED);
		CHECK_EQUAL(type_of(set), 0);
		CHECK_EQUAL(status_of(other).mps_pset, 0);

		insert_member(port, empty);
		EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
		ways[i](empty);
		CHECK_EQUAL(status_of(port).mps_pset, 0);
		expect_id(port, 1);
		destroy(port);
		destroy(other);
	}
}

static void
a_set_goes_on_without_a_member(void)
{
	mach_port_t moved = new_port(), destroyed = new_port();
	mach_port_t port = new_send_port(), set = new_set(), carrier;
	struct blocked receiver;

	insert_member(moved, set);
	insert_member(destroyed, set);
	insert_member(port, set);
	start_receiver(&receiver, set);
	carrier = send_away(moved);
	destroy(destroyed);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_end(&receiver, MACH_MSG_SUCCESS);
	moved = fetch_back(carrier);
	CHECK(!is_member(moved, set) && is_member(port, set));
	destroy(moved);
	destroy(port);
	destroy(set);
}

static void
receiving_on_an_empty_set_waits(void)
{
	mach_port_t set = new_set(), port = new_send_port();
	struct blocked receiver;

	expect_empty(set);
	start_receiver(&receiver, set);
	insert_member(port, set);
	EXPECT(send_id(port, COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
	expect_end(&receiver, MACH_MSG_SUCCESS);
	destroy(set);
	destroy(port);
}

/* 10.17: get_set_status. */

static void
get_set_status_lists_the_members(void)
{
	mach_port_t ports[3], set = new_set();
	mach_port_name_array_t members = (mach_port_name_array_t)&set;
	mach_msg_type_number_t count = 77;

	EXPECT(
	    mach_port_get_set_status(mach_task_self(), set, &members, &count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, 0);
	CHECK(members == NULL);
	for (unsigned i = 0; i < 3; i++) {
		ports[i] = new_port();
		insert_member(ports[i], set);
	}
	EXPECT(
	    mach_port_get_set_status(mach_task_self(), set, &members, &count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, 3);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)members,
	           count * sizeof(members[0])),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(is_member(ports[i], set));
		destroy(ports[i]);
		CHECK(!is_member(ports[i], set));
	}
	destroy(set);
}

static void
get_set_status_is_refused(void)
{
	struct kinds kinds = kinds_new();
	const struct {
		mach_port_name_t name;
		kern_return_t code;
	} rows[] = {
	    {MACH_PORT_NULL, KERN_INVALID_RIGHT},
	    {MACH_PORT_DEAD, KERN_INVALID_RIGHT},
	    {kinds.send, KERN_INVALID_RIGHT},
	    {kinds.receive, KERN_INVALID_RIGHT},
	    {kinds.both, KERN_INVALID_RIGHT},
	    {kinds.once, KERN_INVALID_RIGHT},
	    {kinds.dead, KERN_INVALID_NAME},
	    {absent_name(), KERN_INVALID_NAME},
	};
	mach_port_name_array_t members;
	mach_msg_type_number_t count;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EXPECT(mach_port_get_set_status(
		           mach_task_self(), rows[i].name, &members, &count),
		    rows[i].code);
	kinds_free(&kinds);
}

/* 10.18-10.20: move_member, insert_member, extract_member. */

typedef kern_return_t member_call(
    ipc_space_t task, mach_port_name_t member, mach_port_name_t set);

/* What all three say of names that are no receive right, or no set. */
static void
check_wrong_names(member_call *call)
{
	struct kinds kinds = kinds_new();
	mach_port_t self = mach_task_self(), absent = absent_name();
	const struct {
		mach_port_name_t member, set;
		kern_return_t code;
	} rows[] = {
	    {MACH_PORT_NULL, kinds.set, KERN_INVALID_RIGHT},
	    {MACH_PORT_DEAD, kinds.set, KERN_INVALID_RIGHT},
	    {kinds.send, kinds.set, KERN_INVALID_RIGHT},
	    {kinds.once, kinds.set, KERN_INVALID_RIGHT},
	    {kinds.set, kinds.set, KERN_INVALID_RIGHT},
	    {kinds.dead, kinds.set, KERN_INVALID_RIGHT},
	    {absent, kinds.set, KERN_INVALID_NAME},
	    {kinds.receive, MACH_PORT_DEAD, KERN_INVALID_RIGHT},
	    {kinds.receive, kinds.send, KERN_INVALID_RIGHT},
	    {kinds.receive, kinds.receive, KERN_INVALID_RIGHT},
	    {kinds.receive, kinds.both, KERN_INVALID_RIGHT},
	    {kinds.receive, kinds.once, KERN_INVALID_RIGHT},
	    {kinds.receive, kinds.dead, KERN_INVALID_RIGHT},
	    {kinds.receive, absent, KERN_INVALID_NAME},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EXPECT(call(self, rows[i].member, rows[i].set), rows[i].code);
	if (call != mach_port_move_member)
		EXPECT(call(self, kinds.receive, MACH_PORT_NULL),
		    KERN_INVALID_RIGHT);
	CHECK(!is_member(kinds.receive, kinds.set));
	kinds_free(&kinds);
}

static void
move_member_is_refused(void)
{
	mach_port_t port = new_port();

	check_wrong_names(mach_port_move_member);
	EXPECT(mach_port_move_member(mach_task_self(), port, MACH_PORT_NULL),
	    KERN_NOT_IN_SET);
	destroy(port);
}

static void
insert_member_is_refused(void)
{
	mach_port_t port = new_port(), set = new_set();

	check_wrong_names(mach_port_insert_member);
	insert_member(port, set);
	EXPECT(mach_port_insert_member(mach_task_self(), port, set),
	    KERN_ALREADY_IN_SET);
	CHECK(is_member(port, set));
	destroy(port);
	destroy(set);
}

static void
extract_member_is_refused(void)
{
	mach_port_t port = new_port(), set = new_set(), other = new_set();

	check_wrong_names(mach_port_extract_member);
	insert_member(port, other);
	EXPECT(mach_port_extract_member(mach_task_self(), port, set),
	    KERN_NOT_IN_SET);
	EXPECT(mach_port_extract_member(mach_task_self(), port, other),
	    KERN_SUCCESS);
	EXPECT(mach_port_extract_member(mach_task_self(), port, other),
	    KERN_NOT_IN_SET);
	destroy(port);
	destroy(set);
	destroy(other);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.8 ports.8.b1", a_set_has_a_name_and_is_no_destination),
    SCENARIO("ports.8.b2", members_are_receive_rights_of_the_space),
    SCENARIO("ports.8.b3", a_port_may_be_in_several_sets),
    SCENARIO("ports.8.b4 ports.10.18", move_member_leaves_one_set_or_none),
    SCENARIO("ports.8.b5", a_port_with_messages_serves_who_waits_on_the_set),
    SCENARIO("ports.8.b6", a_member_can_be_received_from),
    SCENARIO("ports.8.b7", a_set_that_goes_leaves_its_members_alone),
    SCENARIO("ports.8.b8", a_set_goes_on_without_a_member),
    SCENARIO("ports.8.b9", receiving_on_an_empty_set_waits),
    SCENARIO("ports.10.17", get_set_status_lists_the_members),
    SCENARIO("ports.10.17.r1 ports.10.17.r2", get_set_status_is_refused),
    SCENARIO(
        "ports.10.18.r1 ports.10.18.r2 ports.10.18.r3", move_member_is_refused),
    SCENARIO("ports.10.19 ports.10.19.r1 ports.10.19.r2 ports.10.19.r3",
        insert_member_is_refused),
    SCENARIO("ports.10.19 ports.10.19.r1 ports.10.19.r2 ports.10.19.r4",
        extract_member_is_refused),
};

CONFORMANCE(scenarios)
