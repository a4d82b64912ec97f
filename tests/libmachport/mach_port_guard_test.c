/* The calls on contexts and guards: that each argument gets to its place, all 64
 * bits of it, and back. */
#include <mach/mach_port.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"

#define WIDE ((mach_port_context_t)0x123456789abcdef0)
#define OTHER ((mach_port_context_t)0x0fedcba987654321)

static mach_port_t self;

/* A receive right without a send right. */
static mach_port_t
new_port(void)
{
	mach_port_t port;

	self = mach_task_self();
	CHECK_EQ(mach_port_allocate(self, MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	return port;
}

static natural_t
flags_of(mach_port_t port)
{
	mach_port_status_t status;

	CHECK_EQ(
	    mach_port_get_receive_status(self, port, &status), KERN_SUCCESS);
	return status.mps_flags;
}

static void
keep_a_context(void)
{
	mach_port_t port = new_port();
	mach_port_context_t context = 7;

	CHECK_EQ(mach_port_get_context(self, port, &context), KERN_SUCCESS);
	CHECK_EQ(context, 0);
	CHECK_EQ(mach_port_set_context(self, port, WIDE), KERN_SUCCESS);
	CHECK_EQ(mach_port_get_context(self, port, &context), KERN_SUCCESS);
	CHECK_EQ(context, WIDE);
	CHECK_EQ(mach_port_get_context(self, MACH_PORT_NULL, &context),
	    KERN_INVALID_RIGHT);
	CHECK_EQ(context, WIDE); /* not written */
}

static void
a_context_has_64_bits(void **state)
{
	(void)state;
	program_run(keep_a_context);
}

static void
guard_and_unguard(void)
{
	mach_port_t port = new_port();
	mach_port_context_t context;

	CHECK_EQ(mach_port_guard(self, port, WIDE, FALSE), KERN_SUCCESS);
	CHECK_EQ(flags_of(port), MACH_PORT_STATUS_FLAG_GUARDED);
	CHECK_EQ(mach_port_get_context(self, port, &context), KERN_SUCCESS);
	CHECK_EQ(context, WIDE);
	CHECK_EQ(mach_port_destroy(self, port), KERN_INVALID_RIGHT);
	CHECK_EQ(mach_port_swap_guard(self, port, OTHER, WIDE),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(mach_port_swap_guard(self, port, WIDE, OTHER), KERN_SUCCESS);
	CHECK_EQ(mach_port_unguard(self, port, WIDE), KERN_INVALID_ARGUMENT);
	CHECK_EQ(mach_port_unguard(self, port, OTHER), KERN_SUCCESS);
	CHECK_EQ(mach_port_guard(self, port, WIDE, TRUE), KERN_SUCCESS);
	CHECK_EQ(flags_of(port),
	    MACH_PORT_STATUS_FLAG_GUARDED | MACH_PORT_STATUS_FLAG_STRICT_GUARD);
	CHECK_EQ(mach_port_unguard(self, port, WIDE), KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_guard_with_flags(self, port, WIDE, MPG_IMMOVABLE_RECEIVE),
	    KERN_SUCCESS);
	CHECK_EQ(flags_of(port),
	    MACH_PORT_STATUS_FLAG_GUARDED |
	        MACH_PORT_STATUS_FLAG_GUARD_IMMOVABLE_RECEIVE);
}

static void
a_guard_comes_and_goes(void **state)
{
	(void)state;
	program_run(guard_and_unguard);
}

static void
assert_a_guard(void)
{
	mach_port_guard_info_t info = {.mpgi_guard = WIDE};
	mach_port_t port = new_port();

	CHECK_EQ(mach_port_guard(self, port, WIDE, TRUE), KERN_SUCCESS);
	CHECK_EQ(mach_port_assert_attributes(self, port, MACH_PORT_GUARD_INFO,
	             (mach_port_info_t)&info, MACH_PORT_GUARD_INFO_COUNT),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_assert_attributes(self, port, MACH_PORT_GUARD_INFO,
	             (mach_port_info_t)&info, 1),
	    KERN_FAILURE);
	info.mpgi_guard ^= (uint64_t)1 << 63;
	CHECK_EQ(mach_port_assert_attributes(self, port, MACH_PORT_GUARD_INFO,
	             (mach_port_info_t)&info, MACH_PORT_GUARD_INFO_COUNT),
	    KERN_INVALID_ARGUMENT);
}

static void
a_guard_is_asserted(void **state)
{
	(void)state;
	program_run(assert_a_guard);
}

static void
construct_and_destruct(void)
{
	mach_port_options_t options = {
	    .flags = MPO_CONTEXT_AS_GUARD | MPO_INSERT_SEND_RIGHT | MPO_QLIMIT,
	    .mpl.mpl_qlimit = 32,
	};
	mach_port_status_t status;
	mach_port_type_t type;
	mach_port_t port;

	self = mach_task_self();
	CHECK_EQ(
	    mach_port_construct(self, &options, WIDE, &port), KERN_SUCCESS);
	CHECK_EQ(mach_port_type(self, port, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQ(
	    mach_port_get_receive_status(self, port, &status), KERN_SUCCESS);
	CHECK_EQ(status.mps_mscount, 1);
	CHECK_EQ(status.mps_qlimit, 32);
	CHECK_EQ(
	    mach_port_destruct(self, port, -1, OTHER), KERN_INVALID_ARGUMENT);
	CHECK_EQ(mach_port_destruct(self, port, -2, WIDE), KERN_INVALID_VALUE);
	CHECK_EQ(mach_port_destruct(self, port, -1, WIDE), KERN_SUCCESS);
	CHECK_EQ(mach_port_type(self, port, &type), KERN_INVALID_NAME);
	options = (mach_port_options_t){.flags = MPO_CONNECTION_PORT};
	CHECK_EQ(mach_port_construct(self, &options, 0, &port),
	    KERN_INVALID_ARGUMENT);
	options.service_port_name = 0x1003;
	CHECK_EQ(mach_port_construct(self, &options, 0, &port), KERN_DENIED);
}

static void
a_port_is_made_and_unmade_in_one_step(void **state)
{
	(void)state;
	program_run(construct_and_destruct);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_context_has_64_bits),
	    cmocka_unit_test(a_guard_comes_and_goes),
	    cmocka_unit_test(a_guard_is_asserted),
	    cmocka_unit_test(a_port_is_made_and_unmade_in_one_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
