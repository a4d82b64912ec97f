/* Lines on stderr: whole, in time, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static int true_stderr;
static int ends[2]; /* a pipe: what reads stderr, and what it was made of */

/* stderr is a pipe, as it is for `prog 2>&1 | head`. */
static int
setup(void **state)
{
	(void)state;
	(void)alarm(30);
	true_stderr = dup(STDERR_FILENO);
	assert_true(true_stderr >= 0);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)dup2(true_stderr, STDERR_FILENO);
	(void)close(true_stderr);
	(void)close(ends[0]);
	(void)close(ends[1]);
	(void)unsetenv("JOURNAL_STREAM");
	return 0;
}

/* Until nothing at all fits in. */
static void
fill_pipe(void)
{
	static const char full[4096];
	int flags = fcntl(ends[1], F_GETFL);

	assert_int_equal(fcntl(ends[1], F_SETFL, flags | O_NONBLOCK), 0);
	while (write(ends[1], full, sizeof(full)) > 0)
		;
	while (write(ends[1], full, 1) > 0)
		;
	assert_int_equal(fcntl(ends[1], F_SETFL, flags), 0);
}

static void
empty_pipe(void)
{
	char text[4096];
	struct pollfd event = {.fd = ends[0], .events = POLLIN};

	while (poll(&event, 1, 0) > 0)
		assert_true(read(ends[0], text, sizeof(text)) > 0);
}

/* What was written since the last time. */
static const char *
written(void)
{
	static char text[4096];
	ssize_t got = read(ends[0], text, sizeof(text) - 1);

	assert_true(got > 0);
	text[got] = '\0';
	return text;
}

TEST(a_line_has_the_name_of_the_program)
{
	log_init("machportd");
	log_note("%d is the number", 7);
	assert_string_equal(written(), "machportd: 7 is the number\n");
}

TEST(a_line_for_the_journal_has_its_priority)
{
	struct stat status;
	char stream[64];

	assert_int_equal(fstat(STDERR_FILENO, &status), 0);
	(void)snprintf(stream, sizeof(stream), "%ju:%ju",
	    (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	(void)setenv("JOURNAL_STREAM", stream, 1);
	log_init("machportd");
	log_error("trouble");
	assert_string_equal(written(), "<3>trouble\n");
}

TEST(a_journal_that_somebody_else_writes_to_is_none)
{
	(void)setenv("JOURNAL_STREAM", "1:2", 1);
	log_init("machportd");
	log_error("trouble");
	assert_string_equal(written(), "machportd: trouble\n");
}

TEST(nobody_waits_for_a_reader_that_does_not_read)
{
	log_init("machportd");
	fill_pipe();
	log_note("this is lost");
	log_error("so is this");
	empty_pipe();
	log_note("here again");
	assert_string_equal(written(),
	    "machportd: 2 lines were lost before this one\n"
	    "machportd: here again\n");
}

TEST(the_file_that_others_write_to_goes_on_blocking)
{
	log_init("machportd");
	assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
	assert_int_not_equal(fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK, 0);
}

TEST(a_line_that_is_too_long_loses_its_end)
{
	char text[2000];
	const char *line;

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	log_init("machportd");
	log_note("%s", text);
	line = written();
	assert_int_equal(strlen(line), 512);
	assert_int_equal(line[511], '\n');
}

TEST(what_a_task_has_chosen_ends_no_line_and_is_nothing_to_a_terminal)
{
	log_init("machportd");
	/* A line of its own; what terminals obey, of 7 bits, of UTF-8 and of 8; letters. */
	log_note("%s",
	    "a\n<0>b\033[2J\177\xc2\x9b"
	    "1m\x9b"
	    "1m\xc3\x9c");
	assert_string_equal(
	    written(), "machportd: a?<0>b?[2J?\xc2?1m?1m\xc3\x9c\n");
}

TEST(lines_about_tasks_are_few)
{
	unsigned lines = 0;

	log_init("machportd");
	for (unsigned i = 0; i < 1000; i++)
		log_task("%u", i);
	for (const char *text = written(); *text; text++)
		lines += *text == '\n';
	assert_int_equal(lines, 20);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_line_has_the_name_of_the_program),
	    CASE(a_line_for_the_journal_has_its_priority),
	    CASE(a_journal_that_somebody_else_writes_to_is_none),
	    CASE(nobody_waits_for_a_reader_that_does_not_read),
	    CASE(the_file_that_others_write_to_goes_on_blocking),
	    CASE(a_line_that_is_too_long_loses_its_end),
	    CASE(
	        what_a_task_has_chosen_ends_no_line_and_is_nothing_to_a_terminal),
	    CASE(lines_about_tasks_are_few),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
