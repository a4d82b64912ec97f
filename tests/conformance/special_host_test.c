/*
 * The ports that the kernel keeps for all, in a privileged task. Source:
 * spec/special-ports.md 3
 */
#include "notices.h"

#include <mach/host_priv.h>
#include <mach/mach_host.h>
#include <mach/task.h>

static mach_port_t
host_port(mach_port_t host, int which)
{
	mach_port_t port;

	EXPECT(host_get_special_port(host, HOST_LOCAL_NODE, which, &port),
	    KERN_SUCCESS);
	return port;
}

static void
the_slots_have_xnus_numbers(void)
{
	CHECK_EQUAL(HOST_LOCAL_NODE, -1);
	CHECK_EQUAL(HOST_PORT, 1);
	CHECK_EQUAL(HOST_PRIV_PORT, 2);
	CHECK_EQUAL(HOST_IO_MAIN_PORT, 3);
	CHECK_EQUAL(HOST_MAX_SPECIAL_KERNEL_PORT, 7);
	CHECK_EQUAL(HOST_DYNAMIC_PAGER_PORT, 8);
	CHECK_EQUAL(HOST_CHUD_PORT, 16);
	CHECK_EQUAL(HOST_NODE_PORT, 26);
	CHECK_EQUAL(HOST_DOUBLEAGENTD_PORT, 35);
	CHECK_EQUAL(HOST_MAX_SPECIAL_PORT, 35);
}

static void
a_privileged_tasks_host_is_the_privileged_port(void)
{
	mach_port_t host = mach_host_self();
	mach_port_t priv = host_port(host, HOST_PRIV_PORT);
	mach_port_t plain = host_port(host, HOST_PORT);
	mach_port_t found;

	CHECK_EQUAL(priv, host);
	CHECK(plain != host);
	/* The other is good for what everybody may ask. */
	EXPECT(host_get_special_port(plain, HOST_LOCAL_NODE, HOST_PORT, &found),
	    KERN_INVALID_ARGUMENT);
	EXPECT(host_set_special_port(plain, HOST_AMFID_PORT, MACH_PORT_NULL),
	    KERN_INVALID_ARGUMENT);
	drop(host);
	drop(priv);
	drop(plain);
}

static void
ports_of_the_kernel_cannot_be_set(void)
{
	mach_port_t host = mach_host_self();
	mach_port_t port = new_send_port();

	for (int which = 1; which <= HOST_MAX_SPECIAL_KERNEL_PORT; which++) {
		mach_port_t found = host_port(host, which);

		EXPECT(host_set_special_port(host, which, port),
		    KERN_INVALID_ARGUMENT);
		CHECK_EQUAL(host_port(host, which), found);
		if (MACH_PORT_VALID(found)) {
			drop(found);
			drop(found);
		}
	}
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	drop(host);
	destroy(port);
}

static void
ports_of_users_are_kept(void)
{
	mach_port_t host = mach_host_self();
	mach_port_t notify = new_port();

	for (int which = HOST_MAX_SPECIAL_KERNEL_PORT + 1;
	     which <= HOST_MAX_SPECIAL_PORT; which++) {
		mach_port_t port = new_send_port();

		CHECK_EQUAL(host_port(host, which), MACH_PORT_NULL);
		EXPECT(host_set_special_port(host, which, port), KERN_SUCCESS);
		CHECK_EQUAL(host_port(host, which), port);
		drop(port);
		EXPECT(ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL),
		    KERN_SUCCESS);
		drop(port);
		expect_empty(notify);
		/* Cleared, it is released. */
		EXPECT(host_set_special_port(host, which, MACH_PORT_NULL),
		    KERN_SUCCESS);
		expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
		drop_receive(port);
	}
	drop_receive(notify);
	drop(host);
}

static void
a_port_that_died_is_dead(void)
{
	mach_port_t host = mach_host_self();
	mach_port_t port = new_send_port();

	EXPECT(host_set_special_port(host, HOST_GSSD_PORT, port), KERN_SUCCESS);
	destroy(port);
	CHECK_EQUAL(host_port(host, HOST_GSSD_PORT), MACH_PORT_DEAD);
	EXPECT(host_set_special_port(host, HOST_GSSD_PORT, MACH_PORT_NULL),
	    KERN_SUCCESS);
	drop(host);
}

static void
what_is_no_slot_is_no_argument(void)
{
	static const int unknown[] = {-1, 0, 36, 63, 65, 1000};
	mach_port_t host = mach_host_self();
	mach_port_t port = new_send_port();
	mach_port_t found;

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		EXPECT(host_get_special_port(
		           host, HOST_LOCAL_NODE, unknown[i], &found),
		    KERN_INVALID_ARGUMENT);
		EXPECT(host_set_special_port(host, unknown[i], port),
		    KERN_INVALID_ARGUMENT);
	}
	EXPECT(host_set_special_port(host, HOST_GSSD_PORT, absent_name()),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(host_set_special_port(mach_task_self(), HOST_GSSD_PORT, port),
	    KERN_INVALID_ARGUMENT);
	EXPECT(host_set_special_port(absent_name(), HOST_GSSD_PORT, port),
	    MACH_SEND_INVALID_DEST);
	drop(host);
	destroy(port);
}

static void
the_page_size_is_told_whoever_asks(void)
{
	vm_size_t size = 0;

	EXPECT(host_page_size(MACH_PORT_NULL, &size), KERN_SUCCESS);
	CHECK_EQUAL(size, vm_page_size);
}

static const struct scenario scenarios[] = {
    SCENARIO("special.3", the_slots_have_xnus_numbers),
    SCENARIO("special.3", a_privileged_tasks_host_is_the_privileged_port),
    SCENARIO("special.3", ports_of_the_kernel_cannot_be_set),
    SCENARIO("special.3", ports_of_users_are_kept),
    SCENARIO("special.3", a_port_that_died_is_dead),
    SCENARIO("special.3", what_is_no_slot_is_no_argument),
    SCENARIO("special.3", the_page_size_is_told_whoever_asks),
};
CONFORMANCE(scenarios)
