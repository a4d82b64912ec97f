/* machport inspect: a port, for people. */
#include <inttypes.h>
#include <mach/port.h>
#include <mach/task_special_ports.h>
#include <stdlib.h>
#include <sysexits.h>

#include "describe.h"
#include "inspect.h"
#include "memory.h"
#include "table.h"
#include "text.h"

/* A table of the items of some kinds, below a heading. */
struct section {
	const char *heading;
	const struct table_column *columns;
	size_t column_count;
	void (*add)(struct table *table, const struct view *view,
	    const struct machport_item *item);
	uint32_t kinds; /* bit 1 << kind */
};

/* "label: value" with the values below each other. @value is CONSUMED. */
static void
put_fact(const struct screen *screen, const char *word, char *value)
{
	if (*value) {
		screen_print(screen, SCREEN_FAINT, "  %-12s", word);
		fprintf(screen->stream, "%s\n", value);
	}
	free(value);
}

static char *
describe_queue(
    const struct view *view, const struct machport_name_record *record)
{
	char *age = text_age(view_age(view, record->oldest_ns));
	char *messages = text_count(record->queued, "message");
	char *text = memory_format(
	    "%s of %u%s%s; %" PRIu64 " so far, %u received", messages,
	    record->qlimit, record->oldest_ns ? ", the oldest for " : "",
	    record->oldest_ns ? age : "", record->enqueued, record->seqno);

	free(messages);
	free(age);
	return text;
}

/* What is blocked: sends, receives. "" for neither. */
static char *
describe_blocked(const struct machport_name_record *record)
{
	char *sends = text_count(record->senders, "send");
	char *receives = text_count(record->receivers, "receive");
	char *text;

	if (record->senders && record->receivers)
		text = memory_format("%s and %s", sends, receives);
	else if (record->senders)
		text = memory_string(sends);
	else
		text = memory_string(record->receivers ? receives : "");
	free(receives);
	free(sends);
	return text;
}

/* Lanes to it; "" if there are none and were none. */
static char *
describe_lanes(
    const struct view *view, const struct machport_name_record *record)
{
	char *age = text_age(view_age(view, record->lane_closed_ns));
	char *closed = record->lane_closed_ns == 0
	    ? memory_string("")
	    : memory_format("the last was closed %s ago: %s", age,
	          describe_lane_why(record->lane_why));
	char *text = record->lanes == 0
	    ? memory_string(closed)
	    : memory_format(
	          "%u open%s%s", record->lanes, *closed ? "; " : "", closed);

	free(closed);
	free(age);
	return text;
}

static char *
describe_existing_rights(const struct machport_name_record *record)
{
	char *send = text_count(record->send_rights, "send right");
	char *once = text_count(record->send_once_rights, "send-once right");
	char *text = memory_format("%s, %s", send, once);

	free(once);
	free(send);
	return text;
}

static void
show_facts(const struct view *view, const struct screen *screen,
    const struct machport_name_record *record)
{
	bool is_set = record->type & MACH_PORT_TYPE_PORT_SET;
	char *port = describe_port(record->port, record->label);

	screen_print(screen, SCREEN_HEADING, "%s%s\n",
	    is_set ? "Port set, as " : "", port);
	free(port);
	put_fact(screen, "blocked", describe_blocked(record));
	if (is_set) {
		put_fact(
		    screen, "members", memory_format("%u", record->members));
		return;
	}
	put_fact(screen, "receiver", describe_receiver(view, record));
	if (record->place == MACHPORT_PLACE_TASK ||
	    record->place == MACHPORT_PLACE_TRANSIT)
		put_fact(screen, "queue", describe_queue(view, record));
	put_fact(screen, "lanes", describe_lanes(view, record));
	put_fact(screen, "rights", describe_existing_rights(record));
}

/* --- sections -------------------------------------------------------------- */

static const struct table_column holder_columns[] = {
    {"TASK", TABLE_LEFT, true},
    {"NAME", TABLE_RIGHT, false},
    {"RIGHTS", TABLE_LEFT, false},
    {"REFS", TABLE_RIGHT, false},
};

static const char *
slot_name(uint32_t slot)
{
	switch (slot) {
	case TASK_BOOTSTRAP_PORT:
		return "its bootstrap port";
	case TASK_ACCESS_PORT:
		return "its access port";
	case TASK_DEBUG_CONTROL_PORT:
		return "its debug control port";
	case TASK_RESOURCE_NOTIFY_PORT:
		return "its resource notify port";
	case 0:
		return "a registered or exception port of it";
	default:
		return "a special port of it";
	}
}

static void
add_holder(struct table *table, const struct view *view,
    const struct machport_item *item)
{
	table_row(table, SCREEN_PLAIN);
	table_take(table, describe_task(view, item->task, item->pid));
	if (item->kind == MACHPORT_ITEM_SLOT) {
		table_cell(table, "%s", "");
		table_cell(table, "%s", slot_name(item->index));
		return;
	}
	table_cell(table, "%#x", item->name);
	table_take(table, describe_rights(item->type));
	if (item->urefs > 0)
		table_cell(table, "%u", item->urefs);
}

static const struct table_column message_columns[] = {
    {"#", TABLE_RIGHT, false},
    {"FROM", TABLE_LEFT, true},
    {"ID", TABLE_RIGHT, false},
    {"BYTES", TABLE_RIGHT, false},
    {"AGE", TABLE_RIGHT, false},
    {"RIGHTS", TABLE_LEFT, true},
};

static void
add_message(struct table *table, const struct view *view,
    const struct machport_item *item)
{
	char *port = describe_port(item->other, item->label);

	if (item->kind == MACHPORT_ITEM_RIGHT) {
		table_row(table, SCREEN_PLAIN);
		for (int i = 0; i < 5; i++)
			table_cell(table, "%s", "");
		table_cell(table, "%s%s%s", describe_moved(item->type),
		    item->other ? ": " : ", dead", item->other ? port : "");
		free(port);
		return;
	}
	table_row(table, SCREEN_PLAIN);
	table_cell(table, "%u", item->index + 1);
	table_take(table, describe_task(view, item->task, item->pid));
	table_cell(table, "%d", item->msgh_id);
	table_cell(table, "%u", item->bytes);
	table_take(table, text_age(view_age(view, item->time_ns)));
	if (item->other)
		table_cell(table, "reply to %s", port);
	free(port);
}

static const struct table_column request_columns[] = {
    {"NOTICE", TABLE_LEFT, false},
    {"TASK", TABLE_LEFT, true},
    {"NAME", TABLE_RIGHT, false},
    {"GOES TO", TABLE_LEFT, true},
};

static void
add_request(struct table *table, const struct view *view,
    const struct machport_item *item)
{
	table_row(table, SCREEN_PLAIN);
	table_cell(table, "%s", describe_notice(item->type));
	/* What is asked of a port is asked by who receives from it. */
	table_take(table,
	    item->pid ? describe_task(view, item->task, item->pid)
	              : memory_string(""));
	table_take(table,
	    item->name ? memory_format("%#x", item->name) : memory_string(""));
	table_take(table,
	    item->other ? describe_port(item->other, item->label)
	                : memory_string("nobody any more"));
}

static const struct table_column set_columns[] = {
    {"TASK", TABLE_LEFT, true},
    {"NAME", TABLE_RIGHT, false},
    {"PORT", TABLE_LEFT, true},
};

static void
add_member(struct table *table, const struct view *view,
    const struct machport_item *item)
{
	table_row(table, SCREEN_PLAIN);
	table_take(table, describe_task(view, item->task, item->pid));
	table_cell(table, "%#x", item->name);
	table_take(table, describe_port(item->other, item->label));
}

static const struct table_column blocked_columns[] = {
    {"TASK", TABLE_LEFT, true},
    {"WAITS TO", TABLE_LEFT, false},
};

static void
add_blocked(struct table *table, const struct view *view,
    const struct machport_item *item)
{
	table_row(table, SCREEN_ALERT);
	table_take(table, describe_task(view, item->task, item->pid));
	table_cell(table, "%s",
	    item->kind == MACHPORT_ITEM_SENDER ? "send" : "receive");
}

static const struct table_column lane_columns[] = {
    {"FROM", TABLE_LEFT, true},
    {"IN IT", TABLE_LEFT, false}, /* of so many that it may hold */
    {"RECEIVED", TABLE_RIGHT, false},
    {"REPLIES", TABLE_RIGHT, false},
    {"OPEN FOR", TABLE_RIGHT, false},
    {"ASLEEP", TABLE_LEFT, false},
};

/* Who sleeps until the other does something. */
static const char *
who_sleeps(const struct machport_item *item)
{
	if (item->type & MACHPORT_LANE_BLOCKED)
		return "sender";
	return item->type & MACHPORT_LANE_AWAITED ? "receiver" : "";
}

static void
add_lane(struct table *table, const struct view *view,
    const struct machport_item *item)
{
	table_row(table, SCREEN_PLAIN);
	table_take(table, describe_task(view, item->task, item->pid));
	table_cell(table, "%u of %u", item->index, item->bytes);
	table_cell(table, "%" PRIu64, item->messages);
	table_cell(table, "%" PRIu64, item->replies);
	table_take(table, text_age(view_age(view, item->time_ns)));
	table_cell(table, "%s", who_sleeps(item));
}

static const struct table_column lane_message_columns[] = {
    {"FROM", TABLE_LEFT, true},
    {"#", TABLE_RIGHT, false},
    {"ID", TABLE_RIGHT, false},
    {"BYTES", TABLE_RIGHT, false},
    {"RIGHTS", TABLE_LEFT, true},
};

static void
add_lane_message(struct table *table, const struct view *view,
    const struct machport_item *item)
{
	char *port = describe_port(item->other, item->label);

	table_row(table, SCREEN_PLAIN);
	table_take(table, describe_task(view, item->task, item->pid));
	table_cell(table, "%u", item->index + 1);
	table_cell(table, "%d", item->msgh_id);
	table_cell(table, "%u", item->bytes);
	if (item->other)
		table_cell(table, "reply to %s", port);
	free(port);
}

#define COLUMNS(columns) columns, sizeof(columns) / sizeof((columns)[0])

static const struct section sections[] = {
    {"Who has rights:", COLUMNS(holder_columns), add_holder,
        1u << MACHPORT_ITEM_HOLDER | 1u << MACHPORT_ITEM_SLOT},
    {"Messages that wait:", COLUMNS(message_columns), add_message,
        1u << MACHPORT_ITEM_MESSAGE | 1u << MACHPORT_ITEM_RIGHT},
    {"Who is blocked:", COLUMNS(blocked_columns), add_blocked,
        1u << MACHPORT_ITEM_SENDER | 1u << MACHPORT_ITEM_RECEIVER},
    {"Who will be told:", COLUMNS(request_columns), add_request,
        1u << MACHPORT_ITEM_REQUEST},
    {"Sets that it is in:", COLUMNS(set_columns), add_member,
        1u << MACHPORT_ITEM_SET},
    {"Who sends by a lane, past the kernel:", COLUMNS(lane_columns), add_lane,
        1u << MACHPORT_ITEM_LANE},
    {"Messages in lanes:", COLUMNS(lane_message_columns), add_lane_message,
        1u << MACHPORT_ITEM_LANE_MESSAGE},
    {"Its members:", COLUMNS(set_columns), add_member,
        1u << MACHPORT_ITEM_MEMBER},
};

static bool
belongs(const struct view *view, const struct section *section,
    const struct machport_item *item)
{
	if (item->kind >= 32 || !(section->kinds & 1u << item->kind))
		return false;
	/* Our own rights are there because we look; our messages are not. */
	return item->kind == MACHPORT_ITEM_MESSAGE ||
	    !view_hides(view, item->task, item->pid);
}

/* The rights in a message, which come behind all messages, in its place. */
static void
add_rights(const struct section *section, struct table *table,
    const struct view *view, const struct view_items *items, uint32_t message)
{
	for (size_t i = 0; i < items->count; i++)
		if (items->items[i].kind == MACHPORT_ITEM_RIGHT &&
		    items->items[i].index == message)
			section->add(table, view, &items->items[i]);
}

static void
show_section(const struct view *view, const struct screen *screen,
    const struct section *section, const struct view_items *items)
{
	struct table *table =
	    table_new(section->columns, section->column_count);

	for (size_t i = 0; i < items->count; i++) {
		const struct machport_item *item = &items->items[i];

		if (!belongs(view, section, item) ||
		    item->kind == MACHPORT_ITEM_RIGHT)
			continue;
		section->add(table, view, item);
		if (item->kind == MACHPORT_ITEM_MESSAGE)
			add_rights(section, table, view, items, item->index);
	}
	if (table_row_count(table) > 0) {
		screen_print(screen, SCREEN_PLAIN, "\n%s\n", section->heading);
		table_print(table, screen, 2);
	}
	table_free(table);
}

int
inspect_show(const struct view *view, const struct screen *screen,
    const struct machport_name_record *record)
{
	struct view_items items = {0};
	kern_return_t kr;

	if (record->port == 0) {
		fprintf(screen->stream,
		    "%#x is a dead name: its port has "
		    "died. %u user reference%s left.\n",
		    record->name, record->urefs,
		    record->urefs == 1 ? " is" : "s are");
		return EX_OK;
	}
	kr = view_items(view, record->port, &items);
	if (kr != KERN_SUCCESS)
		return view_complain("the port", kr);
	show_facts(view, screen, record);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		show_section(view, screen, &sections[i], &items);
	view_items_free(&items);
	return EX_OK;
}
