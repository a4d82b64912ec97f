/* The counting allocator over malloc. One caller at a time, like the engine. */
#include "base_alloc.h"

#include <stdlib.h>

static uint64_t live;
static uint64_t fail_in; /* 0: never */
static int failed;

static int
fails_now(void)
{
	if (fail_in == 0 || --fail_in > 0)
		return 0;
	failed = 1;
	return 1;
}

void *
base_alloc(size_t bytes)
{
	void *memory = fails_now() ? NULL : malloc(bytes);

	live += memory != NULL;
	return memory;
}

void *
base_zalloc(size_t count, size_t bytes)
{
	void *memory = fails_now() ? NULL : calloc(count, bytes);

	live += memory != NULL;
	return memory;
}

void *
base_realloc(void *memory, size_t count, size_t bytes)
{
	void *grown = fails_now() ? NULL : reallocarray(memory, count, bytes);

	live += memory == NULL && grown != NULL;
	return grown;
}

void
base_free(void *memory)
{
	live -= memory != NULL;
	free(memory);
}

void
base_alloc_fail_at(uint64_t nth)
{
	fail_in = nth;
	failed = 0;
}

int
base_alloc_has_failed(void)
{
	return failed;
}

uint64_t
base_alloc_live(void)
{
	return live;
}
