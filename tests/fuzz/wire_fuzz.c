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
 *
 * With the first word that is about lanes comes another task, and each has a send right for a
 * port of the other; there is memory for a lane from it to the first. About lanes are
 *
 *	FROM_OTHER	the packet is sent by that task; the ticket of a LANE_OFFER that
 *			has none is of now
 *	IN_FILE and FROM_THREAD	no packet: without bytes, or with one, the next packet has
 *			the sender's memory, or the receiver's; else a place, whose highest
 *			bit says which of these, and what is written there
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "base_assert.h"
#include "closer.h"
#include "conn.h"
#include "ipc.h"
#include "ipc_mach_port.h"
#include "ipc_right.h"
#include "lane_memory.h"
#include "server.h"
#include "task.h"
#include "wire_call.h"
#include "wire_msg.h"
#include "wire_window.h"

#define FROM_THREAD 0x8000u
#define IN_FILE 0x4000u
#define LENGTH 0x3fffu
#define FROM_OTHER 0x2000u /* of LENGTH, in the word of a packet */

#define FILES_MOST (WIRE_PLACED_MAX + 2)

/* What a half of a window begins with: a name that every space has, and others. */
#define HALF_NAMES 1024

static struct server server;
static struct user *user;

/* The two connections, and that of the other task; and the ends that tasks would have. */
static struct conn *conns[3];
static int ends[3];

/* The process of the other task, which does nothing; and what the kernel has of it. */
static pid_t child;
static struct process *other;

/* What is in the memory of a lane: A's, and B's. */
static const struct lane_sizes sizes = {LANE_RING_MIN, 2, LANE_SLOT_BYTES_MIN};
static struct {
	int file;
	size_t bytes;
	uint8_t *memory;
} lane_memories[2];

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

static void
make_child(void)
{
	child = fork();
	mp_assert(child >= 0);
	if (child > 0)
		return;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		(void)pause();
}

static void
make_lane_memory(unsigned which, size_t bytes)
{
	void *memory;

	mp_assert(lane_memory_new(
	              "fuzz", bytes, &memory, &lane_memories[which].file) == 0);
	lane_memories[which].memory = memory;
	lane_memories[which].bytes = bytes;
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
	make_child();
	make_lane_memory(0, lane_sender_bytes(&sizes));
	make_lane_memory(1, lane_receiver_bytes(&sizes));
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
	for (unsigned i = 0; i < 3; i++)
		if (conns[i])
			drain(ends[i]);
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

static void
connect_end(unsigned which)
{
	int pair[2];

	mp_assert(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
	conn_new(&server, user, pair[0]); /* the last of the connections */
	conns[which] =
	    CONTAINER_OF(server.connections.prev, struct conn, server_link);
	ends[which] = pair[1];
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

	connect_end(which);
	if (which == 1)
		hello.token = conns[0]->task->token;
	put_packet(&hello, sizeof(hello));
	conn_handle(conns[which], &server.packet);
	mp_assert(conns[which]->task);
	drain(ends[which]);
}

/* --- the other task ---------------------------------------------------------- */

/* A port of @to, and a send right for it that @from has. */
static void
make_right(struct task *from, struct task *to)
{
	struct ipc_port *port;
	mach_port_name_t name;

	mp_assert(ipc_mach_port_allocate(to->kern->space,
	              MACH_PORT_RIGHT_RECEIVE, &name) == KERN_SUCCESS);
	mp_assert(ipc_right_copyin(to->kern->space, name,
	              MACH_MSG_TYPE_MAKE_SEND, &port) == KERN_SUCCESS);
	mp_assert(ipc_right_copyout(from->kern->space, port,
	              MACH_MSG_TYPE_PORT_SEND, &name) == KERN_SUCCESS);
}

/* Its process is a child, whose packets this one sends. */
static void
make_other(void)
{
	const struct heritage none = {0};
	struct peer peer = {.pid = child, .euid = getuid(), .is_exact = true};
	struct conn *conn;

	connect_end(2);
	conn = conns[2];
	peer.pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	mp_assert(peer.pidfd >= 0);
	mp_assert(process_new(&server, user, &peer, &other) == 0);
	mp_assert(task_new(other, user, &peer, &none, conn) == 0);
	other->kern.pid = getpid();
	conn->kind = CONN_TASK;
	kern_timer_disarm(&conn->timer);
}

/* It is there. False: it cannot be, since the first one is gone. */
static bool
need_other(void)
{
	if (conns[2])
		return true;
	if (conns[0]->kind == CONN_CLOSED)
		return false;
	make_other();
	make_right(conns[2]->task, conns[0]->task);
	make_right(conns[0]->task, conns[2]->task);
	conns[0]->task->lanes.known = true;
	conns[2]->task->lanes.known = true;
	/* As if time had passed since the last input, and no lane had been there. */
	user->offers = (struct user_offers){0};
	server.lanes.last_id = 0;
	for (unsigned i = 0; i < 2; i++)
		memset(lane_memories[i].memory, 0, lane_memories[i].bytes);
	return true;
}

static void
write_lane_memory(const uint8_t *data, size_t count)
{
	uint16_t place;
	unsigned which;

	memcpy(&place, data, sizeof(place));
	which = place >> 15;
	place &= 0x7fff;
	data += sizeof(place);
	count -= sizeof(place);
	if (place < lane_memories[which].bytes &&
	    count <= lane_memories[which].bytes - place)
		memcpy(lane_memories[which].memory + place, data, count);
}

/* A call of the packet's; an offer has a ticket. */
static void
put_other_packet(const uint8_t *data, size_t count)
{
	struct wire_header header;
	uint64_t ticket = 0;
	const size_t at = sizeof(header) + 4 * sizeof(uint32_t);

	put_packet(data, count);
	if (!wire_header_check(data, count, &header) ||
	    header.number != WIRE_LANE_OFFER || count < at + sizeof(ticket))
		return;
	memcpy(&ticket, data + at, sizeof(ticket));
	if (ticket != 0)
		return;
	ticket = lane_table_ticket(&server.lanes);
	memcpy(server.packet.bytes + at, &ticket, sizeof(ticket));
}

/* --- an input ---------------------------------------------------------------- */

/* The tasks are gone, and the processes that they were of. */
static void
close_connections(void)
{
	struct process *process = process_find(&server.processes, getpid());

	mp_assert(process);
	for (unsigned i = 0; i < 3; i++)
		if (conns[i] && conns[i]->kind != CONN_CLOSED)
			conn_close(conns[i]);
	process_end(process);
	if (other)
		process_end(other);
	settle();
	for (unsigned i = 0; i < 3; i++)
		if (conns[i])
			(void)close(ends[i]);
	conns[2] = NULL;
	other = NULL;
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

/* One more file for the next packet; there may be too many for it to be true. CONSUMES
 * @file. */
static void
add_file(int file)
{
	mp_assert(file >= 0);
	if (server.packet.file_count < FILES_MOST)
		server.packet.files[server.packet.file_count++] = file;
	else
		(void)close(file);
}

/* What is no packet. */
static void
prepare(const uint8_t *data, size_t count, bool of_lane)
{
	if (!of_lane)
		add_file(new_file(data, count));
	else if (!need_other())
		return;
	else if (count < sizeof(uint16_t))
		add_file(fcntl(lane_memories[count].file, F_DUPFD_CLOEXEC, 0));
	else
		write_lane_memory(data, count);
}

static void
send_packet(const uint8_t *data, size_t count, unsigned from)
{
	if (from < 2)
		put_packet(data, count);
	else if (need_other())
		put_other_packet(data, count);
	else
		return;
	handle(from);
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
		if (!(word & IN_FILE))
			count &= ~FROM_OTHER;
		if (count > bytes)
			count = bytes;
		if (word & IN_FILE)
			prepare(data, count, word & FROM_THREAD);
		else if (word & FROM_OTHER)
			send_packet(data, count, 2);
		else
			send_packet(data, count, (word & FROM_THREAD) != 0);
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
