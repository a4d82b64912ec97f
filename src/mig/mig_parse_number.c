/* Numbers and expressions: evaluated while they are read, with 64 bits and every
 * operation checked. */
#include "mig_parser.h"

static void
set_wrong(struct mig_number *number)
{
	number->wrong = true;
	number->value = 1;
}

/* NOLINTBEGIN(misc-no-recursion): mig_parser_enter() bounds it. */
static bool parse_sum(struct mig_parser *parser, struct mig_number *number);

static bool
parse_parentheses(struct mig_parser *parser, struct mig_number *number)
{
	struct mig_place first = parser->token.place;
	bool good;

	if (!mig_parser_enter(parser))
		return false;
	mig_parser_advance(parser);
	good = parse_sum(parser, number) &&
	    mig_parser_expect(parser, ')', "after the expression");
	mig_parser_leave(parser);
	number->place = mig_parser_span(parser, first);
	return good;
}

static bool
parse_factor(struct mig_parser *parser, struct mig_number *number)
{
	*number = (struct mig_number){.place = parser->token.place};
	if (mig_parser_at(parser, '('))
		return parse_parentheses(parser, number);
	if (parser->token.kind != MIG_TOKEN_NUMBER)
		return mig_parser_expected(parser, "a number");
	number->value = parser->token.number;
	mig_parser_advance(parser);
	return true;
}

/* False: it does not fit. */
static bool
calculate(char op, int64_t left, int64_t right, int64_t *result)
{
	if (op == '+')
		return !__builtin_add_overflow(left, right, result);
	if (op == '-')
		return !__builtin_sub_overflow(left, right, result);
	if (op == '*')
		return !__builtin_mul_overflow(left, right, result);
	if (right == 0 || (left == INT64_MIN && right == -1))
		return false;
	*result = left / right;
	return true;
}

/* @left becomes the result of @left @op @right. */
static void
apply(struct mig_parser *parser, char op, struct mig_number *left,
    const struct mig_number *right)
{
	left->place = mig_parser_span(parser, left->place);
	if (left->wrong || right->wrong) {
		set_wrong(left);
	} else if (op == '/' && right->value == 0) {
		mig_error(parser->diag, right->place, "division by zero");
		set_wrong(left);
	} else if (!calculate(op, left->value, right->value, &left->value)) {
		mig_error(parser->diag, left->place,
		    "the value of this does not fit in 64 bits");
		set_wrong(left);
	}
}

static bool
parse_product(struct mig_parser *parser, struct mig_number *number)
{
	if (!parse_factor(parser, number))
		return false;
	while (mig_parser_at(parser, '*') || mig_parser_at(parser, '/')) {
		char op = parser->token.punct;
		struct mig_number right;

		mig_parser_advance(parser);
		if (!parse_factor(parser, &right))
			return false;
		apply(parser, op, number, &right);
	}
	return true;
}

static bool
parse_sum(struct mig_parser *parser, struct mig_number *number)
{
	if (!parse_product(parser, number))
		return false;
	while (mig_parser_at(parser, '+') || mig_parser_at(parser, '-')) {
		char op = parser->token.punct;
		struct mig_number right;

		mig_parser_advance(parser);
		if (!parse_product(parser, &right))
			return false;
		apply(parser, op, number, &right);
	}
	return true;
}

/* NOLINTEND(misc-no-recursion) */

bool
mig_parse_expression(struct mig_parser *parser, struct mig_number *number)
{
	if (!parse_sum(parser, number)) {
		set_wrong(number);
		return false;
	}
	if (number->wrong)
		return true;
	if (number->value < 0) {
		mig_error(parser->diag, number->place,
		    "the value of this is negative: %lld",
		    (long long)number->value);
		set_wrong(number);
	} else if (number->value > INT32_MAX) {
		mig_error(parser->diag, number->place,
		    "the value of this, %lld, does not fit in 31 bits",
		    (long long)number->value);
		set_wrong(number);
	}
	return true;
}

bool
mig_parse_literal(
    struct mig_parser *parser, struct mig_number *number, const char *what)
{
	*number = (struct mig_number){.place = parser->token.place};
	if (parser->token.kind != MIG_TOKEN_NUMBER) {
		set_wrong(number);
		return mig_parser_expected(parser, "%s", what);
	}
	number->value = parser->token.number;
	mig_parser_advance(parser);
	return true;
}
