/* The words for what records say. */
#include "describe.h"

#include <mach/ipc_info.h>
#include <mach/message.h>
#include <mach/notify.h>
#include <mach/port.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "text.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A bit, and its words: for people and for programs. */
struct flag {
	uint32_t bit;
	const char *text;
	const char *word;
};

static const struct flag rights[] = {
    {MACH_PORT_TYPE_RECEIVE, "receive", "receive"},
    {MACH_PORT_TYPE_SEND, "send", "send"},
    {MACH_PORT_TYPE_SEND_ONCE, "send-once", "send-once"},
    {MACH_PORT_TYPE_PORT_SET, "set", "set"},
    {MACH_PORT_TYPE_DEAD_NAME, "dead name", "dead-name"},
};

static const struct flag requests_of_names[] = {
    {MACHPORT_REQUEST_NO_SENDERS, "no-senders", "no-senders"},
    {MACHPORT_REQUEST_PORT_DESTROYED, "port-destroyed", "port-destroyed"},
    {MACHPORT_REQUEST_DEAD_NAME, "dead-name", "dead-name"},
};

static char *
join_flags(uint32_t bits, const struct flag *flags, size_t count)
{
	char text[128] = "";
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		if (bits & flags[i].bit)
			length += (size_t)snprintf(text + length,
			    sizeof(text) - length, "%s%s", length ? ", " : "",
			    flags[i].text);
	return memory_string(text);
}

static json_t *
list_flags(uint32_t bits, const struct flag *flags, size_t count)
{
	json_t *list = json_list();

	for (size_t i = 0; i < count; i++)
		if (bits & flags[i].bit)
			json_add(list, json_text(flags[i].word));
	return list;
}

char *
describe_rights(mach_port_type_t type)
{
	return join_flags(type, rights, COUNT_OF(rights));
}

json_t *
describe_rights_json(mach_port_type_t type)
{
	return list_flags(type, rights, COUNT_OF(rights));
}

char *
describe_requests(uint32_t requests)
{
	return join_flags(
	    requests, requests_of_names, COUNT_OF(requests_of_names));
}

json_t *
describe_requests_json(uint32_t requests)
{
	return list_flags(
	    requests, requests_of_names, COUNT_OF(requests_of_names));
}

/* Of a task that may be seen, or else the process that has its pid. */
static const struct view_task *
find_task(const struct view *view, uint32_t task, pid_t pid)
{
	const struct view_task *found = view_task(view, task);

	return found || pid == 0 ? found : view_process(view, pid);
}

char *
describe_task(const struct view *view, uint32_t task, pid_t pid)
{
	const struct view_task *found = find_task(view, task, pid);
	char *command;
	char *text;

	if (found)
		pid = found->record.pid;
	if (pid == 0)
		return memory_string("the kernel");
	if (!found || !found->command)
		return memory_format("%d", pid);
	command = text_escape(found->command);
	text = memory_format("%d (%s)", pid, command);
	free(command);
	return text;
}

json_t *
describe_task_json(const struct view *view, uint32_t task, pid_t pid)
{
	const struct view_task *found = find_task(view, task, pid);
	json_t *object;

	if (!found && pid == 0)
		return json_null();
	object = json_record();
	json_put(object, "pid",
	    json_count((uint64_t)(found ? found->record.pid : pid)));
	json_put(object, "task", json_some(found ? found->record.task : task));
	json_put(object, "command", json_text(found ? found->command : NULL));
	return object;
}

/* --- rights in messages ---------------------------------------------------- */

const char *
describe_moved(uint32_t disposition)
{
	switch (disposition) {
	case MACH_MSG_TYPE_PORT_RECEIVE:
		return "receive right";
	case MACH_MSG_TYPE_PORT_SEND:
		return "send right";
	case MACH_MSG_TYPE_PORT_SEND_ONCE:
		return "send-once right";
	default:
		return "right";
	}
}

const char *
describe_moved_word(uint32_t disposition)
{
	switch (disposition) {
	case MACH_MSG_TYPE_PORT_RECEIVE:
		return "receive";
	case MACH_MSG_TYPE_PORT_SEND:
		return "send";
	case MACH_MSG_TYPE_PORT_SEND_ONCE:
		return "send-once";
	default:
		return "unknown";
	}
}

/* --- kernel objects -------------------------------------------------------- */

static const struct object_kind {
	uint32_t type;
	const char *text;
	const char *word;
	bool has_owner; /* a task or thread, of whom more is known */
} object_kinds[] = {
    {IKOT_THREAD, "thread", "thread", true},
    {IKOT_TASK, "task", "task", true},
    {IKOT_HOST, "host", "host", false},
    {IKOT_HOST_PRIV, "privileged host", "host-priv", false},
    {IKOT_TIMER, "timer", "timer", false},
    {IKOT_TASK_NAME, "name of task", "task-name", true},
    {IKOT_SEMAPHORE, "semaphore", "semaphore", false},
    {IKOT_CLOCK, "clock", "clock", false},
    {IKOT_NAMED_ENTRY, "memory entry", "memory-entry", false},
};

static const struct object_kind *
find_kind(uint32_t type)
{
	static const struct object_kind other = {
	    0, "kernel object", "other", false};

	for (size_t i = 0; i < COUNT_OF(object_kinds); i++)
		if (object_kinds[i].type == type)
			return &object_kinds[i];
	return &other;
}

/* The id of the task that an object is, or else only the pid is known. */
static uint32_t
object_task(const struct machport_name_record *record)
{
	return record->object == IKOT_THREAD ? 0 : record->object_id;
}

char *
describe_object(
    const struct view *view, const struct machport_name_record *record)
{
	const struct object_kind *kind = find_kind(record->object);
	char *owner;
	char *text;

	if (!kind->has_owner || record->object_pid == 0)
		return memory_string(kind->text);
	owner = describe_task(view, object_task(record), record->object_pid);
	if (record->object == IKOT_THREAD)
		text = memory_format(
		    "%s %u of %s", kind->text, record->object_id, owner);
	else
		text = memory_format("%s %s", kind->text, owner);
	free(owner);
	return text;
}

json_t *
describe_object_json(
    const struct view *view, const struct machport_name_record *record)
{
	const struct object_kind *kind = find_kind(record->object);
	json_t *object;

	if (record->place != MACHPORT_PLACE_KERNEL)
		return json_null();
	object = json_record();
	json_put(object, "kind", json_text(kind->word));
	json_put(object, "id", json_some(record->object_id));
	json_put(object, "task",
	    kind->has_owner ? describe_task_json(
	                          view, object_task(record), record->object_pid)
	                    : json_null());
	return object;
}

/* --- the receive right ----------------------------------------------------- */

char *
describe_receiver(
    const struct view *view, const struct machport_name_record *record)
{
	char *task;
	char *text;

	switch ((enum machport_place)record->place) {
	case MACHPORT_PLACE_TASK:
		task =
		    describe_task(view, record->receiver, record->receiver_pid);
		text = record->receiver_name == 0
		    ? memory_string(task)
		    : memory_format("%s as %#x", task, record->receiver_name);
		free(task);
		return text;
	case MACHPORT_PLACE_TRANSIT:
		return memory_string("nobody yet: it is in a message");
	case MACHPORT_PLACE_KERNEL:
		return describe_object(view, record);
	case MACHPORT_PLACE_DEAD:
		break;
	}
	return memory_string("nobody: the port is dead");
}

json_t *
describe_receiver_json(
    const struct view *view, const struct machport_name_record *record)
{
	static const char *const places[] = {
	    "task", "transit", "kernel", "dead"};
	json_t *object = json_record();
	bool is_task = record->place == MACHPORT_PLACE_TASK;

	json_put(object, "place",
	    json_text(record->place < COUNT_OF(places) ? places[record->place]
	                                               : "unknown"));
	json_put(object, "task",
	    is_task ? describe_task_json(
	                  view, record->receiver, record->receiver_pid)
	            : json_null());
	json_put(object, "name",
	    is_task ? json_some(record->receiver_name) : json_null());
	json_put(object, "object", describe_object_json(view, record));
	return object;
}

/* --- notices and origins --------------------------------------------------- */

const char *
describe_notice(uint32_t msgh_id)
{
	switch (msgh_id) {
	case MACH_NOTIFY_PORT_DELETED:
		return "port-deleted";
	case MACH_NOTIFY_SEND_POSSIBLE:
		return "send-possible";
	case MACH_NOTIFY_PORT_DESTROYED:
		return "port-destroyed";
	case MACH_NOTIFY_NO_SENDERS:
		return "no-senders";
	case MACH_NOTIFY_SEND_ONCE:
		return "send-once";
	case MACH_NOTIFY_DEAD_NAME:
		return "dead-name";
	default:
		return "unknown";
	}
}

static const char *
origin_word(uint32_t origin)
{
	static const char *const words[] = {"unknown", "kernel", "made",
	    "message", "reply-right", "another-task", "notice"};

	return words[origin < COUNT_OF(words) ? origin : 0];
}

json_t *
describe_origin_json(
    const struct view *view, const struct machport_name_record *record)
{
	json_t *object = json_record();

	json_put(object, "how", json_text(origin_word(record->origin)));
	json_put(object, "task",
	    describe_task_json(view, record->origin_task, record->origin_pid));
	json_put(object, "msgh_id",
	    record->origin == MACHPORT_ORIGIN_MESSAGE ||
	            record->origin == MACHPORT_ORIGIN_REPLY ||
	            record->origin == MACHPORT_ORIGIN_NOTICE
	        ? json_integer(record->origin_msgh_id)
	        : json_null());
	json_put(object, "age_ns",
	    record->origin_ns ? json_count(view_age(view, record->origin_ns))
	                      : json_null());
	return object;
}

/* --- ports ----------------------------------------------------------------- */

char *
describe_port(uint32_t id, const char label[MACHPORT_LABEL_MAX])
{
	char *shown = text_escape_bytes(label, MACHPORT_LABEL_MAX);
	char *text = *shown ? memory_format("port %u \"%s\"", id, shown)
	                    : memory_format("port %u", id);

	free(shown);
	return text;
}

json_t *
describe_port_json(uint32_t id, const char label[MACHPORT_LABEL_MAX])
{
	json_t *object;

	if (id == 0)
		return json_null();
	object = json_record();
	json_put(object, "port", json_count(id));
	json_put(object, "label",
	    *label ? json_text_bytes(label, MACHPORT_LABEL_MAX) : json_null());
	return object;
}

struct lane_reason {
	const char *word;
	const char *text;
};

static struct lane_reason
lane_reason(uint32_t why)
{
	static const struct lane_reason reasons[] = {
	    [MACHPORT_LANE_EXACT] = {"exact",
	        "a call had to know exactly, or changed the port"},
	    [MACHPORT_LANE_FULL] = {"full", "the queue was full"},
	    [MACHPORT_LANE_SHARE] = {"share", "another one needed room"},
	    [MACHPORT_LANE_OVER] = {"over", "a right or a task of it has gone"},
	    [MACHPORT_LANE_TRACED] = {"traced", "somebody traced"},
	    [MACHPORT_LANE_IDLE] = {"idle", "it was little used"},
	    [MACHPORT_LANE_ASKED_TO] = {"asked-to",
	        "a task of it asked for that"},
	    [MACHPORT_LANE_BROKEN] = {"broken",
	        "a task of it wrote what cannot be"},
	};

	if (why == 0 || why >= sizeof(reasons) / sizeof(reasons[0]))
		return (struct lane_reason){"unknown", "why is not known"};
	return reasons[why];
}

const char *
describe_lane_why(uint32_t why)
{
	return lane_reason(why).text;
}

json_t *
describe_lane_closed_json(
    const struct view *view, const struct machport_name_record *record)
{
	json_t *object;

	if (record->lane_closed_ns == 0)
		return json_null();
	object = json_record();
	json_put(object, "why", json_text(lane_reason(record->lane_why).word));
	json_put(object, "age_ns",
	    json_count(view_age(view, record->lane_closed_ns)));
	return object;
}

void
describe_queue_json(json_t *object, const struct view *view,
    const struct machport_name_record *record)
{
	json_put(object, "queued", json_count(record->queued));
	json_put(object, "limit", json_count(record->qlimit));
	json_put(object, "enqueued", json_count(record->enqueued));
	json_put(object, "sequence", json_count(record->seqno));
	json_put(object, "oldest_age_ns",
	    record->oldest_ns ? json_count(view_age(view, record->oldest_ns))
	                      : json_null());
	json_put(object, "send_rights", json_count(record->send_rights));
	json_put(
	    object, "send_once_rights", json_count(record->send_once_rights));
	json_put(object, "blocked_senders", json_count(record->senders));
	json_put(object, "blocked_receivers", json_count(record->receivers));
	json_put(object, "open_lanes", json_count(record->lanes));
}
