/* One word, looked at without a lock. */
#include "lanes_await.h"

#include "lane_spin.h"

/* The memory may be of another lane by now, or of none (lanes_view.h). TSan takes it for a write
 * when something else is mapped there. */
__attribute__((no_sanitize("thread"))) static inline uint32_t
read_view(const _Atomic uint32_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

/* The kernel's queue may have had something before, of which the bell does not tell now. */
static inline bool
has_news(const struct lanes_port *port)
{
	return atomic_load_explicit(&port->board->bell, memory_order_acquire) !=
	    atomic_load_explicit(&port->awaited.bell, memory_order_relaxed) ||
	    atomic_load_explicit(&port->board->oldest, memory_order_relaxed) !=
	    0;
}

static bool
has_come(void *of)
{
	const struct lanes_port *port = of;
	const _Atomic uint32_t *word =
	    atomic_load_explicit(&port->awaited.word, memory_order_acquire);

	return !word ||
	    read_view(word) !=
	    atomic_load_explicit(&port->awaited.value, memory_order_relaxed) ||
	    has_news(port);
}

bool
lanes_await(struct lanes_port *port, const struct msg_call *call)
{
	const _Atomic uint32_t *cpu;

	if (!atomic_load_explicit(&port->awaited.word, memory_order_acquire) ||
	    !lanes_await_may(call))
		return false;
	cpu =
	    atomic_load_explicit(&port->awaited.peer_cpu, memory_order_relaxed);
	return !lane_spin(&port->spin, read_view(cpu), has_come, port);
}

/* A look at the tail takes its cache line away from who sends, who then waits for that with
 * each message. So where messages come one after the other, looks are so far apart that there
 * are several each time: more is sent, and received, in the same time. It is tried now and then;
 * not where the sender would soon find the lane full. */
#define STREAM_DELAY 32u
#define STREAM_LIMIT 32u

void
lanes_await_learn(struct lanes_port *port, const struct lane_in *lane)
{
	struct lanes_awaited *awaited = &port->awaited;
	const uint32_t came = lane_count(lane->head) - awaited->count;
	bool delays =
	    atomic_load_explicit(&port->spin.delay, memory_order_relaxed) != 0;

	awaited->count = lane_count(lane->head);
	if (delays && came <= 1)
		awaited->patience = LANES_AWAIT_PATIENCE;
	else if (awaited->patience > 0)
		awaited->patience--;
	delays = awaited->patience == 0 &&
	    atomic_load_explicit(&lane->board->limit, memory_order_relaxed) >=
	        STREAM_LIMIT;
	atomic_store_explicit(
	    &port->spin.delay, delays ? STREAM_DELAY : 0, memory_order_relaxed);
}
