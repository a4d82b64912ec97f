/*
 * The configuration: directories of service files.
 */
#ifndef BOOTSTRAP_CONFIG_H
#define BOOTSTRAP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct context;
struct config;

/* What is wrong, as people are told: "FILE:LINE: reason", or "FILE: reason". */
struct config_error {
	char text[1024];
};

/**
 * config_load() - read the files of some directories; nothing is changed by it
 * @directories: ends with NULL; one that is not there is empty. Of files of the same
 *		name the first counts
 *
 * Return:	true: *@config_out is the caller's; false: *@error_out says why not
 */
bool config_load(const char *const *directories, struct config **config_out,
    struct config_error *error_out) __attribute__((warn_unused_result));
void config_free(struct config *config); /* NULL is fine */

/* The configuration is @config (CONSUMED) now, in place of what was before; of that
 * all or nothing becomes true. False: *@error_out says why not. */
bool config_apply(struct config *config, struct context *root,
    struct config_error *error_out) __attribute__((warn_unused_result));

/* For SIGHUP: config_load() and config_apply() with the directories of the server's
 * options, and lines in the log. */
bool config_reload(void);

#endif
