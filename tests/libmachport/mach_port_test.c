/* The calls on ports: that each argument gets to its place, and back. */
#include <mach/mach_port.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mach/notify.h>

#include "note.h"
#include "program.h"

/* More names and types than fit a packet. */
#define MANY_NAMES 20000u

static mach_port_urefs_t
refs(mach_port_t name, mach_port_right_t right)
{
	mach_port_urefs_t count = 99;

	CHECK_EQ(mach_port_get_refs(mach_task_self(), name, right, &count),
	    KERN_SUCCESS);
	return count;
}

static void
count_references(void)
{
	mach_port_t port = note_port();
	mach_port_type_t type;

	CHECK_EQ(
	    mach_port_mod_refs(mach_task_self(), port, MACH_PORT_RIGHT_SEND, 4),
	    KERN_SUCCESS);
	CHECK_EQ(refs(port, MACH_PORT_RIGHT_SEND), 5);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_SEND, -3),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_deallocate(mach_task_self(), port), KERN_SUCCESS);
	CHECK_EQ(refs(port, MACH_PORT_RIGHT_SEND), 1);
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_type(mach_task_self(), port, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_DEAD_NAME);
	CHECK_EQ(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_type(mach_task_self(), port, &type), KERN_INVALID_NAME);
	CHECK_EQ(type, MACH_PORT_TYPE_DEAD_NAME); /* not written */
}

static void
references_are_counted(void **state)
{
	(void)state;
	program_run(count_references);
}

/* The names must be listed, @count of them dead ones. */
static void
list_names(unsigned count)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t name_count;
	mach_msg_type_number_t type_count;
	unsigned dead = 0;

	CHECK_EQ(mach_port_names(mach_task_self(), &names, &name_count, &types,
	             &type_count),
	    KERN_SUCCESS);
	CHECK_EQ(name_count, type_count);
	for (unsigned i = 0; i < name_count; i++) {
		mach_port_type_t type;

		dead += types[i] == MACH_PORT_TYPE_DEAD_NAME;
		if (i % 1000 != 0)
			continue;
		CHECK_EQ(mach_port_type(mach_task_self(), names[i], &type),
		    KERN_SUCCESS);
		CHECK_EQ(type, types[i]);
	}
	CHECK_EQ(dead, count);
	CHECK_EQ(vm_deallocate(mach_task_self(), (vm_address_t)names,
	             name_count * sizeof(*names)),
	    KERN_SUCCESS);
	CHECK_EQ(vm_deallocate(mach_task_self(), (vm_address_t)types,
	             type_count * sizeof(*types)),
	    KERN_SUCCESS);
	CHECK(!is_mapped(names) && !is_mapped(types));
}

static void
make_names(void)
{
	mach_port_t name;

	list_names(1); /* the bootstrap port: nobody has set one */
	for (unsigned i = 0; i < MANY_NAMES; i++) {
		CHECK_EQ(mach_port_allocate(mach_task_self(),
		             MACH_PORT_RIGHT_DEAD_NAME, &name),
		    KERN_SUCCESS);
		if (i == 10)
			list_names(12);
	}
	list_names(MANY_NAMES + 1);
}

static void
all_names_are_listed_however_many(void **state)
{
	(void)state;
	program_run(make_names);
}

static void
change_members(void)
{
	mach_port_t ports[3] = {note_port(), note_port(), note_port()};
	mach_port_name_array_t members = &ports[0];
	mach_msg_type_number_t count = 77;
	mach_port_t set;
	mach_port_t other;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &other),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_get_set_status(mach_task_self(), set, &members, &count),
	    KERN_SUCCESS);
	CHECK(members == NULL);
	CHECK_EQ(count, 0);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(
		    mach_port_insert_member(mach_task_self(), ports[i], set),
		    KERN_SUCCESS);
	CHECK_EQ(mach_port_extract_member(mach_task_self(), ports[0], set),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_move_member(mach_task_self(), ports[1], other),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_get_set_status(mach_task_self(), set, &members, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, 1);
	CHECK_EQ(members[0], ports[2]);
	CHECK_EQ(vm_deallocate(
	             mach_task_self(), (vm_address_t)members, sizeof(*members)),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_get_set_status(
	             mach_task_self(), ports[0], &members, &count),
	    KERN_INVALID_RIGHT);
}

static void
members_of_sets_are_listed(void **state)
{
	(void)state;
	program_run(change_members);
}

static void
change_attributes(void)
{
	mach_port_t port = note_port();
	mach_port_limits_t limits = {.mpl_qlimit = 17};
	mach_port_status_t status;
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;

	CHECK_EQ(mach_port_set_attributes(mach_task_self(), port,
	             MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	             MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_set_mscount(mach_task_self(), port, 23), KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_get_attributes(mach_task_self(), port,
	        MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, MACH_PORT_RECEIVE_STATUS_COUNT);
	CHECK_EQ(status.mps_qlimit, 17);
	CHECK_EQ(status.mps_mscount, 23);
	CHECK_EQ(status.mps_srights, 1);
	count = 9;
	CHECK_EQ(
	    mach_port_get_attributes(mach_task_self(), port,
	        MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &count),
	    KERN_FAILURE);
	CHECK_EQ(count, 9);
	CHECK_EQ(mach_port_set_attributes(
	             mach_task_self(), port, MACH_PORT_LIMITS_INFO, NULL, 0),
	    KERN_FAILURE);
}

static void
attributes_are_set_and_told(void **state)
{
	(void)state;
	program_run(change_attributes);
}

static void
set_shortcuts(void)
{
	mach_port_t port = note_port();
	mach_port_status_t status;

	CHECK_EQ(
	    mach_port_set_qlimit(mach_task_self(), port, 33), KERN_SUCCESS);
	CHECK_EQ(mach_port_set_qlimit(
	             mach_task_self(), port, MACH_PORT_QLIMIT_MAX + 1),
	    KERN_INVALID_VALUE);
	CHECK_EQ(mach_port_set_seqno(mach_task_self(), port, 44), KERN_SUCCESS);
	CHECK_EQ(mach_port_get_receive_status(mach_task_self(), port, &status),
	    KERN_SUCCESS);
	CHECK_EQ(status.mps_qlimit, 33);
	CHECK_EQ(status.mps_seqno, 44);
	CHECK_EQ(status.mps_mscount, 1);
}

static void
some_attributes_have_calls_of_their_own(void **state)
{
	(void)state;
	program_run(set_shortcuts);
}

static mach_port_type_t
type_of(mach_port_t name)
{
	mach_port_type_t type = MACH_PORT_TYPE_NONE;

	(void)mach_port_type(mach_task_self(), name, &type);
	return type;
}

static void
choose_names(void)
{
	mach_port_qos_t qos = {.prealloc = 1, .len = 100};
	mach_port_t name = 0x5003;
	mach_port_t self = mach_task_self();

	CHECK_EQ(
	    mach_port_allocate_name(self, MACH_PORT_RIGHT_PORT_SET, 0x7703),
	    KERN_SUCCESS);
	CHECK_EQ(type_of(0x7703), MACH_PORT_TYPE_PORT_SET);
	CHECK_EQ(mach_port_rename(self, 0x7703, 0x6603), KERN_SUCCESS);
	CHECK_EQ(type_of(0x7703), MACH_PORT_TYPE_NONE);
	CHECK_EQ(type_of(0x6603), MACH_PORT_TYPE_PORT_SET);
	CHECK_EQ(
	    mach_port_allocate_qos(self, MACH_PORT_RIGHT_RECEIVE, &qos, &name),
	    KERN_SUCCESS);
	CHECK(name != 0x5003);
	CHECK_EQ(type_of(name), MACH_PORT_TYPE_RECEIVE);
	qos.name = 1;
	CHECK_EQ(
	    mach_port_allocate_qos(self, MACH_PORT_RIGHT_RECEIVE, &qos, &name),
	    KERN_INVALID_ARGUMENT);
	name = 0x5003;
	CHECK_EQ(mach_port_allocate_full(self, MACH_PORT_RIGHT_RECEIVE,
	             MACH_PORT_NULL, &qos, &name),
	    KERN_SUCCESS);
	CHECK_EQ(name, 0x5003);
	CHECK_EQ(type_of(name), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQ(mach_port_allocate_full(
	             self, MACH_PORT_RIGHT_RECEIVE, self, &qos, &name),
	    KERN_INVALID_VALUE);
	qos.len = UINT32_MAX;
	CHECK_EQ(mach_port_allocate_full(self, MACH_PORT_RIGHT_RECEIVE,
	             MACH_PORT_NULL, &qos, &name),
	    KERN_RESOURCE_SHORTAGE);
}

static void
names_are_chosen_and_changed(void **state)
{
	(void)state;
	program_run(choose_names);
}

static void
move_rights(void)
{
	mach_port_t port = note_port();
	mach_port_t once;
	mach_port_t previous = 99;
	mach_msg_type_name_t type;

	CHECK_EQ(mach_port_extract_right(mach_task_self(), port,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &once, &type),
	    KERN_SUCCESS);
	CHECK(once != port);
	CHECK_EQ(type, MACH_MSG_TYPE_PORT_SEND_ONCE);
	CHECK_EQ(mach_port_request_notification(mach_task_self(), port,
	             MACH_NOTIFY_NO_SENDERS, 0, once,
	             MACH_MSG_TYPE_MOVE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQ(previous, MACH_PORT_NULL);
	CHECK_EQ(mach_port_request_notification(mach_task_self(), port,
	             MACH_NOTIFY_NO_SENDERS, 0, MACH_PORT_NULL,
	             MACH_MSG_TYPE_MOVE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK(MACH_PORT_VALID(previous));
	CHECK_EQ(refs(previous, MACH_PORT_RIGHT_SEND_ONCE), 1);
}

static void
rights_are_extracted_and_requests_exchanged(void **state)
{
	(void)state;
	program_run(move_rights);
}

static void
call_on_nothing(void)
{
	mach_port_t port = note_port();
	mach_port_t host = mach_host_self();
	mach_port_type_t type;

	CHECK_EQ(mach_port_type(MACH_PORT_NULL, port, &type),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(mach_port_type(0x99903, port, &type), MACH_SEND_INVALID_DEST);
	CHECK_EQ(mach_port_type(host, port, &type), KERN_INVALID_TASK);
}

static void
the_task_of_a_call_must_be_one(void **state)
{
	(void)state;
	program_run(call_on_nothing);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(references_are_counted),
	    cmocka_unit_test(all_names_are_listed_however_many),
	    cmocka_unit_test(members_of_sets_are_listed),
	    cmocka_unit_test(attributes_are_set_and_told),
	    cmocka_unit_test(some_attributes_have_calls_of_their_own),
	    cmocka_unit_test(names_are_chosen_and_changed),
	    cmocka_unit_test(rights_are_extracted_and_requests_exchanged),
	    cmocka_unit_test(the_task_of_a_call_must_be_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
