/* One handler for each call, the table of them, and their answers. */
#include "trap_call.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "conn.h"
#include "file.h"
#include "ipc_mach_port.h"
#include "kern_port.h"
#include "task.h"
#include "wire_call.h"

/* The most words out of a call with a fixed number of them. */
#define OUT_WORDS 3

/* Words in memory of their own; freed with base_free(). */
struct words {
	uint32_t *words;
	uint32_t count;
};

/* One call. What comes out of a call that fails is not looked at. */
struct call {
	struct conn *conn;
	struct ipc_space *caller;
	struct kern_task *task; /* whom it is about, if it says that; else the
	                         * caller */
	const uint32_t *in;     /* its words in */
	uint32_t out[OUT_WORDS];
	struct words more[2]; /* "+ n": behind each other */
};

static kern_return_t
port_allocate(struct call *call)
{
	return ipc_mach_port_allocate(
	    call->task->space, call->in[1], &call->out[0]);
}

static kern_return_t
port_deallocate(struct call *call)
{
	return kern_port_deallocate(call->task, call->in[1]);
}

static kern_return_t
port_destroy(struct call *call)
{
	return kern_port_destroy(call->task, call->in[1]);
}

static kern_return_t
port_mod_refs(struct call *call)
{
	return kern_port_mod_refs(call->task, call->in[1], call->in[2],
	    (mach_port_delta_t)call->in[3]);
}

static kern_return_t
port_get_refs(struct call *call)
{
	return ipc_mach_port_get_refs(
	    call->task->space, call->in[1], call->in[2], &call->out[0]);
}

static kern_return_t
port_type(struct call *call)
{
	return ipc_mach_port_type(
	    call->task->space, call->in[1], &call->out[0]);
}

static kern_return_t
port_names(struct call *call)
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
port_insert_right(struct call *call)
{
	return kern_port_insert_right(call->task->space, call->in[1],
	    call->conn->task->kern, call->in[2], call->in[3]);
}

static kern_return_t
port_extract_right(struct call *call)
{
	return kern_port_extract_right(call->task, call->in[1], call->in[2],
	    call->caller, &call->out[0], &call->out[1]);
}

static kern_return_t
port_request_notification(struct call *call)
{
	return ipc_mach_port_request_notification(call->task->space,
	    call->in[1], (mach_msg_id_t)call->in[2], call->in[3], call->caller,
	    call->in[4], call->in[5], &call->out[0]);
}

static kern_return_t
port_move_member(struct call *call)
{
	return ipc_mach_port_move_member(
	    call->task->space, call->in[1], call->in[2]);
}

static kern_return_t
port_insert_member(struct call *call)
{
	return ipc_mach_port_insert_member(
	    call->task->space, call->in[1], call->in[2]);
}

static kern_return_t
port_extract_member(struct call *call)
{
	return ipc_mach_port_extract_member(
	    call->task->space, call->in[1], call->in[2]);
}

static kern_return_t
port_get_set_status(struct call *call)
{
	kern_return_t kr;

	kr = ipc_mach_port_get_set_status(call->task->space, call->in[1],
	    &call->more[0].words, &call->more[0].count);
	call->out[0] = call->more[0].count;
	return kr;
}

static kern_return_t
port_get_attributes(struct call *call)
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
port_set_attributes(struct call *call)
{
	return ipc_mach_port_set_attributes(call->task->space, call->in[1],
	    (mach_port_flavor_t)call->in[2], call->in + 4, call->in[3]);
}

static kern_return_t
port_set_mscount(struct call *call)
{
	return ipc_mach_port_set_mscount(
	    call->task->space, call->in[1], call->in[2]);
}

static kern_return_t
reply_port(struct call *call)
{
	return ipc_mach_port_allocate(
	    call->caller, MACH_PORT_RIGHT_RECEIVE, &call->out[0]);
}

static kern_return_t
task_self(struct call *call)
{
	return kern_task_self(call->task, &call->out[0]);
}

static kern_return_t
thread_self(struct call *call)
{
	struct kern_thread *thread = conn_thread(call->conn);

	if (!thread)
		return KERN_RESOURCE_SHORTAGE;
	return kern_thread_self(thread, call->task, &call->out[0]);
}

static kern_return_t
host_self(struct call *call)
{
	return kern_task_host_self(call->task, &call->out[0]);
}

static kern_return_t
task_notify(struct call *call)
{
	return kern_task_notify(call->task, &call->out[0]);
}

static kern_return_t
task_get_special_port(struct call *call)
{
	return kern_task_get_special_port(
	    call->task, (int)call->in[1], call->caller, &call->out[0]);
}

static kern_return_t
task_set_special_port(struct call *call)
{
	return kern_task_set_special_port(
	    call->task, (int)call->in[1], call->caller, call->in[2]);
}

static kern_return_t
ports_register(struct call *call)
{
	return kern_task_ports_register(
	    call->task, call->caller, call->in + 2, call->in[1]);
}

static kern_return_t
ports_lookup(struct call *call)
{
	_Static_assert(OUT_WORDS >= TASK_PORT_REGISTER_MAX, "they fit");
	return kern_task_ports_lookup(call->task, call->caller, call->out);
}

/* Whom a call is about. */
enum subject {
	CALLER,    /* who makes it */
	PORT_TASK, /* the task named by its first word, of a mach_port_ call */
	TASK,      /* the same of a task_ call: another code for what is none */
};

static const struct {
	enum subject subject;
	kern_return_t (*make)(struct call *call);
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
    CALL(TASK_GET_SPECIAL_PORT) = {TASK, task_get_special_port},
    CALL(TASK_SET_SPECIAL_PORT) = {TASK, task_set_special_port},
    CALL(PORTS_REGISTER) = {TASK, ports_register},
    CALL(PORTS_LOOKUP) = {TASK, ports_lookup},
#undef CALL
};
_Static_assert(
    sizeof(calls) / sizeof(calls[0]) == WIRE_CALL_END - WIRE_CALL_FIRST,
    "every call has a handler");

/* Find whom the call is about, and make it. */
static kern_return_t
make_call(struct call *call, unsigned index)
{
	enum subject subject = calls[index].subject;
	kern_return_t kr;

	if (subject != CALLER) {
		kr = kern_task_find(call->caller, call->in[0], &call->task);
		if (kr == KERN_INVALID_TASK && subject == TASK)
			kr = KERN_INVALID_ARGUMENT; /* special-ports.md 2.2 */
		if (kr != KERN_SUCCESS)
			return kr;
	}
	return calls[index].make(call);
}

/* Put the words that are too many for a packet in a file. */
static bool
write_more(const struct call *call, struct file_writer *writer)
{
	for (unsigned i = 0; i < 2; i++)
		if (call->more[i].count > 0 &&
		    !file_writer_append(writer, call->more[i].words,
		        call->more[i].count * sizeof(uint32_t)))
			return false;
	return file_writer_seal(writer);
}

/* The words out, and the more words, as parts of a packet. Returns their
 * bytes. */
static size_t
gather_words(struct call *call, size_t out_count, struct iovec parts[3])
{
	parts[0] = (struct iovec){call->out, out_count * sizeof(call->out[0])};
	for (unsigned i = 0; i < 2; i++)
		parts[1 + i] = (struct iovec){call->more[i].words,
		    call->more[i].count * sizeof(uint32_t)};
	return parts[0].iov_len + parts[1].iov_len + parts[2].iov_len;
}

/* A call that failed has nothing but its result. */
static void
answer_failure(struct conn *conn, const struct wire_header *request, int result)
{
	struct wire_call_answer answer = {
	    .header = {.number = request->number,
	        .sequence = request->sequence},
	    .result = result,
	};
	struct iovec part = {&answer, sizeof(answer)};

	(void)conn_answer(conn, &part, 1, NULL, 0, 0);
}

/* In a packet of @parts, or, behind the first word, in a file. CONN_ANSWER_SHORT:
 * there is no room for that. */
static enum conn_answered
answer_words(struct call *call, const struct wire_header *request)
{
	const struct wire_call_shape *shape = wire_call_shape(request->number);
	enum conn_answered answered = CONN_ANSWER_SHORT;
	struct wire_call_answer answer = {
	    .header = {.number = request->number,
	        .sequence = request->sequence},
	};
	struct iovec parts[4] = {{&answer, sizeof(answer)}};
	struct file_writer writer;

	if (gather_words(call, shape->out, parts + 1) <=
	    WIRE_PACKET_MAX - sizeof(answer))
		return conn_answer(call->conn, parts, 4, NULL, 0, 0);
	file_writer_init(&writer);
	answer.header.files = 1;
	if (write_more(call, &writer))
		answered = conn_answer(
		    call->conn, parts, 2, &writer.fd, 1, writer.bytes);
	file_writer_deinit(&writer);
	return answered;
}

static void
answer_call(
    struct call *call, const struct wire_header *request, kern_return_t kr)
{
	/* What has so many words out only tells of something. */
	if (kr == KERN_SUCCESS &&
	    answer_words(call, request) == CONN_ANSWER_SHORT)
		kr = KERN_RESOURCE_SHORTAGE;
	if (kr != KERN_SUCCESS)
		answer_failure(call->conn, request, kr);
}

void
trap_call(struct conn *conn, const struct packet *packet)
{
	struct wire_call_request request;
	struct call call = {.conn = conn, .in = request.words};
	kern_return_t kr;

	if (packet->file_count != 0 ||
	    !wire_call_check(packet->bytes, packet->byte_count, &request)) {
		conn_lie(conn, "a call that is not what it says");
		return;
	}
	call.task = conn->task->kern;
	call.caller = conn->task->kern->space;
	kr = make_call(
	    &call, (unsigned)(request.header.number - WIRE_CALL_FIRST));
	/* The call may have ended other traps; it cannot have ended this
	 * connection, which only Linux and what the task sends can. */
	answer_call(&call, &request.header, kr);
	base_free(call.more[0].words);
	base_free(call.more[1].words);
}
