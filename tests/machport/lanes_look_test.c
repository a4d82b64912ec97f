/* What the commands say of two real tasks that talk by a lane. */
#include <mach/mach.h>
#include <stdlib.h>

#include "look.h"
#include "process/mail.h"

/* So many calls are made at a time, and so often: there is a lane soon, if the machine has
 * time for it. */
#define CALLS 50
#define ROUNDS 30
#define DONE (-1)

static struct {
	struct kernel kernel;
	pid_t server; /* it starts the client */
	unsigned rounds;
	struct bell go;
	struct bell done;
} pair;

/* --- the tasks --------------------------------------------------------------- */

static void
be_client(void *argument)
{
	const mach_port_t server = mail_inherited();
	const mach_port_t reply = mail_port();
	struct mail mail;

	(void)argument;
	for (int32_t i = 0; i < CALLS * ROUNDS; i++) {
		if (i % CALLS == 0)
			bell_wait(&pair.go, 1);
		CHECK_RETURN(
		    mail_send(server, i, reply, 0, 0), MACH_MSG_SUCCESS);
		CHECK_RETURN(
		    mail_receive(reply, &mail, 0, 0), MACH_MSG_SUCCESS);
		if (i % CALLS == CALLS - 1)
			bell_ring(&pair.done);
	}
	CHECK_RETURN(
	    mail_send(server, DONE, MACH_PORT_NULL, 0, 0), MACH_MSG_SUCCESS);
}

static void
be_server(void *argument)
{
	const mach_port_t port = mail_port();
	struct mail mail;
	pid_t client;

	(void)argument;
	mail_bequeath(port);
	client = task_start(be_client, NULL);
	for (;;) {
		CHECK_RETURN(mail_receive(port, &mail, 0, 0), MACH_MSG_SUCCESS);
		if (mail.number == DONE)
			break;
		mail.header.msgh_bits =
		    MACH_MSGH_BITS(MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
		mail.header.msgh_local_port = MACH_PORT_NULL;
		mail.header.msgh_size = MAIL_BYTES;
		CHECK_RETURN(mach_msg_send(&mail.header), MACH_MSG_SUCCESS);
	}
	task_expect_success(client);
}

/* Have the client make its next calls, and wait until it has. */
static void
make_calls(void)
{
	assert_true(pair.rounds++ < ROUNDS);
	bell_ring(&pair.go);
	bell_wait(&pair.done, 1);
}

static int
setup(void **state)
{
	if (process_test_begin(state) != 0)
		return -1;
	pair.rounds = 0;
	bell_make(&pair.go);
	bell_make(&pair.done);
	assert_int_equal(setenv("MACHPORT_LANES", "always", 1), 0);
	kernel_start(&pair.kernel, NULL);
	pair.server = task_start(be_server, NULL);
	return 0;
}

static int
teardown(void **state)
{
	while (pair.rounds < ROUNDS)
		make_calls();
	task_expect_success(pair.server);
	kernel_expect_end(&pair.kernel);
	assert_int_equal(unsetenv("MACHPORT_LANES"), 0);
	bell_free(&pair.go);
	bell_free(&pair.done);
	return process_test_end(state);
}

/* --- what is said of them ----------------------------------------------------- */

/* What `ls` says of the server, or of the client; @said is for json_decref(). */
static const json_t *
find_task(bool is_server, json_t **said)
{
	const json_t *tasks;

	*said = LOOK(0, "ls");
	tasks = json_object_get(*said, "tasks");
	assert_int_equal(json_array_size(tasks), 2);
	for (size_t i = 0; i < 2; i++) {
		const json_t *task = json_array_get(tasks, i);

		if ((number_of(task, "pid") == pair.server) == is_server)
			return task;
	}
	fail();
	return NULL;
}

static json_int_t
number_of_task(bool is_server, const char *key)
{
	json_t *said;
	const json_int_t number = number_of(find_task(is_server, &said), key);

	json_decref(said);
	return number;
}

static void
open_lane(void)
{
	do
		make_calls();
	while (number_of_task(true, "lanes_in") == 0);
}

static void
both_ends_of_a_lane_are_told(void **state)
{
	(void)state;
	open_lane();
	assert_int_equal(number_of_task(true, "lanes_out"), 0);
	assert_int_equal(number_of_task(false, "lanes_out"), 1);
	assert_int_equal(number_of_task(false, "lanes_in"), 0);
}

/* Requests to the kernel count, too: as many with lanes as before. */
static void
what_passes_by_a_lane_is_sent_and_received(void **state)
{
	json_int_t sent;
	json_int_t received;

	(void)state;
	open_lane();
	sent = number_of_task(false, "sent");
	received = number_of_task(true, "received");
	make_calls();
	assert_int_equal(number_of_task(false, "sent"), sent + CALLS);
	assert_int_equal(number_of_task(true, "received"), received + CALLS);
	assert_int_equal(number_of_task(false, "unread"), 0);
}

/* The number of the first name of the server that has a lane, as a word; static. */
static const char *
name_with_lane(void)
{
	static char word[16];
	json_t *said = LOOK(0, "ls", pid_word(pair.server));
	const json_t *task = json_array_get(json_object_get(said, "tasks"), 0);
	const json_t *name =
	    find_number(json_object_get(task, "names"), "open_lanes", 1);

	(void)snprintf(word, sizeof(word), "%#llx",
	    (unsigned long long)number_of(name, "name"));
	json_decref(said);
	return word;
}

static void
a_lane_is_inspected(void **state)
{
	json_t *said;
	const json_t *port;
	const json_t *lane;
	json_int_t taken;

	(void)state;
	open_lane();
	make_calls();
	said = LOOK(0, "inspect", pid_word(pair.server), name_with_lane());
	port = json_object_get(said, "port");
	lane = json_array_get(json_object_get(port, "lanes"), 0);
	taken = number_of(lane, "taken");
	assert_true(taken >= CALLS);
	assert_int_equal(number_of(lane, "replies"), taken);
	assert_int_equal(number_of(lane, "messages"), 0);
	assert_int_equal(json_array_size(json_object_get(lane, "waiting")), 0);
	assert_int_equal(
	    number_of(port, "enqueued"), number_of(port, "sequence"));
	json_decref(said);
}

static void
an_idle_server_waits(void **state)
{
	json_t *said;
	const json_t *port;
	size_t blocked;

	(void)state;
	open_lane();
	/* As soon as it has looked for more. */
	do {
		said =
		    LOOK(0, "inspect", pid_word(pair.server), name_with_lane());
		port = json_object_get(said, "port");
		blocked =
		    json_array_size(json_object_get(port, "receivers_blocked"));
		json_decref(said);
	} while (blocked == 0);
	assert_int_equal(blocked, 1);
}

#define CASE(function)                                                         \
	cmocka_unit_test_setup_teardown(function, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(both_ends_of_a_lane_are_told),
	    CASE(what_passes_by_a_lane_is_sent_and_received),
	    CASE(a_lane_is_inspected),
	    CASE(an_idle_server_waits),
	};

	return cmocka_run_group_tests_name("lanes_look", tests, NULL, NULL);
}
