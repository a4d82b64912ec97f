/* The headers compile, alone and together, as C and C++. spec/mig.md 15. */
#include "headers.h"

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

static const char *const languages[] = {"c99", "c11", "c++11", "c++17", NULL};
static const char *const c11[] = {"c11", NULL};

static void
compile_text(const char *text)
{
	scratch_write("text", text);
	compile("text", languages);
}

/* In both orders. */
static void
compile_together(void)
{
	scratch_write("one", "#include \"user.h\"\n#include \"server.h\"\n");
	scratch_write("two", "#include \"server.h\"\n#include \"user.h\"\n");
	compile("one two", languages);
}

TEST(each_header_is_c_and_cxx)
{
	struct headers headers;

	headers_init(&headers, headers_everything);
	compile("user.h server.h", languages);
	headers_deinit(&headers);
}

TEST(each_header_may_be_included_twice)
{
	struct headers headers;

	headers_init(&headers, headers_everything);
	scratch_write("user", "#include \"user.h\"\n#include \"user.h\"\n");
	scratch_write(
	    "server", "#include \"server.h\"\n#include \"server.h\"\n");
	compile("user server", languages);
	headers_deinit(&headers);
}

/* Tokens and polymorphic rights make prototypes differ: prefixes keep them apart,
 * as on Darwin. */
TEST(both_headers_meet_in_one_file)
{
	struct headers headers;
	struct mig_text text = {0};

	mig_put(&text, "serverprefix do_;\n%s", headers_everything);
	headers_init(&headers, text.bytes);
	compile_together();
	headers_deinit(&headers);
	mig_text_deinit(&text);
}

TEST(both_headers_meet_when_the_c_types_of_the_sides_differ)
{
	static const char text[] =
	    "type count_t = int cusertype: unsigned cservertype: long32;\n"
	    "type list_t = array[*:4] of count_t;\n"
	    "import \"more.h\";\n"
	    "serverprefix do_;\n"
	    "routine r(p : mach_port_t; in x : count_t; out y : list_t);\n";
	static const char more[] = "#ifndef MORE_H\n"
	                           "#define MORE_H\n"
	                           "typedef int long32;\n"
	                           "typedef int list_t[4];\n"
	                           "#endif\n";
	struct headers headers;

	headers_init(&headers, text);
	scratch_write("more.h", more);
	compile_together();
	headers_deinit(&headers);
}

TEST(an_interface_without_routines_has_headers)
{
	struct headers headers;

	headers_init(&headers, "skip;\n");
	compile_together();
	headers_deinit(&headers);
	headers_init(&headers, ";");
	compile_together();
	headers_deinit(&headers);
}

TEST(headers_compile_with_split_and_counted_by)
{
	static const struct mig_options options = {
	    .prefix = "", .sub_prefix = "", .split = true, .counted_by = true};
	struct headers headers;

	headers_init_with(&headers, &options, headers_everything);
	compile("user.h server.h", languages);
	headers_deinit(&headers);
}

/* The assertions are of C11, and stand in a .c. */
TEST(sizes_are_what_the_messages_have)
{
	struct headers headers;
	struct mig_text text = {0};

	headers_init(&headers, headers_everything);
	mig_put(&text, "#include \"user.h\"\n");
	mig_write_size_checks(&text, headers.checked->interface, MIG_USER);
	scratch_write("sizes.c", text.bytes);
	compile("sizes.c", c11);
	headers_deinit(&headers);
	mig_text_deinit(&text);
}

TEST(hooks_are_expanded_before_the_prototypes_and_at_the_end)
{
	struct headers headers;

	headers_init(&headers, headers_everything);
	compile_text("#define __BeforeMigUserHeader extern int before_user;\n"
	             "#define __AfterMigUserHeader extern int after_user;\n"
	             "#include \"user.h\"\n"
	             "int use(void);\n"
	             "int use(void) { return before_user + after_user; }\n");
	headers_deinit(&headers);
}

TEST(prototypes_may_be_external_in_another_way)
{
	struct headers headers;

	headers_init(&headers, headers_everything);
	compile_text(
	    "#define mig_external __attribute__((visibility(\"hidden\")))\n"
	    "#include \"user.h\"\n");
	headers_deinit(&headers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_CASE(each_header_is_c_and_cxx),
	    TEST_CASE(each_header_may_be_included_twice),
	    TEST_CASE(both_headers_meet_in_one_file),
	    TEST_CASE(both_headers_meet_when_the_c_types_of_the_sides_differ),
	    TEST_CASE(an_interface_without_routines_has_headers),
	    TEST_CASE(headers_compile_with_split_and_counted_by),
	    TEST_CASE(sizes_are_what_the_messages_have),
	    TEST_CASE(hooks_are_expanded_before_the_prototypes_and_at_the_end),
	    TEST_CASE(prototypes_may_be_external_in_another_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
