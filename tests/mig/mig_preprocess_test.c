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

/* One preprocessing, in a directory of its own. */
struct world {
	char directory[40];
	struct mig_arena *arena;
	struct mig_diag diag;
	char *said;
	size_t said_length;
	struct mig_words options;
	struct mig_preprocess preprocess;
	struct mig_text text;
	struct mig_text rule;
};

static void
write_file(const char *name, const char *text)
{
	FILE *stream = fopen(name, "w");

	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

static int
set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	strcpy(world->directory, "/tmp/mig-preprocess-XXXXXX");
	assert_non_null(mkdtemp(world->directory));
	assert_int_equal(chdir(world->directory), 0);
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
	char command[80];

	assert_int_equal(chdir("/"), 0);
	(void)snprintf(
	    command, sizeof(command), "rm -rf '%s'", world->directory);
	assert_int_equal(system(command), 0);
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
expect(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, text ? text : "");
}

static void
expect_no(const char *text, const char *part)
{
	if (text && strstr(text, part))
		fail_msg("\"%s\" is in \"%s\"", part, text);
}

static void
it_expands_macros_and_keeps_line_markers(void **state)
{
	struct world *world = *state;

	write_file("a.defs", "#ifdef __MACH30__\nNAME linux unix;\n#endif\n");
	mig_words_add(world->arena, &world->options, "-DNAME=subsystem");
	assert_true(run(world));
	expect(world->text.bytes, "# 1 \"a.defs\"");
	expect(world->text.bytes, "subsystem linux unix;");
}

static void
the_input_may_come_by_any_path(void **state)
{
	struct world *world = *state;

	assert_int_equal(mkdir("-d i", 0777), 0);
	write_file("-d i/-a.defs", "#include <b.defs>\n");
	write_file("-d i/b.defs", "skip;\n");
	world->preprocess.input = "-d i/-a.defs";
	assert_true(run(world));
	expect(world->text.bytes, "skip;");
}

static void
the_users_directories_come_before_ours(void **state)
{
	struct world *world = *state;

	assert_int_equal(mkdir("ours", 0777), 0);
	assert_int_equal(mkdir("theirs", 0777), 0);
	write_file("ours/x.defs", "ours;\n");
	write_file("ours/y.defs", "ours_alone;\n");
	write_file("theirs/x.defs", "theirs;\n");
	write_file("a.defs", "#include <x.defs>\n#include <y.defs>\n");
	mig_words_add(world->arena, &world->options, "-Itheirs");
	world->preprocess.include_directory = "ours";
	assert_true(run(world));
	expect(world->text.bytes, "theirs;");
	expect(world->text.bytes, "ours_alone;");
	expect_no(world->text.bytes, "ours;");
}

static void
stray_words_and_apostrophes_are_no_errors(void **state)
{
	struct world *world = *state;

	write_file("a.defs", "#if 0\nit's out\n#else\nskip;\n#endif NEVER\n");
	mig_words_add(world->arena, &world->options, "-Wall");
	assert_true(run(world));
	expect(world->text.bytes, "skip;");
}

static void
an_error_of_the_preprocessor_is_an_error(void **state)
{
	struct world *world = *state;

	write_file("a.defs", "#include <no such file>\n");
	assert_false(run(world));
	expect(world->said, "the preprocessor `cc` failed: status 1");
}

static void
a_missing_preprocessor_is_named(void **state)
{
	struct world *world = *state;

	write_file("a.defs", "skip;\n");
	world->preprocess.program = "/nowhere/cc -m64";
	assert_false(run(world));
	expect(world->said,
	    "cannot run the preprocessor `/nowhere/cc`: No such file");
}

static void
a_preprocessor_that_is_killed_has_failed(void **state)
{
	struct world *world = *state;

	write_file("a.defs", "skip;\n");
	write_file("killed", "#!/bin/sh\necho 'skip;'\nkill -9 $$\n");
	assert_int_equal(chmod("killed", 0777), 0);
	world->preprocess.program = "./killed";
	assert_false(run(world));
	expect(world->said, "`./killed` was killed: Killed");
}

static void
a_preprocessor_that_never_ends_is_ended(void **state)
{
	struct world *world = *state;

	write_file("a.defs", "skip;\n");
	write_file("endless", "#!/bin/sh\nexec cat /dev/zero\n");
	assert_int_equal(chmod("endless", 0777), 0);
	world->preprocess.program = "./endless";
	assert_false(run(world));
	expect(world->said, "writes more than 64 MiB");
}

static void
an_input_that_cannot_be_read_is_told(void **state)
{
	struct world *world = *state;

	assert_false(run(world));
	expect(world->said, "cannot read `a.defs`: No such file or directory");

	assert_int_equal(mkdir("a.defs", 0777), 0);
	assert_false(run(world));
	expect(world->said, "cannot read `a.defs`: Is a directory");
}

static void
the_preprocessor_may_be_several_words(void **state)
{
	struct world *world = *state;

	write_file("a.defs", "X;\n");
	world->preprocess.program = "env A=b  cc -DX=skip";
	assert_true(run(world));
	expect(world->text.bytes, "skip;");
}

static void
it_tells_what_the_input_depends_on(void **state)
{
	struct world *world = *state;

	write_file("a.defs", "#include \"b.defs\"\n#include <stddef.h>\n");
	write_file("b.defs", "");
	world->preprocess.depend = MIG_DEPEND_ALL;
	assert_true(run(world));
	assert_int_equal(strncmp(world->rule.bytes, "mig: a.defs ", 12), 0);
	expect(world->rule.bytes, "b.defs");
	expect(world->rule.bytes, "stddef.h");
	expect_no(world->rule.bytes, "b.defs:");
	expect_no(world->text.bytes, "mig:");
}

static void
or_without_the_systems_headers(void **state)
{
	struct world *world = *state;

	write_file("a.defs", "#include \"b.defs\"\n#include <stddef.h>\n");
	write_file("b.defs", "");
	world->preprocess.depend = MIG_DEPEND_USER;
	world->preprocess.depend_phony = true;
	assert_true(run(world));
	expect(world->rule.bytes, "b.defs:");
	expect_no(world->rule.bytes, "stddef.h");
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

	write_file("a.defs", "skip;\n");
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
