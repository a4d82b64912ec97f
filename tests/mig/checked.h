/* An interface of a string: parsed, checked and laid out, for tests. */
#ifndef CHECKED_H
#define CHECKED_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "mig_check.h"

struct checked {
	struct mig_arena *arena;
	struct mig_diag diag;
	char *said; /* all diagnostics */
	size_t said_length;
	struct mig_interface *interface; /* NULL after an error */
};

/* Of @text, the file "t.defs". With @options NULL, those of an empty command line.
 * The test goes on after errors. */
struct checked *checked_new_with(
    const struct mig_options *options, const char *text);
/* Of "subsystem t 5000;", the types that all tests use, and @text. It begins with a
 * line of its own: @text's first is line 1. */
struct checked *checked_new(const char *text);
void checked_free(struct checked *checked);

/* The routine, argument or type of that name: the test fails without it. */
const struct mig_routine *checked_routine(
    const struct checked *checked, const char *name);
const struct mig_argument *checked_argument(
    const struct mig_routine *routine, const char *name);
const struct mig_type *checked_type(
    const struct checked *checked, const char *name);
/* The field of that name. */
const struct mig_field *checked_field(
    const struct mig_message *message, const char *name);

/* Whether the diagnostics hold that text. */
bool checked_said(const struct checked *checked, const char *text);

#endif /* CHECKED_H */
