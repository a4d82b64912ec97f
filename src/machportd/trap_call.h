/* The traps other than mach_msg(): calls on a space (wire_call.h). */
#ifndef TRAP_CALL_H
#define TRAP_CALL_H

#include <stdbool.h>

struct conn;
struct packet;

/* @packet is a request of a task whose last one was answered; if it is a
 * call, it is made and answered, and if it is nothing that exists, @conn is
 * closed. */
void trap_call(struct conn *conn, struct packet *packet);

/* Does @packet say it is a call that brings a file? It may have been lost. */
bool trap_call_has_file(const struct packet *packet);

#endif
