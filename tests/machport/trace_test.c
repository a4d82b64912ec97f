/* machport trace: what records mean, of messages that are made up. */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#include <mach/notify.h>

#include "every.h"
#include "fake.h"
#include "memory.h"

static struct trace *trace;
static char *output;
static size_t output_bytes;
static uint64_t now;
static uint64_t lost;

enum { CLIENT = 1, SERVER = 2 }; /* ids; the pids are 10 times that */

/* A client and a server, and a trace of them. */
static int
setup(void **state)
{
	(void)state;
	fake_begin();
	(void)fake_task(10, "client");
	(void)fake_task(20, "server");
	fake_link();
	trace = memory_new(1, sizeof(*trace));
	trace_follow_init(&trace->follow);
	trace_tasks_init(&trace->tasks, &fake_source);
	assert_int_equal(trace_tasks_look(&trace->tasks), 0);
	trace->screen.stream = open_memstream(&output, &output_bytes);
	assert_non_null(trace->screen.stream);
	now = SECOND;
	lost = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	trace_routines_free(&trace->routines);
	trace_tasks_deinit(&trace->tasks);
	fclose(trace->screen.stream);
	free(output);
	free(trace);
	return 0;
}

/* One from the client to the server. */
static struct machport_trace_record
sent(uint64_t message, int32_t id)
{
	now += 1000000;
	return (struct machport_trace_record){
	    .event = MACHPORT_EVENT_SEND,
	    .time_ns = now,
	    .message = message,
	    .sender = CLIENT,
	    .sender_pid = 10,
	    .receiver = SERVER,
	    .receiver_pid = 20,
	    .port = 7,
	    .port_name = 0x303,
	    .msgh_id = id,
	    .size = sizeof(mach_msg_header_t),
	    .captured = sizeof(mach_msg_header_t),
	};
}

static struct machport_trace_record
request(uint64_t message, int32_t id, uint32_t reply_port)
{
	struct machport_trace_record record = sent(message, id);

	record.reply_port = reply_port;
	record.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	return record;
}

/* From the server to the client. */
static struct machport_trace_record
reply(uint64_t message, int32_t id, uint32_t port)
{
	struct machport_trace_record record = sent(message, id);

	record.sender = SERVER;
	record.sender_pid = 20;
	record.receiver = CLIENT;
	record.receiver_pid = 10;
	record.port = port;
	record.port_name = 0x403;
	record.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	return record;
}

/* As the kernel tells it, with @body as the message if it is not NULL. */
static bool
tell(struct machport_trace_record record, const void *body)
{
	const size_t room = (record.captured + 7) & ~7u;
	const size_t size =
	    sizeof(struct machport_trace_message) + sizeof(record) + room;
	char *bytes = memory_new(size, 1);
	const struct machport_trace_message message = {
	    .header = {.msgh_id = MACHPORT_TRACE_ID,
	        .msgh_size = (mach_msg_size_t)size},
	    .records = 1,
	    .lost = lost,
	};
	bool is_taken;

	if (record.bytes == 0)
		record.bytes = (uint32_t)(sizeof(record) + room);
	memcpy(bytes, &message, sizeof(message));
	memcpy(bytes + sizeof(message), &record, sizeof(record));
	if (body)
		memcpy(bytes + sizeof(message) + sizeof(record), body,
		    record.captured);
	is_taken = trace_take(trace, (const void *)bytes);
	free(bytes);
	return is_taken;
}

static void
load_every(void)
{
	char *file = memory_format(
	    "%s/tests/machport/every.json", getenv("MACHPORT_BUILD"));

	assert_int_equal(trace_routines_add(&trace->routines, file), 0);
	free(file);
}

/* What was written so far. */
static const char *
written(void)
{
	assert_int_equal(fflush(trace->screen.stream), 0);
	return output;
}

#define TELLS(text) assert_non_null(strstr(written(), text))

/* --- what is followed ------------------------------------------------------- */

static void
a_reply_is_matched_with_its_request_and_timed(void **state)
{
	(void)state;
	assert_true(tell(request(1, 100, 9), NULL));
	assert_true(tell(reply(2, 200, 9), NULL));
	TELLS(
	    "    1    0.000000  10 (client)        -> 20 (server) as 0x303"
	    "          port 7: message 100, 24 bytes\n"
	    "    2    0.001000  20 (server)        -> 10 (client) as 0x403"
	    "          port 9: reply to 1 in 1.0 ms: message 200, 24 bytes\n");
	assert_int_equal(trace->follow.replies, 1);
	assert_int_equal(trace->follow.longest_ns, 1000000);
}

static void
of_several_requests_the_id_of_the_reply_tells_which(void **state)
{
	(void)state;
	assert_true(tell(request(1, 100, 9), NULL));
	assert_true(tell(request(2, 101, 9), NULL));
	assert_true(tell(reply(3, 201, 9), NULL));
	TELLS("reply to 2 in");
	assert_true(tell(reply(4, 555, 9), NULL));
	TELLS("reply to 1 in");
	assert_int_equal(trace->follow.call_count, 0);
}

/* The sum of the largest and of what replies are above their requests is none. */
static void
ids_may_be_the_largest(void **state)
{
	(void)state;
	assert_true(tell(request(1, INT32_MAX, 9), NULL));
	assert_true(tell(request(2, 5, 9), NULL));
	assert_true(tell(reply(3, INT32_MAX, 9), NULL));
	assert_non_null(strstr(written(), "reply to 1 in 2.0 ms"));
}

static void
what_goes_to_another_port_is_no_reply(void **state)
{
	(void)state;
	assert_true(tell(request(1, 100, 9), NULL));
	assert_true(tell(reply(2, 200, 8), NULL));
	assert_int_equal(trace->follow.replies, 0);
}

static void
a_request_that_is_passed_on_is_one_request(void **state)
{
	struct machport_trace_record passed_on;

	(void)state;
	assert_true(tell(request(1, 100, 9), NULL));
	passed_on = request(2, 100, 9);
	passed_on.sender = SERVER;
	passed_on.receiver = 3;
	passed_on.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE);
	assert_true(tell(passed_on, NULL));
	assert_int_equal(trace->follow.requests, 1);
	assert_true(tell(reply(3, 200, 9), NULL));
	TELLS("reply to 1 in 2.0 ms");
	assert_int_equal(trace->follow.call_count, 0);
}

static void
the_oldest_requests_are_forgotten(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= TRACE_CALLS + 1; i++)
		assert_true(tell(request(i, 100, (uint32_t)i), NULL));
	assert_int_equal(trace->follow.call_count, TRACE_CALLS);
	assert_true(tell(reply(TRACE_CALLS + 2, 200, 1), NULL));
	assert_int_equal(trace->follow.replies, 0);
	assert_true(tell(reply(TRACE_CALLS + 3, 200, 2), NULL));
	assert_int_equal(trace->follow.replies, 1);
}

static void
a_message_that_was_blocked_is_still_the_same(void **state)
{
	struct machport_trace_record record = sent(1, 100);

	(void)state;
	record.event = MACHPORT_EVENT_BLOCK;
	assert_true(tell(record, NULL));
	TELLS("blocked by a full queue: message 100");
	assert_true(tell(sent(1, 100), NULL));
	TELLS("    1    0.001000  10 (client)        -> 20 (server) as 0x303"
	      "          port 7: queued after 1.0 ms: message 100");
	assert_int_equal(trace->follow.messages, 1);
	assert_int_equal(trace->follow.blocked, 1);
}

static void
a_message_that_nobody_read_is_told_of(void **state)
{
	struct machport_trace_record record;

	(void)state;
	assert_true(tell(sent(1, 100), NULL));
	record = sent(1, 100);
	record.event = MACHPORT_EVENT_DESTROY;
	record.receiver = 0;
	record.receiver_pid = 0;
	record.port_name = 0;
	assert_true(tell(record, NULL));
	TELLS("-> nobody                        port 7: destroyed unread after "
	      "1.0 ms: message 100");
}

static void
that_a_message_was_received_is_no_line(void **state)
{
	struct machport_trace_record record;

	(void)state;
	assert_true(tell(sent(1, 100), NULL));
	record = sent(1, 100);
	record.event = MACHPORT_EVENT_RECEIVE;
	assert_true(tell(record, NULL));
	record.message = 2; /* sent before the trace began */
	assert_true(tell(record, NULL));
	assert_null(strstr(written(), "    1    0.001"));
	assert_int_equal(trace->follow.messages, 2);
}

static void
notices_have_names(void **state)
{
	struct machport_trace_record record = sent(1, MACH_NOTIFY_NO_SENDERS);

	(void)state;
	record.sender = 0;
	record.sender_pid = 0;
	assert_true(tell(record, NULL));
	TELLS("the kernel         -> ");
	TELLS("no-senders notice");
}

/* --- routines --------------------------------------------------------------- */

static void
a_routine_has_a_name_and_arguments(void **state)
{
	const mig_reply_error_t failed = {
	    .Head = {.msgh_size = sizeof(failed), .msgh_id = 5100},
	    .RetCode = KERN_INVALID_ARGUMENT,
	};
	__Request__every_data_t call = {
	    .Head = {.msgh_id = 5000, .msgh_size = sizeof(call)},
	    .fixed = "ab",
	};
	struct machport_trace_record record = request(1, 5000, 9);

	(void)state;
	load_every();
	call.nameCnt = 16;
	call.intsCnt = 4;
	memcpy(call.name, "\033[2Jname", 9);
	record.size = record.captured = sizeof(call);
	assert_true(tell(record, &call));
	TELLS("every_data(");
	TELLS("name=\"\\x1b[2Jname\"");
	record = reply(2, 5100, 9);
	record.size = record.captured = sizeof(failed);
	assert_true(tell(record, &failed));
	TELLS("reply to 1 in 1.0 ms: every_data = 4 (");
}

static void
of_a_message_that_is_cut_off_is_told_what_there_is(void **state)
{
	__Request__every_data_t call = {
	    .Head = {.msgh_id = 5000, .msgh_size = sizeof(call)},
	};

	(void)state;
	load_every();
	for (uint32_t kept = sizeof(mach_msg_header_t); kept <= sizeof(call);
	     kept += 4) {
		struct machport_trace_record record = sent(kept, 5000);

		record.size = sizeof(call);
		record.captured = kept;
		assert_true(tell(record, &call));
		TELLS("every_data(");
	}
}

static void
rights_and_memory_of_others_are_not_followed(void **state)
{
	__Request__every_right_t call;
	struct machport_trace_record record = sent(1, 5001);

	(void)state;
	load_every();
	memset(&call, 0, sizeof(call));
	call.Head.msgh_bits = MACH_MSGH_BITS_COMPLEX;
	call.Head.msgh_id = record.msgh_id =
	    (int32_t)trace->routines.routines[1].request_id;
	call.Head.msgh_size = sizeof(call);
	call.msgh_body.msgh_descriptor_count = 6;
	call.right.name = 77; /* a port's id */
	call.right.disposition = MACH_MSG_TYPE_PORT_SEND;
	call.region.size = 1u << 30; /* at no address */
	call.region.type = MACH_MSG_OOL_DESCRIPTOR;
	record.size = record.captured = sizeof(call);
	assert_true(tell(record, &call));
	TELLS("right=a send right for port 77");
	assert_null(strstr(written(), "region="));
}

/* --- who, and how much ---------------------------------------------------------- */

static void
a_family_is_a_process_and_who_descends_from_it(void **state)
{
	struct machport_trace_record record;

	(void)state;
	trace_tasks_choose(&trace->tasks, 30);
	fake_task(30, "program");
	fake_task(40, "child")->parent = 3;
	fake_link();
	assert_true(tell(sent(1, 100), NULL));
	assert_int_equal(trace->follow.messages, 0);
	record = sent(2, 101);
	record.sender = 4;
	record.sender_pid = 40;
	assert_true(tell(record, NULL));
	TELLS("40 (child)");
	assert_int_equal(trace->follow.messages, 1);
}

static void
what_this_command_does_is_hidden(void **state)
{
	(void)state;
	trace->hidden = 10;
	assert_true(tell(sent(1, 100), NULL));
	assert_int_equal(trace->follow.messages, 0);
}

static void
a_count_ends_it(void **state)
{
	(void)state;
	trace->most = 2;
	for (uint64_t i = 1; i <= 3; i++) {
		assert_int_equal(trace_is_full(trace), i == 3);
		assert_true(tell(sent(i, 100), NULL));
	}
	assert_int_equal(trace->follow.messages, 2);
}

static void
lost_records_are_told_of(void **state)
{
	(void)state;
	lost = 3;
	assert_true(tell(sent(1, 100), NULL));
	TELLS("3 records were lost");
	trace_summary(trace);
	TELLS("1 message, 0 blocked, 0 destroyed; 0 requests, 0 answered.\n"
	      "3 records were lost");
}

static void
the_summary_has_the_times_of_replies(void **state)
{
	uint64_t message = 1;

	(void)state;
	for (uint64_t i = 0; i < 3; i++) {
		assert_true(tell(request(message++, 100, 9), NULL));
		now += i * 1000000;
		assert_true(tell(reply(message++, 200, 9), NULL));
	}
	trace_summary(trace);
	TELLS("6 messages, 0 blocked, 0 destroyed; 3 requests, 3 answered in "
	      "1.0 ms to 3.0 ms (median 2.0 ms).\n");
}

static void
records_that_are_none_are_refused(void **state)
{
	struct machport_trace_record record = sent(1, 100);

	(void)state;
	record.bytes = sizeof(record) + 1024;
	assert_false(tell(record, NULL));
	record = sent(1, 100);
	record.bytes = sizeof(record);
	assert_false(tell(record, NULL));
	record = sent(1, 100);
	record.captured = 8;
	assert_false(tell(record, NULL));
	record = sent(1, 100);
	memset(record.label, 'x', sizeof(record.label));
	assert_false(tell(record, NULL));
	assert_int_equal(trace->follow.messages, 0);
}

static void
columns_grow_with_what_is_in_them(void **state)
{
	struct machport_trace_record record = sent(1, 100);

	(void)state;
	(void)fake_task(4000000, "a-long-command");
	fake_link();
	record.sender = 3;
	record.sender_pid = 4000000;
	assert_true(tell(record, NULL));
	assert_true(tell(sent(2, 100), NULL));
	TELLS("  4000000 (a-long-command) -> 20 (server)");
	TELLS("  10 (client)              -> 20 (server)");
}

static void
labels_are_shown_without_what_a_terminal_obeys(void **state)
{
	struct machport_trace_record record = sent(1, 100);

	(void)state;
	strcpy(record.label, "a\033[2Jb\n");
	assert_true(tell(record, NULL));
	TELLS("port 7 \"a\\x1b[2Jb\\n\": ");
}

/* --- JSON ------------------------------------------------------------------- */

static void
each_record_is_a_line_of_json(void **state)
{
	FILE *stream = trace->screen.stream;

	(void)state;
	trace->json = true;
	trace->screen = *fake_screen(0);
	assert_true(tell(request(1, 100, 9), NULL));
	assert_true(tell(reply(2, 200, 9), NULL));
	trace_summary(trace);
	trace->screen.stream = stream;
	expect_golden("trace.json");
}

#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_reply_is_matched_with_its_request_and_timed),
	    CASE(of_several_requests_the_id_of_the_reply_tells_which),
	    CASE(ids_may_be_the_largest),
	    CASE(what_goes_to_another_port_is_no_reply),
	    CASE(a_request_that_is_passed_on_is_one_request),
	    CASE(the_oldest_requests_are_forgotten),
	    CASE(a_message_that_was_blocked_is_still_the_same),
	    CASE(a_message_that_nobody_read_is_told_of),
	    CASE(that_a_message_was_received_is_no_line),
	    CASE(notices_have_names),
	    CASE(a_routine_has_a_name_and_arguments),
	    CASE(of_a_message_that_is_cut_off_is_told_what_there_is),
	    CASE(rights_and_memory_of_others_are_not_followed),
	    CASE(a_family_is_a_process_and_who_descends_from_it),
	    CASE(what_this_command_does_is_hidden),
	    CASE(a_count_ends_it),
	    CASE(lost_records_are_told_of),
	    CASE(the_summary_has_the_times_of_replies),
	    CASE(records_that_are_none_are_refused),
	    CASE(columns_grow_with_what_is_in_them),
	    CASE(labels_are_shown_without_what_a_terminal_obeys),
	    CASE(each_record_is_a_line_of_json),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
