/* Host compilers, on code that mig wrote: each that meson found, with the warnings
 * of style.md 15.2 as errors. */
#ifndef TESTS_MIG_COMPILERS_H
#define TESTS_MIG_COMPILERS_H

/* Compiles the file @name, and links nothing, with each compiler of its language
 * (.c: C, .cc: C++) and with each of @standards, which ends with NULL. Fails when
 * one has anything to say, and shows it. */
void compile(const char *name, const char *const standards[]);

#endif /* TESTS_MIG_COMPILERS_H */
