/* The machine as a whole. */
#ifndef PLATFORM_HOST_H
#define PLATFORM_HOST_H

#include "kern_platform.h"

/* Before the sandbox, in which some of it is not to be had. */
void platform_host_facts(struct kern_host_facts *facts_out);

/* What is told may be 10 ms old: however often it is asked for, Linux has to count no
 * more than that. */
bool platform_host_load(struct kern_host_load *load_out);

#endif
