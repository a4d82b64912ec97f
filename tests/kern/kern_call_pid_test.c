/* From a pid to a task, and back. */
#include "kern_call.h"

#include "ipc_right.h"
#include "machine.h"
#include "tasks.h"

#define SOMEBODY 1000
#define OTHER 1001

static kern_return_t
make(struct kern_task *caller, enum wire_call number, uint32_t first,
    uint32_t second, uint32_t *out)
{
	const uint32_t in[2] = {first, second};
	struct kern_call call = {.number = number, .caller = caller, .in = in};
	kern_return_t kr = kern_call(&call);

	if (kr == KERN_SUCCESS)
		*out = call.out[0];
	kern_call_deinit(&call);
	ipc_check();
	return kr;
}

TEST(a_task_has_its_process_s_pid)
{
	struct machine_process *one = machine_process(17, SOMEBODY);
	uint32_t pid = 0;

	assert_int_equal(
	    make(one->task, WIRE_PID_FOR_TASK, KERN_TASK_SELF_NAME, 0, &pid),
	    KERN_SUCCESS);
	assert_int_equal(pid, 17);
}

TEST(a_name_port_tells_the_pid_too)
{
	struct machine_process *one = machine_process(17, SOMEBODY);
	struct machine_process *two = machine_process(18, SOMEBODY);
	uint32_t name = 0;
	uint32_t pid = 0;

	assert_int_equal(make(one->task, WIRE_TASK_NAME_FOR_PID,
	                     KERN_TASK_SELF_NAME, 18, &name),
	    KERN_SUCCESS);
	assert_int_equal(
	    make(one->task, WIRE_PID_FOR_TASK, name, 0, &pid), KERN_SUCCESS);
	assert_int_equal(pid, 18);
	assert_null(ipc_kobject_find(one->task->space, name, IPC_KOBJECT_TASK));
	assert_non_null(two->task);
}

TEST(no_other_port_has_a_pid)
{
	struct machine_process *one = machine_process(17, SOMEBODY);
	uint32_t pid = 0;

	assert_int_equal(make(one->task, WIRE_PID_FOR_TASK,
	                     tasks_send_port(one->task), 0, &pid),
	    KERN_FAILURE);
	assert_int_equal(
	    make(one->task, WIRE_PID_FOR_TASK, MACH_PORT_NULL, 0, &pid),
	    KERN_FAILURE);
	assert_int_equal(make(alice, WIRE_PID_FOR_TASK, KERN_TASK_SELF_NAME, 0,
	                     &pid), /* no process */
	    KERN_FAILURE);
}

TEST(a_pid_leads_to_the_task)
{
	struct machine_process *one = machine_process(17, SOMEBODY);
	struct machine_process *two = machine_process(18, SOMEBODY);
	uint32_t name = 0;

	assert_int_equal(
	    make(one->task, WIRE_TASK_FOR_PID, KERN_TASK_SELF_NAME, 18, &name),
	    KERN_SUCCESS);
	assert_true(
	    tasks_same_port(one->task, name, two->task, KERN_TASK_SELF_NAME));
	assert_int_equal(tasks_refs(one->task, name, MACH_PORT_RIGHT_SEND), 1);
}

TEST(one_s_own_pid_leads_to_one_s_own_name)
{
	struct machine_process *one = machine_process(17, SOMEBODY);
	uint32_t name = 0;

	machine.task_for_pid = KERN_TASK_FOR_PID_NONE;
	assert_int_equal(
	    make(one->task, WIRE_TASK_FOR_PID, KERN_TASK_SELF_NAME, 17, &name),
	    KERN_SUCCESS);
	assert_int_equal(name, KERN_TASK_SELF_NAME);
}

TEST(all_refusals_are_one_code)
{
	struct machine_process *one = machine_process(17, SOMEBODY);
	struct machine_process *other = machine_process(18, OTHER);
	struct machine_process *ended = machine_process(19, SOMEBODY);
	uint32_t name = 0;

	ended->ended = true;
	assert_non_null(other->task);
	for (uint32_t pid = 18; pid <= 20; pid++) {
		assert_int_equal(make(one->task, WIRE_TASK_FOR_PID,
		                     KERN_TASK_SELF_NAME, pid, &name),
		    KERN_FAILURE);
		assert_int_equal(make(one->task, WIRE_TASK_NAME_FOR_PID,
		                     KERN_TASK_SELF_NAME, pid, &name),
		    KERN_FAILURE);
	}
	assert_int_equal(make(one->task, WIRE_TASK_FOR_PID, KERN_TASK_SELF_NAME,
	                     UINT32_MAX, &name),
	    KERN_FAILURE);
}

TEST(the_first_port_must_be_a_task_s)
{
	struct machine_process *one = machine_process(17, SOMEBODY);
	uint32_t name = 0;

	assert_int_equal(make(one->task, WIRE_TASK_FOR_PID,
	                     tasks_send_port(one->task), 17, &name),
	    KERN_FAILURE);
	assert_int_equal(
	    make(one->task, WIRE_TASK_NAME_FOR_PID, MACH_PORT_NULL, 17, &name),
	    KERN_FAILURE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE_ON_MACHINE(a_task_has_its_process_s_pid),
	    CASE_ON_MACHINE(a_name_port_tells_the_pid_too),
	    CASE_ON_MACHINE(no_other_port_has_a_pid),
	    CASE_ON_MACHINE(a_pid_leads_to_the_task),
	    CASE_ON_MACHINE(one_s_own_pid_leads_to_one_s_own_name),
	    CASE_ON_MACHINE(all_refusals_are_one_code),
	    CASE_ON_MACHINE(the_first_port_must_be_a_task_s),
	};

	return cmocka_run_group_tests_name("kern_call_pid", tests, NULL, NULL);
}
