/* Signals that come while a thread waits in a trap. */
#include "disturbance.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "note.h"
#include "program.h"

atomic_int signals_seen;

void
count_signal(int signal)
{
	(void)signal;
	signals_seen++;
}

void
handle(int flags, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
}

static void *
disturb(void *argument)
{
	struct disturbance *disturbance = argument;
	int seen = signals_seen;

	program_await_call(disturbance->tid, disturbance->call);
	CHECK_EQ(pthread_kill(disturbance->sleeper, SIGUSR1), 0);
	while (signals_seen == seen)
		(void)sched_yield();
	if (disturbance->port != MACH_PORT_NULL)
		CHECK_EQ(
		    note_send(disturbance->port, 5, 0, 0), MACH_MSG_SUCCESS);
	return NULL;
}

void
disturbance_begin(struct disturbance *disturbance, long call, mach_port_t port)
{
	disturbance->sleeper = pthread_self();
	disturbance->tid = gettid();
	disturbance->call = call;
	disturbance->port = port;
	CHECK_EQ(
	    pthread_create(&disturbance->thread, NULL, disturb, disturbance),
	    0);
}

void
disturbance_end(struct disturbance *disturbance)
{
	CHECK_EQ(pthread_join(disturbance->thread, NULL), 0);
}
