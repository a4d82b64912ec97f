/* The table of the calls, with the handlers that are in no file of their own. */
#include "kern_call.h"

#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_mach_port.h"
#include "kern_call_handlers.h"
#include "kern_port.h"
#include "kern_watch.h"

static kern_return_t
port_allocate(struct kern_call *call)
{
	return ipc_mach_port_allocate(
	    call->task->space, call->in[1], &call->out[0]);
}

static kern_return_t
port_allocate_name(struct kern_call *call)
{
	return ipc_mach_port_allocate_name(
	    call->task->space, call->in[1], call->in[2]);
}

/* A mach_port_qos_t, of two words; the first that come out, unchanged. */
static mach_port_qos_t
qos_of(struct kern_call *call, const uint32_t words[2])
{
	mach_port_qos_t qos;

	memcpy(&qos, words, sizeof(qos));
	memcpy(call->out, words, sizeof(qos));
	return qos;
}

static kern_return_t
port_allocate_full(struct kern_call *call)
{
	const mach_port_qos_t qos = qos_of(call, call->in + 3);

	call->out[2] = call->in[5];
	return ipc_mach_port_allocate_full(
	    call->task->space, call->in[1], call->in[2], &qos, &call->out[2]);
}

static kern_return_t
port_allocate_qos(struct kern_call *call)
{
	const mach_port_qos_t qos = qos_of(call, call->in + 2);

	return ipc_mach_port_allocate_qos(
	    call->task->space, call->in[1], &qos, &call->out[2]);
}

static kern_return_t
port_rename(struct kern_call *call)
{
	return kern_port_rename(call->task, call->in[1], call->in[2]);
}

static kern_return_t
port_deallocate(struct kern_call *call)
{
	return kern_port_deallocate(call->task, call->in[1]);
}

static kern_return_t
port_destroy(struct kern_call *call)
{
	return kern_port_destroy(call->task, call->in[1]);
}

static kern_return_t
port_mod_refs(struct kern_call *call)
{
	return kern_port_mod_refs(call->task, call->in[1], call->in[2],
	    (mach_port_delta_t)call->in[3]);
}

static kern_return_t
port_insert_right(struct kern_call *call)
{
	if (!call->caller)
		return ipc_mach_port_insert_naked(call->task->space,
		    call->in[1], call->right_in.port, call->right_in.type,
		    &call->origin);
	return kern_port_insert_right(call->task->space, call->in[1],
	    call->caller, call->in[2], call->in[3]);
}

static kern_return_t
extract_naked(struct kern_call *call)
{
	kern_return_t kr;

	kr = kern_port_extract_naked(call->task, call->in[1], call->in[2],
	    &call->right_out.port, &call->right_out.type);
	call->out[1] = call->right_out.type;
	return kr;
}

static kern_return_t
port_extract_right(struct kern_call *call)
{
	if (!call->caller)
		return extract_naked(call);
	return kern_port_extract_right(call->task, call->in[1], call->in[2],
	    call->caller->space, &call->out[0], &call->out[1]);
}

static kern_return_t
request_naked(struct kern_call *call)
{
	call->right_out.type = MACH_MSG_TYPE_PORT_SEND_ONCE;
	return ipc_mach_port_request_naked(call->task->space, call->in[1],
	    (mach_msg_id_t)call->in[2], call->in[3], call->right_in.port,
	    &call->right_out.port);
}

static kern_return_t
port_request_notification(struct kern_call *call)
{
	if (!call->caller)
		return request_naked(call);
	return ipc_mach_port_request_notification(call->task->space,
	    call->in[1], (mach_msg_id_t)call->in[2], call->in[3],
	    call->caller->space, call->in[4], call->in[5], &call->out[0]);
}

static kern_return_t
port_move_member(struct kern_call *call)
{
	return ipc_mach_port_move_member(
	    call->task->space, call->in[1], call->in[2]);
}

static kern_return_t
port_insert_member(struct kern_call *call)
{
	return ipc_mach_port_insert_member(
	    call->task->space, call->in[1], call->in[2]);
}

static kern_return_t
port_extract_member(struct kern_call *call)
{
	return ipc_mach_port_extract_member(
	    call->task->space, call->in[1], call->in[2]);
}

static kern_return_t
port_get_attributes(struct kern_call *call)
{
	mach_msg_type_number_t count = call->in[3];
	uint32_t *info;
	kern_return_t kr;

	if (count > MACH_PORT_INFO_EXT_COUNT)
		count = MACH_PORT_INFO_EXT_COUNT;
	info = base_zalloc(MACH_PORT_INFO_EXT_COUNT, sizeof(*info));
	if (!info)
		return KERN_RESOURCE_SHORTAGE;
	call->more[0].words = info;
	kr = ipc_mach_port_get_attributes(call->task->space, call->in[1],
	    (mach_port_flavor_t)call->in[2], info, &count);
	call->more[0].count = count;
	call->out[0] = count;
	return kr;
}

static kern_return_t
port_set_attributes(struct kern_call *call)
{
	return ipc_mach_port_set_attributes(call->task->space, call->in[1],
	    (mach_port_flavor_t)call->in[2], call->in + 4, call->in[3]);
}

static kern_return_t
port_set_mscount(struct kern_call *call)
{
	return ipc_mach_port_set_mscount(
	    call->task->space, call->in[1], call->in[2]);
}

static kern_return_t
port_set_seqno(struct kern_call *call)
{
	return ipc_mach_port_set_seqno(
	    call->task->space, call->in[1], call->in[2]);
}

/* Out of scope (ports.md 10.41). */
static kern_return_t
not_supported(struct kern_call *call)
{
	(void)call;
	return KERN_NOT_SUPPORTED;
}

/* Spaces grow by themselves (ports.md 10.40). */
static kern_return_t
task_set_port_space(struct kern_call *call)
{
	(void)call;
	return KERN_SUCCESS;
}

static kern_return_t
reply_port(struct kern_call *call)
{
	return ipc_mach_port_allocate(
	    call->caller->space, MACH_PORT_RIGHT_RECEIVE, &call->out[0]);
}

static kern_return_t
task_self(struct kern_call *call)
{
	return kern_task_self(call->task, &call->out[0]);
}

static kern_return_t
thread_self(struct kern_call *call)
{
	if (!*call->thread)
		*call->thread = kern_thread_get(call->task, call->thread_id);
	if (!*call->thread)
		return KERN_RESOURCE_SHORTAGE;
	return kern_thread_self(*call->thread, call->task, &call->out[0]);
}

static kern_return_t
host_self(struct kern_call *call)
{
	return kern_task_host_self(call->task, &call->out[0]);
}

static kern_return_t
task_notify(struct kern_call *call)
{
	return kern_task_notify(call->task, &call->out[0]);
}

static kern_return_t
port_compat(struct kern_call *call)
{
	return kern_task_port_compat(call->task, call->in[1]);
}

static kern_return_t
port_set_backup(struct kern_call *call)
{
	return ipc_mach_port_set_backup(call->task->space, call->in[1],
	    call->caller->space, call->in[2], &call->out[0]);
}

static kern_return_t
task_get_special_port(struct kern_call *call)
{
	return kern_task_get_special_port(
	    call->task, (int)call->in[1], call->caller->space, &call->out[0]);
}

static kern_return_t
task_set_special_port(struct kern_call *call)
{
	return kern_task_set_special_port(
	    call->task, (int)call->in[1], call->caller->space, call->in[2]);
}

static kern_return_t
ports_register(struct kern_call *call)
{
	return kern_task_ports_register(
	    call->task, call->caller->space, call->in + 2, call->in[1]);
}

static kern_return_t
ports_lookup(struct kern_call *call)
{
	_Static_assert(
	    KERN_CALL_OUT_WORDS >= TASK_PORT_REGISTER_MAX, "they fit");
	return kern_task_ports_lookup(
	    call->task, call->caller->space, call->out);
}

static kern_return_t
task_set_mach3(struct kern_call *call)
{
	return ipc_space_set_mach3(call->task->space, call->in[1] != 0);
}

static kern_return_t
thread_get_special_port(struct kern_call *call)
{
	struct kern_thread *thread;
	kern_return_t kr =
	    kern_thread_find(call->caller->space, call->in[0], &thread);

	if (kr != KERN_SUCCESS)
		return kr;
	return kern_thread_get_special_port(
	    thread, (int)call->in[1], call->caller->space, &call->out[0]);
}

static kern_return_t
thread_set_special_port(struct kern_call *call)
{
	struct kern_thread *thread;
	kern_return_t kr =
	    kern_thread_find(call->caller->space, call->in[0], &thread);

	if (kr != KERN_SUCCESS)
		return kr;
	return kern_thread_set_special_port(
	    thread, (int)call->in[1], call->caller->space, call->in[2]);
}

static kern_return_t
machport_fd(struct kern_call *call)
{
	return kern_watch_open(
	    call->task, call->in[0], call->in[1], &call->out[0], &call->level);
}

static kern_return_t
machport_fd_close(struct kern_call *call)
{
	return kern_watch_close(call->task, call->in[0]);
}

/* Whom a call is about. */
enum subject {
	CALLER,    /* who makes it */
	PORT_TASK, /* the task named by its first word, of a mach_port_ call */
	TASK,      /* the same of a task_ call: another code for what is none */
};

static const struct {
	enum subject subject;
	kern_return_t (*make)(struct kern_call *call);
} calls[] = {
#define CALL(number) [WIRE_##number - WIRE_CALL_FIRST]
    CALL(PORT_ALLOCATE) = {PORT_TASK, port_allocate},
    CALL(PORT_DEALLOCATE) = {PORT_TASK, port_deallocate},
    CALL(PORT_DESTROY) = {PORT_TASK, port_destroy},
    CALL(PORT_MOD_REFS) = {PORT_TASK, port_mod_refs},
    CALL(PORT_GET_REFS) = {PORT_TASK, kern_call_port_get_refs},
    CALL(PORT_TYPE) = {PORT_TASK, kern_call_port_type},
    CALL(PORT_NAMES) = {PORT_TASK, kern_call_port_names},
    CALL(PORT_INSERT_RIGHT) = {PORT_TASK, port_insert_right},
    CALL(PORT_EXTRACT_RIGHT) = {PORT_TASK, port_extract_right},
    CALL(PORT_REQUEST_NOTIFICATION) = {PORT_TASK, port_request_notification},
    CALL(PORT_MOVE_MEMBER) = {PORT_TASK, port_move_member},
    CALL(PORT_INSERT_MEMBER) = {PORT_TASK, port_insert_member},
    CALL(PORT_EXTRACT_MEMBER) = {PORT_TASK, port_extract_member},
    CALL(PORT_GET_SET_STATUS) = {PORT_TASK, kern_call_port_get_set_status},
    CALL(PORT_GET_ATTRIBUTES) = {PORT_TASK, port_get_attributes},
    CALL(PORT_SET_ATTRIBUTES) = {PORT_TASK, port_set_attributes},
    CALL(PORT_SET_MSCOUNT) = {PORT_TASK, port_set_mscount},
    CALL(REPLY_PORT) = {CALLER, reply_port},
    CALL(TASK_SELF) = {CALLER, task_self},
    CALL(THREAD_SELF) = {CALLER, thread_self},
    CALL(HOST_SELF) = {CALLER, host_self},
    CALL(TASK_NOTIFY) = {CALLER, task_notify},
    CALL(PORT_COMPAT) = {PORT_TASK, port_compat},
    CALL(PORT_SET_BACKUP) = {PORT_TASK, port_set_backup},
    CALL(TASK_GET_SPECIAL_PORT) = {TASK, task_get_special_port},
    CALL(TASK_SET_SPECIAL_PORT) = {TASK, task_set_special_port},
    CALL(PORTS_REGISTER) = {TASK, ports_register},
    CALL(PORTS_LOOKUP) = {TASK, ports_lookup},
    CALL(PORT_ALLOCATE_NAME) = {PORT_TASK, port_allocate_name},
    CALL(PORT_RENAME) = {PORT_TASK, port_rename},
    CALL(PORT_ALLOCATE_FULL) = {PORT_TASK, port_allocate_full},
    CALL(PORT_ALLOCATE_QOS) = {PORT_TASK, port_allocate_qos},
    CALL(PORT_SPACE_INFO) = {PORT_TASK, kern_call_port_space_info},
    CALL(PORT_SPACE_BASIC_INFO) = {PORT_TASK, kern_call_port_space_basic_info},
    CALL(PORT_SET_SEQNO) = {PORT_TASK, port_set_seqno},
    CALL(PORT_GET_CONTEXT) = {PORT_TASK, kern_call_port_get_context},
    CALL(PORT_SET_CONTEXT) = {PORT_TASK, kern_call_port_set_context},
    CALL(PORT_GUARD) = {PORT_TASK, kern_call_port_guard},
    CALL(PORT_GUARD_WITH_FLAGS) = {PORT_TASK, kern_call_port_guard_with_flags},
    CALL(PORT_UNGUARD) = {PORT_TASK, kern_call_port_unguard},
    CALL(PORT_SWAP_GUARD) = {PORT_TASK, kern_call_port_swap_guard},
    CALL(
        PORT_ASSERT_ATTRIBUTES) = {PORT_TASK, kern_call_port_assert_attributes},
    CALL(PORT_CONSTRUCT) = {PORT_TASK, kern_call_port_construct},
    CALL(PORT_DESTRUCT) = {PORT_TASK, kern_call_port_destruct},
    CALL(PORT_PEEK) = {PORT_TASK, kern_call_port_peek},
    CALL(PORT_GET_SRIGHTS) = {PORT_TASK, kern_call_port_get_srights},
    CALL(PORT_DNREQUEST_INFO) = {PORT_TASK, kern_call_port_dnrequest_info},
    CALL(PORT_KERNEL_OBJECT) = {PORT_TASK, kern_call_port_kobject},
    CALL(PORT_KOBJECT) = {PORT_TASK, kern_call_port_kobject},
    CALL(PORT_KOBJECT_DESCRIPTION) = {PORT_TASK,
        kern_call_port_kobject_description},
    CALL(PORT_GET_SERVICE_INFO) = {PORT_TASK, kern_call_port_get_service_info},
    CALL(PORT_RESET_REPLY_LINK) = {PORT_TASK, not_supported},
    CALL(PORT_IS_CONNECTION) = {PORT_TASK, not_supported},
    CALL(TASK_SET_PORT_SPACE) = {PORT_TASK, task_set_port_space},
    CALL(TASK_SET_MACH3) = {TASK, task_set_mach3},
    CALL(THREAD_GET_SPECIAL_PORT) = {CALLER, thread_get_special_port},
    CALL(THREAD_SET_SPECIAL_PORT) = {CALLER, thread_set_special_port},
    CALL(PID_FOR_TASK) = {CALLER, kern_call_pid_for_task},
    CALL(TASK_FOR_PID) = {CALLER, kern_call_task_for_pid},
    CALL(TASK_NAME_FOR_PID) = {CALLER, kern_call_task_name_for_pid},
    CALL(MK_TIMER_CREATE) = {CALLER, kern_call_mk_timer_create},
    CALL(MK_TIMER_DESTROY) = {CALLER, kern_call_mk_timer_destroy},
    CALL(MK_TIMER_ARM) = {CALLER, kern_call_mk_timer_arm},
    CALL(MK_TIMER_CANCEL) = {CALLER, kern_call_mk_timer_cancel},
    CALL(PORT_SET_LABEL) = {CALLER, kern_call_port_set_label},
    CALL(PORT_GET_LABEL) = {CALLER, kern_call_port_get_label},
    CALL(MACHPORT_FD) = {CALLER, machport_fd},
    CALL(MACHPORT_FD_CLOSE) = {CALLER, machport_fd_close},
    CALL(MEMORY_ENTRY_MAKE) = {CALLER, kern_call_memory_entry_make},
    CALL(MEMORY_ENTRY_MAP) = {CALLER, kern_call_memory_entry_map},
    CALL(MEMORY_ENTRY_DERIVE) = {CALLER, kern_call_memory_entry_derive},
#undef CALL
};
_Static_assert(
    sizeof(calls) / sizeof(calls[0]) == WIRE_LANE_BOARD - WIRE_CALL_FIRST,
    "every call has a handler, but those about lanes");

/* Find whom the call is about. */
static kern_return_t
find_task(struct kern_call *call, enum subject subject)
{
	kern_return_t kr;

	if (subject == CALLER) {
		call->task = call->caller;
		return KERN_SUCCESS;
	}
	if (call->task)
		return KERN_SUCCESS;
	kr = kern_task_find(call->caller->space, call->in[0], &call->task);
	if (subject == TASK && kr == KERN_INVALID_TASK)
		kr = KERN_INVALID_ARGUMENT; /* special-ports.md 2.2 */
	return kr;
}

kern_return_t
kern_call(struct kern_call *call)
{
	unsigned index = (unsigned)call->number - WIRE_CALL_FIRST;
	kern_return_t kr;

	mp_assert(index < sizeof(calls) / sizeof(calls[0]));
	kr = find_task(call, calls[index].subject);
	if (kr != KERN_SUCCESS)
		return kr;
	return calls[index].make(call);
}

void
kern_call_deinit(struct kern_call *call)
{
	for (unsigned i = 0; i < 2; i++) {
		base_free(call->more[i].words);
		call->more[i] = (struct kern_call_words){NULL, 0};
	}
}
