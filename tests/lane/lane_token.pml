/*
 * lane_token.pml - requests with reply tokens, in one slot
 *
 * A sends request 1, 2, ... N to port P, each when it has the answer of the one
 * before, which comes to its port R. Request g has generation g. B answers in the
 * slot, or uses the name in a trap, or drops it, or dies. The kernel may close the
 * lane at any moment, or resolve a token for a third party C, which holds B's task
 * port.
 *
 *   HOSTILE	B answers, and uses the name too; and answers a request before it
 *		consumes it
 *
 * Runs:
 *   passes	N=2
 *   passes	N=1 HOSTILE
 *   full	N=3
 *   full	N=2 HOSTILE
 *   fails	N=2 NOFENCE_REPLY	B looks before others see its reply
 *   fails	N=2 NOFENCE_ACCEPT	A looks before others see that it accepts
 *   fails	N=2 NOFENCE_RESOLVE	the kernel looks again before others see
 *					that the token is a right
 *   fails	N=2 NONUMBER	a slot counts though its request was not published
 *   fails	N=2 NOSYNC	A does not ask what the kernel decided
 *   fails	N=2 TWICE	a token is resolved as often as somebody asks
 *   fails	N=2 HOSTILE BYWORD	B's word alone says that a token is live
 */

byte mem[9];
#define TAIL	0 /* A's: requests published */
#define SLOT	1 /* A's: word of the slot */
#define SWAIT	2 /* A's: it sleeps for the reply */
#define HEAD	3 /* B's: requests consumed */
#define WORD	4 /* B's: word of the reply slot */
#define STATE	5 /* the kernel's, as all below */
#define KSLOT	6 /* what became of the token; 0: nothing yet */
#define RQ	7 /* messages in the kernel's queue of R */
#define BELL	8

/* Values of these words: generation and state. */
#define ISSUED(g)	((g) * 4 + 1)	/* SLOT */
#define DONE(g)		((g) * 4 + 2)
#define REPLIED(g)	((g) * 4 + 1)	/* WORD */
#define RIGHT(g)	((g) * 4 + 1)	/* KSLOT: the token is a real right now */
#define REPLY(g)	((g) * 4 + 2)	/* the kernel took the reply */
#define FREED(g)	((g) * 4 + 3)	/* the right is used up */
#define GENERATION(v)	((v) / 4)

chan abuf = [3] of { byte, byte };
chan bbuf = [3] of { byte, byte };
chan kbuf = [3] of { byte, byte };
FLUSH(flush_a, abuf)
FLUSH(flush_b, bbuf)
FLUSH(flush_k, kbuf)

byte slot_number;	/* A writes before SLOT: which record the request is */
byte end_pos, from_pos;	/* written before CLOSED, read after it */
chan rq = [3] of { byte }; /* the kernel's queue of R: generations answered */
chan pq = [3] of { byte }; /* of P: requests */
bool a_sleeps;
bool right[4];		/* B holds a real send-once right for request g */
byte answers[4];	/* what A's program got for request g */
bool b_dead, a_finished;

/* In the kernel: a message for R, a reply or a send-once notification. */
inline rq_put(g)
{
	rq!g;
	mem[RQ] = mem[RQ] + 1;
	mem[BELL] = mem[BELL] + 1;
	a_sleeps = false
}

inline answer(g)
{
	answers[g] = answers[g] + 1;
	assert(answers[g] == 1)
}

/* -- A ------------------------------------------------------------------- */

/* The slot is free: the last token was completed here, or the kernel says so. */
#define SLOT_FREE (g == 1 || mem[KSLOT] != RIGHT(g - 1))

inline publish()
{
	slot_number = g;			/* publish 2 */
	STORE(abuf, SLOT, ISSUED(g));
	STORE(abuf, TAIL, g);			/* publish 4 */
	FENCE(abuf);
	if
	:: mem[STATE] == OPEN -> by_lane = true	/* publish 5 */
	:: else ->
		SYNC;				/* publish 7 */
		if				/* publish 8 */
		:: g <= end_pos -> by_lane = true
		:: else
		fi
	fi
}

/* An ordinary request, with an ordinary right. */
inline send_by_trap()
{
	atomic { !kbusy ->
		if
		:: b_dead -> rq_put(g)
		:: else -> pq!g
		fi
	}
}

/* accept 1 and 2: there is a reply in the slot, and it is copied out. */
inline accept()
{
	STORE(abuf, SLOT, DONE(g));		/* accept 3 */
#ifndef NOFENCE_ACCEPT
	FENCE(abuf);
#endif
	if					/* accept 4 */
	:: mem[STATE] == OPEN && GENERATION(mem[KSLOT]) != g -> answer(g)
	:: else ->
#ifndef NOSYNC
		atomic { !kbusy };		/* the trap sync */
#endif
		if
		:: GENERATION(mem[KSLOT]) != g -> answer(g)
		:: else -> by_lane = false	/* the kernel has the answer */
		fi;
#ifndef NOSYNC
		if
		:: mem[STATE] == CLOSED -> lane = false
		:: else
		fi
#endif
	fi					/* accept 5: see SLOT_FREE */
}

inline receive_by_trap()
{
	atomic { !kbusy ->
		if
		:: len(rq) > 0 -> rq?x; mem[RQ] = mem[RQ] - 1; answer(x)
		:: else
		fi
	}
}

inline sleep()
{
	STORE(abuf, SWAIT, 1);			/* sleep 2 */
	FENCE(abuf);
	if
	:: mem[WORD] == word && mem[RQ] == 0 ->
		if				/* sleep 3 */
		:: atomic { mem[WORD] == word && mem[BELL] == bell ->
				a_sleeps = true };
			!a_sleeps
		:: atomic { !(mem[WORD] == word && mem[BELL] == bell) }
		fi
	:: else
	fi;
	STORE(abuf, SWAIT, 0)			/* sleep 4 */
}

proctype A()
{
	byte g = 1, word, bell, x;
	bool lane = true, by_lane;

	do
	:: g > N -> break
	:: g <= N ->
		by_lane = false;
		if
		:: lane && mem[STATE] != OPEN -> SYNC	/* publish 0 */
		:: else
		fi;
		if
		:: lane && SLOT_FREE -> publish()
		:: else
		fi;
		if
		:: !by_lane -> send_by_trap()
		:: else
		fi;

		/* Wait for the answer: in the slot, or in the kernel's queue. */
		do
		:: answers[g] == 1 -> break
		:: answers[g] == 0 ->
			bell = mem[BELL];
			word = mem[WORD];
			if
			:: by_lane && word == REPLIED(g) && lane -> accept()
			:: mem[RQ] > 0 -> receive_by_trap()
			:: else -> sleep()
			fi
		od;
		g++
	od;
	a_finished = true
}

/* -- The kernel, for a trap or for a third party -------------------------- */

#ifdef TWICE
#define ONCE_OK(g) true
#else
#define ONCE_OK(g) (GENERATION(mem[KSLOT]) != g)
#endif

/*
 * Is the name of request g a right of B's? The kernel is busy meanwhile, while A
 * and B go on.
 */
inline resolve(g, ok)
{
	ok = false;
	if
	:: right[g] -> ok = true
	:: !right[g] && mem[STATE] == OPEN &&
	    ONCE_OK(g) && mem[SLOT] == ISSUED(g) && slot_number <= mem[HEAD] ->
						/* resolve 1 */
		STORE(kbuf, KSLOT, RIGHT(g));	/* resolve 2 */
#ifndef NOFENCE_RESOLVE
		FENCE(kbuf);
#endif
		if				/* resolve 3 */
		:: mem[SLOT] == ISSUED(g) && mem[WORD] != REPLIED(g) ->
			right[g] = true;
			ok = true
		:: else -> STORE(kbuf, KSLOT, 0) /* it was used already */
		fi;
		FENCE(kbuf)
	:: else
	fi
}

/* The right is used: a reply, or a notification that it was dropped. */
inline use_right(g)
{
	right[g] = false;
	rq_put(g);
	if					/* resolve 4 */
	:: mem[KSLOT] == RIGHT(g) -> mem[KSLOT] = FREED(g)
	:: else
	fi
}

/* -- B ------------------------------------------------------------------- */

/* A trap with the name of request g. */
inline use_name(g)
{
	atomic { !kbusy -> kbusy = true };
	resolve(g, ok);
	atomic {
		if
		:: ok -> use_right(g)
		:: else /* no such right */
		fi;
		kbusy = false
	}
}

inline reply(g)
{
	STORE(bbuf, WORD, REPLIED(g));		/* reply 1 */
#ifndef NOFENCE_REPLY
	FENCE(bbuf);
#endif
	if					/* reply 2 */
	:: mem[STATE] == OPEN && GENERATION(mem[KSLOT]) != g -> wake_a()
	:: else ->
		atomic { !kbusy };		/* the trap sync */
		if
		:: mem[KSLOT] == RIGHT(g) -> use_name(g)
		:: else -> wake_a()	/* the kernel has the reply, or A */
		fi
	fi
}

inline wake_a()
{
	if					/* reply 3 */
	:: mem[SWAIT] == 1 -> a_sleeps = false
	:: else
	fi
}

inline take()
{
	/* One request is outstanding at a time; the lane skips those by trap. */
	request = mem[TAIL];			/* take 1 */
	STORE(bbuf, HEAD, request);		/* take 4 */
	FENCE(bbuf);
	if
	:: mem[STATE] == OPEN -> g = request; by_lane = true	/* take 5 */
	:: else ->
		SYNC;
		if
		:: request <= from_pos -> g = request; by_lane = true
		:: else
		fi
	fi;
	h = request
	/* take 7: no other token can be out, so there is no older one to void */
}

inline take_of_kernel()
{
	atomic {
		(len(pq) > 0 && !kbusy) || (lane && mem[TAIL] != h) ||
		    (lane && mem[STATE] != OPEN) || a_finished;
		if
		:: len(pq) > 0 && !kbusy ->
			pq?g;
			right[g] = true
		:: else
		fi
	}
}

proctype B()
{
	byte h = 0, g, request;
	bool ok, lane = true, by_lane;

	do
	:: a_finished -> break
	:: !a_finished ->
		g = 0; /* the request that B has now, if it can be answered */
		by_lane = false;
		if
		:: lane && mem[STATE] != OPEN -> SYNC
		:: else
		fi;
		if
#ifdef HOSTILE
		:: lane && mem[TAIL] != h &&
		    GENERATION(mem[WORD]) != mem[TAIL] ->
			STORE(bbuf, WORD, REPLIED(mem[TAIL]))
#endif
		:: lane && mem[TAIL] != h -> take()
		:: else -> take_of_kernel()
		fi;
		if
		:: g == 0
		:: g != 0 && by_lane -> reply(g)
		:: g != 0 -> use_name(g)
#ifdef HOSTILE
		:: g != 0 && by_lane -> reply(g); use_name(g)
		:: g != 0 && by_lane -> use_name(g); reply(g)
		:: g != 0 && by_lane ->
			STORE(bbuf, WORD, REPLIED(g));
			use_name(g);
			reply(g)
#endif
		:: g != 0 -> b_dead = true; break /* it holds the token */
		fi
	od
}

/* -- The kernel closes, for any cause, at any time ------------------------- */

#ifdef NONUMBER
#define PUBLISHED true
#define CONSUMED (tail_ == head_)
#else
#define PUBLISHED (slot_number <= end_pos)	/* else A sends the request again */
#define CONSUMED (slot_number <= from_pos)	/* the right is in B's space */
#endif

/*
 * May the drained request be answered still? What A's word says decides; what B's
 * says is no proof that B answered, which is why BYWORD fails.
 */
#ifdef BYWORD
#define LIVE (word_ != REPLIED(tail_))
#else
#define LIVE (slot_ == ISSUED(tail_) && word_ != REPLIED(tail_) && \
	mem[KSLOT] == RIGHT(tail_))
#endif

inline close_slot()
{
	g_ = GENERATION(slot_);
	/* numbers go round: by this the code knows which was not published */
	assert(slot_ != ISSUED(g_) || slot_number <= end_pos + 1);
	if
	:: slot_ == ISSUED(g_) && GENERATION(mem[KSLOT]) != g_ && PUBLISHED ->
		if
		:: word_ == REPLIED(g_) -> mem[KSLOT] = REPLY(g_); rq_put(g_)
		:: word_ != REPLIED(g_) && CONSUMED ->
			mem[KSLOT] = RIGHT(g_);
			right[g_] = true
		:: else -> mem[KSLOT] = RIGHT(g_) /* it is in the message */
		fi
	:: else
	fi
}

/* The request that is in the lane, if there is one, and was not answered. */
inline drain()
{
	if
	:: tail_ > head_ && LIVE && !b_dead -> pq!tail_
	:: tail_ > head_ && LIVE && b_dead -> rq_put(tail_)
	:: else
	fi
}

inline close_lane()
{
	byte slot_, word_, tail_, head_, g_;

	STORE(kbuf, STATE, CLOSING);		/* close 1 */
	FENCE(kbuf);
	head_ = mem[HEAD];			/* close 2 */
	tail_ = mem[TAIL];
	word_ = mem[WORD];			/* close 4: B's word, then A's */
	slot_ = mem[SLOT];
	atomic {
		end_pos = tail_;
		from_pos = head_;
		close_slot();
		drain();			/* close 3 and 5 */
		mem[STATE] = CLOSED;		/* close 6 */
		mem[BELL] = mem[BELL] + 1;
		a_sleeps = false;
		kbusy = false
	}
}

/* B's space is destroyed: its rights notify. */
inline bury()
{
	atomic { !kbusy ->
		g = 1;
		do
		:: g <= N ->
			if
			:: right[g] -> right[g] = false; rq_put(g)
			:: else
			fi;
			g++
		:: else -> break
		od;
		do
		:: len(pq) > 0 ->
			pq?g;
			rq_put(g)
		:: else -> break
		od
	}
}

proctype K()
{
	byte g;
	bool closed;

	do
	:: a_finished -> break
	:: !closed && !a_finished ->
		atomic { !kbusy -> kbusy = true };
		close_lane();
		closed = true
	:: b_dead && closed && !a_finished -> bury(); (a_finished)
	od
}

/* A third party takes the token away and destroys it, once, at any time. */
proctype C()
{
	byte g;
	bool ok;

	if
	:: skip
	:: atomic { !kbusy && !b_dead -> kbusy = true };
		g = GENERATION(mem[SLOT]);
		if
		:: g > 0 -> resolve(g, ok)
		:: else
		fi;
		atomic {
			if
			:: g > 0 && ok -> use_right(g)
			:: else
			fi;
			kbusy = false
		}
	fi
}

init
{
	byte g = 1;

	atomic { run A(); run B(); run K(); run C() };
	(a_finished && len(abuf) == 0 && len(bbuf) == 0);
	do
	:: g <= N -> assert(answers[g] == 1); g++
	:: else -> break
	od
}
