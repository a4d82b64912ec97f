/* A list of words that grows: arguments of a program, names of files. */
#ifndef MIG_WORDS_H
#define MIG_WORDS_H

#include <stddef.h>

#include "mig_arena.h"

struct mig_words {
	char **words; /* ends with a NULL; is NULL itself before the first */
	size_t length;
	size_t room;
};

/* Adds a copy of @word. */
void mig_words_add(
    struct mig_arena *arena, struct mig_words *words, const char *word);

/* Adds all of @more. */
void mig_words_append(struct mig_arena *arena, struct mig_words *words,
    const struct mig_words *more);

/* Adds the words of @text, which blanks separate: "ccache gcc" is two. */
void mig_words_split(
    struct mig_arena *arena, struct mig_words *words, const char *text);

#endif /* MIG_WORDS_H */
