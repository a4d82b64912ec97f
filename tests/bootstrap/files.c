/* A directory in /tmp. */
#include "files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
files_make(struct files *files)
{
	(void)snprintf(
	    files->path, sizeof(files->path), "/tmp/machport-test-XXXXXX");
	assert_non_null(mkdtemp(files->path));
}

const char *
files_path(const struct files *files, const char *name)
{
	static char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", files->path, name);
	return path;
}

void
files_remove(struct files *files)
{
	DIR *directory = opendir(files->path);

	assert_non_null(directory);
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			assert_int_equal(
			    unlink(files_path(files, entry->d_name)), 0);
	(void)closedir(directory);
	assert_int_equal(rmdir(files->path), 0);
}

void
files_write(const struct files *files, const char *name, const char *text)
{
	files_write_bytes(files, name, text, strlen(text));
}

void
files_write_bytes(const struct files *files, const char *name,
    const void *bytes, size_t count)
{
	int fd = open(files_path(files, name),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	/* Whatever the mask of whoever runs the tests. */
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(write(fd, bytes, count), (ssize_t)count);
	assert_int_equal(close(fd), 0);
}
