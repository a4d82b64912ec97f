/*
 * Messages that were received and turned out too large for a receiver with
 * RCV_LARGE, who may ask again with more room.
 *
 * How large a message is in the form of Mach 2.5 is only known when it is here.
 * The kernel keeps those that are too large in any form.
 */
#ifndef LIBMACHPORT_MACH2_ASIDE_H
#define LIBMACHPORT_MACH2_ASIDE_H

#include <mach/message.h>
#include <mach/port.h>
#include <stdbool.h>
#include <stdint.h>

#include "mach2_buffer.h"

/* Keep @message, @bytes with its trailer, for the next receive from the port that
 * it came to, or from @name, the port or set that the receiver gave. @result is
 * what the receive returned. False: no memory. */
bool mach2_aside_put(mach_port_name_t name, const mach_msg_header_t *message,
    size_t bytes, mach_msg_return_t result) __attribute__((warn_unused_result));

/* The message that was first put aside for @name, to @buffer, and its result;
 * false if there is none, or no memory for it. */
bool mach2_aside_take(mach_port_name_t name, struct mach2_buffer *buffer,
    mach_msg_return_t *result_out);

/* How many there are for @name. */
uint32_t mach2_aside_count(mach_port_name_t name);

/* @name goes. If it was a port, they are destroyed; what came by a set remains
 * its port's. */
void mach2_aside_drop(mach_port_name_t name);

/* What was @old_name is @new_name. */
void mach2_aside_rename(mach_port_name_t old_name, mach_port_name_t new_name);

#endif
