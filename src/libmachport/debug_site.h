/*
 * Call sites, for MACHPORT_DEBUG: stacks, each kept once and known by a number.
 */
#ifndef LIBMACHPORT_DEBUG_SITE_H
#define LIBMACHPORT_DEBUG_SITE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* No stack: there was no room for it. */
#define DEBUG_SITE_NONE 0u

/* Room for them. False: no memory. */
bool debug_site_init(void);

/* The stack of the program's call that we are in: without our own functions, if we
 * are a library of our own. Under debug_lock. */
uint32_t debug_site_here(void);

/* The same @site, a line for each frame, with file and line if addr2line(1) is there;
 * @indent spaces in front. */
void debug_site_print(FILE *stream, uint32_t site, int indent);

#endif
