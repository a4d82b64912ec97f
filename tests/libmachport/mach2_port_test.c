/* Ports and port sets by the calls of Mach 2.5. */
#include <mach/mach2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <mach/mig.h>

#include "note.h"
#include "program.h"

#define NOTHING 0x99903u

static port_t
new_port(void)
{
	port_t port;

	CHECK_EQ(port_allocate(task_self(), &port), KERN_SUCCESS);
	return port;
}

static port_set_name_t
new_set(void)
{
	port_set_name_t set;

	CHECK_EQ(port_set_allocate(task_self(), &set), KERN_SUCCESS);
	return set;
}

/* PORT_TYPE_NONE: there is no such name. */
static port_type_t
type_of(port_t port)
{
	port_type_t type;

	if (port_type(task_self(), port, &type) != KERN_SUCCESS)
		return PORT_TYPE_NONE;
	return type;
}

static void
send_id(port_t port, int id)
{
	msg_header_t header = {
	    .msg_simple = TRUE,
	    .msg_size = sizeof(header),
	    .msg_remote_port = port,
	    .msg_id = id,
	};

	CHECK_EQ(msg_send(&header, SEND_TIMEOUT, 0), SEND_SUCCESS);
}

/* The id of the next message, and where it came to. */
static int
receive_id(port_t port, port_t *port_out)
{
	msg_header_t header = {
	    .msg_size = sizeof(header),
	    .msg_local_port = port,
	};

	CHECK_EQ(msg_receive(&header, RCV_TIMEOUT, 0), RCV_SUCCESS);
	*port_out = header.msg_local_port;
	return header.msg_id;
}

struct status {
	port_set_name_t enabled;
	int messages;
	int backlog;
	boolean_t owner;
	boolean_t receiver;
};

static struct status
status_of(port_t port)
{
	struct status status;

	CHECK_EQ(
	    port_status(task_self(), port, &status.enabled, &status.messages,
	        &status.backlog, &status.owner, &status.receiver),
	    KERN_SUCCESS);
	return status;
}

static void
allocate_ports(void)
{
	port_t port = new_port();
	mach_port_type_t type;

	CHECK_EQ(type_of(port), PORT_TYPE_RECEIVE_OWN);
	CHECK_EQ(mach_port_type(task_self(), port, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQ(
	    mach_port_mod_refs(task_self(), port, MACH_PORT_RIGHT_SEND, 100),
	    KERN_SUCCESS);
	CHECK_EQ(port_deallocate(task_self(), port), KERN_SUCCESS);
	CHECK_EQ(type_of(port), PORT_TYPE_NONE);
	CHECK_EQ(port_deallocate(task_self(), port), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    port_deallocate(task_self(), PORT_NULL), KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_allocate(NOTHING, &port), KERN_INVALID_ARGUMENT);
	CHECK_EQ(type_of(task_self()), PORT_TYPE_SEND);
	CHECK_EQ(type_of(new_set()), PORT_TYPE_SET);
}

static void
a_name_goes_at_once(void **state)
{
	(void)state;
	program_run(allocate_ports);
}

static void
list_names(void)
{
	port_t port = new_port();
	port_t enabled = new_port();
	port_set_name_t set = new_set();
	port_t dying = mach_reply_port();
	mach_port_t dead;
	mach_msg_type_name_t right;
	port_name_array_t names;
	port_type_array_t types;
	unsigned names_count;
	unsigned types_count;
	unsigned seen = 0;

	CHECK_EQ(mach_port_extract_right(task_self(), dying,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &dead, &right),
	    KERN_SUCCESS);
	CHECK_EQ(port_deallocate(task_self(), dying), KERN_SUCCESS);
	CHECK_EQ(type_of(dead), PORT_TYPE_NONE);
	CHECK_EQ(port_enable(task_self(), enabled), KERN_SUCCESS);
	CHECK_EQ(
	    port_names(task_self(), &names, &names_count, &types, &types_count),
	    KERN_SUCCESS);
	CHECK_EQ(names_count, types_count);
	for (unsigned i = 0; i < names_count; i++) {
		CHECK_EQ(types[i], type_of(names[i]));
		if (names[i] == port || names[i] == enabled || names[i] == set)
			seen++;
		/* Neither the set of enabled ports nor the dead name. */
		CHECK(types[i] != PORT_TYPE_SET || names[i] == set);
		CHECK(names[i] != dead);
	}
	CHECK_EQ(seen, 3);
	CHECK_EQ(vm_deallocate(task_self(), (vm_address_t)names,
	             names_count * sizeof(*names)),
	    KERN_SUCCESS);
	CHECK_EQ(vm_deallocate(task_self(), (vm_address_t)types,
	             types_count * sizeof(*types)),
	    KERN_SUCCESS);
	CHECK_EQ(
	    port_names(NOTHING, &names, &names_count, &types, &types_count),
	    KERN_INVALID_ARGUMENT);
}

static void
only_what_mach_2_5_had_is_listed(void **state)
{
	(void)state;
	program_run(list_names);
}

static void
look_at_status(void)
{
	port_t port = new_port();
	port_set_name_t set = new_set();
	struct status status = status_of(port);

	CHECK_EQ(status.enabled, PORT_NULL);
	CHECK_EQ(status.messages, 0);
	CHECK_EQ(status.backlog, PORT_BACKLOG_DEFAULT);
	CHECK(status.owner && status.receiver);
	send_id(port, 1);
	CHECK_EQ(port_set_add(task_self(), set, port), KERN_SUCCESS);
	CHECK_EQ(port_set_backlog(task_self(), port, PORT_BACKLOG_MAX),
	    KERN_SUCCESS);
	status = status_of(port);
	CHECK_EQ(status.enabled, set);
	CHECK_EQ(status.messages, 1);
	CHECK_EQ(status.backlog, 16);
	CHECK_EQ(port_enable(task_self(), port), KERN_SUCCESS);
	CHECK_EQ(status_of(port).enabled, PORT_ENABLED);

	status = status_of(task_self());
	CHECK_EQ(status.enabled, PORT_NULL);
	CHECK_EQ(status.messages, -1);
	CHECK_EQ(status.backlog, 0);
	CHECK(!status.owner && !status.receiver);
	CHECK_EQ(
	    port_status(task_self(), NOTHING, &status.enabled, &status.messages,
	        &status.backlog, &status.owner, &status.receiver),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    port_status(task_self(), set, &status.enabled, &status.messages,
	        &status.backlog, &status.owner, &status.receiver),
	    KERN_INVALID_ARGUMENT);
}

static void
the_status_tells_set_queue_and_rights(void **state)
{
	(void)state;
	program_run(look_at_status);
}

static void
set_backlogs(void)
{
	port_t port = new_port();

	CHECK_EQ(port_set_backlog(task_self(), port, 1), KERN_SUCCESS);
	CHECK_EQ(port_set_backlog(task_self(), port, 0), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    port_set_backlog(task_self(), port, 17), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    port_set_backlog(task_self(), port, -1), KERN_INVALID_ARGUMENT);
	CHECK_EQ(status_of(port).backlog, 1);
	CHECK_EQ(
	    port_set_backlog(task_self(), task_self(), 1), KERN_NOT_RECEIVER);
	CHECK_EQ(
	    port_set_backlog(task_self(), PORT_NULL, 1), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    port_set_backlog(task_self(), NOTHING, 1), KERN_INVALID_ARGUMENT);
}

static void
a_backlog_is_from_1_to_16(void **state)
{
	(void)state;
	program_run(set_backlogs);
}

static void
use_sets(void)
{
	port_t a = new_port();
	port_t b = new_port();
	port_t from;
	port_set_name_t set = new_set();
	port_set_name_t other = new_set();
	port_name_array_t members;
	unsigned count;

	CHECK_EQ(port_set_add(task_self(), set, a), KERN_SUCCESS);
	CHECK_EQ(port_set_add(task_self(), set, b), KERN_SUCCESS);
	CHECK_EQ(port_set_add(task_self(), other, b), KERN_SUCCESS);
	CHECK_EQ(
	    port_set_status(task_self(), set, &members, &count), KERN_SUCCESS);
	CHECK_EQ(count, 1);
	CHECK_EQ(members[0], a);
	send_id(a, 7);
	send_id(b, 8);
	CHECK_EQ(receive_id(set, &from), 7);
	CHECK_EQ(from, a);
	CHECK_EQ(receive_id(other, &from), 8);
	CHECK_EQ(from, b);

	CHECK_EQ(port_set_remove(task_self(), a), KERN_SUCCESS);
	CHECK_EQ(port_set_remove(task_self(), a), KERN_NOT_IN_SET);
	CHECK_EQ(port_set_remove(task_self(), NOTHING), KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_set_remove(task_self(), task_self()), KERN_NOT_RECEIVER);
	CHECK_EQ(
	    port_set_add(task_self(), set, task_self()), KERN_NOT_RECEIVER);
	CHECK_EQ(port_set_add(task_self(), a, b), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    port_set_add(task_self(), PORT_NULL, a), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    port_set_add(task_self(), set, PORT_NULL), KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_set_status(task_self(), a, &members, &count),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_set_deallocate(task_self(), a), KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_set_deallocate(task_self(), other), KERN_SUCCESS);
	CHECK_EQ(type_of(b), PORT_TYPE_RECEIVE_OWN);
	CHECK_EQ(
	    port_set_deallocate(task_self(), other), KERN_INVALID_ARGUMENT);
}

static void
a_port_is_in_one_set(void **state)
{
	(void)state;
	program_run(use_sets);
}

static void
receive_in_child(void)
{
	port_t port = new_port();
	port_t from;
	msg_header_t none = {
	    .msg_size = sizeof(none),
	    .msg_local_port = PORT_ENABLED,
	};

	/* Nothing of the parent's. */
	CHECK_EQ(msg_receive(&none, RCV_TIMEOUT, 0), RCV_TIMED_OUT);
	CHECK_EQ(port_enable(task_self(), port), KERN_SUCCESS);
	send_id(port, 9);
	CHECK_EQ(receive_id(PORT_ENABLED, &from), 9);
	CHECK_EQ(from, port);
}

static void
enable_ports(void)
{
	port_t a = new_port();
	port_t b = new_port();
	port_t from;
	port_name_array_t ports;
	unsigned count;

	CHECK_EQ(port_messages(task_self(), &ports, &count), KERN_SUCCESS);
	CHECK_EQ(count, 0);
	CHECK_EQ(port_disable(task_self(), a), KERN_SUCCESS);
	CHECK_EQ(port_disable(task_self(), NOTHING), KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_disable(task_self(), task_self()), KERN_NOT_RECEIVER);
	CHECK_EQ(port_enable(task_self(), a), KERN_SUCCESS);
	CHECK_EQ(port_enable(task_self(), b), KERN_SUCCESS);
	CHECK_EQ(port_enable(task_self(), b), KERN_SUCCESS);
	send_id(b, 3);
	CHECK_EQ(port_messages(task_self(), &ports, &count), KERN_SUCCESS);
	CHECK_EQ(count, 1);
	CHECK_EQ(ports[0], b);
	CHECK_EQ(receive_id(PORT_ENABLED, &from), 3);
	CHECK_EQ(from, b);
	CHECK_EQ(port_disable(task_self(), b), KERN_SUCCESS);
	CHECK_EQ(port_disable(task_self(), b), KERN_SUCCESS);
	CHECK_EQ(port_set_status(task_self(), PORT_ENABLED, &ports, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, 1);
	CHECK_EQ(ports[0], a);
	CHECK_EQ(port_enable(NOTHING, a), KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_disable(NOTHING, a), KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_disable(task_self(), task_self()), KERN_NOT_RECEIVER);
	program_join(program_fork(receive_in_child));
}

static void
enabled_ports_are_received_from_together(void **state)
{
	(void)state;
	program_run(enable_ports);
}

static void
back_up(void)
{
	port_t port = new_port();
	port_t backup = new_port();
	port_t previous;
	notification_t notice = {
	    .notify_header.msg_size = sizeof(notice),
	    .notify_header.msg_local_port = backup,
	};

	CHECK_EQ(port_set_backup(task_self(), port, backup, &previous),
	    KERN_SUCCESS);
	CHECK_EQ(previous, PORT_NULL);
	CHECK_EQ(port_set_backup(task_self(), port, PORT_NULL, &previous),
	    KERN_SUCCESS);
	CHECK_EQ(previous, backup);
	CHECK_EQ(port_set_backup(task_self(), port, backup, &previous),
	    KERN_SUCCESS);
	CHECK_EQ(port_set_backup(task_self(), NOTHING, backup, &previous),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_set_backup(task_self(), task_self(), backup, &previous),
	    KERN_NOT_RECEIVER);
	CHECK_EQ(port_set_backup(task_self(), port, NOTHING, &previous),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_set_backup(task_self(), port, task_self(), &previous),
	    KERN_INVALID_ARGUMENT);

	CHECK_EQ(port_deallocate(task_self(), port), KERN_SUCCESS);
	CHECK_EQ(
	    msg_receive(&notice.notify_header, RCV_TIMEOUT, 0), RCV_SUCCESS);
	CHECK_EQ(notice.notify_header.msg_id, NOTIFY_PORT_DESTROYED);
	CHECK_EQ(notice.notify_header.msg_size, sizeof(notice));
	CHECK_EQ(notice.notify_header.msg_simple, FALSE);
	CHECK_EQ(notice.notify_type.msg_type_name, MSG_TYPE_PORT_ALL);
	CHECK_EQ(type_of(notice.notify_port), PORT_TYPE_RECEIVE_OWN);
	/* That was all that came. */
	CHECK_EQ(status_of(backup).messages, 0);
}

static void
a_backup_port_gets_what_is_destroyed(void **state)
{
	(void)state;
	program_run(back_up);
}

static port_t inherited;

/* The parent's task port, by way of its registered ports. */
static void
find_parent(port_t *parent_out)
{
	mach_port_array_t ports;
	mach_msg_type_number_t count;

	CHECK_EQ(
	    mach_ports_lookup(mach_task_self(), &ports, &count), KERN_SUCCESS);
	*parent_out = ports[0];
}

static void
work_on_parent(void)
{
	port_t port = new_port();
	port_t got;
	port_t parent;
	port_type_t type;

	find_parent(&parent);
	/* Its name is no name of ours. */
	CHECK_EQ(port_extract_send(parent, inherited, &got), KERN_SUCCESS);
	CHECK_EQ(
	    port_extract_send(parent, NOTHING, &got), KERN_INVALID_ARGUMENT);
	CHECK_EQ(type_of(got), PORT_TYPE_SEND);
	CHECK_EQ(port_type(parent, inherited, &type), KERN_SUCCESS);
	CHECK_EQ(type, PORT_TYPE_RECEIVE_OWN);
	CHECK_EQ(
	    port_extract_receive(parent, parent, &got), KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_extract_receive(parent, inherited, &got), KERN_SUCCESS);
	CHECK_EQ(type_of(got), PORT_TYPE_RECEIVE_OWN);
	CHECK_EQ(port_insert_receive(parent, got, inherited), KERN_SUCCESS);
	CHECK_EQ(type_of(got), PORT_TYPE_SEND);
	CHECK_EQ(port_insert_send(parent, port, inherited), KERN_NAME_EXISTS);
	CHECK_EQ(port_insert_send(parent, got, 0x77703), KERN_FAILURE);
	CHECK_EQ(
	    port_insert_send(parent, NOTHING, 0x77703), KERN_INVALID_ARGUMENT);
	CHECK_EQ(port_allocate(parent, &got), KERN_SUCCESS);
	CHECK_EQ(port_type(parent, got, &type), KERN_SUCCESS);
	CHECK_EQ(type, PORT_TYPE_RECEIVE_OWN);
}

static void
be_worked_on(void)
{
	port_t self = task_self();
	mach_port_urefs_t urefs;

	inherited = new_port();
	CHECK_EQ(mach_port_mod_refs(self, inherited, MACH_PORT_RIGHT_SEND, 3),
	    KERN_SUCCESS);
	CHECK_EQ(mach_ports_register(self, &self, 1), KERN_SUCCESS);
	program_join(program_fork(work_on_parent));
	CHECK_EQ(
	    mach_port_get_refs(self, inherited, MACH_PORT_RIGHT_SEND, &urefs),
	    KERN_SUCCESS);
	CHECK_EQ(urefs, 0);
	CHECK_EQ(type_of(inherited), PORT_TYPE_RECEIVE_OWN);
}

static void
rights_are_inserted_and_extracted(void **state)
{
	(void)state;
	program_run(be_worked_on);
}

static void
ask_for_old_ports(void)
{
	port_t reply = thread_reply();
	mach_port_type_t type;

	CHECK_EQ(thread_reply(), reply);
	CHECK_EQ(mig_get_reply_port(), reply);
	CHECK_EQ(mach_port_type(task_self(), reply, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_RECEIVE);
	/* Of the owner of the kernel. */
	CHECK_EQ(host_priv_self(), host_self());
	mig_init(NULL);
}

static void
a_thread_has_one_reply_port(void **state)
{
	(void)state;
	program_run(ask_for_old_ports);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_goes_at_once),
	    cmocka_unit_test(only_what_mach_2_5_had_is_listed),
	    cmocka_unit_test(the_status_tells_set_queue_and_rights),
	    cmocka_unit_test(a_backlog_is_from_1_to_16),
	    cmocka_unit_test(a_port_is_in_one_set),
	    cmocka_unit_test(enabled_ports_are_received_from_together),
	    cmocka_unit_test(a_backup_port_gets_what_is_destroyed),
	    cmocka_unit_test(rights_are_inserted_and_extracted),
	    cmocka_unit_test(a_thread_has_one_reply_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
