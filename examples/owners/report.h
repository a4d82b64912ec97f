/* The clients' main(): makes calls, and tells what is left of them. */
#ifndef REPORT_H
#define REPORT_H

#include "holding.h"

struct call {
	const char *name;
	kern_return_t (*function)(mach_port_t server);
};

extern const struct call calls[]; /* in client.c; ends with no name */
extern mach_port_t dead;          /* a port that nobody receives from */
extern mach_port_t mine; /* a port of the client's, with rights to send to it */

#endif
