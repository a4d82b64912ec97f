/*
 * Levels: descriptors that tasks wait on in event loops, and that this process makes
 * readable and not readable (kern_watch.h).
 *
 * Such a descriptor is shared with a task that may do to it whatever it likes, and
 * nothing that this process does with it may wait for the task. What there is:
 *
 *	a socket pair, a pipe	taking a byte back is a read from the task's own
 *			end. A task that reads from it, too, into memory whose page
 *			fault it serves itself, holds the lock that the read needs,
 *			MSG_DONTWAIT or not (tried: for as long as it likes)
 *	an eventfd	the task may clear O_NONBLOCK, which is shared, and then
 *			both reading and writing wait
 *	an epoll descriptor	what the task adds to it counts as its maker's
 *			(/proc/sys/fs/epoll/max_user_watches): it could take the last
 *			from the user of this process
 *	a timerfd	is set, and set back, under spin locks alone, whatever
 *			the task does with it, and holds nothing of the task's
 *
 * So a level is a timerfd. A task that sets it, or reads from it, deceives itself and
 * whoever it passed it to.
 *
 * Closing it waits for whoever holds the lock of an epoll descriptor that it is in,
 * which again is up to the task (tried); so that is left to a thread (closer.h).
 *
 * The task's library can lower a level without a trap, by reading from it, and raise
 * it by setting it: what messages that do not pass this process will need.
 */
#ifndef LEVEL_H
#define LEVEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

/* The request of ioctl() by which a level is raised: TFD_IOC_SET_TICKS of
 * <linux/timerfd.h>, which does not go with <sys/timerfd.h>. */
#define LEVEL_REQUEST _IOW('T', 0, uint64_t)

struct kern_level;
struct user;

/* A level of @user's, not readable. NULL: no memory, or over his budget. */
struct kern_level *level_new(struct user *user)
    __attribute__((warn_unused_result));
void level_free(struct kern_level *level);

void level_set(struct kern_level *level, bool readable);

/* Its descriptor, for an answer; borrowed. */
int level_descriptor(const struct kern_level *level);

#endif
