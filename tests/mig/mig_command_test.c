/* The command line: spec/mig.md 2, 2.1. */
#include "mig_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mig_option_table.h"

/* One command line, read. */
struct line {
	struct mig_arena *arena;
	struct mig_diag diag;
	char *said; /* what went to standard error */
	size_t said_length;
	struct mig_command command;
	bool good;
};

/* Reads "mig -q a.defs", or "migcom ...". */
static void
line_read(struct line *line, const char *text)
{
	struct mig_words words = {0};

	line->arena = mig_arena_new();
	line->said = NULL;
	line->diag = (struct mig_diag){
	    .arena = line->arena,
	    .stream = open_memstream(&line->said, &line->said_length),
	};
	assert_non_null(line->diag.stream);
	mig_words_split(line->arena, &words, text);
	line->good = mig_command_read(
	    &line->command, line->arena, &line->diag, words.words);
	(void)fflush(line->diag.stream);
}

static void
line_free(struct line *line)
{
	(void)fclose(line->diag.stream);
	free(line->said);
	mig_arena_free(line->arena);
}

static void
expect_words(const struct mig_words *words, const char *text)
{
	char joined[1000] = "";
	size_t length = 0;

	for (size_t i = 0; i < words->length; i++)
		length +=
		    (size_t)snprintf(joined + length, sizeof(joined) - length,
		        "%s%s", i > 0 ? " " : "", words->words[i]);
	assert_string_equal(joined, text);
}

static void
expect_said(const struct line *line, const char *text)
{
	if (!strstr(line->said, text))
		fail_msg("\"%s\" is not in \"%s\"", text, line->said);
}

static void
expect_passed(const char *given, const char *passed)
{
	struct line line;
	char text[1000];

	(void)snprintf(text, sizeof(text), "mig %s a.defs", given);
	line_read(&line, text);
	assert_true(line.good);
	assert_string_equal(line.said, "");
	expect_words(&line.command.preprocessor, passed);
	expect_words(&line.command.inputs, "a.defs");
	line_free(&line);
}

static void
expect_refused(const char *text, const char *said)
{
	struct line line;

	line_read(&line, text);
	assert_false(line.good);
	expect_said(&line, said);
	line_free(&line);
}

static void
outputs_are_named(void **state)
{
	struct line line;
	const struct mig_options *o = &line.command.options;

	(void)state;
	line_read(&line,
	    "mig -user u.c -server s.c -header h.h -sheader sh.h -iheader i.h "
	    "-dheader d.h -list l -json - -i pre a.defs");
	assert_true(line.good);
	assert_string_equal(o->user, "u.c");
	assert_string_equal(o->server, "s.c");
	assert_string_equal(o->header, "h.h");
	assert_string_equal(o->sheader, "sh.h");
	assert_string_equal(o->iheader, "i.h");
	assert_string_equal(o->dheader, "d.h");
	assert_string_equal(o->list, "l");
	assert_string_equal(o->json, "-");
	assert_string_equal(o->user_file_prefix, "pre");
	line_free(&line);
}

static void
nothing_is_asked_for_by_default(void **state)
{
	struct line line;
	const struct mig_options *o = &line.command.options;

	(void)state;
	line_read(&line, "mig a.defs");
	assert_true(line.good);
	assert_null(o->user);
	assert_null(o->json);
	assert_false(o->quiet || o->verbose || o->symbol_table || o->split ||
	    o->send_then_receive || o->counted_by || o->only_named ||
	    o->check_only || o->warnings_are_errors || o->warn_no_dealloc);
	assert_string_equal(o->prefix, "");
	assert_string_equal(o->sub_prefix, "");
	assert_int_equal(line.command.depend.kind, MIG_DEPEND_NONE);
	line_free(&line);
}

static void
switches_switch(void **state)
{
	struct line line;
	const struct mig_options *o = &line.command.options;

	(void)state;
	line_read(&line,
	    "mig -q -v -s -R -b -split -Werror -Wdealloc "
	    "--only-named --check -maxonstack 512 -max_descrs 3 "
	    "-max_reply_descrs 4 -prefix p_ -subrprefix q a.defs");
	assert_true(line.good);
	assert_true(o->quiet && o->verbose && o->symbol_table && o->split &&
	    o->send_then_receive && o->counted_by && o->only_named &&
	    o->check_only && o->warnings_are_errors && o->warn_no_dealloc);
	assert_int_equal(o->max_on_stack, 512);
	assert_int_equal(o->max_descriptors, 3);
	assert_int_equal(o->max_reply_descriptors, 4);
	assert_string_equal(o->prefix, "p_");
	assert_string_equal(o->sub_prefix, "q");
	line_free(&line);
}

static void
the_other_letter_switches_back(void **state)
{
	struct line line;
	const struct mig_options *o = &line.command.options;

	(void)state;
	line_read(&line, "mig -q -v -s -R -b -Q -V -S -r -B a.defs");
	assert_true(line.good);
	assert_false(o->quiet || o->verbose || o->symbol_table ||
	    o->send_then_receive || o->counted_by);
	line_free(&line);
}

static void
options_of_older_compilers_are_accepted(void **state)
{
	(void)state;
	expect_passed("-n -N -l -L -k -K -T -X -novouchers -untyped "
	              "-cpp /lib/cpp -arch arm64",
	    "");
}

static void
what_cannot_be_done_is_not_supported(void **state)
{
	(void)state;
	expect_refused("mig -t a.defs", "`-t` is not supported");
	expect_refused("mig -x a.defs", "`-x` is not supported");
	expect_refused("mig -typed a.defs", "`-typed` is not supported");
	expect_refused("mig -handler a.defs", "`-handler` is not supported");
	expect_refused(
	    "mig -mach_msg2 a.defs", "`-mach_msg2` is not supported");
	expect_refused("migcom -mach_msg2", "`-mach_msg2` is not supported");
}

static void
unknown_options_go_to_the_preprocessor(void **state)
{
	(void)state;
	expect_passed("-DA=1 -Iinc -fwhat -some-thing-else",
	    "-DA=1 -Iinc -fwhat -some-thing-else");
}

static void
so_do_their_arguments(void **state)
{
	const char *options = "-I a -D b -U c -include d -isystem e -imacros f "
	                      "-idirafter g -iquote h -isysroot i -target j";

	(void)state;
	expect_passed(options, options);
}

static void
the_flags_of_a_whole_project_do_no_harm(void **state)
{
	(void)state;
	expect_passed("-std=gnu17 -O2 -g3 -ggdb -Wall -Werror=format -pthread "
	              "-fPIC -pipe -c -DNDEBUG -D_FORTIFY_SOURCE=2 "
	              "-Wl,-z,now -Wa,--noexecstack -Wp,-MD,x.d -L/lib -lfoo "
	              "-shared -save-temps -P -dM -pedantic-errors -m64 "
	              "-march=native --param x=1 -Xlinker -z -I/inc "
	              "-mmacosx-version-min=10.15",
	    "-O2 -Wall -pthread -fPIC -DNDEBUG -D_FORTIFY_SOURCE=2 -m64 "
	    "-march=native -I/inc");
}

static void
an_output_of_the_preprocessor_is_refused(void **state)
{
	(void)state;
	expect_refused("mig -o x.c a.defs", "`-o` is not supported");
	expect_refused("mig -M a.defs", "-MD and -MF");
	expect_refused("mig -MM a.defs", "-MD and -MF");
}

static void
an_option_that_is_misspelt_gets_a_hint(void **state)
{
	(void)state;
	expect_refused("mig -sheadr x.h a.defs", "did you mean `-sheader`?");
	expect_refused("mig -dhaeder x.h a.defs", "did you mean `-dheader`?");
	expect_refused(
	    "mig -only-named a.defs", "did you mean `--only-named`?");
	expect_refused("mig --chekc a.defs", "did you mean `--check`?");
	expect_refused("migcom -servr x.c", "did you mean `-server`?");
}

static void
migcom_knows_no_options_of_the_preprocessor(void **state)
{
	(void)state;
	expect_refused("migcom -Iinc", "unknown option `-Iinc`");
	expect_refused("migcom -MD", "unknown option `-MD`");
	expect_refused("migcom -cc gcc", "unknown option `-cc`");
}

static void
an_argument_that_is_missing_is_an_error(void **state)
{
	(void)state;
	expect_refused("mig -user", "`-user` needs an argument, FILE");
	expect_refused("mig -user -server s.c a.defs", "`-user` needs");
	expect_refused("mig -I", "`-I` needs an argument");
}

static void
a_number_is_a_number(void **state)
{
	(void)state;
	expect_refused("mig -maxonstack x a.defs", "needs a number, not `x`");
	expect_refused("mig -maxonstack 1k a.defs", "needs a number");
	expect_refused("mig -maxonstack -1 a.defs", "needs a number");
	expect_refused("mig -maxonstack 4294967296 a.defs", "needs a number");
}

static void
a_prefix_can_begin_a_name(void **state)
{
	(void)state;
	expect_refused("mig -prefix a-b a.defs", "not `a-b`");
	expect_refused("mig -subrprefix 1a a.defs", "not `1a`");
}

static void
options_after_the_first_file_are_ignored(void **state)
{
	struct line line;

	(void)state;
	line_read(&line, "mig a.defs -user x.c -q -DA -I b - c.defs");
	assert_true(line.good);
	assert_null(line.command.options.user);
	assert_false(line.command.options.quiet);
	expect_words(&line.command.preprocessor, "");
	expect_words(&line.command.inputs, "a.defs - c.defs");
	assert_int_equal(line.diag.warnings, 4);
	expect_said(&line, "`-user` is ignored: options come before files");
	line_free(&line);
}

static void
two_dashes_end_the_options(void **state)
{
	struct line line;

	(void)state;
	line_read(&line, "mig -q -- -v a.defs");
	assert_true(line.good);
	expect_words(&line.command.inputs, "-v a.defs");
	line_free(&line);
}

static void
mig_needs_an_input_and_migcom_does_not(void **state)
{
	struct line line;

	(void)state;
	expect_refused("mig -q", "no input file");
	line_read(&line, "/usr/bin/x86_64-linux-migcom -q");
	assert_true(line.good);
	assert_true(line.command.is_migcom);
	expect_words(&line.command.inputs, "-");
	line_free(&line);
}

static void
one_name_does_not_do_for_two_inputs(void **state)
{
	struct line line;

	(void)state;
	expect_refused("mig -user u.c a.defs b.defs", "there are 2 inputs");
	expect_refused("mig -MD -MF d a.defs b.defs", "`-MF` names one file");
	line_read(&line, "mig -user /dev/null -json - a.defs b.defs");
	assert_true(line.good);
	line_free(&line);
}

static void
the_preprocessor_is_looked_for_in_the_environment(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(setenv("CC", "ccache gcc", 1), 0);
	assert_int_equal(setenv("MIGCC", "", 1), 0);
	line_read(&line, "mig a.defs");
	assert_string_equal(line.command.cc, "ccache gcc");
	line_free(&line);

	assert_int_equal(setenv("MIGCC", "clang", 1), 0);
	line_read(&line, "mig a.defs");
	assert_string_equal(line.command.cc, "clang");
	line_free(&line);

	line_read(&line, "mig -cc tcc a.defs");
	assert_string_equal(line.command.cc, "tcc");
	line_free(&line);

	assert_int_equal(unsetenv("MIGCC"), 0);
	assert_int_equal(unsetenv("CC"), 0);
	line_read(&line, "mig a.defs");
	assert_string_equal(line.command.cc, "cc");
	line_free(&line);
}

static void
another_compiler_proper_gets_its_options(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(setenv("MIGCOM", "/old/migcom", 1), 0);
	line_read(&line, "mig -user u.c -DA -q -MD -maxonstack 7 -n a.defs");
	assert_string_equal(line.command.migcom, "/old/migcom");
	expect_words(&line.command.compiler, "-user u.c -q -maxonstack 7 -n");
	line_free(&line);

	line_read(&line, "mig -migcom /new/migcom a.defs");
	assert_string_equal(line.command.migcom, "/new/migcom");
	line_free(&line);
	assert_int_equal(unsetenv("MIGCOM"), 0);
}

static void
dependencies_are_asked_for(void **state)
{
	struct line line;
	const struct mig_depend *depend = &line.command.depend;

	(void)state;
	line_read(&line, "mig -MD -MP -MF d -MT t$ -MQ q$ -MTu a.defs");
	assert_true(line.good);
	assert_int_equal(depend->kind, MIG_DEPEND_ALL);
	assert_true(depend->phony);
	assert_string_equal(depend->file, "d");
	expect_words(&depend->targets, "t$ q$$ u");
	line_free(&line);

	line_read(&line, "mig -MMD -MFd a.defs");
	assert_int_equal(depend->kind, MIG_DEPEND_USER);
	assert_string_equal(depend->file, "d");
	line_free(&line);
}

/* Whatever the table says of it. */
static void
help_tells_of_each_option(void **state)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	(void)state;
	assert_non_null(stream);
	mig_command_help(stream, false);
	(void)fclose(stream);
	for (int i = 0; i < mig_option_count; i++)
		if (mig_option_table[i].name && mig_option_table[i].help &&
		    mig_option_table[i].kind != MIG_OPT_REFUSED)
			assert_non_null(strstr(text, mig_option_table[i].name));
	free(text);
}

static void
lines_of_help_fit_a_terminal(void **state)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	(void)state;
	assert_non_null(stream);
	mig_command_help(stream, false);
	mig_command_help(stream, true);
	(void)fclose(stream);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) < 80);
	free(text);
}

static void
help_and_version_need_no_input(void **state)
{
	struct line line;

	(void)state;
	line_read(&line, "mig --help");
	assert_true(line.good && line.command.show_help);
	line_free(&line);
	line_read(&line, "mig -version");
	assert_true(line.good && line.command.show_version);
	line_free(&line);
	line_read(&line, "migcom --version");
	assert_true(line.good && line.command.show_version);
	line_free(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(outputs_are_named),
	    cmocka_unit_test(nothing_is_asked_for_by_default),
	    cmocka_unit_test(switches_switch),
	    cmocka_unit_test(the_other_letter_switches_back),
	    cmocka_unit_test(options_of_older_compilers_are_accepted),
	    cmocka_unit_test(what_cannot_be_done_is_not_supported),
	    cmocka_unit_test(unknown_options_go_to_the_preprocessor),
	    cmocka_unit_test(so_do_their_arguments),
	    cmocka_unit_test(the_flags_of_a_whole_project_do_no_harm),
	    cmocka_unit_test(an_output_of_the_preprocessor_is_refused),
	    cmocka_unit_test(an_option_that_is_misspelt_gets_a_hint),
	    cmocka_unit_test(migcom_knows_no_options_of_the_preprocessor),
	    cmocka_unit_test(an_argument_that_is_missing_is_an_error),
	    cmocka_unit_test(a_number_is_a_number),
	    cmocka_unit_test(a_prefix_can_begin_a_name),
	    cmocka_unit_test(options_after_the_first_file_are_ignored),
	    cmocka_unit_test(two_dashes_end_the_options),
	    cmocka_unit_test(mig_needs_an_input_and_migcom_does_not),
	    cmocka_unit_test(one_name_does_not_do_for_two_inputs),
	    cmocka_unit_test(the_preprocessor_is_looked_for_in_the_environment),
	    cmocka_unit_test(another_compiler_proper_gets_its_options),
	    cmocka_unit_test(dependencies_are_asked_for),
	    cmocka_unit_test(help_tells_of_each_option),
	    cmocka_unit_test(lines_of_help_fit_a_terminal),
	    cmocka_unit_test(help_and_version_need_no_input),
	};

	(void)unsetenv("CC");
	(void)unsetenv("MIGCC");
	(void)unsetenv("MIGCOM");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
