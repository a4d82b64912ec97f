/* Statements, routines, arguments, flags and names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checked.h"
#include "mig_names.h"
#include "mig_text.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Types of all kinds, and what follows. */
static struct checked *
check(const char *text)
{
	static const char types[] =
	    "type mp = mach_port_t;\n"
	    "type poly = polymorphic;\n"
	    "type ps = MACH_MSG_TYPE_PORT_SEND;\n"
	    "type mpoly = MACH_MSG_TYPE_MAKE_SEND_ONCE|polymorphic;\n"
	    "type list = array[*:10] of int;\n"
	    "type fixed = array[10] of int;\n"
	    "type text = c_string[*:64];\n"
	    "type name = c_string[64];\n"
	    "type region = ^array[] of int;\n"
	    "type free = array[] of int;\n"
	    "type pair = array[2] of mp;\n"
	    "type ports = array[*:4] of mp;\n"
	    "type rights = ^array[] of mp;\n"
	    "type two = array[2] of region;\n"
	    "type few = array[*:3] of region;\n"
	    "type sec = struct[2] of int;\n"
	    "type aud = struct[8] of int;\n";
	struct checked *checked;
	char *all;

	assert_true(asprintf(&all, "%s# 1 \"t.defs\"\n%s", types, text) > 0);
	checked = checked_new(all);
	free(all);
	return checked;
}

/* The argument x of `routine r(p : mp; @x)`. Frees the rest at the end of the
 * test: *@checked_out. */
static const struct mig_argument *
argument(const char *x, struct checked **checked_out)
{
	char *text;

	assert_true(asprintf(&text, "routine r(p : mp; %s);", x) > 0);
	*checked_out = check(text);
	free(text);
	return checked_argument(checked_routine(*checked_out, "r"), "x");
}

static void
assert_refused(const char *text, const char *why)
{
	struct checked *checked = check(text);

	if (checked->interface || !checked_said(checked, why))
		fail_msg("%s\nsaid: %s", text, checked->said);
	checked_free(checked);
}

static void
assert_warned(const char *text, const char *what)
{
	struct checked *checked = check(text);

	if (!checked->interface || !checked_said(checked, what))
		fail_msg("%s\nsaid: %s", text, checked->said);
	checked_free(checked);
}

/* --- subsystem and numbers ---------------------------------------------------- */

TEST(a_subsystem_has_a_name_and_a_base)
{
	struct checked *checked =
	    checked_new_with(NULL, "subsystem KernelUser KernelServer s 77;");

	assert_string_equal(checked->interface->name, "s");
	assert_int_equal(checked->interface->base, 77);
	assert_true(checked->interface->kernel_user);
	assert_true(checked->interface->kernel_server);
	assert_string_equal(checked->interface->demux, "s_server");
	checked_free(checked);
}

TEST(the_same_subsystem_may_be_said_twice)
{
	struct checked *checked =
	    checked_new_with(NULL, "subsystem s 1; subsystem s 1;");

	assert_non_null(checked->interface);
	checked_free(checked);
}

TEST(two_subsystems_are_refused)
{
	assert_refused("subsystem other 5000;", "a second subsystem, `other`");
	assert_refused("subsystem t 5001;", "a second subsystem, `t`");
	assert_refused("subsystem KernelUser t 5000;", "a second subsystem");
}

TEST(a_file_without_a_subsystem_is_refused)
{
	struct checked *checked = checked_new_with(NULL, "type a = int;");

	assert_null(checked->interface);
	assert_true(checked_said(checked, "no subsystem declaration"));
	checked_free(checked);
}

TEST(types_alone_can_be_checked)
{
	const struct mig_options options = {.prefix = "", .check_only = true};
	struct checked *checked = checked_new_with(&options, "type a = int;");

	assert_non_null(checked->interface);
	checked_free(checked);
	checked = checked_new_with(
	    &options, "type p = MACH_MSG_TYPE_COPY_SEND; routine r(p : p);");
	assert_null(checked->interface);
	checked_free(checked);
}

TEST(the_subsystem_may_come_last)
{
	struct checked *checked = checked_new_with(NULL,
	    "type p = MACH_MSG_TYPE_COPY_SEND; routine r(a : p); subsystem s "
	    "9;");

	assert_int_equal(checked_routine(checked, "r")->id, 9);
	checked_free(checked);
}

TEST(skips_take_numbers)
{
	struct checked *checked =
	    check("skip; routine a(p : mp); skip; simpleroutine b(p : mp); "
	          "skip;");
	const struct mig_interface *interface = checked->interface;

	assert_int_equal(interface->slots_length, 5);
	assert_int_equal(interface->routines, 2);
	assert_null(interface->slots[0]);
	assert_int_equal(checked_routine(checked, "a")->number, 1);
	assert_int_equal(checked_routine(checked, "b")->number, 3);
	assert_int_equal(checked_routine(checked, "b")->id, 5003);
	assert_int_equal(checked_routine(checked, "b")->reply_id, 5103);
	assert_true(checked_routine(checked, "b")->one_way);
	checked_free(checked);
}

TEST(a_subsystem_may_be_empty)
{
	struct checked *checked = checked_new_with(NULL, "subsystem s 1;");

	assert_int_equal(checked->interface->slots_length, 0);
	assert_int_equal(checked->interface->max_reply, 0);
	checked_free(checked);
}

TEST(ids_go_up_to_31_bits)
{
	static const char format[] =
	    "subsystem s %u; type p = MACH_MSG_TYPE_COPY_SEND;\n"
	    "skip; routine r(a : p);";
	char text[200];
	struct checked *checked;

	(void)snprintf(text, sizeof(text), format, 2147483546U);
	checked = checked_new_with(NULL, text);
	assert_int_equal(checked_routine(checked, "r")->reply_id, INT32_MAX);
	checked_free(checked);
	(void)snprintf(text, sizeof(text), format, 2147483547U);
	checked = checked_new_with(NULL, text);
	assert_null(checked->interface);
	assert_true(checked_said(checked, "they have 31 bits"));
	checked_free(checked);
}

TEST(more_than_100_numbers_warn)
{
	struct mig_text text = {0};
	struct checked *checked;

	for (int i = 0; i < 100; i++)
		mig_put(&text, "skip;");
	checked = check(text.bytes);

	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
	mig_put(&text, "skip;");
	assert_warned(text.bytes, "`t` has 101 numbers");
	mig_text_deinit(&text);
}

/* --- settings ------------------------------------------------------------------ */

TEST(prefixes_act_on_what_follows)
{
	struct checked *checked =
	    check("routine a(p : mp); userprefix u_; serverprefix s_;\n"
	          "routine b(p : mp); userprefix v_; routine c(p : mp);");

	assert_string_equal(checked_routine(checked, "a")->user_name, "a");
	assert_string_equal(checked_routine(checked, "b")->user_name, "u_b");
	assert_string_equal(checked_routine(checked, "b")->server_name, "s_b");
	assert_string_equal(checked_routine(checked, "c")->user_name, "v_c");
	assert_string_equal(checked->interface->user_prefix, "v_");
	assert_string_equal(checked->interface->server_prefix, "s_");
	checked_free(checked);
}

TEST(the_prefix_option_stands_before_all_functions)
{
	const struct mig_options options = {.prefix = "my_"};
	struct checked *checked = checked_new_with(&options,
	    "subsystem s 1; userprefix u_; type p = MACH_MSG_TYPE_COPY_SEND; "
	    "routine r(a : p);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_string_equal(r->user_name, "my_u_r");
	assert_string_equal(r->server_name, "my_r");
	assert_string_equal(checked->interface->demux, "my_s_server");
	checked_free(checked);
}

TEST(serverdemux_names_the_dispatcher)
{
	struct checked *checked = check("serverdemux handle;");

	assert_string_equal(checked->interface->demux, "handle");
	checked_free(checked);
}

TEST(msgoption_acts_until_it_is_cancelled)
{
	struct checked *checked =
	    check("msgoption A|B; routine a(p : mp); msgoption "
	          "MACH_MSG_OPTION_NONE; routine b(p : mp);");

	assert_string_equal(checked_routine(checked, "a")->option_text, "A|B");
	assert_null(checked_routine(checked, "b")->option_text);
	checked_free(checked);
}

TEST(times_act_until_they_are_ended)
{
	struct checked *checked =
	    check("ConsumeOnSendError Any; sendtime 5; routine a(p : mp);\n"
	          "waittime 10; routine b(p : mp); nowaittime;\n"
	          "routine c(p : mp); nosendtime; routine d(p : mp);");
	static const struct {
		const char *name;
		enum mig_timeout timeout;
		const char *text;
	} expected[] = {
	    {"a", MIG_TIMEOUT_SEND, "5"},
	    {"b", MIG_TIMEOUT_WAIT, "10"},
	    {"c", MIG_TIMEOUT_SEND, "5"},
	};

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		const struct mig_routine *r =
		    checked_routine(checked, expected[i].name);

		assert_int_equal(r->timeout, expected[i].timeout);
		assert_string_equal(r->timeout_text, expected[i].text);
		assert_int_equal(r->consume, MIG_CONSUME_ANY);
	}
	assert_int_equal(
	    checked_routine(checked, "d")->timeout, MIG_TIMEOUT_NONE);
	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
}

TEST(a_time_of_an_argument_beats_that_of_a_statement)
{
	struct checked *checked =
	    check("ConsumeOnSendError Timeout; waittime 10;\n"
	          "routine r(p : mp; waittime w : int);");
	const struct mig_routine *r = checked_routine(checked, "r");

	assert_string_equal(r->timeout_text, "w");
	assert_int_equal(r->timeout, MIG_TIMEOUT_WAIT);
	assert_int_equal(r->consume, MIG_CONSUME_TIMEOUT);
	checked_free(checked);
}

TEST(a_timeout_without_consumeonsenderror_warns_once_a_statement)
{
	struct checked *checked =
	    check("waittime 10; routine a(p : mp); routine b(p : mp);");

	assert_int_equal(checked->diag.warnings, 1);
	checked_free(checked);
}

TEST(consumeonsenderror_knows_its_words_in_any_case)
{
	struct checked *checked =
	    check("ConsumeOnSendError timeout; routine a(p : mp);\n"
	          "ConsumeOnSendError NONE; routine b(p : mp);");

	assert_int_equal(
	    checked_routine(checked, "a")->consume, MIG_CONSUME_TIMEOUT);
	assert_int_equal(
	    checked_routine(checked, "b")->consume, MIG_CONSUME_NONE);
	checked_free(checked);
	assert_refused("ConsumeOnSendError Some;", "None, Timeout or Any");
}

TEST(special_reply_ports_are_for_calls_without_a_reply_port)
{
	struct checked *checked =
	    check("UseSpecialReplyPort 1; routine a(p : mp);\n"
	          "simpleroutine b(p : mp); routine c(p : mp; replyport q : "
	          "mp);\n"
	          "routine d(p : mp; ureplyport q : mp);\n"
	          "routine e(p : mp; sreplyport q : mp);\n"
	          "UseSpecialReplyPort 0; routine f(p : mp);");
	static const struct {
		const char *name;
		bool special;
	} expected[] = {{"a", true}, {"b", false}, {"c", false}, {"d", false},
	    {"e", true}, {"f", false}};

	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_int_equal(checked_routine(checked, expected[i].name)
		                     ->special_reply_port,
		    expected[i].special);
	checked_free(checked);
}

TEST(special_reply_ports_are_not_for_the_kernel)
{
	struct checked *checked = checked_new_with(
	    NULL, "UseSpecialReplyPort 1; subsystem KernelUser s 1;");

	assert_null(checked->interface);
	checked_free(checked);
}

TEST(onstacklimit_replaces_the_option)
{
	const struct mig_options options = {.prefix = "", .max_on_stack = 100};
	struct checked *checked = checked_new_with(&options,
	    "subsystem s 1; type p = MACH_MSG_TYPE_COPY_SEND; routine a(x : "
	    "p); OnStackLimit 7; routine b(x : p);");

	assert_int_equal(checked_routine(checked, "a")->on_stack_limit, 100);
	assert_int_equal(checked_routine(checked, "b")->on_stack_limit, 7);
	checked_free(checked);
}

TEST(imports_are_kept_in_file_order)
{
	struct checked *checked =
	    check("import <a.h>; uimport \"b.h\"; simport <c.h>; iimport "
	          "<d.h>; dimport <e.h>;");
	static const struct {
		enum mig_import_kind kind;
		const char *file;
	} expected[] = {
	    {MIG_IMPORT, "<a.h>"},
	    {MIG_UIMPORT, "\"b.h\""},
	    {MIG_SIMPORT, "<c.h>"},
	    {MIG_IIMPORT, "<d.h>"},
	    {MIG_DIMPORT, "<e.h>"},
	};

	assert_int_equal(checked->interface->imports_length, 5);
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		const struct mig_import *import =
		    &checked->interface->imports[i];

		assert_int_equal(import->kind, expected[i].kind);
		assert_string_equal(import->file, expected[i].file);
	}
	checked_free(checked);
}

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

/* --- flags: each row of spec/mig.md 7.3 ------------------------------------------ */

static void
assert_dealloc(const char *x, enum mig_dealloc dealloc, unsigned int warnings)
{
	struct checked *checked;
	const struct mig_argument *argument_x = argument(x, &checked);

	assert_int_equal(argument_x->dealloc, dealloc);
	assert_int_equal(checked->diag.warnings, warnings);
	checked_free(checked);
}

TEST(dealloc_is_for_regions_and_harmless_on_rights)
{
	assert_dealloc("in x : region, dealloc", MIG_DEALLOC_YES, 0);
	assert_dealloc("out x : free, dealloc", MIG_DEALLOC_YES, 0);
	assert_dealloc("in x : two, dealloc", MIG_DEALLOC_YES, 0);
	assert_dealloc("out x : rights, dealloc", MIG_DEALLOC_YES, 0);
	assert_dealloc("in x : mp, dealloc", MIG_DEALLOC_NO, 0);
	assert_dealloc("in x : list, dealloc", MIG_DEALLOC_NO, 1);
}

TEST(dealloc_at_run_time_has_a_flag)
{
	struct checked *checked;

	assert_string_equal(
	    argument("in x : region, dealloc[]", &checked)->dealloc_name,
	    "xDealloc");
	checked_free(checked);
	assert_dealloc("in x : region, dealloc[]", MIG_DEALLOC_RUNTIME, 0);
	assert_dealloc("in x : mp, dealloc[]", MIG_DEALLOC_NO, 1);
}

TEST(dealloc_at_run_time_is_the_strongest)
{
	assert_dealloc(
	    "in x : region, dealloc, dealloc[]", MIG_DEALLOC_RUNTIME, 1);
	assert_dealloc(
	    "in x : region, dealloc[], notdealloc", MIG_DEALLOC_RUNTIME, 1);
}

TEST(notdealloc_cancels_dealloc)
{
	assert_dealloc("in x : region, dealloc, notdealloc", MIG_DEALLOC_NO, 1);
	assert_dealloc("in x : region, notdealloc", MIG_DEALLOC_NO, 0);
}

TEST(dealloc_of_a_copied_right_warns)
{
	assert_warned("routine r(p : mp; out x : mp, dealloc);",
	    "sent as MACH_MSG_TYPE_COPY_SEND");
}

TEST(out_regions_without_dealloc_warn_when_asked)
{
	static const char text[] =
	    "subsystem s 1; type p = MACH_MSG_TYPE_COPY_SEND; type r = "
	    "^array[] "
	    "of int; routine r(a : p; out x : r; out y : r, dealloc);";
	struct mig_options options = {.prefix = ""};
	struct checked *checked = checked_new_with(&options, text);

	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
	options.warn_no_dealloc = true;
	checked = checked_new_with(&options, text);
	assert_int_equal(checked->diag.warnings, 1);
	assert_true(checked_said(checked, "`x` goes out without dealloc"));
	checked_free(checked);
}

TEST(countinout_is_for_variable_inline_out)
{
	struct checked *checked;

	assert_true(
	    argument("out x : list, countinout", &checked)->count_in_out);
	checked_free(checked);
	assert_true(
	    argument("out x : ports, countinout", &checked)->count_in_out);
	checked_free(checked);
	assert_false(
	    argument("in x : list, countinout", &checked)->count_in_out);
	assert_int_equal(checked->diag.warnings, 1);
	checked_free(checked);
}

TEST(samecount_chains_share_the_first_count)
{
	struct checked *checked =
	    check("routine r(p : mp; in a : list; in b : ports, samecount; in "
	          "c : list, samecount);");
	const struct mig_routine *r = checked_routine(checked, "r");
	const struct mig_argument *a = checked_argument(r, "a");

	assert_null(a->count_of);
	assert_ptr_equal(checked_argument(r, "b")->count_of, a);
	assert_ptr_equal(checked_argument(r, "c")->count_of, a);
	assert_string_equal(checked_argument(r, "c")->count_name, "aCnt");
	checked_free(checked);
}

TEST(samecount_shares_the_capacity)
{
	struct checked *checked =
	    check("routine r(p : mp; out a : list, countinout; out b : list, "
	          "samecount);");
	const struct mig_routine *r = checked_routine(checked, "r");
	const struct mig_argument *b = checked_argument(r, "b");

	assert_true(b->count_in_out);
	assert_ptr_equal(b->request_count, checked_field(&r->request, "aCnt"));
	checked_free(checked);
}

TEST(samecount_needs_a_variable_argument_of_its_direction_before_it)
{
	static const char *const arguments[] = {
	    "out a : list; in x : list, samecount",
	    "in a : fixed; in x : list, samecount",
	    "in a : text; in x : list, samecount",
	    "in a : list; in x : fixed, samecount",
	    "in a : list; in x : text, samecount",
	};

	for (size_t i = 0; i < COUNT_OF(arguments); i++) {
		struct checked *checked;
		const struct mig_argument *x = argument(arguments[i], &checked);

		assert_null(x->count_of);
		assert_true(checked_said(checked, "x: samecount is ignored"));
		checked_free(checked);
	}
}

TEST(physicalcopy_is_for_regions_of_data)
{
	struct checked *checked;

	assert_true(
	    argument("in x : region, physicalcopy", &checked)->physical_copy);
	checked_free(checked);
	assert_false(
	    argument("in x : rights, physicalcopy", &checked)->physical_copy);
	assert_int_equal(checked->diag.warnings, 1);
	checked_free(checked);
}

TEST(overwrite_is_obsolete)
{
	assert_warned("routine r(p : mp; out x : region, overwrite);",
	    "overwrite is ignored: it is obsolete");
}

TEST(const_is_for_arrays_and_strings_that_go_in)
{
	static const char *const good[] = {
	    "in x : list, const", "in x : text, const", "in x : name, const"};
	static const char *const bad[] = {
	    "in x : int, const", "out x : list, const"};
	struct checked *checked;

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_true(argument(good[i], &checked)->is_const);
		checked_free(checked);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(argument(bad[i], &checked)->is_const);
		assert_int_equal(checked->diag.warnings, 1);
		checked_free(checked);
	}
}

TEST(auto_is_for_regions_of_data_that_go_in)
{
	static const char *const bad[] = {"out x : region, auto",
	    "in x : list, auto", "in x : rights, auto", "in x : free, auto"};
	struct checked *checked;

	assert_true(argument("in x : region, auto", &checked)->is_auto);
	checked_free(checked);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(argument(bad[i], &checked)->is_auto);
		assert_int_equal(checked->diag.warnings, 1);
		checked_free(checked);
	}
}

TEST(retcode_is_for_one_way_routines)
{
	assert_refused("routine r(p : mp; in a : mp; in x : int, retcode);",
	    "retcode is for a simpleroutine");
	assert_refused("simpleroutine r(p : mp; in a : mp; in x : int, "
	               "retcode; in y : int, retcode);",
	    "`r` has a second retcode, `y`");
	assert_warned("simpleroutine r(p : mp; in x : int, retcode);",
	    "sends neither rights nor memory");
}

TEST(flags_of_gnu_are_ignored_without_a_word)
{
	struct checked *checked =
	    check("routine r(p : mp; in a : region, servercopy, islong; in b : "
	          "int, isnotlong);");

	assert_non_null(checked->interface);
	assert_int_equal(checked->diag.warnings, 0);
	checked_free(checked);
}

TEST(a_flag_given_twice_warns)
{
	assert_warned("routine r(p : mp; in x : list, const, const);",
	    "x: const is ignored: it is given twice");
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

/* --- names: spec/mig.md 7.5 and 17 -------------------------------------------------- */

TEST(two_arguments_of_one_name_are_refused)
{
	assert_refused("routine r(p : mp; in a : int; out a : int);",
	    "`r` has two arguments `a`");
	assert_refused(
	    "routine r(p : mp; in p : int);", "`r` has two arguments `p`");
}

TEST(names_of_implicit_arguments_are_taken)
{
	static const char *const arguments[] = {
	    "in x : list; in xCnt : int",
	    "in xCnt : int; in x : list",
	    "in x : region, dealloc[]; in xDealloc : int",
	    "in x : poly; in xPoly : int",
	    "in x : two; in xSubs : int",
	    "in x : few; in xSubsCnt : int",
	    "in x : text; in xCnt : int",
	    "in x : text; in xOffset : int",
	    "in x : char; in xPad : int",
	    "in x : few; in xSubs : list",
	};

	for (size_t i = 0; i < COUNT_OF(arguments); i++) {
		char text[200];

		(void)snprintf(
		    text, sizeof(text), "routine r(p : mp; %s);", arguments[i]);
		assert_refused(text, " has the name of the ");
	}
}

TEST(names_that_no_implicit_argument_has_are_free)
{
	struct checked *checked =
	    check("routine r(p : mp; in x : int; in xCnt : int; in xPad : int; "
	          "in xPoly : int; in xSubs : int; in xOffset : int; in y : "
	          "list; in z : list, samecount; in zCnt : int);");

	assert_non_null(checked->interface);
	checked_free(checked);
}

TEST(names_of_generated_code_are_taken)
{
	static const char *const names[] = {"NDR", "Head", "RetCode",
	    "msgh_body", "InP", "OutP", "mig_anything", "memcpy", "mach_port_t",
	    "kern_return_t", "uintptr_t", "mach_msg_option_t"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char text[200];

		assert_true(mig_name_is_reserved(names[i]));
		(void)snprintf(text, sizeof(text),
		    "routine r(p : mp; in %s : int);", names[i]);
		assert_refused(text, "generated code keeps to itself");
	}
}

TEST(words_that_people_use_are_free)
{
	static const char *const names[] = {"result", "kr", "at", "size",
	    "reply", "request", "message", "reply_port", "port", "data",
	    "count", "offset", "address", "options", "timeout", "name", "head"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_false(mig_name_is_reserved(names[i]));
}

TEST(a_type_of_c_that_another_argument_has_is_taken)
{
	assert_refused("routine r(p : mp; in list : list; in x : list);",
	    "`list` is the C type of `x`, too");
	assert_refused("routine r(p : mp; in x : list; in int64_t : int; in y "
	               ": a = array[*:2] of int64_t);",
	    "`int64_t` is the C type of `y`, too");
	assert_refused(
	    "routine r(p : mp; in t : int; out x : s = mp outtran : s f(t));",
	    "`t` is the C type of `x`, too");
}

TEST(an_argument_may_be_called_as_its_own_type)
{
	struct checked *checked = check("routine r(p : mp; in list : list);");

	assert_non_null(checked->interface);
	checked_free(checked);
}

TEST(keywords_of_c_are_refused)
{
	assert_refused(
	    "routine r(p : mp; in while : int);", "`while` is a keyword of C");
	assert_refused("routine while(p : mp);", "`while` is a keyword of C");
}

TEST(prefixes_make_a_keyword_a_name)
{
	struct checked *checked =
	    check("userprefix u_; serverprefix s_; routine while(p : mp);");

	assert_non_null(checked->interface);
	checked_free(checked);
}

TEST(two_routines_of_one_name_are_refused)
{
	assert_refused(
	    "routine a(p : mp); simpleroutine a(p : mp);", "two routines `a`");
	assert_refused("routine ab(p : mp); userprefix a; routine b(p : mp);",
	    "called `ab` with their prefixes");
	assert_refused("routine ab(p : mp); serverprefix a; routine b(p : mp);",
	    "called `ab` with their prefixes");
}

TEST(the_name_of_the_dispatcher_is_taken)
{
	assert_refused("routine t_server(p : mp);", "dispatcher");
	assert_refused(
	    "serverdemux x; routine x_routine(p : mp);", "dispatcher");
}

TEST(names_have_1000_characters_at_most)
{
	char text[2000];

	(void)snprintf(text, sizeof(text), "routine %01000d(p : mp);", 0);
	text[8] = 'a';

	struct checked *checked = check(text);

	assert_non_null(checked->interface);
	checked_free(checked);
	(void)snprintf(text, sizeof(text), "routine %01001d(p : mp);", 0);
	text[8] = 'a';
	assert_refused(text, "longer than 1000 characters");
}

/* --- trees of wrong files ------------------------------------------------------------ */

TEST(errors_in_one_routine_do_not_hide_those_of_the_next)
{
	struct checked *checked =
	    check("routine a(p : int); routine b(p : mp; in x : unknown); "
	          "routine c();");

	assert_int_equal(checked->diag.errors, 3);
	checked_free(checked);
}

TEST(a_routine_that_was_wrong_still_has_its_number)
{
	struct checked *checked =
	    check("routine a(p : int); routine a(p : mp);");

	assert_true(checked_said(checked, "two routines `a`"));
	checked_free(checked);
}

/* Enough of them that a table without hashing would not end in time. */
TEST(many_routines_and_arguments_take_linear_time)
{
	enum { MANY = 50 * 1000 };
	size_t room = (size_t)200 * MANY;
	char *text = malloc(room);
	size_t length = 0;
	struct checked *checked;

	assert_non_null(text);
	for (int i = 0; i < MANY; i++)
		length += (size_t)snprintf(text + length, room - length,
		    "routine r%d(p : mp; in a : int; in b : list);\n", i);
	length +=
	    (size_t)snprintf(text + length, room - length, "routine r(p : mp");
	for (int i = 0; i < MANY; i++)
		length += (size_t)snprintf(
		    text + length, room - length, "; in a%d : int", i);
	(void)snprintf(text + length, room - length, ");\n");
	checked = check(text);
	assert_int_equal(
	    checked_routine(checked, "r")->request.size, 32 + 4 * MANY);
	checked_free(checked);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_subsystem_has_a_name_and_a_base),
	    cmocka_unit_test(the_same_subsystem_may_be_said_twice),
	    cmocka_unit_test(two_subsystems_are_refused),
	    cmocka_unit_test(a_file_without_a_subsystem_is_refused),
	    cmocka_unit_test(types_alone_can_be_checked),
	    cmocka_unit_test(the_subsystem_may_come_last),
	    cmocka_unit_test(skips_take_numbers),
	    cmocka_unit_test(a_subsystem_may_be_empty),
	    cmocka_unit_test(ids_go_up_to_31_bits),
	    cmocka_unit_test(more_than_100_numbers_warn),
	    cmocka_unit_test(prefixes_act_on_what_follows),
	    cmocka_unit_test(the_prefix_option_stands_before_all_functions),
	    cmocka_unit_test(serverdemux_names_the_dispatcher),
	    cmocka_unit_test(msgoption_acts_until_it_is_cancelled),
	    cmocka_unit_test(times_act_until_they_are_ended),
	    cmocka_unit_test(a_time_of_an_argument_beats_that_of_a_statement),
	    cmocka_unit_test(
	        a_timeout_without_consumeonsenderror_warns_once_a_statement),
	    cmocka_unit_test(consumeonsenderror_knows_its_words_in_any_case),
	    cmocka_unit_test(
	        special_reply_ports_are_for_calls_without_a_reply_port),
	    cmocka_unit_test(special_reply_ports_are_not_for_the_kernel),
	    cmocka_unit_test(onstacklimit_replaces_the_option),
	    cmocka_unit_test(imports_are_kept_in_file_order),
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
	    cmocka_unit_test(dealloc_is_for_regions_and_harmless_on_rights),
	    cmocka_unit_test(dealloc_at_run_time_has_a_flag),
	    cmocka_unit_test(dealloc_at_run_time_is_the_strongest),
	    cmocka_unit_test(notdealloc_cancels_dealloc),
	    cmocka_unit_test(dealloc_of_a_copied_right_warns),
	    cmocka_unit_test(out_regions_without_dealloc_warn_when_asked),
	    cmocka_unit_test(countinout_is_for_variable_inline_out),
	    cmocka_unit_test(samecount_chains_share_the_first_count),
	    cmocka_unit_test(samecount_shares_the_capacity),
	    cmocka_unit_test(
	        samecount_needs_a_variable_argument_of_its_direction_before_it),
	    cmocka_unit_test(physicalcopy_is_for_regions_of_data),
	    cmocka_unit_test(overwrite_is_obsolete),
	    cmocka_unit_test(const_is_for_arrays_and_strings_that_go_in),
	    cmocka_unit_test(auto_is_for_regions_of_data_that_go_in),
	    cmocka_unit_test(retcode_is_for_one_way_routines),
	    cmocka_unit_test(flags_of_gnu_are_ignored_without_a_word),
	    cmocka_unit_test(a_flag_given_twice_warns),
	    cmocka_unit_test(
	        variable_arguments_have_a_count_but_strings_have_none),
	    cmocka_unit_test(
	        polymorphic_rights_have_a_disposition_where_it_is_not_known),
	    cmocka_unit_test(a_polymorphic_request_port_has_a_disposition),
	    cmocka_unit_test(two_arguments_of_one_name_are_refused),
	    cmocka_unit_test(names_of_implicit_arguments_are_taken),
	    cmocka_unit_test(names_that_no_implicit_argument_has_are_free),
	    cmocka_unit_test(names_of_generated_code_are_taken),
	    cmocka_unit_test(words_that_people_use_are_free),
	    cmocka_unit_test(a_type_of_c_that_another_argument_has_is_taken),
	    cmocka_unit_test(an_argument_may_be_called_as_its_own_type),
	    cmocka_unit_test(keywords_of_c_are_refused),
	    cmocka_unit_test(prefixes_make_a_keyword_a_name),
	    cmocka_unit_test(two_routines_of_one_name_are_refused),
	    cmocka_unit_test(the_name_of_the_dispatcher_is_taken),
	    cmocka_unit_test(names_have_1000_characters_at_most),
	    cmocka_unit_test(
	        errors_in_one_routine_do_not_hide_those_of_the_next),
	    cmocka_unit_test(a_routine_that_was_wrong_still_has_its_number),
	    cmocka_unit_test(many_routines_and_arguments_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
