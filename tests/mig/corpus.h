/* The interfaces of tests/mig/corpus, and those that are installed; and what mig makes
 * of them. */
#ifndef TESTS_MIG_CORPUS_H
#define TESTS_MIG_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

struct corpus_input {
	const char *folder; /* of the corpus, or "mach": the installed ones */
	const char *file;   /* without .defs */
	const char *subsystem;
	long base;
	unsigned int two_way;
	unsigned int one_way;
	unsigned int numbers; /* skipped ones, too */
	const char *options;  /* of mig; NULL: none */
	bool apart;           /* what a user calls and what a server has are one
	                         name of two types: the headers must not meet */
};

extern const struct corpus_input corpus_inputs[];
extern const size_t corpus_count;

/* A cmocka fixture, with scratch_leave() at the end: has mig write all that is named
 * here, each input's files into corpus_home(), a directory in the working directory:
 *
 *	SUBSYSTEM.h, SUBSYSTEMUser.c, SUBSYSTEMServer.h, SUBSYSTEMServer.c
 *	SUBSYSTEM_ids.h		of -dheader
 *	list			of -list
 *	headers.c		includes the headers
 *	server_header.c		where they must not meet: includes the server's
 *	alone/			where corpus_is_in_depth(): once more, without headers, and
 *				with a file for each routine of the user
 */
int corpus_make(void **state);

/* Both are good until the next call. */
const char *corpus_home(size_t i);
/* Options of a compiler: where the files are that inputs[@i] includes. */
const char *corpus_includes(size_t i);

/* Those that were written for the sake of all constructs there are. */
bool corpus_is_in_depth(size_t i);

#endif /* TESTS_MIG_CORPUS_H */
