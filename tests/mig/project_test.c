/* mig in projects: examples/sum is built by make and by Meson, and runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scratch.h"

static const char *source; /* the source tree */

/* Runs @script in examples/sum, copied here; prints what it said if it fails. */
static void
expect_script(const char *script)
{
	const char *const words[] = {"sh", "-ec", script, "sh", source, NULL};
	struct scratch_end end = scratch_run("sh", words, NULL);

	if (end.status != 0)
		fail_msg("%s", end.output);
	free(end.output);
}

static void
make_builds_a_project(void **state)
{
	(void)state;
	expect_script("cp -r \"$1/examples/sum\" . && cd sum\n"
	              "make\n"
	              "test \"$(./sum)\" = 'the sum is 10'\n"
	              "make -q\n"
	              "touch -d '1 hour' sum_types.defs\n"
	              "! make -q\n"
	              "touch -d 2020-01-01 sum_types.defs; make -q\n"
	              "make clean; make -j2; ./sum");
}

static void
meson_builds_a_project(void **state)
{
	(void)state;
	expect_script("cp -r \"$1/examples/sum\" . && cd sum\n"
	              "meson setup b && ninja -C b\n"
	              "test \"$(b/sum)\" = 'the sum is 10'\n"
	              "ninja -C b -n | grep -q 'no work to do'\n"
	              "touch -d '1 hour' sum_types.defs\n"
	              "ninja -C b -n -v | grep -q -e -MD\n");
}

/* So that pkg-config and the program find what was built. */
static void
find_build(void)
{
	const char *build = getenv("MACHPORT_BUILD");
	char text[5000];

	source = getenv("MACHPORT_SOURCE");
	assert_non_null(build);
	assert_non_null(source);
	(void)snprintf(text, sizeof(text), "%s/meson-uninstalled", build);
	(void)setenv("PKG_CONFIG_PATH", text, 1);
	(void)snprintf(text, sizeof(text), "%s/src/libmachport", build);
	(void)setenv("LD_LIBRARY_PATH", text, 1);
	(void)setenv("LC_ALL", "C", 1);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_enter, scratch_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(make_builds_a_project),
	    CASE(meson_builds_a_project),
	};

	find_build();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
