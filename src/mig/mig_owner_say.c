/* Who owns an argument, as a sentence. spec/mig.md 13, S16.
 *
 * The sentences are read in place of the specification, by somebody who is about
 * to call or to write that one function. They say what differs from argument to
 * argument; what follows from results alone stands below them in the comment
 * (mig_write_owner.c).
 */
#include "mig_owner.h"

#include <stdint.h>
#include <stdlib.h>

#include "mig_symbol.h"
#include "mig_write_names.h"

/* --- pieces of sentences --------------------------------------------------- */

static const char *
right_name(uint8_t received_as)
{
	switch (received_as) {
	case MIG_MOVE_RECEIVE:
		return "receive right";
	case MIG_MOVE_SEND:
		return "send right";
	case MIG_MOVE_SEND_ONCE:
		return "send-once right";
	default:
		return "right";
	}
}

/* A right that was received. */
static void
say_right(struct mig_text *out, const struct mig_argument *argument)
{
	uint8_t received_as = argument->type->received_as;

	mig_put(out, "a %s", right_name(received_as));
	if (received_as == MIG_POLYMORPHIC && argument->poly_name)
		mig_put(out, ", which one %s%s says",
		    mig_comes_out(argument) ? "*" : "", argument->poly_name);
}

/* Several that were received. */
static void
say_rights(struct mig_text *out, const struct mig_argument *argument)
{
	uint8_t received_as = argument->type->received_as;

	mig_put(out, "%ss", right_name(received_as));
	if (received_as == MIG_POLYMORPHIC && argument->poly_name)
		mig_put(out, " of the kind that %s%s says",
		    mig_comes_out(argument) ? "*" : "", argument->poly_name);
}

/* Who says what becomes of it: polymorphic. */
static void
say_sender(struct mig_text *out, const struct mig_argument *argument)
{
	if (argument->poly_name)
		mig_put(out, "%s%s", mig_comes_out(argument) ? "*" : "",
		    argument->poly_name);
	else
		mig_put(out, "its sender");
}

static void
say_sent_right(struct mig_text *out, const struct mig_argument *argument)
{
	switch (argument->type->sent_as) {
	case MIG_MOVE_RECEIVE:
		mig_put(out, "your receive right moves");
		break;
	case MIG_MOVE_SEND:
		mig_put(out, "your send right moves");
		break;
	case MIG_MOVE_SEND_ONCE:
		mig_put(out, "your send-once right moves");
		break;
	case MIG_COPY_SEND:
		mig_put(out, "your send right is copied: you keep it");
		break;
	case MIG_MAKE_SEND:
		mig_put(out, "a send right is made from your receive right");
		break;
	case MIG_MAKE_SEND_ONCE:
		mig_put(
		    out, "a send-once right is made from your receive right");
		break;
	default:
		mig_put(out, "a right, moved, copied or made as ");
		say_sender(out, argument);
		mig_put(out, " says");
	}
}

static void
say_sent_rights(struct mig_text *out, const struct mig_argument *argument)
{
	switch (argument->type->sent_as) {
	case MIG_MOVE_RECEIVE:
		mig_put(out, "your receive rights move");
		break;
	case MIG_MOVE_SEND:
		mig_put(out, "your send rights move");
		break;
	case MIG_MOVE_SEND_ONCE:
		mig_put(out, "your send-once rights move");
		break;
	case MIG_COPY_SEND:
		mig_put(out, "your send rights are copied: you keep them");
		break;
	case MIG_MAKE_SEND:
		mig_put(out, "send rights are made from your receive rights");
		break;
	case MIG_MAKE_SEND_ONCE:
		mig_put(
		    out, "send-once rights are made from your receive rights");
		break;
	default:
		mig_put(out, "the rights are moved, copied or made as ");
		say_sender(out, argument);
		mig_put(out, " says");
	}
}

static void
say_sent_memory(struct mig_text *out, const struct mig_argument *argument,
    enum mig_side side)
{
	switch (argument->dealloc) {
	case MIG_DEALLOC_NO:
		mig_put(out,
		    side == MIG_USER
		        ? "you keep the memory"
		        : "it is copied: you keep the memory, until the reply "
		          "is sent at least");
		break;
	case MIG_DEALLOC_YES:
		mig_put(out, "the memory moves");
		break;
	case MIG_DEALLOC_RUNTIME:
		mig_put(out, "the memory moves if %s%s is TRUE",
		    side == MIG_USER ? "" : "*", argument->dealloc_name);
		break;
	}
}

/* "bytes", "elements of 4 bytes", "rights", "regions". */
static void
say_unit(struct mig_text *out, const struct mig_type *type)
{
	if (type->shape == MIG_REGIONS)
		mig_put(out, "regions");
	else if (type->kind == MIG_RIGHT)
		mig_put(out, "rights");
	else if (type->element_bytes == 1)
		mig_put(out, "bytes");
	else
		mig_put(
		    out, "elements of %u bytes", (unsigned)type->element_bytes);
}

/* What is in each of an array of regions. */
static void
say_subs(struct mig_text *out, const struct mig_argument *argument)
{
	struct mig_type region = *argument->type;

	if (region.shape != MIG_REGIONS)
		return;
	region.shape = MIG_REGION;
	mig_put(out, ", each of ");
	if (argument->subs_name)
		mig_put(out, "%s[i] ", argument->subs_name);
	else
		mig_put(out, "%u ", (unsigned)region.region_max);
	say_unit(out, &region);
}

/* "5 elements of 4 bytes", "aCnt rights, at most 7". */
static void
say_amount(struct mig_text *out, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	if (type->variable && argument->count_name)
		mig_put(out, "%s%s ", mig_comes_out(argument) ? "*" : "",
		    argument->count_name);
	else
		mig_put(out, "%u ", (unsigned)type->max);
	say_unit(out, type);
	if (type->variable && type->max)
		mig_put(out, ", at most %u", (unsigned)type->max);
	say_subs(out, argument);
}

/* Of what comes back in an array of the caller's: the room there is, and who says
 * how much of it is used. */
static void
say_room(struct mig_text *out, const struct mig_argument *argument,
    enum mig_side side)
{
	const struct mig_type *type = argument->type;
	bool is_told = (side == MIG_SERVER && argument->role == MIG_OUT) ||
	    argument->count_in_out;

	if (!type->variable || type->shape == MIG_REGION) {
		say_amount(out, argument);
		return;
	}
	mig_put(out, "room for ");
	if (is_told)
		mig_put(out, "*%s ", argument->count_name);
	else
		mig_put(out, "%u ", (unsigned)type->max);
	say_unit(out, type);
	say_subs(out, argument);
	if (is_told)
		mig_put(out, ", at most %u", (unsigned)type->max);
	mig_put(out,
	    side == MIG_SERVER ? "; set *%s to how many there are"
	                       : "; *%s says how many came",
	    argument->count_name);
}

static void
say_string(struct mig_text *out, const struct mig_type *type)
{
	mig_put(out, "a string, at most %u bytes with its NUL",
	    (unsigned)type->max);
}

/* How much there is of data that comes in: nothing to say of a single value. */
static void
say_data_in(struct mig_text *out, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	if (type->kind == MIG_STRING)
		say_string(out, type);
	else if (type->shape == MIG_VARIABLE)
		say_amount(out, argument);
	else if (type->by_reference)
		mig_put(out, "%u bytes", (unsigned)type->bytes);
	else
		mig_put(out, "by value");
}

static void
say_data_out(struct mig_text *out, const struct mig_argument *argument,
    enum mig_side side)
{
	const struct mig_type *type = argument->type;

	if (type->kind == MIG_STRING) {
		mig_put(out, "room for ");
		say_string(out, type);
	} else if (type->shape == MIG_VARIABLE) {
		say_room(out, argument, side);
	} else if (type->by_reference) {
		mig_put(out, "%u bytes", (unsigned)type->bytes);
	} else {
		mig_put(out, "by value");
	}
}

static const char *
giving_back(uint8_t received_as)
{
	switch (received_as) {
	case MIG_MOVE_RECEIVE:
		return "mach_port_mod_refs()";
	case MIG_MOVE_SEND:
	case MIG_MOVE_SEND_ONCE:
		return "mach_port_deallocate()";
	default:
		return NULL;
	}
}

/* --- the user's side ------------------------------------------------------- */

static void
say_user_in(struct mig_text *out, const struct mig_argument *argument)
{
	switch (argument->type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		say_data_in(out, argument);
		return;
	case MIG_PORT:
		say_sent_right(out, argument);
		return;
	case MIG_PORTS:
		say_amount(out, argument);
		mig_put(out, "; ");
		say_sent_rights(out, argument);
		return;
	case MIG_REGION:
	case MIG_REGIONS:
		say_amount(out, argument);
		mig_put(out, "; ");
		say_sent_memory(out, argument, MIG_USER);
		if (argument->type->kind != MIG_RIGHT)
			return;
		mig_put(out, "; ");
		say_sent_rights(out, argument);
		return;
	}
}

static void
say_user_gets_right(struct mig_text *out, const struct mig_argument *argument)
{
	uint8_t received_as = argument->type->received_as;

	say_right(out, argument);
	mig_put(out, "; yours on success");
	if (giving_back(received_as))
		mig_put(out, ": %s", giving_back(received_as));
}

static void
say_user_gets_memory(struct mig_text *out, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	say_room(out, argument, MIG_USER);
	mig_put(out, "; the memory%s yours on success: vm_deallocate() of ",
	    type->kind == MIG_RIGHT ? " and the rights in it are" : " is");
	if (type->shape == MIG_REGIONS)
		mig_put(out, "each");
	else if (!type->variable)
		mig_put(out, "%ju bytes",
		    (uintmax_t)type->max * type->element_bytes);
	else if (type->element_bytes == 1)
		mig_put(out, "*%s bytes", argument->count_name);
	else
		mig_put(out, "*%s * %u bytes", argument->count_name,
		    (unsigned)type->element_bytes);
}

static void
say_user_out(struct mig_text *out, const struct mig_argument *argument)
{
	switch (argument->type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		say_data_out(out, argument, MIG_USER);
		return;
	case MIG_PORT:
		say_user_gets_right(out, argument);
		return;
	case MIG_PORTS:
		say_room(out, argument, MIG_USER);
		mig_put(out, "; %ss, yours on success",
		    right_name(argument->type->received_as));
		return;
	case MIG_REGION:
	case MIG_REGIONS:
		say_user_gets_memory(out, argument);
		return;
	}
}

/* --- the server's side ----------------------------------------------------- */

/* @what was translated. */
static void
say_translated(
    struct mig_text *out, const struct mig_argument *argument, const char *what)
{
	const struct mig_type *type = argument->type;

	if (type->intran)
		mig_put(out, "what %s() made of %s", type->intran, what);
	else
		mig_put(out, "%s", what);
	mig_put(out, "; borrowed");
	if (type->destructor && !mig_comes_out(argument))
		mig_put(
		    out, ", %s() drops it after the call", type->destructor);
}

/* What an object was made of stays in the request: who fails must not have taken it. */
static void
say_behind(struct mig_text *out, const struct mig_argument *argument,
    const char *what, const char *how)
{
	mig_put(out,
	    "; the %s itself is yours on success: have %s() keep its %s", what,
	    argument->type->intran, how);
}

static void
say_dropped(struct mig_text *out, const struct mig_argument *argument)
{
	mig_put(out, "borrowed, %s() drops %s after the call",
	    argument->type->destructor,
	    argument->type->shape == MIG_PORT ? "it" : "all of it");
}

static void
say_server_gets_right(struct mig_text *out, const struct mig_argument *argument)
{
	if (argument->type->intran) {
		say_translated(out, argument, "a right");
		say_behind(out, argument, "right", "name");
		return;
	}
	say_right(out, argument);
	mig_put(out, "; ");
	if (mig_is_dropped(argument))
		say_dropped(out, argument);
	else
		mig_put(out, "yours on success");
}

static void
say_server_gets_rights(
    struct mig_text *out, const struct mig_argument *argument)
{
	say_amount(out, argument);
	mig_put(out, "; ");
	if (mig_is_dropped(argument)) {
		say_dropped(out, argument);
		return;
	}
	say_rights(out, argument);
	mig_put(out, ", yours on success; the array is borrowed");
}

static void
say_server_gets_memory(
    struct mig_text *out, const struct mig_argument *argument)
{
	bool has_rights = argument->type->kind == MIG_RIGHT;

	if (argument->type->intran) {
		say_translated(out, argument, "memory");
		say_behind(out, argument, "memory", "address");
		return;
	}
	say_amount(out, argument);
	if (mig_is_dropped(argument)) {
		mig_put(out, "; ");
		say_dropped(out, argument);
	} else if (mig_is_freed_by_stub(argument)) {
		mig_put(out, "; the memory is freed after the call");
		if (!has_rights)
			return;
		mig_put(out, ", the ");
		say_rights(out, argument);
		mig_put(out, " are yours on success");
	} else if (has_rights) {
		mig_put(out, "; the memory and the ");
		say_rights(out, argument);
		mig_put(out, " in it are yours on success");
	} else {
		mig_put(
		    out, "; the memory is yours on success: vm_deallocate()");
	}
}

static void
say_server_in(struct mig_text *out, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	switch (type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		if (type->intran || type->destructor)
			say_translated(out, argument, "the data");
		else
			say_data_in(out, argument);
		if (type->by_reference && argument->role == MIG_IN)
			mig_put(out, "; borrowed");
		return;
	case MIG_PORT:
		say_server_gets_right(out, argument);
		return;
	case MIG_PORTS:
		say_server_gets_rights(out, argument);
		return;
	case MIG_REGION:
	case MIG_REGIONS:
		say_server_gets_memory(out, argument);
		return;
	}
}

static void
say_server_out(struct mig_text *out, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	if (type->outtran)
		mig_put(out, "%s() makes of it what is sent; ", type->outtran);
	switch (type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		say_data_out(out, argument, MIG_SERVER);
		return;
	case MIG_PORT:
		say_sent_right(out, argument);
		return;
	case MIG_PORTS:
		say_room(out, argument, MIG_SERVER);
		mig_put(out, "; ");
		say_sent_rights(out, argument);
		return;
	case MIG_REGION:
	case MIG_REGIONS:
		say_room(out, argument, MIG_SERVER);
		mig_put(out, "; ");
		say_sent_memory(out, argument, MIG_SERVER);
		if (type->kind != MIG_RIGHT)
			return;
		mig_put(out, "; ");
		say_sent_rights(out, argument);
		return;
	}
}

/* --- arguments that are in no body ----------------------------------------- */

static void
say_port(struct mig_text *out, const struct mig_argument *argument,
    enum mig_side side)
{
	bool is_request = argument->role == MIG_REQUEST_PORT;

	if (side == MIG_USER) {
		mig_put(out, "%s; ",
		    is_request ? "request port" : "where the reply goes");
		say_sent_right(out, argument);
	} else if (!is_request) {
		mig_put(out,
		    "where the reply goes; consumed by the reply, yours with "
		    "MIG_NO_REPLY");
	} else if (argument->type->intran || argument->type->destructor) {
		say_translated(out, argument, "the request port");
	} else {
		mig_put(out,
		    "request port; the name of a receive right of yours: "
		    "borrowed");
	}
}

static void
say_token(struct mig_text *out, const char *token, enum mig_side side)
{
	mig_put(out, "%s token of who sent the %s", token,
	    side == MIG_USER ? "reply" : "request");
}

static void
say_retcode(struct mig_text *out, enum mig_side side)
{
	if (side == MIG_USER)
		mig_put(out,
		    "[in]  an outcome; unless it is KERN_SUCCESS it is sent "
		    "alone, and the other arguments stay as they are");
	else
		mig_put(out,
		    "[in]  an outcome; unless it is KERN_SUCCESS all other "
		    "arguments of the body are 0");
}

static void
say_inout(struct mig_text *out, const struct mig_argument *argument,
    enum mig_side side)
{
	struct mig_owner owner = mig_owner_of(argument, side);
	const struct mig_type *type = argument->type;

	mig_put(out, "[in/out] ");
	if (!owner.rights_in && !owner.memory_in) {
		if (side == MIG_SERVER && type->intran)
			mig_put(
			    out, "what %s() made of the data", type->intran);
		else
			say_data_in(out, argument);
		if (side == MIG_SERVER && type->outtran)
			mig_put(out, "; %s() makes of it what is sent",
			    type->outtran);
		return;
	}
	mig_put(out, side == MIG_USER ? "goes in: " : "comes in: ");
	if (side == MIG_USER)
		say_user_in(out, argument);
	else
		say_server_in(out, argument);
	mig_put(out, side == MIG_USER ? ". Comes back: " : ". Goes back: ");
	if (side == MIG_USER)
		say_user_out(out, argument);
	else
		say_server_out(out, argument);
}

void
mig_owner_say(struct mig_text *out, const struct mig_argument *argument,
    enum mig_side side)
{
	switch (argument->role) {
	case MIG_IN:
		if (argument->retcode) {
			say_retcode(out, side);
			return;
		}
		mig_put(out, "[in]  ");
		if (side == MIG_USER)
			say_user_in(out, argument);
		else
			say_server_in(out, argument);
		return;
	case MIG_OUT:
		mig_put(out, "[out] ");
		if (side == MIG_USER)
			say_user_out(out, argument);
		else
			say_server_out(out, argument);
		return;
	case MIG_INOUT:
		say_inout(out, argument, side);
		return;
	case MIG_REQUEST_PORT:
	case MIG_REPLY_PORT:
	case MIG_UREPLY_PORT:
	case MIG_SREPLY_PORT:
		say_port(out, argument, side);
		return;
	case MIG_WAIT_TIME:
		mig_put(out,
		    "how long to wait, for the send and for the "
		    "reply, in ms");
		return;
	case MIG_SEND_TIME:
		mig_put(out, "how long the send may wait, in ms");
		return;
	case MIG_MSG_OPTION:
		mig_put(out, "more options of mach_msg()");
		return;
	case MIG_SEQNO:
		mig_put(out, "sequence number of the request");
		return;
	case MIG_SENDER_TOKEN:
		say_token(out, "security", side);
		return;
	case MIG_AUDIT_TOKEN:
		say_token(out, "audit", side);
		return;
	case MIG_CONTEXT_TOKEN:
		mig_put(out, "context of the port that the request came to");
		return;
	}
}
