/* One handler for each call, and the table of them. */
#include "kern_call.h"

#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_mach_port.h"
#include "kern_port.h"

/* 64 bits, the low word first. */
static uint64_t
two_words(const uint32_t *words)
{
	return words[0] | (uint64_t)words[1] << 32;
}

/* Room for @count more words. */
static uint32_t *
more_words(struct kern_call *call, uint32_t count)
{
	uint32_t *words = base_zalloc(count, sizeof(*words));

	call->more[0].words = words;
	call->more[0].count = words ? count : 0;
	call->out[0] = call->more[0].count;
	return words;
}

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

/* A mach_port_qos_t, of two words. */
static mach_port_qos_t
qos_of(const uint32_t words[2])
{
	mach_port_qos_t qos;

	memcpy(&qos, words, sizeof(qos));
	return qos;
}

static kern_return_t
port_allocate_full(struct kern_call *call)
{
	const mach_port_qos_t qos = qos_of(call->in + 3);

	call->out[0] = call->in[5];
	return ipc_mach_port_allocate_full(
	    call->task->space, call->in[1], call->in[2], &qos, &call->out[0]);
}

static kern_return_t
port_allocate_qos(struct kern_call *call)
{
	const mach_port_qos_t qos = qos_of(call->in + 2);

	return ipc_mach_port_allocate_qos(
	    call->task->space, call->in[1], &qos, &call->out[0]);
}

static kern_return_t
port_rename(struct kern_call *call)
{
	return kern_port_rename(call->task, call->in[1], call->in[2]);
}

static kern_return_t
port_space_info(struct kern_call *call)
{
	const uint32_t info_words = sizeof(ipc_info_space_t) / 4;
	const uint32_t name_words = sizeof(ipc_info_name_t) / 4;
	ipc_info_space_t info;
	ipc_info_name_t *table;
	uint32_t count;
	uint32_t *words;
	kern_return_t kr;

	kr = ipc_mach_port_space_info(call->task->space, &info, &table, &count);
	if (kr != KERN_SUCCESS)
		return kr;
	words = more_words(call, info_words);
	if (!words) {
		base_free(table);
		return KERN_RESOURCE_SHORTAGE;
	}
	memcpy(words, &info, sizeof(info));
	call->more[1].words = (uint32_t *)table;
	call->more[1].count = count * name_words;
	call->out[0] = info_words + count * name_words;
	return KERN_SUCCESS;
}

static kern_return_t
port_space_basic_info(struct kern_call *call)
{
	ipc_info_space_basic_t info;
	kern_return_t kr;

	_Static_assert(sizeof(info) <= sizeof(call->out), "it fits");
	kr = ipc_mach_port_space_basic_info(call->task->space, &info);
	if (kr == KERN_SUCCESS)
		memcpy(call->out, &info, sizeof(info));
	return kr;
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
port_get_refs(struct kern_call *call)
{
	return ipc_mach_port_get_refs(
	    call->task->space, call->in[1], call->in[2], &call->out[0]);
}

static kern_return_t
port_type(struct kern_call *call)
{
	return ipc_mach_port_type(
	    call->task->space, call->in[1], &call->out[0]);
}

static kern_return_t
port_names(struct kern_call *call)
{
	uint32_t count = 0;
	kern_return_t kr;

	kr = ipc_mach_port_names(call->task->space, &call->more[0].words,
	    &call->more[1].words, &count);
	call->more[0].count = count;
	call->more[1].count = count;
	call->out[0] = 2 * count;
	return kr;
}

static kern_return_t
port_insert_right(struct kern_call *call)
{
	return kern_port_insert_right(call->task->space, call->in[1],
	    call->caller, call->in[2], call->in[3]);
}

static kern_return_t
port_extract_right(struct kern_call *call)
{
	return kern_port_extract_right(call->task, call->in[1], call->in[2],
	    call->caller->space, &call->out[0], &call->out[1]);
}

static kern_return_t
port_request_notification(struct kern_call *call)
{
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
port_get_set_status(struct kern_call *call)
{
	kern_return_t kr;

	kr = ipc_mach_port_get_set_status(call->task->space, call->in[1],
	    &call->more[0].words, &call->more[0].count);
	call->out[0] = call->more[0].count;
	return kr;
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

static kern_return_t
port_get_context(struct kern_call *call)
{
	mach_port_context_t context = 0;
	kern_return_t kr;

	kr =
	    ipc_mach_port_get_context(call->task->space, call->in[1], &context);
	call->out[0] = (uint32_t)context;
	call->out[1] = (uint32_t)(context >> 32);
	return kr;
}

static kern_return_t
port_set_context(struct kern_call *call)
{
	return ipc_mach_port_set_context(
	    call->task->space, call->in[1], two_words(call->in + 2));
}

static kern_return_t
port_guard(struct kern_call *call)
{
	return ipc_mach_port_guard(call->task->space, call->in[1],
	    two_words(call->in + 2), two_words(call->in + 4));
}

static kern_return_t
port_unguard(struct kern_call *call)
{
	return ipc_mach_port_unguard(
	    call->task->space, call->in[1], two_words(call->in + 2));
}

static kern_return_t
port_swap_guard(struct kern_call *call)
{
	return ipc_mach_port_swap_guard(call->task->space, call->in[1],
	    two_words(call->in + 2), two_words(call->in + 4));
}

static kern_return_t
port_assert_attributes(struct kern_call *call)
{
	return ipc_mach_port_assert_attributes(call->task->space, call->in[1],
	    (mach_port_flavor_t)call->in[2], call->in + 4, call->in[3]);
}

static kern_return_t
port_construct(struct kern_call *call)
{
	const mach_port_options_t options = {
	    .flags = call->in[1],
	    .mpl = {.mpl_qlimit = call->in[2]},
	    .service_port_name = call->in[3],
	};

	return ipc_mach_port_construct(call->task->space, &options,
	    two_words(call->in + 4), &call->out[0]);
}

static kern_return_t
port_destruct(struct kern_call *call)
{
	return ipc_mach_port_destruct(call->task->space, call->in[1],
	    (mach_port_delta_t)call->in[2], two_words(call->in + 3));
}

static kern_return_t
port_peek(struct kern_call *call)
{
	struct ipc_peek peek;
	uint32_t *words;
	kern_return_t kr;

	kr = ipc_mach_port_peek(call->task->space, call->in[1], call->in[2],
	    call->in[3], call->in[4], &peek);
	if (kr != KERN_SUCCESS)
		return kr;
	words = more_words(call,
	    3 + peek.trailer.msgh_trailer_size / (uint32_t)sizeof(*words));
	if (!words)
		return KERN_RESOURCE_SHORTAGE;
	words[0] = peek.seqno;
	words[1] = peek.size;
	words[2] = (uint32_t)peek.id;
	memcpy(words + 3, &peek.trailer, peek.trailer.msgh_trailer_size);
	return KERN_SUCCESS;
}

static kern_return_t
port_get_srights(struct kern_call *call)
{
	return ipc_mach_port_get_srights(
	    call->task->space, call->in[1], &call->out[0]);
}

static kern_return_t
port_dnrequest_info(struct kern_call *call)
{
	return ipc_mach_port_dnrequest_info(
	    call->task->space, call->in[1], &call->out[0], &call->out[1]);
}

static kern_return_t
port_kobject(struct kern_call *call)
{
	const char *text;
	uint32_t *words;
	uint32_t type;
	kern_return_t kr;

	kr = ipc_mach_port_kobject(call->task->space, call->in[1], &type);
	if (kr != KERN_SUCCESS)
		return kr;
	text = ipc_kobject_description(type);
	words = more_words(call, 2 + (uint32_t)(strlen(text) / sizeof(*words)));
	if (!words)
		return KERN_RESOURCE_SHORTAGE;
	words[0] = type;
	memcpy(words + 1, text, strlen(text));
	return KERN_SUCCESS;
}

static kern_return_t
port_get_service_info(struct kern_call *call)
{
	return ipc_mach_port_get_service_port_info(
	    call->task->space, call->in[1]);
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
    CALL(PORT_GET_REFS) = {PORT_TASK, port_get_refs},
    CALL(PORT_TYPE) = {PORT_TASK, port_type},
    CALL(PORT_NAMES) = {PORT_TASK, port_names},
    CALL(PORT_INSERT_RIGHT) = {PORT_TASK, port_insert_right},
    CALL(PORT_EXTRACT_RIGHT) = {PORT_TASK, port_extract_right},
    CALL(PORT_REQUEST_NOTIFICATION) = {PORT_TASK, port_request_notification},
    CALL(PORT_MOVE_MEMBER) = {PORT_TASK, port_move_member},
    CALL(PORT_INSERT_MEMBER) = {PORT_TASK, port_insert_member},
    CALL(PORT_EXTRACT_MEMBER) = {PORT_TASK, port_extract_member},
    CALL(PORT_GET_SET_STATUS) = {PORT_TASK, port_get_set_status},
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
    CALL(PORT_SPACE_INFO) = {PORT_TASK, port_space_info},
    CALL(PORT_SPACE_BASIC_INFO) = {PORT_TASK, port_space_basic_info},
    CALL(PORT_SET_SEQNO) = {PORT_TASK, port_set_seqno},
    CALL(PORT_GET_CONTEXT) = {PORT_TASK, port_get_context},
    CALL(PORT_SET_CONTEXT) = {PORT_TASK, port_set_context},
    CALL(PORT_GUARD) = {PORT_TASK, port_guard},
    CALL(PORT_UNGUARD) = {PORT_TASK, port_unguard},
    CALL(PORT_SWAP_GUARD) = {PORT_TASK, port_swap_guard},
    CALL(PORT_ASSERT_ATTRIBUTES) = {PORT_TASK, port_assert_attributes},
    CALL(PORT_CONSTRUCT) = {PORT_TASK, port_construct},
    CALL(PORT_DESTRUCT) = {PORT_TASK, port_destruct},
    CALL(PORT_PEEK) = {PORT_TASK, port_peek},
    CALL(PORT_GET_SRIGHTS) = {PORT_TASK, port_get_srights},
    CALL(PORT_DNREQUEST_INFO) = {PORT_TASK, port_dnrequest_info},
    CALL(PORT_KOBJECT) = {PORT_TASK, port_kobject},
    CALL(PORT_GET_SERVICE_INFO) = {PORT_TASK, port_get_service_info},
    CALL(PORT_RESET_REPLY_LINK) = {PORT_TASK, not_supported},
    CALL(PORT_IS_CONNECTION) = {PORT_TASK, not_supported},
    CALL(TASK_SET_PORT_SPACE) = {PORT_TASK, task_set_port_space},
    CALL(TASK_SET_MACH3) = {TASK, task_set_mach3},
    CALL(THREAD_GET_SPECIAL_PORT) = {CALLER, thread_get_special_port},
    CALL(THREAD_SET_SPECIAL_PORT) = {CALLER, thread_set_special_port},
#undef CALL
};
_Static_assert(
    sizeof(calls) / sizeof(calls[0]) == WIRE_CALL_END - WIRE_CALL_FIRST,
    "every call has a handler");

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
	if (kr == KERN_INVALID_TASK && subject == TASK)
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
