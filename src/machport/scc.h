/*
 * Strongly connected components of a directed graph: sets of nodes, each of which can
 * be reached from each other one.
 */
#ifndef MACHPORT_SCC_H
#define MACHPORT_SCC_H

#include <stddef.h>

struct scc_edge {
	size_t from;
	size_t to;
};

/**
 * scc_find() - put each node into its component
 * @count:	nodes, 0 to @count - 1
 * @edges:	put in order
 * @component_out: [out] @count numbers; equal ones are in one component
 *
 * Takes time and memory for each node and edge; nothing recurses (Tarjan).
 *
 * Return:	how many components there are
 */
size_t scc_find(size_t count, struct scc_edge *edges, size_t edge_count,
    size_t *component_out);

#endif
