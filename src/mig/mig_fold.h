/* Lines of C that is written. */
#ifndef MIG_FOLD_H
#define MIG_FOLD_H

#include "mig_text.h"

/* Folds lines of more than 79 columns behind a comma or a bar, with 4 more spaces: those
 * that were written since @out was @start bytes long. */
void mig_fold(struct mig_text *out, size_t start);

#endif /* MIG_FOLD_H */
