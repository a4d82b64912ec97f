/*
 * What a message brings with it when it is sent: the message itself and its
 * out-of-line regions, from the program's memory straight into a packet, or
 * into a sealed file if a packet is too small (wire_msg.h).
 */
#ifndef LIBMACHPORT_MSG_ENCODE_H
#define LIBMACHPORT_MSG_ENCODE_H

#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "packet.h"
#include "wire_msg.h"

/* The largest message. Source: spec/messages.md 6 */
#define MSG_SIZE_LIMIT 50331580u

/* More regions than this do not go in a packet. */
#define MSG_REGIONS_FEW 32
/* The request, the message, and a gap and bytes for each region. */
#define MSG_PARTS_MAX (2 + 2 * MSG_REGIONS_FEW)

/* Memory that a descriptor refers to. */
struct msg_region {
	uint32_t index; /* of the descriptor */
	bool deallocate;
	bool is_array;   /* of port names: the kernel reads it */
	int file;        /* placed: ours, in which it is alone; else -1 */
	uint64_t offset; /* placed: where it begins there */
	const void *address;
	uint64_t bytes; /* not 0 */
};

/* What a packet begins with. */
struct msg_head {
	struct wire_msg_request request;
	struct wire_placed placed[WIRE_PLACED_MAX]; /* request.placed of them */
};

/*
 * A message about to be sent. Nothing of the program's is owned, the files of
 * regions are. What the program wrote in it is read once, here: the answer may go
 * over it.
 */
struct msg_outgoing {
	const void *message;
	uint32_t size;
	uint32_t unreadable; /* as in struct wire_msg_request */
	uint32_t region_count;
	uint32_t region_room;
	struct msg_region *regions; /* few, or memory of its own */
	struct msg_region few[MSG_REGIONS_FEW];
};

/**
 * msg_outgoing_init() - look at a message that is to be sent
 * @outgoing:	[out] to be given to msg_outgoing_deinit(), on success
 * @message:	[in]  the program's, @size bytes if it can be believed
 *
 * Return:	MACH_MSG_SUCCESS
 *		MACH_SEND_MSG_TOO_SMALL
 *		MACH_SEND_TOO_LARGE
 *		MACH_SEND_INVALID_DATA	rows 1 to 6 of spec/messages.md 8.1, as
 *					far as they must be known before the
 *					message is read; the kernel checks all
 *		MACH_SEND_NO_BUFFER	no memory
 */
mach_msg_return_t msg_outgoing_init(struct msg_outgoing *outgoing,
    mach_msg_header_t *message, mach_msg_size_t size)
    __attribute__((warn_unused_result));

/* The same of a copy, which nobody changes, and of whose shape the caller knows all. More
 * regions than MSG_REGIONS_FEW are `unreadable`; nothing is to be given back. */
void msg_outgoing_init_few(struct msg_outgoing *outgoing,
    mach_msg_header_t *copy, mach_msg_size_t size);

/* The kernel has the files of regions that were placed. */
void msg_outgoing_close(struct msg_outgoing *outgoing);
void msg_outgoing_deinit(struct msg_outgoing *outgoing);

/* Say in @head what cannot be read and which regions are placed; add the files of
 * these to @files. The packet's part with all that. */
struct iovec msg_outgoing_head(const struct msg_outgoing *outgoing,
    struct msg_head *head, struct packet_files *files);

/* Does the message fit a packet, with the regions that are not placed? */
bool msg_outgoing_fits(const struct msg_outgoing *outgoing);

/* The parts of a packet, the first of which is @head; how many. For what fits. */
size_t msg_outgoing_packet(const struct msg_outgoing *outgoing,
    struct iovec head, struct iovec parts[MSG_PARTS_MAX]);

/**
 * msg_outgoing_file() - put a message into a sealed file, with its regions that
 *			 are not placed
 * @file_out:	[out] the caller's; -1 on failure
 *
 * Memory that cannot be read and belongs to a descriptor is noted in
 * @outgoing->unreadable.
 *
 * Return:	MACH_MSG_SUCCESS
 *		MACH_SEND_INVALID_DATA	the message cannot be read
 *		MACH_SEND_NO_BUFFER	no memory or descriptor for the file
 */
mach_msg_return_t msg_outgoing_file(struct msg_outgoing *outgoing,
    int *file_out) __attribute__((warn_unused_result));

/* The kernel took the memory of the first @taken descriptors: unmap what the
 * program gave away. */
void msg_outgoing_deallocate(
    const struct msg_outgoing *outgoing, uint32_t taken);

#endif
