/*
 * The mach_port_*() calls that make, look at and drop names and rights. Each looks
 * the name up, checks in the order of its table in spec/ports.md 10, and leaves
 * the work to ipc_right.
 */
#include "ipc_mach_port.h"

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_lane.h"
#include "ipc_mach_port_find.h"
#include "ipc_port.h"
#include "ipc_pset.h"
#include "ipc_request.h"
#include "ipc_right.h"
#include "ipc_space.h"
#include "ipc_space_hash.h"

kern_return_t
ipc_mach_port_find(struct ipc_space *space, mach_port_name_t name,
    mach_port_type_t type, bool sees_dead, struct ipc_entry **entry_out)
{
	struct ipc_entry *entry;

	if (!MACH_PORT_VALID(name))
		return KERN_INVALID_RIGHT;
	entry = ipc_space_find(space, name);
	if (!entry)
		return KERN_INVALID_NAME;
	if (entry->type == MACH_PORT_TYPE_DEAD_NAME && !sees_dead)
		return KERN_INVALID_NAME;
	if (!(entry->type & type))
		return KERN_INVALID_RIGHT;
	*entry_out = entry;
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_find_receive(
    struct ipc_space *space, mach_port_name_t name, struct ipc_port **port_out)
{
	struct ipc_entry *entry;
	kern_return_t kr = ipc_mach_port_find(
	    space, name, MACH_PORT_TYPE_RECEIVE, false, &entry);

	if (kr == KERN_SUCCESS)
		*port_out = entry->port;
	return kr;
}

kern_return_t
ipc_mach_port_find_receive_name(
    struct ipc_space *space, mach_port_name_t name, struct ipc_port **port_out)
{
	if (!MACH_PORT_VALID(name))
		return KERN_INVALID_NAME;
	return ipc_mach_port_find_receive(space, name, port_out);
}

kern_return_t
ipc_mach_port_take_argument(struct ipc_space *space, struct ipc_space *caller,
    mach_port_name_t name, mach_msg_type_name_t disposition,
    struct ipc_port **port_out)
{
	kern_return_t kr =
	    ipc_right_copyin(caller, name, disposition, port_out);

	if (kr == KERN_SUCCESS || kr == KERN_RESOURCE_SHORTAGE ||
	    space == caller)
		return kr;
	return MACH_SEND_INVALID_RIGHT;
}

/* What mach_port_allocate() puts behind a name. */
struct object {
	struct ipc_port *port;
	struct ipc_pset *pset;
};

static kern_return_t
new_object(
    struct ipc_space *space, mach_port_right_t right, struct object *object)
{
	*object = (struct object){0};
	switch (right) {
	case MACH_PORT_RIGHT_RECEIVE:
		object->port = ipc_port_new();
		return object->port ? KERN_SUCCESS : KERN_RESOURCE_SHORTAGE;
	case MACH_PORT_RIGHT_PORT_SET:
		object->pset = ipc_pset_new(space);
		return object->pset ? KERN_SUCCESS : KERN_RESOURCE_SHORTAGE;
	case MACH_PORT_RIGHT_DEAD_NAME:
		return KERN_SUCCESS;
	default:
		return KERN_INVALID_VALUE;
	}
}

/* It has not been put anywhere. */
static void
drop_object(struct object *object)
{
	if (object->port)
		ipc_port_destroy(object->port);
	if (object->pset)
		ipc_pset_destroy(object->pset);
}

/* Cannot fail. */
static void
install_object(struct ipc_space *space, mach_port_name_t name,
    struct ipc_entry *entry, const struct object *object)
{
	entry->origin = ipc_origin_new(IPC_ORIGIN_MADE, NULL);
	if (object->port) {
		entry->type = MACH_PORT_TYPE_RECEIVE;
		entry->port = object->port;
		ipc_port_enter_space(object->port, space, name);
	} else if (object->pset) {
		entry->type = MACH_PORT_TYPE_PORT_SET;
		entry->pset = object->pset;
		object->pset->name = name;
	} else {
		entry->type = MACH_PORT_TYPE_DEAD_NAME;
		entry->urefs = 1;
	}
}

kern_return_t
ipc_mach_port_allocate(struct ipc_space *space, mach_port_right_t right,
    mach_port_name_t *name_out)
{
	struct ipc_entry *entry;
	struct object object;
	kern_return_t kr = new_object(space, right, &object);

	if (kr != KERN_SUCCESS)
		return kr;
	kr = ipc_space_alloc(space, &entry, name_out);
	if (kr != KERN_SUCCESS) {
		drop_object(&object);
		return kr;
	}
	install_object(space, *name_out, entry, &object);
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_allocate_name(
    struct ipc_space *space, mach_port_right_t right, mach_port_name_t name)
{
	struct ipc_entry *entry;
	struct object object;
	kern_return_t kr = ipc_space_check_name(space, name);

	if (kr != KERN_SUCCESS)
		return kr;
	kr = new_object(space, right, &object);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = ipc_space_alloc_name(space, name, &entry);
	if (kr != KERN_SUCCESS) {
		drop_object(&object);
		return kr;
	}
	install_object(space, name, entry, &object);
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_destroy(struct ipc_space *space, mach_port_name_t name)
{
	struct ipc_entry *entry;

	if (!MACH_PORT_VALID(name))
		return KERN_SUCCESS;
	entry = ipc_space_find(space, name);
	return entry ? ipc_right_destroy(space, name, entry)
	             : KERN_INVALID_NAME;
}

kern_return_t
ipc_mach_port_deallocate(struct ipc_space *space, mach_port_name_t name)
{
	struct ipc_entry *entry;

	if (!MACH_PORT_VALID(name))
		return KERN_SUCCESS;
	entry = ipc_space_find(space, name);
	return entry ? ipc_right_dealloc(space, name, entry)
	             : KERN_INVALID_NAME;
}

static bool
is_send_kind(mach_port_right_t right)
{
	return right == MACH_PORT_RIGHT_SEND ||
	    right == MACH_PORT_RIGHT_SEND_ONCE;
}

kern_return_t
ipc_mach_port_get_refs(struct ipc_space *space, mach_port_name_t name,
    mach_port_right_t right, mach_port_urefs_t *refs_out)
{
	const struct ipc_entry *entry;

	if (right >= MACH_PORT_RIGHT_NUMBER)
		return KERN_INVALID_VALUE;
	if (!MACH_PORT_VALID(name)) {
		if (!is_send_kind(right))
			return KERN_INVALID_NAME;
		*refs_out = 1;
		return KERN_SUCCESS;
	}
	entry = ipc_space_find(space, name);
	if (!entry)
		return KERN_INVALID_NAME;
	if (!(entry->type & MACH_PORT_TYPE(right)))
		*refs_out = 0;
	else if (right == MACH_PORT_RIGHT_SEND ||
	    right == MACH_PORT_RIGHT_DEAD_NAME)
		*refs_out = entry->urefs;
	else
		*refs_out = 1;
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_mod_refs(struct ipc_space *space, mach_port_name_t name,
    mach_port_right_t right, mach_port_delta_t delta)
{
	struct ipc_entry *entry;

	if (right >= MACH_PORT_RIGHT_NUMBER)
		return KERN_INVALID_VALUE;
	if (!MACH_PORT_VALID(name))
		return is_send_kind(right) ? KERN_SUCCESS : KERN_INVALID_NAME;
	entry = ipc_space_find(space, name);
	return entry ? ipc_right_delta(space, name, entry, right, delta)
	             : KERN_INVALID_NAME;
}

/* A pending dead-name or send-possible request, and how it stands. */
static mach_port_type_t
request_type(const struct ipc_entry *entry)
{
	const struct ipc_request *request = ipc_request_made(entry);

	if (!request)
		return MACH_PORT_TYPE_NONE;
	if (request->kind == IPC_REQUEST_SEND_POSSIBLE)
		return MACH_PORT_TYPE_DNREQUEST |
		    MACH_PORT_TYPE_SPREQUEST_DELAYED;
	if (request->kind == IPC_REQUEST_ARMED)
		return MACH_PORT_TYPE_DNREQUEST | MACH_PORT_TYPE_SPREQUEST;
	return MACH_PORT_TYPE_DNREQUEST;
}

/* A pending message-accepted request, which only Mach 3 shows. */
static mach_port_type_t
accepted_type(const struct ipc_space *space, const struct ipc_entry *entry)
{
	return space->mach3 && entry->accepted ? MACH_PORT_TYPE_MAREQUEST
	                                       : MACH_PORT_TYPE_NONE;
}

mach_port_type_t
ipc_mach_port_full_type(
    const struct ipc_space *space, const struct ipc_entry *entry)
{
	return entry->type | request_type(entry) | accepted_type(space, entry);
}

kern_return_t
ipc_mach_port_type(
    struct ipc_space *space, mach_port_name_t name, mach_port_type_t *type_out)
{
	const struct ipc_entry *entry;

	if (name == MACH_PORT_DEAD) {
		*type_out = MACH_PORT_TYPE_DEAD_NAME;
		return KERN_SUCCESS;
	}
	entry = ipc_space_find(space, name);
	if (!entry)
		return KERN_INVALID_NAME;
	*type_out = entry->type |
	    (request_type(entry) & MACH_PORT_TYPE_DNREQUEST) |
	    accepted_type(space, entry);
	return KERN_SUCCESS;
}

kern_return_t
ipc_mach_port_names(struct ipc_space *space, mach_port_name_t **names_out,
    mach_port_type_t **types_out, uint32_t *count_out)
{
	mach_port_name_t *names;
	mach_port_type_t *types;
	mach_port_name_t name;
	uint32_t count = 0;
	mach_port_name_t from = 0;

	*names_out = NULL;
	*types_out = NULL;
	*count_out = 0;
	ipc_lane_resolve_all(space);
	if (space->used == 0)
		return KERN_SUCCESS;
	names = base_zalloc(space->used, sizeof(*names));
	types = base_zalloc(space->used, sizeof(*types));
	if (!names || !types) {
		base_free(names);
		base_free(types);
		return KERN_RESOURCE_SHORTAGE;
	}
	while (ipc_space_next(space, &from, &name)) {
		names[count] = name;
		types[count] =
		    ipc_mach_port_full_type(space, ipc_space_find(space, name));
		count++;
	}
	mp_assert(count == space->used);
	*names_out = names;
	*types_out = types;
	*count_out = count;
	return KERN_SUCCESS;
}

/* "Give me a send right too" (ports.md 10.22, first table). */
static kern_return_t
insert_same_name(struct ipc_space *space, mach_port_name_t name,
    mach_msg_type_name_t disposition)
{
	struct ipc_entry *entry = ipc_space_find(space, name);
	struct ipc_port *port;
	mach_port_name_t same;
	kern_return_t kr;

	if (!entry)
		return KERN_INVALID_NAME;
	if (entry->type == MACH_PORT_TYPE_DEAD_NAME)
		return KERN_INVALID_CAPABILITY;
	if (!ipc_space_reserve_hash(space))
		return KERN_RESOURCE_SHORTAGE;
	kr = ipc_right_copyin(space, name, disposition, &port);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = ipc_right_copyout(space, port, MACH_MSG_TYPE_PORT_SEND, &same);
	mp_assert(kr == KERN_SUCCESS && same == name);
	return KERN_SUCCESS;
}

/* Of what one task puts into the space of another, or takes from there. */
static struct ipc_origin
origin_between(const struct ipc_space *to, const struct ipc_space *other)
{
	return to == other ? ipc_origin_new(IPC_ORIGIN_MADE, NULL)
	                   : ipc_origin_new(IPC_ORIGIN_TASK, other);
}

/* ports.md 10.22 step 2 */
kern_return_t
ipc_mach_port_insert_naked(struct ipc_space *space, mach_port_name_t name,
    struct ipc_port *right, mach_msg_type_name_t type,
    const struct ipc_origin *origin)
{
	if (!MACH_PORT_VALID(name))
		return KERN_INVALID_VALUE;
	if (!IPC_PORT_VALID(right))
		return KERN_INVALID_CAPABILITY;
	return ipc_right_copyout_name(space, right, type, origin, name);
}

kern_return_t
ipc_mach_port_insert_right(struct ipc_space *space, mach_port_name_t name,
    struct ipc_space *caller, mach_port_name_t right,
    mach_msg_type_name_t disposition)
{
	const struct ipc_origin origin = origin_between(space, caller);
	mach_msg_type_name_t type = ipc_right_type(disposition);
	struct ipc_port *port;
	kern_return_t kr;

	if (space == caller && name == right &&
	    (disposition == MACH_MSG_TYPE_MAKE_SEND ||
	        disposition == MACH_MSG_TYPE_COPY_SEND))
		return insert_same_name(space, name, disposition);
	if (space != caller && !MACH_PORT_VALID(right))
		return ipc_mach_port_insert_naked(
		    space, name, IPC_PORT_NULL, type, &origin);
	kr = ipc_mach_port_take_argument(
	    space, caller, right, disposition, &port);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = ipc_mach_port_insert_naked(space, name, port, type, &origin);
	if (kr != KERN_SUCCESS)
		ipc_right_destroy_naked(port, type);
	return kr;
}

kern_return_t
ipc_mach_port_extract_naked(struct ipc_space *space, mach_port_name_t name,
    mach_msg_type_name_t disposition, struct ipc_port **right_out,
    mach_msg_type_name_t *type_out)
{
	mach_msg_type_name_t type = ipc_right_type(disposition);
	kern_return_t kr;

	if (type == 0)
		return KERN_INVALID_VALUE;
	if (!MACH_PORT_VALID(name))
		return KERN_INVALID_RIGHT;
	kr = ipc_right_copyin(space, name, disposition, right_out);
	if (kr == KERN_SUCCESS)
		*type_out = type;
	return kr;
}

kern_return_t
ipc_mach_port_extract_right(struct ipc_space *space, mach_port_name_t name,
    mach_msg_type_name_t disposition, struct ipc_space *caller,
    mach_port_name_t *right_out, mach_msg_type_name_t *type_out)
{
	const struct ipc_origin origin = origin_between(caller, space);
	mach_msg_type_name_t type;
	struct ipc_port *port;
	kern_return_t kr;

	kr =
	    ipc_mach_port_extract_naked(space, name, disposition, &port, &type);
	if (kr != KERN_SUCCESS)
		return kr;
	kr = ipc_right_copyout_from(caller, port, type, &origin, right_out);
	if (kr != KERN_SUCCESS) {
		ipc_right_destroy_naked(port, type);
		return kr;
	}
	*type_out = type;
	return KERN_SUCCESS;
}
