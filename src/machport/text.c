/* Text for people: escapes, widths, ages, sizes. */
#include "text.h"

#include <inttypes.h>
#include <langinfo.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "memory.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* One character of UTF-8. */
struct character {
	uint32_t code;
	unsigned bytes; /* 0: it is none */
};

/* What the first byte says: how many, the bits it has, the least code. */
static const struct lead {
	uint8_t mask, value;
	unsigned bytes;
	uint32_t least;
} leads[] = {
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

static const struct lead *
find_lead(uint8_t byte)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if ((byte & leads[i].mask) == leads[i].value)
			return &leads[i];
	return NULL;
}

/* The character at @text, of which @room bytes may be looked at. */
static struct character
decode(const char *text, size_t room)
{
	const struct character none = {0, 0};
	const struct lead *lead = find_lead((uint8_t)text[0]);
	uint32_t code;

	if (!lead || lead->bytes > room)
		return none;
	code = (uint8_t)text[0] & (uint8_t)~lead->mask;
	for (unsigned i = 1; i < lead->bytes; i++) {
		uint8_t byte = (uint8_t)text[i];

		if ((byte & 0xc0) != 0x80)
			return none;
		code = code << 6 | (byte & 0x3f);
	}
	if (code < lead->least || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return none;
	return (struct character){code, lead->bytes};
}

/* Characters that print as nothing, and change how others look. */
static bool
is_deceptive(uint32_t code)
{
	return (code >= 0x200b && code <= 0x200f) ||
	    (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
	    code == 0x61c || (code >= 0xe0000 && code <= 0xe0fff);
}

/* Does the terminal take several bytes for one character? One that does not may take the
 * second for the beginning of a command. */
static bool
is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool
is_printable(struct character character)
{
	return character.bytes > 0 && !is_deceptive(character.code) &&
	    wcwidth((wchar_t)character.code) >= 0 &&
	    (character.bytes == 1 || is_utf8());
}

static void
write_escape(FILE *stream, const char *at, struct character character)
{
	uint8_t byte = (uint8_t)*at;

	if (byte == '\n')
		fputs("\\n", stream);
	else if (byte == '\t')
		fputs("\\t", stream);
	else if (character.bytes > 1)
		fprintf(stream, "\\u{%" PRIx32 "}", character.code);
	else
		fprintf(stream, "\\x%02x", byte);
}

static FILE *
open_text(char **text, size_t *bytes)
{
	FILE *stream = open_memstream(text, bytes);

	if (!stream)
		memory_fail();
	return stream;
}

static void
close_text(FILE *stream)
{
	if (fclose(stream) != 0)
		memory_fail();
}

char *
text_escape_bytes(const char *text, size_t room)
{
	size_t left = strnlen(text, room);
	char *escaped = NULL;
	size_t bytes = 0;
	FILE *stream = open_text(&escaped, &bytes);

	while (left > 0) {
		struct character character = decode(text, left);
		unsigned step = character.bytes ? character.bytes : 1;

		if (*text == '\\')
			fputs("\\\\", stream);
		else if (is_printable(character))
			fwrite(text, 1, step, stream);
		else
			write_escape(stream, text, character);
		text += step;
		left -= step;
	}
	close_text(stream);
	return escaped;
}

char *
text_escape(const char *text)
{
	return text_escape_bytes(text, strlen(text));
}

char *
text_utf8(const char *text, size_t room)
{
	size_t left = strnlen(text, room);
	char *valid = NULL;
	size_t bytes = 0;
	FILE *stream = open_text(&valid, &bytes);

	while (left > 0) {
		struct character character = decode(text, left);
		unsigned step = character.bytes ? character.bytes : 1;

		if (character.bytes)
			fwrite(text, 1, step, stream);
		else
			fputs(REPLACEMENT, stream);
		text += step;
		left -= step;
	}
	close_text(stream);
	return valid;
}

size_t
text_fit(const char *text, size_t width)
{
	size_t left = strlen(text);
	size_t fit = 0;
	size_t used = 0;

	while (left > 0) {
		struct character character = decode(text + fit, left);
		unsigned step = character.bytes ? character.bytes : 1;
		int columns = wcwidth((wchar_t)character.code);

		used += columns > 0 ? (size_t)columns : 0;
		if (used > width)
			break;
		fit += step;
		left -= step;
	}
	return fit;
}

size_t
text_width(const char *text)
{
	size_t left = strlen(text);
	size_t width = 0;

	while (left > 0) {
		struct character character = decode(text, left);
		unsigned step = character.bytes ? character.bytes : 1;
		int columns = wcwidth((wchar_t)character.code);

		width += columns > 0 ? (size_t)columns : 0;
		text += step;
		left -= step;
	}
	return width;
}

char *
text_age(uint64_t ns)
{
	static const struct {
		const char *unit;
		double ns, limit; /* of one unit; how many are still said so */
	} units[] = {
	    {"us", 1e3, 1000},
	    {"ms", 1e6, 1000},
	    {"s", 1e9, 100},
	    {"min", 60e9, 100},
	    {"h", 3600e9, 48},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		double value = (double)ns / units[i].ns;

		if (value < units[i].limit)
			return memory_format("%.*f %s", value < 9.95 ? 1 : 0,
			    value, units[i].unit);
	}
	return memory_format("%.1f d", (double)ns / 86400e9);
}

char *
text_bytes(uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
	double value = (double)bytes;
	size_t unit = 0;

	if (bytes < 1024)
		return memory_format("%" PRIu64, bytes);
	value /= 1024;
	while (value >= 1023.5 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1024;
		unit++;
	}
	return memory_format(
	    "%.*f %s", value < 9.95 ? 1 : 0, value, units[unit]);
}

char *
text_some(uint64_t count)
{
	return count > 0 ? memory_format("%" PRIu64, count) : memory_string("");
}

char *
text_count(uint64_t count, const char *word)
{
	return memory_format(
	    "%" PRIu64 " %s%s", count, word, count == 1 ? "" : "s");
}
