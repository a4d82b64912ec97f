/* Trees: what is in them, and what stays when something is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mig_parse.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static struct mig_arena *arena;
static struct mig_diag diag;
static struct mig_tree *tree;
static char *said;
static size_t said_length;

static int
setup(void **state __attribute__((unused)))
{
	arena = mig_arena_new();
	diag = (struct mig_diag){
	    .arena = arena,
	    .stream = open_memstream(&said, &said_length),
	};
	return diag.stream ? 0 : -1;
}

static int
teardown(void **state __attribute__((unused)))
{
	(void)fclose(diag.stream);
	free(said);
	mig_arena_free(arena);
	return 0;
}

static struct mig_statement *
parse_bytes(const char *text, size_t length)
{
	tree = mig_parse(arena, &diag, "t.defs", text, length);
	return tree->statements;
}

/* The statements of @text, in which something is wrong. */
static struct mig_statement *
parse_wrong(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static struct mig_statement *
parse(const char *text)
{
	struct mig_statement *statement = parse_wrong(text);

	(void)fflush(diag.stream);
	if (diag.errors > 0)
		fail_msg("%s", said);
	return statement;
}

static void
expect_said(const char *part)
{
	(void)fflush(diag.stream);
	if (!strstr(said, part))
		fail_msg("\"%s\" is not in:\n%s", part, said);
}

/* The one error of @text. */
static void
expect_error(const char *text, const char *part)
{
	unsigned int before = diag.errors;

	parse_wrong(text);
	expect_said(part);
	assert_int_equal(diag.errors, before + 1);
}

static struct mig_spec *
spec_of(const char *text)
{
	return parse(mig_arena_print(arena, "type t = %s;", text))->named.spec;
}

static int64_t
value_of(const char *text)
{
	return spec_of(mig_arena_print(arena, "c_string[%s]", text))
	    ->size.value;
}

static struct mig_parameter *
parameters_of(const char *text)
{
	return parse(mig_arena_print(arena, "routine r(%s);", text))
	    ->parameters;
}

static void
expect_word(const struct mig_word *word, const char *text)
{
	assert_non_null(word->text);
	assert_string_equal(word->text, text);
}

/* --- statements ------------------------------------------------------------ */

TEST(an_empty_text_has_no_statements)
{
	assert_null(parse(""));
	assert_null(parse(" ;; ;\n"));
	assert_string_equal(tree->file->name, "t.defs");
}

TEST(a_subsystem_has_a_name_and_a_base)
{
	struct mig_statement *statement = parse("subsystem lend 5000;");

	assert_int_equal(statement->kind, MIG_ST_SUBSYSTEM);
	expect_word(&statement->word, "lend");
	assert_int_equal(statement->number.value, 5000);
	assert_false(statement->kernel_user || statement->kernel_server);
}

TEST(a_subsystem_can_be_for_a_kernel)
{
	struct mig_statement *statement =
	    parse("Subsystem KernelUser\nKernelServer a 1;");

	assert_true(statement->kernel_user);
	assert_true(statement->kernel_server);
	expect_word(&statement->word, "a");
}

TEST(a_subsystem_can_be_called_as_a_keyword)
{
	struct mig_statement *statement = parse("subsystem KernelUser 1;");

	assert_false(statement->kernel_user);
	expect_word(&statement->word, "KernelUser");
	expect_word(&parse("subsystem KernelUser type 1;")->word, "type");
}

TEST(raw_settings_keep_their_text)
{
	struct mig_statement *statement =
	    parse("msgoption A|B; WaitTime 2 * t; sendtime x; nowaittime; "
	          "nosendtime; ConsumeOnSendError Any;");
	static const struct {
		enum mig_statement_kind kind;
		const char *text;
	} rows[] = {
	    {MIG_ST_MSGOPTION, "A|B"},
	    {MIG_ST_WAITTIME, "2 * t"},
	    {MIG_ST_SENDTIME, "x"},
	    {MIG_ST_WAITTIME, NULL},
	    {MIG_ST_SENDTIME, NULL},
	    {MIG_ST_CONSUMEONSENDERROR, "Any"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(statement->kind, rows[i].kind);
		if (rows[i].text)
			expect_word(&statement->word, rows[i].text);
		else
			assert_null(statement->word.text);
		statement = statement->next;
	}
	assert_null(statement);
}

TEST(settings_with_a_number_keep_it)
{
	struct mig_statement *statement =
	    parse("UseSpecialReplyPort 1; UserTypeLimit 2; OnStackLimit 0x10;");

	assert_int_equal(statement->kind, MIG_ST_USESPECIALREPLYPORT);
	assert_int_equal(statement->number.value, 1);
	statement = statement->next;
	assert_int_equal(statement->kind, MIG_ST_USERTYPELIMIT);
	assert_int_equal(statement->number.value, 2);
	statement = statement->next;
	assert_int_equal(statement->kind, MIG_ST_ONSTACKLIMIT);
	assert_int_equal(statement->number.value, 16);
}

TEST(settings_with_a_name_keep_it)
{
	struct mig_statement *statement =
	    parse("serverprefix s_; userprefix in; serverdemux d; error e;");
	static const struct {
		enum mig_statement_kind kind;
		const char *text;
	} rows[] = {
	    {MIG_ST_SERVERPREFIX, "s_"},
	    {MIG_ST_USERPREFIX, "in"},
	    {MIG_ST_SERVERDEMUX, "d"},
	    {MIG_ST_ERROR, "e"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(statement->kind, rows[i].kind);
		expect_word(&statement->word, rows[i].text);
		statement = statement->next;
	}
}

TEST(imports_keep_their_delimiters)
{
	struct mig_statement *statement =
	    parse("import <a.h>; uimport \"b.h\"; simport<c>; iimport\"d\"; "
	          "dimport <mach/e.h>; rcsid \"$Id$\";");
	static const struct {
		enum mig_statement_kind kind;
		const char *text;
	} rows[] = {
	    {MIG_ST_IMPORT, "<a.h>"},
	    {MIG_ST_UIMPORT, "\"b.h\""},
	    {MIG_ST_SIMPORT, "<c>"},
	    {MIG_ST_IIMPORT, "\"d\""},
	    {MIG_ST_DIMPORT, "<mach/e.h>"},
	    {MIG_ST_RCSID, "\"$Id$\""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(statement->kind, rows[i].kind);
		expect_word(&statement->word, rows[i].text);
		statement = statement->next;
	}
}

TEST(skip_is_a_statement)
{
	struct mig_statement *statement = parse("skip;SKIP;");

	assert_int_equal(statement->kind, MIG_ST_SKIP);
	assert_int_equal(statement->next->kind, MIG_ST_SKIP);
}

/* --- types ----------------------------------------------------------------- */

TEST(a_type_has_a_name)
{
	struct mig_statement *statement = parse("type routine = int;");

	assert_int_equal(statement->kind, MIG_ST_TYPE);
	expect_word(&statement->named.name, "routine");
	assert_int_equal(statement->named.spec->kind, MIG_SPEC_NAME);
	expect_word(&statement->named.spec->word, "int");
}

TEST(basic_types_are_symbols_numbers_or_polymorphic)
{
	static const char *const texts[] = {
	    "MACH_MSG_TYPE_INTEGER_32", "32", "Polymorphic"};

	for (size_t i = 0; i < 3; i++) {
		struct mig_spec *spec = spec_of(texts[i]);

		assert_int_equal(spec->kind, MIG_SPEC_SYMBOL);
		expect_word(&spec->word, texts[i]);
		assert_null(spec->received.text);
	}
}

TEST(a_bar_joins_what_is_sent_and_what_is_received)
{
	struct mig_spec *spec =
	    spec_of("MACH_MSG_TYPE_MAKE_SEND_ONCE|polymorphic");

	expect_word(&spec->word, "MACH_MSG_TYPE_MAKE_SEND_ONCE");
	expect_word(&spec->received, "polymorphic");
}

TEST(arrays_have_three_kinds_of_bounds)
{
	struct mig_spec *spec = spec_of("array[5] of int");

	assert_int_equal(spec->kind, MIG_SPEC_ARRAY);
	assert_int_equal(spec->bound, MIG_BOUND_FIXED);
	assert_int_equal(spec->size.value, 5);
	expect_word(&spec->of->word, "int");
	spec = spec_of("array[*:7] of int");
	assert_int_equal(spec->bound, MIG_BOUND_VARIABLE);
	assert_int_equal(spec->size.value, 7);
	assert_int_equal(spec_of("array[] of int")->bound, MIG_BOUND_NONE);
	assert_int_equal(spec_of("array[*] of int")->bound, MIG_BOUND_NONE);
}

TEST(constructors_nest)
{
	struct mig_spec *spec = spec_of("^ array[] of struct[3] of int");

	assert_int_equal(spec->kind, MIG_SPEC_POINTER);
	assert_int_equal(spec->of->kind, MIG_SPEC_ARRAY);
	assert_int_equal(spec->of->of->kind, MIG_SPEC_STRUCT);
	assert_int_equal(spec->of->of->size.value, 3);
	assert_int_equal(spec->of->of->of->kind, MIG_SPEC_NAME);
}

TEST(strings_are_fixed_or_variable)
{
	struct mig_spec *spec = spec_of("c_string[10]");

	assert_int_equal(spec->kind, MIG_SPEC_STRING);
	assert_int_equal(spec->bound, MIG_BOUND_FIXED);
	spec = spec_of("C_String[*:256]");
	assert_int_equal(spec->bound, MIG_BOUND_VARIABLE);
	assert_int_equal(spec->size.value, 256);
}

TEST(the_long_form_has_bits)
{
	struct mig_spec *spec =
	    spec_of("(MACH_MSG_TYPE_STRING_C, 8*128, dealloc, const)");

	assert_int_equal(spec->kind, MIG_SPEC_LONG);
	expect_word(&spec->word, "MACH_MSG_TYPE_STRING_C");
	assert_int_equal(spec->size.value, 1024);
}

TEST(a_struct_can_have_members)
{
	struct mig_spec *spec = spec_of("struct { int a; char array; }");

	assert_int_equal(spec->kind, MIG_SPEC_MEMBERS);
	expect_word(&spec->members->type, "int");
	expect_word(&spec->members->name, "a");
	expect_word(&spec->members->next->name, "array");
	assert_null(spec->members->next->next);
}

TEST(native_types_are_parsed)
{
	struct mig_spec *spec = spec_of("PointerTo(unsigned char)");

	assert_int_equal(spec->kind, MIG_SPEC_NATIVE);
	expect_word(&spec->word, "PointerTo");
	spec = spec_of("PointerToIfNot(struct foo, NULL)");
	assert_int_equal(spec->kind, MIG_SPEC_NATIVE);
	assert_int_equal(spec_of("ValueOf(int)")->kind, MIG_SPEC_NATIVE);
	assert_int_equal(spec_of("valueof")->kind, MIG_SPEC_NAME);
}

TEST(keywords_name_types_where_nothing_makes_them_more)
{
	static const char *const texts[] = {
	    "array", "struct", "c_string", "PointerTo", "in", "type"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(spec_of(texts[i])->kind, MIG_SPEC_NAME);
		expect_word(&spec_of(texts[i])->word, texts[i]);
	}
}

TEST(clauses_follow_a_type_in_any_order)
{
	struct mig_transl *transl =
	    parse("type t = int ctype: c outtran: a f(r) intran : r g ( a ) "
	          "destructor: h(r) cusertype: u cservertype: s "
	          "intranpayload: p q;")
	        ->named.transls;
	static const struct {
		enum mig_transl_kind kind;
		const char *result, *function, *argument;
	} rows[] = {
	    {MIG_TRANSL_CTYPE, "c", NULL, NULL},
	    {MIG_TRANSL_OUTTRAN, "a", "f", "r"},
	    {MIG_TRANSL_INTRAN, "r", "g", "a"},
	    {MIG_TRANSL_DESTRUCTOR, NULL, "h", "r"},
	    {MIG_TRANSL_CUSERTYPE, "u", NULL, NULL},
	    {MIG_TRANSL_CSERVERTYPE, "s", NULL, NULL},
	    {MIG_TRANSL_INTRANPAYLOAD, "p", "q", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(transl->kind, rows[i].kind);
		if (rows[i].result)
			expect_word(&transl->result, rows[i].result);
		if (rows[i].function)
			expect_word(&transl->function, rows[i].function);
		if (rows[i].argument)
			expect_word(&transl->argument, rows[i].argument);
		transl = transl->next;
	}
	assert_null(transl);
}

/* --- numbers --------------------------------------------------------------- */

TEST(expressions_have_the_usual_precedence)
{
	assert_int_equal(value_of("2+3*4"), 14);
	assert_int_equal(value_of("(2+3)*4"), 20);
	assert_int_equal(value_of("20-5-3"), 12);
	assert_int_equal(value_of("100/10/2"), 5);
	assert_int_equal(value_of("2*(16)+1"), 33);
	assert_int_equal(value_of("3-5+4"), 2);
	assert_int_equal(value_of("0x10 + 1"), 17);
}

TEST(a_value_may_be_large_on_the_way)
{
	assert_int_equal(value_of("2147483647 * 4 / 8"), 1073741823);
}

TEST(values_that_cannot_be_sizes_are_errors_and_1)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
	    {"1 / 0", "1:20: error: division by zero"},
	    {"1 - 2", "1:16: error: the value of this is negative: -1"},
	    {"2147483647 + 1", "this, 2147483648, does not fit in 31 bits"},
	    {"2147483647*2147483647*2147483647", "does not fit in 64 bits"},
	    {"1/0 + 1/0 - 5", "division by zero"},
	};

	for (size_t i = 0; i < 4; i++) {
		struct mig_number *size = &parse_wrong(
		    mig_arena_print(
		        arena, "type t = array[%s] of int;", rows[i].text))
		                               ->named.spec->size;

		expect_said(rows[i].error);
		assert_int_equal(diag.errors, i + 1);
		assert_true(size->wrong);
		assert_int_equal(size->value, 1);
	}
}

static char *
nested(size_t depth, const char *before, const char *inside, const char *after)
{
	size_t open = strlen(before);
	size_t close = strlen(after);
	char *text =
	    mig_arena_alloc(arena, depth * (open + close) + strlen(inside) + 1);
	char *at = text;

	for (size_t i = 0; i < depth; i++)
		at = mempcpy(at, before, open);
	at = stpcpy(at, inside);
	for (size_t i = 0; i < depth; i++)
		at = mempcpy(at, after, close);
	return text;
}

TEST(expressions_nest_to_a_bound)
{
	assert_int_equal(value_of(nested(250, "(", "7", ")")), 7);
	expect_error(mig_arena_print(arena, "type t = c_string[%s];",
	                 nested(100000, "(", "7", ")")),
	    "nested more than 256 deep");
}

TEST(types_nest_to_a_bound)
{
	assert_int_equal(
	    spec_of(nested(255, "^", "int", ""))->kind, MIG_SPEC_POINTER);
	expect_error(mig_arena_print(arena, "type t = %s;",
	                 nested(100000, "array[] of ", "int", "")),
	    "nested more than 256 deep");
}

TEST(a_long_sum_is_no_nesting)
{
	assert_int_equal(value_of(nested(100000, "1+", "0", "")), 100000);
}

/* --- routines -------------------------------------------------------------- */

TEST(routines_are_of_two_kinds)
{
	struct mig_statement *statement =
	    parse("routine a(); SimpleRoutine type(x : y);");

	assert_int_equal(statement->kind, MIG_ST_ROUTINE);
	expect_word(&statement->word, "a");
	assert_null(statement->parameters);
	statement = statement->next;
	assert_int_equal(statement->kind, MIG_ST_SIMPLEROUTINE);
	expect_word(&statement->word, "type");
	expect_word(&statement->parameters->name, "x");
	expect_word(&statement->parameters->type.name, "y");
	assert_null(statement->parameters->type.spec);
}

TEST(every_direction_is_known)
{
	static const struct {
		const char *word;
		enum mig_direction direction;
	} rows[] = {
	    {"", MIG_DIR_NONE},
	    {"in", MIG_DIR_IN},
	    {"OUT", MIG_DIR_OUT},
	    {"InOut", MIG_DIR_INOUT},
	    {"requestport", MIG_DIR_REQUESTPORT},
	    {"replyport", MIG_DIR_REPLYPORT},
	    {"sreplyport", MIG_DIR_SREPLYPORT},
	    {"ureplyport", MIG_DIR_UREPLYPORT},
	    {"waittime", MIG_DIR_WAITTIME},
	    {"sendtime", MIG_DIR_SENDTIME},
	    {"msgoption", MIG_DIR_MSGOPTION},
	    {"msgseqno", MIG_DIR_MSGSEQNO},
	    {"sectoken", MIG_DIR_SECTOKEN},
	    {"serversectoken", MIG_DIR_SERVERSECTOKEN},
	    {"usersectoken", MIG_DIR_USERSECTOKEN},
	    {"audittoken", MIG_DIR_AUDITTOKEN},
	    {"serveraudittoken", MIG_DIR_SERVERAUDITTOKEN},
	    {"useraudittoken", MIG_DIR_USERAUDITTOKEN},
	    {"servercontexttoken", MIG_DIR_SERVERCONTEXTTOKEN},
	    {"serverimpl", MIG_DIR_SERVERIMPL},
	    {"userimpl", MIG_DIR_USERIMPL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mig_parameter *parameter = parameters_of(
		    mig_arena_print(arena, "%s a : int", rows[i].word));

		assert_int_equal(parameter->direction, rows[i].direction);
		assert_int_equal(parameter->direction_place.line > 0, i > 0);
		expect_word(&parameter->name, "a");
	}
}

TEST(every_flag_is_known)
{
	static const char *const words[] = {
	    [MIG_FLAG_DEALLOC] = "dealloc",
	    [MIG_FLAG_NOTDEALLOC] = "NotDealloc",
	    [MIG_FLAG_COUNTINOUT] = "CountInOut",
	    [MIG_FLAG_SAMECOUNT] = "samecount",
	    [MIG_FLAG_PHYSICALCOPY] = "physicalcopy",
	    [MIG_FLAG_OVERWRITE] = "overwrite",
	    [MIG_FLAG_CONST] = "const",
	    [MIG_FLAG_AUTO] = "auto",
	    [MIG_FLAG_RETCODE] = "retcode",
	    [MIG_FLAG_SERVERCOPY] = "servercopy",
	    [MIG_FLAG_ISLONG] = "islong",
	    [MIG_FLAG_ISNOTLONG] = "isnotlong",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct mig_flag_use *use = parameters_of(
		    mig_arena_print(arena, "a : int, %s", words[i]))
		                               ->flags;

		assert_int_equal(use->flag, i);
		assert_false(use->brackets);
		assert_null(use->next);
	}
}

TEST(flags_keep_their_order_and_brackets)
{
	struct mig_flag_use *use =
	    parameters_of("a : int, const, dealloc[]")->flags;

	assert_int_equal(use->flag, MIG_FLAG_CONST);
	assert_int_equal(use->next->flag, MIG_FLAG_DEALLOC);
	assert_true(use->next->brackets);
	assert_int_equal(diag.warnings, 0);
}

TEST(only_dealloc_is_decided_at_run_time)
{
	struct mig_flag_use *use = parameters_of("a : int, const[]")->flags;

	assert_false(use->brackets);
	assert_int_equal(diag.warnings, 1);
	expect_said("`[]` is ignored");
}

TEST(a_type_can_be_spelled_out_in_an_argument)
{
	struct mig_parameter *parameter = parameters_of(
	    "a : b = array[*:4] of int ctype: c, const; in d : ValueOf(int)");

	expect_word(&parameter->type.name, "b");
	assert_int_equal(parameter->type.spec->kind, MIG_SPEC_ARRAY);
	expect_word(&parameter->type.transls->result, "c");
	assert_int_equal(parameter->flags->flag, MIG_FLAG_CONST);
	parameter = parameter->next;
	assert_null(parameter->type.name.text);
	assert_int_equal(parameter->type.spec->kind, MIG_SPEC_NATIVE);
}

TEST(arguments_can_be_called_as_keywords)
{
	struct mig_parameter *parameter = parameters_of(
	    "in : in; out out : out; type : int; inout skip : routine;\n"
	    "waittime : int; routine : int;\nrcsid : array");
	static const char *const names[] = {
	    "in", "out", "type", "skip", "waittime", "routine", "rcsid"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		expect_word(&parameter->name, names[i]);
		parameter = parameter->next;
	}
	assert_null(parameter);
}

TEST(a_semicolon_after_the_last_argument_is_warned_about)
{
	assert_null(parameters_of("a : int;")->next);
	assert_int_equal(diag.warnings, 1);
	expect_said("a `;` after the last argument is one too many");
}

/* --- places ---------------------------------------------------------------- */

TEST(places_span_what_they_are_about)
{
	struct mig_spec *spec = spec_of("array[2 * (3 + 4)] of int");

	assert_int_equal(spec->place.column, 10);
	assert_int_equal(
	    spec->place.length, strlen("array[2 * (3 + 4)] of int"));
	assert_int_equal(spec->size.place.column, 16);
	assert_int_equal(spec->size.place.length, strlen("2 * (3 + 4)"));
}

TEST(places_know_the_file_of_a_line_marker)
{
	struct mig_statement *statement =
	    parse("# 1 \"a\"\n# 1 \"b\" 1\nskip;\n# 2 \"a\" 2\nskip;");

	assert_string_equal(statement->place.file->name, "b");
	assert_string_equal(statement->next->place.file->name, "a");
	assert_int_equal(statement->next->place.line, 2);
	assert_string_equal(tree->file->name, "a");
}

/* --- what is wrong --------------------------------------------------------- */

TEST(after_an_error_it_goes_on_behind_the_next_semicolon)
{
	struct mig_statement *statement =
	    parse_wrong("foo (a; b); skip; type 5 (;); subsystem s 1;");

	assert_int_equal(diag.errors, 2);
	assert_int_equal(statement->kind, MIG_ST_SKIP);
	assert_int_equal(statement->next->kind, MIG_ST_SUBSYSTEM);
}

TEST(a_line_that_begins_a_statement_ends_a_wrong_one)
{
	struct mig_statement *statement =
	    parse_wrong("routine r(a b ((\nroutine s(a : int);");

	assert_string_equal(statement->next->word.text, "s");
	assert_non_null(statement->next->parameters);
}

TEST(a_wrong_type_stays_so_that_its_name_is_known)
{
	struct mig_statement *statement = parse_wrong("type t = array of;");

	expect_word(&statement->named.name, "t");
	assert_int_equal(statement->named.spec->kind, MIG_SPEC_WRONG);
	statement = parse_wrong("type t;");
	assert_int_equal(statement->named.spec->kind, MIG_SPEC_WRONG);
}

TEST(a_wrong_argument_stays_if_its_name_is_known)
{
	struct mig_parameter *parameter =
	    parse_wrong("routine r(a : ^int; out b : int);")->parameters;

	assert_int_equal(diag.errors, 1);
	expect_word(&parameter->name, "a");
	assert_int_equal(parameter->type.spec->kind, MIG_SPEC_WRONG);
	expect_word(&parameter->next->name, "b");
}

TEST(a_routine_with_an_argument_without_a_name_is_not_kept)
{
	assert_null(parse_wrong("routine r(5; out b : int);"));
	assert_int_equal(diag.errors, 1);
}

TEST(a_slip_of_a_letter_loses_nothing)
{
	struct mig_statement *statement =
	    parse_wrong("tpye t = int cytpe: c;\n"
	                "procedure r(a : int; otu b : int, dealoc);");

	assert_int_equal(diag.errors, 5);
	expect_word(&statement->named.name, "t");
	expect_word(&statement->named.transls->result, "c");
	statement = statement->next;
	assert_int_equal(statement->kind, MIG_ST_ROUTINE);
	assert_int_equal(statement->parameters->next->direction, MIG_DIR_OUT);
	assert_int_equal(
	    statement->parameters->next->flags->flag, MIG_FLAG_DEALLOC);
}

TEST(a_forgotten_semicolon_loses_nothing)
{
	struct mig_statement *statement =
	    parse_wrong("import <a>\nskip\nmsgoption A\nsubsystem s 1\nskip;");

	assert_int_equal(diag.errors, 4);
	assert_int_equal(statement->kind, MIG_ST_IMPORT);
	statement = statement->next;
	assert_int_equal(statement->kind, MIG_ST_SKIP);
	statement = statement->next;
	expect_word(&statement->word, "A");
	statement = statement->next;
	assert_int_equal(statement->kind, MIG_ST_SUBSYSTEM);
	assert_int_equal(statement->next->kind, MIG_ST_SKIP);
}

TEST(a_forgotten_parenthesis_loses_no_routine)
{
	struct mig_statement *statement = parse_wrong(
	    "routine a(\n\tx : int;\n\tin y : int;\n\nroutine b();");

	assert_non_null(statement->parameters->next);
	expect_word(&statement->next->word, "b");
}

TEST(errors_are_all_counted_but_not_all_shown)
{
	parse_wrong(nested(1000, "x;\n", "", ""));
	assert_int_equal(diag.errors, 1000);
	(void)fflush(diag.stream);
	assert_true(said_length < 4000);
}

TEST(a_file_that_is_too_large_is_an_error)
{
	size_t length = (size_t)65 * 1024 * 1024;
	char *text = malloc(length);

	assert_non_null(text);
	memset(text, ' ', length);
	parse_bytes(text, length);
	free(text);
	expect_said(
	    "t.defs: error: the preprocessed text has more than 64 MiB");
}

TEST(a_file_of_too_many_statements_is_an_error)
{
	size_t count = 0;

	for (struct mig_statement *statement =
	         parse_wrong(nested(1000000, "skip;", "", ""));
	     statement; statement = statement->next)
		count++;
	expect_said("the file is too large");
	assert_true(count < 300000);
}

TEST(a_long_line_takes_no_longer_than_many_short_ones)
{
	assert_null(parse(nested(10000000, " ", ";", "")));
	parse_wrong(nested(5000000, "x ", "", ""));
	assert_int_equal(diag.errors, 1);
	parse_wrong(nested(1000000, "\"\" ' < ", "", ""));
	parse_wrong(nested(200000, "import <a>;", "", ""));
	parse_wrong(nested(1000000, "routin x;", "", ""));
}

TEST(any_byte_has_an_end)
{
	char bytes[4096];
	uint32_t random = 1;

	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			random = random * 1664525 + 1013904223;
			bytes[i] = (char)(random >> 24);
		}
		parse_bytes(bytes, sizeof(bytes));
	}
	assert_true(diag.errors > 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(an_empty_text_has_no_statements),
	    CASE(a_subsystem_has_a_name_and_a_base),
	    CASE(a_subsystem_can_be_for_a_kernel),
	    CASE(a_subsystem_can_be_called_as_a_keyword),
	    CASE(raw_settings_keep_their_text),
	    CASE(settings_with_a_number_keep_it),
	    CASE(settings_with_a_name_keep_it),
	    CASE(imports_keep_their_delimiters),
	    CASE(skip_is_a_statement),
	    CASE(a_type_has_a_name),
	    CASE(basic_types_are_symbols_numbers_or_polymorphic),
	    CASE(a_bar_joins_what_is_sent_and_what_is_received),
	    CASE(arrays_have_three_kinds_of_bounds),
	    CASE(constructors_nest),
	    CASE(strings_are_fixed_or_variable),
	    CASE(the_long_form_has_bits),
	    CASE(a_struct_can_have_members),
	    CASE(native_types_are_parsed),
	    CASE(keywords_name_types_where_nothing_makes_them_more),
	    CASE(clauses_follow_a_type_in_any_order),
	    CASE(expressions_have_the_usual_precedence),
	    CASE(a_value_may_be_large_on_the_way),
	    CASE(values_that_cannot_be_sizes_are_errors_and_1),
	    CASE(expressions_nest_to_a_bound),
	    CASE(types_nest_to_a_bound),
	    CASE(a_long_sum_is_no_nesting),
	    CASE(routines_are_of_two_kinds),
	    CASE(every_direction_is_known),
	    CASE(every_flag_is_known),
	    CASE(flags_keep_their_order_and_brackets),
	    CASE(only_dealloc_is_decided_at_run_time),
	    CASE(a_type_can_be_spelled_out_in_an_argument),
	    CASE(arguments_can_be_called_as_keywords),
	    CASE(a_semicolon_after_the_last_argument_is_warned_about),
	    CASE(places_span_what_they_are_about),
	    CASE(places_know_the_file_of_a_line_marker),
	    CASE(after_an_error_it_goes_on_behind_the_next_semicolon),
	    CASE(a_line_that_begins_a_statement_ends_a_wrong_one),
	    CASE(a_wrong_type_stays_so_that_its_name_is_known),
	    CASE(a_wrong_argument_stays_if_its_name_is_known),
	    CASE(a_routine_with_an_argument_without_a_name_is_not_kept),
	    CASE(a_slip_of_a_letter_loses_nothing),
	    CASE(a_forgotten_semicolon_loses_nothing),
	    CASE(a_forgotten_parenthesis_loses_no_routine),
	    CASE(errors_are_all_counted_but_not_all_shown),
	    CASE(a_file_that_is_too_large_is_an_error),
	    CASE(a_file_of_too_many_statements_is_an_error),
	    CASE(a_long_line_takes_no_longer_than_many_short_ones),
	    CASE(any_byte_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
