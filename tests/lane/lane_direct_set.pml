/*
 * lane_direct_set.pml - a port set that is lent to the kernel: a receive from it by one
 * trap, which gets the next message of any member's queue, now or later
 *
 * Ports 0 and 1 have a lane each. A1 sends one message by that to port 1, and S one by trap
 * to either port. Both are members of a set, from which thread 0 of B receives, by lending
 * each member, with or without a look before. Thread 1 looks twice at port 1, and takes what
 * is there. Of one port, messages are received
 * in the order of the sends that returned before another began, and each has a sequence
 * number of its own.
 *
 *   LATE	port 1 is posted, and its lane opens, at any moment: by thread 1, before
 *		it looks there
 *   BOTH	A0 sends a message to port 0, too
 *
 * The kernel looks at one lane after the other. Its stores are seen at once, and a lane
 * that closes is left out: what they do to a lent port is in lane_direct.pml.
 *
 * Runs:
 *   passes
 *   passes	LATE
 *   full	BOTH
 *   full	BOTH LATE
 *   full	S_SENDS=2
 *   full	LATE S_SENDS=2
 *   fails	LENDONE	B lends one member
 *   fails	LOOKONE	the kernel looks at the lanes of one member
 *   fails	NOSTOPSET	who stops a member does not stop its set
 *   fails	LATE NOSTOPPOSTED	a member that is posted does not stop the set
 *   fails	LATE NOPOSTLOCK	B lends while a member is posted and not listed yet
 */

#ifndef S_SENDS
#define S_SENDS 1
#endif
#ifdef BOTH
#define SENT (2 + S_SENDS)
#else
#define SENT (1 + S_SENDS)
#endif
#define PSET 2

byte mem[6];
#define TAIL(l)	(l)		/* its sender's */
#define HEAD(l)	(2 + (l))	/* B's */
#define WAIT(l)	(4 + (l))	/* B's */

#define RUN	0
#define KICK_2	2

#ifdef BOTH
chan abuf0 = [1] of { byte, byte };
#endif
chan abuf1 = [1] of { byte, byte };
chan bbuf0 = [2] of { byte, byte };
chan bbuf1 = [2] of { byte, byte };
#ifdef BOTH
FLUSH(flush_a0, abuf0)
#endif
FLUSH(flush_a1, abuf1)
FLUSH(flush_b0, bbuf0)
FLUSH(flush_b1, bbuf1)

byte clock;
byte ticket[2];			/* of what is in each lane */

/* What was received, and what has to be, first: of each port. */
byte a_done[2], s_done[2];	/* sends that have returned */
byte a_after[2];		/* s_done when it began */
byte s_after[2 * S_SENDS];	/* a_done when each began */
byte a_got[2], s_got[2];
bool numbers[2 * (1 + S_SENDS)];

#define GOT (a_got[0] + a_got[1] + s_got[0] + s_got[1])

inline note_number(p, number)
{
	assert(!numbers[(p) * (1 + S_SENDS) + (number)]);
	numbers[(p) * (1 + S_SENDS) + (number)] = true
}

inline deliver_a(p, number)
{
	assert(s_got[p] >= a_after[p]);
	a_got[p] = a_got[p] + 1;
	note_number(p, number)
}

inline deliver_s(p, number)
{
	assert(a_got[p] >= s_after[(p) * S_SENDS + s_got[p]]);
	s_got[p] = s_got[p] + 1;
	note_number(p, number)
}

/* -- The kernel -------------------------------------------------------------- */

chan kq[2] = [S_SENDS] of { byte };	/* its queues: tickets */
byte given[2];			/* messages that it has given away */
byte kseqno[2], kreset[2];	/* on the board, as these: */
byte stops[3];
bool is_open[2];
bool is_posted[2];
bool waiting;			/* thread 0's receive is blocked */
#define NOT_YET	0
#define CAME	1
#define AGAIN	2
byte answer;			/* to thread 0 */

/* Ticket of what is in lane l, or 0. */
#define FIRST(l) (is_open[l] && mem[TAIL(l)] != mem[HEAD(l)] -> ticket[l] : 0)
#define IS_BEFORE(when, first) ((first) == 0 || (when) < (first))

inline ring()
{
	answer = (waiting -> AGAIN : answer);
	waiting = false
}

/* It is given away: the board has the number of the next. */
inline give(p)
{
	number = given[p] + mem[HEAD(p)];
	given[p] = given[p] + 1;
	kseqno[p] = number + 1;
	kreset[p] = kreset[p] + 1;
	deliver_s(p, number);
	number = 0
}

inline give_to_waiter(p)
{
	give(p);
	answer = CAME;
	waiting = false
}

proctype S()
{
	byte n = 0, p, when, first, number;

	do
	:: n == S_SENDS -> break
	:: n != S_SENDS ->
		if
		:: p = 0
		:: p = 1
		fi;
		s_after[p * S_SENDS + s_done[p]] = a_done[p];
		atomic { !kbusy -> kbusy = true; clock++; when = clock };
		first = FIRST(p);
		atomic {
			if
			:: waiting && len(kq[p]) == 0 && IS_BEFORE(when, first) ->
				give_to_waiter(p)
			:: else -> kq[p]!when; ring()
			fi;
			kbusy = false;
			n++;
			s_done[p] = s_done[p] + 1;
			p = 0;
			when = 0;
			first = 0
		}
	od
}

/* -- A0 and A1 ---------------------------------------------------------------- */

proctype A(byte l; chan abuf)
{
	atomic { is_open[l] -> a_after[l] = s_done[l] };
	atomic {
		clock++;				/* publish 3 */
		ticket[l] = clock;
		STORE(abuf, TAIL(l), 1)			/* publish 4 */
	};
	FENCE(abuf);
	if						/* publish 6 */
	:: mem[WAIT(l)] == KICK_2 ->
		atomic { !kbusy ->
			if
			:: mem[TAIL(l)] != mem[HEAD(l)] && mem[WAIT(l)] != RUN -> ring()
			:: else
			fi }
	:: else
	fi;
	a_done[l] = 1
}

/* -- B ----------------------------------------------------------------------- */

bool post_locked;		/* since a member is posted, until it is listed */
bool locked[2];			/* ports' locks, for all below */
bool listed[2];
byte head[2], seqno[2], reset[2];
byte lent[2], lent_stops[2];

#define LOCK_POST	atomic { !post_locked -> post_locked = true }
#define LOCK(p)		atomic { !locked[p] -> locked[p] = true }
#define UNLOCK(p)	atomic { FENCE(bbuf) -> locked[p] = false }

inline note_seqno(p)
{
	if
	:: kreset[p] != reset[p] -> reset[p] = kreset[p]; seqno[p] = kseqno[p]
	:: else
	fi
}

/* Those who wait by a trap for the port, or for its set, are answered; who comes later is
 * refused. */
inline stop(p)
{
	stopped = false;
	if
	:: lent[p] > 0 ->
		atomic { !kbusy ->		/* stop 1 */
			if
			:: lent_stops[p] == stops[p] ->
				stops[p] = stops[p] + 1;
#ifndef NOSTOPSET
				stops[PSET] = stops[PSET] + 1;
#endif
				ring()
			:: else
			fi };
		atomic {
			lent[p] = 0;		/* stop 2 */
			note_seqno(p);
			stopped = true
		}
	:: else
	fi
}

inline take(p)
{
	STORE(bbuf, HEAD(p), 1);		/* take 4 */
	FENCE(bbuf);
	atomic { deliver_a(p, seqno[p]); head[p] = 1; seqno[p] = seqno[p] + 1 }
}

/* A receive trap that does not wait. */
inline take_of_queue(p)
{
	atomic { !kbusy ->
		if
		:: len(kq[p]) > 0 -> kq[p]?_; give(p)
		:: else
		fi
	}
}

inline read_oldest(p)
{
	if
	:: len(kq[p]) > 0 -> kq[p]?<k>
	:: else -> k = 0
	fi
}

/* The lane and the queue of a port; nothing is taken if both are empty. */
inline look_and_take(p)
{
	atomic { !locked[p] -> locked[p] = true; note_seqno(p) };
	t = (is_open[p] -> mem[TAIL(p)] : head[p]);	/* pick 1 */
	atomic { read_oldest(p) };
	if						/* pick 2 */
	:: is_open[p] && t == head[p] && k != 0 ->
		t = mem[TAIL(p)];
		atomic { read_oldest(p) }
	:: else
	fi;
	nothing = (t == head[p] && k == 0);
	if						/* pick 3 */
	:: nothing
	:: !nothing ->
		stop(p);
		if
		:: stopped	/* what is next may be another by now */
		:: !stopped && t != head[p] && (k == 0 || ticket[p] < k) -> take(p)
		:: else -> take_of_queue(p)
		fi
	fi;
	atomic { t = 0; k = 0; stopped = false; nothing = false };
	UNLOCK(p)
}

/* Of a set, by a trap: what is in queues of members that are not posted. */
inline take_of_others()
{
	atomic { !kbusy ->
		if
		:: !is_posted[1] && len(kq[1]) > 0 -> kq[1]?_; give(1)
		:: else
		fi
	}
}

/* Any member may have its turn. */
inline look_at_set()
{
	if
	:: listed[0] -> look_and_take(0)
	:: listed[1] -> look_and_take(1)
	:: !listed[1] -> take_of_others()
	fi
}

inline lend(p)
{
	if
	:: listed[p] ->
		atomic { !locked[p] ->		/* lend 1 */
			locked[p] = true;
			my_stops[p] = stops[p];
			lent[p] = (lent_stops[p] != my_stops[p] -> 0 : lent[p]);
			lent_stops[p] = my_stops[p];
			lent[p] = lent[p] + 1;
			has_lent[p] = true;
			STORE(bbuf, WAIT(p), KICK_2)	/* lend 2 */
		};
		UNLOCK(p)
	:: else
	fi
}

inline take_back(p)
{
	if
	:: has_lent[p] ->
		atomic { !locked[p] ->		/* lend 4 */
			locked[p] = true;
			lent[p] = (lent[p] > 0 && lent_stops[p] == my_stops[p] -> lent[p] - 1 : lent[p]);
			STORE(bbuf, WAIT(p), RUN);
			has_lent[p] = false;
			my_stops[p] = 0
		};
		UNLOCK(p)
	:: else
	fi
}

inline lend_set()
{
#ifndef NOPOSTLOCK
	LOCK_POST;
#endif
	of_set = stops[PSET];
	lend(0);
#ifndef LENDONE
	lend(1);
#endif
#ifndef NOPOSTLOCK
	post_locked = false
#endif
}

#define OLDER(a, b) ((a) == 0 || ((b) != 0 && (b) < (a)) -> (b) : (a))

/* What is oldest of all queues, if nothing in any lane is older. */
inline choose()
{
	if
	:: len(kq[0]) > 0 -> kq[0]?<k>
	:: else
	fi;
	if
	:: len(kq[1]) > 0 -> kq[1]?<t>
	:: else
	fi;
	if
	:: of_set != stops[PSET] -> answer = AGAIN
	:: of_set == stops[PSET] && k == 0 && t == 0 && first == 0 -> waiting = true
	:: of_set == stops[PSET] && k != 0 && (t == 0 || k < t) && IS_BEFORE(k, first) ->
		kq[0]?_;
		give_to_waiter(0)
	:: of_set == stops[PSET] && t != 0 && (k == 0 || t < k) && IS_BEFORE(t, first) ->
		kq[1]?_;
		give_to_waiter(1)
	:: else -> answer = AGAIN
	fi
}

inline receive_by_trap()
{
	lend_set();
	atomic { !kbusy -> kbusy = true };	/* lend 3 */
	first = FIRST(0);
#ifndef LOOKONE
	first = OLDER(first, FIRST(1));
#endif
	atomic { choose(); k = 0; t = 0; first = 0; of_set = 0; kbusy = false };
	if
	:: answer != NOT_YET -> answer = NOT_YET
	:: waiting && GOT == SENT -> waiting = false	/* rightly */
	fi;
	take_back(0);
	take_back(1)
}

proctype B0(chan bbuf)
{
	byte t, k, first, number, of_set;
	byte my_stops[2];
	bool nothing, stopped;
	bool has_lent[2];

	do
	:: GOT == SENT -> break
	:: GOT < SENT ->
		if
		:: receive_by_trap()
		:: look_at_set()
		fi
	od
}

/* Port 1 gets a lane: open 5, less who offers and who joins. */
inline open_lane()
{
	LOCK_POST;
	atomic { !kbusy ->			/* it is posted */
		is_posted[1] = true;
		number = given[1];
#ifndef NOSTOPPOSTED
		stops[PSET] = stops[PSET] + 1;
#endif
		ring()
	};
	LOCK(1);
	atomic { reset[1] = kreset[1]; seqno[1] = number; number = 0; listed[1] = true };
	STORE(bbuf, WAIT(1), RUN);
	UNLOCK(1);
	post_locked = false;
	atomic { !kbusy -> is_open[1] = true; ring() }
}

proctype B1(chan bbuf)
{
	byte t, k, number;
	bool nothing, stopped;

#ifdef LATE
	open_lane();
#else
#endif
	look_and_take(1);
	look_and_take(1)
}

init
{
	atomic {
		is_open[0] = true;
		is_posted[0] = true;
		listed[0] = true;
#ifdef LATE
		mem[WAIT(1)] = KICK_2;
#else
		is_open[1] = true;
		is_posted[1] = true;
		listed[1] = true;
#endif
#ifdef BOTH
		run A(0, abuf0);
#endif
		run A(1, abuf1);
		run S();
		run B0(bbuf0);
		run B1(bbuf1)
	};
	(GOT == SENT)
}
