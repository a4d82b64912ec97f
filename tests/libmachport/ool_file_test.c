/* The files that out-of-line memory travels in (ool_file.h). */
#include "ool_file.h"

#include <errno.h>
#include <fcntl.h>
#include <mach/vm_page_size.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "memory_file.h"

static void
a_copy_has_the_bytes_and_zeroes_to_the_end_of_the_page(void **state)
{
	static const char text[] = "what is in it";
	int file = ool_file_copy(text, sizeof(text));
	char *page = mmap(NULL, vm_page_size, PROT_READ, MAP_PRIVATE, file, 0);

	(void)state;
	assert_true(page != MAP_FAILED);
	assert_memory_equal(page, text, sizeof(text));
	for (size_t i = sizeof(text); i < vm_page_size; i++)
		assert_int_equal(page[i], 0);
	assert_int_equal(munmap(page, vm_page_size), 0);
	assert_int_equal(close(file), 0);
}

static void
a_copy_is_sealed_for_good_and_no_larger_than_its_pages(void **state)
{
	static char bytes[10000];
	int file = ool_file_copy(bytes, sizeof(bytes));
	struct stat status;

	(void)state;
	assert_int_equal(fstat(file, &status), 0);
	assert_int_equal(status.st_size, round_page(sizeof(bytes)));
	assert_int_equal(
	    fcntl(file, F_GET_SEALS) & MEMORY_FILE_SEALS, MEMORY_FILE_SEALS);
	assert_int_equal(pwrite(file, "x", 1, 0), -1);
	assert_int_equal(close(file), 0);
}

static void
memory_that_cannot_be_read_leaves_no_file(void **state)
{
	int lowest = dup(0);
	char *memory = mmap(NULL, 2 * vm_page_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(memory != MAP_FAILED);
	assert_int_equal(close(lowest), 0);
	assert_int_equal(mprotect(memory + vm_page_size, 1, PROT_NONE), 0);
	assert_int_equal(ool_file_copy(NULL, 1), -EFAULT);
	assert_int_equal(ool_file_copy(memory, 2 * vm_page_size), -EFAULT);
	assert_int_equal(dup(0), lowest);
	assert_int_equal(close(lowest), 0);
	assert_int_equal(munmap(memory, 2 * vm_page_size), 0);
}

static void
a_limit_of_file_sizes_is_an_error(void **state)
{
	static char bytes[8192];
	struct rlimit before;
	struct rlimit small;
	int file;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	file = ool_file_copy(bytes, sizeof(bytes));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(file, -EFBIG);
}

static void
without_descriptors_it_is_an_error(void **state)
{
	struct rlimit before;
	struct rlimit none;
	int file;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	file = ool_file_copy("", 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_true(file < 0);
	assert_int_not_equal(file, -EFAULT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_copy_has_the_bytes_and_zeroes_to_the_end_of_the_page),
	    cmocka_unit_test(
	        a_copy_is_sealed_for_good_and_no_larger_than_its_pages),
	    cmocka_unit_test(memory_that_cannot_be_read_leaves_no_file),
	    cmocka_unit_test(a_limit_of_file_sizes_is_an_error),
	    cmocka_unit_test(without_descriptors_it_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
