/* People give `mig` the CFLAGS of their project. What the preprocessor needs of
 * them goes to it; what means nothing with -E, or would spoil its output, does
 * not. */
#include "mig_command.h"

#include <string.h>

enum form {
	ALONE,  /* -H */
	JOINED, /* -O2: begins so */
	SECOND, /* -A X: a word of its own follows */
	EITHER, /* -I X, -IX */
};

struct host_option {
	const char *name;
	enum form form;
	enum mig_host_fate fate;
};

/* The first that fits decides. */
static const struct host_option host_options[] = {
    /* What a preprocessor is for. */
    {"-D", EITHER, MIG_HOST_PASS},
    {"-U", EITHER, MIG_HOST_PASS},
    {"-I", EITHER, MIG_HOST_PASS},
    {"-F", EITHER, MIG_HOST_PASS},
    {"-framework", SECOND, MIG_HOST_DROP},
    {"-A", EITHER, MIG_HOST_PASS},
    {"-include-pch", SECOND, MIG_HOST_DROP},
    {"-include", EITHER, MIG_HOST_PASS},
    {"-imacros", EITHER, MIG_HOST_PASS},
    {"-iquote", EITHER, MIG_HOST_PASS},
    {"-isystem", EITHER, MIG_HOST_PASS},
    {"-idirafter", EITHER, MIG_HOST_PASS},
    {"-iframework", EITHER, MIG_HOST_PASS},
    {"-isysroot", EITHER, MIG_HOST_PASS},
    {"-iprefix", EITHER, MIG_HOST_PASS},
    {"-iwithprefixbefore", EITHER, MIG_HOST_PASS},
    {"-iwithprefix", EITHER, MIG_HOST_PASS},
    {"-imultilib", EITHER, MIG_HOST_PASS},
    {"-nostdinc", ALONE, MIG_HOST_PASS},
    {"-undef", ALONE, MIG_HOST_PASS},
    {"-trigraphs", ALONE, MIG_HOST_PASS},
    {"-remap", ALONE, MIG_HOST_PASS},
    {"-H", ALONE, MIG_HOST_PASS},
    {"-C", ALONE, MIG_HOST_PASS},
    {"-CC", ALONE, MIG_HOST_PASS},
    {"-Xpreprocessor", SECOND, MIG_HOST_PASS},
    {"-Xclang", SECOND, MIG_HOST_PASS},

    /* What chooses the machine, and so its macros. */
    {"-target", SECOND, MIG_HOST_PASS},
    {"--target=", JOINED, MIG_HOST_PASS},
    {"--sysroot=", JOINED, MIG_HOST_PASS},
    {"--sysroot", SECOND, MIG_HOST_PASS},
    {"--gcc-toolchain=", JOINED, MIG_HOST_PASS},
    {"-specs=", JOINED, MIG_HOST_PASS},
    {"--specs=", JOINED, MIG_HOST_PASS},
    {"-B", JOINED, MIG_HOST_PASS},
    {"-arch", SECOND, MIG_HOST_DROP},
    {"-mllvm", SECOND, MIG_HOST_DROP},
    {"-mmacos-version-min=", JOINED, MIG_HOST_DROP}, /* Apple's compilers */
    {"-mmacosx-version-min=", JOINED, MIG_HOST_DROP},
    {"-miphoneos-version-min=", JOINED, MIG_HOST_DROP},
    {"-m", JOINED, MIG_HOST_PASS},

    /* What asks the preprocessor for something else than text with line
     * markers. */
    {"-fdirectives-only", ALONE, MIG_HOST_DROP},
    {"-fpreprocessed", ALONE, MIG_HOST_DROP},
    {"-fsyntax-only", ALONE, MIG_HOST_DROP},
    {"-fworking-directory", ALONE, MIG_HOST_DROP},
    {"-fdump", JOINED, MIG_HOST_DROP},
    {"-save-temps", JOINED, MIG_HOST_DROP},
    {"--save-temps", JOINED, MIG_HOST_DROP},
    {"-g", JOINED, MIG_HOST_DROP}, /* -g3: all #defines as well */
    {"-dumpbase", SECOND, MIG_HOST_DROP},
    {"-dumpbase-ext", SECOND, MIG_HOST_DROP},
    {"-dumpdir", SECOND, MIG_HOST_DROP},
    {"-dM", ALONE, MIG_HOST_DROP},
    {"-dD", ALONE, MIG_HOST_DROP},
    {"-dN", ALONE, MIG_HOST_DROP},
    {"-dI", ALONE, MIG_HOST_DROP},
    {"-dU", ALONE, MIG_HOST_DROP},
    {"-dA", ALONE, MIG_HOST_DROP},
    {"-P", ALONE, MIG_HOST_DROP},
    {"-E", ALONE, MIG_HOST_DROP},
    {"-c", ALONE, MIG_HOST_DROP},
    {"-x", JOINED, MIG_HOST_DROP},
    {"-###", ALONE, MIG_HOST_DROP},
    {"-time", JOINED, MIG_HOST_DROP},
    {"-aux-info", SECOND, MIG_HOST_DROP},
    {"-pipe", ALONE, MIG_HOST_DROP},
    {"-o", EITHER, MIG_HOST_REFUSE},
    {"-M", ALONE, MIG_HOST_REFUSE},
    {"-MM", ALONE, MIG_HOST_REFUSE},
    {"-MG", ALONE, MIG_HOST_DROP},
    {"-MJ", EITHER, MIG_HOST_DROP},
    {"-Wp,-M", JOINED, MIG_HOST_DROP},

    /* The language: it is chosen here, without the macros linux and unix. */
    {"-std=", JOINED, MIG_HOST_DROP},
    {"--std=", JOINED, MIG_HOST_DROP},
    {"-ansi", ALONE, MIG_HOST_DROP},
    {"-traditional", JOINED, MIG_HOST_DROP},

    /* Code. Both have macros that tell of them. */
    {"-O", JOINED, MIG_HOST_PASS},
    {"-f", JOINED, MIG_HOST_PASS},
    {"-pthread", ALONE, MIG_HOST_PASS},
    {"--param=", JOINED, MIG_HOST_DROP},
    {"--param", SECOND, MIG_HOST_DROP},
    {"-pg", ALONE, MIG_HOST_DROP},
    {"-p", ALONE, MIG_HOST_DROP},
    {"--coverage", ALONE, MIG_HOST_DROP},
    {"-coverage", ALONE, MIG_HOST_DROP},

    /* The assembler and the linker. */
    {"-Wa,", JOINED, MIG_HOST_DROP},
    {"-Wl,", JOINED, MIG_HOST_DROP},
    {"-Xassembler", SECOND, MIG_HOST_DROP},
    {"-Xlinker", SECOND, MIG_HOST_DROP},
    {"-l", JOINED, MIG_HOST_DROP},
    {"-L", JOINED, MIG_HOST_DROP},
    {"-shared", JOINED, MIG_HOST_DROP},
    {"-static", JOINED, MIG_HOST_DROP},
    {"-pie", ALONE, MIG_HOST_DROP},
    {"-no-pie", ALONE, MIG_HOST_DROP},
    {"-rdynamic", ALONE, MIG_HOST_DROP},
    {"-nostdlib", JOINED, MIG_HOST_DROP},
    {"-nodefaultlibs", ALONE, MIG_HOST_DROP},
    {"-nostartfiles", ALONE, MIG_HOST_DROP},
    {"-z", EITHER, MIG_HOST_DROP},

    /* Warnings. What they find in a .defs is told, but is no error. */
    {"-Werror", JOINED, MIG_HOST_DROP},
    {"-pedantic-errors", ALONE, MIG_HOST_DROP},
    {"-pedantic", ALONE, MIG_HOST_PASS},
    {"-W", JOINED, MIG_HOST_PASS},
    {"-w", ALONE, MIG_HOST_PASS},
};

#define HOST_OPTIONS (sizeof(host_options) / sizeof(host_options[0]))

static bool
fits(const struct host_option *option, const char *word, bool *second_out)
{
	size_t length = strlen(option->name);
	bool whole = strcmp(word, option->name) == 0;

	*second_out =
	    whole && (option->form == SECOND || option->form == EITHER);
	if (option->form == JOINED || option->form == EITHER)
		return strncmp(word, option->name, length) == 0;
	return whole;
}

enum mig_host_fate
mig_host_option(const char *word, bool *takes_argument_out)
{
	for (size_t i = 0; i < HOST_OPTIONS; i++)
		if (fits(&host_options[i], word, takes_argument_out))
			return host_options[i].fate;
	*takes_argument_out = false;
	return MIG_HOST_UNKNOWN;
}
