/* Exception ports, by messages to task, thread and host ports: the same for each of the
 * three. */
#include "kern_exception.h"

#include <mach/host_special_ports.h>
#include <mach/mach2.h>
#include <mach/mig_errors.h>
#include <string.h>

#include "ipc_entry.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "kern_host.h"
#include "kern_mig_host_priv.h"
#include "kern_mig_task.h"
#include "kern_mig_thread_act.h"
#include "kern_thread.h"
#include "routine.h"

#define ALL_TYPES (EXC_MASK_ALL | EXC_MASK_CRASH | EXC_MASK_CORPSE_NOTIFY)

static struct kern_thread *thread;
static mach_port_name_t port; /* receive and send */

/* Whose exception ports; and its routines: set, get and swap. */
static struct subject {
	mach_port_name_t name;
	mach_msg_id_t first;
} subjects[3];
#define SUBJECTS 3

static mach_port_name_t
name_of(struct ipc_port *right)
{
	mach_port_name_t name = 0;

	EXPECT(ipc_right_copyout(
	           alice->space, right, MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	return name;
}

static int
setup(void **state)
{
	struct ipc_port *host;

	tasks_setup(state);
	routine_setup(alice);
	thread = kern_thread_get(bob, 1);
	assert_non_null(thread);
	port = tasks_send_port(alice);
	subjects[0] = (struct subject){tasks_give_task(bob, alice), 3413};
	subjects[1] = (struct subject){
	    name_of(ipc_kobject_make_send(&thread->self)), 3613};
	assert_int_equal(
	    kern_host_special_copy(HOST_PRIV_PORT, &host), KERN_SUCCESS);
	subjects[2] = (struct subject){name_of(host), 414};
	return 0;
}

static int
teardown(void **state)
{
	(void)kern_thread_unref(thread);
	return tasks_teardown(state);
}

#undef CASE
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* --- the routines ------------------------------------------------------------ */

/* The same for all subjects. */
static kern_return_t
set_of(const struct subject *of, exception_mask_t mask,
    mach_port_name_t handler, unsigned behavior, thread_state_flavor_t flavor)
{
	__Request__task_set_exception_ports_t request = {
	    .Head = {.msgh_id = of->first, .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .new_port = ROUTINE_COPY_SEND(handler),
	    .exception_mask = mask,
	    .behavior = (exception_behavior_t)behavior,
	    .new_flavor = flavor,
	};
	mig_reply_error_t reply;

	return ROUTINE(of->name, &request, &reply);
}

/* A group, as a test writes it down. */
struct group {
	exception_mask_t mask;
	mach_port_name_t handler;
	unsigned behavior;
	thread_state_flavor_t flavor;
};

/* Arrays of variable length follow each other: as long as one message says. */
static kern_return_t
groups_of(mach_port_name_t to, const void *request, uint32_t bytes,
    struct group groups[32], uint32_t *count_out)
{
	union {
		mig_reply_error_t error;
		__Reply__task_get_exception_ports_t reply;
	} u;
	uint32_t size = 0;
	const uint32_t *words = (const uint32_t *)(void *)u.reply.masks;
	kern_return_t kr = KERN_SUCCESS;

	size = routine_any(to, request, bytes, &u, sizeof(u), &kr);
	if (kr != KERN_SUCCESS)
		return kr;
	assert_int_equal(u.reply.msgh_body.msgh_descriptor_count, 32);
	*count_out = u.reply.masksCnt;
	assert_in_range(*count_out, 0, EXC_TYPES_COUNT);
	assert_int_equal(
	    size, sizeof(u.reply) - 3 * sizeof(uint32_t) * (32 - *count_out));
	for (uint32_t i = 0; i < *count_out; i++)
		groups[i] = (struct group){
		    .mask = words[i],
		    .handler = u.reply.old_handlers[i].name,
		    .behavior = words[*count_out + i],
		    .flavor = (int)words[2 * *count_out + i],
		};
	for (uint32_t i = *count_out; i < 32; i++)
		assert_int_equal(u.reply.old_handlers[i].name, MACH_PORT_NULL);
	return KERN_SUCCESS;
}

static kern_return_t
get_of(const struct subject *of, exception_mask_t mask, struct group groups[32],
    uint32_t *count_out)
{
	const __Request__task_get_exception_ports_t request = {
	    .Head = {.msgh_id = of->first + 1},
	    .exception_mask = mask,
	};

	return groups_of(
	    of->name, &request, sizeof(request), groups, count_out);
}

static kern_return_t
swap_of(const struct subject *of, exception_mask_t mask,
    mach_port_name_t handler, unsigned behavior, struct group groups[32],
    uint32_t *count_out)
{
	const __Request__task_swap_exception_ports_t request = {
	    .Head = {.msgh_id = of->first + 2,
	        .msgh_bits = MACH_MSGH_BITS_COMPLEX},
	    .msgh_body.msgh_descriptor_count = 1,
	    .new_port = ROUTINE_COPY_SEND(handler),
	    .exception_mask = mask,
	    .behavior = (exception_behavior_t)behavior,
	};

	return groups_of(
	    of->name, &request, sizeof(request), groups, count_out);
}

static void
expect_groups(const struct subject *of, exception_mask_t mask,
    const struct group *expected, uint32_t expected_count)
{
	struct group groups[32] = {0};
	uint32_t count = 0;

	EXPECT(get_of(of, mask, groups, &count), KERN_SUCCESS);
	assert_int_equal(count, expected_count);
	assert_memory_equal(groups, expected, count * sizeof(*groups));
}

/* --- what they do ------------------------------------------------------------ */

TEST(at_first_there_are_none)
{
	const struct group none = {.mask = ALL_TYPES};

	for (unsigned i = 0; i < SUBJECTS; i++)
		expect_groups(&subjects[i], ALL_TYPES, &none, 1);
}

TEST(what_is_alike_is_one_group)
{
	const mach_port_name_t other = tasks_send_port(alice);

	for (unsigned i = 0; i < SUBJECTS; i++) {
		const struct subject *of = &subjects[i];
		const struct group all[] = {
		    {EXC_MASK_BAD_ACCESS | EXC_MASK_SOFTWARE, port,
		        EXCEPTION_DEFAULT, 0},
		    {EXC_MASK_BAD_INSTRUCTION, port, EXCEPTION_STATE, 7},
		    {EXC_MASK_ARITHMETIC, port, EXCEPTION_STATE, 8},
		    {EXC_MASK_BREAKPOINT, other, EXCEPTION_DEFAULT, 0},
		};

		for (unsigned j = 0; j < 4; j++)
			EXPECT(set_of(of, all[j].mask, all[j].handler,
			           all[j].behavior, all[j].flavor),
			    KERN_SUCCESS);
		expect_groups(of,
		    EXC_MASK_BAD_ACCESS | EXC_MASK_SOFTWARE |
		        EXC_MASK_BAD_INSTRUCTION | EXC_MASK_ARITHMETIC |
		        EXC_MASK_BREAKPOINT,
		    all, 4);
		/* Of what is not asked for nothing is told. */
		expect_groups(of, EXC_MASK_ARITHMETIC, &all[2], 1);
	}
	/* All of that was lent; for each group a right came. */
	assert_int_equal(
	    tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 1 + 4 * SUBJECTS);
}

TEST(each_type_has_a_right_of_its_own)
{
	const struct ipc_port *object =
	    ipc_space_find(alice->space, port)->port;

	for (unsigned i = 0; i < SUBJECTS; i++) {
		EXPECT(set_of(&subjects[i],
		           EXC_MASK_CRASH | EXC_MASK_GUARD | EXC_MASK_SOFTWARE,
		           port, EXCEPTION_DEFAULT, 0),
		    KERN_SUCCESS);
		assert_int_equal(object->srights, 1 + 3);
		/* Replaced, and cleared: released. */
		EXPECT(set_of(&subjects[i], EXC_MASK_CRASH, port,
		           EXCEPTION_STATE, 1),
		    KERN_SUCCESS);
		assert_int_equal(object->srights, 1 + 3);
		EXPECT(set_of(&subjects[i], ALL_TYPES, MACH_PORT_NULL, 0, 0),
		    KERN_SUCCESS);
		assert_int_equal(object->srights, 1);
	}
}

TEST(swap_tells_what_was_there)
{
	for (unsigned i = 0; i < SUBJECTS; i++) {
		const struct subject *of = &subjects[i];
		const struct group now = {EXC_MASK_GUARD | EXC_MASK_RESOURCE,
		    port, EXCEPTION_DEFAULT, 0};
		struct group groups[32];
		uint32_t count;

		EXPECT(set_of(of, EXC_MASK_GUARD, port, EXCEPTION_STATE, 5),
		    KERN_SUCCESS);
		EXPECT(swap_of(of, now.mask, port, EXCEPTION_DEFAULT, groups,
		           &count),
		    KERN_SUCCESS);
		assert_int_equal(count, 2);
		assert_int_equal(groups[0].mask, EXC_MASK_RESOURCE);
		assert_int_equal(groups[0].handler, MACH_PORT_NULL);
		assert_int_equal(groups[1].mask, EXC_MASK_GUARD);
		assert_int_equal(groups[1].handler, port);
		assert_int_equal(groups[1].behavior, EXCEPTION_STATE);
		assert_int_equal(groups[1].flavor, 5);
		expect_groups(of, now.mask, &now, 1);
		EXPECT(swap_of(of, now.mask, MACH_PORT_NULL, 0, groups, &count),
		    KERN_SUCCESS);
		assert_int_equal(count, 1);
		assert_int_equal(groups[0].handler, port);
	}
}

TEST(an_action_that_cannot_be_is_refused)
{
	static const struct {
		exception_mask_t mask;
		unsigned behavior;
		thread_state_flavor_t flavor;
	} bad[] = {
	    {1, EXCEPTION_DEFAULT, 0}, /* no type is 0 */
	    {1u << EXC_TYPES_COUNT, EXCEPTION_DEFAULT, 0},
	    {UINT32_MAX, EXCEPTION_DEFAULT, 0},
	    {EXC_MASK_ALL, 0, 0},
	    {EXC_MASK_ALL, 6, 0},
	    {EXC_MASK_ALL, EXCEPTION_DEFAULT | 0x100u, 0},
	    {EXC_MASK_ALL, EXCEPTION_IDENTITY_PROTECTED, 0},
	    {EXC_MASK_ALL, EXCEPTION_STATE_IDENTITY_PROTECTED, 0},
	    {EXC_MASK_ALL,
	        EXCEPTION_DEFAULT | MACH_EXCEPTION_BACKTRACE_PREFERRED, 0},
	    {EXC_MASK_ALL, EXCEPTION_DEFAULT, -1},
	    {EXC_MASK_ALL, EXCEPTION_DEFAULT, 64},
	};
	const struct group none = {.mask = ALL_TYPES};
	struct group groups[32] = {0};
	uint32_t count = 0;

	for (unsigned i = 0; i < SUBJECTS; i++) {
		for (unsigned j = 0; j < sizeof(bad) / sizeof(bad[0]); j++)
			EXPECT(set_of(&subjects[i], bad[j].mask, port,
			           bad[j].behavior, bad[j].flavor),
			    KERN_INVALID_ARGUMENT);
		EXPECT(swap_of(&subjects[i], 1, port, EXCEPTION_DEFAULT, groups,
		           &count),
		    KERN_INVALID_ARGUMENT);
		EXPECT(get_of(&subjects[i], 1, groups, &count),
		    KERN_INVALID_ARGUMENT);
		expect_groups(&subjects[i], ALL_TYPES, &none, 1);
	}
	assert_int_equal(tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 1);
}

TEST(an_action_that_can_be_is_kept)
{
	static const unsigned behaviors[] = {
	    EXCEPTION_DEFAULT,
	    EXCEPTION_STATE | MACH_EXCEPTION_ERRORS,
	    EXCEPTION_STATE_IDENTITY | MACH_EXCEPTION_CODES,
	    EXCEPTION_IDENTITY_PROTECTED | MACH_EXCEPTION_CODES,
	    EXCEPTION_STATE_IDENTITY_PROTECTED | MACH_EXCEPTION_CODES,
	    EXCEPTION_DEFAULT | MACH_EXCEPTION_CODES |
	        MACH_EXCEPTION_BACKTRACE_PREFERRED,
	};

	for (unsigned i = 0; i < sizeof(behaviors) / sizeof(behaviors[0]);
	     i++) {
		const struct group group = {
		    EXC_MASK_CRASH, port, behaviors[i], 13};

		EXPECT(set_of(&subjects[0], EXC_MASK_CRASH, port, behaviors[i],
		           13),
		    KERN_SUCCESS);
		expect_groups(&subjects[0], EXC_MASK_CRASH, &group, 1);
	}
	/* Without a port nobody will look at the behaviour. */
	EXPECT(set_of(&subjects[0], EXC_MASK_CRASH, MACH_PORT_NULL, 99, 0),
	    KERN_SUCCESS);
}

TEST(a_handler_that_died_is_dead)
{
	for (unsigned i = 0; i < SUBJECTS; i++) {
		const struct group dead = {EXC_MASK_SOFTWARE | EXC_MASK_GUARD,
		    MACH_PORT_DEAD, EXCEPTION_DEFAULT, 0};
		mach_port_name_t mortal = tasks_send_port(alice);

		EXPECT(set_of(&subjects[i], EXC_MASK_SOFTWARE, mortal,
		           EXCEPTION_DEFAULT, 0),
		    KERN_SUCCESS);
		EXPECT(ipc_mach_port_mod_refs(
		           alice->space, mortal, MACH_PORT_RIGHT_RECEIVE, -1),
		    KERN_SUCCESS);
		/* A dead name may be set, too: the two are alike. */
		EXPECT(set_of(&subjects[i], EXC_MASK_GUARD, mortal,
		           EXCEPTION_DEFAULT, 0),
		    KERN_SUCCESS);
		expect_groups(
		    &subjects[i], EXC_MASK_SOFTWARE | EXC_MASK_GUARD, &dead, 1);
	}
}

TEST(another_object_is_no_argument)
{
	const mach_port_name_t plain = name_of(kern_host_make_send());
	struct group groups[32] = {0};
	uint32_t count = 0;

	for (unsigned i = 0; i < SUBJECTS; i++) {
		struct subject wrong = {
		    subjects[(i + 1) % SUBJECTS].name, subjects[i].first};

		for (unsigned j = 0; j < 2; j++) {
			EXPECT(set_of(&wrong, EXC_MASK_ALL, port,
			           EXCEPTION_DEFAULT, 0),
			    KERN_INVALID_ARGUMENT);
			EXPECT(get_of(&wrong, EXC_MASK_ALL, groups, &count),
			    KERN_INVALID_ARGUMENT);
			EXPECT(swap_of(&wrong, EXC_MASK_ALL, port,
			           EXCEPTION_DEFAULT, groups, &count),
			    KERN_INVALID_ARGUMENT);
			wrong.name = plain;
		}
	}
}

/* --- what is left of them ---------------------------------------------------- */

TEST(a_child_inherits_its_parents)
{
	const struct group expected[] = {
	    {EXC_MASK_BAD_ACCESS, port, EXCEPTION_STATE, 7},
	    {EXC_MASK_CRASH, MACH_PORT_DEAD, EXCEPTION_DEFAULT, 0},
	};
	mach_port_name_t mortal = tasks_send_port(alice);
	struct kern_task *child;
	struct subject of = {.first = 3413};

	EXPECT(
	    set_of(&subjects[0], EXC_MASK_BAD_ACCESS, port, EXCEPTION_STATE, 7),
	    KERN_SUCCESS);
	EXPECT(
	    set_of(&subjects[0], EXC_MASK_CRASH, mortal, EXCEPTION_DEFAULT, 0),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(alice->space, mortal), KERN_SUCCESS);
	child = tasks_new(&bob->ports);
	of.name = tasks_give_task(child, alice);
	expect_groups(&of, EXC_MASK_BAD_ACCESS | EXC_MASK_CRASH, expected, 2);
	kern_task_destroy(child);
}

TEST(another_users_task_has_no_more_of_them)
{
	EXPECT(set_of(&subjects[0], EXC_MASK_ALL, port, EXCEPTION_DEFAULT, 0),
	    KERN_SUCCESS);
	kern_ports_change_user(&bob->ports);
	expect_groups(&subjects[0], EXC_MASK_ALL,
	    &(struct group){.mask = EXC_MASK_ALL}, 1);
}

/* special-ports.md 2.1: TASK_EXCEPTION_PORT, of Mach 2.5. */
TEST(the_exception_port_is_that_of_all_types)
{
	const struct group all = {EXC_MASK_ALL, port, EXCEPTION_DEFAULT, 0};
	const struct group rest = {.mask = ALL_TYPES & ~EXC_MASK_ALL};
	mach_port_name_t name = 0;

	EXPECT(kern_task_set_special_port(
	           bob, TASK_EXCEPTION_PORT, alice->space, port),
	    KERN_SUCCESS);
	expect_groups(&subjects[0], EXC_MASK_ALL, &all, 1);
	expect_groups(&subjects[0], rest.mask, &rest, 1);
	EXPECT(kern_task_get_special_port(
	           bob, TASK_EXCEPTION_PORT, alice->space, &name),
	    KERN_SUCCESS);
	assert_int_equal(name, port);
}

TEST(the_exception_port_is_the_first_that_is_told_as_it_would_be)
{
	const mach_port_name_t other = tasks_send_port(alice);
	mach_port_name_t name = 0;

	EXPECT(set_of(&subjects[0], EXC_MASK_BAD_ACCESS | EXC_MASK_CRASH, other,
	           EXCEPTION_STATE, 7),
	    KERN_SUCCESS);
	EXPECT(set_of(&subjects[0], EXC_MASK_GUARD, port, EXCEPTION_DEFAULT, 0),
	    KERN_SUCCESS);
	EXPECT(kern_task_get_special_port(
	           bob, TASK_EXCEPTION_PORT, alice->space, &name),
	    KERN_SUCCESS);
	assert_int_equal(name, port);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(at_first_there_are_none),
	    CASE(what_is_alike_is_one_group),
	    CASE(each_type_has_a_right_of_its_own),
	    CASE(swap_tells_what_was_there),
	    CASE(an_action_that_cannot_be_is_refused),
	    CASE(an_action_that_can_be_is_kept),
	    CASE(a_handler_that_died_is_dead),
	    CASE(another_object_is_no_argument),
	    CASE(a_child_inherits_its_parents),
	    CASE(another_users_task_has_no_more_of_them),
	    CASE(the_exception_port_is_that_of_all_types),
	    CASE(the_exception_port_is_the_first_that_is_told_as_it_would_be),
	};

	return cmocka_run_group_tests_name(
	    "kern_serve_exception", tests, NULL, NULL);
}
