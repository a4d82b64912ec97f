/*
 * mach/std_types.h - the C types behind <mach/std_types.defs>
 *
 * Source: spec/messages.md 1
 */
#ifndef MACH_STD_TYPES_H
#define MACH_STD_TYPES_H

#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/port.h>
#include <mach/vm_types.h>
#include <stdint.h>

#endif /* MACH_STD_TYPES_H */
