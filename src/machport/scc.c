/* Strongly connected components, after Tarjan, with stacks of its own. */
#include "scc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "memory.h"

#define NONE SIZE_MAX

struct search {
	const struct scc_edge *edges;
	size_t edge_count;
	size_t *first; /* of each node: its first edge */
	size_t *order; /* when it was found; NONE: not yet */
	size_t *low;   /* the earliest that it leads back to */
	size_t *open;  /* stack: found, and in no component yet */
	size_t *path;  /* stack: being looked at */
	size_t *next;  /* of each node: the edge to follow next */
	size_t *component;
	size_t open_count;
	size_t path_count;
	size_t found;
	size_t components;
};

static int
compare_edges(const void *a, const void *b)
{
	const struct scc_edge *left = a;
	const struct scc_edge *right = b;

	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return (left->to > right->to) - (left->to < right->to);
}

static void
enter(struct search *search, size_t node)
{
	search->order[node] = search->low[node] = search->found++;
	search->next[node] = search->first[node];
	search->open[search->open_count++] = node;
	search->path[search->path_count++] = node;
}

/* All of its edges were followed: is it the first of a component? */
static void
leave(struct search *search, size_t node)
{
	size_t member;

	search->path_count--;
	if (search->path_count > 0) {
		size_t parent = search->path[search->path_count - 1];

		if (search->low[node] < search->low[parent])
			search->low[parent] = search->low[node];
	}
	if (search->low[node] != search->order[node])
		return;
	do {
		member = search->open[--search->open_count];
		search->component[member] = search->components;
	} while (member != node);
	search->components++;
}

/* Follow one edge of the node that is being looked at. */
static void
step(struct search *search)
{
	size_t node = search->path[search->path_count - 1];
	size_t edge = search->next[node];
	size_t to;

	if (edge == search->edge_count || search->edges[edge].from != node) {
		leave(search, node);
		return;
	}
	search->next[node]++;
	to = search->edges[edge].to;
	if (search->order[to] == NONE)
		enter(search, to);
	else if (search->component[to] == NONE &&
	    search->order[to] < search->low[node])
		search->low[node] = search->order[to];
}

static void
fill(size_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		numbers[i] = NONE;
}

/* Where each node's edges begin, in edges that are in order. */
static void
find_first(struct search *search, size_t count)
{
	for (size_t i = 0; i < count; i++)
		search->first[i] = search->edge_count;
	for (size_t i = search->edge_count; i-- > 0;)
		search->first[search->edges[i].from] = i;
}

size_t
scc_find(size_t count, struct scc_edge *edges, size_t edge_count,
    size_t *component_out)
{
	size_t *memory = memory_new(count, 6 * sizeof(size_t));
	struct search search = {
	    .edges = edges,
	    .edge_count = edge_count,
	    .first = memory,
	    .order = memory + count,
	    .low = memory + 2 * count,
	    .open = memory + 3 * count,
	    .path = memory + 4 * count,
	    .next = memory + 5 * count,
	    .component = component_out,
	};

	if (edge_count > 0)
		qsort(edges, edge_count, sizeof(*edges), compare_edges);
	find_first(&search, count);
	fill(search.order, count);
	fill(component_out, count);
	for (size_t i = 0; i < count; i++) {
		if (search.order[i] != NONE)
			continue;
		enter(&search, i);
		while (search.path_count > 0)
			step(&search);
	}
	free(memory);
	return search.components;
}
