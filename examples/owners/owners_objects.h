/* What the server makes of rights: owners.defs names these functions. */
#ifndef OWNERS_OBJECTS_H
#define OWNERS_OBJECTS_H

#include <mach/port.h>

typedef struct object *object_ref_t;
typedef struct loan *loan_ref_t;

struct loan {
	mach_port_t right;
};

object_ref_t object_find(mach_port_t port);
void object_unref(object_ref_t object);
loan_ref_t loan_new(mach_port_t right);
void loan_free(loan_ref_t loan);

#endif
