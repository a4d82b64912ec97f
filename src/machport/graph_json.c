/* machport graph: JSON. */
#include <mach/port.h>

#include "describe.h"
#include "graph.h"
#include "json.h"

static json_t *
node_json(const struct graph_node *node, const struct view *view)
{
	json_t *object;

	if (node->kind == GRAPH_TASK) {
		/* Of one that may not be seen we have made up the id. */
		object = describe_task_json(view,
		    node->id == ~(uint32_t)node->pid ? 0 : node->id, node->pid);
		json_put(object, "blocked_threads", json_count(node->blocked));
	} else {
		object = describe_port_json(node->id, node->record.label);
		json_put(object, "receiver",
		    describe_receiver_json(view, &node->record));
		json_put(object, "queued", json_count(node->record.queued));
		json_put(object, "limit", json_count(node->record.qlimit));
	}
	json_put(object, "node", json_count(node->number));
	json_put(object, "kind",
	    json_text(node->kind == GRAPH_TASK ? "task" : "port"));
	json_put(object, "circle", json_some(node->circle));
	return object;
}

static json_t *
edge_json(const struct graph_edge *edge)
{
	static const char *const kinds[] = {"send", "send-once", "special-port",
	    "message", "waits-to-send", "waits-to-receive"};
	bool is_message = edge->link == GRAPH_MESSAGE;
	json_t *object = json_record();

	json_put(object, "kind", json_text(kinds[edge->link]));
	json_put(object, "from", json_count(edge->from->number));
	json_put(object, "to", json_count(edge->to->number));
	json_put(object, "name", json_some(edge->name));
	json_put(object, "urefs", json_some(edge->urefs));
	json_put(object, "lane", json_flag(edge->has_lane));
	json_put(object, "right",
	    is_message ? json_text(describe_moved_word(edge->moved))
	               : json_null());
	json_put(object, "message",
	    is_message ? json_count(edge->message) : json_null());
	json_put(object, "msgh_id",
	    is_message ? json_integer(edge->msgh_id) : json_null());
	return object;
}

void
graph_write_json(
    const struct graph *graph, const struct view *view, FILE *stream)
{
	json_t *document = json_document("graph");
	json_t *nodes = json_list();
	json_t *edges = json_list();

	for (size_t i = 0; i < graph->node_count; i++)
		if (graph->nodes[i]->is_shown)
			json_add(nodes, node_json(graph->nodes[i], view));
	for (size_t i = 0; i < graph->edge_count; i++)
		if (graph_shows(&graph->edges[i]))
			json_add(edges, edge_json(&graph->edges[i]));
	json_put(document, "nodes", nodes);
	json_put(document, "edges", edges);
	json_put(document, "circles", json_count(graph->circle_count));
	json_print(document, stream);
}
