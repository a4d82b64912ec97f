/* The bytes of messages: spec/mig.md 9.4, 9.5. The sizes of the structures are
 * static assertions in stubs/golden_layout.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"
#include "loopback_stubs.h"

static uint8_t request[LOOPBACK_MESSAGE_MAX];
static uint8_t reply[LOOPBACK_MESSAGE_MAX];

static void
capture_request(void *message, mach_msg_size_t *size)
{
	memcpy(request, message, *size);
}

static void
capture_reply(void *message, mach_msg_size_t *size)
{
	memcpy(reply, message, *size);
}

static mach_port_t
golden_begin(unsigned length)
{
	mach_port_t server = stubs_begin();

	loopback.on_request = capture_request;
	loopback.on_reply = capture_reply;
	stub->strict = false;
	stub->length = length;
	return server;
}

static void
expect_sizes(mach_msg_size_t of_request, mach_msg_size_t of_reply)
{
	assert_int_equal(loopback.request_bytes, of_request);
	assert_int_equal(loopback.reply_bytes, of_reply);
}

/* What each routine sends with no elements, and with all. */
static void
messages_are_as_long_as_their_arrays(void **state)
{
	static const struct {
		const char *name;
		mach_msg_size_t request_min, request, reply_min, reply;
	} golden[] = {
	    {"g_void", 24, 24, 36, 36},
	    {"g_scalars", 64, 64, 52, 52},
	    {"g_fixed", 64, 64, 68, 68},
	    {"g_variable", 36, 44, 40, 48},
	    {"g_mixed", 56, 92, 60, 96},
	    {"g_wide", 44, 120, 48, 124},
	    {"g_strings", 56, 112, 60, 116}, /* each has its NUL */
	    {"g_capacity", 44, 44, 44, 80},
	    {"g_memory", 128, 128, 128, 128},
	    {"g_rights", 124, 124, 100, 100},
	    {"g_arrays", 184, 184, 184, 184},
	    {"g_inout", 112, 112, 112, 112},
	    {"g_together", 36, 92, 40, 96},
	    {"g_worked", 56, 92, 36, 36},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
		for (size_t j = 0; j < golden_calls_length; j++) {
			if (strcmp(golden_calls[j].name, golden[i].name) != 0)
				continue;
			assert_int_equal(golden_calls[j].call(golden_begin(0)),
			    KERN_SUCCESS);
			expect_sizes(
			    golden[i].request_min, golden[i].reply_min);
			stub_end();
			assert_int_equal(
			    golden_calls[j].call(golden_begin(100)),
			    KERN_SUCCESS);
			expect_sizes(golden[i].request, golden[i].reply);
			stub_end();
		}
}

static void
strings_take_what_they_need(void **state)
{
	vn_t a = "hello";
	vn_t b = "world!!";
	vn_t x;
	vn_t y;

	(void)state;
	/* The server answers with two strings of five characters. */
	assert_int_equal(g_strings(golden_begin(5), a, b, x, y), KERN_SUCCESS);
	assert_int_equal(loopback.request_bytes, 64);
	assert_int_equal(loopback.reply_bytes, 36 + 8 + 8 + 8 + 8);
	assert_memory_equal(request + 32,
	    "\0\0\0\0\6\0\0\0hello\0\0\0"
	    "\0\0\0\0\10\0\0\0world!!\0",
	    32);
}

static void
arrays_take_what_they_need(void **state)
{
	v64_t a = {1, 2};
	vst_t b = {{{1, 2, 3, 4, 5}}};
	vs_t c = {1, 2, 3};
	v64_t x;
	vst_t y;
	vs_t z;
	mach_msg_type_number_t xCnt, yCnt, zCnt;

	(void)state;
	assert_int_equal(g_wide(golden_begin(3), a, 2, b, 1, c, 3, x, &xCnt, y,
	                     &yCnt, z, &zCnt),
	    KERN_SUCCESS);
	assert_int_equal(loopback.request_bytes, 80);
	assert_int_equal(loopback.reply_bytes, 36 + 4 + 24 + 4 + 32 + 4 + 8);
}

static void
three_of_five_characters_take_four_bytes(void **state)
{
	va_t a = {'a', 'b', 'c', 'd', 'e'};
	va_t x;
	mach_msg_type_number_t xCnt;

	(void)state;
	assert_int_equal(
	    g_variable(golden_begin(3), a, 3, x, &xCnt), KERN_SUCCESS);
	expect_sizes(40, 44);
	assert_memory_equal(request + 32, "\3\0\0\0abc", 8);
}

/* 9.4 */
static void
the_worked_example_is_so_byte_for_byte(void **state)
{
	const uint8_t body[] = {
	    0, 0, 0, 0, 1, 0, 0, 0, /* NDR */
	    0x11, 0x22, 0x33, 0x44, /* x */
	    3, 0, 0, 0,             /* aCnt */
	    'a', 'b', 'c', 0,       /* a */
	    0x55, 0x66, 0, 0,       /* y */
	    2, 0, 0, 0,             /* bCnt */
	    7, 0, 0, 0, 8, 0, 0, 0, /* b */
	    9, 0, 0, 0, 0, 0, 0, 1, /* z */
	};
	va_t a = {'a', 'b', 'c', 'd', 'e'};
	vi_t b = {7, 8, 9};
	mach_port_t server = golden_begin(3);
	mach_msg_header_t head;

	(void)state;
	assert_int_equal(g_worked(server, 0x44332211, a, 3, 0x6655, b, 2,
	                     0x0100000000000009),
	    KERN_SUCCESS);
	assert_int_equal(loopback.request_bytes, 68);
	memcpy(&head, request, sizeof(head));
	assert_int_equal(head.msgh_bits,
	    MACH_MSGH_BITS(
	        MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE));
	assert_int_equal(head.msgh_size, 68);
	assert_int_equal(head.msgh_remote_port, server);
	assert_int_equal(head.msgh_voucher_port, 0);
	assert_int_equal(head.msgh_id, 5015);
	assert_int_equal(sizeof(body), 68 - 24);
	assert_memory_equal(request + 24, body, sizeof(body));
}

static void
an_error_is_a_simple_reply_of_36_bytes(void **state)
{
	mach_port_t server = golden_begin(3);
	mig_reply_error_t error;
	ool_t f = NULL;
	mach_msg_type_number_t fCnt = 0;
	mach_port_t e = MACH_PORT_NULL;
	int a = 0;
	s3_t b = {0};
	st_t c = {{0}};
	nm_t d = "";
	int64_t g = 0;

	(void)state;
	stub->result = KERN_NO_ACCESS;
	assert_int_equal(
	    g_inout(server, &a, b, &c, d, &e, &f, &fCnt, &g), KERN_NO_ACCESS);
	assert_int_equal(loopback.reply_bytes, 36);
	memcpy(&error, reply, sizeof(error));
	assert_int_equal(error.Head.msgh_bits,
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0));
	assert_int_equal(error.Head.msgh_size, 36);
	assert_int_equal(error.Head.msgh_local_port, 0);
	assert_int_equal(error.Head.msgh_voucher_port, 0);
	assert_int_equal(error.Head.msgh_id, 5111);
	assert_memory_equal(&error.NDR, &NDR_record, sizeof(NDR_record));
	assert_int_equal(error.RetCode, KERN_NO_ACCESS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_are_as_long_as_their_arrays),
	    cmocka_unit_test(strings_take_what_they_need),
	    cmocka_unit_test(arrays_take_what_they_need),
	    cmocka_unit_test(three_of_five_characters_take_four_bytes),
	    cmocka_unit_test(the_worked_example_is_so_byte_for_byte),
	    cmocka_unit_test(an_error_is_a_simple_reply_of_36_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
