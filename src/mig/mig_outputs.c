/* Where each file is, that no two are one, and how they come to be there. */
#include "mig_outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mig_signal.h"

enum { TEMPORARY_NAMES_MAX = 100, LINKS_MAX = 40 };

static const struct mig_place command_line = {0};

void
mig_outputs_clear(struct mig_outputs *outputs)
{
	for (struct mig_output *o = outputs->first; o; o = o->next)
		mig_text_deinit(&o->text);
	outputs->first = NULL;
	outputs->last = NULL;
}

struct mig_text *
mig_outputs_add(
    struct mig_outputs *outputs, const char *option, const char *name)
{
	struct mig_output *o =
	    mig_arena_new_of(outputs->arena, struct mig_output);

	o->option = option;
	o->name = name;
	if (outputs->last)
		outputs->last->next = o;
	else
		outputs->first = o;
	outputs->last = o;
	return &o->text;
}

static bool
is_standard_output(const struct mig_output *o)
{
	return strcmp(o->name, "-") == 0;
}

/* Says what @error, an errno, means for @o; true when it is 0. */
static bool
told(struct mig_diag *diag, const struct mig_output *o, int error)
{
	if (error && is_standard_output(o))
		mig_error(diag, command_line,
		    "%s: cannot write standard output: %s", o->option,
		    strerror(error));
	else if (error)
		mig_error(diag, command_line, "%s: cannot write `%.200s`: %s",
		    o->option, o->name, strerror(error));
	return error == 0;
}

/* --- where they are -------------------------------------------------------- */

/* Where the symbolic link @name leads; NULL: it is none. */
static const char *
follow_link(struct mig_arena *arena, const char *name)
{
	char target[PATH_MAX];
	ssize_t length = readlink(name, target, sizeof(target));
	char *directory;

	if (length < 0 || length == sizeof(target))
		return NULL;
	if (target[0] == '/')
		return mig_arena_copy(arena, target, (size_t)length);
	directory = mig_arena_copy(arena, name, strlen(name));
	return mig_arena_print(
	    arena, "%s/%.*s", dirname(directory), (int)length, target);
}

/* The path of @name, which is not there, in a directory that is. */
static const char *
find_new_path(struct mig_arena *arena, const char *name)
{
	char *directory = mig_arena_copy(arena, name, strlen(name));
	char *base = mig_arena_copy(arena, name, strlen(name));
	size_t length = strlen(name);
	char path[PATH_MAX];

	if (length > 0 && name[length - 1] == '/') {
		errno = EISDIR;
		return NULL;
	}
	if (!realpath(dirname(directory), path))
		return NULL;
	return mig_arena_print(arena, "%s/%s", path, basename(base));
}

/* The path of the file @name, whether or not it is there yet; NULL with errno. */
static const char *
find_path(struct mig_arena *arena, const char *name)
{
	struct stat status;
	char path[PATH_MAX];

	if (realpath(name, path))
		return mig_arena_copy(arena, path, strlen(path));
	if (errno != ENOENT)
		return NULL;
	/* A link may lead to what is not there; or to what is, but has no path:
	 * /dev/stdout, where it is a pipe. */
	for (int i = 0; i < LINKS_MAX && stat(name, &status) < 0; i++) {
		const char *next = follow_link(arena, name);

		if (!next)
			break;
		name = next;
	}
	return find_new_path(arena, name);
}

static bool
locate(struct mig_outputs *outputs, struct mig_output *o, struct mig_diag *diag)
{
	struct stat status;
	int error = 0;

	if (is_standard_output(o)) {
		o->path = o->name;
		o->direct = true;
		return true;
	}
	o->path = find_path(outputs->arena, o->name);
	if (!o->path) {
		error = errno;
	} else if (stat(o->path, &status) == 0) {
		o->direct = !S_ISREG(status.st_mode);
		if (S_ISDIR(status.st_mode))
			error = EISDIR;
	}
	return told(diag, o, error);
}

static int
compare_paths(const void *left, const void *right)
{
	const struct mig_output *const *a = left;
	const struct mig_output *const *b = right;

	return strcmp((*a)->path, (*b)->path);
}

/* With -i there may be thousands. */
static struct mig_output **
sort_by_path(const struct mig_outputs *outputs, size_t *count_out)
{
	struct mig_output **sorted;
	size_t count = 0;

	for (struct mig_output *o = outputs->first; o; o = o->next)
		count++;
	sorted = mig_arena_alloc(
	    outputs->arena, count * sizeof(struct mig_output *));
	count = 0;
	for (struct mig_output *o = outputs->first; o; o = o->next)
		sorted[count++] = o;
	qsort(sorted, count, sizeof(struct mig_output *), compare_paths);
	*count_out = count;
	return sorted;
}

static const struct mig_output *
find_output(struct mig_output **sorted, size_t count, const char *path)
{
	const struct mig_output key = {.path = path};
	const struct mig_output *key_pointer = &key;
	struct mig_output **found = bsearch(&key_pointer, sorted, count,
	    sizeof(struct mig_output *), compare_paths);

	return found ? *found : NULL;
}

static void
tell_same(struct mig_diag *diag, const struct mig_output *first,
    const struct mig_output *second)
{
	if (is_standard_output(second))
		mig_error(diag, command_line,
		    "%s and %s both write to standard output", first->option,
		    second->option);
	else
		mig_error(diag, command_line,
		    "%s and %s name the same file, `%.200s`", first->option,
		    second->option, second->name);
}

/* No file is to be written twice, and the input not at all. */
static bool
is_each_its_own(
    const struct mig_outputs *outputs, struct mig_diag *diag, const char *input)
{
	const struct mig_output *o;
	struct mig_output **sorted;
	size_t count;

	sorted = sort_by_path(outputs, &count);
	for (size_t i = 1; i < count; i++) {
		if (compare_paths(&sorted[i - 1], &sorted[i]) != 0)
			continue;
		tell_same(diag, sorted[i - 1], sorted[i]);
		return false;
	}
	if (input && strcmp(input, "-") != 0) {
		input = find_path(outputs->arena, input);
		o = input ? find_output(sorted, count, input) : NULL;
		if (o) {
			mig_error(diag, command_line,
			    "%s: the output `%s` is the input", o->option,
			    o->name);
			return false;
		}
	}
	for (size_t i = 0; i < outputs->written.length; i++) {
		o = find_output(sorted, count, outputs->written.words[i]);
		if (!o || o->direct)
			continue;
		mig_error(diag, command_line,
		    "%s: `%s` is the output of an earlier input, too",
		    o->option, o->name);
		return false;
	}
	return true;
}

static bool
locate_all(
    struct mig_outputs *outputs, struct mig_diag *diag, const char *input)
{
	bool good = true;

	for (struct mig_output *o = outputs->first; o; o = o->next)
		if (!locate(outputs, o, diag))
			good = false;
	return good && is_each_its_own(outputs, diag, input);
}

/* --- signals --------------------------------------------------------------- */

/* Signals are held while files come and go, but not while somebody may have us
 * wait, at the other end of a FIFO. */
static const struct mig_outputs *in_progress;

static void
remove_all(const struct mig_outputs *outputs)
{
	for (const struct mig_output *o = outputs->first; o; o = o->next) {
		if (o->state == MIG_OUTPUT_TEMPORARY)
			(void)unlink(o->temporary);
		else if (o->state == MIG_OUTPUT_WRITTEN)
			(void)unlink(o->path);
	}
}

static void
clean_up(int signal_number)
{
	(void)signal_number;
	remove_all(in_progress);
}

/* --- how they get there ---------------------------------------------------- */

/* 0, or an errno. */
static int
write_text(int descriptor, const struct mig_text *text)
{
	size_t written = 0;

	while (written < text->length) {
		ssize_t count = write(
		    descriptor, text->bytes + written, text->length - written);

		if (count < 0 && errno != EINTR)
			return errno;
		if (count > 0)
			written += (size_t)count;
	}
	return 0;
}

/* Closes @descriptor in any case. */
static int
write_and_close(int descriptor, const struct mig_text *text)
{
	int error = write_text(descriptor, text);

	if (close(descriptor) < 0 && !error)
		error = errno;
	return error;
}

/* Under a name that nobody has. */
static int
open_temporary(struct mig_outputs *outputs, struct mig_output *o)
{
	char *directory =
	    mig_arena_copy(outputs->arena, o->path, strlen(o->path));
	int descriptor = -1;

	directory = dirname(directory);
	for (int tries = 0; tries < TEMPORARY_NAMES_MAX; tries++) {
		o->temporary = mig_arena_print(outputs->arena, "%s/.mig-%ld-%u",
		    directory, (long)getpid(), outputs->temporaries++);
		descriptor = open(o->temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (descriptor >= 0)
			o->state = MIG_OUTPUT_TEMPORARY;
		if (descriptor >= 0 || errno != EEXIST)
			break;
	}
	return descriptor;
}

static int
write_temporary(struct mig_outputs *outputs, struct mig_output *o)
{
	int descriptor = open_temporary(outputs, o);

	return descriptor < 0 ? errno : write_and_close(descriptor, &o->text);
}

static int
write_directly(const struct mig_output *o)
{
	int descriptor;

	if (is_standard_output(o))
		return fflush(stdout) == 0 ? write_text(STDOUT_FILENO, &o->text)
		                           : errno;
	descriptor = open(o->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return descriptor < 0 ? errno : write_and_close(descriptor, &o->text);
}

static int
write_interruptibly(const struct mig_output *o)
{
	int error;

	mig_signal_allow();
	error = write_directly(o);
	mig_signal_hold();
	return error;
}

static int
rename_temporary(struct mig_output *o)
{
	if (rename(o->temporary, o->path) < 0)
		return errno;
	o->state = MIG_OUTPUT_WRITTEN;
	return 0;
}

/* What may fail for want of space comes first, what cannot be undone next. */
static bool
write_all(struct mig_outputs *outputs, struct mig_diag *diag)
{
	struct mig_output *o;

	for (o = outputs->first; o; o = o->next)
		if (!o->direct && !told(diag, o, write_temporary(outputs, o)))
			return false;
	for (o = outputs->first; o; o = o->next)
		if (o->direct && !told(diag, o, write_interruptibly(o)))
			return false;
	for (o = outputs->first; o; o = o->next)
		if (!o->direct && !told(diag, o, rename_temporary(o)))
			return false;
	return true;
}

bool
mig_outputs_commit(
    struct mig_outputs *outputs, struct mig_diag *diag, const char *input)
{
	bool good;

	if (!locate_all(outputs, diag, input))
		return false;
	in_progress = outputs;
	mig_signal_catch(clean_up);
	good = write_all(outputs, diag);
	if (!good)
		remove_all(outputs);
	mig_signal_release();
	for (struct mig_output *o = outputs->first; good && o; o = o->next)
		mig_words_add(outputs->arena, &outputs->written, o->path);
	return good;
}
