/*
 * Who holds which right, as text: a row for each port, a column for each task.
 *
 * What stands in it is what the kernel told each task of itself; only the labels
 * are the story's own, since a name says nothing of the port behind it.
 */
#include <stdio.h>
#include <string.h>

#include "stage.h"

/* The rows that come first. What else somebody holds comes below. */
static const char *const first_rows[] = {
    "counter 1",
    "counter 2",
    "counter 3",
    "set of counters",
    "B's mailbox",
    "D's mailbox",
    "B's reply port",
    "B's notify port",
};

#define FIRST_ROW_COUNT (sizeof(first_rows) / sizeof(first_rows[0]))

static const struct right *
find(const struct rights *rights, const char *text)
{
	for (unsigned i = 0; i < rights->count; i++)
		if (strcmp(rights->list[i].label, text) == 0)
			return &rights->list[i];
	return NULL;
}

static const char *
name_type(mach_port_type_t type)
{
	switch (type) {
	case MACH_PORT_TYPE_SEND:
		return "send";
	case MACH_PORT_TYPE_RECEIVE:
		return "receive";
	case MACH_PORT_TYPE_SEND_RECEIVE:
		return "receive+send";
	case MACH_PORT_TYPE_SEND_ONCE:
		return "send-once";
	case MACH_PORT_TYPE_PORT_SET:
		return "set";
	case MACH_PORT_TYPE_DEAD_NAME:
		return "dead name";
	default:
		return "?";
	}
}

/* The last in a row has no spaces after it. */
static void
print_cell(const struct right *right, bool last)
{
	char text[32] = "-";

	if (right && right->urefs > 1)
		snprintf(text, sizeof(text), "%#x %s x%u", right->name,
		    name_type(right->type), right->urefs);
	else if (right)
		snprintf(text, sizeof(text), "%#x %s", right->name,
		    name_type(right->type));
	printf("%-*s", last ? 0 : 20, text);
}

/* A row, unless nobody holds anything of it. */
static void
print_row(const char *text, const struct rights *rights, unsigned count)
{
	bool held = false;

	for (unsigned i = 0; i < count; i++)
		held = held || find(&rights[i], text);
	if (!held)
		return;
	printf("   %-18s", text);
	for (unsigned i = 0; i < count; i++)
		print_cell(find(&rights[i], text), i + 1 == count);
	putchar('\n');
}

/* Does @text have a row among the first, or in a column before @column? */
static bool
was_printed(const char *text, const struct rights *rights, unsigned column)
{
	for (unsigned i = 0; i < FIRST_ROW_COUNT; i++)
		if (strcmp(first_rows[i], text) == 0)
			return true;
	for (unsigned i = 0; i < column; i++)
		if (find(&rights[i], text))
			return true;
	return false;
}

void
picture(const struct actor *const *actors, const struct rights *rights,
    unsigned count)
{
	printf("   %-18s", "");
	for (unsigned i = 0; i < count; i++)
		printf("%-*c", i + 1 < count ? 20 : 0, actors[i]->part->letter);
	putchar('\n');
	for (unsigned i = 0; i < FIRST_ROW_COUNT; i++)
		print_row(first_rows[i], rights, count);
	for (unsigned column = 0; column < count; column++)
		for (unsigned i = 0; i < rights[column].count; i++) {
			const char *text = rights[column].list[i].label;

			if (!was_printed(text, rights, column))
				print_row(text, rights, count);
		}
}
