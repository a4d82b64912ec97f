/* Listening sockets: whose they are, and who may take them over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "listener.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static char directory[] = "/tmp/listener_test.XXXXXX";
static char path[64];

static int
setup(void **state)
{
	(void)state;
	(void)alarm(30);
	memset(directory + strlen(directory) - 6, 'X', 6);
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/socket", directory);
	return 0;
}

/* What a test leaves must be nothing. */
static int
teardown(void **state)
{
	(void)state;
	return rmdir(directory);
}

/* What a kernel that is killed leaves. */
static void
die(struct listener *listener)
{
	(void)close(listener->fd);
	(void)close(listener->lock);
	listener->lock = -1;
}

static bool
can_connect(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	bool connected;

	memcpy(address.sun_path, path, sizeof(path));
	connected = connect(fd, (const struct sockaddr *)&address,
	                sizeof(address)) == 0;
	(void)close(fd);
	return connected;
}

static bool
exists(void)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

TEST(everybody_may_connect_to_the_socket)
{
	struct listener listener;
	struct stat status;

	assert_int_equal(listener_open(&listener, path), 0);
	assert_true(can_connect());
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0666);
	(void)close(listener.fd);
	listener_remove(&listener);
	assert_false(exists());
}

TEST(a_socket_that_is_served_is_left_alone)
{
	struct listener first;
	struct listener second;

	assert_int_equal(listener_open(&first, path), 0);
	assert_int_equal(listener_open(&second, path), -EADDRINUSE);
	assert_true(can_connect());
	(void)close(first.fd);
	listener_remove(&first);
}

TEST(a_socket_that_nobody_serves_is_replaced)
{
	struct listener first;
	struct listener second;

	assert_int_equal(listener_open(&first, path), 0);
	die(&first);
	(void)close(first.file);
	assert_int_equal(listener_open(&second, path), 0);
	assert_true(can_connect());
	(void)close(second.fd);
	listener_remove(&second);
}

TEST(a_file_that_is_no_socket_is_left_alone)
{
	struct listener listener;
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	(void)close(fd);
	assert_int_equal(listener_open(&listener, path), -EADDRINUSE);
	assert_true(exists());
	(void)unlink(path);
}

TEST(a_successors_socket_is_not_removed)
{
	struct listener first;
	struct listener second;

	assert_int_equal(listener_open(&first, path), 0);
	die(&first);
	assert_int_equal(listener_open(&second, path), 0);
	listener_remove(&first);
	assert_true(can_connect());
	(void)close(second.fd);
	listener_remove(&second);
}

TEST(a_socket_about_to_be_removed_is_left_alone)
{
	struct listener first;
	struct listener second;

	assert_int_equal(listener_open(&first, path), 0);
	(void)close(first.fd); /* it ends, and has not removed it yet */
	assert_int_equal(listener_open(&second, path), -EADDRINUSE);
	listener_remove(&first);
	assert_false(exists());
	assert_int_equal(listener_open(&second, path), 0);
	(void)close(second.fd);
	listener_remove(&second);
}

TEST(a_lock_on_the_directory_delays_nobody)
{
	struct listener listener;
	int fd = open(directory, O_RDONLY | O_DIRECTORY);

	/* Everybody who may read the directory can do this. */
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(listener_open(&listener, path), 0);
	(void)close(listener.fd);
	listener_remove(&listener);
	assert_false(exists());
	(void)close(fd);
}

TEST(a_lock_file_that_others_could_lock_is_refused)
{
	struct listener listener;
	char lock[80];
	int fd;

	(void)snprintf(lock, sizeof(lock), "%s.lock", path);
	fd = open(lock, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(fchmod(fd, 0644), 0);
	(void)close(fd);
	assert_int_equal(listener_open(&listener, path), -EPERM);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(symlink("elsewhere", lock), 0);
	assert_int_equal(listener_open(&listener, path), -ELOOP);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(mkfifo(lock, 0600), 0);
	assert_int_equal(listener_open(&listener, path), -EPERM);
	assert_int_equal(unlink(lock), 0);
	assert_false(exists());
}

TEST(the_mask_of_permissions_is_neither_used_nor_changed)
{
	struct listener listener;
	struct stat status;
	mode_t mask = umask(077);

	assert_int_equal(listener_open(&listener, path), 0);
	assert_int_equal(umask(mask), 077);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0666);
	(void)close(listener.fd);
	listener_remove(&listener);
}

TEST(an_abstract_socket_has_no_file)
{
	struct listener listener;
	char name[64];

	(void)snprintf(name, sizeof(name), "@listener_test.%d", (int)getpid());
	assert_int_equal(listener_open(&listener, name), 0);
	assert_int_equal(listener.path[0], '\0');
	listener_remove(&listener);
	(void)close(listener.fd);
}

TEST(an_address_that_cannot_be_is_refused)
{
	struct listener listener;
	char too_long[200];

	memset(too_long, 'x', sizeof(too_long));
	too_long[sizeof(too_long) - 1] = '\0';
	assert_int_equal(listener_open(&listener, ""), -EINVAL);
	assert_int_equal(listener_open(&listener, too_long), -ENAMETOOLONG);
	assert_int_equal(listener_open(&listener, "/nowhere/at/all"), -ENOENT);
}

TEST(only_a_listening_socket_for_packets_is_adopted)
{
	struct listener listener;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	int stream = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	assert_int_equal(listener_adopt(&listener, stream), -EINVAL);
	assert_int_equal(listener_adopt(&listener, fd), -EINVAL);
	assert_int_equal(listener_adopt(&listener, 999), -EINVAL);
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&address, sizeof(sa_family_t)),
	    0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(listener_adopt(&listener, fd), 0);
	assert_int_not_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	assert_int_not_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	(void)close(fd);
	(void)close(stream);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(everybody_may_connect_to_the_socket),
	    CASE(a_socket_that_is_served_is_left_alone),
	    CASE(a_socket_that_nobody_serves_is_replaced),
	    CASE(a_file_that_is_no_socket_is_left_alone),
	    CASE(a_successors_socket_is_not_removed),
	    CASE(a_socket_about_to_be_removed_is_left_alone),
	    CASE(a_lock_on_the_directory_delays_nobody),
	    CASE(a_lock_file_that_others_could_lock_is_refused),
	    CASE(the_mask_of_permissions_is_neither_used_nor_changed),
	    CASE(an_abstract_socket_has_no_file),
	    CASE(an_address_that_cannot_be_is_refused),
	    CASE(only_a_listening_socket_for_packets_is_adopted),
	};

	return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
