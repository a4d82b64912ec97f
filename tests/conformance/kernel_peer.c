/*
 * A peer is a forked child that waits for commands: functions to run, which are
 * where they are in its parent, with an argument in memory that both share.
 */
#include "kernel_peer.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel_blocked.h"
#include "scenario.h"

#define ARGUMENT_MAX ((size_t)1 << 20)

struct peer {
	struct peer *next;
	pid_t pid; /* 0: it was ended */
	int socket;
	mach_port_t task;
	void *shared;   /* ARGUMENT_MAX bytes */
	void *argument; /* the scenario's, of what runs */
	size_t bytes;
	bool runs;
};

/* What a peer reads from its socket. It answers with a byte. */
struct command {
	peer_function *function;
	size_t bytes;
};

static struct peer *peers;

/* The child: run what it is told to. */
static _Noreturn void
serve(int socket, void *shared)
{
	struct command command;

	while (read(socket, &command, sizeof(command)) ==
	    (ssize_t)sizeof(command)) {
		command.function(command.bytes > 0 ? shared : NULL);
		if (write(socket, "!", 1) != 1)
			break;
	}
	_exit(EXIT_SUCCESS);
}

/* The first registered port of this task: send it the task port. */
static void
introduce(void)
{
	mach_port_array_t ports;
	mach_msg_type_number_t count;
	mach_port_t parent;

	EXPECT(
	    mach_ports_lookup(mach_task_self(), &ports, &count), KERN_SUCCESS);
	parent = ports[0];
	CHECK(parent != MACH_PORT_NULL);
	EXPECT(vm_deallocate(mach_task_self(), (vm_address_t)ports,
	           count * sizeof(*ports)),
	    KERN_SUCCESS);
	EXPECT(send_right(parent, 0, mach_task_self(), MACH_MSG_TYPE_COPY_SEND),
	    MACH_MSG_SUCCESS);
	drop(parent);
}

static _Noreturn void
be_peer(pid_t parent, int socket, void *shared)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	/* The others are the parent's: were they open here, they would not see
	 * its end. */
	for (; peers; peers = peers->next)
		(void)close(peers->socket);
	introduce();
	serve(socket, shared);
}

/* Receive the introduction of the task on @port. */
static mach_port_t
meet(mach_port_t port)
{
	struct received message;

	EXPECT(receive(port, 0, &message), MACH_MSG_SUCCESS);
	return descriptor_of(&message, 0)->name;
}

/*
 * Fork the child with a port of ours as its only registered one, which it
 * inherits; after that, it and we have again what was registered.
 */
static void
bear(struct peer *peer, int sockets[2])
{
	mach_port_t self = mach_task_self();
	mach_port_t port = new_send_port();
	mach_port_array_t registered;
	mach_msg_type_number_t count;
	pid_t parent = getpid();

	EXPECT(mach_ports_lookup(self, &registered, &count), KERN_SUCCESS);
	EXPECT(mach_ports_register(self, &port, 1), KERN_SUCCESS);
	peer->pid = fork();
	CHECK(peer->pid >= 0);
	if (peer->pid == 0)
		be_peer(parent, sockets[1], peer->shared);
	peer->task = meet(port);
	EXPECT(mach_ports_register(self, registered, count), KERN_SUCCESS);
	EXPECT(
	    mach_ports_register(peer->task, registered, count), KERN_SUCCESS);
	for (unsigned i = 0; i < count; i++)
		if (MACH_PORT_VALID(registered[i]))
			drop(registered[i]);
	EXPECT(vm_deallocate(
	           self, (vm_address_t)registered, count * sizeof(*registered)),
	    KERN_SUCCESS);
	destroy(port);
}

struct peer *
peer_new(void)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	int sockets[2];

	CHECK(peer);
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) ==
	    0);
	peer->socket = sockets[0];
	peer->shared = mmap(NULL, ARGUMENT_MAX, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(peer->shared != MAP_FAILED);
	peer->next = peers;
	peers = peer;
	bear(peer, sockets);
	(void)close(sockets[1]);
	return peer;
}

void
peer_start(
    struct peer *peer, peer_function *function, void *argument, size_t bytes)
{
	const struct command command = {function, bytes};

	CHECK(!peer->runs);
	CHECK(peer->pid != 0);
	CHECK(bytes <= ARGUMENT_MAX);
	if (bytes > 0)
		memcpy(peer->shared, argument, bytes);
	peer->argument = argument;
	peer->bytes = bytes;
	peer->runs = true;
	CHECK(write(peer->socket, &command, sizeof(command)) ==
	    (ssize_t)sizeof(command));
}

void
peer_join(struct peer *peer)
{
	char done;

	CHECK(peer->runs);
	/* If not, it has failed, and has said why. */
	CHECK(read(peer->socket, &done, 1) == 1);
	if (peer->bytes > 0)
		memcpy(peer->argument, peer->shared, peer->bytes);
	peer->runs = false;
}

void
peer_run(
    struct peer *peer, peer_function *function, void *argument, size_t bytes)
{
	peer_start(peer, function, argument, bytes);
	peer_join(peer);
}

void
peer_until_blocked(struct peer *peer)
{
	CHECK(peer->runs);
	kernel_until_blocked(peer->pid, peer->pid, peer->socket);
}

void
peer_kill(struct peer *peer)
{
	CHECK(peer->pid != 0);
	CHECK(kill(peer->pid, SIGKILL) == 0);
	CHECK(waitpid(peer->pid, NULL, 0) == peer->pid);
	peer->pid = 0;
	peer->runs = false;
	/* Linux is done with it. So is the kernel when its task port is dead,
	 * which dies last. */
	while (type_of(peer->task) & MACH_PORT_TYPE_SEND)
		(void)sched_yield();
}

mach_port_t
peer_task(struct peer *peer)
{
	return peer->task;
}

static void
peer_end(struct peer *peer)
{
	if (peer->pid != 0)
		peer_kill(peer);
	if (type_of(peer->task) != 0)
		drop(peer->task);
	(void)close(peer->socket);
	CHECK(munmap(peer->shared, ARGUMENT_MAX) == 0);
	free(peer);
}

void
kernel_peers_end(void)
{
	struct peer *peer;

	while ((peer = peers) != NULL) {
		peers = peer->next;
		peer_end(peer);
	}
}
