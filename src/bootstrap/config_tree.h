/*
 * A configuration as it was read: what its files say, and where. Nothing of the server
 * has changed by that.
 */
#ifndef BOOTSTRAP_CONFIG_TREE_H
#define BOOTSTRAP_CONFIG_TREE_H

#include "base_list.h"
#include "config_error.h"
#include "domain.h"
#include "launch.h"
#include "policy_rules.h"

/* What service files end in. */
#define CONFIG_SUFFIX ".mach"

struct config_file {
	struct list node;
	char *path;
	char *name; /* of the program: the file's own, without the suffix */
};

/* What all sections have. */
struct config_entry {
	struct list node;
	char *name; /* a program's is its file's */
	struct config_place place;
};

/* [program] */
struct config_program {
	struct config_entry entry;
	struct launch_settings *settings;
	char *user;   /* NULL: the server's own */
	char *group;  /* NULL: the user's own */
	char *domain; /* NULL: none */
	/* Of config_apply(): what it has become. */
	struct program *program;
	bool is_new;
};

/* [port NAME] */
struct config_port {
	struct config_entry entry;
	struct config_program *program; /* of its file; NULL: it has none */
	struct policy policy;
	uint32_t queue_limit; /* 0: not said */
	bool hidden;
	bool is_new; /* of config_apply(): it was not there before */
};

/* [name PATTERN] */
struct config_name {
	struct config_entry entry;
	struct policy policy;
};

/* [domain NAME] */
struct config_domain {
	struct config_entry entry;
	struct name_patterns look_up;
	struct name_patterns registers;
};

/* The section of @kind whose node in its list this is. */
#define CONFIG_ENTRY(at, kind)                                                 \
	CONTAINER_OF(at, struct config_##kind, entry.node)

/* Lists of sections, in the order in which they were read. */
struct config {
	struct list files;
	struct list programs;
	struct list ports;
	struct list names;
	struct list domains;
};

/* Empty; NULL: no memory. */
struct config *config_new(void);

/* Add what @text (of @bytes, and a 0 behind them; changed by that) says, which is the
 * content of the file at @path, called @name. */
void config_read_file(struct config *config, const char *path, const char *name,
    char *text, size_t bytes, struct config_errors *errors);

/* When all files were read: do they go together? */
void config_check_whole(
    const struct config *config, struct config_errors *errors);

/* NULL: there is none. */
struct config_program *config_find_program(
    const struct config *config, const char *name);
struct config_port *config_find_port(
    const struct config *config, const char *name);

/* The rules for a name that is not declared: those of the longest pattern, or NULL. */
const struct policy *config_find_policy(
    const struct config *config, const char *name);

#endif
