/*
 * Requests while lanes open and close at random, answered in every way that there is: each has
 * one answer, which is its own, or the notice that there will be none.
 */
#include <mach/notify.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "note.h"
#include "program.h"

#define CLIENTS 2
#define REQUESTS 1500
#define LAST (-1) /* of a client that has had all its answers */

static mach_port_t port;  /* the server's */
static mach_port_t aside; /* by which it sends rights to itself */

/* A reply that brings a right. */
struct gift {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t right;
	int32_t number;
};

union answer {
	mach_msg_header_t header;
	struct note note;
	struct gift gift;
	uint8_t room[512];
};

static void
send(mach_msg_header_t *header, mach_msg_size_t bytes)
{
	CHECK_EQ(mach_msg(header, MACH_SEND_MSG, bytes, 0, MACH_PORT_NULL, 0,
	             MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static struct note
receive(mach_port_t name)
{
	struct note note;

	CHECK_EQ(mach_msg(&note.header, MACH_RCV_MSG, 0, sizeof(note), name, 0,
	             MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	return note;
}

/* --- the server -------------------------------------------------------------- */

static void
answer_plainly(mach_port_t reply, int32_t number)
{
	struct note note = note_to(reply, number);

	note.header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	send(&note.header, NOTE_BYTES);
}

static void
answer_with_right(mach_port_t reply, int32_t number)
{
	struct gift gift = {
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS_COMPLEX |
	                MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0),
	            .msgh_size = sizeof(gift),
	            .msgh_remote_port = reply,
	        },
	    .body = {.msgh_descriptor_count = 1},
	    .right =
	        {
	            .name = port,
	            .disposition = MACH_MSG_TYPE_MAKE_SEND,
	            .type = MACH_MSG_PORT_DESCRIPTOR,
	        },
	    .number = number,
	};

	send(&gift.header, sizeof(gift));
}

/* The right goes through a message to the server itself, and has another name then. */
static mach_port_t
hand_on(mach_port_t reply)
{
	struct note note = note_to(aside, 0);

	note.header.msgh_local_port = reply;
	note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE);
	send(&note.header, NOTE_BYTES);
	return receive(aside).header.msgh_remote_port;
}

static void
expect_right(mach_port_t reply)
{
	mach_port_type_t type;

	CHECK_EQ(mach_port_type(mach_task_self(), reply, &type), KERN_SUCCESS);
	CHECK_EQ(type, MACH_PORT_TYPE_SEND_ONCE);
}

/* Lanes to the port close. */
static void
be_exact(void)
{
	CHECK_EQ(
	    mach_port_set_context(mach_task_self(), port, 1), KERN_SUCCESS);
}

static void
answer(mach_port_t reply, int32_t number, int how)
{
	switch (how) {
	case 0:
		answer_with_right(reply, number);
		break;
	case 1:
		answer_plainly(hand_on(reply), number);
		break;
	case 2:
		expect_right(reply);
		answer_plainly(reply, number);
		break;
	case 3:
		CHECK_EQ(mach_port_deallocate(mach_task_self(), reply),
		    KERN_SUCCESS);
		break;
	case 4:
		be_exact();
		answer_plainly(reply, number);
		break;
	default:
		answer_plainly(reply, number);
		break;
	}
}

static void
serve(void)
{
	unsigned clients = CLIENTS;

	while (clients > 0) {
		const struct note note = receive(port);

		if (note.number == LAST)
			clients--;
		else
			answer(note.header.msgh_remote_port, note.number,
			    rand() % 20);
	}
}

/* --- a client ---------------------------------------------------------------- */

static void
ask(mach_port_t reply, int32_t number)
{
	struct note note = note_to(bootstrap_port, number);

	note.header.msgh_local_port = reply;
	note.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	send(&note.header, NOTE_BYTES);
}

/* The next answer, within @ms. */
static mach_msg_return_t
get(mach_port_t reply, union answer *answer_out, mach_msg_timeout_t ms)
{
	return mach_msg(&answer_out->header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	    sizeof(*answer_out), reply, ms, MACH_PORT_NULL);
}

static void
expect_answer(mach_port_t reply, int32_t number)
{
	union answer answer;

	CHECK_EQ(get(reply, &answer, 10000), MACH_MSG_SUCCESS);
	if (answer.header.msgh_id == MACH_NOTIFY_SEND_ONCE)
		return;
	if (answer.header.msgh_bits & MACH_MSGH_BITS_COMPLEX) {
		CHECK_EQ(answer.gift.number, number);
		CHECK_EQ(mach_port_deallocate(
		             mach_task_self(), answer.gift.right.name),
		    KERN_SUCCESS);
	} else {
		CHECK_EQ(answer.note.number, number);
	}
}

static void
request(void)
{
	mach_port_t reply;
	union answer more;

	CHECK_EQ(mach_port_allocate(
	             mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &reply),
	    KERN_SUCCESS);
	for (int32_t i = 0; i < REQUESTS; i++) {
		ask(reply, i);
		expect_answer(reply, i);
	}
	CHECK_EQ(get(reply, &more, 0), MACH_RCV_TIMED_OUT);
	CHECK_EQ(note_send(bootstrap_port, LAST, 0, 0), MACH_MSG_SUCCESS);
}

static uint32_t
count_names(void)
{
	mach_port_name_array_t names;
	mach_port_type_array_t types;
	mach_msg_type_number_t count;
	mach_msg_type_number_t types_count;

	CHECK_EQ(mach_port_names(
	             mach_task_self(), &names, &count, &types, &types_count),
	    KERN_SUCCESS);
	(void)vm_deallocate(
	    mach_task_self(), (vm_address_t)names, count * sizeof(*names));
	(void)vm_deallocate(mach_task_self(), (vm_address_t)types,
	    types_count * sizeof(*types));
	return count;
}

static void
fire(const char *mode)
{
	pid_t clients[CLIENTS];
	uint32_t names;

	CHECK_EQ(setenv("MACHPORT_LANES", mode, 1), 0);
	(void)program_start_kernel();
	port = note_port();
	aside = note_port();
	CHECK_EQ(task_set_bootstrap_port(mach_task_self(), port), KERN_SUCCESS);
	names = count_names();
	for (unsigned i = 0; i < CLIENTS; i++)
		clients[i] = program_fork(request);
	serve();
	for (unsigned i = 0; i < CLIENTS; i++)
		program_join(clients[i]);
	be_exact();
	CHECK_EQ(count_names(), names);
}

static void
with_lanes(void)
{
	fire("always");
}
RUN(each_request_has_one_answer_by_lanes, with_lanes)

static void
with_flips(void)
{
	fire("flip");
}
RUN(each_request_has_one_answer_while_lanes_flip, with_flips)

static void
without(void)
{
	fire("off");
}
RUN(each_request_has_one_answer_without_lanes, without)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_request_has_one_answer_by_lanes),
	    cmocka_unit_test(each_request_has_one_answer_while_lanes_flip),
	    cmocka_unit_test(each_request_has_one_answer_without_lanes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("lanes_fire", tests, NULL, NULL);
}
