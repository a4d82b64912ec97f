/* Memory in huge pages, where the machine has them for files in memory. */
#include "extent.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>

#include "extents.h"
#include "program.h"

#define SETTING "/sys/kernel/mm/transparent_hugepage/shmem_enabled"
#define HUGE ((uint64_t)2 << 20)
#define SIZE (4 * HUGE)

/* The bytes of a view are as they were written, and nothing is where there is a hole. */
static void
expect_view(struct extent_view view, uint64_t hole_bytes)
{
	const uint8_t *other =
	    mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, view.descriptor, 0);

	CHECK(other != MAP_FAILED);
	for (uint64_t i = 0; i < SIZE; i++)
		CHECK_EQ(other[i], i < hole_bytes ? 0 : pattern(i));
}

static void
use_memory(void)
{
	struct extent_view view;
	uint64_t address = 0;
	uint8_t *memory;

	CHECK_EQ(extent_allocate(&address, SIZE, 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	CHECK_EQ(address % HUGE, 0);
	memory = (uint8_t *)(uintptr_t)address;
	for (uint64_t i = 0; i < SIZE; i++)
		memory[i] = pattern(i);
	/* A part of a huge page: what is left may be whole or not, to Linux. */
	CHECK_EQ(extent_deallocate(address, PAGE), KERN_SUCCESS);
	if (extent_snapshot(address + PAGE, SIZE - PAGE, false, &view))
		expect_view(view, PAGE);
	memset(memory + PAGE, 7, PAGE);
	CHECK_EQ(memory[2 * PAGE], pattern(2 * PAGE));
	CHECK_EQ(extent_deallocate(address, SIZE), KERN_SUCCESS);

	CHECK_EQ(extent_allocate(&address, SIZE, 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	memory = (uint8_t *)(uintptr_t)address;
	for (uint64_t i = 0; i < SIZE; i++)
		memory[i] = pattern(i);
	CHECK(extent_snapshot(address, SIZE, false, &view));
	memory[HUGE] ^= 1;
	expect_view(view, 0);
	CHECK_EQ(extent_isolate(address + PAGE, PAGE, &view), KERN_SUCCESS);
	CHECK_EQ(memory[PAGE], pattern(PAGE));
}

/* The word in brackets. False: there is no such setting. */
static bool
read_setting(char word[32])
{
	FILE *file = fopen(SETTING, "re");
	char text[128] = "";
	bool found;

	if (!file)
		return false;
	found = fgets(text, sizeof(text), file) != NULL &&
	    sscanf(text, "%*[^[][%31[^]]", word) == 1;
	(void)fclose(file);
	return found;
}

static bool
write_setting(const char *word)
{
	int file = open(SETTING, O_WRONLY | O_CLOEXEC);
	bool written;

	if (file < 0)
		return false;
	written = write(file, word, strlen(word)) == (ssize_t)strlen(word);
	(void)close(file);
	return written;
}

static void
memory_is_right_as_the_machine_is(void **state)
{
	(void)state;
	program_run(use_memory);
}

static void
memory_is_right_with_huge_pages(void **state)
{
	char before[32];

	(void)state;
	if (!read_setting(before) || !write_setting("advise")) {
		print_message(SETTING " may not be changed: not tested\n");
		skip();
	}
	program_run(use_memory);
	assert_true(write_setting(before));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_is_right_as_the_machine_is),
	    cmocka_unit_test(memory_is_right_with_huge_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
