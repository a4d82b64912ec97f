/* The text of server files: spec/mig.md 11, 12. Golden files show whole ones, and
 * stubs that run show what they do; here is what is easily overlooked in either. */
#include "mig_check.h"
#include "mig_parse.h"
#include "mig_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char types[] =
    "type int = MACH_MSG_TYPE_INTEGER_32;\n"
    "type int64_t = MACH_MSG_TYPE_INTEGER_64;\n"
    "type char = MACH_MSG_TYPE_CHAR;\n"
    "type token = struct[8] of int;\n"
    "type port = MACH_MSG_TYPE_COPY_SEND ctype: mach_port_t;\n"
    "type moved = MACH_MSG_TYPE_MOVE_SEND ctype: mach_port_t;\n"
    "type ints = array[*:7] of int;\n"
    "type longs = array[*:7] of int64_t;\n"
    "type many = array[*:2000] of int64_t;\n"
    "type region = ^array[] of int;\n"
    "type unbound = array[] of int;\n"
    "type rights = array[] of moved;\n"
    "type ports = array[*:4] of moved;\n"
    "type name = c_string[10];\n"
    "type object = moved\n"
    "    intran: object_t object_in(mach_port_t)\n"
    "    outtran: mach_port_t object_out(object_t)\n"
    "    destructor: object_free(object_t);\n";

/* The server file of a subsystem with @routines. To be freed. */
static char *
server_file(const char *subsystem, const char *routines)
{
	struct mig_arena *arena = mig_arena_new();
	struct mig_diag diag = {.arena = arena, .stream = stderr};
	struct mig_options options = {.prefix = "", .sub_prefix = ""};
	const char *input = mig_arena_print(
	    arena, "subsystem %s;\n%s%s", subsystem, types, routines);
	struct mig_interface *interface;
	struct mig_text out = {0};

	interface = mig_check(arena, &diag, &options,
	    mig_parse(arena, &diag, "test.defs", input, strlen(input)));
	assert_non_null(interface);
	options.symbol_table = true;
	mig_write_server(&out, interface, &options);
	mig_arena_free(arena);
	return out.bytes;
}

static void
expect_in(const char *subsystem, const char *routines, const char *text)
{
	char *file = server_file(subsystem, routines);

	if (!strstr(file, text)) {
		fprintf(stderr, "%s\n", file);
		fail_msg("there is no: %s", text);
	}
	free(file);
}

static void
expect(const char *routines, const char *text)
{
	expect_in("s 100", routines, text);
}

static void
expect_not(const char *routines, const char *text)
{
	char *file = server_file("s 100", routines);

	assert_null(strstr(file, text));
	free(file);
}

/* --- the dispatcher and its tables ----------------------------------------- */

static void
a_skipped_number_has_an_empty_slot(void **state)
{
	(void)state;
	expect("skip; routine r(p : port);",
	    "\t.start = 100,\n"
	    "\t.end = 102,\n"
	    "\t.maxsize = sizeof(union __ReplyUnion__s_subsystem),\n"
	    "\t.reserved = 0,\n"
	    "\t.routine = {\n"
	    "\t\t{ 0, 0, 0, 0, 0, 0 },\n"
	    "\t\t{ 0, _Xr, 1, 0, 0, sizeof(__Reply__r_t) },\n"
	    "\t},\n");
}

static void
an_empty_subsystem_knows_no_id(void **state)
{
	(void)state;
	expect("",
	    "s_server_routine(mach_msg_header_t *InHeadP)\n"
	    "{\n"
	    "\t(void)InHeadP; /* there are no routines */\n"
	    "\treturn 0;\n"
	    "}\n");
}

static void
an_empty_subsystem_has_a_table_of_one_empty_slot(void **state)
{
	(void)state;
	expect("",
	    "\t.start = 100,\n"
	    "\t.end = 100,\n");
	expect("", "\t.routine = {\n\t\t{ 0, 0, 0, 0, 0, 0 },\n\t},\n");
}

static void
ids_are_compared_without_overflow(void **state)
{
	(void)state;
	expect_in("s 2147483000", "routine r(p : port);",
	    "\tuint32_t number = (uint32_t)InHeadP->msgh_id - 2147483000u;\n"
	    "\n"
	    "\tif (number >= 1)\n"
	    "\t\treturn 0;\n");
}

static void
the_symbol_table_has_skips(void **state)
{
	(void)state;
	expect("routine r(p : port); skip;",
	    "mig_symtab_t _sSymTab[] = {\n"
	    "\t{ \"r\", 100, _Xr },\n"
	    "\t{ \"\", 101, 0 },\n"
	    "};\n"
	    "int _sSymTabBase = 100;\n"
	    "int _sSymTabEnd = 102;\n");
}

static void
hooks_stand_around_all_of_a_stub(void **state)
{
	(void)state;
	expect("routine r(p : port);",
	    "\t__DeclareRcvRpc(100, \"r\")\n"
	    "\t__BeforeRcvRpc(100, \"r\")\n"
	    "\tmig_answer(OutHeadP, __MIG_serve__r(InHeadP));\n"
	    "\t__AfterRcvRpc(100, \"r\")\n");
	expect("simpleroutine r(p : port);",
	    "\t__DeclareRcvSimple(100, \"r\")\n"
	    "\t__BeforeRcvSimple(100, \"r\")\n"
	    "\tmig_answer(OutHeadP, __MIG_serve__r(InHeadP));\n"
	    "\t__AfterRcvSimple(100, \"r\")\n");
}

/* --- where arguments are --------------------------------------------------- */

static void
data_of_4_bytes_is_passed_in_place(void **state)
{
	(void)state;
	expect("routine r(p : port; in a : ints; in b : ints);",
	    "\treturn r(InP->Head.msgh_local_port, InP->a, InP->aCnt,\n");
}

static void
data_of_8_bytes_is_copied_to_where_it_is_aligned(void **state)
{
	(void)state;
	expect("routine r(p : port; in a : longs);",
	    "\tmemcpy(a, InP->a, InP->aCnt * 8);\n"
	    "\n"
	    "\treturn r(InP->Head.msgh_local_port, a, InP->aCnt);\n");
}

static void
large_copies_are_on_the_heap(void **state)
{
	(void)state;
	expect("routine r(p : port; in a : many);",
	    "\ta = (void *)mig_user_allocate(16000);\n"
	    "\tif (!a) {\n"
	    "\t\tRetCode = KERN_RESOURCE_SHORTAGE;\n"
	    "\t\tgoto done;\n"
	    "\t}\n");
	expect("routine r(p : port; in a : many);",
	    "done:\n"
	    "\tmig_user_deallocate((char *)a, 16000);\n"
	    "\treturn RetCode;\n");
}

static void
objects_on_the_heap_have_a_size_of_their_own(void **state)
{
	(void)state;
	expect("type record = struct[9000] of char\n"
	       "    intran: thing thing_in(record)\n"
	       "    outtran: record thing_out(thing);\n"
	       "routine r(p : port; inout a : record);",
	    "\ta = (void *)mig_user_allocate(sizeof(*a));\n");
}

static void
the_program_may_name_elements_that_have_no_name(void **state)
{
	(void)state;
	expect("type pairs = array[*:4] of struct[3] of int;\n"
	       "routine r(p : port; in a : pairs);",
	    "\treturn r(InP->Head.msgh_local_port, (void *)InP->a, "
	    "InP->aCnt);\n");
}

static void
an_array_that_may_become_longer_is_cleared(void **state)
{
	(void)state;
	expect("routine r(p : port; inout a : ports);",
	    "\tmemset(a, 0, sizeof(a));\n"
	    "\tmig_port_names(a, InP->a, InP->aCnt);\n"
	    "\taCnt = InP->aCnt;\n");
}

static void
out_data_is_cleared_and_written_in_place(void **state)
{
	(void)state;
	expect("routine r(p : port; out a : ints);",
	    "\tmemset(OutP->a, 0, sizeof(OutP->a));\n"
	    "\n"
	    "\t/* The call. */\n"
	    "\tRetCode = r(InP->Head.msgh_local_port, OutP->a, &aCnt);\n");
}

static void
an_unset_out_scalar_is_zero(void **state)
{
	(void)state;
	expect("routine r(p : port; out a : int);", "\tint a = 0;\n");
	expect("routine r(p : port; out a : port);",
	    "\tmach_port_t a = MACH_PORT_NULL;\n");
	expect("routine r(p : port; out a : region);",
	    "\tregion a = 0;\n"
	    "\tmach_msg_type_number_t aCnt = 0;\n");
}

static void
an_inout_argument_leaves_the_request_as_it_is(void **state)
{
	(void)state;
	expect("routine r(p : port; inout a : port);",
	    "\ta = InP->a.name;\n"
	    "\n"
	    "\t/* The call. */\n"
	    "\tRetCode = r(InP->Head.msgh_local_port, &a);\n");
}

static void
what_no_function_translates_is_converted_by_c(void **state)
{
	(void)state;
	/* Two C types, which may differ in size: no copy of bytes. */
	expect("type half = int outtran: int half_out(thing);\n"
	       "routine r(p : port; in a : ints; inout x : half);",
	    "\tmig_extract(&mig_field_x, InP, RequestAt.x, "
	    "sizeof(mig_field_x));\n"
	    "\tx = mig_field_x;\n");
	expect("type half = int intran: thing half_in(int);\n"
	       "routine r(p : port; out a : ints; out x : half);",
	    "\tmig_sent_x = x;\n");
}

static void
an_argument_may_be_called_as_its_routine(void **state)
{
	(void)state;
	expect("routine r(p : port; out r : int);",
	    "\tRetCode = r(InP->Head.msgh_local_port, &mig_r);\n");
}

static void
counts_of_regions_come_from_descriptors(void **state)
{
	(void)state;
	expect("routine r(p : port; in a : region);",
	    "\treturn r(InP->Head.msgh_local_port, (region)InP->a.address,\n"
	    "\t    InP->a.size / 4);\n");
}

static void
who_shares_a_count_is_offered_what_fits_all(void **state)
{
	(void)state;
	expect("routine r(p : port; out a : ints; out b : ports, samecount);",
	    "\tmach_msg_type_number_t aCnt = 4;\n");
}

static void
a_capacity_is_no_more_than_there_is_room_for(void **state)
{
	(void)state;
	expect("routine r(p : port; out a : ints, countinout);",
	    "\taCnt = mig_smaller(InP->aCnt, 7);\n");
	expect("routine r(p : port; out a : ints, countinout);",
	    "\tif (aCnt > mig_smaller(InP->aCnt, 7))\n"
	    "\t\treturn MIG_ARRAY_TOO_LARGE;\n");
}

static void
a_token_comes_from_the_trailer(void **state)
{
	(void)state;
	expect("routine r(p : port; serveraudittoken t : token);",
	    "\tif (!mig_get_trailer(InHeadP, &mig_trailer, "
	    "sizeof(mig_trailer)))\n"
	    "\t\treturn MIG_TRAILER_ERROR;\n"
	    "\tmemcpy(&mig_token_t, &mig_trailer.msgh_audit, "
	    "sizeof(mig_token_t));\n");
}

/* --- translation, release -------------------------------------------------- */

static void
destructors_run_in_reverse_whatever_the_result(void **state)
{
	(void)state;
	expect("routine r(p : object; in a : object);",
	    "\tRetCode = r(mig_object_p, mig_object_a);\n"
	    "\tobject_free(mig_object_a);\n"
	    "\tobject_free(mig_object_p);\n"
	    "\treturn RetCode;\n");
}

static void
what_a_destructor_got_as_it_came_is_forgotten(void **state)
{
	(void)state;
	expect("type it = moved destructor: drop(moved) ctype: mach_port_t;\n"
	       "routine r(p : port; in a : it);",
	    "\tdrop(InP->a.name);\n"
	    "\tInP->a.name = MACH_PORT_NULL;\n");
	expect("type it = array[3] of moved destructor: drop(it);\n"
	       "routine r(p : port; in a : it);",
	    "\tdrop(a);\n"
	    "\tfor (unsigned int mig_i = 0; mig_i < 3; mig_i++) {\n"
	    "\t\tInP->a[mig_i].name = MACH_PORT_NULL;\n");
	expect("type it = ^array[3] of int destructor: drop(it);\n"
	       "routine r(p : port; in a : it);",
	    "\tdrop((it)InP->a.address);\n"
	    "\tInP->a.address = NULL;\n"
	    "\tInP->a.size = 0;\n");
	/* Its memory is the stub's to free. */
	expect("type it = ^array[3] of int destructor: look(it);\n"
	       "routine r(p : port; in a : it, auto);",
	    "\tlook((it)InP->a.address);\n"
	    "\tmig_deallocate((vm_address_t)InP->a.address, InP->a.size);\n");
}

static void
an_out_object_is_translated_after_success_only(void **state)
{
	(void)state;
	expect("routine r(p : port; out a : object);",
	    "\tif (RetCode != KERN_SUCCESS)\n"
	    "\t\treturn RetCode;\n"
	    "\n"
	    "\t/* The reply. */\n"
	    "\tOutP->msgh_body.msgh_descriptor_count = 1;\n"
	    "\tOutP->a = mig_port_descriptor(object_out(a),");
}

static void
unbounded_memory_is_freed_and_forgotten(void **state)
{
	(void)state;
	expect("routine r(p : port; in a : unbound);",
	    "\tmig_deallocate((vm_address_t)InP->a.address, InP->a.size);\n"
	    "\tInP->a.address = NULL;\n"
	    "\tInP->a.size = 0;\n"
	    "\treturn RetCode;\n");
}

static void
unbounded_rights_are_left_to_the_request_on_failure(void **state)
{
	(void)state;
	expect("routine r(p : port; in a : rights);",
	    "\tif (RetCode == KERN_SUCCESS || RetCode == MIG_NO_REPLY) {\n");
}

static void
memory_that_is_not_lent_is_the_implementations(void **state)
{
	(void)state;
	expect_not("routine r(p : port; in a : region);", "mig_deallocate");
}

/* --- results --------------------------------------------------------------- */

static void
rights_that_cannot_be_sent_are_destroyed(void **state)
{
	(void)state;
	expect("routine r(p : port; out a : ports; out b : moved);",
	    "too_large:\n"
	    "\tmig_destroy_rights(a, mig_smaller(aCnt, 4), "
	    "MACH_MSG_TYPE_MOVE_SEND);\n"
	    "\tmig_destroy_right(b, MACH_MSG_TYPE_MOVE_SEND);\n"
	    "\treturn MIG_ARRAY_TOO_LARGE;\n");
}

static void
what_was_taken_is_not_destroyed_when_the_reply_fails(void **state)
{
	(void)state;
	expect("routine r(p : port; in a : moved; out b : ports);",
	    "\tInP->Head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;\n"
	    "\treturn MIG_ARRAY_TOO_LARGE;\n");
}

static void
an_outcome_alone_calls_with_nothing_else(void **state)
{
	(void)state;
	expect("simpleroutine r(p : port; in a : port; in b : ints;\n"
	       "    in rc : int, retcode; in c : token);",
	    "\tif (!(InP->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) &&\n"
	    "\t    InP->Head.msgh_size == sizeof(mig_reply_error_t) &&\n"
	    "\t    ((mig_reply_error_t *)InHeadP)->RetCode != KERN_SUCCESS) {\n"
	    "\t\tRetCode = r(InP->Head.msgh_local_port, MACH_PORT_NULL, "
	    "NULL, 0,\n"
	    "\t\t    (int)((mig_reply_error_t *)InHeadP)->RetCode, "
	    "(token){0});\n"
	    "\t\treturn RetCode;\n"
	    "\t}\n");
}

/* It would look for the rest, of which there is none. */
static void
an_outcome_alone_is_not_success(void **state)
{
	(void)state;
	expect("simpleroutine r(p : port; in a : port; in rc : int, retcode);",
	    "((mig_reply_error_t *)InHeadP)->RetCode != KERN_SUCCESS) {\n");
}

static void
an_outcome_alone_has_a_reply_port(void **state)
{
	(void)state;
	expect("simpleroutine r(p : port; replyport q : port; in a : port;\n"
	       "    in rc : int, retcode);",
	    "InP->Head.msgh_remote_port, MACH_PORT_NULL,");
}

static void
a_routine_with_contents_has_the_outcome_success(void **state)
{
	(void)state;
	expect("simpleroutine r(p : port; in a : port; in rc : int, retcode);",
	    "\treturn r(InP->Head.msgh_local_port, InP->a.name, "
	    "KERN_SUCCESS);\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_skipped_number_has_an_empty_slot),
	    cmocka_unit_test(an_empty_subsystem_knows_no_id),
	    cmocka_unit_test(an_empty_subsystem_has_a_table_of_one_empty_slot),
	    cmocka_unit_test(ids_are_compared_without_overflow),
	    cmocka_unit_test(the_symbol_table_has_skips),
	    cmocka_unit_test(hooks_stand_around_all_of_a_stub),
	    cmocka_unit_test(data_of_4_bytes_is_passed_in_place),
	    cmocka_unit_test(data_of_8_bytes_is_copied_to_where_it_is_aligned),
	    cmocka_unit_test(large_copies_are_on_the_heap),
	    cmocka_unit_test(objects_on_the_heap_have_a_size_of_their_own),
	    cmocka_unit_test(the_program_may_name_elements_that_have_no_name),
	    cmocka_unit_test(an_array_that_may_become_longer_is_cleared),
	    cmocka_unit_test(out_data_is_cleared_and_written_in_place),
	    cmocka_unit_test(an_unset_out_scalar_is_zero),
	    cmocka_unit_test(an_inout_argument_leaves_the_request_as_it_is),
	    cmocka_unit_test(what_no_function_translates_is_converted_by_c),
	    cmocka_unit_test(an_argument_may_be_called_as_its_routine),
	    cmocka_unit_test(counts_of_regions_come_from_descriptors),
	    cmocka_unit_test(who_shares_a_count_is_offered_what_fits_all),
	    cmocka_unit_test(a_capacity_is_no_more_than_there_is_room_for),
	    cmocka_unit_test(a_token_comes_from_the_trailer),
	    cmocka_unit_test(destructors_run_in_reverse_whatever_the_result),
	    cmocka_unit_test(what_a_destructor_got_as_it_came_is_forgotten),
	    cmocka_unit_test(an_out_object_is_translated_after_success_only),
	    cmocka_unit_test(unbounded_memory_is_freed_and_forgotten),
	    cmocka_unit_test(
	        unbounded_rights_are_left_to_the_request_on_failure),
	    cmocka_unit_test(memory_that_is_not_lent_is_the_implementations),
	    cmocka_unit_test(rights_that_cannot_be_sent_are_destroyed),
	    cmocka_unit_test(
	        what_was_taken_is_not_destroyed_when_the_reply_fails),
	    cmocka_unit_test(an_outcome_alone_calls_with_nothing_else),
	    cmocka_unit_test(an_outcome_alone_is_not_success),
	    cmocka_unit_test(an_outcome_alone_has_a_reply_port),
	    cmocka_unit_test(a_routine_with_contents_has_the_outcome_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
