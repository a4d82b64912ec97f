/*
 * Service files that are read again: as a whole or not at all.
 *
 * The body is a program of the server itself. It writes the files, sends SIGHUP, and waits
 * for what the server tells systemd when it is done.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "served.h"

/* What the body knows of its server. */
#define DIRECTORY_VARIABLE "TEST_DIRECTORY"
#define SERVER_VARIABLE "TEST_SERVER"
#define NOTICES_VARIABLE "TEST_NOTICES"

/* The program of a service that answers with what is added to the number. */
#define ANSWERS(number)                                                        \
	"[program]\ncommand = %s --program answers_" #number "\n"              \
	"throttle = 1ms\n"

static int notices; /* the socket at which the server says what it does */
static char *self;

static void
path_of(const char *name, char *path, size_t room)
{
	(void)snprintf(
	    path, room, "%s/%s.mach", getenv(DIRECTORY_VARIABLE), name);
}

/* The service file @name says @format, in which %s is this program; NULL: there is
 * none. */
static void
write_service(const char *name, const char *format)
{
	char path[128];
	const char *mark;
	FILE *file;

	path_of(name, path, sizeof(path));
	if (!format) {
		CHECK(unlink(path) == 0);
		return;
	}
	file = fopen(path, "we");
	CHECK(file);
	mark = strstr(format, "%s");
	if (mark)
		fprintf(file, "%.*s%s%s", (int)(mark - format), format, self,
		    mark + 2);
	else
		fputs(format, file);
	CHECK(fclose(file) == 0);
}

/* What the server says next to systemd. */
static const char *
next_notice(void)
{
	static char text[512];
	ssize_t bytes = recv(notices, text, sizeof(text) - 1, 0);

	CHECK(bytes > 0);
	text[bytes] = '\0';
	return text;
}

/* Have the files read again. True: they count now. */
static bool
reload(void)
{
	const char *notice;

	CHECK(kill((pid_t)strtol(getenv(SERVER_VARIABLE), NULL, 10), SIGHUP) ==
	    0);
	/* The server may have begun only now to say that it is there. */
	do
		notice = next_notice();
	while (!strstr(notice, "RELOADING=1"));
	notice = next_notice();
	CHECK(strstr(notice, "READY=1"));
	return !strstr(notice, "as before");
}

/* --- the servers of tests -------------------------------------------------- */

/* The body begins: from now on it hears what the server says. */
static void
begin(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *name = getenv(NOTICES_VARIABLE);

	CHECK(name && strlen(name) < sizeof(address.sun_path));
	memcpy(address.sun_path, name, strlen(name));
	address.sun_path[0] = '\0';
	notices = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CHECK(bind(notices, (const struct sockaddr *)&address,
	          (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	              strlen(name))) == 0);
}

/* The body is a program that ends its server. */
#define BODY_FORMAT                                                            \
	"[program]\n"                                                          \
	"command = /bin/sh -c 'export " SERVER_VARIABLE                        \
	"=$PPID; %s --body %s && echo the body is done >&2; kill $PPID'\n"     \
	"keep-alive = always\n"                                                \
	"environment = " DIRECTORY_VARIABLE "=%s\n"                            \
	"environment = " NOTICES_VARIABLE "=%s\n"

static void
write_body(const char *body, const char *directory, const char *socket_name)
{
	char text[8192];

	assert_true((size_t)snprintf(text, sizeof(text), BODY_FORMAT, self,
	                body, directory, socket_name) < sizeof(text));
	write_service("body", text);
}

static struct outcome outcome;

/* A server that reads the directory, until the body has ended it. */
static void
serve(char *directory)
{
	char verify[] = "--verify";
	char config[] = "--config";
	char *arguments[] = {built("src/bootstrap/machport-bootstrapd"), verify,
	    config, directory, NULL};
	const char *const options[] = {verify, NULL};
	struct kernel kernel;

	kernel_start(&kernel, options);
	command_run(arguments, &outcome);
	if (!strstr(outcome.errors, "the body is done\n"))
		fail_msg("it says: %s", outcome.errors);
	assert_int_equal(outcome.status, 0);
	kernel_expect_end(&kernel);
}

/* Run @body under a server with a directory in which @name.mach says @format; the body
 * leaves no file but that, and @left, which may be NULL. */
static void
run(const char *name, const char *format, const char *left, const char *body)
{
	const char *const files[] = {"body", name, left};
	char directory[] = "/tmp/machport-reload-XXXXXX";
	char socket_name[64];
	char path[128];

	assert_non_null(mkdtemp(directory));
	assert_int_equal(setenv(DIRECTORY_VARIABLE, directory, 1), 0);
	(void)snprintf(socket_name, sizeof(socket_name),
	    "@machport/test/%d/notices", getpid());
	assert_int_equal(setenv("NOTIFY_SOCKET", socket_name, 1), 0);
	write_service(name, format);
	write_body(body, directory, socket_name);
	serve(directory);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i]) {
			path_of(files[i], path, sizeof(path));
			(void)unlink(path);
		}
	assert_int_equal(rmdir(directory), 0);
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv(DIRECTORY_VARIABLE);
}

#define TEST(name, service, format, left)                                      \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		run(service, format, left, "body_" #name);                     \
	}

static void
answers_1000(void *argument)
{
	(void)argument;
	served_answer(served_check_in(bootstrap_port, "a"), 1000);
}

static void
answers_2000(void *argument)
{
	(void)argument;
	served_answer(served_check_in(bootstrap_port, "a"), 2000);
}

/* Until it has been asked for 0. */
static void
answers_until_0(void *argument)
{
	mach_port_t service = served_check_in(bootstrap_port, "a");

	(void)argument;
	while (served_answer_one(service, 0) != 0)
		;
}

static kern_return_t
look_up(const char *name)
{
	mach_port_t port = MACH_PORT_NULL;
	kern_return_t kr = bootstrap_look_up(bootstrap_port, name, &port);

	if (kr == BOOTSTRAP_SUCCESS)
		(void)mach_port_deallocate(mach_task_self(), port);
	return kr;
}

/* --- what becomes true ----------------------------------------------------- */

static void
body_a_new_port_can_be_looked_up(void *argument)
{
	(void)argument;
	begin();
	CHECK(look_up("b") == BOOTSTRAP_UNKNOWN_SERVICE);
	write_service("b", "[port b]\n");
	CHECK(reload());
	CHECK(look_up("a") == BOOTSTRAP_SUCCESS);
	CHECK(look_up("b") == BOOTSTRAP_SUCCESS);
}
TEST(a_new_port_can_be_looked_up, "a", "[port a]\n", "b")

static void
body_a_port_that_is_in_no_file_is_gone(void *argument)
{
	mach_port_t port;

	(void)argument;
	begin();
	port = served_look_up(bootstrap_port, "a");
	write_service("a", NULL);
	CHECK(reload());
	CHECK(look_up("a") == BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK(served_type(port) == MACH_PORT_TYPE_DEAD_NAME);
}
TEST(a_port_that_is_in_no_file_is_gone, "a", ANSWERS(1000) "[port a]\n", NULL)

static void
body_rules_hold_at_once(void *argument)
{
	(void)argument;
	begin();
	CHECK(look_up("a") == BOOTSTRAP_SUCCESS);
	write_service("a", "[port a]\nlook-up = nobody\n");
	CHECK(reload());
	CHECK(look_up("a") == BOOTSTRAP_UNKNOWN_SERVICE);
	write_service("a", "[port a]\nlook-up = anybody\n");
	CHECK(reload());
	CHECK(look_up("a") == BOOTSTRAP_SUCCESS);
}
TEST(rules_hold_at_once, "a", "[port a]\n", NULL)

static void
body_a_new_program_starts_by_a_message(void *argument)
{
	(void)argument;
	begin();
	write_service("b", ANSWERS(1000) "[port a]\n");
	CHECK(reload());
	CHECK(served_ask(served_look_up(bootstrap_port, "a"), 1) == 1001);
}
TEST(a_new_program_starts_by_a_message, "a", "[port b]\n", "b")

static void
body_a_program_that_runs_goes_on(void *argument)
{
	mach_port_t port;

	(void)argument;
	begin();
	port = served_look_up(bootstrap_port, "a");
	CHECK(served_ask(port, 1) == 1);
	write_service("a", ANSWERS(2000) "[port a]\n");
	CHECK(reload());
	CHECK(served_ask(port, 1) == 1);
	/* Now it ends. */
	CHECK(served_ask(port, 0) == 0);
	CHECK(served_ask(port, 1) == 2001);
}
TEST(a_program_that_runs_goes_on, "a",
    "[program]\ncommand = %s --program answers_until_0\nthrottle = 1ms\n"
    "[port a]\n",
    NULL)

/* Wait until @port dies. */
static void
expect_death(mach_port_t port)
{
	mach_port_t notify = served_port();
	mach_port_t previous;
	struct mail mail;

	CHECK_RETURN(mach_port_request_notification(mach_task_self(), port,
	                 MACH_NOTIFY_DEAD_NAME, 1, notify,
	                 MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous),
	    KERN_SUCCESS);
	CHECK_RETURN(mail_receive(notify, &mail, MACH_MSG_OPTION_NONE, 0),
	    MACH_MSG_SUCCESS);
	CHECK(mail.header.msgh_id == MACH_NOTIFY_DEAD_NAME);
}

/* Its port's name goes when it has ended, too. */
static void
body_a_program_that_was_removed_goes_on_and_is_not_started_again(void *argument)
{
	mach_port_t port;

	(void)argument;
	begin();
	port = served_look_up(bootstrap_port, "a");
	CHECK(served_ask(port, 1) == 1);
	write_service("a", NULL);
	CHECK(reload());
	CHECK(served_ask(port, 2) == 2);
	CHECK(look_up("a") == BOOTSTRAP_SUCCESS);
	CHECK(served_ask(port, 0) == 0);
	expect_death(port);
	CHECK(look_up("a") == BOOTSTRAP_UNKNOWN_SERVICE);
}
TEST(a_program_that_was_removed_goes_on_and_is_not_started_again, "a",
    "[program]\ncommand = %s --program answers_until_0\nthrottle = 1ms\n"
    "[port a]\n",
    NULL)

/* Who serves it goes on; then the program does. */
static void
body_a_name_that_somebody_has_can_be_declared(void *argument)
{
	mach_port_t ours;
	mach_port_t port;

	(void)argument;
	begin();
	ours = served_check_in(bootstrap_port, "a");
	port = served_look_up(bootstrap_port, "a");
	write_service("b", ANSWERS(1000) "[port a]\n");
	CHECK(reload());
	served_expect_reaches(port, ours);
	served_kill(ours);
	CHECK(served_ask(port, 1) == 1001);
}
TEST(a_name_that_somebody_has_can_be_declared, "a", "[port b]\n", "b")

static void
body_a_name_that_was_hidden_can_be_declared(void *argument)
{
	(void)argument;
	begin();
	CHECK_RETURN(bootstrap_register(bootstrap_port, (char *)(uintptr_t) "a",
	                 MACH_PORT_NULL),
	    BOOTSTRAP_SUCCESS);
	write_service("b", ANSWERS(1000) "[port a]\n");
	CHECK(reload());
	CHECK(served_ask(served_look_up(bootstrap_port, "a"), 1) == 1001);
}
TEST(a_name_that_was_hidden_can_be_declared, "a", "[port b]\n", "b")

static void
body_a_port_can_go_to_another_program(void *argument)
{
	mach_port_t port;

	(void)argument;
	begin();
	port = served_look_up(bootstrap_port, "a");
	write_service("a", NULL);
	write_service("b", ANSWERS(2000) "[port a]\n");
	CHECK(reload());
	CHECK(served_ask(port, 1) == 2001);
}
TEST(a_port_can_go_to_another_program, "a", ANSWERS(1000) "[port a]\n", "b")

static void
body_failures_are_forgotten(void *argument)
{
	mach_port_t port;

	(void)argument;
	begin();
	port = served_look_up(bootstrap_port, "a");
	CHECK(served_ask(port, 1) == -1);
	write_service("a", ANSWERS(1000) "[port a]\n");
	CHECK(reload());
	/* No throttle of an hour. */
	CHECK(served_ask(port, 1) == 1001);
}
TEST(failures_are_forgotten, "a",
    "[program]\ncommand = /bin/true\nthrottle = 1h\nthrottle-limit = 1h\n"
    "attempts = 1\n[port a]\n",
    NULL)

/* --- what does not --------------------------------------------------------- */

static void
body_of_a_wrong_file_nothing_becomes_true(void *argument)
{
	mach_port_t port;

	(void)argument;
	begin();
	port = served_look_up(bootstrap_port, "a");
	/* All that is right besides does not count either. */
	write_service("a", ANSWERS(2000) "[port c]\n");
	write_service("b", "[port b]\nlook-up = everybody\n");
	CHECK(!reload());
	CHECK(look_up("b") == BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK(look_up("c") == BOOTSTRAP_UNKNOWN_SERVICE);
	CHECK(served_ask(port, 1) == 1001);
}

static void
of_a_wrong_file_nothing_becomes_true(void **state)
{
	(void)state;
	run("a", ANSWERS(1000) "[port a]\n", "b",
	    "body_of_a_wrong_file_nothing_becomes_true");
	assert_non_null(
	    strstr(outcome.errors, "/b.mach:2: look-up: everybody: who is"));
	assert_non_null(
	    strstr(outcome.errors, "the configuration stays as it was\n"));
}

static void
body_many_reloads_leave_nothing(void *argument)
{
	(void)argument;
	begin();
	for (unsigned i = 0; i < 50; i++) {
		write_service("b", i % 2 ? "[port b]\n" : "[port c]\nx\n");
		CHECK(reload() == (i % 2 == 1));
		write_service("b", NULL);
		CHECK(reload());
	}
	CHECK(served_ask(served_look_up(bootstrap_port, "a"), 1) == 1001);
}
TEST(many_reloads_leave_nothing, "a", ANSWERS(1000) "[port a]\n", NULL)

int
main(int argc, char **argv)
{
	static const struct served_body bodies[] = {
	    BODY(answers_1000),
	    BODY(answers_2000),
	    BODY(answers_until_0),
	    BODY(body_a_name_that_somebody_has_can_be_declared),
	    BODY(body_a_name_that_was_hidden_can_be_declared),
	    BODY(body_a_new_port_can_be_looked_up),
	    BODY(body_a_new_program_starts_by_a_message),
	    BODY(body_a_port_can_go_to_another_program),
	    BODY(body_a_port_that_is_in_no_file_is_gone),
	    BODY(body_a_program_that_runs_goes_on),
	    BODY(
	        body_a_program_that_was_removed_goes_on_and_is_not_started_again),
	    BODY(body_failures_are_forgotten),
	    BODY(body_many_reloads_leave_nothing),
	    BODY(body_of_a_wrong_file_nothing_becomes_true),
	    BODY(body_rules_hold_at_once),
	};
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_new_port_can_be_looked_up),
	    PROCESS_TEST(a_port_that_is_in_no_file_is_gone),
	    PROCESS_TEST(rules_hold_at_once),
	    PROCESS_TEST(a_new_program_starts_by_a_message),
	    PROCESS_TEST(a_program_that_runs_goes_on),
	    PROCESS_TEST(
	        a_program_that_was_removed_goes_on_and_is_not_started_again),
	    PROCESS_TEST(a_name_that_somebody_has_can_be_declared),
	    PROCESS_TEST(a_name_that_was_hidden_can_be_declared),
	    PROCESS_TEST(a_port_can_go_to_another_program),
	    PROCESS_TEST(failures_are_forgotten),
	    PROCESS_TEST(of_a_wrong_file_nothing_becomes_true),
	    PROCESS_TEST(many_reloads_leave_nothing),
	};

	self = realpath("/proc/self/exe", NULL);
	(void)umask(022);
	SERVED_BODIES(argc, argv, bodies);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
