/* JSON, by jansson. */
#include "json.h"

#include <errno.h>
#include <error.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "memory.h"
#include "text.h"

static json_t *
need(json_t *value)
{
	if (!value)
		memory_fail();
	return value;
}

json_t *
json_list(void)
{
	return need(json_array());
}

json_t *
json_record(void)
{
	return need(json_object());
}

json_t *
json_document(const char *command)
{
	json_t *document = json_record();

	json_put(document, "version", json_integer(JSON_VERSION));
	json_put(document, "command", json_text(command));
	return document;
}

void
json_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, need(value)) != 0)
		memory_fail();
}

void
json_add(json_t *array, json_t *value)
{
	if (json_array_append_new(array, need(value)) != 0)
		memory_fail();
}

json_t *
json_text_bytes(const char *text, size_t room)
{
	char *valid = text_utf8(text, room);
	json_t *value = need(json_string(valid));

	free(valid);
	return value;
}

json_t *
json_text(const char *text)
{
	return text ? json_text_bytes(text, strlen(text)) : json_null();
}

json_t *
json_count(uint64_t count)
{
	return need(json_integer((json_int_t)count));
}

json_t *
json_flag(int flag)
{
	return json_boolean(flag);
}

json_t *
json_some(uint64_t value)
{
	return value ? json_count(value) : json_null();
}

static void
print(json_t *document, size_t layout, FILE *stream)
{
	if (json_dumpf(document, stream, layout) != 0)
		error(EX_IOERR, errno, "cannot write");
	fputc('\n', stream);
	json_decref(document);
}

void
json_print(json_t *document, FILE *stream)
{
	print(document, JSON_INDENT(2), stream);
}

void
json_print_line(json_t *document, FILE *stream)
{
	print(document, JSON_COMPACT, stream);
}
