/*
 * machport ls: the tasks of a kernel, or the names of some.
 */
#ifndef MACHPORT_LS_H
#define MACHPORT_LS_H

#include "screen.h"
#include "view.h"

/* All tasks. A status to end with: 1 if there are none. */
int ls_tasks(const struct view *view, const struct screen *screen);
int ls_tasks_json(const struct view *view, FILE *stream);

/* The names of the tasks that @words mean. A status: 1 if none is found. */
int ls_names(const struct view *view, const struct screen *screen,
    char *const *words, size_t count);
int ls_names_json(
    const struct view *view, FILE *stream, char *const *words, size_t count);

#endif
