/*
 * Words: a command in one line, as people write it, and the words it is made of.
 */
#ifndef BOOTSTRAP_WORDS_H
#define BOOTSTRAP_WORDS_H

/**
 * words_split() - split a command at its blanks
 * @text:	'...' and "..." keep what is between them together, as in a shell; nothing
 *		else is as there
 * @words:	[out] ends with NULL, as does each word with 0; free with words_free()
 *
 * Return:	NULL, or why not (static), with no output written
 */
const char *words_split(const char *text, char ***words_out);

/* NULL is fine. */
void words_free(char **words);

/* @words (ends with NULL, or is NULL) with a copy of @word behind them, which is what
 * the caller has from now on; NULL: no memory, and nothing has changed. */
char **words_add(char **words, const char *word);

#endif
