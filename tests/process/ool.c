/* Memory in messages. */
#include "ool.h"

#include <mach/mach_vm.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "hostile.h"
#include "mail.h"

#define PAGE ((size_t)4096)
#define PACKET_BYTES ((size_t)32 << 10)
#define WINDOW_BYTES ((size_t)256 << 10)
#define COPY_BYTES (((size_t)1 << 20) + ((size_t)512 << 10))
#define LARGE_BYTES ((size_t)2 << 20)
/* More than a packet holds. */
#define MESSAGE_BYTES ((size_t)160 << 10)

struct message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory;
	char room[MESSAGE_BYTES]; /* of which little is sent, as a rule */
};

/* --- memory ----------------------------------------------------------------- */

/* The last page stays as it is: in a file, it is not there. */
static void
fill(unsigned char *memory, size_t bytes)
{
	uint64_t *words = (uint64_t *)(void *)memory;

	for (size_t i = 0; i < (bytes - PAGE) / sizeof(*words); i++)
		words[i] = (i + 1) * 0x9E3779B97F4A7C15;
}

bool
ool_is_as_filled(const unsigned char *memory, size_t bytes)
{
	const uint64_t *words = (const uint64_t *)(const void *)memory;
	const size_t filled = (bytes - PAGE) / sizeof(*words);

	for (size_t i = 0; i < bytes / sizeof(*words); i++)
		if (words[i] != (i < filled ? (i + 1) * 0x9E3779B97F4A7C15 : 0))
			return false;
	return true;
}

static unsigned char *
make_plain(size_t bytes)
{
	unsigned char *memory = aligned_alloc(PAGE, bytes);

	CHECK(memory);
	memset(memory + bytes - PAGE, 0, PAGE);
	fill(memory, bytes);
	return memory;
}

static unsigned char *
make_own(size_t bytes)
{
	mach_vm_address_t at = 0;

	CHECK_RETURN(
	    mach_vm_allocate(mach_task_self(), &at, bytes, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	fill((unsigned char *)at, bytes);
	return (unsigned char *)at;
}

void
ool_release(const void *memory, size_t bytes)
{
	CHECK_RETURN(
	    mach_vm_deallocate(mach_task_self(), (uintptr_t)memory, bytes),
	    KERN_SUCCESS);
}

/* --- messages --------------------------------------------------------------- */

void
ool_send(mach_port_t to, const struct ool_way *way, void *memory)
{
	struct message *message = calloc(1, sizeof(*message));

	CHECK(message);
	message->header.msgh_bits =
	    MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	message->header.msgh_size =
	    (mach_msg_size_t)offsetof(struct message, room) + way->room_bytes;
	message->header.msgh_remote_port = to;
	message->body.msgh_descriptor_count = 1;
	message->memory.address = memory;
	message->memory.size = (mach_msg_size_t)way->bytes;
	message->memory.deallocate = way->deallocates;
	message->memory.copy = MACH_MSG_VIRTUAL_COPY;
	message->memory.type = MACH_MSG_OOL_DESCRIPTOR;
	CHECK_RETURN(
	    mach_msg(&message->header, MACH_SEND_MSG, message->header.msgh_size,
	        0, MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	free(message);
}

unsigned char *
ool_receive(mach_port_t port, const struct ool_way *way)
{
	struct message *message = malloc(sizeof(*message) + MAX_TRAILER_SIZE);
	unsigned char *memory;

	CHECK(message);
	CHECK_RETURN(
	    mach_msg(&message->header, MACH_RCV_MSG, 0,
	        sizeof(*message) + MAX_TRAILER_SIZE, port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK(message->memory.size == way->bytes);
	memory = message->memory.address;
	free(message);
	return memory;
}

/* A snapshot of another's memory, to be sent on. */
static unsigned char *
make_received(size_t bytes)
{
	const struct ool_way way = {
	    .bytes = bytes, .deallocates = true, .make = make_own};
	const mach_port_t port = mail_port();
	unsigned char *memory;

	ool_send(port, &way, make_own(bytes));
	memory = ool_receive(port, &way);
	CHECK_RETURN(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	return memory;
}

/* So many that the thread's connection has a window. */
static unsigned char *
make_for_window(size_t bytes)
{
	const struct ool_way way = {.bytes = bytes};
	const mach_port_t port = mail_port();
	unsigned char *memory = make_plain(bytes);

	for (int i = 0; i < 12; i++) {
		ool_send(port, &way, memory);
		ool_release(ool_receive(port, &way), bytes);
	}
	CHECK(hostile_count_mapped_files(getpid()) >= 2);
	CHECK_RETURN(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
	return memory;
}

const struct ool_way ool_ways[OOL_WAYS] = {
    {"a packet", PACKET_BYTES, .make = make_plain},
    {"a file with its message", PACKET_BYTES, MESSAGE_BYTES,
        .make = make_plain},
    {"a copy in a file", COPY_BYTES, .make = make_plain},
    {"a snapshot", LARGE_BYTES, .is_own = true, .moves = true,
        .make = make_own},
    {"a file that is given away", LARGE_BYTES, .deallocates = true,
        .is_own = true, .moves = true, .make = make_own},
    {"a snapshot sent on", LARGE_BYTES, .is_own = true, .moves = true,
        .make = make_received},
    {"a window", WINDOW_BYTES, .make = make_for_window},
};

void
ool_discard(const struct ool_way *way, unsigned char *memory)
{
	if (way->deallocates)
		return;
	if (way->is_own)
		ool_release(memory, way->bytes);
	else
		free(memory);
}
