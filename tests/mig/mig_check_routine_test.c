/* Arguments: directions, and those that are implied. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "check.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* --- directions: each row of spec/mig.md 7.2 ------------------------------------ */

TEST(each_direction_has_its_role_and_sides)
{
	static const struct {
		const char *x;
		enum mig_role role;
		bool on_user, on_server;
	} expected[] = {
	    {"x : int", MIG_IN, true, true},
	    {"in x : int", MIG_IN, true, true},
	    {"out x : int", MIG_OUT, true, true},
	    {"inout x : int", MIG_INOUT, true, true},
	    {"replyport x : mp", MIG_REPLY_PORT, true, true},
	    {"ureplyport x : mp", MIG_UREPLY_PORT, true, false},
	    {"sreplyport x : mp", MIG_SREPLY_PORT, false, true},
	    {"waittime x : int", MIG_WAIT_TIME, true, false},
	    {"sendtime x : int", MIG_SEND_TIME, true, false},
	    {"msgoption x : int", MIG_MSG_OPTION, true, false},
	    {"msgseqno x : int", MIG_SEQNO, false, true},
	    {"sectoken x : sec", MIG_SENDER_TOKEN, true, true},
	    {"serversectoken x : sec", MIG_SENDER_TOKEN, false, true},
	    {"usersectoken x : sec", MIG_SENDER_TOKEN, true, false},
	    {"audittoken x : aud", MIG_AUDIT_TOKEN, true, true},
	    {"serveraudittoken x : aud", MIG_AUDIT_TOKEN, false, true},
	    {"useraudittoken x : aud", MIG_AUDIT_TOKEN, true, false},
	    {"servercontexttoken x : int64_t", MIG_CONTEXT_TOKEN, false, true},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		struct checked *checked;
		const struct mig_argument *x =
		    argument(expected[i].x, &checked);
		bool token = x->role == MIG_SENDER_TOKEN ||
		    x->role == MIG_AUDIT_TOKEN || x->role == MIG_CONTEXT_TOKEN;

		assert_int_equal(x->role, expected[i].role);
		assert_int_equal(x->on_user, expected[i].on_user);
		assert_int_equal(x->on_server, expected[i].on_server);
		assert_int_equal(x->user_token, token && expected[i].on_user);
		assert_int_equal(
		    x->server_token, token && expected[i].on_server);
		checked_free(checked);
	}
}

TEST(the_request_port_is_the_first_argument_without_a_direction)
{
	struct checked *checked =
	    check("routine a(in x : int; p : mp; y : int);\n"
	          "routine b(x : int; requestport p : mp; y : int);");

	assert_string_equal(
	    checked_routine(checked, "a")->request_port->name, "p");
	assert_string_equal(
	    checked_routine(checked, "b")->request_port->name, "p");
	assert_int_equal(
	    checked_argument(checked_routine(checked, "b"), "x")->role, MIG_IN);
	checked_free(checked);
}

TEST(a_routine_needs_one_request_port)
{
	assert_refused("routine r();", "`r` has no request port");
	assert_refused("routine r(in a : mp);", "`r` has no request port");
	assert_refused("routine r(requestport a : mp; requestport b : mp);",
	    "`r` has a second request port, `b`");
}

TEST(ports_of_the_header_are_single_and_can_be_sent_to)
{
	assert_refused("routine r(p : int);", "is not a single port");
	assert_refused("routine r(p : pair);", "is not a single port");
	assert_refused("routine r(p : rights);", "is not a single port");
	assert_refused("routine r(p : mp = MACH_MSG_TYPE_MOVE_RECEIVE);",
	    "is a receive right");
	assert_refused(
	    "routine r(p : mp; replyport q : pair);", "is not a single port");
	assert_refused(
	    "routine r(p : mp; sreplyport q : int);", "is not a single port");
	assert_refused("routine r(p : mp; ureplyport q : rp = "
	               "MACH_MSG_TYPE_PORT_RECEIVE);",
	    "is a receive right");
}

TEST(times_options_and_seqno_are_integers)
{
	static const char *const words[] = {
	    "waittime", "sendtime", "msgoption", "msgseqno"};
	static const char *const types[] = {
	    "int64_t", "double", "mp", "fixed", "f = MACH_MSG_TYPE_REAL_32"};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		for (size_t j = 0; j < COUNT_OF(types); j++) {
			char text[200];

			(void)snprintf(text, sizeof(text),
			    "routine r(p : mp; %s x : %s);", words[i],
			    types[j]);
			assert_refused(text, "is not a 32-bit integer");
		}
	}
}

TEST(tokens_have_the_size_of_their_field)
{
	assert_refused("routine r(p : mp; sectoken x : aud);", "not 8 bytes");
	assert_refused(
	    "routine r(p : mp; audittoken x : sec);", "not 32 bytes");
	assert_refused(
	    "routine r(p : mp; servercontexttoken x : int);", "not 8 bytes");
	assert_refused(
	    "routine r(p : mp; sectoken x : a = array[2] of int);", "by value");
}

TEST(special_arguments_are_given_once)
{
	static const char *const pairs[] = {
	    "replyport a : mp; ureplyport b : mp",
	    "sreplyport a : mp; replyport b : mp",
	    "waittime a : int; waittime b : int",
	    "sendtime a : int; sendtime b : int",
	    "msgoption a : int; msgoption b : int",
	    "msgseqno a : int; msgseqno b : int",
	    "sectoken a : sec; usersectoken b : sec",
	    "serversectoken a : sec; sectoken b : sec",
	    "audittoken a : aud; useraudittoken b : aud",
	    "serveraudittoken a : aud; audittoken b : aud",
	    "servercontexttoken a : sec; servercontexttoken b : sec",
	};

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		char text[200];

		(void)snprintf(
		    text, sizeof(text), "routine r(p : mp; %s);", pairs[i]);
		assert_refused(text, "`r` has a second ");
	}
}

TEST(tokens_of_the_two_sides_are_different_arguments)
{
	struct checked *checked =
	    check("routine r(p : mp; usersectoken a : sec; serversectoken b : "
	          "sec; useraudittoken c : aud);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_int_equal(r->user_trailer, MIG_TRAILER_AUDIT);
	assert_int_equal(r->server_trailer, MIG_TRAILER_SENDER);
	checked_free(checked);
}

TEST(the_trailer_reaches_to_the_last_element_wanted)
{
	static const struct {
		const char *arguments;
		enum mig_trailer user, server;
	} expected[] = {
	    {"in a : int", MIG_TRAILER_NONE, MIG_TRAILER_NONE},
	    {"msgseqno a : int", MIG_TRAILER_NONE, MIG_TRAILER_SEQNO},
	    {"sectoken a : sec; msgseqno b : int", MIG_TRAILER_SENDER,
	        MIG_TRAILER_SENDER},
	    {"audittoken a : aud; sectoken b : sec", MIG_TRAILER_AUDIT,
	        MIG_TRAILER_AUDIT},
	    {"servercontexttoken a : sec; serveraudittoken b : aud",
	        MIG_TRAILER_NONE, MIG_TRAILER_CONTEXT},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		char text[200];

		(void)snprintf(text, sizeof(text), "routine r(p : mp; %s);",
		    expected[i].arguments);

		struct checked *checked = check(text);
		const struct mig_routine *r = checked_routine(checked, "r");

		assert_int_equal(r->user_trailer, expected[i].user);
		assert_int_equal(r->server_trailer, expected[i].server);
		checked_free(checked);
	}
}

TEST(a_one_way_routine_has_nothing_of_a_reply)
{
	assert_refused("simpleroutine r(p : mp; out a : int);", "no reply");
	assert_refused("simpleroutine r(p : mp; inout a : int);", "no reply");
	assert_refused(
	    "simpleroutine r(p : mp; usersectoken a : sec);", "reply");
	assert_refused("simpleroutine r(p : mp; audittoken a : aud);", "reply");
}

TEST(inline_variable_arguments_are_not_inout)
{
	assert_refused("routine r(p : mp; inout a : list);", "inout");
	assert_refused("routine r(p : mp; inout a : text);", "inout");
}

TEST(arrays_of_rights_and_regions_may_be_inout)
{
	struct checked *checked =
	    check("routine r(p : mp; inout a : ports; inout b : region; inout "
	          "c : few; inout d : free);");

	assert_non_null(checked->interface);
	checked_free(checked);
}

TEST(other_trailer_fields_are_not_supported)
{
	assert_refused("routine r(p : mp; serverimpl a : int);",
	    "`serverimpl` is not supported");
	assert_refused("routine r(p : mp; userimpl a : int);",
	    "`userimpl` is not supported");
}

/* --- implicit arguments: each row of spec/mig.md 7.4 ------------------------------ */

static void
assert_text(const char *text, const char *expected)
{
	if (expected) {
		assert_non_null(text);
		assert_string_equal(text, expected);
	} else {
		assert_null(text);
	}
}

TEST(variable_arguments_have_a_count_but_strings_have_none)
{
	static const struct {
		const char *x;
		const char *count;
		const char *subs;
	} expected[] = {
	    {"in x : list", "xCnt", NULL},
	    {"out x : region", "xCnt", NULL},
	    {"in x : free", "xCnt", NULL},
	    {"in x : ports", "xCnt", NULL},
	    {"in x : rights", "xCnt", NULL},
	    {"in x : text", NULL, NULL},
	    {"in x : fixed", NULL, NULL},
	    {"in x : pair", NULL, NULL},
	    {"in x : int", NULL, NULL},
	    {"in x : two", NULL, "xSubs"},
	    {"in x : few", "xSubsCnt", "xSubs"},
	    {"in x : f = array[*:2] of ^int", "xCnt", NULL},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		struct checked *checked;
		const struct mig_argument *x =
		    argument(expected[i].x, &checked);

		assert_text(x->count_name, expected[i].count);
		assert_text(x->subs_name, expected[i].subs);
		checked_free(checked);
	}
}

TEST(polymorphic_rights_have_a_disposition_where_it_is_not_known)
{
	static const struct {
		const char *x;
		bool on_user, on_server;
	} expected[] = {
	    {"in x : mp", false, false},
	    {"in x : poly", true, true},
	    {"in x : ps", true, false},
	    {"in x : mpoly", false, true},
	    {"out x : poly", true, true},
	    {"out x : ps", false, true},
	    {"out x : mpoly", true, false},
	    {"inout x : ps", true, true},
	    {"in x : a = array[] of poly", true, true},
	    {"in x : a = array[2] of ps", true, false},
	    {"replyport x : poly", true, true},
	    {"replyport x : ps", true, false},
	    {"ureplyport x : poly", true, false},
	    {"sreplyport x : poly", false, true},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		struct checked *checked;
		const struct mig_argument *x =
		    argument(expected[i].x, &checked);

		assert_int_equal(x->poly_on_user, expected[i].on_user);
		assert_int_equal(x->poly_on_server, expected[i].on_server);
		assert_text(x->poly_name,
		    expected[i].on_user || expected[i].on_server ? "xPoly"
		                                                 : NULL);
		checked_free(checked);
	}
}

TEST(a_polymorphic_request_port_has_a_disposition)
{
	struct checked *checked = check("routine r(p : ps);");
	const struct mig_argument *p =
	    checked_routine(checked, "r")->request_port;

	assert_string_equal(p->poly_name, "pPoly");
	assert_true(p->poly_on_user);
	assert_false(p->poly_on_server);
	checked_free(checked);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_direction_has_its_role_and_sides),
	    cmocka_unit_test(
	        the_request_port_is_the_first_argument_without_a_direction),
	    cmocka_unit_test(a_routine_needs_one_request_port),
	    cmocka_unit_test(ports_of_the_header_are_single_and_can_be_sent_to),
	    cmocka_unit_test(times_options_and_seqno_are_integers),
	    cmocka_unit_test(tokens_have_the_size_of_their_field),
	    cmocka_unit_test(special_arguments_are_given_once),
	    cmocka_unit_test(tokens_of_the_two_sides_are_different_arguments),
	    cmocka_unit_test(the_trailer_reaches_to_the_last_element_wanted),
	    cmocka_unit_test(a_one_way_routine_has_nothing_of_a_reply),
	    cmocka_unit_test(inline_variable_arguments_are_not_inout),
	    cmocka_unit_test(arrays_of_rights_and_regions_may_be_inout),
	    cmocka_unit_test(other_trailer_fields_are_not_supported),
	    cmocka_unit_test(
	        variable_arguments_have_a_count_but_strings_have_none),
	    cmocka_unit_test(
	        polymorphic_rights_have_a_disposition_where_it_is_not_known),
	    cmocka_unit_test(a_polymorphic_request_port_has_a_disposition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
