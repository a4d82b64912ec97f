/* Timers of tasks: when they tell, how often, and what becomes of them. */
#include "kern_mk_timer.h"

#include <limits.h>
#include <mach/mk_timer.h>

#include "base_alloc.h"
#include "ipc_account.h"
#include "ipc_entry.h"
#include "ipc_kobject.h"
#include "ipc_mach_port.h"
#include "ipc_mqueue.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "kern_timer.h"
#include "machine.h"
#include "post.h"
#include "tasks.h"

#define DEADLINE UINT64_C(2000000000)

static mach_port_name_t
new_timer(struct kern_task *task)
{
	mach_port_name_t name;

	EXPECT(kern_mk_timer_create(task->space, &name), KERN_SUCCESS);
	return name;
}

static mach_port_name_t
armed_timer(struct kern_task *task)
{
	mach_port_name_t name = new_timer(task);

	EXPECT(kern_mk_timer_arm(task->space, name, DEADLINE), KERN_SUCCESS);
	return name;
}

static void
pass_time(uint64_t now_ns)
{
	machine_now_ns = now_ns;
	kern_timer_expire(now_ns, UINT_MAX);
	ipc_check();
}

static mach_msg_return_t
receive(struct kern_task *task, mach_port_name_t name)
{
	mk_timer_expire_msg_t message;

	return post_receive(task, name, &message, sizeof(message));
}

TEST(a_timer_is_a_receive_right)
{
	mach_port_name_t name = new_timer(alice);

	assert_int_equal(tasks_type(alice, name), MACH_PORT_TYPE_RECEIVE);
}

TEST(a_timer_says_what_it_is)
{
	mach_port_name_t name = new_timer(alice);
	uint32_t type;

	EXPECT(ipc_mach_port_kobject(alice->space, name, &type), KERN_SUCCESS);
	assert_int_equal(type, IPC_KOBJECT_TIMER);
	assert_string_equal(ipc_kobject_description(type), "timer");
}

TEST(the_message_comes_when_the_deadline_has_passed)
{
	mach_port_name_t name = armed_timer(alice);

	pass_time(DEADLINE - 1);
	assert_int_equal(receive(alice, name), MACH_RCV_TIMED_OUT);
	pass_time(DEADLINE);
	assert_int_equal(receive(alice, name), MACH_MSG_SUCCESS);
	assert_int_equal(receive(alice, name), MACH_RCV_TIMED_OUT);
}

TEST(the_message_is_as_darwin_has_it)
{
	mach_port_name_t name = armed_timer(alice);
	mk_timer_expire_msg_t message;

	pass_time(DEADLINE);
	assert_int_equal(post_receive(alice, name, &message, sizeof(message)),
	    MACH_MSG_SUCCESS);
	assert_int_equal(message.header.msgh_bits,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND));
	assert_int_equal(message.header.msgh_size, 48);
	assert_int_equal(message.header.msgh_local_port, name);
	assert_int_equal(message.header.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(message.header.msgh_id, 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(message.unused[i], 0);
}

TEST(a_deadline_that_has_passed_is_told_at_once)
{
	mach_port_name_t name = new_timer(alice);

	EXPECT(kern_mk_timer_arm(alice->space, name, machine_now_ns),
	    KERN_SUCCESS);
	assert_int_equal(receive(alice, name), MACH_MSG_SUCCESS);
}

TEST(a_timer_that_is_armed_again_forgets_its_deadline)
{
	mach_port_name_t name = armed_timer(alice);

	EXPECT(
	    kern_mk_timer_arm(alice->space, name, 2 * DEADLINE), KERN_SUCCESS);
	pass_time(DEADLINE);
	assert_int_equal(receive(alice, name), MACH_RCV_TIMED_OUT);
	pass_time(2 * DEADLINE);
	assert_int_equal(receive(alice, name), MACH_MSG_SUCCESS);
}

TEST(only_one_message_waits_to_be_received)
{
	mach_port_name_t name = new_timer(alice);

	for (unsigned i = 0; i < 3; i++)
		EXPECT(kern_mk_timer_arm(alice->space, name, 0), KERN_SUCCESS);
	assert_int_equal(post_count(alice, name), 1);
	assert_int_equal(receive(alice, name), MACH_MSG_SUCCESS);
	EXPECT(kern_mk_timer_arm(alice->space, name, 0), KERN_SUCCESS);
	assert_int_equal(receive(alice, name), MACH_MSG_SUCCESS);
	assert_int_equal(receive(alice, name), MACH_RCV_TIMED_OUT);
}

TEST(a_full_queue_does_not_stop_the_message)
{
	mach_port_name_t name = new_timer(alice);
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
	    .msgh_size = sizeof(header),
	    .msgh_remote_port = name,
	};

	for (unsigned i = 0; i < MACH_PORT_QLIMIT_DEFAULT; i++)
		assert_int_equal(post_send(alice, &header), MACH_MSG_SUCCESS);
	EXPECT(kern_mk_timer_arm(alice->space, name, 0), KERN_SUCCESS);
	assert_int_equal(post_count(alice, name), MACH_PORT_QLIMIT_DEFAULT + 1);
}

TEST(a_queue_that_holds_all_it_can_takes_no_message)
{
	mach_port_name_t name = new_timer(alice);
	struct ipc_port *port = ipc_space_find(alice->space, name)->port;
	kern_return_t kr;

	/* As if. */
	port->msgcount = IPC_QUEUE_MAX;
	kr = kern_mk_timer_arm(alice->space, name, 0);
	port->msgcount = 0;
	EXPECT(kr, KERN_SUCCESS);
	assert_int_equal(receive(alice, name), MACH_RCV_TIMED_OUT);
	EXPECT(kern_mk_timer_arm(alice->space, name, 0), KERN_SUCCESS);
	assert_int_equal(receive(alice, name), MACH_MSG_SUCCESS);
}

TEST(a_timer_that_was_cancelled_does_not_tell)
{
	mach_port_name_t name = armed_timer(alice);
	uint64_t deadline = 0;

	EXPECT(
	    kern_mk_timer_cancel(alice->space, name, &deadline), KERN_SUCCESS);
	assert_int_equal(deadline, DEADLINE);
	pass_time(DEADLINE);
	assert_int_equal(receive(alice, name), MACH_RCV_TIMED_OUT);
}

TEST(to_cancel_what_is_not_armed_tells_no_deadline)
{
	mach_port_name_t name = armed_timer(alice);
	uint64_t deadline = 1;

	pass_time(DEADLINE);
	EXPECT(
	    kern_mk_timer_cancel(alice->space, name, &deadline), KERN_SUCCESS);
	assert_int_equal(deadline, 0);
	assert_int_equal(receive(alice, name), MACH_MSG_SUCCESS);
}

TEST(a_timer_that_was_destroyed_is_gone)
{
	mach_port_name_t name = armed_timer(alice);

	EXPECT(kern_mk_timer_destroy(alice->space, name), KERN_SUCCESS);
	EXPECT(kern_mk_timer_destroy(alice->space, name), KERN_INVALID_NAME);
	assert_true(kern_timer_next() == UINT64_MAX);
}

TEST(a_timer_goes_with_its_port)
{
	mach_port_name_t name = armed_timer(alice);

	EXPECT(ipc_mach_port_mod_refs(
	           alice->space, name, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	assert_true(kern_timer_next() == UINT64_MAX);
}

TEST(a_timer_whose_message_was_not_received_goes_too)
{
	mach_port_name_t name = armed_timer(alice);

	pass_time(DEADLINE);
	EXPECT(
	    kern_mk_timer_arm(alice->space, name, 2 * DEADLINE), KERN_SUCCESS);
	EXPECT(kern_mk_timer_destroy(alice->space, name), KERN_SUCCESS);
	assert_true(kern_timer_next() == UINT64_MAX);
}

TEST(a_timer_travels_with_its_receive_right)
{
	mach_port_name_t old = armed_timer(alice);
	mach_port_name_t name = post_receive_right(alice, old, bob);
	uint64_t deadline;

	EXPECT(kern_mk_timer_cancel(alice->space, old, &deadline),
	    KERN_INVALID_NAME);
	pass_time(DEADLINE);
	assert_int_equal(receive(bob, name), MACH_MSG_SUCCESS);
	EXPECT(kern_mk_timer_arm(bob->space, name, 0), KERN_SUCCESS);
	assert_int_equal(receive(bob, name), MACH_MSG_SUCCESS);
}

TEST(a_timer_outlives_the_task_that_made_it)
{
	mach_port_name_t name =
	    post_receive_right(alice, armed_timer(alice), bob);

	kern_task_destroy(alice);
	alice = NULL;
	ipc_check();
	pass_time(DEADLINE);
	assert_int_equal(receive(bob, name), MACH_MSG_SUCCESS);
}

TEST(what_is_no_timer_is_refused)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t send = tasks_give_task(bob, alice);
	uint64_t deadline = 1;

	EXPECT(kern_mk_timer_arm(alice->space, MACH_PORT_NULL, 0),
	    KERN_INVALID_NAME);
	EXPECT(kern_mk_timer_arm(alice->space, 0xabc3, 0), KERN_INVALID_NAME);
	EXPECT(kern_mk_timer_arm(alice->space, send, 0), KERN_INVALID_RIGHT);
	EXPECT(kern_mk_timer_arm(alice->space, port, 0), KERN_INVALID_ARGUMENT);
	EXPECT(
	    kern_mk_timer_destroy(alice->space, port), KERN_INVALID_ARGUMENT);
	EXPECT(kern_mk_timer_cancel(alice->space, port, &deadline),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(deadline, 1);
}

TEST(a_timer_is_charged_to_who_made_it)
{
	const struct ipc_charge *used = &alice->space->account->used;
	uint64_t before = used->bytes;
	mach_port_name_t name = new_timer(alice);

	assert_true(used->bytes > before);
	EXPECT(kern_mk_timer_destroy(alice->space, name), KERN_SUCCESS);
	assert_int_equal(used->bytes, before);
}

TEST(its_message_is_charged_to_who_armed_it)
{
	mach_port_name_t name =
	    post_receive_right(alice, new_timer(alice), bob);
	const struct ipc_charge *used = &bob->space->account->used;

	EXPECT(kern_mk_timer_arm(bob->space, name, 0), KERN_SUCCESS);
	assert_int_equal(used->messages, 1);
	assert_int_equal(receive(bob, name), MACH_MSG_SUCCESS);
	assert_int_equal(used->messages, 0);
}

TEST(a_task_has_no_more_timers_than_its_budget)
{
	struct ipc_account *account = alice->space->account;
	mach_port_name_t name = new_timer(alice);
	mach_port_name_t more;

	account->limits.messages = account->used.messages;
	EXPECT(kern_mk_timer_arm(alice->space, name, DEADLINE),
	    KERN_RESOURCE_SHORTAGE);
	account->limits.names = account->used.names;
	EXPECT(kern_mk_timer_create(alice->space, &more), KERN_NO_SPACE);
	account->limits.bytes = account->used.bytes;
	EXPECT(
	    kern_mk_timer_create(alice->space, &more), KERN_RESOURCE_SHORTAGE);
}

/* Whatever allocation fails: nothing has changed. */
TEST(without_memory_there_is_no_timer)
{
	mach_port_name_t name;
	kern_return_t kr;
	uint64_t i = 0;

	do {
		base_alloc_fail_at(++i);
		kr = kern_mk_timer_create(alice->space, &name);
		base_alloc_fail_at(0);
		ipc_check();
	} while (kr == KERN_RESOURCE_SHORTAGE);
	assert_int_equal(kr, KERN_SUCCESS);
	assert_in_range(i, 3, 20);
	base_alloc_fail_at(1);
	kr = kern_mk_timer_arm(alice->space, name, DEADLINE);
	base_alloc_fail_at(0);
	EXPECT(kr, KERN_RESOURCE_SHORTAGE);
	assert_true(kern_timer_next() == UINT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE_ON_MACHINE(a_timer_is_a_receive_right),
	    CASE_ON_MACHINE(a_timer_says_what_it_is),
	    CASE_ON_MACHINE(the_message_comes_when_the_deadline_has_passed),
	    CASE_ON_MACHINE(the_message_is_as_darwin_has_it),
	    CASE_ON_MACHINE(a_deadline_that_has_passed_is_told_at_once),
	    CASE_ON_MACHINE(a_timer_that_is_armed_again_forgets_its_deadline),
	    CASE_ON_MACHINE(only_one_message_waits_to_be_received),
	    CASE_ON_MACHINE(a_full_queue_does_not_stop_the_message),
	    CASE_ON_MACHINE(a_queue_that_holds_all_it_can_takes_no_message),
	    CASE_ON_MACHINE(a_timer_that_was_cancelled_does_not_tell),
	    CASE_ON_MACHINE(to_cancel_what_is_not_armed_tells_no_deadline),
	    CASE_ON_MACHINE(a_timer_that_was_destroyed_is_gone),
	    CASE_ON_MACHINE(a_timer_goes_with_its_port),
	    CASE_ON_MACHINE(a_timer_whose_message_was_not_received_goes_too),
	    CASE_ON_MACHINE(a_timer_travels_with_its_receive_right),
	    CASE_ON_MACHINE(a_timer_outlives_the_task_that_made_it),
	    CASE_ON_MACHINE(what_is_no_timer_is_refused),
	    CASE_ON_MACHINE(a_timer_is_charged_to_who_made_it),
	    CASE_ON_MACHINE(its_message_is_charged_to_who_armed_it),
	    CASE_ON_MACHINE(a_task_has_no_more_timers_than_its_budget),
	    CASE_ON_MACHINE(without_memory_there_is_no_timer),
	};

	return cmocka_run_group_tests_name("kern_mk_timer", tests, NULL, NULL);
}
