/*
 * A message that was copied out, and does not arrive: its rights do not stay in the space.
 */
#ifndef MSG_RELEASE_H
#define MSG_RELEASE_H

#include <mach/message.h>
#include <stdint.h>

struct conn;
struct ipc_space;

/* The message that is in the waiter, if there is one, will not arrive: the rights
 * that it brought to the task's space, whose names nobody knows, leave it as by
 * mach_msg_destroy(). */
void msg_release(struct conn *conn);

/* The same of the rights that an array of it brought, all by @type. */
void msg_release_names(struct ipc_space *space, const mach_port_name_t *names,
    uint32_t count, mach_msg_type_name_t type);

#endif
