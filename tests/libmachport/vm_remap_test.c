/* Mapping once more what is mapped, by mach_vm_remap(): the same pages, or a copy. */
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

static vm_prot_t now;
static vm_prot_t most;

static kern_return_t
remap(mach_vm_address_t *to, mach_vm_size_t bytes, int flags,
    mach_vm_address_t from, boolean_t copy)
{
	return mach_vm_remap(mach_task_self(), to, bytes, 0, flags,
	    mach_task_self(), from, copy, &now, &most, VM_INHERIT_DEFAULT);
}

static mach_vm_address_t
twin_of(mach_vm_address_t address, mach_vm_size_t bytes, boolean_t copy)
{
	mach_vm_address_t twin = 0;

	assert_int_equal(remap(&twin, bytes, VM_FLAGS_ANYWHERE, address, copy),
	    KERN_SUCCESS);
	return twin;
}

/* Both are seen in each other. */
static void
check_same(mach_vm_address_t one, mach_vm_address_t two, mach_vm_size_t bytes)
{
	memory_fill(one, bytes, 11);
	assert_true(memory_holds(two, bytes, 11));
	memory_fill(two, bytes, 12);
	assert_true(memory_holds(one, bytes, 12));
}

static void
share(mach_vm_size_t bytes)
{
	const mach_vm_address_t address = memory_new(bytes);
	mach_vm_address_t twin;

	memory_fill(address, bytes, 1);
	twin = twin_of(address, bytes, FALSE);
	assert_int_equal(now, VM_PROT_DEFAULT);
	assert_int_equal(most, VM_PROT_ALL);
	assert_true(memory_holds(twin, bytes, 1));
	check_same(address, twin, bytes);
	/* It does not need the first. */
	memory_free(address, bytes);
	assert_true(memory_holds(twin, bytes, 12));
	memory_free(twin, bytes);
}

static void
the_same_pages_are_at_both_addresses(void **state)
{
	(void)state;
	share(SMALL_BYTES);
	share(LARGE_BYTES);
}

static void
copy(mach_vm_size_t bytes)
{
	const mach_vm_address_t address = memory_new(bytes);
	mach_vm_address_t twin;

	memory_fill(address, bytes, 1);
	twin = twin_of(address, bytes, TRUE);
	assert_true(memory_holds(twin, bytes, 1));
	memory_fill(address, bytes, 2);
	assert_true(memory_holds(twin, bytes, 1));
	memory_fill(twin, bytes, 3);
	assert_true(memory_holds(address, bytes, 2));
	memory_free(address, bytes);
	assert_true(memory_holds(twin, bytes, 3));
	memory_free(twin, bytes);
}

static void
a_copy_is_of_what_was_there_then(void **state)
{
	(void)state;
	copy(SMALL_BYTES);
	copy(LARGE_BYTES);
}

static void
what_is_shared_can_be_shared_again(void **state)
{
	const mach_vm_address_t one = memory_new(LARGE_BYTES);
	const mach_vm_address_t two = twin_of(one, LARGE_BYTES, FALSE);
	const mach_vm_address_t three = twin_of(two, LARGE_BYTES, FALSE);

	(void)state;
	check_same(one, three, LARGE_BYTES);
	check_same(two, three, LARGE_BYTES);
	memory_free(one, LARGE_BYTES);
	memory_free(two, LARGE_BYTES);
	memory_free(three, LARGE_BYTES);
}

static void
part_of_memory_is_shared_alone(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const mach_vm_address_t address = memory_new(sizes[i]);
		mach_vm_address_t twin;

		memory_fill(address, sizes[i], 1);
		twin = twin_of(address + vm_page_size, vm_page_size, FALSE);
		check_same(address + vm_page_size, twin, vm_page_size);
		assert_true(memory_holds(address, vm_page_size, 1));
		assert_false(memory_is_readable(twin + vm_page_size) &&
		    *(uint64_t *)(twin + vm_page_size) ==
		        *(uint64_t *)(address + 2 * vm_page_size));
		memory_free(twin, vm_page_size);
		memory_free(address, sizes[i]);
	}
}

static void
the_heap_can_be_shared(void **state)
{
	const size_t bytes = SMALL_BYTES;
	void *heap = aligned_alloc(vm_page_size, bytes);
	mach_vm_address_t twin;

	(void)state;
	memory_fill((uintptr_t)heap, bytes, 1);
	twin = twin_of((uintptr_t)heap, bytes, FALSE);
	assert_true(memory_holds(twin, bytes, 1));
	check_same((uintptr_t)heap, twin, bytes);
	memory_free(twin, bytes);
	free(heap);
}

static void
what_the_program_shares_itself_is_the_same_file(void **state)
{
	const size_t bytes = SMALL_BYTES;
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const mach_vm_address_t address = (uintptr_t)memory;
	mach_vm_address_t twin;

	(void)state;
	/* Each page for itself, as Linux knows them. */
	assert_int_equal(
	    mprotect((void *)(address + vm_page_size), vm_page_size, PROT_READ),
	    0);
	twin = twin_of(address, bytes, FALSE);
	assert_int_equal(now, VM_PROT_READ);
	memory_fill(address, vm_page_size, 1);
	memory_fill(address + 2 * vm_page_size, vm_page_size, 2);
	assert_true(memory_holds(twin, vm_page_size, 1));
	assert_true(memory_holds(twin + 2 * vm_page_size, vm_page_size, 2));
	assert_false(memory_is_writable(twin));
	memory_free(twin, bytes);
	assert_int_equal(munmap(memory, bytes), 0);
}

static void
what_can_be_done_with_all_of_it_is_told_and_holds(void **state)
{
	const task_t self = mach_task_self();

	(void)state;
	for (boolean_t as_copy = FALSE; as_copy <= TRUE; as_copy++) {
		const mach_vm_address_t address = memory_new(SMALL_BYTES);
		mach_vm_address_t twin;

		assert_int_equal(mach_vm_protect(self, address, vm_page_size,
		                     TRUE, VM_PROT_DEFAULT),
		    KERN_SUCCESS);
		assert_int_equal(mach_vm_protect(self, address + vm_page_size,
		                     vm_page_size, FALSE, VM_PROT_READ),
		    KERN_SUCCESS);
		twin = twin_of(address, SMALL_BYTES, as_copy);
		assert_int_equal(now, VM_PROT_READ);
		assert_int_equal(most, VM_PROT_DEFAULT);
		assert_false(memory_is_writable(twin));
		assert_int_equal(mach_vm_protect(self, twin, SMALL_BYTES, FALSE,
		                     VM_PROT_ALL),
		    KERN_PROTECTION_FAILURE);
		assert_int_equal(mach_vm_protect(self, twin, SMALL_BYTES, FALSE,
		                     VM_PROT_DEFAULT),
		    KERN_SUCCESS);
		assert_true(memory_is_writable(twin));
		memory_free(twin, SMALL_BYTES);
		memory_free(address, SMALL_BYTES);
	}
}

static bool
find_nothing(mach_vm_address_t address, mach_vm_size_t bytes)
{
	return !memory_is_readable(address) &&
	    !memory_is_readable(address + bytes - 1);
}

static bool
change(mach_vm_address_t address, mach_vm_size_t bytes)
{
	const bool found = memory_holds(address, bytes, 1);

	memory_fill(address, bytes, 2);
	return found;
}

static void
inheritance_is_as_asked_for(void **state)
{
	const task_t self = mach_task_self();

	(void)state;
	for (vm_inherit_t way = 0; way <= VM_INHERIT_LAST_VALID; way++) {
		const mach_vm_address_t address = memory_new(LARGE_BYTES);
		mach_vm_address_t twin = 0;

		memory_fill(address, LARGE_BYTES, 1);
		assert_int_equal(mach_vm_remap(self, &twin, LARGE_BYTES, 0,
		                     VM_FLAGS_ANYWHERE, self, address, FALSE,
		                     &now, &most, way),
		    KERN_SUCCESS);
		assert_true(memory_in_child(
		    way == VM_INHERIT_NONE ? find_nothing : change, twin,
		    LARGE_BYTES));
		assert_true(memory_holds(
		    twin, LARGE_BYTES, way == VM_INHERIT_SHARE ? 2 : 1));
		check_same(address, twin, LARGE_BYTES);
		memory_free(twin, LARGE_BYTES);
		memory_free(address, LARGE_BYTES);
	}
}

static void
put(boolean_t as_copy)
{
	const mach_vm_address_t address = memory_new(LARGE_BYTES);
	const mach_vm_address_t place = memory_new(LARGE_BYTES);
	mach_vm_address_t twin = place + 9;

	memory_fill(address, LARGE_BYTES, 1);
	memory_fill(place, LARGE_BYTES, 5);
	assert_int_equal(
	    remap(&twin, LARGE_BYTES, VM_FLAGS_FIXED, address, as_copy),
	    KERN_NO_SPACE);
	assert_true(memory_holds(place, LARGE_BYTES, 5));
	assert_int_equal(
	    remap(&twin, LARGE_BYTES, VM_FLAGS_OVERWRITE, address, as_copy),
	    KERN_SUCCESS);
	assert_int_equal(twin, place);
	assert_true(memory_holds(twin, LARGE_BYTES, 1));
	memory_free(place, LARGE_BYTES);
	memory_free(address, LARGE_BYTES);
}

static void
it_is_put_where_it_is_wanted(void **state)
{
	(void)state;
	put(FALSE);
	put(TRUE);
}

static void
a_mask_makes_the_address_round(void **state)
{
	const task_t self = mach_task_self();
	const mach_vm_offset_t mask = ((mach_vm_offset_t)1 << 23) - 1;
	const mach_vm_address_t address = memory_new(SMALL_BYTES);
	mach_vm_address_t twin = 0;

	(void)state;
	assert_int_equal(
	    mach_vm_remap(self, &twin, SMALL_BYTES, mask, VM_FLAGS_ANYWHERE,
	        self, address, FALSE, &now, &most, VM_INHERIT_DEFAULT),
	    KERN_SUCCESS);
	assert_int_equal(twin & mask, 0);
	check_same(address, twin, SMALL_BYTES);
	memory_free(twin, SMALL_BYTES);
	twin += vm_page_size;
	assert_int_equal(
	    mach_vm_remap(self, &twin, SMALL_BYTES, mask, VM_FLAGS_FIXED, self,
	        address, FALSE, &now, &most, VM_INHERIT_DEFAULT),
	    KERN_NO_SPACE);
	memory_free(address, SMALL_BYTES);
}

static void
the_address_of_the_data_is_told_if_asked_for(void **state)
{
	const mach_vm_address_t address = memory_new(SMALL_BYTES);
	mach_vm_address_t twin = 0;

	(void)state;
	memory_fill(address, SMALL_BYTES, 1);
	assert_int_equal(remap(&twin, vm_page_size,
	                     VM_FLAGS_ANYWHERE | VM_FLAGS_RETURN_DATA_ADDR,
	                     address + 9, FALSE),
	    KERN_SUCCESS);
	assert_int_equal(twin % vm_page_size, 9);
	/* Both pages that the bytes are in. */
	assert_true(memory_holds(twin - 9, 2 * vm_page_size, 1));
	memory_free(twin, vm_page_size);
	memory_free(address, SMALL_BYTES);
}

static void
what_is_not_there_or_not_readable_is_refused(void **state)
{
	const mach_vm_address_t address = memory_new(SMALL_BYTES);
	mach_vm_address_t twin = 77;

	(void)state;
	assert_int_equal(mprotect((void *)address, vm_page_size, PROT_NONE), 0);
	for (boolean_t as_copy = FALSE; as_copy <= TRUE; as_copy++)
		assert_int_equal(remap(&twin, vm_page_size, VM_FLAGS_ANYWHERE,
		                     address, as_copy),
		    KERN_PROTECTION_FAILURE);
	memory_free(address + vm_page_size, vm_page_size);
	for (boolean_t as_copy = FALSE; as_copy <= TRUE; as_copy++)
		assert_int_equal(remap(&twin, SMALL_BYTES, VM_FLAGS_ANYWHERE,
		                     address, as_copy),
		    KERN_INVALID_ADDRESS);
	assert_int_equal(twin, 77);
	memory_free(address, SMALL_BYTES);
}

static void
large_memory_that_is_not_readable_is_not_copied(void **state)
{
	const mach_vm_address_t address = memory_new(LARGE_BYTES);
	mach_vm_address_t twin = 77;

	(void)state;
	assert_int_equal(mach_vm_protect(mach_task_self(), address, LARGE_BYTES,
	                     FALSE, VM_PROT_NONE),
	    KERN_SUCCESS);
	for (boolean_t as_copy = FALSE; as_copy <= TRUE; as_copy++)
		assert_int_equal(remap(&twin, LARGE_BYTES, VM_FLAGS_ANYWHERE,
		                     address, as_copy),
		    KERN_PROTECTION_FAILURE);
	assert_int_equal(twin, 77);
	memory_free(address, LARGE_BYTES);
}

static void
a_source_that_is_not_readable_overwrites_nothing(void **state)
{
	const mach_vm_address_t address = memory_new(SMALL_BYTES);
	const mach_vm_address_t place = memory_new(SMALL_BYTES);
	mach_vm_address_t twin = place;

	(void)state;
	memory_fill(place, SMALL_BYTES, 1);
	assert_int_equal(mach_vm_protect(mach_task_self(), address, SMALL_BYTES,
	                     FALSE, VM_PROT_NONE),
	    KERN_SUCCESS);
	for (boolean_t as_copy = FALSE; as_copy <= TRUE; as_copy++)
		assert_int_equal(remap(&twin, SMALL_BYTES, VM_FLAGS_OVERWRITE,
		                     address, as_copy),
		    KERN_PROTECTION_FAILURE);
	assert_true(memory_is_readable(place));
	assert_true(memory_holds(place, SMALL_BYTES, 1));
	memory_free(place, SMALL_BYTES);
	memory_free(address, SMALL_BYTES);
}

static void
bad_arguments_are_refused(void **state)
{
	const task_t self = mach_task_self();
	const mach_vm_address_t address = memory_new(SMALL_BYTES);
	mach_vm_address_t twin = 77;

	(void)state;
	now = 77;
	errno = EXDEV;
	assert_int_equal(remap(&twin, 0, VM_FLAGS_ANYWHERE, address, FALSE),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    remap(&twin, UINT64_MAX, VM_FLAGS_ANYWHERE, address, FALSE),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    remap(&twin, 1, 2, address, FALSE), KERN_INVALID_ARGUMENT);
	assert_int_equal(remap(&twin, 1, VM_FLAGS_FIXED, address, FALSE),
	    KERN_INVALID_ADDRESS);
	assert_int_equal(mach_vm_remap(self, &twin, 1, 5, VM_FLAGS_ANYWHERE,
	                     self, address, FALSE, &now, &most, 0),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(mach_vm_remap(self, &twin, 1, 0, VM_FLAGS_ANYWHERE,
	                     self, address, FALSE, &now, &most, 3),
	    KERN_INVALID_ARGUMENT);
	/* Onto itself. */
	twin = address + vm_page_size;
	assert_int_equal(
	    remap(&twin, 2 * vm_page_size, VM_FLAGS_OVERWRITE, address, FALSE),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    remap(&twin, 2 * vm_page_size, VM_FLAGS_FIXED, address, FALSE),
	    KERN_NO_SPACE);
	assert_int_equal(twin, address + vm_page_size);
	assert_int_equal(now, 77);
	assert_int_equal(errno, EXDEV);
	memory_free(address, SMALL_BYTES);
}

static void
nothing_is_left_of_many_twins(void **state)
{
	const mach_vm_address_t address = memory_new(LARGE_BYTES);
	const unsigned files = program_count_files();

	(void)state;
	memory_free(twin_of(address, LARGE_BYTES, FALSE), LARGE_BYTES);
	for (int i = 0; i < 20; i++) {
		memory_free(twin_of(address, LARGE_BYTES, FALSE), LARGE_BYTES);
		memory_free(twin_of(address, LARGE_BYTES, TRUE), LARGE_BYTES);
	}
	memory_free(address, LARGE_BYTES);
	/* One may be of /proc. */
	assert_true(program_count_files() <= files + 1);
}

static void
remap_others(void)
{
	const pid_t kernel = program_start_kernel();
	const task_t self = mach_task_self();
	const mach_port_t host = mach_host_self();
	vm_address_t twin = 77;

	CHECK_EQ(vm_remap(MACH_PORT_NULL, &twin, 1, 0, 1, self, 0, FALSE, &now,
	             &most, 1),
	    MACH_SEND_INVALID_DEST);
	CHECK_EQ(vm_remap(host, &twin, 1, 0, 1, self, 0, FALSE, &now, &most, 1),
	    KERN_INVALID_ARGUMENT);
	CHECK_EQ(vm_remap(self, &twin, 1, 0, 1, host, 0, FALSE, &now, &most, 1),
	    KERN_NOT_SUPPORTED);
	CHECK_EQ(twin, 77);
	program_kill_kernel(kernel);
}

static void
another_task_s_memory_is_not_remapped(void **state)
{
	(void)state;
	program_run(remap_others);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_same_pages_are_at_both_addresses),
	    cmocka_unit_test(a_copy_is_of_what_was_there_then),
	    cmocka_unit_test(what_is_shared_can_be_shared_again),
	    cmocka_unit_test(part_of_memory_is_shared_alone),
	    cmocka_unit_test(the_heap_can_be_shared),
	    cmocka_unit_test(what_the_program_shares_itself_is_the_same_file),
	    cmocka_unit_test(what_can_be_done_with_all_of_it_is_told_and_holds),
	    cmocka_unit_test(inheritance_is_as_asked_for),
	    cmocka_unit_test(it_is_put_where_it_is_wanted),
	    cmocka_unit_test(a_mask_makes_the_address_round),
	    cmocka_unit_test(the_address_of_the_data_is_told_if_asked_for),
	    cmocka_unit_test(what_is_not_there_or_not_readable_is_refused),
	    cmocka_unit_test(large_memory_that_is_not_readable_is_not_copied),
	    cmocka_unit_test(a_source_that_is_not_readable_overwrites_nothing),
	    cmocka_unit_test(bad_arguments_are_refused),
	    cmocka_unit_test(nothing_is_left_of_many_twins),
	    cmocka_unit_test(another_task_s_memory_is_not_remapped),
	};

	return cmocka_run_group_tests_name("vm_remap", tests, NULL, NULL);
}
