/* Word by word: what each option does to struct mig_command, and what can be wrong
 * with it. */
#include "mig_command.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mig_option_table.h"

/* Where in the command line we are. */
struct reader {
	struct mig_command *command;
	struct mig_arena *arena;
	struct mig_diag *diag;
	char *const *next; /* the word that comes next; NULL at the end */
};

static const struct mig_place command_line = {0};

/* --- one option ------------------------------------------------------------ */

static bool
read_number(struct reader *reader, const struct mig_option *option,
    const char *argument)
{
	uint32_t *slot = (void *)((char *)reader->command + option->offset);
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(argument, &end, 10);
	if (!isdigit((unsigned char)argument[0]) || *end || errno ||
	    value > INT32_MAX) {
		mig_error(reader->diag, command_line,
		    "`%s` needs a number, not `%s`", option->name, argument);
		return false;
	}
	*slot = (uint32_t)value;
	return true;
}

static bool
read_prefix(struct reader *reader, const struct mig_option *option,
    const char *argument)
{
	const char **slot = (void *)((char *)reader->command + option->offset);
	size_t letters = strspn(argument,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

	if (argument[letters] || isdigit((unsigned char)argument[0])) {
		mig_error(reader->diag, command_line,
		    "`%s` needs the beginning of a name, not `%s`",
		    option->name, argument);
		return false;
	}
	*slot = argument;
	return true;
}

static bool
apply(struct reader *reader, const struct mig_option *option,
    const char *argument)
{
	struct mig_command *command = reader->command;
	void *slot = (char *)command + option->offset;

	switch (option->kind) {
	case MIG_OPT_ON:
		*(bool *)slot = true;
		break;
	case MIG_OPT_OFF:
		*(bool *)slot = false;
		break;
	case MIG_OPT_TEXT:
		*(const char **)slot = argument;
		break;
	case MIG_OPT_PREFIX:
		return read_prefix(reader, option, argument);
	case MIG_OPT_NUMBER:
		return read_number(reader, option, argument);
	case MIG_OPT_DEPEND_ALL:
		command->depend.kind = MIG_DEPEND_ALL;
		break;
	case MIG_OPT_DEPEND_USER:
		command->depend.kind = MIG_DEPEND_USER;
		break;
	case MIG_OPT_TARGET:
		mig_words_add(
		    reader->arena, &command->depend.targets, argument);
		break;
	case MIG_OPT_TARGET_QUOTED:
		mig_depend_quote(
		    reader->arena, &command->depend.targets, argument);
		break;
	case MIG_OPT_REFUSED:
		mig_error(reader->diag, command_line,
		    "`%s` is not supported: %s", option->name, option->help);
		return false;
	case MIG_OPT_NOTHING:
	case MIG_OPT_NOTHING_ONE:
	case MIG_OPT_HEADING:
	case MIG_OPT_ELSEWHERE:
		break;
	}
	return true;
}

/* The argument of @option; NULL when there is none. Another option is none. */
static const char *
take_argument(struct reader *reader, const struct mig_option *option)
{
	const char *word = *reader->next;

	if (word && *word &&
	    !mig_option_find(word, reader->command->is_migcom)) {
		reader->next++;
		return word;
	}
	mig_error(reader->diag, command_line, "`%s` needs an argument, %s",
	    option->name, option->argument);
	return NULL;
}

/* Another program that is the compiler proper gets the same options. */
static void
keep_for_compiler(struct reader *reader, const struct mig_option *option,
    const char *argument)
{
	struct mig_words *words = &reader->command->compiler;

	if (option->who == MIG_OPT_DRIVER)
		return;
	mig_words_add(reader->arena, words, option->name);
	if (option->argument)
		mig_words_add(reader->arena, words, argument);
}

static bool
read_known(struct reader *reader, const struct mig_option *option)
{
	const char *argument = ""; /* of an option that has none */

	if (option->argument) {
		argument = take_argument(reader, option);
		if (!argument)
			return false;
	}
	keep_for_compiler(reader, option, argument);
	return apply(reader, option, argument);
}

/* -MFfile, -MTtarget, -MQtarget: as C compilers take them. NULL: none of them. */
static const struct mig_option *
find_joined(const char *word, bool is_migcom)
{
	char name[] = "-M?";

	if (is_migcom || strncmp(word, "-M", 2) != 0 || !word[2] || !word[3] ||
	    !strchr("FTQ", word[2]))
		return NULL;
	name[2] = word[2];
	return mig_option_find(name, false);
}

static bool
refuse_unknown(struct reader *reader, const char *word)
{
	bool is_migcom = reader->command->is_migcom;
	const char *nearest = mig_option_nearest(word, is_migcom);

	mig_error(reader->diag, command_line, "unknown option `%s`", word);
	if (nearest)
		mig_hint(reader->diag, "did you mean `%s`?", nearest);
	else if (is_migcom)
		mig_hint(reader->diag,
		    "migcom reads what has been preprocessed; options of the "
		    "preprocessor are for mig");
	return false;
}

static bool
refuse_host_option(struct reader *reader, const char *word)
{
	mig_error(reader->diag, command_line, "`%s` is not supported", word);
	if (word[1] == 'o')
		mig_hint(reader->diag,
		    "-user, -server, -header and -sheader name the outputs");
	else
		mig_hint(reader->diag,
		    "-MD and -MF write dependencies beside the outputs");
	return false;
}

/* An option that is not ours, for `mig`. */
static bool
read_host_option(struct reader *reader, const char *word)
{
	struct mig_words *words = &reader->command->preprocessor;
	bool takes_argument;
	enum mig_host_fate fate = mig_host_option(word, &takes_argument);

	/* -only-named is not meant as -o. */
	if ((fate == MIG_HOST_UNKNOWN ||
	        (fate == MIG_HOST_REFUSE && strlen(word) > 3)) &&
	    mig_option_nearest(word, false))
		return refuse_unknown(reader, word);
	if (fate == MIG_HOST_REFUSE)
		return refuse_host_option(reader, word);
	if (takes_argument && !*reader->next) {
		mig_error(
		    reader->diag, command_line, "`%s` needs an argument", word);
		return false;
	}
	if (fate != MIG_HOST_DROP)
		mig_words_add(reader->arena, words, word);
	if (takes_argument) {
		if (fate != MIG_HOST_DROP)
			mig_words_add(reader->arena, words, *reader->next);
		reader->next++;
	}
	return true;
}

static bool
read_option(struct reader *reader, const char *word)
{
	bool is_migcom = reader->command->is_migcom;
	const struct mig_option *option = mig_option_find(word, is_migcom);

	if (option)
		return read_known(reader, option);
	option = find_joined(word, is_migcom);
	if (option)
		return apply(reader, option, word + 3);
	if (is_migcom)
		return refuse_unknown(reader, word);
	return read_host_option(reader, word);
}

/* --- the whole ------------------------------------------------------------- */

/* An option behind the first input, with its argument. */
static void
ignore_option(struct reader *reader, const char *word)
{
	bool is_migcom = reader->command->is_migcom;
	const struct mig_option *option = mig_option_find(word, is_migcom);
	bool takes_argument = option && option->argument;

	if (!option && !is_migcom)
		(void)mig_host_option(word, &takes_argument);
	mig_warning(reader->diag, command_line,
	    "`%s` is ignored: options come before files", word);
	if (takes_argument && *reader->next)
		reader->next++;
}

static bool
read_words(struct reader *reader)
{
	struct mig_words *inputs = &reader->command->inputs;
	bool only_inputs = false;
	bool good = true;

	while (*reader->next) {
		const char *word = *reader->next++;

		if (only_inputs || word[0] != '-' || word[1] == '\0')
			mig_words_add(reader->arena, inputs, word);
		else if (strcmp(word, "--") == 0)
			only_inputs = true;
		else if (inputs->length > 0)
			ignore_option(reader, word);
		else if (!read_option(reader, word))
			good = false;
	}
	return good;
}

/* A variable that is empty is not set. */
static const char *
from_environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static void
read_environment(struct mig_command *command)
{
	if (!command->cc)
		command->cc = from_environment("MIGCC");
	if (!command->cc)
		command->cc = from_environment("CC");
	if (!command->cc)
		command->cc = "cc";
	if (!command->migcom)
		command->migcom = from_environment("MIGCOM");
}

/* What one file is to be of several inputs. */
static const char *
one_for_all(const struct mig_command *command)
{
	for (int i = 0; i < mig_option_count; i++) {
		const struct mig_option *option = &mig_option_table[i];
		const char *const *slot =
		    (const void *)((const char *)command + option->offset);

		if (option->kind == MIG_OPT_TEXT &&
		    strcmp(option->argument, "FILE") == 0 && *slot &&
		    strcmp(*slot, "/dev/null") != 0 && strcmp(*slot, "-") != 0)
			return option->name;
	}
	return NULL;
}

static bool
has_sensible_inputs(
    struct mig_command *command, struct mig_arena *arena, struct mig_diag *diag)
{
	const char *option = one_for_all(command);

	if (command->inputs.length == 0 && command->is_migcom) {
		mig_words_add(arena, &command->inputs, "-");
	} else if (command->inputs.length == 0) {
		mig_error(diag, command_line, "no input file");
		mig_hint(diag, "`mig --help` lists the options");
		return false;
	} else if (command->inputs.length > 1 && option) {
		mig_error(diag, command_line,
		    "`%s` names one file, but there are %zu inputs", option,
		    command->inputs.length);
		return false;
	}
	return true;
}

bool
mig_command_read(struct mig_command *command, struct mig_arena *arena,
    struct mig_diag *diag, char *const *arguments)
{
	struct reader reader = {command, arena, diag, arguments + 1};
	bool good;

	*command = (struct mig_command){
	    .is_migcom = mig_command_is_migcom(arguments[0]),
	    .options = {.prefix = "", .sub_prefix = ""},
	};
	good = read_words(&reader);
	read_environment(command);
	if (command->show_help || command->show_version)
		return good;
	return good && has_sensible_inputs(command, arena, diag);
}

bool
mig_command_is_migcom(const char *name)
{
	const char *ending = "migcom";
	size_t length = strlen(name);

	return length >= strlen(ending) &&
	    strcmp(name + length - strlen(ending), ending) == 0;
}
