/* The C types of messages, and the assertions that they are what the .defs says:
 * spec/mig.md 6.5, 9.3, 15.
 *
 * A message type is written once a side: the user header has the user's C types
 * in it, the server header the server's. As a rule they are the same, and the
 * headers share one guard. Where any differs, each side has a guard of its own,
 * and whichever header comes second in a translation unit defines its types under
 * other names, to which it points the usual ones.
 */
#include "mig_write.h"

#include <stdlib.h>
#include <string.h>

#include "mig_write_names.h"

struct message_kind {
	const char *name; /* "Request" */
	bool is_reply;
};

static const struct message_kind REQUEST = {"Request", false};
static const struct message_kind REPLY = {"Reply", true};

static const struct mig_message *
message_of(const struct mig_routine *routine, const struct message_kind *kind)
{
	return kind->is_reply ? &routine->reply : &routine->request;
}

/* --- do the sides differ? -------------------------------------------------- */

static bool
field_differs(const struct mig_field *field)
{
	const struct mig_type *type = field->argument->type;

	if (field->role != MIG_FIELD_DATA || type->kind == MIG_RIGHT)
		return false;
	if (type->shape == MIG_VARIABLE)
		return type->kind != MIG_STRING &&
		    strcmp(type->element_user_ctype,
		        type->element_server_ctype) != 0;
	return strcmp(type->user_ctype, type->server_ctype) != 0;
}

static bool
message_differs(const struct mig_message *message)
{
	for (size_t i = 0; i < message->fields_length; i++)
		if (field_differs(&message->fields[i]))
			return true;
	return false;
}

static bool
sides_differ(
    const struct mig_interface *interface, const struct message_kind *kind)
{
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (routine && message_differs(message_of(routine, kind)))
			return true;
	}
	return false;
}

/* --- a message ------------------------------------------------------------- */

static const char *
descriptor_ctype(enum mig_descriptor_kind kind)
{
	switch (kind) {
	case MIG_DESCRIPTOR_PORT:
		return "mach_msg_port_descriptor_t";
	case MIG_DESCRIPTOR_OOL:
		return "mach_msg_ool_descriptor_t";
	case MIG_DESCRIPTOR_OOL_PORTS:
		return "mach_msg_ool_ports_descriptor_t";
	}
	abort();
}

static void
put_descriptor(struct mig_text *out, const struct mig_descriptor *descriptor)
{
	mig_put(out, "\t%s %s", descriptor_ctype(descriptor->kind),
	    descriptor->name);
	if (descriptor->is_array)
		mig_put(out, "[%u]", (unsigned)descriptor->count);
	mig_put(out, ";\n");
}

static void
put_data_field(
    struct mig_text *out, const struct mig_field *field, enum mig_side side)
{
	const struct mig_type *type = field->argument->type;

	if (type->shape != MIG_VARIABLE)
		mig_put(out, "\t%s %s;\n", mig_ctype(type, side), field->name);
	else
		mig_put(out, "\t%s %s[%u];\n",
		    type->kind == MIG_STRING ? "char"
		                             : mig_element_ctype(type, side),
		    field->name, (unsigned)field->max);
}

static void
put_field(
    struct mig_text *out, const struct mig_field *field, enum mig_side side)
{
	switch (field->role) {
	case MIG_FIELD_DATA:
		put_data_field(out, field, side);
		break;
	case MIG_FIELD_COUNT:
	case MIG_FIELD_STRING_OFFSET:
		mig_put(out, "\tmach_msg_type_number_t %s;\n", field->name);
		break;
	case MIG_FIELD_SUBS:
		mig_put(out, "\tmach_msg_type_number_t %s[%u];\n", field->name,
		    (unsigned)(field->bytes / sizeof(uint32_t)));
		break;
	}
	if (field->pad_name)
		mig_put(out, "\tchar %s[%u];\n", field->pad_name,
		    (unsigned)field->pad);
}

static void
put_message(
    struct mig_text *out, const struct mig_message *message, enum mig_side side)
{
	mig_put(out, "\ntypedef struct { /* ");
	if (message->min_size != message->size)
		mig_put(out, "%u to ", (unsigned)message->min_size);
	mig_put(out, "%u bytes */\n\tmach_msg_header_t Head;\n",
	    (unsigned)message->size);
	if (message->complex)
		mig_put(out, "\tmach_msg_body_t msgh_body;\n");
	for (size_t i = 0; i < message->descriptors_length; i++)
		put_descriptor(out, &message->descriptors[i]);
	if (message->has_ndr)
		mig_put(out, "\tNDR_record_t NDR;\n");
	if (message->has_retcode)
		mig_put(out, "\tkern_return_t RetCode;\n");
	for (size_t i = 0; i < message->fields_length; i++)
		put_field(out, &message->fields[i], side);
	mig_put(out, "} %s;\n", message->type_name);
}

/* --- all messages ---------------------------------------------------------- */

static const char *
side_name(enum mig_side side)
{
	return side == MIG_USER ? "user" : "server";
}

/* The header of the other side came first: its types have the usual names. */
static void
put_renames(struct mig_text *out, const struct mig_interface *interface,
    const struct message_kind *kind, enum mig_side side)
{
	enum mig_side other = side == MIG_USER ? MIG_SERVER : MIG_USER;

	mig_put(out,
	    "\n/* Some C types of the two sides differ: after the other "
	    "side's header, these\n * names mean the types of this one. */\n"
	    "#ifdef __%s__%s_subsystem__%s__defined\n",
	    kind->name, interface->name, side_name(other));
	for (size_t i = 0; i < interface->slots_length; i++)
		if (interface->slots[i])
			mig_put(out, "#define __%s__%s_t __%s__%s__%s_t\n",
			    kind->name, interface->slots[i]->name, kind->name,
			    interface->slots[i]->name, side_name(side));
	mig_put(out, "#endif\n");
}

static void
put_messages(struct mig_text *out, const struct mig_interface *interface,
    const struct message_kind *kind, enum mig_side side)
{
	bool differ = sides_differ(interface, kind);
	const char *mark = differ ? side_name(side) : "";
	const char *line = differ ? "__" : "";

	mig_put(out,
	    "\n#ifndef __%s__%s_subsystem__%s%sdefined\n"
	    "#define __%s__%s_subsystem__%s%sdefined\n",
	    kind->name, interface->name, mark, line, kind->name,
	    interface->name, mark, line);
	if (differ)
		put_renames(out, interface, kind, side);
	mig_put(out, "\n#pragma pack(push, 4)\n");
	for (size_t i = 0; i < interface->slots_length; i++)
		if (interface->slots[i])
			put_message(
			    out, message_of(interface->slots[i], kind), side);
	mig_put(out,
	    "\n#pragma pack(pop)\n\n"
	    "#endif /* __%s__%s_subsystem__%s%sdefined */\n",
	    kind->name, interface->name, mark, line);
}

void
mig_write_types(struct mig_text *out, const struct mig_interface *interface,
    enum mig_side side)
{
	if (interface->routines == 0)
		return;
	put_messages(out, interface, &REQUEST, side);
	put_messages(out, interface, &REPLY, side);
}

/* --- size assertions ------------------------------------------------------- */

/* A C type that a message, or its trailer, has in it. */
struct claim {
	const char *ctype;
	uint32_t bytes; /* as the .defs says */
	size_t order;   /* of its first use */
};

struct claims {
	struct claim *claims;
	size_t length;
};

static void
claim_field(
    struct claims *claims, const struct mig_field *field, enum mig_side side)
{
	const struct mig_type *type = field->argument->type;
	struct claim claim = {NULL, 0, claims->length};

	if (field->role != MIG_FIELD_DATA)
		return;
	if (type->shape != MIG_VARIABLE) {
		claim.ctype = mig_ctype(type, side);
		claim.bytes = type->bytes;
	} else if (type->kind != MIG_STRING) {
		claim.ctype = mig_element_ctype(type, side);
		claim.bytes = type->element_bytes;
	}
	if (claim.ctype)
		claims->claims[claims->length++] = claim;
}

static void
claim_message(struct claims *claims, const struct mig_message *message,
    enum mig_side side)
{
	for (size_t i = 0; i < message->fields_length; i++)
		claim_field(claims, &message->fields[i], side);
}

/* Tokens are copied out of a trailer, as many bytes as they have there. */
static void
claim_tokens(struct claims *claims, const struct mig_routine *routine,
    enum mig_side side)
{
	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *argument = &routine->arguments[i];
		bool is_token = side == MIG_USER ? argument->user_token
		                                 : argument->server_token;

		if (!is_token)
			continue;
		claims->claims[claims->length] = (struct claim){
		    .ctype = mig_ctype(argument->type, side),
		    .bytes = argument->type->bytes,
		    .order = claims->length,
		};
		claims->length++;
	}
}

/* No more than there are. */
static size_t
count_claims(const struct mig_interface *interface)
{
	size_t count = 0;

	for (size_t i = 0; i < interface->slots_length; i++)
		if (interface->slots[i])
			count += interface->slots[i]->request.fields_length +
			    interface->slots[i]->reply.fields_length +
			    interface->slots[i]->arguments_length;
	return count;
}

static int
by_ctype(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int order = strcmp(a->ctype, b->ctype);

	if (order == 0)
		order = (a->bytes > b->bytes) - (a->bytes < b->bytes);
	if (order == 0)
		order = (a->order > b->order) - (a->order < b->order);
	return order;
}

static int
by_first_use(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;

	return (a->order > b->order) - (a->order < b->order);
}

/* Each claim once, in the order of first uses. */
static void
sort_claims(struct claims *claims)
{
	struct claim *all = claims->claims;
	size_t kept = 0;

	if (claims->length == 0)
		return;
	qsort(all, claims->length, sizeof(*all), by_ctype);
	for (size_t i = 0; i < claims->length; i++)
		if (kept == 0 || all[kept - 1].bytes != all[i].bytes ||
		    strcmp(all[kept - 1].ctype, all[i].ctype) != 0)
			all[kept++] = all[i];
	claims->length = kept;
	qsort(all, kept, sizeof(*all), by_first_use);
}

static void
put_type_checks(struct mig_text *out, const struct mig_interface *interface,
    enum mig_side side)
{
	struct mig_arena *arena = mig_arena_new();
	struct claims claims = {0};

	claims.claims = mig_arena_alloc(
	    arena, count_claims(interface) * sizeof(*claims.claims));
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (!routine)
			continue;
		claim_message(&claims, &routine->request, side);
		claim_message(&claims, &routine->reply, side);
		claim_tokens(&claims, routine, side);
	}
	sort_claims(&claims);
	for (size_t i = 0; i < claims.length; i++)
		mig_put(out,
		    "_Static_assert(sizeof(%s) == %u,\n"
		    "    \"%s: not the size that the .defs says\");\n",
		    claims.claims[i].ctype, (unsigned)claims.claims[i].bytes,
		    claims.claims[i].ctype);
	mig_arena_free(arena);
}

static void
put_message_check(struct mig_text *out, const struct mig_message *message)
{
	mig_put(out,
	    "_Static_assert(sizeof(%s) == %u,\n"
	    "    \"%s: not the size that is sent\");\n",
	    message->type_name, (unsigned)message->size, message->type_name);
}

void
mig_write_size_checks(struct mig_text *out,
    const struct mig_interface *interface, enum mig_side side)
{
	if (interface->routines == 0)
		return;
	mig_put(out, "\n#if !defined(__MigSizeChecks) || __MigSizeChecks\n");
	put_type_checks(out, interface, side);
	for (size_t i = 0; i < interface->slots_length; i++) {
		const struct mig_routine *routine = interface->slots[i];

		if (!routine)
			continue;
		put_message_check(out, &routine->request);
		put_message_check(out, &routine->reply);
	}
	mig_put(out, "#endif /* __MigSizeChecks */\n");
}
