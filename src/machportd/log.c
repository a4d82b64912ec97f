/* Lines on stderr. */
#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>

/* Lines about tasks, in any one period. */
#define TASK_LINES 20
#define TASK_PERIOD_S 60

static void __attribute__((format(printf, 2, 0)))
write_line(int priority, const char *format, va_list arguments)
{
	char line[512];

	(void)vsnprintf(line, sizeof(line), format, arguments);
	if (getenv("JOURNAL_STREAM"))
		(void)fprintf(stderr, "<%d>%s\n", priority, line);
	else
		(void)fprintf(stderr, "machportd: %s\n", line);
}

void
log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(LOG_ERR, format, arguments);
	va_end(arguments);
}

void
log_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(LOG_INFO, format, arguments);
	va_end(arguments);
}

/* May one more line about a task be written? */
static bool
task_line_allowed(void)
{
	static time_t since;
	static unsigned lines;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (since == 0 || now.tv_sec - since >= TASK_PERIOD_S) {
		since = now.tv_sec;
		lines = 0;
	}
	if (lines >= TASK_LINES)
		return false;
	lines++;
	return true;
}

void
log_task(const char *format, ...)
{
	va_list arguments;

	if (!task_line_allowed())
		return;
	va_start(arguments, format);
	write_line(LOG_NOTICE, format, arguments);
	va_end(arguments);
}
