/*
 * Two processes with a lane between them that takes memory along: a child, which sends
 * parcels, and the program, which receives them.
 */
#ifndef TESTS_LIBMACHPORT_PARCEL_PEER_H
#define TESTS_LIBMACHPORT_PARCEL_PEER_H

#include <mach/mach.h>
#include <stdint.h>
#include <sys/types.h>

#define PARCEL_PIECES 4

/* A message with more than one region. */
struct parcels {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory[PARCEL_PIECES];
	uint32_t last; /* behind the descriptors */
	mach_msg_trailer_t trailer;
};

#define PARCELS_BYTES ((mach_msg_size_t)offsetof(struct parcels, trailer))

/* To @port, with no region yet: each has size 0. */
struct parcels parcels_to(mach_port_t port);
void parcels_put(
    struct parcels *parcels, unsigned i, const void *memory, uint64_t bytes);
mach_msg_return_t parcels_send(struct parcels *parcels);

/* A kernel, a port, and a child, by @mode ($MACHPORT_LANES), which has that port as its
 * bootstrap_port, and runs @client when it has a lane to there for parcels of @bytes. */
mach_port_t parcel_begin(
    const char *mode, uint64_t bytes, void (*client)(void), pid_t *child_out);

/* It may end now: with it goes its lane. Wait for that. */
void parcel_end(pid_t child);

/* In the child: has it (still) a lane for parcels of @bytes? */
boolean_t parcel_has_lane(mach_port_t port, uint64_t bytes);

/* Receive a parcel; its region, of @bytes. */
unsigned char *parcel_take(mach_port_t port, uint64_t bytes);

/*
 * The same, and it must come by a lane, whose ring must not be full for long: else the kernel
 * process takes it over. So the child waits with parcel_await_taken() after each.
 */
unsigned char *parcel_take_by_lane(mach_port_t port, uint64_t bytes);
void parcel_receive_by_lane(mach_port_t port, void *message, uint32_t room);
void parcel_await_taken(void);

#endif
