/* Where things stand in messages: the numbers of spec/mig.md 9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checked.h"
#include "mig_layout.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* The types of spec/mig.md 9.5. */
static const char types[] = "type c8 = MACH_MSG_TYPE_INTEGER_8;\n"
                            "type st = struct[5] of short;\n"
                            "type s3 = array[3] of short;\n"
                            "type nm = c_string[10];\n"
                            "type vn = c_string[*:30];\n"
                            "type va = array[*:5] of char;\n"
                            "type vi = array[*:7] of int;\n"
                            "type vs = array[*:6] of short;\n"
                            "type v64 = array[*:3] of int64_t;\n"
                            "type vst = array[*:4] of st;\n"
                            "type ub = array[] of int;\n"
                            "type ool = ^array[] of int;\n"
                            "type oolb = ^array[*:100] of int;\n"
                            "type oolf = ^array[100] of int;\n"
                            "type mp = mach_port_t;\n"
                            "type pn = MACH_MSG_TYPE_PORT_NAME;\n"
                            "type p3 = array[3] of mp;\n"
                            "type pv = array[*:4] of mp;\n"
                            "type op = ^array[] of mp;\n"
                            "type ou = array[] of mp;\n";

/* Checks `r`, or `simpleroutine r` and so on, behind those types. */
static struct checked *
check(const char *routine)
{
	struct checked *checked;
	char *text;

	assert_true(asprintf(&text, "%s%s", types, routine) > 0);
	checked = checked_new(text);
	free(text);
	(void)checked_routine(checked, "r");
	return checked;
}

/* What a routine's messages must be. A minimum of 0: the size. */
struct golden {
	const char *routine;
	uint32_t request;
	uint32_t request_min;
	uint32_t reply;
	uint32_t reply_min;
};

static void
assert_golden(const struct golden *golden)
{
	struct checked *checked = check(golden->routine);
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_int_equal(r->request.size, golden->request);
	assert_int_equal(r->request.min_size,
	    golden->request_min ? golden->request_min : golden->request);
	assert_int_equal(r->reply.size, golden->reply);
	assert_int_equal(r->reply.min_size,
	    golden->reply_min ? golden->reply_min : golden->reply);
	checked_free(checked);
}

TEST(a_routine_without_arguments_is_a_header_and_a_bare_reply)
{
	assert_golden(&(struct golden){"routine r(p : mp);", 24, 0, 36, 0});
}

TEST(values_take_their_size_padded_to_4)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; in a : c8; in b : short; in c : int; in d : "
	    "int64_t; in e : double; in f : char; out g : c8; out h : int64_t; "
	    "out i : int);",
	    64, 0, 52, 0});
}

TEST(values_of_8_bytes_are_aligned_to_4)
{
	struct checked *checked =
	    check("routine r(p : mp; in a : c8; in b : short; in c : int; in d "
	          ": int64_t; in e : double; in f : char; out g : c8; out h : "
	          "int64_t; out i : int);");
	const struct mig_routine *r = checked_routine(checked, "r");
	static const uint32_t in[] = {32, 36, 40, 44, 52, 60};
	static const uint32_t out[] = {36, 40, 48};

	assert_int_equal(r->request.fields_length, 6);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(r->request.fields[i].offset, in[i]);
	assert_int_equal(r->reply.fields_length, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(r->reply.fields[i].offset, out[i]);
	checked_free(checked);
}

TEST(fixed_arrays_structs_and_strings_are_inline)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; in a : s3; in b : st; in c : nm; out d : s3; "
	    "out e : st; out f : nm);",
	    64, 0, 68, 0});
}

TEST(a_variable_array_has_a_count_and_room_for_its_maximum)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; in a : va; out b : va);", 44, 36, 48, 40});
}

TEST(fields_stand_between_and_after_variable_arrays)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; in a : int; in b : va; in c : short; in d : vi; "
	    "in e : int64_t; out f : int; out g : va; out h : short; out i : "
	    "vi; out j : int64_t);",
	    92, 56, 96, 60});
}

TEST(elements_of_variable_arrays_have_any_size)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; in a : v64; in b : vst; in c : vs; out d : v64; "
	    "out e : vst; out f : vs);",
	    120, 44, 124, 48});
}

TEST(a_variable_string_has_an_offset_and_a_count)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; in a : vn; in b : vn; out c : vn; out d : vn);",
	    112, 48, 116, 52});
}

TEST(countinout_puts_the_capacity_into_the_request)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; in a : int; out b : vi, countinout; out c : va, "
	    "countinout);",
	    44, 0, 80, 44});
}

TEST(regions_have_a_descriptor_and_a_count_where_they_vary)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; in a : ub; in b : ool; in c : oolf; in d : "
	    "oolb; in e : oolf; out f : ub; out g : ool; out h : oolf; out i : "
	    "oolb; out j : oolf);",
	    128, 0, 128, 0});
}

TEST(messages_of_rights_alone_have_no_ndr)
{
	struct checked *checked = check(
	    "routine r(p : mp; in a : mp; in b : mp; in c : mp; in d : mp; in "
	    "e : mp; in f : mp; in g : mp; in n : pn; out h : mp; out i : mp; "
	    "out j : mp; out k : mp; out l : mp; out m : mp);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_int_equal(r->request.size, 124);
	assert_true(r->request.has_ndr);
	assert_int_equal(r->request.ndr_offset, 112);
	assert_int_equal(r->request.descriptor_count, 7);
	assert_int_equal(r->reply.size, 100);
	assert_false(r->reply.has_ndr);
	assert_false(r->reply.has_retcode);
	checked_free(checked);
}

TEST(arrays_of_rights_have_a_descriptor_each_unless_out_of_line)
{
	struct checked *checked = check(
	    "routine r(p : mp; in a : p3; in b : pv; in c : op; in d : ou; in "
	    "e : op; out f : p3; out g : pv; out h : op; out i : ou; out j : "
	    "op);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_int_equal(r->request.size, 184);
	assert_int_equal(r->request.descriptor_count, 10);
	assert_int_equal(r->request.fields_length, 4);
	assert_true(r->request.has_ndr);
	assert_int_equal(r->reply.size, 184);
	assert_int_equal(r->reply.descriptor_count, 10);
	assert_int_equal(r->reply.fields_length, 4);
	checked_free(checked);
}

TEST(inout_arguments_are_in_both_messages)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; inout a : int; inout b : s3; inout c : st; "
	    "inout d : nm; inout e : mp; inout f : ool; inout g : int64_t);",
	    112, 0, 112, 0});
}

TEST(a_one_way_routine_has_a_reply_type_of_36_bytes)
{
	assert_golden(
	    &(struct golden){"simpleroutine r(p : mp);", 24, 0, 36, 0});
	assert_golden(&(struct golden){
	    "simpleroutine r(p : mp; in a : int; in b : va; in c : int);", 52,
	    44, 36, 0});
}

TEST(samecount_shares_one_count)
{
	assert_golden(&(struct golden){
	    "routine r(p : mp; in a : vi; in b : vi, samecount; out c : vi; "
	    "out d : vi, samecount);",
	    92, 36, 96, 40});
}

/* --- 9.4 ------------------------------------------------------------------- */

static const char example[] =
    "skip; skip; skip; skip;\n"
    "routine r(p : mp; in x : int; in a : va; in y : short; in b : vi; in z : "
    "int64_t);";

TEST(the_worked_example_has_its_id_and_sizes)
{
	struct checked *checked = check(example);
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_int_equal(r->id, 5004);
	assert_int_equal(r->reply_id, 5104);
	assert_int_equal(r->request.id, 5004);
	assert_int_equal(r->reply.id, 5104);
	assert_int_equal(r->request.size, 92);
	assert_int_equal(r->request.min_size, 56);
	assert_int_equal(r->request.variables, 2);
	assert_true(r->request.has_moved);
	checked_free(checked);
}

/* Offsets in the structure: as if both arrays were full. */
TEST(the_worked_example_has_its_offsets)
{
	struct checked *checked = check(example);
	const struct mig_message *m = &checked_routine(checked, "r")->request;

	assert_int_equal(m->ndr_offset, 24);
	assert_int_equal(checked_field(m, "x")->offset, 32);
	assert_int_equal(checked_field(m, "aCnt")->offset, 36);
	assert_int_equal(checked_field(m, "a")->offset, 40);
	assert_int_equal(checked_field(m, "y")->offset, 48);
	assert_int_equal(checked_field(m, "bCnt")->offset, 52);
	assert_int_equal(checked_field(m, "b")->offset, 56);
	assert_int_equal(checked_field(m, "z")->offset, 84);
	checked_free(checked);
}

/* W(): as a receiver computes where a field is. */
static uint32_t
size_with(const struct mig_message *m, uint32_t a, uint32_t b)
{
	return m->size - (8 - (a + mig_pad(a))) - (28 - b * 4);
}

TEST(the_worked_example_takes_68_bytes_with_3_and_2_elements)
{
	struct checked *checked = check(example);
	const struct mig_message *m = &checked_routine(checked, "r")->request;

	assert_int_equal(size_with(m, 3, 2), 68);
	assert_int_equal(size_with(m, 5, 7), 92);
	checked_free(checked);
}

TEST(variable_fields_know_their_count_elements_and_pads)
{
	struct checked *checked = check(example);
	const struct mig_message *m = &checked_routine(checked, "r")->request;
	const struct mig_field *a = checked_field(m, "a");
	const struct mig_field *y = checked_field(m, "y");
	const struct mig_field *b = checked_field(m, "b");

	assert_true(a->variable);
	assert_int_equal(a->bytes, 5);
	assert_int_equal(a->pad, 3);
	assert_string_equal(a->pad_name, "aPad");
	assert_int_equal(a->element_bytes, 1);
	assert_int_equal(a->max, 5);
	assert_ptr_equal(a->count, checked_field(m, "aCnt"));
	assert_int_equal(a->variables_before, 0);
	assert_false(y->variable);
	assert_int_equal(y->pad, 2);
	assert_int_equal(y->variables_before, 1);
	assert_null(b->pad_name);
	assert_ptr_equal(b->count, checked_field(m, "bCnt"));
	assert_int_equal(checked_field(m, "z")->variables_before, 2);
	checked_free(checked);
}

/* --- descriptors ----------------------------------------------------------- */

TEST(descriptors_have_indexes_and_offsets)
{
	struct checked *checked =
	    check("type rs = array[2] of ^array[*:9] of int;\n"
	          "routine r(p : mp; in a : mp; in b : p3; in c : ool; in d : "
	          "op; in e : rs);");
	const struct mig_message *m = &checked_routine(checked, "r")->request;
	static const struct {
		enum mig_descriptor_kind kind;
		uint32_t index, count, offset;
		bool is_array;
	} expected[] = {
	    {MIG_DESCRIPTOR_PORT, 0, 1, 28, false},
	    {MIG_DESCRIPTOR_PORT, 1, 3, 40, true},
	    {MIG_DESCRIPTOR_OOL, 4, 1, 76, false},
	    {MIG_DESCRIPTOR_OOL_PORTS, 5, 1, 92, false},
	    {MIG_DESCRIPTOR_OOL, 6, 2, 108, true},
	};

	assert_true(m->complex);
	assert_int_equal(m->descriptor_count, 8);
	assert_int_equal(m->descriptors_length, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(m->descriptors[i].kind, expected[i].kind);
		assert_int_equal(m->descriptors[i].index, expected[i].index);
		assert_int_equal(m->descriptors[i].count, expected[i].count);
		assert_int_equal(m->descriptors[i].offset, expected[i].offset);
		assert_int_equal(
		    m->descriptors[i].is_array, expected[i].is_array);
	}
	checked_free(checked);
}

TEST(regions_of_data_need_an_ndr_even_of_fixed_size)
{
	struct checked *checked = check("routine r(p : mp; in a : oolf);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_true(r->request.has_ndr);
	assert_int_equal(r->request.size, 24 + 4 + 16 + 8);
	checked_free(checked);
}

TEST(regions_of_rights_of_fixed_size_need_no_ndr)
{
	struct checked *checked =
	    check("type of = ^array[3] of mp; routine r(p : mp; in a : of);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_false(r->request.has_ndr);
	assert_int_equal(r->request.size, 24 + 4 + 16);
	checked_free(checked);
}

TEST(a_capacity_alone_needs_an_ndr)
{
	struct checked *checked =
	    check("routine r(p : mp; out a : vi, countinout);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_true(r->request.has_ndr);
	assert_int_equal(r->request.size, 36);
	assert_ptr_equal(checked_argument(r, "a")->request_count,
	    checked_field(&r->request, "aCnt"));
	checked_free(checked);
}

TEST(a_fixed_array_of_variable_regions_has_fixed_counts)
{
	struct checked *checked =
	    check("type rs = array[3] of ^array[*:9] of int;\n"
	          "routine r(p : mp; in a : rs);");
	const struct mig_routine *r = checked_routine(checked, "r");
	const struct mig_field *subs = checked_field(&r->request, "aSubs");

	assert_int_equal(r->request.fields_length, 1);
	assert_int_equal(subs->role, MIG_FIELD_SUBS);
	assert_int_equal(subs->bytes, 12);
	assert_false(subs->variable);
	assert_ptr_equal(checked_argument(r, "a")->request_subs, subs);
	checked_free(checked);
}

TEST(a_variable_array_of_variable_regions_has_variable_counts)
{
	struct checked *checked =
	    check("type rs = array[*:3] of ^array[*:9] of int;\n"
	          "routine r(p : mp; in a : rs; in y : int);");
	const struct mig_message *m = &checked_routine(checked, "r")->request;
	const struct mig_field *subs = checked_field(m, "aSubs");

	assert_int_equal(m->fields_length, 3);
	assert_true(subs->variable);
	assert_ptr_equal(subs->count, checked_field(m, "aSubsCnt"));
	assert_int_equal(subs->element_bytes, 4);
	assert_int_equal(subs->max, 3);
	assert_int_equal(checked_field(m, "y")->variables_before, 1);
	assert_int_equal(m->min_size, m->size - 12);
	checked_free(checked);
}

TEST(a_variable_array_of_fixed_regions_has_a_count)
{
	struct checked *checked =
	    check("type rs = array[*:3] of ^array[9] of int;\n"
	          "routine r(p : mp; in a : rs);");
	const struct mig_message *m = &checked_routine(checked, "r")->request;

	assert_int_equal(m->fields_length, 1);
	assert_int_equal(checked_field(m, "aCnt")->role, MIG_FIELD_COUNT);
	checked_free(checked);
}

TEST(samecount_shares_a_count_between_rights_and_data)
{
	struct checked *checked =
	    check("routine r(p : mp; in a : pv; in b : vi, samecount);");
	const struct mig_routine *r = checked_routine(checked, "r");
	const struct mig_field *count = checked_field(&r->request, "aCnt");

	assert_ptr_equal(checked_argument(r, "b")->request_count, count);
	assert_ptr_equal(checked_field(&r->request, "b")->count, count);
	assert_int_equal(r->request.fields_length, 2);
	checked_free(checked);
}

TEST(an_effective_retcode_has_no_field)
{
	struct checked *checked =
	    check("simpleroutine r(p : mp; in a : mp; in rc : int, retcode);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_int_equal(r->request.fields_length, 0);
	assert_false(r->request.has_ndr);
	assert_int_equal(r->request.size, 40);
	assert_ptr_equal(r->retcode, checked_argument(r, "rc"));
	checked_free(checked);
}

TEST(a_retcode_without_descriptors_is_an_ordinary_field)
{
	struct checked *checked =
	    check("simpleroutine r(p : mp; in rc : int, retcode);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_int_equal(checked_field(&r->request, "rc")->offset, 32);
	assert_null(r->retcode);
	checked_free(checked);
}

TEST(special_arguments_are_in_no_message)
{
	struct checked *checked =
	    check("type tok = struct[2] of int;\n"
	          "routine r(p : mp; replyport q : mp; waittime w : int; "
	          "msgoption o : int; msgseqno s : int; sectoken t : tok);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_int_equal(r->request.size, 24);
	assert_int_equal(r->reply.size, 36);
	checked_free(checked);
}

TEST(the_largest_messages_are_known)
{
	struct checked *checked = check(
	    "routine r(p : mp; in a : v64; out b : c8); routine r2(p : mp; out "
	    "b : st);");

	assert_int_equal(checked->interface->max_request, 60);
	assert_int_equal(checked->interface->max_reply, 48);
	checked_free(checked);
}

/* --- limits ---------------------------------------------------------------- */

TEST(a_message_of_64_mib_is_the_largest)
{
	struct checked *good =
	    checked_new("type big = array[0x4000000 - 32] of char;\n"
	                "simpleroutine r(p : mach_port_t; in a : big);");
	struct checked *bad =
	    checked_new("type big = array[0x4000000 - 31] of char;\n"
	                "simpleroutine r(p : mach_port_t; in a : big);");

	assert_int_equal(checked_routine(good, "r")->request.size, 0x4000000);
	assert_null(bad->interface);
	assert_true(
	    checked_said(bad, "request of `r` is too large: 67108868 bytes"));
	checked_free(good);
	checked_free(bad);
}

TEST(a_message_carries_16383_descriptors_at_most)
{
	struct checked *good =
	    checked_new("type ps = array[16383] of mach_port_t;\n"
	                "routine r(p : mach_port_t; out a : ps);");
	struct checked *bad =
	    checked_new("type ps = array[16383] of mach_port_t;\n"
	                "routine r(p : mach_port_t; out a : ps; out b : "
	                "mach_port_t);");

	assert_int_equal(
	    checked_routine(good, "r")->reply.descriptor_count, 16383);
	assert_null(bad->interface);
	assert_true(
	    checked_said(bad, "reply of `r` has too many descriptors: 16384"));
	checked_free(good);
	checked_free(bad);
}

TEST(the_command_line_limits_descriptors_of_requests_and_replies)
{
	static const char text[] =
	    "subsystem t 1; type mp = MACH_MSG_TYPE_MOVE_SEND;\n"
	    "routine r(p : mp; in a : mp; in b : mp; out c : mp; out d : mp);";
	struct mig_options options = {.prefix = "",
	    .sub_prefix = "",
	    .max_descriptors = 2,
	    .max_reply_descriptors = 2};
	struct checked *good = checked_new_with(&options, text);
	struct checked *bad;

	assert_non_null(good->interface);
	options.max_descriptors = 1;
	bad = checked_new_with(&options, text);
	assert_null(bad->interface);
	assert_true(checked_said(bad, "request of `r` has too many"));
	assert_true(checked_said(bad, "-max_descrs"));
	checked_free(bad);
	options.max_descriptors = 2;
	options.max_reply_descriptors = 1;
	bad = checked_new_with(&options, text);
	assert_null(bad->interface);
	assert_true(checked_said(bad, "reply of `r` has too many"));
	assert_true(checked_said(bad, "-max_reply_descrs"));
	checked_free(bad);
	checked_free(good);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_routine_without_arguments_is_a_header_and_a_bare_reply),
	    cmocka_unit_test(values_take_their_size_padded_to_4),
	    cmocka_unit_test(values_of_8_bytes_are_aligned_to_4),
	    cmocka_unit_test(fixed_arrays_structs_and_strings_are_inline),
	    cmocka_unit_test(
	        a_variable_array_has_a_count_and_room_for_its_maximum),
	    cmocka_unit_test(fields_stand_between_and_after_variable_arrays),
	    cmocka_unit_test(elements_of_variable_arrays_have_any_size),
	    cmocka_unit_test(a_variable_string_has_an_offset_and_a_count),
	    cmocka_unit_test(countinout_puts_the_capacity_into_the_request),
	    cmocka_unit_test(
	        regions_have_a_descriptor_and_a_count_where_they_vary),
	    cmocka_unit_test(messages_of_rights_alone_have_no_ndr),
	    cmocka_unit_test(
	        arrays_of_rights_have_a_descriptor_each_unless_out_of_line),
	    cmocka_unit_test(inout_arguments_are_in_both_messages),
	    cmocka_unit_test(a_one_way_routine_has_a_reply_type_of_36_bytes),
	    cmocka_unit_test(samecount_shares_one_count),
	    cmocka_unit_test(the_worked_example_has_its_id_and_sizes),
	    cmocka_unit_test(the_worked_example_has_its_offsets),
	    cmocka_unit_test(
	        the_worked_example_takes_68_bytes_with_3_and_2_elements),
	    cmocka_unit_test(
	        variable_fields_know_their_count_elements_and_pads),
	    cmocka_unit_test(descriptors_have_indexes_and_offsets),
	    cmocka_unit_test(regions_of_data_need_an_ndr_even_of_fixed_size),
	    cmocka_unit_test(regions_of_rights_of_fixed_size_need_no_ndr),
	    cmocka_unit_test(a_capacity_alone_needs_an_ndr),
	    cmocka_unit_test(
	        a_fixed_array_of_variable_regions_has_fixed_counts),
	    cmocka_unit_test(
	        a_variable_array_of_variable_regions_has_variable_counts),
	    cmocka_unit_test(a_variable_array_of_fixed_regions_has_a_count),
	    cmocka_unit_test(samecount_shares_a_count_between_rights_and_data),
	    cmocka_unit_test(an_effective_retcode_has_no_field),
	    cmocka_unit_test(
	        a_retcode_without_descriptors_is_an_ordinary_field),
	    cmocka_unit_test(special_arguments_are_in_no_message),
	    cmocka_unit_test(the_largest_messages_are_known),
	    cmocka_unit_test(a_message_of_64_mib_is_the_largest),
	    cmocka_unit_test(a_message_carries_16383_descriptors_at_most),
	    cmocka_unit_test(
	        the_command_line_limits_descriptors_of_requests_and_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
