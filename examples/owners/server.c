/* A server that obeys the rules. */
#include <mach/mach.h>

#include "ownersServer.h"
#include "owners_reply.h"
#include "serve.h"

kern_return_t
serve_lend_right(mach_port_t server, mach_port_t right)
{
	mach_port_deallocate(mach_task_self(), right);
	return KERN_SUCCESS;
}

kern_return_t
serve_hand_over_right(mach_port_t server, mach_port_t right)
{
	mach_port_deallocate(mach_task_self(), right);
	return KERN_SUCCESS;
}

kern_return_t
serve_refuse_right(mach_port_t server, mach_port_t right)
{
	return KERN_NOT_SUPPORTED; /* not ours: the loop releases it */
}

kern_return_t
serve_lend_memory(
    mach_port_t server, vm_offset_t memory, mach_msg_type_number_t memoryCnt)
{
	vm_deallocate(mach_task_self(), memory, memoryCnt);
	return KERN_SUCCESS;
}

kern_return_t
serve_hand_over_memory(
    mach_port_t server, vm_offset_t memory, mach_msg_type_number_t memoryCnt)
{
	vm_deallocate(mach_task_self(), memory, memoryCnt);
	return KERN_SUCCESS;
}

kern_return_t
serve_read_memory(
    mach_port_t server, vm_offset_t memory, mach_msg_type_number_t memoryCnt)
{
	const char *bytes = (const char *)memory;

	return bytes[0] == 'x' ? KERN_SUCCESS : KERN_FAILURE;
}

kern_return_t
serve_lend_rights(mach_port_t server, mach_port_array_t rights,
    mach_msg_type_number_t rightsCnt)
{
	for (mach_msg_type_number_t i = 0; i < rightsCnt; i++)
		mach_port_deallocate(mach_task_self(), rights[i]);
	return KERN_SUCCESS; /* the array is freed by the stub */
}

kern_return_t
serve_get_right(mach_port_t server, mach_port_t *right)
{
	/* One for the client. */
	mach_port_mod_refs(mach_task_self(), own, MACH_PORT_RIGHT_SEND, 1);
	*right = own;
	return KERN_SUCCESS;
}

kern_return_t
serve_get_memory(
    mach_port_t server, vm_offset_t *memory, mach_msg_type_number_t *memoryCnt)
{
	*memoryCnt = REGION;
	return vm_allocate(mach_task_self(), memory, REGION, VM_FLAGS_ANYWHERE);
}

kern_return_t
serve_show_memory(
    mach_port_t server, vm_offset_t *memory, mach_msg_type_number_t *memoryCnt)
{
	static char table[REGION];

	*memory = (vm_offset_t)table;
	*memoryCnt = sizeof(table);
	return KERN_SUCCESS;
}

kern_return_t
serve_fail_late(
    mach_port_t server, vm_offset_t *memory, mach_msg_type_number_t *memoryCnt)
{
	vm_allocate(mach_task_self(), memory, REGION, VM_FLAGS_ANYWHERE);
	vm_deallocate(mach_task_self(), *memory, REGION);
	return KERN_FAILURE;
}

kern_return_t
serve_swap_right(mach_port_t server, mach_port_t *right)
{
	mach_port_t came = *right;

	*right = kept;
	kept = came;
	return KERN_SUCCESS;
}

kern_return_t
serve_tell_right(mach_port_t server, mach_port_t right)
{
	mach_port_deallocate(mach_task_self(), right);
	return KERN_SUCCESS; /* nobody is told, but the loop is */
}

kern_return_t
serve_ask(mach_port_t server, mach_port_t reply, int *answer)
{
	ask_reply(reply, KERN_SUCCESS, 42); /* now, or any time later */
	return MIG_NO_REPLY;
}

kern_return_t
serve_use_object(object_ref_t object)
{
	return KERN_SUCCESS; /* object_unref() is called now */
}

kern_return_t
serve_lend_loan(mach_port_t server, loan_ref_t loan)
{
	mach_port_deallocate(mach_task_self(), loan->right);
	return KERN_SUCCESS; /* loan_free() is called now */
}

kern_return_t
serve_throw_right(mach_port_t server, mach_port_t right)
{
	mach_port_deallocate(mach_task_self(), right);
	return KERN_SUCCESS;
}
