/* machport graph: the model, from all names and the ports that have something. */
#include <error.h>
#include <mach/message.h>
#include <mach/port.h>
#include <search.h>
#include <stdlib.h>
#include <sysexits.h>

#include "graph.h"
#include "memory.h"
#include "status.h"
#include "text.h"

static int
compare_nodes(const void *a, const void *b)
{
	const struct graph_node *left = a;
	const struct graph_node *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return (left->id > right->id) - (left->id < right->id);
}

/* The node, made if it is new. */
static struct graph_node *
get_node(struct graph *graph, enum graph_kind kind, uint32_t id)
{
	struct graph_node key = {.kind = kind, .id = id};
	struct graph_node **found = tfind(&key, &graph->index, compare_nodes);
	struct graph_node *node;

	if (found)
		return *found;
	node = memory_new(1, sizeof(*node));
	node->kind = kind;
	node->id = id;
	node->number = graph->node_count;
	if (!tsearch(node, &graph->index, compare_nodes))
		memory_fail();
	graph->nodes = memory_grow(
	    graph->nodes, graph->node_count + 1, sizeof(struct graph_node *));
	graph->nodes[graph->node_count++] = node;
	return node;
}

static struct graph_node *
get_seen_task(struct graph *graph, const struct view_task *task)
{
	struct graph_node *node =
	    get_node(graph, GRAPH_TASK, task->record.task);

	node->pid = task->record.pid;
	return node;
}

/* The same of a record; NULL: it is about no task. */
static struct graph_node *
get_task(struct graph *graph, uint32_t id, pid_t pid)
{
	struct graph_node *node;

	if (id == 0 && pid == 0)
		return NULL;
	/* One that may not be seen has no id, only a pid: that is no id. */
	node = get_node(graph, GRAPH_TASK, id ? id : ~(uint32_t)pid);
	if (pid != 0)
		node->pid = pid;
	return node;
}

/* Ports that only the kernel receives from are the same for all. */
static struct graph_node *
get_port(struct graph *graph, const struct machport_name_record *record)
{
	struct graph_node *node = get_node(graph, GRAPH_PORT, record->port);

	if (node->record.port != 0)
		return node;
	node->record = *record;
	if (record->place == MACHPORT_PLACE_TASK)
		node->receiver =
		    get_task(graph, record->receiver, record->receiver_pid);
	return node;
}

static struct graph_edge *
add_edge(struct graph *graph, enum graph_link link, struct graph_node *from,
    struct graph_node *to)
{
	struct graph_edge *edge;

	graph->edges = memory_grow(
	    graph->edges, graph->edge_count + 1, sizeof(*graph->edges));
	edge = &graph->edges[graph->edge_count++];
	*edge = (struct graph_edge){.link = link, .from = from, .to = to};
	return edge;
}

static void
add_right(struct graph *graph, struct graph_node *task,
    const struct machport_name_record *record, enum graph_link link)
{
	struct graph_node *port = get_port(graph, record);
	struct graph_edge *edge = add_edge(graph, link, task, port);

	edge->name = record->name;
	edge->urefs = record->urefs;
	edge->has_lane = link == GRAPH_SEND && record->own_lane;
	if (link == GRAPH_SEND)
		port->sends_seen++;
	else
		port->onces_seen++;
}

static void
add_name(struct graph *graph, const struct graph_choice *choice,
    struct graph_node *task, const struct machport_name_record *record)
{
	if (record->port == 0 ||
	    (record->place == MACHPORT_PLACE_KERNEL && !choice->kernel))
		return;
	if (record->type & (MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_PORT_SET))
		(void)get_port(graph, record);
	if (record->type & MACH_PORT_TYPE_SEND)
		add_right(graph, task, record, GRAPH_SEND);
	if (record->type & MACH_PORT_TYPE_SEND_ONCE)
		add_right(graph, task, record, GRAPH_SEND_ONCE);
}

/* Names of tasks that have ended since are just not there. */
static int
add_names(struct graph *graph, const struct view *view,
    const struct graph_choice *choice, const struct view_task *task)
{
	struct graph_node *node = get_seen_task(graph, task);
	struct view_names names = {0};
	kern_return_t kr = view_names(view, task->record.task, &names);

	if (kr == KERN_INVALID_ARGUMENT)
		return EX_OK;
	if (kr != KERN_SUCCESS)
		return view_complain("the names of a task", kr);
	for (size_t i = 0; i < names.count; i++)
		add_name(graph, choice, node, &names.names[i]);
	view_names_free(&names);
	return EX_OK;
}

/* --- what is in and around the queues -------------------------------------- */

/* The port that a message has a right to; we may know it from nowhere else. */
static struct graph_node *
get_far_port(struct graph *graph, const struct view *view, uint32_t id)
{
	struct machport_name_record record = {.port = id};

	if (id == 0)
		return NULL;
	if (get_node(graph, GRAPH_PORT, id)->record.port == 0)
		(void)view_port(view, id, &record);
	return get_port(graph, &record);
}

static void
add_moved(struct graph *graph, const struct view *view,
    struct graph_node *queue, const struct machport_item *item, uint32_t moved,
    int32_t msgh_id)
{
	struct graph_node *port = get_far_port(graph, view, item->other);
	struct graph_edge *edge;

	if (!port)
		return;
	edge = add_edge(graph, GRAPH_MESSAGE, queue, port);
	edge->moved = moved;
	edge->message = item->index;
	edge->msgh_id = msgh_id;
	edge->has_lane = item->kind == MACHPORT_ITEM_LANE_MESSAGE;
	port->sends_seen += moved == MACH_MSG_TYPE_PORT_SEND;
	port->onces_seen += moved == MACH_MSG_TYPE_PORT_SEND_ONCE;
}

/* A reply right may be a send right: what it is, the port's counts tell. */
static uint32_t
reply_right(const struct graph *graph, const struct machport_item *item)
{
	struct graph_node key = {.kind = GRAPH_PORT, .id = item->other};
	struct graph_node *const *found =
	    tfind(&key, &graph->index, compare_nodes);

	return found && (*found)->record.send_once_rights == 0
	    ? MACH_MSG_TYPE_PORT_SEND
	    : MACH_MSG_TYPE_PORT_SEND_ONCE;
}

static int32_t
id_of_message(const struct view_items *items, uint32_t index)
{
	for (size_t i = 0; i < items->count; i++)
		if (items->items[i].kind == MACHPORT_ITEM_MESSAGE &&
		    items->items[i].index == index)
			return items->items[i].msgh_id;
	return 0;
}

static void
add_wait(struct graph *graph, struct graph_node *port,
    const struct machport_item *item, enum graph_link link)
{
	struct graph_node *task = get_task(graph, item->task, item->pid);

	if (task && port->receiver != NULL)
		(void)add_edge(graph, link, task, port);
	if (task)
		task->blocked++;
}

/* A receive from a set is one from each of its members. */
static void
add_set_waits(struct graph *graph, const struct view *view,
    const struct view_items *items, const struct machport_item *receiver)
{
	struct graph_node *task =
	    get_task(graph, receiver->task, receiver->pid);

	if (!task)
		return;
	task->blocked++;
	for (size_t i = 0; i < items->count; i++) {
		struct graph_node *port;

		if (items->items[i].kind != MACHPORT_ITEM_MEMBER)
			continue;
		port = get_far_port(graph, view, items->items[i].other);
		if (port)
			(void)add_edge(
			    graph, GRAPH_WAITS_TO_RECEIVE, task, port);
	}
}

/* Has the task a right to the port, or one that is kept for it? */
static bool
is_right(const struct graph_edge *edge, const struct graph_node *task,
    const struct graph_node *port)
{
	return edge->from == task && edge->to == port &&
	    (edge->link == GRAPH_SEND || edge->link == GRAPH_SEND_ONCE ||
	        edge->link == GRAPH_SLOT);
}

/* A right that the kernel keeps for a task which has one itself adds no arrow. */
static void
add_slot(struct graph *graph, struct graph_node *port,
    const struct machport_item *item)
{
	struct graph_node *task = get_task(graph, item->task, item->pid);

	port->sends_seen++;
	for (size_t i = 0; i < graph->edge_count; i++)
		if (is_right(&graph->edges[i], task, port))
			return;
	if (task)
		(void)add_edge(graph, GRAPH_SLOT, task, port);
}

static void
add_item(struct graph *graph, const struct view *view, struct graph_node *port,
    const struct view_items *items, const struct machport_item *item)
{
	switch ((enum machport_item_kind)item->kind) {
	case MACHPORT_ITEM_MESSAGE:
	case MACHPORT_ITEM_LANE_MESSAGE:
		add_moved(graph, view, port, item, reply_right(graph, item),
		    item->msgh_id);
		break;
	case MACHPORT_ITEM_RIGHT:
		add_moved(graph, view, port, item, item->type,
		    id_of_message(items, item->index));
		break;
	case MACHPORT_ITEM_SENDER:
		add_wait(graph, port, item, GRAPH_WAITS_TO_SEND);
		break;
	case MACHPORT_ITEM_RECEIVER:
		if (port->record.type & MACH_PORT_TYPE_PORT_SET)
			add_set_waits(graph, view, items, item);
		else
			add_wait(graph, port, item, GRAPH_WAITS_TO_RECEIVE);
		break;
	case MACHPORT_ITEM_SLOT:
		add_slot(graph, port, item);
		break;
	case MACHPORT_ITEM_HOLDER:
	case MACHPORT_ITEM_REQUEST:
	case MACHPORT_ITEM_SET:
	case MACHPORT_ITEM_MEMBER:
	case MACHPORT_ITEM_LANE: /* of a right that is there */
		break;
	}
}

/* Is there more to it than the names that tasks have for it? */
static bool
has_more(const struct graph_node *node)
{
	const struct machport_name_record *record = &node->record;

	return record->queued > 0 || record->senders > 0 ||
	    record->receivers > 0 || node->sends_seen < record->send_rights;
}

static int
add_items(struct graph *graph, const struct view *view)
{
	struct progress progress;
	int status = EX_OK;

	progress_begin(&progress, "looking at ports", graph->node_count);
	/* Rights in messages can lead to ports that come behind. */
	for (size_t i = 0; i < graph->node_count && status == EX_OK; i++) {
		struct graph_node *node = graph->nodes[i];
		struct view_items items = {0};
		kern_return_t kr;

		progress_at(&progress, i);
		if (node->kind != GRAPH_PORT || !has_more(node))
			continue;
		kr = view_items(view, node->id, &items);
		if (kr != KERN_SUCCESS && kr != KERN_INVALID_ARGUMENT &&
		    kr != KERN_NO_ACCESS)
			status = view_complain("a port", kr);
		for (size_t j = 0; j < items.count; j++)
			add_item(graph, view, node, &items, &items.items[j]);
		view_items_free(&items);
	}
	progress_end(&progress);
	return status;
}

/* --- what is shown --------------------------------------------------------- */

bool
graph_shows(const struct graph_edge *edge)
{
	return edge->from->is_shown && edge->to->is_shown;
}

/* Does an edge belong to a task that was chosen: its own, or to its port? */
static bool
is_near(const struct graph_edge *edge)
{
	return edge->from->is_chosen ||
	    (edge->from->receiver && edge->from->receiver->is_chosen) ||
	    (edge->to->receiver && edge->to->receiver->is_chosen);
}

/* A right to one's own port, of which nothing comes: not worth a line. */
static bool
is_private(const struct graph_edge *edge)
{
	return (edge->link == GRAPH_SEND ||
	           edge->link == GRAPH_WAITS_TO_RECEIVE) &&
	    edge->to->receiver == edge->from && edge->to->record.queued == 0;
}

static void
show(struct graph_node *node)
{
	node->is_shown = true;
	if (node->receiver)
		node->receiver->is_shown = true;
}

/* Ours goes last, and what it receives from with it: it may be near to all. */
static void
hide_self(struct graph *graph, const struct view *view)
{
	for (size_t i = 0; i < graph->node_count; i++) {
		struct graph_node *node = graph->nodes[i];
		const struct graph_node *task =
		    node->kind == GRAPH_TASK ? node : node->receiver;

		if (task && view_hides(view, task->id, task->pid))
			node->is_shown = false;
	}
}

static void
choose_shown(struct graph *graph, const struct view *view, bool shows_all)
{
	for (size_t i = 0; i < graph->edge_count; i++) {
		const struct graph_edge *edge = &graph->edges[i];

		if (is_private(edge) || !(shows_all || is_near(edge)) ||
		    view_hides(view, edge->from->id, edge->from->pid))
			continue;
		show(edge->from);
		show(edge->to);
	}
	for (size_t i = 0; i < graph->node_count; i++) {
		struct graph_node *node = graph->nodes[i];
		const struct graph_node *receiver = node->receiver;

		if (node->is_chosen ||
		    (receiver && receiver->is_chosen && node->record.queued))
			show(node);
	}
	hide_self(graph, view);
}

/* A status: 1 if a word means no task. */
static int
choose_tasks(struct graph *graph, const struct view *view,
    const struct graph_choice *choice)
{
	for (size_t i = 0; i < view->task_count && choice->count == 0; i++)
		if (view_shows(view, &view->tasks[i]))
			get_seen_task(graph, &view->tasks[i])->is_chosen = true;
	for (size_t i = 0; i < choice->count; i++) {
		const struct view_task *task;
		size_t next = 0;
		bool found = false;

		while ((task = view_match(view, choice->words[i], &next))) {
			get_seen_task(graph, task)->is_chosen = true;
			found = true;
		}
		if (!found)
			return view_say_unknown(choice->words[i]);
	}
	return EX_OK;
}

int
graph_build(struct graph *graph_out, const struct view *view,
    const struct graph_choice *choice)
{
	int status = EX_OK;

	*graph_out = (struct graph){0};
	for (size_t i = 0; i < view->task_count && status == EX_OK; i++)
		status = add_names(graph_out, view, choice, &view->tasks[i]);
	if (status == EX_OK)
		status = add_items(graph_out, view);
	if (status == EX_OK)
		status = choose_tasks(graph_out, view, choice);
	if (status == EX_OK)
		choose_shown(graph_out, view, choice->count == 0);
	return status;
}

static void
keep(void *node)
{
	(void)node;
}

void
graph_free(struct graph *graph)
{
	tdestroy(graph->index, keep);
	for (size_t i = 0; i < graph->node_count; i++)
		free(graph->nodes[i]);
	free(graph->nodes);
	free(graph->edges);
	*graph = (struct graph){0};
}
