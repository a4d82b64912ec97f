/*
 * servers/bootstrap.h - names of services
 *
 * Source: spec/special-ports.md 8
 */
#ifndef SERVERS_BOOTSTRAP_H
#define SERVERS_BOOTSTRAP_H

#include <mach/kern_return.h>
#include <mach/mach_init.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/port.h>
#include <mach/std_types.h>
#include <stdint.h>
#include <sys/types.h>

#define BOOTSTRAP_MAX_NAME_LEN 128 /* bytes, with the NUL */
#define BOOTSTRAP_MAX_CMD_LEN 512
#define BOOTSTRAP_MAX_LOOKUP_COUNT 20

#define BOOTSTRAP_SUCCESS 0
#define BOOTSTRAP_NOT_PRIVILEGED 1100
#define BOOTSTRAP_NAME_IN_USE 1101
#define BOOTSTRAP_UNKNOWN_SERVICE 1102
#define BOOTSTRAP_SERVICE_ACTIVE 1103
#define BOOTSTRAP_BAD_COUNT 1104
#define BOOTSTRAP_NO_MEMORY 1105
#define BOOTSTRAP_NO_CHILDREN 1106

#define BOOTSTRAP_STATUS_INACTIVE 0
#define BOOTSTRAP_STATUS_ACTIVE 1
#define BOOTSTRAP_STATUS_ON_DEMAND 2

typedef char name_t[BOOTSTRAP_MAX_NAME_LEN];
typedef char cmd_t[BOOTSTRAP_MAX_CMD_LEN];
typedef name_t *name_array_t;
typedef int bootstrap_status_t;
typedef bootstrap_status_t *bootstrap_status_array_t;
typedef boolean_t *bool_array_t;

#endif /* SERVERS_BOOTSTRAP_H */
