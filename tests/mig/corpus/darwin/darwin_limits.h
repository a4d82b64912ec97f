/* Nothing but macros: type files include it, and so does C. */
#ifndef DARWIN_LIMITS_H
#define DARWIN_LIMITS_H

#define READ_ENTRY_MAX 16
#define RECIPES_MAX 5120
#define NAME_SIZE (64 * 2)
#define PATH_SIZE 1024
#define COALITION_LEVELS 4

#endif /* DARWIN_LIMITS_H */
