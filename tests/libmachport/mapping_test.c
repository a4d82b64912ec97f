/* What Linux says of mappings, by ioctl() and as text. */
#include "mapping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/vm_page_size.h>

#include "memory_file.h"
#include "program.h"

#define PAGE ((uint64_t)vm_page_size)
#define PAGES 8

static struct lock_hold hold;

/* A file of pages, all of them but the last mapped, and nothing behind. */
static uint64_t
map_file(int flags, int *file_out)
{
	uint8_t *memory = mmap(NULL, (PAGES + 2) * PAGE, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int file = memory_file_new("test");

	CHECK(file >= 0);
	CHECK_EQ(ftruncate(file, (off_t)((PAGES + 1) * PAGE)), 0);
	CHECK(mmap(memory + PAGE, PAGES * PAGE, PROT_READ | PROT_WRITE,
	          flags | MAP_FIXED, file, (off_t)PAGE) == memory + PAGE);
	CHECK_EQ(munmap(memory, PAGE), 0);
	CHECK_EQ(munmap(memory + (PAGES + 1) * PAGE, PAGE), 0);
	*file_out = file;
	return (uintptr_t)(memory + PAGE);
}

typedef bool find_function(uint64_t address, struct mapping *mapping_out);

static void
find(find_function *function)
{
	struct mapping mapping;
	struct stat status;
	uint64_t at;
	int file;

	/* What the first question takes must not be in the hole. */
	CHECK(function((uintptr_t)find, &mapping));
	at = map_file(MAP_SHARED, &file);
	CHECK_EQ(fstat(file, &status), 0);
	CHECK_EQ(
	    mprotect((void *)(uintptr_t)(at + 2 * PAGE), PAGE, PROT_READ), 0);
	CHECK(function(at + PAGE, &mapping));
	CHECK_EQ(mapping.begin, at);
	CHECK_EQ(mapping.end, at + 2 * PAGE);
	CHECK_EQ(mapping.offset, PAGE);
	CHECK_EQ(mapping.inode, status.st_ino);
	CHECK_EQ(mapping.device, status.st_dev);
	CHECK_EQ(mapping.protection, PROT_READ | PROT_WRITE);
	CHECK(mapping.shared);
	CHECK(function(at + 2 * PAGE, &mapping));
	CHECK_EQ(mapping.begin, at + 2 * PAGE);
	CHECK_EQ(mapping.protection, PROT_READ);
	CHECK_EQ(mapping.offset, 3 * PAGE);
	/* Behind a hole. */
	CHECK(function(at - 1, &mapping));
	CHECK_EQ(mapping.begin, at);
	CHECK(function((uintptr_t)&hold, &mapping));
	CHECK(!mapping.shared);
	CHECK(function((uintptr_t)find, &mapping));
	CHECK(mapping.protection & PROT_EXEC);
	CHECK(!function(UINT64_MAX - PAGE, &mapping));
}

static bool
find_now(uint64_t address, struct mapping *mapping_out)
{
	bool found;

	vm_lock_take(&hold);
	found = mapping_find_locked(address, mapping_out);
	vm_lock_give(&hold);
	return found;
}

static bool
find_text(uint64_t address, struct mapping *mapping_out)
{
	bool found;

	vm_lock_take(&hold);
	found = mapping_find_text_locked(address, mapping_out);
	vm_lock_give(&hold);
	return found;
}

static void
find_by_question(void)
{
	find(find_now);
	find(mapping_find);
}
RUN(a_mapping_is_found, find_by_question)

static void
find_in_text(void)
{
	find(find_text);
}
RUN(a_mapping_is_found_in_the_text, find_in_text)

/* All that the two say is the same. */
static void
compare_all(void)
{
	struct mapping asked;
	struct mapping read;

	for (uint64_t at = 0; find_now(at, &asked); at = asked.end) {
		/* Not a mapping, but it has a line. */
		if (asked.begin >= (uint64_t)1 << 63)
			break;
		CHECK(find_text(at, &read));
		CHECK_EQ(read.begin, asked.begin);
		CHECK_EQ(read.end, asked.end);
		CHECK_EQ(read.offset, asked.offset);
		CHECK_EQ(read.inode, asked.inode);
		CHECK_EQ(read.protection, asked.protection);
		CHECK_EQ(read.shared, asked.shared);
	}
}
RUN(the_text_says_the_same, compare_all)

static void
count_changed(void)
{
	uint64_t at;
	uint64_t end;
	int file;

	at = map_file(MAP_PRIVATE, &file);
	end = at + PAGES * PAGE;
	for (uint64_t i = 0; i <= PAGES; i++) {
		vm_lock_take(&hold);
		CHECK_EQ(mapping_count_changed_locked(at, end), i / 2);
		CHECK_EQ(mapping_count_text_locked(at, end), i / 2);
		vm_lock_give(&hold);
		if (i == PAGES)
			break;
		/* Every other is only read. */
		if (i % 2 == 1)
			*(volatile uint8_t *)(uintptr_t)(at + i * PAGE) = 1;
		else
			(void)*(volatile uint8_t *)(uintptr_t)(at + i * PAGE);
	}
}
RUN(pages_that_were_written_are_counted, count_changed)

static void
cover(void)
{
	struct mapping mapping;
	uint64_t at;
	int file;

	/* What the first question takes must not be in the hole. */
	CHECK(mapping_find((uintptr_t)cover, &mapping));
	at = map_file(MAP_PRIVATE, &file);
	CHECK_EQ(mprotect((void *)(uintptr_t)at, PAGE, PROT_NONE), 0);
	vm_lock_take(&hold);
	CHECK(mapping_covers_locked(at, at + PAGES * PAGE));
	CHECK(!mapping_covers_locked(at, at + PAGES * PAGE + 1));
	CHECK(!mapping_covers_locked(at - 1, at + PAGE));
	vm_lock_give(&hold);
}
RUN(holes_are_noticed, cover)

/* What the program, or its parent, had open is not asked. */
static void
look_as_child(void)
{
	find_by_question();
}

static void
lose_descriptors(void)
{
	find_by_question();
	for (int i = 3; i < 1024; i++)
		(void)close(i);
	CHECK_EQ(dup2(2, 512), 512);
	find_by_question();
	program_join(program_fork(look_as_child));
	find_by_question();
}
RUN(closed_descriptors_and_children_are_noticed, lose_descriptors)

static void
clone_behind_our_back(void)
{
	pid_t pid;

	find_by_question();
	/* A thread that is not in the child holds the lock. */
	vm_lock_take(&hold);
	pid = (pid_t)syscall(SYS_clone, 17 /* SIGCHLD */, 0, 0, 0, 0);
	if (pid == 0) {
		find_by_question();
		_exit(0);
	}
	vm_lock_give(&hold);
	program_join(pid);
}
RUN(a_child_of_clone_waits_for_no_lock, clone_behind_our_back)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_mapping_is_found),
	    cmocka_unit_test(a_mapping_is_found_in_the_text),
	    cmocka_unit_test(the_text_says_the_same),
	    cmocka_unit_test(pages_that_were_written_are_counted),
	    cmocka_unit_test(holes_are_noticed),
	    cmocka_unit_test(closed_descriptors_and_children_are_noticed),
	    cmocka_unit_test(a_child_of_clone_waits_for_no_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
