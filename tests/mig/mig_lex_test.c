/* Words: what is one, where it stands, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mig_lex.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static struct mig_arena *arena;
static struct mig_diag diag;
static struct mig_lexer lexer;
static char *said;
static size_t said_length;

static void
lex_bytes(const char *text, size_t length)
{
	mig_lex_init(&lexer, arena, &diag, "t.defs",
	    mig_arena_copy(arena, text, length), length);
}

static void
lex(const char *text)
{
	lex_bytes(text, strlen(text));
}

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

static void
expect_said(const char *part)
{
	(void)fflush(diag.stream);
	if (!strstr(said, part))
		fail_msg("\"%s\" is not in:\n%s", part, said);
}

static struct mig_token
expect(enum mig_token_kind kind, const char *text)
{
	struct mig_token token = mig_lex_token(&lexer);

	assert_int_equal(token.kind, kind);
	assert_int_equal(token.place.length, strlen(text));
	assert_memory_equal(token.place.text, text, strlen(text));
	return token;
}

static void
expect_end(void)
{
	assert_int_equal(mig_lex_token(&lexer).kind, MIG_TOKEN_END);
	assert_int_equal(diag.errors, 0);
}

static int32_t
number(const char *text)
{
	lex(text);
	return expect(MIG_TOKEN_NUMBER, text).number;
}

TEST(an_empty_text_has_no_words)
{
	lex("");
	expect_end();
	expect_end();
}

TEST(words_are_separated_by_blanks_and_punctuation)
{
	lex("type _a1=\tB_2\r\n;x");
	expect(MIG_TOKEN_WORD, "type");
	expect(MIG_TOKEN_WORD, "_a1");
	assert_int_equal(expect(MIG_TOKEN_PUNCT, "=").punct, '=');
	expect(MIG_TOKEN_WORD, "B_2");
	expect(MIG_TOKEN_PUNCT, ";");
	expect(MIG_TOKEN_WORD, "x");
	expect_end();
}

TEST(all_punctuation_of_the_language_is_known)
{
	const char all[] = ":;,+-*/()=^~<>[]|{}";

	lex(all);
	for (size_t i = 0; i < strlen(all); i++)
		assert_int_equal(mig_lex_token(&lexer).punct, all[i]);
	expect_end();
}

TEST(keywords_are_found_without_regard_to_case)
{
	static const char *const words[] = {"routine", "ROUTINE", "RouTine"};

	for (size_t i = 0; i < 3; i++) {
		lex(words[i]);
		assert_string_equal(
		    expect(MIG_TOKEN_WORD, words[i]).keyword->name, "routine");
	}
}

TEST(some_keywords_are_found_in_their_exact_case_only)
{
	assert_non_null(mig_keyword_find("PointerTo", 9));
	assert_null(mig_keyword_find("pointerto", 9));
	assert_non_null(mig_keyword_find("OnStackLimit", 12));
	assert_null(mig_keyword_find("onstacklimit", 12));
}

TEST(every_keyword_of_the_specification_is_found)
{
	char all[] =
	    "routine simpleroutine subsystem kerneluser kernelserver msgoption "
	    "usespecialreplyport consumeonsenderror msgseqno waittime sendtime "
	    "nowaittime nosendtime in out inout userimpl serverimpl sectoken "
	    "serversectoken usersectoken audittoken serveraudittoken "
	    "useraudittoken servercontexttoken requestport replyport "
	    "ureplyport sreplyport array of struct error serverprefix "
	    "userprefix serverdemux rcsid import uimport simport dimport "
	    "iimport type skip intran outtran destructor ctype cusertype "
	    "cservertype c_string polymorphic samecount retcode physicalcopy "
	    "overwrite dealloc notdealloc countinout auto const intranpayload "
	    "servercopy islong isnotlong PointerTo PointerToIfNot ValueOf "
	    "UserTypeLimit OnStackLimit";

	for (char *word = strtok(all, " "); word; word = strtok(NULL, " "))
		if (!mig_keyword_find(word, strlen(word)))
			fail_msg("%s is not found", word);
	assert_null(mig_keyword_find("routin", 6));
	assert_null(mig_keyword_find("routines", 8));
	assert_null(mig_keyword_find("", 0));
}

TEST(numbers_are_decimal_or_hexadecimal)
{
	assert_int_equal(number("0"), 0);
	assert_int_equal(number("010"), 10);
	assert_int_equal(number("2147483647"), INT32_MAX);
	assert_int_equal(number("0x1F"), 31);
	assert_int_equal(number("0X7fffffff"), INT32_MAX);
	expect_end();
}

TEST(numbers_that_do_not_fit_in_31_bits_are_errors)
{
	static const char *const texts[] = {"2147483648", "0x80000000",
	    "18446744073709551617", "99999999999999999999999999999999"};

	for (size_t i = 0; i < 4; i++) {
		lex(texts[i]);
		expect(MIG_TOKEN_BAD, texts[i]);
		assert_int_equal(diag.errors, i + 1);
	}
	expect_said("the number 2147483648 does not fit in 31 bits");
}

TEST(numbers_with_a_suffix_are_errors)
{
	lex("12ab 0x 7L");
	expect(MIG_TOKEN_BAD, "12ab");
	expect(MIG_TOKEN_BAD, "0x");
	expect(MIG_TOKEN_BAD, "7L");
	assert_int_equal(diag.errors, 3);
	expect_said("`12ab` is no number");
}

TEST(comments_are_blanks)
{
	lex("a/* b\n * c **/d// e /* f\ng");
	expect(MIG_TOKEN_WORD, "a");
	expect(MIG_TOKEN_WORD, "d");
	assert_int_equal(expect(MIG_TOKEN_WORD, "g").place.line, 3);
	expect_end();
}

TEST(a_comment_that_is_not_closed_is_reported_where_it_begins)
{
	lex("a\n  /* b\nc */*");
	expect(MIG_TOKEN_WORD, "a");
	expect(MIG_TOKEN_PUNCT, "*");
	expect_end();
	lex("a\n  /* b\nc *");
	expect(MIG_TOKEN_WORD, "a");
	assert_int_equal(mig_lex_token(&lexer).kind, MIG_TOKEN_END);
	expect_said("t.defs:2:3: error: this comment is not closed");
}

TEST(strings_keep_their_quotes_and_escapes)
{
	lex("\"$Id: a \\\"b\\\" $\" x");
	expect(MIG_TOKEN_STRING, "\"$Id: a \\\"b\\\" $\"");
	expect(MIG_TOKEN_WORD, "x");
	expect_end();
}

TEST(a_string_ends_on_its_line)
{
	lex("\"a\nb");
	expect(MIG_TOKEN_BAD, "\"a");
	expect(MIG_TOKEN_WORD, "b");
	expect_said("1:1: error: there is no `\"` on this line");
}

TEST(a_string_that_ends_in_a_backslash_is_not_closed)
{
	lex("\"a\\");
	expect(MIG_TOKEN_BAD, "\"a\\");
	assert_int_equal(diag.errors, 1);
}

TEST(places_are_lines_and_columns)
{
	struct mig_token token;

	lex("a\n\tb  cc\r\nd");
	assert_true(expect(MIG_TOKEN_WORD, "a").starts_line);
	token = expect(MIG_TOKEN_WORD, "b");
	assert_int_equal(token.place.line, 2);
	assert_int_equal(token.place.column, 2);
	assert_true(token.starts_line);
	token = expect(MIG_TOKEN_WORD, "cc");
	assert_int_equal(token.place.column, 5);
	assert_false(token.starts_line);
	assert_int_equal(expect(MIG_TOKEN_WORD, "d").place.line, 3);
}

TEST(line_markers_of_both_forms_are_obeyed)
{
	struct mig_token token;

	lex("# 12 \"a.defs\"\nx\n#line 70 \"b\\\"\\\\\\303\\251.defs\"\ny\n# "
	    "90\nz");
	token = expect(MIG_TOKEN_WORD, "x");
	assert_string_equal(token.place.file->name, "a.defs");
	assert_int_equal(token.place.line, 12);
	token = expect(MIG_TOKEN_WORD, "y");
	assert_string_equal(token.place.file->name, "b\"\\\303\251.defs");
	assert_int_equal(token.place.line, 70);
	assert_int_equal(expect(MIG_TOKEN_WORD, "z").place.line, 90);
	expect_end();
}

TEST(a_file_that_is_entered_knows_who_included_it)
{
	struct mig_token token;
	const struct mig_file *outer;

	lex("# 1 \"a\"\n\nx\n# 1 \"b\" 1 3 4\ny\n# 4 \"a\" 2\nz");
	outer = expect(MIG_TOKEN_WORD, "x").place.file;
	token = expect(MIG_TOKEN_WORD, "y");
	assert_string_equal(token.place.file->name, "b");
	assert_ptr_equal(token.place.file->includer, outer);
	assert_int_equal(token.place.file->includer_line, 3);
	token = expect(MIG_TOKEN_WORD, "z");
	assert_ptr_equal(token.place.file, outer);
	assert_int_equal(token.place.line, 4);
	assert_ptr_equal(mig_lex_main_file(&lexer), outer);
	expect_end();
}

TEST(a_marker_may_return_to_a_file_that_nobody_entered)
{
	struct mig_token token;

	lex("# 7 \"a\" 2\nx");
	token = expect(MIG_TOKEN_WORD, "x");
	assert_string_equal(token.place.file->name, "a");
	assert_null(token.place.file->includer);
	expect_end();
}

TEST(line_numbers_of_markers_are_kept_within_their_type)
{
	lex("# 99999999999999999999\nx\ny\n# 0 \"<stdin>\"\nz");
	assert_int_equal(expect(MIG_TOKEN_WORD, "x").place.line, UINT32_MAX);
	assert_int_equal(expect(MIG_TOKEN_WORD, "y").place.line, UINT32_MAX);
	assert_int_equal(expect(MIG_TOKEN_WORD, "z").place.line, 0);
	expect_end();
}

TEST(a_marker_that_is_the_last_line_needs_no_end)
{
	lex("x\n# 5 \"a\"");
	expect(MIG_TOKEN_WORD, "x");
	expect_end();
}

TEST(pragmas_are_skipped)
{
	lex("# pragma once\n#pragma\n  #pragma a\nx");
	assert_int_equal(expect(MIG_TOKEN_WORD, "x").place.line, 4);
	expect_end();
}

TEST(other_lines_with_a_hash_are_errors)
{
	static const char *const lines[] = {"#", "#define A 1", "#pragmatic",
	    "# 1 a", "# 1 \"a", "# 1 \"a\" 7", "# 1 \"a\" 12", "#line"};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		lex(lines[i]);
		assert_int_equal(mig_lex_token(&lexer).kind, MIG_TOKEN_END);
		assert_int_equal(diag.errors, i + 1);
	}
	expect_said("this `#` line is no line marker: `#define A 1`");
}

TEST(a_hash_within_a_line_is_no_marker)
{
	lex("a # 1 \"b\"\n");
	expect(MIG_TOKEN_WORD, "a");
	assert_int_equal(mig_lex_token(&lexer).kind, MIG_TOKEN_BAD);
}

TEST(a_nul_byte_is_an_error_and_not_the_end)
{
	lex_bytes("a\0b", 3);
	expect(MIG_TOKEN_WORD, "a");
	assert_int_equal(mig_lex_token(&lexer).kind, MIG_TOKEN_BAD);
	expect(MIG_TOKEN_WORD, "b");
	expect_said("a NUL byte");
}

TEST(characters_that_mean_nothing_are_one_error_in_a_row)
{
	lex("a @@\x01&& b");
	expect(MIG_TOKEN_WORD, "a");
	assert_int_equal(mig_lex_token(&lexer).kind, MIG_TOKEN_BAD);
	expect(MIG_TOKEN_WORD, "b");
	assert_int_equal(diag.errors, 1);
	expect_said("a stray @@\\x01&&");
}

TEST(a_byte_order_mark_is_skipped)
{
	lex("\xef\xbb\xbfx");
	expect(MIG_TOKEN_WORD, "x");
	expect_end();
}

TEST(a_word_with_other_letters_is_one_error)
{
	lex("gr\xc3\xb6\xc3\x9f"
	    "e x");
	expect(MIG_TOKEN_BAD,
	    "gr\xc3\xb6\xc3\x9f"
	    "e");
	expect(MIG_TOKEN_WORD, "x");
	assert_int_equal(diag.errors, 1);
}

static const char *
raw(const char *text)
{
	struct mig_token token;

	lex(text);
	token = mig_lex_raw(&lexer);
	assert_int_equal(token.kind, MIG_TOKEN_RAW);
	return token.raw;
}

TEST(raw_text_is_all_up_to_the_semicolon_trimmed)
{
	assert_string_equal(raw("  A|B ;"), "A|B");
	expect(MIG_TOKEN_PUNCT, ";");
	assert_string_equal(raw("A /* no */ |\n\tB // no;\n;"), "A | B");
	expect(MIG_TOKEN_PUNCT, ";");
	assert_string_equal(raw("a.b/c-$d"), "a.b/c-$d");
	assert_string_equal(raw(" ;"), "");
	assert_string_equal(raw(""), "");
}

TEST(raw_text_ends_before_a_line_with_another_statement)
{
	assert_string_equal(raw(" A\nroutine r();"), "A");
	expect(MIG_TOKEN_WORD, "routine");
	assert_string_equal(raw("\nskip;"), "");
	assert_string_equal(raw(" A\n B;"), "A B");
	lex("x skip;");
	expect(MIG_TOKEN_WORD, "x");
	assert_string_equal(mig_lex_raw(&lexer).raw, "skip");
}

TEST(raw_text_has_a_largest_length)
{
	char text[5000];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	lex(text);
	assert_int_equal(mig_lex_raw(&lexer).kind, MIG_TOKEN_BAD);
	assert_int_equal(diag.errors, 1);
	expect_said("too long");
}

TEST(names_of_files_keep_their_delimiters)
{
	lex(" <mach/a b.h> \"c.h\"");
	assert_string_equal(mig_lex_file_name(&lexer).raw, "<mach/a b.h>");
	assert_string_equal(mig_lex_file_name(&lexer).raw, "\"c.h\"");
	expect_end();
}

TEST(the_name_of_a_file_ends_on_its_line)
{
	lex("<a\n>");
	assert_int_equal(mig_lex_file_name(&lexer).kind, MIG_TOKEN_BAD);
	expect_said("there is no `>` on this line");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(an_empty_text_has_no_words),
	    CASE(words_are_separated_by_blanks_and_punctuation),
	    CASE(all_punctuation_of_the_language_is_known),
	    CASE(keywords_are_found_without_regard_to_case),
	    CASE(some_keywords_are_found_in_their_exact_case_only),
	    CASE(every_keyword_of_the_specification_is_found),
	    CASE(numbers_are_decimal_or_hexadecimal),
	    CASE(numbers_that_do_not_fit_in_31_bits_are_errors),
	    CASE(numbers_with_a_suffix_are_errors),
	    CASE(comments_are_blanks),
	    CASE(a_comment_that_is_not_closed_is_reported_where_it_begins),
	    CASE(strings_keep_their_quotes_and_escapes),
	    CASE(a_string_ends_on_its_line),
	    CASE(a_string_that_ends_in_a_backslash_is_not_closed),
	    CASE(places_are_lines_and_columns),
	    CASE(line_markers_of_both_forms_are_obeyed),
	    CASE(a_file_that_is_entered_knows_who_included_it),
	    CASE(a_marker_may_return_to_a_file_that_nobody_entered),
	    CASE(line_numbers_of_markers_are_kept_within_their_type),
	    CASE(a_marker_that_is_the_last_line_needs_no_end),
	    CASE(pragmas_are_skipped),
	    CASE(other_lines_with_a_hash_are_errors),
	    CASE(a_hash_within_a_line_is_no_marker),
	    CASE(a_nul_byte_is_an_error_and_not_the_end),
	    CASE(characters_that_mean_nothing_are_one_error_in_a_row),
	    CASE(a_byte_order_mark_is_skipped),
	    CASE(a_word_with_other_letters_is_one_error),
	    CASE(raw_text_is_all_up_to_the_semicolon_trimmed),
	    CASE(raw_text_ends_before_a_line_with_another_statement),
	    CASE(raw_text_has_a_largest_length),
	    CASE(names_of_files_keep_their_delimiters),
	    CASE(the_name_of_a_file_ends_on_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
