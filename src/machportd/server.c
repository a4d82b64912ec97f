/* The event loop, and the door. */
#include "server.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base_assert.h"
#include "closer.h"
#include "conn.h"
#include "hello.h"
#include "ipc.h"
#include "kern_host.h"
#include "kern_trace.h"
#include "lane_policy.h"
#include "log.h"
#include "peer.h"
#include "platform.h"
#include "process.h"

/* Events that are taken from Linux at once, and connections likewise. */
#define EVENTS_MAX 512
#define ACCEPTS_MAX 16

/* One call, or one moment, can end the traps of thousands: so many are settled
 * after an event, and so many settled and timers fired between the events that
 * were taken at once. The others that are ready come in between. */
#define EVENT_SETTLES 4
#define BATCH_SETTLES 64

#define OWN_TIMERS 4

/* How long to wait for descriptors to become free, or for a first
 * connection. */
#define PAUSE_MS 100
#define IDLE_MS 5000

/* How long to wait for descriptors to be closed. */
#define CATCH_UP_MS 20

int
server_watch(struct server *server, struct source *source, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = source};

	list_init(&source->retired_link);
	source->user = NULL;
	if (epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
		return -errno;
	return 0;
}

void
server_unwatch(struct server *server, int fd)
{
	/* If it is not watched, that is as well. */
	(void)epoll_ctl(server->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

void
server_retire(struct server *server, struct source *source)
{
	source->ready = NULL;
	list_push_back(&server->retired, &source->retired_link);
}

void
server_reap(struct server *server)
{
	struct list *node;

	while ((node = list_pop_front(&server->retired))) {
		struct source *source =
		    CONTAINER_OF(node, struct source, retired_link);

		source->free(source);
	}
}

static bool
is_settled(const struct server *server)
{
	return list_empty(&server->completed) && list_empty(&server->vacant);
}

static void
settle_one(struct server *server)
{
	struct list *node = list_pop_front(&server->completed);

	if (node) {
		trap_msg_completed(
		    CONTAINER_OF(node, struct conn, completed_link));
		return;
	}
	node = list_pop_front(&server->vacant);
	hello_retry(CONTAINER_OF(node, struct process, vacant_link));
}

void
server_settle(struct server *server, unsigned most)
{
	lane_table_settle(&server->lanes);
	while (most-- > 0 && !is_settled(server))
		settle_one(server);
}

void
server_stall(struct server *server, struct conn *conn)
{
	/* Not just without events: the end of a connection is told always. */
	server_unwatch(server, conn->fd);
	list_push_back(&server->stalled, &conn->stalled_link);
}

/* Read again from those whose descriptors were closed meanwhile. */
static void
resume_stalled(struct server *server)
{
	struct list all;
	struct list *node;

	/* Closing one connection may close others. */
	list_init(&all);
	list_splice_back(&all, &server->stalled);
	while ((node = list_pop_front(&all))) {
		struct conn *conn =
		    CONTAINER_OF(node, struct conn, stalled_link);

		if (user_is_behind(conn->user))
			list_push_back(&server->stalled, node);
		else if (server_watch(server, &conn->source, conn->fd) < 0)
			conn_close(conn);
	}
}

/* While somebody waits for descriptors to be closed, look now and then. */
static void
catch_up(struct server *server)
{
	if (server->catch_up.place == 0 &&
	    (closer_is_short() || !list_empty(&server->stalled)))
		clock_arm_ms(&server->catch_up, CATCH_UP_MS);
}

static void
catch_up_fired(struct kern_timer *timer)
{
	closer_retry();
	resume_stalled(CONTAINER_OF(timer, struct server, catch_up));
}

/* Watch the door, or do not. */
static void
set_listening(struct server *server, bool listening)
{
	struct epoll_event event = {
	    .events = listening ? EPOLLIN : 0,
	    .data.ptr = &server->listener,
	};

	/* It is watched: Linux has no reason to refuse. */
	(void)epoll_ctl(
	    server->epoll_fd, EPOLL_CTL_MOD, server->listen_fd, &event);
}

static void
pause_fired(struct kern_timer *timer)
{
	set_listening(CONTAINER_OF(timer, struct server, pause), true);
}

/* Out of descriptors or memory. The door stays open for the event loop, which
 * would do nothing but look at it; so it looks away for a while. */
static void
pause_listening(struct server *server, int error)
{
	log_task("cannot accept a connection: %s", strerror(error));
	set_listening(server, false);
	clock_arm_ms(&server->pause, PAUSE_MS);
}

/* A task that has become another user since, by setuid(), is no stranger: it
 * must be able to use new threads. */
static bool
is_task(struct server *server, pid_t pid)
{
	struct process *process = process_find(&server->processes, pid);

	return process && process->task && !peer_has_exited(process->pidfd);
}

static bool
is_served(struct server *server, const struct ucred *peer)
{
	return !server->options.only_own || peer->uid == 0 ||
	    peer->uid == geteuid() || is_task(server, peer->pid);
}

/* Let the peer at @fd in, or send him away. */
static void
admit(struct server *server, int fd)
{
	struct ucred peer;
	struct user *user;

	if (!peer_credentials(fd, &peer)) {
		packet_end(fd, NULL);
		return;
	}
	user = user_get(&server->budget, peer.uid);
	if (!is_served(server, &peer) || !user || user_is_behind(user)) {
		log_task("refusing user %u", (unsigned)peer.uid);
		packet_end(fd, user);
		(void)user_unref(user);
		return;
	}
	conn_new(server, user, fd); /* consumes fd */
	(void)user_unref(user);
	kern_timer_disarm(&server->idle);
}

/* Let in who waits at the door. Returns how many did; 0: nobody. */
static unsigned
accept_some(struct server *server)
{
	unsigned i;
	int fd;

	for (i = 0; i < ACCEPTS_MAX; i++) {
		fd = accept4(server->listen_fd, NULL, NULL,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			admit(server, fd);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS)
			pause_listening(server, errno);
		break;
	}
	return i;
}

static void
listener_ready(struct source *source)
{
	(void)accept_some(CONTAINER_OF(source, struct server, listener));
}

static void
signals_ready(struct source *source)
{
	struct server *server = CONTAINER_OF(source, struct server, signals);
	struct signalfd_siginfo info;

	while (read(server->signal_fd, &info, sizeof(info)) ==
	    (ssize_t)sizeof(info)) {
		/* There is nothing to read anew; and a terminal that goes is no
		 * reason to end. */
		if (info.ssi_signo != SIGHUP)
			server->stopping = true;
	}
}

static void
idle_fired(struct kern_timer *timer)
{
	CONTAINER_OF(timer, struct server, idle)->stopping = true;
}

/* The server's own timers have their places. */
static bool
reserve_own(void)
{
	for (unsigned i = 0; i < OWN_TIMERS; i++)
		if (!kern_timer_reserve())
			return false;
	return true;
}

static int
watch_own(struct server *server)
{
	int error;

	/* Whoever connects may send before he is let in. */
	packet_pass_credentials(server->listen_fd);
	server->listener.ready = listener_ready;
	server->signals.ready = signals_ready;
	error = server_watch(server, &server->listener, server->listen_fd);
	if (error == 0)
		error =
		    server_watch(server, &server->signals, server->signal_fd);
	if (error == 0)
		error = server_watch(
		    server, &server->wakeup.source, server->wakeup.fd);
	return error;
}

int
server_init(struct server *server, const struct server_options *options,
    uint64_t descriptors, int listen_fd, int signal_fd)
{
	int error = -ENOMEM;

	server->options = *options;
	server->listen_fd = listen_fd;
	server->signal_fd = signal_fd;
	server->stopping = false;
	server->generation = 0;
	server->batch = 0;
	server->pause = (struct kern_timer){.fire = pause_fired};
	server->catch_up = (struct kern_timer){.fire = catch_up_fired};
	server->idle = (struct kern_timer){.fire = idle_fired};
	list_init(&server->connections);
	list_init(&server->completed);
	list_init(&server->stalled);
	list_init(&server->retired);
	list_init(&server->vacant);
	process_table_init(&server->processes);
	budget_init(&server->budget, &options->limits, descriptors);
	memory_init(&server->memory);
	platform_init(server);
	ipc_init((uint32_t)sysconf(_SC_PAGESIZE));
	lane_table_init(&server->lanes, !options->without_lanes);
	lane_policy_init(&server->lanes);
	server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (server->epoll_fd < 0)
		return -errno;
	if (reserve_own() && kern_host_init())
		error = wakeup_init(&server->wakeup);
	if (error == 0) {
		error = watch_own(server);
		if (error < 0)
			wakeup_deinit(&server->wakeup);
	}
	if (error < 0)
		(void)close(server->epoll_fd);
	return error;
}

/* Wait for events: for none, if there is something to do without, and not beyond the next
 * deadline. */
static int
wait_events(struct server *server, struct epoll_event *events)
{
	const bool settled = is_settled(server);

	if (settled)
		wakeup_set(&server->wakeup, kern_timer_next());
	return epoll_wait(
	    server->epoll_fd, events, EVENTS_MAX, settled ? -1 : 0);
}

/* Nobody is there. A process that was a task is, as long as it lives: after
 * exec() it comes back for its ports. */
static bool
is_empty(const struct server *server)
{
	return list_empty(&server->connections) && server->processes.count == 0;
}

/* Has the last connection gone, and is that the end? Not for who is at the door
 * already. */
static bool
is_deserted(struct server *server)
{
	if (!server->options.ends || server->idle.place != 0)
		return false;
	while (is_empty(server))
		if (accept_some(server) == 0)
			return true;
	return false;
}

/* Do the events belong to more than one user? */
static bool
are_mixed(const struct epoll_event *events, int count)
{
	const struct source *first = events[0].data.ptr;

	for (int i = 1; i < count; i++)
		if (((const struct source *)events[i].data.ptr)->user !=
		    first->user)
			return true;
	return false;
}

static bool
is_end(const struct epoll_event *event)
{
	const struct source *source = event->data.ptr;

	return source->ends || (event->events & EPOLLHUP) != 0;
}

/* @mixed: there are events of several users. */
static void
serve_one(struct server *server, struct source *source, bool mixed)
{
	if (!source->ready ||
	    (mixed && source->user &&
	        !user_take_turn(source->user, server->batch)))
		return;
	source->ready(source);
	server_settle(server, EVENT_SETTLES);
	kern_trace_flush();
}

/*
 * Work off a batch of events. What a thread does after another has ended must find it
 * ended; but Linux has who was told of last stand before who came meanwhile, be it that he
 * said something only after that. So ends go first, and both in their order. If there are
 * several users, each has a few turns, however many connections he has; what is left of
 * his is there again in the next batch.
 */
static void
serve(struct server *server, const struct epoll_event *events, int count)
{
	bool mixed = count > 1 && are_mixed(events, count);

	server->batch++;
	budget_begin_batch(&server->budget);
	ipc_world.now_ns = clock_now_ns();
	for (int i = 0; i < count; i++)
		if (is_end(&events[i]))
			serve_one(server, events[i].data.ptr, mixed);
	for (int i = 0; i < count; i++)
		if (!is_end(&events[i]))
			serve_one(server, events[i].data.ptr, mixed);
}

int
server_run(struct server *server)
{
	struct epoll_event events[EVENTS_MAX];
	int count;

	if (server->options.ends)
		clock_arm_ms(&server->idle, IDLE_MS);
	while (!server->stopping && !is_deserted(server)) {
		count = wait_events(server, events);
		if (count < 0 && errno != EINTR)
			return -errno;
		serve(server, events, count);
		kern_timer_expire(clock_now_ns(), BATCH_SETTLES);
		server_settle(server, BATCH_SETTLES);
		kern_trace_flush();
		catch_up(server);
		server_reap(server);
	}
	return 0;
}

void
server_end_tasks(struct server *server)
{
	struct list *node;

	while ((node = server->connections.next) != &server->connections)
		conn_close(CONTAINER_OF(node, struct conn, server_link));
	for (unsigned i = 0; i < PROCESS_BUCKETS; i++) {
		struct list *bucket = &server->processes.buckets[i];

		while ((node = bucket->next) != bucket)
			process_end(CONTAINER_OF(node, struct process, link));
	}
	memory_end(&server->memory);
	lane_table_settle(&server->lanes);
	mp_assert(list_empty(&server->completed));
	server_reap(server);
}

void
server_deinit(struct server *server)
{
	kern_timer_disarm(&server->idle);
	kern_timer_disarm(&server->pause);
	kern_timer_disarm(&server->catch_up);
	kern_timer_disarm(&server->lanes.look);
	server_end_tasks(server);
	kern_host_deinit();
	budget_deinit(&server->budget);
	for (unsigned i = 0; i < OWN_TIMERS; i++)
		kern_timer_unreserve();
	wakeup_deinit(&server->wakeup);
	(void)close(server->epoll_fd);
	(void)close(server->listen_fd);
	(void)close(server->signal_fd);
	ipc_deinit();
}
