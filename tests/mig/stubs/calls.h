/* One call of each routine, with all that it can be given: what the tests run
 * over the loopback, between tasks, and against hostile peers. */
#ifndef STUB_CALLS_H
#define STUB_CALLS_H

#include <mach/mach.h>
#include <stdbool.h>
#include <stddef.h>

/* What a stub destroys when the message was not sent: ConsumeOnSendError. */
enum stub_consumes {
	STUB_NONE,
	STUB_TIMEOUT,
	STUB_ANY,
};

struct stub_call {
	const char *name;
	/* Calls the routine on @server. What comes back is looked at, and
	 * released; stub_end() is the test's. */
	kern_return_t (*call)(mach_port_t server);
	bool one_way;        /* there is no reply */
	bool own_reply_port; /* a reply port that is not the stub's */
	bool answers_later;  /* MIG_NO_REPLY: the implementation replies */
	enum stub_consumes consumes;
	/* There are Out arrays whose number of elements is the server's to say:
	 * stub->exceeds. */
	bool has_counts;
};

extern const struct stub_call golden_calls[];
extern const size_t golden_calls_length;
extern const struct stub_call inline_calls[];
extern const size_t inline_calls_length;
extern const struct stub_call rights_calls[];
extern const size_t rights_calls_length;
extern const struct stub_call memory_calls[];
extern const size_t memory_calls_length;
extern const struct stub_call special_calls[];
extern const size_t special_calls_length;
extern const struct stub_call one_way_calls[];
extern const size_t one_way_calls_length;
extern const struct stub_call odd_calls[];
extern const size_t odd_calls_length;
extern const struct stub_call released_calls[];
extern const size_t released_calls_length;

/* All of them, in that order; NULL after the last. */
const struct stub_call *stub_call_at(size_t index);

/* --- the other side -------------------------------------------------------- */

/* Serves a request to any of the interfaces. */
boolean_t stubs_demux(mach_msg_header_t *request, mach_msg_header_t *reply);

/* The largest message, and reply, of all interfaces. */
extern const mach_msg_size_t stubs_max_size;

/* What a server must receive with: every trailer that an interface wants. */
#define STUBS_RECEIVE_OPTIONS                                                  \
	(MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |                    \
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_CTX))

#endif
