/* Texts to values. */
#include "config_value.h"

#include <stddef.h>
#include <string.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S (1000 * NS_PER_MS)

/* A year is less than 2^32 s, and of the largest unit in ns less than 2^64. */
#define YEAR_S UINT64_C(31536000)

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits at *@text, which goes behind them; more than @most is @most + 1. */
static uint64_t
take_digits(const char **text, uint64_t most)
{
	uint64_t value = 0;

	for (; is_digit(**text); ++*text)
		if (value <= most)
			value = value * 10 + (uint64_t)(**text - '0');
	return value > most ? most + 1 : value;
}

static bool
find_unit(const char *text, uint64_t *ns_out)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
	    {"", NS_PER_S},
	    {"s", NS_PER_S},
	    {"ms", NS_PER_MS},
	    {"min", 60 * NS_PER_S},
	    {"h", 3600 * NS_PER_S},
	};

	text += strspn(text, " \t");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(text, units[i].name) == 0) {
			*ns_out = units[i].ns;
			return true;
		}
	return false;
}

const char *
config_read_time(const char *text, uint64_t *ns_out)
{
	static const char no_time[] =
	    "no time: a number of seconds, or with ms, s, min or h behind it";
	const char *fraction = NULL;
	uint64_t whole;
	uint64_t unit;
	uint64_t ns;

	if (!is_digit(*text))
		return no_time;
	whole = take_digits(&text, YEAR_S);
	if (*text == '.') {
		fraction = ++text;
		(void)take_digits(&text, YEAR_S);
		if (fraction == text)
			return no_time;
	}
	if (!find_unit(text, &unit))
		return no_time;
	if (whole > YEAR_S * NS_PER_S / unit)
		return "more than a year";
	ns = whole * unit;
	for (; fraction && is_digit(*fraction); fraction++) {
		unit /= 10;
		ns += unit * (uint64_t)(*fraction - '0');
	}
	*ns_out = ns;
	return NULL;
}

const char *
config_read_number(
    const char *text, uint32_t least, uint32_t most, uint32_t *number_out)
{
	uint64_t value;

	if (!is_digit(*text))
		return "no number";
	value = take_digits(&text, most);
	if (*text != '\0')
		return "no number";
	if (value < least)
		return "too small a number";
	if (value > most)
		return "too large a number";
	*number_out = (uint32_t)value;
	return NULL;
}

const char *
config_read_yes(const char *text, bool *yes_out)
{
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		return "neither yes nor no";
	*yes_out = text[0] == 'y';
	return NULL;
}
