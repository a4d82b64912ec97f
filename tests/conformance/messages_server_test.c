/* The server loops, step by step (messages.md 14). */
#include <mach/mig.h>
#include <string.h>

#include "messages.h"

#define REQUEST_ID 4000
#define ROOM 512

/* What the demultiplexer is to do, and what it saw: a process has one server. */
static struct {
	kern_return_t code; /* for the reply */
	bool is_complex;    /* the reply, then without a code */
	mach_msg_size_t reply_size;
	mach_port_t port; /* sent in a complex reply, COPY_SEND */
	unsigned count;   /* requests */
	struct received request;
	mach_msg_size_t request_size;
	bool reply_was_zero;
} scene;

/* As a demultiplexer of MIG prepares its reply. */
static boolean_t
demux(mach_msg_header_t *request, mach_msg_header_t *reply)
{
	static const mach_msg_header_t zero;
	mig_reply_error_t *error = (mig_reply_error_t *)reply;
	mach_msg_size_t seen =
	    request->msgh_size + sizeof(mach_msg_max_trailer_t);

	scene.count++;
	scene.request_size = request->msgh_size;
	scene.reply_was_zero = memcmp(reply, &zero, sizeof(zero)) == 0;
	if (seen <= sizeof(scene.request))
		memcpy(&scene.request, request, seen);
	reply->msgh_bits =
	    MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(request->msgh_bits), 0);
	reply->msgh_remote_port = request->msgh_remote_port;
	reply->msgh_local_port = MACH_PORT_NULL;
	reply->msgh_size = sizeof(*error);
	reply->msgh_id = request->msgh_id + 100;
	error->RetCode = scene.code;
	if (scene.is_complex) {
		struct received *message = (struct received *)reply;

		reply->msgh_size = sizeof(*reply);
		add_port(message, scene.port, COPY_SEND);
		/* Where a code would be. */
		CHECK_EQUAL(reply->msgh_size, 40);
	}
	return FALSE;
}

static void
scene_begin(kern_return_t code)
{
	memset(&scene, 0, sizeof(scene));
	scene.code = code;
}

/* A request of @size bytes for a reply to @reply. */
static void
ask(mach_port_t server, mach_port_t reply, mach_msg_type_name_t disposition,
    mach_msg_size_t size)
{
	struct received message;

	compose(&message, server, COPY_SEND, reply, disposition);
	message.header.msgh_size = size;
	message.header.msgh_id = REQUEST_ID;
	EXPECT(post(&message), MACH_MSG_SUCCESS);
}

/* A request with a right to @right. */
static void
ask_with_right(mach_port_t server, mach_port_t reply, mach_port_t right)
{
	struct received message;

	compose(&message, server, COPY_SEND, reply, MAKE_SEND_ONCE);
	message.header.msgh_id = REQUEST_ID;
	add_port(&message, right, MAKE_SEND_ONCE);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
}

static void
expect_reply(mach_port_t reply, kern_return_t code)
{
	struct received message;
	mig_reply_error_t error;

	EXPECT(receive_now(reply, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(message.header.msgh_id, REQUEST_ID + 100);
	CHECK_EQUAL(message.header.msgh_size, sizeof(error));
	memcpy(&error, &message, sizeof(error));
	CHECK_EQUAL(error.RetCode, code);
}

static mach_msg_return_t
serve_once(mach_port_t server, mach_msg_options_t options)
{
	return mach_msg_server_once(demux, ROOM, server, options);
}

/*
 * One request.
 */
static void
a_request_is_served_and_replied_to(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	scene_begin(KERN_SUCCESS);
	ask(server, reply, MAKE_SEND_ONCE, 48);
	EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(scene.count, 1);
	CHECK_EQUAL(scene.request.header.msgh_local_port, server);
	CHECK_EQUAL(scene.request.header.msgh_id, REQUEST_ID);
	CHECK_EQUAL(scene.request_size, 48);
	CHECK(scene.reply_was_zero);
	expect_reply(reply, KERN_SUCCESS);
	destroy(server);
	drop_receive(reply);
}

/* Options that the server needs for itself are not the caller's to choose. */
static void
options_lose_what_the_loop_adds(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	scene_begin(KERN_SUCCESS);
	ask(server, reply, MAKE_SEND_ONCE, 48);
	EXPECT(serve_once(server,
	           MACH_SEND_MSG | MACH_RCV_MSG | MACH_RCV_VOUCHER |
	               MACH_SEND_TRAILER),
	    MACH_MSG_SUCCESS);
	CHECK_EQUAL(scene.count, 1);
	expect_reply(reply, KERN_SUCCESS);
	destroy(server);
	drop_receive(reply);
}

/* A server is willing to receive vouchers, whatever it says. */
static void
a_request_shows_its_voucher(void)
{
	mach_port_t server = new_send_port();
	struct received message;

	scene_begin(MIG_NO_REPLY);
	compose(&message, server, COPY_SEND, 0, 0);
	message.header.msgh_bits =
	    MACH_MSGH_BITS_SET_PORTS(COPY_SEND, 0, COPY_SEND);
	EXPECT(post(&message), MACH_MSG_SUCCESS);
	EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(MACH_MSGH_BITS_VOUCHER(scene.request.header.msgh_bits),
	    MACH_MSG_TYPE_PORT_SEND);
	destroy(server);
}

static void
a_request_comes_with_the_trailer_that_was_asked_for(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	for (unsigned i = 0; i < 16; i++) {
		scene_begin(KERN_SUCCESS);
		/* All the room that there is. */
		ask(server, reply, MAKE_SEND_ONCE, ROOM);
		EXPECT(serve_once(server, MACH_RCV_TRAILER_ELEMENTS(i)),
		    MACH_MSG_SUCCESS);
		CHECK_EQUAL(trailer_of(&scene.request)->msgh_trailer_size,
		    REQUESTED_TRAILER_SIZE(MACH_RCV_TRAILER_ELEMENTS(i)));
		expect_reply(reply, KERN_SUCCESS);
	}
	destroy(server);
	drop_receive(reply);
}

static void
a_request_that_is_too_large_ends_the_loop(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	scene_begin(KERN_SUCCESS);
	ask(server, reply, MAKE_SEND_ONCE, ROOM + 4);
	EXPECT(serve_once(server, 0), MACH_RCV_TOO_LARGE);
	CHECK_EQUAL(scene.count, 0);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	destroy(server);
	drop_receive(reply);
}

static void
a_larger_request_gets_a_larger_buffer(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();
	mach_msg_header_t *message = new_memory(4 * (size_t)PAGE);

	scene_begin(KERN_SUCCESS);
	*message = (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS(COPY_SEND, MAKE_SEND_ONCE),
	    .msgh_remote_port = server,
	    .msgh_local_port = reply,
	    .msgh_id = REQUEST_ID,
	};
	EXPECT(mach_msg(message, MACH_SEND_MSG, 4 * PAGE, 0, 0, 0, 0),
	    MACH_MSG_SUCCESS);
	EXPECT(serve_once(server, MACH_RCV_LARGE), MACH_MSG_SUCCESS);
	CHECK_EQUAL(scene.request_size, 4 * PAGE);
	expect_reply(reply, KERN_SUCCESS);
	free_memory(message, 4 * (size_t)PAGE);
	destroy(server);
	drop_receive(reply);
}

static void
an_error_of_the_receive_is_returned(void)
{
	mach_port_t server = new_port();

	scene_begin(KERN_SUCCESS);
	EXPECT(serve_once(server, MACH_RCV_TIMEOUT), MACH_RCV_TIMED_OUT);
	EXPECT(serve_once(MACH_PORT_NULL, 0), MACH_RCV_INVALID_NAME);
	CHECK_EQUAL(scene.count, 0);
	drop_receive(server);
}

/* What the demultiplexer returns does not matter, as above: it is FALSE. The
 * error is in the reply. The request's rights go, but for the reply right. */
static void
an_error_is_replied_and_the_request_destroyed(void)
{
	static const kern_return_t codes[] = {
	    MIG_BAD_ID, MIG_BAD_ARGUMENTS, KERN_FAILURE, KERN_INVALID_NAME};
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();
	mach_port_t right = new_port();

	for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		scene_begin(codes[i]);
		ask_with_right(server, reply, right);
		EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
		expect_reply(reply, codes[i]);
		expect_notice(right, MACH_NOTIFY_SEND_ONCE, 0);
	}
	destroy(server);
	drop_receive(reply);
	drop_receive(right);
}

/* Neither a reply nor the end of the request: they are the server's. */
static void
no_reply_leaves_the_request_alone(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();
	mach_port_t right = new_port();

	scene_begin(MIG_NO_REPLY);
	ask_with_right(server, reply, right);
	EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
	expect_empty(reply);
	expect_empty(right);
	CHECK_EQUAL(type_of(scene.request.header.msgh_remote_port),
	    MACH_PORT_TYPE_SEND_ONCE);
	CHECK_EQUAL(type_of(descriptor_of(&scene.request, 0)->name),
	    MACH_PORT_TYPE_SEND_ONCE);
	mach_msg_destroy(&scene.request.header);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	expect_notice(right, MACH_NOTIFY_SEND_ONCE, 0);
	destroy(server);
	drop_receive(reply);
	drop_receive(right);
}

static void
success_leaves_the_requests_rights_to_the_server(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();
	mach_port_t right = new_port();

	scene_begin(KERN_SUCCESS);
	ask_with_right(server, reply, right);
	EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
	expect_reply(reply, KERN_SUCCESS);
	expect_empty(right);
	drop(descriptor_of(&scene.request, 0)->name);
	destroy(server);
	drop_receive(reply);
	drop_receive(right);
}

/* There is no code in it. */
static void
a_complex_reply_is_a_success(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();
	struct received message;

	scene_begin(KERN_SUCCESS);
	scene.is_complex = true;
	scene.port = server;
	ask(server, reply, MAKE_SEND_ONCE, 24);
	EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
	EXPECT(receive_now(reply, 0, &message), MACH_MSG_SUCCESS);
	CHECK_EQUAL(descriptor_of(&message, 0)->name, server);
	mach_msg_destroy(&message.header);
	destroy(server);
	drop_receive(reply);
}

/* By an ordinary right it is not waited for; by a send-once right there is no
 * waiting. */
static void
a_reply_does_not_wait(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_send_port();

	close_queue(reply);
	scene_begin(KERN_SUCCESS);
	ask(server, reply, COPY_SEND, 24);
	EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(reply).mps_msgcount, 0);
	CHECK_EQUAL(refs_of(reply, MACH_PORT_RIGHT_SEND), 1);
	ask(server, reply, MAKE_SEND_ONCE, 24);
	EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(status_of(reply).mps_msgcount, 1);
	destroy(server);
	destroy(reply);
}

static void
a_client_that_is_gone_is_no_error(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	scene_begin(KERN_SUCCESS);
	ask(server, reply, MAKE_SEND_ONCE, 24);
	drop_receive(reply);
	EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(scene.count, 1);
	/* A complex reply goes with what it carries. */
	scene.is_complex = true;
	scene.port = server;
	reply = new_port();
	ask(server, reply, MAKE_SEND_ONCE, 24);
	drop_receive(reply);
	EXPECT(serve_once(server, 0), MACH_MSG_SUCCESS);
	CHECK_EQUAL(scene.count, 2);
	CHECK_EQUAL(refs_of(server, MACH_PORT_RIGHT_SEND), 1);
	destroy(server);
}

static void
another_error_of_the_send_is_returned(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	scene_begin(KERN_SUCCESS);
	scene.is_complex = true;
	scene.port = absent_name();
	ask(server, reply, MAKE_SEND_ONCE, 24);
	EXPECT(serve_once(server, 0), MACH_SEND_INVALID_RIGHT);
	/* The header's rights went before the body was looked at. */
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	destroy(server);
	drop_receive(reply);
}

/*
 * For ever: until a receive fails, which it does here when nothing is left.
 */
static void
a_loop_serves_all_that_comes(void)
{
	/* With a size for each the buffers are equal, and not. */
	static const mach_msg_size_t sizes[] = {ROOM, PAGE};
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	for (unsigned i = 0; i < 2; i++) {
		scene_begin(KERN_SUCCESS);
		for (unsigned n = 0; n < 5; n++)
			ask(server, reply, MAKE_SEND_ONCE, 24 + 4 * n);
		EXPECT(
		    mach_msg_server(demux, sizes[i], server, MACH_RCV_TIMEOUT),
		    MACH_RCV_TIMED_OUT);
		CHECK_EQUAL(scene.count, 5);
		CHECK_EQUAL(scene.request_size, 40);
		CHECK(scene.reply_was_zero);
		for (unsigned n = 0; n < 5; n++)
			expect_reply(reply, KERN_SUCCESS);
	}
	destroy(server);
	drop_receive(reply);
}

static void
a_loop_goes_on_after_replies_that_fail(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();
	mach_port_t gone = new_port();
	mach_port_t full = new_send_port();

	close_queue(full);
	scene_begin(MIG_BAD_ID);
	ask(server, gone, MAKE_SEND_ONCE, 24);
	ask(server, full, COPY_SEND, 24);
	ask(server, MACH_PORT_NULL, 0, 24);
	ask(server, reply, MAKE_SEND_ONCE, 24);
	drop_receive(gone);
	EXPECT(mach_msg_server(demux, ROOM, server, MACH_RCV_TIMEOUT),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQUAL(scene.count, 4);
	expect_reply(reply, MIG_BAD_ID);
	CHECK_EQUAL(refs_of(full, MACH_PORT_RIGHT_SEND), 1);
	destroy(server);
	destroy(full);
	drop_receive(reply);
}

static void
a_loop_grows_its_buffer(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	scene_begin(KERN_SUCCESS);
	ask(server, reply, MAKE_SEND_ONCE, 24);
	ask(server, reply, MAKE_SEND_ONCE, 1000);
	ask(server, reply, MAKE_SEND_ONCE, 24);
	EXPECT(mach_msg_server(
	           demux, 24, server, MACH_RCV_TIMEOUT | MACH_RCV_LARGE),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQUAL(scene.count, 3);
	for (unsigned n = 0; n < 3; n++)
		expect_reply(reply, KERN_SUCCESS);
	destroy(server);
	drop_receive(reply);
}

struct loop {
	mach_port_t server;
	mach_msg_return_t mr;
};

static void
run_loop(void *argument)
{
	struct loop *loop = argument;

	loop->mr = mach_msg_server(demux, ROOM, loop->server, 0);
}

/* Without a timeout it waits for requests, and ends with its port. */
static void
a_loop_waits_for_requests(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();
	struct loop loop = {.server = server};
	struct received message;
	struct worker *worker;

	scene_begin(KERN_SUCCESS);
	worker = worker_start(run_loop, &loop);
	for (unsigned n = 0; n < 3; n++) {
		worker_until_blocked(worker);
		ask(server, reply, MAKE_SEND_ONCE, 24);
		EXPECT(receive(reply, 0, &message), MACH_MSG_SUCCESS);
		CHECK_EQUAL(message.header.msgh_id, REQUEST_ID + 100);
	}
	worker_until_blocked(worker);
	drop_receive(server);
	worker_join(worker);
	CHECK_EQUAL(loop.mr, MACH_RCV_PORT_CHANGED);
	CHECK_EQUAL(scene.count, 3);
	drop(server);
	drop_receive(reply);
}

static void
a_loop_ends_with_an_error_of_its_send(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	scene_begin(KERN_SUCCESS);
	scene.is_complex = true;
	scene.port = absent_name();
	ask(server, reply, MAKE_SEND_ONCE, 24);
	EXPECT(
	    mach_msg_server(demux, ROOM, server, 0), MACH_SEND_INVALID_RIGHT);
	expect_notice(reply, MACH_NOTIFY_SEND_ONCE, 0);
	destroy(server);
	drop_receive(reply);
}

static void
importance_makes_no_difference(void)
{
	mach_port_t server = new_send_port();
	mach_port_t reply = new_port();

	scene_begin(KERN_SUCCESS);
	ask(server, reply, MAKE_SEND_ONCE, 24);
	EXPECT(
	    mach_msg_server_importance(demux, ROOM, server, MACH_RCV_TIMEOUT),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQUAL(scene.count, 1);
	expect_reply(reply, KERN_SUCCESS);
	destroy(server);
	drop_receive(reply);
}

static const struct scenario scenarios[] = {
    SCENARIO("messages.14 messages.14.i2 messages.14.i3 messages.14.i5",
        a_request_is_served_and_replied_to),
    SCENARIO("messages.14.i1", options_lose_what_the_loop_adds),
    SCENARIO("messages.14.i2", a_request_shows_its_voucher),
    SCENARIO(
        "messages.14.i1", a_request_comes_with_the_trailer_that_was_asked_for),
    SCENARIO("messages.14.i1 messages.14.i2",
        a_request_that_is_too_large_ends_the_loop),
    SCENARIO("messages.14.i2", a_larger_request_gets_a_larger_buffer),
    SCENARIO("messages.14.i2", an_error_of_the_receive_is_returned),
    SCENARIO("messages.14.i3 messages.14.i4",
        an_error_is_replied_and_the_request_destroyed),
    SCENARIO("messages.14.i4", no_reply_leaves_the_request_alone),
    SCENARIO(
        "messages.14.i4", success_leaves_the_requests_rights_to_the_server),
    SCENARIO("messages.14.i4", a_complex_reply_is_a_success),
    SCENARIO("messages.14.i5 messages.14.i6", a_reply_does_not_wait),
    SCENARIO("messages.14.i6", a_client_that_is_gone_is_no_error),
    SCENARIO("messages.14.i6", another_error_of_the_send_is_returned),
    SCENARIO("messages.14", a_loop_serves_all_that_comes),
    SCENARIO(
        "messages.14 messages.14.i6", a_loop_goes_on_after_replies_that_fail),
    SCENARIO("messages.14 messages.14.i2", a_loop_grows_its_buffer),
    SCENARIO("messages.14", a_loop_waits_for_requests),
    SCENARIO("messages.14", a_loop_ends_with_an_error_of_its_send),
    SCENARIO("messages.14", importance_makes_no_difference),
};
CONFORMANCE(scenarios)
