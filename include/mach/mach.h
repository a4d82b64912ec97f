/*
 * mach/mach.h - everything that a program needs to use ports
 *
 * Not included: <mach/mach2.h>, with the names of Mach 2.5, and <mach/mach3.h>.
 */
#ifndef MACH_MACH_H
#define MACH_MACH_H

#include <mach/exception_types.h>
#include <mach/host_special_ports.h>
#include <mach/kern_return.h>
#include <mach/mach_error.h>
#include <mach/mach_init.h>
#include <mach/mach_interface.h>
#include <mach/mach_param.h>
#include <mach/mach_traps.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/mig.h>
#include <mach/mig_errors.h>
#include <mach/ndr.h>
#include <mach/notify.h>
#include <mach/port.h>
#include <mach/std_types.h>
#include <mach/task_special_ports.h>
#include <mach/thread_special_ports.h>
#include <mach/vm_page_size.h>

/* As the stubs that mig writes do: programs came to rely on it. */
#include <string.h>

#endif /* MACH_MACH_H */
