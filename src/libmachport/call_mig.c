/* Calls by messages: what a stub made by mig does (spec/mig.md 10), for any
 * routine. */
#include "call_mig.h"

#include <mach/mach.h>
#include <mach/mig.h>
#include <string.h>

#include "base_assert.h"
#include "lock.h"
#include "msg_walk.h"
#include "wire_mig.h"

/* A call, and where its request and then its reply are. */
struct rpc {
	mach_msg_id_t id;
	const struct wire_mig_routine *routine;
	union {
		mach_msg_header_t header;
		mig_reply_error_t error;
		uint8_t
		    bytes[WIRE_MIG_MESSAGE_MAX + sizeof(mach_msg_trailer_t)];
	} message;
};

/* mig.md 10.1. Early returns have sent nothing. */
static kern_return_t
make_request(
    struct rpc *rpc, enum wire_call call, const uint32_t *in, size_t in_count)
{
	const struct wire_mig_words words[2] = {
	    {in + 1, (uint32_t)in_count - 1}, {NULL, 0}};
	mach_msg_header_t *header = &rpc->message.header;
	kern_return_t kr;

	rpc->id = wire_mig_id(call);
	rpc->routine = wire_mig_routine(rpc->id);
	if (!rpc->routine)
		return KERN_INVALID_TASK;
	kr = wire_mig_encode(&rpc->routine->request, words, &rpc->message);
	if (kr != KERN_SUCCESS)
		return kr;
	header->msgh_bits |= MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	header->msgh_remote_port = in[0];
	header->msgh_local_port = mig_get_reply_port();
	header->msgh_id = rpc->id;
	return header->msgh_local_port ? KERN_SUCCESS : KERN_RESOURCE_SHORTAGE;
}

/* Give back all that came with the reply: also memory that was sent as a physical
 * copy, or volatile. That is ours like any other (messages.md 11.6), but the
 * message says that it is not to be deallocated. */
static void
destroy_reply(struct rpc *rpc)
{
	struct msg_walk walk;

	msg_walk_begin(&walk, &rpc->message, sizeof(rpc->message));
	while (msg_walk_next(&walk)) {
		/* The flag is in the same place for port arrays. */
		mach_msg_ool_descriptor_t *memory =
		    &walk.descriptor.out_of_line;

		if (msg_walk_bytes(&walk) == 0)
			continue;
		if (memory->type == MACH_MSG_OOL_VOLATILE_DESCRIPTOR)
			memory->type = MACH_MSG_OOL_DESCRIPTOR;
		memory->deallocate = TRUE;
		memcpy(walk.at, memory, sizeof(*memory));
	}
	mach_msg_destroy(&rpc->message.header);
}

/* 10.3, 10.4 */
static mach_msg_return_t
exchange(struct rpc *rpc)
{
	const struct wire_mig_sizes sizes =
	    wire_mig_sizes(&rpc->routine->reply);
	mach_msg_header_t *header = &rpc->message.header;
	const mach_port_t reply_port = header->msgh_local_port;
	mach_msg_return_t mr;

	mr = mach_msg(header, MACH_SEND_MSG | MACH_RCV_MSG, header->msgh_size,
	    sizes.max + (mach_msg_size_t)sizeof(mach_msg_trailer_t), reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
	if (mr == MACH_MSG_SUCCESS)
		return mr;
	if (mr == MACH_SEND_INVALID_DATA || mr == MACH_SEND_INVALID_DEST ||
	    mr == MACH_SEND_INVALID_HEADER)
		mig_put_reply_port(reply_port);
	else
		mig_dealloc_reply_port(reply_port);
	if ((mr & ~MACH_MSG_MASK) == MACH_RCV_BODY_ERROR)
		destroy_reply(rpc);
	return mr;
}

/* A reply that says no more than why there is nothing to say: a short one, or one
 * of the right size (10.5 step 4), whatever else is in it. */
static bool
is_error(const struct rpc *rpc)
{
	const struct wire_mig_sizes sizes =
	    wire_mig_sizes(&rpc->routine->reply);
	const mig_reply_error_t *reply = &rpc->message.error;
	const mach_msg_size_t size = reply->Head.msgh_size;

	if (reply->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		return false;
	if (size != sizeof(*reply) &&
	    (sizes.descriptors > 0 || size < sizes.min || size > sizes.max))
		return false;
	return reply->RetCode != KERN_SUCCESS;
}

/* 10.5: is it the reply, and how many words are in it? */
static kern_return_t
check_reply(const struct rpc *rpc, uint32_t *count_out)
{
	const mig_reply_error_t *reply = &rpc->message.error;
	const mach_msg_header_t *header = &reply->Head;
	const bool simple = (header->msgh_bits & MACH_MSGH_BITS_COMPLEX) == 0;
	const bool error = is_error(rpc);
	kern_return_t kr = KERN_SUCCESS;

	if (header->msgh_id != rpc->id + WIRE_MIG_REPLY)
		return header->msgh_id == MACH_NOTIFY_SEND_ONCE
		    ? MIG_SERVER_DIED
		    : MIG_REPLY_MISMATCH;
	if (!error)
		kr = wire_mig_decode(
		    &rpc->routine->reply, &rpc->message, NULL, 0, count_out);
	if (kr != KERN_SUCCESS)
		return kr;
	if (header->msgh_remote_port != MACH_PORT_NULL)
		return MIG_TYPE_ERROR;
	return simple ? reply->RetCode : KERN_SUCCESS;
}

/* Ask, and get a good reply, with *@count_out words in it. */
static kern_return_t
ask(struct rpc *rpc, enum wire_call call, const uint32_t *in, size_t in_count,
    uint32_t *count_out)
{
	mach_port_t reply_port;
	kern_return_t kr = make_request(rpc, call, in, in_count);

	if (kr != KERN_SUCCESS)
		return kr;
	reply_port = rpc->message.header.msgh_local_port;
	kr = exchange(rpc);
	if (kr != MACH_MSG_SUCCESS)
		return kr;
	kr = check_reply(rpc, count_out);
	if (kr == KERN_SUCCESS)
		return kr;
	destroy_reply(rpc);
	/* The reply proper may still come. */
	if (kr == MIG_REPLY_MISMATCH)
		mig_dealloc_reply_port(reply_port);
	return kr;
}

kern_return_t
call_mig(
    enum wire_call call, const uint32_t *in, size_t in_count, uint32_t *out)
{
	struct rpc rpc;
	uint32_t count;
	kern_return_t kr = ask(&rpc, call, in, in_count, &count);

	if (kr != KERN_SUCCESS || count == 0)
		return kr;
	mp_assert(count == wire_call_shape((uint16_t)call)->out);
	return wire_mig_decode(
	    &rpc.routine->reply, &rpc.message, out, count, &count);
}

kern_return_t
call_mig_words(enum wire_call call, const uint32_t *in, size_t in_count,
    struct call_words *out)
{
	struct call_words words;
	struct rpc rpc;
	kern_return_t kr = ask(&rpc, call, in, in_count, &words.count);

	if (kr != KERN_SUCCESS)
		return kr;
	words.words = call_words_map(words.count);
	if (words.words == CALL_WORDS_FAILED)
		kr = KERN_RESOURCE_SHORTAGE;
	else if (words.count > 0)
		kr = wire_mig_decode(&rpc.routine->reply, &rpc.message,
		    words.words, words.count, &words.count);
	/* What has any number of words has regions, and no rights. */
	destroy_reply(&rpc);
	if (kr == KERN_SUCCESS)
		*out = words;
	return kr;
}

/* Like a trap, a call by messages is no place to be cancelled at: the memory that
 * came with the reply would be lost. */

kern_return_t
call_kernel(
    enum wire_call call, const uint32_t *in, size_t in_count, uint32_t *out)
{
	kern_return_t kr = call_trap(call, in, in_count, out);
	int cancel_type;

	if (kr != WIRE_CALL_BY_MESSAGE)
		return kr;
	cancel_type = cancel_defer();
	kr = call_mig(call, in, in_count, out);
	cancel_restore(cancel_type);
	return kr;
}

kern_return_t
call_for_words(enum wire_call call, const uint32_t *in, size_t in_count,
    struct call_words *out)
{
	kern_return_t kr = call_trap_words(call, in, in_count, out);
	int cancel_type;

	if (kr != WIRE_CALL_BY_MESSAGE)
		return kr;
	cancel_type = cancel_defer();
	kr = call_mig_words(call, in, in_count, out);
	cancel_restore(cancel_type);
	return kr;
}
