/* Memory of lanes stays while somebody looks, and goes then. */
#include "lanes_unmap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

#define BYTES ((size_t)4096)

static void *
memory_new(void)
{
	void *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

/* Nothing else is mapped in this test from letting go to here. */
static bool
is_there(void *memory)
{
	return msync(memory, BYTES, MS_ASYNC) == 0;
}

TEST(what_nobody_looks_at_goes_at_once)
{
	void *memory = memory_new();

	lanes_unmap(memory, BYTES);
	assert_false(is_there(memory));
}

TEST(what_somebody_may_look_at_goes_when_he_has_ended)
{
	void *memory = memory_new();

	lanes_look_begin();
	lanes_unmap(memory, BYTES);
	assert_true(is_there(memory));
	lanes_look_end();
	assert_false(is_there(memory));
}

TEST(a_handler_that_looks_too_does_not_make_it_go)
{
	void *memory = memory_new();

	lanes_look_begin();
	lanes_look_begin();
	lanes_unmap(memory, BYTES);
	lanes_look_end();
	assert_true(is_there(memory));
	lanes_look_end();
	assert_false(is_there(memory));
}

TEST(more_than_can_wait_stays)
{
	static void *memory[200];
	unsigned left = 0;

	lanes_look_begin();
	for (unsigned i = 0; i < 200; i++) {
		memory[i] = memory_new();
		lanes_unmap(memory[i], BYTES);
	}
	lanes_look_end();
	for (unsigned i = 0; i < 200; i++)
		left += is_there(memory[i]);
	assert_int_equal(left, 200 - 128);
	for (unsigned i = 0; i < 200; i++)
		if (is_there(memory[i]))
			(void)munmap(memory[i], BYTES);
}

TEST(a_child_has_nothing_to_let_go_of)
{
	void *memory = memory_new();

	lanes_look_begin();
	lanes_unmap(memory, BYTES);
	lanes_unmap_forget();
	lanes_look_begin();
	lanes_look_end();
	assert_true(is_there(memory));
	(void)munmap(memory, BYTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_nobody_looks_at_goes_at_once),
	    cmocka_unit_test(what_somebody_may_look_at_goes_when_he_has_ended),
	    cmocka_unit_test(a_handler_that_looks_too_does_not_make_it_go),
	    cmocka_unit_test(more_than_can_wait_stays),
	    cmocka_unit_test(a_child_has_nothing_to_let_go_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
