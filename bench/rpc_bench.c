/*
 * Round trips and one-way streams between two processes: through ports, without
 * lanes, and through a SOCK_SEQPACKET socket pair. One pair of processes does both in turn:
 * the parent serves and the child measures.
 *
 * Round trips are also compared with a relay: a third process that does nothing
 * but pass packets on between two such socket pairs, with epoll and a descriptor's
 * worth of control data, as who does not trust either side must. That is the
 * least that a message through a process in between can cost.
 */
#include <mach/mach.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define BODY_BYTES 40 /* with the header, 64 */
#define RPC_COUNT 3000
#define STREAM_COUNT 20000

struct message {
	mach_msg_header_t header;
	char body[BODY_BYTES];
};

struct received {
	struct message message;
	mach_msg_max_trailer_t trailer;
};

static void
serve_ports(mach_port_t port, unsigned count)
{
	struct received buffer;
	mach_msg_option_t option = MACH_RCV_MSG;

	for (unsigned i = 0; i <= count; i++) {
		mach_msg_header_t *h = &buffer.message.header;

		if (i == count)
			option = MACH_SEND_MSG;
		bench_check("serve",
		    mach_msg(h, option,
		        option & MACH_SEND_MSG ? sizeof(struct message) : 0,
		        option & MACH_RCV_MSG ? sizeof(buffer) : 0, port, 0,
		        MACH_PORT_NULL));
		h->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
		h->msgh_local_port = MACH_PORT_NULL;
		option = MACH_SEND_MSG | MACH_RCV_MSG;
	}
}

static double
call_ports(mach_port_t service, mach_port_t reply, unsigned count)
{
	uint64_t begin = bench_now_ns();
	struct received buffer;

	memset(&buffer, 0, sizeof(buffer));
	for (unsigned i = 0; i < count; i++) {
		mach_msg_header_t *h = &buffer.message.header;

		h->msgh_bits = MACH_MSGH_BITS(
		    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
		h->msgh_remote_port = service;
		h->msgh_local_port = reply;
		bench_check("call",
		    mach_msg(h, MACH_SEND_MSG | MACH_RCV_MSG,
		        sizeof(struct message), sizeof(buffer), reply, 0,
		        MACH_PORT_NULL));
	}
	return (double)(bench_now_ns() - begin) / count;
}

static void
transfer(int fd, bool sends, struct message *message)
{
	ssize_t bytes = sends ? send(fd, message, sizeof(*message), 0)
	                      : recv(fd, message, sizeof(*message), 0);

	if (bytes != (ssize_t)sizeof(*message))
		bench_die("socket", bytes);
}

static void
serve_socket(int fd, unsigned count)
{
	struct message message;

	for (unsigned i = 0; i < count; i++) {
		transfer(fd, false, &message);
		transfer(fd, true, &message);
	}
}

static double
call_socket(int fd, unsigned count)
{
	uint64_t begin = bench_now_ns();
	struct message message = {0};

	for (unsigned i = 0; i < count; i++) {
		transfer(fd, true, &message);
		transfer(fd, false, &message);
	}
	return (double)(bench_now_ns() - begin) / count;
}

/* Pass packets on between @a and @b, for ever. */
static _Noreturn void
relay(int a, int b)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = a};
	int epoll = epoll_create1(0);
	struct message message;
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(253 * sizeof(int))];
	} control;
	struct iovec part = {&message, sizeof(message)};

	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, a, &event) != 0)
		bench_die("epoll", a);
	event.data.fd = b;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, b, &event) != 0)
		bench_die("epoll", b);
	for (;;) {
		struct msghdr in = {
		    .msg_iov = &part,
		    .msg_iovlen = 1,
		    .msg_control = &control,
		    .msg_controllen = sizeof(control),
		};
		struct msghdr out = {.msg_iov = &part, .msg_iovlen = 1};

		if (epoll_wait(epoll, &event, 1, -1) != 1)
			bench_die("epoll_wait", 0);
		if (recvmsg(event.data.fd, &in, MSG_DONTWAIT) <= 0)
			_exit(EXIT_SUCCESS); /* one of them has ended */
		(void)sendmsg(event.data.fd == a ? b : a, &out, MSG_DONTWAIT);
	}
}

/* The stream's receiver says when it has the last message: that is the end. */

static void
drain_ports(mach_port_t port, int fd, unsigned count)
{
	struct received buffer;
	struct message message = {0};

	for (unsigned i = 0; i < count; i++)
		bench_check("receive",
		    mach_msg(&buffer.message.header, MACH_RCV_MSG, 0,
		        sizeof(buffer), port, 0, MACH_PORT_NULL));
	transfer(fd, true, &message);
}

static double
stream_ports(mach_port_t service, int fd, unsigned count)
{
	uint64_t begin = bench_now_ns();
	struct message message = {0};

	for (unsigned i = 0; i < count; i++) {
		message.header.msgh_bits =
		    MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
		message.header.msgh_remote_port = service;
		bench_check("send",
		    mach_msg(&message.header, MACH_SEND_MSG, sizeof(message), 0,
		        MACH_PORT_NULL, 0, MACH_PORT_NULL));
	}
	transfer(fd, false, &message);
	return count * 1e9 / (double)(bench_now_ns() - begin);
}

static void
drain_socket(int fd, unsigned count)
{
	struct message message;

	for (unsigned i = 0; i < count; i++)
		transfer(fd, false, &message);
	transfer(fd, true, &message);
}

static double
stream_socket(int fd, unsigned count)
{
	uint64_t begin = bench_now_ns();
	struct message message = {0};

	for (unsigned i = 0; i < count; i++)
		transfer(fd, true, &message);
	transfer(fd, false, &message);
	return count * 1e9 / (double)(bench_now_ns() - begin);
}

/* What the two processes share. */
struct pair {
	mach_port_t service; /* the parent's */
	int parent;          /* one socket pair: each process's end */
	int child;
	int parent_relay; /* two more, and the relay between them */
	int child_relay;
	int results[2];
};

struct pair_rounds {
	struct bench_rounds socket; /* ports against a socket */
	struct bench_rounds relay;  /* ports against a relay */
};

/* The child: measures, and hands the rounds to its parent. */
static _Noreturn void
measure(const struct pair *pair, bool stream)
{
	struct pair_rounds rounds = {
	    .socket.count = BENCH_ROUNDS, .relay.count = BENCH_ROUNDS};
	mach_port_t service = bench_service_find();
	mach_port_t reply = mach_reply_port();

	(void)call_ports(service, reply, RPC_COUNT / 10); /* warm up */
	(void)call_socket(pair->child, RPC_COUNT / 10);
	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		if (stream) {
			rounds.socket.ours[i] =
			    stream_ports(service, pair->child, STREAM_COUNT);
			rounds.socket.theirs[i] =
			    stream_socket(pair->child, STREAM_COUNT);
			continue;
		}
		rounds.socket.ours[i] = call_ports(service, reply, RPC_COUNT);
		rounds.relay.ours[i] = rounds.socket.ours[i];
		rounds.socket.theirs[i] = call_socket(pair->child, RPC_COUNT);
		rounds.relay.theirs[i] =
		    call_socket(pair->child_relay, RPC_COUNT);
	}
	if (write(pair->results[1], &rounds, sizeof(rounds)) !=
	    (ssize_t)sizeof(rounds))
		bench_die("results", 0);
	_exit(EXIT_SUCCESS);
}

/* The parent: the other side of all that measure() does, in the same order. */
static void
serve(const struct pair *pair, bool stream)
{
	serve_ports(pair->service, RPC_COUNT / 10);
	serve_socket(pair->parent, RPC_COUNT / 10);
	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		if (stream) {
			drain_ports(pair->service, pair->parent, STREAM_COUNT);
			drain_socket(pair->parent, STREAM_COUNT);
		} else {
			serve_ports(pair->service, RPC_COUNT);
			serve_socket(pair->parent, RPC_COUNT);
			serve_socket(pair->parent_relay, RPC_COUNT);
		}
	}
}

static void
open_pair(struct pair *pair)
{
	int direct[2];
	int near[2];
	int far[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, direct) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, near) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, far) || pipe(pair->results))
		bench_die("socketpair", 0);
	pair->parent = direct[0];
	pair->child = direct[1];
	pair->parent_relay = near[0];
	pair->child_relay = far[0];
	if (fork() == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(near[0]);
		(void)close(far[0]);
		relay(near[1], far[1]);
	}
	(void)close(near[1]);
	(void)close(far[1]);
}

static struct pair_rounds
run_pair(unsigned cpus, bool stream)
{
	struct pair_rounds rounds;
	struct pair pair;
	pid_t kernel;
	pid_t child;

	bench_use_cpus(0, cpus - 1);
	open_pair(&pair);
	if (setenv("MACHPORT_LANES", "off", 1))
		bench_die("setenv", 0);
	kernel = bench_kernel_start();
	pair.service = bench_service_make(
	    stream ? MACH_PORT_QLIMIT_MAX : MACH_PORT_QLIMIT_DEFAULT);
	child = bench_fork();
	if (child == 0) {
		bench_use_cpus(cpus - 1, cpus - 1);
		measure(&pair, stream);
	}
	(void)close(pair.child); /* so that a dead child ends the wait */
	(void)close(pair.child_relay);
	(void)close(pair.results[1]);
	bench_use_cpus(0, 0);
	serve(&pair, stream);
	if (read(pair.results[0], &rounds, sizeof(rounds)) !=
	    (ssize_t)sizeof(rounds))
		bench_die("results", 0);
	(void)waitpid(child, NULL, 0);
	bench_kernel_stop(kernel);
	return rounds;
}

unsigned
bench_rpc_1cpu(struct bench_result *results)
{
	struct pair_rounds rounds = run_pair(1, false);

	results[0] =
	    bench_summary("rpc.kernel.1cpu", "ns", "socket", &rounds.socket);
	results[1] = bench_summary(
	    "rpc.kernel.1cpu.relay", "ns", "relay", &rounds.relay);
	return 2;
}

unsigned
bench_rpc_2cpu(struct bench_result *results)
{
	struct pair_rounds rounds = run_pair(2, false);

	results[0] =
	    bench_summary("rpc.kernel.2cpu", "ns", "socket", &rounds.socket);
	results[1] = bench_summary(
	    "rpc.kernel.2cpu.relay", "ns", "relay", &rounds.relay);
	return 2;
}

unsigned
bench_oneway_2cpu(struct bench_result *results)
{
	struct pair_rounds rounds = run_pair(2, true);

	results[0] = bench_summary(
	    "oneway.kernel.2cpu", "messages/s", "socket", &rounds.socket);
	return 1;
}
