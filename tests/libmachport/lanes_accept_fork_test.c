/* A handler that calls fork() while its thread accepts a lane. */
#include <dlfcn.h>
#include <machport.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "lane_pair.h"
#include "lanes_port.h"
#include "note.h"
#include "program.h"

static volatile sig_atomic_t armed;
static volatile pid_t forked = -1;

static void
fork_in_handler(int signal)
{
	(void)signal;
	forked = fork();
	CHECK(forked >= 0);
	if (forked > 0)
		program_join(forked);
}

static bool
has_locked_port(void)
{
	for (uint32_t i = 0; i < LANE_BOARD_PORTS; i++)
		if (lanes_lock_is_own(&lanes_port_at(i)->lock))
			return true;
	return false;
}

/* The library's, when it takes the lock under which it knows its descriptors. It holds signals off
 * then: the handler runs when it gives that lock back, and has that of the port still. */
int
pthread_setcancelstate(int state, int *old_out)
{
	int (*real)(int, int *);

	*(void **)&real = dlsym(RTLD_NEXT, "pthread_setcancelstate");
	if (armed && has_locked_port()) {
		armed = 0;
		CHECK_EQ(raise(SIGUSR1), 0);
	}
	return real(state, old_out);
}

static void
send_until_open(void)
{
	const mach_port_t port = lane_find_server();

	(void)lane_send_until_open(port, 0);
	lane_send_last(port);
}

/* With a descriptor of the port, so that these are looked for when it gets its lane. */
static void
fork_while_accepting(void)
{
	const mach_port_t from = lane_server("always");
	const int fd = machport_fd(from);
	const pid_t child = program_fork(send_until_open);
	int32_t number;

	CHECK(fd >= 0);
	(void)signal(SIGUSR1, fork_in_handler);
	armed = 1;
	do {
		const mach_msg_return_t mr = note_receive(from, &number, 0, 0);

		if (forked == 0) {
			CHECK(mr != MACH_MSG_SUCCESS);
			_exit(0);
		}
		CHECK_EQ(mr, MACH_MSG_SUCCESS);
	} while (number != LANE_LAST);
	CHECK(forked > 0);
	program_join(child);
}

RUN(a_handler_forks_while_its_thread_accepts_a_lane, fork_while_accepting)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_handler_forks_while_its_thread_accepts_a_lane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
