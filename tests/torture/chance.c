/* splitmix64: short, and good enough to choose what to do next. */
#include "chance.h"

#include <sys/random.h>

#include "harness.h"

static uint64_t
next(struct chance *chance)
{
	uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void
chance_init(struct chance *chance, uint64_t seed, uint64_t stream)
{
	chance->state = seed;
	chance->state = next(chance) ^ stream;
	chance->state = next(chance);
}

uint32_t
chance_below(struct chance *chance, uint32_t below)
{
	return (uint32_t)((next(chance) >> 32) * below >> 32);
}

bool
chance_once_in(struct chance *chance, uint32_t times)
{
	return chance_below(chance, times) == 0;
}

uint64_t
chance_new_seed(void)
{
	uint32_t seed;

	/* Short enough to be typed again. */
	CHECK(getrandom(&seed, sizeof(seed), 0) == sizeof(seed));
	return seed;
}
