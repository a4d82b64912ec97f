/* Chance that can be had again: the same seed, the same choices. */
#ifndef TORTURE_CHANCE_H
#define TORTURE_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
	uint64_t state;
};

/* A stream of its own for @stream of @seed: no two have a beginning in common. */
void chance_init(struct chance *chance, uint64_t seed, uint64_t stream);

/* From 0 to @below - 1; @below is not 0. */
uint32_t chance_below(struct chance *chance, uint32_t below);

/* Once in @times. */
bool chance_once_in(struct chance *chance, uint32_t times);

/* A seed that nobody had before. */
uint64_t chance_new_seed(void);

#endif
