/*
 * Task A makes the objects of the story, counters, and serves them.
 *
 * To make an object is to allocate a port, and to serve it is to receive on the
 * port: whoever holds the receive right is the object, as seen from outside.
 */
#include <stdio.h>

#include "demo.h"

/* A counter: its port, and all that there is behind it. */
static struct {
	mach_port_t port;
	int value;
} counters[3];

static mach_port_t set;
static mach_port_t b_mailbox; /* send right */

/* Make counter @index: its port, with a receive right and a send right. */
static void
make_counter(unsigned index)
{
	char text[16];

	snprintf(text, sizeof(text), "counter %u", index + 1);
	counters[index].port = new_port(text);
	MUST(mach_port_insert_right(mach_task_self(), counters[index].port,
	    counters[index].port, MACH_MSG_TYPE_MAKE_SEND));
}

/* Do what a request asks of the counter that it was sent to; its new value. */
static int
serve(const struct mail *request)
{
	unsigned index = 0;

	while (counters[index].port != request->header.msgh_local_port)
		MUST_HOLD(++index < 3);
	counters[index].value += request->note.number;
	return counters[index].value;
}

static void
makes_a_counter(const struct cue *cue)
{
	(void)cue;
	make_counter(0);
	MUST_HOLD(
	    rights_under(counters[0].port) == MACH_PORT_TYPE_SEND_RECEIVE);
	tell("makes a counter, and allocates a port for it",
	    "%#x: receive and send", counters[0].port);
}

static void
hands_it_out(const struct cue *cue)
{
	b_mailbox = cue->right;
	label(b_mailbox, "B's mailbox");
	send_right(b_mailbox, TAKE_THIS, counters[0].port,
	    MACH_MSG_TYPE_COPY_SEND, counters[0].value);
	tell("gives B a send right for it, in a message", "sent");
}

static void
serves_a_request(const struct cue *cue)
{
	struct mail request;
	int value;

	(void)cue;
	receive(counters[0].port, ADD, &request);
	value = serve(&request);
	tell("receives a request, and does it", "add %d", request.note.number);
	reply(&request, value);
}

static void
finds_nothing(const struct cue *cue)
{
	struct mail mail;

	(void)cue;
	MUST_RETURN(
	    MACH_RCV_TIMED_OUT, receive_if_any(counters[0].port, &mail));
	MUST_HOLD(counters[0].value == 5);
	tell("looks whether anything came of all that", "nothing; still 5");
}

static void
reads_one(const struct cue *cue)
{
	struct mail request;

	(void)cue;
	receive(counters[0].port, ADD, &request);
	(void)serve(&request); /* it wants no reply */
	/* The message of B, which waited, has taken the place at once. */
	MUST_HOLD(queued(counters[0].port) == MACH_PORT_QLIMIT_DEFAULT);
	tell("reads one message; B's has moved up", "%d queued again",
	    MACH_PORT_QLIMIT_DEFAULT);
}

static void
reads_all(const struct cue *cue)
{
	struct mail request;
	int count = 0;

	(void)cue;
	while (receive_if_any(counters[0].port, &request) == MACH_MSG_SUCCESS) {
		(void)serve(&request);
		count++;
	}
	/* The limit, and the one that the kernel held beyond it. */
	MUST_HOLD(count == MACH_PORT_QLIMIT_DEFAULT + 1);
	MUST_HOLD(counters[0].value == 12);
	tell("reads all that is there", "%d; none lost, the sum is %d", count,
	    counters[0].value);
}

static void
makes_a_set(const struct cue *cue)
{
	(void)cue;
	MUST(mach_port_allocate(
	    mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set));
	label(set, "set of counters");
	make_counter(1);
	make_counter(2);
	for (unsigned i = 0; i < 3; i++)
		MUST(mach_port_insert_member(
		    mach_task_self(), counters[i].port, set));
	MUST_HOLD(rights_under(set) == MACH_PORT_TYPE_PORT_SET);
	tell(
	    "makes two more counters, puts all in a set", "%#x: port set", set);

	for (unsigned i = 1; i < 3; i++)
		send_right(b_mailbox, TAKE_THIS, counters[i].port,
		    MACH_MSG_TYPE_COPY_SEND, counters[i].value);
}

static void
serves_the_set(const struct cue *cue)
{
	mach_port_t served[3];
	struct mail request;
	int value;

	(void)cue;
	for (unsigned i = 0; i < 2; i++) {
		receive(set, ADD, &request);
		served[i] = request.header.msgh_local_port;
		reply(&request, serve(&request));
	}
	receive(set, ADD, &request);
	served[2] = request.header.msgh_local_port;
	value = serve(&request);
	MUST_HOLD(served[0] != served[1] && served[1] != served[2] &&
	    served[2] != served[0]);
	tell("one thread receives on the set, and serves", "%#x, %#x, %#x",
	    served[0], served[1], served[2]);
	reply(&request, value);
}

static void
moves_the_receive_right(const struct cue *cue)
{
	mach_port_t port = counters[0].port;
	struct mail mail;

	label(cue->right, "D's mailbox");
	MUST_HOLD(queued(port) == 3);
	send_right(cue->right, TAKE_THIS, port, MACH_MSG_TYPE_MOVE_RECEIVE,
	    counters[0].value);
	counters[0].port = MACH_PORT_NULL;
	MUST_HOLD(rights_under(port) == MACH_PORT_TYPE_SEND);
	MUST_RETURN(MACH_RCV_INVALID_NAME, receive_if_any(port, &mail));
	tell("moves the receive right to D, in a message", "%#x: only send now",
	    port);
}

const struct part part_a = {
    .letter = 'A',
    .steps =
        {
            [A_MAKES_A_COUNTER] = makes_a_counter,
            [A_HANDS_IT_OUT] = hands_it_out,
            [A_SERVES_A_REQUEST] = serves_a_request,
            [A_FINDS_NOTHING] = finds_nothing,
            [A_READS_ONE] = reads_one,
            [A_READS_ALL] = reads_all,
            [A_MAKES_A_SET] = makes_a_set,
            [A_SERVES_THE_SET] = serves_the_set,
            [A_MOVES_THE_RECEIVE_RIGHT] = moves_the_receive_right,
        },
};
