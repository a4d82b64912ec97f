/*
 * The typed items that follow the header of a Mach 2.5 message.
 *
 *	word	msg_type_t		  or three, msg_type_long_t
 *	inline	the elements, up to the next word
 *	else	the address of the elements: a pointer of 8 bytes, where a
 *		compiler puts it, at the next multiple of 8 in the message
 *
 * A single word at the end of a message is no item: it is what a compiler adds to
 * a structure that has a pointer in it, or an item without elements.
 *
 * Offsets are from the first byte after the header. That is at a multiple of 8.
 *
 * Source: spec/mach2-mach3-differences.md 5
 */
#ifndef LIBMACHPORT_MACH2_TYPE_H
#define LIBMACHPORT_MACH2_TYPE_H

#include <mach/mach2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mach2_item {
	uint32_t name; /* MSG_TYPE_* */
	uint32_t element_bits;
	uint32_t number; /* elements */
	bool is_inline;
	bool deallocate;
	size_t data;    /* offset of the elements, or of their address */
	uint64_t bytes; /* of all elements, wherever they are */
	size_t next;    /* offset of the next item */
};

enum mach2_walk {
	MACH2_ITEM,
	MACH2_END,
	MACH2_CUT_OFF,  /* the item is longer than the message */
	MACH2_BAD_TYPE, /* ports that are not of 32 bits */
};

/* The item at @offset of the @bytes at @body. Written for MACH2_ITEM only. */
enum mach2_walk mach2_item_at(const unsigned char *body, size_t bytes,
    size_t offset, struct mach2_item *item_out);

/* Are its elements rights? MSG_TYPE_PORT_NAME is none. */
bool mach2_item_is_ports(const struct mach2_item *item);

/*
 * Writing items. Where @body is NULL, only @offset moves.
 */
struct mach2_writer {
	unsigned char *body;
	size_t offset;
};

/* The type of an item, in short form if that can tell @number. What follows it
 * is the caller's. */
void mach2_write_type(struct mach2_writer *writer, uint32_t name,
    uint32_t element_bits, uint32_t number, bool is_inline);
void mach2_write_bytes(
    struct mach2_writer *writer, const void *bytes, size_t count);
void mach2_write_address(struct mach2_writer *writer, const void *address);

#endif
