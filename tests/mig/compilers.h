/* The host's compilers, on code that mig wrote: each that meson found, with the
 * warnings of style.md 15.2 as errors. */
#ifndef TESTS_MIG_COMPILERS_H
#define TESTS_MIG_COMPILERS_H

/* The C compilers' names; NULL ends them. */
const char *const *compilers(void);

/* The command of @compiler that takes @standard, "c++17" as well as "c11", and the
 * public headers; for a shell. The caller frees it. */
char *compiler_command(const char *compiler, const char *standard);

/* Has each compiler look at @files, words of a shell, with each of @standards, which
 * end with NULL; no code is made. Fails when one has anything to say, and shows
 * it. */
void compile(const char *files, const char *const standards[]);

/* The same, as C11, with an optimiser: some warnings need what it finds out. */
void compile_in_depth(const char *files);

#endif /* TESTS_MIG_COMPILERS_H */
