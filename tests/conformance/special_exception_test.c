/*
 * Exception ports of tasks, threads and the host. Source: spec/special-ports.md 2.6
 */
#include "notices.h"

#include <mach/host_priv.h>
#include <mach/mach2.h>
#include <mach/task.h>
#include <mach/thread_act.h>

/* The calls, the same for each of the three. */
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
} kinds[] = {
    {task_set_exception_ports, task_get_exception_ports,
        task_swap_exception_ports},
    {thread_set_exception_ports, thread_get_exception_ports,
        thread_swap_exception_ports},
    {host_set_exception_ports, host_get_exception_ports,
        host_swap_exception_ports},
};
#define KINDS 3

static const struct calls *calls;
static mach_port_t subject;

/* Run @body for each of the three. The host's are everybody's. */
static void
for_each(void (*body)(void))
{
	mach_port_t subjects[KINDS] = {
	    mach_task_self(), mach_thread_self(), mach_host_self()};

	for (unsigned i = 0; i < KINDS; i++) {
		calls = &kinds[i];
		subject = subjects[i];
		body();
	}
	drop(subjects[1]);
	drop(subjects[2]);
}

/* What came; the next is to be given so much room. */
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
set(exception_mask_t mask, mach_port_t port, unsigned behavior, int flavor)
{
	EXPECT(calls->set(
	           subject, mask, port, (exception_behavior_t)behavior, flavor),
	    KERN_SUCCESS);
}

static void
get(exception_mask_t mask)
{
	groups.count = EXC_TYPES_COUNT;
	EXPECT(calls->get(subject, mask, INTO), KERN_SUCCESS);
}

static void
expect_group(unsigned nth, exception_mask_t mask, mach_port_t port,
    unsigned behavior, int flavor)
{
	CHECK(nth < groups.count);
	CHECK_EQUAL(groups.masks[nth], mask);
	CHECK_EQUAL(groups.handlers[nth], port);
	CHECK_EQUAL((unsigned)groups.behaviors[nth], behavior);
	CHECK_EQUAL(groups.flavors[nth], flavor);
	if (MACH_PORT_VALID(port))
		drop(port);
}

static mach_port_rights_t
srights_of(mach_port_t port)
{
	mach_port_rights_t srights;

	EXPECT(mach_port_get_srights(mach_task_self(), port, &srights),
	    KERN_SUCCESS);
	return srights;
}

static void
the_numbers_are_xnus(void)
{
	CHECK_EQUAL(EXC_BAD_ACCESS, 1);
	CHECK_EQUAL(EXC_BAD_INSTRUCTION, 2);
	CHECK_EQUAL(EXC_ARITHMETIC, 3);
	CHECK_EQUAL(EXC_EMULATION, 4);
	CHECK_EQUAL(EXC_SOFTWARE, 5);
	CHECK_EQUAL(EXC_BREAKPOINT, 6);
	CHECK_EQUAL(EXC_SYSCALL, 7);
	CHECK_EQUAL(EXC_MACH_SYSCALL, 8);
	CHECK_EQUAL(EXC_RPC_ALERT, 9);
	CHECK_EQUAL(EXC_CRASH, 10);
	CHECK_EQUAL(EXC_RESOURCE, 11);
	CHECK_EQUAL(EXC_GUARD, 12);
	CHECK_EQUAL(EXC_CORPSE_NOTIFY, 13);
	CHECK_EQUAL(EXC_TYPES_COUNT, 14);
	CHECK_EQUAL(EXC_SOFT_SIGNAL, 0x10003);
	CHECK_EQUAL(EXC_MASK_BAD_ACCESS, 1u << 1);
	CHECK_EQUAL(EXC_MASK_CORPSE_NOTIFY, 1u << 13);
	CHECK_EQUAL(EXC_MASK_ALL | EXC_MASK_CRASH | EXC_MASK_CORPSE_NOTIFY,
	    (1u << 14) - 2);
	CHECK_EQUAL(
	    EXC_MASK_ALL & (EXC_MASK_CRASH | EXC_MASK_CORPSE_NOTIFY), 0);
	CHECK_EQUAL(EXCEPTION_DEFAULT, 1);
	CHECK_EQUAL(EXCEPTION_STATE, 2);
	CHECK_EQUAL(EXCEPTION_STATE_IDENTITY, 3);
	CHECK_EQUAL(EXCEPTION_IDENTITY_PROTECTED, 4);
	CHECK_EQUAL(EXCEPTION_STATE_IDENTITY_PROTECTED, 5);
	CHECK_EQUAL(MACH_EXCEPTION_CODES, 0x80000000u);
	CHECK_EQUAL(MACH_EXCEPTION_ERRORS, 0x40000000u);
	CHECK_EQUAL(MACH_EXCEPTION_BACKTRACE_PREFERRED, 0x20000000u);
}

static void
set_and_clear(void)
{
	mach_port_t port = new_send_port();
	mach_port_t other = new_send_port();
	mach_port_t notify = new_port();

	set(EXC_MASK_SOFTWARE | EXC_MASK_CRASH | EXC_MASK_GUARD, port,
	    EXCEPTION_DEFAULT, 0);
	/* The caller keeps its right, and each type has one. */
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQUAL(srights_of(port), 1 + 3);
	/* The former are released. */
	set(EXC_MASK_SOFTWARE, other, EXCEPTION_DEFAULT, 0);
	CHECK_EQUAL(srights_of(port), 1 + 2);
	EXPECT(
	    ask(port, MACH_NOTIFY_NO_SENDERS, 0, notify, NULL), KERN_SUCCESS);
	drop(port);
	expect_empty(notify);
	/* NULL clears. */
	set(EXC_MASK_ALL | EXC_MASK_CRASH, MACH_PORT_NULL, 0, 0);
	expect_notice(notify, MACH_NOTIFY_NO_SENDERS, 1);
	get(EXC_MASK_ALL | EXC_MASK_CRASH);
	CHECK_EQUAL(groups.count, 1);
	expect_group(0, EXC_MASK_ALL | EXC_MASK_CRASH, MACH_PORT_NULL, 0, 0);
	drop_receive(port);
	destroy(other);
	drop_receive(notify);
}

static void
each_type_has_a_right(void)
{
	for_each(set_and_clear);
}

static void
get_groups(void)
{
	mach_port_t port = new_send_port();
	mach_port_t mortal = new_send_port();

	set(EXC_MASK_BAD_ACCESS | EXC_MASK_BREAKPOINT, port, EXCEPTION_DEFAULT,
	    0);
	set(EXC_MASK_ARITHMETIC, port, EXCEPTION_STATE, MACHINE_THREAD_STATE);
	set(EXC_MASK_EMULATION, mortal, EXCEPTION_DEFAULT, 0);
	get(EXC_MASK_BAD_ACCESS | EXC_MASK_ARITHMETIC | EXC_MASK_EMULATION |
	    EXC_MASK_BREAKPOINT);
	CHECK_EQUAL(groups.count, 3);
	expect_group(0, EXC_MASK_BAD_ACCESS | EXC_MASK_BREAKPOINT, port,
	    EXCEPTION_DEFAULT, 0);
	expect_group(1, EXC_MASK_ARITHMETIC, port, EXCEPTION_STATE,
	    MACHINE_THREAD_STATE);
	expect_group(2, EXC_MASK_EMULATION, mortal, EXCEPTION_DEFAULT, 0);
	/* Of what was not asked for, nothing is told. */
	get(EXC_MASK_BREAKPOINT);
	CHECK_EQUAL(groups.count, 1);
	expect_group(0, EXC_MASK_BREAKPOINT, port, EXCEPTION_DEFAULT, 0);
	/* No more than there is room for, nor a right. */
	groups.count = 1;
	groups.masks[1] = 77;
	EXPECT(calls->get(
	           subject, EXC_MASK_ARITHMETIC | EXC_MASK_BAD_ACCESS, INTO),
	    KERN_SUCCESS);
	CHECK_EQUAL(groups.count, 1);
	CHECK_EQUAL(groups.masks[1], 77);
	expect_group(0, EXC_MASK_BAD_ACCESS, port, EXCEPTION_DEFAULT, 0);
	CHECK_EQUAL(refs_of(port, MACH_PORT_RIGHT_SEND), 1);
	destroy(mortal);
	get(EXC_MASK_EMULATION);
	expect_group(
	    0, EXC_MASK_EMULATION, MACH_PORT_DEAD, EXCEPTION_DEFAULT, 0);
	set(EXC_MASK_ALL, MACH_PORT_NULL, 0, 0);
	destroy(port);
}

static void
what_is_alike_comes_as_one(void)
{
	for_each(get_groups);
}

static void
swap(void)
{
	mach_port_t port = new_send_port();

	set(EXC_MASK_SOFTWARE, port, EXCEPTION_STATE, 3);
	groups.count = EXC_TYPES_COUNT;
	EXPECT(calls->swap(subject, EXC_MASK_SOFTWARE, port, EXCEPTION_DEFAULT,
	           0, INTO),
	    KERN_SUCCESS);
	CHECK_EQUAL(groups.count, 1);
	expect_group(0, EXC_MASK_SOFTWARE, port, EXCEPTION_STATE, 3);
	groups.count = EXC_TYPES_COUNT;
	EXPECT(
	    calls->swap(subject, EXC_MASK_SOFTWARE, MACH_PORT_NULL, 0, 0, INTO),
	    KERN_SUCCESS);
	expect_group(0, EXC_MASK_SOFTWARE, port, EXCEPTION_DEFAULT, 0);
	destroy(port);
}

static void
swap_tells_what_was_there(void)
{
	for_each(swap);
}

static void
refuse(void)
{
	static const struct {
		exception_mask_t mask;
		unsigned behavior;
		int flavor;
	} bad[] = {
	    {1u << 0, EXCEPTION_DEFAULT, 0},
	    {1u << EXC_TYPES_COUNT, EXCEPTION_DEFAULT, 0},
	    {EXC_MASK_ALL, 0, 0},
	    {EXC_MASK_ALL, 6, 0},
	    {EXC_MASK_ALL, EXCEPTION_IDENTITY_PROTECTED, 0},
	    {EXC_MASK_ALL, EXCEPTION_STATE_IDENTITY_PROTECTED, 0},
	    {EXC_MASK_ALL,
	        EXCEPTION_DEFAULT | MACH_EXCEPTION_BACKTRACE_PREFERRED, 0},
	    {EXC_MASK_ALL, EXCEPTION_DEFAULT, -1},
	    {EXC_MASK_ALL, EXCEPTION_DEFAULT, 1000},
	};
	mach_port_t port = new_send_port();

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT(
		    calls->set(subject, bad[i].mask, port,
		        (exception_behavior_t)bad[i].behavior, bad[i].flavor),
		    KERN_INVALID_ARGUMENT);
	groups.count = EXC_TYPES_COUNT;
	EXPECT(calls->get(subject, 1, INTO), KERN_INVALID_ARGUMENT);
	EXPECT(calls->swap(subject, 1, port, EXCEPTION_DEFAULT, 0, INTO),
	    KERN_INVALID_ARGUMENT);
	EXPECT(calls->set(
	           subject, EXC_MASK_ALL, absent_name(), EXCEPTION_DEFAULT, 0),
	    MACH_SEND_INVALID_RIGHT);
	CHECK_EQUAL(srights_of(port), 1);
	/* With the 64-bit codes they are fine; without a port, anything is. */
	set(EXC_MASK_GUARD, port,
	    EXCEPTION_IDENTITY_PROTECTED | MACH_EXCEPTION_CODES |
	        MACH_EXCEPTION_BACKTRACE_PREFERRED,
	    0);
	set(EXC_MASK_GUARD, MACH_PORT_NULL, 0, 0);
	destroy(port);
}

static void
what_cannot_be_is_refused(void)
{
	for_each(refuse);
}

static void
another_object_is_no_argument(void)
{
	mach_port_t subjects[KINDS] = {
	    mach_task_self(), mach_thread_self(), mach_host_self()};
	mach_port_t plain;

	EXPECT(host_get_special_port(
	           subjects[2], HOST_LOCAL_NODE, HOST_PORT, &plain),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < KINDS; i++) {
		mach_port_t others[] = {subjects[(i + 1) % KINDS],
		    subjects[(i + 2) % KINDS], plain};

		for (unsigned j = 0; j < 3; j++) {
			groups.count = EXC_TYPES_COUNT;
			EXPECT(kinds[i].set(others[j], EXC_MASK_ALL,
			           MACH_PORT_NULL, EXCEPTION_DEFAULT, 0),
			    KERN_INVALID_ARGUMENT);
			EXPECT(kinds[i].get(others[j], EXC_MASK_ALL, INTO),
			    KERN_INVALID_ARGUMENT);
		}
		EXPECT(kinds[i].set(absent_name(), EXC_MASK_ALL, MACH_PORT_NULL,
		           EXCEPTION_DEFAULT, 0),
		    MACH_SEND_INVALID_DEST);
	}
	drop(subjects[1]);
	drop(subjects[2]);
	drop(plain);
}

/* A task ends with its port: none is found terminated. */
static void
of_a_task_that_has_ended_there_are_none(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	mach_port_t kept;

	EXPECT(task_get_kernel_port(task, &kept), KERN_SUCCESS);
	peer_kill(peer);
	groups.count = EXC_TYPES_COUNT;
	EXPECT(task_get_exception_ports(kept, EXC_MASK_ALL, INTO),
	    MACH_SEND_INVALID_DEST);
	drop(kept);
}

static void
those_of_another_task_are_its_own(void)
{
	mach_port_t task = peer_task(peer_new());
	mach_port_t port = new_send_port();

	EXPECT(task_set_exception_ports(
	           task, EXC_MASK_CRASH, port, EXCEPTION_DEFAULT, 0),
	    KERN_SUCCESS);
	calls = &kinds[0];
	subject = task;
	get(EXC_MASK_CRASH);
	expect_group(0, EXC_MASK_CRASH, port, EXCEPTION_DEFAULT, 0);
	subject = mach_task_self();
	get(EXC_MASK_CRASH);
	expect_group(0, EXC_MASK_CRASH, MACH_PORT_NULL, 0, 0);
	destroy(port);
}

static void
the_old_exception_port_is_all_of_them(void)
{
	mach_port_t port = new_send_port();
	mach_port_t found;

	calls = &kinds[0];
	subject = mach_task_self();
	EXPECT(task_set_special_port(subject, TASK_EXCEPTION_PORT, port),
	    KERN_SUCCESS);
	get(EXC_MASK_ALL);
	CHECK_EQUAL(groups.count, 1);
	expect_group(0, EXC_MASK_ALL, port, EXCEPTION_DEFAULT, 0);
	EXPECT(task_get_special_port(subject, TASK_EXCEPTION_PORT, &found),
	    KERN_SUCCESS);
	CHECK_EQUAL(found, port);
	drop(found);
	set(EXC_MASK_ALL, MACH_PORT_NULL, 0, 0);
	EXPECT(task_get_special_port(subject, TASK_EXCEPTION_PORT, &found),
	    KERN_SUCCESS);
	CHECK_EQUAL(found, MACH_PORT_NULL);
	destroy(port);
}

static const struct scenario scenarios[] = {
    SCENARIO("special.2.6", the_numbers_are_xnus),
    SCENARIO("special.2.6 special.2.6.b1", each_type_has_a_right),
    SCENARIO("special.2.6 special.2.6.b2", what_is_alike_comes_as_one),
    SCENARIO("special.2.6", swap_tells_what_was_there),
    SCENARIO("special.2.6.r1", what_cannot_be_is_refused),
    SCENARIO("special.2.6.r1", another_object_is_no_argument),
    SCENARIO("special.2.6.r2", of_a_task_that_has_ended_there_are_none),
    SCENARIO("special.2.6", those_of_another_task_are_its_own),
    SCENARIO("special.2.1", the_old_exception_port_is_all_of_them),
};
CONFORMANCE(scenarios)
