/* The user file: a function for each routine, which sends its request and takes
 * its reply apart: spec/mig.md 10, 11.
 *
 * A function has these parts, in this order, so that an early return has taken
 * nothing and a late one leaves nothing behind:
 *
 *	an outcome, which is sent alone
 *	counts that are too large
 *	memory for messages that are too large for the stack
 *	the body of the request
 *	its header, with the reply port
 *	mach_msg()
 *	the check of the reply
 *	its values
 */
#include "mig_write.h"

#include <inttypes.h>
#include <stdarg.h>

#include "mig_fold.h"
#include "mig_write_stub.h"

/* Messages above this are not put on the stack, unless a limit is given. */
enum { ON_STACK_LIMIT = 16 * 1024 };

/* --- pieces ---------------------------------------------------------------- */

void
mig_stub_put(struct mig_stub *stub, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mig_put_va(stub->out, format, args);
	va_end(args);
}

void
mig_stub_put_id(struct mig_stub *stub, int32_t id)
{
	/* No constant of C is INT32_MIN. */
	if (id == INT32_MIN)
		mig_stub_put(stub, "(-2147483647 - 1)");
	else
		mig_stub_put(stub, "%" PRId32, id);
}

void
mig_stub_put_return(
    struct mig_stub *stub, const char *indent, const char *value)
{
	if (!stub->on_heap) {
		mig_stub_put(stub, "%sreturn %s;\n", indent, value);
		return;
	}
	stub->helpers |= MIG_HELPER_FREE_MESSAGE;
	mig_stub_put(stub,
	    "%sreturn mig_free_message(Mess, sizeof(*Mess), %s);\n", indent,
	    value);
}

/* --- parameters as parts of the request ------------------------------------ */

/* The name, or what it points to. */
static void
put_name(struct mig_packer *packer, bool is_pointer, const char *name)
{
	mig_put(packer->out, "%s%s", is_pointer ? "*" : "", name);
}

void
mig_stub_put_part(struct mig_packer *packer,
    const struct mig_argument *argument, enum mig_part part)
{
	const struct mig_type *type = argument->type;
	bool comes_back = argument->role != MIG_IN;
	bool is_array = type->shape == MIG_VARIABLE ||
	    type->shape == MIG_PORTS || type->shape == MIG_REGIONS ||
	    (type->shape == MIG_INLINE && type->by_reference);

	switch (part) {
	case MIG_PART_VALUE:
		put_name(packer, comes_back && !is_array, argument->name);
		break;
	case MIG_PART_ADDRESS:
		mig_put(
		    packer->out, "%s%s", comes_back ? "" : "&", argument->name);
		break;
	case MIG_PART_COUNT:
		put_name(packer, comes_back, argument->count_name);
		break;
	case MIG_PART_LIMIT:
		break; /* of replies only */
	case MIG_PART_SUBS:
		put_name(packer, false, argument->subs_name);
		break;
	case MIG_PART_POLY:
		put_name(packer, comes_back, argument->poly_name);
		break;
	case MIG_PART_DEALLOC:
		put_name(packer, false, argument->dealloc_name);
		break;
	}
}

static void
put_too_large(struct mig_packer *packer)
{
	mig_put(packer->out, "\n\t\treturn MIG_ARRAY_TOO_LARGE;\n");
}

/* --- locals ---------------------------------------------------------------- */

static const char *
trailer_type(enum mig_trailer trailer)
{
	switch (trailer) {
	case MIG_TRAILER_NONE:
	case MIG_TRAILER_SEQNO:
		break;
	case MIG_TRAILER_SENDER:
		return "mach_msg_security_trailer_t";
	case MIG_TRAILER_AUDIT:
		return "mach_msg_audit_trailer_t";
	case MIG_TRAILER_CONTEXT:
		return "mach_msg_context_trailer_t";
	}
	return "mach_msg_trailer_t";
}

/* Request and reply share memory: nothing of the request is needed afterwards. */
static void
put_union(struct mig_stub *stub)
{
	const struct mig_routine *routine = stub->routine;

	mig_stub_put(
	    stub, "\tunion {\n\t\t%s In;\n", routine->request.type_name);
	mig_stub_put(stub,
	    "\t\tstruct {\n"
	    "\t\t\t%s Reply;\n"
	    "\t\t\t%s Trailer;\n"
	    "\t\t} Out;\n",
	    routine->reply.type_name,
	    routine->user_trailer == MIG_TRAILER_NONE
	        ? "mach_msg_trailer_t"
	        : "mach_msg_max_trailer_t");
	mig_stub_put(stub, "\t} %sMess;\n", stub->on_heap ? "*" : "");
}

static void
put_messages(struct mig_stub *stub)
{
	const struct mig_routine *routine = stub->routine;
	const char *request = routine->request.type_name;

	if (routine->one_way)
		mig_stub_put(
		    stub, "\t%s %sMess;\n", request, stub->on_heap ? "*" : "");
	else
		put_union(stub);
	if (stub->on_heap)
		mig_stub_put(stub, "\t%s *InP;\n", request);
	else
		mig_stub_put(stub, "\t%s *InP = &Mess%s;\n", request,
		    routine->one_way ? "" : ".In");
	if (!routine->one_way)
		mig_stub_put(stub, "\t%s *OutP%s;\n", routine->reply.type_name,
		    stub->on_heap ? "" : " = &Mess.Out.Reply");
}

static void
put_locals(struct mig_stub *stub)
{
	const struct mig_routine *routine = stub->routine;

	put_messages(stub);
	if (!routine->one_way && routine->reply.has_moved)
		mig_stub_put(
		    stub, "\tstruct __ReplyAt__%s ReplyAt;\n", routine->name);
	if (routine->retcode)
		mig_stub_put(stub, "\tmig_reply_error_t mig_outcome;\n");
	if (routine->user_trailer != MIG_TRAILER_NONE)
		mig_stub_put(stub, "\t%s mig_trailer;\n",
		    trailer_type(routine->user_trailer));
	if (stub->own_port)
		mig_stub_put(stub, "\tmach_port_t mig_reply_port;\n");
	if (routine->request.variables > 0)
		mig_stub_put(stub, "\tmach_msg_size_t msgh_size;\n");
	mig_stub_put(stub, "\tmach_msg_return_t msg_result;\n\n");
	mig_stub_put_declare_hook(stub);
	mig_stub_put(stub, "\n");
}

static void
put_allocation(struct mig_stub *stub)
{
	mig_stub_put(stub,
	    "\t/* Too large for the stack. */\n"
	    "\tMess = (void *)mig_user_allocate(sizeof(*Mess));\n"
	    "\tif (!Mess)\n"
	    "\t\treturn KERN_RESOURCE_SHORTAGE;\n"
	    "\tInP = %s;\n",
	    stub->routine->one_way ? "Mess" : "&Mess->In");
	if (!stub->routine->one_way)
		mig_stub_put(stub, "\tOutP = &Mess->Out.Reply;\n");
	mig_stub_put(stub, "\n");
}

/* --- the function ---------------------------------------------------------- */

static void
put_body(struct mig_stub *stub)
{
	struct mig_packer packer = {
	    .out = stub->out,
	    .routine = stub->routine,
	    .message = &stub->routine->request,
	    .to = "InP",
	    .size = "msgh_size",
	    .put_part = mig_stub_put_part,
	    .put_too_large = put_too_large,
	};
	size_t start;

	if (stub->routine->retcode)
		mig_stub_put_outcome(stub);
	start = stub->out->length;
	mig_write_pack_checks(&packer);
	if (stub->out->length > start)
		mig_stub_put(stub, "\n");
	if (stub->on_heap)
		put_allocation(stub);
	if (stub->routine->request.has_ndr || stub->routine->request.complex) {
		mig_stub_put(stub, "\t/* Pack the request. */\n");
		mig_write_pack(&packer);
		mig_stub_put(stub, "\n");
	}
	stub->helpers |= packer.helpers;
}

static void
put_stub(struct mig_stub *stub)
{
	const struct mig_routine *routine = stub->routine;
	size_t start;

	if (!routine->one_way)
		mig_write_check(stub->out, routine, MIG_USER);
	mig_write_owner(stub->out, routine, MIG_USER);
	mig_stub_put(stub, "mig_external ");
	mig_write_prototype(stub->out, routine, stub->options, MIG_USER);
	mig_stub_put(stub, "\n{\n");
	start = stub->out->length;
	put_locals(stub);
	put_body(stub);
	mig_stub_put_header(stub);
	mig_stub_put(stub, "\n");
	mig_stub_put_call(stub);
	if (!routine->one_way) {
		mig_stub_put(stub, "\n");
		mig_stub_put_reply(stub);
	}
	mig_fold(stub->out, start);
	mig_stub_put(stub, "}\n");
}

static bool
is_large(const struct mig_routine *routine, const struct mig_options *options)
{
	uint32_t limit = ON_STACK_LIMIT;

	if (routine->on_stack_limit)
		limit = routine->on_stack_limit;
	else if (options->max_on_stack)
		limit = options->max_on_stack;
	return routine->request.size > limit || routine->reply.size > limit;
}

/* --- the file -------------------------------------------------------------- */

static void
put_stubs(struct mig_stub *stub, const struct mig_interface *interface)
{
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (!routine)
			continue;
		stub->routine = routine;
		stub->on_heap = is_large(routine, stub->options);
		stub->own_port = mig_has_own_port(routine);
		mig_stub_put(stub, "\n");
		put_stub(stub);
	}
}

static void
put_includes(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options, uint32_t helpers)
{
	mig_write_includes(out, interface, options, MIG_USER);
	if (helpers & MIG_HELPER_DROP_REPLY_RIGHT)
		mig_put(out,
		    "#include <mach/mach_init.h>\n"
		    "#include <mach/mach_port.h>\n");
	if (interface->rcsid)
		mig_put(out,
		    "\nstatic const char rcsid[] __attribute__((unused)) = "
		    "%s;\n",
		    interface->rcsid);
}

static void
put_macros(struct mig_text *out)
{
	mig_put(out,
	    "\n/* For the program to choose. */\n"
	    "#ifndef mig_internal\n"
	    "#define mig_internal static inline\n"
	    "#endif\n"
	    "#ifndef mig_external\n"
	    "#define mig_external\n"
	    "#endif\n"
	    "#ifndef __MigTypeCheck\n"
	    "#ifdef TypeCheck /* what it was called once */\n"
	    "#define __MigTypeCheck TypeCheck\n"
	    "#else\n"
	    "#define __MigTypeCheck 1\n"
	    "#endif\n"
	    "#endif\n");
}

void
mig_write_user(struct mig_text *out, const struct mig_interface *interface,
    const struct mig_options *options, const struct mig_routine *only)
{
	struct mig_text stubs = {0};
	struct mig_stub stub = {
	    .out = &stubs,
	    .options = options,
	    .sub_prefix = options->sub_prefix ? options->sub_prefix : "",
	};
	struct mig_interface part = *interface; /* what the file is about */
	struct mig_routine *slot = NULL;

	if (only) {
		slot = interface->slots[only->number];
		part.slots = &slot;
		part.slots_length = 1;
	}
	put_stubs(&stub, &part);

	mig_put(out,
	    "/* Subsystem %s, the user's stubs. Written by mig: do not edit. "
	    "*/\n"
	    "#define __MIG_check__Reply__%s_subsystem__ 1\n\n",
	    interface->name, interface->name);
	put_includes(out, interface, options, stub.helpers);
	put_macros(out);
	mig_stub_put_macros(out, &part);
	mig_write_size_checks(out, &part, MIG_USER);
	if (stub.helpers)
		mig_put(out, "\n");
	mig_write_helpers(out, stub.helpers, stub.sub_prefix);
	/* Both have a blank line there. */
	if (stubs.length > 0)
		mig_put(out, "%s",
		    stubs.bytes + (stub.helpers && stubs.bytes[0] == '\n'));
	mig_text_deinit(&stubs);
}
