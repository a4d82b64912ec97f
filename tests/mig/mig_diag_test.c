/* What is printed: where, what, the line with its marks, and nothing else. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "mig_diag.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static struct mig_arena *arena;
static struct mig_diag diag;
static struct mig_file file;
static char *said;
static size_t said_length;
static char directory[] = "/tmp/mig_diag_test_XXXXXX";

/* Forgets what was said. */
static void
start_listening(void)
{
	if (diag.stream)
		(void)fclose(diag.stream);
	free(said);
	said = NULL;
	diag.stream = open_memstream(&said, &said_length);
	assert_non_null(diag.stream);
}

static int
setup(void **state __attribute__((unused)))
{
	arena = mig_arena_new();
	diag = (struct mig_diag){.arena = arena};
	start_listening();
	file = (struct mig_file){.name = "t.defs"};
	(void)unlink("t.defs");
	return 0;
}

static int
teardown(void **state __attribute__((unused)))
{
	(void)fclose(diag.stream);
	free(said);
	said = NULL;
	mig_arena_free(arena);
	return 0;
}

static int
enter_directory(void **state __attribute__((unused)))
{
	return mkdtemp(directory) ? chdir(directory) : -1;
}

static int
leave_directory(void **state __attribute__((unused)))
{
	(void)unlink("t.defs");
	return chdir("/") == 0 ? rmdir(directory) : -1;
}

static void
write_bytes(const char *text, size_t length)
{
	FILE *stream = fopen("t.defs", "we");

	assert_non_null(stream);
	assert_int_equal(fwrite(text, 1, length, stream), length);
	assert_int_equal(fclose(stream), 0);
}

static void
write_file(const char *text)
{
	write_bytes(text, strlen(text));
}

/* Where @word stands in the preprocessed line @text, which is line @line. */
static struct mig_place
place_of(const char *text, const char *word, uint32_t line)
{
	const char *at = strstr(text, word);

	assert_non_null(at);
	return (struct mig_place){
	    .file = &file,
	    .line = line,
	    .column = (uint32_t)(at - text) + 1,
	    .length = (uint32_t)strlen(word),
	    .text = at,
	};
}

static struct mig_place
line(uint32_t number)
{
	return (struct mig_place){.file = &file, .line = number};
}

static void
expect(const char *text)
{
	(void)fflush(diag.stream);
	assert_string_equal(said, text);
	start_listening();
}

/* --- the form -------------------------------------------------------------- */

TEST(an_error_shows_its_place_its_text_and_its_line)
{
	write_file("one\n        in what : naem_t;\n");
	mig_error(&diag, place_of("        in what : naem_t;", "naem_t", 2),
	    "unknown type `%s`", "naem_t");
	mig_hint(&diag, "did you mean `%s`?", "name_t");
	expect("t.defs:2:19: error: unknown type `naem_t`\n"
	       "    2 |         in what : naem_t;\n"
	       "      |                   ^~~~~~\n"
	       "hint: did you mean `name_t`?\n");
	assert_int_equal(diag.errors, 1);
}

TEST(a_warning_and_a_note_say_what_they_are)
{
	write_file("first\nsecond");
	mig_warning(&diag, place_of("second", "second", 2), "again");
	mig_note(&diag, place_of("first", "first", 1), "here");
	expect("t.defs:2:1: warning: again\n"
	       "    2 | second\n"
	       "      | ^~~~~~\n"
	       "t.defs:1:1: note: here\n"
	       "    1 | first\n"
	       "      | ^~~~~\n");
	assert_int_equal(diag.warnings, 1);
	assert_int_equal(diag.errors, 0);
}

TEST(a_place_can_be_a_line_a_file_or_the_command_line)
{
	write_file("all of it\n");
	mig_error(&diag, line(1), "one");
	mig_error(&diag, line(0), "two");
	mig_error(&diag, (struct mig_place){0}, "three");
	expect("t.defs:1: error: one\n"
	       "    1 | all of it\n"
	       "t.defs: error: two\n"
	       "mig: error: three\n");
}

TEST(a_gap_is_one_caret)
{
	struct mig_place place = place_of("skip", "skip", 1);

	write_file("skip  \n");
	place.column += 4;
	place.text += 4;
	place.length = 0;
	mig_error(&diag, place, "`;`");
	expect("t.defs:1:5: error: `;`\n"
	       "    1 | skip  \n"
	       "      |     ^\n");
}

TEST(a_column_without_a_text_is_taken_as_it_is)
{
	struct mig_place place = line(1);

	write_file("one two\n");
	place.column = 5;
	place.length = 3;
	mig_error(&diag, place, "x");
	place.column = 9;
	mig_error(&diag, place, "y");
	expect("t.defs:1:5: error: x\n"
	       "    1 | one two\n"
	       "      |     ^~~\n"
	       "t.defs:1: error: y\n"
	       "    1 | one two\n");
}

TEST(tabs_stay_tabs_under_which_marks_stand)
{
	write_file("\ta\tb\n");
	mig_error(&diag, place_of("\ta\tb", "b", 1), "x");
	expect("t.defs:1:4: error: x\n"
	       "    1 | \ta\tb\n"
	       "      | \t \t^\n");
}

TEST(the_summary_counts)
{
	mig_diag_summary(&diag);
	expect("");
	mig_error(&diag, line(0), "x");
	start_listening();
	mig_diag_summary(&diag);
	expect("1 error\n");
	diag.errors = 25;
	diag.warnings = diag.warnings_shown = 2;
	mig_diag_summary(&diag);
	expect("25 errors (the first 20 are shown), 2 warnings\n");
}

TEST(the_chain_of_includes_comes_first)
{
	const struct mig_file top = {.name = "a.defs"};
	const struct mig_file middle = {
	    .name = "b.defs", .includer = &top, .includer_line = 3};

	file.includer = &middle;
	file.includer_line = 7;
	mig_error(&diag, line(0), "x");
	mig_error(&diag, line(0), "y");
	expect("In file included from b.defs:7,\n"
	       "                 from a.defs:3:\n"
	       "t.defs: error: x\n"
	       "t.defs: error: y\n");
}

TEST(a_chain_of_includes_is_cut_when_it_is_long)
{
	struct mig_file chain[100] = {{.name = "a"}};

	for (size_t i = 1; i < 100; i++)
		chain[i] =
		    (struct mig_file){.name = "a", .includer = &chain[i - 1]};
	mig_error(&diag, (struct mig_place){.file = &chain[99]}, "x");
	(void)fflush(diag.stream);
	assert_true(said_length < 1000);
}

/* --- how much -------------------------------------------------------------- */

TEST(after_the_largest_number_errors_are_only_counted)
{
	for (int i = 0; i < MIG_ERRORS_MAX; i++)
		mig_error(&diag, line(0), "x");
	assert_true(diag.shown);
	start_listening();
	mig_error(&diag, line(0), "x");
	mig_hint(&diag, "y");
	mig_note(&diag, line(0), "z");
	assert_false(diag.shown);
	expect("");
	assert_int_equal(diag.errors, MIG_ERRORS_MAX + 1);
}

TEST(after_the_largest_number_warnings_are_only_counted)
{
	for (int i = 0; i < MIG_ERRORS_MAX + 2; i++)
		mig_warning(&diag, line(0), "x");
	start_listening();
	mig_warning(&diag, line(0), "x");
	mig_diag_summary(&diag);
	expect("23 warnings (the first 20 are shown)\n");
	mig_error(&diag, line(0), "y");
	assert_true(diag.shown);
}

TEST(quiet_hides_warnings_and_what_belongs_to_them)
{
	diag.quiet = true;
	mig_warning(&diag, line(0), "x");
	mig_hint(&diag, "y");
	mig_note(&diag, line(0), "z");
	expect("");
	assert_int_equal(diag.warnings, 0);
}

TEST(warnings_can_be_errors)
{
	diag.warnings_are_errors = true;
	mig_warning(&diag, line(0), "x");
	expect("t.defs: error: x\n");
	assert_int_equal(diag.errors, 1);
	assert_int_equal(diag.warnings, 0);
}

/* --- what the preprocessor did to the line --------------------------------- */

TEST(the_column_is_that_of_the_file_and_not_of_the_preprocessed_text)
{
	write_file("type /* a */  x\t=   array[ 0 ] of y; // z\n");
	mig_error(&diag, place_of("type x = array[ 0 ] of y;", "0", 1), "x");
	expect("t.defs:1:28: error: x\n"
	       "    1 | type /* a */  x\t=   array[ 0 ] of y; // z\n"
	       "      |                \t           ^\n");
}

TEST(what_comes_from_a_macro_is_marked_at_the_macro)
{
	write_file("type x = array[SIZE] of y;\n");
	mig_error(
	    &diag, place_of("type x = array[(8 / 0)] of y;", "0", 1), "x");
	expect("t.defs:1:16: error: x\n"
	       "    1 | type x = array[SIZE] of y;\n"
	       "      |                ^~~~\n");
}

TEST(what_stands_behind_a_macro_is_found_by_its_text)
{
	write_file("PREFIX x, bad;\n");
	mig_error(&diag, place_of("my_ your_ x, bad;", "bad", 1), "x");
	expect("t.defs:1:11: error: x\n"
	       "    1 | PREFIX x, bad;\n"
	       "      |           ^~~\n");
}

TEST(what_stands_twice_behind_a_macro_is_marked_at_the_macro)
{
	write_file("type x = array[SIZE] of y;\n");
	mig_error(&diag, place_of("type x = array[8;] of y;", ";", 1), "x");
	expect("t.defs:1:16: error: x\n"
	       "    1 | type x = array[SIZE] of y;\n"
	       "      |                ^~~~\n");
}

TEST(without_the_file_the_preprocessed_line_is_shown)
{
	mig_error(&diag, place_of("a bad word;\r\nmore", "bad", 9), "x");
	expect("t.defs:9:3: error: x\n"
	       "    9 | a bad word;\n"
	       "      |   ^~~\n");
}

TEST(a_file_with_something_else_in_it_is_not_shown)
{
	write_file("* * * *\n");
	mig_error(&diag, place_of("a bad word;", "bad", 1), "x");
	expect("t.defs:1:3: error: x\n"
	       "    1 | a bad word;\n"
	       "      |   ^~~\n");
}

/* --- hostile texts --------------------------------------------------------- */

TEST(control_characters_are_shown_as_escapes)
{
	static const char text[] = "a \033[31m\177\a bad\r\n";

	write_file(text);
	file.name = "t\033.defs";
	mig_error(&diag, place_of(text, "bad", 1), "`%s`", "\033\nx\ty");
	expect("t\\x1b.defs:1:11: error: `\\x1b\\x0ax\\x09y`\n"
	       "    1 | a \\x1b[31m\\x7f\\x07 bad\n"
	       "      |                    ^~~\n");
}

TEST(only_utf8_that_is_whole_is_shown_as_it_is)
{
	static const char text[] =
	    "\xc3\xa9 \xff\xc3 \xe2\x80\x8b \xed\xa0\x80 \xf0\x9f\x98\x80 bad";

	write_file(text);
	mig_error(&diag, place_of(text, "bad", 1), "x");
	expect("t.defs:1:20: error: x\n"
	       "    1 | \xc3\xa9 \\xff\\xc3 \\u200b \\xed\\xa0\\x80 "
	       "\xf0\x9f\x98\x80 bad\n"
	       "      |                                   ^~~\n");
}

static void
put(char *text, const char *word)
{
	while (*word)
		*text++ = *word++;
}

TEST(of_a_long_line_a_window_is_shown)
{
	char *text = mig_arena_alloc(arena, 40001);

	memset(text, '.', 40000);
	put(text + 30000, "bad");
	mig_error(&diag, place_of(text, "bad", 1), "x");
	(void)fflush(diag.stream);
	assert_true(said_length < 350);
	assert_non_null(strstr(said, "t.defs:1:30001: error: x"));
	assert_non_null(strstr(said, "..bad.."));
}

TEST(a_window_begins_and_ends_with_whole_characters)
{
	char *text = mig_arena_alloc(arena, 3004);

	for (size_t i = 0; i < 3000; i += 3)
		put(text + i, i == 1500 ? "bad" : "\xe2\x82\xac");
	mig_error(&diag, place_of(text, "bad", 1), "x");
	(void)fflush(diag.stream);
	assert_null(strstr(said, "\\x"));
}

TEST(a_long_message_is_cut)
{
	char *word = mig_arena_alloc(arena, 100001);

	memset(word, 'w', 100000);
	mig_error(&diag, line(0), "`%s`", word);
	(void)fflush(diag.stream);
	assert_true(said_length < 500);
}

TEST(nothing_but_a_regular_file_is_opened)
{
	static const char *const names[] = {"/dev/zero", "fifo", ".", "",
	    "/dev/stdin", "/proc/self/status", "no such file"};

	assert_int_equal(mkfifo("fifo", 0600), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		file.name = names[i];
		mig_error(&diag, line(1), "x");
		(void)fflush(diag.stream);
		assert_null(strstr(said, " | "));
		start_listening();
	}
	assert_int_equal(unlink("fifo"), 0);
}

TEST(a_huge_file_is_not_read_to_its_end)
{
	int fd = open("t.defs", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
	assert_int_equal(close(fd), 0);
	mig_error(&diag, line(7), "x");
	mig_error(&diag, line(1), "y");
	expect("t.defs:7: error: x\n"
	       "t.defs:1: error: y\n");
}

TEST(a_line_that_the_file_does_not_have_is_not_shown)
{
	write_file("one\ntwo\n");
	mig_error(&diag, line(3), "x");
	mig_error(&diag, line(UINT32_MAX), "y");
	expect("t.defs:3: error: x\n"
	       "t.defs:4294967295: error: y\n");
}

/* --- colour ---------------------------------------------------------------- */

/* What an error looks like on a terminal. */
static void
say_on_terminal(char *text, size_t room)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	ssize_t length;
	int other;

	assert_true(terminal >= 0);
	assert_int_equal(grantpt(terminal), 0);
	assert_int_equal(unlockpt(terminal), 0);
	other = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(other >= 0);
	(void)fclose(diag.stream);
	diag.stream = fdopen(other, "w");
	assert_non_null(diag.stream);
	mig_error(&diag, line(0), "x");
	(void)fflush(diag.stream);
	length = read(terminal, text, room - 1);
	assert_true(length > 0);
	text[length] = '\0';
	(void)close(terminal);
}

TEST(a_terminal_gets_colours)
{
	char text[256];

	assert_int_equal(unsetenv("NO_COLOR"), 0);
	say_on_terminal(text, sizeof(text));
	assert_non_null(strstr(text, "\033[1;31merror: "));
}

TEST(no_color_is_respected)
{
	char text[256];

	assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
	say_on_terminal(text, sizeof(text));
	assert_int_equal(unsetenv("NO_COLOR"), 0);
	assert_null(strchr(text, '\033'));
}

/* --- the nearest word ------------------------------------------------------ */

static const char *const words[] = {
    "in", "out", "inout", "routine", "mach_port_t", "name_t"};

static const char *
nearest(const char *word)
{
	return mig_nearest(word, words, sizeof(words) / sizeof(words[0]));
}

TEST(a_slip_of_a_letter_is_recognised)
{
	assert_string_equal(nearest("ni"), "in");
	assert_string_equal(nearest("outt"), "out");
	assert_string_equal(nearest("inuot"), "inout");
	assert_string_equal(nearest("routien"), "routine");
	assert_string_equal(nearest("Routin"), "routine");
	assert_string_equal(nearest("naem_t"), "name_t");
	assert_string_equal(nearest("mach_prt_t"), "mach_port_t");
}

TEST(another_word_is_none)
{
	assert_null(nearest("x"));
	assert_null(nearest(""));
	assert_null(nearest("zebra"));
	assert_null(nearest("subsystem"));
	assert_null(mig_nearest("in", NULL, 0));
}

TEST(a_word_of_any_length_can_be_asked_about)
{
	char *word = mig_arena_alloc(arena, 1000001);

	memset(word, 'i', 1000000);
	assert_null(nearest(word));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(an_error_shows_its_place_its_text_and_its_line),
	    CASE(a_warning_and_a_note_say_what_they_are),
	    CASE(a_place_can_be_a_line_a_file_or_the_command_line),
	    CASE(a_gap_is_one_caret),
	    CASE(a_column_without_a_text_is_taken_as_it_is),
	    CASE(tabs_stay_tabs_under_which_marks_stand),
	    CASE(the_summary_counts),
	    CASE(the_chain_of_includes_comes_first),
	    CASE(a_chain_of_includes_is_cut_when_it_is_long),
	    CASE(after_the_largest_number_errors_are_only_counted),
	    CASE(after_the_largest_number_warnings_are_only_counted),
	    CASE(quiet_hides_warnings_and_what_belongs_to_them),
	    CASE(warnings_can_be_errors),
	    CASE(
	        the_column_is_that_of_the_file_and_not_of_the_preprocessed_text),
	    CASE(what_comes_from_a_macro_is_marked_at_the_macro),
	    CASE(what_stands_behind_a_macro_is_found_by_its_text),
	    CASE(what_stands_twice_behind_a_macro_is_marked_at_the_macro),
	    CASE(without_the_file_the_preprocessed_line_is_shown),
	    CASE(a_file_with_something_else_in_it_is_not_shown),
	    CASE(control_characters_are_shown_as_escapes),
	    CASE(only_utf8_that_is_whole_is_shown_as_it_is),
	    CASE(of_a_long_line_a_window_is_shown),
	    CASE(a_window_begins_and_ends_with_whole_characters),
	    CASE(a_long_message_is_cut),
	    CASE(nothing_but_a_regular_file_is_opened),
	    CASE(a_huge_file_is_not_read_to_its_end),
	    CASE(a_line_that_the_file_does_not_have_is_not_shown),
	    CASE(a_terminal_gets_colours),
	    CASE(no_color_is_respected),
	    CASE(a_slip_of_a_letter_is_recognised),
	    CASE(another_word_is_none),
	    CASE(a_word_of_any_length_can_be_asked_about),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
