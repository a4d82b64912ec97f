/* ports.md 2: what is different in Mach 3 mode. */
#include "ports.h"

/* Take all forms of a name but NULL and DEAD. */
static void
any_name_can_be_chosen_in_mach_3_mode(void)
{
	static const mach_port_name_t names[] = {
	    1, 111, 122, 123, 1000, 0x40000, 0x7fffff03, 0xfffffffeu};
	mach_port_t port = new_send_port();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		EXPECT(mach_port_allocate_name(
		           mach_task_self(), RECEIVE, names[i]),
		    KERN_SUCCESS);
		EXPECT(mach_port_allocate_name(
		           mach_task_self(), RECEIVE, names[i]),
		    KERN_NAME_EXISTS);
		make_send(names[i]);
		EXPECT(send_id(names[i], COPY_SEND, 1, 0, 0), MACH_MSG_SUCCESS);
		expect_id(names[i], 1);
		destroy(names[i]);
		CHECK_EQUAL(type_of(names[i]), 0);
	}
	EXPECT(
	    mach_port_allocate_name(mach_task_self(), RECEIVE, MACH_PORT_NULL),
	    KERN_INVALID_VALUE);
	EXPECT(
	    mach_port_allocate_name(mach_task_self(), RECEIVE, MACH_PORT_DEAD),
	    KERN_INVALID_VALUE);
	EXPECT(
	    mach_port_insert_right(mach_task_self(), 111, port, MAKE_SEND_ONCE),
	    KERN_SUCCESS);
	EXPECT(mach_port_rename(mach_task_self(), 111, 1000), KERN_SUCCESS);
	CHECK_EQUAL(type_of(1000), MACH_PORT_TYPE_SEND_ONCE);
	drop(1000);
	expect_notice(port, ONCE_GONE, 0);
	destroy(port);
}

static void
port_destroyed_requests_are_replaced_and_cancelled_in_mach_3_mode(void)
{
	mach_port_t port = new_port(), notify = new_port(), previous;
	mach_port_t self = mach_task_self();

	CHECK_EQUAL(request(port, PORT_DESTROYED, 0, notify), MACH_PORT_NULL);
	previous = request(port, PORT_DESTROYED, 0, notify);
	CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
	drop(previous);
	expect_notice(notify, ONCE_GONE, 0);
	EXPECT(mach_port_request_notification(self, port, PORT_DESTROYED, 0,
	           MACH_PORT_NULL, MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQUAL(type_of(previous), MACH_PORT_TYPE_SEND_ONCE);
	drop(previous);
	expect_notice(notify, ONCE_GONE, 0);
	CHECK(!status_of(port).mps_pdrequest);
	destroy(port);
	expect_empty(notify);
	destroy(notify);
}

static void
the_status_names_a_set_in_mach_3_mode(void)
{
	mach_port_t port = new_port(), sets[] = {new_set(), new_set()};

	CHECK_EQUAL(status_of(port).mps_pset, MACH_PORT_NULL);
	insert_member(port, sets[0]);
	CHECK_EQUAL(status_of(port).mps_pset, sets[0]);
	insert_member(port, sets[1]);
	CHECK(status_of(port).mps_pset == sets[0] ||
	    status_of(port).mps_pset == sets[1]);
	destroy(sets[0]);
	CHECK_EQUAL(status_of(port).mps_pset, sets[1]);
	destroy(sets[1]);
	CHECK_EQUAL(status_of(port).mps_pset, MACH_PORT_NULL);
	destroy(port);
}

static void
type_shows_message_accepted_requests_in_mach_3_mode(void)
{
	CHECK_EQUAL(type_while_a_message_is_out(),
	    MACH_PORT_TYPE_SEND_RECEIVE | MACH_PORT_TYPE_MAREQUEST);
}

static const struct scenario scenarios[] = {
    SCENARIO_WITH(
        SCENARIO_MACH3, "ports.2", any_name_can_be_chosen_in_mach_3_mode),
    SCENARIO_WITH(SCENARIO_MACH3, "ports.2",
        port_destroyed_requests_are_replaced_and_cancelled_in_mach_3_mode),
    SCENARIO_WITH(SCENARIO_MACH3, "ports.2 ports.10.24.r16",
        the_status_names_a_set_in_mach_3_mode),
    SCENARIO_WITH(SCENARIO_MACH3, "ports.2 ports.10.2",
        type_shows_message_accepted_requests_in_mach_3_mode),
};

CONFORMANCE(scenarios)
