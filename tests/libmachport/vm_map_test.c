/* Mapping new memory by mach_vm_map(). What is of memory entries is tested with them. */
#include <mach/mach_vm.h>
#include <mach/vm_map.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory.h"
#include "program.h"

static kern_return_t
map(mach_vm_address_t *address, mach_vm_size_t size, mach_vm_offset_t mask,
    int flags)
{
	return mach_vm_map(mach_task_self(), address, size, mask, flags,
	    MEMORY_OBJECT_NULL, 0, FALSE, VM_PROT_DEFAULT, VM_PROT_ALL,
	    VM_INHERIT_DEFAULT);
}

static void
new_memory_is_zeroed_and_writable(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		mach_vm_address_t address = 0;

		assert_int_equal(
		    map(&address, sizes[i] - 5, 0, VM_FLAGS_ANYWHERE),
		    KERN_SUCCESS);
		assert_int_equal(address % vm_page_size, 0);
		for (mach_vm_size_t at = 0; at < sizes[i]; at += vm_page_size)
			assert_int_equal(*(uint64_t *)(address + at), 0);
		memory_fill(address, sizes[i], 1);
		memory_free(address, sizes[i]);
		assert_false(memory_is_readable(address + sizes[i] - 1));
	}
}

static void
a_mask_makes_the_address_round(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};
	const mach_vm_offset_t mask = ((mach_vm_offset_t)8 << 20) - 1;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		mach_vm_address_t address = 0;

		assert_int_equal(
		    map(&address, sizes[i], mask, VM_FLAGS_ANYWHERE),
		    KERN_SUCCESS);
		assert_int_equal(address & mask, 0);
		memory_fill(address, sizes[i], 1);
		memory_free(address, sizes[i]);
	}
}

static void
what_a_mask_forbids_is_no_space(void **state)
{
	mach_vm_address_t address = memory_new(SMALL_BYTES);
	const mach_vm_offset_t mask = ((mach_vm_offset_t)1 << 40) - 1;

	(void)state;
	memory_free(address, SMALL_BYTES);
	assert_int_equal(map(&address, vm_page_size, mask, 0), KERN_NO_SPACE);
}

static void
an_address_that_is_free_is_taken(void **state)
{
	mach_vm_address_t address = memory_new(SMALL_BYTES);
	const mach_vm_address_t place = address;

	(void)state;
	memory_free(address, SMALL_BYTES);
	address += 7;
	assert_int_equal(map(&address, SMALL_BYTES, 0, 0), KERN_SUCCESS);
	assert_int_equal(address, place);
	/* And so is one that is only wished for. */
	memory_free(address, SMALL_BYTES);
	assert_int_equal(
	    map(&address, SMALL_BYTES, 0, VM_FLAGS_ANYWHERE), KERN_SUCCESS);
	assert_int_equal(address, place);
	memory_free(address, SMALL_BYTES);
}

static void
what_is_wished_for_in_vain_is_elsewhere(void **state)
{
	const mach_vm_address_t place = memory_new(SMALL_BYTES);
	mach_vm_address_t address = place;

	(void)state;
	assert_int_equal(
	    map(&address, SMALL_BYTES, 0, VM_FLAGS_ANYWHERE), KERN_SUCCESS);
	assert_int_not_equal(address, place);
	memory_free(address, SMALL_BYTES);
	memory_free(place, SMALL_BYTES);
}

static void
what_is_there_goes_only_if_that_is_asked_for(void **state)
{
	mach_vm_address_t address = memory_new(SMALL_BYTES);

	(void)state;
	memory_fill(address, SMALL_BYTES, 1);
	assert_int_equal(map(&address, SMALL_BYTES, 0, 0), KERN_NO_SPACE);
	assert_true(memory_holds(address, SMALL_BYTES, 1));
	assert_int_equal(
	    map(&address, SMALL_BYTES, 0, VM_FLAGS_OVERWRITE), KERN_SUCCESS);
	assert_int_equal(*(uint64_t *)(address + vm_page_size), 0);
	memory_free(address, SMALL_BYTES);
}

static void
protections_and_inheritance_are_as_asked_for(void **state)
{
	const task_t self = mach_task_self();
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		vm_region_basic_info_data_64_t info;
		mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
		mach_vm_address_t address = 0;
		mach_vm_size_t size;
		mach_port_t name;

		assert_int_equal(
		    mach_vm_map(self, &address, sizes[i], 0, VM_FLAGS_ANYWHERE,
		        MEMORY_OBJECT_NULL, 0, FALSE, VM_PROT_READ,
		        VM_PROT_DEFAULT, VM_INHERIT_NONE),
		    KERN_SUCCESS);
		assert_false(memory_is_writable(address));
		assert_int_equal(mach_vm_region(self, &address, &size,
		                     VM_REGION_BASIC_INFO_64,
		                     (vm_region_info_t)&info, &count, &name),
		    KERN_SUCCESS);
		assert_int_equal(info.protection, VM_PROT_READ);
		assert_int_equal(info.max_protection, VM_PROT_DEFAULT);
		assert_int_equal(info.inheritance, VM_INHERIT_NONE);
		assert_int_equal(mach_vm_protect(self, address, sizes[i], FALSE,
		                     VM_PROT_ALL),
		    KERN_PROTECTION_FAILURE);
		assert_int_equal(mach_vm_protect(self, address, sizes[i], FALSE,
		                     VM_PROT_DEFAULT),
		    KERN_SUCCESS);
		assert_true(memory_is_writable(address));
		memory_free(address, sizes[i]);
	}
}

static void
the_offset_in_no_object_is_of_no_effect(void **state)
{
	vm_address_t address = 0;

	(void)state;
	assert_int_equal(vm_map(mach_task_self(), &address, SMALL_BYTES, 0,
	                     VM_FLAGS_ANYWHERE | VM_FLAGS_RETURN_DATA_ADDR,
	                     MEMORY_OBJECT_NULL, 77, TRUE, VM_PROT_DEFAULT,
	                     VM_PROT_ALL, VM_INHERIT_DEFAULT),
	    KERN_SUCCESS);
	assert_int_equal(address % vm_page_size, 0);
	memory_fill(address, SMALL_BYTES, 1);
	memory_free(address, SMALL_BYTES);
}

static kern_return_t
map_with(vm_prot_t now, vm_prot_t most, vm_inherit_t inheritance)
{
	mach_vm_address_t address = 77;
	const kern_return_t kr =
	    mach_vm_map(mach_task_self(), &address, 1, 0, VM_FLAGS_ANYWHERE,
	        MEMORY_OBJECT_NULL, 0, FALSE, now, most, inheritance);

	assert_int_equal(address, 77);
	return kr;
}

static void
bad_arguments_are_refused(void **state)
{
	mach_vm_address_t address = 77;

	(void)state;
	errno = EXDEV;
	assert_int_equal(
	    map(&address, 0, 0, VM_FLAGS_ANYWHERE), KERN_INVALID_ARGUMENT);
	assert_int_equal(map(&address, UINT64_MAX, 0, VM_FLAGS_ANYWHERE),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    map(&address, (mach_vm_size_t)1 << 62, 0, VM_FLAGS_ANYWHERE),
	    KERN_NO_SPACE);
	assert_int_equal(
	    map(&address, 1, 5, VM_FLAGS_ANYWHERE), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    map(&address, 1, UINT64_MAX, VM_FLAGS_ANYWHERE), KERN_NO_SPACE);
	assert_int_equal(map(&address, 1, 0, 2), KERN_INVALID_ARGUMENT);
	assert_int_equal(map(&address, 1, 0, 0), KERN_INVALID_ADDRESS);
	assert_int_equal(address, 77);
	address = UINT64_MAX - 5;
	assert_int_equal(
	    map(&address, 2 * vm_page_size, 0, 0), KERN_INVALID_ARGUMENT);
	assert_int_equal(map_with(8, VM_PROT_ALL, 1), KERN_INVALID_ARGUMENT);
	assert_int_equal(map_with(VM_PROT_READ, 8, 1), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    map_with(VM_PROT_DEFAULT, VM_PROT_READ, 1), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    map_with(VM_PROT_DEFAULT, VM_PROT_ALL, 3), KERN_INVALID_ARGUMENT);
	assert_int_equal(errno, EXDEV);
}

static void
map_others(void)
{
	const pid_t kernel = program_start_kernel();
	mach_vm_address_t address = 77;

	CHECK_EQ(mach_vm_map(
	             MACH_PORT_NULL, &address, 1, 0, 1, 0, 0, FALSE, 3, 7, 1),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(mach_vm_map(
	             mach_host_self(), &address, 1, 0, 1, 0, 0, FALSE, 3, 7, 1),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(address, 77);
	program_kill_kernel(kernel);
}

static void
into_what_is_no_task_nothing_is_mapped(void **state)
{
	(void)state;
	program_run(map_others);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(new_memory_is_zeroed_and_writable),
	    cmocka_unit_test(a_mask_makes_the_address_round),
	    cmocka_unit_test(what_a_mask_forbids_is_no_space),
	    cmocka_unit_test(an_address_that_is_free_is_taken),
	    cmocka_unit_test(what_is_wished_for_in_vain_is_elsewhere),
	    cmocka_unit_test(what_is_there_goes_only_if_that_is_asked_for),
	    cmocka_unit_test(protections_and_inheritance_are_as_asked_for),
	    cmocka_unit_test(the_offset_in_no_object_is_of_no_effect),
	    cmocka_unit_test(bad_arguments_are_refused),
	    cmocka_unit_test(into_what_is_no_task_nothing_is_mapped),
	};

	return cmocka_run_group_tests_name("vm_map", tests, NULL, NULL);
}
