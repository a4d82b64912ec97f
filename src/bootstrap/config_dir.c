/* Directories of service files: which count, and whether they can be trusted. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <servers/bootstrap.h>

#include "config.h"
#include "config_tree.h"

/* A service file is no larger. */
#define FILE_BYTES_MAX (1 << 20)

#define SUFFIX_BYTES (sizeof(CONFIG_SUFFIX) - 1)

/* A directory that is read. */
struct directory {
	struct config *config;
	struct config_errors *errors;
	const char *path;
	int fd;
	char file[PATH_MAX + 1]; /* the path of one */
};

static void
complain(const struct directory *directory, const char *path, const char *why)
{
	const struct config_place place = {.file = path};

	config_error(directory->errors, &place, "%s", why);
}

/* What others may have written is not what root, or we, wanted. NULL, or why it is not
 * to be trusted. */
static const char *
distrust(const struct stat *status)
{
	if (status->st_uid != 0 && status->st_uid != geteuid())
		return "it belongs neither to root nor to who runs the server";
	if (status->st_mode & (S_IWGRP | S_IWOTH))
		return "others than its owner may write to it";
	return NULL;
}

/* All of @fd into @text, which has a byte more. Return: how much; -1, and errno. */
static ssize_t
read_all(int fd, char *text, size_t bytes)
{
	size_t done = 0;
	ssize_t got;

	do {
		got = read(fd, text + done, bytes - done);
		if (got < 0)
			return -1;
		done += (size_t)got;
	} while (got > 0 && done < bytes);
	text[done] = '\0';
	return (ssize_t)done;
}

/* The name of the program of the file: what is in front of the suffix. */
static void
name_of(const char *file, name_t name)
{
	size_t length = strlen(file) - SUFFIX_BYTES;

	memcpy(name, file, length);
	name[length] = '\0';
}

/* Read the open file @fd, called @file, of @bytes. An empty one says nothing. */
static void
read_content(
    struct directory *directory, int fd, const char *file, size_t bytes)
{
	char *text = malloc(bytes + 1);
	name_t name;
	ssize_t got;

	if (!text) {
		complain(directory, directory->file, "no memory");
		return;
	}
	got = read_all(fd, text, bytes);
	name_of(file, name);
	if (got < 0)
		complain(directory, directory->file, strerror(errno));
	else
		config_read_file(directory->config, directory->file, name, text,
		    (size_t)got, directory->errors);
	free(text);
}

/* NULL, or why the open file cannot be one of ours. */
static const char *
check_file(int fd, struct stat *status)
{
	if (fstat(fd, status) != 0)
		return strerror(errno);
	if (!S_ISREG(status->st_mode))
		return "it is no regular file";
	if (status->st_size > FILE_BYTES_MAX)
		return "it is larger than 1 MiB";
	return distrust(status);
}

static void
read_file(struct directory *directory, const char *file)
{
	struct stat status;
	const char *why;
	int fd;

	(void)snprintf(directory->file, sizeof(directory->file), "%s/%s",
	    directory->path, file);
	if (strlen(file) - SUFFIX_BYTES >= BOOTSTRAP_MAX_NAME_LEN) {
		complain(
		    directory, directory->file, "a name has at most 127 bytes");
		return;
	}
	/* A FIFO is not waited for. */
	fd = openat(directory->fd, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		complain(directory, directory->file, strerror(errno));
		return;
	}
	why = check_file(fd, &status);
	if (why)
		complain(directory, directory->file, why);
	else
		read_content(directory, fd, file, (size_t)status.st_size);
	(void)close(fd);
}

static int
is_service_file(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > SUFFIX_BYTES &&
	    strcmp(entry->d_name + length - SUFFIX_BYTES, CONFIG_SUFFIX) == 0;
}

/* Is there a file of this name in one of the directories before @end? */
static bool
is_overridden(
    const char *const *directories, const char *const *end, const char *file)
{
	char path[PATH_MAX + 1];
	struct stat status;

	for (; directories != end; directories++) {
		(void)snprintf(path, sizeof(path), "%s/%s", *directories, file);
		if (lstat(path, &status) == 0)
			return true;
	}
	return false;
}

/* In the order of their names. */
static void
read_files(struct directory *directory, const char *const *directories,
    const char *const *this)
{
	struct dirent **entries;
	int count =
	    scandirat(directory->fd, ".", &entries, is_service_file, alphasort);

	if (count < 0) {
		complain(directory, directory->path, strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		if (!is_overridden(directories, this, entries[i]->d_name))
			read_file(directory, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static void
read_directory(struct config *config, const char *const *directories,
    const char *const *this, struct config_errors *errors)
{
	struct directory directory = {
	    .config = config, .errors = errors, .path = *this};
	struct stat status;
	const char *why;

	directory.fd = open(*this, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory.fd < 0) {
		if (errno != ENOENT)
			complain(&directory, *this, strerror(errno));
		return;
	}
	why = fstat(directory.fd, &status) == 0 ? distrust(&status)
	                                        : strerror(errno);
	if (why)
		complain(&directory, *this, why);
	else
		read_files(&directory, directories, this);
	(void)close(directory.fd);
}

struct config *
config_load(const char *const *directories, struct config_errors *errors)
{
	const struct config_place nowhere = {.file = "the configuration"};
	unsigned errors_before = errors->count;
	struct config *config = config_new();

	if (!config) {
		config_error(errors, &nowhere, "no memory");
		return NULL;
	}
	for (const char *const *this = directories; *this; this ++)
		read_directory(config, directories, this, errors);
	config_check_whole(config, errors);
	if (errors->count == errors_before)
		return config;
	config_free(config);
	return NULL;
}
