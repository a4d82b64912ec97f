/*
 * mig: how long it compiles, and what its stubs cost without the message.
 *
 * A call of a stub here goes to a mach_msg() that exchanges the header's ports and
 * calls the dispatcher: what is left is packing, checks and unpacking, on both
 * sides, and a copy each way of the bytes that are sent.
 */
#include <fcntl.h>
#include <mach/mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "marshal.h"
#include "marshalServer.h"

#define CALLS 1000000
#define ROUTINES 500
#define NUMBERS 40 /* of 64 */

/* --- compiling ------------------------------------------------------------- */

static FILE *
create(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		bench_die(path, 0);
	return file;
}

/* An interface of many routines, with something of everything. */
static void
write_interface(const char *path)
{
	FILE *file = create(path);

	(void)fprintf(file,
	    "subsystem many 10000;\n"
	    "#include <mach/std_types.defs>\n"
	    "type numbers_t = array[*:64] of int ctype: many_numbers_t;\n"
	    "type text_t = c_string[*:128] ctype: many_text_t;\n"
	    "type pages_t = ^array[] of char ctype: vm_offset_t;\n"
	    "import \"many_types.h\";\n");
	for (unsigned i = 0; i < ROUTINES; i++)
		(void)fprintf(file,
		    "routine many_%u(server : mach_port_t; in a : int;\n"
		    "\tin b : numbers_t; in c : text_t; in d : mach_port_t;\n"
		    "\tout v : int64_t; out x : numbers_t;\n"
		    "\tout y : mach_port_t; out z : pages_t, dealloc);\n",
		    i);
	if (fclose(file) != 0)
		bench_die(path, 0);
}

static void
write_types(const char *path)
{
	FILE *file = create(path);

	(void)fprintf(file,
	    "#include <mach/mach.h>\n"
	    "typedef int many_numbers_t[64];\n"
	    "typedef char many_text_t[128];\n");
	if (fclose(file) != 0)
		bench_die(path, 0);
}

/* Milliseconds that a command takes, which must not fail. */
static double
time_command(char *const *arguments)
{
	uint64_t begin = bench_now_ns();
	pid_t child = fork();
	int status;

	if (child == 0) {
		(void)execvp(arguments[0], arguments);
		_exit(EXIT_FAILURE);
	}
	if (waitpid(child, &status, 0) != child || status != 0)
		bench_die(arguments[0], status);
	return (double)(bench_now_ns() - begin) / 1e6;
}

static char *
in_build_tree(const char *path)
{
	const char *build = getenv("MACHPORT_BUILD");
	char *whole;

	if (!build || asprintf(&whole, "%s/%s", build, path) < 0)
		bench_die("MACHPORT_BUILD", 0);
	return whole;
}

/* What mig takes, and what a compiler takes for what it wrote. MACHPORT_BUILD is
 * absolute: bench/run. */
static void
compile_rounds(struct bench_rounds *mig, struct bench_rounds *cc)
{
	char *include = in_build_tree("src/include/machport");
	char *program = in_build_tree("src/mig/mig");
	char *option;
	char *const run_mig[] = {program, "-q", "many.defs", NULL};
	char *run_cc[] = {
	    "cc", "-O0", "-c", NULL, "manyUser.c", "manyServer.c", NULL};

	if (asprintf(&option, "-I%s", include) < 0)
		bench_die("asprintf", 0);
	run_cc[3] = option;
	for (unsigned i = 0; i < BENCH_ROUNDS; i++)
		mig->ours[i] = time_command(run_mig);
	/* For information, and slow: once. */
	cc->count = 1;
	for (unsigned i = 0; i < cc->count; i++)
		cc->ours[i] = time_command(run_cc);
	free(include);
	free(program);
	free(option);
}

static void
remove_all(const char *directory)
{
	static const char *const files[] = {"many.defs", "many_types.h",
	    "many.h", "manyUser.c", "manyServer.c", "manyUser.o",
	    "manyServer.o"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlink(files[i]);
	(void)rmdir(directory);
}

unsigned
bench_mig_compile(struct bench_result *results)
{
	struct bench_rounds mig = {.count = BENCH_ROUNDS};
	struct bench_rounds cc = {0};
	char directory[] = "/tmp/machport-bench-XXXXXX";

	if (!mkdtemp(directory) || chdir(directory) != 0)
		bench_die(directory, 0);
	write_interface("many.defs");
	write_types("many_types.h");
	compile_rounds(&mig, &cc);
	remove_all(directory);
	results[0] = bench_summary("mig.compile.500", "ms", "", &mig);
	results[1] = bench_summary("mig.compile.500.cc", "ms", "", &cc);
	return 2;
}

/* --- marshalling ----------------------------------------------------------- */

#define SERVER 0x103
#define REPLY 0x203

static union {
	union __RequestUnion__do_marshal_subsystem request;
	char room[4096];
} received;

static union {
	mig_reply_error_t error;
	union __ReplyUnion__do_marshal_subsystem reply;
} answer;

mach_msg_return_t
bench_mach_msg(mach_msg_header_t *msg, mach_msg_option_t option,
    mach_msg_size_t send_size, mach_msg_size_t rcv_size,
    mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
    mach_port_name_t notify)
{
	mach_msg_header_t *request = (mach_msg_header_t *)&received;
	mach_msg_header_t *reply = &answer.error.Head;
	mach_msg_bits_t complex = msg->msgh_bits & MACH_MSGH_BITS_COMPLEX;

	(void)option;
	(void)rcv_name;
	(void)timeout;
	(void)notify;
	memcpy(request, msg, send_size);
	request->msgh_bits = complex |
	    MACH_MSGH_BITS(
	        MACH_MSG_TYPE_PORT_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND);
	request->msgh_size = send_size;
	request->msgh_remote_port = REPLY;
	request->msgh_local_port = SERVER;
	if (!marshal_server(request, reply))
		return MACH_SEND_INVALID_DATA;
	if (reply->msgh_size > rcv_size)
		return MACH_RCV_TOO_LARGE;
	memcpy(msg, reply, reply->msgh_size);
	msg->msgh_remote_port = MACH_PORT_NULL;
	return MACH_MSG_SUCCESS;
}

mach_port_t
bench_mig_get_reply_port(void)
{
	return REPLY;
}

void
bench_mig_put_reply_port(mach_port_t reply_port)
{
	(void)reply_port;
}

void
bench_mig_dealloc_reply_port(mach_port_t reply_port)
{
	bench_die("a stub failed", reply_port);
}

kern_return_t
do_marshal_fixed(mach_port_t server, int a, int64_t b, int *x)
{
	(void)server;
	*x = a + (int)b;
	return KERN_SUCCESS;
}

kern_return_t
do_marshal_arrays(mach_port_t server, numbers_t a, mach_msg_type_number_t aCnt,
    text_t b, int c, numbers_t x, mach_msg_type_number_t *xCnt, text_t y)
{
	(void)server;
	memcpy(x, a, aCnt * sizeof(*a));
	x[0] = c;
	*xCnt = aCnt;
	memcpy(y, b, sizeof(text_t));
	return KERN_SUCCESS;
}

kern_return_t
do_marshal_rights(mach_port_t server, mach_port_t a, ports_t b,
    mach_msg_type_number_t bCnt, mach_port_t *x)
{
	(void)server;
	*x = bCnt > 0 ? b[0] : a;
	return KERN_SUCCESS;
}

static void
call_fixed(void)
{
	int x;

	if (marshal_fixed(SERVER, 1, 2, &x) != KERN_SUCCESS || x != 3)
		bench_die("marshal_fixed", x);
}

static void
call_arrays(void)
{
	static numbers_t a, x;
	static text_t b = "a name of some length", y;
	mach_msg_type_number_t xCnt;

	if (marshal_arrays(SERVER, a, NUMBERS, b, 3, x, &xCnt, y) !=
	        KERN_SUCCESS ||
	    xCnt != NUMBERS)
		bench_die("marshal_arrays", 0);
}

static void
call_rights(void)
{
	static ports_t b = {0x303, 0x403, 0x503};
	mach_port_t x;

	if (marshal_rights(SERVER, 0x603, b, 3, &x) != KERN_SUCCESS ||
	    x != b[0])
		bench_die("marshal_rights", x);
}

static struct bench_result
marshal(const char *name, void (*call)(void))
{
	struct bench_rounds rounds = {.count = BENCH_ROUNDS};

	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		uint64_t begin = bench_now_ns();

		for (unsigned k = 0; k < CALLS; k++)
			call();
		rounds.ours[i] = (double)(bench_now_ns() - begin) / CALLS;
	}
	return bench_summary(name, "ns", "", &rounds);
}

unsigned
bench_mig_marshal(struct bench_result *results)
{
	results[0] = marshal("mig.marshal.fixed", call_fixed);
	results[1] = marshal("mig.marshal.arrays", call_arrays);
	results[2] = marshal("mig.marshal.rights", call_rights);
	return 3;
}
