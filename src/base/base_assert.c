/* The one way in which our own mistakes end the process. */
#include "base_assert.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void
base_assert_failed(
    const char *what, const char *file, unsigned line, const char *function)
{
	(void)fprintf(stderr, "%s:%u: %s: broken promise: %s\n", file, line,
	    function, what);
	abort();
}
