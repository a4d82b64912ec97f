/*
 * machport graph: DOT.
 *
 * A task is a box with the ports in it that it receives from; an arrow leads from who
 * can send to where that goes. So the picture has the direction of messages, and
 * stays readable with many tasks.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "describe.h"
#include "graph.h"
#include "memory.h"
#include "text.h"

#define LABELS_MAX 120 /* more arrows: names only when one is pointed at */

/* As text between quotes. It is escaped text: what DOT would read is only \ and ". */
static void
put_text(FILE *stream, const char *text)
{
	fputc('"', stream);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', stream);
		fputc(*text, stream);
	}
	fputc('"', stream);
}

static void
put_attribute(FILE *stream, const char *key, const char *text)
{
	fprintf(stream, " %s=", key);
	put_text(stream, text);
}

static void
put_node_name(FILE *stream, const struct graph_node *node)
{
	fprintf(stream, "%c%zu", node->kind == GRAPH_TASK ? 't' : 'p',
	    node->number);
}

static char *
port_label(const struct graph_node *port, const struct view *view)
{
	const struct machport_name_record *record = &port->record;
	char *label;
	char *text;

	if (record->place == MACHPORT_PLACE_KERNEL)
		return describe_object(view, record);
	label = text_escape_bytes(record->label, MACHPORT_LABEL_MAX);
	if (*label)
		text = memory_format("%s", label);
	else if (record->receiver_name != 0)
		text = memory_format("%#x", record->receiver_name);
	else
		text = memory_format("port %u", port->id);
	free(label);
	return text;
}

static void
write_port(const struct graph_node *port, const struct view *view, FILE *stream)
{
	const struct machport_name_record *record = &port->record;
	char *label = port_label(port, view);
	char *queue = record->queued > 0
	    ? memory_format("%s (%u/%u)", label, record->queued, record->qlimit)
	    : memory_string(label);
	char *tip = describe_port(port->id, record->label);

	fputs("\t\t", stream);
	put_node_name(stream, port);
	fputs(" [shape=ellipse", stream);
	put_attribute(stream, "label", queue);
	put_attribute(stream, "tooltip", tip);
	if (port->circle)
		fputs(" color=red fontcolor=red penwidth=2", stream);
	else if (record->queued > 0 && record->queued >= record->qlimit)
		fputs(" color=orange", stream);
	fputs("];\n", stream);
	free(tip);
	free(queue);
	free(label);
}

/* The task and its ports, in a box. */
static void
write_task(const struct graph *graph, const struct graph_node *task,
    const struct view *view, FILE *stream)
{
	char *label = describe_task(view, task->id, task->pid);

	fprintf(stream, "\tsubgraph cluster_%zu {\n\t\t", task->number);
	fprintf(stream, "style=rounded; color=%s;\n\t\t",
	    task->circle ? "red" : "gray60");
	put_node_name(stream, task);
	fputs(" [shape=box style=\"rounded,filled\"", stream);
	put_attribute(stream, "label", label);
	fprintf(stream, " fillcolor=\"%s\"];\n",
	    task->circle ? "#ffd0d0" : "#e8eef8");
	for (size_t i = 0; i < graph->node_count; i++)
		if (graph->nodes[i]->kind == GRAPH_PORT &&
		    graph->nodes[i]->is_shown &&
		    graph->nodes[i]->receiver == task)
			write_port(graph->nodes[i], view, stream);
	fputs("\t}\n", stream);
	free(label);
}

static char *
edge_label(const struct graph_edge *edge)
{
	const char *lane;

	switch (edge->link) {
	case GRAPH_SEND:
		lane = edge->has_lane ? ", a lane" : "";
		return edge->urefs > 1
		    ? memory_format("%#x x%u%s", edge->name, edge->urefs, lane)
		    : memory_format("%#x%s", edge->name, lane);
	case GRAPH_SEND_ONCE:
		return memory_format("%#x once", edge->name);
	case GRAPH_SLOT:
		return memory_string("special port");
	case GRAPH_MESSAGE:
		return memory_format("message %u%s (id %" PRId32 "): %s",
		    edge->message + 1, edge->has_lane ? " of a lane" : "",
		    edge->msgh_id, describe_moved(edge->moved));
	case GRAPH_WAITS_TO_SEND:
		return memory_string("waits to send");
	case GRAPH_WAITS_TO_RECEIVE:
		break;
	}
	return memory_string("waits to receive");
}

static const char *
edge_style(const struct graph_edge *edge)
{
	switch (edge->link) {
	case GRAPH_SEND:
		return edge->has_lane ? " style=bold" : "";
	case GRAPH_SEND_ONCE:
		return " style=dashed arrowhead=onormal";
	case GRAPH_SLOT:
		return " style=dotted color=gray50";
	case GRAPH_MESSAGE:
		return " style=dashed color=steelblue fontcolor=steelblue";
	case GRAPH_WAITS_TO_SEND:
	case GRAPH_WAITS_TO_RECEIVE:
		break;
	}
	return " color=orange fontcolor=orange penwidth=2";
}

static void
write_edge(const struct graph_edge *edge, bool has_label, FILE *stream)
{
	char *label = edge_label(edge);
	bool is_wait = edge->link == GRAPH_WAITS_TO_SEND ||
	    edge->link == GRAPH_WAITS_TO_RECEIVE;

	fputc('\t', stream);
	put_node_name(stream, edge->from);
	fputs(" -> ", stream);
	put_node_name(stream, edge->to);
	fputs(" [", stream);
	put_attribute(
	    stream, has_label || is_wait ? "label" : "tooltip", label);
	fputs(edge_style(edge), stream);
	if (edge->from->circle && edge->from->circle == edge->to->circle)
		fputs(" color=red fontcolor=red", stream);
	fputs("];\n", stream);
	free(label);
}

/* Below the picture: what the circles are. */
static void
write_legend(const struct graph *graph, FILE *stream)
{
	fputs("\tlabeljust=l; label=\"", stream);
	for (unsigned circle = 1; circle <= graph->circle_count; circle++) {
		unsigned tasks = 0;

		fprintf(stream, "Circle %u:", circle);
		for (size_t i = 0; i < graph->node_count; i++)
			if (graph->nodes[i]->circle == circle &&
			    graph->nodes[i]->kind == GRAPH_TASK)
				fprintf(stream, "%s %d", tasks++ ? "," : "",
				    graph->nodes[i]->pid);
		fprintf(stream, "%s\\l",
		    tasks ? " wait for each other"
		          : " ports in each other's queues");
	}
	fputs("\";\n", stream);
}

void
graph_write_dot(
    const struct graph *graph, const struct view *view, FILE *stream)
{
	size_t shown = 0;

	for (size_t i = 0; i < graph->edge_count; i++)
		shown += graph_shows(&graph->edges[i]);
	fputs("digraph machport {\n"
	      "\trankdir=LR; nodesep=0.15; ranksep=0.8; fontname=sans;\n"
	      "\tnode [fontname=sans fontsize=11 height=0.3];\n"
	      "\tedge [fontname=sans fontsize=9 arrowsize=0.7];\n",
	    stream);
	if (graph->circle_count > 0)
		write_legend(graph, stream);
	for (size_t i = 0; i < graph->node_count; i++) {
		const struct graph_node *node = graph->nodes[i];

		if (node->kind == GRAPH_TASK && node->is_shown)
			write_task(graph, node, view, stream);
		else if (node->kind == GRAPH_PORT && node->is_shown &&
		    !node->receiver)
			write_port(node, view, stream);
	}
	for (size_t i = 0; i < graph->edge_count; i++)
		if (graph_shows(&graph->edges[i]))
			write_edge(
			    &graph->edges[i], shown <= LABELS_MAX, stream);
	fputs("}\n", stream);
}
