/* What a look says: for people, and as JSON. */
#include <stdlib.h>

#include "describe.h"
#include "memory.h"
#include "peers.h"
#include "table.h"
#include "text.h"
#include "top.h"

static const struct table_column task_columns[] = {
    {"PID", TABLE_RIGHT, false},
    {"COMMAND", TABLE_LEFT, true},
    {"USER", TABLE_LEFT, true},
    {"SENT/s", TABLE_RIGHT, false},
    {"RECEIVED/s", TABLE_RIGHT, false},
    {"BYTES/s", TABLE_RIGHT, false},
    {"UNREAD", TABLE_RIGHT, false},
    {"SIZE", TABLE_RIGHT, false},
    {"PORTS", TABLE_RIGHT, false},
    {"RIGHTS", TABLE_RIGHT, false},
    {"LANES", TABLE_RIGHT, false},
    {"STATE", TABLE_LEFT, false},
};

static const struct table_column port_columns[] = {
    {"NAME", TABLE_RIGHT, false},
    {"LABEL", TABLE_LEFT, true},
    {"QUEUED/s", TABLE_RIGHT, false},
    {"UNREAD", TABLE_RIGHT, false},
    {"LIMIT", TABLE_RIGHT, false},
    {"OLDEST", TABLE_RIGHT, false},
    {"SENDERS", TABLE_RIGHT, false}, /* who hold a send right */
    {"BLOCKED", TABLE_RIGHT, false},
    {"WAITING", TABLE_RIGHT, false},
    {"LANES", TABLE_RIGHT, false},
};

/* What goes by lanes has bytes that nobody counts. */
static char *
describe_bytes(const struct top_row *row)
{
	const struct machport_task_record *record = &row->task->record;
	char *bytes = text_bytes((uint64_t)row->bytes);
	char *text = memory_format(
	    "%s%s", bytes, record->lanes_out + record->lanes_in > 0 ? "+" : "");

	free(bytes);
	return text;
}

static void
add_task(struct table *table, const struct top_row *row)
{
	const struct machport_task_record *record = &row->task->record;

	table_row(table, record->suspend_count ? SCREEN_FAINT : SCREEN_PLAIN);
	table_cell(table, "%d", record->pid);
	table_take(
	    table, text_escape(row->task->command ? row->task->command : "?"));
	table_take(table, text_escape(row->task->user));
	table_cell(table, "%.0f", row->sent);
	table_cell(table, "%.0f", row->received);
	table_take(table, describe_bytes(row));
	table_cell(table, "%u", record->queued);
	table_take(table, text_bytes(record->queued_bytes));
	table_cell(table, "%u", record->receives);
	table_cell(table, "%u", record->names);
	table_take(table, text_some(record->lanes_out + record->lanes_in));
	table_cell(table, "%s", record->suspend_count ? "suspended" : "");
}

static void
add_port(
    struct table *table, const struct view *view, const struct top_row *row)
{
	const struct machport_name_record *port = row->port;
	const bool is_full = port->senders > 0;

	table_row(table, is_full ? SCREEN_ALERT : SCREEN_PLAIN);
	table_cell(table, "%#x", port->name);
	table_take(table, text_escape_bytes(port->label, sizeof(port->label)));
	table_cell(table, "%.0f", row->sent);
	table_cell(table, "%u", port->queued);
	table_cell(table, "%u", port->qlimit);
	if (port->oldest_ns != 0)
		table_take(table, text_age(view_age(view, port->oldest_ns)));
	else
		table_cell(table, "-");
	table_cell(table, "%u", port->send_rights);
	table_cell(table, "%u", port->senders);
	table_cell(table, "%u", port->receivers);
	table_take(table, text_some(port->lanes));
}

void
top_show(
    const struct top *top, const struct view *view, const struct screen *screen)
{
	struct table *table = top->task != 0
	    ? table_new(
	          port_columns, sizeof(port_columns) / sizeof(port_columns[0]))
	    : table_new(
	          task_columns, sizeof(task_columns) / sizeof(task_columns[0]));

	for (size_t i = 0; i < top->row_count; i++)
		if (top->rows[i].port)
			add_port(table, view, &top->rows[i]);
		else
			add_task(table, &top->rows[i]);
	table_print(table, screen, 0);
	table_free(table);
}

static char *
summary_of_tasks(const struct top *top)
{
	uint64_t suspended = 0;
	uint64_t unread = 0;
	double messages = 0;
	char *tasks = text_count(top->row_count, "task");
	char *text;

	for (size_t i = 0; i < top->row_count; i++) {
		const struct top_row *row = &top->rows[i];

		suspended += row->task->record.suspend_count > 0;
		unread += row->task->record.queued;
		messages += row->sent;
	}
	text = memory_format("%s, %llu suspended; %.0f messages/s, %llu unread",
	    tasks, (unsigned long long)suspended, messages,
	    (unsigned long long)unread);
	free(tasks);
	return text;
}

char *
top_summary(const struct top *top, const struct view *view)
{
	const struct view_task *task = view_task(view, top->task);
	char *ports;
	char *who;
	char *text;

	if (top->task == 0)
		return summary_of_tasks(top);
	if (!task)
		return memory_string("The task has ended.");
	ports = text_count(top->row_count, "port");
	who = describe_task(view, top->task, task->record.pid);
	text = memory_format("%s of %s", ports, who);
	free(ports);
	free(who);
	return text;
}

static json_t *
row_json(const struct view *view, const struct top_row *row)
{
	const struct machport_task_record *task = &row->task->record;
	json_t *object = json_record();

	if (row->port) {
		json_put(object, "name", json_count(row->port->name));
		json_put(object, "port", json_count(row->port->port));
		json_put(object, "label",
		    row->port->label[0] ? json_text_bytes(row->port->label,
		                              sizeof(row->port->label))
		                        : json_null());
		json_put(object, "queued_per_second", json_real(row->sent));
		describe_queue_json(object, view, row->port);
		return object;
	}
	json_put(object, "pid", json_integer(task->pid));
	json_put(object, "task", json_count(task->task));
	json_put(object, "command", json_text(row->task->command));
	json_put(object, "sent_per_second", json_real(row->sent));
	json_put(object, "received_per_second", json_real(row->received));
	json_put(object, "bytes_per_second", json_real(row->bytes));
	json_put(object, "unread", json_count(task->queued));
	json_put(object, "unread_bytes", json_count(task->queued_bytes));
	json_put(object, "ports", json_count(task->receives));
	json_put(object, "names", json_count(task->names));
	json_put(object, "lanes_out", json_count(task->lanes_out));
	json_put(object, "lanes_in", json_count(task->lanes_in));
	json_put(object, "suspend_count", json_count(task->suspend_count));
	return object;
}

json_t *
top_json(const struct top *top, const struct view *view)
{
	json_t *look = json_document("top");
	json_t *rows = json_list();

	json_put(look, "at_ns", json_count(view->now_ns));
	for (size_t i = 0; i < top->row_count; i++)
		json_add(rows, row_json(view, &top->rows[i]));
	json_put(look, top->task != 0 ? "ports" : "tasks", rows);
	return look;
}
