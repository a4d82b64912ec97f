/* What the compiler has to say, and how it looks. */
#include "mig_diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mig_print.h"
#include "mig_source.h"

enum {
	WARNINGS_MAX = MIG_ERRORS_MAX,
	MESSAGE_BYTES_MAX = 400,
	NAME_BYTES_MAX = 1024,
	/* Of a source line; longer ones are shown in part. */
	WINDOW_BYTES = 100,
	INCLUDES_MAX = 16,
};

enum severity {
	SEVERITY_ERROR,
	SEVERITY_WARNING,
	SEVERITY_NOTE,
};

static const char *const severity_names[] = {
    [SEVERITY_ERROR] = "error",
    [SEVERITY_WARNING] = "warning",
    [SEVERITY_NOTE] = "note",
};

static const char *const severity_colours[] = {
    [SEVERITY_ERROR] = "\033[1;31m",
    [SEVERITY_WARNING] = "\033[1;35m",
    [SEVERITY_NOTE] = "\033[1;36m",
};

#define BOLD "\033[1m"
#define GREEN "\033[1;32m"
#define PLAIN "\033[0m"

static bool
has_colour(const struct mig_diag *diag)
{
	const char *refused = getenv("NO_COLOR");
	int fd = fileno(diag->stream);

	return !(refused && *refused) && fd >= 0 && isatty(fd);
}

static void
put_colour(const struct mig_diag *diag, const char *colour)
{
	if (has_colour(diag))
		(void)fputs(colour, diag->stream);
}

static void
put_clean(const struct mig_diag *diag, const char *text, size_t max)
{
	size_t length = strnlen(text, max + 1);

	mig_print_clean(diag->stream, text, length > max ? max : length, 0);
	if (length > max)
		(void)fputs("...", diag->stream);
}

/* --- where ----------------------------------------------------------------- */

static void
put_includes(const struct mig_diag *diag, const struct mig_file *file)
{
	unsigned int depth = 0;

	for (; file->includer; file = file->includer, depth++) {
		if (depth == INCLUDES_MAX) {
			(void)fputs(",\n                 ...", diag->stream);
			break;
		}
		(void)fputs(depth == 0 ? "In file included from "
		                       : ",\n                 from ",
		    diag->stream);
		put_clean(diag, file->includer->name, NAME_BYTES_MAX);
		(void)fprintf(
		    diag->stream, ":%u", (unsigned int)file->includer_line);
	}
	if (depth > 0)
		(void)fputs(":\n", diag->stream);
}

static void
put_place(const struct mig_diag *diag, const struct mig_place *place,
    const struct mig_source *source)
{
	size_t column = source->line ? source->column : place->column;

	put_colour(diag, BOLD);
	put_clean(
	    diag, place->file ? place->file->name : "mig", NAME_BYTES_MAX);
	if (place->file && place->line > 0) {
		(void)fprintf(diag->stream, ":%u", (unsigned int)place->line);
		if (column > 0)
			(void)fprintf(diag->stream, ":%zu", column);
	}
	(void)fputs(": ", diag->stream);
	put_colour(diag, PLAIN);
}

/* --- the source line ------------------------------------------------------- */

/* The part of the line that is shown: bytes @begin to @end. */
struct window {
	size_t begin;
	size_t end;
};

static bool
is_inside_character(const struct mig_source *source, size_t at)
{
	return at > 0 && at < source->length &&
	    ((unsigned char)source->line[at] & 0xc0) == 0x80;
}

static struct window
choose_window(const struct mig_source *source)
{
	struct window window = {0, source->length};

	if (source->length <= WINDOW_BYTES + WINDOW_BYTES / 4)
		return window;
	if (source->column > WINDOW_BYTES / 2)
		window.begin = source->column - WINDOW_BYTES / 2;
	if (window.begin > source->length - WINDOW_BYTES)
		window.begin = source->length - WINDOW_BYTES;
	window.end = window.begin + WINDOW_BYTES;
	/* No character is cut; broken ones have no end to look for. */
	for (int i = 0; i < 3 && is_inside_character(source, window.begin); i++)
		window.begin++;
	for (int i = 0; i < 3 && is_inside_character(source, window.end); i++)
		window.end--;
	return window;
}

/* Under each character of @begin to @end one of @fill for each of its columns. */
static size_t
put_under(const struct mig_diag *diag, const struct mig_source *source,
    size_t begin, size_t end, const char *first, char fill)
{
	size_t columns = 0;
	char printable[12];

	while (begin < end) {
		const char *at = source->line + begin;

		begin += mig_print_next(at, end - begin, printable);
		if (*at == '\t' && fill == ' ') {
			(void)putc('\t', diag->stream);
			continue;
		}
		/* A tab that is marked may be shown wider than its mark. */
		for (size_t i = *at == '\t' ? 1 : mig_print_width(printable);
		     i > 0; i--)
			(void)putc(
			    columns++ == 0 ? *first : fill, diag->stream);
	}
	return columns;
}

static void
put_marks(const struct mig_diag *diag, const struct mig_source *source,
    struct window window)
{
	size_t begin = source->column - 1;
	size_t end = begin + source->marked;

	(void)fputs("      | ", diag->stream);
	if (window.begin > 0)
		(void)fputs("   ", diag->stream);
	put_under(diag, source, window.begin, begin, " ", ' ');
	put_colour(diag, GREEN);
	if (end > window.end)
		end = window.end;
	if (put_under(diag, source, begin, end, "^", '~') == 0)
		(void)putc('^', diag->stream);
	put_colour(diag, PLAIN);
	(void)putc('\n', diag->stream);
}

static void
put_source(const struct mig_diag *diag, const struct mig_place *place,
    const struct mig_source *source)
{
	struct window window;

	if (!source->line)
		return;
	window = choose_window(source);
	(void)fprintf(diag->stream, "%5u | %s", (unsigned int)place->line,
	    window.begin > 0 ? "..." : "");
	mig_print_clean(diag->stream, source->line + window.begin,
	    window.end - window.begin, 1);
	(void)fprintf(
	    diag->stream, "%s\n", window.end < source->length ? "..." : "");
	if (source->column > 0)
		put_marks(diag, source, window);
}

/* --- what ------------------------------------------------------------------ */

__attribute__((format(printf, 2, 0))) static void
put_message(const struct mig_diag *diag, const char *format, va_list args)
{
	char *message;

	if (vasprintf(&message, format, args) < 0) {
		fputs("mig: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	put_clean(diag, message, MESSAGE_BYTES_MAX);
	free(message);
}

__attribute__((format(printf, 4, 0))) static void
report(struct mig_diag *diag, enum severity severity, struct mig_place place,
    const char *format, va_list args)
{
	struct mig_source source;

	mig_source_find(&source, &place);
	if (severity != SEVERITY_NOTE && place.file && place.file != diag->file)
		put_includes(diag, place.file);
	diag->file = place.file;
	put_place(diag, &place, &source);
	put_colour(diag, severity_colours[severity]);
	(void)fprintf(diag->stream, "%s: ", severity_names[severity]);
	put_colour(diag, PLAIN);
	put_colour(diag, BOLD);
	put_message(diag, format, args);
	put_colour(diag, PLAIN);
	(void)putc('\n', diag->stream);
	put_source(diag, &place, &source);
	mig_source_deinit(&source);
}

void
mig_error(
    struct mig_diag *diag, struct mig_place place, const char *format, ...)
{
	va_list args;

	diag->shown = ++diag->errors <= MIG_ERRORS_MAX;
	if (!diag->shown)
		return;
	va_start(args, format);
	report(diag, SEVERITY_ERROR, place, format, args);
	va_end(args);
}

/* A warning is to be printed, or only counted. */
static bool
count_warning(struct mig_diag *diag)
{
	if (diag->quiet)
		return false;
	if (diag->warnings_are_errors)
		return ++diag->errors <= MIG_ERRORS_MAX;
	diag->warnings++;
	if (diag->warnings_shown == WARNINGS_MAX)
		return false;
	diag->warnings_shown++;
	return true;
}

void
mig_warning(
    struct mig_diag *diag, struct mig_place place, const char *format, ...)
{
	va_list args;

	diag->shown = count_warning(diag);
	if (!diag->shown)
		return;
	va_start(args, format);
	report(diag,
	    diag->warnings_are_errors ? SEVERITY_ERROR : SEVERITY_WARNING,
	    place, format, args);
	va_end(args);
}

void
mig_hint(struct mig_diag *diag, const char *format, ...)
{
	va_list args;

	if (!diag->shown)
		return;
	put_colour(diag, BOLD);
	(void)fputs("hint: ", diag->stream);
	put_colour(diag, PLAIN);
	va_start(args, format);
	put_message(diag, format, args);
	va_end(args);
	(void)putc('\n', diag->stream);
}

void
mig_note(struct mig_diag *diag, struct mig_place place, const char *format, ...)
{
	va_list args;

	if (!diag->shown)
		return;
	va_start(args, format);
	report(diag, SEVERITY_NOTE, place, format, args);
	va_end(args);
}

static void
put_count(const struct mig_diag *diag, unsigned int count, unsigned int shown,
    const char *noun)
{
	(void)fprintf(
	    diag->stream, "%u %s%s", count, noun, count == 1 ? "" : "s");
	if (count > shown)
		(void)fprintf(diag->stream, " (the first %u are shown)", shown);
}

void
mig_diag_summary(const struct mig_diag *diag)
{
	if (diag->errors > 0)
		put_count(diag, diag->errors, MIG_ERRORS_MAX, "error");
	if (diag->errors > 0 && diag->warnings > 0)
		(void)fputs(", ", diag->stream);
	if (diag->warnings > 0)
		put_count(
		    diag, diag->warnings, diag->warnings_shown, "warning");
	if (diag->errors > 0 || diag->warnings > 0)
		(void)putc('\n', diag->stream);
}
