/* machport-bootstrapd as a command, and `machport run --services'. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "served.h"

static struct outcome outcome;

/* The words are the server's arguments. */
#define BOOTSTRAPD(...)                                                        \
	run_words((const char *const[]){                                       \
	    built("src/bootstrap/machport-bootstrapd"), __VA_ARGS__, NULL})
#define MACHPORT(...)                                                          \
	run_words((const char *const[]){                                       \
	    built("src/machport/machport"), __VA_ARGS__, NULL})

static void
run_words(const char *const *words)
{
	command_run((char *const *)(uintptr_t)words, &outcome);
}

/* With a kernel. */
static void
expect_status(const char *shell, int status)
{
	struct kernel kernel;

	kernel_start(&kernel, NULL);
	BOOTSTRAPD("--verify", "--", "sh", "-c", shell);
	assert_int_equal(outcome.status, status);
	kernel_expect_end(&kernel);
}

static void
it_ends_as_its_command_does(void **state)
{
	(void)state;
	expect_status("exit 0", 0);
	assert_string_equal(outcome.errors, "");
	expect_status("exit 7", 7);
	expect_status("kill -USR1 $$", 128 + SIGUSR1);
}

static void
signals_go_on_to_its_command(void **state)
{
	(void)state;
	/* What was ignored as it began, as nohup(1) has it, a shell cannot trap. */
	(void)signal(SIGHUP, SIG_DFL);
	expect_status("trap 'exit 5' HUP; kill -HUP $PPID; "
	              "while :; do sleep 0.01; done",
	    5);
	expect_status("trap 'exit 6' TERM; kill -TERM $PPID; "
	              "while :; do sleep 0.01; done",
	    6);
}

static void
a_command_that_is_not_there_gives_127(void **state)
{
	struct kernel kernel;

	(void)state;
	kernel_start(&kernel, NULL);
	BOOTSTRAPD("--", "/no/such/program");
	assert_int_equal(outcome.status, 127);
	assert_non_null(strstr(outcome.errors, "/no/such/program"));
	kernel_expect_end(&kernel);
}

static void
wrong_usage_gives_64(void **state)
{
	(void)state;
	BOOTSTRAPD("--max-names=some", "--", "true");
	assert_int_equal(outcome.status, 64);
	BOOTSTRAPD("--no-such-option");
	assert_int_equal(outcome.status, 64);
	BOOTSTRAPD("--help");
	assert_int_equal(outcome.status, 0);
	BOOTSTRAPD("--version");
	assert_int_equal(outcome.status, 0);
}

/* What bash completes when the last of @words has been begun; outcome.output. */
static void
complete(const char *words)
{
	char shell[1024];

	(void)snprintf(shell, sizeof(shell),
	    ". $MACHPORT_SOURCE/completions/machport-bootstrapd; "
	    "COMP_WORDS=(machport-bootstrapd %s); "
	    "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
	    "_machport_bootstrapd; printf '%%s\\n' \"${COMPREPLY[@]}\"",
	    words);
	run_words((const char *const[]){"/bin/bash", "-c", shell, NULL});
	assert_string_equal(outcome.errors, "");
	assert_int_equal(outcome.status, 0);
}

/* Is it a line of what was completed? */
static bool
is_completed(const char *word)
{
	size_t length = strlen(word);
	const char *at = outcome.output;

	while ((at = strstr(at, word)) != NULL) {
		if ((at == outcome.output || at[-1] == '\n') &&
		    at[length] == '\n')
			return true;
		at += length;
	}
	return false;
}

static void
each_option_is_completed(void **state)
{
	char help[sizeof(outcome.output)];
	char *at = help;
	unsigned count = 0;

	(void)state;
	BOOTSTRAPD("--help");
	memcpy(help, outcome.output, sizeof(help));
	complete("--");
	while ((at = strstr(at, "--")) != NULL) {
		size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz-");
		char *option = strndup(at, length);

		if (length > 2 && !is_completed(option))
			fail_msg("%s is not completed", option);
		free(option);
		at += length;
		count++;
	}
	assert_true(count > 10);
}

static void
an_argument_is_completed_as_what_it_is(void **state)
{
	(void)state;
	complete("--config /us");
	assert_true(is_completed("/usr"));
	complete("--config = /us");
	assert_true(is_completed("/usr"));
	complete("--max-names ''");
	assert_string_equal(outcome.output, "\n");
	complete("--max-names 5 --str");
	assert_true(is_completed("--strict"));
	complete("-- mkdi");
	assert_true(is_completed("mkdir"));
}

static void
wait_until_found(void *argument)
{
	mach_port_t port = MACH_PORT_NULL;

	(void)argument;
	while (!MACH_PORT_VALID(port)) {
		CHECK_RETURN(
		    host_get_special_port(mach_host_self(), HOST_LOCAL_NODE,
		        MACHPORT_HOST_BOOTSTRAP_PORT, &port),
		    KERN_SUCCESS);
		(void)usleep(1000);
	}
}

static void
it_ends_with_its_kernel(void **state)
{
	struct kernel kernel;
	pid_t server;

	(void)state;
	kernel_start_for_all(&kernel, NULL);
	server =
	    command_start((char *[]){built("src/bootstrap/machport-bootstrapd"),
	                      (char[]){"--config"}, (char[]){"/nowhere"}, NULL},
	        STDOUT_FILENO);
	task_run(wait_until_found, NULL);
	kernel_kill(&kernel);
	assert_int_equal(command_wait(server), 69);
}

/* Its command ends as it likes. That it was answered tells that the server serves. */
static void
a_command_may_outlive_the_kernel(void **state)
{
	struct kernel kernel;
	char shell[512];

	(void)state;
	kernel_start_for_all(&kernel, NULL);
	/* It has ended when it is a zombie: this test waits for it. */
	(void)snprintf(shell, sizeof(shell),
	    "%s services; kill -9 %d; "
	    "until grep -q '^State:.Z' /proc/%d/status; do sleep 0.01; done; "
	    "exit 5",
	    built("src/machport/machport"), (int)kernel.pid, (int)kernel.pid);
	BOOTSTRAPD("--", "sh", "-c", shell);
	if (outcome.status != 5)
		print_error("%s%s", outcome.output, outcome.errors);
	assert_int_equal(outcome.status, 5);
	assert_non_null(strstr(outcome.errors, "the kernel has ended"));
	kernel_kill(&kernel);
}

/* --- how tasks find it --------------------------------------------------------------- */

#define BELL_VARIABLE "TEST_BELL"

/* Say by the bell that the server is there, and wait for a visitor. */
static void
wait_for_visitor(void *argument)
{
	mach_port_t service = served_check_in(bootstrap_port, "visited");
	const char *bell = getenv(BELL_VARIABLE);
	struct mail mail;

	(void)argument;
	CHECK(bell);
	CHECK(write((int)strtol(bell, NULL, 10), "!", 1) == 1);
	CHECK_RETURN(mail_receive(service, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	CHECK(mail.number == 3);
}

static void
visit(void *argument)
{
	(void)argument;
	CHECK_RETURN(mail_send(served_look_up(bootstrap_port, "visited"), 3,
	                 MACH_PORT_NULL, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
}

static void
tasks_that_inherit_nothing_find_it(void **state)
{
	struct kernel kernel;
	struct bell bell;
	char number[16];
	char self[4096];
	pid_t server;

	(void)state;
	assert_non_null(realpath("/proc/self/exe", self));
	bell_make(&bell);
	(void)snprintf(number, sizeof(number), "%d", bell.ends[1]);
	setenv(BELL_VARIABLE, number, 1);
	kernel_start(&kernel, NULL);
	server = command_start(
	    (char *const[]){built("src/bootstrap/machport-bootstrapd"),
	        (char *)(uintptr_t) "--", self, (char *)(uintptr_t) "--body",
	        (char *)(uintptr_t) "wait_for_visitor", NULL},
	    STDERR_FILENO);
	bell_wait(&bell, 1);
	/* While it is found, another one cannot be. */
	BOOTSTRAPD("--config", "/no/such/directory");
	assert_int_equal(outcome.status, 69);
	assert_non_null(strstr(outcome.errors, "they find another one"));
	task_run(visit, NULL);
	assert_int_equal(command_wait(server), 0);
	bell_free(&bell);
	kernel_expect_end(&kernel);
}

/* --- machport run --services ---------------------------------------------------------- */

/* A program of the services below. */
static void
adder(void *argument)
{
	(void)argument;
	served_answer(served_check_in(bootstrap_port, "org.adder"), 1);
}

static void
use_adder(void *argument)
{
	mach_port_t client = served_look_up(bootstrap_port, "org.adder");

	(void)argument;
	CHECK(served_ask(client, 1) == 2);
}

static const struct served_body bodies[] = {
    BODY(adder),
    BODY(use_adder),
    BODY(wait_for_visitor),
};

static void
services_are_there_for_a_command_that_is_run(void **state)
{
	char directory[] = "/tmp/machport-run-XXXXXX";
	char path[64];
	char self[4096];
	FILE *file;

	(void)state;
	assert_non_null(realpath("/proc/self/exe", self));
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/adder.mach", directory);
	(void)umask(022);
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file,
	    "[program]\ncommand = %s --program adder\n[port org.adder]\n",
	    self);
	assert_int_equal(fclose(file), 0);
	setenv("MACHPORT_BOOTSTRAPD",
	    built("src/bootstrap/machport-bootstrapd"), 1);
	MACHPORT(
	    "run", "--services", directory, "--", self, "--body", "use_adder");
	assert_string_equal(outcome.errors, "");
	assert_int_equal(outcome.status, 0);
	MACHPORT("run", "--services", directory, "sh", "-c", "exit 9");
	assert_int_equal(outcome.status, 9);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(it_ends_as_its_command_does),
	    PROCESS_TEST(signals_go_on_to_its_command),
	    PROCESS_TEST(a_command_that_is_not_there_gives_127),
	    PROCESS_TEST(it_ends_with_its_kernel),
	    PROCESS_TEST(a_command_may_outlive_the_kernel),
	    PROCESS_TEST(wrong_usage_gives_64),
	    PROCESS_TEST(each_option_is_completed),
	    PROCESS_TEST(an_argument_is_completed_as_what_it_is),
	    PROCESS_TEST(tasks_that_inherit_nothing_find_it),
	    PROCESS_TEST(services_are_there_for_a_command_that_is_run),
	};

	SERVED_BODIES(argc, argv, bodies);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
