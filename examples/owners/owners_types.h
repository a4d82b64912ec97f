#ifndef OWNERS_TYPES_H
#define OWNERS_TYPES_H

#include <mach/mach.h>

/* What a task holds. */
typedef struct held {
	int rights;  /* user references of rights to send, and of dead names */
	int regions; /* of REGION bytes of memory */
	int stale;   /* addresses, noted before, of memory that is gone */
	int objects; /* references of objects */
} held_t;

enum { REGION = 1024 * 1024 };

#endif
