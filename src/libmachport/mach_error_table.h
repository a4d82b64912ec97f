/*
 * mach_error_table - the texts of mach_error_string()
 *
 * A table of subsystems, each with its prefix and its codes. All strings are
 * complete, prefix included, so that handing one out needs no memory.
 *
 * Source: spec/special-ports.md 10
 */
#ifndef MACH_ERROR_TABLE_H
#define MACH_ERROR_TABLE_H

#include <mach/error.h>
#include <stddef.h>

struct mach_error_text {
	/*
	 * The constant as its header defines it: a new error, one of an old
	 * block (-300 ...), or, for unix, an errno. Its code is what counts.
	 */
	mach_error_t error;
	char *text;
};

struct mach_error_subsystem {
	int system;
	int sub;
	char *type;         /* "(system/subsystem)" */
	char *unknown_code; /* text of a code that is not in the table */
	const struct mach_error_text *texts;
	size_t texts_count;
};

/**
 * mach_error_subsystem_find() - look a subsystem up
 * @system:	[in]	as err_get_system() gives it
 * @sub:	[in]	as err_get_sub() gives it
 *
 * Return:	the subsystem, static; NULL when there is none
 */
const struct mach_error_subsystem *mach_error_subsystem_find(
    int system, int sub);

#endif /* MACH_ERROR_TABLE_H */
