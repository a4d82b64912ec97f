/* Large pages: that new memory has them where Linux does, and is otherwise as it was. */
#include "huge_pages.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/vm_page_size.h>

#include "memory_file.h"
#include "program.h"

#define HUGE HUGE_PAGE_BYTES
#define MADV_COLLAPSE_NUMBER 25

/* New memory in a file, at @beyond bytes behind a place for a large page. */
static uint8_t *
map_file(uint64_t bytes, uint64_t beyond)
{
	int file = memory_file_new("test");
	void *room = mmap(NULL, bytes + beyond + HUGE, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint64_t place = ((uintptr_t)room + HUGE - 1) / HUGE * HUGE + beyond;
	void *memory;

	CHECK(file >= 0);
	CHECK(room != MAP_FAILED);
	CHECK_EQ(ftruncate(file, (off_t)bytes), 0);
	memory = mmap((void *)place, bytes, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_FIXED | MAP_NORESERVE, file, 0);
	CHECK(memory != MAP_FAILED);
	close(file);
	return memory;
}

/* How much of the mapping at @memory is there in large pages, as Linux tells. */
static uint64_t
huge_bytes(const uint8_t *memory)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	uint64_t kib = 0;
	bool within = false;
	char line[512];

	CHECK(maps);
	while (fgets(line, sizeof(line), maps)) {
		unsigned long begin;
		unsigned long end;

		if (sscanf(line, "%lx-%lx ", &begin, &end) == 2)
			within = begin == (uintptr_t)memory;
		else if (within)
			(void)sscanf(line, "ShmemPmdMapped: %lu", &kib);
	}
	fclose(maps);
	return kib << 10;
}

static uint64_t
count_resident(uint8_t *memory, uint64_t bytes)
{
	uint64_t pages = bytes / vm_page_size;
	unsigned char *resident = malloc(pages);
	uint64_t count = 0;

	CHECK(resident);
	CHECK_EQ(mincore(memory, bytes, resident), 0);
	for (uint64_t i = 0; i < pages; i++)
		count += resident[i] & 1;
	free(resident);
	return count;
}

static void
expect_zero(const uint8_t *memory, uint64_t bytes)
{
	for (uint64_t i = 0; i < bytes; i++)
		CHECK(memory[i] == 0);
}

/* Does a program get large pages here if it asks for them? */
static bool
machine_has_huge_pages(void)
{
	uint8_t *memory = map_file(HUGE, 0);
	bool has;

	memory[0] = 0;
	has = madvise(memory, HUGE, MADV_COLLAPSE_NUMBER) == 0;
	CHECK_EQ(munmap(memory, HUGE), 0);
	return has;
}

static void
populate(void)
{
	uint64_t expected = machine_has_huge_pages() ? 2 * HUGE : 0;
	uint8_t *memory = map_file(2 * HUGE + vm_page_size, 0);

	errno = E2BIG;
	huge_pages_populate((uintptr_t)memory, 2 * HUGE + vm_page_size);
	CHECK_EQ(errno, E2BIG);
	CHECK_EQ(huge_bytes(memory), expected);
	expect_zero(memory, 2 * HUGE + vm_page_size);
}
RUN(new_memory_has_large_pages_where_the_machine_has_them, populate)

static void
write_before_and_after(void)
{
	uint8_t *memory = map_file(HUGE, 0);

	memory[5000] = 1;
	huge_pages_populate((uintptr_t)memory, HUGE);
	CHECK_EQ(memory[5000], 1);
	memory[HUGE - 1] = 2;
	CHECK_EQ(memory[HUGE - 1], 2);
}
RUN(what_was_written_stays, write_before_and_after)

static void
populate_misaligned(void)
{
	uint8_t *memory = map_file(2 * HUGE, vm_page_size);

	huge_pages_populate((uintptr_t)memory, 2 * HUGE);
	CHECK_EQ(count_resident(memory, 2 * HUGE), 0);
}
RUN(memory_that_is_not_aligned_is_left_alone, populate_misaligned)

static void
populate_less(void)
{
	uint8_t *memory = map_file(HUGE, 0);

	huge_pages_populate((uintptr_t)memory, HUGE - vm_page_size);
	CHECK_EQ(count_resident(memory, HUGE), 0);
}
RUN(memory_that_is_smaller_than_a_large_page_is_left_alone, populate_less)

static void
populate_too_much(void)
{
	uint64_t terabyte = UINT64_C(1) << 40;
	uint8_t *memory = map_file(terabyte, 0);

	huge_pages_populate((uintptr_t)memory, terabyte);
	CHECK_EQ(count_resident(memory, 16 * HUGE), 0);
}
RUN(more_than_half_of_the_machine_is_left_alone, populate_too_much)

static bool
take(uint64_t bytes)
{
	struct lock_hold hold;
	bool taken;

	vm_lock_take(&hold);
	taken = huge_pages_take_credit_locked(bytes);
	vm_lock_give(&hold);
	return taken;
}

static void
give(uint64_t bytes)
{
	struct lock_hold hold;

	vm_lock_take(&hold);
	huge_pages_give_credit_locked(bytes);
	vm_lock_give(&hold);
}

static void
spend_credit(void)
{
	unsigned count = 0;

	while (take(HUGE))
		count++;
	CHECK_EQ(count, 32);
}
RUN(a_program_that_sends_nothing_has_large_pages_for_a_little, spend_credit)

static void
earn_credit(void)
{
	CHECK(!take(1000 * HUGE));
	give(1000 * HUGE);
	CHECK(take(1000 * HUGE));
	CHECK(!take(1000 * HUGE));
}
RUN(what_was_sent_may_be_had_in_large_pages_again, earn_credit)

static void
earn_often(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < 1000; i++)
		give(100 * HUGE);
	while (take(100 * HUGE))
		count++;
	CHECK_EQ(count, 2);
}
RUN(credit_does_not_add_up_for_ever, earn_often)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        new_memory_has_large_pages_where_the_machine_has_them),
	    cmocka_unit_test(what_was_written_stays),
	    cmocka_unit_test(memory_that_is_not_aligned_is_left_alone),
	    cmocka_unit_test(
	        memory_that_is_smaller_than_a_large_page_is_left_alone),
	    cmocka_unit_test(more_than_half_of_the_machine_is_left_alone),
	    cmocka_unit_test(
	        a_program_that_sends_nothing_has_large_pages_for_a_little),
	    cmocka_unit_test(what_was_sent_may_be_had_in_large_pages_again),
	    cmocka_unit_test(credit_does_not_add_up_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
