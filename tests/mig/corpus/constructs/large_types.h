/* The C types of large.defs. */
#ifndef LARGE_TYPES_H
#define LARGE_TYPES_H
#include <stdint.h>
typedef uint64_t block_t[8000];
typedef uint8_t *some_block_t;
#endif
