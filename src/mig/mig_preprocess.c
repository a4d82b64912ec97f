/* The command line of the preprocessor, and what is asked of its input before. */
#include "mig_preprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mig_run.h"

/* A preprocessor says this, too, but each in its own words and twice. */
static bool
can_be_read(struct mig_diag *diag, const char *input)
{
	const struct mig_place nowhere = {0};
	struct stat status;
	int error = 0;

	if (strcmp(input, "-") == 0)
		return true;
	if (stat(input, &status) < 0 || access(input, R_OK) < 0)
		error = errno;
	else if (S_ISDIR(status.st_mode))
		error = EISDIR;
	if (error)
		mig_error(diag, nowhere, "cannot read `%s`: %s", input,
		    strerror(error));
	return error == 0;
}

static void
add_depend(struct mig_arena *arena, struct mig_words *command,
    const struct mig_preprocess *preprocess)
{
	if (preprocess->depend == MIG_DEPEND_NONE)
		return;
	mig_words_add(arena, command,
	    preprocess->depend == MIG_DEPEND_ALL ? "-MD" : "-MMD");
	mig_words_add(arena, command, "-MF");
	mig_words_add(arena, command, MIG_RUN_SIDE_NAME);
	mig_words_add(arena, command, "-MT");
	mig_words_add(arena, command, MIG_DEPEND_TARGET);
	if (preprocess->depend_phony)
		mig_words_add(arena, command, "-MP");
}

static void
add_input(struct mig_arena *arena, struct mig_words *command, const char *input)
{
	/* A name may begin with a `-`. */
	if (input[0] == '-' && input[1] != '\0')
		input = mig_arena_print(arena, "./%s", input);
	mig_words_add(arena, command, input);
}

static void
add_input_directory(
    struct mig_arena *arena, struct mig_words *command, const char *input)
{
	char *copy;

	if (strcmp(input, "-") == 0)
		return;
	copy = mig_arena_copy(arena, input, strlen(input));
	mig_words_add(arena, command, "-I");
	mig_words_add(arena, command, dirname(copy));
}

/* -std=c11: without the macros `linux` and `unix`, which would eat identifiers.
 * -Wno-error: real files have words after #endif, and apostrophes in text that
 * is left out. */
static void
make_command(struct mig_arena *arena, struct mig_words *command,
    const struct mig_preprocess *preprocess)
{
	mig_words_split(arena, command, preprocess->program);
	mig_words_split(arena, command, "-E -x c -std=c11 -D__MACH30__");
	add_input_directory(arena, command, preprocess->input);
	mig_words_append(arena, command, preprocess->options);
	mig_words_add(arena, command, "-Wno-error");
	if (preprocess->include_directory) {
		mig_words_add(arena, command, "-isystem");
		mig_words_add(arena, command, preprocess->include_directory);
	}
	add_depend(arena, command, preprocess);
	add_input(arena, command, preprocess->input);
}

bool
mig_preprocess(struct mig_arena *arena, struct mig_diag *diag,
    const struct mig_preprocess *preprocess, struct mig_text *text,
    struct mig_text *rule)
{
	struct mig_words command = {0};
	const struct mig_run run = {
	    .command = &command,
	    .role = "the preprocessor",
	    .output = text,
	    .side = preprocess->depend == MIG_DEPEND_NONE ? NULL : rule,
	};

	if (!can_be_read(diag, preprocess->input))
		return false;
	make_command(arena, &command, preprocess);
	return mig_run(diag, &run);
}
