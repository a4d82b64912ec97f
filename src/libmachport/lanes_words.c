/* The words of lanes. */
#include "lanes_words.h"

#include <stdatomic.h>

/* Something is there, which @word has told. */
static void
note_ready(struct lanes_words *words, const _Atomic uint32_t *word)
{
	words->ready = true;
	if (words->passes_on)
		lane_wake_one((const void *)(uintptr_t)word);
}

static void
add_word(
    struct lanes_words *words, const _Atomic uint32_t *word, uint32_t value)
{
	if (words->count < LANES_WORDS_MAX)
		words->list[words->count] =
		    (struct lane_sleep_word){word, value};
	words->count++;
}

static void
add_peer(struct lanes_words *words, const _Atomic uint32_t *cpu)
{
	words->peer_cpu = words->count == 1
	    ? atomic_load_explicit(cpu, memory_order_relaxed)
	    : UINT32_MAX;
}

void
lanes_words_add_in(struct lanes_words *words, struct lanes_in *in)
{
	const struct lane_in *lane = &in->lane;
	const uint32_t head = lane_position(lane->head);
	const uint64_t tail =
	    atomic_load_explicit(&lane->theirs->tail, memory_order_acquire);

	if (lane_position(tail) != head)
		note_ready(words, lane_position_word(&lane->theirs->tail));
	add_word(words, lane_position_word(&lane->theirs->tail), head);
	add_peer(words, &lane->theirs->cpu);
	lane_tell_cpu(&lane->mine->cpu);
}

static void
add_reply(struct lanes_words *words, const struct lane_out *lane, uint32_t slot)
{
	const struct lane_reply_slot *reply =
	    lane_reply_slot(lane->theirs, &lane->sizes, slot);
	const uint32_t word =
	    atomic_load_explicit(&reply->word, memory_order_acquire);

	if (word == lane_word(lane->generation[slot], LANE_REPLIED))
		note_ready(words, &reply->word);
	add_word(words, &reply->word, word);
	add_peer(words, &lane->theirs->cpu);
}

void
lanes_words_add_out(
    struct lanes_words *words, struct lanes_out *out, uint32_t due)
{
	for (; due != 0; due &= due - 1)
		add_reply(words, &out->lane, (uint32_t)__builtin_ctz(due));
	lane_tell_cpu(&out->lane.mine->cpu);
}
