/* Windows: who gets one, and what goes by it. */
#include "window.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"

/* Of the kernel's half. */
#define IN_BYTES ((size_t)WIRE_WINDOW_PARTS * WIRE_WINDOW_BYTES)

/* A window's task. */
static struct wire_token token;
static int task;
static mach_port_name_t port;
static uint8_t *out;
static const uint8_t *in;

struct with_memory {
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor_t memory;
};

static int
setup(void **state)
{
	(void)kernel_setup(state);
	task = raw_task(&token);
	port = raw_port(task);
	out = NULL;
	in = NULL;
	return 0;
}

static int
teardown(void **state)
{
	if (out)
		(void)munmap(out, WIRE_WINDOW_BYTES);
	if (in)
		(void)munmap((void *)(uintptr_t)in, IN_BYTES);
	(void)close(task);
	return kernel_teardown(state);
}

#define WINDOW_CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* A task's half: *@memory_out, if it is wanted, writes it. */
static int
make_half(size_t bytes, bool populated, int seals, uint8_t **memory_out)
{
	int file = memfd_create("half", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	uint8_t *memory;

	assert_true(file >= 0);
	assert_int_equal(ftruncate(file, (off_t)bytes), 0);
	if (populated)
		assert_int_equal(fallocate(file, 0, 0, (off_t)bytes), 0);
	if (memory_out) {
		memory = mmap(
		    NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
		assert_ptr_not_equal(memory, MAP_FAILED);
		*memory_out = memory;
	}
	assert_int_equal(fcntl(file, F_ADD_SEALS, seals), 0);
	return file;
}

static void
offer(int fd, int file)
{
	const struct wire_window_request request = {
	    .header = {.number = WIRE_WINDOW, .files = 1, .sequence = 7}};

	raw_send_files(fd, &request, sizeof(request), &file, 1);
}

/* The answer's error; the kernel's half in *@file_out, or -1. */
static int
answered(int fd, int *file_out)
{
	struct wire_window_answer answer;
	unsigned count;
	int files[RAW_FILES_MAX];

	assert_int_equal(
	    raw_receive_files(fd, &answer, sizeof(answer), files, &count),
	    sizeof(answer));
	assert_int_equal(answer.header.number, WIRE_WINDOW);
	assert_int_equal(answer.header.sequence, 7);
	assert_int_equal(count, answer.error == 0 ? 1 : 0);
	*file_out = count > 0 ? files[0] : -1;
	return answer.error;
}

/* The task gets a window; the descriptor of the kernel's half, the caller's. */
static int
open_window(void)
{
	int file = make_half(WIRE_WINDOW_BYTES, true, WIRE_WINDOW_SEALS, &out);
	int half;

	offer(task, file);
	assert_int_equal(answered(task, &half), 0);
	assert_int_equal(close(file), 0);
	in = mmap(NULL, IN_BYTES, PROT_READ, MAP_SHARED, half, 0);
	assert_ptr_not_equal(in, MAP_FAILED);
	return half;
}

/* A region of @bytes for the task itself. */
static struct with_memory
region_message(uint32_t bytes)
{
	return (struct with_memory){
	    .header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	            MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	        .msgh_remote_port = port,
	        .msgh_size = sizeof(struct with_memory)},
	    .body = {.msgh_descriptor_count = 1},
	    .memory = {.address = out,
	        .size = bytes,
	        .copy = MACH_MSG_VIRTUAL_COPY,
	        .type = MACH_MSG_OOL_DESCRIPTOR},
	};
}

/* Send one, @in_window of its bytes in the window. */
static mach_msg_return_t
send_region(uint32_t bytes, uint32_t in_window)
{
	const struct with_memory message = region_message(bytes);
	struct raw_msg msg = raw_sending(&message, sizeof(message));
	struct raw_answer answer;
	mach_msg_return_t mr;

	msg.request.window = in_window;
	mr = raw_msg(task, &msg, &answer);
	raw_answer_close(&answer);
	return mr;
}

/* Where the region of the next message is: its place, as the answer says. */
static uint64_t
receive_region(struct raw_answer *answer)
{
	const struct raw_msg msg = raw_receiving(port, 1024);
	struct with_memory message;

	assert_int_equal(raw_msg(task, &msg, answer), MACH_MSG_SUCCESS);
	memcpy(&message, answer->bytes, sizeof(message));
	return (uintptr_t)message.memory.address;
}

/* Does the connection end when it offers @file, CONSUMED? */
static bool
is_refused(int file)
{
	offer(task, file);
	assert_int_equal(close(file), 0);
	return raw_is_closed(task);
}

static blkcnt_t
blocks_of(int file)
{
	struct stat status;

	assert_int_equal(fstat(file, &status), 0);
	return status.st_blocks;
}

TEST(a_region_goes_out_and_comes_in_by_the_window)
{
	int half = open_window();
	struct raw_answer answer;

	memset(out, 'a', 100000);
	assert_int_equal(send_region(100000, 100000), MACH_MSG_SUCCESS);
	assert_int_equal(receive_region(&answer), WIRE_IN_WINDOW);
	assert_int_equal(answer.answer.header.files, 0);
	assert_memory_equal(in, out, 100000);
	raw_answer_close(&answer);
	assert_int_equal(close(half), 0);
}

TEST(a_region_comes_in_the_part_that_the_request_says)
{
	struct raw_msg msg = raw_receiving(port, 1024);
	int half = open_window();
	struct raw_answer answer;
	struct with_memory message;

	memset(out, 'a', 5000);
	assert_int_equal(send_region(5000, 5000), MACH_MSG_SUCCESS);
	msg.request.part = 1;
	assert_int_equal(raw_msg(task, &msg, &answer), MACH_MSG_SUCCESS);
	memcpy(&message, answer.bytes, sizeof(message));
	assert_int_equal((uintptr_t)message.memory.address,
	    WIRE_WINDOW_BYTES + WIRE_IN_WINDOW);
	assert_memory_equal(in + WIRE_WINDOW_BYTES, out, 5000);
	for (size_t i = 0; i < WIRE_WINDOW_BYTES; i++)
		assert_int_equal(in[i], 0);
	raw_answer_close(&answer);
	assert_int_equal(close(half), 0);
}

TEST(a_part_has_its_pages_when_it_is_used)
{
	struct raw_msg msg = raw_receiving(port, 1024);
	int half = open_window();
	struct raw_answer answer;

	assert_true(blocks_of(half) < (blkcnt_t)IN_BYTES / 512);
	assert_int_equal(send_region(5000, 5000), MACH_MSG_SUCCESS);
	msg.request.part = 1;
	assert_int_equal(raw_msg(task, &msg, &answer), MACH_MSG_SUCCESS);
	raw_answer_close(&answer);
	assert_true(blocks_of(half) >= (blkcnt_t)IN_BYTES / 512);
	assert_int_equal(close(half), 0);
}

TEST(what_was_sent_does_not_change_with_the_window)
{
	int half = open_window();
	struct raw_answer answer;

	memset(out, 'a', 5000);
	assert_int_equal(send_region(5000, 5000), MACH_MSG_SUCCESS);
	memset(out, 'b', 5000);
	(void)receive_region(&answer);
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(in[i], 'a');
	raw_answer_close(&answer);
	assert_int_equal(close(half), 0);
}

/* Begin to send a region of 5,000 bytes, and to receive from @name, in one trap. */
static void
begin_call(mach_port_name_t name)
{
	const struct with_memory message = region_message(5000);
	struct raw_msg msg = raw_sending(&message, sizeof(message));

	msg.request.window = 5000;
	msg.request.option |= MACH_RCV_MSG;
	msg.request.rcv_name = name;
	msg.request.rcv_size = 1024;
	memset(out, 'a', 5000);
	raw_msg_send(task, &msg);
}

/* The region of an answer to who has no window: 5,000 times @value. */
static void
expect_file(struct raw_answer *answer, char value)
{
	const int file = answer->files[WIRE_FILE_PLACED - 1];
	uint8_t region[5000];

	assert_int_equal(
	    pread(file, region, sizeof(region), 0), sizeof(region));
	for (size_t i = 0; i < sizeof(region); i++)
		assert_int_equal(region[i], value);
	raw_answer_close(answer);
}

/* Receive that region by another connection of the task. */
static void
expect_region(int thread, char value)
{
	const struct raw_msg msg = raw_receiving(port, 1024);
	struct raw_answer answer;

	assert_int_equal(raw_msg(thread, &msg, &answer), MACH_MSG_SUCCESS);
	expect_file(&answer, value);
}

TEST(a_call_whose_sender_waits_has_its_region_in_the_window)
{
	int half = open_window();
	int thread = raw_thread(&token, 1);
	mach_port_name_t reply = raw_port(thread);
	struct raw_answer answer;

	begin_call(reply);
	expect_region(thread, 'a');
	assert_int_equal(raw_send_empty(thread, reply, 1), MACH_MSG_SUCCESS);
	raw_msg_receive(task, &answer);
	raw_answer_close(&answer);
	raw_works(task);
	assert_int_equal(close(thread), 0);
	assert_int_equal(close(half), 0);
}

TEST(what_a_thread_sent_that_ended_is_there)
{
	const int main_connection = task;
	const unsigned before = kernel_descriptors();
	int half;

	task = raw_thread(&token, 1);
	half = open_window();
	begin_call(raw_port(main_connection));
	assert_int_equal(close(task), 0);
	task = main_connection;
	while (kernel_descriptors() > before)
		raw_works(task);
	memset(out, 'b', 5000);
	expect_region(task, 'a');
	assert_int_equal(close(half), 0);
}

TEST(who_sends_a_region_to_itself_in_one_trap_has_it)
{
	int half = open_window();
	struct raw_answer answer;

	begin_call(port);
	raw_msg_receive(task, &answer);
	assert_int_equal(answer.answer.result, MACH_MSG_SUCCESS);
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(in[i], 'a');
	raw_answer_close(&answer);
	assert_int_equal(close(half), 0);
}

TEST(a_send_ends_when_who_waited_for_it_has_the_region)
{
	const struct raw_msg receiving = raw_receiving(port, 1024);
	int half = open_window();
	int thread = raw_thread(&token, 1);
	struct raw_answer answer;

	raw_msg_send(thread, &receiving);
	raw_works(task);
	memset(out, 'a', 5000);
	assert_int_equal(send_region(5000, 5000), MACH_MSG_SUCCESS);
	memset(out, 'b', 5000);
	raw_msg_receive(thread, &answer);
	expect_file(&answer, 'a');
	assert_int_equal(close(thread), 0);
	assert_int_equal(close(half), 0);
}

TEST(the_kernels_half_is_the_kernels_to_write)
{
	int half = open_window();

	assert_ptr_equal(mmap(NULL, WIRE_WINDOW_BYTES, PROT_READ | PROT_WRITE,
	                     MAP_SHARED, half, 0),
	    MAP_FAILED);
	assert_int_equal(pwrite(half, "x", 1, 0), -1);
	assert_int_equal(ftruncate(half, 0), -1);
	assert_int_equal(mprotect((void *)(uintptr_t)in, WIRE_WINDOW_BYTES,
	                     PROT_READ | PROT_WRITE),
	    -1);
	assert_int_equal(close(half), 0);
}

TEST(regions_that_do_not_fit_the_window_come_in_a_file)
{
	const struct {
		mach_msg_header_t header;
		mach_msg_body_t body;
		mach_msg_ool_descriptor_t memory[2];
	} message = {
	    .header = {.msgh_bits = MACH_MSGH_BITS_COMPLEX |
	            MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0),
	        .msgh_remote_port = port,
	        .msgh_size = sizeof(message)},
	    .body = {.msgh_descriptor_count = 2},
	    .memory = {{.size = 8, .type = MACH_MSG_OOL_DESCRIPTOR},
	        {.size = WIRE_WINDOW_BYTES - 8,
	            .type = MACH_MSG_OOL_DESCRIPTOR}},
	};
	struct raw_msg msg = raw_sending(&message, sizeof(message));
	struct raw_answer answer;
	int half = open_window();

	/* In the window they need not begin with a page; for the receiver they do. */
	msg.request.window = WIRE_WINDOW_BYTES;
	assert_int_equal(raw_msg(task, &msg, &answer), MACH_MSG_SUCCESS);
	raw_answer_close(&answer);
	assert_int_equal(receive_region(&answer), WIRE_IN_WINDOW);
	assert_int_equal(answer.answer.header.files, 1);
	raw_answer_close(&answer);
	assert_int_equal(close(half), 0);
}

TEST(a_region_beyond_what_is_in_the_window_is_unreadable)
{
	int half = open_window();

	assert_int_equal(
	    send_region(WIRE_WINDOW_BYTES, 100), MACH_SEND_INVALID_MEMORY);
	assert_int_equal(close(half), 0);
}

TEST(a_message_with_more_than_a_window_loses_its_connection)
{
	struct wire_msg_request request = {
	    .header = {.number = WIRE_MSG},
	    .option = MACH_SEND_MSG,
	    .window = WIRE_WINDOW_BYTES + 1,
	    .unreadable = WIRE_ALL_READABLE,
	};
	int half = open_window();

	raw_send(task, &request, sizeof(request));
	assert_true(raw_is_closed(task));
	assert_int_equal(close(half), 0);
}

TEST(a_message_by_a_window_that_is_not_there_loses_its_connection)
{
	struct wire_msg_request request = {
	    .header = {.number = WIRE_MSG},
	    .option = MACH_SEND_MSG,
	    .window = 8,
	    .unreadable = WIRE_ALL_READABLE,
	};

	raw_send(task, &request, sizeof(request));
	assert_true(raw_is_closed(task));
}

TEST(a_connection_has_one_window)
{
	int half = open_window();

	assert_true(is_refused(
	    make_half(WIRE_WINDOW_BYTES, true, WIRE_WINDOW_SEALS, NULL)));
	assert_int_equal(close(half), 0);
}

TEST(a_half_that_others_could_write_is_refused)
{
	assert_true(is_refused(make_half(WIRE_WINDOW_BYTES, true,
	    WIRE_WINDOW_SEALS & ~F_SEAL_FUTURE_WRITE, NULL)));
}

TEST(a_half_that_can_shrink_is_refused)
{
	assert_true(is_refused(make_half(WIRE_WINDOW_BYTES, true,
	    F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL, NULL)));
}

TEST(a_half_without_its_pages_is_refused)
{
	assert_true(is_refused(
	    make_half(WIRE_WINDOW_BYTES, false, WIRE_WINDOW_SEALS, NULL)));
}

/* A half with its seals, of which [@from, @from + @bytes) is there, and no more. */
static int
make_part(off_t from, off_t bytes)
{
	int file = memfd_create("part", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(file >= 0);
	assert_int_equal(ftruncate(file, WIRE_WINDOW_BYTES), 0);
	assert_int_equal(fallocate(file, FALLOC_FL_KEEP_SIZE, from, bytes), 0);
	assert_int_equal(fcntl(file, F_ADD_SEALS, WIRE_WINDOW_SEALS), 0);
	return file;
}

TEST(a_half_with_more_memory_than_it_shows_makes_no_window)
{
	int file = make_part(0, 8 << 20);
	int half;

	offer(task, file);
	assert_int_equal(answered(task, &half), EFBIG);
	raw_works(task);
	assert_int_equal(close(file), 0);
}

TEST(what_a_half_has_beyond_its_end_does_not_pass_for_its_pages)
{
	int file = make_part(WIRE_WINDOW_BYTES / 2, WIRE_WINDOW_BYTES);
	int half;

	/* They are made before anything is read. */
	offer(task, file);
	assert_int_equal(answered(task, &half), 0);
	assert_int_equal(blocks_of(file), 3 * WIRE_WINDOW_BYTES / 2 / 512);
	assert_int_equal(close(half), 0);
	assert_int_equal(close(file), 0);
}

TEST(the_kernels_half_has_its_pages_from_the_start)
{
	int half = open_window();

	assert_true(blocks_of(half) >= WIRE_WINDOW_BYTES / 512);
	assert_int_equal(close(half), 0);
}

TEST(a_half_of_another_size_is_refused)
{
	assert_true(is_refused(
	    make_half(WIRE_WINDOW_BYTES / 2, true, WIRE_WINDOW_SEALS, NULL)));
}

TEST(a_pipe_is_refused_as_a_half)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	offer(task, ends[0]);
	assert_true(raw_is_closed(task));
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(close(ends[1]), 0);
}

TEST(a_user_has_so_many_windows_and_no_more)
{
	enum { MOST = 64 };
	int file = make_half(WIRE_WINDOW_BYTES, true, WIRE_WINDOW_SEALS, NULL);
	int threads[MOST + 1];
	int half;

	for (uint32_t i = 0; i < MOST; i++) {
		threads[i] = raw_thread(&token, i + 1);
		offer(threads[i], file);
		assert_int_equal(answered(threads[i], &half), 0);
		assert_int_equal(close(half), 0);
	}
	threads[MOST] = raw_thread(&token, MOST + 1);
	offer(threads[MOST], file);
	assert_int_equal(answered(threads[MOST], &half), EDQUOT);
	raw_works(threads[MOST]);
	for (uint32_t i = 0; i <= MOST; i++)
		assert_int_equal(close(threads[i]), 0);
	assert_int_equal(close(file), 0);
}

TEST(the_kernel_keeps_no_descriptor_of_a_window)
{
	const unsigned before = kernel_descriptors();
	int half = open_window();

	/* What was passed is closed by a thread, before it closes what comes next. */
	while (kernel_descriptors() > before)
		raw_works(task);
	assert_int_equal(kernel_descriptors(), before);
	assert_int_equal(close(half), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WINDOW_CASE(a_region_goes_out_and_comes_in_by_the_window),
	    WINDOW_CASE(a_region_comes_in_the_part_that_the_request_says),
	    WINDOW_CASE(a_part_has_its_pages_when_it_is_used),
	    WINDOW_CASE(what_was_sent_does_not_change_with_the_window),
	    WINDOW_CASE(a_call_whose_sender_waits_has_its_region_in_the_window),
	    WINDOW_CASE(what_a_thread_sent_that_ended_is_there),
	    WINDOW_CASE(who_sends_a_region_to_itself_in_one_trap_has_it),
	    WINDOW_CASE(a_send_ends_when_who_waited_for_it_has_the_region),
	    WINDOW_CASE(the_kernels_half_is_the_kernels_to_write),
	    WINDOW_CASE(regions_that_do_not_fit_the_window_come_in_a_file),
	    WINDOW_CASE(a_region_beyond_what_is_in_the_window_is_unreadable),
	    WINDOW_CASE(a_message_with_more_than_a_window_loses_its_connection),
	    WINDOW_CASE(
	        a_message_by_a_window_that_is_not_there_loses_its_connection),
	    WINDOW_CASE(a_connection_has_one_window),
	    WINDOW_CASE(a_half_that_others_could_write_is_refused),
	    WINDOW_CASE(a_half_that_can_shrink_is_refused),
	    WINDOW_CASE(a_half_without_its_pages_is_refused),
	    WINDOW_CASE(a_half_with_more_memory_than_it_shows_makes_no_window),
	    WINDOW_CASE(
	        what_a_half_has_beyond_its_end_does_not_pass_for_its_pages),
	    WINDOW_CASE(the_kernels_half_has_its_pages_from_the_start),
	    WINDOW_CASE(a_half_of_another_size_is_refused),
	    WINDOW_CASE(a_pipe_is_refused_as_a_half),
	    WINDOW_CASE(a_user_has_so_many_windows_and_no_more),
	    WINDOW_CASE(the_kernel_keeps_no_descriptor_of_a_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
