/* The locals of a stub: spec/mig.md 12.4, steps 1 to 3. */
#include "mig_write_server.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mig_write_names.h"

/* --- locals ---------------------------------------------------------------- */

/* The type of a value by itself; and of one of an array. */
static const char *
value_ctype(const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	return a->goes_out ? type->translated_ctype : type->server_ctype;
}

static const char *
item_ctype(const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (!a->is_array)
		return value_ctype(a);
	/* What the interface calls the type of a region, nobody knows here. */
	if (type->shape == MIG_REGIONS)
		return "void *";
	return type->kind == MIG_STRING ? "char" : type->element_server_ctype;
}

/* Between a type and what is declared: "void **x". */
static const char *
space_of(const char *ctype)
{
	return ctype[strlen(ctype) - 1] == '*' ? "" : " ";
}

/* What a plain Out value is until the implementation says. NULL: anything. */
static const char *
first_value(const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (a->comes_in || a->is_array || !mig_server_is_plain(type))
		return NULL;
	if (type->shape == MIG_PORT)
		return "MACH_PORT_NULL";
	return mig_server_is_scalar(type) ? "0" : NULL;
}

/* "int x", "int x[5]", "name_t x = 0", "int *x = NULL" */
static void
put_value_local(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (a->place == SERVER_HEAP)
		mig_server_put(stub, "\t%s%s*%s = NULL;\n", item_ctype(a),
		    space_of(item_ctype(a)), a->name);
	else if (a->is_array && type->shape != MIG_INLINE)
		mig_server_put(stub, "\t%s%s%s[%" PRIu32 "];\n", item_ctype(a),
		    space_of(item_ctype(a)), a->name, type->max);
	else if (first_value(a))
		mig_server_put(stub, "\t%s %s = %s;\n", value_ctype(a), a->name,
		    first_value(a));
	else
		mig_server_put(stub, "\t%s %s;\n", value_ctype(a), a->name);
}

/* An Out count says how many there is room for, until somebody knows better. */
static void
put_count_local(struct server_stub *stub, const struct server_argument *a)
{
	const char *offer;

	mig_server_put(stub, "\tmach_msg_type_number_t %s", a->count);
	if (a->comes_in || a->argument->count_in_out) {
		mig_server_put(stub, ";\n");
		return;
	}
	offer = mig_server_offer(stub, a->argument);
	mig_server_put(stub, " = %s;\n", offer ? offer : "0");
}

/* A right that nobody sets is null, but its disposition has to be one. */
static const char *
default_poly(const struct mig_type *type)
{
	switch (type->received_as) {
	case 16:
		return "MACH_MSG_TYPE_MOVE_RECEIVE";
	case 18:
		return "MACH_MSG_TYPE_MOVE_SEND_ONCE";
	default:
		return "MACH_MSG_TYPE_MOVE_SEND";
	}
}

static void
put_argument_locals(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (a->name)
		put_value_local(stub, a);
	if (a->field)
		mig_server_put(
		    stub, "\t%s %s;\n", type->server_ctype, a->field);
	if (a->object)
		mig_server_put(
		    stub, "\t%s %s;\n", type->translated_ctype, a->object);
	if (a->sent)
		mig_server_put(stub, "\t%s %s;\n", type->server_ctype, a->sent);
	if (a->count)
		put_count_local(stub, a);
	if (a->subs && a->subs_on_heap)
		mig_server_put(
		    stub, "\tmach_msg_type_number_t *%s = NULL;\n", a->subs);
	else if (a->subs)
		mig_server_put(stub,
		    "\tmach_msg_type_number_t %s[%" PRIu32 "];\n", a->subs,
		    type->max);
	if (a->poly && a->comes_in)
		mig_server_put(stub, "\tmach_msg_type_name_t %s;\n", a->poly);
	else if (a->poly)
		mig_server_put(stub, "\tmach_msg_type_name_t %s = %s;\n",
		    a->poly, default_poly(type));
	if (a->dealloc)
		mig_server_put(stub, "\tboolean_t %s = FALSE;\n", a->dealloc);
}

/* A token has the C type that the interface gives it. */
static void
put_token_locals(struct server_stub *stub)
{
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct mig_argument *argument =
		    &stub->routine->arguments[i];

		if (mig_server_has_token(argument))
			mig_server_put(stub, "\t%s mig_token_%s;\n",
			    argument->type->server_ctype, argument->name);
	}
}

static const char *
trailer_ctype(enum mig_trailer trailer)
{
	switch (trailer) {
	case MIG_TRAILER_NONE:
		break;
	case MIG_TRAILER_SEQNO:
		return "mach_msg_seqno_trailer_t";
	case MIG_TRAILER_SENDER:
		return "mach_msg_security_trailer_t";
	case MIG_TRAILER_AUDIT:
		return "mach_msg_audit_trailer_t";
	case MIG_TRAILER_CONTEXT:
		return "mach_msg_context_trailer_t";
	}
	abort();
}

void
mig_server_put_locals(struct server_stub *stub)
{
	const struct mig_routine *routine = stub->routine;

	mig_server_put(stub, "\t%s *InP = (%s *)InHeadP;\n",
	    routine->request.type_name, routine->request.type_name);
	if (stub->has_reply)
		mig_server_put(stub, "\t%s *OutP = (%s *)OutHeadP;\n",
		    routine->reply.type_name, routine->reply.type_name);
	if (routine->request.has_moved)
		mig_server_put(stub, "\tstruct __RequestAt__%s RequestAt;\n",
		    routine->name);
	if (routine->server_trailer != MIG_TRAILER_NONE)
		mig_server_put(stub, "\t%s mig_trailer;\n",
		    trailer_ctype(routine->server_trailer));
	put_token_locals(stub);
	for (size_t i = 0; i < routine->arguments_length; i++)
		put_argument_locals(stub, &stub->arguments[i]);
	if (stub->has_reply && routine->reply.variables > 0)
		mig_server_put(stub, "\tmach_msg_size_t msgh_size;\n");
	mig_server_put(stub, "\tkern_return_t RetCode;\n\n");
}
