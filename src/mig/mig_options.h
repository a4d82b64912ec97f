/* What the command line asks for: spec/mig.md 2. */
#ifndef MIG_OPTIONS_H
#define MIG_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct mig_options {
	/* Names of outputs. NULL: the default, or none; "/dev/null": do not
	 * write it, and nothing includes it. */
	const char *user;
	const char *server;
	const char *header;
	const char *sheader;
	const char *iheader;
	const char *dheader;
	const char *json;             /* "-": standard output */
	const char *list;             /* [G] */
	const char *user_file_prefix; /* -i: one user file for each routine */
	bool only_named;              /* [G] GNU's -n: no defaults */

	bool quiet;               /* -q */
	bool verbose;             /* -v */
	bool warnings_are_errors; /* -Werror */
	bool check_only;          /* --check: no output; no subsystem is fine */
	bool symbol_table;        /* -s */
	bool send_then_receive;   /* -R */
	bool counted_by;          /* -b */
	bool split;               /* -split */
	bool warn_no_dealloc;     /* an Out region without dealloc: S, off */
	uint32_t max_on_stack;    /* -maxonstack; 0: no limit */
	uint32_t max_descriptors; /* -max_descrs; 0: no limit of the user's */
	uint32_t max_reply_descriptors;
	const char *prefix;     /* [G] before every function's name; "" */
	const char *sub_prefix; /* [G] before the run-time functions; "" */
};

#endif /* MIG_OPTIONS_H */
