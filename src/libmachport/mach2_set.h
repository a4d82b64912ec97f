/*
 * The enabled ports of a task: one port set, which no program sees.
 */
#ifndef LIBMACHPORT_MACH2_SET_H
#define LIBMACHPORT_MACH2_SET_H

#include <mach/mach2.h>

/* The set, made by the first call in this process; PORT_NULL if that fails. */
port_set_name_t mach2_set_enabled(void);

/* The same, but none is made. */
port_set_name_t mach2_set_enabled_if_any(void);

#endif
