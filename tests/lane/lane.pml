/*
 * lane.pml - the protocol of lanes, as a model that the Spin model checker
 * walks through
 *
 * A lane is memory that two tasks share, so that one can send to a port of the
 * other without the kernel process: sender A writes records and the tail, receiver
 * B the head, each in memory that nobody else can write. The kernel, K, closes a
 * lane when it wants to: it alone then takes over what is in it.
 *
 * Each scenario is a file of its own, chosen by a define:
 *
 *   -DFORWARD	lane_forward.pml: messages, and a lane that closes
 *   -DTOKEN	lane_token.pml: requests, replies in slots, tokens that become
 *		rights
 *   -DORDER	lane_order.pml: two senders, one of which waits for the other
 *   -DOPENING	lane_opening.pml: a lane opens, and is evicted meanwhile or later
 *   -DOVERTAKE	lane_overtake.pml: senders that lie about when they sent
 *   -DSET	lane_set.pml: a port set with several lanes, and several threads
 *		that sleep for it or for its members
 *   -DDIRECT	lane_direct.pml: a receive from a port with a lane by one trap
 *   -DDIRECT_SET	lane_direct_set.pml: the same from a port set
 *   -DRING	lane_ring.pml: several threads that sleep for one lane
 *   -DROOM	lane_room.pml: several threads that wait for room in a full one
 *
 * Spin explores every interleaving of a scenario, with stores delayed as x86
 * (TSO) delays them; lane_c11.cc is about what other processors do. Checked are
 * that every message is delivered exactly once and in order, that each request
 * gets exactly one answer, and that nothing deadlocks: a sleeper whom nobody
 * wakes is an invalid end state, so no wake-up is lost.
 *
 * Comments name the steps of the protocol, in the code by the same names: "publish
 * 5" is step 5 of publish(). tools/model compares. Where they are:
 *
 *   publish	src/lane/lane_send.c; 7 and 8 settle what a closing lane got
 *   pick, take	src/lane/lane_receive.c
 *   sleep	src/libmachport/lanes_sleep.c
 *   lend, stop	src/libmachport/lanes_direct.c; lend 3: src/ipc/ipc_mach_msg.c
 *   reply, accept	src/lane/lane_reply.c
 *   close	src/ipc/ipc_lane_close.c, src/lane/lane_drain.c
 *   resolve	src/ipc/ipc_token.c
 *
 * What to run is in the head of each scenario, where tools/model reads it: a
 * line for each run, of "passes", "full" (passes, but is long: make model
 * MODEL=full) or "fails", and the defines. What fails is a mutant: the protocol
 * less one of its precautions, in which Spin has to find a fault, else the model
 * would not show what that precaution is for. By hand, in a scratch directory:
 *
 *   spin -a -DFORWARD -DKICK .../tests/lane/lane.pml
 *   cc -O2 -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan -m1000000
 *
 * "errors: 0" is a pass; after a failure, "spin -k lane.pml.trail -p -g" with the
 * same defines prints what happened.
 *
 * Abstractions: a record is its number; the ring never wraps (when a place in it is
 * written again is in lane_c11.cc); a trap is one atomic step, which waits while the
 * kernel is busy; clocks never run backwards. Spinning (sleep 1) is left out: it only
 * repeats a look.
 */

#ifndef N
#define N 3 /* messages, or requests */
#endif
#ifndef LIMIT
#define LIMIT 2 /* messages that a lane may hold */
#endif

#define OPEN	0
#define CLOSING	1
#define CLOSED	2

/*
 * What is shared is mem[], one word for each field that somebody else reads. The
 * stores of a process become visible in order, but late: they go through its
 * buffer, which a process of its own empties at any time, and which a fence waits
 * for.
 */
#define STORE(buffer, field, value)	buffer!field, value
#define FENCE(buffer)			(len(buffer) == 0)
#define FLUSH(name, buffer)						\
	active proctype name()						\
	{								\
		byte field, value;					\
	end:	do							\
		:: atomic { buffer?field, value; mem[field] = value }	\
		od							\
	}

bool kbusy; /* the kernel is in the middle of something: traps wait */

/* The trap sync: answered when the kernel is done closing. */
#define SYNC atomic { !kbusy && mem[STATE] == CLOSED; lane = false }

#ifdef FORWARD
#include "lane_forward.pml"
#endif
#ifdef TOKEN
#include "lane_token.pml"
#endif
#ifdef ORDER
#include "lane_order.pml"
#endif
#ifdef OPENING
#include "lane_opening.pml"
#endif
#ifdef OVERTAKE
#include "lane_overtake.pml"
#endif
#ifdef SET
#include "lane_set.pml"
#endif
#ifdef DIRECT
#include "lane_direct.pml"
#endif
#ifdef DIRECT_SET
#include "lane_direct_set.pml"
#endif
#ifdef RING
#include "lane_ring.pml"
#endif
#ifdef ROOM
#include "lane_room.pml"
#endif
