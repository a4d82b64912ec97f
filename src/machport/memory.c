/* Memory of a command. */
#include "memory.h"

#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

void
memory_fail(void)
{
	error(EX_OSERR, ENOMEM, "cannot go on");
	abort(); /* not reached: error() ends the process */
}

void *
memory_new(size_t count, size_t bytes)
{
	void *memory = calloc(count ? count : 1, bytes);

	if (!memory)
		memory_fail();
	return memory;
}

void *
memory_grow(void *memory, size_t count, size_t bytes)
{
	void *grown = reallocarray(memory, count ? count : 1, bytes);

	if (!grown)
		memory_fail();
	return grown;
}

char *
memory_string(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		memory_fail();
	return copy;
}

char *
memory_format(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		memory_fail();
	return text;
}
