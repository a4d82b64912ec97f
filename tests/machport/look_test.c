/* What the commands say of real tasks. */
#include <mach/mach.h>
#include <machport.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "look.h"

#define OTHER_USER 65534

static const json_t *
list(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	assert_true(json_is_array(value));
	return value;
}

/* The names of one task of the scene; @said is for json_decref(). */
static const json_t *
names_of(enum scene_part part, json_t **said)
{
	const json_t *task;

	*said = LOOK(0, "ls", pid_word(scene.pids[part]));
	task = json_array_get(list(*said, "tasks"), 0);
	assert_int_equal(number_of(task, "pid"), scene.pids[part]);
	return list(task, "names");
}

/* "0x303", what store knows a port by; static. */
static const char *
name_in_store(const char *label)
{
	static char word[16];
	json_t *said;
	const json_t *names = names_of(STORE, &said);

	snprintf(word, sizeof(word), "%#llx",
	    (long long)number_of(find_text(names, "label", label), "name"));
	json_decref(said);
	return word;
}

static json_t *
inspect_requests(void)
{
	return LOOK(0, "inspect", "store", name_in_store("store: requests"));
}

/* --- ls -------------------------------------------------------------------- */

static void
ls_lists_the_tasks_and_not_itself(void **state)
{
	static const char *const names[] = {
	    "store", "alice", "bob", "carol", "ping", "pong"};
	json_t *said = LOOK(0, "ls");
	const json_t *tasks = list(said, "tasks");

	(void)state;
	assert_int_equal(json_array_size(tasks), SCENE_PARTS);
	for (int i = 0; i < SCENE_PARTS; i++) {
		const json_t *task = find_number(tasks, "pid", scene.pids[i]);

		assert_string_equal(text_of(task, "command"), names[i]);
		assert_int_equal(number_of(task, "uid"), geteuid());
	}
	json_decref(said);
	said = LOOK(0, "ls", "--all");
	assert_int_equal(json_array_size(list(said, "tasks")), SCENE_PARTS + 1);
	json_decref(said);
}

static void
ls_counts_what_a_task_sent_and_nobody_received(void **state)
{
	json_t *said = LOOK(0, "ls");
	const json_t *task =
	    find_number(list(said, "tasks"), "pid", scene.pids[CAROL]);

	(void)state;
	assert_int_equal(number_of(task, "unread"), 3);
	json_decref(said);
}

static void
ls_counts_the_threads_that_have_made_calls(void **state)
{
	json_t *said = LOOK(0, "ls");
	const json_t *task =
	    find_number(list(said, "tasks"), "pid", scene.pids[ALICE]);

	(void)state;
	assert_int_equal(number_of(task, "threads"), 1);
	json_decref(said);
}

static void
ls_of_a_task_tells_of_a_full_queue_and_of_who_can_send(void **state)
{
	json_t *said;
	const json_t *names = names_of(STORE, &said);
	const json_t *port = find_text(names, "label", "store: requests");

	(void)state;
	assert_int_equal(number_of(port, "queued"), 5);
	assert_int_equal(number_of(port, "limit"), 5);
	assert_int_equal(number_of(port, "blocked_senders"), 1);
	assert_int_equal(number_of(port, "sets"), 1);
	assert_string_equal(
	    json_string_value(json_array_get(list(port, "requests"), 0)),
	    "no-senders");
	for (int i = 0; i < SCENE_PARTS; i++)
		(void)find_number(list(port, "senders"), "pid", scene.pids[i]);
	json_decref(said);
}

static void
ls_of_a_task_tells_of_sets_and_dead_names(void **state)
{
	json_t *said;
	const json_t *names = names_of(STORE, &said);
	size_t i;
	json_t *one;
	size_t sets = 0;
	size_t dead = 0;

	(void)state;
	json_array_foreach(names, i, one)
	{
		sets += json_is_array(json_object_get(one, "member_names"));
		if (sets == 1)
			assert_int_equal(
			    json_array_size(list(one, "member_names")),
			    number_of(one, "members"));
		if (sets == 1)
			break;
	}
	assert_int_equal(sets, 1);
	json_decref(said);

	names = names_of(ALICE, &said);
	json_array_foreach(names, i, one)
	{
		const char *right =
		    json_string_value(json_array_get(list(one, "rights"), 0));

		dead += strcmp(right, "dead-name") == 0;
	}
	assert_int_equal(dead, 1);
	json_decref(said);
}

static void
ls_of_a_task_tells_who_receives(void **state)
{
	json_t *said;
	const json_t *port =
	    find_text(names_of(ALICE, &said), "label", "store: requests");
	const json_t *receiver = json_object_get(port, "receiver");

	(void)state;
	assert_int_equal(number_of(json_object_get(receiver, "task"), "pid"),
	    scene.pids[STORE]);
	assert_int_equal(number_of(receiver, "name"),
	    strtol(name_in_store("store: requests"), NULL, 16));
	json_decref(said);
}

static void
ls_of_what_is_no_task_gives_1(void **state)
{
	(void)state;
	MACHPORT("ls", "no-such-command");
	assert_int_equal(outcome.status, 1);
	assert_string_equal(outcome.output, "");
	assert_non_null(strstr(outcome.errors, "no-such-command"));
}

/* --- inspect --------------------------------------------------------------- */

static void
inspect_tells_of_the_messages_that_wait_in_their_order(void **state)
{
	static const json_int_t ids[] = {100, 200, 400, 401, 402};
	static const enum scene_part from[] = {ALICE, BOB, CAROL, CAROL, CAROL};
	json_t *said = inspect_requests();
	const json_t *messages =
	    list(json_object_get(said, "port"), "messages");

	(void)state;
	assert_int_equal(json_array_size(messages), 5);
	for (size_t i = 0; i < 5; i++) {
		const json_t *message = json_array_get(messages, i);

		assert_int_equal(number_of(message, "msgh_id"), ids[i]);
		assert_int_equal(
		    number_of(json_object_get(message, "from"), "pid"),
		    scene.pids[from[i]]);
	}
	json_decref(said);
}

static void
inspect_tells_what_rights_are_in_a_message(void **state)
{
	json_t *said = inspect_requests();
	const json_t *messages =
	    list(json_object_get(said, "port"), "messages");
	const json_t *rights = list(json_array_get(messages, 1), "rights");
	const json_t *reply =
	    json_object_get(json_array_get(messages, 0), "reply_to");

	(void)state;
	assert_string_equal(text_of(reply, "label"), "alice: replies");
	assert_int_equal(json_array_size(rights), 2);
	assert_string_equal(
	    text_of(json_array_get(rights, 0), "right"), "send");
	assert_string_equal(
	    text_of(json_array_get(rights, 1), "right"), "receive");
	assert_string_equal(
	    text_of(
	        json_object_get(json_array_get(rights, 1), "port"), "label"),
	    "bob: gift");
	json_decref(said);
}

static void
inspect_tells_who_is_blocked_and_who_will_be_told(void **state)
{
	json_t *said = inspect_requests();
	const json_t *port = json_object_get(said, "port");

	(void)state;
	(void)find_number(
	    list(port, "senders_blocked"), "pid", scene.pids[CAROL]);
	(void)find_text(list(port, "requests"), "notice", "no-senders");
	assert_int_equal(json_array_size(list(port, "sets")), 1);
	json_decref(said);
}

static void
inspect_by_id_is_the_same_port(void **state)
{
	json_t *said = inspect_requests();
	json_int_t id = number_of(json_object_get(said, "port"), "port");
	char word[16];

	(void)state;
	json_decref(said);
	snprintf(word, sizeof(word), "%lld", (long long)id);
	said = LOOK(0, "inspect", "--port", word);
	assert_string_equal(
	    text_of(json_object_get(said, "port"), "label"), "store: requests");
	json_decref(said);
	MACHPORT("inspect", "--port", "4000000000");
	assert_int_equal(outcome.status, 1);
}

/* --- why ------------------------------------------------------------------- */

static void
why_follows_a_right_to_who_made_the_port(void **state)
{
	static const enum scene_part way[] = {ALICE, STORE, BOB};
	static const char *const how[] = {"message", "message", "made"};
	json_t *said;
	const json_t *names = names_of(ALICE, &said);
	char name[16];
	const json_t *steps;

	(void)state;
	snprintf(name, sizeof(name), "%lld",
	    (long long)number_of(
	        find_text(names, "label", "bob: news"), "name"));
	json_decref(said);
	said = LOOK(0, "why", "alice", name);
	steps = list(said, "steps");
	assert_int_equal(json_array_size(steps), 3);
	for (size_t i = 0; i < 3; i++) {
		const json_t *step = json_array_get(steps, i);

		assert_int_equal(
		    number_of(json_object_get(step, "task"), "pid"),
		    scene.pids[way[i]]);
		assert_string_equal(
		    text_of(json_object_get(step, "origin"), "how"), how[i]);
	}
	assert_string_equal(text_of(said, "end"), "origin");
	json_decref(said);
}

static void
why_ends_at_a_task_that_passed_the_right_on(void **state)
{
	json_t *said;
	const json_t *names = names_of(PING, &said);
	char name[16];

	(void)state;
	snprintf(name, sizeof(name), "%lld",
	    (long long)number_of(
	        find_text(names, "label", "pong: news"), "name"));
	json_decref(said);
	said = LOOK(0, "why", "ping", name);
	assert_string_equal(text_of(said, "end"), "passed-on");
	json_decref(said);
}

/* --- graph ----------------------------------------------------------------- */

static void
graph_marks_the_two_that_wait_for_each_other(void **state)
{
	json_t *said = LOOK(0, "graph");
	const json_t *nodes = list(said, "nodes");

	(void)state;
	assert_int_equal(number_of(said, "circles"), 1);
	assert_int_equal(
	    number_of(find_number(nodes, "pid", scene.pids[PING]), "circle"),
	    1);
	assert_int_equal(
	    number_of(find_number(nodes, "pid", scene.pids[PONG]), "circle"),
	    1);
	assert_true(json_is_null(json_object_get(
	    find_number(nodes, "pid", scene.pids[ALICE]), "circle")));
	json_decref(said);
}

/* As /dev/stdout is one. */
static void
graph_removes_no_link_that_it_could_not_write_to(void **state)
{
	char directory[] = "/tmp/machport-full-XXXXXX";
	char path[64];
	int unlinked;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/full", directory);
	assert_int_equal(symlink("/dev/full", path), 0);
	MACHPORT("graph", "--output", path);
	unlinked = unlink(path);
	assert_int_equal(rmdir(directory), 0);
	assert_int_equal(outcome.status, EX_IOERR);
	assert_int_equal(unlinked, 0);
}

static void
graph_is_drawn_by_dot_if_that_is_there(void **state)
{
	char directory[] = "/tmp/machport-dot-XXXXXX";
	char path[64];
	char *former = strdup(getenv("PATH"));
	/* Begun by one who waits for no child. */
	char *ignoring[] = {(char *)(uintptr_t) "/usr/bin/env",
	    (char *)(uintptr_t) "--ignore-signal=CHLD",
	    built("src/machport/machport"), (char *)(uintptr_t) "graph",
	    (char *)(uintptr_t) "--svg", NULL};
	FILE *dot;

	(void)state;
	assert_non_null(mkdtemp(directory));
	setenv("PATH", directory, 1);
	MACHPORT("graph", "--svg");
	assert_int_equal(outcome.status, EX_UNAVAILABLE);
	assert_non_null(strstr(outcome.errors, "package graphviz"));

	snprintf(path, sizeof(path), "%s/dot", directory);
	dot = fopen(path, "w");
	fputs("#!/bin/sh\nread line; echo \"$1: $line\"\n", dot);
	fchmod(fileno(dot), 0700);
	fclose(dot);
	MACHPORT("graph", "--svg");
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.output, "-Tsvg: digraph machport {\n");
	command_run(ignoring, &outcome);
	assert_int_equal(outcome.status, 0);
	unlink(path);
	rmdir(directory);
	setenv("PATH", former, 1);
	free(former);
}

/* --- send ------------------------------------------------------------------ */

/* store's PID:NAME of a port. */
static const char *
target(enum scene_part part, const char *name)
{
	static char word[64];

	snprintf(word, sizeof(word), "%d:%s", scene.pids[part], name);
	return word;
}

static void
send_to_a_full_queue_gives_75_in_time(void **state)
{
	(void)state;
	MACHPORT("send", target(STORE, name_in_store("store: requests")),
	    "--timeout=0.01");
	assert_int_equal(outcome.status, EX_TEMPFAIL);
	assert_non_null(strstr(outcome.errors, "the queue is full"));
}

static void
send_puts_a_message_into_the_queue(void **state)
{
	const char *bob = name_in_store("bob: news");
	json_t *said =
	    LOOK(0, "send", target(STORE, bob), "--id=77", "--data=hello");

	(void)state;
	assert_int_equal(number_of(said, "msgh_id"), 77);
	assert_int_equal(number_of(said, "bytes"), 24 + 8);
	json_decref(said);
	said = LOOK(0, "inspect", "store", bob);
	(void)find_number(
	    list(json_object_get(said, "port"), "messages"), "msgh_id", 77);
	json_decref(said);
}

static void
send_that_gets_no_reply_gives_75(void **state)
{
	(void)state;
	MACHPORT("send", target(STORE, name_in_store("bob: news")), "--reply",
	    "--timeout=0.01");
	assert_int_equal(outcome.status, EX_TEMPFAIL);
	assert_non_null(strstr(outcome.errors, "nobody replied"));
}

static void
send_needs_a_name_of_a_task(void **state)
{
	(void)state;
	MACHPORT("send", target(STORE, "0x999"));
	assert_int_equal(outcome.status, 1);
	MACHPORT("send");
	assert_int_equal(outcome.status, EX_USAGE);
}

/* A request to the kernel: what a task port answers to mach_port_type(). */
static void
send_of_an_interface_shows_the_reply(void **state)
{
	char *file = built("tests/machport/mach_port.json");
	json_t *said = LOOK(0, "send", "--interface", file,
	    target(STORE, "0x103"), "mach_port_type", "name=0x103");
	const json_t *result =
	    json_object_get(json_object_get(said, "reply"), "result");

	(void)state;
	assert_int_equal(number_of(result, "return_code"), 0);
	assert_int_equal(
	    number_of(json_object_get(result, "arguments"), "ptype"),
	    MACH_PORT_TYPE_SEND);
	json_decref(said);
	MACHPORT("send", "--interface", file, target(STORE, "0x103"),
	    "mach_port_type", "name=0x999");
	assert_int_equal(outcome.status, 1);
	assert_non_null(strstr(outcome.output, "invalid name"));
}

/* --- kernels and users ----------------------------------------------------- */

static void
without_a_kernel_it_is_said_how_to_start_one(void **state)
{
	static const char *const commands[] = {
	    "ls", "graph", "inspect", "why", "send"};

	(void)state;
	unsetenv("MACHPORT_SOCKET");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		MACHPORT(commands[i], "--socket=@machport/none",
		    i >= 2 ? "1:0x103" : "x", i == 2 || i == 3 ? "1" : NULL);
		assert_int_equal(outcome.status, EX_UNAVAILABLE);
		assert_string_equal(outcome.output, "");
		assert_non_null(
		    strstr(outcome.errors, "no kernel at @machport/none"));
	}
	/* It shows which there are. */
	assert_non_null(strstr(outcome.errors, scene.kernel.socket));
	setenv("MACHPORT_SOCKET", scene.kernel.socket, 1);
}

static void
a_socket_chooses_the_kernel(void **state)
{
	char option[96];

	(void)state;
	snprintf(option, sizeof(option), "--socket=%s", scene.kernel.socket);
	setenv("MACHPORT_SOCKET", "@machport/none", 1);
	MACHPORT("ls", option);
	setenv("MACHPORT_SOCKET", scene.kernel.socket, 1);
	assert_int_equal(outcome.status, 0);
	assert_non_null(strstr(outcome.output, "alice"));
}

/* A file of @text in place of an interface: what is said of it. */
static void
expect_no_interface(const char *text)
{
	char path[] = "/tmp/machport-interface-XXXXXX";
	const int file = mkstemp(path);

	assert_true(file >= 0);
	assert_int_equal(write(file, text, strlen(text)), strlen(text));
	(void)close(file);
	MACHPORT("send", "--interface", path, target(STORE, "0x103"), "other");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(outcome.status, EX_DATAERR);
	assert_null(strchr(outcome.errors, '\033'));
}

static void
a_file_of_an_interface_says_nothing_to_the_terminal(void **state)
{
	(void)state;
	expect_no_interface("\033[2J");
	expect_no_interface(
	    "{\"version\": 1, \"routines\": [{\"name\": \"\\u001b[2J\"}]}");
	expect_no_interface(
	    "{\"version\": 1, \"routines\": [{\"\\u001b[2J\": 1}]}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCENE_CASE(ls_lists_the_tasks_and_not_itself),
	    SCENE_CASE(ls_counts_what_a_task_sent_and_nobody_received),
	    SCENE_CASE(ls_counts_the_threads_that_have_made_calls),
	    SCENE_CASE(ls_of_a_task_tells_of_a_full_queue_and_of_who_can_send),
	    SCENE_CASE(ls_of_a_task_tells_of_sets_and_dead_names),
	    SCENE_CASE(ls_of_a_task_tells_who_receives),
	    SCENE_CASE(ls_of_what_is_no_task_gives_1),
	    SCENE_CASE(inspect_tells_of_the_messages_that_wait_in_their_order),
	    SCENE_CASE(inspect_tells_what_rights_are_in_a_message),
	    SCENE_CASE(inspect_tells_who_is_blocked_and_who_will_be_told),
	    SCENE_CASE(inspect_by_id_is_the_same_port),
	    SCENE_CASE(why_follows_a_right_to_who_made_the_port),
	    SCENE_CASE(why_ends_at_a_task_that_passed_the_right_on),
	    SCENE_CASE(graph_marks_the_two_that_wait_for_each_other),
	    SCENE_CASE(graph_removes_no_link_that_it_could_not_write_to),
	    SCENE_CASE(graph_is_drawn_by_dot_if_that_is_there),
	    SCENE_CASE(send_to_a_full_queue_gives_75_in_time),
	    SCENE_CASE(send_puts_a_message_into_the_queue),
	    SCENE_CASE(send_that_gets_no_reply_gives_75),
	    SCENE_CASE(send_needs_a_name_of_a_task),
	    SCENE_CASE(send_of_an_interface_shows_the_reply),
	    SCENE_CASE(a_file_of_an_interface_says_nothing_to_the_terminal),
	    SCENE_CASE(without_a_kernel_it_is_said_how_to_start_one),
	    SCENE_CASE(a_socket_chooses_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
