/* Errors as text. */
#include "config_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* The longest reason; what is longer is cut. */
#define REASON_ROOM 512

void
config_errors_init(struct config_errors *errors)
{
	*errors = (struct config_errors){0};
}

void
config_errors_deinit(struct config_errors *errors)
{
	for (unsigned i = 0; i < CONFIG_ERRORS_MAX; i++)
		free(errors->lines[i]);
	config_errors_init(errors);
}

void
config_error(struct config_errors *errors, const struct config_place *place,
    const char *format, ...)
{
	char reason[REASON_ROOM];
	va_list arguments;
	char *line;
	int length;

	va_start(arguments, format);
	(void)vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	if (errors->count++ >= CONFIG_ERRORS_MAX)
		return;
	length = place->line > 0
	    ? asprintf(&line, "%s:%u: %s", place->file, place->line, reason)
	    : asprintf(&line, "%s: %s", place->file, reason);
	if (length >= 0)
		errors->lines[errors->count - 1] = line;
}
