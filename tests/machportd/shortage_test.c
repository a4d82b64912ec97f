/*
 * No memory: each allocation that the kernel makes for a packet fails once. It
 * refuses, answers, and goes on; nothing is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <mach/vm_prot.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base_alloc.h"
#include "inside.h"
#include "ipc_mach_port.h"
#include "task.h"
#include "wire_call.h"
#include "wire_msg.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* The first two names of every space, and the first port of a task. */
#define SELF ((mach_port_name_t)0x103)
#define PORT ((mach_port_name_t)0x303)

static int
setup(void **state)
{
	(void)state;
	inside_init();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	inside_deinit();
	return 0;
}

/* A task with a port that it can send to. */
static int
new_task(struct conn **conn_out)
{
	const struct {
		struct wire_header header;
		uint32_t words[4];
	} allocate = {{.number = WIRE_PORT_ALLOCATE},
	    {SELF, MACH_PORT_RIGHT_RECEIVE}},
	  insert = {{.number = WIRE_PORT_INSERT_RIGHT},
	      {SELF, PORT, PORT, MACH_MSG_TYPE_MAKE_SEND}};
	int end = inside_connect(conn_out);

	assert_non_null(*conn_out);
	assert_true(inside_hello(*conn_out));
	inside_handle(*conn_out, &allocate, sizeof(allocate.header) + 8, -1);
	inside_handle(*conn_out, &insert, sizeof(insert), -1);
	(void)inside_drain(end);
	return end;
}

/* Have @packet handled with each allocation failing in turn, by a new task each
 * time, until it gets through. It is answered every time. */
static void
fail_each_files(
    const void *packet, size_t bytes, const int *files, unsigned file_count)
{
	bool failed = true;
	struct conn *conn;
	int copies[4];
	int end;

	for (uint64_t nth = 1; failed; nth++) {
		end = new_task(&conn);
		for (unsigned i = 0; i < file_count; i++)
			copies[i] = dup(files[i]);
		base_alloc_fail_at(nth);
		inside_handle_files(conn, packet, bytes, copies, file_count);
		failed = base_alloc_has_failed();
		base_alloc_fail_at(0);
		assert_int_equal(conn->kind, CONN_TASK);
		assert_int_equal(inside_drain(end), 1);
		inside_end_task();
		(void)close(end);
	}
}

static void
fail_each(const void *packet, size_t bytes, int file)
{
	fail_each_files(packet, bytes, &file, file >= 0);
}

static void
fail_call(uint16_t number, const uint32_t *words, size_t count)
{
	struct wire_call_request request = {.header = {.number = number}};

	memcpy(request.words, words, count * sizeof(*words));
	fail_each(
	    &request, sizeof(request.header) + count * sizeof(*words), -1);
}
#define FAIL_CALL(number, ...)                                                 \
	fail_call(number, (const uint32_t[]){__VA_ARGS__},                     \
	    sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

TEST(calls_are_answered)
{
	FAIL_CALL(WIRE_PORT_ALLOCATE, SELF, MACH_PORT_RIGHT_RECEIVE);
	FAIL_CALL(WIRE_PORT_ALLOCATE, SELF, MACH_PORT_RIGHT_PORT_SET);
	FAIL_CALL(WIRE_PORT_NAMES, SELF);
	FAIL_CALL(
	    WIRE_PORT_EXTRACT_RIGHT, SELF, PORT, MACH_MSG_TYPE_MAKE_SEND_ONCE);
	FAIL_CALL(WIRE_PORT_REQUEST_NOTIFICATION, SELF, PORT, 0110, 0, PORT,
	    MACH_MSG_TYPE_MAKE_SEND_ONCE);
	FAIL_CALL(WIRE_PORT_GET_ATTRIBUTES, SELF, PORT, 2, 10);
	FAIL_CALL(WIRE_PORTS_REGISTER, SELF, 3, PORT, PORT, PORT);
	FAIL_CALL(WIRE_PORTS_LOOKUP, SELF);
}

TEST(a_memory_entry_is_made_or_refused)
{
	const struct wire_call_request request = {
	    .header = {.number = WIRE_MEMORY_ENTRY_MAKE, .files = 1},
	    .words = {VM_PROT_DEFAULT, 0, 0, 4096, 0},
	};
	int file = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_int_equal(ftruncate(file, 4096), 0);
	assert_int_equal(
	    fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), 0);
	fail_each(
	    &request, sizeof(request.header) + 5 * sizeof(uint32_t), file);
	(void)close(file);
}

/* A request of which only the number counts. */
static void
fail_self(uint16_t number)
{
	const struct wire_header header = {.number = number};

	fail_each(&header, sizeof(header), -1);
}

TEST(calls_about_oneself_are_answered)
{
	fail_self(WIRE_REPLY_PORT);
	fail_self(WIRE_TASK_SELF);
	fail_self(WIRE_THREAD_SELF);
	fail_self(WIRE_HOST_SELF);
	fail_self(WIRE_TASK_NOTIFY);
}

/* A message to PORT with a reply right, a region and an array of a port. */
struct message {
	struct wire_msg_request request;
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor64_t memory;
	mach_msg_ool_ports_descriptor64_t ports;
	uint32_t pad;
	uint8_t region[8];
	mach_port_name_t array[2];
};

static struct message
new_message(void)
{
	return (struct message){
	    .request =
	        {
	            .header = {.number = WIRE_MSG},
	            .option = MACH_SEND_MSG | MACH_RCV_MSG,
	            .send_size = offsetof(struct message, pad) -
	                offsetof(struct message, header),
	            .rcv_size = 500,
	            .rcv_name = PORT,
	            .unreadable = WIRE_ALL_READABLE,
	        },
	    .header =
	        {
	            .msgh_bits = MACH_MSGH_BITS_COMPLEX |
	                MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	                    MACH_MSG_TYPE_MAKE_SEND_ONCE),
	            .msgh_remote_port = PORT,
	            .msgh_local_port = PORT,
	        },
	    .body = {2},
	    .memory = {.type = MACH_MSG_OOL_DESCRIPTOR, .size = 8},
	    .ports = {.type = MACH_MSG_OOL_PORTS_DESCRIPTOR,
	        .disposition = MACH_MSG_TYPE_COPY_SEND,
	        .count = 1},
	    .array = {PORT},
	};
}

TEST(messages_are_answered)
{
	const struct message message = new_message();

	fail_each(&message, sizeof(message), -1);
}

TEST(messages_in_files_are_answered)
{
	struct message message = new_message();
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int file = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_int_equal(ftruncate(file, (off_t)(3 * page)), 0);
	assert_int_equal(
	    pwrite(file, &message.header, message.request.send_size, 0),
	    message.request.send_size);
	assert_int_equal(pwrite(file, message.array, 4, (off_t)(2 * page)), 4);
	assert_int_equal(fcntl(file, F_ADD_SEALS,
	                     F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
	    0);
	message.request.header.files = 1;
	fail_each(&message.request, sizeof(message.request), file);
	(void)close(file);
}

/* The result in the one answer on @end. */
static int32_t
answer_result(int end)
{
	static struct packet packet;
	int32_t result;

	assert_int_equal(packet_receive(end, &packet), PACKET_READY);
	assert_int_equal(packet.file_count, 0);
	memcpy(
	    &result, packet.bytes + sizeof(struct wire_header), sizeof(result));
	return result;
}

static int
sealed_file(size_t bytes)
{
	int file = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_int_equal(ftruncate(file, (off_t)bytes), 0);
	assert_int_equal(fcntl(file, F_ADD_SEALS,
	                     F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
	    0);
	return file;
}

/* A message to PORT with three regions in files of their own. */
struct placed_message {
	struct wire_msg_request request;
	struct wire_placed placed[3];
	mach_msg_header_t header;
	mach_msg_body_t body;
	mach_msg_ool_descriptor64_t memory[3];
};

static struct placed_message
new_placed_message(void)
{
	const struct message plain = new_message();
	struct placed_message message = {
	    .request = plain.request, .header = plain.header, .body = {3}};

	message.header.msgh_bits =
	    MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
	message.header.msgh_local_port = MACH_PORT_NULL;
	message.request.header.files = 3;
	message.request.placed = 3;
	message.request.send_size =
	    (uint32_t)(sizeof(mach_msg_base_t) + sizeof(message.memory));
	for (uint32_t i = 0; i < 3; i++) {
		message.placed[i].index = i;
		message.memory[i] = plain.memory;
	}
	return message;
}

TEST(messages_with_regions_in_files_of_their_own_are_answered)
{
	const struct placed_message message = new_placed_message();
	int files[3];

	for (unsigned i = 0; i < 3; i++)
		files[i] = sealed_file(4096);
	fail_each_files(&message, sizeof(message), files, 3);
	for (unsigned i = 0; i < 3; i++)
		(void)close(files[i]);
}

/* @message, with a file for each of its regions. */
static void
handle_placed(struct conn *conn, const struct placed_message *message)
{
	int files[3];

	for (unsigned i = 0; i < 3; i++)
		files[i] = sealed_file(4096);
	inside_handle_files(conn, message, sizeof(*message), files, 3);
}

TEST(files_are_charged_once_while_they_are_passed_on)
{
	uint32_t *most =
	    &inside_server.budget.limits.user_resources[USER_FILES];
	const struct placed_message message = new_placed_message();
	struct conn *conn;
	int end = new_task(&conn);

	*most = 2;
	handle_placed(conn, &message);
	assert_int_equal(answer_result(end), MACH_SEND_NO_BUFFER);
	assert_int_equal(conn->user->used[USER_FILES], 0);
	*most = 3;
	handle_placed(conn, &message);
	/* Until the answer is seen to be read. */
	assert_int_equal(conn->user->used[USER_FILES], 3);
	assert_int_equal(inside_drain(end), 1);
	inside_end_task();
	(void)close(end);
}

TEST(a_message_without_room_for_its_regions_files_is_lost_with_them)
{
	uint32_t *most =
	    &inside_server.budget.limits.user_resources[USER_FILES];
	struct placed_message message = new_placed_message();
	struct wire_msg_request receive = message.request;
	struct conn *conn;
	int end = new_task(&conn);

	receive.header.files = 0;
	receive.placed = 0;
	receive.option = MACH_RCV_MSG;
	receive.send_size = 0;
	message.request.option = MACH_SEND_MSG;
	*most = 3;
	handle_placed(conn, &message);
	assert_int_equal(answer_result(end), MACH_MSG_SUCCESS);
	assert_int_equal(conn->user->used[USER_FILES], 3);
	/* As it is where the receiver is another user, who has had his share. */
	*most = 2;
	inside_handle(conn, &receive, sizeof(receive), -1);
	assert_int_equal(answer_result(end), MACH_RCV_INVALID_DATA);
	assert_int_equal(conn->user->used[USER_FILES], 0);
	assert_int_equal(conn->task->kern->space->account->used.file_bytes, 0);
	inside_end_task();
	(void)close(end);
}

TEST(a_task_that_cannot_be_made_is_told_so)
{
	bool failed = true;
	struct conn *conn;
	int end;

	for (uint64_t nth = 1; failed; nth++) {
		base_alloc_fail_at(nth);
		end = inside_connect(&conn);
		if (conn) {
			(void)inside_hello(conn);
			assert_int_equal(inside_drain(end), 1);
		}
		failed = base_alloc_has_failed();
		base_alloc_fail_at(0);
		inside_end_task();
		(void)close(end);
	}
}

static uint32_t
name_count(struct conn *conn)
{
	mach_port_name_t *names;
	mach_port_type_t *types;
	uint32_t count;

	assert_int_equal(ipc_mach_port_names(
	                     conn->task->kern->space, &names, &types, &count),
	    KERN_SUCCESS);
	base_free(names);
	base_free(types);
	return count;
}

/* How many user references to a send right the task has. */
static uint32_t
send_urefs(struct conn *conn, mach_port_name_t name)
{
	mach_port_urefs_t urefs = 0;

	assert_int_equal(ipc_mach_port_get_refs(conn->task->kern->space, name,
	                     MACH_PORT_RIGHT_SEND, &urefs),
	    KERN_SUCCESS);
	return urefs;
}

TEST(a_message_without_room_for_its_file_is_lost_with_its_rights)
{
	uint32_t *most =
	    &inside_server.budget.limits.user_resources[USER_FILES];
	const struct message message = new_message();
	struct wire_msg_request receive = message.request;
	struct conn *conn;
	int end = new_task(&conn);
	uint32_t names = name_count(conn);

	receive.option = MACH_RCV_MSG;
	receive.send_size = 0;
	*most = 0;
	inside_handle(conn, &message, sizeof(message), -1);
	assert_int_equal(answer_result(end), MACH_RCV_INVALID_DATA);
	assert_int_equal(name_count(conn), names);
	assert_int_equal(send_urefs(conn, PORT), 1);
	/* The task goes on: its reply right tells that it was not used. */
	inside_handle(conn, &receive, sizeof(receive), -1);
	assert_int_equal(answer_result(end), MACH_MSG_SUCCESS);
	*most = 1;
	inside_handle(conn, &message, sizeof(message), -1);
	assert_int_equal(inside_drain(end), 1);
	assert_int_equal(name_count(conn), names + 1);
	assert_int_equal(send_urefs(conn, PORT), 2);
	inside_end_task();
	(void)close(end);
}

TEST(a_call_without_room_for_its_file_fails)
{
	const struct {
		struct wire_header header;
		uint32_t words[1];
	} names = {{.number = WIRE_PORT_NAMES}, {SELF}};
	mach_port_name_t name;
	struct conn *conn;
	int end = new_task(&conn);

	/* More than a packet holds. */
	for (unsigned i = 0; i < WIRE_PACKET_MAX / 8; i++)
		assert_int_equal(ipc_mach_port_allocate(conn->task->kern->space,
		                     MACH_PORT_RIGHT_PORT_SET, &name),
		    KERN_SUCCESS);
	inside_server.budget.limits.user_resources[USER_FILES] = 0;
	inside_handle(conn, &names, sizeof(names), -1);
	assert_int_equal(answer_result(end), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(conn->kind, CONN_TASK);
	inside_server.budget.limits.user_resources[USER_FILES] = 1;
	/* What was read is not charged any more. */
	for (unsigned i = 0; i < 3; i++) {
		inside_handle(conn, &names, sizeof(names), -1);
		assert_int_equal(inside_drain(end), 1);
		assert_int_equal(conn->user->used[USER_FILES], 1);
	}
	inside_end_task();
	(void)close(end);
}

static const struct {
	struct wire_header header;
	uint32_t words[2];
} level_request = {{.number = WIRE_MACHPORT_FD}, {PORT, 0}};

TEST(a_level_without_room_for_its_file_is_had_the_next_time)
{
	struct conn *conn;
	int end = new_task(&conn);

	inside_server.budget.limits.user_resources[USER_FILES] = 0;
	inside_handle(conn, &level_request, sizeof(level_request), -1);
	assert_int_equal(answer_result(end), KERN_RESOURCE_SHORTAGE);
	inside_server.budget.limits.user_resources[USER_FILES] = 1;
	for (unsigned i = 0; i < 3; i++) {
		inside_handle(conn, &level_request, sizeof(level_request), -1);
		assert_int_equal(inside_drain(end), 1);
		assert_int_equal(conn->user->used[USER_WATCHES], 1);
	}
	inside_end_task();
	(void)close(end);
}

TEST(a_level_that_linux_refuses_is_no_level)
{
	struct rlimit limit;
	struct rlimit none;
	struct conn *conn;
	int end = new_task(&conn);

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){3, limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	inside_handle(conn, &level_request, sizeof(level_request), -1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(answer_result(end), KERN_RESOURCE_SHORTAGE);
	assert_int_equal(conn->user->used[USER_WATCHES], 0);
	inside_end_task();
	(void)close(end);
}

TEST(a_level_fails_with_each_of_its_allocations)
{
	struct conn *conn;
	int end = new_task(&conn);
	unsigned failures = 0;
	int32_t result;

	do {
		base_alloc_fail_at(++failures);
		inside_handle(conn, &level_request, sizeof(level_request), -1);
		base_alloc_fail_at(0);
		if (conn->user->used[USER_WATCHES] > 0)
			break;
		result = answer_result(end);
		assert_int_equal(result, KERN_RESOURCE_SHORTAGE);
	} while (failures < 10);
	assert_int_equal(failures, 3); /* a watch and a level failed */
	assert_int_equal(inside_drain(end), 1);
	inside_end_task();
	(void)close(end);
}

TEST(what_a_threads_connection_could_not_be_told_does_not_stay)
{
	struct wire_hello hello = {
	    .header = {.number = WIRE_HELLO},
	    .version = WIRE_VERSION,
	    .kind = WIRE_KIND_THREAD,
	    .thread = 7,
	};
	const struct message message = new_message();
	struct conn *main;
	struct conn *conn;
	int end = new_task(&main);
	int thread = inside_connect(&conn);
	uint32_t names = name_count(main);

	hello.token = main->task->token;
	inside_handle(conn, &hello, sizeof(hello), -1);
	assert_int_equal(conn->kind, CONN_THREAD);
	(void)close(thread);
	inside_handle(conn, &message, sizeof(message), -1);
	assert_int_equal(conn->kind, CONN_CLOSED);
	assert_int_equal(name_count(main), names);
	assert_int_equal(send_urefs(main, PORT), 1);
	inside_end_task();
	(void)close(end);
}

/* Send @packet, with @file, to the kernel's end of the connection. */
static void
send_with_file(int end, const void *packet, size_t bytes, int file)
{
	struct iovec part = {(void *)(uintptr_t)packet, bytes};

	assert_int_equal(packet_send(end, &part, 1, &file, 1), 0);
}

TEST(a_descriptor_without_a_number_costs_the_message_and_no_more)
{
	struct message message = new_message();
	struct rlimit before;
	struct rlimit none;
	struct conn *conn;
	int end = new_task(&conn);
	int file = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_int_equal(fcntl(file, F_ADD_SEALS,
	                     F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
	    0);
	message.request.header.files = 1;
	send_with_file(end, &message.request, sizeof(message.request), file);
	(void)close(file);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	conn->source.ready(&conn->source);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(answer_result(end), MACH_SEND_NO_BUFFER);
	assert_int_equal(conn->kind, CONN_TASK);
	inside_end_task();
	(void)close(end);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(calls_are_answered),
	    CASE(a_memory_entry_is_made_or_refused),
	    CASE(calls_about_oneself_are_answered),
	    CASE(messages_are_answered),
	    CASE(messages_in_files_are_answered),
	    CASE(messages_with_regions_in_files_of_their_own_are_answered),
	    CASE(files_are_charged_once_while_they_are_passed_on),
	    CASE(
	        a_message_without_room_for_its_regions_files_is_lost_with_them),
	    CASE(a_task_that_cannot_be_made_is_told_so),
	    CASE(a_message_without_room_for_its_file_is_lost_with_its_rights),
	    CASE(a_call_without_room_for_its_file_fails),
	    CASE(a_level_without_room_for_its_file_is_had_the_next_time),
	    CASE(a_level_that_linux_refuses_is_no_level),
	    CASE(a_level_fails_with_each_of_its_allocations),
	    CASE(what_a_threads_connection_could_not_be_told_does_not_stay),
	    CASE(a_descriptor_without_a_number_costs_the_message_and_no_more),
	};

	return cmocka_run_group_tests_name("shortage", tests, NULL, NULL);
}
