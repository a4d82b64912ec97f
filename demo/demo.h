/*
 * The story of `make demo`: four tasks, and the ports between them.
 *
 *	story.c		the director: starts the tasks and tells each its steps
 *	actor_a.c	makes the objects and serves them
 *	actor_b.c	uses them
 *	actor_c.c	was given nothing, and tries
 *	actor_d.c	takes an object over, and is killed
 *	picture.c	who holds which right, at the end
 *	demo.c		what the four have in common
 *	stage.c		what the director does with each of them
 *
 * Each task is a process of its own, and everything between them goes through
 * ports. Each line of the story is printed after what it says was checked; what
 * is not as it should be ends the story with a message and status 1.
 */
#ifndef DEMO_H
#define DEMO_H

#include <mach/mach.h>
#include <mach/notify.h>
#include <stdint.h>

/* The objects of the story are counters. What messages mean is in msgh_id. */
enum {
	/* To a counter: add `number`. Answered by SUM if a reply is asked for. */
	ADD = 1000,
	SUM, /* the counter's value is now `number` */
	/* To a task's mailbox: a right to a counter, whose value is `number`. */
	TAKE_THIS,

	/* Between the director and the tasks. */
	HELLO,  /* here are my mailbox and, to reply to, where I take cues */
	DONE,   /* I have taken the step */
	RIGHTS, /* these are the rights that I hold: struct rights */
	CUE,    /* CUE + n: take step n, with this right if it needs one */
};

/* What the director can ask for. */
enum step {
	A_MAKES_A_COUNTER,
	A_HANDS_IT_OUT, /* the right: B's mailbox */
	A_SERVES_A_REQUEST,
	A_FINDS_NOTHING,
	A_READS_ONE,
	A_READS_ALL,
	A_MAKES_A_SET,
	A_SERVES_THE_SET,
	A_MOVES_THE_RECEIVE_RIGHT, /* the right: D's mailbox */

	B_TAKES_THE_RIGHT,
	B_ASKS,
	B_TRIES_TO_RECEIVE,
	B_FILLS_THE_QUEUE,
	B_WAITS_FOR_ROOM,
	B_WAS_WOKEN,
	B_LEAVES_IT_TO_THE_KERNEL,
	B_HEARS_OF_IT,
	B_TAKES_TWO_MORE,
	B_ASKS_ALL_THREE,
	B_QUEUES_THREE,
	B_ASKS_D, /* the number: D's process id */
	B_WANTS_TO_KNOW,
	B_ASKS_AND_WAITS,
	B_KNOWS,

	C_TRIES_EVERYTHING,

	D_TAKES_THE_RECEIVE_RIGHT,
	D_SERVES_WHAT_WAITED,
	D_SERVES_A_REQUEST,
	D_TAKES_A_REQUEST,

	TELL_RIGHTS,
	LEAVE,
	STEP_COUNT,
};

struct note {
	mach_msg_header_t header;
	int32_t number;
};

/* A message with one right in it. */
struct parcel {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t right;
	int32_t number;
};

/* Room for any of them as received, the trailer included. */
struct mail {
	union {
		mach_msg_header_t header;
		struct note note;
		struct parcel parcel;
		mach_dead_name_notification_t notice; /* or another kind */
	};
	mach_msg_max_trailer_t trailer_room;
};

/* One right that a task holds, and what the task knows it for. */
struct right {
	mach_port_name_t name;
	mach_port_type_t type;
	mach_port_urefs_t urefs; /* of the send right or the dead name */
	char label[24];
};

struct rights {
	mach_msg_header_t header;
	uint32_t count;
	struct right list[24];
};

/* A step, with what came with the cue. */
struct cue {
	enum step step;
	mach_port_t right;
	int number;
};
typedef void step_function(const struct cue *cue);

/* One of the four tasks. */
struct part {
	char letter;
	const char *mailbox; /* what it is called, or NULL: it has none */
	step_function *steps[STEP_COUNT]; /* those of this part */
};
extern const struct part part_a, part_b, part_c, part_d;

/* Play @part in this process, a new child of the director, until told to leave. A
 * step that waits for another task says nothing when it is over: a later one does,
 * so that the lines of the story come in one order only. */
_Noreturn void play(const struct part *part);

/* The port at which this task takes parcels from the others. */
extern mach_port_t mailbox;

/* A line of the story: what the task does, and what came of it. */
void tell(const char *what, const char *result, ...)
    __attribute__((format(printf, 2, 3)));
/* Who speaks: 'A' to 'D', or the director, '*'. */
extern char speaker;

/* The story has gone wrong: say how, and end. */
_Noreturn void fail(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* What a call must return, and what must be true. */
#define MUST(call) MUST_RETURN(KERN_SUCCESS, call)
#define MUST_RETURN(code, call) must_return((code), #code, (call), #call)
#define MUST_HOLD(fact)                                                        \
	((fact) ? (void)0 : fail("this does not hold: %s", #fact))
void must_return(
    int expected, const char *expected_name, int code, const char *call);

/* Remember, for the picture at the end, what a name of ours stands for. */
void label(mach_port_name_t name, const char *text);

/* A new port: the receive right. */
mach_port_t new_port(const char *text);

/* What is under @name: the type bits without those of pending requests. */
mach_port_type_t rights_under(mach_port_name_t name);

/* How many messages wait in the queue of our port @name. */
unsigned queued(mach_port_name_t name);

/* Send a note. @reply_port: ours, for one reply; or MACH_PORT_NULL. The option
 * and what goes with it are as of mach_msg(). */
mach_msg_return_t send_note(mach_port_t to, mach_msg_id_t id, int number,
    mach_port_t reply_port, mach_msg_option_t option, mach_port_t notify);

/* Send the right @name in a parcel; @disposition says what becomes of ours. */
void send_right(mach_port_t to, mach_msg_id_t id, mach_port_t name,
    mach_msg_type_name_t disposition, int number);

/* Answer @request, with the right that came with it, and in its memory. */
void reply(struct mail *request, int number);

/* Wait for a message, which must have the id @id. */
void receive(mach_port_t port, mach_msg_id_t id, struct mail *mail_out);

/* As receive(), from a port of ours at which nothing may be waiting. */
mach_msg_return_t receive_if_any(mach_port_t port, struct mail *mail_out);

/* Tell the director, who is watching, that we shall sleep in the next call. */
void will_sleep(void);
extern int bell[2]; /* a pipe: how we tell */

#endif
