/* Replies that come later: as messages that are complete but for what they say. */
#include "kern_reply.h"

#include <mach/mig_errors.h>
#include <mach/ndr.h>
#include <string.h>

#include "base_assert.h"
#include "ipc_kobject.h"
#include "ipc_port.h"

/* What a routine with one region as its result replies (spec/mig.md 9.2). */
#pragma pack(push, 4)
struct memory_reply {
	mach_msg_base_t base;
	mach_msg_ool_descriptor_t data;
	NDR_record_t ndr;
	mach_msg_type_number_t count;
};

/* And of one whose results are a right and words, before these. */
struct right_reply {
	mach_msg_base_t base;
	mach_msg_port_descriptor_t right;
	NDR_record_t ndr;
};
#pragma pack(pop)

/* The smallest that there is room for: any answer but words. */
#define BYTES_MIN sizeof(struct memory_reply)

static const NDR_record_t ndr = {.int_rep = NDR_INT_LITTLE_ENDIAN};

bool
kern_reply_init(
    struct kern_reply *reply, struct ipc_kmsg *request, uint32_t bytes)
{
	mach_msg_header_t header;

	reply->kmsg = NULL;
	if (!IPC_PORT_VALID(request->local))
		return true;
	if (bytes < BYTES_MIN)
		bytes = BYTES_MIN;
	reply->kmsg = ipc_kobject_reply_new(request, bytes, 0, 1);
	if (!reply->kmsg)
		return false;
	memcpy(&header, request->bytes, sizeof(header));
	header = (mach_msg_header_t){
	    .msgh_id = (mach_msg_id_t)((uint32_t)header.msgh_id + 100u)};
	memcpy(reply->kmsg->bytes, &header, sizeof(header));
	ipc_kobject_reply_later(request, reply->kmsg);
	return true;
}

bool
kern_reply_init_to(struct kern_reply *reply, struct ipc_kmsg_right right,
    mach_msg_id_t id, uint32_t bytes, struct ipc_account *account)
{
	const mach_msg_header_t header = {.msgh_id = id};
	struct ipc_kmsg *kmsg =
	    ipc_kmsg_new(bytes < BYTES_MIN ? BYTES_MIN : bytes, 0, 0);

	reply->kmsg = NULL;
	if (kmsg && !ipc_kmsg_charge(kmsg, 0, account)) {
		ipc_kmsg_free(kmsg);
		kmsg = NULL;
	}
	if (!kmsg)
		return false;
	memcpy(kmsg->bytes, &header, sizeof(header));
	ipc_kobject_reply_to(kmsg, right);
	reply->kmsg = kmsg;
	return true;
}

bool
kern_reply_wanted(struct kern_reply *reply)
{
	if (reply->kmsg && !ipc_kobject_reply_wanted(reply->kmsg))
		kern_reply_send(reply, KERN_SUCCESS);
	return reply->kmsg != NULL;
}

void
kern_reply_watch(
    struct kern_reply *reply, void (*forsaken)(struct ipc_promise *promise))
{
	mp_assert(kern_reply_wanted(reply));
	reply->promise.forsaken = forsaken;
	reply->kmsg->promise = &reply->promise;
}

/* The first @size bytes of it are complete but for the header. */
static void
send(struct kern_reply *reply, uint32_t size, mach_msg_bits_t bits)
{
	struct ipc_kmsg *kmsg = TAKE(reply->kmsg);
	mach_msg_header_t header;

	memcpy(&header, kmsg->bytes, sizeof(header));
	header.msgh_bits = bits;
	header.msgh_size = size;
	memcpy(kmsg->bytes, &header, sizeof(header));
	mp_assert(size <= kmsg->byte_count);
	kmsg->size = size;
	kmsg->byte_count = size;
	ipc_kobject_reply_now(kmsg);
}

void
kern_reply_send_result(struct kern_reply *reply, kern_return_t code,
    const uint32_t *words, uint32_t count)
{
	const size_t bytes = count * sizeof(*words);
	mig_reply_error_t head;

	if (!reply->kmsg)
		return;
	mp_assert(sizeof(head) + bytes <= reply->kmsg->byte_count);
	memcpy(&head, reply->kmsg->bytes, sizeof(head.Head));
	head.NDR = ndr;
	head.RetCode = code;
	memcpy(reply->kmsg->bytes, &head, sizeof(head));
	if (bytes > 0)
		memcpy(reply->kmsg->bytes + sizeof(head), words, bytes);
	send(reply, (uint32_t)(sizeof(head) + bytes), 0);
}

void
kern_reply_send(struct kern_reply *reply, kern_return_t code)
{
	kern_reply_send_result(reply, code, NULL, 0);
}

void
kern_reply_send_words(
    struct kern_reply *reply, const uint32_t *words, uint32_t count)
{
	kern_reply_send_result(reply, KERN_SUCCESS, words, count);
}

void
kern_reply_send_null_right(
    struct kern_reply *reply, const uint32_t *words, uint32_t count)
{
	const size_t bytes = count * sizeof(*words);
	struct right_reply body = {
	    .base.body.msgh_descriptor_count = 1,
	    .right = {.disposition = MACH_MSG_TYPE_PORT_SEND,
	        .type = MACH_MSG_PORT_DESCRIPTOR},
	    .ndr = ndr,
	};
	struct ipc_kmsg *kmsg = reply->kmsg;

	if (!kmsg)
		return;
	mp_assert(sizeof(body) + bytes <= kmsg->byte_count);
	memcpy(&body.base.header, kmsg->bytes, sizeof(body.base.header));
	memcpy(kmsg->bytes, &body, sizeof(body));
	memcpy(kmsg->bytes + sizeof(body), words, bytes);
	kmsg->rights[kmsg->right_count++] =
	    (struct ipc_kmsg_right){IPC_PORT_NULL, MACH_MSG_TYPE_PORT_SEND};
	send(reply, (uint32_t)(sizeof(body) + bytes), MACH_MSGH_BITS_COMPLEX);
}

/* What the reply takes with @memory, CONSUMED, in it. False: over the budget, and
 * the memory is freed. */
static bool
charge_memory(struct ipc_kmsg *kmsg, struct ipc_memory *memory)
{
	SCOPED(ipc_account_unref)
	struct ipc_account *account = ipc_account_ref(kmsg->account);
	bool again;

	ipc_kmsg_discharge(kmsg);
	kmsg->memory = memory;
	if (ipc_kmsg_charge(kmsg, 0, account))
		return true;
	kmsg->memory = NULL;
	memory->free(memory);
	/* There was room for it a moment ago. */
	again = ipc_kmsg_charge(kmsg, 0, account);
	mp_assert(again);
	return false;
}

void
kern_reply_send_memory(struct kern_reply *reply, struct ipc_memory *memory,
    uint64_t offset, uint32_t bytes)
{
	struct memory_reply body = {
	    .base.body.msgh_descriptor_count = 1,
	    .data = {.size = bytes,
	        .copy = MACH_MSG_VIRTUAL_COPY,
	        .type = MACH_MSG_OOL_DESCRIPTOR},
	    .ndr = ndr,
	    .count = bytes,
	};

	mp_assert(bytes > 0 && offset > 0);
	mp_assert((offset & (ipc_world.page - 1)) == 0);
	mp_assert(offset <= memory->bytes && bytes <= memory->bytes - offset);
	if (!reply->kmsg) {
		memory->free(memory);
		return;
	}
	if (!charge_memory(reply->kmsg, memory)) {
		kern_reply_send(reply, KERN_RESOURCE_SHORTAGE);
		return;
	}
	memcpy(&body.base.header, reply->kmsg->bytes, sizeof(body.base.header));
	memcpy(reply->kmsg->bytes, &body, sizeof(body));
	reply->kmsg->regions_at = offset;
	send(reply, sizeof(body), MACH_MSGH_BITS_COMPLEX);
}
