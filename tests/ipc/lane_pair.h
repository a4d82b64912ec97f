/*
 * Lanes for the tests of the engine, in memory of the test, which plays both tasks: what
 * their libraries do is src/lane's. A is alice or carol, and B is bob.
 *
 *	pair_open(&pair, alice);
 *	pair_send(&pair, 1);
 *	ipc_lane_close(&pair.lane, IPC_LANE_ASKED_TO);
 *	world_expect_id(bob, pair_inbox, 1);
 */
#ifndef LANE_PAIR_H
#define LANE_PAIR_H

#include "ipc_lane.h"
#include "lane_receive.h"
#include "lane_reply.h"
#include "lane_send.h"
#include "world.h"

#define PAIR_SLOTS 2

struct pair {
	struct ipc_lane lane;
	mach_port_name_t send; /* A's, for the inbox */
	struct lane_out out;   /* A's library; once it is open */
	struct lane_in in;     /* B's */
	struct lane_sender *sender;
	struct lane_receiver *receiver;
	unsigned closed; /* how often it was told */
	enum ipc_lane_why why;
	struct list link; /* of all that there are */
	/* When pair_ring_bytes are those of a ring that messages may keep. */
	struct ipc_ring ring;
	unsigned ring_freed;
};

extern mach_port_name_t pair_inbox; /* bob's */
extern uint32_t pair_ring_bytes;    /* of the next; LANE_RING_MIN at first */
extern unsigned pair_wakes;         /* words that were woken */
extern uint32_t pair_slots;         /* of lanes to be offered: PAIR_SLOTS */

/* What pair_inbox is the name of. */
struct ipc_port *pair_inbox_port(void);

/* A world where all three have boards, and bob an inbox. */
int pair_setup(void **state);
int pair_teardown(void **state);

/* The steps, one by one. A pair that was not offered is as if it never was. */
kern_return_t pair_offer(
    struct pair *pair, struct ipc_space *from, mach_port_name_t send);
kern_return_t pair_accept(struct pair *pair);
void pair_join(struct pair *pair);
/* A send right for the inbox. */
mach_port_name_t pair_send_right(struct ipc_space *task);
/* All of them but the last, beginning with a send right to the inbox. */
void pair_get_ready(struct pair *pair, struct ipc_space *from);
/* All of them. The first has a send right made. */
void pair_open(struct pair *pair, struct ipc_space *from);
/* The same to another port of bob's. */
void pair_open_to(
    struct pair *pair, struct ipc_space *from, mach_port_name_t port);
/* Both have let go of it, and its memory goes. It is CLOSED. */
void pair_end(struct pair *pair);

/* A receive right of A's that is on its board; its index. */
mach_port_name_t pair_reply_port(struct pair *pair, uint32_t *index_out);

/* Nothing comes to that port but by the kernel from now on, so that the world's functions can
 * receive there: lanes from its task close. */
void pair_withdraw(struct ipc_space *task, mach_port_name_t name);

/* A sends a message by the lane: with this id, and as many bytes as that. */
enum lane_published pair_publish(
    struct pair *pair, mach_msg_id_t id, uint32_t bytes);
void pair_send(struct pair *pair, mach_msg_id_t id);
/* The same of a message that has regions, with what is behind its header, and its id; and with
 * a reply at that index of A's board, or IPC_BOARD_NONE. */
void pair_send_regions(
    struct pair *pair, const struct message *message, uint32_t reply_port);
/* A message without them, that asks for a reply at that index of A's board: its slot. */
uint32_t pair_ask(struct pair *pair, mach_msg_id_t id, uint32_t reply_port);

/* B takes a message with this id from the lane. */
struct lane_record pair_take(struct pair *pair, mach_msg_id_t id);
/* What B's program calls a token. */
mach_port_name_t pair_name(const struct pair *pair, uint32_t token);
/* B answers by the slot of @token. */
enum lane_replied pair_reply(
    struct pair *pair, uint32_t token, mach_msg_id_t id);
/* A accepts what is there. */
enum lane_accepted pair_accept_reply(struct pair *pair, uint32_t slot);

/* What the board of A says of a lane; of B. */
struct lane_board_lane *pair_from_entry(const struct pair *pair);
struct lane_board_lane *pair_to_entry(const struct pair *pair);

/* A case with that world. */
#define PAIR_CASE(test)                                                        \
	{                                                                      \
		.test_func = test, .setup_func = pair_setup,                   \
		.teardown_func = pair_teardown, .name = #test,                 \
		.initial_state = (void *)#test                                 \
	}

#endif
