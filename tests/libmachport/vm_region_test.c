/* What mach_vm_region() tells of one's own memory, and what mach_vm_msync() writes. */
#include <mach/mach_vm.h>
#include <mach/vm_map.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "memory.h"
#include "program.h"

struct region {
	mach_vm_address_t begin;
	mach_vm_size_t size;
	vm_region_basic_info_data_64_t info;
};

static kern_return_t
look(mach_vm_address_t address, struct region *region_out)
{
	mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
	mach_port_t name = 77;
	kern_return_t kr;

	region_out->begin = address;
	kr = mach_vm_region(mach_task_self(), &region_out->begin,
	    &region_out->size, VM_REGION_BASIC_INFO_64,
	    (vm_region_info_t)&region_out->info, &count, &name);
	if (kr == KERN_SUCCESS) {
		assert_int_equal(count, VM_REGION_BASIC_INFO_COUNT_64);
		assert_int_equal(name, MACH_PORT_NULL);
	}
	return kr;
}

static struct region
found(mach_vm_address_t address)
{
	struct region region;

	assert_int_equal(look(address, &region), KERN_SUCCESS);
	return region;
}

/* Memory between two pages that cannot be touched, so that it has no neighbours. */
static mach_vm_address_t
lonely(mach_vm_size_t bytes)
{
	const mach_vm_address_t address = memory_new(bytes + 2 * vm_page_size);

	assert_int_equal(mprotect((void *)address, vm_page_size, PROT_NONE), 0);
	assert_int_equal(mprotect((void *)(address + vm_page_size + bytes),
	                     vm_page_size, PROT_NONE),
	    0);
	return address + vm_page_size;
}

static void
free_lonely(mach_vm_address_t address, mach_vm_size_t bytes)
{
	memory_free(address - vm_page_size, bytes + 2 * vm_page_size);
}

static void
a_region_is_told_from_any_address_in_it(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const mach_vm_address_t address = lonely(sizes[i]);
		const struct region region = found(address + sizes[i] - 1);

		assert_int_equal(region.begin, address);
		assert_int_equal(region.size, sizes[i]);
		assert_int_equal(region.info.protection, VM_PROT_DEFAULT);
		assert_int_equal(region.info.max_protection, VM_PROT_ALL);
		assert_int_equal(region.info.inheritance, VM_INHERIT_COPY);
		assert_int_equal(region.info.shared, FALSE);
		assert_int_equal(region.info.reserved, FALSE);
		assert_int_equal(region.info.behavior, VM_BEHAVIOR_DEFAULT);
		assert_int_equal(region.info.user_wired_count, 0);
		free_lonely(address, sizes[i]);
	}
}

static void
behind_a_hole_the_next_region_is_told(void **state)
{
	const mach_vm_address_t address = lonely(SMALL_BYTES);

	(void)state;
	memory_free(address, vm_page_size);
	assert_int_equal(found(address + 5).begin, address + vm_page_size);
	free_lonely(address, SMALL_BYTES);
}

static void
behind_the_last_region_there_is_none(void **state)
{
	mach_vm_address_t end = 0;
	struct region region;
	unsigned count = 0;

	(void)state;
	while (look(end, &region) == KERN_SUCCESS) {
		assert_true(region.begin >= end);
		end = region.begin + region.size;
		count++;
	}
	assert_true(count > 3);
	assert_int_equal(look(end, &region), KERN_INVALID_ADDRESS);
	assert_int_equal(look(UINT64_MAX, &region), KERN_INVALID_ADDRESS);
}

static void
what_was_protected_is_a_region_of_its_own(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const mach_vm_address_t address = lonely(sizes[i]);
		const mach_vm_address_t second = address + vm_page_size;
		struct region region;

		assert_int_equal(mach_vm_protect(mach_task_self(), second, 1,
		                     TRUE, VM_PROT_READ),
		    KERN_SUCCESS);
		region = found(second);
		assert_int_equal(region.begin, second);
		assert_int_equal(region.size, vm_page_size);
		assert_int_equal(region.info.protection, VM_PROT_READ);
		assert_int_equal(region.info.max_protection, VM_PROT_READ);
		region = found(address);
		assert_int_equal(region.size, vm_page_size);
		assert_int_equal(region.info.max_protection, VM_PROT_ALL);
		region = found(second + vm_page_size);
		assert_int_equal(region.begin, second + vm_page_size);
		free_lonely(address, sizes[i]);
	}
}

static void
what_is_shared_is_told(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const mach_vm_address_t address = lonely(sizes[i]);
		struct region region;

		assert_int_equal(mach_vm_inherit(mach_task_self(), address,
		                     sizes[i], VM_INHERIT_SHARE),
		    KERN_SUCCESS);
		region = found(address);
		assert_int_equal(region.begin, address);
		assert_int_equal(region.size, sizes[i]);
		assert_int_equal(region.info.shared, TRUE);
		assert_int_equal(region.info.inheritance, VM_INHERIT_SHARE);
		free_lonely(address, sizes[i]);
	}
}

/* A file of some pages, and nothing else that has it. */
static int
make_file(size_t pages)
{
	char path[] = "/tmp/vm_region_test.XXXXXX";
	const int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ftruncate(fd, (off_t)(pages * vm_page_size)), 0);
	return fd;
}

static void
a_file_is_told_with_its_offset(void **state)
{
	const int fd = make_file(4);
	void *memory = mmap(NULL, 2 * vm_page_size, PROT_READ, MAP_SHARED, fd,
	    (off_t)vm_page_size);
	const struct region region = found((uintptr_t)memory + vm_page_size);

	(void)state;
	assert_int_equal(region.begin, (uintptr_t)memory);
	assert_int_equal(region.size, 2 * vm_page_size);
	assert_int_equal(region.info.offset, vm_page_size);
	assert_int_equal(region.info.shared, TRUE);
	assert_int_equal(region.info.inheritance, VM_INHERIT_SHARE);
	assert_int_equal(region.info.protection, VM_PROT_READ);
	assert_int_equal(
	    region.info.max_protection, VM_PROT_READ | VM_PROT_EXECUTE);
	assert_int_equal(munmap(memory, 2 * vm_page_size), 0);
	assert_int_equal(close(fd), 0);
}

static void
what_the_program_maps_itself_is_told_as_it_is(void **state)
{
	const mach_vm_address_t address = lonely(LARGE_BYTES);

	(void)state;
	assert_int_equal(vm_inherit(mach_task_self(), address, LARGE_BYTES,
	                     VM_INHERIT_SHARE),
	    KERN_SUCCESS);
	assert_ptr_equal(mmap((void *)address, LARGE_BYTES, PROT_READ,
	                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
	    (void *)address);
	assert_int_equal(found(address).info.shared, FALSE);
	assert_int_equal(found(address).info.protection, VM_PROT_READ);
	free_lonely(address, LARGE_BYTES);
}

static void
the_old_flavor_has_a_struct_of_its_own_in_vm_region(void **state)
{
	const task_t self = mach_task_self();
	const int fd = make_file(2);
	void *memory = mmap(NULL, vm_page_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE, fd, (off_t)vm_page_size);
	vm_address_t address = (vm_address_t)memory;
	vm_region_basic_info_data_t info;
	mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT;
	vm_size_t size = 0;
	mach_port_t name = 77;

	(void)state;
	assert_int_equal(vm_region(self, &address, &size, VM_REGION_BASIC_INFO,
	                     (vm_region_info_t)&info, &count, &name),
	    KERN_SUCCESS);
	assert_int_equal(address, (vm_address_t)memory);
	assert_int_equal(size, vm_page_size);
	assert_int_equal(count, VM_REGION_BASIC_INFO_COUNT);
	assert_int_equal(name, MACH_PORT_NULL);
	assert_int_equal(info.protection, VM_PROT_DEFAULT);
	assert_int_equal(info.max_protection, VM_PROT_ALL);
	assert_int_equal(info.inheritance, VM_INHERIT_COPY);
	assert_int_equal(info.offset, vm_page_size);
	count--;
	assert_int_equal(vm_region(self, &address, &size, VM_REGION_BASIC_INFO,
	                     (vm_region_info_t)&info, &count, &name),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(munmap(memory, vm_page_size), 0);
	assert_int_equal(close(fd), 0);
}

static void
elsewhere_the_old_flavor_is_the_new_one(void **state)
{
	const vm_address_t memory = (vm_address_t)lonely(SMALL_BYTES);
	const vm_region_flavor_t flavors[] = {
	    VM_REGION_BASIC_INFO, VM_REGION_BASIC_INFO_64};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		vm_address_t address = memory;
		mach_vm_address_t wide = memory;
		vm_region_basic_info_data_64_t info;
		mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
		mach_vm_size_t wide_size;
		vm_size_t size;
		mach_port_t name;

		assert_int_equal(
		    vm_region_64(mach_task_self(), &address, &size, flavors[i],
		        (vm_region_info_t)&info, &count, &name),
		    KERN_SUCCESS);
		assert_int_equal(count, VM_REGION_BASIC_INFO_COUNT_64);
		assert_int_equal(size, SMALL_BYTES);
		assert_int_equal(
		    mach_vm_region(mach_task_self(), &wide, &wide_size,
		        flavors[i], (vm_region_info_t)&info, &count, &name),
		    KERN_SUCCESS);
		assert_int_equal(wide_size, SMALL_BYTES);
	}
	free_lonely(memory, SMALL_BYTES);
}

static void
other_flavors_and_too_little_room_are_refused(void **state)
{
	const task_t self = mach_task_self();
	vm_region_basic_info_data_64_t info;
	mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
	mach_vm_address_t address = 77;
	mach_vm_size_t size = 77;
	mach_port_t name = 77;

	(void)state;
	errno = EXDEV;
	assert_int_equal(mach_vm_region(self, &address, &size, 11,
	                     (vm_region_info_t)&info, &count, &name),
	    KERN_INVALID_ARGUMENT);
	count--;
	assert_int_equal(
	    mach_vm_region(self, &address, &size, VM_REGION_BASIC_INFO_64,
	        (vm_region_info_t)&info, &count, &name),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(address, 77);
	assert_int_equal(size, 77);
	assert_int_equal(name, 77);
	assert_int_equal(errno, EXDEV);
}

/* --- mach_vm_msync() -------------------------------------------------------- */

static kern_return_t
sync_memory(mach_vm_address_t address, mach_vm_size_t size, vm_sync_t flags)
{
	return mach_vm_msync(mach_task_self(), address, size, flags);
}

static void
a_mapping_of_a_file_is_written_back(void **state)
{
	const int fd = make_file(2);
	char *memory = mmap(
	    NULL, 2 * vm_page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char byte = 0;

	(void)state;
	memory[vm_page_size] = 7;
	assert_int_equal(sync_memory((uintptr_t)memory + 5, vm_page_size,
	                     VM_SYNC_SYNCHRONOUS | VM_SYNC_INVALIDATE),
	    KERN_SUCCESS);
	assert_int_equal(vm_msync(mach_task_self(), (vm_address_t)memory, 1, 0),
	    KERN_SUCCESS);
	assert_int_equal(pread(fd, &byte, 1, (off_t)vm_page_size), 1);
	assert_int_equal(byte, 7);
	assert_int_equal(munmap(memory, 2 * vm_page_size), 0);
	assert_int_equal(close(fd), 0);
}

static void
memory_of_no_file_needs_no_writing(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const mach_vm_address_t address = memory_new(sizes[i]);

		memory_fill(address, sizes[i], 1);
		assert_int_equal(
		    sync_memory(address, sizes[i], VM_SYNC_ASYNCHRONOUS),
		    KERN_SUCCESS);
		assert_int_equal(sync_memory(address, sizes[i],
		                     VM_SYNC_SYNCHRONOUS | VM_SYNC_CONTIGUOUS),
		    KERN_SUCCESS);
		assert_true(memory_holds(address, sizes[i], 1));
		memory_free(address, sizes[i]);
	}
}

static void
a_hole_is_an_error_if_that_is_asked_for(void **state)
{
	const mach_vm_address_t address = memory_new(SMALL_BYTES);

	(void)state;
	memory_free(address + vm_page_size, vm_page_size);
	assert_int_equal(sync_memory(address, SMALL_BYTES, VM_SYNC_SYNCHRONOUS),
	    KERN_SUCCESS);
	assert_int_equal(sync_memory(address, SMALL_BYTES,
	                     VM_SYNC_SYNCHRONOUS | VM_SYNC_CONTIGUOUS),
	    KERN_INVALID_ADDRESS);
	memory_free(address, SMALL_BYTES);
}

static void
bad_ways_to_write_are_refused(void **state)
{
	const mach_vm_address_t address = memory_new(SMALL_BYTES);

	(void)state;
	errno = EXDEV;
	assert_int_equal(
	    sync_memory(address, 1, VM_SYNC_SYNCHRONOUS | VM_SYNC_ASYNCHRONOUS),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(sync_memory(address, 1, 0x80), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    sync_memory(UINT64_MAX - 1, 4, 0), KERN_INVALID_ARGUMENT);
	assert_int_equal(sync_memory(77, 0, VM_SYNC_CONTIGUOUS), KERN_SUCCESS);
	assert_int_equal(errno, EXDEV);
	memory_free(address, SMALL_BYTES);
}

/* --- a task that is not the caller's ----------------------------------------- */

static void
ask_others(void)
{
	const pid_t kernel = program_start_kernel();
	vm_region_basic_info_data_64_t info;
	mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
	mach_vm_address_t address = 0;
	mach_vm_size_t size;
	mach_port_t name;

	CHECK_EQ(mach_vm_region(MACH_PORT_NULL, &address, &size,
	             VM_REGION_BASIC_INFO_64, (vm_region_info_t)&info, &count,
	             &name),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(
	    mach_vm_msync(MACH_PORT_NULL, 0, 1, 0), MACH_SEND_INVALID_DEST);
	CHECK_EQ(
	    mach_vm_msync(mach_host_self(), 0, 1, 0), KERN_INVALID_ARGUMENT);
	program_kill_kernel(kernel);
}

static void
what_is_no_task_has_no_regions(void **state)
{
	(void)state;
	program_run(ask_others);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_region_is_told_from_any_address_in_it),
	    cmocka_unit_test(behind_a_hole_the_next_region_is_told),
	    cmocka_unit_test(behind_the_last_region_there_is_none),
	    cmocka_unit_test(what_was_protected_is_a_region_of_its_own),
	    cmocka_unit_test(what_is_shared_is_told),
	    cmocka_unit_test(a_file_is_told_with_its_offset),
	    cmocka_unit_test(what_the_program_maps_itself_is_told_as_it_is),
	    cmocka_unit_test(
	        the_old_flavor_has_a_struct_of_its_own_in_vm_region),
	    cmocka_unit_test(elsewhere_the_old_flavor_is_the_new_one),
	    cmocka_unit_test(other_flavors_and_too_little_room_are_refused),
	    cmocka_unit_test(a_mapping_of_a_file_is_written_back),
	    cmocka_unit_test(memory_of_no_file_needs_no_writing),
	    cmocka_unit_test(a_hole_is_an_error_if_that_is_asked_for),
	    cmocka_unit_test(bad_ways_to_write_are_refused),
	    cmocka_unit_test(what_is_no_task_has_no_regions),
	};

	return cmocka_run_group_tests_name("vm_region", tests, NULL, NULL);
}
