/*
 * What is wrong in a configuration: lines of text, each for one thing and its place.
 */
#ifndef CONFIG_ERROR_H
#define CONFIG_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/* More are counted, and not kept. */
#define CONFIG_ERRORS_MAX 50

/* A line of a file; line 0 is the file as a whole. */
struct config_place {
	const char *file; /* borrowed */
	unsigned line;
};

/* In the order in which they were found. */
struct config_errors {
	unsigned count;
	char *lines
	    [CONFIG_ERRORS_MAX]; /* "FILE:LINE: reason", or "FILE: reason" */
};

/* None yet. */
void config_errors_init(struct config_errors *errors);
void config_errors_deinit(struct config_errors *errors);

/* One more. What cannot be kept for want of memory is counted. */
void config_error(struct config_errors *errors,
    const struct config_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
