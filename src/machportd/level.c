/* Levels, as timerfds that never run. */
#include "level.h"

#include <sys/timerfd.h>

#include "base_alloc.h"
#include "budget.h"

struct kern_level {
	struct user *user; /* +1; charged one USER_WATCHES */
	int fd;
};

struct kern_level *
level_new(struct user *user)
{
	struct kern_level *level;

	if (!user_take(user, USER_WATCHES))
		return NULL;
	level = base_zalloc(1, sizeof(*level));
	if (!level)
		goto give;
	level->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (level->fd < 0)
		goto free_level;
	level->user = user_ref(user);
	return level;

free_level:
	base_free(level);
give:
	user_give(user, USER_WATCHES);
	return NULL;
}

void
level_free(struct kern_level *level)
{
	user_close(level->user, level->fd);
	user_give(level->user, USER_WATCHES);
	(void)user_unref(level->user);
	base_free(level);
}

/* It is ours and stays open: none of these calls can fail but for what is said. */
void
level_set(struct kern_level *level, bool readable)
{
	static const struct itimerspec never;
	static const struct itimerspec long_ago = {.it_value.tv_nsec = 1};
	uint64_t ticks = 1;

	if (!readable)
		(void)timerfd_settime(level->fd, 0, &never, NULL);
	/* At once; or, where Linux was built without that, in a moment. */
	else if (ioctl(level->fd, LEVEL_REQUEST, &ticks) != 0)
		(void)timerfd_settime(
		    level->fd, TFD_TIMER_ABSTIME, &long_ago, NULL);
}

int
level_descriptor(const struct kern_level *level)
{
	return level->fd;
}
