/* The C types of every.defs. */
#ifndef TESTS_MACHPORT_EVERY_TYPES_H
#define TESTS_MACHPORT_EVERY_TYPES_H

#include <mach/port.h>
#include <stdint.h>

typedef char name_t[16];
typedef char fixed_t[8];
typedef int ints_t[4];
typedef int16_t shorts_t[3];
typedef char *region_t;
typedef mach_port_t ports_t[2];
typedef mach_port_t *rights_t;
typedef struct {
	uint32_t of[2];
} words_t;

#endif
