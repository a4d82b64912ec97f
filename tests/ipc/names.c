/* The names, and what asks for receive rights only. */
#include "names.h"

struct names names;

int
names_setup(void **state)
{
	(void)world_setup(state);
	names.service = world_port(bob);
	names.send = world_give(bob, names.service, MAKE_SEND, alice);
	names.receive = world_port(alice);
	names.both = world_port(alice);
	world_make_send(alice, names.both);
	names.once = world_give(bob, names.service, MAKE_SEND_ONCE, alice);
	names.set = world_set(alice);
	names.dead = world_dead_name(alice);
	names.absent = world_absent(alice);
	return 0;
}

static void
expect_receive(
    kern_return_t (*call)(mach_port_name_t name), kern_return_t of_no_name)
{
	EXPECT(call(MACH_PORT_NULL), of_no_name);
	EXPECT(call(MACH_PORT_DEAD), of_no_name);
	EXPECT(call(names.absent), KERN_INVALID_NAME);
	EXPECT(call(names.dead), KERN_INVALID_NAME);
	EXPECT(call(names.send), KERN_INVALID_RIGHT);
	EXPECT(call(names.once), KERN_INVALID_RIGHT);
	EXPECT(call(names.set), KERN_INVALID_RIGHT);
	EXPECT(call(names.receive), KERN_SUCCESS);
	EXPECT(call(names.both), KERN_SUCCESS);
}

void
names_expect_receive_only(kern_return_t (*call)(mach_port_name_t name))
{
	expect_receive(call, KERN_INVALID_RIGHT);
}

void
names_expect_receive_or_absent(kern_return_t (*call)(mach_port_name_t name))
{
	expect_receive(call, KERN_INVALID_NAME);
}
