/* From what an implementation gave to the reply: spec/mig.md 12.4, steps 6 and 7;
 * and what becomes of it when there is more than fits (S2). */
#include "mig_write_server.h"

#include <inttypes.h>
#include <stdlib.h>

#include "mig_fold.h"

/* --- parts of a reply ------------------------------------------------------ */

static const struct server_argument *
find(const struct server_stub *stub, const struct mig_argument *argument)
{
	return &stub->arguments[argument - stub->routine->arguments];
}

/* The value as the implementation left it: "x", "*x". */
static const char *
given(struct server_stub *stub, const struct server_argument *a)
{
	if (a->place == SERVER_HEAP && !a->is_array)
		return mig_arena_print(stub->arena, "*%s", a->name);
	if (a->place == SERVER_REPLY)
		return mig_arena_print(
		    stub->arena, "OutP->%s", a->argument->name);
	return a->name;
}

/* The value as it is sent. Functions have no effect on arrays of rights and of
 * regions. */
static const char *
sent(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (a->sent)
		return a->sent;
	if (!type->outtran || type->shape == MIG_PORTS ||
	    type->shape == MIG_REGIONS)
		return given(stub, a);
	return mig_arena_print(
	    stub->arena, "%s(%s)", type->outtran, given(stub, a));
}

static const char *
address(struct server_stub *stub, const struct server_argument *a)
{
	if (a->sent)
		return mig_arena_print(stub->arena, "&%s", a->sent);
	if (a->place == SERVER_HEAP)
		return a->name;
	return mig_arena_print(stub->arena, "&%s", a->name);
}

/* The local with the count of @a, which may be another's. */
static const char *
count_name(struct server_stub *stub, const struct server_argument *a)
{
	if (a->argument->count_of)
		return find(stub, a->argument->count_of)->count;
	return a->count;
}

static const char *
part(struct server_stub *stub, const struct server_argument *a,
    enum mig_part which)
{
	switch (which) {
	case MIG_PART_VALUE:
		return sent(stub, a);
	case MIG_PART_ADDRESS:
		return address(stub, a);
	case MIG_PART_COUNT:
		return count_name(stub, a);
	case MIG_PART_LIMIT:
		return mig_server_offer(stub, a->argument);
	case MIG_PART_SUBS:
		return a->subs;
	case MIG_PART_POLY:
		return a->poly;
	case MIG_PART_DEALLOC:
		return a->dealloc;
	}
	abort();
}

static struct server_stub *
stub_of(const struct mig_packer *packer)
{
	struct server_stub *const *stub = packer->context;

	return *stub;
}

static void
put_part(struct mig_packer *packer, const struct mig_argument *argument,
    enum mig_part which)
{
	struct server_stub *stub = stub_of(packer);

	mig_put(packer->out, "%s", part(stub, find(stub, argument), which));
}

static bool
in_place(const struct mig_packer *packer, const struct mig_argument *argument)
{
	return find(stub_of(packer), argument)->place == SERVER_REPLY;
}

/* --- too large ------------------------------------------------------------- */

static bool
moves_rights(const struct mig_type *type)
{
	/* 16 to 18: MOVE_*; 0: whatever the implementation says. */
	return type->kind == MIG_RIGHT && type->sent_as <= 18;
}

static bool
moves_memory(const struct mig_argument *argument)
{
	return argument->dealloc != MIG_DEALLOC_NO &&
	    (argument->type->shape == MIG_REGION ||
	        argument->type->shape == MIG_REGIONS);
}

/* Does what this one brings have to be destroyed when it is not sent? */
static bool
has_undo(const struct server_argument *a)
{
	return a->goes_out &&
	    (moves_rights(a->argument->type) || moves_memory(a->argument));
}

/* What came in is the implementation's, which succeeded, and the result says to
 * destroy the request. */
static bool
takes_request(const struct server_stub *stub)
{
	return stub->routine->request.complex;
}

bool
mig_server_has_undo(struct server_stub *stub)
{
	for (size_t i = 0; i < stub->routine->arguments_length; i++)
		if (has_undo(&stub->arguments[i]))
			return true;
	return takes_request(stub);
}

static void
put_too_large(struct mig_packer *packer)
{
	struct server_stub *stub = stub_of(packer);

	if (mig_server_has_undo(stub))
		mig_put(packer->out, "\n\t\tgoto too_large;\n");
	else if (stub->has_heap)
		mig_put(packer->out,
		    " {\n"
		    "\t\tRetCode = MIG_ARRAY_TOO_LARGE;\n"
		    "\t\tgoto done;\n"
		    "\t}\n");
	else
		mig_put(packer->out, "\n\t\treturn MIG_ARRAY_TOO_LARGE;\n");
}

static const char *
disposition(const struct server_argument *a)
{
	switch (a->argument->type->sent_as) {
	case 16:
		return "MACH_MSG_TYPE_MOVE_RECEIVE";
	case 17:
		return "MACH_MSG_TYPE_MOVE_SEND";
	case 18:
		return "MACH_MSG_TYPE_MOVE_SEND_ONCE";
	default:
		return a->poly;
	}
}

/* How many rights or regions there can be, whatever the count says. */
static const char *
items(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (!type->variable)
		return mig_arena_print(stub->arena, "%" PRIu32, type->max);
	if (type->shape == MIG_REGION)
		return count_name(stub, a);
	stub->server_helpers |= (uint32_t)SERVER_HELPER_SMALLER;
	return mig_arena_print(stub->arena, "mig_smaller(%s, %" PRIu32 ")",
	    count_name(stub, a), type->max);
}

/* Elements of one region. */
static const char *
region_items(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	if (type->shape == MIG_REGION)
		return items(stub, a);
	if (type->region_variable)
		return mig_arena_print(stub->arena, "%s[mig_i]", a->subs);
	return mig_arena_print(stub->arena, "%" PRIu32, type->region_max);
}

static void
put_undo_region(struct server_stub *stub, const struct server_argument *a,
    const char *indent)
{
	const struct mig_type *type = a->argument->type;
	const char *count = region_items(stub, a);
	const char *value = a->is_array
	    ? mig_arena_print(stub->arena, "%s[mig_i]", a->name)
	    : sent(stub, a);

	if (moves_rights(type)) {
		stub->server_helpers |= (uint32_t)SERVER_HELPER_DESTROY_RIGHTS;
		mig_server_put(stub,
		    "%smig_destroy_rights((const mach_port_t *)%s, %s, %s);\n",
		    indent, value, count, disposition(a));
	}
	if (!moves_memory(a->argument))
		return;
	if (a->dealloc) {
		mig_server_put(stub, "%sif (%s)\n", indent, a->dealloc);
		indent = mig_arena_print(stub->arena, "%s\t", indent);
	}
	mig_server_put(stub,
	    "%smig_deallocate((vm_address_t)%s, (vm_size_t)%s * %" PRIu32
	    ");\n",
	    indent, value, count, type->element_bytes);
}

static void
put_undo_argument(struct server_stub *stub, const struct server_argument *a)
{
	switch (a->argument->type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		break;
	case MIG_PORT:
		stub->server_helpers |= (uint32_t)SERVER_HELPER_DESTROY_RIGHT;
		mig_server_put(stub, "\tmig_destroy_right(%s, %s);\n",
		    sent(stub, a), disposition(a));
		break;
	case MIG_PORTS:
		stub->server_helpers |= (uint32_t)SERVER_HELPER_DESTROY_RIGHTS;
		mig_server_put(stub, "\tmig_destroy_rights(%s, %s, %s);\n",
		    a->name, items(stub, a), disposition(a));
		break;
	case MIG_REGION:
		put_undo_region(stub, a, "\t");
		break;
	case MIG_REGIONS:
		mig_server_put(stub,
		    "\tfor (unsigned int mig_i = 0; mig_i < %" PRIu32,
		    a->argument->type->max);
		if (a->argument->type->variable)
			mig_server_put(
			    stub, " && mig_i < %s", count_name(stub, a));
		mig_server_put(stub, "; mig_i++) {\n");
		put_undo_region(stub, a, "\t\t");
		mig_server_put(stub, "\t}\n");
		break;
	}
}

void
mig_server_put_undo(struct server_stub *stub)
{
	size_t start = stub->out->length;

	mig_server_put(stub, "\ntoo_large:\n");
	for (size_t i = 0; i < stub->routine->arguments_length; i++)
		if (has_undo(&stub->arguments[i]))
			put_undo_argument(stub, &stub->arguments[i]);
	if (takes_request(stub))
		mig_server_put(stub,
		    "\t/* What came in has been taken: the request has lost "
		    "it. "
		    "*/\n"
		    "\tInP->Head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;\n");
	mig_fold(stub->out, start);
}

/* --- the reply ------------------------------------------------------------- */

/* Translated values that are copied by their address. */
static void
put_sent(struct server_stub *stub)
{
	for (size_t i = 0; i < stub->routine->arguments_length; i++) {
		const struct server_argument *a = &stub->arguments[i];
		const char *outtran = a->argument->type->outtran;

		if (a->sent && outtran)
			mig_server_put(stub, "\t%s = %s(%s);\n", a->sent,
			    outtran, given(stub, a));
		else if (a->sent)
			mig_server_put(
			    stub, "\t%s = %s;\n", a->sent, given(stub, a));
	}
}

static void
put_header(struct server_stub *stub)
{
	const struct mig_message *reply = &stub->routine->reply;

	if (reply->variables > 0)
		mig_server_put(stub, "\tOutP->Head.msgh_size = msgh_size;\n");
	else
		mig_server_put(
		    stub, "\tOutP->Head.msgh_size = sizeof(*OutP);\n");
	if (reply->complex)
		mig_server_put(stub,
		    "\tOutP->Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;\n");
}

void
mig_server_put_reply(struct server_stub *stub, bool *uses_undo_out)
{
	struct mig_packer packer = {
	    .out = stub->out,
	    .routine = stub->routine,
	    .message = &stub->routine->reply,
	    .to = "OutP",
	    .size = "msgh_size",
	    .put_part = put_part,
	    .in_place = in_place,
	    .put_too_large = put_too_large,
	    .context = &stub,
	};
	size_t before = stub->out->length;
	bool has_checks;

	mig_write_pack_checks(&packer);
	has_checks = stub->out->length > before;
	if (has_checks)
		mig_server_put(stub, "\n");
	*uses_undo_out = has_checks && mig_server_has_undo(stub);
	put_sent(stub);
	mig_write_pack(&packer);
	put_header(stub);
	stub->helpers |= packer.helpers;
}
