/* Text in memory that doubles its room. */
#include "mig_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
mig_text_deinit(struct mig_text *text)
{
	free(text->bytes);
	*text = (struct mig_text){0};
}

static void
make_room(struct mig_text *text, size_t more)
{
	size_t need = text->length + more + 1;
	size_t room = text->room ? text->room : 4096;
	char *bytes;

	if (need <= text->room)
		return;
	while (room < need)
		room *= 2;
	bytes = realloc(text->bytes, room);
	if (!bytes) {
		fputs("mig: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	text->bytes = bytes;
	text->room = room;
}

void
mig_put_va(struct mig_text *text, const char *format, va_list args)
{
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0) {
		fputs("mig: a text is too long\n", stderr);
		exit(EXIT_FAILURE);
	}
	make_room(text, (size_t)length);
	(void)vsnprintf(text->bytes + text->length, text->room - text->length,
	    format, args);
	text->length += (size_t)length;
}

void
mig_put(struct mig_text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mig_put_va(text, format, args);
	va_end(args);
}

void
mig_put_bytes(struct mig_text *text, const char *bytes, size_t length)
{
	make_room(text, length);
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}
