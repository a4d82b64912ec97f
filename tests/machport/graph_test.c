/* machport graph: what is drawn of scenes that are made up, and what is a circle. */
#include "graph.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "status.h"

static struct graph graph;

/* Build it of what the fake has now. */
static void
build(char *const *words, size_t count)
{
	const struct graph_choice choice = {.words = words, .count = count};

	fake_look(false);
	assert_int_equal(graph_build(&graph, &fake_view, &choice), 0);
	graph_mark_circles(&graph, &fake_view);
}

static int
setup(void **state)
{
	graph = (struct graph){0};
	return fake_setup(state);
}

static int
teardown(void **state)
{
	graph_free(&graph);
	return fake_teardown(state);
}

#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, setup, teardown)

static const char *
dot(void)
{
	graph_write_dot(&graph, &fake_view, fake_screen(0)->stream);
	return fake_output();
}

static void
tasks_and_ports_are_drawn(void **state)
{
	(void)state;
	build(NULL, 0);
	(void)dot();
	expect_golden("graph.dot");
}

static void
a_graph_is_json(void **state)
{
	(void)state;
	build(NULL, 0);
	graph_write_json(&graph, &fake_view, fake_screen(0)->stream);
	expect_golden("graph.json");
}

static void
a_task_that_may_not_be_seen_has_no_id_in_json(void **state)
{
	const char *output;

	(void)state;
	fake_item(17, MACHPORT_ITEM_SENDER, 4242);
	build(NULL, 0);
	graph_write_json(&graph, &fake_view, fake_screen(0)->stream);
	output = strstr(fake_output(), "\"pid\": 4242");
	assert_non_null(output);
	assert_int_equal(
	    strncmp(strstr(output, "\"task\": "), "\"task\": null", 12), 0);
}

static void
this_command_is_not_drawn(void **state)
{
	(void)state;
	build(NULL, 0);
	assert_null(strstr(dot(), "(machport)"));
}

static void
of_other_tasks_only_what_the_chosen_have_to_do_with_is_drawn(void **state)
{
	char client[] = "client";
	char *words[] = {client};

	(void)state;
	fake_task(1400, "stranger");
	fake_name(0x303, MACH_PORT_TYPE_RECEIVE, 300)->queued = 1;
	build(words, 1);
	assert_non_null(strstr(dot(), "(server)"));
	assert_null(strstr(dot(), "stranger"));
}

static void
a_word_that_means_no_task_gives_1(void **state)
{
	char nobody[] = "nobody";
	char *words[] = {nobody};
	const struct graph_choice choice = {.words = words, .count = 1};

	(void)state;
	assert_int_equal(
	    graph_build(&graph, &fake_view, &choice), EXIT_NOTHING);
}

static void
text_of_tasks_does_not_end_a_string_of_dot(void **state)
{
	struct machport_name_record *record;

	(void)state;
	fake_begin();
	fake_task(1300, "a\"];b\\n\n");
	record = fake_name(0x303, MACH_PORT_TYPE_RECEIVE, 20);
	record->queued = 1;
	strcpy(record->label, "\"\\l\"");
	build(NULL, 0);
	assert_non_null(strstr(dot(), "1300 (a\\\"];b\\\\\\\\n\\\\n)\""));
	assert_non_null(strstr(dot(), "\"\\\"\\\\\\\\l\\\" (1/5)\""));
}

static void
that_a_task_waits_hides_no_right_that_is_kept_for_it(void **state)
{
	struct machport_name_record *record;

	(void)state;
	fake_begin();
	fake_task(10, "receives");
	record = fake_name(0x303, MACH_PORT_TYPE_RECEIVE, 100);
	record->send_rights = 2;
	record->senders = 1;
	fake_task(11, "waits");
	fake_item(100, MACHPORT_ITEM_SENDER, 11);
	fake_item(100, MACHPORT_ITEM_SLOT, 11)->index = 4; /* bootstrap */
	fake_link();
	build(NULL, 0);
	assert_non_null(strstr(dot(), "waits to send"));
	assert_non_null(strstr(dot(), "special port"));
}

/* --- circles --------------------------------------------------------------- */

/* @pid receives from @own and has a send right to @other; its thread is in a
 * receive from @own. */
static void
waiting_task(pid_t pid, uint32_t own, uint32_t other)
{
	struct machport_name_record *record;

	fake_task(pid, "waits");
	record = fake_name(0x303, MACH_PORT_TYPE_RECEIVE, own);
	record->send_rights = 1;
	record->receivers = 1;
	fake_name(0x403, MACH_PORT_TYPE_SEND, other);
	fake_item(own, MACHPORT_ITEM_RECEIVER, pid);
}

static void
two_tasks_that_wait_for_each_other_are_a_circle(void **state)
{
	(void)state;
	fake_begin();
	waiting_task(10, 100, 101);
	waiting_task(11, 101, 100);
	fake_link();
	build(NULL, 0);
	assert_int_equal(graph.circle_count, 1);
	assert_non_null(strstr(dot(), "Circle 1: 10, 11 wait for each other"));
}

static void
who_is_waited_for_by_both_but_runs_can_help(void **state)
{
	(void)state;
	fake_begin();
	waiting_task(10, 100, 101);
	waiting_task(11, 101, 100);
	fake_task(12, "runs");
	fake_name(0x303, MACH_PORT_TYPE_SEND, 100);
	fake_link();
	build(NULL, 0);
	assert_int_equal(graph.circle_count, 0);
}

static void
a_thread_that_is_not_blocked_can_help(void **state)
{
	(void)state;
	fake_begin();
	waiting_task(10, 100, 101);
	waiting_task(11, 101, 100);
	fake_link();
	fake_threads = 2;
	build(NULL, 0);
	assert_int_equal(graph.circle_count, 0);
}

static void
rights_that_are_not_seen_can_help(void **state)
{
	(void)state;
	fake_begin();
	waiting_task(10, 100, 101);
	waiting_task(11, 101, 100);
	fake_name(0x503, MACH_PORT_TYPE_RECEIVE, 102)->send_once_rights = 1;
	fake_link();
	/* It waits for a notice, too: from a set of both. */
	fake_item(102, MACHPORT_ITEM_RECEIVER, 11);
	fake_port(102)->receivers = 1;
	build(NULL, 0);
	assert_int_equal(graph.circle_count, 0);
}

static void
a_server_that_waits_for_its_clients_is_no_circle(void **state)
{
	struct machport_name_record *record;

	(void)state;
	fake_begin();
	fake_task(10, "server");
	record = fake_name(0x303, MACH_PORT_TYPE_SEND_RECEIVE, 100);
	record->send_rights = 1;
	record->receivers = 1;
	fake_item(100, MACHPORT_ITEM_RECEIVER, 10);
	fake_link();
	build(NULL, 0);
	assert_int_equal(graph.circle_count, 0);
}

static void
two_tasks_in_each_others_full_queues_are_a_circle(void **state)
{
	(void)state;
	fake_begin();
	for (pid_t pid = 10; pid < 12; pid++) {
		struct machport_name_record *record;

		fake_task(pid, "floods");
		record = fake_name(
		    0x303, MACH_PORT_TYPE_RECEIVE, 90 + (uint32_t)pid);
		record->queued = record->qlimit;
		record->send_rights = record->senders = 1;
		fake_name(0x403, MACH_PORT_TYPE_SEND, 111 - (uint32_t)pid);
		fake_item(111 - (uint32_t)pid, MACHPORT_ITEM_SENDER, pid);
	}
	fake_link();
	build(NULL, 0);
	assert_int_equal(graph.circle_count, 1);
}

/* A caller whose reply right is in a queue of who waits for that caller. */
static void
two_tasks_that_call_each_other_are_a_circle(void **state)
{
	(void)state;
	fake_begin();
	for (pid_t pid = 10; pid < 12; pid++) {
		uint32_t own = (uint32_t)pid * 10;
		uint32_t other = (uint32_t)(21 - pid) * 10;
		struct machport_name_record *record;
		struct machport_item *item;

		fake_task(pid, "calls");
		record = fake_name(0x303, MACH_PORT_TYPE_RECEIVE, own);
		record->queued = 1;
		record->send_rights = 1;
		record = fake_name(0x403, MACH_PORT_TYPE_RECEIVE, own + 1);
		record->send_once_rights = 1;
		record->receivers = 1;
		fake_name(0x503, MACH_PORT_TYPE_SEND, other);
		item = fake_item(other, MACHPORT_ITEM_MESSAGE, pid);
		item->other = own + 1;
		fake_item(own + 1, MACHPORT_ITEM_RECEIVER, pid);
	}
	fake_link();
	build(NULL, 0);
	assert_int_equal(graph.circle_count, 1);
	(void)dot();
	expect_golden("graph-circle.dot");
}

static void
ports_in_each_others_queues_are_a_circle(void **state)
{
	(void)state;
	fake_begin();
	fake_task(10, "was");
	for (uint32_t port = 100; port < 102; port++) {
		struct machport_name_record *record =
		    fake_name(port, MACH_PORT_TYPE_SEND, port);
		struct machport_item *item;

		record->place = MACHPORT_PLACE_TRANSIT;
		record->queued = 1;
		record->send_rights = 1;
		fake_item(port, MACHPORT_ITEM_MESSAGE, 10);
		item = fake_item(port, MACHPORT_ITEM_RIGHT, 0);
		item->type = 16; /* receive */
		item->other = 201 - port;
	}
	build(NULL, 0);
	assert_int_equal(graph.circle_count, 1);
	assert_non_null(strstr(dot(), "ports in each other's queues"));
}

/* --- many ------------------------------------------------------------------ */

static void
many_arrows_have_their_names_only_as_tips(void **state)
{
	(void)state;
	fake_begin();
	for (pid_t pid = 1; pid <= 50; pid++) {
		fake_task(pid, "one of many");
		fake_name(0x303, MACH_PORT_TYPE_RECEIVE, 100 + (uint32_t)pid);
		for (uint32_t i = 1; i <= 4; i++)
			fake_name(0x303 + i * 0x100, MACH_PORT_TYPE_SEND,
			    101 + ((uint32_t)pid + i) % 50);
	}
	fake_link();
	build(NULL, 0);
	assert_non_null(strstr(dot(), "[ tooltip=\"0x403\"]"));
	assert_null(strstr(dot(), "[ label=\"0x403\"]"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(tasks_and_ports_are_drawn),
	    CASE(a_graph_is_json),
	    CASE(a_task_that_may_not_be_seen_has_no_id_in_json),
	    CASE(this_command_is_not_drawn),
	    CASE(of_other_tasks_only_what_the_chosen_have_to_do_with_is_drawn),
	    CASE(a_word_that_means_no_task_gives_1),
	    CASE(text_of_tasks_does_not_end_a_string_of_dot),
	    CASE(that_a_task_waits_hides_no_right_that_is_kept_for_it),
	    CASE(two_tasks_that_wait_for_each_other_are_a_circle),
	    CASE(who_is_waited_for_by_both_but_runs_can_help),
	    CASE(a_thread_that_is_not_blocked_can_help),
	    CASE(rights_that_are_not_seen_can_help),
	    CASE(a_server_that_waits_for_its_clients_is_no_circle),
	    CASE(two_tasks_in_each_others_full_queues_are_a_circle),
	    CASE(two_tasks_that_call_each_other_are_a_circle),
	    CASE(ports_in_each_others_queues_are_a_circle),
	    CASE(many_arrows_have_their_names_only_as_tips),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
