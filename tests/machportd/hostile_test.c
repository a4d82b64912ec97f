/*
 * Bad input: each lie costs the liar its connection, and nobody else anything.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel.h"
#include "wire_window.h"

/* The task that must not notice anything. */
static struct wire_token token;
static int task;

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
	raw_works(task);
	(void)close(task);
	return kernel_teardown(state);
}

#define HOSTILE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* Send @packet on a thread's connection of its own: it must be closed. */
static void
lie_with_files(
    const void *packet, size_t bytes, const int *files, unsigned file_count)
{
	int liar = raw_thread(&token, 666);

	raw_send_files(liar, packet, bytes, files, file_count);
	assert_true(raw_is_closed(liar));
	(void)close(liar);
	raw_works(task);
}

static void
lie(const void *packet, size_t bytes)
{
	lie_with_files(packet, bytes, NULL, 0);
}

TEST(a_packet_without_a_header)
{
	const struct wire_header header = {.number = WIRE_TASK_SELF};

	for (size_t bytes = 1; bytes < sizeof(header); bytes++)
		lie(&header, bytes);
}

TEST(an_empty_packet) { lie("", 0); }

TEST(a_number_that_does_not_exist)
{
	static const uint16_t numbers[] = {
	    0, WIRE_BORN, WIRE_WINDOW + 1, 15, WIRE_CALL_END, UINT16_MAX};

	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct wire_header header = {.number = numbers[i]};

		lie(&header, sizeof(header));
	}
}

TEST(a_second_hello)
{
	const struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO},
	    .version = WIRE_VERSION,
	    .kind = WIRE_KIND_TASK,
	};

	lie(&hello, sizeof(hello));
}

TEST(something_else_than_a_hello_first)
{
	const struct wire_header header = {.number = WIRE_TASK_SELF};
	int liar = raw_connect();

	raw_send(liar, &header, sizeof(header));
	assert_true(raw_is_closed(liar));
	(void)close(liar);
}

TEST(a_call_with_other_words_than_its_own)
{
	struct wire_call_request call = {.header = {.number = WIRE_PORT_TYPE}};

	lie(&call, sizeof(call.header) + 4);
	lie(&call, sizeof(call.header) + 12);
	lie(&call, sizeof(call.header) + 7);
	call.header.number = WIRE_PORTS_REGISTER;
	call.words[1] = 0x40000000;
	lie(&call, sizeof(call.header) + 8);
}

TEST(a_message_shorter_than_it_says)
{
	const mach_msg_header_t header = raw_header(SELF, 1);
	struct raw_msg msg = raw_sending(&header, sizeof(header));
	int liar = raw_thread(&token, 666);

	msg.request.send_size = 28;
	raw_msg_send(liar, &msg);
	assert_true(raw_is_closed(liar));
	(void)close(liar);
}

TEST(a_packet_longer_than_any)
{
	static const uint8_t packet[WIRE_PACKET_MAX + 1] = {WIRE_MSG};

	lie(packet, sizeof(packet));
}

TEST(a_request_before_the_answer_to_the_last)
{
	struct raw_msg msg = raw_receiving(raw_port(task), 100);
	int liar = raw_thread(&token, 666);

	raw_msg_send(liar, &msg);
	raw_msg_send(liar, &msg);
	assert_true(raw_is_closed(liar));
	(void)close(liar);
}

TEST(a_cancel_with_more_to_it)
{
	const struct {
		struct wire_header header;
		uint32_t more;
	} cancel = {.header = {.number = WIRE_CANCEL}};

	lie(&cancel, sizeof(cancel));
}

/* A message of 24 bytes in @file. */
static void
lie_in_file(int file)
{
	struct raw_msg msg = raw_sending(NULL, 0);
	int liar = raw_thread(&token, 666);

	msg.request.send_size = 24;
	msg.file = file;
	raw_msg_send(liar, &msg);
	assert_true(raw_is_closed(liar));
	(void)close(liar);
	(void)close(file);
	raw_works(task);
}

TEST(a_descriptor_that_is_no_memfd)
{
	int files[2];

	assert_int_equal(pipe(files), 0);
	lie_in_file(files[0]);
	(void)close(files[1]);
	lie_in_file(open("/dev/zero", O_RDWR | O_CLOEXEC));
	lie_in_file(open("/proc/self/mem", O_RDONLY | O_CLOEXEC));
	lie_in_file(raw_connect());
}

TEST(a_memfd_without_all_seals)
{
	static const int seals[] = {
	    0,
	    F_SEAL_SHRINK | F_SEAL_GROW,
	    F_SEAL_SHRINK | F_SEAL_WRITE,
	    F_SEAL_GROW | F_SEAL_WRITE,
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE,
	};

	for (unsigned i = 0; i < sizeof(seals) / sizeof(seals[0]); i++)
		lie_in_file(memfd_with(NULL, 4096, seals[i]));
}

TEST(more_descriptors_than_are_said)
{
	const mach_msg_header_t header = raw_header(SELF, 1);
	struct {
		struct wire_msg_request request;
		mach_msg_header_t header;
	} packet = {raw_sending(&header, sizeof(header)).request, header};
	int files[253];

	for (unsigned i = 0; i < 253; i++)
		files[i] = memfd_with(NULL, 4096, MEMFD_SEALS);
	lie_with_files(&packet, sizeof(packet), files, 1);
	lie_with_files(&packet, sizeof(packet), files, 2);
	lie_with_files(&packet, sizeof(packet), files, 253);
	packet.request.header.files = 1;
	lie_with_files(&packet, sizeof(packet.request), files, 2);
	lie(&packet, sizeof(packet.request));
	for (unsigned i = 0; i < 253; i++)
		(void)close(files[i]);
}

TEST(a_window_with_other_files_than_its_own)
{
	struct {
		struct wire_window_request request;
		uint32_t more;
	} packet = {.request.header = {.number = WIRE_WINDOW, .files = 1}};
	const size_t bytes = sizeof(packet.request);
	int files[2] = {memfd_with(NULL, WIRE_WINDOW_BYTES, MEMFD_SEALS),
	    memfd_with(NULL, WIRE_WINDOW_BYTES, MEMFD_SEALS)};

	lie(&packet, bytes);
	lie_with_files(&packet, bytes, files, 1);
	lie_with_files(&packet, bytes, files, 2);
	lie_with_files(&packet, bytes + 4, files, 1);
	packet.request.header.files = 2;
	lie_with_files(&packet, bytes, files, 2);
	packet.request.header.files = 0;
	lie(&packet, bytes);
	(void)close(files[0]);
	(void)close(files[1]);
}

TEST(a_message_with_a_window_that_there_is_not)
{
	const mach_msg_header_t header = raw_header(SELF, 1);
	struct {
		struct wire_msg_request request;
		mach_msg_header_t header;
	} packet = {raw_sending(&header, sizeof(header)).request, header};

	packet.request.window = 8;
	lie(&packet, sizeof(packet));
	packet.request.window = UINT32_MAX;
	lie(&packet, sizeof(packet));
	/* Nor is there one to receive by. */
	packet.request.option = MACH_RCV_MSG;
	packet.request.send_size = 0;
	lie(&packet, sizeof(packet.request));
}

TEST(a_descriptor_with_a_call_or_a_hello)
{
	const struct wire_header call = {.number = WIRE_TASK_SELF};
	const struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO, .files = 1},
	    .version = WIRE_VERSION,
	    .kind = WIRE_KIND_TASK,
	};
	int file = memfd_with(NULL, 4096, MEMFD_SEALS);
	int liar = raw_connect();

	lie_with_files(&call, sizeof(call), &file, 1);
	raw_send_files(liar, &hello, sizeof(hello), &file, 1);
	assert_true(raw_is_closed(liar));
	(void)close(liar);
	(void)close(file);
}

/* The other task is answered after @send was called with what is not closed before this
 * test is over. */
static void
serves_whatever_is_closed(void (*send)(int liar, int file))
{
	int peer;
	int file = lingering_socket(10 * TEST_SECONDS, &peer);
	int liar = raw_thread(&token, 666);

	/* The kernel does not run before it has the last reference. */
	assert_int_equal(kill(kernel_pid, SIGSTOP), 0);
	send(liar, file);
	(void)close(file);
	(void)close(liar);
	assert_int_equal(kill(kernel_pid, SIGCONT), 0);
	raw_works(task);
	raw_works(task);
	(void)close(peer);
}

static void
send_lingering(int liar, int file)
{
	const struct wire_header call = {.number = WIRE_TASK_SELF};

	raw_send_files(liar, &call, sizeof(call), &file, 1);
}

static void
send_lingering_behind_a_lie(int liar, int file)
{
	raw_send(liar, "", 0);
	raw_send(liar, "", 0);
	send_lingering(liar, file);
}

static void
send_lingering_with_an_empty_packet(int liar, int file)
{
	raw_send_files(liar, "", 0, &file, 1);
}

/* With an answer that is not read, so that the connection is reset. */
static void
send_lingering_and_reset(int liar, int file)
{
	const struct wire_header call = {.number = WIRE_TASK_SELF};
	uint8_t byte;

	assert_int_equal(kill(kernel_pid, SIGCONT), 0);
	raw_send(liar, &call, sizeof(call));
	assert_int_equal(recv(liar, &byte, 1, MSG_PEEK), 1);
	assert_int_equal(kill(kernel_pid, SIGSTOP), 0);
	send_lingering(liar, file);
}

TEST(a_descriptor_that_takes_long_to_close_keeps_nobody_waiting)
{
	serves_whatever_is_closed(send_lingering);
	serves_whatever_is_closed(send_lingering_behind_a_lie);
	serves_whatever_is_closed(send_lingering_with_an_empty_packet);
	serves_whatever_is_closed(send_lingering_and_reset);
}

/* The kernel has closed its end; until then nothing is read. */
static void
await_close(int connection)
{
	struct pollfd closed = {.fd = connection};

	assert_int_equal(poll(&closed, 1, 30000), 1);
	assert_true(closed.revents & POLLHUP);
}

TEST(a_task_that_does_not_read_its_answers)
{
	/* An answer of 8 KiB to a request of 12 bytes. */
	struct wire_call_request names = {
	    .header = {.number = WIRE_PORT_NAMES}, .words = {SELF}};
	int liar = raw_thread(&token, 666);
	uint8_t packet[WIRE_PACKET_MAX];
	unsigned answers = 0;
	long before;

	for (unsigned i = 0; i < 1000; i++)
		(void)raw_port(task);
	before = kernel_rss_kb();
	for (unsigned i = 0; i < 10000; i++)
		raw_send(liar, &names, sizeof(names.header) + 4);
	await_close(liar);
	while (raw_receive(liar, packet, sizeof(packet)) > 0)
		answers++;
	/* The answer that it has not read is the last. */
	assert_true(answers <= 1);
	assert_true(kernel_rss_kb() - before < 1024);
	(void)close(liar);
}

TEST(a_task_that_does_not_read_small_answers)
{
	const struct wire_header call = {.number = WIRE_TASK_SELF};
	int liar = raw_thread(&token, 666);
	uint8_t packet[100];
	unsigned answers = 0;

	for (unsigned i = 0; i < 100; i++)
		raw_send(liar, &call, sizeof(call));
	await_close(liar);
	while (raw_receive(liar, packet, sizeof(packet)) > 0)
		answers++;
	assert_true(answers <= 20);
	(void)close(liar);
}

/* Half a second later the kernel, if it is not late, has answered; or sleeps. */
static bool
is_left_unread(int sender)
{
	struct pollfd answered = {.fd = sender, .events = POLLIN};

	while (poll(&answered, 1, 500) == 0)
		if (kernel_sleeps())
			return poll(&answered, 1, 0) == 0;
	return false;
}

TEST(a_user_with_much_to_be_closed_is_not_read_until_it_is)
{
	/* More than is closed at once. */
	int file = memfd_with(NULL, (size_t)65 << 20, MEMFD_SEALS);
	struct raw_msg msg = raw_sending(NULL, 0);
	static struct raw_answer answer;
	int sender = raw_thread(&token, 5);
	unsigned sent = 0;
	int peer;
	int slow = lingering_socket(600, &peer);
	int liar = raw_thread(&token, 666);

	/* Thousands of round trips: where others have the processors, they
	 * take a while. */
	(void)alarm(150);
	/* The kernel does not run before it has the last reference. */
	assert_int_equal(kill(kernel_pid, SIGSTOP), 0);
	send_lingering(liar, slow);
	(void)close(slow);
	assert_int_equal(kill(kernel_pid, SIGCONT), 0);
	assert_true(raw_is_closed(liar));
	(void)close(liar);
	msg.request.send_size = sizeof(mach_msg_header_t);
	msg.file = file;
	for (; sent < 3000; sent++) {
		raw_msg_send(sender, &msg);
		if (is_left_unread(sender))
			break;
		raw_msg_receive(sender, &answer);
	}
	assert_in_range(sent, 1, 2000);
	assert_in_range(kernel_descriptors(), 1, 2000);
	/* Now it can be closed. */
	(void)close(peer);
	raw_msg_receive(sender, &answer);
	assert_int_equal(answer.answer.result, MACH_SEND_INVALID_HEADER);
	(void)close(sender);
	(void)close(file);
}

TEST(what_a_liar_had_is_gone)
{
	unsigned before = kernel_descriptors();

	for (unsigned i = 0; i < 50; i++)
		lie("", 0);
	/* Soon: a thread may close them. */
	while (kernel_descriptors() != before)
		raw_works(task);
}

static void
lie_as_a_task(void *argument)
{
	struct wire_token own;
	int fd = raw_task(&own);
	int thread = raw_thread(&own, 4);

	(void)argument;
	(void)raw_port(fd);
	raw_send(fd, "x", 1);
	assert_true(raw_is_closed(fd));
	/* The task is gone, and all that is of it. */
	assert_true(raw_is_closed(thread));
	/* The process is not: it may begin anew. */
	fd = raw_task(&own);
	assert_int_equal(
	    RAW_CALL(fd, WIRE_PORT_DEALLOCATE, NULL, 0, SELF, 0x303),
	    KERN_INVALID_NAME);
}

TEST(a_lie_on_its_first_connection_costs_the_task)
{
	assert_int_equal(in_child(lie_as_a_task, NULL), 0);
}

TEST(connections_beyond_a_users_limit_are_closed)
{
	static const char *const options[] = {"--max-user-connections=5", NULL};
	struct wire_token own;
	int fds[5];
	int sixth;

	kernel_start(options);
	fds[0] = raw_task(&own);
	for (uint32_t i = 1; i < 5; i++)
		fds[i] = raw_thread(&own, i);
	sixth = raw_connect();
	assert_true(raw_is_closed(sixth));
	(void)close(sixth);
	(void)close(fds[4]);
	/* Until the kernel has noticed. */
	do {
		struct wire_hello hello = {
		    .header = {.number = WIRE_HELLO, .sequence = 77},
		    .version = WIRE_VERSION,
		    .kind = WIRE_KIND_THREAD,
		    .thread = 9,
		    .token = own,
		};

		fds[4] = raw_connect();
		raw_send(fds[4], &hello, sizeof(hello));
	} while (raw_is_closed(fds[4]));
	for (unsigned i = 0; i < 5; i++)
		(void)close(fds[i]);
	kernel_stop();
}

TEST(threads_beyond_a_tasks_limit_are_refused)
{
	static const char *const options[] = {"--max-connections=2", NULL};
	struct wire_token own;
	int fds[3];

	kernel_start(options);
	fds[0] = raw_task(&own);
	fds[1] = raw_thread(&own, 1);
	fds[2] = raw_connect();
	assert_int_equal(raw_hello(fds[2], WIRE_KIND_THREAD, 2, &own), EAGAIN);
	for (unsigned i = 0; i < 3; i++)
		(void)close(fds[i]);
	kernel_stop();
}

static void
expect_no_task(void *argument)
{
	struct wire_token own;
	int fd = raw_connect();

	(void)argument;
	assert_int_equal(raw_hello(fd, WIRE_KIND_TASK, 0, &own), EAGAIN);
}

TEST(tasks_beyond_a_users_limit_are_refused)
{
	static const char *const options[] = {"--max-user-tasks=1", NULL};
	struct wire_token own;
	int fd;

	kernel_start(options);
	fd = raw_task(&own);
	assert_int_equal(in_child(expect_no_task, NULL), 0);
	raw_works(fd);
	(void)close(fd);
	kernel_stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HOSTILE(a_packet_without_a_header),
	    HOSTILE(an_empty_packet),
	    HOSTILE(a_number_that_does_not_exist),
	    HOSTILE(a_second_hello),
	    HOSTILE(something_else_than_a_hello_first),
	    HOSTILE(a_call_with_other_words_than_its_own),
	    HOSTILE(a_message_shorter_than_it_says),
	    HOSTILE(a_packet_longer_than_any),
	    HOSTILE(a_request_before_the_answer_to_the_last),
	    HOSTILE(a_cancel_with_more_to_it),
	    HOSTILE(a_descriptor_that_is_no_memfd),
	    HOSTILE(a_memfd_without_all_seals),
	    HOSTILE(more_descriptors_than_are_said),
	    HOSTILE(a_window_with_other_files_than_its_own),
	    HOSTILE(a_message_with_a_window_that_there_is_not),
	    HOSTILE(a_descriptor_with_a_call_or_a_hello),
	    HOSTILE(a_descriptor_that_takes_long_to_close_keeps_nobody_waiting),
	    HOSTILE(a_task_that_does_not_read_its_answers),
	    HOSTILE(a_task_that_does_not_read_small_answers),
	    HOSTILE(a_user_with_much_to_be_closed_is_not_read_until_it_is),
	    HOSTILE(what_a_liar_had_is_gone),
	    HOSTILE(a_lie_on_its_first_connection_costs_the_task),
	    cmocka_unit_test(connections_beyond_a_users_limit_are_closed),
	    cmocka_unit_test(threads_beyond_a_tasks_limit_are_refused),
	    cmocka_unit_test(tasks_beyond_a_users_limit_are_refused),
	};

	return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
