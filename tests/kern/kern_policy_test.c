/* Who may see and take over whose tasks. */
#include "kern_policy.h"

#include "machine.h"
#include "tasks.h"

#define ROOT 0
#define OWNER 500
#define SOMEBODY 1000
#define OTHER 1001

static bool
may_see(const struct machine_process *who, const struct machine_process *whom)
{
	return kern_policy_may_see(who->task->space->identity, whom->task);
}

static bool
may_take(const struct machine_process *who, const struct machine_process *whom)
{
	return kern_policy_may_take(who->task->space->identity, whom->task);
}

TEST(a_user_may_have_his_own_tasks)
{
	struct machine_process *one = machine_process(1, SOMEBODY);
	struct machine_process *two = machine_process(2, SOMEBODY);

	assert_true(may_see(one, two));
	assert_true(may_take(one, two));
}

TEST(a_user_may_not_have_those_of_another)
{
	struct machine_process *one = machine_process(1, SOMEBODY);
	struct machine_process *two = machine_process(2, OTHER);
	struct machine_process *root = machine_process(3, ROOT);

	assert_false(may_see(one, two));
	assert_false(may_take(one, two));
	assert_false(may_see(one, root));
	assert_false(may_take(one, root));
}

TEST(a_user_may_not_have_what_his_process_has_become)
{
	struct machine_process *one = machine_process(1, SOMEBODY);
	struct machine_process *two = machine_process(2, SOMEBODY);

	two->owner = ROOT;
	assert_false(may_see(one, two));
	assert_false(may_take(one, two));
}

TEST(a_user_may_not_have_what_became_his_process)
{
	struct machine_process *one = machine_process(1, SOMEBODY);
	struct machine_process *two = machine_process(2, OTHER);

	two->owner = SOMEBODY;
	assert_false(may_see(one, two));
	assert_false(may_take(one, two));
}

TEST(root_may_have_all)
{
	struct machine_process *root = machine_process(1, ROOT);
	struct machine_process *one = machine_process(2, SOMEBODY);

	assert_true(may_see(root, one));
	assert_true(may_take(root, one));
}

TEST(the_owner_of_the_kernel_sees_all_and_takes_his_own)
{
	struct machine_process *owner = machine_process(1, OWNER);
	struct machine_process *his = machine_process(2, OWNER);
	struct machine_process *one = machine_process(3, SOMEBODY);

	assert_true(may_see(owner, one));
	assert_false(may_take(owner, one));
	assert_true(may_take(owner, his));
}

TEST(a_task_may_have_itself_whatever_it_is)
{
	struct machine_process *one = machine_process(1, SOMEBODY);

	one->owner = ROOT;
	machine.task_for_pid = KERN_TASK_FOR_PID_NONE;
	assert_true(may_see(one, one));
	assert_true(may_take(one, one));
}

TEST(taking_can_be_left_to_root)
{
	struct machine_process *root = machine_process(1, ROOT);
	struct machine_process *one = machine_process(2, SOMEBODY);
	struct machine_process *two = machine_process(3, SOMEBODY);

	machine.task_for_pid = KERN_TASK_FOR_PID_ROOT;
	assert_true(may_take(root, one));
	assert_false(may_take(one, two));
	assert_true(may_see(one, two));
}

TEST(taking_can_be_forbidden)
{
	struct machine_process *root = machine_process(1, ROOT);
	struct machine_process *one = machine_process(2, SOMEBODY);

	machine.task_for_pid = KERN_TASK_FOR_PID_NONE;
	assert_false(may_take(root, one));
	assert_true(may_see(root, one));
}

TEST(the_kernel_itself_may_all)
{
	struct machine_process *one = machine_process(1, SOMEBODY);

	assert_true(kern_policy_may_see(NULL, one->task));
	assert_true(kern_policy_may_take(NULL, one->task));
}

TEST(a_process_that_has_ended_is_nobodys)
{
	struct machine_process *one = machine_process(1, SOMEBODY);
	struct machine_process *two = machine_process(2, SOMEBODY);

	two->ended = true;
	assert_false(may_take(one, two));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE_ON_MACHINE(a_user_may_have_his_own_tasks),
	    CASE_ON_MACHINE(a_user_may_not_have_those_of_another),
	    CASE_ON_MACHINE(a_user_may_not_have_what_his_process_has_become),
	    CASE_ON_MACHINE(a_user_may_not_have_what_became_his_process),
	    CASE_ON_MACHINE(root_may_have_all),
	    CASE_ON_MACHINE(the_owner_of_the_kernel_sees_all_and_takes_his_own),
	    CASE_ON_MACHINE(a_task_may_have_itself_whatever_it_is),
	    CASE_ON_MACHINE(taking_can_be_left_to_root),
	    CASE_ON_MACHINE(taking_can_be_forbidden),
	    CASE_ON_MACHINE(the_kernel_itself_may_all),
	    CASE_ON_MACHINE(a_process_that_has_ended_is_nobodys),
	};

	return cmocka_run_group_tests_name("kern_policy", tests, NULL, NULL);
}
