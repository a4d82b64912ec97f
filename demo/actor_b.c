/*
 * Task B uses the objects: it has send rights to them, and nothing else.
 *
 * It never learns whose they are. When another task takes one over, B's right
 * leads there; when that task dies, B is told.
 */
#include <mach/mach2.h>
#include <stdio.h>

#include "demo.h"

static mach_port_t counters[3]; /* send rights */
static mach_port_t reply_port;  /* receive right: where answers come */
static mach_port_t notices;     /* receive right: what the kernel tells us */
static struct mail last_answer; /* what came of the request to D */

static void
take_counter(unsigned index)
{
	struct mail mail;
	char text[16];

	receive(mailbox, TAKE_THIS, &mail);
	counters[index] = mail.parcel.right.name;
	MUST_HOLD(rights_under(counters[index]) == MACH_PORT_TYPE_SEND);
	snprintf(text, sizeof(text), "counter %u", index + 1);
	label(counters[index], text);
}

/*
 * Ask a counter to add, and wait for what it says: one call, which sends and
 * receives. With the request goes a right to send to our reply port, once.
 */
static void
ask(mach_port_t counter, int number, struct mail *answer_out)
{
	*answer_out = (struct mail){
	    .note.header.msgh_bits = MACH_MSGH_BITS(
	        MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    .note.header.msgh_remote_port = counter,
	    .note.header.msgh_local_port = reply_port,
	    .note.header.msgh_id = ADD,
	    .note.number = number,
	};
	MUST(mach_msg(&answer_out->header,
	    MACH_SEND_MSG | MACH_RCV_MSG |
	        MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT),
	    sizeof(struct note), sizeof(*answer_out), reply_port,
	    MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL));
}

/* The process that sent @mail: not what it says, but what the kernel says. */
static int
sender_of(const struct mail *mail)
{
	const mach_msg_audit_trailer_t *trailer =
	    (const void *)((const char *)mail +
	        round_msg(mail->header.msgh_size));

	return (int)trailer->msgh_audit.val[5];
}

static void
takes_the_right(const struct cue *cue)
{
	(void)cue;
	take_counter(0);
	tell("receives it, by a name of its own", "%#x: send", counters[0]);
}

static void
asks(const struct cue *cue)
{
	struct mail answer;

	(void)cue;
	reply_port = mach_reply_port();
	label(reply_port, "B's reply port");
	ask(counters[0], 5, &answer);
	MUST_HOLD(answer.header.msgh_id == SUM && answer.note.number == 5);
	tell("asked it to add 5, and has the answer", "%d", answer.note.number);
}

static void
tries_to_receive(const struct cue *cue)
{
	struct mail mail;

	(void)cue;
	MUST_RETURN(MACH_RCV_INVALID_NAME, receive_if_any(counters[0], &mail));
	tell("tries to receive on the counter's port",
	    "MACH_RCV_INVALID_NAME, %#x", MACH_RCV_INVALID_NAME);
}

static void
fills_the_queue(const struct cue *cue)
{
	mach_msg_return_t mr;
	int sent = 0;

	(void)cue;
	while ((mr = send_note(counters[0], ADD, 1, MACH_PORT_NULL,
	            MACH_SEND_TIMEOUT, MACH_PORT_NULL)) == MACH_MSG_SUCCESS)
		sent++;
	MUST_RETURN(MACH_SEND_TIMED_OUT, mr);
	MUST_HOLD(sent == MACH_PORT_QLIMIT_DEFAULT);
	tell("sends \"add 1\" until there is no room", "%d fit", sent);
	tell("first choice: give up at once (timeout 0)",
	    "MACH_SEND_TIMED_OUT, %#x", MACH_SEND_TIMED_OUT);
}

static void
waits_for_room(const struct cue *cue)
{
	(void)cue;
	will_sleep();
	MUST(send_note(counters[0], ADD, 1, MACH_PORT_NULL, 0, MACH_PORT_NULL));
}

static void
was_woken(const struct cue *cue)
{
	(void)cue;
	tell("second choice: wait; A read, and so woke B", "sent");
}

static void
leaves_it_to_the_kernel(const struct cue *cue)
{
	(void)cue;
	notices = task_notify();
	label(notices, "B's notify port");
	MUST_RETURN(MACH_SEND_WILL_NOTIFY,
	    send_note(counters[0], ADD, 1, MACH_PORT_NULL, MACH_SEND_NOTIFY,
	        notices));
	tell("third choice: leave it to the kernel", "MACH_SEND_WILL_NOTIFY");
}

static void
hears_of_it(const struct cue *cue)
{
	struct mail mail;

	(void)cue;
	receive(notices, MACH_NOTIFY_MSG_ACCEPTED, &mail);
	MUST_HOLD(mail.notice.not_port == counters[0]);
	tell("is told, on its task_notify() port", "%#x took the message",
	    counters[0]);
}

static void
takes_two_more(const struct cue *cue)
{
	(void)cue;
	take_counter(1);
	take_counter(2);
	tell("receives send rights for the two", "%#x and %#x: send",
	    counters[1], counters[2]);
}

static void
asks_all_three(const struct cue *cue)
{
	static const int sums[] = {22, 20, 30};
	struct mail answer;

	(void)cue;
	for (int i = 2; i >= 0; i--) {
		ask(counters[i], 10 * (i + 1), &answer);
		MUST_HOLD(answer.note.number == sums[i]);
	}
	tell("asked each to add 10, 20, 30; the answers:", "%d, %d, %d",
	    sums[0], sums[1], sums[2]);
}

static void
queues_three(const struct cue *cue)
{
	(void)cue;
	for (int i = 0; i < 3; i++)
		MUST(send_note(
		    counters[0], ADD, 1, MACH_PORT_NULL, 0, MACH_PORT_NULL));
	tell("sends \"add 1\" three times; A does not read", "3 queued");
}

static void
asks_d(const struct cue *cue)
{
	struct mail answer;

	ask(counters[0], 5, &answer);
	MUST_HOLD(answer.note.number == 30);
	MUST_HOLD(sender_of(&answer) == cue->number);
	tell("asks as before, by the same name; D answers",
	    "%d, from process %d", answer.note.number, sender_of(&answer));
}

static void
wants_to_know(const struct cue *cue)
{
	mach_port_t previous;

	(void)cue;
	MUST(mach_port_request_notification(mach_task_self(), counters[0],
	    MACH_NOTIFY_DEAD_NAME, 0, notices, MACH_MSG_TYPE_MAKE_SEND_ONCE,
	    &previous));
	MUST_HOLD(previous == MACH_PORT_NULL);
	tell("wants to be told when the counter dies", "requested");
}

static void
asks_and_waits(const struct cue *cue)
{
	(void)cue;
	ask(counters[0], 1, &last_answer);
}

static void
knows(const struct cue *cue)
{
	mach_port_urefs_t urefs;
	struct mail mail;

	(void)cue;
	/* The kernel used up the right to reply that died with D. */
	MUST_HOLD(last_answer.header.msgh_id == MACH_NOTIFY_SEND_ONCE);
	MUST_HOLD(sender_of(&last_answer) == 0);
	tell("waited for D's answer; the kernel gave one",
	    "send-once notification");
	receive(notices, MACH_NOTIFY_DEAD_NAME, &mail);
	MUST_HOLD(mail.notice.not_port == counters[0]);
	tell("is told that the counter is dead", "dead-name notification");
	MUST_HOLD(rights_under(counters[0]) == MACH_PORT_TYPE_DEAD_NAME);
	MUST(mach_port_get_refs(
	    mach_task_self(), counters[0], MACH_PORT_RIGHT_DEAD_NAME, &urefs));
	/* One of the send right, one that came with the notification. */
	MUST_HOLD(urefs == 2);
	MUST_RETURN(MACH_SEND_INVALID_DEST,
	    send_note(counters[0], ADD, 1, MACH_PORT_NULL, 0, MACH_PORT_NULL));
	tell("looks at its right, and tries it once more",
	    "dead name; MACH_SEND_INVALID_DEST");
}

const struct part part_b = {
    .letter = 'B',
    .mailbox = "B's mailbox",
    .steps =
        {
            [B_TAKES_THE_RIGHT] = takes_the_right,
            [B_ASKS] = asks,
            [B_TRIES_TO_RECEIVE] = tries_to_receive,
            [B_FILLS_THE_QUEUE] = fills_the_queue,
            [B_WAITS_FOR_ROOM] = waits_for_room,
            [B_WAS_WOKEN] = was_woken,
            [B_LEAVES_IT_TO_THE_KERNEL] = leaves_it_to_the_kernel,
            [B_HEARS_OF_IT] = hears_of_it,
            [B_TAKES_TWO_MORE] = takes_two_more,
            [B_ASKS_ALL_THREE] = asks_all_three,
            [B_QUEUES_THREE] = queues_three,
            [B_ASKS_D] = asks_d,
            [B_WANTS_TO_KNOW] = wants_to_know,
            [B_ASKS_AND_WAITS] = asks_and_waits,
            [B_KNOWS] = knows,
        },
};
