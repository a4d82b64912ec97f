/*
 * mach/task_special_ports.h - the ports that the kernel keeps for each task
 *
 * Source: spec/special-ports.md 2.1
 */
#ifndef MACH_TASK_SPECIAL_PORTS_H
#define MACH_TASK_SPECIAL_PORTS_H

typedef int task_special_port_t;

/* For task_get_special_port() and task_set_special_port(), <mach/task.h>. */
#define TASK_KERNEL_PORT 1    /* the task's own port; cannot be set */
#define TASK_HOST_PORT 2      /* the host; cannot be set */
#define TASK_NAME_PORT 3      /* the task's identity; cannot be set */
#define TASK_BOOTSTRAP_PORT 4 /* where to look services up */
#define TASK_INSPECT_PORT 5   /* restricted task port; cannot be set */
#define TASK_READ_PORT 6      /* restricted task port; cannot be set */
#define TASK_ACCESS_PORT 9    /* can be set while unset */
#define TASK_DEBUG_CONTROL_PORT 10
#define TASK_RESOURCE_NOTIFY_PORT 11
#define TASK_MAX_SPECIAL_PORT TASK_RESOURCE_NOTIFY_PORT

#define task_get_kernel_port(task, port)                                       \
	(task_get_special_port((task), TASK_KERNEL_PORT, (port)))
#define task_set_kernel_port(task, port)                                       \
	(task_set_special_port((task), TASK_KERNEL_PORT, (port)))

#define task_get_host_port(task, port)                                         \
	(task_get_special_port((task), TASK_HOST_PORT, (port)))
#define task_set_host_port(task, port)                                         \
	(task_set_special_port((task), TASK_HOST_PORT, (port)))

#define task_get_bootstrap_port(task, port)                                    \
	(task_get_special_port((task), TASK_BOOTSTRAP_PORT, (port)))
#define task_set_bootstrap_port(task, port)                                    \
	(task_set_special_port((task), TASK_BOOTSTRAP_PORT, (port)))

#define task_get_task_access_port(task, port)                                  \
	(task_get_special_port((task), TASK_ACCESS_PORT, (port)))
#define task_set_task_access_port(task, port)                                  \
	(task_set_special_port((task), TASK_ACCESS_PORT, (port)))

#define task_get_debug_control_port(task, port)                                \
	(task_get_special_port((task), TASK_DEBUG_CONTROL_PORT, (port)))
#define task_set_task_debug_control_port(task, port)                           \
	(task_set_special_port((task), TASK_DEBUG_CONTROL_PORT, (port)))

#endif /* MACH_TASK_SPECIAL_PORTS_H */
