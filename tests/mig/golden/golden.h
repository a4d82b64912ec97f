/* The C types that the .defs of this directory name. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/port.h>
#include <stdint.h>

typedef short shorts_t[3];
typedef char name_t[10];
typedef char text_t[30];
typedef char bytes_t[5];
typedef int ints_t[7];
typedef int64_t longs_t[3];
typedef struct {
	short members[5];
} struct_t;

typedef mach_port_t three_ports_t[3];
typedef mach_port_t some_ports_t[4];
typedef mach_port_t any_port_t;

typedef int *int_regions_t[3];
typedef int *some_regions_t[3];
typedef mach_port_t *port_regions_t[2];

typedef char page_t[20000];

typedef int64_t many_longs_t[2000];
typedef struct object *object_t;

object_t object_in(mach_port_t port);
mach_port_t object_out(object_t object);
void object_free(object_t object);

#endif /* GOLDEN_H */
