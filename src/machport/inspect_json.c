/* machport inspect: a port, for programs. */
#include <mach/port.h>
#include <sysexits.h>

#include "describe.h"
#include "inspect.h"
#include "json.h"

static json_t *
task_of(const struct view *view, const struct machport_item *item)
{
	return describe_task_json(view, item->task, item->pid);
}

static json_t *
holder_json(const struct view *view, const struct machport_item *item)
{
	json_t *object = json_record();

	json_put(object, "task", task_of(view, item));
	json_put(object, "name", json_some(item->name));
	json_put(object, "rights", describe_rights_json(item->type));
	json_put(object, "urefs", json_count(item->urefs));
	return object;
}

static json_t *
slot_json(const struct view *view, const struct machport_item *item)
{
	json_t *object = json_record();

	json_put(object, "task", task_of(view, item));
	json_put(object, "slot", json_some(item->index));
	return object;
}

/* The rights that the message with this index carries. */
static json_t *
rights_json(const struct view_items *items, uint32_t message)
{
	json_t *list = json_list();

	for (size_t i = 0; i < items->count; i++) {
		const struct machport_item *item = &items->items[i];
		json_t *right;

		if (item->kind != MACHPORT_ITEM_RIGHT || item->index != message)
			continue;
		right = json_record();
		json_put(
		    right, "right", json_text(describe_moved_word(item->type)));
		json_put(right, "port",
		    describe_port_json(item->other, item->label));
		json_add(list, right);
	}
	return list;
}

static json_t *
message_json(const struct view *view, const struct view_items *items,
    const struct machport_item *item)
{
	json_t *object = json_record();

	json_put(object, "from", task_of(view, item));
	json_put(object, "msgh_id", json_integer(item->msgh_id));
	json_put(object, "bytes", json_count(item->bytes));
	json_put(object, "age_ns", json_count(view_age(view, item->time_ns)));
	json_put(
	    object, "reply_to", describe_port_json(item->other, item->label));
	json_put(object, "rights", rights_json(items, item->index));
	return object;
}

static json_t *
request_json(const struct view *view, const struct machport_item *item)
{
	json_t *object = json_record();

	json_put(object, "notice", json_text(describe_notice(item->type)));
	json_put(object, "task", task_of(view, item));
	json_put(object, "name", json_some(item->name));
	json_put(
	    object, "goes_to", describe_port_json(item->other, item->label));
	return object;
}

static json_t *
member_json(const struct view *view, const struct machport_item *item)
{
	json_t *object = json_record();

	json_put(object, "task", task_of(view, item));
	json_put(object, "name", json_some(item->name));
	json_put(object, "port", describe_port_json(item->other, item->label));
	return object;
}

/* The messages in the lane of a task: it has one to the port. */
static json_t *
lane_messages_json(
    const struct view_items *items, const struct machport_item *lane)
{
	json_t *list = json_list();

	for (size_t i = 0; i < items->count; i++) {
		const struct machport_item *item = &items->items[i];
		json_t *object;

		if (item->kind != MACHPORT_ITEM_LANE_MESSAGE ||
		    item->task != lane->task || item->pid != lane->pid)
			continue;
		object = json_record();
		json_put(object, "msgh_id", json_integer(item->msgh_id));
		json_put(object, "bytes", json_count(item->bytes));
		json_put(object, "reply_to",
		    describe_port_json(item->other, item->label));
		json_add(list, object);
	}
	return list;
}

static json_t *
lane_json(const struct view *view, const struct view_items *items,
    const struct machport_item *item)
{
	json_t *object = json_record();

	json_put(object, "task", task_of(view, item));
	json_put(object, "messages", json_count(item->index));
	json_put(object, "waiting", lane_messages_json(items, item));
	json_put(object, "limit", json_count(item->bytes));
	json_put(object, "taken", json_count(item->messages));
	json_put(object, "replies", json_count(item->replies));
	json_put(object, "receiver_sleeps",
	    json_flag((item->type & MACHPORT_LANE_AWAITED) != 0));
	json_put(object, "sender_sleeps",
	    json_flag((item->type & MACHPORT_LANE_BLOCKED) != 0));
	json_put(object, "age_ns", json_count(view_age(view, item->time_ns)));
	return object;
}

/* One item, in the list of its kind. */
static json_t *
item_json(const struct view *view, const struct view_items *items,
    const struct machport_item *item)
{
	switch ((enum machport_item_kind)item->kind) {
	case MACHPORT_ITEM_HOLDER:
		return holder_json(view, item);
	case MACHPORT_ITEM_MESSAGE:
		return message_json(view, items, item);
	case MACHPORT_ITEM_REQUEST:
		return request_json(view, item);
	case MACHPORT_ITEM_SET:
	case MACHPORT_ITEM_MEMBER:
		return member_json(view, item);
	case MACHPORT_ITEM_SENDER:
	case MACHPORT_ITEM_RECEIVER:
		return task_of(view, item);
	case MACHPORT_ITEM_SLOT:
		return slot_json(view, item);
	case MACHPORT_ITEM_LANE:
		return lane_json(view, items, item);
	case MACHPORT_ITEM_RIGHT:        /* with its message */
	case MACHPORT_ITEM_LANE_MESSAGE: /* with its lane */
		break;
	}
	return json_null();
}

static json_t *
items_json(const struct view *view, const struct view_items *items,
    enum machport_item_kind kind)
{
	json_t *list = json_list();

	for (size_t i = 0; i < items->count; i++) {
		const struct machport_item *item = &items->items[i];

		if (item->kind == (uint32_t)kind &&
		    (kind == MACHPORT_ITEM_MESSAGE ||
		        !view_hides(view, item->task, item->pid)))
			json_add(list, item_json(view, items, item));
	}
	return list;
}

static json_t *
port_json(const struct view *view, const struct machport_name_record *record,
    const struct view_items *items)
{
	static const struct {
		const char *key;
		enum machport_item_kind kind;
	} lists[] = {
	    {"holders", MACHPORT_ITEM_HOLDER},
	    {"slots", MACHPORT_ITEM_SLOT},
	    {"messages", MACHPORT_ITEM_MESSAGE},
	    {"senders_blocked", MACHPORT_ITEM_SENDER},
	    {"receivers_blocked", MACHPORT_ITEM_RECEIVER},
	    {"requests", MACHPORT_ITEM_REQUEST},
	    {"sets", MACHPORT_ITEM_SET},
	    {"members", MACHPORT_ITEM_MEMBER},
	    {"lanes", MACHPORT_ITEM_LANE},
	};
	bool is_set = record->type & MACH_PORT_TYPE_PORT_SET;
	json_t *object = describe_port_json(record->port, record->label);

	json_put(object, "is_set", json_flag(is_set));
	json_put(object, "receiver",
	    is_set ? json_null() : describe_receiver_json(view, record));
	describe_queue_json(object, view, record);
	json_put(
	    object, "lane_closed", describe_lane_closed_json(view, record));
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		json_put(object, lists[i].key,
		    items_json(view, items, lists[i].kind));
	return object;
}

int
inspect_show_json(const struct view *view, FILE *stream,
    const struct machport_name_record *record)
{
	json_t *document = json_document("inspect");
	struct view_items items = {0};
	kern_return_t kr = KERN_SUCCESS;

	if (record->port != 0)
		kr = view_items(view, record->port, &items);
	if (kr != KERN_SUCCESS) {
		json_decref(document);
		return view_complain("the port", kr);
	}
	json_put(document, "port",
	    record->port ? port_json(view, record, &items) : json_null());
	view_items_free(&items);
	json_print(document, stream);
	return EX_OK;
}
