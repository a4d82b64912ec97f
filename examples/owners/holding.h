/* Counts what this task holds. */
#ifndef HOLDING_H
#define HOLDING_H

#include "owners_types.h"

extern int object_refs;    /* of the server's only object */
extern vm_address_t noted; /* an address to look at; 0: none */

held_t hold_now(void);

#endif
