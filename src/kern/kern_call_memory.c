/* The calls on memory entries. */
#include "ipc_space.h"
#include "kern_call_handlers.h"
#include "kern_memory_entry.h"
#include "kern_port.h"

static struct kern_memory_entry *
find_entry(struct kern_call *call, mach_port_name_t name)
{
	return kern_memory_entry_of(ipc_kobject_find(
	    call->caller->space, name, IPC_KOBJECT_MEMORY_ENTRY));
}

kern_return_t
kern_call_memory_entry_make(struct kern_call *call)
{
	struct ipc_space *space = call->caller->space;
	const struct kern_memory_range range = {
	    .file = call->file_in,
	    .offset = wire_two_words(call->in + 1),
	    .bytes = wire_two_words(call->in + 3),
	    .protection = (vm_prot_t)call->in[0],
	};
	struct ipc_port *right;
	kern_return_t kr;

	/* Whoever carries calls without files here has none. */
	if (!range.file)
		return KERN_INVALID_ARGUMENT;
	kr = kern_memory_entry_new(space->account, &range, &right);
	if (kr != KERN_SUCCESS)
		return kr;
	return kern_port_give_send(space, right, &call->out[0]);
}

kern_return_t
kern_call_memory_entry_map(struct kern_call *call)
{
	const vm_prot_t wanted = (vm_prot_t)call->in[1];
	struct kern_memory_entry *entry = find_entry(call, call->in[0]);

	if (!entry)
		return KERN_INVALID_OBJECT;
	if ((wanted & ~entry->protection) != 0)
		return KERN_PROTECTION_FAILURE;
	call->out[0] = (uint32_t)entry->protection;
	call->out[1] = (uint32_t)entry->offset;
	call->out[2] = (uint32_t)(entry->offset >> 32);
	call->out[3] = (uint32_t)entry->bytes;
	call->out[4] = (uint32_t)(entry->bytes >> 32);
	call->file_out = entry->file;
	return KERN_SUCCESS;
}

kern_return_t
kern_call_memory_entry_derive(struct kern_call *call)
{
	struct ipc_space *space = call->caller->space;
	struct kern_memory_entry *parent = find_entry(call, call->in[0]);
	struct ipc_port *right;
	kern_return_t kr;

	if (!parent)
		return KERN_INVALID_ARGUMENT;
	kr = kern_memory_entry_derive(
	    space->account, parent, (vm_prot_t)call->in[1], &right);
	if (kr != KERN_SUCCESS)
		return kr;
	return kern_port_give_send(space, right, &call->out[0]);
}
