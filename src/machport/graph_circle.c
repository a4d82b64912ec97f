/*
 * machport graph: circles.
 *
 * Who waits for whom is a graph of its own, over the same nodes. A port is in it twice:
 * as a queue, which waits for its receiver, and as a source, which waits for any of
 * those who can send to it. An edge says "can be helped by"; a node needs the help of
 * one of those that its edges lead to. So a set of nodes is lost that no edge leaves,
 * and in which each node has edges: a strongly connected component without a way out.
 *
 * What we cannot see may help: it is one more node, without edges, to which leads
 * whatever may depend on it. A task with a thread that is not blocked helps itself, so
 * it has no edges, either.
 */
#include <mach/message.h>
#include <stdlib.h>

#include "graph.h"
#include "memory.h"
#include "scc.h"

struct waits {
	size_t node_count; /* each has two numbers; behind them, the unseen */
	struct scc_edge *edges;
	size_t edge_count;
};

static size_t
as_queue(const struct graph_node *node)
{
	return node->number * 2;
}

static size_t
as_source(const struct graph_node *node)
{
	return node->number * 2 + 1;
}

static size_t
as_task(const struct graph_node *node)
{
	return node->number * 2;
}

static size_t
unseen(const struct waits *waits)
{
	return waits->node_count * 2;
}

static void
add_wait(struct waits *waits, size_t from, size_t to)
{
	waits->edges = memory_grow(
	    waits->edges, waits->edge_count + 1, sizeof(*waits->edges));
	waits->edges[waits->edge_count++] = (struct scc_edge){from, to};
}

/* Do all of its threads wait in a call that we see? */
static bool
is_blocked(const struct graph_node *task, const struct view *view)
{
	const struct view_task *seen = view_task(view, task->id);
	unsigned threads;

	if (!seen || task->blocked == 0)
		return false;
	threads =
	    view->source->threads(view->source->context, seen->record.pid);
	return task->blocked >= (threads ? threads : seen->record.threads);
}

static void
add_edge_waits(
    struct waits *waits, const struct graph_edge *edge, const struct view *view)
{
	switch (edge->link) {
	case GRAPH_SEND:
	case GRAPH_SEND_ONCE:
	case GRAPH_SLOT:
		add_wait(waits, as_source(edge->to), as_task(edge->from));
		break;
	case GRAPH_MESSAGE:
		if (edge->moved == MACH_MSG_TYPE_PORT_RECEIVE)
			add_wait(
			    waits, as_queue(edge->to), as_queue(edge->from));
		else
			add_wait(
			    waits, as_source(edge->to), as_queue(edge->from));
		break;
	case GRAPH_WAITS_TO_SEND:
		if (is_blocked(edge->from, view))
			add_wait(
			    waits, as_task(edge->from), as_queue(edge->to));
		break;
	case GRAPH_WAITS_TO_RECEIVE:
		if (is_blocked(edge->from, view))
			add_wait(
			    waits, as_task(edge->from), as_source(edge->to));
		break;
	}
}

/*
 * Rights to it that we have not seen: somebody may send. Each message in its queue, and
 * each that waits for room, has one to it, by which nothing more will come.
 */
static bool
has_unseen_rights(const struct graph_node *port)
{
	const struct machport_name_record *record = &port->record;
	uint64_t seen = (uint64_t)port->sends_seen + port->onces_seen +
	    record->queued + record->senders;

	return seen < (uint64_t)record->send_rights + record->send_once_rights;
}

static void
add_port_waits(
    struct waits *waits, const struct graph_node *port, const struct view *view)
{
	if (has_unseen_rights(port))
		add_wait(waits, as_source(port), unseen(waits));
	if (port->receiver && view_task(view, port->receiver->id))
		add_wait(waits, as_queue(port), as_task(port->receiver));
	else if (port->record.place != MACHPORT_PLACE_TRANSIT)
		add_wait(waits, as_queue(port), unseen(waits));
}

/* What is known of a component. */
struct component {
	size_t nodes;
	size_t tasks;
	bool has_exit;
	bool has_send; /* a send waits */
	unsigned circle;
};

/* One task that waits for messages of its own is just idle. */
static bool
is_circle(const struct component *component)
{
	return component->nodes > 1 && !component->has_exit &&
	    (component->tasks != 1 || component->has_send);
}

static void
weigh(const struct graph *graph, const struct waits *waits,
    const size_t *numbers, struct component *components)
{
	for (size_t i = 0; i < waits->node_count * 2 + 1; i++)
		components[numbers[i]].nodes++;
	for (size_t i = 0; i < graph->node_count; i++)
		if (graph->nodes[i]->kind == GRAPH_TASK)
			components[numbers[as_task(graph->nodes[i])]].tasks++;
	for (size_t i = 0; i < waits->edge_count; i++) {
		const struct scc_edge *edge = &waits->edges[i];

		if (numbers[edge->from] != numbers[edge->to])
			components[numbers[edge->from]].has_exit = true;
	}
	for (size_t i = 0; i < graph->edge_count; i++) {
		const struct graph_edge *edge = &graph->edges[i];

		if (edge->link == GRAPH_WAITS_TO_SEND)
			components[numbers[as_task(edge->from)]].has_send =
			    true;
	}
}

static unsigned
circle_of(struct graph *graph, struct component *component)
{
	if (!is_circle(component))
		return 0;
	if (component->circle == 0)
		component->circle = ++graph->circle_count;
	return component->circle;
}

static void
mark(struct graph *graph, const size_t *numbers, struct component *components)
{
	for (size_t i = 0; i < graph->node_count; i++) {
		struct graph_node *node = graph->nodes[i];

		node->circle =
		    circle_of(graph, &components[numbers[as_queue(node)]]);
		if (node->circle == 0)
			node->circle = circle_of(
			    graph, &components[numbers[as_source(node)]]);
	}
}

void
graph_mark_circles(struct graph *graph, const struct view *view)
{
	struct waits waits = {.node_count = graph->node_count};
	size_t total = graph->node_count * 2 + 1;
	size_t *numbers = memory_new(total, sizeof(*numbers));
	struct component *components = memory_new(total, sizeof(*components));

	for (size_t i = 0; i < graph->edge_count; i++)
		add_edge_waits(&waits, &graph->edges[i], view);
	for (size_t i = 0; i < graph->node_count; i++)
		if (graph->nodes[i]->kind == GRAPH_PORT)
			add_port_waits(&waits, graph->nodes[i], view);
	(void)scc_find(total, waits.edges, waits.edge_count, numbers);
	weigh(graph, &waits, numbers, components);
	mark(graph, numbers, components);
	free(components);
	free(numbers);
	free(waits.edges);
}
