/* The call of a user stub: header, mach_msg(), and its failure: spec/mig.md 10.1
 * step 3, 10.2 to 10.4, 11. */
#include "mig_write_stub.h"

#include <inttypes.h>
#include <string.h>

#include "mig_symbol.h"

/* --- hooks and macros ------------------------------------------------------ */

static void
put_hook(struct mig_stub *stub, const char *when)
{
	mig_stub_put(stub, "\t__%sSend%s(", when,
	    stub->routine->one_way ? "Simple" : "Rpc");
	mig_stub_put_id(stub, stub->routine->id);
	mig_stub_put(stub, ", \"%s\")\n", stub->routine->name);
}

void
mig_stub_put_declare_hook(struct mig_stub *stub)
{
	put_hook(stub, "Declare");
}

static void
put_hook_macros(struct mig_text *out, const char *kind)
{
	static const char *const when[] = {"Declare", "Before", "After"};

	for (size_t i = 0; i < sizeof(when) / sizeof(when[0]); i++)
		mig_put(out,
		    "#ifndef __%sSend%s\n"
		    "#define __%sSend%s(id, name)\n"
		    "#endif\n",
		    when[i], kind, when[i], kind);
}

/* What becomes of the stub's own reply port when mach_msg() fails. */
static const char *
error_macro(const struct mig_routine *routine)
{
	bool waits = routine->timeout != MIG_TIMEOUT_NONE;

	if (routine->special_reply_port)
		return waits ? "__MachMsgErrorWithTimeoutSRP"
		             : "__MachMsgErrorWithoutTimeoutSRP";
	return waits ? "__MachMsgErrorWithTimeout"
	             : "__MachMsgErrorWithoutTimeout";
}

static void
put_error_macros(struct mig_text *out, const char *suffix, const char *function)
{
	static const char *const with[] = {"With", "Without"};

	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		mig_put(out,
		    "#ifndef __MachMsgError%sTimeout%s\n"
		    "#define __MachMsgError%sTimeout%s(R) \\\n"
		    "\t%s((R), mig_reply_port, &InP->Head)\n"
		    "#endif\n",
		    with[i], suffix, with[i], suffix, function);
}

struct uses {
	bool rpc;
	bool simple;
	bool port;
	bool special_port;
};

static struct uses
find_uses(const struct mig_interface *interface)
{
	struct uses uses = {0};

	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (!routine)
			continue;
		uses.rpc |= !routine->one_way;
		uses.simple |= routine->one_way;
		if (mig_has_own_port(routine)) {
			uses.port |= !routine->special_reply_port;
			uses.special_port |= routine->special_reply_port;
		}
	}
	return uses;
}

void
mig_stub_put_macros(struct mig_text *out, const struct mig_interface *interface)
{
	struct uses uses = find_uses(interface);

	if (uses.rpc || uses.simple)
		mig_put(out,
		    "\n/* What a program may have its stubs do around the "
		    "call. */\n");
	if (uses.rpc)
		put_hook_macros(out, "Rpc");
	if (uses.simple)
		put_hook_macros(out, "Simple");
	if (uses.port || uses.special_port)
		mig_put(out,
		    "\n/* What becomes of the reply port when mach_msg() "
		    "fails. */\n"
		    "#ifndef msgh_reply_port\n"
		    "#define msgh_request_port msgh_remote_port\n"
		    "#define msgh_reply_port msgh_local_port\n"
		    "#endif\n");
	if (uses.port)
		put_error_macros(out, "", "mig_reply_port_error");
	if (uses.special_port)
		put_error_macros(out, "SRP", "mig_special_port_error");
}

/* --- header ---------------------------------------------------------------- */

static void
put_port_disposition(struct mig_stub *stub, const struct mig_argument *argument)
{
	if (argument->type->sent_as)
		mig_stub_put(
		    stub, "%s", mig_disposition_name(argument->type->sent_as));
	else
		mig_stub_put(stub, "%s", argument->poly_name);
}

/* Whose right the reply is to come to: the caller's, or the stub's own. */
static void
put_reply_disposition(struct mig_stub *stub)
{
	const struct mig_argument *port = stub->routine->reply_port;

	if (port && (port->on_user || (stub->own_port && port->type->sent_as)))
		put_port_disposition(stub, port);
	else
		mig_stub_put(stub, "%s",
		    stub->own_port ? "MACH_MSG_TYPE_MAKE_SEND_ONCE" : "0");
}

static void
put_bits(struct mig_stub *stub, bool complex)
{
	if (complex)
		mig_stub_put(stub, "MACH_MSGH_BITS_COMPLEX | ");
	mig_stub_put(stub, "MACH_MSGH_BITS(");
	put_port_disposition(stub, stub->routine->request_port);
	mig_stub_put(stub, ", ");
	put_reply_disposition(stub);
	mig_stub_put(stub, ")");
}

/* The name in the header's local port, and where the reply is awaited. */
static const char *
reply_port_name(const struct mig_stub *stub)
{
	const struct mig_argument *port = stub->routine->reply_port;

	if (stub->own_port)
		return "mig_reply_port";
	return port && port->on_user ? port->name : "MACH_PORT_NULL";
}

static void
put_own_port(struct mig_stub *stub)
{
	bool special = stub->routine->special_reply_port;

	mig_stub_put(stub, "\tmig_reply_port = %s%s();\n",
	    special ? "" : stub->sub_prefix,
	    special ? "mig_get_special_reply_port" : "mig_get_reply_port");
	mig_stub_put(stub, "\tif (mig_reply_port == MACH_PORT_NULL)\n");
	mig_stub_put_return(stub, "\t\t", "MACH_RCV_INVALID_NAME");
}

/* The size of the request, known at run time when it varies. */
static const char *
size_name(const struct mig_stub *stub)
{
	return stub->routine->request.variables > 0 ? "msgh_size"
	                                            : "sizeof(*InP)";
}

void
mig_stub_put_header(struct mig_stub *stub)
{
	const struct mig_routine *routine = stub->routine;

	mig_stub_put(stub, "\t/* Address the request. */\n");
	if (stub->own_port)
		put_own_port(stub);
	mig_stub_put(stub, "\tInP->Head.msgh_bits = ");
	put_bits(stub, routine->request.complex);
	mig_stub_put(stub, ";\n\tInP->Head.msgh_size = %s;\n", size_name(stub));
	mig_stub_put(stub, "\tInP->Head.msgh_remote_port = %s;\n",
	    routine->request_port->name);
	mig_stub_put(
	    stub, "\tInP->Head.msgh_local_port = %s;\n", reply_port_name(stub));
	mig_stub_put(stub, "\tInP->Head.msgh_reserved = 0;\n");
	mig_stub_put(stub, "\tInP->Head.msgh_id = ");
	mig_stub_put_id(stub, routine->id);
	mig_stub_put(stub, ";\n");
}

/* --- options and timeout --------------------------------------------------- */

enum {
	SENDS = 1,
	RECEIVES = 2,
};

/* An expression as an operand of `|`. */
static void
put_operand(struct mig_stub *stub, const char *text)
{
	bool is_word = text[strspn(text,
	                   "abcdefghijklmnopqrstuvwxyz"
	                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")] == '\0';

	mig_stub_put(stub, is_word ? " | %s" : " | (%s)", text);
}

/* The value of an argument that may have another integer type. */
static void
put_converted(struct mig_stub *stub, const struct mig_argument *argument,
    const char *ctype)
{
	if (strcmp(argument->type->user_ctype, ctype) == 0)
		mig_stub_put(stub, "%s", argument->name);
	else
		mig_stub_put(stub, "(%s)%s", ctype, argument->name);
}

static void
put_trailer_options(struct mig_stub *stub)
{
	const char *element = NULL;

	switch (stub->routine->user_trailer) {
	case MIG_TRAILER_NONE:
		return;
	case MIG_TRAILER_SEQNO:
		element = "SEQNO";
		break;
	case MIG_TRAILER_SENDER:
		element = "SENDER";
		break;
	case MIG_TRAILER_AUDIT:
		element = "AUDIT";
		break;
	case MIG_TRAILER_CONTEXT:
		element = "CTX";
		break;
	}
	mig_stub_put(stub,
	    " | MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0)"
	    " | MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_%s)",
	    element);
}

static void
put_options(struct mig_stub *stub, unsigned int directions)
{
	const struct mig_routine *routine = stub->routine;

	if (directions & SENDS)
		mig_stub_put(stub, "MACH_SEND_MSG");
	if (directions & RECEIVES)
		mig_stub_put(
		    stub, "%sMACH_RCV_MSG", directions & SENDS ? " | " : "");
	if ((directions & SENDS) && routine->timeout != MIG_TIMEOUT_NONE)
		mig_stub_put(stub, " | MACH_SEND_TIMEOUT");
	if ((directions & RECEIVES) && routine->timeout == MIG_TIMEOUT_WAIT)
		mig_stub_put(stub, " | MACH_RCV_TIMEOUT");
	if (directions & RECEIVES)
		put_trailer_options(stub);
	if (stub->own_port && routine->special_reply_port)
		mig_stub_put(stub, " | __MigSpecialReplyPortMsgOption");
	if (routine->option_text)
		put_operand(stub, routine->option_text);
	if (routine->option_argument) {
		mig_stub_put(stub, " | ");
		put_converted(
		    stub, routine->option_argument, "mach_msg_option_t");
	}
}

static void
put_timeout(struct mig_stub *stub, bool waits)
{
	const struct mig_routine *routine = stub->routine;

	if (!waits) {
		mig_stub_put(stub, "MACH_MSG_TIMEOUT_NONE");
		return;
	}
	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *argument = &routine->arguments[i];

		if (strcmp(argument->name, routine->timeout_text) == 0) {
			put_converted(stub, argument, "mach_msg_timeout_t");
			return;
		}
	}
	mig_stub_put(stub, "%s", routine->timeout_text);
}

/* --- failure --------------------------------------------------------------- */

/* Frees the copies of regions with which a request came back. */
static void
put_release(
    struct mig_stub *stub, const struct mig_descriptor *d, const char *indent)
{
	const struct mig_argument *argument = d->argument;
	const struct mig_type *type = argument->type;
	bool is_array = d->is_array;

	stub->helpers |=
	    is_array ? MIG_HELPER_RELEASE_COPIES : MIG_HELPER_RELEASE_COPY;
	if (!is_array)
		mig_stub_put(stub,
		    "%smig_release_copy(InP->%s, (uintptr_t)%s%s);\n", indent,
		    d->name, argument->role == MIG_INOUT ? "*" : "",
		    argument->name);
	else if (!type->variable)
		mig_stub_put(stub,
		    "%smig_release_copies(InP->%s, %s, %" PRIu32 ");\n", indent,
		    d->name, argument->name, type->max);
	else
		mig_stub_put(stub, "%smig_release_copies(InP->%s, %s, %s%s);\n",
		    indent, d->name, argument->name,
		    argument->role == MIG_INOUT ? "*" : "",
		    argument->count_name);
}

static bool
has_regions(const struct mig_message *message)
{
	for (size_t i = 0; i < message->descriptors_length; i++)
		if (message->descriptors[i].kind == MIG_DESCRIPTOR_OOL)
			return true;
	return false;
}

/* The code of a request that came back may tell what was short, too:
 * spec/messages.md 10.1. */
#define TIMED_OUT "(msg_result & ~MACH_MSG_MASK) == MACH_SEND_TIMED_OUT"
#define INVALID_DEST "msg_result == MACH_SEND_INVALID_DEST"

static bool
has_user_port(const struct mig_routine *routine)
{
	return routine->reply_port && routine->reply_port->on_user;
}

static void
put_copies(struct mig_stub *stub, const char *indent)
{
	const struct mig_message *message = &stub->routine->request;

	mig_stub_put(stub,
	    "%s/* It came back; its memory is a copy by now. */\n"
	    "%sif (" TIMED_OUT ") {\n",
	    indent, indent);
	for (size_t i = 0; i < message->descriptors_length; i++) {
		const struct mig_descriptor *d = &message->descriptors[i];

		if (d->kind != MIG_DESCRIPTOR_OOL)
			continue;
		mig_stub_put(stub, "%s", indent);
		put_release(stub, d, "\t");
	}
	mig_stub_put(stub, "%s}\n", indent);
}

static void
put_consume_if(struct mig_stub *stub, const char *indent, const char *condition,
    const char *destroy, const char *head)
{
	bool drops = has_user_port(stub->routine);

	mig_stub_put(
	    stub, "%sif (%s)%s\n", indent, condition, drops ? " {" : "");
	if (drops) {
		stub->helpers |= MIG_HELPER_DROP_REPLY_RIGHT;
		mig_stub_put(
		    stub, "%s\tmig_drop_reply_right(&%s);\n", indent, head);
	}
	mig_stub_put(stub, "%s\t%s(&%s);\n", indent, destroy, head);
	if (drops)
		mig_stub_put(stub, "%s}\n", indent);
}

static bool
has_physical_copies(const struct mig_message *message)
{
	for (size_t i = 0; i < message->descriptors_length; i++)
		if (message->descriptors[i].argument->physical_copy)
			return true;
	return false;
}

/* What is destroyed when the message at @head was not delivered: spec/mig.md 10.4,
 * step 2. The stub's own reply right has gone with its port. After a timeout all
 * memory in it is a copy, whatever it says; else all is the caller's own. */
static void
put_consume(struct mig_stub *stub, const char *indent, const char *head)
{
	bool any = stub->routine->consume == MIG_CONSUME_ANY;

	if (has_physical_copies(&stub->routine->request)) {
		stub->helpers |= MIG_HELPER_DESTROY_RECEIVED;
		put_consume_if(
		    stub, indent, TIMED_OUT, "mig_destroy_received", head);
		if (any)
			put_consume_if(stub, indent, INVALID_DEST,
			    "mach_msg_destroy", head);
		return;
	}
	put_consume_if(stub, indent,
	    any ? TIMED_OUT " || " INVALID_DEST : TIMED_OUT, "mach_msg_destroy",
	    head);
}

static void
put_undelivered(struct mig_stub *stub, const char *indent)
{
	const struct mig_routine *routine = stub->routine;

	if (routine->consume != MIG_CONSUME_NONE)
		put_consume(stub, indent, "InP->Head");
	else if (routine->timeout != MIG_TIMEOUT_NONE &&
	    has_regions(&routine->request))
		put_copies(stub, indent);
}

/* A send right that was made for the stub's own port has the port's name: it does
 * not go with it. */
static void
put_returned_right(struct mig_stub *stub)
{
	const struct mig_argument *port = stub->routine->reply_port;

	if (!port || port->type->sent_as != MIG_MAKE_SEND)
		return;
	stub->helpers |= MIG_HELPER_CAME_BACK | MIG_HELPER_DROP_REPLY_RIGHT;
	mig_stub_put(stub,
	    "\t\tif (mig_came_back(msg_result))\n"
	    "\t\t\tmig_drop_reply_right(&InP->Head);\n");
}

static void
put_failure(struct mig_stub *stub)
{
	stub->helpers |= MIG_HELPER_DESTROY_RECEIVED;
	mig_stub_put(stub,
	    "\tif (msg_result != MACH_MSG_SUCCESS) {\n"
	    "\t\t/* A reply came, without all that it carries. */\n"
	    "\t\tif ((msg_result & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)\n"
	    "\t\t\tmig_destroy_received(&OutP->Head);\n");
	if (stub->own_port) {
		put_returned_right(stub);
		stub->helpers |= stub->routine->special_reply_port
		    ? MIG_HELPER_SPECIAL_PORT_ERROR
		    : MIG_HELPER_REPLY_PORT_ERROR;
		mig_stub_put(
		    stub, "\t\t%s(msg_result);\n", error_macro(stub->routine));
	}
	put_undelivered(stub, "\t\t");
	mig_stub_put_return(stub, "\t\t", "msg_result");
	mig_stub_put(stub, "\t}\n");
}

/* --- the call -------------------------------------------------------------- */

static void
put_send(struct mig_stub *stub)
{
	mig_stub_put(
	    stub, "\tmsg_result = %smach_msg(&InP->Head, ", stub->sub_prefix);
	put_options(stub, SENDS);
	mig_stub_put(stub, ", %s, 0, MACH_PORT_NULL, ", size_name(stub));
	put_timeout(stub, stub->routine->timeout != MIG_TIMEOUT_NONE);
	mig_stub_put(stub, ", MACH_PORT_NULL);\n");
}

/* -R: the second half. */
static void
put_receive(struct mig_stub *stub)
{
	mig_stub_put(stub, "\tif (msg_result == MACH_MSG_SUCCESS)\n");
	mig_stub_put(stub, "\t\tmsg_result = %smach_msg(&OutP->Head, ",
	    stub->sub_prefix);
	put_options(stub, RECEIVES);
	mig_stub_put(stub, ", 0, sizeof(%s), %s, ",
	    stub->on_heap ? "Mess->Out" : "Mess.Out", reply_port_name(stub));
	put_timeout(stub, stub->routine->timeout == MIG_TIMEOUT_WAIT);
	mig_stub_put(stub, ", MACH_PORT_NULL);\n");
}

static void
put_send_and_receive(struct mig_stub *stub)
{
	mig_stub_put(
	    stub, "\tmsg_result = %smach_msg(&InP->Head, ", stub->sub_prefix);
	put_options(stub, SENDS | RECEIVES);
	mig_stub_put(stub, ", %s, sizeof(%s), %s, ", size_name(stub),
	    stub->on_heap ? "Mess->Out" : "Mess.Out", reply_port_name(stub));
	put_timeout(stub, stub->routine->timeout != MIG_TIMEOUT_NONE);
	mig_stub_put(stub, ", MACH_PORT_NULL);\n");
}

void
mig_stub_put_outcome(struct mig_stub *stub)
{
	const struct mig_routine *routine = stub->routine;

	stub->helpers |= MIG_HELPER_SEND_OUTCOME;
	mig_stub_put(stub,
	    "\t/* An outcome travels alone, and takes nothing with it. */\n"
	    "\tif (%s != KERN_SUCCESS) {\n",
	    routine->retcode->name);
	mig_stub_put(stub, "\t");
	put_hook(stub, "Before");
	mig_stub_put(stub, "\t\tmsg_result = mig_send_outcome(&mig_outcome, ");
	put_bits(stub, false);
	mig_stub_put(stub, ", %s, %s, ", routine->request_port->name,
	    reply_port_name(stub));
	mig_stub_put_id(stub, routine->id);
	mig_stub_put(stub, ", ");
	put_converted(stub, routine->retcode, "kern_return_t");
	mig_stub_put(stub, ", ");
	put_options(stub, SENDS);
	mig_stub_put(stub, ", ");
	put_timeout(stub, routine->timeout != MIG_TIMEOUT_NONE);
	mig_stub_put(stub, ");\n\t");
	put_hook(stub, "After");
	if (routine->consume != MIG_CONSUME_NONE)
		put_consume(stub, "\t\t", "mig_outcome.Head");
	mig_stub_put(stub, "\t\treturn msg_result;\n\t}\n\n");
}

void
mig_stub_put_call(struct mig_stub *stub)
{
	bool one_way = stub->routine->one_way;

	mig_stub_put(stub,
	    one_way ? "\t/* Send it. */\n"
	            : "\t/* Send it, and wait for the reply. */\n");
	put_hook(stub, "Before");
	if (one_way || stub->options->send_then_receive)
		put_send(stub);
	else
		put_send_and_receive(stub);
	if (!one_way && stub->options->send_then_receive)
		put_receive(stub);
	put_hook(stub, "After");
	if (!one_way) {
		put_failure(stub);
		return;
	}
	put_undelivered(stub, "\t");
	mig_stub_put_return(stub, "\t", "msg_result");
}
