/* What stubs call. */
#include <mach/mach.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "program.h"

static void
a_string_always_ends(void **state)
{
	char dest[8];

	(void)state;
	for (int room = 1; room <= 6; room++) {
		int length = room < 4 ? room : 4;

		memset(dest, 'x', sizeof(dest));
		assert_int_equal(mig_strncpy(dest, "abc", room), length);
		assert_memory_equal(dest, "abc", (size_t)length - 1);
		assert_int_equal(dest[length - 1], '\0');
		assert_int_equal(dest[length], 'x');
	}
	assert_int_equal(mig_strncpy(dest, "", 3), 1);
	dest[0] = 'x';
	assert_int_equal(mig_strncpy(dest, "abc", 0), 0);
	assert_int_equal(mig_strncpy(dest, "abc", -1), 0);
	assert_int_equal(dest[0], 'x');
}

static void
the_rest_of_a_string_is_zero(void **state)
{
	char dest[8];

	(void)state;
	memset(dest, 'x', sizeof(dest));
	assert_int_equal(mig_strncpy_zerofill(dest, "abc", 7), 4);
	assert_memory_equal(dest, "abc\0\0\0\0x", 8);
	assert_int_equal(mig_strncpy_zerofill(dest, "abcdef", 3), 3);
	assert_memory_equal(dest, "ab\0\0\0\0\0x", 8);
	memset(dest, 'x', sizeof(dest));
	assert_int_equal(mig_strncpy_zerofill(dest, NULL, 7), 0);
	assert_memory_equal(dest, "\0\0\0\0\0\0\0x", 8);
	assert_int_equal(mig_strncpy_zerofill(NULL, "abc", 7), 0);
	assert_int_equal(mig_strncpy_zerofill(dest, "abc", 0), 0);
	assert_int_equal(dest[0], '\0');
}

static void
a_reply_goes_where_the_request_says(void **state)
{
	const mach_msg_header_t request = {
	    .msgh_bits = MACH_MSGH_BITS_COMPLEX |
	        MACH_MSGH_BITS(
	            MACH_MSG_TYPE_PORT_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND),
	    .msgh_size = 100,
	    .msgh_remote_port = 0x303,
	    .msgh_local_port = 0x403,
	    .msgh_voucher_port = 7,
	    .msgh_id = INT32_MAX,
	};
	mig_reply_error_t reply;

	(void)state;
	memset(&reply, 0xff, sizeof(reply));
	mig_reply_setup(&request, &reply.Head);
	assert_int_equal(reply.Head.msgh_bits,
	    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0));
	assert_int_equal(reply.Head.msgh_size, 36);
	assert_int_equal(reply.Head.msgh_remote_port, 0x303);
	assert_int_equal(reply.Head.msgh_local_port, MACH_PORT_NULL);
	assert_int_equal(reply.Head.msgh_voucher_port, MACH_PORT_NULL);
	assert_int_equal(reply.Head.msgh_id, INT32_MIN + 99);
	assert_memory_equal(&reply.NDR, &NDR_record, sizeof(NDR_record));
	assert_int_equal(reply.RetCode, -1);
}

static void
the_record_is_that_of_the_machine(void **state)
{
	const NDR_record_t little_endian = {.int_rep = 1};

	(void)state;
	assert_int_equal(sizeof(NDR_record), 8);
	assert_memory_equal(&NDR_record, &little_endian, sizeof(NDR_record));
}

static void
allocate(void)
{
	vm_address_t address = 1;
	char *data;

	mig_allocate(&address, 3 * vm_page_size);
	CHECK(address != 0);
	memset((char *)address, 'x', 3 * vm_page_size);
	mig_deallocate(address, 0);
	CHECK_EQ(*(char *)address, 'x'); /* nothing is nothing */
	mig_deallocate(address, 3 * vm_page_size);
	mig_deallocate(0, 0);
	address = 1;
	mig_allocate(&address, 0);
	CHECK_EQ(address, 0);
	mig_allocate(&address, SIZE_MAX);
	CHECK_EQ(address, 0);
	data = mig_user_allocate(100);
	CHECK(data != NULL);
	mig_user_deallocate(data, 100);
}

static void
memory_comes_and_goes(void **state)
{
	(void)state;
	program_run(allocate);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_string_always_ends),
	    cmocka_unit_test(the_rest_of_a_string_is_zero),
	    cmocka_unit_test(a_reply_goes_where_the_request_says),
	    cmocka_unit_test(the_record_is_that_of_the_machine),
	    cmocka_unit_test(memory_comes_and_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
