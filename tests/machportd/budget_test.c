/* Budgets: the turns of users in the event loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "budget.h"
#include "closer.h"
#include "ipc.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define DESCRIPTORS 4096

static struct budget budget;
static struct user *many; /* has many connections */
static struct user *one;  /* has one */

static int
setup(void **state)
{
	(void)state;
	if (!closer_init(DESCRIPTORS))
		return -1;
	ipc_init(4096);
	budget_init(&budget, &budget_defaults, DESCRIPTORS);
	many = user_get(&budget, 1000);
	one = user_get(&budget, 1001);
	return many && one ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	(void)user_unref(many);
	(void)user_unref(one);
	budget_deinit(&budget);
	ipc_deinit();
	return 0;
}

TEST(a_user_has_a_few_turns_in_a_batch_and_others_have_theirs)
{
	for (int i = 0; i < USER_TURNS; i++)
		assert_true(user_take_turn(many, 1));
	for (int i = 0; i < 300; i++)
		assert_false(user_take_turn(many, 1));
	assert_true(user_take_turn(one, 1));
}

TEST(the_next_batch_brings_new_turns)
{
	for (uint64_t batch = 2; batch < 100; batch++) {
		for (int i = 0; i < USER_TURNS; i++)
			assert_true(user_take_turn(many, batch));
		assert_false(user_take_turn(many, batch));
	}
}

TEST(who_has_all_that_he_may_have_leaves_some_to_others)
{
	uint32_t taken[USER_RESOURCES] = {0};

	for (unsigned i = 0; i < USER_RESOURCES; i++)
		while (user_take(many, (enum user_resource)i))
			taken[i]++;
	for (unsigned i = 0; i < 100; i++)
		assert_true(user_take(one, USER_CONNECTIONS));
	for (unsigned i = 0; i < 100; i++)
		user_give(one, USER_CONNECTIONS);
	for (unsigned i = 0; i < USER_RESOURCES; i++)
		for (; taken[i] > 0; taken[i]--)
			user_give(many, (enum user_resource)i);
}

TEST(a_machine_with_much_memory_lets_much_be_on_its_way)
{
	struct budget_limits limits = budget_defaults;

	budget_limits_scale(&limits, UINT64_C(8) << 30);
	assert_int_equal(limits.task.file_bytes, UINT64_C(2) << 30);
	assert_int_equal(limits.user.file_bytes, UINT64_C(4) << 30);
	assert_int_equal(limits.task.bytes, budget_defaults.task.bytes);
}

TEST(a_machine_with_little_memory_lets_some_be_on_its_way)
{
	struct budget_limits limits = budget_defaults;

	budget_limits_scale(&limits, UINT64_C(512) << 20);
	assert_int_equal(limits.task.file_bytes, UINT64_C(256) << 20);
	assert_int_equal(limits.user.file_bytes, UINT64_C(1) << 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_user_has_a_few_turns_in_a_batch_and_others_have_theirs),
	    cmocka_unit_test(the_next_batch_brings_new_turns),
	    cmocka_unit_test(
	        who_has_all_that_he_may_have_leaves_some_to_others),
	    cmocka_unit_test(
	        a_machine_with_much_memory_lets_much_be_on_its_way),
	    cmocka_unit_test(
	        a_machine_with_little_memory_lets_some_be_on_its_way),
	};

	return cmocka_run_group_tests_name("budget", tests, setup, teardown);
}
