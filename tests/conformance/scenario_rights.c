/* Rights of a scenario, or of its peers: what it makes and looks at. */
#include "scenario.h"

static mach_port_name_t
allocate(mach_port_right_t right)
{
	mach_port_name_t name;

	EXPECT(
	    mach_port_allocate(mach_task_self(), right, &name), KERN_SUCCESS);
	return name;
}

mach_port_t
new_port(void)
{
	return allocate(MACH_PORT_RIGHT_RECEIVE);
}

mach_port_t
new_send_port(void)
{
	mach_port_t port = new_port();

	make_send(port);
	return port;
}

mach_port_t
new_set(void)
{
	return allocate(MACH_PORT_RIGHT_PORT_SET);
}

mach_port_t
new_dead_name(void)
{
	return allocate(MACH_PORT_RIGHT_DEAD_NAME);
}

mach_port_t
absent_name(void)
{
	/* The kernel gives names from below. */
	mach_port_name_t name = MACH_PORT_MAKE(0xfff0u, 0x03000000u);

	CHECK_EQUAL(type_of(name), 0);
	return name;
}

mach_port_t
new_send_once(mach_port_t port)
{
	mach_msg_type_name_t type;
	mach_port_t right;

	EXPECT(mach_port_extract_right(mach_task_self(), port,
	           MACH_MSG_TYPE_MAKE_SEND_ONCE, &right, &type),
	    KERN_SUCCESS);
	CHECK_EQUAL(type, MACH_MSG_TYPE_PORT_SEND_ONCE);
	return right;
}

void
make_send(mach_port_t port)
{
	EXPECT(mach_port_insert_right(
	           mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
}

void
drop_receive(mach_port_t port)
{
	EXPECT(mach_port_mod_refs(
	           mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
}

void
drop(mach_port_name_t name)
{
	EXPECT(mach_port_deallocate(mach_task_self(), name), KERN_SUCCESS);
}

void
destroy(mach_port_name_t name)
{
	EXPECT(mach_port_destroy(mach_task_self(), name), KERN_SUCCESS);
}

void
set_qlimit(mach_port_t port, mach_port_msgcount_t qlimit)
{
	mach_port_limits_t limits = {.mpl_qlimit = qlimit};

	EXPECT(mach_port_set_attributes(mach_task_self(), port,
	           MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	           MACH_PORT_LIMITS_INFO_COUNT),
	    KERN_SUCCESS);
}

mach_port_type_t
type_of(mach_port_name_t name)
{
	mach_port_type_t type = 0;
	kern_return_t kr = mach_port_type(mach_task_self(), name, &type);

	if (kr == KERN_INVALID_NAME)
		return 0;
	EXPECT(kr, KERN_SUCCESS);
	return type;
}

mach_port_urefs_t
refs_of(mach_port_name_t name, mach_port_right_t right)
{
	mach_port_urefs_t refs;

	EXPECT(mach_port_get_refs(mach_task_self(), name, right, &refs),
	    KERN_SUCCESS);
	return refs;
}

mach_port_status_t
status_of(mach_port_t port)
{
	mach_port_status_t status;
	mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;

	EXPECT(mach_port_get_attributes(mach_task_self(), port,
	           MACH_PORT_RECEIVE_STATUS, (mach_port_info_t)&status, &count),
	    KERN_SUCCESS);
	CHECK_EQUAL(count, MACH_PORT_RECEIVE_STATUS_COUNT);
	return status;
}

mach_port_t
request(mach_port_name_t name, mach_msg_id_t id, mach_port_mscount_t sync,
    mach_port_t notify)
{
	mach_port_t previous;

	EXPECT(mach_port_request_notification(mach_task_self(), name, id, sync,
	           notify, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	return previous;
}
