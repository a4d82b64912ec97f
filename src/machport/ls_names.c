/* machport ls PID: the names of a task. */
#include <inttypes.h>
#include <mach/port.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "describe.h"
#include "json.h"
#include "ls.h"
#include "memory.h"
#include "peers.h"
#include "status.h"
#include "table.h"
#include "text.h"

static const struct table_column columns[] = {
    {"NAME", TABLE_RIGHT, false},
    {"RIGHTS", TABLE_LEFT, false},
    {"REFS", TABLE_RIGHT, false},
    {"QUEUE", TABLE_RIGHT, false},
    {"OLDEST", TABLE_RIGHT, false},
    {"LABEL", TABLE_LEFT, true},
    {"OTHER END", TABLE_LEFT, true},
    {"NOTES", TABLE_LEFT, true},
};

/* What is worth a look: a full queue, a dead name. */
static enum screen_style
row_style(const struct machport_name_record *record)
{
	if (record->type & MACH_PORT_TYPE_DEAD_NAME)
		return SCREEN_FAINT;
	if (record->senders > 0 ||
	    (record->queued > 0 && record->queued >= record->qlimit))
		return SCREEN_ALERT;
	return SCREEN_PLAIN;
}

static bool
has_queue(const struct machport_name_record *record)
{
	return record->port != 0 && !(record->type & MACH_PORT_TYPE_PORT_SET) &&
	    (record->place == MACHPORT_PLACE_TASK ||
	        record->place == MACHPORT_PLACE_TRANSIT);
}

static void
add_note(char **notes, char *note)
{
	char *all;

	if (*note) {
		all =
		    memory_format("%s%s%s", *notes, **notes ? "; " : "", note);
		free(*notes);
		*notes = all;
	}
	free(note);
}

/* What the columns do not say, but would surprise. */
static char *
describe_notes(const struct machport_name_record *record)
{
	bool is_receive = record->type & MACH_PORT_TYPE_RECEIVE;
	bool is_set = record->type & MACH_PORT_TYPE_PORT_SET;
	char *notes = memory_string("");
	/* Who only sends is not told of what the receiver has asked for. */
	char *requests = describe_requests(is_receive
	        ? record->requests
	        : record->requests & MACHPORT_REQUEST_DEAD_NAME);

	if (record->senders > 0)
		add_note(&notes,
		    memory_format("%s blocked",
		        record->senders == 1 ? "a send is" : "sends are"));
	if (record->receivers > 0 && (is_receive || is_set))
		add_note(&notes, memory_string("a thread waits"));
	if (record->members > 0 && is_receive)
		add_note(&notes,
		    memory_format("in %u set%s", record->members,
		        record->members == 1 ? "" : "s"));
	if (record->own_lane)
		add_note(&notes, memory_string("sends by a lane"));
	if (record->lanes > 0 && is_receive)
		add_note(&notes, text_count(record->lanes, "lane"));
	if (*requests)
		add_note(&notes, memory_format("will tell: %s", requests));
	free(requests);
	return notes;
}

static void
add_name(struct table *table, const struct view *view,
    const struct view_task *task, const struct machport_name_record *record)
{
	bool queue = has_queue(record);

	table_row(table, row_style(record));
	table_cell(table, "%#x", record->name);
	table_take(table, describe_rights(record->type));
	if (record->urefs > 0)
		table_cell(table, "%u", record->urefs);
	else
		table_cell(table, "%s", "");
	if (queue)
		table_cell(table, "%u/%u", record->queued, record->qlimit);
	else
		table_cell(table, "%s", "");
	table_take(table,
	    queue && record->oldest_ns
	        ? text_age(view_age(view, record->oldest_ns))
	        : memory_string(""));
	table_take(table, text_escape_bytes(record->label, MACHPORT_LABEL_MAX));
	table_take(table, peers_describe(view, task, record));
	table_take(table, describe_notes(record));
}

static void
show_names(const struct view *view, const struct screen *screen,
    const struct view_task *task, const struct view_names *names)
{
	struct table *table =
	    table_new(columns, sizeof(columns) / sizeof(columns[0]));
	char *who = describe_task(view, task->record.task, task->record.pid);
	char *user = text_escape(task->user);
	struct progress progress;

	screen_print(screen, SCREEN_HEADING, "Task %s of %s", who, user);
	screen_print(screen, SCREEN_PLAIN, ": %zu name%s, %u port%s%s\n",
	    names->count, names->count == 1 ? "" : "s", task->record.receives,
	    task->record.receives == 1 ? "" : "s",
	    task->record.suspend_count ? ", suspended" : "");
	progress_begin(&progress, "looking at ports", names->count);
	for (size_t i = 0; i < names->count; i++) {
		progress_at(&progress, i);
		add_name(table, view, task, &names->names[i]);
	}
	progress_end(&progress);
	if (names->count > 0)
		table_print(table, screen, 0);
	table_free(table);
	free(user);
	free(who);
}

static json_t *
name_json(const struct view *view, const struct view_task *task,
    const struct machport_name_record *record)
{
	json_t *object = json_record();
	bool is_set = record->type & MACH_PORT_TYPE_PORT_SET;

	json_put(object, "name", json_count(record->name));
	json_put(object, "rights", describe_rights_json(record->type));
	json_put(object, "urefs", json_count(record->urefs));
	json_put(object, "port", json_some(record->port));
	json_put(object, "label",
	    *record->label ? json_text_bytes(record->label, MACHPORT_LABEL_MAX)
	                   : json_null());
	json_put(object, "receiver",
	    record->port && !is_set ? describe_receiver_json(view, record)
	                            : json_null());
	describe_queue_json(object, view, record);
	json_put(object, "members",
	    is_set ? json_count(record->members) : json_null());
	json_put(
	    object, "sets", is_set ? json_null() : json_count(record->members));
	json_put(object, "own_lane", json_flag(record->own_lane != 0));
	json_put(object, "requests", describe_requests_json(record->requests));
	json_put(object, "origin", describe_origin_json(view, record));
	peers_put_json(object, view, task, record);
	return object;
}

static json_t *
task_names_json(const struct view *view, const struct view_task *task,
    const struct view_names *names)
{
	json_t *object =
	    describe_task_json(view, task->record.task, task->record.pid);
	json_t *list = json_list();

	for (size_t i = 0; i < names->count; i++)
		json_add(list, name_json(view, task, &names->names[i]));
	json_put(object, "names", list);
	return object;
}

/* To @screen, or if that is NULL as JSON to @list. */
static int
each_task(const struct view *view, const struct screen *screen, json_t *list,
    const char *word, bool *is_first)
{
	const struct view_task *task;
	size_t next = 0;
	bool found = false;

	while ((task = view_match(view, word, &next)) != NULL) {
		struct view_names names;
		kern_return_t kr = view_names(view, task->record.task, &names);

		found = true;
		if (kr != KERN_SUCCESS)
			return view_complain(word, kr);
		if (screen && !*is_first)
			fputc('\n', screen->stream);
		*is_first = false;
		if (screen)
			show_names(view, screen, task, &names);
		else
			json_add(list, task_names_json(view, task, &names));
		view_names_free(&names);
	}
	return found ? EX_OK : view_say_unknown(word);
}

int
ls_names(const struct view *view, const struct screen *screen,
    char *const *words, size_t count)
{
	bool is_first = true;
	int worst = EX_OK;

	for (size_t i = 0; i < count; i++) {
		int status = each_task(view, screen, NULL, words[i], &is_first);

		worst = status != EX_OK ? status : worst;
	}
	return worst;
}

int
ls_names_json(
    const struct view *view, FILE *stream, char *const *words, size_t count)
{
	json_t *document = json_document("ls");
	json_t *tasks = json_list();
	bool is_first = true;
	int worst = EX_OK;

	for (size_t i = 0; i < count; i++) {
		int status = each_task(view, NULL, tasks, words[i], &is_first);

		worst = status != EX_OK ? status : worst;
	}
	json_put(document, "tasks", tasks);
	json_print(document, stream);
	return worst;
}
