/*
 * The interfaces that are served: one line in each list for each of meson.build's
 * kern_interfaces, sorted.
 */
#ifndef KERN_MIG_INTERFACES_H
#define KERN_MIG_INTERFACES_H

#include <mach/mig_errors.h>

#include "kern_mig_clock.h"
#include "kern_mig_host_priv.h"
#include "kern_mig_mach_host.h"
#include "kern_mig_mach_port.h"
#include "kern_mig_mach_vm.h"
#include "kern_mig_machport_inspect.h"
#include "kern_mig_semaphore.h"
#include "kern_mig_task.h"
#include "kern_mig_thread_act.h"
#include "kern_mig_vm_map.h"

/* clang-format off */
#define KERN_MIG_INTERFACES(each)                                              \
	each(clock)                                                            \
	each(host_priv)                                                        \
	each(mach_host)                                                        \
	each(mach_port)                                                        \
	each(mach_vm)                                                          \
	each(machport_inspect)                                                 \
	each(semaphore)                                                        \
	each(task)                                                             \
	each(thread_act)                                                       \
	each(vm_map)
/* clang-format on */

/* Room for a request of any of them, and its trailer; and for a reply. */
struct kern_mig_request {
	union {
		mach_msg_header_t header;
#define REQUEST(name) union __RequestUnion__kern_serve_##name##_subsystem name;
		KERN_MIG_INTERFACES(REQUEST)
#undef REQUEST
	} message;
	mach_msg_max_trailer_t trailer; /* it ends in here, or before */
};
union kern_mig_reply {
	mig_reply_error_t error;
#define REPLY(name) union __ReplyUnion__kern_serve_##name##_subsystem name;
	KERN_MIG_INTERFACES(REPLY)
#undef REPLY
};

#endif
