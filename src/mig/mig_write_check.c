/* The functions that check what has been received: a request on the server side
 * (spec/mig.md 12.3), a reply on the user side (10.5).
 *
 * Both are made of the same steps; they differ in what they answer. A function
 * reads nothing before it knows that the message is long enough for it, and
 * nothing of a message that has another shape. What may be compiled out (S4) is
 * what says whether rights and memory are as promised; identity, sizes, counts,
 * strings and RetCode always count.
 *
 * Fields that stand behind a variable one are found at run time: the function
 * adds the sizes up, and leaves what it found in a struct of offsets.
 */
#include "mig_write.h"

#include <inttypes.h>

struct check {
	struct mig_text *out;
	const struct mig_routine *routine;
	const struct mig_message *message;
	enum mig_side side;
	/* What is returned when sizes, counts or strings are wrong. */
	const char *bad_shape;
};

static const char *
word_of(enum mig_side side)
{
	return side == MIG_SERVER ? "Request" : "Reply";
}

static const char *
descriptor_name(enum mig_descriptor_kind kind)
{
	switch (kind) {
	case MIG_DESCRIPTOR_PORT:
		return "MACH_MSG_PORT_DESCRIPTOR";
	case MIG_DESCRIPTOR_OOL:
		return "MACH_MSG_OOL_DESCRIPTOR";
	case MIG_DESCRIPTOR_OOL_PORTS:
		return "MACH_MSG_OOL_PORTS_DESCRIPTOR";
	}
	return "";
}

/* As it is called in a message that was received. */
static const char *
disposition_name(uint8_t disposition)
{
	switch (disposition) {
	case 16:
		return "MACH_MSG_TYPE_PORT_RECEIVE";
	case 17:
		return "MACH_MSG_TYPE_PORT_SEND";
	default:
		return "MACH_MSG_TYPE_PORT_SEND_ONCE";
	}
}

/* --- the struct of offsets ------------------------------------------------- */

/* Has @field a member there? xOffset is never looked at. */
static bool
is_found_at(const struct mig_field *field)
{
	return field->variables_before > 0 &&
	    field->role != MIG_FIELD_STRING_OFFSET;
}

static void
put_offsets(const struct check *c)
{
	const char *before = "\tmach_msg_size_t ";

	mig_put(c->out,
	    "/* Where in a %s the fields behind a variable one begin. */\n"
	    "struct __%sAt__%s {\n",
	    c->side == MIG_SERVER ? "request" : "reply", word_of(c->side),
	    c->routine->name);
	for (size_t i = 0; i < c->message->fields_length; i++) {
		const struct mig_field *field = &c->message->fields[i];

		if (!is_found_at(field))
			continue;
		mig_put(c->out, "%s%s", before, field->name);
		before = ", ";
	}
	mig_put(c->out, ";\n};\n\n");
}

/* --- counts ---------------------------------------------------------------- */

/* The name of the count in @field for the statements that follow: a moved one is
 * read into the local `count`. Printed as "%s%s". */
struct count {
	const char *prefix;
	const char *name;
};

static struct count
put_count(const struct check *c, const struct mig_field *field)
{
	if (field->variables_before == 0)
		return (struct count){"message->", field->name};
	mig_put(c->out,
	    "\tmemcpy(&count, (const char *)message + at->%s, "
	    "sizeof(count));\n",
	    field->name);
	return (struct count){"", "count"};
}

/* --- shape: 12.3 step 1; 10.5 steps 1 to 4 --------------------------------- */

static void
put_wrong_size(const struct check *c)
{
	const struct mig_message *message = c->message;

	if (message->variables > 0)
		mig_put(c->out,
		    "message->Head.msgh_size < %" PRIu32 " ||\n"
		    "\t    message->Head.msgh_size > sizeof(%s)",
		    message->min_size, message->type_name);
	else
		mig_put(c->out, "message->Head.msgh_size != sizeof(%s)",
		    message->type_name);
	/* Now there is room for a count. */
	if (message->complex)
		mig_put(c->out,
		    " ||\n"
		    "\t    message->msgh_body.msgh_descriptor_count "
		    "!= %" PRIu32,
		    message->descriptor_count);
}

static void
put_request_shape(const struct check *c)
{
	mig_put(c->out,
	    c->message->complex ? "\tif (!(message->Head.msgh_bits & "
	                          "MACH_MSGH_BITS_COMPLEX) ||\n\t    "
	                        : "\tif ((message->Head.msgh_bits & "
	                          "MACH_MSGH_BITS_COMPLEX) ||\n\t    ");
	put_wrong_size(c);
	mig_put(c->out, ")\n\t\treturn %s;\n", c->bad_shape);
}

static void
put_reply_identity(const struct check *c)
{
	/* No constant of C is INT32_MIN. */
	if (c->message->id == INT32_MIN)
		mig_put(c->out,
		    "\tif (message->Head.msgh_id != -2147483647 - 1)\n");
	else
		mig_put(c->out, "\tif (message->Head.msgh_id != %" PRId32 ")\n",
		    c->message->id);
	mig_put(c->out,
	    "\t\treturn message->Head.msgh_id == MACH_NOTIFY_SEND_ONCE\n"
	    "\t\t    ? MIG_SERVER_DIED\n"
	    "\t\t    : MIG_REPLY_MISMATCH;\n\n");
}

static void
put_no_remote_port(const struct check *c, const char *indent)
{
	mig_put(c->out,
	    "%sif (message->Head.msgh_remote_port != MACH_PORT_NULL)\n"
	    "%s\treturn MIG_TYPE_ERROR;\n",
	    indent, indent);
}

/* Nothing but RetCode, whatever it is. */
static void
put_bare_reply(const struct check *c)
{
	mig_put(c->out,
	    "\tif ((message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) ||\n"
	    "\t    message->Head.msgh_size != sizeof(%s))\n"
	    "\t\treturn MIG_TYPE_ERROR;\n",
	    c->message->type_name);
	put_no_remote_port(c, "\t");
	mig_put(c->out, "\treturn message->RetCode;\n");
}

static void
put_simple_reply(const struct check *c)
{
	mig_put(c->out,
	    "\tif (message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)\n"
	    "\t\treturn MIG_TYPE_ERROR;\n"
	    "\tif (");
	put_wrong_size(c);
	/* An error is long enough to have a RetCode, as is any reply of the
	 * right size. */
	mig_put(c->out,
	    ") {\n"
	    "\t\t/* Only an error is shorter. */\n"
	    "\t\tif (message->Head.msgh_size != sizeof(mig_reply_error_t) ||\n"
	    "\t\t    message->RetCode == KERN_SUCCESS)\n"
	    "\t\t\treturn MIG_TYPE_ERROR;\n"
	    "\t}\n");
	put_no_remote_port(c, "\t");
	mig_put(c->out,
	    "\tif (message->RetCode != KERN_SUCCESS)\n"
	    "\t\treturn message->RetCode;\n");
}

static void
put_complex_reply(const struct check *c)
{
	mig_put(c->out,
	    "\tif (!(message->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)) {\n"
	    "\t\t/* It can only be an error. */\n"
	    "\t\tif (message->Head.msgh_size != sizeof(*error) ||\n"
	    "\t\t    error->RetCode == KERN_SUCCESS)\n"
	    "\t\t\treturn MIG_TYPE_ERROR;\n");
	put_no_remote_port(c, "\t\t");
	mig_put(c->out,
	    "\t\treturn error->RetCode;\n"
	    "\t}\n"
	    "\tif (");
	put_wrong_size(c);
	mig_put(c->out, ")\n\t\treturn MIG_TYPE_ERROR;\n");
	put_no_remote_port(c, "\t");
}

static void
put_reply_shape(const struct check *c)
{
	put_reply_identity(c);
	if (c->message->complex)
		put_complex_reply(c);
	else if (c->message->fields_length == 0)
		put_bare_reply(c);
	else
		put_simple_reply(c);
}

/* --- descriptors: 12.3 step 2; 10.5 step 5 --------------------------------- */

/* A region of a size that the interface gives. A region of an array[*:n] is
 * looked at when it is known whether it is used. */
static bool
has_fixed_region(const struct mig_type *type)
{
	return type->shape == MIG_REGION ? !type->variable
	                                 : type->shape == MIG_REGIONS &&
	        !type->variable && !type->region_variable;
}

static void
put_wrong_region_size(
    const struct check *c, const struct mig_descriptor *d, const char *item)
{
	const struct mig_type *type = d->argument->type;
	uint32_t max =
	    type->shape == MIG_REGIONS ? type->region_max : type->max;

	if (d->kind == MIG_DESCRIPTOR_OOL_PORTS)
		mig_put(c->out, "message->%s%s.count != %" PRIu32, d->name,
		    item, max);
	else
		mig_put(c->out, "message->%s%s.size != %" PRIu32, d->name, item,
		    type->bytes);
}

/* Rights of an array[*:n] are looked at when it is known which are used: the
 * disposition of those that are not says nothing. A polymorphic right has any. */
static bool
has_disposition(const struct mig_descriptor *d)
{
	if (d->kind == MIG_DESCRIPTOR_OOL)
		return false;
	return d->is_array ? !d->argument->type->variable : d->received_as != 0;
}

/* What the disposition must be. An argument has one for all of its rights, also if
 * it is polymorphic: the caller is told that of the first. */
static void
put_wrong_disposition(
    const struct check *c, const struct mig_descriptor *d, const char *item)
{
	mig_put(c->out, "message->%s%s.disposition != ", d->name, item);
	if (d->received_as != 0)
		mig_put(c->out, "%s", disposition_name(d->received_as));
	else
		mig_put(c->out, "message->%s[0].disposition", d->name);
}

static void
put_descriptor(const struct check *c, const struct mig_descriptor *d)
{
	const char *item = d->is_array ? "[i]" : "";
	const char *indent = d->is_array ? "\t\t" : "\t";

	if (d->is_array)
		mig_put(c->out,
		    "\tfor (unsigned int i = 0; i < %" PRIu32 "; i++) {\n",
		    d->count);
	mig_put(c->out, "%sif (message->%s%s.type != %s", indent, d->name, item,
	    descriptor_name(d->kind));
	if (has_disposition(d)) {
		mig_put(c->out, " ||\n%s    ", indent);
		put_wrong_disposition(c, d, item);
	}
	if (has_fixed_region(d->argument->type)) {
		mig_put(c->out, " ||\n%s    ", indent);
		put_wrong_region_size(c, d, item);
	}
	mig_put(c->out, ")\n%s\treturn MIG_TYPE_ERROR;\n", indent);
	if (d->is_array)
		mig_put(c->out, "\t}\n");
}

static void
put_descriptors(const struct check *c)
{
	for (size_t i = 0; i < c->message->descriptors_length; i++)
		put_descriptor(c, &c->message->descriptors[i]);
}

/* --- variable fields: 12.3 step 3; 10.5 step 6 ----------------------------- */

/* Where a field is: @plus bytes, and those in the local @more, behind the
 * beginning of @field. */
struct place {
	const struct mig_field *field;
	uint32_t plus;
	const char *more; /* NULL: none */
};

static void
put_place(const struct check *c, const struct mig_field *field,
    const struct place *place)
{
	if (place->field->variables_before == 0)
		mig_put(c->out, "\tat->%s = (mach_msg_size_t)offsetof(%s, %s)",
		    field->name, c->message->type_name, place->field->name);
	else
		mig_put(c->out, "\tat->%s = at->%s", field->name,
		    place->field->name);
	if (place->more)
		mig_put(c->out, " + %s", place->more);
	if (place->plus > 0)
		mig_put(c->out, " + %" PRIu32, place->plus);
	mig_put(c->out, ";\n");
}

/* W(count * element_bytes), between @open and @close if it needs them. */
static void
put_bytes(const struct check *c, const struct mig_field *field,
    const char *open, const char *close)
{
	if (field->element_bytes % 4 == 0)
		mig_put(c->out, "count * %" PRIu32, field->element_bytes);
	else if (field->element_bytes == 1)
		mig_put(c->out, "%s(count + 3) & ~3u%s", open, close);
	else
		mig_put(c->out, "%s(count * %" PRIu32 " + 3) & ~3u%s", open,
		    field->element_bytes, close);
}

/* The variable fields before have told how many there are, when they share a
 * count. */
struct counted {
	const struct mig_field *count;
	uint32_t max; /* it is no larger */
};

/* Takes what @field occupies from `left`, the bytes of this message beyond the
 * shortest one. The last variable field takes all. */
static void
put_variable(const struct check *c, const struct mig_field *field,
    const struct counted *counted)
{
	bool is_last = field->variables_before + 1 == c->message->variables;
	bool is_known = field->count == counted->count;

	mig_put(c->out, "\n");
	if (!is_known && field->count->variables_before == 0)
		mig_put(c->out, "\tcount = message->%s;\n", field->count->name);
	else if (!is_known)
		(void)put_count(c, field->count);
	mig_put(c->out, "\tif (");
	if (!is_known || counted->max > field->max)
		mig_put(c->out, "count > %" PRIu32 " || ", field->max);
	put_bytes(c, field, "(", ")");
	mig_put(c->out, " %s left)\n\t\treturn %s;\n", is_last ? "!=" : ">",
	    c->bad_shape);
	if (is_last)
		return;
	mig_put(c->out, "\tbytes = ");
	put_bytes(c, field, "", "");
	mig_put(c->out, ";\n\tleft -= bytes;\n");
}

static void
put_fields(const struct check *c)
{
	struct counted counted = {NULL, 0};
	struct place place = {.field = c->message->fields};

	for (size_t i = 0; i < c->message->fields_length; i++) {
		const struct mig_field *field = &c->message->fields[i];

		if (is_found_at(field)) {
			put_place(c, field, &place);
			place = (struct place){.field = field};
		}
		if (!field->variable) {
			place.plus += field->bytes + field->pad;
			continue;
		}
		put_variable(c, field, &counted);
		if (field->count != counted.count || field->max < counted.max)
			counted = (struct counted){field->count, field->max};
		place = (struct place){
		    .field = field,
		    .more = field->variables_before + 1 == c->message->variables
		        ? "left"
		        : "bytes",
		};
	}
}

/* --- counts of rights and regions: 12.3 steps 6 and 4; 10.5 step 7 ---------- */

static const struct mig_field *
count_field(const struct check *c, const struct mig_argument *argument)
{
	return c->side == MIG_SERVER ? argument->request_count
	                             : argument->reply_count;
}

static const struct mig_field *
subs_field(const struct check *c, const struct mig_argument *argument)
{
	return c->side == MIG_SERVER ? argument->request_subs
	                             : argument->reply_subs;
}

/* The counts of an array[*:n] of variable regions are a variable field, and have
 * been checked. */
static bool
has_array_count(const struct check *c, const struct mig_descriptor *d)
{
	return d->is_array && d->argument->type->variable &&
	    !subs_field(c, d->argument);
}

/* S1 */
static void
put_array_counts(const struct check *c)
{
	for (size_t i = 0; i < c->message->descriptors_length; i++) {
		const struct mig_descriptor *d = &c->message->descriptors[i];
		struct count count;

		if (!has_array_count(c, d))
			continue;
		mig_put(c->out, "\n");
		count = put_count(c, count_field(c, d->argument));
		mig_put(c->out, "\tif (%s%s > %" PRIu32 ")\n\t\treturn %s;\n",
		    count.prefix, count.name, d->argument->type->max,
		    c->bad_shape);
	}
}

/* Elements of a region, as `message->x.size` has them. */
static void
put_wrong_region_count(const struct check *c, const struct mig_descriptor *d,
    const char *item, struct count count)
{
	uint32_t bytes = d->argument->type->element_bytes;

	if (d->kind == MIG_DESCRIPTOR_OOL_PORTS)
		mig_put(c->out, "message->%s%s.count != %s%s", d->name, item,
		    count.prefix, count.name);
	else if (bytes == 1)
		mig_put(c->out, "message->%s%s.size != %s%s", d->name, item,
		    count.prefix, count.name);
	else
		mig_put(c->out,
		    "message->%s%s.size != (uint64_t)%s%s * %" PRIu32, d->name,
		    item, count.prefix, count.name, bytes);
}

static void
put_region(const struct check *c, const struct mig_descriptor *d)
{
	const struct mig_type *type = d->argument->type;
	struct count count = put_count(c, count_field(c, d->argument));

	mig_put(c->out, "\tif (");
	put_wrong_region_count(c, d, "", count);
	if (type->max > 0)
		mig_put(c->out, " ||\n\t    %s%s > %" PRIu32, count.prefix,
		    count.name, type->max);
	mig_put(c->out, ")\n\t\treturn MIG_TYPE_ERROR;\n");
}

/* The head of a loop over the regions of @d that are used. */
static void
put_regions_loop(const struct check *c, const struct mig_descriptor *d)
{
	struct count count;

	if (!d->argument->type->variable) {
		mig_put(c->out,
		    "\tfor (unsigned int i = 0; i < %" PRIu32 "; i++) {\n",
		    d->count);
		return;
	}
	count = put_count(c, count_field(c, d->argument));
	mig_put(c->out, "\tfor (unsigned int i = 0; i < %s%s; i++) {\n",
	    count.prefix, count.name);
}

static void
put_regions(const struct check *c, const struct mig_descriptor *d)
{
	const struct mig_type *type = d->argument->type;
	const struct mig_field *subs = subs_field(c, d->argument);
	struct count held = {"", "held"};

	put_regions_loop(c, d);
	if (!type->region_variable) {
		mig_put(c->out, "\t\tif (");
		put_wrong_region_size(c, d, "[i]");
		mig_put(c->out, ")\n\t\t\treturn MIG_TYPE_ERROR;\n\t}\n");
		return;
	}
	mig_put(c->out, "\t\tmach_msg_type_number_t held");
	if (subs->variables_before == 0)
		mig_put(c->out, " = message->%s[i];\n\n", subs->name);
	else
		mig_put(c->out,
		    ";\n\n"
		    "\t\tmemcpy(&held, (const char *)message + at->%s + "
		    "i * sizeof(held),\n"
		    "\t\t    sizeof(held));\n",
		    subs->name);
	mig_put(c->out, "\t\tif (");
	put_wrong_region_count(c, d, "[i]", held);
	if (type->region_max > 0)
		mig_put(
		    c->out, " ||\n\t\t    held > %" PRIu32, type->region_max);
	mig_put(c->out, ")\n\t\t\treturn MIG_TYPE_ERROR;\n\t}\n");
}

static bool
has_run_time_size(const struct mig_type *type)
{
	if (type->shape == MIG_REGION)
		return type->variable;
	return type->shape == MIG_REGIONS &&
	    (type->variable || type->region_variable);
}

static void
put_regions_of_all(const struct check *c)
{
	for (size_t i = 0; i < c->message->descriptors_length; i++) {
		const struct mig_descriptor *d = &c->message->descriptors[i];

		if (!has_run_time_size(d->argument->type))
			continue;
		if (d->is_array)
			put_regions(c, d);
		else
			put_region(c, d);
	}
}

/* --- arrays of rights and regions ------------------------------------------ */

static bool
has_unused(const struct mig_descriptor *d)
{
	return d->is_array && d->argument->type->variable;
}

/* What shows that descriptor i, which nobody will look at, brings something. */
static void
put_used(const struct check *c, const struct mig_descriptor *d)
{
	switch (d->kind) {
	case MIG_DESCRIPTOR_PORT:
		mig_put(
		    c->out, "message->%s[i].name != MACH_PORT_NULL", d->name);
		break;
	case MIG_DESCRIPTOR_OOL:
		mig_put(c->out, "message->%s[i].size != 0", d->name);
		break;
	case MIG_DESCRIPTOR_OOL_PORTS:
		mig_put(c->out, "message->%s[i].count != 0", d->name);
		break;
	}
}

/* Of an array[*:n], the rights that count are what they should be, and behind them
 * comes nothing: nobody would release it. */
static void
put_array(const struct check *c, const struct mig_descriptor *d)
{
	bool has_rights = d->kind != MIG_DESCRIPTOR_OOL;
	struct count count = put_count(c, count_field(c, d->argument));

	mig_put(c->out,
	    "\tfor (unsigned int i = %s%s; i < %" PRIu32 "; i++)\n\t\tif (",
	    has_rights ? "" : count.prefix, has_rights ? "0" : count.name,
	    d->count);
	if (has_rights) {
		mig_put(c->out,
		    "i < %s%s\n"
		    "\t\t        ? ",
		    count.prefix, count.name);
		put_wrong_disposition(c, d, "[i]");
		mig_put(c->out, "\n\t\t        : ");
	}
	put_used(c, d);
	mig_put(c->out, ")\n\t\t\treturn MIG_TYPE_ERROR;\n");
}

static void
put_arrays(const struct check *c)
{
	for (size_t i = 0; i < c->message->descriptors_length; i++)
		if (has_unused(&c->message->descriptors[i]))
			put_array(c, &c->message->descriptors[i]);
}

/* --- strings: 12.3 step 5, S8 ---------------------------------------------- */

static void
put_string(const struct check *c, const struct mig_field *field)
{
	mig_put(c->out, "\n");
	if (field->variable) {
		struct count count = put_count(c, field->count);

		if (field->variables_before == 0)
			mig_put(c->out,
			    "\tif (!memchr(message->%s, '\\0', %s%s))\n",
			    field->name, count.prefix, count.name);
		else
			mig_put(c->out,
			    "\tif (!memchr((const char *)message + at->%s, "
			    "'\\0', %s%s))\n",
			    field->name, count.prefix, count.name);
	} else if (field->variables_before == 0) {
		mig_put(c->out,
		    "\tif (!memchr(message->%s, '\\0', %" PRIu32 "))\n",
		    field->name, field->bytes);
	} else {
		mig_put(c->out,
		    "\tif (!memchr((const char *)message + at->%s, '\\0', "
		    "%" PRIu32 "))\n",
		    field->name, field->bytes);
	}
	mig_put(c->out, "\t\treturn %s;\n", c->bad_shape);
}

static void
put_strings(const struct check *c)
{
	for (size_t i = 0; i < c->message->fields_length; i++) {
		const struct mig_field *field = &c->message->fields[i];

		if (field->role == MIG_FIELD_DATA &&
		    field->argument->type->kind == MIG_STRING)
			put_string(c, field);
	}
}

/* --- the function ---------------------------------------------------------- */

static void
put_signature(const struct check *c)
{
	mig_put(c->out,
	    "mig_internal kern_return_t\n"
	    "__MIG_check__%s(",
	    c->message->type_name + 2);
	mig_put(c->out, "const %s *message", c->message->type_name);
	if (c->message->has_moved)
		mig_put(c->out, ",\n    struct __%sAt__%s *at",
		    word_of(c->side), c->routine->name);
	mig_put(c->out, ")\n");
}

static void
put_locals(const struct check *c)
{
	bool is_complex_reply = c->side == MIG_USER && c->message->complex;

	if (is_complex_reply)
		mig_put(c->out,
		    "\tconst mig_reply_error_t *error = "
		    "(const mig_reply_error_t *)message;\n");
	if (c->message->variables > 0)
		mig_put(c->out,
		    "\tmach_msg_type_number_t count;\n"
		    "\tmach_msg_size_t left;\n");
	if (c->message->variables > 1)
		mig_put(c->out, "\tmach_msg_size_t bytes;\n");
	if (is_complex_reply || c->message->variables > 0)
		mig_put(c->out, "\n");
}

/* What stands between the checks of descriptors and those of regions. */
static void
put_counts(const struct check *c)
{
	if (c->message->variables > 0) {
		mig_put(c->out,
		    "\n\t/* What is beyond the shortest message belongs to "
		    "variable fields. */\n"
		    "\tleft = message->Head.msgh_size - %" PRIu32 ";\n",
		    c->message->min_size);
		put_fields(c);
	}
	put_array_counts(c);
}

static bool
has_counts(const struct check *c)
{
	for (size_t i = 0; i < c->message->descriptors_length; i++)
		if (has_array_count(c, &c->message->descriptors[i]))
			return true;
	return c->message->variables > 0;
}

/* Descriptors that are checked when their counts are known. */
static bool
has_counted(const struct check *c)
{
	for (size_t i = 0; i < c->message->descriptors_length; i++) {
		const struct mig_descriptor *d = &c->message->descriptors[i];

		if (has_unused(d) || has_run_time_size(d->argument->type))
			return true;
	}
	return false;
}

/* What a program that trusts its peers may leave out stands under #if. */
static void
put_contents(const struct check *c)
{
	if (c->message->complex) {
		mig_put(c->out, "\n#if __MigTypeCheck\n");
		put_descriptors(c);
		if (!has_counts(c))
			put_regions_of_all(c);
		mig_put(c->out, "#endif\n");
	}
	put_counts(c);
	if (has_counts(c) && has_counted(c)) {
		mig_put(c->out, "\n#if __MigTypeCheck\n");
		put_regions_of_all(c);
		put_arrays(c);
		mig_put(c->out, "#endif\n");
	}
	put_strings(c);
}

static void
put_body(const struct check *c)
{
	bool is_bare = c->side == MIG_USER && !c->message->complex &&
	    c->message->fields_length == 0;

	put_locals(c);
	if (c->side == MIG_SERVER)
		put_request_shape(c);
	else
		put_reply_shape(c);
	if (is_bare)
		return;
	put_contents(c);
	mig_put(c->out, "\n\treturn KERN_SUCCESS;\n");
}

void
mig_write_check(
    struct mig_text *out, const struct mig_routine *routine, enum mig_side side)
{
	struct check c = {
	    .out = out,
	    .routine = routine,
	    .message = side == MIG_SERVER ? &routine->request : &routine->reply,
	    .side = side,
	    .bad_shape =
	        side == MIG_SERVER ? "MIG_BAD_ARGUMENTS" : "MIG_TYPE_ERROR",
	};

	if (side == MIG_USER && routine->one_way)
		return;
	mig_put(out,
	    "#ifndef __MIG_check__%s__defined\n"
	    "#define __MIG_check__%s__defined\n",
	    c.message->type_name + 2, c.message->type_name + 2);
	if (c.message->has_moved)
		put_offsets(&c);
	mig_put(out,
	    "/* Is this a %s of %s()? The trailer is not looked at. */\n",
	    side == MIG_SERVER ? "request" : "reply", routine->name);
	put_signature(&c);
	mig_put(out, "{\n");
	put_body(&c);
	mig_put(out, "}\n#endif\n\n");
}
