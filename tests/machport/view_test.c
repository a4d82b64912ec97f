/* The view: who is who, and what is said when the kernel refuses. */
#include "view.h"

#include <mach/mig_errors.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "describe.h"
#include "fake.h"

static void
tasks_are_in_the_order_of_their_pids(void **state)
{
	(void)state;
	for (size_t i = 1; i < fake_view.task_count; i++)
		assert_true(fake_view.tasks[i - 1].record.pid <
		    fake_view.tasks[i].record.pid);
}

static void
this_command_is_not_shown(void **state)
{
	(void)state;
	assert_false(
	    view_shows(&fake_view, view_process(&fake_view, getpid())));
	assert_true(view_hides(&fake_view, 0, getpid()));
	assert_false(view_hides(&fake_view, 0, 1201));
}

static void
it_is_shown_to_who_wants_all(void **state)
{
	(void)state;
	fake_look(true);
	assert_true(view_shows(&fake_view, view_process(&fake_view, getpid())));
	assert_false(view_hides(&fake_view, 0, getpid()));
}

static void
a_task_is_found_by_its_pid_or_its_command(void **state)
{
	size_t next = 0;

	(void)state;
	assert_int_equal(
	    view_match(&fake_view, "1202", &next)->record.pid, 1202);
	next = 0;
	assert_int_equal(
	    view_match(&fake_view, "server", &next)->record.pid, 1201);
	assert_null(view_match(&fake_view, "server", &next));
}

static void
one_task_is_not_chosen_among_several(void **state)
{
	(void)state;
	fake_task(1300, "server");
	fake_look(false);
	assert_null(view_match_one(&fake_view, "server"));
	assert_null(view_match_one(&fake_view, "nobody"));
	assert_non_null(view_match_one(&fake_view, "1300"));
}

static void
a_kernel_that_knows_no_inspection_is_told_of(void **state)
{
	(void)state;
	fake_error = MIG_BAD_ID;
	view_close(&fake_view);
	assert_int_equal(
	    view_open(&fake_view, &fake_source, false), EX_PROTOCOL);
}

static void
names_are_found_by_their_numbers(void **state)
{
	struct view_names names = {0};

	(void)state;
	assert_int_equal(view_names(&fake_view, 2, &names), KERN_SUCCESS);
	assert_int_equal(view_name_find(&names, 0x503)->port, 17);
	assert_null(view_name_find(&names, 0x504));
	view_names_free(&names);
	assert_int_equal(
	    view_names(&fake_view, 99, &names), KERN_INVALID_ARGUMENT);
}

/* @text, for free(), is @expected. */
static void
expect(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static void
a_task_that_may_not_be_seen_is_a_pid(void **state)
{
	(void)state;
	expect(describe_task(&fake_view, 2, 1202), "1202 (client)");
	expect(describe_task(&fake_view, 0, 4711), "4711");
	expect(describe_task(&fake_view, 0, 0), "the kernel");
}

static void
what_a_command_is_called_is_escaped(void **state)
{
	(void)state;
	expect(
	    describe_task(&fake_view, 3, 1203), "1203 (evil\\x1b[31m\\npid 1)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    FAKE_CASE(tasks_are_in_the_order_of_their_pids),
	    FAKE_CASE(this_command_is_not_shown),
	    FAKE_CASE(it_is_shown_to_who_wants_all),
	    FAKE_CASE(a_task_is_found_by_its_pid_or_its_command),
	    FAKE_CASE(one_task_is_not_chosen_among_several),
	    FAKE_CASE(a_kernel_that_knows_no_inspection_is_told_of),
	    FAKE_CASE(names_are_found_by_their_numbers),
	    FAKE_CASE(a_task_that_may_not_be_seen_is_a_pid),
	    FAKE_CASE(what_a_command_is_called_is_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
