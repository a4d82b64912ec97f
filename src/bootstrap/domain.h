/*
 * Domains: what programs that are not trusted with everything may see of the names
 * outside.
 *
 * A domain is made when the configuration first mentions it and lives as long as the
 * server, so that contexts and programs can point to it. One that is configured no
 * more lists nothing: who is in it sees nothing outside.
 */
#ifndef BOOTSTRAP_DOMAIN_H
#define BOOTSTRAP_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base_list.h"

/* Names; one that ends in * stands for all that begin so. */
struct name_patterns {
	char **patterns; /* owned */
	size_t count;
};

struct domain {
	struct list node;
	char *name;
	struct name_patterns look_up;   /* may be looked up */
	struct name_patterns registers; /* may be registered, or created */
};

/* The domain of this name; a new one lists nothing. NULL: no memory. */
struct domain *domain_intern(const char *name);
/* All of them list nothing. */
void domain_clear_all(void);
/* At the end, when nothing points to one. */
void domain_free_all(void);

/* Read names between commas: NULL, or why not (static). On failure nothing is
 * there. */
const char *name_patterns_read(
    struct name_patterns *patterns, const char *text);
void name_patterns_deinit(struct name_patterns *patterns);
bool name_patterns_match(
    const struct name_patterns *patterns, const char *name);

/* Can this be a pattern, or with @is_pattern false a name? NULL, or why not. */
const char *name_pattern_check(const char *text, bool is_pattern);
/* How well does it match? 0: not; more for a longer one, most for the name. */
size_t name_pattern_match(const char *pattern, const char *name);

#endif
