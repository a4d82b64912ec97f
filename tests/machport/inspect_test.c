/* machport inspect: what it says of a scene that is made up. */
#include "inspect.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "fake.h"
#include "port_word.h"
#include "status.h"

static struct machport_name_record
find(const char *task, const char *name)
{
	const struct view_task *found;
	struct machport_name_record record;

	assert_int_equal(
	    port_word_find(&fake_view, task, name, &found, &record), EX_OK);
	return record;
}

static void
a_port_is_shown_with_all_that_is_about_it(void **state)
{
	const struct machport_name_record record = find("server", "0x303");

	(void)state;
	assert_int_equal(
	    inspect_show(&fake_view, fake_screen(0), &record), EX_OK);
	expect_golden("inspect.txt");
}

static void
a_port_is_the_same_by_any_of_its_names(void **state)
{
	const struct machport_name_record server = find("server", "0x303");
	const struct machport_name_record client = find("1202", "0x503");
	char *first;

	(void)state;
	assert_int_equal(
	    inspect_show_json(&fake_view, fake_screen(0)->stream, &server),
	    EX_OK);
	first = strdup(fake_output());
	assert_int_equal(
	    inspect_show_json(&fake_view, fake_screen(0)->stream, &client),
	    EX_OK);
	/* But for counts that only the receiver's record has, in the fake. */
	assert_non_null(strstr(fake_output(), "\"port\": 17"));
	assert_non_null(strstr(first, "\"port\": 17"));
	free(first);
}

static void
a_set_is_shown_with_its_members(void **state)
{
	const struct machport_name_record record = find("server", "0x403");

	(void)state;
	assert_int_equal(
	    inspect_show(&fake_view, fake_screen(0), &record), EX_OK);
	expect_golden("inspect-set.txt");
}

static void
a_kernel_port_says_what_it_is(void **state)
{
	const struct machport_name_record record = find("1202", "0x403");

	(void)state;
	assert_int_equal(
	    inspect_show(&fake_view, fake_screen(0), &record), EX_OK);
	assert_non_null(strstr(fake_output(), "thread 1209 of 1202 (client)"));
}

static void
a_dead_name_is_told_of(void **state)
{
	const struct machport_name_record record = find("server", "0x203");

	(void)state;
	assert_int_equal(
	    inspect_show(&fake_view, fake_screen(0), &record), EX_OK);
	assert_string_equal(fake_output(),
	    "0x203 is a dead name: its port has died. 1 user reference is "
	    "left.\n");
}

static void
a_hostile_label_is_escaped(void **state)
{
	const struct machport_name_record record = find("1203", "0x303");

	(void)state;
	assert_int_equal(
	    inspect_show(&fake_view, fake_screen(0), &record), EX_OK);
	assert_null(strpbrk(fake_output(), "\033\007\xff"));
	assert_int_equal(
	    inspect_show_json(&fake_view, fake_screen(0)->stream, &record),
	    EX_OK);
	assert_null(strpbrk(fake_output(), "\033\007\xff"));
}

static void
a_port_is_json(void **state)
{
	const struct machport_name_record record = find("server", "0x303");

	(void)state;
	assert_int_equal(
	    inspect_show_json(&fake_view, fake_screen(0)->stream, &record),
	    EX_OK);
	expect_golden("inspect.json");
}

/* What of `requests` is said when its only lane is as @why says, and closed. */
static const char *
say_closed(uint32_t why)
{
	struct machport_name_record record = find("server", "0x303");

	record.lanes = 0;
	record.lane_why = why;
	assert_int_equal(
	    inspect_show(&fake_view, fake_screen(0), &record), EX_OK);
	return fake_output();
}

static void
why_the_last_lane_was_closed_is_said(void **state)
{
	(void)state;
	assert_non_null(strstr(say_closed(MACHPORT_LANE_TRACED),
	    "  lanes       the last was closed 64 s ago: somebody traced\n"));
	for (uint32_t why = 1; why <= MACHPORT_LANE_BROKEN; why++)
		assert_null(strstr(say_closed(why), "not known"));
	assert_non_null(
	    strstr(say_closed(MACHPORT_LANE_BROKEN + 1), "not known"));
}

static void
of_a_port_without_lanes_none_are_told(void **state)
{
	const struct machport_name_record record = find("1202", "0x603");

	(void)state;
	assert_int_equal(
	    inspect_show(&fake_view, fake_screen(0), &record), EX_OK);
	assert_null(strstr(fake_output(), "lane"));
	assert_int_equal(
	    inspect_show_json(&fake_view, fake_screen(0)->stream, &record),
	    EX_OK);
	assert_non_null(strstr(fake_output(), "\"lane_closed\": null"));
}

static void
a_sender_that_sleeps_is_told_of(void **state)
{
	const struct machport_name_record record = find("server", "0x303");
	struct machport_item *item = fake_item(17, MACHPORT_ITEM_LANE, 1203);

	(void)state;
	item->bytes = 1;
	item->index = 1;
	item->type = MACHPORT_LANE_BLOCKED;
	assert_int_equal(
	    inspect_show(&fake_view, fake_screen(0), &record), EX_OK);
	assert_non_null(strstr(fake_output(), "sender\n"));
}

static void
a_name_that_is_not_there_gives_1(void **state)
{
	const struct view_task *task;
	struct machport_name_record record;

	(void)state;
	assert_int_equal(
	    port_word_find(&fake_view, "server", "0x999", &task, &record),
	    EXIT_NOTHING);
	assert_int_equal(
	    port_word_find(&fake_view, "nobody", "0x303", &task, &record),
	    EXIT_NOTHING);
}

static void
what_is_no_name_is_wrong_usage(void **state)
{
	static const char *const words[] = {
	    "", "cat", "-1", "0x1ffffffff", "1x"};
	const struct view_task *task;
	struct machport_name_record record;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(port_word_find(&fake_view, "server", words[i],
		                     &task, &record),
		    EX_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    FAKE_CASE(a_port_is_shown_with_all_that_is_about_it),
	    FAKE_CASE(a_port_is_the_same_by_any_of_its_names),
	    FAKE_CASE(a_set_is_shown_with_its_members),
	    FAKE_CASE(a_kernel_port_says_what_it_is),
	    FAKE_CASE(a_dead_name_is_told_of),
	    FAKE_CASE(a_hostile_label_is_escaped),
	    FAKE_CASE(a_port_is_json),
	    FAKE_CASE(why_the_last_lane_was_closed_is_said),
	    FAKE_CASE(of_a_port_without_lanes_none_are_told),
	    FAKE_CASE(a_sender_that_sleeps_is_told_of),
	    FAKE_CASE(a_name_that_is_not_there_gives_1),
	    FAKE_CASE(what_is_no_name_is_wrong_usage),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
