/* A text that grows, and the files that a compilation writes. */
#ifndef MIG_TEXT_H
#define MIG_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "mig_arena.h"

struct mig_text {
	char *bytes; /* NUL-terminated; in malloc()ed memory */
	size_t length;
	size_t room;
};

void mig_text_deinit(struct mig_text *text);

/* Appends, as printf() does. */
void mig_put(struct mig_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void mig_put_va(struct mig_text *text, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Appends @length bytes as they are. */
void mig_put_bytes(struct mig_text *text, const char *bytes, size_t length);

#endif /* MIG_TEXT_H */
