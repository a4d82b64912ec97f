/* The event loop: which of the events that are there comes first. */
#include "server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

/* Somebody who always has something to say: first he has @end happen, and next he asks
 * whether it @has_happened. Since he was ready before it, he stands before it. */
struct asker {
	struct source source;
	void (*end)(void);
	bool (*has_happened)(void);
	unsigned turns;
	bool answer;
};

static void
asker_ready(struct source *source)
{
	struct asker *asker = CONTAINER_OF(source, struct asker, source);

	if (asker->turns++ == 0) {
		asker->end();
		return;
	}
	asker->answer = asker->has_happened();
	inside_server.stopping = true;
}

static bool
is_told_in_time(void (*end)(void), bool (*has_happened)(void))
{
	struct asker asker = {
	    .source.ready = asker_ready,
	    .end = end,
	    .has_happened = has_happened,
	};
	int fd = eventfd(1, EFD_CLOEXEC);

	assert_int_equal(server_watch(&inside_server, &asker.source, fd), 0);
	assert_int_equal(server_run(&inside_server), 0);
	server_unwatch(&inside_server, fd);
	(void)close(fd);
	return asker.answer;
}

static int peer;

static void
hang_up(void)
{
	(void)close(peer);
}

static bool
has_hung_up(void)
{
	return list_empty(&inside_server.connections);
}

TEST(a_connection_that_ended_before_a_request_has_ended_for_it)
{
	struct conn *conn;

	inside_init();
	peer = inside_connect(&conn);
	assert_non_null(conn);
	assert_true(is_told_in_time(hang_up, has_hung_up));
	inside_deinit();
}

static pid_t child;

static void
kill_child(void)
{
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static bool
has_died(void)
{
	return !process_find(&inside_server.processes, child);
}

/* Of which no connection tells: somebody else has it, too. */
TEST(a_process_that_ended_before_a_request_has_ended_for_it)
{
	struct user *user;
	struct peer of_child;
	struct process *process;

	inside_init();
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		for (;;)
			(void)pause();
	user = user_get(&inside_server.budget, getuid());
	of_child = (struct peer){
	    .pid = child,
	    .pidfd = (int)syscall(SYS_pidfd_open, child, 0),
	};
	assert_int_equal(
	    process_new(&inside_server, user, &of_child, &process), 0);
	(void)user_unref(user);
	assert_true(is_told_in_time(kill_child, has_died));
	inside_deinit();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
	        a_connection_that_ended_before_a_request_has_ended_for_it),
	    cmocka_unit_test(
	        a_process_that_ended_before_a_request_has_ended_for_it),
	};

	return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
