/* What docs/mig.md shows compiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compilers.h"
#include "scratch.h"

static char mig[4096]; /* the program */
static char *docs;     /* docs/mig.md */

static const char *const c11[] = {"c11", NULL};

/* The C types that the examples name. */
static const char line_h[] = "typedef char line_t[64];\n";
static const char rest_h[] = "#include <stdint.h>\n"
                             "#include <mach/port.h>\n"
                             "typedef char name_t[32], title_t[80];\n"
                             "typedef struct { int of[2]; } pair_t;\n"
                             "typedef uint8_t hash_t[32];\n"
                             "typedef int values_t[100];\n"
                             "typedef mach_port_t ports_t[4];\n"
                             "typedef struct account *account_ref_t;\n";
static const char rest_defs[] = "subsystem rest 6000;\n"
                                "#include <mach/std_types.defs>\n"
                                "import \"rest_types.h\";\n";

/* --- blocks ---------------------------------------------------------------- */

/* The text between "```LANGUAGE" and "```", from *@at on, which moves behind it.
 * NULL when there is none. The caller frees it. */
static char *
next_block(const char **at, const char *language)
{
	char mark[32];
	const char *begin, *end;

	(void)snprintf(mark, sizeof(mark), "\n```%s\n", language);
	begin = strstr(*at, mark);
	if (!begin)
		return NULL;
	begin += strlen(mark);
	end = strstr(begin, "```");
	assert_non_null(end);
	*at = end;
	return strndup(begin, (size_t)(end - begin));
}

/* All blocks in @language from @at on that begin with @begin, behind @text. */
static char *
add_blocks(
    const char *text, const char *at, const char *language, const char *begin)
{
	char *all = strdup(text);
	char *block;
	char *more;

	while ((block = next_block(&at, language))) {
		if (strncmp(block, begin, strlen(begin)) == 0) {
			assert_true(asprintf(&more, "%s%s", all, block) > 0);
			free(all);
			all = more;
		}
		free(block);
	}
	return all;
}

/* mig -sheader NAMEServer.h NAME.defs, and both .c. */
static void
compile_defs(const char *name)
{
	char sheader[64], file[64];
	const char *const words[] = {
	    "mig", "-Werror", "-sheader", sheader, file, NULL};
	static const char *const sources[] = {"User.c", "Server.c"};
	struct scratch_end end;

	(void)snprintf(sheader, sizeof(sheader), "%sServer.h", name);
	(void)snprintf(file, sizeof(file), "%s.defs", name);
	end = scratch_run(mig, words, NULL);
	if (end.status != 0)
		fail_msg("%s: %s", file, end.output);
	free(end.output);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(file, sizeof(file), "%s%s", name, sources[i]);
		compile(file, c11);
	}
}

/* --- cases ----------------------------------------------------------------- */

static void
the_first_interface_compiles(void **state)
{
	const char *at = docs;
	char *block = next_block(&at, "defs");

	(void)state;
	assert_non_null(block);
	scratch_write("greet.defs", block);
	scratch_write("line.h", line_h);
	compile_defs("greet");
	free(block);
}

static void
the_other_examples_compile_as_one_interface(void **state)
{
	const char *at = docs;
	char *all;

	(void)state;
	free(next_block(&at, "defs")); /* the first interface */
	all = add_blocks(rest_defs, at, "defs", "");
	assert_true(strlen(all) > sizeof(rest_defs) + 500);
	scratch_write("rest.defs", all);
	scratch_write("rest_types.h", rest_h);
	compile_defs("rest");
	free(all);
}

/* C itself says whether they agree. */
static void
the_prototypes_shown_are_those_that_mig_writes(void **state)
{
	char *all = add_blocks(
	    "#include \"rest.h\"\n", docs, "c", "kern_return_t lend(");

	the_other_examples_compile_as_one_interface(state);
	assert_non_null(strstr(all, "lend"));
	scratch_write("prototypes.c", all);
	compile("prototypes.c", c11);
	free(all);
}

static int
read_docs(void **state)
{
	const char *build = getenv("MACHPORT_BUILD");
	const char *source = getenv("MACHPORT_SOURCE");
	char path[5000];

	(void)state;
	assert_non_null(build);
	assert_non_null(source);
	(void)snprintf(mig, sizeof(mig), "%s/src/mig/mig", build);
	(void)snprintf(path, sizeof(path), "%s/docs/mig.md", source);
	docs = scratch_read(path);
	assert_non_null(docs);
	return 0;
}

static int
forget_docs(void **state)
{
	(void)state;
	free(docs);
	return 0;
}

#define TEST_CASE(name)                                                        \
	cmocka_unit_test_setup_teardown(name, scratch_enter, scratch_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_CASE(the_first_interface_compiles),
	    TEST_CASE(the_other_examples_compile_as_one_interface),
	    TEST_CASE(the_prototypes_shown_are_those_that_mig_writes),
	};

	return cmocka_run_group_tests(tests, read_docs, forget_docs);
}
