/* Strongly connected components. */
#include "scc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void
a_graph_without_edges_has_a_component_for_each_node(void **state)
{
	size_t component[3];

	(void)state;
	assert_int_equal(scc_find(3, NULL, 0, component), 3);
	assert_int_not_equal(component[0], component[1]);
}

static void
a_circle_is_one_component(void **state)
{
	struct scc_edge edges[] = {{2, 0}, {0, 1}, {1, 2}, {2, 3}};
	size_t component[4];

	(void)state;
	assert_int_equal(scc_find(4, edges, COUNT_OF(edges), component), 2);
	assert_int_equal(component[0], component[1]);
	assert_int_equal(component[0], component[2]);
	assert_int_not_equal(component[0], component[3]);
}

static void
two_circles_with_a_bridge_are_two_components(void **state)
{
	struct scc_edge edges[] = {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {3, 2}};
	size_t component[4];

	(void)state;
	assert_int_equal(scc_find(4, edges, COUNT_OF(edges), component), 2);
	assert_int_equal(component[2], component[3]);
	assert_int_not_equal(component[0], component[2]);
}

static void
an_edge_to_itself_is_a_component_of_one(void **state)
{
	struct scc_edge edges[] = {{0, 0}};
	size_t component[1];

	(void)state;
	assert_int_equal(scc_find(1, edges, 1, component), 1);
}

static void
a_long_way_needs_no_stack(void **state)
{
	enum { LONG = 200000 };
	struct scc_edge *edges = calloc(LONG, sizeof(*edges));
	size_t *component = calloc(LONG, sizeof(*component));

	(void)state;
	for (size_t i = 0; i < LONG; i++)
		edges[i] = (struct scc_edge){i, (i + 1) % LONG};
	assert_int_equal(scc_find(LONG, edges, LONG, component), 1);
	free(component);
	free(edges);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_graph_without_edges_has_a_component_for_each_node),
	    cmocka_unit_test(a_circle_is_one_component),
	    cmocka_unit_test(two_circles_with_a_bridge_are_two_components),
	    cmocka_unit_test(an_edge_to_itself_is_a_component_of_one),
	    cmocka_unit_test(a_long_way_needs_no_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
