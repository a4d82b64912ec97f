/* What the two servers share. */
#ifndef SERVE_H
#define SERVE_H

#include "holding.h"
#include "owners_objects.h"

extern mach_port_t own;  /* the service, and rights to send to it */
extern mach_port_t kept; /* a right to send that the server keeps */

#endif
