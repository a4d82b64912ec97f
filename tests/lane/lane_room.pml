/*
 * lane_room.pml - one lane that is full, and the threads of A that wait for room
 *
 * The lane has room for LIMIT bytes, when the kernel has raised its share to that at some
 * time; before, for none. Thread 0 of A sends N messages of one byte, thread 1 one
 * of two, so it may find too little room when it was woken. B takes one after the other, of
 * one byte each, whose they are does not matter.
 *
 * A's memory says that somebody sleeps until one of its threads has run, which may be many
 * messages later. So each sleep has a number of its own, and B wakes all who sleep, twice for
 * each number that it sees: at the first time they may be about to sleep, with that very
 * head; not at the second, since they have looked at the head before they told their number.
 *
 * Runs:
 *   passes	N=2
 *   passes	N=3 LIMIT=3
 *   full	N=4 LIMIT=3
 *   fails	N=2 RINGONCE	B wakes at the first take alone
 *   fails	N=3 SAME	each sleep has the same number
 *   fails	N=2 NOFENCE	A looks at the head before it has told its number
 *   fails	N=2 TWICE	A reads its share once to find the lane full, and once to sleep
 */

byte mem[3];
#define HEAD	0 /* B's */
#define SPACE	1 /* A's: the number of the last sleep, 0: nobody sleeps */
#define SHARE	2 /* the kernel's: the limit on the board */

chan abuf0 = [2] of { byte, byte };
chan abuf1 = [2] of { byte, byte };
chan bbuf = [2] of { byte, byte };
FLUSH(flush_a0, abuf0)
FLUSH(flush_a1, abuf1)
FLUSH(flush_b, bbuf)

bool a_locked;
byte tail;		/* (a_locked) seen by B at once: not what this is about */
byte waiters;		/* (a_locked) */
byte number;		/* of sleeps so far */
bool asleep[2];
byte running = 2;	/* threads of A */

/* -- A ----------------------------------------------------------------------- */

#define A_LOCK		atomic { !a_locked -> a_locked = true }
#define A_UNLOCK	atomic { FENCE(abuf) -> a_locked = false }

inline sleep_for_room()
{
	/* Between these two, others may get numbers, and tell them. */
#ifdef SAME
	n = 1;
#else
	atomic { number++; n = number };
#endif
	STORE(abuf, SPACE, n);
#ifndef NOFENCE
	FENCE(abuf);
#endif
	if
	:: atomic { mem[HEAD] == seen && mem[SHARE] == share -> asleep[me] = true };
		!asleep[me]
	:: atomic { !(mem[HEAD] == seen && mem[SHARE] == share) }
	fi
}

proctype A(byte me; byte count; byte bytes; chan abuf)
{
	byte seen, share, n;

	do
	:: count == 0 -> break
	:: count != 0 ->
		A_LOCK;
		/* publish 1 */
		share = mem[SHARE];
		seen = mem[HEAD];
		if
		:: tail + bytes - seen <= share ->
			tail = tail + bytes;
			count--;
			A_UNLOCK
		:: else ->
			waiters++;
			A_UNLOCK;
#ifdef TWICE
			share = mem[SHARE];
#endif
			sleep_for_room();
			A_LOCK;
			waiters--;
			if
			:: waiters == 0 -> STORE(abuf, SPACE, 0)
			:: else
			fi;
			A_UNLOCK
		fi
	od;
	running--
}

/* -- B ----------------------------------------------------------------------- */

proctype B()
{
	byte head, wait, rung, left;

	do
	:: tail != head ->
		head++;
		STORE(bbuf, HEAD, head);	/* take 4 */
		FENCE(bbuf);
		wait = mem[SPACE];		/* take 6 */
		if
		:: wait != rung ->
			rung = wait;
#ifdef RINGONCE
			left = (wait == 0 -> 0 : 1)
#else
			left = (wait == 0 -> 0 : 2)
#endif
		:: else
		fi;
		if
		:: left > 0 ->
			left--;
			atomic { asleep[0] = false; asleep[1] = false }
		:: else
		fi
	:: running == 0 && tail == head -> break
	od
}

active proctype K()
{
	atomic { mem[SHARE] = LIMIT; asleep[0] = false; asleep[1] = false }
}

init
{
	atomic {
		run A(0, N, 1, abuf0);
		run A(1, 1, 2, abuf1);
		run B()
	}
}
