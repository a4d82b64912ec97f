/* Memory for one compilation: given piece by piece, given back at once.
 *
 * Everything that a compilation makes (words, trees, the model, the texts of its
 * outputs) lives in one arena and dies with it; nothing is freed by hand. A
 * shortage of memory ends the program with a message: a compiler that has none
 * has nothing else to do.
 */
#ifndef MIG_ARENA_H
#define MIG_ARENA_H

#include <stddef.h>

struct mig_arena;

struct mig_arena *mig_arena_new(void);
void mig_arena_free(struct mig_arena *arena); /* NULL is fine */

/* @bytes of zeros, aligned for any type. */
void *mig_arena_alloc(struct mig_arena *arena, size_t bytes)
    __attribute__((returns_nonnull, malloc));

/* The @length characters at @text, and a NUL. */
char *mig_arena_copy(struct mig_arena *arena, const char *text, size_t length)
    __attribute__((returns_nonnull));

char *mig_arena_print(struct mig_arena *arena, const char *format, ...)
    __attribute__((returns_nonnull, format(printf, 2, 3)));

#define mig_arena_new_of(arena, type)                                          \
	((type *)mig_arena_alloc((arena), sizeof(type)))

#endif /* MIG_ARENA_H */
