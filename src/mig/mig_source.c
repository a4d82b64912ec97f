/* The source line that a diagnostic is about.
 *
 * The name of the file comes from a line marker, so it may be anything: only
 * regular files are opened, and no more of one is read than a person could have
 * written. The column counts in preprocessed text, which has the same words as
 * the source except for macros, but other blanks and no comments. So the two
 * lines are walked side by side; where they part there was a macro, and the macro
 * is what gets marked.
 */
#include "mig_source.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LINE_BYTES_MAX = 64 * 1024,
	FILE_BYTES_MAX = 16 * 1024 * 1024,
	CHUNK_BYTES = 16 * 1024,
};

/* Those of /proc are called regular, but are empty; to read them can take as long
 * as to read a pipe. */
static bool
is_regular(const struct stat *status)
{
	return S_ISREG(status->st_mode) && status->st_size > 0;
}

/* stat() first: to open a device can be enough to make it do something. */
static int
open_regular(const char *name)
{
	struct stat status;
	int fd;

	if (stat(name, &status) != 0 || !is_regular(&status))
		return -1;
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	if (fstat(fd, &status) != 0 || !is_regular(&status)) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* Line @number of @fd into @line, of LINE_BYTES_MAX. */
static bool
read_line(int fd, uint32_t number, char *line, size_t *length_out)
{
	char chunk[CHUNK_BYTES];
	size_t length = 0;
	ssize_t got = 1;

	for (size_t total = 0; got > 0 && total < FILE_BYTES_MAX;
	     total += (size_t)got) {
		got = read(fd, chunk, sizeof(chunk));
		for (ssize_t i = 0; i < got; i++) {
			if (chunk[i] == '\n' && --number == 0) {
				*length_out = length;
				return true;
			}
			if (number != 1 || chunk[i] == '\n')
				continue;
			if (length == LINE_BYTES_MAX)
				return false;
			line[length++] = chunk[i];
		}
	}
	*length_out = length;
	return got == 0 && number == 1 && length > 0;
}

static bool
find_in_file(struct mig_source *source, const struct mig_place *place)
{
	int fd = open_regular(place->file->name);
	char *line;
	bool found;

	if (fd < 0)
		return false;
	line = malloc(LINE_BYTES_MAX);
	found = line && read_line(fd, place->line, line, &source->length);
	(void)close(fd);
	if (!found) {
		free(line);
		return false;
	}
	if (source->length > 0 && line[source->length - 1] == '\r')
		source->length--;
	source->line = source->memory = line;
	return true;
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* The end of blanks and comments that begin at @at. */
static size_t
skip_blanks(const char *line, size_t length, size_t at)
{
	while (at < length) {
		const char *end;

		if (is_blank(line[at])) {
			at++;
			continue;
		}
		if (line[at] != '/' || at + 1 >= length)
			return at;
		if (line[at + 1] == '/')
			return length;
		if (line[at + 1] != '*')
			return at;
		end =
		    memmem(line + at + 2, length - at - 2, "*/", strlen("*/"));
		if (!end)
			return length;
		at = (size_t)(end - line) + 2;
	}
	return at;
}

/* Walks both lines up to @column of the preprocessed one. False: they differ, in
 * the word of the source that begins at *@at_out. */
static bool
walk(const struct mig_source *source, const char *text, uint32_t column,
    size_t *at_out)
{
	size_t at = 0;
	size_t word = 0;

	for (uint32_t i = 0; i + 1 < column; i++) {
		if (is_blank(text[i]))
			continue;
		if (i == 0 || !is_word(text[i - 1]) || !is_word(text[i])) {
			at = skip_blanks(source->line, source->length, at);
			word = at;
		}
		if (at >= source->length || source->line[at] != text[i]) {
			*at_out = word;
			return false;
		}
		at++;
	}
	*at_out = at;
	return true;
}

static bool
stands_at(
    const struct mig_source *source, size_t at, const char *text, size_t length)
{
	const char *line = source->line;

	if (length > source->length - at ||
	    memcmp(line + at, text, length) != 0)
		return false;
	if (!is_word(text[0]))
		return true;
	return (at == 0 || !is_word(line[at - 1])) &&
	    (at + length == source->length || !is_word(line[at + length]));
}

/* The only place at or behind @from where @text stands; false: none or several. */
static bool
find_only(const struct mig_source *source, size_t from, const char *text,
    size_t length, size_t *at_out)
{
	unsigned int times = 0;

	for (size_t at = from; at < source->length; at++)
		if (stands_at(source, at, text, length)) {
			*at_out = at;
			if (++times > 1)
				return false;
		}
	return times == 1;
}

/* In the preprocessed line, behind the place itself. */
static bool
stands_again(const struct mig_place *place)
{
	const char *behind = place->text + place->length;
	const struct mig_source rest = {
	    .line = behind, .length = strcspn(behind, "\n")};
	size_t at;

	for (at = 0; at < rest.length; at++)
		if (stands_at(&rest, at, place->text, place->length))
			return true;
	return false;
}

static void
mark(struct mig_source *source, size_t at, size_t length)
{
	source->column = at + 1;
	source->marked = length;
}

/* The word of the source, a macro, that begins at @at. */
static void
mark_macro(struct mig_source *source, size_t at)
{
	size_t end = at;

	while (end < source->length && is_word(source->line[end]))
		end++;
	if (end > at && !isdigit((unsigned char)source->line[at]))
		mark(source, at, end - at);
}

static void
place_in_line(struct mig_source *source, const struct mig_place *place)
{
	size_t at;

	if (place->column == 0)
		return;
	if (!place->text) {
		if (place->column <= source->length + 1)
			mark(source, place->column - 1, place->length);
		return;
	}

	bool same =
	    walk(source, place->text - (place->column - 1), place->column, &at);

	if (same && place->length == 0) {
		mark(source, at, 0);
		return;
	}
	/* A comment that is not closed is no blank. */
	while (at < source->length && is_blank(source->line[at]))
		at++;
	if (!same || !stands_at(source, at, place->text, place->length))
		at = skip_blanks(source->line, source->length, at);
	if (place->length > 0 &&
	    ((same && stands_at(source, at, place->text, place->length)) ||
	        (!stands_again(place) &&
	            find_only(source, at, place->text, place->length, &at))))
		mark(source, at, place->length);
	else
		mark_macro(source, at);
}

/* The line of the preprocessed text itself. */
static void
find_in_text(struct mig_source *source, const struct mig_place *place)
{
	const char *end = place->text;

	source->line = place->text - (place->column - 1);
	/* No more of it can be shown. */
	while (*end != '\0' && *end != '\n' &&
	    (size_t)(end - place->text) < LINE_BYTES_MAX)
		end++;
	source->length = (size_t)(end - source->line);
	if (source->length > 0 && end[-1] == '\r')
		source->length--;
	mark(source, place->column - 1, place->length);
}

void
mig_source_find(struct mig_source *source, const struct mig_place *place)
{
	*source = (struct mig_source){0};
	if (!place->file || place->line == 0)
		return;
	if (find_in_file(source, place))
		place_in_line(source, place);
	if (source->column == 0 && place->text && place->column > 0) {
		/* No file, or not the one that was preprocessed. */
		mig_source_deinit(source);
		find_in_text(source, place);
	}
	if (source->column > 0 && source->column - 1 > source->length)
		source->column = 0;
	if (source->column > 0 &&
	    source->marked > source->length - (source->column - 1))
		source->marked = source->length - (source->column - 1);
}

void
mig_source_deinit(struct mig_source *source)
{
	free(source->memory);
	*source = (struct mig_source){0};
}
