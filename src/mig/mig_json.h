/* JSON, as it is written: two spaces a level, one member a line, always valid UTF-8.
 *
 * A key is NULL for an element of an array. */
#ifndef MIG_JSON_H
#define MIG_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "mig_text.h"

struct mig_json {
	struct mig_text *out;
	unsigned int depth;
	bool has_members; /* the object or array that is open */
};

void mig_json_object(struct mig_json *json, const char *key);
void mig_json_end_object(struct mig_json *json);
void mig_json_array(struct mig_json *json, const char *key);
void mig_json_end_array(struct mig_json *json);

/* Any bytes: what is not UTF-8 becomes U+FFFD. NULL: null. */
void mig_json_string(struct mig_json *json, const char *key, const char *value);
void mig_json_number(struct mig_json *json, const char *key, int64_t value);
void mig_json_bool(struct mig_json *json, const char *key, bool value);
void mig_json_null(struct mig_json *json, const char *key);

/* The text is complete: ends it. */
void mig_json_end(struct mig_json *json);

#endif /* MIG_JSON_H */
