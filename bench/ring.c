/* A ring in shared memory, and a futex to sleep on. */
#include "ring.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define LINE 64
#define LOOKS 32 /* between two looks at the clock */

/* A position that one side moves, and whether the other sleeps until it does. */
struct mark {
	_Alignas(LINE) _Atomic uint32_t position;
	_Alignas(LINE) _Atomic uint32_t awaited;
};

struct ring {
	struct mark sent;
	struct mark received;
	_Alignas(LINE) uint32_t slots;
	size_t slot_bytes;
	uint64_t spin_ns;
	_Alignas(LINE) unsigned char slot[];
};

struct ring *
ring_new(uint32_t slots, size_t slot_bytes, uint64_t spin_ns)
{
	struct ring *ring = mmap(NULL, sizeof(*ring) + slots * slot_bytes,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE,
	    -1, 0);

	if (ring == MAP_FAILED)
		bench_die("ring", (long)slots);
	ring->slots = slots;
	ring->slot_bytes = slot_bytes;
	ring->spin_ns = spin_ns;
	return ring;
}

static inline void
relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb");
#endif
}

/* Does @mark leave @seen within @spin_ns? */
static bool
spin(const struct mark *mark, uint32_t seen, uint64_t spin_ns)
{
	uint64_t end = spin_ns ? bench_now_ns() + spin_ns : 0;

	while (spin_ns && bench_now_ns() < end) {
		for (int i = 0; i < LOOKS; i++) {
			if (atomic_load_explicit(
			        &mark->position, memory_order_acquire) != seen)
				return true;
			relax();
		}
	}
	return false;
}

static void
futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
	(void)syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

/* Wait until @mark is not @seen. */
static void
await(struct mark *mark, uint32_t seen, uint64_t spin_ns)
{
	if (spin(mark, seen, spin_ns))
		return;
	for (;;) {
		/* Pairs with move(): one of the two sees the other. It sleeps on
		 * what move() clears: a move before, that clears it only now,
		 * makes it look again. */
		atomic_store(&mark->awaited, 1);
		if (atomic_load(&mark->position) != seen)
			break;
		futex(&mark->awaited, FUTEX_WAIT, 1);
	}
	atomic_store_explicit(&mark->awaited, 0, memory_order_relaxed);
}

static void
move(struct mark *mark, uint32_t position)
{
	atomic_store_explicit(&mark->position, position, memory_order_release);
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&mark->awaited, memory_order_relaxed) &&
	    atomic_exchange(&mark->awaited, 0))
		futex(&mark->awaited, FUTEX_WAKE, 1);
}

static void *
slot_at(struct ring *ring, uint32_t position)
{
	return ring->slot + (position & (ring->slots - 1)) * ring->slot_bytes;
}

void
ring_send(struct ring *ring, const void *message, size_t bytes)
{
	uint32_t at =
	    atomic_load_explicit(&ring->sent.position, memory_order_relaxed);
	uint32_t received = atomic_load_explicit(
	    &ring->received.position, memory_order_acquire);

	if (at - received == ring->slots)
		await(&ring->received, received, ring->spin_ns);
	memcpy(slot_at(ring, at), message, bytes);
	move(&ring->sent, at + 1);
}

void
ring_receive(struct ring *ring, void *message, size_t bytes)
{
	uint32_t at = atomic_load_explicit(
	    &ring->received.position, memory_order_relaxed);

	if (atomic_load_explicit(&ring->sent.position, memory_order_acquire) ==
	    at)
		await(&ring->sent, at, ring->spin_ns);
	memcpy(message, slot_at(ring, at), bytes);
	move(&ring->received, at + 1);
}
