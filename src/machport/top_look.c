/* Two looks, and what is between them. */
#include "top.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define SECOND_NS 1e9

void
top_init(struct top *top)
{
	memset(top, 0, sizeof(*top));
}

void
top_deinit(struct top *top)
{
	free(top->counts);
	free(top->rows);
	view_names_free(&top->names);
	top_init(top);
}

void
top_choose(struct top *top, uint32_t task)
{
	enum top_order order = top->order;

	top_deinit(top);
	top->order = order;
	top->task = task;
}

static int
compare_counts(const void *a, const void *b)
{
	const struct top_count *left = a;
	const struct top_count *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

/* What was counted at the last look; NULL: it was not there. */
static const struct top_count *
find_count(const struct top *top, uint32_t id)
{
	const struct top_count key = {.id = id};

	if (top->count_count == 0)
		return NULL;
	return bsearch(
	    &key, top->counts, top->count_count, sizeof(key), compare_counts);
}

static double
rate(uint64_t before, uint64_t now, double seconds)
{
	return now > before && seconds > 0 ? (double)(now - before) / seconds
	                                   : 0;
}

static struct top_count
count_of(const struct top_row *row)
{
	const struct machport_task_record *task;

	if (row->port)
		return (struct top_count){
		    .id = row->port->port, .sent = row->port->enqueued};
	task = &row->task->record;
	return (struct top_count){
	    .id = task->task,
	    .sent = task->sent,
	    .received = task->received,
	    .bytes = task->sent_bytes + task->received_bytes,
	};
}

/* The rates of all rows; and what was counted is kept for the next look. */
static void
compare_with_last(struct top *top, uint64_t now_ns)
{
	struct top_count *counts =
	    memory_new(top->row_count + 1, sizeof(*counts));
	const double seconds = (double)(now_ns - top->looked_ns) / SECOND_NS;

	for (size_t i = 0; i < top->row_count; i++) {
		struct top_row *row = &top->rows[i];
		const struct top_count *last;

		counts[i] = count_of(row);
		last = find_count(top, counts[i].id);
		if (!last)
			continue;
		row->sent = rate(last->sent, counts[i].sent, seconds);
		row->received =
		    rate(last->received, counts[i].received, seconds);
		row->bytes = rate(last->bytes, counts[i].bytes, seconds);
	}
	qsort(counts, top->row_count, sizeof(*counts), compare_counts);
	free(top->counts);
	top->counts = counts;
	top->count_count = top->row_count;
	top->looked_ns = now_ns;
}

/* --- the order ------------------------------------------------------------- */

static int
descending(double left, double right)
{
	return (left < right) - (left > right);
}

static int
by_number(const void *a, const void *b)
{
	const struct top_row *left = a;
	const struct top_row *right = b;

	if (left->port)
		return -descending(left->port->name, right->port->name);
	return -descending(left->task->record.pid, right->task->record.pid);
}

static int
by_rate(const void *a, const void *b)
{
	const struct top_row *left = a;
	const struct top_row *right = b;
	int order = descending(
	    left->sent + left->received, right->sent + right->received);

	return order ? order : by_number(a, b);
}

static double
unread(const struct top_row *row)
{
	return row->port ? row->port->queued : row->task->record.queued;
}

static int
by_unread(const void *a, const void *b)
{
	int order = descending(unread(a), unread(b));

	return order ? order : by_number(a, b);
}

static double
rights(const struct top_row *row)
{
	return row->port ? row->port->send_rights : row->task->record.names;
}

static int
by_rights(const void *a, const void *b)
{
	int order = descending(rights(a), rights(b));

	return order ? order : by_number(a, b);
}

static const struct {
	int (*compare)(const void *, const void *);
	const char *name;
} orders[] = {
    [TOP_BY_RATE] = {by_rate, "by messages a second"},
    [TOP_BY_UNREAD] = {by_unread, "by messages unread"},
    [TOP_BY_RIGHTS] = {by_rights, "by rights"},
    [TOP_BY_NUMBER] = {by_number, "by number"},
};

const char *
top_order_name(enum top_order order)
{
	return orders[order].name;
}

void
top_sort(struct top *top, enum top_order order)
{
	top->order = order;
	if (top->row_count > 0)
		qsort(top->rows, top->row_count, sizeof(*top->rows),
		    orders[order].compare);
}

/* --- the look -------------------------------------------------------------- */

static void
take_tasks(struct top *top, const struct view *view)
{
	top->rows = memory_new(view->task_count + 1, sizeof(*top->rows));
	top->row_count = 0;
	for (size_t i = 0; i < view->task_count; i++)
		if (view_shows(view, &view->tasks[i]))
			top->rows[top->row_count++] =
			    (struct top_row){.task = &view->tasks[i]};
}

/* The ports that the task receives on. */
static kern_return_t
take_ports(struct top *top, const struct view *view)
{
	const struct view_task *task = view_task(view, top->task);
	kern_return_t kr = view_names(view, top->task, &top->names);

	if (kr != KERN_SUCCESS)
		return kr;
	top->rows = memory_new(top->names.count + 1, sizeof(*top->rows));
	for (size_t i = 0; i < top->names.count; i++)
		if (top->names.names[i].type & MACH_PORT_TYPE_RECEIVE)
			top->rows[top->row_count++] = (struct top_row){
			    .task = task, .port = &top->names.names[i]};
	return KERN_SUCCESS;
}

kern_return_t
top_look(struct top *top, const struct view *view)
{
	kern_return_t kr = KERN_SUCCESS;

	free(top->rows);
	top->rows = NULL;
	top->row_count = 0;
	view_names_free(&top->names);
	top->names = (struct view_names){0};
	if (top->task != 0)
		kr = take_ports(top, view);
	else
		take_tasks(top, view);
	if (kr != KERN_SUCCESS)
		return kr;
	compare_with_last(top, view->now_ns);
	top_sort(top, top->order);
	return KERN_SUCCESS;
}
