/* machport ls: what it says of a scene that is made up. */
#include "ls.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <jansson.h>

#include "fake.h"
#include "status.h"

static char server[] = "server";
static char client[] = "1202";
static char hostile[] = "1203";
static char nobody[] = "nobody";

static void
the_tasks_are_listed(void **state)
{
	(void)state;
	assert_int_equal(ls_tasks(&fake_view, fake_screen(0)), EX_OK);
	expect_golden("ls.txt");
}

static void
without_tasks_nothing_is_found(void **state)
{
	(void)state;
	fake_begin();
	fake_look(false);
	assert_int_equal(ls_tasks(&fake_view, fake_screen(0)), EXIT_NOTHING);
	assert_string_equal(fake_output(), "");
}

static void
the_names_of_a_task_are_listed(void **state)
{
	char *words[] = {server, client};

	(void)state;
	assert_int_equal(ls_names(&fake_view, fake_screen(0), words, 2), EX_OK);
	expect_golden("ls-names.txt");
}

static void
a_hostile_label_is_escaped(void **state)
{
	char *words[] = {hostile};

	(void)state;
	assert_int_equal(ls_names(&fake_view, fake_screen(0), words, 1), EX_OK);
	assert_null(strpbrk(fake_output(), "\033\007\xff"));
	expect_golden("ls-hostile.txt");
}

static void
a_narrow_terminal_gets_short_lines(void **state)
{
	char *words[] = {server};

	(void)state;
	assert_int_equal(
	    ls_names(&fake_view, fake_screen(80), words, 1), EX_OK);
	for (const char *line = fake_output(); *line;) {
		size_t length = strcspn(line, "\n");

		assert_true(length <= 80);
		line += length + 1;
	}
}

static void
a_word_that_means_no_task_gives_1(void **state)
{
	char *words[] = {nobody, server};

	(void)state;
	assert_int_equal(
	    ls_names(&fake_view, fake_screen(0), words, 2), EXIT_NOTHING);
	assert_non_null(strstr(fake_output(), "1201 (server)"));
}

static void
the_tasks_are_json(void **state)
{
	(void)state;
	assert_int_equal(
	    ls_tasks_json(&fake_view, fake_screen(0)->stream), EX_OK);
	expect_golden("ls.json");
}

static void
the_names_are_json(void **state)
{
	char *words[] = {server, client, hostile};

	(void)state;
	assert_int_equal(
	    ls_names_json(&fake_view, fake_screen(0)->stream, words, 3), EX_OK);
	expect_golden("ls-names.json");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    FAKE_CASE(the_tasks_are_listed),
	    FAKE_CASE(without_tasks_nothing_is_found),
	    FAKE_CASE(the_names_of_a_task_are_listed),
	    FAKE_CASE(a_hostile_label_is_escaped),
	    FAKE_CASE(a_narrow_terminal_gets_short_lines),
	    FAKE_CASE(a_word_that_means_no_task_gives_1),
	    FAKE_CASE(the_tasks_are_json),
	    FAKE_CASE(the_names_are_json),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
