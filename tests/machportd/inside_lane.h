/*
 * Two tasks inside the test's kernel (inside.h), and their calls about lanes. A sends to a
 * port of B.
 */
#ifndef INSIDE_LANE_H
#define INSIDE_LANE_H

#include "inside.h"
#include "wire_call.h"

/* A task of this process, as the kernel sees it. */
struct party {
	struct conn *conn;
	int end;
};

extern struct party inside_a;
extern struct party inside_b;

/* The kernel, and what both tasks pass it. */
int inside_lane_setup(void **state);
int inside_lane_setup_large(void **state); /* with a ring for regions */
int inside_lane_teardown(void **state);
#define INSIDE_LANE_CASE(name)                                                 \
	cmocka_unit_test_setup_teardown(                                       \
	    name, inside_lane_setup, inside_lane_teardown)

#define INSIDE_LANE_LARGE_CASE(name)                                           \
	cmocka_unit_test_setup_teardown(                                       \
	    name, inside_lane_setup_large, inside_lane_teardown)

/* Both tasks, with a port and a right for it; and B knows of lanes. */
void inside_lane_begin(void);
/* They die. */
void inside_lane_end(void);

/* A call of @party with @file (-1: none): its result, and of the words that came the second,
 * or of an offer the first, in *@word_out. */
kern_return_t inside_lane_call(const struct party *party, enum wire_call number,
    const uint32_t *words, size_t count, int file, uint32_t *word_out);
/* One whose only word is a lane's number. */
kern_return_t inside_lane_say(
    const struct party *party, enum wire_call number, uint32_t lane);

/* A's offer; and B's memory for it. */
kern_return_t inside_lane_offer(uint32_t *lane_out);
kern_return_t inside_lane_accept(uint32_t lane);

/* All of it, as far as it gets: A has its board. Returns what the last step did. */
kern_return_t inside_lane_open(uint32_t *lane_out);

#endif
