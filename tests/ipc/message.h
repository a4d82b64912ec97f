/*
 * A message to be sent, built piece by piece in the order of its bytes:
 *
 *	message_init(&m, remote, MACH_MSG_TYPE_COPY_SEND, MACH_PORT_NULL, 0);
 *	message_add_port(&m, name, MACH_MSG_TYPE_MOVE_RECEIVE);
 *	message_add_data(&m, "text", 4);
 *
 * Out-of-line contents are borrowed until the message has been sent.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include <mach/message.h>

#include "ipc_kmsg.h"

#define MESSAGE_BYTES 1024
#define MESSAGE_REGIONS 16

struct message_region {
	const void *bytes;
	size_t count;
	uint32_t index; /* of its descriptor */
	bool placed;    /* it goes in a file of its own */
};

struct message {
	mach_msg_size_t size;
	uint32_t unreadable;
	unsigned region_count;
	struct message_region regions[MESSAGE_REGIONS];
	_Alignas(8) uint8_t bytes[MESSAGE_BYTES];
};

void message_init(struct message *message, mach_port_name_t remote,
    mach_msg_type_name_t remote_disposition, mach_port_name_t local,
    mach_msg_type_name_t local_disposition);
/* The header, to be read or changed. */
mach_msg_header_t *message_header(struct message *message);

void message_add_port(struct message *message, mach_port_name_t name,
    mach_msg_type_name_t disposition);
void message_add_ool(struct message *message, const void *bytes,
    mach_msg_size_t count, mach_msg_copy_options_t copy);
void message_add_ports(struct message *message, const mach_port_name_t *names,
    mach_msg_size_t count, mach_msg_type_name_t disposition);
void message_add_guarded(struct message *message, mach_port_name_t name,
    uint64_t context, mach_msg_guard_flags_t flags);
/* Inline, after the last descriptor. A multiple of 4 bytes. */
void message_add_data(struct message *message, const void *bytes, size_t count);

/* The memory of the nth descriptor, and of those behind it, cannot be read. */
void message_set_unreadable(struct message *message, uint32_t nth);

/* The memory of the nth descriptor, of which there is some, goes in a file of its
 * own. */
void message_place(struct message *message, uint32_t nth);

/* The message and its regions as the engine wants them, in memory of malloc().
 * @align: at what multiples regions begin, 8 or the page. */
uint8_t *message_pack(
    const struct message *message, size_t align, size_t *bytes_out);

/* The same as a file that travels with it. @freed_out counts its end. */
struct ipc_memory *message_file(
    const struct message *message, size_t page, unsigned *freed_out);

/* The files of its placed regions, each of which begins at the second page. */
struct ipc_memory *message_placed(
    const struct message *message, size_t page, unsigned *freed_out);

#endif
