/* Special and registered ports. */
#include <mach/task.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"

static void
set_special(void)
{
	mach_port_t port = note_port();
	mach_port_t got;

	CHECK_EQ(
	    task_get_special_port(mach_task_self(), TASK_KERNEL_PORT, &got),
	    KERN_SUCCESS);
	CHECK_EQ(got, mach_task_self());
	CHECK_EQ(
	    task_set_special_port(mach_task_self(), TASK_BOOTSTRAP_PORT, port),
	    KERN_SUCCESS);
	CHECK_EQ(
	    task_get_special_port(mach_task_self(), TASK_BOOTSTRAP_PORT, &got),
	    KERN_SUCCESS);
	CHECK_EQ(got, port);
	CHECK_EQ(task_get_special_port(mach_task_self(), 77, &got),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(got, port);
	CHECK_EQ(
	    task_set_special_port(mach_task_self(), TASK_KERNEL_PORT, port),
	    KERN_NO_ACCESS);
	CHECK_EQ(task_set_special_port(
	             mach_task_self(), TASK_BOOTSTRAP_PORT, 0x99903),
	    MACH_SEND_INVALID_RIGHT);
}

static void
special_ports_are_kept(void **state)
{
	(void)state;
	program_run(set_special);
}

static void
register_ports(void)
{
	mach_port_t ports[5] = {note_port(), MACH_PORT_NULL, note_port()};
	mach_port_array_t got;
	mach_msg_type_number_t count = 9;

	CHECK_EQ(mach_ports_register(mach_task_self(), ports, 3), KERN_SUCCESS);
	CHECK_EQ(mach_ports_register(mach_task_self(), ports, 4),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(mach_ports_register(mach_task_self(), ports, UINT32_MAX),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    mach_ports_lookup(mach_task_self(), &got, &count), KERN_SUCCESS);
	CHECK_EQ(count, 3);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(got[i], ports[i]);
	CHECK_EQ(vm_deallocate(
	             mach_task_self(), (vm_address_t)got, count * sizeof(*got)),
	    KERN_SUCCESS);
	CHECK_EQ(mach_ports_register(mach_task_self(), NULL, 0), KERN_SUCCESS);
	CHECK_EQ(
	    mach_ports_lookup(mach_task_self(), &got, &count), KERN_SUCCESS);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(got[i], MACH_PORT_NULL);
	got = NULL;
	CHECK_EQ(
	    mach_ports_lookup(0x99903, &got, &count), MACH_SEND_INVALID_DEST);
	CHECK(got == NULL);
}

static void
registered_ports_are_kept_in_order(void **state)
{
	(void)state;
	program_run(register_ports);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(special_ports_are_kept),
	    cmocka_unit_test(registered_ports_are_kept_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
