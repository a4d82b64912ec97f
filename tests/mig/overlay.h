/*
 * Messages made of bytes of a fuzzer's, on their way through the loopback.
 *
 * An input is
 *
 *	uint8_t		which call
 *	uint8_t		how the implementation behaves: OVERLAY_*
 *	uint8_t		elements of variable arrays
 *	int8_t		words that the message is longer by
 *	bytes		what the message, behind its ports, is exclusive-ored with
 *
 * so that no bytes make a good call, and any one byte a nearly good one. Names of
 * rights and addresses stay as they are, where the sender has put them: others are
 * not of his task. With OVERLAY_RAW nothing stays of what he has sent.
 */
#ifndef OVERLAY_H
#define OVERLAY_H

#include "loopback_stubs.h"

#define OVERLAY_REFUSES 0x01
#define OVERLAY_NO_REPLY 0x02
#define OVERLAY_EXCEEDS 0x04
#define OVERLAY_FORGETS 0x08
#define OVERLAY_RAW 0x10

/* The call that an input is for, with stub and loopback set up, and the server's
 * port; NULL: it is too short. */
const struct stub_call *overlay_begin(
    const uint8_t *data, size_t bytes, mach_port_t *server_out);

/* Changes a message: for loopback.on_request and loopback.on_reply. */
void overlay_change(void *message, mach_msg_size_t *size);

#endif
