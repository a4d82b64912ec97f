/* JSON as text: commas, indentation, escapes. */
#include "mig_json.h"

#include <inttypes.h>
#include <stddef.h>

enum { INDENT = 2 };

static void
put_line(struct mig_json *json)
{
	mig_put(json->out, "\n%*s", (int)(json->depth * INDENT), "");
}

/* --- strings --------------------------------------------------------------- */

/* Bytes of the UTF-8 character at @text; 0 when there is none. No overlong forms,
 * no surrogates, nothing above U+10FFFF. */
static size_t
utf8_length(const unsigned char *text)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (text[0] < 0x80)
		return 1;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	length = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	if (text[0] == 0xe0)
		low = 0xa0;
	if (text[0] == 0xed)
		high = 0x9f;
	if (text[0] == 0xf0)
		low = 0x90;
	if (text[0] == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	/* A NUL ends the loop: no byte behind the text is read. */
	for (size_t i = 2; i < length; i++)
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	return length;
}

static void
put_escaped(struct mig_text *out, unsigned char byte)
{
	switch (byte) {
	case '"':
		mig_put(out, "\\\"");
		return;
	case '\\':
		mig_put(out, "\\\\");
		return;
	case '\b':
		mig_put(out, "\\b");
		return;
	case '\f':
		mig_put(out, "\\f");
		return;
	case '\n':
		mig_put(out, "\\n");
		return;
	case '\t':
		mig_put(out, "\\t");
		return;
	case '\r':
		mig_put(out, "\\r");
		return;
	default:
		if (byte < 0x20)
			mig_put(out, "\\u%04x", (unsigned)byte);
		else
			mig_put(out, "%c", byte);
	}
}

static void
put_string(struct mig_text *out, const char *string)
{
	const unsigned char *text = (const unsigned char *)string;

	mig_put(out, "\"");
	while (*text) {
		size_t length = utf8_length(text);

		if (length == 0)
			mig_put(out, "\xef\xbf\xbd");
		else if (length == 1)
			put_escaped(out, *text);
		else
			mig_put(out, "%.*s", (int)length, (const char *)text);
		text += length ? length : 1;
	}
	mig_put(out, "\"");
}

/* --- members --------------------------------------------------------------- */

/* What stands before a value. */
static void
begin(struct mig_json *json, const char *key)
{
	if (json->has_members)
		mig_put(json->out, ",");
	if (json->depth > 0)
		put_line(json);
	json->has_members = true;
	if (!key)
		return;
	put_string(json->out, key);
	mig_put(json->out, ": ");
}

static void
open_with(struct mig_json *json, const char *key, const char *bracket)
{
	begin(json, key);
	mig_put(json->out, "%s", bracket);
	json->depth++;
	json->has_members = false;
}

static void
close_with(struct mig_json *json, const char *bracket)
{
	json->depth--;
	if (json->has_members)
		put_line(json);
	mig_put(json->out, "%s", bracket);
	json->has_members = true;
}

void
mig_json_object(struct mig_json *json, const char *key)
{
	open_with(json, key, "{");
}

void
mig_json_end_object(struct mig_json *json)
{
	close_with(json, "}");
}

void
mig_json_array(struct mig_json *json, const char *key)
{
	open_with(json, key, "[");
}

void
mig_json_end_array(struct mig_json *json)
{
	close_with(json, "]");
}

void
mig_json_string(struct mig_json *json, const char *key, const char *value)
{
	begin(json, key);
	if (value)
		put_string(json->out, value);
	else
		mig_put(json->out, "null");
}

void
mig_json_number(struct mig_json *json, const char *key, int64_t value)
{
	begin(json, key);
	mig_put(json->out, "%" PRId64, value);
}

void
mig_json_bool(struct mig_json *json, const char *key, bool value)
{
	begin(json, key);
	mig_put(json->out, value ? "true" : "false");
}

void
mig_json_null(struct mig_json *json, const char *key)
{
	mig_json_string(json, key, NULL);
}

void
mig_json_end(struct mig_json *json)
{
	mig_put(json->out, "\n");
}
