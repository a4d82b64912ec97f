/*
 * lane_overtake.pml - how often a message may be overtaken
 *
 * Tickets order the messages of a port, but a sender that lies could always be
 * first. So B lets no head be overtaken by lanes more often than honest senders do
 * it: by what their lanes held already, or were just being given. Here A0 sends N0
 * messages by lane 0, A1 N1 by lane 1, and S N2 by trap; the kernel may close lane
 * 0. What was sent before the send of another began is to come first.
 *
 *   HOSTILE	A0's tickets are always the smallest; no other message may wait for
 *		more than so many of these. What A1 and S send is not in order then:
 *		a head that was overtaken too often goes first, also before an
 *		older one that has only just become a head (ORDERED)
 *
 * Publishing and closing are one step each here: how they meet is in lane_forward.
 *
 * Runs:
 *   passes	N0=2 N1=2 N2=1
 *   passes	N0=6 N1=1 N2=0 LIMIT0=5
 *   passes	N0=0 N1=1 N2=7
 *   passes	HOSTILE N0=9 N1=0 N2=1 LIMIT0=1
 *   full	N0=3 N1=2 N2=1
 *   full	HOSTILE N0=9 N1=1 N2=0 LIMIT0=1
 *   fails	N0=2 N1=2 N2=1 BOUND=0	too few even for who is honest
 *   fails	N0=6 N1=1 N2=0 LIMIT0=5 OPENLIMITS	fewer when a lane has closed,
 *		which may have overtaken what is to be first then
 *   fails	N0=0 N1=1 N2=7 COUNTALL	the kernel's messages count, too: there can be
 *		any number of them, and their tickets are true
 *   fails	HOSTILE N0=9 N1=0 N2=1 LIMIT0=1 NOBOUND	as often as they like
 *   fails	HOSTILE N0=5 N1=1 N2=2 LIMIT0=1 BOUND=1 NOCLOSE ORDERED
 */

#ifndef LIMIT0
#define LIMIT0 2 /* messages that a lane may hold */
#endif
#ifndef LIMIT1
#define LIMIT1 1
#endif
#define LANES 2
#ifndef BOUND
#define BOUND (LIMIT0 + LIMIT1 + LANES)
#endif

/*
 * What an honest message may have to wait for in HOSTILE: so many that overtake it,
 * two that B chooses before it sees it and counts it, and what a lane that closes had.
 */
#define PATIENCE ((BOUND + 2) * (N1 + N2) + LIMIT0)

/* Messages: A0's from 0 on, A1's from N0 on, then S's. Sets of them are bits. */
#define MESSAGES (N0 + N1 + N2)
#define BIT(m) (1 << (m))

#define ALL (BIT(MESSAGES) - 1)
#ifdef HOSTILE
#define ALL_OF_A0 (BIT(N0) - 1)
#else
#define ALL_OF_A0 0
#endif

byte clock = 1;
chan ring0 = [LIMIT0] of { byte, byte };	/* ticket, message */
chan ring1 = [LIMIT1] of { byte, byte };
chan kq = [MESSAGES] of { byte, byte };	/* the kernel's queue, by ticket */
bool open0 = true;

int returned;		/* messages whose send has returned */
int before[MESSAGES];	/* those that had when this one was begun */
int delivered;
byte waited[MESSAGES];	/* lies that came since its send returned */
#define LIE 1		/* A0's ticket, if it is hostile */

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

inline publish(m, ring)
{
	ring!t, m;
	returned = returned | BIT(m);
	t = 0
}

proctype A0()
{
	byte m = 0, t;

	do
	:: m == N0 -> break
	:: m < N0 ->
		if
		:: atomic { open0 && len(ring0) < LIMIT0 -> stamp(m) };
#ifdef HOSTILE
			t = LIE;
#endif
			atomic {
				if
				:: open0 -> publish(m, ring0)
				:: else -> send_by_trap(m)
				fi
			}
		:: atomic { !open0 -> send_by_trap(m) }
		fi;
		m++
	od
}

proctype A1()
{
	byte m = N0, t;

	do
	:: m == N0 + N1 -> break
	:: m < N0 + N1 ->
		atomic { len(ring1) < LIMIT1 -> stamp(m) };
		atomic { publish(m, ring1) };
		m++
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

inline deliver(m)
{
#if !defined(HOSTILE) || defined(ORDERED)
	assert((before[m] & ~delivered & ~ALL_OF_A0) == 0 ||
	    (BIT(m) & ALL_OF_A0) != 0);
#endif
	delivered = delivered | BIT(m);
#ifdef HOSTILE
	i = N0;
	do
	:: i < MESSAGES && t == LIE && (returned & BIT(i)) != 0 &&
	    (delivered & BIT(i)) == 0 ->
		waited[i] = waited[i] + 1;
		assert(waited[i] <= PATIENCE);
		i++
	:: i < MESSAGES && !(t == LIE && (returned & BIT(i)) != 0 &&
	    (delivered & BIT(i)) == 0) -> i++
	:: i == MESSAGES -> break
	od;
	i = 0
#endif
}

/*
 * Sources are 0, the kernel's queue, and lanes 1 and 2. Another head than before has
 * been overtaken by nobody.
 */
inline look_at(source, queue)
{
	d_step {
		t = 0;
		if
		:: len(queue) > 0 -> queue?<t, m>
		:: else
		fi;
		overtaken[source] = (t == ticket[source] -> overtaken[source] : 0);
		ticket[source] = t;
		t = 0;
		m = 0
	}
}

#define SEEN (ticket[0] != 0 || ticket[1] != 0 || ticket[2] != 0)

#ifdef OPENLIMITS
#define OVERTAKES (open0 -> LIMIT0 + LIMIT1 + 2 : LIMIT1 + 1)
#elif defined(NOBOUND)
#define OVERTAKES 255
#else
#define OVERTAKES BOUND
#endif

inline choose()
{
	chosen = 3;
	i = 0;
	do
	:: i == 3 -> break
	:: i < 3 && ticket[i] != 0 && overtaken[i] > OVERTAKES ->
		chosen = i;
		break
	:: i < 3 && ticket[i] != 0 && !(overtaken[i] > OVERTAKES) ->
		if
		:: chosen == 3 -> chosen = i
		:: chosen != 3 && ticket[i] < ticket[chosen] -> chosen = i
		:: else
		fi;
		i++
	:: i < 3 && ticket[i] == 0 -> i++
	od;
	i = 0
}

#ifdef COUNTALL
#define COUNTS true
#else
#define COUNTS (chosen != 0)
#endif

inline count_overtaken()
{
	do
	:: i < 3 && ticket[i] != 0 && COUNTS ->
		overtaken[i] = overtaken[i] + 1;
		i++
	:: i < 3 && !(ticket[i] != 0 && COUNTS) -> i++
	:: i == 3 -> break
	od;
	overtaken[chosen] = 0;
	i = 0
}

inline take(queue)
{
	if
	:: len(queue) > 0 -> queue?t, m; deliver(m); t = 0; m = 0
	:: else /* the lane has closed: the kernel has it */
	fi
}

proctype B()
{
	byte t, m, i, chosen;
	byte ticket[3], overtaken[3];

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
			if				/* pick 2 */
			:: ticket[1] == 0 -> look_at(1, ring0)
			:: else
			fi;
			if
			:: ticket[2] == 0 -> look_at(2, ring1)
			:: else
			fi;
			if
			:: ticket[0] == 0 -> look_at(0, kq)
			:: else
			fi;
			d_step { choose(); count_overtaken() };	/* pick 3 */
			d_step {
				if
				:: chosen == 0 -> take(kq)
				:: chosen == 1 -> take(ring0)
				:: chosen == 2 -> take(ring1)
				fi
			}
		fi
	od
}

/* -- The kernel ---------------------------------------------------------------- */

proctype K()
{
	byte t, m;

	if
	:: skip
#ifdef NOCLOSE
	:: false ->
#else
	::
#endif
		d_step {
			do			/* close 3 and 5 */
			:: len(ring0) > 0 -> ring0?t, m; kq!!t, m
			:: else -> break
			od;
			open0 = false
		}
	fi
}

init
{
	atomic { run A0(); run A1(); run S(); run B(); run K() };
	(delivered == ALL)
}
