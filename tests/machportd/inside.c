/* A kernel inside the test. */
#include "inside.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "base_alloc.h"
#include "closer.h"
#include "ipc.h"

#define DESCRIPTORS 65536

struct server inside_server;

static int
open_listener(void)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&address,
	                     sizeof(address.sun_family)),
	    0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

void
inside_init(void)
{
	const struct server_options options = {
	    .limits = budget_defaults, .lane_step_ms = LANE_STEP_MS};
	static bool closers;

	if (!closers)
		assert_true(closer_init(DESCRIPTORS));
	closers = true;
	assert_int_equal(server_init(&inside_server, &options, DESCRIPTORS,
	                     open_listener(), eventfd(0, EFD_NONBLOCK)),
	    0);
}

void
inside_deinit(void)
{
	server_deinit(&inside_server);
	assert_int_equal(base_alloc_live(), 0);
}

int
inside_connect(struct conn **conn_out)
{
	struct user *user = user_get(&inside_server.budget, getuid());
	struct list *last = inside_server.connections.prev;
	int pair[2];

	*conn_out = NULL;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	if (!user) {
		(void)close(pair[0]);
		return pair[1];
	}
	conn_new(&inside_server, user, pair[0]);
	if (inside_server.connections.prev != last)
		*conn_out = CONTAINER_OF(
		    inside_server.connections.prev, struct conn, server_link);
	(void)user_unref(user);
	return pair[1];
}

void
inside_handle_files(struct conn *conn, const void *packet, size_t bytes,
    const int *files, unsigned file_count)
{
	struct packet *to = &inside_server.packet;

	memcpy(to->bytes, packet, bytes);
	to->byte_count = bytes;
	to->file_count = file_count;
	for (unsigned i = 0; i < file_count; i++)
		to->files[i] = files[i];
	to->pidfd = -1;
	to->truncated = false;
	to->files_lost = false;
	to->has_credentials = true;
	to->credentials = (struct ucred){getpid(), geteuid(), getegid()};
	conn_handle(conn, to);
	packet_dispose(to, NULL);
	server_settle(&inside_server, UINT_MAX);
}

void
inside_handle(struct conn *conn, const void *packet, size_t bytes, int file)
{
	inside_handle_files(conn, packet, bytes, &file, file >= 0);
}

bool
inside_hello(struct conn *conn)
{
	const struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO},
	    .version = WIRE_VERSION,
	    .kind = WIRE_KIND_TASK,
	};

	inside_handle(conn, &hello, sizeof(hello), -1);
	return conn->kind == CONN_TASK;
}

unsigned
inside_drain(int end)
{
	static struct packet packet;
	unsigned count = 0;

	while (packet_receive(end, &packet) == PACKET_READY) {
		packet_dispose(&packet, NULL);
		count++;
	}
	return count;
}

void
inside_reap(void)
{
	server_reap(&inside_server);
}

void
inside_end_task(void)
{
	struct process *process =
	    process_find(&inside_server.processes, getpid());

	if (process)
		process_end(process);
	server_settle(&inside_server, UINT_MAX);
	server_reap(&inside_server);
	ipc_check();
}
