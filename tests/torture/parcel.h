/*
 * Messages of the torture: any number of items, and data of which one can see
 * that it came whole.
 */
#ifndef TORTURE_PARCEL_H
#define TORTURE_PARCEL_H

#include <mach/mach.h>

#include "chance.h"

#define PARCEL_ITEMS_MAX 16
#define PARCEL_PORTS_MAX 32 /* names in the arrays of a parcel together */
#define PARCEL_INLINE_MAX (192u << 10)
#define PARCEL_MEMORY_MAX (1u << 20)
#define PARCEL_BYTES_MAX (PARCEL_INLINE_MAX + 1024) /* with a trailer */

/* One that is being made. What a send needs stays here until it is over. */
struct parcel {
	uint8_t
	    *bytes; /* PARCEL_BYTES_MAX of them: the message, too, if it comes
	                  * back */
	uint8_t *memory; /* PARCEL_MEMORY_MAX: the one region out of line */
	mach_port_t ports[PARCEL_PORTS_MAX];
	unsigned port_count;
	mach_msg_size_t size;
};

/* Until parcel_free() the parcel can be used again and again. */
void parcel_init(struct parcel *parcel);
void parcel_free(struct parcel *parcel);

/* An empty one; then its items in order, then the end. */
void parcel_begin(struct parcel *parcel, mach_msg_id_t id);
void parcel_add_right(
    struct parcel *parcel, mach_port_t name, mach_msg_type_name_t disposition);
void parcel_add_array(struct parcel *parcel, const mach_port_t *names,
    unsigned count, mach_msg_type_name_t disposition);
/* At most once. */
void parcel_add_memory(
    struct parcel *parcel, struct chance *chance, uint32_t bytes);
/* @value is for the receiver; @filler bytes follow it. */
void parcel_end(struct parcel *parcel, struct chance *chance, uint32_t value,
    uint32_t filler);

/* Where it goes, and what goes along. */
struct parcel_address {
	mach_port_t to;
	mach_msg_type_name_t disposition;
	mach_port_t reply; /* or MACH_PORT_NULL */
	mach_msg_type_name_t reply_disposition;
};

mach_msg_return_t parcel_send(struct parcel *parcel,
    const struct parcel_address *address, mach_msg_option_t option,
    mach_msg_timeout_t timeout);

/* One that was received. */
struct parcel_item {
	mach_msg_descriptor_type_t type;
	mach_msg_type_name_t disposition; /* of rights */
	mach_port_t name;                 /* of one right */
	void *address;                    /* of others */
	mach_msg_size_t count;            /* names or bytes there */
};

struct parcel_cursor {
	const uint8_t *at;
	unsigned left;
};

void parcel_items(
    const mach_msg_header_t *message, struct parcel_cursor *cursor_out);
bool parcel_next(struct parcel_cursor *cursor, struct parcel_item *item_out);

/* Everything in it is as its sender made it; returns the value. */
uint32_t parcel_check(const mach_msg_header_t *message);

/* A notification of the kernel, of any kind? */
bool is_notice(const mach_msg_header_t *message);

#endif
