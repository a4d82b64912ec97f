/* machport_fd(): a descriptor for each port or set that is waited for in an event loop. */
#include "port_fd.h"

#include <errno.h>
#include <machport.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "attach.h"
#include "base_list.h"
#include "call.h"
#include "lanes_watch.h"
#include "packet.h"

/* TFD_IOC_SET_TICKS of <linux/timerfd.h>, which does not go with <sys/timerfd.h>. */
#define LEVEL_REQUEST _IOW('T', 0, uint64_t)

struct port_fd {
	struct list link;      /* `all` or `spare` */
	mach_port_name_t name; /* NULL: another watch has the name by now */
	uint32_t id;           /* of the kernel's watch */
	int descriptor;
};

static struct list all GUARDED_BY(&process_lock) = {&all, &all};

/* Memory for the next: free() is not for a fork child. */
static struct list spare GUARDED_BY(&process_lock) = {&spare, &spare};

static bool is_ours_locked(int descriptor, int task) REQUIRES(&process_lock);
static struct port_fd *find_name_locked(mach_port_name_t name)
    REQUIRES(&process_lock);
static struct port_fd *find_descriptor_locked(int descriptor)
    REQUIRES(&process_lock);
static void drop_locked(struct port_fd *fd) REQUIRES(&process_lock);
static int keep_locked(struct port_fd *fd, int task) REQUIRES(&process_lock);

/* What is waited for besides messages: no event is asked for, but an end is told
 * always. */
static struct epoll_event end_only;

/* Is @descriptor still what we made? */
static bool
is_ours_locked(int descriptor, int task)
{
	return syscall(SYS_epoll_ctl, descriptor, EPOLL_CTL_MOD, task,
	           &end_only) == 0;
}

static struct port_fd *
find_name_locked(mach_port_name_t name)
{
	LIST_FOREACH (node, &all) {
		struct port_fd *fd = CONTAINER_OF(node, struct port_fd, link);

		if (fd->name == name)
			return fd;
	}
	return NULL;
}

static struct port_fd *
find_descriptor_locked(int descriptor)
{
	LIST_FOREACH (node, &all) {
		struct port_fd *fd = CONTAINER_OF(node, struct port_fd, link);

		if (fd->descriptor == descriptor)
			return fd;
	}
	return NULL;
}

/* It is no more; its descriptor is the caller's. */
static void
drop_locked(struct port_fd *fd)
{
	list_remove(&fd->link);
	list_push_back(&spare, &fd->link);
}

bool
port_fd_exists_locked(void)
{
	return !list_empty(&all);
}

void
port_fd_forget_locked(int task)
{
	LIST_FOREACH_SAFE (node, &all) {
		struct port_fd *fd = CONTAINER_OF(node, struct port_fd, link);

		if (is_ours_locked(fd->descriptor, task))
			(void)syscall(SYS_close, fd->descriptor);
		drop_locked(fd);
	}
}

static struct port_fd *
port_fd_new(void)
{
	struct lock_hold hold;
	struct list *node;

	lock_take(&process_lock, &hold);
	node = list_pop_front(&spare);
	lock_give(&process_lock, &hold);
	return node ? CONTAINER_OF(node, struct port_fd, link)
	            : malloc(sizeof(struct port_fd));
}

/* What we have for @name: its descriptor, and the number of its watch; or -1 and 0. */
static int
look_up(mach_port_name_t name, uint32_t *id_out)
{
	struct lock_hold hold;
	struct port_fd *fd;
	int descriptor = -1;

	*id_out = 0;
	lock_take(&process_lock, &hold);
	fd = find_name_locked(name);
	if (fd && is_ours_locked(fd->descriptor, attach_task_locked())) {
		*id_out = fd->id;
		descriptor = fd->descriptor;
	} else if (fd) {
		drop_locked(fd);
	}
	lock_give(&process_lock, &hold);
	return descriptor;
}

/* An empty epoll descriptor, or a negative errno. */
static int
epoll_new(void)
{
	int descriptor = (int)syscall(SYS_epoll_create1, EPOLL_CLOEXEC);

	return descriptor < 0 ? -errno : packet_raise(descriptor);
}

/* The kernel says that something is short, perhaps here. A negative errno. */
static int
find_shortage(void)
{
	int descriptor = epoll_new();

	if (descriptor < 0)
		return descriptor;
	(void)syscall(SYS_close, descriptor);
	return -ENOMEM;
}

/* Ask the kernel. *@level_out is -1 if the watch is the one that is @known. 0 or a
 * negative errno. */
static int
ask(mach_port_name_t name, uint32_t known, uint32_t *id_out, int *level_out)
{
	const uint32_t in[2] = {name, known};

	switch (call_for_file(WIRE_MACHPORT_FD, in, 2, id_out, level_out)) {
	case KERN_SUCCESS:
		return 0;
	case KERN_INVALID_NAME:
	case KERN_INVALID_RIGHT:
		return -EBADF;
	case KERN_RESOURCE_SHORTAGE:
		return find_shortage();
	default:
		return -ENOTCONN;
	}
}

/* Put into @fd what is to be in there. 0 or a negative errno. */
static int
fill(const struct port_fd *fd, int level, int task)
{
	struct epoll_event readable = {.events = EPOLLIN};

	if (task < 0)
		return -ENOTCONN;
	if (syscall(SYS_epoll_ctl, fd->descriptor, EPOLL_CTL_ADD, level,
	        &readable) == 0 &&
	    syscall(SYS_epoll_ctl, fd->descriptor, EPOLL_CTL_ADD, task,
	        &end_only) == 0)
		return 0;
	return errno == ENOSPC ? -ENOMEM : -errno;
}

/* Keep @fd, which is complete; or else what another thread has got for the same watch
 * meanwhile. Return: the descriptor. */
static int
keep_locked(struct port_fd *fd, int task)
{
	struct port_fd *former = find_name_locked(fd->name);

	if (former && former->id == fd->id) {
		if (is_ours_locked(former->descriptor, task))
			return former->descriptor;
		drop_locked(former);
	} else if (former) {
		former->name = MACH_PORT_NULL;
	}
	list_push_back(&all, &fd->link);
	return fd->descriptor;
}

/* Make a descriptor for @fd, CONSUMED, of @level. It, or a negative errno. */
static int
finish(struct port_fd *fd, int level)
{
	struct lock_hold hold;
	int r = epoll_new();
	int descriptor = r;
	int task;

	fd->descriptor = descriptor;
	list_init(&fd->link);
	if (descriptor >= 0) {
		lock_take(&process_lock, &hold);
		task = attach_task_locked();
		r = fill(fd, level, task);
		if (r == 0)
			r = keep_locked(fd, task);
		lock_give(&process_lock, &hold);
	}
	if (r == descriptor && r >= 0)
		return r;
	if (descriptor >= 0)
		(void)syscall(SYS_close, descriptor);
	free(fd);
	return r;
}

static int
open_fd(mach_port_name_t name)
{
	struct port_fd *fd = port_fd_new();
	int level = -1;
	uint32_t known;
	int descriptor;
	int r;

	if (!fd)
		return -ENOMEM;
	descriptor = look_up(name, &known);
	fd->name = name;
	r = ask(name, known, &fd->id, &level);
	if (r < 0 || level < 0) {
		free(fd);
		return r < 0 ? r : descriptor;
	}
	r = finish(fd, level);
	(void)syscall(SYS_close, level);
	return r;
}

int
machport_fd(mach_port_name_t name)
{
	int cancel_type = cancel_defer();
	int r = open_fd(name);

	if (r >= 0)
		lanes_watch_begin(name);
	cancel_restore(cancel_type);
	if (r >= 0)
		return r;
	errno = -r;
	return -1;
}

/* The number of the watch of @name; 0: none. */
static uint32_t
watch_of(mach_port_name_t name)
{
	struct lock_hold hold;
	struct port_fd *fd;
	uint32_t id;

	lock_take(&process_lock, &hold);
	fd = find_name_locked(name);
	id = fd ? fd->id : 0;
	lock_give(&process_lock, &hold);
	return id;
}

bool
port_fd_watches(mach_port_name_t name)
{
	return watch_of(name) != 0;
}

static void
set_level(int level, bool readable)
{
	static const struct itimerspec long_ago = {.it_value.tv_nsec = 1};
	uint64_t ticks = 1;

	if (!readable)
		(void)syscall(SYS_read, level, &ticks, sizeof(ticks));
	else if (ioctl(level, LEVEL_REQUEST, &ticks) != 0)
		(void)timerfd_settime(
		    level, TFD_TIMER_ABSTIME, &long_ago, NULL);
}

void
port_fd_set_level(mach_port_name_t name, bool readable)
{
	const int saved_errno = errno;
	const uint32_t known = watch_of(name);
	uint32_t id;
	int level = -1;

	if (known == 0 || ask(name, 0, &id, &level) < 0)
		return;
	if (level >= 0) {
		set_level(level, readable);
		(void)syscall(SYS_close, level);
	}
	if (watch_of(name) != id) {
		/* It was closed meanwhile: this one is nobody's. */
		const kern_return_t kr = CALL(MACHPORT_FD_CLOSE, NULL, id);

		(void)kr;
	}
	errno = saved_errno;
}

/* 0 or a negative errno. */
static int
close_fd(int descriptor)
{
	struct lock_hold hold;
	struct port_fd *fd;
	mach_port_name_t name = MACH_PORT_NULL;
	uint32_t id = 0;
	kern_return_t kr;
	int r = -EBADF;

	lock_take(&process_lock, &hold);
	fd = find_descriptor_locked(descriptor);
	if (fd) {
		/* The program may have closed it itself. */
		if (is_ours_locked(descriptor, attach_task_locked())) {
			(void)syscall(SYS_close, descriptor);
			r = 0;
		}
		id = fd->id;
		name = fd->name;
		drop_locked(fd);
	}
	lock_give(&process_lock, &hold);
	if (id != 0) {
		lanes_watch_end(name);
		kr = CALL(MACHPORT_FD_CLOSE, NULL, id);
		(void)kr; /* a kernel that is gone has no watch either */
	}
	return r;
}

int
machport_fd_close(int fd)
{
	int cancel_type = cancel_defer();
	int r = close_fd(fd);

	cancel_restore(cancel_type);
	if (r == 0)
		return 0;
	errno = -r;
	return -1;
}
