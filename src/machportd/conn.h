/*
 * A connection: one packet in, one answer out.
 *
 *	NEW	 has not said HELLO yet, or said it and waits for the task that
 *		 the process still has (hello.c); it has five seconds for that
 *	TASK	 the connection by which a task lives
 *	THREAD	 another one of the same task
 *	CHILD	 made for a child by its parent: waits for the child's BORN
 *	CLOSED	 over; only the memory is left, for a moment
 *
 *	NEW -> TASK, THREAD, CHILD	hello_handle(): HELLO
 *	CHILD -> TASK			hello_handle(): BORN
 *	any but CLOSED -> CLOSED	conn_close()
 *
 * A task that sends what it may not loses the connection, and nothing else:
 * with a TASK connection that is itself.
 */
#ifndef CONN_H
#define CONN_H

#include "budget.h"
#include "kern_thread.h"
#include "packet.h"
#include "source.h"
#include "timer.h"
#include "trap_msg.h"

struct server;
struct task;

enum conn_kind {
	CONN_NEW,
	CONN_TASK,
	CONN_THREAD,
	CONN_CHILD,
	CONN_CLOSED,
};

struct conn {
	struct source source;
	struct list server_link;
	struct list completed_link; /* its blocked trap has ended */
	struct server *server;      /* borrowed */
	struct user *user;          /* +1; charged one USER_CONNECTIONS */
	int fd;
	uint8_t kind;            /* enum conn_kind */
	bool waits;              /* NEW: for the end of an earlier task */
	bool born;               /* TASK: was CHILD; another process made it */
	uint32_t hello_sequence; /* NEW, if it waits */
	uint32_t thread_id;      /* TASK, THREAD */
	struct task *task;       /* TASK, THREAD; borrowed */
	struct list task_link; /* task->conns; if it waits, process->waiting */
	struct kern_thread *thread;   /* +1; NULL until asked for */
	struct kern_ports *inherited; /* CHILD: owned */
	struct timer timer;           /* NEW: for HELLO; else the trap's */
	struct trap_msg trap;         /* TASK, THREAD */
};

/* A new connection @fd of @user. CONSUMES @fd in any case. */
void conn_new(struct server *server, struct user *user, int fd);

/* The end, from any side; a TASK connection's task dies with it. */
void conn_close(struct conn *conn);

/* The peer sent what it may not: say so, and close. */
void conn_lie(struct conn *conn, const char *what);

/* Work off @packet. Descriptors that it leaves in it are not wanted. */
void conn_handle(struct conn *conn, struct packet *packet);

/* Send an answer made of @parts. False: the connection is CLOSED, for a task
 * that does not read its answers gets no more of them. */
bool conn_answer(struct conn *conn, struct iovec *parts, size_t part_count,
    const int *files, unsigned file_count);

/* Has the peer closed its end? */
bool conn_has_hung_up(const struct conn *conn);

/* The thread that the connection belongs to: borrowed. NULL: no memory. */
struct kern_thread *conn_thread(struct conn *conn);

#endif
