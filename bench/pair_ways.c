/*
 * The ways to exchange messages that are compared: ports, a socket, and a bare ring.
 * What a side remembers is in static variables, as each pair has its own processes.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "pair.h"
#include "ring.h"

#define RING_BYTES (64 * 1024)
#define RING_SPIN_NS 100000 /* more than to wake a CPU and be woken takes */

static struct {
	struct pair_message message;
	mach_msg_max_trailer_t trailer;
} buffer;

/* --- ports ----------------------------------------------------------------- */

static mach_port_t service;
static mach_port_t reply;

static pid_t
open_ports(const struct pair_setting *setting)
{
	pid_t kernel = bench_kernel_start();

	service = bench_service_make(
	    setting->one_way ? MACH_PORT_QLIMIT_MAX : MACH_PORT_QLIMIT_DEFAULT);
	return kernel;
}

static void
join_ports(const struct pair_setting *setting)
{
	(void)setting;
	service = bench_service_find();
	reply = mach_reply_port();
}

static _Noreturn void
serve_ports(const struct pair_setting *setting)
{
	mach_msg_header_t *h = &buffer.message.header;
	mach_msg_option_t option = MACH_RCV_MSG;

	for (;;) {
		bench_check("serve",
		    mach_msg(h, option,
		        option & MACH_SEND_MSG ? setting->bytes : 0,
		        sizeof(buffer), service, 0, MACH_PORT_NULL));
		option = MACH_RCV_MSG;
		if (h->msgh_remote_port == MACH_PORT_NULL)
			continue;
		option |= MACH_SEND_MSG;
		h->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
		h->msgh_local_port = MACH_PORT_NULL;
	}
}

static void
call_ports(const struct pair_setting *setting)
{
	mach_msg_header_t *h = &buffer.message.header;

	h->msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	h->msgh_remote_port = service;
	h->msgh_local_port = reply;
	bench_check("call",
	    mach_msg(h, MACH_SEND_MSG | MACH_RCV_MSG, setting->bytes,
	        sizeof(buffer), reply, 0, MACH_PORT_NULL));
}

static void
send_ports(const struct pair_setting *setting)
{
	mach_msg_header_t *h = &buffer.message.header;

	h->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	h->msgh_remote_port = service;
	h->msgh_local_port = MACH_PORT_NULL;
	bench_check("send",
	    mach_msg(h, MACH_SEND_MSG, setting->bytes, 0, MACH_PORT_NULL, 0,
	        MACH_PORT_NULL));
}

const struct pair_way pair_ports = {
    "ports", NULL, open_ports, join_ports, serve_ports, call_ports, send_ports};
const struct pair_way pair_kernel = {"without lanes", "off", open_ports,
    join_ports, serve_ports, call_ports, send_ports};

/* --- a socket -------------------------------------------------------------- */

static int ends[2]; /* the server's, the client's */

static pid_t
open_socket(const struct pair_setting *setting)
{
	(void)setting;
	bench_socket_pair(ends);
	return 0;
}

static void
join_nothing(const struct pair_setting *setting)
{
	(void)setting;
}

static void
to_socket(int fd, size_t bytes)
{
	if (send(fd, &buffer.message, bytes, 0) != (ssize_t)bytes)
		bench_die("send", errno);
}

static void
from_socket(int fd, size_t bytes)
{
	if (recv(fd, &buffer.message, bytes, 0) != (ssize_t)bytes)
		bench_die("recv", errno);
}

static _Noreturn void
serve_socket(const struct pair_setting *setting)
{
	for (;;) {
		from_socket(ends[0], setting->bytes);
		if (buffer.message.wants_answer)
			to_socket(ends[0], setting->bytes);
	}
}

static void
call_socket(const struct pair_setting *setting)
{
	buffer.message.wants_answer = true;
	to_socket(ends[1], setting->bytes);
	from_socket(ends[1], setting->bytes);
}

static void
send_socket(const struct pair_setting *setting)
{
	buffer.message.wants_answer = false;
	to_socket(ends[1], setting->bytes);
}

const struct pair_way pair_socket = {"socket", NULL, open_socket, join_nothing,
    serve_socket, call_socket, send_socket};

/* --- a ring for each direction --------------------------------------------- */

static struct ring *requests;
static struct ring *answers;

static pid_t
open_rings(const struct pair_setting *setting)
{
	uint32_t slots = RING_BYTES / setting->bytes;
	uint64_t spin_ns = setting->cpus > 1 ? RING_SPIN_NS : 0;

	requests = ring_new(slots, setting->bytes, spin_ns);
	answers = ring_new(slots, setting->bytes, spin_ns);
	return 0;
}

static _Noreturn void
serve_rings(const struct pair_setting *setting)
{
	for (;;) {
		ring_receive(requests, &buffer.message, setting->bytes);
		if (buffer.message.wants_answer)
			ring_send(answers, &buffer.message, setting->bytes);
	}
}

static void
call_rings(const struct pair_setting *setting)
{
	buffer.message.wants_answer = true;
	ring_send(requests, &buffer.message, setting->bytes);
	ring_receive(answers, &buffer.message, setting->bytes);
}

static void
send_rings(const struct pair_setting *setting)
{
	buffer.message.wants_answer = false;
	ring_send(requests, &buffer.message, setting->bytes);
}

const struct pair_way pair_ring = {"ring", NULL, open_rings, join_nothing,
    serve_rings, call_rings, send_rings};
