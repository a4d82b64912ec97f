/* The stubs' interfaces over the loopback: what its tests share. */
#ifndef LOOPBACK_STUBS_H
#define LOOPBACK_STUBS_H

#include "loopback.h"
#include "stubs/calls.h"
#include "stubs/stub.h"

/* Elements of variable arrays that are worth a try: none, one, several, so that
 * each kind of padding comes up, and as many as there may be. */
extern const unsigned stub_lengths[];
extern const size_t stub_lengths_length;

/* A fresh loopback, with a strict server of all interfaces. Returns the port to
 * call. */
mach_port_t stubs_begin(void);

/* Make one call, and say when it is wrong: when a fact did not hold, or a task
 * has not what it had before. A task that sent what is no message any more counts
 * for nothing: it is abandoned. */
struct stubs_outcome {
	kern_return_t kr;
	bool clean;
};
struct stubs_outcome stubs_call(
    const struct stub_call *call, mach_port_t server);

/* The same, after which one of the tasks begins anew. *@server is the port to
 * call then. */
struct stubs_outcome stubs_call_hostile(const struct stub_call *call,
    mach_port_t *server, enum loopback_task hostile);

#endif
