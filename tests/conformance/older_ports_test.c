/* Mach 2.5: ports and sets, other names, and what to mind. */
#define MACH_2_5
#include "older.h"

#include <string.h>

/*
 * Ports and sets.
 */

static void
a_port_has_all_rights_and_goes_at_once(void)
{
	port_t port = old_allocate();

	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQUAL(old_type_of(port), PORT_TYPE_RECEIVE_OWN);
	EXPECT(mach_port_mod_refs(task_self(), port, MACH_PORT_RIGHT_SEND, 9),
	    KERN_SUCCESS);
	old_deallocate(port);
	CHECK_EQUAL(type_of(port), 0);
	EXPECT(port_deallocate(task_self(), port), KERN_INVALID_ARGUMENT);
	EXPECT(port_deallocate(task_self(), PORT_NULL), KERN_INVALID_ARGUMENT);
	EXPECT(port_allocate(NOTHING, &port), KERN_INVALID_ARGUMENT);
	/* The call of today releases one reference. */
	port = old_allocate();
	EXPECT(mach_port_deallocate(task_self(), port), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	destroy(port);
}

static void
names_and_types_are_listed(void)
{
	port_t port = old_allocate();
	port_set_name_t set;
	port_name_array_t names;
	port_type_array_t types;
	unsigned count;
	unsigned type_count;
	unsigned seen = 0;

	EXPECT(port_set_allocate(task_self(), &set), KERN_SUCCESS);
	CHECK_EQUAL(old_type_of(set), PORT_TYPE_SET);
	CHECK_EQUAL(old_type_of(task_self()), PORT_TYPE_SEND);
	EXPECT(port_names(task_self(), &names, &count, &types, &type_count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, type_count);
	for (unsigned i = 0; i < count; i++) {
		seen += names[i] == port || names[i] == set;
		CHECK_EQUAL(types[i], old_type_of(names[i]));
	}
	CHECK_EQUAL(seen, 2);
	EXPECT(vm_deallocate(
	           task_self(), (vm_address_t)names, count * sizeof(*names)),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(
	           task_self(), (vm_address_t)types, count * sizeof(*types)),
	    KERN_SUCCESS);
	EXPECT(port_set_deallocate(task_self(), set), KERN_SUCCESS);
	old_deallocate(port);
}

static void
a_name_is_changed(void)
{
	port_t port = old_allocate();
	port_t other = old_allocate();
	port_t name = absent_name();

	EXPECT(port_rename(task_self(), port, other), KERN_NAME_EXISTS);
	EXPECT(port_rename(task_self(), port, name), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), 0);
	CHECK_EQUAL(old_type_of(name), PORT_TYPE_RECEIVE_OWN);
	EXPECT(
	    port_rename(task_self(), port, PORT_NULL), KERN_INVALID_ARGUMENT);
	old_deallocate(name);
	old_deallocate(other);
}

static void
the_status_is_of_who_receives(void)
{
	port_t port = old_allocate();
	port_set_name_t set;
	port_set_name_t enabled = NOTHING;
	int messages;
	int backlog;
	boolean_t owner;
	boolean_t receiver;
	msg_header_t header = old_header_to(port, 5);

	EXPECT(port_set_allocate(task_self(), &set), KERN_SUCCESS);
	EXPECT(port_status(task_self(), port, &enabled, &messages, &backlog,
	           &owner, &receiver),
	    KERN_SUCCESS);
	CHECK_EQUAL(enabled, PORT_NULL);
	CHECK_EQUAL(messages, 0);
	CHECK_EQUAL(backlog, PORT_BACKLOG_DEFAULT);
	CHECK(owner && receiver);
	EXPECT(port_set_add(task_self(), set, port), KERN_SUCCESS);
	EXPECT(msg_send(&header, 0, 0), SEND_SUCCESS);
	EXPECT(port_status(task_self(), port, &enabled, &messages, &backlog,
	           &owner, &receiver),
	    KERN_SUCCESS);
	CHECK_EQUAL(enabled, set);
	CHECK_EQUAL(messages, 1);
	EXPECT(port_status(task_self(), task_self(), &enabled, &messages,
	           &backlog, &owner, &receiver),
	    KERN_SUCCESS);
	CHECK_EQUAL(enabled, PORT_NULL);
	CHECK_EQUAL(messages, -1);
	CHECK_EQUAL(backlog, 0);
	CHECK(!owner && !receiver);
	EXPECT(port_set_deallocate(task_self(), set), KERN_SUCCESS);
	old_deallocate(port);
}

static void
a_backlog_is_from_1_to_16(void)
{
	port_t port = old_allocate();

	CHECK_EQUAL(PORT_BACKLOG_MAX, 16);
	EXPECT(port_set_backlog(task_self(), port, 1), KERN_SUCCESS);
	EXPECT(port_set_backlog(task_self(), port, 16), KERN_SUCCESS);
	CHECK_EQUAL(status_of(port).mps_qlimit, 16);
	EXPECT(port_set_backlog(task_self(), port, 0), KERN_INVALID_ARGUMENT);
	EXPECT(port_set_backlog(task_self(), port, 17), KERN_INVALID_ARGUMENT);
	EXPECT(
	    port_set_backlog(task_self(), NOTHING, 5), KERN_INVALID_ARGUMENT);
	EXPECT(
	    port_set_backlog(task_self(), task_self(), 5), KERN_NOT_RECEIVER);
	old_deallocate(port);
}

static void
a_port_is_in_one_set(void)
{
	port_t port = old_allocate();
	port_set_name_t set;
	port_set_name_t other;
	port_set_name_array_t members;
	unsigned count;

	EXPECT(port_set_allocate(task_self(), &set), KERN_SUCCESS);
	EXPECT(port_set_allocate(task_self(), &other), KERN_SUCCESS);
	EXPECT(port_set_add(task_self(), set, port), KERN_SUCCESS);
	EXPECT(port_set_add(task_self(), other, port), KERN_SUCCESS);
	EXPECT(
	    port_set_status(task_self(), set, &members, &count), KERN_SUCCESS);
	CHECK_EQUAL(count, 0);
	EXPECT(port_set_status(task_self(), other, &members, &count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, 1);
	CHECK_EQUAL(members[0], port);
	EXPECT(vm_deallocate(task_self(), (vm_address_t)members,
	           count * sizeof(*members)),
	    KERN_SUCCESS);
	EXPECT(port_set_remove(task_self(), port), KERN_SUCCESS);
	EXPECT(port_set_remove(task_self(), port), KERN_NOT_IN_SET);
	EXPECT(port_set_add(task_self(), set, task_self()), KERN_NOT_RECEIVER);
	EXPECT(port_set_add(task_self(), port, port), KERN_INVALID_ARGUMENT);
	EXPECT(port_set_deallocate(task_self(), set), KERN_SUCCESS);
	EXPECT(port_set_deallocate(task_self(), set), KERN_INVALID_ARGUMENT);
	EXPECT(port_set_deallocate(task_self(), port), KERN_INVALID_ARGUMENT);
	EXPECT(port_set_deallocate(task_self(), other), KERN_SUCCESS);
	old_deallocate(port);
}

static void
enabled_ports_are_received_from_together(void)
{
	port_t a = old_allocate();
	port_t b = old_allocate();
	port_name_array_t ports;
	unsigned count;
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t name_count;
	msg_header_t header = old_header_to(b, 7);

	EXPECT(port_enable(task_self(), a), KERN_SUCCESS);
	EXPECT(port_enable(task_self(), b), KERN_SUCCESS);
	EXPECT(port_enable(task_self(), task_self()), KERN_NOT_RECEIVER);
	EXPECT(msg_send(&header, 0, 0), SEND_SUCCESS);
	EXPECT(port_messages(task_self(), &ports, &count), KERN_SUCCESS);
	CHECK_EQUAL(count, 1);
	CHECK_EQUAL(ports[0], b);
	EXPECT(vm_deallocate(
	           task_self(), (vm_address_t)ports, count * sizeof(*ports)),
	    KERN_SUCCESS);
	EXPECT(
	    old_receive(PORT_ENABLED, &header, sizeof(header), 0), RCV_SUCCESS);
	CHECK_EQUAL(header.msg_local_port, b);
	EXPECT(port_disable(task_self(), b), KERN_SUCCESS);
	header = old_header_to(b, 8);
	EXPECT(msg_send(&header, 0, 0), SEND_SUCCESS);
	EXPECT(old_receive(PORT_ENABLED, &header, sizeof(header), 0),
	    RCV_TIMED_OUT);
	old_deallocate(a);
	old_deallocate(b);

	/* The set is hidden from old calls, not from those of today. */
	EXPECT(mach_port_names(
	           task_self(), &names, &name_count, &types, &name_count),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < name_count; i++) {
		if (types[i] & MACH_PORT_TYPE_PORT_SET)
			old_deallocate(names[i]);
	}
	EXPECT(vm_deallocate(task_self(), (vm_address_t)names,
	           name_count * sizeof(*names)),
	    KERN_SUCCESS);
	EXPECT(vm_deallocate(task_self(), (vm_address_t)types,
	           name_count * sizeof(*types)),
	    KERN_SUCCESS);
}

static void
rights_are_put_into_a_task_and_taken_out(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer);
	port_t port = old_allocate();
	port_t other = old_allocate();
	port_name_t name = absent_name();
	port_type_t type;
	port_t got;

	EXPECT(port_insert_send(task, port, name), KERN_SUCCESS);
	EXPECT(port_type(task, name, &type), KERN_SUCCESS);
	CHECK_EQUAL(type, PORT_TYPE_SEND);
	EXPECT(port_insert_send(task, other, name), KERN_NAME_EXISTS);
	EXPECT(port_insert_send(task, port, name + 0x100), KERN_FAILURE);
	EXPECT(port_insert_send(task, NOTHING, name), KERN_INVALID_ARGUMENT);
	EXPECT(port_extract_send(task, name, &got), KERN_SUCCESS);
	CHECK_EQUAL(got, port);
	EXPECT(port_type(task, name, &type), KERN_INVALID_ARGUMENT);
	EXPECT(port_extract_send(task, name, &got), KERN_INVALID_ARGUMENT);

	EXPECT(port_insert_receive(task, port, name), KERN_SUCCESS);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND);
	EXPECT(port_extract_receive(task, name, &got), KERN_SUCCESS);
	CHECK_EQUAL(got, port);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_SEND_RECEIVE);
	EXPECT(port_extract_receive(task, name, &got), KERN_INVALID_ARGUMENT);
	old_deallocate(port);
	old_deallocate(other);
}

/*
 * Other names, and what to mind.
 */

static void
other_old_names_are_there(void)
{
	mach_port_t set[4] = {0};
	vm_address_t memory;

	CHECK_EQUAL(MSG_TYPE_INTEGER_32, 2);
	CHECK_EQUAL(MSG_TYPE_BYTE, 9);
	CHECK_EQUAL(MSG_TYPE_CHAR, 8);
	CHECK_EQUAL(MSG_TYPE_BIT, 0);
	CHECK_EQUAL(MSG_TYPE_BOOLEAN, 0);
	CHECK_EQUAL(MSG_TYPE_REAL, 10);
	CHECK_EQUAL(MSG_TYPE_STRING, 12);
	CHECK_EQUAL(MSG_TYPE_STRING_C, 12);
	CHECK_EQUAL(MSG_TYPE_INTERNAL_MEMORY, MSG_TYPE_BYTE);
	CHECK_EQUAL(sizeof(msg_type_long_t), 12);
	CHECK_EQUAL(sizeof(port_set_name_t), 4);
	mig_init(NULL);
	/* 3 slots, where Mach 2.5 had 4. */
	EXPECT(mach_ports_register(task_self(), set, 3), KERN_SUCCESS);
	EXPECT(mach_ports_register(task_self(), set, 4), KERN_INVALID_ARGUMENT);
	EXPECT(vm_allocate(task_self(), &memory, 100, TRUE), KERN_SUCCESS);
	EXPECT(vm_deallocate(task_self(), memory, 100), KERN_SUCCESS);
}

static void
old_codes_have_texts(void)
{
	CHECK(strstr(mach_error_string(SEND_INVALID_PORT), "(ipc/send)"));
	CHECK(strstr(mach_error_string(RCV_TIMED_OUT), "(ipc/rcv)"));
	CHECK(strcmp(mach_error_string(SEND_INVALID_PORT),
	          mach_error_string(SEND_TIMED_OUT)) != 0);
}

/* A buffer of just the message's size: enough for the old call alone. */
static void
only_todays_receive_needs_room_for_a_trailer(void)
{
	port_t port = old_allocate();
	msg_header_t header = old_header_to(port, 3);
	mach_msg_header_t modern;

	EXPECT(msg_send(&header, 0, 0), SEND_SUCCESS);
	EXPECT(mach_msg(&modern, MACH_RCV_MSG | MACH_RCV_LARGE, 0,
	           sizeof(modern), port, 0, MACH_PORT_NULL),
	    MACH_RCV_TOO_LARGE);
	EXPECT(old_receive(port, &header, sizeof(header), 0), RCV_SUCCESS);
	old_deallocate(port);
}

/* SEND_NOTIFY takes a receive right, request_notification a send-once right. */
static void
notify_is_a_receive_right_only_for_a_send(void)
{
	port_t port = old_allocate();
	port_t notify = new_send_port();
	mach_port_t previous;
	mach_msg_header_t header = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .msgh_remote_port = port,
	};

	old_fill(port);
	EXPECT(mach_msg(&header, MACH_SEND_MSG | MACH_SEND_NOTIFY,
	           sizeof(header), 0, 0, 0, notify),
	    MACH_SEND_WILL_NOTIFY);
	EXPECT(mach_port_request_notification(task_self(), port,
	           MACH_NOTIFY_DEAD_NAME, 0, notify, MACH_MSG_TYPE_COPY_SEND,
	           &previous),
	    MIG_TYPE_ERROR);
	old_deallocate(port);
	old_deallocate(notify);
}

static const struct scenario scenarios[] = {
    SCENARIO("older.6.r1 older.6.r2 older.8.i1",
        a_port_has_all_rights_and_goes_at_once),
    SCENARIO("older.6 older.6.r3 older.6.r4", names_and_types_are_listed),
    SCENARIO("older.6.r5", a_name_is_changed),
    SCENARIO("older.6.r6", the_status_is_of_who_receives),
    SCENARIO("older.6 older.6.r7", a_backlog_is_from_1_to_16),
    SCENARIO("older.6 older.6.r9 older.6.r10 older.6.r11 older.6.r12 "
             "older.7.r8",
        a_port_is_in_one_set),
    SCENARIO("older.6.r17 older.6.r18 older.8.i4",
        enabled_ports_are_received_from_together),
    SCENARIO("older.6 older.6.r13 older.6.r14 older.6.r15 older.6.r16",
        rights_are_put_into_a_task_and_taken_out),
    SCENARIO("older.7.r2 older.7.r4 older.7.r5 older.7.r7",
        other_old_names_are_there),
    SCENARIO("older.7.r6", old_codes_have_texts),
    SCENARIO("older.8.i2", only_todays_receive_needs_room_for_a_trailer),
    SCENARIO("older.8.i5", notify_is_a_receive_right_only_for_a_send),
};
CONFORMANCE(scenarios)
