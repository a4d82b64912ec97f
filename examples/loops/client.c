#include <mach/mach.h>
#include <stdio.h>

#include "tally.h"

#define BURSTS 10
#define BURST 50

int
main(void)
{
	kern_return_t kr = KERN_SUCCESS;
	int total = 0;

	for (int i = 0; i < BURSTS && kr == KERN_SUCCESS; i++) {
		for (int j = 0; j < BURST && kr == KERN_SUCCESS; j++)
			kr = tally_add(bootstrap_port, 1);
		/* Served after all of them: their queue has one order. */
		if (kr == KERN_SUCCESS)
			kr = tally_get(bootstrap_port, &total);
	}
	if (kr == KERN_SUCCESS)
		printf("the tally is %d\n", total);
	else
		printf("no tally: %s\n", mach_error_string(kr));
	tally_stop(bootstrap_port);
	return kr != KERN_SUCCESS;
}
