/* docs/looking-json.md tells of each key that there is, and of no other. */
#include "json.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <mach/mach.h>
#include <mach/mig_errors.h>

#include "fake.h"
#include "memory.h"
#include "send.h"

static json_t *keys; /* those of all golden files */
static char *text;   /* the document */

/* Arguments of routines have the names that their interface gives them. */
static void /* NOLINTNEXTLINE(misc-no-recursion): files of ours */
collect(const json_t *value)
{
	const char *key;
	size_t i;
	json_t *one;

	json_object_foreach((json_t *)(uintptr_t)value, key, one)
	{
		json_put(keys, key, json_flag(1));
		if (strcmp(key, "arguments") != 0)
			collect(one);
	}
	json_array_foreach(value, i, one) { collect(one); }
}

/* Those that there are, one behind the other. */
static void
collect_file(const char *name)
{
	char *path = memory_format(
	    "%s/tests/machport/golden/%s", getenv("MACHPORT_SOURCE"), name);
	FILE *file = fopen(path, "re");
	json_t *document;
	size_t count = 0;

	assert_non_null(file);
	while ((document = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL))) {
		assert_int_equal(
		    json_integer_value(json_object_get(document, "version")),
		    JSON_VERSION);
		collect(document);
		json_decref(document);
		count++;
	}
	if (count == 0)
		fail_msg("%s is no JSON", path);
	fclose(file);
	free(path);
}

/* Of a reply, which no golden file has. */
static void
collect_reply(void)
{
	const mig_reply_error_t reply = {
	    .Head = {.msgh_size = sizeof(reply), .msgh_id = 100}};
	mach_msg_header_t sent = {0};
	struct bytes message = {(char *)&sent, sizeof(sent), sizeof(sent)};
	const struct interface interface = {0};
	json_t *document;

	assert_int_equal(send_show_json(fake_screen(0)->stream, &message,
	                     &reply.Head, &interface),
	    0);
	document = json_loads(fake_output(), 0, NULL);
	assert_non_null(document);
	collect(document);
	json_decref(document);
	for (const char *const *key = (const char *const[]){"return_code",
	         "error", "arguments", NULL};
	     *key; key++)
		json_put(keys, *key, json_flag(1));
}

static int
setup(void **state)
{
	char *path =
	    memory_format("%s/docs/looking-json.md", getenv("MACHPORT_SOURCE"));
	FILE *file = fopen(path, "re");

	(void)state;
	assert_non_null(file);
	text = memory_new(65536, 1);
	assert_in_range(fread(text, 1, 65535, file), 1, 65534);
	fclose(file);
	free(path);
	keys = json_record();
	return 0;
}

static int
teardown(void **state)
{
	json_decref(keys);
	free(text);
	return fake_teardown(state);
}

static void
collect_all(void)
{
	static const char *const files[] = {"ls.json", "ls-names.json",
	    "inspect.json", "why.json", "graph.json", "services.json",
	    "top.json", "top-ports.json", "trace.json", "run.json"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		collect_file(files[i]);
	collect_reply();
}

static void
each_key_is_documented(void **state)
{
	const char *key;
	json_t *value;

	(void)state;
	collect_all();
	json_object_foreach(keys, key, value)
	{
		char *quoted = memory_format("`%s`", key);

		if (!strstr(text, quoted))
			fail_msg("%s is not in docs/looking-json.md", quoted);
		free(quoted);
	}
}

/* The keys are what is in quotes in the first column of a table. */
static void
each_key_that_is_documented_is_there(void **state)
{
	char *rest = text;
	char *line;

	(void)state;
	collect_all();
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *column;
		char *key;

		if (strncmp(line, "| `", 3) != 0)
			continue;
		line += 2;
		column = strsep(&line, "|");
		while ((key = strchr(column, '`')) != NULL) {
			char *end = strchr(key + 1, '`');

			assert_non_null(end);
			*end = '\0';
			if (!json_object_get(keys, key + 1))
				fail_msg("nothing has a key %s", key + 1);
			column = end + 1;
		}
	}
}

static void
numbers_that_are_none_are_null(void **state)
{
	json_t *none = json_some(0);
	json_t *some = json_some(7);

	(void)state;
	assert_true(json_is_null(none));
	assert_int_equal(json_integer_value(some), 7);
	json_decref(some);
	json_decref(none);
}

static void
text_that_is_no_utf8_is_made_so(void **state)
{
	json_t *value = json_text("a\xff");

	(void)state;
	assert_string_equal(json_string_value(value), "a\xef\xbf\xbd");
	json_decref(value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        each_key_is_documented, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        each_key_that_is_documented_is_there, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        numbers_that_are_none_are_null, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        text_that_is_no_utf8_is_made_so, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
