/* Layout: descriptors first, then NDR, RetCode and fields, in argument order. */
#include "mig_layout.h"

#include <inttypes.h>

#include "mig_type.h"

enum { FIELDS_OF_ARGUMENT = 3 }; /* at most: a string's */

struct layout {
	struct mig_arena *arena;
	struct mig_message *message;
	bool reply;
	/* Sums of what may be too much: checked at the end. */
	uint64_t at; /* where the next member stands */
	uint64_t descriptors;
	uint64_t variable_bytes; /* with pads */
};

uint32_t
mig_pad(uint64_t bytes)
{
	return (uint32_t)(-bytes & 3);
}

/* Whether the argument itself is in the message. */
static bool
travels(const struct layout *l, const struct mig_argument *argument)
{
	if (argument->retcode)
		return false;
	if (argument->role == MIG_INOUT)
		return true;
	return argument->role == (l->reply ? MIG_OUT : MIG_IN);
}

/* Whether the message has room for what the user can take of it. */
static bool
has_capacity(const struct layout *l, const struct mig_argument *argument)
{
	return !l->reply && argument->role == MIG_OUT &&
	    argument->count_in_out && !argument->count_of;
}

/* --- descriptors ----------------------------------------------------------- */

static enum mig_descriptor_kind
descriptor_kind(const struct mig_type *type)
{
	if (type->shape == MIG_PORT || type->shape == MIG_PORTS)
		return MIG_DESCRIPTOR_PORT;
	if (type->kind == MIG_RIGHT)
		return MIG_DESCRIPTOR_OOL_PORTS;
	return MIG_DESCRIPTOR_OOL;
}

static void
add_descriptors(struct layout *l, struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;
	struct mig_descriptor *d =
	    &l->message->descriptors[l->message->descriptors_length++];
	uint32_t bytes;

	*d = (struct mig_descriptor){
	    .argument = argument,
	    .kind = descriptor_kind(type),
	    .name = argument->name,
	    .is_array = type->shape == MIG_PORTS || type->shape == MIG_REGIONS,
	    .index = (uint32_t)l->descriptors,
	    .count = type->descriptors,
	    .offset = (uint32_t)l->at,
	    .sent_as = type->sent_as,
	    .received_as = type->received_as,
	};
	bytes = d->kind == MIG_DESCRIPTOR_PORT ? MIG_PORT_DESCRIPTOR_BYTES
	                                       : MIG_OOL_DESCRIPTOR_BYTES;
	l->descriptors += d->count;
	l->at += (uint64_t)d->count * bytes;
	if (l->reply)
		argument->reply_descriptor = d;
	else
		argument->request_descriptor = d;
}

static void
lay_descriptors(struct layout *l, struct mig_routine *routine)
{
	struct mig_message *message = l->message;
	size_t with = 0;

	for (size_t i = 0; i < routine->arguments_length; i++)
		with += travels(l, &routine->arguments[i]) &&
		    routine->arguments[i].type->descriptors > 0;
	if (with == 0)
		return;

	message->complex = true;
	l->at += MIG_BODY_BYTES;
	message->descriptors =
	    mig_arena_alloc(l->arena, with * sizeof(*message->descriptors));
	for (size_t i = 0; i < routine->arguments_length; i++) {
		struct mig_argument *argument = &routine->arguments[i];

		if (travels(l, argument) && argument->type->descriptors > 0)
			add_descriptors(l, argument);
	}
	message->descriptor_count = (uint32_t)l->descriptors;
}

/* --- NDR and RetCode ------------------------------------------------------- */

/* Data and counts need the record; rights do not: spec/mig.md 9.2. */
static bool
needs_ndr(const struct layout *l, const struct mig_routine *routine)
{
	if (l->reply && !l->message->complex)
		return true;
	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *argument = &routine->arguments[i];

		if (has_capacity(l, argument))
			return true;
		if (travels(l, argument) &&
		    (argument->type->kind != MIG_RIGHT ||
		        argument->count_name || argument->subs_name))
			return true;
	}
	return false;
}

static void
lay_ndr(struct layout *l, const struct mig_routine *routine)
{
	struct mig_message *message = l->message;

	if (needs_ndr(l, routine)) {
		message->has_ndr = true;
		message->ndr_offset = (uint32_t)l->at;
		l->at += MIG_NDR_BYTES;
	}
	if (l->reply && !message->complex) {
		message->has_retcode = true;
		message->retcode_offset = (uint32_t)l->at;
		l->at += MIG_RETCODE_BYTES;
	}
}

/* --- fields ---------------------------------------------------------------- */

static struct mig_field *
add_field(struct layout *l, const struct mig_argument *argument,
    enum mig_field_role role, const char *name, uint32_t bytes)
{
	struct mig_field *field =
	    &l->message->fields[l->message->fields_length++];

	*field = (struct mig_field){
	    .role = role,
	    .argument = argument,
	    .name = name,
	    .offset = (uint32_t)l->at,
	    .bytes = bytes,
	    .pad = mig_pad(bytes),
	    .element_bytes = bytes,
	    .max = 1,
	    .variables_before = l->message->variables,
	};
	if (field->pad > 0)
		field->pad_name = mig_arena_print(l->arena, "%sPad", name);
	if (field->variables_before > 0)
		l->message->has_moved = true;
	l->at += (uint64_t)bytes + field->pad;
	return field;
}

/* Makes @field an array of as many elements as @count says. */
static void
make_variable(struct layout *l, struct mig_field *field, uint32_t element_bytes,
    uint32_t max, const struct mig_field *count)
{
	field->variable = true;
	field->element_bytes = element_bytes;
	field->max = max;
	field->count = count;
	l->message->variables++;
	l->variable_bytes += (uint64_t)field->bytes + field->pad;
}

static const struct mig_field *
count_of(const struct layout *l, const struct mig_argument *argument)
{
	return l->reply ? argument->reply_count : argument->request_count;
}

/* The argument's count: its own, or, with samecount, that of another. */
static const struct mig_field *
add_count(struct layout *l, struct mig_argument *argument)
{
	const struct mig_field *count;

	if (argument->count_of)
		count = count_of(l, argument->count_of);
	else if (argument->count_name)
		count = add_field(l, argument, MIG_FIELD_COUNT,
		    argument->count_name, MIG_COUNT_BYTES);
	else
		return NULL;
	if (l->reply)
		argument->reply_count = count;
	else
		argument->request_count = count;
	return count;
}

static const struct mig_field *
add_string_count(struct layout *l, struct mig_argument *argument)
{
	struct mig_field *count;

	(void)add_field(l, argument, MIG_FIELD_STRING_OFFSET,
	    mig_arena_print(l->arena, "%sOffset", argument->name),
	    MIG_COUNT_BYTES);
	count = add_field(l, argument, MIG_FIELD_COUNT,
	    mig_arena_print(l->arena, "%sCnt", argument->name),
	    MIG_COUNT_BYTES);
	if (l->reply)
		argument->reply_count = count;
	else
		argument->request_count = count;
	return count;
}

static void
add_data(struct layout *l, struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;
	const struct mig_field *count;
	struct mig_field *data;

	if (type->shape == MIG_VARIABLE && type->kind == MIG_STRING)
		count = add_string_count(l, argument);
	else
		count = add_count(l, argument);
	data =
	    add_field(l, argument, MIG_FIELD_DATA, argument->name, type->bytes);
	if (type->shape == MIG_VARIABLE) {
		make_variable(l, data, type->element_bytes, type->max, count);
	} else {
		data->element_bytes = type->element_bytes;
		data->max = type->max;
	}
	if (l->reply)
		argument->reply_field = data;
	else
		argument->request_field = data;
}

/* The counts of an array of regions. */
static void
add_subs(struct layout *l, struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;
	const struct mig_field *count = add_count(l, argument);
	struct mig_field *subs;

	if (!argument->subs_name)
		return;
	subs = add_field(l, argument, MIG_FIELD_SUBS, argument->subs_name,
	    type->max * MIG_COUNT_BYTES);
	if (type->variable) {
		make_variable(l, subs, MIG_COUNT_BYTES, type->max, count);
	} else {
		subs->element_bytes = MIG_COUNT_BYTES;
		subs->max = type->max;
	}
	if (l->reply)
		argument->reply_subs = subs;
	else
		argument->request_subs = subs;
}

static void
add_fields(struct layout *l, struct mig_argument *argument)
{
	switch (argument->type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		add_data(l, argument);
		break;
	case MIG_PORT:
	case MIG_PORTS:
	case MIG_REGION:
		(void)add_count(l, argument);
		break;
	case MIG_REGIONS:
		add_subs(l, argument);
		break;
	}
}

static void
lay_fields(struct layout *l, struct mig_routine *routine)
{
	struct mig_message *message = l->message;
	size_t room = 0;

	for (size_t i = 0; i < routine->arguments_length; i++)
		room += travels(l, &routine->arguments[i]) ||
		    has_capacity(l, &routine->arguments[i]);
	message->fields = mig_arena_alloc(
	    l->arena, room * FIELDS_OF_ARGUMENT * sizeof(*message->fields));
	for (size_t i = 0; i < routine->arguments_length; i++) {
		struct mig_argument *argument = &routine->arguments[i];

		if (travels(l, argument))
			add_fields(l, argument);
		else if (has_capacity(l, argument))
			(void)add_count(l, argument);
		else if (!l->reply && argument->count_of)
			/* Out: the capacity of the first, if there is one. */
			argument->request_count =
			    argument->count_of->request_count;
	}
}

/* --- limits ---------------------------------------------------------------- */

static bool
check_size(const struct layout *l, struct mig_diag *diag,
    const struct mig_routine *routine)
{
	if (l->at <= MIG_BYTES_MAX)
		return true;
	mig_error(diag, routine->place,
	    "%s of `%s` is too large: %" PRIu64 " bytes, %d at most",
	    l->reply ? "reply" : "request", routine->name, l->at,
	    MIG_BYTES_MAX);
	return false;
}

static bool
check_descriptors(const struct layout *l, struct mig_diag *diag,
    const struct mig_options *options, const struct mig_routine *routine)
{
	uint32_t own = l->reply ? options->max_reply_descriptors
	                        : options->max_descriptors;
	bool is_own = own != 0 && own < MIG_DESCRIPTORS_MAX;
	uint32_t most = is_own ? own : MIG_DESCRIPTORS_MAX;

	if (l->descriptors <= most)
		return true;
	mig_error(diag, routine->place,
	    "%s of `%s` has too many descriptors: %" PRIu64 ", %u at most",
	    l->reply ? "reply" : "request", routine->name, l->descriptors,
	    most);
	if (is_own)
		mig_hint(diag, "the limit is that of %s",
		    l->reply ? "-max_reply_descrs" : "-max_descrs");
	return false;
}

/* --- messages -------------------------------------------------------------- */

static bool
lay_message(struct mig_arena *arena, struct mig_diag *diag,
    const struct mig_options *options, struct mig_routine *routine, bool reply)
{
	struct layout l = {
	    .arena = arena,
	    .message = reply ? &routine->reply : &routine->request,
	    .reply = reply,
	    .at = MIG_HEADER_BYTES,
	};
	bool good;

	*l.message = (struct mig_message){
	    .type_name = mig_arena_print(arena, "__%s__%s_t",
	        reply ? "Reply" : "Request", routine->name),
	};
	lay_descriptors(&l, routine);
	lay_ndr(&l, routine);
	lay_fields(&l, routine);
	l.message->size = (uint32_t)l.at;
	l.message->min_size = (uint32_t)(l.at - l.variable_bytes);
	good = check_descriptors(&l, diag, options, routine);
	return check_size(&l, diag, routine) && good;
}

bool
mig_layout(struct mig_arena *arena, struct mig_diag *diag,
    const struct mig_options *options, struct mig_routine *routine)
{
	bool good = lay_message(arena, diag, options, routine, false);

	return lay_message(arena, diag, options, routine, true) && good;
}
