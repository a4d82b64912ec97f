/*
 * What an answer of mach_msg() brings: the message into the program's buffer,
 * and its out-of-line regions into new memory (wire_msg.h).
 */
#ifndef LIBMACHPORT_MSG_DECODE_H
#define LIBMACHPORT_MSG_DECODE_H

#include <mach/message.h>
#include <stdint.h>

#include "msg_scatter.h"
#include "packet.h"
#include "window.h"
#include "wire_msg.h"

/* Where a message goes: memory of the program, which need not be there. */
struct msg_buffer {
	void *bytes;
	uint32_t size;
};

/**
 * msg_decode() - finish an answer
 * @answer:	[in]  its fixed part; what follows it in the packet is in @buffer
 * @files:	[in]  what came with it; closed
 * @window:	[in]  of the connection that it came by; NULL: none
 * @option:	[in]  of the call
 * @scatter:	[in]  where the receiver wants memory; NULL: wherever it may be
 *
 * Return:	what mach_msg() is to return
 */
mach_msg_return_t msg_decode(const struct wire_msg_answer *answer,
    struct packet_files *files, const struct window *window,
    const struct msg_buffer *buffer, mach_msg_option_t option,
    struct msg_scatter *scatter);

/* The same when the buffer could not be written: what the answer brought is
 * lost, its rights are in the space under names unknown. Source:
 * spec/messages.md 10.1, 11.7 */
mach_msg_return_t msg_decode_lost(const struct wire_msg_answer *answer);

#endif
