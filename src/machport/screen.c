/* The terminal, or what is in its place. */
#include "screen.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PROGRESS_AFTER_MS 500

static bool
wants_colour(void)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return !(no && *no) && term && strcmp(term, "dumb") != 0;
}

struct screen
screen_of(FILE *stream)
{
	struct screen screen = {.stream = stream};
	struct winsize size;

	if (!isatty(fileno(stream)))
		return screen;
	if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0)
		screen.width = size.ws_col;
	screen.has_colour = wants_colour();
	return screen;
}

static const char *
style_code(enum screen_style style)
{
	switch (style) {
	case SCREEN_HEADING:
		return "\033[1m";
	case SCREEN_FAINT:
		return "\033[2m";
	case SCREEN_ALERT:
		return "\033[31m";
	case SCREEN_GOOD:
		return "\033[32m";
	case SCREEN_PLAIN:
		break;
	}
	return NULL;
}

void
screen_put(
    const struct screen *screen, enum screen_style style, const char *text)
{
	const char *code = screen->has_colour ? style_code(style) : NULL;

	if (code)
		fprintf(screen->stream, "%s%s\033[0m", code, text);
	else
		fputs(text, screen->stream);
}

void
screen_print(const struct screen *screen, enum screen_style style,
    const char *format, ...)
{
	const char *code = screen->has_colour ? style_code(style) : NULL;
	va_list arguments;

	if (code)
		fputs(code, screen->stream);
	va_start(arguments, format);
	vfprintf(screen->stream, format, arguments);
	va_end(arguments);
	if (code)
		fputs("\033[0m", screen->stream);
}

static long long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void
progress_begin(struct progress *progress, const char *what, size_t total)
{
	*progress = (struct progress){
	    .what = what, .total = total, .begun_ms = now_ms()};
}

void
progress_at(struct progress *progress, size_t done)
{
	if (!progress->is_shown &&
	    (now_ms() - progress->begun_ms < PROGRESS_AFTER_MS ||
	        !isatty(STDERR_FILENO)))
		return;
	progress->is_shown = true;
	fprintf(
	    stderr, "\r%s: %zu of %zu", progress->what, done, progress->total);
	fflush(stderr);
}

void
progress_end(struct progress *progress)
{
	if (progress->is_shown)
		fputs("\r\033[K", stderr);
}
