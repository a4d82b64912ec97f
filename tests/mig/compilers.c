#include "compilers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

enum { WORDS_MAX = 40 };

/* Of both languages. */
static const char *const warnings[] = {"-Wall", "-Wextra", "-Wpedantic",
    "-Werror", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wundef",
    "-Wvla", "-Wcast-qual", "-Wcast-align", "-Wformat=2", "-Wswitch-enum",
    "-Wimplicit-fallthrough", "-Wnull-dereference"};

static const char *const c_warnings[] = {
    "-Wstrict-prototypes", "-Wmissing-prototypes"};

static const char *const gcc_warnings[] = {
    "-Wlogical-op", "-Wduplicated-cond", "-Wduplicated-branches"};

static const char *const clang_warnings[] = {
    "-Wthread-safety", "-Wcomma", "-Wunreachable-code"};

struct words {
	const char *words[WORDS_MAX + 1];
	size_t length;
};

static void
add_all(struct words *to, const char *const *words, size_t count)
{
	assert_true(to->length + count <= WORDS_MAX);
	for (size_t i = 0; i < count; i++)
		to->words[to->length++] = words[i];
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define ADD(to, array) add_all((to), (array), LENGTH(array))

static const char *
cxx_of(const char *compiler)
{
	return strcmp(compiler, "clang") == 0 ? "clang++" : "g++";
}

static void
compile_with(
    const char *compiler, const char *standard, const char *name, int is_c)
{
	char std[32], public[256];
	const char *const first[] = {
	    compiler, std, "-O1", "-c", "-o", "/dev/null", "-I", public, name};
	struct words words = {.length = 0};
	struct scratch_end end;

	(void)snprintf(std, sizeof(std), "-std=%s", standard);
	(void)snprintf(
	    public, sizeof(public), "%s/include", getenv("MACHPORT_SOURCE"));
	ADD(&words, first);
	ADD(&words, warnings);
	if (is_c)
		ADD(&words, c_warnings);
	if (strstr(compiler, "clang"))
		ADD(&words, clang_warnings);
	else
		ADD(&words, gcc_warnings);
	end = scratch_run(compiler, words.words, NULL);
	if (end.status != 0 || end.output[0])
		fail_msg(
		    "%s -std=%s %s:\n%s", compiler, standard, name, end.output);
	free(end.output);
}

void
compile(const char *name, const char *const standards[])
{
	int is_c = strcmp(strrchr(name, '.'), ".c") == 0;
	const char *list = getenv("MIG_COMPILERS");
	char compilers[64];
	char *rest = NULL;

	assert_non_null(list);
	(void)snprintf(compilers, sizeof(compilers), "%s", list);
	for (char *compiler = strtok_r(compilers, " ", &rest); compiler;
	     compiler = strtok_r(NULL, " ", &rest))
		for (int i = 0; standards[i]; i++)
			compile_with(is_c ? compiler : cxx_of(compiler),
			    standards[i], name, is_c);
}
