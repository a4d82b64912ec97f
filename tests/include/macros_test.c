/* What the public headers promise to compiled programs: what macros with arguments
 * make of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>

#include <mach/ipc_info.h>
#include <mach/mach.h>
#include <mach/mach2.h>
#include <mach/mig.h>
#include <mach/notify.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

TEST(the_bits_of_a_request_and_of_its_reception_are_the_known_ones)
{
	assert_int_equal(MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND,
	                     MACH_MSG_TYPE_MAKE_SEND_ONCE),
	    0x1513);
	assert_int_equal(MACH_MSGH_BITS(MACH_MSG_TYPE_PORT_SEND_ONCE,
	                     MACH_MSG_TYPE_PORT_SEND),
	    0x1112);
}

TEST(bits_are_put_together_and_taken_apart)
{
	mach_msg_bits_t bits = MACH_MSGH_BITS_SET(17, 18, 19, 0xffffffff);

	assert_int_equal(MACH_MSGH_BITS_SET_PORTS(17, 18, 19), 0x00131211);
	assert_int_equal(
	    MACH_MSGH_BITS_SET_PORTS(0xffffffff, 0xffffffff, 0xffffffff),
	    0x001f1f1f);
	assert_int_equal(bits, 0xfff3f2f1);
	assert_int_equal(MACH_MSGH_BITS_REMOTE(bits), 17);
	assert_int_equal(MACH_MSGH_BITS_LOCAL(bits), 18);
	assert_int_equal(MACH_MSGH_BITS_VOUCHER(bits), 19);
	assert_int_equal(MACH_MSGH_BITS_PORTS(bits), 0x00131211);
	assert_int_equal(MACH_MSGH_BITS_OTHER(bits), 0xffe0e0e0);
}

TEST(bits_can_be_tested)
{
	assert_true(MACH_MSGH_BITS_HAS_REMOTE(0x00000011));
	assert_false(MACH_MSGH_BITS_HAS_REMOTE(0xffffffe0));
	assert_true(MACH_MSGH_BITS_HAS_LOCAL(0x00001100));
	assert_false(MACH_MSGH_BITS_HAS_LOCAL(0xffffe0ff));
	assert_true(MACH_MSGH_BITS_HAS_VOUCHER(0x00110000));
	assert_false(MACH_MSGH_BITS_HAS_VOUCHER(0xffe0ffff));
	assert_true(MACH_MSGH_BITS_IS_COMPLEX(0x80000000));
	assert_false(MACH_MSGH_BITS_IS_COMPLEX(0x7fffffff));
	assert_true(MACH_MSGH_BITS_RAISED_IMPORTANCE(0x20000000));
	assert_false(MACH_MSGH_BITS_RAISED_IMPORTANCE(0xdfffffff));
	assert_true(MACH_MSGH_BITS_HOLDS_IMPORTANCE_ASSERTION(0x10000000));
	assert_false(MACH_MSGH_BITS_HOLDS_IMPORTANCE_ASSERTION(0xefffffff));
}

TEST(dispositions_are_classified)
{
	for (mach_msg_type_name_t x = 0; x < 32; x++) {
		bool send_once = x == 18 || x == 21;

		assert_int_equal(MACH_MSG_TYPE_PORT_ANY(x), x >= 16 && x <= 21);
		assert_int_equal(
		    MACH_MSG_TYPE_PORT_ANY_SEND(x), x >= 17 && x <= 21);
		assert_int_equal(
		    MACH_MSG_TYPE_PORT_ANY_SEND_ONCE(x), send_once);
		assert_int_equal(
		    MACH_MSG_TYPE_PORT_ANY_RIGHT(x), x >= 16 && x <= 18);
	}
}

TEST(each_trailer_request_has_its_size)
{
	static const mach_msg_size_t sizes[16] = {
	    8, 12, 20, 52, 60, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68};

	for (unsigned int x = 0; x < 16; x++) {
		mach_msg_option_t option = MACH_RCV_MSG | MACH_RCV_LARGE |
		    MACH_RCV_TRAILER_TYPE(15) | MACH_RCV_TRAILER_ELEMENTS(x);

		assert_int_equal(GET_RCV_ELEMENTS(option), x);
		assert_int_equal(REQUESTED_TRAILER_SIZE(option), sizes[x]);
	}
	assert_int_equal(MACH_RCV_TRAILER_TYPE(1), 0x10000000);
	assert_int_equal(MACH_RCV_TRAILER_ELEMENTS(1), 0x01000000);
	/* As a constant, for the size of a buffer. */
	assert_int_equal(sizeof(char[REQUESTED_TRAILER_SIZE(
	                     MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_CTX))]),
	    60);
}

TEST(a_trailer_begins_at_a_multiple_of_4)
{
	assert_int_equal(round_msg(0), 0);
	assert_int_equal(round_msg(24), 24);
	assert_int_equal(round_msg(25), 28);
	assert_int_equal(round_msg(28), 28);
	assert_int_equal(round_msg(0xffffffff), 0x100000000);
}

TEST(the_token_values_are_those_of_the_kernel_and_of_nobody)
{
	security_token_t security = KERNEL_SECURITY_TOKEN_VALUE;
	audit_token_t kernel = KERNEL_AUDIT_TOKEN_VALUE;
	audit_token_t invalid = INVALID_AUDIT_TOKEN_VALUE;

	assert_int_equal(security.val[0], 0);
	assert_int_equal(security.val[1], 1);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(kernel.val[i], 0);
		assert_int_equal(invalid.val[i], UINT32_MAX);
	}
}

TEST(a_name_is_an_index_and_a_generation)
{
	mach_port_name_t name = 0x12345607;

	assert_int_equal(MACH_PORT_INDEX(name), 0x123456);
	assert_int_equal(MACH_PORT_GEN(name), 0x07000000);
	assert_int_equal(
	    MACH_PORT_MAKE(MACH_PORT_INDEX(name), MACH_PORT_GEN(name)), name);
}

TEST(neither_null_nor_dead_is_a_valid_name)
{
	assert_false(MACH_PORT_VALID(MACH_PORT_NULL));
	assert_false(MACH_PORT_VALID(MACH_PORT_DEAD));
	assert_true(MACH_PORT_VALID((mach_port_name_t)1));
	assert_true(MACH_PORT_VALID((mach_port_name_t)0xfffffffe));
}

TEST(an_error_is_taken_apart_into_system_subsystem_and_code)
{
	mach_error_t error = err_local | err_sub(0xabc) | 0x1234;

	assert_int_equal(err_get_system(error), 0x3e);
	assert_int_equal(err_get_sub(error), 0xabc);
	assert_int_equal(err_get_code(error), 0x1234);
	assert_int_equal(error & system_emask, err_local);
	assert_int_equal(error & sub_emask, err_sub(0xabc));
	assert_int_equal(error & code_emask, 0x1234);
	assert_int_equal(unix_err(2), 0xc002);
	assert_int_equal(err_get_system(MACH_RCV_TIMED_OUT), 4);
	assert_int_equal(err_get_sub(MACH_RCV_TIMED_OUT), 1);
	assert_int_equal(err_get_code(MACH_RCV_TIMED_OUT), 3);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        the_bits_of_a_request_and_of_its_reception_are_the_known_ones),
	    cmocka_unit_test(bits_are_put_together_and_taken_apart),
	    cmocka_unit_test(bits_can_be_tested),
	    cmocka_unit_test(dispositions_are_classified),
	    cmocka_unit_test(each_trailer_request_has_its_size),
	    cmocka_unit_test(a_trailer_begins_at_a_multiple_of_4),
	    cmocka_unit_test(
	        the_token_values_are_those_of_the_kernel_and_of_nobody),
	    cmocka_unit_test(a_name_is_an_index_and_a_generation),
	    cmocka_unit_test(neither_null_nor_dead_is_a_valid_name),
	    cmocka_unit_test(
	        an_error_is_taken_apart_into_system_subsystem_and_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
