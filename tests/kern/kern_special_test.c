/* Special and registered ports. */
#include <mach/mach2.h>
#include <mach/task_special_ports.h>
#include <mach/thread_special_ports.h>

#include "ipc_entry.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "kern_thread.h"
#include "tasks.h"

/* Those that are kept in a slot. */
static const int stored[] = {TASK_BOOTSTRAP_PORT, TASK_ACCESS_PORT,
    TASK_DEBUG_CONTROL_PORT, TASK_RESOURCE_NOTIFY_PORT, TASK_NOTIFY_PORT,
    TASK_EXCEPTION_PORT};

#define STORED_COUNT (sizeof(stored) / sizeof(stored[0]))

static kern_return_t
get(struct kern_task *task, int which, mach_port_name_t *name_out)
{
	return kern_task_get_special_port(task, which, task->space, name_out);
}

static kern_return_t
set(struct kern_task *task, int which, mach_port_name_t name)
{
	return kern_task_set_special_port(task, which, task->space, name);
}

TEST(a_threads_own_port_is_got_and_not_set)
{
	mach_port_name_t port = tasks_send_port(alice);
	struct kern_thread *thread = kern_thread_get(alice, 7);
	mach_port_name_t self;
	mach_port_name_t name;

	assert_non_null(thread);
	EXPECT(kern_thread_self(thread, alice, &self), KERN_SUCCESS);
	EXPECT(kern_thread_get_special_port(
	           thread, THREAD_KERNEL_PORT, alice->space, &name),
	    KERN_SUCCESS);
	assert_int_equal(name, self);
	assert_int_equal(tasks_refs(alice, self, MACH_PORT_RIGHT_SEND), 2);
	EXPECT(kern_thread_get_special_port(
	           thread, THREAD_READ_PORT, alice->space, &name),
	    KERN_NOT_SUPPORTED);
	EXPECT(kern_thread_get_special_port(thread, 4, alice->space, &name),
	    KERN_INVALID_ARGUMENT);
	EXPECT(kern_thread_set_special_port(
	           thread, THREAD_KERNEL_PORT, alice->space, port),
	    KERN_NO_ACCESS);
	EXPECT(kern_thread_set_special_port(
	           thread, THREAD_KERNEL_PORT, alice->space, 0x7f03),
	    MACH_SEND_INVALID_RIGHT);
	assert_int_equal(tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 1);
	(void)kern_thread_unref(thread);
	assert_int_equal(tasks_type(alice, self), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(an_unset_special_port_is_null)
{
	mach_port_name_t name;

	for (unsigned i = 0; i < STORED_COUNT; i++) {
		EXPECT(get(alice, stored[i], &name), KERN_SUCCESS);
		assert_int_equal(name, MACH_PORT_NULL);
	}
}

TEST(a_special_port_that_was_set_can_be_got)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t name;

	for (unsigned i = 0; i < STORED_COUNT; i++) {
		EXPECT(set(alice, stored[i], port), KERN_SUCCESS);
		EXPECT(get(alice, stored[i], &name), KERN_SUCCESS);
		assert_int_equal(name, port);
	}
	/* Set keeps the caller's right, get adds one. */
	assert_int_equal(
	    tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 1 + STORED_COUNT);
}

TEST(a_special_port_that_died_is_dead)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t name;

	EXPECT(set(alice, TASK_BOOTSTRAP_PORT, port), KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(
	           alice->space, port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	EXPECT(get(alice, TASK_BOOTSTRAP_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, MACH_PORT_DEAD);
}

TEST(null_clears_a_special_port_and_releases_the_right)
{
	mach_port_name_t port = tasks_send_port(alice);
	struct ipc_port *object = ipc_space_find(alice->space, port)->port;
	mach_port_name_t name;

	EXPECT(set(alice, TASK_BOOTSTRAP_PORT, port), KERN_SUCCESS);
	assert_int_equal(object->srights, 2);
	EXPECT(set(alice, TASK_BOOTSTRAP_PORT, MACH_PORT_NULL), KERN_SUCCESS);
	assert_int_equal(object->srights, 1);
	EXPECT(get(alice, TASK_BOOTSTRAP_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, MACH_PORT_NULL);
}

TEST(the_access_port_is_set_once)
{
	mach_port_name_t port = tasks_send_port(alice);

	EXPECT(set(alice, TASK_ACCESS_PORT, port), KERN_SUCCESS);
	EXPECT(set(alice, TASK_ACCESS_PORT, port), KERN_NO_ACCESS);
	EXPECT(set(alice, TASK_ACCESS_PORT, MACH_PORT_NULL), KERN_NO_ACCESS);
}

TEST(the_kernel_port_is_the_task_port)
{
	mach_port_name_t name;

	EXPECT(get(alice, TASK_KERNEL_PORT, &name), KERN_SUCCESS);
	assert_int_equal(name, KERN_TASK_SELF_NAME);
	assert_int_equal(tasks_refs(alice, name, MACH_PORT_RIGHT_SEND), 2);
}

TEST(the_host_port_is_the_host)
{
	mach_port_name_t name;
	mach_port_name_t host;

	EXPECT(get(alice, TASK_HOST_PORT, &name), KERN_SUCCESS);
	EXPECT(kern_task_host_self(alice, &host), KERN_SUCCESS);
	assert_int_equal(name, host);
}

TEST(ports_of_the_kernel_cannot_be_set)
{
	mach_port_name_t port = tasks_send_port(alice);

	EXPECT(set(alice, TASK_KERNEL_PORT, port), KERN_NO_ACCESS);
	EXPECT(set(alice, TASK_HOST_PORT, port), KERN_NO_ACCESS);
	EXPECT(set(alice, TASK_NAME_PORT, port), KERN_INVALID_ARGUMENT);
	EXPECT(set(alice, TASK_INSPECT_PORT, port), KERN_INVALID_ARGUMENT);
	EXPECT(set(alice, TASK_READ_PORT, port), KERN_INVALID_ARGUMENT);
	/* The right that was lent is the caller's again. */
	assert_int_equal(tasks_refs(alice, port, MACH_PORT_RIGHT_SEND), 1);
	assert_int_equal(ipc_space_find(alice->space, port)->port->srights, 1);
}

TEST(the_name_port_is_the_tasks_and_no_task_port)
{
	mach_port_name_t name;
	mach_port_name_t again;
	struct kern_task *task;

	EXPECT(get(alice, TASK_NAME_PORT, &name), KERN_SUCCESS);
	EXPECT(get(alice, TASK_NAME_PORT, &again), KERN_SUCCESS);
	assert_int_equal(again, name);
	assert_int_equal(tasks_refs(alice, name, MACH_PORT_RIGHT_SEND), 2);
	assert_ptr_equal(
	    ipc_kobject_find(alice->space, name, IPC_KOBJECT_TASK_NAME),
	    &alice->name);
	EXPECT(kern_task_find(alice->space, name, &task), KERN_INVALID_TASK);
}

TEST(lesser_task_ports_do_not_exist)
{
	mach_port_name_t name;

	EXPECT(get(alice, TASK_INSPECT_PORT, &name), KERN_NOT_SUPPORTED);
	EXPECT(get(alice, TASK_READ_PORT, &name), KERN_NOT_SUPPORTED);
}

TEST(numbers_that_mean_nothing_are_refused)
{
	static const int unknown[] = {-1, 0, 7, 8, 12, 31, 34, 1 << 30};
	mach_port_name_t name;

	for (unsigned i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		EXPECT(get(alice, unknown[i], &name), KERN_INVALID_ARGUMENT);
		EXPECT(set(alice, unknown[i], MACH_PORT_NULL),
		    KERN_INVALID_ARGUMENT);
	}
}

TEST(a_bad_name_is_told_before_a_bad_number)
{
	EXPECT(set(alice, 7, 0x7703), MACH_SEND_INVALID_RIGHT);
	/* A receive right cannot be copied as a send right. */
	EXPECT(set(alice, TASK_BOOTSTRAP_PORT, tasks_port(alice)),
	    MACH_SEND_INVALID_RIGHT);
}

TEST(the_holder_of_a_task_port_gets_and_sets_in_its_own_names)
{
	mach_port_name_t port = tasks_send_port(bob);
	mach_port_name_t name;

	EXPECT(kern_task_set_special_port(
	           alice, TASK_BOOTSTRAP_PORT, bob->space, port),
	    KERN_SUCCESS);
	EXPECT(kern_task_get_special_port(
	           alice, TASK_BOOTSTRAP_PORT, bob->space, &name),
	    KERN_SUCCESS);
	assert_int_equal(name, port);
	EXPECT(get(alice, TASK_BOOTSTRAP_PORT, &name), KERN_SUCCESS);
	assert_true(tasks_same_port(alice, name, bob, port));
}

TEST(a_child_inherits_just_what_it_should)
{
	mach_port_name_t port = tasks_send_port(alice);
	struct kern_task *child;
	mach_port_name_t name;

	for (unsigned i = 0; i < STORED_COUNT; i++)
		EXPECT(set(alice, stored[i], port), KERN_SUCCESS);
	child = tasks_new(&alice->ports);
	for (unsigned i = 0; i < STORED_COUNT; i++) {
		bool inherited = stored[i] == TASK_BOOTSTRAP_PORT ||
		    stored[i] == TASK_ACCESS_PORT ||
		    stored[i] == TASK_EXCEPTION_PORT;

		EXPECT(get(child, stored[i], &name), KERN_SUCCESS);
		assert_int_equal(name != MACH_PORT_NULL, inherited);
	}
	kern_task_destroy(child);
}

TEST(three_ports_come_back_however_many_were_registered)
{
	mach_port_name_t ports[] = {
	    tasks_send_port(alice), tasks_send_port(alice)};
	mach_port_name_t found[TASK_PORT_REGISTER_MAX];

	EXPECT(kern_task_ports_register(alice, alice->space, ports, 2),
	    KERN_SUCCESS);
	EXPECT(
	    kern_task_ports_lookup(alice, alice->space, found), KERN_SUCCESS);
	assert_int_equal(found[0], ports[0]);
	assert_int_equal(found[1], ports[1]);
	assert_int_equal(found[2], MACH_PORT_NULL);
	assert_int_equal(tasks_refs(alice, ports[0], MACH_PORT_RIGHT_SEND), 2);
}

TEST(registering_replaces_all_three)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t three[] = {port, port, port};
	mach_port_name_t found[TASK_PORT_REGISTER_MAX];

	EXPECT(kern_task_ports_register(alice, alice->space, three, 3),
	    KERN_SUCCESS);
	EXPECT(kern_task_ports_register(alice, alice->space, NULL, 0),
	    KERN_SUCCESS);
	EXPECT(
	    kern_task_ports_lookup(alice, alice->space, found), KERN_SUCCESS);
	for (unsigned i = 0; i < TASK_PORT_REGISTER_MAX; i++)
		assert_int_equal(found[i], MACH_PORT_NULL);
	assert_int_equal(ipc_space_find(alice->space, port)->port->srights, 1);
}

TEST(four_ports_are_too_many_to_register)
{
	mach_port_name_t four[4] = {MACH_PORT_NULL};

	EXPECT(kern_task_ports_register(alice, alice->space, four, 4),
	    KERN_INVALID_ARGUMENT);
}

TEST(one_bad_name_and_nothing_is_registered)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t ports[] = {port, port, 0x7703};
	mach_port_name_t found[TASK_PORT_REGISTER_MAX];

	EXPECT(kern_task_ports_register(alice, alice->space, ports, 3),
	    MACH_SEND_INVALID_RIGHT);
	assert_int_equal(ipc_space_find(alice->space, port)->port->srights, 1);
	EXPECT(
	    kern_task_ports_lookup(alice, alice->space, found), KERN_SUCCESS);
	assert_int_equal(found[0], MACH_PORT_NULL);
}

TEST(a_lookup_that_runs_out_of_names_gives_nothing)
{
	mach_port_name_t ports[] = {tasks_send_port(alice),
	    tasks_send_port(alice), tasks_send_port(alice)};
	mach_port_name_t found[TASK_PORT_REGISTER_MAX];
	uint32_t used;

	EXPECT(kern_task_ports_register(bob, alice->space, ports, 3),
	    KERN_SUCCESS);
	used = bob->space->account->used.names;
	bob->space->account->limits.names = used + 2;
	EXPECT(kern_task_ports_lookup(bob, bob->space, found), KERN_NO_SPACE);
	assert_int_equal(bob->space->account->used.names, used);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_threads_own_port_is_got_and_not_set),
	    CASE(an_unset_special_port_is_null),
	    CASE(a_special_port_that_was_set_can_be_got),
	    CASE(a_special_port_that_died_is_dead),
	    CASE(null_clears_a_special_port_and_releases_the_right),
	    CASE(the_access_port_is_set_once),
	    CASE(the_kernel_port_is_the_task_port),
	    CASE(the_host_port_is_the_host),
	    CASE(ports_of_the_kernel_cannot_be_set),
	    CASE(the_name_port_is_the_tasks_and_no_task_port),
	    CASE(lesser_task_ports_do_not_exist),
	    CASE(numbers_that_mean_nothing_are_refused),
	    CASE(a_bad_name_is_told_before_a_bad_number),
	    CASE(the_holder_of_a_task_port_gets_and_sets_in_its_own_names),
	    CASE(a_child_inherits_just_what_it_should),
	    CASE(three_ports_come_back_however_many_were_registered),
	    CASE(registering_replaces_all_three),
	    CASE(four_ports_are_too_many_to_register),
	    CASE(one_bad_name_and_nothing_is_registered),
	    CASE(a_lookup_that_runs_out_of_names_gives_nothing),
	};

	return cmocka_run_group_tests_name("kern_special", tests, NULL, NULL);
}
