/*
 * The kinds of sections of a service file, and the keys of each. machport-service(5)
 * says what they are for.
 */
#ifndef BOOTSTRAP_CONFIG_KEYS_H
#define BOOTSTRAP_CONFIG_KEYS_H

#include "config_tree.h"

/* Keys of a kind of sections, at most. */
#define CONFIG_KEYS_MAX 16

/* A file that is read. */
struct config_reading {
	struct config *config;
	const struct config_file *file;
	struct config_program *program; /* of this file, or NULL */
	struct config_place place;      /* of what is read now */
	char reason[256];               /* room for one */
};

/* A key: what it sets is at @offset in the object of its section. Setting it returns
 * NULL, or why not: static, or in reading->reason. */
struct config_key {
	const char *name;
	const char *(*set)(
	    struct config_reading *reading, void *target, const char *value);
	size_t offset;
	bool repeats; /* it may stand there more than once */
};

/* A kind of sections. */
struct config_section {
	const char *kind;
	bool has_name;
	/* Make the object whose keys follow; as above. */
	const char *(*begin)(struct config_reading *reading, const char *name,
	    void **object_out);
	const struct config_key *keys; /* the last has no name */
};

/* NULL: there is no such kind. */
const struct config_section *config_section_find(const char *kind);

#endif
