/* machport why: the way of a right, in a scene that is made up. */
#include "why.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "port_word.h"

static struct why_way
follow(const char *task, const char *name)
{
	const struct view_task *found;
	struct machport_name_record record;
	struct why_way way;

	assert_int_equal(
	    port_word_find(&fake_view, task, name, &found, &record), 0);
	why_follow(&fake_view, found, &record, &way);
	return way;
}

/* What is told of it, until the next call. */
static const char *
tell(const char *task, const char *name)
{
	struct why_way way = follow(task, name);

	why_show(&fake_view, fake_screen(0), &way);
	why_free(&way);
	return fake_output();
}

static void
a_right_is_followed_to_where_it_was_made(void **state)
{
	(void)state;
	(void)tell("client", "0x503");
	expect_golden("why.txt");
}

static void
the_way_is_json(void **state)
{
	struct why_way way = follow("client", "0x503");

	(void)state;
	why_show_json(&fake_view, fake_screen(0)->stream, &way);
	why_free(&way);
	expect_golden("why.json");
}

static void
what_the_kernel_gave_has_no_way(void **state)
{
	(void)state;
	assert_non_null(strstr(tell("client", "0x303"), "the kernel gave it"));
}

static void
the_way_ends_at_a_task_that_has_gone(void **state)
{
	struct machport_name_record *record;
	struct why_way way;

	(void)state;
	fake_task(1300, "orphan");
	record = fake_name(0x303, MACH_PORT_TYPE_SEND, 17);
	record->origin = MACHPORT_ORIGIN_REPLY;
	record->origin_pid = 4711;
	record->origin_task = 4711;
	fake_look(false);
	way = follow("orphan", "0x303");
	assert_int_equal(way.count, 1);
	assert_int_equal(way.end, WHY_GONE);
	why_free(&way);
	assert_non_null(
	    strstr(tell("orphan", "0x303"), "That task has ended, or may not"));
}

static void
the_way_ends_at_a_task_that_passed_the_right_on(void **state)
{
	struct machport_name_record *record;
	struct why_way way;

	(void)state;
	fake_task(1300, "heir");
	record = fake_name(0x303, MACH_PORT_TYPE_SEND, 99);
	record->origin = MACHPORT_ORIGIN_MESSAGE;
	record->origin_pid = 1201;
	record->origin_task = 1;
	fake_look(false);
	way = follow("heir", "0x303");
	assert_int_equal(way.end, WHY_PASSED_ON);
	why_free(&way);
}

static void
a_right_that_went_in_a_circle_ends(void **state)
{
	struct machport_name_record *record;
	struct why_way way;

	(void)state;
	fake_task(1300, "ping");
	record = fake_name(0x303, MACH_PORT_TYPE_SEND, 99);
	record->origin = MACHPORT_ORIGIN_MESSAGE;
	record->origin_task = 6;
	fake_task(1301, "pong");
	record = fake_name(0x303, MACH_PORT_TYPE_SEND, 99);
	record->origin = MACHPORT_ORIGIN_MESSAGE;
	record->origin_task = 5;
	fake_look(false);
	way = follow("ping", "0x303");
	assert_int_equal(way.count, 2);
	assert_int_equal(way.end, WHY_CIRCLE);
	why_free(&way);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    FAKE_CASE(a_right_is_followed_to_where_it_was_made),
	    FAKE_CASE(the_way_is_json),
	    FAKE_CASE(what_the_kernel_gave_has_no_way),
	    FAKE_CASE(the_way_ends_at_a_task_that_has_gone),
	    FAKE_CASE(the_way_ends_at_a_task_that_passed_the_right_on),
	    FAKE_CASE(a_right_that_went_in_a_circle_ends),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
