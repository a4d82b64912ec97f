/* The engine alone: one message from a task to another and back out, as often as it
 * goes, in one thread without a system call. */
#include <string.h>

#include "base_assert.h"
#include "bench.h"
#include "ipc.h"
#include "ipc_account.h"
#include "ipc_mach_msg.h"
#include "ipc_mach_port.h"
#include "ipc_space.h"
#include "ipc_trace.h"

#define BODY_BYTES 40 /* with the header, 64 */
#define PAIRS 1000000

struct message {
	mach_msg_header_t header;
	uint8_t body[BODY_BYTES];
};

/* Nobody waits here. */
static void
completed(struct ipc_waiter *waiter)
{
	(void)waiter;
	mp_unreachable();
}

/* A send right of @sender for a new port of @receiver: both names. */
static mach_port_name_t
connect_tasks(struct ipc_space *sender, struct ipc_space *receiver,
    mach_port_name_t *port_out)
{
	mach_msg_type_name_t type;
	mach_port_name_t name;
	kern_return_t kr;

	kr =
	    ipc_mach_port_allocate(receiver, MACH_PORT_RIGHT_RECEIVE, port_out);
	mp_assert(kr == KERN_SUCCESS);
	kr = ipc_mach_port_extract_right(
	    receiver, *port_out, MACH_MSG_TYPE_MAKE_SEND, sender, &name, &type);
	mp_assert(kr == KERN_SUCCESS);
	return name;
}

/* Pairs of a send and a receive in a second. */
static double
run(struct ipc_space *sender, mach_port_name_t to, struct ipc_space *receiver,
    mach_port_name_t port)
{
	struct message message = {
	    .header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	    .header.msgh_remote_port = to,
	};
	const struct ipc_kmsg_source source = {
	    .bytes = (const uint8_t *)&message,
	    .byte_count = sizeof(message),
	    .size = sizeof(message),
	    .unreadable = UINT32_MAX,
	};
	const struct ipc_msg_args send = {.option = MACH_SEND_MSG};
	const struct ipc_msg_args receive = {
	    .option = MACH_RCV_MSG,
	    .rcv_name = port,
	    .rcv_size = sizeof(message) + sizeof(mach_msg_trailer_t),
	};
	uint64_t begin = bench_now_ns();
	struct ipc_waiter waiter;
	mach_msg_return_t mr;
	uint32_t taken;

	ipc_waiter_init(&waiter, completed);
	for (unsigned i = 0; i < PAIRS; i++) {
		mr = ipc_mach_msg_send(sender, &send, &source, &waiter, &taken);
		mp_assert(mr == MACH_MSG_SUCCESS);
		mr = ipc_mach_msg_receive(receiver, &receive, &waiter);
		mp_assert(mr == MACH_MSG_SUCCESS);
		ipc_waiter_reset(&waiter);
	}
	return PAIRS * 1e9 / (double)(bench_now_ns() - begin);
}

/* Who traces, and does nothing: what is left is what the engine does for it. */
static void
traced(enum ipc_event event, const struct ipc_port *port,
    const struct ipc_kmsg *kmsg)
{
	(void)event;
	(void)port;
	(void)kmsg;
}

static const struct ipc_tracer tracer = {traced};

unsigned
bench_engine(struct bench_result *results)
{
	static const struct ipc_charge limits = {
	    .names = 100, .messages = 100, .bytes = 1000000};
	struct bench_rounds rounds = {.count = BENCH_ROUNDS};
	struct bench_rounds tracing = {.count = BENCH_ROUNDS};
	struct ipc_account *account;
	struct ipc_space *sender;
	struct ipc_space *receiver;
	mach_port_name_t port;
	mach_port_name_t to;

	ipc_init(4096);
	account = ipc_account_new(NULL, &limits);
	mp_assert(account);
	sender = ipc_space_new(account, NULL);
	receiver = ipc_space_new(account, NULL);
	mp_assert(sender && receiver);
	to = connect_tasks(sender, receiver, &port);
	for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
		rounds.ours[i] = run(sender, to, receiver, port);
		ipc_world.tracer = &tracer;
		tracing.ours[i] = run(sender, to, receiver, port);
		tracing.theirs[i] = rounds.ours[i];
		ipc_world.tracer = NULL;
	}
	ipc_space_destroy(sender);
	ipc_space_destroy(receiver);
	(void)ipc_space_free(sender);
	(void)ipc_space_free(receiver);
	(void)ipc_account_unref(account);
	ipc_deinit();
	results[0] = bench_summary("engine.pairs", "pairs/s", "", &rounds);
	results[1] = bench_summary(
	    "engine.pairs.traced", "pairs/s", "untraced", &tracing);
	return 2;
}
