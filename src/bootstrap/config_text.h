/*
 * The text of a configuration file: sections of keys, each with its line.
 *
 *	# a comment, as is a line that begins with ;
 *	[kind]
 *	[kind name]
 *	key = value, from the first to the last character that is no blank
 *	key = a value that goes on \
 *	      in the next line
 *
 * A comment has a line of its own: a # in a value is part of it. (The parsers that
 * are to be had do without what we need: libinih cuts names of sections at 50
 * characters, values at 200 and commands at their first ";", GLib's tells no lines.)
 */
#ifndef CONFIG_TEXT_H
#define CONFIG_TEXT_H

#include <stddef.h>

#include "config_error.h"

/* Who is told what stands there. Texts are valid during the call alone. */
struct config_reader {
	/* @name is "" if there is none. */
	void (*section)(struct config_reader *reader,
	    const struct config_place *place, const char *kind,
	    const char *name);
	/* In the section that was told last. */
	void (*key)(struct config_reader *reader,
	    const struct config_place *place, const char *key, char *value);
};

/* Read @text, of @bytes and a 0 behind them, which is the content of @file; it is
 * changed by that. What is no such text goes to @errors, and is left out. */
void config_text_read(const char *file, char *text, size_t bytes,
    struct config_reader *reader, struct config_errors *errors);

/* @text without the blanks at its begin and end; changed by that. */
char *config_text_trim(char *text);

#endif
