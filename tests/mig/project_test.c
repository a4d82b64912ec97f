/* mig in projects: examples/counter is built by make and by Meson, examples/store
 * by hand, and they run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scratch.h"

static const char *source; /* the source tree */

/* Runs @script, whose $1 is the source tree; prints what it said if it fails. */
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
	expect_script("cp -r \"$1/examples/counter\" . && cd counter\n"
	              "make\n"
	              "test \"$(./server ./client)\" = 'the counter is at 42'\n"
	              "make -q\n"
	              "touch -d '1 hour' counter.defs\n"
	              "! make -q\n"
	              "touch -d 2020-01-01 counter.defs; make -q\n"
	              "make clean; make -j2; ./server ./client");
}

static void
meson_builds_a_project(void **state)
{
	(void)state;
	expect_script("cp -r \"$1/examples/counter\" . && cd counter\n"
	              "meson setup b && ninja -C b\n"
	              "test \"$(b/server b/client)\" = 'the counter is at 42'\n"
	              "ninja -C b -n | grep -q 'no work to do'\n"
	              "touch -d '1 hour' counter.defs\n"
	              "ninja -C b -n -v | grep -q -e -MD\n");
}

static void
the_store_keeps_what_it_is_given(void **state)
{
	(void)state;
	expect_script(
	    "cp \"$1\"/examples/store/* .\n"
	    "$(pkg-config --variable=mig machport)"
	    " -sheader storeServer.h store.defs\n"
	    "cc -Wall -Wextra -Werror store.c storeUser.c storeServer.c"
	    " $(pkg-config --cflags --libs machport) -o store\n"
	    "timeout 30 ./store >found\n"
	    "printf '%s\\n' '11 bytes: to be kept'"
	    " 'and then: (os/kern) invalid name' | cmp - found\n");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_enter, scratch_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(make_builds_a_project),
	    CASE(meson_builds_a_project),
	    CASE(the_store_keeps_what_it_is_given),
	};

	source = getenv("MACHPORT_SOURCE");
	assert_non_null(source);
	scratch_find_build();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
