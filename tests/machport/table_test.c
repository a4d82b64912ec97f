/* Tables: as wide as what is in them, and no wider than the terminal. */
#include "table.h"

#include "fake.h"

static const struct table_column columns[] = {
    {"PID", TABLE_RIGHT, false},
    {"NAME", TABLE_LEFT, true},
    {"NOTE", TABLE_LEFT, false},
};

static struct table *
make(const char *name, const char *note)
{
	struct table *table = table_new(columns, 3);

	table_row(table, SCREEN_PLAIN);
	table_cell(table, "%d", 7);
	table_cell(table, "%s", name);
	table_cell(table, "%s", note);
	return table;
}

static void
expect_table(struct table *table, const struct screen *screen, size_t indent,
    const char *expected)
{
	table_print(table, screen, indent);
	table_free(table);
	assert_string_equal(fake_output(), expected);
}

static void
columns_are_as_wide_as_what_is_in_them(void **state)
{
	(void)state;
	expect_table(make("a name", "x"), fake_screen(0), 0,
	    "PID  NAME    NOTE\n"
	    "  7  a name  x\n");
}

static void
a_column_in_which_nothing_stands_is_left_out(void **state)
{
	(void)state;
	expect_table(make("cat", ""), fake_screen(0), 2,
	    "  PID  NAME\n"
	    "    7  cat\n");
}

static void
what_may_be_cut_is_cut_to_the_width_of_the_terminal(void **state)
{
	(void)state;
	expect_table(make("a name that is long", "whole"), fake_screen(24), 0,
	    "PID  NAME          NOTE\n"
	    "  7  a name th...  whole\n");
}

static void
a_file_gets_whole_lines(void **state)
{
	(void)state;
	expect_table(make("a name that is long", "whole"), fake_screen(0), 0,
	    "PID  NAME                 NOTE\n"
	    "  7  a name that is long  whole\n");
}

static void
a_cell_that_is_missing_is_empty(void **state)
{
	struct table *table = make("cat", "x");

	(void)state;
	table_row(table, SCREEN_PLAIN);
	table_cell(table, "%d", 12);
	expect_table(table, fake_screen(0), 0,
	    "PID  NAME  NOTE\n"
	    "  7  cat   x\n"
	    " 12\n");
}

static void
colours_are_around_the_text_alone(void **state)
{
	struct screen screen = *fake_screen(0);
	struct table *table = table_new(columns, 3);

	(void)state;
	screen.has_colour = true;
	table_row(table, SCREEN_ALERT);
	table_cell(table, "%d", 7);
	expect_table(table, &screen, 0,
	    "\033[1mPID\033[0m\n"
	    "  \033[31m7\033[0m\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    FAKE_CASE(columns_are_as_wide_as_what_is_in_them),
	    FAKE_CASE(a_column_in_which_nothing_stands_is_left_out),
	    FAKE_CASE(what_may_be_cut_is_cut_to_the_width_of_the_terminal),
	    FAKE_CASE(a_file_gets_whole_lines),
	    FAKE_CASE(a_cell_that_is_missing_is_empty),
	    FAKE_CASE(colours_are_around_the_text_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
