/* The headers: that they compile, alone and together, and what others rely on in
 * them. spec/mig.md 5, 15. */
#include "mig_write.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checked.h"
#include "compilers.h"
#include "scratch.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define TEST_CASE(name)                                                        \
	cmocka_unit_test_setup_teardown(name, scratch_enter, scratch_leave)

static const char *const c[] = {"c99", "c11", "gnu17", NULL};
static const char *const c11[] = {"c11", NULL};
static const char *const cxx[] = {"c++11", "c++17", NULL};

/* The C types of `everything`. */
static const char types_h[] = "#ifndef TYPES_H\n"
                              "#define TYPES_H\n"
                              "#include <stdint.h>\n"
                              "#include <mach/vm_types.h>\n"
                              "#include <mach/port.h>\n"
                              "typedef short s3[3];\n"
                              "typedef struct { short of[5]; } st;\n"
                              "typedef char nm[10];\n"
                              "typedef char vn[30];\n"
                              "typedef char va[5];\n"
                              "typedef int vi[7];\n"
                              "typedef st vst[4];\n"
                              "typedef int *ub, *ool;\n"
                              "typedef void *oolf;\n"
                              "typedef mach_port_t mp, p3[3], pv[4], *op;\n"
                              "typedef mach_port_t poly;\n"
                              "typedef vm_address_t regions[2], some[3];\n"
                              "typedef struct { int of[2]; } token;\n"
                              "#endif\n";

static const char everything[] =
    "type s3 = array[3] of short;\n"
    "type st = struct[5] of short;\n"
    "type nm = c_string[10];\n"
    "type vn = c_string[*:30];\n"
    "type va = array[*:5] of char;\n"
    "type vi = array[*:7] of int;\n"
    "type vst = array[*:4] of st;\n"
    "type ub = array[] of int;\n"
    "type ool = ^array[] of int;\n"
    "type oolf = ^array[100] of int;\n"
    "type mp = mach_port_t;\n"
    "type poly = polymorphic;\n"
    "type p3 = array[3] of mp;\n"
    "type pv = array[*:4] of mp;\n"
    "type op = ^array[] of mp;\n"
    "type regions = array[2] of ^array[] of char;\n"
    "type some = array[*:3] of ^array[16] of int;\n"
    "type token = struct[2] of int;\n"
    "import \"types.h\";\n"
    "routine none(p : mp);\n"
    "skip;\n"
    "routine fixed(p : mp; in a : s3; in b : st; in c : nm; in d : int;\n"
    "    out e : s3; out f : st; out g : nm; out h : int);\n"
    "routine variable(p : mp; in a : va, const; in b : int; in d : vi, "
    "samecount;\n"
    "    in e : vst; in f : vn; out g : va; out h : vi, countinout; out i : "
    "vn;\n"
    "    out j : int64_t);\n"
    "routine rights(p : mp; in a : mp; in b : p3; in e : pv; in f : op;\n"
    "    in g : poly; out h : mp; out i : p3; out j : pv; out k : op;\n"
    "    out l : poly);\n"
    "routine memory(p : mp; in a : ub; in b : ool, dealloc[]; in e : oolf;\n"
    "    in f : regions; in g : some; out h : ub; out i : ool, dealloc[];\n"
    "    out j : oolf; out k : regions; out l : some);\n"
    "routine both(p : mp; inout a : int; inout b : s3; inout d : mp;\n"
    "    inout e : ool; inout f : pv);\n"
    "routine specials(p : mp; replyport r : mp; waittime w : int;\n"
    "    msgoption o : int; sectoken t : token; msgseqno s : int);\n"
    "simpleroutine one_way(p : mp; ureplyport r : mp; in x : va);\n";

/* --- what a test has ------------------------------------------------------- */

/* Both headers of a text, also as files "user.h" and "server.h". */
struct headers {
	struct checked *checked;
	struct mig_text user;
	struct mig_text server;
};

static void
headers_init_with(struct headers *headers, const struct mig_options *options,
    const char *text)
{
	headers->checked = checked_new(text);
	if (!headers->checked->interface)
		fail_msg("%s", headers->checked->said);
	headers->user = headers->server = (struct mig_text){0};
	mig_write_header(
	    &headers->user, headers->checked->interface, options, MIG_USER);
	mig_write_header(
	    &headers->server, headers->checked->interface, options, MIG_SERVER);
	scratch_write("types.h", types_h);
	scratch_write("user.h", headers->user.bytes);
	scratch_write("server.h", headers->server.bytes);
}

static void
headers_init(struct headers *headers, const char *text)
{
	static const struct mig_options options = {
	    .prefix = "", .sub_prefix = ""};

	headers_init_with(headers, &options, text);
}

static void
headers_deinit(struct headers *headers)
{
	mig_text_deinit(&headers->user);
	mig_text_deinit(&headers->server);
	checked_free(headers->checked);
}

/* C and C++ that begins with @includes. */
static void
compile_all(const char *includes)
{
	scratch_write("all.c", includes);
	scratch_write("all.cc", includes);
	compile("all.c", c);
	compile("all.cc", cxx);
}

/* --- compiling ------------------------------------------------------------- */

TEST(the_user_header_is_c_and_cxx)
{
	struct headers headers;

	headers_init(&headers, everything);
	compile_all("#include \"user.h\"\n#include \"user.h\"\n");
	headers_deinit(&headers);
}

TEST(the_server_header_is_c_and_cxx)
{
	struct headers headers;

	headers_init(&headers, everything);
	compile_all("#include \"server.h\"\n#include \"server.h\"\n");
	headers_deinit(&headers);
}

/* Tokens and polymorphic rights make prototypes differ: prefixes keep them apart,
 * as on Darwin. */
TEST(both_headers_meet_in_one_file)
{
	struct headers headers;
	struct mig_text text = {0};

	mig_put(&text, "serverprefix do_;\n%s", everything);
	headers_init(&headers, text.bytes);
	compile_all("#include \"user.h\"\n#include \"server.h\"\n");
	compile_all("#include \"server.h\"\n#include \"user.h\"\n");
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
	compile_all("#include \"user.h\"\n#include \"server.h\"\n");
	compile_all("#include \"server.h\"\n#include \"user.h\"\n");
	scratch_expect_part(headers.user.bytes, "unsigned x;");
	scratch_expect_part(headers.server.bytes, "long32 x;");
	headers_deinit(&headers);
}

TEST(an_interface_without_routines_has_headers)
{
	struct headers headers;

	headers_init(&headers, "skip;\n");
	compile_all("#include \"user.h\"\n#include \"server.h\"\n");
	headers_deinit(&headers);
	headers_init(&headers, ";");
	compile_all("#include \"user.h\"\n#include \"server.h\"\n");
	headers_deinit(&headers);
}

TEST(headers_compile_with_split_and_counted_by)
{
	static const struct mig_options options = {
	    .prefix = "", .sub_prefix = "", .split = true, .counted_by = true};
	struct headers headers;

	headers_init_with(&headers, &options, everything);
	compile_all("#include \"user.h\"\n");
	compile_all("#include \"server.h\"\n");
	scratch_expect_part(
	    headers.user.bytes, "\tconst va __counted_by(aCnt) a,\n");
	scratch_expect_no_part(headers.user.bytes, "<string.h>");
	headers_deinit(&headers);
}

/* All headers beside golden_test.c, each alone. */
TEST(the_golden_headers_are_c_and_cxx)
{
	char pattern[512], text[600];
	glob_t found;

	(void)snprintf(pattern, sizeof(pattern), "%s/tests/mig/golden/*.h",
	    getenv("MACHPORT_SOURCE"));
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 2);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		(void)snprintf(
		    text, sizeof(text), "#include \"%s\"\n", found.gl_pathv[i]);
		compile_all(text);
	}
	globfree(&found);
}

/* The assertions are of C11, and stand in a .c. */
TEST(sizes_are_what_the_messages_have)
{
	struct headers headers;
	struct mig_text text = {0};

	headers_init(&headers, everything);
	mig_put(&text, "#include \"user.h\"\n");
	mig_write_size_checks(&text, headers.checked->interface, MIG_USER);
	scratch_write("sizes.c", text.bytes);
	compile("sizes.c", c11);
	scratch_expect_part(text.bytes, "_Static_assert(sizeof(st) == 10,");
	scratch_expect_part(
	    text.bytes, "_Static_assert(sizeof(__Request__none_t) == 24,");
	headers_deinit(&headers);
	mig_text_deinit(&text);
}

TEST(each_c_type_has_one_assertion)
{
	struct headers headers;
	struct mig_text text = {0};

	headers_init(&headers, everything);
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

TEST(hooks_are_expanded_before_the_prototypes_and_at_the_end)
{
	struct headers headers;

	headers_init(&headers, everything);
	compile_all("#define __BeforeMigUserHeader extern int before_user;\n"
	            "#define __AfterMigUserHeader extern int after_user;\n"
	            "#include \"user.h\"\n"
	            "int use(void);\n"
	            "int use(void) { return before_user + after_user; }\n");
	headers_deinit(&headers);
}

TEST(prototypes_may_be_external_in_another_way)
{
	struct headers headers;

	headers_init(&headers, everything);
	compile_all(
	    "#define mig_external __attribute__((visibility(\"hidden\")))\n"
	    "#include \"user.h\"\n");
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

TEST(without_a_header_a_c_file_declares_everything)
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
	    TEST_CASE(the_user_header_is_c_and_cxx),
	    TEST_CASE(the_server_header_is_c_and_cxx),
	    TEST_CASE(both_headers_meet_in_one_file),
	    TEST_CASE(both_headers_meet_when_the_c_types_of_the_sides_differ),
	    TEST_CASE(an_interface_without_routines_has_headers),
	    TEST_CASE(headers_compile_with_split_and_counted_by),
	    TEST_CASE(the_golden_headers_are_c_and_cxx),
	    TEST_CASE(sizes_are_what_the_messages_have),
	    TEST_CASE(each_c_type_has_one_assertion),
	    TEST_CASE(a_prototype_has_the_form_that_scripts_read),
	    TEST_CASE(a_one_way_routine_is_a_simple_routine),
	    TEST_CASE(imports_go_to_their_sides),
	    TEST_CASE(names_that_programs_use_are_there),
	    TEST_CASE(hooks_are_expanded_before_the_prototypes_and_at_the_end),
	    TEST_CASE(prototypes_may_be_external_in_another_way),
	    TEST_CASE(a_c_file_includes_its_header_by_base_name),
	    TEST_CASE(the_user_file_includes_the_default_header),
	    TEST_CASE(without_a_header_a_c_file_declares_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
