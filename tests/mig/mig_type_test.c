/* What a type is made of, and what it is called in C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checked.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* `type x = @spec;` */
static struct checked *
check_spec(const char *spec)
{
	struct checked *checked;
	char *text;

	assert_true(asprintf(&text, "type x = %s;", spec) > 0);
	checked = checked_new(text);
	free(text);
	return checked;
}

/* The caller frees *@checked_out, and what refuse() returns. */
static const struct mig_type *
make(const char *spec, struct checked **checked_out)
{
	*checked_out = check_spec(spec);
	return checked_type(*checked_out, "x");
}

static struct checked *
refuse(const char *spec)
{
	struct checked *checked = check_spec(spec);

	assert_null(checked->interface);
	return checked;
}

/* --- basic types ----------------------------------------------------------- */

TEST(basic_data_has_its_size)
{
	static const struct {
		const char *symbol;
		uint32_t bits;
	} expected[] = {
	    {"MACH_MSG_TYPE_BOOLEAN", 32},
	    {"MACH_MSG_TYPE_INTEGER_8", 8},
	    {"MACH_MSG_TYPE_BYTE", 8},
	    {"MACH_MSG_TYPE_CHAR", 8},
	    {"MACH_MSG_TYPE_BIT", 8},
	    {"MACH_MSG_TYPE_INTEGER_16", 16},
	    {"MACH_MSG_TYPE_INTEGER_32", 32},
	    {"MACH_MSG_TYPE_REAL_32", 32},
	    {"MACH_MSG_TYPE_INTEGER_64", 64},
	    {"MACH_MSG_TYPE_REAL_64", 64},
	    {"MACH_MSG_TYPE_PORT_NAME", 32},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		struct checked *checked;
		const struct mig_type *type =
		    make(expected[i].symbol, &checked);

		assert_non_null(type);
		assert_int_equal(type->kind, MIG_DATA);
		assert_int_equal(type->shape, MIG_INLINE);
		assert_int_equal(type->bits, expected[i].bits);
		assert_int_equal(type->bytes, expected[i].bits / 8);
		assert_int_equal(type->descriptors, 0);
		assert_string_equal(type->symbol, expected[i].symbol);
		assert_false(type->by_reference);
		checked_free(checked);
	}
}

TEST(basic_rights_are_sent_and_received_as_their_symbol_says)
{
	static const struct {
		const char *spec;
		unsigned int sent_as, received_as;
	} expected[] = {
	    {"MACH_MSG_TYPE_MOVE_RECEIVE", 16, 16},
	    {"MACH_MSG_TYPE_COPY_SEND", 19, 17},
	    {"MACH_MSG_TYPE_MAKE_SEND", 20, 17},
	    {"MACH_MSG_TYPE_MOVE_SEND", 17, 17},
	    {"MACH_MSG_TYPE_MAKE_SEND_ONCE", 21, 18},
	    {"MACH_MSG_TYPE_MOVE_SEND_ONCE", 18, 18},
	    {"MACH_MSG_TYPE_PORT_RECEIVE", 0, 16},
	    {"MACH_MSG_TYPE_PORT_SEND", 0, 17},
	    {"MACH_MSG_TYPE_PORT_SEND_ONCE", 0, 18},
	    {"polymorphic", 0, 0},
	    {"Polymorphic", 0, 0},
	    {"MACH_MSG_TYPE_POLYMORPHIC", 0, 0},
	    {"MACH_MSG_TYPE_MAKE_SEND_ONCE|polymorphic", 21, 0},
	    {"polymorphic|MACH_MSG_TYPE_PORT_SEND_ONCE", 0, 18},
	    {"(MACH_MSG_TYPE_PORT_SEND, 32)", 0, 17},
	    {"(17, 32)", 17, 17},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		struct checked *checked;
		const struct mig_type *type = make(expected[i].spec, &checked);

		assert_non_null(type);
		assert_int_equal(type->kind, MIG_RIGHT);
		assert_int_equal(type->shape, MIG_PORT);
		assert_int_equal(type->bytes, 4);
		assert_int_equal(type->descriptors, 1);
		assert_int_equal(type->sent_as, expected[i].sent_as);
		assert_int_equal(type->received_as, expected[i].received_as);
		checked_free(checked);
	}
}

TEST(polymorphic_is_spelled_in_one_way)
{
	struct checked *checked;
	const struct mig_type *type = make("polymorphic", &checked);

	assert_string_equal(type->symbol, "MACH_MSG_TYPE_POLYMORPHIC");
	checked_free(checked);
}

TEST(a_bit_is_a_byte_and_warns)
{
	struct checked *checked;

	(void)make("MACH_MSG_TYPE_BIT", &checked);
	assert_int_equal(checked->diag.warnings, 1);
	checked_free(checked);
}

/* --- constructors: each row of spec/mig.md 6.2 ------------------------------ */

struct expected {
	const char *spec;
	enum mig_kind kind;
	enum mig_shape shape;
	bool by_reference;
	bool variable;
	uint32_t max;
	uint32_t element_bytes;
	uint32_t bytes;
	uint32_t descriptors;
};

static void
assert_makes(const struct expected *e)
{
	struct checked *checked;
	const struct mig_type *type = make(e->spec, &checked);

	if (!type)
		fail_msg("%s: %s", e->spec, checked->said);
	assert_int_equal(type->kind, e->kind);
	assert_int_equal(type->shape, e->shape);
	assert_int_equal(type->by_reference, e->by_reference);
	assert_int_equal(type->variable, e->variable);
	assert_int_equal(type->max, e->max);
	assert_int_equal(type->element_bytes, e->element_bytes);
	assert_int_equal(type->bytes, e->bytes);
	assert_int_equal(type->descriptors, e->descriptors);
	checked_free(checked);
}

TEST(a_struct_is_one_value)
{
	struct checked *checked;
	const struct mig_type *type = make("struct[3] of int64_t", &checked);

	assert_true(type->is_struct);
	checked_free(checked);
	assert_makes(&(struct expected){"struct[3] of int64_t", MIG_DATA,
	    MIG_INLINE, false, false, 1, 24, 24, 0});
	assert_makes(&(struct expected){"struct[2] of array[3] of short",
	    MIG_DATA, MIG_INLINE, false, false, 1, 12, 12, 0});
}

TEST(a_fixed_array_is_inline_by_reference)
{
	assert_makes(&(struct expected){"array[5] of short", MIG_DATA,
	    MIG_INLINE, true, false, 5, 2, 10, 0});
	assert_makes(&(struct expected){"array[2] of struct[3] of int",
	    MIG_DATA, MIG_INLINE, true, false, 2, 12, 24, 0});
	assert_makes(&(struct expected){"array[2] of c_string[8]", MIG_DATA,
	    MIG_INLINE, true, false, 2, 8, 16, 0});
}

TEST(a_fixed_array_of_rights_has_a_descriptor_each)
{
	assert_makes(&(struct expected){"array[5] of mach_port_t", MIG_RIGHT,
	    MIG_PORTS, true, false, 5, 4, 0, 5});
}

TEST(a_fixed_array_of_regions_has_a_descriptor_each)
{
	struct checked *checked;
	const struct mig_type *type =
	    make("array[3] of ^array[*:9] of int", &checked);

	assert_true(type->region_variable);
	assert_int_equal(type->region_max, 9);
	checked_free(checked);
	assert_makes(&(struct expected){"array[3] of ^array[*:9] of int",
	    MIG_DATA, MIG_REGIONS, true, false, 3, 4, 0, 3});
	assert_makes(&(struct expected){"array[3] of ^array[9] of int",
	    MIG_DATA, MIG_REGIONS, true, false, 3, 4, 36, 3});
	assert_makes(&(struct expected){"array[3] of ^array[] of mach_port_t",
	    MIG_RIGHT, MIG_REGIONS, true, false, 3, 4, 0, 3});
}

TEST(a_bounded_array_of_data_is_inline_and_variable)
{
	assert_makes(&(struct expected){"array[*:5] of short", MIG_DATA,
	    MIG_VARIABLE, true, true, 5, 2, 10, 0});
	assert_makes(&(struct expected){"array[*:4] of struct[3] of int",
	    MIG_DATA, MIG_VARIABLE, true, true, 4, 12, 48, 0});
	assert_makes(&(struct expected){"array[*:4] of array[3] of int",
	    MIG_DATA, MIG_VARIABLE, true, true, 4, 12, 48, 0});
}

TEST(a_bounded_array_of_rights_has_all_its_descriptors)
{
	assert_makes(&(struct expected){"array[*:5] of mach_port_t", MIG_RIGHT,
	    MIG_PORTS, true, true, 5, 4, 0, 5});
}

TEST(a_bounded_array_of_regions_has_all_its_descriptors)
{
	assert_makes(&(struct expected){"array[*:3] of ^array[*:9] of int",
	    MIG_DATA, MIG_REGIONS, true, true, 3, 4, 0, 3});
	assert_makes(&(struct expected){"array[*:3] of ^int", MIG_DATA,
	    MIG_REGIONS, true, true, 3, 4, 4, 3});
}

TEST(an_unbounded_array_is_a_region_of_its_own_kind)
{
	static const char *const specs[] = {
	    "array[] of int", "array[*] of int"};

	for (size_t i = 0; i < COUNT_OF(specs); i++) {
		struct checked *checked;
		const struct mig_type *type = make(specs[i], &checked);

		assert_true(type->unbounded);
		checked_free(checked);
		assert_makes(&(struct expected){
		    specs[i], MIG_DATA, MIG_REGION, false, true, 0, 4, 0, 1});
	}
	assert_makes(&(struct expected){"array[] of mach_port_t", MIG_RIGHT,
	    MIG_REGION, false, true, 0, 4, 0, 1});
	assert_makes(&(struct expected){"array[] of array[3] of int", MIG_DATA,
	    MIG_REGION, false, true, 0, 12, 0, 1});
}

TEST(a_pointer_to_data_is_a_region)
{
	static const struct expected expected[] = {
	    {"^int", MIG_DATA, MIG_REGION, false, false, 1, 4, 4, 1},
	    {"^struct[3] of int64_t", MIG_DATA, MIG_REGION, false, false, 1, 24,
	        24, 1},
	    {"^array[100] of int", MIG_DATA, MIG_REGION, false, false, 100, 4,
	        400, 1},
	    {"^array[*:100] of int", MIG_DATA, MIG_REGION, false, true, 100, 4,
	        0, 1},
	    {"^array[] of int", MIG_DATA, MIG_REGION, false, true, 0, 4, 0, 1},
	    {"^c_string[8]", MIG_DATA, MIG_REGION, false, false, 8, 1, 8, 1},
	    {"^c_string[*:8]", MIG_DATA, MIG_REGION, false, true, 8, 1, 0, 1},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_makes(&expected[i]);
}

TEST(a_pointer_to_rights_is_a_region_of_rights)
{
	static const struct expected expected[] = {
	    {"^mach_port_t", MIG_RIGHT, MIG_REGION, false, false, 1, 4, 4, 1},
	    {"^array[3] of mach_port_t", MIG_RIGHT, MIG_REGION, false, false, 3,
	        4, 12, 1},
	    {"^struct[3] of mach_port_t", MIG_RIGHT, MIG_REGION, false, false,
	        3, 4, 12, 1},
	    {"^array[*:3] of mach_port_t", MIG_RIGHT, MIG_REGION, false, true,
	        3, 4, 0, 1},
	    {"^array[] of mach_port_t", MIG_RIGHT, MIG_REGION, false, true, 0,
	        4, 0, 1},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_makes(&expected[i]);
}

TEST(an_explicit_pointer_is_not_unbounded)
{
	struct checked *checked;

	assert_false(make("^array[] of int", &checked)->unbounded);
	checked_free(checked);
}

TEST(strings_are_fixed_or_variable)
{
	assert_makes(&(struct expected){
	    "c_string[10]", MIG_STRING, MIG_INLINE, true, false, 10, 1, 10, 0});
	assert_makes(&(struct expected){"c_string[*:10]", MIG_STRING,
	    MIG_VARIABLE, true, true, 10, 1, 10, 0});
}

TEST(everything_else_is_too_complicated)
{
	static const char *const specs[] = {
	    "array[2] of array[*:3] of int",
	    "array[*:2] of array[*:3] of int",
	    "array[] of array[*:3] of int",
	    "array[2] of c_string[*:3]",
	    "^^int",
	    "^array[2] of ^int",
	    "array[] of ^int",
	    "array[2] of array[] of int",
	    "struct[2] of array[*:3] of int",
	    "struct[2] of ^int",
	    "struct[2] of mach_port_t",
	    "array[2] of array[2] of ^int",
	    "array[2] of array[2] of mach_port_t",
	    "^struct[2] of ^int",
	};

	for (size_t i = 0; i < COUNT_OF(specs); i++) {
		struct checked *checked = refuse(specs[i]);

		assert_true(checked_said(checked, "too complicated"));
		assert_int_equal(checked->diag.errors, 1);
		checked_free(checked);
	}
}

/* --- [G] -------------------------------------------------------------------- */

TEST(a_long_form_has_its_own_size)
{
	static const struct expected expected[] = {
	    {"(MACH_MSG_TYPE_INTEGER_32, 32)", MIG_DATA, MIG_INLINE, false,
	        false, 1, 4, 4, 0},
	    {"(MACH_MSG_TYPE_INTEGER_32, 32*3)", MIG_DATA, MIG_INLINE, false,
	        false, 1, 12, 12, 0},
	    {"(MACH_MSG_TYPE_UNSTRUCTURED, 8*7)", MIG_DATA, MIG_INLINE, false,
	        false, 1, 7, 7, 0},
	    {"(MACH_MSG_TYPE_STRING_C, 8*128)", MIG_STRING, MIG_INLINE, true,
	        false, 128, 1, 128, 0},
	    {"(MACH_MSG_TYPE_STRING, 8*128)", MIG_STRING, MIG_INLINE, true,
	        false, 128, 1, 128, 0},
	    {"(2, 32)", MIG_DATA, MIG_INLINE, false, false, 1, 4, 4, 0},
	    {"array[*:3] of (9, 8)", MIG_DATA, MIG_VARIABLE, true, true, 3, 1,
	        3, 0},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_makes(&expected[i]);
}

TEST(members_stand_as_in_the_c_structure)
{
	static const struct expected expected[] = {
	    {"struct { char a; int b; }", MIG_DATA, MIG_INLINE, false, false, 1,
	        8, 8, 0},
	    {"struct { char a; int64_t b; char c; }", MIG_DATA, MIG_INLINE,
	        false, false, 1, 24, 24, 0},
	    {"struct { short a; char b; char c; }", MIG_DATA, MIG_INLINE, false,
	        false, 1, 4, 4, 0},
	    {"array[2] of struct { int64_t a; char b; }", MIG_DATA, MIG_INLINE,
	        true, false, 2, 16, 32, 0},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_makes(&expected[i]);
}

TEST(members_that_are_structures_keep_their_alignment)
{
	struct checked *checked =
	    checked_new("type in = struct { int64_t a; };\n"
	                "type three = array[3] of short;\n"
	                "type out = struct { char a; in b; three c; };");

	assert_int_equal(checked_type(checked, "out")->bytes, 24);
	checked_free(checked);
}

TEST(predefined_types_are_there)
{
	struct checked *checked = checked_new_with(NULL,
	    "subsystem t 1; type s = struct { char a; short b; int c; intptr_t "
	    "d; uintptr_t e; };");

	assert_int_equal(checked_type(checked, "s")->bytes, 24);
	checked_free(checked);
}

TEST(predefined_types_are_replaced_without_a_word)
{
	struct checked *checked = checked_new_with(NULL,
	    "subsystem t 1; type int = MACH_MSG_TYPE_INTEGER_64; type a = "
	    "int;");

	assert_int_equal(checked_type(checked, "a")->bytes, 8);
	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
}

/* --- limits ------------------------------------------------------------------ */

TEST(a_type_of_64_mib_is_the_largest)
{
	struct checked *good;
	struct checked *bad;

	assert_non_null(make("array[0x2000000] of short", &good));
	bad = refuse("array[0x2000001] of short");
	assert_true(checked_said(bad, "67108866 bytes"));
	checked_free(good);
	checked_free(bad);
	assert_non_null(make("(MACH_MSG_TYPE_BYTE, 0x20000000)", &good));
	bad = refuse("(MACH_MSG_TYPE_BYTE, 0x20000008)");
	checked_free(good);
	checked_free(bad);
}

TEST(sizes_are_at_least_1)
{
	static const char *const specs[] = {"array[0] of int",
	    "array[*:0] of int", "struct[0] of int", "c_string[0]",
	    "c_string[*:0]", "(MACH_MSG_TYPE_CHAR, 0)", "^array[0] of int"};

	for (size_t i = 0; i < COUNT_OF(specs); i++) {
		struct checked *checked = refuse(specs[i]);

		assert_true(checked_said(checked, "at least 1"));
		checked_free(checked);
	}
}

/* --- names in C: spec/mig.md 6.3 --------------------------------------------- */

static void
assert_names(const char *clauses, const char *user, const char *server,
    const char *translated)
{
	struct checked *checked;
	const struct mig_type *type;
	char *spec;

	assert_true(asprintf(&spec, "mach_port_t %s", clauses) > 0);
	type = make(spec, &checked);
	free(spec);
	assert_non_null(type);
	assert_string_equal(type->user_ctype, user);
	assert_string_equal(type->server_ctype, server);
	assert_string_equal(type->translated_ctype, translated);
	checked_free(checked);
}

TEST(a_type_is_called_in_c_as_it_is_called) { assert_names("", "x", "x", "x"); }

TEST(ctype_names_both_sides) { assert_names("ctype : a", "a", "a", "a"); }

TEST(cusertype_and_cservertype_are_stronger_than_ctype)
{
	assert_names("ctype : a cusertype : b", "b", "a", "a");
	assert_names("cservertype : c ctype : a", "a", "c", "c");
	assert_names("cservertype : c cusertype : b", "b", "c", "c");
}

TEST(intran_names_the_server_and_the_translated_type)
{
	assert_names("intran : t f(s)", "x", "s", "t");
	assert_names("intran : t f(s) ctype : s", "s", "s", "t");
}

TEST(outtran_names_the_server_and_the_translated_type)
{
	assert_names("outtran : s g(t)", "x", "s", "t");
}

TEST(destructor_names_the_translated_type)
{
	assert_names("destructor : h(t)", "x", "x", "t");
}

TEST(the_later_of_two_names_wins_with_a_warning)
{
	struct checked *checked =
	    checked_new("type x = int ctype : a ctype : b;");

	assert_string_equal(checked_type(checked, "x")->user_ctype, "b");
	assert_int_equal(checked->diag.warnings, 1);
	checked_free(checked);
}

TEST(translations_are_kept)
{
	struct checked *checked;
	const struct mig_type *type =
	    make("mach_port_t intran : t f(x) outtran : x g(t) destructor : "
	         "h(t)",
	        &checked);

	assert_string_equal(type->intran, "f");
	assert_string_equal(type->outtran, "g");
	assert_string_equal(type->destructor, "h");
	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
}

TEST(a_new_name_inherits_neither_translations_nor_c_names)
{
	struct checked *checked =
	    checked_new("type a = mach_port_t ctype : c intran : t f(c);\n"
	                "type b = a;");
	const struct mig_type *type = checked_type(checked, "b");

	assert_string_equal(type->user_ctype, "b");
	assert_string_equal(type->server_ctype, "b");
	assert_string_equal(type->translated_ctype, "b");
	assert_null(type->intran);
	assert_int_equal(type->sent_as, 19);
	checked_free(checked);
}

TEST(elements_keep_their_c_names)
{
	struct checked *checked =
	    checked_new("type e = int cusertype : u cservertype : s;\n"
	                "type a = array[*:5] of e;\n"
	                "type b = ^array[] of e;\n"
	                "type c = ^e;\n"
	                "type d = a;");
	static const char *const names[] = {"a", "b", "c", "d"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct mig_type *type = checked_type(checked, names[i]);

		assert_string_equal(type->element_user_ctype, "u");
		assert_string_equal(type->element_server_ctype, "s");
	}
	checked_free(checked);
}

TEST(a_value_is_its_own_element)
{
	struct checked *checked;
	const struct mig_type *type =
	    make("struct[3] of int ctype : c", &checked);

	assert_string_equal(type->element_user_ctype, "c");
	checked_free(checked);
}

TEST(elements_without_a_name_have_a_c_type)
{
	static const struct {
		const char *spec;
		const char *ctype;
	} expected[] = {
	    {"array[*:5] of MACH_MSG_TYPE_BYTE", "unsigned char"},
	    {"array[*:5] of MACH_MSG_TYPE_CHAR", "char"},
	    {"array[*:5] of MACH_MSG_TYPE_INTEGER_16", "uint16_t"},
	    {"array[*:5] of MACH_MSG_TYPE_INTEGER_32", "int"},
	    {"array[*:5] of MACH_MSG_TYPE_INTEGER_64", "int64_t"},
	    {"array[*:5] of MACH_MSG_TYPE_REAL_32", "float"},
	    {"array[*:5] of MACH_MSG_TYPE_REAL_64", "double"},
	    {"array[*:5] of MACH_MSG_TYPE_MOVE_SEND", "mach_port_t"},
	    {"array[*:5] of struct[3] of int", "struct { int e[3]; }"},
	    {"array[*:5] of array[3] of int", "struct { int e[3]; }"},
	    {"array[*:5] of array[3] of array[2] of int",
	        "struct { int e[6]; }"},
	    {"array[*:5] of c_string[8]", "struct { char e[8]; }"},
	    {"array[*:5] of struct { int a; short b; }",
	        "struct { int a; short b; }"},
	    {"array[*:5] of (MACH_MSG_TYPE_INTEGER_32, 96)",
	        "struct { int e[3]; }"},
	    {"c_string[*:9]", "char"},
	    {"^array[2] of struct[3] of int", "struct { int e[3]; }"},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		struct checked *checked;
		const struct mig_type *type = make(expected[i].spec, &checked);

		assert_non_null(type);
		assert_string_equal(
		    type->element_user_ctype, expected[i].ctype);
		assert_string_equal(
		    type->element_server_ctype, expected[i].ctype);
		checked_free(checked);
	}
}

/* --- the table of names ------------------------------------------------------ */

TEST(a_second_definition_applies_from_there_on)
{
	struct checked *checked = checked_new("type a = array[2] of int;\n"
	                                      "type b = a;\n"
	                                      "type a = array[3] of int;\n"
	                                      "type c = a;");

	assert_int_equal(checked_type(checked, "b")->max, 2);
	assert_int_equal(checked_type(checked, "c")->max, 3);
	assert_true(
	    checked_said(checked, "overriding previous definition of `a`"));
	checked_free(checked);
}

TEST(an_unknown_type_gets_a_hint)
{
	struct checked *checked =
	    checked_new("type name_t = int; type b = naem_t;");

	assert_null(checked->interface);
	assert_true(checked_said(checked, "unknown type `naem_t`"));
	assert_true(checked_said(checked, "did you mean `name_t`?"));
	checked_free(checked);
}

TEST(a_wrong_type_is_reported_once)
{
	struct checked *checked =
	    checked_new("type a = ^^int; type b = a; type c = array[2] of b;");

	assert_null(checked->interface);
	assert_int_equal(checked->diag.errors, 1);
	checked_free(checked);
}

TEST(the_type_of_an_argument_may_be_its_own)
{
	struct checked *checked = checked_new(
	    "routine r(p : mach_port_t; in a : some_t = array[*:4] of int);");
	const struct mig_type *type =
	    checked_argument(checked_routine(checked, "r"), "a")->type;

	assert_int_equal(type->shape, MIG_VARIABLE);
	assert_string_equal(type->user_ctype, "some_t");
	checked_free(checked);
}

TEST(the_type_of_an_argument_defines_no_name)
{
	struct checked *checked =
	    checked_new("routine r(p : mach_port_t; in a : some_t = int);\n"
	                "type b = some_t;");

	assert_true(checked_said(checked, "unknown type `some_t`"));
	checked_free(checked);
}

TEST(translations_of_variable_arrays_are_refused)
{
	static const char *const specs[] = {
	    "array[*:3] of int intran : t f(x)",
	    "array[] of int outtran : x f(t)",
	    "^array[] of int destructor : f(x)",
	    "c_string[*:3] intran : t f(x)",
	};

	for (size_t i = 0; i < COUNT_OF(specs); i++) {
		struct checked *checked = refuse(specs[i]);

		assert_true(checked_said(checked, "cannot be translated"));
		checked_free(checked);
	}
}

TEST(translations_of_fixed_arrays_of_rights_have_no_effect)
{
	struct checked *checked;
	const struct mig_type *type =
	    make("array[3] of mach_port_t intran : t f(x)", &checked);

	assert_null(type->intran);
	assert_string_equal(type->translated_ctype, "x");
	assert_int_equal(checked->diag.warnings, 1);
	checked_free(checked);
}

/* Enough of them that a table without hashing would not end in time. */
TEST(many_types_take_linear_time)
{
	enum { MANY = 100 * 1000 };
	size_t room = (size_t)64 * MANY;
	char *text = malloc(room);
	size_t length;
	struct checked *checked;

	assert_non_null(text);
	length = (size_t)sprintf(text, "type t0 = int;\n");
	for (int i = 1; i < MANY; i++)
		length += (size_t)snprintf(text + length, room - length,
		    "type t%d = t%d;\n", i, i - 1);
	checked = checked_new(text);
	assert_non_null(checked->interface);
	assert_int_equal(checked->interface->types_length, MANY + 5);
	checked_free(checked);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(basic_data_has_its_size),
	    cmocka_unit_test(
	        basic_rights_are_sent_and_received_as_their_symbol_says),
	    cmocka_unit_test(polymorphic_is_spelled_in_one_way),
	    cmocka_unit_test(a_bit_is_a_byte_and_warns),
	    cmocka_unit_test(a_struct_is_one_value),
	    cmocka_unit_test(a_fixed_array_is_inline_by_reference),
	    cmocka_unit_test(a_fixed_array_of_rights_has_a_descriptor_each),
	    cmocka_unit_test(a_fixed_array_of_regions_has_a_descriptor_each),
	    cmocka_unit_test(a_bounded_array_of_data_is_inline_and_variable),
	    cmocka_unit_test(a_bounded_array_of_rights_has_all_its_descriptors),
	    cmocka_unit_test(
	        a_bounded_array_of_regions_has_all_its_descriptors),
	    cmocka_unit_test(an_unbounded_array_is_a_region_of_its_own_kind),
	    cmocka_unit_test(a_pointer_to_data_is_a_region),
	    cmocka_unit_test(a_pointer_to_rights_is_a_region_of_rights),
	    cmocka_unit_test(an_explicit_pointer_is_not_unbounded),
	    cmocka_unit_test(strings_are_fixed_or_variable),
	    cmocka_unit_test(everything_else_is_too_complicated),
	    cmocka_unit_test(a_long_form_has_its_own_size),
	    cmocka_unit_test(members_stand_as_in_the_c_structure),
	    cmocka_unit_test(members_that_are_structures_keep_their_alignment),
	    cmocka_unit_test(predefined_types_are_there),
	    cmocka_unit_test(predefined_types_are_replaced_without_a_word),
	    cmocka_unit_test(a_type_of_64_mib_is_the_largest),
	    cmocka_unit_test(sizes_are_at_least_1),
	    cmocka_unit_test(a_type_is_called_in_c_as_it_is_called),
	    cmocka_unit_test(ctype_names_both_sides),
	    cmocka_unit_test(cusertype_and_cservertype_are_stronger_than_ctype),
	    cmocka_unit_test(intran_names_the_server_and_the_translated_type),
	    cmocka_unit_test(outtran_names_the_server_and_the_translated_type),
	    cmocka_unit_test(destructor_names_the_translated_type),
	    cmocka_unit_test(the_later_of_two_names_wins_with_a_warning),
	    cmocka_unit_test(translations_are_kept),
	    cmocka_unit_test(
	        a_new_name_inherits_neither_translations_nor_c_names),
	    cmocka_unit_test(elements_keep_their_c_names),
	    cmocka_unit_test(a_value_is_its_own_element),
	    cmocka_unit_test(elements_without_a_name_have_a_c_type),
	    cmocka_unit_test(a_second_definition_applies_from_there_on),
	    cmocka_unit_test(an_unknown_type_gets_a_hint),
	    cmocka_unit_test(a_wrong_type_is_reported_once),
	    cmocka_unit_test(the_type_of_an_argument_may_be_its_own),
	    cmocka_unit_test(the_type_of_an_argument_defines_no_name),
	    cmocka_unit_test(translations_of_variable_arrays_are_refused),
	    cmocka_unit_test(
	        translations_of_fixed_arrays_of_rights_have_no_effect),
	    cmocka_unit_test(many_types_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
