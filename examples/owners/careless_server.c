/* A server that breaks each rule that a server can break. */
#include <mach/mach.h>

#include "ownersServer.h"
#include "serve.h"

kern_return_t
serve_lend_right(mach_port_t server, mach_port_t right)
{
	return KERN_SUCCESS; /* wrong: nobody releases it */
}

kern_return_t
serve_hand_over_right(mach_port_t server, mach_port_t right)
{
	return KERN_SUCCESS; /* wrong: nobody releases it */
}

kern_return_t
serve_refuse_right(mach_port_t server, mach_port_t right)
{
	mach_port_deallocate(mach_task_self(), right);
	return KERN_NOT_SUPPORTED; /* wrong: the loop releases it again */
}

kern_return_t
serve_lend_memory(
    mach_port_t server, vm_offset_t memory, mach_msg_type_number_t memoryCnt)
{
	return KERN_SUCCESS; /* wrong: nobody frees it */
}

kern_return_t
serve_hand_over_memory(
    mach_port_t server, vm_offset_t memory, mach_msg_type_number_t memoryCnt)
{
	return KERN_SUCCESS; /* wrong: nobody frees it */
}

kern_return_t
serve_read_memory(
    mach_port_t server, vm_offset_t memory, mach_msg_type_number_t memoryCnt)
{
	noted = memory; /* wrong: it is gone after the call */
	return KERN_SUCCESS;
}

kern_return_t
serve_lend_rights(mach_port_t server, mach_port_array_t rights,
    mach_msg_type_number_t rightsCnt)
{
	return KERN_SUCCESS; /* wrong: the array is freed, the rights are not */
}

kern_return_t
serve_get_right(mach_port_t server, mach_port_t *right)
{
	*right = own; /* wrong: the reference that moves is our own */
	return KERN_SUCCESS;
}

kern_return_t
serve_get_memory(
    mach_port_t server, vm_offset_t *memory, mach_msg_type_number_t *memoryCnt)
{
	vm_allocate(mach_task_self(), memory, REGION, VM_FLAGS_ANYWHERE);
	*memoryCnt = REGION;
	noted = *memory; /* wrong: it leaves with the reply */
	return KERN_SUCCESS;
}

kern_return_t
serve_show_memory(
    mach_port_t server, vm_offset_t *memory, mach_msg_type_number_t *memoryCnt)
{
	*memoryCnt = REGION; /* wrong: nobody frees what is allocated here */
	return vm_allocate(mach_task_self(), memory, REGION, VM_FLAGS_ANYWHERE);
}

kern_return_t
serve_fail_late(
    mach_port_t server, vm_offset_t *memory, mach_msg_type_number_t *memoryCnt)
{
	vm_allocate(mach_task_self(), memory, REGION, VM_FLAGS_ANYWHERE);
	return KERN_FAILURE; /* wrong: it is not sent, and not freed */
}

kern_return_t
serve_swap_right(mach_port_t server, mach_port_t *right)
{
	mach_port_mod_refs(mach_task_self(), own, MACH_PORT_RIGHT_SEND, 1);
	*right = own; /* wrong: what came is forgotten */
	return KERN_SUCCESS;
}

kern_return_t
serve_tell_right(mach_port_t server, mach_port_t right)
{
	mach_port_deallocate(mach_task_self(), right);
	return KERN_FAILURE; /* wrong: the loop releases it again */
}

kern_return_t
serve_ask(mach_port_t server, mach_port_t reply, int *answer)
{
	return MIG_NO_REPLY; /* wrong: the client waits for ever */
}

kern_return_t
serve_use_object(object_ref_t object)
{
	object_unref(object); /* wrong: it is called once more */
	return KERN_SUCCESS;
}

kern_return_t
serve_lend_loan(mach_port_t server, loan_ref_t loan)
{
	return KERN_SUCCESS; /* wrong: the right is nobody's */
}

kern_return_t
serve_throw_right(mach_port_t server, mach_port_t right)
{
	mach_port_deallocate(mach_task_self(), right);
	return KERN_SUCCESS;
}
