/*
 * mach/mach_param.h - limits of the kernel that programs may know
 *
 * Source: spec/special-ports.md 2.3
 */
#ifndef MACH_MACH_PARAM_H
#define MACH_MACH_PARAM_H

/* Ports that mach_ports_register() keeps for a task. */
#define TASK_PORT_REGISTER_MAX 3

#endif /* MACH_MACH_PARAM_H */
