/* One step made by the engine and by the model, and the two compared. */
#ifndef MODEL_DRIVE_H
#define MODEL_DRIVE_H

#include "step.h"

/* @blind: a kind of step that the model is not told of, to see that it matters;
 * STEP_KINDS: none. Only those that have but a code. */
void drive_begin(enum step_kind blind);
void drive_end(void);

/* False: they differ; drive_difference() tells in what. Nothing but drive_end()
 * may follow. */
bool drive_step(const struct step *step);
const char *drive_difference(void);

#endif
