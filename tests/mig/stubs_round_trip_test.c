/* The stubs between two tasks: that what the loopback shows is so with a kernel, and
 * that no call leaves a right or a page behind in either task. */
#include "round_trip.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "golden.h"

static kern_return_t
success(const struct stub_call *call)
{
	(void)call;
	return KERN_SUCCESS;
}

/* Makes the call, and waits until the server has served it, also if there is no
 * reply. */
static kern_return_t
call_and_wait(const struct stub_call *call, mach_port_t server)
{
	kern_return_t kr = call->call(server);
	struct round_trip_both ignored;

	if (call->one_way)
		round_trip_count(server, &ignored);
	stub_end();
	stub->kept = false;
	return kr;
}

/* Calls each routine, and expects what @expected says, and nothing left over. */
static void
call_each(
    mach_port_t server, kern_return_t (*expected)(const struct stub_call *))
{
	const struct stub_call *call;

	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++) {
		struct round_trip_both before;
		kern_return_t kr;

		round_trip_count(server, &before);
		kr = call_and_wait(call, server);
		if (kr != expected(call))
			fprintf(stderr, "%s: %#x\n", call->name, (unsigned)kr);
		CHECK_RETURN(kr, expected(call));
		round_trip_compare(server, &before, call->name);
		CHECK(stub->faults == 0);
	}
}

/* Once, so that what is made for ever is there when it is counted. */
static void
warm_up(mach_port_t server)
{
	const struct stub_call *call;

	for (size_t i = 0; (call = stub_call_at(i)) != NULL; i++)
		(void)call_and_wait(call, server);
}

static void
call_all_lengths(mach_port_t server)
{
	warm_up(server);
	for (unsigned i = 0; i < 4; i++) {
		stub->length = (unsigned[]){0, 1, 3, 5000}[i];
		warm_up(server);
		call_each(server, success);
	}
}

static void
every_routine_works_between_two_tasks(void **state)
{
	(void)state;
	round_trip_run(call_all_lengths);
}

static kern_return_t
refusal(const struct stub_call *call)
{
	return call->one_way ? KERN_SUCCESS : KERN_NO_ACCESS;
}

static void
call_who_refuses(mach_port_t server)
{
	stub->result = KERN_NO_ACCESS;
	warm_up(server);
	call_each(server, refusal);
}

static void
a_refused_call_leaves_nothing_behind(void **state)
{
	(void)state;
	round_trip_run(call_who_refuses);
}

static kern_return_t
no_reply(const struct stub_call *call)
{
	return call->one_way || call->answers_later ? KERN_SUCCESS
	                                            : MIG_SERVER_DIED;
}

static void
call_who_does_not_reply(mach_port_t server)
{
	stub->result = MIG_NO_REPLY;
	warm_up(server);
	call_each(server, no_reply);
}

static void
a_call_without_a_reply_leaves_nothing_behind(void **state)
{
	(void)state;
	round_trip_run(call_who_does_not_reply);
}

static kern_return_t
too_large(const struct stub_call *call)
{
	return call->has_counts ? MIG_ARRAY_TOO_LARGE : KERN_SUCCESS;
}

static void
call_who_exceeds(mach_port_t server)
{
	stub->exceeds = true;
	warm_up(server);
	call_each(server, too_large);
}

static void
a_reply_that_is_too_large_leaves_nothing_behind(void **state)
{
	(void)state;
	round_trip_run(call_who_exceeds);
}

/* --- the server dies ------------------------------------------------------- */

static void
call_who_dies(mach_port_t server)
{
	struct stub told = *stub;

	warm_up(server);
	round_trip->dies = true;
	CHECK_RETURN(g_void(server), MIG_SERVER_DIED);
	/* The port is dead. */
	CHECK_RETURN(g_void(server), MACH_SEND_INVALID_DEST);
	*stub = told;
}

static void
a_server_that_dies_with_a_request_is_reported(void **state)
{
	(void)state;
	round_trip_run(call_who_dies);
}

/* --- messages that no stub would send -------------------------------------- */

#define RAW_DESCRIPTORS 3

struct raw {
	mach_msg_base_t base;
	mach_msg_port_descriptor_t ports[RAW_DESCRIPTORS];
	char body[64];
};

struct raw_reply {
	mig_reply_error_t error;
	char body[8192];
	mach_msg_trailer_t trailer;
};

/* Sends the message of @size bytes at @head, and waits for the answer's RetCode. */
static kern_return_t
raw_call(mach_port_t server, mach_msg_header_t *head, mach_msg_size_t size)
{
	mach_port_t reply_port = mig_get_reply_port();
	struct raw_reply reply;

	head->msgh_bits = (head->msgh_bits & MACH_MSGH_BITS_COMPLEX) |
	    MACH_MSGH_BITS(
	        MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	head->msgh_remote_port = server;
	head->msgh_local_port = reply_port;
	CHECK_RETURN(mach_msg(head, MACH_SEND_MSG, size, 0, MACH_PORT_NULL, 0,
	                 MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	CHECK_RETURN(mach_msg(&reply.error.Head, MACH_RCV_MSG, 0, sizeof(reply),
	                 reply_port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	/* A one-way routine's right to reply goes unused, or is dropped. */
	if (reply.error.Head.msgh_id == MACH_NOTIFY_SEND_ONCE)
		return MIG_NO_REPLY;
	if (MACH_MSGH_BITS_IS_COMPLEX(reply.error.Head.msgh_bits)) {
		mach_msg_destroy(&reply.error.Head);
		return KERN_SUCCESS;
	}
	return reply.error.RetCode;
}

static bool
is_mig_code(kern_return_t kr)
{
	return kr == KERN_SUCCESS ||
	    (kr <= MIG_TYPE_ERROR && kr >= MIG_TRAILER_ERROR);
}

/* One message of each kind under the number @id. */
static void
send_raw(mach_port_t server, mach_msg_id_t id)
{
	struct raw raw = {.base.header.msgh_id = id};

	CHECK(is_mig_code(
	    raw_call(server, &raw.base.header, sizeof(mach_msg_header_t))));
	CHECK(is_mig_code(raw_call(server, &raw.base.header, 36)));
	CHECK(is_mig_code(raw_call(server, &raw.base.header, sizeof(raw))));
	/* Complex, with nothing; and with rights that nobody expects. */
	raw.base.header.msgh_bits = MACH_MSGH_BITS_COMPLEX;
	CHECK(is_mig_code(raw_call(server, &raw.base.header, sizeof(raw))));
	raw.base.body.msgh_descriptor_count = RAW_DESCRIPTORS;
	for (unsigned i = 0; i < RAW_DESCRIPTORS; i++)
		raw.ports[i] = (mach_msg_port_descriptor_t){
		    .name = mig_get_reply_port(),
		    .disposition = MACH_MSG_TYPE_MAKE_SEND,
		    .type = MACH_MSG_PORT_DESCRIPTOR,
		};
	CHECK(is_mig_code(raw_call(server, &raw.base.header, sizeof(raw))));
}

/* Memory of each kind, which nobody asked for. */
static void
send_raw_memory(mach_port_t server, mach_msg_id_t id)
{
	static char memory[10000];
	struct {
		mach_msg_base_t base;
		mach_msg_ool_descriptor_t regions[RAW_DESCRIPTORS];
	} raw = {.base.header.msgh_id = id};

	raw.base.header.msgh_bits = MACH_MSGH_BITS_COMPLEX;
	raw.base.body.msgh_descriptor_count = RAW_DESCRIPTORS;
	for (unsigned i = 0; i < RAW_DESCRIPTORS; i++)
		raw.regions[i] = (mach_msg_ool_descriptor_t){
		    .address = memory,
		    .size = sizeof(memory),
		    .copy =
		        i == 1 ? MACH_MSG_VIRTUAL_COPY : MACH_MSG_PHYSICAL_COPY,
		    .type = i == 2 ? MACH_MSG_OOL_VOLATILE_DESCRIPTOR
		                   : MACH_MSG_OOL_DESCRIPTOR,
		};
	CHECK(is_mig_code(raw_call(server, &raw.base.header, sizeof(raw))));
}

static void
send_what_is_malformed(mach_port_t server)
{
	stub->strict = false;
	warm_up(server);
	for (mach_msg_id_t base = 5000; base < 5700; base += 100)
		for (mach_msg_id_t id = base; id < base + 20; id++) {
			struct round_trip_both before;
			char what[16];

			round_trip_count(server, &before);
			send_raw(server, id);
			send_raw_memory(server, id);
			snprintf(what, sizeof(what), "%d", id);
			round_trip_compare(server, &before, what);
		}
}

static void
malformed_requests_leave_nothing_behind(void **state)
{
	(void)state;
	round_trip_run(send_what_is_malformed);
}

static void
send_to_nobody(mach_port_t server)
{
	const mach_msg_id_t ids[] = {0, -1, 4999, 5016, 5101, INT32_MAX};

	warm_up(server);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct raw raw = {.base.header.msgh_id = ids[i]};

		CHECK_RETURN(raw_call(server, &raw.base.header,
		                 sizeof(mach_msg_header_t)),
		    MIG_BAD_ID);
	}
}

static void
a_number_that_is_no_routine_is_a_bad_id(void **state)
{
	(void)state;
	round_trip_run(send_to_nobody);
}

/* --- threads, children, signals -------------------------------------------- */

#define THREADS 8
#define CALLS 100

/* A call whose answer is known. */
static kern_return_t
ask(mach_port_t server)
{
	mach_msg_type_number_t xCnt;
	va_t a = {0}, x;
	kern_return_t kr = g_variable(server, a, 0, x, &xCnt);

	if (kr == KERN_SUCCESS)
		stub_array_look(x, xCnt, 1, 5, 101);
	return kr;
}

static void *
ask_often(void *argument)
{
	mach_port_t server = *(const mach_port_t *)argument;

	for (unsigned i = 0; i < CALLS; i++) {
		CHECK_RETURN(ask(server), KERN_SUCCESS);
		CHECK_RETURN(g_void(server), KERN_SUCCESS);
	}
	return NULL;
}

static void
ask_from_threads(mach_port_t server)
{
	struct round_trip_both before;
	pthread_t threads[THREADS];

	stub->strict = false;
	warm_up(server);
	round_trip_count(server, &before);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK(
		    pthread_create(&threads[i], NULL, ask_often, &server) == 0);
	for (unsigned i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	/* Stacks of threads stay; their ports do not. */
	before.client.pages = UINT_MAX;
	before.server.pages = UINT_MAX;
	round_trip_compare(server, &before, "threads");
}

static void
threads_get_their_own_answers(void **state)
{
	(void)state;
	round_trip_run(ask_from_threads);
}

static mach_port_t asked;
static volatile sig_atomic_t handled;

static void
ask_in_handler(int number)
{
	(void)number;
	/* NOLINTNEXTLINE(bugprone-signal-handler, cert-sig30-c): the very thing */
	(void)g_void(asked);
	handled++;
}

/* Both may fail: the thread has one port for all replies. */
static void
ask_among_signals(mach_port_t server)
{
	const struct itimerval often = {{0, 3000}, {0, 3000}};
	const struct itimerval never = {{0, 0}, {0, 0}};
	struct round_trip_both before;

	stub->strict = false;
	warm_up(server);
	round_trip_count(server, &before);
	asked = server;
	CHECK(signal(SIGALRM, ask_in_handler) != SIG_ERR);
	CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
	while (handled < 500)
		(void)ask(server);
	CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
	round_trip_compare(server, &before, "signals");
}

static void
a_handler_that_calls_leaves_nothing_behind(void **state)
{
	(void)state;
	round_trip_run(ask_among_signals);
}

static void
be_child(void *argument)
{
	const mach_port_t *server = argument;

	CHECK_RETURN(ask(*server), MACH_SEND_INVALID_DEST);
}

static void
ask_in_child(mach_port_t server)
{
	stub->strict = false;
	CHECK_RETURN(ask(server), KERN_SUCCESS);
	task_run(be_child, &server);
	CHECK_RETURN(ask(server), KERN_SUCCESS);
}

static void
a_forked_child_has_no_port_of_its_parents(void **state)
{
	(void)state;
	round_trip_run(ask_in_child);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(every_routine_works_between_two_tasks),
	    PROCESS_TEST(a_refused_call_leaves_nothing_behind),
	    PROCESS_TEST(a_call_without_a_reply_leaves_nothing_behind),
	    PROCESS_TEST(a_reply_that_is_too_large_leaves_nothing_behind),
	    PROCESS_TEST(a_server_that_dies_with_a_request_is_reported),
	    PROCESS_TEST(malformed_requests_leave_nothing_behind),
	    PROCESS_TEST(a_number_that_is_no_routine_is_a_bad_id),
	    PROCESS_TEST(threads_get_their_own_answers),
	    PROCESS_TEST(a_forked_child_has_no_port_of_its_parents),
	    PROCESS_TEST(a_handler_that_calls_leaves_nothing_behind),
	};

	/* Pages are counted, and lanes have some. */
	if (setenv("MACHPORT_LANES", "off", 1) != 0)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
