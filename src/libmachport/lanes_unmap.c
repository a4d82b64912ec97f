/* When memory of lanes goes. */
#include "lanes_unmap.h"

#include <stdatomic.h>
#include <stdint.h>

#include "lane_memory.h"

/* Memory that waits. A look lasts for as long as a thread spins; should so many lanes go
 * meanwhile, the memory of the next stays. */
#define WAITING_MAX 128

struct waiting {
	_Atomic uint32_t used; /* taken, by compare and exchange */
	_Atomic uint32_t
	    due; /* it is all here: the era that it was let go in, + 1 */
	const void *memory;
	size_t bytes;
};

static struct waiting waiting[WAITING_MAX];
static _Atomic uint32_t waiting_count;

/* How many look; and the era, in the upper half, which ends whenever nobody looks any
 * more. Who looks in a later one cannot have found what was let go of before. */
static _Atomic uint64_t lookers;
#define ERA ((uint64_t)1 << 32)

static uint32_t
era_of(uint64_t word)
{
	return (uint32_t)(word >> 32);
}

static void
unmap_due(uint32_t era)
{
	for (unsigned i = 0; i < WAITING_MAX; i++) {
		struct waiting *one = &waiting[i];
		uint32_t due = atomic_load(&one->due);

		if (due == 0 || due == era + 1 ||
		    !atomic_compare_exchange_strong(&one->due, &due, 0))
			continue;
		lane_memory_unmap(one->memory, one->bytes);
		atomic_store(&one->used, 0);
		atomic_fetch_sub(&waiting_count, 1);
	}
}

void
lanes_look_begin(void)
{
	atomic_fetch_add(&lookers, 1);
}

void
lanes_look_end(void)
{
	uint64_t word = atomic_load_explicit(&lookers, memory_order_relaxed);
	uint64_t next;

	do
		next = (uint32_t)word == 1 ? word - 1 + ERA : word - 1;
	while (!atomic_compare_exchange_weak(&lookers, &word, next));
	if ((uint32_t)next == 0 && atomic_load(&waiting_count) > 0)
		unmap_due(era_of(next));
}

void
lanes_unmap(const void *memory, size_t bytes)
{
	const uint64_t word = atomic_load(&lookers);

	if (!memory || (uint32_t)word == 0) {
		lane_memory_unmap(memory, bytes);
		return;
	}
	for (unsigned i = 0; i < WAITING_MAX; i++) {
		struct waiting *one = &waiting[i];
		uint32_t unused = 0;

		if (!atomic_compare_exchange_strong(&one->used, &unused, 1))
			continue;
		one->memory = memory;
		one->bytes = bytes;
		atomic_fetch_add(&waiting_count, 1);
		atomic_store(&one->due, era_of(word) + 1);
		unmap_due(era_of(atomic_load(&lookers)));
		return;
	}
}

void
lanes_unmap_forget(void)
{
	for (unsigned i = 0; i < WAITING_MAX; i++) {
		atomic_store(&waiting[i].due, 0);
		atomic_store(&waiting[i].used, 0);
	}
	atomic_store(&waiting_count, 0);
	atomic_store(&lookers, 0);
}
