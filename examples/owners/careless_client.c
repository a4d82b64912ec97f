/* A client that breaks each rule that a client can break. */
#include "owners.h"

#include "report.h"

static kern_return_t
call_hand_over_right(mach_port_t server)
{
	kern_return_t kr;

	mach_port_mod_refs(mach_task_self(), mine, MACH_PORT_RIGHT_SEND, 1);
	kr = hand_over_right(server, mine);
	mach_port_deallocate(mach_task_self(), mine); /* wrong: it has moved */
	return kr;
}

static kern_return_t
call_hand_over_memory(mach_port_t server)
{
	kern_return_t kr =
	    vm_allocate(mach_task_self(), &noted, REGION, VM_FLAGS_ANYWHERE);

	if (kr == KERN_SUCCESS)
		kr = hand_over_memory(server, noted, REGION);
	return kr; /* wrong: the address is kept */
}

static kern_return_t
call_get_right(mach_port_t server)
{
	mach_port_t right;

	return get_right(server, &right); /* wrong: nobody releases it */
}

static kern_return_t
call_get_memory(mach_port_t server)
{
	vm_offset_t memory;
	mach_msg_type_number_t count;

	return get_memory(server, &memory, &count); /* wrong: nor frees it */
}

static kern_return_t
call_swap_right(mach_port_t server)
{
	mach_port_t right = mine;

	mach_port_mod_refs(mach_task_self(), mine, MACH_PORT_RIGHT_SEND, 1);
	return swap_right(
	    server, &right); /* wrong: nobody releases what came */
}

static kern_return_t
call_hand_over_to_nobody(mach_port_t server)
{
	mach_port_mod_refs(mach_task_self(), mine, MACH_PORT_RIGHT_SEND, 1);
	return hand_over_right(dead, mine); /* wrong: not sent, still here */
}

static kern_return_t
call_throw_right(mach_port_t server)
{
	kern_return_t kr;

	mach_port_mod_refs(mach_task_self(), mine, MACH_PORT_RIGHT_SEND, 1);
	kr = throw_right(dead, mine);
	if (kr != KERN_SUCCESS)
		mach_port_deallocate(mach_task_self(), mine); /* wrong: gone */
	return kr;
}

const struct call calls[] = {
    {"hand_over_right", call_hand_over_right},
    {"hand_over_memory", call_hand_over_memory},
    {"get_right", call_get_right},
    {"get_memory", call_get_memory},
    {"swap_right", call_swap_right},
    {"hand_over_right to nobody", call_hand_over_to_nobody},
    {"throw_right to nobody", call_throw_right},
    {0},
};
