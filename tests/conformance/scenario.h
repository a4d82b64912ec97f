/*
 * Conformance scenarios: what a program may rely on, clause by clause of the
 * specification, over the public API alone.
 *
 * A scenario is a function that is run in a new task, with nothing but what every
 * task has. It ends by returning, and gives back every name that it got: a name
 * that is left over fails it. The same scenarios are run twice, in a task of a
 * real kernel process, and in one of an engine in the test's own process; they
 * cannot tell which.
 *
 *	static void
 *	a_null_destination_is_refused(void)
 *	{
 *		mach_msg_header_t header = {
 *		    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
 *		};
 *
 *		EXPECT(mach_msg(&header, MACH_SEND_MSG, sizeof(header), 0, 0, 0, 0),
 *		    MACH_SEND_INVALID_DEST);
 *	}
 *
 *	static const struct scenario scenarios[] = {
 *	    SCENARIO("messages.8.2.r5", a_null_destination_is_refused),
 *	};
 *	CONFORMANCE(scenarios)
 *
 * The clauses, separated by blanks, are those of clauses/: one line each, the
 * number that the clause has and what it says. docs/conformance.md is made from
 * both.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mach/mach.h>

/* A scenario's task and its peers may have so many names each. */
#define SCENARIO_NAMES_MAX 65536

struct scenario {
	const char *clauses;
	const char *name;
	void (*run)(void);
	unsigned flags;
};

/* It is about processes: fork, exec, signals, credentials. Not run against the
 * engine alone. */
#define SCENARIO_PROCESS 1u
/* The task is in Mach 3 mode. */
#define SCENARIO_MACH3 2u

#define SCENARIO(clauses, function)                                            \
	{                                                                      \
		clauses, #function, function, 0                                \
	}
#define SCENARIO_WITH(flags, clauses, function)                                \
	{                                                                      \
		clauses, #function, function, flags                            \
	}

/* Once in each program. */
#define CONFORMANCE(table)                                                     \
	int main(int argc, char **argv)                                        \
	{                                                                      \
		return conformance_main(argc, argv, __FILE__, table,           \
		    sizeof(table) / sizeof((table)[0]));                       \
	}
int conformance_main(int argc, char **argv, const char *file,
    const struct scenario *scenarios, size_t count);

/* What holds. If not, the scenario ends there, and has failed. In a peer or in
 * a thread of the scenario, too. */
#define CHECK(fact)                                                            \
	((fact) ? (void)0 : scenario_fail(__FILE__, __LINE__, #fact))
/* A call, and the code that it is to return. */
#define EXPECT(call, code)                                                     \
	scenario_expect(__FILE__, __LINE__, #call, (call), (code))
/* Two integers. */
#define CHECK_EQUAL(value, expected)                                           \
	scenario_equal(__FILE__, __LINE__, #value, (uint64_t)(value),          \
	    (uint64_t)(expected))
_Noreturn void scenario_fail(const char *file, int line, const char *what);
void scenario_expect(
    const char *file, int line, const char *call, int code, int expected);
void scenario_equal(const char *file, int line, const char *what,
    uint64_t value, uint64_t expected);

/*
 * Peers: other tasks, made by the scenario. What a peer runs sees its own space
 * in place of the scenario's; memory of the scenario's is not there, but for
 * @argument, which is copied to the peer, and back when the function has
 * returned. A peer that is left when the scenario returns is ended.
 */
struct peer;
typedef void peer_function(void *argument);
struct peer *peer_new(void);
/* Run it there, to its end. A NULL argument has 0 bytes. */
void peer_run(
    struct peer *peer, peer_function *function, void *argument, size_t bytes);
/* Let it run; one at a time for each peer. */
void peer_start(
    struct peer *peer, peer_function *function, void *argument, size_t bytes);
void peer_join(struct peer *peer);
/* Return when what was started is blocked in mach_msg(), and the kernel knows. */
void peer_until_blocked(struct peer *peer);
/* The task dies at once, whatever it does; it is dead when this returns. */
void peer_kill(struct peer *peer);
/* The name of the peer's task port in the scenario's task; borrowed. It goes with
 * the peer. */
mach_port_t peer_task(struct peer *peer);
/* The scenario's right @name, taken as @disposition says, given to the peer:
 * its name there. */
mach_port_name_t peer_give(
    struct peer *peer, mach_port_name_t name, mach_msg_type_name_t disposition);

/*
 * Threads of the scenario's task. One that is left when the scenario returns
 * fails it.
 */
struct worker;
struct worker *worker_start(void (*function)(void *argument), void *argument);
void worker_until_blocked(struct worker *worker);
void worker_join(struct worker *worker);

/*
 * Rights. These must succeed.
 */
mach_port_t new_port(void);      /* receive */
mach_port_t new_send_port(void); /* receive and one send */
mach_port_t new_set(void);
mach_port_t new_dead_name(void); /* one reference */
/* A name of a form that could be, but is not, in the space. */
mach_port_t absent_name(void);
/* A send-once right for the receive right @port. */
mach_port_t new_send_once(mach_port_t port);
void make_send(mach_port_t port);    /* one more send right under it */
void drop_receive(mach_port_t port); /* mod_refs(RECEIVE, -1) */
void drop(mach_port_t name);         /* deallocate */
void destroy(mach_port_t name);      /* destroy */
void set_qlimit(mach_port_t port, mach_port_msgcount_t qlimit);

/* What a name is. 0: it is not in the space. */
mach_port_type_t type_of(mach_port_t name);
mach_port_urefs_t refs_of(mach_port_t name, mach_port_right_t right);
mach_port_status_t status_of(mach_port_t port);

/*
 * Messages. The simple ones; for others, use mach_msg().
 */
/* A header of this id with a reply right, or 0 and MACH_PORT_NULL; waits for
 * no room: MACH_SEND_TIMED_OUT, with what came back destroyed. */
mach_msg_return_t send_id(mach_port_t port, mach_msg_type_name_t disposition,
    mach_msg_id_t id, mach_port_t reply,
    mach_msg_type_name_t reply_disposition);
/* The header, one port descriptor. The same. */
mach_msg_return_t send_right(mach_port_t port, mach_msg_id_t id,
    mach_port_t right, mach_msg_type_name_t disposition);

struct received {
	mach_msg_header_t header;
	mach_msg_body_t body; /* what is behind it: so much as it has */
	uint8_t rest[1024];
};
/* Receive what is there; MACH_RCV_TIMED_OUT if nothing is. */
mach_msg_return_t receive_now(
    mach_port_t port, mach_msg_option_t option, struct received *message_out);
/* Receive, waiting as long as it takes. */
mach_msg_return_t receive(
    mach_port_t port, mach_msg_option_t option, struct received *message_out);
/* Behind the message. */
const mach_msg_max_trailer_t *trailer_of(const struct received *message);
/* Of a complex message with port descriptors only. */
const mach_msg_port_descriptor_t *descriptor_of(
    const struct received *message, unsigned nth);
/* The next message on @port has this id. It is destroyed. */
void expect_id(mach_port_t port, mach_msg_id_t id);
/* The next is this notification; @value is its name or count, or 0. */
void expect_notice(mach_port_t port, mach_msg_id_t id, uint32_t value);
/* The next is a port-destroyed notification: the receive right's name. */
mach_port_t expect_destroyed(mach_port_t port);
/* There is none. */
void expect_empty(mach_port_t port);
/* Ask; the former right is returned. @notify is a receive right. */
mach_port_t request(mach_port_t name, mach_msg_id_t id,
    mach_port_mscount_t sync, mach_port_t notify);

#endif
