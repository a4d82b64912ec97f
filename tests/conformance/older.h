/*
 * What scenarios about Mach 2.5 have in common: its ports and messages. MACH_2_5 is
 * defined by who includes this.
 */
#ifndef OLDER_H
#define OLDER_H

#include <mach.h>

#include "scenario.h"

/* A name that is in nobody's space. */
#define NOTHING 0x99903u

#define ITEM(name, bits, count)                                                \
	{                                                                      \
		.msg_type_name = (name), .msg_type_size = (bits),              \
		.msg_type_number = (count), .msg_type_inline = TRUE,           \
	}

/* A message with one port. */
struct old_port_message {
	msg_header_t header;
	msg_type_t type;
	port_t port;
};

/* A port with all rights, and its end. */
port_t old_allocate(void);
void old_deallocate(port_t port);

/* PORT_TYPE_NONE: there is no such name. */
port_type_t old_type_of(port_t port);

/* The header of a simple message; and a message that carries @port as @type. */
msg_header_t old_header_to(port_t port, int id);
struct old_port_message old_port_to(port_t to, port_t port, unsigned type);

/* As many messages as it has room for. */
void old_fill(port_t port);

/* Receive what is there, without a wait. */
msg_return_t old_receive(
    port_t port, void *message, size_t room, msg_option_t option);

#endif
