/* Who owns an argument, in words for programs. spec/mig.md 13. */
#include "mig_owner.h"

#include <stdlib.h>

#include "mig_symbol.h"
#include "mig_write_names.h"

static bool
has_rights(const struct mig_type *type)
{
	return type->kind == MIG_RIGHT;
}

static bool
has_memory(const struct mig_type *type)
{
	return type->shape == MIG_REGION || type->shape == MIG_REGIONS;
}

static const char *
word_of_sent_right(uint8_t disposition)
{
	switch (disposition) {
	case MIG_MOVE_RECEIVE:
	case MIG_MOVE_SEND:
	case MIG_MOVE_SEND_ONCE:
		return "moved";
	case 0:
		return "runtime";
	default:
		return "kept";
	}
}

static const char *
word_of_sent_memory(enum mig_dealloc dealloc)
{
	switch (dealloc) {
	case MIG_DEALLOC_NO:
		return "kept";
	case MIG_DEALLOC_YES:
		return "moved";
	case MIG_DEALLOC_RUNTIME:
		return "runtime";
	}
	abort();
}

/* An inout argument comes back as something else that the implementation has; it
 * alone knows when it is done with what came. */
bool
mig_is_freed_by_stub(const struct mig_argument *argument)
{
	return argument->role == MIG_IN &&
	    (argument->is_auto || argument->type->unbounded);
}

bool
mig_is_dropped(const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	return argument->role == MIG_IN && type->destructor && !type->intran &&
	    (has_rights(type) || has_memory(type)) &&
	    !mig_is_freed_by_stub(argument);
}

static struct mig_owner
owner_on_user(const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;
	struct mig_owner owner = {0};

	if (mig_comes_out(argument)) {
		owner.rights_out = has_rights(type) ? "owned" : NULL;
		owner.memory_out = has_memory(type) ? "owned" : NULL;
		if (argument->role == MIG_OUT)
			return owner;
	}
	if (has_rights(type))
		owner.rights_in = word_of_sent_right(type->sent_as);
	if (has_memory(type))
		owner.memory_in = word_of_sent_memory(argument->dealloc);
	return owner;
}

/* Rights and memory that are the implementation's only for the time of the call. */
static bool
is_borrowed(const struct mig_argument *argument)
{
	return argument->role == MIG_REQUEST_PORT || mig_is_dropped(argument);
}

static struct mig_owner
owner_on_server(const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;
	struct mig_owner owner = {0};

	if (mig_comes_out(argument)) {
		if (has_rights(type))
			owner.rights_out = word_of_sent_right(type->sent_as);
		if (has_memory(type))
			owner.memory_out =
			    word_of_sent_memory(argument->dealloc);
		if (argument->role == MIG_OUT)
			return owner;
	}
	if (has_rights(type))
		owner.rights_in =
		    is_borrowed(argument) ? "borrowed" : "owned-on-success";
	if (argument->role == MIG_REPLY_PORT ||
	    argument->role == MIG_SREPLY_PORT)
		owner.rights_in = "owned-on-no-reply";
	if (has_memory(type))
		owner.memory_in = mig_is_freed_by_stub(argument)
		    ? "freed-by-stub"
		    : is_borrowed(argument) ? "borrowed"
		                            : "owned-on-success";
	return owner;
}

struct mig_owner
mig_owner_of(const struct mig_argument *argument, enum mig_side side)
{
	return side == MIG_USER ? owner_on_user(argument)
	                        : owner_on_server(argument);
}
