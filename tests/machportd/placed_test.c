/* Regions in files of their own: passed on as they came, charged, and given back. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"

#define PAGE ((size_t)sysconf(_SC_PAGESIZE))

static struct wire_token token;
static int task;
static mach_port_name_t port; /* its own */
static struct raw_answer got;

static int
setup(void **state)
{
	(void)kernel_setup(state);
	task = raw_task(&token);
	port = raw_port(task);
	return 0;
}

static int
teardown(void **state)
{
	(void)close(task);
	return kernel_teardown(state);
}

/* The same for a kernel with other limits, within a test. */
static void
start(const char *const options[])
{
	kernel_start(options);
	task = raw_task(&token);
	port = raw_port(task);
}

static void
stop(void)
{
	(void)close(task);
	kernel_stop();
}

#define PLACED(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* --- messages -------------------------------------------------------------- */

/* A message with regions, and what is behind it in its packet. */
struct message {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor64_t regions[WIRE_PLACED_MAX + 1];
	uint8_t rest[8];
};

static size_t
message_bytes(uint32_t regions)
{
	return sizeof(mach_msg_base_t) +
	    regions * sizeof(mach_msg_ool_descriptor64_t);
}

/* To `port`, with so many regions of so many bytes. */
static struct message
message_with(uint32_t regions, uint32_t bytes)
{
	struct message message = {
	    .header = raw_header(port, 50),
	    .body = {regions},
	};

	message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
	for (uint32_t i = 0; i < regions; i++)
		message.regions[i] = (mach_msg_ool_descriptor64_t){
		    .type = MACH_MSG_OOL_DESCRIPTOR, .size = bytes};
	return message;
}

static struct raw_msg
sending(const struct message *message)
{
	return raw_sending(
	    message, message_bytes(message->body.msgh_descriptor_count));
}

static mach_msg_return_t
send_with(const struct raw_msg *msg)
{
	return raw_msg(task, msg, &got);
}

/* Send @count regions of @bytes, each in @file. */
static mach_msg_return_t
send_file(int file, uint32_t count, uint32_t bytes)
{
	const struct message message = message_with(count, bytes);
	struct raw_msg msg = sending(&message);

	for (uint32_t i = 0; i < count; i++)
		raw_msg_place(&msg, i, file, 0);
	return send_with(&msg);
}

static mach_msg_return_t
receive(void)
{
	const struct raw_msg msg = raw_receiving(port, 1000);

	return raw_msg(task, &msg, &got);
}

static struct message
got_message(void)
{
	struct message message = {0};

	assert_in_range(
	    got.answer.inline_bytes, sizeof(mach_msg_base_t), sizeof(message));
	memcpy(&message, got.bytes, got.answer.inline_bytes);
	return message;
}

/* Which file of the answer, and from where on, has the region. */
static unsigned
file_of(const struct message *message, uint32_t region, uint64_t *offset_out)
{
	const uint64_t address = message->regions[region].address;

	*offset_out = address - address % PAGE;
	return (unsigned)(address % PAGE);
}

static void
expect_same_file(int one, int other)
{
	struct stat of_one;
	struct stat of_other;

	assert_int_equal(fstat(one, &of_one), 0);
	assert_int_equal(fstat(other, &of_other), 0);
	assert_int_equal(of_one.st_ino, of_other.st_ino);
	assert_int_equal(of_one.st_dev, of_other.st_dev);
}

/* --- what is as it should be ----------------------------------------------- */

TEST(regions_come_in_the_files_that_they_were_sent_in)
{
	struct message message = message_with(3, 5);
	struct raw_msg msg;
	int files[2] = {memfd_with(NULL, PAGE, MEMFD_SEALS),
	    memfd_with(NULL, 3 * PAGE, MEMFD_SEALS)};
	uint64_t offset;
	char text[5];

	/* The one between them is in the packet. */
	memcpy(message.regions + 3, "\0\0\0\0along", 9);
	msg = raw_sending(&message, wire_align(message_bytes(3)) + 5);
	msg.request.send_size = (uint32_t)message_bytes(3);
	raw_msg_place(&msg, 0, files[0], 0);
	raw_msg_place(&msg, 2, files[1], 2 * PAGE);
	assert_int_equal(send_with(&msg), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.taken, 3);
	assert_int_equal(receive(), MACH_MSG_SUCCESS);
	message = got_message();
	assert_int_equal(got.answer.files, WIRE_FILE_KERNEL);
	assert_int_equal(got.answer.header.files, 3);
	assert_int_equal(file_of(&message, 0, &offset), WIRE_FILE_PLACED);
	assert_int_equal(offset, 0);
	assert_int_equal(file_of(&message, 2, &offset), WIRE_FILE_PLACED + 1);
	assert_int_equal(offset, 2 * PAGE);
	expect_same_file(got.files[2], files[0]);
	expect_same_file(got.files[3], files[1]);
	assert_int_equal(file_of(&message, 1, &offset), 1);
	assert_int_equal(pread(got.files[1], text, 5, (off_t)offset), 5);
	assert_memory_equal(text, "along", 5);
	raw_answer_close(&got);
	(void)close(files[0]);
	(void)close(files[1]);
}

TEST(as_many_as_can_be_come_beside_a_message_in_a_file)
{
	const size_t bytes = message_bytes(WIRE_PLACED_MAX + 1);
	struct message message = message_with(WIRE_PLACED_MAX + 1, 8);
	struct raw_msg msg = raw_sending(NULL, 0);
	uint8_t *content = calloc(1, 2 * PAGE);
	uint64_t offset;

	/* The first is in that file, too. */
	memcpy(content, &message, bytes);
	memcpy(content + PAGE, "in there", 8);
	msg.request.send_size = (uint32_t)bytes;
	msg.file = memfd_with(content, 2 * PAGE, MEMFD_SEALS);
	for (uint32_t i = 1; i <= WIRE_PLACED_MAX; i++)
		raw_msg_place(
		    &msg, i, memfd_with(NULL, i * PAGE, MEMFD_SEALS), 0);
	assert_int_equal(send_with(&msg), MACH_MSG_SUCCESS);
	assert_int_equal(receive(), MACH_MSG_SUCCESS);
	message = got_message();
	assert_int_equal(got.answer.files, WIRE_FILE_SENDER);
	assert_int_equal(message.regions[0].address, PAGE);
	expect_same_file(got.files[0], msg.file);
	for (uint32_t i = 1; i <= WIRE_PLACED_MAX; i++) {
		assert_int_equal(file_of(&message, i, &offset), i + 1);
		expect_same_file(got.files[i + 1], msg.placed_files[i - 1]);
		(void)close(msg.placed_files[i - 1]);
	}
	raw_answer_close(&got);
	(void)close(msg.file);
	free(content);
}

TEST(the_same_file_may_come_twice)
{
	const struct message message = message_with(2, 5);
	struct raw_msg msg = sending(&message);
	int file = memfd_with(NULL, 2 * PAGE, MEMFD_SEALS);

	raw_msg_place(&msg, 0, file, 0);
	raw_msg_place(&msg, 1, file, PAGE);
	assert_int_equal(send_with(&msg), MACH_MSG_SUCCESS);
	assert_int_equal(receive(), MACH_MSG_SUCCESS);
	expect_same_file(got.files[2], file);
	expect_same_file(got.files[3], file);
	raw_answer_close(&got);
	(void)close(file);
}

TEST(a_region_of_1_gib_may_begin_beyond_4_gib)
{
	static const char *const options[] = {
	    "--max-file-bytes=8G", "--max-user-file-bytes=8G", NULL};
	const uint64_t begin = UINT64_C(5) << 30;
	const uint32_t bytes = 1 << 30;
	struct message message;
	struct raw_msg msg;
	uint64_t offset;
	int file;

	start(options);
	message = message_with(1, bytes);
	msg = sending(&message);
	file = memfd_with(NULL, begin + bytes, MEMFD_SEALS);
	raw_msg_place(&msg, 0, file, begin);
	assert_int_equal(send_with(&msg), MACH_MSG_SUCCESS);
	assert_int_equal(receive(), MACH_MSG_SUCCESS);
	message = got_message();
	assert_int_equal(file_of(&message, 0, &offset), WIRE_FILE_PLACED);
	assert_int_equal(offset, begin);
	assert_int_equal(message.regions[0].size, bytes);
	raw_answer_close(&got);
	(void)close(file);
	stop();
}

TEST(regions_of_a_message_that_cannot_be_sent_come_back)
{
	const struct message message = message_with(1, 5);
	struct raw_msg msg = sending(&message);
	int file = memfd_with(NULL, PAGE, MEMFD_SEALS);
	struct message back;
	uint64_t offset;

	assert_int_equal(RAW_CALL(task, WIRE_PORT_SET_ATTRIBUTES, NULL, 0, SELF,
	                     port, MACH_PORT_LIMITS_INFO, 1, 0),
	    KERN_SUCCESS);
	raw_msg_place(&msg, 0, file, 0);
	msg.request.option |= MACH_SEND_TIMEOUT;
	assert_int_equal(send_with(&msg), MACH_SEND_TIMED_OUT);
	assert_int_equal(got.answer.pseudo, 1);
	assert_int_equal(got.answer.taken, 1);
	back = got_message();
	assert_int_equal(file_of(&back, 0, &offset), WIRE_FILE_PLACED);
	expect_same_file(got.files[2], file);
	raw_answer_close(&got);
	(void)close(file);
}

/* --- what comes to nothing ------------------------------------------------- */

/* Closing some of them is for another thread of the kernel. */
static void
await_descriptors(unsigned count)
{
	while (kernel_descriptors() != count)
		raw_works(task);
}

TEST(files_of_messages_whose_port_dies_are_given_back)
{
	static const char *const options[] = {
	    "--max-file-bytes=8M", "--max-user-files=160", NULL};
	unsigned before;
	int file;

	start(options);
	file = memfd_with(NULL, (size_t)2 << 20, MEMFD_SEALS);
	before = kernel_descriptors();
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(send_file(file, 4, 5), MACH_MSG_SUCCESS);
		assert_int_equal(kernel_descriptors(), before + 4);
		/* There is no budget for one more. */
		assert_int_equal(send_file(file, 1, 5), MACH_SEND_NO_BUFFER);
		assert_int_equal(
		    RAW_CALL(task, WIRE_PORT_DESTROY, NULL, 0, SELF, port),
		    KERN_SUCCESS);
		await_descriptors(before);
		port = raw_port(task);
	}
	(void)close(file);
	stop();
}

TEST(what_a_file_has_beyond_its_end_is_charged_too)
{
	static const char *const options[] = {"--max-file-bytes=64K", NULL};
	int file = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	start(options);
	assert_int_equal(ftruncate(file, (off_t)PAGE), 0);
	assert_int_equal(fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 1 << 20), 0);
	assert_int_equal(fcntl(file, F_ADD_SEALS, MEMFD_SEALS), 0);
	assert_int_equal(send_file(file, 1, 5), MACH_SEND_NO_BUFFER);
	(void)close(file);
	stop();
}

TEST(more_files_than_a_user_may_have_are_no_buffer)
{
	static const char *const options[] = {"--max-user-files=8", NULL};
	unsigned before;
	int file;

	start(options);
	before = kernel_descriptors();
	file = memfd_with(NULL, PAGE, MEMFD_SEALS);
	assert_int_equal(send_file(file, 9, 5), MACH_SEND_NO_BUFFER);
	assert_int_equal(got.answer.taken, 0);
	await_descriptors(before);
	/* All of them can be received: none counts twice while it is passed on. */
	assert_int_equal(send_file(file, 8, 5), MACH_MSG_SUCCESS);
	assert_int_equal(receive(), MACH_MSG_SUCCESS);
	raw_answer_close(&got);
	await_descriptors(before);
	(void)close(file);
	stop();
}

/* What was answered and is not read is held by Linux, and charged. */
TEST(receivers_that_do_not_read_hold_no_more_than_a_user_may)
{
	static const char *const options[] = {"--max-user-files=50", NULL};
	struct raw_msg wait;
	int threads[3];
	int file;

	start(options);
	wait = raw_receiving(port, 1000);
	file = memfd_with(NULL, PAGE, MEMFD_SEALS);
	for (uint32_t i = 0; i < 3; i++) {
		threads[i] = raw_thread(&token, i + 1);
		assert_int_equal(send_file(file, 16, 5), MACH_MSG_SUCCESS);
		raw_msg_send(threads[i], &wait);
		raw_works(task);
	}
	assert_int_equal(send_file(file, 3, 5), MACH_SEND_NO_BUFFER);
	for (uint32_t i = 0; i < 3; i++)
		(void)close(threads[i]);
	/* Until the kernel has noticed. */
	while (send_file(file, 16, 5) != MACH_MSG_SUCCESS)
		;
	assert_int_equal(receive(), MACH_MSG_SUCCESS);
	assert_int_equal(got.answer.header.files, 16);
	raw_answer_close(&got);
	(void)close(file);
	stop();
}

/* That is seen when there is no room for the next. */
TEST(what_other_threads_have_read_leaves_room_for_another_message)
{
	enum { BYTES = 100000, THREADS = 4 };
	static const char *const options[] = {"--max-bytes=350000", NULL};
	static uint8_t packet[48 + BYTES];
	struct message message;
	struct raw_msg msg;
	struct raw_msg wait;
	int threads[THREADS];

	start(options);
	message = message_with(1, BYTES);
	memcpy(packet, &message, message_bytes(1));
	msg = raw_sending(packet, sizeof(packet));
	msg.request.send_size = (uint32_t)message_bytes(1);
	wait = raw_receiving(port, 1000);
	for (uint32_t i = 0; i < THREADS; i++) {
		threads[i] = raw_thread(&token, i + 1);
		assert_int_equal(send_with(&msg), MACH_MSG_SUCCESS);
		assert_int_equal(
		    raw_msg(threads[i], &wait, &got), MACH_MSG_SUCCESS);
		assert_int_equal(got.answer.files, WIRE_FILE_KERNEL);
		raw_answer_close(&got);
	}
	for (uint32_t i = 0; i < THREADS; i++)
		(void)close(threads[i]);
	stop();
}

/* Ask for @bytes of this process's memory: a reply for `port`. */
static void
ask_for_memory(const void *address, uint64_t bytes)
{
	struct {
		mach_msg_header_t header;
		uint8_t ndr[8];
		uint64_t address;
		uint64_t bytes;
	} request = {
	    .header = raw_header(SELF, 4804), /* mach_vm_read() */
	    .ndr = {[4] = 1},
	    .address = (uintptr_t)address,
	    .bytes = bytes,
	};
	struct raw_msg msg = raw_sending(&request, sizeof(request));

	request.header.msgh_bits = MACH_MSGH_BITS(
	    MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	request.header.msgh_local_port = port;
	assert_int_equal(send_with(&msg), MACH_MSG_SUCCESS);
}

/* The kernel made those files: no task has the memory. */
TEST(replies_that_are_not_read_hold_no_more_memory_than_a_task_may)
{
	enum { BYTES = 1 << 20, THREADS = 3 };
	static const char *const options[] = {"--max-file-bytes=3M", NULL};
	static uint8_t memory[BYTES];
	struct raw_msg wait;
	struct pollfd threads[THREADS];

	start(options);
	wait = raw_receiving(port, 1000);
	for (uint32_t i = 0; i < THREADS; i++) {
		threads[i].fd = raw_thread(&token, i + 1);
		threads[i].events = POLLIN;
		raw_msg_send(threads[i].fd, &wait);
		raw_works(task);
		ask_for_memory(memory, BYTES);
		assert_int_equal(poll(&threads[i], 1, TEST_SECONDS * 1000), 1);
	}
	raw_msg_receive(threads[0].fd, &got);
	assert_int_equal(got.answer.files, WIRE_FILE_SENDER);
	raw_answer_close(&got);
	/* There were two already, and their first pages. */
	raw_msg_receive(threads[THREADS - 1].fd, &got);
	assert_int_equal(got.answer.files, 0);
	raw_answer_close(&got);
	for (uint32_t i = 0; i < THREADS; i++)
		(void)close(threads[i].fd);
	stop();
}

static void
send_receive_and_die(void *argument)
{
	struct raw_msg wait;
	int file = memfd_with(NULL, PAGE, MEMFD_SEALS);

	(void)argument;
	task = raw_task(&token);
	port = raw_port(task);
	wait = raw_receiving(port, 1000);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(send_file(file, 4, 5), MACH_MSG_SUCCESS);
	/* One is received, and never read. */
	raw_msg_send(task, &wait);
	raw_works(raw_thread(&token, 1));
}

TEST(a_task_that_dies_leaves_none_of_them)
{
	unsigned before;

	before = kernel_descriptors();
	assert_int_equal(in_child(send_receive_and_die, NULL), 0);
	await_descriptors(before);
}

/* --- lies ------------------------------------------------------------------ */

/* The kernel closes the connection of who sends @msg; the task goes on. */
static void
lie(const struct raw_msg *msg)
{
	const unsigned before = kernel_descriptors();
	int liar = raw_thread(&token, 666);

	raw_msg_send(liar, msg);
	assert_true(raw_is_closed(liar));
	(void)close(liar);
	await_descriptors(before);
}

/* One region in @file, CONSUMED. */
static void
lie_with(int file)
{
	const struct message message = message_with(1, 5);
	struct raw_msg msg = sending(&message);
	int good = memfd_with(NULL, PAGE, MEMFD_SEALS);

	assert_true(file >= 0);
	raw_msg_place(&msg, 0, file, 0);
	lie(&msg);
	/* Nor behind one that is good. */
	msg.request.placed = 0;
	raw_msg_place(&msg, 0, good, 0);
	raw_msg_place(&msg, 1, file, 0);
	lie(&msg);
	(void)close(good);
	(void)close(file);
}

TEST(a_region_in_what_is_no_memfd_is_a_lie)
{
	int files[2];

	assert_int_equal(pipe(files), 0);
	lie_with(files[0]);
	(void)close(files[1]);
	lie_with(open("/dev/zero", O_RDWR | O_CLOEXEC));
	/* It has said hello, or the kernel may not have accepted it yet. */
	lie_with(raw_thread(&token, 7));
}

TEST(a_region_in_a_file_without_all_seals_is_a_lie)
{
	static const int seals[] = {
	    0,
	    F_SEAL_SHRINK | F_SEAL_GROW,
	    F_SEAL_SHRINK | F_SEAL_WRITE,
	    F_SEAL_GROW | F_SEAL_WRITE,
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE,
	};

	for (unsigned i = 0; i < sizeof(seals) / sizeof(seals[0]); i++)
		lie_with(memfd_with(NULL, PAGE, seals[i]));
}

TEST(a_region_in_huge_pages_is_a_lie)
{
	int file =
	    memfd_create("huge", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB);

	assert_int_equal(fcntl(file, F_ADD_SEALS, MEMFD_SEALS), 0);
	lie_with(file);
}

TEST(regions_out_of_order_or_within_a_page_are_a_lie)
{
	const struct message message = message_with(2, 5);
	struct raw_msg msg = sending(&message);
	int file = memfd_with(NULL, PAGE, MEMFD_SEALS);

	raw_msg_place(&msg, 1, file, 0);
	raw_msg_place(&msg, 0, file, 0);
	lie(&msg);
	msg.placed[1].index = 1;
	lie(&msg);
	msg.request.placed = 1;
	msg.placed[0].offset = 8;
	lie(&msg);
	(void)close(file);
}

TEST(more_regions_than_there_can_be_are_a_lie)
{
	struct {
		struct wire_msg_request request;
		struct wire_placed placed[WIRE_PLACED_MAX + 1];
		struct message message;
	} packet = {.message = message_with(WIRE_PLACED_MAX + 1, 5)};
	int files[WIRE_PLACED_MAX + 1];
	int liar = raw_thread(&token, 666);

	packet.request = sending(&packet.message).request;
	packet.request.placed = WIRE_PLACED_MAX + 1;
	packet.request.header.files = WIRE_PLACED_MAX + 1;
	for (uint32_t i = 0; i <= WIRE_PLACED_MAX; i++) {
		packet.placed[i].index = i;
		files[i] = memfd_with(NULL, PAGE, MEMFD_SEALS);
	}
	raw_send_files(
	    liar, &packet, sizeof(packet), files, WIRE_PLACED_MAX + 1);
	assert_true(raw_is_closed(liar));
	(void)close(liar);
	for (uint32_t i = 0; i <= WIRE_PLACED_MAX; i++)
		(void)close(files[i]);
}

TEST(a_region_beyond_its_file_is_invalid_memory)
{
	const struct message message = message_with(2, 5);
	struct raw_msg msg = sending(&message);
	int file = memfd_with(NULL, PAGE + 4, MEMFD_SEALS);

	raw_msg_place(&msg, 0, file, 0);
	raw_msg_place(&msg, 1, file, PAGE);
	assert_int_equal(send_with(&msg), MACH_SEND_INVALID_MEMORY);
	/* The first was the kernel's already. */
	assert_int_equal(got.answer.taken, 1);
	msg.placed[1].offset = -(uint64_t)PAGE;
	assert_int_equal(send_with(&msg), MACH_SEND_INVALID_MEMORY);
	(void)close(file);
}

TEST(a_file_for_what_is_no_memory_is_invalid_memory)
{
	int file = memfd_with(NULL, PAGE, MEMFD_SEALS);
	const unsigned before = kernel_descriptors();
	struct message message = message_with(1, 0);
	struct raw_msg msg = sending(&message);

	raw_msg_place(&msg, 0, file, 0);
	assert_int_equal(send_with(&msg), MACH_SEND_INVALID_MEMORY);
	message.regions[0] =
	    (mach_msg_ool_descriptor64_t){.type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	        .copy = MACH_MSG_TYPE_COPY_SEND,
	        .size = 1};
	assert_int_equal(send_with(&msg), MACH_SEND_INVALID_MEMORY);
	msg.placed[0].index = 1;
	message = message_with(1, 0);
	assert_int_equal(send_with(&msg), MACH_SEND_INVALID_MEMORY);
	await_descriptors(before);
	(void)close(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PLACED(regions_come_in_the_files_that_they_were_sent_in),
	    PLACED(as_many_as_can_be_come_beside_a_message_in_a_file),
	    PLACED(the_same_file_may_come_twice),
	    cmocka_unit_test(a_region_of_1_gib_may_begin_beyond_4_gib),
	    PLACED(regions_of_a_message_that_cannot_be_sent_come_back),
	    cmocka_unit_test(files_of_messages_whose_port_dies_are_given_back),
	    cmocka_unit_test(what_a_file_has_beyond_its_end_is_charged_too),
	    cmocka_unit_test(more_files_than_a_user_may_have_are_no_buffer),
	    cmocka_unit_test(
	        receivers_that_do_not_read_hold_no_more_than_a_user_may),
	    cmocka_unit_test(
	        what_other_threads_have_read_leaves_room_for_another_message),
	    cmocka_unit_test(
	        replies_that_are_not_read_hold_no_more_memory_than_a_task_may),
	    PLACED(a_task_that_dies_leaves_none_of_them),
	    PLACED(a_region_in_what_is_no_memfd_is_a_lie),
	    PLACED(a_region_in_a_file_without_all_seals_is_a_lie),
	    PLACED(a_region_in_huge_pages_is_a_lie),
	    PLACED(regions_out_of_order_or_within_a_page_are_a_lie),
	    PLACED(more_regions_than_there_can_be_are_a_lie),
	    PLACED(a_region_beyond_its_file_is_invalid_memory),
	    PLACED(a_file_for_what_is_no_memory_is_invalid_memory),
	};

	return cmocka_run_group_tests_name("placed", tests, NULL, NULL);
}
