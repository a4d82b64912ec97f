/*
 * The public headers in C++17: each alone, all together, in either order, with
 * Linux headers before them; and nothing is declared that does not link.
 *
 * Each alone: compile with -DONLY='<mach/port.h>' and the like.
 */
#ifdef ONLY

#include ONLY
/* Twice, to try its guard. */
#include ONLY

#else

/* The order is the test. */
/* clang-format off */
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>
#include <err.h>
#include <error.h>
#include <netdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/param.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <linux/futex.h>

/* In the other order than in C99. */
#include <servers/bootstrap.h>
#include <mach/vm_types.h>
#include <mach/vm_statistics.h>
#include <mach/vm_prot.h>
#include <mach/vm_page_size.h>
#include <mach/vm_map.h>
#include <mach/vm_inherit.h>
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
#include <mach/policy.h>
#include <mach/notify.h>
#include <mach/ndr.h>
#include <mach/mk_timer.h>
#include <mach/mig_errors.h>
#include <mach/mig.h>
#include <mach/message.h>
#include <mach/memory_object_types.h>
#include <mach/machine/vm_types.h>
#include <mach/machine/thread_state.h>
#include <mach/machine.h>
#include <mach/mach_vm.h>
#include <mach/mach_types.h>
#include <mach/mach_traps.h>
#include <mach/mach_time.h>
#include <mach/mach_port.h>
#include <mach/mach_param.h>
#include <mach/mach_interface.h>
#include <mach/mach_init.h>
#include <mach/mach_host.h>
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
/* And again. */
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
#include <mach/mach_init.h>
#include <mach/mach_interface.h>
#include <mach/mach_param.h>
#include <mach/mach_port.h>
#include <mach/mach_time.h>
#include <mach/mach_traps.h>
#include <mach/mach_types.h>
#include <mach/mach_vm.h>
#include <mach/machine/thread_state.h>
#include <mach/machine/vm_types.h>
#include <mach/memory_object_types.h>
#include <mach/message.h>
#include <mach/mig.h>
#include <mach/mig_errors.h>
#include <mach/mk_timer.h>
#include <mach/ndr.h>
#include <mach/notify.h>
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
#include <mach/vm_inherit.h>
#include <mach/vm_map.h>
#include <mach/vm_page_size.h>
#include <mach/vm_prot.h>
#include <mach/vm_statistics.h>
#include <mach/vm_types.h>
#include <servers/bootstrap.h>
/* clang-format on */

namespace
{

/* A message with a descriptor and a trailer, as programs write it. */
struct message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t port;
	mach_msg_max_trailer_t trailer;
};

static_assert(sizeof(mach_msg_header_t) == 24, "as in C");
static_assert(sizeof(mach_msg_ool_descriptor_t) == 16, "as in C");
static_assert(sizeof(mach_msg_max_trailer_t) == 68, "as in C");
static_assert(sizeof(mach_port_options_t) == 24, "as in C");
static_assert(sizeof(message) == 24 + 4 + 12 + 68, "as in C");
/* The macros are constant expressions here, too. */
static_assert(MACH_MSGH_BITS(19, 21) == 0x1513, "as in C");
static_assert(
    REQUESTED_TRAILER_SIZE(MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |
        MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_LABELS)) == 68,
    "as in C");
static_assert(system_emask < 0, "as in C");

using function = void (*)();

const function functions[] = {
    reinterpret_cast<function>(task_self),
    reinterpret_cast<function>(thread_self),
    reinterpret_cast<function>(host_self),
    reinterpret_cast<function>(task_notify),
    reinterpret_cast<function>(host_priv_self),
    reinterpret_cast<function>(mig_init),
    reinterpret_cast<function>(msg_receive),
    reinterpret_cast<function>(msg_receive_trap),
    reinterpret_cast<function>(msg_rpc),
    reinterpret_cast<function>(msg_rpc_trap),
    reinterpret_cast<function>(msg_send),
    reinterpret_cast<function>(msg_send_trap),
    reinterpret_cast<function>(port_allocate),
    reinterpret_cast<function>(port_deallocate),
    reinterpret_cast<function>(port_disable),
    reinterpret_cast<function>(port_enable),
    reinterpret_cast<function>(port_extract_receive),
    reinterpret_cast<function>(port_extract_send),
    reinterpret_cast<function>(port_insert_receive),
    reinterpret_cast<function>(port_insert_send),
    reinterpret_cast<function>(port_messages),
    reinterpret_cast<function>(port_names),
    reinterpret_cast<function>(port_rename),
    reinterpret_cast<function>(port_set_add),
    reinterpret_cast<function>(port_set_allocate),
    reinterpret_cast<function>(port_set_backlog),
    reinterpret_cast<function>(port_set_backup),
    reinterpret_cast<function>(port_set_deallocate),
    reinterpret_cast<function>(port_set_remove),
    reinterpret_cast<function>(port_set_status),
    reinterpret_cast<function>(port_status),
    reinterpret_cast<function>(port_type),
    reinterpret_cast<function>(thread_reply),
    reinterpret_cast<function>(mach_error_string),
    reinterpret_cast<function>(mach_error_type),
    reinterpret_cast<function>(mach_error),
    reinterpret_cast<function>(mach_init),
    reinterpret_cast<function>(mach_thread_self),
    reinterpret_cast<function>(mach_host_self),
    reinterpret_cast<function>(mach_port_names),
    reinterpret_cast<function>(mach_port_type),
    reinterpret_cast<function>(mach_port_allocate),
    reinterpret_cast<function>(mach_port_destroy),
    reinterpret_cast<function>(mach_port_deallocate),
    reinterpret_cast<function>(mach_port_get_refs),
    reinterpret_cast<function>(mach_port_mod_refs),
    reinterpret_cast<function>(mach_port_set_mscount),
    reinterpret_cast<function>(mach_port_get_set_status),
    reinterpret_cast<function>(mach_port_move_member),
    reinterpret_cast<function>(mach_port_insert_member),
    reinterpret_cast<function>(mach_port_extract_member),
    reinterpret_cast<function>(mach_port_request_notification),
    reinterpret_cast<function>(mach_port_insert_right),
    reinterpret_cast<function>(mach_port_extract_right),
    reinterpret_cast<function>(mach_port_get_attributes),
    reinterpret_cast<function>(mach_port_set_attributes),
    reinterpret_cast<function>(mach_reply_port),
    reinterpret_cast<function>(task_self_trap),
    reinterpret_cast<function>(thread_self_trap),
    reinterpret_cast<function>(host_self_trap),
    reinterpret_cast<function>(mach_vm_allocate),
    reinterpret_cast<function>(mach_vm_deallocate),
    reinterpret_cast<function>(mach_vm_copy),
    reinterpret_cast<function>(mach_vm_inherit),
    reinterpret_cast<function>(mach_vm_map),
    reinterpret_cast<function>(mach_vm_msync),
    reinterpret_cast<function>(mach_vm_protect),
    reinterpret_cast<function>(mach_vm_read),
    reinterpret_cast<function>(mach_vm_read_overwrite),
    reinterpret_cast<function>(mach_vm_region),
    reinterpret_cast<function>(mach_vm_remap),
    reinterpret_cast<function>(mach_vm_write),
    reinterpret_cast<function>(mach_msg),
    reinterpret_cast<function>(mach_msg_overwrite),
    reinterpret_cast<function>(mach_msg_send),
    reinterpret_cast<function>(mach_msg_trap),
    reinterpret_cast<function>(mach_msg_receive),
    reinterpret_cast<function>(mach_msg_destroy),
    reinterpret_cast<function>(mach_msg_server),
    reinterpret_cast<function>(mach_msg_server_once),
    reinterpret_cast<function>(mach_msg_server_importance),
    reinterpret_cast<function>(mig_get_reply_port),
    reinterpret_cast<function>(mig_put_reply_port),
    reinterpret_cast<function>(mig_dealloc_reply_port),
    reinterpret_cast<function>(mig_get_special_reply_port),
    reinterpret_cast<function>(mig_dealloc_special_reply_port),
    reinterpret_cast<function>(task_get_special_port),
    reinterpret_cast<function>(task_set_special_port),
    reinterpret_cast<function>(host_get_exception_ports),
    reinterpret_cast<function>(host_set_exception_ports),
    reinterpret_cast<function>(host_swap_exception_ports),
    reinterpret_cast<function>(task_get_exception_ports),
    reinterpret_cast<function>(task_set_exception_ports),
    reinterpret_cast<function>(task_swap_exception_ports),
    reinterpret_cast<function>(thread_get_exception_ports),
    reinterpret_cast<function>(thread_set_exception_ports),
    reinterpret_cast<function>(thread_swap_exception_ports),
    reinterpret_cast<function>(host_get_special_port),
    reinterpret_cast<function>(host_set_special_port),
    reinterpret_cast<function>(mach_ports_register),
    reinterpret_cast<function>(mach_ports_lookup),
    reinterpret_cast<function>(vm_allocate),
    reinterpret_cast<function>(vm_deallocate),
    reinterpret_cast<function>(vm_copy),
    reinterpret_cast<function>(vm_inherit),
    reinterpret_cast<function>(vm_map),
    reinterpret_cast<function>(vm_msync),
    reinterpret_cast<function>(vm_protect),
    reinterpret_cast<function>(vm_read),
    reinterpret_cast<function>(vm_read_overwrite),
    reinterpret_cast<function>(vm_region),
    reinterpret_cast<function>(vm_region_64),
    reinterpret_cast<function>(vm_remap),
    reinterpret_cast<function>(vm_write),
    reinterpret_cast<function>(mach_timebase_info),
    reinterpret_cast<function>(mach_absolute_time),
    reinterpret_cast<function>(mach_approximate_time),
    reinterpret_cast<function>(mach_continuous_time),
    reinterpret_cast<function>(mach_continuous_approximate_time),
    reinterpret_cast<function>(mach_get_times),
    reinterpret_cast<function>(mach_wait_until),
    reinterpret_cast<function>(bootstrap_check_in),
    reinterpret_cast<function>(bootstrap_check_in2),
    reinterpret_cast<function>(bootstrap_create_server),
    reinterpret_cast<function>(bootstrap_create_service),
    reinterpret_cast<function>(bootstrap_info),
    reinterpret_cast<function>(bootstrap_look_up),
    reinterpret_cast<function>(bootstrap_look_up2),
    reinterpret_cast<function>(bootstrap_look_up_array),
    reinterpret_cast<function>(bootstrap_parent),
    reinterpret_cast<function>(bootstrap_register),
    reinterpret_cast<function>(bootstrap_register2),
    reinterpret_cast<function>(bootstrap_status),
    reinterpret_cast<function>(bootstrap_strerror),
    reinterpret_cast<function>(bootstrap_subset),
    reinterpret_cast<function>(bootstrap_unprivileged),
    reinterpret_cast<function>(mk_timer_create),
    reinterpret_cast<function>(mk_timer_destroy),
    reinterpret_cast<function>(mk_timer_arm),
    reinterpret_cast<function>(mk_timer_arm_leeway),
    reinterpret_cast<function>(mk_timer_cancel),
    reinterpret_cast<function>(clock_get_time),
    reinterpret_cast<function>(clock_get_attributes),
    reinterpret_cast<function>(clock_alarm),
    reinterpret_cast<function>(clock_sleep),
    reinterpret_cast<function>(host_get_clock_service),
    reinterpret_cast<function>(semaphore_create),
    reinterpret_cast<function>(semaphore_destroy),
    reinterpret_cast<function>(semaphore_signal),
    reinterpret_cast<function>(semaphore_signal_all),
    reinterpret_cast<function>(semaphore_signal_thread),
    reinterpret_cast<function>(semaphore_wait),
    reinterpret_cast<function>(semaphore_timedwait),
    reinterpret_cast<function>(semaphore_wait_signal),
    reinterpret_cast<function>(semaphore_timedwait_signal),
};

const void *const variables[] = {
    &mach_task_self_,
    &bootstrap_port,
    &vm_page_size,
};

} // namespace

int
main()
{
	message message = {};
	mach_port_options_t options = {};

	options.service_port_name = MACH_PORT_NULL;
	message.header.msgh_bits = MACH_MSGH_BITS_SET(MACH_MSG_TYPE_COPY_SEND,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE, 0, MACH_MSGH_BITS_COMPLEX);
	message.port.disposition = MACH_MSG_TYPE_MOVE_SEND;
	message.port.type = MACH_MSG_PORT_DESCRIPTOR;
	if (!MACH_MSGH_BITS_IS_COMPLEX(message.header.msgh_bits) ||
	    MACH_PORT_VALID(options.work_interval_port))
		std::abort();

	std::puts("1..1");
	for (function each : functions) {
		if (!each)
			std::abort();
	}
	for (const void *each : variables) {
		if (!each)
			std::abort();
	}
	std::puts(
	    "ok 1 - the_headers_compile_in_Cxx17_and_what_they_declare_links");
	return 0;
}

#endif
