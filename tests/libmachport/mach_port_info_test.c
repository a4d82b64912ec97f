/* The calls that look into queues, spaces and behind ports. */
#include <mach/mach_port.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <mach/notify.h>

#include "note.h"
#include "program.h"

#define AUDIT MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT)

/* More names than fit a packet. */
#define MANY_NAMES 10000u

static void
peek(void)
{
	mach_port_t port = note_port();
	mach_msg_audit_trailer_t trailer;
	mach_msg_type_number_t count = sizeof(trailer);
	mach_port_seqno_t seqno = 0;
	mach_msg_size_t size = 1;
	mach_msg_id_t id = 1;
	struct note note = note_to(port, 5);

	CHECK_EQ(mach_port_peek(mach_task_self(), port, AUDIT, &seqno, &size,
	             &id, (mach_msg_trailer_info_t)&trailer, &count),
	    KERN_FAILURE);
	CHECK_EQ(count, sizeof(trailer));
	CHECK_EQ(size, 1); /* not written */
	note.header.msgh_id = -77;
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(mach_port_set_seqno(mach_task_self(), port, 9), KERN_SUCCESS);
	count = 100;
	CHECK_EQ(mach_port_peek(mach_task_self(), port, AUDIT, &seqno, &size,
	             &id, (mach_msg_trailer_info_t)&trailer, &count),
	    KERN_SUCCESS);
	CHECK_EQ(seqno, 9);
	CHECK_EQ(size, NOTE_BYTES + 8);
	CHECK_EQ(id, -77);
	CHECK_EQ(count, sizeof(trailer));
	CHECK_EQ(trailer.msgh_trailer_size, sizeof(trailer));
	CHECK_EQ(trailer.msgh_seqno, 9);
	CHECK_EQ(trailer.msgh_audit.val[5], getpid());
	seqno = 10;
	CHECK_EQ(mach_port_peek(mach_task_self(), port, AUDIT, &seqno, &size,
	             &id, (mach_msg_trailer_info_t)&trailer, &count),
	    KERN_FAILURE);
	count = sizeof(trailer) - 1;
	CHECK_EQ(mach_port_peek(mach_task_self(), port, AUDIT, &seqno, &size,
	             &id, (mach_msg_trailer_info_t)&trailer, &count),
	    KERN_INVALID_VALUE);
	CHECK_EQ(count, sizeof(trailer) - 1);
	note_expect(port, 5); /* it is still there */
}

static void
a_message_is_looked_at_and_stays(void **state)
{
	(void)state;
	program_run(peek);
}

static void
count_rights(void)
{
	mach_port_t port = note_port();
	mach_port_t previous;
	mach_port_rights_t srights = 9;
	unsigned int total = 9;
	unsigned int used = 9;

	CHECK_EQ(mach_port_get_srights(mach_task_self(), port, &srights),
	    KERN_SUCCESS);
	CHECK_EQ(srights, 1);
	CHECK_EQ(
	    mach_port_dnrequest_info(mach_task_self(), port, &total, &used),
	    KERN_SUCCESS);
	CHECK_EQ(total, 0);
	CHECK_EQ(used, 0);
	CHECK_EQ(mach_port_request_notification(mach_task_self(), port,
	             MACH_NOTIFY_DEAD_NAME, 0, port,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQ(
	    mach_port_dnrequest_info(mach_task_self(), port, &total, &used),
	    KERN_SUCCESS);
	CHECK_EQ(used, 1);
	CHECK(total >= used);
}

static void
rights_and_requests_are_counted(void **state)
{
	(void)state;
	program_run(count_rights);
}

/* What is behind @name, in all three ways. */
static void
expect_object(mach_port_t name, natural_t type, const char *text)
{
	kobject_description_t description = "x";
	mach_vm_address_t address = 9;
	unsigned int narrow = 9;
	natural_t told = 99;

	CHECK_EQ(mach_port_kobject(mach_task_self(), name, &told, &address),
	    KERN_SUCCESS);
	CHECK_EQ(told, type);
	CHECK_EQ(address, 0);
	told = 99;
	CHECK_EQ(
	    mach_port_kernel_object(mach_task_self(), name, &told, &narrow),
	    KERN_SUCCESS);
	CHECK_EQ(told, type);
	CHECK_EQ(narrow, 0);
	told = 99;
	CHECK_EQ(mach_port_kobject_description(
	             mach_task_self(), name, &told, &address, description),
	    KERN_SUCCESS);
	CHECK_EQ(told, type);
	CHECK(strcmp(description, text) == 0);
}

static void
look_behind_ports(void)
{
	mach_vm_address_t address;
	natural_t type = 99;

	expect_object(note_port(), IKOT_NONE, "");
	expect_object(mach_task_self(), IKOT_TASK, "task");
	expect_object(mach_thread_self(), IKOT_THREAD, "thread");
	/* The kernel is this user's own. */
	expect_object(mach_host_self(), IKOT_HOST_PRIV, "host-priv");
	CHECK_EQ(mach_port_kobject(
	             mach_task_self(), MACH_PORT_NULL, &type, &address),
	    KERN_INVALID_NAME);
	CHECK_EQ(type, 99); /* not written */
}

static void
ports_tell_what_of_the_kernel_is_behind_them(void **state)
{
	(void)state;
	program_run(look_behind_ports);
}

/* All of the space, @count names of it. */
static void
expect_space(unsigned count)
{
	ipc_info_space_t space;
	ipc_info_space_basic_t basic;
	ipc_info_name_array_t table;
	mach_msg_type_number_t table_count = 9;
	ipc_info_tree_name_array_t tree = (ipc_info_tree_name_array_t)&space;
	mach_msg_type_number_t tree_count = 9;
	bool found = false;

	CHECK_EQ(mach_port_space_info(mach_task_self(), &space, &table,
	             &table_count, &tree, &tree_count),
	    KERN_SUCCESS);
	CHECK_EQ(table_count, count);
	CHECK(tree == NULL);
	CHECK_EQ(tree_count, 0);
	CHECK_EQ(space.iis_genno_mask, 0xff);
	CHECK(space.iis_table_size >= count);
	for (unsigned i = 0; i < table_count; i++)
		if (table[i].iin_name == mach_task_self()) {
			found = true;
			CHECK_EQ(table[i].iin_type, MACH_PORT_TYPE_SEND);
			CHECK(table[i].iin_object != 0);
		}
	CHECK(found);
	CHECK_EQ(vm_deallocate(mach_task_self(), (vm_address_t)table,
	             table_count * sizeof(*table)),
	    KERN_SUCCESS);
	CHECK(!is_mapped(table));
	CHECK_EQ(
	    mach_port_space_basic_info(mach_task_self(), &basic), KERN_SUCCESS);
	CHECK_EQ(basic.iisb_genno_mask, 0xff);
	CHECK_EQ(basic.iisb_table_inuse, count);
	CHECK_EQ(basic.iisb_table_size, space.iis_table_size);
	CHECK_EQ(basic.iisb_reserved[0], 0);
	CHECK_EQ(basic.iisb_reserved[1], 0);
}

static void
list_space(void)
{
	mach_port_t name;

	expect_space(2);
	for (unsigned i = 0; i < MANY_NAMES; i++)
		CHECK_EQ(mach_port_allocate(mach_task_self(),
		             MACH_PORT_RIGHT_DEAD_NAME, &name),
		    KERN_SUCCESS);
	expect_space(MANY_NAMES + 2);
}

static void
the_space_is_listed_however_large(void **state)
{
	(void)state;
	program_run(list_space);
}

static void
ask_for_what_is_not_there(void)
{
	mach_service_port_info_data_t service = {.mspi_domain_type = 77};
	mach_port_t port = note_port();
	uint64_t policy = 77;
	boolean_t lost = 77;

	CHECK_EQ(
	    mach_port_get_service_port_info(mach_task_self(), port, &service),
	    KERN_INVALID_CAPABILITY);
	CHECK_EQ(mach_port_get_service_port_info(
	             mach_task_self(), MACH_PORT_DEAD, &service),
	    KERN_INVALID_RIGHT);
	CHECK_EQ(service.mspi_domain_type, 77);
	CHECK_EQ(mach_port_special_reply_port_reset_link(
	             mach_task_self(), port, &lost),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(lost, 77);
	CHECK_EQ(mach_port_is_connection_for_service(
	             mach_task_self(), port, port, &policy),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(policy, 77);
	CHECK_EQ(task_set_port_space(mach_task_self(), 1000), KERN_SUCCESS);
	CHECK_EQ(
	    task_set_port_space(mach_host_self(), 1000), KERN_INVALID_TASK);
	CHECK_EQ(mach_port_is_connection_for_service(
	             MACH_PORT_NULL, port, port, &policy),
	    MACH_SEND_INVALID_DEST);
}

static void
what_is_out_of_scope_is_refused(void **state)
{
	(void)state;
	program_run(ask_for_what_is_not_there);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_message_is_looked_at_and_stays),
	    cmocka_unit_test(rights_and_requests_are_counted),
	    cmocka_unit_test(ports_tell_what_of_the_kernel_is_behind_them),
	    cmocka_unit_test(the_space_is_listed_however_large),
	    cmocka_unit_test(what_is_out_of_scope_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
