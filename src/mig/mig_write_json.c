/* An interface as JSON: all that a program needs to read or to make its messages
 * without the .defs. docs/mig-json.md describes each key; a change of meaning
 * changes VERSION, a new key does not. */
#include "mig_write.h"

#include <stdlib.h>

#include "mig_json.h"
#include "mig_owner.h"
#include "mig_write_names.h"

enum { VERSION = 1 };

/* --- words ----------------------------------------------------------------- */

static const char *
kind_name(enum mig_kind kind)
{
	switch (kind) {
	case MIG_DATA:
		return "data";
	case MIG_RIGHT:
		return "right";
	case MIG_STRING:
		return "string";
	}
	abort();
}

static const char *
shape_name(enum mig_shape shape)
{
	switch (shape) {
	case MIG_INLINE:
		return "inline";
	case MIG_VARIABLE:
		return "variable";
	case MIG_PORT:
		return "port";
	case MIG_PORTS:
		return "ports";
	case MIG_REGION:
		return "region";
	case MIG_REGIONS:
		return "regions";
	}
	abort();
}

static const char *
role_name(enum mig_role role)
{
	switch (role) {
	case MIG_IN:
		return "in";
	case MIG_OUT:
		return "out";
	case MIG_INOUT:
		return "inout";
	case MIG_REQUEST_PORT:
		return "requestport";
	case MIG_REPLY_PORT:
		return "replyport";
	case MIG_UREPLY_PORT:
		return "ureplyport";
	case MIG_SREPLY_PORT:
		return "sreplyport";
	case MIG_WAIT_TIME:
		return "waittime";
	case MIG_SEND_TIME:
		return "sendtime";
	case MIG_MSG_OPTION:
		return "msgoption";
	case MIG_SEQNO:
		return "msgseqno";
	case MIG_SENDER_TOKEN:
		return "sectoken";
	case MIG_AUDIT_TOKEN:
		return "audittoken";
	case MIG_CONTEXT_TOKEN:
		return "contexttoken";
	}
	abort();
}

static const char *
dealloc_name(enum mig_dealloc dealloc)
{
	switch (dealloc) {
	case MIG_DEALLOC_NO:
		return "no";
	case MIG_DEALLOC_YES:
		return "yes";
	case MIG_DEALLOC_RUNTIME:
		return "runtime";
	}
	abort();
}

static const char *
descriptor_name(enum mig_descriptor_kind kind)
{
	switch (kind) {
	case MIG_DESCRIPTOR_PORT:
		return "port";
	case MIG_DESCRIPTOR_OOL:
		return "ool";
	case MIG_DESCRIPTOR_OOL_PORTS:
		return "ool_ports";
	}
	abort();
}

static const char *
field_role_name(enum mig_field_role role)
{
	switch (role) {
	case MIG_FIELD_DATA:
		return "data";
	case MIG_FIELD_COUNT:
		return "count";
	case MIG_FIELD_STRING_OFFSET:
		return "string_offset";
	case MIG_FIELD_SUBS:
		return "subs";
	}
	abort();
}

static const char *
import_name(enum mig_import_kind kind)
{
	switch (kind) {
	case MIG_IMPORT:
		return "import";
	case MIG_UIMPORT:
		return "uimport";
	case MIG_SIMPORT:
		return "simport";
	case MIG_IIMPORT:
		return "iimport";
	case MIG_DIMPORT:
		return "dimport";
	}
	abort();
}

static const char *
timeout_name(enum mig_timeout timeout)
{
	switch (timeout) {
	case MIG_TIMEOUT_NONE:
		return NULL;
	case MIG_TIMEOUT_SEND:
		return "send";
	case MIG_TIMEOUT_WAIT:
		return "send_and_receive";
	}
	abort();
}

static const char *
consume_name(enum mig_consume consume)
{
	switch (consume) {
	case MIG_CONSUME_NONE:
		return "none";
	case MIG_CONSUME_TIMEOUT:
		return "timeout";
	case MIG_CONSUME_ANY:
		return "any";
	}
	abort();
}

static const char *
trailer_name(enum mig_trailer trailer)
{
	switch (trailer) {
	case MIG_TRAILER_NONE:
		return NULL;
	case MIG_TRAILER_SEQNO:
		return "seqno";
	case MIG_TRAILER_SENDER:
		return "sender";
	case MIG_TRAILER_AUDIT:
		return "audit";
	case MIG_TRAILER_CONTEXT:
		return "context";
	}
	abort();
}

/* --- what many objects have ------------------------------------------------ */

static void
put_number_or_null(
    struct mig_json *json, const char *key, bool is_number, uint32_t number)
{
	if (is_number)
		mig_json_number(json, key, number);
	else
		mig_json_null(json, key);
}

/* 0: whatever the message says. */
static void
put_disposition(
    struct mig_json *json, const char *key, bool is_right, uint8_t disposition)
{
	if (!is_right)
		mig_json_null(json, key);
	else if (disposition == 0)
		mig_json_string(json, key, "polymorphic");
	else
		mig_json_number(json, key, disposition);
}

static void
put_argument_name(
    struct mig_json *json, const char *key, const struct mig_argument *argument)
{
	mig_json_string(json, key, argument ? argument->name : NULL);
}

/* --- types ----------------------------------------------------------------- */

static void
put_ctypes(struct mig_json *json, const struct mig_type *type)
{
	bool has_elements = type->shape != MIG_INLINE &&
	    type->shape != MIG_PORT && type->kind != MIG_STRING;

	mig_json_string(json, "user_ctype", type->user_ctype);
	mig_json_string(json, "server_ctype", type->server_ctype);
	mig_json_string(json, "translated_ctype", type->translated_ctype);
	mig_json_string(json, "element_user_ctype",
	    has_elements ? type->element_user_ctype : NULL);
	mig_json_string(json, "element_server_ctype",
	    has_elements ? type->element_server_ctype : NULL);
	mig_json_string(json, "intran", type->intran);
	mig_json_string(json, "outtran", type->outtran);
	mig_json_string(json, "destructor", type->destructor);
}

static void
put_type(struct mig_json *json, const char *key, const struct mig_type *type)
{
	bool is_right = type->kind == MIG_RIGHT;
	bool is_regions = type->shape == MIG_REGIONS;

	mig_json_object(json, key);
	mig_json_string(json, "name", type->name);
	mig_json_string(json, "kind", kind_name(type->kind));
	mig_json_string(json, "shape", shape_name(type->shape));
	mig_json_string(json, "symbol", type->symbol);
	mig_json_number(json, "bits", type->bits);
	mig_json_bool(json, "by_reference", type->by_reference);
	mig_json_bool(json, "struct", type->is_struct);
	mig_json_bool(json, "variable", type->variable);
	put_number_or_null(json, "max", type->max != 0, type->max);
	mig_json_bool(json, "unbounded", type->unbounded);
	mig_json_number(json, "element_size", type->element_bytes);
	put_number_or_null(json, "size", type->bytes != 0, type->bytes);
	mig_json_number(json, "descriptors", type->descriptors);
	mig_json_bool(
	    json, "region_variable", is_regions && type->region_variable);
	put_number_or_null(json, "region_max",
	    is_regions && type->region_max != 0, type->region_max);
	put_disposition(json, "sent_as", is_right, type->sent_as);
	put_disposition(json, "received_as", is_right, type->received_as);
	put_ctypes(json, type);
	mig_json_end_object(json);
}

/* --- arguments ------------------------------------------------------------- */

static void
put_implicit(struct mig_json *json, const char *key, const char *name,
    bool on_user, bool on_server)
{
	if (!name) {
		mig_json_null(json, key);
		return;
	}
	mig_json_object(json, key);
	mig_json_string(json, "name", name);
	mig_json_bool(json, "on_user", on_user);
	mig_json_bool(json, "on_server", on_server);
	mig_json_end_object(json);
}

static void
put_implicits(struct mig_json *json, const struct mig_argument *argument)
{
	bool is_counted = mig_has_count(argument);

	mig_json_object(json, "implicit");
	put_implicit(json, "poly", argument->poly_name,
	    mig_has_poly(argument, MIG_USER),
	    mig_has_poly(argument, MIG_SERVER));
	put_implicit(json, "subs", argument->subs_name, argument->on_user,
	    argument->on_server);
	put_implicit(json, "count", is_counted ? argument->count_name : NULL,
	    argument->on_user, argument->on_server);
	put_implicit(json, "dealloc", argument->dealloc_name,
	    mig_has_dealloc(argument, MIG_USER),
	    mig_has_dealloc(argument, MIG_SERVER));
	mig_json_end_object(json);
}

/* Where an argument is in one message. */
struct position {
	const struct mig_descriptor *descriptor;
	const struct mig_field *field;
	const struct mig_field *count;
	const struct mig_field *subs;
};

static void
put_field_offset(
    struct mig_json *json, const char *key, const struct mig_field *field)
{
	put_number_or_null(json, key, field != NULL, field ? field->offset : 0);
}

static void
put_position(struct mig_json *json, const char *key, const struct position *at)
{
	if (!at->descriptor && !at->field && !at->count && !at->subs) {
		mig_json_null(json, key);
		return;
	}
	mig_json_object(json, key);
	put_number_or_null(json, "descriptor", at->descriptor != NULL,
	    at->descriptor ? at->descriptor->index : 0);
	put_field_offset(json, "field", at->field);
	put_field_offset(json, "count", at->count);
	put_field_offset(json, "subs", at->subs);
	mig_json_end_object(json);
}

static void
put_owner(struct mig_json *json, const char *key,
    const struct mig_argument *argument, enum mig_side side)
{
	struct mig_owner owner = mig_owner_of(argument, side);
	struct mig_text text = {0};

	if (!mig_is_parameter(argument, side)) {
		mig_json_null(json, key);
		return;
	}
	mig_owner_say(&text, argument, side);
	mig_json_object(json, key);
	mig_json_string(json, "rights_in", owner.rights_in);
	mig_json_string(json, "memory_in", owner.memory_in);
	mig_json_string(json, "rights_out", owner.rights_out);
	mig_json_string(json, "memory_out", owner.memory_out);
	mig_json_string(json, "text", text.bytes);
	mig_json_end_object(json);
	mig_text_deinit(&text);
}

static void
put_argument(struct mig_json *json, const struct mig_argument *argument)
{
	mig_json_object(json, NULL);
	mig_json_string(json, "name", argument->name);
	mig_json_string(json, "role", role_name(argument->role));
	mig_json_bool(json, "on_user", argument->on_user);
	mig_json_bool(json, "on_server", argument->on_server);
	put_type(json, "type", argument->type);
	mig_json_string(json, "dealloc", dealloc_name(argument->dealloc));
	mig_json_bool(json, "countinout", argument->count_in_out);
	mig_json_bool(json, "physicalcopy", argument->physical_copy);
	mig_json_bool(json, "const", argument->is_const);
	mig_json_bool(json, "auto", argument->is_auto);
	mig_json_bool(json, "retcode", argument->retcode);
	put_argument_name(json, "samecount", argument->count_of);
	put_implicits(json, argument);
	put_position(json, "request",
	    &(struct position){argument->request_descriptor,
	        argument->request_field, argument->request_count,
	        argument->request_subs});
	put_position(json, "reply",
	    &(struct position){argument->reply_descriptor,
	        argument->reply_field, argument->reply_count,
	        argument->reply_subs});
	mig_json_object(json, "ownership");
	put_owner(json, "user", argument, MIG_USER);
	put_owner(json, "server", argument, MIG_SERVER);
	mig_json_end_object(json);
	mig_json_end_object(json);
}

/* --- messages -------------------------------------------------------------- */

static void
put_descriptor(struct mig_json *json, const struct mig_descriptor *descriptor)
{
	bool is_right = descriptor->kind != MIG_DESCRIPTOR_OOL;

	mig_json_object(json, NULL);
	put_argument_name(json, "argument", descriptor->argument);
	mig_json_string(json, "name", descriptor->name);
	mig_json_string(json, "kind", descriptor_name(descriptor->kind));
	mig_json_number(json, "index", descriptor->index);
	mig_json_number(json, "count", descriptor->count);
	mig_json_number(json, "offset", descriptor->offset);
	mig_json_bool(json, "array", descriptor->is_array);
	put_disposition(json, "sent_as", is_right, descriptor->sent_as);
	put_disposition(json, "received_as", is_right, descriptor->received_as);
	mig_json_end_object(json);
}

static void
put_field(struct mig_json *json, const struct mig_field *field)
{
	mig_json_object(json, NULL);
	mig_json_string(json, "role", field_role_name(field->role));
	put_argument_name(json, "argument", field->argument);
	mig_json_string(json, "name", field->name);
	mig_json_number(json, "offset", field->offset);
	mig_json_number(json, "size", field->bytes);
	mig_json_number(json, "pad", field->pad);
	mig_json_bool(json, "variable", field->variable);
	put_number_or_null(
	    json, "element_size", field->variable, field->element_bytes);
	put_number_or_null(json, "max", field->variable, field->max);
	mig_json_string(json, "count_field",
	    field->variable && field->count ? field->count->name : NULL);
	mig_json_bool(json, "moves", field->variables_before > 0);
	mig_json_end_object(json);
}

static void
put_message(
    struct mig_json *json, const char *key, const struct mig_message *message)
{
	mig_json_object(json, key);
	mig_json_number(json, "id", message->id);
	mig_json_string(json, "ctype", message->type_name);
	mig_json_bool(json, "complex", message->complex);
	mig_json_number(json, "size", message->size);
	mig_json_number(json, "min_size", message->min_size);
	put_number_or_null(json, "ndr", message->has_ndr, message->ndr_offset);
	put_number_or_null(
	    json, "retcode", message->has_retcode, message->retcode_offset);
	mig_json_number(json, "descriptor_count", message->descriptor_count);
	mig_json_array(json, "descriptors");
	for (size_t i = 0; i < message->descriptors_length; i++)
		put_descriptor(json, &message->descriptors[i]);
	mig_json_end_array(json);
	mig_json_array(json, "fields");
	for (size_t i = 0; i < message->fields_length; i++)
		put_field(json, &message->fields[i]);
	mig_json_end_array(json);
	mig_json_end_object(json);
}

/* --- routines -------------------------------------------------------------- */

static void
put_call(struct mig_json *json, const struct mig_routine *routine)
{
	mig_json_object(json, "call");
	mig_json_string(json, "timeout", timeout_name(routine->timeout));
	mig_json_string(json, "timeout_text", routine->timeout_text);
	mig_json_string(json, "option_text", routine->option_text);
	put_argument_name(json, "option_argument", routine->option_argument);
	mig_json_string(
	    json, "consume_on_send_error", consume_name(routine->consume));
	mig_json_bool(json, "special_reply_port", routine->special_reply_port);
	mig_json_string(
	    json, "request_trailer", trailer_name(routine->server_trailer));
	mig_json_string(
	    json, "reply_trailer", trailer_name(routine->user_trailer));
	mig_json_end_object(json);
}

static void
put_routine(struct mig_json *json, const struct mig_routine *routine)
{
	mig_json_object(json, NULL);
	mig_json_string(json, "name", routine->name);
	mig_json_number(json, "number", routine->number);
	mig_json_number(json, "request_id", routine->id);
	if (routine->one_way)
		mig_json_null(json, "reply_id");
	else
		mig_json_number(json, "reply_id", routine->reply_id);
	mig_json_string(
	    json, "kind", routine->one_way ? "simpleroutine" : "routine");
	mig_json_string(json, "user_name", routine->user_name);
	mig_json_string(json, "server_name", routine->server_name);
	put_argument_name(json, "request_port", routine->request_port);
	put_argument_name(json, "reply_port", routine->reply_port);
	put_call(json, routine);
	mig_json_array(json, "arguments");
	for (size_t i = 0; i < routine->arguments_length; i++)
		put_argument(json, &routine->arguments[i]);
	mig_json_end_array(json);
	put_message(json, "request", &routine->request);
	if (routine->one_way)
		mig_json_null(json, "reply");
	else
		put_message(json, "reply", &routine->reply);
	mig_json_end_object(json);
}

/* --- the interface --------------------------------------------------------- */

static void
put_lists(struct mig_json *json, const struct mig_interface *interface)
{
	mig_json_array(json, "imports");
	for (size_t i = 0; i < interface->imports_length; i++) {
		mig_json_object(json, NULL);
		mig_json_string(
		    json, "kind", import_name(interface->imports[i].kind));
		mig_json_string(json, "file", interface->imports[i].file);
		mig_json_end_object(json);
	}
	mig_json_end_array(json);
	mig_json_array(json, "types");
	for (size_t i = 0; i < interface->types_length; i++)
		put_type(json, NULL, interface->types[i]);
	mig_json_end_array(json);
	mig_json_array(json, "routines");
	for (size_t i = 0; i < interface->slots_length; i++)
		if (interface->slots[i])
			put_routine(json, interface->slots[i]);
	mig_json_end_array(json);
}

void
mig_write_json(struct mig_text *out, const struct mig_interface *interface)
{
	struct mig_json json = {.out = out};

	mig_json_object(&json, NULL);
	mig_json_number(&json, "version", VERSION);
	mig_json_string(&json, "subsystem", interface->name);
	mig_json_number(&json, "base", interface->base);
	mig_json_number(&json, "slots", (int64_t)interface->slots_length);
	mig_json_bool(&json, "kernel_user", interface->kernel_user);
	mig_json_bool(&json, "kernel_server", interface->kernel_server);
	mig_json_string(&json, "dispatcher", interface->demux);
	mig_json_string(&json, "user_prefix", interface->user_prefix);
	mig_json_string(&json, "server_prefix", interface->server_prefix);
	mig_json_number(&json, "max_request_size", interface->max_request);
	mig_json_number(&json, "max_reply_size", interface->max_reply);
	put_lists(&json, interface);
	mig_json_end_object(&json);
	mig_json_end(&json);
}
