/*
 * Everything that reads what a task sent: the checks of the wire, and behind
 * them the traps of a kernel in this process, whose tasks are this one.
 *
 * An input is a series of packets, each
 *
 *	uint16_t	its length; FROM_THREAD: sent by the other connection,
 *			IN_FILE: no packet, but what a file has that goes with
 *			the next one, behind those before it; if it has nothing,
 *			it is the task's half of a window
 *	bytes		as many, or what is left
 *
 * Each input has a task of its own with two connections, so that one can wait
 * for what the other does. After each the world is counted.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/un.h>
#include <unistd.h>

#include "base_assert.h"
#include "closer.h"
#include "conn.h"
#include "ipc.h"
#include "server.h"
#include "task.h"
#include "wire_call.h"
#include "wire_msg.h"
#include "wire_window.h"

#define FROM_THREAD 0x8000u
#define IN_FILE 0x4000u
#define LENGTH 0x3fffu

#define FILES_MOST (WIRE_PLACED_MAX + 2)

/* What a half of a window begins with: a name that every space has, and others. */
#define HALF_NAMES 1024

static struct server server;
static struct user *user;

/* The two connections, and the ends that a task would have. */
static struct conn *conns[2];
static int ends[2];

/* The half that every window has. */
static int half;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static int
open_listener(void)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	mp_assert(bind(fd, (const struct sockaddr *)&address,
	              sizeof(address.sun_family)) == 0);
	mp_assert(listen(fd, 1) == 0);
	return fd;
}

static int
new_half(void)
{
	int fd = memfd_create("half", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	uint32_t names[HALF_NAMES];

	for (uint32_t i = 0; i < HALF_NAMES; i++)
		names[i] = (i % 4 + 1) << 8 | 3;
	mp_assert(fallocate(fd, 0, 0, WIRE_WINDOW_BYTES) == 0);
	mp_assert(write(fd, names, sizeof(names)) == (ssize_t)sizeof(names));
	mp_assert(fcntl(fd, F_ADD_SEALS, WIRE_WINDOW_SEALS) == 0);
	return fd;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct server_options options = {.limits = budget_defaults};

	(void)argc;
	(void)argv;
	mp_assert(closer_init(65536));
	mp_assert(server_init(&server, &options, 65536, open_listener(),
	              eventfd(0, EFD_NONBLOCK)) == 0);
	user = user_get(&server.budget, getuid());
	mp_assert(user);
	half = new_half();
	return 0;
}

/* Between packets, as the loop does it. */
static void
settle(void)
{
	server_settle(&server, UINT_MAX);
	kern_timer_expire(clock_now_ns(), UINT_MAX);
	server_settle(&server, UINT_MAX);
	server_reap(&server);
}

/* Read what was answered, and forget it. */
static void
drain(int end)
{
	static struct packet packet;

	while (packet_receive(end, &packet) == PACKET_READY)
		packet_dispose(&packet, NULL);
}

/* The packet with the files that are there. */
static void
handle(unsigned which)
{
	if (conns[which]->kind != CONN_CLOSED)
		conn_handle(conns[which], &server.packet);
	packet_dispose(&server.packet, NULL);
	server_settle(&server, UINT_MAX);
	drain(ends[0]);
	drain(ends[1]);
}

static void
put_packet(const void *bytes, size_t count)
{
	memcpy(server.packet.bytes, bytes, count);
	server.packet.byte_count = count;
	server.packet.pidfd = -1;
	server.packet.truncated = false;
	server.packet.files_lost = false;
	/* As Linux tells them: a packet of another process is not looked at. */
	server.packet.has_credentials = true;
	server.packet.credentials =
	    (struct ucred){getpid(), geteuid(), getegid()};
}

/* A new connection, and its HELLO. */
static void
open_connection(unsigned which)
{
	struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO},
	    .version = WIRE_VERSION,
	    .kind = which == 0 ? WIRE_KIND_TASK : WIRE_KIND_THREAD,
	    .thread = which,
	};
	int pair[2];

	mp_assert(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
	conn_new(&server, user, pair[0]); /* the last of the connections */
	conns[which] =
	    CONTAINER_OF(server.connections.prev, struct conn, server_link);
	ends[which] = pair[1];
	if (which == 1)
		hello.token = conns[0]->task->token;
	put_packet(&hello, sizeof(hello));
	conn_handle(conns[which], &server.packet);
	mp_assert(conns[which]->task);
	drain(pair[1]);
}

/* The task is gone, and the process that it was of. */
static void
close_connections(void)
{
	struct process *process = process_find(&server.processes, getpid());

	mp_assert(process);
	for (unsigned i = 0; i < 2; i++)
		if (conns[i]->kind != CONN_CLOSED)
			conn_close(conns[i]);
	process_end(process);
	settle();
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static int
new_file(const void *bytes, size_t count)
{
	int fd;

	if (count == 0)
		return fcntl(half, F_DUPFD_CLOEXEC, 0);
	fd = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	mp_assert(fd >= 0);
	mp_assert(write(fd, bytes, count) == (ssize_t)count);
	mp_assert(fcntl(fd, F_ADD_SEALS,
	              F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0);
	return fd;
}

/* One more file for the next packet; there may be too many for it to be true. */
static void
add_file(const uint8_t *data, size_t count)
{
	if (server.packet.file_count < FILES_MOST)
		server.packet.files[server.packet.file_count++] =
		    new_file(data, count);
}

static void
run_packets(const uint8_t *data, size_t bytes)
{
	while (bytes >= sizeof(uint16_t)) {
		uint16_t word;
		size_t count;

		memcpy(&word, data, sizeof(word));
		data += sizeof(word);
		bytes -= sizeof(word);
		count = word & LENGTH;
		if (count > bytes)
			count = bytes;
		if (word & IN_FILE) {
			add_file(data, count);
		} else {
			put_packet(data, count);
			handle((word & FROM_THREAD) != 0);
		}
		data += count;
		bytes -= count;
	}
	packet_dispose(&server.packet, NULL);
}

/* The checks alone, on any bytes. */
static void
run_checks(const uint8_t *data, size_t bytes)
{
	struct wire_header header;
	struct wire_hello hello;
	struct wire_msg msg;
	struct wire_call_request call;

	(void)wire_header_check(data, bytes, &header);
	(void)wire_hello_check(data, bytes, &hello);
	(void)wire_call_check(data, bytes, &call);
	(void)wire_window_check(data, bytes, 1, &header);
	for (unsigned files = 0; files < WIRE_PLACED_MAX + 3; files++)
		if (wire_msg_check(data, bytes, files, ipc_world.page, &msg))
			mp_assert(msg.body + msg.body_bytes == data + bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	run_checks(data, bytes);
	open_connection(0);
	open_connection(1);
	run_packets(data, bytes);
	ipc_check();
	close_connections();
	ipc_check();
	return 0;
}
