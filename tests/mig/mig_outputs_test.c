/* All files of a compilation or none: spec/mig.md 2.3. */
#include "mig_outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

/* More than a pipe holds. */
#define LARGE (1 << 20)

struct set {
	struct mig_arena *arena;
	struct mig_outputs outputs;
	struct mig_diag diag;
	char *said;
	size_t said_length;
};

static int
set_up(void **state)
{
	struct set *set = calloc(1, sizeof(*set));

	assert_non_null(set);
	(void)scratch_enter(state);
	set->arena = mig_arena_new();
	set->outputs.arena = set->arena;
	set->diag.arena = set->arena;
	set->diag.stream = open_memstream(&set->said, &set->said_length);
	assert_non_null(set->diag.stream);
	*state = set;
	return 0;
}

static int
tear_down(void **state)
{
	struct set *set = *state;

	(void)scratch_leave(state);
	mig_outputs_clear(&set->outputs);
	(void)fclose(set->diag.stream);
	free(set->said);
	mig_arena_free(set->arena);
	free(set);
	return 0;
}

static void
add(struct set *set, const char *option, const char *name, const char *text)
{
	mig_put(mig_outputs_add(&set->outputs, option, name), "%s", text);
}

static void
add_large(struct set *set, const char *option, const char *name)
{
	struct mig_text *text = mig_outputs_add(&set->outputs, option, name);

	for (int i = 0; i < LARGE / 16; i++)
		mig_put(text, "0123456789abcdef");
}

static void
expect_success(struct set *set)
{
	bool good = mig_outputs_commit(&set->outputs, &set->diag, "a.defs");

	(void)fflush(set->diag.stream);
	assert_string_equal(set->said, "");
	assert_true(good);
}

static void
expect_failure(struct set *set, const char *said)
{
	bool good = mig_outputs_commit(&set->outputs, &set->diag, "a.defs");

	(void)fflush(set->diag.stream);
	assert_false(good);
	scratch_expect_part(set->said, said);
	assert_int_equal(set->diag.errors, 1);
}

static void
all_files_are_written(void **state)
{
	struct set *set = *state;

	assert_int_equal(mkdir("d", 0777), 0);
	add(set, "-user", "u.c", "user");
	add(set, "-server", "./s.c", "server");
	add(set, "-header", "d/h.h", "");
	expect_success(set);
	scratch_expect_files("d s.c u.c");
	scratch_expect("u.c", "user");
	scratch_expect("s.c", "server");
	scratch_expect("d/h.h", "");
}

static void
a_file_that_is_there_is_replaced_and_not_changed(void **state)
{
	struct set *set = *state;

	scratch_write("u.c", "old");
	assert_int_equal(link("u.c", "reader"), 0);
	add(set, "-user", "u.c", "new");
	expect_success(set);
	scratch_expect("u.c", "new");
	scratch_expect("reader", "old");
}

static void
new_files_have_the_mode_of_any_other(void **state)
{
	struct set *set = *state;
	mode_t mask = umask(027);
	struct stat status;

	add(set, "-user", "u.c", "user");
	expect_success(set);
	(void)umask(mask);
	assert_int_equal(stat("u.c", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0640);
}

static void
a_symbolic_link_stays_one(void **state)
{
	struct set *set = *state;
	struct stat status;

	assert_int_equal(mkdir("d", 0777), 0);
	scratch_write("d/u.c", "old");
	assert_int_equal(symlink("d/u.c", "u.c"), 0);
	add(set, "-user", "u.c", "new");
	expect_success(set);
	assert_int_equal(lstat("u.c", &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	scratch_expect("d/u.c", "new");
}

static void
what_is_no_regular_file_stays_what_it_is(void **state)
{
	struct set *set = *state;
	char text[8] = "";
	int reader;

	assert_int_equal(mkfifo("fifo", 0777), 0);
	reader = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	add(set, "-list", "fifo", "text");
	expect_success(set);
	assert_int_equal(read(reader, text, sizeof(text)), 4);
	assert_string_equal(text, "text");
	(void)close(reader);
	scratch_expect_files("fifo");
}

static void
nothing_is_there_when_the_disk_is_full(void **state)
{
	struct set *set = *state;
	struct rlimit old;
	struct rlimit limit;

	scratch_write("s.c", "old");
	add(set, "-user", "u.c", "user");
	add(set, "-server", "s.c", "server");
	add_large(set, "-header", "h.h");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = LARGE / 2;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	expect_failure(set, "-header: cannot write `h.h`: File too large");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	scratch_expect_files("s.c");
	scratch_expect("s.c", "old");
}

static void
nothing_is_there_when_a_device_is_full(void **state)
{
	struct set *set = *state;

	add(set, "-list", "/dev/full", "list");
	add(set, "-user", "u.c", "user");
	expect_failure(
	    set, "-list: cannot write `/dev/full`: No space left on device");
	scratch_expect_files("");
}

static void
nothing_is_there_when_a_name_is_a_directory(void **state)
{
	struct set *set = *state;

	assert_int_equal(mkdir("d", 0777), 0);
	add(set, "-user", "u.c", "user");
	add(set, "-server", "d", "server");
	expect_failure(set, "-server: cannot write `d`: Is a directory");
	scratch_expect_files("d");
}

static void
nothing_is_there_when_a_directory_is_missing(void **state)
{
	struct set *set = *state;

	add(set, "-user", "u.c", "user");
	add(set, "-server", "d/s.c", "server");
	expect_failure(set, "`d/s.c`: No such file or directory");
	scratch_expect_files("");
}

static void
a_name_that_is_too_long_is_an_error(void **state)
{
	struct set *set = *state;
	char name[400];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	add(set, "-user", "u.c", "user");
	add(set, "-i", name, "user");
	expect_failure(set, "File name too long");
	scratch_expect_files("");
}

static void
two_names_of_one_file_are_an_error(void **state)
{
	struct set *set = *state;

	assert_int_equal(mkdir("d", 0777), 0);
	add(set, "-user", "d/../x.c", "user");
	add(set, "-header", "h.h", "header");
	add(set, "-server", "./x.c", "server");
	expect_failure(set, "-user and -server name the same file");
	scratch_expect_files("d");
}

static void
two_texts_do_not_share_standard_output(void **state)
{
	struct set *set = *state;

	add(set, "-json", "-", "json");
	add(set, "-v", "-", "list");
	expect_failure(set, "-json and -v both write to standard output");
}

static void
the_input_is_no_output(void **state)
{
	struct set *set = *state;

	scratch_write("a.defs", "input");
	add(set, "-user", "./a.defs", "user");
	expect_failure(set, "-user: the output `./a.defs` is the input");
	scratch_expect("a.defs", "input");
}

static void
what_an_earlier_input_made_is_not_replaced(void **state)
{
	struct set *set = *state;

	add(set, "-user", "u.c", "first");
	expect_success(set);
	mig_outputs_clear(&set->outputs);
	add(set, "-server", "s.c", "second");
	add(set, "-user", "./u.c", "second");
	expect_failure(set, "is the output of an earlier input");
	scratch_expect_files("u.c");
	scratch_expect("u.c", "first");
}

static void
there_may_be_many_files(void **state)
{
	struct set *set = *state;

	for (int i = 0; i < 1000; i++)
		add(set, "-i", mig_arena_print(set->arena, "%d.c", i), "x");
	expect_success(set);
	scratch_expect("999.c", "x");
}

static void
a_name_that_somebody_has_is_passed_over(void **state)
{
	struct set *set = *state;
	const char *name =
	    mig_arena_print(set->arena, ".mig-%ld-0", (long)getpid());

	scratch_write(name, "somebody's");
	add(set, "-user", "u.c", "user");
	expect_success(set);
	scratch_expect("u.c", "user");
	scratch_expect(name, "somebody's");
}

static void
many_files_take_no_quadratic_time(void **state)
{
	struct set *set = *state;

	/* All are found wanting before one is written. */
	for (int i = 0; i < 20000; i++)
		add(set, "-i", mig_arena_print(set->arena, "%d.c", i), "x");
	add(set, "-user", "77.c", "x");
	expect_failure(set, "-i and -user name the same file, `77.c`");
	scratch_expect_files("");
}

static void
who_does_not_read_standard_output_is_an_error(void **state)
{
	struct set *set = *state;
	int saved = dup(STDOUT_FILENO);
	int ends[2];
	bool good;

	assert_int_equal(pipe(ends), 0);
	(void)close(ends[0]);
	add(set, "-user", "u.c", "user");
	add(set, "-json", "-", "json");
	(void)fflush(stdout);
	assert_true(dup2(ends[1], STDOUT_FILENO) >= 0);
	good = mig_outputs_commit(&set->outputs, &set->diag, "a.defs");
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	(void)close(ends[1]);
	(void)close(saved);
	assert_false(good);
	(void)fflush(set->diag.stream);
	scratch_expect_part(
	    set->said, "-json: cannot write standard output: Broken pipe");
	scratch_expect_files("");
}

static void
a_link_to_a_file_that_is_not_there_yet_is_followed(void **state)
{
	struct set *set = *state;

	assert_int_equal(mkdir("d", 0777), 0);
	assert_int_equal(symlink("d/link", "u.c"), 0);
	assert_int_equal(symlink("real.c", "d/link"), 0);
	add(set, "-user", "u.c", "user");
	expect_success(set);
	scratch_expect("d/real.c", "user");
	scratch_expect("u.c", "user");
}

static void
a_file_and_a_link_to_it_are_one_before_it_is_there(void **state)
{
	struct set *set = *state;

	assert_int_equal(symlink("real.c", "link.c"), 0);
	add(set, "-user", "real.c", "user");
	add(set, "-server", "link.c", "server");
	expect_failure(set, "-user and -server name the same file");
	scratch_expect_files("link.c");
}

static void
the_name_of_a_directory_is_no_output(void **state)
{
	struct set *set = *state;

	add(set, "-user", "u.c/", "user");
	expect_failure(set, "-user: cannot write `u.c/`: Is a directory");
	scratch_expect_files("");
}

/* In a child: the parent reads a little of "fifo", and kills it. */
static void
a_signal_leaves_nothing_behind(void **state)
{
	struct set *set = *state;
	char byte;
	int status;
	int reader;
	pid_t child;

	assert_int_equal(mkfifo("fifo", 0777), 0);
	add(set, "-user", "u.c", "user");
	add_large(set, "-json", "fifo");
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)alarm(30);
		(void)mig_outputs_commit(&set->outputs, &set->diag, "a.defs");
		_exit(0);
	}
	reader = open("fifo", O_RDONLY);
	assert_true(reader >= 0);
	assert_int_equal(read(reader, &byte, 1), 1);
	assert_int_equal(kill(child, SIGTERM), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	(void)close(reader);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	scratch_expect_files("fifo");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(all_files_are_written),
	    CASE(a_file_that_is_there_is_replaced_and_not_changed),
	    CASE(new_files_have_the_mode_of_any_other),
	    CASE(a_symbolic_link_stays_one),
	    CASE(what_is_no_regular_file_stays_what_it_is),
	    CASE(nothing_is_there_when_the_disk_is_full),
	    CASE(nothing_is_there_when_a_device_is_full),
	    CASE(nothing_is_there_when_a_name_is_a_directory),
	    CASE(nothing_is_there_when_a_directory_is_missing),
	    CASE(a_name_that_is_too_long_is_an_error),
	    CASE(two_names_of_one_file_are_an_error),
	    CASE(two_texts_do_not_share_standard_output),
	    CASE(the_input_is_no_output),
	    CASE(what_an_earlier_input_made_is_not_replaced),
	    CASE(there_may_be_many_files),
	    CASE(a_name_that_somebody_has_is_passed_over),
	    CASE(many_files_take_no_quadratic_time),
	    CASE(who_does_not_read_standard_output_is_an_error),
	    CASE(a_link_to_a_file_that_is_not_there_yet_is_followed),
	    CASE(a_file_and_a_link_to_it_are_one_before_it_is_there),
	    CASE(the_name_of_a_directory_is_no_output),
	    CASE(a_signal_leaves_nothing_behind),
	};

	/* As mig does. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
