/*
 * Passing a send right in a request: the client sends a right that it has, the server
 * frees it and answers with nothing. Compared with SCM_RIGHTS, by which processes pass
 * a descriptor over a socket: sent, closed, answered. A right has to pass through the
 * kernel process, whether there is a lane or not. And a client that passes one now and then,
 * whose other requests may go by a lane, against the same without lanes.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pair.h"

#define BYTES 64
#define TURN_NS 80000000
#define MIXED 100 /* of so many requests, one passes a right */

/* --- ports ----------------------------------------------------------------- */

struct request {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_port_descriptor_t right;
	char rest[BYTES - sizeof(mach_msg_header_t) - sizeof(mach_msg_body_t) -
	    sizeof(mach_msg_port_descriptor_t)];
};

static struct {
	struct request request;
	mach_msg_max_trailer_t trailer;
} buffer;

static mach_port_t service;
static mach_port_t reply;
static mach_port_t passed;

static pid_t
open_ports(const struct pair_setting *setting)
{
	pid_t kernel = bench_kernel_start();

	(void)setting;
	service = bench_service_make(MACH_PORT_QLIMIT_DEFAULT);
	return kernel;
}

static void
join_ports(const struct pair_setting *setting)
{
	(void)setting;
	service = bench_service_find();
	reply = mach_reply_port();
	bench_check("mach_port_allocate",
	    mach_port_allocate(
	        mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &passed));
}

/* Free what came with the request, and make it the answer. */
static void
answer_request(struct request *request)
{
	mach_msg_header_t *h = &request->header;

	if (MACH_MSGH_BITS_IS_COMPLEX(h->msgh_bits))
		bench_check("mach_port_deallocate",
		    mach_port_deallocate(
		        mach_task_self(), request->right.name));
	h->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
	h->msgh_local_port = MACH_PORT_NULL;
}

static _Noreturn void
serve_ports(const struct pair_setting *setting)
{
	mach_msg_option_t option = MACH_RCV_MSG;

	for (;;) {
		bench_check("serve",
		    mach_msg(&buffer.request.header, option,
		        option & MACH_SEND_MSG ? setting->bytes : 0,
		        sizeof(buffer), service, 0, MACH_PORT_NULL));
		option = MACH_RCV_MSG | MACH_SEND_MSG;
		answer_request(&buffer.request);
	}
}

static void
call(const struct pair_setting *setting, bool passes)
{
	struct request *request = &buffer.request;

	request->header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	request->header.msgh_remote_port = service;
	request->header.msgh_local_port = reply;
	if (passes) {
		request->header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
		request->body.msgh_descriptor_count = 1;
		request->right.name = passed;
		request->right.disposition = MACH_MSG_TYPE_MAKE_SEND;
		request->right.type = MACH_MSG_PORT_DESCRIPTOR;
	}
	bench_check("call",
	    mach_msg(&request->header, MACH_SEND_MSG | MACH_RCV_MSG,
	        setting->bytes, sizeof(buffer), reply, 0, MACH_PORT_NULL));
}

static void
call_ports(const struct pair_setting *setting)
{
	call(setting, true);
}

static void
call_mixed(const struct pair_setting *setting)
{
	static unsigned calls;

	call(setting, ++calls % MIXED == 0);
}

static const struct pair_way ports = {
    "ports", NULL, open_ports, join_ports, serve_ports, call_ports, NULL};
static const struct pair_way mixed = {
    "ports", NULL, open_ports, join_ports, serve_ports, call_mixed, NULL};
static const struct pair_way mixed_kernel = {"without lanes", "off", open_ports,
    join_ports, serve_ports, call_mixed, NULL};

/* --- a socket -------------------------------------------------------------- */

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

static int ends[2]; /* the server's, the client's */
static int file;

static pid_t
open_socket(const struct pair_setting *setting)
{
	(void)setting;
	bench_socket_pair(ends);
	return 0;
}

static void
join_socket(const struct pair_setting *setting)
{
	(void)setting;
	file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (file < 0)
		bench_die("/dev/null", errno);
}

static _Noreturn void
serve_socket(const struct pair_setting *setting)
{
	union control control;
	struct iovec part = {&buffer, setting->bytes};
	struct msghdr message = {
	    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control};
	ssize_t bytes = setting->bytes;
	int received;

	for (;;) {
		message.msg_controllen = sizeof(control);
		if (recvmsg(ends[0], &message, MSG_CMSG_CLOEXEC) != bytes ||
		    message.msg_controllen == 0)
			bench_die("recvmsg", errno);
		memcpy(&received, CMSG_DATA(&control.header), sizeof(received));
		(void)close(received);
		if (send(ends[0], &buffer, setting->bytes, 0) != bytes)
			bench_die("send", errno);
	}
}

static void
call_socket(const struct pair_setting *setting)
{
	union control control = {.header = {.cmsg_len = CMSG_LEN(sizeof(file)),
	                             .cmsg_level = SOL_SOCKET,
	                             .cmsg_type = SCM_RIGHTS}};
	struct iovec part = {&buffer, setting->bytes};
	struct msghdr message = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control)};
	ssize_t bytes = setting->bytes;

	memcpy(CMSG_DATA(&control.header), &file, sizeof(file));
	if (sendmsg(ends[1], &message, 0) != bytes ||
	    recv(ends[1], &buffer, setting->bytes, 0) != bytes)
		bench_die("sendmsg", errno);
}

static const struct pair_way scm_rights = {"SCM_RIGHTS", NULL, open_socket,
    join_socket, serve_socket, call_socket, NULL};

/* --- comparing them -------------------------------------------------------- */

static unsigned
compare(struct bench_result *results, const char *name, unsigned cpus,
    const struct pair_way *ours, const struct pair_way *theirs)
{
	const struct pair_way *const ways[] = {ours, theirs};
	static const char *const suffixes[] = {NULL, ""};
	const struct pair_setting setting = {.cpus = cpus, .bytes = BYTES};

	return pair_compare(
	    results, name, &setting, ways, suffixes, 2, TURN_NS);
}

unsigned
bench_right(struct bench_result *results)
{
	unsigned count = compare(results, "rpc.right", 2, &ports, &scm_rights);

	return count +
	    compare(results + count, "rpc.right.1cpu", 1, &ports, &scm_rights);
}

unsigned
bench_lane_mixed(struct bench_result *results)
{
	return compare(results, "rpc.lane.mixed", 2, &mixed, &mixed_kernel);
}
