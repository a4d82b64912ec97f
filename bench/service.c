/* A port, or a set, between a scenario's tasks. */
#include <mach/mach.h>

#include "bench.h"

void
bench_check(const char *what, kern_return_t kr)
{
	if (kr != KERN_SUCCESS)
		bench_die(what, kr);
}

static mach_port_t
make_port(mach_port_msgcount_t limit)
{
	mach_port_limits_t limits = {.mpl_qlimit = limit};
	mach_port_t port;

	bench_check("mach_port_allocate",
	    mach_port_allocate(
	        mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port));
	bench_check("mach_port_insert_right",
	    mach_port_insert_right(
	        mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND));
	bench_check("mach_port_set_attributes",
	    mach_port_set_attributes(mach_task_self(), port,
	        MACH_PORT_LIMITS_INFO, (mach_port_info_t)&limits,
	        MACH_PORT_LIMITS_INFO_COUNT));
	return port;
}

/* Children inherit them. */
static void
register_ports(mach_port_t *ports, unsigned count)
{
	bench_check("mach_ports_register",
	    mach_ports_register(mach_task_self(), ports, count));
}

mach_port_t
bench_service_make(mach_port_msgcount_t limit)
{
	mach_port_t port = make_port(limit);

	register_ports(&port, 1);
	return port;
}

mach_port_t
bench_service_make_set(mach_port_msgcount_t limit)
{
	mach_port_t ports[BENCH_MEMBERS];
	mach_port_t set;

	bench_check("mach_port_allocate",
	    mach_port_allocate(
	        mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set));
	for (unsigned i = 0; i < BENCH_MEMBERS; i++) {
		ports[i] = make_port(limit);
		bench_check("mach_port_insert_member",
		    mach_port_insert_member(mach_task_self(), ports[i], set));
	}
	register_ports(ports, BENCH_MEMBERS);
	return set;
}

mach_port_t
bench_service_find_member(unsigned member)
{
	mach_port_array_t ports;
	mach_msg_type_number_t count;
	mach_port_t port;

	bench_check("mach_ports_lookup",
	    mach_ports_lookup(mach_task_self(), &ports, &count));
	port = ports[member];
	bench_check("vm_deallocate",
	    vm_deallocate(
	        mach_task_self(), (vm_address_t)ports, count * sizeof(*ports)));
	return port;
}

mach_port_t
bench_service_find(void)
{
	return bench_service_find_member(0);
}
