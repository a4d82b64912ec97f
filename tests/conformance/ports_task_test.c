/* ports.md 9, 10.34, 10.35, 10.37-10.41: the task that a call is about, its
 * space, and what of the kernel is behind a port. */
#include "ports.h"

#include <mach/ipc_info.h>
#include <string.h>

#define SELF mach_task_self()

/* 9. Common rules. */

/* Every call on @task ends with @code, and nothing has happened. */
static void
expect_of_every_call(mach_port_t task, kern_return_t code)
{
	mach_port_t name = new_port(), other = 0;
	mach_port_name_array_t names, more;
	mach_msg_type_number_t count, more_count;
	mach_port_type_t type;
	mach_port_urefs_t refs;
	mach_port_rights_t srights;
	mach_port_context_t context;
	mach_port_status_t status;
	mach_port_qos_t qos = {0};
	mach_port_options_t options = {0};
	mach_msg_type_name_t poly;
	mach_port_seqno_t seqno = 0;
	mach_msg_size_t bytes;
	mach_msg_id_t id;
	char trailer[68];
	integer_t info[20] = {0};
	ipc_info_space_t space;
	ipc_info_space_basic_t basic;
	ipc_info_name_array_t table;
	ipc_info_tree_name_array_t tree;
	unsigned total, used;
	natural_t kind;
	mach_vm_address_t address;
	kobject_description_t description;

	EXPECT(mach_port_names(task, &names, &count, &more, &more_count), code);
	EXPECT(mach_port_type(task, name, &type), code);
	EXPECT(mach_port_rename(task, name, CHOSEN), code);
	EXPECT(mach_port_allocate(task, RECEIVE, &other), code);
	EXPECT(mach_port_allocate_name(task, RECEIVE, CHOSEN), code);
	EXPECT(mach_port_allocate_qos(task, RECEIVE, &qos, &other), code);
	EXPECT(mach_port_allocate_full(task, RECEIVE, 0, &qos, &other), code);
	EXPECT(mach_port_destroy(task, name), code);
	EXPECT(mach_port_deallocate(task, name), code);
	EXPECT(mach_port_get_refs(task, name, RECEIVE, &refs), code);
	EXPECT(mach_port_mod_refs(task, name, RECEIVE, -1), code);
	count = sizeof(trailer);
	EXPECT(
	    mach_port_peek(task, name, 0, &seqno, &bytes, &id, trailer, &count),
	    code);
	EXPECT(mach_port_set_mscount(task, name, 1), code);
	EXPECT(mach_port_set_seqno(task, name, 1), code);
	EXPECT(mach_port_get_context(task, name, &context), code);
	EXPECT(mach_port_set_context(task, name, 1), code);
	EXPECT(mach_port_get_set_status(task, name, &names, &count), code);
	EXPECT(mach_port_move_member(task, name, 0), code);
	EXPECT(mach_port_insert_member(task, name, name), code);
	EXPECT(mach_port_extract_member(task, name, name), code);
	EXPECT(mach_port_request_notification(
	           task, name, NAME_DIED, 0, 0, MAKE_SEND_ONCE, &other),
	    code);
	EXPECT(mach_port_insert_right(task, CHOSEN, name, MAKE_SEND), code);
	EXPECT(mach_port_extract_right(task, name, MAKE_SEND, &other, &poly),
	    code);
	count = 20;
	EXPECT(mach_port_get_attributes(
	           task, name, MACH_PORT_RECEIVE_STATUS, info, &count),
	    code);
	EXPECT(mach_port_set_attributes(
	           task, name, MACH_PORT_LIMITS_INFO, info, 1),
	    code);
	EXPECT(mach_port_assert_attributes(
	           task, name, MACH_PORT_GUARD_INFO, info, 2),
	    code);
	EXPECT(mach_port_construct(task, &options, 0, &other), code);
	EXPECT(mach_port_destruct(task, name, 0, 0), code);
	EXPECT(mach_port_guard(task, name, 1, 0), code);
	EXPECT(mach_port_guard_with_flags(task, name, 1, 0), code);
	EXPECT(mach_port_unguard(task, name, 1), code);
	EXPECT(mach_port_swap_guard(task, name, 1, 2), code);
	EXPECT(mach_port_get_srights(task, name, &srights), code);
	EXPECT(mach_port_space_info(
	           task, &space, &table, &count, &tree, &more_count),
	    code);
	EXPECT(mach_port_space_basic_info(task, &basic), code);
	EXPECT(mach_port_dnrequest_info(task, name, &total, &used), code);
	EXPECT(mach_port_kobject(task, name, &kind, &address), code);
	EXPECT(mach_port_kernel_object(task, name, &total, &used), code);
	EXPECT(mach_port_kobject_description(
	           task, name, &kind, &address, description),
	    code);
	EXPECT(mach_port_get_receive_status(task, name, &status), code);
	EXPECT(mach_port_set_qlimit(task, name, 1), code);

	CHECK_EQUAL(other, 0);
	CHECK_EQUAL(type_of(CHOSEN), 0);
	CHECK_EQUAL(type_of(name), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(status_of(name).mps_qlimit, 5);
	destroy(name);
}

static void
calls_are_made_on_ones_own_task_and_on_others(void)
{
	struct peer *peer = peer_new();
	mach_port_t theirs = allocate_in(peer_task(peer), RECEIVE);
	mach_port_t mine = allocate_in(SELF, RECEIVE);

	CHECK_EQUAL(
	    type_there(peer_task(peer), theirs), MACH_PORT_TYPE_RECEIVE);
	CHECK_EQUAL(type_of(mine), MACH_PORT_TYPE_RECEIVE);
	EXPECT(mach_port_destroy(peer_task(peer), theirs), KERN_SUCCESS);
	CHECK_EQUAL(type_there(peer_task(peer), theirs), 0);
	CHECK_EQUAL(type_of(mine), MACH_PORT_TYPE_RECEIVE);
	destroy(mine);
}

static void
a_task_name_that_is_none(void)
{
	mach_port_t dead = new_dead_name();

	CHECK_EQUAL(MACH_SEND_INVALID_DEST, 0x10000003);
	expect_of_every_call(MACH_PORT_NULL, MACH_SEND_INVALID_DEST);
	expect_of_every_call(MACH_PORT_DEAD, MACH_SEND_INVALID_DEST);
	expect_of_every_call(absent_name(), MACH_SEND_INVALID_DEST);
	expect_of_every_call(dead, MACH_SEND_INVALID_DEST);
	drop(dead);
}

/* Its port dies with it, so that no terminated task is still known. */
static void
the_port_of_a_task_that_has_died(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer), notify = new_port();

	add_refs(task, SEND, 1);
	CHECK_EQUAL(request(task, NAME_DIED, 0, notify), MACH_PORT_NULL);
	peer_kill(peer);
	expect_notice(notify, NAME_DIED, task);
	CHECK_EQUAL(type_of(task), MACH_PORT_TYPE_DEAD_NAME);
	expect_of_every_call(task, MACH_SEND_INVALID_DEST);
	add_refs(task, DEAD_NAME, -2);
	destroy(notify);
}

static void
a_kernel_port_that_is_no_task(void)
{
	mach_port_t thread = mach_thread_self(), host = mach_host_self();

	expect_of_every_call(thread, KERN_INVALID_TASK);
	expect_of_every_call(host, KERN_INVALID_TASK);
	drop(thread);
	drop(host);
}

static void
a_name_that_was_is_no_name(void)
{
	mach_port_t old = new_port(), port;

	drop_receive(old);
	port = new_port(); /* perhaps in the slot of the old one */
	CHECK(port != old);
	CHECK_EQUAL(type_of(old), 0);
	EXPECT(mach_port_destroy(SELF, old), KERN_INVALID_NAME);
	EXPECT(mach_port_mod_refs(SELF, old, RECEIVE, -1), KERN_INVALID_NAME);
	EXPECT(mach_port_set_seqno(SELF, old, 1), KERN_INVALID_NAME);
	CHECK_EQUAL(type_of(port), MACH_PORT_TYPE_RECEIVE);
	destroy(port);
}

static void
a_port_is_in_so_many_sets_at_most(void)
{
	struct peer *peer = peer_new();
	mach_port_t task = peer_task(peer), port = allocate_in(task, RECEIVE);
	kern_return_t kr;
	unsigned sets = 0;

	while ((kr = mach_port_insert_member(
	            task, port, allocate_in(task, PORT_SET))) == KERN_SUCCESS)
		CHECK(++sets <= 1024);
	CHECK_EQUAL(kr, KERN_RESOURCE_SHORTAGE);
	CHECK_EQUAL(sets, 1024);
}

static void
naming_errors_depend_on_the_task(void)
{
	struct peer *peer = peer_new();
	mach_port_t theirs = allocate_in(peer_task(peer), RECEIVE), previous;
	mach_port_t port = new_port(), absent = absent_name();

	EXPECT(mach_port_insert_right(SELF, CHOSEN, port, MOVE_SEND),
	    KERN_INVALID_RIGHT);
	EXPECT(mach_port_insert_right(peer_task(peer), CHOSEN, port, MOVE_SEND),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(mach_port_insert_right(SELF, CHOSEN, absent, MOVE_SEND),
	    KERN_INVALID_NAME);
	EXPECT(
	    mach_port_insert_right(peer_task(peer), CHOSEN, absent, MOVE_SEND),
	    MACH_SEND_INVALID_RIGHT);
	EXPECT(mach_port_request_notification(
	           SELF, port, NAME_DIED, 0, port, MOVE_SEND_ONCE, &previous),
	    KERN_INVALID_RIGHT);
	EXPECT(mach_port_request_notification(peer_task(peer), theirs,
	           NAME_DIED, 0, port, MOVE_SEND_ONCE, &previous),
	    MACH_SEND_INVALID_RIGHT);
	destroy(port);
}

static void
arrays_are_new_memory(void)
{
	mach_port_name_array_t names, again;
	mach_port_type_array_t types, types_again;
	mach_msg_type_number_t count, types_count;
	mach_port_t set = new_set();

	EXPECT(mach_port_names(SELF, &names, &count, &types, &types_count),
	    KERN_SUCCESS);
	EXPECT(
	    mach_port_names(SELF, &again, &count, &types_again, &types_count),
	    KERN_SUCCESS);
	CHECK(count > 0);
	CHECK(names != again && types != types_again);
	memset(names, 0, count * sizeof(names[0])); /* ours to write */
	const vm_address_t arrays[] = {(vm_address_t)names, (vm_address_t)again,
	    (vm_address_t)types, (vm_address_t)types_again};
	for (unsigned i = 0; i < 4; i++)
		EXPECT(vm_deallocate(SELF, arrays[i], count * (vm_size_t)4),
		    KERN_SUCCESS);
	/* None of no elements. */
	EXPECT(
	    mach_port_get_set_status(SELF, set, &names, &count), KERN_SUCCESS);
	CHECK(names == NULL);
	CHECK_EQUAL(count, 0);
	destroy(set);
}

/* 10.34, 10.35: the space. */

static void
space_info_lists_what_names_lists(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t notify = new_port();
	const mach_port_t names[] = {kinds.send, kinds.receive, kinds.both,
	    kinds.once, kinds.set, kinds.dead};
	mach_msg_type_number_t count, tree_count = 77, used = 0;
	ipc_info_tree_name_array_t tree = (ipc_info_tree_name_array_t)&kinds;
	ipc_info_name_array_t table;
	ipc_info_space_t space;
	ipc_info_space_basic_t basic;
	unsigned found = 0;
	natural_t objects[6] = {0};

	CHECK_EQUAL(sizeof(ipc_info_space_t), 6 * 4);
	CHECK_EQUAL(sizeof(ipc_info_name_t), 7 * 4);
	CHECK_EQUAL(sizeof(ipc_info_tree_name_t), 9 * 4);
	CHECK_EQUAL(sizeof(ipc_info_space_basic_t), 6 * 4);
	add_refs(kinds.both, SEND, 2);
	add_refs(kinds.dead, DEAD_NAME, 1);
	CHECK_EQUAL(
	    request(kinds.both, SEND_POSSIBLE, 0, notify), MACH_PORT_NULL);
	EXPECT(mach_port_space_info(
	           SELF, &space, &table, &count, &tree, &tree_count),
	    KERN_SUCCESS);
	EXPECT(mach_port_space_basic_info(SELF, &basic), KERN_SUCCESS);
	CHECK_EQUAL(space.iis_genno_mask, 0xff);
	CHECK_EQUAL(tree_count, 0);
	CHECK(tree == NULL);
	CHECK(space.iis_tree_size == 0 && space.iis_tree_small == 0 &&
	    space.iis_tree_hash == 0);
	for (mach_msg_type_number_t i = 0; i < count; i++) {
		mach_port_type_t type =
		    table[i].iin_type & MACH_PORT_TYPE_ALL_RIGHTS;

		if (table[i].iin_type == 0)
			continue;
		used++;
		CHECK_EQUAL(table[i].iin_collision, 0);
		CHECK_EQUAL(type,
		    type_of(table[i].iin_name) & MACH_PORT_TYPE_ALL_RIGHTS);
		for (unsigned k = 0; k < 6; k++)
			if (table[i].iin_name == names[k]) {
				found++;
				objects[k] = table[i].iin_object;
			}
		if (table[i].iin_name == kinds.both) {
			CHECK_EQUAL(table[i].iin_urefs, 3);
			CHECK_EQUAL(table[i].iin_type,
			    MACH_PORT_TYPE_SEND_RECEIVE |
			        MACH_PORT_TYPE_DNREQUEST |
			        MACH_PORT_TYPE_SPREQUEST_DELAYED);
		}
		if (table[i].iin_name == kinds.dead)
			CHECK_EQUAL(table[i].iin_urefs, 2);
	}
	CHECK_EQUAL(found, 6);
	/* Equal for equal ports, and only for them. */
	CHECK(objects[0] != 0 && objects[0] == objects[3]);
	CHECK(objects[1] != 0 && objects[1] != objects[0]);
	CHECK(objects[2] != 0 && objects[2] != objects[1]);

	CHECK_EQUAL(basic.iisb_genno_mask, 0xff);
	CHECK_EQUAL(basic.iisb_table_inuse, used);
	CHECK(basic.iisb_table_size >= used);
	CHECK_EQUAL(basic.iisb_table_size, space.iis_table_size);
	CHECK_EQUAL(basic.iisb_reserved[0], 0);
	CHECK_EQUAL(basic.iisb_reserved[1], 0);
	EXPECT(
	    vm_deallocate(SELF, (vm_address_t)table, count * sizeof(table[0])),
	    KERN_SUCCESS);
	destroy(kinds.both);
	expect_notice(notify, PORT_DELETED, kinds.both);
	destroy(notify);
	kinds_free(&kinds);
}

static void
equal_ports_are_equal_in_every_space(void)
{
	mach_port_t port = new_send_port();
	struct peer *peer = peer_new();
	mach_port_name_t there = peer_give(peer, port, COPY_SEND);
	const mach_port_t tasks[] = {SELF, peer_task(peer)};
	const mach_port_t names[] = {port, there};
	natural_t objects[2] = {0};

	for (unsigned t = 0; t < 2; t++) {
		mach_msg_type_number_t count, tree_count;
		ipc_info_tree_name_array_t tree;
		ipc_info_name_array_t table;
		ipc_info_space_t space;

		EXPECT(mach_port_space_info(tasks[t], &space, &table, &count,
		           &tree, &tree_count),
		    KERN_SUCCESS);
		for (mach_msg_type_number_t i = 0; i < count; i++)
			if (table[i].iin_name == names[t])
				objects[t] = table[i].iin_object;
		EXPECT(vm_deallocate(
		           SELF, (vm_address_t)table, count * sizeof(table[0])),
		    KERN_SUCCESS);
	}
	CHECK(objects[0] != 0);
	CHECK_EQUAL(objects[0], objects[1]);
	destroy(port);
}

static void
the_table_in_use_is_counted(void)
{
	ipc_info_space_basic_t before, after;
	mach_port_t ports[7];

	EXPECT(mach_port_space_basic_info(SELF, &before), KERN_SUCCESS);
	for (unsigned i = 0; i < 7; i++)
		ports[i] = new_port();
	EXPECT(mach_port_space_basic_info(SELF, &after), KERN_SUCCESS);
	CHECK_EQUAL(after.iisb_table_inuse, before.iisb_table_inuse + 7);
	for (unsigned i = 0; i < 7; i++)
		destroy(ports[i]);
	EXPECT(mach_port_space_basic_info(SELF, &after), KERN_SUCCESS);
	CHECK_EQUAL(after.iisb_table_inuse, before.iisb_table_inuse);
}

/* 10.37-10.39: kernel objects. */

static void
check_kobject(mach_port_t name, natural_t expected)
{
	natural_t kind = 77;
	unsigned type = 77, narrow = 77;
	mach_vm_address_t address = 77;
	kobject_description_t description;

	EXPECT(mach_port_kobject(SELF, name, &kind, &address), KERN_SUCCESS);
	CHECK_EQUAL(kind, expected);
	CHECK_EQUAL(address, 0);
	EXPECT(
	    mach_port_kernel_object(SELF, name, &type, &narrow), KERN_SUCCESS);
	CHECK_EQUAL(type, expected);
	CHECK_EQUAL(narrow, 0);
	kind = 77;
	address = 77;
	memset(description, 0x55, sizeof(description));
	EXPECT(mach_port_kobject_description(
	           SELF, name, &kind, &address, description),
	    KERN_SUCCESS);
	CHECK_EQUAL(kind, expected);
	CHECK_EQUAL(address, 0);
	CHECK(memchr(description, 0, sizeof(description)) != NULL);
}

static void
a_port_tells_what_kernel_object_it_is(void)
{
	struct kinds kinds = kinds_new();
	mach_port_t thread = mach_thread_self(), host = mach_host_self();
	natural_t kind;
	mach_vm_address_t address;

	check_kobject(kinds.send, IKOT_NONE);
	check_kobject(kinds.receive, IKOT_NONE);
	check_kobject(kinds.both, IKOT_NONE);
	check_kobject(SELF, IKOT_TASK);
	check_kobject(peer_task(kinds.peer), IKOT_TASK);
	check_kobject(thread, IKOT_THREAD);
	EXPECT(mach_port_kobject(SELF, host, &kind, &address), KERN_SUCCESS);
	CHECK(kind == IKOT_HOST || kind == IKOT_HOST_PRIV);
	check_kobject(host, kind);
	drop(thread);
	drop(host);
	kinds_free(&kinds);
}

static void
kernel_objects_have_their_numbers(void)
{
	CHECK_EQUAL(IKOT_NONE, 0);
	CHECK_EQUAL(IKOT_THREAD, 1);
	CHECK_EQUAL(IKOT_THREAD_CONTROL, 1);
	CHECK_EQUAL(IKOT_TASK, 2);
	CHECK_EQUAL(IKOT_TASK_CONTROL, 2);
	CHECK_EQUAL(IKOT_HOST, 3);
	CHECK_EQUAL(IKOT_HOST_PRIV, 4);
	CHECK_EQUAL(IKOT_PROCESSOR, 5);
	CHECK_EQUAL(IKOT_PSET, 6);
	CHECK_EQUAL(IKOT_PSET_NAME, 7);
	CHECK_EQUAL(IKOT_TIMER, 8);
	CHECK_EQUAL(IKOT_TASK_NAME, 20);
	CHECK_EQUAL(IKOT_SEMAPHORE, 23);
	CHECK_EQUAL(IKOT_CLOCK, 25);
	CHECK_EQUAL(IKOT_NAMED_ENTRY, 28);
	CHECK_EQUAL(IKOT_VOUCHER, 37);
	CHECK_EQUAL(IKOT_TASK_INSPECT, 44);
	CHECK_EQUAL(IKOT_TASK_READ, 45);
	CHECK_EQUAL(sizeof(kobject_description_t), 512);
}

static void
expect_no_kobject(mach_port_name_t name, kern_return_t code)
{
	natural_t kind;
	unsigned type, narrow;
	mach_vm_address_t address;
	kobject_description_t description;

	EXPECT(mach_port_kobject(SELF, name, &kind, &address), code);
	EXPECT(mach_port_kernel_object(SELF, name, &type, &narrow), code);
	EXPECT(mach_port_kobject_description(
	           SELF, name, &kind, &address, description),
	    code);
}

static void
what_has_no_kernel_object(void)
{
	struct kinds kinds = kinds_new();

	expect_no_kobject(kinds.once, KERN_INVALID_RIGHT);
	expect_no_kobject(kinds.set, KERN_INVALID_RIGHT);
	expect_no_kobject(kinds.dead, KERN_INVALID_NAME);
	expect_no_kobject(absent_name(), KERN_INVALID_NAME);
	expect_no_kobject(MACH_PORT_NULL, KERN_INVALID_NAME);
	expect_no_kobject(MACH_PORT_DEAD, KERN_INVALID_NAME);
	/* A port that has died. */
	peer_kill(kinds.peer);
	expect_no_kobject(kinds.send, KERN_INVALID_NAME);
	expect_no_kobject(kinds.once, KERN_INVALID_NAME);
	kinds_free(&kinds);
}

/* 10.40, 10.41. */

static void
the_size_of_a_space_is_asked_for_without_effect(void)
{
	EXPECT(task_set_port_space(SELF, 1), KERN_SUCCESS);
	EXPECT(task_set_port_space(SELF, 100000), KERN_SUCCESS);
	EXPECT(task_set_port_space(SELF, -1), KERN_SUCCESS);
	destroy(new_port());
}

static void
service_ports_are_not_supported(void)
{
	struct kinds kinds = kinds_new();
	mach_service_port_info_data_t info;
	boolean_t lost = 0;
	uint64_t policy;
	const mach_port_t wrong[] = {
	    MACH_PORT_NULL, MACH_PORT_DEAD, kinds.send, kinds.once, kinds.set};

	CHECK_EQUAL(sizeof(info), 256);
	EXPECT(
	    mach_port_special_reply_port_reset_link(SELF, kinds.receive, &lost),
	    KERN_NOT_SUPPORTED);
	EXPECT(mach_port_is_connection_for_service(
	           SELF, kinds.receive, kinds.both, &policy),
	    KERN_NOT_SUPPORTED);
	EXPECT(mach_port_get_service_port_info(SELF, kinds.receive, &info),
	    KERN_INVALID_CAPABILITY);
	EXPECT(mach_port_get_service_port_info(SELF, kinds.both, &info),
	    KERN_INVALID_CAPABILITY);
	for (unsigned i = 0; i < 5; i++)
		EXPECT(mach_port_get_service_port_info(SELF, wrong[i], &info),
		    KERN_INVALID_RIGHT);
	EXPECT(mach_port_get_service_port_info(SELF, kinds.dead, &info),
	    KERN_INVALID_NAME);
	EXPECT(mach_port_get_service_port_info(SELF, absent_name(), &info),
	    KERN_INVALID_NAME);
	kinds_free(&kinds);
}

static const struct scenario scenarios[] = {
    SCENARIO(
        "ports.9 ports.9.b1", calls_are_made_on_ones_own_task_and_on_others),
    SCENARIO("ports.9.r1", a_task_name_that_is_none),
    SCENARIO("ports.9.r1 ports.9.r2", the_port_of_a_task_that_has_died),
    SCENARIO("ports.9.r3 ports.9.b4", a_kernel_port_that_is_no_task),
    SCENARIO("ports.9.b3", a_name_that_was_is_no_name),
    SCENARIO("ports.9.b4", a_port_is_in_so_many_sets_at_most),
    SCENARIO("ports.9.b5", naming_errors_depend_on_the_task),
    SCENARIO("ports.9.b6", arrays_are_new_memory),
    SCENARIO("ports.10.34 ports.10.35", space_info_lists_what_names_lists),
    SCENARIO("ports.10.34", equal_ports_are_equal_in_every_space),
    SCENARIO("ports.10.35", the_table_in_use_is_counted),
    SCENARIO("ports.10.37 ports.1.r13", a_port_tells_what_kernel_object_it_is),
    SCENARIO("ports.10.37", kernel_objects_have_their_numbers),
    SCENARIO("ports.10.37", what_has_no_kernel_object),
    SCENARIO("ports.10.40", the_size_of_a_space_is_asked_for_without_effect),
    SCENARIO("ports.10.41", service_ports_are_not_supported),
};

CONFORMANCE(scenarios)
