/*
 * mach_error - error codes as text
 *
 * Codes older than the structure of <mach/error.h> are first put into it; then
 * system and subsystem select a table, and the code an entry of it.
 */
#include <mach/mach_error.h>

#include "mach_error_table.h"

#include <mach/message.h>
#include <stdbool.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Numbers of Mach 2.5 and of MIG, which counted away from 0 in blocks. */
struct old_block {
	int lowest;
	int highest;
	mach_error_t place; /* system and subsystem */
};

static const struct old_block old_blocks[] = {
    {-199, -100, err_ipc | err_sub(0)},
    {-299, -200, err_ipc | err_sub(1)},
    {-399, -300, err_mach_ipc | err_sub(2)},
    {1000, 1099, err_server | err_sub(0)},
    {1600, 1699, err_server | err_sub(1)},
    {27600, 27699, err_server | err_sub(2)},
};

/* An error in the structure of <mach/error.h>, without special bits. */
static mach_error_t
error_normalize(mach_error_t error)
{
	for (size_t i = 0; i < COUNT(old_blocks); i++) {
		const struct old_block *block = &old_blocks[i];

		if (error < block->lowest || error > block->highest)
			continue;
		if (error < 0)
			return block->place | (block->highest - error);
		return block->place | (error - block->lowest);
	}

	/* What was short (MACH_MSG_IPC_SPACE, ...) is said beside the code. */
	if (err_get_system(error) == err_get_system(err_mach_ipc) &&
	    err_get_sub(error) <= 1)
		error &= ~MACH_MSG_MASK;
	return error;
}

/* The text of @error; *known_out tells whether it is more than a filler. */
static char *
error_find_text(mach_error_t error, bool *known_out)
{
	const struct mach_error_subsystem *subsystem;

	*known_out = false;
	error = error_normalize(error);
	subsystem = mach_error_subsystem_find(
	    err_get_system(error), err_get_sub(error));
	if (!subsystem)
		return "(?/?) unknown error system";

	for (size_t i = 0; i < subsystem->texts_count; i++) {
		const struct mach_error_text *entry = &subsystem->texts[i];

		if (err_get_code(error_normalize(entry->error)) ==
		    err_get_code(error)) {
			*known_out = true;
			return entry->text;
		}
	}
	return subsystem->unknown_code;
}

char *
mach_error_string(mach_error_t error_value)
{
	bool known;

	return error_find_text(error_value, &known);
}

char *
mach_error_type(mach_error_t error_value)
{
	const struct mach_error_subsystem *subsystem;

	error_value = error_normalize(error_value);
	subsystem = mach_error_subsystem_find(
	    err_get_system(error_value), err_get_sub(error_value));
	return subsystem ? subsystem->type : "(?/?)";
}

void
mach_error(const char *str, mach_error_t error_value)
{
	bool known;
	const char *text = error_find_text(error_value, &known);

	/*
	 * One call for one line: threads may report at the same time. The text
	 * of an unknown code begins with its type.
	 */
	if (known)
		(void)fprintf(stderr, "%s %s\n", str, text);
	else
		(void)fprintf(stderr, "%s %s (0x%08x)\n", str, text,
		    (unsigned int)error_value);
}
