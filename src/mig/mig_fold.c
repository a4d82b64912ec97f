/* Lines that are too long, broken where C may be. */
#include "mig_fold.h"

#include <stdbool.h>
#include <string.h>

enum { COLUMNS = 79, TAB = 8, CONTINUATION = 4 };

/* Where to break @line so that no more than @columns are before the break: behind a
 * comma or a bar, in as few parentheses as can be, and there as late as can be; or
 * else behind the first one. 0: nowhere. A line that fits is not broken. */
static size_t
break_of(const char *line, size_t length, size_t columns)
{
	size_t found = 0;
	int found_depth = 0;
	int depth = 0;
	bool quoted = false;

	if (length <= columns)
		return 0;
	for (size_t i = 0; i + 2 < length && (i < columns || !found); i++) {
		if (line[i] == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		depth += (line[i] == '(') - (line[i] == ')');
		if ((line[i] == ',' || line[i] == '|') && line[i + 1] == ' ' &&
		    (!found || depth <= found_depth)) {
			found = i + 1;
			found_depth = depth;
		}
	}
	return found;
}

static void
fold_line(struct mig_text *out, const char *line, size_t length)
{
	size_t tabs = strspn(line, "\t");
	size_t indent = 0;
	size_t end;

	line += tabs;
	length -= tabs;
	do {
		size_t before = tabs * TAB + indent;

		end = break_of(
		    line, length, before < COLUMNS ? COLUMNS - before : 1);
		for (size_t i = 0; i < tabs && length > 0; i++)
			mig_put(out, "\t");
		mig_put(out, "%*s%.*s\n", (int)indent, "",
		    (int)(end ? end : length), line);
		line += end + 1;
		length -= end ? end + 1 : 0;
		indent = CONTINUATION;
	} while (end);
}

void
mig_fold(struct mig_text *out, size_t start)
{
	struct mig_text old = {0};
	const char *line;

	if (out->length == start)
		return;
	mig_put(&old, "%s", out->bytes + start);
	out->length = start;
	line = old.bytes;
	while (*line) {
		size_t length = strcspn(line, "\n");

		fold_line(out, line, length);
		line += length;
		if (*line == '\n')
			line++;
	}
	mig_text_deinit(&old);
}
