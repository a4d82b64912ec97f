/* The table, and what is looked up in it. */
#include "mig_option_table.h"

#include <string.h>

#include "mig_command.h"

#define OF(member) offsetof(struct mig_command, member)
#define OPTION(member) offsetof(struct mig_command, options.member)

const struct mig_option mig_option_table[] = {
    {NULL, NULL, "Outputs", 0, MIG_OPT_HEADING, MIG_OPT_BOTH},
    {"-user", "FILE", "user stubs; default SUBSYSTEMUser.c", OPTION(user),
        MIG_OPT_TEXT, MIG_OPT_BOTH},
    {"-server", "FILE", "server stubs; default SUBSYSTEMServer.c",
        OPTION(server), MIG_OPT_TEXT, MIG_OPT_BOTH},
    {"-header", "FILE", "header for users; default SUBSYSTEM.h", OPTION(header),
        MIG_OPT_TEXT, MIG_OPT_BOTH},
    {"-sheader", "FILE", "header for servers; default none", OPTION(sheader),
        MIG_OPT_TEXT, MIG_OPT_BOTH},
    {"-iheader", "FILE", "header that renames the user's functions",
        OPTION(iheader), MIG_OPT_TEXT, MIG_OPT_BOTH},
    {"-dheader", "FILE", "header with a macro for each message id",
        OPTION(dheader), MIG_OPT_TEXT, MIG_OPT_BOTH},
    {"-i", "PREFIX", "a user file PREFIXroutine.c for each routine",
        OPTION(user_file_prefix), MIG_OPT_TEXT, MIG_OPT_BOTH},
    {"-list", "FILE", "routines with their numbers and ids, one a line",
        OPTION(list), MIG_OPT_TEXT, MIG_OPT_BOTH},
    {"-json", "FILE", "the whole interface: types, routines, offsets",
        OPTION(json), MIG_OPT_TEXT, MIG_OPT_BOTH},
    {"--only-named", NULL, "write only the files that are named",
        OPTION(only_named), MIG_OPT_ON, MIG_OPT_BOTH},
    {"--check", NULL, "write no file; types without a subsystem are fine",
        OPTION(check_only), MIG_OPT_ON, MIG_OPT_BOTH},

    {NULL, NULL, "Generated code", 0, MIG_OPT_HEADING, MIG_OPT_BOTH},
    {"-prefix", "P", "P before the names of all functions", OPTION(prefix),
        MIG_OPT_PREFIX, MIG_OPT_BOTH},
    {"-subrprefix", "P", "P before mach_msg, mig_get_reply_port, ...",
        OPTION(sub_prefix), MIG_OPT_PREFIX, MIG_OPT_BOTH},
    {"-maxonstack", "N", "messages beyond N bytes are allocated",
        OPTION(max_on_stack), MIG_OPT_NUMBER, MIG_OPT_BOTH},
    {"-max_descrs", "N", "more than N descriptors in a request: error",
        OPTION(max_descriptors), MIG_OPT_NUMBER, MIG_OPT_BOTH},
    {"-max_reply_descrs", "N", "more than N descriptors in a reply: error",
        OPTION(max_reply_descriptors), MIG_OPT_NUMBER, MIG_OPT_BOTH},
    {"-s", NULL, "a symbol table (-S: none)", OPTION(symbol_table), MIG_OPT_ON,
        MIG_OPT_BOTH},
    {"-S", NULL, NULL, OPTION(symbol_table), MIG_OPT_OFF, MIG_OPT_BOTH},
    {"-R", NULL, "send, then receive (-r: in one call)",
        OPTION(send_then_receive), MIG_OPT_ON, MIG_OPT_BOTH},
    {"-r", NULL, NULL, OPTION(send_then_receive), MIG_OPT_OFF, MIG_OPT_BOTH},
    {"-b", NULL, "__counted_by on arrays (-B: without)", OPTION(counted_by),
        MIG_OPT_ON, MIG_OPT_BOTH},
    {"-B", NULL, NULL, OPTION(counted_by), MIG_OPT_OFF, MIG_OPT_BOTH},
    {"-split", NULL, "headers include less, the .c files more", OPTION(split),
        MIG_OPT_ON, MIG_OPT_BOTH},

    {NULL, NULL, "Messages", 0, MIG_OPT_HEADING, MIG_OPT_BOTH},
    {"-q", NULL, "no warnings (-Q: warnings)", OPTION(quiet), MIG_OPT_ON,
        MIG_OPT_BOTH},
    {"-Q", NULL, NULL, OPTION(quiet), MIG_OPT_OFF, MIG_OPT_BOTH},
    {"-v", NULL, "list types and routines (-V: do not)", OPTION(verbose),
        MIG_OPT_ON, MIG_OPT_BOTH},
    {"-V", NULL, NULL, OPTION(verbose), MIG_OPT_OFF, MIG_OPT_BOTH},
    {"-Werror", NULL, "a warning is an error", OPTION(warnings_are_errors),
        MIG_OPT_ON, MIG_OPT_BOTH},
    {"-Wdealloc", NULL, "warn of Out memory without dealloc",
        OPTION(warn_no_dealloc), MIG_OPT_ON, MIG_OPT_BOTH},
    {"--help", NULL, "this", OF(show_help), MIG_OPT_ON, MIG_OPT_BOTH},
    {"--version", NULL, "the version; also -version", OF(show_version),
        MIG_OPT_ON, MIG_OPT_BOTH},
    {"-version", NULL, NULL, OF(show_version), MIG_OPT_ON, MIG_OPT_BOTH},
    {"-help", NULL, NULL, OF(show_help), MIG_OPT_ON, MIG_OPT_BOTH},

    {NULL, NULL, "Preprocessing", 0, MIG_OPT_HEADING, MIG_OPT_DRIVER},
    {"-I", "DIRECTORY", "where to look for included files", 0,
        MIG_OPT_ELSEWHERE, MIG_OPT_DRIVER},
    {"-D", "MACRO", "define a macro; all options of C compilers are taken", 0,
        MIG_OPT_ELSEWHERE, MIG_OPT_DRIVER},
    {"-cc", "PROGRAM", "the preprocessor; default $MIGCC, $CC, cc", OF(cc),
        MIG_OPT_TEXT, MIG_OPT_DRIVER},
    {"-migcom", "PROGRAM", "the compiler proper; default $MIGCOM, or this one",
        OF(migcom), MIG_OPT_TEXT, MIG_OPT_DRIVER},
    {"-cpp", "PROGRAM", NULL, 0, MIG_OPT_NOTHING_ONE, MIG_OPT_DRIVER},

    {NULL, NULL, "Dependencies", 0, MIG_OPT_HEADING, MIG_OPT_DRIVER},
    {"-MD", NULL, "for each output a file OUTPUT.d for make", 0,
        MIG_OPT_DEPEND_ALL, MIG_OPT_DRIVER},
    {"-MMD", NULL, "the same without headers of the system", 0,
        MIG_OPT_DEPEND_USER, MIG_OPT_DRIVER},
    {"-MF", "FILE", "one file for all outputs", OF(depend.file), MIG_OPT_TEXT,
        MIG_OPT_DRIVER},
    {"-MP", NULL, "also a rule for each header", OF(depend.phony), MIG_OPT_ON,
        MIG_OPT_DRIVER},
    {"-MT", "TARGET", "the target, in place of the outputs", 0, MIG_OPT_TARGET,
        MIG_OPT_DRIVER},
    {"-MQ", "TARGET", "the same, quoted for make", 0, MIG_OPT_TARGET_QUOTED,
        MIG_OPT_DRIVER},

    {"-n", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-N", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-l", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-L", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-k", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-K", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-T", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-X", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-novouchers", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-untyped", NULL, NULL, 0, MIG_OPT_NOTHING, MIG_OPT_BOTH},
    {"-t", NULL, "RPC traps", 0, MIG_OPT_REFUSED, MIG_OPT_BOTH},
    {"-x", NULL, "short circuit", 0, MIG_OPT_REFUSED, MIG_OPT_BOTH},
    {"-handler", NULL, "a separate file of handlers", 0, MIG_OPT_REFUSED,
        MIG_OPT_BOTH},
    {"-typed", NULL, "typed messages", 0, MIG_OPT_REFUSED, MIG_OPT_BOTH},
    {"-mach_msg2", NULL, "split messages", 0, MIG_OPT_REFUSED, MIG_OPT_BOTH},
};

enum { COUNT = sizeof(mig_option_table) / sizeof(mig_option_table[0]) };
const int mig_option_count = COUNT;

const struct mig_option *
mig_option_find(const char *word, bool is_migcom)
{
	for (int i = 0; i < COUNT; i++)
		if (mig_option_table[i].kind != MIG_OPT_HEADING &&
		    mig_option_table[i].kind != MIG_OPT_ELSEWHERE &&
		    (mig_option_table[i].who == MIG_OPT_BOTH || !is_migcom) &&
		    strcmp(mig_option_table[i].name, word) == 0)
			return &mig_option_table[i];
	return NULL;
}

/* The options of one letter are near to everything. */
const char *
mig_option_nearest(const char *word, bool is_migcom)
{
	const char *names[COUNT];
	size_t count = 0;

	for (int i = 0; i < COUNT; i++)
		if (mig_option_table[i].name &&
		    strlen(mig_option_table[i].name) > 3 &&
		    (mig_option_table[i].who == MIG_OPT_BOTH || !is_migcom))
			names[count++] = mig_option_table[i].name;
	return mig_nearest(word, names, count);
}

static void
help_option(FILE *stream, const struct mig_option *option)
{
	int width = fprintf(stream, "  %s%s%s", option->name,
	    option->argument ? " " : "",
	    option->argument ? option->argument : "");

	fprintf(
	    stream, "%*s%s\n", width < 24 ? 24 - width : 1, "", option->help);
}

void
mig_command_help(FILE *stream, bool is_migcom)
{
	if (is_migcom)
		fputs("usage: migcom [OPTION...] [FILE...]\n\n"
		      "Makes stubs in C from interface definitions that have "
		      "been preprocessed,\nthose on standard input if there is "
		      "no FILE.\n",
		    stream);
	else
		fputs("usage: mig [OPTION...] FILE.defs...\n\n"
		      "Makes stubs in C from interface definitions. `-` is "
		      "standard input or output;\n/dev/null as an output: "
		      "do not write it.\n",
		    stream);
	for (int i = 0; i < COUNT; i++) {
		const struct mig_option *option = &mig_option_table[i];

		if (!option->help || option->kind == MIG_OPT_REFUSED ||
		    (is_migcom && option->who == MIG_OPT_DRIVER))
			continue;
		if (option->kind == MIG_OPT_HEADING)
			fprintf(stream, "\n%s:\n", option->help);
		else
			help_option(stream, option);
	}
	fputs("\nThe manual is mig(1).\n", stream);
}
