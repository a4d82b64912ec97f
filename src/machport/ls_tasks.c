/* machport ls: the tasks. */
#include <inttypes.h>
#include <stdlib.h>
#include <sysexits.h>

#include "json.h"
#include "ls.h"
#include "memory.h"
#include "status.h"
#include "table.h"
#include "text.h"

static const struct table_column columns[] = {
    {"PID", TABLE_RIGHT, false},
    {"COMMAND", TABLE_LEFT, true},
    {"USER", TABLE_LEFT, true},
    {"PORTS", TABLE_RIGHT, false},  /* receive rights */
    {"RIGHTS", TABLE_RIGHT, false}, /* all names */
    {"UNREAD", TABLE_RIGHT, false}, /* sent, and not received yet */
    {"SIZE", TABLE_RIGHT, false},   /* of those */
    {"SENT", TABLE_RIGHT, false},
    {"RECEIVED", TABLE_RIGHT, false},
    {"THREADS", TABLE_RIGHT, false},
    {"LANES", TABLE_RIGHT, false}, /* by which it sends or receives */
    {"STATE", TABLE_LEFT, false},
};

static void
add_task(struct table *table, const struct view_task *task)
{
	const struct machport_task_record *record = &task->record;

	table_row(table, record->suspend_count ? SCREEN_FAINT : SCREEN_PLAIN);
	table_cell(table, "%d", record->pid);
	table_take(table, text_escape(task->command ? task->command : "?"));
	table_take(table, text_escape(task->user));
	table_cell(table, "%u", record->receives);
	table_cell(table, "%u", record->names);
	table_cell(table, "%u", record->queued);
	table_take(table, text_bytes(record->queued_bytes));
	table_cell(table, "%" PRIu64, record->sent);
	table_cell(table, "%" PRIu64, record->received);
	table_cell(table, "%u", record->threads);
	table_take(table, text_some(record->lanes_out + record->lanes_in));
	if (record->suspend_count > 0)
		table_cell(table, "suspended");
	else
		table_cell(table, "%s", task->is_self ? "this command" : "");
}

static int
say_none(void)
{
	fputs("No task but this command is attached to this kernel, or none "
	      "that you may see.\n",
	    stderr);
	return EXIT_NOTHING;
}

int
ls_tasks(const struct view *view, const struct screen *screen)
{
	struct table *table =
	    table_new(columns, sizeof(columns) / sizeof(columns[0]));
	size_t count;

	for (size_t i = 0; i < view->task_count; i++)
		if (view_shows(view, &view->tasks[i]))
			add_task(table, &view->tasks[i]);
	count = table_row_count(table);
	if (count > 0)
		table_print(table, screen, 0);
	table_free(table);
	return count > 0 ? EX_OK : say_none();
}

static json_t *
task_json(const struct view *view, const struct view_task *task)
{
	const struct machport_task_record *record = &task->record;
	json_t *object = json_record();

	json_put(object, "pid", json_integer(record->pid));
	json_put(object, "task", json_count(record->task));
	json_put(object, "command", json_text(task->command));
	json_put(object, "user", json_text(task->user));
	json_put(object, "uid", json_count(record->euid));
	json_put(object, "gid", json_count(record->egid));
	json_put(object, "parent", json_some(record->parent));
	json_put(object, "names", json_count(record->names));
	json_put(object, "ports", json_count(record->receives));
	json_put(object, "threads", json_count(record->threads));
	json_put(object, "suspend_count", json_count(record->suspend_count));
	json_put(object, "unread", json_count(record->queued));
	json_put(object, "unread_bytes", json_count(record->queued_bytes));
	json_put(object, "sent", json_count(record->sent));
	json_put(object, "sent_bytes", json_count(record->sent_bytes));
	json_put(object, "received", json_count(record->received));
	json_put(object, "received_bytes", json_count(record->received_bytes));
	json_put(object, "lanes_out", json_count(record->lanes_out));
	json_put(object, "lanes_in", json_count(record->lanes_in));
	json_put(
	    object, "age_ns", json_count(view_age(view, record->started_ns)));
	json_put(object, "is_self", json_flag(task->is_self));
	return object;
}

int
ls_tasks_json(const struct view *view, FILE *stream)
{
	json_t *document = json_document("ls");
	json_t *tasks = json_list();
	size_t count;

	for (size_t i = 0; i < view->task_count; i++)
		if (view_shows(view, &view->tasks[i]))
			json_add(tasks, task_json(view, &view->tasks[i]));
	count = json_array_size(tasks);
	json_put(document, "tasks", tasks);
	json_print(document, stream);
	return count > 0 ? EX_OK : EXIT_NOTHING;
}
