/* machportd as a server: at a path, by itself or started by systemd. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "harness.h"
#include "mail.h"

/* A directory of its own, with a socket that says when a server is ready. */
struct place {
	char directory[64];
	char path[80];   /* where the server listens */
	char notify[80]; /* where it says that it does: $NOTIFY_SOCKET */
	int notify_fd;
};

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, path, strlen(path));
	return address;
}

/* A socket of type @type, bound to @path. */
static int
bound_socket(int type, const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void
place_make(struct place *place)
{
	memset(place, 0, sizeof(*place));
	snprintf(place->directory, sizeof(place->directory),
	    "/tmp/machport-test-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	snprintf(
	    place->path, sizeof(place->path), "%s/socket", place->directory);
	snprintf(place->notify, sizeof(place->notify), "%s/notify",
	    place->directory);
	place->notify_fd = bound_socket(SOCK_DGRAM, place->notify);
	setenv("NOTIFY_SOCKET", place->notify, 1);
	setenv("MACHPORT_SOCKET", place->path, 1);
}

/* All else in the directory has gone by now. */
static void
place_remove(struct place *place)
{
	unsetenv("NOTIFY_SOCKET");
	close(place->notify_fd);
	assert_int_equal(unlink(place->notify), 0);
	assert_int_equal(rmdir(place->directory), 0);
}

static bool
file_exists(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0;
}

/* Wait until the server says that it is ready. */
static void
place_await(const struct place *place)
{
	char text[256];
	ssize_t bytes = recv(place->notify_fd, text, sizeof(text) - 1, 0);

	assert_true(bytes > 0);
	text[bytes] = '\0';
	assert_non_null(strstr(text, "READY=1"));
}

static pid_t
server_start(const struct place *place)
{
	char option[128];
	char *arguments[] = {getenv("MACHPORT_KERNEL"), option, NULL};

	snprintf(option, sizeof(option), "--socket=%s", place->path);
	return command_start(arguments, -1);
}

/* What a task does: send itself a message. */
static void
work(void *argument)
{
	mach_port_t port = mail_port();
	struct mail mail;

	(void)argument;
	CHECK_RETURN(
	    mail_send(port, 1, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
	CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
}

static void
a_server_serves_at_a_path_until_it_is_told_to_end(void **state)
{
	struct place place;
	pid_t server;

	(void)state;
	place_make(&place);
	server = server_start(&place);
	place_await(&place);
	task_run(work, NULL);
	/* No task is left, but others may come. */
	task_run(work, NULL);
	assert_int_equal(kill(server, SIGTERM), 0);
	assert_int_equal(command_wait(server), 0);
	assert_false(file_exists(place.path));
	place_remove(&place);
}

static void
a_second_server_at_the_same_path_is_refused(void **state)
{
	struct place place;
	struct outcome outcome;
	char option[128];
	char *arguments[] = {getenv("MACHPORT_KERNEL"), option, NULL};
	pid_t server;

	(void)state;
	place_make(&place);
	server = server_start(&place);
	place_await(&place);
	snprintf(option, sizeof(option), "--socket=%s", place.path);
	command_run(arguments, &outcome);
	assert_int_not_equal(outcome.status, 0);
	assert_non_null(strstr(outcome.errors, place.path));
	task_run(work, NULL);
	assert_int_equal(kill(server, SIGTERM), 0);
	assert_int_equal(command_wait(server), 0);
	place_remove(&place);
}

static void
the_socket_of_a_killed_server_is_taken_over_by_the_next(void **state)
{
	struct place place;
	pid_t server;

	(void)state;
	place_make(&place);
	server = server_start(&place);
	place_await(&place);
	task_kill(server);
	assert_true(file_exists(place.path));
	server = server_start(&place);
	place_await(&place);
	task_run(work, NULL);
	assert_int_equal(kill(server, SIGINT), 0);
	assert_int_equal(command_wait(server), 0);
	assert_false(file_exists(place.path));
	place_remove(&place);
}

/* As systemd starts it for a socket unit: from descriptor 3 on, and two
 * variables. */
static pid_t
server_activate_with(int listener, const char *count, char *option)
{
	pid_t server = fork();

	if (server == 0) {
		char *arguments[] = {getenv("MACHPORT_KERNEL"), option, NULL};
		char pid[16];

		snprintf(pid, sizeof(pid), "%d", getpid());
		setenv("LISTEN_PID", pid, 1);
		setenv("LISTEN_FDS", count, 1);
		alarm(TEST_SECONDS);
		/* One without FD_CLOEXEC of each number. */
		listener = fcntl(listener, F_DUPFD, 10);
		dup2(listener, 3);
		dup2(listener, 4);
		execv(arguments[0], arguments);
		_exit(EXIT_FAILURE);
	}
	child_began(server);
	return server;
}

static pid_t
server_activate(int listener)
{
	return server_activate_with(listener, "1", NULL);
}

static void
a_server_takes_the_socket_that_systemd_passes(void **state)
{
	struct place place;
	pid_t server;
	pid_t early;
	int listener;

	(void)state;
	place_make(&place);
	listener = bound_socket(SOCK_SEQPACKET, place.path);
	assert_int_equal(listen(listener, SOMAXCONN), 0);
	/* Who calls before there is a server waits until there is one. */
	early = task_start(work, NULL);
	server = server_activate(listener);
	place_await(&place);
	task_expect_success(early);
	task_run(work, NULL);
	assert_int_equal(kill(server, SIGTERM), 0);
	assert_int_equal(command_wait(server), 0);
	/* The socket is systemd's: it stays. */
	assert_int_equal(unlink(place.path), 0);
	close(listener);
	place_remove(&place);
}

/* Rather than that it serves another socket, or one of several. */
static void
a_server_that_was_passed_what_it_cannot_serve_ends(void **state)
{
	struct place place;
	char option[128];
	int listener;

	(void)state;
	place_make(&place);
	snprintf(option, sizeof(option), "--socket=%s.2", place.path);
	listener = bound_socket(SOCK_SEQPACKET, place.path);
	assert_int_equal(listen(listener, SOMAXCONN), 0);
	assert_int_equal(
	    command_wait(server_activate_with(listener, "2", NULL)), 1);
	assert_int_equal(
	    command_wait(server_activate_with(listener, "1", option)), 1);
	/* What was to be passed is not there. */
	assert_int_equal(
	    command_wait(server_activate_with(listener, "100", NULL)), 1);
	snprintf(option, sizeof(option), "--listen-fd=4");
	assert_int_equal(
	    command_wait(server_activate_with(listener, "1", option)), 1);
	assert_int_equal(unlink(place.path), 0);
	close(listener);
	place_remove(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_server_serves_at_a_path_until_it_is_told_to_end),
	    PROCESS_TEST(a_second_server_at_the_same_path_is_refused),
	    PROCESS_TEST(
	        the_socket_of_a_killed_server_is_taken_over_by_the_next),
	    PROCESS_TEST(a_server_takes_the_socket_that_systemd_passes),
	    PROCESS_TEST(a_server_that_was_passed_what_it_cannot_serve_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
