/* machport top and trace, as a person sees them. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <mach/mach.h>
#include <machport.h>

#include "harness.h"
#include "terminal.h"

static struct outcome outcome;
static struct kernel kernel;
static struct bell bell;
static pid_t server;

/* A task with a port that has a hostile label, and three messages in its queue. */
static void
serve(void *argument)
{
	mach_port_t port;

	(void)argument;
	(void)prctl(PR_SET_NAME, "a_server");
	CHECK_RETURN(mach_port_allocate(
	                 mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	CHECK_RETURN(machport_set_label(port, "mail\033[2Jbox"), KERN_SUCCESS);
	for (int i = 0; i < 3; i++) {
		mach_msg_header_t message = {
		    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
		    .msgh_size = sizeof(message),
		    .msgh_remote_port = port,
		};

		CHECK_RETURN(mach_msg_send(&message), MACH_MSG_SUCCESS);
	}
	bell_ring(&bell);
	(void)pause();
}

static int
begin(void **state)
{
	(void)process_test_begin(state);
	kernel_start(&kernel, NULL);
	bell_make(&bell);
	server = task_start(serve, NULL);
	bell_wait(&bell, 1);
	return 0;
}

static int
finish(void **state)
{
	if (server != 0)
		task_kill(server);
	bell_free(&bell);
	if (kernel.pid != 0)
		kernel_expect_end(&kernel);
	return process_test_end(state);
}

/* A case with the server. */
#define TOP_TEST(function)                                                     \
	cmocka_unit_test_setup_teardown(function, begin, finish)

/* top, on a terminal, with a word more or two. */
static struct terminal *
start_top(char *option, char *value)
{
	char *arguments[] = {built("src/machport/machport"), "top",
	    "--delay=0.05", option, value, NULL};

	return terminal_start(arguments, 12, 100);
}

static void
end_top(struct terminal *terminal, int status)
{
	assert_int_equal(terminal_wait(terminal), status);
	terminal_free(terminal);
}

static void
the_tasks_are_seen_and_q_ends(void **state)
{
	struct terminal *terminal = start_top(NULL, NULL);

	(void)state;
	terminal_await(terminal, "a_server");
	terminal_await(terminal, "1 task, 0 suspended");
	terminal_type(terminal, "q");
	end_top(terminal, 0);
}

static void
the_terminal_is_as_before_when_it_ends(void **state)
{
	struct terminal *terminal = start_top(NULL, NULL);
	int end;

	(void)state;
	/* Else the other end would be gone with the program. */
	terminal_await(terminal, "a_server");
	assert_false(terminal_is_restored(terminal));
	end = terminal_open_end(terminal);
	terminal_type(terminal, "q");
	terminal_await_gone(terminal, "a_server");
	terminal_await_restored(terminal);
	(void)close(end);
	end_top(terminal, 0);
}

static void
a_signal_leaves_the_terminal_as_before(void **state)
{
	struct terminal *terminal = start_top(NULL, NULL);
	int end;

	(void)state;
	terminal_await(terminal, "a_server");
	end = terminal_open_end(terminal);
	terminal_signal(terminal, SIGTERM);
	terminal_await_restored(terminal);
	(void)close(end);
	end_top(terminal, 128 + SIGTERM);
}

static void
a_key_shows_the_ports_of_a_task_and_another_all_tasks(void **state)
{
	struct terminal *terminal = start_top(NULL, NULL);

	(void)state;
	terminal_await(terminal, "a_server");
	terminal_type(terminal, "p");
	terminal_await(terminal, "1 port of ");
	terminal_await(terminal, "mail\\x1b[2Jbox");
	terminal_type(terminal, "t");
	terminal_await(terminal, "1 task,");
	terminal_type(terminal, "q");
	end_top(terminal, 0);
}

static void
a_task_can_be_named_from_the_beginning(void **state)
{
	struct terminal *terminal = start_top("--task", "a_server");

	(void)state;
	terminal_await(terminal, "1 port of ");
	terminal_type(terminal, "q");
	end_top(terminal, 0);
}

static void
so_many_looks_end_it(void **state)
{
	(void)state;
	end_top(start_top("--number", "2"), 0);
}

static void
keys_sort_and_stop_and_help(void **state)
{
	struct terminal *terminal = start_top(NULL, NULL);

	(void)state;
	terminal_await(terminal, "by messages a second;");
	terminal_type(terminal, "s");
	terminal_await(terminal, "by messages unread;");
	terminal_type(terminal, " ");
	terminal_await(terminal, ", stopped;");
	terminal_type(terminal, "h");
	terminal_await(terminal, "the ports of that task");
	terminal_type(terminal, "h");
	terminal_await(terminal, "a_server");
	terminal_type(terminal, "q");
	end_top(terminal, 0);
}

static void
it_fits_a_window_that_changes(void **state)
{
	struct terminal *terminal = start_top(NULL, NULL);

	(void)state;
	terminal_await(terminal, "RIGHTS");
	terminal_resize(terminal, 6, 60);
	terminal_await(terminal, "a_server");
	terminal_resize(terminal, 3, 20);
	terminal_resize(terminal, 30, 120);
	terminal_await(terminal, "RIGHTS");
	terminal_type(terminal, "q");
	end_top(terminal, 0);
}

static void
a_task_that_ends_is_gone(void **state)
{
	struct terminal *terminal = start_top("--task", "a_server");

	(void)state;
	terminal_await(terminal, "1 port of ");
	task_kill(server);
	terminal_await(terminal, "The task has ended.");
	terminal_type(terminal, "q");
	end_top(terminal, 0);
	server = 0;
}

static void
why_it_ends_with_the_kernel_is_said_on_the_terminal_as_before(void **state)
{
	struct terminal *terminal = start_top(NULL, NULL);
	int end;

	(void)state;
	terminal_await(terminal, "a_server");
	end = terminal_open_end(terminal);
	kernel_kill(&kernel);
	terminal_await_restored(terminal);
	terminal_await(terminal, "machport top: ");
	(void)close(end);
	end_top(terminal, 69);
	kernel.pid = 0;
}

static void
top_of(char *socket)
{
	char *arguments[] = {built("src/machport/machport"), "top", "--batch",
	    "--number=2", "--delay=0.01", "--socket", socket, NULL};

	command_run(arguments, &outcome);
}

static void
without_a_terminal_it_writes_lines(void **state)
{
	const char *second;

	(void)state;
	top_of(kernel.socket);
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.errors, "");
	second = strstr(outcome.output, "\n\n1 task,");
	assert_non_null(second);
	assert_non_null(strstr(second, "a_server"));
}

static void
without_a_kernel_it_says_so(void **state)
{
	(void)state;
	top_of("@machport-no-such-kernel");
	assert_int_equal(outcome.status, 69);
	assert_string_not_equal(outcome.errors, "");
}

/* --- trace ------------------------------------------------------------------- */

static void
a_trace_shows_no_label_as_it_is_and_ends_by_an_interrupt(void **state)
{
	char *trace[] = {built("src/machport/machport"), "trace", NULL};
	char *send[] = {
	    built("src/machport/machport"), "send", "a_server:0x303", NULL};
	struct terminal *terminal = terminal_start(trace, 12, 200);

	(void)state;
	terminal_await(terminal, "Ctrl-C ends it");
	command_run(send, &outcome);
	assert_int_equal(outcome.status, 0);
	terminal_await(terminal, "(a_server) as 0x303");
	terminal_await(terminal, "\"mail\\x1b[2Jbox\": message 0");
	terminal_type(terminal, "\003");
	terminal_await(terminal, " answered");
	end_top(terminal, 0);
}

static void
a_program_that_is_traced_has_the_terminal(void **state)
{
	char *trace[] = {built("src/machport/machport"), "trace", "sh", "-c",
	    "echo begun; read line; echo \"<$line>\"", NULL};
	struct terminal *terminal = terminal_start(trace, 12, 100);

	(void)state;
	terminal_await(terminal, "begun");
	terminal_type(terminal, "hello\n");
	terminal_await(terminal, "<hello>");
	terminal_await(terminal, "0 messages");
	end_top(terminal, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TOP_TEST(the_tasks_are_seen_and_q_ends),
	    TOP_TEST(the_terminal_is_as_before_when_it_ends),
	    TOP_TEST(a_signal_leaves_the_terminal_as_before),
	    TOP_TEST(a_key_shows_the_ports_of_a_task_and_another_all_tasks),
	    TOP_TEST(a_task_can_be_named_from_the_beginning),
	    TOP_TEST(so_many_looks_end_it),
	    TOP_TEST(keys_sort_and_stop_and_help),
	    TOP_TEST(it_fits_a_window_that_changes),
	    TOP_TEST(a_task_that_ends_is_gone),
	    TOP_TEST(
	        why_it_ends_with_the_kernel_is_said_on_the_terminal_as_before),
	    TOP_TEST(without_a_terminal_it_writes_lines),
	    TOP_TEST(a_trace_shows_no_label_as_it_is_and_ends_by_an_interrupt),
	    TOP_TEST(a_program_that_is_traced_has_the_terminal),
	    PROCESS_TEST(without_a_kernel_it_says_so),
	};

	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
