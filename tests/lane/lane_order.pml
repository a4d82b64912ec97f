/*
 * lane_order.pml - two senders, A1 and A2, and the order of their messages
 *
 * A2 sends 3; and 2 when A1's send of 1 has returned. Each message goes by its
 * sender's lane or by trap, freely mixed. At any moment the kernel may close the
 * lanes, both at once; or one, as when it has to make room for another. B is to
 * receive 1 and 3 before 2.
 *
 *   EACH	the kernel closes the other one, too, later
 *
 * Runs:
 *   passes
 *   full	EACH
 *   fails	NORELOOK	B does not look again at what it saw empty
 *   fails	LOOKAGAIN	B believes a second look where the first was in vain
 *   fails	NOTICKET	B takes the first source that has something
 */

/* Lanes are 0 and 1: A1's and A2's. */
#define TAIL(l)	(l)		/* its sender's */
#define HEAD(l)	(2 + (l))	/* B's */
#define STATE(l) (4 + (l))	/* the kernel's, as all below */
#define KQ	6		/* ticket of the oldest message in its queue, or 0 */
byte mem[7];

chan abuf0 = [2] of { byte, byte };
chan abuf1 = [2] of { byte, byte };
chan bbuf = [2] of { byte, byte };
chan kbuf = [2] of { byte, byte };
FLUSH(flush_a0, abuf0)
FLUSH(flush_a1, abuf1)
FLUSH(flush_b, bbuf)
FLUSH(flush_k, kbuf)

byte clock;
#define AT(l, pos)	((l) * 2 + (pos))
byte record[4], ticket[4];	/* what is AT a position of a lane */
chan kq = [4] of { byte, byte };	/* the kernel's queue: ticket, message */
byte end_pos[2], from_pos[2];	/* written before CLOSED, read after it */
bool sent1;			/* A1's send has returned */
bool got[4];			/* what B's program received */

inline kq_show()
{
	byte ticket_ = 0, message_;
	if
	:: len(kq) > 0 -> kq?<ticket_, message_>; mem[KQ] = ticket_
	:: else -> mem[KQ] = 0
	fi
}

inline send_by_trap(m)
{
	atomic { !kbusy -> clock++; kq!!clock, m; kq_show() }
}

inline deliver(m)
{
	assert(!got[m]);
	got[m] = true;
	count++;
	assert(m != 2 || got[1]);
	assert(m != 2 || got[3])
}

/* The trap sync: answered when the kernel is done closing. */
inline sync(l, lane)
{
	atomic { !kbusy && mem[STATE(l)] == CLOSED; lane = false }
}

/* -- A1 and A2 ------------------------------------------------------------- */

inline publish(m, l, abuf)
{
	atomic {				/* publish 3 */
		clock++;
		ticket[AT(l, n)] = clock
	};
	record[AT(l, n)] = m;
	STORE(abuf, TAIL(l), n + 1);		/* publish 4 */
	FENCE(abuf);
	if
	:: mem[STATE(l)] == OPEN -> n++		/* publish 5 */
	:: else ->
		sync(l, lane);			/* publish 7 */
		if				/* publish 8 */
		:: n < end_pos[l] -> n++
		:: else -> send_by_trap(m)
		fi
	fi
}

/* By the lane, if it is there, or by trap. */
inline send(m, l, abuf)
{
	if
	:: lane -> publish(m, l, abuf)
	:: send_by_trap(m)
	fi
}

proctype A1()
{
	byte n = 0; /* records in the lane */
	bool lane = true;

	send(1, 0, abuf0);
	sent1 = true
}

proctype A2()
{
	byte n = 0;
	bool lane = true;

	send(3, 1, abuf1);
	sent1;
	send(2, 1, abuf1)
}

/* -- B --------------------------------------------------------------------- */

inline take(l, h, lane)
{
	m = record[AT(l, h)];			/* take 2 and 3 */
	STORE(bbuf, HEAD(l), h + 1);		/* take 4 */
	FENCE(bbuf);
	if
	:: mem[STATE(l)] == OPEN -> deliver(m); h++	/* take 5 */
	:: else ->
		sync(l, lane);
		if
		:: h < from_pos[l] -> deliver(m); h++
		:: else				/* the kernel has it */
		fi
	fi
}

/* A receive trap that does not wait: only the kernel knows what it has by now. */
inline take_of_kernel()
{
	atomic { !kbusy ->
		if
		:: len(kq) > 0 -> kq?k, m; deliver(m); kq_show()
		:: else
		fi
	}
}

/* Tickets of what is at the heads, 255 for nothing. */
inline compare()
{
	d_step {
		if :: t0 != h0 -> x0 = ticket[AT(0, h0)] :: else -> x0 = 255 fi;
		if :: t1 != h1 -> x1 = ticket[AT(1, h1)] :: else -> x1 = 255 fi;
		if :: k == 0 -> k = 255 :: else fi;
#ifdef NOTICKET
		if :: x0 != 255 -> x0 = 3 :: else fi;
		if :: x1 != 255 -> x1 = 2 :: else fi;
		if :: k != 255 -> k = 1 :: else fi
#endif
	}
}

inline pick()
{
#ifndef NORELOOK
	t0 = (lane0 && t0 == h0 -> mem[TAIL(0)] : t0);	/* pick 2 */
	t1 = (lane1 && t1 == h1 -> mem[TAIL(1)] : t1);
	k = (k == 0 -> mem[KQ] : k);
#endif
	compare();						/* pick 3 */
	if
	:: x0 < x1 && x0 < k -> take(0, h0, lane0)
	:: x1 < x0 && x1 < k -> take(1, h1, lane1)
	:: k != 255 && k <= x0 && k <= x1 -> take_of_kernel()
	:: else
	fi
}

inline drop_if_closed(l, lane)
{
	if
	:: lane && mem[STATE(l)] != OPEN -> sync(l, lane)
	:: else
	fi
}

/* How B waits is in lane_forward.pml. */
inline wait_for_any()
{
	(lane0 && (mem[TAIL(0)] != h0 || mem[STATE(0)] != OPEN)) ||
	    (lane1 && (mem[TAIL(1)] != h1 || mem[STATE(1)] != OPEN)) ||
	    mem[KQ] != 0
}

proctype B()
{
	byte h0 = 0, h1 = 0, t0, t1, k, x0, x1, m, count = 0;
	bool lane0 = true, lane1 = true;

	do
	:: count == 3 -> break
	:: count < 3 ->
		drop_if_closed(0, lane0);
		drop_if_closed(1, lane1);
		t0 = (lane0 -> mem[TAIL(0)] : h0);		/* pick 1 */
		t1 = (lane1 -> mem[TAIL(1)] : h1);
		k = mem[KQ];
		if
		:: t0 == h0 && t1 == h1 && k == 0 ->
#ifdef LOOKAGAIN
			pick()
#else
			wait_for_any()
#endif
		:: else -> pick()
		fi
	od
}

/* -- The kernel ------------------------------------------------------------ */

/* close 2, 3 and 5, of one lane. */
inline drain(l)
{
	h = mem[HEAD(l)];
	t = mem[TAIL(l)];
	end_pos[l] = t;
	from_pos[l] = h;
	d_step {
		do
		:: h < t -> kq!!ticket[AT(l, h)], record[AT(l, h)]; h++
		:: else -> break
		od
	}
}

inline finish(l)
{
	atomic {				/* close 6 */
		mem[STATE(l)] = CLOSED;
		kq_show();
		kbusy = false
	}
}

inline close_both()
{
	STORE(kbuf, STATE(0), CLOSING);		/* close 1 */
	STORE(kbuf, STATE(1), CLOSING);
	FENCE(kbuf);
	drain(0);
	drain(1);
	mem[STATE(0)] = CLOSED;
	finish(1)
}

inline close_one(l)
{
	STORE(kbuf, STATE(l), CLOSING);		/* close 1 */
	FENCE(kbuf);
	drain(l);
	finish(l)
}

proctype K()
{
	byte t, h;

	if
	:: skip /* never closes */
	:: atomic { !kbusy -> kbusy = true }; close_both()
	:: atomic { !kbusy -> kbusy = true }; close_one(0);
#ifdef EACH
		atomic { !kbusy -> kbusy = true }; close_one(1)
#endif
	:: atomic { !kbusy -> kbusy = true }; close_one(1);
#ifdef EACH
		atomic { !kbusy -> kbusy = true }; close_one(0)
#endif
	fi
}

init
{
	atomic { run A1(); run A2(); run B(); run K() };
	(_nr_pr == 5);
	assert(got[1] && got[2] && got[3])
}
