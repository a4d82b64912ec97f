/* From a message that was copied out to a packet, and perhaps files. */
#include "msg_answer.h"

#include <string.h>

#include "base_assert.h"
#include "conn.h"
#include "file.h"
#include "ipc_region.h"
#include "msg_release.h"
#include "task.h"
#include "window.h"
#include "wire_msg.h"

/* The kernel's file, as in a descriptor's address. */
#define KERNEL_FILE 1u

_Static_assert(PACKET_ANSWER_FILES == WIRE_FILE_PLACED + WIRE_PLACED_MAX,
    "as many files as an answer can have");

/* An answer being made. */
struct encoding {
	struct conn *conn;
	struct ipc_kmsg *kmsg;
	struct wire_msg_answer answer;
	struct file_writer writer;
	uint64_t window_bytes;      /* that regions have taken of its part */
	bool spilled;               /* the message goes in the kernel's file */
	bool wants_sender;          /* something is in the sender's file */
	mach_msg_return_t shortage; /* MACH_MSG_VM_KERNEL if memory was short */
	/* The walk over the descriptors. */
	struct ipc_regions regions;
	uint32_t placed_count; /* regions seen so far that are placed */
	uint32_t name_index;   /* in kmsg->names */
};

static uint32_t
get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* Say where a region is: @address, and @count, at their places in a
 * descriptor. */
static void
put_region(uint8_t *descriptor, uint64_t address, uint32_t count)
{
	memcpy(descriptor, &address, sizeof(address));
	memcpy(descriptor + offsetof(mach_msg_ool_descriptor64_t, size), &count,
	    sizeof(count));
}

/* Put a region in the window, if there is one, and room in it; its address, or 0. */
static uint64_t
show_region(struct encoding *e, const void *bytes, size_t count)
{
	struct window *window = e->conn->window;
	const uint64_t offset = file_page_align(e->window_bytes);
	uint8_t *part;

	if (!window || count > WIRE_WINDOW_BYTES - offset)
		return 0;
	part = window_part(window, e->conn->trap.window_part);
	if (!part)
		return 0;
	memcpy(part + offset, bytes, count);
	e->window_bytes = offset + count;
	return (uint64_t)(part - window->in) + offset + WIRE_IN_WINDOW;
}

/* Put a region where the task finds it: its address, or 0 if memory is short. */
static uint64_t
write_region(struct encoding *e, const void *bytes, size_t count)
{
	uint64_t offset = show_region(e, bytes, count);

	if (offset != 0)
		return offset;
	if (file_writer_append_page(&e->writer, bytes, count, &offset))
		return offset + KERNEL_FILE;
	e->shortage = MACH_MSG_VM_KERNEL;
	return 0;
}

static void
encode_memory(
    struct encoding *e, uint32_t index, uint8_t *descriptor, uint32_t bytes)
{
	bool placed = ipc_regions_placed(&e->regions, index);
	struct ipc_region region = ipc_regions_next(&e->regions, index, bytes);
	uint64_t address = region.offset; /* of file 0 */

	if (placed) {
		address += WIRE_FILE_PLACED + e->placed_count++;
	} else if (region.memory) {
		e->wants_sender = true;
	} else {
		address =
		    write_region(e, ipc_region_bytes(e->kmsg, &region), bytes);
		bytes = address ? bytes : 0;
	}
	put_region(descriptor, address, bytes);
}

/* The last @count names of an array that does not arrive must not stay in the
 * space. They leave the message, too. */
static void
drop_array(struct encoding *e, uint32_t count, mach_msg_type_name_t type)
{
	struct ipc_kmsg *kmsg = e->kmsg;
	mach_port_name_t *names;

	e->name_index -= count;
	kmsg->name_count -= count;
	names = kmsg->names + e->name_index;
	msg_release_names(e->conn->task->kern->space, names, count, type);
	memmove(names, names + count,
	    (kmsg->name_count - e->name_index) * sizeof(*names));
}

static void
encode_ports(
    struct encoding *e, uint32_t index, uint8_t *descriptor, uint32_t count)
{
	const mach_port_name_t *names = e->kmsg->names + e->name_index;
	uint64_t address;

	/* The sender's array has had its place; what counts is ours. */
	(void)ipc_regions_next(
	    &e->regions, index, (uint64_t)count * sizeof(*names));
	e->name_index += count;
	address = write_region(e, names, count * sizeof(*names));
	if (!address) {
		drop_array(e, count, descriptor[10]);
		count = 0;
	}
	put_region(descriptor, address, count);
}

/* Rewrite the descriptors: where their memory is for the receiver. */
static void
encode_descriptors(struct encoding *e)
{
	uint8_t *at = e->kmsg->bytes + sizeof(mach_msg_base_t);
	const uint8_t *end = e->kmsg->bytes + e->kmsg->byte_count;
	uint32_t count = get32(e->kmsg->bytes + sizeof(mach_msg_header_t));
	uint32_t amount;

	e->regions = ipc_regions_of(e->kmsg);
	/* The engine has checked all this when the message was sent. */
	for (uint32_t i = 0; i < count; i++) {
		mp_assert(
		    end - at >= (ptrdiff_t)sizeof(mach_msg_port_descriptor_t));
		if (at[11] == MACH_MSG_PORT_DESCRIPTOR) {
			at += sizeof(mach_msg_port_descriptor_t);
			continue;
		}
		mp_assert(
		    end - at >= (ptrdiff_t)sizeof(mach_msg_ool_descriptor64_t));
		amount =
		    get32(at + offsetof(mach_msg_ool_descriptor64_t, size));
		if (at[11] == MACH_MSG_GUARDED_PORT_DESCRIPTOR)
			; /* no memory */
		else if (amount == 0)
			put_region(at, 0, 0);
		else if (at[11] == MACH_MSG_OOL_PORTS_DESCRIPTOR)
			encode_ports(e, i, at, amount);
		else
			encode_memory(e, i, at, amount);
		at += sizeof(mach_msg_ool_descriptor64_t);
	}
}

/* Copy what of the message is in the sender's file to the kernel's. */
static bool
spill_rest(struct encoding *e)
{
	const struct ipc_memory *memory = e->kmsg->memory;
	uint8_t chunk[16384];
	uint64_t at;
	size_t count;

	for (at = e->kmsg->byte_count; at < e->kmsg->size; at += count) {
		count = e->kmsg->size - at;
		if (count > sizeof(chunk))
			count = sizeof(chunk);
		if (!memory->read(memory, at, chunk, count) ||
		    !file_writer_fill(&e->writer, at, chunk, count))
			return false;
	}
	return true;
}

/* Does what is in kmsg->bytes fit the packet? */
static bool
fits(const struct ipc_kmsg *kmsg, uint32_t trailer_bytes)
{
	const size_t room = WIRE_PACKET_MAX - sizeof(struct wire_msg_answer);

	return (size_t)kmsg->byte_count + trailer_bytes <= room;
}

/*
 * Encode the message whole. False: there is no memory for it, and it is lost.
 *
 * Mostly its bytes go in the packet, and what the sender put in a file stays
 * there. But a message may have more descriptors than a packet holds, or almost
 * fill the sender's packet, whose head is shorter: then all of it goes in the
 * kernel's file.
 */
static bool
encode_message(struct encoding *e)
{
	const struct ipc_waiter *waiter = &e->conn->trap.waiter;
	struct ipc_kmsg *kmsg = e->kmsg;
	mach_msg_header_t header;

	e->answer.size = kmsg->size;
	e->answer.trailer_bytes = waiter->trailer_bytes;
	e->spilled = !fits(kmsg, waiter->trailer_bytes);
	if (e->spilled)
		file_writer_skip(&e->writer, kmsg->size);
	memcpy(&header, kmsg->bytes, sizeof(header));
	if (header.msgh_bits & MACH_MSGH_BITS_COMPLEX)
		encode_descriptors(e);
	if (e->spilled)
		return file_writer_fill(
		           &e->writer, 0, kmsg->bytes, kmsg->byte_count) &&
		    spill_rest(e);
	e->answer.inline_bytes = kmsg->byte_count;
	if (kmsg->byte_count < kmsg->size)
		e->wants_sender = true;
	return true;
}

/* A bare header and its trailer, cut to what the receiver has room for. */
static void
encode_bare(struct encoding *e)
{
	const struct ipc_waiter *waiter = &e->conn->trap.waiter;
	uint32_t room = e->conn->trap.rcv_size;

	e->answer.size = e->kmsg->size;
	e->answer.inline_bytes =
	    e->kmsg->byte_count < room ? e->kmsg->byte_count : room;
	room -= e->answer.inline_bytes;
	e->answer.trailer_bytes =
	    waiter->trailer_bytes < room ? waiter->trailer_bytes : room;
}

/* Tell of memory that was short, in the way of the half it was short in. */
static void
add_shortage(struct encoding *e)
{
	if (e->shortage == 0)
		return;
	if (e->answer.result == MACH_MSG_SUCCESS)
		e->answer.result = MACH_RCV_BODY_ERROR;
	e->answer.result |= e->shortage;
}

/* The message is out of its queue and cannot be delivered: messages.md 11.7, but
 * that its rights do not stay; for one that comes back, 10.1. */
static void
encode_lost(struct encoding *e)
{
	msg_release(e->conn);
	e->wants_sender = false;
	e->placed_count = 0;
	file_writer_deinit(&e->writer);
	e->answer.files = 0;
	e->answer.outcome = WIRE_OUTCOME_NONE;
	if (!e->answer.pseudo)
		e->answer.result = MACH_RCV_INVALID_DATA;
	e->answer.pseudo = 0;
	e->answer.size = 0;
	e->answer.inline_bytes = 0;
	e->answer.trailer_bytes = 0;
}

static void
encode(struct encoding *e)
{
	struct conn *conn = e->conn;
	const struct ipc_waiter *waiter = &conn->trap.waiter;

	_Static_assert((int)WIRE_OUTCOME_NONE == (int)IPC_OUTCOME_NONE &&
	        (int)WIRE_OUTCOME_MESSAGE == (int)IPC_OUTCOME_MESSAGE &&
	        (int)WIRE_OUTCOME_BARE == (int)IPC_OUTCOME_BARE &&
	        (int)WIRE_OUTCOME_SIZE == (int)IPC_OUTCOME_SIZE,
	    "an outcome is the same to the engine and to the task");
	switch ((enum ipc_outcome)waiter->outcome) {
	case IPC_OUTCOME_NONE:
		break;
	case IPC_OUTCOME_SIZE:
		e->answer.size = waiter->large_size;
		e->answer.name = waiter->large_name;
		break;
	case IPC_OUTCOME_BARE:
		encode_bare(e);
		break;
	case IPC_OUTCOME_MESSAGE:
		e->answer.pseudo = conn->trap.sends;
		if (!encode_message(e) ||
		    (e->writer.fd >= 0 && !file_writer_seal(&e->writer)))
			encode_lost(e);
		else
			add_shortage(e);
		break;
	}
}

/* The descriptor of what came with the message. Only this answer still has it: it is the
 * receiver's to pay for, who else might lack the budget to have it twice. */
static int
pass_on(struct ipc_memory *memory)
{
	struct file *file = file_of_memory(memory);

	file_uncharge(file);
	return file->fd;
}

/* The descriptors that go with the answer, in the order of their numbers. */
static unsigned
collect_files(struct encoding *e, int files[PACKET_ANSWER_FILES])
{
	struct ipc_memory *placed =
	    e->placed_count > 0 ? e->kmsg->placed : NULL;
	unsigned count = 0;

	if (e->wants_sender) {
		files[count++] = pass_on(e->kmsg->memory);
		e->answer.files |= WIRE_FILE_SENDER;
	}
	if (e->writer.fd >= 0) {
		files[count++] = e->writer.fd;
		e->answer.files |= WIRE_FILE_KERNEL;
		if (e->spilled)
			e->answer.files |= WIRE_FILE_REST;
	}
	for (uint32_t i = 0; i < e->placed_count; i++) {
		mp_assert(placed); /* copyin has one for each */
		files[count++] = pass_on(placed);
		placed = placed->next;
	}
	e->answer.header.files = (uint16_t)count;
	return count;
}

/* What of the answer's files the kernel made; a message that is its own is charged no
 * more. What tasks made is theirs, and Linux's to count. */
static struct ipc_charge
charge_of(const struct encoding *e)
{
	struct ipc_charge charge = {.bytes = e->writer.bytes};

	if (e->wants_sender && e->kmsg->sender == 0) {
		charge.file_bytes = e->kmsg->memory->memory_bytes;
		ipc_kmsg_discharge(e->kmsg);
	}
	return charge;
}

/* Send what was encoded, and free what the waiter holds. */
static enum conn_answered
send_answer(struct encoding *e)
{
	struct ipc_waiter *waiter = &e->conn->trap.waiter;
	const struct ipc_charge charge = charge_of(e);
	enum conn_answered answered;
	int files[PACKET_ANSWER_FILES];
	unsigned file_count = collect_files(e, files);
	struct iovec parts[] = {
	    {&e->answer, sizeof(e->answer)},
	    {e->kmsg ? e->kmsg->bytes : NULL, e->answer.inline_bytes},
	    {&waiter->trailer, e->answer.trailer_bytes},
	};

	answered = conn_answer(e->conn, parts, 3, files, file_count, &charge);
	if (answered == CONN_ANSWERED)
		ipc_waiter_reset(waiter);
	return answered;
}

void
msg_answer(struct conn *conn)
{
	const struct ipc_waiter *waiter = &conn->trap.waiter;
	struct encoding e = {
	    .conn = conn,
	    .kmsg = waiter->kmsg,
	    .answer =
	        {
	            .header = {.number = WIRE_MSG,
	                .sequence = conn->trap.sequence},
	            .result = waiter->result,
	            .outcome = waiter->outcome,
	            .taken = conn->trap.taken,
	            .news = task_lanes_has_news(&conn->task->lanes),
	            .left = conn->trap.timeout,
	        },
	};

	file_writer_init(&e.writer);
	encode(&e);
	if (send_answer(&e) == CONN_ANSWER_SHORT) {
		encode_lost(&e);
		(void)send_answer(&e);
	}
	file_writer_deinit(&e.writer);
}
