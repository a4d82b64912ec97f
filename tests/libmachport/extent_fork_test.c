/* Memory around fork(). */
#include "extent.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>

#include "program.h"

#define PAGE ((uint64_t)vm_page_size)
#define LARGE VM_FILE_BYTES

/* Of the parent, known to its children. */
static uint8_t *memory;
static int to_child[2];
static int to_parent[2];

static void
allocate(void)
{
	uint64_t address = 0;

	CHECK_EQ(extent_allocate(&address, LARGE, 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	memory = (uint8_t *)(uintptr_t)address;
	memset(memory, 1, LARGE);
	CHECK_EQ(pipe(to_child), 0);
	CHECK_EQ(pipe(to_parent), 0);
}

static void
expect_all(uint8_t value)
{
	CHECK_EQ(memory[0], value);
	CHECK_EQ(memcmp(memory, memory + 1, LARGE - 1), 0);
}

/* Told when the parent has written. */
static void
be_apart(void)
{
	program_await(to_child);
	expect_all(1);
	memset(memory, 3, LARGE);
	program_ring(to_parent);
	program_await(to_child);
	expect_all(3);
	CHECK_EQ(extent_deallocate((uintptr_t)memory, LARGE), KERN_SUCCESS);
}

static void
write_on_both_sides(void)
{
	pid_t child = program_fork(be_apart);

	memset(memory, 2, LARGE);
	program_ring(to_child);
	program_await(to_parent);
	expect_all(2);
	memset(memory, 4, LARGE);
	program_ring(to_child);
	program_join(child);
	expect_all(4);
}

static void
fork_own(void)
{
	allocate();
	write_on_both_sides();
}
RUN(parent_and_child_do_not_see_what_the_other_writes, fork_own)

static void
fork_parts(void)
{
	allocate();
	CHECK_EQ(
	    extent_inherit((uintptr_t)memory + 8 * PAGE, PAGE, VM_INHERIT_NONE),
	    KERN_SUCCESS);
	CHECK_EQ(
	    extent_inherit((uintptr_t)memory + 8 * PAGE, PAGE, VM_INHERIT_COPY),
	    KERN_SUCCESS);
	write_on_both_sides();
}
RUN(inheritance_that_was_set_back_is_forgotten, fork_parts)

static void
fork_shared(void)
{
	struct extent_view view;

	allocate();
	CHECK_EQ(extent_isolate((uintptr_t)memory, LARGE, &view), KERN_SUCCESS);
	write_on_both_sides();
}
RUN(shared_memory_is_copied_for_a_child, fork_shared)

static void
fork_shared_without_descriptors(void)
{
	struct extent_view view;

	allocate();
	CHECK_EQ(extent_isolate((uintptr_t)memory, LARGE, &view), KERN_SUCCESS);
	for (int i = 0; i < 1024; i++)
		if (i > 2 && i != to_child[0] && i != to_child[1] &&
		    i != to_parent[0] && i != to_parent[1])
			(void)close(i);
	write_on_both_sides();
}
RUN(so_it_is_when_the_program_closed_its_file, fork_shared_without_descriptors)

static void
fork_own_without_descriptors(void)
{
	allocate();
	for (int i = 0; i < 1024; i++)
		if (i > 2 && i != to_child[0] && i != to_child[1] &&
		    i != to_parent[0] && i != to_parent[1])
			(void)close(i);
	write_on_both_sides();
}
RUN(so_is_memory_of_which_the_program_closed_the_file,
    fork_own_without_descriptors)

static void
see_what_parent_writes(void)
{
	program_await(to_child);
	expect_all(2);
	memset(memory, 3, LARGE);
}

static void
inherit_shared(void)
{
	pid_t child;

	allocate();
	CHECK_EQ(extent_inherit((uintptr_t)memory, LARGE, VM_INHERIT_SHARE),
	    KERN_SUCCESS);
	child = program_fork(see_what_parent_writes);
	memset(memory, 2, LARGE);
	program_ring(to_child);
	program_join(child);
	expect_all(3);
	/* Set back, it is a copy. */
	CHECK_EQ(extent_inherit((uintptr_t)memory, LARGE, VM_INHERIT_COPY),
	    KERN_SUCCESS);
	memset(memory, 1, LARGE);
	write_on_both_sides();
}
RUN(shared_inheritance_is_the_same_memory, inherit_shared)

static void
see_nothing(void)
{
	CHECK(msync(memory + PAGE, PAGE, MS_ASYNC) != 0);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(memory[0], 1);
	CHECK_EQ(memcmp(memory, memory + 2 * PAGE, PAGE), 0);
	CHECK_EQ(
	    memcmp(memory + 2 * PAGE, memory + 3 * PAGE, LARGE - 3 * PAGE), 0);
	memset(memory + 2 * PAGE, 5, PAGE);
}

static void
look(void)
{
	expect_all(2);
}

static void
inherit_nothing(void)
{
	allocate();
	CHECK_EQ(
	    extent_inherit((uintptr_t)memory + PAGE, PAGE, VM_INHERIT_NONE),
	    KERN_SUCCESS);
	program_join(program_fork(see_nothing));
	expect_all(1);
	memset(memory, 2, LARGE);
	CHECK_EQ(extent_inherit((uintptr_t)memory, LARGE, VM_INHERIT_COPY),
	    KERN_SUCCESS);
	program_join(program_fork(look));
	expect_all(2);
}
RUN(a_child_has_nothing_of_what_it_does_not_inherit, inherit_nothing)

static void
see_nothing_of_plain(void)
{
	CHECK(msync(memory + PAGE, PAGE, MS_ASYNC) != 0);
	CHECK_EQ(memory[0], 1);
	CHECK_EQ(memory[2 * PAGE], 1);
}

static void
inherit_plain(void)
{
	uint64_t address = 0;

	CHECK_EQ(extent_allocate(&address, 3 * PAGE, 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	memory = (uint8_t *)(uintptr_t)address;
	memset(memory, 1, 3 * PAGE);
	CHECK_EQ(extent_inherit(address + PAGE, PAGE, VM_INHERIT_NONE),
	    KERN_SUCCESS);
	program_join(program_fork(see_nothing_of_plain));
}
RUN(so_it_is_with_plain_memory, inherit_plain)

#define SPARSE ((uint64_t)1 << 36)

static void
look_at_sparse(void)
{
	CHECK_EQ(memory[SPARSE / 2], 5);
	CHECK_EQ(memory[SPARSE / 2 + PAGE], 0);
	CHECK_EQ(memory[0], 0);
	CHECK_EQ(memory[SPARSE - 1], 0);
	memory[SPARSE / 2] = 6;
}

static void
fork_sparse(void)
{
	struct extent_view view;
	uint64_t address = 0;

	CHECK_EQ(extent_allocate(&address, SPARSE, 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	memory = (uint8_t *)(uintptr_t)address;
	memory[SPARSE / 2] = 5;
	CHECK_EQ(extent_isolate(address, SPARSE, &view), KERN_SUCCESS);
	program_join(program_fork(look_at_sparse));
	CHECK_EQ(memory[SPARSE / 2], 5);
}
RUN(of_shared_memory_only_what_was_written_is_copied, fork_sparse)

static unsigned generation;

/* Each writes its own number, and its child sees that. */
static void
be_generation(void)
{
	uint8_t mine = (uint8_t)(10 + generation);

	expect_all(generation == 0 ? 1 : (uint8_t)(mine - 1));
	memset(memory, mine, LARGE);
	if (generation++ < 3)
		program_join(program_fork(be_generation));
	expect_all(mine);
}

static void
fork_generations(void)
{
	allocate();
	program_join(program_fork(be_generation));
	expect_all(1);
}
RUN(generations_are_apart, fork_generations)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parent_and_child_do_not_see_what_the_other_writes),
	    cmocka_unit_test(inheritance_that_was_set_back_is_forgotten),
	    cmocka_unit_test(shared_memory_is_copied_for_a_child),
	    cmocka_unit_test(so_it_is_when_the_program_closed_its_file),
	    cmocka_unit_test(so_is_memory_of_which_the_program_closed_the_file),
	    cmocka_unit_test(shared_inheritance_is_the_same_memory),
	    cmocka_unit_test(a_child_has_nothing_of_what_it_does_not_inherit),
	    cmocka_unit_test(so_it_is_with_plain_memory),
	    cmocka_unit_test(of_shared_memory_only_what_was_written_is_copied),
	    cmocka_unit_test(generations_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
