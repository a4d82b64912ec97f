/*
 * From a fork to the program: what a child has of the server, and what it has not.
 */
#ifndef BOOTSTRAP_LAUNCH_CHILD_H
#define BOOTSTRAP_LAUNCH_CHILD_H

#include "launch.h"

/* What a child could not do, as it tells by its report. */
struct launch_report {
	int step;  /* launch_report_text() */
	int error; /* an errno */
};
const char *launch_report_text(const struct launch_report *report);

/* The environment of a program: little of ours, who it runs as, what is configured.
 * Free with words_free(). NULL: no memory. */
char **launch_environment(const struct launch_settings *settings);

/* In a child of @parent: become the program. Why that is not possible goes to @report,
 * a descriptor that is closed when it was. */
_Noreturn void launch_become(const struct launch_settings *settings,
    char **environment, pid_t parent, int report);

#endif
