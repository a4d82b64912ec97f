/* JSON, as people read it. */
#include "value.h"

#include <stdlib.h>

#include "text.h"

static void
print_right(FILE *stream, const json_t *right)
{
	const json_t *port = json_object_get(right, "port");

	fprintf(stream, "a %s right",
	    json_string_value(json_object_get(right, "right")));
	if (port)
		fprintf(stream, " for port %" JSON_INTEGER_FORMAT,
		    json_integer_value(port));
}

/* NOLINTBEGIN(misc-no-recursion): arrays of what is no array. */
void
value_print(FILE *stream, const json_t *value)
{
	char *text;
	size_t i;
	json_t *one;

	if (json_is_string(value)) {
		text = text_escape(json_string_value(value));
		fprintf(stream, "\"%s\"", text);
		free(text);
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, one)
		{
			fputs(i ? ", " : "", stream);
			value_print(stream, one);
		}
	} else if (json_is_object(value)) {
		print_right(stream, value);
	} else if (json_is_integer(value)) {
		fprintf(
		    stream, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	} else if (json_is_real(value)) {
		fprintf(stream, "%g", json_real_value(value));
	} else {
		fputs("null", stream);
	}
}

/* NOLINTEND(misc-no-recursion) */

void
value_print_arguments(FILE *stream, const json_t *arguments)
{
	const char *separator = "";
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)arguments, name, value)
	{
		char *shown = text_escape(name);

		fprintf(stream, "%s%s=", separator, shown);
		free(shown);
		if (json_is_array(value))
			fputc('[', stream);
		value_print(stream, value);
		if (json_is_array(value))
			fputc(']', stream);
		separator = ", ";
	}
}
