/*
 * A port as it is said on a command line: a task and a name, or a port's id.
 */
#ifndef MACHPORT_PORT_WORD_H
#define MACHPORT_PORT_WORD_H

#include "view.h"

/* A number in any of C's notations; false: it is none, or too large. */
bool port_word_number(const char *word, uint32_t *number_out);

/**
 * port_word_find() - the record of a name of a task
 * @view:	where it is looked up
 * @task:	pid, or name of a command
 * @name:	the name's number
 * @task_out:	[out] the task; borrowed from the view
 * @record_out:	[out] its name
 *
 * Return:	EX_OK, or after a message a status to end with
 */
int port_word_find(const struct view *view, const char *task, const char *name,
    const struct view_task **task_out, struct machport_name_record *record_out)
    __attribute__((warn_unused_result));

#endif
