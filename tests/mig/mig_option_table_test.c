/* Each option that --help tells of is in the manual, and is completed. */
#include "mig_option_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

static char *
read_source(const char *name)
{
	char path[4096];
	char *text;

	(void)snprintf(
	    path, sizeof(path), "%s/%s", getenv("MACHPORT_SOURCE"), name);
	text = scratch_read(path);
	assert_non_null(text);
	return text;
}

/* Whether one of the words in @text, which ends with the first of @ends, is @word. */
static bool
has_word(const char *text, const char *ends, const char *word)
{
	size_t rest = strcspn(text, ends);
	size_t length = strlen(word);

	while (rest > 0) {
		size_t blanks = strspn(text, " \t\n");
		size_t word_length = strcspn(text + blanks, " \t\n'");

		if (blanks + word_length > rest || word_length == 0)
			return false;
		text += blanks;
		if (word_length == length && strncmp(text, word, length) == 0)
			return true;
		text += word_length;
		rest -= blanks + word_length;
	}
	return false;
}

/* In the headings of a list: ".It Fl s , Fl S". */
static bool
is_in_manual(const char *manual, const struct mig_option *option)
{
	static const char heading[] = "\n.It Fl ";

	for (const char *at = manual; (at = strstr(at, heading));) {
		at += strlen(heading);
		if (has_word(at, "\n", option->name + 1))
			return true;
	}
	return false;
}

/* In the lists between quotes: options='-user ...'. */
static bool
is_completed(const char *completion, const struct mig_option *option)
{
	static const char *const lists[] = {"options='", "options+='"};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const char *list = strstr(completion, lists[i]);

		assert_non_null(list);
		if (has_word(list + strlen(lists[i]), "'", option->name))
			return true;
	}
	return false;
}

static void
expect_each(const char *name,
    bool (*knows)(const char *text, const struct mig_option *option))
{
	char *text = read_source(name);

	for (int i = 0; i < mig_option_count; i++) {
		const struct mig_option *option = &mig_option_table[i];

		if (option->name && option->help &&
		    option->kind != MIG_OPT_REFUSED && !knows(text, option))
			fail_msg("%s is not in %s", option->name, name);
	}
	free(text);
}

static void
the_manual_tells_of_each_option(void **state)
{
	(void)state;
	expect_each("man/mig.1", is_in_manual);
}

static void
each_option_is_completed(void **state)
{
	(void)state;
	expect_each("completions/mig", is_completed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_manual_tells_of_each_option),
	    cmocka_unit_test(each_option_is_completed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
