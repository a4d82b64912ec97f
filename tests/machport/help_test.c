/* What the commands say of themselves is in the manual, and completed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "look.h"
#include "memory.h"

static const char *const commands[] = {
    "run", "ls", "inspect", "why", "graph", "services", "send", "top", "trace"};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

/* A file of the source tree, for free(). */
static char *
read_source(const char *name)
{
	char *path = memory_format("%s/%s", getenv("MACHPORT_SOURCE"), name);
	char *text = memory_new(65536, 1);
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	assert_in_range(fread(text, 1, 65535, file), 1, 65534);
	fclose(file);
	free(path);
	return text;
}

/* Is there @text, and behind it nothing that a word goes on with? */
static bool
has_word(const char *where, const char *text)
{
	size_t length = strlen(text);
	const char *at = where;

	while ((at = strstr(at, text)) != NULL) {
		if (!strchr("abcdefghijklmnopqrstuvwxyz-", at[length]) ||
		    at[length] == '\0')
			return true;
		at += length;
	}
	return false;
}

/* The long options that the help of a command tells, one after the other. */
static char *
next_option(char **at)
{
	char *option;

	while ((option = strstr(*at, "--")) != NULL) {
		size_t length =
		    strspn(option + 2, "abcdefghijklmnopqrstuvwxyz-");

		*at = option + 2 + length;
		if (length > 0)
			return strndup(option, 2 + length);
	}
	return NULL;
}

/* Each option of each command is in @file, as @format writes it. */
static void
expect_options(const char *file, const char *format)
{
	char *text = read_source(file);

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		char *at = outcome.output;
		char *option;

		MACHPORT(commands[i], "--help");
		assert_int_equal(outcome.status, 0);
		assert_string_equal(outcome.errors, "");
		while ((option = next_option(&at)) != NULL) {
			char *shown = memory_format("%s%s", format, option + 1);

			if (!has_word(text, shown))
				fail_msg("%s %s is not in %s", commands[i],
				    option, file);
			free(shown);
			free(option);
		}
	}
	free(text);
}

static void
each_option_is_in_the_manual(void **state)
{
	(void)state;
	expect_options("man/machport.1", "Fl ");
}

static void
each_option_is_completed(void **state)
{
	(void)state;
	expect_options("completions/machport", "-");
}

static void
each_command_is_listed_documented_and_completed(void **state)
{
	char *manual = read_source("man/machport.1");
	char *completion = read_source("completions/machport");

	(void)state;
	MACHPORT("--help");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		char *shown = memory_format("Cm %s", commands[i]);

		assert_non_null(strstr(outcome.output, commands[i]));
		assert_true(has_word(manual, shown));
		assert_true(has_word(completion, commands[i]));
		free(shown);
	}
	free(completion);
	free(manual);
}

static void
wrong_usage_gives_64_and_nothing_on_stdout(void **state)
{
	(void)state;
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		MACHPORT(commands[i], "--no-such-option");
		assert_int_equal(outcome.status, 64);
		assert_string_equal(outcome.output, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(each_option_is_in_the_manual),
	    PROCESS_TEST(each_option_is_completed),
	    PROCESS_TEST(each_command_is_listed_documented_and_completed),
	    PROCESS_TEST(wrong_usage_gives_64_and_nothing_on_stdout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
