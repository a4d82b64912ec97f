/* From a request to the implementation, and what is released when it has returned:
 * spec/mig.md 12.4, steps 2 to 4; 11.2. */
#include "mig_write_server.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mig_write_names.h"

static void put(struct server_stub *stub, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct server_stub *stub, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mig_put_va(stub->out, format, args);
	va_end(args);
}

static bool
is_moved(const struct mig_field *field)
{
	return field->variables_before > 0;
}

/* Functions of the interface have no effect on arrays of rights and regions. */
static bool
is_translatable(const struct mig_type *type)
{
	return type->shape != MIG_PORTS && type->shape != MIG_REGIONS;
}

/* --- locals ---------------------------------------------------------------- */

/* Numbers, and what else a C type with one value is set to 0 by. */
static bool
is_scalar(const struct mig_type *type)
{
	if (type->shape == MIG_INLINE)
		return !type->is_struct && type->max == 1;
	return type->shape == MIG_PORT || type->shape == MIG_REGION;
}

static bool
is_plain(const struct mig_type *type)
{
	return !type->intran && !type->outtran && !type->destructor;
}

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

/* "int x", "int x[5]", "name_t x", "int *x = NULL" */
static void
put_value_local(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (a->place == SERVER_HEAP)
		put(stub, "\t%s%s*%s = NULL;\n", item_ctype(a),
		    space_of(item_ctype(a)), a->name);
	else if (a->is_array && type->shape != MIG_INLINE)
		put(stub, "\t%s%s%s[%" PRIu32 "];\n", item_ctype(a),
		    space_of(item_ctype(a)), a->name, type->max);
	else if (a->comes_in || a->is_array)
		put(stub, "\t%s %s;\n", value_ctype(a), a->name);
	else if (type->shape == MIG_PORT && is_plain(type))
		put(stub, "\t%s %s = MACH_PORT_NULL;\n", value_ctype(a),
		    a->name);
	else if (is_scalar(type) && is_plain(type))
		put(stub, "\t%s %s = 0;\n", value_ctype(a), a->name);
	else
		put(stub, "\t%s %s;\n", value_ctype(a), a->name);
}

/* An Out count says how many there is room for, until somebody knows better. */
static void
put_count_local(struct server_stub *stub, const struct server_argument *a)
{
	const char *offer;

	put(stub, "\tmach_msg_type_number_t %s", a->count);
	if (a->comes_in || a->argument->count_in_out) {
		put(stub, ";\n");
		return;
	}
	offer = mig_server_offer(stub, a->argument);
	put(stub, " = %s;\n", offer ? offer : "0");
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
		put(stub, "\t%s %s;\n", type->server_ctype, a->field);
	if (a->object)
		put(stub, "\t%s %s;\n", type->translated_ctype, a->object);
	if (a->sent)
		put(stub, "\t%s %s;\n", type->server_ctype, a->sent);
	if (a->count)
		put_count_local(stub, a);
	if (a->subs && a->subs_on_heap)
		put(stub, "\tmach_msg_type_number_t *%s = NULL;\n", a->subs);
	else if (a->subs)
		put(stub, "\tmach_msg_type_number_t %s[%" PRIu32 "];\n",
		    a->subs, type->max);
	if (a->poly && a->comes_in)
		put(stub, "\tmach_msg_type_name_t %s;\n", a->poly);
	else if (a->poly)
		put(stub, "\tmach_msg_type_name_t %s = %s;\n", a->poly,
		    default_poly(type));
	if (a->dealloc)
		put(stub, "\tboolean_t %s = FALSE;\n", a->dealloc);
}

/* spec/mig.md 7.2: what of a trailer there is, and what it is called there. */
static const char *
token_member(const struct mig_argument *argument)
{
	if (argument->role == MIG_SENDER_TOKEN)
		return "msgh_sender";
	return argument->role == MIG_AUDIT_TOKEN ? "msgh_audit"
	                                         : "msgh_context";
}

static bool
is_server_token(const struct mig_argument *argument)
{
	return argument->server_token && argument->on_server;
}

/* A token has the C type that the interface gives it. */
static void
put_token_locals(struct server_stub *stub)
{
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct mig_argument *argument =
		    &stub->routine->arguments[i];

		if (is_server_token(argument))
			put(stub, "\t%s mig_token_%s;\n",
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

	put(stub, "\t%s *InP = (%s *)InHeadP;\n", routine->request.type_name,
	    routine->request.type_name);
	if (stub->has_reply)
		put(stub, "\t%s *OutP = (%s *)OutHeadP;\n",
		    routine->reply.type_name, routine->reply.type_name);
	if (routine->request.has_moved)
		put(stub, "\tstruct __RequestAt__%s RequestAt;\n",
		    routine->name);
	if (routine->server_trailer != MIG_TRAILER_NONE)
		put(stub, "\t%s mig_trailer;\n",
		    trailer_ctype(routine->server_trailer));
	put_token_locals(stub);
	for (size_t i = 0; i < routine->arguments_length; i++)
		put_argument_locals(stub, &stub->arguments[i]);
	if (stub->has_reply && routine->reply.variables > 0)
		put(stub, "\tmach_msg_size_t msgh_size;\n");
	put(stub, "\tkern_return_t RetCode;\n\n");
}

/* --- the trailer ----------------------------------------------------------- */

void
mig_server_put_trailer(struct server_stub *stub, const char *indent)
{
	if (stub->routine->server_trailer == MIG_TRAILER_NONE)
		return;
	stub->helpers |= (uint32_t)MIG_HELPER_GET_TRAILER;
	put(stub,
	    "%sif (!mig_get_trailer(InHeadP, &mig_trailer, "
	    "sizeof(mig_trailer)))\n"
	    "%s\treturn MIG_TRAILER_ERROR;\n",
	    indent, indent);
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct mig_argument *argument =
		    &stub->routine->arguments[i];

		if (is_server_token(argument))
			put(stub,
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
    struct server_stub *stub, const char *name, uint32_t bytes, bool *any)
{
	put(stub, "\t%s = (void *)mig_user_allocate(%" PRIu32 ");\n", name,
	    bytes);
	*any = true;
}

static void
put_test(struct server_stub *stub, const char *name, bool *any)
{
	put(stub, "%s!%s", *any ? " || " : "", name);
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
			put_allocation(stub, a->name, a->bytes, &any);
		if (a->subs_on_heap)
			put_allocation(
			    stub, a->subs, a->argument->type->max * 4, &any);
	}
	if (!any)
		return;
	any = false;
	put(stub, "\tif (");
	for (size_t i = 0; i < length; i++) {
		const struct server_argument *a = &stub->arguments[i];

		if (a->place == SERVER_HEAP)
			put_test(stub, a->name, &any);
		if (a->subs_on_heap)
			put_test(stub, a->subs, &any);
	}
	put(stub,
	    ") {\n"
	    "\t\tRetCode = KERN_RESOURCE_SHORTAGE;\n"
	    "\t\tgoto done;\n"
	    "\t}\n");
}

/* --- values that come in --------------------------------------------------- */

/* What is in the request, as the server's C type. Of a moved value by itself,
 * nothing. */
static const char *
request_value(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;
	const struct mig_type *type = argument->type;

	if (argument->role == MIG_REQUEST_PORT)
		return "InP->Head.msgh_local_port";
	if (type->shape == MIG_PORT)
		return mig_arena_print(
		    stub->arena, "InP->%s.name", argument->name);
	if (type->shape == MIG_REGION)
		return mig_arena_print(stub->arena, "(%s)InP->%s.address",
		    type->server_ctype, argument->name);
	if (!is_moved(argument->request_field))
		return mig_arena_print(stub->arena, "InP->%s", argument->name);
	stub->server_helpers |= (uint32_t)SERVER_HELPER_AT;
	return mig_arena_print(
	    stub->arena, "mig_at(InP, RequestAt.%s)", argument->name);
}

/* "x", of any size, is the moved data of @a. */
static void
put_extract(struct server_stub *stub, const struct server_argument *a,
    const char *to, const char *bytes)
{
	stub->helpers |= (uint32_t)MIG_HELPER_EXTRACT;
	put(stub, "\tmig_extract(%s, InP, RequestAt.%s, %s);\n", to,
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
	put(stub, "\tmig_port_names(%s, InP->%s, %s);\n", a->name,
	    a->argument->name, request_items(stub, a->argument));
}

static void
put_unpack_regions(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;
	const char *count = request_items(stub, a->argument);

	stub->helpers |= (uint32_t)MIG_HELPER_OOL_ADDRESSES;
	put(stub, "\tmig_ool_addresses(%s, InP->%s, %s);\n", a->name,
	    a->argument->name, count);
	if (!a->subs)
		return;
	stub->server_helpers |= (uint32_t)SERVER_HELPER_OOL_COUNTS;
	put(stub, "\tmig_ool_counts(%s, InP->%s, %s, %" PRIu32 ");\n", a->subs,
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
		put(stub, "\tmemcpy(%s, InP->%s, %s);\n", to, argument->name,
		    bytes);
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
		if (!is_translated) {
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
		value = request_value(stub, a);
	}
	if (is_translated)
		put(stub, "\t%s%s = %s(%s);\n", star, a->name, type->intran,
		    value);
	else
		put(stub, "\t%s%s = %s;\n", star, a->name, value);
}

/* What is translated and has a destructor is kept for it. */
static void
put_object(struct server_stub *stub, const struct server_argument *a)
{
	const char *value = a->name ? a->name : request_value(stub, a);

	put(stub, "\t%s = %s(%s%s);\n", a->object, a->argument->type->intran,
	    a->name && a->place == SERVER_HEAP && !a->is_array ? "*" : "",
	    value);
}

static void
put_clear_subs(struct server_stub *stub, const struct server_argument *a)
{
	if (a->subs_on_heap)
		put(stub, "\tmemset(%s, 0, %" PRIu32 ");\n", a->subs,
		    a->argument->type->max * 4);
	else if (a->subs)
		put(stub, "\tmemset(%s, 0, sizeof(%s));\n", a->subs, a->subs);
}

/* S3: what nobody sets is zero. Scalars that only go out have been initialised. */
static void
put_clear_value(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;
	const char *name = a->argument->name;

	if (a->place == SERVER_REPLY && type->kind == MIG_STRING)
		put(stub, "\tOutP->%s[0] = '\\0';\n", name);
	else if (a->place == SERVER_REPLY)
		put(stub, "\tmemset(OutP->%s, 0, sizeof(OutP->%s));\n", name,
		    name);
	else if (a->place == SERVER_HEAP)
		put(stub, "\tmemset(%s, 0, %" PRIu32 ");\n", a->name, a->bytes);
	else if (a->is_array && type->kind == MIG_STRING && !type->outtran)
		put(stub, "\t%s[0] = '\\0';\n", a->name);
	else if (a->is_array && !type->outtran)
		put(stub, "\tmemset(%s, 0, sizeof(%s));\n", a->name, a->name);
	else if (!is_scalar(type) || !is_plain(type))
		put(stub, "\tmemset(&%s, 0, sizeof(%s));\n", a->name, a->name);
}

static void
put_clear_out(struct server_stub *stub, const struct server_argument *a)
{
	put_clear_value(stub, a);
	put_clear_subs(stub, a);
	if (a->count && a->argument->count_in_out)
		put(stub, "\t%s = %s;\n", a->count,
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
		if (a->is_array)
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
		put(stub, "\t%s = %s;\n", a->count,
		    mig_server_count(stub, argument));
	if (a->poly)
		put(stub, "\t%s = InP->%s%s.disposition;\n", a->poly,
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

/* --- the call -------------------------------------------------------------- */

struct call {
	struct server_stub *stub;
	size_t parameters;
};

static void pass(struct call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
pass(struct call *call, const char *format, ...)
{
	va_list args;

	if (call->parameters++ > 0)
		put(call->stub, ", ");
	va_start(args, format);
	mig_put_va(call->stub->out, format, args);
	va_end(args);
}

/* "(void *)", of an array of what the program has another name for. A fixed one in
 * the body has the program's C type itself; what is found at run time has none. */
static const char *
cast_of(const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (type->shape == MIG_REGIONS)
		return "(void *)";
	if (!a->is_array || !type->element_is_unnamed ||
	    type->kind == MIG_STRING)
		return "";
	if (type->shape == MIG_INLINE && a->place != SERVER_HEAP)
		return "";
	if (a->place == SERVER_REQUEST && is_moved(a->argument->request_field))
		return "";
	return "(void *)";
}

/* "&x", of what goes out; "x" */
static void
pass_local(struct call *call, const struct server_argument *a)
{
	const char *sign = "";

	if (a->place == SERVER_HEAP && !a->is_array && !a->goes_out)
		sign = "*";
	if (a->place == SERVER_LOCAL && !a->is_array && a->goes_out)
		sign = "&";
	pass(call, "%s%s%s", cast_of(a), sign, a->name);
}

static void
pass_translated(struct call *call, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (a->object)
		pass(call, "%s", a->object);
	else if (!a->name)
		pass(
		    call, "%s(%s)", type->intran, request_value(call->stub, a));
	else
		pass(call, "%s(%s%s)", type->intran,
		    a->place == SERVER_HEAP && !a->is_array ? "*" : "",
		    a->name);
}

static void
pass_value(struct call *call, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (a->place == SERVER_REPLY)
		pass(call, "%sOutP->%s", cast_of(a), a->argument->name);
	else if (!a->goes_out && type->intran && is_translatable(type))
		pass_translated(call, a);
	else if (a->name)
		pass_local(call, a);
	else
		pass(call, "%s%s", cast_of(a), request_value(call->stub, a));
}

/* The data of the body, and what goes with it: spec/mig.md 7.4. */
static void
pass_data(struct call *call, const struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;

	pass_value(call, a);
	if (mig_has_poly(argument, MIG_SERVER)) {
		if (a->poly)
			pass(call, "&%s", a->poly);
		else
			pass(call, "InP->%s%s.disposition", argument->name,
			    a->is_array ? "[0]" : "");
	}
	if (a->subs)
		pass(call, "%s", a->subs);
	if (mig_has_count(argument)) {
		if (a->count)
			pass(call, "&%s", a->count);
		else
			pass(
			    call, "%s", mig_server_count(call->stub, argument));
	}
	if (a->dealloc)
		pass(call, "&%s", a->dealloc);
}

/* Of the header. A received message has the two ports exchanged. */
static void
pass_port(struct call *call, const struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;
	bool is_request = argument->role == MIG_REQUEST_PORT;
	const char *port = is_request ? "InP->Head.msgh_local_port"
	                              : "InP->Head.msgh_remote_port";

	if (a->object)
		pass(call, "%s", a->object);
	else if (argument->type->intran)
		pass(call, "%s(%s)", argument->type->intran, port);
	else
		pass(call, "%s", port);
	if (mig_has_poly(argument, MIG_SERVER))
		pass(call, "MACH_MSGH_BITS_%s(InP->Head.msgh_bits)",
		    is_request ? "LOCAL" : "REMOTE");
}

/* What is neither in the body nor a port; false when @a is. */
static bool
pass_other(struct call *call, const struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;

	if (is_server_token(argument))
		pass(call, "%smig_token_%s", argument->user_token ? "&" : "",
		    argument->name);
	else if (argument->role == MIG_SEQNO)
		pass(call, "(%s)mig_trailer.msgh_seqno",
		    argument->type->server_ctype);
	else
		return false;
	return true;
}

static void
pass_argument(struct call *call, const struct server_argument *a)
{
	if (a->argument->retcode)
		pass(call, "KERN_SUCCESS");
	else if (a->comes_in || a->goes_out)
		pass_data(call, a);
	else if (!pass_other(call, a))
		pass_port(call, a);
}

/* The result of a stub whose implementation is all that it has to do is that of
 * the implementation. */
void
mig_server_put_call(struct server_stub *stub, const char *result)
{
	size_t start = stub->out->length;
	struct call call = {stub, 0};

	put(stub, "\t%s%s(", result, stub->routine->server_name);
	for (size_t i = 0; i < stub->routine->arguments_length; i++)
		if (stub->arguments[i].argument->on_server)
			pass_argument(&call, &stub->arguments[i]);
	put(stub, ");\n");
	mig_fold(stub->out, start);
}

/* --- an outcome alone: spec/mig.md 11.2 ------------------------------------ */

static void
pass_nothing(struct call *call, const struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;
	const struct mig_type *type = argument->type;

	if (a->is_array)
		pass(call, "NULL");
	else if (type->shape == MIG_PORT && is_plain(type))
		pass(call, "MACH_PORT_NULL");
	else if (is_scalar(type) && is_plain(type))
		pass(call, "0");
	else
		pass(call, "(%s){0}", type->translated_ctype);
	if (mig_has_poly(argument, MIG_SERVER))
		pass(call, "0");
	if (argument->subs_name)
		pass(call, "NULL");
	if (mig_has_count(argument))
		pass(call, "0");
}

static void
pass_outcome(struct call *call, const struct server_argument *a)
{
	if (a->argument->retcode)
		pass(call, "(%s)((mig_reply_error_t *)InHeadP)->RetCode",
		    a->argument->type->server_ctype);
	else if (a->argument->role == MIG_REQUEST_PORT)
		pass_port(call, a);
	else if (!pass_other(call, a))
		pass_nothing(call, a);
}

/* The request port's, which is all that there is of an outcome. */
static void
put_port_destructor(struct server_stub *stub, const char *indent)
{
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct server_argument *a = &stub->arguments[i];

		if (a->argument->role == MIG_REQUEST_PORT &&
		    a->argument->type->destructor)
			put(stub, "%s%s(%s);\n", indent,
			    a->argument->type->destructor,
			    a->object ? a->object : request_value(stub, a));
	}
}

void
mig_server_put_outcome(struct server_stub *stub)
{
	size_t start = stub->out->length;
	struct call call = {stub, 0};

	put(stub,
	    "\t/* An outcome alone. */\n"
	    "\tif (!(InP->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) &&\n"
	    "\t    InP->Head.msgh_size == sizeof(mig_reply_error_t)) {\n");
	mig_server_put_trailer(stub, "\t\t");
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct server_argument *a = &stub->arguments[i];

		if (a->object && a->argument->role == MIG_REQUEST_PORT)
			put(stub, "\t\t%s = %s(%s);\n", a->object,
			    a->argument->type->intran, request_value(stub, a));
	}
	put(stub, "\t\tRetCode = %s(", stub->routine->server_name);
	for (size_t i = 0; i < stub->routine->arguments_length; i++)
		if (stub->arguments[i].argument->on_server)
			pass_outcome(&call, &stub->arguments[i]);
	put(stub, ");\n");
	put_port_destructor(stub, "\t\t");
	put(stub, "\t\treturn RetCode;\n\t}\n\n");
	mig_fold(stub->out, start);
}

/* --- release --------------------------------------------------------------- */

/* One region. The request forgets it, lest its destruction free it again. */
static void
put_free_region(struct server_stub *stub, const struct server_argument *a,
    const char *indent)
{
	const char *item = a->is_array ? "[mig_i]" : "";
	const char *name = a->argument->name;
	const char *size =
	    a->argument->type->kind == MIG_RIGHT ? "count" : "size";

	put(stub,
	    "%smig_deallocate((vm_address_t)InP->%s%s.address, "
	    "InP->%s%s.%s%s);\n"
	    "%sInP->%s%s.address = NULL;\n"
	    "%sInP->%s%s.%s = 0;\n",
	    indent, name, item, name, item, size,
	    a->argument->type->kind == MIG_RIGHT ? " * sizeof(mach_port_t)"
	                                         : "",
	    indent, name, item, indent, name, item, size);
}

/* Memory that is lent for the time of the call. Rights in it are the
 * implementation's when it has taken them; else both are left to the destruction
 * of the request (S13). */
static void
put_free_memory(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (a->is_array) {
		put(stub,
		    "\tfor (unsigned int mig_i = 0; mig_i < %" PRIu32
		    "; mig_i++) {\n",
		    type->max);
		put_free_region(stub, a, "\t\t");
		put(stub, "\t}\n");
	} else if (type->kind == MIG_RIGHT) {
		put(stub,
		    "\tif (RetCode == KERN_SUCCESS || "
		    "RetCode == MIG_NO_REPLY) {\n");
		put_free_region(stub, a, "\t\t");
		put(stub, "\t}\n");
	} else {
		put_free_region(stub, a, "\t");
	}
}

static bool
has_lent_memory(const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	return (type->shape == MIG_REGION || type->shape == MIG_REGIONS) &&
	    (a->argument->is_auto || type->unbounded);
}

static void
put_destructor(struct server_stub *stub, const struct server_argument *a)
{
	const char *value = a->object;
	const char *star = "";

	if (!value && a->name) {
		value = a->name;
		star = a->place == SERVER_HEAP && !a->is_array ? "*" : "";
	}
	if (!value)
		value = request_value(stub, a);
	put(stub, "\t%s(%s%s);\n", a->argument->type->destructor, star, value);
}

void
mig_server_put_release(struct server_stub *stub)
{
	size_t start = stub->out->length;

	for (size_t i = stub->routine->arguments_length; i-- > 0;) {
		const struct server_argument *a = &stub->arguments[i];
		bool is_in = a->comes_in && !a->goes_out;

		if (a->argument->type->destructor &&
		    (is_in || a->argument->role == MIG_REQUEST_PORT))
			put_destructor(stub, a);
		if (is_in && has_lent_memory(a))
			put_free_memory(stub, a);
	}
	mig_fold(stub->out, start);
}
