/*
 * mach_init.h - <mach/mach_init.h>, by its older name
 */
#ifndef MACH_INIT_H
#define MACH_INIT_H

#include <mach/mach_init.h>

#endif /* MACH_INIT_H */
