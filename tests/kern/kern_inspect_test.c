/* What is told of tasks and of names, and to whom. */
#include "kern_inspect.h"

#include <mach/notify.h>

#include "ipc_label.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "kern_thread.h"
#include "look.h"
#include "machine.h"
#include "tasks.h"

#define ROOT 0
#define OWNER 500
#define SOMEBODY 1000
#define OTHER 1001

static bool
sees_task(const struct machine_process *who, const struct machine_process *whom)
{
	uint32_t count = look_tasks(who->task->space->identity);

	for (uint32_t i = 0; i < count; i++)
		if (look_task_records[i].task == whom->task->space->id.number)
			return true;
	return false;
}

/* --- tasks ----------------------------------------------------------------- */

TEST(a_task_is_told_by_its_process_and_its_user)
{
	const struct machine_process *one = machine_process(123, SOMEBODY);
	const struct machport_task_record record = look_task(one->task);

	assert_int_equal(record.pid, 123);
	assert_int_equal(record.euid, SOMEBODY);
	assert_int_equal(record.egid, SOMEBODY);
	assert_int_equal(record.names, 2); /* the fixed ones */
	assert_int_equal(record.receives, 0);
}

TEST(ids_of_tasks_are_not_used_twice)
{
	assert_int_not_equal(alice->space->id.number, 0);
	assert_int_not_equal(alice->space->id.number, bob->space->id.number);
}

TEST(a_task_tells_when_it_began)
{
	struct kern_task *carol;

	ipc_world.now_ns = 12345;
	carol = tasks_new(NULL);
	assert_int_equal(look_task(carol).started_ns, 12345);
	kern_task_destroy(carol);
}

TEST(a_task_tells_whose_ports_it_inherited)
{
	struct kern_task *child = tasks_new(&alice->ports);
	struct kern_ports kept;
	struct kern_task *late;

	assert_int_equal(look_task(child).parent, alice->space->id.number);
	assert_int_equal(look_task(alice).parent, 0);

	/* Also by way of what waits for a task to come. */
	kern_ports_init(&kept);
	kern_ports_inherit(&kept, &bob->ports);
	late = tasks_new(&kept);
	assert_int_equal(look_task(late).parent, bob->space->id.number);
	kern_ports_deinit(&kept);
	kern_task_destroy(late);
	kern_task_destroy(child);
}

TEST(a_task_tells_whether_it_is_suspended)
{
	const struct machine_process *one = machine_process(123, SOMEBODY);

	assert_int_equal(look_task(one->task).suspend_count, 0);
	EXPECT(kern_task_suspend(one->task), KERN_SUCCESS);
	EXPECT(kern_task_suspend(one->task), KERN_SUCCESS);
	assert_int_equal(look_task(one->task).suspend_count, 2);
}

TEST(a_task_tells_how_many_receive_rights_it_has)
{
	mach_port_name_t port = tasks_port(alice);

	(void)tasks_port(alice);
	assert_int_equal(look_task(alice).receives, 2);
	(void)look_give(alice, port, MACH_MSG_TYPE_MOVE_RECEIVE, bob);
	assert_int_equal(look_task(alice).receives, 1);
	assert_int_equal(look_task(bob).receives, 1);
}

TEST(a_task_tells_what_it_sent_and_what_nobody_has_received)
{
	mach_port_name_t port = tasks_port(bob);
	mach_port_name_t to =
	    look_give(bob, port, MACH_MSG_TYPE_MAKE_SEND, alice);
	struct machport_task_record record;

	look_send_bare(alice, to);
	look_send_bare(alice, to);
	record = look_task(alice);
	assert_int_equal(record.sent, 2);
	assert_int_equal(record.sent_bytes, 2 * sizeof(mach_msg_header_t));
	assert_int_equal(record.queued, 2);
	assert_true(record.queued_bytes >= 2 * sizeof(mach_msg_header_t));
	assert_int_equal(look_task(bob).received, 0);

	(void)look_receive(bob, port);
	assert_int_equal(look_task(alice).queued, 1);
	assert_int_equal(look_task(bob).received, 1);
	assert_int_equal(
	    look_task(bob).received_bytes, sizeof(mach_msg_header_t));

	EXPECT(ipc_mach_port_destroy(bob->space, port), KERN_SUCCESS);
	assert_int_equal(look_task(alice).queued, 0);
	assert_int_equal(look_task(alice).queued_bytes, 0);
	assert_int_equal(look_task(alice).sent, 2);
}

TEST(many_tasks_come_in_portions)
{
	enum { MANY = 800 };
	static struct kern_task *tasks[MANY];

	tasks_user->limits.names = 10000;
	tasks_user->limits.bytes = 1 << 24;
	for (unsigned i = 0; i < MANY; i++)
		tasks[i] = kern_task_new(tasks_user, NULL, NULL);
	assert_int_equal(look_tasks(NULL), MANY + 2);
	assert_true(look_portions > 1);
	for (unsigned i = 1; i < MANY + 2; i++)
		assert_true(
		    look_task_records[i - 1].task < look_task_records[i].task);
	for (unsigned i = 0; i < MANY; i++)
		kern_task_destroy(tasks[i]);
}

/* --- names ----------------------------------------------------------------- */

TEST(a_receive_right_tells_of_its_queue)
{
	mach_port_name_t port = tasks_send_port(alice);
	struct machport_name_record record;

	ipc_world.now_ns = 77;
	look_send_bare(alice, port);
	ipc_world.now_ns = 88;
	look_send_bare(alice, port);
	record = look_name(alice, port);
	assert_int_equal(record.type, MACH_PORT_TYPE_SEND_RECEIVE);
	assert_int_equal(record.urefs, 1);
	assert_int_equal(record.place, MACHPORT_PLACE_TASK);
	assert_int_equal(record.receiver, alice->space->id.number);
	assert_int_equal(record.receiver_name, port);
	assert_int_equal(record.queued, 2);
	assert_int_equal(record.qlimit, MACH_PORT_QLIMIT_DEFAULT);
	assert_int_equal(record.send_rights, 3); /* each message has one */
	assert_int_equal(record.enqueued, 2);
	assert_int_equal(record.oldest_ns, 77);
}

TEST(a_send_right_tells_who_receives)
{
	const struct machine_process *one = machine_process(123, SOMEBODY);
	mach_port_name_t port = tasks_port(one->task);
	mach_port_name_t to =
	    look_give(one->task, port, MACH_MSG_TYPE_MAKE_SEND, alice);
	const struct machport_name_record record = look_name(alice, to);

	assert_int_equal(record.type, MACH_PORT_TYPE_SEND);
	assert_int_equal(record.receiver, one->task->space->id.number);
	assert_int_equal(record.receiver_pid, 123);
	assert_int_equal(record.receiver_name, port);
	assert_int_equal(record.port, look_name(one->task, port).port);
}

TEST(a_set_tells_of_its_members)
{
	mach_port_name_t port = tasks_port(alice);
	mach_port_name_t set;
	struct machport_name_record record;

	EXPECT(ipc_mach_port_allocate(
	           alice->space, MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	EXPECT(
	    ipc_mach_port_insert_member(alice->space, port, set), KERN_SUCCESS);
	record = look_name(alice, set);
	assert_int_equal(record.type, MACH_PORT_TYPE_PORT_SET);
	assert_int_not_equal(record.port, 0);
	assert_int_equal(record.members, 1);
	assert_int_equal(look_name(alice, port).members, 1);
}

TEST(a_dead_name_tells_of_nothing)
{
	mach_port_name_t port = tasks_port(bob);
	mach_port_name_t once =
	    look_give(bob, port, MACH_MSG_TYPE_MAKE_SEND_ONCE, alice);
	struct machport_name_record expected = {
	    .name = once,
	    .type = MACH_PORT_TYPE_DEAD_NAME,
	    .urefs = 1,
	    .origin = MACHPORT_ORIGIN_TASK,
	    .origin_task = bob->space->id.number,
	};
	struct machport_name_record record;

	EXPECT(ipc_mach_port_destroy(bob->space, port), KERN_SUCCESS);
	/* Before its task has looked, and after. */
	for (unsigned i = 0; i < 2; i++) {
		record = look_name(alice, once);
		assert_memory_equal(&record, &expected, sizeof(record));
		(void)tasks_type(alice, once);
	}
}

TEST(a_look_changes_nothing)
{
	mach_port_name_t port = tasks_port(bob);
	mach_port_name_t once =
	    look_give(bob, port, MACH_MSG_TYPE_MAKE_SEND_ONCE, alice);
	const struct ipc_entry *entry;

	EXPECT(ipc_mach_port_destroy(bob->space, port), KERN_SUCCESS);
	(void)look_names(NULL, alice);
	entry = ipc_space_find_raw(alice->space, once);
	assert_int_equal(entry->type, MACH_PORT_TYPE_SEND_ONCE);
}

TEST(objects_of_the_kernel_tell_whose_they_are)
{
	const struct machine_process *one = machine_process(123, SOMEBODY);
	struct kern_thread *thread = kern_thread_get(one->task, 456);
	mach_port_name_t host;
	mach_port_name_t name;
	struct machport_name_record record;

	record = look_name(alice, tasks_give_task(one->task, alice));
	assert_int_equal(record.place, MACHPORT_PLACE_KERNEL);
	assert_int_equal(record.object, IPC_KOBJECT_TASK);
	assert_int_equal(record.object_pid, 123);
	assert_int_equal(record.object_id, one->task->space->id.number);
	assert_int_equal(record.receiver, 0);

	EXPECT(kern_thread_self(thread, alice, &name), KERN_SUCCESS);
	record = look_name(alice, name);
	assert_int_equal(record.object, IPC_KOBJECT_THREAD);
	assert_int_equal(record.object_pid, 123);
	assert_int_equal(record.object_id, 456);

	EXPECT(kern_task_host_self(alice, &host), KERN_SUCCESS);
	record = look_name(alice, host);
	/* alice is the kernel itself: privileged. */
	assert_int_equal(record.object, IPC_KOBJECT_HOST_PRIV);
	assert_int_equal(record.object_pid, 0);
	assert_null(kern_thread_unref(thread));
}

TEST(a_port_that_travels_is_in_transit)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t travels = tasks_send_port(alice);
	struct machport_name_record record;

	look_send(alice, port, 1, travels, MACH_MSG_TYPE_MOVE_RECEIVE,
	    MACH_PORT_NULL);
	look_send_bare(alice, travels);
	record = look_name(alice, travels);
	assert_int_equal(record.type, MACH_PORT_TYPE_SEND);
	assert_int_equal(record.place, MACHPORT_PLACE_TRANSIT);
	assert_int_equal(record.receiver, 0);
	assert_int_equal(record.queued, 1);
}

TEST(a_port_that_travels_too_far_tells_nothing_of_its_queue)
{
	static const struct ipc_charge plenty = {
	    4096, 4096, 16 << 20, 16 << 20};
	struct ipc_account *account = ipc_account_new(NULL, &plenty);
	struct kern_task *carol = kern_task_new(account, NULL, NULL);
	const mach_port_name_t first = tasks_send_port(carol);
	mach_port_name_t travels = first;
	struct machport_name_record record;

	(void)ipc_account_unref(account);
	look_send_bare(carol, first);
	for (unsigned i = 0; i <= IPC_CHAIN_MAX; i++) {
		mach_port_name_t next = tasks_send_port(carol);

		look_send(carol, next, 1, travels, MACH_MSG_TYPE_MOVE_RECEIVE,
		    MACH_PORT_NULL);
		travels = next;
	}
	record = look_name(carol, first);
	assert_int_equal(record.place, MACHPORT_PLACE_TRANSIT);
	assert_int_equal(record.queued, 0);
	assert_int_equal(record.send_rights, 0);
	kern_task_destroy(carol);
}

TEST(requests_are_told)
{
	mach_port_name_t port = tasks_send_port(alice);
	mach_port_name_t notify = tasks_port(alice);
	mach_port_name_t previous;

	EXPECT(ipc_mach_port_request_notification(alice->space, port,
	           MACH_NOTIFY_NO_SENDERS, 1, alice->space, notify,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	assert_int_equal(
	    look_name(alice, port).requests, MACHPORT_REQUEST_NO_SENDERS);
	EXPECT(ipc_mach_port_request_notification(alice->space, port,
	           MACH_NOTIFY_PORT_DESTROYED, 0, alice->space, notify,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	EXPECT(ipc_mach_port_request_notification(alice->space, port,
	           MACH_NOTIFY_DEAD_NAME, 0, alice->space, notify,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	assert_int_equal(look_name(alice, port).requests,
	    MACHPORT_REQUEST_NO_SENDERS | MACHPORT_REQUEST_PORT_DESTROYED |
	        MACHPORT_REQUEST_DEAD_NAME);
}

TEST(a_label_is_told)
{
	mach_port_name_t port = tasks_port(alice);

	EXPECT(ipc_mach_port_set_label(alice->space, port, "requests"),
	    KERN_SUCCESS);
	assert_string_equal(look_name(alice, port).label, "requests");
}

TEST(a_name_tells_how_it_came)
{
	const struct machine_process *one = machine_process(123, SOMEBODY);
	mach_port_name_t inbox = tasks_port(alice);
	mach_port_name_t to =
	    look_give(alice, inbox, MACH_MSG_TYPE_MAKE_SEND, one->task);
	struct machport_name_record record;
	struct look_message message;

	ipc_world.now_ns = 50000000;
	look_send(one->task, to, 42, tasks_port(one->task),
	    MACH_MSG_TYPE_MAKE_SEND, MACH_PORT_NULL);
	message = look_receive(alice, inbox);
	record = look_name(alice, message.ports[0].name);
	assert_int_equal(record.origin, MACHPORT_ORIGIN_MESSAGE);
	assert_int_equal(record.origin_pid, 123);
	assert_int_equal(record.origin_task, one->task->space->id.number);
	assert_int_equal(record.origin_msgh_id, 42);
	assert_in_range(record.origin_ns, 48000000, 50000000);
	record = look_name(alice, KERN_TASK_SELF_NAME);
	assert_int_equal(record.origin, MACHPORT_ORIGIN_KERNEL);
}

TEST(many_names_come_in_portions_each_once)
{
	for (unsigned i = 0; i < 900; i++) {
		mach_port_name_t name;

		assert_int_equal(ipc_mach_port_allocate(alice->space,
		                     MACH_PORT_RIGHT_DEAD_NAME, &name),
		    KERN_SUCCESS);
	}
	assert_int_equal(look_names(NULL, alice), 902);
	assert_true(look_portions > 1);
	for (unsigned i = 1; i < 902; i++)
		assert_true(
		    look_name_records[i - 1].name < look_name_records[i].name);
}

TEST(a_table_that_is_nearly_empty_is_looked_at_piece_by_piece)
{
	tasks_user->limits.bytes = 1 << 24;
	alice->space->account->limits.bytes = 1 << 24;
	EXPECT(ipc_mach_port_allocate_name(
	           alice->space, MACH_PORT_RIGHT_DEAD_NAME, 0x1ffff03),
	    KERN_SUCCESS);
	assert_int_equal(look_names(NULL, alice), 3);
	assert_int_equal(look_portions, 8);
	assert_int_equal(look_name_records[2].name, 0x1ffff03);
}

TEST(a_cursor_can_be_anything)
{
	static const uint64_t cursors[] = {
	    1, 0x104, 0xffffffff, 0x100000000, UINT64_MAX};

	for (unsigned i = 0; i < sizeof(cursors) / sizeof(cursors[0]); i++) {
		struct kern_look look = {.who = NULL};
		struct kern_portion portion;
		uint64_t cursor = cursors[i];

		EXPECT(
		    kern_inspect_tasks(&look, &cursor, &portion), KERN_SUCCESS);
		cursor = cursors[i];
		EXPECT(kern_inspect_names(
		           &look, alice->space->id.number, &cursor, &portion),
		    KERN_SUCCESS);
	}
}

TEST(names_of_a_task_that_is_not_there_are_refused)
{
	struct kern_look look = {.who = NULL};
	struct kern_portion portion;
	uint64_t cursor = 0;

	EXPECT(kern_inspect_names(&look, 0, &cursor, &portion),
	    KERN_INVALID_ARGUMENT);
	EXPECT(kern_inspect_names(&look, 999999, &cursor, &portion),
	    KERN_INVALID_ARGUMENT);
}

/* --- who sees it ----------------------------------------------------------- */

TEST(a_user_sees_his_own_tasks_and_no_others)
{
	const struct machine_process *one = machine_process(1, SOMEBODY);
	const struct machine_process *two = machine_process(2, SOMEBODY);
	const struct machine_process *three = machine_process(3, OTHER);
	const struct machine_process *root = machine_process(4, ROOT);

	assert_true(sees_task(one, two));
	assert_false(sees_task(one, three));
	assert_false(sees_task(one, root));
}

TEST(root_and_the_owner_of_the_kernel_see_all_tasks)
{
	const struct machine_process *one = machine_process(1, SOMEBODY);
	const struct machine_process *root = machine_process(2, ROOT);
	const struct machine_process *owner = machine_process(3, OWNER);

	assert_true(sees_task(root, one));
	assert_true(sees_task(owner, one));
	assert_true(sees_task(owner, root));
}

TEST(names_of_another_users_task_are_refused)
{
	const struct machine_process *one = machine_process(1, SOMEBODY);
	const struct machine_process *two = machine_process(2, OTHER);
	struct kern_look look = {.who = one->task->space->identity};
	struct kern_portion portion;
	uint64_t cursor = 0;

	EXPECT(kern_inspect_names(
	           &look, two->task->space->id.number, &cursor, &portion),
	    KERN_NO_ACCESS);
}

TEST(of_another_users_port_only_the_pid_and_the_label_are_told)
{
	const struct machine_process *one = machine_process(1, SOMEBODY);
	const struct machine_process *two = machine_process(2, OTHER);
	mach_port_name_t port = tasks_port(two->task);
	mach_port_name_t to =
	    look_give(two->task, port, MACH_MSG_TYPE_MAKE_SEND, one->task);
	struct machport_name_record record;

	EXPECT(ipc_mach_port_set_label(two->task->space, port, "public"),
	    KERN_SUCCESS);
	look_send_bare(one->task, to);
	record = look_name_as(one->task->space->identity, one->task, to);
	assert_int_equal(record.receiver_pid, 2);
	assert_string_equal(record.label, "public");
	assert_int_equal(record.receiver, 0);
	assert_int_equal(record.receiver_name, 0);
	assert_int_equal(record.queued, 0);
	assert_int_equal(record.qlimit, 0);
	assert_int_equal(record.send_rights, 0);
	assert_int_equal(record.enqueued, 0);
	assert_int_equal(record.oldest_ns, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE_ON_MACHINE(a_task_is_told_by_its_process_and_its_user),
	    CASE_ON_MACHINE(ids_of_tasks_are_not_used_twice),
	    CASE_ON_MACHINE(a_task_tells_when_it_began),
	    CASE_ON_MACHINE(a_task_tells_whose_ports_it_inherited),
	    CASE_ON_MACHINE(a_task_tells_whether_it_is_suspended),
	    CASE_ON_MACHINE(a_task_tells_how_many_receive_rights_it_has),
	    CASE_ON_MACHINE(
	        a_task_tells_what_it_sent_and_what_nobody_has_received),
	    CASE_ON_MACHINE(many_tasks_come_in_portions),
	    CASE_ON_MACHINE(a_receive_right_tells_of_its_queue),
	    CASE_ON_MACHINE(a_send_right_tells_who_receives),
	    CASE_ON_MACHINE(a_set_tells_of_its_members),
	    CASE_ON_MACHINE(a_dead_name_tells_of_nothing),
	    CASE_ON_MACHINE(a_look_changes_nothing),
	    CASE_ON_MACHINE(objects_of_the_kernel_tell_whose_they_are),
	    CASE_ON_MACHINE(a_port_that_travels_is_in_transit),
	    CASE_ON_MACHINE(
	        a_port_that_travels_too_far_tells_nothing_of_its_queue),
	    CASE_ON_MACHINE(requests_are_told),
	    CASE_ON_MACHINE(a_label_is_told),
	    CASE_ON_MACHINE(a_name_tells_how_it_came),
	    CASE_ON_MACHINE(many_names_come_in_portions_each_once),
	    CASE_ON_MACHINE(
	        a_table_that_is_nearly_empty_is_looked_at_piece_by_piece),
	    CASE_ON_MACHINE(a_cursor_can_be_anything),
	    CASE_ON_MACHINE(names_of_a_task_that_is_not_there_are_refused),
	    CASE_ON_MACHINE(a_user_sees_his_own_tasks_and_no_others),
	    CASE_ON_MACHINE(root_and_the_owner_of_the_kernel_see_all_tasks),
	    CASE_ON_MACHINE(names_of_another_users_task_are_refused),
	    CASE_ON_MACHINE(
	        of_another_users_port_only_the_pid_and_the_label_are_told),
	};

	return cmocka_run_group_tests_name("kern_inspect", tests, NULL, NULL);
}
