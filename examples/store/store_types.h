/* C types that store.defs speaks of. */
#ifndef STORE_TYPES_H
#define STORE_TYPES_H

#include <stdint.h>

typedef const char *store_name_t; /* less than 64 bytes is fine, too */
typedef uint32_t store_sizes_t[16];

#endif /* STORE_TYPES_H */
