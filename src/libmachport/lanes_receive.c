/* The receive half of mach_msg() on a port or set that is posted. */
#include <mach/mach_init.h>
#include <mach/mach_port.h>

#include "call.h"
#include "deadline.h"
#include "lanes.h"
#include "lanes_await.h"
#include "lanes_gone.h"
#include "lanes_port.h"
#include "lanes_region_take.h"
#include "lanes_sleep.h"
#include "lanes_take.h"
#include "lanes_watch.h"

/* Who has to look again so often stops looking, and makes a trap. */
#define AGAIN_MAX 1000

/* What a receive is at. */
struct receiving {
	struct lanes_wait wait;
	bool slept;             /* it has waited */
	bool wants_memory;      /* for the regions of a message */
	mach_msg_return_t over; /* SUCCESS: not; else what it ends with */
};

/* It may be posted by another thread, which has not listed it yet. */
static struct lanes_port *
find_port(mach_port_name_t name)
{
	struct lanes_port *port = lanes_port_find(name);

	return port || !lanes_port_await() ? port : lanes_port_find(name);
}

static void
set_deadline(struct lanes_wait *wait)
{
	if (wait->timed || !(wait->call->option & MACH_RCV_TIMEOUT))
		return;
	wait->timed = true;
	wait->deadline = deadline_after(wait->call->timeout);
}

static void
end_late(struct receiving *r)
{
	r->over = MACH_RCV_TIMED_OUT;
	lanes_port_expect(r->wait.port, false);
}

/* Nothing is there: sleep, unless it is over. True: a message came.
 *
 * What a set does not have any more a member may have that is just being posted. Of one that
 * is posted after this look the bell tells. */
static bool
sleep_once(struct receiving *r)
{
	enum lanes_slept slept;

	if (lanes_port_may_be_set(r->wait.port) && lanes_port_await())
		return false;
	if (!lanes_await_may(r->wait.call)) {
		end_late(r);
		return false;
	}
	set_deadline(&r->wait);
	slept = lanes_sleep(&r->wait);
	r->wait.spun = false;
	switch (slept) {
	case LANES_SEEN:
		return false;
	case LANES_TOOK:
		return true;
	case LANES_LOOK:
		break;
	case LANES_TIME_OVER:
		end_late(r);
		break;
	case LANES_INTERRUPTED:
		r->over = MACH_RCV_INTERRUPTED;
		break;
	case LANES_NO_KERNEL:
		r->over = MACH_RCV_INVALID_NAME;
		break;
	case LANES_SHORTAGE:
		r->over = MACH_MSG_IPC_KERNEL;
		break;
	}
	r->slept = true;
	/* Nothing else may tell of them while a thread sleeps. */
	lanes_look_for_news();
	return false;
}

/* Without lanes: the kernel closes those that are to what is received from. */
static enum lanes_result
end_by_trap(struct receiving *r, mach_msg_return_t *mr_out)
{
	struct msg_call call = *r->wait.call;

	if (r->wait.timed)
		call.timeout = deadline_left(&r->wait.deadline);
	*mr_out = lanes_trap_receive(&call, 0, 0);
	return LANES_DONE;
}

/* It is not posted any more, or cannot be locked. */
static enum lanes_result
end_without(struct receiving *r, mach_msg_return_t *mr_out)
{
	const mach_port_type_t receives =
	    MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_PORT_SET;
	mach_port_type_t type = MACH_PORT_TYPE_NONE;

	/* Source: messages.md 11.2 */
	if (r->slept &&
	    (CALL(PORT_TYPE, &type, mach_task_self(), r->wait.name) !=
	            KERN_SUCCESS ||
	        !(type & receives))) {
		*mr_out = MACH_RCV_PORT_CHANGED;
		return LANES_DONE;
	}
	/* Its time has begun. */
	return r->wait.timed ? end_by_trap(r, mr_out) : LANES_TRAP;
}

/* It cannot be locked, or what there is cannot be taken. If it is still what it was, this is a
 * handler in the middle of a receive; or another has left one by longjmp(), and nobody will
 * give the lock back. */
static enum lanes_result
end_stuck(struct receiving *r, mach_msg_return_t *mr_out)
{
	const mach_port_name_t name =
	    atomic_load_explicit(&r->wait.port->name, memory_order_relaxed);

	return name == r->wait.name ? end_by_trap(r, mr_out)
	                            : end_without(r, mr_out);
}

/* lane.pml: sleep 1, before the last look that finds nothing. */
static inline uint32_t
bell_of(const struct lanes_port *port)
{
	return atomic_load_explicit(&port->board->bell, memory_order_acquire);
}

static inline __attribute__((always_inline)) enum lanes_taken
look(struct lanes_port *port, const struct msg_call *call,
    mach_msg_return_t *mr_out)
{
	enum lanes_taken taken = LANES_STUCK;

	if (lanes_port_lock(port, call->rcv_name)) {
		taken = port->is_set ? lanes_take_of_set(port, call, mr_out)
		                     : lanes_take(port, call, mr_out);
		lanes_lock_give(&port->lock);
	}
	if (lanes_port_has_gone())
		lanes_gone_in();
	if (taken == LANES_TAKEN || taken == LANES_NOTHING)
		lanes_watch_settle();
	return taken;
}

static enum lanes_taken
look_again(struct receiving *r, mach_msg_return_t *mr_out)
{
	r->wait.bell = bell_of(r->wait.port);
	return look(r->wait.port, r->wait.call, mr_out);
}

/* Get memory for the message that was seen. False: the call has no place to note it. */
static bool
has_prepared(struct receiving *r)
{
	struct lanes_region_taking *regions = r->wait.call->regions;

	r->wants_memory = !regions;
	if (regions)
		lanes_region_prepare(regions);
	return regions != NULL;
}

/* The first look came to @taken, which is no message. */
static enum lanes_result
receive(struct receiving *r, enum lanes_taken taken, mach_msg_return_t *mr_out)
{
	unsigned again =
	    0; /* times that it looked in vain, one after the other */

	for (;; taken = look_again(r, mr_out)) {
		again = taken == LANES_AGAIN || taken == LANES_MEMORY
		    ? again + 1
		    : 0;
		if (taken == LANES_STUCK || again == AGAIN_MAX)
			return end_stuck(r, mr_out);
		if (taken == LANES_TAKEN)
			return LANES_DONE;
		if (taken == LANES_MEMORY && !has_prepared(r))
			return LANES_TRAP;
		if (taken == LANES_AGAIN || taken == LANES_MEMORY)
			continue;
		*mr_out = r->over;
		if (r->over != MACH_MSG_SUCCESS)
			return LANES_DONE;
		/* Another thread has taken what it was for. */
		if (r->wait.call->regions)
			lanes_region_release(r->wait.call->regions);
		if (sleep_once(r)) {
			*mr_out = r->wait.result;
			return LANES_DONE;
		}
	}
}

/* Look on, with a place to note memory. Not inlined: that takes much of the stack. */
__attribute__((noinline)) static enum lanes_result
receive_with_memory(struct receiving *r, mach_msg_return_t *mr_out)
{
	const struct msg_call *call = r->wait.call;
	struct msg_call with_memory = *call;
	struct lanes_region_taking regions;
	enum lanes_result result;

	lanes_region_taking_init(&regions);
	with_memory.regions = &regions;
	r->wait.call = &with_memory;
	result = receive(r, LANES_AGAIN, mr_out);
	r->wait.call = call;
	lanes_region_release(&regions);
	return result;
}

/* Not inlined: who finds a message at once needs none of this. */
__attribute__((noinline)) static enum lanes_result
receive_then(struct lanes_port *port, const struct msg_call *call, bool spun,
    uint32_t bell, enum lanes_taken taken, mach_msg_return_t *mr_out)
{
	struct receiving r = {
	    .wait.port = port,
	    .wait.name = call->rcv_name,
	    .wait.call = call,
	    .wait.bell = bell,
	    .wait.spun = spun,
	    .over = MACH_MSG_SUCCESS,
	};
	enum lanes_result result = receive(&r, taken, mr_out);

	if (r.wants_memory)
		result = receive_with_memory(&r, mr_out);
	if (r.slept)
		lanes_pass_on(&r.wait);
	return result;
}

enum lanes_result
lanes_receive(const struct msg_call *call, mach_msg_return_t *mr_out)
{
	struct lanes_port *port = find_port(call->rcv_name);
	enum lanes_taken taken;
	uint32_t bell;
	bool spun;

	if (!port)
		return LANES_TRAP;
	spun = lanes_await(port, call);
	bell = bell_of(port);
	taken = look(port, call, mr_out);
	return taken == LANES_TAKEN
	    ? LANES_DONE
	    : receive_then(port, call, spun, bell, taken, mr_out);
}
