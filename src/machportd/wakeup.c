/* The timer of the event loop. */
#include "wakeup.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"

#define NS_PER_S (1000 * CLOCK_NS_PER_MS)

static void
wakeup_ready(struct source *source)
{
	struct wakeup *wakeup = CONTAINER_OF(source, struct wakeup, source);
	uint64_t times;

	/* If it was set anew meanwhile there is nothing to read. */
	if (read(wakeup->fd, &times, sizeof(times)) > 0)
		wakeup->at_ns = WAKEUP_NEVER;
}

int
wakeup_init(struct wakeup *wakeup)
{
	wakeup->fd =
	    timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (wakeup->fd < 0)
		return -errno;
	wakeup->at_ns = WAKEUP_NEVER;
	wakeup->source.ready = wakeup_ready;
	return 0;
}

void
wakeup_deinit(struct wakeup *wakeup)
{
	(void)close(wakeup->fd);
}

void
wakeup_set(struct wakeup *wakeup, uint64_t at_ns)
{
	struct itimerspec timer = {
	    .it_value.tv_sec = (time_t)(at_ns / NS_PER_S),
	    .it_value.tv_nsec = (long)(at_ns % NS_PER_S),
	};

	if (at_ns >= wakeup->at_ns)
		return;
	if (at_ns == 0) /* which would stop it */
		timer.it_value.tv_nsec = 1;
	/* Cannot fail: it is a timer, and the time is one. */
	(void)timerfd_settime(wakeup->fd, TFD_TIMER_ABSTIME, &timer, NULL);
	wakeup->at_ns = at_ns;
}
