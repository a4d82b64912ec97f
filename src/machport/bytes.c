/* Bytes that grow; and bytes as they are said on a command line. */
#include "bytes.h"

#include <ctype.h>
#include <errno.h>
#include <error.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "memory.h"

#define FILE_MAX (1u << 30) /* of an argument */

void
bytes_add(struct bytes *bytes, const void *data, size_t count)
{
	if (bytes->room - bytes->count < count) {
		bytes->room = bytes->room * 2 + count;
		bytes->data = memory_grow(bytes->data, bytes->room, 1);
	}
	if (count == 0)
		return;
	if (data)
		memcpy(bytes->data + bytes->count, data, count);
	else
		memset(bytes->data + bytes->count, 0, count);
	bytes->count += count;
}

void
bytes_free(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){0};
}

static unsigned
digit_value(char digit)
{
	return isdigit((unsigned char)digit)
	    ? (unsigned)(digit - '0')
	    : (unsigned)(tolower((unsigned char)digit) - 'a') + 10;
}

static int
add_hex(const char *digits, struct bytes *bytes)
{
	if (strlen(digits) % 2 != 0 ||
	    strspn(digits, "0123456789abcdefABCDEF") != strlen(digits)) {
		error(0, 0,
		    "0x%s: that is not pairs of hexadecimal digits; put "
		    "text: before a text that begins with 0x",
		    digits);
		return EX_USAGE;
	}
	for (; *digits; digits += 2) {
		char byte = (char)(digit_value(digits[0]) << 4 |
		    digit_value(digits[1]));

		bytes_add(bytes, &byte, 1);
	}
	return EX_OK;
}

static int
add_file(const char *name, struct bytes *bytes)
{
	bool is_stdin = strcmp(name, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(name, "re");
	char part[16384];
	size_t count;
	int status = EX_OK;

	if (!file) {
		error(0, errno, "cannot read %s", name);
		return EX_NOINPUT;
	}
	while ((count = fread(part, 1, sizeof(part), file)) > 0 &&
	    bytes->count < FILE_MAX)
		bytes_add(bytes, part, count);
	if (ferror(file) || count > 0) {
		error(0, count > 0 ? EFBIG : errno, "cannot read %s", name);
		status = EX_IOERR;
	}
	if (!is_stdin)
		(void)fclose(file);
	return status;
}

int
bytes_of_word(const char *word, struct bytes *bytes)
{
	static const char text[] = "text:";

	if (strncmp(word, "0x", 2) == 0)
		return add_hex(word + 2, bytes);
	if (*word == '@')
		return add_file(word + 1, bytes);
	if (strncmp(word, text, sizeof(text) - 1) == 0)
		word += sizeof(text) - 1;
	bytes_add(bytes, word, strlen(word));
	return EX_OK;
}

/* Does it fit, as signed or as unsigned? */
static bool
fits(bool is_negative, uint64_t value, size_t size)
{
	if (is_negative)
		return (int64_t)value >= -(INT64_C(1) << (8 * size - 1));
	return size == 8 || value < UINT64_C(1) << (8 * size);
}

static bool
add_integer(const char *word, char **end, size_t size, struct bytes *bytes)
{
	bool is_negative = *word == '-';
	uint64_t value;

	if (!isdigit((unsigned char)word[is_negative]))
		return false;
	errno = 0;
	value = is_negative ? (uint64_t)strtoll(word, end, 0)
	                    : strtoull(word, end, 0);
	if (errno != 0 || size > sizeof(value) || size == 0)
		return false;
	/* A shift by all of its bits would not be one. */
	if (size < sizeof(value) && !fits(is_negative, value, size))
		return false;
	bytes_add(bytes, &value, size); /* little-endian, as all we run on */
	return true;
}

static bool
add_real(const char *word, char **end, size_t size, struct bytes *bytes)
{
	double value;
	float narrow;

	errno = 0;
	value = strtod(word, end);
	if (*end == word || errno != 0)
		return false;
	narrow = (float)value;
	if (size == sizeof(value))
		bytes_add(bytes, &value, sizeof(value));
	else
		bytes_add(bytes, &narrow, sizeof(narrow));
	return size == sizeof(value) || size == sizeof(narrow);
}

bool
bytes_of_numbers(
    const char *word, size_t size, bool is_real, struct bytes *bytes)
{
	char *end;

	if (*word == '\0')
		return true;
	for (;; word = end + 1) {
		if (!(is_real ? add_real(word, &end, size, bytes)
		              : add_integer(word, &end, size, bytes)))
			return false;
		if (*end == '\0')
			return true;
		if (*end != ',')
			return false;
	}
}

char *
bytes_hex(const void *data, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = data;
	char *text = memory_new(2 * count + 1, 1);

	for (size_t i = 0; i < count; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 0xf];
	}
	return text;
}
