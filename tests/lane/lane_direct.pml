/*
 * lane_direct.pml - a port with a lane that is lent to the kernel: a receive by one
 * trap, which gets the next message of the kernel's queue, now or later
 *
 * A sends A_SENDS messages by its lane, and S two by trap, to the same port. Thread 0
 * of B receives by lending, with or without a look before. Thread 1 looks once and
 * takes what is there. If one send returned before another began, that message is
 * received first. Each has a sequence number of its own: what is taken of the lane from
 * B's library, else from the kernel.
 *
 *   CLOSES	the kernel closes the lane at any moment
 *
 * A trap is atomic but for what the kernel reads of the lane, at one moment since
 * nobody else takes from a lent one.
 *
 * Runs:
 *   passes
 *   full	CLOSES
 *   full	A_SENDS=2
 *   fails	NOTELL	senders are not told that they have to kick
 *   fails	NOFENCE_LEND	the kernel looks before others see that they have to
 *   fails	NOLOOK	the kernel does not look at the lane
 *   fails	NOSTOP	B takes from a port that is lent
 *   fails	NOSTOPS	the kernel does not see that it was stopped
 *   fails	STOPLATE	B chooses, and then has the kernel stop
 *   fails	NOSEQNO	B does not see how many the kernel has given away
 */

#ifndef A_SENDS
#define A_SENDS 1
#endif
#define S_SENDS 2
#define SENT (A_SENDS + S_SENDS)

byte mem[9];
#define TAIL	0 /* A's */
#define HEAD	1 /* B's */
#define WAIT	2 /* B's */
#define STATE	3 /* the kernel's, as all below */
#define OLDEST	4 /* ticket of the first message in its queue, or 0 */
#define BELL	5
#define STOPS	6
#define RESET	7
#define SEQNO	8

#define RUN	0
#define KICK_2	2

chan abuf = [1] of { byte, byte };
chan bbuf0 = [2] of { byte, byte };
chan bbuf1 = [2] of { byte, byte };
FLUSH(flush_a, abuf)
FLUSH(flush_b0, bbuf0)
FLUSH(flush_b1, bbuf1)

byte clock;
byte ticket[A_SENDS];		/* of what is in the lane, by position */
byte end_pos, from_pos;

/* What was received, and what has to be, first. */
byte a_done, s_done;		/* sends that have returned */
byte a_after[A_SENDS];		/* s_done when it began */
byte s_after[S_SENDS];		/* a_done when it began */
byte a_got, s_got;
bool numbers[SENT];

inline deliver_a(number)
{
	assert(s_got >= a_after[a_got]);
	a_got++;
	assert(!numbers[number]);
	numbers[number] = true
}

inline deliver_s(number)
{
	assert(a_got >= s_after[s_got]);
	s_got++;
	assert(!numbers[number]);
	numbers[number] = true
}

/* -- The kernel -------------------------------------------------------------- */

#define OF_A 1			/* a message, of A's or S's: in the order of each */
#define OF_S 2
chan kq = [SENT] of { byte, byte };	/* its queue: ticket, whose */
byte given;			/* messages that it has given away */
bool waiting;			/* thread 0's receive is blocked */
#define NOT_YET	0
#define AGAIN	3
byte answer;			/* to thread 0 */

/* Nothing older than @when is in the lane. */
#define IS_FIRST(when) \
	(mem[STATE] != OPEN || mem[TAIL] == mem[HEAD] || \
	((when) != 0 && (when) < ticket[mem[HEAD]]))

/* Messages are given away or taken: so many. */
#define COUNT (given + (mem[STATE] == OPEN -> mem[HEAD] : from_pos))

inline ring()
{
	mem[BELL] = mem[BELL] + 1;
	answer = (waiting -> AGAIN : answer);
	waiting = false
}

inline kq_show()
{
	byte when_ = 0, whose_;
	if
	:: len(kq) > 0 -> kq?<when_, whose_>; mem[OLDEST] = when_; when_ = 0; whose_ = 0
	:: else -> mem[OLDEST] = 0
	fi
}

/* It is given away: the board has the number of the next. */
inline count_given()
{
	number = COUNT;
	given++;
	mem[SEQNO] = number + 1;
	mem[RESET] = mem[RESET] + 1
}

/* Who gets it has it, with its number, even if others of B run before that thread. */
inline deliver(whose)
{
	if
	:: whose == OF_A -> deliver_a(number)
	:: else -> deliver_s(number)
	fi
}

inline give_to_waiter(whose)
{
	count_given();
	deliver(whose);
	answer = whose;
	number = 0;
	waiting = false
}

/* What the kernel knows of the lane. */
#ifdef NOLOOK
#define LOOK(when) true
#else
#define LOOK(when) IS_FIRST(when)
#endif

proctype S()
{
	byte n = 0, when, number;
	bool first;

	do
	:: n == S_SENDS -> break
	:: n != S_SENDS ->
		s_after[n] = a_done;
		atomic { !kbusy -> kbusy = true; clock++; when = clock };
		first = LOOK(when);
		atomic {
			if
			:: waiting && len(kq) == 0 && first ->
				give_to_waiter(OF_S)
			:: else ->
				kq!!when, OF_S;
				kq_show();
				ring()
			fi;
			when = 0;
			first = false;
			kbusy = false;
			n++;
			s_done = n
		}
	od
}

inline close_lane()
{
	mem[STATE] = CLOSING;			/* close 1 */
	h = mem[HEAD];				/* close 2 */
	t = mem[TAIL];
	atomic {
		from_pos = h;
		end_pos = t;
		do
		:: h < t -> kq!!ticket[h], OF_A; h++
		:: else -> break
		od;
		mem[STATE] = CLOSED;		/* close 6 */
		kq_show();
		ring();
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

/* -- A ----------------------------------------------------------------------- */

inline send_by_trap_a()
{
	atomic { !kbusy -> kbusy = true; clock++; ticket[n] = clock };
	/* It looks as for S's, and finds nothing: the lane is closed. */
	atomic {
		if
		:: waiting && len(kq) == 0 -> give_to_waiter(OF_A)
		:: else -> kq!!ticket[n], OF_A; kq_show(); ring()
		fi;
		kbusy = false;
		n++
	}
}

proctype A()
{
	byte n = 0, number;
	bool lane = true;

	do
	:: n == A_SENDS -> break
	:: n != A_SENDS ->
		a_after[n] = s_done;
		if
		:: !lane || mem[STATE] != OPEN -> send_by_trap_a()
		:: lane && mem[STATE] == OPEN ->
			atomic { clock++; ticket[n] = clock };	/* publish 3 */
			STORE(abuf, TAIL, n + 1);	/* publish 4 */
			FENCE(abuf);
			if
			:: mem[STATE] == OPEN ->	/* publish 5 */
				if			/* publish 6 */
				:: mem[WAIT] == KICK_2 ->
					atomic { !kbusy ->
						if
						:: mem[TAIL] != mem[HEAD] && mem[WAIT] != RUN -> ring()
						:: else
						fi }
				:: else
				fi;
				n++
			:: else ->
				SYNC;			/* publish 7 */
				if			/* publish 8 */
				:: n < end_pos -> n++
				:: else -> send_by_trap_a()
				fi
			fi
		fi;
		a_done = n
	od
}

/* -- B ----------------------------------------------------------------------- */

bool locked;
byte head, seqno, reset;	/* (locked) */
bool lane = true;		/* (locked) */
byte lent, lent_stops;		/* (locked) */

#define LOCK	atomic { !locked -> locked = true }
#define UNLOCK	atomic { FENCE(bbuf) -> locked = false }

inline note_seqno()
{
	atomic {
		if
#ifndef NOSEQNO
		:: mem[RESET] != reset -> reset = mem[RESET]; seqno = mem[SEQNO]
#endif
		:: else
		fi
	}
}

inline tell(value)
{
#ifndef NOTELL
	STORE(bbuf, WAIT, value)
#else
	skip
#endif
}

/* Those who wait by a trap are answered; who comes later is refused. */
inline stop()
{
	stopped = false;
	if
#ifndef NOSTOP
	:: lent > 0 ->
		atomic { !kbusy ->		/* stop 1 */
			if
			:: lent_stops == mem[STOPS] ->
				mem[STOPS] = mem[STOPS] + 1;
				ring()
			:: else
			fi };
		lent = 0;			/* stop 2 */
		note_seqno();
#ifndef STOPLATE
		stopped = true
#endif
#endif
	:: else
	fi
}

inline take()
{
	STORE(bbuf, HEAD, head + 1);		/* take 4 */
	FENCE(bbuf);
	if
	:: mem[STATE] == OPEN ->		/* take 5 */
		atomic { deliver_a(seqno); head++; seqno++ }
	:: else ->
		SYNC;
		if
		:: head < from_pos -> atomic { deliver_a(seqno); head++; seqno++ }
		:: else				/* the kernel has it */
		fi
	fi
}

/* A receive trap that does not wait. */
inline take_of_queue()
{
	atomic { !kbusy ->
		if
		:: len(kq) > 0 ->
			kq?when, whose;
			kq_show();
			count_given();
			deliver(whose);
			when = 0; whose = 0; number = 0
		:: else
		fi
	}
}

/* The lane and the queue; nothing is taken if both are empty. */
inline look_and_take()
{
	LOCK;
	note_seqno();
	if
	:: lane && mem[STATE] != OPEN -> SYNC
	:: else
	fi;
	t = (lane -> mem[TAIL] : head);		/* pick 1 */
	k = mem[OLDEST];
	if					/* pick 2 */
	:: lane && t == head && k != 0 -> t = mem[TAIL]; k = mem[OLDEST]
	:: else
	fi;
	nothing = (t == head && k == 0);
	if					/* pick 3 */
	:: nothing
	:: !nothing ->
		stop();
		if
		:: stopped	/* what is next may be another by now */
		:: !stopped && t != head && (k == 0 || ticket[head] < k) -> take()
		:: else -> take_of_queue()
		fi
	fi;
	t = 0; k = 0; stopped = false;
	UNLOCK
}

inline receive_by_trap()
{
	LOCK;					/* lend 1 */
	stops = mem[STOPS];
	lent = (lent_stops != stops -> 0 : lent);
	lent_stops = stops;
	lent++;
	tell(KICK_2);				/* lend 2 */
#ifndef NOFENCE_LEND
	FENCE(bbuf);
#endif
	locked = false;
	atomic { !kbusy ->			/* lend 3 */
		if
#ifndef NOSTOPS
		:: stops != mem[STOPS] -> answer = AGAIN
#endif
#ifdef NOSTOPS
		:: mem[OLDEST] != 0 && LOOK(mem[OLDEST]) ->
#else
		:: stops == mem[STOPS] && mem[OLDEST] != 0 && LOOK(mem[OLDEST]) ->
#endif
			kq?when, whose;
			kq_show();
			give_to_waiter(whose);
			when = 0; whose = 0
		:: else ->
			if
			:: mem[OLDEST] == 0 && LOOK(0) -> waiting = true
			:: else -> answer = AGAIN
			fi
		fi
	};
	if
	:: answer != NOT_YET -> answer = NOT_YET
	:: waiting && a_got + s_got == SENT -> waiting = false /* rightly */
	fi;
	LOCK;					/* lend 4 */
	lent = (lent > 0 && lent_stops == stops -> lent - 1 : lent);
	stops = 0;
	tell(RUN);
	UNLOCK
}

proctype B(byte me; chan bbuf)
{
	byte t, k, when, whose, number, stops;
	bool nothing, stopped;

	do
	:: a_got + s_got == SENT -> break
	:: me == 0 && a_got + s_got < SENT ->
		if
		:: receive_by_trap()
		:: look_and_take()
		fi
	:: me == 1 && a_got + s_got < SENT -> look_and_take(); look_and_take(); break
	od
}

init
{
	atomic {
		run A();
		run S();
#ifdef CLOSES
		run K();
#endif
		run B(0, bbuf0);
		run B(1, bbuf1)
	};
	(a_got + s_got == SENT)
}
