/*
 * machport trace, of real tasks. Run with an argument, this program is what is traced:
 * see exchange().
 */
#include <fcntl.h>
#include <mach/mach.h>
#include <machport.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "look.h"
#include "memory.h"

#define SELF "tests/machport-trace_live_test"
#define USER 65534
#define OTHER_USER 65533
#define CALLS 50 /* a task rings after so many */

struct message {
	mach_msg_header_t header;
	mach_msg_max_trailer_t trailer;
};

static mach_port_t
new_port(void)
{
	mach_port_t port;

	CHECK_RETURN(mach_port_allocate(
	                 mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	return port;
}

static void
send(mach_port_t port, mach_msg_bits_t bits, mach_port_t reply, int id)
{
	mach_msg_header_t header = {
	    .msgh_bits = bits,
	    .msgh_size = sizeof(header),
	    .msgh_remote_port = port,
	    .msgh_local_port = reply,
	    .msgh_id = id,
	};

	CHECK_RETURN(mach_msg_send(&header), MACH_MSG_SUCCESS);
}

static struct message
receive(mach_port_t port)
{
	struct message message = {0};

	CHECK_RETURN(mach_msg(&message.header, MACH_RCV_MSG, 0, sizeof(message),
	                 port, 0, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	return message;
}

/* A request and its reply, of one task with itself. */
static void
call_self(mach_port_t port, mach_port_t reply, int id)
{
	struct message message;

	send(port,
	    MACH_MSGH_BITS(
	        MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    reply, id);
	message = receive(port);
	send(message.header.msgh_remote_port,
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0), MACH_PORT_NULL,
	    id + 100);
	(void)receive(reply);
}

/* Two calls, and a message that nobody reads; the second call by a child. */
static void
exchange(void)
{
	mach_port_t port = new_port();
	mach_port_t reply = new_port();
	pid_t child;
	int status;

	call_self(port, reply, 1000);
	child = fork();
	if (child == 0) {
		call_self(new_port(), new_port(), 1001);
		_exit(EXIT_SUCCESS);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	send(port, MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0), MACH_PORT_NULL,
	    1002);
	CHECK_RETURN(mach_port_mod_refs(
	                 mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1),
	    KERN_SUCCESS);
}

/* --- a program that is run -------------------------------------------------- */

static json_t *lines[64];
static size_t line_count;

static void
free_lines(void)
{
	while (line_count > 0)
		json_decref(lines[--line_count]);
}

/* Each line of JSON. */
static void
read_lines(char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL)
		if (*line == '{') {
			assert_true(line_count < 64);
			lines[line_count] = json_loads(line, 0, NULL);
			assert_non_null(lines[line_count]);
			line_count++;
		}
}

/* Those of an event and a message id. */
static const json_t *
find_line(const char *event, int id)
{
	for (size_t i = 0; i < line_count; i++)
		if (strcmp(text_of(lines[i], "event"), event) == 0 &&
		    (id == 0 || number_of(lines[i], "msgh_id") == id))
			return lines[i];
	fail_msg("there is no %s of message %d", event, id);
	return NULL;
}

static void
trace_exchange(void)
{
	MACHPORT("trace", "--json", built(SELF), "exchange");
	if (outcome.status != 0)
		print_error("%s", outcome.errors);
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.output, "");
	read_lines(outcome.errors);
}

static void
each_message_of_a_program_is_seen_in_order(void **state)
{
	static const int ids[] = {1000, 1100, 1001, 1101, 1002};
	size_t sent = 0;

	(void)state;
	trace_exchange();
	for (size_t i = 0; i < line_count; i++)
		if (strcmp(text_of(lines[i], "event"), "send") == 0 &&
		    number_of(lines[i], "msgh_id") >= 1000) {
			assert_in_range(sent, 0, 4);
			assert_int_equal(
			    number_of(lines[i], "msgh_id"), ids[sent++]);
		}
	assert_int_equal(sent, 5);
	assert_int_equal(
	    number_of(lines[line_count - 1], "lost"), 0); /* the summary */
	(void)find_line("destroy", 1002);
	free_lines();
}

static void
replies_are_matched_with_requests(void **state)
{
	(void)state;
	trace_exchange();
	for (int id = 1000; id <= 1001; id++)
		assert_int_equal(
		    number_of(find_line("send", id + 100), "request"),
		    number_of(find_line("send", id), "number"));
	free_lines();
}

static void
the_status_is_that_of_the_program(void **state)
{
	(void)state;
	MACHPORT("trace", "sh", "-c", "echo said; exit 7");
	assert_int_equal(outcome.status, 7);
	assert_string_equal(outcome.output, "said\n");
	assert_non_null(strstr(outcome.errors, "0 messages"));
	MACHPORT("trace", "no-such-program");
	assert_int_equal(outcome.status, 127);
	MACHPORT("trace", "--task=1", "sh");
	assert_int_equal(outcome.status, 64);
}

/* Packets, as another program reads them. */
static void
packets_are_in_a_file(void **state)
{
	char name[] = "/tmp/machport-trace-XXXXXX";
	char *reader = memory_format(
	    "%s/tests/machport/pcapng_read.py", getenv("MACHPORT_SOURCE"));
	char *arguments[] = {"/usr/bin/env", "python3", reader, name, NULL};
	int file = mkstemp(name);

	(void)state;
	assert_true(file >= 0);
	close(file);
	MACHPORT("trace", "-o", name, built(SELF), "exchange");
	assert_int_equal(outcome.status, 0);
	command_run(arguments, &outcome);
	assert_string_equal(outcome.errors, "");
	assert_int_equal(outcome.status, 0);
	assert_non_null(
	    strstr(outcome.output, " 1000 24 24 message 1000, 24 bytes\n"));
	assert_non_null(strstr(outcome.output, " 1100 24 24 reply to "));
	assert_non_null(strstr(outcome.output, "\nend "));
	unlink(name);
	free(reader);
}

/* --- tasks that run ------------------------------------------------------------- */

static struct kernel kernel;
static struct bell begun; /* once by each task */
static struct bell bell;  /* every so many calls */
static pid_t tasks[2];
static int quiet[2]; /* a pipe: at its end, the tasks end */
static uid_t user;

/* It talks to itself, as long as it is wanted, with ids that tell it from another. */
static void
talk(void *argument)
{
	const int *id = argument;
	mach_port_t port;
	mach_port_t reply;
	char byte;

	close(quiet[1]);
	if (user != 0) {
		CHECK(setresuid(user, user, user) == 0);
		CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	}
	(void)prctl(PR_SET_NAME, "a\033[2Jtalker");
	port = new_port();
	reply = new_port();
	CHECK_RETURN(machport_set_label(port, "\033]0;x\007"), KERN_SUCCESS);
	bell_ring(&begun);
	for (unsigned calls = 0; read(quiet[0], &byte, 1) < 0; calls++) {
		call_self(port, reply, *id);
		if (calls % CALLS == CALLS - 1)
			bell_ring(&bell);
	}
}

static void
start_talk(bool for_all)
{
	static const int ids[] = {2000, 3000};

	if (for_all)
		kernel_start_for_all(&kernel, NULL);
	else
		kernel_start(&kernel, NULL);
	user = for_all ? USER : 0;
	bell_make(&begun);
	bell_make(&bell);
	assert_int_equal(pipe2(quiet, O_CLOEXEC | O_NONBLOCK), 0);
	for (int i = 0; i < 2; i++)
		tasks[i] = task_start(talk, (void *)(uintptr_t)&ids[i]);
	bell_wait(&begun, 2);
}

static void
end_talk(void)
{
	close(quiet[1]);
	for (int i = 0; i < 2; i++)
		task_expect_success(tasks[i]);
	close(quiet[0]);
	bell_free(&bell);
	bell_free(&begun);
}

static void
end_talk_and_kernel(void)
{
	end_talk();
	kernel_expect_end(&kernel);
}

static void
of_one_task_no_others_are_shown(void **state)
{
	(void)state;
	start_talk(false);
	MACHPORT("trace", "--json", "--count=6", "--task", pid_word(tasks[1]));
	end_talk_and_kernel();
	assert_int_equal(outcome.status, 0);
	read_lines(outcome.output);
	assert_in_range(line_count, 7, 64);
	for (size_t i = 0; i + 1 < line_count; i++)
		assert_in_range(number_of(lines[i], "msgh_id"), 3000, 3100);
	free_lines();
}

static void
of_one_port_only_its_requests_and_their_replies_are_shown(void **state)
{
	char *port;

	(void)state;
	start_talk(false);
	port = memory_format("%d:0x303", tasks[0]);
	MACHPORT("trace", "--count=8", "--port", port);
	free(port);
	end_talk_and_kernel();
	assert_int_equal(outcome.status, 0);
	assert_non_null(strstr(outcome.output, "a\\x1b[2Jtalker"));
	assert_non_null(strstr(outcome.output, "\"\\x1b]0;x\\x07\""));
	assert_null(strchr(outcome.output, '\033'));
	assert_non_null(strstr(outcome.output, "message 2000"));
	assert_null(strstr(outcome.output, "message 3000"));
}

static void
a_duration_ends_it(void **state)
{
	(void)state;
	start_talk(false);
	MACHPORT("trace", "--duration=0.02", "--task=999999");
	assert_int_equal(outcome.status, 1);
	MACHPORT("trace", "--duration=0.02", "--port=4000000000");
	assert_int_equal(outcome.status, 1);
	MACHPORT("trace", "--duration=0.02", "-o", "/dev/null");
	end_talk_and_kernel();
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.output, "");
	assert_non_null(strstr(outcome.errors, " answered"));
}

/* A trace that runs, and has written something. */
static pid_t
start_trace(int *output_out)
{
	char *arguments[] = {built("src/machport/machport"), "trace", NULL};
	int ends[2];
	char byte;
	pid_t trace;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	trace = command_start(arguments, ends[1]);
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	*output_out = ends[0];
	return trace;
}

/* A task checks each of its calls; and nothing is left of a trace that is killed. */
static void
who_is_traced_does_not_wait_for_a_trace_that_stands_still(void **state)
{
	int output;
	pid_t trace;

	(void)state;
	start_talk(false);
	trace = start_trace(&output);
	assert_int_equal(kill(trace, SIGSTOP), 0);
	bell_wait(&bell, 20);
	end_talk();
	assert_int_equal(kill(trace, SIGKILL), 0);
	assert_int_equal(command_wait(trace), 128 + SIGKILL);
	close(output);
	kernel_expect_end(&kernel);
}

static void
an_interrupt_ends_it_with_a_summary(void **state)
{
	static char text[1 << 20];
	size_t length = 0;
	ssize_t got;
	int output;
	pid_t trace;

	(void)state;
	start_talk(false);
	trace = start_trace(&output);
	end_talk();
	assert_int_equal(kill(trace, SIGINT), 0);
	while (
	    (got = read(output, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)got;
	assert_int_equal(command_wait(trace), 0);
	assert_non_null(strstr(text, " messages, 0 blocked, 0 destroyed; "));
	close(output);
	kernel_expect_end(&kernel);
}

/* Read it to its end, as slowly as a terminal. Return: it came in time. */
static bool
read_slowly(int output)
{
	const uint64_t deadline = now_ns() + UINT64_C(10000000000);
	char bytes[4096];

	while (read(output, bytes, sizeof(bytes)) > 0) {
		if (now_ns() > deadline)
			return false;
		(void)usleep(4000);
	}
	return true;
}

static void
an_interrupt_ends_it_where_more_is_sent_than_can_be_shown(void **state)
{
	int output;
	bool has_ended;
	pid_t trace;

	(void)state;
	start_talk(false);
	trace = start_trace(&output);
	bell_wait(&bell, 10);
	assert_int_equal(kill(trace, SIGINT), 0);
	has_ended = read_slowly(output);
	if (!has_ended)
		(void)kill(trace, SIGKILL);
	(void)command_wait(trace);
	end_talk();
	close(output);
	kernel_expect_end(&kernel);
	assert_true(has_ended);
}

/* --- users ------------------------------------------------------------------ */

struct run {
	int program;
	int output;
};

/* The trace as a user; by descriptor: he need not see our build directory. */
static void
trace_as_other(void *argument)
{
	static char name[] = "machport";
	static char command[] = "trace";
	static char duration[] = "--duration=0.1";
	char *const arguments[] = {name, command, duration, NULL};
	const struct run *run = argument;

	dup2(run->output, STDOUT_FILENO);
	CHECK(setresuid(OTHER_USER, OTHER_USER, OTHER_USER) == 0);
	fexecve(run->program, arguments, environ);
	task_fail(__FILE__, __LINE__, "exec");
}

static void
what_other_users_send_is_not_shown(void **state)
{
	char text[256] = "";
	FILE *file = tmpfile();
	struct run run;

	(void)state;
	assert_non_null(file);
	run = (struct run){
	    open(built("src/machport/machport"), O_RDONLY), fileno(file)};
	start_talk(true);
	task_run(trace_as_other, &run);
	end_talk();
	kernel_end(&kernel);
	assert_true(pread(run.output, text, sizeof(text) - 1, 0) > 0);
	close(run.program);
	fclose(file);
	assert_string_equal(text,
	    "0 messages, 0 blocked, 0 destroyed; 0 requests, 0 answered.\n");
}

#define LIVE_TESTS                                                             \
	PROCESS_TEST(each_message_of_a_program_is_seen_in_order),              \
	    PROCESS_TEST(replies_are_matched_with_requests),                   \
	    PROCESS_TEST(the_status_is_that_of_the_program),                   \
	    PROCESS_TEST(packets_are_in_a_file),                               \
	    PROCESS_TEST(of_one_task_no_others_are_shown),                     \
	    PROCESS_TEST(                                                      \
	        of_one_port_only_its_requests_and_their_replies_are_shown),    \
	    PROCESS_TEST(a_duration_ends_it),                                  \
	    PROCESS_TEST(                                                      \
	        who_is_traced_does_not_wait_for_a_trace_that_stands_still),    \
	    PROCESS_TEST(                                                      \
	        an_interrupt_ends_it_where_more_is_sent_than_can_be_shown),    \
	    PROCESS_TEST(an_interrupt_ends_it_with_a_summary)

int
main(int argc, char **argv)
{
	const struct CMUnitTest for_root[] = {
	    LIVE_TESTS,
	    PROCESS_TEST(what_other_users_send_is_not_shown),
	};
	const struct CMUnitTest for_all[] = {LIVE_TESTS};

	(void)argv;
	if (argc > 1) {
		exchange();
		return EXIT_SUCCESS;
	}
	if (geteuid() == 0)
		return cmocka_run_group_tests(for_root, NULL, NULL);
	print_message("# only root can have tasks of two users\n");
	return cmocka_run_group_tests(for_all, NULL, NULL);
}
