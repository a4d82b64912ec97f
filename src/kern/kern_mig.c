/*
 * From a message in transit to one that a stub reads, and from what it wrote to a
 * message in transit. All that can fail comes before the call: the memory of a
 * reply of limited size is there already when the call is made, and the replies of
 * the other routines, which only tell of something, may fail after it.
 */
#include "kern_mig.h"

#include <mach/mig.h>
#include <mach/mig_errors.h>
#include <string.h>

#include "base_assert.h"
#include "ipc_descriptor.h"
#include "ipc_kobject.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "kern_mig_mach_port.h"

/* The interfaces, as their descriptors, which tell the ids (mig.md 12.5): each can
 * be taken for a struct mig_subsystem. */
static const void *const subsystems[] = {
    &kern_serve_mach_port_subsystem,
};

/* Room for a request, and for a reply, of each. */
union flat_request {
	mach_msg_header_t header;
	union __RequestUnion__kern_serve_mach_port_subsystem mach_port;
};
union flat_reply {
	mig_reply_error_t error;
	union __ReplyUnion__kern_serve_mach_port_subsystem mach_port;
};

/* Handles: the object's port, the reply right; then those of the request's rights
 * that are neither null nor dead, by index; and, above all of these, the reply's. */
enum {
	OBJECT = 1,
	REPLY = 2,
	RIGHTS = 3,
	GIVEN = RIGHTS + IPC_RIGHTS_MAX,
};

/* The request that is served, and what there is of its reply. */
struct serving {
	struct ipc_kobject *object;
	struct ipc_kmsg *request;
	struct ipc_kmsg *reply; /* memory for it, from kern_mig_reserve() on */
	uint32_t reply_bytes;   /* of the routine's largest */
	struct kern_call call;
	struct ipc_kmsg_right given;
};

/* ipc has one caller, who sends nothing while a message is being served. */
static struct serving *serving;

/* --- the request ----------------------------------------------------------- */

static mach_port_t
handle_of(const struct ipc_port *right, mach_port_t handle)
{
	if (right == IPC_PORT_NULL)
		return MACH_PORT_NULL;
	return right == IPC_PORT_DEAD ? MACH_PORT_DEAD : handle;
}

/* What a stub finds in place of the descriptor @d. */
static void
localize(struct serving *s, union ipc_descriptor *d, uint32_t *right,
    uint64_t *cursor)
{
	const struct ipc_kmsg *request = s->request;
	const uint64_t bytes = ipc_descriptor_region(d);
	uint64_t offset = 0;

	if (bytes > 0)
		offset = ipc_kmsg_next_region(request, cursor, bytes);
	switch (d->type.type) {
	case MACH_MSG_PORT_DESCRIPTOR:
		d->port.name = handle_of(request->rights[*right].port,
		    (mach_port_t)(RIGHTS + *right));
		*right += 1;
		break;
	case MACH_MSG_OOL_DESCRIPTOR:
		d->ool.address = bytes > 0 ? request->ool + offset : NULL;
		break;
	case MACH_MSG_OOL_PORTS_DESCRIPTOR:
		d->ool_ports.address = NULL;
		*right += d->ool_ports.count;
		break;
	case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
		*right += 1;
		break;
	default: /* volatile memory: no stub takes it */
		break;
	}
}

static void
localize_all(struct serving *s, union flat_request *flat)
{
	uint8_t *bytes = (uint8_t *)flat;
	struct ipc_descriptors walk =
	    ipc_descriptors_of(bytes, s->request->size);
	uint64_t cursor = 0;
	uint32_t right = 0;

	while (walk.index < walk.count) {
		union ipc_descriptor d;
		bool there = ipc_descriptor_peek(&walk, &d);

		mp_assert(there); /* copyin has walked here */
		localize(s, &d, &right, &cursor);
		ipc_descriptor_put(&walk, bytes, &d);
	}
}

/* As it looks to who has received it. False: no routine's request looks like
 * this. */
static bool
load(struct serving *s, union flat_request *flat)
{
	const struct ipc_kmsg *request = s->request;

	if (request->size > sizeof(*flat) ||
	    request->byte_count < request->size)
		return false;
	memcpy(flat, request->bytes, request->size);
	/* Of a file no more than descriptors was read: not what any stub wants. */
	if (request->memory &&
	    (flat->header.msgh_bits & MACH_MSGH_BITS_COMPLEX))
		return false;
	flat->header.msgh_bits =
	    MACH_MSGH_BITS(request->local_type, request->remote_type) |
	    (flat->header.msgh_bits & MACH_MSGH_BITS_COMPLEX);
	flat->header.msgh_size = request->size;
	flat->header.msgh_remote_port = handle_of(request->local, REPLY);
	if (flat->header.msgh_remote_port == MACH_PORT_DEAD)
		flat->header.msgh_remote_port = MACH_PORT_NULL;
	flat->header.msgh_local_port = OBJECT;
	localize_all(s, flat);
	return true;
}

/* --- the reply ------------------------------------------------------------- */

/* The right that goes as @handle. */
static struct ipc_kmsg_right
take_given(struct serving *s, mach_port_t handle, mach_msg_type_name_t type)
{
	struct ipc_kmsg_right right = {IPC_PORT_NULL, ipc_right_type(type)};

	if (handle == MACH_PORT_NULL)
		return right;
	if (handle == MACH_PORT_DEAD) {
		right.port = IPC_PORT_DEAD;
		return right;
	}
	mp_assert(handle == GIVEN && IPC_PORT_VALID(s->given.port));
	right = s->given;
	s->given.port = IPC_PORT_NULL;
	return right;
}

/* Rights and regions go along. */
static void
carry(struct serving *s, union ipc_descriptor *d, uint64_t *cursor)
{
	struct ipc_kmsg *reply = s->reply;
	struct ipc_kmsg_right right;

	if (d->type.type == MACH_MSG_PORT_DESCRIPTOR) {
		right = take_given(s, d->port.name, d->port.disposition);
		d->port.name = MACH_PORT_NULL;
		d->port.disposition = right.type & 0xff;
		reply->rights[reply->right_count++] = right;
		return;
	}
	mp_assert(d->type.type == MACH_MSG_OOL_DESCRIPTOR);
	if (d->ool.size > 0)
		memcpy(reply->ool +
		        ipc_kmsg_next_region(reply, cursor, d->ool.size),
		    d->ool.address, d->ool.size);
	d->ool.address = NULL;
}

/* Put what the stub has written into the memory of the reply. */
static void
store(struct serving *s, union flat_reply *flat)
{
	mach_msg_header_t *header = &flat->error.Head;
	struct ipc_kmsg *reply = s->reply;
	struct ipc_descriptors walk;
	uint64_t cursor = 0;

	mp_assert(header->msgh_size <= reply->byte_count);
	header->msgh_bits &= MACH_MSGH_BITS_COMPLEX;
	header->msgh_remote_port = MACH_PORT_NULL;
	reply->size = header->msgh_size;
	reply->byte_count = header->msgh_size;
	memcpy(reply->bytes, flat, header->msgh_size);
	walk = ipc_descriptors_of(reply->bytes, reply->size);
	while (walk.index < walk.count) {
		union ipc_descriptor d;
		bool there = ipc_descriptor_peek(&walk, &d);

		mp_assert(there);
		carry(s, &d, &cursor);
		ipc_descriptor_put(&walk, reply->bytes, &d);
	}
}

/* Reply, with what the stub has written; nobody may wait for it. */
static void
answer(struct serving *s, union flat_reply *flat)
{
	kern_return_t kr = KERN_SUCCESS;

	if (!(flat->error.Head.msgh_bits & MACH_MSGH_BITS_COMPLEX))
		kr = flat->error.RetCode;
	if (kr != KERN_SUCCESS && s->reply) {
		ipc_kobject_reply_error_in(s->request, s->reply, kr);
	} else if (kr != KERN_SUCCESS) {
		ipc_kobject_reply_error(s->request, kr);
	} else {
		mp_assert(s->reply || !IPC_PORT_VALID(s->request->local));
		if (s->reply)
			store(s, flat);
		ipc_kobject_reply(s->request, s->reply);
	}
	if (IPC_PORT_VALID(s->given.port))
		ipc_right_destroy_naked(s->given.port, s->given.type);
}

/* --- serving --------------------------------------------------------------- */

static const struct mig_subsystem *
find_subsystem(mach_msg_id_t id)
{
	for (size_t i = 0; i < sizeof(subsystems) / sizeof(subsystems[0]);
	     i++) {
		const struct mig_subsystem *subsystem = subsystems[i];

		if (id >= subsystem->start && id < subsystem->end)
			return subsystem;
	}
	return NULL;
}

/* The stub for the request, or NULL; how large its reply can be. */
static mig_stub_routine_t
find_stub(struct serving *s)
{
	const struct mig_subsystem *subsystem;
	const struct routine_descriptor *routine;
	mach_msg_header_t header;

	memcpy(&header, s->request->bytes, sizeof(header));
	subsystem = find_subsystem(header.msgh_id);
	if (!subsystem)
		return NULL;
	routine = &subsystem->routine[header.msgh_id - subsystem->start];
	s->reply_bytes = routine->max_reply_msg;
	return routine->stub_routine;
}

/* What a stub finds in place of its reply (mig.md 12.2). */
static void
prepare(union flat_reply *flat, const union flat_request *request)
{
	flat->error.Head = (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS(
	        MACH_MSGH_BITS_REMOTE(request->header.msgh_bits), 0),
	    .msgh_size = sizeof(flat->error),
	    .msgh_remote_port = request->header.msgh_remote_port,
	    .msgh_id = request->header.msgh_id + 100,
	};
}

void
kern_mig_serve(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	struct serving s = {.object = object, .request = request};
	mig_stub_routine_t stub = find_stub(&s);
	union flat_request flat;
	union flat_reply reply;

	mp_assert(!serving);
	if (!stub) {
		ipc_kobject_reply_error(request, MIG_BAD_ID);
	} else if (!load(&s, &flat)) {
		ipc_kobject_reply_error(request, MIG_BAD_ARGUMENTS);
	} else {
		prepare(&reply, &flat);
		serving = &s;
		stub(&flat.header, &reply.error.Head);
		serving = NULL;
		answer(&s, &reply);
		kern_call_deinit(&s.call);
	}
}

/* --- for the functions that stubs call ------------------------------------- */

struct kern_task *
kern_mig_task(mach_port_t port)
{
	struct ipc_kobject *object = serving->object;

	mp_assert(port == OBJECT);
	return object->type == IPC_KOBJECT_TASK
	    ? CONTAINER_OF(object, struct kern_task, self)
	    : NULL;
}

struct ipc_kmsg_right
kern_mig_right(mach_port_t handle)
{
	const struct ipc_kmsg *request = serving->request;

	if (handle == MACH_PORT_NULL)
		return (struct ipc_kmsg_right){IPC_PORT_NULL, 0};
	if (handle == MACH_PORT_DEAD)
		return (struct ipc_kmsg_right){IPC_PORT_DEAD, 0};
	mp_assert(handle - RIGHTS < request->right_count);
	return request->rights[handle - RIGHTS];
}

void
kern_mig_taken(mach_port_t handle)
{
	struct ipc_kmsg *request = serving->request;

	if (!MACH_PORT_VALID(handle))
		return;
	mp_assert(handle - RIGHTS < request->right_count);
	request->rights[handle - RIGHTS].port = IPC_PORT_NULL;
}

mach_port_t
kern_mig_give(struct ipc_kmsg_right right)
{
	mp_assert(!IPC_PORT_VALID(serving->given.port));
	serving->given = right;
	return handle_of(right.port, GIVEN);
}

struct kern_call *
kern_mig_call(void)
{
	return &serving->call;
}

kern_return_t
kern_mig_reserve(uint64_t region_bytes, uint32_t right_count)
{
	struct serving *s = serving;

	mp_assert(!s->reply);
	if (!IPC_PORT_VALID(s->request->local))
		return KERN_SUCCESS;
	if (region_bytes <= UINT32_MAX)
		s->reply = ipc_kobject_reply_new(s->request, s->reply_bytes,
		    (uint32_t)region_bytes, right_count);
	return s->reply ? KERN_SUCCESS : KERN_RESOURCE_SHORTAGE;
}
