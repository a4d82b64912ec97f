/* The comments that say who owns what: spec/mig.md 13, S16. */
#include "mig_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checked.h"
#include "mig_owner.h"
#include "scratch.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* routine lend(p : mach_port_t; in what : name_t; out mem : pointer_t, dealloc;
 * inout n : int): the example of spec/mig.md 7.4. */

static const char lend[] =
    "serverprefix do_;\n"
    "type name_t = c_string[10];\n"
    "type pointer_t = ^array[] of char ctype: vm_offset_t;\n"
    "routine lend(p : mach_port_t; in what : name_t;\n"
    "    out mem : pointer_t, dealloc; inout n : int);\n";

static void
assert_text(struct mig_text *text, const char *expected)
{
	assert_string_equal(text->bytes, expected);
	mig_text_deinit(text);
}

TEST(a_prototype_has_one_parameter_a_line)
{
	static const struct mig_options options;
	struct checked *checked = checked_new(lend);
	struct mig_text text = {0};

	mig_write_prototype(
	    &text, checked_routine(checked, "lend"), &options, MIG_USER);
	checked_free(checked);
	assert_text(&text,
	    "kern_return_t lend\n"
	    "(\n"
	    "\tmach_port_t p,\n"
	    "\tname_t what,\n"
	    "\tvm_offset_t *mem,\n"
	    "\tmach_msg_type_number_t *memCnt,\n"
	    "\tint *n\n"
	    ")");
}

TEST(the_user_is_told_what_is_whose)
{
	struct checked *checked = checked_new(lend);
	struct mig_text text = {0};

	mig_write_owner(&text, checked_routine(checked, "lend"), MIG_USER);
	checked_free(checked);
	assert_text(&text,
	    "/*\n"
	    " * lend() - request 5000, reply 5100\n"
	    " * @p:\t\trequest port; your send right is copied: you keep it\n"
	    " * @what:\t[in]  a string, at most 10 bytes with its NUL\n"
	    " * @mem:\t[out] *memCnt bytes; the memory is yours on success:\n"
	    " *\t\tvm_deallocate() of *memCnt bytes\n"
	    " * @n:\t\t[in/out] by value\n"
	    " *\n"
	    " * After an error there is nothing to give back of what would "
	    "have "
	    "come [out].\n"
	    " */\n");
}

TEST(the_server_is_told_what_is_whose)
{
	struct checked *checked = checked_new(lend);
	struct mig_text text = {0};

	mig_write_owner(&text, checked_routine(checked, "lend"), MIG_SERVER);
	checked_free(checked);
	assert_text(&text,
	    "/*\n"
	    " * do_lend() - serve lend: request 5000, reply 5100\n"
	    " * @p:\t\trequest port; the name of a receive right of yours: "
	    "borrowed\n"
	    " * @what:\t[in]  a string, at most 10 bytes with its NUL; "
	    "borrowed\n"
	    " * @mem:\t[out] *memCnt bytes; the memory moves\n"
	    " * @n:\t\t[in/out] by value\n"
	    " *\n"
	    " * Only KERN_SUCCESS sends what goes [out]: before any other "
	    "result release\n"
	    " * what you made for it.\n"
	    " */\n");
}

/* --- sentences -------------------------------------------------------------- */

/* What is said of `x` in `routine r(p : mach_port_t; ...)`, on each side. */
static void
assert_says(const char *text, const char *user, const char *server)
{
	const char *const expected[] = {user, server};
	struct checked *checked = checked_new(text);
	const struct mig_argument *x =
	    checked_argument(checked_routine(checked, "r"), "x");

	for (int side = MIG_USER; side <= MIG_SERVER; side++) {
		struct mig_text said = {0};

		if (!expected[side])
			continue;
		mig_owner_say(&said, x, (enum mig_side)side);
		assert_string_equal(said.bytes, expected[side]);
		mig_text_deinit(&said);
	}
	checked_free(checked);
}

TEST(a_right_that_moves_is_gone)
{
	assert_says("type once = MACH_MSG_TYPE_MOVE_SEND_ONCE;"
	            "routine r(p : mach_port_t; in x : once);",
	    "[in]  your send-once right moves",
	    "[in]  a send-once right; yours on success");
}

TEST(a_right_that_comes_out_is_the_users_to_give_back)
{
	assert_says("type mine = MACH_MSG_TYPE_MOVE_RECEIVE;"
	            "routine r(p : mach_port_t; out x : mine);",
	    "[out] a receive right; yours on success: mach_port_mod_refs()",
	    "[out] your receive right moves");
}

TEST(a_polymorphic_right_is_what_its_argument_says)
{
	assert_says("type any = polymorphic;"
	            "routine r(p : mach_port_t; in x : any);",
	    "[in]  a right, moved, copied or made as xPoly says",
	    "[in]  a right, which one xPoly says; yours on success");
	assert_says("type any = polymorphic;"
	            "routine r(p : mach_port_t; out x : any);",
	    "[out] a right, which one *xPoly says; yours on success",
	    "[out] a right, moved, copied or made as *xPoly says");
}

TEST(memory_stays_unless_it_is_deallocated)
{
	assert_says("type mem = ^array[] of int;"
	            "routine r(p : mach_port_t; in x : mem);",
	    "[in]  xCnt elements of 4 bytes; you keep the memory",
	    "[in]  xCnt elements of 4 bytes; the memory is yours on success: "
	    "vm_deallocate()");
	assert_says("type mem = ^array[] of int;"
	            "routine r(p : mach_port_t; in x : mem, dealloc);",
	    "[in]  xCnt elements of 4 bytes; the memory moves", NULL);
	assert_says("type mem = ^array[] of int;"
	            "routine r(p : mach_port_t; in x : mem, dealloc[]);",
	    "[in]  xCnt elements of 4 bytes; the memory moves if xDealloc is "
	    "TRUE",
	    NULL);
}

TEST(the_stub_frees_memory_that_is_auto_or_unbounded)
{
	assert_says("type mem = array[] of char;"
	            "routine r(p : mach_port_t; in x : mem);",
	    NULL, "[in]  xCnt bytes; the memory is freed after the call");
	assert_says("type mem = ^array[] of char;"
	            "routine r(p : mach_port_t; in x : mem, auto);",
	    NULL, "[in]  xCnt bytes; the memory is freed after the call");
	assert_says("type rights = array[] of mach_port_t;"
	            "routine r(p : mach_port_t; in x : rights);",
	    NULL,
	    "[in]  xCnt rights; the memory is freed after the call, the send "
	    "rights are yours on success");
}

TEST(what_is_translated_is_borrowed)
{
	static const char types[] =
	    "type thing = mach_port_t intran: thing_ref find(mach_port_t)"
	    " destructor: drop(thing_ref);";
	char text[300];

	(void)snprintf(text, sizeof(text),
	    "%sroutine r(p : mach_port_t; in x : thing);", types);
	assert_says(text, "[in]  your send right is copied: you keep it",
	    "[in]  what find() made of a right; borrowed, drop() drops it "
	    "after the call; the right itself is yours on success: have "
	    "find() keep its name");
	(void)snprintf(text, sizeof(text), "%sroutine r(x : thing);", types);
	assert_says(text,
	    "request port; your send right is copied: you keep it",
	    "what find() made of the request port; borrowed, drop() drops it "
	    "after the call");
}

TEST(a_capacity_is_said_where_it_counts)
{
	assert_says("type list = array[*:7] of int;"
	            "routine r(p : mach_port_t; out x : list);",
	    "[out] room for 7 elements of 4 bytes; *xCnt says how many came",
	    "[out] room for *xCnt elements of 4 bytes, at most 7; set *xCnt "
	    "to how many there are");
	assert_says("type list = array[*:7] of int;"
	            "routine r(p : mach_port_t; out x : list, countinout);",
	    "[out] room for *xCnt elements of 4 bytes, at most 7; *xCnt says "
	    "how many came",
	    NULL);
}

TEST(what_goes_both_ways_is_said_twice)
{
	assert_says("routine r(p : mach_port_t; inout x : mach_port_t);",
	    "[in/out] goes in: your send right is copied: you keep it. Comes "
	    "back: a send right; yours on success: mach_port_deallocate()",
	    "[in/out] comes in: a send right; yours on success. Goes back: "
	    "your send right is copied: you keep it");
}

TEST(what_comes_back_is_counted_by_a_pointer)
{
	assert_says("type m = MACH_MSG_TYPE_MOVE_SEND;"
	            "type ms = array[*:4] of m;"
	            "routine r(p : mach_port_t; inout x : ms);",
	    "[in/out] goes in: *xCnt rights, at most 4; your send rights move. "
	    "Comes back: room for 4 rights; *xCnt says how many came; send "
	    "rights, yours on success",
	    "[in/out] comes in: *xCnt rights, at most 4; send rights, yours on "
	    "success; the array is borrowed. Goes back: room for 4 rights; set "
	    "*xCnt to how many there are; your send rights move");
}

TEST(unbounded_memory_that_comes_back_is_not_freed_by_the_stub)
{
	assert_says("type mem = array[] of char;"
	            "routine r(p : mach_port_t; inout x : mem, dealloc);",
	    NULL,
	    "[in/out] comes in: *xCnt bytes; the memory is yours on success: "
	    "vm_deallocate(). Goes back: *xCnt bytes; the memory moves");
}

TEST(polymorphic_rights_are_what_their_argument_says)
{
	assert_says("type any = polymorphic; type anys = array[3] of any;"
	            "routine r(p : mach_port_t; in x : anys);",
	    NULL,
	    "[in]  3 rights; rights of the kind that xPoly says, yours on "
	    "success; the array is borrowed");
}

TEST(what_only_has_a_destructor_is_its_own)
{
	assert_says("type m = MACH_MSG_TYPE_MOVE_SEND"
	            "    destructor: drop(mach_port_t) ctype: mach_port_t;"
	            "routine r(p : mach_port_t; in x : m);",
	    NULL,
	    "[in]  a send right; borrowed, drop() drops it after the call");
	assert_says("type m = MACH_MSG_TYPE_MOVE_SEND;"
	            "type ms = array[3] of m destructor: drop(ms);"
	            "routine r(p : mach_port_t; in x : ms);",
	    NULL,
	    "[in]  3 rights; borrowed, drop() drops all of it after the call");
	assert_says("type mem = ^array[4] of int destructor: drop(mem);"
	            "routine r(p : mach_port_t; in x : mem);",
	    NULL,
	    "[in]  4 elements of 4 bytes; borrowed, drop() drops all of it "
	    "after the call");
	/* Then all that is left for it is what it knows of the memory. */
	assert_says("type mem = ^array[4] of int destructor: drop(mem);"
	            "routine r(p : mach_port_t; in x : mem, auto);",
	    NULL,
	    "[in]  4 elements of 4 bytes; the memory is freed after the call");
}

TEST(memory_is_translated_as_rights_are)
{
	assert_says("type mem = ^array[4] of int"
	            "    intran: ref find(mem) cservertype: mem;"
	            "routine r(p : mach_port_t; in x : mem);",
	    NULL,
	    "[in]  what find() made of memory; borrowed; the memory itself is "
	    "yours on success: have find() keep its address");
}

TEST(a_reply_right_is_used_up_by_the_reply)
{
	assert_says("routine r(p : mach_port_t; sreplyport x : mach_port_t);",
	    NULL,
	    "where the reply goes; consumed by the reply, yours with "
	    "MIG_NO_REPLY");
}

/* --- results ---------------------------------------------------------------- */

static void
assert_comments(const char *text, enum mig_side side, const char *part)
{
	struct checked *checked = checked_new(text);
	struct mig_text comment = {0};

	mig_write_owner(&comment, checked_routine(checked, "r"), side);
	scratch_expect_part(comment.bytes, part);
	mig_text_deinit(&comment);
	checked_free(checked);
}

static const char moves[] = "type m = MACH_MSG_TYPE_MOVE_SEND;"
                            "routine r(p : mach_port_t; in x : m);";

TEST(a_failed_send_is_said_as_it_was_asked_for)
{
	char text[300];

	assert_comments(moves, MIG_USER,
	    " It may be\n * lost when the send fails (MACH_SEND_*).\n");
	(void)snprintf(
	    text, sizeof(text), "ConsumeOnSendError Timeout; %s", moves);
	assert_comments(text, MIG_USER,
	    " It is\n * destroyed when the send fails with "
	    "MACH_SEND_TIMED_OUT.\n");
	(void)snprintf(text, sizeof(text), "ConsumeOnSendError Any; %s", moves);
	assert_comments(text, MIG_USER, "MACH_SEND_INVALID_DEST.\n");
}

TEST(an_implementation_is_told_what_failure_means)
{
	assert_comments(moves, MIG_SERVER,
	    " * Success is KERN_SUCCESS or MIG_NO_REPLY. After any other "
	    "result the server\n"
	    " * loop destroys what came in: leave it as it was.\n");
}

TEST(an_asynchronous_request_must_not_be_answered)
{
	assert_comments("simpleroutine r(p : mach_port_t;"
	                "    ureplyport q : mach_port_t);",
	    MIG_SERVER, " * Return MIG_NO_REPLY: after any other result");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_prototype_has_one_parameter_a_line),
	    cmocka_unit_test(the_user_is_told_what_is_whose),
	    cmocka_unit_test(the_server_is_told_what_is_whose),
	    cmocka_unit_test(a_right_that_moves_is_gone),
	    cmocka_unit_test(a_right_that_comes_out_is_the_users_to_give_back),
	    cmocka_unit_test(a_polymorphic_right_is_what_its_argument_says),
	    cmocka_unit_test(memory_stays_unless_it_is_deallocated),
	    cmocka_unit_test(the_stub_frees_memory_that_is_auto_or_unbounded),
	    cmocka_unit_test(what_is_translated_is_borrowed),
	    cmocka_unit_test(a_capacity_is_said_where_it_counts),
	    cmocka_unit_test(what_goes_both_ways_is_said_twice),
	    cmocka_unit_test(what_comes_back_is_counted_by_a_pointer),
	    cmocka_unit_test(
	        unbounded_memory_that_comes_back_is_not_freed_by_the_stub),
	    cmocka_unit_test(polymorphic_rights_are_what_their_argument_says),
	    cmocka_unit_test(what_only_has_a_destructor_is_its_own),
	    cmocka_unit_test(memory_is_translated_as_rights_are),
	    cmocka_unit_test(a_reply_right_is_used_up_by_the_reply),
	    cmocka_unit_test(a_failed_send_is_said_as_it_was_asked_for),
	    cmocka_unit_test(an_implementation_is_told_what_failure_means),
	    cmocka_unit_test(an_asynchronous_request_must_not_be_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
