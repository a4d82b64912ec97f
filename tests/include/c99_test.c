/*
 * The public headers in C99: each alone, all together, in either order, with
 * Linux headers after them; and nothing is declared that does not link.
 *
 * Each alone: compile with -DONLY='<mach/port.h>' and the like.
 */
#ifdef ONLY

#include ONLY
/* Twice, to try its guard. */
#include ONLY

/* A header of macros alone would leave an empty file. */
typedef int header_was_included;

#else

/* The order is the test. */
/* clang-format off */
#include <bootstrap.h>
#include <mach.h>
#include <mach_error.h>
#include <mach_init.h>
#include <mach/boolean.h>
#include <mach/clock.h>
#include <mach/clock_types.h>
#include <mach/error.h>
#include <mach/exception_types.h>
#include <mach/host_info.h>
#include <mach/host_priv.h>
#include <mach/host_special_ports.h>
#include <mach/ipc_info.h>
#include <mach/kern_return.h>
#include <mach/mach.h>
#include <mach/mach2.h>
#include <mach/mach3.h>
#include <mach/mach_error.h>
#include <mach/mach_host.h>
#include <mach/mach_init.h>
#include <mach/mach_interface.h>
#include <mach/mach_param.h>
#include <mach/mach_port.h>
#include <mach/mach_time.h>
#include <mach/mach_traps.h>
#include <mach/mach_types.h>
#include <mach/mach_vm.h>
#include <mach/machine.h>
#include <mach/machine/thread_state.h>
#include <mach/machine/vm_types.h>
#include <mach/memory_object_types.h>
#include <mach/message.h>
#include <mach/mig.h>
#include <mach/mig_errors.h>
#include <mach/mk_timer.h>
#include <mach/ndr.h>
#include <mach/notify.h>
#include <mach/policy.h>
#include <mach/port.h>
#include <mach/semaphore.h>
#include <mach/std_types.h>
#include <mach/sync_policy.h>
#include <mach/task.h>
#include <mach/task_info.h>
#include <mach/task_special_ports.h>
#include <mach/thread_act.h>
#include <mach/thread_info.h>
#include <mach/thread_special_ports.h>
#include <mach/thread_status.h>
#include <mach/time_value.h>
#include <mach/vm_behavior.h>
#include <mach/vm_inherit.h>
#include <mach/vm_map.h>
#include <mach/vm_page_size.h>
#include <mach/vm_prot.h>
#include <mach/vm_region.h>
#include <mach/vm_statistics.h>
#include <mach/vm_sync.h>
#include <mach/vm_types.h>
#include <servers/bootstrap.h>
/* And in the other order. */
#include <servers/bootstrap.h>
#include <mach/vm_types.h>
#include <mach/vm_sync.h>
#include <mach/vm_statistics.h>
#include <mach/vm_region.h>
#include <mach/vm_prot.h>
#include <mach/vm_page_size.h>
#include <mach/vm_map.h>
#include <mach/vm_inherit.h>
#include <mach/vm_behavior.h>
#include <mach/time_value.h>
#include <mach/thread_status.h>
#include <mach/thread_special_ports.h>
#include <mach/thread_info.h>
#include <mach/thread_act.h>
#include <mach/task_special_ports.h>
#include <mach/task_info.h>
#include <mach/task.h>
#include <mach/sync_policy.h>
#include <mach/std_types.h>
#include <mach/semaphore.h>
#include <mach/port.h>
#include <mach/notify.h>
#include <mach/ndr.h>
#include <mach/mk_timer.h>
#include <mach/mig_errors.h>
#include <mach/mig.h>
#include <mach/message.h>
#include <mach/memory_object_types.h>
#include <mach/machine/vm_types.h>
#include <mach/machine/thread_state.h>
#include <mach/mach_vm.h>
#include <mach/mach_types.h>
#include <mach/mach_traps.h>
#include <mach/mach_time.h>
#include <mach/mach_port.h>
#include <mach/mach_param.h>
#include <mach/mach_interface.h>
#include <mach/mach_init.h>
#include <mach/mach_error.h>
#include <mach/mach3.h>
#include <mach/mach2.h>
#include <mach/mach.h>
#include <mach/kern_return.h>
#include <mach/ipc_info.h>
#include <mach/host_special_ports.h>
#include <mach/host_priv.h>
#include <mach/host_info.h>
#include <mach/exception_types.h>
#include <mach/error.h>
#include <mach/clock_types.h>
#include <mach/clock.h>
#include <mach/boolean.h>
#include <mach_init.h>
#include <mach_error.h>
#include <mach.h>
#include <bootstrap.h>

/* What programs include besides. */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/param.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <syslog.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include <linux/futex.h>
#include <linux/memfd.h>
/* clang-format on */

typedef void (*function)(void);

/* A message with a descriptor and a trailer, as programs write it. */
struct message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t port;
	mach_msg_max_trailer_t trailer;
};

static const function functions[] = {
    (function)task_self,
    (function)thread_self,
    (function)host_self,
    (function)task_notify,
    (function)host_priv_self,
    (function)mig_init,
    (function)mig_reply_setup,
    (function)mig_strncpy,
    (function)mig_strncpy_zerofill,
    (function)mig_allocate,
    (function)mig_deallocate,
    (function)mig_user_allocate,
    (function)mig_user_deallocate,
    (function)msg_receive,
    (function)msg_receive_trap,
    (function)msg_rpc,
    (function)msg_rpc_trap,
    (function)msg_send,
    (function)msg_send_trap,
    (function)port_allocate,
    (function)port_deallocate,
    (function)port_disable,
    (function)port_enable,
    (function)port_extract_receive,
    (function)port_extract_send,
    (function)port_insert_receive,
    (function)port_insert_send,
    (function)port_messages,
    (function)port_names,
    (function)port_rename,
    (function)port_set_add,
    (function)port_set_allocate,
    (function)port_set_backlog,
    (function)port_set_backup,
    (function)port_set_deallocate,
    (function)port_set_remove,
    (function)port_set_status,
    (function)port_status,
    (function)port_type,
    (function)thread_reply,
    (function)mach_error_string,
    (function)mach_error_type,
    (function)mach_error,
    (function)mach_init,
    (function)mach_thread_self,
    (function)mach_host_self,
    (function)mach_port_names,
    (function)mach_port_type,
    (function)mach_port_allocate,
    (function)mach_port_destroy,
    (function)mach_port_deallocate,
    (function)mach_port_get_refs,
    (function)mach_port_mod_refs,
    (function)mach_port_set_mscount,
    (function)mach_port_get_set_status,
    (function)mach_port_move_member,
    (function)mach_port_insert_member,
    (function)mach_port_extract_member,
    (function)mach_port_request_notification,
    (function)mach_port_insert_right,
    (function)mach_port_extract_right,
    (function)mach_port_get_attributes,
    (function)mach_port_set_attributes,
    (function)mach_reply_port,
    (function)task_self_trap,
    (function)thread_self_trap,
    (function)host_self_trap,
    (function)mach_vm_allocate,
    (function)mach_vm_deallocate,
    (function)mach_vm_copy,
    (function)mach_vm_inherit,
    (function)mach_vm_map,
    (function)mach_vm_msync,
    (function)mach_vm_protect,
    (function)mach_vm_read,
    (function)mach_vm_read_overwrite,
    (function)mach_vm_region,
    (function)mach_vm_remap,
    (function)mach_vm_write,
    (function)mach_msg,
    (function)mach_msg_overwrite,
    (function)mach_msg_send,
    (function)mach_msg_trap,
    (function)mach_msg_receive,
    (function)mach_msg_destroy,
    (function)mach_msg_server,
    (function)mach_msg_server_once,
    (function)mach_msg_server_importance,
    (function)mig_get_reply_port,
    (function)mig_put_reply_port,
    (function)mig_dealloc_reply_port,
    (function)mig_get_special_reply_port,
    (function)mig_dealloc_special_reply_port,
    (function)task_get_special_port,
    (function)task_set_special_port,
    (function)host_get_exception_ports,
    (function)host_set_exception_ports,
    (function)host_swap_exception_ports,
    (function)task_get_exception_ports,
    (function)task_set_exception_ports,
    (function)task_swap_exception_ports,
    (function)thread_get_exception_ports,
    (function)thread_set_exception_ports,
    (function)thread_swap_exception_ports,
    (function)host_get_special_port,
    (function)host_set_special_port,
    (function)mach_ports_register,
    (function)mach_ports_lookup,
    (function)vm_allocate,
    (function)vm_deallocate,
    (function)vm_copy,
    (function)vm_inherit,
    (function)vm_map,
    (function)vm_msync,
    (function)vm_protect,
    (function)vm_read,
    (function)vm_read_overwrite,
    (function)vm_region,
    (function)vm_region_64,
    (function)vm_remap,
    (function)vm_write,
    (function)mach_timebase_info,
    (function)mach_absolute_time,
    (function)mach_approximate_time,
    (function)mach_continuous_time,
    (function)mach_continuous_approximate_time,
    (function)mach_get_times,
    (function)mach_wait_until,
    (function)bootstrap_check_in,
    (function)bootstrap_check_in2,
    (function)bootstrap_create_server,
    (function)bootstrap_create_service,
    (function)bootstrap_info,
    (function)bootstrap_look_up,
    (function)bootstrap_look_up2,
    (function)bootstrap_look_up_array,
    (function)bootstrap_parent,
    (function)bootstrap_register,
    (function)bootstrap_register2,
    (function)bootstrap_status,
    (function)bootstrap_strerror,
    (function)bootstrap_subset,
    (function)bootstrap_unprivileged,
    (function)mk_timer_create,
    (function)mk_timer_destroy,
    (function)mk_timer_arm,
    (function)mk_timer_arm_leeway,
    (function)mk_timer_cancel,
    (function)clock_get_time,
    (function)clock_get_attributes,
    (function)clock_alarm,
    (function)clock_sleep,
    (function)host_get_clock_service,
    (function)semaphore_create,
    (function)semaphore_destroy,
    (function)semaphore_signal,
    (function)semaphore_signal_all,
    (function)semaphore_signal_thread,
    (function)semaphore_wait,
    (function)semaphore_timedwait,
    (function)semaphore_wait_signal,
    (function)semaphore_timedwait_signal,
};

static const void *const variables[] = {
    &mach_task_self_,
    &bootstrap_port,
    &vm_page_size,
};

int
main(void)
{
	struct message message = {{0, 0, 0, 0, 0, 0}, {0}, {0, 0, 0, 0, 0},
	    {0, 0, 0, {{0}}, {{0}}, 0, 0, {0}}};
	mach_port_options_t options;
	size_t i;

	memset(&options, 0, sizeof(options));
	options.service_port_name = MACH_PORT_NULL;
	message.header.msgh_bits = MACH_MSGH_BITS_SET(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE, 0, MACH_MSGH_BITS_COMPLEX);
	message.port.disposition = MACH_MSG_TYPE_MOVE_SEND;
	message.port.type = MACH_MSG_PORT_DESCRIPTOR;
	if (!MACH_MSGH_BITS_IS_COMPLEX(message.header.msgh_bits) ||
	    MACH_PORT_VALID(options.work_interval_port))
		abort();

	puts("1..1");
	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (!functions[i])
			abort();
	}
	for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		if (!variables[i])
			abort();
	}
	puts("ok 1 - the_headers_compile_in_C99_and_what_they_declare_links");
	return 0;
}

#endif
