/* Two tasks inside, and a lane between them. */
#include "inside_lane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base_alloc.h"
#include "ipc_mach_port.h"
#include "ipc_right.h"
#include "lane_memory.h"
#include "task.h"

static struct lane_sizes sizes;

struct party inside_a;
struct party inside_b;
static mach_port_name_t port; /* in B */
static mach_port_name_t dest; /* in A */
static int sender_file;
static int receiver_file;
static pid_t child;

/* B's process is this one. */
static void
begin_b(void)
{
	inside_b.end = inside_connect(&inside_b.conn);
	assert_true(inside_hello(inside_b.conn));
	(void)inside_drain(inside_b.end);
}

/* A's is a child, whose packets this one sends. */
static void
begin_a(void)
{
	const struct heritage none = {0};
	struct peer peer = {.euid = getuid(), .is_exact = true};
	struct process *process;

	inside_a.end = inside_connect(&inside_a.conn);
	peer.pid = child;
	peer.pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	assert_true(peer.pidfd >= 0);
	assert_int_equal(
	    process_new(&inside_server, inside_a.conn->user, &peer, &process),
	    0);
	assert_int_equal(
	    task_new(process, inside_a.conn->user, &peer, &none, inside_a.conn),
	    0);
	process->kern.pid = getpid();
	inside_a.conn->kind = CONN_TASK;
	kern_timer_disarm(&inside_a.conn->timer);
}

static void
end_party(const struct party *party)
{
	process_end(party->conn->task->process);
	(void)close(party->end);
}

static void
make_rights(void)
{
	struct ipc_port *right;

	assert_int_equal(
	    ipc_mach_port_allocate(inside_b.conn->task->kern->space,
	        MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	assert_int_equal(ipc_right_copyin(inside_b.conn->task->kern->space,
	                     port, MACH_MSG_TYPE_MAKE_SEND, &right),
	    KERN_SUCCESS);
	assert_int_equal(ipc_right_copyout(inside_a.conn->task->kern->space,
	                     right, MACH_MSG_TYPE_PORT_SEND, &dest),
	    KERN_SUCCESS);
}

static int
memory_of(size_t bytes)
{
	void *memory;
	int file;

	assert_int_equal(lane_memory_new("test", bytes, &memory, &file), 0);
	lane_memory_unmap(memory, bytes);
	return file;
}

static int
setup(uint32_t ring_bytes)
{
	sizes = (struct lane_sizes){ring_bytes, 2, LANE_SLOT_BYTES_MIN};
	child = fork();
	if (child == 0) {
		(void)alarm(60);
		(void)pause();
		_exit(0);
	}
	sender_file = memory_of(lane_sender_bytes(&sizes));
	receiver_file = memory_of(lane_receiver_bytes(&sizes));
	inside_init();
	return 0;
}

int
inside_lane_setup(void **state)
{
	(void)state;
	return setup(LANE_RING_MIN);
}

int
inside_lane_setup_large(void **state)
{
	(void)state;
	return setup(2 * LANE_RING_PLAIN);
}

int
inside_lane_teardown(void **state)
{
	(void)state;
	inside_deinit();
	(void)close(sender_file);
	(void)close(receiver_file);
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	return 0;
}

kern_return_t
inside_lane_call(const struct party *party, enum wire_call number,
    const uint32_t *words, size_t count, int file, uint32_t *word_out)
{
	struct wire_call_request request = {
	    .header = {.number = (uint16_t)number, .files = file >= 0}};
	static struct packet packet;
	struct {
		struct wire_header header;
		int32_t result;
		uint32_t words[2];
	} answer = {0};
	size_t bytes;

	if (count > 0)
		memcpy(request.words, words, count * sizeof(*words));
	inside_handle(party->conn, &request,
	    sizeof(request.header) + count * sizeof(*words),
	    file < 0 ? -1 : dup(file));
	assert_int_equal(party->conn->kind, CONN_TASK);
	assert_int_equal(packet_receive(party->end, &packet), PACKET_READY);
	bytes = packet.byte_count;
	memcpy(&answer, packet.bytes,
	    bytes < sizeof(answer) ? bytes : sizeof(answer));
	packet_dispose(&packet, NULL);
	assert_int_equal(inside_drain(party->end), 0);
	*word_out = answer.words[number == WIRE_LANE_OFFER ? 0 : 1];
	return answer.result;
}

static kern_return_t
call_about(
    const struct party *party, enum wire_call number, uint32_t lane, int file)
{
	uint32_t ignored;

	return inside_lane_call(party, number, &lane, 1, file, &ignored);
}

kern_return_t
inside_lane_say(const struct party *party, enum wire_call number, uint32_t lane)
{
	return call_about(party, number, lane, -1);
}

kern_return_t
inside_lane_accept(uint32_t lane)
{
	return call_about(&inside_b, WIRE_LANE_ACCEPT, lane, receiver_file);
}

kern_return_t
inside_lane_offer(uint32_t *lane_out)
{
	const uint64_t ticket = lane_table_ticket(&inside_server.lanes);
	const uint32_t words[] = {dest, sizes.ring_bytes, sizes.slots,
	    sizes.slot_bytes, WIRE_TWO_WORDS(ticket)};

	return inside_lane_call(
	    &inside_a, WIRE_LANE_OFFER, words, 6, sender_file, lane_out);
}

kern_return_t
inside_lane_open(uint32_t *lane_out)
{
	uint32_t told;
	kern_return_t kr = inside_lane_offer(lane_out);

	if (kr != KERN_SUCCESS)
		return kr;
	(void)inside_lane_call(&inside_b, WIRE_LANE_NEWS, NULL, 0, -1, &told);
	assert_int_equal(told, *lane_out);
	(void)inside_lane_accept(*lane_out);
	(void)inside_lane_say(&inside_b, WIRE_LANE_READY, *lane_out);
	(void)inside_lane_call(&inside_a, WIRE_LANE_NEWS, NULL, 0, -1, &told);
	return inside_lane_say(&inside_a, WIRE_LANE_JOIN, *lane_out);
}

void
inside_lane_begin(void)
{
	begin_b();
	begin_a();
	make_rights();
	inside_b.conn->task->lanes.known = true;
	/* As if time had passed since the last offer. */
	inside_a.conn->user->offers = (struct user_offers){0};
}

void
inside_lane_end(void)
{
	end_party(&inside_a);
	end_party(&inside_b);
	server_settle(&inside_server, UINT_MAX);
	inside_reap();
	ipc_check();
}
