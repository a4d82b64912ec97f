/*
 * machport inspect: all that there is about a port or a set.
 */
#ifndef MACHPORT_INSPECT_COMMAND_H
#define MACHPORT_INSPECT_COMMAND_H

#include "screen.h"
#include "view.h"

/* @record: of the port, by any name or none. A status to end with. */
int inspect_show(const struct view *view, const struct screen *screen,
    const struct machport_name_record *record);
int inspect_show_json(const struct view *view, FILE *stream,
    const struct machport_name_record *record);

#endif
