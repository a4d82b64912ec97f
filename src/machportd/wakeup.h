/*
 * By what the event loop wakes without an event: a timerfd among all that it watches.
 *
 * Most timers are stopped before they fire, and the next one fires later: so a time that is
 * set stays, and the loop wakes once too often at worst. Else Linux would have to set a timer
 * each time that the loop waits, and to stop it.
 */
#ifndef WAKEUP_H
#define WAKEUP_H

#include <stdint.h>

#include "source.h"

#define WAKEUP_NEVER UINT64_MAX

struct wakeup {
	struct source source; /* ready: it is not set any more */
	int fd;
	uint64_t at_ns; /* on the clock of clock.h; or WAKEUP_NEVER */
};

/* Not set. Return: 0 or a negative errno. */
int wakeup_init(struct wakeup *wakeup);
void wakeup_deinit(struct wakeup *wakeup);

/* Be ready at @at_ns, which may be past or WAKEUP_NEVER; or at an earlier time that was set
 * before. */
void wakeup_set(struct wakeup *wakeup, uint64_t at_ns);

#endif
