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
 * with a TASK connection that is itself. What it may not do is also to let
 * another process send: a descriptor can be handed on, or be left behind by an
 * exec, but who speaks is the task. So each packet has its sender's pid with
 * it, as Linux tells it. Reading is not seen; but nobody else is to read, for
 * who waits for an answer has asked.
 */
#ifndef CONN_H
#define CONN_H

#include "budget.h"
#include "clock.h"
#include "kern_thread.h"
#include "packet.h"
#include "source.h"
#include "trap_msg.h"

struct process;
struct server;
struct task;
struct window;

enum conn_kind {
	CONN_NEW,
	CONN_TASK,
	CONN_THREAD,
	CONN_CHILD,
	CONN_CLOSED,
};

/*
 * Answers that the task may not have read yet. It has read all of them before it
 * sends the next request; one that does not loses the connection. Linux is asked
 * for that after an answer with files, which are charged here meanwhile, or with
 * many bytes; and after some small ones.
 */
struct conn_unread {
	uint32_t weight;             /* of the answers: when to ask */
	uint8_t files;               /* each is charged one USER_FILES */
	struct ipc_charge charge;    /* of @account */
	struct ipc_account *account; /* +1, or NULL */
};

struct conn {
	struct source source;
	struct list server_link;
	struct list completed_link; /* its blocked trap has ended */
	struct list stalled_link;   /* it is not read (server_stall()) */
	struct server *server;      /* borrowed */
	struct user *user;          /* +1; charged one USER_CONNECTIONS */
	int fd;
	uint8_t kind;            /* enum conn_kind */
	uid_t inherited_from;    /* CHILD: the user of `inherited` */
	struct process *awaited; /* NEW: waits for its task to end; borrowed */
	uint32_t hello_sequence; /* NEW, if it waits */
	uint32_t thread_id;      /* TASK, THREAD */
	struct task *task;       /* TASK, THREAD; borrowed */
	struct list task_link;   /* task->conns */
	struct kern_thread *thread;   /* +1; NULL until asked for */
	struct kern_ports *inherited; /* CHILD: owned */
	struct window *window;        /* owned, or NULL */
	struct conn_unread unread;
	uint64_t answered_ticket; /* just before the last answer was sent */
	struct kern_timer timer;  /* NEW: for HELLO; else the trap's */
	struct trap_msg trap;     /* TASK, THREAD */
};

/* A new connection @fd of @user. CONSUMES @fd in any case. */
void conn_new(struct server *server, struct user *user, int fd);

/* The end, from any side; a TASK connection's task dies with it. */
void conn_close(struct conn *conn);

/* The peer sent what it may not: say so, and close. */
void conn_lie(struct conn *conn, const char *what);

/* Work off @packet. Descriptors that it leaves in it are not wanted. */
void conn_handle(struct conn *conn, struct packet *packet);

/* What became of an answer. */
enum conn_answered {
	CONN_ANSWERED,
	CONN_ANSWER_SHORT,  /* no room for it: a smaller one is to be sent */
	CONN_ANSWER_CLOSED, /* the connection is CLOSED */
};

/**
 * conn_answer() - send an answer made of @parts
 * @files:	[in]  what goes with it; borrowed
 * @charge:	[in]  what the kernel made of that; NULL: nothing
 *
 * The task is charged for the files until it is seen to have read the answer. A
 * small answer without files is never short.
 */
enum conn_answered conn_answer(struct conn *conn, struct iovec *parts,
    size_t part_count, const int *files, unsigned file_count,
    const struct ipc_charge *charge);

/* Has the peer closed its end? */
bool conn_has_hung_up(const struct conn *conn);

#endif
