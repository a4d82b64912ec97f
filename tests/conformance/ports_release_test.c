/* ports.md 10.8-10.11: destroy, deallocate, and the count of references. */
#include "ports.h"

/* 10.8: destroy. */

static void
destroy_removes_whatever_a_name_denotes(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t task = peer_task(kinds.peer);
	mach_port_t names[] = {kinds.send, kinds.receive, kinds.both,
	    kinds.once, kinds.set, kinds.dead};
	mach_port_t right = new_send_once(kinds.receive);

	add_refs(kinds.send, SEND, 9);
	add_refs(kinds.both, SEND, 9);
	add_refs(kinds.dead, DEAD_NAME, 9);
	CHECK_EQUAL(status_there(task, kinds.peer_port).mps_sorights, 1);
	CHECK(status_there(task, kinds.peer_port).mps_srights);
	for (unsigned i = 0; i < 6; i++) {
		destroy(names[i]);
		CHECK_EQUAL(type_of(names[i]), 0);
	}
	CHECK(!status_there(task, kinds.peer_port).mps_srights);
	/* The send-once right has become its notification. */
	CHECK_EQUAL(status_there(task, kinds.peer_port).mps_msgcount, 1);
	CHECK_EQUAL(type_of(right), MACH_PORT_TYPE_DEAD_NAME);
	drop(right);
}

static void
destroy_of_what_is_no_name(void)
{
	EXPECT(
	    mach_port_destroy(mach_task_self(), MACH_PORT_NULL), KERN_SUCCESS);
	EXPECT(
	    mach_port_destroy(mach_task_self(), MACH_PORT_DEAD), KERN_SUCCESS);
	EXPECT(mach_port_destroy(mach_task_self(), absent_name()),
	    KERN_INVALID_NAME);
}

static void
destroy_of_a_guarded_receive_right(void)
{
	mach_port_t port = new_send_port(), self = mach_task_self();

	guard(port, 1, 0);
	EXPECT(mach_port_destroy(self, port), KERN_INVALID_RIGHT);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(refs_of(port, SEND), 1);
	set_context(port, 0); /* the guard's value is 0 now */
	EXPECT(mach_port_destroy(self, port), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
}

static void
destroy_drops_the_last_send_right_before_the_port(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	mach_port_t once = new_send_once(port);

	make_send(port);
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(once, NAME_DIED, 0, notify), MACH_PORT_NULL);
	EXPECT(send_id(port, COPY_SEND, 1, notify, MAKE_SEND_ONCE),
	    MACH_MSG_SUCCESS);
	expect_id(port, 1); /* its destination right is no longer in the way */
	expect_notice(notify, ONCE_GONE, 0);
	destroy(port);
	/* The port's death and then what the send right's end brings. */
	expect_notice(notify, NAME_DIED, once);
	expect_notice(notify, NO_SENDERS, 2);
	expect_notice(notify, PORT_DELETED, port);
	expect_empty(notify);
	destroy(once);
	destroy(notify);
}

static void
destroy_with_send_rights_elsewhere(void)
{
	mach_port_t port = new_send_port(), notify = new_port();
	struct peer *peer = peer_new();

	(void)peer_give(peer, port, COPY_SEND);
	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	destroy(port);
	expect_notice(notify, ONCE_GONE, 0);
	expect_notice(notify, PORT_DELETED, port);
	expect_empty(notify);
	destroy(notify);
}

static void
mod_refs_of_the_receive_right_never_tells_of_no_senders(void)
{
	mach_port_t port = new_send_port(), notify = new_port();

	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	drop_receive(port);
	expect_notice(notify, ONCE_GONE, 0);
	expect_empty(notify);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_DEAD_NAME);
	drop(port);
	destroy(notify);
}

static void
destroy_tells_in_order_of_rights_for_others(void)
{
	mach_port_t notify = new_port(), port = new_port(), once;
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer), theirs, send, previous;

	/* The last send right of a port elsewhere. */
	theirs = allocate_in(task, RECEIVE);
	send = take_from(task, theirs, MAKE_SEND);
	EXPECT(mach_port_request_notification(task, theirs, NO_SENDERS, 0,
	           notify, MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQUAL(request(send, NAME_DIED, 0, notify), MACH_PORT_NULL);
	destroy(send);
	expect_notice(notify, NO_SENDERS, 1);
	expect_notice(notify, PORT_DELETED, send);
	/* A send-once right. */
	once = new_send_once(notify);
	CHECK_EQUAL(request(once, NAME_DIED, 0, notify), MACH_PORT_NULL);
	destroy(once);
	expect_notice(notify, ONCE_GONE, 0);
	expect_notice(notify, PORT_DELETED, once);
	expect_empty(notify);
	destroy(port);
	destroy(notify);
}

/* 10.9: deallocate. */

static void
deallocate_of_what_is_no_name(void)
{
	EXPECT(mach_port_deallocate(mach_task_self(), MACH_PORT_NULL),
	    KERN_SUCCESS);
	EXPECT(mach_port_deallocate(mach_task_self(), MACH_PORT_DEAD),
	    KERN_SUCCESS);
	EXPECT(mach_port_deallocate(mach_task_self(), absent_name()),
	    KERN_INVALID_NAME);
}

static void
deallocate_of_send_rights(void)
{
	mach_port_t notify = new_port(), previous;
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_t theirs = allocate_in(task, RECEIVE);
	mach_port_t send = take_from(task, theirs, MAKE_SEND);

	EXPECT(mach_port_request_notification(task, theirs, NO_SENDERS, 0,
	           notify, MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQUAL(request(send, NAME_DIED, 0, notify), MACH_PORT_NULL);
	add_refs(send, SEND, 1);
	drop(send);
	CHECK_EQUAL(refs_of(send, SEND), 1);
	expect_empty(notify);
	drop(send);
	CHECK_EQUAL(type_of(send), 0);
	expect_notice(notify, NO_SENDERS, 1);
	expect_notice(notify, PORT_DELETED, send);
	expect_empty(notify);
	destroy(notify);
}

static void
deallocate_of_send_rights_beside_the_receive_right(void)
{
	mach_port_t port = new_send_port(), notify = new_port();

	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	CHECK_EQUAL(request(port, NAME_DIED, 0, notify), MACH_PORT_NULL);
	add_refs(port, SEND, 1);
	drop(port);
	CHECK_EQUAL(refs_of(port, SEND), 1);
	expect_empty(notify);
	drop(port);
	CHECK_EQUAL(
	    type_of(port), MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	expect_notice(notify, NO_SENDERS, 1);
	expect_empty(notify);
	EXPECT(
	    mach_port_deallocate(mach_task_self(), port), KERN_INVALID_RIGHT);
	CHECK_EQUAL(
	    type_of(port), MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_DNREQUEST);
	drop_receive(port);
	expect_notice(notify, PORT_DELETED, port);
	destroy(notify);
}

static void
deallocate_of_send_once_rights_dead_names_and_sets(void)
{
	mach_port_t notify = new_port(), once = new_send_once(notify);
	mach_port_t dead = new_dead_name(), set = new_set();

	CHECK_EQUAL(request(once, NAME_DIED, 0, notify), MACH_PORT_NULL);
	drop(once);
	CHECK_EQUAL(type_of(once), 0);
	expect_notice(notify, ONCE_GONE, 0);
	expect_notice(notify, PORT_DELETED, once);
	expect_empty(notify);

	add_refs(dead, DEAD_NAME, 1);
	drop(dead);
	CHECK_EQUAL(refs_of(dead, DEAD_NAME), 1);
	drop(dead);
	CHECK_EQUAL(type_of(dead), 0);

	insert_member(notify, set);
	drop(set);
	CHECK_EQUAL(type_of(set), 0);
	CHECK_EQUAL(status_of(notify).mps_pset, 0);
	destroy(notify);
}

static void
deallocate_of_a_receive_right_alone(void)
{
	mach_port_t port = new_port();

	EXPECT(
	    mach_port_deallocate(mach_task_self(), port), KERN_INVALID_RIGHT);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	destroy(port);
}

/* 10.10: get_refs. */

static void
get_refs_of_every_kind_and_every_right(void)
{
	struct kinds kinds = kinds_new();
	const struct {
		mach_port_name_t name;
		mach_port_urefs_t refs[6];
	} rows[] = {
	    {kinds.send, {1, 0, 0, 0, 0, 0}},
	    {kinds.receive, {0, 1, 0, 0, 0, 0}},
	    {kinds.both, {3, 1, 0, 0, 0, 0}},
	    {kinds.once, {0, 0, 1, 0, 0, 0}},
	    {kinds.set, {0, 0, 0, 1, 0, 0}},
	    {kinds.dead, {0, 0, 0, 0, 2, 0}},
	};

	add_refs(kinds.both, SEND, 2);
	add_refs(kinds.dead, DEAD_NAME, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (mach_port_right_t right = 0; right < 6; right++)
			CHECK_EQUAL(
			    refs_of(rows[i].name, right), rows[i].refs[right]);
	kinds_free(&kinds);
}

static void
get_refs_of_what_is_no_name(void)
{
	static const mach_port_name_t constants[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};
	mach_port_t self = mach_task_self();
	mach_port_urefs_t refs;

	for (unsigned i = 0; i < 2; i++)
		for (mach_port_right_t right = 0; right < 6; right++) {
			bool send = right == SEND || right == SEND_ONCE;

			refs = 77;
			EXPECT(mach_port_get_refs(
			           self, constants[i], right, &refs),
			    send ? KERN_SUCCESS : KERN_INVALID_NAME);
			CHECK_EQUAL(refs, send ? 1 : 77);
		}
	for (mach_port_right_t right = 0; right < 6; right++)
		EXPECT(mach_port_get_refs(self, absent_name(), right, &refs),
		    KERN_INVALID_NAME);
	/* The right is looked at before the name. */
	EXPECT(mach_port_get_refs(self, self, 6, &refs), KERN_INVALID_VALUE);
	EXPECT(mach_port_get_refs(self, absent_name(), 6, &refs),
	    KERN_INVALID_VALUE);
	EXPECT(mach_port_get_refs(self, MACH_PORT_NULL, ~0u, &refs),
	    KERN_INVALID_VALUE);
}

/* 10.11: mod_refs. */

static void
mod_refs_of_what_is_no_name(void)
{
	static const mach_port_name_t constants[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD};
	mach_port_t self = mach_task_self();

	for (unsigned i = 0; i < 2; i++)
		for (mach_port_right_t right = 0; right < 6; right++)
			EXPECT(
			    mach_port_mod_refs(self, constants[i], right, -1),
			    right == SEND || right == SEND_ONCE
			        ? KERN_SUCCESS
			        : KERN_INVALID_NAME);
	for (mach_port_right_t right = 0; right < 6; right++)
		EXPECT(mach_port_mod_refs(self, absent_name(), right, 0),
		    KERN_INVALID_NAME);
	EXPECT(mach_port_mod_refs(self, self, 6, 0), KERN_INVALID_VALUE);
	EXPECT(
	    mach_port_mod_refs(self, absent_name(), 6, 0), KERN_INVALID_VALUE);
	EXPECT(mach_port_mod_refs(self, MACH_PORT_DEAD, ~0u, 0),
	    KERN_INVALID_VALUE);
}

static void
mod_refs_of_rights_that_a_name_lacks(void)
{
	static const mach_port_delta_t deltas[] = {
	    INT32_MIN, -65536, -2, -1, 0, 1, 2, 65536, INT32_MAX};
	struct kinds kinds = kinds_new();
	const struct {
		mach_port_name_t name;
		unsigned rights; /* that it has */
	} rows[] = {
	    {kinds.send, 1u << SEND},
	    {kinds.receive, 1u << RECEIVE},
	    {kinds.both, 1u << SEND | 1u << RECEIVE},
	    {kinds.once, 1u << SEND_ONCE},
	    {kinds.set, 1u << PORT_SET},
	    {kinds.dead, 1u << DEAD_NAME},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (mach_port_right_t right = 0; right < 6; right++) {
			if (rows[i].rights & 1u << right) {
				EXPECT(mach_port_mod_refs(mach_task_self(),
				           rows[i].name, right, 0),
				    KERN_SUCCESS);
				continue;
			}
			for (unsigned d = 0; d < 9; d++)
				EXPECT(mach_port_mod_refs(mach_task_self(),
				           rows[i].name, right, deltas[d]),
				    KERN_INVALID_RIGHT);
		}
	kinds_free(&kinds);
}

/* Send rights and dead names count alike. */
static void
check_counting(mach_port_name_t name, mach_port_right_t right)
{
	static const struct {
		mach_port_delta_t delta;
		kern_return_t code;
		mach_port_urefs_t refs;
	} rows[] = {
	    {65536, KERN_INVALID_VALUE, 1},
	    {-65536, KERN_INVALID_VALUE, 1},
	    {INT32_MAX, KERN_INVALID_VALUE, 1},
	    {INT32_MIN, KERN_INVALID_VALUE, 1},
	    {-2, KERN_INVALID_VALUE, 1},
	    {0, KERN_SUCCESS, 1},
	    {9, KERN_SUCCESS, 10},
	    {-5, KERN_SUCCESS, 5},
	    {-6, KERN_INVALID_VALUE, 5},
	    {65535, KERN_SUCCESS, 65535},
	    {-1, KERN_SUCCESS, 65535},
	    {1, KERN_SUCCESS, 65535},
	    {-65534, KERN_SUCCESS, 65535},
	    {65536, KERN_INVALID_VALUE, 65535},
	    {-65536, KERN_INVALID_VALUE, 65535},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT(mach_port_mod_refs(
		           mach_task_self(), name, right, rows[i].delta),
		    rows[i].code);
		CHECK_EQUAL(refs_of(name, right), rows[i].refs);
	}
	add_refs(name, right, -65535);
}

static void
mod_refs_counts_send_rights(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t notify = new_port();

	check_counting(kinds.send, SEND);
	CHECK_EQUAL(type_of(kinds.send), 0);
	CHECK_EQUAL(request(kinds.both, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	check_counting(kinds.both, SEND);
	CHECK_EQUAL(type_of(kinds.both), MACH_PORT_TYPE_RECEIVE);
	expect_notice(notify, NO_SENDERS, 1);
	destroy(notify);
	kinds_free(&kinds);
}

static void
mod_refs_to_none_releases_as_deallocate_does(void)
{
	mach_port_t notify = new_port(), port = new_send_port();
	struct peer *peer = peer_new();
	mach_port_t theirs = allocate_in(peer_task(peer), RECEIVE);
	mach_port_t send = take_from(peer_task(peer), theirs, MAKE_SEND);

	add_refs(send, SEND, 2);
	CHECK_EQUAL(request(send, NAME_DIED, 0, notify), MACH_PORT_NULL);
	add_refs(send, SEND, -3);
	CHECK_EQUAL(type_of(send), 0);
	expect_notice(notify, PORT_DELETED, send);
	CHECK(!status_there(peer_task(peer), theirs).mps_srights);

	CHECK_EQUAL(request(port, NO_SENDERS, 0, notify), MACH_PORT_NULL);
	add_refs(port, SEND, -1);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	expect_notice(notify, NO_SENDERS, 1);
	expect_empty(notify);
	destroy(port);
	destroy(notify);
}

static void
mod_refs_counts_dead_names(void)
{
	mach_port_t dead = new_dead_name(), port = new_send_port();

	check_counting(dead, DEAD_NAME);
	CHECK_EQUAL(type_of(dead), 0);
	/* A send right whose port died is one. */
	drop_receive(port);
	EXPECT(mach_port_mod_refs(mach_task_self(), port, SEND, 0),
	    KERN_INVALID_RIGHT);
	check_counting(port, DEAD_NAME);
	CHECK_EQUAL(type_of(port), 0);
}

/* @right of @name takes 0 and -1 only; -1 removes it. */
static void
check_single(mach_port_name_t name, mach_port_right_t right)
{
	static const mach_port_delta_t deltas[] = {
	    INT32_MIN, -65535, -2, 1, 2, 65535, INT32_MAX};
	mach_port_type_t type = type_of(name);

	EXPECT(
	    mach_port_mod_refs(mach_task_self(), name, right, 0), KERN_SUCCESS);
	for (unsigned i = 0; i < sizeof(deltas) / sizeof(deltas[0]); i++)
		EXPECT(mach_port_mod_refs(
		           mach_task_self(), name, right, deltas[i]),
		    KERN_INVALID_VALUE);
	CHECK_EQUAL(type_of(name), type);
	add_refs(name, right, -1);
}

static void
mod_refs_of_receive_rights(void)
{
	struct kinds kinds = kinds_new();

	check_single(kinds.receive, RECEIVE);
	CHECK_EQUAL(type_of(kinds.receive), 0);
	check_single(kinds.both, RECEIVE);
	CHECK_EQUAL(type_of(kinds.both), MACH_PORT_TYPE_DEAD_NAME);
	kinds_free(&kinds);
}

static void
mod_refs_of_guarded_receive_rights(void)
{
	mach_port_t port = new_port(), self = mach_task_self();

	guard(port, 0, 0); /* whatever its value */
	EXPECT(mach_port_mod_refs(self, port, RECEIVE, 0), KERN_SUCCESS);
	EXPECT(mach_port_mod_refs(self, port, RECEIVE, -1), KERN_INVALID_RIGHT);
	EXPECT(mach_port_mod_refs(self, port, RECEIVE, -2), KERN_INVALID_VALUE);
	set_context(port, 5);
	EXPECT(mach_port_mod_refs(self, port, RECEIVE, -1), KERN_INVALID_RIGHT);
	EXPECT(mach_port_unguard(self, port, 5), KERN_SUCCESS);
	EXPECT(mach_port_mod_refs(self, port, RECEIVE, -1), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
}

static void
mod_refs_of_send_once_rights(void)
{
	mach_port_t port = new_port(), once = new_send_once(port);

	check_single(once, SEND_ONCE);
	CHECK_EQUAL(type_of(once), 0);
	expect_notice(port, ONCE_GONE, 0);
	expect_empty(port);
	/* One whose port is dead. */
	once = new_send_once(port);
	destroy(port);
	EXPECT(mach_port_mod_refs(mach_task_self(), once, SEND_ONCE, -1),
	    KERN_INVALID_RIGHT);
	EXPECT(mach_port_mod_refs(mach_task_self(), once, SEND_ONCE, 0),
	    KERN_INVALID_RIGHT);
	add_refs(once, DEAD_NAME, -1);
	CHECK_EQUAL(type_of(once), 0);
}

static void
mod_refs_of_port_sets(void)
{
	mach_port_t port = new_port(), set = new_set();

	insert_member(port, set);
	check_single(set, PORT_SET);
	CHECK_EQUAL(type_of(set), 0);
	CHECK_EQUAL(status_of(port).mps_pset, 0);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("ports.10.8", destroy_removes_whatever_a_name_denotes),
    SCENARIO("ports.10.8.r1 ports.10.8.r2", destroy_of_what_is_no_name),
    SCENARIO("ports.10.8.r3", destroy_of_a_guarded_receive_right),
    SCENARIO("ports.10.8", destroy_drops_the_last_send_right_before_the_port),
    SCENARIO("ports.10.8 ports.7.2.i6", destroy_with_send_rights_elsewhere),
    SCENARIO("ports.10.8 ports.7.2.i6",
        mod_refs_of_the_receive_right_never_tells_of_no_senders),
    SCENARIO("ports.10.8", destroy_tells_in_order_of_rights_for_others),
    SCENARIO("ports.10.9.r1 ports.10.9.r2", deallocate_of_what_is_no_name),
    SCENARIO(
        "ports.10.9 ports.10.9.r3 ports.10.9.r4", deallocate_of_send_rights),
    SCENARIO(
        "ports.10.9.r5", deallocate_of_send_rights_beside_the_receive_right),
    SCENARIO("ports.10.9.r6 ports.10.9.r7 ports.10.9.r8",
        deallocate_of_send_once_rights_dead_names_and_sets),
    SCENARIO("ports.10.9.r9", deallocate_of_a_receive_right_alone),
    SCENARIO("ports.10.10 ports.10.10.r5 ports.10.10.r6",
        get_refs_of_every_kind_and_every_right),
    SCENARIO("ports.10.10.r1 ports.10.10.r2 ports.10.10.r3 ports.10.10.r4",
        get_refs_of_what_is_no_name),
    SCENARIO("ports.10.11", mod_refs_of_what_is_no_name),
    SCENARIO("ports.10.11.r1 ports.10.11.r8 ports.10.11.r12 ports.10.11.r14 "
             "ports.10.11.r16 ports.10.11.r18",
        mod_refs_of_rights_that_a_name_lacks),
    SCENARIO("ports.10.11.r2 ports.10.11.r3 ports.10.11.r4 ports.10.11.r5 "
             "ports.10.11.r7",
        mod_refs_counts_send_rights),
    SCENARIO("ports.10.11.r6", mod_refs_to_none_releases_as_deallocate_does),
    SCENARIO("ports.10.11 ports.10.11.r17", mod_refs_counts_dead_names),
    SCENARIO("ports.10.11.r9 ports.10.11.r10 ports.10.11.r11",
        mod_refs_of_receive_rights),
    SCENARIO("ports.10.11.r10", mod_refs_of_guarded_receive_rights),
    SCENARIO("ports.10.11.r12 ports.10.11.r13", mod_refs_of_send_once_rights),
    SCENARIO("ports.10.11.r14 ports.10.11.r15", mod_refs_of_port_sets),
};

CONFORMANCE(scenarios)
