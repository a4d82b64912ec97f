/*
 * What every packet between a task and the kernel begins with, and how the two
 * meet. The transport is a Unix SOCK_SEQPACKET connection: one packet is one
 * request or one answer. Words are of the machine's own byte order.
 *
 * A connection carries one trap at a time: a request, then its answer. While
 * the answer is due the task may send only a CANCEL, which has no answer of its
 * own.
 *
 * Three kinds of connection begin with a HELLO:
 *
 *	TASK	the process itself. The task lives as long as this connection
 * and the process do. The answer brings the token
 *	THREAD	one thread, which proves with the token that it is of that task
 *	CHILD	made by a parent about to fork, on its behalf: a task to be,
 * with the parent's special ports as they are now. Its child sends BORN on the
 *		inherited connection, which is a TASK connection from then on;
 * if nobody does, closing it ends the task that never was
 *
 * HELLO comes from the process that has connected, BORN from the one that is to
 * be the task, and what follows from the process of the task: a connection
 * serves nobody else whom it was passed to. A HELLO for a task of a process that
 * has one waits for that to end, because an exec may be all that happened: up to
 * five seconds, in which the process may show by a packet on its old connections
 * that it still uses them. Then the HELLO is refused with EBUSY; if the five
 * seconds pass, the old task ends and the new one begins.
 *
 * Whoever sends anything that the checks below refuse, or anything on behalf of
 * another process, loses the connection.
 */
#ifndef WIRE_PACKET_H
#define WIRE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 2: placed regions and windows in wire_msg.h; files with calls. 3: lanes. 5: regions by
 * lanes. 6: how much of a timeout is left; slots of lanes with the numbers of records. */
#define WIRE_VERSION 6

/* No packet is longer, either way. More goes in a file (wire_msg.h). */
#define WIRE_PACKET_MAX ((size_t)128 * 1024)

/* A private or session kernel listens here if nothing else is said. */
#define WIRE_SOCKET_VARIABLE "MACHPORT_SOCKET"

/* Packet numbers. Those of calls follow, in wire_call.h. */
enum wire_number {
	WIRE_HELLO = 1,
	WIRE_BORN,   /* no more than a header; answered as HELLO. The sender's
	              * effective ids come as SCM_CREDENTIALS; where they do not,
	              * Linux tells the real ones, and those it is then */
	WIRE_CANCEL, /* no more than a header: the trap `sequence` is to end */
	WIRE_MSG,
	WIRE_WINDOW, /* wire_window.h */
	WIRE_KICK,   /* wire_lane.h; not answered */
	WIRE_CALL_FIRST = 16,
};

struct wire_header {
	uint16_t number; /* enum wire_number or wire_call; same in the answer */
	uint16_t files;  /* how many descriptors came with it */
	uint32_t sequence; /* the task's choice; same in the answer */
};

enum wire_kind {
	WIRE_KIND_TASK = 1,
	WIRE_KIND_THREAD,
	WIRE_KIND_CHILD,
};

struct wire_token {
	uint8_t bytes[16];
};

struct wire_hello {
	struct wire_header header;
	uint32_t version;
	uint32_t kind;   /* enum wire_kind */
	uint32_t thread; /* THREAD: Linux's thread id, as the task tells it;
	                  * else 0. Connections of one task with the same id are
	                  * one thread */
	uint32_t spare;  /* 0 */
	struct wire_token token; /* THREAD, CHILD: the task's; else 0 */
};

struct wire_hello_answer {
	struct wire_header header;
	int32_t error; /* 0, or a positive errno why not; then it is closed */
	uint32_t version; /* the kernel's */
	struct wire_token token;
};

/* Is @packet one HELLO and nothing else, saying what can be? */
bool wire_hello_check(
    const void *packet, size_t bytes, struct wire_hello *hello_out);

/* The header of @packet; false if it is too short to have one. */
bool wire_header_check(
    const void *packet, size_t bytes, struct wire_header *header_out);

#endif
