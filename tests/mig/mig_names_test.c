/* A table from names to what they stand for. */
#include "mig_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { MANY = 10000 };

static int values[MANY];

static int
set_up(void **state)
{
	*state = mig_arena_new();
	return 0;
}

static int
tear_down(void **state)
{
	mig_arena_free(*state);
	return 0;
}

static const char *
name_of(struct mig_arena *arena, int i)
{
	return mig_arena_print(arena, "name_%d", i);
}

static void
a_name_stands_for_what_it_was_given(void **state)
{
	struct mig_names *names = mig_names_new(*state);

	*mig_names_slot(names, "one") = &values[1];
	*mig_names_slot(names, "two") = &values[2];
	assert_ptr_equal(mig_names_find(names, "one"), &values[1]);
	assert_ptr_equal(mig_names_find(names, "two"), &values[2]);
	assert_ptr_equal(*mig_names_slot(names, "two"), &values[2]);
}

static void
a_name_that_is_new_stands_for_nothing(void **state)
{
	struct mig_names *names = mig_names_new(*state);

	assert_null(mig_names_find(names, "one"));
	assert_null(*mig_names_slot(names, "one"));
	assert_null(mig_names_find(names, ""));
}

static void
all_names_are_there_after_it_has_grown(void **state)
{
	struct mig_names *names = mig_names_new(*state);

	for (int i = 0; i < MANY; i++)
		*mig_names_slot(names, name_of(*state, i)) = &values[i];
	for (int i = 0; i < MANY; i++)
		assert_ptr_equal(
		    mig_names_find(names, name_of(*state, i)), &values[i]);
}

static void
a_cleared_table_has_no_name(void **state)
{
	struct mig_names *names = mig_names_new(*state);

	*mig_names_slot(names, "one") = &values[1];
	mig_names_clear(names);
	assert_null(mig_names_find(names, "one"));
	assert_null(*mig_names_slot(names, "one"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_name_stands_for_what_it_was_given),
	    CASE(a_name_that_is_new_stands_for_nothing),
	    CASE(all_names_are_there_after_it_has_grown),
	    CASE(a_cleared_table_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
