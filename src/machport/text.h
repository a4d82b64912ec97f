/*
 * Text for people.
 *
 * What tasks choose (labels, names of commands and services) can hold anything,
 * terminal escapes too. It comes to the terminal only through text_escape(): what
 * cannot be printed is shown as \n, \x1b or \u{202e}, and a backslash as two.
 * What can be printed is said by the locale.
 */
#ifndef MACHPORT_TEXT_H
#define MACHPORT_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* @text without what a terminal would obey; +1 to caller. */
char *text_escape(const char *text);

/* At most @room bytes, or up to a NUL. */
char *text_escape_bytes(const char *text, size_t room);

/* @text as valid UTF-8, as JSON needs it: what is not becomes U+FFFD; +1. */
char *text_utf8(const char *text, size_t room);

/* Columns of a terminal that @text takes, of text_escape() or our own. */
size_t text_width(const char *text);

/* How many bytes of @text fit into @width columns. */
size_t text_fit(const char *text, size_t width);

/* "3.2 s"; +1 to caller, as of all below. */
char *text_age(uint64_t ns);

/* "712", "1.2 KiB". */
char *text_bytes(uint64_t bytes);

/* "7"; "" for none, so that a column of such is left out (table.h). */
char *text_some(uint64_t count);

/* "1 message", "2 messages": for a word that takes an s. */
char *text_count(uint64_t count, const char *word);

#endif
