/* What it costs to have memory ready to be sent (ool_cost.h). */
#include "ool_cost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Of 2 MiB and more, only the pages count. */
#define MANY 512
/* And of so few, hardly. */
#define FEW 1

static struct ool_cost
fresh_cost(void)
{
	struct ool_cost cost;

	memcpy(&cost, &ool_cost_start, sizeof(cost));
	return cost;
}

static void
note_often(
    struct ool_cost *cost, enum ool_work work, uint64_t pages, uint64_t ns)
{
	for (int i = 0; i < 1000; i++)
		ool_cost_note(cost, work, pages, ns);
}

static bool
is_near(double value, double expected)
{
	return value > expected * 0.9 && value < expected * 1.1;
}

static void
a_price_follows_what_is_measured(void **state)
{
	struct ool_cost cost = fresh_cost();

	(void)state;
	note_often(&cost, OOL_COPY, MANY, 300000);
	assert_true(is_near(ool_cost_estimate(&cost, OOL_COPY, MANY), 300000));
	note_often(&cost, OOL_COPY, MANY, 2000000);
	assert_true(is_near(ool_cost_estimate(&cost, OOL_COPY, MANY), 2000000));
}

static void
few_pages_tell_of_the_fixed_part(void **state)
{
	struct ool_cost cost = fresh_cost();
	double page = cost.prices[OOL_COPY].page;

	(void)state;
	note_often(&cost, OOL_COPY, FEW, 30000);
	assert_true(is_near(ool_cost_estimate(&cost, OOL_COPY, FEW), 30000));
	assert_true(cost.prices[OOL_COPY].fixed > 20000);
	assert_true(cost.prices[OOL_COPY].page < 4 * page);
}

static void
one_measurement_moves_a_price_little(void **state)
{
	struct ool_cost cost = fresh_cost();
	double before = ool_cost_estimate(&cost, OOL_COPY, MANY);

	(void)state;
	ool_cost_note(&cost, OOL_COPY, MANY, UINT64_MAX);
	assert_true(ool_cost_estimate(&cost, OOL_COPY, MANY) < before * 1.04);
	cost = fresh_cost();
	ool_cost_note(&cost, OOL_COPY, MANY, 0);
	assert_true(ool_cost_estimate(&cost, OOL_COPY, MANY) > before * 0.96);
}

static void
a_price_has_bounds_and_comes_back(void **state)
{
	struct ool_cost cost = fresh_cost();
	double before = ool_cost_estimate(&cost, OOL_SNAPSHOT, MANY);

	(void)state;
	note_often(&cost, OOL_SNAPSHOT, MANY, UINT64_MAX);
	assert_true(
	    ool_cost_estimate(&cost, OOL_SNAPSHOT, MANY) <= before * 16.01);
	note_often(&cost, OOL_SNAPSHOT, MANY, 0);
	assert_true(
	    ool_cost_estimate(&cost, OOL_SNAPSHOT, MANY) >= before / 16.01);
	note_often(&cost, OOL_SNAPSHOT, MANY, (uint64_t)before);
	assert_true(
	    is_near(ool_cost_estimate(&cost, OOL_SNAPSHOT, MANY), before));
}

static void
a_snapshot_pays_for_many_pages_and_a_copy_for_few(void **state)
{
	struct ool_cost cost = fresh_cost();

	(void)state;
	assert_true(ool_cost_choose_snapshot(&cost, MANY));
	assert_false(ool_cost_choose_snapshot(&cost, FEW));
}

static void
a_snapshot_does_not_pay_where_it_has_become_slow(void **state)
{
	struct ool_cost cost = fresh_cost();

	(void)state;
	note_often(&cost, OOL_SNAPSHOT, MANY, 900000);
	note_often(&cost, OOL_COPY, MANY, 500000);
	assert_false(ool_cost_choose_snapshot(&cost, MANY));
}

/* Snapshots of @count programs that write @share of the memory again. */
static void
be_rewritten(struct ool_cost *cost, double share, int count)
{
	for (int i = 0; i < count; i++)
		ool_cost_note_rewritten(cost, share);
}

static void
memory_that_is_written_again_is_copied(void **state)
{
	struct ool_cost cost = fresh_cost();

	(void)state;
	note_often(&cost, OOL_REWRITE, 16, 500 + 16 * 1900);
	be_rewritten(&cost, 1, 8);
	cost.until_measured = 1000;
	assert_false(ool_cost_choose_snapshot(&cost, MANY));
	be_rewritten(&cost, 0.1, 20);
	assert_true(ool_cost_choose_snapshot(&cost, MANY));
}

static void
after_some_copies_a_snapshot_is_tried_again(void **state)
{
	struct ool_cost cost = fresh_cost();
	unsigned copies = 0;

	(void)state;
	be_rewritten(&cost, 1, 8);
	cost.until_measured = 1000;
	while (!ool_cost_choose_snapshot(&cost, MANY) && copies < 1000)
		copies++;
	assert_in_range(copies, 10, 100);
}

static void
what_writing_again_takes_is_measured_now_and_then(void **state)
{
	struct ool_cost cost = fresh_cost();
	double before = cost.prices[OOL_REWRITE].page;
	double once;

	(void)state;
	(void)ool_cost_choose_snapshot(&cost, MANY);
	assert_true(cost.prices[OOL_REWRITE].page == before);
	be_rewritten(&cost, 0.5, 1);
	(void)ool_cost_choose_snapshot(&cost, MANY);
	once = cost.prices[OOL_REWRITE].page;
	assert_false(once == before);
	(void)ool_cost_choose_snapshot(&cost, MANY);
	assert_true(cost.prices[OOL_REWRITE].page == once);
}

static void
a_snapshot_is_recalled_once(void **state)
{
	struct ool_cost cost = fresh_cost();

	(void)state;
	assert_false(ool_cost_recall(&cost, 0x1000));
	ool_cost_remember(&cost, 0x1000);
	ool_cost_remember(&cost, 0x2000);
	assert_true(ool_cost_recall(&cost, 0x1000));
	assert_false(ool_cost_recall(&cost, 0x1000));
	assert_true(ool_cost_recall(&cost, 0x2000));
}

static void
the_oldest_snapshot_is_forgotten(void **state)
{
	struct ool_cost cost = fresh_cost();

	(void)state;
	for (uint64_t i = 0; i <= OOL_REMEMBERED; i++)
		ool_cost_remember(&cost, 0x1000 * (i + 1));
	assert_false(ool_cost_recall(&cost, 0x1000));
	assert_true(ool_cost_recall(&cost, 0x2000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_price_follows_what_is_measured),
	    cmocka_unit_test(few_pages_tell_of_the_fixed_part),
	    cmocka_unit_test(one_measurement_moves_a_price_little),
	    cmocka_unit_test(a_price_has_bounds_and_comes_back),
	    cmocka_unit_test(a_snapshot_pays_for_many_pages_and_a_copy_for_few),
	    cmocka_unit_test(a_snapshot_does_not_pay_where_it_has_become_slow),
	    cmocka_unit_test(memory_that_is_written_again_is_copied),
	    cmocka_unit_test(after_some_copies_a_snapshot_is_tried_again),
	    cmocka_unit_test(what_writing_again_takes_is_measured_now_and_then),
	    cmocka_unit_test(a_snapshot_is_recalled_once),
	    cmocka_unit_test(the_oldest_snapshot_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
