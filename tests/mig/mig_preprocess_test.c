/* The preprocessor, and how programs are run: spec/mig.md 1. */
#include "mig_preprocess.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "mig_run.h"
#include "scratch.h"

/* One preprocessing, in a directory of its own. */
struct world {
	struct mig_arena *arena;
	struct mig_diag diag;
	char *said;
	size_t said_length;
	struct mig_words options;
	struct mig_preprocess preprocess;
	struct mig_text text;
	struct mig_text rule;
};

static int
set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	(void)scratch_enter(state);
	world->arena = mig_arena_new();
	world->diag.arena = world->arena;
	world->diag.stream = open_memstream(&world->said, &world->said_length);
	assert_non_null(world->diag.stream);
	world->preprocess.program = "cc";
	world->preprocess.options = &world->options;
	world->preprocess.input = "a.defs";
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;

	(void)scratch_leave(state);
	(void)fclose(world->diag.stream);
	free(world->said);
	mig_text_deinit(&world->text);
	mig_text_deinit(&world->rule);
	mig_arena_free(world->arena);
	free(world);
	return 0;
}

static bool
run(struct world *world)
{
	bool good = mig_preprocess(world->arena, &world->diag,
	    &world->preprocess, &world->text, &world->rule);

	(void)fflush(world->diag.stream);
	return good;
}

static void
it_expands_macros_and_keeps_line_markers(void **state)
{
	struct world *world = *state;

	scratch_write(
	    "a.defs", "#ifdef __MACH30__\nNAME linux unix;\n#endif\n");
	mig_words_add(world->arena, &world->options, "-DNAME=subsystem");
	assert_true(run(world));
	scratch_expect_part(world->text.bytes, "# 1 \"a.defs\"");
	scratch_expect_part(world->text.bytes, "subsystem linux unix;");
}

static void
the_input_may_come_by_any_path(void **state)
{
	struct world *world = *state;

	assert_int_equal(mkdir("-d i", 0777), 0);
	scratch_write("-d i/-a.defs", "#include <b.defs>\n");
	scratch_write("-d i/b.defs", "skip;\n");
	world->preprocess.input = "-d i/-a.defs";
	assert_true(run(world));
	scratch_expect_part(world->text.bytes, "skip;");
}

static void
the_users_directories_come_before_ours(void **state)
{
	struct world *world = *state;

	assert_int_equal(mkdir("ours", 0777), 0);
	assert_int_equal(mkdir("theirs", 0777), 0);
	scratch_write("ours/x.defs", "ours;\n");
	scratch_write("ours/y.defs", "ours_alone;\n");
	scratch_write("theirs/x.defs", "theirs;\n");
	scratch_write("a.defs", "#include <x.defs>\n#include <y.defs>\n");
	mig_words_add(world->arena, &world->options, "-Itheirs");
	world->preprocess.include_directory = "ours";
	assert_true(run(world));
	scratch_expect_part(world->text.bytes, "theirs;");
	scratch_expect_part(world->text.bytes, "ours_alone;");
	scratch_expect_no_part(world->text.bytes, "ours;");
}

static void
stray_words_and_apostrophes_are_no_errors(void **state)
{
	struct world *world = *state;

	scratch_write(
	    "a.defs", "#if 0\nit's out\n#else\nskip;\n#endif NEVER\n");
	mig_words_add(world->arena, &world->options, "-Wall");
	assert_true(run(world));
	scratch_expect_part(world->text.bytes, "skip;");
}

static void
an_error_of_the_preprocessor_is_an_error(void **state)
{
	struct world *world = *state;

	scratch_write("a.defs", "#include <no such file>\n");
	assert_false(run(world));
	scratch_expect_part(
	    world->said, "the preprocessor `cc` failed: status 1");
}

static void
a_missing_preprocessor_is_named(void **state)
{
	struct world *world = *state;

	scratch_write("a.defs", "skip;\n");
	world->preprocess.program = "/nowhere/cc -m64";
	assert_false(run(world));
	scratch_expect_part(world->said,
	    "cannot run the preprocessor `/nowhere/cc`: No such file");
}

static void
a_preprocessor_that_is_killed_has_failed(void **state)
{
	struct world *world = *state;

	scratch_write("a.defs", "skip;\n");
	scratch_write("killed", "#!/bin/sh\necho 'skip;'\nkill -9 $$\n");
	assert_int_equal(chmod("killed", 0777), 0);
	world->preprocess.program = "./killed";
	assert_false(run(world));
	scratch_expect_part(world->said, "`./killed` was killed: Killed");
}

static void
a_preprocessor_that_never_ends_is_ended(void **state)
{
	struct world *world = *state;

	scratch_write("a.defs", "skip;\n");
	scratch_write("endless", "#!/bin/sh\nexec cat /dev/zero\n");
	assert_int_equal(chmod("endless", 0777), 0);
	world->preprocess.program = "./endless";
	assert_false(run(world));
	scratch_expect_part(world->said, "writes more than 64 MiB");
}

static void
an_input_that_cannot_be_read_is_told(void **state)
{
	struct world *world = *state;

	assert_false(run(world));
	scratch_expect_part(
	    world->said, "cannot read `a.defs`: No such file or directory");

	assert_int_equal(mkdir("a.defs", 0777), 0);
	assert_false(run(world));
	scratch_expect_part(
	    world->said, "cannot read `a.defs`: Is a directory");
}

static void
the_preprocessor_may_be_several_words(void **state)
{
	struct world *world = *state;

	scratch_write("a.defs", "X;\n");
	world->preprocess.program = "env A=b  cc -DX=skip";
	assert_true(run(world));
	scratch_expect_part(world->text.bytes, "skip;");
}

static void
it_tells_what_the_input_depends_on(void **state)
{
	struct world *world = *state;

	scratch_write("a.defs", "#include \"b.defs\"\n#include <stddef.h>\n");
	scratch_write("b.defs", "");
	world->preprocess.depend = MIG_DEPEND_ALL;
	assert_true(run(world));
	assert_int_equal(strncmp(world->rule.bytes, "mig: a.defs ", 12), 0);
	scratch_expect_part(world->rule.bytes, "b.defs");
	scratch_expect_part(world->rule.bytes, "stddef.h");
	scratch_expect_no_part(world->rule.bytes, "b.defs:");
	scratch_expect_no_part(world->text.bytes, "mig:");
}

static void
or_without_the_systems_headers(void **state)
{
	struct world *world = *state;

	scratch_write("a.defs", "#include \"b.defs\"\n#include <stddef.h>\n");
	scratch_write("b.defs", "");
	world->preprocess.depend = MIG_DEPEND_USER;
	world->preprocess.depend_phony = true;
	assert_true(run(world));
	scratch_expect_part(world->rule.bytes, "b.defs:");
	scratch_expect_no_part(world->rule.bytes, "stddef.h");
}

static void
a_program_is_fed_and_heard_at_the_same_time(void **state)
{
	struct world *world = *state;
	struct mig_words command = {0};
	const size_t length = 10 << 20;
	char *input = malloc(length);

	assert_non_null(input);
	memset(input, 'x', length);
	mig_words_split(world->arena, &command, "cat");
	assert_true(mig_run(&world->diag,
	    &(struct mig_run){
	        .command = &command,
	        .role = "a test",
	        .input = input,
	        .input_length = length,
	        .output = &world->text,
	    }));
	assert_int_equal(world->text.length, length);
	assert_memory_equal(world->text.bytes, input, length);
	free(input);
}

static void
a_program_need_not_read_its_input(void **state)
{
	struct world *world = *state;
	struct mig_words command = {0};
	const size_t length = 1 << 20;
	char *input = calloc(1, length);

	assert_non_null(input);
	mig_words_split(world->arena, &command, "true");
	assert_true(mig_run(&world->diag,
	    &(struct mig_run){
	        .command = &command,
	        .role = "a test",
	        .input = input,
	        .input_length = length,
	    }));
	free(input);
}

static int
count_descriptors(void)
{
	int count = 0;

	for (int i = 0; i < 256; i++)
		if (fcntl(i, F_GETFD) >= 0)
			count++;
	return count;
}

static void
no_descriptor_is_left_open(void **state)
{
	struct world *world = *state;
	int count = count_descriptors();

	scratch_write("a.defs", "skip;\n");
	world->preprocess.depend = MIG_DEPEND_ALL;
	assert_true(run(world));
	world->preprocess.program = "/nowhere/cc";
	assert_false(run(world));
	assert_int_equal(count_descriptors(), count);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(it_expands_macros_and_keeps_line_markers),
	    CASE(the_input_may_come_by_any_path),
	    CASE(the_users_directories_come_before_ours),
	    CASE(stray_words_and_apostrophes_are_no_errors),
	    CASE(an_error_of_the_preprocessor_is_an_error),
	    CASE(a_missing_preprocessor_is_named),
	    CASE(a_preprocessor_that_is_killed_has_failed),
	    CASE(a_preprocessor_that_never_ends_is_ended),
	    CASE(an_input_that_cannot_be_read_is_told),
	    CASE(the_preprocessor_may_be_several_words),
	    CASE(it_tells_what_the_input_depends_on),
	    CASE(or_without_the_systems_headers),
	    CASE(a_program_is_fed_and_heard_at_the_same_time),
	    CASE(a_program_need_not_read_its_input),
	    CASE(no_descriptor_is_left_open),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
