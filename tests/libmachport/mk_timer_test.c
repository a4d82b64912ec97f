/* Timers that send a message, as a program sees them. */
#include <mach/mk_timer.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mach/mach_time.h>

#include "program.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define MS UINT64_C(1000000)

struct message {
	mk_timer_expire_msg_t expiry;
	mach_msg_max_trailer_t trailer;
};

static mach_msg_return_t
receive(mach_port_t port, mach_msg_option_t option)
{
	struct message message;

	return mach_msg(&message.expiry.header, MACH_RCV_MSG | option, 0,
	    sizeof(message), port, 0, MACH_PORT_NULL);
}

static void
wait_for_a_timer(void)
{
	mach_port_name_t timer = mk_timer_create();
	uint64_t deadline = mach_absolute_time() + 5 * MS;

	CHECK(MACH_PORT_VALID(timer));
	CHECK_EQ(mk_timer_arm(timer, deadline), KERN_SUCCESS);
	CHECK_EQ(receive(timer, 0), MACH_MSG_SUCCESS);
	CHECK(mach_absolute_time() >= deadline);
	CHECK_EQ(mk_timer_destroy(timer), KERN_SUCCESS);
	CHECK_EQ(mk_timer_destroy(timer), KERN_INVALID_NAME);
}

TEST(a_thread_waits_for_a_timer) { program_run(wait_for_a_timer); }

static void
wait_in_a_set(void)
{
	mach_port_name_t timer = mk_timer_create();
	mach_port_t set;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_insert_member(mach_task_self(), timer, set),
	    KERN_SUCCESS);
	CHECK_EQ(mk_timer_arm_leeway(timer, MK_TIMER_CRITICAL,
	             mach_absolute_time() + MS, 1000 * MS),
	    KERN_SUCCESS);
	CHECK_EQ(receive(set, 0), MACH_MSG_SUCCESS);
}

TEST(a_timer_is_waited_for_in_a_port_set) { program_run(wait_in_a_set); }

static void
cancel(void)
{
	const uint64_t deadline = mach_absolute_time() + 3600000 * MS;
	mach_port_name_t timer = mk_timer_create();
	uint64_t was = 0;

	CHECK_EQ(mk_timer_arm(timer, deadline), KERN_SUCCESS);
	CHECK_EQ(mk_timer_cancel(timer, &was), KERN_SUCCESS);
	CHECK(was == deadline);
	CHECK_EQ(mk_timer_cancel(timer, NULL), KERN_SUCCESS);
	CHECK_EQ(receive(timer, MACH_RCV_TIMEOUT), MACH_RCV_TIMED_OUT);
	CHECK_EQ(mk_timer_cancel(mach_task_self(), &was), KERN_INVALID_RIGHT);
	CHECK(was == deadline);
}

TEST(a_cancelled_timer_tells_its_deadline) { program_run(cancel); }

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_thread_waits_for_a_timer),
	    cmocka_unit_test(a_timer_is_waited_for_in_a_port_set),
	    cmocka_unit_test(a_cancelled_timer_tells_its_deadline),
	};

	return cmocka_run_group_tests_name("mk_timer", tests, NULL, NULL);
}
