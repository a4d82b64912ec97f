/*
 * mach_error.h - <mach/mach_error.h>, by its older name
 */
#ifndef MACH_ERROR_H
#define MACH_ERROR_H

#include <mach/mach_error.h>

#endif /* MACH_ERROR_H */
