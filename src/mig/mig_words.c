/* Words in an arena: a list that is full moves to one twice as long. */
#include "mig_words.h"

#include <string.h>

static void
make_room(struct mig_arena *arena, struct mig_words *words)
{
	size_t room = words->room ? words->room * 2 : 16;
	char **moved;

	if (words->length + 1 < words->room)
		return;
	moved = mig_arena_alloc(arena, room * sizeof(*moved));
	if (words->length > 0)
		memcpy(moved, words->words, words->length * sizeof(*moved));
	words->words = moved;
	words->room = room;
}

static void
add(struct mig_arena *arena, struct mig_words *words, const char *text,
    size_t length)
{
	make_room(arena, words);
	words->words[words->length++] = mig_arena_copy(arena, text, length);
	words->words[words->length] = NULL;
}

void
mig_words_add(
    struct mig_arena *arena, struct mig_words *words, const char *word)
{
	add(arena, words, word, strlen(word));
}

void
mig_words_append(struct mig_arena *arena, struct mig_words *words,
    const struct mig_words *more)
{
	for (size_t i = 0; i < more->length; i++)
		mig_words_add(arena, words, more->words[i]);
}

void
mig_words_split(
    struct mig_arena *arena, struct mig_words *words, const char *text)
{
	const char *blanks = " \t\n";

	for (text += strspn(text, blanks); *text;) {
		size_t length = strcspn(text, blanks);

		add(arena, words, text, length);
		text += length;
		text += strspn(text, blanks);
	}
}
