/*
 * mach/ipc_info.h - what debuggers are told about a space
 *
 * Source: spec/ports.md 10.34-10.39
 */
#ifndef MACH_IPC_INFO_H
#define MACH_IPC_INFO_H

#include <mach/machine/vm_types.h>
#include <mach/port.h>

typedef struct ipc_info_space {
	natural_t iis_genno_mask; /* generation bits of a name */
	natural_t iis_table_size; /* slots */
	natural_t iis_table_next;
	natural_t iis_tree_size; /* there is no tree: these are 0 */
	natural_t iis_tree_small;
	natural_t iis_tree_hash;
} ipc_info_space_t;

typedef struct ipc_info_space_basic {
	natural_t iisb_genno_mask;
	natural_t iisb_table_size; /* slots */
	natural_t iisb_table_next;
	natural_t iisb_table_inuse; /* names */
	natural_t iisb_reserved[2]; /* 0 */
} ipc_info_space_basic_t;

typedef struct ipc_info_name {
	mach_port_name_t iin_name;
	integer_t iin_collision;   /* 0 */
	mach_port_type_t iin_type; /* 0 for a free slot */
	mach_port_urefs_t iin_urefs;
	natural_t iin_object; /* opaque; equal for equal ports */
	natural_t iin_next;   /* request slot, or next free slot */
	natural_t iin_hash;
} ipc_info_name_t;
typedef ipc_info_name_t *ipc_info_name_array_t;

typedef struct ipc_info_tree_name {
	ipc_info_name_t iitn_name;
	mach_port_name_t iitn_lchild;
	mach_port_name_t iitn_rchild;
} ipc_info_tree_name_t;
typedef ipc_info_tree_name_t *ipc_info_tree_name_array_t;

#define KOBJECT_DESCRIPTION_LENGTH 512
typedef char kobject_description_t[KOBJECT_DESCRIPTION_LENGTH];

/* Kinds of kernel object behind a port, for mach_port_kobject(). */
#define IKOT_NONE 0 /* an ordinary port */
#define IKOT_THREAD 1
#define IKOT_THREAD_CONTROL IKOT_THREAD
#define IKOT_TASK 2
#define IKOT_TASK_CONTROL IKOT_TASK
#define IKOT_HOST 3
#define IKOT_HOST_PRIV 4
#define IKOT_PROCESSOR 5
#define IKOT_PSET 6
#define IKOT_PSET_NAME 7
#define IKOT_TIMER 8
#define IKOT_TASK_NAME 20
#define IKOT_SEMAPHORE 23
#define IKOT_CLOCK 25
#define IKOT_NAMED_ENTRY 28
#define IKOT_VOUCHER 37
#define IKOT_TASK_INSPECT 44
#define IKOT_TASK_READ 45

#endif /* MACH_IPC_INFO_H */
