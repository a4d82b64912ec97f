/*
 * lane_forward.pml - a sender A, a receiver B, and the kernel, which closes the
 * lane at any moment
 *
 * What the lane did not take goes by trap. A waits for room, B sleeps for
 * messages.
 *
 *   KICK	B sleeps in the kernel, and A asks the kernel to ring
 *   ADIES	A is killed when it has published and not yet looked
 *
 * Runs:
 *   passes
 *   passes	KICK
 *   passes	ADIES
 *   full	N=6 LIMIT=3
 *   full	KICK N=6 LIMIT=3
 *   full	ADIES N=6 LIMIT=3
 *   fails	NOFENCE_PUB	A looks before others see what it published
 *   fails	NOFENCE_TAKE	B looks before others see what it consumed
 *   fails	NOFENCE_CLOSE	the kernel counts before others see CLOSING
 *   fails	NOFENCE_SLEEP	B looks again before others see that it sleeps
 *   fails	FLAGFUTEX	B sleeps on its own flag, which the waker leaves
 *   fails	NOFROM		B keeps what it took while the lane closed
 *   fails	TAILFIRST	the kernel reads the tail, then the head
 *   fails	KICK NOLOOK	B does not look again; futex_waitv does that for it
 */

byte mem[7];
#define TAIL	0 /* A's: messages published */
#define SPACE	1 /* A's: it sleeps until there is room */
#define HEAD	2 /* B's: messages consumed */
#define WAIT	3 /* B's: it sleeps for messages */
#define STATE	4 /* the kernel's, as all below */
#define KQ	5 /* ticket of the oldest message in its queue, plus 1; or 0 */
#define BELL	6

chan abuf = [2] of { byte, byte };
chan bbuf = [2] of { byte, byte };
chan kbuf = [2] of { byte, byte };
FLUSH(flush_a, abuf)
FLUSH(flush_b, bbuf)
FLUSH(flush_k, kbuf)

chan kq = [N] of { byte };	/* the kernel's queue of P, by ticket: kq!!m */
byte end_pos, from_pos;		/* written before CLOSED, read after it */
bool a_sleeps, b_sleeps;	/* in Linux; whoever wakes clears it */
byte expected;			/* the message that B's program gets next */
byte returned;			/* sends that returned success */
bool a_dead;

inline deliver(message)
{
	assert(message == expected);
	expected++
}

inline ring()
{
	mem[BELL] = mem[BELL] + 1;
	b_sleeps = false
}

/* The kernel's queue has changed: the board says so, then the bell rings. */
inline kq_show()
{
	byte first_ = 0;
	if
	:: len(kq) > 0 -> kq?<first_>; mem[KQ] = first_ + 1
	:: else -> mem[KQ] = 0
	fi;
	ring()
}

/* -- A ------------------------------------------------------------------- */

inline wake_b()
{
	if
#ifdef KICK
	:: mem[WAIT] == 1 -> atomic { !kbusy -> ring() }	/* trap kick */
#else
	:: mem[WAIT] == 1 -> b_sleeps = false			/* FUTEX_WAKE */
#endif
	:: else
	fi
}

inline publish()
{
	/* publish 3: the record, which the model does not have */
	STORE(abuf, TAIL, m + 1);		/* publish 4 */
#ifdef ADIES
	if
	:: a_dead = true; goto done
	:: skip
	fi;
#endif
#ifndef NOFENCE_PUB
	FENCE(abuf);
#endif
	if
	:: mem[STATE] == OPEN ->		/* publish 5 */
		wake_b();			/* publish 6 */
		m++
	:: else ->
		SYNC;				/* publish 7 */
		if				/* publish 8 */
		:: m < end_pos -> m++		/* taken */
		:: else				/* to be sent by trap */
		fi
	fi
}

/* The lane is full. */
inline wait_for_room()
{
	STORE(abuf, SPACE, 1);
	FENCE(abuf);
	seen = mem[HEAD];
	if
	:: m - seen >= LIMIT ->
		if	/* futex_waitv compares both words, then sleeps */
		:: atomic { mem[HEAD] == seen && mem[STATE] == OPEN ->
				a_sleeps = true };
			!a_sleeps
		:: atomic { !(mem[HEAD] == seen && mem[STATE] == OPEN) }
		fi
	:: else
	fi;
	STORE(abuf, SPACE, 0)
}

proctype A()
{
	byte m = 0, seen;
	bool lane = true;

	do
	:: m == N -> break
	:: m < N && lane ->
		if
		:: mem[STATE] != OPEN -> lane = false	/* publish 0 */
		:: else ->
			seen = mem[HEAD];		/* publish 1 */
			if
			:: m - seen < LIMIT -> publish()
			:: else -> wait_for_room()
			fi
		fi
	:: m < N && !lane -> atomic { !kbusy -> kq!!m; kq_show(); m++ }
	od;
done:	returned = m
}

/* -- B ------------------------------------------------------------------- */

inline take()
{
	/* take 1 to 3: the tail was read, the record is checked and copied */
	STORE(bbuf, HEAD, h + 1);		/* take 4 */
#ifndef NOFENCE_TAKE
	FENCE(bbuf);
#endif
	if
	:: mem[STATE] == OPEN ->		/* take 5 */
		deliver(h);
		h++;
		if				/* take 6 */
		:: mem[SPACE] == 1 -> a_sleeps = false
		:: else
		fi
	:: else ->
		SYNC;
		if
#ifdef NOFROM
		:: true -> deliver(h); h++
#else
		:: h < from_pos -> deliver(h); h++
		:: else				/* the kernel has it */
#endif
		fi
	fi
}

/* A receive trap that does not wait. */
inline take_of_kernel()
{
	atomic { !kbusy ->
		if
		:: len(kq) > 0 -> kq?m; deliver(m); kq_show()
		:: else
		fi
	}
}

inline look()
{
	if
	:: lane -> t = mem[TAIL]
	:: else -> t = h
	fi;
	k = mem[KQ]
}

/* What Linux or the kernel compares before it lets B sleep. */
#ifdef KICK
#define MAY_SLEEP (mem[BELL] == bell)
#define TRAPS_WAIT kbusy
#elif defined(FLAGFUTEX)
#define MAY_SLEEP (mem[BELL] == bell)
#define TRAPS_WAIT false
#else
#define MAY_SLEEP ((!lane || mem[TAIL] == h) && mem[BELL] == bell)
#define TRAPS_WAIT false
#endif

inline sleep()
{
	STORE(bbuf, WAIT, 1);			/* sleep 2 */
#ifndef NOFENCE_SLEEP
	FENCE(bbuf);
#endif
#ifdef NOLOOK
	t = h;
	k = 0;
#else
	look();
#endif
	if
	:: t == h && k == 0 && !(lane && mem[STATE] != OPEN) ->
		if				/* sleep 3 */
		:: atomic { !TRAPS_WAIT && MAY_SLEEP -> b_sleeps = true };
			!b_sleeps
		:: atomic { !TRAPS_WAIT && !MAY_SLEEP }
		fi
	:: else
	fi;
	STORE(bbuf, WAIT, 0)			/* sleep 4 */
}

proctype B()
{
	byte h = 0, t, k, bell, m;
	bool lane = true;

	do
	:: expected == N -> break
	:: a_dead && !lane && len(kq) == 0 -> break
	:: expected < N && !(a_dead && !lane && len(kq) == 0) ->
		bell = mem[BELL];	/* sleep 1, where the code spins, too */
		if
		:: lane && mem[STATE] != OPEN -> SYNC
		:: else ->
			look();
			if
			:: t != h -> take()
			:: t == h && k != 0 -> take_of_kernel()
			:: t == h && k == 0 -> sleep()
			fi
		fi
	od
}

/* -- The kernel ---------------------------------------------------------- */

/* close 3 and 5: what is in the lane goes to P's queue. */
inline drain()
{
	d_step {
		i = h;
		do
		:: i < t -> kq!!i; i++
		:: else -> break
		od;
		end_pos = t;
		from_pos = h;
		i = 0
	}
}

inline close_lane()
{
	STORE(kbuf, STATE, CLOSING);		/* close 1 */
#ifndef NOFENCE_CLOSE
	FENCE(kbuf);
#endif
	/* close 2: head, then tail: what counts as consumed must count as sent */
#ifdef TAILFIRST
	t = mem[TAIL];
	h = mem[HEAD];
#else
	h = mem[HEAD];
	t = mem[TAIL];
#endif
	drain();
	FENCE(kbuf);
	atomic {				/* close 6 */
		mem[STATE] = CLOSED;
		kq_show();
		a_sleeps = false;
		kbusy = false
	}
}

proctype K()
{
	byte t, h, i;

end:	if
#ifdef ADIES
	/* What A stored before it died is seen by all. */
	:: a_dead && len(abuf) == 0 -> atomic { !kbusy -> kbusy = true };
#else
	:: skip /* never closes */
	:: atomic { !kbusy -> kbusy = true };
#endif
		close_lane()
	fi
}

init
{
	atomic { run A(); run B(); run K() };
#ifdef ADIES
	(expected == N || (a_dead && _nr_pr == 4));
	assert(expected >= returned)
#else
	(_nr_pr == 4);
	assert(expected == N)
#endif
}
