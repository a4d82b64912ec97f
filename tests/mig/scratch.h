/* A directory for the files of one test, which is the working directory meanwhile,
 * and programs that are run there. */
#ifndef TESTS_MIG_SCRATCH_H
#define TESTS_MIG_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Makes it and goes there. Both are cmocka fixtures; they leave *state alone. */
int scratch_enter(void **state);
int scratch_leave(void **state);

void scratch_write(const char *name, const char *text);

/* The whole file, NUL-terminated; the caller frees it. NULL: there is none. */
char *scratch_read(const char *name);

/* Fails unless @name holds @text. */
void scratch_expect(const char *name, const char *text);

/* Fails unless @names, sorted and with blanks between them, are the files that are
 * there. */
void scratch_expect_files(const char *names);

/* Fails unless @part is in @text, or is not. */
void scratch_expect_part(const char *text, const char *part);
void scratch_expect_no_part(const char *text, const char *part);

/* How a program ended, and what it wrote to standard output and standard error
 * together. */
struct scratch_end {
	int status; /* of waitpid() */
	char *output;
};

/* Runs @program as @arguments, a NULL at their end, say. @input: a file that is
 * its standard input. The caller frees the output. */
struct scratch_end scratch_run(
    const char *program, const char *const *arguments, const char *input);

/* Has mig, pkg-config and what is linked with the library find what was built. */
void scratch_find_build(void);

#endif /* TESTS_MIG_SCRATCH_H */
