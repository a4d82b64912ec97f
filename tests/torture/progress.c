/* A line that changes. */
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "harness.h"

#define PROGRESS_NS UINT64_C(200000000)

static uint64_t shown_ns; /* 0: there is no line */

void
progress_show(const char *format, ...)
{
	uint64_t now = now_ns();
	va_list arguments;

	if (!isatty(STDERR_FILENO) || now - shown_ns < PROGRESS_NS)
		return;
	shown_ns = now;
	fputs("\r\033[K", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
}

void
progress_clear(void)
{
	if (shown_ns != 0)
		fputs("\r\033[K", stderr);
	shown_ns = 0;
}
