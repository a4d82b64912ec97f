/* What an implementation is given, out of the request; and what stands where it is to
 * put something: spec/mig.md 12.3 (trailers), 12.4 steps 2 and 3. */
#include "mig_write_server.h"

#include <inttypes.h>

#include "mig_fold.h"

static bool
is_moved(const struct mig_field *field)
{
	return field->variables_before > 0;
}

/* --- the trailer ----------------------------------------------------------- */

/* spec/mig.md 7.2: what of a trailer there is, and what it is called there. */
static const char *
token_member(const struct mig_argument *argument)
{
	if (argument->role == MIG_SENDER_TOKEN)
		return "msgh_sender";
	return argument->role == MIG_AUDIT_TOKEN ? "msgh_audit"
	                                         : "msgh_context";
}

void
mig_server_put_trailer(struct server_stub *stub, const char *indent)
{
	if (stub->routine->server_trailer == MIG_TRAILER_NONE)
		return;
	stub->helpers |= (uint32_t)MIG_HELPER_GET_TRAILER;
	mig_server_put(stub,
	    "%sif (!mig_get_trailer(InHeadP, &mig_trailer, "
	    "sizeof(mig_trailer)))\n"
	    "%s\treturn MIG_TRAILER_ERROR;\n",
	    indent, indent);
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct mig_argument *argument =
		    &stub->routine->arguments[i];

		if (mig_server_has_token(argument))
			mig_server_put(stub,
			    "%smemcpy(&mig_token_%s, &mig_trailer.%s, "
			    "sizeof(mig_token_%s));\n",
			    indent, argument->name, token_member(argument),
			    argument->name);
	}
}

/* --- heap ------------------------------------------------------------------ */

/* All of it is there before anything is translated: to give it back is enough when
 * there is no more. */
static void
put_allocation(
    struct server_stub *stub, const char *name, const char *bytes, bool *any)
{
	mig_server_put(
	    stub, "\t%s = (void *)mig_user_allocate(%s);\n", name, bytes);
	*any = true;
}

static void
put_test(struct server_stub *stub, const char *name, bool *any)
{
	mig_server_put(stub, "%s!%s", *any ? " || " : "", name);
	*any = true;
}

static void
put_heap(struct server_stub *stub)
{
	size_t length = stub->routine->arguments_length;
	bool any = false;

	for (size_t i = 0; i < length; i++) {
		const struct server_argument *a = &stub->arguments[i];

		if (a->place == SERVER_HEAP)
			put_allocation(stub, a->name,
			    mig_server_heap_bytes(stub, a), &any);
		if (a->subs_on_heap)
			put_allocation(stub, a->subs,
			    mig_arena_print(stub->arena, "%" PRIu32,
			        a->argument->type->max * 4),
			    &any);
	}
	if (!any)
		return;
	any = false;
	mig_server_put(stub, "\tif (");
	for (size_t i = 0; i < length; i++) {
		const struct server_argument *a = &stub->arguments[i];

		if (a->place == SERVER_HEAP)
			put_test(stub, a->name, &any);
		if (a->subs_on_heap)
			put_test(stub, a->subs, &any);
	}
	mig_server_put(stub,
	    ") {\n"
	    "\t\tRetCode = KERN_RESOURCE_SHORTAGE;\n"
	    "\t\tgoto done;\n"
	    "\t}\n");
}

/* --- values that come in --------------------------------------------------- */

/* "x", of any size, is the moved data of @a. */
static void
put_extract(struct server_stub *stub, const struct server_argument *a,
    const char *to, const char *bytes)
{
	stub->helpers |= (uint32_t)MIG_HELPER_EXTRACT;
	mig_server_put(stub, "\tmig_extract(%s, InP, RequestAt.%s, %s);\n", to,
	    a->argument->name, bytes);
}

/* How many elements, rights or regions the request has. */
static const char *
request_items(struct server_stub *stub, const struct mig_argument *argument)
{
	if (argument->type->variable)
		return mig_server_count(stub, argument);
	return mig_arena_print(stub->arena, "%" PRIu32, argument->type->max);
}

static void
put_unpack_rights(struct server_stub *stub, const struct server_argument *a)
{
	stub->helpers |= (uint32_t)MIG_HELPER_PORT_NAMES;
	mig_server_put(stub, "\tmig_port_names(%s, InP->%s, %s);\n", a->name,
	    a->argument->name, request_items(stub, a->argument));
}

static void
put_unpack_regions(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;
	const char *count = request_items(stub, a->argument);

	stub->helpers |= (uint32_t)MIG_HELPER_OOL_ADDRESSES;
	mig_server_put(stub, "\tmig_ool_addresses(%s, InP->%s, %s);\n", a->name,
	    a->argument->name, count);
	if (!a->subs)
		return;
	stub->server_helpers |= (uint32_t)SERVER_HELPER_OOL_COUNTS;
	mig_server_put(stub,
	    "\tmig_ool_counts(%s, InP->%s, %s, %" PRIu32 ");\n", a->subs,
	    a->argument->name, count,
	    type->kind == MIG_RIGHT ? 1 : type->element_bytes);
}

/* The data of an array in the body, to where it is aligned, or may be changed. */
static void
put_unpack_array(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;
	const struct mig_type *type = argument->type;
	const char *to = a->name;
	const char *bytes;

	if (a->place == SERVER_REPLY)
		to = mig_arena_print(stub->arena, "OutP->%s", argument->name);
	if (type->variable)
		bytes = mig_arena_print(stub->arena, "%s * %" PRIu32,
		    mig_server_count(stub, argument), type->element_bytes);
	else
		bytes = mig_arena_print(stub->arena, "%" PRIu32, type->bytes);
	if (is_moved(argument->request_field))
		put_extract(stub, a, to, bytes);
	else
		mig_server_put(stub, "\tmemcpy(%s, InP->%s, %s);\n", to,
		    argument->name, bytes);
}

/* A value by itself. */
static void
put_unpack_value(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;
	const char *star = a->place == SERVER_HEAP ? "*" : "";
	const char *ampersand = a->place == SERVER_HEAP ? "" : "&";
	bool is_translated = a->goes_out && type->intran;
	const char *value;

	if (type->shape == MIG_INLINE && is_moved(a->argument->request_field)) {
		if (!a->field) {
			put_extract(stub, a,
			    mig_arena_print(
			        stub->arena, "%s%s", ampersand, a->name),
			    mig_arena_print(
			        stub->arena, "sizeof(%s%s)", star, a->name));
			return;
		}
		put_extract(stub, a,
		    mig_arena_print(stub->arena, "&%s", a->field),
		    mig_arena_print(stub->arena, "sizeof(%s)", a->field));
		value = a->field;
	} else {
		value = mig_server_value(stub, a);
	}
	if (is_translated)
		mig_server_put(stub, "\t%s%s = %s(%s);\n", star, a->name,
		    type->intran, value);
	else
		mig_server_put(stub, "\t%s%s = %s;\n", star, a->name, value);
}

/* An array that its function makes something else of: a pointer, for one. */
static bool
is_translated_array(const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	return a->is_array && type->shape == MIG_INLINE && type->intran &&
	    type->outtran;
}

/* What is translated and has a destructor is kept for it. */
static void
put_object(struct server_stub *stub, const struct server_argument *a)
{
	const char *value = a->name ? a->name : mig_server_value(stub, a);

	mig_server_put(stub, "\t%s = %s(%s%s);\n", a->object,
	    a->argument->type->intran,
	    a->name && a->place == SERVER_HEAP && !a->is_array ? "*" : "",
	    value);
}

static void
put_clear_subs(struct server_stub *stub, const struct server_argument *a)
{
	if (a->subs_on_heap)
		mig_server_put(stub, "\tmemset(%s, 0, %" PRIu32 ");\n", a->subs,
		    a->argument->type->max * 4);
	else if (a->subs)
		mig_server_put(
		    stub, "\tmemset(%s, 0, sizeof(%s));\n", a->subs, a->subs);
}

/* S3: what nobody sets is zero. Scalars that only go out have been initialised. */
static void
put_clear_value(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;
	const char *name = a->argument->name;

	if (a->place == SERVER_REPLY && type->kind == MIG_STRING)
		mig_server_put(stub, "\tOutP->%s[0] = '\\0';\n", name);
	else if (a->place == SERVER_REPLY)
		mig_server_put(stub,
		    "\tmemset(OutP->%s, 0, sizeof(OutP->%s));\n", name, name);
	else if (a->place == SERVER_HEAP)
		mig_server_put(stub, "\tmemset(%s, 0, %s);\n", a->name,
		    mig_server_heap_bytes(stub, a));
	else if (a->is_array && type->kind == MIG_STRING && !type->outtran)
		mig_server_put(stub, "\t%s[0] = '\\0';\n", a->name);
	else if (a->is_array && !type->outtran)
		mig_server_put(
		    stub, "\tmemset(%s, 0, sizeof(%s));\n", a->name, a->name);
	else if (!mig_server_is_scalar(type) || !mig_server_is_plain(type))
		mig_server_put(
		    stub, "\tmemset(&%s, 0, sizeof(%s));\n", a->name, a->name);
}

static void
put_clear_out(struct server_stub *stub, const struct server_argument *a)
{
	put_clear_value(stub, a);
	put_clear_subs(stub, a);
	if (a->count && a->argument->count_in_out)
		mig_server_put(stub, "\t%s = %s;\n", a->count,
		    mig_server_offer(stub, a->argument));
}

/* To a local, or to where the reply has it. */
static void
put_unpack_data(struct server_stub *stub, const struct server_argument *a)
{
	switch (a->argument->type->shape) {
	case MIG_PORTS:
		put_unpack_rights(stub, a);
		break;
	case MIG_REGIONS:
		put_unpack_regions(stub, a);
		break;
	case MIG_INLINE:
	case MIG_VARIABLE:
	case MIG_PORT:
	case MIG_REGION:
		if (a->goes_out && is_translated_array(a))
			mig_server_put(stub, "\t%s = %s(%s);\n", a->name,
			    a->argument->type->intran,
			    mig_server_value(stub, a));
		else if (a->is_array)
			put_unpack_array(stub, a);
		else
			put_unpack_value(stub, a);
		break;
	}
}

static void
put_unpack_in(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;

	/* The implementation may say that there are more than have come. */
	if (a->goes_out && a->is_array && argument->type->variable) {
		put_clear_value(stub, a);
		put_clear_subs(stub, a);
	}
	if (a->place != SERVER_REQUEST)
		put_unpack_data(stub, a);
	if (a->count)
		mig_server_put(stub, "\t%s = %s;\n", a->count,
		    mig_server_count(stub, argument));
	if (a->poly)
		mig_server_put(stub, "\t%s = InP->%s%s.disposition;\n", a->poly,
		    argument->name, a->is_array ? "[0]" : "");
}

void
mig_server_put_unpack(struct server_stub *stub)
{
	size_t start = stub->out->length;

	put_heap(stub);
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct server_argument *a = &stub->arguments[i];

		if (a->comes_in)
			put_unpack_in(stub, a);
		else if (a->goes_out)
			put_clear_out(stub, a);
	}
	/* Nothing fails any more. */
	for (size_t i = 0; i < stub->routine->arguments_length; i++)
		if (stub->arguments[i].object)
			put_object(stub, &stub->arguments[i]);
	mig_fold(stub->out, start);
}
