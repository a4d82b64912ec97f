/*
 * The few codes that calls of Mach 2.5 return. Source:
 * spec/mach2-mach3-differences.md 6
 */
#ifndef LIBMACHPORT_MACH2_CODE_H
#define LIBMACHPORT_MACH2_CODE_H

#include <mach/kern_return.h>
#include <mach/mach2.h>

/* KERN_SUCCESS, KERN_RESOURCE_SHORTAGE, or KERN_INVALID_ARGUMENT for all that
 * can be wrong with an argument. */
kern_return_t mach2_code(kern_return_t kr);

/* The same for a call that needs the receive right @name of @task:
 * KERN_NOT_RECEIVER if the name denotes something else. */
kern_return_t mach2_code_receive(
    kern_return_t kr, task_t task, port_name_t name);

/* The same for a call that inserts a right: KERN_NAME_EXISTS; KERN_FAILURE if the
 * task has another name for the port. */
kern_return_t mach2_code_insert(kern_return_t kr);

#endif
