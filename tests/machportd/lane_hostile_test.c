/*
 * Lanes of liars: what they say, what they hand over, and what they write where only they
 * can. It costs them their lane, and nobody else anything.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lane_memory.h"
#include "lane_policy.h"
#include "lane_tasks.h"

#define LANE_SEALS                                                             \
	(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL)

static const struct lane_sizes sizes = {LANE_RING_MIN, 0, 0};
static uint32_t id;

static int
setup(void **state)
{
	(void)state;
	lane_tasks_start((const char *const[]){"--verify", NULL});
	lane_fetch_board(&lane_a);
	return 0;
}

#define HOSTILE(name)                                                          \
	cmocka_unit_test_setup_teardown(name, setup, lane_teardown)

static kern_return_t
offer(int file, const struct lane_sizes *of, uint64_t ticket)
{
	struct lane_call call = {.file = file};

	return LANE_CALL(lane_a.fd, WIRE_LANE_OFFER, &call, LANE_DEST,
	    of->ring_bytes, of->slots, of->slot_bytes, WIRE_TWO_WORDS(ticket));
}

static uint64_t
now(void)
{
	return lane_clock_read(lane_a.clock);
}

/* A file of A's memory, populated as @bytes of it, with @seals. */
static int
file_with(unsigned flags, size_t size, size_t bytes, int seals)
{
	int file = memfd_create("lie", MFD_ALLOW_SEALING | flags);

	assert_true(file >= 0);
	assert_int_equal(ftruncate(file, (off_t)size), 0);
	for (size_t at = 0; at < bytes; at += 4096)
		assert_int_equal(pwrite(file, "", 1, (off_t)at), 1);
	assert_int_equal(fcntl(file, F_ADD_SEALS, seals), 0);
	return file;
}

/* @file is CONSUMED. */
static void
check_refused(int file)
{
	const unsigned before = kernel_descriptors();

	assert_int_equal(offer(file, &sizes, now()), KERN_INVALID_ARGUMENT);
	(void)close(file);
	/* It is closed elsewhere: soon. */
	while (kernel_descriptors() > before)
		raw_works(lane_a.fd);
}

TEST(a_file_that_is_no_memory_of_a_lane)
{
	const size_t bytes = lane_sender_bytes(&sizes);
	int pair[2];
	int secret = (int)syscall(447, 0); /* memfd_secret() */
	int huge = memfd_create("huge", MFD_ALLOW_SEALING | MFD_HUGETLB);

	check_refused(file_with(0, bytes, bytes, 0));
	check_refused(
	    file_with(0, bytes, bytes, LANE_SEALS & ~F_SEAL_FUTURE_WRITE));
	check_refused(file_with(0, bytes, bytes - 4096, LANE_SEALS));
	check_refused(file_with(0, bytes - 4096, bytes - 4096, LANE_SEALS));
	check_refused(file_with(0, bytes + 4096, bytes + 4096, LANE_SEALS));
	check_refused(open("/dev/null", O_RDWR | O_CLOEXEC));
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	check_refused(pair[0]);
	(void)close(pair[1]);
	/* Machines without these have no such lie to refuse. */
	if (secret >= 0)
		check_refused(secret);
	if (huge >= 0)
		check_refused(huge);
}

TEST(sizes_that_no_lane_has)
{
	static const struct lane_sizes lies[] = {
	    {0, 0, 0},
	    {LANE_RING_MIN + 1, 0, 0},
	    {LANE_RING_MAX * 2, 0, 0},
	    {UINT32_MAX, 4, 4096},
	    {LANE_RING_MIN, LANE_SLOTS_MAX + 1, 4096},
	    {LANE_RING_MIN, 4, 4095},
	    {LANE_RING_MIN, 4, UINT32_MAX},
	};
	const size_t bytes = lane_sender_bytes(&sizes);
	int file = file_with(0, bytes, bytes, LANE_SEALS);

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		assert_int_equal(
		    offer(file, &lies[i], now()), KERN_INVALID_ARGUMENT);
	(void)close(file);
}

TEST(a_clock_that_is_not_ours)
{
	const size_t bytes = lane_sender_bytes(&sizes);
	int file = file_with(0, bytes, bytes, LANE_SEALS);

	assert_int_equal(offer(file, &sizes, 0), KERN_NOT_SUPPORTED);
	assert_int_equal(offer(file, &sizes, UINT64_MAX), KERN_NOT_SUPPORTED);
	assert_int_equal(offer(file, &sizes, now() * 2), KERN_NOT_SUPPORTED);
	assert_int_equal(offer(file, &sizes, now() / 2), KERN_NOT_SUPPORTED);
	assert_int_equal(offer(file, &sizes, now()), KERN_SUCCESS);
	(void)close(file);
}

TEST(names_that_no_lane_can_be_to)
{
	struct lane_pair *pair = lane_pair_new();
	const mach_port_name_t own = raw_port(lane_a.fd);

	assert_int_equal(lane_offer(pair, 0), KERN_INVALID_NAME);
	assert_int_equal(lane_offer(pair, UINT32_MAX), KERN_INVALID_NAME);
	assert_int_equal(lane_offer(pair, 0x7703), KERN_INVALID_NAME);
	assert_int_equal(lane_offer(pair, own), KERN_NOT_SUPPORTED);
	assert_int_equal(lane_offer(pair, SELF), KERN_NOT_SUPPORTED);
	lane_pair_free(pair);
}

/* Every call about a lane, by whom it is none. */
static void
check_unknown(int fd, const struct lane_pair *pair)
{
	static const enum wire_call calls[] = {WIRE_LANE_READY,
	    WIRE_LANE_REFUSE, WIRE_LANE_JOIN, WIRE_LANE_SYNC, WIRE_LANE_CLOSE,
	    WIRE_LANE_DROP, WIRE_LANE_FORGET};
	struct lane_call call = {.file = pair->receiver_file};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		assert_int_equal(
		    lane_say(fd, calls[i], pair), KERN_INVALID_NAME);
	assert_int_equal(LANE_CALL(fd, WIRE_LANE_ACCEPT, &call, pair->id),
	    KERN_INVALID_NAME);
}

TEST(a_number_that_is_of_no_lane)
{
	static const uint32_t numbers[] = {0, 1, 2, UINT32_MAX};
	struct lane_pair *pair = lane_pair_new();

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		pair->id = numbers[i];
		check_unknown(lane_a.fd, pair);
		check_unknown(lane_b.fd, pair);
	}
	lane_pair_free(pair);
}

TEST(a_lane_of_others)
{
	struct lane_pair *pair = lane_open();
	struct proxy third = proxy_start();

	check_unknown(third.fd, pair);
	assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
	assert_int_equal(lane_get(pair), 7);
	proxy_stop(&third);
	lane_pair_free(pair);
}

TEST(steps_by_the_wrong_side_or_too_early)
{
	struct lane_pair *pair = lane_pair_new();
	struct lane_call call = {.file = pair->receiver_file};

	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	assert_int_equal(lane_accept_it(pair), KERN_INVALID_NAME);
	assert_int_equal(lane_news(lane_b.fd, &id), WIRE_NEWS_REQUEST);
	assert_int_equal(
	    LANE_CALL(lane_a.fd, WIRE_LANE_ACCEPT, &call, pair->id),
	    KERN_INVALID_NAME);
	assert_int_equal(lane_ready(pair), KERN_FAILURE);
	assert_int_equal(lane_join(pair), KERN_INVALID_NAME);
	assert_int_equal(lane_accept_it(pair), KERN_SUCCESS);
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_READY, pair), KERN_INVALID_NAME);
	assert_int_equal(
	    lane_say(lane_b.fd, WIRE_LANE_JOIN, pair), KERN_INVALID_NAME);
	assert_int_equal(lane_ready(pair), KERN_SUCCESS);
	assert_int_equal(lane_join(pair), KERN_SUCCESS);
	lane_pair_free(pair);
}

TEST(a_second_lane_to_the_same_port)
{
	struct lane_pair *pair = lane_open();
	struct lane_pair *second = lane_pair_new();

	assert_int_equal(lane_offer(second, LANE_DEST), KERN_NAME_EXISTS);
	assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
	assert_int_equal(lane_get(pair), 7);
	lane_pair_free(second);
	lane_pair_free(pair);
}

TEST(a_step_of_an_open_lane_changes_nothing)
{
	struct lane_pair *pair = lane_open();
	struct lane_call call = {.file = pair->receiver_file};

	assert_int_equal(
	    LANE_CALL(lane_b.fd, WIRE_LANE_ACCEPT, &call, pair->id),
	    KERN_INVALID_NAME);
	assert_int_equal(lane_ready(pair), KERN_FAILURE);
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_JOIN, pair), KERN_INVALID_NAME);
	assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
	assert_int_equal(lane_get(pair), 7);
	lane_pair_free(pair);
}

TEST(a_receiver_whose_memory_is_none_gets_no_lane)
{
	struct lane_pair *pair = lane_pair_new();
	struct lane_call call = {.file = pair->sender_file};

	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_SUCCESS);
	assert_int_equal(lane_news(lane_b.fd, &id), WIRE_NEWS_REQUEST);
	/* Of another size. */
	assert_int_equal(
	    LANE_CALL(lane_b.fd, WIRE_LANE_ACCEPT, &call, pair->id),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(lane_news(lane_a.fd, &id), WIRE_NEWS_NEVER);
	check_unknown(lane_b.fd, pair);
	lane_pair_free(pair);
}

TEST(who_was_dropped_gets_no_lane_any_more)
{
	struct lane_pair *pair = lane_open();

	assert_int_equal(
	    lane_say(lane_b.fd, WIRE_LANE_DROP, pair), KERN_SUCCESS);
	assert_int_equal(
	    lane_state_of(&lane_a, pair->joined.index), LANE_CLOSED);
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_FORGET, pair), KERN_SUCCESS);
	assert_int_equal(lane_offer(pair, LANE_DEST), KERN_NOT_SUPPORTED);
	lane_pair_free(pair);
}

/* Open, they stay for as long as that takes. */
TEST(two_tasks_have_sixteen_lanes_at_most)
{
	struct lane_pair *pairs[16];
	struct lane_pair *more = lane_pair_new();

	for (unsigned i = 0; i < 16; i++) {
		pairs[i] = lane_pair_new();
		lane_open_pair(pairs[i], lane_send_right(raw_port(lane_b.fd)));
	}
	assert_int_equal(lane_offer(more, lane_send_right(raw_port(lane_b.fd))),
	    KERN_RESOURCE_SHORTAGE);
	lane_pair_free(more);
	for (unsigned i = 0; i < 16; i++)
		lane_pair_free(pairs[i]);
}

#define OFFERS (LANE_OFFERS_OWN + 1)

/* A's port, as a send right of B's. */
static mach_port_name_t
take_send_right(void)
{
	mach_port_name_t port = raw_port(lane_a.fd);
	mach_port_name_t a;
	uint32_t right[2];

	assert_int_equal(lane_poll(lane_a.fd, port, 0), MACH_RCV_TIMED_OUT);
	assert_int_equal(RAW_CALL(lane_b.fd, WIRE_TASK_FOR_PID, &a, 1, SELF,
	                     (uint32_t)lane_a_proxy.pid),
	    KERN_SUCCESS);
	assert_int_equal(RAW_CALL(lane_b.fd, WIRE_PORT_EXTRACT_RIGHT, right, 2,
	                     a, port, MACH_MSG_TYPE_COPY_SEND),
	    KERN_SUCCESS);
	return right[0];
}

/* B offers a lane to @name by @thread, and does not wait for the answer. */
static void
send_offer(int thread, mach_port_name_t name, int file)
{
	const struct wire_call_request request = {
	    .header = {.number = WIRE_LANE_OFFER, .files = 1},
	    .words = {name, sizes.ring_bytes, 0, 0, WIRE_TWO_WORDS(now())},
	};

	raw_send_files(thread, &request,
	    sizeof(request.header) + 6 * sizeof(uint32_t), &file, 1);
}

static kern_return_t
answer_to_offer(int thread)
{
	struct wire_call_answer answer[2]; /* and its word */

	assert_true(raw_receive(thread, answer, sizeof(answer)) > 0);
	return answer->result;
}

/* How many of an offer by each of @threads are refused as too many? */
static unsigned
offer_at_once(const int *threads, mach_port_name_t name, int file)
{
	unsigned refused = 0;

	for (unsigned i = 0; i < OFFERS; i++)
		send_offer(threads[i], name, file);
	for (unsigned i = 0; i < OFFERS; i++)
		refused += answer_to_offer(threads[i]) == KERN_FAILURE;
	return refused;
}

/* How long offers take that wait for their answers nobody knows: these do not. */
TEST(offers_that_come_too_often_are_refused)
{
	const size_t bytes = lane_sender_bytes(&sizes);
	const mach_port_name_t name = take_send_right();
	int file = file_with(0, bytes, bytes, LANE_SEALS);
	int threads[OFFERS];

	lane_fetch_board(&lane_b);
	for (unsigned i = 0; i < OFFERS; i++)
		threads[i] = raw_thread(&lane_b_token, 100 + i);
	while (offer_at_once(threads, name, file) == 0)
		;
	for (unsigned i = 0; i < OFFERS; i++)
		(void)close(threads[i]);
	(void)close(file);
}

/* Nobody else has it when the kernel is told: it is the one who closes it. */
TEST(a_socket_whose_close_takes_its_time_holds_nobody_up)
{
	const mach_port_name_t name = take_send_right();
	int thread = raw_thread(&lane_b_token, 100);
	int peer;
	int file = lingering_socket(10 * TEST_SECONDS, &peer);

	lane_fetch_board(&lane_b);
	assert_int_equal(kill(kernel_pid, SIGSTOP), 0);
	send_offer(thread, name, file);
	(void)close(file);
	assert_int_equal(kill(kernel_pid, SIGCONT), 0);
	assert_int_equal(answer_to_offer(thread), KERN_INVALID_ARGUMENT);
	raw_works(lane_a.fd);
	raw_works(lane_b.fd);
	(void)close(peer);
	(void)close(thread);
}

TEST(kicks_of_nothing)
{
	struct lane_pair *pair = lane_open();
	struct wire_kick kicks[] = {
	    {.lane = 0, .slot = WIRE_KICK_MESSAGE},
	    {.lane = UINT32_MAX, .slot = 0},
	    {.lane = pair->id, .slot = 0},
	    {.lane = pair->id, .slot = 4},
	    {.lane = pair->id, .slot = UINT32_MAX - 1},
	};

	for (uint32_t i = 0; i < LANE_SLOTS_MAX; i++) {
		atomic_store(&pair->sender->slot_wait[i], LANE_KICK);
		atomic_store(&pair->sender->slot[i].port, UINT32_MAX - i);
	}
	for (size_t i = 0; i < sizeof(kicks) / sizeof(kicks[0]); i++) {
		kicks[i].header.number = WIRE_KICK;
		raw_send(lane_a.fd, &kicks[i], sizeof(kicks[i]));
		raw_send(lane_b.fd, &kicks[i], sizeof(kicks[i]));
	}
	raw_works(lane_a.fd);
	raw_works(lane_b.fd);
	lane_pair_free(pair);
}

TEST(kicks_in_a_loop_leave_others_their_turns)
{
	struct lane_pair *pair = lane_open();
	const struct wire_kick kick = {
	    .header = {.number = WIRE_KICK},
	    .lane = pair->id,
	    .slot = WIRE_KICK_MESSAGE,
	};

	for (unsigned i = 0; i < 2000; i++) {
		raw_send(lane_a.fd, &kick, sizeof(kick));
		if (i % 100 == 0)
			raw_works(lane_b.fd);
	}
	raw_works(lane_a.fd);
	lane_pair_free(pair);
}

TEST(a_kick_with_more_to_it_ends_the_connection)
{
	const struct {
		struct wire_kick kick;
		uint32_t more;
	} lie = {.kick.header = {.number = WIRE_KICK}};
	int liar = raw_thread(&lane_b_token, 666);

	raw_send(liar, &lie, sizeof(lie));
	assert_true(raw_is_closed(liar));
	(void)close(liar);
}

TEST(a_kick_while_an_answer_is_due_ends_the_connection)
{
	const struct wire_kick kick = {.header = {.number = WIRE_KICK}};
	const struct raw_msg msg = raw_receiving(lane_port, 100);
	int liar = raw_thread(&lane_b_token, 666);

	raw_msg_send(liar, &msg);
	raw_send(liar, &kick, sizeof(kick));
	assert_true(raw_is_closed(liar));
	(void)close(liar);
}

/* Whatever A and B have written: closing ends, and the kernel's books are right. */
static void
check_close(const struct lane_pair *pair)
{
	assert_int_equal(
	    lane_say(lane_a.fd, WIRE_LANE_CLOSE, pair), KERN_SUCCESS);
	assert_int_equal(
	    lane_state_of(&lane_b, pair->accepted.index), LANE_CLOSED);
	raw_works(lane_b.fd);
	while (lane_poll(lane_b.fd, lane_port, 0) == MACH_MSG_SUCCESS)
		;
}

TEST(a_tail_that_cannot_be)
{
	static const uint64_t tails[] = {32, 1, UINT32_MAX, UINT64_MAX,
	    (uint64_t)1 << 32, LANE_RING_MIN, LANE_RING_MIN + 32};

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct lane_pair *pair = lane_open();

		atomic_store(&pair->sender->tail, tails[i]);
		raw_works(lane_a.fd);
		check_close(pair);
		assert_int_equal(
		    lane_say(lane_a.fd, WIRE_LANE_FORGET, pair), KERN_SUCCESS);
		assert_int_equal(
		    lane_say(lane_b.fd, WIRE_LANE_FORGET, pair), KERN_SUCCESS);
		lane_pair_free(pair);
	}
}

TEST(a_head_that_cannot_be)
{
	static const uint64_t heads[] = {
	    32, 1, UINT32_MAX, UINT64_MAX, (uint64_t)1 << 32, 64};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct lane_pair *pair = lane_open();

		assert_int_equal(lane_put(pair, 7), LANE_TAKEN);
		atomic_store(&pair->receiver->head, heads[i]);
		raw_works(lane_a.fd);
		check_close(pair);
		assert_int_equal(
		    lane_say(lane_a.fd, WIRE_LANE_FORGET, pair), KERN_SUCCESS);
		assert_int_equal(
		    lane_say(lane_b.fd, WIRE_LANE_FORGET, pair), KERN_SUCCESS);
		lane_pair_free(pair);
	}
}

TEST(memory_full_of_anything)
{
	struct lane_pair *pair = lane_open();

	memset(pair->sender, 0xA5, lane_sender_bytes(&pair->sizes));
	memset(pair->receiver, 0x5A, lane_receiver_bytes(&pair->sizes));
	check_close(pair);
	lane_pair_free(pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HOSTILE(a_file_that_is_no_memory_of_a_lane),
	    HOSTILE(a_socket_whose_close_takes_its_time_holds_nobody_up),
	    HOSTILE(sizes_that_no_lane_has),
	    HOSTILE(a_clock_that_is_not_ours),
	    HOSTILE(names_that_no_lane_can_be_to),
	    HOSTILE(a_number_that_is_of_no_lane),
	    HOSTILE(a_lane_of_others),
	    HOSTILE(steps_by_the_wrong_side_or_too_early),
	    HOSTILE(a_second_lane_to_the_same_port),
	    HOSTILE(a_step_of_an_open_lane_changes_nothing),
	    HOSTILE(a_receiver_whose_memory_is_none_gets_no_lane),
	    HOSTILE(who_was_dropped_gets_no_lane_any_more),
	    HOSTILE(two_tasks_have_sixteen_lanes_at_most),
	    HOSTILE(offers_that_come_too_often_are_refused),
	    HOSTILE(kicks_of_nothing),
	    HOSTILE(kicks_in_a_loop_leave_others_their_turns),
	    HOSTILE(a_kick_with_more_to_it_ends_the_connection),
	    HOSTILE(a_kick_while_an_answer_is_due_ends_the_connection),
	    HOSTILE(a_tail_that_cannot_be),
	    HOSTILE(a_head_that_cannot_be),
	    HOSTILE(memory_full_of_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
