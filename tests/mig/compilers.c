#include "compilers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jobs.h"

enum { COMPILERS_MAX = 4, SECONDS = 120 };

/* Those of both languages, and those that not all know. */
static const char warnings[] =
    "-Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow "
    "-Wundef -Wvla -Wcast-qual -Wcast-align -Wformat=2 -Wswitch-enum "
    "-Wimplicit-fallthrough -Wnull-dereference";
static const char c_warnings[] = "-Wstrict-prototypes -Wmissing-prototypes";
static const char gcc_warnings[] =
    "-Wlogical-op -Wduplicated-cond -Wduplicated-branches";
static const char clang_warnings[] =
    "-Wthread-safety -Wcomma -Wunreachable-code";

const char *const *
compilers(void)
{
	static char words[64];
	static const char *names[COMPILERS_MAX + 1];
	const char *list = getenv("MIG_COMPILERS");
	size_t count = 0;
	char *rest;

	assert_non_null(list);
	(void)snprintf(words, sizeof(words), "%s", list);
	for (char *word = strtok_r(words, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		assert_true(count < COMPILERS_MAX);
		names[count++] = word;
	}
	assert_true(count > 0);
	names[count] = NULL;
	return names;
}

static bool
is_cxx(const char *standard)
{
	return strstr(standard, "++") != NULL;
}

static const char *
cxx_of(const char *compiler)
{
	return strcmp(compiler, "clang") == 0 ? "clang++" : "g++";
}

char *
compiler_command(const char *compiler, const char *standard)
{
	bool cxx = is_cxx(standard);
	char *command;

	assert_true(
	    asprintf(&command, "%s -x %s -std=%s %s %s %s -I %s/include",
	        cxx ? cxx_of(compiler) : compiler, cxx ? "c++" : "c", standard,
	        warnings, cxx ? "" : c_warnings,
	        strcmp(compiler, "clang") == 0 ? clang_warnings : gcc_warnings,
	        getenv("MACHPORT_SOURCE")) > 0);
	return command;
}

void
compile(const char *files, const char *const standards[])
{
	struct jobs jobs = {0};

	for (const char *const *name = compilers(); *name; name++)
		for (size_t i = 0; standards[i]; i++) {
			char *command = compiler_command(*name, standards[i]);

			jobs_add(&jobs, "%s -fsyntax-only %s", command, files);
			free(command);
		}
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}

void
compile_in_depth(const char *files)
{
	struct jobs jobs = {0};

	for (const char *const *name = compilers(); *name; name++) {
		char *command = compiler_command(*name, "c11");

		jobs_add(&jobs,
		    "for file in %s; do"
		    " %s -O3 -S -o /dev/null $file || bad=1; done; [ -z $bad ]",
		    files, command);
		free(command);
	}
	assert_int_equal(jobs_run(&jobs, SECONDS), 0);
}
