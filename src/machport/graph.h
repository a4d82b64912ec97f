/*
 * machport graph: tasks and ports, who has what rights, what rights are in messages,
 * who waits for whom.
 *
 * The model is built first (graph_build.c), then circles in it are marked
 * (graph_circle.c), then it is written as DOT or JSON.
 *
 * A circle is a set of tasks none of which can go on: each of their threads is blocked,
 * in a send to a port that one of them receives from, or in a receive from a port
 * to which only they can send. Or it is a set of ports, each of whose receive rights
 * is in the queue of another: no task can get at them any more.
 *
 * Whether a wait has a time limit is not known.
 */
#ifndef MACHPORT_GRAPH_H
#define MACHPORT_GRAPH_H

#include "screen.h"
#include "view.h"

enum graph_kind {
	GRAPH_TASK,
	GRAPH_PORT,
};

struct graph_node {
	enum graph_kind kind;
	uint32_t
	    id; /* of the task or the port; of a task that may not be seen ~pid */
	size_t number;
	bool is_shown;
	unsigned circle; /* 0: none; else which, from 1 on */

	/* Of a task. */
	pid_t pid;
	unsigned blocked; /* its threads that wait in a send or receive */
	bool is_chosen;

	/* Of a port. */
	struct machport_name_record record; /* as of no name */
	struct graph_node *receiver;        /* NULL: no task */
	uint32_t sends_seen;                /* of record.send_rights */
	uint32_t onces_seen;
};

enum graph_link {
	GRAPH_SEND,      /* a task has a send right to a port */
	GRAPH_SEND_ONCE, /* or a send-once right */
	GRAPH_SLOT,      /* the kernel keeps a send right for a task */
	GRAPH_MESSAGE,   /* a message in a port's queue has a right to a port */
	GRAPH_WAITS_TO_SEND,
	GRAPH_WAITS_TO_RECEIVE,
};

struct graph_edge {
	enum graph_link link;
	struct graph_node *from; /* a task; of MESSAGE a port */
	struct graph_node *to;   /* a port */
	mach_port_name_t name;   /* SEND, SEND_ONCE */
	uint32_t urefs;
	bool has_lane;   /* SEND: by which messages go; MESSAGE: it is in one */
	uint32_t moved;  /* MESSAGE: MACH_MSG_TYPE_PORT_* */
	int32_t msgh_id; /* MESSAGE */
	uint32_t message; /* MESSAGE: which, from 0 on */
};

struct graph {
	struct graph_node **nodes;
	size_t node_count;
	struct graph_edge *edges;
	size_t edge_count;
	unsigned circle_count;
	void *index; /* nodes by kind and id: tsearch() */
};

/* What shall be in it. */
struct graph_choice {
	char *const
	    *words; /* tasks, and what they have to do with; none: all */
	size_t count;
	bool kernel; /* ports whose receiver is the kernel, too */
};

/* A status; the graph is to be freed in any case. */
int graph_build(struct graph *graph_out, const struct view *view,
    const struct graph_choice *choice) __attribute__((warn_unused_result));
void graph_free(struct graph *graph);

/* Mark the circles. */
void graph_mark_circles(struct graph *graph, const struct view *view);

/* Both ends are shown. */
bool graph_shows(const struct graph_edge *edge);

void graph_write_dot(
    const struct graph *graph, const struct view *view, FILE *stream);
void graph_write_json(
    const struct graph *graph, const struct view *view, FILE *stream);

/**
 * graph_draw() - have graphviz make SVG of DOT
 * @dot:	the text, a file at its beginning
 * @output:	descriptor to write to
 *
 * Return:	EX_OK, or after a message EX_UNAVAILABLE or EX_SOFTWARE
 */
int graph_draw(int dot, int output) __attribute__((warn_unused_result));

#endif
