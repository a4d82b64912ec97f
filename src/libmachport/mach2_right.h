/*
 * Rights as Mach 2.5 has them: a name denotes a port, whatever rights that are;
 * a receive right includes the right to send; there are no user references.
 */
#ifndef LIBMACHPORT_MACH2_RIGHT_H
#define LIBMACHPORT_MACH2_RIGHT_H

#include <mach/mach2.h>
#include <mach/message.h>
#include <stdbool.h>

/* What @name denotes in the caller's task; MACH_PORT_TYPE_NONE if nothing. */
mach_port_type_t mach2_right_type(port_t name);

/* By which disposition a message takes a right to send to @name. @deallocate:
 * all that the name denotes is to go, unless that is a receive right. */
mach_msg_type_name_t mach2_right_to_send(port_t name, bool deallocate);

/* Give the receive right @name a send right too, if it has none. */
void mach2_right_share(port_t name);

/* The task got a send right @name by an old call: it wants to be told of the
 * port's death, if it has called task_notify(). */
void mach2_right_acquired(port_t name);

/* All rights that @message brought. */
void mach2_right_acquired_all(mach_msg_header_t *message);

#endif
