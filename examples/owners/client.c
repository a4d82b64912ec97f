/* A client that obeys the rules. */
#include "owners.h"

#include "report.h"

static kern_return_t
call_lend_right(mach_port_t server)
{
	return lend_right(server, mine); /* still ours */
}

static kern_return_t
call_hand_over_right(mach_port_t server)
{
	/* One for the server. */
	mach_port_mod_refs(mach_task_self(), mine, MACH_PORT_RIGHT_SEND, 1);
	return hand_over_right(server, mine);
}

static kern_return_t
call_refuse_right(mach_port_t server)
{
	return refuse_right(server, server);
}

static kern_return_t
call_lend_memory(mach_port_t server)
{
	static char text[REGION] = "x";

	return lend_memory(server, (vm_offset_t)text, sizeof(text));
}

static kern_return_t
call_hand_over_memory(mach_port_t server)
{
	vm_offset_t memory;
	kern_return_t kr =
	    vm_allocate(mach_task_self(), &memory, REGION, VM_FLAGS_ANYWHERE);

	if (kr != KERN_SUCCESS)
		return kr;
	return hand_over_memory(server, memory, REGION);
}

static kern_return_t
call_read_memory(mach_port_t server)
{
	static char text[REGION] = "x";

	return read_memory(server, (vm_offset_t)text, sizeof(text));
}

static kern_return_t
call_lend_rights(mach_port_t server)
{
	mach_port_t rights[] = {mine, mine, mine};

	return lend_rights(server, rights, 3);
}

static kern_return_t
call_get_right(mach_port_t server)
{
	mach_port_t right;
	kern_return_t kr = get_right(server, &right);

	if (kr == KERN_SUCCESS)
		mach_port_deallocate(mach_task_self(), right);
	return kr;
}

static kern_return_t
call_get_memory(mach_port_t server)
{
	vm_offset_t memory;
	mach_msg_type_number_t count;
	kern_return_t kr = get_memory(server, &memory, &count);

	if (kr == KERN_SUCCESS)
		vm_deallocate(mach_task_self(), memory, count);
	return kr;
}

static kern_return_t
call_show_memory(mach_port_t server)
{
	vm_offset_t memory;
	mach_msg_type_number_t count;
	kern_return_t kr = show_memory(server, &memory, &count);

	if (kr == KERN_SUCCESS)
		vm_deallocate(mach_task_self(), memory, count);
	return kr;
}

static kern_return_t
call_fail_late(mach_port_t server)
{
	vm_offset_t memory;
	mach_msg_type_number_t count;

	return fail_late(server, &memory, &count); /* nothing came */
}

static kern_return_t
call_swap_right(mach_port_t server)
{
	mach_port_t right = mine;
	kern_return_t kr;

	mach_port_mod_refs(mach_task_self(), mine, MACH_PORT_RIGHT_SEND, 1);
	kr = swap_right(server, &right);
	if (kr == KERN_SUCCESS)
		mach_port_deallocate(mach_task_self(), right); /* another */
	return kr;
}

static kern_return_t
call_tell_right(mach_port_t server)
{
	return tell_right(server, server);
}

static kern_return_t
call_ask(mach_port_t server)
{
	int answer;

	return ask(server, 60000, &answer);
}

static kern_return_t
call_use_object(mach_port_t server)
{
	return use_object(server);
}

static kern_return_t
call_lend_loan(mach_port_t server)
{
	return lend_loan(server, mine);
}

static kern_return_t
call_throw_right(mach_port_t server)
{
	mach_port_mod_refs(mach_task_self(), mine, MACH_PORT_RIGHT_SEND, 1);
	return throw_right(dead, mine); /* destroyed */
}

const struct call calls[] = {
    {"lend_right", call_lend_right},
    {"hand_over_right", call_hand_over_right},
    {"refuse_right", call_refuse_right},
    {"lend_memory", call_lend_memory},
    {"hand_over_memory", call_hand_over_memory},
    {"read_memory", call_read_memory},
    {"lend_rights", call_lend_rights},
    {"get_right", call_get_right},
    {"get_memory", call_get_memory},
    {"show_memory", call_show_memory},
    {"fail_late", call_fail_late},
    {"swap_right", call_swap_right},
    {"tell_right", call_tell_right},
    {"ask", call_ask},
    {"use_object", call_use_object},
    {"lend_loan", call_lend_loan},
    {"throw_right to nobody", call_throw_right},
    {0},
};
