/*
 * From a request to a call, and from that to a reply. All that can fail comes
 * before the call: the memory of a reply of limited size is there already when
 * the call is made, and the replies of the other routines, which only tell of
 * something, may fail after it.
 */
#include "kern_mig.h"

#include <mach/mig_errors.h>
#include <string.h>

#include "base_assert.h"
#include "ipc_descriptor.h"
#include "ipc_kobject.h"
#include "ipc_port.h"
#include "ipc_right.h"
#include "kern_call.h"
#include "wire_mig.h"

/* A request and its regions, as one that looks at addresses finds them. */
struct loaded {
	uint8_t bytes[WIRE_MIG_MESSAGE_MAX];
	uint32_t region[WIRE_MIG_WORDS_MAX];
};

static bool
read_region(
    const struct ipc_kmsg *request, uint64_t offset, void *to, size_t bytes)
{
	if (request->memory)
		return request->memory->read(
		    request->memory, offset, to, bytes);
	memcpy(to, request->ool + offset, bytes);
	return true;
}

/* Bring the region of each descriptor within reach. No request has two, nor one
 * that is larger: such are left as they are, for their shape is refused. */
static bool
load_regions(const struct ipc_kmsg *request, struct loaded *loaded)
{
	struct ipc_descriptors walk =
	    ipc_descriptors_of(loaded->bytes, request->size);
	uint64_t cursor = 0;

	while (walk.index < walk.count) {
		union ipc_descriptor d;
		bool there = ipc_descriptor_peek(&walk, &d);
		uint64_t bytes = ipc_descriptor_region(&d);
		uint64_t offset = 0;

		mp_assert(there); /* copyin has walked here */
		if (bytes > 0)
			offset = ipc_kmsg_next_region(request, &cursor, bytes);
		if (bytes > 0 && bytes <= sizeof(loaded->region) &&
		    d.type.type == MACH_MSG_OOL_DESCRIPTOR) {
			if (!read_region(
			        request, offset, loaded->region, bytes))
				return false;
			d.ool.address = loaded->region;
		}
		ipc_descriptor_put(&walk, loaded->bytes, &d);
	}
	return true;
}

static mach_msg_id_t
id_of(const struct ipc_kmsg *request)
{
	mach_msg_header_t header;

	memcpy(&header, request->bytes, sizeof(header));
	return header.msgh_id;
}

/* False: no routine's request looks like this. */
static bool
load(const struct ipc_kmsg *request, struct loaded *loaded)
{
	mach_msg_header_t header;

	if (request->size > sizeof(loaded->bytes) ||
	    request->byte_count < request->size)
		return false;
	memcpy(loaded->bytes, request->bytes, request->size);
	memcpy(&header, loaded->bytes, sizeof(header));
	header.msgh_size = request->size;
	memcpy(loaded->bytes, &header, sizeof(header));
	return load_regions(request, loaded);
}

/* The words of @request, behind the first, which is the task. */
static kern_return_t
take_words(const struct wire_mig_form *form, const struct ipc_kmsg *request,
    uint32_t words[1 + WIRE_MIG_WORDS_MAX])
{
	struct loaded loaded;
	uint32_t count;

	if (!load(request, &loaded))
		return MIG_BAD_ARGUMENTS;
	words[0] = MACH_PORT_NULL;
	return wire_mig_decode(
	    form, loaded.bytes, words + 1, WIRE_MIG_WORDS_MAX, &count);
}

/* Is the reply's size known only when the call was made? */
static bool
has_regions(const struct wire_mig_form *reply)
{
	for (unsigned i = 0; i < sizeof(reply->items) / sizeof(reply->items[0]);
	     i++)
		if (reply->items[i].kind == WIRE_MIG_REGION)
			return true;
	return false;
}

/* Memory for a reply with what came out of @call, if that has regions; without,
 * for the largest. */
static struct ipc_kmsg *
new_reply(struct ipc_kmsg *request, const struct wire_mig_form *form,
    const struct kern_call *call)
{
	const struct wire_mig_sizes sizes = wire_mig_sizes(form);
	uint64_t ool_bytes = 0;

	for (unsigned i = 0; has_regions(form) && i < 2; i++)
		ool_bytes +=
		    ((uint64_t)call->more[i].count * sizeof(uint32_t) + 7) &
		    ~(uint64_t)7;
	if (ool_bytes > UINT32_MAX)
		return NULL;
	return ipc_kobject_reply_new(
	    request, sizes.max, (uint32_t)ool_bytes, sizes.descriptors);
}

/* The regions that @reply's bytes point at go along. */
static void
take_regions(struct ipc_kmsg *reply)
{
	struct ipc_descriptors walk =
	    ipc_descriptors_of(reply->bytes, reply->size);
	uint64_t cursor = 0;

	while (walk.index < walk.count) {
		union ipc_descriptor d;
		bool there = ipc_descriptor_peek(&walk, &d);

		mp_assert(there);
		if (d.type.type == MACH_MSG_OOL_DESCRIPTOR) {
			if (d.ool.size > 0)
				memcpy(reply->ool +
				        ipc_kmsg_next_region(
				            reply, &cursor, d.ool.size),
				    d.ool.address, d.ool.size);
			d.ool.address = NULL;
		}
		ipc_descriptor_put(&walk, reply->bytes, &d);
	}
}

/* Put into @reply what came out of @call. */
static void
fill_in(struct ipc_kmsg *reply, const struct wire_mig_form *form,
    const struct ipc_kmsg *request, const struct kern_call *call)
{
	const struct wire_call_shape *shape =
	    wire_call_shape((uint16_t)call->number);
	struct wire_mig_words words[2] = {{call->out, shape->out}};
	uint8_t bytes[WIRE_MIG_MESSAGE_MAX];
	mach_msg_header_t header;
	kern_return_t kr;

	if (shape->out_more)
		for (unsigned i = 0; i < 2; i++)
			words[i] = (struct wire_mig_words){
			    call->more[i].words, call->more[i].count};
	kr = wire_mig_encode(form, words, bytes);
	mp_assert(kr == KERN_SUCCESS); /* no call has more than its form */
	memcpy(&header, bytes, sizeof(header));
	header.msgh_id = id_of(request) + WIRE_MIG_REPLY;
	memcpy(bytes, &header, sizeof(header));

	mp_assert(header.msgh_size <= reply->byte_count);
	memcpy(reply->bytes, bytes, header.msgh_size);
	reply->size = header.msgh_size;
	reply->byte_count = header.msgh_size;
	if (call->right_out.type != 0)
		reply->rights[reply->right_count++] = call->right_out;
	take_regions(reply);
}

/* Make @call, and reply, in @reply if that is there already. CONSUMES both. */
static void
serve_call(const struct wire_mig_routine *routine, struct kern_call *call,
    struct ipc_kmsg *request, struct ipc_kmsg *reply)
{
	kern_return_t kr = kern_call(call);

	if (kr == KERN_SUCCESS && call->right_in.type != 0)
		request->rights[0].port = IPC_PORT_NULL; /* taken */
	if (kr == KERN_SUCCESS && !reply && IPC_PORT_VALID(request->local)) {
		reply = new_reply(request, &routine->reply, call);
		if (!reply)
			kr = KERN_RESOURCE_SHORTAGE;
	}
	if (kr != KERN_SUCCESS && reply) {
		ipc_kobject_reply_error_in(request, reply, kr);
	} else if (kr != KERN_SUCCESS) {
		ipc_kobject_reply_error(request, kr);
	} else {
		if (reply)
			fill_in(reply, &routine->reply, request, call);
		else if (call->right_out.type != 0)
			ipc_right_destroy_naked(
			    call->right_out.port, call->right_out.type);
		ipc_kobject_reply(request, reply);
	}
}

void
kern_mig_serve(struct kern_task *task, struct ipc_kmsg *request)
{
	const struct wire_mig_routine *routine =
	    wire_mig_routine(id_of(request));
	uint32_t words[1 + WIRE_MIG_WORDS_MAX];
	struct kern_call call = {.task = task, .in = words};
	struct ipc_kmsg *reply = NULL;
	kern_return_t kr = MIG_BAD_ID;

	if (routine)
		kr = take_words(&routine->request, request, words);
	if (kr == KERN_SUCCESS && !task)
		kr = KERN_INVALID_TASK;
	if (kr == KERN_SUCCESS && IPC_PORT_VALID(request->local) &&
	    !has_regions(&routine->reply)) {
		reply = new_reply(request, &routine->reply, &call);
		if (!reply)
			kr = KERN_RESOURCE_SHORTAGE;
	}
	if (kr != KERN_SUCCESS) {
		ipc_kobject_reply_error(request, kr);
		return;
	}
	call.number = routine->call;
	if (request->right_count > 0)
		call.right_in = request->rights[0];
	serve_call(routine, &call, request, reply);
	kern_call_deinit(&call);
}
