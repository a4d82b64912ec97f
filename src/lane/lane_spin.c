/* Spinning, and yielding. */
#include "lane_spin.h"

#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Looks before anything is asked of Linux or a clock. */
#define LOOKS_AT_ONCE 64
/* Looks between two readings of the clock. */
#define LOOKS_A_READING 8

/* So long at most: twice what it takes to wake who sleeps, or each side is asleep before the
 * other has woken, for ever (lanes.md 7). It is not measured on this machine; what a spin
 * that does not pay costs is bounded by the misses. */
#define SPIN_NS 100000u

/* Yields to a peer on our own CPU. One that took so long was to somebody else, who would
 * have it each time: from then on so many waits do without. One that was shorter than a
 * switch there and back found nobody to run. */
#define YIELDS_MAX 4
#define YIELD_NS_LONG 100000u
#define YIELD_NS_NOBODY 700u
#define UNYIELDING_WAITS 4096u

/* A miss counts 2, a hit -1; from so many on, one wait in SPIN_TRY spins. */
#define MISSES_MAX 8u
#define SPIN_TRY 16u

static void
pause_cpu(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
	__asm__ volatile("yield" ::: "memory");
#else
	atomic_signal_fence(memory_order_seq_cst);
#endif
}

static void
pause_often(uint32_t times)
{
	while (times-- > 0)
		pause_cpu();
}

static uint64_t
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Might the peer run while this thread spins? It does not if both are kept to one CPU; who
 * was seen on another runs there. And a thread with right of way, of whatever kind, could
 * hold up just that one: only ordinary threads spin. */
static bool
may_spin(uint32_t peer_cpu)
{
	const int saved_errno = errno;
	cpu_set_t cpus;
	int policy;
	bool one;

	one = peer_cpu == UINT32_MAX &&
	    sched_getaffinity(0, sizeof(cpus), &cpus) == 0 &&
	    CPU_COUNT(&cpus) == 1;
	policy = (int)syscall(SYS_sched_getscheduler, 0);
	errno = saved_errno;
	return !one && policy == SCHED_OTHER;
}

/* Has spinning not paid lately, and is it not yet time to try it again? */
static bool
is_hopeless(struct lane_spin *spin)
{
	if (atomic_load_explicit(&spin->misses, memory_order_relaxed) <
	    MISSES_MAX)
		return false;
	return atomic_fetch_add_explicit(
	           &spin->skipped, 1, memory_order_relaxed) %
	    SPIN_TRY !=
	    SPIN_TRY - 1;
}

static bool
look_often(unsigned times, bool (*done)(void *of), void *of)
{
	for (unsigned i = 0; i < times; i++) {
		if (done(of))
			return true;
		pause_cpu();
	}
	return false;
}

static bool
spin_for(uint64_t ns, bool (*done)(void *of), void *of)
{
	const uint64_t end = now_ns() + ns;

	do {
		if (look_often(LOOKS_A_READING, done, of))
			return true;
	} while (now_ns() < end);
	return false;
}

static void
count_spin(struct lane_spin *spin, bool hit)
{
	const uint32_t misses =
	    atomic_load_explicit(&spin->misses, memory_order_relaxed);

	if (!hit && misses < MISSES_MAX)
		atomic_store_explicit(
		    &spin->misses, misses + 2, memory_order_relaxed);
	else if (hit && misses > 0)
		atomic_store_explicit(
		    &spin->misses, misses - 1, memory_order_relaxed);
}

/* Is this one of the waits after a yield that took long? */
static bool
is_unyielding(struct lane_spin *spin)
{
	const uint32_t left =
	    atomic_load_explicit(&spin->unyielding, memory_order_relaxed);

	if (left > 0)
		atomic_store_explicit(
		    &spin->unyielding, left - 1, memory_order_relaxed);
	return left > 0;
}

/* The peer is on our own CPU: it runs when we do not. Where both do so, neither sleeps, and
 * neither has to be woken. */
static bool
yield_for(struct lane_spin *spin, bool (*done)(void *of), void *of)
{
	uint64_t began;
	uint64_t took;

	if (is_unyielding(spin))
		return false;
	began = now_ns();
	for (unsigned i = 0; i < YIELDS_MAX; i++) {
		(void)sched_yield();
		if (done(of))
			return true;
		took = now_ns() - began;
		began += took;
		if (took > YIELD_NS_LONG)
			atomic_store_explicit(&spin->unyielding,
			    UNYIELDING_WAITS, memory_order_relaxed);
		if (took > YIELD_NS_LONG || took < YIELD_NS_NOBODY)
			return false;
	}
	return false;
}

bool
lane_spin(
    struct lane_spin *spin, uint32_t peer_cpu, bool (*done)(void *of), void *of)
{
	const uint32_t delay =
	    atomic_load_explicit(&spin->delay, memory_order_relaxed);
	bool hit;

	if (delay != 0)
		pause_often(delay);
	if (done(of))
		return true;
	if (peer_cpu == lane_cpu())
		return yield_for(spin, done, of);
	if (is_hopeless(spin))
		return false;
	hit = look_often(LOOKS_AT_ONCE, done, of) ||
	    (may_spin(peer_cpu) && spin_for(SPIN_NS, done, of));
	count_spin(spin, hit);
	return hit;
}
