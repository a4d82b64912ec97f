/*
 * Tables: rows of cells below a heading, as wide as what is in them.
 *
 * A column in which nothing stands is left out. On a terminal that is too narrow
 * the columns that may be cut are, the widest first, and end with "...".
 */
#ifndef MACHPORT_TABLE_H
#define MACHPORT_TABLE_H

#include "screen.h"

enum table_align {
	TABLE_LEFT,
	TABLE_RIGHT,
};

struct table_column {
	const char *heading;
	enum table_align align;
	bool may_be_cut;
};

/* The columns must live as long as the table. */
struct table *table_new(const struct table_column *columns, size_t count);
void table_free(struct table *table);

/* The next row, in one style; its cells follow. */
void table_row(struct table *table, enum screen_style style);

/* The next cell of the row, as printf() writes it; escaped text only. */
void table_cell(struct table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, of text that is the table's from now on (free()). */
void table_take(struct table *table, char *text);

size_t table_row_count(const struct table *table);

/* Each line begins with @indent spaces. */
void table_print(
    const struct table *table, const struct screen *screen, size_t indent);

#endif
