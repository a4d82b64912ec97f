/* From preprocessed text to words. */
#include "mig_lex.h"

#include <ctype.h>
#include <string.h>

enum {
	RAW_BYTES_MAX = 4096,
	/* How far back a line marker may return at once: as deep as gcc lets
	 * files include each other. */
	INCLUDES_MAX = 200,
	/* Of a word in a message. */
	SHOWN_BYTES = 60,
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    is_digit(c) || c == '_';
}

static bool
is_beyond_ascii(char c)
{
	return (unsigned char)c >= 0x80;
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool
is_punct(char c)
{
	return c != '\0' && strchr(":;,+-*/()=^~<>[]|{}", c) != NULL;
}

static int
shown(size_t length)
{
	return length > SHOWN_BYTES ? SHOWN_BYTES : (int)length;
}

static struct mig_place
place_of(const struct mig_lexer *lexer, const char *text, size_t length)
{
	return (struct mig_place){
	    .file = lexer->file,
	    .line = lexer->line,
	    .column = (uint32_t)(text - lexer->line_start) + 1,
	    .length = (uint32_t)length,
	    .text = text,
	};
}

static const char *
line_end(const struct mig_lexer *lexer)
{
	const char *end =
	    memchr(lexer->at, '\n', (size_t)(lexer->end - lexer->at));

	return end ? end : lexer->end;
}

static void
begin_line(struct mig_lexer *lexer)
{
	if (lexer->line < UINT32_MAX)
		lexer->line++;
	lexer->line_start = lexer->at;
	lexer->starts_line = true;
}

/* --- line markers ---------------------------------------------------------- */

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

/* The name between quotes at @at, with its escapes undone; NULL: there is none. */
static const char *
marker_name(struct mig_lexer *lexer, const char **at, const char *end)
{
	const char *from = *at + 1;
	char *name;
	size_t length = 0;

	if (*at == end || **at != '"')
		return NULL;
	name = mig_arena_alloc(lexer->arena, (size_t)(end - from) + 1);
	while (from < end && *from != '"') {
		unsigned int code = 0;
		int digits = 0;

		if (*from != '\\' || from + 1 == end) {
			name[length++] = *from++;
			continue;
		}
		from++;
		while (
		    digits < 3 && from < end && *from >= '0' && *from <= '7') {
			code = code * 8 + (unsigned int)(*from++ - '0');
			digits++;
		}
		if (digits == 0)
			code = *from == 'n' ? '\n' : (unsigned char)*from;
		from += digits == 0;
		name[length++] = (char)code;
	}
	if (from == end)
		return NULL;
	*at = from + 1;
	return name;
}

static const struct mig_file *
new_file(struct mig_arena *arena, const char *name,
    const struct mig_file *includer, uint32_t includer_line)
{
	struct mig_file *file = mig_arena_new_of(arena, struct mig_file);

	file->name = name;
	file->includer = includer;
	file->includer_line = includer_line;
	return file;
}

/* The file @name again, in which we were; or the same file, but renamed. */
static void
return_to_file(struct mig_lexer *lexer, const char *name, bool back)
{
	const struct mig_file *file = lexer->file;

	if (strcmp(file->name, name) == 0)
		return;
	for (int i = 0; back && i < INCLUDES_MAX && file->includer; i++) {
		file = file->includer;
		if (strcmp(file->name, name) == 0) {
			lexer->file = file;
			return;
		}
	}
	lexer->file = new_file(lexer->arena, name, lexer->file->includer,
	    lexer->file->includer_line);
}

/* `12 "file" 1 3` up to @end, and what the next line is; false: it is none. */
static bool
read_marker(struct mig_lexer *lexer, const char *at, const char *end,
    uint32_t *next_line_out)
{
	uint64_t line = 0;
	const char *name;
	unsigned int flags = 0;

	for (; at < end && is_digit(*at); at++)
		if (line <= UINT32_MAX)
			line = line * 10 + (uint64_t)(*at - '0');
	at = skip_blanks(at, end);
	name = marker_name(lexer, &at, end);
	for (at = skip_blanks(at, end); at < end; at = skip_blanks(at, end)) {
		if (!name || *at < '1' || *at > '4' ||
		    (at + 1 < end && !is_blank(at[1])))
			return false;
		flags |= 1u << (*at++ - '0');
	}
	if (name && flags & 1u << 1)
		lexer->file =
		    new_file(lexer->arena, name, lexer->file, lexer->line);
	else if (name)
		return_to_file(lexer, name, flags & 1u << 2);
	*next_line_out = line > UINT32_MAX ? UINT32_MAX : (uint32_t)line;
	return true;
}

static void
report_directive(struct mig_lexer *lexer, const char *end)
{
	mig_error(lexer->diag,
	    place_of(lexer, lexer->at, (size_t)(end - lexer->at)),
	    "this `#` line is no line marker: `%.*s`",
	    shown((size_t)(end - lexer->at)), lexer->at);
	if (!lexer->hinted)
		mig_hint(lexer->diag,
		    "`mig` runs the C preprocessor first, `migcom` expects "
		    "its output");
	lexer->hinted = true;
}

static bool
begins_with(const char *at, const char *end, const char *word)
{
	size_t length = strlen(word);

	return (size_t)(end - at) >= length && memcmp(at, word, length) == 0 &&
	    (at + length == end || !is_word(at[length]));
}

/* A line that begins with `#`. */
static void
skip_directive(struct mig_lexer *lexer)
{
	const char *end = line_end(lexer);
	const char *trimmed = end;
	const char *at = skip_blanks(lexer->at + 1, end);
	uint32_t next_line = lexer->line + (lexer->line < UINT32_MAX);

	while (trimmed > lexer->at && is_blank(trimmed[-1]))
		trimmed--;
	if (begins_with(at, end, "line"))
		at = skip_blanks(at + strlen("line"), end);
	if (!begins_with(at, end, "pragma") &&
	    (at == end || !is_digit(*at) ||
	        !read_marker(lexer, at, trimmed, &next_line)))
		report_directive(lexer, trimmed);
	lexer->at = end;
	if (end == lexer->end)
		return;
	lexer->at++;
	begin_line(lexer);
	lexer->line = next_line;
}

/* --- what stands between words --------------------------------------------- */

static void
skip_comment(struct mig_lexer *lexer)
{
	struct mig_place place = place_of(lexer, lexer->at, strlen("/*"));

	lexer->at += strlen("/*");
	while (lexer->at < lexer->end) {
		if (lexer->at[0] == '*' && lexer->at[1] == '/') {
			lexer->at += strlen("*/");
			return;
		}
		if (*lexer->at++ == '\n')
			begin_line(lexer);
	}
	mig_error(lexer->diag, place, "this comment is not closed");
}

static void
skip_white(struct mig_lexer *lexer)
{
	while (lexer->at < lexer->end) {
		char c = *lexer->at;

		if (c == '\n') {
			lexer->at++;
			begin_line(lexer);
		} else if (is_blank(c)) {
			lexer->at++;
		} else if (c == '#' && lexer->starts_line) {
			skip_directive(lexer);
		} else if (c == '/' && lexer->at[1] == '*') {
			skip_comment(lexer);
		} else if (c == '/' && lexer->at[1] == '/') {
			lexer->at = line_end(lexer);
		} else {
			return;
		}
	}
}

/* --- words ----------------------------------------------------------------- */

/* Behind what has been skipped; @length bytes belong to it. */
static struct mig_token
take(struct mig_lexer *lexer, enum mig_token_kind kind, size_t length)
{
	struct mig_token token = {
	    .kind = kind,
	    .starts_line = lexer->starts_line,
	    .place = place_of(lexer, lexer->at, length),
	};

	lexer->at += length;
	lexer->starts_line = false;
	return token;
}

static struct mig_token
take_word(struct mig_lexer *lexer)
{
	const char *at = lexer->at;
	size_t length = 0;
	bool ascii = true;
	struct mig_token token;

	for (; is_word(at[length]) || is_beyond_ascii(at[length]); length++)
		ascii = ascii && !is_beyond_ascii(at[length]);
	token = take(lexer, ascii ? MIG_TOKEN_WORD : MIG_TOKEN_BAD, length);
	if (ascii) {
		token.keyword = mig_keyword_find(at, length);
		return token;
	}
	mig_error(lexer->diag, token.place,
	    "`%.*s` is no identifier: those have only ASCII letters, digits "
	    "and `_`",
	    shown(length), at);
	return token;
}

static int
digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	return tolower((unsigned char)c) - 'a' + 10;
}

static struct mig_token
take_number(struct mig_lexer *lexer)
{
	const char *at = lexer->at;
	bool hex = at[0] == '0' && (at[1] == 'x' || at[1] == 'X');
	size_t digits = hex ? strlen("0x") : 0;
	size_t length;
	int64_t value = 0;
	struct mig_token token;

	for (; hex ? isxdigit((unsigned char)at[digits]) != 0
	           : is_digit(at[digits]);
	     digits++)
		if (value <= INT32_MAX)
			value =
			    value * (hex ? 16 : 10) + digit_value(at[digits]);
	for (length = digits;
	     is_word(at[length]) || is_beyond_ascii(at[length]);)
		length++;
	token = take(lexer, MIG_TOKEN_NUMBER, length);
	token.number = (int32_t)value;
	if (length > digits || (hex && digits == strlen("0x"))) {
		token.kind = MIG_TOKEN_BAD;
		mig_error(lexer->diag, token.place,
		    "`%.*s` is no number: those are decimal, or hexadecimal "
		    "as 0x1f, without a suffix",
		    shown(length), at);
	} else if (value > INT32_MAX) {
		token.kind = MIG_TOKEN_BAD;
		mig_error(lexer->diag, token.place,
		    "the number %.*s does not fit in 31 bits", shown(length),
		    at);
		mig_hint(lexer->diag, "the largest is 2147483647");
	}
	return token;
}

/* The length of what @open begins and @close ends on this line; 0: reported. */
static size_t
quoted_length(struct mig_lexer *lexer, char close, bool escapes)
{
	const char *end = lexer->end;
	const char *at = lexer->at + 1;

	/* Not line_end(): a long line may have many quotes. */
	for (; at < end && *at != close && *at != '\n'; at++) {
		if (is_control(*at) && *at != '\t' && *at != '\r') {
			mig_error(lexer->diag, place_of(lexer, at, 1),
			    "a control character between `%c` and `%c`",
			    *lexer->at, close);
			return 0;
		}
		if (escapes && *at == '\\' && at + 1 < end && at[1] != '\n')
			at++;
	}
	if (at < end && *at == close)
		return (size_t)(at - lexer->at) + 1;
	mig_error(lexer->diag, place_of(lexer, lexer->at, 1),
	    "there is no `%c` on this line for this `%c`", close, *lexer->at);
	return 0;
}

static struct mig_token
take_rest_of_line(struct mig_lexer *lexer)
{
	return take(
	    lexer, MIG_TOKEN_BAD, (size_t)(line_end(lexer) - lexer->at));
}

static struct mig_token
take_string(struct mig_lexer *lexer)
{
	size_t length = quoted_length(lexer, '"', true);

	if (length == 0)
		return take_rest_of_line(lexer);
	return take(lexer, MIG_TOKEN_STRING, length);
}

static bool
is_strange(const struct mig_lexer *lexer, const char *at)
{
	return at < lexer->end && *at != '\n' && !is_blank(*at) &&
	    !is_word(*at) && !is_punct(*at) && *at != '"' &&
	    !is_beyond_ascii(*at);
}

/* 'c', or as many strange characters as there are in a row. */
static size_t
strange_length(const struct mig_lexer *lexer)
{
	const char *at = lexer->at;
	size_t length = 1;

	if (*at == '\'' || *at == '`') {
		while (length < SHOWN_BYTES && at + length < lexer->end &&
		    at[length] != *at && at[length] != '\n')
			length++;
		if (length < SHOWN_BYTES && at[length] == *at)
			return length + 1;
		length = 1;
	}
	while (is_strange(lexer, at + length))
		length++;
	return length;
}

static struct mig_token
take_strange(struct mig_lexer *lexer)
{
	const char *at = lexer->at;
	size_t length = strange_length(lexer);
	struct mig_token token;

	token = take(lexer, MIG_TOKEN_BAD, length);
	if (*at == '\0')
		mig_error(lexer->diag, token.place, "a NUL byte in the text");
	else
		mig_error(lexer->diag, token.place,
		    "a stray %.*s, which means nothing in this language",
		    shown(length), at);
	if (memchr(at, '\0', length))
		mig_hint(lexer->diag,
		    "the file must be plain text: ASCII, or UTF-8 in comments");
	return token;
}

struct mig_token
mig_lex_token(struct mig_lexer *lexer)
{
	char c;

	skip_white(lexer);
	if (lexer->at == lexer->end)
		return take(lexer, MIG_TOKEN_END, 0);
	c = *lexer->at;
	if (is_digit(c))
		return take_number(lexer);
	if (is_word(c) || is_beyond_ascii(c))
		return take_word(lexer);
	if (c == '"')
		return take_string(lexer);
	if (is_punct(c)) {
		struct mig_token token = take(lexer, MIG_TOKEN_PUNCT, 1);

		token.punct = c;
		return token;
	}
	return take_strange(lexer);
}

/* --- raw text -------------------------------------------------------------- */

/* A line that begins with the keyword of a statement is another statement. */
static bool
is_next_statement(const struct mig_lexer *lexer)
{
	const struct mig_keyword *keyword;
	size_t length = 0;

	if (!lexer->starts_line)
		return false;
	while (is_word(lexer->at[length]))
		length++;
	keyword = mig_keyword_find(lexer->at, length);
	return keyword && keyword->uses & MIG_KEYWORD_STATEMENT;
}

/* What cannot be part of the text; reported. */
static bool
is_unfit(struct mig_lexer *lexer, size_t length)
{
	char c = *lexer->at;

	if (is_control(c) || is_beyond_ascii(c)) {
		mig_error(lexer->diag, place_of(lexer, lexer->at, 1),
		    "only plain ASCII text can stand here");
		return true;
	}
	if (length + 2 < RAW_BYTES_MAX)
		return false;
	mig_error(lexer->diag, place_of(lexer, lexer->at, 1),
	    "the text before the `;` is too long");
	return true;
}

struct mig_token
mig_lex_raw(struct mig_lexer *lexer)
{
	char text[RAW_BYTES_MAX];
	size_t length = 0;
	struct mig_token token;
	uint32_t first_line;
	bool forgotten; /* the `;` */

	skip_white(lexer);
	forgotten = is_next_statement(lexer);
	token = take(lexer, MIG_TOKEN_RAW, 0);
	first_line = lexer->line;
	while (!forgotten && lexer->at < lexer->end && *lexer->at != ';') {
		const char *at;

		if (is_unfit(lexer, length)) {
			while (lexer->at < lexer->end && *lexer->at != '\n' &&
			    *lexer->at != ';')
				lexer->at++;
			token.kind = MIG_TOKEN_BAD;
			return token;
		}
		text[length++] = *lexer->at++;
		if (lexer->line == first_line)
			token.place.length =
			    (uint32_t)(lexer->at - token.place.text);
		at = lexer->at;
		skip_white(lexer);
		forgotten = is_next_statement(lexer);
		if (lexer->at > at && !forgotten && lexer->at < lexer->end &&
		    *lexer->at != ';')
			text[length++] = ' ';
	}
	token.raw = mig_arena_copy(lexer->arena, text, length);
	return token;
}

/* mach/port.h: one thing, to complain about. */
static struct mig_token
take_bare_name(struct mig_lexer *lexer)
{
	size_t length = 1;

	while (lexer->at + length < lexer->end && lexer->at[length] != ';' &&
	    lexer->at[length] != '\n' && !is_blank(lexer->at[length]))
		length++;
	return take(lexer, MIG_TOKEN_STRING, length);
}

struct mig_token
mig_lex_file_name(struct mig_lexer *lexer)
{
	size_t length;
	struct mig_token token;

	skip_white(lexer);
	if (*lexer->at != '<' && *lexer->at != '"') {
		if (lexer->starts_line || lexer->at == lexer->end ||
		    *lexer->at == ';')
			return mig_lex_token(lexer);
		return take_bare_name(lexer);
	}
	length = quoted_length(lexer, *lexer->at == '<' ? '>' : '"', false);
	if (length == 0)
		return take_rest_of_line(lexer);
	token = take(lexer, MIG_TOKEN_RAW, length);
	token.raw = mig_arena_copy(lexer->arena, token.place.text, length);
	if (length == strlen("<>")) {
		token.kind = MIG_TOKEN_BAD;
		mig_error(lexer->diag, token.place, "this names no file");
	}
	return token;
}

void
mig_lex_init(struct mig_lexer *lexer, struct mig_arena *arena,
    struct mig_diag *diag, const char *name, const char *text, size_t length)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";

	*lexer = (struct mig_lexer){
	    .arena = arena,
	    .diag = diag,
	    .at = text,
	    .end = text + length,
	    .line_start = text,
	    .starts_line = true,
	    .line = 1,
	};
	lexer->file =
	    new_file(arena, mig_arena_copy(arena, name, strlen(name)), NULL, 0);
	if (strncmp(text, byte_order_mark, strlen(byte_order_mark)) == 0)
		lexer->at += strlen(byte_order_mark);
}

bool
mig_lex_sees(const struct mig_lexer *lexer, char punct)
{
	const char *at = skip_blanks(lexer->at, lexer->end);

	return at < lexer->end && *at == punct;
}

const struct mig_file *
mig_lex_main_file(const struct mig_lexer *lexer)
{
	const struct mig_file *file = lexer->file;

	while (file->includer)
		file = file->includer;
	return file;
}
