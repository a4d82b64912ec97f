/* All outputs for each golden/NAME.defs, compared with those in the same directory,
 * and compiled without a warning by all compilers there are.
 *
 * When an output is to change:
 *
 *	MIG_GOLDEN=update tools/check build golden_test
 *	git diff tests/mig/golden
 *
 * The inputs need no preprocessor, and take their C types from golden.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mig_check.h"
#include "mig_parse.h"
#include "mig_write.h"
#include "scratch.h"

enum { GOLDEN_MAX = 64 };

/* An input, and what is done with it. */
struct golden {
	char name[64];
	const char *compiler; /* compile; NULL: compare */
	char case_name[128];
};

/* --- outputs --------------------------------------------------------------- */

static void
write_user(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options)
{
	mig_write_user(out, interface, options, NULL);
}

static void
write_user_header(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options)
{
	mig_write_header(out, interface, options, MIG_USER);
}

static void
write_server_header(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options)
{
	mig_write_header(out, interface, options, MIG_SERVER);
}

static void
write_json(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options)
{
	(void)options;
	mig_write_json(out, interface);
}

static const struct {
	const char *suffix;
	void (*write)(struct mig_text *out,
	    const struct mig_interface *interface,
	    const struct mig_options *options);
	bool is_source;
} outputs[] = {
    {".h", write_user_header, false},
    {"_server.h", write_server_header, false},
    {"_user.c", write_user, true},
    {"_server.c", mig_write_server, true},
    {".json", write_json, false},
};

enum { OUTPUTS = sizeof(outputs) / sizeof(outputs[0]) };

/* --- compare --------------------------------------------------------------- */

static bool
is_update(void)
{
	const char *value = getenv("MIG_GOLDEN");

	return value && strcmp(value, "update") == 0;
}

/* Says where two texts part. */
static void
report(const char *file, const char *golden, const char *text)
{
	unsigned int line = 1;
	size_t start = 0;
	size_t i = 0;

	for (; golden[i] && golden[i] == text[i]; i++)
		if (golden[i] == '\n') {
			line++;
			start = i + 1;
		}
	print_error("%s:%u: golden is\n%.*s\nand it has become\n%.*s\n", file,
	    line, (int)strcspn(golden + start, "\n"), golden + start,
	    (int)strcspn(text + start, "\n"), text + start);
}

static bool
is_golden(const char *file, const struct mig_text *text)
{
	char *golden;
	bool same;

	if (is_update()) {
		scratch_write(file, text->bytes);
		return true;
	}
	golden = scratch_read(file);
	same = golden && strcmp(golden, text->bytes) == 0;
	if (!golden)
		print_error("%s is not there\n", file);
	else if (!same)
		report(file, golden, text->bytes);
	free(golden);
	return same;
}

static bool
write_all(const char *name, const struct mig_interface *interface)
{
	char header[128];
	char sheader[128];
	char file[128];
	struct mig_options options = {
	    .header = header,
	    .sheader = sheader,
	    .send_then_receive = strcmp(name, "separate") == 0,
	};
	bool good = true;

	(void)snprintf(header, sizeof(header), "%s.h", name);
	(void)snprintf(sheader, sizeof(sheader), "%s_server.h", name);
	for (size_t i = 0; i < OUTPUTS; i++) {
		struct mig_text text = {0};

		(void)snprintf(
		    file, sizeof(file), "%s%s", name, outputs[i].suffix);
		outputs[i].write(&text, interface, &options);
		good &= is_golden(file, &text);
		mig_text_deinit(&text);
	}
	return good;
}

static void
compare(void **state)
{
	const struct golden *golden = *state;
	struct mig_arena *arena = mig_arena_new();
	struct mig_diag diag = {
	    .arena = arena, .stream = stderr, .quiet = true};
	struct mig_options options = {0};
	struct mig_interface *interface;
	char file[128];
	char *text;

	(void)snprintf(file, sizeof(file), "%s.defs", golden->name);
	text = scratch_read(file);
	assert_non_null(text);
	interface = mig_check(arena, &diag, &options,
	    mig_parse(arena, &diag, file, text, strlen(text)));
	assert_non_null(interface);
	assert_true(write_all(golden->name, interface));
	free(text);
	mig_arena_free(arena);
}

/* --- compile --------------------------------------------------------------- */

/* style.md 15.2, as far as both compilers know it. With an optimiser, for the
 * warnings that need one. */
#define FLAGS                                                                  \
	"-std=c11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror",        \
	    "-Wconversion", "-Wsign-conversion", "-Wshadow",                   \
	    "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wundef", "-Wvla", \
	    "-Wcast-qual", "-Wcast-align", "-Wformat=2", "-Wswitch-enum",      \
	    "-Wimplicit-fallthrough", "-Wnull-dereference",                    \
	    "-I../../../include", "-c", "-o", "/dev/null"

static const char *const gcc_flags[] = {
    "-Wlogical-op", "-Wduplicated-cond", "-Wduplicated-branches", NULL};
static const char *const clang_flags[] = {
    "-Wthread-safety", "-Wcomma", "-Wunreachable-code", NULL};

static bool
compile_file(const char *compiler, const char *file)
{
	const char *arguments[40] = {"timeout", "60", compiler, FLAGS, file};
	const char *const *more =
	    strstr(compiler, "clang") ? clang_flags : gcc_flags;
	struct scratch_end end;
	size_t count = 0;
	bool good;

	while (arguments[count])
		count++;
	while (*more)
		arguments[count++] = *more++;
	end = scratch_run("timeout", arguments, NULL);
	good = WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0;
	if (!good)
		print_error("%s %s:\n%s\n", compiler, file, end.output);
	free(end.output);
	return good;
}

static void
compile(void **state)
{
	const struct golden *golden = *state;
	char file[128];
	bool good = true;

	for (size_t i = 0; i < OUTPUTS; i++) {
		if (!outputs[i].is_source)
			continue;
		(void)snprintf(file, sizeof(file), "%s%s", golden->name,
		    outputs[i].suffix);
		good &= compile_file(golden->compiler, file);
	}
	assert_true(good);
}

/* --- cases ----------------------------------------------------------------- */

static struct golden goldens[GOLDEN_MAX];
static struct CMUnitTest cases[GOLDEN_MAX];
static size_t count;

static void
add(const char *name, const char *compiler)
{
	struct golden *golden = &goldens[count];

	assert_true(count < GOLDEN_MAX && strlen(name) < sizeof(golden->name));
	strcpy(golden->name, name);
	golden->compiler = compiler;
	(void)snprintf(golden->case_name, sizeof(golden->case_name),
	    compiler ? "%s_compiles_without_a_warning_of_%s"
	             : "%s_has_its_golden_outputs",
	    name, compiler);
	cases[count++] = (struct CMUnitTest){
	    .name = golden->case_name,
	    .test_func = compiler ? compile : compare,
	    .initial_state = golden,
	};
}

static int
is_defs(const struct dirent *entry)
{
	const char *suffix = strrchr(entry->d_name, '.');

	return suffix && strcmp(suffix, ".defs") == 0;
}

/* Comparisons come first: an update is compiled as it is. */
static void
add_all(const char *compiler)
{
	struct dirent **entries;
	int found = scandir(".", &entries, is_defs, alphasort);

	for (int i = 0; i < found; i++) {
		*strrchr(entries[i]->d_name, '.') = '\0';
		add(entries[i]->d_name, compiler);
		free(entries[i]);
	}
	free(entries);
}

int
main(void)
{
	const char *source = getenv("MACHPORT_SOURCE");
	const char *named = getenv("MIG_COMPILERS");
	char compilers[64];

	if (!source || chdir(source) != 0 || chdir("tests/mig/golden") != 0) {
		perror("tests/mig/golden");
		return EXIT_FAILURE;
	}
	add_all(NULL);
	(void)snprintf(
	    compilers, sizeof(compilers), "%s", named ? named : "cc");
	for (char *word = strtok(compilers, " "); word;
	     word = strtok(NULL, " "))
		add_all(word);
	return _cmocka_run_group_tests("golden", cases, count, NULL, NULL);
}
