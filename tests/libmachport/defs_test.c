/* What mig makes of the installed interfaces, and the kernel, understand each
 * other: <mach/mach_port.defs>, <mach/notify.defs>. */
#include <mach/mach.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mach_port.h" /* stub_mach_port_allocate(), ... */
#include "notifyServer.h"
#include "program.h"

/* --- calls ------------------------------------------------------------------- */

static mach_port_t
self(void)
{
	return mach_task_self();
}

static mach_port_name_t
new_port(void)
{
	mach_port_name_t name = MACH_PORT_NULL;

	CHECK_EQ(
	    stub_mach_port_allocate(self(), MACH_PORT_RIGHT_RECEIVE, &name),
	    KERN_SUCCESS);
	CHECK(MACH_PORT_VALID(name));
	return name;
}

static void
free_array(void *array, mach_msg_type_number_t count, size_t element)
{
	CHECK_EQ(vm_deallocate(self(), (vm_address_t)array, count * element),
	    KERN_SUCCESS);
}

static void
numbers(void)
{
	mach_port_name_t port = new_port();
	mach_port_type_t type = 0;
	mach_port_type_t expected = 0;
	mach_port_urefs_t refs = 0;
	mach_port_context_t context = 0;
	mach_port_rights_t srights = 0;
	unsigned int total = 9;
	unsigned int used = 9;

	CHECK_EQ(stub_mach_port_insert_right(
	             self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	CHECK_EQ(stub_mach_port_type(self(), port, &type), KERN_SUCCESS);
	CHECK_EQ(mach_port_type(self(), port, &expected), KERN_SUCCESS);
	CHECK_EQ(type, expected);
	CHECK_EQ(type, MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK_EQ(
	    stub_mach_port_mod_refs(self(), port, MACH_PORT_RIGHT_SEND, 41),
	    KERN_SUCCESS);
	CHECK_EQ(
	    stub_mach_port_get_refs(self(), port, MACH_PORT_RIGHT_SEND, &refs),
	    KERN_SUCCESS);
	CHECK_EQ(refs, 42);
	CHECK_EQ(stub_mach_port_set_context(self(), port, 0x123456789abcdef0u),
	    KERN_SUCCESS);
	CHECK_EQ(
	    stub_mach_port_get_context(self(), port, &context), KERN_SUCCESS);
	CHECK_EQ(context, 0x123456789abcdef0u);
	CHECK_EQ(
	    stub_mach_port_get_srights(self(), port, &srights), KERN_SUCCESS);
	CHECK_EQ(srights, 1);
	CHECK_EQ(stub_mach_port_dnrequest_info(self(), port, &total, &used),
	    KERN_SUCCESS);
	CHECK_EQ(total, 0);
	CHECK_EQ(used, 0);
	CHECK_EQ(stub_mach_port_type(self(), MACH_PORT_NULL, &type),
	    KERN_INVALID_NAME);
	CHECK_EQ(stub_mach_port_destroy(self(), port), KERN_SUCCESS);
	CHECK_EQ(stub_mach_port_deallocate(self(), port), KERN_INVALID_NAME);
}

static void
arrays_out_of_line(void)
{
	mach_port_name_array_t names = NULL;
	mach_port_type_array_t types = NULL;
	ipc_info_name_array_t table = NULL;
	ipc_info_tree_name_array_t tree = NULL;
	mach_msg_type_number_t names_count = 0;
	mach_msg_type_number_t types_count = 0;
	mach_msg_type_number_t table_count = 0;
	mach_msg_type_number_t tree_count = 9;
	ipc_info_space_t info;
	ipc_info_space_basic_t basic;
	mach_port_name_t port = new_port();
	mach_port_name_t set = MACH_PORT_NULL;

	CHECK_EQ(
	    stub_mach_port_allocate(self(), MACH_PORT_RIGHT_PORT_SET, &set),
	    KERN_SUCCESS);
	CHECK_EQ(
	    stub_mach_port_get_set_status(self(), set, &names, &names_count),
	    KERN_SUCCESS);
	CHECK_EQ(names_count, 0);
	CHECK_EQ(stub_mach_port_insert_member(self(), port, set), KERN_SUCCESS);
	CHECK_EQ(
	    stub_mach_port_get_set_status(self(), set, &names, &names_count),
	    KERN_SUCCESS);
	CHECK_EQ(names_count, 1);
	CHECK_EQ(names[0], port);
	free_array(names, names_count, sizeof(*names));

	CHECK_EQ(stub_mach_port_names(
	             self(), &names, &names_count, &types, &types_count),
	    KERN_SUCCESS);
	CHECK_EQ(stub_mach_port_space_basic_info(self(), &basic), KERN_SUCCESS);
	CHECK_EQ(stub_mach_port_space_info(
	             self(), &info, &table, &table_count, &tree, &tree_count),
	    KERN_SUCCESS);
	CHECK(names_count >= 4); /* two of our own, and two from the start */
	CHECK_EQ(types_count, names_count);
	CHECK_EQ(basic.iisb_table_inuse, names_count);
	CHECK_EQ(table_count, names_count);
	CHECK_EQ(info.iis_genno_mask, basic.iisb_genno_mask);
	CHECK_EQ(tree_count, 0);
	for (mach_msg_type_number_t i = 0; i < names_count; i++)
		CHECK_EQ(table[i].iin_name, names[i]);
	free_array(names, names_count, sizeof(*names));
	free_array(types, types_count, sizeof(*types));
	free_array(table, table_count, sizeof(*table));
}

static void
attributes(void)
{
	mach_port_name_t port = new_port();
	mach_port_limits_t limits = {.mpl_qlimit = 7};
	mach_port_status_t status;
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
	integer_t small[2];
	mach_msg_type_number_t small_count = 2;

	CHECK_EQ(
	    stub_mach_port_set_attributes(self(), port, MACH_PORT_LIMITS_INFO,
	        (mach_port_info_t)&limits, MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
	CHECK_EQ(
	    stub_mach_port_get_attributes(self(), port,
	        MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &count),
	    KERN_SUCCESS);
	CHECK_EQ(count, MACH_PORT_RECEIVE_STATUS_COUNT);
	CHECK_EQ(status.mps_qlimit, 7);
	/* The room that there is goes to the kernel. */
	CHECK_EQ(stub_mach_port_get_attributes(self(), port,
	             MACH_PORT_RECEIVE_STATUS, small, &small_count),
	    KERN_FAILURE);
	count = 18; /* more than the array has */
	CHECK_EQ(stub_mach_port_set_attributes(self(), port,
	             MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits, count),
	    MIG_ARRAY_TOO_LARGE);
}

static void
structures_and_strings(void)
{
	mach_port_options_t options = {
	    .flags = MPO_QLIMIT | MPO_INSERT_SEND_RIGHT | MPO_CONTEXT_AS_GUARD,
	    .mpl = {.mpl_qlimit = 3},
	};
	mach_port_qos_t qos = {.name = 0, .len = 0};
	mach_port_name_t name = MACH_PORT_NULL;
	kobject_description_t text;
	kobject_description_t expected;
	mach_vm_address_t address = 1;
	natural_t type = 0;
	natural_t expected_type = 0;

	CHECK_EQ(stub_mach_port_construct(self(), &options, 77, &name),
	    KERN_SUCCESS);
	CHECK_EQ(stub_mach_port_swap_guard(self(), name, 77, 78), KERN_SUCCESS);
	CHECK_EQ(stub_mach_port_destruct(self(), name, -1, 77),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(stub_mach_port_destruct(self(), name, -1, 78), KERN_SUCCESS);
	CHECK_EQ(stub_mach_port_allocate_qos(
	             self(), MACH_PORT_RIGHT_RECEIVE, &qos, &name),
	    KERN_SUCCESS);
	CHECK_EQ(stub_mach_port_allocate_full(self(), MACH_PORT_RIGHT_DEAD_NAME,
	             MACH_PORT_NULL, &qos, &name),
	    KERN_SUCCESS);
	CHECK_EQ(stub_mach_port_kobject_description(
	             self(), self(), &type, &address, text),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_kobject_description(
	             self(), self(), &expected_type, &address, expected),
	    KERN_SUCCESS);
	CHECK_EQ(type, expected_type);
	CHECK_EQ(strcmp(text, expected), 0);
	CHECK_EQ(address, 0);
}

static void
rights(void)
{
	mach_port_name_t port = new_port();
	mach_port_name_t notify = new_port();
	mach_port_t previous = 1;
	mach_port_t right = MACH_PORT_NULL;
	mach_msg_type_name_t poly = 0;

	CHECK_EQ(stub_mach_port_extract_right(
	             self(), port, MACH_MSG_TYPE_MAKE_SEND_ONCE, &right, &poly),
	    KERN_SUCCESS);
	CHECK_EQ(poly, MACH_MSG_TYPE_PORT_SEND_ONCE);
	CHECK_EQ(stub_mach_port_request_notification(self(), right,
	             MACH_NOTIFY_DEAD_NAME, 0, notify,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQ(previous, MACH_PORT_NULL);
	CHECK_EQ(stub_mach_port_request_notification(self(), right,
	             MACH_NOTIFY_DEAD_NAME, 0, MACH_PORT_NULL,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK(MACH_PORT_VALID(previous));
	CHECK_EQ(mach_port_deallocate(self(), previous), KERN_SUCCESS);
}

static void
peek(void)
{
	mach_port_name_t port = new_port();
	mach_msg_header_t message = {
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
	    .msgh_size = sizeof(message),
	    .msgh_remote_port = port,
	    .msgh_id = 4711,
	};
	mach_port_seqno_t seqno = 0;
	mach_msg_size_t size = 0;
	mach_msg_id_t id = 0;
	char trailer[68];
	mach_msg_type_number_t trailer_bytes = sizeof(trailer);

	CHECK_EQ(mach_msg_send(&message), MACH_MSG_SUCCESS);
	CHECK_EQ(stub_mach_port_peek(self(), port,
	             MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |
	                 MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SENDER),
	             &seqno, &size, &id, trailer, &trailer_bytes),
	    KERN_SUCCESS);
	CHECK_EQ(size, sizeof(message) + 8);
	CHECK_EQ(id, 4711);
	CHECK_EQ(trailer_bytes, sizeof(mach_msg_security_trailer_t));
}

/* --- layouts ------------------------------------------------------------------ */

#define ROUTINE(name, request, reply)                                          \
	{                                                                      \
#name, request, sizeof(__Request__##name##_t), reply,          \
		    sizeof(__Reply__##name##_t)                                \
	}

/* What each holds is in spec/ports.md 10.43, and how in spec/mig.md 9. */
static void
messages_have_the_sizes_that_they_always_had(void **state)
{
	/* In the order of their ids. */
	static const struct {
		const char *name;
		size_t request;
		size_t request_found;
		size_t reply;
		size_t reply_found;
	} rows[] = {
	    ROUTINE(mach_port_names, 24, 76),
	    ROUTINE(mach_port_type, 36, 40),
	    ROUTINE(mach_port_rename, 40, 36),
	    ROUTINE(mach_port_allocate_name, 40, 36),
	    ROUTINE(mach_port_allocate, 36, 40),
	    ROUTINE(mach_port_destroy, 36, 36),
	    ROUTINE(mach_port_deallocate, 36, 36),
	    ROUTINE(mach_port_get_refs, 40, 40),
	    ROUTINE(mach_port_mod_refs, 44, 36),
	    ROUTINE(mach_port_peek, 48, 120),
	    ROUTINE(mach_port_set_mscount, 40, 36),
	    ROUTINE(mach_port_get_set_status, 36, 56),
	    ROUTINE(mach_port_move_member, 40, 36),
	    ROUTINE(mach_port_request_notification, 60, 40),
	    ROUTINE(mach_port_insert_right, 52, 36),
	    ROUTINE(mach_port_extract_right, 40, 40),
	    ROUTINE(mach_port_set_seqno, 40, 36),
	    ROUTINE(mach_port_get_attributes, 44, 108),
	    ROUTINE(mach_port_set_attributes, 112, 36),
	    ROUTINE(mach_port_allocate_qos, 44, 48),
	    ROUTINE(mach_port_allocate_full, 64, 48),
	    ROUTINE(task_set_port_space, 36, 36),
	    ROUTINE(mach_port_get_srights, 36, 40),
	    ROUTINE(mach_port_space_info, 24, 100),
	    ROUTINE(mach_port_dnrequest_info, 36, 44),
	    ROUTINE(mach_port_kernel_object, 36, 44),
	    ROUTINE(mach_port_insert_member, 40, 36),
	    ROUTINE(mach_port_extract_member, 40, 36),
	    ROUTINE(mach_port_get_context, 36, 44),
	    ROUTINE(mach_port_set_context, 44, 36),
	    ROUTINE(mach_port_kobject, 36, 48),
	    ROUTINE(mach_port_construct, 60, 40),
	    ROUTINE(mach_port_destruct, 48, 36),
	    ROUTINE(mach_port_guard, 48, 36),
	    ROUTINE(mach_port_unguard, 44, 36),
	    ROUTINE(mach_port_space_basic_info, 24, 60),
	    ROUTINE(mach_port_special_reply_port_reset_link, 36, 40),
	    ROUTINE(mach_port_guard_with_flags, 52, 36),
	    ROUTINE(mach_port_swap_guard, 52, 36),
	    ROUTINE(mach_port_kobject_description, 36, 568),
	    ROUTINE(mach_port_is_connection_for_service, 40, 44),
	    ROUTINE(mach_port_get_service_port_info, 36, 292),
	    ROUTINE(mach_port_assert_attributes, 112, 36),
	};
	static const struct {
		const char *name;
		mach_msg_id_t id;
	} map[] = {subsystem_to_name_map_mach_port};

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), mach_port_MSG_COUNT);
	assert_int_equal(sizeof(map) / sizeof(map[0]), mach_port_MSG_COUNT);
	for (int i = 0; i < mach_port_MSG_COUNT; i++) {
		assert_string_equal(map[i].name, rows[i].name);
		assert_int_equal(map[i].id, 3200 + i);
		assert_int_equal(rows[i].request_found, rows[i].request);
		assert_int_equal(rows[i].reply_found, rows[i].reply);
	}
}

#define IN(routine, field) offsetof(__Request__##routine##_t, field)
#define OUT(routine, field) offsetof(__Reply__##routine##_t, field)

static void
things_lie_in_messages_where_they_always_did(void **state)
{
	(void)state;
	/* Words behind the record; in a reply, behind the return code. */
	assert_int_equal(IN(mach_port_mod_refs, NDR), 24);
	assert_int_equal(IN(mach_port_mod_refs, name), 32);
	assert_int_equal(IN(mach_port_mod_refs, delta), 40);
	assert_int_equal(OUT(mach_port_type, RetCode), 32);
	assert_int_equal(OUT(mach_port_type, ptype), 36);
	/* A right before the words, wherever its argument is. */
	assert_int_equal(IN(mach_port_allocate_full, proto), 28);
	assert_int_equal(IN(mach_port_allocate_full, NDR), 40);
	assert_int_equal(IN(mach_port_allocate_full, right), 48);
	assert_int_equal(IN(mach_port_allocate_full, name), 60);
	/* Regions with their counts among the words. */
	assert_int_equal(OUT(mach_port_space_info, table_info), 28);
	assert_int_equal(OUT(mach_port_space_info, tree_info), 44);
	assert_int_equal(OUT(mach_port_space_info, space_info), 68);
	assert_int_equal(OUT(mach_port_space_info, table_infoCnt), 92);
	assert_int_equal(OUT(mach_port_space_info, tree_infoCnt), 96);
	assert_int_equal(IN(mach_port_construct, options), 28);
	assert_int_equal(IN(mach_port_construct, context), 52);
	/* Arrays and strings. */
	assert_int_equal(IN(mach_port_set_attributes, infoCnt), 40);
	assert_int_equal(OUT(mach_port_get_attributes, infoCnt), 36);
	assert_int_equal(OUT(mach_port_peek, trailer_infoCnt), 48);
	assert_int_equal(OUT(mach_port_kobject_description, descCnt), 52);
	assert_int_equal(OUT(mach_port_kobject_description, desc), 56);
}

/* --- notifications ------------------------------------------------------------- */

/* What the server was told last. */
static struct {
	int id;
	mach_port_t notify;
	unsigned int what;
} told;

static kern_return_t
tell(int id, mach_port_t notify, unsigned int what)
{
	told.id = id;
	told.notify = notify;
	told.what = what;
	return KERN_SUCCESS;
}

kern_return_t
do_mach_notify_port_deleted(mach_port_t notify, mach_port_name_t name)
{
	return tell(MACH_NOTIFY_PORT_DELETED, notify, name);
}

kern_return_t
do_mach_notify_send_possible(mach_port_t notify, mach_port_name_t name)
{
	return tell(MACH_NOTIFY_SEND_POSSIBLE, notify, name);
}

kern_return_t
do_mach_notify_port_destroyed(mach_port_t notify, mach_port_t port)
{
	return tell(MACH_NOTIFY_PORT_DESTROYED, notify, port);
}

kern_return_t
do_mach_notify_no_senders(mach_port_t notify, mach_port_mscount_t mscount)
{
	return tell(MACH_NOTIFY_NO_SENDERS, notify, mscount);
}

kern_return_t
do_mach_notify_send_once(mach_port_t notify)
{
	return tell(MACH_NOTIFY_SEND_ONCE, notify, 0);
}

kern_return_t
do_mach_notify_dead_name(mach_port_t notify, mach_port_name_t name)
{
	return tell(MACH_NOTIFY_DEAD_NAME, notify, name);
}

static void
request(mach_port_name_t name, mach_msg_id_t id, mach_port_name_t notify)
{
	mach_port_t previous;

	CHECK_EQ(mach_port_request_notification(self(), name, id, 0, notify,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_EQ(previous, MACH_PORT_NULL);
}

static void
check_told(mach_port_name_t notify, int id, unsigned int what)
{
	told.id = 0;
	CHECK_EQ(mach_msg_server_once(
	             notify_server, 1024, notify, MACH_MSG_OPTION_NONE),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(told.id, id);
	CHECK_EQ(told.notify, notify);
	CHECK_EQ(told.what, what);
}

static void
be_notified(void)
{
	mach_port_name_t notify = new_port();
	mach_port_name_t port = new_port();
	mach_port_t once = MACH_PORT_NULL;
	mach_msg_type_name_t poly;

	CHECK_EQ(
	    mach_port_insert_right(self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	request(port, MACH_NOTIFY_NO_SENDERS, notify);
	CHECK_EQ(mach_port_deallocate(self(), port), KERN_SUCCESS);
	check_told(notify, MACH_NOTIFY_NO_SENDERS, 1);

	CHECK_EQ(
	    mach_port_insert_right(self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	request(port, MACH_NOTIFY_PORT_DESTROYED, notify);
	CHECK_EQ(mach_port_mod_refs(self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	/* It comes back under the name of the send right. */
	check_told(notify, MACH_NOTIFY_PORT_DESTROYED, port);

	request(port, MACH_NOTIFY_DEAD_NAME, notify);
	CHECK_EQ(mach_port_mod_refs(self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	check_told(notify, MACH_NOTIFY_DEAD_NAME, port);

	CHECK_EQ(mach_port_extract_right(self(), notify,
	             MACH_MSG_TYPE_MAKE_SEND_ONCE, &once, &poly),
	    KERN_SUCCESS);
	CHECK_EQ(mach_port_deallocate(self(), once), KERN_SUCCESS);
	check_told(notify, MACH_NOTIFY_SEND_ONCE, 0);
}

/* --- all ----------------------------------------------------------------------- */

static void
numbers_come_back(void **state)
{
	(void)state;
	program_run(numbers);
}

static void
arrays_come_out_of_line(void **state)
{
	(void)state;
	program_run(arrays_out_of_line);
}

static void
attributes_come_as_far_as_there_is_room(void **state)
{
	(void)state;
	program_run(attributes);
}

static void
structures_and_strings_come_and_go(void **state)
{
	(void)state;
	program_run(structures_and_strings);
}

static void
rights_come_and_go(void **state)
{
	(void)state;
	program_run(rights);
}

static void
a_message_that_waits_is_looked_at(void **state)
{
	(void)state;
	program_run(peek);
}

static void
a_server_is_told_what_became_of_ports(void **state)
{
	(void)state;
	program_run(be_notified);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_have_the_sizes_that_they_always_had),
	    cmocka_unit_test(things_lie_in_messages_where_they_always_did),
	    cmocka_unit_test(numbers_come_back),
	    cmocka_unit_test(arrays_come_out_of_line),
	    cmocka_unit_test(attributes_come_as_far_as_there_is_room),
	    cmocka_unit_test(structures_and_strings_come_and_go),
	    cmocka_unit_test(rights_come_and_go),
	    cmocka_unit_test(a_message_that_waits_is_looked_at),
	    cmocka_unit_test(a_server_is_told_what_became_of_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
