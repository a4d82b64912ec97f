/* Memory that is sent without being copied. */
#include "extent.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>

#include "extents.h"
#include "mapping.h"
#include "memory_file.h"
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

/* All bytes are as allocate() wrote them. */
static void
expect_pattern(const uint8_t *memory, uint64_t bytes)
{
	CHECK_EQ(memcmp(memory, patterns(), bytes), 0);
}

static const uint8_t *
map_view(const struct extent_view *view, uint64_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE,
	    view->descriptor, (off_t)view->offset);

	CHECK(memory != MAP_FAILED);
	return memory;
}

static enum extent_kind
kind_of(uint64_t address)
{
	struct extent_facts facts;
	uint64_t begin;
	uint64_t end;

	return extent_look(address, &facts, &begin, &end) ? facts.kind
	                                                  : EXTENT_PLAIN;
}

static void
expect_no_snapshot(uint64_t address, uint64_t bytes, bool gives)
{
	struct extent_view view = {-7, 7};

	CHECK(!extent_snapshot(address, bytes, gives, &view));
	CHECK_EQ(view.descriptor, -7);
}

/* --- both sides ------------------------------------------------------------- */

static void
see_both_sides(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view view;
	const uint8_t *other;

	CHECK(extent_snapshot(address, LARGE, false, &view));
	CHECK_EQ(fcntl(view.descriptor, F_GET_SEALS) & MEMORY_FILE_SEALS,
	    MEMORY_FILE_SEALS);
	CHECK_EQ(fcntl(view.descriptor, F_GETFD), FD_CLOEXEC);
	other = map_view(&view, LARGE);
	expect_pattern(other, LARGE);
	expect_pattern(bytes_at(address), LARGE);
	memset(bytes_at(address), 0, LARGE);
	expect_pattern(other, LARGE);
	CHECK_EQ(bytes_at(address)[LARGE - 1], 0);
	CHECK_EQ(kind_of(address), EXTENT_SNAPSHOT);
}
RUN(a_snapshot_does_not_change_when_the_memory_does, see_both_sides)

static void
write_through_descriptor(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view view;
	char path[64];

	CHECK(extent_snapshot(address, LARGE, false, &view));
	CHECK_EQ(pwrite(view.descriptor, "", 1, 0), -1);
	CHECK_EQ(errno, EPERM);
	CHECK_EQ(ftruncate(view.descriptor, 0), -1);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", view.descriptor);
	view.descriptor = open(path, O_RDWR);
	CHECK_EQ(pwrite(view.descriptor, "", 1, 0), -1);
	CHECK_EQ(fallocate(view.descriptor,
	             FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096),
	    -1);
	CHECK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
	          view.descriptor, 0) == MAP_FAILED);
	/* Not through the memory either. */
	expect_pattern(bytes_at(address), LARGE);
}
RUN(nobody_can_change_a_snapshot, write_through_descriptor)

static void
send_again(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view first;
	struct extent_view second;
	struct stat status[2];

	CHECK(extent_snapshot(address, LARGE, false, &first));
	CHECK(extent_snapshot(address, LARGE, true, &second));
	CHECK_EQ(fstat(first.descriptor, &status[0]), 0);
	CHECK_EQ(fstat(second.descriptor, &status[1]), 0);
	CHECK_EQ(status[0].st_ino, status[1].st_ino);
	bytes_at(address)[LARGE / 2] ^= 1;
	expect_no_snapshot(address, LARGE, false);
	expect_no_snapshot(address, LARGE, true);
}
RUN(a_snapshot_is_sent_again_until_the_memory_is_changed, send_again)

static void
keep_after_deallocation(void)
{
	unsigned files;
	uint64_t address = allocate(LARGE);
	struct extent_view view;
	const uint8_t *other;

	files = program_count_files();
	CHECK(extent_snapshot(address, LARGE, true, &view));
	CHECK_EQ(extent_deallocate(address, LARGE), KERN_SUCCESS);
	other = map_view(&view, LARGE);
	CHECK_EQ(close(view.descriptor), 0);
	CHECK(program_count_files() <= files);
	expect_pattern(other, LARGE);
}
RUN(a_snapshot_outlives_the_memory, keep_after_deallocation)

/* --- parts and tails -------------------------------------------------------- */

static void
refuse_parts(void)
{
	uint64_t address = allocate(LARGE);
	uint64_t small = allocate(PAGE);

	expect_no_snapshot(address, LARGE - PAGE, true);
	expect_no_snapshot(address + PAGE, LARGE - PAGE, true);
	expect_no_snapshot(address + 1, LARGE - 1, true);
	expect_no_snapshot(address, LARGE + PAGE, true);
	expect_no_snapshot(small, PAGE, true);
	expect_no_snapshot((uintptr_t)bytes_at, 100, true);
	CHECK_EQ(kind_of(address), EXTENT_OWN);
	expect_pattern(bytes_at(address), LARGE);
}
RUN(parts_of_memory_are_copied, refuse_parts)

static void
send_the_rest(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view view;
	const uint8_t *other;
	const uint64_t rest = LARGE - 5 * PAGE;

	CHECK_EQ(extent_deallocate(address, 3 * PAGE), KERN_SUCCESS);
	CHECK_EQ(extent_deallocate(address + LARGE - 2 * PAGE, 2 * PAGE),
	    KERN_SUCCESS);
	CHECK(extent_snapshot(address + 3 * PAGE, rest, false, &view));
	CHECK_EQ(view.offset, 3 * PAGE);
	/* All of the file, as whoever has it can. */
	view.offset = 0;
	other = map_view(&view, LARGE);
	CHECK_EQ(memcmp(other + 3 * PAGE, patterns() + 3 * PAGE, rest), 0);
	for (uint64_t i = 0; i < 3 * PAGE; i++)
		CHECK_EQ(other[i], 0);
	for (uint64_t i = LARGE - 2 * PAGE; i < LARGE; i++)
		CHECK_EQ(other[i], 0);
}
RUN(what_is_left_after_deallocation_is_whole, send_the_rest)

static void
refuse_rest_of_snapshot(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view view;

	CHECK(extent_snapshot(address, LARGE, false, &view));
	CHECK_EQ(extent_deallocate(address, PAGE), KERN_SUCCESS);
	expect_no_snapshot(address + PAGE, LARGE - PAGE, false);
	expect_pattern(map_view(&view, LARGE), LARGE);
}
RUN(the_rest_of_what_is_sealed_is_copied, refuse_rest_of_snapshot)

static void
refuse_split(void)
{
	uint64_t address = allocate(LARGE);

	CHECK_EQ(extent_deallocate(address + LARGE / 2, PAGE), KERN_SUCCESS);
	expect_no_snapshot(address, LARGE / 2, true);
	expect_no_snapshot(address, LARGE, true);
	CHECK_EQ(kind_of(address), EXTENT_OWN);
}
RUN(memory_that_has_a_hole_is_copied, refuse_split)

static void
send_tail(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view view;
	const uint8_t *other;

	expect_no_snapshot(address, LARGE - 100, false);
	CHECK_EQ(kind_of(address), EXTENT_OWN);
	CHECK(extent_snapshot(address, LARGE - 100, true, &view));
	other = map_view(&view, LARGE);
	expect_pattern(other, LARGE - 100);
	for (uint64_t i = LARGE - 100; i < LARGE; i++)
		CHECK_EQ(other[i], 0);
	/* The send may fail. */
	expect_pattern(bytes_at(address), LARGE);
}
RUN(bytes_behind_the_end_are_not_sent, send_tail)

static void
send_zero_tail(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view view;

	memset(bytes_at(address) + LARGE - 100, 0, 100);
	CHECK(extent_snapshot(address, LARGE - 100, false, &view));
	CHECK(extent_snapshot(address, LARGE - 90, false, &view));
	expect_no_snapshot(address, LARGE - 101, true);
}
RUN(zeroes_behind_the_end_do_no_harm, send_zero_tail)

/* --- mappings --------------------------------------------------------------- */

static void
keep_protection(void)
{
	uint64_t address = allocate(LARGE);
	struct extent_view view;
	struct mapping mapping;

	CHECK_EQ(mprotect(bytes_at(address + PAGE), PAGE, PROT_READ), 0);
	CHECK_EQ(mprotect(bytes_at(address + 3 * PAGE), PAGE, PROT_NONE), 0);
	CHECK(extent_snapshot(address, LARGE, false, &view));
	CHECK(mapping_find(address, &mapping));
	CHECK_EQ(mapping.protection, PROT_READ | PROT_WRITE);
	CHECK(!mapping.shared);
	CHECK(mapping_find(address + PAGE, &mapping));
	CHECK_EQ(mapping.protection, PROT_READ);
	CHECK(mapping_find(address + 3 * PAGE, &mapping));
	CHECK_EQ(mapping.protection, PROT_NONE);
	CHECK(mapping_find(address + 4 * PAGE, &mapping));
	CHECK_EQ(mapping.protection, PROT_READ | PROT_WRITE);
	expect_pattern(map_view(&view, LARGE), LARGE);
}
RUN(protection_stays_as_it_was, keep_protection)

static void
duplicate(void)
{
	uint64_t address = allocate(LARGE);
	uint8_t *second = mremap(bytes_at(address), 0, LARGE, MREMAP_MAYMOVE);

	CHECK(second != MAP_FAILED);
	expect_no_snapshot(address, LARGE, true);
	CHECK_EQ(kind_of(address), EXTENT_PLAIN);
	expect_pattern(bytes_at(address), LARGE);
	bytes_at(address)[0] = 77;
	CHECK_EQ(bytes_at(address)[0], 77);
	CHECK_EQ(second[0], pattern(0));
}
RUN(memory_that_the_program_mapped_twice_is_copied, duplicate)

static void
map_over_part(void)
{
	uint64_t address = allocate(LARGE);
	uint8_t *memory =
	    mmap(bytes_at(address + PAGE), PAGE, PROT_READ | PROT_WRITE,
	        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	CHECK(memory != MAP_FAILED);
	memory[0] = 9;
	expect_no_snapshot(address, LARGE, true);
	CHECK_EQ(memory[0], 9);
	CHECK_EQ(kind_of(address), EXTENT_OWN);
	CHECK_EQ(kind_of(address + PAGE), EXTENT_PLAIN);
}
RUN(memory_that_the_program_mapped_over_is_copied, map_over_part)

static void
close_everything(void)
{
	uint64_t address = allocate(LARGE);

	for (int i = 3; i < 1024; i++)
		(void)close(i);
	expect_no_snapshot(address, LARGE, true);
	expect_pattern(bytes_at(address), LARGE);
}
RUN(without_its_descriptor_memory_is_copied, close_everything)

/* A child that clone() made shares our memory: it goes on to do so, and nothing else. */
static void
clone_child(void)
{
	uint64_t address = allocate(LARGE);
	int ready[2];
	int go[2];
	char byte;
	pid_t pid;

	CHECK_EQ(pipe(ready), 0);
	CHECK_EQ(pipe(go), 0);
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		(void)alarm(PROGRAM_SECONDS);
		(void)close(go[1]);
		if (write(ready[1], "", 1) != 1 || read(go[0], &byte, 1) != 1)
			_exit(2);
		_exit(bytes_at(address)[0] == pattern(0) ? 0 : 1);
	}
	CHECK_EQ(read(ready[0], &byte, 1), 1);
	expect_no_snapshot(address, LARGE, true);
	CHECK_EQ(kind_of(address), EXTENT_PLAIN);
	bytes_at(address)[0] = 99;
	CHECK_EQ(write(go[1], "", 1), 1);
	program_join(pid);
	CHECK_EQ(bytes_at(address)[1], pattern(1));
	CHECK_EQ(bytes_at(address)[0], 99);
}
RUN(memory_that_another_process_can_write_is_copied, clone_child)

/* --- other threads ---------------------------------------------------------- */

#define WRITERS 2
#define ROUNDS 20

static _Atomic bool stop;
static uint64_t shared_address;

/* Counters, one per page, that a thread increments: none may be lost. */
static void *
increment(void *argument)
{
	const uint64_t which = (uintptr_t)argument;
	uint64_t count = 0;

	while (!atomic_load(&stop)) {
		count++;
		for (uint64_t page = 0; page < LARGE / PAGE; page += 16) {
			volatile uint64_t *counter =
			    (volatile uint64_t *)(void *)bytes_at(
			        shared_address + page * PAGE);

			if (counter[which] != count - 1)
				program_fail("lost", __FILE__, __LINE__);
			counter[which] = count;
		}
	}
	return NULL;
}

static void
write_meanwhile(void)
{
	pthread_t threads[WRITERS];

	for (int round = 0; round < ROUNDS; round++) {
		struct extent_view view;
		const uint8_t *other;
		uint8_t *before;

		shared_address = allocate(LARGE);
		memset(bytes_at(shared_address), 0, LARGE);
		atomic_store(&stop, false);
		for (uintptr_t i = 0; i < WRITERS; i++)
			CHECK_EQ(pthread_create(
			             &threads[i], NULL, increment, (void *)i),
			    0);
		(void)sched_yield();
		CHECK(extent_snapshot(shared_address, LARGE, false, &view));
		other = map_view(&view, LARGE);
		before = malloc(LARGE);
		memcpy(before, other, LARGE);
		atomic_store(&stop, true);
		for (int i = 0; i < WRITERS; i++)
			CHECK_EQ(pthread_join(threads[i], NULL), 0);
		CHECK_EQ(memcmp(before, other, LARGE), 0);
		free(before);
		CHECK_EQ(munmap((void *)(uintptr_t)other, LARGE), 0);
		CHECK_EQ(close(view.descriptor), 0);
		CHECK_EQ(
		    extent_deallocate(shared_address, LARGE), KERN_SUCCESS);
	}
}
RUN(what_threads_write_meanwhile_is_not_lost, write_meanwhile)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_snapshot_does_not_change_when_the_memory_does),
	    cmocka_unit_test(nobody_can_change_a_snapshot),
	    cmocka_unit_test(
	        a_snapshot_is_sent_again_until_the_memory_is_changed),
	    cmocka_unit_test(a_snapshot_outlives_the_memory),
	    cmocka_unit_test(parts_of_memory_are_copied),
	    cmocka_unit_test(what_is_left_after_deallocation_is_whole),
	    cmocka_unit_test(the_rest_of_what_is_sealed_is_copied),
	    cmocka_unit_test(memory_that_has_a_hole_is_copied),
	    cmocka_unit_test(bytes_behind_the_end_are_not_sent),
	    cmocka_unit_test(zeroes_behind_the_end_do_no_harm),
	    cmocka_unit_test(protection_stays_as_it_was),
	    cmocka_unit_test(memory_that_the_program_mapped_twice_is_copied),
	    cmocka_unit_test(memory_that_the_program_mapped_over_is_copied),
	    cmocka_unit_test(without_its_descriptor_memory_is_copied),
	    cmocka_unit_test(memory_that_another_process_can_write_is_copied),
	    cmocka_unit_test(what_threads_write_meanwhile_is_not_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
