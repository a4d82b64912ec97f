/*
 * lane_c11.cc - the fences of lanes under the C11 memory model, for the Relacy
 * race detector
 *
 * lane.pml delays stores as x86 does. This checks its handshakes with every
 * reordering that C11 allows; the comments name the same steps:
 *
 *   core	publish, take, close: each message is consumed, drained or sent
 *		again, exactly one of these
 *   again	publish, take, close: where a record was, another is written only when that
 *		one was taken, or will not be drained
 *   nap	publish, sleep: nobody sleeps whom nobody believes to need waking
 *   once	publish, take: nobody sleeps behind a message for which a sender did not ring
 *		since it had rung before
 *   lend	publish, lend: nor does the kernel have a thread of B wait, which has told
 *		that it is to be kicked
 *   token	accept, reply, resolve: a token is answered in its slot or becomes
 *		a right, never both
 *
 * usage: lane_c11 ITERATIONS HANDSHAKE [MUTANT]
 *
 * It runs random interleavings and ends with 0, or with 1 when one breaks the
 * handshake: a mutant, which leaves out one precaution, has to.
 *
 * Runs, which tools/model reads:
 *   passes	core
 *   passes	again
 *   passes	nap
 *   passes	once
 *   passes	lend
 *   passes	token
 *   full	core
 *   full	again
 *   full	nap
 *   full	once
 *   full	lend
 *   full	token
 *   fails	core NOFENCE_A	publish 4 without its fence
 *   fails	core NOFENCE_B	take 4
 *   fails	core NOFENCE_K	close 1
 *   fails	core TAILFIRST	close 2 in the wrong order
 *   fails	again LOOKFIRST	publish 1: A looks at the state before it looks at the head alone
 *   fails	again NOFENCE_A	publish 1
 *   fails	again NOFENCE_K	close 1
 *   fails	nap NOFENCE_A	publish 4
 *   fails	nap NOFENCE_B	sleep 2
 *   fails	once NOFENCE_A	publish 4
 *   fails	once NOFENCE_B	take 4
 *   fails	lend NOFENCE_A	publish 4
 *   fails	lend NOFENCE_B	lend 2
 *   fails	token NOFENCE_A	accept 3
 *   fails	token NOFENCE_B	reply 1
 *   fails	token NOFENCE_K	resolve 2
 */
#include <relacy/relacy.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#define LOAD(word, order) (word).load(rl::mo_##order, $)
#define STORE(word, value, order) (word).store(value, rl::mo_##order, $)
#define FENCE_UNLESS(mutant)                                                   \
	do {                                                                   \
		if (!is_mutant(mutant))                                        \
			rl::atomic_thread_fence(rl::mo_seq_cst, $);            \
	} while (0)

static const char *mutant = "";

static bool
is_mutant(const char *name)
{
	return strcmp(mutant, name) == 0;
}

enum { OPEN, CLOSING, CLOSED };

struct core : rl::test_suite<core, 3> {
	enum { N = 2 };

	rl::atomic<int> tail, head, state, end, from;
	rl::var<int> record[N];
	int kept[N], drained[N], resent[N];

	void before()
	{
		STORE(tail, 0, relaxed);
		STORE(head, 0, relaxed);
		STORE(state, OPEN, relaxed);
		STORE(end, 0, relaxed);
		STORE(from, 0, relaxed);
		for (int i = 0; i < N; i++)
			kept[i] = drained[i] = resent[i] = 0;
	}

	void thread(unsigned who)
	{
		switch (who) {
		case 0:
			publish();
			break;
		case 1:
			take();
			break;
		default:
			close();
			break;
		}
	}

	void after()
	{
		for (int i = 0; i < N; i++)
			RL_ASSERT(kept[i] + drained[i] + resent[i] == 1);
	}

	void sync()
	{
		while (LOAD(state, acquire) != CLOSED)
			rl::yield(1, $);
	}

	void publish()
	{
		for (int i = 0; i < N; i++) {
			record[i]($) = i + 10;       /* publish 3 */
			STORE(tail, i + 1, release); /* publish 4 */
			FENCE_UNLESS("NOFENCE_A");
			if (LOAD(state, acquire) != OPEN) { /* publish 5 */
				settle(i);
				return;
			}
		}
	}

	void settle(int i)
	{
		sync(); /* publish 7 */
		for (; i < N; i++)
			if (i >= LOAD(end, relaxed)) /* publish 8 */
				resent[i]++;
	}

	void take()
	{
		for (int h = 0, looks = 0; looks < 3 && h < N; looks++) {
			if (LOAD(tail, acquire) == h) { /* take 1 */
				rl::yield(1, $);
				continue;
			}
			int copy = record[h]($); /* take 3 */
			RL_ASSERT(copy == h + 10);
			STORE(head, h + 1, release); /* take 4 */
			FENCE_UNLESS("NOFENCE_B");
			if (LOAD(state, acquire) != OPEN) { /* take 5 */
				sync();
				if (LOAD(from, relaxed) - (h + 1) >= 0)
					kept[h]++;
				return;
			}
			kept[h++]++;
		}
	}

	void close()
	{
		int h, t;

		STORE(state, CLOSING, relaxed); /* close 1 */
		FENCE_UNLESS("NOFENCE_K");
		if (is_mutant("TAILFIRST")) { /* close 2 */
			t = LOAD(tail, acquire);
			h = LOAD(head, acquire);
		} else {
			h = LOAD(head, acquire);
			t = LOAD(tail, acquire);
		}
		for (int i = h; i < t; i++) { /* close 3 */
			int copy = record[i]($);
			RL_ASSERT(copy == i + 10);
			drained[i]++;
		}
		STORE(end, t, relaxed); /* close 6 */
		STORE(from, h, relaxed);
		STORE(state, CLOSED, release);
	}
};

/* The ring has room for one record, and that is there. */
struct again : rl::test_suite<again, 3> {
	rl::atomic<int> tail, head, state;
	rl::var<int> record;

	void before()
	{
		STORE(head, 0, relaxed);
		STORE(state, OPEN, relaxed);
		record($) = 10;
		STORE(tail, 1, relaxed);
	}

	void thread(unsigned who)
	{
		switch (who) {
		case 0:
			publish();
			break;
		case 1:
			RL_ASSERT(record($) == 10);
			STORE(head, 1, release); /* take 4 */
			break;
		default:
			close();
			break;
		}
	}

	void publish()
	{
		if (LOAD(state, acquire) != OPEN) /* publish 0 */
			return;
		if (LOAD(head, acquire) == 0) /* publish 1 */
			return;
		FENCE_UNLESS("NOFENCE_A");
		if (!is_mutant("LOOKFIRST") && LOAD(state, acquire) != OPEN)
			return;
		record($) = 11;          /* publish 3 */
		STORE(tail, 2, release); /* publish 4 */
	}

	void close()
	{
		int h, t;

		STORE(state, CLOSING, relaxed); /* close 1 */
		FENCE_UNLESS("NOFENCE_K");
		h = LOAD(head, acquire); /* close 2 */
		t = LOAD(tail, acquire);
		RL_ASSERT(t - h <= 1);
		if (h < t) /* close 3 */
			RL_ASSERT(record($) == h + 10);
	}
};

struct nap : rl::test_suite<nap, 2> {
	rl::atomic<int> tail, wait;
	bool rings, sleeps;

	void before()
	{
		STORE(tail, 0, relaxed);
		STORE(wait, 0, relaxed);
		rings = sleeps = false;
	}

	void thread(unsigned who)
	{
		if (who == 0) {
			STORE(tail, 1, release); /* publish 4 */
			FENCE_UNLESS("NOFENCE_A");
			rings = LOAD(wait, relaxed) == 1; /* publish 6 */
		} else {
			STORE(wait, 1, relaxed); /* sleep 2 */
			FENCE_UNLESS("NOFENCE_B");
			sleeps = LOAD(tail, acquire) == 0;
		}
	}

	void after() { RL_ASSERT(!sleeps || rings); }
};

/* A has rung when it published 1, and B's head was 0. */
struct once : rl::test_suite<once, 2> {
	rl::atomic<int> tail, head;
	bool rings, sleeps;

	void before()
	{
		STORE(tail, 1, relaxed);
		STORE(head, 0, relaxed);
		rings = sleeps = false;
	}

	void thread(unsigned who)
	{
		if (who == 0) {
			STORE(tail, 2, release); /* publish 4 */
			FENCE_UNLESS("NOFENCE_A");
			rings = LOAD(head, relaxed) != 0; /* publish 6 */
		} else {
			STORE(head, 1, release); /* take 4 */
			FENCE_UNLESS("NOFENCE_B");
			sleeps = LOAD(tail, acquire) == 1;
		}
	}

	void after() { RL_ASSERT(!sleeps || rings); }
};

/* The kernel looks when the trap of B has come. */
struct lend : rl::test_suite<lend, 3> {
	rl::atomic<int> tail, wait, trap;
	bool kicks, waits;

	void before()
	{
		STORE(tail, 0, relaxed);
		STORE(wait, 0, relaxed);
		STORE(trap, 0, relaxed);
		kicks = waits = false;
	}

	void thread(unsigned who)
	{
		if (who == 0) {
			STORE(tail, 1, release); /* publish 4 */
			FENCE_UNLESS("NOFENCE_A");
			kicks = LOAD(wait, relaxed) == 1; /* publish 6 */
		} else if (who == 1) {
			STORE(wait, 1, relaxed); /* lend 2 */
			FENCE_UNLESS("NOFENCE_B");
			STORE(trap, 1, release);
		} else {
			while (!LOAD(trap, acquire))
				rl::yield(1, $);
			waits = LOAD(tail, acquire) == 0; /* lend 3 */
		}
	}

	void after() { RL_ASSERT(!waits || kicks); }
};

struct token : rl::test_suite<token, 3> {
	enum { ISSUED = 1, DONE = 2, REPLIED = 1, RIGHT = 1 };

	rl::atomic<int> slot, word, kslot, decided;
	rl::var<int> body;
	bool accepted, right, by_trap;

	void before()
	{
		STORE(slot, ISSUED, relaxed);
		STORE(word, 0, relaxed);
		STORE(kslot, 0, relaxed);
		STORE(decided, 0, relaxed);
		accepted = right = by_trap = false;
	}

	void thread(unsigned who)
	{
		switch (who) {
		case 0:
			accept();
			break;
		case 1:
			reply();
			break;
		default:
			resolve();
			break;
		}
	}

	void after()
	{
		RL_ASSERT(by_trap == right);
		RL_ASSERT(!(right && accepted));
	}

	/* The trap sync, and what the kernel decided. */
	bool is_right()
	{
		while (!LOAD(decided, acquire))
			rl::yield(1, $);
		return LOAD(kslot, acquire) == RIGHT;
	}

	void accept()
	{
		for (int looks = 0; looks < 3; looks++) {
			if (LOAD(word, acquire) != REPLIED) { /* accept 1 */
				rl::yield(1, $);
				continue;
			}
			int copy = body($); /* accept 2 */
			RL_ASSERT(copy == 7);
			STORE(slot, DONE, release); /* accept 3 */
			FENCE_UNLESS("NOFENCE_A");
			accepted = LOAD(kslot, acquire) == 0 || /* accept 4 */
			    !is_right();
			return;
		}
	}

	void reply()
	{
		body($) = 7;
		STORE(word, REPLIED, release); /* reply 1 */
		FENCE_UNLESS("NOFENCE_B");
		by_trap = LOAD(kslot, acquire) != 0 && is_right(); /* reply 2 */
	}

	void resolve()
	{
		if (LOAD(slot, acquire) == ISSUED) {  /* resolve 1 */
			STORE(kslot, RIGHT, release); /* resolve 2 */
			FENCE_UNLESS("NOFENCE_K");
			right = LOAD(slot, acquire) == ISSUED && /* resolve 3 */
			    LOAD(word, acquire) != REPLIED;
			if (!right)
				STORE(kslot, 0, release);
		}
		STORE(decided, 1, release);
	}
};

int
main(int argc, char **argv)
{
	const char *handshake = argc > 2 ? argv[2] : "";
	rl::test_params params;

	params.search_type = rl::sched_random;
	params.iteration_count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	mutant = argc > 3 ? argv[3] : "";

	if (strcmp(handshake, "core") == 0)
		return !rl::simulate<core>(params);
	if (strcmp(handshake, "again") == 0)
		return !rl::simulate<again>(params);
	if (strcmp(handshake, "nap") == 0)
		return !rl::simulate<nap>(params);
	if (strcmp(handshake, "once") == 0)
		return !rl::simulate<once>(params);
	if (strcmp(handshake, "lend") == 0)
		return !rl::simulate<lend>(params);
	if (strcmp(handshake, "token") == 0)
		return !rl::simulate<token>(params);
	fprintf(stderr, "usage: lane_c11 ITERATIONS HANDSHAKE [MUTANT]\n");
	return 2;
}
