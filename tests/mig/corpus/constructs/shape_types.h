/* The C types of the interfaces here. */
#ifndef SHAPE_TYPES_H
#define SHAPE_TYPES_H

#include <mach/mach_types.h>

typedef uint8_t odd_t[5];
typedef struct {
	uint8_t bytes[3];
} small_t;
typedef struct {
	uint64_t words[2];
} wide_t;
typedef wide_t wides_t[3];
typedef wide_t *some_wides_t;
typedef small_t *some_smalls_t;
typedef odd_t *some_odds_t;
struct odd_shorts {
	uint16_t shorts[3];
};
typedef struct odd_shorts *some_odd_shorts_t;
typedef uint64_t *some_longs_t;
typedef int *some_ints_t;
typedef unsigned char *some_bytes_t;
typedef char *some_chars_t;
typedef char text_t[10];
typedef char *some_text_t;
typedef int *ints_t;
typedef uint64_t *longs_t;
typedef mach_port_t three_ports_t[3];
typedef mach_port_t *some_ports_t;
typedef vm_address_t three_regions_t[3];
typedef vm_address_t some_regions_t[4];
typedef mach_port_t *three_port_regions_t[3];
typedef mach_port_t **some_port_regions_t;
typedef struct {
	short first;
	short second;
} pair_t;
typedef struct {
	char letter;
	int64_t number;
	pair_t pair;
	double real;
} members_t;

#endif
