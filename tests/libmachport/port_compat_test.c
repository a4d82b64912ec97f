/* Send rights of a task of Mach 2.5, through a kernel. */
#include "port_compat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mach/mach2.h>
#include <mach/notify.h>

#include "program.h"

/* A port of this task's: its receive right, and under another name a send-once
 * right for it, which stands for what comes from others. */
static mach_port_t
make_right(mach_port_t *port_out)
{
	mach_msg_type_name_t type;
	mach_port_t right;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, port_out),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_extract_right(mach_task_self(), *port_out,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &right, &type),
	    KERN_SUCCESS);
	return right;
}

static mach_port_type_t
type_of(mach_port_t name)
{
	mach_port_type_t type = MACH_PORT_TYPE_NONE;
	kern_return_t kr = mach_port_type(mach_task_self(), name, &type);

	CHECK(kr == KERN_SUCCESS || kr == KERN_INVALID_NAME);
	return type;
}

static void
expect_deleted(mach_port_t notify, mach_port_t name)
{
	mach_port_deleted_notification_t notice = {0};

	CHECK_EQ(mach_msg(&notice.not_header, MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	             0, sizeof(notice), notify, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(notice.not_header.msgh_id, NOTIFY_PORT_DELETED);
	CHECK_EQ(notice.not_port, name);
}

static void
lose_a_right(void)
{
	mach_port_t port;
	mach_port_t right = make_right(&port);
	mach_port_t notify = task_notify();

	CHECK_EQ(port_compat(right), KERN_SUCCESS);
	CHECK_EQ(type_of(right), MACH_PORT_TYPE_SEND_ONCE);
	CHECK_EQ(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	CHECK_EQ(type_of(right), MACH_PORT_TYPE_NONE);
	expect_deleted(notify, right);
	CHECK_EQ(port_compat(right), KERN_INVALID_NAME);
	CHECK_EQ(port_compat(MACH_PORT_NULL), KERN_INVALID_NAME);
}

static void
a_right_vanishes_with_its_port(void **state)
{
	(void)state;
	program_run(lose_a_right);
}

static void
find_a_right_dead(void)
{
	mach_port_t port;
	mach_port_t right = make_right(&port);
	mach_port_t notify = task_notify();

	CHECK_EQ(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	CHECK_EQ(type_of(right), MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQ(port_compat(right), KERN_SUCCESS);
	CHECK_EQ(type_of(right), MACH_PORT_TYPE_NONE);
	expect_deleted(notify, right);
}

static void
a_right_that_is_dead_already_vanishes_at_once(void **state)
{
	(void)state;
	program_run(find_a_right_dead);
}

static void
keep_a_right(void)
{
	mach_port_t port;
	mach_port_t right = make_right(&port);

	CHECK_EQ(port_compat(right), KERN_SUCCESS);
	CHECK_EQ(port_compat(MACH_PORT_NULL), KERN_SUCCESS);
	CHECK_EQ(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	CHECK_EQ(type_of(right), MACH_PORT_TYPE_DEAD_NAME);
}

static void
a_task_that_did_not_ask_for_its_notify_port_keeps_dead_names(void **state)
{
	(void)state;
	program_run(keep_a_right);
}

static void
fork_in_compat(void)
{
	CHECK(task_notify() != MACH_PORT_NULL);
	program_join(program_fork(keep_a_right));
	lose_a_right();
}

static void
a_fork_child_is_not_of_mach_2(void **state)
{
	(void)state;
	program_run(fork_in_compat);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_right_vanishes_with_its_port),
	    cmocka_unit_test(a_right_that_is_dead_already_vanishes_at_once),
	    cmocka_unit_test(
	        a_task_that_did_not_ask_for_its_notify_port_keeps_dead_names),
	    cmocka_unit_test(a_fork_child_is_not_of_mach_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
