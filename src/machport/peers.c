/* Who is at the other end of a name. */
#include "peers.h"

#include <mach/port.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "memory.h"
#include "text.h"

#define TOLD_MAX 4 /* of a list in a table; the rest is a number */

static void
append(char **list, char *text)
{
	char *longer = memory_format("%s%s%s", *list, **list ? ", " : "", text);

	free(text);
	free(*list);
	*list = longer;
}

/* Can this holder send, and is it told of? */
static bool
is_sender(const struct view *view, const struct machport_item *item)
{
	return item->kind == MACHPORT_ITEM_HOLDER &&
	    (item->type & MACH_PORT_TYPE_SEND_RIGHTS) &&
	    !view_hides(view, item->task, item->pid);
}

/* Is the same task named by an earlier holder? It can have several names. */
static bool
is_repeated(const struct view_items *items, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (items->items[i].kind == MACHPORT_ITEM_HOLDER &&
		    (items->items[i].type & MACH_PORT_TYPE_SEND_RIGHTS) &&
		    items->items[i].pid == items->items[at].pid)
			return true;
	return false;
}

static char *
describe_sender(const struct view *view, const struct view_task *task,
    const struct machport_item *item)
{
	if (item->pid == task->record.pid)
		return memory_string("itself");
	return describe_task(view, item->task, item->pid);
}

/* Rights that no task holds: in messages, or kept by the kernel, as for a notice. */
static bool
are_elsewhere(const struct machport_name_record *record, size_t holders)
{
	return holders == 0 &&
	    record->send_rights + record->send_once_rights > 0;
}

static char *
list_senders(const struct view *view, const struct view_task *task,
    const struct machport_name_record *record, const struct view_items *items)
{
	char *list = memory_string("");
	size_t count = 0;
	char *text;

	for (size_t i = 0; i < items->count; i++) {
		if (!is_sender(view, &items->items[i]) || is_repeated(items, i))
			continue;
		if (count++ < TOLD_MAX)
			append(&list,
			    describe_sender(view, task, &items->items[i]));
	}
	if (count > TOLD_MAX)
		append(&list, memory_format("%zu more", count - TOLD_MAX));
	if (are_elsewhere(record, count))
		append(&list, memory_string("rights in messages"));
	text = *list ? memory_format("from %s", list) : memory_string("");
	free(list);
	return text;
}

static char *
list_members(const struct view_items *items)
{
	char *list = memory_string("");
	size_t count = 0;

	for (size_t i = 0; i < items->count; i++)
		if (items->items[i].kind == MACHPORT_ITEM_MEMBER &&
		    count++ < TOLD_MAX)
			append(
			    &list, memory_format("%#x", items->items[i].name));
	if (count > TOLD_MAX)
		append(&list, memory_format("%zu more", count - TOLD_MAX));
	return list;
}

/* Is there more to tell than the record does? */
static bool
has_items(const struct machport_name_record *record)
{
	if (record->type & MACH_PORT_TYPE_PORT_SET)
		return record->members > 0;
	return (record->type & MACH_PORT_TYPE_RECEIVE) &&
	    record->send_rights + record->send_once_rights > 0;
}

static char *
describe_list(const struct view *view, const struct view_task *task,
    const struct machport_name_record *record)
{
	struct view_items items;
	char *text;

	if (!has_items(record) ||
	    view_items(view, record->port, &items) != KERN_SUCCESS)
		return memory_string("");
	if (record->type & MACH_PORT_TYPE_PORT_SET)
		text = list_members(&items);
	else
		text = list_senders(view, task, record, &items);
	view_items_free(&items);
	return text;
}

char *
peers_describe(const struct view *view, const struct view_task *task,
    const struct machport_name_record *record)
{
	char *receiver;
	char *text;

	if (record->port == 0 ||
	    (record->type & (MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_PORT_SET)))
		return describe_list(view, task, record);
	if (record->place == MACHPORT_PLACE_KERNEL &&
	    record->object_pid == task->record.pid && record->object == 2)
		return memory_string("this task");
	receiver = describe_receiver(view, record);
	text = record->place == MACHPORT_PLACE_TASK
	    ? memory_format("to %s", receiver)
	    : memory_string(receiver);
	free(receiver);
	return text;
}

static json_t *
holder_json(const struct view *view, const struct machport_item *item)
{
	json_t *object = describe_task_json(view, item->task, item->pid);

	json_put(object, "name", json_some(item->name));
	json_put(object, "rights", describe_rights_json(item->type));
	json_put(object, "urefs", json_count(item->urefs));
	return object;
}

void
peers_put_json(json_t *object, const struct view *view,
    const struct view_task *task, const struct machport_name_record *record)
{
	json_t *holders = json_null();
	json_t *members = json_null();
	struct view_items items = {0};

	(void)task;
	if (has_items(record))
		(void)view_items(view, record->port, &items);
	if (record->type & MACH_PORT_TYPE_RECEIVE)
		holders = json_list();
	if (record->type & MACH_PORT_TYPE_PORT_SET)
		members = json_list();
	for (size_t i = 0; i < items.count; i++) {
		if (json_is_array(holders) && is_sender(view, &items.items[i]))
			json_add(holders, holder_json(view, &items.items[i]));
		if (json_is_array(members) &&
		    items.items[i].kind == MACHPORT_ITEM_MEMBER)
			json_add(members, json_count(items.items[i].name));
	}
	json_put(object, "senders", holders);
	json_put(object, "member_names", members);
	view_items_free(&items);
}
