/* From the tree to the model: types, routines, flags, names (mig_type.c,
 * mig_check.c), and the layout of messages (mig_layout.c). spec/mig.md 5 to 9. */
#ifndef MIG_CHECK_H
#define MIG_CHECK_H

#include <stdbool.h>

#include "mig_model.h"
#include "mig_options.h"
#include "mig_tree.h"

/* NULL when there was an error; all errors of the file have been reported then. */
struct mig_interface *mig_check(struct mig_arena *arena, struct mig_diag *diag,
    const struct mig_options *options, const struct mig_tree *tree);

/* Names that generated code keeps to itself, so that no argument may have them:
 * the table in mig_check_names.c, and each name that begins with "mig_". A stub's
 * locals, and the functions and macros it uses, stand there or begin so; then
 * they cannot meet a parameter. Words that people give to arguments, such as
 * `result`, `kr`, `at`, `size` or `reply_port`, are not in it: real interfaces
 * have them, and a stub must call its own things otherwise. Functions without
 * the routine's parameters are free to use any name. */
bool mig_name_is_reserved(const char *name);

#endif /* MIG_CHECK_H */
