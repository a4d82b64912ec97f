/*
 * Lines on stderr. Nobody waits for its reader: a line for which there is no
 * room, or no reader, is lost, and counted.
 */
#include "log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

/* Lines about tasks, in any one period. */
#define TASK_LINES 20
#define TASK_PERIOD_S 60

/* A pipe that has room has room for this much: no write is half done. */
#define LINE_ROOM 512
_Static_assert(LINE_ROOM <= PIPE_BUF, "a line is written as a whole");

static const char *program = "";
static bool has_priorities; /* the journal reads stderr */
static unsigned lost_lines; /* since the last that was written */

/* Is stderr what systemd says that the journal reads? It may be another file by
 * now, and then the variable is of no concern to us. */
static bool
is_journal(const struct stat *status)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];

	(void)snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)status->st_dev,
	    (uintmax_t)status->st_ino);
	return stream && strcmp(stream, ours) == 0;
}

/*
 * Have an open file of our own behind stderr, which then does not block even if
 * somebody else takes the room that poll() saw. O_NONBLOCK on the one that was
 * passed would be on everybody's. A socket cannot be opened again, a regular
 * file has no need, and either is all right as it is.
 */
static void
open_own(const struct stat *status)
{
	int fd;

	if (!S_ISFIFO(status->st_mode) && !S_ISCHR(status->st_mode))
		return;
	fd = open("/proc/self/fd/2",
	    O_WRONLY | O_NONBLOCK | O_NOCTTY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)dup3(fd, STDERR_FILENO, O_CLOEXEC);
	(void)close(fd);
}

void
log_init(const char *name)
{
	struct stat status;

	program = name;
	if (fstat(STDERR_FILENO, &status) != 0)
		return;
	has_priorities = is_journal(&status);
	open_own(&status);
}

/* Does it end a line, or does a terminal obey it? The controls above 0x7f are bytes of
 * their own, or behind 0xc2 in UTF-8, where behind others they are parts of letters. */
static bool
is_control(unsigned char before, unsigned char byte)
{
	if (byte < 0x80)
		return byte < ' ' || byte == 0x7f;
	return byte < 0xa0 && (before < 0x80 || before == 0xc2);
}

/* There may be a name in it that a task has chosen. */
static void
make_plain(char *text)
{
	for (char before = '\0'; *text != '\0'; before = *text++)
		if (is_control((unsigned char)before, (unsigned char)*text))
			*text = '?';
}

/* False: the line is lost. */
static bool
write_text(int priority, const char *text)
{
	struct pollfd event = {.fd = STDERR_FILENO, .events = POLLOUT};
	char line[LINE_ROOM];
	int length;

	if (poll(&event, 1, 0) <= 0)
		return false;
	/* All but the end of a text that is too long. */
	length = has_priorities
	    ? snprintf(line, sizeof(line), "<%d>%s", priority, text)
	    : snprintf(line, sizeof(line), "%s: %s", program, text);
	if (length < 0)
		return false;
	if ((size_t)length > sizeof(line) - 1)
		length = sizeof(line) - 1;
	line[length++] = '\n';
	return write(STDERR_FILENO, line, (size_t)length) == length;
}

static void __attribute__((format(printf, 2, 0)))
write_line(int priority, const char *format, va_list arguments)
{
	char text[LINE_ROOM];

	if (lost_lines > 0) {
		(void)snprintf(text, sizeof(text),
		    "%u lines were lost before this one", lost_lines);
		if (write_text(LOG_NOTICE, text))
			lost_lines = 0;
	}
	(void)vsnprintf(text, sizeof(text), format, arguments);
	make_plain(text);
	if (!write_text(priority, text))
		lost_lines++;
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
