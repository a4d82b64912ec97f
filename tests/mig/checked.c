#include "checked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mig_parse.h"

static const char prelude[] = "subsystem t 5000;\n"
                              "type char = MACH_MSG_TYPE_CHAR;\n"
                              "type int64_t = MACH_MSG_TYPE_INTEGER_64;\n"
                              "type double = MACH_MSG_TYPE_REAL_64;\n"
                              "type boolean_t = MACH_MSG_TYPE_BOOLEAN;\n"
                              "type mach_port_t = MACH_MSG_TYPE_COPY_SEND;\n"
                              "# 1 \"t.defs\"\n";

struct checked *
checked_new_with(const struct mig_options *options, const char *text)
{
	static const struct mig_options plain = {
	    .prefix = "", .sub_prefix = ""};
	struct checked *checked = calloc(1, sizeof(*checked));
	struct mig_tree *tree;

	assert_non_null(checked);
	checked->arena = mig_arena_new();
	checked->diag.arena = checked->arena;
	checked->diag.stream =
	    open_memstream(&checked->said, &checked->said_length);
	assert_non_null(checked->diag.stream);
	tree = mig_parse(
	    checked->arena, &checked->diag, "t.defs", text, strlen(text));
	checked->interface = mig_check(
	    checked->arena, &checked->diag, options ? options : &plain, tree);
	assert_int_equal(fflush(checked->diag.stream), 0);
	return checked;
}

struct checked *
checked_new(const char *text)
{
	char *all;
	struct checked *checked;

	assert_true(asprintf(&all, "%s%s", prelude, text) > 0);
	checked = checked_new_with(NULL, all);
	free(all);
	return checked;
}

void
checked_free(struct checked *checked)
{
	if (!checked)
		return;
	(void)fclose(checked->diag.stream);
	free(checked->said);
	mig_arena_free(checked->arena);
	free(checked);
}

static void
must_be_good(const struct checked *checked)
{
	if (!checked->interface)
		fail_msg("not accepted:\n%s", checked->said);
}

const struct mig_routine *
checked_routine(const struct checked *checked, const char *name)
{
	must_be_good(checked);
	for (size_t i = 0; i < checked->interface->slots_length; i++) {
		const struct mig_routine *r = checked->interface->slots[i];

		if (r && strcmp(r->name, name) == 0)
			return r;
	}
	fail_msg("no routine %s", name);
	return NULL;
}

const struct mig_argument *
checked_argument(const struct mig_routine *routine, const char *name)
{
	for (size_t i = 0; i < routine->arguments_length; i++)
		if (strcmp(routine->arguments[i].name, name) == 0)
			return &routine->arguments[i];
	fail_msg("no argument %s", name);
	return NULL;
}

const struct mig_type *
checked_type(const struct checked *checked, const char *name)
{
	must_be_good(checked);
	for (size_t i = checked->interface->types_length; i-- > 0;)
		if (strcmp(checked->interface->types[i]->name, name) == 0)
			return checked->interface->types[i];
	fail_msg("no type %s", name);
	return NULL;
}

const struct mig_field *
checked_field(const struct mig_message *message, const char *name)
{
	for (size_t i = 0; i < message->fields_length; i++)
		if (strcmp(message->fields[i].name, name) == 0)
			return &message->fields[i];
	fail_msg("no field %s", name);
	return NULL;
}

bool
checked_said(const struct checked *checked, const char *text)
{
	return strstr(checked->said, text);
}
