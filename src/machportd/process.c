/* Processes by pid. */
#include "process.h"

#include <errno.h>
#include <unistd.h>

#include "base_alloc.h"
#include "conn.h"
#include "server.h"
#include "task.h"

/* A tree of processes deeper than this inherits nothing from its top. */
#define ANCESTORS_MAX 64

void
process_table_init(struct process_table *table)
{
	table->count = 0;
	for (unsigned i = 0; i < PROCESS_BUCKETS; i++)
		list_init(&table->buckets[i]);
}

static struct list *
bucket_of(struct process_table *table, pid_t pid)
{
	return &table->buckets[(unsigned)pid % PROCESS_BUCKETS];
}

struct process *
process_find(struct process_table *table, pid_t pid)
{
	LIST_FOREACH (node, bucket_of(table, pid)) {
		struct process *process =
		    CONTAINER_OF(node, struct process, link);

		if (process->kern.pid == pid)
			return process;
	}
	return NULL;
}

static void
process_ready(struct source *source)
{
	process_end(CONTAINER_OF(source, struct process, source));
}

static void
process_free(struct source *source)
{
	base_free(CONTAINER_OF(source, struct process, source));
}

int
process_new(struct server *server, struct user *user, struct peer *peer,
    struct process **process_out)
{
	struct process *process;
	int error = -ENOMEM;

	if (!user_take(user, USER_TASKS))
		return -EAGAIN;
	process = base_zalloc(1, sizeof(*process));
	if (!process)
		goto give;
	process->source.ready = process_ready;
	process->source.free = process_free;
	process->source.ends = true;
	error = server_watch(server, &process->source, peer->pidfd);
	if (error < 0)
		goto free_process;
	process->server = server;
	process->user = user_ref(user);
	process->kern.pid = peer->pid;
	process->pidfd = peer->pidfd;
	peer->pidfd = -1;
	kern_ports_init(&process->ports);
	list_init(&process->vacant_link);
	list_init(&process->link);
	list_push_back(
	    bucket_of(&server->processes, process->kern.pid), &process->link);
	server->processes.count++;
	*process_out = process;
	return 0;

free_process:
	base_free(process);
give:
	user_give(user, USER_TASKS);
	return error;
}

void
process_end(struct process *process)
{
	if (process->waiter)
		conn_close(process->waiter);
	if (process->task)
		task_die(process->task);
	list_remove(&process->vacant_link);
	list_remove(&process->link);
	process->server->processes.count--;
	kern_ports_deinit(&process->ports);
	/* The helper may have it, too, for a while. */
	server_unwatch(process->server, process->pidfd);
	(void)close(process->pidfd);
	user_give(process->user, USER_TASKS);
	process->user = user_unref(process->user);
	server_retire(process->server, &process->source);
}

bool
heritage_is_for(const struct heritage *heritage, uid_t heir)
{
	return heritage->ports &&
	    (heritage->euid == heir || heritage->euid == 0);
}

struct heritage
process_heritage(const struct process *process)
{
	return (struct heritage){
	    .ports =
	        process->task ? &process->task->kern->ports : &process->ports,
	    .euid = process->euid,
	};
}

/* What @pid, which lives, leaves to a task of @heir. */
static struct heritage
find_heritage(struct process_table *table, pid_t pid, uid_t heir)
{
	struct heritage none = {0};
	struct process *process = process_find(table, pid);
	struct heritage heritage;

	if (!process || peer_has_exited(process->pidfd))
		return none;
	heritage = process_heritage(process);
	return heritage_is_for(&heritage, heir) ? heritage : none;
}

struct heritage
process_ancestor_heritage(const struct process *process, uid_t heir)
{
	struct process_table *table = &process->server->processes;
	struct heritage heritage = {0};
	pid_t pid = process->kern.pid;
	int pidfd = process->pidfd;
	int parent = -1;

	for (unsigned i = 0; i < ANCESTORS_MAX && !heritage.ports; i++) {
		pid = peer_parent(pid, pidfd, &parent);
		if (pidfd != process->pidfd)
			(void)close(pidfd);
		if (pid <= 0)
			return heritage;
		pidfd = parent;
		heritage = find_heritage(table, pid, heir);
	}
	if (pidfd != process->pidfd)
		(void)close(pidfd);
	return heritage;
}
