/* Tasks: their first names, their life, and what they know of themselves. */
#include <mach/mach2.h>
#include <mach/task_special_ports.h>

#include "base_alloc.h"
#include "ipc_mach_port.h"
#include "ipc_right.h"
#include "kern_port.h"
#include "kern_thread.h"
#include "tasks.h"

TEST(the_first_name_of_a_space_is_the_task_port)
{
	struct kern_task *found;

	assert_int_equal(
	    tasks_type(alice, KERN_TASK_SELF_NAME), MACH_PORT_TYPE_SEND);
	EXPECT(kern_task_find(alice->space, KERN_TASK_SELF_NAME, &found),
	    KERN_SUCCESS);
	assert_ptr_equal(found, alice);
}

TEST(without_a_bootstrap_port_the_second_name_is_dead)
{
	assert_int_equal(tasks_type(alice, KERN_TASK_BOOTSTRAP_NAME),
	    MACH_PORT_TYPE_DEAD_NAME);
}

TEST(an_inherited_bootstrap_port_is_the_second_name)
{
	mach_port_name_t port = tasks_send_port(alice);
	struct kern_task *child;

	EXPECT(kern_task_set_special_port(
	           alice, TASK_BOOTSTRAP_PORT, alice->space, port),
	    KERN_SUCCESS);
	child = tasks_new(&alice->ports);
	assert_int_equal(
	    tasks_type(child, KERN_TASK_BOOTSTRAP_NAME), MACH_PORT_TYPE_SEND);
	assert_true(
	    tasks_same_port(alice, port, child, KERN_TASK_BOOTSTRAP_NAME));
	kern_task_destroy(child);
}

TEST(a_bootstrap_port_that_died_is_a_dead_name_to_a_child)
{
	mach_port_name_t port = tasks_send_port(alice);
	struct kern_task *child;

	EXPECT(kern_task_set_special_port(
	           alice, TASK_BOOTSTRAP_PORT, alice->space, port),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(
	           alice->space, port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	child = tasks_new(&alice->ports);
	assert_int_equal(tasks_type(child, KERN_TASK_BOOTSTRAP_NAME),
	    MACH_PORT_TYPE_DEAD_NAME);
	kern_task_destroy(child);
}

TEST(each_task_self_adds_a_user_reference_to_the_same_name)
{
	mach_port_name_t name;

	EXPECT(kern_task_self(alice, &name), KERN_SUCCESS);
	assert_int_equal(name, KERN_TASK_SELF_NAME);
	assert_int_equal(tasks_refs(alice, name, MACH_PORT_RIGHT_SEND), 2);
}

TEST(the_host_is_the_same_port_to_all)
{
	mach_port_name_t a;
	mach_port_name_t b;

	EXPECT(kern_task_host_self(alice, &a), KERN_SUCCESS);
	EXPECT(kern_task_host_self(bob, &b), KERN_SUCCESS);
	assert_true(tasks_same_port(alice, a, bob, b));
}

TEST(a_dead_task_is_a_dead_name_to_others)
{
	mach_port_name_t name = tasks_give_task(alice, bob);
	struct kern_task *found;

	kern_task_destroy(alice);
	alice = NULL;
	assert_int_equal(tasks_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
	EXPECT(
	    kern_task_find(bob->space, name, &found), MACH_SEND_INVALID_DEST);
}

TEST(what_is_no_task_is_told_from_what_is_nothing)
{
	struct kern_task *found;
	mach_port_name_t host;

	EXPECT(kern_task_host_self(alice, &host), KERN_SUCCESS);
	EXPECT(kern_task_find(alice->space, host, &found), KERN_INVALID_TASK);
	EXPECT(kern_task_find(alice->space, MACH_PORT_NULL, &found),
	    MACH_SEND_INVALID_DEST);
	EXPECT(kern_task_find(alice->space, MACH_PORT_DEAD, &found),
	    MACH_SEND_INVALID_DEST);
	EXPECT(kern_task_find(alice->space, 0x7703, &found),
	    MACH_SEND_INVALID_DEST);
	EXPECT(kern_task_find(alice->space, tasks_port(alice), &found),
	    MACH_SEND_INVALID_DEST);
}

TEST(a_task_cannot_give_up_the_last_right_to_itself)
{
	mach_port_name_t self = KERN_TASK_SELF_NAME;

	EXPECT(kern_port_deallocate(alice, self), KERN_INVALID_CAPABILITY);
	EXPECT(kern_port_destroy(alice, self), KERN_INVALID_CAPABILITY);
	EXPECT(kern_port_mod_refs(alice, self, MACH_PORT_RIGHT_SEND, -1),
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(tasks_refs(alice, self, MACH_PORT_RIGHT_SEND), 1);
}

TEST(a_task_cannot_move_the_last_right_to_itself_by_a_call)
{
	mach_port_name_t self = KERN_TASK_SELF_NAME;
	mach_port_name_t fresh = 0x777703;
	mach_port_name_t right;
	mach_msg_type_name_t type;

	EXPECT(kern_port_insert_right(
	           alice->space, fresh, alice, self, MACH_MSG_TYPE_MOVE_SEND),
	    KERN_INVALID_CAPABILITY);
	EXPECT(kern_port_extract_right(alice, self, MACH_MSG_TYPE_MOVE_SEND,
	           alice->space, &right, &type),
	    KERN_INVALID_CAPABILITY);
	/* Nor does another who holds its port. */
	EXPECT(kern_port_extract_right(alice, self, MACH_MSG_TYPE_MOVE_SEND,
	           bob->space, &right, &type),
	    KERN_INVALID_CAPABILITY);
	assert_int_equal(tasks_refs(alice, self, MACH_PORT_RIGHT_SEND), 1);

	EXPECT(kern_port_extract_right(alice, self, MACH_MSG_TYPE_COPY_SEND,
	           bob->space, &right, &type),
	    KERN_SUCCESS);
	EXPECT(kern_task_self(alice, &self), KERN_SUCCESS);
	EXPECT(kern_port_extract_right(alice, self, MACH_MSG_TYPE_MOVE_SEND,
	           bob->space, &right, &type),
	    KERN_SUCCESS);
	assert_int_equal(tasks_refs(alice, self, MACH_PORT_RIGHT_SEND), 1);
}

TEST(a_task_can_give_up_other_references_to_itself)
{
	mach_port_name_t self = KERN_TASK_SELF_NAME;

	EXPECT(kern_port_mod_refs(alice, self, MACH_PORT_RIGHT_SEND, 3),
	    KERN_SUCCESS);
	EXPECT(kern_port_deallocate(alice, self), KERN_SUCCESS);
	EXPECT(kern_port_mod_refs(alice, self, MACH_PORT_RIGHT_SEND, -2),
	    KERN_SUCCESS);
	EXPECT(kern_port_deallocate(alice, self), KERN_INVALID_CAPABILITY);
}

TEST(another_task_port_is_given_up_as_any_right)
{
	mach_port_name_t name = tasks_give_task(bob, alice);

	EXPECT(kern_port_deallocate(alice, name), KERN_SUCCESS);
	EXPECT(kern_port_deallocate(alice, name), KERN_INVALID_NAME);
}

TEST(task_notify_is_one_receive_right)
{
	mach_port_name_t first;
	mach_port_name_t second;

	EXPECT(kern_task_notify(alice, &first), KERN_SUCCESS);
	EXPECT(kern_task_notify(alice, &second), KERN_SUCCESS);
	assert_int_equal(first, second);
	assert_int_equal(tasks_type(alice, first), MACH_PORT_TYPE_RECEIVE);
}

TEST(task_notify_is_made_anew_when_its_port_died)
{
	mach_port_name_t first;
	mach_port_name_t second;

	EXPECT(kern_task_notify(alice, &first), KERN_SUCCESS);
	EXPECT(ipc_mach_port_mod_refs(
	           alice->space, first, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	EXPECT(kern_task_notify(alice, &second), KERN_SUCCESS);
	assert_int_not_equal(first, second);
	assert_int_equal(tasks_type(alice, second), MACH_PORT_TYPE_RECEIVE);
}

TEST(task_notify_is_the_port_that_the_task_chose)
{
	mach_port_name_t chosen = tasks_send_port(alice);
	mach_port_name_t name;

	EXPECT(kern_task_set_special_port(
	           alice, TASK_NOTIFY_PORT, alice->space, chosen),
	    KERN_SUCCESS);
	EXPECT(kern_task_notify(alice, &name), KERN_SUCCESS);
	assert_int_equal(name, chosen);
}

TEST(task_notify_is_made_anew_when_another_task_receives_on_it)
{
	mach_port_name_t name;
	mach_port_name_t other = tasks_send_port(bob);
	mach_port_name_t here;
	mach_msg_type_name_t type;

	EXPECT(ipc_mach_port_extract_right(bob->space, other,
	           MACH_MSG_TYPE_COPY_SEND, alice->space, &here, &type),
	    KERN_SUCCESS);
	EXPECT(kern_task_set_special_port(
	           alice, TASK_NOTIFY_PORT, alice->space, here),
	    KERN_SUCCESS);
	EXPECT(kern_task_notify(alice, &name), KERN_SUCCESS);
	assert_int_equal(tasks_type(alice, name), MACH_PORT_TYPE_RECEIVE);
}

TEST(connections_of_one_thread_share_its_port)
{
	struct kern_thread *one = kern_thread_get(alice, 7);
	struct kern_thread *two = kern_thread_get(alice, 7);
	mach_port_name_t name;

	assert_ptr_equal(one, two);
	EXPECT(kern_thread_self(one, alice, &name), KERN_SUCCESS);
	(void)kern_thread_unref(one);
	assert_int_equal(tasks_type(alice, name), MACH_PORT_TYPE_SEND);
	(void)kern_thread_unref(two);
	assert_int_equal(tasks_type(alice, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(threads_are_told_apart)
{
	struct kern_thread *one = kern_thread_get(alice, 7);
	struct kern_thread *two = kern_thread_get(alice, 8);

	assert_ptr_not_equal(one, two);
	(void)kern_thread_unref(one);
	(void)kern_thread_unref(two);
}

TEST(a_thread_port_dies_with_its_task)
{
	struct kern_thread *thread = kern_thread_get(alice, 7);
	mach_port_name_t name;

	EXPECT(
	    ipc_right_copyout(bob->space, ipc_kobject_make_send(&thread->self),
	        MACH_MSG_TYPE_PORT_SEND, &name),
	    KERN_SUCCESS);
	kern_task_destroy(alice);
	alice = NULL;
	assert_int_equal(tasks_type(bob, name), MACH_PORT_TYPE_DEAD_NAME);
	(void)kern_thread_unref(thread);
}

TEST(a_task_for_which_there_is_no_memory_leaves_nothing)
{
	const struct ipc_charge plenty = {1000, 1000, 1 << 20, 1 << 20};
	struct ipc_account *account = ipc_account_new(tasks_user, &plenty);
	struct kern_task *task = NULL;
	uint64_t live = base_alloc_live();

	for (uint64_t nth = 1; !task; nth++) {
		base_alloc_fail_at(nth);
		task = kern_task_new(account, NULL, NULL);
		assert_true(task || base_alloc_has_failed());
		base_alloc_fail_at(0);
		if (!task)
			assert_int_equal(base_alloc_live(), live);
		ipc_check();
	}
	kern_task_destroy(task);
	(void)ipc_account_unref(account);
}

TEST(a_task_whose_budget_has_no_room_for_two_names_is_not_made)
{
	const struct ipc_charge one = {1, 1000, 1 << 20, 1 << 20};
	struct ipc_account *account = ipc_account_new(tasks_user, &one);

	assert_null(kern_task_new(account, NULL, NULL));
	ipc_check();
	assert_int_equal(account->used.names, 0);
	(void)ipc_account_unref(account);
}

TEST(the_task_port_keeps_its_name)
{
	mach_port_name_t port = tasks_port(alice);
	mach_port_name_t bobs = tasks_give_task(bob, alice);

	EXPECT(kern_port_rename(alice, KERN_TASK_SELF_NAME, 0x7703),
	    KERN_INVALID_CAPABILITY);
	EXPECT(kern_port_rename(alice, port, 0x7703), KERN_SUCCESS);
	EXPECT(kern_port_rename(alice, bobs, 0x7803), KERN_SUCCESS);
	EXPECT(kern_port_rename(alice, KERN_TASK_BOOTSTRAP_NAME, 0x7903),
	    KERN_SUCCESS);
}

/* A send right of alice's for a port of bob's, and that port. */
static mach_port_name_t
send_right(mach_port_name_t *bobs_out)
{
	mach_port_name_t name;
	mach_msg_type_name_t type;

	*bobs_out = tasks_port(bob);
	EXPECT(ipc_mach_port_extract_right(bob->space, *bobs_out,
	           MACH_MSG_TYPE_MAKE_SEND, alice->space, &name, &type),
	    KERN_SUCCESS);
	return name;
}

TEST(only_a_task_that_asked_for_its_notify_port_is_of_mach_2)
{
	mach_port_name_t port;
	mach_port_name_t name = send_right(&port);

	EXPECT(kern_task_port_compat(alice, name), KERN_SUCCESS);
	EXPECT(kern_task_port_compat(alice, MACH_PORT_NULL), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(bob->space, port), KERN_SUCCESS);
	assert_int_equal(tasks_type(alice, name), MACH_PORT_TYPE_DEAD_NAME);
}

TEST(a_right_of_mach_2_goes_with_its_port_and_the_task_is_told)
{
	mach_port_name_t port;
	mach_port_name_t name = send_right(&port);
	mach_port_name_t notify;
	uint32_t status[MACH_PORT_RECEIVE_STATUS_COUNT];
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;

	EXPECT(kern_task_notify(alice, &notify), KERN_SUCCESS);
	EXPECT(kern_task_port_compat(alice, name), KERN_SUCCESS);
	EXPECT(kern_task_port_compat(alice, MACH_PORT_NULL), KERN_INVALID_NAME);
	EXPECT(ipc_mach_port_destroy(bob->space, port), KERN_SUCCESS);
	assert_null(ipc_space_find(alice->space, name));
	EXPECT(ipc_mach_port_get_attributes(alice->space, notify,
	           MACH_PORT_RECEIVE_STATUS, status, &count),
	    KERN_SUCCESS);
	assert_int_equal(status[4], 1); /* mps_msgcount */
}

TEST(a_notify_port_that_was_taken_away_tells_nobody)
{
	mach_port_name_t port;
	mach_port_name_t name = send_right(&port);
	mach_port_name_t notify;

	EXPECT(kern_task_notify(alice, &notify), KERN_SUCCESS);
	EXPECT(kern_task_set_special_port(
	           alice, TASK_NOTIFY_PORT, alice->space, MACH_PORT_NULL),
	    KERN_SUCCESS);
	EXPECT(kern_task_port_compat(alice, name), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(bob->space, port), KERN_SUCCESS);
	assert_null(ipc_space_find(alice->space, name));
}

TEST(a_kernel_port_for_a_notify_port_tells_nobody)
{
	mach_port_name_t port;
	mach_port_name_t name = send_right(&port);
	mach_port_name_t notify;

	EXPECT(kern_task_notify(alice, &notify), KERN_SUCCESS);
	EXPECT(kern_task_set_special_port(
	           alice, TASK_NOTIFY_PORT, alice->space, KERN_TASK_SELF_NAME),
	    KERN_SUCCESS);
	EXPECT(kern_task_port_compat(alice, name), KERN_SUCCESS);
	EXPECT(ipc_mach_port_destroy(bob->space, port), KERN_SUCCESS);
	assert_null(ipc_space_find(alice->space, name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_first_name_of_a_space_is_the_task_port),
	    CASE(without_a_bootstrap_port_the_second_name_is_dead),
	    CASE(an_inherited_bootstrap_port_is_the_second_name),
	    CASE(a_bootstrap_port_that_died_is_a_dead_name_to_a_child),
	    CASE(each_task_self_adds_a_user_reference_to_the_same_name),
	    CASE(the_host_is_the_same_port_to_all),
	    CASE(a_dead_task_is_a_dead_name_to_others),
	    CASE(what_is_no_task_is_told_from_what_is_nothing),
	    CASE(a_task_cannot_give_up_the_last_right_to_itself),
	    CASE(a_task_cannot_move_the_last_right_to_itself_by_a_call),
	    CASE(a_task_can_give_up_other_references_to_itself),
	    CASE(another_task_port_is_given_up_as_any_right),
	    CASE(task_notify_is_one_receive_right),
	    CASE(task_notify_is_made_anew_when_its_port_died),
	    CASE(task_notify_is_the_port_that_the_task_chose),
	    CASE(task_notify_is_made_anew_when_another_task_receives_on_it),
	    CASE(connections_of_one_thread_share_its_port),
	    CASE(threads_are_told_apart),
	    CASE(a_thread_port_dies_with_its_task),
	    CASE(a_task_for_which_there_is_no_memory_leaves_nothing),
	    CASE(a_task_whose_budget_has_no_room_for_two_names_is_not_made),
	    CASE(the_task_port_keeps_its_name),
	    CASE(only_a_task_that_asked_for_its_notify_port_is_of_mach_2),
	    CASE(a_right_of_mach_2_goes_with_its_port_and_the_task_is_told),
	    CASE(a_notify_port_that_was_taken_away_tells_nobody),
	    CASE(a_kernel_port_for_a_notify_port_tells_nobody),
	};

	return cmocka_run_group_tests_name("kern_task", tests, NULL, NULL);
}
