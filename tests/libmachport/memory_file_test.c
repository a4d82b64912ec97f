/* Bytes in and out of files in memory. */
#include "memory_file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Where Linux puts nothing by itself. */
#define NOWHERE ((void *)(uintptr_t)0x10000)

static const char bytes[] = "some bytes";

static int
make_file(void)
{
	int file = memory_file_new("test");

	assert_true(file >= 0);
	assert_int_equal(memory_file_write(file, bytes, sizeof(bytes), 5), 0);
	return file;
}

static void
what_is_written_is_read(void **state)
{
	const int file = make_file();
	char found[sizeof(bytes)];

	(void)state;
	assert_true(memory_file_read(file, found, sizeof(found), 5));
	assert_memory_equal(found, bytes, sizeof(bytes));
	assert_int_equal(close(file), 0);
}

static void
what_is_behind_the_end_cannot_be_read(void **state)
{
	const int file = make_file();
	char found[sizeof(bytes)];

	(void)state;
	assert_false(memory_file_read(file, found, sizeof(found), 6));
	assert_true(memory_file_read(file, found, 0, 100));
	assert_int_equal(close(file), 0);
}

static void
bad_memory_is_told_and_no_fault(void **state)
{
	const int file = make_file();

	(void)state;
	assert_false(memory_file_read(file, NOWHERE, 1, 0));
	assert_int_equal(memory_file_write(file, NOWHERE, 1, 0), -EFAULT);
	assert_int_equal(close(file), 0);
}

static void
what_is_sealed_is_not_written(void **state)
{
	const int file = make_file();

	(void)state;
	assert_int_equal(fcntl(file, F_ADD_SEALS, MEMORY_FILE_SEALS), 0);
	assert_int_equal(memory_file_write(file, bytes, 1, 0), -EPERM);
	assert_int_equal(close(file), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_is_read),
	    cmocka_unit_test(what_is_behind_the_end_cannot_be_read),
	    cmocka_unit_test(bad_memory_is_told_and_no_fault),
	    cmocka_unit_test(what_is_sealed_is_not_written),
	};

	return cmocka_run_group_tests_name("memory_file", tests, NULL, NULL);
}
