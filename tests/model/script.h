/* Scripts: run in a process of their own, since the engine aborts when it finds
 * itself wrong; made at random, made shorter, read and written. */
#ifndef MODEL_SCRIPT_H
#define MODEL_SCRIPT_H

#include "drive.h"

/* How many steps a script has that is made at random. */
#define SCRIPT_STEPS 1000

/* Does the engine do as the model does? If not, and @why is not NULL, a line about
 * the difference in @why[256]. */
bool script_run(const struct script *script, enum step_kind blind, char *why);

/* Make a script by @seed, of @count steps at most, while running it. True: they
 * agree. The steps that were made, to be freed with script_free(). */
bool script_make(uint64_t seed, size_t count, enum step_kind blind,
    struct script *script_out);

/* Leave out all that can be left out with the script still failing. */
void script_shrink(struct script *script, enum step_kind blind);

void script_print(const struct script *script, int fd);
bool script_read(const char *path, struct script *script_out);
void script_free(struct script *script);

#endif
