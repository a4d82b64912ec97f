/*
 * The options that all commands have which look at a kernel: an argp child.
 *
 *	static const struct argp_child children[] = {{&options_argp}, {0}};
 *
 * The parser gives it its input with options_child().
 */
#ifndef MACHPORT_OPTIONS_H
#define MACHPORT_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

struct options {
	const char *socket; /* NULL: the one that the library finds */
	bool json;
	bool all; /* the command's own task, too */
};

extern const struct argp options_argp;

/* In the parser of a command: for ARGP_KEY_INIT. */
void options_child(struct argp_state *state, struct options *options);

#endif
