/*
 * The configuration: directories of service files.
 */
#ifndef BOOTSTRAP_CONFIG_H
#define BOOTSTRAP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "config_error.h"

struct context;
struct config;

/**
 * config_load() - read the files of some directories; nothing is changed by it
 * @directories: ends with NULL; one that is not there is empty. Of files of the same
 *		name the first counts
 * @errors:	what is wrong, after what was there already
 *
 * Return:	the configuration, which is the caller's; NULL: @errors say why not
 */
struct config *config_load(const char *const *directories,
    struct config_errors *errors) __attribute__((warn_unused_result));
void config_free(struct config *config); /* NULL is fine */

/* The configuration is @config (CONSUMED) now, in place of what was before; of that
 * all or nothing becomes true. False: @errors say why not. */
bool config_apply(struct config *config, struct context *root,
    struct config_errors *errors) __attribute__((warn_unused_result));

/* At the start and for SIGHUP: config_load() and config_apply() with the directories
 * of the server's options, and lines in the log. False: the configuration is what it
 * was. */
bool config_reload(void) __attribute__((warn_unused_result));

/* The rules for a name that is not declared; NULL: nothing is said of it. */
struct policy;
const struct policy *config_policy(const char *name);

/* At the end, when there are no programs and contexts any more. */
void config_deinit(void);

/* For --check: say on stderr what is wrong with the directories. False: something
 * is. */
bool config_check(const char *const *directories)
    __attribute__((warn_unused_result));

#endif
