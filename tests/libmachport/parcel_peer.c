/* Two processes with a lane between them that takes memory along. */
#include "parcel_peer.h"

#include <mach/vm_page_size.h>
#include <stdlib.h>
#include <unistd.h>

#include "lane_peer.h"
#include "lanes_region_send.h"
#include "lanes_table.h"
#include "note.h"
#include "program.h"
#include "region.h"

/* Parcels that only make a lane open. */
#define WARM (-1)

static void (*client_body)(void);
static uint64_t client_bytes;
static int go[2];
static int taken[2];

struct parcels
parcels_to(mach_port_t port)
{
	struct parcels parcels = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_remote_port = port,
	    .body.msgh_descriptor_count = PARCEL_PIECES,
	};

	for (unsigned i = 0; i < PARCEL_PIECES; i++) {
		parcels.memory[i].type = MACH_MSG_OOL_DESCRIPTOR;
		parcels.memory[i].copy = MACH_MSG_VIRTUAL_COPY;
	}
	return parcels;
}

void
parcels_put(
    struct parcels *parcels, unsigned i, const void *memory, uint64_t bytes)
{
	parcels->memory[i].address = (void *)(uintptr_t)memory;
	parcels->memory[i].size = (mach_msg_size_t)bytes;
}

mach_msg_return_t
parcels_send(struct parcels *parcels)
{
	return mach_msg(&parcels->header, MACH_SEND_MSG, PARCELS_BYTES, 0,
	    MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

boolean_t
parcel_has_lane(mach_port_t port, uint64_t bytes)
{
	const struct lanes_out *out = lanes_out_find(port);

	return out &&
	    lane_regions_fit(
	        out->lane.sizes.ring_bytes, PARCELS_BYTES, (uint32_t)bytes);
}

static void
run_client(void)
{
	unsigned char *memory = region_new(client_bytes, 1);
	struct parcel parcel;

	do {
		parcel = parcel_to(bootstrap_port, memory,
		    (mach_msg_size_t)client_bytes, FALSE);
		parcel.header.msgh_id = WARM;
		CHECK_EQ(parcel_send(&parcel), MACH_MSG_SUCCESS);
	} while (!parcel_has_lane(bootstrap_port, client_bytes));
	region_free(memory, client_bytes);
	CHECK_EQ(note_send(bootstrap_port, 0, 0, 0), MACH_MSG_SUCCESS);
	program_await(go);
	client_body();
	program_await(go);
}

mach_port_t
parcel_begin(
    const char *mode, uint64_t bytes, void (*client)(void), pid_t *child_out)
{
	const mach_port_t port = peer_begin();
	struct parcel parcel;

	CHECK_EQ(setenv("MACHPORT_LANES", mode, 1), 0);
	client_body = client;
	client_bytes = bytes;
	CHECK_EQ(pipe(go), 0);
	CHECK_EQ(pipe(taken), 0);
	*child_out = program_fork(run_client);
	for (;;) {
		parcel_receive(port, &parcel);
		if (!(parcel.header.msgh_bits & MACH_MSGH_BITS_COMPLEX))
			break;
		CHECK_EQ(parcel.header.msgh_id, WARM);
		CHECK(region_is(parcel.memory.address, bytes, 1));
		region_free(parcel.memory.address, bytes);
	}
	program_ring(go);
	return port;
}

void
parcel_end(pid_t child)
{
	program_ring(go);
	program_join(child);
}

void
parcel_receive_by_lane(mach_port_t port, void *message, uint32_t room)
{
	const unsigned before = peer_count_taken(port);

	CHECK_EQ(mach_msg(message, MACH_RCV_MSG, 0, room, port,
	             MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(peer_count_taken(port), before + 1);
	program_ring(taken);
}

void
parcel_await_taken(void)
{
	program_await(taken);
}

static unsigned char *
region_of(const struct parcel *parcel, uint64_t bytes)
{
	const mach_msg_bits_t bits =
	    MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(0, MACH_MSG_TYPE_PORT_SEND);

	CHECK_EQ(parcel->header.msgh_bits, bits);
	CHECK_EQ(parcel->header.msgh_size, PARCEL_BYTES);
	CHECK_EQ(parcel->memory.size, bytes);
	CHECK_EQ(parcel->memory.copy, MACH_MSG_VIRTUAL_COPY);
	CHECK_EQ(parcel->memory.deallocate, TRUE);
	CHECK_EQ((uintptr_t)parcel->memory.address & vm_page_mask, 0);
	return parcel->memory.address;
}

unsigned char *
parcel_take(mach_port_t port, uint64_t bytes)
{
	struct parcel parcel;

	parcel_receive(port, &parcel);
	return region_of(&parcel, bytes);
}

unsigned char *
parcel_take_by_lane(mach_port_t port, uint64_t bytes)
{
	struct parcel parcel;

	parcel_receive_by_lane(port, &parcel, sizeof(parcel));
	return region_of(&parcel, bytes);
}
