/*
 * lane_opening.pml - a lane opens, and is closed at any moment of that or later
 *
 * A sends N messages by trap or, while it sees that the lane is open, by the lane.
 * One thread of B receives and sleeps; another is asked for the lane, lists it and
 * says so. It is evicted at any moment, also before it was ever open.
 *
 *   STAYS	it is not closed
 *
 * Runs:
 *   passes	N=2
 *   full	N=3
 *   fails	N=2 STAYS EARLY	OPEN before B has listed it: nobody looks at what it has
 *   fails	N=2 STAYS AFIRST	OPEN on A's board, then on B's, who takes it for closed
 *   fails	N=2 STAYS NORING	no bell rings: who sleeps does not know of the lane
 *   fails	N=2 NODRAIN	what it had when it closed is forgotten
 */

byte mem[8];
#define TAIL	0 /* A's */
#define HEAD	1 /* B's */
#define WAIT	2 /* B's */
#define STATE_A	3 /* the kernel's, as all below: on A's board */
#define STATE_B	4 /* on B's */
#define KQ	5 /* oldest message in its queue, plus 1; or 0 */
#define BELL	6

#define NONE	3 /* neither OPEN, CLOSING nor CLOSED */

/* Values of WAIT. */
#define RUN	0
#define FUTEX	1
#define KICK	2

chan abuf = [2] of { byte, byte };
chan bbuf = [2] of { byte, byte };
chan kbuf = [2] of { byte, byte };
FLUSH(flush_a, abuf)
FLUSH(flush_b, bbuf)
FLUSH(flush_k, kbuf)

byte record[N];			/* what is at a position of the lane */
chan kq = [N] of { byte };	/* the kernel's queue, by ticket */
byte end_pos, from_pos;		/* written before CLOSED, read after it */
bool asked, ready;		/* the kernel asks B for the lane; B has listed it */
bool locked;			/* B's receive lock */
bool listed;			/* (locked) */
bool b_sleeps, on_tail;		/* in futex_waitv; also on the lane's tail */
byte expected;

inline deliver(m)
{
	assert(m == expected);
	expected++
}

inline ring()
{
	mem[BELL] = mem[BELL] + 1;
	b_sleeps = false
}

inline kq_show()
{
	if
	:: len(kq) > 0 -> kq?<first>; mem[KQ] = first + 1
	:: else -> mem[KQ] = 0
	fi;
	first = 0
}

/* -- A --------------------------------------------------------------------- */

inline send_by_trap()
{
	atomic { !kbusy -> kq!!m; kq_show(); ring(); m++ }
}

inline wake_b()
{
	if
	:: mem[WAIT] == FUTEX -> b_sleeps = (on_tail -> false : b_sleeps)
	:: mem[WAIT] == KICK -> atomic { !kbusy -> ring() }
	:: else
	fi
}

inline publish()
{
	record[n] = m;
	STORE(abuf, TAIL, n + 1);		/* publish 4 */
	FENCE(abuf);
	if
	:: mem[STATE_A] == OPEN ->		/* publish 5 */
		wake_b();			/* publish 6 */
		n++;
		m++
	:: else ->
		/* publish 7 */
		atomic { !kbusy && mem[STATE_A] == CLOSED };
		if				/* publish 8 */
		:: n < end_pos -> m++
		:: else				/* to be sent by trap */
		fi;
		n++
	fi
}

proctype A()
{
	byte m = 0, n = 0, first;

	do
	:: m == N -> break
	:: m < N && mem[STATE_A] == OPEN -> publish()	/* publish 0 */
	:: m < N -> send_by_trap()
	od
}

/* -- B, who receives --------------------------------------------------------- */

#define LOCK	atomic { !locked -> locked = true }
#define UNLOCK	atomic { FENCE(bbuf) -> locked = false }

inline look()
{
	t = (listed -> mem[TAIL] : h);
	k = mem[KQ]
}

inline drop()
{
	atomic { !kbusy && mem[STATE_B] != CLOSING; listed = false }
}

inline take()
{
	STORE(bbuf, HEAD, h + 1);		/* take 4 */
	FENCE(bbuf);
	if
	:: mem[STATE_B] == OPEN -> deliver(record[h])	/* take 5 */
	:: else ->
		drop();
		if
		:: h < from_pos -> deliver(record[h])
		:: else				/* the kernel has it */
		fi
	fi;
	h++
}

inline take_of_kernel()
{
	atomic { !kbusy ->
		if
		:: len(kq) > 0 -> kq?m; deliver(m); kq_show(); m = 0
		:: else
		fi
	}
}

inline pick()
{
	t = (listed && t == h -> mem[TAIL] : t);	/* pick 2 */
	k = (k == 0 -> mem[KQ] : k);
	if						/* pick 3 */
	:: t != h && (k == 0 || record[h] < k) -> take()
	:: k != 0 && !(t != h && record[h] < k) -> take_of_kernel()
	fi
}

/* In futex_waitv: on the tail only if the lane was listed when it looked. */
inline wait_until_woken(has_tail)
{
	if
	:: atomic { (!has_tail || mem[TAIL] == h) && mem[BELL] == bell ->
			b_sleeps = true;
			on_tail = has_tail };
		!b_sleeps
	:: atomic { !((!has_tail || mem[TAIL] == h) && mem[BELL] == bell) }
	fi
}

inline sleep()
{
	if
	:: listed -> STORE(bbuf, WAIT, FUTEX)	/* sleep 2 */
	:: else
	fi;
	FENCE(bbuf);
	look();
	has_tail = listed;
	UNLOCK;
	if
	:: t == h && k == 0 -> wait_until_woken(has_tail) /* sleep 3 */
	:: else
	fi;
	LOCK;
	if
	:: listed -> STORE(bbuf, WAIT, RUN)	/* sleep 4 */
	:: else
	fi
}

proctype B()
{
	byte h = 0, t, k, bell, m, first;
	bool has_tail;

	LOCK;
	do
	:: expected == N -> break
	:: expected < N ->
		bell = mem[BELL];		/* sleep 1 */
		if
		:: listed && (mem[STATE_B] == CLOSING ||
		    mem[STATE_B] == CLOSED) -> drop()
		:: else
		fi;
		look();				/* pick 1 */
		if
		:: t != h || k != 0 -> pick()
		:: t == h && k == 0 -> sleep()
		fi
	od;
	UNLOCK
}

/* Another thread of B: open 3 to 5. Whoever sleeps is told of to the sender. */
proctype Opener()
{
end:	asked;
	atomic { !locked ->
		listed = true;
		mem[WAIT] = (b_sleeps -> FUTEX : KICK)
	};
	ready = true
}

/* -- The kernel -------------------------------------------------------------- */

inline open_lane()
{
	atomic { !kbusy -> kbusy = true };
#ifdef AFIRST
	STORE(kbuf, STATE_A, OPEN);
	STORE(kbuf, STATE_B, OPEN);
#else
	STORE(kbuf, STATE_B, OPEN);		/* open 6 */
	STORE(kbuf, STATE_A, OPEN);
#endif
	FENCE(kbuf);
	atomic {
#ifndef NORING
		ring();
#endif
		kbusy = false
	}
}

inline close_lane()
{
	atomic { !kbusy -> kbusy = true };
	STORE(kbuf, STATE_A, CLOSING);		/* close 1 */
	STORE(kbuf, STATE_B, CLOSING);
	FENCE(kbuf);
	h = mem[HEAD];				/* close 2 */
	t = mem[TAIL];
	atomic {
		end_pos = t;
		from_pos = h;
#ifndef NODRAIN
		do				/* close 3 and 5 */
		:: h < t -> kq!!record[h]; h++
		:: else -> break
		od;
#endif
		mem[STATE_A] = CLOSED;		/* close 6 */
		mem[STATE_B] = CLOSED;
		kq_show();
		ring();
		kbusy = false
	}
}

proctype K()
{
	byte h, t, first;

	if
	:: skip /* offers no lane */
	:: asked = true;
		if
#ifdef EARLY
		:: open_lane()
#else
		:: ready -> open_lane()
#endif
#ifndef STAYS
		:: skip /* evicted before that */
#endif
		fi;
		if
		:: skip
#ifndef STAYS
		:: close_lane()
#endif
		fi
	fi
}

init
{
	atomic {
		mem[STATE_A] = NONE;
		mem[STATE_B] = NONE;
		mem[WAIT] = KICK;
		run A();
		run B();
		run Opener();
		run K()
	};
	(expected == N)
}
