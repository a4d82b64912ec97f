/* Compilers have nothing to say about what mig makes of the corpus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compilers.h"
#include "corpus.h"
#include "jobs.h"
#include "scratch.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { SECONDS = 120 };

/* --- batches --------------------------------------------------------------- */

/* Compilers start slowly, but too many files are not done side by side. */
enum { BATCH_BYTES = 400 };

/* Files that have a folder of the corpus in common: one call of a compiler. */
struct batch {
	struct jobs jobs;
	char *command;
	size_t last; /* the input of the last file */
	char files[2048];
	size_t length; /* 0: the batch is empty */
};

static void
batch_init(struct batch *batch, const char *compiler, const char *standard)
{
	*batch = (struct batch){
	    .command = compiler_command(compiler, standard),
	};
}

static void
batch_end(struct batch *batch)
{
	if (batch->length > 0)
		jobs_add(&batch->jobs, "%s %s -fsyntax-only%s", batch->command,
		    corpus_includes(batch->last), batch->files);
	batch->length = 0;
}

static bool
has_room(const struct batch *batch, size_t i)
{
	return batch->length <= BATCH_BYTES &&
	    strcmp(corpus_inputs[batch->last].folder,
	        corpus_inputs[i].folder) == 0;
}

/* Adds a file of input @i: @stem and @suffix. */
static void
batch_add(struct batch *batch, size_t i, const char *stem, const char *suffix)
{
	if (batch->length > 0 && !has_room(batch, i))
		batch_end(batch);
	batch->last = i;
	batch->length += (size_t)snprintf(batch->files + batch->length,
	    sizeof(batch->files) - batch->length, " %s/%s%s", corpus_home(i),
	    stem, suffix);
}

static void
batch_run(struct batch *batch)
{
	batch_end(batch);
	free(batch->command);
	assert_int_equal(jobs_run(&batch->jobs, SECONDS), 0);
}

/* --- cases ----------------------------------------------------------------- */

TEST(user_and_server_files_compile)
{
	for (const char *const *name = compilers(); *name; name++) {
		struct batch batch;

		batch_init(&batch, *name, "c11");
		for (size_t i = 0; i < corpus_count; i++) {
			const char *s = corpus_inputs[i].subsystem;

			batch_add(&batch, i, s, "User.c");
			batch_add(&batch, i, s, "Server.c");
		}
		batch_run(&batch);
	}
}

static void
compile_headers(const char *compiler, const char *standard)
{
	struct batch batch;

	batch_init(&batch, compiler, standard);
	for (size_t i = 0; i < corpus_count; i++) {
		batch_add(&batch, i, "headers", ".c");
		if (corpus_inputs[i].apart)
			batch_add(&batch, i, "server_header", ".c");
	}
	batch_run(&batch);
}

TEST(headers_are_cxx) { compile_headers("gcc", "c++17"); }

TEST(headers_are_c99) { compile_headers("gcc", "c99"); }

/* Some warnings come only when code is made, of what was looked at in depth. */
TEST(an_optimizing_compiler_has_nothing_to_say)
{
	char *command = compiler_command("gcc", "c11");
	struct jobs jobs = {0};

	for (size_t i = 0; i < corpus_count; i++)
		if (corpus_is_in_depth(i))
			jobs_add(&jobs,
			    "cd %s && for side in User Server; do"
			    " %s %s -O3 -S -o /dev/null %s$side.c || exit;"
			    " done",
			    corpus_home(i), command, corpus_includes(i),
			    corpus_inputs[i].subsystem);
	free(command);
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}

TEST(files_can_stand_alone)
{
	char *command = compiler_command("gcc", "c11");
	struct jobs jobs = {0};

	for (size_t i = 0; i < corpus_count; i++)
		if (corpus_is_in_depth(i))
			jobs_add(&jobs, "%s %s -fsyntax-only %s/alone/*.c",
			    command, corpus_includes(i), corpus_home(i));
	free(command);
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}

/* Its user header and <mach/mach_port.h> declare the same functions. */
TEST(the_calls_on_ports_are_those_of_the_library)
{
	char *command = compiler_command("gcc", "c11");
	struct jobs jobs = {0};

	assert_string_equal(corpus_inputs[0].file, "mach_port");
	scratch_write("same.c",
	    "#include <mach/mach_port.h>\n"
	    "#include \"mach_port.h\"\n");
	jobs_add(&jobs, "%s -I%s %s -fsyntax-only same.c", command,
	    corpus_home(0), corpus_includes(0));
	free(command);
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(user_and_server_files_compile),
	    cmocka_unit_test(headers_are_cxx),
	    cmocka_unit_test(headers_are_c99),
	    cmocka_unit_test(an_optimizing_compiler_has_nothing_to_say),
	    cmocka_unit_test(files_can_stand_alone),
	    cmocka_unit_test(the_calls_on_ports_are_those_of_the_library),
	};

	return cmocka_run_group_tests(tests, corpus_make, scratch_leave);
}
