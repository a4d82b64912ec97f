/* Waiting until a feed has something. */
#include "lanes_sleep.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#include "call.h"
#include "deadline.h"
#include "lanes.h"
#include "lanes_direct.h"
#include "lanes_need.h"
#include "lanes_words.h"

/* Of those that are slept on, one is the bell. */
#define SLEEP_LANES_MAX (LANE_SLEEP_WORDS - 1)

/* Threads of this process that sleep, or are about to. */
static _Atomic uint32_t asleep;

int64_t lanes_sleep_max_ns = 5000000000;

static void
add_out(struct lanes_words *words, const struct lanes_port *port,
    const struct lanes_feed *feed)
{
	if (!lanes_port_lock_out(feed)) {
		words->stuck |= lanes_port_has_out(feed);
		return;
	}
	lanes_words_add_out(
	    words, feed->out, lanes_port_due(port, &feed->out->lane));
	lanes_lock_give(&feed->out->lock);
}

/* What @port has, which is locked; and, if @tells, that somebody sleeps or does not. */
static void
add_port(struct lanes_words *words, struct lanes_port *port, bool tells)
{
	if (tells) {
		lanes_need_tell(port, true);
		/* lane.pml: sleep 2. Pairs with publish 4 and reply 1. */
		lane_fence();
	}
	if (atomic_load_explicit(&port->board->oldest, memory_order_acquire))
		words->ready = true;
	for (uint32_t i = 1; i < port->feed_count; i++) {
		const struct lanes_feed *feed = &port->feeds[i];

		if (feed->in)
			lanes_words_add_in(words, feed->in);
		else
			add_out(words, port, feed);
	}
}

static void
add_member(struct lanes_words *words, struct lanes_port *set, uint32_t index,
    bool tells)
{
	struct lanes_port *port;

	if (!lanes_port_lock_member(set, index, &port)) {
		words->stuck = true;
	} else if (port) {
		add_port(words, port, tells);
		lanes_lock_give(&port->lock);
	}
}

static void
add_set(struct lanes_words *words, struct lanes_port *set, bool tells)
{
	if (atomic_load_explicit(&set->board->oldest, memory_order_acquire))
		words->ready = true;
	for (uint32_t i = lanes_port_next_member(set, 0); i < LANE_BOARD_PORTS;
	     i = lanes_port_next_member(set, i + 1))
		add_member(words, set, i, tells);
}

/* All that @wait is for. */
static void
collect(const struct lanes_wait *wait, struct lanes_words *words, bool tells,
    bool passes_on)
{
	struct lanes_port *port = wait->port;

	lanes_words_clear(words, passes_on);
	/* It is another, or is not posted any more: to be looked at. */
	if (!lanes_port_lock(port, wait->name)) {
		words->ready = true;
		return;
	}
	if (port->is_set)
		add_set(words, port, tells);
	else
		add_port(words, port, tells);
	lanes_lock_give(&port->lock);
}

bool
lanes_has_any(struct lanes_port *port, mach_port_name_t name)
{
	const struct lanes_wait wait = {.port = port, .name = name};
	struct lanes_words words;

	collect(&wait, &words, false, false);
	return words.ready || words.stuck;
}

/* lane_set.pml: BATON. Who sleeps on several lanes is woken by one message of
 * each of them; it takes one, and wakes somebody for each of the others. */
void
lanes_pass_on(const struct lanes_wait *wait)
{
	struct lanes_words words;

	if (atomic_load_explicit(&asleep, memory_order_relaxed) == 0)
		return;
	collect(wait, &words, false, true);
}

/* --- looking ---------------------------------------------------------------- */

struct looking {
	const struct lanes_wait *wait;
	const struct lanes_words *words;
};

/* Without a lock: see lanes_view.h. TSan takes it for a write when something else is mapped
 * there. */
__attribute__((no_sanitize("thread"))) static bool
has_changed(void *of)
{
	const struct looking *looking = of;
	const struct lanes_words *words = looking->words;
	const struct lanes_wait *wait = looking->wait;

	for (uint32_t i = 0; i < words->count && i < LANES_WORDS_MAX; i++)
		if (atomic_load_explicit(words->list[i].word,
		        memory_order_relaxed) != words->list[i].value)
			return true;
	return atomic_load_explicit(&wait->port->board->bell,
	           memory_order_acquire) != wait->bell;
}

/* --- sleeping --------------------------------------------------------------- */

static bool
is_kernel_alive(void)
{
	/* It knows no such lane; what matters is that it says so. */
	return CALL(LANE_SYNC, NULL, LANES_NO_ID) != CALL_NO_KERNEL;
}

/* What a receive in the kernel has ended with. */
static enum lanes_slept
slept_in_kernel(mach_msg_return_t mr)
{
	switch (mr) {
	case WIRE_MSG_AGAIN:
	case MACH_RCV_PORT_CHANGED: /* it is seen when it is looked at again */
		return LANES_LOOK;
	case MACH_RCV_TIMED_OUT:
		return LANES_TIME_OVER;
	case MACH_RCV_INTERRUPTED:
		return LANES_INTERRUPTED;
	case MACH_MSG_IPC_KERNEL:
		return LANES_SHORTAGE;
	case MACH_RCV_INVALID_NAME:
		return is_kernel_alive() ? LANES_LOOK : LANES_NO_KERNEL;
	default:
		return LANES_TOOK;
	}
}

/* The receive half of the call, for as long as it has. */
static struct msg_call
rest_of_call(const struct lanes_wait *wait)
{
	struct msg_call call = msg_receive_half(wait->call);

	call.rcv_name = wait->name;
	if (wait->timed)
		call.timeout = deadline_left(&wait->deadline);
	return call;
}

/* For the bell of a set. */
static enum lanes_slept
sleep_in_kernel(const struct lanes_wait *wait)
{
	const struct msg_call call = rest_of_call(wait);

	return slept_in_kernel(
	    lanes_trap_receive(&call, WIRE_LANES_WAIT, wait->bell));
}

/* For the next message that comes by the kernel, or until there is one in a lane. */
static enum lanes_slept
sleep_directly(struct lanes_wait *wait)
{
	const struct msg_call call = rest_of_call(wait);

	wait->result = lanes_direct(wait->port, &call);
	wait->in_vain = wait->result == WIRE_MSG_AGAIN;
	return slept_in_kernel(wait->result);
}

static enum lanes_slept
sleep_on_words(const struct lanes_wait *wait, struct lanes_words *words)
{
	const struct timespec until = deadline_after_ns(lanes_sleep_max_ns);
	bool is_last;

	words->list[words->count] =
	    (struct lane_sleep_word){&wait->port->board->bell, wait->bell};
	is_last = wait->timed && deadline_is_before(&wait->deadline, &until);
	switch (lane_sleep(words->list, words->count + 1,
	    is_last ? &wait->deadline : &until)) {
	case -ETIMEDOUT:
		if (is_last)
			return LANES_TIME_OVER;
		return is_kernel_alive() ? LANES_LOOK : LANES_NO_KERNEL;
	case -EINTR:
		return wait->call->option & MACH_RCV_INTERRUPT
		    ? LANES_INTERRUPTED
		    : LANES_LOOK;
	default:
		return LANES_LOOK;
	}
}

static void
tell_members(struct lanes_port *set)
{
	uint32_t i = lanes_port_next_member(set, 0);

	for (; i < LANE_BOARD_PORTS; i = lanes_port_next_member(set, i + 1)) {
		struct lanes_port *member;

		if (lanes_port_lock_member(set, i, &member) && member) {
			lanes_need_tell(member, false);
			lanes_lock_give(&member->lock);
		}
	}
}

/* Those who send need not wake us any more. */
static void
tell_port(struct lanes_port *port, mach_port_name_t name)
{
	if (!lanes_port_lock(port, name))
		return;
	if (!port->is_set)
		lanes_need_tell(port, false);
	else
		tell_members(port);
	lanes_lock_give(&port->lock);
}

/* lane.pml: sleep 2-4 */
__attribute__((noinline)) static enum lanes_slept
sleep_by(const struct lanes_wait *wait, enum lane_waiting how,
    struct lanes_words *words)
{
	enum lanes_slept slept = LANES_SEEN;

	atomic_fetch_add_explicit(&asleep, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(
	    &wait->port->sleepers[how], 1, memory_order_relaxed);
	collect(wait, words, true, false);
	if (!words->ready && !words->stuck) {
		if (how == LANE_KICK)
			slept = sleep_in_kernel(wait);
		else if (words->count <= SLEEP_LANES_MAX)
			slept = sleep_on_words(wait, words);
	}
	lanes_port_wake_up(wait->port, how);
	atomic_fetch_sub_explicit(&asleep, 1, memory_order_relaxed);
	tell_port(wait->port, wait->name);
	return slept;
}

enum lanes_slept
lanes_sleep(struct lanes_wait *wait)
{
	struct lanes_port *port = wait->port;
	struct lanes_words words;
	struct looking looking = {wait, &words};
	/* A set that cannot be lent is waited for by its bell. */
	const bool directly = !(lanes_port_may_be_set(port) && wait->in_vain);

	collect(wait, &words, false, false);
	if (words.ready || words.stuck)
		return LANES_SEEN;
	if (directly &&
	    atomic_load_explicit(&port->by_kernel, memory_order_relaxed))
		return sleep_directly(wait);
	if (!wait->spun &&
	    lane_spin(&port->spin, words.peer_cpu, has_changed, &looking))
		return LANES_SEEN;
	if (words.count <= SLEEP_LANES_MAX && lane_can_sleep())
		return sleep_by(wait, LANE_FUTEX, &words);
	return directly ? sleep_directly(wait)
	                : sleep_by(wait, LANE_KICK, &words);
}
