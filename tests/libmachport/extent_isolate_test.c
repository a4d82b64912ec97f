/* Memory to be shared. */
#include "extent.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>

#include "extent_table.h"
#include "extents.h"
#include "freeze.h"
#include "mapping.h"
#include "program.h"

static uint64_t
allocate(uint64_t bytes)
{
	uint64_t address = 0;

	CHECK_EQ(extent_allocate(&address, bytes, 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	memcpy(bytes_at(address), patterns(), bytes);
	return address;
}

/* [@address, + @bytes) is @offset on as allocate() wrote it, in memory and in @view, which
 * has nothing else; and who writes the one writes the other. */
static void
expect_shared(const struct extent_view *view, uint64_t address, uint64_t bytes,
    uint64_t offset)
{
	uint8_t *other = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
	    view->descriptor, (off_t)view->offset);
	struct stat status;

	CHECK(other != MAP_FAILED);
	CHECK_EQ(fstat(view->descriptor, &status), 0);
	CHECK_EQ(status.st_size, bytes);
	CHECK_EQ(fcntl(view->descriptor, F_GET_SEALS) &
	        (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
	    F_SEAL_SHRINK | F_SEAL_GROW);
	CHECK_EQ(memcmp(bytes_at(address), patterns() + offset, bytes), 0);
	CHECK_EQ(memcmp(other, patterns() + offset, bytes), 0);
	memset(other, 1, bytes / 2);
	memset(bytes_at(address) + bytes / 2, 2, bytes - bytes / 2);
	CHECK_EQ(memcmp(bytes_at(address), other, bytes), 0);
	CHECK_EQ(munmap(other, bytes), 0);
	CHECK_EQ(close(view->descriptor), 0);
}

static void
isolate_own(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view view;

	CHECK_EQ(extent_isolate(address, LARGE, &view), KERN_SUCCESS);
	expect_extent(address, address + LARGE, EXTENT_SHARED);
	expect_shared(&view, address, LARGE, 0);
	CHECK(!extent_snapshot(address, LARGE, true, &view));
}
RUN(memory_with_a_file_is_shared_as_it_is, isolate_own)

static void
isolate_part(void)
{
	uint64_t address = allocate(LARGE);
	uint64_t middle = address + 4 * PAGE;
	struct extent_view view;

	CHECK_EQ(extent_isolate(middle + 5, 2 * PAGE, &view), KERN_SUCCESS);
	expect_extent(address, middle, EXTENT_OWN);
	expect_extent(middle, middle + 3 * PAGE, EXTENT_SHARED);
	expect_extent(middle + 3 * PAGE, address + LARGE, EXTENT_OWN);
	expect_shared(&view, middle, 3 * PAGE, 4 * PAGE);
	CHECK_EQ(bytes_at(middle)[-1], pattern(4 * PAGE - 1));
	CHECK_EQ(bytes_at(middle)[3 * PAGE], pattern(7 * PAGE));
	CHECK_EQ(extent_deallocate(address, LARGE), KERN_SUCCESS);
}
RUN(a_part_of_memory_is_shared_without_the_rest, isolate_part)

static void
isolate_plain(void)
{
	uint64_t address = allocate(5 * PAGE);
	unsigned files;
	struct extent_view view;

	CHECK_EQ(mprotect(bytes_at(address + 2 * PAGE), PAGE, PROT_READ), 0);
	CHECK_EQ(extent_isolate(address + PAGE, 3 * PAGE, &view), KERN_SUCCESS);
	CHECK_EQ(mprotect(bytes_at(address + 2 * PAGE), PAGE,
	             PROT_READ | PROT_WRITE),
	    0);
	files = program_count_files();
	expect_shared(&view, address + PAGE, 3 * PAGE, PAGE);
	CHECK_EQ(bytes_at(address)[0], pattern(0));
	CHECK_EQ(bytes_at(address)[4 * PAGE], pattern(4 * PAGE));
	CHECK_EQ(extent_deallocate(address, 5 * PAGE), KERN_SUCCESS);
	CHECK_EQ(program_count_files(), files - 2);
}
RUN(plain_memory_is_put_into_a_file, isolate_plain)

static void
isolate_snapshot(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view snapshot;
	struct extent_view view;

	CHECK(extent_snapshot(address, LARGE, false, &snapshot));
	CHECK_EQ(extent_isolate(address, LARGE, &view), KERN_SUCCESS);
	expect_extent(address, address + LARGE, EXTENT_SHARED);
	expect_shared(&view, address, LARGE, 0);
}
RUN(what_is_sealed_is_shared_as_a_copy, isolate_snapshot)

static void
isolate_heap(void)
{
	uint8_t *heap = malloc(100);
	struct extent_view view;

	memset(heap, 5, 100);
	CHECK_EQ(extent_isolate((uintptr_t)heap, 100, &view), KERN_SUCCESS);
	for (int i = 0; i < 100; i++)
		CHECK_EQ(heap[i], 5);
	free(heap);
	free(malloc(1000));
}
RUN(the_heap_goes_on, isolate_heap)

/* Nothing else is in its pages: not what counts coverage, for one. */
static uint8_t data[3 * 65536] __attribute__((aligned(65536))) = {7};

static void
isolate_data(void)
{
	struct extent_view view;

	CHECK_EQ(
	    extent_isolate((uintptr_t)data, sizeof(data), &view), KERN_SUCCESS);
	CHECK_EQ(data[0], 7);
	CHECK_EQ(data[sizeof(data) - 1], 0);
}
RUN(so_do_variables, isolate_data)

static void
isolate_stack(void)
{
	volatile uint8_t far[(size_t)1 << 20];
	volatile uint8_t *end = far + sizeof(far);
	struct extent_view view = {-7, 7};

	for (volatile uint8_t *at = far; at < end; at += 4096)
		*at = 5;
	/* Below are the functions that this calls. */
	CHECK_EQ(extent_isolate((uintptr_t)far - 2 * PAGE, 4 * PAGE, &view),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(view.descriptor, -7);
	CHECK_EQ(extent_isolate((uintptr_t)far + (512u << 10), PAGE, &view),
	    KERN_SUCCESS);
	for (volatile uint8_t *at = far; at < end; at += 4096)
		CHECK_EQ(*at, 5);
}
RUN(the_stack_can_be_shared_but_for_what_is_in_use, isolate_stack)

static void
isolate_again(void)
{
	uint64_t address = allocate(4 * PAGE);
	struct extent_view first;
	struct extent_view second;
	struct stat status[2];

	CHECK_EQ(extent_isolate(address, 4 * PAGE, &first), KERN_SUCCESS);
	CHECK_EQ(extent_isolate(address + PAGE, PAGE, &second), KERN_SUCCESS);
	CHECK_EQ(second.offset, PAGE);
	CHECK_EQ(fstat(first.descriptor, &status[0]), 0);
	CHECK_EQ(fstat(second.descriptor, &status[1]), 0);
	CHECK_EQ(status[0].st_ino, status[1].st_ino);
}
RUN(what_is_shared_already_stays_the_same, isolate_again)

static void
refuse(void)
{
	uint64_t address = allocate(4 * PAGE);
	struct extent_view view = {-7, 7};
	void *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK_EQ(mprotect(bytes_at(address), PAGE, PROT_NONE), 0);
	CHECK_EQ(
	    extent_isolate(address, 4 * PAGE, &view), KERN_PROTECTION_FAILURE);
	CHECK_EQ(extent_isolate((uintptr_t)shared, PAGE, &view),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(extent_deallocate(address + 2 * PAGE, PAGE), KERN_SUCCESS);
	CHECK_EQ(extent_isolate(address + PAGE, 3 * PAGE, &view),
	    KERN_INVALID_ADDRESS);
	CHECK_EQ(view.descriptor, -7);
	CHECK_EQ(bytes_at(address)[PAGE], pattern(PAGE));
}
RUN(what_cannot_be_shared_is_left_as_it_is, refuse)

/* --- other threads ---------------------------------------------------------- */

#define WRITERS 2
#define ROUNDS 20
#define PAGES 16

static _Atomic bool stop;
static uint64_t written_address;

/* Counters, in each page, that a thread increments: none may be lost, nor be seen to go
 * back. */
static void *
increment(void *argument)
{
	const uint64_t which = (uintptr_t)argument;
	uint64_t count = 0;

	while (!atomic_load(&stop)) {
		count++;
		for (uint64_t page = 0; page < PAGES; page++) {
			uint64_t *counter = (uint64_t *)(void *)bytes_at(
			    written_address + page * PAGE);

			if (__atomic_load_n(
			        &counter[which], __ATOMIC_RELAXED) != count - 1)
				program_fail("lost", __FILE__, __LINE__);
			__atomic_store_n(
			    &counter[which], count, __ATOMIC_RELAXED);
		}
	}
	return NULL;
}

static void
write_meanwhile(uint64_t bytes)
{
	pthread_t threads[WRITERS];

	for (int round = 0; round < ROUNDS; round++) {
		struct extent_view view;

		written_address = allocate(bytes);
		memset(bytes_at(written_address), 0, bytes);
		atomic_store(&stop, false);
		for (uintptr_t i = 0; i < WRITERS; i++)
			CHECK_EQ(pthread_create(
			             &threads[i], NULL, increment, (void *)i),
			    0);
		while (__atomic_load_n(
		           (uint64_t *)(void *)bytes_at(written_address),
		           __ATOMIC_RELAXED) < 3)
			;
		CHECK_EQ(extent_isolate(written_address, PAGES * PAGE, &view),
		    KERN_SUCCESS);
		atomic_store(&stop, true);
		for (int i = 0; i < WRITERS; i++)
			CHECK_EQ(pthread_join(threads[i], NULL), 0);
		CHECK_EQ(close(view.descriptor), 0);
		CHECK_EQ(
		    extent_deallocate(written_address, bytes), KERN_SUCCESS);
	}
}

static bool
can_freeze(void)
{
	uint64_t address = allocate(PAGE);
	int freeze = freeze_begin(address, address + PAGE);

	freeze_end(freeze);
	return freeze >= 0;
}

static void
write_plain(void)
{
	write_meanwhile(PAGES * PAGE);
}

static void
write_own(void)
{
	write_meanwhile(LARGE);
}

static void
what_threads_write_meanwhile_is_not_lost(void **state)
{
	(void)state;
	if (!can_freeze()) {
		print_message("Linux has no userfaultfd for us\n");
		skip();
	}
	program_run(write_plain);
}

static void
nor_in_a_part_of_larger_memory(void **state)
{
	(void)state;
	if (!can_freeze()) {
		print_message("Linux has no userfaultfd for us\n");
		skip();
	}
	program_run(write_own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_with_a_file_is_shared_as_it_is),
	    cmocka_unit_test(a_part_of_memory_is_shared_without_the_rest),
	    cmocka_unit_test(plain_memory_is_put_into_a_file),
	    cmocka_unit_test(what_is_sealed_is_shared_as_a_copy),
	    cmocka_unit_test(the_heap_goes_on),
	    cmocka_unit_test(so_do_variables),
	    cmocka_unit_test(the_stack_can_be_shared_but_for_what_is_in_use),
	    cmocka_unit_test(what_is_shared_already_stays_the_same),
	    cmocka_unit_test(what_cannot_be_shared_is_left_as_it_is),
	    cmocka_unit_test(what_threads_write_meanwhile_is_not_lost),
	    cmocka_unit_test(nor_in_a_part_of_larger_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
