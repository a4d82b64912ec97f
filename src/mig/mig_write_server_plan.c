/* Where the arguments of an implementation are while it runs.
 *
 * A request is 4-aligned, and so are its fields. What needs no more, is passed in
 * place; an element whose size is no multiple of 8 needs no more. The rest gets a
 * local, and so does what the implementation changes: the request stays as it came,
 * to be destroyed if the routine fails (spec/mig.md 12.4, S9). Out data is written
 * straight into the reply where its place is known beforehand.
 */
#include "mig_write_server.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mig_write_names.h"

/* Larger locals are not for the stack. */
enum { LOCAL_BYTES_MAX = 8192 };

/* Of a mach_msg_type_number_t. */
enum { SUBS_BYTES = 4 };

/* --- text ------------------------------------------------------------------ */

void
mig_server_put(struct server_stub *stub, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mig_put_va(stub->out, format, args);
	va_end(args);
}

/* --- kinds ----------------------------------------------------------------- */

/* Numbers, and what else a C type with one value is set to 0 by. */
bool
mig_server_is_scalar(const struct mig_type *type)
{
	if (type->shape == MIG_INLINE)
		return !type->is_struct && type->max == 1;
	return type->shape == MIG_PORT || type->shape == MIG_REGION;
}

bool
mig_server_is_plain(const struct mig_type *type)
{
	return !type->intran && !type->outtran && !type->destructor;
}

bool
mig_server_has_token(const struct mig_argument *argument)
{
	return argument->server_token && argument->on_server;
}

/* --- names ----------------------------------------------------------------- */

static bool
is_name(const char *name, const char *other)
{
	return other && strcmp(name, other) == 0;
}

/* Would a local of this name hide what the stub uses? An argument may be called
 * as its routine, or as a type. */
static bool
is_hiding(const struct mig_routine *routine, const char *name)
{
	if (is_name(name, routine->server_name))
		return true;
	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_type *type = routine->arguments[i].type;

		if (is_name(name, type->server_ctype) ||
		    is_name(name, type->translated_ctype) ||
		    is_name(name, type->element_server_ctype) ||
		    is_name(name, type->intran) ||
		    is_name(name, type->outtran) ||
		    is_name(name, type->destructor))
			return true;
	}
	return false;
}

/* A local for something that has a name in the interface. */
static const char *
local_name(struct server_stub *stub, const char *name)
{
	if (!is_hiding(stub->routine, name))
		return name;
	return mig_arena_print(stub->arena, "mig_%s", name);
}

/* Another for the same argument. No argument's name begins so. */
static const char *
second_name(struct server_stub *stub, const char *what, const char *name)
{
	return mig_arena_print(stub->arena, "mig_%s_%s", what, name);
}

/* --- expressions ----------------------------------------------------------- */

const char *
mig_server_number(struct server_stub *stub, const struct mig_field *field)
{
	if (field->variables_before == 0)
		return mig_arena_print(stub->arena, "InP->%s", field->name);
	stub->helpers |= (uint32_t)MIG_HELPER_NUMBER_AT;
	return mig_arena_print(
	    stub->arena, "mig_number_at(InP, RequestAt.%s)", field->name);
}

const char *
mig_server_count(struct server_stub *stub, const struct mig_argument *argument)
{
	const struct mig_type *type = argument->type;
	const char *name = argument->name;

	/* The descriptor tells what there is: the count was compared. */
	if (type->shape != MIG_REGION)
		return mig_server_number(stub, argument->request_count);
	if (type->kind == MIG_RIGHT)
		return mig_arena_print(stub->arena, "InP->%s.count", name);
	if (type->element_bytes == 1)
		return mig_arena_print(stub->arena, "InP->%s.size", name);
	return mig_arena_print(
	    stub->arena, "InP->%s.size / %" PRIu32, name, type->element_bytes);
}

/* What is in the request, as the server's C type; of what has moved, its address. */
const char *
mig_server_value(struct server_stub *stub, const struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;
	const struct mig_type *type = argument->type;

	if (argument->role == MIG_REQUEST_PORT)
		return "InP->Head.msgh_local_port";
	if (type->shape == MIG_PORT)
		return mig_arena_print(
		    stub->arena, "InP->%s.name", argument->name);
	if (type->shape == MIG_REGION)
		return mig_arena_print(stub->arena, "(%s)InP->%s.address",
		    type->server_ctype, argument->name);
	if (argument->request_field->variables_before == 0)
		return mig_arena_print(stub->arena, "InP->%s", argument->name);
	stub->server_helpers |= (uint32_t)SERVER_HELPER_AT;
	return mig_arena_print(
	    stub->arena, "mig_at(InP, RequestAt.%s)", argument->name);
}

/* The least of the maxima of all that share a count: who is offered so many may
 * fill all of them. */
static uint32_t
shared_max(
    const struct mig_routine *routine, const struct mig_argument *argument)
{
	const struct mig_argument *first =
	    argument->count_of ? argument->count_of : argument;
	uint32_t max = 0;

	for (size_t i = 0; i < routine->arguments_length; i++) {
		const struct mig_argument *other = &routine->arguments[i];

		if (other != first && other->count_of != first)
			continue;
		if (other->type->shape == MIG_REGION)
			continue;
		if (max == 0 || other->type->max < max)
			max = other->type->max;
	}
	return max;
}

const char *
mig_server_offer(struct server_stub *stub, const struct mig_argument *argument)
{
	uint32_t max = shared_max(stub->routine, argument);

	if (max == 0)
		return NULL;
	if (!argument->count_in_out || !argument->request_count)
		return mig_arena_print(stub->arena, "%" PRIu32, max);
	stub->server_helpers |= (uint32_t)SERVER_HELPER_SMALLER;
	return mig_arena_print(stub->arena, "mig_smaller(%s, %" PRIu32 ")",
	    mig_server_number(stub, argument->request_count), max);
}

/* An object need not be of the size of what it is made of. */
const char *
mig_server_heap_bytes(struct server_stub *stub, const struct server_argument *a)
{
	if (!a->is_array)
		return mig_arena_print(stub->arena, "sizeof(*%s)", a->name);
	return mig_arena_print(stub->arena, "%" PRIu32, a->bytes);
}

/* --- places ---------------------------------------------------------------- */

static enum server_place
local_of(uint32_t bytes)
{
	return bytes > LOCAL_BYTES_MAX ? SERVER_HEAP : SERVER_LOCAL;
}

static bool
is_moved(const struct mig_field *field)
{
	return field && field->variables_before > 0;
}

/* An array that may need more than 4-alignment. */
static bool
is_misaligned(const struct mig_type *type)
{
	return type->kind == MIG_DATA && type->element_bytes % 8 == 0;
}

static enum server_place
place_of_in(const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	switch (type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		if (a->is_array)
			return is_misaligned(type) ? local_of(a->bytes)
			                           : SERVER_REQUEST;
		return is_moved(a->argument->request_field) ? local_of(a->bytes)
		                                            : SERVER_REQUEST;
	case MIG_PORT:
	case MIG_REGION:
		return SERVER_REQUEST;
	case MIG_PORTS:
	case MIG_REGIONS:
		return local_of(a->bytes);
	}
	abort();
}

static enum server_place
place_of_out(const struct server_argument *a)
{
	const struct mig_type *type = a->argument->type;

	switch (type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		if (a->is_array && type->outtran)
			return SERVER_LOCAL; /* of a type of its own */
		if (!a->is_array || is_misaligned(type) ||
		    is_moved(a->argument->reply_field))
			return local_of(a->bytes);
		return SERVER_REPLY;
	case MIG_PORT:
	case MIG_REGION:
		return SERVER_LOCAL;
	case MIG_PORTS:
	case MIG_REGIONS:
		return local_of(a->bytes);
	}
	abort();
}

static uint32_t
bytes_of(const struct mig_type *type)
{
	switch (type->shape) {
	case MIG_INLINE:
	case MIG_VARIABLE:
		return type->bytes;
	case MIG_PORT:
		return 4;
	case MIG_PORTS:
		return type->max * 4;
	case MIG_REGION:
		return 8;
	case MIG_REGIONS:
		return type->max * 8;
	}
	abort();
}

/* --- locals ---------------------------------------------------------------- */

static void
plan_subs(struct server_stub *stub, struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;

	if (!argument->subs_name)
		return;
	a->subs = local_name(stub, argument->subs_name);
	a->subs_on_heap =
	    local_of(argument->type->max * SUBS_BYTES) == SERVER_HEAP;
}

static void
plan_in(struct server_stub *stub, struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;
	const struct mig_type *type = argument->type;

	a->place = place_of_in(a);
	if (a->place != SERVER_REQUEST)
		a->name = local_name(stub, argument->name);
	if (type->intran && type->destructor && type->shape != MIG_PORTS &&
	    type->shape != MIG_REGIONS)
		a->object = second_name(stub, "object", argument->name);
	plan_subs(stub, a);
}

static void
plan_out(struct server_stub *stub, struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;
	const struct mig_type *type = argument->type;
	bool is_translated = !a->is_array && (type->intran || type->outtran);

	a->place = place_of_out(a);
	if (a->place != SERVER_REPLY)
		a->name = local_name(stub, argument->name);
	/* Of two C types, even if only one function is there: then C converts. */
	if (is_translated && a->comes_in && is_moved(argument->request_field))
		a->field = second_name(stub, "field", argument->name);
	if (is_translated && is_moved(argument->reply_field))
		a->sent = second_name(stub, "sent", argument->name);
	if (mig_has_count(argument))
		a->count = local_name(stub, argument->count_name);
	plan_subs(stub, a);
	if (mig_has_poly(argument, MIG_SERVER))
		a->poly = local_name(stub, argument->poly_name);
	if (mig_has_dealloc(argument, MIG_SERVER))
		a->dealloc = local_name(stub, argument->dealloc_name);
}

static void
plan_argument(struct server_stub *stub, struct server_argument *a)
{
	const struct mig_argument *argument = a->argument;
	const struct mig_type *type = argument->type;

	a->comes_in = mig_goes_in(argument) && !argument->retcode;
	a->goes_out = mig_comes_out(argument);
	a->is_array = type->shape == MIG_VARIABLE || type->shape == MIG_PORTS ||
	    type->shape == MIG_REGIONS ||
	    (type->shape == MIG_INLINE && type->by_reference);
	if (a->goes_out || a->comes_in)
		a->bytes = bytes_of(type);
	if (a->goes_out)
		plan_out(stub, a);
	else if (a->comes_in)
		plan_in(stub, a);
	else if (argument->role == MIG_REQUEST_PORT && type->intran &&
	    type->destructor)
		a->object = second_name(stub, "object", argument->name);
	if (a->place == SERVER_HEAP || a->subs_on_heap)
		stub->has_heap = true;
}

void
mig_server_plan(struct server_stub *stub)
{
	const struct mig_routine *routine = stub->routine;
	size_t length = routine->arguments_length;

	stub->has_reply = !routine->one_way &&
	    (routine->reply.complex || routine->reply.fields_length > 0);
	stub->arguments = mig_arena_alloc(
	    stub->arena, (length + 1) * sizeof(*stub->arguments));
	for (size_t i = 0; i < length; i++) {
		stub->arguments[i].argument = &routine->arguments[i];
		plan_argument(stub, &stub->arguments[i]);
	}
}
