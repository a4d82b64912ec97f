/* The loop: poll(), and who is told what. */
#include "loop.h"

#include <errno.h>
#include <machport.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "log.h"
#include "serve.h"
#include "server.h"
#include "service.h"
#include "signals.h"

#define NS_PER_MS 1000000u

static struct list timers = {&timers, &timers};
static bool is_over;
static bool is_alone; /* without a kernel */
static int exit_status;

/* --- timers -------------------------------------------------------------------- */

uint64_t
loop_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void
loop_timer_init(
    struct loop_timer *timer, void (*fired)(struct loop_timer *timer))
{
	list_init(&timer->node);
	timer->fired = fired;
}

void
loop_timer_set(struct loop_timer *timer, uint64_t delay_ns)
{
	struct list *at;

	list_remove(&timer->node);
	timer->due_ns = loop_now_ns() + delay_ns;
	/* There are few. The last of the same time fires last. */
	for (at = timers.prev; at != &timers; at = at->prev)
		if (CONTAINER_OF(at, struct loop_timer, node)->due_ns <=
		    timer->due_ns)
			break;
	list_insert_after(at, &timer->node);
}

void
loop_timer_cancel(struct loop_timer *timer)
{
	list_remove(&timer->node);
}

static struct loop_timer *
first_timer(void)
{
	return list_empty(&timers)
	    ? NULL
	    : CONTAINER_OF(timers.next, struct loop_timer, node);
}

static void
fire_timers(void)
{
	uint64_t now = loop_now_ns();
	struct loop_timer *timer;

	/* One that is set again to 0 has to wait for the next round. */
	while ((timer = first_timer()) != NULL && timer->due_ns <= now) {
		list_remove(&timer->node);
		timer->fired(timer);
	}
}

/* For poll(): milliseconds until the first timer, rounded up; -1: there is none. */
static int
timeout_ms(void)
{
	struct loop_timer *timer = first_timer();
	uint64_t now = loop_now_ns();
	uint64_t ms;

	if (!timer)
		return -1;
	if (timer->due_ns <= now)
		return 0;
	ms = (timer->due_ns - now + NS_PER_MS - 1) / NS_PER_MS;
	return ms > 60000 ? 60000 : (int)ms;
}

/* --- the loop ------------------------------------------------------------------ */

enum { REQUESTS, NOTICES, RETURNS, DEMAND, SIGNALS, SOURCES };

/* @fd has just been made, or errno says why not. False: there is no going on without it. */
static bool
open_source(struct pollfd *source_out, int fd)
{
	*source_out = (struct pollfd){.fd = fd, .events = POLLIN};
	if (fd >= 0)
		return true;
	if (errno != ENOTCONN) {
		log_error("cannot wait for messages: %s", strerror(errno));
		return false;
	}
	loop_kernel_died();
	return true;
}

static bool
open_sources(struct pollfd sources[SOURCES])
{
	return open_source(&sources[REQUESTS], machport_fd(server.requests)) &&
	    open_source(&sources[NOTICES], machport_fd(server.notices)) &&
	    open_source(&sources[RETURNS], machport_fd(server.returns)) &&
	    open_source(&sources[DEMAND], machport_fd(server.demand)) &&
	    open_source(&sources[SIGNALS], signals_fd());
}

static void
serve_sources(const struct pollfd sources[SOURCES])
{
	if (sources[NOTICES].revents || sources[RETURNS].revents)
		serve_notices();
	if (sources[REQUESTS].revents)
		(void)serve_requests();
	if (sources[DEMAND].revents)
		service_demand();
	if (sources[SIGNALS].revents)
		signals_handle();
}

int
loop_run(void)
{
	struct pollfd sources[SOURCES];

	if (!open_sources(sources))
		return EXIT_FAILURE;
	while (!is_over) {
		int ready = poll(sources, SOURCES, timeout_ms());

		if (ready < 0 && errno != EINTR) {
			log_error("poll: %s", strerror(errno));
			return EXIT_FAILURE;
		}
		if (ready > 0)
			serve_sources(sources);
		/* They are readable for good. */
		for (unsigned i = 0; is_alone && i < SIGNALS; i++)
			sources[i].fd = -1;
		fire_timers();
	}
	return exit_status;
}

void
loop_end(int status)
{
	is_over = true;
	exit_status = status;
}

void
loop_kernel_died(void)
{
	if (is_alone)
		return;
	is_alone = true;
	log_error("the kernel has ended");
	if (!signals_have_command())
		loop_end(EX_UNAVAILABLE);
}
