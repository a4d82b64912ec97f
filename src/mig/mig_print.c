/* Text of unknown origin on its way to a terminal. */
#include "mig_print.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* How many bytes a character has that begins with @first; 0: none does. */
static size_t
sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

/* The code point of a well-formed sequence; its length, or 0. */
static size_t
decode(const char *text, size_t length, uint32_t *code_out)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char first = (unsigned char)text[0];
	size_t bytes = sequence_length(first);
	uint32_t code;

	if (bytes == 0 || bytes > length)
		return 0;
	code = bytes == 1 ? first : first & (0x7fu >> bytes);
	for (size_t i = 1; i < bytes; i++) {
		unsigned char next = (unsigned char)text[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (next & 0x3fu);
	}
	if (code < smallest[bytes] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*code_out = code;
	return bytes;
}

/* Controls, and what has no shape but reorders or hides what has one. */
static bool
is_hidden(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0xad ||
	    code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
	    (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
	    (code >= 0xfff0 && code <= 0xfffb) ||
	    (code >= 0xe0000 && code <= 0xe0fff);
}

size_t
mig_print_next(const char *text, size_t length, char printable[12])
{
	uint32_t code = 0;
	size_t bytes = decode(text, length, &code);

	if (bytes > 0 && !is_hidden(code)) {
		memcpy(printable, text, bytes);
		printable[bytes] = '\0';
		return bytes;
	}
	if (bytes > 1) {
		(void)snprintf(printable, 12, "\\u%04x", (unsigned int)code);
		return bytes;
	}
	(void)snprintf(
	    printable, 12, "\\x%02x", (unsigned int)(unsigned char)text[0]);
	return 1;
}

static bool
is_wide(uint32_t code)
{
	return (code >= 0x1100 && code <= 0x115f) ||
	    (code >= 0x2e80 && code <= 0xa4cf) ||
	    (code >= 0xac00 && code <= 0xd7a3) ||
	    (code >= 0xf900 && code <= 0xfaff) ||
	    (code >= 0xfe30 && code <= 0xfe6f) ||
	    (code >= 0xff00 && code <= 0xff60) ||
	    (code >= 0x1f300 && code <= 0x1faff) ||
	    (code >= 0x20000 && code <= 0x3fffd);
}

size_t
mig_print_width(const char *printable)
{
	size_t length = strlen(printable);
	uint32_t code = 0;

	if (printable[0] == '\\' || decode(printable, length, &code) <= 1)
		return length;
	if (code >= 0x300 && code <= 0x36f)
		return 0; /* an accent, on the character before it */
	return is_wide(code) ? 2 : 1;
}

void
mig_print_clean(FILE *stream, const char *text, size_t length, int keep_tabs)
{
	char printable[12];

	while (length > 0) {
		size_t bytes = mig_print_next(text, length, printable);

		if (*text == '\t' && keep_tabs)
			(void)putc('\t', stream);
		else
			(void)fputs(printable, stream);
		text += bytes;
		length -= bytes;
	}
}
