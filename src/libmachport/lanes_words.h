/*
 * What changes when something comes for a port or set, as it was when there was nothing:
 * what a receive looks at while it spins, and sleeps on.
 */
#ifndef LIBMACHPORT_LANES_WORDS_H
#define LIBMACHPORT_LANES_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "lane_sleep.h"
#include "lanes_table.h"

/* Words of lanes that are looked at while spinning; more are not. */
#define LANES_WORDS_MAX 32u

struct lanes_words {
	struct lane_sleep_word list[LANES_WORDS_MAX];
	uint32_t
	    count; /* of all; those beyond LANES_WORDS_MAX are not in the list */
	uint32_t peer_cpu; /* of who sends, if that is one; else UINT32_MAX */
	bool passes_on;    /* wake one who sleeps for what is there */
	bool ready;        /* something is there */
	bool stuck;        /* a lock cannot be had */
};

/* Nothing is here yet. */
static inline void
lanes_words_clear(struct lanes_words *words, bool passes_on)
{
	words->count = 0;
	words->peer_cpu = UINT32_MAX;
	words->passes_on = passes_on;
	words->ready = false;
	words->stuck = false;
}

/* A lane to a port of ours; its port is locked. */
void lanes_words_add_in(struct lanes_words *words, struct lanes_in *in);

/* Replies in slots @due of a lane of ours, which is locked. */
void lanes_words_add_out(
    struct lanes_words *words, struct lanes_out *out, uint32_t due);

#endif
