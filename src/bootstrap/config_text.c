/* Lines to sections and keys. */
#include "config_text.h"

#include <stdbool.h>
#include <string.h>

#define BLANKS " \t\r"

struct text {
	char *at; /* what was not read yet */
	struct config_place place;
	unsigned next_line;
	bool in_section;
	struct config_reader *reader;
	struct config_errors *errors;
};

char *
config_text_trim(char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	length = strlen(text);
	while (length > 0 && strchr(BLANKS, text[length - 1]))
		length--;
	text[length] = '\0';
	return text;
}

/* The next line of the file, without its end; NULL: there is none. */
static char *
next_physical(struct text *text)
{
	char *line = text->at;

	if (*line == '\0')
		return NULL;
	text->at += strcspn(text->at, "\n");
	if (*text->at == '\n')
		*text->at++ = '\0';
	text->next_line++;
	return line;
}

static bool
is_comment(const char *line)
{
	line += strspn(line, BLANKS);
	return *line == '#' || *line == ';';
}

/* Does the line go on? Then the mark of that is a blank now. */
static bool
take_mark(char *line)
{
	size_t length = strlen(line);

	if (length > 0 && line[length - 1] == '\r')
		length--;
	if (length == 0 || line[length - 1] != '\\')
		return false;
	line[length - 1] = ' ';
	line[length] = '\0';
	return true;
}

/* The next line with those on which it goes on, which are moved up to it. */
static char *
next_line(struct text *text)
{
	char *line = next_physical(text);
	char *end;
	char *more;

	text->place.line = text->next_line;
	if (!line || is_comment(line))
		return line;
	for (end = line; take_mark(end);) {
		more = next_physical(text);
		if (!more)
			break;
		end += strlen(end);
		memmove(end, more, strlen(more) + 1);
	}
	return line;
}

static void
read_section(struct text *text, char *line)
{
	char *end = strchr(line, ']');
	char *kind;
	char *name;

	/* What follows belongs to no section that is known. */
	text->in_section = false;
	if (!end || end[1] != '\0') {
		config_error(text->errors, &text->place,
		    "a section is [kind] or [kind name]");
		return;
	}
	*end = '\0';
	kind = config_text_trim(line + 1);
	name = kind + strcspn(kind, BLANKS);
	if (*name != '\0')
		*name++ = '\0';
	text->in_section = true;
	text->reader->section(
	    text->reader, &text->place, kind, config_text_trim(name));
}

static void
read_key(struct text *text, char *line)
{
	char *value = strchr(line, '=');

	if (!value || value == line) {
		config_error(text->errors, &text->place,
		    "neither a [section] nor key = value");
		return;
	}
	*value++ = '\0';
	text->reader->key(text->reader, &text->place, config_text_trim(line),
	    config_text_trim(value));
}

void
config_text_read(const char *file, char *text, size_t bytes,
    struct config_reader *reader, struct config_errors *errors)
{
	struct text lines = {.at = text,
	    .place = {.file = file},
	    .reader = reader,
	    .errors = errors};
	char *line;

	if (strlen(text) != bytes) {
		config_error(errors, &lines.place, "no text: it has a 0 byte");
		return;
	}
	while ((line = next_line(&lines)) != NULL) {
		line = config_text_trim(line);
		if (*line == '\0' || is_comment(line))
			continue;
		if (*line == '[')
			read_section(&lines, line);
		else if (lines.in_section)
			read_key(&lines, line);
		else
			config_error(
			    errors, &lines.place, "this belongs to no section");
	}
}
