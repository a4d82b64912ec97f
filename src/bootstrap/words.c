/* Splitting a line into words. */
#include "words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

void
words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free((void *)words);
}

char **
words_add(char **words, const char *word)
{
	size_t count = 0;
	char *copy = strdup(word);
	char **more;

	while (words && words[count])
		count++;
	more = copy ? reallocarray((void *)words, count + 2, sizeof(char *))
	            : NULL;
	if (!more) {
		free(copy);
		return NULL;
	}
	more[count] = copy;
	more[count + 1] = NULL;
	return more;
}

/* Copy the word at *@text to @word, which has room for it, and go behind it. False: a
 * quotation mark has no end. */
static bool
take_word(const char **text, char *word)
{
	const char *at = *text;
	char mark = '\0';

	for (; *at != '\0' && (mark != '\0' || !is_blank(*at)); at++) {
		if (mark == '\0' && (*at == '\'' || *at == '"'))
			mark = *at;
		else if (*at == mark)
			mark = '\0';
		else
			*word++ = *at;
	}
	*word = '\0';
	*text = at;
	return mark == '\0';
}

/* All words of @text; each fits @word. */
static const char *
take_words(const char *text, char *word, char ***words)
{
	char **more;

	for (;;) {
		while (is_blank(*text))
			text++;
		if (*text == '\0')
			return *words ? NULL : "there is no command";
		if (!take_word(&text, word))
			return "a quotation mark has no end";
		more = words_add(*words, word);
		if (!more)
			return "no memory";
		*words = more;
	}
}

const char *
words_split(const char *text, char ***words_out)
{
	char **words = NULL;
	char *word = malloc(strlen(text) + 1);
	const char *why;

	if (!word)
		return "no memory";
	why = take_words(text, word, &words);
	free(word);
	if (why)
		words_free(words);
	else
		*words_out = words;
	return why;
}
