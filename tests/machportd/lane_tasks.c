/* Two tasks, and what they say to the kernel for a lane. */
#include "lane_tasks.h"

#include <mach/task_special_ports.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lane_clock.h"
#include "lane_memory.h"

#define LANE_OPTIONS_MAX 8
#define SLOTS 4
#define SLOT_BYTES LANE_SLOT_BYTES_MIN

struct lane_task lane_a;
struct lane_task lane_b;
struct proxy lane_a_proxy;
struct wire_token lane_b_token;
mach_port_name_t lane_port;
struct raw_answer lane_answer;

kern_return_t
lane_raw(int fd, enum wire_call number, struct lane_call *call)
{
	struct wire_call_request request = {
	    .header = {.number = (uint16_t)number,
	        .files = call->file != 0,
	        .sequence = 12}};
	struct {
		struct wire_header header;
		int32_t result;
		uint32_t words[LANE_WORDS_MAX];
	} answer = {0};
	int files[RAW_FILES_MAX];
	unsigned count;
	size_t got;

	if (call->in_count > 0)
		memcpy(
		    request.words, call->in, call->in_count * sizeof(uint32_t));
	raw_send_files(fd, &request,
	    sizeof(request.header) + call->in_count * sizeof(uint32_t),
	    &call->file, call->file != 0);
	got = raw_receive_files(fd, &answer, sizeof(answer), files, &count);
	assert_in_range(got, 12, sizeof(answer));
	assert_int_equal(answer.header.number, number);
	assert_int_equal(answer.header.files, count);
	assert_in_range(count, 0, 1);
	call->file_out = count > 0 ? files[0] : -1;
	call->out_count = (got - 12) / sizeof(uint32_t);
	memcpy(call->out, answer.words, sizeof(answer.words));
	return answer.result;
}

static kern_return_t
say(int fd, enum wire_call number, uint32_t word)
{
	struct lane_call call = {0};

	return LANE_CALL(fd, number, &call, word);
}

kern_return_t
lane_say(int fd, enum wire_call number, const struct lane_pair *pair)
{
	return say(fd, number, pair->id);
}

void
lane_fetch_board(struct lane_task *task)
{
	struct lane_call call = {0};

	assert_int_equal(lane_raw(task->fd, WIRE_LANE_BOARD, &call), 0);
	assert_int_equal(call.out_count, 1);
	task->clock = (enum lane_clock)call.out[0];
	assert_true(lane_memory_check(call.file_out, LANE_BOARD_BYTES));
	task->board = lane_memory_map(call.file_out, LANE_BOARD_BYTES);
	assert_non_null(task->board);
	assert_int_equal(close(call.file_out), 0);
	assert_int_equal(task->board->version, LANE_BOARD_VERSION);
}

mach_msg_return_t
lane_poll(int fd, mach_port_name_t name, uint32_t lanes)
{
	struct raw_msg msg = raw_receiving(name, 1000);

	msg.request.option |= MACH_RCV_TIMEOUT;
	msg.request.lanes = WIRE_LANES_KNOWN | lanes;
	return raw_msg(fd, &msg, &lane_answer);
}

enum wire_news
lane_news(int fd, uint32_t *id_out)
{
	struct lane_call call = {0};

	assert_int_equal(lane_raw(fd, WIRE_LANE_NEWS, &call), KERN_SUCCESS);
	assert_int_equal(call.out_count, 6);
	*id_out = call.out[1];
	return (enum wire_news)call.out[0];
}

void
lane_tasks_start(const char *const options[])
{
	/* Whoever runs a test may be late. */
	const char *all[LANE_OPTIONS_MAX + 1] = {"--lane-step=600000"};

	for (unsigned i = 1; *options; i++) {
		assert_in_range(i, 1, LANE_OPTIONS_MAX - 1);
		all[i] = *options++;
	}
	kernel_start(all);
	lane_b.fd = raw_task(&lane_b_token);
	lane_port = raw_port(lane_b.fd);
	assert_int_equal(RAW_CALL(lane_b.fd, WIRE_TASK_SET_SPECIAL_PORT, NULL,
	                     0, SELF, TASK_BOOTSTRAP_PORT, lane_port),
	    KERN_SUCCESS);
	lane_a_proxy = proxy_start();
	lane_a.fd = lane_a_proxy.fd;
	assert_int_equal(
	    lane_poll(lane_b.fd, lane_port, 0), MACH_RCV_TIMED_OUT);
}

static void
unmap_board(struct lane_task *task)
{
	lane_memory_unmap(task->board, LANE_BOARD_BYTES);
	task->board = NULL;
}

void
lane_b_die(void)
{
	/* A's process has a copy of it. */
	(void)shutdown(lane_b.fd, SHUT_RDWR);
	(void)close(lane_b.fd);
	lane_b.fd = -1;
}

void
lane_tasks_stop(void)
{
	if (lane_b.fd >= 0)
		raw_works(lane_b.fd);
	unmap_board(&lane_a);
	unmap_board(&lane_b);
	if (lane_a.fd >= 0)
		proxy_stop(&lane_a_proxy);
	if (lane_b.fd >= 0)
		lane_b_die();
	kernel_stop();
}

int
lane_setup(void **state)
{
	(void)state;
	lane_tasks_start((const char *const[]){NULL});
	lane_fetch_board(&lane_a);
	return 0;
}

int
lane_teardown(void **state)
{
	(void)state;
	lane_tasks_stop();
	return 0;
}

mach_port_name_t
lane_send_right(mach_port_name_t port)
{
	static uint32_t index = 0x1000;
	const mach_port_name_t name = ++index << 8 | 3;
	mach_port_name_t a;

	assert_int_equal(RAW_CALL(lane_b.fd, WIRE_TASK_FOR_PID, &a, 1, SELF,
	                     (uint32_t)lane_a_proxy.pid),
	    KERN_SUCCESS);
	assert_int_equal(RAW_CALL(lane_b.fd, WIRE_PORT_INSERT_RIGHT, NULL, 0, a,
	                     name, port, MACH_MSG_TYPE_MAKE_SEND),
	    KERN_SUCCESS);
	return name;
}

struct lane_pair *
lane_pair_of(uint32_t ring_bytes)
{
	struct lane_pair *pair = calloc(1, sizeof(*pair));
	void *memory;

	assert_non_null(pair);
	pair->sizes = (struct lane_sizes){ring_bytes, SLOTS, SLOT_BYTES};
	assert_int_equal(
	    lane_memory_new("lane", lane_sender_bytes(&pair->sizes), &memory,
	        &pair->sender_file),
	    0);
	pair->sender = memory;
	assert_int_equal(
	    lane_memory_new("lane", lane_receiver_bytes(&pair->sizes), &memory,
	        &pair->receiver_file),
	    0);
	pair->receiver = memory;
	atomic_store(&pair->receiver->wait, LANE_KICK);
	return pair;
}

struct lane_pair *
lane_pair_new(void)
{
	return lane_pair_of(LANE_RING_MIN);
}

void
lane_pair_free(struct lane_pair *pair)
{
	const size_t sender_bytes = lane_sender_bytes(&pair->sizes);
	const size_t receiver_bytes = lane_receiver_bytes(&pair->sizes);

	lane_memory_unmap(pair->sender, sender_bytes);
	lane_memory_unmap(pair->receiver, receiver_bytes);
	lane_memory_unmap(pair->theirs_of_b, sender_bytes);
	lane_memory_unmap(pair->theirs_of_a, receiver_bytes);
	(void)close(pair->sender_file);
	(void)close(pair->receiver_file);
	free(pair);
}

kern_return_t
lane_offer(struct lane_pair *pair, mach_port_name_t name)
{
	struct lane_call call = {.file = pair->sender_file};
	const uint64_t ticket = lane_clock_read(lane_a.clock);
	kern_return_t kr = LANE_CALL(lane_a.fd, WIRE_LANE_OFFER, &call, name,
	    pair->sizes.ring_bytes, pair->sizes.slots, pair->sizes.slot_bytes,
	    WIRE_TWO_WORDS(ticket));

	pair->id = call.out[0];
	return kr;
}

kern_return_t
lane_accept_it(struct lane_pair *pair)
{
	struct lane_call call = {.file = pair->receiver_file};
	kern_return_t kr =
	    LANE_CALL(lane_b.fd, WIRE_LANE_ACCEPT, &call, pair->id);

	if (kr != KERN_SUCCESS)
		return kr;
	assert_true(call.out_count > sizeof(pair->accepted) / sizeof(uint32_t));
	assert_int_equal(call.out[0], call.out_count - 1);
	memcpy(&pair->accepted, call.out + 1, sizeof(pair->accepted));
	pair->theirs_of_b =
	    lane_memory_map(call.file_out, lane_sender_bytes(&pair->sizes));
	assert_non_null(pair->theirs_of_b);
	(void)close(call.file_out);
	if (!lane_b.board)
		lane_fetch_board(&lane_b);
	lane_in_init(&pair->in, pair->theirs_of_b, pair->receiver,
	    &lane_b.board->lane[pair->accepted.index], &pair->sizes);
	return kr;
}

kern_return_t
lane_ready(const struct lane_pair *pair)
{
	return lane_say(lane_b.fd, WIRE_LANE_READY, pair);
}

kern_return_t
lane_join(struct lane_pair *pair)
{
	struct lane_call call = {0};
	kern_return_t kr =
	    LANE_CALL(lane_a.fd, WIRE_LANE_JOIN, &call, pair->id);

	if (kr != KERN_SUCCESS)
		return kr;
	assert_int_equal(
	    call.out_count, 1 + sizeof(pair->joined) / sizeof(uint32_t));
	memcpy(&pair->joined, call.out + 1, sizeof(pair->joined));
	pair->theirs_of_a =
	    lane_memory_map(call.file_out, lane_receiver_bytes(&pair->sizes));
	assert_non_null(pair->theirs_of_a);
	(void)close(call.file_out);
	lane_out_init(&pair->out, pair->sender, pair->theirs_of_a,
	    &lane_a.board->lane[pair->joined.index], &pair->sizes,
	    lane_a.clock);
	return kr;
}

void
lane_open_pair(struct lane_pair *pair, mach_port_name_t name)
{
	uint32_t id;

	assert_int_equal(lane_offer(pair, name), KERN_SUCCESS);
	assert_int_equal(lane_news(lane_b.fd, &id), WIRE_NEWS_REQUEST);
	assert_int_equal(id, pair->id);
	assert_int_equal(lane_accept_it(pair), KERN_SUCCESS);
	assert_int_equal(lane_ready(pair), KERN_SUCCESS);
	assert_int_equal(lane_news(lane_a.fd, &id), WIRE_NEWS_JOIN);
	assert_int_equal(id, pair->id);
	assert_int_equal(lane_join(pair), KERN_SUCCESS);
}

struct lane_pair *
lane_open(void)
{
	struct lane_pair *pair = lane_pair_new();

	lane_open_pair(pair, LANE_DEST);
	return pair;
}

enum lane_published
lane_put(struct lane_pair *pair, int32_t id)
{
	const struct lane_message message = {.id = id};
	struct lane_wake wake;
	uint32_t slot;

	return lane_publish(&pair->out, &message, &slot, &wake);
}

int32_t
lane_get(struct lane_pair *pair)
{
	struct lane_record record;
	struct lane_wake wake;
	uint8_t body[16];

	if (lane_take(&pair->in, body, sizeof(body), false, &record, &wake) !=
	    LANE_TOOK)
		return 0;
	return record.id;
}

uint32_t
lane_state_of(const struct lane_task *task, uint32_t index)
{
	return atomic_load(&task->board->lane[index].state);
}
