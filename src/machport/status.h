/* With what commands end. */
#ifndef MACHPORT_STATUS_H
#define MACHPORT_STATUS_H

#include <sysexits.h>

/* Statuses of our own, beside those of <sysexits.h>: as of a shell. */
enum {
	EXIT_NOTHING = 1,      /* what was asked for is not there */
	EXIT_CANNOT_RUN = 126, /* the program is there but cannot be run */
	EXIT_NOT_FOUND = 127,  /* there is no such program */
	EXIT_SIGNAL = 128, /* plus the number of the signal that killed it */
};

#endif
