/*
 * The interface compiler on any text: parser, checker and all writers, in memory.
 *
 * An input is a byte that says which options there are, then the text, as the
 * preprocessor would have left it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mig_compile.h"

#define SPLIT 1u
#define SEND_THEN_RECEIVE 2u
#define ON_HEAP 4u
#define A_FILE_EACH 8u
#define SERVER_HEADER 16u
#define MORE_OUTPUTS 32u
#define TRIMMINGS 64u
#define CHECK_ONLY 128u

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static struct mig_options
choose_options(unsigned char choice)
{
	struct mig_options options = {
	    .split = choice & SPLIT,
	    .send_then_receive = choice & SEND_THEN_RECEIVE,
	    .max_on_stack = choice & ON_HEAP ? 64 : 0,
	    .user_file_prefix = choice & A_FILE_EACH ? "each_" : NULL,
	    .sheader = choice & SERVER_HEADER ? "s.h" : NULL,
	    .check_only = choice & CHECK_ONLY,
	    .verbose = choice & MORE_OUTPUTS,
	    .symbol_table = choice & TRIMMINGS,
	    .counted_by = choice & TRIMMINGS,
	    .warn_no_dealloc = choice & TRIMMINGS,
	    .prefix = choice & TRIMMINGS ? "p_" : "",
	    .sub_prefix = choice & TRIMMINGS ? "q_" : "",
	};

	if (choice & MORE_OUTPUTS) {
		options.iheader = "i.h";
		options.dheader = "d.h";
		options.json = "json";
		options.list = "list";
	}
	return options;
}

/* What was made is text. */
static void
check_outputs(const struct mig_outputs *outputs)
{
	for (const struct mig_output *o = outputs->first; o; o = o->next)
		if (o->text.bytes && strlen(o->text.bytes) != o->text.length)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static FILE *nowhere;
	struct mig_arena *arena = mig_arena_new();
	struct mig_outputs outputs = {.arena = arena};
	struct mig_diag diag = {.arena = arena};
	struct mig_options options;
	char *text;
	bool good;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!nowhere)
		abort();
	diag.stream = nowhere;
	options = choose_options(count > 0 ? bytes[0] : 0);
	if (count > 0) {
		bytes++;
		count--;
	}
	/* Of that very size, so that reading on is seen. */
	text = malloc(count + 1);
	if (!text)
		abort();
	memcpy(text, bytes, count);
	text[count] = '\0';

	good = mig_compile(&diag, &options, "<fuzz>", text, count, &outputs);
	if (good == (diag.errors > 0))
		abort();
	if (!good && outputs.first)
		abort();
	check_outputs(&outputs);

	mig_outputs_clear(&outputs);
	mig_arena_free(arena);
	free(text);
	return 0;
}
