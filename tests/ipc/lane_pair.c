#include "lane_pair.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base_assert.h"
#include "ipc_port.h"
#include "lane_memory.h"

#define BODY_MAX 8192

mach_port_name_t pair_inbox;
uint32_t pair_ring_bytes;
unsigned pair_wakes;
uint32_t pair_slots;

static struct list pairs;
static struct lane_board boards[3]; /* alice's, bob's, carol's */
static uint8_t body[BODY_MAX];

static uint64_t
read_clock(void)
{
	return lane_clock_read(LANE_CLOCK_MONOTONIC);
}

static void
wake(const void *word)
{
	mp_assert(word);
	pair_wakes++;
}

static const struct ipc_lane_world lanes = {.ticket = read_clock, .wake = wake};

struct ipc_port *
pair_inbox_port(void)
{
	return world_lookup(bob, pair_inbox);
}

int
pair_setup(void **state)
{
	(void)world_setup(state);
	list_init(&pairs);
	memset(boards, 0, sizeof(boards));
	pair_wakes = 0;
	pair_ring_bytes = LANE_RING_MIN;
	pair_slots = PAIR_SLOTS;
	ipc_world.lanes = &lanes;
	mp_assert(ipc_board_add(alice, &boards[0]));
	mp_assert(ipc_board_add(bob, &boards[1]));
	mp_assert(ipc_board_add(carol, &boards[2]));
	pair_inbox = world_port(bob);
	return 0;
}

/* The memory is the pair's until its end. */
static void
free_memory(struct pair *pair)
{
	const size_t bytes = lane_sender_bytes(&pair->lane.view.sizes);

	list_remove(&pair->link);
	free(pair->receiver);
	if (!pair->lane.ring) {
		free(pair->sender);
		return;
	}
	lane_memory_unmap(pair->sender, bytes);
	lane_memory_unmap(
	    pair->lane.view.sender, bytes + pair->lane.view.sizes.ring_bytes);
}

int
pair_teardown(void **state)
{
	int failed = world_teardown(state);

	while (!list_empty(&pairs))
		free_memory(CONTAINER_OF(pairs.next, struct pair, link));
	return failed;
}

static void *
pages(size_t bytes)
{
	void *memory = aligned_alloc(4096, (bytes + 4095) & ~(size_t)4095);

	mp_assert(memory);
	return memset(memory, 0, bytes);
}

static void
closed(struct ipc_lane *lane, enum ipc_lane_why why)
{
	struct pair *pair = CONTAINER_OF(lane, struct pair, lane);

	mp_assert(lane->state == IPC_LANE_CLOSED);
	pair->closed++;
	pair->why = why;
}

static void
ring_freed(struct ipc_ring *ring)
{
	CONTAINER_OF(ring, struct pair, ring)->ring_freed++;
}

/* A ring that messages may keep. */
static void
make_ring(struct pair *pair)
{
	const struct lane_sizes *sizes = &pair->lane.view.sizes;
	const size_t bytes = lane_sender_bytes(sizes);
	void *memory;
	int file;

	mp_assert(lane_memory_new("pair", bytes, &memory, &file) == 0);
	pair->sender = memory;
	pair->lane.view.sender =
	    lane_memory_map_ring(file, bytes, sizes->ring_bytes);
	mp_assert(pair->lane.view.sender);
	mp_assert(close(file) == 0);
	pair->ring = (struct ipc_ring){.refs = 1, .free = ring_freed};
	pair->lane.ring = &pair->ring;
}

kern_return_t
pair_offer(struct pair *pair, struct ipc_space *from, mach_port_name_t send)
{
	const struct lane_sizes sizes = {
	    .ring_bytes = pair_ring_bytes,
	    .slots = pair_slots,
	    .slot_bytes = pair_slots > 0 ? LANE_SLOT_BYTES_MIN : 0,
	};
	kern_return_t kr;

	memset(pair, 0, sizeof(*pair));
	list_init(&pair->link);
	list_push_back(&pairs, &pair->link);
	pair->send = send;
	pair->lane.view.sizes = sizes;
	if (pair_ring_bytes > LANE_RING_PLAIN)
		make_ring(pair);
	else
		pair->lane.view.sender = pair->sender =
		    pages(lane_sender_bytes(&sizes));
	pair->receiver = pages(lane_receiver_bytes(&sizes));
	pair->lane.closed = closed;
	kr = ipc_lane_offer(&pair->lane, from, send);
	if (kr != KERN_SUCCESS)
		free_memory(pair);
	return kr;
}

kern_return_t
pair_accept(struct pair *pair)
{
	pair->lane.view.receiver = pair->receiver;
	return ipc_lane_accept(&pair->lane);
}

void
pair_join(struct pair *pair)
{
	lane_out_init(&pair->out, pair->sender, pair->receiver,
	    pair_from_entry(pair), &pair->lane.view.sizes,
	    LANE_CLOCK_MONOTONIC);
	lane_in_init(&pair->in, pair->sender, pair->receiver,
	    pair_to_entry(pair), &pair->lane.view.sizes);
}

mach_port_name_t
pair_send_right(struct ipc_space *task)
{
	return world_give(bob, pair_inbox, MAKE_SEND, task);
}

/* READY, to another port of bob's. */
static void
get_ready_to(struct pair *pair, struct ipc_space *from, mach_port_name_t port)
{
	const mach_port_name_t send = world_give(bob, port, MAKE_SEND, from);

	EXPECT(pair_offer(pair, from, send), KERN_SUCCESS);
	EXPECT(pair_accept(pair), KERN_SUCCESS);
	EXPECT(ipc_lane_ready(&pair->lane), KERN_SUCCESS);
	pair_join(pair);
}

void
pair_get_ready(struct pair *pair, struct ipc_space *from)
{
	get_ready_to(pair, from, pair_inbox);
}

void
pair_open(struct pair *pair, struct ipc_space *from)
{
	pair_open_to(pair, from, pair_inbox);
}

void
pair_open_to(struct pair *pair, struct ipc_space *from, mach_port_name_t port)
{
	get_ready_to(pair, from, port);
	EXPECT(ipc_lane_open(&pair->lane), KERN_SUCCESS);
}

static void
give(struct ipc_space *space, uint32_t index)
{
	if (index != IPC_BOARD_NONE && space->board)
		ipc_board_give_lane(space->board, index);
}

void
pair_end(struct pair *pair)
{
	mp_assert(pair->lane.state == IPC_LANE_CLOSED);
	give(pair->lane.from, pair->lane.from_index);
	give(pair->lane.to, pair->lane.to_index);
	free_memory(pair);
}

mach_port_name_t
pair_reply_port(struct pair *pair, uint32_t *index_out)
{
	const mach_port_name_t name = world_port(pair->lane.from);
	struct ipc_port *port = world_lookup(pair->lane.from, name);

	EXPECT(ipc_board_post(port), KERN_SUCCESS);
	*index_out = port->board_index;
	return name;
}

void
pair_withdraw(struct ipc_space *task, mach_port_name_t name)
{
	ipc_board_withdraw(world_lookup(task, name));
	ipc_check();
}

/* Bytes that tell which message they are of. */
static void
fill(mach_msg_id_t id, uint32_t bytes)
{
	mp_assert(bytes <= sizeof(body));
	memset(body, id & 0xFF, bytes);
}

static enum lane_published
publish(
    struct pair *pair, const struct lane_message *message, uint32_t *slot_out)
{
	struct lane_wake to_wake;

	fill(message->id, message->body_bytes);
	return lane_publish(&pair->out, message, slot_out, &to_wake);
}

enum lane_published
pair_publish(struct pair *pair, mach_msg_id_t id, uint32_t bytes)
{
	const struct lane_message message = {
	    .id = id, .body = body, .body_bytes = bytes};
	uint32_t slot;

	return publish(pair, &message, &slot);
}

void
pair_send(struct pair *pair, mach_msg_id_t id)
{
	assert_int_equal(pair_publish(pair, id, 8), LANE_TAKEN);
	ipc_check();
}

void
pair_send_regions(
    struct pair *pair, const struct message *message, uint32_t reply_port)
{
	struct lane_region regions[MESSAGE_REGIONS];
	mach_msg_header_t header;
	struct lane_message sent = {
	    .body = message->bytes + sizeof(header),
	    .body_bytes = message->size - (uint32_t)sizeof(header),
	    .has_regions = true,
	    .region_count = message->region_count,
	    .regions = regions,
	    .replies = reply_port != IPC_BOARD_NONE,
	    .reply_port = reply_port,
	};
	struct lane_wake to_wake;
	uint32_t slot;

	memcpy(&header, message->bytes, sizeof(header));
	sent.id = header.msgh_id;
	for (unsigned i = 0; i < message->region_count; i++) {
		const struct message_region *region = &message->regions[i];

		regions[i] = (struct lane_region){
		    region->bytes, (uint32_t)region->count};
		sent.region_bytes =
		    lane_region_align(sent.region_bytes) + regions[i].bytes;
	}
	assert_int_equal(
	    lane_publish(&pair->out, &sent, &slot, &to_wake), LANE_TAKEN);
	ipc_check();
}

uint32_t
pair_ask(struct pair *pair, mach_msg_id_t id, uint32_t reply_port)
{
	const struct lane_message message = {
	    .id = id,
	    .body = body,
	    .body_bytes = 8,
	    .replies = true,
	    .reply_port = reply_port,
	};
	uint32_t slot = LANE_SLOTS_MAX;

	assert_int_equal(publish(pair, &message, &slot), LANE_TAKEN);
	ipc_check();
	return slot;
}

struct lane_record
pair_take(struct pair *pair, mach_msg_id_t id)
{
	struct lane_record record;
	struct lane_wake to_wake;

	assert_int_equal(
	    lane_take(&pair->in, body, sizeof(body), false, &record, &to_wake),
	    LANE_TOOK);
	assert_int_equal(record.id, id);
	return record;
}

mach_port_name_t
pair_name(const struct pair *pair, uint32_t token)
{
	return pair->lane.tokens[token & 0xF] << 8 |
	    lane_name_generation(token >> 4);
}

enum lane_replied
pair_reply(struct pair *pair, uint32_t token, mach_msg_id_t id)
{
	struct lane_wake to_wake;

	fill(id, 8);
	return lane_reply(&pair->in, token & 0xF, token >> 4,
	    LANE_CLOCK_MONOTONIC, id, body, 8, &to_wake);
}

enum lane_accepted
pair_accept_reply(struct pair *pair, uint32_t slot)
{
	struct lane_answer answer = {0};

	return lane_accept(
	    &pair->out, slot, body, sizeof(body), false, &answer);
}

static struct lane_board *
board_of(const struct ipc_space *space)
{
	return space == alice ? &boards[0]
	    : space == bob    ? &boards[1]
	                      : &boards[2];
}

/* Also when the lane is closed, and its space gone. */
struct lane_board_lane *
pair_from_entry(const struct pair *pair)
{
	return &board_of(pair->lane.from)->lane[pair->lane.from_index];
}

struct lane_board_lane *
pair_to_entry(const struct pair *pair)
{
	return &board_of(pair->lane.to)->lane[pair->lane.to_index];
}
