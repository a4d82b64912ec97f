/*
 * Messages read. They are what another task sent: nothing in them is trusted but their
 * size; what does not fit is no message of that routine.
 */
#include <mach/mach_error.h>
#include <mach/mig_errors.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "interface.h"
#include "memory.h"

struct unpack {
	const struct interface *interface;
	const json_t *message;
	const char *data;
	size_t size;
	bool
	    is_peek; /* ids for names, nothing out of line, and an end too early */
	size_t missing; /* of variable fields so far, bytes less than in full */
	json_t *arguments;
	json_t *counts; /* by the names of their fields */
};

/* @count bytes at @offset, or NULL. */
static const char *
at(const struct unpack *unpack, size_t offset, size_t count)
{
	if (offset > unpack->size || count > unpack->size - offset)
		return NULL;
	return unpack->data + offset;
}

static bool
get_word(const struct unpack *unpack, size_t offset, uint32_t *word_out)
{
	const char *bytes = at(unpack, offset, sizeof(*word_out));

	if (bytes)
		memcpy(word_out, bytes, sizeof(*word_out));
	return bytes != NULL;
}

/* --- data ------------------------------------------------------------------ */

static json_t *
number_json(const json_t *type, const char *data, size_t size)
{
	uint64_t value = 0;
	float narrow = 0;
	double wide = 0;

	if (strncmp(interface_text(type, "symbol"), "MACH_MSG_TYPE_REAL", 18) ==
	    0) {
		memcpy(&narrow, data,
		    size < sizeof(narrow) ? size : sizeof(narrow));
		memcpy(&wide, data, size < sizeof(wide) ? size : sizeof(wide));
		wide = size == sizeof(wide) ? wide : (double)narrow;
		/* JSON has no infinities. */
		return wide - wide == 0 ? json_real(wide) : json_null();
	}
	memcpy(&value, data, size);
	/* Their sign, from the top bit: JSON's are signed. */
	if (size < sizeof(value) && value >> (8 * size - 1))
		value |= ~UINT64_C(0) << (8 * size);
	return json_integer((json_int_t)value);
}

static json_t *
hex_json(const char *data, size_t count)
{
	char *hex = bytes_hex(data, count);
	char *text = memory_format("0x%s", hex);
	json_t *value = json_text(text);

	free(text);
	free(hex);
	return value;
}

static bool
is_text(const json_t *type)
{
	const char *symbol = interface_text(type, "symbol");

	return strcmp(interface_text(type, "kind"), "string") == 0 ||
	    strcmp(symbol, "MACH_MSG_TYPE_CHAR") == 0;
}

static json_t *
data_json(const json_t *type, const char *data, size_t count)
{
	long long bits = interface_number(type, "bits");
	size_t size =
	    bits == 16 || bits == 32 || bits == 64 ? (size_t)bits / 8 : 1;
	json_t *list;

	if (is_text(type) && memchr(data, 0, count) == NULL)
		return json_text_bytes(data, count);
	if (strcmp(interface_text(type, "kind"), "string") == 0)
		return json_text_bytes(data, count);
	if (interface_flag(type, "struct") || (bits == 8 && count != 1) ||
	    count % size != 0)
		return hex_json(data, count);
	if (count == size && !interface_flag(type, "by_reference"))
		return number_json(type, data, size);
	list = json_list();
	for (size_t i = 0; i < count; i += size)
		json_add(list, number_json(type, data + i, size));
	return list;
}

/* --- descriptors ----------------------------------------------------------- */

static json_t *
right_json(const struct unpack *unpack, mach_port_t name,
    mach_msg_type_name_t disposition)
{
	json_t *object;

	if (!MACH_PORT_VALID(name))
		return json_null();
	object = json_record();
	json_put(object, "right", json_text(describe_moved_word(disposition)));
	json_put(object, unpack->is_peek ? "port" : "name", json_count(name));
	return object;
}

static json_t *
ool_json(const json_t *type, const char *bytes)
{
	mach_msg_ool_descriptor_t region;

	memcpy(&region, bytes, sizeof(region));
	if (region.type != MACH_MSG_OOL_DESCRIPTOR &&
	    region.type != MACH_MSG_OOL_VOLATILE_DESCRIPTOR)
		return NULL;
	return data_json(type, region.size ? region.address : "", region.size);
}

static json_t *
ool_ports_json(const struct unpack *unpack, const char *bytes)
{
	mach_msg_ool_ports_descriptor_t ports;
	const mach_port_t *names;
	json_t *list;

	memcpy(&ports, bytes, sizeof(ports));
	if (ports.type != MACH_MSG_OOL_PORTS_DESCRIPTOR)
		return NULL;
	list = json_list();
	names = ports.address;
	for (mach_msg_size_t i = 0; i < ports.count; i++)
		json_add(list, right_json(unpack, names[i], ports.disposition));
	return list;
}

static json_t *
port_json(const struct unpack *unpack, const char *bytes)
{
	mach_msg_port_descriptor_t port;

	memcpy(&port, bytes, sizeof(port));
	if (port.type != MACH_MSG_PORT_DESCRIPTOR)
		return NULL;
	return right_json(unpack, port.name, port.disposition);
}

/* One descriptor; NULL: it is another. */
static json_t *
descriptor_json(
    const struct unpack *unpack, const json_t *descriptor, size_t number)
{
	const char *kind = interface_text(descriptor, "kind");
	const json_t *argument = interface_argument(
	    unpack->interface, interface_text(descriptor, "argument"));
	size_t size = strcmp(kind, "port") == 0
	    ? sizeof(mach_msg_port_descriptor_t)
	    : sizeof(mach_msg_ool_descriptor_t);
	const char *bytes = at(
	    unpack, interface_size(descriptor, "offset") + number * size, size);

	if (!bytes)
		return NULL;
	if (strcmp(kind, "port") == 0)
		return port_json(unpack, bytes);
	if (strcmp(kind, "ool") == 0)
		return ool_json(json_object_get(argument, "type"), bytes);
	return ool_ports_json(unpack, bytes);
}

static bool
read_descriptor(struct unpack *unpack, const json_t *descriptor)
{
	const char *name = interface_text(descriptor, "argument");
	bool is_array = interface_flag(descriptor, "array");
	json_t *list = is_array ? json_list() : NULL;
	json_t *one = NULL;

	if (unpack->is_peek &&
	    strcmp(interface_text(descriptor, "kind"), "port") != 0) {
		json_decref(list);
		return true;
	}
	for (size_t i = 0; i < interface_size(descriptor, "count"); i++) {
		one = descriptor_json(unpack, descriptor, i);
		if (!one)
			break;
		if (list)
			json_add(list, one);
	}
	if (!one) {
		json_decref(list);
		return false;
	}
	json_put(unpack->arguments, name, list ? list : one);
	return true;
}

/* --- fields ---------------------------------------------------------------- */

/* Counts come before what they count: they are kept by the names of their fields. */
static bool
keep_count(struct unpack *unpack, const json_t *field, size_t offset)
{
	uint32_t count;

	if (!get_word(unpack, offset, &count))
		return false;
	json_put(
	    unpack->counts, interface_text(field, "name"), json_count(count));
	return true;
}

/* How many bytes of a variable field are there; false: more than it can have. */
static bool
find_bytes(const struct unpack *unpack, const json_t *field, size_t *bytes_out)
{
	size_t count = interface_size(
	    unpack->counts, interface_text(field, "count_field"));

	if (count > interface_size(field, "max"))
		return false;
	*bytes_out = count * interface_size(field, "element_size");
	return *bytes_out <= interface_size(field, "size");
}

static bool
read_field(struct unpack *unpack, const json_t *field)
{
	const char *name = interface_text(field, "argument");
	const char *role = interface_text(field, "role");
	const json_t *argument = interface_argument(unpack->interface, name);
	size_t offset = interface_size(field, "offset") - unpack->missing;
	size_t size = interface_size(field, "size");
	size_t count = size;
	const char *data;

	if (strcmp(role, "count") == 0)
		return keep_count(unpack, field, offset);
	if (interface_flag(field, "variable")) {
		if (!find_bytes(unpack, field, &count))
			return false;
		unpack->missing +=
		    size + interface_size(field, "pad") - round_msg(count);
	}
	data = at(unpack, offset, count);
	if (data && strcmp(role, "data") == 0)
		json_put(unpack->arguments, name,
		    data_json(json_object_get(argument, "type"), data, count));
	return data != NULL;
}

/* --- the message ----------------------------------------------------------- */

static bool
read_message(struct unpack *unpack)
{
	size_t i;
	json_t *part;

	json_array_foreach(
	    json_object_get(unpack->message, "descriptors"), i, part)
	{
		if (!read_descriptor(unpack, part))
			return false;
	}
	json_array_foreach(json_object_get(unpack->message, "fields"), i, part)
	{
		if (!read_field(unpack, part))
			return false;
	}
	return true;
}

static json_t *
result_json(kern_return_t kr, json_t *arguments)
{
	json_t *object = json_record();

	json_put(object, "return_code", json_integer(kr));
	json_put(object, "error",
	    kr ? json_text(mach_error_string(kr)) : json_null());
	json_put(object, "arguments", arguments);
	return object;
}

/* By its id. A routine may have no reply, and that no id: which is -1. */
static bool
is_of(const struct unpack *unpack, const mach_msg_header_t *message)
{
	return json_is_object(unpack->message) &&
	    message->msgh_id == interface_number(unpack->message, "id");
}

/* 36 bytes without rights are the failure of any routine. */
static bool
is_failure(const struct unpack *unpack, const mach_msg_header_t *reply)
{
	uint32_t kr;

	return !MACH_MSGH_BITS_IS_COMPLEX(reply->msgh_bits) &&
	    unpack->size == sizeof(mig_reply_error_t) &&
	    get_word(unpack, offsetof(mig_reply_error_t, RetCode), &kr) &&
	    kr != 0;
}

static bool
has_right_shape(const struct unpack *unpack, const mach_msg_header_t *reply)
{
	uint32_t descriptors = 0;

	if ((bool)MACH_MSGH_BITS_IS_COMPLEX(reply->msgh_bits) !=
	    interface_flag(unpack->message, "complex"))
		return false;
	if (!MACH_MSGH_BITS_IS_COMPLEX(reply->msgh_bits))
		return true;
	return get_word(unpack, sizeof(mach_msg_header_t), &descriptors) &&
	    descriptors ==
	    (uint32_t)interface_number(unpack->message, "descriptor_count");
}

/* The failure that @unpack is. */
static json_t *
failure_json(const struct unpack *unpack)
{
	uint32_t kr = 0;

	(void)get_word(unpack, offsetof(mig_reply_error_t, RetCode), &kr);
	return result_json((kern_return_t)kr, json_null());
}

/* +1: what there is, as far as there is any of a message that is cut off. */
static json_t *
read_arguments(struct unpack *unpack, bool is_cut)
{
	json_t *arguments;

	unpack->arguments = json_record();
	unpack->counts = json_record();
	arguments = read_message(unpack) || is_cut
	    ? json_incref(unpack->arguments)
	    : NULL;
	json_decref(unpack->counts);
	json_decref(unpack->arguments);
	return arguments;
}

json_t *
interface_unpack(
    const struct interface *interface, const mach_msg_header_t *reply)
{
	struct unpack unpack = {
	    .interface = interface,
	    .message = json_object_get(interface->routine, "reply"),
	    .data = (const char *)reply,
	    .size = reply->msgh_size,
	};
	json_t *arguments;

	if (!is_of(&unpack, reply))
		return NULL;
	if (is_failure(&unpack, reply))
		return failure_json(&unpack);
	if (!has_right_shape(&unpack, reply))
		return NULL;
	arguments = read_arguments(&unpack, false);
	return arguments ? result_json(KERN_SUCCESS, arguments) : NULL;
}

json_t *
interface_peek(const struct interface *interface,
    const mach_msg_header_t *message, size_t captured, bool is_reply)
{
	const bool is_cut = captured < message->msgh_size;
	struct unpack unpack = {
	    .interface = interface,
	    .message = json_object_get(
	        interface->routine, is_reply ? "reply" : "request"),
	    .data = (const char *)message,
	    .size = captured,
	    .is_peek = true,
	};
	json_t *result = NULL;
	json_t *arguments;

	if (!is_of(&unpack, message))
		return NULL;
	if (is_reply && !is_cut && is_failure(&unpack, message))
		return failure_json(&unpack);
	if (!has_right_shape(&unpack, message))
		return NULL;
	arguments = read_arguments(&unpack, is_cut);
	if (arguments && is_reply)
		return result_json(KERN_SUCCESS, arguments);
	if (arguments) {
		result = json_record();
		json_put(result, "arguments", arguments);
	}
	return result;
}
