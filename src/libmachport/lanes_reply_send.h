/*
 * A reply by the lane that its request came by.
 */
#ifndef LIBMACHPORT_LANES_REPLY_SEND_H
#define LIBMACHPORT_LANES_REPLY_SEND_H

#include "lanes.h"
#include "lanes_table.h"

/* Send it by @slot of @in, which is that of the token @what->remote unless it was used up
 * meanwhile: then TRAP. */
enum lanes_result lanes_reply_send(struct lanes_in *in, uint32_t slot,
    const struct msg_call *call, const struct lanes_sending *what);

#endif
