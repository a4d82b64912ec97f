/* From the tree to the model: types, routines, flags, names (mig_type.c,
 * mig_check.c), and the layout of messages (mig_layout.c). spec/mig.md 5 to 9. */
#ifndef MIG_CHECK_H
#define MIG_CHECK_H

#include "mig_model.h"
#include "mig_options.h"
#include "mig_tree.h"

/* NULL when there was an error; all errors of the file have been reported then. */
struct mig_interface *mig_check(struct mig_arena *arena, struct mig_diag *diag,
    const struct mig_options *options, const struct mig_tree *tree);

#endif /* MIG_CHECK_H */
