/* What may be done with memory, and its inheritance: what is refused, and what of the
 * table is left. fork() itself: extent_fork_test.c. */
#include "extent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include <cmocka.h>
#include <mach/vm_page_size.h>
#include <mach/vm_statistics.h>

#include "extents.h"
#include "mapping.h"
#include "program.h"

static uint64_t
allocate(uint64_t bytes)
{
	uint64_t address = 0;

	CHECK_EQ(extent_allocate(&address, bytes, 0, VM_FLAGS_ANYWHERE),
	    KERN_SUCCESS);
	return address;
}

static int
protection_at(uint64_t address)
{
	struct mapping mapping;

	CHECK(mapping_find(address, &mapping));
	CHECK(mapping.begin <= address);
	return mapping.protection;
}

/* An extent of just [@begin, @end), with these facts. */
static void
expect_facts(uint64_t begin, uint64_t end, vm_prot_t max_protection,
    vm_inherit_t inheritance)
{
	struct extent_facts facts;
	uint64_t begins;
	uint64_t ends;

	CHECK(extent_look(begin, &facts, &begins, &ends));
	CHECK_EQ(begins, begin);
	CHECK_EQ(ends, end);
	CHECK_EQ(facts.max_protection, max_protection);
	CHECK_EQ(facts.inheritance, inheritance);
}

/* The same of plain memory, and of memory with a file. */
static void
lower_maximum(uint64_t address)
{
	const uint64_t middle = address + PAGE;

	CHECK_EQ(
	    extent_protect(middle, PAGE, true, VM_PROT_READ), KERN_SUCCESS);
	CHECK_EQ(protection_at(address), PROT_READ | PROT_WRITE);
	CHECK_EQ(protection_at(middle), PROT_READ);
	expect_facts(middle, middle + PAGE, VM_PROT_READ, VM_INHERIT_COPY);
	CHECK_EQ(extent_protect(address, 3 * PAGE, false, VM_PROT_DEFAULT),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(extent_protect(middle, PAGE, true, VM_PROT_ALL),
	    KERN_PROTECTION_FAILURE);
	CHECK_EQ(extent_protect(address, 3 * PAGE, false, VM_PROT_NONE),
	    KERN_SUCCESS);
	CHECK_EQ(protection_at(middle + PAGE), PROT_NONE);
	CHECK_EQ(extent_protect(address, 3 * PAGE, false, VM_PROT_READ),
	    KERN_SUCCESS);
	CHECK_EQ(protection_at(middle), PROT_READ);
}

static void
lower_both(void)
{
	uint64_t plain = allocate(3 * PAGE);

	lower_maximum(plain);
	expect_plain(plain);
	lower_maximum(allocate(LARGE));
}
RUN(there_is_no_protection_above_the_maximum, lower_both)

static void
forget_maximum(void)
{
	uint64_t address = allocate(3 * PAGE);
	uint64_t again = address;

	CHECK_EQ(extent_protect(address, 3 * PAGE, true, VM_PROT_READ),
	    KERN_SUCCESS);
	CHECK_EQ(extent_deallocate(address, 3 * PAGE), KERN_SUCCESS);
	expect_plain(address);
	CHECK_EQ(extent_allocate(&again, 3 * PAGE, 0, 0), KERN_SUCCESS);
	*(volatile uint8_t *)(uintptr_t)again = 1;
	CHECK_EQ(
	    extent_protect(again, PAGE, false, VM_PROT_DEFAULT), KERN_SUCCESS);
}
RUN(new_memory_knows_nothing_of_what_was_there, forget_maximum)

static void
refuse_holes(void)
{
	/* The library has what memory it needs before there is a hole. */
	uint64_t large = allocate(LARGE);
	uint64_t address = allocate(3 * PAGE);

	CHECK_EQ(protection_at(large), PROT_READ | PROT_WRITE);
	CHECK_EQ(extent_deallocate(address + PAGE, PAGE), KERN_SUCCESS);
	CHECK_EQ(extent_protect(address, 3 * PAGE, false, VM_PROT_READ),
	    KERN_INVALID_ADDRESS);
	CHECK_EQ(extent_protect(address, 3 * PAGE, true, VM_PROT_READ),
	    KERN_INVALID_ADDRESS);
	CHECK_EQ(extent_inherit(address, 3 * PAGE, VM_INHERIT_NONE),
	    KERN_INVALID_ADDRESS);
	CHECK_EQ(extent_inherit(address, 3 * PAGE, VM_INHERIT_SHARE),
	    KERN_INVALID_ADDRESS);
	CHECK_EQ(protection_at(address), PROT_READ | PROT_WRITE);
	expect_plain(address);
}
RUN(nothing_is_done_where_there_are_holes, refuse_holes)

static void
split_and_merge(void)
{
	uint64_t address = allocate(LARGE);
	uint64_t middle = address + 4 * PAGE;

	CHECK_EQ(extent_inherit(middle, PAGE, VM_INHERIT_NONE), KERN_SUCCESS);
	expect_facts(address, middle, VM_PROT_ALL, VM_INHERIT_COPY);
	expect_facts(middle, middle + PAGE, VM_PROT_ALL, VM_INHERIT_NONE);
	expect_facts(
	    middle + PAGE, address + LARGE, VM_PROT_ALL, VM_INHERIT_COPY);
	CHECK_EQ(extent_inherit(middle, PAGE, VM_INHERIT_COPY), KERN_SUCCESS);
	expect_facts(address, address + LARGE, VM_PROT_ALL, VM_INHERIT_COPY);
}
RUN(extents_that_are_alike_again_are_one, split_and_merge)

static void
split_plain(void)
{
	uint64_t address = allocate(3 * PAGE);

	CHECK_EQ(
	    extent_inherit(address, 3 * PAGE, VM_INHERIT_NONE), KERN_SUCCESS);
	CHECK_EQ(extent_inherit(address + PAGE, PAGE, VM_INHERIT_COPY),
	    KERN_SUCCESS);
	expect_facts(address, address + PAGE, VM_PROT_ALL, VM_INHERIT_NONE);
	expect_plain(address + PAGE);
	expect_facts(address + 2 * PAGE, address + 3 * PAGE, VM_PROT_ALL,
	    VM_INHERIT_NONE);
	CHECK_EQ(
	    extent_inherit(address, 3 * PAGE, VM_INHERIT_COPY), KERN_SUCCESS);
	expect_plain(address);
	expect_plain(address + 2 * PAGE);
}
RUN(plain_memory_of_which_nothing_is_special_is_not_remembered, split_plain)

static void
refuse_read_only_file(void)
{
	void *code = (void *)(uintptr_t)refuse_holes;

	CHECK_EQ(extent_protect(
	             (uintptr_t)code, 1, true, VM_PROT_READ | VM_PROT_EXECUTE),
	    KERN_SUCCESS);
	CHECK_EQ(extent_protect((uintptr_t)code, 1, false, VM_PROT_ALL),
	    KERN_PROTECTION_FAILURE);
}
RUN(code_can_be_kept_from_being_written, refuse_read_only_file)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(there_is_no_protection_above_the_maximum),
	    cmocka_unit_test(new_memory_knows_nothing_of_what_was_there),
	    cmocka_unit_test(nothing_is_done_where_there_are_holes),
	    cmocka_unit_test(extents_that_are_alike_again_are_one),
	    cmocka_unit_test(
	        plain_memory_of_which_nothing_is_special_is_not_remembered),
	    cmocka_unit_test(code_can_be_kept_from_being_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
