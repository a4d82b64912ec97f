/* The headers: what others rely on in them. spec/mig.md 5, 15. That they compile is
 * for headers_compile_test.c. */
#include "mig_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checked.h"
#include "headers.h"
#include "scratch.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define TEST_CASE(name)                                                        \
	cmocka_unit_test_setup_teardown(name, scratch_enter, scratch_leave)

/* --- sizes ----------------------------------------------------------------- */

TEST(sizes_of_types_and_messages_are_asserted)
{
	struct headers headers;
	struct mig_text text = {0};

	headers_init(&headers, headers_everything);
	mig_write_size_checks(&text, headers.checked->interface, MIG_USER);
	scratch_expect_part(text.bytes, "_Static_assert(sizeof(st) == 10,");
	scratch_expect_part(
	    text.bytes, "_Static_assert(sizeof(__Request__none_t) == 24,");
	headers_deinit(&headers);
	mig_text_deinit(&text);
}

TEST(tokens_are_as_large_as_in_a_trailer)
{
	struct headers headers;

	for (int side = MIG_USER; side <= MIG_SERVER; side++) {
		struct mig_text text = {0};

		headers_init(&headers,
		    "type token = struct[8] of int;\n"
		    "routine r(p : mach_port_t; audittoken t : token);\n");
		mig_write_size_checks(
		    &text, headers.checked->interface, (enum mig_side)side);
		scratch_expect_part(
		    text.bytes, "_Static_assert(sizeof(token) == 32,");
		headers_deinit(&headers);
		mig_text_deinit(&text);
	}
}

TEST(each_c_type_has_one_assertion)
{
	struct headers headers;
	struct mig_text text = {0};

	headers_init(&headers, headers_everything);
	mig_write_size_checks(&text, headers.checked->interface, MIG_USER);
	assert_null(
	    strstr(strstr(text.bytes, "sizeof(int) ==") + 1, "sizeof(int) =="));
	headers_deinit(&headers);
	mig_text_deinit(&text);
}

/* --- what others rely on --------------------------------------------------- */

TEST(a_prototype_has_the_form_that_scripts_read)
{
	struct headers headers;

	headers_init(&headers,
	    "userprefix u_; serverprefix s_;\n"
	    "routine r(p : mach_port_t; out x : int);\n");
	scratch_expect_part(headers.user.bytes,
	    "/* Routine r */\n"
	    "#ifdef mig_external\n"
	    "mig_external\n"
	    "#else\n"
	    "extern\n"
	    "#endif\n"
	    "kern_return_t u_r\n"
	    "(\n"
	    "\tmach_port_t p,\n"
	    "\tint *x\n"
	    ");\n");
	scratch_expect_part(headers.server.bytes,
	    "#endif\n"
	    "MIG_SERVER_ROUTINE\n"
	    "kern_return_t s_r\n"
	    "(\n");
	headers_deinit(&headers);
}

TEST(a_one_way_routine_is_a_simple_routine)
{
	struct headers headers;

	headers_init(&headers, "simpleroutine s(p : mach_port_t);\n");
	scratch_expect_part(headers.user.bytes, "\n/* SimpleRoutine s */\n");
	headers_deinit(&headers);
}

TEST(imports_go_to_their_sides)
{
	struct headers headers;

	headers_init(&headers,
	    "import <all.h>; uimport <u.h>; simport <s.h>; iimport <i.h>;\n"
	    "dimport <d.h>;\n");
	scratch_expect_part(headers.user.bytes,
	    "\n#include <all.h>\n#include <u.h>\n#include <d.h>\n\n");
	scratch_expect_part(headers.server.bytes,
	    "\n#include <all.h>\n#include <s.h>\n#include <d.h>\n\n");
	headers_deinit(&headers);
}

TEST(names_that_programs_use_are_there)
{
	struct headers headers;

	headers_init(&headers,
	    "userprefix u_; serverprefix s_; serverdemux serve;\n"
	    "routine a(p : mach_port_t); skip; routine b(p : mach_port_t);\n");
	scratch_expect_part(
	    headers.user.bytes, "#ifndef _t_user_\n#define _t_user_\n");
	scratch_expect_part(headers.user.bytes, "#define t_MSG_COUNT 3\n");
	scratch_expect_part(
	    headers.user.bytes, "union __RequestUnion__u_t_subsystem {\n");
	scratch_expect_part(headers.user.bytes, "\t__Reply__a_t Reply_u_a;\n");
	scratch_expect_part(headers.user.bytes,
	    "#define subsystem_to_name_map_t \\\n"
	    "\t{ \"a\", 5000 }, \\\n"
	    "\t{ \"b\", 5002 }\n");
	scratch_expect_part(
	    headers.user.bytes, "#ifndef __Request__t_subsystem__defined\n");
	scratch_expect_part(
	    headers.server.bytes, "#ifndef _t_server_\n#define _t_server_\n");
	scratch_expect_part(
	    headers.server.bytes, "union __ReplyUnion__s_t_subsystem {\n");
	scratch_expect_part(headers.server.bytes, "\t__Reply__a_t Reply_a;\n");
	scratch_expect_part(headers.server.bytes, "boolean_t serve(\n");
	scratch_expect_part(
	    headers.server.bytes, "mig_routine_t serve_routine(\n");
	scratch_expect_part(
	    headers.server.bytes, "extern const struct s_t_subsystem {\n");
	scratch_expect_part(headers.server.bytes, "} s_t_subsystem;\n");
	headers_deinit(&headers);
}

TEST(fields_have_the_c_types_of_their_side)
{
	struct headers headers;

	headers_init(&headers,
	    "type count_t = int cusertype: unsigned cservertype: long32;\n"
	    "routine r(p : mach_port_t; in x : count_t);\n");
	scratch_expect_part(headers.user.bytes, "unsigned x;");
	scratch_expect_part(headers.server.bytes, "long32 x;");
	headers_deinit(&headers);
}

TEST(a_count_is_said_to_be_that_of_its_array)
{
	static const struct mig_options options = {
	    .prefix = "", .sub_prefix = "", .counted_by = true};
	struct headers headers;

	headers_init_with(&headers, &options, headers_everything);
	scratch_expect_part(
	    headers.user.bytes, "\tconst va __counted_by(aCnt) a,\n");
	headers_deinit(&headers);
}

TEST(a_split_header_includes_less)
{
	static const struct mig_options options = {
	    .prefix = "", .sub_prefix = "", .split = true};
	struct headers headers;

	headers_init_with(&headers, &options, headers_everything);
	scratch_expect_no_part(headers.user.bytes, "<string.h>");
	headers_deinit(&headers);
}

/* --- what a .c includes ---------------------------------------------------- */

static void
write_includes(struct mig_text *text, const struct checked *checked,
    const char *header, const char *sheader, enum mig_side side)
{
	const struct mig_options options = {.prefix = "",
	    .sub_prefix = "",
	    .header = header,
	    .sheader = sheader};

	mig_write_includes(text, checked->interface, &options, side);
}

static const char imports[] =
    "import <all.h>; uimport <u.h>; simport <s.h>; iimport <i.h>;\n"
    "dimport <d.h>; routine r(p : mach_port_t);\n";

TEST(a_c_file_includes_its_header_by_base_name)
{
	struct checked *checked = checked_new(imports);
	struct mig_text text = {0};

	write_includes(&text, checked, "out/dir/x.h", NULL, MIG_USER);
	scratch_expect_part(text.bytes, "#include \"x.h\"\n");
	scratch_expect_part(text.bytes, "#include <i.h>\n");
	scratch_expect_no_part(text.bytes, "all.h");
	scratch_expect_no_part(text.bytes, "kern_return_t r");
	mig_text_deinit(&text);
	checked_free(checked);
}

TEST(the_user_file_includes_the_default_header)
{
	struct checked *checked = checked_new(imports);
	struct mig_text text = {0};

	write_includes(&text, checked, NULL, NULL, MIG_USER);
	scratch_expect_part(text.bytes, "#include \"t.h\"\n");
	mig_text_deinit(&text);
	checked_free(checked);
}

TEST(without_a_header_a_c_file_declares_headers_everything)
{
	struct checked *checked = checked_new(imports);
	struct mig_text text = {0};

	write_includes(&text, checked, "/dev/null", NULL, MIG_USER);
	scratch_expect_part(text.bytes,
	    "\n#include <all.h>\n#include <u.h>\n#include <i.h>\n\n");
	scratch_expect_part(text.bytes, "kern_return_t r\n");
	scratch_expect_part(text.bytes, "} __Request__r_t;\n");
	scratch_expect_no_part(text.bytes, "d.h");
	mig_text_deinit(&text);

	write_includes(&text, checked, NULL, NULL, MIG_SERVER);
	scratch_expect_part(text.bytes,
	    "\n#include <all.h>\n#include <s.h>\n#include <i.h>\n\n");
	scratch_expect_part(text.bytes, "boolean_t t_server(\n");
	mig_text_deinit(&text);
	checked_free(checked);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_CASE(sizes_of_types_and_messages_are_asserted),
	    TEST_CASE(tokens_are_as_large_as_in_a_trailer),
	    TEST_CASE(each_c_type_has_one_assertion),
	    TEST_CASE(a_prototype_has_the_form_that_scripts_read),
	    TEST_CASE(a_one_way_routine_is_a_simple_routine),
	    TEST_CASE(imports_go_to_their_sides),
	    TEST_CASE(names_that_programs_use_are_there),
	    TEST_CASE(fields_have_the_c_types_of_their_side),
	    TEST_CASE(a_count_is_said_to_be_that_of_its_array),
	    TEST_CASE(a_split_header_includes_less),
	    TEST_CASE(a_c_file_includes_its_header_by_base_name),
	    TEST_CASE(the_user_file_includes_the_default_header),
	    TEST_CASE(without_a_header_a_c_file_declares_headers_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
