/* Memory of one's own task. No kernel is needed for it. */
#include <mach/vm_map.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mach/mach_vm.h>

#include "note.h"

static vm_address_t
allocate(vm_size_t size)
{
	vm_address_t address = 1;

	assert_int_equal(
	    vm_allocate(mach_task_self(), &address, size, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	return address;
}

static void
memory_is_whole_pages_of_zeroes(void **state)
{
	vm_address_t address = allocate(vm_page_size + 1);
	const unsigned char *bytes = (const unsigned char *)address;

	(void)state;
	assert_int_equal(address % vm_page_size, 0);
	for (size_t i = 0; i < 2 * vm_page_size; i++)
		assert_int_equal(bytes[i], 0);
	assert_int_equal(
	    vm_deallocate(mach_task_self(), address, vm_page_size + 1),
	    KERN_SUCCESS);
	assert_false(is_mapped(bytes));
	assert_false(is_mapped(bytes + vm_page_size));
}

static void
memory_is_given_back_in_parts(void **state)
{
	vm_address_t address = allocate(3 * vm_page_size);
	vm_address_t middle = address + vm_page_size;

	(void)state;
	/* All pages that the range touches. */
	assert_int_equal(
	    vm_deallocate(mach_task_self(), middle + 5, 1), KERN_SUCCESS);
	assert_true(is_mapped((void *)address));
	assert_false(is_mapped((void *)middle));
	assert_true(is_mapped((void *)(middle + vm_page_size)));
	assert_int_equal(
	    vm_deallocate(mach_task_self(), address, 3 * vm_page_size),
	    KERN_SUCCESS);
}

static void
a_place_of_ones_own_must_be_free(void **state)
{
	vm_address_t address = allocate(vm_page_size);
	vm_address_t place = address + 3;

	(void)state;
	assert_int_equal(
	    vm_allocate(mach_task_self(), &place, 10, 0), KERN_NO_SPACE);
	assert_int_equal(place, address + 3);
	assert_int_equal(
	    vm_deallocate(mach_task_self(), address, 1), KERN_SUCCESS);
	assert_int_equal(
	    vm_allocate(mach_task_self(), &place, 10, 0), KERN_SUCCESS);
	assert_int_equal(place, address);
	assert_int_equal(
	    vm_deallocate(mach_task_self(), address, 1), KERN_SUCCESS);
}

static void
no_bytes_are_no_memory(void **state)
{
	vm_address_t address = 77;

	(void)state;
	assert_int_equal(
	    vm_allocate(mach_task_self(), &address, 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	assert_int_equal(address, 0);
	assert_int_equal(
	    vm_deallocate(mach_task_self(), UINTPTR_MAX, 0), KERN_SUCCESS);
}

static void
bad_arguments_are_refused_in_order(void **state)
{
	mach_vm_address_t address = 77;
	task_t self = mach_task_self();

	(void)state;
	errno = EXDEV;
	assert_int_equal(mach_vm_allocate(MACH_PORT_NULL, &address, 1, 1),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    mach_vm_allocate(self + 0x500, &address, 1, 1), KERN_NOT_SUPPORTED);
	assert_int_equal(
	    mach_vm_allocate(self, &address, 1, 2), KERN_INVALID_ARGUMENT);
	assert_int_equal(mach_vm_allocate(self, &address, UINT64_MAX, 1),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    mach_vm_allocate(self, &address, 1ull << 62, 1), KERN_NO_SPACE);
	assert_int_equal(
	    mach_vm_allocate(self, &address, 1, 0), KERN_INVALID_ADDRESS);
	assert_int_equal(address, 77);
	assert_int_equal(
	    mach_vm_deallocate(MACH_PORT_DEAD, 0, 0), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    mach_vm_deallocate(self + 0x500, 0, 0), KERN_NOT_SUPPORTED);
	assert_int_equal(mach_vm_deallocate(self, UINT64_MAX - 10, 100),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(errno, EXDEV);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_is_whole_pages_of_zeroes),
	    cmocka_unit_test(memory_is_given_back_in_parts),
	    cmocka_unit_test(a_place_of_ones_own_must_be_free),
	    cmocka_unit_test(no_bytes_are_no_memory),
	    cmocka_unit_test(bad_arguments_are_refused_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
