/* What the helper does with memory, without its process: with this one's memory, and with
 * that of one that does its worst meanwhile. */
#include "helper.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "helper_target.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* In pages: enough for several pieces of a copy, the last of which is not whole. */
#define PAGES 70
#define SIZE (PAGES * page - 5)

static size_t page;
static int self; /* pidfd */
static uint8_t *area;

/* Some pages, between two that cannot be touched. */
static uint8_t *
map_area(size_t bytes)
{
	uint8_t *at = mmap(NULL, bytes + 2 * page, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(at, MAP_FAILED);
	at += page;
	assert_int_equal(mprotect(at, bytes, PROT_READ | PROT_WRITE), 0);
	return at;
}

static void
unmap_area(uint8_t *at, size_t bytes)
{
	assert_int_equal(munmap(at - page, bytes + 2 * page), 0);
}

static uint8_t
pattern(size_t i)
{
	return (uint8_t)(i * 31 + (i >> 12));
}

static int
setup(void **state)
{
	(void)state;
	page = (size_t)sysconf(_SC_PAGESIZE);
	self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	area = map_area(2 * PAGES * page);
	for (size_t i = 0; i < 2 * PAGES * page; i++)
		area[i] = pattern(i);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unmap_area(area, 2 * PAGES * page);
	(void)close(self);
	return 0;
}

static struct helper_place
here(const void *at)
{
	return (struct helper_place){
	    .pid = getpid(),
	    .owner = geteuid(),
	    .address = (uintptr_t)at,
	};
}

/* --- files ------------------------------------------------------------------- */

/* Between @place and a file, at its second page. */
static kern_return_t
copy_file(uint32_t kind, struct helper_place place, uint64_t bytes, int file)
{
	const struct helper_request request = {
	    .kind = kind,
	    .at = place,
	    .bytes = bytes,
	    .offset = page,
	};
	struct helper_answer answer;

	helper_do(&request, self, file, &answer);
	return answer.code;
}

/* The same with a file that is empty. */
static kern_return_t
copy_here(uint32_t kind, const void *at, uint32_t bytes, uint32_t owner)
{
	const int file = memfd_create("test", MFD_CLOEXEC);
	struct helper_place place = here(at);
	kern_return_t kr;

	place.owner = owner;
	assert_int_equal(ftruncate(file, (off_t)(page + bytes)), 0);
	kr = copy_file(kind, place, bytes, file);
	(void)close(file);
	return kr;
}

TEST(memory_goes_to_a_file_and_back_byte_for_byte)
{
	const int file = memfd_create("test", MFD_CLOEXEC);
	uint8_t *copy = map_area(PAGES * page);

	assert_int_equal(
	    copy_file(HELPER_READ, here(area + 3), SIZE, file), KERN_SUCCESS);
	assert_int_equal(
	    copy_file(HELPER_WRITE, here(copy + 5), SIZE, file), KERN_SUCCESS);
	assert_memory_equal(copy + 5, area + 3, SIZE);
	unmap_area(copy, PAGES * page);
	(void)close(file);
}

TEST(a_file_that_is_read_is_not_mapped)
{
	const int file = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_int_equal(
	    copy_file(HELPER_READ, here(area), SIZE, file), KERN_SUCCESS);
	assert_int_equal(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), 0);
	(void)close(file);
}

TEST(a_copy_asks_whose_process_it_is)
{
	char bytes[16] = "0123456789";

	assert_int_equal(
	    copy_here(HELPER_READ, bytes, 16, geteuid()), KERN_SUCCESS);
	assert_int_equal(
	    copy_here(HELPER_WRITE, bytes, 4, HELPER_ANY_OWNER), KERN_SUCCESS);
	assert_memory_equal(bytes,
	    "\0\0\0\0"
	    "456789",
	    10);
	assert_int_equal(copy_here(HELPER_READ, bytes, 16, geteuid() + 1),
	    KERN_PROTECTION_FAILURE);
	assert_int_equal(copy_here(HELPER_WRITE, bytes, 16, geteuid() + 1),
	    KERN_PROTECTION_FAILURE);
	assert_memory_equal(bytes,
	    "\0\0\0\0"
	    "456789",
	    10);
}

TEST(a_range_that_is_not_all_there_is_not_copied)
{
	uint8_t *end = area + 2 * PAGES * page;

	assert_int_equal(mprotect(end - page, page, PROT_READ), 0);
	assert_int_equal(copy_here(HELPER_WRITE, end - page - 1, 2, geteuid()),
	    KERN_PROTECTION_FAILURE);
	assert_int_equal(
	    copy_here(HELPER_READ, end - page - 1, 2, geteuid()), KERN_SUCCESS);
	assert_int_equal(copy_here(HELPER_READ, end - 1, 2, geteuid()),
	    KERN_PROTECTION_FAILURE);
	assert_int_equal(munmap(end, page), 0);
	assert_int_equal(copy_here(HELPER_READ, end - 1, 2, geteuid()),
	    KERN_INVALID_ADDRESS);
	assert_ptr_equal(mmap(end, page, PROT_NONE,
	                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
	    end);
	assert_int_equal(pattern(SIZE), area[SIZE]);
}

TEST(a_page_that_a_file_no_longer_has_is_a_memory_error)
{
	const int file = memfd_create("test", MFD_CLOEXEC);

	assert_ptr_equal(mmap(area, page, PROT_READ | PROT_WRITE,
	                     MAP_SHARED | MAP_FIXED, file, 0),
	    area);
	assert_int_equal(
	    copy_here(HELPER_READ, area, 1, geteuid()), KERN_MEMORY_ERROR);
	assert_int_equal(
	    copy_here(HELPER_WRITE, area, 1, geteuid()), KERN_MEMORY_ERROR);
	(void)close(file);
}

/* --- copies between processes ------------------------------------------------ */

static kern_return_t
copy_area(const uint8_t *from, const uint8_t *to, uint64_t bytes)
{
	const struct helper_request request = {
	    .kind = HELPER_COPY,
	    .at = here(from),
	    .to = here(to),
	    .bytes = bytes,
	};
	struct helper_answer answer;

	helper_do(&request, self, self, &answer);
	return answer.code;
}

static void
expect_pattern(const uint8_t *at, size_t from)
{
	for (size_t i = 0; i < SIZE; i++)
		assert_int_equal(at[i], pattern(from + i));
}

TEST(a_copy_may_overlap_upwards)
{
	assert_int_equal(
	    copy_area(area + 1, area + 3 * page + 7, SIZE), KERN_SUCCESS);
	expect_pattern(area + 3 * page + 7, 1);
}

TEST(a_copy_may_overlap_downwards)
{
	assert_int_equal(
	    copy_area(area + 3 * page + 7, area + 1, SIZE), KERN_SUCCESS);
	expect_pattern(area + 1, 3 * page + 7);
}

TEST(a_copy_is_refused_before_anything_is_written)
{
	uint8_t *end = area + 2 * PAGES * page;

	assert_int_equal(
	    copy_area(area, end - SIZE + 1, SIZE), KERN_PROTECTION_FAILURE);
	assert_int_equal(
	    copy_area(end - SIZE + 1, area, SIZE), KERN_PROTECTION_FAILURE);
	expect_pattern(area, 0);
	expect_pattern(end - SIZE, 2 * PAGES * page - SIZE);
}

TEST(a_copy_asks_for_either_process)
{
	struct helper_request request = {
	    .kind = HELPER_COPY,
	    .at = here(area),
	    .to = here(area + page),
	    .bytes = 1,
	};
	struct helper_answer answer;

	request.to.owner = geteuid() + 1;
	helper_do(&request, self, self, &answer);
	assert_int_equal(answer.code, KERN_PROTECTION_FAILURE);
	request.to.owner = geteuid();
	request.at.owner = geteuid() + 1;
	helper_do(&request, self, self, &answer);
	assert_int_equal(answer.code, KERN_PROTECTION_FAILURE);
	assert_int_equal(area[page], pattern(page));
}

TEST(a_copy_from_who_has_ended_is_none)
{
	const pid_t pid = fork();
	char bytes[16];

	if (pid == 0)
		_exit(0);
	(void)close(self);
	self = (int)syscall(SYS_pidfd_open, pid, 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	/* The pid is this process's: as if it were used again. */
	assert_int_equal(copy_here(HELPER_READ, bytes, 16, HELPER_ANY_OWNER),
	    KERN_INVALID_TASK);
}

/* --- regions ----------------------------------------------------------------- */

static kern_return_t
region_at(const void *at, struct kern_memory_region *region_out)
{
	const struct helper_request request = {
	    .kind = HELPER_REGION, .at = here(at)};
	struct helper_answer answer;

	helper_do(&request, self, -1, &answer);
	*region_out = answer.region;
	return answer.code;
}

TEST(a_region_is_found_from_any_byte_of_it)
{
	struct kern_memory_region region;

	assert_int_equal(region_at(area + page + 77, &region), KERN_SUCCESS);
	assert_int_equal(region.address, (uintptr_t)area);
	assert_int_equal(region.bytes, 2 * PAGES * page);
	assert_int_equal(region.protection, VM_PROT_READ | VM_PROT_WRITE);
	assert_false(region.shared);
}

TEST(a_region_ends_where_the_next_begins)
{
	struct kern_memory_region region;
	uint8_t *end = area + 2 * PAGES * page;

	assert_int_equal(region_at(end, &region), KERN_SUCCESS);
	assert_int_equal(region.protection, VM_PROT_NONE);
	assert_int_equal(region_at(end - 1, &region), KERN_SUCCESS);
	assert_int_equal(region.address, (uintptr_t)area);
}

TEST(where_nothing_is_the_next_region_is_found)
{
	struct kern_memory_region region;

	assert_int_equal(munmap(area + page, page), 0);
	assert_int_equal(region_at(area + page, &region), KERN_SUCCESS);
	assert_int_equal(region.address, (uintptr_t)area + 2 * page);
}

TEST(behind_all_regions_is_none)
{
	struct kern_memory_region region;

	assert_int_equal(
	    region_at((void *)UINTPTR_MAX, &region), KERN_INVALID_ADDRESS);
	/* Nor the page of Linux's own. */
	assert_int_equal(
	    region_at((void *)INTPTR_MAX, &region), KERN_INVALID_ADDRESS);
}

TEST(a_region_of_a_file_tells_where_in_it)
{
	const int file = memfd_create("test", MFD_CLOEXEC);
	struct kern_memory_region region;

	assert_ptr_equal(mmap(area, page, PROT_READ, MAP_SHARED | MAP_FIXED,
	                     file, (off_t)(5 * page)),
	    area);
	assert_int_equal(region_at(area, &region), KERN_SUCCESS);
	assert_int_equal(region.bytes, page);
	assert_int_equal(region.offset, 5 * page);
	assert_int_equal(region.protection, VM_PROT_READ);
	assert_true(region.shared);
	(void)close(file);
}

static void
end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Of the next region at or behind @address in @place's process. */
static kern_return_t
tell_region(struct helper_place place, bool text, uint64_t address,
    struct kern_memory_region *region_out)
{
	struct helper_target target;
	kern_return_t kr;

	assert_int_equal(
	    helper_target_open(&place, self, HELPER_USE_MAPS, &target),
	    KERN_SUCCESS);
	target.text = text;
	kr = helper_target_region(&target, address, region_out);
	helper_target_close(&target);
	return kr;
}

/* What an older Linux tells by text is the same, of a process that does nothing. */
TEST(a_region_is_the_same_by_text)
{
	struct helper_place place = here(area);
	struct kern_memory_region region;
	struct kern_memory_region read;
	uint64_t address = 0;
	kern_return_t kr;

	place.pid = fork();
	if (place.pid == 0)
		for (;;)
			(void)raise(SIGSTOP);
	assert_int_equal(waitpid(place.pid, NULL, WUNTRACED), place.pid);
	kr = tell_region(place, false, address, &region);
	while (kr == KERN_SUCCESS) {
		assert_int_equal(
		    tell_region(place, true, address, &read), KERN_SUCCESS);
		assert_memory_equal(&region, &read, sizeof(region));
		address = region.address + region.bytes;
		kr = tell_region(place, false, address, &region);
	}
	assert_int_equal(tell_region(place, true, address, &read), kr);
	assert_true(address > (uintptr_t)&place); /* the stack */
	end(place.pid);
}

TEST(a_range_is_the_same_by_text)
{
	const struct helper_place place = here(area);
	struct helper_target target;
	uint8_t *end = area + 2 * PAGES * page;

	for (unsigned page_count = 1; page_count < 3; page_count++) {
		const uint64_t from = (uintptr_t)end - 2 * page;

		assert_int_equal(
		    helper_target_open(&place, self, HELPER_USE_READ, &target),
		    KERN_SUCCESS);
		assert_int_equal(mprotect(end - page, page, PROT_READ), 0);
		target.text = true;
		assert_int_equal(
		    helper_target_check(&target, from, (1 + page_count) * page),
		    page_count == 1 ? KERN_SUCCESS : KERN_PROTECTION_FAILURE);
		helper_target_close(&target);
	}
}

TEST(a_region_asks_whose_process_it_is)
{
	struct helper_request request = {
	    .kind = HELPER_REGION, .at = here(area)};
	struct helper_answer answer;

	request.at.owner = geteuid() + 1;
	helper_do(&request, self, -1, &answer);
	assert_int_equal(answer.code, KERN_PROTECTION_FAILURE);
}

/* --- processes that do their worst ------------------------------------------- */

/* A child that maps, protects and unmaps the area's second half as fast as it can. */
static _Noreturn void
be_restless(void)
{
	uint8_t *half = area + PAGES * page;
	const size_t bytes = PAGES * page;

	for (;;) {
		(void)mprotect(half, bytes, PROT_NONE);
		(void)munmap(half + page, bytes / 2);
		(void)mmap(half, bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	}
}

static bool
is_one_of(kern_return_t kr)
{
	return kr == KERN_SUCCESS || kr == KERN_INVALID_ADDRESS ||
	    kr == KERN_PROTECTION_FAILURE || kr == KERN_MEMORY_ERROR;
}

TEST(a_process_that_changes_its_maps_meanwhile_harms_itself_alone)
{
	const pid_t pid = fork();
	struct helper_request request = {
	    .at = here(area + (PAGES - 1) * page),
	    .to = here(area),
	    .bytes = PAGES * page,
	    .offset = page,
	};
	const int file = memfd_create("test", MFD_CLOEXEC);
	int child;

	if (pid == 0)
		be_restless();
	child = (int)syscall(SYS_pidfd_open, pid, 0);
	request.at.pid = pid;
	request.to.pid = pid;
	for (unsigned i = 0; i < 400; i++) {
		struct helper_answer answer;

		request.kind = i % 4;
		helper_do(&request, child,
		    request.kind == HELPER_COPY ? child : file, &answer);
		assert_true(is_one_of(answer.code));
		if (request.kind == HELPER_REGION)
			assert_int_equal(answer.code, KERN_SUCCESS);
	}
	end(pid);
	(void)close(child);
	(void)close(file);
	expect_pattern(area, 0);
}

TEST(a_process_that_ends_or_executes_meanwhile_is_refused)
{
	const int file = memfd_create("test", MFD_CLOEXEC);

	for (unsigned i = 0; i < 20; i++) {
		const pid_t pid = fork();
		struct helper_place place = here(area);
		kern_return_t kr = KERN_SUCCESS;
		int kept = self;

		if (pid == 0) {
			if (i % 2)
				_exit(0);
			(void)execl("/bin/true", "true", NULL);
			_exit(1);
		}
		place.pid = pid;
		self = (int)syscall(SYS_pidfd_open, pid, 0);
		while (kr == KERN_SUCCESS)
			kr = copy_file(HELPER_READ, place, SIZE, file);
		assert_true(kr == KERN_INVALID_TASK ||
		    kr == KERN_INVALID_ADDRESS ||
		    kr == KERN_PROTECTION_FAILURE);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		(void)close(self);
		self = kept;
	}
	(void)close(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(memory_goes_to_a_file_and_back_byte_for_byte),
	    CASE(a_file_that_is_read_is_not_mapped),
	    CASE(a_copy_asks_whose_process_it_is),
	    CASE(a_range_that_is_not_all_there_is_not_copied),
	    CASE(a_page_that_a_file_no_longer_has_is_a_memory_error),
	    CASE(a_copy_may_overlap_upwards),
	    CASE(a_copy_may_overlap_downwards),
	    CASE(a_copy_is_refused_before_anything_is_written),
	    CASE(a_copy_asks_for_either_process),
	    CASE(a_copy_from_who_has_ended_is_none),
	    CASE(a_region_is_found_from_any_byte_of_it),
	    CASE(a_region_ends_where_the_next_begins),
	    CASE(where_nothing_is_the_next_region_is_found),
	    CASE(behind_all_regions_is_none),
	    CASE(a_region_of_a_file_tells_where_in_it),
	    CASE(a_region_is_the_same_by_text),
	    CASE(a_range_is_the_same_by_text),
	    CASE(a_region_asks_whose_process_it_is),
	    CASE(a_process_that_changes_its_maps_meanwhile_harms_itself_alone),
	    CASE(a_process_that_ends_or_executes_meanwhile_is_refused),
	};

	return cmocka_run_group_tests_name("helper_memory", tests, NULL, NULL);
}
