/* Requests made of arguments by name. */
#include <errno.h>
#include <error.h>
#include <mach/ndr.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "interface.h"
#include "memory.h"

/* What is said of an argument. */
struct value {
	const json_t *argument;
	const char *word;
	struct bytes data; /* what is in its field or region */
	size_t elements;
};

struct pack {
	const struct interface *interface;
	const struct interface_rights *rights;
	struct value *values;
	size_t value_count;
	struct interface_message *message;
};

static const json_t *
type_of(const struct value *value)
{
	return json_object_get(value->argument, "type");
}

static bool
has_shape(const struct value *value, const char *shape)
{
	return strcmp(interface_text(type_of(value), "shape"), shape) == 0;
}

static bool
is_kind(const struct value *value, const char *kind)
{
	return strcmp(interface_text(type_of(value), "kind"), kind) == 0;
}

static int
refuse(const struct value *value, const char *why)
{
	error(0, 0, "%s: %s", interface_text(value->argument, "name"), why);
	return EX_USAGE;
}

/* --- words ----------------------------------------------------------------- */

/* Is there a place for it in the request that a user fills? */
static bool
goes_in(const json_t *argument)
{
	const char *role = interface_text(argument, "role");

	return strcmp(role, "in") == 0 || strcmp(role, "inout") == 0;
}

static struct value *
find_value(const struct pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->value_count; i++)
		if (strcmp(interface_text(pack->values[i].argument, "name"),
		        name) == 0)
			return &pack->values[i];
	return NULL;
}

/* One for each argument that goes in; their words come then. */
static void
make_values(struct pack *pack)
{
	const json_t *arguments =
	    json_object_get(pack->interface->routine, "arguments");
	size_t i;
	json_t *argument;

	pack->values =
	    memory_new(json_array_size(arguments), sizeof(*pack->values));
	json_array_foreach(arguments, i, argument)
	{
		if (goes_in(argument))
			pack->values[pack->value_count++].argument = argument;
	}
}

static int
take_word(struct pack *pack, char *word)
{
	char *equals = strchr(word, '=');
	char *name = equals ? strndup(word, (size_t)(equals - word)) : NULL;
	struct value *value = name ? find_value(pack, name) : NULL;

	free(name);
	if (!value) {
		error(0, 0,
		    "%s: say ARGUMENT=VALUE, of an argument that goes in",
		    word);
		return EX_USAGE;
	}
	if (value->word)
		return refuse(value, "it was said before");
	value->word = equals + 1;
	return EX_OK;
}

static int
take_words(struct pack *pack, char *const *words, size_t count)
{
	int status = EX_OK;

	for (size_t i = 0; i < count && status == EX_OK; i++)
		status = take_word(pack, words[i]);
	for (size_t i = 0; i < pack->value_count && status == EX_OK; i++)
		if (!pack->values[i].word)
			status = refuse(&pack->values[i],
			    "what is its value? "
			    "say ARGUMENT=VALUE");
	return status;
}

/* --- data ------------------------------------------------------------------ */

static bool
is_real(const json_t *type)
{
	return strncmp(interface_text(type, "symbol"), "MACH_MSG_TYPE_REAL",
	           18) == 0;
}

/* Text and bytes are said as such, all else as numbers. */
static int
read_data(struct value *value)
{
	const json_t *type = type_of(value);
	long long bits = interface_number(type, "bits");
	bool is_char =
	    strcmp(interface_text(type, "symbol"), "MACH_MSG_TYPE_CHAR") == 0 ||
	    strcmp(interface_text(type, "symbol"), "MACH_MSG_TYPE_BYTE") == 0 ||
	    strncmp(interface_text(type, "symbol"), "MACH_MSG_TYPE_STRING",
	        20) == 0;

	if (is_kind(value, "string") || (bits == 8 && is_char) ||
	    interface_flag(type, "struct"))
		return bytes_of_word(value->word, &value->data);
	if (bytes_of_numbers(value->word, bits > 0 ? (size_t)bits / 8 : 1,
	        is_real(type), &value->data))
		return EX_OK;
	return refuse(value,
	    "that is no number, or more than one without a "
	    "comma, or too large");
}

/* How large it may be, and is: elements for the count, zeroes to fill it up. */
static int
fit_data(struct value *value)
{
	const json_t *type = type_of(value);
	long long element = interface_number(type, "element_size");
	long long size = interface_number(type, "size");

	if (element <= 0)
		element = 1;
	if (is_kind(value, "string"))
		bytes_add(&value->data, NULL, 1);
	if (size >= 0 && value->data.count > (size_t)size)
		return refuse(value, "that is too long");
	if (value->data.count % (size_t)element != 0)
		return refuse(value, "that is no whole number of elements");
	value->elements = value->data.count / (size_t)element;
	/* Only text may be shorter than its field. */
	if (has_shape(value, "inline") && size >= 0 &&
	    value->data.count != (size_t)size) {
		if (!is_kind(value, "string"))
			return refuse(value, "that is too short");
		bytes_add(&value->data, NULL, (size_t)size - value->data.count);
	}
	return EX_OK;
}

static int
read_value(struct value *value)
{
	int status;

	if (has_shape(value, "regions"))
		return refuse(value,
		    "arrays of regions cannot be said on a command line");
	if (is_kind(value, "right"))
		return EX_OK; /* with its descriptor */
	status = read_data(value);
	return status == EX_OK ? fit_data(value) : status;
}

/* --- descriptors ----------------------------------------------------------- */

static void
add(struct pack *pack, const void *data, size_t count)
{
	bytes_add(&pack->message->message, data, count);
}

static void
add_word(struct pack *pack, size_t value)
{
	uint32_t word = (uint32_t)value;

	add(pack, &word, sizeof(word));
}

/* What the receiver is to find, of what a sender writes. */
static uint32_t
moved_as(const json_t *descriptor)
{
	long long received = interface_number(descriptor, "received_as");

	return received > 0 ? (uint32_t)received : MACH_MSG_TYPE_PORT_SEND;
}

static int
find_right(struct pack *pack, const char *word, const json_t *descriptor,
    mach_port_t *name_out, mach_msg_type_name_t *disposition_out)
{
	const uint32_t wanted = moved_as(descriptor);

	*name_out = MACH_PORT_NULL;
	*disposition_out = (mach_msg_type_name_t)wanted;
	if (*word == '\0' || strcmp(word, "null") == 0)
		return EX_OK;
	return pack->rights->find(
	    pack->rights->context, word, wanted, name_out, disposition_out);
}

/* One right for each word between commas; those that are not said are null. */
static int
add_ports(struct pack *pack, struct value *value, const json_t *descriptor)
{
	size_t count = interface_size(descriptor, "count");
	char *words = memory_string(value->word);
	char *rest = words;
	int status = EX_OK;

	for (size_t i = 0; i < count && status == EX_OK; i++) {
		mach_msg_port_descriptor_t port = {
		    .type = MACH_MSG_PORT_DESCRIPTOR};
		const char *word = strsep(&rest, ",");
		mach_msg_type_name_t disposition;

		value->elements += word && *word;
		status = find_right(pack, word ? word : "", descriptor,
		    &port.name, &disposition);
		port.disposition = disposition & 0xff;
		add(pack, &port, sizeof(port));
	}
	if (status == EX_OK && rest)
		status = refuse(value, "that is too many");
	free(words);
	return status;
}

/* The address is that of memory which stays where it is. */
static void
add_region(struct pack *pack, const void *data, size_t bytes)
{
	mach_msg_ool_descriptor_t region = {
	    .address = (void *)(uintptr_t)data,
	    .copy = MACH_MSG_VIRTUAL_COPY,
	    .type = MACH_MSG_OOL_DESCRIPTOR,
	    .size = (mach_msg_size_t)bytes,
	};

	add(pack, &region, sizeof(region));
}

/* All of one disposition: that of the last, and they are of one kind. */
static int
add_ool_ports(struct pack *pack, struct value *value, const json_t *descriptor)
{
	struct bytes *names =
	    &pack->message->regions[pack->message->region_count++];
	mach_msg_ool_ports_descriptor_t ports = {
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR};
	char *words = memory_string(value->word);
	char *rest = *words ? words : NULL;
	mach_msg_type_name_t disposition = MACH_MSG_TYPE_COPY_SEND;
	int status = EX_OK;

	while (rest && status == EX_OK) {
		const char *word = strsep(&rest, ",");
		mach_port_t name;

		status =
		    find_right(pack, word, descriptor, &name, &disposition);
		bytes_add(names, &name, sizeof(name));
	}
	value->elements = names->count / sizeof(mach_port_t);
	ports.address = names->data;
	ports.count = (mach_msg_size_t)value->elements;
	ports.disposition = disposition & 0xff;
	add(pack, &ports, sizeof(ports));
	free(words);
	return status;
}

static int
add_descriptor(struct pack *pack, const json_t *descriptor)
{
	const char *kind = interface_text(descriptor, "kind");
	struct value *value =
	    find_value(pack, interface_text(descriptor, "argument"));

	if (!value) {
		error(0, 0,
		    "%s: a right of this routine cannot be said on a command "
		    "line",
		    interface_text(descriptor, "argument"));
		return EX_USAGE;
	}
	if (strcmp(kind, "ool") == 0) {
		add_region(pack, value->data.data, value->data.count);
		return EX_OK;
	}
	return strcmp(kind, "port") == 0
	    ? add_ports(pack, value, descriptor)
	    : add_ool_ports(pack, value, descriptor);
}

/* --- fields ---------------------------------------------------------------- */

static void
add_data(struct pack *pack, const json_t *field, const struct value *value)
{
	size_t count = value->data.count;
	size_t size =
	    interface_size(field, "size") + interface_size(field, "pad");

	if (interface_flag(field, "variable"))
		size = round_msg(count);
	add(pack, value->data.data, count);
	add(pack, NULL, size > count ? size - count : 0);
}

/* A count that several arguments share is that of the first. */
static size_t
count_of(const struct pack *pack, const json_t *field)
{
	const struct value *value =
	    find_value(pack, interface_text(field, "argument"));
	const json_t *argument = interface_argument(
	    pack->interface, interface_text(field, "argument"));
	const json_t *type = json_object_get(argument, "type");

	if (value)
		return value->elements;
	/* countinout: how much room we have. */
	return interface_size(type, "max");
}

static int
add_field(struct pack *pack, const json_t *field)
{
	const char *role = interface_text(field, "role");
	const struct value *value =
	    find_value(pack, interface_text(field, "argument"));

	if (strcmp(role, "string_offset") == 0)
		add_word(pack, 0);
	else if (strcmp(role, "count") == 0)
		add_word(pack, count_of(pack, field));
	else if (strcmp(role, "data") == 0 && value)
		add_data(pack, field, value);
	else {
		error(0, 0, "%s: that cannot be said on a command line",
		    interface_text(field, "argument"));
		return EX_USAGE;
	}
	return EX_OK;
}

/* --- the message ----------------------------------------------------------- */

static int
add_message(struct pack *pack)
{
	const json_t *request =
	    json_object_get(pack->interface->routine, "request");
	mach_msg_header_t header = {
	    .msgh_bits =
	        interface_flag(request, "complex") ? MACH_MSGH_BITS_COMPLEX : 0,
	    .msgh_id = (mach_msg_id_t)interface_number(request, "id"),
	};
	size_t i;
	json_t *part;
	int status = EX_OK;

	add(pack, &header, sizeof(header));
	if (header.msgh_bits)
		add_word(pack, interface_size(request, "descriptor_count"));
	json_array_foreach(json_object_get(request, "descriptors"), i, part)
	{
		if (status == EX_OK)
			status = add_descriptor(pack, part);
	}
	if (interface_number(request, "ndr") >= 0)
		add(pack, &NDR_record, sizeof(NDR_record));
	json_array_foreach(json_object_get(request, "fields"), i, part)
	{
		if (status == EX_OK)
			status = add_field(pack, part);
	}
	return status;
}

int
interface_pack(const struct interface *interface, char *const *arguments,
    size_t count, const struct interface_rights *rights,
    struct interface_message *message_out)
{
	struct pack pack = {
	    .interface = interface, .rights = rights, .message = message_out};
	int status;

	*message_out = (struct interface_message){0};
	make_values(&pack);
	message_out->regions =
	    memory_new(2 * pack.value_count, sizeof(*message_out->regions));
	status = take_words(&pack, arguments, count);
	for (size_t i = 0; i < pack.value_count && status == EX_OK; i++)
		status = read_value(&pack.values[i]);
	if (status == EX_OK)
		status = add_message(&pack);
	/* What regions point to is the message's from now on. */
	for (size_t i = 0; i < pack.value_count; i++)
		message_out->regions[message_out->region_count++] =
		    pack.values[i].data;
	free(pack.values);
	return status;
}

void
interface_message_free(struct interface_message *message)
{
	for (size_t i = 0; i < message->region_count; i++)
		bytes_free(&message->regions[i]);
	free(message->regions);
	bytes_free(&message->message);
	*message = (struct interface_message){0};
}
