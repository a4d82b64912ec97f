/*
 * Two tasks and a lane between them, step by step: A, a process of its own, sends to the
 * port of B, which is the test.
 */
#ifndef LANE_TASKS_H
#define LANE_TASKS_H

#include "kernel.h"
#include "lane_receive.h"
#include "lane_reply.h"
#include "proxy.h"
#include "wire_lane.h"

/* What an answer may bring: the first word, and others. */
#define LANE_WORDS_MAX 64

struct lane_call {
	const uint32_t *in;
	size_t in_count;
	int file; /* to go along; 0: none. The caller's */
	uint32_t out[LANE_WORDS_MAX];
	size_t out_count;
	int file_out; /* that came; -1: none */
};

/* A call that may bring files, and words as it likes. */
kern_return_t lane_raw(int fd, enum wire_call number, struct lane_call *call);
#define LANE_CALL(fd, number, call, ...)                                       \
	((call)->in = (const uint32_t[]){__VA_ARGS__},                         \
	    (call)->in_count =                                                 \
	        sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t),    \
	    lane_raw(fd, number, call))

struct lane_task {
	int fd;
	const struct lane_board *board; /* NULL: not fetched */
	enum lane_clock clock;
};

extern struct lane_task lane_a;
extern struct lane_task lane_b;
extern struct proxy lane_a_proxy;
extern struct wire_token lane_b_token;
/* B's port, and A's send right for it. */
extern mach_port_name_t lane_port;
#define LANE_DEST BOOTSTRAP

/* The kernel, with @options, in which a lane opens however late its steps come, and both
 * tasks; B knows of lanes, A has its board. */
void lane_tasks_start(const char *const options[]);
void lane_tasks_stop(void);
/* The task that the test is ends; its process goes on. A goes on, too. */
void lane_b_die(void);
int lane_setup(void **state);
int lane_teardown(void **state);
#define LANE_CASE(name)                                                        \
	cmocka_unit_test_setup_teardown(name, lane_setup, lane_teardown)

/* LANE_BOARD, and the board mapped. */
void lane_fetch_board(struct lane_task *task);

/* A receive on @name that does not wait, of a task that says it knows of lanes, and
 * WIRE_LANES_* besides. The answer in lane_answer. */
extern struct raw_answer lane_answer;
mach_msg_return_t lane_poll(int fd, mach_port_name_t name, uint32_t lanes);

/* The news that @fd has: 0 is NONE; and what lane they are of. */
enum wire_news lane_news(int fd, uint32_t *id_out);

/* A lane as both sides have it. */
struct lane_pair {
	uint32_t id;
	struct lane_sizes sizes;
	struct lane_sender *sender;
	struct lane_receiver *receiver;
	int sender_file;
	int receiver_file;
	struct wire_lane_accepted accepted;
	struct wire_lane_joined joined;
	const struct lane_sender *theirs_of_b;
	const struct lane_receiver *theirs_of_a;
	struct lane_out out;
	struct lane_in in;
};

/* A send right in A for a port of B's. */
mach_port_name_t lane_send_right(mach_port_name_t port);

/* The memories of a lane with 4 slots of 1 KiB; and of one of 16 KiB. */
struct lane_pair *lane_pair_of(uint32_t ring_bytes);
struct lane_pair *lane_pair_new(void);
void lane_pair_free(struct lane_pair *pair);

/* The steps; each returns the kernel's answer. */
kern_return_t lane_offer(struct lane_pair *pair, mach_port_name_t name);
kern_return_t lane_accept_it(struct lane_pair *pair);
kern_return_t lane_ready(const struct lane_pair *pair);
kern_return_t lane_join(struct lane_pair *pair);
/* A call whose only word is the lane's number. */
kern_return_t lane_say(
    int fd, enum wire_call number, const struct lane_pair *pair);
/* All of them, with what is told in between; and the same of a new one, to LANE_DEST. */
void lane_open_pair(struct lane_pair *pair, mach_port_name_t name);
struct lane_pair *lane_open(void);

/* A sends an empty message with @id by the lane; B takes one: its id, or 0. */
enum lane_published lane_put(struct lane_pair *pair, int32_t id);
int32_t lane_get(struct lane_pair *pair);

/* What a board says of the lane's state. */
uint32_t lane_state_of(const struct lane_task *task, uint32_t index);

#endif
