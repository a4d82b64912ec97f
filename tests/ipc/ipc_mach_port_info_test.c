/* What ports tell those who look for a fault, by ports.md 10.33 and 10.36 to
 * 10.41. */
#include <string.h>

#include "names.h"

#include "ipc_kobject.h"
#include "ipc_right.h"

static mach_port_rights_t srights;
static uint32_t total;
static uint32_t used;

static kern_return_t
get_srights(mach_port_name_t name)
{
	return ipc_mach_port_get_srights(alice, name, &srights);
}

static kern_return_t
dnrequest_info(mach_port_name_t name)
{
	return ipc_mach_port_dnrequest_info(alice, name, &total, &used);
}

TEST(send_rights_are_counted_once_a_space_and_in_messages)
{
	struct message message;

	names_expect_receive_or_absent(get_srights);
	EXPECT(get_srights(names.receive), KERN_SUCCESS);
	assert_int_equal(srights, 0);
	world_make_send(alice, names.both);
	EXPECT(get_srights(names.both), KERN_SUCCESS);
	assert_int_equal(srights, 1);
	(void)world_give(alice, names.both, MAKE_SEND, bob);
	(void)world_give(alice, names.both, MAKE_SEND_ONCE, bob);
	EXPECT(get_srights(names.both), KERN_SUCCESS);
	assert_int_equal(srights, 2);
	/* One the destination, one in the body. */
	message_init(&message, names.both, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, names.both, COPY_SEND);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	EXPECT(get_srights(names.both), KERN_SUCCESS);
	assert_int_equal(srights, 4);
}

TEST(requests_of_all_tasks_are_counted)
{
	mach_port_name_t theirs = world_give(alice, names.both, MAKE_SEND, bob);

	names_expect_receive_or_absent(dnrequest_info);
	assert_int_equal(used, 0);
	(void)world_request(
	    alice, names.both, MACH_NOTIFY_DEAD_NAME, 0, names.receive);
	(void)world_request(
	    bob, theirs, MACH_NOTIFY_DEAD_NAME, 0, world_port(bob));
	EXPECT(dnrequest_info(names.both), KERN_SUCCESS);
	assert_int_equal(used, 2);
	assert_true(total >= used);
}

TEST(a_request_that_is_armed_is_counted)
{
	uint32_t size = 0;
	mach_msg_type_number_t count = 1;

	world_set_qlimit(alice, names.both, 0);
	/* With sync, it is armed at once, since the queue is full. */
	(void)world_request(
	    alice, names.both, MACH_NOTIFY_SEND_POSSIBLE, 1, names.receive);
	EXPECT(dnrequest_info(names.both), KERN_SUCCESS);
	assert_int_equal(used, 1);
	EXPECT(ipc_mach_port_get_attributes(
	           alice, names.both, MACH_PORT_DNREQUESTS_SIZE, &size, &count),
	    KERN_SUCCESS);
	assert_int_equal(size, total);
}

/* What is behind names. */

static uint32_t type;

static kern_return_t
kobject(mach_port_name_t name)
{
	type = 99;
	return ipc_mach_port_kobject(alice, name, &type);
}

TEST(the_object_is_asked_of_send_and_receive_rights)
{
	EXPECT(kobject(MACH_PORT_NULL), KERN_INVALID_NAME);
	EXPECT(kobject(MACH_PORT_DEAD), KERN_INVALID_NAME);
	EXPECT(kobject(names.absent), KERN_INVALID_NAME);
	EXPECT(kobject(names.dead), KERN_INVALID_NAME);
	EXPECT(kobject(names.once), KERN_INVALID_RIGHT);
	EXPECT(kobject(names.set), KERN_INVALID_RIGHT);
	assert_int_equal(type, 99); /* not written */
	EXPECT(kobject(names.send), KERN_SUCCESS);
	assert_int_equal(type, IPC_KOBJECT_NONE);
	EXPECT(kobject(names.receive), KERN_SUCCESS);
	assert_int_equal(type, IPC_KOBJECT_NONE);
	EXPECT(kobject(names.both), KERN_SUCCESS);
	assert_int_equal(type, IPC_KOBJECT_NONE);
}

TEST(rights_for_a_dead_port_are_not_there)
{
	world_drop_receive(bob, names.service);
	EXPECT(kobject(names.send), KERN_INVALID_NAME);
	EXPECT(kobject(names.once), KERN_INVALID_NAME);
}

TEST(a_port_that_is_in_no_space_is_an_ordinary_one)
{
	mach_port_name_t inbox =
	    world_give(bob, names.service, MAKE_SEND, alice);
	struct message message;

	message_init(&message, inbox, COPY_SEND, MACH_PORT_NULL, 0);
	message_add_port(&message, names.both, MOVE_RECEIVE);
	EXPECT(world_send(alice, &message), MACH_MSG_SUCCESS);
	EXPECT(kobject(names.both), KERN_SUCCESS);
	assert_int_equal(type, IPC_KOBJECT_NONE);
}

static void
serve(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	(void)object;
	ipc_kobject_reply_error(request, KERN_INVALID_VALUE);
}

TEST(ports_of_kernel_objects_tell_their_type)
{
	static const struct {
		enum ipc_kobject_type type;
		const char *text;
	} rows[] = {
	    {IPC_KOBJECT_THREAD, "thread"},
	    {IPC_KOBJECT_TASK, "task"},
	    {IPC_KOBJECT_HOST, "host"},
	    {IPC_KOBJECT_HOST_PRIV, "host-priv"},
	    {IPC_KOBJECT_TASK_NAME, "task-name"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ipc_kobject object;
		mach_port_name_t name;

		assert_true(ipc_kobject_init(&object, rows[i].type, serve));
		EXPECT(ipc_right_copyout(alice, ipc_kobject_make_send(&object),
		           MACH_MSG_TYPE_PORT_SEND, &name),
		    KERN_SUCCESS);
		EXPECT(kobject(name), KERN_SUCCESS);
		assert_int_equal(type, rows[i].type);
		assert_string_equal(
		    ipc_kobject_description(type), rows[i].text);
		ipc_kobject_deinit(&object);
		EXPECT(kobject(name), KERN_INVALID_NAME);
	}
	assert_string_equal(ipc_kobject_description(IPC_KOBJECT_NONE), "");
}

static kern_return_t
service_info(mach_port_name_t name)
{
	return ipc_mach_port_get_service_port_info(alice, name);
}

TEST(no_port_is_a_service_port)
{
	EXPECT(service_info(MACH_PORT_NULL), KERN_INVALID_RIGHT);
	EXPECT(service_info(MACH_PORT_DEAD), KERN_INVALID_RIGHT);
	EXPECT(service_info(names.absent), KERN_INVALID_NAME);
	EXPECT(service_info(names.dead), KERN_INVALID_NAME);
	EXPECT(service_info(names.send), KERN_INVALID_RIGHT);
	EXPECT(service_info(names.receive), KERN_INVALID_CAPABILITY);
}

#define HERE(test) CASE_AFTER(names_setup, test)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    HERE(send_rights_are_counted_once_a_space_and_in_messages),
	    HERE(requests_of_all_tasks_are_counted),
	    HERE(a_request_that_is_armed_is_counted),
	    HERE(the_object_is_asked_of_send_and_receive_rights),
	    HERE(rights_for_a_dead_port_are_not_there),
	    HERE(a_port_that_is_in_no_space_is_an_ordinary_one),
	    HERE(ports_of_kernel_objects_tell_their_type),
	    HERE(no_port_is_a_service_port),
	};

	return RUN("ipc_mach_port_info", tests);
}
