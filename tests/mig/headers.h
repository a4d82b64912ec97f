/* The headers of an interface, as texts and as files. */
#ifndef TESTS_MIG_HEADERS_H
#define TESTS_MIG_HEADERS_H

#include "checked.h"
#include "mig_write.h"

struct headers {
	struct checked *checked;
	struct mig_text user;
	struct mig_text server;
};

/* An interface with arguments of all kinds, for checked_new(). Its C types are in
 * "types.h". */
extern const char headers_everything[];

/* Those of @text, which also become the files "user.h" and "server.h"; and "types.h".
 * The test ends when there is an error. */
void headers_init(struct headers *headers, const char *text);
void headers_init_with(struct headers *headers,
    const struct mig_options *options, const char *text);
void headers_deinit(struct headers *headers);

#endif /* TESTS_MIG_HEADERS_H */
