/* Signals that come while a thread waits in a trap. */
#ifndef TESTS_LIBMACHPORT_DISTURBANCE_H
#define TESTS_LIBMACHPORT_DISTURBANCE_H

#include <mach/mach.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

/* How many SIGUSR1 the handlers below have seen. */
extern atomic_int signals_seen;

/* A handler that only counts. */
void count_signal(int signal);

/* Let @handler have SIGUSR1; it must count, too. */
void handle(int flags, void (*handler)(int));

/* Another thread that sends the signal when this one waits. */
struct disturbance {
	pthread_t sleeper;
	pid_t tid;
	long call;        /* that it sleeps in */
	mach_port_t port; /* then send 5 to this, or NULL */
	pthread_t thread;
};

void disturbance_begin(
    struct disturbance *disturbance, long call, mach_port_t port);
void disturbance_end(struct disturbance *disturbance);

#endif
