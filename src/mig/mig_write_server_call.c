/* The call of an implementation, and what is released when it has returned:
 * spec/mig.md 12.4, steps 3 and 4; 11.2. */
#include "mig_write_server.h"

#include <inttypes.h>
#include <stdarg.h>

#include "mig_fold.h"
#include "mig_owner.h"
#include "mig_write_names.h"

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
		mig_server_put(call->stub, ", ");
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
		pass(call, "%s(%s)", type->intran,
		    mig_server_value(call->stub, a));
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
		pass(call, "%s%s", cast_of(a), mig_server_value(call->stub, a));
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

	if (mig_server_has_token(argument))
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

	mig_server_put(stub, "\t%s%s(", result, stub->routine->server_name);
	for (size_t i = 0; i < stub->routine->arguments_length; i++)
		if (stub->arguments[i].argument->on_server)
			pass_argument(&call, &stub->arguments[i]);
	mig_server_put(stub, ");\n");
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
	else if (type->shape == MIG_PORT && mig_server_is_plain(type))
		pass(call, "MACH_PORT_NULL");
	else if (mig_server_is_scalar(type) && mig_server_is_plain(type))
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
	else if (a->comes_in)
		pass_nothing(call, a);
	else if (!pass_other(call, a))
		pass_port(call, a);
}

/* The request port's, which is all that there is of an outcome to drop. */
static void
put_port_destructor(struct server_stub *stub, const char *indent)
{
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct server_argument *a = &stub->arguments[i];

		if (a->argument->role == MIG_REQUEST_PORT &&
		    a->argument->type->destructor)
			mig_server_put(stub, "%s%s(%s);\n", indent,
			    a->argument->type->destructor,
			    a->object ? a->object : mig_server_value(stub, a));
	}
}

void
mig_server_put_outcome(struct server_stub *stub)
{
	size_t start = stub->out->length;
	struct call call = {stub, 0};

	/* With KERN_SUCCESS the implementation would expect all the rest. */
	mig_server_put(stub,
	    "\t/* An outcome alone. */\n"
	    "\tif (!(InP->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) &&\n"
	    "\t    InP->Head.msgh_size == sizeof(mig_reply_error_t) &&\n"
	    "\t    ((mig_reply_error_t *)InHeadP)->RetCode != KERN_SUCCESS) "
	    "{\n");
	mig_server_put_trailer(stub, "\t\t");
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct server_argument *a = &stub->arguments[i];

		if (a->object && a->argument->role == MIG_REQUEST_PORT)
			mig_server_put(stub, "\t\t%s = %s(%s);\n", a->object,
			    a->argument->type->intran,
			    mig_server_value(stub, a));
	}
	mig_server_put(stub, "\t\tRetCode = %s(", stub->routine->server_name);
	for (size_t i = 0; i < stub->routine->arguments_length; i++)
		if (stub->arguments[i].argument->on_server)
			pass_outcome(&call, &stub->arguments[i]);
	mig_server_put(stub, ");\n");
	put_port_destructor(stub, "\t\t");
	mig_server_put(stub, "\t\treturn RetCode;\n\t}\n\n");
	mig_fold(stub->out, start);
}

/* --- release --------------------------------------------------------------- */

/* What a descriptor of the request had, somebody has released: its destruction must
 * not do so again. */
static void
put_forget(struct server_stub *stub, const struct server_argument *a,
    const char *indent)
{
	const struct mig_type *type = a->argument->type;
	const char *item = a->is_array ? "[mig_i]" : "";
	const char *name = a->argument->name;

	if (type->shape == MIG_PORT || type->shape == MIG_PORTS)
		mig_server_put(stub, "%sInP->%s%s.name = MACH_PORT_NULL;\n",
		    indent, name, item);
	else
		mig_server_put(stub,
		    "%sInP->%s%s.address = NULL;\n"
		    "%sInP->%s%s.%s = 0;\n",
		    indent, name, item, indent, name, item,
		    type->kind == MIG_RIGHT ? "count" : "size");
}

static void
put_free_region(struct server_stub *stub, const struct server_argument *a)
{
	bool has_rights = a->argument->type->kind == MIG_RIGHT;
	const char *indent = has_rights ? "\t\t" : "\t";
	const char *name = a->argument->name;

	mig_server_put(stub,
	    "%smig_deallocate((vm_address_t)InP->%s.address, InP->%s.%s);\n",
	    indent, name, name,
	    has_rights ? "count * sizeof(mach_port_t)" : "size");
	put_forget(stub, a, indent);
}

/* Memory that is lent for the time of the call. Rights in it are the
 * implementation's when it has taken them; else both are left to the destruction
 * of the request (S13). */
static void
put_free_memory(struct server_stub *stub, const struct server_argument *a)
{
	if (a->argument->type->kind != MIG_RIGHT) {
		put_free_region(stub, a);
		return;
	}
	mig_server_put(stub,
	    "\tif (RetCode == KERN_SUCCESS || "
	    "RetCode == MIG_NO_REPLY) {\n");
	put_free_region(stub, a);
	mig_server_put(stub, "\t}\n");
}

static bool
has_lent_memory(const struct server_argument *a)
{
	return a->argument->type->shape == MIG_REGION &&
	    (a->argument->is_auto || a->argument->type->unbounded);
}

/* Right and memory that the destructor got as they came are gone with it. */
static void
put_forget_dropped(struct server_stub *stub, const struct server_argument *a)
{
	if (!mig_is_dropped(a->argument))
		return;
	if (!a->is_array) {
		put_forget(stub, a, "\t");
		return;
	}
	mig_server_put(stub,
	    "\tfor (unsigned int mig_i = 0; mig_i < %" PRIu32 "; mig_i++) {\n",
	    a->argument->type->max);
	put_forget(stub, a, "\t\t");
	mig_server_put(stub, "\t}\n");
}

static void
put_destructor(struct server_stub *stub, const struct server_argument *a)
{
	const char *value = a->object;
	const char *before = "";

	if (!value && a->name) {
		value = a->name;
		before = cast_of(a);
		if (a->place == SERVER_HEAP && !a->is_array)
			before = "*";
	}
	if (!value)
		value = mig_server_value(stub, a);
	mig_server_put(stub, "\t%s(%s%s);\n", a->argument->type->destructor,
	    before, value);
	put_forget_dropped(stub, a);
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
