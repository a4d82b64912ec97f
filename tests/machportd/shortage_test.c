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
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base_alloc.h"
#include "inside.h"
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
fail_each(const void *packet, size_t bytes, int file)
{
	bool failed = true;
	struct conn *conn;
	int end;

	for (uint64_t nth = 1; failed; nth++) {
		end = new_task(&conn);
		base_alloc_fail_at(nth);
		inside_handle(conn, packet, bytes, file < 0 ? -1 : dup(file));
		failed = base_alloc_has_failed();
		base_alloc_fail_at(0);
		assert_int_equal(conn->kind, CONN_TASK);
		assert_int_equal(inside_drain(end), 1);
		inside_end_task();
		(void)close(end);
	}
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(calls_are_answered),
	    CASE(calls_about_oneself_are_answered),
	    CASE(messages_are_answered),
	    CASE(messages_in_files_are_answered),
	    CASE(a_task_that_cannot_be_made_is_told_so),
	};

	return cmocka_run_group_tests_name("shortage", tests, NULL, NULL);
}
