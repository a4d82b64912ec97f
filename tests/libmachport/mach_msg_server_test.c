/* The server loops, by the steps of spec/messages.md 14: what comes to the
 * demultiplexer, what becomes of its reply, and that nothing is left. */
#include <mach/message.h>

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include <mach/mig_errors.h>
#include <mach/notify.h>

#include "disturbance.h"
#include "note.h"
#include "program.h"

#define REQUEST_ID 500

/* With these the buffers for requests and replies have the same size, or not. */
#define SIZE_FOR_EQUAL 1024
#define SIZE_FOR_UNEQUAL ((mach_msg_size_t)vm_page_size)

typedef boolean_t demux_function(mach_msg_header_t *, mach_msg_header_t *);

/* A request with a right and a page of memory. */
struct request {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t right;
	mach_msg_ool_descriptor_t memory;
};

/* A reply as it is received. */
struct reply {
	mig_reply_error_t error;
	mach_msg_trailer_t trailer;
};

/* What the demultiplexers below are asked for, and what they saw. */
static struct {
	kern_return_t code;         /* to reply with */
	mach_port_t port;           /* to put in the reply */
	unsigned served;            /* requests */
	mach_msg_header_t request;  /* the last one */
	mach_port_t request_right;  /* its right, if it is complex */
	const void *request_memory; /* its memory, if it is complex */
	mach_msg_trailer_size_t trailer_bytes;
} scene;

/*
 * What the task has.
 */

struct census {
	mach_msg_type_number_t names;
	unsigned long pages;
};

static unsigned long
count_pages(void)
{
	char text[64] = "";
	int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

	CHECK(read(file, text, sizeof(text) - 1) > 0);
	(void)close(file);
	return strtoul(text, NULL, 10);
}

static struct census
take_census(void)
{
	mach_port_t self = mach_task_self();
	mach_port_name_t *names;
	mach_port_type_t *types;
	struct census census;
	mach_msg_type_number_t count;

	CHECK_EQ(mach_port_names(self, &names, &census.names, &types, &count),
	    KERN_SUCCESS);
	(void)vm_deallocate(self, (vm_address_t)names, count * sizeof(*names));
	(void)vm_deallocate(self, (vm_address_t)types, count * sizeof(*types));
	census.pages = count_pages();
	return census;
}

static void
expect_census(struct census expected)
{
	struct census census = take_census();

	CHECK_EQ(census.names, expected.names);
	CHECK_EQ(census.pages, expected.pages);
}

static mach_port_type_t
type_of(mach_port_t name)
{
	mach_port_type_t type = MACH_PORT_TYPE_NONE;

	(void)mach_port_type(mach_task_self(), name, &type);
	return type;
}

static void
destroy_port(mach_port_t port)
{
	CHECK_EQ(mach_port_destroy(mach_task_self(), port), KERN_SUCCESS);
}

/*
 * The client.
 */

/* Ask for a reply to @reply; @kind: of the right to do so. */
static void
request_simple(mach_port_t server, mach_port_t reply, mach_msg_type_name_t kind)
{
	struct note note = note_to(server, 7);

	note.header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, kind);
	note.header.msgh_local_port = reply;
	note.header.msgh_id = REQUEST_ID;
	CHECK_EQ(mach_msg(&note.header, MACH_SEND_MSG, NOTE_BYTES, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

/* A request with @right, MOVE_SEND, and one page. */
static void
request_complex(mach_port_t server, mach_port_t reply, mach_port_t right)
{
	static const char page[64] = "memory";
	struct request request = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	                            MACH_MSG_TYPE_MAKE_SEND_ONCE) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_remote_port = server,
	    .header.msgh_local_port = reply,
	    .header.msgh_id = REQUEST_ID,
	    .body.msgh_descriptor_count = 2,
	    .right.name = right,
	    .right.disposition = MACH_MSG_TYPE_MOVE_SEND,
	    .right.type = MACH_MSG_PORT_DESCRIPTOR,
	    .memory = parcel_to(0, page, sizeof(page), FALSE).memory,
	};

	CHECK_EQ(mach_msg(&request.header, MACH_SEND_MSG, sizeof(request), 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
expect_reply(mach_port_t port, kern_return_t code)
{
	struct reply reply;

	CHECK_EQ(mach_msg(&reply.error.Head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	             sizeof(reply), port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(reply.error.Head.msgh_id, REQUEST_ID + 100);
	CHECK_EQ(reply.error.RetCode, code);
}

static void
expect_nothing(mach_port_t port)
{
	int32_t number;

	CHECK_EQ(note_receive(port, &number, MACH_RCV_TIMEOUT, 0),
	    MACH_RCV_TIMED_OUT);
}

/*
 * Demultiplexers.
 */

static void
see_request(const mach_msg_header_t *request)
{
	mach_msg_trailer_t trailer;
	const struct request *complex = (const struct request *)request;

	scene.served++;
	scene.request = *request;
	memcpy(&trailer, (const char *)request + round_msg(request->msgh_size),
	    sizeof(trailer));
	scene.trailer_bytes = trailer.msgh_trailer_size;
	if (!MACH_MSGH_BITS_IS_COMPLEX(request->msgh_bits))
		return;
	scene.request_right = complex->right.name;
	scene.request_memory = complex->memory.address;
}

/* As MIG's do: a reply with scene.code. */
static boolean_t
reply_code(mach_msg_header_t *in, mach_msg_header_t *out)
{
	mig_reply_error_t *reply = (mig_reply_error_t *)out;

	see_request(in);
	CHECK_EQ(out->msgh_remote_port, MACH_PORT_NULL);
	CHECK_EQ(out->msgh_bits, 0);
	out->msgh_bits =
	    MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(in->msgh_bits), 0);
	out->msgh_remote_port = in->msgh_remote_port;
	out->msgh_size = sizeof(*reply);
	out->msgh_id = in->msgh_id + 100;
	reply->RetCode = scene.code;
	return scene.code != MIG_BAD_ID;
}

/* Reply with a send right for scene.port. Where a simple reply has its code,
 * this has a part of a descriptor. */
static boolean_t
reply_complex(mach_msg_header_t *in, mach_msg_header_t *out)
{
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t right;
	} reply = {
	    .header.msgh_bits =
	        MACH_MSGH_BITS(MACH_MSGH_BITS_REMOTE(in->msgh_bits), 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_size = sizeof(reply),
	    .header.msgh_remote_port = in->msgh_remote_port,
	    .body.msgh_descriptor_count = 1,
	    .right.name = scene.port,
	    .right.pad1 = 0xffffffff - 304, /* MIG_NO_REPLY, if it were one */
	    .right.disposition = MACH_MSG_TYPE_MOVE_SEND,
	    .right.type = MACH_MSG_PORT_DESCRIPTOR,
	};

	see_request(in);
	memcpy(out, &reply, sizeof(reply));
	return TRUE;
}

/* A reply with rights of all kinds in its header, from scene.port. */
static boolean_t
reply_with_local_port(mach_msg_header_t *in, mach_msg_header_t *out)
{
	(void)reply_code(in, out);
	out->msgh_bits = MACH_MSGH_BITS(
	    MACH_MSGH_BITS_REMOTE(in->msgh_bits), MACH_MSG_TYPE_MAKE_SEND);
	out->msgh_local_port = scene.port;
	return TRUE;
}

/* A reply that cannot be sent, and it is not the client's fault. */
static boolean_t
reply_too_small(mach_msg_header_t *in, mach_msg_header_t *out)
{
	(void)reply_code(in, out);
	out->msgh_size = 4;
	return TRUE;
}

static boolean_t
do_nothing(mach_msg_header_t *in, mach_msg_header_t *out)
{
	(void)out;
	see_request(in);
	return TRUE;
}

/* mach_msg_server_once() for one request, which is waiting. */
static mach_msg_return_t
serve_once(demux_function *demux, mach_port_t port)
{
	scene.served = 0;
	return mach_msg_server_once(demux, SIZE_FOR_EQUAL, port, 0);
}

/*
 * Steps 1 and 2: receiving.
 */

static void
serve_options(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	struct census before = take_census();

	/* What says that this is to send or receive is not asked for. */
	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(mach_msg_server_once(reply_code, 1024, port,
	             MACH_SEND_MSG | MACH_RCV_MSG | MACH_RCV_VOUCHER |
	                 MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT)),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(scene.served, 1);
	CHECK_EQ(scene.request.msgh_local_port, port);
	CHECK_EQ(scene.trailer_bytes, sizeof(mach_msg_audit_trailer_t));
	expect_reply(client, KERN_SUCCESS);
	expect_census(before);
}

static void
options_are_for_the_receive_and_the_send(void **state)
{
	(void)state;
	program_run(serve_options);
}

static void
serve_exact_sizes(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	struct census before = take_census();

	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(mach_msg_server_once(reply_code, NOTE_BYTES, port, 0),
	    MACH_MSG_SUCCESS);
	expect_reply(client, KERN_SUCCESS);

	/* Destroyed: the client hears that. */
	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(mach_msg_server_once(reply_code, NOTE_BYTES - 4, port, 0),
	    MACH_RCV_TOO_LARGE);
	CHECK_EQ(scene.served, 1);
	{
		mach_send_once_notification_t notice;

		CHECK_EQ(mach_msg(&notice.not_header,
		             MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof(notice),
		             client, 0, MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		CHECK_EQ(notice.not_header.msgh_id, MACH_NOTIFY_SEND_ONCE);
	}
	expect_census(before);
}

static void
a_request_has_the_room_that_was_said_and_no_more(void **state)
{
	(void)state;
	program_run(serve_exact_sizes);
}

#define LARGE_BYTES 300000

/* Send a request of @bytes. */
static void
request_of_size(mach_port_t server, mach_port_t reply, mach_msg_size_t bytes)
{
	static union {
		mach_msg_header_t header;
		char room[LARGE_BYTES];
	} message;

	message.header = (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS(
	        MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    .msgh_remote_port = server,
	    .msgh_local_port = reply,
	    .msgh_id = REQUEST_ID,
	};
	CHECK_EQ(mach_msg(&message.header, MACH_SEND_MSG, bytes, 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
}

static void
serve_large(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	struct census before = take_census();

	request_of_size(port, client, 4096);
	request_of_size(port, client, LARGE_BYTES);
	request_of_size(port, client, 64);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(
		    mach_msg_server_once(reply_code, 100, port, MACH_RCV_LARGE),
		    MACH_MSG_SUCCESS);
		expect_reply(client, KERN_SUCCESS);
	}
	CHECK_EQ(scene.request.msgh_size, 64);
	CHECK_EQ(scene.served, 3);
	expect_census(before);
}

static void
a_large_request_gets_a_larger_buffer_if_it_may(void **state)
{
	(void)state;
	program_run(serve_large);
}

static void
fail_to_receive(void)
{
	mach_port_t port = note_port();
	struct census before = take_census();
	mach_port_t dead = note_port();

	destroy_port(dead);
	CHECK_EQ(mach_msg_server_once(reply_code, 100, dead, 0),
	    MACH_RCV_INVALID_NAME);
	CHECK_EQ(mach_msg_server(reply_code, 100, MACH_PORT_NULL, 0),
	    MACH_RCV_INVALID_NAME);
	CHECK_EQ(mach_msg_server_once(reply_code, 100, port, MACH_RCV_TIMEOUT),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQ(mach_msg_server(reply_code, 100, port, MACH_RCV_TIMEOUT),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQ(scene.served, 0);
	expect_census(before);
}

static void
an_error_of_the_receive_is_returned(void **state)
{
	(void)state;
	program_run(fail_to_receive);
}

#if HANDLERS_RUN_AT_ONCE
static void
serve_interrupted(void)
{
	struct disturbance disturbance;
	mach_port_t port = note_port();

	handle(SA_RESTART, count_signal);
	disturbance_begin(&disturbance, SYS_ppoll, MACH_PORT_NULL);
	CHECK_EQ(mach_msg_server(reply_code, 100, port, MACH_RCV_INTERRUPT),
	    MACH_RCV_INTERRUPTED);
	disturbance_end(&disturbance);
	CHECK_EQ(scene.served, 0);
}

static void
a_signal_ends_a_loop_that_may_be_interrupted(void **state)
{
	(void)state;
	program_run(serve_interrupted);
}
#endif

/* No more address space than there is, and @more bytes. */
static void
limit_memory(unsigned long more)
{
	struct rlimit limit = {
	    .rlim_cur = count_pages() * vm_page_size + more,
	    .rlim_max = RLIM_INFINITY,
	};

	CHECK_EQ(setrlimit(RLIMIT_AS, &limit), 0);
}

static void
serve_without_memory(void)
{
	const vm_size_t bytes = 64 << 20;
	vm_address_t memory = 0;
	mach_port_t port = note_port();
	mach_port_t right = note_port();
	struct census before;
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t right;
		mach_msg_ool_descriptor_t memory;
	} request = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) |
	        MACH_MSGH_BITS_COMPLEX,
	    .header.msgh_remote_port = port,
	    .body.msgh_descriptor_count = 2,
	    .right.name = right,
	    .right.disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE,
	    .right.type = MACH_MSG_PORT_DESCRIPTOR,
	};

	/* The library keeps its tables of large regions from the first on. */
	CHECK_EQ(
	    vm_allocate(mach_task_self(), &memory, bytes, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	CHECK_EQ(vm_deallocate(mach_task_self(), memory, bytes), KERN_SUCCESS);
	before = take_census();

	CHECK_EQ(
	    vm_allocate(mach_task_self(), &memory, bytes, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	request.memory =
	    parcel_to(0, (void *)memory, (mach_msg_size_t)bytes, TRUE).memory;
	CHECK_EQ(mach_msg(&request.header, MACH_SEND_MSG, sizeof(request), 0,
	             MACH_PORT_NULL, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	limit_memory(bytes / 2);
	CHECK_EQ(mach_msg_server_once(do_nothing, 1024, port, 0),
	    MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE);
	CHECK_EQ(scene.served, 0);
	expect_census(before);
}

static void
a_request_that_came_in_part_is_released(void **state)
{
	(void)state;
	program_run(serve_without_memory);
}

/*
 * Steps 3 to 5: serving and replying.
 */

static void
serve_success(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	mach_port_t right = note_port();
	struct census before;

	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(serve_once(reply_code, port), MACH_MSG_SUCCESS);
	expect_reply(client, KERN_SUCCESS);

	/* What was in the request is the demultiplexer's. */
	before = take_census();
	request_complex(port, client, right);
	CHECK_EQ(serve_once(reply_code, port), MACH_MSG_SUCCESS);
	expect_reply(client, KERN_SUCCESS);
	CHECK_EQ(scene.request_right, right);
	CHECK_EQ(type_of(right), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK(is_mapped(scene.request_memory));
	(void)vm_deallocate(
	    mach_task_self(), (vm_address_t)scene.request_memory, 64);
	expect_census(before);
}

static void
after_success_the_reply_is_sent_and_the_request_kept(void **state)
{
	(void)state;
	program_run(serve_success);
}

static void
serve_error(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	mach_port_t right = note_port();
	struct census before = take_census();
	static const kern_return_t codes[] = {
	    MIG_BAD_ID, MIG_TYPE_ERROR, KERN_FAILURE};

	for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		scene.code = codes[i];
		request_complex(port, client, right);
		CHECK_EQ(serve_once(reply_code, port), MACH_MSG_SUCCESS);
		expect_reply(client, codes[i]);
		CHECK_EQ(type_of(right), MACH_PORT_TYPE_RECEIVE);
		CHECK(!is_mapped(scene.request_memory));
		CHECK_EQ(mach_port_insert_right(mach_task_self(), right, right,
		             MACH_MSG_TYPE_MAKE_SEND),
		    KERN_SUCCESS);
	}
	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(serve_once(reply_code, port), MACH_MSG_SUCCESS);
	expect_reply(client, KERN_FAILURE);
	expect_census(before);
}

static void
after_an_error_the_request_is_released_and_the_reply_sent(void **state)
{
	(void)state;
	program_run(serve_error);
}

static void
serve_without_reply(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	mach_port_t right = note_port();

	scene.code = MIG_NO_REPLY;
	request_complex(port, client, right);
	CHECK_EQ(serve_once(reply_code, port), MACH_MSG_SUCCESS);
	expect_nothing(client);
	CHECK_EQ(type_of(right), MACH_PORT_TYPE_SEND_RECEIVE);
	CHECK(is_mapped(scene.request_memory));
	/* It may reply later. */
	CHECK_EQ(
	    type_of(scene.request.msgh_remote_port), MACH_PORT_TYPE_SEND_ONCE);
}

static void
after_no_reply_nothing_is_sent_or_released(void **state)
{
	(void)state;
	program_run(serve_without_reply);
}

static void
serve_oneway(void)
{
	mach_port_t port = note_port();
	struct census before = take_census();

	CHECK_EQ(note_send(port, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(serve_once(do_nothing, port), MACH_MSG_SUCCESS);
	CHECK_EQ(scene.served, 1);
	/* There is nobody to tell of the error. */
	scene.code = KERN_FAILURE;
	CHECK_EQ(note_send(port, 1, 0, 0), MACH_MSG_SUCCESS);
	CHECK_EQ(serve_once(reply_code, port), MACH_MSG_SUCCESS);
	CHECK_EQ(scene.served, 1);
	expect_census(before);
}

static void
a_reply_to_nobody_is_not_sent(void **state)
{
	(void)state;
	program_run(serve_oneway);
}

static void
serve_complex(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_port_descriptor_t right;
		mach_msg_trailer_t trailer;
	} reply = {0};

	scene.port = note_port();
	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(serve_once(reply_complex, port), MACH_MSG_SUCCESS);
	CHECK_EQ(mach_msg(&reply.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
	             sizeof(reply), client, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_EQ(reply.right.name, scene.port);
}

static void
a_complex_reply_is_no_error(void **state)
{
	(void)state;
	program_run(serve_complex);
}

/*
 * Step 6: replies that cannot be sent.
 */

static void
serve_dead_client(void)
{
	mach_port_t port = note_port();
	struct census before = take_census();
	mach_port_t client = note_port();

	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND);
	destroy_port(client);
	for (unsigned i = 0; i < 2; i++) {
		scene.port = note_port();
		CHECK_EQ(serve_once(reply_complex, port), MACH_MSG_SUCCESS);
		/* What was in the reply has gone with it. */
		CHECK_EQ(type_of(scene.port), MACH_PORT_TYPE_RECEIVE);
		destroy_port(scene.port);
	}
	expect_census(before);
}

static void
a_dead_clients_reply_is_released(void **state)
{
	(void)state;
	program_run(serve_dead_client);
}

/* The demultiplexer lets its client die. */
static boolean_t
reply_after_death(mach_msg_header_t *in, mach_msg_header_t *out)
{
	(void)reply_complex(in, out);
	destroy_port(scene.request_right);
	return TRUE;
}

static void
serve_dying_client(void)
{
	mach_port_t port = note_port();
	struct census before = take_census();
	static const mach_msg_type_name_t kinds[] = {
	    MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MAKE_SEND};

	for (unsigned i = 0; i < 2; i++) {
		scene.port = note_port();
		scene.request_right = note_port();
		request_simple(port, scene.request_right, kinds[i]);
		CHECK_EQ(serve_once(reply_after_death, port), MACH_MSG_SUCCESS);
		if (kinds[i] == MACH_MSG_TYPE_MAKE_SEND)
			(void)mach_port_destroy(
			    mach_task_self(), scene.request_right);
		destroy_port(scene.port);
	}
	expect_census(before);
}

static void
a_client_that_dies_while_it_is_served_leaves_nothing(void **state)
{
	(void)state;
	program_run(serve_dying_client);
}

static mach_port_urefs_t
send_refs(mach_port_t name)
{
	mach_port_urefs_t count = 0;

	CHECK_EQ(mach_port_get_refs(
	             mach_task_self(), name, MACH_PORT_RIGHT_SEND, &count),
	    KERN_SUCCESS);
	return count;
}

static void
serve_full_client(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	int32_t full = note_fill(client);
	mach_port_urefs_t client_refs = send_refs(client);
	struct census before;

	scene.port = note_port();
	before = take_census();
	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND);
	CHECK_EQ(serve_once(reply_with_local_port, port), MACH_MSG_SUCCESS);
	for (int32_t i = 0; i < full; i++)
		note_expect(client, i);
	expect_nothing(client);
	CHECK_EQ(send_refs(scene.port), 1);
	CHECK_EQ(send_refs(client), client_refs);
	expect_census(before);
}

static void
a_client_with_a_full_queue_does_not_block_the_server(void **state)
{
	(void)state;
	program_run(serve_full_client);
}

static void
serve_once_full_client(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	int32_t full = note_fill(client);

	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(serve_once(reply_code, port), MACH_MSG_SUCCESS);
	for (int32_t i = 0; i < full; i++)
		note_expect(client, i);
	expect_reply(client, KERN_SUCCESS);
}

static void
a_send_once_right_needs_no_room_in_the_queue(void **state)
{
	(void)state;
	program_run(serve_once_full_client);
}

static void
fail_to_send(void)
{
	mach_port_t port = note_port();
	mach_port_t client = note_port();
	struct census before = take_census();

	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(serve_once(reply_too_small, port), MACH_SEND_MSG_TOO_SMALL);
	CHECK_EQ(mach_port_deallocate(
	             mach_task_self(), scene.request.msgh_remote_port),
	    KERN_SUCCESS);
	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	CHECK_EQ(mach_msg_server(reply_too_small, 100, port, 0),
	    MACH_SEND_MSG_TOO_SMALL);
	CHECK_EQ(mach_port_deallocate(
	             mach_task_self(), scene.request.msgh_remote_port),
	    KERN_SUCCESS);
	expect_census(before);
}

static void
another_error_of_the_send_is_returned(void **state)
{
	(void)state;
	program_run(fail_to_send);
}

/*
 * The loop.
 */

/* Requests of every sort, in both kinds of buffers. The reply says which of
 * them it is to: it has its number. */
static void
serve_queue(mach_msg_size_t max_size, mach_msg_options_t options)
{
	mach_port_t port = note_port();
	struct census before = take_census();
	mach_port_t client = note_port();
	mach_port_t full = note_port();
	mach_port_t dead = note_port();

	(void)note_fill(full);
	scene.served = 0;
	scene.code = KERN_SUCCESS;
	request_simple(port, dead, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	request_simple(port, full, MACH_MSG_TYPE_MAKE_SEND);
	if (options & MACH_RCV_LARGE)
		request_of_size(port, client, 50000);
	else
		CHECK_EQ(note_send(port, 0, 0, 0), MACH_MSG_SUCCESS);
	request_simple(port, client, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	destroy_port(dead);

	CHECK_EQ(mach_msg_server(reply_code, max_size, port, options),
	    MACH_RCV_TIMED_OUT);
	CHECK_EQ(scene.served, 5);
	expect_reply(client, KERN_SUCCESS);
	if (options & MACH_RCV_LARGE)
		expect_reply(client, KERN_SUCCESS);
	expect_reply(client, KERN_SUCCESS);
	expect_nothing(client);
	destroy_port(client);
	destroy_port(full);
	expect_census(before);
	destroy_port(port);
}

static void
serve_queues(void)
{
	serve_queue(SIZE_FOR_EQUAL, MACH_RCV_TIMEOUT);
	serve_queue(SIZE_FOR_UNEQUAL, MACH_RCV_TIMEOUT);
	serve_queue(SIZE_FOR_EQUAL, MACH_RCV_TIMEOUT | MACH_RCV_LARGE);
	serve_queue(SIZE_FOR_UNEQUAL, MACH_RCV_TIMEOUT | MACH_RCV_LARGE);
}

static void
the_loop_goes_on_whatever_becomes_of_a_reply(void **state)
{
	(void)state;
	program_run(serve_queues);
}

#define CALLS 200

/* Call the server again and again, then let it end. */
static void *
call_server(void *argument)
{
	mach_port_t port = *(mach_port_t *)argument;
	mach_port_t client = note_port();
	struct {
		mig_reply_error_t error;
		mach_msg_trailer_t trailer;
	} message;

	for (unsigned i = 0; i < CALLS; i++) {
		mach_msg_header_t *header = &message.error.Head;

		*header = (mach_msg_header_t){
		    .msgh_bits = MACH_MSGH_BITS(
		        MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
		    .msgh_remote_port = port,
		    .msgh_local_port = client,
		    .msgh_id = REQUEST_ID,
		};
		CHECK_EQ(mach_msg(header, MACH_SEND_MSG | MACH_RCV_MSG,
		             sizeof(*header), sizeof(message), client, 0,
		             MACH_PORT_NULL),
		    MACH_MSG_SUCCESS);
		CHECK_EQ(header->msgh_id, REQUEST_ID + 100);
		CHECK_EQ(message.error.RetCode, KERN_SUCCESS);
	}
	destroy_port(client);
	/* It waits, or is about to. */
	CHECK_EQ(mach_port_mod_refs(
	             mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
	return NULL;
}

static void
serve_calls_with(mach_msg_size_t max_size,
    mach_msg_return_t (*server)(
        demux_function *, mach_msg_size_t, mach_port_t, mach_msg_options_t))
{
	mach_port_t port = note_port();
	mach_msg_return_t mr;
	pthread_t client;

	scene.served = 0;
	CHECK_EQ(pthread_create(&client, NULL, call_server, &port), 0);
	mr = server(reply_code, max_size, port, 0);
	CHECK(mr == MACH_RCV_PORT_CHANGED || mr == MACH_RCV_INVALID_NAME);
	CHECK_EQ(pthread_join(client, NULL), 0);
	CHECK_EQ(scene.served, CALLS);
}

static void
serve_calls(void)
{
	serve_calls_with(SIZE_FOR_EQUAL, mach_msg_server);
	serve_calls_with(SIZE_FOR_UNEQUAL, mach_msg_server);
	serve_calls_with(SIZE_FOR_EQUAL, mach_msg_server_importance);
}

static void
a_client_is_served_until_the_port_has_gone(void **state)
{
	(void)state;
	program_run(serve_calls);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_for_the_receive_and_the_send),
		cmocka_unit_test(
		    a_request_has_the_room_that_was_said_and_no_more),
		cmocka_unit_test(
		    a_large_request_gets_a_larger_buffer_if_it_may),
		cmocka_unit_test(an_error_of_the_receive_is_returned),
#if HANDLERS_RUN_AT_ONCE
		cmocka_unit_test(a_signal_ends_a_loop_that_may_be_interrupted),
#endif
		cmocka_unit_test(a_request_that_came_in_part_is_released),
		cmocka_unit_test(
		    after_success_the_reply_is_sent_and_the_request_kept),
		cmocka_unit_test(
		    after_an_error_the_request_is_released_and_the_reply_sent),
		cmocka_unit_test(after_no_reply_nothing_is_sent_or_released),
		cmocka_unit_test(a_reply_to_nobody_is_not_sent),
		cmocka_unit_test(a_complex_reply_is_no_error),
		cmocka_unit_test(a_dead_clients_reply_is_released),
		cmocka_unit_test(
		    a_client_that_dies_while_it_is_served_leaves_nothing),
		cmocka_unit_test(
		    a_client_with_a_full_queue_does_not_block_the_server),
		cmocka_unit_test(a_send_once_right_needs_no_room_in_the_queue),
		cmocka_unit_test(another_error_of_the_send_is_returned),
		cmocka_unit_test(the_loop_goes_on_whatever_becomes_of_a_reply),
		cmocka_unit_test(a_client_is_served_until_the_port_has_gone),
	};

	/* Pages are counted, and lanes have some. */
	if (setenv("MACHPORT_LANES", "off", 1) != 0)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
