/* `mig` and `migcom`: spec/mig.md 1, 2. One program, which looks at its name. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mig_command.h"
#include "mig_compile.h"
#include "mig_preprocess.h"
#include "mig_run.h"

static const struct mig_place command_line = {0};

/* What lasts from the first input to the last. */
struct session {
	struct mig_arena *arena;
	struct mig_command command;
	struct mig_outputs outputs;
	const char *include_directory; /* NULL: there is none */
};

/* --- where we are ---------------------------------------------------------- */

/* Our headers stand where they were installed relative to this program, so that
 * it may be moved with them; else where they were to be installed. */
static const char *
find_include_directory(struct mig_arena *arena)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
	char *slash = NULL;

	if (length > 0)
		slash = memrchr(path, '/', (size_t)length);
	if (slash) {
		const char *beside = mig_arena_print(arena,
		    "%.*s/../include/machport", (int)(slash - path), path);
		char real[PATH_MAX];

		if (realpath(beside, real))
			return mig_arena_copy(arena, real, strlen(real));
	}
	return access(MACHPORT_INCLUDE_DIR, X_OK) == 0 ? MACHPORT_INCLUDE_DIR
	                                               : NULL;
}

/* A file that we open must not become one of the first three. What is missing fails
 * when it is used, as if it were not there: it is open the wrong way. */
static void
open_standard_descriptors(void)
{
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (fcntl(i, F_GETFD) < 0 &&
		    open("/dev/null", i == STDIN_FILENO ? O_WRONLY : O_RDONLY) <
		        0)
			_exit(EXIT_FAILURE);
}

/* --- one input ------------------------------------------------------------- */

/* What migcom reads. */
static bool
read_input(struct mig_diag *diag, const char *name, struct mig_text *text)
{
	bool is_file = strcmp(name, "-") != 0;
	int descriptor =
	    is_file ? open(name, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	char bytes[64 * 1024];
	ssize_t count = -1;

	while (descriptor >= 0 && text->length <= MIG_RUN_OUTPUT_MAX) {
		count = read(descriptor, bytes, sizeof(bytes));
		if (count > 0)
			mig_put_bytes(text, bytes, (size_t)count);
		else if (count == 0 || errno != EINTR)
			break;
	}
	if (count < 0)
		mig_error(diag, command_line, "cannot read `%s`: %s", name,
		    strerror(errno));
	else if (count > 0)
		mig_error(diag, command_line, "`%s` has more than %d MiB", name,
		    MIG_RUN_OUTPUT_MAX >> 20);
	if (is_file && descriptor >= 0)
		(void)close(descriptor); /* it was only read */
	return count == 0;
}

static bool
preprocess_input(const struct session *session, struct mig_diag *diag,
    const char *name, struct mig_text *text, struct mig_text *rule)
{
	const struct mig_preprocess preprocess = {
	    .program = session->command.cc,
	    .options = &session->command.preprocessor,
	    .input = name,
	    .include_directory = session->include_directory,
	    .depend = session->command.depend.kind,
	    .depend_phony = session->command.depend.phony,
	};

	return mig_preprocess(diag->arena, diag, &preprocess, text, rule);
}

/* Dependency files of outputs that another compiler has made. Which those are is
 * known when they are made here, too. */
static bool
depend_elsewhere(struct session *session, struct mig_diag *diag,
    const char *name, const struct mig_text *text, const struct mig_text *rule)
{
	const struct mig_command *command = &session->command;
	struct mig_outputs *outputs = &session->outputs;
	FILE *nowhere = fopen("/dev/null", "w");
	struct mig_diag quiet = {.arena = diag->arena, .stream = nowhere};
	bool good;

	if (!nowhere)
		return false;
	if (!mig_compile(&quiet, &command->options, name, text->bytes,
	        text->length, outputs))
		mig_warning(diag, command_line,
		    "the outputs of `%s` are not known: no dependencies",
		    command->migcom);
	(void)fclose(nowhere);
	mig_depend_replace(outputs, &command->depend, rule);
	good = mig_outputs_commit(outputs, diag, name);
	mig_outputs_clear(outputs);
	return good;
}

/* By a program that is not this one. */
static bool
compile_elsewhere(struct session *session, struct mig_diag *diag,
    const char *name, const struct mig_text *text, const struct mig_text *rule)
{
	struct mig_words command = {0};
	const struct mig_run run = {
	    .command = &command,
	    .role = "the compiler proper",
	    .input = text->bytes,
	    .input_length = text->length,
	};

	mig_words_split(diag->arena, &command, session->command.migcom);
	mig_words_append(diag->arena, &command, &session->command.compiler);
	if (!mig_run(diag, &run))
		return false;
	return session->command.depend.kind == MIG_DEPEND_NONE ||
	    depend_elsewhere(session, diag, name, text, rule);
}

static bool
compile_here(struct session *session, struct mig_diag *diag, const char *name,
    const struct mig_text *text, const struct mig_text *rule)
{
	const struct mig_command *command = &session->command;
	struct mig_outputs *outputs = &session->outputs;
	const char *shown = strcmp(name, "-") == 0 ? "<stdin>" : name;
	bool good;

	good = mig_compile(
	    diag, &command->options, shown, text->bytes, text->length, outputs);
	if (good) {
		mig_depend_add(outputs, &command->depend, rule);
		good = mig_outputs_commit(outputs, diag, name);
	}
	mig_outputs_clear(outputs);
	return good;
}

static bool
process_input(struct session *session, const char *name)
{
	const struct mig_command *command = &session->command;
	struct mig_text text = {0};
	struct mig_text rule = {0};
	struct mig_diag diag = {
	    .arena = mig_arena_new(),
	    .stream = stderr,
	    .quiet = command->options.quiet,
	    .warnings_are_errors = command->options.warnings_are_errors,
	};
	bool good;

	mig_put(&text, "%s", ""); /* text.bytes is there */
	if (command->is_migcom)
		good = read_input(&diag, name, &text);
	else
		good = preprocess_input(session, &diag, name, &text, &rule);
	if (good && command->migcom)
		good = compile_elsewhere(session, &diag, name, &text, &rule);
	else if (good)
		good = compile_here(session, &diag, name, &text, &rule);
	mig_diag_summary(&diag);

	mig_text_deinit(&text);
	mig_text_deinit(&rule);
	mig_arena_free(diag.arena);
	return good && diag.errors == 0;
}

/* --- all of it ------------------------------------------------------------- */

/* Somebody may redirect what we print into a full file. */
static bool
print_and_flush(struct mig_diag *diag, const struct mig_command *command)
{
	if (command->show_help)
		mig_command_help(stdout, command->is_migcom);
	else
		printf("%s (Mach ports for Linux) %s\n",
		    command->is_migcom ? "migcom" : "mig", MACHPORT_VERSION);
	if (fflush(stdout) == 0)
		return true;
	mig_error(diag, command_line, "cannot write standard output: %s",
	    strerror(errno));
	return false;
}

static bool
run(struct session *session, char *const *arguments)
{
	struct mig_command *command = &session->command;
	struct mig_diag diag = {.arena = session->arena, .stream = stderr};
	bool good = true;

	if (!mig_command_read(command, session->arena, &diag, arguments))
		return false;
	if (command->show_help || command->show_version)
		return print_and_flush(&diag, command);
	if (command->options.warnings_are_errors && diag.warnings > 0)
		return false;
	if (!command->is_migcom)
		session->include_directory =
		    find_include_directory(session->arena);
	for (size_t i = 0; i < command->inputs.length; i++)
		if (!process_input(session, command->inputs.words[i]))
			good = false;
	return good;
}

int
main(int argc, char **argv)
{
	struct session session = {.arena = mig_arena_new()};
	bool good;

	if (argc < 1) /* execve() can do that */
		return EXIT_FAILURE;
	open_standard_descriptors();
	/* Who does not read to the end, and a file that may not grow, are
	 * errors of write(). */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	session.outputs.arena = session.arena;
	good = run(&session, argv);
	mig_arena_free(session.arena);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
