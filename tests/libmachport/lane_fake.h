/*
 * Fake lanes on a fake board, of which the test is the other side and the kernel, too. Nobody
 * is asked for anything.
 */
#ifndef TESTS_LIBMACHPORT_LANE_FAKE_H
#define TESTS_LIBMACHPORT_LANE_FAKE_H

#include "lanes_port.h"
#include "lanes_take.h"

#define RING LANE_RING_MIN
#define SLOTS 4u

#define PORT 0x103u
#define PORT_INDEX 3u
#define SET 0x207u
#define SET_INDEX 9u

/* What the test writes as the kernel. */
extern struct lane_board *fake_board;

/* A lane to a port of ours, of which the test is the sender, too. */
struct fake_in {
	struct lane_sender *sender;
	struct lanes_in in;
};

/* A lane of ours, of which the test is the receiver, too. */
struct fake_out {
	struct lane_receiver *receiver;
	struct lanes_out out;
};

struct message {
	mach_msg_header_t header;
	uint8_t body[RING];
	mach_msg_max_trailer_t room;
};

/* Where it is received to. */
extern struct message fake_message;

int fake_board_setup(void **state);
int fake_board_teardown(void **state);

#define BOARD_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    name, fake_board_setup, fake_board_teardown)

/* --- lanes to ports of ours --------------------------------------------------- */

/* The port called @name, a member of @sets, with @fake to it, and whatever it had. */
struct lanes_port *fake_post(mach_port_name_t name, uint32_t index,
    struct fake_in *fake, const struct wire_lane_set *sets, uint32_t set_count);

/* A lane with board index and id @number. */
struct fake_in *fake_new_in(uint32_t number);
void fake_free_in(struct fake_in *fake);

/* Send by @fake: @body bytes, all of them @id. Wakes nobody. */
void fake_put(struct fake_in *fake, int32_t id, uint64_t ticket, uint32_t token,
    uint32_t body);

/* --- receiving ---------------------------------------------------------------- */

/* A receive into fake_message, of which there are @size bytes. */
struct msg_call fake_call_with(mach_msg_option_t option, uint32_t size);

/* Take from @port; the result in *@mr_out. */
enum lanes_taken fake_take_with(struct lanes_port *port,
    mach_msg_option_t option, uint32_t size, mach_msg_return_t *mr_out);

/* There is a message, which is @id; or none. */
void fake_expect_taken(
    struct lanes_port *port, mach_msg_option_t option, int32_t id);
void fake_expect_nothing(struct lanes_port *port);

/* --- lanes of ours, and replies by them --------------------------------------- */

struct fake_out *fake_new_out(uint32_t number);
void fake_free_out(struct fake_out *fake);

/* A request that is to be answered to PORT went by @fake. */
void fake_issue(struct fake_out *fake, uint32_t slot, uint32_t generation);

/* And its answer came. */
void fake_answer(struct fake_out *fake, uint32_t slot, uint64_t ticket,
    int32_t id, uint32_t bytes);

/* PORT, with a lane to it and replies by another. */
struct lanes_port *fake_post_for_replies(
    struct fake_in *in, struct fake_out *out);

#endif
