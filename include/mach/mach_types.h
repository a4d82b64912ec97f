/*
 * mach/mach_types.h - the objects that stand behind ports
 *
 * A task names an object by a send right for its port, so each type here is a
 * port name; the type tells the reader which object is meant. An ipc_space_t
 * or a vm_map_t is the port of the task that has the space or the memory.
 *
 * Source: spec/special-ports.md 1, 7, spec/ports.md 9
 */
#ifndef MACH_MACH_TYPES_H
#define MACH_MACH_TYPES_H

#include <mach/exception_types.h>
#include <mach/host_info.h>
#include <mach/memory_object_types.h>
#include <mach/message.h>
#include <mach/port.h>
#include <mach/std_types.h>
#include <mach/task_info.h>
#include <mach/task_special_ports.h>
#include <mach/thread_info.h>
#include <mach/thread_status.h>
#include <mach/time_value.h>
#include <mach/vm_inherit.h>
#include <mach/vm_prot.h>
#include <mach/vm_region.h>
#include <mach/vm_sync.h>
#include <mach/vm_types.h>

typedef mach_port_t task_t;
typedef mach_port_t task_name_t;
typedef mach_port_t task_inspect_t;
typedef mach_port_t task_read_t;
typedef mach_port_t task_policy_get_t;
typedef mach_port_t task_policy_set_t;
typedef mach_port_t task_suspension_token_t;
typedef mach_port_t ipc_space_t;
typedef mach_port_t ipc_space_inspect_t;
typedef mach_port_t ipc_space_read_t;
typedef mach_port_t vm_map_inspect_t;
typedef mach_port_t vm_map_read_t;

typedef mach_port_t thread_t;
typedef mach_port_t thread_act_t;
typedef mach_port_t thread_inspect_t;
typedef mach_port_t thread_read_t;
typedef mach_port_t thread_act_consume_ref_t;

typedef mach_port_t host_t;
typedef mach_port_t host_priv_t;
typedef mach_port_t host_security_t;
typedef mach_port_t processor_t;
typedef mach_port_t processor_set_t;
typedef mach_port_t processor_set_control_t;
typedef mach_port_t processor_set_name_t;
typedef mach_port_t semaphore_t;
typedef mach_port_t semaphore_consume_ref_t;
typedef mach_port_t clock_serv_t;
typedef mach_port_t clock_ctrl_t;
typedef mach_port_t mem_entry_name_port_t;
typedef mach_port_t memory_object_t;

typedef mach_port_t ledger_t;
typedef ledger_t *ledger_array_t;
typedef task_t *task_array_t;
typedef thread_t *thread_array_t;
typedef thread_act_t *thread_act_array_t;
typedef processor_t *processor_array_t;
typedef processor_set_t *processor_set_array_t;
typedef processor_set_name_t *processor_set_name_array_t;

/* Names that older programs use. */
typedef task_t task_port_t;
typedef task_array_t task_port_array_t;
typedef thread_t thread_port_t;
typedef thread_array_t thread_port_array_t;
typedef ipc_space_t ipc_space_port_t;
typedef host_t host_name_t;
typedef host_t host_name_port_t;

#define TASK_NULL ((task_t)0)
#define TASK_NAME_NULL ((task_name_t)0)
#define IPC_SPACE_NULL ((ipc_space_t)0)
#define THREAD_NULL ((thread_t)0)
#define HOST_NULL ((host_t)0)
#define HOST_PRIV_NULL ((host_priv_t)0)
#define PROCESSOR_NULL ((processor_t)0)
#define PROCESSOR_SET_NULL ((processor_set_t)0)
#define SEMAPHORE_NULL ((semaphore_t)0)
#define CLOCK_NULL ((clock_serv_t)0)

#endif /* MACH_MACH_TYPES_H */
