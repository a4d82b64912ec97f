/*
 * A directory of service files for a test, which goes with it.
 */
#ifndef TESTS_BOOTSTRAP_FILES_H
#define TESTS_BOOTSTRAP_FILES_H

#include <stddef.h>

struct files {
	char path[64];
};

void files_make(struct files *files);
/* With all that is in it. */
void files_remove(struct files *files);

/* A file called @name that says @text, in place of what it said before. */
void files_write(const struct files *files, const char *name, const char *text);
void files_write_bytes(const struct files *files, const char *name,
    const void *bytes, size_t count);

/* Its path: static, until the next call. */
const char *files_path(const struct files *files, const char *name);

#endif
