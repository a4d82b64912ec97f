/* The least messages of tests: a number, and maybe one piece of memory. */
#ifndef TESTS_LIBMACHPORT_NOTE_H
#define TESTS_LIBMACHPORT_NOTE_H

#include <mach/mach.h>

struct note {
	mach_msg_header_t header;
	int32_t number;
	mach_msg_trailer_t trailer;
};

/* Bytes of it that are sent. */
#define NOTE_BYTES ((mach_msg_size_t)offsetof(struct note, trailer))

/* A port with a receive and a send right. */
mach_port_t note_port(void);

/* A note to be sent to @port, by COPY_SEND. */
struct note note_to(mach_port_t port, int32_t number);

mach_msg_return_t note_send(mach_port_t port, int32_t number,
    mach_msg_option_t option, mach_msg_timeout_t timeout);

/* Receive one: its number in @number_out, if any came. */
mach_msg_return_t note_receive(mach_port_t port, int32_t *number_out,
    mach_msg_option_t option, mach_msg_timeout_t timeout);

/* Receive one, which must be there or come, and be @number. */
void note_expect(mach_port_t port, int32_t number);

/* Send until the queue of @port is full; how many that were, from 0 on. */
int32_t note_fill(mach_port_t port);

/* A message with one region of memory. */
struct parcel {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory;
	mach_msg_trailer_t trailer;
};

#define PARCEL_BYTES ((mach_msg_size_t)offsetof(struct parcel, trailer))

struct parcel parcel_to(mach_port_t port, const void *memory,
    mach_msg_size_t bytes, boolean_t deallocate);

/* Send it and receive it again in @parcel. */
mach_msg_return_t parcel_send(struct parcel *parcel);
void parcel_receive(mach_port_t port, struct parcel *parcel_out);

/* Is there memory of ours at the page of @address? */
boolean_t is_mapped(const void *address);

#endif
