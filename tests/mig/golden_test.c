/* All outputs for each golden/NAME.defs, compared with those in the same directory,
 * which golden_compile_test.c compiles.
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
#include <unistd.h>

#include "mig_check.h"
#include "mig_parse.h"
#include "mig_write.h"
#include "scratch.h"

enum { GOLDEN_MAX = 64 };

/* An input, and what is done with it. */
struct golden {
	char name[64];
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
} outputs[] = {
    {".h", write_user_header},
    {"_server.h", write_server_header},
    {"_user.c", write_user},
    {"_server.c", mig_write_server},
    {".json", write_json},
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

/* --- cases ----------------------------------------------------------------- */

static struct golden goldens[GOLDEN_MAX];
static struct CMUnitTest cases[GOLDEN_MAX];
static size_t count;

static void
add(const char *name)
{
	struct golden *golden = &goldens[count];

	assert_true(count < GOLDEN_MAX && strlen(name) < sizeof(golden->name));
	(void)snprintf(golden->name, sizeof(golden->name), "%s", name);
	(void)snprintf(golden->case_name, sizeof(golden->case_name),
	    "%s_has_its_golden_outputs", name);
	cases[count++] = (struct CMUnitTest){
	    .name = golden->case_name,
	    .test_func = compare,
	    .initial_state = golden,
	};
}

static int
is_defs(const struct dirent *entry)
{
	const char *suffix = strrchr(entry->d_name, '.');

	return suffix && strcmp(suffix, ".defs") == 0;
}

static void
add_all(void)
{
	struct dirent **entries;
	int found = scandir(".", &entries, is_defs, alphasort);

	for (int i = 0; i < found; i++) {
		*strrchr(entries[i]->d_name, '.') = '\0';
		add(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

int
main(void)
{
	const char *source = getenv("MACHPORT_SOURCE");

	if (!source || chdir(source) != 0 || chdir("tests/mig/golden") != 0) {
		perror("tests/mig/golden");
		return EXIT_FAILURE;
	}
	add_all();
	return _cmocka_run_group_tests("golden", cases, count, NULL, NULL);
}
