/* The traps other than mach_msg(): calls on a space (wire_call.h). */
#ifndef TRAP_CALL_H
#define TRAP_CALL_H

struct conn;
struct packet;

/* @packet is a request of a task whose last one was answered; if it is a
 * call, it is made and answered, and if it is nothing that exists, @conn is
 * closed. */
void trap_call(struct conn *conn, const struct packet *packet);

#endif
