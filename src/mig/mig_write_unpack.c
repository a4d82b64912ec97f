/* What a user stub does with its reply: the check, the trailer, and the values:
 * spec/mig.md 10.5.
 *
 * Whatever can refuse the reply comes before the first value is handed over: then
 * all of it is destroyed, and nothing is half the caller's (S5).
 */
#include "mig_write_stub.h"

#include <inttypes.h>

#include "mig_write_names.h"

static const struct mig_argument *
count_owner(const struct mig_argument *argument)
{
	return argument->count_of ? argument->count_of : argument;
}

/* --- where things are ------------------------------------------------------ */

/* The offset of a field, for mig_extract() and mig_number_at(). */
static void
put_offset(struct mig_stub *stub, const struct mig_field *field)
{
	if (field->variables_before == 0)
		mig_stub_put(stub, "offsetof(%s, %s)",
		    stub->routine->reply.type_name, field->name);
	else
		mig_stub_put(stub, "ReplyAt.%s", field->name);
}

/* A pointer to a string. */
static void
put_pointer(struct mig_stub *stub, const struct mig_field *field)
{
	if (field->variables_before == 0)
		mig_stub_put(stub, "OutP->%s", field->name);
	else
		mig_stub_put(
		    stub, "(const char *)OutP + ReplyAt.%s", field->name);
}

/* The value of a count. */
static void
put_number(struct mig_stub *stub, const struct mig_field *field)
{
	if (field->variables_before == 0) {
		mig_stub_put(stub, "OutP->%s", field->name);
		return;
	}
	stub->helpers |= MIG_HELPER_NUMBER_AT;
	mig_stub_put(stub, "mig_number_at(OutP, ReplyAt.%s)", field->name);
}

/* The start of a mig_extract(), up to the number of bytes. */
static void
put_extract(
    struct mig_stub *stub, const char *to, const struct mig_field *field)
{
	stub->helpers |= MIG_HELPER_EXTRACT;
	mig_stub_put(stub, "mig_extract(%s, OutP, ", to);
	put_offset(stub, field);
	mig_stub_put(stub, ", ");
}

static void
put_bytes(struct mig_stub *stub, const char *count, uint32_t element_bytes)
{
	if (element_bytes == 1)
		mig_stub_put(stub, "*%s", count);
	else
		mig_stub_put(stub, "*%s * %" PRIu32, count, element_bytes);
}

/* --- refusals -------------------------------------------------------------- */

static void
put_destroy(struct mig_stub *stub)
{
	stub->helpers |= MIG_HELPER_DESTROY_RECEIVED;
	mig_stub_put(stub, "\t\tmig_destroy_received(&OutP->Head);\n");
}

static void
put_check(struct mig_stub *stub)
{
	const struct mig_message *reply = &stub->routine->reply;

	mig_stub_put(stub, "\tmsg_result = __MIG_check__%s(OutP%s);\n",
	    reply->type_name + 2, reply->has_moved ? ", &ReplyAt" : "");
	mig_stub_put(stub, "\tif (msg_result != KERN_SUCCESS) {\n");
	put_destroy(stub);
	if (stub->own_port) {
		bool special = stub->routine->special_reply_port;

		mig_stub_put(stub,
		    "\t\t/* The answer to something else came to this port. "
		    "*/\n"
		    "\t\tif (msg_result == MIG_REPLY_MISMATCH)\n"
		    "\t\t\t%s%s(mig_reply_port);\n",
		    special ? "" : stub->sub_prefix,
		    special ? "mig_dealloc_special_reply_port"
		            : "mig_dealloc_reply_port");
	}
	mig_stub_put_return(stub, "\t\t", "msg_result");
	mig_stub_put(stub, "\t}\n");
}

static void
put_trailer(struct mig_stub *stub)
{
	if (stub->routine->user_trailer == MIG_TRAILER_NONE)
		return;
	stub->helpers |= MIG_HELPER_GET_TRAILER;
	mig_stub_put(stub,
	    "\tif (!mig_get_trailer(&OutP->Head, &mig_trailer, "
	    "sizeof(mig_trailer))) {\n");
	put_destroy(stub);
	mig_stub_put_return(stub, "\t\t", "MIG_TRAILER_ERROR");
	mig_stub_put(stub, "\t}\n");
}

/* More than the caller has room for: as much as fits, and how much it is. */
static void
put_capacity(struct mig_stub *stub, const struct mig_argument *argument)
{
	const char *count = argument->count_name;

	mig_stub_put(stub, "\tif (");
	put_number(stub, argument->reply_count);
	mig_stub_put(stub, " > *%s) {\n", count);
	if (argument->type->shape == MIG_VARIABLE) {
		mig_stub_put(stub, "\t\t");
		put_extract(stub, argument->name, argument->reply_field);
		put_bytes(stub, count, argument->type->element_bytes);
		mig_stub_put(stub, ");\n");
	}
	mig_stub_put(stub, "\t\t*%s = ", count);
	put_number(stub, argument->reply_count);
	mig_stub_put(stub, ";\n");
	put_destroy(stub);
	mig_stub_put_return(stub, "\t\t", "MIG_ARRAY_TOO_LARGE");
	mig_stub_put(stub, "\t}\n");
}

static void
put_capacities(struct mig_stub *stub)
{
	const struct mig_routine *routine = stub->routine;

	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *argument = &routine->arguments[i];

		if (mig_comes_out(argument) && argument->count_in_out &&
		    !argument->count_of && argument->reply_count)
			put_capacity(stub, argument);
	}
}

/* --- values ---------------------------------------------------------------- */

static void
put_count(struct mig_stub *stub, const struct mig_argument *argument)
{
	if (!argument->count_name || argument->count_of)
		return;
	mig_stub_put(stub, "\t*%s = ", argument->count_name);
	put_number(stub, argument->reply_count);
	mig_stub_put(stub, ";\n");
}

static void
put_poly(struct mig_stub *stub, const struct mig_argument *argument)
{
	const struct mig_descriptor *d = argument->reply_descriptor;

	if (mig_has_poly(argument, MIG_USER) && d->received_as == 0)
		mig_stub_put(stub, "\t*%s = OutP->%s%s.disposition;\n",
		    argument->poly_name, d->name, d->is_array ? "[0]" : "");
}

static void
put_string(struct mig_stub *stub, const struct mig_argument *argument)
{
	mig_stub_put(stub, "\tmig_strncpy(%s, ", argument->name);
	put_pointer(stub, argument->reply_field);
	mig_stub_put(stub, ", %" PRIu32 ");\n", argument->type->max);
}

static void
put_inline(struct mig_stub *stub, const struct mig_argument *argument)
{
	const struct mig_field *field = argument->reply_field;

	if (field->variables_before > 0) {
		mig_stub_put(stub, "\t");
		put_extract(stub, argument->name, field);
		mig_stub_put(stub, "sizeof(OutP->%s));\n", field->name);
	} else if (argument->type->by_reference) {
		mig_stub_put(stub,
		    "\tmemcpy(%s, OutP->%s, sizeof(OutP->%s));\n",
		    argument->name, field->name, field->name);
	} else {
		mig_stub_put(
		    stub, "\t*%s = OutP->%s;\n", argument->name, field->name);
	}
}

static void
put_array(struct mig_stub *stub, const struct mig_argument *argument)
{
	mig_stub_put(stub, "\t");
	put_extract(stub, argument->name, argument->reply_field);
	put_bytes(stub, count_owner(argument)->count_name,
	    argument->type->element_bytes);
	mig_stub_put(stub, ");\n");
}

/* Rights and regions in several descriptors: how many. */
static void
put_several(struct mig_stub *stub, const struct mig_argument *argument,
    const char *function)
{
	mig_stub_put(stub, "\t%s(%s, OutP->%s, ", function, argument->name,
	    argument->reply_descriptor->name);
	if (argument->type->variable)
		mig_stub_put(
		    stub, "*%s);\n", count_owner(argument)->count_name);
	else
		mig_stub_put(stub, "%" PRIu32 ");\n", argument->type->max);
}

static void
put_subs(struct mig_stub *stub, const struct mig_argument *argument)
{
	const struct mig_field *field = argument->reply_subs;

	if (!field)
		return;
	mig_stub_put(stub, "\t");
	put_extract(stub, argument->subs_name, field);
	if (field->variable)
		put_bytes(stub, count_owner(argument)->count_name,
		    field->element_bytes);
	else
		mig_stub_put(stub, "sizeof(OutP->%s)", field->name);
	mig_stub_put(stub, ");\n");
}

static void
put_value(struct mig_stub *stub, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	switch (type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		if (type->kind == MIG_STRING)
			put_string(stub, argument);
		else if (type->shape == MIG_INLINE)
			put_inline(stub, argument);
		else
			put_array(stub, argument);
		return;
	case MIG_PORT:
		mig_stub_put(stub, "\t*%s = OutP->%s.name;\n", argument->name,
		    argument->reply_descriptor->name);
		return;
	case MIG_PORTS:
		stub->helpers |= MIG_HELPER_PORT_NAMES;
		put_several(stub, argument, "mig_port_names");
		return;
	case MIG_REGION:
		mig_stub_put(stub, "\t*%s = (%s)OutP->%s.address;\n",
		    argument->name, type->user_ctype,
		    argument->reply_descriptor->name);
		return;
	case MIG_REGIONS:
		stub->helpers |= MIG_HELPER_OOL_ADDRESSES;
		put_several(stub, argument, "mig_ool_addresses");
		put_subs(stub, argument);
		return;
	}
}

/* Tokens may have any C type of their size. */
static void
put_token(struct mig_stub *stub, const struct mig_argument *argument)
{
	const char *member =
	    argument->role == MIG_AUDIT_TOKEN ? "msgh_audit" : "msgh_sender";

	mig_stub_put(stub,
	    "\tmemcpy(%s, &mig_trailer.%s, sizeof(mig_trailer.%s));\n",
	    argument->name, member, member);
}

static void
put_values(struct mig_stub *stub)
{
	const struct mig_routine *routine = stub->routine;

	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *argument = &routine->arguments[i];

		if (argument->user_token) {
			put_token(stub, argument);
		} else if (mig_comes_out(argument)) {
			put_count(stub, argument);
			put_value(stub, argument);
			put_poly(stub, argument);
		}
	}
}

static bool
brings_values(const struct mig_routine *routine)
{
	for (size_t i = 0; i < routine->arguments_length; i++)
		if (routine->arguments[i].user_token ||
		    mig_comes_out(&routine->arguments[i]))
			return true;
	return false;
}

void
mig_stub_put_reply(struct mig_stub *stub)
{
	mig_stub_put(
	    stub, "\t/* Check the reply: what is refused is destroyed. */\n");
	put_check(stub);
	put_trailer(stub);
	put_capacities(stub);
	if (brings_values(stub->routine)) {
		mig_stub_put(stub, "\n\t/* Unpack it. */\n");
		put_values(stub);
	}
	mig_stub_put_return(stub, "\t", "KERN_SUCCESS");
}
