/* The receive half of mach_msg() on a port or set that is posted. */
#include <mach/mach_init.h>
#include <mach/mach_port.h>

#include "call.h"
#include "deadline.h"
#include "lanes.h"
#include "lanes_open.h"
#include "lanes_port.h"
#include "lanes_sleep.h"
#include "lanes_take.h"
#include "lanes_watch.h"

/* Who has to look again so often stops looking, and makes a trap. */
#define AGAIN_MAX 1000

/* What a receive is at. */
struct receiving {
	struct lanes_wait wait;
	unsigned again; /* times that it looked in vain, one after the other */
	bool slept;     /* it has waited */
	mach_msg_return_t over; /* SUCCESS: not; else what it ends with */
};

/* It may be posted by another thread, which has not listed it yet: wait for that. */
static struct lanes_port *
find_port(mach_port_name_t name)
{
	struct lanes_port *port = lanes_port_find(name);

	if (port ||
	    atomic_load_explicit(&lanes_post_lock.word, memory_order_relaxed) ==
	        0 ||
	    !lanes_lock_take(&lanes_post_lock))
		return port;
	lanes_lock_give(&lanes_post_lock);
	return lanes_port_find(name);
}

/* Closed lanes that no port has any more: mostly none. */
static inline void
let_go(void)
{
	if (lanes_port_has_gone())
		lanes_open_let_go();
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

/* Nothing is there: sleep, unless it is over. True: a message came. */
static bool
sleep_once(struct receiving *r, struct lanes_words *words)
{
	const struct msg_call *call = r->wait.call;

	if ((call->option & MACH_RCV_TIMEOUT) && call->timeout == 0) {
		end_late(r);
		return false;
	}
	set_deadline(&r->wait);
	switch (lanes_sleep(&r->wait, words)) {
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
__attribute__((noinline)) static enum lanes_result
end_by_trap(struct receiving *r, mach_msg_return_t *mr_out)
{
	struct msg_call call = *r->wait.call;

	if (r->wait.timed)
		call.timeout = deadline_left(&r->wait.deadline);
	*mr_out = lanes_trap_receive(&call, 0, 0);
	return LANES_DONE;
}

/* It is not posted any more, or cannot be locked. */
__attribute__((noinline)) static enum lanes_result
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

/* It could not be locked: is it still what it was? Then this is a handler in the middle of
 * a receive; or another has left one by longjmp(), and nobody will give the lock back. */
static bool
is_stuck(const struct lanes_wait *wait)
{
	return atomic_load_explicit(&wait->port->name, memory_order_relaxed) ==
	    wait->name;
}

static enum lanes_taken
look(struct receiving *r, mach_msg_return_t *mr_out, struct lanes_words *words)
{
	struct lanes_port *port = r->wait.port;
	enum lanes_taken taken;

	/* lane.pml: sleep 1, before the last look that finds nothing. */
	r->wait.bell =
	    atomic_load_explicit(&port->board->bell, memory_order_acquire);
	taken = port->is_set
	    ? lanes_take_of_set(port, r->wait.call, mr_out, words)
	    : lanes_take(port, r->wait.call, mr_out, words);
	lanes_lock_give(&port->lock);
	let_go();
	if (taken == LANES_TAKEN || taken == LANES_NOTHING)
		lanes_watch_settle();
	r->again = taken == LANES_AGAIN ? r->again + 1 : 0;
	return r->again == AGAIN_MAX ? LANES_STUCK : taken;
}

static enum lanes_result
receive(struct receiving *r, mach_msg_return_t *mr_out)
{
	struct lanes_words words;

	for (;;) {
		if (!lanes_port_lock(r->wait.port, r->wait.name)) {
			if (is_stuck(&r->wait))
				return end_by_trap(r, mr_out);
			let_go();
			return end_without(r, mr_out);
		}
		switch (look(r, mr_out, &words)) {
		case LANES_TAKEN:
			return LANES_DONE;
		case LANES_STUCK:
			return end_by_trap(r, mr_out);
		case LANES_AGAIN:
			continue;
		case LANES_NOTHING:
			break;
		}
		*mr_out = r->over;
		if (r->over != MACH_MSG_SUCCESS)
			return LANES_DONE;
		if (sleep_once(r, &words)) {
			*mr_out = r->wait.result;
			return LANES_DONE;
		}
	}
}

enum lanes_result
lanes_receive(const struct msg_call *call, mach_msg_return_t *mr_out)
{
	struct receiving r = {
	    .wait.port = find_port(call->rcv_name),
	    .wait.name = call->rcv_name,
	    .wait.call = call,
	    .over = MACH_MSG_SUCCESS,
	};

	enum lanes_result result;

	if (!r.wait.port)
		return LANES_TRAP;
	result = receive(&r, mr_out);
	if (r.slept)
		lanes_pass_on(&r.wait);
	return result;
}
