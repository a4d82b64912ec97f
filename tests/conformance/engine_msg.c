/*
 * mach_msg(), straight to the engine (msg_lanes.h).
 *
 * What is sent is copied, with its out-of-line memory, to one piece of memory,
 * as it would be in a packet. What is received is written to the buffer, its
 * out-of-line memory to a file, and msg_decode() does the rest.
 */
#include "msg_lanes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "ipc_mach_msg.h"
#include "ipc_region.h"
#include "mach/vm_page_size.h"
#include "msg_encode.h"
#include "msg_walk.h"
#include "scenario.h"
#include "user_memory.h"

/* Options that only the kernel may give. Source: spec/messages.md 7.1 */
#define KERNEL_OPTIONS                                                         \
	(MACH_SEND_ALWAYS | MACH_SEND_IMPORTANCE | MACH_SEND_KERNEL)

#define NS_PER_MS 1000000u
#define NS_PER_S 1000000000u

/* The number of the file that regions are in, as msg_decode() is told it. */
#define REGION_FILE 1u

static uint64_t
now(void)
{
	struct timespec at;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	return (uint64_t)at.tv_sec * NS_PER_S + (uint64_t)at.tv_nsec;
}

/* Wait until the operation of @thread has ended; if the option @timed is on,
 * for no longer than the timeout. */
static void
block(struct engine_thread *thread, const struct msg_call *call,
    mach_msg_option_t timed)
{
	uint64_t deadline = now() + (uint64_t)call->timeout * NS_PER_MS;

	engine_changed();
	while (thread->waiter.state != IPC_WAITER_IDLE)
		if (!(call->option & timed))
			engine_wait();
		else if (!engine_wait_until(deadline))
			ipc_waiter_cancel(&thread->waiter, false);
}

/* Where the message and its regions end, packed, as far as they can be read. */
static size_t
packed_bytes(struct msg_outgoing *outgoing)
{
	uint64_t end = outgoing->size;

	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		const struct msg_region *region = &outgoing->regions[i];

		if (!user_memory_readable(region->address, region->bytes)) {
			outgoing->unreadable = region->index;
			break;
		}
		end = wire_align(end) + region->bytes;
	}
	return end;
}

/* The message and its memory, in memory of their own. Source: wire_msg.h */
static uint8_t *
pack(struct msg_outgoing *outgoing, size_t *bytes_out)
{
	uint64_t end = outgoing->size;
	uint8_t *packed;

	*bytes_out = packed_bytes(outgoing);
	packed = calloc(1, *bytes_out);
	CHECK(packed);
	memcpy(packed, outgoing->message, outgoing->size);
	for (uint32_t i = 0; i < outgoing->region_count; i++) {
		const struct msg_region *region = &outgoing->regions[i];

		if (region->index >= outgoing->unreadable)
			break;
		end = wire_align(end);
		memcpy(packed + end, region->address, region->bytes);
		end += region->bytes;
	}
	return packed;
}

static void
send_half(struct engine_thread *thread, const struct msg_call *call,
    struct msg_outgoing *outgoing, uint32_t *taken_out)
{
	const struct ipc_msg_args args = {
	    .option = call->option & ~KERNEL_OPTIONS,
	    .timeout = call->timeout,
	    .notify = call->notify,
	    .address = (uintptr_t)call->send.bytes,
	};
	struct ipc_kmsg_source source = {.size = outgoing->size};
	uint8_t *packed = pack(outgoing, &source.byte_count);

	source.bytes = packed;
	source.unreadable = outgoing->unreadable;
	if (ipc_mach_msg_send(thread->task->kern->space, &args, &source,
	        &thread->waiter, taken_out) == MACH_SEND_IN_PROGRESS)
		block(thread, call, MACH_SEND_TIMEOUT);
	free(packed);
}

static void
receive_half(struct engine_thread *thread, const struct msg_call *call)
{
	const struct ipc_msg_args args = {
	    .option = call->option & ~KERNEL_OPTIONS,
	    .rcv_size = call->receive.size,
	    .rcv_name = call->rcv_name,
	    .timeout = call->timeout,
	    .notify = call->notify,
	    .address = (uintptr_t)call->receive.bytes,
	};

	if (ipc_mach_msg_receive(thread->task->kern->space, &args,
	        &thread->waiter) == MACH_RCV_IN_PROGRESS)
		block(thread, call, MACH_RCV_TIMEOUT);
}

/* Put a region behind what is in @file. Returns its place, an offset and the
 * file's number. */
static uint64_t
put_region(int file, const void *bytes, uint64_t count, uint64_t *end)
{
	uint64_t place = round_page(*end);

	CHECK(pwrite(file, bytes, count, (off_t)place) == (ssize_t)count);
	*end = place + count;
	CHECK(ftruncate(file, (off_t)round_page(*end)) == 0);
	return place + REGION_FILE;
}

/* Put the message's regions in @file, and their places in its descriptors. */
static void
put_regions(const struct ipc_kmsg *kmsg, int file)
{
	struct msg_walk walk;
	struct ipc_regions regions = ipc_regions_of(kmsg);
	uint64_t end = 0;
	uint32_t names = 0;

	msg_walk_begin(&walk, kmsg->bytes, kmsg->size);
	while (msg_walk_next(&walk)) {
		uint64_t bytes = msg_walk_bytes(&walk);
		uint64_t place = 0;
		uint64_t at;

		if (walk.descriptor.type.type == MACH_MSG_PORT_DESCRIPTOR ||
		    walk.descriptor.type.type ==
		        MACH_MSG_GUARDED_PORT_DESCRIPTOR)
			continue;
		if (bytes > 0) {
			at = ipc_regions_next(&regions, walk.index, bytes)
			         .offset;
			if (walk.descriptor.type.type ==
			    MACH_MSG_OOL_PORTS_DESCRIPTOR) {
				place = put_region(
				    file, kmsg->names + names, bytes, &end);
				names += walk.descriptor.ool_ports.count;
			} else {
				place = put_region(
				    file, kmsg->ool + at, bytes, &end);
			}
		}
		/* The address is first in every descriptor with memory. */
		memcpy(walk.at, &place, sizeof(place));
	}
}

/* False: some of the program's memory cannot be written. @bytes is 0 or at least
 * 4; words are written, of which the last may overlap the one before. */
static bool
write_user(void *to, const void *from, size_t bytes)
{
	size_t done = 0;

	while (done < bytes) {
		size_t count = bytes - done < 1024 ? bytes - done : 1024;

		if (count < 4) {
			done = bytes - 4;
			count = 4;
		}
		count -= count % 4;
		if (!user_memory_write(
		        (char *)to + done, (const char *)from + done, count))
			return false;
		done += count;
	}
	return true;
}

/* A bare header and its trailer, cut off where the buffer ends. */
static bool
write_bare(char *to, const struct ipc_waiter *waiter, size_t bytes)
{
	struct {
		mach_msg_header_t header;
		mach_msg_max_trailer_t trailer;
	} bare;

	memcpy(&bare.header, waiter->kmsg->bytes, sizeof(bare.header));
	bare.trailer = waiter->trailer;
	return write_user(to, &bare, bytes);
}

static bool
write_answer(const struct ipc_waiter *waiter, char *to,
    const struct wire_msg_answer *answer)
{
	if (waiter->outcome == IPC_OUTCOME_BARE)
		return write_bare(
		    to, waiter, answer->inline_bytes + answer->trailer_bytes);
	return write_user(to, waiter->kmsg->bytes, answer->inline_bytes) &&
	    write_user(to + answer->inline_bytes, &waiter->trailer,
	        answer->trailer_bytes);
}

/* What the waiter ended with, as an answer of the kernel. */
static struct wire_msg_answer
make_answer(const struct ipc_waiter *waiter, bool sends, uint32_t room)
{
	struct wire_msg_answer answer = {
	    .result = waiter->result,
	    .outcome = waiter->outcome,
	};

	switch ((enum ipc_outcome)waiter->outcome) {
	case IPC_OUTCOME_NONE:
		break;
	case IPC_OUTCOME_SIZE:
		answer.size = waiter->large_size;
		answer.name = waiter->large_name;
		break;
	case IPC_OUTCOME_MESSAGE:
		answer.pseudo = sends;
		answer.size = waiter->kmsg->size;
		answer.inline_bytes = answer.size;
		answer.trailer_bytes = waiter->trailer_bytes;
		break;
	case IPC_OUTCOME_BARE:
		answer.size = waiter->kmsg->size;
		answer.inline_bytes = answer.size < room ? answer.size : room;
		room -= answer.inline_bytes;
		answer.trailer_bytes =
		    waiter->trailer_bytes < room ? waiter->trailer_bytes : room;
		break;
	}
	return answer;
}

/* The result of the call, and what came, to where it belongs. */
static mach_msg_return_t
deliver(
    const struct ipc_waiter *waiter, const struct msg_call *call, bool sends)
{
	struct wire_msg_answer answer =
	    make_answer(waiter, sends, call->receive.size);
	const struct msg_buffer *buffer =
	    answer.pseudo ? &call->send : &call->receive;
	struct packet_files files = {0};
	char *to = buffer->bytes;

	if (answer.outcome == IPC_OUTCOME_MESSAGE &&
	    MACH_MSGH_BITS_IS_COMPLEX(
	        ((const mach_msg_header_t *)(const void *)waiter->kmsg->bytes)
	            ->msgh_bits)) {
		files.count = 1;
		files.list[0] = memfd_create("engine-message", MFD_CLOEXEC);
		CHECK(files.list[0] >= 0);
		answer.files = WIRE_FILE_KERNEL;
		put_regions(waiter->kmsg, files.list[0]);
	}
	if (answer.inline_bytes > 0 && !write_answer(waiter, to, &answer)) {
		packet_files_close(&files);
		return msg_decode_lost(&answer);
	}
	return msg_decode(
	    &answer, &files, NULL, buffer, call->option, call->scatter);
}

/* Both halves. @sends_out: which of them was the last. */
static void
make(struct engine_thread *thread, const struct msg_call *call,
    struct msg_outgoing *outgoing, uint32_t *taken_out, bool *sends_out)
{
	*sends_out = (call->option & MACH_SEND_MSG) != 0;
	ipc_waiter_reset(&thread->waiter);
	if (*sends_out) {
		send_half(thread, call, outgoing, taken_out);
		/* Only plain success goes on. */
		if (thread->waiter.result != MACH_MSG_SUCCESS ||
		    !(call->option & MACH_RCV_MSG))
			return;
		ipc_waiter_reset(&thread->waiter);
	}
	*sends_out = false;
	receive_half(thread, call);
}

static mach_msg_return_t
make_once(const struct msg_call *call)
{
	struct engine_thread *thread;
	struct msg_outgoing outgoing;
	mach_msg_return_t mr = MACH_MSG_SUCCESS;
	bool has_message = (call->option & MACH_SEND_MSG) != 0;
	bool sends;
	uint32_t taken = 0;

	if (!(call->option & (MACH_SEND_MSG | MACH_RCV_MSG)))
		return MACH_MSG_SUCCESS;
	if (has_message)
		mr = msg_outgoing_init(
		    &outgoing, call->send.bytes, call->send.size);
	if (mr != MACH_MSG_SUCCESS)
		return mr;
	thread = engine_enter();
	make(thread, call, &outgoing, &taken, &sends);
	mr = deliver(&thread->waiter, call, sends);
	ipc_waiter_reset(&thread->waiter);
	engine_leave();
	if (has_message) {
		msg_outgoing_deallocate(&outgoing, taken);
		msg_outgoing_deinit(&outgoing);
	}
	return mr;
}

/* As the library's. */
mach_msg_return_t
msg_make(struct msg_call *call)
{
	for (;;) {
		const mach_msg_return_t mr = make_once(call);

		if (mr == MACH_RCV_INTERRUPTED &&
		    !(call->option & MACH_RCV_INTERRUPT)) {
			call->option &= ~MACH_SEND_MSG;
			call->send.size = 0;
		} else if (mr != MACH_SEND_INTERRUPTED ||
		    (call->option & MACH_SEND_INTERRUPT)) {
			return mr;
		}
	}
}

mach_msg_return_t
mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
    mach_msg_size_t send_size, mach_msg_size_t rcv_size,
    mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
    mach_port_name_t notify)
{
	return mach_msg_overwrite(msg, option, send_size, rcv_size, rcv_name,
	    timeout, notify, NULL, 0);
}
