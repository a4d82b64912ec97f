/*
 * Which kernels listen on this machine, for who found none or chose the wrong one.
 */
#ifndef MACHPORT_KERNELS_H
#define MACHPORT_KERNELS_H

#include <stdio.h>

/* Their addresses, one a line, with how to choose one; nothing if there are none. */
void kernels_tell(FILE *stream);

#endif
