/*
 * Lanes open, pass messages and replies, and close. The two libraries are src/lane's, on memory
 * that anybody may have written to: so each may be told lies, and nothing may come of it but
 * what the liar loses.
 */
#include <string.h>
#include <unistd.h>

#include "base_alloc.h"
#include "base_assert.h"
#include "ipc_lane.h"
#include "ipc_lane_limit.h"
#include "ipc_mach_port.h"
#include "ipc_port.h"
#include "ipc_space.h"
#include "lane_memory.h"
#include "lane_receive.h"
#include "lane_reply.h"
#include "lane_send.h"
#include "ops_world.h"

#define LANES 4
#define SLOTS 2
#define RING (2 * LANE_RING_MIN)
#define SENDER_BYTES (sizeof(struct lane_sender) + RING)
#define BODY_MAX 5000
#define REGIONS_MOST 3

struct ops_lane {
	struct ipc_lane lane;
	bool in_use;
	struct lane_out out; /* OPEN, as all below */
	struct lane_in in;
	uint32_t tokens[SLOTS]; /* that B holds, by slot; 0: none */
};

/* What is in tasks' memory. */
struct ops_lane_memory {
	uint8_t *sender;                /* of SENDER_BYTES; NULL: not yet */
	const struct lane_sender *view; /* of it, the ring twice */
	_Alignas(4096) uint8_t receiver[sizeof(struct lane_receiver) +
	    SLOTS * LANE_SLOT_BYTES_MIN];
};

static struct ops_lane ops_lanes_all[LANES];
static struct ops_lane_memory memories[LANES];
static uint8_t body[RING];

/* It is mapped once, to the end. */
static void
clear_memory(struct ops_lane_memory *memory)
{
	void *sender = memory->sender;
	int file;

	if (!sender) {
		mp_assert(
		    lane_memory_new("ops", SENDER_BYTES, &sender, &file) == 0);
		memory->sender = sender;
		memory->view = lane_memory_map_ring(file, SENDER_BYTES, RING);
		mp_assert(memory->view);
		mp_assert(close(file) == 0);
	}
	memset(sender, 0, SENDER_BYTES);
	memset(memory->receiver, 0, sizeof(memory->receiver));
}

void
ops_lanes_begin(void)
{
	memset(ops_lanes_all, 0, sizeof(ops_lanes_all));
}

void
ops_lanes_end(void)
{
	for (unsigned i = 0; i < LANES; i++)
		mp_assert(!ops_lanes_all[i].in_use);
}

static void
closed(struct ipc_lane *lane, enum ipc_lane_why why)
{
	struct ops_lane *mine = CONTAINER_OF(lane, struct ops_lane, lane);

	mp_assert(mine->in_use && lane->state == IPC_LANE_CLOSED);
	mp_assert(why <= IPC_LANE_ASKED_TO);
	mine->lane.ring = ipc_ring_unref(lane->ring);
	mine->in_use = false;
}

/* A send right of @from, mostly one for a port of another task's. */
static mach_port_name_t
pick_send(struct ops_input *input, struct ops_task *from)
{
	struct ops_task *to = ops_pick_task(input);
	mach_msg_type_name_t type;
	mach_port_name_t name;

	ops_add_board(from);
	ops_add_board(to);
	name = ops_pick_typed(input, to->space, MACH_PORT_TYPE_RECEIVE);
	if (ops_once_in(input, 4) ||
	    ipc_mach_port_extract_right(to->space, name,
	        MACH_MSG_TYPE_MAKE_SEND, from->space, &name,
	        &type) != KERN_SUCCESS)
		name = ops_pick_typed(input, from->space, MACH_PORT_TYPE_SEND);
	return name;
}

static void
free_ring(struct ipc_ring *ring)
{
	base_free(ring);
}

/* For half of the lanes, if there is memory. */
static struct ipc_ring *
new_ring(struct ops_input *input)
{
	struct ipc_ring *ring =
	    ops_once_in(input, 2) ? base_zalloc(1, sizeof(*ring)) : NULL;

	if (ring)
		*ring = (struct ipc_ring){.refs = 1, .free = free_ring};
	return ring;
}

static void
offer(struct ops_input *input, struct ops_lane *mine)
{
	struct ops_task *task = ops_pick_task(input);
	struct ops_lane_memory *memory = &memories[mine - ops_lanes_all];
	const mach_port_name_t name = pick_send(input, task);

	clear_memory(memory);
	memset(mine, 0, sizeof(*mine));
	mine->lane.view = (struct lane_view){
	    .sender = memory->view,
	    .sizes =
	        {
	            .ring_bytes = RING,
	            .slots = SLOTS,
	            .slot_bytes = LANE_SLOT_BYTES_MIN,
	        },
	};
	mine->lane.closed = closed;
	mine->lane.ring = new_ring(input);
	mine->in_use =
	    ipc_lane_offer(&mine->lane, task->space, name) == KERN_SUCCESS;
	if (!mine->in_use)
		(void)ipc_ring_unref(mine->lane.ring);
}

/* As the two libraries do when they have heard of it. */
static void
join(struct ops_lane *mine)
{
	struct ops_lane_memory *memory = &memories[mine - ops_lanes_all];

	lane_out_init(&mine->out, (struct lane_sender *)(void *)memory->sender,
	    mine->lane.view.receiver, ipc_lane_from_entry(&mine->lane),
	    &mine->lane.view.sizes, LANE_CLOCK_MONOTONIC);
	lane_in_init(&mine->in, mine->lane.view.sender,
	    (struct lane_receiver *)(void *)memory->receiver,
	    ipc_lane_to_entry(&mine->lane), &mine->lane.view.sizes);
}

static void
go_on(struct ops_lane *mine)
{
	struct ops_lane_memory *memory = &memories[mine - ops_lanes_all];
	kern_return_t kr = KERN_SUCCESS;

	switch ((enum ipc_lane_state)mine->lane.state) {
	case IPC_LANE_OFFERED:
		mine->lane.state = IPC_LANE_ASKED;
		break;
	case IPC_LANE_ASKED:
		mine->lane.view.receiver =
		    (const struct lane_receiver *)(void *)memory->receiver;
		kr = ipc_lane_accept(&mine->lane);
		break;
	case IPC_LANE_ACCEPTED:
		kr = ipc_lane_ready(&mine->lane);
		break;
	case IPC_LANE_READY:
		join(mine);
		kr = ipc_lane_open(&mine->lane);
		break;
	case IPC_LANE_OPEN:
	case IPC_LANE_CLOSED:
		return;
	}
	mp_assert(kr == KERN_SUCCESS || kr == KERN_RESOURCE_SHORTAGE ||
	    kr == KERN_FAILURE);
	if (kr != KERN_SUCCESS)
		ipc_lane_close(&mine->lane, IPC_LANE_ASKED_TO);
}

/* The index of a port of A's that is posted for replies, if it finds one. */
static bool
reply_port(
    struct ops_input *input, const struct ops_lane *mine, uint32_t *index_out)
{
	const mach_port_name_t name =
	    ops_pick_typed(input, mine->lane.from, MACH_PORT_TYPE_RECEIVE);
	const struct ipc_entry *entry = ipc_space_find(mine->lane.from, name);

	if (!entry || !(entry->type & MACH_PORT_TYPE_RECEIVE) ||
	    ipc_board_post(entry->port) != KERN_SUCCESS)
		return false;
	*index_out = entry->port->board_index;
	return mine->lane.state == IPC_LANE_OPEN;
}

/* A message of up to as many regions, which mostly says so. */
static void
add_regions(struct ops_input *input, struct lane_message *message)
{
	static struct lane_region regions[REGIONS_MOST];
	static struct {
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t descriptors[REGIONS_MOST];
	} told;
	const uint32_t count = ops_below(input, REGIONS_MOST + 1);

	told.body.msgh_descriptor_count = count + ops_once_in(input, 32);
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t bytes =
		    ops_once_in(input, 8) ? 4096 : ops_below(input, 250) + 1u;

		told.descriptors[i] = (mach_msg_ool_descriptor_t){
		    .copy = ops_once_in(input, 2),
		    .type = MACH_MSG_OOL_DESCRIPTOR,
		    .size = bytes - ops_once_in(input, 64),
		};
		regions[i] = (struct lane_region){body, bytes};
		message->region_bytes =
		    lane_region_align(message->region_bytes) + bytes;
	}
	message->has_regions = true;
	message->region_count = count;
	message->regions = regions;
	message->body = &told;
	message->body_bytes =
	    (uint32_t)(sizeof(told.body) + count * sizeof(*told.descriptors));
}

static void
publish(struct ops_input *input, struct ops_lane *mine)
{
	struct lane_message message = {
	    .id = (int32_t)ops_byte(input),
	    .body = body,
	    .body_bytes = ops_once_in(input, 8)
	        ? ops_word(input) % BODY_MAX & ~3u
	        : ops_below(input, 16) * 4u,
	};
	struct lane_wake wake;
	uint32_t slot;

	if (ops_once_in(input, 4))
		add_regions(input, &message);
	if (ops_once_in(input, 2))
		message.replies = reply_port(input, mine, &message.reply_port);
	if (mine->lane.state == IPC_LANE_OPEN)
		(void)lane_publish(&mine->out, &message, &slot, &wake);
}

/* As if there were one, which there need not be. */
static enum lane_took
take_regions(struct lane_in *in, const struct lane_record *record)
{
	const struct lane_place place = {body, record->regions};
	struct lane_wake wake;

	lane_copy_body(in, record, body);
	return lane_take_regions(in, record, &place, 1, &wake);
}

static void
take(struct ops_lane *mine)
{
	struct lane_record record;
	struct lane_wake wake;
	enum lane_took took =
	    lane_take(&mine->in, body, sizeof(body), false, &record, &wake);

	if (took == LANE_TAKE_REGIONS)
		took = take_regions(&mine->in, &record);
	if (took != LANE_TOOK)
		return;
	if (record.token != 0)
		mine->tokens[record.token & (LANE_SLOTS_MAX - 1)] =
		    record.token;
}

/* By the slot, or with the name by trap; or somebody looks at it. */
static void
use_token(struct ops_input *input, struct ops_lane *mine)
{
	const uint32_t slot = ops_below(input, SLOTS);
	const uint32_t token = mine->tokens[slot];
	const mach_port_name_t name =
	    mine->lane.tokens[slot] << 8 | lane_name_generation(token >> 4);
	struct lane_wake wake;

	switch (ops_below(input, 4)) {
	case 0:
		(void)ipc_space_find(mine->lane.to, name);
		break;
	case 1:
		(void)ipc_mach_port_deallocate(mine->lane.to, name);
		break;
	default:
		(void)lane_reply(&mine->in, slot, token >> 4,
		    LANE_CLOCK_MONOTONIC, 9, body, ops_below(input, 250) * 4u,
		    &wake);
		break;
	}
}

static void
accept_reply(struct ops_input *input, struct ops_lane *mine)
{
	struct lane_answer answer = {0};

	(void)lane_accept(&mine->out, ops_below(input, SLOTS), body,
	    sizeof(body), ops_once_in(input, 2), &answer);
}

/* A task writes what it likes to what is its own. */
static void
lie(struct ops_input *input, struct ops_lane *mine)
{
	struct ops_lane_memory *memory = &memories[mine - ops_lanes_all];
	const uint32_t word = ops_word(input);
	uint32_t at = (uint32_t)ops_byte(input) << 8 | ops_byte(input);
	uint8_t *bytes = memory->sender;
	size_t count = SENDER_BYTES;

	if (ops_once_in(input, 2)) {
		bytes = memory->receiver;
		count = sizeof(memory->receiver);
	}
	if (ops_once_in(input, 2))
		at %= 0x200; /* marks, and slots */
	at = at % (uint32_t)count & ~3u;
	memcpy(bytes + at, &word, sizeof(word));
}

static void
close_some(struct ops_input *input, struct ops_lane *mine)
{
	const enum ipc_lane_why why = ops_below(input, 3);

	switch (ops_below(input, 6)) {
	case 0:
		ipc_lane_close_port(mine->lane.port, why);
		break;
	case 1:
		ipc_lane_close_from(mine->lane.from, why);
		break;
	case 2:
		ipc_lane_close_space(mine->lane.to, why);
		break;
	case 3:
		ipc_lane_close_right(mine->lane.from, mine->lane.port);
		break;
	default:
		ipc_lane_close(&mine->lane, why);
		break;
	}
	mp_assert(!mine->in_use);
}

/* What is asked of a port with lanes answers, whatever they say. */
static void
ask(const struct ops_lane *mine)
{
	const struct ipc_port *port = mine->lane.port;

	mp_assert(ipc_lane_depth(port) <= ipc_lane_limits(port));
	(void)ipc_lane_sorights(port);
	(void)ipc_lane_seqno(port);
	ipc_lane_share(mine->lane.port);
}

static void
use_open(struct ops_input *input, struct ops_lane *mine)
{
	unsigned what = ops_below(input, 20);

	if (what < 8)
		publish(input, mine);
	else if (what < 11)
		take(mine);
	else if (what < 15)
		use_token(input, mine);
	else if (what < 17)
		accept_reply(input, mine);
	else if (what == 17)
		lie(input, mine);
	else if (what == 18)
		ask(mine);
	else
		close_some(input, mine);
}

void
ops_lane(struct ops_input *input)
{
	struct ops_lane *mine = &ops_lanes_all[ops_below(input, LANES)];

	if (!mine->in_use) {
		offer(input, mine);
		while (mine->in_use && mine->lane.state != IPC_LANE_OPEN &&
		    !ops_once_in(input, 8))
			go_on(mine);
	} else if (mine->lane.state == IPC_LANE_OPEN) {
		for (unsigned more = ops_below(input, 8);
		     more > 0 && mine->lane.state == IPC_LANE_OPEN; more--)
			use_open(input, mine);
	} else if (ops_once_in(input, 16)) {
		close_some(input, mine);
	} else {
		go_on(mine);
	}
}
