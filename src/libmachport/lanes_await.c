/* One word, looked at without a lock. */
#include "lanes_await.h"

#include "lane_reply.h"

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

static void
await(struct lanes_port *port, const _Atomic uint32_t *word, uint32_t value,
    const _Atomic uint32_t *peer_cpu)
{
	struct lanes_awaited *awaited = &port->awaited;

	atomic_store_explicit(&awaited->value, value, memory_order_relaxed);
	atomic_store_explicit(
	    &awaited->bell, port->tidied, memory_order_relaxed);
	atomic_store_explicit(
	    &awaited->peer_cpu, peer_cpu, memory_order_relaxed);
	atomic_store_explicit(&awaited->word, word, memory_order_release);
}

/* More of the lane that was seen already is not waited for. Who sends is told where it is waited
 * for. */
void
lanes_await_message(struct lanes_port *port, const struct lanes_in *in)
{
	const struct lane_in *lane = &in->lane;
	const uint32_t head = lane_position(lane->head);

	if (port->feed_count != 2 || lane->seen != head) {
		lanes_await_none(port);
		return;
	}
	lane_tell_cpu(&lane->mine->cpu);
	await(port, lane_position_word(&lane->theirs->tail), head,
	    &lane->theirs->cpu);
}

/* The next request is likely to have the slot of the last one. */
void
lanes_await_reply(
    struct lanes_port *port, const struct lanes_out *out, uint32_t slot)
{
	const struct lane_out *lane = &out->lane;

	if (port->feed_count != 2 || lane->issued != 0) {
		lanes_await_none(port);
		return;
	}
	await(port, &lane_reply_slot(lane->theirs, &lane->sizes, slot)->word,
	    lane_word(lane->generation[slot], LANE_REPLIED),
	    &lane->theirs->cpu);
}
