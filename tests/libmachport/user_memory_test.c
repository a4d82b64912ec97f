/* Memory that is there, and memory that is not. */
#include "user_memory.h"

#include <errno.h>
#include <mach/mach.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include <cmocka.h>

/* Two pages, and nothing behind them. */
static unsigned char *pages;
static unsigned char *end;

static int
make_pages(void **state)
{
	(void)state;
	pages = mmap(NULL, 3 * vm_page_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	end = pages + 2 * vm_page_size;
	errno = EXDEV;
	return pages == MAP_FAILED || munmap(end, vm_page_size) != 0;
}

static int
unmake_pages(void **state)
{
	(void)state;
	return errno != EXDEV || munmap(pages, 2 * vm_page_size) != 0;
}

static void
memory_is_readable_only_if_all_of_it_is(void **state)
{
	(void)state;
	assert_true(user_memory_readable(pages, 2 * vm_page_size));
	assert_true(user_memory_readable(end - 24, 24));
	assert_false(user_memory_readable(end - 20, 24));
	assert_false(user_memory_readable(pages, 2 * vm_page_size + 1));
}

static void
no_address_of_a_program_is_memory(void **state)
{
	(void)state;
	assert_false(user_memory_readable(NULL, 8));
	assert_false(user_memory_readable((void *)UINTPTR_MAX, 8));
	assert_false(user_memory_readable((void *)16, SIZE_MAX));
	assert_false(user_memory_write(NULL, "123", 4));
	assert_false(user_memory_write((void *)UINTPTR_MAX, "123", 4));
}

static void
memory_is_written_only_if_all_of_it_can_be(void **state)
{
	(void)state;
	assert_true(user_memory_write(end - 8, "1234567", 8));
	assert_string_equal((char *)end - 8, "1234567");
	assert_false(user_memory_write(end - 4, "abcdefg", 8));
	assert_int_equal(mprotect(pages, vm_page_size, PROT_READ), 0);
	assert_false(user_memory_write(pages, "123", 4));
	assert_true(user_memory_readable(pages, vm_page_size));
}

/* What is just above this frame; a variable may be elsewhere, with ASan. */
static void *
own_stack(void *owned_out)
{
	*(bool *)owned_out = user_memory_is_own(__builtin_frame_address(0), 16);
	return NULL;
}

static void
the_stack_of_each_thread_is_its_own(void **state)
{
	static bool owned;
	pthread_t thread;

	(void)state;
	(void)own_stack(&owned);
	assert_true(owned);
	owned = false;
	assert_int_equal(pthread_create(&thread, NULL, own_stack, &owned), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(owned);
}

static void
variables_are_the_programs_own_and_constants_are_not(void **state)
{
	static char variable[10] = {1};
	static const char constant[10] = {1};

	(void)state;
	assert_true(user_memory_is_own(variable, sizeof(variable)));
	assert_false(user_memory_is_own(constant, sizeof(constant)));
}

static void
what_is_mapped_has_to_be_asked_for(void **state)
{
	(void)state;
	assert_false(user_memory_is_own(pages, 8));
	assert_false(user_memory_is_own(end, 8));
	assert_false(user_memory_is_own(NULL, 8));
	assert_false(user_memory_is_own((void *)UINTPTR_MAX, 8));
}

static void
nothing_behind_a_stack_is_its_own(void **state)
{
	const uintptr_t top = getauxval(AT_RANDOM);

	(void)state;
	assert_false(user_memory_is_own((void *)(top - 8), 16));
	assert_false(user_memory_is_own((void *)(top + 8), 16));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        memory_is_readable_only_if_all_of_it_is, make_pages,
	        unmake_pages),
	    cmocka_unit_test_setup_teardown(
	        no_address_of_a_program_is_memory, make_pages, unmake_pages),
	    cmocka_unit_test_setup_teardown(
	        memory_is_written_only_if_all_of_it_can_be, make_pages,
	        unmake_pages),
	    cmocka_unit_test(the_stack_of_each_thread_is_its_own),
	    cmocka_unit_test(
	        variables_are_the_programs_own_and_constants_are_not),
	    cmocka_unit_test_setup_teardown(
	        what_is_mapped_has_to_be_asked_for, make_pages, unmake_pages),
	    cmocka_unit_test(nothing_behind_a_stack_is_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
