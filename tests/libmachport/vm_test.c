/* Memory of one's own task: got, given back, protected, inherited. No kernel is needed. */
#include <mach/vm_map.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include <mach/mach_vm.h>

#include "memory.h"
#include "note.h"
#include "program.h"

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
	assert_int_equal(
	    mach_vm_allocate(self, &address, 1, 2), KERN_INVALID_ARGUMENT);
	assert_int_equal(mach_vm_allocate(self, &address, UINT64_MAX, 1),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    mach_vm_allocate(self, &address, 1ull << 62, 1), KERN_NO_SPACE);
	assert_int_equal(
	    mach_vm_allocate(self, &address, 1, 0), KERN_INVALID_ADDRESS);
	assert_int_equal(address, 77);
	assert_int_equal(mach_vm_deallocate(self, UINT64_MAX - 10, 100),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(errno, EXDEV);
}

static void
a_tag_and_hints_change_nothing(void **state)
{
	vm_address_t address = 0;

	(void)state;
	assert_int_equal(vm_allocate(mach_task_self(), &address, 1,
	                     VM_MAKE_TAG(VM_MEMORY_APPLICATION_SPECIFIC_16) |
	                         VM_FLAGS_ANYWHERE | VM_FLAGS_RANDOM_ADDR |
	                         VM_FLAGS_NO_CACHE),
	    KERN_SUCCESS);
	memory_free(address, 1);
}

static void
what_is_there_goes_if_that_is_asked_for(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		mach_vm_address_t address = memory_new(sizes[i]);
		const mach_vm_address_t place = address;

		memory_fill(address, sizes[i], 1);
		assert_int_equal(
		    mach_vm_allocate(mach_task_self(), &address, sizes[i], 0),
		    KERN_NO_SPACE);
		assert_true(memory_holds(address, sizes[i], 1));
		assert_int_equal(mach_vm_allocate(mach_task_self(), &address,
		                     sizes[i], VM_FLAGS_OVERWRITE),
		    KERN_SUCCESS);
		assert_int_equal(address, place);
		assert_int_equal(*(uint64_t *)(address + vm_page_size), 0);
		memory_free(address, sizes[i]);
	}
}

/* --- protection ------------------------------------------------------------- */

static kern_return_t
protect(mach_vm_address_t address, mach_vm_size_t bytes, vm_prot_t protection)
{
	return mach_vm_protect(
	    mach_task_self(), address, bytes, FALSE, protection);
}

static kern_return_t
limit(mach_vm_address_t address, mach_vm_size_t bytes, vm_prot_t protection)
{
	return mach_vm_protect(
	    mach_task_self(), address, bytes, TRUE, protection);
}

static void
protect_memory(mach_vm_size_t bytes)
{
	const mach_vm_address_t address = memory_new(bytes);
	const mach_vm_address_t second = address + vm_page_size;

	memory_fill(address, bytes, 1);
	/* One byte of it is a page. */
	assert_int_equal(protect(second + 7, 1, VM_PROT_READ), KERN_SUCCESS);
	assert_true(memory_is_writable(address));
	assert_true(memory_is_readable(second));
	assert_false(memory_is_writable(second));
	assert_true(memory_is_writable(second + vm_page_size));
	assert_int_equal(protect(address, bytes, VM_PROT_NONE), KERN_SUCCESS);
	assert_false(memory_is_readable(address));
	assert_int_equal(
	    protect(address, bytes, VM_PROT_DEFAULT), KERN_SUCCESS);
	assert_true(memory_is_writable(second));
	assert_true(memory_holds(address, bytes, 1));
	memory_free(address, bytes);
}

static void
what_is_protected_cannot_be_written_or_read(void **state)
{
	(void)state;
	protect_memory(SMALL_BYTES);
	protect_memory(LARGE_BYTES);
}

static void
limit_memory(mach_vm_size_t bytes)
{
	const mach_vm_address_t address = memory_new(bytes);

	assert_int_equal(limit(address, bytes, VM_PROT_READ), KERN_SUCCESS);
	assert_false(memory_is_writable(address));
	assert_int_equal(
	    protect(address, bytes, VM_PROT_DEFAULT), KERN_PROTECTION_FAILURE);
	assert_int_equal(
	    limit(address, bytes, VM_PROT_ALL), KERN_PROTECTION_FAILURE);
	assert_int_equal(protect(address, bytes, VM_PROT_NONE), KERN_SUCCESS);
	assert_int_equal(protect(address, bytes, VM_PROT_READ), KERN_SUCCESS);
	assert_true(memory_is_readable(address + bytes - 1));
	memory_free(address, bytes);
}

static void
a_maximum_is_kept_and_can_only_be_lowered(void **state)
{
	(void)state;
	limit_memory(SMALL_BYTES);
	limit_memory(LARGE_BYTES);
}

static void
new_memory_knows_nothing_of_an_old_maximum(void **state)
{
	mach_vm_address_t address = memory_new(LARGE_BYTES);

	(void)state;
	assert_int_equal(
	    limit(address, LARGE_BYTES, VM_PROT_READ), KERN_SUCCESS);
	memory_free(address, LARGE_BYTES);
	assert_int_equal(
	    mach_vm_allocate(mach_task_self(), &address, vm_page_size, 0),
	    KERN_SUCCESS);
	assert_int_equal(
	    protect(address, vm_page_size, VM_PROT_DEFAULT), KERN_SUCCESS);
	memory_free(address, vm_page_size);
}

static void
a_hole_has_neither_protection_nor_inheritance(void **state)
{
	const mach_vm_address_t address = memory_new(SMALL_BYTES);

	(void)state;
	memory_free(address + vm_page_size, vm_page_size);
	assert_int_equal(
	    protect(address, SMALL_BYTES, VM_PROT_READ), KERN_INVALID_ADDRESS);
	assert_int_equal(
	    limit(address, SMALL_BYTES, VM_PROT_READ), KERN_INVALID_ADDRESS);
	assert_int_equal(mach_vm_inherit(mach_task_self(), address, SMALL_BYTES,
	                     VM_INHERIT_NONE),
	    KERN_INVALID_ADDRESS);
	memory_free(address, SMALL_BYTES);
}

static void
bad_protections_and_inheritances_are_refused(void **state)
{
	const task_t self = mach_task_self();
	const mach_vm_address_t address = memory_new(SMALL_BYTES);

	(void)state;
	assert_int_equal(protect(address, 1, 8), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    protect(UINT64_MAX - 1, 4, VM_PROT_READ), KERN_INVALID_ARGUMENT);
	assert_int_equal(protect(77, 0, VM_PROT_READ), KERN_SUCCESS);
	assert_int_equal(
	    mach_vm_inherit(self, address, 1, 3), KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    mach_vm_inherit(self, UINT64_MAX - 1, 4, VM_INHERIT_COPY),
	    KERN_INVALID_ARGUMENT);
	assert_int_equal(
	    mach_vm_inherit(self, 77, 0, VM_INHERIT_COPY), KERN_SUCCESS);
	memory_free(address, SMALL_BYTES);
}

static void
what_is_shared_becomes_ones_own_by_VM_PROT_COPY(void **state)
{
	const size_t bytes = SMALL_BYTES;
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	/* The same pages once more. */
	void *twin = mremap(memory, 0, bytes, MREMAP_MAYMOVE);
	const mach_vm_address_t address = (uintptr_t)twin;

	(void)state;
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_ptr_not_equal(twin, MAP_FAILED);
	memory_fill((uintptr_t)memory, bytes, 1);
	assert_int_equal(limit(address, bytes, VM_PROT_READ), KERN_SUCCESS);
	assert_int_equal(
	    protect(address, bytes, VM_PROT_DEFAULT), KERN_PROTECTION_FAILURE);
	/* Only the pages that are meant. */
	assert_int_equal(protect(address, bytes - vm_page_size,
	                     VM_PROT_DEFAULT | VM_PROT_COPY),
	    KERN_SUCCESS);
	assert_true(memory_holds(address, bytes, 1));
	assert_false(memory_is_writable(address + bytes - 1));
	memory_fill(address, bytes - vm_page_size, 2);
	assert_true(memory_holds((uintptr_t)memory, bytes, 1));
	memory_free(address, bytes);
	assert_int_equal(munmap(memory, bytes), 0);
}

static void
what_is_ones_own_stays_where_it_is_with_VM_PROT_COPY(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const mach_vm_address_t address = memory_new(sizes[i]);

		memory_fill(address, sizes[i], 1);
		assert_int_equal(
		    protect(address, sizes[i], VM_PROT_READ | VM_PROT_COPY),
		    KERN_SUCCESS);
		assert_true(memory_holds(address, sizes[i], 1));
		assert_false(memory_is_writable(address));
		memory_free(address, sizes[i]);
		assert_int_equal(
		    protect(address, sizes[i], VM_PROT_READ | VM_PROT_COPY),
		    KERN_INVALID_ADDRESS);
	}
}

/* --- inheritance ------------------------------------------------------------ */

static bool
find_1_and_leave_2(mach_vm_address_t address, mach_vm_size_t bytes)
{
	const bool found = memory_holds(address, bytes, 1);

	memory_fill(address, bytes, 2);
	return found && memory_holds(address, bytes, 2);
}

/* TSan's own thread, which a child gets a new one of, may have its stack there. */
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
static bool
find_nothing(mach_vm_address_t address, mach_vm_size_t bytes)
{
	return !memory_is_readable(address) ||
	    !memory_is_readable(address + bytes - 1) ||
	    !memory_holds(address, bytes, 1);
}
#else
static bool
find_nothing(mach_vm_address_t address, mach_vm_size_t bytes)
{
	return !memory_is_readable(address) &&
	    !memory_is_readable(address + bytes - 1);
}
#endif

/* A child finds what there was; @after is what the parent finds then. */
static void
inherit(mach_vm_size_t bytes, vm_inherit_t inheritance, int after)
{
	const mach_vm_address_t address = memory_new(bytes);

	memory_fill(address, bytes, 1);
	assert_int_equal(
	    mach_vm_inherit(mach_task_self(), address, bytes, inheritance),
	    KERN_SUCCESS);
	assert_true(memory_in_child(find_1_and_leave_2, address, bytes));
	assert_true(memory_holds(address, bytes, after));
	memory_free(address, bytes);
}

static void
a_copy_is_inherited_by_default(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const mach_vm_address_t address = memory_new(sizes[i]);

		memory_fill(address, sizes[i], 1);
		assert_true(
		    memory_in_child(find_1_and_leave_2, address, sizes[i]));
		assert_true(memory_holds(address, sizes[i], 1));
		memory_free(address, sizes[i]);
	}
}

static void
a_copy_is_the_child_s_own(void **state)
{
	(void)state;
	inherit(SMALL_BYTES, VM_INHERIT_COPY, 1);
	inherit(LARGE_BYTES, VM_INHERIT_COPY, 1);
}

static void
what_is_shared_with_a_child_is_the_same_memory(void **state)
{
	(void)state;
	inherit(SMALL_BYTES, VM_INHERIT_SHARE, 2);
	inherit(LARGE_BYTES, VM_INHERIT_SHARE, 2);
}

static void
what_is_not_inherited_is_not_there(void **state)
{
	const mach_vm_size_t sizes[] = {SMALL_BYTES, LARGE_BYTES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const mach_vm_address_t address = memory_new(sizes[i]);

		memory_fill(address, sizes[i], 1);
		assert_int_equal(vm_inherit(mach_task_self(), address, sizes[i],
		                     VM_INHERIT_NONE),
		    KERN_SUCCESS);
		assert_true(memory_in_child(find_nothing, address, sizes[i]));
		assert_true(memory_holds(address, sizes[i], 1));
		memory_free(address, sizes[i]);
	}
}

static void
inheritance_can_be_changed_back(void **state)
{
	const mach_vm_address_t address = memory_new(LARGE_BYTES);
	const vm_inherit_t ways[] = {
	    VM_INHERIT_NONE, VM_INHERIT_SHARE, VM_INHERIT_COPY};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(mach_vm_inherit(mach_task_self(), address,
		                     LARGE_BYTES, ways[i]),
		    KERN_SUCCESS);
	memory_fill(address, LARGE_BYTES, 1);
	assert_true(memory_in_child(find_1_and_leave_2, address, LARGE_BYTES));
	assert_true(memory_holds(address, LARGE_BYTES, 1));
	memory_free(address, LARGE_BYTES);
}

/* --- a task that is not the caller's ----------------------------------------- */

static void
ask_others(void)
{
	const pid_t kernel = program_start_kernel();
	const mach_port_t none = MACH_PORT_NULL;
	const mach_port_t host = mach_host_self();
	vm_address_t address = 77;

	CHECK_EQ(vm_allocate(none, &address, 1, 1), MACH_SEND_INVALID_DEST);
	CHECK_EQ(vm_deallocate(none, 0, 1), MACH_SEND_INVALID_DEST);
	CHECK_EQ(vm_protect(none, 0, 1, FALSE, 1), MACH_SEND_INVALID_DEST);
	CHECK_EQ(vm_inherit(none, 0, 1, 1), MACH_SEND_INVALID_DEST);
	CHECK_EQ(vm_allocate(host, &address, 1, 1), KERN_INVALID_ARGUMENT);
	CHECK_EQ(vm_deallocate(host, 0, 1), KERN_INVALID_ARGUMENT);
	CHECK_EQ(vm_protect(host, 0, 1, FALSE, 1), KERN_INVALID_ARGUMENT);
	CHECK_EQ(vm_inherit(host, 0, 1, 1), KERN_INVALID_ARGUMENT);
	CHECK_EQ(address, 77);
	program_kill_kernel(kernel);
}

static void
what_is_no_task_has_no_memory(void **state)
{
	(void)state;
	program_run(ask_others);
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
	    cmocka_unit_test(a_tag_and_hints_change_nothing),
	    cmocka_unit_test(what_is_there_goes_if_that_is_asked_for),
	    cmocka_unit_test(what_is_protected_cannot_be_written_or_read),
	    cmocka_unit_test(a_maximum_is_kept_and_can_only_be_lowered),
	    cmocka_unit_test(new_memory_knows_nothing_of_an_old_maximum),
	    cmocka_unit_test(a_hole_has_neither_protection_nor_inheritance),
	    cmocka_unit_test(bad_protections_and_inheritances_are_refused),
	    cmocka_unit_test(what_is_shared_becomes_ones_own_by_VM_PROT_COPY),
	    cmocka_unit_test(
	        what_is_ones_own_stays_where_it_is_with_VM_PROT_COPY),
	    cmocka_unit_test(a_copy_is_inherited_by_default),
	    cmocka_unit_test(a_copy_is_the_child_s_own),
	    cmocka_unit_test(what_is_shared_with_a_child_is_the_same_memory),
	    cmocka_unit_test(what_is_not_inherited_is_not_there),
	    cmocka_unit_test(inheritance_can_be_changed_back),
	    cmocka_unit_test(what_is_no_task_has_no_memory),
	};

	return cmocka_run_group_tests_name("vm", tests, NULL, NULL);
}
