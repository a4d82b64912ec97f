/*
 * Subsystem mach_port in the words of calls: how the words of wire_call.h lie in
 * requests and replies. It is written down here by hand, from spec/mig.md 9 and
 * spec/ports.md 10.43, for what mig makes of the .defs to be compared with.
 *
 * The words are a call's without the first, its task: that is where the request
 * goes.
 */
#ifndef TESTS_KERN_CALL_MESSAGE_H
#define TESTS_KERN_CALL_MESSAGE_H

#include <mach/message.h>

#include "ipc_kmsg.h"
#include "wire_call.h"

#define CALL_MESSAGE_FIRST 3200
#define CALL_MESSAGE_END 3243
#define CALL_MESSAGE_REPLY 100 /* the id of a reply is that much more */

/* No message is larger, its regions aside; no request has more words. */
#define CALL_MESSAGE_BYTES 576
#define CALL_MESSAGE_WORDS 32

/* A request as it is sent: the message, and behind it, if any, its region. */
struct mig_request {
	uint32_t bytes;            /* of the whole */
	struct ipc_memory *memory; /* in place of the region, or NULL */
	struct ipc_memory *placed; /* files of regions, or NULL */
	union {
		mach_msg_header_t header;
		mach_msg_base_t base;
		uint8_t bytes[CALL_MESSAGE_BYTES + 128];
	} message;
};

/* The call that the routine with this id makes, and the other way round; 0: no
 * routine makes it. */
enum wire_call call_message_call(mach_msg_id_t id);
mach_msg_id_t call_message_id(enum wire_call call);

/* A request, but for ports and dispositions in its header. */
struct mig_request mig_request(
    enum wire_call call, const uint32_t *words, uint32_t count);

/* The words of a reply that is no error, whose regions are where it says. False: it
 * is none of this call's, or has more than @room. */
bool call_message_reply_words(enum wire_call call, const void *message,
    uint32_t size, uint32_t *words, uint32_t room, uint32_t *count_out);

#endif
