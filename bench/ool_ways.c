/* What a side remembers is in static variables, as each pair has its own processes. */
#include "ool_ways.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "region.h"
#include "ring.h"

#define QUEUE_LIMIT 4 /* of a stream */
#define SPIN_NS 100000

static unsigned char *region; /* what the client fills */
static int fills;             /* how often it has */

/* Read every byte: it is filled with the first, and has nothing of the fill before. */
static void
check(const void *at, uint64_t bytes)
{
	const unsigned char before =
	    (unsigned char)(*(const unsigned char *)at - 1);

	if (memchr(at, before, bytes))
		bench_die("the receiver has something else", before);
}

static void
fill(const struct pair_setting *setting)
{
	memset(region, ++fills, setting->bytes);
}

/* --- ports ----------------------------------------------------------------- */

struct request {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t region;
};

static struct {
	struct request request;
	mach_msg_max_trailer_t trailer;
} buffer;

static mach_port_t service;
static mach_port_t reply;

static pid_t
open_ports(const struct pair_setting *setting)
{
	const pid_t kernel = bench_kernel_start();

	service = bench_service_make(
	    setting->one_way ? QUEUE_LIMIT : MACH_PORT_QLIMIT_DEFAULT);
	return kernel;
}

static void
join_ports(const struct pair_setting *setting)
{
	service = bench_service_find();
	reply = mach_reply_port();
	region = region_new(setting->bytes);
}

static void
read_region(const struct pair_setting *setting)
{
	const mach_msg_ool_descriptor_t *memory = &buffer.request.region;

	if (memory->size != setting->bytes)
		bench_die("region", (long)memory->size);
	check(memory->address, setting->bytes);
	region_free(memory->address, setting->bytes);
}

static _Noreturn void
serve_ports(const struct pair_setting *setting)
{
	mach_msg_header_t *h = &buffer.request.header;

	for (;;) {
		bench_check("receive",
		    mach_msg(h, MACH_RCV_MSG, 0, sizeof(buffer), service, 0,
		        MACH_PORT_NULL));
		if (MACH_MSGH_BITS_IS_COMPLEX(h->msgh_bits))
			read_region(setting);
		if (h->msgh_remote_port == MACH_PORT_NULL)
			continue;
		h->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
		h->msgh_local_port = MACH_PORT_NULL;
		bench_check("answer",
		    mach_msg(h, MACH_SEND_MSG, sizeof(*h), 0, MACH_PORT_NULL, 0,
		        MACH_PORT_NULL));
	}
}

/* Send the region, or nothing if there are no @bytes; and await the answer, if there is
 * one. */
static void
send_ports(uint32_t bytes, bool answers)
{
	struct request *request = &buffer.request;
	mach_msg_size_t size = sizeof(request->header);

	request->header = (mach_msg_header_t){
	    .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	        answers ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0),
	    .msgh_remote_port = service,
	    .msgh_local_port = answers ? reply : MACH_PORT_NULL,
	};
	if (bytes) {
		request->header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
		request->body.msgh_descriptor_count = 1;
		request->region = (mach_msg_ool_descriptor_t){
		    .address = region,
		    .size = bytes,
		    .copy = MACH_MSG_VIRTUAL_COPY,
		    .type = MACH_MSG_OOL_DESCRIPTOR,
		};
		size = sizeof(*request);
	}
	bench_check("send",
	    mach_msg(&request->header,
	        answers ? MACH_SEND_MSG | MACH_RCV_MSG : MACH_SEND_MSG, size,
	        answers ? sizeof(buffer) : 0, answers ? reply : MACH_PORT_NULL,
	        0, MACH_PORT_NULL));
}

static void
call_with_region(const struct pair_setting *setting)
{
	fill(setting);
	send_ports(setting->bytes, true);
}

static void
send_region(const struct pair_setting *setting)
{
	fill(setting);
	send_ports(setting->bytes, false);
}

const struct pair_way ool_ports = {"ports", NULL, open_ports, join_ports,
    serve_ports, call_with_region, send_region};
const struct pair_way ool_kernel = {"without lanes", "off", open_ports,
    join_ports, serve_ports, call_with_region, send_region};

/* --- a copy, and a round trip ----------------------------------------------- */

static void *target;

static void
join_to_copy(const struct pair_setting *setting)
{
	join_ports(setting);
	region = region_buffer(setting->bytes);
	target = region_buffer(setting->bytes);
}

static void
copy_and_call(const struct pair_setting *setting)
{
	memcpy(target, region, setting->bytes);
	__asm__ volatile("" : : "r"(target) : "memory"); /* each of them */
	send_ports(0, true);
}

const struct pair_way ool_copy = {"memcpy+rpc", NULL, open_ports, join_to_copy,
    serve_ports, copy_and_call, NULL};
const struct pair_way ool_copy_kernel = {"memcpy+kernel rpc", "off", open_ports,
    join_to_copy, serve_ports, copy_and_call, NULL};

/* --- memory that both have --------------------------------------------------- */

static struct ring *filled;
static struct ring *read_all;

static pid_t
open_shared(const struct pair_setting *setting)
{
	region = mmap(NULL, setting->bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (region == MAP_FAILED)
		bench_die("mmap", errno);
	filled = ring_new(1, sizeof(fills), SPIN_NS);
	read_all = ring_new(1, sizeof(fills), SPIN_NS);
	return 0;
}

static void
join_nothing(const struct pair_setting *setting)
{
	(void)setting;
}

static _Noreturn void
serve_shared(const struct pair_setting *setting)
{
	void *copy = region_buffer(setting->bytes);
	int number;

	for (;;) {
		ring_receive(filled, &number, sizeof(number));
		memcpy(copy, region, setting->bytes);
		check(copy, setting->bytes);
		ring_send(read_all, &number, sizeof(number));
	}
}

static void
call_shared(const struct pair_setting *setting)
{
	int number;

	fill(setting);
	ring_send(filled, &fills, sizeof(fills));
	ring_receive(read_all, &number, sizeof(number));
}

const struct pair_way ool_shared = {"shared memory", NULL, open_shared,
    join_nothing, serve_shared, call_shared, NULL};

/* --- a stream of bytes -------------------------------------------------------- */

static int ends[2]; /* the server's, the client's */

static pid_t
open_socket(const struct pair_setting *setting)
{
	(void)setting;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		bench_die("socketpair", errno);
	return 0;
}

static void
join_socket(const struct pair_setting *setting)
{
	region = region_buffer(setting->bytes);
}

static void
to_socket(int fd, const void *from, uint64_t bytes)
{
	const unsigned char *at = from;

	while (bytes > 0) {
		const ssize_t done = write(fd, at, bytes);

		if (done <= 0)
			bench_die("write", errno);
		at += done;
		bytes -= (uint64_t)done;
	}
}

static void
from_socket(int fd, void *to, uint64_t bytes)
{
	if (recv(fd, to, bytes, MSG_WAITALL) != (ssize_t)bytes)
		bench_die("recv", errno);
}

static _Noreturn void
serve_socket(const struct pair_setting *setting)
{
	void *copy = region_buffer(setting->bytes);
	bool answers;

	for (;;) {
		from_socket(ends[0], &answers, sizeof(answers));
		from_socket(ends[0], copy, setting->bytes);
		check(copy, setting->bytes);
		if (answers)
			to_socket(ends[0], &answers, sizeof(answers));
	}
}

static void
fill_socket(const struct pair_setting *setting, bool answers)
{
	fill(setting);
	to_socket(ends[1], &answers, sizeof(answers));
	to_socket(ends[1], region, setting->bytes);
}

static void
call_socket(const struct pair_setting *setting)
{
	bool answers;

	fill_socket(setting, true);
	from_socket(ends[1], &answers, sizeof(answers));
}

static void
send_socket(const struct pair_setting *setting)
{
	fill_socket(setting, false);
}

const struct pair_way ool_socket = {"socket", NULL, open_socket, join_socket,
    serve_socket, call_socket, send_socket};
