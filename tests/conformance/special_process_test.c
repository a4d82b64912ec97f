/*
 * What becomes of ports when processes come, change and go.
 * Source: spec/special-ports.md 1, 1.1, 2.4
 */
#include "notices.h"

#include <mach/mach2.h>
#include <mach/mig.h>
#include <mach/task.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child of the scenario's task looks at. */
struct inherited {
	mach_port_t names[3]; /* of the parent's */
	mach_port_t reply;
	mach_port_t special_reply;
};

static void
join_child(pid_t child)
{
	int status = -1;

	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Run @body in a fork child; what fails there fails here. */
static void
fork_and_run(void (*body)(void *argument), void *argument)
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		body(argument);
		_exit(EXIT_SUCCESS);
	}
	join_child(child);
}

static mach_port_t
special_port(int which)
{
	mach_port_t port;

	EXPECT(task_get_special_port(mach_task_self(), which, &port),
	    KERN_SUCCESS);
	return port;
}

static void
set_special_port(int which, mach_port_t port)
{
	EXPECT(
	    task_set_special_port(mach_task_self(), which, port), KERN_SUCCESS);
}

/* Say hello on a send right. It is dropped. */
static void
greet(mach_port_t port, mach_msg_id_t id)
{
	EXPECT(send_id(port, MACH_MSG_TYPE_MOVE_SEND, id, MACH_PORT_NULL, 0),
	    MACH_MSG_SUCCESS);
}

static void
look_at_a_new_space(void *argument)
{
	const struct inherited *parents = argument;
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	mach_msg_type_number_t types_count;
	mach_port_t task;

	EXPECT(mach_port_names(
	           mach_task_self(), &names, &count, &types, &types_count),
	    KERN_SUCCESS);
	/* The task port, and the bootstrap port or its dead name. */
	CHECK_EQUAL(count, 2);
	for (unsigned i = 0; i < 2; i++)
		CHECK(
		    names[i] == mach_task_self() || names[i] == bootstrap_port);
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQUAL(type_of(parents->names[i]), 0);
	CHECK_EQUAL(type_of(parents->reply), 0);
	CHECK_EQUAL(type_of(parents->special_reply), 0);

	/* The task port is its own. */
	CHECK_EQUAL(type_of(mach_task_self()), MACH_PORT_TYPE_SEND);
	task = special_port(TASK_KERNEL_PORT);
	CHECK_EQUAL(task, mach_task_self());
	/* Reply ports are made anew. */
	CHECK_EQUAL(type_of(mig_get_reply_port()), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(
	    type_of(thread_get_special_reply_port()), MACH_PORT_TYPE_RECEIVE);
	greet(special_port(TASK_BOOTSTRAP_PORT), 7);
	greet(bootstrap_port, 8);
}

static void
a_fork_child_begins_with_nothing(void)
{
	mach_port_t port = new_send_port();
	struct inherited inherited = {
	    .names = {port, new_set(), new_dead_name()},
	    .reply = mig_get_reply_port(),
	    .special_reply = thread_get_special_reply_port(),
	};

	set_special_port(TASK_BOOTSTRAP_PORT, port);
	fork_and_run(look_at_a_new_space, &inherited);
	expect_id(port, 7);
	expect_id(port, 8);
	/* Ours are as they were. */
	CHECK_EQUAL(mig_get_reply_port(), inherited.reply);
	CHECK_EQUAL(type_of(inherited.names[1]), MACH_PORT_TYPE_PORT_SET);
	set_special_port(TASK_BOOTSTRAP_PORT, MACH_PORT_NULL);
	mig_dealloc_reply_port(inherited.reply);
	drop_receive(inherited.special_reply);
	destroy(inherited.names[2]);
	destroy(inherited.names[1]);
	destroy(port);
}

/* Whom the task says is told when it crashes: with its state. */
static mach_port_t
crash_port(void)
{
	mach_msg_type_number_t count = 1;
	exception_behavior_t behavior;
	thread_state_flavor_t flavor;
	exception_mask_t mask;
	mach_port_t port;

	EXPECT(task_get_exception_ports(mach_task_self(), EXC_MASK_CRASH, &mask,
	           &count, &port, &behavior, &flavor),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, 1);
	CHECK_EQUAL(mask, EXC_MASK_CRASH);
	CHECK_EQUAL(behavior, EXCEPTION_STATE);
	CHECK_EQUAL(flavor, MACHINE_THREAD_STATE);
	return port;
}

static void
greet_by_all_ports(void *argument)
{
	mach_port_array_t registered;
	mach_msg_type_number_t count;
	mach_port_t host = mach_host_self();

	(void)argument;
	EXPECT(mach_ports_lookup(mach_task_self(), &registered, &count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, 3);
	greet(registered[0], 10);
	greet(registered[1], 11);
	CHECK_EQUAL(registered[2], MACH_PORT_NULL);
	greet(special_port(TASK_BOOTSTRAP_PORT), 12);
	greet(special_port(TASK_ACCESS_PORT), 13);
	greet(crash_port(), 14);
	CHECK_EQUAL(special_port(TASK_HOST_PORT), host);

	CHECK_EQUAL(special_port(TASK_DEBUG_CONTROL_PORT), MACH_PORT_NULL);
	CHECK_EQUAL(special_port(TASK_RESOURCE_NOTIFY_PORT), MACH_PORT_NULL);
	CHECK_EQUAL(special_port(TASK_NOTIFY_PORT), MACH_PORT_NULL);
}

static void
a_child_inherits_what_is_to_be_inherited(void)
{
	mach_port_t port = new_send_port();
	mach_port_t ports[] = {port, port};

	set_qlimit(port, 10);
	EXPECT(mach_ports_register(mach_task_self(), ports, 2), KERN_SUCCESS);
	set_special_port(TASK_BOOTSTRAP_PORT, port);
	set_special_port(TASK_ACCESS_PORT, port);
	set_special_port(TASK_DEBUG_CONTROL_PORT, port);
	set_special_port(TASK_RESOURCE_NOTIFY_PORT, port);
	set_special_port(TASK_NOTIFY_PORT, port);
	EXPECT(task_set_exception_ports(mach_task_self(), EXC_MASK_CRASH, port,
	           EXCEPTION_STATE, MACHINE_THREAD_STATE),
	    KERN_SUCCESS);
	fork_and_run(greet_by_all_ports, NULL);
	for (mach_msg_id_t id = 10; id <= 14; id++)
		expect_id(port, id);
	expect_empty(port);
	destroy(port);
}

static void
look_at_dead_slots(void *argument)
{
	mach_port_array_t registered;
	mach_msg_type_number_t count;

	(void)argument;
	EXPECT(mach_ports_lookup(mach_task_self(), &registered, &count),
	    KERN_SUCCESS);
	CHECK_EQUAL(registered[0], MACH_PORT_DEAD);
	CHECK_EQUAL(special_port(TASK_BOOTSTRAP_PORT), MACH_PORT_DEAD);
	CHECK_EQUAL(type_of(bootstrap_port), MACH_PORT_TYPE_DEAD_NAME);
}

static void
a_dead_port_is_inherited_dead(void)
{
	mach_port_t port = new_send_port();

	EXPECT(mach_ports_register(mach_task_self(), &port, 1), KERN_SUCCESS);
	set_special_port(TASK_BOOTSTRAP_PORT, port);
	destroy(port);
	fork_and_run(look_at_dead_slots, NULL);
}

static void
set_own_ports(void *argument)
{
	(void)argument;
	set_special_port(TASK_BOOTSTRAP_PORT, MACH_PORT_NULL);
	EXPECT(mach_ports_register(mach_task_self(), NULL, 0), KERN_SUCCESS);
}

static void
what_a_child_sets_is_its_own(void)
{
	mach_port_t port = new_send_port();
	mach_port_t found;

	set_special_port(TASK_BOOTSTRAP_PORT, port);
	fork_and_run(set_own_ports, NULL);
	found = special_port(TASK_BOOTSTRAP_PORT);
	CHECK_EQUAL(found, port);
	set_special_port(TASK_BOOTSTRAP_PORT, MACH_PORT_NULL);
	destroy(port);
}

/*
 * This program, run anew by exec. It is told so by its environment, and does
 * this in place of its scenarios.
 */
#define EXECUTED "SPECIAL_PROCESS_EXECUTED"

__attribute__((constructor)) static void
run_if_executed(void)
{
	mach_port_array_t registered;
	mach_msg_type_number_t count;
	const char *stale = getenv(EXECUTED);

	if (!stale)
		return;
	EXPECT(mach_ports_lookup(mach_task_self(), &registered, &count),
	    KERN_SUCCESS);
	greet(registered[1], 21);
	CHECK_EQUAL(type_of((mach_port_name_t)strtoul(stale, NULL, 0)), 0);
	greet(special_port(TASK_BOOTSTRAP_PORT), 22);
	greet(bootstrap_port, 23);
	_exit(EXIT_SUCCESS);
}

static void
execute(void *argument)
{
	char *arguments[] = {(char *)"executed", NULL};
	mach_port_t *parents = argument;
	char name[16];

	/* A task already, or not: its ports are its parent's either way. */
	if (*parents == MACH_PORT_NULL) {
		mach_port_t stale;

		for (unsigned i = 0; i < 20; i++)
			stale = new_port();
		*parents = stale;
	}
	(void)snprintf(name, sizeof(name), "%u", *parents);
	CHECK(setenv(EXECUTED, name, 1) == 0);
	(void)execv("/proc/self/exe", arguments);
	CHECK(false);
}

static void
a_program_that_is_executed_keeps_special_ports(void)
{
	mach_port_t port = new_send_port();
	mach_port_t ports[] = {MACH_PORT_NULL, port};
	mach_port_t task = MACH_PORT_NULL;

	set_qlimit(port, 6);
	set_special_port(TASK_BOOTSTRAP_PORT, port);
	EXPECT(mach_ports_register(mach_task_self(), ports, 2), KERN_SUCCESS);
	fork_and_run(execute, &task);
	fork_and_run(execute, &port);
	for (unsigned i = 0; i < 2; i++)
		for (mach_msg_id_t id = 21; id <= 23; id++)
			expect_id(port, id);
	set_special_port(TASK_BOOTSTRAP_PORT, MACH_PORT_NULL);
	EXPECT(mach_ports_register(mach_task_self(), NULL, 0), KERN_SUCCESS);
	destroy(port);
}

/* Send the task port and the thread port to the bootstrap port; then end, or
 * wait to be killed. */
static void
introduce(bool ends)
{
	mach_port_t port = special_port(TASK_BOOTSTRAP_PORT);

	EXPECT(send_right(port, 1, mach_task_self(), MACH_MSG_TYPE_COPY_SEND),
	    MACH_MSG_SUCCESS);
	EXPECT(send_right(port, 2, mach_thread_self(), MACH_MSG_TYPE_MOVE_SEND),
	    MACH_MSG_SUCCESS);
	if (ends)
		_exit(EXIT_SUCCESS);
	for (;;)
		(void)pause();
}

/* The end of a process is told by the death of its ports. */
static void
watch_end(bool ends)
{
	mach_port_t port = new_send_port();
	mach_port_t notify = new_port();
	mach_port_t dying[2];
	struct received message;
	int status;
	pid_t child;

	set_special_port(TASK_BOOTSTRAP_PORT, port);
	child = fork();
	CHECK(child >= 0);
	if (child == 0)
		introduce(ends);
	for (unsigned i = 0; i < 2; i++) {
		EXPECT(receive(port, 0, &message), MACH_MSG_SUCCESS);
		dying[i] = descriptor_of(&message, 0)->name;
		/* It may be dead by now. */
		if (dying[i] != MACH_PORT_DEAD)
			EXPECT(ask(dying[i], MACH_NOTIFY_DEAD_NAME, 1, notify,
			           NULL),
			    KERN_SUCCESS);
	}
	if (!ends)
		CHECK(kill(child, SIGKILL) == 0);
	CHECK(waitpid(child, &status, 0) == child);
	for (unsigned i = 0; i < 2; i++) {
		if (dying[i] == MACH_PORT_DEAD)
			continue;
		EXPECT(receive(notify, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_id, MACH_NOTIFY_DEAD_NAME);
	}
	for (unsigned i = 0; i < 2; i++) {
		if (dying[i] == MACH_PORT_DEAD)
			continue;
		CHECK_EQUAL(type_of(dying[i]), MACH_PORT_TYPE_DEAD_NAME);
		destroy(dying[i]);
	}
	set_special_port(TASK_BOOTSTRAP_PORT, MACH_PORT_NULL);
	drop_receive(notify);
	destroy(port);
}

static void
a_process_that_exits_is_told_of(void)
{
	watch_end(true);
}

static void
a_process_that_is_killed_is_told_of(void)
{
	watch_end(false);
}

static void
store_thread(void *argument)
{
	*(mach_port_t *)argument = mach_thread_self();
}

static void
a_thread_that_ends_takes_its_port_along(void)
{
	mach_port_t notify = new_port();
	mach_port_t thread = MACH_PORT_NULL;
	struct received message;

	worker_join(worker_start(store_thread, &thread));
	EXPECT(
	    ask(thread, MACH_NOTIFY_DEAD_NAME, 1, notify, NULL), KERN_SUCCESS);
	EXPECT(receive(notify, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, MACH_NOTIFY_DEAD_NAME);
	CHECK_EQUAL(type_of(thread), MACH_PORT_TYPE_DEAD_NAME);
	destroy(thread);
	drop_receive(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO_WITH(SCENARIO_PROCESS,
        "special.1.b1 special.1.1 special.1.1.r1 special.2.4",
        a_fork_child_begins_with_nothing),
    SCENARIO_WITH(SCENARIO_PROCESS, "special.1.1.r1 special.2.4",
        a_child_inherits_what_is_to_be_inherited),
    SCENARIO_WITH(
        SCENARIO_PROCESS, "special.2.4", a_dead_port_is_inherited_dead),
    SCENARIO_WITH(
        SCENARIO_PROCESS, "special.2.4", what_a_child_sets_is_its_own),
    SCENARIO_WITH(SCENARIO_PROCESS, "special.1.1.r2",
        a_program_that_is_executed_keeps_special_ports),
    SCENARIO_WITH(
        SCENARIO_PROCESS, "special.1.1.r3", a_process_that_exits_is_told_of),
    SCENARIO_WITH(SCENARIO_PROCESS, "special.1.1.r3",
        a_process_that_is_killed_is_told_of),
    SCENARIO_WITH(SCENARIO_PROCESS, "special.1.1.r4",
        a_thread_that_ends_takes_its_port_along),
};
CONFORMANCE(scenarios)
