/* Memory with a pattern, and what is known of it. */
#include "extents.h"

#include "program.h"

uint8_t
pattern(uint64_t i)
{
	return (uint8_t)(i * 31 + (i >> 12) + 1);
}

const uint8_t *
patterns(void)
{
	static uint8_t bytes[LARGE];

	if (bytes[0] == 0)
		for (uint64_t i = 0; i < LARGE; i++)
			bytes[i] = pattern(i);
	return bytes;
}

void
expect_extent(uint64_t begin, uint64_t end, enum extent_kind kind)
{
	struct extent_facts facts;
	uint64_t begins;
	uint64_t ends;

	CHECK(extent_look(begin, &facts, &begins, &ends));
	CHECK_EQ(facts.kind, kind);
	CHECK_EQ(begins, begin);
	CHECK_EQ(ends, end);
}

void
expect_plain(uint64_t address)
{
	struct extent_facts facts;
	uint64_t begin;
	uint64_t end;

	CHECK(!extent_look(address, &facts, &begin, &end));
}
