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
 * each message. So where messages come fast, looks are so far apart that there are many each time,
 * but few of what the lane may hold: more is sent, and received, in the same time. It is tried
 * now and then; not where the sender would soon find the lane full, nor where he is on our CPU. */
#define STREAM_DELAY 32u
#define STREAM_DELAY_MAX 1024u
#define STREAM_LIMIT 32u
#define STREAM_BATCH 128u
/* Fast: with fewer than so many pauses for each message. Others would only be late. */
#define STREAM_PAUSES 16u

/* @came: messages since the last look, which was @delay after the one before. */
static uint32_t
next_delay(uint32_t delay, uint32_t came, uint32_t batch)
{
	if (delay == 0)
		return STREAM_DELAY;
	if (came < batch && came >= delay / STREAM_PAUSES)
		return delay < STREAM_DELAY_MAX ? 2 * delay : delay;
	if (came > 2 * batch || came < delay / STREAM_PAUSES / 2)
		return delay > STREAM_DELAY ? delay / 2 : delay;
	return delay;
}

void
lanes_await_learn(struct lanes_port *port, const struct lane_in *lane)
{
	struct lanes_awaited *awaited = &port->awaited;
	const uint32_t came = lane_count(lane->head) - awaited->count;
	const uint32_t limit =
	    atomic_load_explicit(&lane->board->limit, memory_order_relaxed);
	uint32_t delay =
	    atomic_load_explicit(&port->spin.delay, memory_order_relaxed);

	awaited->count = lane_count(lane->head);
	if (delay != 0 && came <= 1)
		awaited->patience = LANES_AWAIT_PATIENCE;
	else if (awaited->patience > 0)
		awaited->patience--;
	if (awaited->patience > 0 || limit < STREAM_LIMIT ||
	    atomic_load_explicit(&lane->theirs->cpu, memory_order_relaxed) ==
	        lane_cpu())
		delay = 0;
	else
		delay = next_delay(delay, came,
		    limit / 4 < STREAM_BATCH ? limit / 4 : STREAM_BATCH);
	atomic_store_explicit(&port->spin.delay, delay, memory_order_relaxed);
}
