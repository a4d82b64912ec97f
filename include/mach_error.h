/*
 * mach_error.h - <mach/mach_error.h>, by its older name
 */
#ifndef MACH_ERROR_OLD_NAME_H
#define MACH_ERROR_OLD_NAME_H

#include <mach/mach_error.h>

#endif /* MACH_ERROR_OLD_NAME_H */
