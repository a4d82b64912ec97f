/* Mach 3 mode, by the environment and by the call. */
#include <mach/mach3.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "program.h"

/* Only Mach 3 mode lets a task choose it. */
#define ODD_NAME 1000

static kern_return_t
choose(mach_port_name_t name)
{
	return mach_port_allocate_name(
	    mach_task_self(), MACH_PORT_RIGHT_RECEIVE, name);
}

static void
use_odd_names(void)
{
	mach_port_type_t type;

	CHECK_EQ(choose(ODD_NAME), KERN_SUCCESS);
	CHECK_EQ(choose(ODD_NAME), KERN_NAME_EXISTS);
	CHECK_EQ(mach_port_rename(mach_task_self(), ODD_NAME, 0xfffffffe),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_type(mach_task_self(), 0xfffffffe, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_RECEIVE);
	CHECK_EQ(mach_port_destroy(mach_task_self(), 0xfffffffe), KERN_SUCCESS);
}

static void
use_default_names(void)
{
	CHECK_EQ(choose(ODD_NAME), KERN_INVALID_VALUE);
}

static void
enter_and_leave(void)
{
	use_default_names();
	CHECK_EQ(task_set_mach3(mach_task_self(), FALSE), KERN_SUCCESS);
	CHECK_EQ(task_set_mach3(mach_task_self(), TRUE), KERN_SUCCESS);
	CHECK_EQ(task_set_mach3(mach_task_self(), TRUE), KERN_SUCCESS);
	use_odd_names();
	CHECK_EQ(choose(ODD_NAME), KERN_SUCCESS);
	CHECK_EQ(task_set_mach3(mach_task_self(), FALSE), KERN_FAILURE);
	CHECK_EQ(mach_port_destroy(mach_task_self(), ODD_NAME), KERN_SUCCESS);
	CHECK_EQ(task_set_mach3(mach_task_self(), FALSE), KERN_SUCCESS);
	use_default_names();
}

static void
the_mode_is_entered_and_left_by_a_call(void **state)
{
	(void)state;
	program_run(enter_and_leave);
}

static void
set_what_is_no_task(void)
{
	CHECK_EQ(task_set_mach3(mach_host_self(), TRUE), KERN_INVALID_ARGUMENT);
	CHECK_EQ(task_set_mach3(MACH_PORT_NULL, TRUE), MACH_SEND_INVALID_DEST);
}

static void
only_a_task_has_a_mode(void **state)
{
	(void)state;
	program_run(set_what_is_no_task);
}

static void
fork_after_the_call(void)
{
	CHECK_EQ(task_set_mach3(mach_task_self(), TRUE), KERN_SUCCESS);
	program_join(program_fork(use_default_names));
	use_odd_names();
}

static void
a_child_does_not_inherit_what_a_call_entered(void **state)
{
	(void)state;
	program_run(fork_after_the_call);
}

static void
begin_in_mode(void)
{
	CHECK_EQ(setenv("MACHPORT_MACH3", "1", 1), 0);
	use_odd_names();
	program_join(program_fork(use_odd_names));
	CHECK_EQ(unsetenv("MACHPORT_MACH3"), 0);
	program_join(program_fork(use_default_names));
	use_odd_names();
}

static void
a_program_begins_in_the_mode_of_its_environment(void **state)
{
	(void)state;
	program_run(begin_in_mode);
}

static void
begin_with_another_value(void)
{
	CHECK_EQ(setenv("MACHPORT_MACH3", "0", 1), 0);
	use_default_names();
	CHECK_EQ(setenv("MACHPORT_MACH3", "11", 1), 0);
	program_join(program_fork(use_default_names));
	CHECK_EQ(setenv("MACHPORT_MACH3", "", 1), 0);
	program_join(program_fork(use_default_names));
}

static void
only_1_stands_for_the_mode(void **state)
{
	(void)state;
	program_run(begin_with_another_value);
}

/* The parent makes no trap between its own birth and its child's. */
static void
fork_at_once(void)
{
	program_join(program_fork(use_odd_names));
}

static void
fork_before_any_trap(void)
{
	CHECK_EQ(setenv("MACHPORT_MACH3", "1", 1), 0);
	(void)mach_task_self();
	CHECK_EQ(mach_init(), 0);
	program_join(program_fork(fork_at_once));
}

static void
a_child_that_forks_before_its_first_trap_is_in_the_mode(void **state)
{
	(void)state;
	program_run(fork_before_any_trap);
}

static void
leave_for_good(void)
{
	CHECK_EQ(setenv("MACHPORT_MACH3", "1", 1), 0);
	CHECK_EQ(task_set_mach3(mach_task_self(), FALSE), KERN_SUCCESS);
	use_default_names();
}

static void
the_mode_of_the_environment_is_left_by_a_call(void **state)
{
	(void)state;
	program_run(leave_for_good);
}

static void
see_the_other_effects(void)
{
	mach_port_t self = mach_task_self();
	mach_port_status_t status;
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
	mach_port_t port;
	mach_port_t set;
	mach_port_t previous;

	CHECK_EQ(task_set_mach3(self, TRUE), KERN_SUCCESS);
	CHECK_EQ(choose(ODD_NAME), KERN_SUCCESS);
	CHECK_EQ(mach_port_allocate(self, MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_insert_member(self, ODD_NAME, set), KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_get_attributes(self, ODD_NAME, MACH_PORT_RECEIVE_STATUS,
	        (mach_port_info_t)&status, &count),
	    KERN_SUCCESS);
	CHECK_EQ(status.mps_pset, set);

	CHECK_EQ(mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_request_notification(self, ODD_NAME,
	             MACH_NOTIFY_PORT_DESTROYED, 0, port,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_request_notification(self, ODD_NAME,
	             MACH_NOTIFY_PORT_DESTROYED, 0, MACH_PORT_NULL,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK(MACH_PORT_VALID(previous));
}

static void
the_other_effects_come_with_the_mode(void **state)
{
	(void)state;
	program_run(see_the_other_effects);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_mode_is_entered_and_left_by_a_call),
	    cmocka_unit_test(only_a_task_has_a_mode),
	    cmocka_unit_test(a_child_does_not_inherit_what_a_call_entered),
	    cmocka_unit_test(a_program_begins_in_the_mode_of_its_environment),
	    cmocka_unit_test(only_1_stands_for_the_mode),
	    cmocka_unit_test(
	        a_child_that_forks_before_its_first_trap_is_in_the_mode),
	    cmocka_unit_test(the_mode_of_the_environment_is_left_by_a_call),
	    cmocka_unit_test(the_other_effects_come_with_the_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
