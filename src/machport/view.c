/* The view: records, sorted and checked for their size, and who is who. */
#include "view.h"

#include <errno.h>
#include <error.h>
#include <inttypes.h>
#include <mach/mach_error.h>
#include <mach/mig_errors.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "memory.h"
#include "status.h"
#include "text.h"

static size_t
record_bytes(enum view_kind kind)
{
	switch (kind) {
	case VIEW_TASKS:
		return sizeof(struct machport_task_record);
	case VIEW_ITEMS:
		return sizeof(struct machport_item);
	case VIEW_NAMES:
	case VIEW_PORT:
		break;
	}
	return sizeof(struct machport_name_record);
}

/* What comes in other pieces comes from a kernel that is not ours. */
static kern_return_t
fetch(const struct view *view, enum view_kind kind, uint32_t id,
    void **records_out, size_t *count_out)
{
	const struct view_source *source = view->source;
	void *records = NULL;
	size_t bytes = 0;
	kern_return_t kr =
	    source->fetch(source->context, kind, id, &records, &bytes);

	if (kr != KERN_SUCCESS)
		return kr;
	if (bytes % record_bytes(kind) != 0) {
		free(records);
		return MIG_TYPE_ERROR;
	}
	*records_out = records;
	*count_out = bytes / record_bytes(kind);
	return KERN_SUCCESS;
}

int
view_complain(const char *what, kern_return_t kr)
{
	switch (kr) {
	case KERN_INVALID_ARGUMENT:
	case KERN_INVALID_NAME:
		error(0, 0, "%s: there is no such thing any more", what);
		return EXIT_NOTHING;
	case KERN_NO_ACCESS:
		error(0, 0,
		    "%s: it belongs to another user; root, and the user of "
		    "machportd, may see it",
		    what);
		return EX_NOPERM;
	case KERN_RESOURCE_SHORTAGE:
		error(0, 0,
		    "%s: the kernel has no memory for the answer; "
		    "try again",
		    what);
		return EX_TEMPFAIL;
	case MIG_BAD_ID:
	case MIG_TYPE_ERROR:
	case MIG_BAD_ARGUMENTS:
		error(0, 0,
		    "%s: the kernel is of another version than this "
		    "command (" MACHPORT_VERSION
		    "); use the machport that came with it",
		    what);
		return EX_PROTOCOL;
	default:
		error(0, 0, "%s: %s", what, mach_error_string(kr));
		return EX_UNAVAILABLE;
	}
}

/* As qsort(), which wants memory even for nothing. */
static void
sort(void *records, size_t count, size_t bytes,
    int (*compare)(const void *a, const void *b))
{
	if (count > 1)
		qsort(records, count, bytes, compare);
}

static int
compare_tasks(const void *a, const void *b)
{
	const struct view_task *left = a;
	const struct view_task *right = b;

	if (left->record.pid != right->record.pid)
		return left->record.pid < right->record.pid ? -1 : 1;
	return (left->record.task > right->record.task) -
	    (left->record.task < right->record.task);
}

static char *
user_name(const struct view_source *source, uid_t uid)
{
	char *name = source->user(source->context, uid);

	return name ? name : memory_format("%u", uid);
}

static void
take_tasks(struct view *view, const struct machport_task_record *records)
{
	const struct view_source *source = view->source;

	view->tasks = memory_new(view->task_count, sizeof(*view->tasks));
	for (size_t i = 0; i < view->task_count; i++) {
		struct view_task *task = &view->tasks[i];

		task->record = records[i];
		task->command =
		    source->command(source->context, task->record.pid);
		task->user = user_name(source, task->record.euid);
		task->is_self = task->record.pid == getpid();
	}
	sort(
	    view->tasks, view->task_count, sizeof(*view->tasks), compare_tasks);
}

int
view_open(
    struct view *view_out, const struct view_source *source, bool shows_self)
{
	void *records = NULL;
	kern_return_t kr;

	*view_out = (struct view){.source = source, .shows_self = shows_self};
	kr = fetch(view_out, VIEW_TASKS, 0, &records, &view_out->task_count);
	if (kr != KERN_SUCCESS)
		return view_complain("cannot list the tasks", kr);
	take_tasks(view_out, records);
	free(records);
	view_out->now_ns = source->now_ns(source->context);
	return EX_OK;
}

void
view_close(struct view *view)
{
	for (size_t i = 0; i < view->task_count; i++) {
		free(view->tasks[i].command);
		free(view->tasks[i].user);
	}
	free(view->tasks);
	*view = (struct view){.source = view->source};
}

bool
view_shows(const struct view *view, const struct view_task *task)
{
	return view->shows_self || !task->is_self;
}

const struct view_task *
view_task(const struct view *view, uint32_t id)
{
	for (size_t i = 0; i < view->task_count && id != 0; i++)
		if (view->tasks[i].record.task == id)
			return &view->tasks[i];
	return NULL;
}

const struct view_task *
view_process(const struct view *view, pid_t pid)
{
	for (size_t i = 0; i < view->task_count; i++)
		if (view->tasks[i].record.pid == pid)
			return &view->tasks[i];
	return NULL;
}

bool
view_hides(const struct view *view, uint32_t task, pid_t pid)
{
	const struct view_task *found =
	    task ? view_task(view, task) : view_process(view, pid);

	return found && !view_shows(view, found);
}

static bool
matches(const struct view_task *task, const char *word, bool is_number)
{
	if (is_number)
		return task->record.pid == strtol(word, NULL, 10);
	return task->command && strcmp(task->command, word) == 0;
}

const struct view_task *
view_match(const struct view *view, const char *word, size_t *next)
{
	bool is_number = *word && strspn(word, "0123456789") == strlen(word);

	while (*next < view->task_count) {
		const struct view_task *task = &view->tasks[(*next)++];

		/* Who asks for us by pid means it. */
		if (matches(task, word, is_number) &&
		    (is_number || view_shows(view, task)))
			return task;
	}
	return NULL;
}

int
view_say_unknown(const char *word)
{
	char *shown = text_escape(word);

	error(0, 0,
	    "%s: no task that you may see is called so; see `machport ls'",
	    shown);
	free(shown);
	return EXIT_NOTHING;
}

const struct view_task *
view_match_one(const struct view *view, const char *word)
{
	size_t next = 0;
	const struct view_task *task = view_match(view, word, &next);
	const struct view_task *other =
	    task ? view_match(view, word, &next) : NULL;
	char *shown;

	if (task && !other)
		return task;
	if (!task) {
		(void)view_say_unknown(word);
		return NULL;
	}
	shown = text_escape(word);
	error(0, 0,
	    "%s: several tasks are called so, %d and %d among them; say which "
	    "by its pid",
	    shown, task->record.pid, other->record.pid);
	free(shown);
	return NULL;
}

static int
compare_names(const void *a, const void *b)
{
	const struct machport_name_record *left = a;
	const struct machport_name_record *right = b;

	return (left->name > right->name) - (left->name < right->name);
}

kern_return_t
view_names(const struct view *view, uint32_t task, struct view_names *names_out)
{
	void *records = NULL;
	size_t count = 0;
	kern_return_t kr = fetch(view, VIEW_NAMES, task, &records, &count);

	if (kr != KERN_SUCCESS)
		return kr;
	names_out->names = records;
	names_out->count = count;
	sort(names_out->names, count, sizeof(*names_out->names), compare_names);
	return KERN_SUCCESS;
}

void
view_names_free(struct view_names *names)
{
	free(names->names);
	*names = (struct view_names){0};
}

const struct machport_name_record *
view_name_find(const struct view_names *names, mach_port_name_t name)
{
	struct machport_name_record key = {.name = name};

	return names->count ? bsearch(&key, names->names, names->count,
	                          sizeof(key), compare_names)
	                    : NULL;
}

/* By kind, then as they wait, then by who it is. */
static int
compare_items(const void *a, const void *b)
{
	const struct machport_item *left = a;
	const struct machport_item *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	if (left->index != right->index)
		return left->index < right->index ? -1 : 1;
	if (left->pid != right->pid)
		return left->pid < right->pid ? -1 : 1;
	return (left->name > right->name) - (left->name < right->name);
}

kern_return_t
view_items(const struct view *view, uint32_t port, struct view_items *items_out)
{
	void *records = NULL;
	size_t count = 0;
	kern_return_t kr = fetch(view, VIEW_ITEMS, port, &records, &count);

	if (kr != KERN_SUCCESS)
		return kr;
	items_out->items = records;
	items_out->count = count;
	sort(items_out->items, count, sizeof(*items_out->items), compare_items);
	return KERN_SUCCESS;
}

void
view_items_free(struct view_items *items)
{
	free(items->items);
	*items = (struct view_items){0};
}

kern_return_t
view_port(const struct view *view, uint32_t port,
    struct machport_name_record *record_out)
{
	void *records = NULL;
	size_t count = 0;
	kern_return_t kr = fetch(view, VIEW_PORT, port, &records, &count);

	if (kr != KERN_SUCCESS)
		return kr;
	if (count == 1)
		memcpy(record_out, records, sizeof(*record_out));
	free(records);
	return count == 1 ? KERN_SUCCESS : KERN_INVALID_ARGUMENT;
}

uint64_t
view_age(const struct view *view, uint64_t time_ns)
{
	return view->now_ns > time_ns ? view->now_ns - time_ns : 0;
}
