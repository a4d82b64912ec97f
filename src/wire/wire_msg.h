/*
 * The mach_msg() trap.
 *
 * Request: struct wire_msg_request, then `placed` structs wire_placed, then the
 * message (send_size bytes), then its out-of-line regions and port arrays in the
 * order of their descriptors, each beginning at a multiple of 8 from the
 * message's begin; regions of size 0 take none. Should all that not fit a packet,
 * message and regions travel in a memfd instead, sealed against shrinking,
 * growing and writing, with each region at a multiple of the page size; then
 * nothing follows the structs.
 *
 * A region that is placed is in neither: it is in a memfd of its own, sealed like
 * that, from `offset` on. A task that receives it sees all of that file. Only
 * out-of-line memory can be placed; port arrays are read by the kernel.
 *
 * The descriptors come with the packet: the message's file, if it is in one, then
 * those of the placed regions, in the same order as their structs.
 *
 * A message in a packet may have all regions that are not placed in the connection's
 * window (wire_window.h) instead: `window` bytes of it, laid out as they were in the
 * packet, the first at its begin.
 *
 * Regions at and after descriptor `unreadable` are left out: the sender could
 * not read that one.
 *
 * Answer: struct wire_msg_answer, then inline_bytes of message, then
 * trailer_bytes of trailer. If inline_bytes is less than size, the rest of the
 * message is in a file, at the same offset: in file 1 if WIRE_FILE_REST says so,
 * else in file 0. (Not so for WIRE_OUTCOME_BARE, which is cut to the room that
 * the receiver has: nothing more of it is anywhere.) Out-of-line regions and
 * port arrays that came are in files, too: the descriptor's address is the
 * offset (a multiple of the page size) plus the number of the file; each can be
 * mapped privately, and what follows it in its last page is of the same file.
 * The number WIRE_IN_WINDOW means the kernel's half of the window, of which the answer uses
 * the part that the request says.
 * File 0 is the sender's with the message, file 1 the kernel's; `files` says which
 * of them came, in that order. Files WIRE_FILE_PLACED and up are those of the
 * placed regions; they come last, all that header.files counts.
 */
#ifndef WIRE_MSG_H
#define WIRE_MSG_H

#include "wire_packet.h"

/* Bits of wire_msg_answer.files. */
#define WIRE_FILE_SENDER 1u /* file 0 */
#define WIRE_FILE_KERNEL 2u /* file 1 */
#define WIRE_FILE_REST 4u   /* the rest of the message is in file 1 */

/* The number of the first placed region's file. */
#define WIRE_FILE_PLACED 2u

/* The number that stands for the window: less than any page size. */
#define WIRE_IN_WINDOW 0xFFFu

/* So many regions of a message can be placed. */
#define WIRE_PLACED_MAX 16u

#define WIRE_ALL_READABLE UINT32_MAX

/* A region in a file of its own. */
struct wire_placed {
	uint32_t index;  /* of its descriptor; more than the last one's */
	uint32_t spare;  /* 0 */
	uint64_t offset; /* a multiple of the page size */
};

struct wire_msg_request {
	struct wire_header header;
	int32_t option;
	uint32_t send_size; /* 0 unless MACH_SEND_MSG */
	uint32_t rcv_size;
	uint32_t rcv_name;
	uint32_t timeout; /* ms; counts with MACH_SEND_/RCV_TIMEOUT */
	uint32_t notify;
	uint32_t unreadable; /* descriptor index, or WIRE_ALL_READABLE */
	uint32_t placed;     /* how many structs wire_placed follow */
	uint32_t window;     /* bytes in the window; 0: it is not used */
	uint32_t lanes;      /* WIRE_LANES_*: wire_lane.h */
	uint32_t
	    bell; /* WIRE_LANES_WAIT: what it was; _DIRECT: `stops`; else 0 */
	uint32_t part; /* of the kernel's half of the window: for the answer */
	uint64_t
	    send_address; /* of the send buffer: the guard of a right that */
	uint64_t rcv_address; /* comes (back) guarded; else without meaning */
};

/* As enum ipc_outcome. */
enum wire_outcome {
	WIRE_OUTCOME_NONE,
	WIRE_OUTCOME_MESSAGE,
	WIRE_OUTCOME_BARE,
	WIRE_OUTCOME_SIZE,
};

struct wire_msg_answer {
	struct wire_header header;
	int32_t result;   /* mach_msg_return_t */
	uint32_t outcome; /* enum wire_outcome */
	uint32_t taken;   /* descriptors whose memory was taken; the library now
	                   * unmaps those that were to be deallocated */
	uint32_t pseudo;  /* 1: the message is the one sent, given back */
	uint32_t size;    /* msgh_size; SIZE: of the message that stays */
	uint32_t inline_bytes;
	uint32_t trailer_bytes;
	uint32_t name;  /* SIZE: the port that holds it */
	uint32_t files; /* WIRE_FILE_* */
	uint32_t news;  /* 1: a LANE_NEWS would tell something (wire_lane.h) */
	uint32_t left;  /* WIRE_MSG_AGAIN: of the receive's timeout, in ms */
};

/* A request that was checked. */
struct wire_msg {
	struct wire_msg_request request;
	struct wire_placed placed[WIRE_PLACED_MAX]; /* request.placed of them */
	bool in_file;        /* the message: its file is the first that came */
	const uint8_t *body; /* in the packet, body_bytes long: all the rest */
	size_t body_bytes;
};

/**
 * wire_msg_check() - is this packet one mach_msg request?
 * @files:	[in]  how many descriptors came with it
 * @page:	[in]  the page size
 * @msg_out:	[out] a copy of what precedes the message
 *
 * False: the packet lies about itself. A send_size that is nonsense as a
 * message passes, and so does what is said of regions: both are for the engine
 * to refuse, which knows the descriptors.
 */
bool wire_msg_check(const void *packet, size_t bytes, unsigned files,
    uint32_t page, struct wire_msg *msg_out);

/* Round up to the multiple of 8 at which the next region begins. */
static inline uint64_t
wire_align(uint64_t bytes)
{
	return (bytes + 7) & ~(uint64_t)7;
}

#endif
