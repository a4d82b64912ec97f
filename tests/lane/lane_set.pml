/*
 * lane_set.pml - a port set whose members have lanes, and the threads that sleep
 * for it
 *
 * Ports 0 and 1 have a lane each, from A0 and A1; port 2 has none. All three are
 * members of a set. A0 sends N messages to port 0, each by its lane or by trap, A1
 * one to port 1, and a third task one to port 2. Threads of B receive:
 *
 *   (plain)	one on the set, which sleeps in the kernel
 *   FUTEX	one on the set, which sleeps in futex_waitv
 *   MIXED	one on the set, in the kernel; and one on port 0, in futex_waitv,
 *		for one message
 *   BATON	one on the set, one on port 0, one on port 1, in futex_waitv, for
 *		one message each; only A0 and A1 send, by their lanes
 *
 *   ALONE	only A0 sends
 *   CLOSES	the kernel closes lane 0 at any moment
 *
 * A thread in futex_waitv is queued on each of its words until it runs again: who
 * then wakes one sleeper of another word may find just this thread, and wakes
 * nobody. So a thread that was woken passes it on (the baton).
 *
 * The kernel's stores are seen at once here: what orders them is in lane_forward.
 *
 * Runs:
 *   passes	N=1
 *   passes	N=1 FUTEX
 *   passes	N=1 BATON
 *   passes	N=2 ALONE MIXED
 *   passes	N=2 ALONE CLOSES
 *   full	N=2
 *   full	N=2 FUTEX
 *   full	N=1 CLOSES
 *   full	N=1 FUTEX CLOSES
 *   full	N=2 CLOSES
 *   full	N=1 MIXED
 *   fails	N=1 KICKPORT	a kick rings the port, and not its set
 *   fails	N=1 QUEUEPORT	the same for a message that the kernel queues
 *   fails	N=1 BELLLATE	B reads the bell when it has looked
 *   fails	N=1 ONEWAIT	B tells one of two senders that it sleeps
 *   fails	N=1 NOLOOK	B does not look again when it has told them
 *   fails	N=2 NOSKIP	a trap on the set takes from ports with lanes
 *   fails	N=2 LOOKAGAIN	B believes a second look where the first was in vain
 *   fails	N=2 ALONE MIXED WAITRUN	who wakes up forgets those that still sleep
 *   fails	N=2 ALONE MIXED WAITLAST	who falls asleep last has its way with the lane
 *   fails	N=1 BATON NOBATON	who was woken wakes nobody
 *   fails	N=1 BATON BATONONE	who was woken wakes one thread, any
 */

#define PSET		2 /* what a thread receives on: a port with a lane, or this */
#define PLAIN		2 /* the port without a lane */
#define LOOKS_AT(object, l)	((object) == PSET || (object) == (l))

byte mem[14];
#define TAIL(l)		(l)		/* its sender's */
#define HEAD(l)		(2 + (l))	/* B's */
#define WAIT(l)		(4 + (l))	/* B's */
#define STATE(l)	(6 + (l))	/* the kernel's, as all below */
#define BELL(object)	(8 + (object))
#define OLDEST(object)	(11 + (object))	/* in its queue, plus 1; 0: nothing */

/* Values of WAIT. */
#define RUN	0
#define FUTEX_1	1
#define KICK	2

#ifdef BATON
#define THREADS		3
#elif defined(MIXED)
#define THREADS		2
#else
#define THREADS		1
#endif

#ifdef BATON
#define MESSAGES	(N + 1)
#elif defined(ALONE)
#define MESSAGES	N
#else
#define MESSAGES	(N + 2)
#endif

/* How thread t sleeps; thread 0 is that on the set, thread 1 that on port 0, ... */
#if defined(FUTEX) || defined(BATON)
#define SLEEPS_BY(t)	FUTEX_1
#else
#define SLEEPS_BY(t)	((t) == 0 -> KICK : FUTEX_1)
#endif
#define OBJECT(t)	((t) == 0 -> PSET : (t) - 1)

chan abuf0 = [2] of { byte, byte };
chan abuf1 = [2] of { byte, byte };
chan bbuf0 = [4] of { byte, byte };
FLUSH(flush_a0, abuf0)
FLUSH(flush_a1, abuf1)
FLUSH(flush_b0, bbuf0)
#if THREADS > 1
chan bbuf1 = [4] of { byte, byte };
FLUSH(flush_b1, bbuf1)
#endif
#if THREADS > 2
chan bbuf2 = [4] of { byte, byte };
FLUSH(flush_b2, bbuf2)
#endif

byte record[4];			/* of lane l, at position n: l * 2 + n */
chan kq[3] = [4] of { byte };	/* the kernel's queues */
bool has_lane[2] = true;	/* the kernel's own note of it */
byte end_pos[2], from_pos[2];	/* written before CLOSED, read after it */

/* Linux's: who sleeps; and in futex_waitv, on which words, a bit for each lane. */
bool asleep[3];
byte queued[3];

bool locked;			/* B's receive locks: one, here */
bool sleeper[3];		/* which threads mean to sleep, or sleep (locked) */
byte head[2];			/* (locked) */
bool lane[2] = true;		/* B looks at it (locked) */

bool got[4];			/* messages 0 and 1: A0's; 2: A1's; 3: to port 2 */
byte delivered;

inline deliver(m)
{
	assert(!got[m]);
	got[m] = true;
	delivered++;
	assert(m != 1 || got[0])
}

/* -- Linux ------------------------------------------------------------------- */

#define IS_QUEUED(t, l)	(t < THREADS && (queued[t] & (1 << (l))) != 0)

/* FUTEX_WAKE of one: any of those that are queued on the tail of lane l. */
inline wake_one(l)
{
	atomic {
		if
		:: IS_QUEUED(0, l) -> queued[0] = queued[0] - (1 << (l));
			asleep[0] = false
		:: IS_QUEUED(1, l) -> queued[1] = queued[1] - (1 << (l));
			asleep[1] = false
		:: IS_QUEUED(2, l) -> queued[2] = queued[2] - (1 << (l));
			asleep[2] = false
		:: else
		fi
	}
}

/* -- The kernel, in traps ---------------------------------------------------- */

/* Wakes all who sleep on the bell, in futex_waitv or in the kernel. */
inline ring(object)
{
	mem[BELL(object)] = mem[BELL(object)] + 1;
	asleep[(object == PSET -> 0 : object + 1)] = false
}

inline ring_port_and_set(port)
{
	if
	:: port != PLAIN -> ring(port)
	:: else
	fi;
	ring(PSET)
}

/* Bring the board up to date with the queues. */
inline tell_board()
{
	byte first_ = 0;

	mem[OLDEST(0)] = 0;
	mem[OLDEST(1)] = 0;
	mem[OLDEST(PSET)] = (len(kq[PLAIN]) > 0 -> 1 : 0);
	if
	:: len(kq[0]) > 0 -> kq[0]?<first_>; mem[OLDEST(0)] = first_ + 1
	:: else
	fi;
	if
	:: len(kq[1]) > 0 -> kq[1]?<first_>; mem[OLDEST(1)] = first_ + 1
	:: else
	fi;
	if
	:: !has_lane[0] && len(kq[0]) > 0 -> mem[OLDEST(PSET)] = 1
	:: else
	fi;
	first_ = 0
}

inline enqueue(port, m)
{
	atomic { !kbusy ->
		d_step {
			kq[port]!!m;
			tell_board();
#ifdef QUEUEPORT
			if
			:: port != PLAIN -> ring(port)
			:: else
			fi
#else
			ring_port_and_set(port)
#endif
		}
	}
}

inline kick(l)
{
#ifdef KICKPORT
	atomic { !kbusy -> ring(l) }
#else
	atomic { !kbusy -> d_step { ring_port_and_set(l) } }
#endif
}

/* -- A0 and A1 ---------------------------------------------------------------- */

inline wake_b(l)
{
	if
	:: mem[WAIT(l)] == FUTEX_1 -> wake_one(l)
	:: mem[WAIT(l)] == KICK -> kick(l)
	:: else
	fi
}

inline publish(l, m, abuf)
{
	record[l * 2 + n] = m;
	STORE(abuf, TAIL(l), n + 1);		/* publish 4 */
	FENCE(abuf);
	if
	:: mem[STATE(l)] == OPEN ->		/* publish 5 */
		wake_b(l);			/* publish 6 */
		n++
	:: else ->
		/* publish 7 */
		atomic { !kbusy && mem[STATE(l)] == CLOSED; open = false };
		if				/* publish 8 */
		:: n < end_pos[l] -> n++
		:: else -> enqueue(l, m)
		fi
	fi
}

proctype A0()
{
	byte n = 0, m = 0;
	bool open = true;

	do
	:: m == N -> break
	:: m < N && open && mem[STATE(0)] == OPEN ->
		publish(0, m, abuf0);
		m++
#ifndef BATON
	:: m < N -> enqueue(0, m); m++
#endif
	od
}

proctype A1()
{
	byte n = 0;
	bool open = true;

	publish(1, 2, abuf1)
}

/* -- B ------------------------------------------------------------------------ */

#define LOCK	atomic { !locked -> locked = true }

/* Others that take the lock see what was stored below it. */
#define UNLOCK	atomic { FENCE(bbuf) -> locked = false }

#define SLEEPS_FOR(t, l) (sleeper[t] && LOOKS_AT(OBJECT(t), l))

inline add_wish(t, l)
{
	if
	:: SLEEPS_FOR(t, l) && SLEEPS_BY(t) > wish -> wish = SLEEPS_BY(t)
	:: else
	fi
}

/* How the sender of lane l is to wake those that sleep: KICK wakes them all. */
inline tell_sender(l)
{
	atomic {
		d_step {
			wish = RUN;
			add_wish(0, l);
			add_wish(1, l);
			add_wish(2, l)
		};
		if
		:: LOOKS_AT(object, l) -> STORE(bbuf, WAIT(l), wish)
		:: else
		fi;
		wish = RUN
	}
}

inline look_at(l, t, k)
{
	t = (LOOKS_AT(object, l) && lane[l] -> mem[TAIL(l)] : head[l]);
	k = (LOOKS_AT(object, l) && (lane[l] || object != PSET) ->
		mem[OLDEST(l)] : 0)
}

/* pick 1. What is there now; the queue of the set is that of what has no lane. */
inline look()
{
	look_at(0, t0, k0);
	look_at(1, t1, k1);
	ks = (object == PSET -> mem[OLDEST(PSET)] : 0)
}

#define SOMETHING(l, t, k) (t != head[l] || k != 0)

/*
 * pick 2: at the sources of one port that seemed empty, if the others did not. If
 * all did, the next look is a first one again: what is found in one source now may
 * be later than what another has got since it was looked at (LOOKAGAIN).
 */
inline look_again_at(l, t, k)
{
	if
#ifdef LOOKAGAIN
	:: LOOKS_AT(object, l) && lane[l] ->
#else
	:: LOOKS_AT(object, l) && lane[l] && SOMETHING(l, t, k) ->
#endif
		t = (t == head[l] -> mem[TAIL(l)] : t);
		k = (k == 0 -> mem[OLDEST(l)] : k)
	:: else
	fi
}

#define NOTHING \
	(!SOMETHING(0, t0, k0) && !SOMETHING(1, t1, k1) && ks == 0)
#define ALL_OPEN ((!LOOKS_AT(object, 0) || !lane[0] || mem[STATE(0)] == OPEN) && \
	(!LOOKS_AT(object, 1) || !lane[1] || mem[STATE(1)] == OPEN))

inline take(l)
{
	m = record[l * 2 + head[l]];		/* take 2 and 3 */
	STORE(bbuf, HEAD(l), head[l] + 1);	/* take 4 */
	FENCE(bbuf);
	if
	:: mem[STATE(l)] == OPEN ->		/* take 5 */
		d_step {
			head[l] = head[l] + 1;
			deliver(m);
			took = true
		}
	:: else ->
		atomic { !kbusy && mem[STATE(l)] == CLOSED; lane[l] = false };
		if
		:: head[l] < from_pos[l] -> deliver(m); took = true
		:: else				/* the kernel has it */
		fi
	fi
}

inline take_of_queue(port)
{
	d_step {
		if
		:: len(kq[port]) > 0 ->
			kq[port]?m;
			deliver(m);
			took = true;
			tell_board()
		:: else
		fi
	}
}

#ifdef NOSKIP
#define SKIPS(l) false
#else
#define SKIPS(l) has_lane[l]
#endif

/* A receive trap on the set, which does not wait. */
inline take_of_set()
{
	atomic { !kbusy ->
		if
		:: len(kq[PLAIN]) > 0 -> take_of_queue(PLAIN)
		:: len(kq[0]) > 0 && !SKIPS(0) -> take_of_queue(0)
		:: len(kq[1]) > 0 && !SKIPS(1) -> take_of_queue(1)
		:: else
		fi
	}
}

#define IN_LANE(l, t)	(t != head[l])
#define LANE_FIRST(l, t, k) \
	(IN_LANE(l, t) && (k == 0 || record[l * 2 + head[l]] < k))

/* Any member that has something: rotation may choose any. */
inline pick_and_take()
{
	look_again_at(0, t0, k0);		/* pick 2 */
	look_again_at(1, t1, k1);
	if					/* pick 3 */
	:: LANE_FIRST(0, t0, k0) -> take(0)
	:: LANE_FIRST(1, t1, k1) -> take(1)
	:: k0 != 0 && !LANE_FIRST(0, t0, k0) ->
		atomic { !kbusy -> take_of_queue(0) }
	:: k1 != 0 && !LANE_FIRST(1, t1, k1) ->
		atomic { !kbusy -> take_of_queue(1) }
	:: ks != 0 -> take_of_set()
	fi
}

/* The lane closes: what it had is in the kernel's queue. */
inline drop_if_closed(l)
{
	if
	:: LOOKS_AT(object, l) && lane[l] && mem[STATE(l)] != OPEN ->
		atomic { !kbusy && mem[STATE(l)] == CLOSED; lane[l] = false }
	:: else
	fi
}

inline tell_senders()
{
	tell_sender(0);
#ifndef ONEWAIT
	tell_sender(1)
#endif
}

#define SAME(l, t) (!LOOKS_AT(object, l) || !lane[l] || mem[TAIL(l)] == t)
#define BIT(l) (LOOKS_AT(object, l) -> 1 << (l) : 0)

/* Linux or the kernel compares, then B sleeps. */
inline wait_until_woken()
{
	if					/* sleep 3 */
	:: SLEEPS_BY(me) == FUTEX_1 ->
		if
		:: atomic { SAME(0, t0) && SAME(1, t1) &&
				mem[BELL(object)] == bell ->
				asleep[me] = true;
				queued[me] = BIT(0) + BIT(1) };
end_1:			!asleep[me];
			queued[me] = 0;
			woken = true
		:: atomic { !(SAME(0, t0) && SAME(1, t1) &&
				mem[BELL(object)] == bell) }
		fi
	:: SLEEPS_BY(me) == KICK ->
		if
		:: atomic { !kbusy && mem[BELL(object)] == bell ->
				asleep[me] = true };
end_2:			!asleep[me];
			woken = true
		:: atomic { !kbusy && mem[BELL(object)] != bell }
		fi
	fi
}

inline sleep()
{
	sleeper[me] = true;
#ifdef WAITLAST
	STORE(bbuf, WAIT(0), SLEEPS_BY(me));
#else
	tell_senders();				/* sleep 2 */
#endif
	FENCE(bbuf);
#ifndef NOLOOK
	look();
#endif
#ifdef BELLLATE
	bell = mem[BELL(object)];
#endif
	if
	:: NOTHING && ALL_OPEN ->
		UNLOCK;
		wait_until_woken();
		LOCK
	:: else
	fi;
	sleeper[me] = false;			/* sleep 4 */
#ifdef WAITRUN
	STORE(bbuf, WAIT(0), RUN)
#else
	tell_senders()
#endif
}

#define LEFT(l) (LOOKS_AT(object, l) && lane[l] && mem[TAIL(l)] != head[l])

/*
 * The baton, for the wakes that this thread got in place of others: for each lane
 * that has more, one of those who sleep for it.
 */
inline pass_on()
{
#ifdef BATONONE
	if
	:: sleeper[1] && me != 1 -> wake_one(0)
	:: else -> wake_one(1)
	fi
#else
	if
	:: LEFT(0) -> wake_one(0)
	:: else
	fi;
	if
	:: LEFT(1) -> wake_one(1)
	:: else
	fi
#endif
}

proctype B(byte me; byte object; byte quota; chan bbuf)
{
	byte t0, t1, k0, k1, ks, bell, m, wish;
	bool took, woken;

	LOCK;
	do
	:: quota == 0 || delivered == MESSAGES -> break
	:: quota != 0 && delivered != MESSAGES ->
#ifndef BELLLATE
		bell = mem[BELL(object)];
#endif
		drop_if_closed(0);
		drop_if_closed(1);
		look();
		if
		:: !NOTHING ->
			pick_and_take();
#ifndef NOBATON
			if
			:: took && woken -> pass_on(); woken = false
			:: else
			fi;
#endif
			d_step {
				quota = (took -> quota - 1 : quota);
				took = false;
				t0 = 0; t1 = 0; k0 = 0; k1 = 0; ks = 0; m = 0
			};
			UNLOCK;
			LOCK
		:: NOTHING -> sleep()
		fi
	od;
	UNLOCK
}

/* -- The kernel, and a task that sends to port 2 ------------------------------ */

inline close_lane()
{
	mem[STATE(0)] = CLOSING;		/* close 1 */
	h = mem[HEAD(0)];			/* close 2 */
	t = mem[TAIL(0)];
	d_step {
		end_pos[0] = t;
		from_pos[0] = h;
		do				/* close 3 and 5 */
		:: h < t -> kq[0]!!record[h]; h++
		:: else -> break
		od;
		has_lane[0] = false;
		mem[STATE(0)] = CLOSED;		/* close 6 */
		tell_board();
		ring_port_and_set(0);
		kbusy = false
	}
}

proctype K()
{
	byte h, t;

	if
	:: skip
	:: atomic { !kbusy -> kbusy = true }; close_lane()
	fi
}

proctype S()
{
	enqueue(PLAIN, 3)
}

init
{
	atomic {
		run A0();
#ifndef ALONE
		run A1();
#endif
#ifdef BATON
		run B(0, PSET, 1, bbuf0);
		run B(1, 0, 1, bbuf1);
		run B(2, 1, 1, bbuf2);
#else
		run B(0, PSET, MESSAGES, bbuf0);
#ifdef MIXED
		run B(1, 0, 1, bbuf1);
#endif
#ifdef CLOSES
		run K();
#endif
#ifndef ALONE
		run S();
#endif
#endif
		skip
	};
	(delivered == MESSAGES)
}
