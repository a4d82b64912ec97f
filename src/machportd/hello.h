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

/* The task of @process has died, which lives on: let those in that waited. */
void hello_retry(struct process *process);

#endif
