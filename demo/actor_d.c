/*
 * Task D takes an object over: with the receive right come the requests that
 * waited, and from then on all those who hold send rights reach D.
 */
#include "demo.h"

static mach_port_t counter;
static int value;

static void
takes_the_receive_right(const struct cue *cue)
{
	struct mail mail;

	(void)cue;
	receive(mailbox, TAKE_THIS, &mail);
	counter = mail.parcel.right.name;
	value = mail.parcel.number;
	label(counter, "counter 1");
	MUST_HOLD(rights_under(counter) == MACH_PORT_TYPE_RECEIVE);
	MUST_HOLD(queued(counter) == 3);
	tell("receives it, and with it the counter's value",
	    "%#x: receive; 3 queued", counter);
}

static void
serves_what_waited(const struct cue *cue)
{
	struct mail request;
	int count = 0;

	(void)cue;
	while (receive_if_any(counter, &request) == MACH_MSG_SUCCESS) {
		value += request.note.number;
		count++;
	}
	MUST_HOLD(count == 3 && value == 25);
	tell("serves what waited in the queue", "%d; nothing lost, sum %d",
	    count, value);
}

static void
serves_a_request(const struct cue *cue)
{
	struct mail request;

	(void)cue;
	receive(counter, ADD, &request);
	value += request.note.number;
	reply(&request, value);
}

static void
takes_a_request(const struct cue *cue)
{
	struct mail request;

	(void)cue;
	receive(counter, ADD, &request);
	MUST_HOLD(rights_under(request.header.msgh_remote_port) ==
	    MACH_PORT_TYPE_SEND_ONCE);
	tell("has a request of B's, which waits for a reply", "%#x: send-once",
	    request.header.msgh_remote_port);
}

const struct part part_d = {
    .letter = 'D',
    .mailbox = "D's mailbox",
    .steps =
        {
            [D_TAKES_THE_RECEIVE_RIGHT] = takes_the_receive_right,
            [D_SERVES_WHAT_WAITED] = serves_what_waited,
            [D_SERVES_A_REQUEST] = serves_a_request,
            [D_TAKES_A_REQUEST] = takes_a_request,
        },
};
