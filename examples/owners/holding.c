#include "holding.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int object_refs;
vm_address_t noted;

static int
count_rights(void)
{
	static const mach_port_right_t rights[] = {MACH_PORT_RIGHT_SEND,
	    MACH_PORT_RIGHT_SEND_ONCE, MACH_PORT_RIGHT_DEAD_NAME};
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	mach_port_urefs_t refs;
	int sum = 0;

	if (mach_port_names(mach_task_self(), &names, &count, &types, &count))
		return 0;
	for (mach_msg_type_number_t i = 0; i < count; i++)
		for (int right = 0; right < 3; right++)
			if (mach_port_get_refs(mach_task_self(), names[i],
			        rights[right], &refs) == KERN_SUCCESS)
				sum += (int)refs;
	vm_deallocate(
	    mach_task_self(), (vm_address_t)names, count * sizeof(names[0]));
	vm_deallocate(
	    mach_task_self(), (vm_address_t)types, count * sizeof(types[0]));
	return sum;
}

/* All that is mapped, as Linux counts it. */
static int
count_regions(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	if (!file || fscanf(file, "%ld", &pages) != 1)
		perror("/proc/self/statm");
	if (file)
		fclose(file);
	return (int)((pages * getpagesize() + REGION / 2) / REGION);
}

held_t
hold_now(void)
{
	held_t held = {.rights = count_rights(),
	    .regions = count_regions(),
	    .stale = noted && msync((void *)noted, 1, MS_ASYNC) != 0,
	    .objects = object_refs};

	noted = 0;
	return held;
}
