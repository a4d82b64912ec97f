/* Whether a buffer of the program can be written. */
#include "lanes_buffer.h"

#include <errno.h>
#include <mach/vm_page_size.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

/* Two pages that can be written, and one after them that cannot. */
static uint8_t *pages;

static int
map_pages(void **state)
{
	(void)state;
	pages = mmap(NULL, 3 * vm_page_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(
	    mprotect(pages + 2 * vm_page_size, vm_page_size, PROT_READ), 0);
	return 0;
}

static int
unmap_pages(void **state)
{
	(void)state;
	return munmap(pages, 3 * vm_page_size);
}

TEST(what_can_be_written_is_told_and_not_changed)
{
	memset(pages, 0x55, vm_page_size);
	assert_true(lanes_buffer_writable(pages + 8, 100));
	assert_int_equal(pages[8], 0x55);
	assert_true(lanes_buffer_writable(pages + 8, 2 * vm_page_size - 8));
}

TEST(no_byte_of_it_may_be_unwritable)
{
	assert_false(lanes_buffer_writable(pages + 2 * vm_page_size - 8, 16));
	assert_false(lanes_buffer_writable(pages + 2 * vm_page_size, 8));
	assert_false(lanes_buffer_writable(pages, 3 * vm_page_size));
}

TEST(no_memory_is_no_buffer)
{
	assert_false(lanes_buffer_writable(NULL, 8));
	assert_false(lanes_buffer_writable((void *)(UINTPTR_MAX - 7), 8));
	assert_false(lanes_buffer_writable((void *)(UINTPTR_MAX - 7), 100));
}

TEST(what_was_asked_once_is_known)
{
	assert_true(lanes_buffer_writable(pages, 100));
	assert_int_equal(mprotect(pages, vm_page_size, PROT_READ), 0);
	assert_true(lanes_buffer_writable(pages + 10, 50));
	assert_int_equal(
	    mprotect(pages, vm_page_size, PROT_READ | PROT_WRITE), 0);
}

TEST(a_stack_is_known_without_asking)
{
	uint8_t buffer[100];

	assert_true(lanes_buffer_writable(buffer, sizeof(buffer)));
}

TEST(errno_is_left_alone)
{
	errno = ENOTTY;
	assert_false(lanes_buffer_writable(pages + 2 * vm_page_size, 8));
	assert_int_equal(errno, ENOTTY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_can_be_written_is_told_and_not_changed),
	    cmocka_unit_test(no_byte_of_it_may_be_unwritable),
	    cmocka_unit_test(no_memory_is_no_buffer),
	    cmocka_unit_test(what_was_asked_once_is_known),
	    cmocka_unit_test(a_stack_is_known_without_asking),
	    cmocka_unit_test(errno_is_left_alone),
	};

	return cmocka_run_group_tests(tests, map_pages, unmap_pages);
}
