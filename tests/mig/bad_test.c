/* Files that must be rejected, and others worth a warning: tests/mig/bad has each
 * as NAME.defs, and all that is said about it as NAME.expected.
 *
 * They are preprocessed text already. To write what is said now into NAME.expected,
 * to be read and judged: MIG_BAD_WRITE=1 tools/check build bad_test
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glob.h>

#include "mig_check.h"
#include "mig_parse.h"

/* The file @name with another ending. */
static char *
with_ending(const char *name, const char *ending)
{
	size_t stem = (size_t)(strrchr(name, '.') - name);
	char *other;

	assert_true(asprintf(&other, "%.*s%s", (int)stem, name, ending) > 0);
	return other;
}

static char *
read_file(const char *name, size_t *length_out)
{
	FILE *file = fopen(name, "re");
	char *text = NULL;
	size_t room = 0;

	if (!file)
		fail_msg("there is no %s", name);
	/* A file has no byte that getdelim() would stop at but NUL. */
	*length_out = 0;
	for (;;) {
		char *more = realloc(text, (room += 65536) + 1);

		assert_non_null(more);
		text = more;
		*length_out +=
		    fread(text + *length_out, 1, room - *length_out, file);
		if (*length_out < room)
			break;
	}
	text[*length_out] = '\0';
	(void)fclose(file);
	return text;
}

/* What is said about @name, all of it. */
static char *
compile(const char *name)
{
	size_t length;
	size_t said_length;
	char *said = NULL;
	const struct mig_options options = {.prefix = "", .sub_prefix = ""};
	char *text = read_file(name, &length);
	struct mig_diag diag = {
	    .arena = mig_arena_new(),
	    .stream = open_memstream(&said, &said_length),
	};

	assert_non_null(diag.stream);
	(void)mig_check(diag.arena, &diag, &options,
	    mig_parse(diag.arena, &diag, name, text, length));
	mig_diag_summary(&diag);
	(void)fclose(diag.stream);
	mig_arena_free(diag.arena);
	free(text);
	return said;
}

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
is_said_as_expected(void **state)
{
	const char *name = *state;
	char *said = compile(name);
	char *expected_name = with_ending(name, ".expected");
	char *expected;
	size_t length;

	if (getenv("MIG_BAD_WRITE"))
		write_file(expected_name, said);
	expected = read_file(expected_name, &length);
	assert_string_equal(said, expected);
	free(expected);
	free(expected_name);
	free(said);
}

static void
go_to_files(void)
{
	const char *source = getenv("MACHPORT_SOURCE");
	char *directory;

	if (!source || asprintf(&directory, "%s/tests/mig/bad", source) < 0 ||
	    chdir(directory) != 0) {
		fputs(
		    "MACHPORT_SOURCE is not the root of the sources\n", stderr);
		exit(EXIT_FAILURE);
	}
	free(directory);
}

int
main(void)
{
	struct CMUnitTest *tests;
	glob_t files;
	int failed;

	go_to_files();
	if (glob("*.defs", 0, NULL, &files) != 0)
		return EXIT_FAILURE;
	tests = calloc(files.gl_pathc, sizeof(*tests));
	if (!tests)
		return EXIT_FAILURE;
	for (size_t i = 0; i < files.gl_pathc; i++)
		tests[i] = (struct CMUnitTest){
		    .name = files.gl_pathv[i],
		    .test_func = is_said_as_expected,
		    .initial_state = files.gl_pathv[i],
		};
	failed =
	    _cmocka_run_group_tests("bad", tests, files.gl_pathc, NULL, NULL);
	free(tests);
	globfree(&files);
	return failed;
}
