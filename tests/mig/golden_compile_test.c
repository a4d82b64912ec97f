/* What golden_test.c compares: compilers have nothing to say about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compilers.h"
#include "scratch.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define TEST_CASE(name)                                                        \
	cmocka_unit_test_setup_teardown(name, scratch_enter, scratch_leave)

#define GOLDEN "$MACHPORT_SOURCE/tests/mig/golden/"

TEST(user_files_compile) { compile_in_depth(GOLDEN "*_user.c"); }

TEST(server_files_compile) { compile_in_depth(GOLDEN "*_server.c"); }

TEST(headers_are_c_and_cxx)
{
	static const char *const languages[] = {"c99", "c++11", NULL};

	compile(GOLDEN "*.h", languages);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_CASE(user_files_compile),
	    TEST_CASE(server_files_compile),
	    TEST_CASE(headers_are_c_and_cxx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
