/*
 * The ports that the kernel keeps for a task. Source: spec/special-ports.md 2
 */
#include "notices.h"

#include <mach/mach2.h>
#include <mach/task.h>
#include <mach/thread_act.h>

static mach_port_t
special_port(mach_port_t task, int which)
{
	mach_port_t port;

	EXPECT(task_get_special_port(task, which, &port), KERN_SUCCESS);
	return port;
}

static void
the_slots_have_xnus_numbers(void)
{
	CHECK_EQUAL(TASK_KERNEL_PORT, 1);
	CHECK_EQUAL(TASK_HOST_PORT, 2);
	CHECK_EQUAL(TASK_NAME_PORT, 3);
	CHECK_EQUAL(TASK_BOOTSTRAP_PORT, 4);
	CHECK_EQUAL(TASK_INSPECT_PORT, 5);
	CHECK_EQUAL(TASK_READ_PORT, 6);
	CHECK_EQUAL(TASK_ACCESS_PORT, 9);
	CHECK_EQUAL(TASK_DEBUG_CONTROL_PORT, 10);
	CHECK_EQUAL(TASK_RESOURCE_NOTIFY_PORT, 11);
	CHECK_EQUAL(TASK_MAX_SPECIAL_PORT, 11);
	CHECK_EQUAL(TASK_NOTIFY_PORT, 32);
	CHECK_EQUAL(TASK_EXCEPTION_PORT, 33);
}

static void
the_task_port_is_got_and_not_set(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t port = new_send_port();
	mach_port_urefs_t urefs =
	    refs_of(mach_task_self(), MACH_PORT_RIGHT_SEND);
	mach_port_t found;

	EXPECT(task_get_kernel_port(mach_task_self(), &found), KERN_SUCCESS);
	CHECK_EQUAL(found, mach_task_self());
	CHECK_EQUAL(refs_of(mach_task_self(), MACH_PORT_RIGHT_SEND), urefs + 1);
	drop(found);
	found = special_port(task, TASK_KERNEL_PORT);
	CHECK_EQUAL(found, task);
	drop(found);
	EXPECT(task_set_kernel_port(mach_task_self(), port), KERN_NO_ACCESS);
	EXPECT(task_set_kernel_port(mach_task_self(), MACH_PORT_NULL),
	    KERN_NO_ACCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
}

static void
a_thread_has_one_special_port(void)
{
	mach_port_t thread = mach_thread_self();
	mach_port_t port = new_send_port();
	mach_port_t found;

	EXPECT(thread_get_special_port(thread, THREAD_KERNEL_PORT, &found),
	    KERN_SUCCESS);
	CHECK_EQUAL(found, thread);
	CHECK_EQUAL(refs_of(thread, MACH_PORT_RIGHT_SEND), 2);
	drop(found);
	EXPECT(thread_set_special_port(thread, THREAD_KERNEL_PORT, port),
	    KERN_NO_ACCESS);
	for (int which = -1; which < 6; which++) {
		if (which == THREAD_KERNEL_PORT)
			continue;
		EXPECT(thread_set_special_port(thread, which, port),
		    KERN_INVALID_ARGUMENT);
		EXPECT(thread_get_special_port(thread, which, &found),
		    which == THREAD_INSPECT_PORT || which == THREAD_READ_PORT
		        ? KERN_NOT_SUPPORTED
		        : KERN_INVALID_ARGUMENT);
	}
	/* What is no thread, or nothing. */
	EXPECT(thread_get_special_port(
	           mach_task_self(), THREAD_KERNEL_PORT, &found),
	    KERN_INVALID_ARGUMENT);
	EXPECT(
	    thread_get_special_port(absent_name(), THREAD_KERNEL_PORT, &found),
	    MACH_SEND_INVALID_DEST);
	EXPECT(
	    thread_set_special_port(thread, THREAD_KERNEL_PORT, absent_name()),
	    MACH_SEND_INVALID_RIGHT);
	drop(thread);
	destroy(port);
}

static void
the_host_port_is_got_and_not_set(void)
{
	mach_port_t port = new_send_port();
	mach_port_t host = mach_host_self();
	mach_port_t found;

	EXPECT(task_get_host_port(mach_task_self(), &found), KERN_SUCCESS);
	CHECK_EQUAL(found, host);
	drop(found);
	EXPECT(task_set_host_port(mach_task_self(), port), KERN_NO_ACCESS);
	drop(host);
	destroy(port);
}

static void
the_name_port_tells_who_it_is(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t port = new_send_port();
	mach_port_t mine = special_port(mach_task_self(), TASK_NAME_PORT);
	mach_port_t again = special_port(mach_task_self(), TASK_NAME_PORT);
	mach_port_t other = special_port(task, TASK_NAME_PORT);
	mach_port_t name;

	CHECK_EQUAL(type_of(mine), MACH_PORT_TYPE_SEND);
	CHECK_EQUAL(again, mine);
	CHECK(other != mine);
	CHECK(mine != mach_task_self() && other != task);
	/* It is good for nothing else. */
	EXPECT(mach_port_allocate(mine, MACH_PORT_RIGHT_RECEIVE, &name),
	    KERN_INVALID_TASK);
	EXPECT(task_get_special_port(mine, TASK_KERNEL_PORT, &name),
	    KERN_INVALID_ARGUMENT);
	EXPECT(task_set_special_port(mach_task_self(), TASK_NAME_PORT, port),
	    KERN_INVALID_ARGUMENT);
	drop(mine);
	drop(mine);
	drop(other);
	destroy(port);
}

static void
a_name_port_dies_with_its_task(void)
{
	struct peer *peer = peer_new();
	mach_port_t notify = new_port();
	mach_port_t name = special_port(peer_task(peer), TASK_NAME_PORT);

	EXPECT(ask(name, MACH_NOTIFY_DEAD_NAME, 0, notify, NULL), KERN_SUCCESS);
	peer_kill(peer);
	expect_notice(notify, MACH_NOTIFY_DEAD_NAME, name);
	destroy(name);
	drop_receive(notify);
}

static void
restricted_task_ports_do_not_exist(void)
{
	mach_port_t port = new_send_port();
	mach_port_t found;

	/* Of the two answers of special-ports.md 11, the safe one. */
	for (int which = TASK_INSPECT_PORT; which <= TASK_READ_PORT; which++) {
		EXPECT(task_get_special_port(mach_task_self(), which, &found),
		    KERN_NOT_SUPPORTED);
		EXPECT(task_set_special_port(mach_task_self(), which, port),
		    KERN_INVALID_ARGUMENT);
	}
	destroy(port);
}

/* A slot that anybody may set: kept by so many rights, got, replaced, cleared. */
static void
set_get_and_clear(int which, mach_port_rights_t kept)
{
	mach_port_t port = new_send_port();
	mach_port_t other = new_send_port();
	mach_port_t notify = new_port();
	mach_port_rights_t srights;
	mach_port_t found;

	EXPECT(
	    task_set_special_port(mach_task_self(), which, port), KERN_SUCCESS);
	/* The caller's right is where it was; the slot has its own. */
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(status_of(port).mps_mscount, 1);
	EXPECT(mach_port_get_srights(mach_task_self(), port, &srights),
	    KERN_SUCCESS);
	CHECK_EQUAL(srights, 1 + kept);
	found = special_port(mach_task_self(), which);
	CHECK_EQUAL(found, port);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 2);
	EXPECT(mach_port_get_srights(mach_task_self(), port, &srights),
	    KERN_SUCCESS);
	CHECK_EQUAL(srights, 1 + kept);

	/* Replaced: the former is released. */
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	EXPECT(mach_port_mod_refs(
	           mach_task_self(), port, MACH_PORT_RIGHT_SEND, -2),
	    KERN_SUCCESS);
	expect_empty(notify);
	EXPECT(task_set_special_port(mach_task_self(), which, other),
	    KERN_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);

	/* Its port dies. */
	destroy(other);
	CHECK_EQUAL(special_port(mach_task_self(), which), MACH_PORT_DEAD);
	EXPECT(task_set_special_port(mach_task_self(), which, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_EQUAL(special_port(mach_task_self(), which), MACH_PORT_NULL);
	drop_receive(port);
	drop_receive(notify);
}

static void
stored_ports_are_set_and_got(void)
{
	mach_port_t port = new_send_port();
	mach_port_t found;

	set_get_and_clear(TASK_BOOTSTRAP_PORT, 1);
	set_get_and_clear(TASK_DEBUG_CONTROL_PORT, 1);
	set_get_and_clear(TASK_RESOURCE_NOTIFY_PORT, 1);
	set_get_and_clear(TASK_NOTIFY_PORT, 1);
	/* One for each type of exception but two. */
	set_get_and_clear(TASK_EXCEPTION_PORT, 11);

	EXPECT(task_set_bootstrap_port(mach_task_self(), port), KERN_SUCCESS);
	EXPECT(task_get_bootstrap_port(mach_task_self(), &found), KERN_SUCCESS);
	CHECK_EQUAL(found, port);
	EXPECT(task_set_bootstrap_port(mach_task_self(), MACH_PORT_NULL),
	    KERN_SUCCESS);
	EXPECT(task_set_task_debug_control_port(mach_task_self(), port),
	    KERN_SUCCESS);
	EXPECT(task_get_debug_control_port(mach_task_self(), &found),
	    KERN_SUCCESS);
	CHECK_EQUAL(found, port);
	destroy(port);
}

static void
an_access_port_is_set_once(void)
{
	mach_port_t port = new_send_port();
	mach_port_t other = new_send_port();
	mach_port_t found;

	EXPECT(
	    task_get_task_access_port(mach_task_self(), &found), KERN_SUCCESS);
	CHECK_EQUAL(found, MACH_PORT_NULL);
	EXPECT(task_set_task_access_port(mach_task_self(), port), KERN_SUCCESS);
	EXPECT(
	    task_set_task_access_port(mach_task_self(), other), KERN_NO_ACCESS);
	EXPECT(task_set_task_access_port(mach_task_self(), MACH_PORT_NULL),
	    KERN_NO_ACCESS);
	EXPECT(
	    task_get_task_access_port(mach_task_self(), &found), KERN_SUCCESS);
	CHECK_EQUAL(found, port);
	destroy(port);
	destroy(other);
}

static void
a_slot_of_another_task_is_set_and_got(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t port = new_send_port();
	mach_port_t found;

	EXPECT(task_set_special_port(task, TASK_BOOTSTRAP_PORT, port),
	    KERN_SUCCESS);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	found = special_port(task, TASK_BOOTSTRAP_PORT);
	CHECK_EQUAL(found, port);
	found = special_port(mach_task_self(), TASK_BOOTSTRAP_PORT);
	CHECK(found != port);
	if (MACH_PORT_VALID(found))
		drop(found);
	destroy(port);
}

static void
what_is_no_slot_is_no_argument(void)
{
	static const int unknown[] = {0, 7, 8, 12, 31, 34, -1};
	mach_port_t port = new_send_port();
	mach_port_t found;

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		EXPECT(
		    task_get_special_port(mach_task_self(), unknown[i], &found),
		    KERN_INVALID_ARGUMENT);
		EXPECT(
		    task_set_special_port(mach_task_self(), unknown[i], port),
		    KERN_INVALID_ARGUMENT);
		EXPECT(task_set_special_port(
		           mach_task_self(), unknown[i], MACH_PORT_NULL),
		    KERN_INVALID_ARGUMENT);
	}
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(port);
}

static void
a_kernel_port_that_is_no_task_is_no_argument(void)
{
	mach_port_t others[] = {mach_host_self(), mach_thread_self()};

	for (unsigned i = 0; i < 2; i++) {
		mach_port_array_t ports;
		mach_msg_type_number_t count;
		mach_port_t found;

		EXPECT(task_get_special_port(
		           others[i], TASK_BOOTSTRAP_PORT, &found),
		    KERN_INVALID_ARGUMENT);
		EXPECT(task_set_special_port(
		           others[i], TASK_BOOTSTRAP_PORT, MACH_PORT_NULL),
		    KERN_INVALID_ARGUMENT);
		EXPECT(mach_ports_register(others[i], NULL, 0),
		    KERN_INVALID_ARGUMENT);
		EXPECT(mach_ports_lookup(others[i], &ports, &count),
		    KERN_INVALID_ARGUMENT);
		drop(others[i]);
	}
}

static void
what_is_no_task_is_no_destination(void)
{
	mach_port_t port = new_send_port();
	mach_port_t dead = new_dead_name();
	mach_port_t others[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD, absent_name(), dead};

	for (unsigned i = 0; i < 4; i++) {
		mach_port_array_t ports;
		mach_msg_type_number_t count;
		mach_port_t found;

		EXPECT(task_get_special_port(
		           others[i], TASK_BOOTSTRAP_PORT, &found),
		    MACH_SEND_INVALID_DEST);
		EXPECT(
		    task_set_special_port(others[i], TASK_BOOTSTRAP_PORT, port),
		    MACH_SEND_INVALID_DEST);
		EXPECT(mach_ports_register(others[i], &port, 1),
		    MACH_SEND_INVALID_DEST);
		EXPECT(mach_ports_lookup(others[i], &ports, &count),
		    MACH_SEND_INVALID_DEST);
	}
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(dead);
	destroy(port);
}

/* A task and its port end together, so none is found terminated:
 * KERN_FAILURE is for a kernel where there is a time between. */
static void
a_task_that_has_ended_is_no_destination(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = special_port(peer_task(peer), TASK_KERNEL_PORT);
	mach_port_array_t ports;
	mach_msg_type_number_t count;
	mach_port_t found;

	peer_kill(peer);
	CHECK_EQUAL(type_of(task), MACH_PORT_TYPE_DEAD_NAME);
	EXPECT(task_get_special_port(task, TASK_BOOTSTRAP_PORT, &found),
	    MACH_SEND_INVALID_DEST);
	EXPECT(task_set_special_port(task, TASK_BOOTSTRAP_PORT, MACH_PORT_NULL),
	    MACH_SEND_INVALID_DEST);
	EXPECT(mach_ports_register(task, NULL, 0), MACH_SEND_INVALID_DEST);
	EXPECT(mach_ports_lookup(task, &ports, &count), MACH_SEND_INVALID_DEST);
	drop(task);
}

static void
only_a_send_right_can_be_kept(void)
{
	mach_port_t port = new_port();
	mach_port_t once = new_send_once(port);
	mach_port_t kept = new_send_port();
	mach_port_t others[] = {port, once, new_set(), absent_name()};
	mach_port_t found;

	EXPECT(task_set_special_port(
	           mach_task_self(), TASK_DEBUG_CONTROL_PORT, kept),
	    KERN_SUCCESS);
	EXPECT(mach_ports_register(mach_task_self(), &kept, 1), KERN_SUCCESS);
	for (unsigned i = 0; i < 4; i++) {
		mach_port_t ports[] = {kept, others[i]};

		EXPECT(task_set_special_port(mach_task_self(),
		           TASK_DEBUG_CONTROL_PORT, others[i]),
		    MACH_SEND_INVALID_RIGHT);
		EXPECT(mach_ports_register(mach_task_self(), ports, 2),
		    MACH_SEND_INVALID_RIGHT);
	}
	/* What was kept still is. */
	found = special_port(mach_task_self(), TASK_DEBUG_CONTROL_PORT);
	CHECK_EQUAL(found, kept);
	CHECK_EQUAL(type_of(once), MACH_PORT_TYPE_SEND_ONCE);
	CHECK_EQUAL(refs_of(kept, MACH_PORT_RIGHT_SEND), 2);
	destroy(kept);
	destroy(others[2]);
	drop(once);
	drop_receive(port);
}

/* The registered ports are @expected; what is got of them is dropped. */
static void
expect_registered(
    mach_port_t task, mach_port_t first, mach_port_t second, mach_port_t third)
{
	mach_port_t expected[] = {first, second, third};
	mach_port_array_t ports = NULL;
	mach_msg_type_number_t count = 0;

	EXPECT(mach_ports_lookup(task, &ports, &count), KERN_SUCCESS);
	CHECK_EQUAL(count, 3);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQUAL(ports[i], expected[i]);
		if (MACH_PORT_VALID(ports[i]))
			drop(ports[i]);
	}
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)ports, 12),
	    KERN_SUCCESS);
}

static void
three_ports_can_be_registered(void)
{
	mach_port_t notify = new_port();
	mach_port_t a = new_send_port();
	mach_port_t b = new_send_port();
	mach_port_t ports[] = {a, MACH_PORT_NULL, b, a};

	CHECK_EQUAL(TASK_PORT_REGISTER_MAX, 3);
	CHECK_EQUAL(NAME_SERVER_SLOT, 0);
	CHECK_EQUAL(ENVIRONMENT_SLOT, 1);
	CHECK_EQUAL(SERVICE_SLOT, 2);
	CHECK_EQUAL(MACH_PORTS_SLOTS_USED, 3);

	EXPECT(mach_ports_register(mach_task_self(), ports, 3), KERN_SUCCESS);
	CHECK_EQUAL(refs_of(a, MACH_PORT_RIGHT_SEND), 1);
	expect_registered(mach_task_self(), a, MACH_PORT_NULL, b);
	CHECK_EQUAL(refs_of(a, MACH_PORT_RIGHT_SEND), 1);

	/* Too many: nothing has changed. */
	EXPECT(mach_ports_register(mach_task_self(), ports, 4),
	    KERN_INVALID_ARGUMENT);
	EXPECT(mach_ports_register(mach_task_self(), ports, 0xffffffff),
	    KERN_INVALID_ARGUMENT);
	expect_registered(mach_task_self(), a, MACH_PORT_NULL, b);

	/* All three are replaced, and released. */
	EXPECT(ask(b, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	drop(b);
	expect_empty(notify);
	EXPECT(mach_ports_register(mach_task_self(), ports, 1), KERN_SUCCESS);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	expect_registered(mach_task_self(), a, MACH_PORT_NULL, MACH_PORT_NULL);
	destroy(a);
	expect_registered(
	    mach_task_self(), MACH_PORT_DEAD, MACH_PORT_NULL, MACH_PORT_NULL);
	EXPECT(mach_ports_register(mach_task_self(), NULL, 0), KERN_SUCCESS);
	expect_registered(
	    mach_task_self(), MACH_PORT_NULL, MACH_PORT_NULL, MACH_PORT_NULL);
	drop_receive(b);
	drop_receive(notify);
}

static void
ports_are_registered_with_another_task(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t port = new_send_port();
	mach_port_t ports[] = {MACH_PORT_NULL, port};

	EXPECT(mach_ports_register(task, ports, 2), KERN_SUCCESS);
	expect_registered(task, MACH_PORT_NULL, port, MACH_PORT_NULL);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("special.2 special.2.1", the_slots_have_xnus_numbers),
    SCENARIO("special.2.1.r1 special.2.2.r3", the_task_port_is_got_and_not_set),
    SCENARIO("special.2.5", a_thread_has_one_special_port),
    SCENARIO("special.2.1.r2 special.2.2.r3", the_host_port_is_got_and_not_set),
    SCENARIO("special.2.1.r3", the_name_port_tells_who_it_is),
    SCENARIO("special.2.1.r3", a_name_port_dies_with_its_task),
    SCENARIO("special.2.1.r5 special.2.1.r6 special.11.r6",
        restricted_task_ports_do_not_exist),
    SCENARIO("special.2.1 special.2.1.r4 special.2.1.r8 special.2.1.r9 "
             "special.2.2 special.2.2.b1 special.2.2.b2 special.2.2.b3 "
             "special.2.2.b4",
        stored_ports_are_set_and_got),
    SCENARIO("special.2.1.r7 special.2.2.r3", an_access_port_is_set_once),
    SCENARIO("special.2.2", a_slot_of_another_task_is_set_and_got),
    SCENARIO("special.2.2.r1", what_is_no_slot_is_no_argument),
    SCENARIO("special.2.2.r1", a_kernel_port_that_is_no_task_is_no_argument),
    SCENARIO("special.2.2.r5", what_is_no_task_is_no_destination),
    SCENARIO("special.2.2.r2", a_task_that_has_ended_is_no_destination),
    SCENARIO("special.2.2.r4 special.2.2.r6", only_a_send_right_can_be_kept),
    SCENARIO("special.2.3 special.2.3.i1", three_ports_can_be_registered),
    SCENARIO("special.2.3", ports_are_registered_with_another_task),
};
CONFORMANCE(scenarios)
