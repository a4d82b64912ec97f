/* Looking at tasks, and tracing them, from a program: <machport/inspect.defs> through a
 * kernel process. */
#include <machport.h>
#include <machport/inspect.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/mach.h>

#include "inspect_stubs.h"
#include "program.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define OTHER_USER 12345

static int ready[2]; /* a child has come so far */

/* A child that runs @body and then rings. */
static pid_t
start(void (*body)(void))
{
	char byte;
	pid_t pid;

	if (ready[0] == 0)
		CHECK_EQ(pipe(ready), 0);
	pid = program_fork(body);
	CHECK_EQ(read(ready[0], &byte, 1), 1);
	return pid;
}

static void
linger(void)
{
	CHECK_EQ(write(ready[1], "", 1), 1);
	(void)pause();
}

static void
end(pid_t pid)
{
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
}

/* The record of @pid's task; false: it is not told of. */
static bool
find_task(pid_t pid, struct machport_task_record *record_out)
{
	mach_port_t host = mach_host_self();
	machport_records_t records;
	mach_msg_type_number_t bytes;
	uint64_t cursor = 0;
	bool found = false;

	do {
		CHECK_EQ(
		    machport_inspect_tasks(host, &cursor, &records, &bytes),
		    KERN_SUCCESS);
		CHECK_EQ(bytes % sizeof(*record_out), 0);
		for (uint32_t at = 0; at < bytes && !found;
		     at += (uint32_t)sizeof(*record_out)) {
			memcpy(record_out, records + at, sizeof(*record_out));
			found = record_out->pid == pid;
		}
		CHECK_EQ(vm_deallocate(
		             mach_task_self(), (vm_address_t)records, bytes),
		    KERN_SUCCESS);
	} while (cursor != 0 && !found);
	return found;
}

/* The record of @name in @task; it must be there. */
static struct machport_name_record
find_name(uint32_t task, mach_port_name_t name)
{
	mach_port_t host = mach_host_self();
	struct machport_name_record record = {0};
	machport_records_t records;
	mach_msg_type_number_t bytes;
	uint64_t cursor = 0;

	do {
		CHECK_EQ(machport_inspect_names(
		             host, task, &cursor, &records, &bytes),
		    KERN_SUCCESS);
		for (uint32_t at = 0; at < bytes && record.name != name;
		     at += (uint32_t)sizeof(record))
			memcpy(&record, records + at, sizeof(record));
		CHECK_EQ(vm_deallocate(
		             mach_task_self(), (vm_address_t)records, bytes),
		    KERN_SUCCESS);
	} while (cursor != 0 && record.name != name);
	CHECK_EQ(record.name, name);
	return record;
}

static mach_port_name_t
new_port(void)
{
	mach_port_name_t port;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_insert_right(
	             mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	return port;
}

static void
send_bare(mach_port_t port, mach_msg_id_t id)
{
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_size = sizeof(header),
	    .msgh_remote_port = port,
	    .msgh_id = id,
	};

	CHECK_EQ(mach_msg(&header, MACH_SEND_MSG, sizeof(header), 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

/* --- looking --------------------------------------------------------------- */

static void
look_at_self(void)
{
	mach_port_name_t port = new_port();
	struct machport_name_record name;
	struct machport_task_record task;
	machport_records_t records;
	mach_msg_type_number_t bytes;
	uint64_t cursor = 0;

	CHECK_EQ(machport_set_label(port, "mine"), KERN_SUCCESS);
	send_bare(port, 1);
	CHECK(find_task(getpid(), &task));
	CHECK_EQ(task.euid, geteuid());
	CHECK_EQ(task.threads, 1);
	CHECK_EQ(task.queued, 1);
	CHECK(task.started_ns > 0);
	name = find_name(task.task, port);
	CHECK_EQ(name.receiver_pid, getpid());
	CHECK_EQ(name.queued, 1);
	CHECK(name.oldest_ns >= task.started_ns);
	CHECK_EQ(name.origin, MACHPORT_ORIGIN_MADE);
	CHECK_EQ(strcmp(name.label, "mine"), 0);

	CHECK_EQ(machport_inspect_port(
	             mach_host_self(), name.port, &cursor, &records, &bytes),
	    KERN_SUCCESS);
	CHECK_EQ(bytes, 2 * sizeof(struct machport_item));
	CHECK_EQ(cursor, 0);
	CHECK_EQ(machport_inspect_find(
	             mach_host_self(), name.port, &records, &bytes),
	    KERN_SUCCESS);
	CHECK_EQ(bytes, sizeof(name));
	CHECK_EQ(machport_inspect_find(
	             mach_task_self(), name.port, &records, &bytes),
	    KERN_INVALID_ARGUMENT);
}

TEST(a_task_sees_itself) { program_run(look_at_self); }

static void
look_at_much(void)
{
	enum { MANY = 2000 };
	mach_port_name_t name;
	struct machport_task_record task;

	for (unsigned i = 0; i < MANY; i++)
		CHECK_EQ(mach_port_allocate(mach_task_self(),
		             MACH_PORT_RIGHT_DEAD_NAME, &name),
		    KERN_SUCCESS);
	CHECK(find_task(getpid(), &task));
	CHECK(task.names >= MANY);
	CHECK_EQ(find_name(task.task, name).type, MACH_PORT_TYPE_DEAD_NAME);
}

TEST(much_comes_in_portions) { program_run(look_at_much); }

static void
be_a_task(void)
{
	CHECK_EQ(mach_init(), 0);
	linger();
}

static void
look_at_child(void)
{
	pid_t kernel = program_start_kernel();
	struct machport_task_record self;
	struct machport_task_record task;
	pid_t child;

	CHECK_EQ(mach_init(), 0);
	child = start(be_a_task);
	CHECK(find_task(getpid(), &self));
	CHECK(find_task(child, &task));
	CHECK_EQ(task.parent, self.task);
	end(child);
	program_kill_kernel(kernel);
}

TEST(a_child_has_its_parent) { program_run(look_at_child); }

/* Becomes another user, if that is possible, before it is a task. */
static void
become_other(void)
{
	if (geteuid() != 0)
		return;
	CHECK_EQ(setgid(OTHER_USER), 0);
	CHECK_EQ(setuid(OTHER_USER), 0);
}

static void
look_as_other(void)
{
	struct machport_task_record task;
	bool is_other = geteuid() == 0;

	become_other();
	CHECK(find_task(getpid(), &task));
	CHECK(find_task(getppid(), &task) == !is_other);
	linger();
}

static void
look_at_another_user(void)
{
	pid_t kernel = program_start_kernel();
	struct machport_task_record task;
	pid_t child;

	CHECK_EQ(mach_init(), 0);
	child = start(look_as_other);
	CHECK(find_task(child, &task)); /* root, or the same user */
	end(child);
	program_kill_kernel(kernel);
}

TEST(another_users_tasks_are_not_shown_but_to_root)
{
	program_run(look_at_another_user);
}

/* --- tracing --------------------------------------------------------------- */

/* With the buffer that the header says is enough. */
static union {
	struct machport_trace_message message;
	uint8_t bytes[64 * 1024];
} trace;

/* The first record of the next message on @sink. */
static struct machport_trace_record
next_record(mach_port_name_t sink)
{
	struct machport_trace_record record;

	CHECK_EQ(
	    mach_msg(&trace.message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	        sizeof(trace), sink, 10000, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(trace.message.header.msgh_id, MACHPORT_TRACE_ID);
	CHECK(trace.message.records > 0);
	CHECK_EQ(trace.message.lost, 0);
	memcpy(&record, trace.bytes + sizeof(trace.message), sizeof(record));
	return record;
}

static void
begin_trace(mach_port_name_t sink, uint32_t port)
{
	const machport_trace_filter_t filter = {.port = port};

	CHECK_EQ(machport_trace(mach_host_self(), sink, filter), KERN_SUCCESS);
}

static uint32_t
id_of(mach_port_name_t port)
{
	struct machport_task_record task;

	CHECK(find_task(getpid(), &task));
	return find_name(task.task, port).port;
}

static void
trace_self(void)
{
	mach_port_name_t sink = new_port();
	mach_port_name_t port = new_port();
	uint32_t id = id_of(port);
	struct machport_trace_record record;

	begin_trace(sink, id);
	send_bare(port, 4711);
	record = next_record(sink);
	CHECK_EQ(record.event, MACHPORT_EVENT_SEND);
	CHECK_EQ(record.msgh_id, 4711);
	CHECK_EQ(record.port, id);
	CHECK_EQ(record.sender_pid, getpid());
	CHECK_EQ(record.port_name, port);
}

TEST(a_message_is_told_while_nothing_else_happens) { program_run(trace_self); }

/* A port whose queue does not become full. */
static mach_port_name_t
new_deep_port(void)
{
	mach_port_limits_t limits = {.mpl_qlimit = 1000};
	mach_port_name_t port = new_port();

	CHECK_EQ(mach_port_set_attributes(mach_task_self(), port,
	             MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	             MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
	return port;
}

/* However many messages they come in: records are told 10 ms after the first. */
static void
trace_much(void)
{
	mach_port_name_t sink = new_deep_port();
	mach_port_name_t port = new_deep_port();
	unsigned count = 0;

	begin_trace(sink, id_of(port));
	for (int i = 0; i < 500; i++)
		send_bare(port, i);
	while (count < 500) {
		(void)next_record(sink);
		count += trace.message.records;
	}
	CHECK_EQ(count, 500);
}

TEST(messages_of_a_trace_fit_the_buffer_that_is_documented)
{
	program_run(trace_much);
}

static void
end_traces(void)
{
	for (unsigned i = 0; i < 20; i++) {
		mach_port_name_t sink = new_port();

		begin_trace(sink, 0);
		CHECK_EQ(
		    mach_port_destroy(mach_task_self(), sink), KERN_SUCCESS);
	}
}

TEST(a_trace_whose_port_is_destroyed_is_over) { program_run(end_traces); }

static void
trace_and_die(void)
{
	begin_trace(new_port(), 0);
	linger();
}

static void
kill_tracers(void)
{
	pid_t kernel = program_start_kernel();

	/* One user has no more than four at a time. */
	for (unsigned i = 0; i < 6; i++)
		end(start(trace_and_die));
	program_kill_kernel(kernel);
}

TEST(a_trace_whose_task_was_killed_is_over) { program_run(kill_tracers); }

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_task_sees_itself),
	    cmocka_unit_test(much_comes_in_portions),
	    cmocka_unit_test(a_child_has_its_parent),
	    cmocka_unit_test(another_users_tasks_are_not_shown_but_to_root),
	    cmocka_unit_test(a_message_is_told_while_nothing_else_happens),
	    cmocka_unit_test(
	        messages_of_a_trace_fit_the_buffer_that_is_documented),
	    cmocka_unit_test(a_trace_whose_port_is_destroyed_is_over),
	    cmocka_unit_test(a_trace_whose_task_was_killed_is_over),
	};

	return cmocka_run_group_tests_name("inspect", tests, NULL, NULL);
}
