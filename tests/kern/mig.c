/* Requests to kernel ports. */
#include "mig.h"

#include <mach/mig_errors.h>
#include <mach/notify.h>
#include <string.h>

#include "ipc_descriptor.h"
#include "ipc_mach_msg.h"
#include "ipc_region.h"
#include "ipc_waiter.h"
#include "kern_call.h"

mach_msg_return_t
mig_send(struct kern_task *task, mach_port_name_t to,
    struct mig_request *request, mach_port_name_t reply)
{
	const struct ipc_msg_args args = {.option = MACH_SEND_MSG};
	const struct ipc_kmsg_source source = {
	    .bytes = request->message.bytes,
	    .byte_count = request->bytes,
	    .memory = request->memory,
	    .placed = request->placed,
	    .size = request->message.header.msgh_size,
	    .unreadable = UINT32_MAX,
	};
	mach_msg_header_t *header = &request->message.header;
	struct ipc_waiter waiter;
	mach_msg_return_t mr;
	uint32_t taken;

	header->msgh_bits &= MACH_MSGH_BITS_COMPLEX;
	header->msgh_bits |= MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, reply ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0);
	header->msgh_remote_port = to;
	header->msgh_local_port = reply;
	ipc_waiter_init(&waiter, NULL);
	mr = ipc_mach_msg_send(task->space, &args, &source, &waiter, &taken);
	ipc_waiter_reset(&waiter);
	ipc_check();
	return mr;
}

/* The words of the reply @kmsg. */
static void
decode(
    enum wire_call call, const struct ipc_kmsg *kmsg, struct mig_result *result)
{
	uint8_t bytes[CALL_MESSAGE_BYTES];
	struct ipc_descriptors walk;
	union ipc_descriptor d;
	struct ipc_regions regions = ipc_regions_of(kmsg);

	assert_in_range(kmsg->size, 0, sizeof(bytes));
	memcpy(bytes, kmsg->bytes, kmsg->size);
	walk = ipc_descriptors_of(bytes, kmsg->size);
	while (walk.index < walk.count) {
		assert_true(ipc_descriptor_peek(&walk, &d));
		if (d.type.type == MACH_MSG_OOL_DESCRIPTOR && d.ool.size > 0)
			d.ool.address = kmsg->ool +
			    ipc_regions_next(&regions, walk.index, d.ool.size)
			        .offset;
		ipc_descriptor_put(&walk, bytes, &d);
	}
	assert_true(call_message_reply_words(call, bytes, kmsg->size,
	    result->words, sizeof(result->words) / sizeof(result->words[0]),
	    &result->count));
}

static void
take_reply(
    const struct ipc_kmsg *kmsg, mach_msg_id_t id, struct mig_result *result)
{
	mig_reply_error_t reply = {0};

	memcpy(&reply, kmsg->bytes,
	    kmsg->size < sizeof(reply) ? kmsg->size : sizeof(reply));
	if (reply.Head.msgh_id == MACH_NOTIFY_SEND_ONCE) {
		result->code = MIG_SERVER_DIED;
		return;
	}
	assert_int_equal(
	    (uint32_t)reply.Head.msgh_id, (uint32_t)id + CALL_MESSAGE_REPLY);
	assert_int_equal(reply.Head.msgh_size, kmsg->size);
	assert_int_equal(reply.Head.msgh_remote_port, MACH_PORT_NULL);
	assert_int_equal(reply.Head.msgh_bits & ~MACH_MSGH_BITS_COMPLEX,
	    MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND_ONCE));
	if (!(reply.Head.msgh_bits & MACH_MSGH_BITS_COMPLEX) &&
	    reply.RetCode != KERN_SUCCESS) {
		assert_int_equal(kmsg->size, sizeof(reply));
		result->code = reply.RetCode;
		return;
	}
	decode(call_message_call(id), kmsg, result);
	result->code = KERN_SUCCESS;
}

struct ipc_kmsg *
mig_take(
    struct kern_task *task, mach_port_name_t reply, struct ipc_waiter *waiter)
{
	const struct ipc_msg_args args = {
	    .option = MACH_RCV_MSG | MACH_RCV_TIMEOUT,
	    .rcv_size = 1 << 16,
	    .rcv_name = reply,
	};
	mach_msg_return_t mr;

	ipc_waiter_init(waiter, NULL);
	mr = ipc_mach_msg_receive(task->space, &args, waiter);
	if (mr == MACH_MSG_SUCCESS)
		return waiter->kmsg;
	assert_int_equal(mr, MACH_RCV_TIMED_OUT);
	return NULL;
}

struct mig_result
mig_receive(struct kern_task *task, mach_port_name_t reply, mach_msg_id_t id)
{
	struct mig_result result = {.code = MIG_NO_REPLY};
	const struct ipc_kmsg *kmsg;
	struct ipc_waiter waiter;

	kmsg = mig_take(task, reply, &waiter);
	if (kmsg)
		take_reply(kmsg, id, &result);
	ipc_waiter_reset(&waiter);
	ipc_check();
	return result;
}

struct mig_result
mig_rpc(struct kern_task *task, mach_port_name_t to,
    struct mig_request *request, mach_port_name_t reply)
{
	struct mig_result result = {.code = 0};

	result.code = mig_send(task, to, request, reply);
	if (result.code == MACH_MSG_SUCCESS)
		result =
		    mig_receive(task, reply, request->message.header.msgh_id);
	return result;
}

struct mig_result
mig_direct(struct kern_task *caller, struct kern_task *about,
    enum wire_call number, const uint32_t *words, uint32_t count)
{
	const struct wire_call_shape *shape = wire_call_shape((uint16_t)number);
	uint32_t in[WIRE_CALL_WORDS] = {0};
	struct kern_call call = {
	    .number = number, .caller = caller, .in = in, .task = about};
	struct mig_result result = {0};

	if (count > 0)
		memcpy(in + 1, words, count * sizeof(*words));
	result.code = kern_call(&call);
	if (result.code == KERN_SUCCESS && !shape->out_more) {
		memcpy(result.words, call.out, shape->out * sizeof(uint32_t));
		result.count = shape->out;
	} else if (result.code == KERN_SUCCESS) {
		for (unsigned i = 0; i < 2; i++) {
			if (call.more[i].count > 0)
				memcpy(result.words + result.count,
				    call.more[i].words,
				    call.more[i].count * sizeof(uint32_t));
			result.count += call.more[i].count;
		}
	}
	kern_call_deinit(&call);
	ipc_check();
	return result;
}
