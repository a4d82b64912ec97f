/* The word that was probably meant. */
#include "mig_diag.h"

#include <ctype.h>
#include <string.h>

/* Nobody mistypes a longer one by a few letters and needs us to see it. */
enum { WORD_MAX = 48 };

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool
is_same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* How many letters have to be added, left out, changed, or exchanged with the
 * next one (Damerau and Levenshtein, optimal string alignment). */
static size_t
distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	/* Rows i - 2, i - 1 and i of the table. */
	size_t rows[3][WORD_MAX + 1] = {{0}};

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3];
		const size_t *twice_above = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			bool same = is_same(a[i - 1], b[j - 1]);

			row[j] = smaller(above[j - 1] + !same,
			    smaller(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) &&
			    is_same(a[i - 2], b[j - 1]))
				row[j] =
				    smaller(row[j], twice_above[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

const char *
mig_nearest(const char *word, const char *const *candidates, size_t count)
{
	size_t length = strnlen(word, WORD_MAX + 1);
	/* One slip in three letters, two in four; a letter alone is none. */
	size_t best = length < 2 ? 1 : (length + 2) / 3 + 1;
	const char *nearest = NULL;

	if (length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t other = strnlen(candidates[i], WORD_MAX + 1);
		size_t steps;

		if (other > WORD_MAX ||
		    (other > length ? other - length : length - other) >= best)
			continue;
		steps = distance(word, length, candidates[i], other);
		if (steps < best) {
			best = steps;
			nearest = candidates[i];
		}
	}
	return nearest;
}
