/* Extents: memory in files of its own, in whole and in parts. */
#include "extent.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>

#include "extent_table.h"
#include "extents.h"
#include "mapping.h"
#include "program.h"

#define HUGE ((uint64_t)2 << 20)

static void
expect_all(uint64_t address, uint64_t bytes, uint8_t value)
{
	CHECK_EQ(*bytes_at(address), value);
	CHECK_EQ(
	    memcmp(bytes_at(address), bytes_at(address) + 1, bytes - 1), 0);
}

static uint64_t
allocate(uint64_t bytes)
{
	uint64_t address = 0;

	CHECK_EQ(extent_allocate(&address, bytes, 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	CHECK(address != 0);
	return address;
}

static void
expect_unmapped(uint64_t address)
{
	CHECK(msync((void *)(uintptr_t)address, PAGE, MS_ASYNC) != 0);
	CHECK_EQ(errno, ENOMEM);
}

/* How many mappings this process has. */
static unsigned
count_mappings(void)
{
	struct mapping mapping;
	unsigned count = 0;
	uint64_t at;

	for (at = 0; mapping_find(at, &mapping); at = mapping.end)
		count++;
	return count;
}

/* How many files it has open, with what is kept open from now on. */
static unsigned
count_files(void)
{
	(void)count_mappings();
	return program_count_files();
}

/* --- allocation ------------------------------------------------------------- */

static void
allocate_small(void)
{
	uint64_t address = allocate(LARGE - PAGE);

	expect_all(address, LARGE - PAGE, 0);
	memset(bytes_at(address), 1, LARGE - PAGE);
	expect_plain(address);
	CHECK_EQ(extent_deallocate(address, LARGE - PAGE), KERN_SUCCESS);
	expect_unmapped(address);
}
RUN(small_memory_is_plain, allocate_small)

static void
allocate_large(void)
{
	unsigned files = count_files();
	uint64_t address = allocate(LARGE);

	expect_all(address, LARGE, 0);
	memset(bytes_at(address), 1, LARGE);
	expect_extent(address, address + LARGE, EXTENT_OWN);
	CHECK_EQ(program_count_files(), files + 1);
	CHECK_EQ(extent_deallocate(address, LARGE), KERN_SUCCESS);
	expect_unmapped(address);
	expect_plain(address);
	CHECK_EQ(program_count_files(), files);
}
RUN(large_memory_has_a_file_until_it_is_deallocated, allocate_large)

static void
align(void)
{
	for (int i = 0; i < 4; i++)
		CHECK_EQ(allocate(LARGE + PAGE) % HUGE, 0);
	for (int i = 0; i < 4; i++) {
		uint64_t small = 0;

		CHECK_EQ(
		    extent_allocate(&small, PAGE, 0xffff, VM_FLAGS_ANYWHERE),
		    KERN_SUCCESS);
		CHECK_EQ(small & 0xffff, 0);
	}
}
RUN(large_memory_is_aligned_for_huge_pages, align)

static void
ask_for_mask(void)
{
	uint64_t address = 0;

	CHECK_EQ(extent_allocate(&address, LARGE, 0xffffff, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	CHECK_EQ(address & 0xffffff, 0);
	CHECK_EQ(extent_deallocate(address, LARGE), KERN_SUCCESS);
	CHECK_EQ(extent_allocate(
	             &address, LARGE, ~(uint64_t)0 >> 1, VM_FLAGS_ANYWHERE),
	    KERN_NO_SPACE);
	CHECK_EQ(
	    extent_allocate(&address, LARGE, ~(uint64_t)0, 1), KERN_NO_SPACE);
	address += PAGE;
	CHECK_EQ(extent_allocate(&address, PAGE, 0xffff, VM_FLAGS_FIXED),
	    KERN_NO_SPACE);
}
RUN(a_mask_is_obeyed_or_there_is_no_space, ask_for_mask)

static void
ask_for_place(void)
{
	uint64_t address = allocate(2 * LARGE);
	uint64_t middle = address + PAGE;
	uint64_t nowhere = 0;

	bytes_at(middle)[0] = 1;
	CHECK_EQ(extent_allocate(&middle, LARGE, 0, 0), KERN_NO_SPACE);
	CHECK_EQ(bytes_at(middle)[0], 1);
	CHECK_EQ(extent_allocate(&nowhere, LARGE, 0, 0), KERN_INVALID_ADDRESS);
	CHECK_EQ(extent_deallocate(middle, LARGE), KERN_SUCCESS);
	CHECK_EQ(extent_allocate(&middle, LARGE, 0, 0), KERN_SUCCESS);
	CHECK_EQ(middle, address + PAGE);
	expect_extent(address, middle, EXTENT_OWN);
	expect_extent(middle, middle + LARGE, EXTENT_OWN);
	CHECK_EQ(bytes_at(middle)[0], 0);
}
RUN(memory_can_be_had_where_none_is, ask_for_place)

static void
overwrite(void)
{
	uint64_t address = allocate(2 * LARGE);
	uint64_t middle = address + PAGE;

	memset(bytes_at(address), 1, 2 * LARGE);
	CHECK_EQ(extent_allocate(&middle, LARGE, 0, VM_FLAGS_OVERWRITE),
	    KERN_SUCCESS);
	expect_extent(address, middle, EXTENT_OWN);
	expect_extent(middle, middle + LARGE, EXTENT_OWN);
	expect_extent(middle + LARGE, address + 2 * LARGE, EXTENT_OWN);
	CHECK_EQ(bytes_at(middle)[-1], 1);
	CHECK_EQ(bytes_at(middle)[0], 0);
	CHECK_EQ(bytes_at(middle + LARGE)[-1], 0);
	CHECK_EQ(bytes_at(middle + LARGE)[0], 1);
}
RUN(what_is_there_can_be_replaced, overwrite)

static void
allocate_sparse(void)
{
	uint64_t address = allocate((uint64_t)1 << 36);

	bytes_at(address)[(uint64_t)1 << 35] = 1;
	CHECK_EQ(bytes_at(address)[((uint64_t)1 << 36) - 1], 0);
	CHECK_EQ(extent_deallocate(address, (uint64_t)1 << 36), KERN_SUCCESS);
}
RUN(memory_that_is_not_touched_costs_nothing, allocate_sparse)

/* --- in parts --------------------------------------------------------------- */

static uint64_t
blocks_of(uint64_t address)
{
	struct lock_hold hold;
	struct stat status;

	vm_lock_take(&hold);
	CHECK_EQ(fstat(extent_file_descriptor_locked(
	                   extent_first_locked(address, address + 1)->file),
	             &status),
	    0);
	vm_lock_give(&hold);
	return (uint64_t)status.st_blocks * 512;
}

static void
deallocate_parts(void)
{
	uint64_t address = allocate(LARGE);
	uint64_t end = address + LARGE;

	memset(bytes_at(address), 1, LARGE);
	CHECK_EQ(blocks_of(address), LARGE);
	CHECK_EQ(extent_deallocate(address + PAGE + 1, 1), KERN_SUCCESS);
	expect_unmapped(address + PAGE);
	expect_extent(address, address + PAGE, EXTENT_OWN);
	expect_extent(address + 2 * PAGE, end, EXTENT_OWN);
	CHECK_EQ(blocks_of(address), LARGE - PAGE);
	CHECK_EQ(extent_deallocate(end - 2 * PAGE, 2 * PAGE), KERN_SUCCESS);
	CHECK_EQ(extent_deallocate(address, PAGE), KERN_SUCCESS);
	CHECK_EQ(blocks_of(address + 2 * PAGE), LARGE - 4 * PAGE);
	expect_all(address + 2 * PAGE, LARGE - 4 * PAGE, 1);
	CHECK_EQ(extent_deallocate(address, LARGE), KERN_SUCCESS);
	expect_plain(address + 2 * PAGE);
}
RUN(linux_gets_back_what_is_deallocated_in_parts, deallocate_parts)

static void
deallocate_many(void)
{
	uint64_t address = allocate(8 * LARGE);

	CHECK_EQ(extent_deallocate(address, LARGE), KERN_SUCCESS);
	for (uint64_t at = address + LARGE; at < address + 8 * LARGE;
	     at += 2 * LARGE)
		CHECK_EQ(extent_deallocate(at, LARGE), KERN_SUCCESS);
	CHECK_EQ(extent_deallocate(address, 8 * LARGE), KERN_SUCCESS);
	for (uint64_t at = address; at < address + 8 * LARGE; at += LARGE) {
		expect_plain(at);
		expect_unmapped(at);
	}
}
RUN(one_call_deallocates_many_extents_and_holes, deallocate_many)

/* --- behind our back -------------------------------------------------------- */

static void
unmap_by_linux(void)
{
	unsigned files;

	(void)count_mappings();
	files = program_count_files();
	for (int i = 0; i < 100; i++) {
		uint64_t address = allocate(LARGE + (uint64_t)i * PAGE);

		bytes_at(address)[0] = 1;
		CHECK_EQ(
		    munmap(bytes_at(address), LARGE + (uint64_t)i * PAGE), 0);
	}
	CHECK(program_count_files() <= files + 2);
}
RUN(files_of_memory_that_the_program_unmapped_are_closed, unmap_by_linux)

static void
map_over(void)
{
	uint64_t address = allocate(LARGE);
	uint8_t *memory =
	    mmap(bytes_at(address + PAGE), PAGE, PROT_READ | PROT_WRITE,
	        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	CHECK(memory == bytes_at(address + PAGE));
	memory[0] = 7;
	/* Moved by the program: its bytes are in the same file. */
	memory =
	    mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bytes_at(address + 2 * PAGE)[0] = 8;
	CHECK(mremap(bytes_at(address + 2 * PAGE), PAGE, PAGE,
	          MREMAP_MAYMOVE | MREMAP_FIXED, memory) == memory);
	CHECK_EQ(extent_deallocate(address, PAGE), KERN_SUCCESS);
	CHECK_EQ(bytes_at(address + PAGE)[0], 7);
	CHECK_EQ(extent_deallocate(address + 2 * PAGE, PAGE), KERN_SUCCESS);
	CHECK_EQ(memory[0], 8);
	expect_extent(address + 3 * PAGE, address + LARGE, EXTENT_OWN);
	CHECK_EQ(extent_deallocate(address, LARGE), KERN_SUCCESS);
	expect_unmapped(address + PAGE);
	CHECK_EQ(memory[0], 8);
}
RUN(what_the_program_mapped_over_or_moved_is_left_alone, map_over)

static int
descriptor_of(uint64_t address)
{
	struct lock_hold hold;
	int descriptor;

	vm_lock_take(&hold);
	descriptor =
	    extent_first_locked(address, address + 1)->file->descriptor;
	vm_lock_give(&hold);
	return descriptor;
}

static void
steal_descriptor(void)
{
	uint64_t address = allocate(LARGE);
	int descriptor = descriptor_of(address);
	struct extent_view view;
	int null;

	null = open("/dev/null", O_RDWR);
	CHECK_EQ(dup2(null, descriptor), descriptor);
	memset(bytes_at(address), 1, LARGE);
	CHECK(!extent_snapshot(address, LARGE, true, &view));
	CHECK_EQ(extent_deallocate(address, PAGE), KERN_SUCCESS);
	CHECK_EQ(bytes_at(address)[PAGE], 1);
	CHECK_EQ(extent_deallocate(address, LARGE), KERN_SUCCESS);
	CHECK_EQ(fcntl(descriptor, F_GETFD), 0);
}
RUN(a_descriptor_that_is_the_programs_now_is_left_alone, steal_descriptor)

/* --- limits ----------------------------------------------------------------- */

static void
limit_descriptors(uint64_t limit)
{
	const struct rlimit few = {limit, limit};

	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
}

static void
run_out_of_descriptors(void)
{
	uint64_t list[64];

	limit_descriptors(64);
	for (int i = 0; i < 64; i++) {
		list[i] = allocate(LARGE);
		bytes_at(list[i])[LARGE - 1] = 1;
	}
	CHECK(program_count_files() < 32);
	expect_extent(list[15], list[15] + LARGE, EXTENT_OWN);
	expect_plain(list[16]);
	CHECK_EQ(extent_deallocate(list[3], LARGE), KERN_SUCCESS);
	list[3] = allocate(LARGE);
	expect_extent(list[3], list[3] + LARGE, EXTENT_OWN);
	for (int i = 0; i < 64; i++)
		CHECK_EQ(extent_deallocate(list[i], LARGE), KERN_SUCCESS);
	for (int i = 0; i < 64; i++)
		expect_unmapped(list[i]);
}
RUN(where_descriptors_end_memory_is_plain, run_out_of_descriptors)

static void
limit_files(void)
{
	const struct rlimit small = {PAGE, PAGE};

	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
	expect_plain(allocate(LARGE));
}
RUN(where_files_may_not_be_large_memory_is_plain, limit_files)

static void
close_all(void)
{
	uint64_t address = allocate(LARGE);
	uint64_t other;

	for (int i = 3; i < 1024; i++)
		(void)close(i);
	bytes_at(address)[0] = 1;
	other = allocate(LARGE);
	expect_extent(other, other + LARGE, EXTENT_OWN);
	CHECK_EQ(extent_deallocate(address, LARGE), KERN_SUCCESS);
	CHECK_EQ(extent_deallocate(other, LARGE), KERN_SUCCESS);
}
RUN(a_program_may_close_everything, close_all)

/* With TSan, whose own mappings make each of them cost much more, fewer. */
#define SMALL_COUNT (HANDLERS_RUN_AT_ONCE ? 100000 : 10000)
#define LARGE_COUNT (HANDLERS_RUN_AT_ONCE ? 2000 : 200)

static void
allocate_many(void)
{
	static uint64_t small[SMALL_COUNT];
	static uint64_t large[LARGE_COUNT];
	unsigned mappings = count_mappings();
	unsigned files = program_count_files();

	for (int i = 0; i < SMALL_COUNT; i++) {
		small[i] = allocate(PAGE);
		*bytes_at(small[i]) = (uint8_t)i;
	}
	for (int i = 0; i < LARGE_COUNT; i++) {
		large[i] = allocate(LARGE);
		*bytes_at(large[i]) = (uint8_t)i;
	}
	for (int i = 0; i < SMALL_COUNT; i++)
		CHECK_EQ(*bytes_at(small[i]), (uint8_t)i);
	for (int i = 0; i < LARGE_COUNT; i++)
		CHECK_EQ(*bytes_at(large[i]), (uint8_t)i);
	for (int i = 0; i < LARGE_COUNT; i++)
		CHECK_EQ(extent_deallocate(large[i], LARGE), KERN_SUCCESS);
	for (int i = 0; i < SMALL_COUNT; i++)
		CHECK_EQ(extent_deallocate(small[i], PAGE), KERN_SUCCESS);
	CHECK_EQ(program_count_files(), files);
	/* What the table takes. TSan has mappings of its own for what was there. */
	CHECK(!HANDLERS_RUN_AT_ONCE || count_mappings() <= mappings + 50);
}
RUN(many_allocations_leave_nothing_behind, allocate_many)

/* --- what is adopted -------------------------------------------------------- */

static uint64_t
adopt(uint64_t offset, enum extent_kind kind)
{
	const struct extent_facts facts = {kind, VM_PROT_READ, VM_INHERIT_NONE};
	int file = extent_file_make(4 * PAGE);
	void *memory;

	CHECK(file >= 0);
	memory = mmap(NULL, PAGE, PROT_READ,
	    kind == EXTENT_SHARED ? MAP_SHARED : MAP_PRIVATE, file,
	    (off_t)offset);
	CHECK(memory != MAP_FAILED);
	extent_adopt((uintptr_t)memory, PAGE,
	    (struct extent_view){file, offset}, &facts);
	return (uintptr_t)memory;
}

static void
adopt_both(void)
{
	unsigned files = count_files();
	uint64_t private = adopt(PAGE, EXTENT_SNAPSHOT);
	uint64_t shared = adopt(0, EXTENT_SHARED);
	struct extent_facts facts;
	uint64_t begin;
	uint64_t end;

	CHECK(extent_look(private, &facts, &begin, &end));
	CHECK_EQ(facts.kind, EXTENT_SNAPSHOT);
	CHECK_EQ(facts.max_protection, VM_PROT_READ);
	CHECK_EQ(facts.inheritance, VM_INHERIT_NONE);
	CHECK_EQ(end, begin + PAGE);
	CHECK(extent_look(shared, &facts, &begin, &end));
	CHECK_EQ(facts.kind, EXTENT_SHARED);
	CHECK_EQ(program_count_files(), files + 2);
	CHECK_EQ(extent_deallocate(private, PAGE), KERN_SUCCESS);
	CHECK_EQ(extent_deallocate(shared, PAGE), KERN_SUCCESS);
	CHECK_EQ(program_count_files(), files);
}
RUN(what_came_from_elsewhere_is_known_by_its_facts, adopt_both)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(small_memory_is_plain),
	    cmocka_unit_test(large_memory_has_a_file_until_it_is_deallocated),
	    cmocka_unit_test(large_memory_is_aligned_for_huge_pages),
	    cmocka_unit_test(a_mask_is_obeyed_or_there_is_no_space),
	    cmocka_unit_test(memory_can_be_had_where_none_is),
	    cmocka_unit_test(what_is_there_can_be_replaced),
	    cmocka_unit_test(memory_that_is_not_touched_costs_nothing),
	    cmocka_unit_test(linux_gets_back_what_is_deallocated_in_parts),
	    cmocka_unit_test(one_call_deallocates_many_extents_and_holes),
	    cmocka_unit_test(
	        files_of_memory_that_the_program_unmapped_are_closed),
	    cmocka_unit_test(
	        what_the_program_mapped_over_or_moved_is_left_alone),
	    cmocka_unit_test(
	        a_descriptor_that_is_the_programs_now_is_left_alone),
	    cmocka_unit_test(where_descriptors_end_memory_is_plain),
	    cmocka_unit_test(where_files_may_not_be_large_memory_is_plain),
	    cmocka_unit_test(a_program_may_close_everything),
	    cmocka_unit_test(many_allocations_leave_nothing_behind),
	    cmocka_unit_test(what_came_from_elsewhere_is_known_by_its_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
