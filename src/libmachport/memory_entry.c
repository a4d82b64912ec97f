/* Mapping memory entries. */
#include "memory_entry.h"

kern_return_t
memory_entry_map(mach_port_t entry, const struct memory_entry_view *view,
    uint64_t *address_io)
{
	(void)entry;
	(void)view;
	(void)address_io;
	return KERN_NOT_SUPPORTED;
}
