/*
 * What a process has from whoever started it, made fit for a kernel: none of it
 * may end the kernel, or make it wait, when a task wants that.
 */
#ifndef INHERITED_H
#define INHERITED_H

#include <stdint.h>

/* Once, first of all: the standard descriptors are open, signals that a write
 * can raise are ignored, and soft limits raised to the hard ones. Returns one
 * more than the highest descriptor that we may have. */
uint64_t inherited_settle(void);

#endif
