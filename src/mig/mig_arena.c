/* An arena: blocks from malloc(), each filled from its start. */
#include "mig_arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024 };

struct block {
	struct block *next;
	size_t used;
	size_t room;
	alignas(max_align_t) unsigned char bytes[];
};

struct mig_arena {
	struct block *blocks; /* the newest first */
};

static void *
must_have(void *memory)
{
	if (!memory) {
		fputs("mig: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	return memory;
}

struct mig_arena *
mig_arena_new(void)
{
	return must_have(calloc(1, sizeof(struct mig_arena)));
}

void
mig_arena_free(struct mig_arena *arena)
{
	if (!arena)
		return;
	while (arena->blocks) {
		struct block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	free(arena);
}

static void
add_block(struct mig_arena *arena, size_t bytes)
{
	size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
	struct block *block = must_have(calloc(1, sizeof(*block) + room));

	block->room = room;
	block->next = arena->blocks;
	arena->blocks = block;
}

void *
mig_arena_alloc(struct mig_arena *arena, size_t bytes)
{
	const size_t align = alignof(max_align_t);
	struct block *block = arena->blocks;
	void *memory;

	if (bytes > SIZE_MAX / 2)
		must_have(NULL);
	bytes = (bytes + align - 1) / align * align;
	if (!block || block->room - block->used < bytes) {
		add_block(arena, bytes);
		block = arena->blocks;
	}
	memory = block->bytes + block->used;
	block->used += bytes;
	return memory;
}

char *
mig_arena_copy(struct mig_arena *arena, const char *text, size_t length)
{
	char *copy = mig_arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *
mig_arena_print(struct mig_arena *arena, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		must_have(NULL);

	char *copy = mig_arena_copy(arena, text, (size_t)length);

	free(text);
	return copy;
}
