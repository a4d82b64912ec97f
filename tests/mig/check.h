/* What the tests of checks ask: of interfaces in which types of all kinds have names. */
#ifndef CHECK_H
#define CHECK_H

#include "checked.h"

/* Those types, and what follows: for checked_free(). */
struct checked *check(const char *text);

/* The argument x of `routine r(p : mp; @x)`, which lives as long as *@checked_out, for
 * checked_free(). */
const struct mig_argument *argument(
    const char *x, struct checked **checked_out);

/* It is an error, or a warning, which says that. */
void assert_refused(const char *text, const char *why);
void assert_warned(const char *text, const char *what);

#endif /* CHECK_H */
