/* Who owns an argument: as a sentence, and as words for programs. spec/mig.md 13. */
#ifndef MIG_OWNER_H
#define MIG_OWNER_H

#include "mig_model.h"
#include "mig_text.h"

/* What becomes of the rights or of the memory of an argument, on one side. NULL
 * where there are none. Whoever sends keeps them ("kept"), loses them ("moved"), or
 * says so in the call ("runtime"). Who receives has "owned", the server
 * "owned-on-success" (KERN_SUCCESS or MIG_NO_REPLY), "owned-on-no-reply",
 * "borrowed", or "freed-by-stub". */
struct mig_owner {
	const char *rights_in; /* from the user to the server */
	const char *memory_in;
	const char *rights_out;
	const char *memory_out;
};

struct mig_owner mig_owner_of(
    const struct mig_argument *argument, enum mig_side side);

/* The stub of the server frees the memory after the call. */
bool mig_is_freed_by_stub(const struct mig_argument *argument);

/* A destructor without intran gets rights or memory as they came, and releases them:
 * nobody else does, whatever the result. Memory that the stub frees stays its own. */
bool mig_is_dropped(const struct mig_argument *argument);

/* Appends one line: "[in]  your send right is copied, you keep it". @argument is a
 * parameter on that side. */
void mig_owner_say(struct mig_text *out, const struct mig_argument *argument,
    enum mig_side side);

#endif /* MIG_OWNER_H */
