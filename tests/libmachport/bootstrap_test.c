/* The requests of <servers/bootstrap.h>, as a bootstrap port sees them. */
#include <servers/bootstrap.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <mach/mach.h>
#include <pthread.h>

#include "note.h"
#include "program.h"

static mach_port_t bp;

/* What came, and what is answered to it. */
static union {
	mach_msg_header_t header;
	char bytes[2048];
} request;
static kern_return_t answer;

/* Receive one request and answer with an outcome alone. */
static void *
serve_one(void *argument)
{
	mig_reply_error_t reply;

	CHECK_EQ(mach_msg(&request.header, MACH_RCV_MSG, 0, sizeof(request), bp,
	             MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	mig_reply_setup(&request.header, &reply.Head);
	reply.RetCode = answer;
	CHECK_EQ(mach_msg(&reply.Head, MACH_SEND_MSG, sizeof(reply), 0,
	             MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL),
	    MACH_MSG_SUCCESS);
	request.header.msgh_remote_port = MACH_PORT_NULL;
	mach_msg_destroy(&request.header);
	return argument;
}

/* The request that @call makes has this id and size, and is complex or not; and the
 * call returns what is answered. */
#define EXPECT_REQUEST(call, id, size, is_complex)                             \
	do {                                                                   \
		pthread_t server;                                              \
		answer = BOOTSTRAP_NOT_PRIVILEGED;                             \
		CHECK_EQ(pthread_create(&server, NULL, serve_one, NULL), 0);   \
		CHECK_EQ((call), BOOTSTRAP_NOT_PRIVILEGED);                    \
		CHECK_EQ(pthread_join(server, NULL), 0);                       \
		CHECK_EQ(request.header.msgh_id, (id));                        \
		CHECK_EQ(request.header.msgh_size, (size));                    \
		CHECK_EQ(MACH_MSGH_BITS_IS_COMPLEX(request.header.msgh_bits)   \
		        ? 1                                                    \
		        : 0,                                                   \
		    (is_complex));                                             \
	} while (0)

static void
sizes(void)
{
	mach_port_t port = 7;
	mach_port_array_t ports;
	mach_msg_type_number_t counts[3];
	name_array_t names[2];
	bool_array_t active;
	boolean_t all;
	bootstrap_status_t status;
	name_t wanted[2] = {"one", "two"};

	bp = note_port();
	EXPECT_REQUEST(bootstrap_create_server(bp, "/bin/true", 0, TRUE, &port),
	    400, 24 + 8 + 512 + 4 + 4, 0);
	EXPECT_REQUEST(bootstrap_unprivileged(bp, &port), 401, 24, 0);
	EXPECT_REQUEST(bootstrap_check_in(bp, "a", &port), 402, 160, 0);
	EXPECT_REQUEST(bootstrap_register(bp, "a", bp), 403, 176, 1);
	EXPECT_REQUEST(bootstrap_look_up(bp, "a", &port), 404, 160, 0);
	EXPECT_REQUEST(
	    bootstrap_look_up_array(bp, wanted, 2, &ports, &counts[0], &all),
	    405, 24 + 4 + 16 + 8 + 4, 1);
	EXPECT_REQUEST(bootstrap_parent(bp, &port), 406, 24, 0);
	EXPECT_REQUEST(bootstrap_status(bp, "a", &status), 407, 160, 0);
	EXPECT_REQUEST(bootstrap_info(bp, &names[0], &counts[0], &names[1],
	                   &counts[1], &active, &counts[2]),
	    408, 24, 0);
	EXPECT_REQUEST(bootstrap_subset(bp, bp, &port), 409, 40, 1);
	EXPECT_REQUEST(bootstrap_create_service(bp, "a", &port), 410, 160, 0);
	EXPECT_REQUEST(bootstrap_look_up2(bp, "a", &port, 1, 2), 404, 160, 0);
	EXPECT_REQUEST(bootstrap_check_in2(bp, "a", &port, 2), 402, 160, 0);
	EXPECT_REQUEST(bootstrap_register2(bp, "a", bp, 2), 403, 176, 1);
	CHECK_EQ(port, 7);
}

static void
requests_have_the_ids_and_sizes_of_the_specification(void **state)
{
	(void)state;
	program_run(sizes);
}

static void
name(void)
{
	static const char zeroes[BOOTSTRAP_MAX_NAME_LEN];
	mach_port_t port;

	bp = note_port();
	memset(&request, 0xff, sizeof(request));
	EXPECT_REQUEST(
	    bootstrap_look_up(bp, "org.example.clock", &port), 404, 160, 0);
	CHECK_EQ(strcmp(request.bytes + 32, "org.example.clock"), 0);
	CHECK_EQ(
	    memcmp(request.bytes + 32 + sizeof("org.example.clock"), zeroes,
	        BOOTSTRAP_MAX_NAME_LEN - sizeof("org.example.clock")),
	    0);
}

static void
a_name_goes_with_zeroes_behind_it(void **state)
{
	(void)state;
	program_run(name);
}

static void
wrong_names(void)
{
	char longest[BOOTSTRAP_MAX_NAME_LEN] = "";
	char too_long[BOOTSTRAP_MAX_NAME_LEN + 1] = "";
	char command[BOOTSTRAP_MAX_CMD_LEN + 1] = "";
	mach_port_t port;
	bootstrap_status_t status;

	bp = note_port();
	memset(longest, 'n', sizeof(longest) - 1);
	memset(too_long, 'n', sizeof(too_long) - 1);
	memset(command, 'c', sizeof(command) - 1);
	EXPECT_REQUEST(bootstrap_look_up(bp, longest, &port), 404, 160, 0);
	CHECK_EQ(bootstrap_look_up(bp, too_long, &port), KERN_INVALID_ARGUMENT);
	CHECK_EQ(bootstrap_look_up(bp, "", &port), KERN_INVALID_ARGUMENT);
	CHECK_EQ(bootstrap_look_up(bp, NULL, &port), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    bootstrap_check_in(bp, too_long, &port), KERN_INVALID_ARGUMENT);
	CHECK_EQ(bootstrap_register(bp, too_long, bp), KERN_INVALID_ARGUMENT);
	CHECK_EQ(
	    bootstrap_status(bp, too_long, &status), KERN_INVALID_ARGUMENT);
	CHECK_EQ(bootstrap_create_service(bp, too_long, &port),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(bootstrap_create_server(bp, command, 0, TRUE, &port),
	    KERN_INVALID_ARGUMENT);
}

static void
what_would_be_cut_off_is_refused(void **state)
{
	(void)state;
	program_run(wrong_names);
}

static void
counts(void)
{
	static name_t names[BOOTSTRAP_MAX_LOOKUP_COUNT + 1];
	mach_port_array_t ports;
	mach_msg_type_number_t count;
	boolean_t all;

	bp = note_port();
	CHECK_EQ(bootstrap_look_up_array(bp, names,
	             BOOTSTRAP_MAX_LOOKUP_COUNT + 1, &ports, &count, &all),
	    BOOTSTRAP_BAD_COUNT);
}

static void
more_than_20_names_are_refused(void **state)
{
	(void)state;
	program_run(counts);
}

static void
no_port(void)
{
	mach_port_t port = 7;

	CHECK_EQ(bootstrap_look_up(bootstrap_port, "a", &port),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(port, 7);
}

static void
a_task_without_bootstrap_port_is_told(void **state)
{
	(void)state;
	program_run(no_port);
}

static void
codes_and_limits_are_those_of_the_specification(void **state)
{
	(void)state;
	assert_int_equal(BOOTSTRAP_SUCCESS, 0);
	assert_int_equal(BOOTSTRAP_NOT_PRIVILEGED, 1100);
	assert_int_equal(BOOTSTRAP_NAME_IN_USE, 1101);
	assert_int_equal(BOOTSTRAP_UNKNOWN_SERVICE, 1102);
	assert_int_equal(BOOTSTRAP_SERVICE_ACTIVE, 1103);
	assert_int_equal(BOOTSTRAP_BAD_COUNT, 1104);
	assert_int_equal(BOOTSTRAP_NO_MEMORY, 1105);
	assert_int_equal(BOOTSTRAP_NO_CHILDREN, 1106);
	assert_int_equal(BOOTSTRAP_STATUS_INACTIVE, 0);
	assert_int_equal(BOOTSTRAP_STATUS_ACTIVE, 1);
	assert_int_equal(BOOTSTRAP_STATUS_ON_DEMAND, 2);
	assert_int_equal(sizeof(name_t), 128);
	assert_int_equal(sizeof(cmd_t), 512);
	assert_int_equal(BOOTSTRAP_MAX_LOOKUP_COUNT, 20);
}

static void
each_code_has_a_text_of_its_own(void **state)
{
	(void)state;
	for (kern_return_t a = 1099; a <= 1107; a++) {
		assert_non_null(bootstrap_strerror(a));
		for (kern_return_t b = 1100; b <= 1106; b++)
			if (a != b)
				assert_string_not_equal(bootstrap_strerror(a),
				    bootstrap_strerror(b));
	}
	assert_string_equal(bootstrap_strerror(KERN_INVALID_NAME),
	    mach_error_string(KERN_INVALID_NAME));
	assert_non_null(bootstrap_strerror(-1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        requests_have_the_ids_and_sizes_of_the_specification),
	    cmocka_unit_test(a_name_goes_with_zeroes_behind_it),
	    cmocka_unit_test(what_would_be_cut_off_is_refused),
	    cmocka_unit_test(more_than_20_names_are_refused),
	    cmocka_unit_test(a_task_without_bootstrap_port_is_told),
	    cmocka_unit_test(codes_and_limits_are_those_of_the_specification),
	    cmocka_unit_test(each_code_has_a_text_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
