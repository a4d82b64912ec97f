/*
 * No memory while a lane opens: each allocation fails once. Each call is answered, and
 * nothing is left of a lane that did not come to be.
 */
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
#include "inside.h"
#include "ipc_mach_port.h"
#include "ipc_right.h"
#include "lane_clock.h"
#include "lane_memory.h"
#include "task.h"
#include "wire_call.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static const struct lane_sizes sizes = {LANE_RING_MIN, 2, LANE_SLOT_BYTES_MIN};

/* A task of this process, as the kernel sees it. */
struct party {
	struct conn *conn;
	int end;
};

static struct party a;
static struct party b;
static mach_port_name_t port; /* in B */
static mach_port_name_t dest; /* in A */
static int sender_file;
static int receiver_file;
static pid_t child;

/* B's process is this one. */
static void
begin_b(void)
{
	b.end = inside_connect(&b.conn);
	assert_true(inside_hello(b.conn));
	(void)inside_drain(b.end);
}

/* A's is a child, whose packets this one sends. */
static void
begin_a(void)
{
	const struct heritage none = {0};
	struct peer peer = {.euid = getuid(), .is_exact = true};
	struct process *process;

	a.end = inside_connect(&a.conn);
	peer.pid = child;
	peer.pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	assert_true(peer.pidfd >= 0);
	assert_int_equal(
	    process_new(&inside_server, a.conn->user, &peer, &process), 0);
	assert_int_equal(
	    task_new(process, a.conn->user, &peer, &none, a.conn), 0);
	process->kern.pid = getpid();
	a.conn->kind = CONN_TASK;
	kern_timer_disarm(&a.conn->timer);
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

	assert_int_equal(ipc_mach_port_allocate(b.conn->task->kern->space,
	                     MACH_PORT_RIGHT_RECEIVE, &port),
	    KERN_SUCCESS);
	assert_int_equal(ipc_right_copyin(b.conn->task->kern->space, port,
	                     MACH_MSG_TYPE_MAKE_SEND, &right),
	    KERN_SUCCESS);
	assert_int_equal(ipc_right_copyout(a.conn->task->kern->space, right,
	                     MACH_MSG_TYPE_PORT_SEND, &dest),
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
setup(void **state)
{
	(void)state;
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

static int
teardown(void **state)
{
	(void)state;
	inside_deinit();
	(void)close(sender_file);
	(void)close(receiver_file);
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	return 0;
}

/* A call of @party with @file (-1: none): its result, and the second word that came in
 * *@word_out. */
static kern_return_t
call(const struct party *party, enum wire_call number, const uint32_t *words,
    size_t count, int file, uint32_t *word_out)
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

	return call(party, number, &lane, 1, file, &ignored);
}

static kern_return_t
offer(uint32_t *lane_out)
{
	const uint64_t ticket = lane_table_ticket(&inside_server.lanes);
	const uint32_t words[] = {dest, sizes.ring_bytes, sizes.slots,
	    sizes.slot_bytes, WIRE_TWO_WORDS(ticket)};

	return call(&a, WIRE_LANE_OFFER, words, 6, sender_file, lane_out);
}

/* A lane, as far as it gets. Returns what the last step did. */
static kern_return_t
open_and_close(void)
{
	uint32_t lane;
	uint32_t told;
	kern_return_t kr;

	(void)call(&a, WIRE_LANE_BOARD, NULL, 0, -1, &told);
	if (offer(&lane) != KERN_SUCCESS)
		return KERN_RESOURCE_SHORTAGE;
	(void)call(&b, WIRE_LANE_NEWS, NULL, 0, -1, &told);
	assert_int_equal(told, lane);
	(void)call_about(&b, WIRE_LANE_ACCEPT, lane, receiver_file);
	(void)call_about(&b, WIRE_LANE_READY, lane, -1);
	(void)call(&a, WIRE_LANE_NEWS, NULL, 0, -1, &told);
	kr = call_about(&a, WIRE_LANE_JOIN, lane, -1);
	(void)call_about(&b, WIRE_LANE_CLOSE, lane, -1);
	(void)call_about(&a, WIRE_LANE_FORGET, lane, -1);
	(void)call_about(&b, WIRE_LANE_FORGET, lane, -1);
	return kr;
}

TEST(a_lane_that_lacks_memory_does_not_open)
{
	bool failed = true;
	kern_return_t kr = KERN_FAILURE;

	for (uint64_t nth = 1; failed; nth++) {
		begin_b();
		begin_a();
		make_rights();
		b.conn->task->lanes.known = true;
		/* As if time had passed since the last offer. */
		a.conn->user->offers = (struct user_offers){0};
		base_alloc_fail_at(nth);
		kr = open_and_close();
		failed = base_alloc_has_failed();
		base_alloc_fail_at(0);
		ipc_check();
		end_party(&a);
		end_party(&b);
		server_settle(&inside_server, UINT_MAX);
		inside_reap();
		ipc_check();
	}
	assert_int_equal(kr, KERN_SUCCESS);
}

/* The answers with files, for which there is no budget. */
TEST(a_lane_whose_answers_cannot_be_sent_does_not_open)
{
	uint32_t *most =
	    &inside_server.budget.limits.user_resources[USER_FILES];
	const uint32_t before = *most;
	uint32_t lane;
	uint32_t told;

	begin_b();
	begin_a();
	make_rights();
	b.conn->task->lanes.known = true;
	*most = 0;
	assert_int_equal(call(&a, WIRE_LANE_BOARD, NULL, 0, -1, &told),
	    KERN_RESOURCE_SHORTAGE);
	*most = before;
	assert_int_equal(
	    call(&a, WIRE_LANE_BOARD, NULL, 0, -1, &told), KERN_SUCCESS);
	assert_int_equal(offer(&lane), KERN_SUCCESS);
	(void)call(&b, WIRE_LANE_NEWS, NULL, 0, -1, &told);
	*most = 0;
	assert_int_equal(call_about(&b, WIRE_LANE_ACCEPT, lane, receiver_file),
	    KERN_RESOURCE_SHORTAGE);
	*most = before;
	assert_int_equal(
	    call_about(&b, WIRE_LANE_SYNC, lane, -1), KERN_INVALID_NAME);
	assert_int_equal(offer(&lane), KERN_SUCCESS);
	(void)call(&b, WIRE_LANE_NEWS, NULL, 0, -1, &told);
	assert_int_equal(call_about(&b, WIRE_LANE_ACCEPT, lane, receiver_file),
	    KERN_SUCCESS);
	assert_int_equal(
	    call_about(&b, WIRE_LANE_READY, lane, -1), KERN_SUCCESS);
	*most = 0;
	assert_int_equal(
	    call_about(&a, WIRE_LANE_JOIN, lane, -1), KERN_RESOURCE_SHORTAGE);
	*most = before;
	assert_int_equal(
	    call_about(&a, WIRE_LANE_SYNC, lane, -1), KERN_INVALID_NAME);
	end_party(&a);
	end_party(&b);
	server_settle(&inside_server, UINT_MAX);
	inside_reap();
	ipc_check();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        a_lane_that_lacks_memory_does_not_open, setup, teardown),
	    cmocka_unit_test_setup_teardown(
	        a_lane_whose_answers_cannot_be_sent_does_not_open, setup,
	        teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
