/* Special, registered and exception ports: through a proxy, and so by messages, the calls
 * do what they do on the task, the thread or the host itself. */
#include <mach/mach.h>
#include <mach/mach2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"
#include "proxy.h"

static mach_port_t port; /* receive and send */

static mach_port_urefs_t
refs_of(mach_port_t name)
{
	mach_port_urefs_t refs;

	CHECK_EQ(mach_port_get_refs(
	             mach_task_self(), name, MACH_PORT_RIGHT_SEND, &refs),
	    KERN_SUCCESS);
	return refs;
}

static void
drop(mach_port_t name)
{
	CHECK_EQ(mach_port_deallocate(mach_task_self(), name), KERN_SUCCESS);
}

/* Whose ports: by their own name, and by that of who stands in for them. */
static void
for_both(mach_port_t name, void (*body)(mach_port_t name))
{
	port = note_port();
	proxy_start(name, proxy_forward);
	body(name);
	body(proxy);
	CHECK_EQ(refs_of(port), 1);
	proxy_stop();
}

/* --- special and registered ports -------------------------------------------- */

static void
use_special_ports(mach_port_t task)
{
	mach_port_t got = 77;

	CHECK_EQ(
	    task_get_special_port(task, TASK_KERNEL_PORT, &got), KERN_SUCCESS);
	CHECK_EQ(got, mach_task_self());
	drop(got);
	CHECK_EQ(task_set_special_port(task, TASK_KERNEL_PORT, port),
	    KERN_NO_ACCESS);
	CHECK_EQ(task_set_special_port(task, TASK_DEBUG_CONTROL_PORT, port),
	    KERN_SUCCESS);
	CHECK_EQ(task_get_special_port(task, TASK_DEBUG_CONTROL_PORT, &got),
	    KERN_SUCCESS);
	CHECK_EQ(got, port);
	drop(got);
	CHECK_EQ(task_set_special_port(
	             task, TASK_DEBUG_CONTROL_PORT, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_EQ(task_get_special_port(task, TASK_DEBUG_CONTROL_PORT, &got),
	    KERN_SUCCESS);
	CHECK_EQ(got, MACH_PORT_NULL);
	CHECK_EQ(task_get_special_port(task, 77, &got), KERN_INVALID_ARGUMENT);
	CHECK_EQ(task_set_special_port(task, 77, port), KERN_INVALID_ARGUMENT);
	CHECK_EQ(task_set_special_port(task, TASK_BOOTSTRAP_PORT, 0x99903),
	    MACH_SEND_INVALID_RIGHT);
}

static void
use_registered_ports(mach_port_t task)
{
	mach_port_t ports[4] = {port, MACH_PORT_NULL, port, port};
	mach_port_array_t got = NULL;
	mach_msg_type_number_t count = 9;

	CHECK_EQ(mach_ports_register(task, ports, 3), KERN_SUCCESS);
	CHECK_EQ(mach_ports_register(task, ports, 4), KERN_INVALID_ARGUMENT);
	CHECK_EQ(mach_ports_lookup(task, &got, &count), KERN_SUCCESS);
	CHECK_EQ(count, 3);
	CHECK(memcmp(got, ports, 3 * sizeof(*got)) == 0);
	CHECK_EQ(vm_deallocate(
	             mach_task_self(), (vm_address_t)got, count * sizeof(*got)),
	    KERN_SUCCESS);
	drop(port);
	drop(port);
	CHECK_EQ(mach_ports_register(task, NULL, 0), KERN_SUCCESS);
	CHECK_EQ(mach_ports_lookup(task, &got, &count), KERN_SUCCESS);
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(got[i], MACH_PORT_NULL);
	CHECK_EQ(vm_deallocate(
	             mach_task_self(), (vm_address_t)got, count * sizeof(*got)),
	    KERN_SUCCESS);
	CHECK_EQ(mach_ports_register(task, &(mach_port_t){0x99903}, 1),
	    MACH_SEND_INVALID_RIGHT);
}

static void
use_task(void)
{
	for_both(mach_task_self(), use_special_ports);
	for_both(mach_task_self(), use_registered_ports);
}

static void
a_task_by_whatever_port_keeps_the_same_ports(void **state)
{
	(void)state;
	program_run(use_task);
}

static mach_port_t thread;

static void
use_thread_ports(mach_port_t name)
{
	mach_port_t got = 77;

	CHECK_EQ(thread_get_special_port(name, THREAD_KERNEL_PORT, &got),
	    KERN_SUCCESS);
	CHECK_EQ(got, thread);
	drop(got);
	CHECK_EQ(thread_get_special_port(name, THREAD_READ_PORT, &got),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(thread_set_special_port(name, THREAD_KERNEL_PORT, port),
	    KERN_NO_ACCESS);
	CHECK_EQ(
	    thread_set_special_port(name, 77, port), KERN_INVALID_ARGUMENT);
}

static void
use_thread(void)
{
	thread = mach_thread_self();
	for_both(thread, use_thread_ports);
}

static void
a_thread_by_whatever_port_has_the_same_port(void **state)
{
	(void)state;
	program_run(use_thread);
}

static void
use_host_ports(mach_port_t host)
{
	mach_port_t got = 77;

	CHECK_EQ(
	    host_get_special_port(host, HOST_LOCAL_NODE, HOST_PRIV_PORT, &got),
	    KERN_SUCCESS);
	CHECK_EQ(got, host_priv_self());
	drop(got);
	CHECK_EQ(host_set_special_port(host, HOST_PRIV_PORT, port),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    host_set_special_port(host, HOST_AMFID_PORT, port), KERN_SUCCESS);
	CHECK_EQ(
	    host_get_special_port(host, HOST_LOCAL_NODE, HOST_AMFID_PORT, &got),
	    KERN_SUCCESS);
	CHECK_EQ(got, port);
	drop(got);
	CHECK_EQ(host_set_special_port(host, HOST_AMFID_PORT, MACH_PORT_NULL),
	    KERN_SUCCESS);
	CHECK_EQ(host_set_special_port(host, 0, port), KERN_INVALID_ARGUMENT);
}

/* Of the kernel that the test started it is the owner: privileged. */
static void
use_host(void)
{
	mach_port_t host = mach_host_self();
	mach_port_t plain;

	CHECK_EQ(host, host_priv_self());
	for_both(host, use_host_ports);
	CHECK_EQ(
	    host_get_special_port(host, HOST_LOCAL_NODE, HOST_PORT, &plain),
	    KERN_SUCCESS);
	CHECK(plain != host);
	CHECK_EQ(host_set_special_port(plain, HOST_AMFID_PORT, port),
	    KERN_INVALID_ARGUMENT);
}

static void
the_host_by_whatever_port_keeps_the_same_ports(void **state)
{
	(void)state;
	program_run(use_host);
}

/* --- exception ports --------------------------------------------------------- */

/* The three calls, of whatever they are about. */
static const struct calls {
	kern_return_t (*set)(mach_port_t, exception_mask_t, mach_port_t,
	    exception_behavior_t, thread_state_flavor_t);
	kern_return_t (*get)(mach_port_t, exception_mask_t,
	    exception_mask_array_t, mach_msg_type_number_t *,
	    exception_handler_array_t, exception_behavior_array_t,
	    exception_flavor_array_t);
	kern_return_t (*swap)(mach_port_t, exception_mask_t, mach_port_t,
	    exception_behavior_t, thread_state_flavor_t, exception_mask_array_t,
	    mach_msg_type_number_t *, exception_handler_array_t,
	    exception_behavior_array_t, exception_flavor_array_t);
} of_task = {task_set_exception_ports, task_get_exception_ports,
    task_swap_exception_ports},
  of_thread = {thread_set_exception_ports, thread_get_exception_ports,
      thread_swap_exception_ports},
  of_host = {host_set_exception_ports, host_get_exception_ports,
      host_swap_exception_ports};

static const struct calls *calls;

/* What came; more than there is room for would be seen. */
static struct groups {
	mach_msg_type_number_t count;
	exception_mask_t masks[EXC_TYPES_COUNT];
	mach_port_t handlers[EXC_TYPES_COUNT];
	exception_behavior_t behaviors[EXC_TYPES_COUNT];
	thread_state_flavor_t flavors[EXC_TYPES_COUNT];
} groups;
#define INTO                                                                   \
	groups.masks, &groups.count, groups.handlers, groups.behaviors,        \
	    groups.flavors

static void
use_exception_ports(mach_port_t name)
{
	const exception_mask_t mask =
	    EXC_MASK_BAD_ACCESS | EXC_MASK_CRASH | EXC_MASK_SOFTWARE;

	CHECK_EQ(
	    calls->set(name, EXC_MASK_SOFTWARE, port,
	        (exception_behavior_t)(EXCEPTION_STATE | MACH_EXCEPTION_CODES),
	        MACHINE_THREAD_STATE),
	    KERN_SUCCESS);
	groups.count = EXC_TYPES_COUNT;
	CHECK_EQ(calls->get(name, mask, INTO), KERN_SUCCESS);
	CHECK_EQ(groups.count, 2);
	CHECK_EQ(groups.masks[0], EXC_MASK_BAD_ACCESS | EXC_MASK_CRASH);
	CHECK_EQ(groups.handlers[0], MACH_PORT_NULL);
	CHECK_EQ(groups.masks[1], EXC_MASK_SOFTWARE);
	CHECK_EQ(groups.handlers[1], port);
	CHECK_EQ((unsigned)groups.behaviors[1],
	    EXCEPTION_STATE | MACH_EXCEPTION_CODES);
	CHECK_EQ(groups.flavors[1], MACHINE_THREAD_STATE);
	drop(port);

	/* Where there is no room nothing is written, and no right left. */
	memset(&groups, 0, sizeof(groups));
	groups.count = 1;
	CHECK_EQ(calls->get(name, mask, INTO), KERN_SUCCESS);
	CHECK_EQ(groups.count, 1);
	CHECK_EQ(groups.masks[1], 0);
	CHECK_EQ(refs_of(port), 1);

	groups.count = EXC_TYPES_COUNT;
	CHECK_EQ(
	    calls->swap(name, mask, MACH_PORT_NULL, 0, 0, INTO), KERN_SUCCESS);
	CHECK_EQ(groups.count, 2);
	CHECK_EQ(groups.handlers[1], port);
	drop(port);

	groups.count = 7;
	CHECK_EQ(calls->set(name, 1, port, EXCEPTION_DEFAULT, 0),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(calls->get(name, 1, INTO), KERN_INVALID_ARGUMENT);
	CHECK_EQ(calls->swap(name, EXC_MASK_ALL, port, 0, 0, INTO),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(groups.count, 7);
	CHECK_EQ(calls->set(name, EXC_MASK_ALL, 0x99903, EXCEPTION_DEFAULT, 0),
	    MACH_SEND_INVALID_RIGHT);
}

static void
use_all_exception_ports(void)
{
	thread = mach_thread_self();
	calls = &of_task;
	for_both(mach_task_self(), use_exception_ports);
	calls = &of_thread;
	for_both(thread, use_exception_ports);
	calls = &of_host;
	for_both(mach_host_self(), use_exception_ports);
}

static void
exception_ports_are_the_same_by_whatever_port(void **state)
{
	(void)state;
	program_run(use_all_exception_ports);
}

static void
name_what_is_not_there(void)
{
	groups.count = EXC_TYPES_COUNT;
	CHECK_EQ(task_set_exception_ports(0x99903, EXC_MASK_ALL, MACH_PORT_NULL,
	             EXCEPTION_DEFAULT, 0),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(task_get_exception_ports(0x99903, EXC_MASK_ALL, INTO),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(
	    thread_get_exception_ports(mach_task_self(), EXC_MASK_ALL, INTO),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(host_get_exception_ports(mach_task_self(), EXC_MASK_ALL, INTO),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(host_set_special_port(
	             MACH_PORT_NULL, HOST_AMFID_PORT, MACH_PORT_NULL),
	    MACH_SEND_INVALID_DEST);
}

static void
what_is_not_there_is_no_destination(void **state)
{
	(void)state;
	program_run(name_what_is_not_there);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_task_by_whatever_port_keeps_the_same_ports),
	    cmocka_unit_test(a_thread_by_whatever_port_has_the_same_port),
	    cmocka_unit_test(the_host_by_whatever_port_keeps_the_same_ports),
	    cmocka_unit_test(exception_ports_are_the_same_by_whatever_port),
	    cmocka_unit_test(what_is_not_there_is_no_destination),
	};

	return cmocka_run_group_tests_name("rpc_task", tests, NULL, NULL);
}
