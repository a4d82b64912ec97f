/*
 * machport run: what becomes of a command, of its status and of its signals.
 *
 * Some of what is run is this program itself, with an argument that says what it
 * shall be.
 */
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

static struct outcome outcome;
static char self[4096]; /* the path of this program */

/* machport, with up to six arguments; outcome is what came of it. */
#define MACHPORT(...)                                                          \
	run_machport((const char *const[8]){"machport", __VA_ARGS__, NULL})

static void
fill_arguments(char **arguments, const char *const *words)
{
	unsigned i = 1;

	arguments[0] = built("src/machport/machport");
	for (; words[i]; i++)
		arguments[i] = (char *)(uintptr_t)words[i];
	arguments[i] = NULL;
}

static void
run_machport(const char *const *words)
{
	char *arguments[8];

	fill_arguments(arguments, words);
	command_run(arguments, &outcome);
}

static void
the_status_is_that_of_the_command(void **state)
{
	(void)state;
	MACHPORT("run", "/bin/true");
	assert_int_equal(outcome.status, 0);
	MACHPORT("run", "sh", "-c", "exit 7");
	assert_int_equal(outcome.status, 7);
	assert_string_equal(outcome.errors, "");
}

static void
a_command_killed_by_a_signal_gives_128_and_its_number(void **state)
{
	(void)state;
	MACHPORT("run", "sh", "-c", "kill -KILL $$");
	assert_int_equal(outcome.status, 128 + SIGKILL);
}

/* What --json said of the last: a number of @key, or -1 for null. */
static long
said(const char *key)
{
	char pattern[32];
	const char *at;

	(void)snprintf(pattern, sizeof(pattern), "\"%s\":", key);
	at = strstr(outcome.errors, pattern);
	assert_non_null(at);
	at += strlen(pattern);
	while (*at == ' ')
		at++;
	return strncmp(at, "null", 4) == 0 ? -1 : strtol(at, NULL, 10);
}

static void
how_it_ended_is_told_as_json(void **state)
{
	(void)state;
	MACHPORT("run", "--json", "sh", "-c", "echo out; exit 7");
	assert_int_equal(outcome.status, 7);
	assert_string_equal(outcome.output, "out\n");
	assert_int_equal(said("status"), 7);
	assert_int_equal(said("signal"), -1);
	assert_non_null(strstr(outcome.errors, "\"program\":\"sh\""));
	assert_true(said("pid") > 0);
	assert_true(said("kernel") > 0);
	MACHPORT("run", "--json", "sh", "-c", "kill -KILL $$");
	assert_int_equal(said("status"), -1);
	assert_int_equal(said("signal"), SIGKILL);
}

static void
what_does_not_exist_gives_127_and_what_cannot_run_126(void **state)
{
	(void)state;
	MACHPORT("run", "/no/such/program");
	assert_int_equal(outcome.status, 127);
	assert_non_null(strstr(outcome.errors, "/no/such/program"));
	MACHPORT("run", "/dev/null");
	assert_int_equal(outcome.status, 126);
}

static void
output_of_the_command_is_passed_through(void **state)
{
	(void)state;
	MACHPORT("run", "--", "sh", "-c", "echo out; echo error >&2");
	assert_string_equal(outcome.output, "out\n");
	assert_string_equal(outcome.errors, "error\n");
}

static void
options_after_the_command_are_the_commands(void **state)
{
	(void)state;
	MACHPORT("run", "/bin/echo", "--help", "--", "-x");
	assert_int_equal(outcome.status, 0);
	assert_non_null(strstr(outcome.output, "-x"));
}

static void
the_command_finds_the_kernel_by_its_environment(void **state)
{
	static const char prefix[] = "@machport/run/";
	char first[sizeof(outcome.output)];

	(void)state;
	MACHPORT("run", "sh", "-c", "echo $MACHPORT_SOCKET");
	assert_memory_equal(outcome.output, prefix, sizeof(prefix) - 1);
	memcpy(first, outcome.output, sizeof(first));
	MACHPORT("run", "sh", "-c", "echo $MACHPORT_SOCKET");
	assert_string_not_equal(outcome.output, first);
}

static void
nobody_listens_when_the_command_has_ended(void **state)
{
	int status;

	(void)state;
	MACHPORT("run", "sh", "-c", "echo $MACHPORT_SOCKET");
	outcome.output[strcspn(outcome.output, "\n")] = '\0';
	/* The kernel is an orphan now, and so our child. */
	assert_true(waitpid(-1, &status, 0) > 0);
	assert_int_equal(status, 0);
	assert_false(socket_exists(outcome.output));
}

static void
the_command_and_its_children_are_tasks_of_one_kernel(void **state)
{
	(void)state;
	MACHPORT("run", self, "have-a-child");
	assert_string_equal(outcome.errors, "");
	assert_int_equal(outcome.status, 0);
}

/* The command's part: a message from a child to its parent. */
static int
have_a_child(void)
{
	mach_port_t port = mail_port();
	struct mail mail;
	pid_t child;

	mail_bequeath(port);
	child = fork();
	if (child == 0)
		_exit(mail_send(mail_inherited(), 42, MACH_PORT_NULL, 0, 0) !=
		    MACH_MSG_SUCCESS);
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
	CHECK(mail.number == 42);
	CHECK(waitpid(child, NULL, 0) == child);
	return EXIT_SUCCESS;
}

static void
a_signal_sent_to_machport_goes_to_the_command(void **state)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
	char *arguments[8];
	int output[2];
	char ready;

	(void)state;
	fill_arguments(arguments,
	    (const char *const[]){
	        "machport", "run", self, "tell-signal", NULL});
	assert_int_equal(pipe(output), 0);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		pid_t command = command_start(arguments, output[1]);

		assert_int_equal(read(output[0], &ready, 1), 1);
		assert_int_equal(kill(command, signals[i]), 0);
		assert_int_equal(command_wait(command), 40 + signals[i]);
	}
	close(output[0]);
	close(output[1]);
}

/* The command's part: the status says which signal came. */
static int
tell_signal(void)
{
	sigset_t signals;
	int number;

	sigfillset(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	CHECK(write(STDOUT_FILENO, "!", 1) == 1);
	CHECK(sigwait(&signals, &number) == 0);
	return 40 + number;
}

/* Start machport as a terminal's foreground job. The terminal's other end is
 * *terminal_out, from which what is printed can be read. */
static pid_t
start_in_terminal(char *const *arguments, int *terminal_out)
{
	pid_t job = forkpty(terminal_out, NULL, NULL, NULL);

	if (job == 0) {
		execv(arguments[0], arguments);
		_exit(EXIT_FAILURE);
	}
	child_began(job);
	return job;
}

static void
a_signal_from_the_terminal_comes_to_the_command_once(void **state)
{
	char *arguments[8];
	int terminal;
	char ready;
	pid_t job;

	(void)state;
	fill_arguments(arguments,
	    (const char *const[]){"machport", "run", self, "count", NULL});
	job = start_in_terminal(arguments, &terminal);
	assert_int_equal(read(terminal, &ready, 1), 1);
	assert_int_equal(write(terminal, "\003", 1), 1); /* Ctrl-C */
	/* What is echoed, and then what the command says when it has come. */
	do
		assert_int_equal(read(terminal, &ready, 1), 1);
	while (ready != '!');
	/* machport takes this one after the other, if it had that too. */
	assert_int_equal(kill(job, SIGUSR1), 0);
	assert_int_equal(command_wait(job), 41);
	close(terminal);
}

static volatile sig_atomic_t interrupts;

static void
count_interrupt(int number)
{
	(void)number;
	interrupts++;
}

/* The command's part: 40 and the number of interrupts before SIGUSR1. */
static int
count_interrupts(void)
{
	sigset_t usr1;
	sigset_t both;
	int number;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	both = usr1;
	sigaddset(&both, SIGINT);
	sigprocmask(SIG_BLOCK, &both, NULL);
	signal(SIGINT, count_interrupt);
	CHECK(write(STDOUT_FILENO, "!", 1) == 1);
	while (interrupts == 0)
		sigsuspend(&usr1);
	sigprocmask(SIG_SETMASK, &usr1, NULL);
	CHECK(write(STDOUT_FILENO, "!", 1) == 1);
	CHECK(sigwait(&usr1, &number) == 0);
	return 40 + interrupts;
}

static void
machport_stops_when_the_command_stops_and_goes_on_with_it(void **state)
{
	char *arguments[8];
	siginfo_t info;
	pid_t command;

	(void)state;
	fill_arguments(arguments,
	    (const char *const[]){"machport", "run", self, "stop", NULL});
	command = command_start(arguments, -1);
	assert_int_equal(
	    waitid(P_PID, (id_t)command, &info, WSTOPPED | WNOWAIT), 0);
	assert_int_equal(info.si_code, CLD_STOPPED);
	assert_int_equal(kill(command, SIGCONT), 0);
	assert_int_equal(command_wait(command), 5);
}

/* The command's part. */
static int
stop(void)
{
	raise(SIGSTOP);
	return 5;
}

/* A command that lives until its stdin ends, and is a task. */
static void
a_kernel_whose_machport_was_killed_ends_with_the_last_task(void **state)
{
	char *arguments[8];
	int input[2];
	int output[2];
	char ready;
	pid_t command;

	(void)state;
	fill_arguments(arguments,
	    (const char *const[]){"machport", "run", self, "read", NULL});
	assert_int_equal(pipe2(input, O_CLOEXEC), 0);
	assert_int_equal(pipe2(output, O_CLOEXEC), 0);

	dup2(input[0], STDIN_FILENO);
	command = command_start(arguments, output[1]);
	assert_int_equal(read(output[0], &ready, 1), 1);
	task_kill(command);
	/* Now the command and the kernel are our children; they go on. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
	close(input[0]);
	close(input[1]);
	close(output[0]);
	close(output[1]);
	close(STDIN_FILENO);
	assert_int_equal(open("/dev/null", O_RDONLY), STDIN_FILENO);
}

/* The command's part: its first and its last call work. */
static int
read_until_end(void)
{
	char byte;

	(void)mail_port();
	CHECK(write(STDOUT_FILENO, "!", 1) == 1);
	CHECK(read(STDIN_FILENO, &byte, 1) == 0);
	(void)mail_port();
	return EXIT_SUCCESS;
}

static void
a_mask_of_signals_is_the_commands_as_it_was_ours(void **state)
{
	sigset_t usr2;

	(void)state;
	sigemptyset(&usr2);
	sigaddset(&usr2, SIGUSR2);
	sigprocmask(SIG_BLOCK, &usr2, NULL);
	MACHPORT("run", self, "tell-mask");
	sigprocmask(SIG_UNBLOCK, &usr2, NULL);
	assert_int_equal(outcome.status, 6);
	MACHPORT("run", self, "tell-mask");
	assert_int_equal(outcome.status, 4);
}

/* The command's part: 4, + 1 if SIGCHLD is blocked, + 2 if SIGUSR2 is. */
static int
tell_mask(void)
{
	sigset_t mask;

	sigprocmask(SIG_BLOCK, NULL, &mask);
	return 4 + sigismember(&mask, SIGCHLD) +
	    2 * sigismember(&mask, SIGUSR2);
}

static void
wrong_usage_gives_64_and_says_what_is_right(void **state)
{
	(void)state;
	MACHPORT("frobnicate");
	assert_int_equal(outcome.status, 64);
	assert_non_null(strstr(outcome.errors, "\"frobnicate\""));
	assert_non_null(strstr(outcome.errors, "run "));
	MACHPORT("run");
	assert_int_equal(outcome.status, 64);
	assert_non_null(strstr(outcome.errors, "machport run --help"));
	MACHPORT("run", "--no-such-option", "true");
	assert_int_equal(outcome.status, 64);
	run_machport((const char *const[]){"machport", NULL});
	assert_int_equal(outcome.status, 64);
}

static void
help_and_version_are_told_on_stdout(void **state)
{
	(void)state;
	MACHPORT("--version");
	assert_int_equal(outcome.status, 0);
	assert_memory_equal(outcome.output, "machport ", 9);
	MACHPORT("--help");
	assert_int_equal(outcome.status, 0);
	assert_non_null(strstr(outcome.output, "run  "));
	MACHPORT("run", "--help");
	assert_int_equal(outcome.status, 0);
	assert_non_null(strstr(outcome.output, "machport run [OPTION...]"));
	assert_string_equal(outcome.errors, "");
}

static void
a_kernel_that_cannot_be_started_gives_69_and_the_remedy(void **state)
{
	char *kernel = strdup(getenv("MACHPORT_KERNEL"));

	(void)state;
	assert_non_null(kernel);
	setenv("MACHPORT_KERNEL", "/no/such/machportd", 1);
	MACHPORT("run", "/bin/true");
	setenv("MACHPORT_KERNEL", "/bin/false", 1);
	assert_int_equal(outcome.status, 69);
	assert_non_null(strstr(outcome.errors, "/no/such/machportd"));
	assert_non_null(strstr(outcome.errors, "set MACHPORT_KERNEL"));
	MACHPORT("run", "/bin/true");
	setenv("MACHPORT_KERNEL", kernel, 1);
	free(kernel);
	assert_int_equal(outcome.status, 69);
	assert_non_null(strstr(outcome.errors, "/bin/false, does not answer"));
}

/* What this program is when machport runs it. */
static int
play(const char *part)
{
	if (strcmp(part, "have-a-child") == 0)
		return have_a_child();
	if (strcmp(part, "tell-signal") == 0)
		return tell_signal();
	if (strcmp(part, "tell-mask") == 0)
		return tell_mask();
	if (strcmp(part, "count") == 0)
		return count_interrupts();
	if (strcmp(part, "read") == 0)
		return read_until_end();
	if (strcmp(part, "stop") == 0)
		return stop();
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(the_status_is_that_of_the_command),
	    PROCESS_TEST(a_command_killed_by_a_signal_gives_128_and_its_number),
	    PROCESS_TEST(how_it_ended_is_told_as_json),
	    PROCESS_TEST(what_does_not_exist_gives_127_and_what_cannot_run_126),
	    PROCESS_TEST(output_of_the_command_is_passed_through),
	    PROCESS_TEST(options_after_the_command_are_the_commands),
	    PROCESS_TEST(the_command_finds_the_kernel_by_its_environment),
	    PROCESS_TEST(nobody_listens_when_the_command_has_ended),
	    PROCESS_TEST(the_command_and_its_children_are_tasks_of_one_kernel),
	    PROCESS_TEST(a_signal_sent_to_machport_goes_to_the_command),
	    PROCESS_TEST(a_signal_from_the_terminal_comes_to_the_command_once),
	    PROCESS_TEST(
	        machport_stops_when_the_command_stops_and_goes_on_with_it),
	    PROCESS_TEST(
	        a_kernel_whose_machport_was_killed_ends_with_the_last_task),
	    PROCESS_TEST(a_mask_of_signals_is_the_commands_as_it_was_ours),
	    PROCESS_TEST(wrong_usage_gives_64_and_says_what_is_right),
	    PROCESS_TEST(help_and_version_are_told_on_stdout),
	    PROCESS_TEST(
	        a_kernel_that_cannot_be_started_gives_69_and_the_remedy),
	};

	if (argc > 1)
		return play(argv[1]);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
