/*
 * Requests to kernel ports, from the stub's choice to the reply. All that can fail
 * comes before the call: the memory of a reply of limited size is there already when
 * the call is made, and the replies of the other routines, which only tell of
 * something, may fail after it.
 */
#include "kern_mig.h"

#include <mach/mig.h>
#include <string.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_port.h"
#include "ipc_region.h"
#include "ipc_right.h"
#include "kern_mig_message.h"

/* The interfaces, as their descriptors, which tell the ids (mig.md 12.5): each can
 * be taken for a struct mig_subsystem. */
static const void *const subsystems[] = {
#define ROW(name) &kern_serve_##name##_subsystem,
    KERN_MIG_INTERFACES(ROW)
#undef ROW
};

/* The routines that take a region in a file as that: vm_write and mach_vm_write. */
static const mach_msg_id_t takers[] = {3807, 4806};

/* ipc has one caller, who sends nothing while a message is being served. */
static struct kern_mig_serving *serving;

/* --- serving --------------------------------------------------------------- */

static mach_msg_id_t
id_of(const struct ipc_kmsg *request)
{
	mach_msg_header_t header;

	memcpy(&header, request->bytes, sizeof(header));
	return header.msgh_id;
}

static bool
takes_files(mach_msg_id_t id)
{
	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++)
		if (takers[i] == id)
			return true;
	return false;
}

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

/* What a stub finds in place of its reply (mig.md 12.2). */
static void
prepare(union kern_mig_reply *reply, const mach_msg_header_t *request)
{
	reply->error.Head = (mach_msg_header_t){
	    .msgh_bits =
	        MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(request->msgh_bits), 0),
	    .msgh_size = sizeof(reply->error),
	    .msgh_remote_port = request->msgh_remote_port,
	    .msgh_id = request->msgh_id + 100,
	};
}

/* The code that the stub has written. */
static kern_return_t
code_of(const union kern_mig_reply *reply)
{
	if (reply->error.Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return KERN_SUCCESS;
	return reply->error.RetCode;
}

/* Reply, with what the stub has written; nobody may wait for it. */
static void
answer(struct kern_mig_serving *s, union kern_mig_reply *reply)
{
	const kern_return_t kr = code_of(reply);

	mp_assert(!s->deferred || (kr == MIG_NO_REPLY && !s->reply));
	if (kr == KERN_SUCCESS && s->reply) {
		kern_mig_store(s, reply);
		ipc_kobject_reply(s->request, s->reply);
	} else if (kr != MIG_NO_REPLY && s->reply) {
		s->reply->ool_bytes = 0;
		ipc_kobject_reply_error_in(s->request, s->reply, kr);
	} else {
		/* Of success there is nothing else to say: one-way routines,
		 * which may come with a reply right, reserve no reply. */
		mp_assert(kr != KERN_SUCCESS ||
		    !IPC_PORT_VALID(s->request->local) ||
		    (reply->error.Head.msgh_size == sizeof(reply->error) &&
		        !(reply->error.Head.msgh_bits &
		            MACH_MSGH_BITS_COMPLEX)));
		ipc_kmsg_free(s->reply);
		ipc_kobject_reply_error(s->request, kr);
	}
}

/* What the routine left. */
static void
clean_up(struct kern_mig_serving *s)
{
	for (uint32_t i = 0; i < s->given_count; i++)
		ipc_right_destroy_naked(s->given[i].port, s->given[i].type);
	base_free(s->given);
	base_free(s->placed);
	(void)ipc_account_unref(s->account);
	kern_call_deinit(&s->call);
}

void
kern_mig_serve_as(const struct mig_subsystem *subsystem,
    struct ipc_kobject *object, struct ipc_kmsg *message)
{
	struct kern_mig_serving s = {
	    .object = object,
	    .request = message,
	    .takes_files = takes_files(id_of(message)),
	};
	const struct routine_descriptor *routine =
	    &subsystem->routine[id_of(message) - subsystem->start];
	struct kern_mig_request request;
	union kern_mig_reply reply;
	kern_return_t kr;

	mp_assert(!serving && subsystem->maxsize <= sizeof(reply));
	kr = routine->stub_routine ? kern_mig_load(&s, &request) : MIG_BAD_ID;
	if (kr != KERN_SUCCESS) {
		ipc_kobject_reply_error(message, kr);
	} else {
		prepare(&reply, &request.message.header);
		s.account = ipc_account_ref(message->account);
		s.reply_bytes = routine->max_reply_msg;
		serving = &s;
		routine->stub_routine(
		    &request.message.header, &reply.error.Head);
		serving = NULL;
		answer(&s, &reply);
		clean_up(&s);
	}
}

void
kern_mig_serve(struct ipc_kobject *object, struct ipc_kmsg *request)
{
	const struct mig_subsystem *subsystem = find_subsystem(id_of(request));

	if (subsystem)
		kern_mig_serve_as(subsystem, object, request);
	else
		ipc_kobject_reply_error(request, MIG_BAD_ID);
}

/* --- for the functions that stubs call ------------------------------------- */

struct ipc_kobject *
kern_mig_object(mach_port_t port)
{
	struct ipc_kmsg_right right;

	if (port == KERN_MIG_OBJECT)
		return serving->object;
	right = kern_mig_right(port);
	if (!IPC_PORT_VALID(right.port) ||
	    right.port->place != IPC_PORT_PLACE_KERNEL)
		return NULL;
	return right.port->kobject;
}

struct kern_task *
kern_mig_task(mach_port_t port)
{
	struct ipc_kobject *object = kern_mig_object(port);

	return object && object->type == IPC_KOBJECT_TASK
	    ? CONTAINER_OF(object, struct kern_task, self)
	    : NULL;
}

struct kern_thread *
kern_mig_thread(mach_port_t port)
{
	struct ipc_kobject *object = kern_mig_object(port);

	return object && object->type == IPC_KOBJECT_THREAD
	    ? CONTAINER_OF(object, struct kern_thread, self)
	    : NULL;
}

struct ipc_identity *
kern_mig_sender(void)
{
	return serving->request->identity;
}

struct ipc_memory *
kern_mig_file(uint64_t bytes, uint64_t *offset_out)
{
	struct ipc_regions regions = ipc_regions_of(serving->request);
	struct ipc_region region;

	mp_assert(serving->takes_files && bytes > 0);
	region = ipc_regions_next(&regions, 0, bytes);
	if (region.memory)
		*offset_out = region.offset;
	return region.memory;
}

struct ipc_origin
kern_mig_origin(void)
{
	struct ipc_origin origin =
	    ipc_origin_of_message(serving->request, false);

	origin.how = IPC_ORIGIN_TASK;
	return origin;
}

struct ipc_account *
kern_mig_account(void)
{
	return serving->account;
}

bool
kern_mig_defer(struct kern_reply *reply_out)
{
	struct kern_mig_serving *s = serving;

	mp_assert(!s->deferred && !s->reply);
	s->deferred = kern_reply_init(reply_out, s->request, s->reply_bytes);
	return s->deferred;
}

struct ipc_kmsg_right
kern_mig_right(mach_port_t handle)
{
	const struct ipc_kmsg *request = serving->request;

	if (handle == MACH_PORT_NULL)
		return (struct ipc_kmsg_right){IPC_PORT_NULL, 0};
	if (handle == MACH_PORT_DEAD)
		return (struct ipc_kmsg_right){IPC_PORT_DEAD, 0};
	mp_assert(handle - KERN_MIG_RIGHTS < request->right_count);
	return request->rights[handle - KERN_MIG_RIGHTS];
}

void
kern_mig_taken(mach_port_t handle)
{
	struct ipc_kmsg *request = serving->request;

	if (!MACH_PORT_VALID(handle))
		return;
	mp_assert(handle - KERN_MIG_RIGHTS < request->right_count);
	request->rights[handle - KERN_MIG_RIGHTS].port = IPC_PORT_NULL;
}

mach_port_t
kern_mig_give(struct ipc_kmsg_right right)
{
	struct kern_mig_serving *s = serving;
	const mach_port_t handle = KERN_MIG_GIVEN + s->given_count;

	if (!IPC_PORT_VALID(right.port))
		return kern_mig_handle(right.port, MACH_PORT_NULL);
	if (!s->reply) {
		/* There is nobody to give it to. */
		mp_assert(!IPC_PORT_VALID(s->request->local));
		ipc_right_destroy_naked(right.port, right.type);
		return MACH_PORT_NULL;
	}
	mp_assert(s->given_count < s->given_room);
	s->given[s->given_count++] = right;
	return handle;
}

struct kern_call *
kern_mig_call(void)
{
	return &serving->call;
}

kern_return_t
kern_mig_reserve(uint64_t region_bytes, uint32_t right_count)
{
	struct kern_mig_serving *s = serving;

	mp_assert(!s->reply && !s->deferred);
	if (!IPC_PORT_VALID(s->request->local))
		return KERN_SUCCESS;
	if (region_bytes > UINT32_MAX || right_count > IPC_RIGHTS_MAX)
		return KERN_RESOURCE_SHORTAGE;
	if (right_count > 0 && !s->given) {
		s->given = base_zalloc(right_count, sizeof(*s->given));
		if (!s->given)
			return KERN_RESOURCE_SHORTAGE;
	}
	s->given_room = right_count;
	s->reply = ipc_kobject_reply_new(
	    s->request, s->reply_bytes, (uint32_t)region_bytes, right_count);
	return s->reply ? KERN_SUCCESS : KERN_RESOURCE_SHORTAGE;
}
