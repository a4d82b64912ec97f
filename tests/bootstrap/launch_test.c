/*
 * The launcher: programs that serve, and those that crash, hang, or cannot be run.
 *
 * Clients are bodies of this program, and so are some of the programs; others are
 * shells, whose stderr is the server's.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "served.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* What most programs are like here: no waiting. */
#define QUICK                                                                  \
	"throttle = 1ms\n"                                                     \
	"throttle-limit = 2ms\n"                                               \
	"attempts = 2\n"                                                       \
	"[port service]\n"

/* A client asks, and is told that nobody will answer. */
static void
client_is_refused(void *argument)
{
	(void)argument;
	CHECK(served_ask(served_look_up(bootstrap_port, "service"), 1) == -1);
}

static void
expect_said(const char *text)
{
	if (!strstr(served_said(), text))
		fail_msg("it says: %s", served_said());
}

static unsigned
count_said(const char *text)
{
	unsigned count = 0;

	for (const char *at = served_said(); (at = strstr(at, text)); at++)
		count++;
	return count;
}

/* --- those that do not come to life ---------------------------------------- */

TEST(a_command_that_is_not_there_is_told_of)
{
	served_run_configured("[program]\ncommand = /no/such/command\n" QUICK,
	    "client_is_refused");
	expect_said("test: cannot be run: its command: No such file or "
	            "directory\n");
	expect_said("test: has not come to life in 2 attempts\n");
	assert_int_equal(count_said("cannot be run"), 2);
}

TEST(a_directory_that_is_not_there_is_told_of)
{
	served_run_configured("[program]\ncommand = /bin/true\n"
	                      "directory = /no/such/directory\n" QUICK,
	    "client_is_refused");
	expect_said("test: cannot be run: its directory: No such file or "
	            "directory\n");
}

TEST(a_program_that_ends_before_it_checks_in_has_failed)
{
	served_run_configured(
	    "[program]\ncommand = /bin/true\n" QUICK, "client_is_refused");
	expect_said("test: ended with status 0, before it has checked in\n");
	assert_int_equal(count_said("before it has checked in"), 2);
}

TEST(a_program_that_crashes_before_it_checks_in_has_failed)
{
	served_run_configured(
	    "[program]\ncommand = /bin/sh -c 'kill -9 $$'\n" QUICK,
	    "client_is_refused");
	expect_said("test: was killed by signal 9 (Killed), before it has "
	            "checked in\n");
}

TEST(a_program_that_hangs_is_killed)
{
	served_run_configured("[program]\ncommand = /bin/sleep 1000\n"
	                      "start-limit = 10ms\n" QUICK,
	    "client_is_refused");
	expect_said("test: has not checked in within 10 ms, and is killed\n");
	assert_int_equal(count_said("and is killed"), 2);
}

/* Each refusal took one more attempt. */
static void
client_is_refused_again(void *argument)
{
	mach_port_t service = served_look_up(bootstrap_port, "service");

	(void)argument;
	CHECK(served_ask(service, 1) == -1);
	CHECK(served_ask(service, 2) == -1);
	CHECK(served_ask(service, 3) == -1);
}

TEST(a_message_to_a_program_that_was_given_up_is_one_more_attempt)
{
	served_run_configured("[program]\ncommand = /bin/true\n" QUICK,
	    "client_is_refused_again");
	assert_int_equal(count_said("ended with status 0"), 4);
}

/* --- those that do --------------------------------------------------------- */

#define SERVICE "[program]\ncommand = %s --program "

static void
server_answers(void *argument)
{
	(void)argument;
	served_answer(served_check_in(bootstrap_port, "service"), 100);
}

static void
client_is_answered(void *argument)
{
	mach_port_t service = served_look_up(bootstrap_port, "service");

	(void)argument;
	CHECK(served_ask(service, 1) == 101);
	CHECK(served_ask(service, 2) == 102);
}

TEST(a_message_starts_a_program)
{
	served_run_configured(
	    SERVICE "server_answers\n" QUICK, "client_is_answered");
	assert_string_equal(served_said(), "");
}

/* A file in the working directory tells how often it was started. */
static unsigned
count_start(void)
{
	FILE *file = fopen("starts", "ae");
	long starts;

	CHECK(file);
	CHECK(fputc('x', file) == 'x');
	CHECK(fflush(file) == 0);
	starts = ftell(file);
	CHECK(fclose(file) == 0);
	return (unsigned)starts;
}

static void
server_comes_late(void *argument)
{
	(void)argument;
	if (count_start() < 3)
		_exit(EXIT_FAILURE);
	served_answer(served_check_in(bootstrap_port, "service"), 100);
}

/* Run @body with a service whose working directory is new, and empty. */
static void
run_in_directory(const char *service, const char *body)
{
	char directory[] = "/tmp/machport-launch-XXXXXX";
	char text[512];
	char path[64];

	assert_non_null(mkdtemp(directory));
	(void)snprintf(text, sizeof(text), "[program]\ndirectory = %s\n%s",
	    directory, service);
	served_run_configured(text, body);
	(void)snprintf(path, sizeof(path), "%s/starts", directory);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

TEST(a_request_waits_until_an_attempt_succeeds)
{
	run_in_directory("command = %s --program server_comes_late\n"
	                 "throttle = 1ms\nattempts = 3\n[port service]\n",
	    "client_is_answered");
	assert_int_equal(count_said("before it has checked in"), 2);
}

static void
server_answers_once(void *argument)
{
	mach_port_t service = served_check_in(bootstrap_port, "service");

	(void)argument;
	served_answer_one(service, 100 * (int32_t)count_start());
}

static void
client_asks_each(void *argument)
{
	mach_port_t service = served_look_up(bootstrap_port, "service");

	(void)argument;
	CHECK(served_ask(service, 1) == 101);
	CHECK(served_ask(service, 2) == 202);
	CHECK(served_ask(service, 3) == 303);
}

TEST(a_program_that_has_ended_is_started_by_the_next_message)
{
	run_in_directory("command = %s --program server_answers_once\n" QUICK,
	    "client_asks_each");
	assert_int_equal(count_said("before it has checked in"), 0);
}

/* Each attempt that comes to life forgets the failures before it. */
static void
server_answers_each_second(void *argument)
{
	unsigned starts = count_start();

	(void)argument;
	if (starts % 2 == 1)
		_exit(EXIT_FAILURE);
	served_answer_one(
	    served_check_in(bootstrap_port, "service"), 100 * (int32_t)starts);
}

static void
client_asks_each_second(void *argument)
{
	mach_port_t service = served_look_up(bootstrap_port, "service");

	(void)argument;
	CHECK(served_ask(service, 1) == 201);
	CHECK(served_ask(service, 2) == 402);
	CHECK(served_ask(service, 3) == 603);
}

TEST(attempts_are_counted_in_a_row)
{
	run_in_directory(
	    "command = %s --program server_answers_each_second\n" QUICK,
	    "client_asks_each_second");
}

/* Its throttle is longer than any test: the second start never comes. */
static void
server_dies_with_a_request(void *argument)
{
	struct mail mail;

	(void)argument;
	CHECK_RETURN(mail_receive(served_check_in(bootstrap_port, "service"),
	                 &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	(void)kill(getpid(), SIGKILL);
}

static void
client_is_throttled(void *argument)
{
	mach_port_t service = served_look_up(bootstrap_port, "service");
	struct mail mail;

	(void)argument;
	CHECK(served_ask(service, 1) == -1);
	CHECK_RETURN(
	    mail_send(service, 2, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
	CHECK_RETURN(
	    mail_receive(mig_get_reply_port(), &mail, MACH_RCV_TIMEOUT, 30),
	    MACH_RCV_TIMED_OUT);
}

TEST(two_starts_are_the_throttle_apart)
{
	served_run_configured(SERVICE "server_dies_with_a_request\n"
	                              "throttle = 1h\nthrottle-limit = 1h\n"
	                              "[port service]\n",
	    "client_is_throttled");
	assert_int_equal(
	    count_said("test: was killed by signal 9 (Killed)\n"), 1);
}

/* --- keep-alive ------------------------------------------------------------ */

/* The client's port, at which programs report. */
static mach_port_t
listen_to_programs(void)
{
	return served_check_in(bootstrap_port, "listener");
}

/* The number of the next report. */
static int32_t
next_report(mach_port_t listener)
{
	struct mail mail;

	CHECK_RETURN(mail_receive(listener, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	return mail.number;
}

static void
expect_no_report(mach_port_t listener)
{
	struct mail mail;

	CHECK_RETURN(mail_receive(listener, &mail, MACH_RCV_TIMEOUT, 30),
	    MACH_RCV_TIMED_OUT);
}

/* For programs. One that is kept alive may be there before the client. */
static mach_port_t
find_listener(void)
{
	mach_port_t listener;

	while (bootstrap_look_up(bootstrap_port, "listener", &listener) !=
	    BOOTSTRAP_SUCCESS)
		(void)usleep(1000);
	return listener;
}

/* Report one's start, and end with the status that comes back. */
static void
program_reports(void *argument)
{
	(void)argument;
	_exit(served_ask(find_listener(), getpid()) - getpid());
}

static void
client_sees_it_kept(void *argument)
{
	mach_port_t listener = listen_to_programs();

	(void)argument;
	served_answer_one(listener, 0);
	served_answer_one(listener, 1);
	served_answer_one(listener, 0);
}

TEST(a_program_that_is_kept_alive_is_started_without_a_message)
{
	served_run_configured(SERVICE "program_reports\nkeep-alive = always\n"
	                              "throttle = 1ms\n",
	    "client_sees_it_kept");
}

static void
client_sees_it_crash(void *argument)
{
	mach_port_t listener = listen_to_programs();

	(void)argument;
	expect_no_report(listener);
	CHECK_RETURN(mail_send(served_look_up(bootstrap_port, "service"), 1,
	                 MACH_PORT_NULL, 0, 0),
	    MACH_MSG_SUCCESS);
	served_answer_one(listener, 1);
	served_answer_one(listener, 2);
	served_answer_one(listener, 0);
	expect_no_report(listener);
}

/* The message is received by the first, so that it starts no other. */
static void
program_checks_in_and_reports(void *argument)
{
	mach_port_t service = served_check_in(bootstrap_port, "service");
	struct mail mail;

	(void)mail_receive(service, &mail, MACH_RCV_TIMEOUT, 0);
	program_reports(argument);
}

TEST(a_program_is_kept_alive_if_it_crashes)
{
	served_run_configured(SERVICE "program_checks_in_and_reports\n"
	                              "keep-alive = on-crash\n" QUICK,
	    "client_sees_it_crash");
}

/* --- what a program has ---------------------------------------------------- */

#define SHELL "[program]\ncommand = /bin/sh -c "

TEST(a_program_has_a_clean_environment)
{
	setenv("TEST_SECRET", "1", 1);
	setenv("LANG", "C", 1);
	served_run_configured(SHELL
	    "'env >&2'\n"
	    "environment = A=1\nenvironment = B=2\nenvironment = A=3\n"
	    "environment = HOME=/here\nidle-time = 2s\n" QUICK,
	    "client_is_refused");
	unsetenv("TEST_SECRET");
	expect_said("\nMACHPORT_SOCKET=@");
	expect_said("PATH=/");
	expect_said("A=3\n");
	expect_said("B=2\n");
	expect_said("HOME=/here\n");
	expect_said("LANG=C\n");
	expect_said("MACHPORT_IDLE_MS=2000\n");
	assert_int_equal(count_said("TEST_SECRET"), 0);
	assert_int_equal(count_said("A=1\n"), 0);
}

TEST(a_program_has_the_standard_descriptors_alone)
{
	served_run_configured(SHELL
	    "'cd /proc/self/fd; set -- *; echo descriptors $* >&2; "
	    "readlink 0 >&2'\n" QUICK,
	    "client_is_refused");
	/* 3 is the directory that the shell looks into. */
	expect_said("descriptors 0 1 2 3\n/dev/null\n");
}

TEST(a_program_has_a_session_of_its_own)
{
	served_run_configured(SHELL
	    "'set -- $(cat /proc/$$/stat); echo $1 $5 $6 >&2; "
	    "echo same: $(($1 == $5 && $5 == $6)) >&2'\n" QUICK,
	    "client_is_refused");
	expect_said("same: 1\n");
}

TEST(a_program_begins_with_no_signal_blocked_or_ignored)
{
	(void)signal(SIGPIPE, SIG_IGN);
	served_run_configured(
	    "[program]\ncommand = /bin/grep -E '^Sig(Blk|Ign)' "
	    "/proc/self/status\n" QUICK,
	    "client_is_refused");
	(void)signal(SIGPIPE, SIG_DFL);
	expect_said("SigBlk:\t0000000000000000\n");
	expect_said("SigIgn:\t0000000000000000\n");
}

TEST(a_program_begins_in_its_directory)
{
	served_run_configured(SHELL "'pwd >&2'\ndirectory = /usr/bin\n" QUICK,
	    "client_is_refused");
	expect_said("/usr/bin\n");
}

#define OTHER_USER 65534

TEST(a_program_runs_as_its_user)
{
	char expected[64];
	char text[256];
	uid_t user = geteuid() == 0 ? OTHER_USER : geteuid();
	gid_t group = geteuid() == 0 ? OTHER_USER - 1 : getegid();

	(void)snprintf(text, sizeof(text),
	    SHELL "'grep -E \"^(Uid|Gid)\" /proc/$$/status >&2'\n"
	          "user = %u\ngroup = %u\n" QUICK,
	    user, group);
	served_run_configured(text, "client_is_refused");
	(void)snprintf(expected, sizeof(expected), "Uid:\t%u\t%u\t%u\t%u\n",
	    user, user, user, user);
	expect_said(expected);
	(void)snprintf(expected, sizeof(expected), "Gid:\t%u\t%u\t%u\t%u\n",
	    group, group, group, group);
	expect_said(expected);
}

/* Of another user, it has its bootstrap port all the same. */
TEST(a_program_of_another_user_can_check_in)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
	    "[program]\ncommand = %%s --program server_answers\nuser = %u\n"
	    "throttle = 1ms\nattempts = 1\n[port service]\n",
	    geteuid() == 0 ? OTHER_USER : geteuid());
	served_for_all(true);
	served_run_configured(text, "client_is_answered");
	served_for_all(false);
}

/* --- the end --------------------------------------------------------------- */

/* The process whose number stands behind @text; it is an orphan that became ours. */
static int
status_of_orphan(const char *text)
{
	const char *at = strstr(served_said(), text);
	pid_t pid;
	int status;

	assert_non_null(at);
	pid = (pid_t)strtol(at + strlen(text), NULL, 10);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

TEST(what_a_program_leaves_behind_is_killed)
{
	int status;

	served_run_configured(SHELL
	    "'sleep 1000 & echo child $! >&2'\n"
	    "throttle = 1ms\nattempts = 1\n[port service]\n",
	    "client_is_refused");
	status = status_of_orphan("child ");
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

TEST(programs_end_with_the_server)
{
	served_run_configured(
	    SERVICE "server_answers\n" QUICK, "client_is_answered");
	/* Who has not ended would be waited for in vain. */
}

static void
client_of_a_deaf_program(void *argument)
{
	mach_port_t listener = listen_to_programs();

	(void)argument;
	(void)next_report(listener);
}

/* Report one's start, and wait for a signal. */
static void
program_waits(void *argument)
{
	(void)argument;
	CHECK_RETURN(mail_send(find_listener(), getpid(), MACH_PORT_NULL, 0, 0),
	    MACH_MSG_SUCCESS);
	for (;;)
		(void)pause();
}

static void
program_is_deaf(void *argument)
{
	(void)signal(SIGTERM, SIG_IGN);
	program_waits(argument);
}

TEST(a_program_that_does_not_end_in_time_is_killed)
{
	served_run_configured(SERVICE "program_is_deaf\nkeep-alive = always\n"
	                              "throttle = 1ms\nstop-limit = 10ms\n",
	    "client_of_a_deaf_program");
}

static void
client_kills_the_server(void *argument)
{
	mach_port_t listener = listen_to_programs();

	(void)argument;
	fprintf(stderr, "program %d\n", next_report(listener));
	(void)kill(served_server(), SIGKILL);
}

TEST(a_program_does_not_outlive_a_server_that_is_killed)
{
	int status;

	served_run_killed(SERVICE "program_waits\nkeep-alive = always\n"
	                          "throttle = 1ms\n",
	    "client_kills_the_server");
	status = status_of_orphan("program ");
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

/* The log's own is another, which no program gets. */
TEST(a_command_has_the_stderr_of_the_server)
{
	static struct outcome outcome;
	char shell[] = "/bin/sh";
	char option[] = "-c";
	char script[5000];
	char *arguments[] = {shell, option, script, NULL};
	struct kernel kernel;

	(void)snprintf(script, sizeof(script),
	    "%s -- sh -c 'echo hello >&2' 2>&1 | cat",
	    built("src/bootstrap/machport-bootstrapd"));
	kernel_start(&kernel, NULL);
	command_run(arguments, &outcome);
	kernel_expect_end(&kernel);
	assert_string_equal(outcome.output, "hello\n");
}

int
main(int argc, char **argv)
{
	static const struct served_body bodies[] = {
	    BODY(client_asks_each),
	    BODY(client_asks_each_second),
	    BODY(client_is_answered),
	    BODY(client_is_refused),
	    BODY(client_is_refused_again),
	    BODY(client_is_throttled),
	    BODY(client_kills_the_server),
	    BODY(client_of_a_deaf_program),
	    BODY(client_sees_it_crash),
	    BODY(client_sees_it_kept),
	    BODY(program_checks_in_and_reports),
	    BODY(program_is_deaf),
	    BODY(program_reports),
	    BODY(program_waits),
	    BODY(server_answers),
	    BODY(server_answers_each_second),
	    BODY(server_answers_once),
	    BODY(server_comes_late),
	    BODY(server_dies_with_a_request),
	};
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_command_that_is_not_there_is_told_of),
	    PROCESS_TEST(a_directory_that_is_not_there_is_told_of),
	    PROCESS_TEST(a_program_that_ends_before_it_checks_in_has_failed),
	    PROCESS_TEST(a_program_that_crashes_before_it_checks_in_has_failed),
	    PROCESS_TEST(a_program_that_hangs_is_killed),
	    PROCESS_TEST(
	        a_message_to_a_program_that_was_given_up_is_one_more_attempt),
	    PROCESS_TEST(a_message_starts_a_program),
	    PROCESS_TEST(a_request_waits_until_an_attempt_succeeds),
	    PROCESS_TEST(
	        a_program_that_has_ended_is_started_by_the_next_message),
	    PROCESS_TEST(attempts_are_counted_in_a_row),
	    PROCESS_TEST(two_starts_are_the_throttle_apart),
	    PROCESS_TEST(
	        a_program_that_is_kept_alive_is_started_without_a_message),
	    PROCESS_TEST(a_program_is_kept_alive_if_it_crashes),
	    PROCESS_TEST(a_program_has_a_clean_environment),
	    PROCESS_TEST(a_program_has_the_standard_descriptors_alone),
	    PROCESS_TEST(a_program_has_a_session_of_its_own),
	    PROCESS_TEST(a_program_begins_with_no_signal_blocked_or_ignored),
	    PROCESS_TEST(a_program_begins_in_its_directory),
	    PROCESS_TEST(a_program_runs_as_its_user),
	    PROCESS_TEST(a_program_of_another_user_can_check_in),
	    PROCESS_TEST(what_a_program_leaves_behind_is_killed),
	    PROCESS_TEST(programs_end_with_the_server),
	    PROCESS_TEST(a_program_that_does_not_end_in_time_is_killed),
	    PROCESS_TEST(a_program_does_not_outlive_a_server_that_is_killed),
	    PROCESS_TEST(a_command_has_the_stderr_of_the_server),
	};

	SERVED_BODIES(argc, argv, bodies);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
