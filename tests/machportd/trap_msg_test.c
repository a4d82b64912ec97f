/* The mach_msg() trap: what the packets of it carry, and when they come. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"

static struct wire_token token;
static int task;
static struct raw_answer got;

static int
setup(void **state)
{
	(void)kernel_setup(state);
	task = raw_task(&token);
	return 0;
}

static int
teardown(void **state)
{
	(void)close(task);
	return kernel_teardown(state);
}

#define TRAP(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* The header of the message that came. */
static mach_msg_header_t
got_header(void)
{
	mach_msg_header_t header;

	assert_in_range(got.answer.inline_bytes, sizeof(header), UINT32_MAX);
	memcpy(&header, got.bytes, sizeof(header));
	return header;
}

static mach_msg_return_t
receive(int fd, mach_port_name_t name, mach_msg_size_t size)
{
	const struct raw_msg msg = raw_receiving(name, size);

	return raw_msg(fd, &msg, &got);
}

/* The same with the largest trailer. */
static mach_msg_return_t
receive_with_trailer(int fd, mach_port_name_t name, mach_msg_size_t size)
{
	struct raw_msg msg = raw_receiving(name, size);

	msg.request.option |= MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AV);
	return raw_msg(fd, &msg, &got);
}

/* Let nothing queue up on @name. */
static void
set_qlimit(mach_port_name_t name, uint32_t limit)
{
	assert_int_equal(RAW_CALL(task, WIRE_PORT_SET_ATTRIBUTES, NULL, 0, SELF,
	                     name, MACH_PORT_LIMITS_INFO, 1, limit),
	    KERN_SUCCESS);
}

TEST(a_message_comes_as_it_was_sent_with_a_trailer)
{
	mach_port_name_t port = raw_port(task);

	assert_int_equal(raw_send_empty(task, port, 4711), MACH_MSG_SUCCESS);
	assert_int_equal(receive(task, port, 100), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.outcome, WIRE_OUTCOME_MESSAGE);
	assert_int_equal(got.answer.pseudo, 0);
	assert_int_equal(got.answer.size, 24);
	assert_int_equal(got.answer.inline_bytes, 24);
	assert_int_equal(got.answer.trailer_bytes, 8);
	assert_int_equal(got.answer.files, 0);
	assert_int_equal(got_header().msgh_id, 4711);
	assert_int_equal(got_header().msgh_local_port, port);
}

TEST(one_trap_sends_and_receives)
{
	mach_port_name_t port = raw_port(task);
	const mach_msg_header_t header = raw_header(port, 5);
	struct raw_msg msg = raw_sending(&header, sizeof(header));

	msg.request.option |= MACH_RCV_MSG;
	msg.request.rcv_name = port;
	msg.request.rcv_size = 100;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
	assert_int_equal(got_header().msgh_id, 5);
}

TEST(neither_send_nor_receive_is_success)
{
	const struct raw_msg msg = {
	    .request = {.header = {.number = WIRE_MSG, .sequence = 9}}};

	assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.outcome, WIRE_OUTCOME_NONE);
}

TEST(an_error_of_the_send_ends_the_trap)
{
	const mach_msg_header_t header = raw_header(0x7703, 5);
	struct raw_msg msg = raw_sending(&header, sizeof(header));

	msg.request.option |= MACH_RCV_MSG;
	msg.request.rcv_name = raw_port(task);
	msg.request.rcv_size = 100;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_SEND_INVALID_DEST);
	assert_int_equal(got.answer.outcome, WIRE_OUTCOME_NONE);
}

TEST(a_blocked_receiver_is_woken_by_a_message)
{
	mach_port_name_t port = raw_port(task);
	const struct raw_msg msg = raw_receiving(port, 100);
	int thread = raw_thread(&token, 2);

	raw_msg_send(thread, &msg);
	raw_works(task);
	assert_int_equal(raw_send_empty(task, port, 6), MACH_MSG_SUCCESS);
	raw_msg_receive(thread, &got);
	assert_int_equal(got.answer.result, MACH_MSG_SUCCESS);
	assert_int_equal(got_header().msgh_id, 6);
	(void)close(thread);
}

TEST(a_blocked_sender_is_woken_by_room_and_then_receives)
{
	mach_port_name_t port = raw_port(task);
	mach_port_name_t reply = raw_port(task);
	const mach_msg_header_t header = raw_header(port, 8);
	struct raw_msg msg = raw_sending(&header, sizeof(header));
	int thread = raw_thread(&token, 2);

	set_qlimit(port, 1);
	assert_int_equal(raw_send_empty(task, port, 7), MACH_MSG_SUCCESS);
	msg.request.option |= MACH_RCV_MSG;
	msg.request.rcv_name = reply;
	msg.request.rcv_size = 100;
	raw_msg_send(thread, &msg);
	raw_works(task);
	assert_int_equal(receive(task, port, 100), MACH_MSG_SUCCESS);
	assert_int_equal(got_header().msgh_id, 7);
	assert_int_equal(receive(task, port, 100), MACH_MSG_SUCCESS);
	assert_int_equal(got_header().msgh_id, 8);
	assert_int_equal(raw_send_empty(task, reply, 9), MACH_MSG_SUCCESS);
	raw_msg_receive(thread, &got);
	assert_int_equal(got_header().msgh_id, 9);
	(void)close(thread);
}

static double
now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

TEST(a_receive_times_out_and_never_early)
{
	static const uint32_t timeouts[] = {0, 1, 3, 20, 50};
	struct raw_msg msg = raw_receiving(raw_port(task), 100);
	double begin;

	msg.request.option |= MACH_RCV_TIMEOUT;
	for (unsigned i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
		msg.request.timeout = timeouts[i];
		begin = now();
		assert_int_equal(raw_msg(task, &msg, &got), MACH_RCV_TIMED_OUT);
		assert_true(now() - begin >= timeouts[i] / 1e3);
	}
}

TEST(a_send_times_out_and_its_message_comes_back)
{
	mach_port_name_t port = raw_port(task);
	const mach_msg_header_t header = raw_header(port, 8);
	struct raw_msg msg = raw_sending(&header, sizeof(header));
	double begin = now();

	set_qlimit(port, 0);
	msg.request.option |= MACH_SEND_TIMEOUT;
	msg.request.timeout = 10;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_SEND_TIMED_OUT);
	assert_true(now() - begin >= 0.01);
	assert_int_equal(got.answer.outcome, WIRE_OUTCOME_MESSAGE);
	assert_int_equal(got.answer.pseudo, 1);
	assert_int_equal(got.answer.trailer_bytes, 0);
	assert_int_equal(got_header().msgh_remote_port, port);
	assert_int_equal(
	    got_header().msgh_bits, MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND, 0));
}

TEST(timeouts_of_many_threads_come_in_their_order)
{
	struct raw_msg msg = raw_receiving(raw_port(task), 100);
	static const uint32_t timeouts[] = {40, 10, 30, 20, 60, 50};
	static const unsigned order[] = {1, 3, 2, 0, 5, 4};
	int threads[6];
	double begin = now();

	msg.request.option |= MACH_RCV_TIMEOUT;
	for (uint32_t i = 0; i < 6; i++) {
		threads[i] = raw_thread(&token, i + 1);
		msg.request.timeout = timeouts[i];
		raw_msg_send(threads[i], &msg);
	}
	for (unsigned i = 0; i < 6; i++) {
		raw_msg_receive(threads[order[i]], &got);
		assert_int_equal(got.answer.result, MACH_RCV_TIMED_OUT);
		assert_true(now() - begin >= timeouts[order[i]] / 1e3);
		(void)close(threads[order[i]]);
	}
}

static void
cancel(int fd, uint32_t sequence)
{
	const struct wire_header packet = {
	    .number = WIRE_CANCEL, .sequence = sequence};

	raw_send(fd, &packet, sizeof(packet));
}

TEST(a_cancelled_receive_is_interrupted)
{
	struct raw_msg msg = raw_receiving(raw_port(task), 100);

	raw_msg_send(task, &msg);
	cancel(task, msg.request.header.sequence);
	raw_msg_receive(task, &got);
	assert_int_equal(got.answer.result, MACH_RCV_INTERRUPTED);
}

TEST(a_cancelled_send_is_interrupted_and_its_message_comes_back)
{
	mach_port_name_t port = raw_port(task);
	const mach_msg_header_t header = raw_header(port, 8);
	const struct raw_msg msg = raw_sending(&header, sizeof(header));

	set_qlimit(port, 0);
	raw_msg_send(task, &msg);
	cancel(task, msg.request.header.sequence);
	raw_msg_receive(task, &got);
	assert_int_equal(got.answer.result, MACH_SEND_INTERRUPTED);
	assert_int_equal(got.answer.pseudo, 1);
}

TEST(a_cancel_of_another_trap_is_ignored)
{
	mach_port_name_t port = raw_port(task);
	const struct raw_msg msg = raw_receiving(port, 100);
	int thread = raw_thread(&token, 2);

	/* Nothing is due. */
	cancel(thread, msg.request.header.sequence);
	raw_msg_send(thread, &msg);
	cancel(thread, msg.request.header.sequence + 1);
	assert_int_equal(raw_send_empty(task, port, 6), MACH_MSG_SUCCESS);
	raw_msg_receive(thread, &got);
	assert_int_equal(got.answer.result, MACH_MSG_SUCCESS);
	/* Too late. */
	cancel(thread, msg.request.header.sequence);
	raw_works(thread);
	(void)close(thread);
}

TEST(a_message_beyond_the_limit_is_told_before_a_receive)
{
	mach_port_name_t port = raw_port(task);
	const mach_msg_header_t header = raw_header(port, 8);
	struct raw_msg msg = raw_sending(&header, sizeof(header));

	set_qlimit(port, 1);
	assert_int_equal(raw_send_empty(task, port, 7), MACH_MSG_SUCCESS);
	msg.request.option |= MACH_SEND_NOTIFY | MACH_RCV_MSG;
	msg.request.notify = raw_port(task);
	msg.request.rcv_name = port;
	msg.request.rcv_size = 100;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_SEND_WILL_NOTIFY);
	assert_int_equal(got.answer.outcome, WIRE_OUTCOME_NONE);
	assert_int_equal(receive(task, port, 100), MACH_MSG_SUCCESS);
	assert_int_equal(receive(task, port, 100), MACH_MSG_SUCCESS);
	assert_int_equal(got_header().msgh_id, 8);
}

TEST(a_large_message_that_may_stay_tells_its_size_and_port)
{
	mach_port_name_t port = raw_port(task);
	struct raw_msg msg = raw_receiving(port, 0);

	assert_int_equal(raw_send_empty(task, port, 7), MACH_MSG_SUCCESS);
	msg.request.option |= MACH_RCV_LARGE;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_RCV_TOO_LARGE);
	assert_int_equal(got.answer.outcome, WIRE_OUTCOME_SIZE);
	assert_int_equal(got.answer.size, 24);
	assert_int_equal(got.answer.name, port);
	assert_int_equal(receive(task, port, 32), MACH_MSG_SUCCESS);
}

TEST(a_large_message_that_may_not_stay_is_cut_to_the_room_there_is)
{
	mach_port_name_t port = raw_port(task);

	for (uint32_t room = 24; room < 32; room++) {
		assert_int_equal(
		    raw_send_empty(task, port, 7), MACH_MSG_SUCCESS);
		assert_int_equal(receive(task, port, room), MACH_RCV_TOO_LARGE);
		assert_int_equal(got.answer.outcome, WIRE_OUTCOME_BARE);
		assert_int_equal(got.answer.inline_bytes, 24);
		assert_int_equal(got.answer.trailer_bytes, room - 24);
		assert_int_equal(got_header().msgh_id, 7);
	}
}

/* A complex message with two descriptors and room for regions behind. */
struct complex {
	mach_msg_header_t header;
	mach_msg_body_t body;
	union {
		mach_msg_ool_descriptor64_t memory;
		mach_msg_ool_ports_descriptor64_t ports;
	} descriptors[2];
	uint8_t pad[4]; /* 64: a multiple of 8 */
	uint8_t regions[64];
};
#define COMPLEX_BYTES offsetof(struct complex, regions)

static struct complex
new_complex(mach_port_name_t remote)
{
	struct complex message = {
	    .header = raw_header(remote, 20), .body = {2}};

	_Static_assert(COMPLEX_BYTES == 64, "the regions are aligned");
	message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	return message;
}

static mach_msg_ool_descriptor64_t
memory_descriptor(uint32_t size)
{
	return (mach_msg_ool_descriptor64_t){
	    .type = MACH_MSG_OOL_DESCRIPTOR, .size = size};
}

static mach_msg_ool_ports_descriptor64_t
ports_descriptor(uint32_t count)
{
	return (mach_msg_ool_ports_descriptor64_t){
	    .type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	    .disposition = MACH_MSG_TYPE_COPY_SEND,
	    .count = count,
	};
}

static struct complex
got_complex(void)
{
	struct complex message = {0};
	const size_t bytes = offsetof(struct complex, pad);

	/* At least the descriptors are in the packet. */
	assert_in_range(got.answer.inline_bytes, bytes, UINT32_MAX);
	memcpy(&message, got.bytes, bytes);
	return message;
}

/* The region at @address of the answer holds just @bytes, and zeroes to the end
 * of its page; @file is where it should be. */
static void
expect_region(
    uint64_t address, unsigned file, const void *content, size_t bytes)
{
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *memory;

	assert_int_equal(address % (uint64_t)page, file);
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE,
	    got.files[file], (off_t)(address - file));
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_memory_equal(memory, content, bytes);
	for (size_t i = bytes; i % (size_t)page != 0; i++)
		assert_int_equal(memory[i], 0);
	(void)munmap(memory, bytes);
}

TEST(regions_in_a_packet_come_in_a_sealed_file_of_the_kernel)
{
	mach_port_name_t port = raw_port(task);
	struct complex message = new_complex(port);
	const uint32_t names[2] = {port, port};
	struct raw_msg msg;

	message.descriptors[0].memory = memory_descriptor(5);
	message.descriptors[1].ports = ports_descriptor(2);
	memcpy(message.regions, "hello", 5);
	memcpy(message.regions + 8, names, 8);
	msg = raw_sending(&message, COMPLEX_BYTES + 16);
	msg.request.send_size = COMPLEX_BYTES;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.taken, 2);
	assert_int_equal(receive(task, port, 200), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.files, WIRE_FILE_KERNEL);
	message = got_complex();
	assert_int_equal(message.descriptors[0].memory.size, 5);
	expect_region(message.descriptors[0].memory.address, 1, "hello", 5);
	assert_int_equal(message.descriptors[1].ports.count, 2);
	expect_region(
	    message.descriptors[1].ports.address, 1, names, sizeof(names));
	assert_int_equal(
	    fcntl(got.files[1], F_GET_SEALS) & MEMFD_SEALS, MEMFD_SEALS);
	raw_answer_close(&got);
}

TEST(regions_of_no_bytes_come_without_a_file)
{
	mach_port_name_t port = raw_port(task);
	struct complex message = new_complex(port);
	struct raw_msg msg;

	message.descriptors[0].memory = memory_descriptor(0);
	message.descriptors[0].memory.address = 4711;
	message.descriptors[1].ports = ports_descriptor(0);
	msg = raw_sending(&message, COMPLEX_BYTES);
	assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
	assert_int_equal(receive(task, port, 200), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.files, 0);
	message = got_complex();
	assert_int_equal(message.descriptors[0].memory.address, 0);
	assert_int_equal(message.descriptors[1].ports.address, 0);
}

/* The message that came, whose rest is in file @number. */
static uint8_t *
whole_message(unsigned number)
{
	uint8_t *message = malloc(got.answer.size);
	size_t rest = got.answer.size - got.answer.inline_bytes;

	memcpy(message, got.bytes, got.answer.inline_bytes);
	assert_int_equal(
	    pread(got.files[number], message + got.answer.inline_bytes, rest,
	        (off_t)got.answer.inline_bytes),
	    (ssize_t)rest);
	return message;
}

/* Bytes that are not all alike, with a header. */
static uint8_t *
new_big(size_t bytes, mach_port_name_t remote)
{
	const mach_msg_header_t header = raw_header(remote, 30);
	uint8_t *big = malloc(bytes);

	assert_non_null(big);
	for (size_t i = 0; i < bytes; i++)
		big[i] = (uint8_t)(i * 7 + (i >> 8));
	memcpy(big, &header, sizeof(header));
	return big;
}

TEST(a_message_of_16_mib_travels_in_its_senders_file)
{
	const size_t bytes = 16 << 20;
	mach_port_name_t port = raw_port(task);
	uint8_t *big = new_big(bytes, port);
	struct raw_msg msg = raw_sending(NULL, 0);
	uint8_t *came;

	msg.file = memfd_with(big, bytes, MEMFD_SEALS);
	msg.request.send_size = (uint32_t)bytes;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
	(void)close(msg.file);
	assert_int_equal(
	    receive(task, port, (uint32_t)bytes + 8), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.files, WIRE_FILE_SENDER);
	assert_int_equal(got.answer.size, bytes);
	came = whole_message(0);
	assert_memory_equal(came + 24, big + 24, bytes - 24);
	free(came);
	free(big);
	raw_answer_close(&got);
}

TEST(a_message_that_just_fitted_its_senders_packet_is_not_lost)
{
	const size_t most = WIRE_PACKET_MAX - sizeof(struct wire_msg_request);
	mach_port_name_t port = raw_port(task);
	uint8_t *big = new_big(most, port);
	unsigned spilled = 0;
	uint8_t *came;

	for (size_t bytes = most - 128; bytes <= most; bytes += 4) {
		struct raw_msg msg = raw_sending(big, bytes);

		assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
		assert_int_equal(
		    receive_with_trailer(task, port, 2 * WIRE_PACKET_MAX),
		    MACH_MSG_SUCCESS);
		assert_int_equal(got.answer.size, bytes);
		assert_int_equal(got.answer.trailer_bytes, MAX_TRAILER_SIZE);
		if (got.answer.inline_bytes < bytes) {
			assert_int_equal(got.answer.files,
			    WIRE_FILE_KERNEL | WIRE_FILE_REST);
			came = whole_message(1);
			assert_memory_equal(came + 24, big + 24, bytes - 24);
			free(came);
			spilled++;
		} else {
			assert_memory_equal(
			    got.bytes + 24, big + 24, bytes - 24);
		}
		raw_answer_close(&got);
	}
	assert_in_range(spilled, 1, 32);
	free(big);
}

TEST(regions_in_the_senders_file_stay_there)
{
	long page = sysconf(_SC_PAGESIZE);
	size_t bytes = (size_t)page * 2 + 5;
	mach_port_name_t port = raw_port(task);
	struct complex message = new_complex(port);
	const uint32_t names[1] = {port};
	static const char there[] = {'t', 'h', 'e', 'r', 'e'};
	uint8_t *content = calloc(1, bytes);
	struct raw_msg msg = raw_sending(NULL, 0);

	message.descriptors[0].ports = ports_descriptor(1);
	message.descriptors[1].memory = memory_descriptor(5);
	memcpy(content, &message, COMPLEX_BYTES);
	memcpy(content + page, names, sizeof(names));
	memcpy(content + 2 * page, there, sizeof(there));
	msg.file = memfd_with(content, bytes, MEMFD_SEALS);
	msg.request.send_size = COMPLEX_BYTES;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
	(void)close(msg.file);
	assert_int_equal(receive(task, port, 200), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.files, WIRE_FILE_SENDER | WIRE_FILE_KERNEL);
	message = got_complex();
	expect_region(
	    message.descriptors[0].ports.address, 1, names, sizeof(names));
	assert_int_equal(
	    message.descriptors[1].memory.address, (uint64_t)page * 2);
	expect_region(message.descriptors[1].memory.address, 0, "there", 5);
	free(content);
	raw_answer_close(&got);
}

TEST(a_message_with_more_descriptors_than_a_packet_holds)
{
	const uint32_t count = 12000;
	const size_t bytes = sizeof(mach_msg_base_t) +
	    count * sizeof(mach_msg_port_descriptor_t);
	mach_port_name_t port = raw_port(task);
	mach_msg_header_t header = raw_header(port, 40);
	uint8_t *big = calloc(1, bytes);
	struct raw_msg msg = raw_sending(NULL, 0);
	uint8_t *came;

	header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	memcpy(big, &header, sizeof(header));
	memcpy(big + sizeof(header), &count, sizeof(count));
	for (uint32_t i = 0; i < count; i++) {
		const mach_msg_port_descriptor_t descriptor = {
		    .name = i == count - 1 ? port : MACH_PORT_NULL,
		    .disposition = MACH_MSG_TYPE_COPY_SEND,
		    .type = MACH_MSG_PORT_DESCRIPTOR,
		};

		memcpy(big + sizeof(mach_msg_base_t) + i * sizeof(descriptor),
		    &descriptor, sizeof(descriptor));
	}
	msg.file = memfd_with(big, bytes, MEMFD_SEALS);
	msg.request.send_size = (uint32_t)bytes;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
	(void)close(msg.file);
	assert_int_equal(
	    receive(task, port, (uint32_t)bytes + 8), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.files, WIRE_FILE_KERNEL | WIRE_FILE_REST);
	came = whole_message(1);
	assert_memory_equal(came + bytes - 12, &port, sizeof(port));
	assert_int_equal(came[bytes - 2], MACH_MSG_TYPE_PORT_SEND);
	free(came);
	free(big);
	raw_answer_close(&got);
}

/* Let the kernel open no more descriptors, or again as many as before. */
static void
forbid_descriptors(bool forbid)
{
	static struct rlimit before;
	struct rlimit none;

	if (forbid) {
		assert_int_equal(
		    prlimit(kernel_pid, RLIMIT_NOFILE, NULL, &before), 0);
		none = before;
		none.rlim_cur = 3;
	}
	assert_int_equal(
	    prlimit(kernel_pid, RLIMIT_NOFILE, forbid ? &none : &before, NULL),
	    0);
}

TEST(a_region_without_memory_for_it_is_missing_and_that_is_told)
{
	mach_port_name_t port = raw_port(task);
	struct complex message = new_complex(port);
	struct raw_msg msg;
	uint32_t refs;

	message.descriptors[0].memory = memory_descriptor(5);
	message.descriptors[1].ports = ports_descriptor(1);
	memcpy(message.regions + 8, &port, sizeof(port));
	msg = raw_sending(&message, COMPLEX_BYTES + 16);
	msg.request.send_size = COMPLEX_BYTES;
	assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
	forbid_descriptors(true);
	assert_int_equal(
	    receive(task, port, 200), MACH_RCV_BODY_ERROR | MACH_MSG_VM_KERNEL);
	forbid_descriptors(false);
	assert_int_equal(got.answer.outcome, WIRE_OUTCOME_MESSAGE);
	message = got_complex();
	assert_int_equal(message.descriptors[0].memory.address, 0);
	assert_int_equal(message.descriptors[0].memory.size, 0);
	assert_int_equal(message.descriptors[1].ports.address, 0);
	assert_int_equal(message.descriptors[1].ports.count, 0);
	/* The right in the array did not stay behind without a name. */
	assert_int_equal(RAW_CALL(task, WIRE_PORT_GET_REFS, &refs, 1, SELF,
	                     port, MACH_PORT_RIGHT_SEND),
	    KERN_SUCCESS);
	assert_int_equal(refs, 1);
}

TEST(a_message_without_memory_for_it_is_lost_and_that_is_told)
{
	const size_t bytes = WIRE_PACKET_MAX - sizeof(struct wire_msg_request);
	mach_port_name_t port = raw_port(task);
	uint8_t *big = new_big(bytes, port);
	const struct raw_msg msg = raw_sending(big, bytes);

	assert_int_equal(raw_msg(task, &msg, &got), MACH_MSG_SUCCESS);
	forbid_descriptors(true);
	assert_int_equal(receive_with_trailer(task, port, 2 * WIRE_PACKET_MAX),
	    MACH_RCV_INVALID_DATA);
	forbid_descriptors(false);
	assert_int_equal(got.answer.outcome, WIRE_OUTCOME_NONE);
	raw_works(task);
	free(big);
}

TEST(files_beyond_a_users_limit_are_no_buffer)
{
	static const char *const options[] = {"--max-user-files=2", NULL};
	struct raw_msg msg = raw_sending(NULL, 0);
	mach_msg_header_t header;
	struct wire_token own;
	mach_port_name_t port;
	int fd;

	kernel_start(options);
	fd = raw_task(&own);
	port = raw_port(fd);
	header = raw_header(port, 3);
	msg.file = memfd_with(&header, sizeof(header), MEMFD_SEALS);
	msg.request.send_size = sizeof(header);
	assert_int_equal(raw_msg(fd, &msg, &got), MACH_MSG_SUCCESS);
	assert_int_equal(raw_msg(fd, &msg, &got), MACH_MSG_SUCCESS);
	assert_int_equal(raw_msg(fd, &msg, &got), MACH_SEND_NO_BUFFER);
	assert_int_equal(receive(fd, port, 100), MACH_MSG_SUCCESS);
	raw_answer_close(&got);
	assert_int_equal(raw_msg(fd, &msg, &got), MACH_MSG_SUCCESS);
	(void)close(msg.file);
	(void)close(fd);
	kernel_stop();
}

/* More than are answered at once: each of them is, all the same. */
TEST(many_traps_that_end_together_are_all_answered)
{
	const mach_port_name_t port = raw_port(task);
	const struct raw_msg wait = raw_receiving(port, 100);
	static struct raw_answer answer;
	int threads[300];

	for (uint32_t i = 0; i < 300; i++) {
		threads[i] = raw_thread(&token, i + 1);
		raw_msg_send(threads[i], &wait);
	}
	raw_works(task);
	assert_int_equal(RAW_CALL(task, WIRE_PORT_DESTROY, NULL, 0, SELF, port),
	    KERN_SUCCESS);
	for (unsigned i = 0; i < 300; i++) {
		raw_msg_receive(threads[i], &answer);
		assert_int_equal(answer.answer.result, MACH_RCV_PORT_CHANGED);
		(void)close(threads[i]);
	}
}

TEST(a_thread_that_dies_while_it_waits_leaves_nothing)
{
	mach_port_name_t port = raw_port(task);
	const mach_msg_header_t header = raw_header(port, 8);
	const struct raw_msg send = raw_sending(&header, sizeof(header));
	const struct raw_msg wait = raw_receiving(raw_port(task), 100);
	int threads[4];

	set_qlimit(port, 1);
	assert_int_equal(raw_send_empty(task, port, 7), MACH_MSG_SUCCESS);
	for (uint32_t i = 0; i < 4; i++) {
		threads[i] = raw_thread(&token, i + 1);
		raw_msg_send(threads[i], i % 2 ? &send : &wait);
	}
	raw_works(task);
	for (unsigned i = 0; i < 4; i++)
		(void)close(threads[i]);
	assert_int_equal(receive(task, port, 100), MACH_MSG_SUCCESS);
	assert_int_equal(got_header().msgh_id, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TRAP(a_message_comes_as_it_was_sent_with_a_trailer),
	    TRAP(one_trap_sends_and_receives),
	    TRAP(neither_send_nor_receive_is_success),
	    TRAP(an_error_of_the_send_ends_the_trap),
	    TRAP(a_blocked_receiver_is_woken_by_a_message),
	    TRAP(a_blocked_sender_is_woken_by_room_and_then_receives),
	    TRAP(a_receive_times_out_and_never_early),
	    TRAP(a_send_times_out_and_its_message_comes_back),
	    TRAP(timeouts_of_many_threads_come_in_their_order),
	    TRAP(a_cancelled_receive_is_interrupted),
	    TRAP(a_cancelled_send_is_interrupted_and_its_message_comes_back),
	    TRAP(a_cancel_of_another_trap_is_ignored),
	    TRAP(a_message_beyond_the_limit_is_told_before_a_receive),
	    TRAP(a_large_message_that_may_stay_tells_its_size_and_port),
	    TRAP(a_large_message_that_may_not_stay_is_cut_to_the_room_there_is),
	    TRAP(regions_in_a_packet_come_in_a_sealed_file_of_the_kernel),
	    TRAP(regions_of_no_bytes_come_without_a_file),
	    TRAP(a_message_of_16_mib_travels_in_its_senders_file),
	    TRAP(a_message_that_just_fitted_its_senders_packet_is_not_lost),
	    TRAP(regions_in_the_senders_file_stay_there),
	    TRAP(a_message_with_more_descriptors_than_a_packet_holds),
	    TRAP(a_region_without_memory_for_it_is_missing_and_that_is_told),
	    TRAP(a_message_without_memory_for_it_is_lost_and_that_is_told),
	    cmocka_unit_test(files_beyond_a_users_limit_are_no_buffer),
	    TRAP(many_traps_that_end_together_are_all_answered),
	    TRAP(a_thread_that_dies_while_it_waits_leaves_nothing),
	};

	return cmocka_run_group_tests_name("trap_msg", tests, NULL, NULL);
}
