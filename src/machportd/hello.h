/*
 * The handshake: who is at the other end, and which task that makes him
 * (wire_packet.h).
 */
#ifndef HELLO_H
#define HELLO_H

#include "conn.h"
#include "process.h"

/* @conn is NEW or CHILD: it becomes what @packet asks for, or is told why not
 * and closed. */
void hello_handle(struct conn *conn, struct packet *packet);

/* The time for becoming something is up. */
void hello_timeout(struct conn *conn);

/* The task of @process has died, which lives on: let in who waits, if it still
 * does. Not from within anything that could itself end a task. */
void hello_retry(struct process *process);

/* The task of @process is not over: tell who waits for that. */
void hello_refuse(struct process *process);

#endif
