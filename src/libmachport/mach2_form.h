/*
 * The form in which a Mach 2.5 message travels: that of a message of today.
 *
 *	msgh_voucher_port	the mark: what today's header has no room for
 *	descriptors		one for each right among the inline items, and
 *				one for each item that is out of line, in order
 *	inline data		all that followed the old header, type words and
 *				all, but with 0 in the place of each name and
 *				address, and filled up to a multiple of 4
 *
 * The voucher field of a header without a voucher is a number that the receiver
 * gets (spec/messages.md 3.3). A simple message of MSG_TYPE_NORMAL whose size is
 * a multiple of 4 needs no mark: it is the same bytes in both worlds.
 *
 * Source: spec/mach2-mach3-differences.md 5, docs/porting.md
 */
#ifndef LIBMACHPORT_MACH2_FORM_H
#define LIBMACHPORT_MACH2_FORM_H

#include <mach/mach2.h>
#include <mach/message.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mach2_buffer.h"

/* The mark: MACH2_MARK, 2 bits for the bytes that were filled up, and msg_type,
 * of which only so many bits travel. */
#define MACH2_MARK 0x4d320000u
#define MACH2_MARK_MASK 0xffff0000u
#define MACH2_FILL_SHIFT 14
#define MACH2_TYPE_MASK 0x3fffu

/* What a receive must ask for, so that messages of the kernel are known. */
#define MACH2_TRAILER                                                          \
	(MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |                    \
	    MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SENDER))
#define MACH2_TRAILER_BYTES sizeof(mach_msg_security_trailer_t)

/* The most bytes that a message of @size bytes can have on its way: a name in an
 * array takes 4 here and 12 more there. */
size_t mach2_form_max(size_t size);

/* The most bytes that a message can have for the receiver, of one that has @size
 * bytes on its way. */
size_t mach2_old_max(size_t size);

/**
 * mach2_encode() - put a message into the form in which it travels
 * @old:	[in]  of msg_size bytes, which may not be there
 * @buffer:	[in/out] holds the message, on success
 * @size_out:	[out] its bytes
 *
 * The destination and the reply port are to be taken by COPY_SEND.
 *
 * Rights:	moves none. A receive right that is to be copied as a send right
 *		in an array gets one; of a name that is to be deallocated, all
 *		user references but one are dropped
 * Return:	SEND_SUCCESS, or what is wrong with the message
 */
msg_return_t mach2_encode(const msg_header_t *old, struct mach2_buffer *buffer,
    mach_msg_size_t *size_out);

/**
 * mach2_decode() - make a Mach 2.5 message of one that was received
 * @message:	[in]  with the trailer MACH2_TRAILER
 * @lacks:	[in]  memory may be missing: the receive said so
 * @old:	[out] room for the size below and 4 bytes; NULL: do not write
 *
 * A message that travelled as above becomes what it was. From any other, a
 * descriptor becomes an item, and the inline data of a complex message one more,
 * of bytes; that of a simple one stays as it is. So it is with a mark if the
 * items claim what did not come: other rights, or more memory. Notifications of
 * the kernel become notification_t.
 *
 * Return:	bytes of the old message
 */
size_t mach2_decode(mach_msg_header_t *message, bool lacks, void *old);

#endif
