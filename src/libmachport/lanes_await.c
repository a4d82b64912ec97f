/* One word, looked at without a lock. */
#include "lanes_await.h"

#include "lane_reply.h"

struct awaiting {
	const struct lane_board_port *board;
	const _Atomic uint32_t *word;
	uint32_t value;
	uint32_t bell;
};

/* The kernel's queue may have had something before, of which the bell does not tell now. */
static inline bool
has_news(const struct awaiting *awaiting)
{
	return atomic_load_explicit(&awaiting->board->bell,
	           memory_order_acquire) != awaiting->bell ||
	    atomic_load_explicit(
	        &awaiting->board->oldest, memory_order_relaxed) != 0;
}

/* The memory may be of another lane by now, or of none (lanes_view.h). TSan takes it for a write
 * when something else is mapped there. */
__attribute__((no_sanitize("thread"))) static bool
has_come(void *of)
{
	const struct awaiting *awaiting = of;

	return has_news(awaiting) ||
	    atomic_load_explicit(awaiting->word, memory_order_relaxed) !=
	    awaiting->value;
}

__attribute__((no_sanitize("thread"))) static uint32_t
peer_cpu_of(const struct lanes_port *port)
{
	const _Atomic uint32_t *cpu =
	    atomic_load_explicit(&port->awaited.peer_cpu, memory_order_relaxed);

	return atomic_load_explicit(cpu, memory_order_relaxed);
}

bool
lanes_await(struct lanes_port *port, const struct msg_call *call)
{
	struct awaiting awaiting = {
	    .board = port->board,
	    .word =
	        atomic_load_explicit(&port->awaited.word, memory_order_acquire),
	};

	if (!awaiting.word || !lanes_await_may(call))
		return false;
	awaiting.value =
	    atomic_load_explicit(&port->awaited.value, memory_order_relaxed);
	awaiting.bell =
	    atomic_load_explicit(&port->awaited.bell, memory_order_relaxed);
	return !has_come(&awaiting) &&
	    !lane_spin(&port->spin, peer_cpu_of(port), has_come, &awaiting);
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
