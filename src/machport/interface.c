/* Interfaces that are described by a file: reading the file. */
#include "interface.h"

#include <errno.h>
#include <error.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "status.h"
#include "text.h"

#define SIZE_LARGEST (1ll << 32) /* of anything in a message */
#define VERSION 1                /* of docs/mig-json.md */

const char *
interface_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

long long
interface_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

size_t
interface_size(const json_t *object, const char *key)
{
	long long number = interface_number(object, key);

	return number > 0 && number <= SIZE_LARGEST ? (size_t)number : 0;
}

bool
interface_flag(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

/* The one of a list that has this name. */
static const json_t *
find_named(const json_t *list, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
	{
		if (strcmp(interface_text(one, "name"), name) == 0)
			return one;
	}
	return NULL;
}

const json_t *
interface_argument(const struct interface *interface, const char *name)
{
	return find_named(
	    json_object_get(interface->routine, "arguments"), name);
}

bool
interface_has_reply(const struct interface *interface)
{
	return json_is_object(json_object_get(interface->routine, "reply"));
}

/* What there is, for who asked for what there is not. */
static void
tell_routines(const json_t *routines)
{
	fputs("It has:", stderr);
	for (size_t i = 0; i < json_array_size(routines); i++)
		fprintf(stderr, "%s %s", i ? "," : "",
		    interface_text(json_array_get(routines, i), "name"));
	fputc('\n', stderr);
}

static bool
is_plain_text(const char *text)
{
	while (*text >= ' ' && *text <= '~')
		text++;
	return *text == '\0';
}

/* What routines are told by is names and types of C: nothing that a terminal would
 * obey. */
/* NOLINTBEGIN(misc-no-recursion): jansson limits how deep a document is. */
static bool
is_plain(const json_t *value)
{
	const char *key;
	size_t i;
	json_t *one;

	if (json_is_string(value))
		return is_plain_text(json_string_value(value));
	json_array_foreach(value, i, one)
	{
		if (!is_plain(one))
			return false;
	}
	json_object_foreach((json_t *)(uintptr_t)value, key, one)
	{
		if (!is_plain_text(key) || !is_plain(one))
			return false;
	}
	return true;
}

/* NOLINTEND(misc-no-recursion) */

static void
complain_of_json(const char *file, const json_error_t *problem)
{
	char *text = text_escape(problem->text);

	error(0, 0, "%s:%d: %s; make it with mig -json", file, problem->line,
	    text);
	free(text);
}

int
interface_load(
    struct interface *interface_out, const char *file, const char *routine)
{
	const json_t *routines;
	json_error_t problem;

	*interface_out = (struct interface){0};
	if (access(file, R_OK) != 0) {
		error(0, errno, "cannot read %s", file);
		return EX_NOINPUT;
	}
	interface_out->document = json_load_file(file, 0, &problem);
	if (!interface_out->document) {
		complain_of_json(file, &problem);
		return EX_DATAERR;
	}
	routines = json_object_get(interface_out->document, "routines");
	if (interface_number(interface_out->document, "version") != VERSION ||
	    !json_is_array(routines) || !is_plain(routines)) {
		error(0, 0,
		    "%s describes no interface that this machport knows; "
		    "make it with mig -json",
		    file);
		return EX_DATAERR;
	}
	if (routine)
		interface_out->routine = find_named(routines, routine);
	if (!routine || interface_out->routine)
		return EX_OK;
	error(0, 0, "%s has no routine %s", file, routine);
	tell_routines(routines);
	return EXIT_NOTHING;
}

void
interface_free(struct interface *interface)
{
	json_decref(interface->document);
	*interface = (struct interface){0};
}
