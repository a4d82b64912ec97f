/* The programs `mig` and `migcom`, as they are run: spec/mig.md 1, 2. */
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

#define DEFS                                                                   \
	"subsystem lend 5000;\n"                                               \
	"#include <mach/std_types.defs>\n"                                     \
	"routine lend(p : mach_port_t; in n : int; out m : int);\n"            \
	"simpleroutine give(p : mach_port_t; n : int);\n"

static char mig[4096]; /* the program */

/* Runs the command @line, whose words blanks separate, with mig's path for the
 * first: it is `mig`, or is called `migcom`. The output is the caller's. */
static int
run_reading(const char *line, const char *input, char **output_out)
{
	const char *words[64] = {0};
	char copy[2000];
	struct scratch_end end;
	int count = 0;

	assert_true(strlen(line) < sizeof(copy));
	(void)snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	end = scratch_run(mig, words, input);
	if (!WIFEXITED(end.status))
		fail_msg("\"%s\" was killed: %s", line, end.output);
	*output_out = end.output;
	return WEXITSTATUS(end.status);
}

static void
expect_good(const char *line)
{
	char *output;
	int status = run_reading(line, NULL, &output);

	if (status != 0)
		fail_msg("\"%s\" failed: %s", line, output);
	assert_string_equal(output, "");
	free(output);
}

static void
expect_said(const char *line, const char *said)
{
	char *output;
	int status = run_reading(line, NULL, &output);

	if (status != 0)
		fail_msg("\"%s\" failed: %s", line, output);
	scratch_expect_part(output, said);
	free(output);
}

static void
expect_bad(const char *line, const char *said)
{
	char *output;
	int status = run_reading(line, NULL, &output);

	if (status != 1)
		fail_msg("\"%s\" ended with %d: %s", line, status, output);
	scratch_expect_part(output, said);
	free(output);
}

static void
expect_part_of(const char *name, const char *part)
{
	char *text = scratch_read(name);

	scratch_expect_part(text, part);
	free(text);
}

static int
set_up(void **state)
{
	(void)scratch_enter(state);
	scratch_write("lend.defs", DEFS);
	(void)unsetenv("CC");
	(void)unsetenv("MIGCC");
	(void)unsetenv("MIGCOM");
	return 0;
}

/* --- outputs --------------------------------------------------------------- */

static void
three_files_are_made_of_one(void **state)
{
	(void)state;
	expect_good("mig lend.defs");
	scratch_expect_files("lend.defs lend.h lendServer.c lendUser.c");
}

static void
outputs_go_where_options_say(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0777), 0);
	expect_good(
	    "mig -user d/u.c -server d/s.c -header d/h.h -sheader "
	    "d/sh.h -dheader d/d.h -list d/list -json d/json lend.defs");
	scratch_expect_files("d lend.defs");
	assert_int_equal(chdir("d"), 0);
	scratch_expect_files("d.h h.h json list s.c sh.h u.c");
	assert_int_equal(chdir(".."), 0);
	expect_part_of("d/u.c", "#include \"h.h\"");
	expect_part_of("d/s.c", "#include \"sh.h\"");
}

static void
dev_null_is_not_written_and_not_included(void **state)
{
	char *text;
	struct stat status;

	(void)state;
	expect_good("mig -header /dev/null -server /dev/null lend.defs");
	scratch_expect_files("lend.defs lendUser.c");
	text = scratch_read("lendUser.c");
	scratch_expect_no_part(text, "null");
	free(text);
	assert_int_equal(stat("/dev/null", &status), 0);
	assert_true(S_ISCHR(status.st_mode));
}

static void
only_what_is_named_is_made(void **state)
{
	(void)state;
	expect_good("mig --only-named -server s.c lend.defs");
	scratch_expect_files("lend.defs s.c");
}

static void
checking_makes_nothing(void **state)
{
	(void)state;
	expect_good("mig --check -user u.c lend.defs");
	scratch_write("types.defs", "type t = MACH_MSG_TYPE_INTEGER_32;\n");
	expect_good("mig --check types.defs");
	expect_bad("mig types.defs", "no subsystem");
	scratch_expect_files("lend.defs types.defs");
}

static void
each_routine_gets_its_own_user_file(void **state)
{
	(void)state;
	expect_good("mig -i only_ -user u.c lend.defs");
	scratch_expect_files("lend.defs lend.h lendServer.c only_give.c "
	                     "only_lend.c");
}

static void
an_internal_header_is_written_for_any_subsystem(void **state)
{
	(void)state;
	expect_good("mig --only-named -iheader i.h lend.defs");
	scratch_expect_files("i.h lend.defs");
	expect_part_of("i.h", "#define lend lend_external");
}

static void
a_list_may_go_to_standard_output(void **state)
{
	(void)state;
	expect_said("mig --only-named -list - lend.defs",
	    "lend 5000 lend 0 5000 5100\nlend 5000 give 1 5001 0\n");
	scratch_expect_files("lend.defs");
}

static void
a_list_may_go_to_the_device_of_standard_output(void **state)
{
	(void)state;
	expect_said("mig --only-named -list /dev/stdout lend.defs",
	    "lend 5000 lend 0 5000 5100\n");
}

static void
verbose_lists_the_routines(void **state)
{
	(void)state;
	expect_said("mig -v lend.defs", "give");
	scratch_expect_files("lend.defs lend.h lendServer.c lendUser.c");
}

static void
outputs_are_the_same_again_and_elsewhere(void **state)
{
	static const char *const names[] = {
	    "lend.h", "lendUser.c", "lendServer.c", "lend.json"};
	char *here[4];

	(void)state;
	expect_good("mig -json lend.json lend.defs");
	for (int i = 0; i < 4; i++)
		here[i] = scratch_read(names[i]);
	expect_good("mig -json lend.json lend.defs");
	for (int i = 0; i < 4; i++)
		scratch_expect(names[i], here[i]);
	assert_int_equal(mkdir("d", 0777), 0);
	assert_int_equal(chdir("d"), 0);
	expect_good("mig -json lend.json ../lend.defs");
	for (int i = 0; i < 4; i++) {
		scratch_expect(names[i], here[i]);
		free(here[i]);
	}
	assert_int_equal(chdir(".."), 0);
}

/* --- inputs ---------------------------------------------------------------- */

static void
several_inputs_are_processed(void **state)
{
	(void)state;
	scratch_write("b.defs", "subsystem b 10;\n");
	expect_good("mig --only-named -list - -q b.defs");
	expect_good("mig -server /dev/null lend.defs b.defs");
	scratch_expect_files("b.defs b.h bUser.c lend.defs lend.h lendUser.c");
}

static void
an_error_in_one_input_does_not_keep_others_from_being_made(void **state)
{
	(void)state;
	scratch_write("bad.defs", "subsystem;\n");
	expect_bad("mig bad.defs lend.defs", "bad.defs:1:");
	scratch_expect_files(
	    "bad.defs lend.defs lend.h lendServer.c lendUser.c");
}

static void
standard_input_is_an_input(void **state)
{
	char *output;

	(void)state;
	assert_int_equal(run_reading("mig -", "lend.defs", &output), 0);
	assert_string_equal(output, "");
	free(output);
	scratch_expect_files("lend.defs lend.h lendServer.c lendUser.c");
}

static void
migcom_reads_what_has_been_preprocessed(void **state)
{
	char *output;

	(void)state;
	scratch_write("lend.i", "# 7 \"x.defs\"\nsubsystem lend 5;\n");
	assert_int_equal(run_reading("migcom", "lend.i", &output), 0);
	assert_string_equal(output, "");
	free(output);
	expect_good("migcom -list list lend.i");
	scratch_expect_files(
	    "lend.defs lend.h lend.i lendServer.c lendUser.c list");
}

static void
places_are_those_of_the_source(void **state)
{
	(void)state;
	scratch_write("lend.i", "# 7 \"x.defs\"\nsubsystem;\n");
	expect_bad("migcom lend.i", "x.defs:7:");
	scratch_write("types.defs", "\ntype t = nonsense;\n");
	scratch_write("a.defs", "subsystem a 1;\n#include \"types.defs\"\n");
	expect_bad("mig a.defs", "types.defs:2:");
}

static void
endless_input_is_refused(void **state)
{
	(void)state;
	expect_bad("migcom /dev/zero", "has more than 64 MiB");
	scratch_expect_files("lend.defs");
}

static void
an_input_that_is_none_is_an_error(void **state)
{
	(void)state;
	expect_bad("mig nowhere.defs", "cannot read `nowhere.defs`");
	expect_bad("mig .", "Is a directory");
	expect_bad("migcom nowhere.i", "cannot read `nowhere.i`");
	expect_bad("migcom .", "Is a directory");
}

/* --- options --------------------------------------------------------------- */

static void
wrong_usage_is_an_error(void **state)
{
	(void)state;
	expect_bad("mig", "no input file");
	expect_bad("mig -heder x.h lend.defs", "did you mean `-header`?");
	expect_bad("mig -mach_msg2 lend.defs", "not supported");
	expect_bad("mig -user lend.defs", "no input file");
	expect_bad("mig -user u.c lend.defs lend.defs", "there are 2 inputs");
	scratch_expect_files("lend.defs");
}

static void
an_option_that_no_one_knows_is_an_error(void **state)
{
	(void)state;
	expect_bad("mig --nobody-knows-this lend.defs", "nobody-knows-this");
	scratch_expect_files("lend.defs");
}

static void
options_after_a_file_are_ignored_with_a_warning(void **state)
{
	(void)state;
	expect_said("mig lend.defs -user u.c", "`-user` is ignored");
	expect_bad("mig -Werror lend.defs -user u.c", "`-user` is ignored");
	scratch_expect_files("lend.defs lend.h lendServer.c lendUser.c");
}

static void
warnings_can_be_errors_or_left_out(void **state)
{
	(void)state;
	scratch_write("w.defs",
	    "subsystem w 1;\n"
	    "type t = MACH_MSG_TYPE_INTEGER_32;\n"
	    "type t = MACH_MSG_TYPE_INTEGER_32;\n");
	expect_said(
	    "mig --only-named -user u.c w.defs", "w.defs:3:6: warning:");
	expect_good("mig --only-named -user u.c -q w.defs");
	expect_bad("mig --only-named -user v.c -Werror w.defs", "w.defs:3:6:");
	scratch_expect_files("lend.defs u.c w.defs");
}

static void
the_flags_of_a_whole_project_may_be_given(void **state)
{
	(void)state;
	expect_good("mig -std=gnu17 -O2 -g3 -Wall -Wextra -Werror -pthread "
	            "-fPIC -pipe -c -DNDEBUG -D_FORTIFY_SOURCE=2 -Wl,-z,now "
	            "-L/usr/lib -lm -fsanitize=address -march=native "
	            "-fvisibility=hidden lend.defs");
	scratch_expect_files("lend.defs lend.h lendServer.c lendUser.c");
}

static void
real_files_have_stray_words_and_apostrophes(void **state)
{
	(void)state;
	scratch_write(
	    "a.defs", "subsystem a 1;\n#if 0\nit's out\n#endif NEVER\n");
	expect_said("mig -Wall -Werror a.defs", "warning");
	scratch_expect_files("a.defs a.h aServer.c aUser.c lend.defs");
}

static void
linux_and_unix_are_names_like_any_other(void **state)
{
	(void)state;
	scratch_write("a.defs", "subsystem linux 1;\n");
	expect_good("mig -std=gnu17 a.defs");
	scratch_expect_files(
	    "a.defs lend.defs linux.h linuxServer.c linuxUser.c");
}

static void
help_and_version_are_told(void **state)
{
	char *output;

	(void)state;
	expect_said("mig --help", "Outputs:\n");
	expect_said("migcom --help", "usage: migcom");
	expect_said("mig --version", "mig (Mach ports for Linux) ");
	expect_said("mig -version", "mig (Mach ports for Linux) ");
	assert_int_equal(run_reading("migcom -version", NULL, &output), 0);
	scratch_expect_part(output, "migcom (");
	free(output);
}

/* --- other programs -------------------------------------------------------- */

static void
without_a_preprocessor_there_is_nothing(void **state)
{
	(void)state;
	expect_bad("mig -cc /nowhere/cc lend.defs", "cannot run");
	expect_bad("mig -cc false lend.defs", "failed: status 1");
	scratch_expect_files("lend.defs");
}

static void
half_a_preprocessing_is_none(void **state)
{
	(void)state;
	scratch_write(
	    "killed", "#!/bin/sh\necho 'subsystem a 1;'\nkill -9 $$\n");
	assert_int_equal(chmod("killed", 0777), 0);
	expect_bad("mig -cc ./killed lend.defs", "was killed");
	scratch_expect_files("killed lend.defs");
}

/* It sends us the signal, to be at work by then. */
static void
who_is_interrupted_interrupts_the_preprocessor(void **state)
{
	const char *const words[] = {"mig", "-cc", "./slow", "lend.defs", NULL};
	struct scratch_end end;

	(void)state;
	scratch_write("slow",
	    "#!/bin/sh\n"
	    "trap 'echo told >told; kill $!' TERM\n"
	    "sleep 5 & kill -TERM $PPID; wait\n");
	assert_int_equal(chmod("slow", 0777), 0);
	end = scratch_run(mig, words, NULL);
	assert_true(WIFSIGNALED(end.status));
	assert_int_equal(WTERMSIG(end.status), SIGTERM);
	scratch_expect("told", "told\n");
	scratch_expect_files("lend.defs slow told");
	free(end.output);
}

static void
each_compiler_will_do_for_the_preprocessor(void **state)
{
	const char *compilers = getenv("MIG_COMPILERS");

	(void)state;
	assert_int_equal(setenv("MIGCC", "env A=b gcc", 1), 0);
	expect_good("mig -O2 -Wall -MD lend.defs");
	assert_non_null(compilers);
	if (strstr(compilers, "clang")) {
		assert_int_equal(setenv("MIGCC", "clang", 1), 0);
		expect_good("mig -O2 -Wall -MD lend.defs");
	}
	(void)unsetenv("MIGCC");
}

static void
another_compiler_proper_is_fed(void **state)
{
	(void)state;
	scratch_write("migcom", "#!/bin/sh\necho \"$@\" >words\ncat >text\n");
	assert_int_equal(chmod("migcom", 0777), 0);
	expect_good("mig -migcom ./migcom -DX -user u.c -q -MD lend.defs");
	scratch_expect("words", "-user u.c -q\n");
	expect_part_of("text", "subsystem lend 5000;");
	expect_part_of("u.c.d", "u.c: lend.defs");
	scratch_expect_files("lend.defs lend.h.d lendServer.c.d migcom text "
	                     "u.c.d words");
}

static void
another_compiler_proper_may_fail(void **state)
{
	(void)state;
	assert_int_equal(setenv("MIGCOM", "false", 1), 0);
	expect_bad("mig -MD lend.defs", "the compiler proper `false` failed");
	(void)unsetenv("MIGCOM");
	scratch_expect_files("lend.defs");
}

/* --- all or none ----------------------------------------------------------- */

static void
after_an_error_all_is_as_it_was(void **state)
{
	(void)state;
	scratch_write("lendUser.c", "old");
	scratch_write("lend.defs", DEFS "routine;\n");
	expect_bad("mig -MD lend.defs", "lend.defs:5:");
	scratch_expect_files("lend.defs lendUser.c");
	scratch_expect("lendUser.c", "old");
}

static void
a_full_disk_leaves_nothing(void **state)
{
	struct rlimit old;
	struct rlimit limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 500;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	expect_bad("mig lend.defs", "File too large");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	scratch_expect_files("lend.defs");
}

static void
nor_does_a_name_that_cannot_be_written(void **state)
{
	(void)state;
	expect_bad(
	    "mig -header /dev/full lend.defs", "No space left on device");
	expect_bad("mig -server . lend.defs", "Is a directory");
	expect_bad("mig -server no/s.c lend.defs", "No such file or directory");
	expect_bad("mig -user x -server x lend.defs", "name the same file");
	expect_bad("mig -server lend.defs lend.defs", "is the input");
	expect_bad("mig lend.defs lend.defs", "an earlier input");
	scratch_expect_files("lend.defs lend.h lendServer.c lendUser.c");
	scratch_expect("lend.defs", DEFS);
}

static void
without_standard_output_nothing_can_be_written_there(void **state)
{
	const char *const words[] = {
	    "sh", "-c", "\"$0\" --only-named -list - lend.defs >&-", mig, NULL};
	struct scratch_end end = scratch_run("/bin/sh", words, NULL);

	(void)state;
	assert_true(WIFEXITED(end.status));
	assert_int_equal(WEXITSTATUS(end.status), 1);
	scratch_expect_part(end.output, "cannot write standard output");
	free(end.output);
}

static void
text_for_nobody_is_an_error(void **state)
{
	const char *const full[] = {
	    "sh", "-c", "exec \"$0\" --help >/dev/full", mig, NULL};
	const char *const closed[] = {
	    "sh", "-c", "exec \"$0\" lend.defs <&- >&- 2>&-", mig, NULL};
	struct scratch_end end = scratch_run("sh", full, NULL);

	(void)state;
	assert_int_equal(WEXITSTATUS(end.status), 1);
	scratch_expect_part(end.output, "No space left on device");
	free(end.output);

	/* No output gets a descriptor that messages go to. */
	end = scratch_run("sh", closed, NULL);
	assert_int_equal(end.status, 0);
	free(end.output);
	scratch_expect_files("lend.defs lend.h lendServer.c lendUser.c");
}

/* --- dependencies ---------------------------------------------------------- */

static void
each_output_has_a_dependency_file(void **state)
{
	(void)state;
	scratch_write("more.defs", "");
	scratch_write("lend.defs", "#include \"more.defs\"\n" DEFS);
	expect_good("mig -MD -header /dev/null -sheader s.h lend.defs");
	scratch_expect_files("lend.defs lendServer.c lendServer.c.d lendUser.c "
	                     "lendUser.c.d more.defs s.h s.h.d");
	expect_part_of("s.h.d", "s.h: lend.defs ");
	expect_part_of("s.h.d", "more.defs");
	expect_part_of("s.h.d", "mach/std_types.defs");
}

static void
without_outputs_there_are_no_dependencies(void **state)
{
	(void)state;
	expect_good("mig --check -MD -MF lend.d lend.defs");
	scratch_expect_files("lend.defs");
	expect_good("mig --check -MD -MF lend.d -MT stamp lend.defs");
	expect_part_of("lend.d", "stamp: lend.defs");
}

static void
or_there_is_one_for_all(void **state)
{
	(void)state;
	expect_good("mig -MMD -MF lend.d lend.defs");
	scratch_expect_files("lend.d lend.defs lend.h lendServer.c lendUser.c");
	scratch_expect(
	    "lend.d", "lendUser.c \\\n lendServer.c \\\n lend.h: lend.defs\n");
}

static void
find_mig(void)
{
	const char *build = getenv("MACHPORT_BUILD");

	assert_non_null(build);
	(void)snprintf(mig, sizeof(mig), "%s/src/mig/mig", build);
	(void)setenv("LC_ALL", "C", 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(three_files_are_made_of_one),
	    CASE(outputs_go_where_options_say),
	    CASE(dev_null_is_not_written_and_not_included),
	    CASE(only_what_is_named_is_made),
	    CASE(checking_makes_nothing),
	    CASE(each_routine_gets_its_own_user_file),
	    CASE(an_internal_header_is_written_for_any_subsystem),
	    CASE(a_list_may_go_to_standard_output),
	    CASE(a_list_may_go_to_the_device_of_standard_output),
	    CASE(verbose_lists_the_routines),
	    CASE(outputs_are_the_same_again_and_elsewhere),
	    CASE(several_inputs_are_processed),
	    CASE(an_error_in_one_input_does_not_keep_others_from_being_made),
	    CASE(standard_input_is_an_input),
	    CASE(migcom_reads_what_has_been_preprocessed),
	    CASE(places_are_those_of_the_source),
	    CASE(endless_input_is_refused),
	    CASE(an_input_that_is_none_is_an_error),
	    CASE(wrong_usage_is_an_error),
	    CASE(an_option_that_no_one_knows_is_an_error),
	    CASE(options_after_a_file_are_ignored_with_a_warning),
	    CASE(warnings_can_be_errors_or_left_out),
	    CASE(the_flags_of_a_whole_project_may_be_given),
	    CASE(real_files_have_stray_words_and_apostrophes),
	    CASE(linux_and_unix_are_names_like_any_other),
	    CASE(help_and_version_are_told),
	    CASE(without_a_preprocessor_there_is_nothing),
	    CASE(half_a_preprocessing_is_none),
	    CASE(who_is_interrupted_interrupts_the_preprocessor),
	    CASE(each_compiler_will_do_for_the_preprocessor),
	    CASE(another_compiler_proper_is_fed),
	    CASE(another_compiler_proper_may_fail),
	    CASE(after_an_error_all_is_as_it_was),
	    CASE(a_full_disk_leaves_nothing),
	    CASE(nor_does_a_name_that_cannot_be_written),
	    CASE(without_standard_output_nothing_can_be_written_there),
	    CASE(text_for_nobody_is_an_error),
	    CASE(each_output_has_a_dependency_file),
	    CASE(or_there_is_one_for_all),
	    CASE(without_outputs_there_are_no_dependencies),
	};

	find_mig();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
