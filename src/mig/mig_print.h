/* Text of unknown origin on its way to a terminal: nothing that would control it,
 * nothing that is not UTF-8, and how many columns the rest takes. */
#ifndef MIG_PRINT_H
#define MIG_PRINT_H

#include <stddef.h>
#include <stdio.h>

/* The character at the start of @length (not 0) bytes at @text: how many bytes it
 * has. One that may be shown is *@printable; of any other, escapes take its place,
 * \x1b or \u202e. */
size_t mig_print_next(const char *text, size_t length, char printable[12]);

/* Columns of what mig_print_next() gave. */
size_t mig_print_width(const char *printable);

/* Writes @length bytes at @text; tabs stay tabs with @keep_tabs. */
void mig_print_clean(
    FILE *stream, const char *text, size_t length, int keep_tabs);

#endif /* MIG_PRINT_H */
