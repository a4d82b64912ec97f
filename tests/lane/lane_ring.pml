/*
 * lane_ring.pml - one lane, and the threads that sleep for what comes by it
 *
 * A sends N messages, to which it wants no reply. Two threads of B receive. Thread 0 is
 * patient; thread 1 may give up at any time, and goes when it has received one message.
 *
 *   (plain)	both sleep in futex_waitv
 *   KICK	both in the kernel
 *   MIXED	thread 0 in futex_waitv, thread 1 in the kernel
 *   MIXED1	the other way round
 *   LEVEL	thread 0 is an event loop: it takes one message at a time, when a descriptor
 *		is readable. The kernel makes it so when it is kicked, and B's library ends
 *		that when there is nothing; thread 1 sleeps in the kernel
 *   THREADS	another thread of A sends a message, too
 *   HANDLER	a thread of A is interrupted when it has published, and not yet rung: the
 *		handler sends a message, and waits until B has got it. Thread 1 of B is not
 *		there
 *   DIES	thread 1 may be woken, and never look
 *   LATE	the last message is long after the others, and thread 1 looks for it
 *
 * B's memory says that somebody is to be woken until one of its threads has run, which may
 * be many messages later. So A remembers B's head as it was when it rang last: while that
 * is where it was, a thread was woken, and has not taken anything yet. That thread looks
 * before it sleeps again, and when it has taken something it wakes another, if there is
 * more (the baton). To ring again is for nothing; but the thread may have been stopped, or
 * its handler have left, so much later A rings again all the same. For a request A rings each time, as in
 * the other models, which only wakes more: it is waited for, and the threads of B are not
 * to be woken one by the other.
 *
 * The lane stays open; what orders the stores of its closing is in lane_forward.
 *
 * Runs:
 *   passes	N=2
 *   passes	N=2 MIXED
 *   passes	N=2 HANDLER
 *   passes	N=2 LEVEL
 *   full	N=2 KICK
 *   full	N=2 MIXED1
 *   full	N=1 THREADS
 *   full
 *   full	KICK
 *   full	LEVEL
 *   full	MIXED
 *   full	MIXED1
 *   fails	N=2 NOBATON	who was woken wakes nobody
 *   fails	N=2 MIXED KICKONLY	a kick is for those alone who sleep in the kernel
 *   fails	N=2 LEVEL NORELOOK	B does not look again when it has ended that
 *   fails	N=2 LEVEL UNWATCHED	B tells of those that sleep alone
 *   fails	EMPTY	A remembers a head behind which there was nothing
 *   fails	EARLY	A looks at the head before it publishes
 *   fails	N=2 HANDLER FIRST	A remembers that it rings before it does
 *   passes	N=2 DIES LATE
 *   passes	N=2 MIXED DIES LATE
 *   fails	N=2 DIES	what is not long after: for that a sleep ends after some time
 */

byte mem[4];
#define TAIL	0 /* A's */
#define HEAD	1 /* B's */
#define WAIT	2 /* B's */
#define BELL	3 /* the kernel's */

#define RUN	0
#define FUTEX_1	1
#define KICK_2	2

#if defined(KICK) || defined(LEVEL)
#define SLEEPS_BY(t)	KICK_2
#elif defined(MIXED)
#define SLEEPS_BY(t)	((t) == 0 -> FUTEX_1 : KICK_2)
#elif defined(MIXED1)
#define SLEEPS_BY(t)	((t) == 0 -> KICK_2 : FUTEX_1)
#else
#define SLEEPS_BY(t)	FUTEX_1
#endif

chan abuf = [1] of { byte, byte };
chan bbuf0 = [3] of { byte, byte };
chan bbuf1 = [3] of { byte, byte };
FLUSH(flush_a, abuf)
FLUSH(flush_b0, bbuf0)
FLUSH(flush_b1, bbuf1)

bool a_locked;
byte tail;		/* (a_locked) */
#define NEVER 255
byte rung = NEVER;	/* (a_locked) the head when it rang last */
bool late;		/* long after it did */
byte kicks;		/* sent to the kernel, which has not read them yet */

byte running;		/* threads of A */

bool b_locked;
byte head;		/* (b_locked) */
byte sleepers[3];	/* by how they sleep */
bool asleep[2];
bool queued[2];		/* on the tail, in futex_waitv */
bool readable = true;	/* the descriptor */
byte settled = NEVER;	/* the bell, when it was found that nothing is there */

/* -- The kernel, and Linux --------------------------------------------------- */

inline wake_one()
{
	atomic {
		if
		:: queued[0] -> queued[0] = false; asleep[0] = false
		:: queued[1] -> queued[1] = false; asleep[1] = false
		:: else
		fi
	}
}

/* A kick is for who sleeps, and if there is a message. */
#ifdef KICKONLY
#define KICK_COUNTS (mem[WAIT] == KICK_2)
#else
#define KICK_COUNTS (mem[WAIT] != RUN)
#endif

active proctype kernel()
{
end:	do
	:: atomic { kicks > 0 ->
		kicks--;
		if
		:: KICK_COUNTS && mem[TAIL] != mem[HEAD] ->
			mem[BELL] = mem[BELL] + 1;
			readable = true;
			queued[0] = false;
			queued[1] = false;
			asleep[0] = false;
			asleep[1] = false
		:: else
		fi }
	od
}

/* -- A ----------------------------------------------------------------------- */

#define A_LOCK		atomic { !a_locked -> a_locked = true }
#define A_UNLOCK	atomic { FENCE(abuf) -> a_locked = false }

inline publish()
{
	atomic {
		A_LOCK;
#ifdef EARLY
		h = mem[HEAD];
#endif
		tail++;
		end_ = tail;
		STORE(abuf, TAIL, tail)		/* publish 4 */
	};
	FENCE(abuf);
	/* publish 6: is somebody to be woken, who was not yet? */
	w = mem[WAIT];
#ifndef EARLY
	h = mem[HEAD];
#endif
	atomic {
		if
		:: h == rung && !late -> w = RUN
#ifndef EMPTY
		:: h == end_ -> w = RUN
#endif
		:: else
		fi;
#ifdef FIRST
		rung = (w != RUN -> h : rung);
#endif
		A_UNLOCK
	}
}

inline ring()
{
	if
	:: w == FUTEX_1 -> wake_one()
	:: w == KICK_2 -> kicks++
	:: else
	fi;
#ifndef FIRST
	if
	:: w != RUN -> atomic { !a_locked -> rung = h }
	:: else
	fi
#endif
}

proctype A(byte count)
{
	byte w, h, end_;
#ifdef HANDLER
	byte w0, h0;
	bool handled;
#endif

	do
	:: count == 0 -> break
	:: count != 0 ->
#ifdef LATE
		late = count == 1;
#endif
		publish();
#ifdef HANDLER
		if
		:: !handled ->
			handled = true;
			w0 = w;
			h0 = h;
			publish();
			ring();
			mem[HEAD] >= end_;
			w = w0;
			h = h0
		:: skip
		fi;
#endif
		ring();
		count--
	od;
	running--
}

/* -- B ----------------------------------------------------------------------- */

#define B_LOCK		atomic { !b_locked -> b_locked = true }
#define B_UNLOCK	atomic { FENCE(bbuf) -> b_locked = false }

#if defined(LEVEL) && !defined(UNWATCHED)
#define WATCHED true
#else
#define WATCHED false
#endif

inline tell()
{
	STORE(bbuf, WAIT, (WATCHED || sleepers[KICK_2] > 0 -> KICK_2 :
		(sleepers[FUTEX_1] > 0 -> FUTEX_1 : RUN)))
}

inline wait_until_woken()
{
	if					/* sleep 3 */
	:: SLEEPS_BY(me) == FUTEX_1 ->
		if
		:: atomic { mem[TAIL] == t && mem[BELL] == bell ->
				asleep[me] = true; queued[me] = true }
		:: atomic { !(mem[TAIL] == t && mem[BELL] == bell) }
		fi
	:: SLEEPS_BY(me) == KICK_2 ->
		if
		:: atomic { mem[BELL] == bell -> asleep[me] = true }
		:: atomic { mem[BELL] != bell }
		fi
	fi;
	if
	:: !asleep[me]
	:: atomic { asleep[me] && me == 1 ->	/* its time is over */
			asleep[me] = false; queued[me] = false; over = true }
	/* All is done: who sleeps now does so by right. */
	:: atomic { asleep[me] && running == 0 && mem[HEAD] == tail ->
			asleep[me] = false; queued[me] = false; over = true }
	fi;
	slept = true
}

inline sleep()
{
	sleepers[SLEEPS_BY(me)]++;
	atomic { B_LOCK; tell() };		/* sleep 2 */
	FENCE(bbuf);
	atomic { t = mem[TAIL]; something = t != head; B_UNLOCK };
	if
	:: !something -> wait_until_woken()
	:: else
	fi;
#ifdef DIES
	if
	:: me == 1 && slept && !late -> over = true; dead = true
	:: else
	fi;
#endif
	sleepers[SLEEPS_BY(me)]--;
	atomic { B_LOCK; tell() };		/* sleep 4 */
	B_UNLOCK
}

/* The baton, when a receive ends that has slept. */
inline pass_on()
{
#ifndef NOBATON
	atomic { !b_locked -> something = mem[TAIL] != head };
	if
	:: something -> wake_one()
	:: else
	fi;
#endif
	slept = false
}

/* The descriptor is not readable, if there is nothing. */
inline settle()
{
	bell = mem[BELL];
	atomic { !b_locked -> something = bell == settled || mem[TAIL] != head };
	if
	:: !something ->
		readable = false;
#ifndef NORELOOK
		atomic { !b_locked -> something = mem[TAIL] != head };
#endif
		if
		:: something -> readable = true
		:: else -> settled = bell
		fi
	:: else
	fi
}

proctype LOOP(chan bbuf)
{
	byte bell;
	bool something;

	do
	:: readable ->
		atomic { B_LOCK };
		if
		:: mem[TAIL] != head ->
			atomic {
				STORE(bbuf, HEAD, head + 1);	/* take 4 */
				head++
			}
		:: else
		fi;
		B_UNLOCK;
		settle()
	:: !readable && running == 0 && mem[HEAD] == tail -> break
	od
}

proctype B(byte me; chan bbuf)
{
	byte t, bell;
	bool something, over, slept, dead;

	do
	:: true ->
		if
		:: dead -> break
		:: else
		fi;
		atomic { B_LOCK; bell = mem[BELL] };	/* sleep 1 */
		t = mem[TAIL];
		if
		:: t != head ->
			atomic {			/* take 4 */
				STORE(bbuf, HEAD, head + 1);
				head++;
				over = (me == 1)
			};
			B_UNLOCK;
#ifdef LEVEL
			settle();
#endif
			if
			:: slept -> pass_on()
			:: else
			fi;
			if
			:: over -> break
			:: else
			fi
		:: else ->
			B_UNLOCK;
#ifdef LEVEL
			settle();
#endif
			if
			:: over && slept -> pass_on(); break
			:: over && !slept -> break
			:: else -> sleep()
			fi
		fi
	od
}

init
{
	atomic {
		running = 1;
#ifdef LEVEL
		mem[WAIT] = KICK_2;
		run LOOP(bbuf0);
#else
		run B(0, bbuf0);
#endif
#ifndef HANDLER
		run B(1, bbuf1);
#endif
#ifdef THREADS
		running = 2;
		run A(1);
#endif
		run A(N)
	}
}
