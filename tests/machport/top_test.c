/* machport top: rates and orders, of a scene that is made up. */
#include "top.h"

#include <stdlib.h>
#include <string.h>

#include "fake.h"

static struct machport_task_record *busy;
static struct machport_task_record *idle;
static struct machport_name_record *port;
static struct top top;
static struct view view;

/* Two tasks, and half a second of work of one. */
static int
setup(void **state)
{
	(void)state;
	fake_begin();
	idle = fake_task(7, "idle");
	idle->queued = 9;
	busy = fake_task(8, "busy");
	busy->sent = 1000;
	port = fake_name(0x103, MACH_PORT_TYPE_RECEIVE, 20);
	port->enqueued = 10;
	fake_link();
	top_init(&top);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	top_deinit(&top);
	view_close(&view);
	return 0;
}

/* So many nanoseconds after the beginning. */
static void
look(uint64_t after_ns)
{
	view_close(&view);
	assert_int_equal(view_open(&view, &fake_source, false), 0);
	view.now_ns = SECOND + after_ns;
	assert_int_equal(top_look(&top, &view), KERN_SUCCESS);
}

static void
the_first_look_has_no_rates(void **state)
{
	(void)state;
	look(0);
	assert_int_equal(top.row_count, 2);
	assert_true(top.rows[0].sent == 0);
	assert_true(top.rows[1].sent == 0);
}

static void
a_rate_is_what_was_counted_between_two_looks_a_second(void **state)
{
	(void)state;
	look(0);
	busy->sent += 50;
	busy->received_bytes += 600;
	look(SECOND / 2);
	assert_int_equal(top.rows[0].task->record.pid, 8);
	assert_true(top.rows[0].sent == 100);
	assert_true(top.rows[0].bytes == 1200);
}

static void
another_task_of_the_same_pid_has_no_rates_of_the_first(void **state)
{
	(void)state;
	look(0);
	busy->task += 1000;
	busy->sent += 50;
	look(SECOND);
	assert_true(top.rows[0].sent == 0);
	assert_true(top.rows[1].sent == 0);
}

static void
the_order_can_be_chosen(void **state)
{
	(void)state;
	look(0);
	busy->sent += 50;
	top.order = TOP_BY_UNREAD;
	look(SECOND);
	assert_int_equal(top.rows[0].task->record.pid, 7);
	top.order = TOP_BY_RATE;
	look(2 * SECOND);
	assert_int_equal(top.rows[0].task->record.pid, 7); /* neither has one */
	busy->sent += 50;
	look(3 * SECOND);
	assert_int_equal(top.rows[0].task->record.pid, 8);
	top.order = TOP_BY_NUMBER;
	look(4 * SECOND);
	assert_int_equal(top.rows[0].task->record.pid, 7);
}

static void
another_order_is_of_the_same_rates(void **state)
{
	(void)state;
	look(0);
	busy->sent += 50;
	look(SECOND);
	top_sort(&top, TOP_BY_NUMBER);
	assert_int_equal(top.rows[0].task->record.pid, 7);
	assert_true(top.rows[1].sent == 50);
	top_sort(&top, TOP_BY_RATE);
	assert_int_equal(top.rows[0].task->record.pid, 8);
}

static void
the_ports_of_a_task_have_rates(void **state)
{
	(void)state;
	top_choose(&top, busy->task);
	look(0);
	port->enqueued += 30;
	look(SECOND);
	assert_int_equal(top.row_count, 1);
	assert_int_equal(top.rows[0].port->name, 0x103);
	assert_true(top.rows[0].sent == 30);
}

static void
the_summary_counts(void **state)
{
	char *text;

	(void)state;
	look(0);
	busy->sent += 50;
	idle->suspend_count = 1;
	look(SECOND);
	text = top_summary(&top, &view);
	assert_string_equal(
	    text, "2 tasks, 1 suspended; 50 messages/s, 9 unread");
	free(text);
}

static void
the_json_of_a_look_has_its_rates(void **state)
{
	json_t *look_json;
	const json_t *row;

	(void)state;
	look(0);
	busy->sent += 50;
	look(SECOND);
	look_json = top_json(&top, &view);
	row = json_array_get(json_object_get(look_json, "tasks"), 0);
	assert_string_equal(
	    json_string_value(json_object_get(look_json, "command")), "top");
	assert_true(
	    json_real_value(json_object_get(row, "sent_per_second")) == 50);
	json_decref(look_json);
}

static void
each_json_has_all_keys(void **state)
{
	(void)state;
	look(0);
	busy->sent += 50;
	look(SECOND);
	json_print(top_json(&top, &view), fake_screen(0)->stream);
	expect_golden("top.json");
	top_choose(&top, busy->task);
	look(2 * SECOND);
	json_print(top_json(&top, &view), fake_screen(0)->stream);
	expect_golden("top-ports.json");
}

#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, setup, teardown)

static void
bytes_by_lanes_are_not_counted_and_that_is_said(void **state)
{
	(void)state;
	look(0);
	top_show(&top, &view, fake_screen(0));
	assert_null(strchr(fake_output(), '+'));
	busy->lanes_out = 1;
	look(SECOND);
	top_show(&top, &view, fake_screen(0));
	assert_non_null(strstr(fake_output(), " 0+ "));
	assert_non_null(strstr(fake_output(), "LANES"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_first_look_has_no_rates),
	    CASE(a_rate_is_what_was_counted_between_two_looks_a_second),
	    CASE(another_task_of_the_same_pid_has_no_rates_of_the_first),
	    CASE(the_order_can_be_chosen),
	    CASE(another_order_is_of_the_same_rates),
	    CASE(the_ports_of_a_task_have_rates),
	    CASE(the_summary_counts),
	    CASE(bytes_by_lanes_are_not_counted_and_that_is_said),
	    CASE(the_json_of_a_look_has_its_rates),
	    CASE(each_json_has_all_keys),
	};

	return cmocka_run_group_tests_name("top", tests, NULL, NULL);
}
