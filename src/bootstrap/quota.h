/*
 * What one user may have in the server.
 *
 * It is charged to who asked for it, whoever uses it. What the configuration declares
 * is charged to nobody.
 */
#ifndef BOOTSTRAP_QUOTA_H
#define BOOTSTRAP_QUOTA_H

#include <stdbool.h>
#include <sys/types.h>

enum quota_kind { QUOTA_NAMES, QUOTA_CONTEXTS, QUOTA_PROGRAMS, QUOTA_KINDS };

/* Who pays for what is free. */
#define QUOTA_NOBODY ((uid_t)-1)

/* False: it would be too much, or there is no memory. */
bool quota_take(uid_t user, enum quota_kind kind)
    __attribute__((warn_unused_result));
void quota_give(uid_t user, enum quota_kind kind);

#endif
