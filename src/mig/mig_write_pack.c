/* How a message is packed.
 *
 * One function for each shape of descriptor and of field. The text of a statement
 * is written as one line, which is folded when it is complete (mig_fold.h).
 */
#include "mig_write_pack.h"

#include <inttypes.h>
#include <stdarg.h>

#include "mig_fold.h"

/* --- the text of one statement --------------------------------------------- */

static void put(struct mig_packer *packer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct mig_packer *packer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mig_put_va(packer->out, format, args);
	va_end(args);
}

static void
put_part(struct mig_packer *packer, const struct mig_argument *argument,
    enum mig_part part)
{
	packer->put_part(packer, argument, part);
}

static void
use(struct mig_packer *packer, enum mig_helper helper)
{
	packer->helpers |= (uint32_t)helper;
}

static bool
in_place(const struct mig_packer *packer, const struct mig_field *field)
{
	return packer->in_place && field->variables_before == 0 &&
	    packer->in_place(packer, field->argument);
}

/* " * 4", after a count; nothing for bytes. */
static void
put_times(struct mig_packer *packer, uint32_t bytes)
{
	if (bytes != 1)
		put(packer, " * %" PRIu32, bytes);
}

/* --- counts ---------------------------------------------------------------- */

/* Whether the message carries the argument, and not just its capacity. */
static bool
is_packed(const struct mig_packer *packer, const struct mig_argument *argument)
{
	bool request = packer->message == &packer->routine->request;

	return argument->role == MIG_INOUT ||
	    argument->role == (request ? MIG_IN : MIG_OUT);
}

/* Arguments that share a count follow each other: the least of their maxima. */
static uint32_t
shared_max(const struct mig_packer *packer, const struct mig_argument *argument)
{
	const struct mig_routine *routine = packer->routine;
	const struct mig_argument *end =
	    routine->arguments + routine->arguments_length;
	uint32_t max = argument->type->max;

	for (const struct mig_argument *next = argument + 1;
	     next < end && next->count_of == argument; next++)
		if (next->type->max && (!max || next->type->max < max))
			max = next->type->max;
	return max;
}

/* Unbounded data has a limit too: a size has 32 bits. */
static bool
has_size_limit(const struct mig_type *type)
{
	return type->variable && !type->max && type->kind != MIG_RIGHT &&
	    type->element_bytes > 1;
}

static void
put_limit_check(struct mig_packer *packer, const struct mig_argument *argument,
    const char *format, uint32_t limit)
{
	put(packer, "\tif (");
	put_part(packer, argument, MIG_PART_COUNT);
	put(packer, " > ");
	if (format)
		put(packer, "%s%" PRIu32, format, limit);
	else
		put_part(packer, argument, MIG_PART_LIMIT);
	put(packer, ")");
	packer->put_too_large(packer);
}

/* What a count must not exceed: of all that share it, its owner's tests say. An
 * unbounded one may have no maximum, and still too many bytes. */
static void
put_count_checks(struct mig_packer *packer, const struct mig_argument *argument)
{
	bool in_reply = packer->message == &packer->routine->reply;
	uint32_t max;

	if (!argument->count_name || !argument->type->variable)
		return;
	max = argument->count_of ? 0 : shared_max(packer, argument);
	if (in_reply && argument->count_in_out && !argument->count_of)
		put_limit_check(packer, argument, NULL, 0);
	if (max &&
	    !(in_reply && argument->count_in_out && max == argument->type->max))
		put_limit_check(packer, argument, "", max);
	if (has_size_limit(argument->type) && !max)
		put_limit_check(packer, argument, "UINT32_MAX / ",
		    argument->type->element_bytes);
}

/* The counts of several regions. */
static void
put_subs_check(struct mig_packer *packer, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;

	use(packer, MIG_HELPER_COUNTS_FIT);
	put(packer, "\tif (!mig_counts_fit(");
	put_part(packer, argument, MIG_PART_SUBS);
	put(packer, ", ");
	if (type->variable)
		put_part(packer, argument, MIG_PART_COUNT);
	else
		put(packer, "%" PRIu32, type->max);
	if (type->region_max)
		put(packer, ", %" PRIu32 "))", type->region_max);
	else
		put(packer, ", UINT32_MAX / %" PRIu32 "))",
		    type->element_bytes);
	packer->put_too_large(packer);
}

void
mig_write_pack_checks(struct mig_packer *packer)
{
	const struct mig_routine *routine = packer->routine;
	size_t start = packer->out->length;

	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *argument = &routine->arguments[i];
		const struct mig_type *type = argument->type;

		if (!is_packed(packer, argument))
			continue;
		put_count_checks(packer, argument);
		if (type->shape == MIG_REGIONS && type->region_variable &&
		    (type->region_max ||
		        (type->kind != MIG_RIGHT && type->element_bytes > 1)))
			put_subs_check(packer, argument);
	}
	mig_fold(packer->out, start);
}

/* --- descriptors ----------------------------------------------------------- */

const char *
mig_disposition_name(uint8_t disposition)
{
	static const char *const names[] = {
	    "MACH_MSG_TYPE_MOVE_RECEIVE",
	    "MACH_MSG_TYPE_MOVE_SEND",
	    "MACH_MSG_TYPE_MOVE_SEND_ONCE",
	    "MACH_MSG_TYPE_COPY_SEND",
	    "MACH_MSG_TYPE_MAKE_SEND",
	    "MACH_MSG_TYPE_MAKE_SEND_ONCE",
	};

	return names[disposition - 16];
}

static void
put_disposition(
    struct mig_packer *packer, const struct mig_descriptor *descriptor)
{
	if (descriptor->sent_as)
		put(packer, "%s", mig_disposition_name(descriptor->sent_as));
	else
		put_part(packer, descriptor->argument, MIG_PART_POLY);
}

static void
put_dealloc(struct mig_packer *packer, const struct mig_argument *argument)
{
	switch (argument->dealloc) {
	case MIG_DEALLOC_NO:
		put(packer, "FALSE");
		break;
	case MIG_DEALLOC_YES:
		put(packer, "TRUE");
		break;
	case MIG_DEALLOC_RUNTIME:
		put_part(packer, argument, MIG_PART_DEALLOC);
		break;
	}
}

static void
put_copy(struct mig_packer *packer, const struct mig_argument *argument)
{
	put(packer, "%s",
	    argument->physical_copy ? "MACH_MSG_PHYSICAL_COPY"
	                            : "MACH_MSG_VIRTUAL_COPY");
}

/* How many, of a type that may be fixed. */
static void
put_count(struct mig_packer *packer, const struct mig_argument *argument)
{
	if (argument->type->variable)
		put_part(packer, argument, MIG_PART_COUNT);
	else
		put(packer, "%" PRIu32, argument->type->max);
}

/* "InP->x = mig_port_descriptor(x, MACH_MSG_TYPE_COPY_SEND);" */
static void
put_port(struct mig_packer *packer, const struct mig_descriptor *descriptor)
{
	use(packer, MIG_HELPER_PORT_DESCRIPTOR);
	put(packer, "\t%s->%s = mig_port_descriptor(", packer->to,
	    descriptor->name);
	put_part(packer, descriptor->argument, MIG_PART_VALUE);
	put(packer, ", ");
	put_disposition(packer, descriptor);
	put(packer, ");\n");
}

static void
put_ports(struct mig_packer *packer, const struct mig_descriptor *descriptor)
{
	use(packer, MIG_HELPER_PORT_DESCRIPTORS);
	put(packer, "\tmig_port_descriptors(%s->%s, %" PRIu32 ", ", packer->to,
	    descriptor->name, descriptor->count);
	put_part(packer, descriptor->argument, MIG_PART_VALUE);
	put(packer, ", ");
	put_count(packer, descriptor->argument);
	put(packer, ", ");
	put_disposition(packer, descriptor);
	put(packer, ");\n");
}

static void
put_data_region(
    struct mig_packer *packer, const struct mig_descriptor *descriptor)
{
	const struct mig_argument *argument = descriptor->argument;
	const struct mig_type *type = argument->type;

	use(packer, MIG_HELPER_OOL_DESCRIPTOR);
	put(packer, "\t%s->%s = mig_ool_descriptor((uintptr_t)", packer->to,
	    descriptor->name);
	put_part(packer, argument, MIG_PART_VALUE);
	put(packer, ", ");
	if (type->variable) {
		put_part(packer, argument, MIG_PART_COUNT);
		put_times(packer, type->element_bytes);
	} else {
		put(packer, "%" PRIu32, type->bytes);
	}
	put(packer, ", ");
	put_copy(packer, argument);
	put(packer, ", ");
	put_dealloc(packer, argument);
	put(packer, ");\n");
}

static void
put_rights_region(
    struct mig_packer *packer, const struct mig_descriptor *descriptor)
{
	const struct mig_argument *argument = descriptor->argument;

	use(packer, MIG_HELPER_OOL_PORTS_DESCRIPTOR);
	put(packer, "\t%s->%s = mig_ool_ports_descriptor((uintptr_t)",
	    packer->to, descriptor->name);
	put_part(packer, argument, MIG_PART_VALUE);
	put(packer, ", ");
	put_count(packer, argument);
	put(packer, ", ");
	put_disposition(packer, descriptor);
	put(packer, ", ");
	put_dealloc(packer, argument);
	put(packer, ");\n");
}

/* The counts of several regions, or what all of them have. */
static void
put_region_counts(struct mig_packer *packer,
    const struct mig_argument *argument, uint32_t unit, uint32_t fixed)
{
	if (argument->type->region_variable) {
		put_part(packer, argument, MIG_PART_SUBS);
		put(packer, ", %" PRIu32 ", ", unit);
	} else {
		put(packer, "NULL, %" PRIu32 ", ", fixed);
	}
}

static void
put_regions(struct mig_packer *packer, const struct mig_descriptor *descriptor)
{
	const struct mig_argument *argument = descriptor->argument;
	const struct mig_type *type = argument->type;
	bool data = descriptor->kind == MIG_DESCRIPTOR_OOL;

	use(packer,
	    data ? MIG_HELPER_OOL_DESCRIPTORS
	         : MIG_HELPER_OOL_PORTS_DESCRIPTORS);
	put(packer, "\tmig_ool_%sdescriptors(%s->%s, %" PRIu32 ", ",
	    data ? "" : "ports_", packer->to, descriptor->name,
	    descriptor->count);
	put_part(packer, argument, MIG_PART_VALUE);
	put(packer, ", ");
	put_count(packer, argument);
	put(packer, ", ");
	if (data) {
		put_region_counts(
		    packer, argument, type->element_bytes, type->bytes);
		put_copy(packer, argument);
	} else {
		put_region_counts(packer, argument, 1, type->region_max);
		put_disposition(packer, descriptor);
	}
	put(packer, ", ");
	put_dealloc(packer, argument);
	put(packer, ");\n");
}

static void
put_descriptor(
    struct mig_packer *packer, const struct mig_descriptor *descriptor)
{
	if (descriptor->kind == MIG_DESCRIPTOR_PORT) {
		if (descriptor->is_array)
			put_ports(packer, descriptor);
		else
			put_port(packer, descriptor);
	} else if (descriptor->is_array) {
		put_regions(packer, descriptor);
	} else if (descriptor->kind == MIG_DESCRIPTOR_OOL) {
		put_data_region(packer, descriptor);
	} else {
		put_rights_region(packer, descriptor);
	}
}

/* --- fields in their members ----------------------------------------------- */

static void
put_pad(struct mig_packer *packer, const struct mig_field *field)
{
	if (field->pad_name)
		put(packer, "\tmemset(%s->%s, 0, sizeof(%s->%s));\n",
		    packer->to, field->pad_name, packer->to, field->pad_name);
}

static void
store_string(struct mig_packer *packer, const struct mig_field *field)
{
	bool placed = in_place(packer, field);

	if (placed) {
		use(packer, MIG_HELPER_END_STRING);
		put(packer, "\tmig_end_string(%s->%s, ", packer->to,
		    field->name);
	} else {
		put(packer, "\tmig_strncpy_zerofill(%s->%s, ", packer->to,
		    field->name);
		put_part(packer, field->argument, MIG_PART_VALUE);
		put(packer, ", ");
	}
	put(packer, "%" PRIu32 ");\n", field->bytes);
}

static void
store_data(struct mig_packer *packer, const struct mig_field *field)
{
	const struct mig_type *type = field->argument->type;

	if (type->kind == MIG_STRING) {
		store_string(packer, field);
	} else if (in_place(packer, field)) {
		/* Nothing but the pad is missing. */
	} else if (type->by_reference) {
		put(packer, "\tmemcpy(%s->%s, ", packer->to, field->name);
		put_part(packer, field->argument, MIG_PART_VALUE);
		put(packer, ", sizeof(%s->%s));\n", packer->to, field->name);
	} else {
		put(packer, "\t%s->%s = ", packer->to, field->name);
		put_part(packer, field->argument, MIG_PART_VALUE);
		put(packer, ";\n");
	}
	put_pad(packer, field);
}

/* A count; or, of an Out argument in a request, how much there is room for. */
static void
put_count_value(struct mig_packer *packer, const struct mig_field *field)
{
	put_part(packer, field->argument, MIG_PART_COUNT);
	if (is_packed(packer, field->argument))
		return;
	put(packer, " < %" PRIu32 " ? ", field->argument->type->max);
	put_part(packer, field->argument, MIG_PART_COUNT);
	put(packer, " : %" PRIu32, field->argument->type->max);
}

static void
store_field(struct mig_packer *packer, const struct mig_field *field)
{
	switch (field->role) {
	case MIG_FIELD_DATA:
		store_data(packer, field);
		break;
	case MIG_FIELD_COUNT:
		put(packer, "\t%s->%s = ", packer->to, field->name);
		put_count_value(packer, field);
		put(packer, ";\n");
		break;
	case MIG_FIELD_STRING_OFFSET:
		break; /* of a variable string: append_string() */
	case MIG_FIELD_SUBS:
		put(packer, "\tmemcpy(%s->%s, ", packer->to, field->name);
		put_part(packer, field->argument, MIG_PART_SUBS);
		put(packer, ", sizeof(%s->%s));\n", packer->to, field->name);
		break;
	}
}

/* --- fields at the end of the message -------------------------------------- */

/* "msgh_size = mig_append...(InP, msgh_size, ": the first begins where its member
 * is. */
static void
begin_append(struct mig_packer *packer, const struct mig_field *field,
    enum mig_helper helper, const char *name)
{
	use(packer, helper);
	put(packer, "\t%s = %s(%s, ", packer->size, name, packer->to);
	if (field->variables_before == 0)
		put(packer, "offsetof(%s, %s), ", packer->message->type_name,
		    field->name);
	else
		put(packer, "%s, ", packer->size);
}

/* @field is the offset, which its count and its characters follow. */
static void
append_string(struct mig_packer *packer, const struct mig_field *field)
{
	uint32_t max = field->argument->type->max;

	if (in_place(packer, field)) {
		begin_append(packer, field, MIG_HELPER_APPEND_STRING_IN_PLACE,
		    "mig_append_string_in_place");
	} else {
		begin_append(packer, field, MIG_HELPER_APPEND_STRING,
		    "mig_append_string");
		put_part(packer, field->argument, MIG_PART_VALUE);
		put(packer, ", ");
	}
	put(packer, "%" PRIu32 ");\n", max);
}

static void
append_array(struct mig_packer *packer, const struct mig_field *field)
{
	const struct mig_argument *argument = field->argument;

	if (field->role == MIG_FIELD_DATA && in_place(packer, field)) {
		begin_append(packer, field, MIG_HELPER_APPEND_IN_PLACE,
		    "mig_append_in_place");
	} else {
		begin_append(packer, field, MIG_HELPER_APPEND, "mig_append");
		put_part(packer, argument,
		    field->role == MIG_FIELD_SUBS ? MIG_PART_SUBS
		                                  : MIG_PART_VALUE);
		put(packer, ", ");
	}
	put_part(packer, argument, MIG_PART_COUNT);
	put_times(packer, field->element_bytes);
	put(packer, ");\n");
}

static void
append_fixed(struct mig_packer *packer, const struct mig_field *field)
{
	const struct mig_type *type = field->argument->type;
	bool is_string =
	    field->role == MIG_FIELD_DATA && type->kind == MIG_STRING;
	enum mig_part part = MIG_PART_VALUE;

	if (is_string)
		begin_append(packer, field, MIG_HELPER_APPEND_FIXED_STRING,
		    "mig_append_fixed_string");
	else
		begin_append(packer, field, MIG_HELPER_APPEND, "mig_append");
	if (field->role == MIG_FIELD_SUBS)
		part = MIG_PART_SUBS;
	else if (!type->by_reference)
		part = MIG_PART_ADDRESS;
	put_part(packer, field->argument, part);
	put(packer, ", sizeof(%s->%s));\n", packer->to, field->name);
}

static void
append_field(struct mig_packer *packer, const struct mig_field *field)
{
	if (field->role == MIG_FIELD_STRING_OFFSET) {
		append_string(packer, field);
	} else if (field->role == MIG_FIELD_COUNT) {
		begin_append(packer, field, MIG_HELPER_APPEND_NUMBER,
		    "mig_append_number");
		put_count_value(packer, field);
		put(packer, ");\n");
	} else if (field->variable) {
		append_array(packer, field);
	} else {
		append_fixed(packer, field);
	}
}

/* --- the message ----------------------------------------------------------- */

/* Count and characters of a variable string go with its offset. */
static bool
is_done(const struct mig_field *field)
{
	const struct mig_type *type = field->argument->type;

	return type->kind == MIG_STRING && type->shape == MIG_VARIABLE &&
	    field->role != MIG_FIELD_STRING_OFFSET;
}

static bool
is_appended(const struct mig_field *field)
{
	return field->variable || field->variables_before > 0 ||
	    field->role == MIG_FIELD_STRING_OFFSET;
}

void
mig_write_pack(struct mig_packer *packer)
{
	const struct mig_message *message = packer->message;
	size_t start = packer->out->length;

	if (message->complex)
		put(packer,
		    "\t%s->msgh_body.msgh_descriptor_count = %" PRIu32 ";\n",
		    packer->to, message->descriptor_count);
	for (size_t i = 0; i < message->descriptors_length; i++)
		put_descriptor(packer, &message->descriptors[i]);
	if (message->has_ndr)
		put(packer, "\t%s->NDR = NDR_record;\n", packer->to);
	for (size_t i = 0; i < message->fields_length; i++) {
		const struct mig_field *field = &message->fields[i];

		if (is_done(field))
			continue;
		if (is_appended(field))
			append_field(packer, field);
		else
			store_field(packer, field);
	}
	mig_fold(packer->out, start);
}
