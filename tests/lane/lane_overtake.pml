/*
 * lane_overtake.pml - senders that lie about when they sent
 *
 * Tickets order the messages of a port, but a sender that lies could always be
 * first. So B reads its clock when it takes a message of a lane while there is
 * something elsewhere: an honest lane has no more messages that are older than that
 * moment than it may hold, and one that gives more is given up: it is closed, and its
 * sender gets none again. Here A0 sends N0 messages by lane 0, A1 N1 by lane 1, and
 * S N2 by trap; the kernel may close lane 0. What was sent before the send of
 * another began is to come first.
 *
 *   HOSTILE	A0's tickets are smaller than those of the others, which are to
 *		notice nothing but a short wait
 *   BOTH	so are A1's
 *   FUTURE	A0's are larger than all that there will be
 *
 * Publishing and closing are one step each here: how they meet is in lane_forward.
 *
 * Runs:
 *   passes	N0=2 N1=1 N2=1
 *   passes	HOSTILE N0=6 N1=0 N2=1 LIMIT0=1
 *   passes	HOSTILE N0=4 N1=1 N2=1 LIMIT0=1 NOCLOSE
 *   passes	FUTURE N0=1 N1=3 N2=1 NOCLOSE
 *   full	N0=2 N1=2 N2=1
 *   full	N0=6 N1=1 N2=0 LIMIT0=5
 *   full	HOSTILE N0=4 N1=0 N2=2
 *   full	HOSTILE BOTH N0=5 N1=5 N2=1 LIMIT0=1 NOCLOSE
 *   fails	N0=6 N1=1 N2=0 LIMIT0=5 LIMITLESS	a lane is to give no more than one
 *   fails	HOSTILE N0=6 N1=0 N2=1 LIMIT0=1 NOJUDGE	liars keep their lanes
 *   fails	HOSTILE BOTH N0=5 N1=5 N2=1 LIMIT0=1 NOCLOSE OTHERS	B believes the
 *		smallest ticket at another head, not its clock: two liars do as one
 *   fails	FUTURE N0=1 N1=4 N2=1 NOCLOSE OTHERS	and a liar has an
 *		honest lane given up
 *   fails	FUTURE N0=1 N1=3 N2=1 NOCLOSE BELIEVE	B takes what only its second
 *		look found, since there was something older: a lie
 *   fails	HOSTILE N0=5 N1=1 N2=2 LIMIT0=1 NOCLOSE FIRST	a head that was overtaken
 *		often goes first: before an older one that is a head only now
 */

#ifndef LIMIT0
#define LIMIT0 2 /* messages that a lane may hold */
#endif
#ifndef LIMIT1
#define LIMIT1 1
#endif

/* What lies are to delay a message: see judge(), for each lane that lies. */
#ifdef BOTH
#define PATIENCE (2 * (LIMIT0 + LIMIT1) + 4)
#else
#define PATIENCE (2 * LIMIT0 + 2)
#endif

/* Messages: A0's from 0 on, A1's from N0 on, then S's. Sets of them are bits. */
#define MESSAGES (N0 + N1 + N2)
#define BIT(m) (1 << (m))

#define ALL (BIT(MESSAGES) - 1)
#ifdef BOTH
#define LIARS_OWN (BIT(N0 + N1) - 1)
#elif defined(HOSTILE) || defined(FUTURE)
#define LIARS_OWN (BIT(N0) - 1)
#else
#define LIARS_OWN 0
#endif

#define FIRST_TICKET	20 /* smaller ones are lies */
#define LAST_TICKET	200

byte clock = FIRST_TICKET;
byte lie;		/* the last ticket that was made up */
chan ring0 = [LIMIT0] of { byte, byte };	/* ticket, message */
chan ring1 = [LIMIT1] of { byte, byte };
chan kq = [MESSAGES] of { byte, byte };	/* the kernel's queue, by ticket */
bool open0 = true, open1 = true;

int returned;		/* messages whose send has returned */
int before[MESSAGES];	/* those that had when this one was begun */
int delivered;
byte waited[MESSAGES];	/* lies that came since its send returned */

/* -- Senders ----------------------------------------------------------------- */

/* The send begins, and gets its ticket: what has returned by now came before it. */
inline stamp(m)
{
	before[m] = returned;
	clock++;
	t = clock
}

inline send_by_trap(m)
{
	d_step {
		stamp(m);
		kq!!t, m;
		returned = returned | BIT(m);
		t = 0
	}
}

inline publish(m, ring, open)
{
	d_step {
		if
		:: open ->
			ring!t, m;
			returned = returned | BIT(m);
			t = 0
		:: else -> clock++; kq!!clock, m; returned = returned | BIT(m)
		fi
	}
}

proctype A0()
{
	byte m = 0, t;

	do
	:: m == N0 -> break
	:: m < N0 && !open0 -> send_by_trap(m); m++
#if defined(HOSTILE) || defined(FUTURE)
	:: atomic { m < N0 && open0 && len(ring0) < LIMIT0 ->
#ifdef FUTURE
			t = LAST_TICKET;
#else
			lie++;
			t = lie;
#endif
			publish(m, ring0, open0);
			m++
		}
#else
	:: m < N0 && open0 && len(ring0) < LIMIT0 ->
		d_step { stamp(m) };
		publish(m, ring0, open0);
		m++
#endif
	od
}

proctype A1()
{
	byte m = N0, t;

	do
	:: m == N0 + N1 -> break
	:: m < N0 + N1 && !open1 -> send_by_trap(m); m++
#ifdef BOTH
	:: atomic { m < N0 + N1 && open1 && len(ring1) < LIMIT1 ->
			lie++;
			t = lie;
			publish(m, ring1, open1);
			m++
		}
#else
	:: m < N0 + N1 && open1 && len(ring1) < LIMIT1 ->
		d_step { stamp(m) };
		publish(m, ring1, open1);
		m++
#endif
	od
}

proctype S()
{
	byte m = N0 + N1, t;

	do
	:: m == MESSAGES -> break
	:: m < MESSAGES -> send_by_trap(m); m++
	od
}

/* -- B ----------------------------------------------------------------------- */

/* Those that have to wait, now that a lie comes first. */
inline count_waiting()
{
	do
	:: i == MESSAGES -> break
	:: i < MESSAGES && (BIT(i) & returned & ~delivered & ~LIARS_OWN) != 0 ->
		waited[i] = waited[i] + 1;
		assert(waited[i] <= PATIENCE);
		i++
	:: i < MESSAGES && (BIT(i) & returned & ~delivered & ~LIARS_OWN) == 0 ->
		i++
	od;
	i = 0
}

inline deliver(m, t)
{
	assert((before[m] & ~delivered & ~LIARS_OWN) == 0 ||
	    (BIT(m) & LIARS_OWN) != 0);
	delivered = delivered | BIT(m);
#ifndef FIRST
	if
	:: t < FIRST_TICKET -> count_waiting()
	:: else
	fi
#endif
}

/* Sources are 0, the kernel's queue, and lanes 1 and 2. */
inline look_at(source, queue)
{
	d_step {
		t = 0;
		if
		:: len(queue) > 0 -> queue?<t, m>
		:: else
		fi;
#ifdef FIRST
		overtaken[source] = (t == ticket[source] -> overtaken[source] : 0);
#endif
		ticket[source] = t;
		t = 0;
		m = 0
	}
}

#define SEEN (ticket[0] != 0 || ticket[1] != 0 || ticket[2] != 0)

#define OFTEN 1

inline consider(source)
{
	if
#ifdef FIRST
	:: chosen != 3 && overtaken[chosen] > OFTEN
	:: ticket[source] != 0 && overtaken[source] > OFTEN ->
		chosen = source
#endif
	:: else ->
		if
		:: ticket[source] != 0 &&
		    (chosen == 3 || ticket[source] < ticket[chosen]) ->
			chosen = source
		:: else
		fi
	fi
}

/* pick 3: the smallest ticket; and is there anything else, which has to wait? */
inline choose()
{
	chosen = 3;
	consider(0);
	consider(1);
	consider(2);
	others = 0;
	do
	:: i == 3 -> break
	:: i < 3 && i != chosen && ticket[i] != 0 ->
#ifdef FIRST
		overtaken[i] = (chosen != 0 -> overtaken[i] + 1 : overtaken[i]);
#endif
		others = (others == 0 || ticket[i] < others -> ticket[i] : others);
		i++
	:: i < 3 && (i == chosen || ticket[i] == 0) -> i++
	od;
	i = 0
}

#ifdef LIMITLESS
#define LIMIT_OF(source) 0
#else
#define LIMIT_OF(source) ((source) == 1 -> LIMIT0 : LIMIT1)
#endif
#ifdef OTHERS
#define NOW others
#else
#define NOW clock
#endif

/*
 * A message of this lane was taken, with this ticket. @since is a moment, @older
 * how many came that are older than it: a lane holds no more, and what it gets
 * later is later. So who waits sees the end of one such count, and one more whole.
 */
inline judge(source, ring, open)
{
	if
	:: since[source] != 0 && x < since[source] ->
		older[source] = older[source] + 1;
		if
#if defined(NOJUDGE) || defined(FIRST)
		:: true
#else
		:: older[source] > LIMIT_OF(source) ->
			assert((LIARS_OWN & BIT(m)) != 0);
			close_lane(ring, open)
		:: else
#endif
		fi
	:: else ->
		since[source] = (others != 0 -> NOW : 0);
		older[source] = 0
	fi
}

/* close 3 and 5 */
inline close_lane(ring, open)
{
	do
	:: len(ring) > 0 -> ring?t, m; kq!!t, m
	:: else -> break
	od;
	open = false
}

inline take(queue)
{
	if
	:: len(queue) > 0 -> queue?x, m; deliver(m, x)
	:: else -> x = 0 /* the lane has closed: the kernel has it */
	fi
}

#ifdef BELIEVE
#define MAY_TAKE true
#else
#define MAY_TAKE (!new[chosen])
#endif

inline pick_and_take()
{
	choose();
	if
#ifndef BELIEVE
	/* Look again: what came before it may have come since it was looked for. */
	:: new[chosen]
#endif
	:: MAY_TAKE && chosen == 0 -> take(kq)
	:: MAY_TAKE && chosen == 1 ->
		take(ring0);
		if
		:: x != 0 -> judge(1, ring0, open0)
		:: else
		fi
	:: MAY_TAKE && chosen == 2 ->
		take(ring1);
		if
		:: x != 0 -> judge(2, ring1, open1)
		:: else
		fi
	fi;
	t = 0;
	m = 0;
	x = 0;
	others = 0;
	chosen = 0;
	new[0] = false;
	new[1] = false;
	new[2] = false
#ifndef FIRST
	;
	ticket[0] = 0;
	ticket[1] = 0;
	ticket[2] = 0
#endif
}

proctype B()
{
	byte t, m, i, x, chosen, others;
	byte ticket[3], since[3], older[3];
	bool new[3]; /* the first look did not find it */
#ifdef FIRST
	byte overtaken[3];
#endif

	do
	:: delivered == ALL -> break
	:: delivered != ALL ->
		len(kq) > 0 || len(ring0) > 0 || len(ring1) > 0;
		look_at(1, ring0);			/* pick 1 */
		look_at(2, ring1);
		look_at(0, kq);
		if
		:: !SEEN
		:: SEEN ->
			d_step {
				new[0] = (ticket[0] == 0);
				new[1] = (ticket[1] == 0);
				new[2] = (ticket[2] == 0)
			};
			if				/* pick 2 */
			:: new[1] -> look_at(1, ring0)
			:: else
			fi;
			if
			:: new[2] -> look_at(2, ring1)
			:: else
			fi;
			if
			:: new[0] -> look_at(0, kq)
			:: else
			fi;
			d_step { pick_and_take() }	/* pick 3 */
		fi
	od
}

/* -- The kernel ---------------------------------------------------------------- */

proctype K()
{
	byte t, m;

	if
	:: skip
#ifndef NOCLOSE
	:: d_step { close_lane(ring0, open0); t = 0; m = 0 }
#endif
	fi
}

init
{
	atomic { run A0(); run A1(); run S(); run B(); run K() };
	(delivered == ALL)
}
