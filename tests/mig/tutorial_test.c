/* The tutorials: what they show is in their examples, and what they say that
 * commands print is what is printed.
 *
 * A block is a list between "```LANGUAGE" and "```". Of a console's, lines that
 * begin with "$ " are commands, and the others are what is printed; all of a text
 * are run in one shell. Any other block is part of a file, whole lines of it: of
 * the example, or of what the commands have made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>

#include "scratch.h"

/* Of a program that is about to be explained. */
enum { LINES_MAX = 60 };

static const char fence[] = "```";

static const char *source; /* the source tree */

/* --- blocks ---------------------------------------------------------------- */

struct block {
	char language[16];
	char *text;
};

/* The block behind *@at, which moves behind it; false: there is none. The caller
 * frees its text. */
static bool
next_block(const char **at, struct block *out)
{
	const char *begin = strstr(*at, fence);
	const char *end;
	size_t length;

	if (!begin)
		return false;
	begin += strlen(fence);
	length = strcspn(begin, "\n");
	assert_in_range(length, 1, sizeof(out->language) - 1);
	memcpy(out->language, begin, length);
	out->language[length] = '\0';
	begin += length + 1;
	end = strstr(begin, fence);
	assert_non_null(end);
	out->text = strndup(begin, (size_t)(end - begin));
	*at = end + strlen(fence);
	return true;
}

static char *
read_source(const char *name)
{
	char path[5000];
	char *text;

	(void)snprintf(path, sizeof(path), "%s/%s", source, name);
	text = scratch_read(path);
	if (!text)
		fail_msg("no file \"%s\"", path);
	return text;
}

/* --- commands -------------------------------------------------------------- */

/* Sorts the lines of a console: @commands and @printed, both long enough. */
static void
split_console(const char *text, char *commands, char *printed)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n") + 1;

		if (strncmp(line, "$ ", 2) == 0)
			(void)strncat(commands, line + 2, length - 2);
		else
			(void)strncat(printed, line, length);
		line += length;
	}
}

/* Runs all commands of @tutorial next to a copy of the directory @example. */
static void
expect_prints(const char *tutorial, const char *example)
{
	static const char copy[] = "cp -r \"$1\" .\nexec 2>&1\n";
	char *commands = calloc(1, sizeof(copy) + strlen(tutorial));
	char *printed = calloc(1, strlen(tutorial) + 1);
	const char *const words[] = {
	    "timeout", "250", "sh", "-c", commands, "sh", example, NULL};
	const char *at = tutorial;
	struct scratch_end end;
	struct block block;

	memcpy(commands, copy, sizeof(copy));
	while (next_block(&at, &block)) {
		if (strcmp(block.language, "console") == 0)
			split_console(block.text, commands, printed);
		free(block.text);
	}
	end = scratch_run("timeout", words, NULL);
	assert_string_equal(end.output, printed);
	free(end.output);
	free(printed);
	free(commands);
}

/* --- parts of files -------------------------------------------------------- */

/* @part is whole lines of @text. */
static bool
has_lines(const char *text, const char *part)
{
	const char *at = text;

	while ((at = strstr(at, part))) {
		if (at == text || at[-1] == '\n')
			return true;
		at++;
	}
	return false;
}

/* It is in a file of @directory. */
static bool
is_in_directory(const char *directory, const char *part)
{
	DIR *stream = opendir(directory);
	const struct dirent *entry;
	bool found = false;

	assert_non_null(stream);
	while (!found && (entry = readdir(stream))) {
		char path[5000];
		char *text;

		if (entry->d_type != DT_REG)
			continue;
		(void)snprintf(
		    path, sizeof(path), "%s/%s", directory, entry->d_name);
		text = scratch_read(path);
		assert_non_null(text);
		found = has_lines(text, part);
		free(text);
	}
	(void)closedir(stream);
	return found;
}

static void
expect_parts(const char *tutorial, const char *directory)
{
	const char *at = tutorial;
	struct block block;
	int parts = 0;

	while (next_block(&at, &block)) {
		if (strcmp(block.language, "console") != 0) {
			parts++;
			if (!is_in_directory(directory, block.text))
				fail_msg(
				    "not in %s:\n%s", directory, block.text);
		}
		free(block.text);
	}
	assert_true(parts > 0);
}

/* --- cases ----------------------------------------------------------------- */

static void
expect_true(const char *name, const char *directory)
{
	char *tutorial = read_source(name);
	char example[5000];

	(void)snprintf(
	    example, sizeof(example), "%s/examples/%s", source, directory);
	expect_prints(tutorial, example);
	expect_parts(tutorial, directory);
	free(tutorial);
}

static void
the_first_interface_is_as_its_tutorial_says(void **state)
{
	(void)state;
	expect_true("docs/first-interface.md", "counter");
}

static void
who_frees_what_is_as_its_tutorial_says(void **state)
{
	(void)state;
	expect_true("docs/who-frees-what.md", "owners");
}

static void
event_loops_are_as_their_page_says(void **state)
{
	(void)state;
	expect_true("docs/event-loops.md", "loops");
}

/* The programs of the page are in the build tree; and what the bootstrap server starts
 * has not our LD_LIBRARY_PATH. */
static void
find_servers(void)
{
	const char *build = getenv("MACHPORT_BUILD");
	char text[16384];

	(void)snprintf(text, sizeof(text),
	    "%s/src/machport:%s/src/bootstrap:%s", build, build,
	    getenv("PATH"));
	(void)setenv("PATH", text, 1);
	(void)snprintf(
	    text, sizeof(text), "%s/src/bootstrap/machport-bootstrapd", build);
	(void)setenv("MACHPORT_BOOTSTRAPD", text, 1);
	(void)snprintf(
	    text, sizeof(text), "-Wl,-rpath,%s/src/libmachport", build);
	(void)setenv("LDFLAGS", text, 1);
}

static void
services_are_as_their_page_says(void **state)
{
	(void)state;
	find_servers();
	expect_true("docs/services.md", "service");
}

static size_t
count_lines(const char *name)
{
	char *text = read_source(name);
	size_t count = 0;

	for (const char *at = text; *at; at++)
		count += *at == '\n' && at > text && at[-1] != '\n';
	free(text);
	return count;
}

/* Those that are not blank. */
static void
the_first_interface_is_60_lines_to_write(void **state)
{
	size_t lines = count_lines("examples/counter/counter.defs") +
	    count_lines("examples/counter/counter.c") +
	    count_lines("examples/counter/server.c") +
	    count_lines("examples/counter/client.c");

	(void)state;
	assert_in_range(lines, 1, LINES_MAX);
}

static void
the_interface_in_the_readme_is_that_of_the_tutorial(void **state)
{
	char *readme = read_source("README.md");
	char *interface = read_source("examples/counter/counter.defs");
	char *mark = strstr(readme, "```defs\n");
	const char *at = mark;
	struct block block = {.text = NULL};

	(void)state;
	assert_non_null(mark);
	assert_true(next_block(&at, &block));
	assert_string_equal(block.text, interface);
	free(block.text);
	free(interface);
	free(readme);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_enter, scratch_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_first_interface_is_as_its_tutorial_says),
	    CASE(the_first_interface_is_60_lines_to_write),
	    CASE(who_frees_what_is_as_its_tutorial_says),
	    CASE(event_loops_are_as_their_page_says),
	    CASE(services_are_as_their_page_says),
	    CASE(the_interface_in_the_readme_is_that_of_the_tutorial),
	};

	source = getenv("MACHPORT_SOURCE");
	assert_non_null(source);
	scratch_find_build();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
