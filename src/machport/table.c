/* Tables: collected whole, then printed in columns. */
#include "table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "text.h"

#define GAP 2       /* columns of the terminal between two of the table */
#define CUT_LEAST 8 /* no column is cut shorter */
#define CUT_MARK "..."

struct table_line {
	enum screen_style style;
	char **cells; /* NULL: nothing stands there */
	size_t count;
};

struct table {
	const struct table_column *columns;
	size_t column_count;
	struct table_line *lines;
	size_t line_count;
	size_t line_room;
};

struct table *
table_new(const struct table_column *columns, size_t count)
{
	struct table *table = memory_new(1, sizeof(*table));

	table->columns = columns;
	table->column_count = count;
	return table;
}

void
table_free(struct table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->line_count; i++) {
		for (size_t j = 0; j < table->lines[i].count; j++)
			free(table->lines[i].cells[j]);
		free(table->lines[i].cells);
	}
	free(table->lines);
	free(table);
}

void
table_row(struct table *table, enum screen_style style)
{
	struct table_line *line;

	if (table->line_count == table->line_room) {
		table->line_room = table->line_room * 2 + 16;
		table->lines = memory_grow(
		    table->lines, table->line_room, sizeof(*table->lines));
	}
	line = &table->lines[table->line_count++];
	line->style = style;
	line->count = 0;
	line->cells = memory_new(table->column_count, sizeof(*line->cells));
}

void
table_take(struct table *table, char *text)
{
	struct table_line *line = &table->lines[table->line_count - 1];

	if (line->count == table->column_count)
		abort(); /* a cell too many: a mistake of ours */
	line->cells[line->count++] = text;
}

void
table_cell(struct table *table, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		memory_fail();
	table_take(table, text);
}

size_t
table_row_count(const struct table *table)
{
	return table->line_count;
}

/* What stands there, "" for nothing. */
static const char *
cell_of(const struct table_line *line, size_t column)
{
	const char *text = column < line->count ? line->cells[column] : NULL;

	return text ? text : "";
}

/* 0: nothing stands in that column. */
static size_t
natural_width(const struct table *table, size_t column)
{
	size_t width = 0;

	for (size_t i = 0; i < table->line_count; i++) {
		size_t cell = text_width(cell_of(&table->lines[i], column));

		if (cell > width)
			width = cell;
	}
	if (width > 0 && strlen(table->columns[column].heading) > width)
		width = strlen(table->columns[column].heading);
	return width;
}

static size_t
total_width(const struct table *table, const size_t *widths)
{
	size_t total = 0;

	for (size_t i = 0; i < table->column_count; i++)
		if (widths[i] > 0)
			total += widths[i] + (total > 0 ? GAP : 0);
	return total;
}

/* The widest column that may be cut further; column_count: none. */
static size_t
widest(const struct table *table, const size_t *widths)
{
	size_t found = table->column_count;

	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].may_be_cut && widths[i] > CUT_LEAST &&
		    (found == table->column_count || widths[i] > widths[found]))
			found = i;
	return found;
}

static void
cut_to_fit(const struct table *table, size_t *widths, size_t width)
{
	while (width > 0 && total_width(table, widths) > width) {
		size_t column = widest(table, widths);

		if (column == table->column_count)
			return;
		widths[column]--;
	}
}

static void
print_spaces(FILE *stream, size_t count)
{
	while (count-- > 0)
		fputc(' ', stream);
}

/* Only up to the last text of the line: no spaces at its end. */
static void
print_line(const struct table *table, const struct screen *screen,
    const struct table_line *line, const size_t *widths, size_t indent)
{
	size_t owed = indent;

	for (size_t i = 0; i < table->column_count; i++) {
		const char *text = cell_of(line, i);
		size_t width = text_width(text);
		char *cut = NULL;

		if (widths[i] == 0)
			continue;
		if (width > widths[i]) {
			cut = memory_format("%.*s%s",
			    (int)text_fit(text, widths[i] - strlen(CUT_MARK)),
			    text, CUT_MARK);
			text = cut;
			width = text_width(text);
		}
		if (table->columns[i].align == TABLE_RIGHT)
			owed += widths[i] - width;
		if (*text) {
			print_spaces(screen->stream, owed);
			screen_put(screen, line->style, text);
			owed = 0;
		}
		if (table->columns[i].align == TABLE_LEFT)
			owed += widths[i] - width;
		owed += GAP;
		free(cut);
	}
	fputc('\n', screen->stream);
}

void
table_print(
    const struct table *table, const struct screen *screen, size_t indent)
{
	size_t *widths = memory_new(table->column_count, sizeof(*widths));
	char **headings = memory_new(table->column_count, sizeof(*headings));
	struct table_line heading = {
	    SCREEN_HEADING, headings, table->column_count};

	for (size_t i = 0; i < table->column_count; i++) {
		widths[i] = natural_width(table, i);
		headings[i] = memory_string(table->columns[i].heading);
	}
	cut_to_fit(table, widths,
	    screen->width > indent ? screen->width - indent : screen->width);
	print_line(table, screen, &heading, widths, indent);
	for (size_t i = 0; i < table->line_count; i++)
		print_line(table, screen, &table->lines[i], widths, indent);

	for (size_t i = 0; i < table->column_count; i++)
		free(headings[i]);
	free(headings);
	free(widths);
}
