/*
 * Bytes that grow; and bytes as they are said on a command line.
 */
#ifndef MACHPORT_BYTES_H
#define MACHPORT_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
	char *data; /* free(); NULL while there are none */
	size_t count;
	size_t room;
};

/* @data (NULL: zeroes), @count of them, at the end. */
void bytes_add(struct bytes *bytes, const void *data, size_t count);
void bytes_free(struct bytes *bytes);

/**
 * bytes_of_word() - what a word of a command line means
 * @word:	"0x" and pairs of hexadecimal digits: these bytes; "@file": what is in
 *		the file, "@-": on stdin; "text:" and a text, or any other text: that,
 *		without a NUL
 * @bytes:	where they are added
 *
 * Return:	EX_OK, or after a message EX_USAGE, EX_NOINPUT, EX_IOERR
 */
int bytes_of_word(const char *word, struct bytes *bytes)
    __attribute__((warn_unused_result));

/**
 * bytes_of_numbers() - numbers, with commas between them, as they are in memory
 * @word:	integers of any base of C; or with a point, if @is_real
 * @size:	bytes of each: 1, 2, 4, 8; of a real one 4, 8
 * @bytes:	where they are added
 *
 * Return:	false: they are none, or too large
 */
bool bytes_of_numbers(const char *word, size_t size, bool is_real,
    struct bytes *bytes) __attribute__((warn_unused_result));

/* As 2 * @count digits, and a NUL; +1 to caller. */
char *bytes_hex(const void *data, size_t count);

#endif
