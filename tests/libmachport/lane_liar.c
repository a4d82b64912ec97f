/* A liar, its peer, and an honest third task. */
#include "lane_liar.h"

#include <poll.h>
#include <unistd.h>

#include "lane_pair.h"
#include "lane_peer.h"
#include "note.h"
#include "program.h"

#define MANY 300
#define RECEIVE_MS 10000

/* A note, or what a liar sends besides. */
union received {
	struct note note;
	mach_msg_base_t base;
	uint8_t bytes[8192];
};

struct lanes_out *liar_lane;
mach_port_t liar_reply;
mach_port_t liar_port;
void (*liar_look)(const mach_msg_base_t *message);

static int opened[2]; /* the liar has a lane */
static int listened[2];
static int lied[2];
static int go[2];

static void (*lie_to_tell)(void);
static void (*after_the_lie)(void);

/* --- the liar ------------------------------------------------------------------ */

struct lane_sender *
liar_memory(void)
{
	return liar_lane->lane.mine;
}

uint8_t *
liar_ring(uint32_t position)
{
	return liar_memory()->ring +
	    (position & (liar_lane->lane.sizes.ring_bytes - 1));
}

/* A request from @reply. */
static void
ask(mach_port_t reply, int32_t number)
{
	struct note note = note_to(bootstrap_port, number);

	note.header.msgh_local_port = reply;
	note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
open_lane(void)
{
	liar_reply = note_port();
	while (!(liar_lane = lanes_out_find(bootstrap_port)))
		ask(liar_reply, LIE);
}

static void
be_liar(void)
{
	open_lane();
	program_ring(opened);
	program_await(listened);
	lie_to_tell();
	program_ring(lied);
	program_await(go);
	if (after_the_lie)
		after_the_lie();
}

/* --- its peer ------------------------------------------------------------------ */

static bool
has_rung(const int ends[2])
{
	struct pollfd event = {.fd = ends[0], .events = POLLIN};

	return poll(&event, 1, 0) > 0;
}

bool
liar_has_lied(void)
{
	return has_rung(lied);
}

void
liar_begin(void)
{
	CHECK_EQ(pipe(opened), 0);
	CHECK_EQ(pipe(listened), 0);
	CHECK_EQ(pipe(lied), 0);
	CHECK_EQ(pipe(go), 0);
	liar_port = peer_begin();
}

pid_t
liar_start(void (*lie)(void), void (*then)(void))
{
	pid_t liar;

	lie_to_tell = lie;
	after_the_lie = then;
	liar = program_fork(be_liar);
	while (!has_rung(opened))
		(void)liar_receive(1);
	while (liar_receive(0) != LIE)
		;
	program_ring(listened);
	return liar;
}

void
liar_end(pid_t liar)
{
	program_ring(go);
	program_join(liar);
}

static void
end_memory(mach_msg_base_t *message)
{
	if (liar_look)
		liar_look(message);
	mach_msg_destroy(&message->header);
}

int32_t
liar_receive(mach_msg_timeout_t ms)
{
	static union received received;
	mach_msg_header_t *header = &received.note.header;

	for (;;) {
		if (mach_msg(header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
		        sizeof(received), liar_port, ms,
		        MACH_PORT_NULL) != MACH_MSG_SUCCESS)
			return LIE;
		if (MACH_MSGH_BITS_IS_COMPLEX(header->msgh_bits)) {
			end_memory(&received.base);
			continue;
		}
		if (MACH_PORT_VALID(header->msgh_remote_port))
			(void)mach_port_deallocate(
			    mach_task_self(), header->msgh_remote_port);
		/* A liar's message may have anything there. */
		if (header->msgh_size == NOTE_BYTES &&
		    received.note.number >= 0)
			return received.note.number;
	}
}

static void
send_many(void)
{
	for (int32_t i = 0; i < MANY; i++)
		CHECK_EQ(note_send(bootstrap_port, i, 0, 0), MACH_MSG_SUCCESS);
}

static void
expect_many(void)
{
	const pid_t honest = program_fork(send_many);

	for (int32_t i = 0; i < MANY; i++)
		CHECK_EQ(liar_receive(RECEIVE_MS), i);
	program_join(honest);
}

void
liar_expect_order(void (*lie)(void), bool loses)
{
	pid_t liar;

	liar_begin();
	liar = liar_start(lie, NULL);
	while (!liar_has_lied())
		(void)liar_receive(1);
	expect_many();
	while (loses && peer_count_lanes(liar_port) > 0)
		(void)liar_receive(1);
	liar_end(liar);
}

void
liar_expect_order_when_closed(void (*lie)(void))
{
	pid_t liar;

	liar_begin();
	liar = liar_start(lie, NULL);
	program_await(lied);
	lane_close_all(liar_port);
	expect_many();
	liar_end(liar);
}
