/* Watches of tasks: their numbers, their levels, and how they end. */
#include "kern_watch.h"

#include "base_alloc.h"
#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "ipc_right.h"
#include "kern_call.h"
#include "machine.h"
#include "tasks.h"

static struct kern_task *task;
static mach_port_name_t port; /* the task's */

static int
setup(void **state)
{
	(void)machine_setup(state);
	task = machine_process(17, 1000)->task;
	port = tasks_port(task);
	return 0;
}

#define CASE_WATCH(name)                                                       \
	cmocka_unit_test_setup_teardown(name, setup, machine_teardown)

/* The number; its level in @level_out. */
static uint32_t
watch(mach_port_name_t name, uint32_t known, struct kern_level **level_out)
{
	uint32_t id = 0;

	EXPECT(
	    kern_watch_open(task, name, known, &id, level_out), KERN_SUCCESS);
	assert_int_not_equal(id, 0);
	return id;
}

/* A send-once right that goes unused is a message. */
static void
send(mach_port_name_t name)
{
	struct ipc_port *right = NULL;

	/* In nobody's hands for a moment: not to be recounted. */
	assert_int_equal(ipc_right_copyin(task->space, name,
	                     MACH_MSG_TYPE_MAKE_SEND_ONCE, &right),
	    KERN_SUCCESS);
	ipc_right_destroy_naked(right, MACH_MSG_TYPE_PORT_SEND_ONCE);
	ipc_check();
}

static void
receive(mach_port_name_t name)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	    .rcv_name = name,
	    .rcv_size = 1024,
	};
	struct ipc_waiter waiter;

	ipc_waiter_init(&waiter, NULL);
	EXPECT(ipc_mach_msg_receive(task->space, &args, &waiter),
	    MACH_MSG_SUCCESS);
	ipc_waiter_reset(&waiter);
}

TEST(a_level_follows_the_queue)
{
	struct kern_level *level;

	(void)watch(port, 0, &level);
	assert_false(level->readable);
	send(port);
	assert_true(level->readable);
	receive(port);
	assert_false(level->readable);
}

TEST(a_port_with_messages_is_readable_at_once)
{
	struct kern_level *level;

	send(port);
	(void)watch(port, 0, &level);
	assert_true(level->readable);
}

TEST(a_set_has_a_level_too)
{
	struct kern_level *level;
	mach_port_name_t set;

	EXPECT(
	    ipc_mach_port_allocate(task->space, MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	(void)watch(set, 0, &level);
	EXPECT(
	    ipc_mach_port_insert_member(task->space, port, set), KERN_SUCCESS);
	send(port);
	assert_true(level->readable);
}

TEST(a_name_has_one_watch_however_often_it_is_asked_for)
{
	struct kern_level *first;
	struct kern_level *level;
	uint32_t id = watch(port, 0, &first);

	assert_int_equal(watch(port, 0, &level), id);
	assert_ptr_equal(level, first);
	assert_int_equal(machine_levels, 1);
}

TEST(what_is_known_is_not_passed_again)
{
	struct kern_level *level;
	uint32_t id = watch(port, 0, &level);

	assert_int_equal(watch(port, id, &level), id);
	assert_null(level);
}

TEST(a_watch_outlives_its_name)
{
	struct kern_level *level;
	uint32_t id = watch(port, 0, &level);

	EXPECT(ipc_mach_port_mod_refs(
	           task->space, port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	assert_true(level->readable);
	assert_int_equal(machine_levels, 1);
	EXPECT(kern_watch_close(task, id), KERN_SUCCESS);
	assert_int_equal(machine_levels, 0);
}

TEST(a_name_used_again_has_a_watch_of_its_own)
{
	struct kern_level *old_level;
	struct kern_level *level;
	uint32_t id = watch(port, 0, &old_level);

	EXPECT(ipc_space_set_mach3(task->space, true), KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(
	           task->space, port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_allocate_name(
	           task->space, MACH_PORT_RIGHT_RECEIVE, port),
	    KERN_SUCCESS);
	assert_int_not_equal(watch(port, id, &level), id);
	assert_non_null(level);
	assert_false(level->readable);
	assert_true(old_level->readable);
}

TEST(a_watch_is_closed_once)
{
	struct kern_level *level;
	uint32_t id = watch(port, 0, &level);

	EXPECT(kern_watch_close(task, id), KERN_SUCCESS);
	EXPECT(kern_watch_close(task, id), KERN_INVALID_VALUE);
	EXPECT(kern_watch_close(task, 0), KERN_INVALID_VALUE);
	send(port);
}

TEST(a_watch_is_closed_by_nobody_else)
{
	struct kern_task *other = machine_process(18, 1000)->task;
	struct kern_level *level;
	uint32_t id = watch(port, 0, &level);

	EXPECT(kern_watch_close(other, id), KERN_INVALID_VALUE);
	send(port);
	assert_true(level->readable);
}

TEST(a_task_that_dies_takes_its_watches_along)
{
	struct machine_process *process = machine_process(18, 1000);
	struct kern_level *level;
	uint32_t id;

	EXPECT(kern_watch_open(
	           process->task, tasks_port(process->task), 0, &id, &level),
	    KERN_SUCCESS);
	kern_task_destroy(process->task);
	process->task = NULL;
	assert_int_equal(machine_levels, 0);
}

TEST(what_is_no_receive_right_and_no_set_has_no_level)
{
	struct kern_level *level = NULL;
	uint32_t id = 7;

	EXPECT(kern_watch_open(task, KERN_TASK_SELF_NAME, 0, &id, &level),
	    KERN_INVALID_RIGHT);
	EXPECT(kern_watch_open(task, KERN_TASK_BOOTSTRAP_NAME, 0, &id, &level),
	    KERN_INVALID_NAME);
	EXPECT(
	    kern_watch_open(task, 0x7703, 0, &id, &level), KERN_INVALID_NAME);
	assert_int_equal(id, 7);
	assert_int_equal(machine_levels, 0);
}

TEST(a_level_may_be_refused)
{
	mach_port_name_t other = tasks_port(task);
	struct kern_level *level;
	uint32_t id;

	machine_levels_most = 1;
	(void)watch(port, 0, &level);
	EXPECT(kern_watch_open(task, other, 0, &id, &level),
	    KERN_RESOURCE_SHORTAGE);
	base_alloc_fail_at(1);
	assert_int_equal(kern_watch_open(task, other, 0, &id, &level),
	    KERN_RESOURCE_SHORTAGE);
	base_alloc_fail_at(0);
}

TEST(the_calls_reach_it)
{
	uint32_t in[2] = {port, 0};
	struct kern_call call = {
	    .number = WIRE_MACHPORT_FD, .caller = task, .in = in};

	EXPECT(kern_call(&call), KERN_SUCCESS);
	assert_non_null(call.level);
	in[0] = call.out[0];
	call.number = WIRE_MACHPORT_FD_CLOSE;
	EXPECT(kern_call(&call), KERN_SUCCESS);
	assert_int_equal(machine_levels, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE_WATCH(a_level_follows_the_queue),
	    CASE_WATCH(a_port_with_messages_is_readable_at_once),
	    CASE_WATCH(a_set_has_a_level_too),
	    CASE_WATCH(a_name_has_one_watch_however_often_it_is_asked_for),
	    CASE_WATCH(what_is_known_is_not_passed_again),
	    CASE_WATCH(a_watch_outlives_its_name),
	    CASE_WATCH(a_name_used_again_has_a_watch_of_its_own),
	    CASE_WATCH(a_watch_is_closed_once),
	    CASE_WATCH(a_watch_is_closed_by_nobody_else),
	    CASE_WATCH(a_task_that_dies_takes_its_watches_along),
	    CASE_WATCH(what_is_no_receive_right_and_no_set_has_no_level),
	    CASE_WATCH(a_level_may_be_refused),
	    CASE_WATCH(the_calls_reach_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("kern_watch", tests, NULL, NULL);
}
