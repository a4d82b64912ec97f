/* The C types of GNU Mach's interfaces, on top of <mach/...>. */
#ifndef GNU_H
#define GNU_H

#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/notify.h>
#include <stdint.h>

typedef struct {
	char kind;
	short level;
	int64_t nanoseconds;
	uint64_t faults;
	int signals;
} rusage_t;
typedef struct {
	int64_t seconds;
	int64_t nanoseconds;
} time_value64_t;
typedef time_value64_t *time_value64_array_t;
typedef vm_offset_t *emulation_vector_t;
typedef char kernel_boot_info_t[4096];
typedef char symtab_name_t[32];
typedef struct {
	integer_t words[13];
} gnu_vm_statistics_data_t;
typedef struct {
	integer_t words[11];
} vm_cache_statistics_data_t;
typedef struct {
	integer_t words[9];
} gnu_port_status_t;
typedef struct {
	uint32_t words[20];
} cache_info_t;
typedef cache_info_t *cache_info_array_t;
typedef struct {
	integer_t words[22];
} vm_region_data_t;

typedef struct {
	vm_size_t total;
	vm_size_t free;
	vm_size_t page;
} default_pager_info_t;
typedef default_pager_info_t *default_pager_info_array_t;

/* devices */
typedef mach_port_t device_t;
typedef mach_port_t reply_port_t;
typedef char dev_name_t[128];
typedef char *new_dev_name_t;
typedef unsigned int dev_mode_t;
typedef unsigned int dev_flavor_t;
typedef int *dev_status_t;
typedef uintptr_t recnum_t;
typedef unsigned short filter_t;
typedef filter_t *filter_array_t;
typedef char *io_buf_ptr_t;
typedef char *io_buf_ptr_inband_t;
typedef unsigned int rpc_io_buf_len_t;

/* memory objects */
typedef mach_port_t memory_object_control_t;
typedef mach_port_t memory_object_name_t;
typedef int memory_object_copy_strategy_t;
typedef int memory_object_return_t;
typedef int gnu_prot_t;

/* i386 */
typedef struct {
	unsigned int low;
	unsigned int high;
} descriptor_t;
typedef descriptor_t *descriptor_list_t;
typedef mach_port_t io_perm_t;
typedef uint16_t io_port_t;

/* What is translated into what. */
struct device_object;
typedef struct device_object *device_object_t;

#ifdef __cplusplus
extern "C" {
#endif
device_object_t device_lookup(mach_port_t port);
mach_port_t device_port(device_object_t device);
void device_deallocate(device_object_t device);

/* What stubs call with -subrprefix run_. */
mach_port_t run_mig_get_reply_port(void);
void run_mig_put_reply_port(mach_port_t port);
void run_mig_dealloc_reply_port(mach_port_t port);
mach_msg_return_t run_mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
    mach_msg_size_t send_size, mach_msg_size_t rcv_size,
    mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
    mach_port_name_t notify);
#ifdef __cplusplus
}
#endif

#endif
