#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

extern char **environ;

static char directory[64];

int
scratch_enter(void **state)
{
	(void)state;
	(void)snprintf(directory, sizeof(directory), "/tmp/mig-test-XXXXXX");
	assert_non_null(mkdtemp(directory));
	assert_int_equal(chdir(directory), 0);
	return 0;
}

static int
remove_one(
    const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

int
scratch_leave(void **state)
{
	(void)state;
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(
	    nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	return 0;
}

void
scratch_write(const char *name, const char *text)
{
	FILE *stream = fopen(name, "w");

	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

char *
scratch_read(const char *name)
{
	FILE *stream = fopen(name, "r");
	char *text = NULL;
	size_t room = 0;

	if (!stream)
		return NULL;
	if (getdelim(&text, &room, '\0', stream) < 0)
		text[0] = '\0'; /* an empty file */
	(void)fclose(stream);
	return text;
}

void
scratch_expect(const char *name, const char *text)
{
	char *found = scratch_read(name);

	if (!found)
		fail_msg("there is no file \"%s\"", name);
	assert_string_equal(found, text);
	free(found);
}

static int
is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 &&
	    strcmp(entry->d_name, "..") != 0;
}

void
scratch_expect_files(const char *names)
{
	struct dirent **entries;
	int count = scandir(".", &entries, is_entry, alphasort);
	char found[4096] = "";

	assert_true(count >= 0);
	for (int i = 0; i < count; i++) {
		size_t length = strlen(found);

		(void)snprintf(found + length, sizeof(found) - length, "%s%s",
		    i > 0 ? " " : "", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	assert_string_equal(found, names);
}

void
scratch_expect_part(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, text ? text : "");
}

void
scratch_expect_no_part(const char *text, const char *part)
{
	if (text && strstr(text, part))
		fail_msg("\"%s\" is in \"%s\"", part, text);
}

/* Until the program, and whoever inherited its output, has closed it. */
static char *
read_all(int descriptor)
{
	char bytes[4096];
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);
	ssize_t count;

	assert_non_null(stream);
	do {
		count = read(descriptor, bytes, sizeof(bytes));
		assert_true(count >= 0);
		(void)fwrite(bytes, 1, (size_t)count, stream);
	} while (count > 0);
	assert_int_equal(fclose(stream), 0);
	return text;
}

struct scratch_end
scratch_run(
    const char *program, const char *const *arguments, const char *input)
{
	posix_spawn_file_actions_t actions;
	struct scratch_end end;
	char *words[64];
	int ends[2];
	pid_t pid;
	int count = 0;

	for (; arguments[count]; count++) {
		assert_true(count < 63);
		words[count] = strdup(arguments[count]);
	}
	words[count] = NULL;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	posix_spawn_file_actions_addopen(
	    &actions, 0, input ? input : "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
	assert_int_equal(
	    posix_spawnp(&pid, program, &actions, NULL, words, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[1]);
	end.output = read_all(ends[0]);
	(void)close(ends[0]);
	assert_int_equal(waitpid(pid, &end.status, 0), pid);
	while (count-- > 0)
		free(words[count]);
	return end;
}

void
scratch_find_build(void)
{
	const char *build = getenv("MACHPORT_BUILD");
	const char *path = getenv("PATH");
	char text[16384];

	assert_non_null(build);
	assert_non_null(path);
	(void)snprintf(text, sizeof(text), "%s/src/mig:%s", build, path);
	(void)setenv("PATH", text, 1);
	(void)snprintf(text, sizeof(text), "%s/meson-uninstalled", build);
	(void)setenv("PKG_CONFIG_PATH", text, 1);
	(void)snprintf(text, sizeof(text), "%s/src/libmachport", build);
	(void)setenv("LD_LIBRARY_PATH", text, 1);
	(void)setenv("LC_ALL", "C", 1);
}
