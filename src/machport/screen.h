/*
 * Where a command writes: how wide it is, and whether it has colours.
 *
 * A terminal has both. A file or a pipe has neither, and lines there are as long
 * as they need to be. $NO_COLOR, if it is not empty, and TERM=dumb forbid colours.
 */
#ifndef MACHPORT_SCREEN_H
#define MACHPORT_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct screen {
	FILE *stream;
	size_t width; /* columns; 0: as many as it takes */
	bool has_colour;
};

enum screen_style {
	SCREEN_PLAIN,
	SCREEN_HEADING,
	SCREEN_FAINT, /* less important */
	SCREEN_ALERT, /* something is wrong */
	SCREEN_GOOD,
};

/* What is behind @stream (borrowed). */
struct screen screen_of(FILE *stream);

/* @text in a style, as far as there are styles. */
void screen_put(
    const struct screen *screen, enum screen_style style, const char *text);

/* The same as printf() writes it. */
void screen_print(const struct screen *screen, enum screen_style style,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * What takes long says how far it is: on stderr, if that is a terminal and half a
 * second has gone by.
 */
struct progress {
	const char *what; /* "reading ports" */
	size_t total;
	bool is_shown;
	long long begun_ms;
};

void progress_begin(struct progress *progress, const char *what, size_t total);
void progress_at(struct progress *progress, size_t done);
void progress_end(struct progress *progress);

#endif
