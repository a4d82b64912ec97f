/*
 * The lexer and the parser of mig, and what they say about an input: any bytes
 * are a preprocessed file. What is said must be fit for a terminal.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mig_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void
check_said(const char *said, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)said[i];

		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *said = NULL;
	size_t length;
	struct mig_diag diag = {
	    .arena = mig_arena_new(),
	    .stream = open_memstream(&said, &length),
	};
	struct mig_tree *tree;

	if (!diag.stream)
		abort();
	tree =
	    mig_parse(diag.arena, &diag, "in.defs", (const char *)data, bytes);
	if (!tree->file)
		abort();
	mig_diag_summary(&diag);
	(void)fclose(diag.stream);
	check_said(said, length);
	if (diag.errors > 0 && !strstr(said, "error: "))
		abort();
	free(said);
	mig_arena_free(diag.arena);
	return 0;
}
